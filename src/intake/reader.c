/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening: which format is it? The content decides, not the name, for files
 * are renamed by people and by mail programs.
 *
 *     PK          zip: XLSX, or refused with what it is instead
 *     D0CF11E0    the old .xls, or a workbook with a password
 *     <           a web page or XML that calls itself a table: refused
 *     [ { or []   JSON array
 *     { " or {}   JSON lines
 *     else        CSV or TSV; binary bytes are refused
 *
 * The name is asked only where JSON could also be the first cell of a CSV.
 */
#include "intake/reader.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "intake/normalise_priv.h"
#include "intake/reader_priv.h"
#include "intake/xlsx_priv.h"

/* What a spreadsheet keeps of a number; and from how many on noughts behind
 * them are hardly what was there. */
enum { SHEET_DIGITS = 15, LOST_DIGITS_MIN = 17 };

/* Marks a text that tr() gets later. */
#define N_(text) text

static const char *const format_names[READER_FORMAT_COUNT] = {
    "unknown", "csv", "tsv", "xlsx", "json", "jsonl"};

static const char *const encoding_names[READER_ENCODING_COUNT] = {
    "UTF-8", "UTF-8 with BOM", "GB18030", "UTF-16LE", "UTF-16BE"};

static const char *const fault_texts[ROW_FAULT_COUNT] = {
    [ROW_OK] = N_("the row is well-formed"),
    [ROW_BAD_ENCODING] =
	N_("the row has bytes that are not text in the file's encoding"),
    [ROW_BAD_QUOTES] =
	N_("the row has text behind a closing quote, or a quote never closed"),
    [ROW_TOO_LONG] = N_("the row or one of its cells is too long and was cut"),
    [ROW_TOO_MANY_CELLS] = N_("the row has more cells than a table may have"),
    [ROW_BAD_JSON] = N_("the entry is not a JSON object"),
    [ROW_NESTED_JSON] =
	N_("a value is an object or an array where a plain value is due"),
    [ROW_FORMULA_ERROR] = N_("a formula of the row gives an error"),
    [ROW_NO_RESULT] = N_("the file has a formula without its result; open it "
			 "in a spreadsheet program and save it"),
    [ROW_SHOWN_OTHERWISE] =
	N_("the cell shows something else than what is in it, by its number "
	   "format or because it is merged; write what is meant as text"),
};

const char *reader_format_name(enum reader_format format)
{
	ASSERT(format < READER_FORMAT_COUNT);
	return format_names[format];
}

const char *reader_encoding_name(enum reader_encoding encoding)
{
	ASSERT(encoding < READER_ENCODING_COUNT);
	return encoding_names[encoding];
}

const char *row_fault_text(enum row_fault fault)
{
	ASSERT(fault < ROW_FAULT_COUNT);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	return tr(fault_texts[fault]);
#pragma GCC diagnostic pop
}

void reader_prepare(void)
{
	text_prepare();
	json_prepare();
	xlsx_zip_prepare();
	(void)scan_best_way();
}

/* ---- helpers on cells ---- */

bool cell_is_blank(struct span text)
{
	size_t i = 0;

	while (i < text.n)
		if (glyph_of(utf8_next(text.p, text.n, &i)) == GLYPH_KEPT)
			return false;
	return true;
}

static bool cells_are_blank(const struct cell *cells, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!cell_is_blank(cells[i].text))
			return false;
	return true;
}

/* Digits from *at on, which moves behind them. */
static size_t pass_digits(struct span text, size_t *at)
{
	size_t from = *at;

	while (*at < text.n && text.p[*at] >= '0' && text.p[*at] <= '9')
		++*at;
	return *at - from;
}

/* Nothing but noughts from the 16th digit on. */
static bool has_lost_digits(struct span digits)
{
	size_t i;

	if (digits.n < LOST_DIGITS_MIN)
		return false;
	for (i = SHEET_DIGITS; i < digits.n; i++)
		if (digits.p[i] != '0')
			return false;
	return true;
}

bool reader_is_rounded(const struct cell *cell)
{
	struct span text = span_trim(cell->text);
	size_t at = 0;
	size_t digits = pass_digits(text, &at);

	if (cell->kind == CELL_NUMBER && at == text.n)
		return has_lost_digits(text);
	if (digits != 1)
		return false;
	if (at < text.n && text.p[at] == '.')
		at++;
	pass_digits(text, &at);
	/* 17 is that of a code; below 15 no digit is lost. */
	return text.n - at == strlen("E+17") &&
	    (text.p[at] == 'E' || text.p[at] == 'e') &&
	    memcmp(text.p + at + 1, "+15", 3) >= 0 &&
	    memcmp(text.p + at + 1, "+99", 3) <= 0;
}

bool reader_is_shortened(struct span text)
{
	size_t at = 0, decimals = 0;

	text = span_trim(text);
	if (text.n < strlen("1E+11") || pass_digits(text, &at) != 1)
		return false;
	if (text.p[at] == '.') {
		at++;
		decimals = pass_digits(text, &at);
	}
	return text.n - at == strlen("E+11") && text.p[at] == 'E' &&
	    text.p[at + 1] == '+' && isdigit((unsigned char)text.p[at + 2]) &&
	    isdigit((unsigned char)text.p[at + 3]) &&
	    (size_t)(text.p[at + 2] - '0') * 10 +
		(size_t)(text.p[at + 3] - '0') >
	    decimals;
}

struct span reader_known_text(
    const struct cell *cell, char out[READER_ROUNDED_BYTES])
{
	struct span text = span_trim(cell->text);

	if (cell->kind != CELL_NUMBER || !reader_is_rounded(cell) ||
	    text.n > READER_ROUNDED_BYTES)
		return cell->text;
	snprintf(out, READER_ROUNDED_BYTES, "%.1s.%.*sE+%zu", text.p,
	    SHEET_DIGITS - 1, text.p + 1, text.n - 1);
	return span_of(out);
}

bool reader_begins_formula(struct span text)
{
	static const char *const marks[] = {
	    "=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(marks); i++)
		if (span_starts_with(text, marks[i]))
			return true;
	return false;
}

struct span reader_formula_text(struct span text)
{
	struct span inside;

	if (text.n < 4 || memcmp(text.p, "=\"", 2) != 0 ||
	    text.p[text.n - 1] != '"')
		return text;
	inside = (struct span){text.p + 2, text.n - 3};
	return memchr(inside.p, '"', inside.n) ? text : inside;
}

size_t text_cut(struct span text, size_t n)
{
	if (n >= text.n)
		return text.n;
	while (n > 0 && ((unsigned char)text.p[n] & 0xC0) == 0x80)
		n--;
	return n;
}

/* ---- opening ---- */

static bool begins(const struct text *text, const char *bytes, size_t n)
{
	return text->raw_n >= n && memcmp(text->p, bytes, n) == 0;
}

/* The directory of an OLE2 file names its streams in UTF-16. */
static bool has_encrypted_package(const struct text *text)
{
	static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0";

	return memmem(text->p, text->raw_n, name, sizeof(name) - 1) != NULL;
}

static enum err_code refuse_ole2(const struct text *text, struct err *err)
{
	if (has_encrypted_package(text)) {
		err_set(
		    err, ERR_INPUT, "the workbook is protected by a password");
		err_hint(err,
		    "Open it, take the password off and save it "
		    "again as .xlsx.");
	} else {
		err_set(err, ERR_INPUT,
		    "this is the old .xls format of before 2007");
		err_hint(err,
		    "Open it in a spreadsheet program and save it as "
		    ".xlsx.");
	}
	return ERR_INPUT;
}

static enum err_code refuse_markup(struct err *err)
{
	err_set(err, ERR_INPUT, "this is a web page or XML, not a table");
	err_hint(err,
	    "Some systems export web pages named .xls. Open it in a "
	    "spreadsheet program and save it as .xlsx.");
	return ERR_INPUT;
}

static bool is_markup(const struct text *text)
{
	static const char *const begin[] = {"<!doctype", "<html", "<head",
	    "<table", "<?xml", "<meta", "<!--", "<workbook"};
	const char *p = text->p;
	size_t n = text->raw_n;
	size_t i;

	if (begins(text, "\xEF\xBB\xBF", 3)) {
		p += 3;
		n -= 3;
	}
	while (n > 0 && (*p == ' ' || (*p >= '\t' && *p <= '\r'))) {
		p++;
		n--;
	}
	for (i = 0; i < ARRAY_COUNT(begin); i++) {
		size_t m = strlen(begin[i]);

		if (n >= m && strncasecmp(p, begin[i], m) == 0)
			return true;
	}
	return false;
}

/* Refuses what is no table before it is decoded as one. */
static enum err_code refuse_foreign(const struct text *text, struct err *err)
{
	size_t n = text->raw_n < 4096 ? text->raw_n : 4096;
	size_t nul = 0;
	size_t i;

	if (begins(text, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8))
		return refuse_ole2(text, err);
	if (is_markup(text))
		return refuse_markup(err);
	if (begins(text, "%PDF-", 5))
		return err_set(err, ERR_INPUT, "this is a PDF, not a table");
	if (text_utf16(text))
		return ERR_NONE;
	for (i = 0; i < n; i++)
		nul += text->p[i] == '\0';
	if (nul > 2 + n / 16 || begins(text, "\x1F\x8B", 2) ||
	    begins(text, "7z\xBC\xAF", 4) || begins(text, "Rar!", 4)) {
		err_set(err, ERR_INPUT, "the file is not a table");
		err_hint(err, "CSV, TSV, XLSX, JSON and JSON lines are read.");
		return ERR_INPUT;
	}
	return ERR_NONE;
}

/* READER_FORMAT_UNKNOWN: not JSON. */
static enum reader_format sniff_json(const struct text *text, const char *name)
{
	const char *p = text->p + text->at;
	const char *end = text->p + text->n;
	const char *dot = name ? strrchr(name, '.') : NULL;
	bool is_named = dot &&
	    (strcasecmp(dot, ".json") == 0 || strcasecmp(dot, ".jsonl") == 0 ||
		strcasecmp(dot, ".ndjson") == 0);
	char first;

	while (p < end && strchr(" \t\r\n", *p))
		p++;
	if (p == end || (*p != '[' && *p != '{'))
		return READER_FORMAT_UNKNOWN;
	first = *p++;
	while (p < end && strchr(" \t\r\n", *p))
		p++;
	if (first == '[' && (is_named || (p < end && (*p == '{' || *p == ']'))))
		return READER_JSON;
	if (first == '{' && (is_named || (p < end && (*p == '"' || *p == '}'))))
		return READER_JSON_LINES;
	return READER_FORMAT_UNKNOWN;
}

static enum err_code open_format(
    struct reader *r, int fd, int spool_fd, const char *name, struct err *err)
{
	enum err_code code = text_start(&r->text, fd, err);
	enum reader_format json;

	if (code != ERR_NONE)
		return code;
	if (begins(&r->text, "PK\x03\x04", 4) ||
	    begins(&r->text, "PK\x05\x06", 4)) {
		text_release(&r->text);
		return xlsx_open(r, fd, spool_fd, err);
	}
	code = refuse_foreign(&r->text, err);
	if (code == ERR_NONE)
		code = text_begin(&r->text, err);
	if (code != ERR_NONE)
		return code;
	json = sniff_json(&r->text, name);
	return json ? json_open(r, json, err) : csv_open(r, name, err);
}

enum err_code reader_open(int fd, int spool_fd, const char *name,
    struct reader **reader_out, struct err *err)
{
	struct reader *r = mem_zalloc(1, sizeof(*r));
	enum err_code code;

	r->info.sheet = "";
	r->cells = mem_zalloc(READER_COLUMNS_MAX, sizeof(*r->cells));
	code = open_format(r, fd, spool_fd, name, err);
	if (code != ERR_NONE) {
		reader_free(&r);
		return code;
	}
	if (r->text.p)
		r->info.encoding = text_encoding(&r->text);
	*reader_out = r;
	return ERR_NONE;
}

void reader_free(struct reader **reader)
{
	struct reader *r = *reader;

	if (!r)
		return;
	if (r->ops)
		r->ops->release(r);
	text_release(&r->text);
	free(r->columns);
	free(r->cells);
	free(r);
	*reader = NULL;
}

const struct reader_info *reader_info(const struct reader *reader)
{
	return &reader->info;
}

enum err_code reader_use_sheet(struct reader *reader, size_t i, struct err *err)
{
	ASSERT(i < reader->info.other_sheets_count);
	return reader->ops->use_sheet(reader, i, err);
}

int reader_next(struct reader *reader, struct reader_row *row, struct err *err)
{
	int result;

	do
		result = reader->ops->next(reader, row, err);
	while (result == 1 && row->fault == ROW_OK &&
	    cells_are_blank(row->cells, row->count));
	if (reader->text.p)
		reader->info.encoding = text_encoding(&reader->text);
	return result;
}

const struct span *reader_columns(
    const struct reader *reader, size_t *count_out)
{
	*count_out = reader->columns_count;
	return reader->columns;
}

uint64_t reader_position(const struct reader *reader)
{
	return reader->ops->position(reader);
}
