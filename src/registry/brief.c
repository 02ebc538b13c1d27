/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cutting looks for "KEY":" in the text. In canonical JSON a quote inside a
 * string has a backslash before it, fields have flat values, and no key holds
 * a quote: so that is found where the key stands and nowhere else.
 */
#include "registry/brief.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "registry/statement.h"
#include "registry/view.h"

enum { KEY_BYTES_MAX = 80 };

static const enum cat_role roles[] = {
    CAT_ROLE_DOCUMENT, CAT_ROLE_AUTHORITY, CAT_ROLE_CONTENT};

/* The place of a role's value; the order of `roles`. */
static struct span *place_of(struct brief *brief, size_t i)
{
	struct span *const places[] = {
	    &brief->document, &brief->authority, &brief->content};

	return places[i];
}

static struct span value_of(const struct statement *s, const char *name)
{
	const json_t *value = json_object_get(s->fields, name);

	return span_of(json_is_string(value) ? json_string_value(value) : "");
}

void brief_of_statement(
    const struct statement *s, const struct cat_item *item, struct brief *out)
{
	size_t i;

	*out = (struct brief){
	    .department = span_of(s->department), .received = DATE_NONE};
	for (i = 0; i < ARRAY_COUNT(roles); i++) {
		int at = cat_field_by_role(item, roles[i]);

		*place_of(out, i) =
		    at < 0 ? span_of("") : value_of(s, item->fields[at].name);
	}
	view_received_day(span_of(s->received), &out->received);
	if (item->positive_when.op != CAT_OP_NONE)
		out->is_positive = cat_item_is_positive(item,
		    value_of(s, item->fields[item->positive_when.field].name));
}

/* The string behind "NAME": in the text, "" when there is none. False: it
 * holds an escape. */
static bool cut_value(struct span text, const char *name, struct span *out)
{
	char key[KEY_BYTES_MAX];
	int n = snprintf(key, sizeof(key), "\"%s\":\"", name);
	const char *p, *end;

	*out = span_of("");
	if (n < 0 || n >= KEY_BYTES_MAX)
		return false;
	p = memmem(text.p, text.n, key, (size_t)n);
	if (!p)
		return true;
	p += n;
	end = memchr(p, '"', (size_t)(text.p + text.n - p));
	if (!end || memchr(p, '\\', (size_t)(end - p)))
		return false;
	*out = (struct span){p, (size_t)(end - p)};
	return true;
}

/* A value that holds an escape is none of a code list. */
static bool is_positive(struct span fields, const struct cat_item *item)
{
	const struct cat_condition *when = &item->positive_when;
	struct span value;

	return when->op != CAT_OP_NONE &&
	    cut_value(fields, item->fields[when->field].name, &value) &&
	    cat_item_is_positive(item, value);
}

bool brief_cut_positive(struct span text, const struct cat_item *item)
{
	struct statement_cut cut;

	return statement_peek(text, &cut) &&
	    is_positive(cut.content.fields, item);
}

bool brief_cut(struct span text, const struct cat_item *item, struct brief *out)
{
	struct statement_cut cut;
	struct span received;
	size_t i;

	*out = (struct brief){.received = DATE_NONE};
	if (!statement_peek(text, &cut) ||
	    !cut_value(cut.tail, "from", &out->department) ||
	    !cut_value(cut.tail, "received", &received) ||
	    !view_received_day(received, &out->received))
		return false;
	for (i = 0; i < ARRAY_COUNT(roles); i++) {
		int at = cat_field_by_role(item, roles[i]);

		*place_of(out, i) = span_of("");
		if (at >= 0 &&
		    !cut_value(cut.content.fields, item->fields[at].name,
			place_of(out, i)))
			return false;
	}
	out->is_positive = is_positive(cut.content.fields, item);
	return true;
}
