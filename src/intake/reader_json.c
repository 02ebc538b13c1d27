/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON arrays of objects and JSON lines.
 *
 * Two passes over each entry. split_entry() finds where it ends, knowing
 * only strings and brackets, so that memory is bounded by one entry and a
 * broken one can be left behind. parse_object() then takes its members:
 * strings without escapes are spans in the window, others are decoded into
 * `scratch`. Numbers keep their digits as written, for a double would make
 * 0.000001 of amounts unsafe; only exponents are written out. A value that
 * is an object or an array is checked by jansson and handed out as text, an
 * array of strings as a list.
 *
 * Where a broken entry ends: at a line end inside a string, or before a
 * '{' where none can stand (a closing brace was forgotten), else where its
 * brackets close. In lines an object may also go over several lines, if none
 * of them begins with '{', which is the next object's; what is no object is
 * one line; and commas between objects are passed over.
 *
 * Columns are named by keys as they first appear. A key twice in one
 * object is ambiguous and makes the entry ROW_BAD_JSON.
 */
#include "intake/reader_priv.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

enum {
	KEY_BYTES_MAX = 1024,
	EXPONENT_ROOM = 512, /* bytes an exponent may add when written out */
	SCRATCH_MAX = READER_ROW_BYTES_MAX + READER_COLUMNS_MAX * EXPONENT_ROOM
};

struct json {
	bool is_lines;
	bool is_begun;	    /* '[' was read */
	bool is_ended;	    /* ']' was read */
	uint64_t number;    /* entries begun so far */
	struct buf scratch; /* decoded strings of this row; never moves */
	uint64_t seen[READER_COLUMNS_MAX]; /* number of the last entry with
					      this column */
	size_t guess;			   /* column likely to come next */
};

/* Where split_entry stands in an entry. */
struct split {
	size_t i; /* next byte to look at, from the entry's start */
	size_t depth;
	bool is_string;
	bool is_escaped;
	bool is_lines;
	bool is_bare; /* begins with no bracket and, not in lines, no quote */
	char last;    /* last byte that is no white space, outside strings */
};

/* ---- finding an entry's end ---- */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

/* One byte inside a string; true when the entry ends before it. */
static bool split_string_byte(struct split *s, char c)
{
	if (is_line_end(c))
		return true;
	if (s->is_escaped)
		s->is_escaped = false;
	else if (c == '\\')
		s->is_escaped = true;
	else if (c == '"')
		s->is_string = false;
	return false;
}

/* One byte outside strings; true when the entry ends before it. */
static bool split_plain_byte(struct split *s, const char *p)
{
	char c = p[s->i];

	if (s->is_bare && s->is_lines)
		return is_line_end(c);
	if (s->is_bare && (c == ',' || c == ']' || c == '{' || c == '\n'))
		return s->i > 0;
	if (c == '{' && s->depth > 0 &&
	    (!strchr(":,[", s->last) ||
		(s->is_lines && is_line_end(p[s->i - 1]))))
		return true;
	if (c == '"')
		s->is_string = true;
	else if (c == '{' || c == '[')
		s->depth++;
	else if ((c == '}' || c == ']') && s->depth > 0)
		s->depth--;
	if (!is_space(c))
		s->last = c;
	return false;
}

/* Goes on through p[..n); true when s->i is the entry's end. */
static bool split_entry(struct split *s, const char *p, size_t n)
{
	if (s->i == 0 && n > 0)
		s->is_bare = !strchr(s->is_lines ? "{[" : "{[\"", p[0]);
	while (s->i < n) {
		char c = p[s->i];

		if (s->is_string ? split_string_byte(s, c)
				 : split_plain_byte(s, p))
			return true;
		s->i++;
		if (s->depth == 0 && !s->is_string && !s->is_bare)
			return true;
	}
	return false;
}

/* ---- parsing one object ---- */

struct parse {
	const char *p;
	const char *end;
	enum row_fault fault;
	size_t fault_column;
};

static void set_fault(struct parse *s, enum row_fault fault, size_t column)
{
	if (s->fault != ROW_OK)
		return;
	s->fault = fault;
	s->fault_column = column;
}

static void skip_space(struct parse *s)
{
	while (s->p < s->end && is_space(*s->p))
		s->p++;
}

static bool take(struct parse *s, char c)
{
	skip_space(s);
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

static bool take_hex4(struct parse *s, uint32_t *out)
{
	uint32_t v = 0;
	int i;

	if (s->end - s->p < 4)
		return false;
	for (i = 0; i < 4; i++) {
		char c = *s->p++;

		if (c >= '0' && c <= '9')
			v = v << 4 | (uint32_t)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			v = v << 4 | (uint32_t)((c | 32) - 'a' + 10);
		else
			return false;
	}
	*out = v;
	return true;
}

/* The four digits behind \u, and a second escape that completes a pair.
 * What is no character becomes U+FFFD and a fault. */
static bool take_unicode(struct parse *s, uint32_t *out, size_t column)
{
	uint32_t second;

	if (!take_hex4(s, out))
		return false;
	if (*out >= 0xD800 && *out < 0xDC00 && s->end - s->p >= 6 &&
	    s->p[0] == '\\' && s->p[1] == 'u') {
		const char *before = s->p;

		s->p += 2;
		if (!take_hex4(s, &second))
			return false;
		if (second >= 0xDC00 && second < 0xE000) {
			*out = 0x10000 + ((*out - 0xD800) << 10) +
			    (second - 0xDC00);
			return true;
		}
		s->p = before;
	}
	if (*out == 0 || (*out >= 0xD800 && *out < 0xE000)) {
		*out = 0xFFFD;
		set_fault(s, ROW_BAD_ENCODING, column);
	}
	return true;
}

static bool take_escape(struct parse *s, struct buf *out, size_t column)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *at;
	uint32_t c;
	char text[4];

	if (s->p == s->end)
		return false;
	if (*s->p != 'u') {
		at = strchr(from, *s->p++);
		if (!at)
			return false;
		buf_add_char(out, to[at - from]);
		return true;
	}
	s->p++;
	if (!take_unicode(s, &c, column))
		return false;
	buf_add(out, text, utf8_encode(c, text));
	return true;
}

/* Decodes a string with escapes; s->p is behind its plain beginning. */
static bool take_escaped_string(struct parse *s, struct buf *scratch,
    const char *start, struct span *out, size_t column)
{
	size_t from = scratch->n;

	buf_add(scratch, start, (size_t)(s->p - start));
	while (s->p < s->end && *s->p != '"') {
		unsigned char c = (unsigned char)*s->p++;

		if (c < 0x20)
			return false;
		if (c != '\\')
			buf_add_char(scratch, (char)c);
		else if (!take_escape(s, scratch, column))
			return false;
	}
	if (s->p == s->end || scratch->is_full)
		return false;
	s->p++;
	*out = (struct span){scratch->p + from, scratch->n - from};
	return true;
}

static bool take_string(
    struct parse *s, struct buf *scratch, struct span *out, size_t column)
{
	const char *start;

	if (!take(s, '"'))
		return false;
	start = s->p;
	while (s->p < s->end && *s->p != '"' && *s->p != '\\' &&
	    (unsigned char)*s->p >= 0x20)
		s->p++;
	if (s->p == s->end || (unsigned char)*s->p < 0x20)
		return false;
	if (*s->p == '\\')
		return take_escaped_string(s, scratch, start, out, column);
	*out = (struct span){start, (size_t)(s->p - start)};
	s->p++;
	return true;
}

static size_t count_digits(const char *p, const char *end)
{
	const char *from = p;

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return (size_t)(p - from);
}

/* Bytes of a number by JSON's grammar, 0: none. */
static size_t number_length(const char *p, const char *end, bool *has_exponent)
{
	const char *at = p;
	size_t digits;

	*has_exponent = false;
	if (at < end && *at == '-')
		at++;
	digits = count_digits(at, end);
	if (digits == 0 || (digits > 1 && *at == '0'))
		return 0;
	at += digits;
	if (at < end && *at == '.') {
		digits = count_digits(at + 1, end);
		if (digits == 0)
			return 0;
		at += 1 + digits;
	}
	if (at < end && (*at | 32) == 'e') {
		at++;
		if (at < end && (*at == '+' || *at == '-'))
			at++;
		digits = count_digits(at, end);
		if (digits == 0)
			return 0;
		at += digits;
		*has_exponent = true;
	}
	return (size_t)(at - p);
}

static bool take_number(struct parse *s, struct buf *scratch, struct cell *cell)
{
	bool has_exponent;
	size_t n = number_length(s->p, s->end, &has_exponent);
	size_t from = scratch->n;

	if (n == 0)
		return false;
	cell->text = (struct span){s->p, n};
	cell->kind = CELL_NUMBER;
	s->p += n;
	if (!has_exponent)
		return true;
	/* An exponent that nobody means stays as it is written. */
	if (!decimal_add_plain(scratch, cell->text)) {
		cell->kind = CELL_TEXT;
		return true;
	}
	cell->text = (struct span){scratch->p + from, scratch->n - from};
	return !scratch->is_full;
}

static bool take_word(struct parse *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return false;
	s->p += n;
	return true;
}

/* Strings alone, as several values of a field; false: it is something else,
 * or there is no room. */
static bool take_list(
    const json_t *value, struct buf *scratch, struct cell *cell)
{
	size_t from = scratch->n, i;
	const json_t *one;

	if (!json_is_array(value))
		return false;
	json_array_foreach (value, i, one) {
		if (!json_is_string(one))
			return false;
		buf_add_str(scratch, i ? "、" : "");
		buf_add(
		    scratch, json_string_value(one), json_string_length(one));
	}
	cell->text = (struct span){scratch->p + from, scratch->n - from};
	cell->kind = CELL_LIST;
	return !scratch->is_full;
}

/* An object or array as a value. */
static bool take_nested(
    struct parse *s, struct buf *scratch, struct cell *cell, size_t column)
{
	struct split split = {0};
	json_error_t error;
	json_t *value;
	bool is_list;

	if (!split_entry(&split, s->p, (size_t)(s->end - s->p)))
		return false;
	value = json_loadb(s->p, split.i, JSON_REJECT_DUPLICATES, &error);
	if (!value)
		return false;
	is_list = take_list(value, scratch, cell);
	json_decref(value);
	if (!is_list) {
		cell->text = (struct span){s->p, split.i};
		cell->kind = CELL_NESTED;
		set_fault(s, ROW_NESTED_JSON, column);
	}
	s->p += split.i;
	return true;
}

static bool take_value(
    struct parse *s, struct buf *scratch, struct cell *cell, size_t column)
{
	skip_space(s);
	if (s->p == s->end)
		return false;
	*cell = (struct cell){{"", 0}, CELL_NULL};
	switch (*s->p) {
	case '"':
		cell->kind = CELL_TEXT;
		return take_string(s, scratch, &cell->text, column);
	case '{':
	case '[':
		return take_nested(s, scratch, cell, column);
	case 'n':
		return take_word(s, "null");
	case 't':
		*cell = (struct cell){{"true", 4}, CELL_BOOL};
		return take_word(s, "true");
	case 'f':
		*cell = (struct cell){{"false", 5}, CELL_BOOL};
		return take_word(s, "false");
	default:
		return take_number(s, scratch, cell);
	}
}

/* The column of a key; READER_COLUMNS_MAX when there are too many. */
static size_t find_column(struct reader *r, struct json *json, struct span key)
{
	size_t i = json->guess;

	if (i >= r->columns_count || !span_equal(r->columns[i], key))
		for (i = 0; i < r->columns_count; i++)
			if (span_equal(r->columns[i], key))
				break;
	json->guess = i + 1;
	if (i < r->columns_count || i == READER_COLUMNS_MAX)
		return i;
	r->columns[i] = (struct span){mem_dup(key.p, key.n), key.n};
	/* Earlier members of this row do not have it yet. */
	r->cells[i] = (struct cell){{NULL, 0}, CELL_NULL};
	return r->columns_count++;
}

static bool take_member(struct reader *r, struct json *json, struct parse *s)
{
	struct cell overflow;
	struct cell *cell;
	struct span key;
	size_t column;

	if (!take_string(s, &json->scratch, &key, 0) || !take(s, ':') ||
	    key.n > KEY_BYTES_MAX)
		return false;
	column = find_column(r, json, key);
	if (column == READER_COLUMNS_MAX) {
		set_fault(s, ROW_TOO_MANY_CELLS, column);
		return take_value(s, &json->scratch, &overflow, column);
	}
	if (json->seen[column] == json->number)
		return false;
	json->seen[column] = json->number;
	cell = &r->cells[column];
	if (!take_value(s, &json->scratch, cell, column))
		return false;
	if (cell->text.n > READER_CELL_BYTES_MAX) {
		cell->text.n = text_cut(cell->text, READER_CELL_BYTES_MAX);
		set_fault(s, ROW_TOO_LONG, column);
	}
	return true;
}

/* Fills r->cells from an object's text; false: it is not one. */
static bool parse_object(struct reader *r, struct json *json, struct parse *s)
{
	size_t i;

	for (i = 0; i < r->columns_count; i++)
		r->cells[i] = (struct cell){{NULL, 0}, CELL_NULL};
	buf_reset(&json->scratch);
	json->guess = 0;
	if (!take(s, '{'))
		return false;
	if (take(s, '}'))
		return s->p == s->end;
	do
		if (!take_member(r, json, s))
			return false;
	while (take(s, ','));
	return take(s, '}') && s->p == s->end;
}

/* Forgets the columns from `keep` on. */
static void drop_columns(struct reader *r, struct json *json, size_t keep)
{
	while (r->columns_count > keep) {
		size_t i = --r->columns_count;
		union {
			const char *text;
			void *owned;
		} name = {r->columns[i].p};

		free(name.owned);
		json->seen[i] = 0;
	}
}

/* ---- rows ---- */

/* The column whose text holds the byte at `at`, 0 when it is a key's. */
static size_t column_at(const struct reader *r, const char *at)
{
	size_t i;

	for (i = 0; i < r->columns_count; i++) {
		struct span text = r->cells[i].text;

		if (text.n && at >= text.p && at < text.p + text.n)
			return i;
	}
	return 0;
}

/* An entry that cannot be taken apart stands in cells[0] as it is. */
static void give_text(struct reader *r, struct reader_row *row,
    struct span text, enum row_fault fault)
{
	struct json *json = r->format;

	text.n = text_cut(text, READER_CELL_BYTES_MAX);
	r->cells[0] = (struct cell){text, CELL_TEXT};
	*row = (struct reader_row){json->number, r->cells, 1, fault, 0, NULL};
}

/* The entry is whole in the window: [at, at + n). */
static void give_entry(struct reader *r, struct reader_row *row, size_t n)
{
	struct json *json = r->format;
	struct span text = {r->text.p + r->text.at, n};
	struct parse s = {.p = text.p, .end = text.p + n};
	size_t columns = r->columns_count;
	size_t bad = SIZE_MAX;

	json->number++;
	if (r->text.bad_count)
		bad = text_bad_between(&r->text, r->text.at, r->text.at + n);
	r->text.at += n;
	if (!parse_object(r, json, &s)) {
		/* Keys of a broken object are not to be trusted. */
		drop_columns(r, json, columns);
		while (text.n > 0 && is_space(text.p[text.n - 1]))
			text.n--;
		give_text(r, row, text, ROW_BAD_JSON);
		return;
	}
	if (bad != SIZE_MAX)
		set_fault(&s, ROW_BAD_ENCODING, column_at(r, r->text.p + bad));
	*row = (struct reader_row){json->number, r->cells, r->columns_count,
	    s.fault, s.fault_column, NULL};
}

/* An entry longer than may be: hands out its beginning, skips the rest. */
static enum err_code give_long_entry(struct reader *r, struct reader_row *row,
    struct split *split, struct err *err)
{
	struct json *json = r->format;
	struct span text = {r->text.p + r->text.at, READER_CELL_BYTES_MAX};
	bool is_whole;

	json->number++;
	buf_reset(&json->scratch);
	text.n =
	    text_cut((struct span){text.p, r->text.n - r->text.at}, text.n);
	buf_add_span(&json->scratch, text);
	do {
		enum err_code code;

		/* One byte stays, so that the entry is still begun. */
		r->text.at = r->text.n - 1;
		code = text_fill(&r->text, err);
		if (code != ERR_NONE)
			return code;
		split->i = 1;
		is_whole = split_entry(
		    split, r->text.p + r->text.at, r->text.n - r->text.at);
	} while (!is_whole && !text_is_end(&r->text));
	r->text.at += split->i;
	give_text(r, row, buf_span(&json->scratch), ROW_TOO_LONG);
	return ERR_NONE;
}

/* Passes over white space and commas. 1: a byte is there; 0: end. */
static int skip_between(struct reader *r, struct err *err)
{
	for (;;) {
		enum err_code code;

		while (r->text.at < r->text.n &&
		    (is_space(r->text.p[r->text.at]) ||
			r->text.p[r->text.at] == ','))
			r->text.at++;
		if (r->text.at < r->text.n)
			return 1;
		if (text_is_end(&r->text))
			return 0;
		code = text_fill(&r->text, err);
		if (code != ERR_NONE)
			return code;
	}
}

/* Behind the last entry of an array. */
static int end_of_array(struct reader *r, struct err *err)
{
	int result = skip_between(r, err);

	if (result != 1)
		return result;
	return err_set(err, ERR_INPUT,
	    "there is more text behind the end of the JSON array, at byte %llu",
	    (unsigned long long)text_position(&r->text));
}

/* 1: an entry begins at text.at; 0: end. */
static int find_entry(struct reader *r, struct err *err)
{
	struct json *json = r->format;
	int result;

	if (json->is_ended)
		return end_of_array(r, err);
	result = skip_between(r, err);
	if (json->is_lines || result < 0)
		return result;
	if (result == 1 && !json->is_begun) {
		json->is_begun = true;
		r->text.at++; /* the '[' that sniffing saw */
		result = skip_between(r, err);
		if (result < 0)
			return result;
	}
	if (result == 0) {
		err_set(err, ERR_INPUT, "the JSON array has no end");
		err_hint(err, "The file was cut off; get it again.");
		return ERR_INPUT;
	}
	if (r->text.p[r->text.at] != ']')
		return 1;
	r->text.at++;
	json->is_ended = true;
	return end_of_array(r, err);
}

static int json_next(struct reader *r, struct reader_row *row, struct err *err)
{
	struct json *json = r->format;
	struct split split = {.is_lines = json->is_lines};
	int result = find_entry(r, err);

	if (result != 1)
		return result;
	while (!split_entry(
	    &split, r->text.p + r->text.at, r->text.n - r->text.at)) {
		enum err_code code;

		if (text_is_end(&r->text)) {
			split.i = r->text.n - r->text.at;
			break;
		}
		if (r->text.n - r->text.at >= READER_ROW_BYTES_MAX) {
			code = give_long_entry(r, row, &split, err);
			return code == ERR_NONE ? 1 : (int)code;
		}
		code = text_fill(&r->text, err);
		if (code != ERR_NONE)
			return code;
	}
	if (split.i > READER_ROW_BYTES_MAX) {
		json->number++;
		r->text.at += split.i;
		give_text(r, row,
		    (struct span){r->text.p + r->text.at - split.i, split.i},
		    ROW_TOO_LONG);
		return 1;
	}
	give_entry(r, row, split.i);
	return 1;
}

static uint64_t json_position(const struct reader *r)
{
	return text_position(&r->text);
}

static void json_release(struct reader *r)
{
	struct json *json = r->format;

	drop_columns(r, json, 0);
	buf_release(&json->scratch);
	free(json);
}

static const struct reader_ops json_ops = {
    .next = json_next,
    .position = json_position,
    .release = json_release,
};

void json_prepare(void)
{
	/* jansson seeds its tables from a file when it makes the first. */
	json_object_seed(0);
}

enum err_code json_open(
    struct reader *r, enum reader_format format, struct err *err)
{
	struct json *json = mem_zalloc(1, sizeof(*json));

	(void)err;
	json->is_lines = format == READER_JSON_LINES;
	buf_init(&json->scratch, SCRATCH_MAX);
	/* All at once, so that decoded texts never move. */
	(void)buf_reserve(&json->scratch, SCRATCH_MAX);
	r->columns = mem_zalloc(READER_COLUMNS_MAX, sizeof(*r->columns));
	r->format = json;
	r->ops = &json_ops;
	r->info.format = format;
	return ERR_NONE;
}
