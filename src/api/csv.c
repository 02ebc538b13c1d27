/* SPDX-License-Identifier: Apache-2.0 */
/* A cell is quoted when it holds what the format means something by. */
#include "api/csv.h"

#include <string.h>

#include "base/tr.h"
#include "intake/reader.h"

static bool needs_quotes(struct span cell)
{
	size_t i;

	for (i = 0; i < cell.n; i++)
		if (strchr(",;\t\"\r\n", cell.p[i]))
			return true;
	return false;
}

/* "-12", "-0.25": digits, at most one point behind the first of them. */
static bool is_negative_number(struct span cell)
{
	size_t points = 0, i;

	for (i = 1; i < cell.n; i++) {
		bool is_point = cell.p[i] == '.' && i > 1;

		points += is_point;
		if (!is_point && (cell.p[i] < '0' || cell.p[i] > '9'))
			return false;
	}
	return cell.n > 1 && cell.p[0] == '-' && points < 2;
}

static bool looks_like_formula(struct span cell)
{
	return reader_begins_formula(cell) && !is_negative_number(cell);
}

void csv_add(struct buf *out, bool is_first, struct span cell)
{
	bool is_quoted = needs_quotes(cell);
	size_t i;

	if (!is_first)
		buf_add_char(out, ',');
	if (is_quoted)
		buf_add_char(out, '"');
	if (looks_like_formula(cell))
		buf_add_char(out, '\'');
	for (i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			buf_add_char(out, '"');
		buf_add_char(out, cell.p[i]);
	}
	if (is_quoted)
		buf_add_char(out, '"');
}

void csv_end(struct buf *out)
{
	buf_add_str(out, "\r\n");
}

const char *csv_example_mark(void)
{
	return tr("example data, not an official site");
}
