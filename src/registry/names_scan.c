/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A search passes each pack's text in blocks of 16 bytes: a block is of
 * interest when somewhere in it two bytes of the question stand at their
 * distance, and only there the whole is compared. The two are chosen from
 * the ends of characters, because the first bytes of Chinese characters are
 * all alike. (memmem prepares a table for each call, and a frequent question
 * makes a call for each name: measured at a million names it took twice as
 * long.) A hit's ordinal in the pack is the number of '\n' before it; the
 * text is short, so they are counted.
 *
 * The best hits are kept in a sorted array of at most `limit`: insertion is
 * cheap because a search that matches very much has few that are better
 * than the worst kept.
 */
#include <string.h>

#include "base/fold.h"
#include "registry/names_priv.h"

static bool is_better(const struct name_hit *a, const struct name_hit *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank;
	if (a->name_bytes != b->name_bytes)
		return a->name_bytes < b->name_bytes;
	return a->subject_id < b->subject_id;
}

/* Keeps the list sorted, at most `limit` long, each subject once. */
void names_keep_hit(
    struct name_hits *hits, size_t limit, const struct name_hit *hit)
{
	size_t i, at;

	if (hits->count == limit && !is_better(hit, &hits->list[limit - 1]))
		return;
	for (i = 0; i < hits->count; i++)
		if (hits->list[i].subject_id == hit->subject_id)
			break;
	if (i < hits->count) {
		if (!is_better(hit, &hits->list[i]))
			return;
		memmove(&hits->list[i], &hits->list[i + 1],
		    (hits->count - i - 1) * sizeof(*hit));
		hits->count--;
	} else if (hits->count == limit) {
		hits->count--;
	}
	for (at = hits->count; at > 0 && is_better(hit, &hits->list[at - 1]);
	     at--)
		hits->list[at] = hits->list[at - 1];
	hits->list[at] = *hit;
	hits->count++;
}

enum { BLOCK_BYTES = NAMES_BLOCK_BYTES };

typedef unsigned char block_bytes __attribute__((vector_size(BLOCK_BYTES)));
typedef uint64_t block_words __attribute__((vector_size(BLOCK_BYTES)));

static block_bytes load(const char *p)
{
	block_bytes b;

	memcpy(&b, p, sizeof(b));
	return b;
}

/* Does the whole question stand here? A block can be read at p. */
static bool stands_at(const struct names_question *q, const char *p)
{
	block_words differs =
	    (block_words)((load(p) ^ load(q->start)) & load(q->start_mask));

	if (differs[0] | differs[1])
		return false;
	return q->text.n <= BLOCK_BYTES ||
	    memcmp(p + BLOCK_BYTES, q->text.p + BLOCK_BYTES,
		q->text.n - BLOCK_BYTES) == 0;
}

/* Where both bytes are, as eight bits a place: 0xFF or 0. */
static block_words marks(const struct names_question *q, const char *p)
{
	block_bytes first =
	    load(p + q->first) == (unsigned char)q->text.p[q->first];
	block_bytes second =
	    load(p + q->second) == (unsigned char)q->text.p[q->second];

	return (block_words)(first & second);
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "the lowest bits of a word are its first byte");

/* The first marked place where the whole question stands; NULL if none. */
static const char *check_marks(
    const struct names_question *q, const char *p, uint64_t word)
{
	while (word) {
		unsigned at = (unsigned)__builtin_ctzll(word) / 8;

		if (stands_at(q, p + at))
			return p + at;
		word &= ~(0xFFULL << at * 8);
	}
	return NULL;
}

/* The first occurrence at or after p; NULL when there is none. */
static const char *find(
    const struct names_question *q, const char *p, const char *end)
{
	const size_t n = q->text.n;
	const size_t reach = n > BLOCK_BYTES ? n : BLOCK_BYTES;
	const char *found = NULL;

	for (; (size_t)(end - p) >= BLOCK_BYTES - 1 + reach; p += BLOCK_BYTES) {
		block_words at = marks(q, p);

		if (!(at[0] | at[1]))
			continue;
		found = check_marks(q, p, at[0]);
		if (!found)
			found = check_marks(q, p + 8, at[1]);
		if (found)
			return found;
	}
	for (; (size_t)(end - p) >= n; p++)
		if (*p == *q->text.p && memcmp(p, q->text.p, n) == 0)
			return p;
	return NULL;
}

/* Is a hit of this rank and length worse than all that are kept, whoever's
 * name it is? Then it need not be known whose. */
bool names_is_hopeless(
    const struct name_hits *hits, size_t limit, const struct name_hit *hit)
{
	const struct name_hit *worst = &hits->list[limit - 1];

	if (hits->count < limit || hit->rank < worst->rank)
		return false;
	return hit->rank > worst->rank || hit->name_bytes > worst->name_bytes;
}

/* The smallest subject of a pack. */
static int64_t least_id(const struct names_pack *view)
{
	int64_t least = INT64_MAX;
	size_t i;

	for (i = 0; i < view->count; i++) {
		int64_t id = names_pack_id(view, i);

		least = id < least ? id : least;
	}
	return least;
}

/* The same, told from the bytes before a hit alone: it stands inside a name
 * whose beginning is far enough away. So it is with nearly all hits of a
 * frequent question. */
static bool is_clearly_hopeless(const struct names_pack *view,
    const struct names_question *q, const char *p, size_t limit,
    const struct name_hits *hits)
{
	const struct name_hit *worst = &hits->list[limit - 1];
	size_t before;

	if (hits->count < limit || p == view->text.p || p[-1] == '\n')
		return false;
	if (worst->rank < RANK_INSIDE)
		return true;
	before = worst->name_bytes - q->text.n + 1;
	return (size_t)(p - view->text.p) > before &&
	    !memrchr(p - before, '\n', before);
}

/* The end of the name in which p stands. */
static const char *name_end(const char *p, const char *end)
{
	const char *to = p;

	if (p < end && *p != '\n')
		to = memchr(p, '\n', (size_t)(end - p));
	return to ? to : end;
}

/* Puts a hit at p in the name from..to, whose subject is not told yet. */
static void measure_hit(const struct names_question *q, const char *from,
    const char *p, const char *to, struct name_hit *out)
{
	out->name_bytes = (uint32_t)(to - from);
	out->rank = p > from		  ? RANK_INSIDE
	    : out->name_bytes > q->text.n ? RANK_BEGINNING
					  : RANK_WHOLE;
}

/* All names of one pack that hold the question. Whose a hit is costs more
 * than to find it, so it is asked only where it can matter: among names of one
 * length older subjects come first, and a pack's are mostly younger than
 * those before it. */
void names_search_pack(const struct names_pack *view,
    const struct names_question *q, size_t limit, struct name_hits *hits)
{
	const char *end = view->text.p + view->text.n;
	const char *p = view->text.p;
	const char *to = p;
	const char *counted = p;
	size_t names = 0;  /* '\n' seen up to `counted` */
	int64_t least = 0; /* the pack's smallest subject, 0: not known yet */

	while ((p = find(q, to, end))) {
		const char *from;
		struct name_hit hit;

		hits->total++;
		to = name_end(p + q->text.n, end); /* one hit a name */
		if (is_clearly_hopeless(view, q, p, limit, hits))
			continue;
		from = memrchr(view->text.p, '\n', (size_t)(p - view->text.p));
		if (!from)
			return;
		measure_hit(q, from + 1, p, to, &hit);
		if (names_is_hopeless(hits, limit, &hit))
			continue;
		if (!least)
			least = least_id(view);
		hit.subject_id = least;
		if (hits->count == limit &&
		    !is_better(&hit, &hits->list[limit - 1]))
			continue;
		for (; counted <= from; counted++)
			names += *counted == '\n';
		if (names > view->count)
			return;
		hit.subject_id = names_pack_id(view, names - 1);
		names_keep_hit(hits, limit, &hit);
	}
}

enum err_code names_ask(struct span text, char folded[NAMES_QUERY_BYTES_MAX],
    struct names_question *out, struct err *err)
{
	size_t n = text.n < NAMES_QUERY_BYTES_MAX
	    ? fold_name(text, folded, NAMES_QUERY_BYTES_MAX)
	    : 0;
	size_t starts;

	if (n == 0)
		return err_set(err, ERR_INPUT,
		    "the text to search for is empty "
		    "or too long");
	out->text = (struct span){folded, n};
	out->first = n > 2 ? 1 : 0;
	out->second = n - 1;
	starts = n < BLOCK_BYTES ? n : BLOCK_BYTES;
	memset(out->start, 0, sizeof(out->start));
	memset(out->start_mask, 0, sizeof(out->start_mask));
	memcpy(out->start, folded, starts);
	memset(out->start_mask, 0xFF, starts);
	return 0;
}
