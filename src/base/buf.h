/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growable run of bytes, the one builder under text, JSON and files.
 *
 * Invariants: p[n] is '\0' whenever p is not NULL; n <= cap; cap <= max.
 * Sticky failure: once an append would pass `max`, is_full is set, further
 * appends do nothing, and the user checks once at the end.
 */
#ifndef GX_BASE_BUF_H
#define GX_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct buf {
	char *p;      /* bytes, owned */
	size_t n;     /* bytes used */
	size_t cap;   /* bytes allocated, without the NUL */
	size_t max;   /* bound on n */
	bool is_full; /* an append did not fit */
};

#define BUF_INIT(max_bytes)                                                    \
	{                                                                      \
		.max = (max_bytes)                                             \
	}

void buf_init(struct buf *b, size_t max_bytes);
void buf_release(struct buf *b);
/* Empties; keeps the memory; clears is_full. */
void buf_reset(struct buf *b);
/* Makes room for n more bytes and returns where to write, NULL when full.
 * The caller then adds to b->n what it wrote. */
char *buf_reserve(struct buf *b, size_t n);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_add_span(struct buf *b, struct span s);
void buf_add_str(struct buf *b, const char *s);
void buf_add_char(struct buf *b, char c);
void buf_add_u64(struct buf *b, uint64_t v);
void buf_add_i64(struct buf *b, int64_t v);
/* Percent-encodes all but RFC 3986's unreserved characters: a part of a URL,
 * which needs no further escaping in an attribute. */
void buf_add_percent(struct buf *b, struct span s);
void buf_add_hex(struct buf *b, const void *p, size_t n);
void buf_addf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
struct span buf_span(const struct buf *b);
/* NUL-terminated view, never NULL; valid until the next change. */
const char *buf_str(const struct buf *b);

#endif
