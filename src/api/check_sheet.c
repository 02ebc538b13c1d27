/* SPDX-License-Identifier: Apache-2.0 */
/*
 * It is made from the document, whose digest the trace holds, and not from
 * the database once more: what somebody takes into a spreadsheet is what was
 * sealed. What there are several of in one cell (measures, authorities)
 * stands in the order of the entries with "；" between; the same twice is
 * told once. An entry that is objected to says so beside its document.
 */
#include "api/check_sheet.h"

#include <string.h>

#include "api/csv.h"
#include "base/tr.h"
#include "intake/table.h"

#define N_(text) text

enum column {
	LINE,
	CODE,
	NAME,
	RESULT,
	MEASURES,
	ENTRIES,
	AUTHORITIES,
	UNTIL,
	ID,
	COLUMNS
};

enum { CELL_BYTES_MAX = 64 * 1024 };

static const char *const titles[COLUMNS] = {
    [LINE] = N_("No."),
    [CODE] = N_("Unified social credit code"),
    [NAME] = N_("Organisation"),
    [RESULT] = N_("Result in this matter"),
    [MEASURES] = N_("Measures"),
    [ENTRIES] = N_("What they follow from"),
    [AUTHORITIES] = N_("Authority"),
    [UNTIL] = N_("Until"),
    [ID] = N_("Number of the check"),
};

static struct span text_of(const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	return json_is_string(value)
	    ? (struct span){json_string_value(value), json_string_length(value)}
	    : (struct span){"", 0};
}

/* ---- cells ---- */

static bool has_part(const struct buf *cell, struct span part)
{
	static const char between[] = "；";
	const size_t n = sizeof(between) - 1;
	struct span rest = buf_span(cell);

	while (rest.n) {
		const char *end = memmem(rest.p, rest.n, between, n);
		size_t length = end ? (size_t)(end - rest.p) : rest.n;

		if (span_equal((struct span){rest.p, length}, part))
			return true;
		length += end ? n : 0;
		rest = (struct span){rest.p + length, rest.n - length};
	}
	return false;
}

static void add_part(struct buf *cell, struct span part)
{
	if (part.n == 0 || has_part(cell, part))
		return;
	if (cell->n)
		buf_add_str(cell, "；");
	buf_add_span(cell, part);
}

static void add_entry(struct buf *cells, const json_t *entry)
{
	const json_t *list = json_object_get(entry, "list"), *measure;
	const json_t *objected = json_object_get(entry, "objected");
	struct buf what = BUF_INIT(CELL_BYTES_MAX);
	size_t i;

	buf_add_span(&what,
	    text_of(
		json_is_object(list) ? list : json_object_get(entry, "item"),
		"title"));
	if (text_of(entry, "document").n)
		buf_add_char(&what, ' ');
	buf_add_span(&what, text_of(entry, "document"));
	if (json_is_object(objected))
		buf_addf(&what, " (%s)",
		    json_string_value(json_object_get(
			json_object_get(objected, "state"), "title")));
	add_part(&cells[ENTRIES], buf_span(&what));
	buf_release(&what);
	add_part(&cells[AUTHORITIES], text_of(entry, "authority"));
	add_part(&cells[UNTIL],
	    text_of(entry, "until").n ? text_of(entry, "until")
				      : span_of(tr("no end is known")));
	json_array_foreach (json_object_get(entry, "measures"), i, measure)
		add_part(&cells[MEASURES], text_of(measure, "title"));
}

static void add_result(struct buf *cell, const json_t *check)
{
	const json_t *problem = json_object_get(check, "problem");
	const json_t *subject = json_object_get(check, "subject");
	bool is_easier = json_is_true(json_object_get(check, "is_easier"));

	if (problem) {
		buf_add_span(cell, text_of(problem, "message"));
		add_part(cell, text_of(problem, "detail"));
	} else if (!json_is_true(json_object_get(subject, "is_known"))) {
		buf_add_str(cell, tr("not known here"));
	} else if (json_is_true(json_object_get(check, "applies"))) {
		buf_add_str(cell, tr("measures apply"));
		if (is_easier)
			add_part(cell, span_of(tr("made easier")));
	} else {
		buf_add_str(cell,
		    is_easier ? tr("made easier") : tr("nothing applies"));
	}
}

static void fill(struct buf *cells, const json_t *check)
{
	const json_t *subject = json_object_get(check, "subject"), *entry;
	size_t i;

	for (i = 0; i < COLUMNS; i++)
		buf_reset(&cells[i]);
	buf_addf(&cells[LINE], "%lld",
	    (long long)json_integer_value(json_object_get(check, "line")));
	buf_add_span(&cells[CODE],
	    subject ? text_of(subject, "code") : text_of(check, "given"));
	buf_add_span(&cells[NAME], text_of(subject, "name"));
	add_result(&cells[RESULT], check);
	json_array_foreach (json_object_get(check, "entries"), i, entry)
		add_entry(cells, entry);
	buf_add_span(&cells[ID], text_of(check, "id"));
}

/* ---- tables ---- */

typedef enum err_code put_row(
    void *ctx, const struct span *cells, struct err *err);

static enum err_code each_row(
    const json_t *answer, put_row *put, void *ctx, struct err *err)
{
	const json_t *check;
	struct buf cells[COLUMNS];
	struct span spans[COLUMNS];
	enum err_code rc = 0;
	size_t i, k;

	for (k = 0; k < COLUMNS; k++)
		buf_init(&cells[k], CELL_BYTES_MAX);
	json_array_foreach (json_object_get(answer, "checks"), i, check) {
		fill(cells, check);
		for (k = 0; k < COLUMNS; k++)
			spans[k] = buf_span(&cells[k]);
		rc = put(ctx, spans, err);
		if (rc)
			break;
	}
	for (k = 0; k < COLUMNS; k++)
		buf_release(&cells[k]);
	return rc;
}

struct csv {
	const struct check_sheet *sheet;
	struct buf *out;
};

static enum err_code put_csv(
    void *ctx, const struct span *cells, struct err *err)
{
	const struct csv *csv = ctx;
	size_t i;

	(void)err;
	for (i = 0; i < COLUMNS; i++)
		csv_add(csv->out, i == 0, cells[i]);
	if (csv->sheet->is_example)
		csv_add(csv->out, false, span_of(csv_example_mark()));
	csv_end(csv->out);
	return 0;
}

void check_sheet_csv(const struct check_sheet *sheet, struct buf *out)
{
	struct csv csv = {sheet, out};
	size_t i;

	buf_add_str(out, CSV_BOM);
	for (i = 0; i < COLUMNS; i++)
		csv_add(out, i == 0, span_of(tr(titles[i])));
	if (sheet->is_example)
		csv_add(out, false, span_of(csv_example_mark()));
	csv_end(out);
	each_row(sheet->answer, put_csv, &csv, NULL);
}

static enum err_code put_xlsx(
    void *ctx, const struct span *cells, struct err *err)
{
	return table_row(ctx, cells, COLUMNS, err);
}

enum err_code check_sheet_xlsx(
    const struct check_sheet *sheet, const char *path, struct err *err)
{
	const char *const title = csv_example_mark();
	const struct table_options options = {.format = READER_XLSX,
	    .sheet = "checks",
	    .title_rows = &title,
	    .title_rows_count = sheet->is_example,
	    .mark_column = SIZE_MAX};
	struct span header[COLUMNS];
	struct table_writer *table = NULL;
	enum err_code rc, closed;
	size_t i;

	for (i = 0; i < COLUMNS; i++)
		header[i] = span_of(tr(titles[i]));
	rc = table_open(path, &options, header, COLUMNS, &table, err);
	if (rc)
		return rc;
	rc = each_row(sheet->answer, put_xlsx, table, err);
	closed = table_close(&table, rc ? NULL : err);
	return rc ? rc : closed;
}
