/* SPDX-License-Identifier: Apache-2.0 */
/* A department's doubtful rows, and one of them beside its candidates. */
#ifndef GX_API_OWN_DOUBTFUL_H
#define GX_API_OWN_DOUBTFUL_H

#include "api/own_records.h"

enum { OWN_DOUBTFUL_BYTES_MAX = 32 * 1024 * 1024, OWN_DOUBTFUL_LIMIT = 20 };

struct own_doubtful_query {
	struct own_choice departments;
	bool is_decided; /* those that are decided, not the open ones */
	int64_t after;
	size_t limit; /* to OWN_DOUBTFUL_LIMIT */
};

/* {"department","departments","is_decided","open","rows","has_rows","first",
 * "next"}:
 * rows as intake/doubtful.h writes them. */
enum err_code own_doubtful_document(const struct reading *reading,
    const struct own_doubtful_query *query, struct buf *out, struct err *err);

/* {"department","departments","row":{..}}. ERR_NOT_FOUND, also for a row of
 * another department. */
enum err_code own_doubtful_row_document(const struct reading *reading,
    const struct own_choice *departments, int64_t id, struct buf *out,
    struct err *err);

#endif
