/* SPDX-License-Identifier: Apache-2.0 */
#include "http/brisk.h"

#include <sched.h>
#include <stdbool.h>
#include <sys/epoll.h>

#include "base/monotonic.h"

enum {
	LOOK_US = 200, /* before it sleeps */
	BRISK_US = 400 /* that the last wait took at most */
};

static _Thread_local int under_way;
static _Thread_local bool has_served, is_brisk;

void brisk_begin(void)
{
	under_way++;
	has_served = true;
}

void brisk_end(void)
{
	under_way--;
}

/* The C library's headers may have an inline one, so ours has another name in
 * C. */
int wait_briskly(int fd, struct epoll_event *events, int max,
    int timeout_ms) __asm__("epoll_wait");

/* Others who have something to do go first. */
static int look(int fd, struct epoll_event *events, int max, int64_t until_us)
{
	int n;

	while ((n = epoll_pwait(fd, events, max, 0, NULL)) == 0 &&
	    monotonic_us() < until_us)
		sched_yield();
	return n;
}

int wait_briskly(int fd, struct epoll_event *events, int max, int timeout_ms)
{
	int64_t from_us;
	int n = 0;

	if (!has_served || timeout_ms == 0)
		return epoll_pwait(fd, events, max, timeout_ms, NULL);
	from_us = monotonic_us();
	if (is_brisk && under_way == 0)
		n = look(fd, events, max, from_us + LOOK_US);
	if (n == 0)
		n = epoll_pwait(fd, events, max, timeout_ms, NULL);
	is_brisk = monotonic_us() - from_us <= BRISK_US;
	return n;
}
