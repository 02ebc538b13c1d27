/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record's statement, read at the speed of a scan:
 *
 *	{"about":"CODE","catalogue":"HEX","fields":{...},"from":...,
 *	^0        ^10  ^28              ^43        ^118
 *	"item":...,"kind":"record","received":"..."[,"replaces":N]...}
 *
 * All records of a submission share the catalogue and what stands between
 * fields and "replaces"; so these are compared with the last statement's,
 * and only when they differ is a statement parsed as JSON and its item's
 * roles looked up in the archived catalogue that it names.
 *
 * The dates that a row repeats are found by their field's name while the
 * fields are passed over.
 */
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/mem.h"
#include "catalog/catalog.h"
#include "registry/catalogue.h"
#include "registry/verify_priv.h"

enum {
	CODE_AT = 10,
	CODE_CHARS = 18,
	DIGEST_CHARS = 64,
	DIGEST_AT = 43,
	FIELDS_AT = DIGEST_AT + DIGEST_CHARS + 11,
	TAIL_MAX = 512,
	ITEMS_MAX = 1 << 16
};

/* What verification needs of an item in one version of the catalogue. */
struct item_roles {
	char digest[DIGEST_CHARS + 1];
	char id[VERIFY_KEY_MAX];
	int number;
	/* decided-on, valid-to, public-until; "" = none. */
	char keys[VERIFY_ROLE_COUNT][VERIFY_KEY_MAX];
	size_t key_bytes[VERIFY_ROLE_COUNT];
};

struct facts_reader {
	struct store *store;
	struct item_roles *items;
	size_t items_count;
	/* The last record's frame. */
	char digest[DIGEST_CHARS + 1];
	char tail[TAIL_MAX];
	size_t tail_n;
	const struct item_roles *roles; /* NULL: nothing known yet */
};

struct facts_reader *facts_reader_new(struct store *store)
{
	struct facts_reader *r = mem_zalloc(1, sizeof(*r));

	r->store = store;
	return r;
}

void facts_reader_free(struct facts_reader **reader)
{
	if (*reader)
		free((*reader)->items);
	free(*reader);
	*reader = NULL;
}

/* ---- items of archived catalogues ---- */

static void set_role(struct item_roles *roles, int at,
    const struct cat_item *item, enum cat_role role)
{
	int field = cat_field_by_role(item, role);
	size_t n = field < 0 ? 0 : strlen(item->fields[field].name);

	if (n == 0 || n >= VERIFY_KEY_MAX)
		return;
	memcpy(roles->keys[at], item->fields[field].name, n + 1);
	roles->key_bytes[at] = n;
}

static void add_items(
    struct facts_reader *r, const struct catalog *c, const char *digest)
{
	size_t i;

	r->items = mem_realloc(
	    r->items, r->items_count + c->items_count, sizeof(*r->items));
	for (i = 0; i < c->items_count; i++) {
		struct item_roles *roles = &r->items[r->items_count];
		const struct cat_item *item = &c->items[i];

		memset(roles, 0, sizeof(*roles));
		if (strlen(item->id) >= sizeof(roles->id))
			continue;
		memcpy(roles->digest, digest, DIGEST_CHARS);
		memcpy(roles->id, item->id, strlen(item->id));
		roles->number = item->number;
		set_role(roles, 0, item, CAT_ROLE_DECIDED_ON);
		set_role(roles, 1, item, CAT_ROLE_VALID_TO);
		set_role(roles, 2, item, CAT_ROLE_PUBLIC_UNTIL);
		r->items_count++;
	}
}

static const struct item_roles *find_item(
    const struct facts_reader *r, const char *digest, const char *id)
{
	size_t i;

	for (i = 0; i < r->items_count; i++)
		if (strcmp(r->items[i].digest, digest) == 0 &&
		    strcmp(r->items[i].id, id) == 0)
			return &r->items[i];
	return NULL;
}

/* *out NULL: no archived catalogue has such an item. */
static enum err_code look_up(struct facts_reader *r, const char *digest,
    const char *id, const struct item_roles **out, struct err *err)
{
	struct catalog *c = NULL;
	enum err_code rc;

	*out = find_item(r, digest, id);
	if (*out || strlen(digest) != DIGEST_CHARS ||
	    r->items_count > ITEMS_MAX)
		return 0;
	r->roles = NULL; /* the list moves */
	rc = catalogue_restore(r->store, digest, &c, err);
	if (!rc) {
		add_items(r, c, digest);
		*out = find_item(r, digest, id);
	}
	catalog_free(&c);
	return rc == ERR_NOT_FOUND || rc == ERR_INPUT ? ERR_NONE : rc;
}

/* ---- passing over JSON ---- */

/* Behind the string whose opening quote is behind us; NULL: no end. */
static const char *skip_string(const char *p, const char *end)
{
	const char *from = p;

	while (p < end) {
		const char *quote = memchr(p, '"', (size_t)(end - p));
		const char *q = quote;

		if (!quote)
			return NULL;
		while (q > from && q[-1] == '\\')
			q--;
		if ((quote - q) % 2 == 0)
			return quote + 1;
		p = quote + 1;
	}
	return NULL;
}

/* Behind an array or object, or a number or word. */
static const char *skip_value(const char *p, const char *end)
{
	int depth = 0;

	if (*p == '"')
		return skip_string(p + 1, end);
	while (p && p < end) {
		char c = *p++;

		if (c == '"') {
			p = skip_string(p, end);
		} else if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			if (depth == 0)
				return p - 1;
			depth--;
			if (depth == 0)
				return p;
		} else if (c == ',' && depth == 0) {
			return p - 1;
		}
	}
	return NULL;
}

static void take_date(const struct item_roles *roles, struct span key,
    struct span value, int32_t dates[VERIFY_ROLE_COUNT])
{
	int i;

	for (i = 0; i < VERIFY_ROLE_COUNT; i++) {
		struct span inner = {value.p + 1, value.n - 2};

		if (roles->key_bytes[i] != key.n ||
		    memcmp(roles->keys[i], key.p, key.n) != 0 || value.n < 2)
			continue;
		if (!date_parse_iso(inner, &dates[i]))
			dates[i] = DATE_NONE;
	}
}

/* The bytes of the object at p; 0 when it is none. Takes the dates. */
static size_t read_fields(const char *p, const char *end,
    const struct item_roles *roles, int32_t dates[VERIFY_ROLE_COUNT])
{
	const char *start = p;

	if (p == end || *p++ != '{')
		return 0;
	if (p < end && *p == '}')
		return 2;
	while (p < end && *p == '"') {
		const char *key = p + 1;
		const char *key_end = skip_string(key, end);
		const char *value;

		if (!key_end || key_end == end || *key_end != ':')
			return 0;
		value = key_end + 1;
		p = value < end ? skip_value(value, end) : NULL;
		if (!p || p == end)
			return 0;
		take_date(roles,
		    (struct span){key, (size_t)(key_end - key) - 1},
		    (struct span){value, (size_t)(p - value)}, dates);
		if (*p == '}')
			return (size_t)(p - start) + 1;
		if (*p++ != ',')
			return 0;
	}
	return 0;
}

/* ---- a record ---- */

/* Is it a record with the last one's catalogue? */
static bool has_shape(const struct facts_reader *r, struct span s)
{
	return s.n > FIELDS_AT && memcmp(s.p, "{\"about\":\"", 10) == 0 &&
	    memcmp(s.p + 28, "\",\"catalogue\":\"", 15) == 0 &&
	    memcmp(s.p + DIGEST_AT, r->digest, DIGEST_CHARS) == 0 &&
	    memcmp(s.p + DIGEST_AT + DIGEST_CHARS, "\",\"fields\":", 11) == 0;
}

/* What stands behind the frame: `}`, or the number of what it replaces. */
static bool read_end(const char *p, const char *end, int64_t *replaces)
{
	static const char key[] = ",\"replaces\":";
	size_t n = sizeof(key) - 1;

	*replaces = STATEMENT_NO_SEQ;
	if ((size_t)(end - p) > n && memcmp(p, key, n) == 0) {
		int64_t v = 0;
		int digits = 0;

		for (p += n; p < end && *p >= '0' && *p <= '9'; p++) {
			if (++digits > 18)
				return false;
			v = v * 10 + (*p - '0');
		}
		*replaces = v;
	}
	return p < end && (*p == '}' || *p == ',');
}

/* Reads a record that has the last one's frame; false when it has not. */
static bool read_framed(const struct facts_reader *r, struct span s,
    uint64_t seq, struct row_facts *out)
{
	int32_t dates[VERIFY_ROLE_COUNT] = {DATE_NONE, DATE_NONE, DATE_NONE};
	const char *end = s.p + s.n;
	const char *tail;
	size_t n;

	if (!r->roles || !has_shape(r, s))
		return false;
	n = read_fields(s.p + FIELDS_AT, end, r->roles, dates);
	tail = s.p + FIELDS_AT + n;
	if (n == 0 || (size_t)(end - tail) <= r->tail_n ||
	    memcmp(tail, r->tail, r->tail_n) != 0 ||
	    !read_end(tail + r->tail_n, end, &out->replaces))
		return false;
	memset(out->code, 0, sizeof(out->code));
	memcpy(out->code, s.p + CODE_AT, CODE_CHARS);
	out->seq = seq;
	out->content_hash = XXH3_64bits(s.p + FIELDS_AT, n);
	out->item = r->roles->number;
	out->decided_on = dates[0] == DATE_NONE ? 0 : dates[0];
	out->valid_to = dates[1];
	out->public_until = dates[2];
	return true;
}

/* Makes the frame of a statement that is a record the one to compare with;
 * false when it cannot be. */
static enum err_code learn_frame(struct facts_reader *r, struct span s,
    const struct statement *st, struct err *err)
{
	static const char received[] = "\"received\":\"";
	struct span code, fields, tail;
	enum err_code rc;
	const char *p;

	r->tail_n = 0;
	rc = look_up(r, st->catalogue_hex, st->item, &r->roles, err);
	if (rc || !r->roles || !statement_peek(s, &code, &fields, &tail)) {
		r->roles = NULL;
		return rc;
	}
	p = memmem(tail.p, tail.n, received, sizeof(received) - 1);
	if (p)
		p = skip_string(p + sizeof(received) - 1, tail.p + tail.n);
	if (!p || (size_t)(p - tail.p) > TAIL_MAX) {
		r->roles = NULL;
		return 0;
	}
	r->tail_n = (size_t)(p - tail.p);
	memcpy(r->tail, tail.p, r->tail_n);
	memcpy(r->digest, st->catalogue_hex, DIGEST_CHARS);
	return 0;
}

enum err_code facts_read(struct facts_reader *r, struct span s, uint64_t seq,
    enum facts_kind *kind_out, struct row_facts *out, struct err *err)
{
	struct statement st = {0};
	enum err_code rc = 0;

	*kind_out = FACTS_RECORD;
	if (read_framed(r, s, seq, out))
		return 0;
	*kind_out = FACTS_UNREADABLE;
	if (statement_read(s, &st, NULL) != 0)
		return 0;
	switch (st.kind) {
	case STATEMENT_RECORD:
		rc = learn_frame(r, s, &st, err);
		if (!rc && read_framed(r, s, seq, out))
			*kind_out = FACTS_RECORD;
		break;
	case STATEMENT_WITHDRAWAL:
		*kind_out = FACTS_WITHDRAWAL;
		break;
	case STATEMENT_UNRESOLVED:
		*kind_out = FACTS_UNRESOLVED;
		break;
	case STATEMENT_SUBMISSION:
		*kind_out = FACTS_SUBMISSION;
		break;
	case STATEMENT_KIND_COUNT:
	default:
		break;
	}
	statement_release(&st);
	return rc;
}
