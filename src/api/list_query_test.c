/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of what is asked of a list, and of the places in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "api/api_test_help.h"
#include "api/publicity.h"
#include "base/check.h"
#include "publication/follow.h"

static void list_query_badValues_areRefusedWithAHint(void **state)
{
	static const char *const rows[][2] = {{"limit", "0"}, {"limit", "101"},
	    {"limit", "x"}, {"from", "2026-02-30"}, {"to", "yesterday"},
	    {"after", "5"}, {"after", "1.2.3"}, {"after", "99999999999.1"},
	    {"division", "37"}, {"division", "37110x"}, {"division", "000000"},
	    {"department", "a b"}, {"kind", "../../etc"}, {"page", "2"}};
	struct list_query query;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		list_query_init(&query);
		if (list_query_set(&query, span_of(rows[i][0]),
			span_of(rows[i][1]), &err) != ERR_INPUT)
			fail_msg("%s=%s is taken", rows[i][0], rows[i][1]);
		assert_non_null(strstr(err.message, rows[i][0]));
		assert_string_not_equal(err.hint, "");
	}
}

/* No part of a number of a person either. */
static void refusal_ofALongValue_showsNothingOfIt(void **state)
{
	char text[80];
	struct err err;

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text + 47, "110101190001010014", 18);
	assert_int_equal(
	    refuse_parameter("after", (struct span){text, sizeof(text)}, &err),
	    ERR_INPUT);
	assert_string_equal(err.message, "the parameter \"after\" is too long");
}

static const char today[] = "2026-05-20";

/* Of one penalty of an organisation in 371102. */
static int setup(void **state)
{
	struct world *w = world_new(today);
	char code[19];
	struct test_row row = {.code = code,
	    .name = "示例甲公司",
	    .fields = "{\"CF_NR\":\"罚款\",\"CF_WSH\":\"示罚〔2026〕1号\"}",
	    .key = 1,
	    .content = 1,
	    .decided_on = w->reading.today - 3,
	    .class_ = CAT_CLASS_GENERAL};
	bool more = true;

	test_code(1, code);
	fixture_submit(w->fixture, catalog_item(catalog, "penalty")->number,
	    "penalty", "rizhao-market-regulation", noon_ms(today), &row, 1);
	while (more)
		assert_int_equal(publication_follow_step(w->fixture->store,
				     catalog, noon_ms(today), &more, &w->err),
		    0);
	*state = w;
	return 0;
}

/* Of decisions from 2026-04-01 on, and one parameter more. */
static enum err_code filter(
    struct world *w, const char *name, const char *value)
{
	struct publication_filter out;
	struct list_query query;

	list_query_init(&query);
	query.from = day("2026-04-01");
	assert_int_equal(
	    list_query_set(&query, span_of(name), span_of(value), &w->err), 0);
	return list_query_filter(&query, &w->reading, &out, &w->err);
}

static void filter_whatCannotHaveRows_isRefusedWithAHint(void **state)
{
	static const struct {
		const char *name, *value, *message;
	} bad[] = {
	    {"department", "nobody",
		"there is no department \"nobody\" in the catalogue"},
	    {"division", "999999", "\"999999\" is no division of 日照市"},
	    {"division", "370202", "\"370202\" is no division of 日照市"},
	    {"to", "2026-03-31", "the period ends before it begins"},
	};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(bad); i++) {
		if (filter(w, bad[i].name, bad[i].value) != ERR_INPUT)
			fail_msg("%s=%s is taken", bad[i].name, bad[i].value);
		assert_string_equal(w->err.message, bad[i].message);
		assert_string_not_equal(w->err.hint, "");
	}
}

static void filter_whatMayHaveRows_isTaken(void **state)
{
	/* 371171 is in codes, but not in the national table. */
	static const char *const good[][2] = {{"division", "371171"},
	    {"division", "371100"}, {"division", "-1"}, {"to", "2026-04-01"},
	    {"department", "rizhao-tax"}};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(good); i++)
		if (filter(w, good[i][0], good[i][1]) != 0)
			fail_msg("%s=%s is refused", good[i][0], good[i][1]);
}

/* The choices of the page still offer it. */
static void filter_divisionOfTheCityBefore_isTakenWithItsRecords(void **state)
{
	struct world *w = *state;
	struct catalog *other = test_catalogue("linan");

	w->reading.catalog = other;
	assert_int_equal(filter(w, "division", "371102"), 0);
	assert_int_equal(filter(w, "division", "371103"), ERR_INPUT);
	assert_int_equal(filter(w, "division", "330112"), 0);
	catalog_free(&other);
}

static void list_key_isReadAsItIsWritten(void **state)
{
	static const struct {
		date_days day;
		uint64_t seq;
		const char *text;
	} keys[] = {{20594, 17, "20594.17"}, {-1, 0, "-1.0"}, {0, 3, "0.3"}};
	static const char *const bad[] = {"", ".", "-", "-.", "-.5", "5.",
	    "x.1", "--5.1", "5.1.1", " 1.1", "1.-1", "1e3.1", "2147483648.1"};
	struct publication_key key;
	char text[LIST_KEY_BYTES];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(keys); i++) {
		assert_true(list_key_read(span_of(keys[i].text), &key));
		assert_int_equal(key.decided_on, keys[i].day);
		assert_int_equal(key.seq, keys[i].seq);
		assert_string_equal(list_key_text(&key, text), keys[i].text);
	}
	for (i = 0; i < ARRAY_COUNT(bad); i++)
		if (list_key_read(span_of(bad[i]), &key))
			fail_msg("\"%s\" is read", bad[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(list_query_badValues_areRefusedWithAHint),
	    cmocka_unit_test(refusal_ofALongValue_showsNothingOfIt),
	    cmocka_unit_test(list_key_isReadAsItIsWritten),
	    TEST(filter_whatCannotHaveRows_isRefusedWithAHint),
	    TEST(filter_whatMayHaveRows_isTaken),
	    TEST(filter_divisionOfTheCityBefore_isTakenWithItsRecords),
	};

	return cmocka_run_group_tests(tests, load_rizhao, free_catalogue);
}
