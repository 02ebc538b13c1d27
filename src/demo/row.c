/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cells are spans into one buffer whose whole bound is allocated at the
 * start: appending never moves it, so a span made early stays good. Money
 * and dates are formatted here by hand, because the benchmark's file is
 * made at several hundred thousand rows a second.
 */
#include "demo/row.h"

#include <string.h>

#include "base/check.h"

enum { FEN_PER_YUAN = 100, FEN_PER_WAN = 1000000 };

void demo_row_init(struct demo_row *row)
{
	memset(row, 0, sizeof(*row));
	buf_init(&row->text, DEMO_ROW_BYTES);
	ASSERT(buf_reserve(&row->text, DEMO_ROW_BYTES) != NULL);
}

void demo_row_release(struct demo_row *row)
{
	buf_release(&row->text);
}

void demo_row_reset(struct demo_row *row)
{
	buf_reset(&row->text);
	memset(row->cells, 0, sizeof(row->cells));
}

void demo_row_open(struct demo_row *row)
{
	row->open_at = row->text.n;
}

void demo_row_close(struct demo_row *row, int field)
{
	ASSERT(field >= 0 && field < DEMO_FIELDS_MAX);
	ASSERT(!row->text.is_full);
	row->cells[field] = (struct span){
	    row->text.p + row->open_at, row->text.n - row->open_at};
}

void demo_row_put_span(struct demo_row *row, int field, struct span text)
{
	demo_row_open(row);
	buf_add_span(&row->text, text);
	demo_row_close(row, field);
}

void demo_row_put(struct demo_row *row, int field, const char *text)
{
	demo_row_put_span(row, field, span_of(text));
}

void demo_row_put_date(struct demo_row *row, int field, date_days date)
{
	demo_row_open(row);
	demo_add_date(&row->text, date, '-');
	demo_row_close(row, field);
}

void demo_row_put_wan(struct demo_row *row, int field, int64_t fen)
{
	demo_row_open(row);
	demo_add_wan(&row->text, fen);
	demo_row_close(row, field);
}

void demo_add_padded(struct buf *out, unsigned value, int digits)
{
	char text[12];
	int at = sizeof(text);

	while (value != 0 || digits > 0) {
		text[--at] = (char)('0' + value % 10);
		value /= 10;
		digits--;
	}
	buf_add(out, text + at, sizeof(text) - (size_t)at);
}

void demo_add_yuan(struct buf *out, int64_t fen)
{
	ASSERT(fen >= 0);
	buf_add_i64(out, fen / FEN_PER_YUAN);
	if (fen % FEN_PER_YUAN == 0)
		return;
	buf_add_char(out, '.');
	demo_add_padded(out, (unsigned)(fen % FEN_PER_YUAN), 2);
}

void demo_add_wan(struct buf *out, int64_t fen)
{
	unsigned rest = (unsigned)(fen % FEN_PER_WAN);
	int digits = 6;

	ASSERT(fen >= 0);
	buf_add_i64(out, fen / FEN_PER_WAN);
	if (rest == 0)
		return;
	while (rest % 10 == 0) {
		rest /= 10;
		digits--;
	}
	buf_add_char(out, '.');
	demo_add_padded(out, rest, digits);
}

void demo_add_date(struct buf *out, date_days date, char separator)
{
	struct date_ymd d = date_to_ymd(date);

	demo_add_padded(out, (unsigned)d.year, 4);
	buf_add_char(out, separator);
	demo_add_padded(out, (unsigned)d.month, 2);
	buf_add_char(out, separator);
	demo_add_padded(out, (unsigned)d.day, 2);
}

void demo_add_day(struct buf *out, date_days date)
{
	struct date_ymd d = date_to_ymd(date);

	buf_add_i64(out, d.year);
	buf_add_str(out, "年");
	buf_add_i64(out, d.month);
	buf_add_str(out, "月");
	buf_add_i64(out, d.day);
	buf_add_str(out, "日");
}
