/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of what begins, ends and changes between two moments. */
#include "standing/moves.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/random_test_help.h"
#include "registry/registry_test_help.h"
#include "registry/withdraw.h"

enum { MOVES_MAX = 8 };

static const char labour[] = "rizhao-human-resources";

struct seen {
	struct standing_move moves[MOVES_MAX];
	size_t count;
};

static void take(void *ctx, const struct standing_move *move)
{
	struct seen *seen = ctx;

	assert_true(seen->count < MOVES_MAX);
	seen->moves[seen->count++] = *move;
}

static struct standing_moment at(uint64_t statements, const char *on)
{
	return (struct standing_moment){statements, day(on)};
}

static const struct cat_item *item_of(const char *id)
{
	size_t i;

	for (i = 0; i < catalog->items_count; i++)
		if (strcmp(catalog->items[i].id, id) == 0)
			return &catalog->items[i];
	fail_msg("there is no item %s", id);
	return NULL;
}

/* A record of an item, of organisation 1, received at noon of a day. */
static void submit(struct fixture *f, const char *item, uint64_t content,
    const char *received, const char *until)
{
	char code[19];
	struct test_row row = {.code = code,
	    .name = "示例甲公司",
	    .fields = "{}",
	    .key = 1,
	    .content = content,
	    .decided_on = day("2026-01-05"),
	    .class_ = CAT_CLASS_SERIOUS,
	    .public_until = until ? day(until) : 0};

	test_code(1, code);
	fixture_submit(
	    f, item_of(item)->number, item, labour, noon_ms(received), &row, 1);
}

static struct seen moves(struct fixture *f, const char *matter,
    struct standing_moment before, struct standing_moment after)
{
	const struct standing_moment between[2] = {before, after};
	struct standing_question q = {
	    .catalog = catalog, .matter = catalog_matter(catalog, matter)};
	const struct view_source source = {
	    .store = f->store, .catalog = catalog};
	struct view_loader *loader;
	struct seen seen = {.count = 0};
	char code[19];

	test_code(1, code);
	q.code = code;
	assert_int_equal(
	    subject_id_of(f->store, span_of(code), &q.subject_id, &f->err), 0);
	view_loader_new(&source, &loader);
	assert_int_equal(
	    standing_moves(loader, &q, between, take, &seen, &f->err), 0);
	view_loader_free(&loader);
	return seen;
}

static struct withdraw_request withdrawal_of(
    struct fixture *f, uint64_t record, int64_t now_ms)
{
	return (struct withdraw_request){
	    .store = f->store,
	    .ledger = f->ledger,
	    .catalog = catalog,
	    .department =
		catalog_department(catalog, "rizhao-development-reform"),
	    .reason = span_of("撤销"),
	    .tmp_folder = f->dir,
	    .now_ms = now_ms,
	    .since = DATE_NONE,
	    .record = record,
	};
}

static void expect(const struct seen *seen, enum standing_move_kind kind,
    enum standing_why why, const char *on)
{
	assert_int_equal(seen->count, 1);
	assert_string_equal(
	    standing_move_word(seen->moves[0].kind), standing_move_word(kind));
	assert_string_equal(
	    standing_why_word(seen->moves[0].why), standing_why_word(why));
	assert_int_equal(seen->moves[0].on, day(on));
}

static const char procurement[] = "government-procurement";

static void moves_aNewEntry_beginsWhereItsMatterSeesIt(void **state)
{
	struct fixture *f = *state;
	struct seen seen;

	submit(f, "wage-arrears", 1, "2026-05-11", "2026-12-31");
	seen = moves(f, procurement, at(0, "2026-05-11"), at(1, "2026-05-11"));
	expect(&seen, STANDING_BEGUN, STANDING_REPORTED, "2026-05-11");
	assert_int_equal(seen.moves[0].seq, 0);
	assert_int_equal(seen.moves[0].replaces, -1);
	/* Nothing is between two equal moments. */
	seen = moves(f, procurement, at(1, "2026-05-11"), at(1, "2026-05-11"));
	assert_int_equal(seen.count, 0);
}

static void moves_whatAMatterMayNotLookUp_isNotTold(void **state)
{
	struct fixture *f = *state;
	struct seen seen;

	submit(f, "licence", 1, "2026-05-11", "2026-12-31");
	seen = moves(f, procurement, at(0, "2026-05-11"), at(1, "2026-05-11"));
	assert_int_equal(seen.count, 0);
}

static void moves_theDayBehindTheLast_isAnEnd(void **state)
{
	struct fixture *f = *state;
	struct seen seen;

	submit(f, "wage-arrears", 1, "2026-05-11", "2026-06-30");
	seen = moves(f, procurement, at(1, "2026-06-29"), at(1, "2026-06-30"));
	assert_int_equal(seen.count, 0);
	seen = moves(f, procurement, at(1, "2026-06-30"), at(1, "2026-07-01"));
	expect(&seen, STANDING_ENDED, STANDING_BY_DATE, "2026-07-01");
	/* Days that nobody looked at are between, too. */
	seen = moves(f, procurement, at(1, "2026-06-01"), at(1, "2026-08-09"));
	expect(&seen, STANDING_ENDED, STANDING_BY_DATE, "2026-07-01");
}

static void moves_anotherVersion_changesOrEnds(void **state)
{
	struct fixture *f = *state;
	struct seen seen;

	submit(f, "wage-arrears", 1, "2026-05-11", "2026-12-31");
	submit(f, "wage-arrears", 2, "2026-05-20", "2026-11-30");
	submit(f, "wage-arrears", 3, "2026-05-25", "2026-05-22");
	seen = moves(f, procurement, at(1, "2026-05-20"), at(2, "2026-05-20"));
	expect(&seen, STANDING_CHANGED, STANDING_CORRECTED, "2026-05-20");
	assert_int_equal(seen.moves[0].seq, 1);
	assert_int_equal(seen.moves[0].replaces, 0);
	seen = moves(f, procurement, at(2, "2026-05-25"), at(3, "2026-05-25"));
	expect(&seen, STANDING_ENDED, STANDING_CORRECTED, "2026-05-25");
	assert_int_equal(seen.moves[0].seq, 1);
	/* Over all of them nothing is left that a check did not know. */
	seen = moves(f, procurement, at(0, "2026-05-11"), at(3, "2026-05-25"));
	assert_int_equal(seen.count, 0);
}

static void moves_whatIsReinstated_isNotNew(void **state)
{
	struct fixture *f = *state;
	struct withdraw_request request;
	struct withdraw_result result;
	struct seen seen;

	submit(f, "wage-arrears", 1, "2026-05-11", "2026-12-31");
	request = withdrawal_of(f, 0, noon_ms("2026-05-20"));
	assert_int_equal(withdraw_run(&request, &result, &f->err), 0);
	request.now_ms = noon_ms("2026-05-25");
	assert_int_equal(withdraw_take_back(&request, &result, &f->err), 0);
	seen = moves(f, procurement, at(1, "2026-05-20"), at(2, "2026-05-20"));
	expect(&seen, STANDING_ENDED, STANDING_WITHDRAWN, "2026-05-20");
	seen = moves(f, procurement, at(2, "2026-05-25"), at(3, "2026-05-25"));
	expect(&seen, STANDING_BEGUN, STANDING_REINSTATED, "2026-05-25");
	assert_int_equal(seen.moves[0].seq, 2);
	/* Nor does it say anything else, to who heard of no end. */
	seen = moves(f, procurement, at(1, "2026-05-20"), at(3, "2026-05-25"));
	expect(&seen, STANDING_CHANGED, STANDING_REINSTATED, "2026-05-25");
	/* What its source sends after that is sent. */
	submit(f, "wage-arrears", 2, "2026-06-01", "2026-11-30");
	seen = moves(f, procurement, at(2, "2026-05-25"), at(4, "2026-06-01"));
	expect(&seen, STANDING_BEGUN, STANDING_REPORTED, "2026-06-01");
}

/* Whose the first record is was decided, and is open again. */
static void end_unresolved(struct fixture *f, uint64_t seq, const char *on)
{
	const struct store_value row[] = {store_int(1),
	    store_int(item_of("wage-arrears")->number), store_int(1),
	    store_int((int64_t)seq), store_int(RECORD_END_UNRESOLVED),
	    store_int(noon_ms(on)), store_str("核实")};

	assert_int_equal(store_begin(f->store, &f->err), 0);
	assert_int_equal(store_run(f->store, SQL_REGISTRY_END_INSERT, row,
			     ARRAY_COUNT(row), &f->err),
	    0);
	assert_int_equal(store_commit(f->store, &f->err), 0);
}

static void moves_anUndoneDecision_isNoWithdrawal(void **state)
{
	struct fixture *f = *state;
	struct seen seen;

	submit(f, "wage-arrears", 1, "2026-05-11", "2026-12-31");
	end_unresolved(f, 1, "2026-05-20");
	seen = moves(f, procurement, at(1, "2026-05-20"), at(2, "2026-05-21"));
	expect(&seen, STANDING_ENDED, STANDING_UNRESOLVED, "2026-05-20");
}

static void entry_at_isAsItWasThen(void **state)
{
	struct fixture *f = *state;
	struct standing_question q = {.catalog = catalog,
	    .matter = catalog_matter(catalog, procurement),
	    .today = day("2026-06-30")};
	struct standing standing;
	char code[19];

	submit(f, "wage-arrears", 1, "2026-05-11", "2026-06-30");
	submit(f, "wage-arrears", 2, "2026-06-01", "2026-06-15");
	test_code(1, code);
	q.code = code;
	assert_int_equal(
	    subject_id_of(f->store, span_of(code), &q.subject_id, &f->err), 0);
	assert_int_equal(
	    standing_entry_at(f->store, &q, 0, &standing, &f->err), 0);
	assert_int_equal(standing.entries_count, 1);
	assert_int_equal(standing.entries[0].version->seq, 0);
	assert_string_equal(standing.entries[0].list->id, "wage-arrears");
	assert_true(standing.entries[0].measures_count > 0);
	standing_release(&standing);
	assert_int_equal(
	    standing_entry_at(f->store, &q, 1, &standing, &f->err), 0);
	assert_int_equal(standing.entries_count, 0);
	standing_release(&standing);
}

/* ---- moves, one after another, make what stands ---- */

enum { TOLD_MAX = 256, ORGANISATIONS = 4, STEPS = 60 };

/* The numbers of the entries that somebody knows of who hears of moves. */
struct told {
	uint64_t list[TOLD_MAX];
	size_t count;
};

static size_t place_in(const struct told *told, uint64_t seq)
{
	size_t i;

	for (i = 0; i < told->count && told->list[i] != seq; i++)
		;
	return i;
}

static void hear(void *ctx, const struct standing_move *move)
{
	struct told *told = ctx;
	uint64_t goes = move->kind == STANDING_CHANGED
	    ? (uint64_t)move->replaces
	    : move->seq;

	if (move->kind != STANDING_BEGUN) {
		size_t i = place_in(told, goes);

		if (i == told->count)
			fail_msg("%s of %d, which nobody has heard of",
			    standing_move_word(move->kind), (int)goes);
		told->list[i] = told->list[--told->count];
	}
	if (move->kind != STANDING_ENDED) {
		assert_true(told->count < TOLD_MAX);
		assert_int_equal(place_in(told, move->seq), told->count);
		told->list[told->count++] = move->seq;
	}
}

static void assert_told_is_standing(struct fixture *f,
    const struct standing_question *q, const struct told *told)
{
	const struct view_source source = {
	    .store = f->store, .catalog = catalog};
	struct standing standing;
	size_t i;

	assert_int_equal(standing_load(&source, q, &standing, &f->err), 0);
	for (i = 0; i < standing.entries_count; i++)
		if (place_in(told, standing.entries[i].version->seq) ==
		    told->count)
			fail_msg("nobody has heard of %d",
			    (int)standing.entries[i].version->seq);
	assert_int_equal(standing.entries_count, told->count);
	standing_release(&standing);
}

/* A record of some item of one of the organisations, or another version. */
static void submit_some(struct fixture *f, uint64_t *seed, date_days today)
{
	static const char *const items[] = {"wage-arrears", "penalty",
	    "serious-tax-violation", "abnormal-operations", "tax-credit-a",
	    "licence"};
	const char *item = items[next_random(seed) % ARRAY_COUNT(items)];
	struct test_row row = {.name = "示例甲公司",
	    .fields = "{}",
	    .key = next_random(seed) % 3,
	    .content = next_random(seed) % 4,
	    .decided_on = today - (int)(next_random(seed) % 700) + 3,
	    .class_ = (uint8_t)(1 + next_random(seed) % 3)};
	char code[19];

	test_code(next_random(seed) % ORGANISATIONS, code);
	row.code = code;
	if (next_random(seed) % 2)
		row.public_until = today + (int)(next_random(seed) % 80) - 10;
	if (next_random(seed) % 3 == 0)
		row.valid_to = today + (int)(next_random(seed) % 80);
	fixture_submit(f, item_of(item)->number, item, labour,
	    date_begin_ms(today) + 1, &row, 1);
}

static void withdraw_some(
    struct fixture *f, uint64_t *seed, uint64_t size, date_days today)
{
	struct withdraw_result result;
	struct withdraw_request request = withdrawal_of(
	    f, next_random(seed) % (size + 1), date_begin_ms(today) + 2);

	/* Not what was replaced, or is no record; what was withdrawn already
	 * is reinstated. */
	if (withdraw_run(&request, &result, &f->err) != 0)
		(void)withdraw_take_back(&request, &result, &f->err);
}

static struct standing_moment now(struct fixture *f, date_days today)
{
	struct ledger_head head;

	assert_int_equal(ledger_head(f->ledger, &head, &f->err), 0);
	return (struct standing_moment){head.size, today};
}

static void hear_all(struct fixture *f, const char *matter,
    const struct standing_moment between[2], struct told *told)
{
	const struct view_source source = {
	    .store = f->store, .catalog = catalog};
	struct standing_question q = {.catalog = catalog,
	    .matter = catalog_matter(catalog, matter),
	    .today = between[1].day};
	struct view_loader *loader;
	unsigned i;

	view_loader_new(&source, &loader);
	for (i = 0; i < ORGANISATIONS; i++) {
		char code[19];

		test_code(i, code);
		q.code = code;
		assert_int_equal(subject_id_of(f->store, span_of(code),
				     &q.subject_id, &f->err),
		    0);
		if (!q.subject_id)
			continue;
		assert_int_equal(standing_moves(loader, &q, between, hear,
				     &told[i], &f->err),
		    0);
		assert_told_is_standing(f, &q, &told[i]);
	}
	view_loader_free(&loader);
}

static void moves_oneAfterAnother_makeWhatStands(void **state)
{
	struct fixture *f = *state;
	struct told *told =
	    mem_zalloc(catalog->matters_count * ORGANISATIONS, sizeof(*told));
	date_days today = day("2025-11-20");
	struct standing_moment between[2] = {{0, today}};
	uint64_t seed = 3;
	size_t heard = 0, i;
	int step;

	for (step = 0; step < STEPS; step++) {
		uint32_t acts = next_random(&seed) % 4;

		for (; acts; acts--)
			submit_some(f, &seed, today);
		if (next_random(&seed) % 3 == 0)
			withdraw_some(
			    f, &seed, now(f, today).statements, today);
		between[1] = now(f, today);
		for (i = 0; i < catalog->matters_count; i++)
			hear_all(f, catalog->matters[i].id, between,
			    &told[i * ORGANISATIONS]);
		heard += told[0].count;
		between[0] = between[1];
		today += (int)(next_random(&seed) % 15);
	}
	assert_true(heard > STEPS / 4);
	free(told);
}

#define FIXED(test)                                                            \
	cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FIXED(moves_aNewEntry_beginsWhereItsMatterSeesIt),
	    FIXED(moves_whatAMatterMayNotLookUp_isNotTold),
	    FIXED(moves_theDayBehindTheLast_isAnEnd),
	    FIXED(moves_anotherVersion_changesOrEnds),
	    FIXED(moves_whatIsReinstated_isNotNew),
	    FIXED(moves_anUndoneDecision_isNoWithdrawal),
	    FIXED(entry_at_isAsItWasThen),
	    FIXED(moves_oneAfterAnother_makeWhatStands),
	};

	return cmocka_run_group_tests(tests, load_rizhao, free_catalogue);
}
