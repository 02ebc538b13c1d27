/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of what passes from the reading process to its parent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "intake/check_test_help.h"
#include "intake/slots.h"

static struct checked_row slot_row_of(uint64_t number)
{
	return (struct checked_row){
	    .number = number,
	    .outcome = ROW_RECORD,
	    .code = GOOD_CODE,
	    .name = span_of("名称"),
	    .fields = span_of("{\"a\":1}"),
	    .closed = span_of("{\"b\":2}"),
	    .findings = span_of("[]"),
	    .key_hash = number * 3,
	    .content_hash = number * 5,
	    .class_ = CAT_CLASS_MINOR,
	    .decided_on = 20000,
	    .valid_to = DATE_NONE,
	    .public_until = DATE_NONE,
	};
}

static void slots_rows_arrive_as_sent(void **state)
{
	struct checked_row row = {.outcome = ROW_NATURAL};
	struct slots *slots;
	struct slot_view view;
	struct err err;
	uint64_t i;

	(void)state;
	assert_int_equal(slots_new(&slots, &err), 0);
	slot_view_init(&view);
	assert_int_equal(slots_put_row(slots, &row, &err), 0);
	for (i = 1; i <= 3; i++) {
		row = slot_row_of(i);
		assert_int_equal(slots_put_row(slots, &row, &err), 0);
	}
	slots_set_position(slots, 99);
	assert_int_equal(slots_put_text(slots, span_of("{}"), &err), 0);
	assert_int_equal(slots_finish(slots, NULL, &err), 0);
	assert_int_equal(slots_take(slots, &view, &err), 0);
	assert_int_equal(view.head.natural, 1);
	assert_int_equal(view.head.position, 99);
	assert_int_equal(slot_text(&view).n, 0);
	for (i = 1; i <= 3; i++) {
		assert_int_equal(slot_next(&view, &row, &err), 1);
		assert_int_equal(row.number, i);
		assert_int_equal(row.content_hash, i * 5);
		assert_string_equal(row.code, GOOD_CODE);
		assert_true(span_is(row.name, "名称"));
		assert_true(span_is(row.fields, "{\"a\":1}"));
		assert_true(span_is(row.closed, "{\"b\":2}"));
		assert_int_equal(row.valid_to, DATE_NONE);
	}
	assert_int_equal(slot_next(&view, &row, &err), 0);
	assert_int_equal(slots_take(slots, &view, &err), 0);
	assert_true(span_is(slot_text(&view), "{}"));
	assert_int_equal(slots_take(slots, &view, &err), 0);
	assert_int_equal(view.head.end, SLOT_LAST);
	slot_view_release(&view);
	slots_free(&slots);
}

/* A slot goes long before its memory is full; no row is lost between two. */
static void slots_full_enough_go(void **state)
{
	enum { ROWS = 3000 };
	char text[200];
	struct slots *slots;
	struct slot_view view;
	struct checked_row row;
	struct err err;
	uint64_t i;
	uint64_t seen = 0;
	int taken = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(slots_new(&slots, &err), 0);
	slot_view_init(&view);
	for (i = 1; i <= ROWS; i++) {
		row = slot_row_of(i);
		row.fields = (struct span){text, sizeof(text)};
		assert_int_equal(slots_put_row(slots, &row, &err), 0);
	}
	assert_int_equal(slots_finish(slots, NULL, &err), 0);
	do {
		assert_int_equal(slots_take(slots, &view, &err), 0);
		assert_true(view.head.bytes < 2 * SLOT_POST_BYTES);
		while (slot_next(&view, &row, &err) == 1)
			assert_int_equal(row.number, ++seen);
		taken++;
	} while (view.head.end != SLOT_LAST);
	assert_int_equal(seen, ROWS);
	assert_true(taken > 2);
	slot_view_release(&view);
	slots_free(&slots);
}

/* R-ING-025 */
static void slots_nonsense_is_refused(void **state)
{
	struct checked_row bad[4];
	struct slot_view view;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(bad); i++)
		bad[i] = slot_row_of(1);
	bad[0].code[17] = '4';
	bad[1].class_ = CAT_CLASS_COUNT;
	bad[2].outcome = ROW_OUTCOME_COUNT;
	bad[3].doubt = DOUBT_COUNT;
	slot_view_init(&view);
	for (i = 0; i < ARRAY_COUNT(bad); i++) {
		struct checked_row row;
		struct slots *slots;
		struct err err;

		assert_int_equal(slots_new(&slots, &err), 0);
		assert_int_equal(slots_put_row(slots, &bad[i], &err), 0);
		assert_int_equal(slots_finish(slots, NULL, &err), 0);
		assert_int_equal(slots_take(slots, &view, &err), 0);
		if (slot_next(&view, &row, &err) != ERR_CORRUPT)
			fail_msg("case %zu", i);
		slots_free(&slots);
	}
	slot_view_release(&view);
}

static void slots_bad_number_or_length_is_refused(void **state)
{
	struct checked_row row = slot_row_of(1);
	struct slot_view view;
	struct slots *slots;
	struct err err;
	unsigned char number = SLOT_COUNT;
	int fds[2];

	(void)state;
	slot_view_init(&view);
	assert_int_equal(slots_new(&slots, &err), 0);
	slots_child_fds(slots, fds);
	assert_int_equal(write(fds[0], &number, 1), 1);
	assert_int_equal(slots_take(slots, &view, &err), ERR_CORRUPT);
	/* A head that promises more than the slot holds. */
	assert_int_equal(slots_put_row(slots, &row, &err), 0);
	assert_int_equal(slots_finish(slots, NULL, &err), 0);
	assert_int_equal(slots_take(slots, &view, &err), 0);
	view.head.bytes -= 1;
	assert_int_equal(slot_next(&view, &row, &err), ERR_CORRUPT);
	slots_free(&slots);
	slot_view_release(&view);
}

static void slots_child_tells_failure_or_is_gone(void **state)
{
	struct slot_view view;
	struct slots *slots;
	struct err err, told;

	(void)state;
	err_set(&told, ERR_INPUT, "this is told");
	slot_view_init(&view);
	assert_int_equal(slots_new(&slots, &err), 0);
	assert_int_equal(slots_finish(slots, &told, &err), 0);
	assert_int_equal(slots_take(slots, &view, &err), ERR_INPUT);
	assert_string_equal(err.message, "this is told");
	slots_be_parent(slots); /* the last writing end closes */
	assert_int_equal(slots_take(slots, &view, &err), ERR_SYSTEM);
	slots_free(&slots);
	slot_view_release(&view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(slots_rows_arrive_as_sent),
	    cmocka_unit_test(slots_full_enough_go),
	    cmocka_unit_test(slots_nonsense_is_refused),
	    cmocka_unit_test(slots_bad_number_or_length_is_refused),
	    cmocka_unit_test(slots_child_tells_failure_or_is_gone),
	};

	return cmocka_run_group_tests_name("slots", tests, NULL, NULL);
}
