/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHARDS tables, each with its own lock, so that threads seldom meet. In a
 * shard: chains by hash, and a ring for CLOCK: a hit marks the entry; when
 * room is needed the hand goes round, takes marks away, and puts out what
 * has none or is of an old version. That is nearly LRU without moving
 * anything on a hit.
 *
 * Keys are compared whole: an answer under somebody else's key would be a
 * leak, and no hash is trusted with that.
 */
#include "http/cache.h"

#include <pthread.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"

enum { SHARDS = 16, CHAINS = 4096 };

struct entry {
	struct entry *next; /* of the chain */
	struct entry *ring_next, *ring_prev;
	struct answer *answer;
	uint64_t hash;
	uint64_t version;
	size_t bytes;
	bool is_marked; /* used since the hand passed */
	size_t key_n;
	char key[];
};

struct shard {
	pthread_mutex_t lock;
	struct entry *chains[CHAINS];
	struct entry *hand; /* in the ring, NULL when empty */
	uint64_t newest;    /* version last put */
	struct cache_counts counts;
};

struct cache {
	size_t shard_bytes_max;
	struct shard shards[SHARDS];
};

struct cache *cache_new(size_t bytes_max)
{
	struct cache *cache = mem_zalloc(1, sizeof(*cache));
	size_t i;

	cache->shard_bytes_max = bytes_max / SHARDS;
	for (i = 0; i < SHARDS; i++)
		pthread_mutex_init(&cache->shards[i].lock, NULL);
	return cache;
}

static struct entry **chain_of(struct shard *shard, uint64_t hash)
{
	return &shard->chains[hash / SHARDS % CHAINS];
}

static void ring_insert(struct shard *shard, struct entry *e)
{
	if (!shard->hand) {
		e->ring_next = e->ring_prev = e;
		shard->hand = e;
		return;
	}
	/* Behind the hand: it comes here last. */
	e->ring_next = shard->hand;
	e->ring_prev = shard->hand->ring_prev;
	e->ring_prev->ring_next = e;
	shard->hand->ring_prev = e;
}

static void ring_remove(struct shard *shard, struct entry *e)
{
	if (e->ring_next == e) {
		shard->hand = NULL;
		return;
	}
	e->ring_prev->ring_next = e->ring_next;
	e->ring_next->ring_prev = e->ring_prev;
	if (shard->hand == e)
		shard->hand = e->ring_next;
}

static void put_out(struct shard *shard, struct entry *e)
{
	struct entry **at = chain_of(shard, e->hash);

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	ring_remove(shard, e);
	shard->counts.entries--;
	shard->counts.bytes -= e->bytes;
	answer_unref(&e->answer);
	free(e);
}

void cache_free(struct cache **cache)
{
	size_t i;

	if (!*cache)
		return;
	for (i = 0; i < SHARDS; i++) {
		struct shard *shard = &(*cache)->shards[i];

		while (shard->hand)
			put_out(shard, shard->hand);
		pthread_mutex_destroy(&shard->lock);
	}
	free(*cache);
	*cache = NULL;
}

static struct entry *find(struct shard *shard, struct span key, uint64_t hash)
{
	struct entry *e = *chain_of(shard, hash);

	while (e &&
	    (e->hash != hash ||
		!span_equal((struct span){e->key, e->key_n}, key)))
		e = e->next;
	return e;
}

struct answer *cache_get(struct cache *cache, struct span key, uint64_t version)
{
	uint64_t hash = XXH3_64bits(key.p, key.n);
	struct shard *shard = &cache->shards[hash % SHARDS];
	struct answer *answer = NULL;
	struct entry *e;

	pthread_mutex_lock(&shard->lock);
	e = find(shard, key, hash);
	if (e && e->version != version) {
		shard->counts.stale++;
		put_out(shard, e);
		e = NULL;
	}
	if (e) {
		if (!e->is_marked) /* other threads read that line */
			e->is_marked = true;
		answer = answer_ref(e->answer);
		__builtin_prefetch(answer->full); /* needed soon */
	}
	pthread_mutex_unlock(&shard->lock);
	return answer;
}

/* Room for `bytes` more. Ends: each step puts out or unmarks. */
static void make_room(struct cache *cache, struct shard *shard, size_t bytes)
{
	while (shard->hand &&
	    shard->counts.bytes + bytes > cache->shard_bytes_max) {
		struct entry *e = shard->hand;

		if (e->is_marked && e->version == shard->newest) {
			e->is_marked = false;
			shard->hand = e->ring_next;
			continue;
		}
		shard->counts.evicted += e->version == shard->newest;
		shard->counts.stale += e->version != shard->newest;
		put_out(shard, e);
	}
}

static struct entry *new_entry(
    struct span key, uint64_t hash, uint64_t version, struct answer *answer)
{
	struct entry *e = mem_alloc(sizeof(*e) + key.n);

	*e = (struct entry){.answer = answer_ref(answer),
	    .hash = hash,
	    .version = version,
	    .bytes = sizeof(*e) + key.n + answer_cost_bytes(answer),
	    .key_n = key.n};
	memcpy(e->key, key.p, key.n);
	return e;
}

void cache_put(struct cache *cache, struct span key, uint64_t version,
    struct answer *answer)
{
	uint64_t hash = XXH3_64bits(key.p, key.n);
	struct shard *shard = &cache->shards[hash % SHARDS];
	struct entry *e, *old;

	ASSERT(key.n <= CACHE_KEY_BYTES_MAX);
	if (answer_cost_bytes(answer) + sizeof(*e) + key.n >
	    cache->shard_bytes_max / 8)
		return;
	e = new_entry(key, hash, version, answer);
	pthread_mutex_lock(&shard->lock);
	old = find(shard, key, hash);
	if (old)
		put_out(shard, old);
	shard->newest = version;
	make_room(cache, shard, e->bytes);
	e->next = *chain_of(shard, hash);
	*chain_of(shard, hash) = e;
	ring_insert(shard, e);
	shard->counts.entries++;
	shard->counts.bytes += e->bytes;
	pthread_mutex_unlock(&shard->lock);
}

struct cache_counts cache_count(struct cache *cache)
{
	struct cache_counts all = {0};
	size_t i;

	for (i = 0; i < SHARDS; i++) {
		struct shard *shard = &cache->shards[i];

		pthread_mutex_lock(&shard->lock);
		all.entries += shard->counts.entries;
		all.bytes += shard->counts.bytes;
		all.evicted += shard->counts.evicted;
		all.stale += shard->counts.stale;
		pthread_mutex_unlock(&shard->lock);
	}
	return all;
}
