/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of open checks (R-NTC-002), of notices (R-NTC-001) and of
 * webhooks (R-NTC-006) in the office. */
#include "usage/notice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/tr.h"
#include "usage/checked.h"
#include "usage/feedback.h"
#include "usage/hook.h"
#include "usage/many.h"
#include "usage/open_checks.h"
#include "usage/usage_test_help.h"

static const char code[] = "91371102MA3C000000";

/* One transaction of the office with the log of uses. */
struct writing {
	struct place *p;
	struct use_log *log;
	struct desk_turn turn;
};

static struct writing begin(struct place *p)
{
	struct writing w = {.p = p};

	use_log_new(p->store, p->ledger, &w.log);
	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(use_log_begin(w.log, &p->err), 0);
	w.turn = (struct desk_turn){p->store, w.log, some_time()};
	return w;
}

/* Commits, and publishes so that uses are found by organisation. */
static void end(struct writing *w)
{
	struct place *p = w->p;

	assert_int_equal(use_log_seal(w->log, some_time(), &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
	assert_int_equal(
	    use_log_publish(w->log, some_time(), NULL, &p->err), 0);
	use_log_free(&w->log);
}

static uint64_t add_check(struct place *p, const char *id, const char *matter,
    const char *case_number, int64_t at_ms)
{
	struct writing w = begin(p);
	struct use use = some_use();
	uint64_t seq;

	use.at_ms = at_ms;
	use.reference = span_of(id);
	use.matter = span_of(matter);
	use.case_number = span_of(case_number);
	assert_int_equal(use_log_add(w.log, &use, &seq, &p->err), 0);
	end(&w);
	return seq;
}

static void add_batch(struct place *p, const char *id, int64_t subject_id)
{
	struct writing w = begin(p);
	struct many_subject list[2] = {{.id = subject_id}, {.id = 99}};
	struct use use = some_use();
	uint64_t seq;

	snprintf(list[0].code, sizeof(list[0].code), "%s", code);
	snprintf(list[1].code, sizeof(list[1].code), "91371102MA3C000099");
	use.act = USE_CHECK_MANY;
	use.subject = span_of("");
	use.subject_id = 0;
	use.reference = span_of(id);
	use.case_number = span_of("batch");
	many_commit(list, 2, &use);
	assert_int_equal(
	    many_add(w.log, p->store, &use, list, 2, &seq, &p->err), 0);
	end(&w);
}

static void add_closing(struct place *p, const char *id)
{
	struct writing w = begin(p);
	struct feedback feedback = {.check_id = span_of(id),
	    .decision = FEEDBACK_NOTHING,
	    .reason = span_of("closed"),
	    .closes = true,
	    .use = some_use()};
	uint64_t seq;

	assert_int_equal(feedback_write(&feedback, &w.turn, &seq, &p->err), 0);
	end(&w);
}

/* "MATTER/ID ..." of the open checks of organisation 7. */
static void expect_open(struct place *p, int64_t since_ms, const char *expected)
{
	const struct open_checks_query query = {7, span_of(code), since_ms};
	struct arena *arena = arena_new();
	struct buf text = BUF_INIT(4096);
	const struct open_check *list;
	size_t count, i;

	assert_int_equal(
	    open_checks_list(p->store, &query, arena, &list, &count, &p->err),
	    0);
	for (i = 0; i < count; i++)
		buf_addf(&text, "%s%s/%s", i ? " " : "", list[i].matter.p,
		    list[i].id.p);
	assert_string_equal(buf_str(&text), expected);
	buf_release(&text);
	arena_free(&arena);
}

static void openChecks_areTheNewestOfEachOpenCase(void **state)
{
	struct place *p = *state;
	const int64_t now = some_time();

	add_check(p, "a4", "land", "case-2", now - 90000000);
	add_check(p, "a1", "land", "case-1", now - 1000);
	add_check(p, "a2", "land", "case-1", now);
	add_check(p, "a3", "funds", "case-1", now);
	add_batch(p, "b1", 7);
	expect_open(
	    p, now - 2000, "funds/a3 land/b1-91371102MA3C000000 land/a2");
	expect_open(
	    p, 0, "funds/a3 land/b1-91371102MA3C000000 land/a2 land/a4");
	/* Closed under an older check's id, and under the batch's. */
	add_closing(p, "a1");
	add_closing(p, "b1");
	expect_open(p, 0, "funds/a3 land/a4");
	/* A new check opens the case again. */
	add_check(p, "a5", "land", "case-1", now);
	expect_open(p, 0, "funds/a3 land/a5 land/a4");
}

/* ---- who was checked ---- */

static enum err_code find_nine(
    void *ctx, struct span text, int64_t *id_out, struct err *err)
{
	(void)ctx;
	(void)err;
	*id_out = span_is(text, "91371102MA3C000009") ? 9 : 0;
	return 0;
}

static void follow(struct place *p, struct checked *c, uint64_t published)
{
	assert_int_equal(
	    checked_follow(c, p->store, published, find_nine, NULL, &p->err),
	    0);
}

static void checked_holdsThoseThatWereAskedAbout(void **state)
{
	struct place *p = *state;
	struct checked *c = checked_new();
	const struct span none = span_of("91371102MA3C000011");

	follow(p, c, 0);
	assert_true(checked_is_empty(c));
	seal_one(p, span_of("91371102MA3C000009"), 0);
	seal_one(p, span_of(code), 7);
	add_batch(p, "b1", 300);
	follow(p, c, 0);
	assert_int_equal(checked_next(c, 0), 7);
	assert_int_equal(checked_next(c, 7), 99);
	assert_int_equal(checked_next(c, 99), 300);
	assert_int_equal(checked_next(c, 300), 0);
	assert_int_equal(checked_has(c, p->store, 7, none, &p->err), 1);
	assert_int_equal(checked_has(c, p->store, 8, none, &p->err), 0);
	/* One that became known after it was asked about. */
	assert_int_equal(
	    checked_has(c, p->store, 9, span_of("91371102MA3C000009"), &p->err),
	    1);
	assert_int_equal(checked_next(c, 7), 9);
	checked_free(&c);
	/* The same from the indexes. */
	c = checked_new();
	follow(p, c, 4);
	assert_int_equal(checked_next(c, 0), 7);
	assert_int_equal(checked_next(c, 7), 9);
	assert_int_equal(checked_next(c, 9), 99);
	checked_free(&c);
}

/* A number that no organisation has would be looked for in as many bits. */
static void checked_idThatCannotBe_isDamage(void **state)
{
	static const int64_t ids[] = {INT64_C(1) << 31, INT64_MAX - 1};
	struct place *p = *state;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(ids); i++) {
		struct checked *c = checked_new();
		struct store_value row[] = {store_int(ids[i]), store_int(0)};

		assert_int_equal(store_run(p->store, SQL_USAGE_SUBJECT_INSERT,
				     row, 2, &p->err),
		    0);
		assert_int_equal(
		    checked_follow(c, p->store, 0, find_nine, NULL, &p->err),
		    ERR_CORRUPT);
		checked_free(&c);
	}
}

/* ---- steps ---- */

static struct notice some_notice(uint64_t record)
{
	return (struct notice){.move = {.kind = STANDING_BEGUN,
				   .why = STANDING_REPORTED,
				   .seq = record,
				   .replaces = -1,
				   .on = 20000},
	    .department = span_of("rizhao-finance"),
	    .matter = span_of("land"),
	    .case_number = span_of("case-1"),
	    .check_id = span_of("a1"),
	    .subject_id = 7,
	    .subject = span_of(code)};
}

static enum err_code write_step(struct place *p, const struct notice_step *step)
{
	struct writing w = begin(p);
	enum err_code rc = notice_step_write(step, &w.turn, &p->err);

	if (rc) {
		store_rollback(p->store);
		use_log_free(&w.log);
	} else {
		end(&w);
	}
	return rc;
}

static size_t count_from(struct place *p, int64_t than, int64_t *last_out)
{
	struct notice n;
	size_t count = 0;
	int got;

	assert_int_equal(notice_rows_start(p->store, span_of("rizhao-finance"),
			     NOTICES_FROM, than, &p->err),
	    0);
	while ((got = notice_rows_next(p->store, NOTICES_FROM, &n, &p->err)) ==
	    1) {
		count++;
		*last_out = n.id;
	}
	notice_rows_finish(p->store, NOTICES_FROM);
	assert_int_equal(got, 0);
	return count;
}

static void noticeStep_isWrittenOnceFromItsState(void **state)
{
	struct place *p = *state;
	const struct notice list[] = {some_notice(5), some_notice(6)};
	struct notice_step step = {
	    .is_first = true, .to = {.at = {10, 20000}, .to_day = 20000}};
	int64_t last = 0;

	assert_int_equal(write_step(p, &step), 0);
	/* Somebody made a first step before. */
	assert_int_equal(write_step(p, &step), ERR_CONFLICT);
	step = (struct notice_step){.from = step.to,
	    .to = {.at = {12, 20000}, .to_day = 20000},
	    .list = list,
	    .count = 2};
	assert_int_equal(write_step(p, &step), 0);
	assert_int_equal(write_step(p, &step), ERR_CONFLICT);
	assert_int_equal(count_from(p, 0, &last), 2);
	assert_int_equal(last, 2);
	/* Worked out again, the same ones are not told again, and no number
	 * is used twice. */
	step.from = step.to;
	step.to.at.statements = 13;
	assert_int_equal(write_step(p, &step), 0);
	assert_int_equal(count_from(p, 0, &last), 2);
	assert_int_equal(count_from(p, 1, &last), 1);
}

/* ---- webhooks ---- */

static void hook_failures_waitLongerAndStop(void **state)
{
	static const int64_t waits_s[] = {
	    5, 30, 120, 600, 1800, 3600, 7200, 14400, 14400};
	struct hook hook = {.sent = 4};
	int64_t now = some_time();
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(waits_s); i++) {
		hook_note_failed(&hook, false, now, span_of("no"));
		assert_int_equal(hook.next_ms - now, waits_s[i] * 1000);
		assert_int_equal(hook.stopped_ms, 0);
		now = hook.next_ms;
	}
	now = hook.failing_since_ms + (int64_t)HOOK_GIVE_UP_HOURS * 3600 * 1000;
	hook_note_failed(&hook, false, now, span_of("no"));
	assert_int_equal(hook.stopped_ms, now);
	assert_int_equal(hook.sent, 4);
	hook_note_taken(&hook, 9, now, span_of("200"));
	assert_int_equal(hook.stopped_ms, 0);
	assert_int_equal(hook.failures, 0);
	assert_int_equal(hook.sent, 9);
	hook_note_failed(&hook, true, now, span_of("410"));
	assert_int_equal(hook.stopped_ms, now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLACED(openChecks_areTheNewestOfEachOpenCase),
	    PLACED(checked_holdsThoseThatWereAskedAbout),
	    PLACED(checked_idThatCannotBe_isDamage),
	    PLACED(noticeStep_isWrittenOnceFromItsState),
	    cmocka_unit_test(hook_failures_waitLongerAndStop),
	};

	tr_set_lang(LANG_EN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
