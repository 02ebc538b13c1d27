/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that are malformed where the door does not look: behind the first
 * of a connection, in many pieces, in their bodies. What libmicrohttpd finds
 * wrong with them is told as everything else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
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

enum { FILL_BYTES = 100000 };

/* A request: `line`, how it asks to be told, and `rest`. is_filled: more than
 * there is memory for follows at once, behind `line` when `rest` is empty. */
struct bad {
	int status;
	const char *reason;
	bool is_filled;
	struct span line, rest;
};

#define SPAN(text)                                                             \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}
#define BAD(status, reason, line, rest)                                        \
	{                                                                      \
		status, reason, false, SPAN(line), SPAN(rest)                  \
	}
#define FULL(status, reason, line, rest)                                       \
	{                                                                      \
		status, reason, true, SPAN(line), SPAN(rest)                   \
	}

static const struct bad bad[] = {
    BAD(400, "is not method, address", "GET /\r\n", "\r\n"),
    BAD(400, "is not method, address", "GET / HTTP/one\r\n", "\r\n"),
    BAD(505, "not spoken", "GET / HTTP/2.0\r\n", "\r\n"),
    BAD(505, "not spoken", "GET / HTTP/0.9\r\n", "\r\n"),
    BAD(400, "is not method, address", "GET /quick\0b" HOST, "\r\n"),
    BAD(400, "is not method, address", "G\0T /quick" HOST, "\r\n"),
    BAD(400, "a header", "GET /" HOST, "X\r\n\r\n"),
    BAD(400, "a header", "GET /quick" HOST, "X: a\r\n b\r\n\r\n"),
    BAD(400, "a header", "GET /quick" HOST, "X: a\0b\r\n\r\n"),
    BAD(400, "a header", "GET /quick" HOST, "X: a\0b\r\nY: c\r\n\r\n"),
    BAD(400, "a header", "GET /quick" HOST, ": a\r\n\r\n"),
    BAD(400, "a header", "GET /quick" HOST, ": a\r\n" CHUNKED "\r\n"),
    BAD(400, "no number", PLAIN, "Content-Length: x\r\n\r\n"),
    BAD(400, "no number", PLAIN, "Content-Length: -1\r\n\r\n"),
    BAD(400, "no number", PLAIN, "Content-Length:\r\n\r\n"),
    BAD(413, "anything that is taken", PLAIN,
	"Content-Length: 99999999999999999999\r\n\r\n"),
    BAD(400, "how long its body", CHUNKED, "Content-Length: 1\r\n\r\n"),
    FULL(414, "the address is longer", "GET /", ""),
    FULL(431, "more room", "GET /" HOST, "Y: a\r\nX: "),
    BAD(400, "a chunk", CHUNKED, "\r\nzz\r\n"),
    BAD(400, "a chunk", CHUNKED, "\r\n-1\r\n"),
    BAD(400, "a chunk", CHUNKED, "\r\n\r\n"),
    BAD(400, "a chunk", CHUNKED, "\r\n3\r\nabcdef\r\n0\r\n\r\n"),
    BAD(400, "a chunk", CHUNKED, "\r\n0\r\nX\r\n\r\n"),
    BAD(413, "a chunk", CHUNKED, "\r\n11111111111111111\r\n"),
    FULL(413, "a chunk", CHUNKED, "\r\n1;"),
    FULL(431, "more room", CHUNKED, "\r\n0\r\nX: "),
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
	size_t i;

	buf_add_span(out, b->line);
	if (b->rest.n)
		buf_add_str(out, asks);
	buf_add_span(out, b->rest);
	for (i = 0; b->is_filled && i < FILL_BYTES; i++)
		buf_add_char(out, 'a');
}

static char *ask_again(const struct bad *b, const char *asks)
{
	struct buf text = BUF_INIT(2 * FILL_BYTES);
	int fd = dial_again(asks);

	put_bad(b, asks, &text);
	send(fd, text.p, text.n, MSG_NOSIGNAL);
	buf_release(&text);
	return hear(fd);
}

/* More pieces than the door looks at. */
static char *ask_in_pieces(const struct bad *b, const char *asks)
{
	struct buf text = BUF_INIT(2 * FILL_BYTES);
	int fd = dial(), one = 1;
	size_t i;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	put_bad(b, asks, &text);
	for (i = 0; i < 40; i++) {
		send(fd, text.p + i, 1, MSG_NOSIGNAL);
		usleep(2000);
	}
	send(fd, text.p + i, text.n - i, MSG_NOSIGNAL);
	buf_release(&text);
	return hear(fd);
}

static void expect_part(const char *answer, const char *part)
{
	if (!strstr(answer, part))
		fail_msg("no \"%s\" in: %.2000s", part, answer);
}

static int count_of(const char *text, const char *part)
{
	int count = 0;

	while ((text = strstr(text, part)) != NULL) {
		count++;
		text++;
	}
	return count;
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

#define QUICK  "GET /quick" HOST PAGE_EN "\r\n"
#define SLOW   "GET /slow" HOST PAGE_EN "\r\n"
#define ABC    PLAIN PAGE_EN "Content-Length: 5\r\n\r\nabc\r\n"
#define CHUNKS CHUNKED PAGE_EN "\r\n3\r\nabc\r\n0\r\n\r\n"

/* What libmicrohttpd tells nobody of, in one go with what is well formed; and
 * when there is nothing of the kind, nothing is told. */
static void parser_no_request_behind_others_is_told_why(void **state)
{
	static const struct {
		const char *text;
		int answers;
	} t[] = {
	    {QUICK, 1},
	    {QUICK QUICK, 2},
	    {QUICK QUICK QUICK QUICK QUICK, 5},
	    {ABC, 1},
	    {ABC ABC, 2},
	    {CHUNKS, 1},
	    {CHUNKS QUICK CHUNKS, 3},
	    {QUICK ABC QUICK, 3},
	    {QUICK SLOW QUICK, 3},
	    {"\r\n\r\n" QUICK QUICK "\r\n", 2},
	    {"\r\n" ABC QUICK "\r\n\r\n" QUICK "\r\n\r\n", 3},
	};
	struct http_options options = {0};
	struct http_server *server = start(&options);
	size_t i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_COUNT(t); i++) {
		bool is_bad = i % 2;
		int fd = dial(), answers = t[i / 2].answers + is_bad;
		char text[4000], *told;

		snprintf(text, sizeof(text), "%s%s", t[i / 2].text,
		    is_bad ? "GET\r\n\r\n" : "");
		tell(fd, text);
		if (!is_bad)
			shutdown(fd, SHUT_WR);
		told = hear(fd);
		if (count_of(told, "HTTP/1.1 ") != answers ||
		    count_of(told, "page of 400: the first line") != is_bad)
			fail_msg("%zu: %.4000s", i, told);
		free(told);
	}
	assert_int_equal(http_server_stop(&server, 2000), 0);
}

static void parser_malformed_request_in_pieces_is_told_why(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(bad); i++)
		if (strstr(bad[i].line.p, "Host"))
			expect_refusal(ask_in_pieces(&bad[i], PAGE_EN),
			    bad[i].status, bad[i].reason);
	expect("GET /quick", "", 303, NULL);
	assert_int_equal(http_server_stop(&server, 2000), 0);
}

/* What was read of this request decides, else the one before. */
static void parser_refusal_is_told_as_was_asked(void **state)
{
	static const struct {
		const char *before, *text, *part;
	} t[] = {
	    {PAGE_EN, "GET / HTTP/9\r\n\r\n", "page of 400: the first line"},
	    {JSON_ZH, "GET / HTTP/9\r\n\r\n", "\"message\":\"请求的首行"},
	    {PAGE_EN, "GET /" HOST JSON_ZH "X\r\n\r\n", "\"message\":\"请求"},
	    {JSON_ZH, "GET /" HOST PAGE_EN "X\r\n\r\n", "page of 400: a head"},
	    {JSON_ZH, "GET /?lang=en" HOST "X\r\n\r\n", "\"message\":\"a head"},
	    {PAGE_EN, "GET /a.json" HOST "X\r\n\r\n", "\"message\":\"a head"},
	    {PAGE_EN, "GET /a.json?b" HOST "X\r\n\r\n", "\"message\":\"a head"},
	    {PAGE_EN, "GET /?a.json" HOST "X\r\n\r\n", "page of 400: a head"},
	    {PAGE_EN, "GET /" HOST "Cookie: lang=zh\r\nX\r\n\r\n",
		"page of 400: 请求"},
	    {PAGE_EN, CHUNKED "\r\nzz\r\n", "\"message\":\"请求"},
	};
	struct http_options options = {0};
	struct http_server *server = start(&options);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		int fd = dial_again(t[i].before);

		tell(fd, t[i].text);
		expect_refusal(hear(fd), 400, t[i].part);
	}
	http_server_stop(&server, 2000);
}

static char *read_and_remove(const char *path)
{
	char *text = mem_zalloc(1 << 20, 1);
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
	fclose(file);
	unlink(path);
	return text;
}

/* The bytes of an answer's body, as it says. */
static int length_of(const char *answer)
{
	const char *at = strstr(answer, "\r\nContent-Length: ");

	assert_non_null(at);
	return atoi(at + strlen("\r\nContent-Length: "));
}

/* Also one whose first line was none, of which libmicrohttpd tells nothing. */
static void parser_refusals_are_logged_and_counted(void **state)
{
	static const char *const texts[] = {"GET / HTTP/9\r\n\r\n",
	    "GET /one" HOST "X\r\n\r\n", CHUNKED "\r\nzz\r\n",
	    "HEAD /two" HOST "X: a\r\n b\r\n\r\n"};
	char path[] = "/tmp/parser-test-XXXXXX", part[200], *answer, *log;
	struct http_options options = {.access_log = path};
	struct buf metrics = BUF_INIT(1 << 20);
	struct http_server *server;
	int bytes[ARRAY_COUNT(texts)], fd = mkstemp(path);
	size_t i;

	(void)state;
	close(fd);
	server = start(&options);
	for (i = 0; i < ARRAY_COUNT(texts); i++) {
		fd = dial_again(PAGE_EN);
		tell(fd, texts[i]);
		answer = hear(fd);
		assert_int_equal(status_of(answer), 400);
		bytes[i] = length_of(answer);
		free(answer);
	}
	http_server_metrics(server, &metrics);
	expect_part(buf_str(&metrics), "{route=\"echo\",status=\"400\"} 1\n");
	expect_part(buf_str(&metrics), "{route=\"none\",status=\"400\"} 3\n");
	buf_release(&metrics);
	assert_int_equal(http_server_stop(&server, 2000), 0);
	log = read_and_remove(path);
	assert_int_equal(count_of(log, "\n"), 2 * ARRAY_COUNT(texts));
	for (i = 0; i < 3; i++) {
		snprintf(part, sizeof(part), "\"status\":400,\"bytes\":%d,",
		    bytes[i]);
		expect_part(log, part);
	}
	expect_part(log, "\"method\":\"\",\"target\":\"\",");
	expect_part(log, "\"method\":\"\",\"target\":\"/one\",");
	expect_part(log, "\"method\":\"POST\",\"target\":\"/echo\",");
	expect_part(log, "\"method\":\"HEAD\",\"target\":\"/two\",");
	expect_part(log, "\"status\":400,\"bytes\":0,");
	assert_int_equal(count_of(log, "\"from\":\"parser\""), 3);
	free(log);
}

/* Its memory is full, but for a little more or less: there is an answer. */
static void parser_answers_out_of_full_memory(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	struct buf text = BUF_INIT(64 * 1024);
	int count, i;

	(void)state;
	for (count = 500; count < 1000; count += 3) {
		int fd = dial_again(PAGE_EN);
		char *answer;

		buf_reset(&text);
		buf_add_str(&text, "GET /quick" HOST);
		for (i = 0; i < count; i++)
			buf_add_str(&text, "a:b\r\n");
		buf_add_str(&text, "X\r\n\r\n");
		tell(fd, buf_str(&text));
		answer = hear(fd);
		expect_refusal(
		    answer, status_of(answer) == 431 ? 431 : 400, "page of 4");
	}
	buf_release(&text);
	assert_int_equal(http_server_stop(&server, 2000), 0);
}

static void parser_takes_neither_query_nor_cookies_apart(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	char line[6000] = "GET /quick?", cookies[6000] = "Cookie: ";
	size_t n;

	(void)state;
	for (n = strlen(line); n < 5000; n += 2)
		memcpy(line + n, "a&", 3);
	expect(line, "", 414, NULL);
	for (n = strlen(cookies); n < 5000; n += 2)
		memcpy(cookies + n, "a;", 3);
	memcpy(cookies + n, "\r\n", 3);
	expect("GET /quick", cookies, 303, NULL);
	http_server_stop(&server, 2000);
}

/* Asked behind another request: "abc" comes back as the last answer of the
 * connection, and nothing behind it. */
static void expect_last_abc(const char *text)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	int fd = dial_again("");
	char *answer;

	tell(fd, text);
	answer = hear(fd);
	assert_int_equal(status_of(answer), 200);
	assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\nabc");
	expect_part(answer, "\r\nConnection: close\r\n");
	free(answer);
	http_server_stop(&server, 2000);
}

static void parser_blank_behind_a_length_is_none_of_it(void **state)
{
	(void)state;
	expect_last_abc(
	    PLAIN "Connection: close\r\nContent-Length: 3 \t\r\n\r\nabc");
}

/* Among them may be a line that libmicrohttpd takes for their end, so that
 * what follows would be a request. */
static void parser_trailers_end_their_connection(void **state)
{
	(void)state;
	expect_last_abc(CHUNKED
	    "\r\n3\r\nabc\r\n0\r\nX: a\r\n: b\r\nGET /quick" HOST "\r\n\r\n");
}

static void parser_request_that_is_cut_hears_it(void **state)
{
	static const char *const texts[] = {CHUNKED PAGE_EN "\r\n3\r\nab",
	    PLAIN PAGE_EN "Content-Length: 3\r\n\r\nab",
	    "GET /" HOST PAGE_EN "Y: a\r\nX"};
	struct http_options options = {0};
	struct http_server *server = start(&options);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(texts); i++) {
		int fd = dial_again(JSON_ZH);

		tell(fd, texts[i]);
		usleep(100000);
		shutdown(fd, SHUT_WR);
		expect_refusal(
		    hear(fd), 400, "page of 400: the request ends in the");
	}
	assert_int_equal(http_server_stop(&server, 2000), 0);
}

/* Whose answer is made while the rest of it comes. */
static void parser_rest_of_a_refused_body_is_no_request(void **state)
{
	struct http_options options = {.workers = 1};
	struct http_server *server = start(&options);
	int busy = dial(), fd = dial();
	char *answer;

	(void)state;
	tell(busy, "GET /slow" HOST "\r\n");
	usleep(50000);
	tell(fd, "POST /quick" HOST PAGE_EN "Content-Length: 6\r\n\r\n");
	usleep(50000);
	tell(fd, "abcdef");
	answer = hear(fd);
	assert_true(status_of(answer) >= 400);
	assert_int_equal(count_of(answer, "HTTP/1.1 "), 1);
	free(answer);
	close(busy);
	assert_int_equal(http_server_stop(&server, 2000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parser_malformed_later_request_is_told_why),
	    cmocka_unit_test(parser_no_request_behind_others_is_told_why),
	    cmocka_unit_test(parser_malformed_request_in_pieces_is_told_why),
	    cmocka_unit_test(parser_refusal_is_told_as_was_asked),
	    cmocka_unit_test(parser_refusals_are_logged_and_counted),
	    cmocka_unit_test(parser_answers_out_of_full_memory),
	    cmocka_unit_test(parser_takes_neither_query_nor_cookies_apart),
	    cmocka_unit_test(parser_blank_behind_a_length_is_none_of_it),
	    cmocka_unit_test(parser_trailers_end_their_connection),
	    cmocka_unit_test(parser_request_that_is_cut_hears_it),
	    cmocka_unit_test(parser_rest_of_a_refused_body_is_no_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
