/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine under pack.c: one mapping of YAML into one struct, driven by a
 * const table of keys (name, kind, needed or not, where it goes).
 *
 * A shape's keys are read in the order of the table, not of the file, so
 * that a table can put `fields` before the `rules` that speak of fields.
 * Everything is checked and every problem told; the struct then holds safe
 * values ("" and DATE_NONE), because a catalogue with errors is not handed
 * out but its reading goes on, to tell all problems at once.
 *
 * Members are written with memcpy through offsets, so the tables need no
 * setter for each member; enums are int-sized, which is asserted.
 */
#include "catalog/cat_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/tr.h"
#include "base/utf8.h"

_Static_assert(sizeof(enum cat_type) == sizeof(int), "enums are ints");
_Static_assert(sizeof(enum cat_status) == sizeof(int), "enums are ints");

struct cat_where cat_read_at(const struct cat_reader *r, int line)
{
	struct cat_where where = r->where;

	where.line = line;
	return where;
}

enum { WORD_MAX = 40 };

/* Edit distance (insert, delete, replace); words longer than WORD_MAX count
 * as far apart. */
static int distance(const char *a, const char *b)
{
	int row[WORD_MAX + 1];
	int n = (int)strlen(b);
	int i, j;

	if (n > WORD_MAX || strlen(a) > WORD_MAX)
		return WORD_MAX;
	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 1; a[i - 1]; i++) {
		int corner = row[0];

		row[0] = i;
		for (j = 1; j <= n; j++) {
			int best = corner + (a[i - 1] != b[j - 1]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			corner = row[j];
			row[j] = best;
		}
	}
	return row[n];
}

/* The known word nearest to a wrong one; NULL when none is near. */
static const char *nearest(
    const char *word, const char *const *known, size_t count)
{
	const char *found = NULL;
	int best = 4;
	size_t i;

	for (i = 0; i < count; i++) {
		int d = distance(word, known[i]);

		if (d < best && d * 2 <= (int)strlen(known[i])) {
			best = d;
			found = known[i];
		}
	}
	return found;
}

void cat_read_unknown(struct cat_reader *r, const struct cat_node *node,
    const char *what, const struct read_key *keys, size_t count)
{
	const char *names[64];
	const char *near;
	size_t i;

	ASSERT(count <= ARRAY_COUNT(names));
	if (cat_is_counting(node->key)) {
		cat_issue(r->issues, LINT_COUNTING,
		    cat_read_at(r, node->key_line),
		    tr("\"%s\" in %s would act on subjects by counting "
		       "records"),
		    node->key, tr(what));
		return;
	}
	for (i = 0; i < count; i++)
		names[i] = keys[i].name;
	near = nearest(node->key, names, count);
	if (near)
		cat_issue(r->issues, LINT_UNKNOWN_KEY,
		    cat_read_at(r, node->key_line),
		    tr("unknown key \"%s\" in %s; did you mean \"%s\"?"),
		    node->key, tr(what), near);
	else
		cat_issue(r->issues, LINT_UNKNOWN_KEY,
		    cat_read_at(r, node->key_line),
		    tr("unknown key \"%s\" in %s"), node->key, tr(what));
}

bool cat_read_is(struct cat_reader *r, const struct cat_node *node,
    enum cat_node_kind kind, const char *what)
{
	if (node->kind == kind)
		return true;
	cat_issue(r->issues, LINT_BAD_VALUE, cat_read_at(r, node->line),
	    kind == NODE_MAP	    ? tr("\"%s\" must be a mapping")
		: kind == NODE_LIST ? tr("\"%s\" must be a list")
				    : tr("\"%s\" must be a single value"),
	    what);
	return false;
}

static bool is_id(struct span s)
{
	size_t i;

	if (s.n == 0 || s.n > CAT_ID_CHARS || s.p[0] == '-')
		return false;
	for (i = 0; i < s.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", s.p[i]))
			return false;
	return true;
}

static bool is_name(struct span s)
{
	size_t i;

	if (s.n == 0 || s.n > CAT_ID_CHARS)
		return false;
	for (i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool is_letter = (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z') || c == '_';

		if (!is_letter && (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return true;
}

/* A text of 1..max characters, or "" and an issue. */
static const char *take_text(
    struct cat_reader *r, const struct cat_node *node, const char *key, int max)
{
	if (max == 0)
		max = CAT_TEXT_CHARS;
	if (!cat_read_is(r, node, NODE_SCALAR, key))
		return "";
	if (utf8_length(node->text.p, node->text.n) <= (size_t)max)
		return node->text.p;
	cat_issue(r->issues, LINT_BAD_VALUE, cat_read_at(r, node->line),
	    tr("\"%s\" has more than %d characters"), key, max);
	return "";
}

static const char *take_word(struct cat_reader *r, const struct cat_node *node,
    const char *key, bool (*is_good)(struct span))
{
	if (!cat_read_is(r, node, NODE_SCALAR, key))
		return "";
	if (is_good(node->text))
		return node->text.p;
	cat_issue(r->issues, LINT_BAD_VALUE, cat_read_at(r, node->line),
	    is_good == is_id
		? tr("%s \"%.80s\" must be lower-case letters, digits and "
		     "dashes, at most 64")
		: tr("%s \"%.80s\" must be letters, digits and low lines, "
		     "at most 64"),
	    key, node->text.p);
	return "";
}

bool cat_read_int(struct cat_reader *r, const struct cat_node *node,
    int64_t min, int64_t max, int64_t *value_out)
{
	const char *key = node->key ? node->key : "";
	char *end;
	long long v;

	if (!cat_read_is(r, node, NODE_SCALAR, key))
		return false;
	v = strtoll(node->text.p, &end, 10);
	if (node->text.n > 0 && node->text.n < 19 && *end == '\0' &&
	    strspn(node->text.p, "-0123456789") == node->text.n && v >= min &&
	    v <= max) {
		*value_out = v;
		return true;
	}
	cat_issue(r->issues, LINT_BAD_VALUE, cat_read_at(r, node->line),
	    tr("%s \"%.40s\" must be a whole number from %lld to %lld"), key,
	    node->text.p, (long long)min, (long long)max);
	return false;
}

bool cat_read_bool(struct cat_reader *r, const struct cat_node *node)
{
	const char *key = node->key ? node->key : "";

	if (!cat_read_is(r, node, NODE_SCALAR, key))
		return false;
	if (span_is(node->text, "true"))
		return true;
	if (!span_is(node->text, "false"))
		cat_issue(r->issues, LINT_BAD_VALUE, cat_read_at(r, node->line),
		    tr("%s \"%.40s\" must be true or false"), key,
		    node->text.p);
	return false;
}

static date_days take_date(struct cat_reader *r, const struct cat_node *node)
{
	date_days date = DATE_NONE;

	if (!cat_read_is(r, node, NODE_SCALAR, node->key))
		return DATE_NONE;
	if (!date_parse_iso(node->text, &date))
		cat_issue(r->issues, LINT_BAD_DATE, cat_read_at(r, node->line),
		    tr("%s \"%.40s\" is not a date"), node->key, node->text.p);
	return date;
}

static const char *join_names(
    struct arena *arena, const char *const *names, int count)
{
	struct buf b = BUF_INIT(4096);
	const char *text;
	int i;

	for (i = 0; i < count; i++) {
		if (i)
			buf_add_char(&b, ' ');
		buf_add_str(&b, names[i]);
	}
	text = arena_strdup(arena, buf_str(&b));
	buf_release(&b);
	return text;
}

int cat_read_enum(struct cat_reader *r, const struct cat_node *node,
    const char *const *names, int count)
{
	const char *key = node->key ? node->key : "";
	int i;

	if (!cat_read_is(r, node, NODE_SCALAR, key))
		return -1;
	for (i = 0; i < count; i++)
		if (span_is(node->text, names[i]))
			return i;
	/* An entry of a list has no key of its own. */
	cat_issue(r->issues, LINT_BAD_WORD, cat_read_at(r, node->line),
	    tr("%s%s\"%.40s\" is none of: %s"), key, key[0] ? " " : "",
	    node->text.p, join_names(r->issues->arena, names, count));
	return -1;
}

const char *const *cat_read_texts(struct cat_reader *r,
    const struct cat_node *node, const char *key, size_t *count_out)
{
	const struct cat_node *n;
	const char **texts;
	size_t count = 0;

	*count_out = 0;
	if (!cat_read_is(r, node, NODE_LIST, key))
		return NULL;
	texts = arena_zalloc(r->arena, node->count, sizeof(*texts));
	for (n = node->first; n; n = n->next) {
		const char *text = take_text(r, n, key, 0);

		if (text[0])
			texts[count++] = text;
		else if (n->kind == NODE_SCALAR && n->text.n == 0)
			cat_issue(r->issues, LINT_BAD_VALUE,
			    cat_read_at(r, n->line),
			    tr("\"%s\" holds an empty text"), key);
	}
	*count_out = count;
	return texts;
}

const struct cat_basis *cat_read_basis(
    struct cat_reader *r, const struct cat_node *node)
{
	const struct cat_basis *basis;

	if (!cat_read_is(r, node, NODE_SCALAR, "basis"))
		return NULL;
	basis = catalog_basis(r->catalog, node->text.p);
	if (!basis)
		cat_issue(r->issues, LINT_UNKNOWN_BASIS,
		    cat_read_at(r, node->line),
		    tr("basis \"%.80s\" is not known"), node->text.p);
	return basis;
}

/* Writes one pointer member. */
static void put_pointer(void *thing, size_t offset, const void *p)
{
	memcpy((char *)thing + offset, &p, sizeof(p));
}

static void put_int(void *thing, size_t offset, int v)
{
	memcpy((char *)thing + offset, &v, sizeof(v));
}

static void put_bool(void *thing, size_t offset, bool v)
{
	memcpy((char *)thing + offset, &v, sizeof(v));
}

static void read_number(struct cat_reader *r, const struct read_key *k,
    const struct cat_node *node, void *thing)
{
	int64_t v;

	if (cat_read_int(r, node, k->min, k->max, &v))
		put_int(thing, k->offset, (int)v);
}

static void read_word(struct cat_reader *r, const struct read_key *k,
    const struct cat_node *node, void *thing)
{
	int v = cat_read_enum(r, node, k->names, k->max);

	if (v >= 0)
		put_int(thing, k->offset, v);
}

static void read_texts(struct cat_reader *r, const struct read_key *k,
    const struct cat_node *node, void *thing)
{
	size_t count;

	put_pointer(thing, k->offset, cat_read_texts(r, node, k->name, &count));
	memcpy((char *)thing + k->offset2, &count, sizeof(count));
}

static void read_value(struct cat_reader *r, const struct read_key *k,
    const struct cat_node *node, void *thing)
{
	switch (k->kind) {
	case READ_ID:
		put_pointer(
		    thing, k->offset, take_word(r, node, k->name, is_id));
		break;
	case READ_NAME:
		put_pointer(
		    thing, k->offset, take_word(r, node, k->name, is_name));
		break;
	case READ_TEXT:
		put_pointer(
		    thing, k->offset, take_text(r, node, k->name, k->max));
		break;
	case READ_INT:
		read_number(r, k, node, thing);
		break;
	case READ_BOOL:
		put_bool(thing, k->offset, cat_read_bool(r, node));
		break;
	case READ_DATE:
		put_int(thing, k->offset, take_date(r, node));
		break;
	case READ_ENUM:
	case READ_STATUS:
		read_word(r, k, node, thing);
		break;
	case READ_TEXTS:
		read_texts(r, k, node, thing);
		break;
	case READ_BASIS:
		put_pointer(thing, k->offset, cat_read_basis(r, node));
		break;
	case READ_PART:
		k->part(r, node, thing);
		break;
	case READ_LATER:
		break;
	}
}

/* What a member holds when its key is missing. */
static void put_default(
    const struct cat_reader *r, const struct read_key *k, void *thing)
{
	switch (k->kind) {
	case READ_ID:
	case READ_NAME:
	case READ_TEXT:
		put_pointer(thing, k->offset, "");
		break;
	case READ_DATE:
		put_int(thing, k->offset, DATE_NONE);
		break;
	case READ_STATUS:
		put_int(thing, k->offset, (int)r->status);
		break;
	default:
		break;
	}
}

static void tell_missing(struct cat_reader *r, const struct read_shape *shape,
    const struct read_key *k, const struct cat_node *node)
{
	struct cat_where where = cat_read_at(r, node->line);
	bool is_basis =
	    strcmp(k->name, "basis") == 0 || strcmp(k->name, "bases") == 0;

	if (is_basis)
		cat_issue(r->issues, LINT_NO_BASIS, where,
		    tr("%s has no legal basis"), tr(shape->what));
	else
		cat_issue(r->issues, LINT_MISSING_KEY, where,
		    tr("%s has no \"%s\""), tr(shape->what), k->name);
}

static bool is_empty_text(const struct cat_node *node)
{
	return node->kind == NODE_SCALAR && node->text.n == 0;
}

static void read_key(struct cat_reader *r, const struct read_shape *shape,
    const struct read_key *k, const struct cat_node *node, void *thing)
{
	const struct cat_node *value = cat_node_get(node, k->name);

	put_default(r, k, thing);
	if (value && !is_empty_text(value))
		read_value(r, k, value, thing);
	else if (k->is_required)
		tell_missing(r, shape, k, node);
}

static bool has_key(const struct read_shape *shape, const char *name)
{
	size_t i;

	for (i = 0; i < shape->keys_count; i++)
		if (strcmp(shape->keys[i].name, name) == 0)
			return true;
	return false;
}

void cat_read_map(struct cat_reader *r, const struct read_shape *shape,
    const struct cat_node *node, void *thing)
{
	struct cat_where where = cat_read_at(r, node->line);
	const struct cat_node *n;
	size_t i;

	if (shape->where_offset != READ_NOWHERE)
		memcpy(
		    (char *)thing + shape->where_offset, &where, sizeof(where));
	if (!cat_read_is(r, node, NODE_MAP, tr(shape->what))) {
		for (i = 0; i < shape->keys_count; i++)
			put_default(r, &shape->keys[i], thing);
		return;
	}
	for (n = node->first; n; n = n->next)
		if (!has_key(shape, n->key))
			cat_read_unknown(
			    r, n, shape->what, shape->keys, shape->keys_count);
	for (i = 0; i < shape->keys_count; i++)
		read_key(r, shape, &shape->keys[i], node, thing);
}

void cat_read_flags(struct cat_reader *r, const struct cat_node *node,
    const char *const *names, int count, bool *flags)
{
	const struct cat_node *n;

	if (!cat_read_is(r, node, NODE_LIST, node->key))
		return;
	for (n = node->first; n; n = n->next) {
		int i = cat_read_enum(r, n, names, count);

		if (i >= 0)
			flags[i] = true;
	}
}
