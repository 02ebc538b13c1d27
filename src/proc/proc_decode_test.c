/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the decoding child. */
#include "proc/proc_decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"

enum {
	/* More than the slots hold: the child waits for its parent. */
	LINES = 1000000,
	WAIT_MS = 20000
};

static int temporary_file(const char *line, int lines)
{
	FILE *file = tmpfile();
	int fd;

	assert_non_null(file);
	while (lines-- > 0)
		fputs(line, file);
	fflush(file);
	rewind(file);
	fd = dup(fileno(file));
	fclose(file);
	return fd;
}

/* While the child works, nobody has our standard input and output but us: the
 * pipes that stand in their place end as soon as we let go. R-ING-025 */
static void decode_child_keeps_no_standard_input_or_output(void **state)
{
	struct decode_request request = {.name = "list.csv"};
	struct decoder decoder = {0};
	struct pollfd ends[2];
	int real[2], in[2], out[2];
	struct err err = {0};
	enum err_code rc;
	size_t i;

	(void)state;
	request.fd = temporary_file("91371100MA3TEXAMPLE\n", LINES);
	request.spool_fd = temporary_file("", 0);
	fflush(stdout);
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	for (i = 0; i < ARRAY_COUNT(real); i++)
		real[i] = dup((int)i);
	dup2(in[0], STDIN_FILENO);
	dup2(out[1], STDOUT_FILENO);
	rc = proc_decode_start(&request, &decoder, &err);
	for (i = 0; i < ARRAY_COUNT(real); i++) {
		dup2(real[i], (int)i);
		close(real[i]);
	}
	close(in[0]);
	close(out[1]);
	assert_int_equal(rc, 0);
	ends[0] = (struct pollfd){.fd = in[1], .events = POLLOUT};
	ends[1] = (struct pollfd){.fd = out[0], .events = POLLIN};
	assert_int_equal(poll(&ends[1], 1, WAIT_MS), 1);
	assert_true(ends[1].revents & POLLHUP);
	assert_int_equal(poll(&ends[0], 1, WAIT_MS), 1);
	assert_true(ends[0].revents & POLLERR);
	/* And not since it is gone. */
	assert_int_equal(waitpid(decoder.pid, NULL, WNOHANG), 0);
	proc_decode_stop(&decoder);
	close(in[1]);
	close(out[0]);
	close(request.fd);
	close(request.spool_fd);
}

/* A workbook's texts may be many times as large as it is, and the database is
 * on the disk where they are put aside. */
static void decode_child_leaves_room_on_the_disk(void **state)
{
	struct decode_request request = {.name = "list.csv"};
	struct decoder decoder = {0};
	struct rlimit bound = {RLIM_INFINITY, RLIM_INFINITY};
	struct statvfs disk;
	struct err err = {0};
	rlim_t free_bytes;
	int i;

	(void)state;
	request.fd = temporary_file("91371100MA3TEXAMPLE\n", LINES);
	request.spool_fd = temporary_file("", 0);
	assert_int_equal(fstatvfs(request.spool_fd, &disk), 0);
	free_bytes = (rlim_t)disk.f_bavail * disk.f_frsize;
	assert_int_equal(proc_decode_start(&request, &decoder, &err), 0);
	for (i = 0; i < WAIT_MS && bound.rlim_cur == RLIM_INFINITY; i++) {
		usleep(1000);
		assert_int_equal(
		    prlimit(decoder.pid, RLIMIT_FSIZE, NULL, &bound), 0);
	}
	/* Others write there, too. */
	assert_in_range(bound.rlim_cur, 0, free_bytes / 4 * 3);
	proc_decode_stop(&decoder);
	close(request.fd);
	close(request.spool_fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decode_child_keeps_no_standard_input_or_output),
	    cmocka_unit_test(decode_child_leaves_room_on_the_disk),
	};

	return cmocka_run_group_tests_name("proc_decode", tests, NULL, NULL);
}
