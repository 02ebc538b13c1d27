/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The search passes each pack's text in blocks of 16 bytes: a block is of
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
#include "registry/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/fold.h"
#include "base/mem.h"
#include "registry/names_priv.h"

enum {
	NAMES_IN_PACK_MAX = 380,
	COUNT_BYTES = 2,
	ID_BYTES = NAMES_ID_BYTES,
	/* Full packs that are written together, so that their pages stand
	 * together in the file and a search reads them with few calls. */
	PACKS_TOGETHER = 64
};

struct full_pack {
	int64_t pack_id;
	size_t count;
	size_t at; /* in `bodies` */
};

struct name_packer {
	struct store *store;
	struct full_pack full[PACKS_TOGETHER];
	size_t full_n;
	struct buf bodies;
	int64_t pack_id; /* of the pack being filled */
	size_t count;
	int64_t ids[NAMES_IN_PACK_MAX];
	struct buf text;
	bool is_dirty;
};

static uint64_t get_le(const char *p, size_t bytes)
{
	uint64_t v = 0;
	size_t i;

	for (i = bytes; i > 0; i--)
		v = v << 8 | (unsigned char)p[i - 1];
	return v;
}

static void add_le(struct buf *out, uint64_t v, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes; i++, v >>= 8)
		buf_add_char(out, (char)(v & 0xFF));
}

bool names_pack_view(struct span body, struct names_pack *out)
{
	if (body.n < COUNT_BYTES)
		return false;
	out->count = (size_t)get_le(body.p, COUNT_BYTES);
	if (body.n - COUNT_BYTES < out->count * ID_BYTES)
		return false;
	out->ids = body.p + COUNT_BYTES;
	out->text.p = out->ids + out->count * ID_BYTES;
	out->text.n = body.n - COUNT_BYTES - out->count * ID_BYTES;
	return true;
}

int64_t names_pack_id(const struct names_pack *pack, size_t i)
{
	return (int64_t)get_le(pack->ids + i * ID_BYTES, ID_BYTES);
}

static enum err_code damaged(int64_t pack_id, struct err *err)
{
	return err_set(
	    err, ERR_CORRUPT, "name pack %lld is damaged", (long long)pack_id);
}

static enum err_code load_last(struct name_packer *p, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_PACK_LAST;
	enum err_code rc = store_start(p->store, id, NULL, 0, err);
	int got = rc ? 0 : store_next(p->store, id, err);
	struct names_pack view;

	p->pack_id = 1;
	if (got < 0)
		rc = (enum err_code)got;
	if (got == 1) {
		p->pack_id = store_column_int(p->store, id, 0);
		if (names_pack_view(
			store_column_span(p->store, id, 2), &view) &&
		    view.count <= NAMES_IN_PACK_MAX) {
			for (p->count = 0; p->count < view.count; p->count++)
				p->ids[p->count] = (int64_t)get_le(
				    view.ids + p->count * ID_BYTES, ID_BYTES);
			buf_add_span(&p->text, view.text);
		} else {
			rc = damaged(p->pack_id, err);
		}
	}
	store_finish(p->store, id);
	return rc;
}

enum err_code name_packer_new(
    struct store *store, struct name_packer **out, struct err *err)
{
	struct name_packer *p = mem_zalloc(1, sizeof(*p));
	enum err_code rc;

	p->store = store;
	buf_init(&p->text, NAMES_PACK_BYTES * 2);
	buf_init(&p->bodies, (size_t)PACKS_TOGETHER * NAMES_PACK_BYTES);
	rc = load_last(p, err);
	if (rc)
		name_packer_free(&p);
	else
		*out = p;
	return rc;
}

void name_packer_free(struct name_packer **packer)
{
	struct name_packer *p = *packer;

	if (!p)
		return;
	buf_release(&p->text);
	buf_release(&p->bodies);
	free(p);
	*packer = NULL;
}

/* Writes the full packs. */
static enum err_code write_full(struct name_packer *p, struct err *err)
{
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < p->full_n && !rc; i++) {
		const struct full_pack *f = &p->full[i];
		size_t end =
		    i + 1 < p->full_n ? p->full[i + 1].at : p->bodies.n;
		struct store_value row[] = {store_int(f->pack_id),
		    store_int((int64_t)f->count),
		    store_blob(p->bodies.p + f->at, end - f->at)};

		rc = store_run(p->store, SQL_REGISTRY_PACK_PUT, row, 3, err);
	}
	p->full_n = 0;
	buf_reset(&p->bodies);
	return rc;
}

/* Puts the pack being filled, as it is, to those to be written. */
static enum err_code put_pack(struct name_packer *p, struct err *err)
{
	enum err_code rc =
	    p->full_n == PACKS_TOGETHER ? write_full(p, err) : ERR_NONE;
	size_t i;

	if (rc)
		return rc;
	p->full[p->full_n++] =
	    (struct full_pack){p->pack_id, p->count, p->bodies.n};
	add_le(&p->bodies, p->count, COUNT_BYTES);
	for (i = 0; i < p->count; i++)
		add_le(&p->bodies, (uint64_t)p->ids[i], ID_BYTES);
	buf_add_span(&p->bodies, buf_span(&p->text));
	p->is_dirty = false;
	return 0;
}

enum err_code name_packer_flush(struct name_packer *p, struct err *err)
{
	enum err_code rc = p->is_dirty ? put_pack(p, err) : ERR_NONE;

	return rc ? rc : write_full(p, err);
}

enum err_code name_packer_add(struct name_packer *p, struct span name,
    int64_t subject_id, struct err *err)
{
	char folded[NAMES_QUERY_BYTES_MAX];
	size_t n = name.n > sizeof(folded) - 1
	    ? 0
	    : fold_name(name, folded, sizeof(folded));
	size_t used = COUNT_BYTES + p->count * ID_BYTES + p->text.n;

	if (n == 0)
		return 0;
	if (used + ID_BYTES + n + 1 > NAMES_PACK_BYTES ||
	    p->count == NAMES_IN_PACK_MAX) {
		enum err_code rc = p->is_dirty ? put_pack(p, err) : ERR_NONE;

		if (rc)
			return rc;
		p->pack_id++;
		p->count = 0;
		buf_reset(&p->text);
	}
	p->ids[p->count++] = subject_id;
	buf_add_char(&p->text, '\n');
	buf_add(&p->text, folded, n);
	p->is_dirty = true;
	return 0;
}

/* False when the pack has not as many names as it says. */
static bool visit_pack(
    const struct names_pack *view, names_visit *visit, void *ctx)
{
	const char *p = view->text.p;
	const char *end = p + view->text.n;
	size_t i;

	for (i = 0; i < view->count; i++) {
		const char *next;

		if (p == end || *p != '\n')
			return false;
		next = memchr(p + 1, '\n', (size_t)(end - p) - 1);
		if (!next)
			next = end;
		visit(ctx, (int64_t)get_le(view->ids + i * ID_BYTES, ID_BYTES),
		    (struct span){p + 1, (size_t)(next - p) - 1});
		p = next;
	}
	return p == end;
}

enum err_code names_visit_all(
    struct store *store, names_visit *visit, void *ctx, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_PACK_LIST;
	enum err_code rc = store_start(store, id, NULL, 0, err);
	int got = 0;

	while (!rc && (got = store_next(store, id, err)) == 1) {
		struct names_pack view;

		if (!names_pack_view(store_column_span(store, id, 2), &view) ||
		    (int64_t)view.count != store_column_int(store, id, 1) ||
		    !visit_pack(&view, visit, ctx))
			rc = damaged(store_column_int(store, id, 0), err);
	}
	if (!rc && got < 0)
		rc = (enum err_code)got;
	store_finish(store, id);
	return rc;
}

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

enum { BLOCK_BYTES = 16 };

typedef unsigned char block_bytes __attribute__((vector_size(BLOCK_BYTES)));
typedef uint64_t block_words __attribute__((vector_size(BLOCK_BYTES)));

static block_bytes load(const char *p)
{
	block_bytes b;

	memcpy(&b, p, sizeof(b));
	return b;
}

static bool stands_at(const char *p, struct span query)
{
	return memcmp(p, query.p, query.n) == 0;
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

		if (stands_at(p + at, q->text))
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
	const char *found = NULL;

	for (; (size_t)(end - p) >= BLOCK_BYTES + n - 1; p += BLOCK_BYTES) {
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
		if (*p == *q->text.p && stands_at(p, q->text))
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
		int64_t id =
		    (int64_t)get_le(view->ids + i * ID_BYTES, ID_BYTES);

		least = id < least ? id : least;
	}
	return least;
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
	const char *counted = p;
	size_t names = 0;  /* '\n' seen up to `counted` */
	int64_t least = 0; /* the pack's smallest subject, 0: not known yet */

	while ((p = find(q, p, end))) {
		const char *from =
		    memrchr(view->text.p, '\n', (size_t)(p - view->text.p));
		const char *to = memchr(p, '\n', (size_t)(end - p));
		struct name_hit hit;

		if (!from)
			return;
		to = to ? to : end;
		hit.name_bytes = (uint32_t)(to - from - 1);
		hit.rank = p > from + 1		 ? 2
		    : hit.name_bytes > q->text.n ? 1
						 : 0;
		hits->total++;
		p = to; /* one hit a name */
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
		hit.subject_id = (int64_t)get_le(
		    view->ids + (names - 1) * ID_BYTES, ID_BYTES);
		names_keep_hit(hits, limit, &hit);
	}
}

enum err_code names_ask(struct span text, char folded[NAMES_QUERY_BYTES_MAX],
    struct names_question *out, struct err *err)
{
	size_t n = text.n < NAMES_QUERY_BYTES_MAX
	    ? fold_name(text, folded, NAMES_QUERY_BYTES_MAX)
	    : 0;

	if (n == 0)
		return err_set(err, ERR_INPUT,
		    "the text to search for is empty "
		    "or too long");
	out->text = (struct span){folded, n};
	out->first = n > 2 ? 1 : 0;
	out->second = n - 1;
	return 0;
}

enum err_code names_search_packs(struct store *store,
    const struct names_question *q, const struct names_packs *packs,
    size_t limit, struct name_hits *out, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_PACK_RANGE;
	const struct store_value range[] = {
	    store_int(packs->from), store_int(packs->before)};
	enum err_code rc = store_start(store, id, range, 2, err);
	int got = 0;

	while (!rc && (got = store_next(store, id, err)) == 1) {
		struct names_pack view;

		if (names_pack_view(store_column_span(store, id, 2), &view))
			names_search_pack(&view, q, limit, out);
		else
			rc = damaged(store_column_int(store, id, 0), err);
	}
	if (!rc && got < 0)
		rc = (enum err_code)got;
	store_finish(store, id);
	return rc;
}

enum err_code names_search(struct store *store, struct span text, size_t limit,
    struct name_hits *out, struct err *err)
{
	const struct names_packs all = {0, INT64_MAX};
	char folded[NAMES_QUERY_BYTES_MAX];
	struct names_question q;
	enum err_code rc = names_ask(text, folded, &q, err);

	ASSERT(limit > 0);
	out->count = 0;
	out->total = 0;
	if (limit > NAMES_HITS_MAX)
		limit = NAMES_HITS_MAX;
	return rc ? rc : names_search_packs(store, &q, &all, limit, out, err);
}
