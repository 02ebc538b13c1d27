/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables, read once, side by side in the order of subjects:
 *
 *	subject   1 -------- 2 -------- 3 ...	(code, name)
 *	alias	  ..	     .			(further names, identifiers)
 *	record	  .....	     ..		...	(sums by statement)
 *	end	   .			.	(each against its statement)
 *
 * then the directory and the name packs, whose sums must be those of the
 * subjects and their aliases. Runs on a connection of its own, beside the
 * statements.
 */
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/mem.h"
#include "base/tr.h"
#include "registry/block.h"
#include "registry/names.h"
#include "registry/subjects.h"
#include "registry/verify_priv.h"

enum {
	TEXT_MAX = 4096,
	CODE_BYTES = 24,
	END_WITHDRAWN = 1, /* record_end.kind */
	END_UNRESOLVED = 2
};

/* One record: its versions so far. */
struct key {
	int64_t subject_id;
	int64_t item;
	int64_t hash;
	uint64_t *seqs; /* of its versions, from 1 */
	size_t versions;
	size_t capacity;
};

struct rows {
	struct verify *v;
	struct store *store;
	struct block block; /* of ends' statements */
	/* Cursors; has_: there is a current row. */
	bool has_subject;
	bool has_alias;
	bool has_end;
	bool has_record;
	int64_t subject_id;
	char code[CODE_BYTES];
	struct buf name;
	struct key key;
};

/* ---- cursors ---- */

static enum err_code step(
    struct rows *r, enum sql_id id, bool *has, struct err *err)
{
	enum err_code rc = 0;

	*has = store_next_row(r->store, id, &rc, err);
	return rc;
}

static int64_t column(struct rows *r, enum sql_id id, int at)
{
	return store_column_int(r->store, id, at);
}

/* What an identifier is hashed as. */
static void add_key(struct rows *r, struct sums *sums, int64_t subject_id,
    int64_t kind, struct span value)
{
	char text[TEXT_MAX];
	size_t n = value.n < TEXT_MAX - 16 ? value.n : TEXT_MAX - 16;

	memcpy(text, &kind, 8);
	memcpy(text + 8, &subject_id, 8);
	if (n)
		memcpy(text + 16, value.p, n);
	sums_add(sums, (uint64_t)subject_id, text, 16 + n);
	(void)r;
}

/* A name as the packs hold it, or nothing. */
static void add_name(struct rows *r, struct span name)
{
	char folded[NAMES_QUERY_BYTES_MAX];
	size_t n = name.n > sizeof(folded) - 1
	    ? 0
	    : fold_name(name, folded, sizeof(folded));

	if (n)
		add_key(r, r->v->name_sums, r->subject_id, SUBJECT_KEY_NAME,
		    (struct span){folded, n});
}

/* ---- subjects and aliases ---- */

static enum err_code take_aliases(struct rows *r, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_ALIAS_ALL;
	enum err_code rc = 0;

	while (!rc && r->has_alias && column(r, id, 0) <= r->subject_id) {
		int64_t owner = column(r, id, 0);
		int64_t kind = column(r, id, 1);
		struct span value = store_column_span(r->store, id, 2);

		if (owner != r->subject_id)
			verify_wrong(r->v,
			    tr("there are aliases of subject %lld, which is "
			       "not there"),
			    (long long)owner);
		else if (kind != SUBJECT_KEY_NAME)
			add_key(r, r->v->code_sums, owner, kind, value);
		else if (!span_equal(value, buf_span(&r->name)))
			add_name(r, value);
		rc = step(r, id, &r->has_alias, err);
	}
	return rc;
}

static enum err_code next_subject(struct rows *r, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_SUBJECT_LIST;
	enum err_code rc = step(r, id, &r->has_subject, err);
	struct span code;

	if (rc || !r->has_subject)
		return rc;
	r->v->result->subjects++;
	r->subject_id = column(r, id, 0);
	code = store_column_span(r->store, id, 1);
	memset(r->code, 0, sizeof(r->code));
	if (code.n && code.n < sizeof(r->code))
		memcpy(r->code, code.p, code.n);
	buf_reset(&r->name);
	buf_add_span(&r->name, store_column_span(r->store, id, 2));
	add_key(r, r->v->code_sums, r->subject_id, SUBJECT_KEY_CODE, code);
	add_name(r, buf_span(&r->name));
	return take_aliases(r, err);
}

/* Brings the subject cursor to a row's subject. */
static enum err_code find_subject(
    struct rows *r, int64_t subject_id, struct err *err)
{
	enum err_code rc = 0;

	while (!rc && r->has_subject && r->subject_id < subject_id)
		rc = next_subject(r, err);
	return rc;
}

/* ---- ends ---- */

static bool has_version(const struct key *key, int64_t seq)
{
	size_t i;

	for (i = 0; i < key->versions; i++)
		if (key->seqs[i] == (uint64_t)seq)
			return true;
	return false;
}

/* Does the end's statement say what its row says? */
static bool end_agrees(struct rows *r, const struct statement *st)
{
	const enum sql_id id = SQL_REGISTRY_END_BY_KEY;
	struct span reason = store_column_span(r->store, id, 6);
	enum statement_kind kind = column(r, id, 4) == END_WITHDRAWN
	    ? STATEMENT_WITHDRAWAL
	    : STATEMENT_UNRESOLVED;
	char received[24];

	date_format_unix(column(r, id, 5), received);
	return column(r, id, 4) >= END_WITHDRAWN &&
	    column(r, id, 4) <= END_UNRESOLVED && st->kind == kind &&
	    strcmp(st->code, r->code) == 0 &&
	    has_version(&r->key, st->record) && span_is(reason, st->reason) &&
	    strcmp(st->received, received) == 0;
}

static enum err_code check_end(struct rows *r, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_END_BY_KEY;
	uint64_t seq = (uint64_t)column(r, id, 3);
	struct statement st = {0};
	bool is_good = false;
	enum err_code rc = block_load(&r->block, r->store, seq, err);

	if (rc == ERR_NOT_FOUND)
		rc = 0;
	else if (!rc &&
	    statement_read(block_statement(&r->block, seq), &st, NULL) == 0)
		is_good = end_agrees(r, &st);
	statement_release(&st);
	if (!rc && !is_good)
		verify_wrong(r->v,
		    tr("the end of a record by statement %llu is not what was "
		       "sealed"),
		    (unsigned long long)seq);
	if (!rc && column(r, id, 4) == END_WITHDRAWN)
		sum_add(
		    &r->v->row_ends, r->v->row_sums->seed, &seq, sizeof(seq));
	return verify_absorb(r->v, rc, err);
}

static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* The current end's key against the record's. */
static int compare_end(struct rows *r)
{
	const enum sql_id id = SQL_REGISTRY_END_BY_KEY;
	int c = compare(column(r, id, 0), r->key.subject_id);

	if (c == 0)
		c = compare(column(r, id, 1), r->key.item);
	if (c == 0)
		c = compare(column(r, id, 2), r->key.hash);
	return c;
}

/* The ends of the record whose versions are all known now. */
static enum err_code take_ends(struct rows *r, bool is_last, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_END_BY_KEY;
	enum err_code rc = 0;

	while (!rc && r->has_end) {
		int c = is_last ? -1 : compare_end(r);

		if (c > 0)
			break;
		if (c == 0)
			rc = check_end(r, err);
		else
			verify_wrong(r->v,
			    tr("statement %lld ends a record that is not "
			       "there"),
			    (long long)column(r, id, 3));
		if (!rc)
			rc = step(r, id, &r->has_end, err);
	}
	return rc;
}

/* ---- records ---- */

void verify_row_facts(struct store *store, enum sql_id id, const char *code,
    int64_t before, struct row_facts *out)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->code, code, strlen(code));
	out->seq = (uint64_t)store_column_int(store, id, 4);
	out->content_hash = (uint64_t)store_column_int(store, id, 5);
	out->replaces = before;
	out->key_hash = (uint64_t)store_column_int(store, id, 2);
	out->class_ = store_column_int(store, id, 7);
	out->item = (int32_t)store_column_int(store, id, 1);
	out->decided_on = (int32_t)store_column_int(store, id, 6);
	out->valid_to = store_column_date(store, id, 8);
	out->public_until = store_column_date(store, id, 9);
}

static bool is_same_key(struct rows *r)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_LIST;

	return r->key.versions && column(r, id, 0) == r->key.subject_id &&
	    column(r, id, 1) == r->key.item && column(r, id, 2) == r->key.hash;
}

static void add_version(struct rows *r, uint64_t seq)
{
	struct key *k = &r->key;

	k->seqs =
	    mem_grow(k->seqs, k->versions, &k->capacity, sizeof(*k->seqs));
	k->seqs[k->versions++] = seq;
}

/* A row with another key begins: the last one's ends, then the new one. */
static enum err_code start_key(struct rows *r, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_LIST;
	enum err_code rc = 0;

	if (r->key.versions)
		rc = take_ends(r, false, err);
	r->key.subject_id = column(r, id, 0);
	r->key.item = column(r, id, 1);
	r->key.hash = column(r, id, 2);
	r->key.versions = 0;
	if (!rc)
		rc = find_subject(r, r->key.subject_id, err);
	if (!rc && (!r->has_subject || r->subject_id != r->key.subject_id)) {
		verify_wrong(r->v,
		    tr("there are records of subject %lld, which is not "
		       "there"),
		    (long long)r->key.subject_id);
	}
	return rc;
}

static enum err_code take_record(struct rows *r, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_LIST;
	int64_t version = column(r, id, 3);
	int64_t before = STATEMENT_NO_SEQ;
	struct row_facts facts;
	enum err_code rc = 0;

	if (is_same_key(r))
		before = (int64_t)r->key.seqs[r->key.versions - 1];
	else
		rc = start_key(r, err);
	if (rc)
		return rc;
	verify_row_facts(r->store, id,
	    r->subject_id == r->key.subject_id ? r->code : "", before, &facts);
	add_version(r, facts.seq);
	r->v->result->records++;
	if (version != (int64_t)r->key.versions)
		verify_wrong(r->v,
		    tr("the row of record %llu says version %lld instead of "
		       "%zu"),
		    (unsigned long long)facts.seq, (long long)version,
		    r->key.versions);
	if (facts.seq >= r->v->size)
		verify_wrong(r->v,
		    tr("there is a row of record %llu, which the log does not "
		       "have"),
		    (unsigned long long)facts.seq);
	else
		sums_add(r->v->row_sums, facts.seq, &facts, sizeof(facts));
	return 0;
}

static enum err_code take_records(struct rows *r, struct err *err)
{
	enum err_code rc =
	    step(r, SQL_REGISTRY_RECORD_LIST, &r->has_record, err);

	while (!rc && r->has_record) {
		rc = take_record(r, err);
		if (!rc)
			rc = step(
			    r, SQL_REGISTRY_RECORD_LIST, &r->has_record, err);
	}
	if (!rc && r->key.versions)
		rc = take_ends(r, false, err);
	if (!rc)
		rc = take_ends(r, true, err);
	/* Subjects behind the last record. */
	while (!rc && r->has_subject)
		rc = next_subject(r, err);
	if (!rc && r->has_alias) {
		r->subject_id = INT64_MAX;
		rc = take_aliases(r, err);
	}
	return rc;
}

static enum err_code side_by_side(struct rows *r, struct err *err)
{
	static const enum sql_id ids[] = {SQL_REGISTRY_SUBJECT_LIST,
	    SQL_REGISTRY_ALIAS_ALL, SQL_REGISTRY_END_BY_KEY,
	    SQL_REGISTRY_RECORD_LIST};
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]) && !rc; i++)
		rc = store_start(r->store, ids[i], NULL, 0, err);
	if (!rc)
		rc = step(r, SQL_REGISTRY_ALIAS_ALL, &r->has_alias, err);
	if (!rc)
		rc = step(r, SQL_REGISTRY_END_BY_KEY, &r->has_end, err);
	if (!rc)
		rc = next_subject(r, err);
	if (!rc)
		rc = take_records(r, err);
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		store_finish(r->store, ids[i]);
	return rc;
}

/* ---- ways in ---- */

static enum err_code take_directory(struct rows *r, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_DIRECTORY_LIST;
	bool has = false;
	enum err_code rc = store_start(r->store, id, NULL, 0, err);

	if (!rc)
		rc = step(r, id, &has, err);
	while (!rc && has) {
		add_key(r, r->v->directory_sums, column(r, id, 2),
		    column(r, id, 0), store_column_span(r->store, id, 1));
		rc = step(r, id, &has, err);
	}
	store_finish(r->store, id);
	return rc;
}

static void take_packed(void *ctx, int64_t subject_id, struct span folded)
{
	struct rows *r = ctx;

	add_key(r, r->v->pack_sums, subject_id, SUBJECT_KEY_NAME, folded);
}

enum err_code verify_rows(
    struct verify *v, struct store *store, struct err *err)
{
	struct rows r = {.v = v, .store = store};
	enum err_code rc;

	block_init(&r.block);
	buf_init(&r.name, TEXT_MAX * 4);
	rc = verify_absorb(v, side_by_side(&r, err), err);
	if (!rc)
		rc = verify_absorb(v, take_directory(&r, err), err);
	if (!rc)
		rc = verify_absorb(
		    v, names_visit_all(store, take_packed, &r, err), err);
	block_release(&r.block);
	buf_release(&r.name);
	free(r.key.seqs);
	return rc;
}
