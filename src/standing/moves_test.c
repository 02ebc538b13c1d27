/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of what begins, ends and changes between two moments. */
#include "standing/moves.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "registry/registry_test_help.h"

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

#define FIXED(test)                                                            \
	cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FIXED(moves_aNewEntry_beginsWhereItsMatterSeesIt),
	    FIXED(moves_whatAMatterMayNotLookUp_isNotTold),
	    FIXED(moves_theDayBehindTheLast_isAnEnd),
	    FIXED(moves_anotherVersion_changesOrEnds),
	    FIXED(entry_at_isAsItWasThen),
	};

	return cmocka_run_group_tests(tests, load_rizhao, free_catalogue);
}
