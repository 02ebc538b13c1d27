/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Civil dates. A date is a count of days since 1970-01-01 (proleptic
 * Gregorian), so that comparing and adding are plain arithmetic. Dates are
 * bounded to the years 1900 to 2999; China has one zone (UTC+8), without
 * daylight saving in the range that records use.
 */
#ifndef GX_BASE_DATE_H
#define GX_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* Days since 1970-01-01. */
typedef int32_t date_days;

enum { DATE_NONE = INT32_MIN }; /* no date */
enum { DATE_YEAR_MIN = 1900, DATE_YEAR_MAX = 2999, DATE_TEXT_BYTES = 11 };

/* 2099-12-31, which the exchange layouts use for "long-term" (长期). */
enum { DATE_LONG_TERM = 47481 };

struct date_ymd {
	int year;
	int month; /* 1-12 */
	int day;   /* 1-31 */
};

bool date_is_valid_ymd(int year, int month, int day);
/* DATE_NONE when no such day exists. */
date_days date_from_ymd(int year, int month, int day);
struct date_ymd date_to_ymd(date_days date);
/* year * 100 + month, which sorts and reads: 202605. */
int date_month(date_days date);
/* 0 = Monday ... 6 = Sunday. */
int date_weekday(date_days date);
/* The same day n months later; the month's last day where that day does not
 * exist (2024-01-31 + 1 month = 2024-02-29). n may be negative. */
date_days date_add_months(date_days date, int months);
/* Does a span of days, both its ends included, hold a day? DATE_NONE is an
 * open side. */
static inline bool date_is_within(date_days from, date_days to, date_days day)
{
	return (from == DATE_NONE || from <= day) &&
	    (to == DATE_NONE || day <= to);
}
/* The earlier of two ends; DATE_NONE is none, so later than all. */
static inline date_days date_earlier(date_days a, date_days b)
{
	return a == DATE_NONE || (b != DATE_NONE && b < a) ? b : a;
}
/* Exactly "YYYY-MM-DD"; false otherwise. */
bool date_parse_iso(struct span text, date_days *date_out);
/* Writes "YYYY-MM-DD" and NUL into out[DATE_TEXT_BYTES]; returns out.
 * DATE_NONE gives "". */
char *date_format_iso(date_days date, char *out);
/* The day in China (UTC+8) of a Unix time. */
date_days date_of_unix_ms(int64_t unix_ms);
/* Its first moment there. */
int64_t date_begin_ms(date_days date);
/* Writes RFC 3339 in UTC with seconds, "2026-11-23T04:36:21Z" + NUL (21
 * bytes), into out; returns out. */
char *date_format_unix(int64_t unix_ms, char *out);

#endif
