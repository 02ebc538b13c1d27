/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests: connections that were accepted and whose first head is yet to come.
 *
 * The accepting thread keeps them until that head is whole, looking at it
 * without taking it from the socket (head.h), and hands the connection to
 * libmicrohttpd. So whoever says nothing, or little, costs a descriptor and
 * some hundred bytes; and whoever does not speak HTTP is told so in our
 * words, in the format that he asks for, where libmicrohttpd would use its
 * own or none.
 *
 *	WAITING	 the head has not come
 *	TELLING	 it was refused; some of the answer is still to be sent
 *	LEAVING	 told; what is still coming is read away, since a socket that
 *		 is closed on unread bytes takes the answer back (RST)
 *
 * Each look begins at the first byte, and costs the system time for each
 * packet of those that are there, times their number. So whoever sends his
 * head in more pieces than LOOKS_MAX is handed on as he is: libmicrohttpd takes
 * what it reads.
 *
 * With TLS the bytes are not ours to read: the connection goes on at once.
 * Later requests of a connection are libmicrohttpd's to read; what it finds
 * wrong is told by server.c (mhd.h). All of this is the accepting thread's own,
 * without a lock.
 */
#include "http/door.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "calendar/calendar.h"
#include "http/head.h"
#include "http/negotiate.h"

enum {
	LEAVING_MS = 2000,
	/* Read away in one go, so that one guest holds up nobody. */
	AWAY_BYTES_MAX = 1024 * 1024,
	LOOKS_MAX = 16
};

enum guest_stage { GUEST_WAITING = 0, GUEST_TELLING, GUEST_LEAVING };

struct guest {
	struct guest *next, *prev;
	int fd;
	enum guest_stage stage;
	unsigned looks;
	int64_t came_us;
	int64_t deadline_ms;
	struct limit_key key;
	struct buf told; /* from told_n on still to be sent */
	size_t told_n;
	socklen_t address_n;
	struct sockaddr_storage address;
};

struct door {
	struct http_server *server;
	int epoll_fd;
	struct guest *first;
	char bytes[HEAD_BYTES_MAX];
};

struct door *door_new(struct http_server *server, int epoll_fd)
{
	struct door *door = mem_zalloc(1, sizeof(*door));

	door->server = server;
	door->epoll_fd = epoll_fd;
	return door;
}

/* ---- coming and going ---- */

/* The descriptor is closed, or somebody else's. */
static void forget(struct door *door, struct guest *guest)
{
	if (guest->prev)
		guest->prev->next = guest->next;
	else
		door->first = guest->next;
	if (guest->next)
		guest->next->prev = guest->prev;
	buf_release(&guest->told);
	free(guest);
}

/* To be closed is not enough to be forgotten by epoll: a child that is just
 * being started has the descriptor too, for a moment. */
static void stop_watching(struct door *door, const struct guest *guest)
{
	epoll_ctl(door->epoll_fd, EPOLL_CTL_DEL, guest->fd, NULL);
}

static void close_guest(struct door *door, struct guest *guest)
{
	stop_watching(door, guest);
	close(guest->fd);
	accept_uncount(door->server, &guest->key);
	forget(door, guest);
}

static void let_in(struct door *door, struct guest *guest)
{
	stop_watching(door, guest);
	accept_hand_over(door->server, guest->fd,
	    (const struct sockaddr *)&guest->address, guest->address_n,
	    &guest->key);
	forget(door, guest);
}

/* ---- refusing ---- */

static void wait_for_room(struct door *door, struct guest *guest)
{
	struct epoll_event event = {
	    .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
	    .data = {.ptr = guest}};

	epoll_ctl(door->epoll_fd, EPOLL_CTL_MOD, guest->fd, &event);
}

static void write_log(struct door *door, const struct guest *guest,
    const struct head *head, int status, size_t bytes)
{
	char text[CLIENT_TEXT_BYTES];
	struct access_line line = {
	    .at_ms = calendar_now_ms(),
	    .method = "",
	    .target = head->first_line,
	    .status = status,
	    .bytes = bytes,
	    .took_us = (uint64_t)(monotonic_us() - guest->came_us),
	    .from = "door",
	};

	if (line.target.n > HTTP_TARGET_BYTES_MAX)
		line.target.n = HTTP_TARGET_BYTES_MAX;
	accept_peer_text(
	    (const struct sockaddr *)&guest->address, text, sizeof(text));
	line.client = span_of(text);
	access_log_add(door->server->log, &line);
}

/* Reads away what is there; false: the other side has ended. */
static bool read_away(struct door *door, struct guest *guest)
{
	size_t away = 0;

	while (away < AWAY_BYTES_MAX) {
		ssize_t n = recv(
		    guest->fd, door->bytes, sizeof(door->bytes), MSG_DONTWAIT);

		if (n <= 0)
			return n < 0 &&
			    (errno == EAGAIN || errno == EWOULDBLOCK);
		away += (size_t)n;
	}
	return true;
}

static void go_on_leaving(struct door *door, struct guest *guest)
{
	if (!read_away(door, guest))
		close_guest(door, guest);
}

static void go_on_telling(struct door *door, struct guest *guest)
{
	while (guest->told_n < guest->told.n) {
		ssize_t n = send(guest->fd, guest->told.p + guest->told_n,
		    guest->told.n - guest->told_n, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			wait_for_room(door, guest);
			return;
		}
		if (n < 0) {
			close_guest(door, guest);
			return;
		}
		guest->told_n += (size_t)n;
	}
	buf_release(&guest->told);
	shutdown(guest->fd, SHUT_WR);
	guest->stage = GUEST_LEAVING;
	guest->deadline_ms = monotonic_ms() + LEAVING_MS;
	go_on_leaving(door, guest);
}

/* Nothing came, so there is nothing that is asked, nor to be read away. */
static void end_silent(struct door *door, struct guest *guest)
{
	accept_tell_slow(guest->fd);
	close_guest(door, guest);
}

static void refuse(
    struct door *door, struct guest *guest, const struct head *head)
{
	enum lang lang = negotiate_language(head->accept_language);
	struct answer *answer = work_refusal(door->server, head->fault, lang,
	    negotiate_wants_page(head->accept));

	answer_write(answer, head->is_head, &guest->told);
	metrics_request(door->server->metrics, NULL, answer->status,
	    (uint64_t)(monotonic_us() - guest->came_us));
	if (door->server->log)
		write_log(door, guest, head, answer->status,
		    head->is_head ? 0 : answer->bytes);
	answer_unref(&answer);
	guest->stage = GUEST_TELLING;
	go_on_telling(door, guest);
}

/* ---- looking ---- */

/* lack: as head_judge. */
static void look(struct door *door, struct guest *guest, enum head_fault lack)
{
	struct head head;
	ssize_t n = recv(guest->fd, door->bytes, sizeof(door->bytes),
	    MSG_PEEK | MSG_DONTWAIT);

	if (n == 0 ||
	    (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK &&
		errno != EINTR)) {
		close_guest(door, guest);
		return;
	}
	if (n < 0) {
		if (lack == HEAD_SLOW)
			end_silent(door, guest);
		return;
	}
	head_judge((struct span){door->bytes, (size_t)n}, lack, &head);
	if (head.fault)
		refuse(door, guest, &head);
	else if (head.is_whole || ++guest->looks == LOOKS_MAX)
		let_in(door, guest);
}

bool door_take(struct door *door, int fd, const struct sockaddr *address,
    socklen_t n, const struct limit_key *key)
{
	struct guest *guest = mem_zalloc(1, sizeof(*guest));
	struct epoll_event event = {
	    .events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data = {.ptr = guest}};

	guest->fd = fd;
	guest->key = *key;
	guest->address_n = n;
	memcpy(&guest->address, address, n);
	guest->came_us = monotonic_us();
	guest->deadline_ms =
	    monotonic_ms() + door->server->options.head_timeout_ms;
	buf_init(&guest->told, HEAD_ANSWER_BYTES_MAX);
	if (epoll_ctl(door->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
		free(guest);
		return false;
	}
	guest->next = door->first;
	if (guest->next)
		guest->next->prev = guest;
	door->first = guest;
	look(door, guest, HEAD_NO_FAULT);
	return true;
}

void door_event(struct door *door, void *ptr, uint32_t events)
{
	struct guest *guest = ptr;

	switch (guest->stage) {
	case GUEST_WAITING:
		look(door, guest,
		    events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)
			? HEAD_CUT
			: HEAD_NO_FAULT);
		break;
	case GUEST_TELLING:
		go_on_telling(door, guest);
		break;
	case GUEST_LEAVING:
		go_on_leaving(door, guest);
		break;
	}
}

/* ---- time ---- */

void door_sweep(struct door *door, int64_t now_ms)
{
	struct guest *guest, *next;

	for (guest = door->first; guest; guest = next) {
		next = guest->next;
		if (guest->deadline_ms > now_ms)
			continue;
		if (guest->stage != GUEST_WAITING) {
			close_guest(door, guest);
			continue;
		}
		metrics_count(
		    door->server->metrics, METRICS_CONNECTION_SLOW, 1);
		look(door, guest, HEAD_SLOW);
	}
}

void door_free(struct door **door)
{
	struct guest *guest, *next;

	if (!*door)
		return;
	for (guest = (*door)->first; guest; guest = next) {
		next = guest->next;
		if (guest->stage == GUEST_WAITING)
			let_in(*door, guest);
		else
			close_guest(*door, guest);
	}
	free(*door);
	*door = NULL;
}
