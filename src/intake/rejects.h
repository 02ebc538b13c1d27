/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rejected rows on their way back to their department: a file of the kind
 * that came, with the columns that came and one more that says of each row
 * what is wrong and how to mend it. Mended, it can be submitted as it is.
 */
#ifndef GX_INTAKE_REJECTS_H
#define GX_INTAKE_REJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sha256.h"
#include "base/span.h"
#include "catalog/catalog.h"
#include "intake/reader.h"
#include "store/store.h"

/* The added column; intake does not know it, and so passes it over when
 * the file comes back. */
#define REJECTS_COLUMN "错误说明"

/* No field either: which version of a record a correction by hand is made of,
 * in the file that the form makes. Of another than stands when it is taken in
 * it is refused; and a correction back to what was corrected before is another
 * file, and not one that was sent already. */
#define CORRECTS_COLUMN "更正的版本"

/* Is the title of a column that no field claims worth telling: one that says
 * something, and neither of the two above? NULL is none. */
bool rejects_is_strange(const char *title);

/* What was written, for whoever seals it before it can be had. */
struct rejects_written {
	uint8_t digest[SHA256_BYTES]; /* of the file */
	/* Valid unified codes of the organisations that the rows are about,
	 * one behind the other, as often as there are rows. */
	struct span codes;
};
typedef enum err_code rejects_ready(
    void *ctx, const struct rejects_written *written, struct err *err);

struct rejects_request {
	struct store *store;
	const struct catalog *catalog; /* that the submission was checked by */
	int64_t submission_id;
	const char *path;
	/* Called when all is written, and nothing of it can be found at `path`
	 * yet; what it returns is the end of it. NULL: nobody asks. */
	rejects_ready *ready;
	void *ctx;
};

/*
 * Writes all rejected rows of a submission to `path`, which is replaced only
 * when all is written; with none it holds the header only. CSV and TSV keep
 * the encoding that came (UTF-8 with a mark when the file was none of them).
 * Cells that are not kept are blank; of a row that could not be taken apart
 * nothing was kept, so only its error column is filled.
 *
 * ERR_NOT_FOUND: no such submission; ERR_REFUSED: another format was asked
 * for than can hold it; ERR_IO and ERR_FULL from writing. In the caller's read
 * view, if any.
 */
enum err_code rejects_write(
    const struct rejects_request *request, uint64_t *rows_out, struct err *err);

#endif
