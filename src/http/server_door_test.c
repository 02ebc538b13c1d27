/* SPDX-License-Identifier: Apache-2.0 */
/* Connections whose first head is no good, or does not come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/server_test_help.h"

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
	    cmocka_unit_test(door_who_left_is_forgotten_though_a_child_has_him),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
