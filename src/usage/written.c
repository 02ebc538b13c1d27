/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/written.h"

#include <string.h>

#include "usage/use_log.h"

enum err_code use_seals(
    struct store *store, use_seal_visit *visit, void *ctx, struct err *err)
{
	const enum sql_id id = SQL_USAGE_SEALS;
	enum err_code rc = store_start(store, id, NULL, 0, err);

	while (store_next_row(store, id, &rc, err)) {
		const struct use_seal seal = {
		    .seq = (uint64_t)store_column_int(store, id, 0),
		    .at_ms = store_column_int(store, id, 1),
		    .subject_id = store_column_int(store, id, 2),
		    .subject = store_column_span(store, id, 3),
		    .reference = store_column_span(store, id, 4)};

		rc = visit(ctx, &seal, err);
	}
	store_finish(store, id);
	return rc;
}

enum err_code use_written_check(struct store *store,
    const struct use_written *w, int64_t first_ms, bool *is_good,
    struct err *err)
{
	uint8_t digest[SHA256_BYTES];
	struct use_row row;
	enum err_code rc;

	if (w->seal.kind != STORE_INT) {
		if (w->at_ms >= first_ms)
			*is_good = false;
		return 0;
	}
	sha256_bytes(w->text.p, w->text.n, digest);
	rc = use_row_get(store, (uint64_t)w->seal.i, &row, err);
	if (!rc &&
	    (!row.use.has_answer || row.use.at_ms != w->at_ms ||
		!span_equal(row.use.reader, w->by) ||
		memcmp(row.use.answer, digest, sizeof(digest)) != 0))
		*is_good = false;
	use_rows_finish(store, USE_OLDEST_FIRST);
	return rc;
}
