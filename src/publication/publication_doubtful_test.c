/* SPDX-License-Identifier: Apache-2.0 */
/* Doubtful decisions, undone decisions and what is public of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/mem.h"
#include "intake/doubtful.h"
#include "publication/publication_test_help.h"

static struct doubtful_act act_on(const struct fixture *f, date_days today)
{
	return (struct doubtful_act){.store = f->store,
	    .ledger = f->ledger,
	    .catalog = catalog,
	    .tmp_folder = f->dir,
	    .now_ms = noon_of(today),
	    .by = "甲",
	    .reason = "核实"};
}

static void undoneDecision_leavesTheFeed(void **state)
{
	struct fixture *f = *state;
	struct copy *copy = mem_zalloc(1, sizeof(*copy));
	date_days today = day("2026-05-10");
	struct doubtful_act act = act_on(f, today);
	struct doubtful_outcome outcome;
	char code[19];

	test_code(1, code);
	put_submission(f, 1, today);
	put_doubt(f, 1, 1, today);
	assert_int_equal(
	    doubtful_resolve(&act, 1, code, false, &outcome, &f->err), 0);
	follow(f, today);
	assert_true_to_registry(f, copy, today);
	assert_int_equal(copy->held.count, 1);
	act.now_ms = noon_of(++today);
	assert_int_equal(doubtful_undo(&act, 1, &outcome, &f->err), 0);
	follow(f, today);
	assert_true_to_registry(f, copy, today);
	assert_int_equal(copy->held.count, 0);
	assert_change(f, 1, PUBLICATION_ENDED, 0, "unresolved");
	/* Decided once more, it is another's. */
	act.now_ms = noon_of(++today);
	test_code(2, code);
	assert_int_equal(
	    doubtful_resolve(&act, 1, code, false, &outcome, &f->err), 0);
	follow(f, today);
	assert_true_to_registry(f, copy, today);
	assert_int_equal(copy->held.count, 1);
	free(copy);
}

/* ---- a record that several doubtful rows and its source speak of ---- */

enum { DOUBTS = 3, DOUBTS_MAX = 200, WORDS_MAX = 256, ACTS = 400 };

/* Who said what of a record, oldest first: a doubtful row, or 0 the source. */
struct word {
	int64_t doubtful_id;
	uint64_t content;
};

struct story {
	struct word words[WORDS_MAX]; /* since the last withdrawal */
	size_t count;
	int64_t submissions, doubts;
	int64_t came_with[DOUBTS_MAX + 1]; /* the row: which submission */
	int64_t heard;	/* submissions before its source spoke last */
	int64_t undone; /* decisions that were undone */
	int64_t refused;
	bool is_resolved[DOUBTS_MAX + 1];
	bool was_withdrawn;
	struct word withdrawn; /* that can be reinstated; content 0: nothing */
	int64_t reinstated;
	int64_t others_refused;
};

/* A submission with some doubtful rows. */
static void put_doubts(
    struct fixture *f, struct story *s, int64_t count, date_days today)
{
	put_submission(f, ++s->submissions, today);
	while (count-- > 0) {
		assert_true(s->doubts < DOUBTS_MAX);
		s->came_with[++s->doubts] = s->submissions;
		put_doubt(f, s->submissions, s->doubts, today);
	}
}

static void say(struct story *s, int64_t doubtful_id, uint64_t content)
{
	assert_true(s->count < WORDS_MAX);
	s->words[s->count++] = (struct word){doubtful_id, content};
}

static void take_back(struct story *s, int64_t doubtful_id)
{
	size_t i, kept = 0;

	for (i = 0; i < s->count; i++)
		if (s->words[i].doubtful_id != doubtful_id)
			s->words[kept++] = s->words[i];
	s->count = kept;
}

/* What stands of the one record, by its rows: 0 = nothing. */
static uint64_t standing_content(struct fixture *f, uint64_t *seq_out)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_LATEST;
	struct store_value key[] = {
	    store_int(1), store_int(PENALTY), store_int(77)};
	uint64_t content = 0, seq = 0;
	struct view view;
	enum err_code rc = store_start(f->store, id, key, 3, &f->err);

	if (store_next_row(f->store, id, &rc, &f->err)) {
		seq = (uint64_t)store_column_int(f->store, id, 1);
		content = (uint64_t)store_column_int(f->store, id, 2);
	}
	store_finish(f->store, id);
	assert_int_equal(view_load(&view, f->store, catalog, 1, &f->err), 0);
	if (view.records_count) {
		const struct view_version *v;
		const struct view_record *r = view_find(&view, seq, &v);

		if (view_end_on(r, v, INT32_MAX))
			content = 0;
	}
	view_release(&view);
	*seq_out = seq;
	return content;
}

/* R-ING-034: was nothing said of the record since the row came, by its source
 * or by a row that came later and is decided? */
static bool is_newest(const struct story *s, int64_t id)
{
	int64_t i;

	for (i = 1; i <= s->doubts; i++)
		if (s->is_resolved[i] && s->came_with[i] > s->came_with[id])
			return false;
	return s->came_with[id] > s->heard;
}

/* One of the newest rows is decided, or its decision undone. */
static void decide_some(struct fixture *f, struct doubtful_act *act,
    uint64_t *seed, struct story *s, const char *code)
{
	int64_t id = s->doubts - next_random(seed) % (2 * DOUBTS);
	struct doubtful_outcome outcome;

	if (id < 1)
		return;
	if (s->is_resolved[id]) {
		assert_int_equal(doubtful_undo(act, id, &outcome, &f->err), 0);
		take_back(s, id);
		if (s->withdrawn.doubtful_id == id)
			s->withdrawn = (struct word){0, 0};
		s->undone++;
	} else if (is_newest(s, id)) {
		assert_int_equal(
		    doubtful_resolve(act, id, code, false, &outcome, &f->err),
		    0);
		say(s, id, CONTENT + (uint64_t)id);
		s->withdrawn = (struct word){0, 0};
	} else {
		assert_int_equal(
		    doubtful_resolve(act, id, code, false, &outcome, &f->err),
		    ERR_CONFLICT);
		s->refused++;
		return;
	}
	s->is_resolved[id] = !s->is_resolved[id];
}

static void source_says(struct fixture *f, date_days today, struct story *s,
    const char *code, uint64_t content)
{
	const struct test_row row = {.code = code,
	    .name = "示例市某某公司",
	    .key = 77,
	    .content = content,
	    .decided_on = today - 10,
	    .class_ = CAT_CLASS_GENERAL};

	fixture_submit(f, PENALTY, "penalty", market, noon_of(today), &row, 1);
	say(s, 0, content);
	s->withdrawn = (struct word){0, 0};
	s->heard = s->submissions;
}

static void withdraw_it(
    struct fixture *f, uint64_t *seed, date_days today, struct story *s)
{
	assert_true(withdraw_some(f, seed, today) >= 0);
	s->withdrawn = s->words[s->count - 1];
	s->count = 0;
	s->heard = s->submissions;
	s->was_withdrawn = true;
}

/* R-REG-016: what was withdrawn is its source's word again, whoever's
 * decision it was before. */
static void reinstate_it(
    struct fixture *f, date_days today, struct story *s, uint64_t newest)
{
	enum err_code rc = reinstate(f, newest, today);

	if (!s->withdrawn.content) {
		assert_true(rc == ERR_CONFLICT || rc == ERR_NOT_FOUND);
		return;
	}
	assert_int_equal(rc, 0);
	say(s, 0, s->withdrawn.content);
	s->withdrawn = (struct word){0, 0};
	s->heard = s->submissions;
	s->reinstated++;
}

/* R-ING-037: nothing, unless the record is nobody's. */
static void another_says(
    struct fixture *f, date_days today, struct story *s, const char *code)
{
	const struct test_row row = {.code = code,
	    .name = "示例市某某公司",
	    .key = 77,
	    .content = 5000,
	    .decided_on = today - 10,
	    .class_ = CAT_CLASS_GENERAL};
	struct append_counts counts;

	if (s->count == 0 && !s->was_withdrawn)
		return;
	counts =
	    fixture_submit(f, PENALTY, "penalty", tax, noon_of(today), &row, 1);
	assert_int_equal(counts.versions + counts.duplicates, 0);
	s->others_refused++;
}

/* R-ING-010: whatever the order, an undone decision is as if it had never
 * been, and takes nothing along that others said. R-ING-034: none stands over
 * what was said after its row came. */
static void decisions_inAnyOrder_areUndoneAlone(void **state)
{
	struct fixture *f = *state;
	struct copy *copy = mem_zalloc(1, sizeof(*copy));
	struct story s = {.count = 0};
	date_days today = day("2026-05-10");
	struct doubtful_act act = act_on(f, day("2026-05-10"));
	uint64_t seed = 23, newest = 0;
	char code[19];
	int i;

	test_code(1, code);
	put_doubts(f, &s, DOUBTS, today);
	for (i = 0; i < ACTS; i++) {
		uint32_t what = next_random(&seed) % 18;

		act.now_ms = noon_of(today);
		if (what == 0 && s.count) {
			withdraw_it(f, &seed, today, &s);
		} else if (what >= 16) {
			reinstate_it(f, today, &s, newest);
		} else if (what == 1) {
			source_says(f, today, &s, code, 1000 + (uint64_t)i);
		} else if (what == 2) {
			another_says(f, today, &s, code);
		} else if (what < 5) {
			put_doubts(f, &s, 1 + what % 2, today);
		} else {
			decide_some(f, &act, &seed, &s, code);
		}
		assert_int_equal(standing_content(f, &newest),
		    s.count ? s.words[s.count - 1].content : 0);
		if (i % 3 == 0) {
			follow(f, today);
			assert_true_to_registry(f, copy, today);
			today += i % 2;
		}
	}
	assert_true(s.undone > 20 && s.refused > 20 && s.others_refused > 5 &&
	    s.reinstated > 5);
	free(copy);
}

/* R-ING-034, and that a row which is overtaken can still be rejected. */
static void overtakenRow_isNotDecidedButRejected(void **state)
{
	struct fixture *f = *state;
	date_days today = day("2026-05-10");
	struct doubtful_act act = act_on(f, today);
	struct doubtful_outcome outcome;
	struct story s = {.count = 0};
	uint64_t newest;
	char code[19];

	test_code(1, code);
	put_doubts(f, &s, 1, today);
	source_says(f, today, &s, code, 1000);
	assert_int_equal(
	    doubtful_resolve(&act, 1, code, false, &outcome, &f->err),
	    ERR_CONFLICT);
	assert_non_null(strstr(f->err.message, "is overtaken"));
	assert_string_equal(f->err.detail, "By statement 0.");
	assert_int_equal(standing_content(f, &newest), 1000);
	/* Of another organisation nothing was said. */
	test_code(2, code);
	assert_int_equal(
	    doubtful_resolve(&act, 1, code, false, &outcome, &f->err), 0);
	assert_int_equal(doubtful_undo(&act, 1, &outcome, &f->err), 0);
	assert_int_equal(doubtful_dismiss(&act, 1, &outcome, &f->err), 0);
}

/* An undoing that lets another decision stand again leaves it to who took it.
 */
static void decision_thatStandsAgain_isOfWhoTookIt(void **state)
{
	struct fixture *f = *state;
	struct doubtful_act act = act_on(f, day("2026-05-10"));
	struct doubtful_outcome outcome;
	struct story s = {.count = 0};
	struct buf out = BUF_INIT(1 << 20);
	char code[19];

	test_code(1, code);
	put_doubts(f, &s, 2, day("2026-05-10"));
	assert_int_equal(
	    doubtful_resolve(&act, 1, code, false, &outcome, &f->err), 0);
	assert_int_equal(
	    doubtful_resolve(&act, 2, code, false, &outcome, &f->err), 0);
	act.by = "second";
	act.reason = "wrong";
	assert_int_equal(doubtful_undo(&act, 2, &outcome, &f->err), 0);
	assert_true(outcome.restored > 0);
	assert_int_equal(
	    doubtful_show(f->store, catalog, NULL, 1, &out, &f->err), 0);
	assert_non_null(strstr(buf_str(&out), "stands again"));
	assert_null(strstr(buf_str(&out), "second"));
	assert_null(strstr(buf_str(&out), "wrong"));
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(undoneDecision_leavesTheFeed),
	    TEST(decisions_inAnyOrder_areUndoneAlone),
	    TEST(overtakenRow_isNotDecidedButRejected),
	    TEST(decision_thatStandsAgain_isOfWhoTookIt),
	};

	return cmocka_run_group_tests(tests, load_rizhao, free_catalogue);
}
