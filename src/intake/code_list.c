/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows travel as lines, since that is all that is asked of them. The parent
 * believes nothing of a line: a number that is none is 0, a column that is
 * not there is empty.
 */
#include "intake/code_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ident/ident.h"

enum {
	TEXT_BYTES = 256 * 1024, /* lines that go at once */
	SHOWN_BYTES_MAX = 300,	 /* of the first row, in a message */
	ALSO_PART = 2 /* a column with half as many codes is one, too */
};

/* ---- the child ---- */

static bool is_between(char c)
{
	return c == '\t' || c == '\n' || c == '\r';
}

static void add_cell(struct buf *line, const struct cell *cell)
{
	/* Noughts may happen to make it the code of somebody else. */
	char known[READER_ROUNDED_BYTES];
	struct span text = reader_formula_text(reader_known_text(cell, known));
	size_t i;

	if (text.n > CODE_LIST_CELL_BYTES_MAX)
		text.n = utf8_valid_prefix(text.p, CODE_LIST_CELL_BYTES_MAX);
	buf_add_char(line, '\t');
	for (i = 0; i < text.n; i++)
		buf_add_char(line, is_between(text.p[i]) ? ' ' : text.p[i]);
}

static void add_row(struct buf *text, const struct reader_row *row)
{
	size_t i;

	buf_addf(text, "%llu", (unsigned long long)row->number);
	for (i = 0; i < row->count; i++)
		if (!reader_is_filled(row, i)) /* one code, not one a row */
			add_cell(text, &row->cells[i]);
	buf_add_char(text, '\n');
}

static enum err_code send(
    struct slots *slots, struct buf *text, struct err *err)
{
	enum err_code rc =
	    text->n ? slots_put_text(slots, buf_span(text), err) : ERR_NONE;

	buf_reset(text);
	return rc;
}

static enum err_code read_rows(
    struct reader *reader, struct slots *slots, struct err *err)
{
	/* One row more than what is full is whole. */
	struct buf text = BUF_INIT(TEXT_BYTES +
	    READER_COLUMNS_MAX * (CODE_LIST_CELL_BYTES_MAX + 1) + 32);
	struct reader_row row;
	enum err_code rc = 0;
	int got = 0;

	while (!rc && (got = reader_next(reader, &row, err)) == 1) {
		add_row(&text, &row);
		if (text.n >= TEXT_BYTES)
			rc = send(slots, &text, err);
	}
	if (!rc && got == 0)
		rc = send(slots, &text, err);
	buf_release(&text);
	return rc ? rc : (enum err_code)(got < 0 ? got : 0);
}

void code_list_decode(const struct decode_request *request, struct slots *slots)
{
	struct reader *reader = NULL;
	struct err err;
	enum err_code rc;

	err_clear(&err);
	rc = reader_open(
	    request->fd, request->spool_fd, request->name, &reader, &err);
	if (!rc)
		rc = read_rows(reader, slots, &err);
	slots_finish(slots, rc ? &err : NULL, NULL);
	reader_free(&reader);
}

/* ---- the parent: lines ---- */

void code_list_init(struct code_list *list)
{
	*list = (struct code_list){.rows = BUF_INIT(CODE_LIST_BYTES_MAX)};
}

void code_list_release(struct code_list *list)
{
	buf_release(&list->rows);
}

/* The piece up to `end`, which goes, too. */
static struct span cut(struct span *rest, char end)
{
	const char *at = rest->n ? memchr(rest->p, end, rest->n) : NULL;
	struct span piece = {rest->p, at ? (size_t)(at - rest->p) : rest->n};
	size_t n = piece.n + (at != NULL);

	*rest = (struct span){rest->p + n, rest->n - n};
	return piece;
}

static struct span rest_from(const struct code_list *list, size_t at)
{
	const struct span all = buf_span(&list->rows);

	return (struct span){all.p + at, all.n - at};
}

bool code_list_next(
    const struct code_list *list, size_t *at, struct code_list_row *out)
{
	struct span rest = rest_from(list, *at), line, cell;
	size_t i;

	if (!rest.n)
		return false;
	line = cut(&rest, '\n');
	*at = list->rows.n - rest.n;
	cell = cut(&line, '\t');
	out->number = 0;
	for (i = 0; i < cell.n && i < 18; i++)
		if (cell.p[i] >= '0' && cell.p[i] <= '9')
			out->number =
			    out->number * 10 + (uint64_t)(cell.p[i] - '0');
	for (i = 0; i < list->column; i++)
		cell = cut(&line, '\t');
	out->text = span_trim(cell);
	return true;
}

/* ---- the parent: which column ---- */

/* What a column is called whose cells are codes of whom the row is about;
 * another may be called "列入决定机关统一社会信用代码". */
static const char *const titles[] = {
    "统一社会信用代码", "社会信用代码", "信用代码"};

static bool is_title(struct span text)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(titles); i++)
		if (span_is(text, titles[i]))
			return true;
	return false;
}

/* What a cell can count as, the best first. */
enum mark { MARK_TITLE = 0, MARK_USCC, MARK_OLD_CODE, MARK_COUNT };

static enum mark mark_of(struct span text)
{
	if (is_title(text))
		return MARK_TITLE;
	if (ident_check_uscc(text).state == IDENT_VALID)
		return MARK_USCC;
	if (ident_check_org_code(text) == IDENT_VALID ||
	    ident_check_reg_number(text) == IDENT_VALID)
		return MARK_OLD_CODE;
	return MARK_COUNT;
}

/* How many of each a column has. */
struct marks {
	size_t of[MARK_COUNT + 1][READER_COLUMNS_MAX];
};

static void count_marks(const struct code_list *list, struct marks *marks)
{
	struct span rest = rest_from(list, 0);

	while (rest.n) {
		struct span line = cut(&rest, '\n');
		size_t i;

		cut(&line, '\t');
		for (i = 0; line.n && i < READER_COLUMNS_MAX; i++)
			marks->of[mark_of(span_trim(cut(&line, '\t')))][i]++;
	}
}

/* Titles stand above: what has no digit in the column before the first that
 * has. */
static void pass_titles(struct code_list *list)
{
	struct code_list_row row;
	size_t at = 0;

	list->at = 0;
	list->title = span_of("");
	while (code_list_next(list, &at, &row) && !span_has_digit(row.text)) {
		list->at = at;
		if (row.text.n)
			list->title = row.text;
	}
}

static enum err_code no_column(const struct code_list *list, struct err *err)
{
	struct span rest = rest_from(list, 0), line;
	struct buf text = BUF_INIT(SHOWN_BYTES_MAX);

	if (!rest.n)
		return err_set(err, ERR_INPUT, "the file is empty");
	line = cut(&rest, '\n');
	for (cut(&line, '\t'); line.n && !text.is_full;) {
		buf_add_span(&text, cut(&line, '\t'));
		buf_add_str(&text, line.n ? " | " : "");
	}
	err_set(err, ERR_INPUT,
	    "no column of the file holds codes of organisations");
	err_detail(err, "The file begins with: %s", buf_str(&text));
	err_hint(err,
	    "One column must hold unified social credit codes, one in each "
	    "row.");
	buf_release(&text);
	return ERR_INPUT;
}

static enum err_code several_columns(size_t one, size_t other, struct err *err)
{
	err_set(err, ERR_INPUT,
	    "columns %zu and %zu of the file both hold codes of organisations",
	    one < other ? one : other, one < other ? other : one);
	err_hint(err,
	    "Leave one of them in the file: each row is one organisation.");
	return ERR_INPUT;
}

static size_t best_of(const size_t counts[READER_COLUMNS_MAX])
{
	size_t best = 0, i;

	for (i = 1; i < READER_COLUMNS_MAX; i++)
		if (counts[i] > counts[best])
			best = i;
	return best;
}

/* Another column that is one as well; READER_COLUMNS_MAX: there is none. */
static size_t rival_of(const size_t counts[READER_COLUMNS_MAX], size_t best)
{
	size_t i;

	for (i = 0; i < READER_COLUMNS_MAX; i++)
		if (i != best && counts[i] * ALSO_PART >= counts[best])
			break;
	return i;
}

/* The only one with the title; else that of codes of today; else that of
 * older ones, of which many a file has a column beside. */
static enum err_code choose_of(
    struct code_list *list, const struct marks *marks, struct err *err)
{
	enum mark mark;

	for (mark = 0; mark < MARK_COUNT; mark++) {
		size_t best = best_of(marks->of[mark]), rival;

		if (marks->of[mark][best] == 0)
			continue;
		rival = rival_of(marks->of[mark], best);
		list->column = best + 1;
		if (rival == READER_COLUMNS_MAX)
			return 0;
		if (mark != MARK_TITLE)
			return several_columns(best + 1, rival + 1, err);
	}
	return no_column(list, err);
}

static enum err_code choose_column(struct code_list *list, struct err *err)
{
	struct marks *marks = mem_zalloc(1, sizeof(*marks));
	enum err_code rc;

	count_marks(list, marks);
	rc = choose_of(list, marks, err);
	free(marks);
	if (!rc)
		pass_titles(list);
	return rc;
}

static enum err_code take_slot(
    struct code_list *list, const struct slot_view *view, struct err *err)
{
	struct span text = slot_text(view);

	if (list->rows.n + text.n > CODE_LIST_BYTES_MAX) {
		err_set(err, ERR_FULL, "the list is longer than %d MiB of text",
		    (int)(CODE_LIST_BYTES_MAX >> 20));
		err_hint(err, "Divide the list.");
		return ERR_FULL;
	}
	buf_add_span(&list->rows, text);
	return 0;
}

enum err_code code_list_read(
    struct slots *slots, struct code_list *list, struct err *err)
{
	struct slot_view view;
	enum err_code rc;

	slot_view_init(&view);
	do {
		rc = slots_take(slots, &view, err);
		if (!rc)
			rc = take_slot(list, &view, err);
	} while (!rc && view.head.end == SLOT_MORE);
	slot_view_release(&view);
	if (!rc &&
	    utf8_valid_prefix(list->rows.p ? list->rows.p : "", list->rows.n) !=
		list->rows.n)
		rc = err_set(
		    err, ERR_CORRUPT, "the reading process wrote no text");
	return rc ? rc : choose_column(list, err);
}
