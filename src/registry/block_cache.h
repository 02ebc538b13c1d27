/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoded frames of statement blocks, kept in memory for all connections of
 * a server. Whoever asks for one organisation's records reads one statement
 * out of some hundred, and most of that is decoding the frame around it.
 * Blocks never change once they are committed, so nothing here grows stale.
 *
 * All functions may be called by any thread.
 */
#ifndef GX_REGISTRY_BLOCK_CACHE_H
#define GX_REGISTRY_BLOCK_CACHE_H

#include <stdint.h>

#include "base/span.h"

struct block_cache;
/* A frame that is kept, as long as whoever got it holds it. */
struct block_frame;

/* What a frame is known by: its place among the store's blobs and the
 * statements in it. */
struct block_frame_key {
	int64_t body_at;
	int64_t body_end;
	int64_t first_seq;
	int64_t statements;
};

/* Holds up to max_bytes; what was not asked for lately goes first. */
struct block_cache *block_cache_new(size_t max_bytes);
/* Nobody holds a frame any more. NULL-safe. */
void block_cache_free(struct block_cache **cache);
/* The bytes it holds just now. */
size_t block_cache_bytes(struct block_cache *cache);

/* NULL: it is not there. Give it back. */
struct block_frame *block_cache_get(
    struct block_cache *cache, const struct block_frame_key *key);
/* Takes a copy of the bytes, unless it is there meanwhile or too large to be
 * kept. */
void block_cache_put(struct block_cache *cache,
    const struct block_frame_key *key, struct span bytes);
void block_cache_give_back(
    struct block_cache *cache, struct block_frame *frame);
struct span block_frame_bytes(const struct block_frame *frame);

#endif
