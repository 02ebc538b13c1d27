/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packs: made from names that come, kept in the database, and asked one after
 * the other. How one is searched stands in names_scan.c.
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
	struct names_pack view;

	p->pack_id = 1;
	if (store_next_row(p->store, id, &rc, err)) {
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

	while (store_next_row(store, id, &rc, err)) {
		struct names_pack view;

		if (!names_pack_view(store_column_span(store, id, 2), &view) ||
		    (int64_t)view.count != store_column_int(store, id, 1) ||
		    !visit_pack(&view, visit, ctx))
			rc = damaged(store_column_int(store, id, 0), err);
	}
	store_finish(store, id);
	return rc;
}

enum err_code names_search_packs(struct store *store,
    const struct names_question *q, const struct names_packs *packs,
    size_t limit, struct name_hits *out, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_PACK_RANGE;
	const struct store_value range[] = {
	    store_int(packs->from), store_int(packs->before)};
	enum err_code rc = store_start(store, id, range, 2, err);

	while (store_next_row(store, id, &rc, err)) {
		struct names_pack view;

		if (names_pack_view(store_column_span(store, id, 2), &view))
			names_search_pack(&view, q, limit, out);
		else
			rc = damaged(store_column_int(store, id, 0), err);
	}
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
