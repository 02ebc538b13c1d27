/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server with routes of a test: real sockets, real threads. Raw
 * requests go in, whole answers come out. Built with ThreadSanitizer as well
 * (tools/test.py threads).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "http/limit.h"
#include "http/server_test_help.h"

static void server_requests_get_their_status(void **state)
{
	struct http_options options = {.cache_bytes = 1 << 24};
	struct http_server *server = start(&options);
	static char long_name[7000], long_head[18000];

	(void)state;
	expect("GET /hello/a?n=5", "Accept: application/json\r\n", 200,
	    "{\"hello\":\"a\",\"n\":5,\"lang\":0}");
	expect(
	    "GET /hello/a.json", "Accept-Language: en\r\n", 200, "\"lang\":1");
	expect("GET /hello/a.json?lang=zh", "Accept-Language: en\r\n", 200,
	    "\"lang\":0");
	expect(
	    "GET /hello/a.json", "Cookie: a=b; lang=en\r\n", 200, "\"lang\":1");
	expect("GET /hello/a", "", 200, "Content-Type: text/html");
	expect("HEAD /hello/a", "", 200, "Content-Length: 2000\r\n\r\n");
	expect("OPTIONS /hello/a", "", 204, "Allow: GET, HEAD, OPTIONS");
	expect("OPTIONS /hello/a", "", 204, "Access-Control-Allow-Origin: *");
	expect("OPTIONS *", "", 204, "Allow:");
	expect("OPTIONS /none", "", 404, NULL);
	expect("DELETE /hello/a", "", 405, "Allow: GET, HEAD, OPTIONS");
	expect("GET /echo", "", 405, "Allow: POST, OPTIONS");
	expect("GET /none", "", 404, "{\"error\":{\"code\":\"not-found\"");
	expect("GET /none", "Accept: text/html\r\n", 404, "page of 404");
	expect("GET /hello/%zz", "Accept: text/html\r\n", 400, "page of 400");
	expect("GET /hello/a?n=x", "", 400, "page of 400");
	expect("GET /hello/a.json?n=x", "", 400, "\"code\":\"input\"");
	expect("GET /hello/a?lang=fr", "", 400, NULL);
	expect(
	    "GET /hello/a", "Accept: image/png\r\n", 406, "\"not-acceptable\"");
	expect("GET /hello/a.json", "Accept: image/png\r\n", 200,
	    "Content-Type: application/json");
	expect("GET /only", "Accept: text/html\r\n", 200,
	    "Content-Type: application/json");
	expect(
	    "GET /only?lang=fr", "Accept: text/html\r\n", 400, "page of 400");
	expect("GET /only?lang=fr", "Accept: image/png\r\n", 400,
	    "\"code\":\"input\"");
	expect("GET /slow", "Accept: application/json\r\n", 200,
	    "Content-Type: text/plain");
	expect("GET /slow", "Accept: text/plain;q=0\r\n", 200, "slow");
	expect("GET /quick/", "Accept-Language: en\r\n", 404,
	    "Leave out the slash at its end.");
	expect("GET /none/", "Accept-Language: en\r\n", 404,
	    "Look whether it is spelled right");
	expect("GET /fail/1", "", 410, "page of 410: gone");
	expect("GET /fail/2.json", "", 404, "nowhere");
	expect("GET /fail/3.json", "", 500, "\"code\":\"internal\"");
	expect("GET /download/1", "Accept: text/html,*/*;q=0.8\r\n", 410,
	    "page of 410: gone");
	expect("GET /download/1", "Accept: */*\r\n", 410, "\"code\":\"gone\"");
	expect("GET /download/3", "Accept: text/html\r\n", 500, "page of 500");
	expect("GET /quick", "", 303, "Location: /elsewhere");
	memset(long_name, 'a', sizeof(long_name) - 1);
	memcpy(long_name, "GET /a?", 7);
	expect(long_name, "", 414, "\"address-too-long\"");
	memset(long_head, 'a', sizeof(long_head) - 3);
	memcpy(long_head, "X-A: ", 5);
	memcpy(long_head + sizeof(long_head) - 3, "\r\n", 2);
	expect("GET /hello/a", long_head, 431, "\"head-too-large\"");
	expect("GET /hello/a", "Host: other\r\n", 400, NULL);
	expect("GET /hello/a b", "", 400, "\"code\":\"input\"");
	expect("GET /hello/a", "X: \x01\r\n", 400, "Connection: close");
	expect("GET /hello/a", "X: a\x7f\r\n", 400, NULL);
	expect("GET /hello/a", "X: a\rY: b\r\n", 400, NULL);
	expect("GET /hello/a", "X : a\r\n", 400, NULL);
	expect("GET /hello/a", "X(: a\r\n", 400, NULL);
	expect("GET /hello/a.json", "X-1_.~: \xe7\xa4\xba\tb\r\n", 200, NULL);
	expect(
	    "GET /hello/a", "Content-Length: 3\r\n\r\nabc", 413, "page of 413");
	expect("GET /hello/a",
	    "Accept: application/json\r\n"
	    "Content-Length: 3\r\n\r\nabc",
	    413, "\"too-large\"");
	expect("OPTIONS *", "Content-Length: 3\r\n\r\nabc", 204, "Allow:");
	assert_int_equal(http_server_stop(&server, 1000), 0);
	assert_int_equal(atomic_load(&workers_open), 0);
}

/* What others ask of the same thread meanwhile is in another language. */
static void server_body_is_refused_in_its_language(void **state)
{
	static char piece[100002];
	struct http_options options = {.network_threads = 1};
	struct http_server *server = start(&options);
	int fd = dial();
	char *answer;

	(void)state;
	memset(piece, 'a', sizeof(piece) - 1);
	tell(fd,
	    "POST /echo HTTP/1.1\r\nHost: t\r\nConnection: close\r\n"
	    "Content-Type: text/plain\r\nAccept-Language: en\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
	expect(
	    "GET /none.json", "Accept-Language: zh\r\n", 404, "此网址没有内容");
	tell(fd, "186a1\r\n");
	tell(fd, piece);
	tell(fd, "\r\n0\r\n\r\n");
	answer = hear(fd);
	if (status_of(answer) != 413 || !strstr(answer, "is longer than"))
		fail_msg("413 in English, not: %.1500s", answer);
	free(answer);
	http_server_stop(&server, 1000);
}

static void server_callers_are_checked_before_handlers(void **state)
{
	struct http_options options = {.cache_bytes = 1 << 24};
	struct http_server *server = start(&options);
	int before = atomic_load(&handled);

	(void)state;
	expect("GET /mine.json", "", 401, "WWW-Authenticate: Bearer ");
	expect("GET /mine.json", "Cookie: s=nobody\r\n", 401, "sign-in");
	expect("GET /mine?n=5", "Accept: text/html\r\n", 303,
	    "Location: /sign-in?back=%2Fmine%3Fn%3D5\r\n");
	expect("POST /write", "Referer: http://t/page?a=b\r\n", 303,
	    "Location: /sign-in?unsent=yes&back=%2Fpage%3Fa%3Db\r\n");
	expect("POST /write", "Referer: http://evil.example/page\r\n", 303,
	    "Location: /sign-in?unsent=yes\r\n");
	expect("POST /write", "Referer: http://t\r\n", 303,
	    "Location: /sign-in?unsent=yes\r\n");
	expect("GET /mine.json", "Authorization: hasty\r\n", 429,
	    "Retry-After: 7\r\n");
	expect("GET /mine.json", "Authorization: broken\r\n", 500, NULL);
	/* A bad token is nobody, whatever cookie comes with it. */
	expect("GET /mine.json",
	    "Authorization: nobody\r\nCookie: s=reader\r\n", 401, NULL);
	expect("POST /write", "Authorization: reader\r\n", 403, NULL);
	expect("GET /mine.json?n=x", "", 400, NULL);
	assert_int_equal(atomic_load(&handled), before);
	expect("GET /mine.json", "Authorization: reader\r\n", 200,
	    "\"who\":\"reader\"");
	expect("GET /visit.json", "", 200, "\"who\":\"\"");
	expect("POST /write", "Authorization: writer\r\n", 200,
	    "\"who\":\"writer\"");
	http_server_stop(&server, 1000);
}

/* Nothing of it in any cache, nor in its length; no other site reads it. */
static void server_what_is_private_is_never_kept(void **state)
{
	struct http_options options = {.cache_bytes = 1 << 24};
	struct http_server *server = start(&options);
	int before = atomic_load(&handled), i;

	(void)state;
	for (i = 0; i < 3; i++) {
		char *answer = ask("GET /mine.json",
		    i == 1 ? "Accept-Encoding: zstd\r\nCookie: s=writer\r\n"
			   : "Cookie: s=reader\r\n");

		assert_non_null(strstr(answer, i == 1 ? "writer" : "reader"));
		assert_non_null(strstr(answer, "Cache-Control: no-store\r\n"));
		assert_null(strstr(answer, "ETag"));
		assert_null(strstr(answer, "Access-Control-Allow-Origin"));
		assert_null(strstr(answer, "Content-Encoding"));
		free(answer);
	}
	expect("GET /mine.json",
	    "Accept-Encoding: zstd\r\nAuthorization: writer\r\n", 200,
	    "Content-Encoding: zstd\r\n");
	assert_int_equal(atomic_load(&handled), before + 4);
	http_server_stop(&server, 1000);
}

static void post(const char *heads, const char *body, int status)
{
	char all[2000];

	snprintf(all, sizeof(all),
	    "%sContent-Type: application/x-www-form-urlencoded\r\n"
	    "Content-Length: %zu\r\n\r\n%s",
	    heads, strlen(body), body);
	expect("POST /write", all, status, NULL);
}

/* A form whose first part is this one and which brings a file. */
static void multipart(const char *name, const char *value, int status)
{
	char body[600], all[1200];

	snprintf(body, sizeof(body),
	    "--xyz\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n"
	    "%s\r\n--xyz\r\nContent-Disposition: form-data; name=\"form\"; "
	    "filename=\"f\"\r\n\r\nt0ken\r\n--xyz--\r\n",
	    name, value);
	snprintf(all, sizeof(all),
	    "Cookie: s=writer\r\nOrigin: http://t\r\n"
	    "Content-Type: multipart/form-data; boundary=xyz\r\n"
	    "Content-Length: %zu\r\n\r\n%s",
	    strlen(body), body);
	expect("POST /write", all, status, NULL);
}

static void server_forms_have_to_be_meant(void **state)
{
	static const char cookie[] = "Cookie: s=writer\r\n";
	static const struct {
		const char *origin;
		const char *body;
		int status;
	} rows[] = {
	    {"Origin: http://t\r\n", "form=t0ken", 200},
	    {"Origin: https://T\r\n", "x=1&form=t0ken", 200},
	    {"Sec-Fetch-Site: same-origin\r\n", "form=t0ken", 200},
	    {"Origin: http://t\r\nX-Form-Token: t0ken\r\n", "", 200},
	    {"Origin: http://t\r\n", "", 403},
	    {"Origin: http://t\r\n", "form=", 403},
	    {"Origin: http://t\r\n", "form=t0keN", 403},
	    {"Origin: http://t\r\n", "form=t0ken0", 403},
	    {"Origin: http://t\r\n", "form=bad&form=t0ken", 403},
	    {"Origin: http://t\r\n", "form=t0ken%00", 403},
	    {"Origin: http://t.evil\r\n", "form=t0ken", 403},
	    {"Origin: http://evil.t\r\n", "form=t0ken", 403},
	    {"Origin: null\r\n", "form=t0ken", 403},
	    {"Origin: t\r\n", "form=t0ken", 403},
	    {"", "form=t0ken", 403},
	    {"Sec-Fetch-Site: cross-site\r\nOrigin: http://t\r\n", "form=t0ken",
		403},
	    {"Sec-Fetch-Site: none\r\n", "form=t0ken", 403},
	};
	struct http_options options = {0};
	struct http_server *server = start(&options);
	char heads[300];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		snprintf(heads, sizeof(heads), "%s%s", cookie, rows[i].origin);
		post(heads, rows[i].body, rows[i].status);
	}
	multipart("form", "t0ken", 200);
	multipart("form", "t0keN", 403);
	multipart("farm", "t0ken", 403);
	multipart("form\"; filename=\"x", "t0ken", 403);
	/* A program's token is meant by whoever sends it. */
	post("Authorization: writer\r\n", "field=x", 200);
	expect("POST /write",
	    "Authorization: writer\r\n"
	    "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
	    "Content-Length: 25\r\n\r\na=1&field=a%20b+%E7%A4%BE",
	    200, "\"field\":\"a b 社\"");
	/* What was written on several lines is a form, too. */
	expect("POST /write",
	    "Authorization: writer\r\n"
	    "Content-Type: application/x-www-form-urlencoded\r\n"
	    "Content-Length: 36\r\n\r\nfield=a%0D%0A%0d%0ab%0Ac%0&form=x%00",
	    200, "\"field\":\"\"");
	expect("POST /write",
	    "Authorization: writer\r\n"
	    "Content-Type: application/x-www-form-urlencoded\r\n"
	    "Content-Length: 30\r\n\r\nfield=a%0D%0A%0d%0ab%0Ac&x=%0D",
	    200, "\"field\":\"a b c\"");
	/* And what was pasted out of a table or a text. */
	expect("POST /write",
	    "Authorization: writer\r\n"
	    "Content-Type: application/x-www-form-urlencoded\r\n"
	    "Content-Length: 21\r\n\r\nfield=a%09%09b%0B%0Cc",
	    200, "\"field\":\"a b c\"");
	expect("POST /write",
	    "Authorization: writer\r\nContent-Type: text/plain\r\n"
	    "Content-Length: 7\r\n\r\nfield=x",
	    200, "\"field\":\"\"");
	http_server_stop(&server, 1000);
}

static void server_inner_failures_stay_inside(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	static const struct {
		const char *line;
		int status;
	} table[] = {{"GET /fail/3.json", 500}, {"GET /fail/4.json", 503}};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(table); i++) {
		char *answer = ask(table[i].line, "");

		assert_int_equal(status_of(answer), table[i].status);
		assert_null(strstr(answer, "secret"));
		free(answer);
	}
	expect("GET /fail/5.json", "", 503, "a full house");
	http_server_stop(&server, 1000);
}

static void server_bodies_are_bounded_and_typed(void **state)
{
	static const char *const codings[] = {"gzip, chunked", "identity",
	    "chunked;q=1", "chunked, chunked", "chunked ", ""};
	struct http_options options = {0};
	struct http_server *server = start(&options);
	char heads[200];
	size_t i;

	(void)state;
	/* libmicrohttpd would read on till the other side ends. */
	for (i = 0; i < ARRAY_COUNT(codings); i++) {
		snprintf(heads, sizeof(heads),
		    "Content-Type: text/plain\r\nTransfer-Encoding: %s\r\n"
		    "\r\n0\r\n",
		    codings[i]);
		expect("POST /echo", heads, 501, "\"not-implemented\"");
	}
	expect("POST /echo",
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Length: 3\r\n\r\nabc",
	    200, "\r\n\r\nabc");
	expect("POST /echo",
	    "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "3\r\nabc\r\n2\r\nde\r\n0\r\n",
	    200, "\r\n\r\nabcde");
	expect("POST /echo",
	    "Content-Type: text/css\r\nContent-Length: 3\r\n\r\nabc", 415,
	    "\"media-type\"");
	expect("POST /echo",
	    "Accept: text/html\r\nContent-Type: text/css\r\n"
	    "Content-Length: 3\r\n\r\nabc",
	    415, "page of 415");
	expect("POST /echo",
	    "Content-Type: text/plain\r\nContent-Encoding: gzip\r\n"
	    "Content-Length: 3\r\n\r\nabc",
	    415, "Accept-Encoding: identity\r\n");
	expect("POST /echo",
	    "Accept: text/html\r\nContent-Type: text/plain\r\n"
	    "Content-Encoding: br\r\nContent-Length: 3\r\n\r\nabc",
	    415, "page of 415");
	expect("POST /echo",
	    "Content-Type: text/plain\r\nContent-Encoding: Identity\r\n"
	    "Content-Length: 3\r\n\r\nabc",
	    200, "\r\n\r\nabc");
	expect("POST /echo",
	    "Content-Type: text/plain\r\nContent-Length: 1\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n0\r\n",
	    400, NULL);
	http_server_stop(&server, 1000);
}

static void server_cache_answers_until_the_version_changes(void **state)
{
	struct http_options options = {.cache_bytes = 1 << 24};
	struct http_server *server = start(&options);
	const char *line = "GET /hello/cached.json";
	char *first, *tag, *end, heads[200], length[40];
	int before = atomic_load(&handled);

	(void)state;
	first = ask(line, "");
	snprintf(length, sizeof(length), "\r\nContent-Length: %zu\r\n",
	    strlen(strstr(first, "\r\n\r\n") + 4));
	free(ask(line, ""));
	free(
	    ask("GET /hello/cached?unknown=1", "Accept: application/json\r\n"));
	assert_int_equal(atomic_load(&handled), before + 1);
	tag = strstr(first, "ETag: ") + 6;
	end = strchr(tag, '\r');
	*end = '\0';
	snprintf(heads, sizeof(heads), "If-None-Match: W/%s\r\n", tag);
	expect(line, heads, 304, tag);
	expect(line, heads, 304, length);
	expect(line, "If-None-Match: \"x\"\r\n", 200, tag);
	expect(
	    line, "Accept-Encoding: gzip\r\n", 200, "Content-Encoding: gzip");
	expect(line, "Accept-Encoding: gzip, zstd\r\n", 200,
	    "Content-Encoding: zstd");
	assert_int_equal(atomic_load(&handled), before + 3);
	atomic_fetch_add(&version_now, 1);
	expect(line, heads, 304, NULL);
	assert_int_equal(atomic_load(&handled), before + 4);
	free(first);
	http_server_stop(&server, 1000);
}

static void server_client_that_asks_too_much_waits(void **state)
{
	struct http_options options = {
	    .rate_per_s = 1, .is_rate_limited = true};
	struct http_server *server = start(&options);
	const char *a = "X-Forwarded-For: 10.0.0.1, 203.0.113.7\r\n";
	int i;

	(void)state;
	expect("GET /hello/a", a, 200, "RateLimit: \"work\";r=9;t=1\r\n");
	for (i = 0; i < 9; i++)
		expect("GET /hello/a", a, 200,
		    "RateLimit-Policy: \"work\";q=10;w=10\r\n");
	expect("GET /hello/a.json", a, 429, "Retry-After: 1\r\n");
	expect(
	    "GET /hello/a.json", "X-Forwarded-For: 203.0.113.8\r\n", 200, NULL);
	expect("GET /quick", a, 303, NULL);
	expect("GET /stream", "", 429, "\"too-many\"");
	expect("GET /stream", "Accept: text/html\r\n", 429, "page of 429");
	/* What is refused before anybody asks who it was is told for nothing,
	 * but not where somebody does. */
	a = "X-Forwarded-For: 203.0.113.9\r\nAuthorization: reader\r\n";
	for (i = 0; i < 10; i++)
		expect("GET /mine.json?n=x", a, 400, "\"input\"");
	expect("GET /mine.json?n=x", a, 429, "Retry-After: 1\r\n");
	expect("GET /none", a, 404, NULL);
	http_server_stop(&server, 1000);
}

static void server_streams_whole_in_pieces(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	char *answer = ask("GET /stream", ""), last[40];

	(void)state;
	assert_int_equal(status_of(answer), 200);
	assert_non_null(strstr(answer, "line 0\n"));
	snprintf(last, sizeof(last), "line %d\n", STREAM_LINES - 1);
	assert_non_null(strstr(answer, last));
	assert_non_null(strstr(answer, "\r\n0\r\n\r\n"));
	free(answer);
	expect("GET /stream", "Accept-Encoding: gzip\r\n", 200,
	    "Content-Encoding: gzip");
	expect("HEAD /stream", "", 200, NULL);
	http_server_stop(&server, 1000);
	assert_int_equal(atomic_load(&streams_open), 0);
}

/* The ETag of an answer as an If-None-Match, into heads. */
static void ask_for_another(const char *answer, char heads[200])
{
	const char *tag = strstr(answer, "ETag: ");

	assert_non_null(tag);
	snprintf(heads, 200, "If-None-Match: \"x\", %.*s\r\n",
	    (int)strcspn(tag + 6, "\r"), tag + 6);
}

static void server_stream_isNotMadeForWhoHasIt(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	char *first = ask("GET /stream", ""), heads[200];
	int before = atomic_load(&handled);

	(void)state;
	assert_non_null(strstr(first, "ETag: W/\""));
	assert_non_null(strstr(first, "Cache-Control: public, no-cache\r\n"));
	ask_for_another(first, heads);
	free(first);
	first = ask("GET /stream", heads);
	assert_int_equal(status_of(first), 304);
	assert_non_null(strstr(first, "ETag: W/\""));
	assert_null(strstr(first, "line 0"));
	assert_null(strstr(first, "Content-Length: "));
	assert_null(strstr(first, "Transfer-Encoding: "));
	free(first);
	assert_int_equal(atomic_load(&handled), before);
	/* Another language, "*", another version: made. */
	expect("GET /stream?lang=en", heads, 200, "line 0\n");
	expect("GET /stream", "If-None-Match: *\r\n", 200, "line 0\n");
	atomic_fetch_add(&version_now, 1);
	expect("GET /stream", heads, 200, "line 0\n");
	assert_int_equal(atomic_load(&handled), before + 3);
	http_server_stop(&server, 1000);
	/* Another start, which counts its versions anew. */
	atomic_fetch_sub(&version_now, 1);
	server = start(&options);
	expect("GET /stream", heads, 200, "line 0\n");
	http_server_stop(&server, 1000);
	assert_int_equal(atomic_load(&streams_open), 0);
}

/* Sends n bytes of a body, all 1, in pieces that do not fit anything. */
static char *send_file(const char *heads, const char *first, size_t n)
{
	char *body = mem_alloc(n + 1), text[1000];
	size_t first_n = strlen(first), at = 0;
	int fd = dial();
	char *answer;

	memset(body, 1, n);
	memcpy(body, first, first_n < n ? first_n : n);
	snprintf(text, sizeof(text),
	    "POST /file HTTP/1.1\r\nHost: t\r\nConnection: close\r\n"
	    "Accept-Language: en\r\nContent-Length: %zu\r\n%s\r\n",
	    n, heads);
	tell(fd, text);
	while (at < n) {
		size_t piece = n - at < 70001 ? n - at : 70001;
		ssize_t sent = send(fd, body + at, piece, MSG_NOSIGNAL);

		if (sent <= 0)
			break; /* it has answered already */
		at += (size_t)sent;
	}
	answer = hear(fd);
	free(body);
	return answer;
}

static size_t count_filed(void)
{
	DIR *folder = opendir(filed_folder);
	struct dirent *at;
	size_t n = 0;

	assert_non_null(folder);
	while ((at = readdir(folder)) != NULL)
		n += at->d_name[0] != '.';
	closedir(folder);
	return n;
}

#define WRITER "Authorization: writer\r\n"
#define CSV    "Content-Type: text/csv\r\n"
#define FORM                                                                   \
	"Cookie: s=writer\r\nOrigin: http://t\r\n"                             \
	"Content-Type: multipart/form-data; boundary=b\r\n"

static void server_bodies_are_filed(void **state)
{
	static const struct {
		const char *heads;
		const char *first;
		size_t n;
		int status;
		const char *part;
	} t[] = {
	    {WRITER CSV, "", 1, 200, "1 bytes, sum 1, sha256 4bf5122f34"},
	    {WRITER CSV, "", 4097, 200, "begins with 4096, named 1"},
	    {WRITER CSV, "", 3000001, 200, "3000001 bytes, sum 193,"},
	    {WRITER CSV, "", 8 << 20, 200, "8388608 bytes, sum 0,"},
	    {WRITER CSV, "", (8 << 20) + 1, 413, "longer than 8388608"},
	    {WRITER CSV, "", 0, 400, "none came"},
	    {WRITER "Content-Type: text/plain\r\n", "", 9, 415, "text/csv"},
	    {"Authorization: reader\r\n" CSV, "", 9, 403, "token"},
	    {"Cookie: s=reader\r\n" CSV, "", 9, 403, "roles"},
	    {CSV "Accept: application/json\r\n", "", 9, 401, "who you are"},
	    {CSV, "", 9, 303, "/sign-in"},
	    {"Authorization: hasty\r\n" CSV, "", 9, 429, NULL},
	    /* A page's form has its token in front. */
	    {FORM,
		"--b\r\nContent-Disposition: form-data; name=form\r\n\r\n"
		"t0ken\r\n--b",
		3000001, 200, "3000001 bytes"},
	    {FORM,
		"--b\r\nContent-Disposition: form-data; name=form\r\n\r\n"
		"other\r\n--b",
		3000001, 403, "not of this session"},
	    {FORM "X-Form-Token: t0ken\r\n", "", 3000001, 200, "3000001"},
	    {FORM "X-Form-Token: other\r\n", "", 9, 403, "session"},
	    {"Cookie: s=writer\r\n" CSV "X-Form-Token: t0ken\r\n", "", 9, 403,
		"page of this site"},
	};
	struct http_options options = {.workers = 2};
	struct http_server *server;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(filed_folder));
	options.filed_folder = filed_folder;
	server = start(&options);
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		char *answer = send_file(t[i].heads, t[i].first, t[i].n);

		if (status_of(answer) != t[i].status ||
		    (t[i].part && !strstr(answer, t[i].part)))
			fail_msg(
			    "[%zu]: %d, not: %.1500s", i, t[i].status, answer);
		free(answer);
	}
	expect("POST /file",
	    WRITER CSV "Accept-Language: en\r\nTransfer-Encoding: chunked\r\n",
	    411, "how long");
	http_server_stop(&server, 1000);
	assert_int_equal(count_filed(), 0);
}

/* Whoever goes away in the middle leaves nothing: at once, or when the body's
 * time is up (a minute), if libmicrohttpd did not see him go because his
 * connection waited for a worker just then. */
static void server_filed_bodies_that_break_off_leave_nothing(void **state)
{
	struct http_options options = {
	    .workers = 2, .filed_folder = filed_folder};
	struct http_server *server = start(&options);
	int i, fd = dial();
	static char half[600000];

	(void)state;
	memset(half, 'x', sizeof(half) - 1);
	tell(fd,
	    "POST /file HTTP/1.1\r\nHost: t\r\nContent-Length: "
	    "2000000\r\n" WRITER CSV "\r\n");
	tell(fd, half);
	for (i = 0; i < 500 && count_filed() == 0; i++)
		usleep(10000);
	assert_int_equal(count_filed(), 1);
	close(fd);
	for (i = 0; i < 9000 && count_filed() > 0; i++)
		usleep(10000);
	assert_int_equal(count_filed(), 0);
	http_server_stop(&server, 1000);
	rmdir(filed_folder);
}

/* R-ING-031 */
static void server_files_need_room(void **state)
{
	struct http_options options = {.workers = 2,
	    .filed_folder = filed_folder,
	    .filed_spare_bytes = UINT64_MAX / 2};
	struct http_server *server = start(&options);
	char *answer;

	(void)state;
	answer = send_file(WRITER CSV, "", 4097);
	assert_int_equal(status_of(answer), 507);
	assert_non_null(strstr(answer, "no room for a file"));
	free(answer);
	/* Nobody is told who may not send anyway. */
	answer = send_file("Authorization: reader\r\n" CSV, "", 4097);
	assert_int_equal(status_of(answer), 403);
	free(answer);
	http_server_stop(&server, 1000);
	assert_int_equal(count_filed(), 0);
}

static void server_files_at_once_are_bounded(void **state)
{
	struct http_options options = {
	    .workers = 2, .filed_folder = filed_folder, .filed_at_once_max = 1};
	struct http_server *server = start(&options);
	int i, fd = dial();
	char *answer;

	(void)state;
	tell(fd,
	    "POST /file HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n" WRITER CSV
	    "\r\nab");
	for (i = 0; i < 500 && count_filed() == 0; i++)
		usleep(10000);
	answer = send_file(WRITER CSV, "", 4097);
	assert_int_equal(status_of(answer), 503);
	assert_non_null(strstr(answer, "on their way"));
	free(answer);
	tell(fd, "cde");
	answer = hear(fd);
	assert_int_equal(status_of(answer), 200);
	free(answer);
	/* Its place is free again. */
	answer = send_file(WRITER CSV, "", 4097);
	assert_int_equal(status_of(answer), 200);
	free(answer);
	http_server_stop(&server, 1000);
	assert_int_equal(count_filed(), 0);
}

/* Whoever sends slowly holds his own share alone. */
static void server_files_of_one_address_leave_room(void **state)
{
	struct http_options options = {
	    .workers = 2, .filed_folder = filed_folder};
	struct http_server *server = start(&options);
	int fds[LIMIT_TRANSFERS_MAX], i;
	char *answer;

	(void)state;
	for (i = 0; i < LIMIT_TRANSFERS_MAX; i++) {
		fds[i] = dial();
		tell(fds[i],
		    "POST /file HTTP/1.1\r\nHost: t\r\n"
		    "X-Forwarded-For: 203.0.113.7\r\n"
		    "Content-Length: 5\r\n" WRITER CSV "\r\nab");
	}
	for (i = 0; i < 500 && count_filed() < LIMIT_TRANSFERS_MAX; i++)
		usleep(10000);
	answer =
	    send_file("X-Forwarded-For: 203.0.113.7\r\n" WRITER CSV, "", 4097);
	assert_int_equal(status_of(answer), 503);
	assert_non_null(strstr(answer, "on their way"));
	free(answer);
	answer =
	    send_file("X-Forwarded-For: 203.0.113.8\r\n" WRITER CSV, "", 4097);
	assert_int_equal(status_of(answer), 200);
	free(answer);
	for (i = 0; i < LIMIT_TRANSFERS_MAX; i++)
		close(fds[i]);
	for (i = 0; i < 9000 && count_filed() > 0; i++)
		usleep(10000);
	answer =
	    send_file("X-Forwarded-For: 203.0.113.7\r\n" WRITER CSV, "", 4097);
	assert_int_equal(status_of(answer), 200);
	free(answer);
	http_server_stop(&server, 1000);
	assert_int_equal(count_filed(), 0);
}

static void server_slow_heads_are_ended_with_408(void **state)
{
	struct http_options options = {
	    .head_timeout_ms = 600, .idle_timeout_ms = 600};
	struct http_server *server = start(&options);
	int dripping = dial(), idle = dial(), later = dial(), i;
	char *answer;

	(void)state;
	tell(idle, "GET /quick HTTP/1.1\r\nHost: t\r\n\r\n");
	tell(later,
	    "GET /quick HTTP/1.1\r\nHost: t\r\nAccept: text/html\r\n\r\n");
	for (i = 0; i < 20; i++) {
		if (send(dripping, "G", 1, MSG_NOSIGNAL) < 0)
			break;
		if (i == 2)
			tell(later, "GET /qui");
		usleep(100000);
	}
	answer = hear(dripping);
	assert_int_equal(status_of(answer), 408);
	free(answer);
	answer = hear(idle);
	assert_int_equal(status_of(answer), 303);
	assert_null(strstr(answer, "408"));
	free(answer);
	answer = hear(later);
	assert_int_equal(status_of(answer), 303);
	assert_non_null(strstr(answer, "HTTP/1.1 408 "));
	assert_non_null(strstr(answer, "page of 408"));
	free(answer);
	http_server_stop(&server, 1000);
}

/* One that drips, and one that stops: the second is libmicrohttpd's to end. */
static void server_slow_bodies_are_ended_with_408(void **state)
{
	struct http_options options = {.body_timeout_ms = 1000};
	struct http_server *server = start(&options);
	int dripping = dial(), silent = dial(), i;
	const char *head = "POST /echo HTTP/1.1\r\nHost: t\r\n"
			   "Accept: text/html\r\nContent-Type: text/plain\r\n"
			   "Content-Length: 60\r\n\r\nx";
	char *answer;

	(void)state;
	tell(silent, head);
	tell(dripping, head);
	for (i = 0; i < 20; i++) {
		if (send(dripping, "x", 1, MSG_NOSIGNAL) < 0)
			break;
		usleep(100000);
	}
	for (i = 0; i < 2; i++) {
		answer = hear(i ? silent : dripping);
		assert_int_equal(status_of(answer), 408);
		assert_non_null(strstr(answer, "page of 408"));
		free(answer);
	}
	http_server_stop(&server, 1000);
}

/* Ends of lines in front of a request are none behind it. */
static void server_blank_lines_before_request_are_no_other(void **state)
{
	struct http_options options = {.idle_timeout_ms = 600};
	struct http_server *server = start(&options);
	int fd = dial();
	char *answer;

	(void)state;
	tell(fd, "\r\n\r\nGET /quick HTTP/1.1\r\nHost: t\r\n\r\n");
	usleep(200000);
	tell(fd, "\r\n\r\nGET /quick HTTP/1.1\r\nHost: t\r\n\r\n");
	answer = hear(fd);
	assert_int_equal(status_of(answer), 303);
	assert_non_null(strstr(answer + 1, "HTTP/1.1 303 "));
	assert_null(strstr(answer, "HTTP/1.1 4"));
	free(answer);
	http_server_stop(&server, 1000);
}

static void expect_raw(const char *text, int status, const char *part)
{
	int fd = dial();
	char *answer;

	tell(fd, text);
	answer = hear(fd);
	if (status_of(answer) != status || !strstr(answer, part))
		fail_msg("%s: expected %d and \"%s\", was:\n%s", text, status,
		    part, answer);
	free(answer);
}

static void server_what_is_no_http_is_refused_at_the_door(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	int in_bytes = dial(), cut = dial(), gone = dial();
	const char *at;
	char *answer;

	(void)state;
	expect_raw("GET\r\n\r\n", 400, "\"code\":\"input\"");
	expect_raw("GET /\r\nAccept: text/html\r\n\r\n", 400, "page of 400");
	expect_raw("GET / HTTP/2.0\r\n\r\n", 505, "\"code\":\"version\"");
	expect_raw("GET / HTTP/1.1\r\nX\r\nAccept: text/html\r\n\r\n", 400,
	    "Content-Security-Policy");
	for (at = "GET /quick HTTP/1.0\r\n\r\n"; *at; at++)
		tell(in_bytes, (char[]){*at, '\0'});
	answer = hear(in_bytes);
	assert_int_equal(status_of(answer), 303);
	free(answer);
	tell(cut, "GET / HTTP/1.1\r\nHo");
	shutdown(cut, SHUT_WR);
	answer = hear(cut);
	assert_int_equal(status_of(answer), 400);
	free(answer);
	close(gone);
	http_server_stop(&server, 1000);
}

struct late {
	int fd;
	char *answer;
};

static void *ask_late(void *arg)
{
	struct late *late = arg;

	usleep(300000);
	tell(late->fd, "k HTTP/1.0\r\n\r\n");
	late->answer = hear(late->fd);
	return NULL;
}

/* Half of its head had come. */
static void server_who_waits_at_the_door_may_ask_at_the_end(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	struct late late = {.fd = dial()};
	pthread_t thread;

	(void)state;
	tell(late.fd, "GET /quic");
	usleep(100000);
	assert_int_equal(pthread_create(&thread, NULL, ask_late, &late), 0);
	http_server_stop(&server, 2000);
	pthread_join(thread, NULL);
	assert_int_equal(status_of(late.answer), 303);
	free(late.answer);
}

/* Many clients, changing versions, a cache that is too small: for the
 * thread sanitizer above all. */
static void *ask_many(void *arg)
{
	int seed = *(int *)arg, i, fd = dial();
	char text[200];

	for (i = 0; i < 300; i++) {
		bool is_last = i == 299;

		snprintf(text, sizeof(text),
		    "GET /hello/%d.json HTTP/1.1\r\nHost: t\r\n"
		    "Accept-Encoding: %s\r\n%s\r\n",
		    (i * 7 + seed) % 50, i % 3 ? "gzip" : "zstd",
		    is_last ? "Connection: close\r\n" : "");
		tell(fd, text);
		if (i % 50 == 0)
			atomic_fetch_add(&version_now, 1);
	}
	free(hear(fd));
	return NULL;
}

static void server_many_clients_at_once(void **state)
{
	struct http_options options = {.cache_bytes = 1 << 21};
	struct http_server *server = start(&options);
	struct buf text = BUF_INIT(1 << 20);
	pthread_t threads[8];
	int seeds[8], i;

	(void)state;
	for (i = 0; i < 8; i++) {
		seeds[i] = i;
		pthread_create(&threads[i], NULL, ask_many, &seeds[i]);
	}
	for (i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	http_server_metrics(server, &text);
	assert_non_null(strstr(buf_str(&text),
	    "requests_total{route=\"hello\",status=\"200\"} 2400\n"));
	buf_release(&text);
	http_server_stop(&server, 1000);
}

/* A brief request with a body of so many bytes. */
static int send_brief(int bytes)
{
	char text[2000];
	int fd = dial();

	snprintf(text, sizeof(text),
	    "POST /brief HTTP/1.1\r\nHost: t\r\nConnection: close\r\n"
	    "Content-Type: text/plain\r\nContent-Length: %d\r\n\r\n%*s",
	    bytes, bytes, "");
	tell(fd, text);
	return fd;
}

/* What waits together is done in one go as long as it is brief, in its order;
 * the answers are not held up by it. */
static void server_brief_ones_are_done_in_one_go(void **state)
{
	static const int bytes[] = {9, 0, 100, 101, 900, 1, 2};
	struct http_options options = {.workers = 1};
	struct http_server *server = start(&options);
	int fds[ARRAY_COUNT(bytes)], slow;
	char *done;
	size_t i;

	(void)state;
	free(work_done());
	slow = dial();
	tell(
	    slow, "GET /slow HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
	usleep(50000);
	for (i = 0; i < ARRAY_COUNT(bytes); i++) {
		fds[i] = send_brief(bytes[i]);
		wait_until_waiting(server, (int)i + 1); /* in this order */
	}
	free(hear(slow));
	for (i = 0; i < ARRAY_COUNT(bytes); i++) {
		char *answer = hear(fds[i]);

		assert_int_equal(status_of(answer), 200);
		free(answer);
	}
	http_server_stop(&server, 1000);
	done = work_done();
	assert_string_equal(done, "|bbb|B|B|bb|");
	free(done);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(server_requests_get_their_status),
	    cmocka_unit_test(server_body_is_refused_in_its_language),
	    cmocka_unit_test(server_callers_are_checked_before_handlers),
	    cmocka_unit_test(server_what_is_private_is_never_kept),
	    cmocka_unit_test(server_forms_have_to_be_meant),
	    cmocka_unit_test(server_inner_failures_stay_inside),
	    cmocka_unit_test(server_bodies_are_bounded_and_typed),
	    cmocka_unit_test(server_cache_answers_until_the_version_changes),
	    cmocka_unit_test(server_client_that_asks_too_much_waits),
	    cmocka_unit_test(server_streams_whole_in_pieces),
	    cmocka_unit_test(server_stream_isNotMadeForWhoHasIt),
	    cmocka_unit_test(server_bodies_are_filed),
	    cmocka_unit_test(server_files_need_room),
	    cmocka_unit_test(server_files_at_once_are_bounded),
	    cmocka_unit_test(server_files_of_one_address_leave_room),
	    cmocka_unit_test(server_filed_bodies_that_break_off_leave_nothing),
	    cmocka_unit_test(server_slow_heads_are_ended_with_408),
	    cmocka_unit_test(server_slow_bodies_are_ended_with_408),
	    cmocka_unit_test(server_blank_lines_before_request_are_no_other),
	    cmocka_unit_test(server_what_is_no_http_is_refused_at_the_door),
	    cmocka_unit_test(server_who_waits_at_the_door_may_ask_at_the_end),
	    cmocka_unit_test(server_brief_ones_are_done_in_one_go),
	    cmocka_unit_test(server_many_clients_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
