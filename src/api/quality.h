/* SPDX-License-Identifier: Apache-2.0 */
/* The quality of what departments report, by month (api/measures.h). */
#ifndef GX_API_QUALITY_H
#define GX_API_QUALITY_H

#include "api/record.h"
#include "base/buf.h"

enum { QUALITY_WORD_BYTES = 64 };

/* All zero: everything. */
struct quality_query {
	int month; /* year * 100 + month */
	char department[QUALITY_WORD_BYTES];
	char item[QUALITY_WORD_BYTES];
};

/* Sets one parameter: month ("2026-10"), department, item; an empty value
 * is none. ERR_INPUT. */
enum err_code quality_query_set(struct quality_query *query, struct span name,
    struct span value, struct err *err);

/* GET /quality. Reads in one transaction. */
enum err_code quality_document(const struct reading *reading,
    const struct quality_query *query, struct buf *out, struct err *err);
/* GET /quality.csv: a line for each month, department and item, with the
 * counts that all rates come from. UTF-8 with BOM. */
enum err_code quality_csv(const struct reading *reading,
    const struct quality_query *query, struct buf *out, struct err *err);

#endif
