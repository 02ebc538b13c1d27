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

	/* There is nothing that could be gone on from. */
	step.is_first = false;
	assert_int_equal(write_step(p, &step), ERR_CONFLICT);
	step.is_first = true;
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

/* Somebody else has gone on by a statement, a day or an organisation. */
static void noticeStep_fromAnotherState_isRefused(void **state)
{
	static const struct notice_state now = {{10, 20000}, 20001, 7, 0};
	static const struct notice_state others[] = {
	    {{11, 20000}, 20001, 7, 0},
	    {{10, 20001}, 20001, 7, 0},
	    {{10, 20000}, 20000, 7, 0},
	    {{10, 20000}, 20001, 8, 0},
	};
	struct place *p = *state;
	const struct notice list[] = {some_notice(5)};
	struct notice_step step = {.is_first = true, .to = now};
	struct notice_state kept;
	int64_t last = 0;
	bool is_there = false;
	size_t i;

	assert_int_equal(write_step(p, &step), 0);
	step = (struct notice_step){.list = list, .count = 1};
	for (i = 0; i < ARRAY_COUNT(others); i++) {
		step.from = step.to = others[i];
		if (write_step(p, &step) != ERR_CONFLICT)
			fail_msg("state %zu", i);
	}
	assert_int_equal(count_from(p, 0, &last), 0);
	assert_int_equal(
	    notice_state_load(p->store, &kept, &is_there, &p->err), 0);
	assert_true(is_there);
	assert_int_equal(kept.at.statements, now.at.statements);
	assert_int_equal(kept.at.day, now.at.day);
	assert_int_equal(kept.to_day, now.to_day);
	assert_int_equal(kept.swept, now.swept);
	assert_int_equal(kept.next_id, 1);
}

/* What is read is what was written; a row that somebody has changed to what
 * no notice can be is not told. */
static void notice_isToldAsItWasWritten(void **state)
{
	static const struct {
		const char *column;
		int value;
	} bad[] = {{"kind", -1}, {"kind", STANDING_MOVE_KINDS}, {"why", -1},
	    {"why", STANDING_WHYS}};
	struct place *p = *state;
	struct notice list[] = {some_notice(5), some_notice(6)};
	struct notice_step step = {.is_first = true, .list = list, .count = 2};
	struct span finance = span_of("rizhao-finance");
	struct notice n;
	size_t i;

	list[1].move.kind = STANDING_MOVE_KINDS - 1;
	list[1].move.why = STANDING_WHYS - 1;
	list[1].move.replaces = 0;
	assert_int_equal(write_step(p, &step), 0);
	assert_int_equal(
	    notice_rows_start(p->store, finance, NOTICES_BEFORE, 3, &p->err),
	    0);
	for (i = 2; i-- > 0;) {
		const struct standing_move *m = &list[i].move;

		assert_int_equal(
		    notice_rows_next(p->store, NOTICES_BEFORE, &n, &p->err), 1);
		assert_int_equal(n.id, i + 1);
		assert_int_equal(n.made_ms, some_time());
		assert_int_equal(n.move.kind, m->kind);
		assert_int_equal(n.move.why, m->why);
		assert_int_equal(n.move.seq, m->seq);
		assert_int_equal(n.move.replaces, m->replaces);
		assert_int_equal(n.move.on, m->on);
		assert_true(span_equal(n.department, finance));
		assert_true(span_is(n.matter, "land"));
		assert_true(span_is(n.case_number, "case-1"));
		assert_true(span_is(n.check_id, "a1"));
		assert_int_equal(n.subject_id, 7);
		assert_true(span_is(n.subject, code));
	}
	notice_rows_finish(p->store, NOTICES_BEFORE);
	for (i = 0; i < ARRAY_COUNT(bad); i++) {
		char sql[128];

		snprintf(sql, sizeof(sql),
		    "UPDATE check_notice SET kind = 0, why = 0;"
		    "UPDATE check_notice SET %s = %d",
		    bad[i].column, bad[i].value);
		run_sql(p, sql);
		assert_int_equal(notice_rows_start(p->store, finance,
				     NOTICES_FROM, 0, &p->err),
		    0);
		assert_int_equal(
		    notice_rows_next(p->store, NOTICES_FROM, &n, &p->err),
		    ERR_CORRUPT);
		notice_rows_finish(p->store, NOTICES_FROM);
	}
}

/* ---- webhooks ---- */

static struct hook some_hook(const char *id)
{
	return (struct hook){.id = span_of(id),
	    .department = span_of("rizhao-finance"),
	    .url = span_of("https://example.org/in"),
	    .secret = span_of("sealed"),
	    .created_ms = some_time()};
}

/* What it waits for; -1: there is no such webhook. */
static int64_t waiting_of(struct place *p, const char *id)
{
	struct arena *arena = arena_new();
	struct hook hook;
	int64_t waiting = -1;

	if (hook_get(p->store, arena, span_of(id), &hook, &p->err) == 0)
		assert_int_equal(
		    hook_waiting(p->store, &hook, &waiting, &p->err), 0);
	arena_free(&arena);
	return waiting;
}

/* A department that is told from today on is not sent what was told before.
 * What is removed does not come back by a message that was on its way. */
static void hook_isSentWhatIsNewerThanItself(void **state)
{
	struct place *p = *state;
	const struct notice list[] = {
	    some_notice(5), some_notice(6), some_notice(7)};
	struct notice_step step = {.is_first = true, .list = list, .count = 2};
	const struct hook new = some_hook("new");
	struct arena *arena = arena_new();
	struct hook hook;

	assert_int_equal(write_step(p, &step), 0);
	assert_int_equal(hook_add(p->store, &new, &p->err), 0);
	assert_int_equal(waiting_of(p, "new"), 0);
	step = (struct notice_step){
	    .to = {.at = {1, 0}}, .list = list + 2, .count = 1};
	assert_int_equal(write_step(p, &step), 0);
	assert_int_equal(waiting_of(p, "new"), 1);
	assert_int_equal(hook_get(p->store, arena, new.id, &hook, &p->err), 0);
	hook_note_taken(&hook, 3, some_time(), span_of("200"));
	assert_int_equal(hook_save(p->store, &hook, &p->err), 0);
	assert_int_equal(waiting_of(p, "new"), 0);
	assert_int_equal(hook_remove(p->store, new.id, &p->err), 0);
	assert_int_equal(hook_save(p->store, &hook, &p->err), 0);
	assert_int_equal(waiting_of(p, "new"), -1);
	arena_free(&arena);
}

static void hook_ofTooManyIsRefused(void **state)
{
	struct place *p = *state;
	struct arena *arena = arena_new();
	const struct hook *all;
	size_t count = 0;
	int i;

	for (i = 0; i <= HOOKS_MAX; i++) {
		char id[16];
		struct hook hook;

		snprintf(id, sizeof(id), "hook-%d", i);
		hook = some_hook(id);
		assert_int_equal(hook_add(p->store, &hook, &p->err),
		    i < HOOKS_MAX ? 0 : ERR_FULL);
	}
	assert_int_equal(hook_all(p->store, arena, &all, &count, &p->err), 0);
	assert_int_equal(count, HOOKS_MAX);
	arena_free(&arena);
}

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
	/* A test of it sends no notice: it stays where it is. */
	hook_note_taken(&hook, 0, now, span_of("200"));
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
	    PLACED(noticeStep_fromAnotherState_isRefused),
	    PLACED(notice_isToldAsItWasWritten),
	    PLACED(hook_isSentWhatIsNewerThanItself),
	    PLACED(hook_ofTooManyIsRefused),
	    cmocka_unit_test(hook_failures_waitLongerAndStop),
	};

	tr_set_lang(LANG_EN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
