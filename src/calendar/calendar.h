/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Working days and deadlines in China, and the program's only clock.
 *
 * A working day is Monday to Friday unless the State Council's yearly notice
 * gives it off, and a weekend day that such a notice makes up (调休上班).
 * The notices are data (data/holidays.tsv), compiled in; outside the years
 * they cover only weekends are known, and calendar_covers says so.
 *
 * All functions are pure but those of the clock; none allocates or blocks.
 * Dates are those of base/date.h; DATE_NONE is not allowed. Day counts are
 * 0 to CALENDAR_DAYS_MAX.
 */
#ifndef GX_CALENDAR_CALENDAR_H
#define GX_CALENDAR_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/err.h"

enum { CALENDAR_DAYS_MAX = 10000 };

/* Are the holidays of that day's year known? */
bool calendar_covers(date_days date);
/* The last day of which they are. */
date_days calendar_last_day(void);
bool calendar_is_working_day(date_days date);
/* The n-th working day after `from`; from itself does not count. n = 0 gives
 * `from`, whatever day it is. */
date_days calendar_add_working_days(date_days from, int n);
/* Working days in (from, to]; negative when to is before from. */
int calendar_working_days_between(date_days from, date_days to);

/* The last day to act when the clock of `days` working or calendar days
 * starts on `from`; from itself does not count. */
date_days calendar_deadline(date_days from, int days, bool is_working);
/* Is that deadline of a clock that started on `from` certain? Not one counted
 * in working days into a year whose holidays are not known, nor into the last
 * three days before it, which its New Year may take: it is told as such
 * wherever it is told (R-CAL-003). */
bool calendar_is_certain(date_days from, date_days deadline, bool is_working);
/*
 * The first day whose clock had not run out when something was received:
 * what was decided BEFORE the returned day came late, what was decided on it
 * or after came in time. For every day d:
 *   d < calendar_late_before(r, n, w)  <=>  calendar_deadline(d, n, w) < r
 * so that bulk intake judges lateness by one compare a row.
 */
date_days calendar_late_before(date_days received, int days, bool is_working);

/*
 * The clock. The environment variable GONGXIN_NOW replaces the wall clock,
 * so that runs can be repeated: RFC 3339 ("2026-11-23T12:00:00+08:00",
 * seconds and zone may be missing) or "YYYY-MM-DD", in China time (UTC+8)
 * where no zone is given. Years 1970 to 2999.
 *
 * main() calls calendar_clock_check once: it refuses a GONGXIN_NOW that
 * cannot be read (ERR_USAGE). After that the clock cannot fail; reading it
 * with a bad GONGXIN_NOW is a bug.
 */
enum err_code calendar_clock_check(struct err *err);
/* Does GONGXIN_NOW stand in for the wall clock? What keeps real records must
 * not be written then (api/home.h). */
bool calendar_clock_is_replaced(void);
/* Unix time in milliseconds. */
int64_t calendar_now_ms(void);
/* Today in China. */
date_days calendar_today(void);

#endif
