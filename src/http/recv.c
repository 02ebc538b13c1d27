/* SPDX-License-Identifier: Apache-2.0 */
#include "http/recv.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/socket.h>

enum { DESCRIPTORS_MAX = 1024 * 1024 };
enum {
	IDLE = 1,  /* no request is under way */
	HEARD = 2, /* with it: something came */
	ENDED = 4, /* with it: and then the end */
	HELD = 8,
	MET = 16 /* with it: the end came */
};

static _Atomic unsigned char states[DESCRIPTORS_MAX];

static unsigned char state_of(int fd)
{
	return fd >= 0 && fd < DESCRIPTORS_MAX
	    ? atomic_load_explicit(&states[fd], memory_order_relaxed)
	    : 0;
}

static void set_state(int fd, unsigned char state)
{
	if (fd >= 0 && fd < DESCRIPTORS_MAX)
		atomic_store_explicit(&states[fd], state, memory_order_relaxed);
}

bool recv_wait(int fd)
{
	bool is_met = state_of(fd) & MET;

	set_state(fd, IDLE);
	return is_met;
}

void recv_begin(int fd)
{
	set_state(fd, 0);
}

void recv_hold_end(int fd)
{
	set_state(fd, HELD);
}

enum recv_heard recv_forget(int fd)
{
	unsigned char state = state_of(fd);

	set_state(fd, 0);
	return !(state & HEARD) ? RECV_NOTHING
	    : state & ENDED	? RECV_SOMETHING_AND_END
				: RECV_SOMETHING;
}

static bool is_blank(const char *bytes, size_t n)
{
	while (n && (*bytes == '\r' || *bytes == '\n')) {
		bytes++;
		n--;
	}
	return n == 0;
}

/* The C library's headers may have an inline recv, so ours has another name in
 * C. */
ssize_t recv_and_look(int fd, void *to, size_t n, int flags) __asm__("recv");

ssize_t recv_and_look(int fd, void *to, size_t n, int flags)
{
	ssize_t got = recvfrom(fd, to, n, flags, NULL, NULL);
	unsigned char state = state_of(fd);

	if (!state || got < 0 || n == 0 || (flags & MSG_PEEK))
		return got;
	if (state & IDLE) {
		if (got == 0)
			set_state(fd, state | ENDED);
		else if (!is_blank(to, (size_t)got))
			set_state(fd, state | HEARD);
		return got;
	}
	if (got != 0)
		return got;
	set_state(fd, HELD | MET);
	errno = EAGAIN;
	return -1;
}
