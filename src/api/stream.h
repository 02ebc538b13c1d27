/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Downloads of lists and of whole sets, drawn piece by piece: a stream holds
 * its place, not a connection, so that a slow reader keeps no transaction
 * open. Each piece is of one moment and judged anew; what ends while a
 * download runs is not in the pieces that come after.
 *
 *	list_stream_open		the rows of a filtered list, newest
 *first list_stream_open_set	an item with all its public fields, in the order
 *of the log
 */
#ifndef GX_API_STREAM_H
#define GX_API_STREAM_H

#include "api/publicity.h"

enum list_format {
	LIST_CSV = 0, /* UTF-8 with BOM, CR LF */
	LIST_JSON,    /* one array */
	LIST_JSONL,   /* one object a line */
	LIST_XLSX     /* list_write_xlsx only */
};

enum { STREAM_PIECE_BYTES_MAX = 2 * 1024 * 1024 };

struct list_stream;

/* query and catalogue are checked and copied or borrowed: the reading's
 * catalogue must outlive the stream. At most query->download_max rows; where
 * there are more, a last one says that they are cut off: in JSON
 * {"cut_after":ROWS,"set":PATH of the whole set}.
 * ERR_NOT_FOUND, ERR_INPUT as list_query_filter. */
enum err_code list_stream_open(const struct reading *reading,
    const struct list_query *query, enum list_format format,
    struct list_stream **out, struct err *err);
/* ERR_NOT_FOUND: no such item, or it is not for the public. */
enum err_code list_stream_open_set(const struct reading *reading,
    struct span item, enum list_format format, struct list_stream **out,
    struct err *err);
void list_stream_close(struct list_stream **stream);

/*
 * Appends the next piece: 1, or 0 when everything was told (nothing
 * appended), negative on failure. reading: may be another one than at
 * opening, of the same database and catalogue; no transaction is open, and
 * one is opened and closed here. Blocks on disk.
 */
int list_stream_next(struct list_stream *stream, const struct reading *reading,
    struct buf *out, struct err *err);

/* The rows of a filtered list as XLSX into a new file, cut off alike; memory
 * does not grow with the rows. On failure the file is removed. */
enum err_code list_write_xlsx(const struct reading *reading,
    const struct list_query *query, const char *path, struct err *err);

#endif
