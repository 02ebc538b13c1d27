/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	submission.report -> format, encoding and header of the file
 *	rejection rows    -> cells as they came + findings as words
 *
 * A header that has the error column already (a mended file that is still
 * not good) loses it, so that each file carries one, and today's. Cells
 * behind the header's last have no title and were never read; they stay
 * out. A row that was refused after it had been checked (submit.c) has its
 * fields instead of cells, in the form in which they would be stored. An empty
 * cell of a JSON file is left out rather than written as "".
 */
#include "intake/rejects.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/fold.h"
#include "base/json_text.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "ident/ident.h"
#include "intake/fields.h"
#include "intake/finding.h"
#include "intake/plan.h"
#include "intake/table.h"

enum {
	ERROR_TEXT_MAX = 64 * 1024,
	VALUES_BYTES_MAX = 16 * 1024 * 1024,
	CODES_BYTES_MAX = 512 * 1024 * 1024
};

struct rejects {
	const struct rejects_request *request;
	const struct cat_item *item;
	json_t *report; /* owned */
	enum reader_format format;
	enum reader_encoding encoding;
	const json_t *header;		/* of the report */
	int source[READER_COLUMNS_MAX]; /* of each column but the last */
	int field[READER_COLUMNS_MAX];	/* likewise; -1 none */
	struct span titles[READER_COLUMNS_MAX + 1];
	struct span cells[READER_COLUMNS_MAX + 1];
	bool is_date[READER_COLUMNS_MAX + 1];
	bool is_code[READER_COLUMNS_MAX]; /* of the organisation */
	size_t columns;			  /* with the error column */
	struct buf text;		  /* of the error column */
	struct buf values;		  /* of cells that come from fields */
	struct buf codes; /* as struct rejects_written has them */
	uint64_t rows;
};

/* ---- what came ---- */

static enum reader_format format_by_name(const char *name)
{
	int i;

	for (i = 1; i < READER_FORMAT_COUNT; i++)
		if (strcmp(reader_format_name((enum reader_format)i), name) ==
		    0)
			return (enum reader_format)i;
	return READER_CSV;
}

static enum reader_encoding encoding_by_name(const char *name)
{
	int i;

	for (i = 0; i < READER_ENCODING_COUNT; i++)
		if (strcmp(reader_encoding_name((enum reader_encoding)i),
			name) == 0)
			return (enum reader_encoding)i;
	return READER_UTF8_BOM;
}

/* By the path's ending (.csv .tsv .txt .xlsx .json .jsonl .ndjson);
 * `otherwise` when it has none of these. */
static enum reader_format format_of(
    const char *path, enum reader_format otherwise)
{
	static const struct {
		const char *ending;
		enum reader_format format;
	} endings[] = {
	    {".csv", READER_CSV},
	    {".tsv", READER_TSV},
	    {".txt", READER_TSV},
	    {".xlsx", READER_XLSX},
	    {".json", READER_JSON},
	    {".jsonl", READER_JSON_LINES},
	    {".ndjson", READER_JSON_LINES},
	};
	size_t n = strlen(path);
	size_t i;

	for (i = 0; i < ARRAY_COUNT(endings); i++) {
		size_t k = strlen(endings[i].ending);

		if (n > k && strcasecmp(path + n - k, endings[i].ending) == 0)
			return endings[i].format;
	}
	return otherwise;
}

/* Spans over json_t strings live as long as the report. */
static struct span span_of_json(const json_t *string)
{
	return (struct span){
	    json_string_value(string), json_string_length(string)};
}

static void add_columns(struct rejects *r, const struct plan *plan)
{
	const json_t *title;
	size_t i;

	json_array_foreach (r->header, i, title) {
		int field;

		if (i == READER_COLUMNS_MAX)
			break;
		if (span_is(span_of_json(title), REJECTS_COLUMN))
			continue;
		field = plan->field_of[i];
		r->source[r->columns] = (int)i;
		r->field[r->columns] = field;
		r->titles[r->columns] = span_of_json(title);
		r->is_date[r->columns] =
		    field >= 0 && r->item->fields[field].type == CAT_DATE;
		r->is_code[r->columns] = field >= 0 &&
		    r->item->fields[field].role == CAT_ROLE_SUBJECT_CODE;
		r->columns++;
	}
	r->titles[r->columns++] = span_of(REJECTS_COLUMN);
}

static void read_header(struct rejects *r, const struct catalog *catalog)
{
	struct plan *plan = mem_alloc(sizeof(*plan));
	const json_t *title;
	size_t i;

	plan_init(plan, catalog, r->item);
	json_array_foreach (r->header, i, title)
		plan_add_column(plan, span_of_json(title));
	add_columns(r, plan);
	free(plan);
}

static enum err_code no_submission(struct rejects *r, struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "there is no submission %lld",
	    (long long)r->request->submission_id);
}

static enum err_code load_report(
    struct rejects *r, const struct catalog *catalog, struct err *err)
{
	const enum sql_id id = SQL_INTAKE_SUBMISSION_GET;
	struct store_value key = store_int(r->request->submission_id);
	enum err_code rc = store_start(r->request->store, id, &key, 1, err);

	if (store_next_row(r->request->store, id, &rc, err)) {
		struct span text = store_column_span(r->request->store, id, 9);

		r->item = catalog_item_by_number(
		    catalog, (int)store_column_int(r->request->store, id, 0));
		r->report = json_loadb(text.p, text.n, 0, NULL);
	} else if (!rc) {
		rc = no_submission(r, err);
	}
	store_finish(r->request->store, id);
	return rc;
}

static enum err_code open_submission(struct rejects *r, struct err *err)
{
	const struct catalog *catalog = r->request->catalog;
	enum err_code rc = load_report(r, catalog, err);
	const json_t *read_as;

	if (rc)
		return rc;
	read_as =
	    json_object_get(json_object_get(r->report, "file"), "read_as");
	r->header = json_object_get(read_as, "header");
	if (!r->item || !json_is_array(r->header))
		return err_set(err, ERR_CORRUPT, "a report cannot be read");
	r->format = format_by_name(json_text(read_as, "format"));
	r->encoding = r->format == READER_CSV || r->format == READER_TSV
	    ? encoding_by_name(json_text(read_as, "encoding"))
	    : READER_UTF8_BOM;
	r->format = format_of(r->request->path, r->format);
	read_header(r, catalog);
	return 0;
}

/* ---- rows ---- */

/* Findings end with a full stop, which is no place for a semicolon. */
static void drop_full_stop(struct buf *text)
{
	static const char *const stops[] = {".", "。"};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(stops); i++) {
		size_t n = strlen(stops[i]);

		if (text->n >= n &&
		    memcmp(text->p + text->n - n, stops[i], n) == 0) {
			text->n -= n;
			text->p[text->n] = '\0';
			return;
		}
	}
}

/* "row 12: what is wrong -- how to mend it；..." */
static void write_errors(
    struct rejects *r, int64_t number, const json_t *findings)
{
	bool is_first = true;
	const json_t *one;
	size_t i;

	buf_reset(&r->text);
	buf_addf(&r->text, tr("row %lld: "), (long long)number);
	json_array_foreach (findings, i, one) {
		char *stored = json_dumps(one, JSON_COMPACT);

		if (stored &&
		    !finding_stored_is_warning(span_of(stored), r->item)) {
			if (!is_first) {
				drop_full_stop(&r->text);
				buf_add_str(&r->text, "；");
			}
			is_first = false;
			finding_line(span_of(stored), r->item, &r->text);
		}
		free(stored);
	}
}

/* An empty cell of a JSON file is left out. */
static struct span cell_of(const struct rejects *r, struct span text)
{
	bool is_json =
	    r->format == READER_JSON || r->format == READER_JSON_LINES;

	return is_json && text.n == 0 ? (struct span){NULL, 0} : text;
}

static void place_cells(struct rejects *r, const json_t *cells)
{
	size_t i;

	for (i = 0; i + 1 < r->columns; i++) {
		const json_t *cell =
		    json_array_get(cells, (size_t)r->source[i]);

		r->cells[i] = cell_of(
		    r, cell ? span_of_json(cell) : (struct span){"", 0});
	}
	r->cells[i] = buf_span(&r->text);
}

/* From {"fields":{...},"closed":{...}}; the ends of the texts are known when
 * all stand there. */
static void place_fields(struct rejects *r, const json_t *row)
{
	size_t ends[READER_COLUMNS_MAX];
	size_t i;

	buf_reset(&r->values);
	for (i = 0; i + 1 < r->columns; i++) {
		const struct cat_field *f =
		    r->field[i] < 0 ? NULL : &r->item->fields[r->field[i]];
		const json_t *value = f
		    ? json_object_get(
			  json_object_get(row,
			      f->privacy == CAT_INTERNAL ? "closed" : "fields"),
			  f->name)
		    : NULL;

		if (value)
			fields_add_text(f, value, &r->values);
		ends[i] = r->values.n;
	}
	for (i = 0; i + 1 < r->columns; i++) {
		size_t from = i ? ends[i - 1] : 0;

		r->cells[i] = cell_of(r,
		    (struct span){buf_str(&r->values) + from, ends[i] - from});
	}
	r->cells[i] = buf_span(&r->text);
}

static void keep_codes(struct rejects *r)
{
	struct ident_uscc code;
	size_t i;

	for (i = 0; i + 1 < r->columns; i++) {
		if (!r->is_code[i] || !r->cells[i].n)
			continue;
		code = ident_check_uscc(r->cells[i]);
		if (code.state == IDENT_VALID)
			buf_add_str(&r->codes, code.code);
	}
}

static enum err_code write_row(
    struct rejects *r, struct table_writer *writer, struct err *err)
{
	const enum sql_id id = SQL_INTAKE_REJECTION_LIST;
	struct span cells_text = store_column_span(r->request->store, id, 1);
	struct span findings_text = store_column_span(r->request->store, id, 2);
	json_t *cells = json_loadb(cells_text.p, cells_text.n, 0, NULL);
	json_t *findings =
	    json_loadb(findings_text.p, findings_text.n, 0, NULL);
	enum err_code rc;

	if ((json_is_array(cells) || json_is_object(cells)) &&
	    json_is_array(findings)) {
		write_errors(
		    r, store_column_int(r->request->store, id, 0), findings);
		if (json_is_array(cells))
			place_cells(r, cells);
		else
			place_fields(r, cells);
		keep_codes(r);
		rc = table_row(writer, r->cells, r->columns, err);
		r->rows++;
	} else {
		rc = err_set(err, ERR_CORRUPT,
		    "rejected row %lld of submission %lld cannot be read",
		    (long long)store_column_int(r->request->store, id, 0),
		    (long long)r->request->submission_id);
	}
	json_decref(cells);
	json_decref(findings);
	return rc;
}

static enum err_code write_rows(
    struct rejects *r, struct table_writer *writer, struct err *err)
{
	const enum sql_id id = SQL_INTAKE_REJECTION_LIST;
	struct store_value key = store_int(r->request->submission_id);
	enum err_code rc = store_start(r->request->store, id, &key, 1, err);

	while (store_next_row(r->request->store, id, &rc, err))
		rc = write_row(r, writer, err);
	store_finish(r->request->store, id);
	return rc;
}

static enum err_code write_table(
    struct rejects *r, const char *path, struct err *err)
{
	struct table_options options = {
	    .format = r->format,
	    .encoding = r->encoding,
	    .is_date = r->is_date,
	    .mark_column = r->columns - 1,
	};
	struct table_writer *writer = NULL;
	struct err closing;
	enum err_code rc =
	    table_open(path, &options, r->titles, r->columns, &writer, err);
	enum err_code closed;

	if (rc)
		return rc;
	rc = write_rows(r, writer, err);
	err_clear(&closing);
	closed = table_close(&writer, &closing);
	if (!rc && closed) {
		rc = closed;
		if (err)
			*err = closing;
	}
	return rc;
}

/* Tells whoever asks what the finished file at `path` holds. */
static enum err_code show_ready(
    struct rejects *r, const char *path, struct err *err)
{
	struct rejects_written written = {.codes = buf_span(&r->codes)};
	enum err_code rc;
	int fd;

	if (!r->request->ready)
		return 0;
	if (r->codes.is_full)
		return err_set(err, ERR_FULL, "too many rows were rejected");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set_errno(err, "could not open \"%s\"", path);
	rc = file_digest(fd, written.digest, err);
	close(fd);
	return rc ? rc : r->request->ready(r->request->ctx, &written, err);
}

static enum err_code write_and_replace(struct rejects *r, struct err *err)
{
	const char *path = r->request->path;
	struct buf part = BUF_INIT(64 * 1024);
	enum err_code rc;

	buf_add_str(&part, path);
	buf_add_str(&part, ".part");
	rc = write_table(r, buf_str(&part), err);
	if (!rc)
		rc = show_ready(r, buf_str(&part), err);
	if (!rc && rename(buf_str(&part), path) != 0)
		rc = err_set_errno(err, "could not write \"%s\"", path);
	if (rc)
		unlink(buf_str(&part));
	buf_release(&part);
	return rc;
}

bool rejects_is_strange(const char *title)
{
	struct span text = span_of(title ? title : "");
	size_t at = 0;

	if (span_is(text, REJECTS_COLUMN) || span_is(text, CORRECTS_COLUMN))
		return false;
	while (at < text.n)
		if (fold_char(utf8_next(text.p, text.n, &at)))
			return true;
	return false;
}

enum err_code rejects_write(
    const struct rejects_request *request, uint64_t *rows_out, struct err *err)
{
	struct rejects *r = mem_zalloc(1, sizeof(*r));
	enum err_code rc;

	r->request = request;
	buf_init(&r->text, ERROR_TEXT_MAX);
	buf_init(&r->values, VALUES_BYTES_MAX);
	buf_init(&r->codes, CODES_BYTES_MAX);
	rc = open_submission(r, err);
	if (!rc)
		rc = write_and_replace(r, err);
	if (!rc)
		*rows_out = r->rows;
	json_decref(r->report);
	buf_release(&r->text);
	buf_release(&r->values);
	buf_release(&r->codes);
	free(r);
	return rc;
}
