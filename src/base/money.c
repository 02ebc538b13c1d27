/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digits are made from the last one on, and go out from the first one on, with
 * a comma before each third one that is left.
 */
#include "base/money.h"

enum { FEN_OF_YUAN = 100, DIGITS_MAX = 20, GROUP = 3 };

void money_write(int64_t fen, struct buf *out)
{
	/* The least number has no positive one of its kind. */
	uint64_t n = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
	uint64_t yuan = n / FEN_OF_YUAN;
	char digits[DIGITS_MAX];
	size_t count = 0;

	do {
		digits[count++] = (char)('0' + yuan % 10);
		yuan /= 10;
	} while (yuan);
	if (fen < 0)
		buf_add_char(out, '-');
	while (count > 0) {
		buf_add_char(out, digits[--count]);
		if (count && count % GROUP == 0)
			buf_add_char(out, ',');
	}
	buf_addf(out, ".%02u元", (unsigned)(n % FEN_OF_YUAN));
}
