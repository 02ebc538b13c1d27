/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A decision makes its row the newest version of the record. It must not
 * stand over what the department said of that record after the row had come.
 *
 *	log   ... row's submission | statement, withdrawal ...
 *				   ^ arrived_seq
 *
 * What lies behind the row's submission was said later, but for two kinds:
 * 1. A decision was said when its own row came, and counts while it stands.
 * 2. A version that an undoing put back was said before. It follows the end
 *    with the next number and has the content of an earlier version; nothing
 *    that a department sends does, since after an end that is a duplicate.
 *
 * One file has no order: rows of one submission came at the same time.
 */
#include <jansson.h>
#include <stdlib.h>

#include "base/mem.h"
#include "intake/doubtful_priv.h"
#include "registry/block.h"
#include "registry/statement.h"
#include "registry/view.h"

/* A version of the record, or an end of it. */
struct said {
	int64_t seq;
	uint64_t content_hash; /* of a version */
	int64_t kind;	       /* of an end */
};

struct said_list {
	struct said *list;
	size_t count;
	size_t max;
};

struct saying {
	struct store *store;
	const struct doubtful_row *row;
	int64_t subject_id;
	struct said_list versions;
	struct said_list ends;
};

static void add(struct said_list *to, struct said one)
{
	to->list = mem_grow(to->list, to->count, &to->max, sizeof(*to->list));
	to->list[to->count++] = one;
}

static enum err_code start(
    const struct saying *s, enum sql_id id, struct err *err)
{
	struct store_value key[] = {store_int(s->subject_id),
	    store_int(s->row->item->number),
	    store_int((int64_t)s->row->key_hash)};

	return store_start(s->store, id, key, 3, err);
}

static enum err_code read_all(struct saying *s, struct err *err)
{
	enum sql_id id = SQL_REGISTRY_RECORD_OF_KEY;
	struct store *store = s->store;
	enum err_code rc = start(s, id, err);

	while (store_next_row(store, id, &rc, err))
		add(&s->versions,
		    (struct said){.seq = store_column_int(store, id, 3),
			.content_hash =
			    (uint64_t)store_column_int(store, id, 4)});
	store_finish(store, id);
	if (rc)
		return rc;
	id = SQL_REGISTRY_END_OF_KEY;
	rc = start(s, id, err);
	while (store_next_row(store, id, &rc, err))
		add(&s->ends,
		    (struct said){.seq = store_column_int(store, id, 2),
			.kind = store_column_int(store, id, 3)});
	store_finish(store, id);
	return rc;
}

static bool follows_undoing(const struct saying *s, int64_t seq)
{
	size_t i;

	for (i = 0; i < s->ends.count; i++)
		if (s->ends.list[i].kind == RECORD_END_UNRESOLVED &&
		    s->ends.list[i].seq == seq - 1)
			return true;
	return false;
}

/* Of a version that is no decision's. */
static bool is_put_back(const struct saying *s, size_t at)
{
	const struct said *list = s->versions.list;
	size_t i;

	if (!follows_undoing(s, list[at].seq))
		return false;
	for (i = 0; i < at; i++)
		if (list[i].content_hash == list[at].content_hash)
			return true;
	return false;
}

/* The row whose decision made the version; 0: none did. */
static enum err_code doubt_behind(
    struct store *store, int64_t seq, int64_t *id_out, struct err *err)
{
	struct statement statement;
	enum err_code rc =
	    block_read_statement(store, (uint64_t)seq, &statement, err);

	*id_out =
	    json_integer_value(json_object_get(statement.resolved, "doubtful"));
	statement_release(&statement);
	return rc;
}

/* Does the other row's decision stand by that version, and did it come
 * later? */
static enum err_code is_later_row(
    const struct saying *s, int64_t id, int64_t seq, bool *out, struct err *err)
{
	const struct store_value key = store_int(id);
	struct doubtful_edge edge;
	int64_t submission_id = 0;
	enum err_code rc = doubtful_last_edge(s->store, id, &edge, err);

	if (!rc)
		rc = store_get_int(s->store, SQL_INTAKE_DOUBTFUL_GET, &key, 1,
		    0, &submission_id, err);
	*out = edge.seq == seq && edge.subject_id == s->subject_id &&
	    submission_id > s->row->submission_id;
	return rc;
}

static enum err_code is_later_version(
    const struct saying *s, size_t at, bool *out, struct err *err)
{
	int64_t seq = s->versions.list[at].seq, id;
	enum err_code rc = doubt_behind(s->store, seq, &id, err);

	*out = !rc && id == 0 && !is_put_back(s, at);
	return rc || id == 0 ? rc : is_later_row(s, id, seq, out, err);
}

/* What was said later, -1: nothing. */
static enum err_code find_later(
    struct saying *s, int64_t *seq_out, struct err *err)
{
	int64_t arrived = s->row->arrived_seq;
	enum err_code rc = read_all(s, err);
	bool is_later = false;
	size_t i;

	*seq_out = -1;
	for (i = 0; i < s->ends.count; i++)
		if (s->ends.list[i].kind == RECORD_END_WITHDRAWN &&
		    s->ends.list[i].seq >= arrived)
			*seq_out = s->ends.list[i].seq;
	for (i = s->versions.count; i-- > 0 && !rc && *seq_out < 0;) {
		if (s->versions.list[i].seq < arrived)
			break;
		rc = is_later_version(s, i, &is_later, err);
		if (!rc && is_later)
			*seq_out = s->versions.list[i].seq;
	}
	return rc;
}

enum err_code doubtful_check_newest(struct store *store,
    const struct doubtful_row *row, int64_t subject_id, struct err *err)
{
	struct saying s = {
	    .store = store, .row = row, .subject_id = subject_id};
	int64_t seq = -1;
	enum err_code rc = find_later(&s, &seq, err);

	free(s.versions.list);
	free(s.ends.list);
	if (rc || seq < 0)
		return rc;
	err_set(err, ERR_CONFLICT,
	    "doubtful row %lld is overtaken: its department has spoken of this "
	    "record since",
	    (long long)row->id);
	err_detail(err, "By statement %lld.", (long long)seq);
	err_hint(err, "Reject the row: what was said later stands.");
	return ERR_CONFLICT;
}
