/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the sums of rows and of statements differ in some ranges of the log,
 * those rows are fetched (one pass over the table), sorted by statement, and
 * laid beside the statements one by one. Only as much as some ranges hold is
 * in memory at once; with more ranges wrong than that, the first are named
 * and the others counted.
 *
 * Of directory and names the range of subjects is named: small, because a
 * range is one subject until there are more than 65,536.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "registry/block.h"
#include "registry/subjects.h"
#include "registry/verify_priv.h"

enum { RANGES_MAX = 64, ROWS_MAX = 1 << 18 };

struct found_row {
	int64_t subject_id;
	struct row_facts facts; /* without code */
};

struct differences {
	struct verify *v;
	struct store *store;
	bool is_wanted[VERIFY_BUCKETS];
	struct found_row *rows;
	size_t rows_count;
	size_t rows_capacity;
	struct block block;
	struct facts_reader *facts;
	struct subject subject;
};

/* Marks the first ranges that differ; returns how many more there are. */
static size_t choose_ranges(struct differences *d)
{
	const struct verify *v = d->v;
	size_t chosen = 0, more = 0;
	size_t at = sums_differ(v->row_sums, v->statement_sums, 0);

	for (; at < VERIFY_BUCKETS;
	     at = sums_differ(v->row_sums, v->statement_sums, at + 1)) {
		d->is_wanted[at] = chosen < RANGES_MAX;
		if (chosen++ >= RANGES_MAX)
			more++;
	}
	return more;
}

static void keep(struct differences *d, int64_t subject_id, int64_t before)
{
	struct found_row *row;

	if (d->rows_count == ROWS_MAX)
		return;
	d->rows = mem_grow(
	    d->rows, d->rows_count, &d->rows_capacity, sizeof(*d->rows));
	row = &d->rows[d->rows_count++];
	row->subject_id = subject_id;
	verify_row_facts(
	    d->store, SQL_REGISTRY_RECORD_LIST, "", before, &row->facts);
}

static enum err_code fetch_rows(struct differences *d, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_LIST;
	unsigned shift = d->v->row_sums->shift;
	int64_t key[3] = {0, 0, 0};
	int64_t last = STATEMENT_NO_SEQ;
	enum err_code rc = store_start(d->store, id, NULL, 0, err);

	while (store_next_row(d->store, id, &rc, err)) {
		int64_t now[3] = {store_column_int(d->store, id, 0),
		    store_column_int(d->store, id, 1),
		    store_column_int(d->store, id, 2)};
		int64_t seq = store_column_int(d->store, id, 4);

		if (memcmp(now, key, sizeof(now)) != 0)
			last = STATEMENT_NO_SEQ;
		if ((uint64_t)seq < d->v->size &&
		    d->is_wanted[(uint64_t)seq >> shift])
			keep(d, now[0], last);
		memcpy(key, now, sizeof(key));
		last = seq;
	}
	store_finish(d->store, id);
	return rc;
}

static int compare_rows(const void *a, const void *b)
{
	const struct found_row *x = a;
	const struct found_row *y = b;

	return (x->facts.seq > y->facts.seq) - (x->facts.seq < y->facts.seq);
}

/* What the row says otherwise than its statement. */
static const char *name_member(
    const struct row_facts *row, const struct row_facts *must)
{
	if (memcmp(row->code, must->code, sizeof(row->code)) != 0)
		return tr("whom it is about");
	if (row->item != must->item)
		return tr("its item");
	if (row->content_hash != must->content_hash)
		return tr("its content");
	if (row->decided_on != must->decided_on)
		return tr("when it was decided");
	if (row->valid_to != must->valid_to)
		return tr("until when it is valid");
	if (row->public_until != must->public_until)
		return tr("until when its source publishes it");
	if (row->class_ != must->class_)
		return tr("its class");
	if (row->replaces != must->replaces)
		return tr("what it replaces");
	return tr("which record it is a version of");
}

static enum err_code fill_code(
    struct differences *d, struct found_row *row, struct err *err)
{
	enum err_code rc =
	    subject_by_id(d->store, row->subject_id, &d->subject, err);

	if (rc == ERR_NOT_FOUND)
		return 0;
	if (!rc && d->subject.code.n < sizeof(row->facts.code))
		memcpy(row->facts.code, d->subject.code.p, d->subject.code.n);
	return rc;
}

/* The statement's kind and facts; unreadable when it is not there. */
static enum err_code read_statement(struct differences *d, uint64_t seq,
    enum facts_kind *kind, struct row_facts *facts, struct err *err)
{
	enum err_code rc = block_load(&d->block, d->store, seq, err);

	*kind = FACTS_UNREADABLE;
	if (rc)
		return rc == ERR_NOT_FOUND || rc == ERR_CORRUPT ? ERR_NONE : rc;
	return facts_read(
	    d->facts, block_statement(&d->block, seq), seq, kind, facts, err);
}

/* Lays the rows of one statement beside it. */
static enum err_code compare_at(struct differences *d, uint64_t seq,
    struct found_row *rows, size_t count, struct err *err)
{
	unsigned long long number = seq;
	struct row_facts must;
	enum facts_kind kind;
	enum err_code rc = read_statement(d, seq, &kind, &must, err);

	if (!rc && count)
		rc = fill_code(d, rows, err);
	if (rc || kind == FACTS_UNREADABLE) /* told already */
		return rc;
	if (kind == FACTS_RECORD && count == 0)
		verify_wrong(
		    d->v, tr("record %llu is sealed, but has no row"), number);
	else if (kind != FACTS_RECORD && count)
		verify_wrong(d->v,
		    tr("there is a row of record %llu, but statement %llu is "
		       "no record"),
		    number, number);
	else if (count > 1)
		verify_wrong(
		    d->v, tr("record %llu has %zu rows"), number, count);
	else if (count && memcmp(&rows->facts, &must, sizeof(must)) != 0)
		verify_wrong(d->v,
		    tr("the row of record %llu is not what was sealed: %s"),
		    number, name_member(&rows->facts, &must));
	return 0;
}

static enum err_code compare_ranges(struct differences *d, struct err *err)
{
	unsigned shift = d->v->row_sums->shift;
	size_t at = 0, bucket;
	enum err_code rc = 0;

	for (bucket = 0; bucket < VERIFY_BUCKETS && !rc; bucket++) {
		uint64_t seq = (uint64_t)bucket << shift;
		uint64_t end = seq + (1ULL << shift);

		for (; d->is_wanted[bucket] && seq < end && seq < d->v->size &&
		     !rc;
		     seq++) {
			size_t from = at;

			while (
			    at < d->rows_count && d->rows[at].facts.seq == seq)
				at++;
			rc = compare_at(d, seq,
			    at > from ? &d->rows[from] : NULL, at - from, err);
		}
	}
	return rc;
}

static enum err_code name_rows(
    struct verify *v, struct store *store, struct err *err)
{
	struct differences *d = mem_zalloc(1, sizeof(*d));
	size_t more;
	enum err_code rc;

	d->v = v;
	d->store = store;
	d->facts = facts_reader_new(store, NULL);
	block_init(&d->block);
	subject_init(&d->subject);
	more = choose_ranges(d);
	rc = fetch_rows(d, err);
	if (!rc && d->rows_count)
		qsort(d->rows, d->rows_count, sizeof(*d->rows), compare_rows);
	if (!rc)
		rc = compare_ranges(d, err);
	if (more)
		verify_wrong(v,
		    tr("further ranges of the log in which rows are not what "
		       "was sealed: %zu"),
		    more);
	facts_reader_free(&d->facts);
	block_release(&d->block);
	subject_release(&d->subject);
	free(d->rows);
	free(d);
	return verify_absorb(v, rc, err);
}

/* fmt takes the first and the last subject. */
static void name_subjects(
    struct verify *v, const struct sums *a, const struct sums *b, bool is_names)
{
	size_t at = sums_differ(a, b, 0);

	for (; at < VERIFY_BUCKETS; at = sums_differ(a, b, at + 1)) {
		unsigned long long from = (uint64_t)at << a->shift;
		unsigned long long to = from + (1ULL << a->shift) - 1;

		if (is_names)
			verify_wrong(v,
			    tr("the names to search by are not those of "
			       "subjects %llu to %llu"),
			    from, to);
		else
			verify_wrong(v,
			    tr("the directory does not have the identifiers "
			       "of subjects %llu to %llu"),
			    from, to);
	}
}

enum err_code verify_name_differences(
    struct verify *v, struct store *store, struct err *err)
{
	enum err_code rc = 0;

	if (sums_differ(v->row_sums, v->statement_sums, 0) < VERIFY_BUCKETS)
		rc = name_rows(v, store, err);
	name_subjects(v, v->code_sums, v->directory_sums, false);
	name_subjects(v, v->name_sums, v->pack_sums, true);
	if (memcmp(&v->row_ends, &v->statement_ends, sizeof(v->row_ends)) != 0)
		verify_wrong(v,
		    tr("the ends of records are not those that were sealed"));
	return rc;
}
