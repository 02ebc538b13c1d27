/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "web/tally.h"

static struct use refusal(int64_t reader, const char *why)
{
	return (struct use){.act = USE_READ,
	    .outcome = USE_REFUSED,
	    .reader_kind = USE_TOKEN,
	    .reader_id = reader,
	    .reader = span_of("abcdefghij"),
	    .why = span_of(why)};
}

static bool note(struct tally *t, int64_t reader, const char *why, int64_t now)
{
	const struct use use = refusal(reader, why);

	return tally_note(t, &use, now);
}

/* A flood leaves one trace at once and one a minute, with all of it. */
static void tally_flood_is_one_trace_a_minute(void **state)
{
	struct tally *t = tally_new();
	struct arena *arena = arena_new();
	struct use use;
	int i, told = 0;

	(void)state;
	for (i = 0; i < 10000; i++)
		told += note(t, 1, "too-often", i);
	assert_int_equal(told, 1);
	assert_false(tally_take(t, TALLY_MS - 1, false, arena, &use));
	assert_true(tally_take(t, TALLY_MS, false, arena, &use));
	assert_true(span_is(use.why, "too-often 9999"));
	assert_true(span_is(use.reader, "abcdefghij"));
	assert_int_equal(use.reader_id, 1);
	assert_false(tally_take(t, TALLY_MS, false, arena, &use));
	/* It goes on: the next minute begins with the trace. */
	assert_false(note(t, 1, "too-often", TALLY_MS + 1));
	assert_false(tally_take(t, 2 * TALLY_MS - 1, false, arena, &use));
	assert_true(tally_take(t, 2 * TALLY_MS, false, arena, &use));
	assert_true(span_is(use.why, "too-often 1"));
	/* After a minute of silence it is a first one again. */
	assert_false(tally_take(t, 3 * TALLY_MS, false, arena, &use));
	assert_true(note(t, 1, "too-often", 3 * TALLY_MS));
	arena_free(&arena);
	tally_free(&t);
}

static void tally_readers_and_reasons_are_apart(void **state)
{
	struct tally *t = tally_new();
	struct arena *arena = arena_new();
	struct use use;
	int taken = 0;

	(void)state;
	assert_true(note(t, 1, "too-often", 0));
	assert_true(note(t, 2, "too-often", 0));
	assert_true(note(t, 1, "ended", 0));
	assert_false(note(t, 1, "ended", 1));
	assert_false(note(t, 2, "too-often", 1));
	/* At the end nothing is lost. */
	while (tally_take(t, 2, true, arena, &use))
		taken++;
	assert_int_equal(taken, 2);
	arena_free(&arena);
	tally_free(&t);
}

/* More readers than it has room for are told of at once, not lost. */
static void tally_full_tells_at_once(void **state)
{
	struct tally *t = tally_new();
	int i;

	(void)state;
	for (i = 1; i <= 1000; i++)
		assert_true(note(t, i, "ended", 0));
	assert_false(note(t, 1, "ended", 0));
	assert_true(note(t, 1000, "ended", 0));
	tally_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tally_flood_is_one_trace_a_minute),
	    cmocka_unit_test(tally_readers_and_reasons_are_apart),
	    cmocka_unit_test(tally_full_tells_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
