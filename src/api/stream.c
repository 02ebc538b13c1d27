/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A piece is some hundred rows. The place behind the last row is the key of
 * the list, or the number in the log, so a piece needs nothing of the one
 * before it. Whole sets go in the order of the log: neighbours share a
 * block of statements, which is decoded once.
 */
#include "api/stream.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/csv.h"
#include "api/entry.h"
#include "api/put.h"
#include "base/check.h"
#include "base/mem.h"
#include "base/tr.h"
#include "intake/table.h"

enum { LIST_ROWS = 200, SET_ROWS = 1000, CELL_BYTES_MAX = 4 * 1024 * 1024 };

struct list_stream {
	enum list_format format;
	const struct cat_item *item;
	bool is_set;
	bool is_example;
	struct list_query query;
	struct publication_filter filter; /* borrows from query */
	struct publication_key after;
	int64_t after_seq; /* of a set */
	size_t rows;	   /* told */
	size_t piece_rows;
	size_t piece_max;
	struct entry_column *columns; /* as the first piece had them */
	size_t columns_count;
	bool has_begun;
	bool has_ended;
	bool is_stopped; /* the piece: there are more rows */
	bool is_cut;	 /* they are more than a download has */
	/* During a piece. */
	struct entry_reader entries;
	struct buf cell;
	struct buf *out;
};

static struct list_stream *new_stream(
    const struct catalog *catalog, enum list_format format)
{
	struct list_stream *s = mem_zalloc(1, sizeof(*s));

	ASSERT(format != LIST_XLSX);
	s->format = format;
	s->is_example = catalog->shows_example;
	s->after = publication_key_first();
	s->after_seq = -1;
	buf_init(&s->cell, CELL_BYTES_MAX);
	return s;
}

enum err_code list_stream_open(const struct reading *reading,
    const struct list_query *query, enum list_format format,
    struct list_stream **out, struct err *err)
{
	struct list_stream *s = new_stream(reading->catalog, format);
	enum err_code rc;

	s->query = *query;
	rc = list_query_filter(&s->query, reading, &s->filter, err);
	if (rc) {
		list_stream_close(&s);
		return rc;
	}
	s->item = catalog_item_by_number(reading->catalog, s->filter.item);
	*out = s;
	return 0;
}

enum err_code list_stream_open_set(const struct reading *reading,
    struct span item, enum list_format format, struct list_stream **out,
    struct err *err)
{
	char id[LIST_WORD_BYTES] = "";
	const struct cat_item *found;
	struct list_stream *s;

	if (item.n < sizeof(id))
		memcpy(id, item.p, item.n);
	found = catalog_item(reading->catalog, id);
	if (!list_is_open(found))
		return err_set(err, ERR_NOT_FOUND,
		    "there is no published list \"%.*s\"",
		    (int)(item.n > 64 ? 64 : item.n), item.p);
	s = new_stream(reading->catalog, format);
	s->item = found;
	s->is_set = true;
	*out = s;
	return 0;
}

void list_stream_close(struct list_stream **stream)
{
	struct list_stream *s = *stream;

	if (!s)
		return;
	buf_release(&s->cell);
	free(s->columns);
	free(s);
	*stream = NULL;
}

/* ---- CSV ---- */

static void csv_header(struct list_stream *s)
{
	size_t i;

	buf_add_str(s->out, CSV_BOM);
	for (i = 0; i < s->columns_count; i++)
		csv_add(s->out, i == 0,
		    span_of(entry_column_title(&s->columns[i])));
	csv_end(s->out);
}

static void csv_row(
    struct list_stream *s, const struct publication_entry *entry)
{
	size_t i;

	for (i = 0; i < s->columns_count; i++) {
		buf_reset(&s->cell);
		entry_column_text(&s->entries, entry, &s->columns[i], &s->cell);
		csv_add(s->out, i == 0, buf_span(&s->cell));
	}
	csv_end(s->out);
}

/* ---- JSON ---- */

/* The mark goes into the object's end. */
static void end_json_row(struct list_stream *s)
{
	if (s->is_example && s->out->n && s->out->p[s->out->n - 1] == '}') {
		s->out->n--;
		buf_add_str(s->out, ",\"example\":true}");
	}
	if (s->format == LIST_JSONL)
		buf_add_char(s->out, '\n');
}

static void json_row(
    struct list_stream *s, const struct publication_entry *entry)
{
	struct json_writer w;

	if (s->format == LIST_JSON)
		buf_add_str(s->out, s->rows ? ",\n" : "");
	json_start(&w, s->out);
	if (s->is_set)
		entry_put_content(&s->entries, entry, &w);
	else
		entry_put(&s->entries, entry, &w);
	end_json_row(s);
}

/* ---- beginning and end ---- */

static void cut_text(const struct cat_item *item, size_t rows, struct buf *out)
{
	buf_addf(out,
	    tr("Cut off here: there are more than %zu rows. The whole set: "
	       "/open-data/%s.csv"),
	    rows, item->id);
}

static void put_cut(struct list_stream *s)
{
	struct json_writer w;

	if (s->format == LIST_CSV) {
		buf_reset(&s->cell);
		cut_text(s->item, s->rows, &s->cell);
		csv_add(s->out, true, buf_span(&s->cell));
		csv_end(s->out);
		return;
	}
	buf_add_str(s->out, ",\n");
	json_start(&w, s->out);
	json_open_object(&w);
	json_put_int(&w, "cut_after", (int64_t)s->rows);
	put_text(&w, "set", "/open-data/%s.jsonl", s->item->id);
	json_close_object(&w);
	end_json_row(s);
}

static void begin(struct list_stream *s)
{
	s->has_begun = true;
	if (s->format == LIST_CSV)
		csv_header(s);
	else if (s->format == LIST_JSON)
		buf_add_str(s->out, "[");
}

static void end(struct list_stream *s)
{
	s->has_ended = true;
	if (s->is_cut)
		put_cut(s);
	if (s->format == LIST_JSON)
		buf_add_str(s->out, "]\n");
}

/* ---- a piece ---- */

static bool is_full(const struct list_stream *s)
{
	return s->piece_rows == s->piece_max ||
	    s->out->n > STREAM_PIECE_BYTES_MAX / 2 || s->is_cut;
}

static int take_row(
    void *ctx, const struct publication_entry *entry, struct err *err)
{
	struct list_stream *s = ctx;
	enum err_code rc;

	s->is_cut = !s->is_set && s->rows == s->query.download_max;
	s->is_stopped = is_full(s);
	if (s->is_stopped)
		return 1;
	rc = entry_load(&s->entries, entry, err);
	if (rc)
		return (int)rc;
	if (s->format == LIST_CSV)
		csv_row(s, entry);
	else
		json_row(s, entry);
	s->after = (struct publication_key){
	    entry->version->facts.decided_on, entry->seq};
	s->after_seq = (int64_t)entry->seq;
	s->rows++;
	s->piece_rows++;
	return 0;
}

static enum err_code visit(
    struct list_stream *s, const struct reading *r, struct err *err)
{
	const struct publication_reader reader = {
	    r->store, r->catalog, r->today};

	s->is_stopped = false;
	s->piece_rows = 0;
	s->piece_max = s->is_set ? SET_ROWS : LIST_ROWS;
	if (s->is_set)
		return publication_visit_item(&reader, s->item->number,
		    s->after_seq, INT64_MAX, take_row, s, err);
	return publication_visit(
	    &reader, &s->filter, s->after, take_row, s, err);
}

int list_stream_next(struct list_stream *s, const struct reading *reading,
    struct buf *out, struct err *err)
{
	enum err_code rc;

	if (s->has_ended)
		return 0;
	rc = store_begin_read(reading->store, err);
	if (rc)
		return (int)rc;
	s->out = out;
	entry_reader_init(&s->entries, reading);
	entry_reader_tell_marks(&s->entries);
	s->entries.is_in_log_order = s->is_set;
	if (!s->has_begun) {
		s->columns = s->is_set
		    ? entry_set_columns(reading, s->item, &s->columns_count)
		    : entry_list_columns(reading, &s->columns_count);
		begin(s);
	}
	rc = visit(s, reading, err);
	entry_reader_release(&s->entries);
	store_commit(reading->store, NULL);
	if (!rc && (!s->is_stopped || s->is_cut))
		end(s);
	rc = put_end(out, rc, err);
	s->out = NULL;
	return rc ? (int)rc : 1;
}

/* ---- XLSX ---- */

struct sheet {
	struct entry_reader entries;
	struct table_writer *table;
	struct buf cells[ENTRY_CELL_COUNT];
	size_t cells_count;
	struct publication_key after;
	size_t rows;
	size_t rows_max;
	size_t piece_rows;
	bool is_stopped; /* the piece: there are more rows */
	bool is_cut;	 /* they are more than a download has */
};

static int take_sheet_row(
    void *ctx, const struct publication_entry *entry, struct err *err)
{
	struct sheet *s = ctx;
	struct span cells[ENTRY_CELL_COUNT];
	enum err_code rc;
	size_t i;

	s->is_cut = s->rows == s->rows_max;
	s->is_stopped = s->is_cut || s->piece_rows == LIST_ROWS;
	if (s->is_stopped)
		return 1;
	rc = entry_load(&s->entries, entry, err);
	for (i = 0; !rc && i < s->cells_count; i++) {
		buf_reset(&s->cells[i]);
		entry_cell_text(
		    &s->entries, entry, (enum entry_cell)i, &s->cells[i]);
		cells[i] = buf_span(&s->cells[i]);
	}
	if (!rc)
		rc = table_row(s->table, cells, s->cells_count, err);
	s->after = (struct publication_key){
	    entry->version->facts.decided_on, entry->seq};
	s->rows++;
	s->piece_rows++;
	return (int)rc;
}

static enum err_code open_sheet(const struct reading *r,
    const struct cat_item *item, const char *path, struct sheet *s,
    struct err *err)
{
	static const bool is_date[ENTRY_CELL_COUNT] = {
	    [ENTRY_DECIDED_ON] = true, [ENTRY_PUBLIC_UNTIL] = true};
	const char *const title = csv_example_mark();
	struct span header[ENTRY_CELL_COUNT];
	struct table_options options = {
	    .format = READER_XLSX,
	    .sheet = item->id,
	    .title_rows = &title,
	    .title_rows_count = r->catalog->shows_example,
	    .is_date = is_date,
	    .mark_column = SIZE_MAX,
	};
	size_t i;

	for (i = 0; i < ENTRY_CELL_COUNT; i++) {
		header[i] = span_of(entry_cell_title((enum entry_cell)i));
		buf_init(&s->cells[i], CELL_BYTES_MAX);
	}
	entry_reader_init(&s->entries, r);
	s->cells_count = entry_cells(r);
	s->after = publication_key_first();
	return table_open(
	    path, &options, header, s->cells_count, &s->table, err);
}

static enum err_code fill_sheet(const struct reading *r,
    const struct publication_filter *filter, struct sheet *s, struct err *err)
{
	const struct publication_reader reader = {
	    r->store, r->catalog, r->today};
	enum err_code rc = 0;

	do {
		s->is_stopped = false;
		s->piece_rows = 0;
		rc = store_begin_read(r->store, err);
		if (rc)
			break;
		rc = publication_visit(
		    &reader, filter, s->after, take_sheet_row, s, err);
		store_commit(r->store, NULL);
	} while (!rc && s->is_stopped && !s->is_cut);
	return rc;
}

static enum err_code end_sheet(
    const struct cat_item *item, struct sheet *s, struct err *err)
{
	struct span cell;

	if (!s->is_cut)
		return 0;
	buf_reset(&s->cells[0]);
	cut_text(item, s->rows, &s->cells[0]);
	cell = buf_span(&s->cells[0]);
	return table_row(s->table, &cell, 1, err);
}

enum err_code list_write_xlsx(const struct reading *reading,
    const struct list_query *query, const char *path, struct err *err)
{
	struct publication_filter filter;
	const struct cat_item *item;
	struct sheet s = {.rows_max = query->download_max};
	enum err_code rc, closed;
	size_t i;

	rc = list_query_filter(query, reading, &filter, err);
	if (rc)
		return rc;
	item = catalog_item_by_number(reading->catalog, filter.item);
	rc = open_sheet(reading, item, path, &s, err);
	if (!rc)
		rc = fill_sheet(reading, &filter, &s, err);
	if (!rc)
		rc = end_sheet(item, &s, err);
	if (s.table) {
		closed = table_close(&s.table, rc ? NULL : err);
		rc = rc ? rc : closed;
	}
	entry_reader_release(&s.entries);
	for (i = 0; i < ENTRY_CELL_COUNT; i++)
		buf_release(&s.cells[i]);
	if (rc)
		unlink(path);
	return rc;
}
