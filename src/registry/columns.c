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
 *
 * A value that the column has already is found by a small table in which
 * the last one with a hash stays: what it misses is written once more.
 */
#include "registry/columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "registry/statement.h"

enum {
	KEY_BYTES_MAX = 64,
	ROWS_MAX = 4096,
	VALUES_KNOWN_MAX = 253, /* of a column: references are bytes */
	PLACES = 256,		/* of the table that finds them */
	STRIDE = 64		/* bytes looked at together */
};

/* References (columns.h). */
enum { REF_NONE = 0, REF_NEXT = 1, REF_FIRST = 2 };

static const char about[] = "{\"about\":\"";
static const char closed_open[] = ",\"closed\":{\"fields\":";
static const char fields_open[] = ",\"fields\":";

struct known_value {
	uint32_t at; /* in the column's values */
	uint32_t n;
};

struct column {
	char key[KEY_BYTES_MAX]; /* with its quotes */
	size_t key_n;
	bool is_closed;
	struct buf refs; /* one for each record so far */
	struct buf values;
	size_t known_count;
	struct known_value known[VALUES_KNOWN_MAX];
	uint8_t places[PLACES]; /* by hash: number in known + 1, 0 = free */
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
	for (i = 0; i < COLUMNS_KEYS_MAX; i++) {
		buf_init(&c->column[i].refs, ROWS_MAX);
		buf_init(&c->column[i].values, max_bytes * 2);
	}
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
	for (i = 0; i < COLUMNS_KEYS_MAX; i++) {
		buf_release(&c->column[i].refs);
		buf_release(&c->column[i].values);
	}
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
		struct column *column = &c->column[i];

		buf_reset(&column->refs);
		buf_reset(&column->values);
		column->known_count = 0;
		memset(column->places, 0, sizeof(column->places));
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
	struct column *found = NULL;
	size_t i;

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

/* One pass to see that every field is of our shape, so that nothing has to
 * be undone: columns and values. */
struct cuts {
	size_t count;
	int last; /* column */
	struct column *columns[COLUMNS_KEYS_MAX];
	struct span values[COLUMNS_KEYS_MAX];
};

/* Passes over `"KEY":`, nearly always that of the column which followed the
 * last one in the record before; NULL when it is none or has no column. */
static const char *pass_key(struct columns *c, const char *p, const char *end,
    bool is_closed, struct cuts *cuts)
{
	int guess = c->after[cuts->last + 1];
	struct column **column = &cuts->columns[cuts->count];
	struct key key = {{p, 0}, is_closed};

	if (guess >= 0) {
		size_t n = c->column[guess].key_n;

		*column = &c->column[guess];
		if ((*column)->is_closed == is_closed &&
		    (size_t)(end - p) > n && p[n] == ':' &&
		    memcmp(p, (*column)->key, n) == 0) {
			cuts->last = guess;
			return p + n + 1;
		}
	}
	p = string_end(p, end);
	if (!p || p >= end || *p != ':')
		return NULL;
	key.text.n = (size_t)(p - key.text.p);
	*column = find_column(c, &key, &cuts->last);
	return *column ? p + 1 : NULL;
}

/* Cuts the object at p; behind it, or NULL when it is not of our shape. */
static const char *cut_object(struct columns *c, const char *p, const char *end,
    bool is_closed, struct cuts *cuts)
{
	if (p == end || *p++ != '{')
		return NULL;
	while (p < end && *p == '"') {
		size_t n = cuts->count;
		const char *from;

		if (n == COLUMNS_KEYS_MAX)
			return NULL;
		from = pass_key(c, p, end, is_closed, cuts);
		p = from ? value_end(from, end) : NULL;
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
static bool cut_body(struct columns *c, struct span body, struct cuts *cuts)
{
	const char *end = body.p + body.n;
	const char *p = body.p;

	cuts->count = 0;
	cuts->last = -1;
	if (skip(&p, end, closed_open, sizeof(closed_open) - 1)) {
		p = cut_object(c, p, end, true, cuts);
		if (!p || cuts->count == 0 || !skip(&p, end, "}", 1))
			return false;
	}
	if (!skip(&p, end, fields_open, sizeof(fields_open) - 1))
		return false;
	return cut_object(c, p, end, false, cuts) == end;
}

/* Both ends and the length: values of a column begin and end alike. */
static unsigned place_of_value(struct span value)
{
	uint64_t first = 0;
	uint64_t last = 0;

	if (value.n >= sizeof(first)) {
		memcpy(&first, value.p, sizeof(first));
		memcpy(&last, value.p + value.n - sizeof(last), sizeof(last));
	} else if (value.n) {
		memcpy(&first, value.p, value.n);
	}
	first = (first + value.n) * 0x9E3779B97F4A7C15ULL;
	last = (last ^ first >> 32) * 0xD6E8FEB86659FD93ULL;
	return (unsigned)(last >> 56) % PLACES;
}

/* The references of records before this one that had no such field. */
static void catch_up(struct column *column, size_t records)
{
	while (column->refs.n < records)
		buf_add_char(&column->refs, REF_NONE);
}

/* Appends a value; false when there is no room. */
static bool add_value(struct column *column, struct span value)
{
	uint8_t *place = &column->places[place_of_value(value)];
	size_t at = column->values.n;
	char *to;

	if (*place) {
		const struct known_value *k = &column->known[*place - 1];

		if (k->n == value.n &&
		    memcmp(column->values.p + k->at, value.p, value.n) == 0) {
			buf_add_char(
			    &column->refs, (char)(REF_FIRST + *place - 1));
			return true;
		}
	}
	to = buf_reserve(&column->values, value.n + 1);
	if (!to)
		return false;
	memcpy(to, value.p, value.n);
	to[value.n] = '\n';
	column->values.n += value.n + 1;
	buf_add_char(&column->refs, REF_NEXT);
	if (column->known_count < VALUES_KNOWN_MAX) {
		column->known[column->known_count++] =
		    (struct known_value){(uint32_t)at, (uint32_t)value.n};
		*place = (uint8_t)column->known_count;
	}
	return true;
}

static bool add_fields(struct columns *c, struct span body)
{
	struct cuts cuts;
	size_t i;

	if (!cut_body(c, body, &cuts))
		return false;
	for (i = 0; i < cuts.count; i++) {
		catch_up(cuts.columns[i], c->records);
		if (!add_value(cuts.columns[i], cuts.values[i]))
			return false;
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
	size_t i, records;

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
		records = c->column[i].refs.n;
		buf_add_span(out, buf_span(&c->column[i].refs));
		for (; records < c->records; records++)
			buf_add_char(out, REF_NONE);
		buf_add_span(out, buf_span(&c->column[i].values));
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

struct read_column {
	const char *refs;   /* of the next record */
	const char *values; /* the next one */
	size_t known_count;
	struct span known[VALUES_KNOWN_MAX];
};

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
	struct read_column *columns; /* owned; one a key */
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

/* How many of STRIDE bytes are `c`. The compiler makes a few instructions
 * of it. */
static unsigned count_in_stride(const char *p, char c)
{
	uint8_t count = 0;
	size_t i;

	for (i = 0; i < STRIDE; i++)
		count += p[i] == c;
	return count;
}

static size_t count_bytes(const char *p, size_t n, char c)
{
	size_t count = 0;
	size_t i;

	for (; n >= STRIDE; p += STRIDE, n -= STRIDE)
		count += count_in_stride(p, c);
	for (i = 0; i < n; i++)
		count += p[i] == c;
	return count;
}

/* Passes over `count` lines. Lines are short: to look for the end of each
 * takes longer than all else that reading one statement does. */
static bool skip_lines(const char **p, const char *end, size_t count)
{
	struct span line;

	while (end - *p >= STRIDE) {
		size_t ends = count_in_stride(*p, '\n');

		if (ends >= count)
			break;
		count -= ends;
		*p += STRIDE;
	}
	while (count--)
		if (!next_line(p, end, &line))
			return false;
	return true;
}

/* Finds a column's references and values, and its end. */
static bool start_column(
    struct read_column *column, size_t records, const char **p, const char *end)
{
	if ((size_t)(end - *p) < records)
		return false;
	column->refs = *p;
	column->known_count = 0;
	*p += records;
	column->values = *p;
	return skip_lines(p, end, count_bytes(column->refs, records, REF_NEXT));
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
	r->records = count_bytes(r->kinds.p, count, 'r');
	r->codes = p;
	if (!skip_lines(&p, end, r->records))
		return false;
	r->columns = mem_alloc(r->keys * sizeof(*r->columns));
	for (i = 0; i < r->keys; i++)
		if (!start_column(&r->columns[i], r->records, &p, end))
			return false;
	r->others = p;
	*end_out = end;
	return true;
}

/* The next record's value in a column, no bytes when it has none. A reference
 * to nothing makes the text full: the statement is not one. */
static struct span read_value(
    struct read_column *column, const char *end, struct buf *text)
{
	uint8_t ref = (uint8_t)*column->refs++;
	struct span value = {NULL, 0};

	if (ref == REF_NEXT) {
		next_line(&column->values, end, &value);
		if (column->known_count < VALUES_KNOWN_MAX)
			column->known[column->known_count++] = value;
	} else if (ref >= REF_FIRST) {
		if (ref - REF_FIRST < (int)column->known_count)
			return column->known[ref - REF_FIRST];
		text->is_full = true;
	}
	return value;
}

/* Appends `{"KEY":VALUE,...}` of the keys [from .. to) in a record's order;
 * false when none of them has a value. */
static bool read_object(struct reading *r, size_t from, size_t to,
    const char *end, struct buf *text)
{
	char mark = '{';
	size_t i;

	for (i = from; i < to; i++) {
		struct span key = r->key[r->order[i]].text;
		struct span piece;
		char *at;

		piece = read_value(&r->columns[r->order[i]], end, text);
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

/* Appends all statements and tells their lengths. */
static bool read_statements(struct reading *r, size_t count, const char *end,
    struct buf *text, struct span *out)
{
	struct span piece;
	size_t i;

	for (i = 0; i < count; i++) {
		size_t at = text->n;

		if (r->kinds.p[i] == 'r') {
			read_record(r, end, text);
		} else {
			if (!next_line(&r->others, end, &piece))
				return false;
			buf_add_span(text, piece);
		}
		if (text->is_full)
			return false;
		out[i].n = text->n - at;
	}
	return r->others == end;
}

bool columns_read(
    struct span bytes, size_t count, struct buf *text, struct span *out)
{
	struct reading r;
	const char *end;
	size_t at = text->n;
	size_t i;
	bool is_good = start_reading(&r, bytes, count, &end) &&
	    read_statements(&r, count, end, text, out);

	free(r.columns);
	/* The text has come to rest: now it has an address. */
	for (i = 0; is_good && i < count; at += out[i].n, i++)
		out[i].p = text->p + at;
	return is_good;
}

/* Moves a column on to record `at`, whose value it then gives next. */
static bool seek_value(struct read_column *column, size_t at, const char *end)
{
	uint8_t ref = (uint8_t)column->refs[at];
	size_t values = count_bytes(column->refs, at, REF_NEXT);
	size_t i;

	column->refs += at;
	if (ref == REF_NEXT) {
		column->known_count = VALUES_KNOWN_MAX;
		return skip_lines(&column->values, end, values);
	}
	if (ref < REF_FIRST)
		return true;
	i = (size_t)ref - REF_FIRST;
	if (i >= values || i >= VALUES_KNOWN_MAX ||
	    !skip_lines(&column->values, end, i))
		return false;
	column->known_count = i + 1;
	return next_line(&column->values, end, &column->known[i]);
}

/* The record that has `before` records in front of it. */
static bool read_one_record(
    struct reading *r, size_t before, const char *end, struct buf *text)
{
	size_t i;

	if (!skip_lines(&r->codes, end, before))
		return false;
	for (i = 0; i < r->keys; i++)
		if (!seek_value(&r->columns[i], before, end))
			return false;
	read_record(r, end, text);
	return true;
}

static bool read_one(
    struct reading *r, size_t at, const char *end, struct buf *text)
{
	struct span piece;
	size_t records = count_bytes(r->kinds.p, at, 'r');

	if (r->kinds.p[at] == 'r')
		return read_one_record(r, records, end, text);
	if (!skip_lines(&r->others, end, at - records) ||
	    !next_line(&r->others, end, &piece))
		return false;
	buf_add_span(text, piece);
	return true;
}

bool columns_read_one(struct span bytes, size_t count, size_t at,
    struct buf *text, struct span *out)
{
	struct reading r;
	const char *end;
	size_t from = text->n;
	bool is_good = at < count && start_reading(&r, bytes, count, &end) &&
	    read_one(&r, at, end, text) && !text->is_full;

	if (at < count)
		free(r.columns);
	if (is_good)
		*out = (struct span){text->p + from, text->n - from};
	return is_good;
}
