/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row while it is made: cells by field of its item, their text in one
 * buffer that never moves. A cell is written by row_open, appends to
 * row->text, row_close; row_put does all three.
 */
#ifndef GX_DEMO_ROW_H
#define GX_DEMO_ROW_H

#include <stddef.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/span.h"

enum { DEMO_FIELDS_MAX = 40, DEMO_ROW_BYTES = 64 * 1024 };

struct demo_row {
	struct buf text;
	struct span cells[DEMO_FIELDS_MAX]; /* into text; p NULL = empty */
	size_t open_at;			    /* where the open cell begins */
};

/* Allocates the text's whole bound, so that spans stay good. */
void demo_row_init(struct demo_row *row);
void demo_row_release(struct demo_row *row);
/* Empties all cells and the text. */
void demo_row_reset(struct demo_row *row);
void demo_row_open(struct demo_row *row);
/* Ends the open cell and sets it at `field`, over what was there. */
void demo_row_close(struct demo_row *row, int field);
void demo_row_put(struct demo_row *row, int field, const char *text);
void demo_row_put_span(struct demo_row *row, int field, struct span text);
/* YYYY-MM-DD. */
void demo_row_put_date(struct demo_row *row, int field, date_days date);
/* Fen as 万元 with at most six decimals, as short as it goes: "1.2345". */
void demo_row_put_wan(struct demo_row *row, int field, int64_t fen);

/* Fen as 元 with no or two decimals: "5000", "1234.50". */
void demo_add_yuan(struct buf *out, int64_t fen);
void demo_add_wan(struct buf *out, int64_t fen);
/* `value` with at least `digits` digits, zeros in front. */
void demo_add_padded(struct buf *out, unsigned value, int digits);
/* 2026年3月9日. */
void demo_add_day(struct buf *out, date_days date);
/* 2026-03-09, or "2099/12/31" and the like with another separator. */
void demo_add_date(struct buf *out, date_days date, char separator);

#endif
