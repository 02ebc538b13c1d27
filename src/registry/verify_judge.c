/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a catalogue makes of what a record says: its dates and its class, which
 * decide until when it is public, and its key, which decides of which record
 * it is a version. Class and key stand in the row alone; the statement has
 * what they follow from. The same answers as intake/check.c gives, from the
 *canonical fields instead of the cells:
 *
 *	"NAME":"text"		text
 *	"NAME":12		number (fen, or as it is)
 *	"NAME":["a","b"]	values of a list
 *
 * The fields that count are found in one pass over the members.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "registry/key.h"
#include "registry/verify_priv.h"

struct reading {
	const struct judge *judge;
	/* As they stand in the fields; empty = not given. */
	struct span values[JUDGE_FIELDS_MAX];
};

/* ---- which fields count ---- */

/* Names of an item mostly differ in their length and their last letters. */
static unsigned slot_of(struct span name)
{
	unsigned last = name.n ? (unsigned char)name.p[name.n - 1] : 0;
	unsigned before = name.n > 1 ? (unsigned char)name.p[name.n - 2] : 0;

	return ((unsigned)name.n * 5 + last + before * 3) % JUDGE_SLOTS;
}

static void want(struct judge *j, int field)
{
	unsigned at;

	if (field < 0 || field >= JUDGE_FIELDS_MAX || j->is_wanted[field])
		return;
	j->is_wanted[field] = true;
	j->names[field] = span_of(j->item->fields[field].name);
	at = slot_of(j->names[field]);
	while (j->slots[at])
		at = (at + 1) % JUDGE_SLOTS;
	j->slots[at] = (uint8_t)(field + 1);
}

void judge_init(struct judge *j, const struct cat_item *item)
{
	size_t i;

	memset(j, 0, sizeof(*j));
	j->item = item;
	j->has_key = true;
	want(j, j->name = cat_field_by_role(item, CAT_ROLE_SUBJECT_NAME));
	want(j, j->decided_on = cat_field_by_role(item, CAT_ROLE_DECIDED_ON));
	want(j, j->valid_to = cat_field_by_role(item, CAT_ROLE_VALID_TO));
	want(j,
	    j->public_until = cat_field_by_role(item, CAT_ROLE_PUBLIC_UNTIL));
	for (i = 0; i < item->class_rules_count; i++)
		want(j, item->class_rules[i].when.field);
	for (i = 0; i < item->fields_count; i++) {
		if (!item->fields[i].is_key)
			continue;
		want(j, (int)i);
		j->has_code |= item->fields[i].role == CAT_ROLE_SUBJECT_CODE;
		if (item->fields[i].type == CAT_CODES)
			j->has_key = false;
	}
}

/* The field of this name when it counts, else -1. */
static int wanted_field(const struct judge *j, struct span name)
{
	unsigned at = slot_of(name);

	for (; j->slots[at]; at = (at + 1) % JUDGE_SLOTS) {
		int field = j->slots[at] - 1;

		if (span_equal(name, j->names[field]))
			return field;
	}
	return -1;
}

/* Passes over the members of an object. */
static void read_members(struct reading *r, struct span object)
{
	const char *end = object.p + object.n;
	const char *p = object.p + 1;

	while (end - p > 4 && *p == '"') {
		const char *quote = memchr(p + 1, '"', (size_t)(end - p - 1));
		struct span value;
		int field;

		if (!quote || end - quote < 3)
			return;
		field = wanted_field(
		    r->judge, (struct span){p + 1, (size_t)(quote - p - 1)});
		value.p = quote + 2;
		p = verify_skip_value(value.p, end);
		if (!p)
			return;
		value.n = (size_t)(p - value.p);
		if (field >= 0)
			r->values[field] = value;
		p++;
	}
}

/* ---- values ---- */

/* Of a value without escapes, whose quotes stand around its texts alone. */
static bool any_plain_text(
    struct span value, bool (*use)(void *ctx, struct span text), void *ctx)
{
	const char *p = value.p, *end = value.p + value.n, *close;

	while ((p = memchr(p, '"', (size_t)(end - p))) != NULL) {
		p++;
		close = memchr(p, '"', (size_t)(end - p));
		if (!close)
			break;
		if (use(ctx, (struct span){p, (size_t)(close - p)}))
			return true;
		p = close + 1;
	}
	return false;
}

/* Calls `use` with each text of a value; stops at one it says true of. */
static bool any_text(
    struct span value, bool (*use)(void *ctx, struct span text), void *ctx)
{
	json_t *json, *one;
	bool is_used = false;
	size_t i;

	if (!memchr(value.p, '\\', value.n))
		return any_plain_text(value, use, ctx);
	json = json_loadb(value.p, value.n, JSON_DECODE_ANY, NULL);
	if (json_is_string(json))
		is_used = use(ctx, span_of(json_string_value(json)));
	for (i = 0; i < json_array_size(json) && !is_used; i++) {
		one = json_array_get(json, i);
		is_used = json_is_string(one) &&
		    use(ctx, span_of(json_string_value(one)));
	}
	json_decref(json);
	return is_used;
}

static int64_t number_of(struct span value)
{
	bool is_negative = value.n && value.p[0] == '-';
	int64_t number = 0;
	size_t i;

	for (i = is_negative; i < value.n && i < 18; i++)
		if (value.p[i] >= '0' && value.p[i] <= '9')
			number = number * 10 + (value.p[i] - '0');
	return is_negative ? -number : number;
}

/* ---- its class ---- */

static bool satisfies(void *ctx, struct span text)
{
	const struct cat_condition *when = ctx;
	size_t i;

	for (i = 0; i < when->values_count; i++) {
		struct span wanted = span_of(when->values[i]);

		if (when->op == CAT_OP_EQUALS ? span_equal(text, wanted)
					      : text.n >= wanted.n &&
			    memmem(text.p, text.n, wanted.p, wanted.n))
			return true;
	}
	return false;
}

static bool holds(const struct reading *r, const struct cat_condition *when)
{
	struct cat_condition condition = *when;
	struct span value;

	if (when->op == CAT_OP_NONE || when->field < 0 ||
	    when->field >= JUDGE_FIELDS_MAX)
		return true;
	value = r->values[when->field];
	switch (when->op) {
	case CAT_OP_PRESENT:
		return value.n > 0;
	case CAT_OP_ABSENT:
		return value.n == 0;
	case CAT_OP_ABOVE:
		return value.n > 0 && number_of(value) > when->number;
	case CAT_OP_EQUALS:
	case CAT_OP_CONTAINS:
		return value.n > 0 && any_text(value, satisfies, &condition);
	case CAT_OP_NONE:
	case CAT_OP_COUNT:
	default:
		return true;
	}
}

static enum cat_class class_of(const struct reading *r)
{
	const struct cat_item *item = r->judge->item;
	size_t i;

	for (i = 0; i < item->class_rules_count; i++)
		if (holds(r, &item->class_rules[i].when))
			return item->class_rules[i].class_;
	return item->default_class;
}

/* ---- its key ---- */

static bool add_text(void *ctx, struct span text)
{
	key_hash_add(ctx, text);
	return true;
}

static void add_value(struct key_hash *key, struct span value)
{
	bool is_number = value.n &&
	    (value.p[0] == '-' || (value.p[0] >= '0' && value.p[0] <= '9'));

	if (is_number || value.n == 0)
		key_hash_add(key, value);
	else
		any_text(value, add_text, key);
}

static uint64_t key_of(const struct reading *r, const char *code)
{
	const struct cat_item *item = r->judge->item;
	struct key_hash key;
	size_t i;

	key_hash_begin(&key, item);
	for (i = 0; i < item->fields_count && i < JUDGE_FIELDS_MAX; i++) {
		const struct cat_field *f = &item->fields[i];

		if (f->is_key && f->role == CAT_ROLE_SUBJECT_CODE)
			key_hash_add(&key, span_of(code));
		else if (f->is_key)
			add_value(&key, r->values[i]);
	}
	return key_hash_end(&key);
}

/* ---- a record ---- */

static date_days date_of(const struct reading *r, int field)
{
	struct span value;
	date_days date;

	if (field < 0 || field >= JUDGE_FIELDS_MAX)
		return DATE_NONE;
	value = r->values[field];
	return value.n > 2 &&
		date_parse_iso((struct span){value.p + 1, value.n - 2}, &date)
	    ? date
	    : DATE_NONE;
}

struct telling {
	const struct told *told;
	struct span code;
	struct told_place *place;
};

static bool tell_text(void *ctx, struct span text)
{
	const struct telling *t = ctx;

	told_find(t->told, t->code, text, t->place);
	return true;
}

static void tell_name(const struct reading *r, const char *code,
    const struct told *told, struct told_place *out)
{
	struct telling t = {told, span_of(code), out};
	int field = r->judge->name;

	if (field >= 0 && field < JUDGE_FIELDS_MAX && r->values[field].n)
		any_text(r->values[field], tell_text, &t);
}

void judge_record(const struct judge *j,
    const struct statement_content *content, const char *code,
    const struct told *told, struct fact *out)
{
	size_t n = j->item->fields_count < JUDGE_FIELDS_MAX
	    ? j->item->fields_count
	    : JUDGE_FIELDS_MAX;
	struct row_facts *row = &out->row;
	struct reading r;

	r.judge = j;
	memset((void *)r.values, 0, n * sizeof(r.values[0]));
	read_members(&r, content->fields);
	if (content->closed.n)
		read_members(&r, content->closed);
	row->decided_on = date_of(&r, j->decided_on);
	if (row->decided_on == DATE_NONE)
		row->decided_on = 0;
	row->valid_to = date_of(&r, j->valid_to);
	row->public_until = date_of(&r, j->public_until);
	if (told)
		tell_name(&r, code, told, &out->name);
	row->class_ = class_of(&r);
	row->key_hash = j->has_key ? key_of(&r, code) : 0;
}
