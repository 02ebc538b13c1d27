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

/* Record 0 is withdrawn by mistake, and reinstated. */
static void reinstate(struct fixture *f, const char *on)
{
	const struct withdraw_request request = {.store = f->store,
	    .ledger = f->ledger,
	    .catalog = shandong,
	    .department = catalog_department(shandong, market),
	    .reason = span_of("误操作"),
	    .since = DATE_NONE,
	    .tmp_folder = f->dir,
	    .now_ms = noon_ms(on)};
	struct withdraw_result result;

	assert_int_equal(withdraw_run(&request, &result, &f->err), 0);
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

static enum err_code walk(struct fixture *f, const struct road *step,
    uint64_t record, int64_t *case_id, struct case_result *made)
{
	char code[19];
	bool begins = strcmp(step->move, "file") == 0;
	struct case_request request = {.store = f->store,
	    .ledger = f->ledger,
	    .catalog = shandong,
	    .side = step->actor[0] ? CAT_SIDE_NOBODY : CAT_SIDE_REPRESENTATIVE,
	    .actor = step->actor[0] ? step->actor : code,
	    .by = step->by,
	    .move = step->move,
	    .kind = begins ? "objection" : NULL,
	    .record = record,
	    .case_id = *case_id,
	    .text = span_of(step->text),
	    .letter = span_of(step->letter),
	    .tmp_folder = f->dir,
	    .now_ms = noon_ms(step->on)};
	enum err_code rc;

	test_code(1, code);
	rc = case_move(&request, made, &f->err);
	if (!rc && begins)
		*case_id = made->case_id;
	return rc;
}

static int64_t go(
    struct fixture *f, const struct road *road, size_t count, uint64_t record)
{
	struct case_result made;
	int64_t case_id = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		enum err_code rc = walk(f, &road[i], record, &case_id, &made);

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

	record_of(f, market, 1, 1, "2026-03-01");
	case_id = go(f, road, ARRAY_COUNT(road), 0);
	/* R-CAS-006: another content is a correction, the same is none. */
	reinstate(f, "2026-03-03");
	assert_int_equal(walk(f, &end[0], 0, &case_id, &made), ERR_CONFLICT);
	record_of(f, market, 1, 2, "2026-03-04");
	for (i = 0; i < ARRAY_COUNT(end); i++)
		assert_int_equal(
		    walk(f, &end[i], 0, &case_id, &made), end[i].rc);
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
	go(f, road, ARRAY_COUNT(road), 0);
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
	id = go(f, road, ARRAY_COUNT(road), 0);
	expect_found(f, 2, NULL, 1);
	expect_found(f, 3, "but 3 were sealed", 1);
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
		expect_found(f, 4, "belong to a case", 1);
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
	    cmocka_unit_test_setup_teardown(case_verify_names_what_was_changed,
		fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, setup_catalogues, free_catalogues);
}
