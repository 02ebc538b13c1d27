/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Codes as somebody gives many of them: one by one, as a text with one on
 * each line, or as they are pasted from anywhere. Nothing is judged here: what
 * is no code keeps its place, so that it is told of where it stood.
 */
#ifndef GX_API_CHECK_CODES_H
#define GX_API_CHECK_CODES_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum { CHECK_CODES_MAX = 200000, CHECK_CODES_BYTES_MAX = 8 * 1024 * 1024 };

struct check_codes {
	struct buf packed; /* each: line, 4 bytes; length, 2 bytes; text */
	size_t count;
	uint32_t lines; /* gone through, empty ones among them */
	bool has_header;
};

void check_codes_init(struct check_codes *codes);
void check_codes_release(struct check_codes *codes);
/* On the next line; longer ones are cut where no code reaches. ERR_FULL: more
 * than CHECK_CODES_MAX. */
enum err_code check_codes_add(
    struct check_codes *codes, struct span text, struct err *err);
/*
 * The lines of a text; empty ones are counted and passed over. is_csv: the
 * first cell of each line counts, and a first line without a digit in it is
 * a header.
 */
enum err_code check_codes_add_lines(
    struct check_codes *codes, struct span text, bool is_csv, struct err *err);

/*
 * Of a text as a person pastes it: codes on lines, between commas, blanks or
 * the cells of a spreadsheet, full-width or not. Of a line in which something
 * may be a code these are taken, in their order; what else stands there (a
 * number, a name) is passed over. A line without any is taken whole, so that
 * it is told of, unless it is the first and has no digit: that is a header.
 * Codes are numbered, not lines. ERR_FULL: they would be more than `max`.
 */
enum err_code check_codes_add_pasted(
    struct check_codes *codes, struct span text, size_t max, struct err *err);

/* Of a row of a file: `number` is what its answer is told under. ERR_FULL:
 * they would be more than `max`. */
enum err_code check_codes_add_row(struct check_codes *codes, uint32_t number,
    struct span text, size_t max, struct err *err);

/* One after another; at: 0 in the beginning. False: that was the last. */
struct check_code {
	uint32_t line;
	struct span text;
};
bool check_codes_next(
    const struct check_codes *codes, size_t *at, struct check_code *out);

#endif
