/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue as a document: each open row with what it says and the subjects
 * it may be about. Fields that are not public stay out: whom a row is about
 * is told by its name, its codes and its document, not by a person.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "intake/candidates.h"
#include "intake/check.h"
#include "intake/doubtful_priv.h"

enum { FIELDS_BYTES_MAX = 4 * 1024 * 1024, SHORT_BYTES_MAX = 64 * 1024 };

void doubtful_row_init(struct doubtful_row *row)
{
	memset(row, 0, sizeof(*row));
	buf_init(&row->reason, SHORT_BYTES_MAX);
	buf_init(&row->code_text, SHORT_BYTES_MAX);
	buf_init(&row->name, SHORT_BYTES_MAX);
	buf_init(&row->department, SHORT_BYTES_MAX);
	buf_init(&row->fields, FIELDS_BYTES_MAX);
	buf_init(&row->closed, FIELDS_BYTES_MAX);
}

void doubtful_row_release(struct doubtful_row *row)
{
	buf_release(&row->reason);
	buf_release(&row->code_text);
	buf_release(&row->name);
	buf_release(&row->department);
	buf_release(&row->fields);
	buf_release(&row->closed);
}

static date_days date_column(struct store *store, enum sql_id id, int column)
{
	if (store_column(store, id, column).kind == STORE_NULL)
		return DATE_NONE;
	return (date_days)store_column_int(store, id, column);
}

static void set_text(
    struct buf *to, struct store *store, enum sql_id id, int column)
{
	buf_reset(to);
	buf_add_span(to, store_column_span(store, id, column));
}

static void read_columns(struct store *store, enum sql_id id,
    const struct catalog *catalog, struct doubtful_row *out)
{
	out->submission_id = store_column_int(store, id, 0);
	out->number = store_column_int(store, id, 1);
	out->item = catalog_item_by_number(
	    catalog, (int)store_column_int(store, id, 2));
	set_text(&out->reason, store, id, 3);
	set_text(&out->code_text, store, id, 4);
	set_text(&out->name, store, id, 5);
	out->key_hash = (uint64_t)store_column_int(store, id, 6);
	out->content_hash = (uint64_t)store_column_int(store, id, 7);
	out->decided_on = (date_days)store_column_int(store, id, 8);
	out->class_ = (uint8_t)store_column_int(store, id, 9);
	out->valid_to = date_column(store, id, 10);
	out->public_until = date_column(store, id, 11);
	set_text(&out->fields, store, id, 12);
	set_text(&out->closed, store, id, 13);
}

static enum err_code load_department(
    struct store *store, struct doubtful_row *row, struct err *err)
{
	const enum sql_id id = SQL_INTAKE_SUBMISSION_GET;
	struct store_value key = store_int(row->submission_id);
	enum err_code rc = store_start(store, id, &key, 1, err);
	int got = rc ? 0 : store_next(store, id, err);

	if (got == 1)
		set_text(&row->department, store, id, 1);
	else if (!rc)
		rc = got < 0
		    ? (enum err_code)got
		    : err_set(err, ERR_CORRUPT, "submission %lld is missing",
			  (long long)row->submission_id);
	store_finish(store, id);
	return rc;
}

enum err_code doubtful_row_load(struct store *store,
    const struct catalog *catalog, int64_t id, struct doubtful_row *out,
    struct err *err)
{
	const enum sql_id get = SQL_INTAKE_DOUBTFUL_GET;
	struct store_value key = store_int(id);
	enum err_code rc = store_start(store, get, &key, 1, err);
	int got = rc ? 0 : store_next(store, get, err);

	out->id = id;
	if (got == 1)
		read_columns(store, get, catalog, out);
	else if (!rc)
		rc = got < 0
		    ? (enum err_code)got
		    : err_set(err, ERR_NOT_FOUND,
			  "there is no doubtful row %lld", (long long)id);
	store_finish(store, get);
	if (!rc && !out->item)
		rc = err_set(err, ERR_NOT_FOUND,
		    "the catalogue no longer has the item of doubtful row %lld",
		    (long long)id);
	return rc ? rc : load_department(store, out, err);
}

/* ---- the document ---- */

static enum err_code list_ids(struct store *store, int64_t after, size_t limit,
    int64_t *ids, size_t *count, struct err *err)
{
	const enum sql_id id = SQL_INTAKE_DOUBTFUL_OPEN;
	struct store_value values[] = {
	    store_int(after), store_int((int64_t)limit)};
	enum err_code rc = store_start(store, id, values, 2, err);
	int got = 0;

	*count = 0;
	while (!rc && *count < limit && (got = store_next(store, id, err)) == 1)
		ids[(*count)++] = store_column_int(store, id, 0);
	store_finish(store, id);
	return rc ? rc : (enum err_code)(got < 0 ? got : 0);
}

/* The organisation code that the row gives beside, "" when none. */
static struct span org_code_of(const struct doubtful_row *row, json_t *fields)
{
	int at = cat_field_by_role(row->item, CAT_ROLE_SUBJECT_ORG_CODE);

	if (at < 0)
		return (struct span){NULL, 0};
	return span_of(json_string_value(
	    json_object_get(fields, row->item->fields[at].name)));
}

static void write_item(const struct cat_item *item, struct json_writer *w)
{
	json_key(w, "item");
	json_open_object(w);
	json_put_str(w, "id", item->id);
	json_put_str(w, "title", item->title);
	json_close_object(w);
}

/* Public fields in the catalogue's order: name, title, value, is_key. */
static void write_fields(
    const struct doubtful_row *row, const json_t *fields, struct json_writer *w)
{
	size_t i;

	json_key(w, "fields");
	json_open_array(w);
	for (i = 0; i < row->item->fields_count; i++) {
		const struct cat_field *f = &row->item->fields[i];
		const json_t *value = json_object_get(fields, f->name);
		char *text;

		if (!value || f->privacy != CAT_PUBLIC)
			continue;
		text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
		json_open_object(w);
		json_put_str(w, "name", f->name);
		json_put_str(w, "title", f->title);
		json_put_bool(w, "is_key", f->is_key);
		json_key(w, "value");
		json_add_raw(w, span_of(text ? text : "null"));
		json_close_object(w);
		free(text);
	}
	json_close_array(w);
}

static const char *doubt_words(const char *name)
{
	int i;

	for (i = 0; i < DOUBT_COUNT; i++)
		if (strcmp(doubt_name((enum doubt)i), name) == 0)
			return doubt_text((enum doubt)i);
	return "";
}

static void write_row(const struct doubtful_row *row, const json_t *fields,
    const struct candidates *candidates, struct json_writer *w)
{
	json_open_object(w);
	json_put_int(w, "id", row->id);
	json_put_int(w, "submission", row->submission_id);
	json_put_int(w, "row", row->number);
	json_put_span(w, "from", buf_span(&row->department));
	write_item(row->item, w);
	json_put_span(w, "name", buf_span(&row->name));
	json_put_span(w, "code_given", buf_span(&row->code_text));
	json_put_span(w, "doubt", buf_span(&row->reason));
	json_put_str(w, "why", doubt_words(buf_str(&row->reason)));
	json_put_date(w, "decided_on", row->decided_on);
	write_fields(row, fields, w);
	json_key(w, "candidates");
	candidates_write(candidates, w);
	json_put_bool(w, "has_more_candidates", candidates->has_more);
	json_close_object(w);
}

/* All fields, open and closed; NULL when they cannot be read. */
static json_t *read_fields(const struct doubtful_row *row)
{
	json_t *fields =
	    json_loadb(buf_str(&row->fields), row->fields.n, 0, NULL);
	json_t *closed = row->closed.n
	    ? json_loadb(buf_str(&row->closed), row->closed.n, 0, NULL)
	    : NULL;

	json_object_update(fields, closed);
	json_decref(closed);
	return fields;
}

/* The rows of one page with what belongs to them. */
struct page {
	size_t count;
	struct doubtful_row rows[DOUBTFUL_LIST_MAX];
	json_t *fields[DOUBTFUL_LIST_MAX]; /* owned; NULL: unreadable */
	struct candidate_query queries[DOUBTFUL_LIST_MAX];
	struct candidates candidates[DOUBTFUL_LIST_MAX];
};

static enum err_code load_page(struct store *store,
    const struct catalog *catalog, const int64_t *ids, size_t count,
    struct page *page, struct err *err)
{
	enum err_code rc = 0;

	while (page->count < count && !rc) {
		size_t i = page->count++;
		struct doubtful_row *row = &page->rows[i];

		doubtful_row_init(row);
		rc = doubtful_row_load(store, catalog, ids[i], row, err);
		if (rc)
			break;
		page->fields[i] = read_fields(row);
		page->queries[i] = (struct candidate_query){
		    buf_span(&row->name), buf_span(&row->code_text),
		    org_code_of(row, page->fields[i])};
	}
	return rc ? rc
		  : candidates_find(store, page->queries, page->count,
			page->candidates, err);
}

static void free_page(struct page **page)
{
	struct page *p = *page;
	size_t i;

	for (i = 0; i < p->count; i++) {
		doubtful_row_release(&p->rows[i]);
		candidates_release(&p->candidates[i]);
		json_decref(p->fields[i]);
	}
	free(p);
	*page = NULL;
}

static void write_page(
    const struct page *page, int64_t open, bool has_next, struct buf *out)
{
	struct json_writer w;
	size_t i;

	json_start(&w, out);
	json_open_object(&w);
	json_put_int(&w, "open", open);
	json_key(&w, "doubtful");
	json_open_array(&w);
	for (i = 0; i < page->count; i++)
		write_row(
		    &page->rows[i], page->fields[i], &page->candidates[i], &w);
	json_close_array(&w);
	if (has_next) {
		json_put_int(&w, "next", page->rows[page->count - 1].id);
	} else {
		json_key(&w, "next");
		json_add_null(&w);
	}
	json_close_object(&w);
}

enum err_code doubtful_list(struct store *store, const struct catalog *catalog,
    int64_t after, size_t limit, struct buf *out, struct err *err)
{
	struct page *page = mem_zalloc(1, sizeof(*page));
	int64_t ids[DOUBTFUL_LIST_MAX + 1];
	size_t count = 0;
	int64_t open = 0;
	enum err_code rc = store_begin_read(store, err);

	if (!rc)
		rc = store_get_int(store, SQL_INTAKE_DOUBTFUL_OPEN_COUNT, NULL,
		    0, 0, &open, err);
	if (!rc)
		rc = list_ids(store, after, limit + 1, ids, &count, err);
	if (!rc)
		rc = load_page(store, catalog, ids,
		    count < limit ? count : limit, page, err);
	if (!rc)
		write_page(page, open, count > limit, out);
	if (!rc && out->is_full)
		rc = err_set(
		    err, ERR_FULL, "the list is too long to show at once");
	store_rollback(store);
	free_page(&page);
	return rc;
}
