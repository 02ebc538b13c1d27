/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base 64 (RFC 4648, Section 4) with exactly one text for each run of bytes:
 * padded, no white space, unused bits zero.
 */
#ifndef GX_TLOG_BASE64_H
#define GX_TLOG_BASE64_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Characters that n bytes take. */
#define BASE64_CHARS(n) (((n) + 2) / 3 * 4)

void base64_add(struct buf *out, const void *p, size_t n);
/* Is the text what base64_add writes for some bytes? Then *n_out is how
 * many. Empty text is the text of no bytes. */
bool base64_measure(struct span text, size_t *n_out);
/* Decodes text that base64_measure takes: the first max bytes, or all if
 * there are fewer. Returns how many it wrote. */
size_t base64_decode(struct span text, uint8_t *out, size_t max);
/* Measures and decodes exactly n bytes; false when the text is any other. */
bool base64_read(struct span text, uint8_t *out, size_t n);

#endif
