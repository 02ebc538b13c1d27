/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	reader -> header (CSV, XLSX: one of the first rows; JSON: keys)
 *	       -> checker -> slots
 *
 * Titles above the header are passed over: the first of the first twenty
 * rows that names the subject and three fields is the header. Where titles
 * are grouped it has two rows: what is merged over both stands in the upper
 * one, above a blank; the titles of a group in the lower one.
 *
 * Not all below is a row of the item: of a numbered form the rows that
 * nobody filled in have a number in a column of their own, a note may stand
 * there, and who joins tables brings their titles along.
 */
#include "intake/decode.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ident/ident.h"
#include "intake/code_list.h"
#include "intake/normalise.h"
#include "intake/rejects.h"

enum {
	POSITION_EVERY = 1024, /* rows between notes of progress */
	HEADER_TEXT_MAX = 512 * 1024,
	TITLES_SHOWN = 6,
	SHOWN_BYTES = 60,
	SHEET_BYTES_SHOWN = 124 /* 31 characters, as many as Excel takes */
};

/* The titles of columns, kept while rows are read. */
struct titles {
	struct buf text;
	struct span cells[READER_COLUMNS_MAX];
	size_t count;
	uint64_t number; /* of the last of their rows */
};

/* Rows that are none of the item, by why. */
enum passed {
	PASSED_ABOVE = 0, /* above the titles */
	PASSED_TITLES,
	PASSED_TITLES_AGAIN,
	PASSED_BESIDE, /* without anything in the item's columns */
	PASSED_COUNT
};

struct decoding {
	const struct decode_request *request;
	struct slots *slots;
	struct reader *reader;
	struct plan plan;
	struct checker *checker;
	struct titles titles; /* of the row above, then the header; not JSON */
	struct buf header;    /* JSON array of the header's texts */
	size_t json_columns;  /* JSON: keys planned so far */
	/* Cells with something in them, of columns that are no field's. */
	uint64_t beside[READER_COLUMNS_MAX];
	bool has_amount[READER_COLUMNS_MAX];
	uint64_t passed_over[PASSED_COUNT]; /* rows */
	char first_row[256]; /* for the message when there is no header */
	const char *between; /* for it, too: what stands between titles */
};

/* What a column or a sheet is called is kept with the report, and a file
 * without titles has a row about somebody in their place. */
static struct span without_person(struct span text)
{
	return ident_kind_of(text) == IDENT_CITIZEN ? span_of("") : text;
}

static bool is_about_person(const struct reader_row *row)
{
	size_t i;

	for (i = 0; i < row->count; i++)
		if (ident_kind_of(row->cells[i].text) == IDENT_CITIZEN ||
		    span_is(span_trim(row->cells[i].text), "自然人"))
			return true;
	return false;
}

/* Shows the start of a row for a message, which is kept with the file's
 * failure. */
static void note_first_row(struct decoding *d, const struct reader_row *row)
{
	struct buf text = BUF_INIT(sizeof(d->first_row) - 1);
	size_t i;

	if (is_about_person(row))
		return;
	for (i = 0; i < row->count && i < TITLES_SHOWN; i++) {
		struct span cell = row->cells[i].text;

		if (cell.n > SHOWN_BYTES)
			cell.n = utf8_valid_prefix(cell.p, SHOWN_BYTES);
		if (i)
			buf_add_str(&text, " | ");
		buf_add_span(&text, cell);
	}
	if (text.p)
		memcpy(d->first_row, text.p, text.n + 1);
	buf_release(&text);
}

/* A few titles of the item, for the hint. */
static void list_titles(const struct cat_item *item, char *out, size_t room)
{
	struct buf text = BUF_INIT(room - 1);
	size_t i, n = 0;

	for (i = 0; i < item->fields_count && n < TITLES_SHOWN; i++) {
		if (item->fields[i].need != CAT_REQUIRED)
			continue;
		if (n++)
			buf_add_str(&text, "、");
		buf_add_str(&text, item->fields[i].title);
	}
	memcpy(out, buf_str(&text), text.n + 1);
	buf_release(&text);
}

/* What stands in front of the mark, which goes, too. */
static struct span cut_at(struct span *rest, const char *mark)
{
	size_t n = strlen(mark);
	const char *at = memmem(rest->p, rest->n, mark, n);
	struct span piece = {rest->p, at ? (size_t)(at - rest->p) : rest->n};

	n = at ? piece.n + n : piece.n;
	*rest = (struct span){rest->p + n, rest->n - n};
	return piece;
}

/* Titles with a comma or semicolon of full width between them: of two
 * readings, as that also stands in texts, none is guessed. */
static void note_between(struct decoding *d, const struct reader_row *row)
{
	static const char *const marks[] = {"，", "；", "、", "｜"};
	struct span cells[READER_COLUMNS_MAX];
	size_t i, count;

	for (i = 0; row->count && i < ARRAY_COUNT(marks); i++) {
		struct span rest = row->cells[0].text;

		for (count = 0; rest.n && count < READER_COLUMNS_MAX; count++)
			cells[count] = cut_at(&rest, marks[i]);
		if (plan_is_header(&d->plan, cells, count))
			d->between = marks[i];
	}
}

static enum err_code no_header(
    struct decoding *d, bool is_empty, struct err *err)
{
	char titles[ERR_TEXT_MAX / 2];

	if (is_empty)
		return err_set(err, ERR_INPUT, "the file is empty");
	list_titles(d->request->item, titles, sizeof(titles));
	err_set(err, ERR_INPUT, "no header row was found in the first %d rows",
	    PLAN_HEADER_ROWS_MAX);
	if (d->first_row[0] && reader_info(d->reader)->other_sheets_count)
		err_detail(err,
		    "No sheet has it; the first one begins with: %s",
		    d->first_row);
	else if (d->first_row[0])
		err_detail(err, "The file begins with: %s", d->first_row);
	if (d->between)
		err_hint(err,
		    "Between the titles is \"%s\", by which columns cannot be "
		    "told apart. Save the table as .xlsx, or as CSV, with "
		    "commas (,).",
		    d->between);
	else
		err_hint(err,
		    "One row must hold the column titles, for example: %s.",
		    titles);
	return ERR_INPUT;
}

/* With a unit that stands above the table alone, as rejects leave that out. */
static void add_title(
    struct decoding *d, struct json_writer *w, size_t column, struct span title)
{
	struct buf text = BUF_INIT(READER_CELL_BYTES_MAX + 64);

	buf_add_span(&text, title);
	if (column < READER_COLUMNS_MAX &&
	    d->plan.unit_source[column] == UNIT_ABOVE)
		buf_addf(&text, "(%s)", money_unit_text(d->plan.table_unit));
	json_add_string(w, without_person(buf_span(&text)));
	buf_release(&text);
}

static void keep_header(
    struct decoding *d, const struct span *cells, size_t count)
{
	struct json_writer w;
	size_t i;

	buf_reset(&d->header);
	json_start(&w, &d->header);
	json_open_array(&w);
	for (i = 0; i < count; i++)
		add_title(d, &w, i, cells[i]);
	json_close_array(&w);
}

static bool is_blank(struct span cell)
{
	char same[SHOWN_BYTES];

	return cell.n <= sizeof(same) &&
	    normalise_text(cell, false, same).n == 0;
}

static bool names_a_field(const struct decoding *d)
{
	size_t i;

	for (i = 0; i < d->titles.count; i++)
		if (plan_find_field(&d->plan, d->titles.cells[i]) >= 0)
			return true;
	return false;
}

/* What a cell of the row says itself: a merged one does it in its first row. */
static struct span own_text(const struct reader_row *row, size_t column)
{
	return reader_is_filled(row, column) ? span_of("")
					     : row->cells[column].text;
}

/* Keeps a row's cells; a blank one's place has what is right above, of a row
 * of titles, or of what may be one in the first column: the number. */
static void keep_titles(struct decoding *d, const struct reader_row *row)
{
	struct titles *t = &d->titles;
	struct buf text = BUF_INIT(2 * READER_ROW_BYTES_MAX);
	struct span cells[READER_COLUMNS_MAX];
	size_t count, at = 0, i;
	bool is_above;

	if (row->number != t->number + 1)
		t->count = 0;
	is_above = names_a_field(d);
	t->number = row->number;
	count = t->count > row->count ? t->count : row->count;
	if (count > READER_COLUMNS_MAX)
		count = READER_COLUMNS_MAX;
	for (i = 0; i < count; i++) {
		cells[i] = span_of("");
		if (i < row->count)
			cells[i] = own_text(row, i);
		if (i < t->count && (is_above || i == 0) && is_blank(cells[i]))
			cells[i] = t->cells[i];
		buf_add_span(&text, cells[i]);
	}
	for (i = 0; i < count; i++) {
		t->cells[i] = (struct span){text.p + at, cells[i].n};
		at += cells[i].n;
	}
	buf_release(&t->text);
	t->text = text;
	t->count = count;
}

static void use_titles(struct decoding *d)
{
	plan_match(&d->plan, d->titles.cells, d->titles.count);
	keep_header(d, d->titles.cells, d->titles.count);
}

static void note_unit(struct decoding *d, const struct reader_row *row)
{
	size_t i;

	for (i = 0; i < row->count; i++)
		plan_note_unit(&d->plan, row->cells[i].text);
}

/* Looks for the header in the sheet; *seen_out rows were read. 1: found. */
static int find_in_sheet(struct decoding *d, int *seen_out, struct err *err)
{
	struct reader_row row;
	int seen = 0, got = 0;

	d->titles.count = 0;
	d->titles.number = 0;
	plan_init(&d->plan, d->request->catalog, d->request->item);
	while (seen < PLAN_HEADER_ROWS_MAX &&
	    (got = reader_next(d->reader, &row, err)) == 1) {
		if (seen++ == 0 && !d->first_row[0])
			note_first_row(d, &row);
		note_between(d, &row);
		note_unit(d, &row);
		keep_titles(d, &row);
		if (!plan_is_header(&d->plan, d->titles.cells, d->titles.count))
			continue;
		d->plan.header_row = row.number;
		d->passed_over[PASSED_ABOVE] = (uint64_t)seen - 1;
		d->passed_over[PASSED_TITLES] = 1;
		return 1;
	}
	*seen_out = seen;
	return got < 0 ? got : 0;
}

static enum err_code refuse_several(const struct buf *sheets, struct err *err)
{
	err_set(err, ERR_INPUT,
	    "the first sheet has no table, and several of the others have");
	err_detail(err, "Sheets with column titles: %s", buf_str(sheets));
	err_hint(err,
	    "Move the sheet that is meant to the front, and send each of the "
	    "others as a file of its own.");
	return ERR_INPUT;
}

/* The table behind a cover or a guide: on the one sheet that has it. */
static int find_in_others(struct decoding *d, struct err *err)
{
	const struct reader_info *info = reader_info(d->reader);
	size_t i, found = 0, at = 0, count = info->other_sheets_count;
	struct buf sheets = BUF_INIT(ERR_TEXT_MAX);
	struct err ignored;
	struct span name;
	int seen, rc = 0;

	for (i = 0; i < count; i++) {
		if (reader_use_sheet(d->reader, i, &ignored) ||
		    find_in_sheet(d, &seen, &ignored) != 1)
			continue;
		at = i;
		name = without_person(span_of(info->sheet));
		if (name.n > SHEET_BYTES_SHOWN)
			name.n = utf8_valid_prefix(name.p, SHEET_BYTES_SHOWN);
		buf_add_str(&sheets, found++ ? "、" : "");
		buf_add_span(&sheets, name);
	}
	if (found > 1)
		rc = refuse_several(&sheets, err);
	/* By way of the first, where all are numbered as they were. */
	if (found == 1)
		rc = reader_use_sheet(d->reader, 0, err);
	if (found == 1 && !rc)
		rc = reader_use_sheet(d->reader, at, err);
	if (found == 1 && !rc)
		rc = find_in_sheet(d, &seen, err);
	buf_release(&sheets);
	return rc;
}

static enum err_code find_header(struct decoding *d, struct err *err)
{
	int seen = 0;
	int found = find_in_sheet(d, &seen, err);

	if (!found)
		found = find_in_others(d, err);
	if (found < 0)
		return (enum err_code)found;
	if (!found)
		return no_header(d, seen == 0, err);
	use_titles(d);
	return ERR_NONE;
}

static bool is_untitled(const struct decoding *d, size_t column)
{
	return column >= d->titles.count || is_blank(d->titles.cells[column]);
}

/* Does the row go on with the header? Then it is right below, all of it
 * stands where no field is yet, and some of it, where nothing is above, names
 * one. */
static bool is_second_header(
    const struct decoding *d, const struct reader_row *row)
{
	bool has_field = false;
	size_t i;

	for (i = 0; i < row->count && i < READER_COLUMNS_MAX; i++) {
		struct span cell = own_text(row, i);

		if (is_blank(cell))
			continue;
		if (d->plan.field_of[i] >= 0)
			return false;
		has_field |=
		    is_untitled(d, i) && plan_find_field(&d->plan, cell) >= 0;
	}
	return has_field && row->fault == ROW_OK &&
	    row->number == d->titles.number + 1;
}

static void use_second_header(struct decoding *d, const struct reader_row *row)
{
	struct plan before = d->plan;

	keep_titles(d, row);
	plan_init(&d->plan, before.catalog, before.item);
	d->plan.header_row = before.header_row;
	d->plan.is_1904 = before.is_1904;
	d->plan.table_unit = before.table_unit;
	d->passed_over[PASSED_TITLES]++;
	use_titles(d);
}

/* Is the cell under a title of a column that is no field's? A row of rejects
 * whose cells were not kept has its errors alone, and is to be mended. */
static bool is_in_others_column(const struct decoding *d, size_t column)
{
	return d->plan.field_of[column] < 0 && !is_untitled(d, column) &&
	    !span_is(d->titles.cells[column], REJECTS_COLUMN);
}

/* A row that was refused: is it none of the item? All it has stands in
 * columns that are passed over, or is the titles once more. */
static bool is_beside_table(
    const struct decoding *d, const struct reader_row *row)
{
	size_t i;

	for (i = 0; i < row->count && i < READER_COLUMNS_MAX; i++) {
		struct span cell = own_text(row, i);

		if (is_blank(cell) || is_in_others_column(d, i))
			continue;
		if (d->plan.field_of[i] < 0 ||
		    plan_find_field(&d->plan, cell) != d->plan.field_of[i])
			return false;
	}
	return row->fault == ROW_OK;
}

/* Of such a row: is any of it a title once more? */
static bool has_titles(const struct decoding *d, const struct reader_row *row)
{
	size_t i;

	for (i = 0; i < row->count && i < READER_COLUMNS_MAX; i++)
		if (d->plan.field_of[i] >= 0 && !is_blank(own_text(row, i)))
			return true;
	return false;
}

/* JSON: keys that appeared since the last row. */
static void plan_new_columns(struct decoding *d)
{
	size_t count = 0;
	const struct span *names = reader_columns(d->reader, &count);

	while (d->json_columns < count)
		plan_add_column(&d->plan, names[d->json_columns++]);
}

static bool is_json(const struct decoding *d)
{
	enum reader_format f = reader_info(d->reader)->format;

	return f == READER_JSON || f == READER_JSON_LINES;
}

/* Is the first entry no row, but an object around the rows? It names no field
 * and has an object or array. */
static bool is_wrapper(const struct decoding *d, const struct reader_row *row)
{
	bool is_nested = false;
	size_t i;

	for (i = 0; i < d->plan.columns_count; i++)
		if (d->plan.field_of[i] >= 0)
			return false;
	for (i = 0; i < row->count; i++)
		is_nested |= row->cells[i].kind == CELL_NESTED ||
		    row->cells[i].kind == CELL_LIST;
	return is_nested;
}

static enum err_code refuse_wrapper(struct decoding *d, struct err *err)
{
	char titles[ERR_TEXT_MAX / 2];

	list_titles(d->request->item, titles, sizeof(titles));
	err_set(err, ERR_INPUT,
	    "the first entry is no row: no key of it names a field, and a "
	    "value of it is an object or an array");
	err_hint(err,
	    "Send the rows alone, as one array of objects or an object a "
	    "line, with keys such as: %s.",
	    titles);
	return ERR_INPUT;
}

static void count_cells(struct decoding *d, const struct reader_row *row)
{
	size_t i;

	for (i = 0; i < row->count && row->fault == ROW_OK; i++) {
		if (row->cells[i].text.n == 0)
			continue;
		if (d->plan.field_of[i] < 0)
			d->beside[i] += !is_blank(own_text(row, i));
		else if (d->plan.unit_source[i])
			d->has_amount[i] = true;
	}
}

static enum err_code read_row(
    struct decoding *d, const struct reader_row *row, struct err *err)
{
	struct checked_row checked;

	count_cells(d, row);
	checker_row(d->checker, row, &checked);
	if (checked.outcome == ROW_REFUSED && !is_json(d) &&
	    is_beside_table(d, row)) {
		d->passed_over[has_titles(d, row) ? PASSED_TITLES_AGAIN
						  : PASSED_BESIDE]++;
		return ERR_NONE;
	}
	return slots_put_row(d->slots, &checked, err);
}

static enum err_code read_rows(struct decoding *d, struct err *err)
{
	struct reader_row row;
	enum err_code rc = 0;
	unsigned since = 0;
	bool json = is_json(d);
	int got = 0;

	while (!rc && (got = reader_next(d->reader, &row, err)) == 1) {
		if (json)
			plan_new_columns(d);
		if (json && since == 0 && is_wrapper(d, &row))
			return refuse_wrapper(d, err);
		if (since++ % POSITION_EVERY == 0)
			slots_set_position(
			    d->slots, reader_position(d->reader));
		if (!json && since == 1 && is_second_header(d, &row))
			use_second_header(d, &row);
		else
			rc = read_row(d, &row, err);
	}
	return rc ? rc : (enum err_code)(got < 0 ? got : 0);
}

/* Those with a title, and those without that have something in them. */
static bool is_unknown(const struct decoding *d, size_t column)
{
	return d->beside[column] ||
	    (column < d->plan.columns_count && d->plan.field_of[column] < 0);
}

static void write_unknown(const struct decoding *d, struct json_writer *w)
{
	size_t i;

	json_key(w, "unknown");
	json_open_array(w);
	for (i = 0; i < READER_COLUMNS_MAX; i++)
		if (is_unknown(d, i))
			json_add_int(w, (int64_t)i + 1);
	json_close_array(w);
	json_key(w, "unknown_cells");
	json_open_array(w);
	for (i = 0; i < READER_COLUMNS_MAX; i++)
		if (is_unknown(d, i))
			json_add_int(w, (int64_t)d->beside[i]);
	json_close_array(w);
}

/* {"column","field","title","unit","from"}: by which unit the numbers of a
 * column of amounts were read, where it has any. */
static void write_money(const struct decoding *d, const struct span *titles,
    size_t count, struct json_writer *w)
{
	static const char *const from[] = {
	    [UNIT_NONE] = "",
	    [UNIT_TITLE] = "title",
	    [UNIT_ABOVE] = "above",
	    [UNIT_NAME] = "name",
	    [UNIT_CATALOGUE] = "catalogue",
	};
	const struct cat_item *item = d->request->item;
	size_t i;

	json_key(w, "money");
	json_open_array(w);
	for (i = 0; i < count && i < READER_COLUMNS_MAX; i++) {
		if (!d->has_amount[i])
			continue;
		json_open_object(w);
		json_put_int(w, "column", (int64_t)i + 1);
		json_put_str(
		    w, "field", item->fields[d->plan.field_of[i]].name);
		json_put_span(w, "title", without_person(titles[i]));
		json_put_str(w, "unit", money_unit_text(d->plan.unit_of[i]));
		json_put_str(w, "from", from[d->plan.unit_source[i]]);
		json_close_object(w);
	}
	json_close_array(w);
}

/* {"why","count"} of the rows that are none of the item. */
static void write_passed_over(const struct decoding *d, struct json_writer *w)
{
	static const char *const why[PASSED_COUNT] = {
	    [PASSED_ABOVE] = "above",
	    [PASSED_TITLES] = "titles",
	    [PASSED_TITLES_AGAIN] = "titles-again",
	    [PASSED_BESIDE] = "beside",
	};
	size_t i;

	json_key(w, "rows_passed_over");
	json_open_array(w);
	for (i = 0; i < PASSED_COUNT; i++) {
		if (d->passed_over[i] == 0)
			continue;
		json_open_object(w);
		json_put_str(w, "why", why[i]);
		json_put_int(w, "count", (int64_t)d->passed_over[i]);
		json_close_object(w);
	}
	json_close_array(w);
}

/* Required fields that no column feeds. */
static void write_missing(const struct decoding *d, struct json_writer *w)
{
	const struct cat_item *item = d->request->item;
	size_t i;

	json_key(w, "missing");
	json_open_array(w);
	for (i = 0; i < item->fields_count; i++)
		if (item->fields[i].need == CAT_REQUIRED &&
		    item->fields[i].privacy != CAT_DROPPED &&
		    d->plan.fields[i].columns_count == 0)
			json_add_string(w, span_of(item->fields[i].name));
	json_close_array(w);
}

static void write_other_sheets(
    const struct reader_info *info, struct json_writer *w)
{
	size_t i;

	json_key(w, "other_sheets");
	json_open_array(w);
	for (i = 0; i < info->other_sheets_count; i++)
		json_add_string(
		    w, without_person(span_of(info->other_sheets[i])));
	json_close_array(w);
}

static enum err_code send_description(struct decoding *d, struct err *err)
{
	const struct reader_info *info = reader_info(d->reader);
	struct buf text = BUF_INIT(HEADER_TEXT_MAX * 2);
	struct json_writer w;
	enum err_code rc;
	size_t count = 0;
	const struct span *names = reader_columns(d->reader, &count);

	if (is_json(d))
		keep_header(d, names, count);
	json_start(&w, &text);
	json_open_object(&w);
	json_put_str(&w, "format", reader_format_name(info->format));
	json_put_str(&w, "encoding", reader_encoding_name(info->encoding));
	json_put_span(&w, "sheet", without_person(span_of(info->sheet)));
	write_other_sheets(info, &w);
	json_put_int(&w, "header_row", (int64_t)d->plan.header_row);
	json_key(&w, "header");
	json_add_raw(&w, buf_span(&d->header));
	write_unknown(d, &w);
	write_missing(d, &w);
	if (is_json(d))
		write_money(d, names, count, &w);
	else
		write_money(d, d->titles.cells, d->titles.count, &w);
	write_passed_over(d, &w);
	json_close_object(&w);
	rc = slots_put_text(d->slots, buf_span(&text), err);
	buf_release(&text);
	return rc;
}

/* Reads the file once more, from the page cache, while the parent sorts. */
static void send_digest(struct decoding *d)
{
	struct buf text = BUF_INIT(256);
	uint8_t digest[SHA256_BYTES];

	if (file_digest(d->request->fd, digest, NULL) == 0) {
		buf_add_str(&text, "{\"digest\":\"");
		buf_add_hex(&text, digest, sizeof(digest));
		buf_add_str(&text, "\"}");
		slots_put_text(d->slots, buf_span(&text), NULL);
	}
	buf_release(&text);
}

static enum err_code decode(struct decoding *d, struct err *err)
{
	const struct decode_request *r = d->request;
	enum err_code rc =
	    reader_open(r->fd, r->spool_fd, r->name, &d->reader, err);

	if (rc)
		return rc;
	plan_init(&d->plan, r->catalog, r->item);
	if (!is_json(d))
		rc = find_header(d, err);
	if (rc)
		return rc;
	d->plan.is_1904 = reader_info(d->reader)->is_1904;
	d->checker = checker_new(&d->plan, r->received);
	rc = read_rows(d, err);
	slots_set_position(d->slots, reader_position(d->reader));
	return rc ? rc : send_description(d, err);
}

void decode_file(const struct decode_request *request, struct slots *slots)
{
	struct decoding *d;
	struct err err;
	enum err_code rc;

	if (!request->item) {
		code_list_decode(request, slots);
		return;
	}
	d = mem_zalloc(1, sizeof(*d));
	err_clear(&err);
	d->request = request;
	d->slots = slots;
	buf_init(&d->header, HEADER_TEXT_MAX);
	buf_init(&d->titles.text, 0);
	rc = decode(d, &err);
	slots_finish(slots, rc ? &err : NULL, NULL);
	if (!rc)
		send_digest(d);
	checker_free(&d->checker);
	reader_free(&d->reader);
	buf_release(&d->header);
	buf_release(&d->titles.text);
	free(d);
}
