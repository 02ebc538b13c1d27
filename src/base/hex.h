/* SPDX-License-Identifier: Apache-2.0 */
/* Hexadecimal digits, read. buf_add_hex writes them. */
#ifndef GX_BASE_HEX_H
#define GX_BASE_HEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* 0 to 15; -1: it is no digit. Of both cases. */
int hex_digit(char c);
/* Exactly what buf_add_hex writes of n bytes, in lower case; false for
 * anything else, with nothing in out that means something. */
bool hex_read(struct span text, uint8_t *out, size_t n);

#endif
