/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record's statement has the shape
 *
 *	{"about":"CODE" HEAD {"KEY":VALUE,...} TAIL
 *
 * with HEAD and TAIL the same for a whole submission. The first record of a
 * block sets them; a statement that differs is kept whole. Keys come in
 * ascending order in every record, so a key is nearly always found where the
 * last record had it.
 */
#include "registry/columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "registry/statement.h"

enum { KEY_BYTES_MAX = 64, ROWS_MAX = 4096 };

static const char about[] = "{\"about\":\"";

struct column {
	char key[KEY_BYTES_MAX]; /* with its quotes */
	size_t key_n;
	struct buf values;
	size_t rows; /* records with a value, or an empty one, so far */
};

struct columns {
	size_t max_bytes;
	size_t bytes; /* of all statements added */
	struct buf head;
	struct buf tail;
	struct buf kinds;
	struct buf codes;
	struct buf others;
	size_t records;
	size_t keys;
	struct column column[COLUMNS_KEYS_MAX]; /* in order of appearance */
	int after[COLUMNS_KEYS_MAX + 1]; /* column that followed column i-1 */
};

struct columns *columns_new(size_t max_bytes)
{
	struct columns *c = mem_zalloc(1, sizeof(*c));
	size_t i;

	c->max_bytes = max_bytes;
	buf_init(&c->head, max_bytes);
	buf_init(&c->tail, max_bytes);
	buf_init(&c->kinds, ROWS_MAX);
	buf_init(&c->codes, max_bytes);
	buf_init(&c->others, max_bytes * 2);
	for (i = 0; i < COLUMNS_KEYS_MAX; i++)
		buf_init(&c->column[i].values, max_bytes * 2);
	columns_reset(c);
	return c;
}

void columns_free(struct columns **columns)
{
	struct columns *c = *columns;
	size_t i;

	if (!c)
		return;
	buf_release(&c->head);
	buf_release(&c->tail);
	buf_release(&c->kinds);
	buf_release(&c->codes);
	buf_release(&c->others);
	for (i = 0; i < COLUMNS_KEYS_MAX; i++)
		buf_release(&c->column[i].values);
	free(c);
	*columns = NULL;
}

void columns_reset(struct columns *c)
{
	size_t i;

	c->bytes = c->records = 0;
	buf_reset(&c->head);
	buf_reset(&c->tail);
	buf_reset(&c->kinds);
	buf_reset(&c->codes);
	buf_reset(&c->others);
	for (i = 0; i < c->keys; i++) {
		buf_reset(&c->column[i].values);
		c->column[i].rows = 0;
	}
	c->keys = 0;
	memset(c->after, -1, sizeof(c->after));
}

/* The end of the JSON string that begins at p[0] == '"': behind its closing
 * quote; NULL when there is none. */
static const char *string_end(const char *p, const char *end)
{
	for (p++; p < end; p++) {
		const char *back;

		p = memchr(p, '"', (size_t)(end - p));
		if (!p)
			return NULL;
		for (back = p; back[-1] == '\\'; back--)
			continue;
		if ((p - back) % 2 == 0)
			return p + 1;
	}
	return NULL;
}

/* The end of a value: a string, a number, or an array of strings. */
static const char *value_end(const char *p, const char *end)
{
	if (p < end && *p == '"')
		return string_end(p, end);
	if (p < end && *p == '[') {
		for (p++; p && p < end && *p != ']';)
			p = *p == '"' ? string_end(p, end) : p + 1;
		return p && p < end ? p + 1 : NULL;
	}
	while (p < end && *p != ',' && *p != '}')
		p++;
	return p < end ? p : NULL;
}

static bool is_key(const struct column *column, const char *key, size_t n)
{
	return column->key_n == n && memcmp(column->key, key, n) == 0;
}

/* The column of a key; `last` is the column before it in this record, -1 at
 * the start. NULL when there is no room for a new one. */
static struct column *find_column(
    struct columns *c, const char *key, size_t n, int *last)
{
	int guess = c->after[*last + 1];
	struct column *found = NULL;
	size_t i;

	if (guess >= 0 && is_key(&c->column[guess], key, n)) {
		*last = guess;
		return &c->column[guess];
	}
	for (i = 0; i < c->keys && !found; i++)
		if (is_key(&c->column[i], key, n))
			found = &c->column[i];
	if (!found) {
		if (c->keys == COLUMNS_KEYS_MAX || n > KEY_BYTES_MAX)
			return NULL;
		found = &c->column[c->keys++];
		memcpy(found->key, key, n);
		found->key_n = n;
	}
	c->after[*last + 1] = (int)(found - c->column);
	*last = (int)(found - c->column);
	return found;
}

/* Empty values for the records before this one that had none. */
static void catch_up(struct column *column, size_t rows)
{
	for (; column->rows < rows; column->rows++)
		buf_add_char(&column->values, '\n');
}

/* One pass to see that every field is of our shape, so that nothing has to
 * be undone: the ends of keys and values. */
struct field_cut {
	const char *key;
	const char *key_end;
	const char *value;
	const char *value_end;
};

static int cut_fields(struct span fields, struct field_cut *cut, size_t room)
{
	const char *end = fields.p + fields.n;
	const char *p = fields.p + 1;
	size_t n = 0;

	while (p < end && *p == '"') {
		if (n == room)
			return -1;
		cut[n].key = p;
		p = string_end(p, end);
		if (!p || p >= end || *p != ':')
			return -1;
		cut[n].key_end = p;
		cut[n].value = p + 1;
		p = value_end(p + 1, end);
		if (!p || p >= end)
			return -1;
		cut[n++].value_end = p;
		if (*p == ',')
			p++;
		else if (*p != '}')
			return -1;
	}
	return p == end - 1 && *p == '}' ? (int)n : -1;
}

static bool add_fields(struct columns *c, struct span fields)
{
	struct field_cut cut[COLUMNS_KEYS_MAX];
	struct column *to[COLUMNS_KEYS_MAX];
	int n = cut_fields(fields, cut, COLUMNS_KEYS_MAX);
	int last = -1;
	int i;

	if (n < 0)
		return false;
	for (i = 0; i < n; i++) {
		to[i] = find_column(c, cut[i].key,
		    (size_t)(cut[i].key_end - cut[i].key), &last);
		/* Also refuses a key that comes twice. */
		if (!to[i] || to[i]->rows > c->records)
			return false;
	}
	for (i = 0; i < n; i++) {
		size_t bytes = (size_t)(cut[i].value_end - cut[i].value);

		char *at;

		catch_up(to[i], c->records);
		at = buf_reserve(&to[i]->values, bytes + 1);
		if (!at)
			return false;
		memcpy(at, cut[i].value, bytes);
		at[bytes] = '\n';
		to[i]->values.n += bytes + 1;
		to[i]->rows++;
	}
	return true;
}

/* Cuts a statement that has the head and tail of those before it, without
 * looking for the end of its fields. */
static bool peek_same_shape(const struct columns *c, struct span statement,
    struct span *code, struct span *fields)
{
	size_t at = sizeof(about) - 1;
	const char *quote;

	if (c->records == 0 || !span_starts_with(statement, about))
		return false;
	quote = memchr(statement.p + at, '"', statement.n - at);
	if (!quote)
		return false;
	*code =
	    (struct span){statement.p + at, (size_t)(quote - statement.p) - at};
	at += code->n;
	if (statement.n < at + c->head.n + c->tail.n + 2 ||
	    memcmp(quote, c->head.p, c->head.n) != 0 ||
	    memcmp(statement.p + statement.n - c->tail.n, c->tail.p,
		c->tail.n) != 0)
		return false;
	*fields = (struct span){
	    quote + c->head.n, statement.n - at - c->head.n - c->tail.n};
	return fields->p[0] == '{';
}

/* The first record of a block sets its shape. */
static bool peek_first(struct columns *c, struct span statement,
    struct span *code, struct span *fields)
{
	struct span tail;

	if (c->records || !statement_peek(statement, code, fields, &tail))
		return false;
	buf_reset(&c->head);
	buf_reset(&c->tail);
	buf_add(&c->head, code->p + code->n,
	    (size_t)(fields->p - code->p) - code->n);
	buf_add_span(&c->tail, tail);
	return true;
}

/* Adds it as a record when it has the block's shape. */
static bool add_record(struct columns *c, struct span statement)
{
	struct span code, fields;

	if (!peek_same_shape(c, statement, &code, &fields) &&
	    !peek_first(c, statement, &code, &fields))
		return false;
	if (!add_fields(c, fields))
		return false;
	buf_add_span(&c->codes, code);
	buf_add_char(&c->codes, '\n');
	c->records++;
	return true;
}

bool columns_add(struct columns *c, struct span statement)
{
	if (c->kinds.n == ROWS_MAX || c->bytes + statement.n > c->max_bytes)
		return false;
	c->bytes += statement.n;
	if (add_record(c, statement)) {
		buf_add_char(&c->kinds, 'r');
	} else {
		buf_add_char(&c->kinds, 'x');
		buf_add_span(&c->others, statement);
		buf_add_char(&c->others, '\n');
	}
	return true;
}

static void add_line(struct buf *out, struct span line)
{
	buf_add_span(out, line);
	buf_add_char(out, '\n');
}

void columns_write(const struct columns *c, struct buf *out)
{
	size_t i, rows;

	add_line(out, span_of("1"));
	add_line(out, buf_span(&c->head));
	add_line(out, buf_span(&c->tail));
	for (i = 0; i < c->keys; i++)
		add_line(
		    out, (struct span){c->column[i].key, c->column[i].key_n});
	buf_add_char(out, '\n');
	add_line(out, buf_span(&c->kinds));
	buf_add_span(out, buf_span(&c->codes));
	for (i = 0; i < c->keys; i++) {
		buf_add_span(out, buf_span(&c->column[i].values));
		for (rows = c->column[i].rows; rows < c->records; rows++)
			buf_add_char(out, '\n');
	}
	buf_add_span(out, buf_span(&c->others));
}

/* ---- reading ---- */

/* The bytes up to the next '\n'; false at the end. */
static bool next_line(const char **p, const char *end, struct span *out)
{
	const char *stop =
	    *p < end ? memchr(*p, '\n', (size_t)(end - *p)) : NULL;

	if (!stop)
		return false;
	*out = (struct span){*p, (size_t)(stop - *p)};
	*p = stop + 1;
	return true;
}

struct reading {
	struct span head;
	struct span tail;
	struct span kinds;
	size_t records;
	size_t keys;
	struct span key[COLUMNS_KEYS_MAX];
	size_t order[COLUMNS_KEYS_MAX]; /* keys ascending */
	const char *codes;
	const char *values[COLUMNS_KEYS_MAX]; /* next value of each */
	const char *others;
};

static bool read_keys(struct reading *r, const char **p, const char *end)
{
	struct span line;

	while (next_line(p, end, &line) && line.n) {
		size_t i = r->keys;

		if (r->keys == COLUMNS_KEYS_MAX)
			return false;
		r->key[r->keys] = line;
		for (; i > 0; i--) {
			struct span before = r->key[r->order[i - 1]];
			size_t n = before.n < line.n ? before.n : line.n;

			/* The closing quote is below every key's bytes. */
			if (memcmp(before.p, line.p, n) < 0)
				break;
			r->order[i] = r->order[i - 1];
		}
		r->order[i] = r->keys++;
	}
	return true;
}

/* Passes over `count` lines. */
static bool skip_lines(const char **p, const char *end, size_t count)
{
	struct span line;

	while (count--)
		if (!next_line(p, end, &line))
			return false;
	return true;
}

static bool start_reading(
    struct reading *r, struct span bytes, size_t count, const char **end_out)
{
	const char *p = bytes.p;
	const char *end = bytes.p + bytes.n;
	struct span form;
	size_t i;

	memset(r, 0, sizeof(*r));
	if (!next_line(&p, end, &form) || !span_is(form, "1") ||
	    !next_line(&p, end, &r->head) || !next_line(&p, end, &r->tail) ||
	    !read_keys(r, &p, end) || !next_line(&p, end, &r->kinds) ||
	    r->kinds.n != count)
		return false;
	for (i = 0; i < count; i++)
		r->records += r->kinds.p[i] == 'r';
	r->codes = p;
	if (!skip_lines(&p, end, r->records))
		return false;
	for (i = 0; i < r->keys; i++) {
		r->values[i] = p;
		if (!skip_lines(&p, end, r->records))
			return false;
	}
	r->others = p;
	*end_out = end;
	return true;
}

static void read_record(struct reading *r, const char *end, struct buf *text)
{
	struct span piece = {NULL, 0};
	char mark = '{';
	size_t i;

	buf_add(text, about, sizeof(about) - 1);
	next_line(&r->codes, end, &piece);
	buf_add_span(text, piece);
	buf_add_span(text, r->head);
	for (i = 0; i < r->keys; i++) {
		size_t k = r->order[i];
		char *to;

		next_line(&r->values[k], end, &piece);
		if (piece.n == 0)
			continue;
		to = buf_reserve(text, r->key[k].n + piece.n + 2);
		if (!to)
			return;
		*to++ = mark;
		memcpy(to, r->key[k].p, r->key[k].n);
		to += r->key[k].n;
		*to++ = ':';
		memcpy(to, piece.p, piece.n);
		text->n += r->key[k].n + piece.n + 2;
		mark = ',';
	}
	if (mark == '{')
		buf_add_char(text, '{');
	buf_add_char(text, '}');
	buf_add_span(text, r->tail);
}

bool columns_read(
    struct span bytes, size_t count, struct buf *text, struct span *out)
{
	struct reading r;
	struct span piece;
	const char *end;
	size_t start = text->n;
	size_t at = start;
	size_t i;

	if (!start_reading(&r, bytes, count, &end))
		return false;
	for (i = 0; i < count; i++) {
		if (r.kinds.p[i] == 'r') {
			read_record(&r, end, text);
		} else {
			if (!next_line(&r.others, end, &piece))
				return false;
			buf_add_span(text, piece);
		}
		out[i].n = text->n - at;
		at = text->n;
	}
	if (text->is_full || r.others != end)
		return false;
	/* The text has come to rest: now it has an address. */
	for (i = 0, at = start; i < count; at += out[i].n, i++)
		out[i].p = text->p + at;
	return true;
}
