/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers that wait: for a worker, for something else, for the server's end.
 * Built with ThreadSanitizer as well (tools/test.py threads).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/monotonic.h"
#include "http/limit.h"
#include "http/server_test_help.h"

static void *ask_slowly(void *arg)
{
	char *answer = ask("GET /slow", "");

	*(int *)arg = status_of(answer);
	free(answer);
	return NULL;
}

/* The same of a browser: what it hears instead is a page. */
static void *ask_slowly_by_browser(void *arg)
{
	char *answer = ask("GET /slow",
	    "Accept: text/html,*/*;q=0.8\r\n"
	    "Accept-Language: en\r\n");
	int status = status_of(answer);

	if (status == 503 &&
	    (!strstr(answer, "Content-Type: text/html") ||
		!strstr(answer, "Retry-After: ") ||
		!strstr(answer, "page of 503: the site has more to do")))
		status = -1;
	*(int *)arg = status;
	free(answer);
	return NULL;
}

/* One worker and one place: of twelve at once some wait, others hear 503, each
 * in its own format. */
static void server_full_queue_says_503_at_once(void **state)
{
	struct http_options options = {.workers = 1, .queue_max = 1};
	struct http_server *server = start(&options);
	pthread_t threads[12];
	int statuses[12], busy[2] = {0, 0}, done = 0, i;

	(void)state;
	free(ask("GET /none", "Accept: text/html\r\n")); /* it is up */
	for (i = 0; i < 12; i++)
		pthread_create(&threads[i], NULL,
		    i % 2 ? ask_slowly_by_browser : ask_slowly, &statuses[i]);
	for (i = 0; i < 12; i++) {
		pthread_join(threads[i], NULL);
		busy[i % 2] += statuses[i] == 503;
		done += statuses[i] == 200;
	}
	assert_int_equal(busy[0] + busy[1] + done, 12);
	assert_true(busy[0] >= 1 && busy[1] >= 1 && done >= 1);
	http_server_stop(&server, 1000);
}

/* A connection whose descriptors here and in the server are mostly neighbours:
 * libmicrohttpd gives even ones to one thread and odd ones to the other. */
static int dial_beside(void)
{
	int fd = dial(), tries = 0;

	while (fcntl(fd + 1, F_GETFD) < 0 && tries++ < 1000)
		usleep(100);
	return fd;
}

/* More come at once to one network thread than half of those that may. */
static void server_one_thread_may_have_all_connections(void **state)
{
	struct http_options options = {.connections_max = 100};
	struct http_server *server = start(&options);
	char answer[1000];
	int fds[100], i;

	(void)state;
	for (i = 0; i < 100; i++)
		fds[i] = dial_beside();
	for (i = 0; i < 100; i++)
		tell(fds[i], "GET /quick HTTP/1.1\r\nHost: t\r\n\r\n");
	for (i = 0; i < 100; i++)
		assert_true(recv(fds[i], answer, sizeof(answer), 0) > 0);
	for (i = 0; i < 100; i++)
		close(fds[i]);
	http_server_stop(&server, 1000);
}

static void server_stop_finishes_what_runs(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	pthread_t thread;
	int status = 0;

	(void)state;
	pthread_create(&thread, NULL, ask_slowly, &status);
	usleep(100000);
	assert_int_equal(http_server_stop(&server, 5000), 0);
	pthread_join(thread, NULL);
	assert_int_equal(status, 200);
}

static void server_held_answers_go_when_they_may(void **state)
{
	struct http_options options = {.workers = 1, .cache_bytes = 1 << 20};
	struct http_server *server = start(&options);
	int round;

	(void)state;
	for (round = 0; round < 2; round++) {
		expect("GET /held/0.json", "", 200, "the answer");
		expect("GET /held/1.json", "", 503, "the trace is not there");
		expect("GET /held/1", "Accept: text/html\r\n", 503,
		    "page of 503: the trace is not there");
		expect("GET /held/2.json", "", 403, "not for you");
		expect("GET /held/3.json", "", 503, "the trace is not there");
	}
	http_server_stop(&server, 1000);
}

static void server_held_answers_are_made_when_they_may(void **state)
{
	struct http_options options = {.workers = 1, .cache_bytes = 1 << 20};
	struct http_server *server = start(&options);
	int round, before = atomic_load(&held_freed);

	(void)state;
	for (round = 0; round < 2; round++) {
		expect("GET /held/4.json", "", 200, "what it was");
		expect("GET /held/5.json", "", 409, "it was taken");
		expect("GET /held/6.json", "", 503, "the trace is not there");
		expect("GET /held/6", "Accept: text/html\r\n", 503,
		    "page of 503: the trace is not there");
		expect("GET /held/7.json", "", 200, "what it was");
		expect("POST /held-write/4.json", "Authorization: writer\r\n",
		    200, "what it was");
		/* What was done is not called refused. */
		expect("POST /held-write/4.json", "Authorization: leaver\r\n",
		    500, NULL);
	}
	http_server_stop(&server, 1000);
	assert_int_equal(atomic_load(&held_freed) - before, 14);
}

/* One worker, four answers that wait 150 ms each: they wait together, and
 * the server ends when the last of them went. */
static void *ask_held(void *arg)
{
	char *answer = ask("GET /held/0.json", "");

	*(int *)arg = status_of(answer);
	free(answer);
	return NULL;
}

static void server_stop_waits_for_held_answers(void **state)
{
	struct http_options options = {.workers = 1};
	struct http_server *server = start(&options);
	pthread_t threads[4];
	int statuses[4], i;

	(void)state;
	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, ask_held, &statuses[i]);
	usleep(75000);
	assert_int_equal(http_server_stop(&server, 5000), 0);
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(statuses[i], 200);
	}
}

/* Let in before the stop, asking after it has begun: a restart loses
 * nobody. */
static void *ask_late(void *arg)
{
	int fd = *(int *)arg;
	char *answer;

	usleep(300000);
	tell(fd, "GET /hello/late.json HTTP/1.1\r\nHost: t\r\n\r\n");
	answer = hear(fd);
	*(int *)arg = status_of(answer);
	free(answer);
	return NULL;
}

static void server_stop_waits_for_who_has_just_come(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	pthread_t thread;
	int fd = dial();

	(void)state;
	usleep(100000);
	pthread_create(&thread, NULL, ask_late, &fd);
	assert_int_equal(http_server_stop(&server, 5000), 0);
	pthread_join(thread, NULL);
	assert_int_equal(fd, 200);
}

static void server_stop_waits_for_nobody_who_never_asks(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	int fd = dial();
	time_t began = time(NULL);

	(void)state;
	usleep(100000);
	assert_int_equal(http_server_stop(&server, 10000), 0);
	assert_true(time(NULL) - began < 5);
	free(hear(fd));
}

/* ---- streams ---- */

/* Asks for it, and takes nothing yet. */
static int ask_big(enum big_how how)
{
	char text[80];
	int fd = dial();

	atomic_store(&big_begun, 0);
	atomic_store(&big_made, 0);
	snprintf(text, sizeof(text),
	    "GET /big/%d HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n",
	    (int)how);
	tell(fd, text);
	return fd;
}

static void wait_for(_Atomic int *count, int wanted)
{
	int i;

	for (i = 0; i < 5000 && atomic_load(count) != wanted; i++)
		usleep(1000);
	assert_int_equal(atomic_load(count), wanted);
}

/* Takes all, and counts each letter of the body. true: the end is there. */
static bool take_big(int fd, size_t counts[BIG_PIECES])
{
	enum { BYTES = 65536 };
	char *text = mem_alloc(BYTES), end[6] = "";
	bool is_body = false;
	ssize_t got, i;

	memset(counts, 0, BIG_PIECES * sizeof(*counts));
	while ((got = recv(fd, text, BYTES, 0)) > 0)
		for (i = 0; i < got; i++) {
			memmove(end, end + 1, 4);
			end[4] = text[i];
			is_body |= memcmp(end + 1, "\r\n\r\n", 4) == 0;
			if (is_body && text[i] >= 'w' &&
			    text[i] < 'w' + BIG_PIECES)
				counts[text[i] - 'w']++;
		}
	close(fd);
	free(text);
	return memcmp(end, "0\r\n\r\n", 5) == 0;
}

static void server_stream_next_piece_is_made_while_one_is_taken(void **state)
{
	static const struct {
		enum big_how how;
		int made; /* while the client takes nothing */
	} table[] = {{BIG_ALONE, 1}, {BIG_TOO_LARGE, 1}, {BIG_AHEAD, 2}};
	struct http_options options = {0};
	struct http_server *server = start(&options);
	size_t counts[BIG_PIECES], i, k;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(table); i++) {
		int fd = ask_big(table[i].how);

		wait_for(&big_made, table[i].made);
		usleep(100000);
		if (atomic_load(&big_begun) != table[i].made)
			fail_msg("%zu: %d pieces are begun, not %d", i,
			    atomic_load(&big_begun), table[i].made);
		assert_true(take_big(fd, counts));
		for (k = 0; k < BIG_PIECES; k++)
			assert_int_equal(counts[k], BIG_BYTES);
	}
	http_server_stop(&server, 1000);
	assert_int_equal(atomic_load(&streams_open), 0);
}

/* What failed may have no trace: not a byte of it leaves. */
static void server_stream_piece_that_fails_is_not_sent(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	size_t counts[BIG_PIECES];
	int fd = ask_big(BIG_FAILS);

	(void)state;
	wait_for(&big_made, 2);
	assert_false(take_big(fd, counts));
	assert_int_equal(counts[0], BIG_BYTES);
	assert_int_equal(counts[1], 0);
	http_server_stop(&server, 1000);
	assert_int_equal(atomic_load(&big_begun), 2);
	assert_int_equal(atomic_load(&streams_open), 0);
}

/* Whoever takes nothing of what he asked for holds his own share alone. */
static void server_streams_of_one_address_leave_room(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	int fds[LIMIT_TRANSFERS_MAX], i;

	(void)state;
	atomic_store(&big_made, 0);
	for (i = 0; i < LIMIT_TRANSFERS_MAX; i++) {
		fds[i] = dial();
		tell(fds[i],
		    "GET /big/0 HTTP/1.1\r\nHost: t\r\n"
		    "X-Forwarded-For: 203.0.113.7\r\n\r\n");
	}
	wait_for(&big_made, LIMIT_TRANSFERS_MAX);
	expect(
	    "GET /stream", "X-Forwarded-For: 203.0.113.7\r\n", 503, "\"busy\"");
	expect("GET /stream", "X-Forwarded-For: 203.0.113.8\r\n", 200, NULL);
	expect("GET /stream", "", 200, NULL);
	for (i = 0; i < LIMIT_TRANSFERS_MAX; i++)
		close(fds[i]);
	http_server_stop(&server, 1000);
	assert_int_equal(atomic_load(&streams_open), 0);
}

static void server_stream_of_who_leaves_ends_with_its_piece(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	int fd = ask_big(BIG_SLOW);

	(void)state;
	wait_for(&big_begun, 2);
	close(fd);
	wait_for(&streams_open, 0);
	assert_int_equal(atomic_load(&big_made), 2);
	/* The same when the server ends. */
	fd = ask_big(BIG_SLOW);
	wait_for(&big_begun, 2);
	assert_int_equal(http_server_stop(&server, 0), 1);
	assert_int_equal(atomic_load(&streams_open), 0);
	assert_int_equal(atomic_load(&big_made), 2);
	close(fd);
}

/* What a worker has answered then is sent, too. */
static void server_stop_sends_what_is_answered(void **state)
{
	enum { CLIENTS = 4 };
	struct http_options options = {.workers = CLIENTS};
	struct http_server *server = start(&options);
	pthread_t threads[CLIENTS];
	int statuses[CLIENTS], i;

	(void)state;
	atomic_store(&slow_begun, 0);
	for (i = 0; i < CLIENTS; i++)
		pthread_create(&threads[i], NULL, ask_slowly, &statuses[i]);
	wait_for(&slow_begun, CLIENTS);
	assert_int_equal(http_server_stop(&server, 0), CLIENTS);
	for (i = 0; i < CLIENTS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(statuses[i], 200);
	}
}

/* What has had its time is told so, and nothing of its piece leaves. */
static void server_stop_ends_what_goes_on(void **state)
{
	struct http_options options = {0};
	struct http_server *server = start(&options);
	size_t counts[BIG_PIECES];
	int fd = ask_big(BIG_ENDED);

	(void)state;
	atomic_store(&ends, 0);
	wait_for(&big_begun, 2);
	assert_int_equal(atomic_load(&ends), 0);
	assert_int_equal(http_server_stop(&server, 0), 1);
	assert_int_equal(atomic_load(&ends), 1);
	assert_int_equal(atomic_load(&streams_open), 0);
	assert_int_equal(atomic_load(&big_made), 1);
	assert_false(take_big(fd, counts));
	assert_int_equal(counts[1], 0);
}

/* What comes for these requests from a client who ends his side so much later,
 * while they wait; he hears the end soon. */
static char *ask_and_end(const char *requests, useconds_t later_us)
{
	int64_t began = monotonic_ms();
	int fd = dial();
	char *answers;

	tell(fd, requests);
	usleep(later_us);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	answers = hear(fd);
	assert_in_range(monotonic_ms() - began, 0, 10000);
	return answers;
}

static size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	while ((text = strstr(text, part)) != NULL) {
		count++;
		text++;
	}
	return count;
}

struct ender {
	pthread_t thread;
	const char *requests;
	useconds_t later_us;
	size_t answers;
};

static void *run_ender(void *arg)
{
	struct ender *ender = arg;
	char *answers = ask_and_end(ender->requests, ender->later_us);

	ender->answers = count_of(answers, "HTTP/1.1 ");
	free(answers);
	return NULL;
}

/* Eight at once, so that something is always under way. */
static void expect_answers(
    const char *requests, useconds_t later_us, size_t answers)
{
	struct ender enders[8];
	size_t i;

	for (i = 0; i < ARRAY_COUNT(enders); i++) {
		enders[i] =
		    (struct ender){.requests = requests, .later_us = later_us};
		pthread_create(&enders[i].thread, NULL, run_ender, &enders[i]);
	}
	for (i = 0; i < ARRAY_COUNT(enders); i++) {
		pthread_join(enders[i].thread, NULL);
		assert_int_equal(enders[i].answers, answers);
	}
}

static void server_end_behind_a_whole_request_is_no_leave(void **state)
{
	static const struct {
		const char *requests;
		size_t answers;
	} t[] = {
	    {"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n", 1},
	    {"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
	     "GET /quick HTTP/1.1\r\nHost: a\r\n\r\n"
	     "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n",
		3},
	    {"GET /held/0.json HTTP/1.1\r\nHost: a\r\n\r\n", 1},
	    {"GET /big/4 HTTP/1.1\r\nHost: a\r\n\r\n", 1},
	};
	static const useconds_t later_us[] = {0, 50000};
	/* The idle time is long: it is not that which ends it. */
	struct http_options options = {.idle_timeout_ms = 60000};
	struct http_server *server = start(&options);
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		for (k = 0; k < ARRAY_COUNT(later_us); k++)
			expect_answers(
			    t[i].requests, later_us[k], t[i].answers);
	http_server_stop(&server, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(server_full_queue_says_503_at_once),
	    cmocka_unit_test(server_one_thread_may_have_all_connections),
	    cmocka_unit_test(server_stop_finishes_what_runs),
	    cmocka_unit_test(server_held_answers_go_when_they_may),
	    cmocka_unit_test(server_held_answers_are_made_when_they_may),
	    cmocka_unit_test(server_stop_waits_for_held_answers),
	    cmocka_unit_test(server_stop_waits_for_who_has_just_come),
	    cmocka_unit_test(server_stop_waits_for_nobody_who_never_asks),
	    cmocka_unit_test(
		server_stream_next_piece_is_made_while_one_is_taken),
	    cmocka_unit_test(server_stream_piece_that_fails_is_not_sent),
	    cmocka_unit_test(server_streams_of_one_address_leave_room),
	    cmocka_unit_test(server_stream_of_who_leaves_ends_with_its_piece),
	    cmocka_unit_test(server_stop_sends_what_is_answered),
	    cmocka_unit_test(server_stop_ends_what_goes_on),
	    cmocka_unit_test(server_end_behind_a_whole_request_is_no_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
