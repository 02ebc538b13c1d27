/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record's statement, read at the speed of a scan:
 *
 *	{"about":"CODE","catalogue":"HEX"[,"closed":{...}],"fields":{...},
 *	^0        ^10  ^28              ^43 ^108
 *	"from":...,"item":...,"kind":"record","received":"..."[,"replaces":N]}
 *
 * All records of a submission share the catalogue and what stands between
 * fields and "replaces"; so these are compared with the last statement's,
 * and only when they differ is a statement parsed as JSON and its item's
 * roles looked up in the archived catalogue that it names.
 *
 * Most statements end with what the last one ended with, so the end of the
 * fields is known from behind, and nothing has to be passed over. The dates
 * that a row repeats are found by their field's name: `"NAME":"` stands
 * nowhere else, because a quote inside a value has a backslash before it.
 */
#include <stdio.h>
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
	CONTENT_AT = DIGEST_AT + DIGEST_CHARS + 1, /* "closed" or "fields" */
	MEMBER_BYTES = 10, /* `,"closed":` or `,"fields":` */
	TAIL_MAX = 512,
	ITEMS_MAX = 1 << 16,
	DATE_CHARS = 10
};

/* What verification needs of an item in one version of the catalogue. */
struct item_roles {
	char digest[DIGEST_CHARS + 1];
	char id[VERIFY_KEY_MAX];
	int number;
	/* `"NAME":"` of decided-on, valid-to, public-until; "" = none. */
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

	if (n == 0 || n + 4 >= VERIFY_KEY_MAX)
		return;
	roles->key_bytes[at] = (size_t)snprintf(roles->keys[at], VERIFY_KEY_MAX,
	    "\"%s\":\"", item->fields[field].name);
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

/* The date of the field with this key; false when it is not there. */
static bool find_date_in(
    struct span fields, const char *key, size_t key_bytes, int32_t *out)
{
	const char *end = fields.p + fields.n;
	const char *p =
	    fields.n ? memmem(fields.p, fields.n, key, key_bytes) : NULL;

	return p && end - p >= (ptrdiff_t)key_bytes + DATE_CHARS &&
	    date_parse_iso((struct span){p + key_bytes, DATE_CHARS}, out);
}

/* The same, open or closed; DATE_NONE when there is none. */
static int32_t find_date(const struct statement_content *content,
    const struct item_roles *roles, int role)
{
	const char *key = roles->keys[role];
	size_t n = roles->key_bytes[role];
	int32_t date;

	return n &&
		(find_date_in(content->fields, key, n, &date) ||
		    find_date_in(content->closed, key, n, &date))
	    ? date
	    : DATE_NONE;
}

/* ---- a record ---- */

/* Is it a record with the last one's catalogue? */
static bool has_shape(const struct facts_reader *r, struct span s)
{
	return s.n > CONTENT_AT + MEMBER_BYTES &&
	    memcmp(s.p, "{\"about\":\"", 10) == 0 &&
	    memcmp(s.p + 28, "\",\"catalogue\":\"", 15) == 0 &&
	    memcmp(s.p + DIGEST_AT, r->digest, DIGEST_CHARS) == 0 &&
	    s.p[CONTENT_AT - 1] == '"';
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

/* Where the fields that begin at `from` end, from what stands behind them;
 * 0: not there. */
static size_t fields_bytes(const struct facts_reader *r, struct span s,
    const char *from, int64_t *replaces)
{
	const char *end = s.p + s.n;
	const char *p;

	*replaces = STATEMENT_NO_SEQ;
	if ((size_t)(end - from) < r->tail_n + 3)
		return 0;
	p = end - 1 - r->tail_n;
	if (memcmp(p, r->tail, r->tail_n) == 0)
		return end[-1] == '}' ? (size_t)(p - from) : 0;
	p = skip_value(from, end);
	if (!p || (size_t)(end - p) <= r->tail_n ||
	    memcmp(p, r->tail, r->tail_n) != 0 ||
	    !read_end(p + r->tail_n, end, replaces))
		return 0;
	return (size_t)(p - from);
}

/* Cuts what the record says out of it. */
static bool cut_content(const struct facts_reader *r, struct span s,
    struct statement_content *out, int64_t *replaces)
{
	const char *p = s.p + CONTENT_AT;

	memset(out, 0, sizeof(*out));
	if (memcmp(p, ",\"closed\":", MEMBER_BYTES) == 0) {
		struct span closed = statement_closed(s);

		if (closed.n == 0 || !statement_cut_closed(closed, out))
			return false;
		p = closed.p + closed.n;
	}
	if (s.p + s.n - p < MEMBER_BYTES ||
	    memcmp(p, ",\"fields\":", MEMBER_BYTES) != 0)
		return false;
	p += MEMBER_BYTES;
	out->fields = (struct span){p, fields_bytes(r, s, p, replaces)};
	return out->fields.n > 0;
}

/* Reads a record that has the last one's frame; false when it has not. */
static bool read_framed(const struct facts_reader *r, struct span s,
    uint64_t seq, struct row_facts *out)
{
	const struct item_roles *roles = r->roles;
	struct statement_content content;

	if (!roles || !has_shape(r, s) ||
	    !cut_content(r, s, &content, &out->replaces))
		return false;
	memset(out->code, 0, sizeof(out->code));
	memcpy(out->code, s.p + CODE_AT, CODE_CHARS);
	out->seq = seq;
	out->content_hash =
	    statement_content_hash(content.fields, content.closed);
	out->item = roles->number;
	out->decided_on = find_date(&content, roles, 0);
	if (out->decided_on == DATE_NONE)
		out->decided_on = 0;
	out->valid_to = find_date(&content, roles, 1);
	out->public_until = find_date(&content, roles, 2);
	return true;
}

/* Makes the frame of a statement that is a record the one to compare with;
 * false when it cannot be. */
static enum err_code learn_frame(struct facts_reader *r, struct span s,
    const struct statement *st, struct err *err)
{
	static const char received[] = "\"received\":\"";
	struct statement_cut cut;
	enum err_code rc;
	const char *p;

	r->tail_n = 0;
	rc = look_up(r, st->catalogue_hex, st->item, &r->roles, err);
	if (rc || !r->roles || !statement_peek(s, &cut)) {
		r->roles = NULL;
		return rc;
	}
	p = memmem(cut.tail.p, cut.tail.n, received, sizeof(received) - 1);
	if (p)
		p = skip_string(
		    p + sizeof(received) - 1, cut.tail.p + cut.tail.n);
	if (!p || (size_t)(p - cut.tail.p) > TAIL_MAX) {
		r->roles = NULL;
		return 0;
	}
	r->tail_n = (size_t)(p - cut.tail.p);
	memcpy(r->tail, cut.tail.p, r->tail_n);
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
	case STATEMENT_DOUBTFUL:
		*kind_out = FACTS_DOUBTFUL;
		break;
	case STATEMENT_CASE:
		*kind_out = FACTS_CASE;
		break;
	case STATEMENT_KIND_COUNT:
	default:
		break;
	}
	statement_release(&st);
	return rc;
}
