/* SPDX-License-Identifier: Apache-2.0 */
/* A cell is quoted when it holds what the format means something by. */
#include "api/csv.h"

#include <string.h>

#include "base/tr.h"

static bool needs_quotes(struct span cell)
{
	size_t i;

	for (i = 0; i < cell.n; i++)
		if (strchr(",;\t\"\r\n", cell.p[i]))
			return true;
	return false;
}

/* A negative number is no formula. */
static bool looks_like_formula(struct span cell)
{
	char next = cell.n > 1 ? cell.p[1] : '\0';

	if (cell.n == 0 || !strchr("=+-@\t\r", cell.p[0]))
		return false;
	return cell.p[0] != '-' || next < '0' || next > '9';
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
