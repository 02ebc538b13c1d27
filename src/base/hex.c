/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hex.h"

int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int lower_digit(char c)
{
	return c >= 'A' && c <= 'F' ? -1 : hex_digit(c);
}

bool hex_read(struct span text, uint8_t *out, size_t n)
{
	size_t i;

	if (text.n != 2 * n)
		return false;
	for (i = 0; i < n; i++) {
		int high = lower_digit(text.p[2 * i]);
		int low = lower_digit(text.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}
