/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The undoing of a decision about a doubtful row ends the record that the
 * decision made, unless something had replaced it by then: so there is a row
 * of that end, or a version between the two. Without the row a record would
 * stand again that is nobody's.
 */
#include "registry/subjects.h"
#include "registry/verify_priv.h"

#include "base/tr.h"

struct undone {
	struct store *store;
	int64_t seq;	/* of the statement that undoes */
	int64_t record; /* what it ends */
	struct store_value key[3];
};

/* The key of the record's row; false: it has none, which is told elsewhere. */
static bool find_key(
    struct undone *u, const char *code, enum err_code *rc, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_BETWEEN;
	struct store_value values[3];
	int64_t subject_id = 0;
	bool is_found = false;

	*rc = subject_id_of(u->store, span_of(code), &subject_id, err);
	if (*rc)
		return false;
	values[0] = u->key[0] = store_int(subject_id);
	values[1] = store_int(u->record);
	values[2] = store_int(u->record + 1);
	*rc = store_start(u->store, id, values, 3, err);
	if (store_next_row(u->store, id, rc, err)) {
		is_found = true;
		u->key[1] = store_int(store_column_int(u->store, id, 0));
		u->key[2] = store_int(store_column_int(u->store, id, 1));
	}
	store_finish(u->store, id);
	return is_found;
}

static bool was_replaced(struct undone *u, enum err_code *rc, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_OF_KEY;
	bool is_found = false;

	*rc = store_start(u->store, id, u->key, 3, err);
	while (!is_found && store_next_row(u->store, id, rc, err)) {
		int64_t seq = store_column_int(u->store, id, 3);

		is_found = seq > u->record && seq < u->seq;
	}
	store_finish(u->store, id);
	return is_found;
}

static bool has_end(struct undone *u, enum err_code *rc, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_END_OF_KEY;
	bool is_found = false;

	*rc = store_start(u->store, id, u->key, 3, err);
	while (!is_found && store_next_row(u->store, id, rc, err))
		is_found = store_column_int(u->store, id, 2) == u->seq;
	store_finish(u->store, id);
	return is_found;
}

enum err_code verify_undone(
    struct verify *v, uint64_t seq, const struct statement *st, struct err *err)
{
	struct undone u = {v->request->store, (int64_t)seq, st->record, {{0}}};
	enum err_code rc = 0;

	if (!find_key(&u, st->code, &rc, err) || has_end(&u, &rc, err) || rc ||
	    was_replaced(&u, &rc, err) || rc)
		return rc;
	verify_wrong(v, tr("statement %llu ends record %lld, but has no row"),
	    (unsigned long long)seq, (long long)st->record);
	return 0;
}
