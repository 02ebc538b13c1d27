/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One table look-up a character. The tables are made by tools/foldgen.py:
 * fold_page has one entry for each 64 code points of the BMP, which is
 * exactly what the last byte of a UTF-8 sequence tells apart, and names a
 * row of fold_cell; the cell is c XOR fold(c). Most rows are the same row of
 * zeros, so that the working set is some tens of KiB. Characters beyond the
 * BMP are rare: a sorted list.
 *
 * The main loop takes three-byte characters whose cell is 0, that is plain
 * Simplified text, and copies four bytes at a time: the fourth byte is
 * overwritten by the next character. The bound o <= i (nothing folds to
 * something longer) makes i + 4 <= n the only check needed for both sides.
 * Everything else goes through fold_char.
 *
 * Text that is not valid UTF-8 is a caller's bug, but it neither reads nor
 * writes out of bounds.
 */
#include "base/fold.h"

#include "base/check.h"
#include "base/utf8.h"
#include "fold_table.h"

static uint32_t fold_beyond_bmp(uint32_t c)
{
	size_t low = 0, high = ARRAY_COUNT(fold_beyond);

	if (c >= 0xE0000 && c <= 0xE0FFF) /* tags, variation selectors */
		return 0;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (fold_beyond[middle].from == c)
			return fold_beyond[middle].to;
		if (fold_beyond[middle].from < c)
			low = middle + 1;
		else
			high = middle;
	}
	return c;
}

uint32_t fold_char(uint32_t c)
{
	if (c >= 0x10000)
		return fold_beyond_bmp(c);
	return c ^ fold_cell[fold_page[c >> 6]][c & 63];
}

/* Copies from text at *at to out at o the run of three-byte characters that
 * fold to themselves; returns the new o. Needs o <= *at <= n. */
static size_t copy_plain_run(struct span text, size_t *at, char *out, size_t o)
{
	size_t i = *at;

	while (i + 4 <= text.n) {
		const unsigned char *s = (const unsigned char *)text.p + i;
		uint32_t high = (uint32_t)(s[0] & 0x0F) << 6 | (s[1] & 0x3F);

		if ((s[0] & 0xF0) != 0xE0 ||
		    fold_cell[fold_page[high]][s[2] & 0x3F])
			break;
		memcpy(out + o, s, 4);
		i += 3;
		o += 3;
	}
	*at = i;
	return o;
}

size_t fold_name(struct span text, char *out, size_t out_max)
{
	size_t i = 0, o = 0;

	ASSERT(out_max >= text.n);
	while (i < text.n) {
		size_t start, length;
		char piece[4];
		uint32_t c;

		o = copy_plain_run(text, &i, out, o);
		if (i >= text.n)
			break;
		start = i;
		c = fold_char(utf8_next(text.p, text.n, &i));
		if (c == 0 || (c == '-' && o > 0 && out[o - 1] == '-'))
			continue;
		length = utf8_encode(c, piece);
		if (length > i - start) /* a cut sequence: not text */
			continue;
		memcpy(out + o, piece, length);
		o += length;
	}
	return o;
}
