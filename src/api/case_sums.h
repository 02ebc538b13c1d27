/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cases by department, for everybody: how many are about its records, how
 * many are open, and the clocks that it missed itself. Sums only; nothing of
 * a single case is told.
 */
#ifndef GX_API_CASE_SUMS_H
#define GX_API_CASE_SUMS_H

#include "api/record.h"
#include "base/json.h"

struct case_sums {
	int64_t received; /* about its records */
	int64_t open;	  /* of these */
	int64_t missed;	  /* clocks that ran out while it had a case in hands,
			     whoever's record it was about */
	int64_t overdue;  /* of these, the case still waits */
};

/* sums: one for each department in the catalogue's order, zeroed. In the
 * caller's transaction; by the clocks of reading->today. Blocks on disk. */
enum err_code case_sums_load(
    const struct reading *reading, struct case_sums *sums, struct err *err);
/* "cases":{"received","open","closed","missed","overdue","has_cases"}. */
void case_sums_put(struct json_writer *w, const struct case_sums *sums);

#endif
