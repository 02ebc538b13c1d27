/* SPDX-License-Identifier: Apache-2.0 */
/* Lines end in one newline byte; a carriage return is no part of it. */
#include "tlog/text.h"

bool text_cut_line(struct span *rest, struct span *line_out)
{
	const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;

	if (!end)
		return false;
	*line_out = (struct span){rest->p, (size_t)(end - rest->p)};
	rest->n -= line_out->n + 1;
	rest->p = end + 1;
	return true;
}

bool text_cut_word(struct span *s, const char *word)
{
	size_t n = strlen(word);

	if (!span_starts_with(*s, word))
		return false;
	s->p += n;
	s->n -= n;
	return true;
}

bool text_read_number(struct span text, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;
	size_t i;

	if (text.n == 0 || (text.n > 1 && text.p[0] == '0'))
		return false;
	for (i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c < '0' || c > '9' ||
		    __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(c - '0'), &value))
			return false;
	}
	if (value > max)
		return false;
	*out = value;
	return true;
}
