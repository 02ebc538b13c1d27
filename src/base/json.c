/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Escapes as RFC 8785 section 3.2.2.2 asks: \b \t \n \f \r \" \\ and \u00xx
 * in lower case for the other controls; everything else as it is.
 */
#include "base/json.h"

#include <string.h>

#include "base/check.h"
#include "base/date.h"

static void start(struct json_writer *w, struct buf *out, bool is_canonical)
{
	memset(w, 0, sizeof(*w));
	w->out = out;
	w->is_canonical = is_canonical;
}

void json_start(struct json_writer *w, struct buf *out)
{
	start(w, out, false);
}

void json_start_canonical(struct json_writer *w, struct buf *out)
{
	start(w, out, true);
}

/* A comma before every value of an array but the first; json_key has
 * already done it for objects and clears the mark. */
static void before_value(struct json_writer *w)
{
	if (w->has_item[w->depth])
		buf_add_char(w->out, ',');
	w->has_item[w->depth] = true;
}

static void open_level(struct json_writer *w, char c)
{
	before_value(w);
	buf_add_char(w->out, c);
	ASSERT(w->depth + 1 < JSON_DEPTH_MAX);
	w->depth++;
	w->has_item[w->depth] = false;
	w->last_key[w->depth] = NULL;
}

static void close_level(struct json_writer *w, char c)
{
	ASSERT(w->depth > 0);
	w->depth--;
	buf_add_char(w->out, c);
}

void json_open_object(struct json_writer *w)
{
	open_level(w, '{');
}

void json_close_object(struct json_writer *w)
{
	close_level(w, '}');
}

void json_open_array(struct json_writer *w)
{
	open_level(w, '[');
}

void json_close_array(struct json_writer *w)
{
	close_level(w, ']');
}

void json_key(struct json_writer *w, const char *key)
{
	const char **last = &w->last_key[w->depth];

	if (w->is_canonical) {
		ASSERT(!*last || strcmp(*last, key) < 0);
		*last = key;
	}
	before_value(w);
	json_quote(w->out, span_of(key));
	buf_add_char(w->out, ':');
	w->has_item[w->depth] = false;
}

void json_add_string(struct json_writer *w, struct span value)
{
	before_value(w);
	json_quote(w->out, value);
}

void json_add_int(struct json_writer *w, int64_t value)
{
	/* RFC 8785 numbers are IEEE doubles; beyond 2^53 they would lie. */
	if (w->is_canonical)
		ASSERT(value <= 9007199254740991LL &&
		    value >= -9007199254740991LL);
	before_value(w);
	buf_add_i64(w->out, value);
}

void json_add_bool(struct json_writer *w, bool value)
{
	before_value(w);
	buf_add_str(w->out, value ? "true" : "false");
}

void json_add_null(struct json_writer *w)
{
	before_value(w);
	buf_add_str(w->out, "null");
}

void json_add_raw(struct json_writer *w, struct span value)
{
	before_value(w);
	buf_add_span(w->out, value);
}

void json_add_members(struct json_writer *w, struct span members)
{
	ASSERT(!w->is_canonical);
	if (members.n == 0)
		return;
	before_value(w);
	buf_add_span(w->out, members);
}

void json_put_str(struct json_writer *w, const char *key, const char *value)
{
	json_key(w, key);
	if (value)
		json_add_string(w, span_of(value));
	else
		json_add_null(w);
}

void json_put_span(struct json_writer *w, const char *key, struct span value)
{
	json_key(w, key);
	json_add_string(w, value);
}

void json_put_int(struct json_writer *w, const char *key, int64_t value)
{
	json_key(w, key);
	json_add_int(w, value);
}

void json_put_bool(struct json_writer *w, const char *key, bool value)
{
	json_key(w, key);
	json_add_bool(w, value);
}

void json_put_date(struct json_writer *w, const char *key, int32_t date)
{
	char text[DATE_TEXT_BYTES];

	json_key(w, key);
	if (date == DATE_NONE)
		json_add_null(w);
	else
		json_add_string(w, span_of(date_format_iso(date, text)));
}

/* What to write for a byte: 0 as it is, 'u' as \u00xx, else \ and that. */
static char escape_of(unsigned char c)
{
	switch (c) {
	case '"':
		return '"';
	case '\\':
		return '\\';
	case '\b':
		return 'b';
	case '\t':
		return 't';
	case '\n':
		return 'n';
	case '\f':
		return 'f';
	case '\r':
		return 'r';
	default:
		return c < 0x20 ? 'u' : '\0';
	}
}

#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (c))

/* Bits where a byte is 0, and perhaps above those. */
static uint64_t find_zero(uint64_t word)
{
	return (word - EACH_BYTE(1)) & ~word & EACH_BYTE(0x80);
}

/* May one of these eight bytes need an escape? */
static bool is_special(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return ((word - EACH_BYTE(0x20)) & ~word & EACH_BYTE(0x80)) |
	    find_zero(word ^ EACH_BYTE('"')) |
	    find_zero(word ^ EACH_BYTE('\\'));
}

/* Nearly every text is: eight bytes are looked at together, the last eight
 * perhaps twice. */
static bool is_plain(struct span value)
{
	const size_t n = sizeof(uint64_t);
	size_t i;

	for (i = 0; i + n <= value.n; i += n)
		if (is_special(value.p + i))
			return false;
	if (value.n >= n)
		return !is_special(value.p + value.n - n);
	for (i = 0; i < value.n; i++)
		if (escape_of((unsigned char)value.p[i]))
			return false;
	return true;
}

static void add_escaped(struct buf *out, struct span value)
{
	size_t from = 0;
	size_t i;

	for (i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];
		char escape;

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		escape = escape_of(c);
		buf_add(out, value.p + from, i - from);
		from = i + 1;
		buf_add_char(out, '\\');
		buf_add_char(out, escape);
		if (escape == 'u') {
			buf_add_str(out, "00");
			buf_add_hex(out, &c, 1);
		}
	}
	buf_add(out, value.p + from, value.n - from);
}

static void add_plain(struct buf *out, struct span value)
{
	char *to = buf_reserve(out, value.n + 2);

	if (!to)
		return;
	to[0] = '"';
	if (value.n)
		memcpy(to + 1, value.p, value.n);
	to[value.n + 1] = '"';
	to[value.n + 2] = '\0';
	out->n += value.n + 2;
}

void json_quote(struct buf *out, struct span value)
{
	if (is_plain(value)) {
		add_plain(out, value);
		return;
	}
	buf_add_char(out, '"');
	add_escaped(out, value);
	buf_add_char(out, '"');
}

void json_put_err(
    struct json_writer *w, const char *code, const struct err *why)
{
	json_put_str(w, "code", code);
	json_put_str(w, "message", why->message);
	json_put_str(w, "detail", why->detail);
	json_put_str(w, "hint", why->hint);
}
