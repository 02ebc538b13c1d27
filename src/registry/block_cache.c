/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table of chains under one lock, and a ring of all frames in it.
 * When there is no room a hand goes round the ring: a frame that was asked
 * for since it passed last gets another round, the others go (the clock
 * algorithm: nearly as good as taking the least recently used, and a hit
 * moves nothing). Who holds a frame keeps its memory, not its place.
 *
 * Invariants: a frame is in the ring if and only if it is in its chain, and
 * then one of its holders is the cache; `bytes` is the sum over the ring.
 */
#include "registry/block_cache.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"

enum {
	CHAINS = 1 << 14,
	PART_MAX = 16 /* one frame takes at most this part of all */
};

struct block_frame {
	struct block_frame_key key;
	struct block_frame *next;	    /* of the chain */
	struct block_frame *after, *before; /* in the ring */
	size_t holders;
	bool is_wanted; /* since the hand passed */
	size_t n;
	char bytes[];
};

struct block_cache {
	pthread_mutex_t lock;
	struct block_frame *chains[CHAINS];
	struct block_frame *hand; /* NULL: the ring is empty */
	size_t bytes;
	size_t max_bytes;
};

struct block_cache *block_cache_new(size_t max_bytes)
{
	struct block_cache *cache = mem_zalloc(1, sizeof(*cache));

	pthread_mutex_init(&cache->lock, NULL);
	cache->max_bytes = max_bytes;
	return cache;
}

static size_t size_of(const struct block_frame *frame)
{
	return sizeof(*frame) + frame->n;
}

static struct block_frame **chain_of(
    struct block_cache *cache, const struct block_frame_key *key)
{
	/* Bodies stand one behind the other: the upper bits differ least. */
	uint64_t mixed = (uint64_t)key->body_at * 0x9E3779B97F4A7C15u;

	return &cache->chains[mixed >> 50];
}

_Static_assert(CHAINS == 1 << (64 - 50), "the shift gives a chain");

static bool is_same(
    const struct block_frame_key *a, const struct block_frame_key *b)
{
	return a->body_at == b->body_at && a->body_end == b->body_end &&
	    a->first_seq == b->first_seq && a->statements == b->statements;
}

static struct block_frame *find(
    struct block_cache *cache, const struct block_frame_key *key)
{
	struct block_frame *frame = *chain_of(cache, key);

	while (frame && !is_same(&frame->key, key))
		frame = frame->next;
	return frame;
}

static void let_go(struct block_frame *frame)
{
	if (--frame->holders == 0)
		free(frame);
}

static void enter(struct block_cache *cache, struct block_frame *frame)
{
	struct block_frame **chain = chain_of(cache, &frame->key);

	frame->next = *chain;
	*chain = frame;
	if (!cache->hand) {
		frame->after = frame->before = frame;
		cache->hand = frame;
	} else {
		/* Before the hand: the last that it will reach. */
		frame->after = cache->hand;
		frame->before = cache->hand->before;
		frame->before->after = frame;
		frame->after->before = frame;
	}
	cache->bytes += size_of(frame);
}

static void remove_frame(struct block_cache *cache, struct block_frame *frame)
{
	struct block_frame **at = chain_of(cache, &frame->key);

	while (*at != frame)
		at = &(*at)->next;
	*at = frame->next;
	if (frame->after == frame) {
		cache->hand = NULL;
	} else {
		frame->before->after = frame->after;
		frame->after->before = frame->before;
		if (cache->hand == frame)
			cache->hand = frame->after;
	}
	cache->bytes -= size_of(frame);
	let_go(frame);
}

static void make_room(struct block_cache *cache, size_t n)
{
	while (cache->hand && cache->bytes + n > cache->max_bytes) {
		struct block_frame *frame = cache->hand;

		if (frame->is_wanted) {
			frame->is_wanted = false;
			cache->hand = frame->after;
		} else {
			remove_frame(cache, frame);
		}
	}
}

void block_cache_free(struct block_cache **cache)
{
	struct block_cache *c = *cache;

	if (!c)
		return;
	while (c->hand) {
		ASSERT(c->hand->holders == 1);
		remove_frame(c, c->hand);
	}
	pthread_mutex_destroy(&c->lock);
	free(c);
	*cache = NULL;
}

size_t block_cache_bytes(struct block_cache *cache)
{
	size_t bytes;

	pthread_mutex_lock(&cache->lock);
	bytes = cache->bytes;
	pthread_mutex_unlock(&cache->lock);
	return bytes;
}

struct block_frame *block_cache_get(
    struct block_cache *cache, const struct block_frame_key *key)
{
	struct block_frame *frame;

	pthread_mutex_lock(&cache->lock);
	frame = find(cache, key);
	if (frame) {
		frame->is_wanted = true;
		frame->holders++;
	}
	pthread_mutex_unlock(&cache->lock);
	return frame;
}

void block_cache_put(struct block_cache *cache,
    const struct block_frame_key *key, struct span bytes)
{
	struct block_frame *frame;

	if (sizeof(*frame) + bytes.n > cache->max_bytes / PART_MAX)
		return;
	frame = mem_alloc(sizeof(*frame) + bytes.n);
	memset(frame, 0, sizeof(*frame));
	frame->key = *key;
	frame->holders = 1;
	frame->n = bytes.n;
	memcpy(frame->bytes, bytes.p, bytes.n);
	pthread_mutex_lock(&cache->lock);
	if (find(cache, key)) {
		let_go(frame);
	} else {
		make_room(cache, size_of(frame));
		enter(cache, frame);
	}
	pthread_mutex_unlock(&cache->lock);
}

void block_cache_give_back(struct block_cache *cache, struct block_frame *frame)
{
	pthread_mutex_lock(&cache->lock);
	let_go(frame);
	pthread_mutex_unlock(&cache->lock);
}

struct span block_frame_bytes(const struct block_frame *frame)
{
	return (struct span){frame->bytes, frame->n};
}
