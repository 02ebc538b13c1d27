/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sixteen open-addressing tables, each of which grows by a quarter when it is
 * four fifths full. So memory follows the number of subjects closely, and
 * growing needs room for a sixteenth of it only. An entry is half a line of
 * the processor's cache; id 0 marks a free one.
 */
#include "registry/subject_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"

enum {
	SHARD_BITS = 4,
	SHARDS = 1 << SHARD_BITS,
	SHARD_MIN = 64,
	HALF_CHARS = SUBJECT_CODE_CHARS / 2,
	BASE = 36,
	ID_LOW_BITS = 17
};

struct shard {
	struct cached_subject *entries;
	size_t capacity;
	size_t count;
};

struct subject_cache {
	struct shard shards[SHARDS];
	size_t count;
};

struct packed_code {
	uint64_t high;
	uint64_t low;
};

static uint64_t pack_half(const char *p)
{
	uint64_t n = 0;
	int i;

	for (i = 0; i < HALF_CHARS; i++)
		n = n * BASE +
		    (uint64_t)(p[i] <= '9' ? p[i] - '0' : p[i] - 'A' + 10);
	return n;
}

static struct packed_code pack(const char *code)
{
	return (struct packed_code){
	    pack_half(code), pack_half(code + HALF_CHARS)};
}

static void unpack_half(uint64_t n, char *out)
{
	int i;

	for (i = HALF_CHARS - 1; i >= 0; i--, n /= BASE) {
		int digit = (int)(n % BASE);

		out[i] = (char)(digit < 10 ? '0' + digit : 'A' + digit - 10);
	}
}

static uint64_t hash_of(struct packed_code code)
{
	uint64_t h = code.high * 0x9E3779B97F4A7C15ULL;

	h = (h ^ h >> 29 ^ code.low) * 0xD6E8FEB86659FD93ULL;
	h = (h ^ h >> 32) * 0x9E3779B97F4A7C15ULL;
	return h;
}

static size_t shard_of(uint64_t hash)
{
	return hash >> (64 - SHARD_BITS);
}

/* Where the search for a hash begins. */
static size_t first_place(const struct shard *s, uint64_t hash)
{
	return (size_t)((hash & UINT32_MAX) * s->capacity >> 32);
}

static bool is_free(const struct cached_subject *e)
{
	return cached_subject_id(e) == 0;
}

/* The code's entry, or the free one where it would stand. */
static struct cached_subject *place_of(
    const struct shard *s, uint64_t hash, struct packed_code code)
{
	size_t i = first_place(s, hash);

	for (;;) {
		struct cached_subject *e = &s->entries[i];

		if (is_free(e) || (e->high == code.high && e->low == code.low))
			return e;
		if (++i == s->capacity)
			i = 0;
	}
}

static void start_shard(struct shard *s, size_t capacity)
{
	s->capacity = capacity;
	s->count = 0;
	s->entries = mem_zalloc_table(capacity, sizeof(*s->entries));
}

struct subject_cache *subject_cache_new(void)
{
	struct subject_cache *c = mem_zalloc(1, sizeof(*c));
	int i;

	for (i = 0; i < SHARDS; i++)
		start_shard(&c->shards[i], SHARD_MIN);
	return c;
}

void subject_cache_free(struct subject_cache **cache)
{
	struct subject_cache *c = *cache;
	int i;

	if (!c)
		return;
	for (i = 0; i < SHARDS; i++)
		free(c->shards[i].entries);
	free(c);
	*cache = NULL;
}

struct cached_subject *subject_cache_find(
    const struct subject_cache *c, const char *code)
{
	struct packed_code packed = pack(code);
	uint64_t hash = hash_of(packed);
	struct cached_subject *e =
	    place_of(&c->shards[shard_of(hash)], hash, packed);

	return is_free(e) ? NULL : e;
}

void subject_cache_expect(const struct subject_cache *c, const char *code)
{
	uint64_t hash = hash_of(pack(code));
	const struct shard *s = &c->shards[shard_of(hash)];

	__builtin_prefetch(&s->entries[first_place(s, hash)]);
}

static void grow(struct shard *s)
{
	struct shard old = *s;
	size_t i;

	start_shard(s, old.capacity + old.capacity / 4);
	s->count = old.count;
	for (i = 0; i < old.capacity; i++) {
		const struct cached_subject *e = &old.entries[i];
		struct packed_code code = {e->high, e->low};

		if (!is_free(e))
			*place_of(s, hash_of(code), code) = *e;
	}
	free(old.entries);
}

struct cached_subject *subject_cache_add(
    struct subject_cache *c, const char *code, int64_t id)
{
	struct packed_code packed = pack(code);
	uint64_t hash = hash_of(packed);
	struct shard *s = &c->shards[shard_of(hash)];
	struct cached_subject *e;

	ASSERT(id > 0 && id <= SUBJECT_CACHE_ID_MAX);
	if (++s->count > s->capacity / 5 * 4)
		grow(s);
	c->count++;
	e = place_of(s, hash, packed);
	ASSERT(is_free(e));
	e->high = packed.high;
	e->low = packed.low;
	e->id_high = (uint64_t)id >> ID_LOW_BITS;
	e->id_low = (uint64_t)id & ((1U << ID_LOW_BITS) - 1);
	return e;
}

bool subject_cache_is_full(const struct subject_cache *c)
{
	return c->count >= SUBJECT_CACHE_MAX;
}

void subject_cache_clear(struct subject_cache *c)
{
	int i;

	for (i = 0; i < SHARDS; i++) {
		struct shard *s = &c->shards[i];

		memset(s->entries, 0, s->capacity * sizeof(*s->entries));
		s->count = 0;
	}
	c->count = 0;
}

static int compare(const void *a, const void *b)
{
	const struct cached_subject *l = a;
	const struct cached_subject *r = b;

	if (l->high != r->high)
		return l->high < r->high ? -1 : 1;
	return l->low < r->low ? -1 : l->low > r->low;
}

/* Entries from first_id on to the front, in the order of their codes; how
 * many there are. The table is none any more. */
static size_t sort_shard(struct shard *s, int64_t first_id)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < s->capacity; i++) {
		const struct cached_subject *e = &s->entries[i];

		if (!is_free(e) && cached_subject_id(e) >= first_id)
			s->entries[n++] = *e;
	}
	qsort(s->entries, n, sizeof(*s->entries), compare);
	return n;
}

enum err_code subject_cache_drain(struct subject_cache *c, int64_t first_id,
    subject_cache_sink *sink, void *ctx, struct err *err)
{
	size_t count[SHARDS];
	size_t used[SHARDS] = {0};
	enum err_code rc = 0;
	int i;

	for (i = 0; i < SHARDS; i++)
		count[i] = sort_shard(&c->shards[i], first_id);
	while (!rc) {
		const struct cached_subject *least = NULL;
		int from = 0;

		for (i = 0; i < SHARDS; i++) {
			const struct cached_subject *e =
			    &c->shards[i].entries[used[i]];

			if (used[i] < count[i] &&
			    (!least || compare(e, least) < 0)) {
				least = e;
				from = i;
			}
		}
		if (!least)
			break;
		rc = sink(ctx, least, err);
		used[from]++;
	}
	subject_cache_clear(c);
	return rc;
}

int64_t cached_subject_id(const struct cached_subject *s)
{
	return (int64_t)((uint64_t)s->id_high << ID_LOW_BITS | s->id_low);
}

void cached_subject_code(
    const struct cached_subject *s, char out[SUBJECT_CODE_CHARS])
{
	unpack_half(s->high, out);
	unpack_half(s->low, out + HALF_CHARS);
}
