/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of cases: the table of moves, the invariants, the clocks, what
 * verification finds. */
#include "cases/case_move.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/random_test_help.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cases/case_clock.h"
#include "cases/case_verify.h"
#include "registry/registry_test_help.h"
#include "registry/withdraw.h"
#include "store/store_vfs.h"

enum { STEPS_MAX = 8, MOVES_MAX = 32 };

static struct catalog *shandong;
static struct catalog *zhejiang;
static const char market[] = "rizhao-market-regulation";
static const char office[] = "rizhao-development-reform";

static int setup_catalogues(void **state)
{
	(void)state;
	tr_set_lang(LANG_EN);
	shandong = test_catalogue("rizhao");
	zhejiang = test_catalogue("linan");
	return 0;
}

static int free_catalogues(void **state)
{
	(void)state;
	catalog_free(&shandong);
	catalog_free(&zhejiang);
	return 0;
}

/* ---- clocks ---- */

struct clock_step {
	const char *move;
	const char *state;
	const char *on;
};

static const struct clock_case {
	bool is_zhejiang;
	struct clock_step steps[STEPS_MAX];
	const char *today;
	const char *due; /* NULL: no clock */
	const char *stopped;
	bool is_extended;
	bool is_missed;
	enum cat_case_side missed_by;
} clock_cases[] = {
    /* R-CAS-004: 3 working days in the office's own scope. */
    {false, {{"file", "filed", "2026-03-02"}}, "2026-03-05", "2026-03-05", NULL,
	false, false, CAT_SIDE_NOBODY},
    {false, {{"file", "filed", "2026-03-02"}}, "2026-03-06", "2026-03-05", NULL,
	false, true, CAT_SIDE_OFFICE},
    /* Over a weekend. */
    {false, {{"file", "filed", "2026-03-05"}}, "2026-03-05", "2026-03-10", NULL,
	false, false, CAT_SIDE_NOBODY},
    /* 7 with another unit, from the filing on, also when it went late. */
    {false,
	{{"file", "filed", "2026-03-02"}, {"accept", "accepted", "2026-03-06"},
	    {"forward", "forwarded", "2026-03-09"}},
	"2026-03-11", "2026-03-11", NULL, false, false, CAT_SIDE_NOBODY},
    {false,
	{{"file", "filed", "2026-03-02"}, {"accept", "accepted", "2026-03-02"},
	    {"forward", "forwarded", "2026-03-03"}},
	"2026-03-12", "2026-03-11", NULL, false, true, CAT_SIDE_SOURCE},
    /* The day before tells it as it was then. */
    {false,
	{{"file", "filed", "2026-03-02"}, {"accept", "accepted", "2026-03-02"},
	    {"forward", "forwarded", "2026-03-04"}},
	"2026-03-03", "2026-03-05", NULL, false, false, CAT_SIDE_NOBODY},
    /* Who had it when the day ended has missed it, whoever acts then. */
    {false,
	{{"file", "filed", "2026-03-02"}, {"accept", "accepted", "2026-03-02"},
	    {"forward", "forwarded", "2026-03-03"},
	    {"say-wrong", "answered", "2026-03-12"},
	    {"uphold", "upheld", "2026-03-13"}},
	"2026-04-01", "2026-03-11", "2026-03-13", false, true, CAT_SIDE_SOURCE},
    {false,
	{{"file", "filed", "2026-03-02"}, {"accept", "accepted", "2026-03-02"},
	    {"forward", "forwarded", "2026-03-03"},
	    {"say-wrong", "answered", "2026-03-11"},
	    {"uphold", "upheld", "2026-03-12"}},
	"2026-04-01", "2026-03-11", "2026-03-12", false, true, CAT_SIDE_OFFICE},
    /* Stopped in time. */
    {false,
	{{"file", "filed", "2026-03-02"}, {"refuse", "refused", "2026-03-05"}},
	"2026-04-01", "2026-03-05", "2026-03-05", false, false,
	CAT_SIDE_NOBODY},
    /* Zhejiang: 5, in complex cases 20 in all. */
    {true, {{"file", "filed", "2026-03-02"}}, "2026-03-09", "2026-03-09", NULL,
	false, false, CAT_SIDE_NOBODY},
    {true,
	{{"file", "filed", "2026-03-02"}, {"accept", "accepted", "2026-03-02"},
	    {"extend", "accepted", "2026-03-05"}},
	"2026-03-30", "2026-03-30", NULL, true, false, CAT_SIDE_NOBODY},
    /* In Shandong an extension changes nothing. */
    {false,
	{{"file", "filed", "2026-03-02"}, {"accept", "accepted", "2026-03-02"},
	    {"extend", "accepted", "2026-03-05"}},
	"2026-03-30", "2026-03-05", NULL, false, true, CAT_SIDE_OFFICE},
    /* Before any clock was in force. */
    {false, {{"file", "filed", "2025-06-20"}}, "2026-03-05", NULL, NULL, false,
	false, CAT_SIDE_NOBODY},
};

static size_t fill_steps(
    const struct clock_case *c, struct case_step steps[STEPS_MAX])
{
	size_t n;

	for (n = 0; n < STEPS_MAX && c->steps[n].move; n++)
		steps[n] = (struct case_step){.step = (int64_t)n + 1,
		    .move = c->steps[n].move,
		    .state = c->steps[n].state,
		    .side = "",
		    .actor = "",
		    .by = "",
		    .at_ms = noon_ms(c->steps[n].on),
		    .on = day(c->steps[n].on)};
	return n;
}

static void case_clock_now_table(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(clock_cases); i++) {
		const struct clock_case *c = &clock_cases[i];
		struct case_step steps[STEPS_MAX];
		struct case_file file = {.kind = "objection",
		    .source = market,
		    .steps = steps,
		    .steps_count = fill_steps(c, steps)};
		struct case_run run = {0};
		bool has = case_clock_now(c->is_zhejiang ? zhejiang : shandong,
		    &file, day(c->today), &run);

		if (has != (c->due != NULL))
			fail_msg("row %zu: has %d", i, has);
		if (!has)
			continue;
		if (run.due != day(c->due) ||
		    run.stopped != (c->stopped ? day(c->stopped) : DATE_NONE) ||
		    run.is_extended != c->is_extended ||
		    run.is_missed != c->is_missed ||
		    run.missed_by != c->missed_by)
			fail_msg("row %zu: due %d, stopped %d, extended %d, "
				 "missed %d by %d",
			    i, run.due - day(c->due), run.stopped,
			    run.is_extended, run.is_missed, run.missed_by);
	}
}

/* ---- a model of the clocks that lives through the days ---- */

/* A move that leads on from a state, or NULL; none twice that may be made
 * once. */
static const struct cat_case_move *some_move(const struct cat_case_kind *kind,
    const struct case_file *file, uint64_t *seed)
{
	const struct cat_case_move *m =
	    &kind->moves[next_random(seed) % kind->moves_count];
	const char *state = file->steps[file->steps_count - 1].state;
	size_t i;

	for (i = 0; m->is_once && i < file->steps_count; i++)
		if (strcmp(file->steps[i].move, m->id) == 0)
			return NULL;
	for (i = 0; i < m->from_count; i++)
		if (strcmp(m->from[i], state) == 0)
			return m;
	return NULL;
}

static void make_steps(const struct cat_case_kind *kind,
    struct case_step steps[STEPS_MAX], struct case_file *file, uint64_t *seed)
{
	date_days on = day("2025-06-22") + (date_days)(next_random(seed) % 500);
	int tries = (int)(next_random(seed) % 60);

	steps[0] = (struct case_step){
	    .step = 1, .move = "file", .state = "filed", .on = on};
	file->steps_count = 1;
	for (; tries > 0 && file->steps_count < STEPS_MAX; tries--) {
		const struct cat_case_move *m = some_move(kind, file, seed);
		size_t n = file->steps_count;

		if (!m)
			continue;
		on += (date_days)(next_random(seed) %
		    (next_random(seed) % 4 ? 4 : 25));
		steps[n] = (struct case_step){.step = (int64_t)n + 1,
		    .move = m->id,
		    .state = m->to[0] ? m->to : steps[n - 1].state,
		    .on = on};
		file->steps_count++;
	}
}

static bool is_among(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

/* Whom a case in this state waits for. */
static enum cat_case_side model_waits_for(const char *state)
{
	static const char *const office_has[] = {
	    "filed", "accepted", "answered", "reviewing", NULL};
	static const char *const source_has[] = {"forwarded", "upheld", NULL};

	return is_among(state, office_has) ? CAT_SIDE_OFFICE
	    : is_among(state, source_has)  ? CAT_SIDE_SOURCE
					   : CAT_SIDE_NOBODY;
}

/* What happened until the case was answered, as far as it has. */
struct lived {
	bool was_with_another, is_extended;
	date_days stopped;
};

static struct lived live_through(const struct case_file *file, date_days today)
{
	static const char *const ends[] = {
	    "refused", "taken-back", "upheld", "rejected", NULL};
	struct lived l = {.stopped = DATE_NONE};
	size_t i;

	for (i = 0; i < file->steps_count && file->steps[i].on <= today; i++) {
		if (is_among(file->steps[i].state, ends)) {
			l.stopped = file->steps[i].on;
			break;
		}
		l.was_with_another |=
		    strcmp(file->steps[i].state, "forwarded") == 0;
		l.is_extended |= strcmp(file->steps[i].move, "extend") == 0;
	}
	return l;
}

/* Day for day from the filing on, with the state at the end of each. */
static struct case_run model_run(
    const struct case_file *file, bool is_zhejiang, date_days today)
{
	struct lived l = live_through(file, today);
	int left = is_zhejiang	 ? (l.is_extended ? 20 : 5)
	    : l.was_with_another ? 7
				 : 3;
	struct case_run run = {.started = file->steps[0].on,
	    .stopped = l.stopped,
	    .is_extended = is_zhejiang && l.is_extended};
	date_days end = l.stopped == DATE_NONE ? today : l.stopped;
	const char *state = file->steps[0].state;
	size_t next = 0;

	for (run.due = run.started;; run.due++) {
		if (run.due > run.started && calendar_is_working_day(run.due))
			left--;
		for (; next < file->steps_count &&
		     file->steps[next].on <= run.due;
		     next++)
			state = file->steps[next].state;
		if (left == 0)
			break;
	}
	run.is_missed = end > run.due;
	if (run.is_missed)
		run.missed_by = model_waits_for(state);
	return run;
}

/* R-CAS-004, R-CAS-005, R-CAS-009 */
static void case_clock_atRandom_isWhatEachDaySays(void **state)
{
	uint64_t seed = 20260404;
	size_t missed = 0, extended = 0;
	int round;

	(void)state;
	for (round = 0; round < 20000; round++) {
		bool is_zhejiang = round % 2;
		const struct catalog *c = is_zhejiang ? zhejiang : shandong;
		struct case_step steps[STEPS_MAX];
		struct case_file file = {
		    .kind = "objection", .source = market, .steps = steps};
		struct case_run run = {0}, is;
		date_days today;

		make_steps(
		    catalog_case_kind(c, "objection"), steps, &file, &seed);
		today = steps[0].on + (date_days)(next_random(&seed) % 50);
		is = model_run(&file, is_zhejiang, today);
		assert_true(case_clock_now(c, &file, today, &run));
		if (run.started != is.started || run.due != is.due ||
		    run.stopped != is.stopped ||
		    run.is_extended != is.is_extended ||
		    run.is_missed != is.is_missed ||
		    run.missed_by != is.missed_by)
			fail_msg("round %d: due %d days after, not %d; stopped "
				 "%d, not %d; missed by %d, not %d",
			    round, run.due - run.started, is.due - is.started,
			    run.stopped, is.stopped, run.missed_by,
			    is.missed_by);
		missed += is.is_missed;
		extended += is.is_extended;
	}
	assert_true(missed > 1000 && extended > 500);
}

/* ---- moves ---- */

static struct fixture *fixture_of(void **state)
{
	return *state;
}

static void record_of(struct fixture *f, const char *department, uint64_t key,
    uint64_t content, const char *on)
{
	char code[19], fields[40];
	struct test_row row = {.code = code,
	    .name = "示例甲公司",
	    .fields = fields,
	    .key = key,
	    .content = content,
	    .decided_on = day("2026-01-05"),
	    .class_ = CAT_CLASS_GENERAL};

	test_code(1, code);
	snprintf(fields, sizeof(fields), "{\"CF_NR\":\"%llu\"}",
	    (unsigned long long)content);
	fixture_submit(f, catalog_item(shandong, "penalty")->number, "penalty",
	    department, noon_ms(on), &row, 1);
}

static struct withdraw_request withdrawal_of(
    struct fixture *f, uint64_t record, const char *on)
{
	return (struct withdraw_request){.store = f->store,
	    .ledger = f->ledger,
	    .catalog = shandong,
	    .department = catalog_department(shandong, market),
	    .reason = span_of("误操作"),
	    .since = DATE_NONE,
	    .tmp_folder = f->dir,
	    .now_ms = noon_ms(on),
	    .record = record};
}

static void withdraw(struct fixture *f, uint64_t record, const char *on)
{
	const struct withdraw_request request = withdrawal_of(f, record, on);
	struct withdraw_result result;

	assert_int_equal(withdraw_run(&request, &result, &f->err), 0);
}

static void reinstate(struct fixture *f, uint64_t record, const char *on)
{
	const struct withdraw_request request = withdrawal_of(f, record, on);
	struct withdraw_result result;

	assert_int_equal(withdraw_take_back(&request, &result, &f->err), 0);
}

/* One step of a road. actor: "" = the organisation itself. */
struct road {
	const char *actor;
	const char *by;
	const char *move;
	const char *text;
	const char *letter;
	const char *on;
	enum err_code rc;
	const char *state; /* after it */
};

static struct case_request request_of(struct fixture *f,
    const struct catalog *catalogue, const struct road *step, uint64_t record,
    int64_t case_id)
{
	static char code[19];

	test_code(1, code);
	return (struct case_request){.store = f->store,
	    .ledger = f->ledger,
	    .catalog = catalogue,
	    .side = step->actor[0] ? CAT_SIDE_NOBODY : CAT_SIDE_REPRESENTATIVE,
	    .actor = step->actor[0] ? step->actor : code,
	    .by = step->by,
	    .move = step->move,
	    .kind = strcmp(step->move, "file") == 0 ? "objection" : NULL,
	    .record = record,
	    .case_id = case_id,
	    .text = span_of(step->text),
	    .letter = span_of(step->letter),
	    .tmp_folder = f->dir,
	    .now_ms = noon_ms(step->on)};
}

static enum err_code walk(struct fixture *f, const struct catalog *catalogue,
    const struct road *step, uint64_t record, int64_t *case_id,
    struct case_result *made)
{
	const struct case_request request =
	    request_of(f, catalogue, step, record, *case_id);
	enum err_code rc = case_move(&request, made, &f->err);

	if (!rc && request.kind)
		*case_id = made->case_id;
	return rc;
}

static int64_t go(struct fixture *f, const struct catalog *catalogue,
    const struct road *road, size_t count, uint64_t record)
{
	struct case_result made;
	int64_t case_id = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		enum err_code rc =
		    walk(f, catalogue, &road[i], record, &case_id, &made);

		if (rc != road[i].rc)
			fail_msg("row %zu (%s): %d: %s", i, road[i].move, rc,
			    f->err.message);
		if (!rc && strcmp(made.state, road[i].state) != 0)
			fail_msg("row %zu: %s", i, made.state);
	}
	return case_id;
}

#define OK ERR_NONE

static void case_move_road_is_the_table(void **state)
{
	static const struct road road[] = {
	    {"", "zhang", "accept", "", "", "2026-03-02", ERR_NOT_FOUND, ""},
	    {"", "zhang", "file", "", "", "2026-03-02", ERR_INPUT, ""},
	    {"", "zhang", "file", "a\tb", "", "2026-03-02", ERR_INPUT, ""},
	    {"", "zhang", "file", "371102198503030033", "", "2026-03-02",
		ERR_REFUSED, ""},
	    {"", "zhang", "file", "wrong", "", "2026-03-02", OK, "filed"},
	    {"", "zhang", "file", "again", "", "2026-03-02", ERR_CONFLICT, ""},
	    {"", "zhang", "accept", "", "", "2026-03-02", ERR_REFUSED, ""},
	    {market, "li", "accept", "", "", "2026-03-02", ERR_REFUSED, ""},
	    {office, "wang", "uphold", "x", "", "2026-03-02", ERR_CONFLICT, ""},
	    {office, "wang", "dance", "", "", "2026-03-02", ERR_INPUT, ""},
	    {office, "wang", "accept", "", "7", "2026-03-02", ERR_INPUT, ""},
	    {office, "", "accept", "", "", "2026-03-02", ERR_INPUT, ""},
	    {office, "wang", "accept", "", "", "2026-03-01", ERR_CONFLICT, ""},
	    {office, "wang", "accept", "", "", "2026-03-02", OK, "accepted"},
	    {office, "wang", "accept", "", "", "2026-03-02", ERR_CONFLICT, ""},
	    {office, "wang", "reject-own", "x", "", "2026-03-02", ERR_CONFLICT,
		""},
	    {office, "wang", "extend", "x", "", "2026-03-02", ERR_CONFLICT, ""},
	    {office, "wang", "forward", "", "", "2026-03-02", OK, "forwarded"},
	    {"rizhao-tax", "qian", "say-right", "x", "", "2026-03-02",
		ERR_REFUSED, ""},
	    {market, "li", "say-right", "", "", "2026-03-02", ERR_INPUT, ""},
	    {market, "li", "say-right", "x", "", "2026-03-02", OK, "answered"},
	    {office, "wang", "reject", "x", "", "2026-03-03", OK, "rejected"},
	    {"", "zhang", "take-back", "", "", "2026-03-03", ERR_CONFLICT, ""},
	    {office, "wang", "ask-review", "x", "", "2026-03-03", ERR_INPUT,
		""},
	    {office, "wang", "ask-review", "x", "7", "2026-03-03", OK,
		"reviewing"},
	    {office, "wang", "uphold-review", "x", "", "2026-03-03",
		ERR_REFUSED, ""},
	    {office, "zhao", "uphold-review", "x", "", "2026-03-03", OK,
		"upheld"},
	    {market, "li", "correct", "", "", "2026-03-03", ERR_CONFLICT, ""},
	};
	static const struct road end[] = {
	    {market, "li", "correct", "", "", "2026-03-05", OK, "corrected"},
	    {office, "wang", "accept", "", "", "2026-03-05", ERR_CONFLICT, ""},
	};
	struct fixture *f = fixture_of(state);
	struct case_result made;
	int64_t case_id;
	size_t i;

	record_of(f, market, 1, 9, "2026-02-20");
	record_of(f, market, 1, 1, "2026-03-01");
	case_id = go(f, shandong, road, ARRAY_COUNT(road), 1);
	/* R-CAS-006: another content than when the case began is a correction,
	 * the same is none. */
	withdraw(f, 1, "2026-03-03");
	reinstate(f, 1, "2026-03-03");
	assert_int_equal(
	    walk(f, shandong, &end[0], 1, &case_id, &made), ERR_CONFLICT);
	record_of(f, market, 1, 2, "2026-03-04");
	for (i = 0; i < ARRAY_COUNT(end); i++)
		assert_int_equal(
		    walk(f, shandong, &end[i], 1, &case_id, &made), end[i].rc);
}

static void case_move_own_record_is_decided_alone(void **state)
{
	static const struct road road[] = {
	    {"", "zhang", "file", "wrong", "", "2026-03-02", OK, "filed"},
	    {office, "wang", "accept", "", "", "2026-03-02", OK, "accepted"},
	    {office, "wang", "forward", "", "", "2026-03-02", ERR_CONFLICT, ""},
	    {office, "wang", "uphold-own", "x", "", "2026-03-02", OK, "upheld"},
	    {office, "wang", "correct", "", "", "2026-03-02", ERR_CONFLICT, ""},
	};
	struct fixture *f = fixture_of(state);

	record_of(f, office, 1, 1, "2026-03-01");
	go(f, shandong, road, ARRAY_COUNT(road), 0);
}

/* R-CAS-006: so is the end of the record. */
static void case_move_withdrawn_record_is_corrected(void **state)
{
	static const struct road road[] = {
	    {"", "zhang", "file", "wrong", "", "2026-03-02", OK, "filed"},
	    {office, "wang", "accept", "", "", "2026-03-02", OK, "accepted"},
	    {office, "wang", "forward", "", "", "2026-03-02", OK, "forwarded"},
	    {market, "li", "say-wrong", "x", "", "2026-03-02", OK, "answered"},
	    {office, "wang", "uphold", "x", "", "2026-03-02", OK, "upheld"},
	};
	static const struct road end = {
	    market, "li", "correct", "", "", "2026-03-03", OK, "corrected"};
	struct fixture *f = fixture_of(state);
	struct case_result made;
	int64_t case_id;

	record_of(f, market, 1, 1, "2026-03-01");
	case_id = go(f, shandong, road, ARRAY_COUNT(road), 0);
	withdraw(f, 0, "2026-03-03");
	assert_int_equal(walk(f, shandong, &end, 0, &case_id, &made), OK);
}

/* Whoever asks for it; then the case is over, and another may begin. */
static void case_move_review_is_once_and_another_persons(void **state)
{
	static const struct road road[] = {
	    {"", "zhang", "file", "wrong", "", "2026-03-02", OK, "filed"},
	    {office, "wang", "accept", "", "", "2026-03-02", OK, "accepted"},
	    {office, "wang", "forward", "", "", "2026-03-02", OK, "forwarded"},
	    {market, "li", "say-right", "x", "", "2026-03-02", OK, "answered"},
	    {office, "wang", "reject", "x", "", "2026-03-02", OK, "rejected"},
	    {"", "zhang", "ask-review", "x", "", "2026-03-03", OK, "reviewing"},
	    {office, "wang", "uphold-review", "x", "", "2026-03-03",
		ERR_REFUSED, ""},
	    {office, "zhao", "reject-review", "x", "", "2026-03-03", OK,
		"rejected"},
	    {"", "zhang", "ask-review", "x", "", "2026-03-04", ERR_CONFLICT,
		""},
	    {"", "zhang", "file", "wrong", "", "2026-03-04", OK, "filed"},
	};
	struct fixture *f = fixture_of(state);

	record_of(f, market, 1, 1, "2026-03-01");
	go(f, shandong, road, ARRAY_COUNT(road), 0);
}

static void case_move_extension_is_once(void **state)
{
	static const char linan[] = "linan-development-reform";
	static const struct road road[] = {
	    {"", "zhang", "file", "wrong", "", "2026-03-02", OK, "filed"},
	    {linan, "wang", "accept", "", "", "2026-03-02", OK, "accepted"},
	    {linan, "wang", "extend", "x", "", "2026-03-03", OK, "accepted"},
	    {linan, "wang", "extend", "x", "", "2026-03-04", ERR_CONFLICT, ""},
	};
	struct fixture *f = fixture_of(state);

	record_of(f, linan, 1, 1, "2026-03-01");
	go(f, zhejiang, road, ARRAY_COUNT(road), 0);
}

static void case_move_texts_are_lines_within_bounds(void **state)
{
	static char long_text[CASE_TEXT_CHARS_MAX + 2];
	static char long_by[CASE_BY_BYTES_MAX + 1];
	static const struct road road[] = {
	    {"", "zhang", "file", "a\x7f", "", "2026-03-02", ERR_INPUT, ""},
	    {"", "zhang", "file", "a\xff", "", "2026-03-02", ERR_INPUT, ""},
	    {"", "zhang", "file", long_text, "", "2026-03-02", ERR_INPUT, ""},
	    {"", "zhang\n", "file", "a", "", "2026-03-02", ERR_INPUT, ""},
	    {"",
		"张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张"
		"张张张",
		"file", "a", "", "2026-03-02", ERR_INPUT, ""},
	    {office, "wang", "file", "a", "7\n8", "2026-03-02", ERR_INPUT, ""},
	    {"", long_by, "file", long_text + 1, "", "2026-03-02", OK, "filed"},
	    {office, "wang", "refuse", "a b\nc", "", "2026-03-02", OK,
		"refused"},
	};
	struct fixture *f = fixture_of(state);

	memset(long_text, 'a', sizeof(long_text) - 1);
	memset(long_by, 'b', sizeof(long_by) - 1);
	record_of(f, market, 1, 1, "2026-03-01");
	go(f, shandong, road, ARRAY_COUNT(road), 0);
}

/* Records: 0 replaced by 1, 2 withdrawn by 3, 4 stands. */
static void case_move_begins_about_own_record_that_stands(void **state)
{
	static const struct {
		uint64_t record;
		bool is_others;
		const char *kind, *on;
		enum err_code rc;
	} cases[] = {
	    {99, false, "objection", "2026-03-02", ERR_NOT_FOUND},
	    {3, false, "objection", "2026-03-02", ERR_NOT_FOUND},
	    {0, false, "objection", "2026-03-02", ERR_CONFLICT},
	    {2, false, "objection", "2026-03-02", ERR_CONFLICT},
	    {4, true, "objection", "2026-03-02", ERR_NOT_FOUND},
	    {4, false, "dance", "2026-03-02", ERR_INPUT},
	    {4, false, "objection", "2025-06-21", ERR_CONFLICT},
	    {4, false, "objection", "2025-06-22", OK},
	};
	static const struct road file = {
	    "", "zhang", "file", "wrong", "", "2026-03-02", OK, "filed"};
	static const struct road back = {
	    "", "zhang", "take-back", "", "", "2026-03-02", OK, "taken-back"};
	struct fixture *f = fixture_of(state);
	struct case_request request;
	struct case_result made;
	char other[19];
	size_t i;

	test_code(2, other);
	record_of(f, market, 1, 1, "2025-06-01");
	record_of(f, market, 1, 2, "2025-06-01");
	record_of(f, market, 2, 1, "2025-06-01");
	withdraw(f, 2, "2025-06-02");
	record_of(f, market, 3, 1, "2025-06-02");
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		request = request_of(f, shandong, &file, cases[i].record, 0);
		request.kind = cases[i].kind;
		request.now_ms = noon_ms(cases[i].on);
		if (cases[i].is_others)
			request.actor = other;
		if (case_move(&request, &made, &f->err) != cases[i].rc)
			fail_msg("row %zu", i);
	}
	/* Nor is the case anybody's whose record it is not, or who looked at
	 * what it was before. */
	request = request_of(f, shandong, &back, 4, made.case_id);
	request.actor = other;
	assert_int_equal(case_move(&request, &made, &f->err), ERR_NOT_FOUND);
	request = request_of(f, shandong, &back, 4, made.case_id);
	request.steps_seen = 2;
	assert_int_equal(case_move(&request, &made, &f->err), ERR_CONFLICT);
	request.steps_seen = 1;
	assert_int_equal(case_move(&request, &made, &f->err), OK);
}

/* ---- verification ---- */

struct found {
	char texts[MOVES_MAX][400];
	size_t count;
};

static void note(void *ctx, const char *text)
{
	struct found *found = ctx;

	if (found->count < MOVES_MAX)
		snprintf(found->texts[found->count++], 400, "%s", text);
}

static void expect_found(
    struct fixture *f, uint64_t moves, const char *says, uint64_t cases)
{
	struct found found = {.count = 0};
	const struct case_verify_request request = {
	    f->store, moves, note, &found};
	uint64_t seen = 0;
	size_t i;

	assert_int_equal(case_verify(&request, &seen, &f->err), 0);
	assert_int_equal(seen, cases);
	if (!says && found.count)
		fail_msg("%s", found.texts[0]);
	for (i = 0; says && i < found.count; i++)
		if (strstr(found.texts[i], says))
			return;
	if (says)
		fail_msg("\"%s\" was not found", says);
}

static void run(struct fixture *f, enum sql_id id, const struct store_value *v,
    size_t count)
{
	assert_int_equal(store_begin(f->store, &f->err), 0);
	assert_int_equal(store_run(f->store, id, v, count, &f->err), 0);
	assert_int_equal(store_commit(f->store, &f->err), 0);
}

/* Changes the case's row as nothing here does. */
static void change_file(struct fixture *f, const char *sql)
{
	char path[128];
	sqlite3 *db = NULL;

	snprintf(path, sizeof(path), "%s/test.db", f->dir);
	assert_int_equal(
	    sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, store_vfs_name()),
	    SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void case_verify_names_what_was_changed(void **state)
{
	static const struct road road[] = {
	    {"", "zhang", "file", "wrong", "", "2026-03-02", OK, "filed"},
	    {office, "wang", "accept", "", "", "2026-03-02", OK, "accepted"},
	};
	struct fixture *f = fixture_of(state);
	int64_t id;

	record_of(f, market, 1, 1, "2026-03-01");
	expect_found(f, 0, NULL, 0);
	id = go(f, shandong, road, ARRAY_COUNT(road), 0);
	expect_found(f, 2, NULL, 1);
	expect_found(f, 3, "that were sealed: 3", 1);
	{
		const struct store_value ended[] = {store_str("accepted"),
		    store_int(0), store_int(1), store_int(id)};
		const struct store_value other[] = {store_str("rejected"),
		    store_int(1), store_int(1), store_int(id)};
		const struct store_value back[] = {store_str("accepted"),
		    store_int(1), store_int(1), store_int(id)};

		run(f, SQL_CASES_FILE_UPDATE, ended, 4);
		expect_found(f, 2, "is not in the state", 1);
		run(f, SQL_CASES_FILE_UPDATE, other, 4);
		expect_found(f, 2, "is not in the state", 1);
		run(f, SQL_CASES_FILE_UPDATE, back, 4);
		expect_found(f, 2, NULL, 1);
		/* Whoever asks for what is open would not find it. */
		change_file(f, "UPDATE case_file SET is_open = 2");
		expect_found(f, 2, "is not in the state", 1);
		run(f, SQL_CASES_FILE_UPDATE, back, 4);
		/* Nor whoever asks what is open about the record. */
		change_file(f, "UPDATE case_file SET key_hash = key_hash + 1");
		expect_found(f, 2, "is not about the record", 1);
		change_file(f, "UPDATE case_file SET key_hash = key_hash - 1");
		change_file(f, "UPDATE case_file SET item = item + 1");
		expect_found(f, 2, "is not about the record", 1);
		change_file(f, "UPDATE case_file SET item = item - 1");
		expect_found(f, 2, NULL, 1);
	}
	{
		const struct store_value step[] = {store_int(1), store_int(id),
		    store_int(3), store_int(id), store_str("forward"),
		    store_str("forwarded"), store_str("office"),
		    store_str(office), store_str("wang"),
		    store_int(noon_ms("2026-03-03"))};
		const struct store_value stray[] = {store_int(1), store_int(9),
		    store_int(1), store_int(0), store_str("file"),
		    store_str("filed"), store_str("office"), store_str(office),
		    store_str("wang"), store_int(noon_ms("2026-03-03"))};

		run(f, SQL_CASES_STEP_INSERT, step, 10);
		expect_found(f, 3, "is not what was sealed", 1);
		run(f, SQL_CASES_STEP_INSERT, stray, 10);
		expect_found(f, 4, "belong to a case: ", 1);
	}
}

/* A row that says something else than its statement, column for column. */
static void case_verify_names_each_changed_column(void **state)
{
	static const struct {
		const char *change, *back, *says;
	} cases[] = {
#define STEP(to, from)                                                         \
	"UPDATE case_step SET " to " WHERE step = 2",                          \
	    "UPDATE case_step SET " from " WHERE step = 2",                    \
	    "step 2 of case 1 is not what was sealed"
	    {STEP("move = 'refuse'", "move = 'accept'")},
	    {STEP("state = 'filed'", "state = 'accepted'")},
	    {STEP("side = 'source'", "side = 'office'")},
	    {STEP("actor = 'rizhao-tax'",
		"actor = 'rizhao-development-"
		"reform'")},
	    {STEP("moved_by = 'li'", "moved_by = 'wang'")},
	    {STEP("moved_at = moved_at + 1000", "moved_at = moved_at - 1000")},
#undef STEP
	    {"UPDATE case_step SET step = 3 WHERE step = 2",
		"UPDATE case_step SET step = 2 WHERE step = 3",
		"step 3 of case 1 is not what was sealed"},
	    {"UPDATE case_file SET kind = 'repair'",
		"UPDATE case_file SET kind = 'objection'",
		"step 2 of case 1 is not what was sealed"},
	    {"UPDATE case_file SET source = 'rizhao-tax'",
		"UPDATE case_file SET source = 'rizhao-market-regulation'",
		"is not about the record"},
	    {"UPDATE case_file SET record = 1",
		"UPDATE case_file SET record = 0", "is not about the record"},
	    {"UPDATE case_file SET record = 3",
		"UPDATE case_file SET record = 0",
		"step 2 of case 1 is not what was sealed"},
	    {"UPDATE case_file SET case_id = 7;"
	     "UPDATE case_step SET case_id = 7",
		"UPDATE case_file SET case_id = 1;"
		"UPDATE case_step SET case_id = 1",
		"step 1 of case 7 is not what was sealed"},
	    {"UPDATE case_file SET case_id = 7;"
	     "UPDATE case_step SET case_id = 7",
		"UPDATE case_file SET case_id = 1;"
		"UPDATE case_step SET case_id = 1",
		"step 2 of case 7 is not what was sealed"},
	};
	static const struct road road[] = {
	    {"", "zhang", "file", "wrong", "", "2026-03-02", OK, "filed"},
	    {office, "wang", "accept", "", "", "2026-03-02", OK, "accepted"},
	};
	struct fixture *f = fixture_of(state);
	size_t i;

	record_of(f, market, 1, 1, "2026-03-01");
	assert_int_equal(go(f, shandong, road, ARRAY_COUNT(road), 0), 1);
	record_of(f, market, 1, 2, "2026-03-03");
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		change_file(f, cases[i].change);
		expect_found(f, 2, cases[i].says, 1);
		change_file(f, cases[i].back);
		expect_found(f, 2, NULL, 1);
	}
}

/* The catalogue with a move that is not in its files, in the place of one,
 * which follows the filing. */
struct bent {
	struct catalog catalog;
	struct cat_case_kind kind;
	struct cat_case_move moves[MOVES_MAX];
};

static void bend(struct bent *b, const char *move, const char *id,
    enum cat_case_side side, const char *to)
{
	static const char *const filed[] = {"filed"};
	size_t i;

	b->catalog = *shandong;
	b->kind = *catalog_case_kind(shandong, "objection");
	assert_true(b->kind.moves_count <= MOVES_MAX);
	for (i = 0; i < b->kind.moves_count; i++) {
		struct cat_case_move *m = &b->moves[i];

		*m = b->kind.moves[i];
		if (strcmp(m->id, move) != 0)
			continue;
		m->id = id;
		m->by[side] = true;
		m->from = filed;
		m->from_count = 1;
		m->to = to;
	}
	b->kind.moves = b->moves;
	b->catalog.case_kinds = &b->kind;
	b->catalog.case_kinds_count = 1;
}

/* R-CAS-003 */
static void case_verify_names_a_move_that_was_not_allowed(void **state)
{
	static const struct {
		const char *move, *id;
		enum cat_case_side side;
		const char *actor, *to;
		bool is_allowed;
	} cases[] = {
	    {"accept", "accept", CAT_SIDE_OFFICE, office, "accepted", true},
	    {"accept", "welcome", CAT_SIDE_OFFICE, office, "accepted", false},
	    {"accept", "accept", CAT_SIDE_SOURCE, market, "accepted", false},
	    {"accept", "accept", CAT_SIDE_OFFICE, office, "answered", false},
	    {"uphold", "uphold", CAT_SIDE_OFFICE, office, "upheld", false},
	};
	static const struct road first = {
	    "", "zhang", "file", "wrong", "", "2026-03-02", OK, "filed"};
	static struct bent bent;
	struct fixture *f = fixture_of(state);
	struct case_result made;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		const struct road next = {cases[i].actor, "wang", cases[i].id,
		    "x", "", "2026-03-02", OK, cases[i].to};
		int64_t id = 0;
		char says[80];

		record_of(f, market, i, 1, "2026-03-01");
		assert_int_equal(
		    walk(f, shandong, &first, i * 3, &id, &made), OK);
		bend(&bent, cases[i].move, cases[i].id, cases[i].side,
		    cases[i].to);
		assert_int_equal(
		    walk(f, &bent.catalog, &next, i * 3, &id, &made), OK);
		snprintf(says, sizeof(says),
		    "step 2 of case %lld is a move that its catalogue does "
		    "not have",
		    (long long)id);
		expect_found(
		    f, 2 * (i + 1), cases[i].is_allowed ? NULL : says, i + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(case_clock_now_table),
	    cmocka_unit_test(case_clock_atRandom_isWhatEachDaySays),
	    cmocka_unit_test_setup_teardown(
		case_move_road_is_the_table, fixture_setup, fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		case_move_own_record_is_decided_alone, fixture_setup,
		fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		case_move_withdrawn_record_is_corrected, fixture_setup,
		fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		case_move_review_is_once_and_another_persons, fixture_setup,
		fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		case_move_extension_is_once, fixture_setup, fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		case_move_texts_are_lines_within_bounds, fixture_setup,
		fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		case_move_begins_about_own_record_that_stands, fixture_setup,
		fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		case_verify_names_each_changed_column, fixture_setup,
		fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		case_verify_names_a_move_that_was_not_allowed, fixture_setup,
		fixture_teardown),
	    cmocka_unit_test_setup_teardown(case_verify_names_what_was_changed,
		fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, setup_catalogues, free_catalogues);
}
