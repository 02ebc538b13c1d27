/* SPDX-License-Identifier: Apache-2.0 */
/* Between table.c and the writers of its formats. */
#ifndef GX_INTAKE_TABLE_PRIV_H
#define GX_INTAKE_TABLE_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "intake/table.h"

struct table_ops {
	/* Writes what comes before the first row. */
	enum err_code (*begin)(struct table_writer *w, struct err *err);
	enum err_code (*row)(struct table_writer *w, const struct span *cells,
	    size_t count, struct err *err);
	/* Writes what comes behind the last row; not called after a failure. */
	enum err_code (*end)(struct table_writer *w, struct err *err);
	void (*release)(struct table_writer *w);
};

struct table_writer {
	const struct table_ops *ops;
	const struct table_options *options; /* valid in begin only */
	enum reader_format format;
	enum reader_encoding encoding;
	char *path;
	int fd;
	struct span *header; /* texts owned */
	size_t columns;
	bool *is_date; /* by column, or NULL */
	size_t mark_column;
	size_t rows;	    /* written so far, header not counted */
	struct buf line;    /* one row as UTF-8 */
	struct buf out;	    /* encoded, not yet written */
	void *converter;    /* UConverter for GB18030 */
	struct err failure; /* the first one; sticks */
	void *sheet;	    /* struct table_xlsx */
};

extern const struct table_ops table_xlsx_ops;

#endif
