/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 (RFC 3629): validate, step, encode. */
#ifndef GX_BASE_UTF8_H
#define GX_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the longest valid prefix; n when all is valid. Refuses overlong
 * forms, surrogates and values past U+10FFFF. */
size_t utf8_valid_prefix(const char *p, size_t n);
/* Decodes one character of VALID text at p[*at] and advances *at. */
uint32_t utf8_next(const char *p, size_t n, size_t *at);
/* Writes 1-4 bytes for a code point below 0x110000; returns how many. */
size_t utf8_encode(uint32_t c, char out[4]);
/* Characters (code points) of valid text. */
size_t utf8_length(const char *p, size_t n);
/* Is a control character (C0, DEL, C1) in valid text? */
bool utf8_has_control(const char *p, size_t n);
/* The same, and characters that show nothing and yet change what the others
 * look like or say: ends of lines, zero-width and direction marks. */
bool utf8_has_unseen(const char *p, size_t n);

#endif
