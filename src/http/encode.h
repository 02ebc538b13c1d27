/* SPDX-License-Identifier: Apache-2.0 */
/* Making bodies smaller: gzip and zstd. The same bytes in give the same
 * bytes out, so that entity tags hold. */
#ifndef GX_HTTP_ENCODE_H
#define GX_HTTP_ENCODE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

enum encode_kind { ENCODE_NONE = 0, ENCODE_GZIP, ENCODE_ZSTD, ENCODE_COUNT };

enum { ENCODE_BYTES_MIN = 512 }; /* smaller bodies are sent as they are */

/* "gzip", "zstd"; NULL for ENCODE_NONE. */
const char *encode_name(enum encode_kind kind);
/* The best that an Accept-Encoding takes. */
enum encode_kind encode_choose(struct span accept_encoding);
/* Is it worth it for this media type: is it text? */
bool encode_is_for(const char *type);
/* Appends the smaller form to out; false when it would not be smaller, and
 * out is as before. */
bool encode_body(enum encode_kind kind, struct span body, struct buf *out);

/* gzip over pieces. */
struct encode_stream;
struct encode_stream *encode_stream_new(void);
void encode_stream_free(struct encode_stream **stream);
/* Appends what is ready of the piece, at the end all. */
void encode_stream_add(struct encode_stream *stream, struct span piece,
    bool is_last, struct buf *out);

#endif
