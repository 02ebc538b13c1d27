/* SPDX-License-Identifier: Apache-2.0 */
/* The runner, with the shell in the place of the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/monotonic.h"
#include "web/runner.h"

/* What came, kept. */
struct came {
	pthread_mutex_t lock;
	pthread_cond_t over;
	int count;
	enum err_code rc;
	int exit_code;
	struct err err;
	char out[256];
	size_t out_n;
	char messages[64];
};

static void came_init(struct came *came)
{
	memset(came, 0, sizeof(*came));
	pthread_mutex_init(&came->lock, NULL);
	pthread_cond_init(&came->over, NULL);
}

static void cut(char *to, size_t size, struct span text)
{
	size_t n = text.n < size - 1 ? text.n : size - 1;

	if (n)
		memcpy(to, text.p, n);
	to[n] = '\0';
}

static void on_done(void *ctx, const struct runner_result *result)
{
	struct came *came = ctx;

	pthread_mutex_lock(&came->lock);
	came->count++;
	came->rc = result->rc;
	came->err = result->err;
	came->exit_code = result->exit_code;
	came->out_n = result->out.n;
	cut(came->out, sizeof(came->out), result->out);
	cut(came->messages, sizeof(came->messages), result->messages);
	pthread_cond_signal(&came->over);
	pthread_mutex_unlock(&came->lock);
}

static void wait_for(struct came *came, int count)
{
	pthread_mutex_lock(&came->lock);
	while (came->count < count)
		pthread_cond_wait(&came->over, &came->lock);
	pthread_mutex_unlock(&came->lock);
}

static enum err_code add(
    struct runner *runner, const char *script, struct came *came)
{
	const char *args[] = {"-c", script, NULL};
	const struct runner_command command = {args, LANG_EN, on_done, came};

	return runner_add(runner, &command, NULL);
}

static struct runner *start(struct runner_plan plan)
{
	struct runner *runner = NULL;

	plan.program = "/bin/sh";
	assert_int_equal(runner_start(&plan, &runner, NULL), 0);
	return runner;
}

/* ---- tests ---- */

static void runner_command_tells_what_came(void **state)
{
	static const struct {
		const char *script;
		enum err_code rc;
		int exit_code;
		const char *out, *messages;
	} t[] = {
	    {"printf good", 0, 0, "good", ""},
	    {"printf some; exit 1", 0, 1, "some", ""},
	    {"printf x >&2", 0, 0, "", "x"},
	    {"exit 2", ERR_SYSTEM, 2, "", ""},
	    {"echo nonsense; exit 2", ERR_SYSTEM, 2, "nonsense\n", ""},
	    {"kill -9 $$", ERR_UNCERTAIN, 0, "", ""},
	    {"printf \"$GONGXIN_LANG\"", 0, 0, "en", ""},
	    {"printf \"$GX_SECRET$HOME\"", 0, 0, "", ""},
	    {"read line; printf \"[$line]\"", 0, 0, "[]", ""},
	    /* One thing that asks for a signal's disposition of its own. */
	    {"kill -PIPE $$", ERR_UNCERTAIN, 0, "", ""},
	    {"kill -TERM $$", ERR_UNCERTAIN, 0, "", ""},
	};
	struct runner *runner;
	sigset_t ends;
	size_t i;

	(void)state;
	setenv("GX_SECRET", "secret", 1);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	runner = start((struct runner_plan){0});
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct came came;

		came_init(&came);
		assert_int_equal(add(runner, t[i].script, &came), 0);
		wait_for(&came, 1);
		if (came.rc != t[i].rc || came.exit_code != t[i].exit_code ||
		    strcmp(came.out, t[i].out) != 0 ||
		    strcmp(came.messages, t[i].messages) != 0)
			fail_msg("[%zu]: %d %d \"%s\" \"%s\"", i, came.rc,
			    came.exit_code, came.out, came.messages);
	}
	runner_stop(&runner);
	assert_null(runner);
}

static void runner_error_document_becomes_the_err(void **state)
{
	struct runner *runner = start((struct runner_plan){0});
	struct came came;

	(void)state;
	came_init(&came);
	add(runner,
	    "echo '{\"error\":{\"code\":\"refused\",\"message\":\"50% no\","
	    "\"detail\":\"d\",\"hint\":\"h\"}}'; exit 2",
	    &came);
	wait_for(&came, 1);
	assert_int_equal(came.rc, ERR_REFUSED);
	assert_int_equal(came.err.code, ERR_REFUSED);
	assert_string_equal(came.err.message, "50% no");
	assert_string_equal(came.err.detail, "d");
	assert_string_equal(came.err.hint, "h");
	runner_stop(&runner);
}

static void runner_child_inherits_no_descriptor(void **state)
{
	struct runner *runner = start((struct runner_plan){0});
	int fd = open("/dev/null", O_RDONLY); /* without CLOEXEC */
	struct came came;

	(void)state;
	assert_true(fd >= 3);
	came_init(&came);
	/* The listing's own descriptor is the fourth. */
	add(runner, "ls /proc/self/fd | wc -l | tr -d ' \\n'", &came);
	wait_for(&came, 1);
	assert_string_equal(came.out, "4");
	close(fd);
	runner_stop(&runner);
}

static void runner_too_much_output_is_cut_and_told(void **state)
{
	struct runner *runner = start((struct runner_plan){0});
	struct came came;

	(void)state;
	came_init(&came);
	add(runner, "head -c 20000000 /dev/zero; head -c 9000 /dev/zero >&2",
	    &came);
	wait_for(&came, 1);
	assert_int_equal(came.rc, ERR_FULL);
	assert_int_equal(came.out_n, RUNNER_OUT_BYTES_MAX);
	runner_stop(&runner);
}

static void runner_commands_run_one_after_the_other(void **state)
{
	struct runner *runner = start((struct runner_plan){.waiting_max = 2});
	char folder[] = "/tmp/runner_test.XXXXXX", script[200];
	struct came came, more;
	int i, taken = 0;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(script, sizeof(script),
	    "cd %s; mkdir alone && sleep 0.1 && rmdir alone", folder);
	came_init(&came);
	came_init(&more);
	for (i = 0; i < 10; i++)
		taken += add(runner, script, &came) == 0;
	/* One may run already; two wait. */
	assert_in_range(taken, 2, 3);
	wait_for(&came, taken);
	assert_int_equal(came.rc, 0);
	assert_int_equal(came.exit_code, 0);
	runner_stop(&runner);
	rmdir(folder);
}

static void runner_command_that_takes_too_long_is_killed(void **state)
{
	struct runner *runner = start((struct runner_plan){.time_max_ms = 200});
	int64_t from = monotonic_ms();
	struct came came;

	(void)state;
	came_init(&came);
	add(runner, "exec sleep 30", &came);
	wait_for(&came, 1);
	assert_int_equal(came.rc, ERR_UNCERTAIN);
	/* The same when it has closed what it is read by. */
	add(runner, "exec >&- 2>&-; exec sleep 30", &came);
	wait_for(&came, 2);
	assert_int_equal(came.rc, ERR_UNCERTAIN);
	assert_true(monotonic_ms() - from < 10000);
	runner_stop(&runner);
}

static void runner_end_finishes_what_runs_and_refuses_what_waits(void **state)
{
	struct runner *runner = start((struct runner_plan){0});
	struct came runs, waits, late;

	(void)state;
	came_init(&runs);
	came_init(&waits);
	came_init(&late);
	add(runner, "sleep 0.5; printf whole", &runs);
	usleep(200000);
	add(runner, "printf never", &waits);
	runner_end(runner);
	assert_int_equal(add(runner, "printf never", &late), ERR_BUSY);
	runner_stop(&runner);
	assert_string_equal(runs.out, "whole");
	assert_int_equal(runs.rc, 0);
	assert_int_equal(waits.count, 1);
	assert_int_equal(waits.rc, ERR_BUSY);
	assert_int_equal(late.count, 0);
}

static void runner_end_kills_what_takes_too_long(void **state)
{
	struct runner *runner = start((struct runner_plan){.ending_ms = 200});
	int64_t from = monotonic_ms();
	struct came came;

	(void)state;
	came_init(&came);
	add(runner, "exec sleep 30", &came);
	usleep(100000);
	runner_stop(&runner);
	assert_int_equal(came.rc, ERR_UNCERTAIN);
	assert_true(monotonic_ms() - from < 10000);
}

static void runner_missing_program_is_told(void **state)
{
	const struct runner_plan plan = {.program = "/nonexistent/program"};
	struct runner *runner = NULL;
	struct came came;

	(void)state;
	assert_int_equal(runner_start(&plan, &runner, NULL), 0);
	came_init(&came);
	add(runner, "", &came);
	wait_for(&came, 1);
	assert_int_equal(came.rc, ERR_SYSTEM);
	runner_stop(&runner);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(runner_command_tells_what_came),
	    cmocka_unit_test(runner_error_document_becomes_the_err),
	    cmocka_unit_test(runner_child_inherits_no_descriptor),
	    cmocka_unit_test(runner_too_much_output_is_cut_and_told),
	    cmocka_unit_test(runner_commands_run_one_after_the_other),
	    cmocka_unit_test(runner_command_that_takes_too_long_is_killed),
	    cmocka_unit_test(
		runner_end_finishes_what_runs_and_refuses_what_waits),
	    cmocka_unit_test(runner_end_kills_what_takes_too_long),
	    cmocka_unit_test(runner_missing_program_is_told),
	};

	return cmocka_run_group_tests_name("runner", tests, NULL, NULL);
}
