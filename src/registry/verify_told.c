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

/* Where the four bits are. */
struct place {
	size_t line;
	unsigned bit[4];
};

struct told {
	uint64_t seed;
	uint64_t mask; /* lines less one */
	/* Said last and not in the bits yet: its line is on the way from
	 * memory. */
	struct place last;
	bool has_last;
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

static struct place place_of(
    const struct told *t, struct span code, struct span name)
{
	uint64_t seed = XXH3_64bits_withSeed(code.p, code.n, t->seed);
	XXH128_hash_t h = XXH3_128bits_withSeed(name.p, name.n, seed);
	struct place p = {.line = (size_t)(h.low64 & t->mask) * LINE_WORDS};
	size_t i;

	for (i = 0; i < 4; i++)
		p.bit[i] = (unsigned)(h.high64 >> 9 * i & 511);
	return p;
}

static void set_last(struct told *t)
{
	const struct place *p = &t->last;
	size_t i;

	for (i = 0; t->has_last && i < 4; i++)
		t->bits[p->line + p->bit[i] / 64] |= 1ULL << p->bit[i] % 64;
	t->has_last = false;
}

void told_add(struct told *t, struct span code, struct span name)
{
	struct place p = place_of(t, code, name);

	__builtin_prefetch(&t->bits[p.line], 1);
	set_last(t);
	t->last = p;
	t->has_last = true;
}

static bool told_has(const struct told *t, struct span code, struct span name)
{
	struct place p = place_of(t, code, name);
	size_t i;

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
