/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Validation has two fast ways: eight ASCII bytes at a time, and three-byte
 * characters (nearly all Chinese text) checked with one masked compare.
 */
#include "base/utf8.h"

#include <string.h>

static uint32_t load32(const char *p)
{
	uint32_t w;

	memcpy(&w, p, 4);
	return w;
}

static uint64_t load64(const char *p)
{
	uint64_t w;

	memcpy(&w, p, 8);
	return w;
}

/* Length of the valid sequence at p (n > 0 bytes there), 0 when invalid. */
static size_t sequence_length(const unsigned char *p, size_t n)
{
	unsigned char c = p[0];

	if (c < 0x80)
		return 1;
	if (c < 0xC2)
		return 0;
	if (c < 0xE0)
		return n >= 2 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
	if (c < 0xF0) {
		if (n < 3 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80)
			return 0;
		if (c == 0xE0 && p[1] < 0xA0)
			return 0;
		return c == 0xED && p[1] > 0x9F ? 0 : 3;
	}
	if (c > 0xF4 || n < 4 || (p[1] & 0xC0) != 0x80 ||
	    (p[2] & 0xC0) != 0x80 || (p[3] & 0xC0) != 0x80)
		return 0;
	if (c == 0xF0 && p[1] < 0x90)
		return 0;
	return c == 0xF4 && p[1] > 0x8F ? 0 : 4;
}

/* True for the lead bytes E1..EC and EE..EF with two continuation bytes:
 * no overlong form and no surrogate can start with them. Little endian. */
static bool is_plain_three(uint32_t w)
{
	uint32_t lead = w & 0xFF;

	return (w & 0x00C0C0F0U) == 0x008080E0U && lead != 0xE0 && lead != 0xED;
}

size_t utf8_valid_prefix(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		while (i + 4 <= n && is_plain_three(load32(p + i)))
			i += 3;
#endif
		while (i + 8 <= n && !(load64(p + i) & 0x8080808080808080ULL))
			i += 8;
		if (i < n) {
			size_t step = sequence_length(
			    (const unsigned char *)p + i, n - i);

			if (step == 0)
				return i;
			i += step;
		}
	}
	return n;
}

uint32_t utf8_next(const char *p, size_t n, size_t *at)
{
	const unsigned char *s = (const unsigned char *)p + *at;
	size_t left = n - *at;

	if (s[0] < 0x80 || left < 2) {
		*at += 1;
		return s[0];
	}
	if (s[0] < 0xE0) {
		*at += 2;
		return (uint32_t)(s[0] & 0x1F) << 6 | (s[1] & 0x3F);
	}
	if (s[0] < 0xF0 && left >= 3) {
		*at += 3;
		return (uint32_t)(s[0] & 0x0F) << 12 |
		    (uint32_t)(s[1] & 0x3F) << 6 | (s[2] & 0x3F);
	}
	if (left >= 4) {
		*at += 4;
		return (uint32_t)(s[0] & 0x07) << 18 |
		    (uint32_t)(s[1] & 0x3F) << 12 |
		    (uint32_t)(s[2] & 0x3F) << 6 | (s[3] & 0x3F);
	}
	*at = n;
	return 0xFFFD;
}

size_t utf8_encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

size_t utf8_length(const char *p, size_t n)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < n; i++)
		count += ((unsigned char)p[i] & 0xC0) != 0x80;
	return count;
}

static bool is_control(uint32_t c)
{
	return c < ' ' || (c >= 0x7f && c < 0xa0);
}

static bool is_mark(uint32_t c)
{
	return (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

bool utf8_has_control(const char *p, size_t n)
{
	size_t at = 0;

	while (at < n)
		if (is_control(utf8_next(p, n, &at)))
			return true;
	return false;
}

bool utf8_has_unseen(const char *p, size_t n)
{
	size_t at = 0;

	while (at < n) {
		uint32_t c = utf8_next(p, n, &at);

		if (is_control(c) || is_mark(c))
			return true;
	}
	return false;
}
