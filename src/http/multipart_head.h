/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside multipart: the headers of one part, a line at a time.
 *
 *	init, then for each part: reset, line ..., part; release
 *
 * The errs say what is wrong, not where.
 */
#ifndef GX_HTTP_MULTIPART_HEAD_H
#define GX_HTTP_MULTIPART_HEAD_H

#include <stdbool.h>

#include "base/buf.h"
#include "http/multipart.h"

/* The headers that matter. */
enum multipart_header {
	MULTIPART_DISPOSITION = 0,
	MULTIPART_TYPE,
	MULTIPART_ENCODING,
	MULTIPART_HEADER_COUNT
};

/* A decoded text; not given and empty are two things. */
struct multipart_text {
	bool is_given;
	struct buf bytes;
};

struct multipart_head {
	bool is_seen[MULTIPART_HEADER_COUNT];
	struct multipart_text name;
	struct multipart_text file_name; /* with its folders */
	struct multipart_text type;
};

/* limits: without zeros. */
void multipart_head_init(
    struct multipart_head *head, const struct multipart_limits *limits);
void multipart_head_release(struct multipart_head *head);
/* Forgets the part; keeps the memory. */
void multipart_head_reset(struct multipart_head *head);
/* A line without its end, not empty. ERR_INPUT, ERR_FULL. */
enum err_code multipart_head_line(
    struct multipart_head *head, struct span line, struct err *err);
/* All lines were read: fills all but the number. The texts live until the
 * next reset. ERR_INPUT: no name, or the file name is a folder's. */
enum err_code multipart_head_part(const struct multipart_head *head,
    struct multipart_part *out, struct err *err);

#endif
