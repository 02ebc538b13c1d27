/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four characters are three bytes. The last group may stand for two bytes
 * ("xxx=", the low 2 bits of its value unused) or one ("xx==", the low 4).
 * A text is refused when those bits are not zero: two texts for the same
 * signature would let anyone change a note without breaking it.
 */
#include "tlog/base64.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_add(struct buf *out, const void *p, size_t n)
{
	const uint8_t *b = p;
	char *to = buf_reserve(out, BASE64_CHARS(n));
	size_t i;

	if (!to)
		return;
	for (i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)b[i] << 16;

		if (i + 1 < n)
			v |= (uint32_t)b[i + 1] << 8;
		if (i + 2 < n)
			v |= b[i + 2];
		*to++ = alphabet[v >> 18];
		*to++ = alphabet[v >> 12 & 63];
		*to++ = i + 1 < n ? alphabet[v >> 6 & 63] : '=';
		*to++ = i + 2 < n ? alphabet[v & 63] : '=';
	}
	out->n += BASE64_CHARS(n);
	out->p[out->n] = '\0';
}

/* 0..63, or -1. */
static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

bool base64_measure(struct span text, size_t *n_out)
{
	size_t padding = 0, i;
	int unused_bits;

	if (text.n % 4 != 0)
		return false;
	while (padding < 2 && padding < text.n &&
	    text.p[text.n - 1 - padding] == '=')
		padding++;
	for (i = 0; i < text.n - padding; i++)
		if (value_of(text.p[i]) < 0)
			return false;
	unused_bits = padding == 1 ? 3 : padding == 2 ? 15 : 0;
	if (padding &&
	    (value_of(text.p[text.n - 1 - padding]) & unused_bits) != 0)
		return false;
	*n_out = text.n / 4 * 3 - padding;
	return true;
}

size_t base64_decode(struct span text, uint8_t *out, size_t max)
{
	uint32_t bits = 0;
	unsigned count = 0;
	size_t n = 0, i;

	for (i = 0; i < text.n && n < max && text.p[i] != '='; i++) {
		bits = bits << 6 | (uint32_t)value_of(text.p[i]);
		count += 6;
		if (count >= 8) {
			count -= 8;
			out[n++] = (uint8_t)(bits >> count);
		}
	}
	return n;
}

bool base64_read(struct span text, uint8_t *out, size_t n)
{
	size_t have;

	if (!base64_measure(text, &have) || have != n)
		return false;
	base64_decode(text, out, n);
	return true;
}
