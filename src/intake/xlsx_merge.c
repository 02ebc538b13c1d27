/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cells merged over several rows of one column: people see one value beside
 * all of them, the file has it in the first, and what other cells may hold
 * under it nobody sees.
 *
 *     part --bytes--> is the word there at all?
 *          --XML----> list of ranges, by their first row
 *     rows --------> columns[]: the range that stands in each, its value
 *
 * The list stands behind the rows in the XML, so it is read before them, in a
 * pass of its own. Ranges are bounded in number, values by the cells of rows;
 * of a range over several columns only the first has the value.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "intake/reader_priv.h"
#include "intake/xlsx_priv.h"

enum { MERGES_MAX = 1024 * 1024, SCAN_BYTES = 64 * 1024 };

struct merge {
	struct reader_rows rows;
	uint32_t column;
};

/* What stands in a column. */
struct held {
	enum cell_kind kind;
	struct buf text;
};

struct xlsx_merges {
	struct merge *list; /* ascending by first row */
	size_t count;
	size_t allocated;
	size_t at; /* first one not begun */
	struct xlsx_xml *xml;
	struct reader_rows rows[READER_COLUMNS_MAX];
	struct held columns[READER_COLUMNS_MAX];
};

size_t xlsx_ref_column(const char *ref)
{
	size_t column = 0;
	size_t i;

	for (i = 0; i < 3; i++) {
		char c = ref[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c < 'A' || c > 'Z')
			break;
		column = column * 26 + (size_t)(c - 'A' + 1);
	}
	if (i == 0 || column > XLSX_COLUMNS_MAX || ref[i] < '0' || ref[i] > '9')
		return SIZE_MAX;
	return column - 1;
}

/* The row of "C7"; 0: none. */
static uint32_t ref_row(const char *ref)
{
	unsigned long row = strtoul(ref + strcspn(ref, "0123456789"), NULL, 10);

	return row <= XLSX_ROWS_MAX ? (uint32_t)row : 0;
}

static void on_merge(void *user, const char *name, const char **attributes)
{
	struct xlsx_merges *m = user;
	const char *ref = xlsx_attribute(attributes, "ref");
	const char *colon = ref ? strchr(ref, ':') : NULL;
	struct merge one;
	size_t column;

	if (strcmp(name, "mergeCell") != 0 || !colon)
		return;
	column = xlsx_ref_column(ref);
	one.column = (uint32_t)column;
	one.rows = (struct reader_rows){ref_row(ref), ref_row(colon + 1)};
	if (column >= READER_COLUMNS_MAX || one.rows.first == 0 ||
	    one.rows.last <= one.rows.first)
		return;
	if (m->count == MERGES_MAX) {
		err_set(xlsx_xml_fail(m->xml), ERR_FULL,
		    "the sheet has more merged cells than a table holds");
		return;
	}
	m->list = mem_grow(m->list, m->count, &m->allocated, sizeof(*m->list));
	m->list[m->count++] = one;
}

static const struct xlsx_xml_handler merges_handler = {
    .start = on_merge,
};

static int by_first_row(const void *a, const void *b)
{
	const struct merge *x = a;
	const struct merge *y = b;

	if (x->rows.first != y->rows.first)
		return x->rows.first < y->rows.first ? -1 : 1;
	return x->column < y->column ? -1 : x->column > y->column;
}

/* Most sheets have none, and bytes are faster looked through than XML. */
static enum err_code find_word(
    struct xlsx_zip *zip, const char *path, bool *found_out, struct err *err)
{
	static const char word[] = "mergeCell";
	enum { WORD = sizeof(word) - 1 };
	struct xlsx_part *part;
	enum err_code code =
	    xlsx_part_open(zip, path, XLSX_LARGE_PART_MAX, &part, err);
	size_t kept = 0;
	char *p;
	int got;

	*found_out = false;
	if (code != ERR_NONE)
		return code;
	p = mem_alloc(WORD + SCAN_BYTES);
	while ((got = xlsx_part_read(part, p + kept, SCAN_BYTES, err)) > 0) {
		size_t n = kept + (size_t)got;

		*found_out = memmem(p, n, word, WORD) != NULL;
		if (*found_out)
			break;
		kept = n < WORD ? n : WORD - 1;
		memmove(p, p + n - kept, kept);
	}
	free(p);
	xlsx_part_free(&part);
	return got < 0 ? (enum err_code)got : ERR_NONE;
}

enum err_code xlsx_merges_load(struct xlsx_zip *zip, const char *path,
    struct xlsx_merges **merges_out, struct err *err)
{
	struct xlsx_merges *m;
	bool is_found;
	enum err_code code = find_word(zip, path, &is_found, err);
	size_t i;

	*merges_out = NULL;
	if (code != ERR_NONE || !is_found)
		return code;
	m = mem_zalloc(1, sizeof(*m));
	for (i = 0; i < READER_COLUMNS_MAX; i++)
		buf_init(&m->columns[i].text, READER_CELL_BYTES_MAX);
	code = xlsx_parse_part(
	    zip, path, XLSX_LARGE_PART_MAX, &merges_handler, m, &m->xml, err);
	if (code != ERR_NONE || m->count == 0) {
		xlsx_merges_free(&m);
		return code;
	}
	qsort(m->list, m->count, sizeof(*m->list), by_first_row);
	*merges_out = m;
	return ERR_NONE;
}

void xlsx_merges_free(struct xlsx_merges **merges)
{
	struct xlsx_merges *m = *merges;
	size_t i;

	if (!m)
		return;
	for (i = 0; i < READER_COLUMNS_MAX; i++)
		buf_release(&m->columns[i].text);
	free(m->list);
	free(m);
	*merges = NULL;
}

/* Takes the value of the range's first row; a row that is not there is
 * blank. */
static void begin(struct xlsx_merges *m, const struct merge *merge,
    const struct reader_row *row)
{
	struct held *held = &m->columns[merge->column];

	m->rows[merge->column] = merge->rows;
	held->kind = CELL_NULL;
	buf_reset(&held->text);
	if (merge->rows.first == row->number && merge->column < row->count) {
		held->kind = row->cells[merge->column].kind;
		buf_add_span(&held->text, row->cells[merge->column].text);
	}
}

/* Under another value than the cell has itself nobody knows which is meant:
 * true. */
static bool fill(const struct held *held, size_t column, struct reader_row *row,
    struct cell *cells)
{
	struct span text = held->text.n ? buf_span(&held->text) : span_of("");

	if (held->kind != CELL_NULL)
		for (; row->count <= column; row->count++)
			cells[row->count] = (struct cell){{"", 0}, CELL_NULL};
	if (column >= row->count)
		return false;
	if (cell_is_blank(cells[column].text) ||
	    span_equal(cells[column].text, text)) {
		cells[column] = (struct cell){text, held->kind};
		return false;
	}
	cells[column].kind = CELL_SHOWN_OTHERWISE;
	return true;
}

/* Puts the values under which the row stands into it. Longer than a row may
 * be: they are left out, and the row says so. True: it hides something. */
static bool fill_row(
    struct xlsx_merges *m, struct reader_row *row, struct cell *cells)
{
	size_t bytes = 0, i;
	bool is_hiding = false;

	for (i = 0; i < row->count; i++)
		bytes += cells[i].text.n;
	for (i = 0; i < READER_COLUMNS_MAX; i++) {
		if (!reader_is_filled(row, i))
			continue;
		bytes += m->columns[i].text.n;
		if (bytes <= READER_ROW_BYTES_MAX) {
			is_hiding |= fill(&m->columns[i], i, row, cells);
		} else if (row->fault == ROW_OK ||
		    row->fault == ROW_FORMULA_ERROR) {
			row->fault = ROW_TOO_LONG;
			row->fault_column = i;
		}
	}
	return is_hiding;
}

bool xlsx_merges_apply(
    struct xlsx_merges *m, struct reader_row *row, struct cell *cells)
{
	bool has_any = false;
	size_t i;

	for (; m->at < m->count && m->list[m->at].rows.first <= row->number;
	     m->at++)
		if (m->list[m->at].rows.last >= row->number)
			begin(m, &m->list[m->at], row);
	for (i = 0; i < READER_COLUMNS_MAX; i++) {
		if (m->rows[i].last < row->number)
			m->rows[i] = (struct reader_rows){0, 0};
		has_any |= m->rows[i].last > 0;
	}
	if (!has_any)
		return true;
	row->merged = m->rows;
	if (fill_row(m, row, cells))
		return true;
	for (i = 0; i < row->count; i++)
		if (!reader_is_filled(row, i) && !cell_is_blank(cells[i].text))
			return true;
	return row->fault != ROW_OK;
}
