/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record's statement has the shape
 *
 *	{"about":"CODE" HEAD ,"closed":{"fields":{"KEY":VALUE,...}}
 *		,"fields":{"KEY":VALUE,...} TAIL
 *
 * with or without the closed part, and HEAD and TAIL the same for a whole
 * submission. The first record of a block sets them; a statement that
 * differs is kept whole. Keys come in ascending order in every record, so a
 * key is nearly always found where the last record had it. Which key may
 * follow which is looked at once for each pair: what would not come back in
 * the same order is kept whole.
 */
#include "registry/columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "registry/statement.h"

enum { KEY_BYTES_MAX = 64, ROWS_MAX = 4096 };

static const char about[] = "{\"about\":\"";
static const char closed_open[] = ",\"closed\":{\"fields\":";
static const char fields_open[] = ",\"fields\":";

struct column {
	char key[KEY_BYTES_MAX]; /* with its quotes */
	size_t key_n;
	bool is_closed;
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

/* A key of a record, with its quotes. */
struct key {
	struct span text;
	bool is_closed;
};

static bool is_key(const struct column *column, const struct key *key)
{
	return column->is_closed == key->is_closed &&
	    column->key_n == key->text.n &&
	    memcmp(column->key, key->text.p, key->text.n) == 0;
}

/* Does a come before b in a record? Closed ones first, then in ascending
 * order: the closing quote is below every key's bytes. */
static bool is_before(const struct key *a, const struct key *b)
{
	size_t n = a->text.n < b->text.n ? a->text.n : b->text.n;

	if (a->is_closed != b->is_closed)
		return a->is_closed;
	return memcmp(a->text.p, b->text.p, n) < 0;
}

static struct column *add_column(struct columns *c, const struct key *key)
{
	struct column *to;

	if (c->keys == COLUMNS_KEYS_MAX || key->text.n > KEY_BYTES_MAX)
		return NULL;
	to = &c->column[c->keys++];
	memcpy(to->key, key->text.p, key->text.n);
	to->key_n = key->text.n;
	to->is_closed = key->is_closed;
	return to;
}

/* The column of a key; `last` is the column before it in this record, -1 at
 * the start. NULL when there is no room for a new one, or it may not follow
 * that one. */
static struct column *find_column(
    struct columns *c, const struct key *key, int *last)
{
	int guess = c->after[*last + 1];
	struct column *found = NULL;
	size_t i;

	if (guess >= 0 && is_key(&c->column[guess], key)) {
		*last = guess;
		return &c->column[guess];
	}
	if (*last >= 0) {
		const struct column *l = &c->column[*last];
		struct key before = {{l->key, l->key_n}, l->is_closed};

		if (!is_before(&before, key))
			return NULL;
	}
	for (i = 0; i < c->keys && !found; i++)
		if (is_key(&c->column[i], key))
			found = &c->column[i];
	if (!found)
		found = add_column(c, key);
	if (!found)
		return NULL;
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
 * be undone: keys and values. */
struct cuts {
	size_t count;
	struct key keys[COLUMNS_KEYS_MAX];
	struct span values[COLUMNS_KEYS_MAX];
};

/* Cuts the object at p; behind it, or NULL when it is not of our shape. */
static const char *cut_object(
    const char *p, const char *end, bool is_closed, struct cuts *cuts)
{
	if (p == end || *p++ != '{')
		return NULL;
	while (p < end && *p == '"') {
		const char *from = p;
		size_t n = cuts->count;

		p = string_end(p, end);
		if (n == COLUMNS_KEYS_MAX || !p || p >= end || *p != ':')
			return NULL;
		cuts->keys[n] =
		    (struct key){{from, (size_t)(p - from)}, is_closed};
		from = p + 1;
		p = value_end(from, end);
		if (!p || p >= end || p == from)
			return NULL;
		cuts->values[n] = (struct span){from, (size_t)(p - from)};
		cuts->count++;
		if (*p == ',')
			p++;
		else if (*p != '}')
			return NULL;
	}
	return p < end && *p == '}' ? p + 1 : NULL;
}

static bool skip(const char **p, const char *end, const char *text, size_t n)
{
	if ((size_t)(end - *p) < n || memcmp(*p, text, n) != 0)
		return false;
	*p += n;
	return true;
}

/* Cuts what stands between head and tail. */
static bool cut_body(struct span body, struct cuts *cuts)
{
	const char *end = body.p + body.n;
	const char *p = body.p;

	cuts->count = 0;
	if (skip(&p, end, closed_open, sizeof(closed_open) - 1)) {
		p = cut_object(p, end, true, cuts);
		if (!p || cuts->count == 0 || !skip(&p, end, "}", 1))
			return false;
	}
	if (!skip(&p, end, fields_open, sizeof(fields_open) - 1))
		return false;
	return cut_object(p, end, false, cuts) == end;
}

static bool add_fields(struct columns *c, struct span body)
{
	struct cuts cuts;
	struct column *to[COLUMNS_KEYS_MAX];
	int last = -1;
	size_t i;

	if (!cut_body(body, &cuts))
		return false;
	for (i = 0; i < cuts.count; i++) {
		to[i] = find_column(c, &cuts.keys[i], &last);
		if (!to[i])
			return false;
	}
	for (i = 0; i < cuts.count; i++) {
		struct span value = cuts.values[i];
		char *at;

		catch_up(to[i], c->records);
		at = buf_reserve(&to[i]->values, value.n + 1);
		if (!at)
			return false;
		memcpy(at, value.p, value.n);
		at[value.n] = '\n';
		to[i]->values.n += value.n + 1;
		to[i]->rows++;
	}
	return true;
}

/* Cuts a statement that has the head and tail of those before it, without
 * looking for the end of its fields. */
static bool peek_same_shape(const struct columns *c, struct span statement,
    struct span *code, struct span *body)
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
	if (statement.n < at + c->head.n + c->tail.n ||
	    memcmp(quote, c->head.p, c->head.n) != 0 ||
	    memcmp(statement.p + statement.n - c->tail.n, c->tail.p,
		c->tail.n) != 0)
		return false;
	*body = (struct span){
	    quote + c->head.n, statement.n - at - c->head.n - c->tail.n};
	return true;
}

/* The first record of a block sets its shape. */
static bool peek_first(struct columns *c, struct span statement,
    struct span *code, struct span *body)
{
	struct statement_cut cut;
	const char *from;

	if (c->records || !statement_peek(statement, &cut))
		return false;
	from = cut.closed.n ? cut.closed.p : cut.content.fields.p;
	from -= sizeof(fields_open) - 1; /* as long as that of "closed" */
	*code = cut.code;
	*body = (struct span){from, (size_t)(cut.tail.p - from)};
	buf_reset(&c->head);
	buf_reset(&c->tail);
	buf_add(
	    &c->head, code->p + code->n, (size_t)(from - code->p) - code->n);
	buf_add_span(&c->tail, cut.tail);
	return true;
}

/* Adds it as a record when it has the block's shape. */
static bool add_record(struct columns *c, struct span statement)
{
	struct span code, body;

	if (!peek_same_shape(c, statement, &code, &body) &&
	    !peek_first(c, statement, &code, &body))
		return false;
	if (!add_fields(c, body))
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
	for (i = 0; i < c->keys; i++) {
		if (c->column[i].is_closed)
			buf_add_char(out, '-');
		add_line(
		    out, (struct span){c->column[i].key, c->column[i].key_n});
	}
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
	struct key key[COLUMNS_KEYS_MAX];
	size_t order[COLUMNS_KEYS_MAX]; /* keys as they stand in a record */
	size_t closed_keys;		/* so many of them come first */
	const char *codes;
	const char *values[COLUMNS_KEYS_MAX]; /* next value of each */
	const char *others;
};

/* Puts key `at` where it stands in a record. */
static void order_key(struct reading *r, size_t at)
{
	size_t i = at;

	for (; i > 0; i--) {
		if (is_before(&r->key[r->order[i - 1]], &r->key[at]))
			break;
		r->order[i] = r->order[i - 1];
	}
	r->order[i] = at;
}

static bool read_keys(struct reading *r, const char **p, const char *end)
{
	struct span line;

	while (next_line(p, end, &line) && line.n) {
		bool is_closed = line.p[0] == '-';

		if (r->keys == COLUMNS_KEYS_MAX)
			return false;
		line.p += is_closed;
		line.n -= is_closed;
		r->key[r->keys] = (struct key){line, is_closed};
		r->closed_keys += is_closed;
		order_key(r, r->keys++);
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

/* Appends `{"KEY":VALUE,...}` of the keys [from .. to) in a record's order;
 * false when none of them has a value. */
static bool read_object(struct reading *r, size_t from, size_t to,
    const char *end, struct buf *text)
{
	struct span piece = {NULL, 0};
	char mark = '{';
	size_t i;

	for (i = from; i < to; i++) {
		struct span key = r->key[r->order[i]].text;
		char *at;

		next_line(&r->values[r->order[i]], end, &piece);
		if (piece.n == 0)
			continue;
		at = buf_reserve(text, key.n + piece.n + 2);
		if (!at)
			return false;
		*at++ = mark;
		memcpy(at, key.p, key.n);
		at += key.n;
		*at++ = ':';
		memcpy(at, piece.p, piece.n);
		text->n += key.n + piece.n + 2;
		mark = ',';
	}
	if (mark == '{')
		buf_add_char(text, '{');
	buf_add_char(text, '}');
	return mark == ',';
}

static void read_record(struct reading *r, const char *end, struct buf *text)
{
	struct span piece = {NULL, 0};
	size_t before;

	buf_add(text, about, sizeof(about) - 1);
	next_line(&r->codes, end, &piece);
	buf_add_span(text, piece);
	buf_add_span(text, r->head);
	before = text->n;
	if (r->closed_keys) {
		buf_add(text, closed_open, sizeof(closed_open) - 1);
		if (read_object(r, 0, r->closed_keys, end, text))
			buf_add_char(text, '}');
		else
			text->n = before;
	}
	buf_add(text, fields_open, sizeof(fields_open) - 1);
	read_object(r, r->closed_keys, r->keys, end, text);
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
