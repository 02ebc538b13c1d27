/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers by key, while the version of the site holds that they were made
 * under. Bounded in bytes. May be used by many threads at once.
 */
#ifndef GX_HTTP_CACHE_H
#define GX_HTTP_CACHE_H

#include <stdint.h>

#include "http/answer.h"

enum { CACHE_KEY_BYTES_MAX = 2048 };

struct cache;

struct cache_counts {
	uint64_t entries;
	uint64_t bytes;
	uint64_t evicted; /* for want of room, since the start */
	uint64_t stale;	  /* put out because the version had changed */
};

/* bytes_max 0: keeps nothing. */
struct cache *cache_new(size_t bytes_max);
void cache_free(struct cache **cache);
/* A reference for the caller, or NULL. An entry of another version is put
 * out. */
struct answer *cache_get(
    struct cache *cache, struct span key, uint64_t version);
/* Takes a reference of its own. An answer larger than a shard's eighth is
 * not kept. */
void cache_put(struct cache *cache, struct span key, uint64_t version,
    struct answer *answer);
struct cache_counts cache_count(struct cache *cache);

#endif
