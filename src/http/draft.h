/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file under way: written piece by piece under a name of chance that begins
 * with HTTP_FILED_PREFIX, and gone when it is released, unless somebody moved
 * it to its place before.
 *
 *	draft_init -> draft_open -> draft_add ... -> draft_finish ->
 *	draft_release
 */
#ifndef GX_HTTP_DRAFT_H
#define GX_HTTP_DRAFT_H

#include "http/http.h"

enum { DRAFT_PATH_BYTES = 512 };

struct draft {
	int fd; /* -1: not open */
	char path[DRAFT_PATH_BYTES];
	uint64_t bytes;
	struct sha256_stream *digest;
};

void draft_init(struct draft *draft);
/* Creates it, for its owner alone. */
enum err_code draft_open(
    struct draft *draft, const char *folder, struct err *err);
enum err_code draft_add(
    struct draft *draft, struct span piece, struct err *err);
/* No more pieces: what it is, at its first byte. Lives as long as the
 * draft. */
enum err_code draft_finish(
    struct draft *draft, struct http_file *out, struct err *err);
/* Closes it, and removes what still stands under its name. */
void draft_release(struct draft *draft);

#endif
