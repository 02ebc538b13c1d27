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
 * fields is known from behind, and nothing has to be passed over. What the
 * row has of the fields is told by verify_judge.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/mem.h"
#include "catalog/catalog.h"
#include "registry/catalogue.h"
#include "registry/subjects.h"
#include "registry/verify_priv.h"

enum {
	CODE_AT = 10,
	CODE_CHARS = 18,
	DIGEST_CHARS = 64,
	DIGEST_AT = 43,
	CONTENT_AT = DIGEST_AT + DIGEST_CHARS + 1, /* "closed" or "fields" */
	MEMBER_BYTES = 10, /* `,"closed":` or `,"fields":` */
	TAIL_MAX = 512,
	ITEMS_MAX = 1 << 16
};

/* What verification needs of an item in one version of the catalogue. */
struct item_roles {
	char digest[DIGEST_CHARS + 1];
	char id[VERIFY_KEY_MAX];
	int number;
	struct judge judge; /* of an item of the reader's catalogues */
};

struct facts_reader {
	struct store *store;
	struct told *told; /* may be NULL */
	struct item_roles **items;
	size_t items_count;
	struct catalog **catalogs; /* that the items are of */
	size_t catalogs_count;
	struct facts_frame frame; /* the last record's */
	bool is_new_frame;
};

struct facts_reader *facts_reader_new(struct store *store, struct told *told)
{
	struct facts_reader *r = mem_zalloc(1, sizeof(*r));

	r->store = store;
	r->told = told;
	return r;
}

void facts_reader_free(struct facts_reader **reader)
{
	struct facts_reader *r = *reader;

	if (!r)
		return;
	while (r->catalogs_count)
		catalog_free(&r->catalogs[--r->catalogs_count]);
	free(r->catalogs);
	while (r->items_count)
		free(r->items[--r->items_count]);
	free(r->items);
	free(r);
	*reader = NULL;
}

/* ---- items of archived catalogues ---- */

/* The catalogue is the reader's from now on. */
static void add_items(
    struct facts_reader *r, struct catalog *c, const char *digest)
{
	size_t i;

	r->catalogs = mem_realloc(
	    r->catalogs, r->catalogs_count + 1, sizeof(*r->catalogs));
	r->catalogs[r->catalogs_count++] = c;
	r->items = mem_realloc(
	    r->items, r->items_count + c->items_count, sizeof(*r->items));
	for (i = 0; i < c->items_count; i++) {
		const struct cat_item *item = &c->items[i];
		struct item_roles *roles;

		if (strlen(item->id) >= sizeof(roles->id))
			continue;
		roles = r->items[r->items_count++] =
		    mem_zalloc(1, sizeof(*roles));
		memcpy(roles->digest, digest, DIGEST_CHARS);
		memcpy(roles->id, item->id, strlen(item->id));
		roles->number = item->number;
		judge_init(&roles->judge, item);
	}
}

static const struct item_roles *find_item(
    const struct facts_reader *r, const char *digest, const char *id)
{
	size_t i;

	for (i = 0; i < r->items_count; i++)
		if (strcmp(r->items[i]->digest, digest) == 0 &&
		    strcmp(r->items[i]->id, id) == 0)
			return r->items[i];
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
	rc = catalogue_restore(r->store, digest, &c, err);
	if (!rc) {
		add_items(r, c, digest);
		*out = find_item(r, digest, id);
	}
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
const char *verify_skip_value(const char *p, const char *end)
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

/* ---- a record ---- */

/* Is it a record with the last one's catalogue? */
static bool has_shape(const struct facts_frame *r, struct span s)
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
static size_t fields_bytes(const struct facts_frame *r, struct span s,
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
	p = verify_skip_value(from, end);
	if (!p || (size_t)(end - p) <= r->tail_n ||
	    memcmp(p, r->tail, r->tail_n) != 0 ||
	    !read_end(p + r->tail_n, end, replaces))
		return 0;
	return (size_t)(p - from);
}

/* Cuts what the record says out of it. */
static bool cut_content(const struct facts_frame *r, struct span s,
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

/* Reads a record that has this frame; false when it has not. */
static bool read_framed(const struct facts_frame *frame,
    const struct told *told, struct span s, struct statement_content *content,
    struct fact *out)
{
	const struct item_roles *roles = frame->roles;
	struct row_facts *row = &out->row;

	out->name.is_set = false;
	if (!roles || !has_shape(frame, s) ||
	    !cut_content(frame, s, content, &row->replaces))
		return false;
	memset(row->code, 0, sizeof(row->code));
	memcpy(row->code, s.p + CODE_AT, CODE_CHARS);
	row->content_hash =
	    statement_content_hash(content->fields, content->closed);
	row->item = roles->number;
	judge_record(&roles->judge, content, row->code, told, out);
	return true;
}

/* Was it judged by another catalogue than its own, or has it a key that
 * cannot be known? */
static bool is_judged_elsewhere(
    const struct facts_frame *frame, const struct statement_content *content)
{
	return content->resolved.n || !frame->roles->judge.has_key;
}

void facts_read_framed(const struct facts_frame *frame, const struct told *told,
    struct span statement, uint64_t seq, struct fact *out)
{
	struct statement_content content;

	out->row.seq = seq;
	out->is_known = read_framed(frame, told, statement, &content, out) &&
	    !is_judged_elsewhere(frame, &content);
}

const struct facts_frame *facts_new_frame(struct facts_reader *r)
{
	bool is_new = r->is_new_frame;

	r->is_new_frame = false;
	return is_new ? &r->frame : NULL;
}

/* ---- judged by an earlier catalogue ---- */

/* What the record's row says of its class and key; false: it has no row. */
static bool read_row(struct facts_reader *r, const struct row_facts *of,
    struct row_facts *out, enum err_code *rc, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_OF_SUBJECT;
	struct store_value subject;
	int64_t subject_id = 0;
	bool is_found = false;

	*out = *of;
	*rc = subject_id_of(r->store, span_of(of->code), &subject_id, err);
	if (*rc)
		return false;
	subject = store_int(subject_id);
	*rc = store_start(r->store, id, &subject, 1, err);
	while (!is_found && store_next_row(r->store, id, rc, err)) {
		if ((uint64_t)store_column_int(r->store, id, 3) != of->seq)
			continue;
		is_found = true;
		out->key_hash = (uint64_t)store_column_int(r->store, id, 1);
		out->class_ = store_column_int(r->store, id, 6);
	}
	store_finish(r->store, id);
	return is_found;
}

/* Looks up the item in every archived catalogue. */
static enum err_code look_up_all(
    struct facts_reader *r, const char *id, struct err *err)
{
	const enum sql_id list = SQL_REGISTRY_CATALOGUE_LIST;
	struct buf digests = BUF_INIT(ITEMS_MAX * (DIGEST_CHARS + 1));
	const struct item_roles *roles;
	enum err_code rc = store_start(r->store, list, NULL, 0, err);
	size_t at;

	while (store_next_row(r->store, list, &rc, err)) {
		struct span digest = store_column_span(r->store, list, 1);

		if (digest.n * 2 != DIGEST_CHARS)
			continue;
		buf_add_hex(&digests, digest.p, digest.n);
		buf_add_char(&digests, '\0');
	}
	store_finish(r->store, list);
	for (at = 0; !rc && at < digests.n; at += DIGEST_CHARS + 1)
		rc = look_up(r, digests.p + at, id, &roles, err);
	buf_release(&digests);
	return rc;
}

/*
 * A record that stands by a person's decision was judged when its row came, by
 * the catalogue of that day: its statement may name a later one. So its row
 * may say what any archived catalogue makes of it. A key that cannot be known
 * is the row's: programs before 2026-11-29 left a decided row the key of the
 * code that it came with, which is not kept.
 */
static enum err_code judge_by_earlier(struct facts_reader *r, const char *id,
    const struct statement_content *content, struct row_facts *out,
    struct err *err)
{
	struct row_facts row;
	struct fact other = {.row = *out};
	enum err_code rc = 0;
	size_t i;

	if (!read_row(r, out, &row, &rc, err) ||
	    memcmp(&row, out, sizeof(row)) == 0)
		return rc;
	rc = look_up_all(r, id, err);
	for (i = 0; i < r->items_count; i++) {
		const struct judge *judge = &r->items[i]->judge;

		if (strcmp(judge->item->id, id) != 0)
			continue;
		judge_record(judge, content, out->code, NULL, &other);
		if (!judge->has_key || judge->has_code)
			other.row.key_hash = row.key_hash;
		if (memcmp(&row, &other.row, sizeof(row)) == 0)
			*out = row;
	}
	return rc;
}

/* Makes the frame of a statement that is a record the one to compare with;
 * false when it cannot be. */
static enum err_code learn_frame(struct facts_reader *r, struct span s,
    const struct statement *st, struct err *err)
{
	static const char received[] = "\"received\":\"";
	struct facts_frame *frame = &r->frame;
	struct statement_cut cut;
	enum err_code rc;
	const char *p;

	frame->tail_n = 0;
	rc = look_up(r, st->catalogue_hex, st->item, &frame->roles, err);
	if (rc || !frame->roles || !statement_peek(s, &cut)) {
		frame->roles = NULL;
		return rc;
	}
	p = memmem(cut.tail.p, cut.tail.n, received, sizeof(received) - 1);
	if (p)
		p = skip_string(
		    p + sizeof(received) - 1, cut.tail.p + cut.tail.n);
	if (!p || (size_t)(p - cut.tail.p) > TAIL_MAX) {
		frame->roles = NULL;
		return 0;
	}
	frame->tail_n = (size_t)(p - cut.tail.p);
	memcpy(frame->tail, cut.tail.p, frame->tail_n);
	memcpy(frame->digest, st->catalogue_hex, DIGEST_CHARS);
	r->is_new_frame = true;
	return 0;
}

/* A record with the last one's frame; false: it is another statement. */
static bool read_record(struct facts_reader *r, struct span s, uint64_t seq,
    struct row_facts *out, enum err_code *rc, struct err *err)
{
	struct statement_content content;
	struct fact fact;

	*rc = 0;
	fact.row.seq = seq;
	if (!read_framed(&r->frame, r->told, s, &content, &fact))
		return false;
	if (r->told)
		told_put(r->told, &fact.name);
	*out = fact.row;
	if (is_judged_elsewhere(&r->frame, &content))
		*rc = judge_by_earlier(
		    r, r->frame.roles->judge.item->id, &content, out, err);
	return true;
}

enum err_code facts_read(struct facts_reader *r, struct span s, uint64_t seq,
    enum facts_kind *kind_out, struct row_facts *out, struct err *err)
{
	const struct item_roles *roles;
	struct statement st = {0};
	enum err_code rc;

	*kind_out = FACTS_RECORD;
	if (read_record(r, s, seq, out, &rc, err))
		return rc;
	*kind_out = FACTS_UNREADABLE;
	if (statement_read(s, &st, NULL) != 0)
		return 0;
	switch (st.kind) {
	case STATEMENT_RECORD:
		rc = learn_frame(r, s, &st, err);
		if (!rc && read_record(r, s, seq, out, &rc, err))
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
		rc = look_up(r, st.catalogue_hex, st.item, &roles, err);
		out->item = !rc && roles ? roles->number : 0;
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
