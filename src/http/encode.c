/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Levels: a body is made once for each version of the site and sent many
 * times, but it also stands in the way of the first who asks. gzip 5 and
 * zstd 5 take about 100 us for a page of 20 KB.
 */
#include "http/encode.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "base/check.h"
#include "base/mem.h"
#include "http/negotiate.h"

enum {
	GZIP_LEVEL = 5,
	GZIP_WINDOW_BITS = 15 + 16, /* with gzip's header */
	GZIP_MEMORY = 8,
	ZSTD_LEVEL = 5,
	PIECE_BYTES = 16 * 1024
};

const char *encode_name(enum encode_kind kind)
{
	static const char *const names[ENCODE_COUNT] = {NULL, "gzip", "zstd"};

	return names[kind];
}

enum encode_kind encode_choose(struct span accept_encoding)
{
	int gzip, zstd;

	if (accept_encoding.n == 0)
		return ENCODE_NONE;
	gzip = negotiate_coding(accept_encoding, "gzip");
	zstd = negotiate_coding(accept_encoding, "zstd");
	if (gzip == 0 && zstd == 0)
		return ENCODE_NONE;
	return zstd >= gzip ? ENCODE_ZSTD : ENCODE_GZIP;
}

bool encode_is_for(const char *type)
{
	struct span s = span_of(type);

	return span_starts_with(s, "text/") ||
	    span_starts_with(s, "application/json") ||
	    span_starts_with(s, "application/jsonl") ||
	    span_starts_with(s, "application/atom+xml") ||
	    span_starts_with(s, "image/svg+xml");
}

static void start_gzip(z_stream *z)
{
	int rc;

	memset(z, 0, sizeof(*z));
	rc = deflateInit2(z, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW_BITS,
	    GZIP_MEMORY, Z_DEFAULT_STRATEGY);
	if (rc != Z_OK) /* only memory can be missing */
		abort();
}

static size_t gzip_whole(struct span body, char *to, size_t room)
{
	z_stream z;
	size_t n = 0;

	start_gzip(&z);
	z.next_in = (z_const Bytef *)(uintptr_t)body.p;
	z.avail_in = (uInt)body.n;
	z.next_out = (Bytef *)to;
	z.avail_out = (uInt)room;
	if (deflate(&z, Z_FINISH) == Z_STREAM_END)
		n = room - z.avail_out;
	deflateEnd(&z);
	return n;
}

static size_t zstd_whole(struct span body, char *to, size_t room)
{
	size_t n = ZSTD_compress(to, room, body.p, body.n, ZSTD_LEVEL);

	return ZSTD_isError(n) ? 0 : n;
}

bool encode_body(enum encode_kind kind, struct span body, struct buf *out)
{
	size_t room = body.n, n;
	char *to;

	if (kind == ENCODE_NONE || body.n < ENCODE_BYTES_MIN ||
	    body.n > INT_MAX)
		return false;
	to = buf_reserve(out, room);
	if (!to)
		return false;
	n = kind == ENCODE_GZIP ? gzip_whole(body, to, room)
				: zstd_whole(body, to, room);
	if (n >= body.n)
		n = 0;
	out->n += n;
	out->p[out->n] = '\0';
	return n > 0;
}

/* ---- pieces ---- */

struct encode_stream {
	z_stream z;
};

struct encode_stream *encode_stream_new(void)
{
	struct encode_stream *s = mem_zalloc(1, sizeof(*s));

	start_gzip(&s->z);
	return s;
}

void encode_stream_free(struct encode_stream **stream)
{
	if (!*stream)
		return;
	deflateEnd(&(*stream)->z);
	free(*stream);
	*stream = NULL;
}

void encode_stream_add(struct encode_stream *stream, struct span piece,
    bool is_last, struct buf *out)
{
	z_stream *z = &stream->z;

	ASSERT(piece.n <= INT_MAX);
	z->next_in = (z_const Bytef *)(uintptr_t)piece.p;
	z->avail_in = (uInt)piece.n;
	do {
		char *to = buf_reserve(out, PIECE_BYTES);

		if (!to)
			return; /* out is full, and says so */
		z->next_out = (Bytef *)to;
		z->avail_out = PIECE_BYTES;
		deflate(z, is_last ? Z_FINISH : Z_NO_FLUSH);
		out->n += PIECE_BYTES - z->avail_out;
		out->p[out->n] = '\0';
	} while (z->avail_out == 0);
}
