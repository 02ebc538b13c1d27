/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs without a special byte are appended at once. The single quote is
 * escaped too, so that one function serves text and both kinds of
 * attribute; templates never write an attribute without quotes.
 */
#include "web/html.h"

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_text(struct buf *out, struct span text)
{
	size_t from = 0, i;

	for (i = 0; i < text.n; i++) {
		const char *entity = entity_of(text.p[i]);

		if (!entity)
			continue;
		buf_add(out, text.p + from, i - from);
		buf_add_str(out, entity);
		from = i + 1;
	}
	if (text.n > from)
		buf_add(out, text.p + from, text.n - from);
}
