/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of publication_record. */
#include "publication/publication_priv.h"

#include "base/check.h"

struct publication_place publication_place_at(
    struct store *store, enum sql_id id)
{
	struct store_value change = store_column(store, id, 7);
	struct store_value told = store_column(store, id, 9);

	return (struct publication_place){
	    .seq = (uint64_t)store_column_int(store, id, 0),
	    .subject_id = store_column_int(store, id, 1),
	    .item = store_column_int(store, id, 2),
	    .key_hash = store_column_int(store, id, 3),
	    .facet_id = store_column_int(store, id, 4),
	    .decided_on = (date_days)store_column_int(store, id, 5),
	    .received_on = (date_days)store_column_int(store, id, 6),
	    .change_index = change.kind == STORE_INT ? change.i : -1,
	    .due_on = store_column_date(store, id, 8),
	    .told = told.kind == STORE_INT ? told.i : 0,
	};
}

enum err_code publication_place_get(struct store *store, uint64_t seq,
    struct publication_place *out, struct err *err)
{
	const enum sql_id id = SQL_PUBLICATION_RECORD_GET;
	struct store_value key = store_int((int64_t)seq);
	enum err_code rc = store_start(store, id, &key, 1, err);

	if (store_next_row(store, id, &rc, err))
		*out = publication_place_at(store, id);
	else if (!rc)
		rc = ERR_NOT_FOUND;
	store_finish(store, id);
	return rc;
}

enum err_code publication_place_put(
    struct store *store, const struct publication_place *p, struct err *err)
{
	struct store_value row[] = {store_int((int64_t)p->seq),
	    store_int(p->subject_id), store_int(p->item),
	    store_int(p->key_hash), store_int(p->facet_id),
	    store_int(p->decided_on), store_int(p->received_on),
	    p->change_index < 0 ? store_null() : store_int(p->change_index),
	    store_date(p->due_on), p->told ? store_int(p->told) : store_null()};

	return store_run(
	    store, SQL_PUBLICATION_RECORD_PUT, row, ARRAY_COUNT(row), err);
}
