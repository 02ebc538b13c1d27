/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accepting, counting and ending connections.
 *
 * One thread accepts, looks at the first head of each connection (door.c) and
 * hands it to one of libmicrohttpd's threads. It knows every open connection
 * and ends those whose request does not come: the time runs from acceptance, or
 * from the end of the last answer, to the last byte of the next head, however
 * slowly bytes drip. A connection that holds nobody up but itself costs a
 * descriptor and some kilobytes; ten thousand of them are normal.
 *
 * Whoever comes when there is no room gets 503 and goodbye, which is more
 * than silence. A few are let in for that, so that they hear it by TLS, too,
 * and in their own format; the others are told at once, without TLS. The
 * machine's own addresses may have any number of connections, because a
 * proxy on the same machine speaks for everybody.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/check.h"
#include "http/door.h"
#include "http/negotiate.h"
#include "http/server_priv.h"

enum {
	LISTEN_MAX = 16,
	SWEEP_MS = 500,
	SLOW_MS = 2000, /* for a slow one to be told so */
	ACCEPT_AT_ONCE = 256,
	EVENTS_AT_ONCE = 256,
	/* Database, logs, files on their way. */
	FDS_FOR_OTHERS = 256 + SURPLUS_MAX
};

#define CANNED(status, code, text)                                             \
	"HTTP/1.1 " status "\r\n"                                              \
	"Content-Type: application/json; charset=utf-8\r\n"                    \
	"Cache-Control: no-store\r\n"                                          \
	"X-Content-Type-Options: nosniff\r\n"                                  \
	"Retry-After: 5\r\n"                                                   \
	"Connection: close\r\n\r\n"                                            \
	"{\"error\":{\"code\":\"" code "\",\"message\":\"" text                \
	"\",\"detail\":\"\",\"hint\":\"\"}}\n"

static const char canned_full[] = CANNED("503 Service Unavailable", "busy",
    "too many connections; try again in a few seconds");
static const char canned_slow[] =
    CANNED("408 Request Timeout", "timeout", "the request took too long");

/* ---- peers ---- */

void accept_peer_text(const struct sockaddr *address, char *out, size_t size)
{
	const void *from = NULL;

	if (address && address->sa_family == AF_INET)
		from = &((const struct sockaddr_in *)(const void *)address)
			    ->sin_addr;
	if (address && address->sa_family == AF_INET6)
		from = &((const struct sockaddr_in6 *)(const void *)address)
			    ->sin6_addr;
	if (!from || !inet_ntop(address->sa_family, from, out, (socklen_t)size))
		memcpy(out, "local", 6);
}

static struct peer *peer_new(
    struct http_server *server, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info;
	struct peer *peer = mem_zalloc(1, sizeof(*peer));
	struct peers *peers = &server->peers;

	info = mhd.get_connection_info(
	    connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	peer->server = server;
	peer->lang = negotiate_language((struct span){NULL, 0});
	peer->fd = info ? info->connect_fd : -1;
	info = server->options.tls_cert_pem
	    ? mhd.get_connection_info(
		  connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)
	    : NULL;
	peer->session = info ? info->tls_session : NULL;
	info = mhd.get_connection_info(
	    connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	accept_peer_text(
	    info ? info->client_addr : NULL, peer->text, sizeof(peer->text));
	if (info)
		peer->key = limit_key_of(info->client_addr);
	atomic_init(&peer->deadline_ms,
	    monotonic_ms() + server->options.head_timeout_ms);
	peer->is_surplus =
	    atomic_load(&peers->count) > server->options.connections_max;
	pthread_mutex_lock(&peers->lock);
	peer->next = peers->first;
	if (peer->next)
		peer->next->prev = peer;
	peers->first = peer;
	pthread_mutex_unlock(&peers->lock);
	return peer;
}

void accept_uncount(struct http_server *server, const struct limit_key *key)
{
	limits_disconnect(server->limits, key);
	atomic_fetch_sub(&server->peers.count, 1);
}

static void peer_free(struct http_server *server, struct peer *peer)
{
	struct peers *peers = &server->peers;

	pthread_mutex_lock(&peers->lock);
	if (peer->prev)
		peer->prev->next = peer->next;
	else
		peers->first = peer->next;
	if (peer->next)
		peer->next->prev = peer->prev;
	pthread_mutex_unlock(&peers->lock);
	accept_uncount(server, &peer->key);
	free(peer);
}

void accept_notify(void *cls, struct MHD_Connection *connection, void **context,
    enum MHD_ConnectionNotificationCode code)
{
	struct http_server *server = cls;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*context = peer_new(server, connection);
	} else if (*context) {
		peer_free(server, *context);
		*context = NULL;
	}
}

/* ---- slow ones ---- */

void accept_tell_slow(int fd)
{
	(void)!send(fd, canned_slow, sizeof(canned_slow) - 1,
	    MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Its network thread is told of an end, and can say why before it closes; who
 * goes on sending hears nothing. The descriptor stays libmicrohttpd's. */
static void end_slow(
    struct http_server *server, struct peer *peer, int64_t deadline)
{
	bool is_told = atomic_exchange(&peer->is_slow, true);
	int64_t next = is_told ? 0 : deadline + SLOW_MS;

	shutdown(peer->fd, is_told ? SHUT_RDWR : SHUT_RD);
	atomic_compare_exchange_strong(&peer->deadline_ms, &deadline, next);
	if (!is_told)
		metrics_count(server->metrics, METRICS_CONNECTION_SLOW, 1);
}

/* An end that came together with the last bytes: libmicrohttpd (0.9.75) has
 * taken these, and hears of nothing more. */
static bool has_ended(const struct peer *peer)
{
	char byte;

	return recv(peer->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Of those whose request has not come, or not all of it. */
static void sweep(struct http_server *server)
{
	int64_t now = monotonic_ms();
	struct peer *peer;

	pthread_mutex_lock(&server->peers.lock);
	for (peer = server->peers.first; peer; peer = peer->next) {
		int64_t deadline = atomic_load(&peer->deadline_ms);

		if (deadline && deadline <= now)
			end_slow(server, peer, deadline);
		else if (deadline && has_ended(peer))
			shutdown(peer->fd, SHUT_RD); /* tells it anew */
	}
	pthread_mutex_unlock(&server->peers.lock);
}

/* Those that were counted and whom libmicrohttpd has not taken yet are not
 * in the list: they are fresh as well. */
bool accept_has_fresh(struct http_server *server)
{
	struct peer *peer;
	unsigned others = 0;

	pthread_mutex_lock(&server->peers.lock);
	for (peer = server->peers.first; peer; peer = peer->next)
		others += atomic_load(&peer->is_old) ||
		    atomic_load(&peer->deadline_ms) == 0;
	pthread_mutex_unlock(&server->peers.lock);
	return atomic_load(&server->peers.count) > others;
}

/* ---- accepting ---- */

static void turn_away(struct http_server *server, int fd)
{
	if (!server->options.tls_cert_pem)
		(void)!send(fd, canned_full, sizeof(canned_full) - 1,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
	shutdown(fd, SHUT_WR);
	close(fd);
	metrics_count(server->metrics, METRICS_CONNECTION_REFUSED, 1);
}

/* On failure libmicrohttpd closes the descriptor, without notice. */
void accept_hand_over(struct http_server *server, int fd,
    const struct sockaddr *address, socklen_t n, const struct limit_key *key)
{
	if (mhd.add_connection(server->daemon, fd, address, n) == MHD_YES)
		return;
	accept_uncount(server, key);
	metrics_count(server->metrics, METRICS_CONNECTION_REFUSED, 1);
}

static void admit(struct http_server *server, struct door *door, int fd,
    const struct sockaddr *address, socklen_t n)
{
	struct limit_key key = limit_key_of(address);
	int one = 1;

	if (atomic_load(&server->peers.count) >=
		server->options.connections_max + SURPLUS_MAX ||
	    !limits_connect(server->limits, &key, monotonic_ms())) {
		turn_away(server, fd);
		return;
	}
	atomic_fetch_add(&server->peers.count, 1);
	metrics_count(server->metrics, METRICS_CONNECTION, 1);
	if (address->sa_family != AF_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (server->options.tls_cert_pem ||
	    !door_take(door, fd, address, n, &key))
		accept_hand_over(server, fd, address, n, &key);
}

/* No descriptors left: gives up the spare one to say so to the next. */
static void turn_away_by_spare(struct http_server *server, int listen_fd)
{
	int fd;

	if (server->spare_fd >= 0)
		close(server->spare_fd);
	fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0)
		turn_away(server, fd);
	server->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void accept_some(
    struct http_server *server, struct door *door, int listen_fd)
{
	int i;

	for (i = 0; i < ACCEPT_AT_ONCE; i++) {
		struct sockaddr_storage address = {0};
		socklen_t n = sizeof(address);
		int fd = accept4(listen_fd, (struct sockaddr *)&address, &n,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			admit(server, door, fd, (struct sockaddr *)&address, n);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE)
			turn_away_by_spare(server, listen_fd);
		else if (errno != ECONNABORTED && errno != EINTR)
			return;
	}
}

static void sweep_all(struct http_server *server, struct door *door)
{
	sweep(server);
	door_sweep(door, monotonic_ms());
	if (server->log)
		access_log_flush(server->log);
}

/* The listening sockets and the end are told by the places where their
 * descriptors stand; false: the end. */
static bool take_event(struct http_server *server, struct door *door,
    const struct epoll_event *event)
{
	size_t count = server->options.listen_count, i;

	if (event->data.ptr == &server->wake_fd)
		return false;
	for (i = 0; i < count; i++)
		if (event->data.ptr == &server->listen_fds[i]) {
			accept_some(server, door, server->listen_fds[i]);
			return true;
		}
	door_event(door, event->data.ptr, event->events);
	return true;
}

static void *run_accept(void *arg)
{
	struct http_server *server = arg;
	struct door *door = door_new(server, server->epoll_fd);
	struct epoll_event events[EVENTS_AT_ONCE];
	int64_t swept_ms = monotonic_ms();
	bool is_on = true;
	int i, n;

	while (is_on) {
		n = epoll_wait(
		    server->epoll_fd, events, EVENTS_AT_ONCE, SWEEP_MS);
		for (i = 0; i < n; i++)
			is_on &= take_event(server, door, &events[i]);
		if (monotonic_ms() - swept_ms >= SWEEP_MS) {
			sweep_all(server, door);
			swept_ms = monotonic_ms();
		}
	}
	door_free(&door);
	return NULL;
}

void accept_prepare(struct http_server *server)
{
	unsigned *max = &server->options.connections_max;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur != RLIM_INFINITY &&
	    *max + FDS_FOR_OTHERS > limit.rlim_cur)
		*max = limit.rlim_cur > 2 * FDS_FOR_OTHERS
		    ? (unsigned)limit.rlim_cur - FDS_FOR_OTHERS
		    : FDS_FOR_OTHERS;
}

static bool watch(struct http_server *server, int *fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = fd}};

	return epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, *fd, &event) == 0;
}

enum err_code accept_start(struct http_server *server, struct err *err)
{
	bool is_watched;
	size_t i;

	ASSERT(server->options.listen_count <= LISTEN_MAX);
	server->wake_fd = eventfd(0, EFD_CLOEXEC);
	server->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	server->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	is_watched = watch(server, &server->wake_fd);
	for (i = 0; i < server->options.listen_count; i++) {
		fcntl(server->listen_fds[i], F_SETFL, O_NONBLOCK);
		is_watched &= watch(server, &server->listen_fds[i]);
	}
	if (!is_watched)
		return err_set_errno(err, "could not wait for connections");
	if (pthread_create(&server->accept_thread, NULL, run_accept, server) !=
	    0)
		return err_set(err, ERR_SYSTEM, "could not start a thread");
	server->is_accepting = true;
	return 0;
}

void accept_stop(struct http_server *server)
{
	uint64_t one = 1;
	size_t i;

	if (server->is_accepting) {
		(void)!write(server->wake_fd, &one, sizeof(one));
		pthread_join(server->accept_thread, NULL);
		server->is_accepting = false;
	}
	for (i = 0; i < server->options.listen_count; i++)
		close(server->listen_fds[i]);
	server->options.listen_count = 0;
	if (server->wake_fd >= 0)
		close(server->wake_fd);
	if (server->epoll_fd >= 0)
		close(server->epoll_fd);
	if (server->spare_fd >= 0)
		close(server->spare_fd);
	server->wake_fd = server->spare_fd = server->epoll_fd = -1;
}
