/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The search passes each pack's text with memmem, which the C library does
 * with vector instructions. A hit's ordinal in the pack is the number of
 * '\n' before it; the text is short, so they are counted.
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

enum { NAMES_IN_PACK_MAX = 380, COUNT_BYTES = 2, ID_BYTES = 8 };

struct name_packer {
	struct store *store;
	int64_t pack_id; /* of the pack being filled */
	size_t count;
	int64_t ids[NAMES_IN_PACK_MAX];
	struct buf text;
	struct buf body; /* scratch */
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

/* A pack's parts; false when the bytes are no pack. */
struct pack_view {
	size_t count;
	const char *ids;
	struct span text;
};

static bool view_pack(struct span body, struct pack_view *out)
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

static enum err_code damaged(int64_t pack_id, struct err *err)
{
	return err_set(err, ERR_CORRUPT, "name pack %lld is damaged",
	    (long long)pack_id);
}

static enum err_code load_last(struct name_packer *p, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_PACK_LAST;
	enum err_code rc = store_start(p->store, id, NULL, 0, err);
	int got = rc ? 0 : store_next(p->store, id, err);
	struct pack_view view;

	p->pack_id = 1;
	if (got < 0)
		rc = (enum err_code)got;
	if (got == 1) {
		p->pack_id = store_column_int(p->store, id, 0);
		if (view_pack(store_column_span(p->store, id, 2), &view) &&
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
	buf_init(&p->body, NAMES_PACK_BYTES * 2);
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
	buf_release(&p->body);
	free(p);
	*packer = NULL;
}

enum err_code name_packer_flush(struct name_packer *p, struct err *err)
{
	struct store_value row[3];
	size_t i;

	if (!p->is_dirty)
		return 0;
	buf_reset(&p->body);
	add_le(&p->body, p->count, COUNT_BYTES);
	for (i = 0; i < p->count; i++)
		add_le(&p->body, (uint64_t)p->ids[i], ID_BYTES);
	buf_add_span(&p->body, buf_span(&p->text));
	row[0] = store_int(p->pack_id);
	row[1] = store_int((int64_t)p->count);
	row[2] = store_blob(p->body.p, p->body.n);
	p->is_dirty = false;
	return store_run(p->store, SQL_REGISTRY_PACK_PUT, row, 3, err);
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
		enum err_code rc = name_packer_flush(p, err);

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
    const struct pack_view *view, names_visit *visit, void *ctx)
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
		struct pack_view view;

		if (!view_pack(store_column_span(store, id, 2), &view) ||
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
static void keep_hit(
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

/* The name around a match at `at`: from its '\n' to the next. */
static struct name_hit describe(const struct pack_view *view, size_t at,
    size_t ordinal, struct span query)
{
	const char *p = view->text.p;
	size_t from = at, to = at;
	struct name_hit hit;

	while (from > 0 && p[from - 1] != '\n')
		from--;
	while (to < view->text.n && p[to] != '\n')
		to++;
	hit.name_bytes = (uint32_t)(to - from);
	hit.rank = at > from ? 2 : hit.name_bytes > query.n ? 1 : 0;
	hit.subject_id =
	    (int64_t)get_le(view->ids + ordinal * ID_BYTES, ID_BYTES);
	return hit;
}

/* All names of one pack that hold the query. */
static void search_pack(const struct pack_view *view, struct span query,
    size_t limit, struct name_hits *hits)
{
	const char *start = view->text.p;
	const char *end = start + view->text.n;
	const char *counted = start;
	const char *p = start;
	size_t names = 0; /* '\n' seen so far */

	while ((p = memmem(p, (size_t)(end - p), query.p, query.n))) {
		struct name_hit hit;

		for (; counted < p; counted++)
			names += *counted == '\n';
		if (names == 0 || names > view->count)
			return;
		hit = describe(view, (size_t)(p - start), names - 1, query);
		hits->total++;
		keep_hit(hits, limit, &hit);
		/* On to the next name: one hit a name. */
		p = memchr(p, '\n', (size_t)(end - p));
		if (!p)
			return;
	}
}

enum err_code names_search(struct store *store, struct span text, size_t limit,
    struct name_hits *out, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_PACK_LIST;
	char folded[NAMES_QUERY_BYTES_MAX];
	struct span query = {folded, 0};
	enum err_code rc;
	int got = 0;

	out->count = 0;
	out->total = 0;
	if (text.n < sizeof(folded))
		query.n = fold_name(text, folded, sizeof(folded));
	if (query.n == 0)
		return err_set(err, ERR_INPUT, "the text to search for is empty "
					       "or too long");
	if (limit > NAMES_HITS_MAX)
		limit = NAMES_HITS_MAX;
	rc = store_start(store, id, NULL, 0, err);
	while (!rc && (got = store_next(store, id, err)) == 1) {
		struct pack_view view;

		if (view_pack(store_column_span(store, id, 2), &view))
			search_pack(&view, query, limit, out);
		else
			rc = damaged(store_column_int(store, id, 0), err);
	}
	if (!rc && got < 0)
		rc = (enum err_code)got;
	store_finish(store, id);
	return rc;
}
