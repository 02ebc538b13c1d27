/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forms of several parts: multipart/form-data (RFC 7578) over MIME's
 * multipart (RFC 2046), which is how a browser or curl -F sends files. The
 * body is fed piece by piece, as it comes from the network; what it holds
 * comes out through a sink, as it is found. Memory is bounded by the limits,
 * some KiB, whatever the size of the body or of a file in it; nothing here
 * waits for anything.
 *
 *	multipart_boundary	out of the Content-Type
 *	multipart_new
 *	multipart_feed ...	begin, data ..., end of each part
 *	multipart_finish	only now is it known that the form is whole
 *	multipart_free
 *
 * What comes out does not depend on how the body was cut into pieces, but
 * for how the data of a part are cut. The same holds for failures.
 *
 * What is read more strictly or otherwise than somebody may expect:
 *
 * - Lines end with CR LF. LF alone behind a boundary or a header is refused;
 *   before a boundary it makes no line, so what follows is data.
 * - Behind a boundary there may be spaces and tabs, and nothing else. RFC
 *   2046 has a reader take a line that only begins with the boundary for
 *   one; whether it is one is what two readers would see differently, so it
 *   is refused.
 * - A part must have a Content-Disposition of form-data with a name that is
 *   not empty (RFC 7578, 4.2). A header that matters here, or a parameter,
 *   that is there twice is refused, a header on two lines as well. Other
 *   headers and parameters are passed over.
 * - filename* and every other parameter with a star (RFC 2231, RFC 5987) is
 *   refused: RFC 7578 forbids it to senders, and of a part with filename
 *   and filename* two readers would see different names. To pass over it
 *   would make a plain field of a file that has no other name.
 * - Names are UTF-8. %22, %0D and %0A in them are a quote, CR and LF, since
 *   browsers write them so (WHATWG); every other percent sign is itself.
 *   A backslash escapes a quote and a backslash (older curl) and is itself
 *   elsewhere, since browsers do not escape it. It follows that a file name
 *   which ends in a backslash cannot be read.
 * - A name that holds a control character after that is refused.
 * - Of a file name only what stands behind the last / or \ is kept; when
 *   that is nothing, "." or "..", it is refused.
 * - A Content-Transfer-Encoding other than 7bit, 8bit and binary is refused.
 * - A form without any part, as browsers send an empty one, is none of
 *   these: it is read, and no part begins.
 */
#ifndef GX_HTTP_MULTIPART_H
#define GX_HTTP_MULTIPART_H

#include "base/err.h"
#include "base/span.h"

enum {
	MULTIPART_BOUNDARY_BYTES_MAX = 70, /* RFC 2046, 5.1.1 */
	/* What holds where struct multipart_limits says 0. */
	MULTIPART_PARTS_MAX = 64,
	MULTIPART_HEADERS_BYTES_MAX = 4096,
	MULTIPART_NAME_BYTES_MAX = 256,
	MULTIPART_FILE_NAME_BYTES_MAX = 1024, /* 255 Chinese characters, and
						 some folder */
	MULTIPART_TYPE_BYTES_MAX = 256
};

/* Bounds; 0: the constant above. The size of the body is the caller's. */
struct multipart_limits {
	size_t parts_max;
	size_t headers_bytes_max;   /* of one part, with their line ends; this
				       much memory is taken */
	size_t name_bytes_max;	    /* decoded, as are the next two */
	size_t file_name_bytes_max; /* with its folders */
	size_t type_bytes_max;
};

/* A part's head. The texts are UTF-8 without control characters (C0, DEL,
 * C1) and live until its end. */
struct multipart_part {
	size_t number;	       /* 1 for the first */
	struct span name;      /* not empty; may be that of another part */
	struct span file_name; /* p NULL: a plain field. n 0: a field for a
				  file where none was chosen */
	struct span type;      /* as sent; p NULL: none was */
};

/*
 * Who takes what is found: begin, data any number of times, end, for one
 * part after the other. All three are required. A return other than 0 ends
 * the reading: feed passes it on with the err, as they are, and calls
 * nothing more, neither end.
 */
struct multipart_sink {
	enum err_code (*begin)(
	    void *ctx, const struct multipart_part *part, struct err *err);
	/* The next bytes, never none; they live until it returns. */
	enum err_code (*data)(void *ctx, struct span data, struct err *err);
	/* The part's boundary came. What stands behind it may still be
	 * refused: nothing is certain before multipart_finish. */
	enum err_code (*end)(void *ctx, struct err *err);
	void *ctx;
};

struct multipart;

/*
 * The boundary that a Content-Type names, with NUL behind it. ERR_INPUT:
 * it is another type than multipart/form-data or none at all, has no
 * boundary or two, or one that is longer than 70 bytes, ends with a space,
 * or holds what RFC 2046 does not allow. boundary_out is as it was then.
 */
enum err_code multipart_boundary(struct span content_type,
    char boundary_out[MULTIPART_BOUNDARY_BYTES_MAX + 1], struct err *err);

/* A reader, the caller's. boundary: what multipart_boundary gave; it and
 * the structs are copied. limits NULL: the constants. */
struct multipart *multipart_new(const char *boundary,
    const struct multipart_sink *sink, const struct multipart_limits *limits);
/* At any time; calls nothing of the sink. NULL is fine. */
void multipart_free(struct multipart **multipart);

/*
 * The next bytes of the body, any number; the sink is called from here.
 * ERR_INPUT: it is not such a form. ERR_FULL: it passes a limit. The err
 * names part and byte of the body, counted from 0. Otherwise what the sink
 * returned. After a failure every call fails with the same again.
 */
enum err_code multipart_feed(
    struct multipart *multipart, struct span bytes, struct err *err);
/* The body has ended. ERR_INPUT: before its last boundary did. Afterwards
 * only multipart_free. */
enum err_code multipart_finish(struct multipart *multipart, struct err *err);

#endif
