/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing a table as CSV, TSV, XLSX, JSON or JSON lines: rejected rows go
 * back in the form they came in, the demo writes its files, templates and
 * downloads come later.
 */
#ifndef GX_INTAKE_TABLE_H
#define GX_INTAKE_TABLE_H

#include "intake/reader.h"

struct table_writer;

struct table_options {
	enum reader_format format;
	enum reader_encoding encoding; /* CSV and TSV only */
	const char *sheet;	       /* XLSX sheet name, NULL = 数据 */
	const char *const *title_rows; /* XLSX/CSV: lines above the header */
	size_t title_rows_count;
	const bool *is_date; /* by column, may be NULL: XLSX writes
				YYYY-MM-DD cells as real date serials */
	size_t mark_column;  /* XLSX: this column's cells are highlighted;
				SIZE_MAX = none */
};

/*
 * Creates (truncates) `path`. Streaming: memory does not grow with rows.
 * The same rows give the same bytes on any day. Texts are valid UTF-8; what
 * is written reads back as the same texts, with these exceptions: XLSX cuts
 * a text of more than 32,767 UTF-16 units and says so in it, and has no
 * place for U+FFFE and U+FFFF. No quote is put before =, +, - or @ against
 * formulas, as that would change the text.
 */
enum err_code table_open(const char *path, const struct table_options *options,
    const struct span *header, size_t columns, struct table_writer **writer_out,
    struct err *err);
/* count may be below the header's; missing cells are empty (JSON: left
 * out when the cell's p is NULL). More than the header's are written too,
 * but in JSON they are ERR_INPUT. After a failure every call fails alike. */
enum err_code table_row(struct table_writer *writer, const struct span *cells,
    size_t count, struct err *err);
/* Flushes, fsyncs, closes and frees, also after a failure. */
enum err_code table_close(struct table_writer **writer, struct err *err);

#endif
