/* SPDX-License-Identifier: Apache-2.0 */
/* Turning statements on their side and back gives the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "registry/columns.h"
#include "registry/statement.h"

enum { ROWS = 200, TEXT_MAX = 1 << 22 };

static const char hex[] =
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

static uint64_t seed = 42;

static uint64_t next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* Fields with some of ten keys, values of every kind; now and then in a
 * wrong order, with a key twice, or with no value. */
static void random_fields(struct buf *out)
{
	static const char *const values[] = {"\"日照\"", "\"\"", "12345",
	    "[\"罚款\",\"警告\"]", "\"a\\\"}{,\\\\\"", "[]", "-7",
	    "\"],\\\"[\"", "[\"x\\\\\"]"};
	char mark = '{';
	int key;

	for (key = 'A'; key < 'K'; key++) {
		if (next_random() % 3 == 0)
			continue;
		buf_addf(out, "%c\"CF_%c\":%s", mark,
		    next_random() % 200 ? key : 'C',
		    next_random() % 200
			? values[next_random() % ARRAY_COUNT(values)]
			: "");
		mark = ',';
	}
	buf_add_str(out, mark == '{' ? "{}" : "}");
}

static void random_statement(struct buf *out)
{
	static const char *const others[] = {"", "{}", "not json at all",
	    "{\"about\":\"x\"}", "{\"about\":\"91\",\"catalogue\":\"",
	    "{\"catalogue\":\"0\",\"kind\":\"submission\"}"};
	struct buf fields = BUF_INIT(4096);
	struct buf closed = BUF_INIT(4096);
	struct statement_content content = {0};
	struct statement_frame frame;

	if (next_random() % 8 == 0) {
		buf_add_str(out, others[next_random() % ARRAY_COUNT(others)]);
		return;
	}
	statement_frame_init(&frame, hex,
	    next_random() % 20 ? "rizhao-tax" : "rizhao-court", "penalty",
	    1776997800000);
	random_fields(&fields);
	random_fields(&closed);
	content.fields = buf_span(&fields);
	if (next_random() % 3)
		content.closed = buf_span(&closed);
	if (next_random() % 20 == 0)
		content.resolved = span_of("{\"by\":\"}某\\\"\"}");
	statement_record(&frame, "91350100M000100Y43", &content,
	    next_random() % 10 ? STATEMENT_NO_SEQ : 77, out);
	buf_release(&fields);
	buf_release(&closed);
}

static void read_ofWritten_isTheSame(void **state)
{
	struct columns *c = columns_new(TEXT_MAX);
	struct buf written = BUF_INIT(TEXT_MAX);
	struct buf back = BUF_INIT(TEXT_MAX);
	static struct buf in[ROWS];
	static struct span out[ROWS];
	int round;
	size_t i;

	(void)state;
	for (round = 0; round < 50; round++) {
		size_t rows = 1 + next_random() % ROWS;

		columns_reset(c);
		for (i = 0; i < rows; i++) {
			buf_init(&in[i], 1 << 16);
			random_statement(&in[i]);
			assert_true(columns_add(c, buf_span(&in[i])));
		}
		buf_reset(&written);
		columns_write(c, &written);
		buf_reset(&back);
		assert_true(columns_read(buf_span(&written), rows, &back, out));
		for (i = 0; i < rows; i++) {
			assert_true(span_equal(out[i], buf_span(&in[i])));
		}
		for (i = 0; i < rows; i++) {
			buf_reset(&back);
			assert_true(columns_read_one(
			    buf_span(&written), rows, i, &back, &out[i]));
			assert_true(span_equal(out[i], buf_span(&in[i])));
			buf_release(&in[i]);
		}
		assert_false(
		    columns_read(buf_span(&written), rows + 1, &back, out));
	}
	columns_free(&c);
	buf_release(&written);
	buf_release(&back);
}

/* More values in one column than references can name, each coming back. */
static void read_ofManyValues_isTheSame(void **state)
{
	enum { VALUES = 300, TIMES = 3 };
	struct columns *c = columns_new(TEXT_MAX);
	struct buf written = BUF_INIT(TEXT_MAX);
	struct buf back = BUF_INIT(TEXT_MAX);
	struct buf in = BUF_INIT(TEXT_MAX);
	static struct span out[VALUES * TIMES];
	struct statement_content content = {0};
	struct statement_frame frame;
	char fields[64];
	size_t i;

	(void)state;
	statement_frame_init(
	    &frame, hex, "rizhao-tax", "penalty", 1776997800000);
	for (i = 0; i < ARRAY_COUNT(out); i++) {
		size_t at = in.n;

		snprintf(fields, sizeof(fields),
		    "{\"A\":\"some value, number %zu\",\"B\":%zu}", i % VALUES,
		    i % 2);
		content.fields = span_of(fields);
		statement_record(&frame, "91350100M000100Y43", &content,
		    STATEMENT_NO_SEQ, &in);
		assert_true(
		    columns_add(c, (struct span){in.p + at, in.n - at}));
	}
	columns_write(c, &written);
	assert_true(
	    columns_read(buf_span(&written), ARRAY_COUNT(out), &back, out));
	assert_true(span_equal(buf_span(&back), buf_span(&in)));
	assert_true(written.n < in.n / 4);
	columns_free(&c);
	buf_release(&written);
	buf_release(&back);
	buf_release(&in);
}

static void read_changedBytes_neverBreaks(void **state)
{
	struct columns *c = columns_new(TEXT_MAX);
	struct buf written = BUF_INIT(TEXT_MAX);
	struct buf back = BUF_INIT(TEXT_MAX);
	static struct span out[ROWS];
	struct buf one = BUF_INIT(1 << 16);
	size_t i;

	(void)state;
	for (i = 0; i < 20; i++) {
		buf_reset(&one);
		random_statement(&one);
		assert_true(columns_add(c, buf_span(&one)));
	}
	columns_write(c, &written);
	for (i = 0; i < written.n; i++) {
		char was = written.p[i];

		written.p[i] = i % 3 ? '\n' : (char)next_random();
		buf_reset(&back);
		columns_read(buf_span(&written), 20, &back, out);
		columns_read_one(
		    buf_span(&written), 20, i % 20, &back, &out[0]);
		written.p[i] = was;
		buf_reset(&back);
		columns_read((struct span){written.p, i}, 20, &back, out);
	}
	columns_free(&c);
	buf_release(&written);
	buf_release(&back);
	buf_release(&one);
}

static void add_pastTheBound_isRefused(void **state)
{
	struct columns *c = columns_new(10);

	(void)state;
	assert_true(columns_add(c, span_of("12345")));
	assert_false(columns_add(c, span_of("678901")));
	assert_true(columns_add(c, span_of("67890")));
	columns_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(read_ofWritten_isTheSame),
	    cmocka_unit_test(read_ofManyValues_isTheSame),
	    cmocka_unit_test(read_changedBytes_neverBreaks),
	    cmocka_unit_test(add_pastTheBound_isRefused),
	};

	return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
