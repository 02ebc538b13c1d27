/* SPDX-License-Identifier: Apache-2.0 */
/* What the text formats of this room have in common: lines and numbers. */
#ifndef GX_TLOG_TEXT_H
#define GX_TLOG_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* Cuts the first line off *rest, without its newline; false, and nothing
 * changed, when there is no newline. */
bool text_cut_line(struct span *rest, struct span *line_out);
/* Cuts `word` off the front of *s; false when it does not start so. */
bool text_cut_word(struct span *s, const char *word);
/* A whole decimal number without sign or leading zeroes, at most max. */
bool text_read_number(struct span text, uint64_t max, uint64_t *out);

#endif
