/* SPDX-License-Identifier: Apache-2.0 */
/* Connections whose first head is no good, or does not come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/check.h"
#include "http/server_test_help.h"

/* All that comes; the other side has to end it, not break it off. */
static char *hear_to_end(int fd)
{
	char *text = mem_zalloc(64 * 1024, 1);
	size_t n = 0;
	ssize_t got;

	while ((got = recv(fd, text + n, 64 * 1024 - 1 - n, 0)) > 0)
		n += (size_t)got;
	if (got < 0)
		fail_msg("%s, behind: %s", strerror(errno), text);
	close(fd);
	return text;
}

static void door_head_has_no_body(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	int fd = dial();
	char *answer;

	(void)state;
	tell(fd, "HEAD / HTTP/1.1\r\nX\r\n\r\n");
	answer = hear_to_end(fd);
	assert_int_equal(status_of(answer), 400);
	assert_non_null(strstr(answer, "\r\nContent-Length: 1"));
	assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
	free(answer);
	http_server_stop(&server, 1000);
}

/* The most that is taken, and what is refused by us, not by libmicrohttpd. */
static void door_many_headers_are_refused(void **state)
{
	static const struct {
		int headers, digits, status;
		const char *part;
	} t[] = {
	    {200, 75, 303, ""},
	    {200, 80, 431, "16384"},
	    {201, 75, 431, " 200 "},
	};
	struct http_options options = {0};
	struct http_server *server = start(&options);
	struct buf text = BUF_INIT(64 * 1024);
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		int fd = dial();
		char *answer;

		buf_reset(&text);
		buf_add_str(&text, "GET /quick HTTP/1.0\r\n");
		for (n = 0; n < t[i].headers; n++)
			buf_addf(&text, "X: %0*d\r\n", t[i].digits, n);
		buf_add_str(&text, "\r\n");
		tell(fd, buf_str(&text));
		answer = hear_to_end(fd);
		assert_int_equal(status_of(answer), t[i].status);
		if (t[i].status >= 400)
			assert_non_null(strstr(answer, "{\"error\":"));
		assert_non_null(strstr(answer, t[i].part));
		free(answer);
	}
	buf_release(&text);
	http_server_stop(&server, 1000);
}

/* The second of the day that an answer is dated with. */
static int second_of(const char *answer)
{
	const char *at = strstr(answer, "\r\nDate: ");
	int h, m, s, n = 0;

	assert_non_null(at);
	sscanf(at,
	    " Date: %*[A-Z]%*[a-z], %*2d %*[A-Za-z] %*4d %d:%d:%d GMT\r%n", &h,
	    &m, &s, &n);
	assert_true(n > 0);
	return (h * 60 + m) * 60 + s;
}

/* As libmicrohttpd dates its own, in the same moment. */
static void door_answers_are_dated(void **state)
{
	enum { DAY_S = 24 * 60 * 60 };
	struct http_options options = {0};
	struct http_server *server = start(&options);
	char *ours, *others;
	int fd = dial(), passed;

	(void)state;
	tell(fd, "GET\r\n\r\n");
	ours = hear_to_end(fd);
	others = ask("GET /quick", "");
	passed = second_of(others) - second_of(ours);
	assert_in_range((passed + DAY_S) % DAY_S, 0, 5);
	free(ours);
	free(others);
	http_server_stop(&server, 1000);
}

/* And leave a trace. */
static void door_slow_ones_hear_it_as_they_ask(void **state)
{
	char path[] = "/tmp/door-test-XXXXXX", line[500] = "";
	struct http_options options = {
	    .head_timeout_ms = 100, .access_log = path};
	struct http_server *server;
	int fd = mkstemp(path);
	char *answer;
	FILE *log;

	(void)state;
	close(fd);
	server = start(&options);
	fd = dial();
	tell(fd, "GET / HTTP/1.1\r\nAccept: text/html\r\nHo");
	answer = hear_to_end(fd);
	assert_int_equal(status_of(answer), 408);
	assert_non_null(strstr(answer, "page of 408"));
	free(answer);
	http_server_stop(&server, 1000);
	log = fopen(path, "r");
	assert_non_null(log);
	assert_non_null(fgets(line, sizeof(line), log));
	assert_non_null(strstr(line, "\"status\":408"));
	fclose(log);
	unlink(path);
}

/* Each byte is a packet of its own. Looked at anew with each of them, such
 * heads would keep everybody else out for long after they have come. */
static void door_heads_in_many_pieces_hold_up_nobody(void **state)
{
	enum { CLIENTS = 64, BYTES = 8000 };
	struct http_options options = {0};
	struct http_server *server = start(&options);
	int fds[CLIENTS], one = 1, i, k;
	struct timespec before, after;

	(void)state;
	for (i = 0; i < CLIENTS; i++) {
		fds[i] = dial();
		setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		tell(fds[i], "GET /quick HTTP/1.0\r\nX: ");
	}
	for (k = 0; k < BYTES; k++)
		for (i = 0; i < CLIENTS; i++)
			tell(fds[i], "x");
	clock_gettime(CLOCK_MONOTONIC, &before);
	expect("GET /quick", "", 303, NULL);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_in_range(after.tv_sec - before.tv_sec, 0, 1);
	for (i = 0; i < CLIENTS; i++) {
		char *answer;

		tell(fds[i], "\r\n\r\n");
		answer = hear_to_end(fds[i]);
		assert_int_equal(status_of(answer), 303);
		free(answer);
	}
	http_server_stop(&server, 1000);
}

/* A child has every descriptor, for a while: what was closed here is not
 * closed for the system, and may still tell of events. */
static void door_who_left_is_forgotten_though_a_child_has_him(void **state)
{
	struct http_options options = {.head_timeout_ms = 300};
	struct http_server *server = start(&options);
	int fd = dial(), i;
	pid_t child;

	(void)state;
	tell(fd, "G");
	usleep(100000);
	child = fork();
	if (child == 0) {
		sleep(3);
		_exit(0);
	}
	sleep(1);
	for (i = 0; i < 20; i++) {
		send(fd, "x", 1, MSG_NOSIGNAL);
		expect("GET /quick", "", 303, NULL);
	}
	close(fd);
	assert_int_equal(waitpid(child, NULL, 0), child);
	http_server_stop(&server, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(door_head_has_no_body),
	    cmocka_unit_test(door_many_headers_are_refused),
	    cmocka_unit_test(door_answers_are_dated),
	    cmocka_unit_test(door_slow_ones_hear_it_as_they_ask),
	    cmocka_unit_test(door_heads_in_many_pieces_hold_up_nobody),
	    cmocka_unit_test(door_who_left_is_forgotten_though_a_child_has_him),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
