/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests of the follower, the lists and the change feed, with the
 * example city's catalogue, a real database and a real log. The word of what
 * is public is always the registry's: view_load over whole subjects.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "publication/follow.h"
#include "publication/publication_priv.h"
#include "publication/publication_test_help.h"

enum { SUBJECTS = 9, KEYS = 5, REGISTRATION = 101 };

/* ---- a made-up city ---- */

/* Some rows of one item, of random subjects and keys. */
static void submit_some(struct fixture *f, uint64_t *seed, date_days today)
{
	bool is_licence = next_random(seed) % 2;
	struct test_row rows[6];
	char codes[6][19];
	size_t i;

	memset(rows, 0, sizeof(rows));
	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		unsigned subject = next_random(seed) % SUBJECTS;
		date_days decided = today - (int)(next_random(seed) % 500) + 5;

		test_code(subject, codes[i]);
		rows[i].code = codes[i];
		rows[i].name = "示例公司";
		rows[i].key = next_random(seed) % KEYS;
		rows[i].content = next_random(seed);
		rows[i].decided_on = decided;
		rows[i].class_ = is_licence
		    ? CAT_CLASS_NONE
		    : (uint8_t)(1 + next_random(seed) % 3);
		if (is_licence)
			rows[i].valid_to =
			    decided + (int)(next_random(seed) % 700);
		if (next_random(seed) % 4 == 0)
			rows[i].public_until =
			    today + (int)(next_random(seed) % 40);
	}
	fixture_submit(f, is_licence ? LICENCE : PENALTY,
	    is_licence ? "licence" : "penalty",
	    next_random(seed) % 3 ? market : tax, noon_of(today), rows,
	    ARRAY_COUNT(rows));
}

static void feed_overManyDays_isWhatTheRegistrySays(void **state)
{
	struct fixture *f = *state;
	struct copy *copy = mem_zalloc(1, sizeof(*copy));
	date_days today = day("2025-12-20"); /* before order 36 */
	uint64_t seed = 7;
	int64_t withdrawn = -1;
	size_t reinstated = 0;
	int i;

	for (i = 0; i < 60; i++) {
		submit_some(f, &seed, today);
		/* Not what was sent anew meanwhile. */
		if (i % 3 == 1 && withdrawn >= 0)
			reinstated +=
			    reinstate(f, (uint64_t)withdrawn, today) == 0;
		if (i % 3 == 0)
			withdrawn = withdraw_some(f, &seed, today);
		if (i % 4 != 3) {
			follow(f, today);
			assert_true_to_registry(f, copy, today);
		}
		today += (int)(next_random(&seed) % 12);
	}
	/* Nothing new any more: the days alone end it all. */
	for (i = 0; i < 15; i++, today += 90) {
		follow(f, today);
		assert_true_to_registry(f, copy, today);
	}
	assert_true(copy->next > 200 && reinstated > 10);
	/* Order 36 shortened what the eve had shown. */
	assert_true(copy->restated > 0);
	free(copy);
}

static void feed_forgotten_beginsAnewWithTheSameRecords(void **state)
{
	struct fixture *f = *state;
	struct copy *copy = mem_zalloc(1, sizeof(*copy));
	struct publication_through before, after;
	date_days today = day("2026-05-01");
	uint64_t seed = 11;
	int i;

	for (i = 0; i < 5; i++)
		submit_some(f, &seed, today);
	follow(f, today);
	assert_int_equal(
	    publication_through(f->store, catalog, today, &before, &f->err), 0);
	assert_true(before.is_current);
	assert_int_equal(publication_forget(f->store, &f->err), 0);
	assert_int_equal(
	    publication_through(f->store, catalog, today, &after, &f->err), 0);
	assert_false(after.is_current);
	/* At the very same time, too. */
	follow(f, today);
	assert_int_equal(
	    publication_through(f->store, catalog, today, &after, &f->err), 0);
	assert_string_not_equal(before.feed, after.feed);
	assert_true_to_registry(f, copy, today);
	free(copy);
}

/* ---- single cases ---- */

static void submit_of(struct fixture *f, const char *department,
    const char *received, const char *decided, uint64_t key)
{
	char code[19];
	struct test_row row = {.code = code,
	    .name = "示例市某某公司",
	    .key = key,
	    .content = key,
	    .decided_on = day(decided),
	    .class_ = CAT_CLASS_GENERAL};

	test_code((unsigned)key, code);
	fixture_submit(
	    f, PENALTY, "penalty", department, noon_ms(received), &row, 1);
}

static void submit_penalty(struct fixture *f, const char *received,
    const char *decided, enum cat_class class_, uint64_t content)
{
	char code[19];
	struct test_row row = {.code = code,
	    .name = "示例市某某公司",
	    .key = 1,
	    .content = content,
	    .decided_on = day(decided),
	    .class_ = (uint8_t)class_};

	test_code(1, code);
	fixture_submit(
	    f, PENALTY, "penalty", market, noon_ms(received), &row, 1);
}

static void assert_changes(struct fixture *f, uint64_t count)
{
	struct publication_through t;

	assert_int_equal(
	    publication_through(f->store, catalog, 0, &t, &f->err), 0);
	assert_int_equal(t.changes, count);
}

/* Each fixture_submit of one row seals one statement. */
static void events_ofOneRecord_tellItsLife(void **state)
{
	struct fixture *f = *state;

	submit_penalty(f, "2026-05-01", "2026-04-20", CAT_CLASS_GENERAL, 1);
	follow(f, day("2026-05-01"));
	assert_changes(f, 1);
	assert_change(f, 0, PUBLICATION_PUBLISHED, 0, "published");
	submit_penalty(f, "2026-05-02", "2026-04-20", CAT_CLASS_GENERAL, 2);
	follow(f, day("2026-05-02"));
	assert_change(f, 1, PUBLICATION_CHANGED, 1, "published");
	assert_int_equal(change_at(f, 1).replaces, 0);
	/* The new version's class is not published. */
	submit_penalty(f, "2026-05-03", "2026-04-20", CAT_CLASS_MINOR, 3);
	follow(f, day("2026-05-03"));
	assert_change(f, 2, PUBLICATION_ENDED, 1, "class-hidden");
	submit_penalty(f, "2026-05-04", "2026-04-20", CAT_CLASS_GENERAL, 4);
	follow(f, day("2026-05-04"));
	assert_change(f, 3, PUBLICATION_PUBLISHED, 3, "published");
	/* A year from the decision: shown on the last day, gone the next. */
	follow(f, day("2027-04-19"));
	assert_changes(f, 4);
	follow(f, day("2027-04-20"));
	assert_change(f, 4, PUBLICATION_ENDED, 3, "ended");
	/* A clock that goes back brings nothing back, nor what comes then. */
	follow(f, day("2027-04-01"));
	submit_penalty(f, "2027-04-01", "2026-04-20", CAT_CLASS_GENERAL, 5);
	follow(f, day("2027-04-01"));
	assert_changes(f, 5);
}

static void list_whatEndedSinceTheLastStep_isNotShown(void **state)
{
	struct fixture *f = *state;
	struct publication_filter filter = whole(PENALTY);
	struct numbers seen;

	submit_penalty(f, "2026-05-01", "2026-04-20", CAT_CLASS_GENERAL, 1);
	follow(f, day("2026-05-01"));
	walk_list(f, day("2027-04-19"), &filter, &seen);
	assert_int_equal(seen.count, 1);
	walk_list(f, day("2027-04-20"), &filter, &seen);
	assert_int_equal(seen.count, 0);
	/* Nor a version that was replaced meanwhile. */
	submit_penalty(f, "2026-05-02", "2026-04-20", CAT_CLASS_GENERAL, 2);
	walk_list(f, day("2026-05-02"), &filter, &seen);
	assert_int_equal(seen.count, 0);
}

/* The numbers of a department's newest records, as "2 0 ". */
static void assert_newest(struct fixture *f, const char *department,
    const char *today, size_t limit, const char *expected)
{
	const struct publication_reader reader = {
	    f->store, catalog, day(today)};
	struct numbers seen = {.count = 0};
	char text[64] = "";
	size_t i;

	assert_int_equal(publication_visit_newest(&reader, department, limit,
			     take_number, &seen, &f->err),
	    0);
	for (i = 0; i < seen.count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%d ", (int)seen.list[i].seq);
	assert_string_equal(text, expected);
}

/* What came last leads, whenever it was decided. */
static void newest_ofADepartment_areInTheOrderOfTheFeed(void **state)
{
	struct fixture *f = *state;

	submit_of(f, market, "2026-05-01", "2026-04-20", 1);
	submit_of(f, tax, "2026-05-01", "2026-04-20", 2);
	submit_of(f, market, "2026-05-02", "2025-12-01", 3);
	follow(f, day("2026-05-02"));
	assert_newest(f, market, "2026-05-02", 10, "2 0 ");
	assert_newest(f, market, "2026-05-02", 1, "2 ");
	assert_newest(f, tax, "2026-05-02", 10, "1 ");
	assert_newest(f, "rizhao-nobody", "2026-05-02", 10, "");
	/* Its last day is 2026-11-30; nobody has followed since. */
	assert_newest(f, market, "2026-12-01", 10, "0 ");
	assert_newest(f, market, "2026-12-01", 1, "0 ");
	follow(f, day("2026-12-01"));
	assert_newest(f, market, "2026-12-01", 10, "0 ");
	/* A newer version comes in anew. */
	submit_penalty(f, "2026-12-02", "2026-04-20", CAT_CLASS_GENERAL, 9);
	submit_of(f, market, "2026-12-02", "2026-11-20", 5);
	follow(f, day("2026-12-02"));
	assert_newest(f, market, "2026-12-02", 10, "4 3 ");
}

static void filters_narrowTheList(void **state)
{
	struct fixture *f = *state;
	date_days today = day("2026-05-01");
	struct publication_filter filter = whole(PENALTY);
	struct numbers all, some, rest;
	uint64_t seed = 3;
	int i;

	for (i = 0; i < 20; i++)
		submit_some(f, &seed, today);
	follow(f, today);
	walk_list(f, today, &filter, &all);
	assert_true(all.count > 10);
	filter.department = market;
	walk_list(f, today, &filter, &some);
	filter.department = tax;
	walk_list(f, today, &filter, &rest);
	assert_true(some.count && rest.count);
	assert_int_equal(some.count + rest.count, all.count);
	filter = whole(PENALTY);
	filter.division = 371102;
	walk_list(f, today, &filter, &some);
	assert_same(&some, &all, "the only division");
	filter.division = 371103;
	walk_list(f, today, &filter, &some);
	assert_int_equal(some.count, 0);
	filter = whole(PENALTY);
	filter.from = today - 100;
	walk_list(f, today, &filter, &some);
	filter = whole(PENALTY);
	filter.to = today - 101;
	walk_list(f, today, &filter, &rest);
	assert_true(some.count && rest.count);
	assert_int_equal(some.count + rest.count, all.count);
}

static void catalogue_changed_isSweptIntoTheFeed(void **state)
{
	struct fixture *f = *state;
	struct copy *copy = mem_zalloc(1, sizeof(*copy));
	struct catalog *old = catalog, other = *catalog;
	date_days today = day("2026-05-01");
	struct publication_through t;
	struct cat_limit limits[1];
	uint64_t seed = 5;
	size_t shown;
	int i;

	for (i = 0; i < 8; i++)
		submit_some(f, &seed, today);
	follow(f, today);
	assert_true_to_registry(f, copy, today);
	shown = copy->held.count;
	/* Another catalogue, which hides what this one shows. */
	limits[0] = catalog->limits[0];
	limits[0].hides_class[CAT_CLASS_GENERAL] = true;
	other.limits = limits;
	other.limits_count = 1;
	memset(other.digest_hex, 'a', sizeof(other.digest_hex) - 1);
	catalog = &other;
	assert_int_equal(
	    publication_through(f->store, catalog, today, &t, &f->err), 0);
	assert_false(t.is_current);
	follow(f, today);
	assert_true_to_registry(f, copy, today);
	assert_true(copy->held.count < shown);
	catalog = old;
	follow(f, today);
	assert_true_to_registry(f, copy, today);
	assert_int_equal(copy->held.count, shown);
	free(copy);
}

static bool is_current(struct fixture *f, const char *today)
{
	struct publication_through t;

	assert_int_equal(
	    publication_through(f->store, catalog, day(today), &t, &f->err), 0);
	return t.is_current;
}

static void through_isCurrentUntilThereIsSomethingNew(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = 1;

	assert_false(is_current(f, "2026-05-01"));
	submit_penalty(f, "2026-05-01", "2026-04-20", CAT_CLASS_GENERAL, 1);
	follow(f, day("2026-05-01"));
	assert_true(is_current(f, "2026-05-01"));
	assert_false(is_current(f, "2026-05-02"));
	/* A statement without a submission. */
	assert_true(withdraw_some(f, &seed, day("2026-05-01")) >= 0);
	assert_false(is_current(f, "2026-05-01"));
	follow(f, day("2026-05-01"));
	assert_true(is_current(f, "2026-05-01"));
	/* A submission without a statement. */
	put_submission(f, 99, day("2026-05-01"));
	assert_false(is_current(f, "2026-05-01"));
	follow(f, day("2026-05-01"));
	assert_true(is_current(f, "2026-05-01"));
}

/* Of what a limit of the record's family may change, and of nothing else. */
static void judge_looksAgainWhenALimitBeginsAndEnds(void **state)
{
	static const struct {
		const char *family, *on, *due;
	} cases[] = {
	    {"dishonesty", "2026-05-02", "2026-06-01"},
	    {"dishonesty", "2026-06-01", "2026-07-01"},
	    {"dishonesty", "2026-07-01", "2027-04-20"},
	    {"honour", "2026-05-02", "2027-04-20"},
	};
	struct fixture *f = *state;
	struct catalog limited = *catalog;
	struct cat_limit limit = {
	    .valid_from = day("2026-06-01"), .valid_to = day("2026-06-30")};
	struct publication_judgement j;
	struct view view;
	size_t i;

	limited.limits = &limit;
	limited.limits_count = 1;
	submit_penalty(f, "2026-05-01", "2026-04-20", CAT_CLASS_GENERAL, 1);
	assert_int_equal(view_load(&view, f->store, &limited, 1, &f->err), 0);
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		limit.family = cases[i].family;
		j = publication_judge(
		    &limited, &view.records[0], day(cases[i].on));
		assert_int_equal(j.due_on, day(cases[i].due));
		assert_int_equal(j.until, day("2027-04-19"));
	}
	view_release(&view);
}

/* Adds those about the organisation of that number. */
static void add_own(struct fixture *f, const struct publication_own_query *q,
    unsigned number, struct publication_own list[2], size_t *count)
{
	int64_t subject;
	char code[19];

	test_code(number, code);
	assert_int_equal(
	    subject_id_of(f->store, span_of(code), &subject, &f->err), 0);
	assert_int_equal(publication_own_of_subject(
			     f->store, q, subject, list, 2, count, &f->err),
	    0);
}

static size_t count_own(
    struct fixture *f, const struct publication_own_query *q, unsigned number)
{
	struct publication_own list[2];
	size_t count = 0;

	add_own(f, q, number, list, &count);
	return count;
}

static void own_areTheDepartmentsTheNewestFirst(void **state)
{
	static const struct {
		const char *department;
		int item;
		uint64_t before;
		size_t count;
		uint64_t seqs[2];
	} cases[] = {
	    {market, 0, INT64_MAX, 2, {3, 2}},
	    {market, PENALTY, 3, 2, {2, 0}},
	    {market, LICENCE, INT64_MAX, 0, {0}},
	    {tax, 0, INT64_MAX, 1, {1}},
	    {"rizhao-court", 0, INT64_MAX, 0, {0}},
	};
	static const unsigned several[] = {2, 3, 0};
	const struct publication_own_query all = {market, 0, INT64_MAX};
	struct fixture *f = *state;
	struct publication_own list[2];
	size_t count, i, k;

	for (i = 0; i < 4; i++)
		submit_of(
		    f, i == 1 ? tax : market, "2026-05-01", "2026-04-20", i);
	follow(f, day("2026-05-01"));
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		const struct publication_own_query q = {
		    cases[i].department, cases[i].item, cases[i].before};

		assert_int_equal(publication_own_list(
				     f->store, &q, list, 2, &count, &f->err),
		    0);
		if (count != cases[i].count)
			fail_msg("row %zu: %zu", i, count);
		for (k = 0; k < count; k++)
			assert_int_equal(list[k].seq, cases[i].seqs[k]);
	}
	/* About one organisation: neither another's nor of another number. */
	for (i = 0; i < 2; i++) {
		const struct publication_own_query q = {market, 0, 2 + i};

		assert_int_equal(count_own(f, &q, 2), i);
		assert_int_equal(count_own(f, &q, 1), 0);
	}
	/* About several, as a name finds them: the newest of all. */
	count = 0;
	for (i = 0; i < ARRAY_COUNT(several); i++)
		add_own(f, &all, several[i], list, &count);
	assert_int_equal(count, 2);
	assert_int_equal(list[0].seq, 3);
	assert_int_equal(list[1].seq, 2);
}

/* Of record 0, of key 1, and nobody else's. */
static void subject_calledOtherwise_isRestated(void **state)
{
	struct fixture *f = *state;
	const char *today = "2026-05-02";
	struct test_row row = {.key = 1, .decided_on = day("2026-04-02")};
	struct publication_through t;
	char code[19];

	submit_penalty(f, "2026-05-01", "2026-04-20", CAT_CLASS_GENERAL, 1);
	submit_of(f, market, "2026-05-01", "2026-04-20", 2);
	follow(f, day("2026-05-01"));
	test_code(1, code);
	row.code = code;
	row.name = "示例市改名公司";
	fixture_submit(f, REGISTRATION, "organisation-registration", market,
	    noon_ms(today), &row, 1);
	assert_int_equal(
	    publication_through(f->store, catalog, day(today), &t, &f->err), 0);
	assert_false(t.is_current);
	follow(f, day(today));
	assert_changes(f, 4);
	assert_change(f, 2, PUBLICATION_PUBLISHED, 2, "published");
	assert_change(f, 3, PUBLICATION_RESTATED, 0, "published");
	assert_int_equal(change_at(f, 3).replaces, -1);
	assert_int_equal(
	    publication_through(f->store, catalog, day(today), &t, &f->err), 0);
	assert_true(t.is_current);
	/* The same name again is no other one. */
	row.content = 7;
	fixture_submit(f, REGISTRATION, "organisation-registration", market,
	    noon_ms("2026-05-03"), &row, 1);
	follow(f, day("2026-05-03"));
	assert_changes(f, 5);
	assert_change(f, 4, PUBLICATION_CHANGED, 3, "published");
}

static void told_ofAnyPartOfAContent_isAnother(void **state)
{
	struct cat_field fields[] = {
	    {.name = "A", .title = "甲", .privacy = CAT_PUBLIC},
	    {.name = "B", .title = "乙", .privacy = CAT_INTERNAL}};
	struct cat_item item = {.id = "penalty",
	    .nature = CAT_ADVERSE,
	    .fields = fields,
	    .fields_count = ARRAY_COUNT(fields)};
	struct publication_content content = {.item = &item,
	    .until = day("2026-05-01"),
	    .department = "示例市市场监督管理局",
	    .name = span_of("示例市某公司")};
	const int64_t told = publication_told(&content);

#define EXPECT_ANOTHER(part, other)                                            \
	do {                                                                   \
		const __typeof__(part) kept = (part);                          \
                                                                               \
		(part) = (other);                                              \
		assert_int_not_equal(publication_told(&content), told);        \
		(part) = kept;                                                 \
		assert_int_equal(publication_told(&content), told);            \
	} while (0)

	(void)state;
	EXPECT_ANOTHER(content.until, day("2026-05-02"));
	EXPECT_ANOTHER(content.department, "示例市市场监督管理总局");
	EXPECT_ANOTHER(content.name, span_of("示例市改名公司"));
	EXPECT_ANOTHER(item.id, "penalties");
	EXPECT_ANOTHER(item.nature, CAT_NEUTRAL);
	EXPECT_ANOTHER(fields[0].title, "甲甲");
	EXPECT_ANOTHER(fields[0].privacy, CAT_INTERNAL);
	EXPECT_ANOTHER(fields[1].privacy, CAT_PUBLIC);
	/* Nobody is told of what is closed. */
	fields[1].title = "丙";
	assert_int_equal(publication_told(&content), told);
}

/* ---- months ---- */

static void sum_month(void *ctx, const struct publication_month *month)
{
	assert_int_equal(month->month, 202605);
	assert_int_equal(month->item, PENALTY);
	assert_string_equal(month->department, market);
	publication_sums_add(ctx, &month->sums);
}

static void months_areSummedFromReportsOnce(void **state)
{
	struct fixture *f = *state;
	struct publication_sums sums = {0};

	put_submission(f, 1, day("2026-05-10"));
	put_doubt(f, 1, 1, day("2026-05-10"));
	follow(f, day("2026-05-10"));
	follow(f, day("2026-06-10"));
	assert_int_equal(
	    publication_visit_months(f->store, sum_month, &sums, &f->err), 0);
	assert_int_equal(sums.submissions, 1);
	assert_int_equal(sums.received, 7);
	assert_int_equal(sums.refused, 2);
	assert_int_equal(sums.records, 3);
	assert_int_equal(sums.wrong_codes, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(feed_overManyDays_isWhatTheRegistrySays),
	    TEST(feed_forgotten_beginsAnewWithTheSameRecords),
	    TEST(events_ofOneRecord_tellItsLife),
	    TEST(list_whatEndedSinceTheLastStep_isNotShown),
	    TEST(newest_ofADepartment_areInTheOrderOfTheFeed),
	    TEST(filters_narrowTheList),
	    TEST(catalogue_changed_isSweptIntoTheFeed),
	    TEST(through_isCurrentUntilThereIsSomethingNew),
	    TEST(judge_looksAgainWhenALimitBeginsAndEnds),
	    TEST(own_areTheDepartmentsTheNewestFirst),
	    TEST(subject_calledOtherwise_isRestated),
	    cmocka_unit_test(told_ofAnyPartOfAContent_isAnother),
	    TEST(months_areSummedFromReportsOnce),
	};

	return cmocka_run_group_tests(tests, load_rizhao, free_catalogue);
}
