/* SPDX-License-Identifier: Apache-2.0 */
#include "http/recv.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

enum { DESCRIPTORS_MAX = 1024 * 1024 };
enum {
	IDLE = 1,  /* no request is under way */
	HEARD = 2, /* with it: something came */
	ENDED = 4, /* with it: and then the end */
	HELD = 8,
	MET = 16,    /* with it: the end came */
	MORE = 32,   /* without IDLE: a part of the next request came */
	SECURE = 64, /* always: it is a session's */
	KEPT = 128   /* with it: the session was not freed */
};

static _Atomic unsigned char states[DESCRIPTORS_MAX];

static unsigned char state_of(int fd)
{
	return fd >= 0 && fd < DESCRIPTORS_MAX
	    ? atomic_load_explicit(&states[fd], memory_order_relaxed)
	    : 0;
}

static void set_state(int fd, unsigned state)
{
	if (fd >= 0 && fd < DESCRIPTORS_MAX)
		atomic_store_explicit(
		    &states[fd], (unsigned char)state, memory_order_relaxed);
}

/* Another one, on the same connection. */
static void change_state(int fd, unsigned state)
{
	set_state(fd, state | (state_of(fd) & SECURE));
}

void recv_start(int fd, bool is_tls)
{
	set_state(fd, is_tls ? IDLE | SECURE : IDLE);
}

void recv_begin(int fd)
{
	change_state(fd, state_of(fd) & MORE);
}

void recv_expect_body(int fd)
{
	change_state(fd, 0);
}

void recv_hold_end(int fd)
{
	change_state(fd, HELD | (state_of(fd) & MORE));
}

bool recv_has_more(int fd)
{
	return state_of(fd) & MORE;
}

bool recv_wait(int fd, bool has_more)
{
	bool is_met = state_of(fd) & MET;

	change_state(fd, has_more ? IDLE | HEARD : IDLE);
	return is_met;
}

void recv_expect_none(int fd)
{
	change_state(fd, 0);
}

enum recv_heard recv_forget(int fd, bool *keeps_session)
{
	unsigned char state = state_of(fd);

	*keeps_session = state & KEPT;
	set_state(fd, 0);
	return !(state & IDLE) || !(state & HEARD) ? RECV_NOTHING
	    : state & ENDED			   ? RECV_SOMETHING_AND_END
						   : RECV_SOMETHING;
}

/* ---- what is read ---- */

/* What stands behind ends of lines. */
static struct span skip_blank(struct span read)
{
	while (read.n && (*read.p == '\r' || *read.p == '\n')) {
		read.p++;
		read.n--;
	}
	return read;
}

/* Is there anything behind a head, which an empty line ends? */
static bool goes_on(struct span read)
{
	const char *at = read.p, *end = at + read.n;

	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		at++;
		if (at < end && *at == '\r')
			at++;
		if (at < end && *at == '\n')
			return skip_blank((struct span){at, (size_t)(end - at)})
				   .n > 0;
	}
	return false;
}

/* Those in front of a request are no head. */
static unsigned hear(unsigned state, struct span read)
{
	read = skip_blank(read);
	if (read.n == 0)
		return state;
	if (state & HELD)
		return state | MORE;
	if (!(state & IDLE))
		return state;
	return state | HEARD | (goes_on(read) ? MORE : 0);
}

/* A first line that begins with a NUL libmicrohttpd takes for an empty one and
 * passes over, and then waits; with any other control character in that place
 * it is none, and is told so. */
static void spoil_nul(unsigned state, char *bytes, size_t n)
{
	struct span read = skip_blank((struct span){bytes, n});

	if ((state & IDLE) && !(state & HEARD) && read.n && *read.p == '\0')
		bytes[n - read.n] = '\1';
}

ssize_t recv_look(int fd, char *bytes, ssize_t n)
{
	unsigned state = state_of(fd);

	if (n > 0) {
		spoil_nul(state, bytes, (size_t)n);
		set_state(fd, hear(state, (struct span){bytes, (size_t)n}));
	} else if (state & IDLE) {
		set_state(fd, state | ENDED);
	} else if (state & HELD) {
		set_state(fd, state | MET);
		return -1;
	}
	return n;
}

/* ---- by TLS ---- */

static _Thread_local bool is_session_read, has_session_ended;

bool recv_is_tls(int fd)
{
	return state_of(fd) & SECURE;
}

bool recv_keep_session(int fd)
{
	unsigned state = state_of(fd);
	bool is_kept = (state & SECURE) && (state & IDLE) && (state & HEARD);

	if (is_kept)
		set_state(fd, state | KEPT);
	return is_kept;
}

void recv_tls_begin(void)
{
	is_session_read = true;
	has_session_ended = false;
}

bool recv_tls_end(void)
{
	is_session_read = false;
	return has_session_ended;
}

/* ---- recv ---- */

static ssize_t nothing_yet(void)
{
	errno = EAGAIN;
	return -1;
}

/* The C library's headers may have an inline recv, so ours has another name in
 * C. */
ssize_t recv_and_look(int fd, void *to, size_t n, int flags) __asm__("recv");

ssize_t recv_and_look(int fd, void *to, size_t n, int flags)
{
	ssize_t got = recvfrom(fd, to, n, flags, NULL, NULL);
	unsigned state = state_of(fd);

	if (!state || got < 0 || n == 0 || (flags & MSG_PEEK))
		return got;
	if (state & SECURE) {
		if (got || !is_session_read)
			return got;
		has_session_ended = true;
		return nothing_yet();
	}
	return recv_look(fd, to, got) < 0 ? nothing_yet() : got;
}
