/* SPDX-License-Identifier: Apache-2.0 */
/* Heads of requests: whole, on their way, and none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/mem.h"
#include "http/head.h"

#define FIRST "GET / HTTP/1.1\r\n"

static void check(size_t i, int expected, int actual, const char *what)
{
	if (expected != actual)
		fail_msg(
		    "[%zu] %s: expected %d, was %d", i, what, expected, actual);
}

static void head_judge_tells_faults(void **state)
{
	static const struct {
		const char *text;
		enum head_fault fault;
		bool is_whole;
	} t[] = {
	    {FIRST "\r\n", 0, true},
	    {FIRST "Host: a\r\n\r\n", 0, true},
	    {FIRST "Host: a\n\n", 0, true},
	    {"\r\n\r\n" FIRST "\r\n", 0, true},
	    {"GET / HTTP/1.0\n\n", 0, true},
	    {"GET /a b HTTP/1.1\r\n\r\n", 0, true},
	    {"\xff\xfe / HTTP/1.1\r\n\r\n", 0, true},
	    {FIRST "Content-Length: 5\r\n\r\nhe\rlo", 0, true},
	    {FIRST "content-length:\t5 \r\n\r\n", 0, true},
	    {FIRST "X:\r\n\r\n", 0, true},
	    {"", 0, false},
	    {"\r\n", 0, false},
	    {"G", 0, false},
	    {"GET / HTTP/1.1\r", 0, false},
	    {FIRST, 0, false},
	    {FIRST "X", 0, false},
	    {FIRST "X: a\r\n\r", 0, false},
	    {"GET\r\n\r\n", HEAD_NO_REQUEST, true},
	    {"GET /\r\n\r\n", HEAD_NO_REQUEST, true},
	    {"GET  HTTP/1.1\r\n\r\n", HEAD_NO_REQUEST, true},
	    {" / HTTP/1.1\r\n\r\n", HEAD_NO_REQUEST, true},
	    {"GET / HTTP/1\r\n\r\n", HEAD_NO_REQUEST, true},
	    {"GET / HTTP/x.1\r\n\r\n", HEAD_NO_REQUEST, true},
	    {"GET / http/1.1\r\n\r\n", HEAD_NO_REQUEST, true},
	    {"GET\t/\tHTTP/1.1\r\n\r\n", HEAD_NO_REQUEST, true},
	    {"GET / HTTP/1.1 \r\n\r\n", HEAD_NO_REQUEST, true},
	    {"hello\n", HEAD_NO_REQUEST, false},
	    {"GET / HTTP/7.0\r\n\r\n", HEAD_VERSION, true},
	    {"GET / HTTP/0.9\r\n\r\n", HEAD_VERSION, true},
	    {"PRI * HTTP/2.0\r\n\r\n", HEAD_VERSION, true},
	    {FIRST "X\r\n\r\n", HEAD_LINE, true},
	    {FIRST ": a\r\n\r\n", HEAD_LINE, true},
	    {FIRST " X: a\r\n\r\n", HEAD_LINE, true},
	    {FIRST "X: a\r\n b\r\n\r\n", HEAD_LINE, true},
	    {FIRST "X: a\r\n\tb: c\r\n\r\n", HEAD_LINE, true},
	    {FIRST "X: a\rb\r\n\r\n", HEAD_CONTROL, true},
	    {"GET /\r HTTP/1.1\r\n\r\n", HEAD_CONTROL, true},
	    {"GET /\ra", HEAD_CONTROL, false},
	    {FIRST "Content-Length: x\r\n\r\n", HEAD_LENGTH, true},
	    {FIRST "Content-Length: -1\r\n\r\n", HEAD_LENGTH, true},
	    {FIRST "Content-Length:\r\n\r\n", HEAD_LENGTH, true},
	    {FIRST "Content-Length: 5, 5\r\n\r\n", HEAD_LENGTH, true},
	    {FIRST "Content-Length: 9999999999999999999\r\n\r\n", 0, true},
	    {FIRST "Content-Length: 99999999999999999999\r\n\r\n",
		HEAD_LENGTH_MAX, true},
	};
	struct head head;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		head_judge(span_of(t[i].text), 0, &head);
		check(i, t[i].fault, head.fault, "fault");
		check(i, t[i].is_whole, head.is_whole, "whole");
		head_judge(span_of(t[i].text), HEAD_CUT, &head);
		check(i, t[i].is_whole || t[i].fault ? t[i].fault : HEAD_CUT,
		    head.fault, "fault of what ended");
	}
}

static void head_judge_nul_is_a_fault_anywhere(void **state)
{
	static const char whole[] = FIRST "Host: a\r\nX: b\r\n\r\nbody";
	size_t head_n = strlen(whole) - 4, at;
	char text[sizeof(whole)];
	struct head head;

	(void)state;
	for (at = 0; at < sizeof(whole) - 1; at++) {
		memcpy(text, whole, sizeof(whole));
		text[at] = '\0';
		head_judge((struct span){text, sizeof(whole) - 1}, 0, &head);
		check(at, at >= head_n, head.fault == HEAD_NO_FAULT, "NUL");
	}
}

static void head_judge_long_ones_are_refused(void **state)
{
	char *text = mem_alloc(HEAD_BYTES_MAX);
	struct head head;

	(void)state;
	memset(text, 'a', HEAD_BYTES_MAX);
	head_judge((struct span){text, HEAD_LINE_BYTES_MAX - 1}, 0, &head);
	assert_int_equal(head.fault, HEAD_NO_FAULT);
	head_judge((struct span){text, HEAD_LINE_BYTES_MAX}, 0, &head);
	assert_int_equal(head.fault, HEAD_LONG_ADDRESS);
	memcpy(text, FIRST "X: ", strlen(FIRST "X: "));
	head_judge((struct span){text, HEAD_BYTES_MAX - 1}, 0, &head);
	assert_int_equal(head.fault, HEAD_NO_FAULT);
	head_judge((struct span){text, HEAD_BYTES_MAX}, 0, &head);
	assert_int_equal(head.fault, HEAD_LONG);
	memset(text, '\n', HEAD_BYTES_MAX);
	head_judge((struct span){text, HEAD_BYTES_MAX}, 0, &head);
	assert_int_equal(head.fault, HEAD_LONG_ADDRESS);
	free(text);
}

static void head_judge_many_headers_are_refused(void **state)
{
	size_t count = HEAD_HEADERS_MAX + 1, i;
	struct buf text = BUF_INIT(10000);
	struct head head;

	(void)state;
	buf_add_str(&text, FIRST);
	for (i = 0; i < count; i++) {
		head_judge(buf_span(&text), 0, &head);
		check(i, HEAD_NO_FAULT, head.fault, "headers");
		buf_add_str(&text, "X: a\n");
	}
	head_judge(buf_span(&text), 0, &head);
	assert_int_equal(head.fault, HEAD_MANY);
	buf_release(&text);
}

/* Also behind a fault. */
static void head_judge_finds_what_the_client_takes(void **state)
{
	struct head head;

	(void)state;
	head_judge(span_of("GET /\r\naccept:  text/html \r\n"
			   "Accept: image/png\r\nACCEPT-LANGUAGE:en\r\n\r\n"),
	    0, &head);
	assert_int_equal(head.fault, HEAD_NO_REQUEST);
	assert_true(span_is(head.accept, "text/html"));
	assert_true(span_is(head.accept_language, "en"));
	assert_true(span_is(head.first_line, "GET /"));
}

static void head_explain_each_fault_has_status_and_words(void **state)
{
	int fault;

	(void)state;
	for (fault = HEAD_NO_FAULT + 1; fault < HEAD_FAULT_COUNT; fault++) {
		struct err why;
		int status;

		err_clear(&why);
		status = head_explain((enum head_fault)fault, &why);
		check((size_t)fault, fault == HEAD_VERSION ? 505 : 4,
		    fault == HEAD_VERSION ? status : status / 100, "status");
		assert_true(strlen(why.message) > 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(head_judge_tells_faults),
	    cmocka_unit_test(head_judge_nul_is_a_fault_anywhere),
	    cmocka_unit_test(head_judge_long_ones_are_refused),
	    cmocka_unit_test(head_judge_many_headers_are_refused),
	    cmocka_unit_test(head_judge_finds_what_the_client_takes),
	    cmocka_unit_test(head_explain_each_fault_has_status_and_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
