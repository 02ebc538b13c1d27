/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests of the mark at a public record and of how to object: under the
 * law of two provinces, with few open cases and with more than are read at
 * once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "api/marks.h"
#include "api/objection.h"
#include "base/check.h"
#include "base/tr.h"
#include "registry/registry_test_help.h"

static const char today_text[] = "2026-03-05";

static struct catalog *marking; /* Zhejiang's */
static struct catalog *silent;	/* Shandong's */

static int load_catalogues(void **state)
{
	(void)state;
	tr_set_lang(LANG_EN);
	marking = test_catalogue("linan");
	silent = test_catalogue("rizhao");
	return 0;
}

static int free_catalogues(void **state)
{
	(void)state;
	catalog_free(&marking);
	catalog_free(&silent);
	return 0;
}

static struct reading reading_of(struct fixture *f, const struct catalog *c)
{
	return (struct reading){.store = f->store,
	    .catalog = c,
	    .as_of = day(today_text),
	    .today = day(today_text),
	    .is_public = true};
}

static void run(struct fixture *f, enum sql_id id,
    const struct store_value *values, size_t count)
{
	if (store_run(f->store, id, values, count, &f->err) != 0)
		fail_msg("%s", f->err.message);
}

struct step {
	const char *move;
	const char *state;
	const char *on;
};

/* A case about the record of that key of a subject. */
static void put_case(struct fixture *f, int64_t subject_id, int64_t id,
    int64_t key, const struct step *steps, size_t count)
{
	const char *state = steps[count - 1].state;
	const struct cat_case_kind *kind =
	    catalog_case_kind(marking, "objection");
	bool is_open = cat_case_state(kind, state)->stage == CAT_CASE_OPEN;
	struct store_value row[] = {store_int(subject_id), store_int(id),
	    store_str("objection"), store_int(301), store_int(key),
	    store_int(0), store_str("linan-market-regulation"),
	    store_str(state), store_int(is_open)};
	size_t i;

	assert_int_equal(store_begin(f->store, &f->err), 0);
	run(f, SQL_CASES_FILE_INSERT, row, ARRAY_COUNT(row));
	for (i = 0; i < count; i++) {
		struct store_value step[] = {store_int(subject_id),
		    store_int(id), store_int((int64_t)i + 1),
		    store_int(id + (int64_t)i), store_str(steps[i].move),
		    store_str(steps[i].state), store_str("office"),
		    store_str("linan-development-reform"), store_str("wang.wu"),
		    store_int(noon_ms(steps[i].on))};

		run(f, SQL_CASES_STEP_INSERT, step, ARRAY_COUNT(step));
	}
	assert_int_equal(store_commit(f->store, &f->err), 0);
}

static void put_filed(
    struct fixture *f, int64_t subject_id, int64_t id, int64_t key)
{
	static const struct step filed[] = {{"file", "filed", "2026-03-02"}};

	put_case(f, subject_id, id, key, filed, 1);
}

static struct mark_list find(struct fixture *f, const struct reading *r,
    enum open_cases_for which, int64_t subject_id, int64_t key)
{
	const struct view_record record = {.item_number = 301, .key_hash = key};
	struct mark_list found;
	struct marks *marks;

	assert_int_equal(store_begin_read(f->store, &f->err), 0);
	marks = marks_new(r, which);
	assert_int_equal(
	    marks_find(marks, subject_id, &record, &found, &f->err), 0);
	marks_free(&marks);
	store_rollback(f->store);
	return found;
}

static void marks_find_openCase_isMarkedWhereTheLawMarks(void **state)
{
	struct fixture *f = *state;
	struct reading r = reading_of(f, marking);
	struct reading s = reading_of(f, silent);
	struct mark_list found;
	int which;

	put_filed(f, 7, 100, 1);
	for (which = 0; which <= OPEN_CASES_FOR_ONE; which++) {
		enum open_cases_for one = (enum open_cases_for)which;

		found = find(f, &r, one, 7, 1);
		assert_int_equal(found.count, 1);
		assert_int_equal(found.list[0].since, day("2026-03-02"));
		assert_string_equal(found.list[0].law->basis->id, "zj-reg-30");
		assert_int_equal(find(f, &r, one, 7, 2).count, 0);
		assert_int_equal(find(f, &r, one, 8, 1).count, 0);
		assert_int_equal(find(f, &s, one, 7, 1).count, 0);
	}
	assert_true(marks_are_told(&r));
	assert_false(marks_are_told(&s));
	assert_null(marks_new(&s, OPEN_CASES_FOR_MANY));
}

static void open_cases_isAbout_theRecordOfThatItem(void **state)
{
	const struct case_file file = {
	    .subject_id = 7, .item = 301, .key_hash = 1};
	struct view_record record = {.item_number = 301, .key_hash = 1};

	(void)state;
	assert_true(open_cases_is_about(&file, 7, &record));
	record.item_number = 302;
	assert_false(open_cases_is_about(&file, 7, &record));
}

static void marks_find_otherDay_isCutByBothDays(void **state)
{
	struct fixture *f = *state;
	struct reading r = reading_of(f, marking);

	put_filed(f, 7, 100, 1);
	r.as_of = day("2026-03-01");
	assert_int_equal(find(f, &r, OPEN_CASES_FOR_ONE, 7, 1).count, 0);
	r.as_of = day("2026-03-02");
	assert_int_equal(find(f, &r, OPEN_CASES_FOR_ONE, 7, 1).count, 1);
	/* Before the law marked anything. */
	r.as_of = day("2025-06-21");
	assert_int_equal(find(f, &r, OPEN_CASES_FOR_ONE, 7, 1).count, 0);
}

static void marks_find_decidedCase_isMarkedAgainByItsReview(void **state)
{
	static const struct step steps[] = {{"file", "filed", "2026-02-20"},
	    {"accept", "accepted", "2026-02-21"},
	    {"reject-own", "rejected", "2026-02-24"},
	    {"ask-review", "reviewing", "2026-03-03"}};
	struct fixture *f = *state;
	struct reading r = reading_of(f, marking);
	struct mark_list found;

	put_case(f, 7, 100, 1, steps, 3);
	assert_int_equal(find(f, &r, OPEN_CASES_FOR_ONE, 7, 1).count, 0);
	put_case(f, 7, 200, 2, steps, 4);
	found = find(f, &r, OPEN_CASES_FOR_ONE, 7, 2);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.list[0].since, day("2026-03-03"));
}

static void marks_find_manyOpenCases_areFoundByTheOrganisation(void **state)
{
	struct fixture *f = *state;
	struct reading r = reading_of(f, marking);
	int64_t i;

	for (i = 1; i <= OPEN_CASES_AT_ONCE + 1; i++)
		put_filed(f, i, 1000 + i, i);
	for (i = 1; i <= OPEN_CASES_AT_ONCE + 1; i += OPEN_CASES_AT_ONCE / 2) {
		assert_int_equal(
		    find(f, &r, OPEN_CASES_FOR_MANY, i, i).count, 1);
		assert_int_equal(
		    find(f, &r, OPEN_CASES_FOR_MANY, i, i + 1).count, 0);
	}
}

/* ---- how to object ---- */

/* Scopes and days of the clocks that are told, "any 5/20 another 7/0". */
static void check_clocks(const struct catalog *c, const char *source,
    const char *on, const char *expected)
{
	const struct reading r = {
	    .catalog = c, .as_of = day(on), .today = day(on)};
	struct buf out = BUF_INIT(64 * 1024), seen = BUF_INIT(1024);
	struct json_writer w;
	json_t *doc, *how, *clock;
	size_t i;

	json_start(&w, &out);
	json_open_object(&w);
	objection_put(&w, &r, source, 12);
	json_close_object(&w);
	doc = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(doc);
	how = json_object_get(doc, "objection");
	if (json_is_null(how))
		buf_add_str(&seen, "none");
	json_array_foreach (json_object_get(how, "clocks"), i, clock)
		buf_addf(&seen, "%s%s %d/%d", i ? " " : "",
		    json_string_value(json_object_get(clock, "scope")),
		    (int)json_integer_value(json_object_get(clock, "days")),
		    (int)json_integer_value(
			json_object_get(clock, "longest_days")));
	assert_string_equal(buf_str(&seen), expected);
	if (json_is_object(how))
		assert_string_equal(
		    json_string_value(json_object_get(how, "href")),
		    "/records/12/objection");
	json_decref(doc);
	buf_release(&seen);
	buf_release(&out);
}

static void objection_put_clocks_areThoseThatRunForTheRecord(void **state)
{
	(void)state;
	check_clocks(marking, NULL, today_text, "any 5/20");
	check_clocks(
	    marking, "linan-market-regulation", today_text, "any 5/20");
	check_clocks(silent, NULL, today_text, "own 3/0 another 7/0");
	check_clocks(
	    silent, "rizhao-market-regulation", today_text, "another 7/0");
	check_clocks(
	    silent, catalog_credit_office(silent)->id, today_text, "own 3/0");
	/* The day before anybody could object by it. */
	check_clocks(silent, NULL, "2025-06-21", "none");
}

static void objection_put_severalClocks_theShortestIsTold(void **state)
{
	const struct cat_case_clock *given = silent->case_clocks;
	struct cat_case_kind repair = *given->kind;
	struct cat_case_clock clocks[] = {{.scope = CAT_CASE_OWN, .days = 3},
	    {.scope = CAT_CASE_ANOTHER, .days = 7},
	    {.scope = CAT_CASE_OWN, .days = 2},
	    {.scope = CAT_CASE_OWN, .days = 2},
	    {.scope = CAT_CASE_ANOTHER, .days = 4, .is_calendar = true},
	    {.scope = CAT_CASE_ANY, .days = 5},
	    {.scope = CAT_CASE_ANY, .days = 1, .starts = "reviewing"},
	    {.scope = CAT_CASE_ANY, .days = 1, .valid_from = day("2027-01-01")},
	    {.scope = CAT_CASE_ANY, .days = 1, .kind = &repair}};
	struct catalog c = *silent;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(clocks); i++) {
		struct cat_case_clock *k = &clocks[i];

		k->kind = k->kind ? k->kind : given->kind;
		k->starts = k->starts ? k->starts : "filed";
		k->basis = given->basis;
		k->valid_to = DATE_NONE;
	}
	c.case_clocks = clocks;
	c.case_clocks_count = ARRAY_COUNT(clocks);
	check_clocks(
	    &c, NULL, today_text, "another 7/0 own 2/0 another 4/0 any 5/0");
	check_clocks(
	    &c, "rizhao-market-regulation", today_text, "another 4/0 any 5/0");
	check_clocks(
	    &c, catalog_credit_office(silent)->id, today_text, "own 2/0");
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(marks_find_openCase_isMarkedWhereTheLawMarks),
	    cmocka_unit_test(open_cases_isAbout_theRecordOfThatItem),
	    TEST(marks_find_otherDay_isCutByBothDays),
	    TEST(marks_find_decidedCase_isMarkedAgainByItsReview),
	    TEST(marks_find_manyOpenCases_areFoundByTheOrganisation),
	    cmocka_unit_test(objection_put_clocks_areThoseThatRunForTheRecord),
	    cmocka_unit_test(objection_put_severalClocks_theShortestIsTold),
	};

	return cmocka_run_group_tests(tests, load_catalogues, free_catalogues);
}
