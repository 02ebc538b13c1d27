/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is each subject called what a record about it says? Statements come in the
 * order of the log and subjects in their own, so what the statements said is
 * kept as bits: a name's hash chooses a line of 512 and four bits in it. A
 * name that nobody said passes when its bits happen to be set, with 64 bits a
 * subject about once in ten thousand; in another run, with another seed,
 * others would be.
 *
 * The lines are bounded. Beyond 8 million subjects with one name each more
 * false names pass, and no true one is ever named.
 */
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/mem.h"
#include "base/tr.h"
#include "registry/verify_priv.h"

enum { LINE_WORDS = 8, LINES_MIN = 1 << 10, LINES_MAX = 1 << 20 };

struct told {
	uint64_t seed;
	uint64_t mask; /* lines less one */
	/* Said last and not in the bits yet: its line is on the way from
	 * memory. */
	struct told_place last;
	uint64_t bits[];
};

struct told *told_new(uint64_t subjects, uint64_t seed)
{
	uint64_t lines = LINES_MIN;
	struct told *t;

	while (lines < LINES_MAX && lines * LINE_WORDS < subjects)
		lines *= 2;
	t = mem_zalloc(1, sizeof(*t) + lines * LINE_WORDS * sizeof(uint64_t));
	t->seed = seed;
	t->mask = lines - 1;
	return t;
}

void told_find(const struct told *t, struct span code, struct span name,
    struct told_place *out)
{
	uint64_t seed = XXH3_64bits_withSeed(code.p, code.n, t->seed);
	XXH128_hash_t h = XXH3_128bits_withSeed(name.p, name.n, seed);
	size_t i;

	out->line = (size_t)(h.low64 & t->mask) * LINE_WORDS;
	for (i = 0; i < 4; i++)
		out->bit[i] = (unsigned)(h.high64 >> 9 * i & 511);
	out->is_set = true;
}

static void set_last(struct told *t)
{
	const struct told_place *p = &t->last;
	size_t i;

	for (i = 0; p->is_set && i < 4; i++)
		t->bits[p->line + p->bit[i] / 64] |= 1ULL << p->bit[i] % 64;
	t->last.is_set = false;
}

void told_put(struct told *t, const struct told_place *place)
{
	if (!place->is_set)
		return;
	__builtin_prefetch(&t->bits[place->line], 1);
	set_last(t);
	t->last = *place;
}

static bool told_has(const struct told *t, struct span code, struct span name)
{
	struct told_place p;
	size_t i;

	told_find(t, code, name, &p);
	for (i = 0; i < 4; i++)
		if (!(t->bits[p.line + p.bit[i] / 64] >> p.bit[i] % 64 & 1))
			return false;
	return true;
}

enum err_code verify_told(
    struct verify *v, struct store *store, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_SUBJECT_LIST;
	enum err_code rc = store_start(store, id, NULL, 0, err);

	set_last(v->told);
	while (store_next_row(store, id, &rc, err)) {
		struct span code = store_column_span(store, id, 1);
		struct span name = store_column_span(store, id, 2);

		if (name.n && !told_has(v->told, code, name))
			verify_wrong(v,
			    tr("no record says that subject %lld has the name "
			       "of its row"),
			    (long long)store_column_int(store, id, 0));
	}
	store_finish(store, id);
	return verify_absorb(v, rc, err);
}
