/* SPDX-License-Identifier: Apache-2.0 */
/* What the unit tests and the fuzz target of multipart share. */
#ifndef GX_HTTP_MULTIPART_TEST_HELP_H
#define GX_HTTP_MULTIPART_TEST_HELP_H

#include "base/buf.h"
#include "http/multipart.h"

/* How a body is cut: the length of the next piece, of those left; more than
 * these is all of them. next NULL: in one piece. */
struct help_cuts {
	size_t (*next)(void *ctx, size_t left);
	void *ctx;
};

/*
 * Feeds the body to the sink and finishes; what feed or finish returned.
 * Each piece is in memory of its own that is as long as it and gone when
 * feed returns, so that AddressSanitizer sees who reads past it or keeps it.
 */
enum err_code help_feed(const char *boundary, struct span body,
    const struct help_cuts *cuts, const struct multipart_sink *sink,
    const struct multipart_limits *limits, struct err *err);

/*
 * The same, and what came out as text; each text with its length:
 *
 *	NUMBER 4:name 8:file.csv 8:text/csv
 *	5:data.
 *
 * "-" for a file name or a type that was not given; what stands behind the
 * data is "!" when the part did not end.
 */
enum err_code help_read(const char *boundary, struct span body,
    const struct help_cuts *cuts, const struct multipart_limits *limits,
    struct buf *out, struct err *err);

#endif
