/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rejected rows on their way back to their department: a file of the kind
 * that came, with the columns that came and one more that says of each row
 * what is wrong and how to mend it. Mended, it can be submitted as it is.
 */
#ifndef GX_INTAKE_REJECTS_H
#define GX_INTAKE_REJECTS_H

#include <stdint.h>

#include "base/err.h"
#include "catalog/catalog.h"
#include "intake/reader.h"
#include "store/store.h"

/* The added column; intake does not know it, and so passes it over when
 * the file comes back. */
#define REJECTS_COLUMN "错误说明"

/*
 * Writes all rejected rows of a submission to `path`, which is replaced only
 * when all is written; with none it holds the header only. CSV and TSV keep
 * the encoding that came (UTF-8 with a mark when the file was none of them).
 * Cells that are not kept are blank; of a row that could not be taken apart
 * nothing was kept, so only its error column is filled.
 *
 * catalog: the one that the submission was checked by. ERR_NOT_FOUND: no
 * such submission; ERR_REFUSED: another format was asked for than can hold
 * it; ERR_IO and ERR_FULL from writing. In the caller's read view, if any.
 */
enum err_code rejects_write(struct store *store, const struct catalog *catalog,
    int64_t submission_id, const char *path, uint64_t *rows_out,
    struct err *err);

#endif
