/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base 64 (tlog/base64.h) with two other characters and without padding.
 */
#include "oidc/base64url.h"

#include "tlog/base64.h"

void base64url_add(struct buf *out, const void *p, size_t n)
{
	size_t rest = n % 3, at = out->n;

	base64_add(out, p, n - rest);
	if (rest) {
		struct buf last = BUF_INIT(BASE64_CHARS(1));

		/* Its padding need not have room. */
		base64_add(&last, (const uint8_t *)p + n - rest, rest);
		buf_add(out, last.p, rest + 1);
		buf_release(&last);
	}
	for (; at < out->n; at++)
		if (out->p[at] == '+')
			out->p[at] = '-';
		else if (out->p[at] == '/')
			out->p[at] = '_';
}

/* The text with the other two characters and its padding; false when it has
 * what is not of its own. */
static bool to_base64(struct span text, struct buf *out)
{
	size_t i;

	for (i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '+' || c == '/' || c == '=')
			return false;
		buf_add_char(out, c == '-' ? '+' : c == '_' ? '/' : c);
	}
	while (out->n % 4)
		buf_add_char(out, '=');
	return !out->is_full;
}

bool base64url_read(struct span text, struct buf *out)
{
	struct buf plain = BUF_INIT(text.n + 4);
	bool is_good = to_base64(text, &plain);
	size_t n = 0;
	char *to = NULL;

	if (is_good && base64_measure(buf_span(&plain), &n))
		to = buf_reserve(out, n);
	if (to) {
		base64_decode(buf_span(&plain), (uint8_t *)to, n);
		out->n += n;
		out->p[out->n] = '\0';
	}
	buf_release(&plain);
	return to != NULL;
}
