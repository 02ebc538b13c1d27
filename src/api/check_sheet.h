/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer of a check of many (check_many.h) as a table, for whoever works
 * with it in an office program: one row for each code, in their order, wrong
 * ones with the reason. Titles and words are in the reader's language.
 */
#ifndef GX_API_CHECK_SHEET_H
#define GX_API_CHECK_SHEET_H

#include <jansson.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

/* is_example: each row, or a line above, says that the data are generated. */
struct check_sheet {
	const json_t *answer;
	bool is_example;
};

/* Appends it as CSV (csv.h). */
void check_sheet_csv(const struct check_sheet *sheet, struct buf *out);
/* Writes it as XLSX to a new file. Blocks on disk. */
enum err_code check_sheet_xlsx(
    const struct check_sheet *sheet, const char *path, struct err *err);

#endif
