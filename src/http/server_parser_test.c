/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that are malformed where the door does not look: behind the first
 * of a connection. libmicrohttpd reads on over some of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/check.h"
#include "http/server_test_help.h"

#define HOST	" HTTP/1.1\r\nHost: t\r\n"
#define PLAIN	"POST /echo" HOST "Content-Type: text/plain\r\n"
#define CHUNKED PLAIN "Transfer-Encoding: chunked\r\n"
#define PAGE_EN "Accept: text/html\r\nAccept-Language: en\r\n"
#define JSON_ZH "Accept: application/json\r\nAccept-Language: zh\r\n"

/* A request: `line`, how it asks to be told, and `rest`. */
struct bad {
	int status;
	const char *reason;
	struct span line, rest;
};

#define SPAN(text)                                                             \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}
#define BAD(status, reason, line, rest)                                        \
	{                                                                      \
		status, reason, SPAN(line), SPAN(rest)                         \
	}

static const struct bad bad[] = {
    BAD(400, "is not method, address", "GET /quick\0b" HOST, "\r\n"),
    BAD(400, "is not method, address", "G\0T /quick" HOST, "\r\n"),
    BAD(400, "a header", "GET /quick" HOST, "X: a\r\n b\r\n\r\n"),
    BAD(400, "a header", "GET /quick" HOST, "X: a\0b\r\n\r\n"),
    BAD(400, "a header", "GET /quick" HOST, "X: a\0b\r\nY: c\r\n\r\n"),
    BAD(400, "a header", "GET /quick" HOST, ": a\r\n\r\n"),
    BAD(400, "a header", "GET /quick" HOST, ": a\r\n" CHUNKED "\r\n"),
    BAD(400, "how long its body", CHUNKED, "Content-Length: 1\r\n\r\n"),
};

/* An answer without a body. */
static void hear_one(int fd)
{
	char text[4000] = "";
	size_t n = 0;

	while (!strstr(text, "\r\n\r\n")) {
		ssize_t got = recv(fd, text + n, sizeof(text) - 1 - n, 0);

		assert_true(got > 0);
		n += (size_t)got;
	}
	assert_int_equal(status_of(text), 303);
}

/* A connection that had a request already. */
static int dial_again(const char *asks)
{
	int fd = dial();
	char text[400];

	snprintf(text, sizeof(text), "GET /quick" HOST "%s\r\n", asks);
	tell(fd, text);
	hear_one(fd);
	return fd;
}

static void put_bad(const struct bad *b, const char *asks, struct buf *out)
{
	buf_add_span(out, b->line);
	buf_add_str(out, asks);
	buf_add_span(out, b->rest);
}

static char *ask_again(const struct bad *b, const char *asks)
{
	struct buf text = BUF_INIT(4000);
	int fd = dial_again(asks);

	put_bad(b, asks, &text);
	send(fd, text.p, text.n, MSG_NOSIGNAL);
	buf_release(&text);
	return hear(fd);
}

static void expect_part(const char *answer, const char *part)
{
	if (!strstr(answer, part))
		fail_msg("no \"%s\" in: %.2000s", part, answer);
}

/* One answer, with all that an answer brings along, and the last one. */
static void expect_refusal(char *answer, int status, const char *part)
{
	if (status_of(answer) != status || strstr(answer + 1, "HTTP/1.1 "))
		fail_msg("%d, not: %.2000s", status, answer);
	expect_part(answer, part);
	expect_part(answer, "\r\nConnection: close\r\n");
	expect_part(answer, "\r\nX-Content-Type-Options: nosniff\r\n");
	expect_part(answer, "\r\nContent-Security-Policy: default-src");
	free(answer);
}

/* In Chinese. */
static void expect_document(char *answer, int status)
{
	static const char beginning[] = "\"message\":\"";
	const char *at = strstr(answer, beginning);

	if (!at || (unsigned char)at[sizeof(beginning) - 1] < 0xe4)
		fail_msg("no Chinese reason: %.2000s", answer);
	expect_refusal(answer, status, "\r\n\r\n{\"error\":{\"code\":\"");
}

static void parser_malformed_later_request_is_told_why(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	char part[100];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(bad); i++) {
		snprintf(
		    part, sizeof(part), "\r\n\r\npage of %d: ", bad[i].status);
		expect_refusal(
		    ask_again(&bad[i], PAGE_EN), bad[i].status, part);
		expect_refusal(
		    ask_again(&bad[i], PAGE_EN), bad[i].status, bad[i].reason);
		expect_document(ask_again(&bad[i], JSON_ZH), bad[i].status);
	}
	expect("GET /quick", "", 303, NULL);
	assert_int_equal(http_server_stop(&server, 2000), 0);
}

static void parser_takes_no_query_apart(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	char line[6000] = "GET /quick?";
	size_t n;

	(void)state;
	for (n = strlen(line); n < 5000; n += 2)
		memcpy(line + n, "a&", 3);
	expect(line, "", 414, NULL);
	http_server_stop(&server, 2000);
}

/* Among them may be a line that libmicrohttpd takes for their end, so that
 * what follows would be a request. */
static void parser_trailers_end_their_connection(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	int fd = dial_again("");
	char *answer;

	(void)state;
	tell(fd,
	    CHUNKED "\r\n3\r\nabc\r\n0\r\nX: a\r\n: b\r\nGET /quick" HOST
		    "\r\n\r\n");
	answer = hear(fd);
	assert_int_equal(status_of(answer), 200);
	assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\nabc");
	expect_part(answer, "\r\nConnection: close\r\n");
	free(answer);
	http_server_stop(&server, 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parser_malformed_later_request_is_told_why),
	    cmocka_unit_test(parser_takes_no_query_apart),
	    cmocka_unit_test(parser_trailers_end_their_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
