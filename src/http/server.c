/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmicrohttpd's callbacks, and the life of a server.
 *
 * libmicrohttpd reads and writes in network threads of its own (epoll); it
 * gets its connections from accept.c. It calls on_target with the first
 * line, on_request with the head, with each piece of the body and with the
 * whole, and on_completed at the end, whatever the end is.
 *
 * The end of the server: nobody more is accepted; what runs may finish, for
 * a while, and who has just come may ask; what is still waiting then is
 * answered with 503 by the workers; libmicrohttpd closes what is left.
 */
#include "http/server_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/openssl.h"
#include "base/random.h"
#include "calendar/calendar.h"
#include "http/brisk.h"
#include "http/negotiate.h"
#include "http/recv.h"

enum {
	/* A head with notes of its headers, and the head of an answer. After
	 * each request libmicrohttpd clears all of it. */
	CONNECTION_BYTES = 32 * 1024,
	BACKLOG = 4096,
	QUEUE_MAX = 1024,
	CONNECTIONS_MAX = 16000,
	PER_CLIENT_MAX = 256,
	HEAD_TIMEOUT_MS = 10000,
	IDLE_TIMEOUT_MS = 30000,
	BODY_TIMEOUT_MS = 60000,
	/* When the server stops: for a first request, and for sending what
	 * the workers answered last. */
	FRESH_MS = 2000,
	SENDING_MS = 1000,
	STACK_BYTES = 1024 * 1024
};

/* ---- a request's life ---- */

static struct peer *peer_of(struct MHD_Connection *connection)
{
	return mhd
	    .get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
	    ->socket_context;
}

/* libmicrohttpd (0.9.75) would take the query apart, though uri.c has done so,
 * and when there is no memory for its parts, never answer. */
static void hide_query(const char *target)
{
	char *query = strchr(target, '?');

	if (query && query[1])
		query[1] = '\0';
}

static void *on_target(
    void *cls, const char *target, struct MHD_Connection *connection)
{
	struct http_server *server = cls;
	struct exchange *ex = mem_alloc(sizeof(*ex));

	memset(ex, 0, offsetof(struct exchange, key));
	buf_init(&ex->query, URI_QUERY_BYTES_MAX * 4);
	ex->uri.pairs_count = 0;
	ex->server = server;
	ex->connection = connection;
	ex->peer = peer_of(connection);
	ex->peer->exchange = ex;
	recv_begin(ex->peer->fd);
	ex->started_us = monotonic_us();
	ex->target_n = strnlen(target, HTTP_TARGET_BYTES_MAX + 1);
	memcpy(ex->target, target, ex->target_n);
	ex->target[ex->target_n < HTTP_TARGET_BYTES_MAX
		? ex->target_n
		: HTTP_TARGET_BYTES_MAX] = '\0';
	hide_query(target);
	atomic_fetch_add(&server->running, 1);
	brisk_begin();
	return ex;
}

/* The head is whole. A failure is told at once when a body would follow,
 * so that it need not be sent. */
static enum MHD_Result on_head(struct exchange *ex, const char *method,
    const char *url, const char *version)
{
	ex->method = method;
	ex->heads.hosts_needed = strcmp(version, "HTTP/1.0") != 0;
	ex->stage = STAGE_BODY;
	dispatch_head(ex, url, version);
	ex->peer->is_heard = true;
	ex->peer->is_page = dispatch_error_format(ex) == HTTP_HTML;
	ex->peer->lang = ex->request.lang;
	atomic_store(&ex->peer->deadline_ms, 0);
	if (!ex->heads.has_body)
		return MHD_YES;
	ex->has_rest = true;
	if (ex->status)
		return dispatch_request(ex) ? dispatch_send(ex) : MHD_YES;
	atomic_store(&ex->peer->deadline_ms,
	    monotonic_ms() + ex->server->options.body_timeout_ms);
	if (ex->request.route->is_filed)
		return dispatch_filed(ex) ? dispatch_send(ex) : MHD_YES;
	buf_init(&ex->body, ex->request.route->max_body_bytes);
	return MHD_YES;
}

static enum MHD_Result on_body(
    struct exchange *ex, const char *piece, size_t *n)
{
	size_t piece_n = *n;

	*n = 0;
	tr_set_thread_lang(ex->request.lang); /* others came since the head */
	if (ex->filing) {
		filing_take(ex, piece, piece_n);
		return MHD_YES;
	}
	buf_add(&ex->body, piece, piece_n);
	if (ex->body.is_full && !ex->status)
		dispatch_refuse_long_body(ex);
	return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection,
    const char *url, const char *method, const char *version, const char *piece,
    size_t *piece_n, void **context)
{
	struct exchange *ex = *context;

	(void)cls;
	if (ex->stage == STAGE_NEW)
		return on_head(ex, method, url, version);
	if (*piece_n)
		return on_body(ex, piece, piece_n);
	if (ex->is_head_seen && ex->stage == STAGE_BODY) {
		ex->is_head_seen = false; /* the next call brings the body */
		return MHD_YES;
	}
	if (ex->stage == STAGE_BODY) {
		ex->is_last |= mhd.get_connection_values_n(
				   connection, MHD_FOOTER_KIND, NULL, NULL) > 0;
		ex->has_rest = false;
		atomic_store(&ex->peer->deadline_ms, 0);
		return dispatch_request(ex) ? dispatch_send(ex) : MHD_YES;
	}
	/* libmicrohttpd takes no response when it stops, and asks again. */
	if (ex->stage == STAGE_SENT)
		return MHD_NO;
	ASSERT(ex->stage == STAGE_READY);
	return dispatch_send(ex);
}

/* ---- what libmicrohttpd would answer by itself: mhd.h ---- */

static enum head_fault fault_of(const struct peer *peer, unsigned status)
{
	if (peer->exchange && status == 431)
		return HEAD_ROOM;
	if (peer->is_heard) /* 500: of a chunk's first line without end */
		return status == 400 ? BODY_CHUNK : BODY_LONG_CHUNK;
	if (peer->exchange)
		return HEAD_LINE;
	if (status == 414)
		return HEAD_LONG_ADDRESS;
	return status == 505 ? HEAD_VERSION : HEAD_NO_REQUEST;
}

/* The connection's memory may be used up, and is given up then: nothing of the
 * request that stands there is touched behind this. */
enum MHD_Result MHD_queue_response(struct MHD_Connection *connection,
    unsigned status, struct MHD_Response *theirs)
{
	struct peer *peer = peer_of(connection);
	enum head_fault fault = fault_of(peer, status);
	struct answer *answer;

	(void)theirs;
	if (!peer->exchange)
		on_target(peer->server, "", connection);
	if (!peer->is_heard)
		dispatch_broken_head(peer->exchange);
	answer = work_refusal(peer->server, fault, peer->lang, peer->is_page);
	if (mhd.queue_response(connection, (unsigned)answer->status,
		answer->full) != MHD_YES) {
		answer_unref(&answer);
		return MHD_NO;
	}
	peer->refusal = answer;
	return MHD_YES;
}

/* What is wrong with a length is told by dispatch.c: libmicrohttpd (0.9.75)
 * would send the head of its answer twice. And cookies it would take apart, in
 * memory that many little ones use up. */
enum MHD_Result MHD_lookup_connection_value_n(struct MHD_Connection *connection,
    enum MHD_ValueKind kind, const char *key, size_t key_n, const char **value,
    size_t *value_n)
{
	struct span name = {key, key_n};
	bool is_its_own =
	    kind == MHD_HEADER_KIND && !peer_of(connection)->is_heard;

	if (is_its_own && span_is(name, "Cookie"))
		return MHD_NO;
	if (mhd.lookup_connection_value_n(
		connection, kind, key, key_n, value, value_n) != MHD_YES)
		return MHD_NO;
	if (!is_its_own || !span_is(name, "Content-Length") || !value ||
	    !value_n)
		return MHD_YES;
	while (*value_n && strchr(" \t", (*value)[*value_n - 1]))
		--*value_n;
	return head_judge_length((struct span){*value, *value_n}) ==
		HEAD_NO_FAULT
	    ? MHD_YES
	    : MHD_NO;
}

/* Of a head that broke nobody says whether it is HEAD: then the log counts a
 * body that was not sent. */
static void take_refusal(struct exchange *ex)
{
	answer_unref(&ex->answer);
	ex->answer = ex->peer->refusal;
	ex->peer->refusal = NULL;
	ex->sent_status = ex->answer->status;
	if (ex->method)
		ex->method = ex->request.is_head     ? "HEAD"
		    : ex->request.method == HTTP_GET ? "GET"
						     : "POST";
	if (!ex->request.is_head)
		metrics_count(
		    ex->server->metrics, METRICS_BODY_BYTES, ex->answer->bytes);
}

static void note_own_answer(struct exchange *ex)
{
	const union MHD_ConnectionInfo *info = mhd.get_connection_info(
	    ex->connection, MHD_CONNECTION_INFO_HTTP_STATUS);

	if (ex->peer->refusal)
		take_refusal(ex);
	else if (info)
		ex->sent_status = (int)info->http_status;
	else
		return;
	ex->from = "parser";
	if (!ex->client_text[0])
		memcpy(
		    ex->client_text, ex->peer->text, sizeof(ex->client_text));
}

static void write_log(struct exchange *ex, int64_t took_us)
{
	struct access_line line = {
	    .at_ms = calendar_now_ms(),
	    .method = ex->method ? ex->method : "",
	    .target = {ex->target, ex->target_n},
	    .route = ex->request.route ? ex->request.route->name : NULL,
	    .status = ex->sent_status,
	    .bytes =
		ex->answer && ex->sent_status != 304 && !ex->request.is_head
		? ex->answer->bytes
		: 0,
	    .took_us = (uint64_t)took_us,
	    .client = span_of(ex->client_text),
	    .from = ex->from ? ex->from : "",
	};

	access_log_add(ex->server->log, &line);
}

/* Without libmicrohttpd, of whose nothing was sent. False when it did not go
 * out whole: he has left. */
static bool send_answer(
    const struct peer *peer, const struct answer *answer, bool is_head)
{
	struct buf told = BUF_INIT(HEAD_ANSWER_BYTES_MAX);
	bool is_sent;

	answer_write(answer, is_head, &told);
	is_sent = !told.is_full &&
	    (peer->session
		    ? recv_tls_send(peer->session, buf_span(&told))
		    : send(peer->fd, told.p, told.n,
			  MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)told.n);
	buf_release(&told);
	return is_sent;
}

/* Of a request that is not whole and will not be, and of which nothing was
 * told; HEAD_NO_FAULT when nobody listens any more. */
static enum head_fault fault_of_end(
    const struct peer *peer, enum MHD_RequestTerminationCode why)
{
	bool is_head = !peer->is_heard;

	switch (why) {
	case MHD_REQUEST_TERMINATED_CLIENT_ABORT:
		if (atomic_load(&peer->is_slow))
			return is_head ? HEAD_SLOW : BODY_SLOW;
		return is_head ? HEAD_CUT : BODY_CUT;
	case MHD_REQUEST_TERMINATED_TIMEOUT_REACHED:
		/* No byte of it came, so that this was before our deadline. */
		return is_head ? HEAD_SLOW : BODY_SLOW;
	case MHD_REQUEST_TERMINATED_WITH_ERROR:
		/* No memory, where libmicrohttpd (0.9.75) has no words. */
		return is_head ? HEAD_ROOM : BODY_LONG_CHUNK;
	default:
		return HEAD_NO_FAULT;
	}
}

/* Who sends no more, or too slowly, may still read. */
static void tell_end(struct exchange *ex, enum head_fault fault)
{
	struct peer *peer = ex->peer;
	struct answer *answer;

	if (!peer->is_heard)
		dispatch_broken_head(ex);
	answer = work_refusal(ex->server, fault, peer->lang, peer->is_page);
	if (send_answer(peer, answer, ex->request.is_head))
		peer->refusal = answer;
	else
		answer_unref(&answer);
}

/* Did a part of the next request come with it? */
static bool has_more(const struct exchange *ex)
{
	const struct heads *heads = &ex->heads;

	return heads->encodings
	    ? recv_use_chunks(ex->peer->fd)
	    : recv_use(ex->peer->fd, heads->head_bytes + heads->body_bytes);
}

/* Does libmicrohttpd read on behind it? Then what it has of the next request
 * may be none. */
static bool goes_on(const struct exchange *ex)
{
	const char *connection;

	if (!has_more(ex) || ex->stage != STAGE_SENT || ex->is_last ||
	    ex->has_rest || !ex->heads.hosts_needed)
		return false;
	connection = mhd.lookup_connection_value(
	    ex->connection, MHD_HEADER_KIND, "Connection");
	return !connection || !strcasestr(connection, "close");
}

/* has_more: a part of the next request came with it. */
static void end_exchange(struct exchange *ex, bool has_more)
{
	struct http_server *server = ex->server;
	int64_t took_us;

	if (ex->peer->refusal || ex->stage != STAGE_SENT)
		note_own_answer(ex);
	ex->peer->exchange = NULL;
	ex->peer->is_heard = false;
	took_us = monotonic_us() - ex->started_us;
	metrics_request(server->metrics, ex->request.route, ex->sent_status,
	    (uint64_t)took_us);
	if (server->log)
		write_log(ex, took_us);
	/* Then it is told that there is something to read. */
	if (recv_wait(ex->peer->fd, has_more))
		shutdown(ex->peer->fd, SHUT_RD);
	if (ex->has_rest)
		recv_expect_none(ex->peer->fd);
	atomic_store(&ex->peer->is_old, true);
	atomic_store(&ex->peer->deadline_ms,
	    monotonic_ms() + server->options.idle_timeout_ms);
	answer_unref(&ex->answer);
	buf_release(&ex->body);
	buf_release(&ex->query);
	filing_free(&ex->filing);
	free(ex->why);
	free(ex);
	atomic_fetch_sub(&server->running, 1);
	brisk_end();
}

/* A head can leave libmicrohttpd no memory for that of the answer. Where it
 * failed to send, this fails too. */
static void send_what_has_no_room(struct exchange *ex)
{
	if (ex->stage == STAGE_SENT && ex->answer->blob &&
	    send_answer(ex->peer, ex->answer, ex->request.is_head))
		ex->sent_status = ex->answer->status;
}

static void on_completed(void *cls, struct MHD_Connection *connection,
    void **context, enum MHD_RequestTerminationCode why)
{
	struct exchange *ex = *context;
	enum head_fault fault;

	(void)cls;
	(void)connection;
	*context = NULL;
	if (!ex)
		return;
	if (why == MHD_REQUEST_TERMINATED_WITH_ERROR)
		send_what_has_no_room(ex);
	fault = ex->stage <= STAGE_BODY && !ex->peer->refusal
	    ? fault_of_end(ex->peer, why)
	    : HEAD_NO_FAULT;
	if (fault)
		tell_end(ex, fault);
	end_exchange(
	    ex, why == MHD_REQUEST_TERMINATED_COMPLETED_OK && goes_on(ex));
}

/* What came was no request so far that an exchange could be made of. */
static void tell_no_request(struct peer *peer, enum recv_heard heard)
{
	struct http_server *server = peer->server;
	enum head_fault fault = heard == RECV_SOMETHING ? HEAD_NO_REQUEST
	    : atomic_load(&peer->is_slow)		? HEAD_SLOW
							: HEAD_CUT;
	struct answer *answer =
	    work_refusal(server, fault, peer->lang, peer->is_page);

	if (send_answer(peer, answer, false)) {
		metrics_request(server->metrics, NULL, answer->status, 0);
		if (server->log)
			access_log_add(server->log,
			    &(struct access_line){.at_ms = calendar_now_ms(),
				.method = "",
				.status = answer->status,
				.bytes = answer->bytes,
				.client = span_of(peer->text),
				.from = "parser"});
	}
	answer_unref(&answer);
}

/* A request whose first line was none is not completed, or there is none. */
static void on_close(struct peer *peer)
{
	enum recv_heard heard;
	bool keeps_session;

	if (peer->exchange)
		end_exchange(peer->exchange, false);
	heard = recv_forget(peer->fd, &keeps_session);
	if (heard && keeps_session == (peer->session != NULL) &&
	    !atomic_load(&peer->server->is_draining))
		tell_no_request(peer, heard);
	if (keeps_session)
		recv_tls_free(peer->session);
}

static void on_connection(void *cls, struct MHD_Connection *connection,
    void **context, enum MHD_ConnectionNotificationCode code)
{
	const struct peer *peer;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED && *context)
		on_close(*context);
	accept_notify(cls, connection, context, code);
	if (code != MHD_CONNECTION_NOTIFY_STARTED)
		return;
	peer = *context;
	recv_start(peer->fd, peer->session != NULL);
}

struct span http_header(const struct http_request *request, const char *name)
{
	const struct exchange *ex = request->exchange;
	const char *value =
	    mhd.lookup_connection_value(ex->connection, MHD_HEADER_KIND, name);

	return span_of(value);
}

struct span http_cookie(const struct http_request *request, const char *name)
{
	const struct exchange *ex = request->exchange;

	return negotiate_cookie(ex->heads.cookie, name);
}

/* ---- listening ---- */

static bool is_port(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n > 0 && n <= 5 && !text[n] && strtol(text, NULL, 10) <= 65535;
}

/* "HOST:PORT", "[HOST]:PORT", ":PORT" into its parts. */
static bool split_address(
    const char *address, char host[256], const char **port_out)
{
	const char *colon = strrchr(address, ':');
	size_t n;

	/* The system takes 99999 for a port, too, and listens on another. */
	if (!colon || !is_port(colon + 1) || colon - address > 250)
		return false;
	n = (size_t)(colon - address);
	if (n >= 2 && address[0] == '[' && address[n - 1] == ']') {
		address++;
		n -= 2;
	} else if (memchr(address, ':', n)) {
		return false;
	}
	memcpy(host, address, n);
	host[n] = '\0';
	*port_out = colon + 1;
	return true;
}

static int open_socket(const struct addrinfo *at)
{
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int one = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	one = errno;
	close(fd);
	errno = one;
	return -1;
}

enum err_code http_listen(const char *address, int *fd_out, struct err *err)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV};
	struct addrinfo *found = NULL;
	const char *port;
	char host[256];

	if (!split_address(address, host, &port) ||
	    getaddrinfo(host[0] ? host : NULL, port, &hints, &found) != 0) {
		err_set(err, ERR_INPUT,
		    "cannot read \"%s\" as an address to listen on", address);
		err_hint(
		    err, "Write it as 127.0.0.1:8080, [::1]:8080 or :8080.");
		return ERR_INPUT;
	}
	*fd_out = open_socket(found);
	freeaddrinfo(found);
	if (*fd_out >= 0)
		return 0;
	if (errno != EADDRINUSE)
		return err_set_errno(
		    err, "could not listen on \"%s\"", address);
	err_set(err, ERR_CONFLICT, "\"%s\" is in use already", address);
	err_hint(err, "Another program listens there; name another port.");
	return ERR_CONFLICT;
}

void http_socket_name(int fd, char out[80])
{
	struct sockaddr_storage address = {0};
	socklen_t n = sizeof(address);
	char host[INET6_ADDRSTRLEN] = "", port[16] = "";

	if (getsockname(fd, (struct sockaddr *)&address, &n) != 0 ||
	    getnameinfo((struct sockaddr *)&address, n, host, sizeof(host),
		port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
		snprintf(out, 80, "socket %d", fd);
		return;
	}
	snprintf(out, 80, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

/* ---- start ---- */

static void set_defaults(struct http_options *o)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned count = processors > 0 ? (unsigned)processors : 1;

	if (!o->workers)
		o->workers = count;
	if (!o->network_threads)
		o->network_threads = o->workers;
	if (!o->queue_max)
		o->queue_max = QUEUE_MAX;
	if (!o->connections_max)
		o->connections_max = CONNECTIONS_MAX;
	if (!o->per_client_max)
		o->per_client_max = PER_CLIENT_MAX;
	if (!o->head_timeout_ms)
		o->head_timeout_ms = HEAD_TIMEOUT_MS;
	if (!o->idle_timeout_ms)
		o->idle_timeout_ms = IDLE_TIMEOUT_MS;
	if (!o->body_timeout_ms)
		o->body_timeout_ms = BODY_TIMEOUT_MS;
	if (!o->rate_per_s)
		o->is_rate_limited = false;
}

static enum err_code read_addresses(const char *const *from,
    struct limit_key to[PROXIES_MAX], size_t *count, struct err *err)
{
	for (; from && *from; from++) {
		if (*count == PROXIES_MAX)
			return err_set(err, ERR_INPUT,
			    "too many trusted proxies or monitors");
		if (!limit_key_parse(span_of(*from), &to[(*count)++]))
			return err_set(err, ERR_INPUT,
			    "cannot read \"%s\" as an address", *from);
	}
	return 0;
}

static void set_style(struct http_server *server)
{
	const struct http_options *o = &server->options;

	server->style.has_hsts = o->tls_cert_pem || o->is_behind_tls;
	if (!o->is_rate_limited)
		return;
	snprintf(server->policy, sizeof(server->policy), "\"work\";q=%u;w=%d",
	    o->rate_per_s * LIMIT_WINDOW_S, (int)LIMIT_WINDOW_S);
	server->style.policy = server->policy;
}

/* TLS 1.2 and 1.3 (RFC 8996 ends the older ones), each connection with keys
 * of its own, and ciphers that prove what they hide. */
static const char tls_priorities[] =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-MAC-ALL:+AEAD";

/* Nothing in a target is decoded but by uri.c. */
static size_t keep_escaped(void *cls, struct MHD_Connection *c, char *text)
{
	(void)cls;
	(void)c;
	return strlen(text);
}

/*
 * Not MHD_OPTION_STRICT_FOR_CLIENT: what it refuses (no host, a blank in the
 * target) is refused by dispatch.c, which can say so in the client's format.
 *
 * accept.c bounds the connections. libmicrohttpd's limit is shared out among
 * its threads, and one that is given more than its part (0.9.75) waits for a
 * lock of its own for ever. So each may have all of them, and one that it is
 * just closing.
 */
static enum err_code start_daemon(struct http_server *server, struct err *err)
{
	const struct http_options *o = &server->options;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO |
	    MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME;
	struct MHD_OptionItem tls[] = {
	    {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)o->tls_cert_pem},
	    {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)o->tls_key_pem},
	    {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)tls_priorities},
	    {MHD_OPTION_END, 0, NULL}};

	if (o->tls_cert_pem)
		flags |= MHD_USE_TLS;
	else
		tls[0] = tls[ARRAY_COUNT(tls) - 1];
	server->daemon = mhd.start_daemon(flags, 0, NULL, NULL, on_request,
	    server, MHD_OPTION_URI_LOG_CALLBACK, on_target, server,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
	    MHD_OPTION_UNESCAPE_CALLBACK, keep_escaped, NULL,
	    MHD_OPTION_THREAD_POOL_SIZE, o->network_threads,
	    MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK_BYTES,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
	    MHD_OPTION_CONNECTION_LIMIT,
	    (o->connections_max + SURPLUS_MAX + 1) * o->network_threads,
	    MHD_OPTION_CONNECTION_TIMEOUT, (o->body_timeout_ms + 999) / 1000,
	    MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	if (server->daemon)
		return 0;
	err_set(err, ERR_SYSTEM, "could not start the web server");
	if (o->tls_cert_pem)
		err_hint(err,
		    "Look whether certificate and key are PEM and "
		    "belong together.");
	return ERR_SYSTEM;
}

static enum err_code start_parts(struct http_server *server, struct err *err)
{
	const struct http_options *o = &server->options;
	enum err_code rc = mhd_load(err);

	openssl();
	if (!rc)
		rc = read_addresses(server->options.trusted_proxies,
		    server->proxies, &server->proxies_count, err);
	if (!rc)
		rc = read_addresses(server->options.monitors, server->monitors,
		    &server->monitors_count, err);
	if (!rc && o->access_log)
		rc = access_log_open(o->access_log, &server->log, err);
	if (!rc)
		rc = work_start(server, err);
	accept_prepare(server);
	if (!rc)
		rc = start_daemon(server, err);
	return rc ? rc : accept_start(server, err);
}

static void server_free(struct http_server **server)
{
	struct http_server *s = *server;
	int lang, fault;

	for (lang = 0; lang < LANG_COUNT; lang++) {
		answer_unref(&s->busy[lang]);
		for (fault = 0; fault < HEAD_FAULT_COUNT; fault++)
			answer_unref(&s->refusals[fault][lang]);
	}
	cache_free(&s->cache);
	limits_free(&s->limits);
	metrics_free(&s->metrics);
	access_log_close(&s->log);
	pthread_mutex_destroy(&s->peers.lock);
	free(s->listen_fds);
	free(s);
	*server = NULL;
}

enum err_code http_server_start(const struct http_options *options,
    const struct http_app *app, struct http_server **out, struct err *err)
{
	struct http_server *s = mem_zalloc(1, sizeof(*s));
	size_t listen_bytes = options->listen_count * sizeof(int);
	enum err_code rc;

	s->app = app;
	s->options = *options;
	s->wake_fd = s->spare_fd = s->epoll_fd = -1;
	set_defaults(&s->options);
	s->listen_fds = mem_alloc(listen_bytes);
	memcpy(s->listen_fds, options->listen_fds, listen_bytes);
	pthread_mutex_init(&s->peers.lock, NULL);
	s->cache = cache_new(options->cache_bytes);
	s->limits =
	    limits_new(s->options.rate_per_s, s->options.per_client_max);
	s->metrics = metrics_new(app);
	set_style(s);
	*out = s;
	rc = random_bytes(&s->tag_secret, sizeof(s->tag_secret), err);
	if (!rc)
		rc = start_parts(s, err);
	if (rc)
		http_server_stop(out, 0);
	return rc;
}

/* ---- stop ---- */

static void wait_for_sending(struct http_server *server)
{
	int64_t until = monotonic_ms() + SENDING_MS;

	while (atomic_load(&server->running) > 0 && monotonic_ms() < until)
		usleep(10000);
}

/* Who was let in and has not asked yet would find his connection broken,
 * and a browser repeats only what it asked on an old one. So these are waited
 * for as well, but not for long: some connect and never ask. */
static void wait_for_running(struct http_server *server, unsigned grace_ms)
{
	int64_t now = monotonic_ms(), until = now + grace_ms;
	int64_t fresh_until = now + (grace_ms < FRESH_MS ? grace_ms : FRESH_MS);

	while ((atomic_load(&server->running) > 0 && now < until) ||
	    (accept_has_fresh(server) && now < fresh_until)) {
		usleep(10000);
		now = monotonic_ms();
	}
}

unsigned http_server_stop(struct http_server **server, unsigned grace_ms)
{
	struct http_server *s = *server;
	unsigned left;

	atomic_store(&s->is_draining, true);
	accept_stop(s);
	wait_for_running(s, grace_ms);
	left = atomic_load(&s->running);
	atomic_store(&s->is_aborting, true);
	if (s->app->end)
		s->app->end(s->app->ctx);
	if (s->workers)
		work_stop(s);
	wait_for_sending(s);
	if (s->daemon)
		mhd.stop_daemon(s->daemon);
	if (s->workers)
		work_free(s);
	server_free(server);
	return left;
}

bool http_server_reopen_log(struct http_server *server)
{
	struct err err;

	if (!server->log || !access_log_is_file(server->log))
		return false;
	if (access_log_reopen(server->log, &err) != 0)
		fprintf(stderr,
		    "gongxin: the access log goes on as it was: %s\n",
		    err.message);
	return true;
}

void http_server_metrics(struct http_server *server, struct buf *out)
{
	struct metrics_now now = {
	    .connections = atomic_load(&server->peers.count),
	    .running = atomic_load(&server->running),
	    .waiting = work_waiting(server),
	    .cache = cache_count(server->cache),
	};

	metrics_write(server->metrics, &now, out);
}
