/* SPDX-License-Identifier: Apache-2.0 */
#include "http/recv.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/socket.h>

enum { DESCRIPTORS_MAX = 1024 * 1024 };
enum { END_TOLD = 0, END_HELD, END_MET };

/* By descriptor; a connection's is touched by its network thread alone. */
static _Atomic unsigned char ends[DESCRIPTORS_MAX];

static unsigned char end_of(int fd)
{
	return fd >= 0 && fd < DESCRIPTORS_MAX
	    ? atomic_load_explicit(&ends[fd], memory_order_relaxed)
	    : END_TOLD;
}

static void set_end(int fd, unsigned char end)
{
	if (fd >= 0 && fd < DESCRIPTORS_MAX)
		atomic_store_explicit(&ends[fd], end, memory_order_relaxed);
}

void recv_hold_end(int fd)
{
	set_end(fd, END_HELD);
}

bool recv_let_end(int fd)
{
	bool is_met = end_of(fd) == END_MET;

	set_end(fd, END_TOLD);
	return is_met;
}

/* The C library's headers may have an inline recv, so ours has another name in
 * C. */
ssize_t recv_but_held_end(int fd, void *to, size_t n, int flags) __asm__(
    "recv");

ssize_t recv_but_held_end(int fd, void *to, size_t n, int flags)
{
	ssize_t got = recvfrom(fd, to, n, flags, NULL, NULL);

	if (got != 0 || n == 0 || end_of(fd) == END_TOLD)
		return got;
	set_end(fd, END_MET);
	errno = EAGAIN;
	return -1;
}
