/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clocks of a case: worked out from the days of its steps, the catalogue
 * and the calendar, whenever somebody asks. Nothing of it is stored, so that
 * nobody can move a day that is due.
 */
#ifndef GX_CASES_CASE_CLOCK_H
#define GX_CASES_CASE_CLOCK_H

#include "cases/case_file.h"

struct case_run {
	const struct cat_case_clock *clock;
	date_days started;
	date_days due;	   /* the last day in time */
	date_days stopped; /* DATE_NONE: it runs */
	bool is_extended;
	bool is_missed; /* stopped later than due, or runs past it today */
	/* Of a missed one: who had the case in hands when the due day ended. */
	enum cat_case_side missed_by;
};

/*
 * The case's clock that started last by the end of `today`; false when none
 * runs or ran by the catalogue. Steps later than `today` are not looked at.
 * Of several in force the one that is due first. Pure.
 */
bool case_clock_now(const struct catalog *catalog, const struct case_file *file,
    date_days today, struct case_run *out);

/* All that ran, in the order in which they started; one for each start. */
typedef void case_run_visit(void *ctx, const struct case_run *run);
void case_clocks(const struct catalog *catalog, const struct case_file *file,
    date_days today, case_run_visit *visit, void *ctx);

/* Can it be taken longer over: is there a clock that runs and would be due
 * later then? */
bool case_can_extend(const struct catalog *catalog,
    const struct case_file *file, date_days today);

/* The body that a side is in this case: a department of the catalogue; NULL
 * for the representative, and where there is none. */
const struct cat_department *case_body(const struct catalog *catalog,
    const struct case_file *file, enum cat_case_side side);

#endif
