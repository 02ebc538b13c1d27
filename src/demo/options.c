/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds of the options; anything inside them can be written. */
#include "demo/options.h"

enum { TODAY_MIN = 18628 /* 2021-01-01 */, TODAY_MAX = DATE_LONG_TERM };
enum { HISTORY_DAYS = 2190, HISTORY_MIN = 18141 /* 2019-09-02 */ };

static bool is_between(uint64_t value, uint64_t low, uint64_t high)
{
	return value >= low && value <= high;
}

enum err_code demo_options_check(
    const struct demo_options *o, uint64_t records_min, struct err *err)
{
	if (!is_between(o->subjects, 1, DEMO_SUBJECTS_MAX))
		return err_set(err, ERR_USAGE,
		    "the number of subjects must be 1 to %llu",
		    (unsigned long long)DEMO_SUBJECTS_MAX);
	if (!is_between(o->records, records_min, DEMO_RECORDS_MAX))
		return err_set(err, ERR_USAGE,
		    "the number of records must be %llu to %llu",
		    (unsigned long long)records_min,
		    (unsigned long long)DEMO_RECORDS_MAX);
	if (o->today < TODAY_MIN || o->today > TODAY_MAX)
		return err_set(
		    err, ERR_USAGE, "the day must be 2021-01-01 to 2099-12-31");
	return ERR_NONE;
}

date_days demo_history_start(date_days today)
{
	date_days start = today - HISTORY_DAYS;

	return start < HISTORY_MIN ? HISTORY_MIN : start;
}
