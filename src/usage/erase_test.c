/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of erasing: which uses, what stays, and what is told of who
 * erases without saying so (R-LOG-010). */
#include "usage/erase.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/tr.h"
#include "usage/audit_case.h"
#include "usage/feedback.h"
#include "usage/many.h"
#include "usage/question.h"
#include "usage/usage_test_help.h"
#include "usage/use_rebuild.h"
#include "usage/use_verify.h"

enum { DAY_MS = 24 * 60 * 60 * 1000, FILE_BYTES_MAX = 64 * 1024 * 1024 };

static const struct cat_basis basis = {.id = "reg-20"};
static const struct cat_retention ten[] = {
    {.id = "ten-years",
	.years = 10,
	.valid_from = 0,
	.valid_to = DATE_NONE,
	.basis = &basis},
};
static const struct catalog ten_years = {
    .retentions = ten, .retentions_count = 1};

/* Ten years and `days` days after some_time. */
static date_days later(int days)
{
	return date_add_months(date_of_unix_ms(some_time()), 120) + days;
}

/* The end of the day of some_time in China. */
static int64_t next_midnight_ms(void)
{
	return ((int64_t)date_of_unix_ms(some_time()) + 1) * DAY_MS -
	    8 * 3600 * 1000;
}

/* Of use n; none is a part of another text here. */
static void name_subject(int n, char out[32])
{
	snprintf(out, 32, "Q%06dXYZW%06d", n * 7919 % 1000003, n);
}

static void add_some(struct use_log *log, struct store *store, int from, int n)
{
	struct use use = some_use();
	char code[32], check[40];
	uint64_t seq;
	int i;

	for (i = from; i < from + n; i++) {
		name_subject(i, code);
		snprintf(check, sizeof(check), "R%s", code);
		use.subject = span_of(code);
		use.subject_id = i % 3 ? (i * 7919) % 1000 + 1 : 0;
		use.reference = span_of(check);
		if (i % 5 == 0) {
			const struct desk_turn turn = {store, log, use.at_ms};
			const struct feedback feedback = {
			    .check_id = span_of(check),
			    .reason = span_of(code),
			    .use = use};

			assert_int_equal(
			    feedback_write(&feedback, &turn, &seq, NULL), 0);
		} else {
			assert_int_equal(use_log_add(log, &use, &seq, NULL), 0);
		}
	}
}

/* Of many organisations, half of them not known here: those have their codes
 * in rows, the others their numbers. */
static void add_many(struct use_log *log, struct store *store, int from)
{
	struct many_subject list[40] = {0};
	struct use use = some_use();
	uint64_t seq;
	int i;

	for (i = 0; i < 40; i++) {
		snprintf(list[i].code, sizeof(list[i].code), "M%05dV%08d",
		    (from + i) * 7919 % 99991, from + i);
		list[i].id = i % 2 ? 20000 + from + i : 0;
	}
	use.act = USE_CHECK_MANY;
	use.subject = span_of("");
	use.subject_id = 0;
	many_commit(list, many_sort(list, 40), &use);
	assert_int_equal(many_add(log, store, &use, list, 40, &seq, NULL), 0);
}

/* n uses, one of many behind each hundred, published `days` days after
 * some_time. */
static void make_uses(struct place *p, int from, int n, int days)
{
	int64_t now_ms = some_time() + (int64_t)days * DAY_MS;
	struct use_log *log;
	int i;

	use_log_new(p->store, p->ledger, &log);
	for (i = 0; i < n; i += 100) {
		assert_int_equal(store_begin(p->store, &p->err), 0);
		assert_int_equal(use_log_begin(log, &p->err), 0);
		add_some(log, p->store, from + i, n - i < 100 ? n - i : 100);
		add_many(log, p->store, from + i);
		assert_int_equal(use_log_seal(log, now_ms, &p->err), 0);
		assert_int_equal(store_commit(p->store, &p->err), 0);
	}
	if (use_log_publish(log, now_ms, NULL, &p->err))
		fail_msg("%s", p->err.message);
	use_log_free(&log);
}

static void question(struct place *p, uint64_t seq, const char *code)
{
	struct use_words words = {.seq = seq,
	    .text = span_of(code),
	    .by = span_of("li"),
	    .subject = span_of(code),
	    .now_ms = some_time()};

	assert_int_equal(store_begin(p->store, &p->err), 0);
	if (use_question_add(p->store, &words, &p->err))
		fail_msg("%s", p->err.message);
	assert_int_equal(store_commit(p->store, &p->err), 0);
}

static struct erase_plan plan_on(struct place *p, date_days today)
{
	struct erase_plan plan;

	if (erase_plan_make(p->store, &ten_years, today, &plan, &p->err))
		fail_msg("%s", p->err.message);
	return plan;
}

/* On the first moment of that day in China. */
static void announce_on(
    struct place *p, const struct erase_plan *plan, date_days day)
{
	struct use use = {
	    .at_ms = (int64_t)day * DAY_MS, .reader_kind = USE_COMMAND};
	struct use_log *log;

	use.reader = span_of("root");
	use_log_new(p->store, p->ledger, &log);
	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(use_log_begin(log, &p->err), 0);
	assert_int_equal(erase_announce(log, p->store, &use, plan, &p->err), 0);
	assert_int_equal(use_log_seal(log, use.at_ms, &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
	assert_int_equal(use_log_publish(log, use.at_ms, NULL, &p->err), 0);
	use_log_free(&log);
}

static size_t erase_all(struct place *p, uint64_t before)
{
	size_t total = 0, count = 1;

	while (count) {
		if (erase_step(p->store, p->ledger, before, &count, &p->err))
			fail_msg("%s", p->err.message);
		assert_true(count <= ERASE_TOGETHER);
		total += count;
	}
	return total;
}

/* ---- verification ---- */

static struct use_verify_counts verify(
    struct place *p, const struct catalog *c, struct said *said)
{
	const struct use_verify_request request = {.catalog = c};

	return verify_place(p, &request, said);
}

static void expect_good(struct place *p, uint64_t uses, uint64_t erased)
{
	struct said said;
	struct use_verify_counts counts = verify(p, &ten_years, &said);

	assert_string_equal(said.text[0], "");
	assert_int_equal(counts.uses, uses);
	assert_int_equal(counts.erased, erased);
}

static void expect_said(
    struct place *p, const struct catalog *c, const char *text)
{
	struct said said;

	verify(p, c, &said);
	if (!strstr(said.text[0], text))
		fail_msg("said \"%s\", not \"%s\"", said.text[0], text);
}

/* ---- which ---- */

static void erase_plan_ends_at_the_last_head_beyond_retention(void **state)
{
	const struct catalog none = {.retentions = NULL};
	struct place *p = *state;
	struct erase_plan plan;

	assert_int_equal(plan_on(p, later(1)).before, 0);
	make_uses(p, 0, 100, 0);
	make_uses(p, 100, 50, 1);
	plan = plan_on(p, later(0));
	assert_int_equal(plan.before, 0);
	plan = plan_on(p, later(1));
	assert_int_equal(plan.first, 0);
	assert_int_equal(plan.before, 101);
	assert_int_equal(plan.through, date_of_unix_ms(some_time()));
	assert_string_equal(plan.retention, "ten-years");
	assert_int_equal(plan_on(p, later(2)).before, 152);
	assert_int_equal(
	    erase_plan_make(p->store, &none, later(9), &plan, &p->err), 0);
	assert_int_equal(plan.before, plan.first);
	/* A clock that went wrong: its use is not of the day of its head. */
	run_sql(p,
	    "UPDATE use_entry SET at_ms = at_ms + 86400000 "
	    "WHERE use_seq = 100");
	assert_int_equal(
	    erase_plan_make(p->store, &ten_years, later(1), &plan, &p->err),
	    ERR_CORRUPT);
}

static void set_moments(struct place *p, int64_t use_ms, int64_t head_ms)
{
	char sql[160];

	snprintf(sql, sizeof(sql),
	    "UPDATE use_entry SET at_ms = %lld WHERE use_seq = 100;"
	    "UPDATE log_head SET signed_at = %lld WHERE size = 101",
	    (long long)use_ms, (long long)head_ms);
	run_sql(p, sql);
}

/* The day is over at midnight in China: not before, and not after it. */
static void erase_plan_day_ends_at_midnight(void **state)
{
	struct place *p = *state;
	const int64_t midnight = next_midnight_ms();
	struct erase_plan plan;

	make_uses(p, 0, 100, 0);
	set_moments(p, midnight - 1, midnight - 1);
	assert_int_equal(plan_on(p, later(1)).before, 101);
	set_moments(p, midnight, midnight - 1);
	assert_int_equal(
	    erase_plan_make(p->store, &ten_years, later(1), &plan, &p->err),
	    ERR_CORRUPT);
	set_moments(p, midnight - 1, midnight);
	assert_int_equal(plan_on(p, later(1)).before, 0);
}

static void erase_write_is_read_again(void **state)
{
	static const char *const bad[] = {"", "before=5",
	    "before=5 uses=6 through=2026-11-28 years=10 retention=a basis=b",
	    "before=5 uses=5 through=2026-11-31 years=10 retention=a basis=b",
	    "before=05 uses=5 through=2026-11-28 years=10 retention=a basis=b",
	    "before=5 uses=5 through=2026-11-28 years=10 retention=a basis=b "};
	struct erase_plan plan = {5, 12, 20000, 10, "zj-ten", "zj-reg-20"};
	struct erase_plan again;
	char text[ERASE_TEXT_BYTES], longer[USE_TEXT_BYTES_MAX];
	size_t i;

	(void)state;
	erase_write(&plan, text);
	assert_string_equal(text,
	    "before=12 uses=7 through=2024-10-04 years=10 retention=zj-ten "
	    "basis=zj-reg-20");
	assert_true(erase_parse(span_of(text), &again));
	assert_int_equal(again.first, 5);
	assert_int_equal(again.before, 12);
	assert_int_equal(again.through, 20000);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(erase_parse(span_of(bad[i]), &again));
	/* As long as a purpose can be, and as none of ours is. */
	memset(longer, 'x', sizeof(longer));
	memcpy(longer, text, strlen(text));
	for (i = ERASE_TEXT_BYTES; i <= sizeof(longer); i++)
		assert_false(erase_parse((struct span){longer, i}, &again));
}

/* ---- what stays ---- */

/* Is the text in the database's file or its journal? */
static bool is_on_disk(struct place *p, const char *text)
{
	static const char *const ends[] = {"", "-wal"};
	bool found = false;
	size_t i;

	for (i = 0; i < 2; i++) {
		struct buf bytes = BUF_INIT(FILE_BYTES_MAX);
		char path[128];

		snprintf(path, sizeof(path), "%s%s", p->db, ends[i]);
		if (file_read(path, &bytes, NULL) == 0 && bytes.n)
			found = found ||
			    memmem(bytes.p, bytes.n, text, strlen(text));
		buf_release(&bytes);
	}
	return found;
}

/* How many of the subjects of uses from..to-1 are still on disk. */
static int left_on_disk(struct place *p, int from, int to)
{
	static const char *const ends[] = {"", "-wal"};
	int left = 0, n;
	size_t i;

	for (i = 0; i < 2; i++) {
		struct buf bytes = BUF_INIT(FILE_BYTES_MAX);
		char path[128], code[32];

		snprintf(path, sizeof(path), "%s%s", p->db, ends[i]);
		file_read(path, &bytes, NULL);
		for (n = from; n < to && bytes.n; n++) {
			name_subject(n, code);
			left +=
			    memmem(bytes.p, bytes.n, code, strlen(code)) != 0;
			snprintf(code, sizeof(code), "M%05dV%08d",
			    n * 7919 % 99991, n);
			left +=
			    memmem(bytes.p, bytes.n, code, strlen(code)) != 0;
		}
		buf_release(&bytes);
	}
	return left;
}

static void erase_leaves_nothing_but_the_entry(void **state)
{
	struct place *p = *state;
	struct erase_plan plan;
	char code[32];

	make_uses(p, 0, 1000, 0);
	make_uses(p, 1000, 400, 5);
	name_subject(3, code);
	question(p, 3, code);
	expect_good(p, 1414, 0);
	assert_true(is_on_disk(p, code));
	plan = plan_on(p, later(1));
	assert_int_equal(plan.before, 1010);
	announce_on(p, &plan, later(1));
	assert_int_equal(erase_all(p, plan.before), 1010);
	assert_int_equal(erase_settle(p->store, &p->err), 0);
	expect_good(p, 1415, 1010);
	assert_false(is_on_disk(p, code));
	assert_int_equal(left_on_disk(p, 0, 1000), 0);
	assert_true(left_on_disk(p, 1000, 1400) >= 400);
	/* Nothing is left to be done. */
	plan = plan_on(p, later(1));
	assert_int_equal(plan.first, plan.before);
	/* The rest, years later: the newest announcement is enough. */
	plan = plan_on(p, later(6));
	assert_int_equal(plan.before, 1414);
	announce_on(p, &plan, later(6));
	assert_int_equal(erase_all(p, plan.before), 404);
	plan = plan_on(p, date_add_months(later(6), 121));
	assert_int_equal(plan.before, 1416);
	announce_on(p, &plan, date_add_months(later(6), 121));
	assert_int_equal(erase_all(p, plan.before), 2);
	assert_int_equal(erase_settle(p->store, &p->err), 0);
	expect_good(p, 1417, 1416);
	assert_int_equal(left_on_disk(p, 0, 1400), 0);
}

/* A question goes with the use that it is about, and its seal stays for as
 * long as its own time is. */
static void erase_takes_sealed_questions_along(void **state)
{
	struct place *p = *state;
	struct erase_plan plan;

	make_uses(p, 0, 100, 0);
	make_uses(p, 100, 100, 5);
	say(p, 3, false, "为何查询？", some_time() + 5 * DAY_MS);
	say(p, 3, true, "采购需要", some_time() + 5 * DAY_MS);
	say(p, 104, false, "为何查询？", some_time() + 5 * DAY_MS);
	expect_good(p, 205, 0);
	plan = plan_on(p, later(1));
	announce_on(p, &plan, later(1));
	assert_int_equal(erase_all(p, plan.before), 101);
	expect_good(p, 206, 101);
	plan = plan_on(p, later(6));
	announce_on(p, &plan, later(6));
	assert_int_equal(erase_all(p, plan.before), 104);
	expect_good(p, 207, 205);
}

static void note_case(void *ctx, const struct audit_case *one)
{
	(void)one;
	*(bool *)ctx = true;
}

static bool is_kept(struct place *p, const char *finding)
{
	bool is = false;

	assert_int_equal(
	    audit_cases_of(p->store, span_of(finding), note_case, &is, &p->err),
	    0);
	return is;
}

/* A closed case goes with the uses that sealed it: one whose day is over waits
 * while its last use stays, since the head behind that is of the next day. */
static void erase_takes_closed_cases_along(void **state)
{
	static const char old[] = "refused-00000000000000aa";
	static const char late[] = "refused-00000000000000bb";
	static const char open[] = "refused-00000000000000cc";
	struct place *p = *state;
	const int64_t midnight = next_midnight_ms();
	struct erase_plan plan;

	make_uses(p, 0, 100, 0);
	take_up(p, old, false, "约谈", some_time());
	take_up(p, old, true, "已改正", some_time());
	take_up(p, open, false, "约谈", some_time());
	take_up(p, late, false, "约谈", some_time());
	take_up(p, late, true, "已改正", midnight - 1);
	run_sql(p,
	    "UPDATE log_head SET signed_at = signed_at + 2 "
	    "WHERE size = 106");
	make_uses(p, 100, 100, 5);
	expect_good(p, 207, 0);
	plan = plan_on(p, later(1));
	assert_int_equal(plan.before, 105);
	announce_on(p, &plan, later(1));
	expect_good(p, 208, 0);
	assert_int_equal(erase_all(p, plan.before), 105);
	expect_good(p, 208, 105);
	assert_true(is_kept(p, open) && is_kept(p, late) && !is_kept(p, old));
	plan = plan_on(p, later(6));
	announce_on(p, &plan, later(6));
	assert_int_equal(erase_all(p, plan.before), 102);
	expect_good(p, 209, 207);
	assert_true(is_kept(p, open) && !is_kept(p, late));
}

static int64_t count_notices(struct place *p)
{
	const enum sql_id id = SQL_USAGE_NOTICE_FROM;
	struct store_value key[] = {store_str("tax"), store_int(0)};
	int64_t count = 0;

	assert_int_equal(store_start(p->store, id, key, 2, &p->err), 0);
	while (store_next(p->store, id, &p->err) == 1)
		count++;
	store_finish(p->store, id);
	return count;
}

/* A notice tells of a check: it is kept for as long, and no day longer. */
static void erase_takes_notices_along(void **state)
{
	struct place *p = *state;
	const int64_t midnight = next_midnight_ms();
	struct erase_plan plan;
	char sql[512];
	int i;

	make_uses(p, 0, 100, 0);
	for (i = 0; i < 2; i++) {
		snprintf(sql, sizeof(sql),
		    "INSERT INTO check_notice VALUES (%d, %lld, 0, 0, 20000, "
		    "'tax', 'land', 'case', 'r%d', 7, 'code', 5, NULL)",
		    i + 1, (long long)(midnight - 1 + i), i);
		run_sql(p, sql);
	}
	plan = plan_on(p, later(1));
	announce_on(p, &plan, later(1));
	erase_all(p, plan.before);
	assert_int_equal(count_notices(p), 1);
}

/* By halves and thirds, in two orders of codes: pages that lose some of
 * their rows are put together again, and hold old copies of others. */
static void erase_many_times_leaves_nothing(void **state)
{
	struct place *p = *state;
	int day;

	for (day = 0; day < 12; day++)
		make_uses(p, day * 130, 130, day);
	for (day = 0; day < 12; day++) {
		struct erase_plan plan = plan_on(p, later(day + 1));

		announce_on(p, &plan, later(day + 1));
		erase_all(p, plan.before);
		assert_int_equal(erase_settle(p->store, &p->err), 0);
		assert_int_equal(left_on_disk(p, 0, (day + 1) * 130), 0);
	}
	expect_good(p, 12 * 132 + 12, 12 * 132);
}

static void erase_cut_short_is_gone_on_with(void **state)
{
	struct place *p = *state;
	struct erase_plan plan;
	uint64_t before;
	size_t count;

	make_uses(p, 0, 1000, 0);
	assert_int_equal(erase_unfinished(p->store, &before, &p->err), 0);
	assert_int_equal(before, 0);
	plan = plan_on(p, later(1));
	announce_on(p, &plan, later(1));
	expect_good(p, 1011, 0);
	assert_int_equal(
	    erase_step(p->store, p->ledger, 1010, &count, &p->err), 0);
	assert_int_equal(count, ERASE_TOGETHER);
	expect_good(p, 1011, ERASE_TOGETHER);
	assert_int_equal(erase_unfinished(p->store, &before, &p->err), 0);
	assert_int_equal(before, 1010);
	assert_int_equal(erase_all(p, before), 1010 - ERASE_TOGETHER);
	assert_int_equal(erase_unfinished(p->store, &before, &p->err), 0);
	assert_int_equal(before, 0);
	expect_good(p, 1011, 1010);
}

static void erase_refuses_what_is_not_what_was_sealed(void **state)
{
	struct place *p = *state;
	struct erase_plan plan;
	size_t count = 7;

	make_uses(p, 0, 300, 0);
	plan = plan_on(p, later(1));
	announce_on(p, &plan, later(1));
	run_sql(p, "UPDATE use_entry SET purpose = 'x' WHERE use_seq = 200");
	assert_int_equal(
	    erase_step(p->store, p->ledger, plan.before, &count, &p->err),
	    ERR_CORRUPT);
	assert_int_equal(count, 0);
	assert_non_null(strstr(p->err.message, "use 200 is not what stands"));
	expect_said(p, &ten_years, "use 200 is not what was sealed");
}

/* ---- who erases without saying so, or too early ---- */

static void use_verify_names_what_was_not_announced(void **state)
{
	static const char delete[] =
	    "DELETE FROM use_of_subject WHERE use_seq < 10;"
	    "DELETE FROM check_feedback WHERE use_seq < 10;"
	    "DELETE FROM use_entry WHERE use_seq < 10";
	struct place *p = *state;
	struct erase_plan plan;

	make_uses(p, 0, 300, 0);
	run_sql(p, delete);
	expect_said(p, &ten_years,
	    "the uses before 10 are missing, and no sealed use says that they "
	    "were erased");
	plan = plan_on(p, later(1));
	announce_on(p, &plan, later(1));
	expect_good(p, 304, 10);
	/* A gap is none that an announcement covers. */
	run_sql(p, "DELETE FROM use_entry WHERE use_seq = 20");
	expect_said(p, &ten_years, "uses from 20 on are missing");
}

static void use_verify_names_what_was_erased_too_early(void **state)
{
	static const struct cat_retention twelve[] = {
	    {.id = "twelve", .years = 12, .valid_to = DATE_NONE}};
	const struct catalog longer = {
	    .retentions = twelve, .retentions_count = 1};
	const struct catalog none = {.retentions = NULL};
	static const char early[] =
	    "announces the end of uses that were to be kept";
	struct place *p = *state;
	struct erase_plan plan, none_kept;

	make_uses(p, 0, 300, 0);
	plan = plan_on(p, later(1));
	announce_on(p, &plan, later(1));
	expect_good(p, 304, 0);
	expect_said(p, &longer, early);
	expect_said(p, &none, early);
	/* Who keeps nothing at all may not be believed, whatever is in force.
	 */
	none_kept = plan;
	none_kept.years = 0;
	assert_true(erase_was_due(&plan, NULL, later(1)));
	assert_false(erase_was_due(&none_kept, NULL, later(1)));
	/* A day too early by its own words. */
	announce_on(p, &plan, later(0));
	expect_said(p, &ten_years, "use 304 announces");
}

static void use_verify_wants_a_head_of_that_day(void **state)
{
	struct place *p = *state;
	struct erase_plan plan;

	make_uses(p, 0, 300, 0);
	make_uses(p, 300, 100, 3);
	plan = plan_on(p, later(1));
	plan.before = 404;
	announce_on(p, &plan, later(1));
	expect_said(p, &ten_years, "use 404 announces");
	plan.before = 200;
	announce_on(p, &plan, later(1));
	expect_said(p, &ten_years, "use 404 announces");
}

static void use_verify_names_changed_file_of_what_was_erased(void **state)
{
	static const char *const files[] = {
	    "tile/entries/000", "tile/0/000", "tile/entries/001", "tile/0/002"};
	struct place *p = *state;
	struct erase_plan plan;
	char path[256];
	size_t i;

	make_uses(p, 0, 1000, 0);
	plan = plan_on(p, later(1));
	announce_on(p, &plan, later(1));
	erase_all(p, plan.before);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct buf bytes = BUF_INIT(64 * 1024);
		struct said said;

		snprintf(path, sizeof(path), "%s/%s", p->folder, files[i]);
		assert_int_equal(file_read(path, &bytes, &p->err), 0);
		bytes.p[77] ^= 4;
		file_write(path, buf_span(&bytes), NULL);
		verify(p, &ten_years, &said);
		assert_int_equal(said.count, 1);
		assert_non_null(strstr(said.text[0], files[i]));
		bytes.p[77] ^= 4;
		file_write(path, buf_span(&bytes), NULL);
		buf_release(&bytes);
	}
	expect_good(p, 1011, 1010);
	run_sql(p,
	    "INSERT INTO use_question SELECT 0, 3, 1, 'x', 1, 'x', 'x', "
	    "0, '', ''");
	expect_said(p, &ten_years, "from whom they are about: 1");
}

/* The files again from the rows, and from the bundles of what has none. */
static void use_rebuild_keeps_what_was_erased(void **state)
{
	struct place *p = *state;
	struct erase_plan plan;
	char lost[256], bundle[256];
	struct buf bytes = BUF_INIT(64 * 1024);

	make_uses(p, 0, 1000, 0);
	plan = plan_on(p, later(1));
	announce_on(p, &plan, later(1));
	erase_all(p, plan.before);
	snprintf(lost, sizeof(lost), "%s/tile/0", p->folder);
	snprintf(bundle, sizeof(bundle), "%s/tile/entries/001", p->folder);
	assert_int_equal(file_remove_tree(lost, &p->err), 0);
	assert_int_equal(use_rebuild(p->store, p->ledger, &p->err), 0);
	expect_good(p, 1011, 1010);

	assert_int_equal(file_read(bundle, &bytes, &p->err), 0);
	bytes.p[77] ^= 4;
	file_write(bundle, buf_span(&bytes), NULL);
	assert_int_equal(file_remove_tree(lost, &p->err), 0);
	assert_int_equal(
	    use_rebuild(p->store, p->ledger, &p->err), ERR_CORRUPT);
	assert_false(file_exists(lost));
	unlink(bundle);
	assert_true(use_rebuild(p->store, p->ledger, &p->err) != 0);
	assert_non_null(strstr(p->err.message, "tile/entries/001"));
	assert_true(p->err.hint[0] != 0);
	bytes.p[77] ^= 4;
	file_write(bundle, buf_span(&bytes), NULL);
	assert_int_equal(use_rebuild(p->store, p->ledger, &p->err), 0);
	expect_good(p, 1011, 1010);
	buf_release(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLACED(erase_plan_ends_at_the_last_head_beyond_retention),
	    PLACED(erase_plan_day_ends_at_midnight),
	    cmocka_unit_test(erase_write_is_read_again),
	    PLACED(erase_leaves_nothing_but_the_entry),
	    PLACED(erase_takes_sealed_questions_along),
	    PLACED(erase_takes_closed_cases_along),
	    PLACED(erase_takes_notices_along),
	    PLACED(erase_many_times_leaves_nothing),
	    PLACED(erase_cut_short_is_gone_on_with),
	    PLACED(erase_refuses_what_is_not_what_was_sealed),
	    PLACED(use_verify_names_what_was_not_announced),
	    PLACED(use_verify_names_what_was_erased_too_early),
	    PLACED(use_verify_wants_a_head_of_that_day),
	    PLACED(use_verify_names_changed_file_of_what_was_erased),
	    PLACED(use_rebuild_keeps_what_was_erased),
	};

	tr_set_lang(LANG_EN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
