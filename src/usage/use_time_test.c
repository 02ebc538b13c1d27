/* SPDX-License-Identifier: Apache-2.0 */
/* A log of uses whose clock was set back: what is looked for is found, and
 * what hides it is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "usage/audit.h"
#include "usage/open_checks.h"
#include "usage/usage_test_help.h"
#include "usage/use_time.h"

static const int64_t hour = 3600000, day = 86400000;

/* So many checks, each with a case of its own, by a clock that stands. */
static void seal_at(struct place *p, int n, int64_t at_ms)
{
	struct use use = some_use();
	struct use_log *log;
	uint64_t seq;

	use.at_ms = at_ms;
	use.reference = span_of("a check");
	use_log_new(p->store, p->ledger, &log);
	for (; n > 0; n--) {
		assert_int_equal(store_begin(p->store, &p->err), 0);
		assert_int_equal(use_log_begin(log, &p->err), 0);
		assert_int_equal(use_log_add(log, &use, &seq, &p->err), 0);
		assert_int_equal(use_log_seal(log, at_ms, &p->err), 0);
		assert_int_equal(store_commit(p->store, &p->err), 0);
	}
	assert_int_equal(use_log_publish(log, at_ms, NULL, &p->err), 0);
	use_log_free(&log);
}

static void expect_begin(struct place *p, int64_t from_ms, uint64_t expected)
{
	uint64_t begin = 99;

	assert_int_equal(use_time_begin(p->store, from_ms, &begin, &p->err), 0);
	assert_int_equal(begin, expected);
}

static void expect_setbacks(
    struct place *p, const uint64_t *expected, size_t expected_count)
{
	uint64_t *list;
	size_t count, i;

	assert_int_equal(
	    use_time_setbacks(p->store, &list, &count, &p->err), 0);
	assert_int_equal(count, expected_count);
	for (i = 0; i < count; i++)
		assert_int_equal(list[i], expected[i]);
	free(list);
}

static void useTime_grows_isFoundByHalving(void **state)
{
	struct place *p = *state;
	const int64_t now = some_time();

	expect_begin(p, now, 0);
	seal_at(p, 3, now);
	seal_at(p, 1, now - USE_TIME_STEP_MS);
	seal_at(p, 2, now + day);
	expect_setbacks(p, NULL, 0);
	expect_begin(p, now - day, 0);
	expect_begin(p, now + hour / 2, 0);
	expect_begin(p, now + day, 4);
	expect_begin(p, now + 2 * day, 6);
}

/* Seven, then a year that was wrong, then two: halving alone would come to
 * the last two. */
static void useTime_clockSetBack_isFoundBeforeIt(void **state)
{
	static const uint64_t setbacks[] = {7};
	struct place *p = *state;
	const int64_t now = some_time();

	seal_at(p, 7, now);
	seal_at(p, 8, now - 300 * day);
	seal_at(p, 2, now + day);
	expect_setbacks(p, setbacks, 1);
	expect_begin(p, now, 0);
	expect_begin(p, now + day, 15);
	expect_begin(p, now - 300 * day, 0);
	expect_begin(p, now + 2 * day, 17);
}

static void auditSet_clockSetBack_hasAllOfTheTime(void **state)
{
	struct place *p = *state;
	const int64_t now = some_time();
	struct audit_set set;

	seal_at(p, 7, now);
	seal_at(p, 8, now - 300 * day);
	seal_at(p, 2, now + day);
	audit_set_new(&set);
	assert_int_equal(
	    audit_set_load(&set, p->store, now - day, NULL, NULL, &p->err), 0);
	assert_int_equal(set.count, 9);
	audit_set_free(&set);
}

static void openChecks_clockSetBack_areThoseOfTheTime(void **state)
{
	struct place *p = *state;
	const int64_t now = some_time();
	const struct open_checks_query query = {
	    7, span_of("91371102MA3C000000"), now - day};
	struct arena *arena = arena_new();
	const struct open_check *list;
	size_t count;

	seal_at(p, 1, now - 2 * day);
	seal_at(p, 1, now);
	seal_at(p, 1, now - 300 * day);
	assert_int_equal(
	    open_checks_list(p->store, &query, arena, &list, &count, &p->err),
	    0);
	assert_int_equal(count, 1);
	assert_int_equal(list[0].seq, 1);
	arena_free(&arena);
}

static void useVerify_hiddenSetback_isNamed(void **state)
{
	const struct use_verify_request rest = {0};
	struct place *p = *state;
	struct said said;

	seal_at(p, 2, some_time());
	seal_at(p, 2, some_time() - 300 * day);
	verify_place(p, &rest, &said);
	assert_int_equal(said.count, 0);
	run_sql(p, "DELETE FROM use_setback");
	verify_place(p, &rest, &said);
	assert_int_equal(said.count, 1);
	assert_non_null(strstr(said.text[0], "use 2 is of an earlier moment"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLACED(useTime_grows_isFoundByHalving),
	    PLACED(useTime_clockSetBack_isFoundBeforeIt),
	    PLACED(auditSet_clockSetBack_hasAllOfTheTime),
	    PLACED(openChecks_clockSetBack_areThoseOfTheTime),
	    PLACED(useVerify_hiddenSetback_isNamed),
	};

	tr_set_lang(LANG_EN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
