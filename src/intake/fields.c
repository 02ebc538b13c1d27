/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass without parsing: the item's keys are known and stand in ascending
 * order, so the text is walked along them, and only the ends of strings have
 * to be looked for. A quarter of a microsecond a row; whether the texts are
 * UTF-8 would cost as much again and is not looked at: bytes that are not
 * make a record that nobody can read, and no harm beyond it.
 */
#include "intake/fields.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/json.h"
#include "base/mem.h"
#include "intake/plan.h"

enum { DIGITS_MAX = 18, KEYS_BYTES_MAX = PLAN_FIELDS_MAX * 256 };

struct key {
	const char *text; /* `"NAME":` */
	size_t n;
	const struct cat_field *field;
};

struct fields_shape {
	size_t count;
	struct key keys[PLAN_FIELDS_MAX]; /* ascending */
	struct buf texts;
};

static int by_name(const void *a, const void *b)
{
	const struct key *x = a;
	const struct key *y = b;

	return strcmp(x->field->name, y->field->name);
}

struct fields_shape *fields_shape_new(const struct cat_item *item)
{
	struct fields_shape *s = mem_zalloc(1, sizeof(*s));
	size_t at = 0;
	size_t i;

	ASSERT(item->fields_count <= PLAN_FIELDS_MAX);
	buf_init(&s->texts, KEYS_BYTES_MAX);
	s->count = item->fields_count;
	for (i = 0; i < s->count; i++)
		s->keys[i].field = &item->fields[i];
	qsort(s->keys, s->count, sizeof(s->keys[0]), by_name);
	for (i = 0; i < s->count; i++) {
		json_quote(&s->texts, span_of(s->keys[i].field->name));
		buf_add_char(&s->texts, ':');
		s->keys[i].n = s->texts.n - at;
		at = s->texts.n;
	}
	/* The texts have come to rest. */
	for (i = 0, at = 0; i < s->count; at += s->keys[i++].n)
		s->keys[i].text = buf_str(&s->texts) + at;
	return s;
}

void fields_shape_free(struct fields_shape **shape)
{
	if (*shape)
		buf_release(&(*shape)->texts);
	free(*shape);
	*shape = NULL;
}

typedef unsigned char bytes16 __attribute__((vector_size(16)));

/* Is there a byte below 0x20? Sixteen at a time. */
static bool has_control(struct span s)
{
	bytes16 any = {0};
	unsigned char rest = 0;
	uint64_t halves[2];
	size_t i = 0;

	for (; i + 16 <= s.n; i += 16) {
		bytes16 v;

		memcpy(&v, s.p + i, 16);
		any |= (bytes16)(v < 0x20);
	}
	for (; i < s.n; i++)
		rest |= (unsigned char)((unsigned char)s.p[i] < 0x20);
	memcpy(halves, &any, sizeof(halves));
	return (halves[0] | halves[1] | rest) != 0;
}

/* The object at hand. */
struct walk {
	const char *end;
	bool has_escapes; /* somewhere in it is a backslash */
};

/* Behind the escape whose backslash is at p; NULL: RFC 8785 has none such. */
static const char *escape_end(const struct walk *w, const char *p)
{
	static const char hex[] = "0123456789abcdef";

	if (w->end - p < 2)
		return NULL;
	if (p[1] && strchr("\"\\bfnrt", p[1]))
		return p + 2;
	if (w->end - p < 6 || memcmp(p, "\\u00", 4) != 0 ||
	    (p[4] != '0' && p[4] != '1') || !p[5] || !strchr(hex, p[5]))
		return NULL;
	return p + 6;
}

/* Behind the string whose opening quote is at p. */
static const char *text_end(const struct walk *w, const char *p)
{
	const char *quote, *escape;

	for (p++;;) {
		quote = memchr(p, '"', (size_t)(w->end - p));
		if (!quote || !w->has_escapes)
			return quote ? quote + 1 : NULL;
		escape = memchr(p, '\\', (size_t)(quote - p));
		if (!escape)
			return quote + 1;
		p = escape_end(w, escape);
		if (!p)
			return NULL;
	}
}

static const char *list_end(const struct walk *w, const char *p)
{
	if (++p < w->end && *p == ']')
		return p + 1;
	while (p && p < w->end && *p == '"') {
		p = text_end(w, p);
		if (!p || p == w->end)
			return NULL;
		if (*p == ']')
			return p + 1;
		if (*p++ != ',')
			return NULL;
	}
	return NULL;
}

static const char *number_end(const struct walk *w, const char *p)
{
	const char *digits = p + (*p == '-');

	for (p = digits; p < w->end && *p >= '0' && *p <= '9';)
		p++;
	if (p == digits || p - digits > DIGITS_MAX ||
	    (*digits == '0' && (p - digits > 1 || digits[-1] == '-')))
		return NULL;
	return p;
}

static const char *value_end(const struct walk *w, const char *p)
{
	if (p == w->end)
		return NULL;
	if (*p == '"')
		return text_end(w, p);
	return *p == '[' ? list_end(w, p) : number_end(w, p);
}

/* Goes on over the keys to the one that stands at p; false: it is none of
 * those that may come. */
static bool find_key(const struct fields_shape *s, const struct walk *w,
    const char *p, bool is_closed, size_t *at)
{
	for (; *at < s->count; ++*at) {
		const struct key *k = &s->keys[*at];

		if ((size_t)(w->end - p) > k->n &&
		    memcmp(p, k->text, k->n) == 0)
			return k->field->privacy ==
			    (is_closed ? CAT_INTERNAL : CAT_PUBLIC);
	}
	return false;
}

static bool is_sane_object(
    const struct fields_shape *s, struct span object, bool is_closed)
{
	struct walk w = {.end = object.p + object.n};
	const char *p = object.p;
	size_t at = 0;

	if (object.n < 2 || *p++ != '{' || has_control(object))
		return false;
	if (*p == '}')
		return object.n == 2 && !is_closed;
	w.has_escapes = memchr(object.p, '\\', object.n) != NULL;
	for (;;) {
		if (!find_key(s, &w, p, is_closed, &at))
			return false;
		p = value_end(&w, p + s->keys[at++].n);
		if (!p || p == w.end)
			return false;
		if (*p == '}')
			return p + 1 == w.end;
		if (*p++ != ',')
			return false;
	}
}

bool fields_are_sane(
    const struct fields_shape *shape, struct span open, struct span closed)
{
	return is_sane_object(shape, open, false) &&
	    (closed.n == 0 || is_sane_object(shape, closed, true));
}

/* ---- as text ---- */

/* Fen in 万元 with as many of six decimals as are needed, or in yuan. */
static void add_money(const struct cat_field *f, int64_t fen, struct buf *out)
{
	bool is_wan = f->type == CAT_MONEY_WAN;
	int decimals = is_wan ? 6 : 2;
	uint64_t unit = is_wan ? 1000000 : 100;
	uint64_t n = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
	char text[32];
	size_t end;

	if (fen < 0)
		buf_add_char(out, '-');
	buf_add_u64(out, n / unit);
	if (n % unit == 0)
		return;
	snprintf(text, sizeof(text), "%0*llu", decimals,
	    (unsigned long long)(n % unit));
	for (end = strlen(text); text[end - 1] == '0'; end--)
		;
	buf_add_char(out, '.');
	buf_add(out, text, end);
}

void fields_add_text(
    const struct cat_field *f, const json_t *value, struct buf *out)
{
	const json_t *each;
	size_t i;

	if (json_is_string(value)) {
		buf_add(
		    out, json_string_value(value), json_string_length(value));
	} else if (json_is_integer(value)) {
		if (f->type == CAT_MONEY_WAN || f->type == CAT_MONEY_YUAN)
			add_money(f, json_integer_value(value), out);
		else
			buf_add_i64(out, json_integer_value(value));
	} else if (json_is_array(value)) {
		json_array_foreach (value, i, each) {
			if (i)
				buf_add_str(out, "、");
			if (json_is_string(each))
				buf_add_str(out, json_string_value(each));
		}
	}
}
