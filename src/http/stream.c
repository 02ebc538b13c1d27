/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A body in pieces. The reader that libmicrohttpd calls gives out what is
 * there; when that is used up it suspends the connection until a worker has
 * made the next piece, so that no network thread ever waits for the store.
 * A source that allows it has its next piece made meanwhile, so that making
 * and sending go on together. At most two pieces of a stream are in memory,
 * the larger ones alone, and the number of streams is bounded.
 *
 * States of a piece: EMPTY (none is there), FULL, LAST (no more come),
 * FAILED. `now` is the network thread's, and the worker's while the
 * connection is suspended. `next` is the worker's while one makes it, else
 * the network thread's. Whoever of the two comes last frees the stream: a
 * client may go away while its next piece is made.
 */
#include <stdio.h>
#include <stdlib.h>

#include "http/server_priv.h"

enum {
	STREAMS_MAX = 64,
	PIECE_BYTES_MAX = 256 * 1024 * 1024,
	BLOCK_BYTES = 64 * 1024
};

enum state { EMPTY = 0, FULL, LAST, FAILED };

struct piece {
	struct buf text;
	enum state state;
};

struct stream {
	struct http_server *server; /* outlives the exchange, as all here */
	struct limit_key client;
	struct MHD_Connection *connection; /* while it is suspended */
	const char *name;		   /* of the route */
	enum lang lang;
	struct http_stream source;
	struct encode_stream *encoder; /* NULL: as it is */
	struct job job;
	struct piece now, next;
	size_t taken; /* of `now` */
	pthread_mutex_t lock;
	/* Under lock. */
	bool is_making;	 /* `next`: it waits for a worker, or one is at it */
	bool is_awaited; /* with it: the connection is suspended */
	bool is_left;	 /* with it: nobody wants it any more */
};

bool stream_is_room(const struct exchange *ex)
{
	return atomic_load(&ex->server->streams) < STREAMS_MAX &&
	    limits_may_transfer(ex->server->limits, &ex->client);
}

struct stream *stream_new(struct exchange *ex, struct http_response *response)
{
	struct stream *s = mem_zalloc(1, sizeof(*s));

	s->server = ex->server;
	s->client = ex->client;
	s->connection = ex->connection;
	s->name = ex->request.route->name;
	s->lang = ex->request.lang;
	s->job.stream = s;
	pthread_mutex_init(&s->lock, NULL);
	s->source = response->stream;
	memset(&response->stream, 0, sizeof(response->stream));
	buf_init(&s->now.text, PIECE_BYTES_MAX);
	buf_init(&s->next.text, PIECE_BYTES_MAX);
	if (ex->coding == ENCODE_GZIP && encode_is_for(response->type)) {
		s->encoder = encode_stream_new();
		http_add_header(response, "Content-Encoding", "gzip");
	}
	atomic_fetch_add(&ex->server->streams, 1);
	limits_begin_transfer(ex->server->limits, &s->client, monotonic_ms());
	return s;
}

static void stream_free(struct stream *s)
{
	if (s->source.free)
		s->source.free(s->source.ctx);
	atomic_fetch_sub(&s->server->streams, 1);
	limits_end_transfer(s->server->limits, &s->client);
	encode_stream_free(&s->encoder);
	buf_release(&s->now.text);
	buf_release(&s->next.text);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* libmicrohttpd has no use for it any more. */
static void leave_stream(void *ctx)
{
	struct stream *s = ctx;
	bool is_last;

	pthread_mutex_lock(&s->lock);
	is_last = !s->is_making;
	s->is_left = true;
	pthread_mutex_unlock(&s->lock);
	if (is_last)
		stream_free(s);
}

/* Under lock, when nothing is being made. */
static void begin_next(struct stream *s)
{
	s->is_making = work_push_job(s->server, &s->job);
	if (!s->is_making)
		s->next.state = FAILED;
}

/* Under lock, when nothing is being made: `next`, whether there is one or
 * not, takes the place of the piece that is used up, and leaves its own to
 * it. */
static void turn_over(struct stream *s)
{
	struct piece used = s->now;

	s->now = s->next;
	s->taken = 0;
	s->next = used;
	s->next.state = EMPTY;
	buf_reset(&s->next.text);
	if (s->now.state == EMPTY ||
	    (s->now.state == FULL &&
		s->now.text.n <= s->source.ahead_max_bytes))
		begin_next(s);
}

/* The piece is used up: to the next one, or to sleep until it is there; false
 * then, and the piece is a worker's until the connection is awake. It sleeps
 * after a failure, too: of a connection that slept libmicrohttpd sees the end
 * at once, of another only when something comes from the client. */
static bool go_on(struct stream *s)
{
	bool is_there = false;

	pthread_mutex_lock(&s->lock);
	if (!s->is_making)
		turn_over(s);
	if (s->now.state == EMPTY && !s->is_making)
		s->now.state = FAILED; /* the workers have ended */
	if (s->now.state == FAILED) {
		mhd.suspend_connection(s->connection);
		mhd.resume_connection(s->connection);
	} else if (s->is_making && s->taken == s->now.text.n) {
		s->is_awaited = true;
		mhd.suspend_connection(s->connection);
	} else {
		is_there = true;
	}
	pthread_mutex_unlock(&s->lock);
	return is_there;
}

static ssize_t read_stream(void *ctx, uint64_t at, char *to, size_t room)
{
	struct stream *s = ctx;
	size_t n;

	(void)at;
	if (s->now.state == FAILED)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (s->taken == s->now.text.n && s->now.state != LAST && !go_on(s))
		return 0;
	n = s->now.text.n - s->taken;
	if (n == 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (n > room)
		n = room;
	memcpy(to, s->now.text.p + s->taken, n);
	s->taken += n;
	metrics_count(s->server->metrics, METRICS_BODY_BYTES, n);
	return (ssize_t)n;
}

struct MHD_Response *stream_response(void *stream)
{
	return mhd.create_response_from_callback(
	    MHD_SIZE_UNKNOWN, BLOCK_BYTES, read_stream, stream, leave_stream);
}

/* ---- in a worker ---- */

static void report(const struct stream *s, const struct err *err)
{
	fprintf(stderr, "gongxin: %s: the answer was cut short: %s (%s)\n",
	    s->name, err_own_message(err), err_own_detail(err));
}

static enum state make_piece(
    struct stream *s, void *worker, struct buf *out, struct err *err)
{
	struct buf plain = BUF_INIT(PIECE_BYTES_MAX);
	struct buf *to = s->encoder ? &plain : out;
	int got = 1;

	while (got == 1 && out->n == 0) {
		buf_reset(&plain);
		got = atomic_load(&s->server->is_aborting)
		    ? err_set(err, ERR_BUSY, "the server is stopping")
		    : s->source.pull(s->source.ctx, worker, to, err);
		if (got >= 0 && s->encoder)
			encode_stream_add(
			    s->encoder, buf_span(&plain), got == 0, out);
	}
	if (got >= 0 && (out->is_full || plain.is_full))
		got = err_set(err, ERR_FULL, "a piece is too large");
	buf_release(&plain);
	return got == 1 ? FULL : got == 0 ? LAST : FAILED;
}

static bool is_left(struct stream *s)
{
	bool is_left;

	pthread_mutex_lock(&s->lock);
	is_left = s->is_left;
	pthread_mutex_unlock(&s->lock);
	return is_left;
}

/* The piece is there. Who waits for it gets it at once, so that this worker,
 * whose caches know the stream, mostly finds the next one in the queue. false:
 * nobody wants it any more. */
static bool hand_over(struct stream *s)
{
	struct MHD_Connection *asleep = NULL;
	bool is_wanted;

	pthread_mutex_lock(&s->lock);
	is_wanted = !s->is_left;
	s->is_making = false;
	if (s->is_awaited) {
		s->is_awaited = false;
		asleep = s->connection;
		turn_over(s);
	}
	pthread_mutex_unlock(&s->lock);
	if (asleep)
		mhd.resume_connection(asleep);
	return is_wanted;
}

void stream_work(struct stream *s, void *worker)
{
	struct err err;

	tr_set_thread_lang(s->lang);
	err_clear(&err);
	if (!is_left(s)) {
		s->next.state = make_piece(s, worker, &s->next.text, &err);
		if (s->next.state == FAILED)
			report(s, &err);
	}
	if (!hand_over(s))
		stream_free(s);
}
