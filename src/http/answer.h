/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An answer ready to be sent: bytes, headers, entity tag, and the response
 * object of libmicrohttpd made of them once. Shared by any number of
 * connections at once, and by the cache; counted references.
 */
#ifndef GX_HTTP_ANSWER_H
#define GX_HTTP_ANSWER_H

#include <stdatomic.h>

#include "http/encode.h"
#include "http/http.h"

struct MHD_Response;

enum { ANSWER_TAG_BYTES = 40 };

/* What every answer of a server has to tell. */
struct answer_style {
	bool has_hsts;
	const char *policy; /* RateLimit-Policy, NULL none */
};

struct answer {
	_Atomic unsigned refs;
	int status;
	const char *type;
	enum encode_kind coding;
	enum http_keeping keeping;
	bool is_varying;     /* by Accept and language, not only by coding */
	bool is_open;	     /* scripts of other sites may read it */
	const char *framers; /* sites that may frame it; NULL nobody */
	struct answer_style style;
	char tag[ANSWER_TAG_BYTES]; /* with quotes; "" none */
	struct blob *blob;	    /* the body; NULL: file or stream */
	size_t bytes;		    /* of the body, 0 when not known */
	struct MHD_Response *full;
	size_t headers_count;
	struct http_header headers[]; /* of the response */
};

/* How an answer is to be made of a response. */
struct answer_plan {
	struct answer_style style;
	enum encode_kind coding; /* that the client takes */
	bool is_varying;
	bool is_open;
	const char *framers; /* outlives the answer; NULL nobody */
	const char *tag;     /* of HTTP_KEEP_TAG */
	/* For a stream: the body's reader, which frees its ctx by itself. */
	struct MHD_Response *(*stream)(void *ctx);
	void *stream_ctx;
};

/* The weak tag of what a key asks for, while a version holds. secret: the
 * server's own, since versions are counted anew at each start. */
void answer_weak_tag(struct span key, uint64_t version, uint64_t secret,
    char out[ANSWER_TAG_BYTES]);

/* Takes the body, the file or the stream out of the response. One
 * reference, the caller's. */
struct answer *answer_make(
    struct http_response *response, const struct answer_plan *plan);
struct answer *answer_ref(struct answer *answer);
void answer_unref(struct answer **answer);

/* The same answer for one client, as 304 or with headers of its own;
 * destroy it after queueing. The answer must have a blob. headers: name, value
 * pairs, ends with NULL. */
struct MHD_Response *answer_private(const struct answer *answer,
    bool is_not_modified, const char *const *headers);
/* The whole answer as HTTP/1.1 sends it, the last of its connection; to HEAD
 * without its body. It must have a blob. */
void answer_write(const struct answer *answer, bool is_head, struct buf *out);
/* Memory that it takes in the cache. */
size_t answer_cost_bytes(const struct answer *answer);

#endif
