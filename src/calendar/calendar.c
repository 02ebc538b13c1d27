/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Working days are counted, never walked. W(d) is the number of working
 * days up to and including d, from a fixed start:
 *
 *   W(d) = weekdays up to d, by plain arithmetic
 *        + holiday_extra[d], make-up days less weekdays off up to d
 *
 * holiday_extra is a prefix sum over the covered years, made by the build
 * from data/holidays.tsv; before them it is 0, after them it stays at its
 * last value, so that W is one non-decreasing function over all days, with
 * steps of 0 or 1. Everything else is W and its inverse:
 *
 *   working days in (a, b]       W(b) - W(a)
 *   n-th working day after a     the first d with W(d) = W(a) + n
 *   decided on d, late at r      W(d) + n <= W(r - 1)
 *
 * The inverse starts near the answer (5 working days a week) and closes in
 * by what is still missing.
 */
#include "calendar/calendar.h"

#include "base/check.h"
#include "holiday_table.h"

_Static_assert(
    ARRAY_COUNT(holiday_extra) == HOLIDAY_LAST_DAY - HOLIDAY_FIRST_DAY + 1,
    "one entry a covered day");

/* So many days before its year a notice reaches back at most: that of 2019
 * had 29 December 2018 worked for the 31st. */
enum { NEW_YEAR_DAYS = 3 };
/* A Sunday so long before 1900 that no sum of weeks is negative. */
enum { WEEKS_START = -4 - 7 * 20000 };

static int weekdays_up_to(date_days date)
{
	int days = date - WEEKS_START; /* Monday of the first week is 1 */
	int in_week = days % 7;

	return days / 7 * 5 + (in_week < 5 ? in_week : 5);
}

static int extra_up_to(date_days date)
{
	if (date < HOLIDAY_FIRST_DAY)
		return 0;
	if (date > HOLIDAY_LAST_DAY)
		date = HOLIDAY_LAST_DAY;
	return holiday_extra[date - HOLIDAY_FIRST_DAY];
}

static int working_up_to(date_days date)
{
	return weekdays_up_to(date) + extra_up_to(date);
}

/* The first day d with working_up_to(d) >= count, searched from near it. */
static date_days first_day_with(int count, date_days near)
{
	int gap;

	/* W grows by at most one a day, so neither loop steps too far. */
	while ((gap = count - working_up_to(near)) > 0)
		near += gap;
	while ((gap = working_up_to(near - 1) - count) >= 0)
		near -= gap + 1;
	return near;
}

bool calendar_covers(date_days date)
{
	return date >= HOLIDAY_FIRST_DAY && date <= HOLIDAY_LAST_DAY;
}

date_days calendar_last_day(void)
{
	return HOLIDAY_LAST_DAY;
}

bool calendar_is_working_day(date_days date)
{
	return working_up_to(date) != working_up_to(date - 1);
}

date_days calendar_add_working_days(date_days from, int n)
{
	ASSERT(n >= 0 && n <= CALENDAR_DAYS_MAX);
	if (n == 0)
		return from;
	return first_day_with(working_up_to(from) + n, from + n + n / 5 * 2);
}

int calendar_working_days_between(date_days from, date_days to)
{
	return working_up_to(to) - working_up_to(from);
}

date_days calendar_deadline(date_days from, int days, bool is_working)
{
	ASSERT(days >= 0 && days <= CALENDAR_DAYS_MAX);
	return is_working ? calendar_add_working_days(from, days) : from + days;
}

bool calendar_is_certain(date_days from, date_days deadline, bool is_working)
{
	return !is_working ||
	    (calendar_covers(from) &&
		calendar_covers(deadline + NEW_YEAR_DAYS));
}

date_days calendar_late_before(date_days received, int days, bool is_working)
{
	ASSERT(days >= 0 && days <= CALENDAR_DAYS_MAX);
	if (!is_working || days == 0)
		return received - days;
	return first_day_with(working_up_to(received - 1) - days + 1,
	    received - days - days / 5 * 2);
}
