/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests of lists, measures, matters and marks, over the good catalogue of
 * test/catalog. What is refused of them stands in test/catalog/bad, which
 * catalog_test.c goes through.
 */
#include "catalog/catalog_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "base/check.h"
#include "catalog/case_kind.h"

enum { SOURCES_MAX = 64 };

static void catalog_load_list_holds_what_yaml_says(void **state)
{
	const struct cat_list *list = catalog_list(good, "wages");
	const struct cat_item *item = catalog_item(good, "wages");

	(void)state;
	assert_non_null(list);
	assert_null(catalog_list(good, "no-such"));
	assert_int_equal(list->kind, CAT_LIST_SERIOUS);
	assert_int_equal(list->items_count, 1);
	assert_ptr_equal(list->items[0], item);
	assert_string_equal(list->authorities[0], "credit-office");
	assert_string_equal(list->bases[0]->id, "law-a");
	assert_int_equal(list->bases[0]->force, CAT_LAW);
	assert_int_equal(list->longest_months, 36);
	assert_true(list->exit_condition[0]);
	assert_string_equal(list->note, "");
	assert_int_equal(list->valid_to, DATE_NONE);
	assert_int_equal(list->status, CAT_VERIFIED);
	assert_int_equal(list->where.line, 2);
	assert_int_equal(cat_field_by_role(item, CAT_ROLE_NOTIFIED_ON),
	    cat_field_index(item, "QX_GZRQ"));
}

static void catalog_load_measure_and_matter_point_at_each_other(void **state)
{
	const struct cat_measure *bar =
	    catalog_measure(good, "bar-procurement");
	const struct cat_matter *matter = catalog_matter(good, "procurement");

	(void)state;
	assert_non_null(bar);
	assert_non_null(matter);
	assert_null(catalog_measure(good, "no-such"));
	assert_null(catalog_matter(good, "no-such"));
	assert_int_equal(bar->kind, CAT_REDUCE);
	assert_true(bar->targets[CAT_TARGET_SOLE_TRADER]);
	assert_false(bar->targets[CAT_TARGET_SOCIAL]);
	assert_int_equal(bar->follows_count, 2);
	assert_ptr_equal(bar->follows[0].list, catalog_list(good, "wages"));
	assert_null(bar->follows[0].item);
	assert_ptr_equal(bar->follows[1].item, catalog_item(good, "penalty"));
	assert_int_equal(bar->follows[1].class_, CAT_CLASS_SERIOUS);
	assert_string_equal(bar->follows[1].basis->id, "law-a");
	assert_int_equal(bar->matters_count, 1);
	assert_ptr_equal(bar->matters[0], matter);
	/* By number, whatever the order of the file. */
	assert_ptr_equal(&good->matters[0], matter);
	assert_int_equal(matter->measures_count, 2);
	assert_ptr_equal(matter->measures[0], bar);
	assert_int_equal(matter->reverse_months, 12);
	assert_int_equal(matter->positives_count, 0);
	matter = catalog_matter(good, "honours");
	assert_int_equal(matter->lists_count, 2);
	assert_ptr_equal(matter->positives[0], catalog_item(good, "honour"));
	assert_string_equal(matter->measures[1]->id, "green-channel");
}

static void catalog_load_lists_are_narrowed_below(void **state)
{
	const struct cat_measure *measure;
	const struct cat_matter *matter;
	struct catalog *c = NULL;
	struct cat_issues issues;
	struct cat_source sources[SOURCES_MAX];
	size_t count = good->sources_count;
	struct err err = {0};

	(void)state;
	assert_true(count < SOURCES_MAX);
	memcpy(sources, good->sources, count * sizeof(*sources));
	sources[count++] = (struct cat_source){"city/harbour/zz.yaml",
	    span_of("measures:\n"
		    "- {id: own, title: 措施, title_en: M, kind: manage, "
		    "bases: [upland-reg-16], targets: [enterprise], "
		    "follows: [{list: wages}], matters: [procurement], "
		    "implementers: [credit-office], lasts: months, months: 3, "
		    "from: 2020-01-01, status: verified}\n"
		    "extend:\n"
		    "- {list: wages, longest_months: 24}\n"
		    "- {measure: inspect-more, targets: [enterprise], "
		    "matters: [honours], months: 6}\n"
		    "- {measure: bar-procurement, months: 12}\n"
		    "- {matter: procurement, items: [], "
		    "reverse_months: 0, add_measures: [own]}\n")};
	cat_issues_init(&issues);
	assert_int_equal(
	    catalog_load_sources(sources, count, "harbour", &issues, &c, &err),
	    ERR_NONE);
	assert_int_equal(issues.count, 0);
	assert_int_equal(catalog_list(c, "wages")->longest_months, 24);
	measure = catalog_measure(c, "inspect-more");
	assert_int_equal(measure->months, 6);
	assert_int_equal(measure->matters_count, 1);
	assert_false(measure->targets[CAT_TARGET_SOCIAL]);
	measure = catalog_measure(c, "bar-procurement");
	assert_int_equal(measure->lasts, CAT_LASTS_MONTHS);
	assert_int_equal(measure->months, 12);
	matter = catalog_matter(c, "procurement");
	assert_int_equal(matter->items_count, 0);
	assert_int_equal(matter->reverse_months, 0);
	/* inspect-more went, because it names the matter no longer. */
	assert_int_equal(matter->measures_count, 2);
	assert_string_equal(matter->measures[0]->id, "bar-procurement");
	assert_string_equal(matter->measures[1]->id, "own");
	catalog_free(&c);
	cat_issues_release(&issues);
}

static void cat_measure_follows_entries_and_classes(void **state)
{
	static const struct {
		const char *measure, *item;
		enum cat_class class_;
		int follow; /* -1 = none */
	} t[] = {
	    {"bar-procurement", "wages", CAT_CLASS_SERIOUS, 0},
	    {"bar-procurement", "penalty", CAT_CLASS_SERIOUS, 1},
	    {"bar-procurement", "penalty", CAT_CLASS_GENERAL, -1},
	    {"bar-procurement", "honour", CAT_CLASS_NONE, -1},
	    {"inspect-more", "penalty", CAT_CLASS_MINOR, 0},
	    {"inspect-more", "wages", CAT_CLASS_SERIOUS, -1},
	    {"green-channel", "honour", CAT_CLASS_NONE, 0},
	};
	date_days on = date_from_ymd(2026, 5, 1);
	const struct cat_measure *bar =
	    catalog_measure(good, "bar-procurement");
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		const struct cat_measure *m =
		    catalog_measure(good, t[i].measure);
		const struct cat_follow *f = cat_measure_follows(
		    m, catalog_item(good, t[i].item), t[i].class_, on);
		const struct cat_follow *want =
		    t[i].follow < 0 ? NULL : &m->follows[t[i].follow];

		if (f != want)
			fail_msg("row %zu", i);
	}
	/* An entry counts only while its list is in force. */
	assert_null(cat_measure_follows(bar, catalog_item(good, "wages"),
	    CAT_CLASS_SERIOUS, date_from_ymd(2017, 12, 31)));
}

static void cat_measure_ends_with_the_earliest(void **state)
{
	static const struct {
		const char *measure, *decided_on, *stands_to, *want;
	} t[] = {
	    {"bar-procurement", "2026-05-12", "2029-05-11", "2029-05-11"},
	    {"bar-procurement", "2026-05-12", "", ""},
	    {"inspect-more", "2025-05-12", "2029-05-11", "2026-05-11"},
	    {"inspect-more", "2025-05-12", "2025-08-01", "2025-08-01"},
	    {"inspect-more", "2025-05-12", "", "2026-05-11"},
	    {"inspect-more", "2026-05-12", "", "2026-12-31"},
	    {"no-end", "2999-05-12", "", "2999-12-31"},
	    {"no-end", "2999-05-12", "2999-08-01", "2999-08-01"},
	};
	struct cat_measure no_end = *catalog_measure(good, "inspect-more");
	size_t i;

	(void)state;
	no_end.valid_to = DATE_NONE;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		const struct cat_measure *m =
		    catalog_measure(good, t[i].measure);
		date_days from = DATE_NONE, to = DATE_NONE, want = DATE_NONE;

		date_parse_iso(span_of(t[i].decided_on), &from);
		date_parse_iso(span_of(t[i].stands_to), &to);
		date_parse_iso(span_of(t[i].want), &want);
		if (cat_measure_ends(m ? m : &no_end, from, to) != want)
			fail_msg("row %zu", i);
	}
}

#define OPEN_DATES .valid_from = DATE_NONE, .valid_to = DATE_NONE

/* R-CAT-028: a measure, and what leads to it, lasts no longer than its law. */
static void cat_measure_ends_with_its_law(void **state)
{
	struct cat_basis law = {.force = CAT_LAW, OPEN_DATES};
	struct cat_basis order = {.force = CAT_RULE, OPEN_DATES};
	struct cat_basis regulation = {
	    .force = CAT_REGULATION, .where = {.layer = CAT_CITY}, OPEN_DATES};
	const struct cat_basis *bases[] = {&law, &order, &regulation};
	const struct cat_item item = {.id = "item"};
	const struct cat_follow follow = {.item = &item, .basis = &law};
	struct cat_measure measure = {.kind = CAT_REDUCE,
	    .follows = &follow,
	    .follows_count = 1,
	    .bases = bases,
	    .bases_count = 2,
	    OPEN_DATES};
	date_days from = date_from_ymd(2026, 5, 12), end = from + 30;

	(void)state;
	assert_int_equal(
	    cat_measure_ends(&measure, from, DATE_NONE), DATE_NONE);
	law.valid_to = end;
	assert_int_equal(cat_measure_ends(&measure, from, DATE_NONE), end);
	assert_int_equal(cat_measure_ends(&measure, from, end - 1), end - 1);
	assert_true(cat_measure_in_force(&measure, end));
	assert_false(cat_measure_in_force(&measure, end + 1));
	assert_non_null(
	    cat_measure_follows(&measure, &item, CAT_CLASS_NONE, end));
	assert_null(
	    cat_measure_follows(&measure, &item, CAT_CLASS_NONE, end + 1));
	/* The last of several counts. */
	measure.bases_count = 3;
	regulation.valid_to = end + 10;
	assert_int_equal(cat_measure_ends(&measure, from, DATE_NONE), end + 10);
	assert_true(cat_measure_in_force(&measure, end + 10));
	/* A city's measure rests on a regulation of its own. */
	law.valid_to = DATE_NONE;
	measure.where.layer = CAT_CITY;
	assert_int_equal(cat_measure_ends(&measure, from, DATE_NONE), end + 10);
	assert_false(cat_measure_in_force(&measure, end + 11));
	measure.kind = CAT_ENCOURAGE;
	assert_true(cat_measure_in_force(&measure, end + 11));
	law.valid_from = end + 12;
	order.valid_from = end + 12;
	assert_false(cat_measure_in_force(&measure, end + 11));
}

static void cat_list_stands_to_its_day_or_longest_stay(void **state)
{
	const struct cat_list *wages = catalog_list(good, "wages");
	struct cat_list open_end = *wages;
	date_days from = date_from_ymd(2026, 5, 12);

	(void)state;
	assert_int_equal(
	    cat_list_stands_to(wages, from, date_from_ymd(2027, 1, 31)),
	    date_from_ymd(2027, 1, 31));
	assert_int_equal(
	    cat_list_stands_to(wages, from, date_from_ymd(2035, 1, 1)),
	    date_from_ymd(2029, 5, 11));
	assert_int_equal(cat_list_stands_to(wages, from, DATE_NONE),
	    date_from_ymd(2029, 5, 11));
	/* Longer than there are days. */
	assert_int_equal(
	    cat_list_stands_to(wages, date_from_ymd(2998, 5, 12), DATE_NONE),
	    date_from_ymd(2999, 12, 31));
	open_end.longest_months = 0;
	assert_int_equal(
	    cat_list_stands_to(&open_end, from, DATE_NONE), DATE_NONE);
	assert_true(cat_matter_sees(
	    catalog_matter(good, "procurement"), catalog_item(good, "wages")));
	assert_true(cat_matter_sees(catalog_matter(good, "procurement"),
	    catalog_item(good, "penalty")));
	assert_false(cat_matter_sees(
	    catalog_matter(good, "procurement"), catalog_item(good, "honour")));
}

static void cat_matter_is_open_to_its_askers(void **state)
{
	const struct cat_department *credit =
	    catalog_department(good, "harbour-credit");
	const char *const functions[] = {"tax"};
	struct cat_department tax = {
	    .id = "x", .functions = functions, .functions_count = 1};
	const struct cat_matter *procurement =
	    catalog_matter(good, "procurement");
	const struct cat_measure *bar =
	    catalog_measure(good, "bar-procurement");
	const struct cat_measure *more = catalog_measure(good, "inspect-more");

	(void)state;
	assert_true(cat_may_ask(procurement, credit));
	assert_false(cat_may_ask(procurement, &tax));
	assert_true(cat_may_ask(catalog_matter(good, "honours"), &tax));
	assert_true(cat_may_enter(catalog_list(good, "wages"), credit));
	assert_false(cat_may_enter(catalog_list(good, "wages"), &tax));
	assert_false(cat_may_implement(bar, &tax));
	assert_true(cat_may_implement(more, &tax));
	assert_true(cat_matter_applies(procurement, bar));
	assert_false(cat_matter_applies(
	    procurement, catalog_measure(good, "green-channel")));
	assert_true(cat_measure_in_force(more, date_from_ymd(2026, 12, 31)));
	assert_false(cat_measure_in_force(more, date_from_ymd(2027, 1, 1)));
	assert_int_equal(
	    cat_target_of_code("92350100M000100Y43"), CAT_TARGET_SOLE_TRADER);
	assert_int_equal(cat_target_of_code(""), CAT_TARGET_OTHER);
}

/* Whose measure names nobody for sure is of those who ask in its matters. */
static void cat_may_implement_named_or_who_asks(void **state)
{
	static const char *const tax[] = {"tax"},
				 *const housing[] = {"housing"},
				 *const any[] = {"*"};
	const struct cat_matter matter = {.askers = tax, .askers_count = 1};
	const struct cat_matter *const matters[] = {&matter};
	struct cat_measure measure = {
	    .implementers = any, .implementers_count = 1, .matters = matters};
	const struct cat_department taxes = {
	    .functions = tax, .functions_count = 1};
	const struct cat_department houses = {
	    .functions = housing, .functions_count = 1};

	(void)state;
	assert_false(cat_may_implement(&measure, &taxes));
	measure.matters_count = 1;
	assert_true(cat_may_implement(&measure, &taxes));
	assert_false(cat_may_implement(&measure, &houses));
	measure.implementers = housing;
	assert_false(cat_may_implement(&measure, &taxes));
	assert_true(cat_may_implement(&measure, &houses));
}

/* "all", "positive", or the classes. */
static void assert_tells(const struct cat_matter *matter,
    const struct cat_item *item, date_days on, const char *want)
{
	struct cat_telling t = cat_matter_telling(matter, item, on);
	struct buf got = BUF_INIT(64);
	int i;

	buf_add_str(&got, t.is_all ? " all" : "");
	buf_add_str(&got, t.is_positive ? " positive" : "");
	for (i = 0; i < CAT_CLASS_COUNT; i++)
		if (t.classes[i])
			buf_addf(&got, " %s", cat_class_name(i));
	assert_int_equal(cat_tells_some(&t), got.n > 0);
	assert_string_equal(buf_str(&got), want);
	buf_release(&got);
}

static void cat_matter_telling_is_what_is_in_force(void **state)
{
	date_days in = date_from_ymd(2025, 12, 31), after = in + 1;
	struct cat_item item = {.id = "item"};
	const struct cat_item other = {.id = "other"}, *items[] = {&item};
	const struct cat_list list = {.items = items,
	    .items_count = 1,
	    .valid_from = date_from_ymd(2020, 1, 1),
	    .valid_to = in};
	const struct cat_list empty = {.id = "empty"};
	const struct cat_list *lists[] = {&list, &empty};
	struct cat_follow follow = {.item = &item, .class_ = CAT_CLASS_SERIOUS};
	struct cat_basis law = {.force = CAT_LAW, OPEN_DATES};
	const struct cat_basis notice = {.id = "notice", OPEN_DATES};
	const struct cat_basis *bases[] = {&notice, &law};
	struct cat_measure measure = {.follows = &follow,
	    .follows_count = 1,
	    .bases = bases,
	    .bases_count = 2,
	    .valid_from = date_from_ymd(2020, 1, 1),
	    .valid_to = in};
	const struct cat_measure *measures[] = {&measure};
	struct cat_matter by_list = {.lists = lists, .lists_count = 2};
	const struct cat_matter by_measure = {
	    .measures = measures, .measures_count = 1};
	const struct cat_matter eases = {
	    .positives = items, .positives_count = 1};

	(void)state;
	assert_tells(&by_list, &item, in, " all");
	assert_tells(&by_list, &item, after, "");
	assert_tells(&by_list, &item, DATE_NONE, " all");
	assert_tells(&by_list, &other, in, "");
	assert_tells(&by_measure, &item, in, " serious");
	assert_tells(&by_measure, &item, after, "");
	assert_tells(&by_measure, &item, DATE_NONE, " serious");
	assert_tells(&by_measure, &other, in, "");
	/* What reduces rights ends with its law, whatever is cited beside. */
	law.valid_to = in - 1;
	assert_tells(&by_measure, &item, in - 1, " serious");
	assert_tells(&by_measure, &item, in, "");
	measure.kind = CAT_MANAGE;
	assert_tells(&by_measure, &item, in, " serious");
	measure.kind = CAT_REDUCE;
	law.valid_to = DATE_NONE;
	follow.class_ = CAT_CLASS_NONE;
	assert_tells(&by_measure, &item, in, " all");
	measure.kind = CAT_ENCOURAGE;
	assert_tells(&by_measure, &item, in, " all");
	assert_tells(&eases, &item, in, " all");
	item.positive_when.op = CAT_OP_EQUALS;
	assert_tells(&by_measure, &item, in, " positive");
	assert_tells(&eases, &item, in, " positive");
	assert_tells(&eases, &other, in, "");
	by_list.positives = items;
	by_list.positives_count = 1;
	assert_tells(&by_list, &item, in, " all positive");
	measure.kind = CAT_MANAGE;
	follow = (struct cat_follow){.list = &list};
	measure.valid_to = DATE_NONE;
	assert_tells(&by_measure, &item, in, " all");
	assert_tells(&by_measure, &item, after, "");
	assert_tells(&by_measure, &item, DATE_NONE, " all");
	assert_tells(&by_measure, &other, in, "");
}

/* A document's texts by path. */
static void check_paths(const struct buf *out, const char *const (*t)[2])
{
	json_error_t error;
	json_t *root =
	    json_loadb(out->p, out->n, JSON_REJECT_DUPLICATES, &error);

	assert_non_null(root);
	for (; (*t)[0]; t++)
		if (strcmp(json_at(root, (*t)[0]), (*t)[1]) != 0)
			fail_msg("%s is \"%s\", not \"%s\"", (*t)[0],
			    json_at(root, (*t)[0]), (*t)[1]);
	assert_string_equal(json_at(root, "catalog_digest"), good->digest_hex);
	json_decref(root);
}

static void catalog_list_json_says_all(void **state)
{
	static const char *const list[][2] = {{"id", "wages"},
	    {"kind/title", "严重失信主体名单"}, {"items/0/id", "wages"},
	    {"entry_fields/0/document", "QX_WSH"},
	    {"entry_fields/0/notified-on", "QX_GZRQ"},
	    {"entry_fields/0/basis-text", "QX_YJ"},
	    {"departments/0/id", "harbour-credit"}, {"bases/0/kind", "law"},
	    {"measures/0/id", "bar-procurement"},
	    {"where/file", "national/lists.yaml"}, {"status", "verified"},
	    {NULL, NULL}};
	static const char *const measure[][2] = {{"id", "bar-procurement"},
	    {"kind/name", "reduce"}, {"targets/1/name", "sole-trader"},
	    {"follows/0/list", "wages"}, {"follows/1/item", "penalty"},
	    {"follows/1/class/name", "serious"},
	    {"follows/1/basis/id", "law-a"}, {"matters/0/id", "procurement"},
	    {"implementers/0", "credit-office"}, {"lasts", "with-record"},
	    {NULL, NULL}};
	static const char *const matter[][2] = {{"id", "honours"},
	    {"askers/0", "*"}, {"departments/0/id", "harbour-credit"},
	    {"items/1/id", "honour"}, {"lists/0/id", "wages"},
	    {"positives/0/id", "honour"}, {"measures/1/id", "green-channel"},
	    {"valid_from", "2018-07-25"}, {NULL, NULL}};
	struct buf out = BUF_INIT(1 << 20);

	(void)state;
	catalog_list_json(good, catalog_list(good, "wages"), &out);
	check_paths(&out, list);
	buf_reset(&out);
	catalog_measure_json(
	    good, catalog_measure(good, "bar-procurement"), &out);
	check_paths(&out, measure);
	buf_reset(&out);
	catalog_matter_json(good, catalog_matter(good, "honours"), &out);
	check_paths(&out, matter);
	buf_release(&out);
}

/* Its own clocks and marks, not another kind's. */
static void catalog_case_kind_json_says_all(void **state)
{
	static const char *const want[][2] = {{"id", "claim"},
	    {"title_en", "Claim"}, {"states/0/stage", "open"},
	    {"states/0/waits_for", "office"}, {"states/1/stage", "ended"},
	    {"states/1/waits_for", "nobody"}, {"moves/0/from/0", "filed"},
	    {"moves/0/to", "done"}, {"moves/0/by/0", "representative"},
	    {"moves/0/by/1", "office"}, {"moves/0/needs", "change"},
	    {"clocks/0/id", "ours"}, {"clocks/0/ends/0", "done"},
	    {"clocks/0/scope", "own"}, {"clocks/0/valid_to", "2026-08-31"},
	    {"clocks/1/id", ""}, {"marks/0/id", "told"}, {"marks/1/id", ""},
	    {NULL, NULL}};
	const struct cat_list *list = catalog_list(good, "wages");
	const char *const filed[] = {"filed"}, *const done[] = {"done"};
	const struct cat_case_state states[] = {
	    {.id = "filed",
		.title = "已提出",
		.title_en = "Filed",
		.waits_for = CAT_SIDE_OFFICE},
	    {.id = "done",
		.title = "已办结",
		.title_en = "Done",
		.stage = CAT_CASE_ENDED},
	};
	const struct cat_case_move moves[] = {{.id = "close",
	    .title = "办结",
	    .title_en = "Close",
	    .from = filed,
	    .from_count = 1,
	    .to = "done",
	    .by = {[CAT_SIDE_REPRESENTATIVE] = true, [CAT_SIDE_OFFICE] = true},
	    .need = CAT_CASE_NEED_CHANGE}};
	const struct cat_case_kind kind = {.id = "claim",
	    .title = "异议",
	    .title_en = "Claim",
	    .states = states,
	    .states_count = ARRAY_COUNT(states),
	    .moves = moves,
	    .moves_count = ARRAY_COUNT(moves),
	    .where = list->where};
	struct cat_case_clock clocks[] = {{.id = "theirs"},
	    {.id = "ours",
		.kind = &kind,
		.starts = "filed",
		.ends = done,
		.ends_count = 1,
		.scope = CAT_CASE_OWN,
		.days = 7,
		.is_calendar = true,
		.basis = list->bases[0],
		.valid_to = date_from_ymd(2026, 8, 31),
		.where = list->where}};
	struct cat_case_mark marks[] = {{.id = "silent"},
	    {.id = "told",
		.kind = &kind,
		.basis = list->bases[0],
		.where = list->where}};
	struct buf out = BUF_INIT(1 << 16);
	struct catalog c = *good;

	(void)state;
	c.case_clocks = clocks;
	c.case_clocks_count = ARRAY_COUNT(clocks);
	c.case_marks = marks;
	c.case_marks_count = ARRAY_COUNT(marks);
	catalog_case_kind_json(&c, &kind, &out);
	check_paths(&out, want);
	assert_non_null(strstr(buf_str(&out), "\"working_days\":false"));
	buf_release(&out);
}

static void catalog_case_mark_is_of_its_kind_and_days(void **state)
{
	const date_days first = date_from_ymd(2026, 3, 1);
	const date_days last = date_from_ymd(2026, 8, 31);
	const struct cat_case_kind kinds[2] = {
	    {.valid_from = first, .valid_to = last},
	    {.valid_from = DATE_NONE, .valid_to = DATE_NONE}};
	struct cat_case_mark marks[] = {
	    {.kind = &kinds[0], .valid_from = first, .valid_to = last},
	    {.kind = &kinds[1], .valid_from = last, .valid_to = DATE_NONE}};
	const struct catalog c = {.case_marks = marks, .case_marks_count = 2};
	const struct {
		date_days on;
		bool is_marked[2];
	} t[] = {
	    {first - 1, {false, false}},
	    {first, {true, false}},
	    {last, {true, true}},
	    {last + 1, {false, true}},
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		for (k = 0; k < 2; k++)
			assert_ptr_equal(
			    catalog_case_mark(&c, &kinds[k], t[i].on),
			    t[i].is_marked[k] ? &marks[k] : NULL);
		assert_int_equal(cat_case_kind_in_force(&kinds[0], t[i].on),
		    t[i].is_marked[0]);
		assert_true(cat_case_kind_in_force(&kinds[1], t[i].on));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(catalog_load_list_holds_what_yaml_says),
	    cmocka_unit_test(
		catalog_load_measure_and_matter_point_at_each_other),
	    cmocka_unit_test(catalog_load_lists_are_narrowed_below),
	    cmocka_unit_test(cat_measure_follows_entries_and_classes),
	    cmocka_unit_test(cat_measure_ends_with_the_earliest),
	    cmocka_unit_test(cat_measure_ends_with_its_law),
	    cmocka_unit_test(cat_list_stands_to_its_day_or_longest_stay),
	    cmocka_unit_test(cat_matter_is_open_to_its_askers),
	    cmocka_unit_test(cat_may_implement_named_or_who_asks),
	    cmocka_unit_test(cat_matter_telling_is_what_is_in_force),
	    cmocka_unit_test(catalog_list_json_says_all),
	    cmocka_unit_test(catalog_case_kind_json_says_all),
	    cmocka_unit_test(catalog_case_mark_is_of_its_kind_and_days),
	};

	return cmocka_run_group_tests_name(
	    "lists", tests, load_good, free_good);
}
