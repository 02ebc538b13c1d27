/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Six bits a character. The last character of a text whose length is not a
 * multiple of four carries two or four bits of nothing, which have to be
 * zero: else one signature could be written in several ways.
 */
#include "oidc/base64url.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void base64url_add(struct buf *out, const void *p, size_t n)
{
	const uint8_t *bytes = p;
	uint32_t bits = 0;
	int held = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		bits = bits << 8 | bytes[i];
		for (held += 8; held >= 6; held -= 6)
			buf_add_char(out, alphabet[bits >> (held - 6) & 63]);
	}
	if (held)
		buf_add_char(out, alphabet[bits << (6 - held) & 63]);
}

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '-')
		return 62;
	return c == '_' ? 63 : -1;
}

bool base64url_read(struct span text, struct buf *out)
{
	size_t before = out->n, i;
	uint32_t bits = 0;
	int held = 0;

	for (i = 0; i < text.n; i++) {
		int value = value_of(text.p[i]);

		if (value < 0)
			break;
		bits = (bits << 6 | (uint32_t)value) & 0xffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			buf_add_char(out, (char)(bits >> held & 0xff));
		}
	}
	if (i == text.n && text.n % 4 != 1 && !out->is_full &&
	    (bits & ((1u << held) - 1)) == 0)
		return true;
	out->n = before;
	if (out->p)
		out->p[before] = '\0';
	return false;
}
