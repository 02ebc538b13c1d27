/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files, and the days on which the city receives them.
 *
 * A year before `today` (the first day) the city starts with what its
 * departments have: registrations first, so that names without codes find
 * candidates, then the history of six years, which is late on that day by
 * its nature. Every form that intake must read stands there at least once:
 * machine names or Chinese headers, UTF-8 or GB18030, the layout of 2018 or
 * of 2015.
 *
 * Then departments report through the year, each at its own pace and with
 * its own care: the table of series below says how many rows come late and
 * how many are faulty, at the year's beginning and at its end, so that
 * whoever draws timeliness and quality by month and department has something
 * to see. Between them a few lists that come out once or twice a year, and
 * the files that repeat an earlier one. The last files come today.
 *
 * Shares of one-off files and of whole series are per mille of all rows and
 * sum to 1000.
 */
#include "demo/plan.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "calendar/calendar.h"

enum { MILLE = 1000, YEAR_MONTHS = 12, ALL_FAULTS = 100 };
/* Lateness of the one-off files that hold rows in time. */
enum { WEEK_LATE = 60 };

/* A file that comes once. `after` is working days after the first day. */
struct once {
	const char *file;
	enum demo_item_id item;
	enum demo_department_id department;
	enum reader_format format;
	enum reader_encoding encoding;
	enum demo_headers headers;
	enum demo_dates dates;
	unsigned permille;
	unsigned flags;
	int after;
	int within;
	const char *again;
};

static const struct once onces[] = {
    {"registration.csv", DEMO_REGISTRATION, DEMO_MARKET, READER_CSV,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_ISO, 150, DEMO_ONCE, 0, 0, NULL},
    {"penalty-market-history.csv", DEMO_PENALTY, DEMO_MARKET, READER_CSV,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_MIXED, 40, 0, 0, 0, NULL},
    {"penalty-ecology-history.tsv", DEMO_PENALTY, DEMO_ECOLOGY, READER_TSV,
	READER_UTF8_BOM, DEMO_MACHINE, DEMO_DATES_SLASH, 8, 0, 0, 0, NULL},
    {"penalty-emergency-history.csv", DEMO_PENALTY, DEMO_EMERGENCY, READER_CSV,
	READER_GB18030, DEMO_CHINESE, DEMO_DATES_CHINESE, 8, 0, 0, 0, NULL},
    {"penalty-transport-history.json", DEMO_PENALTY, DEMO_TRANSPORT,
	READER_JSON, READER_UTF8, DEMO_MACHINE, DEMO_DATES_ISO, 10, 0, 0, 0,
	NULL},
    {"penalty-urban-history.jsonl", DEMO_PENALTY, DEMO_URBAN, READER_JSON_LINES,
	READER_UTF8, DEMO_MACHINE, DEMO_DATES_SLASH, 8, 0, 0, 0, NULL},
    {"penalty-housing-2015.csv", DEMO_PENALTY, DEMO_HOUSING, READER_CSV,
	READER_GB18030, DEMO_OLD, DEMO_DATES_SLASH, 8, 0, 0, 0, NULL},
    {"licence-approval-history.csv", DEMO_LICENCE, DEMO_APPROVAL, READER_CSV,
	READER_UTF8_BOM, DEMO_CHINESE, DEMO_DATES_SLASH, 25, 0, 0, 0, NULL},
    {"licence-labour-history.jsonl", DEMO_LICENCE, DEMO_HUMAN_RESOURCES,
	READER_JSON_LINES, READER_UTF8, DEMO_MACHINE, DEMO_DATES_CHINESE, 7, 0,
	0, 0, NULL},
    {"licence-transport-history.csv", DEMO_LICENCE, DEMO_TRANSPORT, READER_CSV,
	READER_GB18030, DEMO_MACHINE, DEMO_DATES_CHINESE, 7, 0, 0, 0, NULL},
    {"licence-housing-2015.tsv", DEMO_LICENCE, DEMO_HOUSING, READER_TSV,
	READER_GB18030, DEMO_OLD, DEMO_DATES_SLASH, 7, 0, 0, 0, NULL},
    {"licence-ecology-clean.csv", DEMO_LICENCE, DEMO_ECOLOGY, READER_CSV,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_ISO, 7, DEMO_FLAWLESS, 0, 0,
	NULL},
    {"abnormal-operations-history.csv", DEMO_ABNORMAL, DEMO_MARKET, READER_CSV,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_ISO, 15, 0, 0, 0, NULL},
    {"wage-arrears-history.csv", DEMO_WAGES, DEMO_HUMAN_RESOURCES, READER_CSV,
	READER_GB18030, DEMO_CHINESE, DEMO_DATES_SLASH, 5, 0, 0, 0, NULL},
    {"honours-history.csv", DEMO_HONOUR, DEMO_REFORM, READER_CSV, READER_UTF8,
	DEMO_CHINESE, DEMO_DATES_ISO, 8, 0, 0, 0, NULL},
    {"commitments-history.csv", DEMO_COMMITMENT, DEMO_APPROVAL, READER_CSV,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_SLASH, 15, 0, 0, 0, NULL},
    {"inspection-results.tsv", DEMO_INSPECTION, DEMO_MARKET, READER_TSV,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_ISO, 20, 0, 0, 0, NULL},
    {"contract-performance.jsonl", DEMO_CONTRACT, DEMO_REFORM,
	READER_JSON_LINES, READER_UTF8, DEMO_MACHINE, DEMO_DATES_ISO, 12, 0, 23,
	500, NULL},
    {"judgment-defaulters.xlsx", DEMO_JUDGMENT, DEMO_COURT, READER_XLSX,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_MIXED, 12, DEMO_TITLED, 46, 500,
	NULL},
    {"penalty-market-again.jsonl", DEMO_PENALTY, DEMO_MARKET, READER_JSON_LINES,
	READER_UTF8, DEMO_MACHINE, DEMO_DATES_ISO, 10, DEMO_TIMELY, 68, 0,
	"penalty-market-history.csv"},
    {"serious-tax-violations.json", DEMO_TAX_SERIOUS, DEMO_TAX, READER_JSON,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_ISO, 5, 0, 84, 700, NULL},
    {"tax-credit-a.xlsx", DEMO_TAX_A, DEMO_TAX, READER_XLSX, READER_UTF8,
	DEMO_CHINESE, DEMO_DATES_ISO, 25, DEMO_ONCE | DEMO_TITLED, 105, 20,
	NULL},
    {"licence-approval-again.csv", DEMO_LICENCE, DEMO_APPROVAL, READER_CSV,
	READER_UTF8, DEMO_MACHINE, DEMO_DATES_ISO, 8, DEMO_TIMELY, 131, 0,
	"licence-approval-history.csv"},
    {"market-serious-violations.csv", DEMO_MARKET_SERIOUS, DEMO_MARKET,
	READER_CSV, READER_UTF8_BOM, DEMO_CHINESE, DEMO_DATES_CHINESE, 5, 0,
	152, 700, NULL},
    {"utility-arrears.csv", DEMO_ARREARS, DEMO_WATER, READER_CSV,
	READER_GB18030, DEMO_CHINESE, DEMO_DATES_ISO, 10, 0, 190, 365, NULL},
    {"penalty-market-week.xlsx", DEMO_PENALTY, DEMO_MARKET, READER_XLSX,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_MIXED, 20,
	DEMO_TIMELY | DEMO_TITLED | DEMO_TODAY, 0, 0, NULL},
    {"penalty-labour-clean.csv", DEMO_PENALTY, DEMO_HUMAN_RESOURCES, READER_CSV,
	READER_UTF8_BOM, DEMO_CHINESE, DEMO_DATES_ISO, 20,
	DEMO_TIMELY | DEMO_FLAWLESS | DEMO_TODAY, 0, 0, NULL},
    {"licence-approval-week.xlsx", DEMO_LICENCE, DEMO_APPROVAL, READER_XLSX,
	READER_UTF8, DEMO_CHINESE, DEMO_DATES_MIXED, 25,
	DEMO_TIMELY | DEMO_TITLED | DEMO_TODAY, 0, 0, NULL},
};

/* Files that come again and again. Late rows and faults go from the first
 * value to the second through the year. */
struct series {
	const char *stem; /* of the files' names: stem-YYYY-MM-DD.csv */
	enum demo_item_id item;
	enum demo_department_id department;
	enum reader_format format;
	enum reader_encoding encoding;
	enum demo_headers headers;
	enum demo_dates dates;
	unsigned permille;  /* of all rows, all files together */
	int first;	    /* working days after the first day */
	int every;	    /* working days */
	int within;	    /* of items without a clock */
	unsigned late[2];   /* rows per mille */
	unsigned faults[2]; /* per cent of the stated shares */
};

static const struct series serieses[] = {
    {"penalty-market", DEMO_PENALTY, DEMO_MARKET, READER_CSV, READER_UTF8,
	DEMO_CHINESE, DEMO_DATES_ISO, 130, 7, 11, 0, {40, 20}, {100, 80}},
    {"penalty-transport", DEMO_PENALTY, DEMO_TRANSPORT, READER_JSON,
	READER_UTF8, DEMO_MACHINE, DEMO_DATES_ISO, 50, 9, 25, 0, {90, 40},
	{80, 50}},
    {"penalty-urban", DEMO_PENALTY, DEMO_URBAN, READER_JSON_LINES, READER_UTF8,
	DEMO_MACHINE, DEMO_DATES_SLASH, 40, 16, 25, 0, {420, 180}, {400, 180}},
    {"penalty-ecology", DEMO_PENALTY, DEMO_ECOLOGY, READER_TSV, READER_UTF8_BOM,
	DEMO_MACHINE, DEMO_DATES_SLASH, 30, 12, 42, 0, {10, 10}, {30, 20}},
    {"penalty-emergency", DEMO_PENALTY, DEMO_EMERGENCY, READER_CSV,
	READER_GB18030, DEMO_CHINESE, DEMO_DATES_CHINESE, 20, 19, 60, 0,
	{60, 260}, {100, 200}},
    {"penalty-labour", DEMO_PENALTY, DEMO_HUMAN_RESOURCES, READER_CSV,
	READER_UTF8_BOM, DEMO_CHINESE, DEMO_DATES_ISO, 15, 26, 60, 0, {30, 30},
	{60, 60}},
    {"licence-approval", DEMO_LICENCE, DEMO_APPROVAL, READER_CSV,
	READER_UTF8_BOM, DEMO_CHINESE, DEMO_DATES_SLASH, 90, 5, 21, 0, {20, 10},
	{70, 40}},
    {"licence-transport", DEMO_LICENCE, DEMO_TRANSPORT, READER_CSV,
	READER_GB18030, DEMO_MACHINE, DEMO_DATES_CHINESE, 20, 14, 80, 0,
	{110, 70}, {120, 120}},
    {"licence-labour", DEMO_LICENCE, DEMO_HUMAN_RESOURCES, READER_JSON_LINES,
	READER_UTF8, DEMO_MACHINE, DEMO_DATES_CHINESE, 15, 33, 80, 0,
	{350, 250}, {220, 160}},
    {"licence-housing", DEMO_LICENCE, DEMO_HOUSING, READER_CSV, READER_UTF8,
	DEMO_CHINESE, DEMO_DATES_ISO, 15, 23, 80, 0, {150, 120}, {320, 260}},
    {"abnormal-operations", DEMO_ABNORMAL, DEMO_MARKET, READER_CSV, READER_UTF8,
	DEMO_CHINESE, DEMO_DATES_ISO, 30, 18, 21, 0, {50, 30}, {100, 100}},
    {"wage-arrears", DEMO_WAGES, DEMO_HUMAN_RESOURCES, READER_CSV,
	READER_GB18030, DEMO_CHINESE, DEMO_DATES_SLASH, 10, 61, 62, 90, {0, 0},
	{60, 60}},
    {"honours", DEMO_HONOUR, DEMO_REFORM, READER_CSV, READER_UTF8, DEMO_CHINESE,
	DEMO_DATES_ISO, 15, 66, 62, 90, {0, 0}, {50, 50}},
    {"commitments", DEMO_COMMITMENT, DEMO_APPROVAL, READER_CSV, READER_UTF8,
	DEMO_CHINESE, DEMO_DATES_SLASH, 20, 63, 62, 90, {0, 0}, {100, 100}},
};

static struct demo_plan *plan_add(struct demo_plans *out)
{
	ASSERT(out->count < DEMO_FILES_MAX);
	return &out->list[out->count++];
}

static void add_once(const struct once *o, date_days first, date_days today,
    struct demo_plans *out)
{
	struct demo_plan *p = plan_add(out);

	*p = (struct demo_plan){.item = o->item,
	    .department = o->department,
	    .format = o->format,
	    .encoding = o->encoding,
	    .headers = o->headers,
	    .dates = o->dates,
	    .share = o->permille * MILLE,
	    .flags = o->flags,
	    .again = o->again,
	    .within = o->within,
	    .faults = ALL_FAULTS};
	snprintf(p->file, sizeof(p->file), "%s", o->file);
	p->late = o->flags & DEMO_TIMELY ? WEEK_LATE : 0;
	p->received = o->flags & DEMO_TODAY
	    ? today
	    : calendar_add_working_days(first, o->after);
}

static const char *extension(enum reader_format format)
{
	switch (format) {
	case READER_TSV:
		return "tsv";
	case READER_JSON:
		return "json";
	case READER_JSON_LINES:
		return "jsonl";
	case READER_XLSX:
		return "xlsx";
	default:
		return "csv";
	}
}

static date_days series_day(const struct series *s, date_days first, int at)
{
	return calendar_add_working_days(first, s->first + at * s->every);
}

static int series_count(
    const struct series *s, date_days first, date_days today)
{
	int count = 0;

	while (series_day(s, first, count) < today)
		count++;
	return count;
}

/* From the first value to the second as `at` goes from 0 to count - 1. */
static unsigned between(const unsigned ends[2], int at, int count)
{
	int last = count > 1 ? count - 1 : 1;

	return (
	    unsigned)(((int)ends[0] * (last - at) + (int)ends[1] * at) / last);
}

/* Files of a series are not equally large. */
static unsigned series_weight(const struct series *s, int at)
{
	unsigned turn = (unsigned)(s - serieses) * 11 + (unsigned)at * 37;

	return 70 + turn % 61;
}

/* The part of the series' share that file number `at` has; rounded down, so
 * that all together never have more. */
static unsigned series_share(const struct series *s, int at, int count)
{
	unsigned sum = 0;
	int i;

	for (i = 0; i < count; i++)
		sum += series_weight(s, i);
	/* cppcheck-suppress zerodiv; a series has files */
	return (unsigned)((uint64_t)s->permille * MILLE * series_weight(s, at) /
	    sum);
}

static void add_series(const struct series *s, date_days first, date_days today,
    struct demo_plans *out)
{
	int count = series_count(s, first, today), at;

	for (at = 0; at < count; at++) {
		struct demo_plan *p = plan_add(out);
		char day[DATE_TEXT_BYTES];

		*p = (struct demo_plan){.item = s->item,
		    .department = s->department,
		    .format = s->format,
		    .encoding = s->encoding,
		    .headers = s->headers,
		    .dates = s->dates,
		    .share = series_share(s, at, count),
		    .flags = s->within ? 0 : DEMO_TIMELY,
		    .received = series_day(s, first, at),
		    .within = s->within,
		    .late = between(s->late, at, count),
		    .faults = between(s->faults, at, count)};
		snprintf(p->file, sizeof(p->file), "%s-%s.%s", s->stem,
		    date_format_iso(p->received, day), extension(s->format));
	}
}

/* By day; files of one day stay in their order. */
static void sort_by_day(struct demo_plans *plans)
{
	size_t i, at;

	for (i = 1; i < plans->count; i++) {
		struct demo_plan moved = plans->list[i];

		for (at = i;
		     at > 0 && plans->list[at - 1].received > moved.received;
		     at--)
			plans->list[at] = plans->list[at - 1];
		plans->list[at] = moved;
	}
}

void demo_plans_make(date_days today, struct demo_plans *out)
{
	date_days first = date_add_months(today, -YEAR_MONTHS);
	size_t i;

	while (!calendar_is_working_day(first))
		first--;
	out->count = 0;
	for (i = 0; i < ARRAY_COUNT(onces); i++)
		add_once(&onces[i], first, today, out);
	for (i = 0; i < ARRAY_COUNT(serieses); i++)
		add_series(&serieses[i], first, today, out);
	sort_by_day(out);
}

int demo_plan_index(const struct demo_plans *plans, const char *file)
{
	size_t i;

	for (i = 0; i < plans->count; i++)
		if (strcmp(plans->list[i].file, file) == 0)
			return (int)i;
	return -1;
}
