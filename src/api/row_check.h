/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row looked at before it is sent in: by the same checker as intake,
 * with the same findings. Nothing is kept of it, and nothing is read but the
 * catalogue, so whatever a row holds stays with who asks.
 *
 * It runs in the server itself. What is decoded in a sandboxed child are
 * files, whose formats are large; here jansson has parsed a short body, as
 * it does everywhere, and the checker is handed texts.
 */
#ifndef GX_API_ROW_CHECK_H
#define GX_API_ROW_CHECK_H

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/span.h"
#include "catalog/catalog.h"

enum { ROW_CHECK_VALUES_MAX = 256, ROW_CHECK_DOCUMENT_BYTES_MAX = 1024 * 1024 };

/* A field as it was written; both are UTF-8. */
struct row_value {
	struct span name; /* of a column: machine name, title or alias */
	struct span text;
};

/* A row of one item; texts are the caller's. */
struct row_given {
	const struct cat_item *item;
	const struct row_value *values;
	size_t count;
	bool is_nested;	  /* a value was an object or an array */
	size_t nested_at; /* the first of them */
};

/*
 * Appends {"item","outcome","is_good","summary","findings":[..],"unknown":
 * [names],"class","due","holidays_known","late","publication"}: what would
 * become of the row if it came today. A natural person's row has one finding
 * and nothing else. ERR_INPUT: more than ROW_CHECK_VALUES_MAX values.
 */
enum err_code row_check_document(const struct catalog *catalog,
    const struct row_given *row, date_days today, struct buf *out,
    struct err *err);

#endif
