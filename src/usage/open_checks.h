/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checks of an organisation that somebody may still wait on: answered
 * ones, of it alone or among many, the newest of each department, matter and
 * case number, whose case no feedback has closed since.
 */
#ifndef GX_USAGE_OPEN_CHECKS_H
#define GX_USAGE_OPEN_CHECKS_H

#include "usage/use_log.h"

struct open_check {
	uint64_t seq; /* of its use */
	int64_t at_ms;
	bool is_of_many;
	struct span id; /* as its answer said; of many "BATCH-CODE" */
	struct span department, matter, case_number;
};

struct open_checks_query {
	int64_t subject_id;
	struct span code;
	int64_t since_ms; /* older ones are not looked at */
};

/*
 * By matter. Everything is in the arena. The uses have to be published
 * (use_log_publish): what is not is not found. Blocks on disk; for a
 * consistent answer open a transaction.
 */
enum err_code open_checks_list(struct store *office,
    const struct open_checks_query *query, struct arena *arena,
    const struct open_check **out, size_t *count_out, struct err *err);

#endif
