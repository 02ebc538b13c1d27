/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A version stands in the log among the statements of its submission, whose
 * row names the department: submissions are numbered in the order of the log,
 * so the one with a log index is found by halving. A version that no
 * submission has was made by a decision or put back by an undoing; its
 * statement says the department, as every record's does.
 */
#include "registry/source.h"

#include <string.h>

#include "registry/block.h"
#include "registry/statement.h"

enum { DEPARTMENT_BYTES_MAX = 64 * 1024 };

void source_finder_init(struct source_finder *finder, struct store *store)
{
	memset(finder, 0, sizeof(*finder));
	finder->store = store;
	finder->submissions = -1;
	buf_init(&finder->department, DEPARTMENT_BYTES_MAX);
}

void source_finder_release(struct source_finder *finder)
{
	buf_release(&finder->department);
}

/* Loads a submission; an absent one has nothing of the log. */
static enum err_code load_submission(
    struct source_finder *f, int64_t number, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_SUBMISSION_SPAN;
	struct store_value key = store_int(number);
	enum err_code rc = store_start(f->store, id, &key, 1, err);

	f->first_seq = f->end_seq = 0;
	buf_reset(&f->department);
	if (store_next_row(f->store, id, &rc, err)) {
		f->first_seq = store_column_int(f->store, id, 0);
		f->end_seq = store_column_int(f->store, id, 1);
		buf_add_span(
		    &f->department, store_column_span(f->store, id, 2));
	}
	store_finish(f->store, id);
	return rc;
}

static bool has(const struct source_finder *f, int64_t seq)
{
	return seq >= f->first_seq && seq < f->end_seq;
}

static enum err_code find_submission(
    struct source_finder *f, int64_t seq, struct err *err)
{
	int64_t low = 1, high;
	enum err_code rc = 0;

	if (f->submissions < 0) {
		f->submissions = 0;
		rc = store_get_int(f->store, SQL_REGISTRY_SUBMISSION_COUNT,
		    NULL, 0, 0, &f->submissions, err);
	}
	high = f->submissions;
	while (!rc && low <= high && !has(f, seq)) {
		int64_t middle = low + (high - low) / 2;

		rc = load_submission(f, middle, err);
		if (seq < f->first_seq)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return rc;
}

static enum err_code read_statement(
    struct source_finder *f, int64_t seq, struct err *err)
{
	struct statement statement;
	enum err_code rc =
	    block_read_statement(f->store, (uint64_t)seq, &statement, err);

	if (!rc && statement.kind != STATEMENT_RECORD)
		rc = err_set(err, ERR_CORRUPT,
		    "statement %llu is not the record that it should be",
		    (unsigned long long)seq);
	f->first_seq = f->end_seq = 0;
	buf_reset(&f->department);
	if (!rc)
		buf_add_str(&f->department, statement.department);
	statement_release(&statement);
	return rc == ERR_NOT_FOUND ? ERR_CORRUPT : rc;
}

enum err_code source_of(struct source_finder *finder, int64_t seq,
    struct span *department_out, struct err *err)
{
	enum err_code rc = 0;

	if (!has(finder, seq))
		rc = find_submission(finder, seq, err);
	if (!rc && !has(finder, seq))
		rc = read_statement(finder, seq, err);
	*department_out = buf_span(&finder->department);
	return rc;
}
