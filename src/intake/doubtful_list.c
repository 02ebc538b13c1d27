/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue as a document: each open row with what it says and the subjects
 * it may be about. Fields that are not public stay out: whom a row is about
 * is told by its name, its codes and its document, not by a person.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/fold.h"
#include "base/mem.h"
#include "base/money.h"
#include "base/tr.h"
#include "intake/candidates.h"
#include "intake/check.h"
#include "intake/doubtful_priv.h"
#include "registry/subjects.h"

enum {
	NAME_BYTES_MAX = 4096,
	ALSO_MAX = 5,	 /* other names shown of a candidate */
	EDGES_MAX = 100, /* decisions shown of a row: the newest */
	ORG_CODE_AT = 8	 /* in a unified code */
};

static enum err_code list_ids(struct store *store,
    const struct doubtful_query *query, int64_t *ids, size_t *count,
    struct err *err)
{
	const enum sql_id id = SQL_INTAKE_DOUBTFUL_PAGE;
	const char *department = query->department ? query->department : "";
	struct store_value values[] = {store_int(query->after),
	    store_str(department), store_int(query->is_decided),
	    store_int((int64_t)query->limit + 1)};
	enum err_code rc = store_start(store, id, values, 4, err);

	*count = 0;
	while (*count <= query->limit && store_next_row(store, id, &rc, err))
		ids[(*count)++] = store_column_int(store, id, 0);
	store_finish(store, id);
	return rc;
}

/* The organisation code that the row gives beside, "" when none. */
static struct span org_code_of(
    const struct doubtful_row *row, const json_t *fields)
{
	int at = cat_field_by_role(row->item, CAT_ROLE_SUBJECT_ORG_CODE);

	if (at < 0)
		return (struct span){NULL, 0};
	return span_of(json_string_value(
	    json_object_get(fields, row->item->fields[at].name)));
}

static void write_item(const struct cat_item *item, struct json_writer *w)
{
	bool is_english = tr_lang() == LANG_EN && item->title_en[0];

	json_key(w, "item");
	json_open_object(w);
	json_put_str(w, "id", item->id);
	json_put_str(w, "title", is_english ? item->title_en : item->title);
	json_close_object(w);
}

/* "text": an amount, which is in fen, as people read it. */
static void put_money(
    struct json_writer *w, const struct cat_field *f, const json_t *value)
{
	struct buf text = BUF_INIT(64);

	if (!json_is_integer(value) ||
	    (f->type != CAT_MONEY_WAN && f->type != CAT_MONEY_YUAN))
		return;
	money_write(json_integer_value(value), &text);
	json_put_span(w, "text", buf_span(&text));
	buf_release(&text);
}

/* Public fields in the catalogue's order: name, title, value, text of
 * amounts, is_key. */
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
		put_money(w, f, value);
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

/* The members of a row, into an open object. */
static void write_row_members(
    const struct doubtful_row *row, const json_t *fields, struct json_writer *w)
{
	char moment[21];

	json_put_int(w, "id", row->id);
	json_put_int(w, "submission", row->submission_id);
	json_put_int(w, "row", row->number);
	json_put_span(w, "file", buf_span(&row->file_name));
	json_put_str(w, "received", date_format_unix(row->received_at, moment));
	json_put_span(w, "from", buf_span(&row->department));
	write_item(row->item, w);
	json_put_span(w, "name", buf_span(&row->name));
	json_put_span(w, "code_given", buf_span(&row->code_text));
	json_put_span(w, "doubt", buf_span(&row->reason));
	json_put_str(w, "why", doubt_words(buf_str(&row->reason)));
	json_put_date(w, "decided_on", row->decided_on);
	json_put_bool(w, "is_item_gone", row->is_item_gone);
	write_fields(row, fields, w);
}

static void write_row(const struct doubtful_row *row, const json_t *fields,
    const struct candidates *candidates, struct json_writer *w)
{
	json_open_object(w);
	write_row_members(row, fields, w);
	json_key(w, "candidates");
	candidates_write(candidates, w);
	json_put_bool(w, "has_more_candidates", candidates->has_more);
	json_put_int(w, "candidates_count", (int64_t)candidates->count);
	json_close_object(w);
}

/* The rows of one page with what belongs to them. */
struct page {
	size_t count;
	struct doubtful_past past;
	struct doubtful_row rows[DOUBTFUL_LIST_MAX];
	json_t *fields[DOUBTFUL_LIST_MAX]; /* owned; NULL: unreadable */
	struct candidate_query queries[DOUBTFUL_LIST_MAX];
	struct candidates candidates[DOUBTFUL_LIST_MAX];
};

static enum err_code load_page(struct store *store,
    const struct catalog *catalog, const int64_t *ids, size_t count,
    bool is_open, struct page *page, struct err *err)
{
	enum err_code rc = 0;

	while (page->count < count && !rc) {
		size_t i = page->count++;
		struct doubtful_row *row = &page->rows[i];

		doubtful_row_init(row);
		rc = doubtful_row_load(
		    store, catalog, &page->past, ids[i], row, err);
		if (rc)
			break;
		page->fields[i] = doubtful_row_fields(row);
		page->queries[i] = (struct candidate_query){
		    buf_span(&row->name), buf_span(&row->code_text),
		    org_code_of(row, page->fields[i])};
	}
	if (rc || !is_open)
		return rc;
	return candidates_find(
	    store, page->queries, page->count, page->candidates, err);
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
	doubtful_past_release(&p->past);
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

static enum err_code count_open(
    struct store *store, const char *department, int64_t *out, struct err *err)
{
	struct store_value key = store_str(department ? department : "");

	return store_get_int(
	    store, SQL_INTAKE_DOUBTFUL_OPEN_COUNT, &key, 1, 0, out, err);
}

enum err_code doubtful_list(struct store *store, const struct catalog *catalog,
    const struct doubtful_query *query, struct buf *out, struct err *err)
{
	struct page *page = mem_zalloc(1, sizeof(*page));
	int64_t ids[DOUBTFUL_LIST_MAX + 1];
	size_t limit = query->limit, count = 0;
	int64_t open = 0;
	enum err_code rc = store_begin_read(store, err);

	if (!rc)
		rc = count_open(store, query->department, &open, err);
	if (!rc)
		rc = list_ids(store, query, ids, &count, err);
	if (!rc)
		rc = load_page(store, catalog, ids,
		    count < limit ? count : limit, !query->is_decided, page,
		    err);
	if (!rc)
		write_page(page, open, count > limit, out);
	if (!rc && out->is_full)
		rc = err_set(
		    err, ERR_FULL, "the list is too long to show at once");
	store_rollback(store);
	free_page(&page);
	return rc;
}

/* ---- one row ---- */

/* The other names that a subject had or has. */
static enum err_code write_also(struct store *store, int64_t subject_id,
    struct json_writer *w, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_ALIAS_LIST;
	struct store_value key = store_int(subject_id);
	enum err_code rc = store_start(store, id, &key, 1, err);
	size_t count = 0;

	json_key(w, "also");
	json_open_array(w);
	while (count < ALSO_MAX && store_next_row(store, id, &rc, err)) {
		if (store_column_int(store, id, 0) != SUBJECT_KEY_NAME)
			continue;
		json_add_string(w, store_column_span(store, id, 1));
		count++;
	}
	json_close_array(w);
	store_finish(store, id);
	return rc;
}

/* Each character of a candidate's code beside what the row shows of it. */
static void write_marks(
    const struct doubtful_row *row, const char *code, struct json_writer *w)
{
	char marks[IDENT_USCC_CHARS + 1];
	size_t i;

	json_key(w, "marks");
	json_open_array(w);
	candidate_code_marks(buf_span(&row->code_text), code, marks);
	for (i = 0; code[i]; i++) {
		json_open_object(w);
		json_key(w, "c");
		json_add_string(w, (struct span){code + i, 1});
		json_put_bool(w, "differs", marks[i] == 'x');
		json_put_bool(w, "hidden", marks[i] == '.');
		json_close_object(w);
	}
	json_close_array(w);
}

static bool is_same_name(const struct doubtful_row *row, struct span name)
{
	char a[NAME_BYTES_MAX], b[NAME_BYTES_MAX];
	struct span x = {a, 0}, y = {b, 0};

	if (row->name.n > sizeof(a) || name.n > sizeof(b))
		return false;
	x.n = fold_name(buf_span(&row->name), a, sizeof(a));
	y.n = fold_name(name, b, sizeof(b));
	return span_equal(x, y);
}

static enum err_code write_candidate(struct store *store,
    const struct doubtful_row *row, struct span org_code,
    const struct candidate *c, struct json_writer *w, struct err *err)
{
	struct store_value key = store_int(c->subject_id);
	int64_t records = 0;
	enum err_code rc = store_get_int(
	    store, SQL_REGISTRY_RECORD_COUNT, &key, 1, 0, &records, err);

	json_open_object(w);
	candidate_write(c, w);
	json_put_bool(
	    w, "name_differs", !is_same_name(row, buf_span(&c->name)));
	write_marks(row, c->code, w);
	json_put_bool(w, "org_code_differs",
	    org_code.n && !(c->reasons & CANDIDATE_ORG_CODE));
	json_key(w, "org_code");
	json_add_string(w,
	    strlen(c->code) == IDENT_USCC_CHARS
		? (struct span){c->code + ORG_CODE_AT, IDENT_ORG_CHARS}
		: span_of(""));
	json_put_int(w, "records", records);
	if (!rc)
		rc = write_also(store, c->subject_id, w, err);
	json_close_object(w);
	return rc;
}

static enum err_code write_candidates(struct store *store,
    const struct doubtful_row *row, const json_t *fields, struct json_writer *w,
    struct err *err)
{
	const struct candidate_query query = {buf_span(&row->name),
	    buf_span(&row->code_text), org_code_of(row, fields)};
	struct candidates found = {0};
	enum err_code rc = candidates_find(store, &query, 1, &found, err);
	size_t i;

	json_put_span(w, "org_code_given", query.org_code);
	json_key(w, "candidates");
	json_open_array(w);
	for (i = 0; i < found.count && !rc; i++)
		rc = write_candidate(
		    store, row, query.org_code, &found.list[i], w, err);
	json_close_array(w);
	json_put_bool(w, "has_candidates", found.count > 0);
	json_put_bool(w, "has_more_candidates", found.has_more);
	candidates_release(&found);
	return rc;
}

struct edge {
	int64_t subject_id;
	int64_t seq;
	int64_t at_ms;
	char *by;
	char *reason;
};

static char *text_column(struct store *store, enum sql_id id, int column)
{
	struct span text = store_column_span(store, id, column);

	return mem_dup(text.p, text.n);
}

/* The newest first. */
static enum err_code read_edges(struct store *store, int64_t id,
    struct edge *list, size_t *count, struct err *err)
{
	const enum sql_id get = SQL_INTAKE_EDGE_LIST;
	struct store_value values[] = {store_int(id), store_int(EDGES_MAX)};
	enum err_code rc = store_start(store, get, values, 2, err);

	*count = 0;
	while (*count < EDGES_MAX && store_next_row(store, get, &rc, err))
		list[(*count)++] = (struct edge){
		    store_column_int(store, get, 2),
		    store_column_int(store, get, 3),
		    store_column_int(store, get, 5),
		    text_column(store, get, 4),
		    text_column(store, get, 6),
		};
	store_finish(store, get);
	return rc;
}

/* before: whom the row was about until then. */
static enum err_code write_edge(struct store *store, const struct edge *edge,
    int64_t before, struct json_writer *w, struct err *err)
{
	bool is_resolved = edge->subject_id > 0;
	struct subject subject;
	enum err_code rc = 0;
	char time[24];

	subject_init(&subject);
	if (is_resolved)
		rc = subject_by_id(store, edge->subject_id, &subject, err);
	json_open_object(w);
	json_put_str(w, "at", date_format_unix(edge->at_ms, time));
	json_put_str(w, "by", edge->by);
	json_put_str(w, "reason", edge->reason);
	json_put_str(w, "step",
	    is_resolved		   ? "resolved"
		: edge->subject_id ? "dismissed"
				   : "undone");
	json_put_str(w, "title",
	    is_resolved && before > 0 ? tr("stands again: it is about")
		: is_resolved	      ? tr("decided: it is about")
		: edge->subject_id    ? tr("rejected")
		: before < 0	      ? tr("rejection undone")
				      : tr("decision undone"));
	json_put_bool(w, "is_resolved", is_resolved);
	json_put_span(w, "code", buf_span(&subject.code));
	json_put_span(w, "name", buf_span(&subject.name));
	json_put_int(w, "statement", edge->seq);
	json_close_object(w);
	subject_release(&subject);
	return rc;
}

/* "decisions", and where the row stands by the newest. */
static enum err_code write_decisions(struct store *store,
    const struct doubtful_row *row, struct json_writer *w, struct err *err)
{
	struct edge list[EDGES_MAX];
	size_t count, i;
	enum err_code rc = read_edges(store, row->id, list, &count, err);
	int64_t last = count ? list[0].subject_id : 0;

	json_key(w, "decisions");
	json_open_array(w);
	for (i = count; i-- > 0 && !rc;)
		rc = write_edge(store, &list[i],
		    i + 1 < count ? list[i + 1].subject_id : 0, w, err);
	json_close_array(w);
	json_put_bool(w, "has_decisions", count > 0);
	json_put_bool(w, "is_open", last == 0);
	json_put_bool(w, "is_dismissed", last < 0);
	json_put_bool(w, "is_resolved", last > 0);
	json_put_bool(
	    w, "can_be_undone", last < 0 || (last > 0 && !row->is_item_gone));
	json_key(w, "record");
	if (last > 0)
		json_add_int(w, list[0].seq);
	else
		json_add_null(w);
	for (i = 0; i < count; i++) {
		free(list[i].by);
		free(list[i].reason);
	}
	return rc;
}

static enum err_code show(struct store *store, const struct catalog *catalog,
    const char *department, int64_t id, struct json_writer *w, struct err *err)
{
	struct doubtful_past past = {0};
	struct doubtful_row row;
	json_t *fields = NULL;
	enum err_code rc;

	doubtful_row_init(&row);
	rc = doubtful_row_load(store, catalog, &past, id, &row, err);
	if (!rc && department &&
	    !span_is(buf_span(&row.department), department))
		rc = err_set(err, ERR_NOT_FOUND,
		    "there is no doubtful row %lld", (long long)id);
	if (!rc) {
		fields = doubtful_row_fields(&row);
		json_open_object(w);
		write_row_members(&row, fields, w);
		rc = write_decisions(store, &row, w, err);
		if (!rc)
			rc = write_candidates(store, &row, fields, w, err);
		json_close_object(w);
	}
	json_decref(fields);
	doubtful_row_release(&row);
	doubtful_past_release(&past);
	return rc;
}

enum err_code doubtful_show(struct store *store, const struct catalog *catalog,
    const char *department, int64_t id, struct buf *out, struct err *err)
{
	struct json_writer w;
	enum err_code rc = store_begin_read(store, err);

	if (rc)
		return rc;
	json_start(&w, out);
	rc = show(store, catalog, department, id, &w, err);
	if (!rc && out->is_full)
		rc = err_set(err, ERR_FULL, "the document is too large");
	store_rollback(store);
	return rc;
}
