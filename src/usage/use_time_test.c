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
#include "usage/feedback.h"
#include "usage/open_checks.h"
#include "usage/usage_test_help.h"
#include "usage/use_time.h"

static const int64_t hour = 3600000, day = 86400000;

/* So many uses of a check, by a clock that stands. */
static void seal_check_at(
    struct place *p, const char *check_id, int n, int64_t at_ms)
{
	struct use use = some_use();
	struct use_log *log;
	uint64_t seq;

	use.at_ms = at_ms;
	use.reference = span_of(check_id);
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

static void seal_at(struct place *p, int n, int64_t at_ms)
{
	seal_check_at(p, "a check", n, at_ms);
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
	const struct audit_stretch all = {now - day, INT64_MAX};
	const struct audit_stretch one = {now - day, now + hour};
	struct audit_set set;

	seal_at(p, 7, now);
	seal_at(p, 8, now - 300 * day);
	seal_at(p, 2, now + day);
	audit_set_new(&set);
	assert_int_equal(
	    audit_set_load(&set, p->store, &all, NULL, NULL, &p->err), 0);
	assert_int_equal(set.count, 9);
	audit_set_free(&set);
	/* What was read behind the time is not the end of it. */
	seal_at(p, 3, now);
	audit_set_new(&set);
	assert_int_equal(
	    audit_set_load(&set, p->store, &one, NULL, NULL, &p->err), 0);
	assert_int_equal(set.count, 10);
	audit_set_free(&set);
}

static void decide(struct place *p, const char *check_id, int64_t at_ms)
{
	const struct feedback feedback = {.check_id = span_of(check_id),
	    .decision = FEEDBACK_NOTHING,
	    .measures = span_of(""),
	    .reason = span_of("无"),
	    .appeal = span_of(""),
	    .use = {.at_ms = at_ms,
		.act = USE_FEEDBACK,
		.reader_kind = USE_TOKEN,
		.reader = span_of("abcd"),
		.department = span_of("d"),
		.reference = span_of(check_id)}};
	struct desk_turn turn = {p->store, NULL, at_ms};
	uint64_t seq;

	use_log_new(p->store, p->ledger, &turn.uses);
	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(use_log_begin(turn.uses, &p->err), 0);
	assert_int_equal(feedback_write(&feedback, &turn, &seq, &p->err), 0);
	assert_int_equal(use_log_seal(turn.uses, at_ms, &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
	use_log_free(&turn.uses);
}

/* Ten years of uses are not read for one month; what was decided in them
 * counts. */
static void auditSet_oldTime_knowsFeedbackThatCameLater(void **state)
{
	static const char *const ids[] = {"aa", "ab", "ac", "ad"};
	struct place *p = *state;
	const int64_t now = some_time();
	const struct audit_stretch first = {now - day, now + day};
	struct audit_set set;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(ids); i++)
		seal_check_at(p, ids[i], 1, now);
	decide(p, "aa", now + hour);
	decide(p, "ab", now + 90 * day);
	decide(p, "ac-91371102MA3C000000", now + 100 * day);
	decide(p, "ae", now + 100 * day);
	audit_set_new(&set);
	assert_int_equal(
	    audit_set_load(&set, p->store, &first, NULL, NULL, &p->err), 0);
	assert_int_equal(set.count, 5);
	assert_true(set.uses[1].is_decided);
	assert_true(set.uses[2].is_decided);
	assert_false(set.uses[3].is_decided);
	assert_int_equal(set.uses[4].act, USE_FEEDBACK);
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
	    PLACED(auditSet_oldTime_knowsFeedbackThatCameLater),
	    PLACED(openChecks_clockSetBack_areThoseOfTheTime),
	    PLACED(useVerify_hiddenSetback_isNamed),
	};

	tr_set_lang(LANG_EN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
