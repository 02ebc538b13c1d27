/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XLSX by libxlsxwriter in its mode of constant memory: rows go to a
 * temporary file beside the target as they come.
 *
 * All cells are texts in text format, so that a code of 18 digits stays one
 * when somebody edits it; only dates of the columns said to be dates are
 * serials with a date format, for people sort and filter by them. Two
 * limits of the format cannot be passed: a text longer than 32,767 UTF-16
 * units is cut and ends in a mark that says so, and after the last row of
 * a sheet comes an error.
 */
#include "intake/table_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "intake/lib_xlsxwriter.h"

enum {
	ROWS_MAX = 1048576,
	UNITS_MAX = 32767,
	WIDTH_MIN = 10,
	WIDTH_MAX = 40,
	MARK_WIDTH = 60,
	DATE_WIDTH = 12,
	COLOR_HEADER = 0xE7EEF7,
	COLOR_MARK = 0xFFF2CC,
	CREATED = 946684800 /* 2000-01-01 */
};

struct table_xlsx {
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *text;
	lxw_format *date;
	lxw_format *mark;
	char *folder;	   /* for the temporary file */
	uint32_t next_row; /* of the sheet, 0-based */
	double *widths;	   /* of the columns, as wide as what they hold */
	struct buf cell;   /* NUL-terminated copy */
};

static enum err_code check(
    struct table_writer *w, lxw_error error, struct err *err)
{
	if (error == LXW_NO_ERROR)
		return ERR_NONE;
	if (errno == ENOSPC || errno == EDQUOT)
		return err_set_errno(
		    err, "could not write the table \"%s\"", w->path);
	return err_set(err, ERR_IO, "could not write the table \"%s\": %s",
	    w->path, xlsxwriter.strerror(error));
}

/* Columns of a fixed-width font: Chinese characters take two. */
static double width_of(struct span text)
{
	size_t chars = text.n ? utf8_length(text.p, text.n) : 0;
	size_t width = chars + (text.n - chars) / 2 + 2;

	if (width < WIDTH_MIN)
		return WIDTH_MIN;
	return width > WIDTH_MAX ? WIDTH_MAX : (double)width;
}

static bool is_date_column(const struct table_writer *w, size_t column)
{
	return w->is_date && column < w->columns && w->is_date[column];
}

static void widen(struct table_writer *w, size_t column, double width)
{
	double *widths = ((struct table_xlsx *)w->sheet)->widths;

	if (widths[column] < width)
		widths[column] = width;
}

static void measure_header(struct table_writer *w)
{
	size_t i;

	for (i = 0; i < w->columns; i++) {
		widen(w, i, width_of(w->header[i]));
		if (i == w->mark_column)
			widen(w, i, MARK_WIDTH);
		else if (is_date_column(w, i))
			widen(w, i, DATE_WIDTH);
	}
}

/* Said before the rows, for the formats; and behind them, for the widths: the
 * columns stand before the rows in the file, which is written at its end. */
static enum err_code set_columns(struct table_writer *w, struct err *err)
{
	struct table_xlsx *x = w->sheet;
	enum err_code code = ERR_NONE;
	size_t i;

	for (i = 0; i < w->columns && code == ERR_NONE; i++)
		code = check(w,
		    xlsxwriter.worksheet_set_column(x->sheet, (lxw_col_t)i,
			(lxw_col_t)i, x->widths[i],
			i != w->mark_column && is_date_column(w, i) ? x->date
								    : x->text),
		    err);
	return code;
}

/* How many bytes of valid text fit into `units` UTF-16 units. */
static size_t fit_units(struct span text, size_t units)
{
	size_t at = 0;

	while (at < text.n) {
		size_t next = at;
		size_t need =
		    utf8_next(text.p, text.n, &next) >= 0x10000 ? 2 : 1;

		if (need > units)
			break;
		units -= need;
		at = next;
	}
	return at;
}

/* "_x000D_" in a text would be read as an escape. */
static bool looks_like_escape(const char *p, size_t n)
{
	return n >= 7 && p[0] == '_' && p[1] == 'x' && p[6] == '_' &&
	    strspn(p + 2, "0123456789abcdefABCDEF") >= 4;
}

/* XML has no way to write U+FFFE and U+FFFF. */
static bool is_no_xml(const char *p, size_t n)
{
	return n >= 3 &&
	    (memcmp(p, "\xEF\xBF\xBE", 3) == 0 ||
		memcmp(p, "\xEF\xBF\xBF", 3) == 0);
}

static void add_xml_text(struct buf *out, struct span text)
{
	size_t i;

	for (i = 0; i < text.n; i++) {
		const char *p = text.p + i;

		if (looks_like_escape(p, text.n - i)) {
			buf_add_str(out, "_x005F_");
		} else if (is_no_xml(p, text.n - i)) {
			buf_add_str(out, "\xEF\xBF\xBD");
			i += 2;
		} else {
			buf_add_char(out, *p);
		}
	}
}

static const char *cell_text(struct table_xlsx *x, struct span text)
{
	buf_reset(&x->cell);
	if (text.n > UNITS_MAX && fit_units(text, UNITS_MAX) < text.n) {
		const char *mark = tr("... (cut: too long for a spreadsheet)");

		text.n = fit_units(text, UNITS_MAX - strlen(mark));
		add_xml_text(&x->cell, text);
		buf_add_str(&x->cell, mark);
	} else {
		add_xml_text(&x->cell, text);
	}
	return buf_str(&x->cell);
}

/* Dates before the 1900 system's false leap day stay texts. */
static bool parse_serial(struct span text, double *serial_out)
{
	date_days date;

	if (!date_parse_iso(text, &date) || date < date_from_ymd(1900, 3, 1))
		return false;
	*serial_out = date - date_from_ymd(1970, 1, 1) + 25569;
	return true;
}

static enum err_code put(struct table_writer *w, size_t column,
    struct span text, lxw_format *format, struct err *err)
{
	struct table_xlsx *x = w->sheet;

	return check(w,
	    xlsxwriter.worksheet_write_string(x->sheet, x->next_row,
		(lxw_col_t)column, cell_text(x, text), format),
	    err);
}

static enum err_code put_cell(
    struct table_writer *w, size_t column, struct span text, struct err *err)
{
	struct table_xlsx *x = w->sheet;
	bool is_marked = column == w->mark_column;
	double serial;

	if (text.n == 0 && !is_marked)
		return ERR_NONE;
	if (!is_marked && is_date_column(w, column) &&
	    parse_serial(text, &serial))
		return check(w,
		    xlsxwriter.worksheet_write_number(x->sheet, x->next_row,
			(lxw_col_t)column, serial, x->date),
		    err);
	if (!is_marked && column < w->columns && x->widths[column] < WIDTH_MAX)
		widen(w, column, width_of(text));
	return put(w, column, text, is_marked ? x->mark : x->text, err);
}

static enum err_code put_titles(struct table_writer *w, struct err *err)
{
	const struct table_options *o = w->options;
	struct table_xlsx *x = w->sheet;
	lxw_format *title = xlsxwriter.workbook_add_format(x->book);
	enum err_code code = ERR_NONE;
	size_t i;

	xlsxwriter.format_set_bold(title);
	xlsxwriter.format_set_font_size(title, 14);
	for (i = 0; i < o->title_rows_count && code == ERR_NONE; i++) {
		code = put(w, 0, span_of(o->title_rows[i]), title, err);
		x->next_row++;
	}
	return code;
}

static enum err_code put_header(struct table_writer *w, struct err *err)
{
	struct table_xlsx *x = w->sheet;
	lxw_format *header = xlsxwriter.workbook_add_format(x->book);
	enum err_code code = ERR_NONE;
	size_t i;

	xlsxwriter.format_set_bold(header);
	xlsxwriter.format_set_bg_color(header, COLOR_HEADER);
	xlsxwriter.format_set_border(header, LXW_BORDER_THIN);
	xlsxwriter.format_set_align(header, LXW_ALIGN_VERTICAL_CENTER);
	xlsxwriter.format_set_text_wrap(header);
	for (i = 0; i < w->columns && code == ERR_NONE; i++)
		code = put(w, i, w->header[i], header, err);
	x->next_row++;
	xlsxwriter.worksheet_freeze_panes(x->sheet, x->next_row, 0);
	return code;
}

static void make_formats(struct table_xlsx *x)
{
	x->text = xlsxwriter.workbook_add_format(x->book);
	xlsxwriter.format_set_num_format(x->text, "@");
	x->date = xlsxwriter.workbook_add_format(x->book);
	xlsxwriter.format_set_num_format(x->date, "yyyy-mm-dd");
	x->mark = xlsxwriter.workbook_add_format(x->book);
	xlsxwriter.format_set_num_format(x->mark, "@");
	xlsxwriter.format_set_bg_color(x->mark, COLOR_MARK);
	xlsxwriter.format_set_text_wrap(x->mark);
}

static enum err_code xlsx_begin(struct table_writer *w, struct err *err)
{
	const char *name = w->options->sheet ? w->options->sheet : "数据";
	struct table_xlsx *x = mem_zalloc(1, sizeof(*x));
	lxw_workbook_options options = {.constant_memory = LXW_TRUE};
	lxw_doc_properties properties = {.created = CREATED};
	const char *slash = strrchr(w->path, '/');
	enum err_code code;

	w->sheet = x;
	buf_init(&x->cell, 8 * UNITS_MAX);
	x->folder = slash ? mem_dup(w->path, (size_t)(slash - w->path) + 1)
			  : mem_strdup(".");
	options.tmpdir = x->folder;
	code = xlsxwriter_load(err);
	if (code)
		return code;
	x->book = xlsxwriter.workbook_new_opt(w->path, &options);
	if (!x->book)
		return err_set(
		    err, ERR_SYSTEM, "could not set up libxlsxwriter");
	/* The same rows give the same bytes on any day. */
	xlsxwriter.workbook_set_properties(x->book, &properties);
	if (xlsxwriter.workbook_validate_sheet_name(x->book, name) !=
	    LXW_NO_ERROR)
		return err_set(err, ERR_USAGE,
		    "\"%s\" cannot be the name of a sheet", name);
	errno = 0;
	x->sheet = xlsxwriter.workbook_add_worksheet(x->book, name);
	if (!x->sheet)
		return err_set_errno(err,
		    "could not create a temporary file beside \"%s\"", w->path);
	make_formats(x);
	x->widths = mem_zalloc(w->columns, sizeof(*x->widths));
	measure_header(w);
	code = set_columns(w, err);
	if (code == ERR_NONE)
		code = put_titles(w, err);
	return code == ERR_NONE ? put_header(w, err) : code;
}

static enum err_code xlsx_row(struct table_writer *w, const struct span *cells,
    size_t count, struct err *err)
{
	struct table_xlsx *x = w->sheet;
	enum err_code code = ERR_NONE;
	size_t i;

	if (x->next_row >= ROWS_MAX) {
		err_set(
		    err, ERR_FULL, "a sheet holds no more than 1048576 rows");
		err_hint(err, "Write CSV instead.");
		return ERR_FULL;
	}
	for (i = 0; i < count && code == ERR_NONE; i++)
		code = put_cell(w, i, cells[i], err);
	x->next_row++;
	return code;
}

static enum err_code xlsx_end(struct table_writer *w, struct err *err)
{
	struct table_xlsx *x = w->sheet;
	lxw_workbook *book = x->book;
	enum err_code code = set_columns(w, err);

	if (code)
		return code;
	x->book = NULL;
	errno = 0;
	return check(w, xlsxwriter.workbook_close(book), err);
}

static void xlsx_release(struct table_writer *w)
{
	struct table_xlsx *x = w->sheet;

	if (!x)
		return;
	if (x->book)
		xlsxwriter.workbook_free(x->book);
	buf_release(&x->cell);
	free(x->folder);
	free(x->widths);
	free(x);
}

const struct table_ops table_xlsx_ops = {
    .begin = xlsx_begin,
    .row = xlsx_row,
    .end = xlsx_end,
    .release = xlsx_release,
};
