/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Folding: a form of a text for matching, never for storage or display. Two
 * texts that people take for the same name or header fold to equal bytes:
 *
 *   full-width ASCII -> ASCII; ASCII upper case -> lower case
 *   brackets of every kind, 〔〕［］【】（）{}「」《》<> and so on -> ( )
 *   dashes of every kind -> -, a run of them -> one
 *   middle dots -> · ; quotation marks -> " or ' ; ○ -> 〇
 *   Traditional characters -> Simplified, one by one
 *   radicals and compatibility ideographs -> the ordinary ideograph
 *   blanks (U+3000 and NBSP too), controls, zero-width and direction
 *   marks, variation selectors -> nothing
 *
 * The folded form is never longer than the text, and folding it again
 * changes nothing. Where a Simplified form takes more bytes than its
 * Traditional one (rare characters beyond the BMP), the Traditional one
 * stands for both: folded text is not for reading.
 */
#ifndef GX_BASE_FOLD_H
#define GX_BASE_FOLD_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* Folds valid UTF-8 into out, which holds out_max >= text.n bytes and does
 * not overlap text; returns the bytes written, at most text.n. No NUL is
 * added. */
size_t fold_name(struct span text, char *out, size_t out_max);
/* What one character folds to; 0 = it is dropped. */
uint32_t fold_char(uint32_t c);

#endif
