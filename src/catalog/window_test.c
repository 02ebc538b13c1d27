/* SPDX-License-Identifier: Apache-2.0 */
/* Publication windows, as a table over the good catalogue of test/catalog:
 * order-1 to 2026-03-31, order-2 after it, nine months in the province from
 * 2026-06-01. */
#include "catalog/catalog_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

static date_days day_of(const char *text)
{
	date_days day = DATE_NONE;

	if (text[0])
		assert_true(date_parse_iso(span_of(text), &day));
	return day;
}

struct window_case {
	const char *item;
	enum cat_class class_;
	const char *decided, *valid_to, *until, *on;
	enum cat_window_reason reason;
	const char *from, *to, *repair;
	const char *regime, *limit; /* "" = none */
};

#define NONE	CAT_CLASS_NONE
#define MINOR	CAT_CLASS_MINOR
#define GENERAL CAT_CLASS_GENERAL
#define SERIOUS CAT_CLASS_SERIOUS
#define OPEN	CAT_WINDOW_OPEN
#define HIDDEN	CAT_WINDOW_CLASS_HIDDEN
#define NOT_YET CAT_WINDOW_NOT_YET
#define ENDED	CAT_WINDOW_ENDED

static const struct window_case windows[] = {
    /* 0: the rules of the asked day count: order-1 gives 36 months */
    {"penalty", GENERAL, "2025-04-24", "", "", "2026-03-31", OPEN, "2025-04-24",
	"2028-04-23", "2025-07-24", "order-1", ""},
    /* 1: a day later order-2 gives 12: last shown on 2026-04-23 */
    {"penalty", GENERAL, "2025-04-24", "", "", "2026-04-01", OPEN, "2025-04-24",
	"2026-04-23", "2025-07-24", "order-2", ""},
    {"penalty", GENERAL, "2025-04-24", "", "", "2026-04-23", OPEN, "2025-04-24",
	"2026-04-23", "2025-07-24", "order-2", ""},
    {"penalty", GENERAL, "2025-04-24", "", "", "2026-04-24", ENDED,
	"2025-04-24", "2026-04-23", "2025-07-24", "order-2", ""},
    /* 4: from 2026-06-01 the province ends it after nine months */
    {"penalty", GENERAL, "2025-12-15", "", "", "2026-05-31", OPEN, "2025-12-15",
	"2026-12-14", "2026-03-15", "order-2", ""},
    {"penalty", GENERAL, "2025-12-15", "", "", "2026-06-01", OPEN, "2025-12-15",
	"2026-09-14", "2026-03-15", "order-2", "upland-nine-months"},
    {"penalty", SERIOUS, "2025-12-15", "", "", "2026-09-15", ENDED,
	"2025-12-15", "2026-09-14", "2026-12-15", "order-2",
	"upland-nine-months"},
    /* 7: the day before the decision; the day itself */
    {"penalty", SERIOUS, "2026-05-01", "", "", "2026-04-30", NOT_YET,
	"2026-05-01", "2029-04-30", "2027-05-01", "order-2", ""},
    {"penalty", SERIOUS, "2026-05-01", "", "", "2026-05-01", OPEN, "2026-05-01",
	"2029-04-30", "2027-05-01", "order-2", ""},
    /* 9: hidden: by the regime; unknown to it; no regime at all */
    {"penalty", MINOR, "2026-05-01", "", "", "2026-05-02", HIDDEN, "", "",
	"2026-05-01", "order-2", ""},
    {"penalty", NONE, "2026-05-01", "", "", "2026-05-02", HIDDEN, "", "", "",
	"order-2", ""},
    {"penalty", SERIOUS, "2019-01-01", "", "", "2019-04-30", HIDDEN, "", "", "",
	"", ""},
    /* 12: the source's own end: earlier wins, later never */
    {"penalty", GENERAL, "2026-05-01", "", "2026-05-31", "2026-05-31", OPEN,
	"2026-05-01", "2026-05-31", "2026-08-01", "order-2", ""},
    {"penalty", GENERAL, "2026-05-01", "", "2026-05-31", "2026-06-02", ENDED,
	"2026-05-01", "2026-05-31", "2026-08-01", "order-2",
	"upland-nine-months"},
    {"penalty", GENERAL, "2026-05-01", "", "2035-01-01", "2026-05-31", OPEN,
	"2026-05-01", "2027-04-30", "2026-08-01", "order-2", ""},
    {"penalty", GENERAL, "2026-05-01", "", "2026-04-01", "2026-05-01", ENDED,
	"2026-05-01", "2026-04-01", "2026-08-01", "order-2", ""},
    /* 16: a month that is shorter */
    {"penalty", GENERAL, "2024-02-29", "", "", "2026-05-01", ENDED,
	"2024-02-29", "2025-02-27", "2024-05-29", "order-2", ""},
    /* 17: until valid: given, long-term, not given, source's end */
    {"honour", NONE, "2024-01-01", "2026-12-31", "", "2026-12-31", OPEN,
	"2024-01-01", "2026-12-31", "", "", ""},
    {"honour", NONE, "2024-01-01", "2026-12-31", "", "2027-01-01", ENDED,
	"2024-01-01", "2026-12-31", "", "", ""},
    {"honour", NONE, "2024-01-01", "2099-12-31", "", "2999-12-31", OPEN,
	"2024-01-01", "", "", "", ""},
    {"honour", NONE, "2024-01-01", "", "", "2050-01-01", OPEN, "2024-01-01", "",
	"", "", ""},
    {"honour", NONE, "2024-01-01", "2026-12-31", "2025-06-30", "2025-07-01",
	ENDED, "2024-01-01", "2025-06-30", "", "", ""},
};

static bool is_date(const char *what, size_t i, date_days is, const char *want)
{
	char text[DATE_TEXT_BYTES];

	if (is == day_of(want))
		return true;
	print_error("row %zu: %s is %s, not %s\n", i, what,
	    date_format_iso(is, text), want);
	return false;
}

/* R-REG-002: rows 7 and 8; R-REG-003: 1 to 3, 16; R-REG-004: 9; R-REG-005: 4 to
 * 6 and 12 to 15. */
static void catalog_window_table(void **state)
{
	size_t i, failed = 0;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(windows); i++) {
		const struct window_case *t = &windows[i];
		struct cat_facts facts = {t->class_, day_of(t->decided),
		    day_of(t->valid_to), day_of(t->until)};
		struct cat_window w = catalog_window(
		    good, catalog_item(good, t->item), &facts, day_of(t->on));
		const char *regime = w.regime ? w.regime->id : "";
		const char *limit = w.limit ? w.limit->id : "";

		if (w.reason != t->reason) {
			print_error("row %zu: reason %d\n", i, w.reason);
			failed++;
		}
		failed += !is_date("from", i, w.from, t->from);
		failed += !is_date("to", i, w.to, t->to);
		failed += !is_date("repair", i, w.repair_from, t->repair);
		if (strcmp(regime, t->regime) != 0 ||
		    strcmp(limit, t->limit) != 0) {
			print_error("row %zu: %s, %s\n", i, regime, limit);
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

static void catalog_term_table(void **state)
{
	static const struct {
		enum cat_class class_;
		const char *on;
		bool is_published;
		int min, max;
		const char *regime, *limit;
	} t[] = {
	    {GENERAL, "2019-04-30", false, 0, 0, "", ""},
	    {MINOR, "2026-03-31", false, 0, 0, "order-1", ""},
	    {GENERAL, "2026-03-31", true, 3, 36, "order-1", ""},
	    {MINOR, "2026-04-01", false, 0, 3, "order-2", ""},
	    {GENERAL, "2026-05-31", true, 3, 12, "order-2", ""},
	    {GENERAL, "2026-06-01", true, 3, 9, "order-2",
		"upland-nine-months"},
	    {SERIOUS, "2026-06-01", true, 12, 9, "order-2",
		"upland-nine-months"},
	};
	size_t i, failed = 0;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct cat_term term = catalog_term(
		    good, "dishonesty", t[i].class_, day_of(t[i].on));
		const char *regime = term.regime ? term.regime->id : "";
		const char *limit = term.limit ? term.limit->id : "";

		if (term.period.is_published == t[i].is_published &&
		    term.period.min_months == t[i].min &&
		    term.period.max_months == t[i].max &&
		    strcmp(regime, t[i].regime) == 0 &&
		    strcmp(limit, t[i].limit) == 0)
			continue;
		print_error("row %zu: %d, %d to %d, %s, %s\n", i,
		    term.period.is_published, term.period.min_months,
		    term.period.max_months, regime, limit);
		failed++;
	}
	assert_int_equal(failed, 0);
}

static void catalog_window_limit_hides_class(void **state)
{
	struct cat_regime regime = {.id = "r",
	    .family = "f",
	    .valid_from = DATE_NONE,
	    .valid_to = DATE_NONE,
	    .periods = {[CAT_CLASS_MINOR] = {true, 0, 3}}};
	struct cat_limit limit = {.id = "l",
	    .family = "f",
	    .valid_from = date_from_ymd(2026, 1, 1),
	    .valid_to = DATE_NONE,
	    .hides_class = {[CAT_CLASS_MINOR] = true}};
	struct catalog c = {.regimes = &regime,
	    .regimes_count = 1,
	    .limits = &limit,
	    .limits_count = 1};
	struct cat_item item = {.publication = CAT_PUB_REGIME, .family = "f"};
	struct cat_facts facts = {
	    CAT_CLASS_MINOR, date_from_ymd(2025, 12, 1), DATE_NONE, DATE_NONE};
	struct cat_window w;

	(void)state;
	w = catalog_window(&c, &item, &facts, date_from_ymd(2025, 12, 31));
	assert_int_equal(w.reason, OPEN);
	assert_null(w.limit);
	w = catalog_window(&c, &item, &facts, date_from_ymd(2026, 1, 1));
	assert_int_equal(w.reason, HIDDEN);
	assert_ptr_equal(w.limit, &limit);
	assert_false(
	    catalog_term(&c, "f", CAT_CLASS_MINOR, date_from_ymd(2026, 1, 1))
		.period.is_published);
}

static void catalog_window_closed_item_is_not_open(void **state)
{
	static const struct {
		enum cat_disclosure disclosure;
		enum cat_publication publication;
		enum cat_window_reason reason;
	} t[] = {
	    {CAT_OPEN, CAT_PUB_ALWAYS, CAT_WINDOW_OPEN},
	    {CAT_OPEN, CAT_PUB_NEVER, CAT_WINDOW_NOT_OPEN_ITEM},
	    {CAT_AUTHORISED, CAT_PUB_ALWAYS, CAT_WINDOW_NOT_OPEN_ITEM},
	    {CAT_GOVERNMENT, CAT_PUB_UNTIL_VALID, CAT_WINDOW_NOT_OPEN_ITEM},
	};
	struct cat_facts facts = {
	    NONE, date_from_ymd(2025, 1, 1), DATE_NONE, DATE_NONE};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct cat_item item = {.disclosure = t[i].disclosure,
		    .publication = t[i].publication,
		    .family = ""};
		struct cat_window w = catalog_window(
		    good, &item, &facts, date_from_ymd(2025, 6, 1));

		if (w.reason != t[i].reason)
			fail_msg("row %zu: reason %d", i, w.reason);
	}
}

/* ---- audit rules: R-CAT-025 ---- */

static void catalog_audit_rule_lowest_in_force_counts(void **state)
{
	static const struct {
		const char *day;
		const char *id; /* NULL: none */
	} t[] = {
	    {"2019-12-31", NULL},
	    {"2020-01-01", "national"},
	    {"2021-12-31", "national"},
	    {"2022-01-01", "city"},
	    {"2022-12-31", "city"},
	    {"2023-01-01", "province"},
	};
	const struct cat_audit_rule rules[] = {
	    {.id = "national",
		.kind = CAT_AUDIT_REFUSED,
		.valid_from = date_from_ymd(2020, 1, 1),
		.valid_to = DATE_NONE},
	    {.id = "city",
		.kind = CAT_AUDIT_REFUSED,
		.valid_from = date_from_ymd(2022, 1, 1),
		.valid_to = date_from_ymd(2022, 12, 31),
		.where.layer = CAT_CITY},
	    {.id = "province",
		.kind = CAT_AUDIT_REFUSED,
		.valid_from = date_from_ymd(2022, 6, 1),
		.valid_to = DATE_NONE,
		.where.layer = CAT_PROVINCE},
	};
	const struct catalog c = {
	    .audit_rules = rules, .audit_rules_count = ARRAY_COUNT(rules)};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		date_days on;
		const struct cat_audit_rule *r;

		assert_true(date_parse_iso(span_of(t[i].day), &on));
		r = catalog_audit_rule(&c, CAT_AUDIT_REFUSED, on);
		assert_string_equal(r ? r->id : "", t[i].id ? t[i].id : "");
		assert_null(catalog_audit_rule(&c, CAT_AUDIT_OFF_HOURS, on));
	}
}

/* ---- retentions: R-CAT-022 ---- */

static void catalog_retention_is_the_longest_in_force(void **state)
{
	const struct cat_retention r[] = {
	    {.id = "five",
		.years = 5,
		.valid_from = date_from_ymd(2018, 1, 1),
		.valid_to = DATE_NONE},
	    {.id = "ten",
		.years = 10,
		.valid_from = date_from_ymd(2020, 1, 1),
		.valid_to = date_from_ymd(2029, 12, 31)},
	};
	const struct catalog c = {.retentions = r, .retentions_count = 2};
	const struct catalog none = {.retentions = NULL};

	(void)state;
	assert_null(
	    catalog_retention(&none, CAT_KEPT_USES, date_from_ymd(2020, 1, 1)));
	assert_null(
	    catalog_retention(&c, CAT_KEPT_USES, date_from_ymd(2017, 12, 31)));
	assert_ptr_equal(
	    catalog_retention(&c, CAT_KEPT_USES, date_from_ymd(2019, 1, 1)),
	    &r[0]);
	assert_ptr_equal(
	    catalog_retention(&c, CAT_KEPT_USES, date_from_ymd(2029, 12, 31)),
	    &r[1]);
	assert_ptr_equal(
	    catalog_retention(&c, CAT_KEPT_USES, date_from_ymd(2030, 1, 1)),
	    &r[0]);
	assert_ptr_equal(catalog_retention_by_id(&c, "ten"), &r[1]);
	assert_null(catalog_retention_by_id(&c, "six"));
}

/* The day ten years later is kept as well; 29 February is kept to the end of
 * a February without one. */
static void cat_retention_ended_table(void **state)
{
	static const struct {
		int today[3], last[3];
	} t[] = {
	    {{2036, 11, 28}, {2026, 11, 27}},
	    {{2036, 11, 29}, {2026, 11, 28}},
	    {{2036, 1, 1}, {2025, 12, 31}},
	    {{2034, 2, 28}, {2024, 2, 27}},
	    {{2034, 3, 1}, {2024, 2, 29}},
	    {{2036, 2, 29}, {2026, 2, 28}},
	    {{2036, 3, 1}, {2026, 2, 28}},
	};
	const struct cat_retention r = {.id = "ten", .years = 10};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		date_days today =
		    date_from_ymd(t[i].today[0], t[i].today[1], t[i].today[2]);
		date_days last =
		    date_from_ymd(t[i].last[0], t[i].last[1], t[i].last[2]);

		assert_int_equal(cat_retention_ended(&r, today), last);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(catalog_audit_rule_lowest_in_force_counts),
	    cmocka_unit_test(catalog_window_table),
	    cmocka_unit_test(catalog_term_table),
	    cmocka_unit_test(catalog_window_limit_hides_class),
	    cmocka_unit_test(catalog_window_closed_item_is_not_open),
	    cmocka_unit_test(catalog_retention_is_the_longest_in_force),
	    cmocka_unit_test(cat_retention_ended_table),
	};

	return cmocka_run_group_tests_name(
	    "catalog windows", tests, load_good, free_good);
}
