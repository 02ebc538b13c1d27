/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing JSON. The same writer serves documents for people and programs
 * and the canonical form (RFC 8785) that is sealed: no white space, only
 * the escapes that RFC 8785 names, integers only, and keys in ascending
 * order, which json_key asserts in a writer opened as canonical (keys are
 * ASCII, so byte order is UTF-16 order). Reading JSON is jansson's job.
 *
 * Strings must be valid UTF-8.
 */
#ifndef GX_BASE_JSON_H
#define GX_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum { JSON_DEPTH_MAX = 32 };

struct json_writer {
	struct buf *out;
	bool is_canonical;
	int depth;
	bool has_item[JSON_DEPTH_MAX];	      /* a comma is due */
	const char *last_key[JSON_DEPTH_MAX]; /* for the order check */
};

void json_start(struct json_writer *w, struct buf *out);
void json_start_canonical(struct json_writer *w, struct buf *out);

void json_open_object(struct json_writer *w);
void json_close_object(struct json_writer *w);
void json_open_array(struct json_writer *w);
void json_close_array(struct json_writer *w);
/* key must outlive the object when canonical. */
void json_key(struct json_writer *w, const char *key);
void json_add_string(struct json_writer *w, struct span value);
void json_add_int(struct json_writer *w, int64_t value);
void json_add_bool(struct json_writer *w, bool value);
void json_add_null(struct json_writer *w);
/* Bytes that are already one JSON value. */
void json_add_raw(struct json_writer *w, struct span value);

/* Bytes that are already members of an object, without its braces. */
void json_add_members(struct json_writer *w, struct span members);

/* Key and value at once. */
void json_put_str(struct json_writer *w, const char *key, const char *value);
void json_put_span(struct json_writer *w, const char *key, struct span value);
void json_put_int(struct json_writer *w, const char *key, int64_t value);
void json_put_bool(struct json_writer *w, const char *key, bool value);
/* "YYYY-MM-DD", or null for DATE_NONE. */
void json_put_date(struct json_writer *w, const char *key, int32_t date);

/* "code","message","detail","hint" of a failure; code is the word for it,
 * err_name's most often. */
void json_put_err(
    struct json_writer *w, const char *code, const struct err *why);

/* Appends a quoted, escaped string. */
void json_quote(struct buf *out, struct span value);

#endif
