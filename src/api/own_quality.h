/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A department's own rates, and what would raise them: which finding cost
 * how many rows in which submissions, which records came late, how many rows
 * wait for somebody to say whom they are about.
 */
#ifndef GX_API_OWN_QUALITY_H
#define GX_API_OWN_QUALITY_H

#include "api/own_records.h"

struct own_quality_query {
	struct own_choice departments;
	int month; /* year * 100 + month; 0: the last three */
};

/* Reads in one transaction. */
enum err_code own_quality_document(const struct reading *reading,
    const struct own_quality_query *query, struct buf *out, struct err *err);

#endif
