/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the calendar room; expected days are from the notices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/random_test_help.h"
#include "calendar/calendar.h"

static date_days day(const char *text)
{
	date_days d = DATE_NONE;

	assert_true(date_parse_iso(span_of(text), &d));
	return d;
}

/* R-CAL-001 */
static void is_working_day_known_days_match(void **state)
{
	static const struct {
		const char *date;
		bool is_working;
	} t[] = {
	    /* Spring Festival 2015: 18-24 February, 15 and 28 worked. */
	    {"2015-02-15", true},
	    {"2015-02-17", true},
	    {"2015-02-18", false},
	    {"2015-02-24", false},
	    {"2015-02-25", true},
	    {"2015-02-28", true},
	    {"2015-03-01", false},
	    /* 1-3 January 2015 off, Sunday the 4th worked. */
	    {"2015-01-04", true},
	    /* Victory day 2015: 3-5 September off, Sunday the 6th worked. */
	    {"2015-09-03", false},
	    {"2015-09-04", false},
	    {"2015-09-05", false},
	    {"2015-09-06", true},
	    /* Qingming 2016: Monday 4 April joins the weekend. */
	    {"2016-04-02", false},
	    {"2016-04-04", false},
	    {"2016-04-05", true},
	    /* 2017: National Day with Mid-autumn, 1-8 October. */
	    {"2017-09-30", true},
	    {"2017-10-06", false},
	    {"2017-10-08", false},
	    {"2017-10-09", true},
	    /* 2018: a Monday new year, and the notice of 2019 reaching back. */
	    {"2018-01-01", false},
	    {"2018-06-16", false},
	    {"2018-09-22", false},
	    {"2018-12-29", true},
	    {"2018-12-31", false},
	    /* Labour Day 2019 as changed in March. */
	    {"2019-04-28", true},
	    {"2019-05-01", false},
	    {"2019-05-03", false},
	    {"2019-05-05", true},
	    /* Spring Festival 2020 prolonged to 2 February. */
	    {"2020-01-19", true},
	    {"2020-01-24", false},
	    {"2020-01-31", false},
	    {"2020-02-01", false},
	    {"2020-02-02", false},
	    {"2020-02-03", true},
	    /* New year 2023: 31 December to 2 January. */
	    {"2022-12-30", true},
	    {"2023-01-02", false},
	    {"2023-01-03", true},
	    /* 2023: 29 September to 6 October, 7 and 8 worked. */
	    {"2023-09-29", false},
	    {"2023-10-06", false},
	    {"2023-10-07", true},
	    {"2023-10-08", true},
	    /* Spring Festival 2024: 10-17 February; the eve was a working
	     * day. */
	    {"2024-02-04", true},
	    {"2024-02-09", true},
	    {"2024-02-12", false},
	    {"2024-02-16", false},
	    {"2024-02-18", true},
	    /* 2025: 28 January to 4 February, 26 January and 8 February. */
	    {"2025-01-26", true},
	    {"2025-01-28", false},
	    {"2025-02-04", false},
	    {"2025-02-05", true},
	    {"2025-02-08", true},
	    /* 2026: 15-23 February, 14 and 28 worked. */
	    {"2026-01-02", false},
	    {"2026-01-04", true},
	    {"2026-02-14", true},
	    {"2026-02-16", false},
	    {"2026-02-23", false},
	    {"2026-02-24", true},
	    {"2026-02-28", true},
	    {"2026-10-07", false},
	    {"2026-10-08", true},
	    {"2026-10-10", true},
	    /* Outside the notices: weekends only. */
	    {"2014-10-01", true},
	    {"2014-10-04", false},
	    {"2027-01-01", true},
	    {"2027-01-02", false},
	    {"1900-01-01", true},
	    {"1900-01-07", false},
	    {"2999-12-31", true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		if (calendar_is_working_day(day(t[i].date)) != t[i].is_working)
			fail_msg("[%zu] %s: expected %d", i, t[i].date,
			    t[i].is_working);
}

/* R-CAL-001 */
/*
 * A law of conservation: a working day given off is either a statutory
 * holiday (11 a year, 13 from 2025) or paid for by a weekend day worked.
 * Weekend days worked are as the notices count them, by calendar year.
 */
static void is_working_day_days_off_are_statutory_or_made_up(void **state)
{
	static const struct {
		int year, statutory, worked;
	} t[] = {
	    {2015, 12, 5}, /* and victory day */
	    {2016, 11, 6},
	    {2017, 11, 5},
	    {2018, 11, 7}, /* 29 December is in the notice for 2019 */
	    {2019, 11, 6},
	    {2020, 13, 6}, /* and 31 January, and 1 February not worked */
	    {2021, 11, 7},
	    {2022, 11, 7},
	    {2023, 11, 7},
	    {2024, 11, 8},
	    {2025, 13, 5},
	    {2026, 13, 6},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		date_days d = date_from_ymd(t[i].year, 1, 1);
		int off = 0, worked = 0;

		for (; date_to_ymd(d).year == t[i].year; d++) {
			bool is_weekday = date_weekday(d) < 5;
			bool is_working = calendar_is_working_day(d);

			off += is_weekday && !is_working;
			worked += !is_weekday && is_working;
		}
		if (worked != t[i].worked || off != t[i].statutory + worked)
			fail_msg("%d: expected %d + %d off; are %d, %d worked",
			    t[i].year, t[i].statutory, t[i].worked, off,
			    worked);
	}
}

/* R-CAL-002 */
static void deadline_known_cases_match(void **state)
{
	static const struct {
		const char *from;
		int days;
		bool is_working;
		const char *deadline;
	} t[] = {
	    /* An ordinary week: Monday + 7 = Wednesday of the next. */
	    {"2023-03-06", 7, true, "2023-03-15"},
	    {"2023-03-06", 1, true, "2023-03-07"},
	    {"2023-03-11", 1, true, "2023-03-13"},
	    {"2023-03-06", 0, true, "2023-03-06"},
	    {"2023-03-11", 0, true, "2023-03-11"},
	    /* Spring Festival 2023, 21-27 January; 28 and 29 worked:
	     * 19, 20, 28, 29, 30, 31 January, 1 February. */
	    {"2023-01-18", 7, true, "2023-02-01"},
	    /* Spring Festival 2024: 8, 9, 18, 19, 20, 21, 22 February. */
	    {"2024-02-07", 7, true, "2024-02-22"},
	    /* Spring Festival 2026: 12, 13, 14, 24, 25, 26, 27 February. */
	    {"2026-02-11", 7, true, "2026-02-27"},
	    {"2026-02-11", 8, true, "2026-02-28"},
	    /* National Day 2023: 28 September, 7-12 October. */
	    {"2023-09-27", 7, true, "2023-10-12"},
	    /* National Day 2020: 30 September, 9, 10, 12-15 October. */
	    {"2020-09-29", 7, true, "2020-10-15"},
	    /* National Day 2025, 1-8 October; 11 worked: 30 September,
	     * 9, 10, 11, 13, 14, 15 October. */
	    {"2025-09-29", 7, true, "2025-10-15"},
	    /* Over the end of a year: 28, 29, 31 December, 2-7 January. */
	    {"2018-12-27", 7, true, "2019-01-08"},
	    {"2022-12-30", 7, true, "2023-01-11"},
	    /* Over the end of the data: 31 December 2026 and weekends. */
	    {"2026-12-30", 7, true, "2027-01-08"},
	    {"2024-02-07", 7, false, "2024-02-14"},
	    {"2024-02-07", 0, false, "2024-02-07"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		char text[DATE_TEXT_BYTES];
		date_days d = calendar_deadline(
		    day(t[i].from), t[i].days, t[i].is_working);

		if (d != day(t[i].deadline))
			fail_msg("[%zu] %s + %d: expected %s, is %s", i,
			    t[i].from, t[i].days, t[i].deadline,
			    date_format_iso(d, text));
	}
}

static void add_working_days_walking_agrees(void **state)
{
	static const int steps[] = {1, 2, 3, 5, 7, 10, 20, 60, 250};
	date_days from = day("2014-06-01"), to = day("2027-12-31"), d;
	size_t i;

	(void)state;
	for (d = from; d <= to; d++)
		for (i = 0; i < ARRAY_COUNT(steps); i++) {
			date_days walked = d;
			int left = steps[i];

			while (left > 0)
				left -= calendar_is_working_day(++walked);
			assert_int_equal(
			    calendar_add_working_days(d, steps[i]), walked);
			assert_int_equal(
			    calendar_working_days_between(d, walked), steps[i]);
			assert_int_equal(
			    calendar_working_days_between(walked, d),
			    -steps[i]);
		}
}

static void late_before_every_day_agrees_with_deadline(void **state)
{
	static const int clocks[] = {0, 1, 3, 5, 7, 10, 15, 20, 30, 90};
	date_days first = day("2015-01-01"), last = day("2026-12-31"), r, d;
	size_t i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_COUNT(clocks); i++) {
		int n = clocks[i / 2];
		bool is_working = i % 2;

		for (r = first; r <= last; r++) {
			date_days before =
			    calendar_late_before(r, n, is_working);

			for (d = before - 25; d <= before + 25; d++)
				assert_int_equal(d < before,
				    calendar_deadline(d, n, is_working) < r);
		}
	}
}

static void add_working_days_longest_count_stays_in_range(void **state)
{
	date_days first = date_from_ymd(DATE_YEAR_MIN, 1, 1);
	date_days late = calendar_late_before(first, CALENDAR_DAYS_MAX, true);

	(void)state;
	/* 10,000 working days are 2,000 weeks where only weekends are
	 * known. */
	assert_int_equal(
	    calendar_add_working_days(first, CALENDAR_DAYS_MAX), first + 14000);
	assert_true(calendar_deadline(late, CALENDAR_DAYS_MAX, true) >= first);
	assert_true(
	    calendar_deadline(late - 1, CALENDAR_DAYS_MAX, true) < first);
}

static void covers_years_of_the_notices_only(void **state)
{
	(void)state;
	assert_false(calendar_covers(day("2014-12-31")));
	assert_true(calendar_covers(day("2015-01-01")));
	assert_true(calendar_covers(day("2026-12-31")));
	assert_false(calendar_covers(day("2027-01-01")));
	assert_int_equal(calendar_last_day(), day("2026-12-31"));
	assert_true(
	    calendar_is_certain(day("2026-12-25"), day("2026-12-28"), true));
	/* The notice of 2019 had 29 December 2018 worked and the 31st off. */
	assert_false(
	    calendar_is_certain(day("2026-12-28"), day("2026-12-29"), true));
	assert_false(
	    calendar_is_certain(day("2026-12-31"), day("2027-01-05"), true));
	assert_true(
	    calendar_is_certain(day("2026-12-31"), day("2027-01-05"), false));
	assert_false(
	    calendar_is_certain(day("2014-12-31"), day("2015-01-05"), true));
}

/* ---- a model that counts on its fingers ---- */

/*
 * Every day of 1900 to 2999, one after another from a Monday on, with what
 * the file of the notices says of it. Nothing here is the room's: no date is
 * computed, none is looked up but by its place.
 */
enum {
	MODEL_FIRST = -25567,
	MODEL_DAYS = 401767,
	COVERED_FIRST = 2015,
	COVERED_LAST = 2026
};

struct model_day {
	char text[40];
	bool is_working, is_covered;
};

static bool model_is_leap(int year)
{
	return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
}

static int model_month_days(int year, int month)
{
	if (month == 2)
		return model_is_leap(year) ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void model_read_notices(struct model_day *days)
{
	const char *root = getenv("GX_SOURCE_ROOT");
	char path[4096], line[512];
	int at = 0, read = 0;
	FILE *file;

	assert_non_null(root);
	snprintf(path, sizeof(path), "%s/data/holidays.tsv", root);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (line[0] == '#')
			continue;
		while (strncmp(days[at].text, line, 10) != 0)
			assert_true(++at < MODEL_DAYS);
		days[at].is_working = strncmp(line + 11, "work\t", 5) == 0;
		read++;
	}
	fclose(file);
	assert_true(read > 300);
}

static struct model_day *model_make(void)
{
	struct model_day *days = calloc(MODEL_DAYS, sizeof(*days));
	int year = 1900, month = 1, day = 1, at;

	assert_non_null(days);
	for (at = 0; at < MODEL_DAYS; at++) {
		snprintf(days[at].text, sizeof(days[at].text), "%04d-%02d-%02d",
		    year, month, day);
		days[at].is_working = at % 7 < 5;
		days[at].is_covered =
		    year >= COVERED_FIRST && year <= COVERED_LAST;
		if (++day > model_month_days(year, month)) {
			day = 1;
			month = month == 12 ? 1 : month + 1;
			year += month == 1;
		}
	}
	assert_true(year == 3000 && month == 1 && day == 1);
	model_read_notices(days);
	return days;
}

static int model_deadline(
    const struct model_day *days, int from, int count, bool is_working)
{
	while (count > 0) {
		from++;
		if (!is_working || days[from].is_working)
			count--;
	}
	return from;
}

static bool model_is_certain(
    const struct model_day *days, int from, int deadline, bool is_working)
{
	int at;

	/* New Year's notice may take the last three days before its year. */
	for (at = from; is_working && at <= deadline + 3; at++)
		if (!days[at].is_covered)
			return false;
	return true;
}

/* The first day that was in time, found by going back one by one. */
static int model_late_before(
    const struct model_day *days, int received, int count, bool is_working)
{
	int at = received;

	while (model_deadline(days, at - 1, count, is_working) >= received)
		at--;
	return at;
}

/* R-CAL-001 */
static void everyDay_isWhatTheNoticesSay(void **state)
{
	struct model_day *days = model_make();
	int at;

	(void)state;
	for (at = 1; at < MODEL_DAYS; at++) {
		date_days d = day(days[at].text);

		if (d != MODEL_FIRST + at ||
		    calendar_is_working_day(d) != days[at].is_working ||
		    calendar_covers(d) != days[at].is_covered)
			fail_msg("%s: day %d, expected %d, working %d, "
				 "covered %d",
			    days[at].text, d, MODEL_FIRST + at,
			    days[at].is_working, days[at].is_covered);
	}
	free(days);
}

/* Days around the notices more often than others, which are all alike. */
static int model_some_day(uint64_t *seed)
{
	int near = 41600 + (int)(next_random(seed) % 5200);
	int far = 1000 + (int)(next_random(seed) % (MODEL_DAYS - 2000));

	return next_random(seed) % 4 ? near : far;
}

/* R-CAL-001, R-CAL-002, R-CAL-003 */
static void clocks_atRandom_areWhatCountingSays(void **state)
{
	struct model_day *days = model_make();
	uint64_t seed = 20260401;
	int round;

	(void)state;
	for (round = 0; round < 20000; round++) {
		int from = model_some_day(&seed), between, at;
		int count = (int)(next_random(&seed) %
		    (next_random(&seed) % 8 ? 31 : 400));
		bool is_working = next_random(&seed) % 4;
		int end = model_deadline(days, from, count, is_working);
		int in_time = model_late_before(days, from, count, is_working);
		date_days d = MODEL_FIRST + from, last = MODEL_FIRST + end;

		for (at = from + 1, between = 0; at <= end; at++)
			between += days[at].is_working;
		if (calendar_deadline(d, count, is_working) != last ||
		    calendar_late_before(d, count, is_working) !=
			MODEL_FIRST + in_time ||
		    calendar_working_days_between(d, last) != between ||
		    calendar_working_days_between(last, d) != -between ||
		    calendar_is_certain(d, last, is_working) !=
			model_is_certain(days, from, end, is_working))
			fail_msg("%s and %d days (working: %d): expected %s, "
				 "in time from %s, %d between",
			    days[from].text, count, is_working, days[end].text,
			    days[in_time].text, between);
	}
	free(days);
}

static void now_environment_is_honoured(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
		const char *today;
	} t[] = {
	    {"2026-11-23", 1795363200000LL, "2026-11-23"},
	    {"2026-11-22T16:00:00Z", 1795363200000LL, "2026-11-23"},
	    {"2026-11-22T15:59:59.999Z", 1795363199999LL, "2026-11-22"},
	    {"2026-11-22T16:00:00.0z", 1795363200000LL, "2026-11-23"},
	    {"2026-11-23T00:00:00+08:00", 1795363200000LL, "2026-11-23"},
	    {"2026-11-23T00:00:00", 1795363200000LL, "2026-11-23"},
	    {"2026-11-23 00:00", 1795363200000LL, "2026-11-23"},
	    {"2026-11-22t10:30:00-05:30", 1795363200000LL, "2026-11-23"},
	    {"1970-01-02", 57600000LL, "1970-01-02"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct err err = {0};

		setenv("GONGXIN_NOW", t[i].text, 1);
		assert_int_equal(calendar_clock_check(&err), ERR_NONE);
		if (calendar_now_ms() != t[i].ms)
			fail_msg("[%zu] %s: expected %lld, is %lld", i,
			    t[i].text, (long long)t[i].ms,
			    (long long)calendar_now_ms());
		assert_int_equal(calendar_today(), day(t[i].today));
	}
	unsetenv("GONGXIN_NOW");
}

static void clock_check_bad_environment_refused(void **state)
{
	static const char *const bad[] = {"", "now", "2026-02-30", "2026/11/23",
	    "1970-01-01", "2026-11-23T", "2026-11-23T24:00", "2026-11-23T1:00",
	    "2026-11-23T10", "2026-11-23T10:60", "2026-11-23T10:00:61",
	    "2026-11-23T10:00:00.", "2026-11-23T10:00:00ZZ",
	    "2026-11-23T10:00:00+8", "2026-11-23T10:00:00+0800",
	    "2026-11-23T10:00:00+08:00 ", "2026-11-23x", "2026-11-23T1a:00",
	    "2026-11-23Ta0:00", "2026-11-23T1/:00", "2026-11-23T/0:00",
	    "2026-11-23x10:00:00", "2026-11-23T10:00:00.x",
	    "2026-11-23T10:00:00*08:00", "2026-11-23T10:00:00+a8:00",
	    "2026-11-23T10:00:00+08-00", "2026-11-23T0::00"};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(bad); i++) {
		struct err err = {0};

		setenv("GONGXIN_NOW", bad[i], 1);
		if (calendar_clock_check(&err) != ERR_USAGE)
			fail_msg("[%zu] \"%s\" was taken", i, bad[i]);
		assert_string_not_equal(err.message, "");
		assert_string_not_equal(err.hint, "");
	}
	unsetenv("GONGXIN_NOW");
}

static void now_without_environment_is_the_wall_clock(void **state)
{
	int64_t before = (int64_t)time(NULL) * 1000, now;

	(void)state;
	setenv("GONGXIN_NOW", "2026-11-23", 1);
	assert_true(calendar_clock_is_replaced());
	unsetenv("GONGXIN_NOW");
	assert_false(calendar_clock_is_replaced());
	now = calendar_now_ms();
	assert_in_range(now, before, before + 60000);
	assert_in_range(
	    calendar_today(), date_of_unix_ms(before), date_of_unix_ms(now));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(is_working_day_known_days_match),
	    cmocka_unit_test(is_working_day_days_off_are_statutory_or_made_up),
	    cmocka_unit_test(deadline_known_cases_match),
	    cmocka_unit_test(add_working_days_walking_agrees),
	    cmocka_unit_test(late_before_every_day_agrees_with_deadline),
	    cmocka_unit_test(add_working_days_longest_count_stays_in_range),
	    cmocka_unit_test(covers_years_of_the_notices_only),
	    cmocka_unit_test(everyDay_isWhatTheNoticesSay),
	    cmocka_unit_test(clocks_atRandom_areWhatCountingSays),
	    cmocka_unit_test(now_environment_is_honoured),
	    cmocka_unit_test(clock_check_bad_environment_refused),
	    cmocka_unit_test(now_without_environment_is_the_wall_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
