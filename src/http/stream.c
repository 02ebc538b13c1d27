/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A body in pieces. The reader that libmicrohttpd calls gives out what is
 * there; when that is used up it suspends the connection and a worker makes
 * the next piece, so that no network thread ever waits for the store. At
 * most one piece of a stream is in memory, and the number of streams is
 * bounded.
 *
 * States: EMPTY (a piece is wanted), FULL (one is there), LAST (one is
 * there, and no more come), FAILED. Only the owner of the moment touches
 * them: the network thread, or the worker while the connection is suspended.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "http/server_priv.h"

enum {
	STREAMS_MAX = 64,
	PIECE_BYTES_MAX = 8 * 1024 * 1024,
	BLOCK_BYTES = 64 * 1024
};

enum state { EMPTY = 0, FULL, LAST, FAILED };

struct stream {
	struct http_server *server; /* outlives the exchange */
	struct exchange *exchange;
	struct http_stream source;
	struct encode_stream *encoder; /* NULL: as it is */
	enum state state;
	struct buf piece;
	size_t taken; /* of the piece */
};

bool stream_is_room(struct http_server *server)
{
	return atomic_load(&server->streams) < STREAMS_MAX;
}

struct stream *stream_new(struct exchange *ex, struct http_response *response)
{
	struct stream *s = mem_zalloc(1, sizeof(*s));

	s->server = ex->server;
	s->exchange = ex;
	s->source = response->stream;
	memset(&response->stream, 0, sizeof(response->stream));
	buf_init(&s->piece, PIECE_BYTES_MAX);
	if (ex->coding == ENCODE_GZIP && encode_is_for(response->type)) {
		s->encoder = encode_stream_new();
		http_add_header(response, "Content-Encoding", "gzip");
	}
	atomic_fetch_add(&ex->server->streams, 1);
	return s;
}

static void stream_free(void *ctx)
{
	struct stream *s = ctx;

	if (s->source.free)
		s->source.free(s->source.ctx);
	atomic_fetch_sub(&s->server->streams, 1);
	encode_stream_free(&s->encoder);
	buf_release(&s->piece);
	free(s);
}

static ssize_t read_stream(void *ctx, uint64_t at, char *to, size_t room)
{
	struct stream *s = ctx;
	size_t left = s->piece.n - s->taken;

	(void)at;
	if (left > 0 && s->state != FAILED) {
		size_t n = left < room ? left : room;

		memcpy(to, s->piece.p + s->taken, n);
		s->taken += n;
		metrics_count(s->server->metrics, METRICS_BODY_BYTES, n);
		return (ssize_t)n;
	}
	if (s->state == LAST)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (s->state == FAILED)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	s->state = EMPTY;
	s->exchange->stream = s;
	return work_push(s->exchange, true) ? 0
					    : MHD_CONTENT_READER_END_WITH_ERROR;
}

struct MHD_Response *stream_response(void *stream)
{
	return mhd.create_response_from_callback(
	    MHD_SIZE_UNKNOWN, BLOCK_BYTES, read_stream, stream, stream_free);
}

static void report(const struct stream *s, const struct err *err)
{
	fprintf(stderr, "gongxin: %s: the answer was cut short: %s (%s)\n",
	    s->exchange->request.route->name, err->message, err->detail);
}

void stream_work(struct stream *s, void *worker)
{
	struct buf plain = BUF_INIT(PIECE_BYTES_MAX);
	struct buf *to = s->encoder ? &plain : &s->piece;
	struct err err;
	int got = 1;

	s->exchange->stream = NULL;
	buf_reset(&s->piece);
	s->taken = 0;
	tr_set_thread_lang(s->exchange->request.lang);
	err_clear(&err);
	while (got == 1 && s->piece.n == 0) {
		buf_reset(&plain);
		got = atomic_load(&s->server->is_aborting)
		    ? err_set(&err, ERR_BUSY, "the server is stopping")
		    : s->source.pull(s->source.ctx, worker, to, &err);
		if (got >= 0 && s->encoder)
			encode_stream_add(
			    s->encoder, buf_span(&plain), got == 0, &s->piece);
	}
	if (got >= 0 && (s->piece.is_full || plain.is_full))
		got = err_set(&err, ERR_FULL, "a piece is too large");
	if (got < 0)
		report(s, &err);
	s->state = got == 1 ? FULL : got == 0 ? LAST : FAILED;
	buf_release(&plain);
}
