/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV and TSV, the hot path of bulk intake.
 *
 *     text window --scan_specials--> pos[]: where delimiters, quotes and
 *                                    line ends are
 *     pos[] --scan_row--> cells as spans straight into the window
 *
 * A row is scanned from its beginning whenever the window grew, which is
 * once in a step for the one row that lies across its end; so scanning must
 * not change the text. Quoted cells with more than their two quotes are
 * noted in dirty[] and unquoted in place only when the whole row is there.
 *
 * Quotes. A cell that begins with '"' goes on to the next '"' that is not
 * doubled, over line ends. Spaces behind it are dropped; other text is kept
 * and ROW_BAD_QUOTES. When no closing quote comes within the longest row or
 * before the end of the file, the quote was a slip: it stands for itself,
 * the row ends at its own line end and is ROW_BAD_QUOTES. So one stray quote
 * spoils one row and not the rest of the file.
 *
 * Line ends are LF, CRLF and CR, in any mixture. A row's number counts
 * records as spreadsheet programs do, blank ones too.
 *
 * Spreadsheet programs write every column that was once touched: cells past
 * the maximum are dropped when they are blank, and a fault when not.
 *
 * The delimiter is judged on the first 64 KiB, outside quotes: the one that
 * occurs equally often in most rows. Excel's "sep=;" line is obeyed.
 */
#include "intake/reader_priv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/mem.h"

enum {
	SNIFF_BYTES = 64 * 1024,
	SNIFF_ROWS = 40,
	SNIFF_COUNTS = READER_COLUMNS_MAX + 1
};

static const char delimiters[] = ",\t;|";

struct csv {
	char delimiter;
	uint64_t number; /* records begun so far */
	uint32_t *pos;	 /* specials in the window */
	size_t pos_count;
	size_t pos_at;	  /* first one not consumed */
	bool is_skipping; /* inside a cut row, until its line end */
	uint16_t dirty[READER_COLUMNS_MAX]; /* columns to unquote */
};

/* A row being scanned. Positions are in the window. */
struct scan {
	size_t start;	  /* first byte of the row */
	size_t end;	  /* its line end, or the text's end */
	size_t next;	  /* first byte of the next row */
	size_t pos_next;  /* and its index in pos[] */
	size_t count;	  /* cells, also those past the maximum */
	bool is_too_wide; /* one past it is not blank */
	size_t dirty_count;
	size_t literal;	   /* quotes from here on stand for themselves */
	size_t open_quote; /* SCAN_OPEN_QUOTE: the one without an end */
	enum row_fault fault;
	size_t fault_column;
};

enum scan_result { SCAN_ROW, SCAN_NEEDS_MORE, SCAN_OPEN_QUOTE };

static void index_window(struct reader *r, struct csv *csv)
{
	csv->pos_at = 0;
	csv->pos_count = scan_specials(r->text.scan, r->text.p, r->text.at,
	    r->text.n, csv->delimiter, csv->pos);
}

static void set_fault(struct scan *s, enum row_fault fault, size_t column)
{
	if (s->fault != ROW_OK)
		return;
	s->fault = fault;
	s->fault_column = column;
}

static inline void add_cell(
    struct reader *r, struct scan *s, size_t from, size_t to)
{
	struct span text = {r->text.p + from, to - from};

	if (s->count < READER_COLUMNS_MAX)
		r->cells[s->count].text = text;
	else if (!s->is_too_wide)
		s->is_too_wide = !cell_is_blank(text);
	s->count++;
}

/* Index in pos[] of the quote that closes the one at pos[i], or of the
 * count of positions. *doubled_out: there are doubled ones between. */
static size_t find_closing(
    const struct reader *r, const struct csv *csv, size_t i, bool *doubled_out)
{
	const char *p = r->text.p;

	*doubled_out = false;
	for (i++; i < csv->pos_count; i++) {
		if (p[csv->pos[i]] != '"')
			continue;
		if (i + 1 >= csv->pos_count ||
		    csv->pos[i + 1] != csv->pos[i] + 1 ||
		    p[csv->pos[i + 1]] != '"')
			return i;
		*doubled_out = true;
		i++;
	}
	return csv->pos_count;
}

/* Only blanks in [from, to)? */
static bool is_spaces(const char *p, size_t from, size_t to)
{
	while (from < to && p[from] == ' ')
		from++;
	return from == to;
}

/*
 * The quoted cell whose quote is pos[*at]; *at becomes the index of the
 * special that ends it, pos_count when that is the end of the text.
 */
static enum scan_result scan_quoted(
    struct reader *r, struct csv *csv, struct scan *s, size_t *at)
{
	const char *p = r->text.p;
	size_t open = csv->pos[*at];
	bool is_dirty;
	size_t close = find_closing(r, csv, *at, &is_dirty);
	size_t i = close + 1;
	size_t end;

	if (close == csv->pos_count) {
		s->open_quote = open;
		return SCAN_OPEN_QUOTE;
	}
	while (i < csv->pos_count && p[csv->pos[i]] == '"')
		i++;
	end = i < csv->pos_count ? csv->pos[i] : r->text.n;
	if (!is_spaces(p, csv->pos[close] + 1, end)) {
		set_fault(s, ROW_BAD_QUOTES, s->count);
		is_dirty = true;
	}
	if (is_dirty && s->count < READER_COLUMNS_MAX)
		csv->dirty[s->dirty_count++] = (uint16_t)s->count;
	add_cell(r, s, open + 1, is_dirty ? end : csv->pos[close]);
	*at = i;
	return SCAN_ROW;
}

/* The special at pos[i] ends the row: where does the next one begin?
 * False when a CR is the last byte there is and LF may follow. */
static bool end_row(
    const struct reader *r, const struct csv *csv, struct scan *s, size_t i)
{
	s->end = r->text.n;
	s->next = s->end;
	s->pos_next = csv->pos_count;
	if (i == csv->pos_count)
		return text_is_end(&r->text);
	s->end = csv->pos[i];
	s->next = s->end + 1;
	s->pos_next = i + 1;
	if (r->text.p[s->end] == '\n')
		return true;
	if (s->next == r->text.n)
		return text_is_end(&r->text);
	if (r->text.p[s->next] == '\n') {
		s->next++;
		s->pos_next++;
	}
	return true;
}

/* Finds the cells of the row at text.at. */
static enum scan_result scan_row(
    struct reader *r, struct csv *csv, struct scan *s)
{
	const char *p = r->text.p;
	const uint32_t *pos = csv->pos;
	const size_t pos_count = csv->pos_count;
	size_t from = s->start;
	size_t i;

	for (i = csv->pos_at; i < pos_count; i++) {
		size_t at = pos[i];

		if (p[at] == '"') {
			enum scan_result result;

			if (at != from || at >= s->literal)
				continue;
			result = scan_quoted(r, csv, s, &i);
			if (result != SCAN_ROW)
				return result;
			if (i == pos_count || p[pos[i]] != csv->delimiter)
				return end_row(r, csv, s, i) ? SCAN_ROW
							     : SCAN_NEEDS_MORE;
			from = pos[i] + 1;
			continue;
		}
		add_cell(r, s, from, at);
		from = at + 1;
		if (p[at] != csv->delimiter)
			return end_row(r, csv, s, i) ? SCAN_ROW
						     : SCAN_NEEDS_MORE;
	}
	add_cell(r, s, from, r->text.n);
	return end_row(r, csv, s, pos_count) ? SCAN_ROW : SCAN_NEEDS_MORE;
}

/* A quoted cell without its first quote: halves doubled quotes, drops the
 * closing one, keeps what follows unless it is only spaces. */
static size_t unquote(char *p, size_t n)
{
	size_t to = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] == '"') {
			i++;
			if (i >= n || p[i] != '"')
				break;
		}
		p[to++] = p[i];
	}
	if (i >= n || is_spaces(p, i, n))
		return to;
	memmove(p + to, p + i, n - i);
	return to + n - i;
}

static void unquote_cells(struct reader *r, struct csv *csv, struct scan *s)
{
	size_t i;

	for (i = 0; i < s->dirty_count; i++) {
		struct span *text = &r->cells[csv->dirty[i]].text;
		/* The cell lies in this reader's own window. */
		char *p = r->text.p + (text->p - r->text.p);

		text->n = unquote(p, text->n);
	}
}

/* Cuts what is longer than a row or a cell may be. */
static void limit_cells(struct reader *r, struct scan *s)
{
	const char *row_end = r->text.p + s->start + READER_ROW_BYTES_MAX;
	size_t i;

	for (i = 0; i < s->count; i++) {
		struct span *t = &r->cells[i].text;
		size_t n = t->n;

		if (t->p >= row_end)
			n = 0;
		else if (n > (size_t)(row_end - t->p))
			n = (size_t)(row_end - t->p);
		if (n > READER_CELL_BYTES_MAX)
			n = READER_CELL_BYTES_MAX;
		if (n == t->n)
			continue;
		set_fault(s, ROW_TOO_LONG, i);
		t->n = text_cut(*t, n);
	}
}

/* Notes the column of the first bad byte. */
static void note_bad_bytes(struct reader *r, struct scan *s)
{
	size_t bad = text_bad_between(&r->text, s->start, s->end);
	size_t i;

	if (bad == SIZE_MAX)
		return;
	for (i = 0; i + 1 < s->count; i++)
		if (r->cells[i + 1].text.p > r->text.p + bad)
			break;
	set_fault(s, ROW_BAD_ENCODING, i);
}

/* The rare things of a row that is whole; then hands it out. */
static void finish_row(
    struct reader *r, struct csv *csv, struct scan *s, struct reader_row *row)
{
	if (s->is_too_wide)
		set_fault(s, ROW_TOO_MANY_CELLS, READER_COLUMNS_MAX);
	if (s->count > READER_COLUMNS_MAX)
		s->count = READER_COLUMNS_MAX;
	if (r->text.bad_count)
		note_bad_bytes(r, s);
	if (s->dirty_count)
		unquote_cells(r, csv, s);
	if (s->end - s->start > READER_CELL_BYTES_MAX)
		limit_cells(r, s);
	r->text.at = s->next;
	csv->pos_at = s->pos_next;
	*row = (struct reader_row){
	    ++csv->number, r->cells, s->count, s->fault, s->fault_column, NULL};
}

static enum err_code fill(struct reader *r, struct csv *csv, struct err *err)
{
	enum err_code code = text_fill(&r->text, err);

	if (code == ERR_NONE)
		index_window(r, csv);
	return code;
}

/* A row longer than may be: hands out its beginning; the rest is skipped. */
static void cut_row(struct reader *r, struct csv *csv, struct scan *s)
{
	s->end = s->next = r->text.n;
	s->pos_next = csv->pos_count;
	csv->is_skipping = true;
	set_fault(s, ROW_TOO_LONG, s->count ? s->count - 1 : 0);
}

/* Drops text up to and with the line end of a cut row. */
static enum err_code skip_cut_row(
    struct reader *r, struct csv *csv, struct err *err)
{
	while (csv->is_skipping) {
		struct scan s = {.start = r->text.at};
		size_t i = csv->pos_at;
		enum err_code code;

		while (i < csv->pos_count && r->text.p[csv->pos[i]] != '\n' &&
		    r->text.p[csv->pos[i]] != '\r')
			i++;
		if (end_row(r, csv, &s, i)) {
			r->text.at = s.next;
			csv->pos_at = s.pos_next;
			csv->is_skipping = false;
			break;
		}
		/* A last CR stays, as LF may follow. */
		r->text.at = i < csv->pos_count ? s.end : r->text.n;
		code = fill(r, csv, err);
		if (code != ERR_NONE)
			return code;
	}
	return ERR_NONE;
}

/* The row did not end in the window. True: it must do with what is there. */
static bool is_hopeless(const struct reader *r)
{
	return text_is_end(&r->text) ||
	    r->text.n - r->text.at >= READER_ROW_BYTES_MAX;
}

static int csv_next(struct reader *r, struct reader_row *row, struct err *err)
{
	struct csv *csv = r->format;
	size_t literal = SIZE_MAX;
	enum err_code code = skip_cut_row(r, csv, err);

	while (code == ERR_NONE) {
		struct scan s = {.start = r->text.at, .literal = literal};
		enum scan_result result;

		if (s.start == r->text.n && text_is_end(&r->text))
			return 0;
		result = scan_row(r, csv, &s);
		if (result == SCAN_OPEN_QUOTE && is_hopeless(r)) {
			literal = s.open_quote;
			continue;
		}
		if (result == SCAN_NEEDS_MORE && is_hopeless(r)) {
			cut_row(r, csv, &s);
			result = SCAN_ROW;
		}
		if (result == SCAN_ROW) {
			if (literal != SIZE_MAX)
				set_fault(&s, ROW_BAD_QUOTES, s.count - 1);
			finish_row(r, csv, &s, row);
			return 1;
		}
		code = fill(r, csv, err);
	}
	return code;
}

static uint64_t csv_position(const struct reader *r)
{
	return text_position(&r->text);
}

static void csv_release(struct reader *r)
{
	struct csv *csv = r->format;

	if (!csv)
		return;
	free(csv->pos);
	free(csv);
}

static const struct reader_ops csv_ops = {
    .next = csv_next,
    .position = csv_position,
    .release = csv_release,
};

/* How often each count of one delimiter occurs among the first rows. */
struct sniff {
	char delimiter;
	unsigned rows;	 /* rows with the commonest count above none */
	unsigned common; /* that count */
	unsigned first;	 /* count in the first row that has any */
	size_t first_at; /* where that row ends */
};

static void sniff_delimiter(const char *p, size_t n, struct sniff *s)
{
	unsigned counts[SNIFF_COUNTS] = {0};
	unsigned here = 0;
	unsigned rows = 0;
	bool is_quoted = false;
	size_t i;

	for (i = 0; i <= n && rows < SNIFF_ROWS; i++) {
		bool is_end = i == n || p[i] == '\n' || p[i] == '\r';

		if (i < n && p[i] == '"' &&
		    (is_quoted || i == 0 || strchr("\",\t;|\r\n", p[i - 1])))
			is_quoted = !is_quoted;
		if (is_quoted && i < n)
			continue;
		if (i < n && p[i] == s->delimiter)
			here++;
		if (!is_end || here == 0)
			continue;
		if (s->first == 0) {
			s->first = here;
			s->first_at = i;
		}
		if (here >= SNIFF_COUNTS)
			here = SNIFF_COUNTS - 1;
		if (++counts[here] >= s->rows) {
			s->rows = counts[here];
			s->common = here;
		}
		here = 0;
		rows++;
	}
}

static bool has_ending(const char *name, const char *ending)
{
	size_t n = name ? strlen(name) : 0;
	size_t m = strlen(ending);

	return n >= m && strcasecmp(name + n - m, ending) == 0;
}

/* Is it rather this one than a commoner one? */
static bool is_before(const struct sniff *s, const struct sniff *other)
{
	return s->rows > other->rows &&
	    (other->first == 0 || s->first_at < other->first_at ||
		s->first > other->first);
}

static char choose_delimiter(const char *p, size_t n, const char *name)
{
	struct sniff of[ARRAY_COUNT(delimiters) - 1] = {{0}};
	const struct sniff *comma = &of[0], *tab = &of[1], *best;
	bool is_tab, is_none = true;
	size_t i;

	if (n > SNIFF_BYTES)
		n = SNIFF_BYTES;
	for (i = 0; i < ARRAY_COUNT(of); i++) {
		of[i].delimiter = delimiters[i];
		sniff_delimiter(p, n, &of[i]);
		is_none = is_none && of[i].rows == 0;
	}
	is_tab = tab->rows > comma->rows ||
	    (tab->rows == comma->rows && tab->common > comma->common);
	if (is_none)
		is_tab = has_ending(name, ".tsv") || has_ending(name, ".tab");
	best = is_tab ? tab : comma;
	for (i = 2; i < ARRAY_COUNT(of); i++)
		if (is_before(&of[i], best))
			best = &of[i];
	return best->delimiter;
}

/* Obeys and drops a first line "sep=X". */
static bool take_sep_line(struct text *text, char *delimiter_out)
{
	const char *p = text->p + text->at;
	size_t n = text->n - text->at;

	if (n < 6 || strncasecmp(p, "sep=", 4) != 0 ||
	    !strchr(delimiters, p[4]) || (p[5] != '\r' && p[5] != '\n'))
		return false;
	*delimiter_out = p[4];
	text->at += p[5] == '\r' && n > 6 && p[6] == '\n' ? 7 : 6;
	return true;
}

enum err_code csv_open(struct reader *r, const char *name, struct err *err)
{
	struct csv *csv = mem_zalloc(1, sizeof(*csv));

	(void)err;
	r->format = csv;
	r->ops = &csv_ops;
	if (!take_sep_line(&r->text, &csv->delimiter))
		csv->delimiter = choose_delimiter(
		    r->text.p + r->text.at, r->text.n - r->text.at, name);
	r->info.format = csv->delimiter == '\t' ? READER_TSV : READER_CSV;
	csv->pos = mem_alloc((size_t)TEXT_CAP * sizeof(*csv->pos));
	index_window(r, csv);
	return ERR_NONE;
}
