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
	OURS = 32,   /* always: it is a connection's of this room */
	SECURE = 64, /* always: it is a session's */
	KEPT = 128   /* with it: the session was not freed */
};

/* Bytes since the connection's beginning. Nobody else looks at them; atomic
 * since a descriptor may soon be another thread's. */
struct bytes {
	_Atomic uint64_t read;
	_Atomic uint64_t said; /* up to the last one that ends no line */
	_Atomic uint64_t used; /* by requests that are over */
	_Atomic uint64_t last; /* eight, the last one lowest */
};

static _Atomic unsigned char states[DESCRIPTORS_MAX];
static struct bytes all_bytes[DESCRIPTORS_MAX];

static bool is_watched(int fd)
{
	return fd >= 0 && fd < DESCRIPTORS_MAX;
}

static unsigned char state_of(int fd)
{
	return is_watched(fd)
	    ? atomic_load_explicit(&states[fd], memory_order_relaxed)
	    : 0;
}

static void set_state(int fd, unsigned state)
{
	if (is_watched(fd))
		atomic_store_explicit(
		    &states[fd], (unsigned char)state, memory_order_relaxed);
}

static uint64_t get(_Atomic uint64_t *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}

static void set(_Atomic uint64_t *n, uint64_t value)
{
	atomic_store_explicit(n, value, memory_order_relaxed);
}

/* Another one, on the same connection. */
static void change_state(int fd, unsigned state)
{
	set_state(fd, state | (state_of(fd) & (OURS | SECURE)));
}

void recv_start(int fd, bool is_tls)
{
	set_state(fd, OURS | IDLE | (is_tls ? SECURE : 0u));
	if (!is_watched(fd))
		return;
	set(&all_bytes[fd].read, 0);
	set(&all_bytes[fd].said, 0);
	set(&all_bytes[fd].used, 0);
	set(&all_bytes[fd].last, 0);
}

void recv_begin(int fd)
{
	change_state(fd, 0);
}

void recv_hold_end(int fd)
{
	change_state(fd, HELD);
}

bool recv_use(int fd, uint64_t n)
{
	struct bytes *bytes = is_watched(fd) ? &all_bytes[fd] : NULL;

	if (!bytes)
		return false;
	set(&bytes->used, get(&bytes->used) + n);
	return get(&bytes->said) > get(&bytes->used);
}

bool recv_use_chunks(int fd)
{
	static const uint64_t end = 0x0a300d0a0d0a; /* "\n0\r\n\r\n" */
	struct bytes *bytes = is_watched(fd) ? &all_bytes[fd] : NULL;

	if (!bytes)
		return false;
	set(&bytes->used, get(&bytes->read));
	return (get(&bytes->last) & 0xffffffffffff) != end;
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

/* Ends of lines in front of a request are no part of it: when all is used that
 * was said, they are as well. (Those between two requests that came in one go
 * are taken for the end of the later one, which matters if it has a body.) */
static void count(struct bytes *bytes, struct span read)
{
	uint64_t before = get(&bytes->read);
	uint64_t last = get(&bytes->last);
	size_t blank = read.n - skip_blank(read).n, n = read.n;
	size_t i = n > sizeof(last) ? n - sizeof(last) : 0;

	for (; i < n; i++)
		last = last << 8 | (unsigned char)read.p[i];
	set(&bytes->last, last);
	set(&bytes->read, before + n);
	while (n && (read.p[n - 1] == '\r' || read.p[n - 1] == '\n'))
		n--;
	if (n == 0)
		return;
	if (get(&bytes->said) <= get(&bytes->used))
		set(&bytes->used, before + blank);
	set(&bytes->said, before + n);
}

/* Those in front of a request are no head. */
static unsigned hear(unsigned state, struct span read)
{
	return (state & IDLE) && skip_blank(read).n ? state | HEARD : state;
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
		count(&all_bytes[fd], (struct span){bytes, (size_t)n});
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
