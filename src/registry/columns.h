/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements of one block turned on their side: the values of one field of
 * all its records stand together, where they compress far better than row
 * by row, and what all share is written once. Turning back gives the same
 * bytes, statement for statement.
 *
 * The text, before compression (canonical JSON holds no byte below 0x20, so
 * '\n' ends every piece but the references):
 *
 *	1 \n				form
 *	HEAD \n TAIL \n			what stands around code and fields
 *	KEY \n ... \n			field names, ending with an empty one;
 *					'-' before those of closed fields
 *	one byte a statement: 'r' a record of this shape, 'x' any other \n
 *	codes of the records, each \n
 *	for each key: one byte a record, its reference; then, each \n, the
 *		values that the references call for
 *	the other statements, whole, each \n
 *
 * Most fields have few values in a block. A reference says
 *
 *	0	the record has no such field
 *	1	the next value; it becomes the column's value number k, as long
 *		as k < 253
 *	2 + k	value number k again
 */
#ifndef GX_REGISTRY_COLUMNS_H
#define GX_REGISTRY_COLUMNS_H

#include "base/buf.h"
#include "base/err.h"

enum { COLUMNS_KEYS_MAX = 128 };

struct columns;

struct columns *columns_new(size_t max_bytes);
void columns_free(struct columns **columns);
void columns_reset(struct columns *columns);
/* Adds a statement; false when the bound is reached (nothing added). */
bool columns_add(struct columns *columns, struct span statement);
/* Appends the text of all statements added. */
void columns_write(const struct columns *columns, struct buf *out);

/*
 * Back again: appends the statements to text and sets out[0..count) to
 * them. False when the bytes are not such a text of `count` statements.
 */
bool columns_read(
    struct span bytes, size_t count, struct buf *text, struct span *out);
/* One of them, the `at`-th from 0, without the others. */
bool columns_read_one(struct span bytes, size_t count, size_t at,
    struct buf *text, struct span *out);

#endif
