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
#include <string.h>

#include "base/check.h"
#include "base/random_test_help.h"

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

/* ---- a model that asks of one day at a time ---- */

enum { REGIMES = 3, LIMITS = 3, MODEL_START = 16000, MODEL_SPAN = 4000 };

/* Rules of one family, and a record under them. */
struct model {
	struct cat_regime regimes[REGIMES];
	struct cat_limit limits[LIMITS];
	struct catalog catalog;
	struct cat_item item;
	struct cat_facts facts;
};

static date_days some_day(uint64_t *seed)
{
	return MODEL_START + (date_days)(next_random(seed) % MODEL_SPAN);
}

/* Days at which months end, leap days among them, are what goes wrong. */
static date_days some_decision(uint64_t *seed)
{
	static const int ends[][3] = {{2016, 2, 29}, {2020, 2, 29},
	    {2024, 2, 29}, {2023, 2, 28}, {2019, 1, 31}, {2021, 8, 31},
	    {2020, 11, 30}, {2022, 12, 31}, {2020, 3, 1}, {2018, 5, 30}};
	const int *d = ends[next_random(seed) % ARRAY_COUNT(ends)];

	return next_random(seed) % 2 ? some_day(seed)
				     : date_from_ymd(d[0], d[1], d[2]);
}

static void model_make_rules(struct model *m, uint64_t *seed)
{
	date_days from = MODEL_START;
	int i, class_;

	for (i = 0; i < REGIMES; i++) {
		struct cat_regime *r = &m->regimes[i];

		*r = (struct cat_regime){
		    .id = "r", .family = "f", .valid_from = from};
		from += 100 + (date_days)(next_random(seed) % 1500);
		r->valid_to = i == REGIMES - 1 ? DATE_NONE : from - 1;
		/* Nothing is in force for a while. */
		from += next_random(seed) % 3 ? 0 : 50;
		for (class_ = 0; class_ < CAT_CLASS_COUNT; class_++)
			r->periods[class_] =
			    (struct cat_period){next_random(seed) % 4 > 0,
				(int)(next_random(seed) % 13),
				(int)(next_random(seed) % 5) * 9};
	}
	for (i = 0; i < LIMITS; i++) {
		struct cat_limit *l = &m->limits[i];

		*l = (struct cat_limit){.id = "l",
		    .family = next_random(seed) % 4 ? "f" : "g",
		    .valid_from = some_day(seed),
		    .valid_to = DATE_NONE,
		    .max_months = (int)(next_random(seed) % 3) * 7};
		if (next_random(seed) % 2)
			l->valid_to = l->valid_from + 700;
		l->hides_class[next_random(seed) % CAT_CLASS_COUNT] =
		    next_random(seed) % 3 == 0;
	}
	m->catalog = (struct catalog){.regimes = m->regimes,
	    .regimes_count = REGIMES,
	    .limits = m->limits,
	    .limits_count = LIMITS};
}

static void model_make_record(struct model *m, uint64_t *seed)
{
	m->item = (struct cat_item){.family = "f",
	    .publication = (enum cat_publication)(next_random(seed) % 4),
	    .disclosure = next_random(seed) % 8 ? CAT_OPEN : CAT_AUTHORISED};
	if (next_random(seed) % 2)
		m->item.publication = CAT_PUB_REGIME;
	m->facts = (struct cat_facts){
	    (enum cat_class)(next_random(seed) % CAT_CLASS_COUNT),
	    some_decision(seed), DATE_NONE, DATE_NONE};
	if (next_random(seed) % 2)
		m->facts.valid_to = next_random(seed) % 4
		    ? some_day(seed)
		    : date_from_ymd(2099, 12, 31);
	if (next_random(seed) % 3 == 0)
		m->facts.public_until = some_day(seed);
}

/* Has the day come on which so many months are over? It is the one with the
 * same number, or the last of a month that has none with it. */
static bool model_are_over(date_days from, int months, date_days day)
{
	struct date_ymd a = date_to_ymd(from), b = date_to_ymd(day);
	int passed = (b.year - a.year) * 12 + b.month - a.month;
	bool is_last = date_to_ymd(day + 1).day == 1;

	return passed > months ||
	    (passed == months && (b.day >= a.day || is_last));
}

static bool model_is_in_force(date_days from, date_days to, date_days on)
{
	return on >= from && (to == DATE_NONE || on <= to);
}

static const struct cat_period *model_period(
    const struct model *m, date_days on)
{
	int i;

	for (i = 0; i < REGIMES; i++)
		if (model_is_in_force(
			m->regimes[i].valid_from, m->regimes[i].valid_to, on))
			return &m->regimes[i].periods[m->facts.class_];
	return NULL;
}

/* Is the class shown on a day at all, by the rules of another? */
static bool model_rules_show(
    const struct model *m, date_days rules, date_days day)
{
	const struct cat_period *p = model_period(m, rules);
	int i;

	if (!p || !p->is_published)
		return false;
	if (p->max_months &&
	    model_are_over(m->facts.decided_on, p->max_months, day))
		return false;
	for (i = 0; i < LIMITS; i++) {
		const struct cat_limit *l = &m->limits[i];

		if (strcmp(l->family, "f") != 0 ||
		    !model_is_in_force(l->valid_from, l->valid_to, rules))
			continue;
		if (l->hides_class[m->facts.class_] ||
		    (l->max_months &&
			model_are_over(
			    m->facts.decided_on, l->max_months, day)))
			return false;
	}
	return true;
}

static bool model_shows(const struct model *m, date_days rules, date_days day)
{
	const struct cat_facts *f = &m->facts;

	if (m->item.disclosure != CAT_OPEN ||
	    m->item.publication == CAT_PUB_NEVER || day < f->decided_on ||
	    (f->public_until != DATE_NONE && day > f->public_until))
		return false;
	if (m->item.publication == CAT_PUB_UNTIL_VALID)
		return f->valid_to == DATE_NONE || day <= f->valid_to ||
		    f->valid_to == date_from_ymd(2099, 12, 31);
	return m->item.publication == CAT_PUB_ALWAYS ||
	    model_rules_show(m, rules, day);
}

/* NULL when the window says what the model says of its ends. */
static const char *why_wrong(
    const struct model *m, const struct cat_window *w, date_days on)
{
	const struct cat_period *p = model_period(m, on);
	date_days decided = m->facts.decided_on;
	bool has_repair = m->item.publication == CAT_PUB_REGIME && p &&
	    (p->is_published || p->max_months);

	if ((w->reason == CAT_WINDOW_OPEN) != model_shows(m, on, on))
		return "open";
	if (w->to != DATE_NONE && w->to >= decided &&
	    (!model_shows(m, on, w->to) || model_shows(m, on, w->to + 1)))
		return "the last day";
	if (w->to == DATE_NONE && w->from != DATE_NONE &&
	    !model_shows(m, on, date_from_ymd(2990, 1, 1)))
		return "no end";
	if (has_repair != (w->repair_from != DATE_NONE))
		return "repair";
	if (has_repair &&
	    (w->repair_from < decided ||
		!model_are_over(decided, p->min_months, w->repair_from) ||
		(w->repair_from > decided &&
		    model_are_over(
			decided, p->min_months, w->repair_from - 1))))
		return "repair from";
	return NULL;
}

/* R-REG-001 to R-REG-006 */
static void catalog_window_atRandom_isWhatEachDaySays(void **state)
{
	size_t reasons[CAT_WINDOW_ENDED + 1] = {0};
	uint64_t seed = 20240229;
	struct model m;
	size_t i;
	int round;

	(void)state;
	for (round = 0; round < 100000; round++) {
		date_days on = some_day(&seed);
		struct cat_window w;
		const char *why;

		if (round % 20 == 0)
			model_make_rules(&m, &seed);
		model_make_record(&m, &seed);
		if (next_random(&seed) % 4 == 0)
			on = m.facts.decided_on + 360 +
			    (date_days)(next_random(&seed) % 10);
		w = catalog_window(&m.catalog, &m.item, &m.facts, on);
		why = why_wrong(&m, &w, on);
		if (why) {
			char a[DATE_TEXT_BYTES], b[DATE_TEXT_BYTES];
			char c[DATE_TEXT_BYTES], d[DATE_TEXT_BYTES];

			fail_msg("round %d: %s on %s, decided on %s: to %s, "
				 "repair from %s",
			    round, why, date_format_iso(on, a),
			    date_format_iso(m.facts.decided_on, b),
			    date_format_iso(w.to, c),
			    date_format_iso(w.repair_from, d));
		}
		reasons[w.reason]++;
	}
	for (i = 0; i < ARRAY_COUNT(reasons); i++)
		assert_true(reasons[i] > 1000);
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
	    {.id = "three",
		.years = 3,
		.valid_from = date_from_ymd(2018, 1, 1),
		.valid_to = DATE_NONE},
	};
	const struct catalog c = {
	    .retentions = r, .retentions_count = ARRAY_COUNT(r)};
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
	assert_ptr_equal(catalog_retention_by_id(&c, "five"), &r[0]);
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
	    cmocka_unit_test(catalog_window_atRandom_isWhatEachDaySays),
	    cmocka_unit_test(catalog_retention_is_the_longest_in_force),
	    cmocka_unit_test(cat_retention_ended_table),
	};

	return cmocka_run_group_tests_name(
	    "catalog windows", tests, load_good, free_good);
}
