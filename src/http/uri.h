/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The target of a request: decoded once, and only if it is well formed.
 * Allocates nothing.
 */
#ifndef GX_HTTP_URI_H
#define GX_HTTP_URI_H

#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

enum {
	URI_PATH_BYTES_MAX = 1024,
	URI_QUERY_BYTES_MAX = 6144,
	URI_PAIRS_MAX = 32
};

struct uri_pair {
	struct span name;
	struct span value;
};

struct uri {
	struct span path;      /* decoded; begins with '/' */
	struct span raw_query; /* of the target, undecoded */
	struct uri_pair pairs[URI_PAIRS_MAX];
	size_t pairs_count;
	char text[URI_PATH_BYTES_MAX + URI_QUERY_BYTES_MAX];
};

/*
 * "/a/b?c=d", or the same with "http://HOST" before it. ERR_INPUT with the
 * reason: a percent sign without two digits, a control character, bytes that
 * are no UTF-8, "." or ".." or nothing between two slashes, a slash in
 * disguise. ERR_FULL: path, query or number of pairs too long. Spans of the
 * result lead into it and into the target: do not copy it.
 */
enum err_code uri_parse(struct span target, struct uri *out, struct err *err);

#endif
