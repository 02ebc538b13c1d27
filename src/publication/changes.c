/* SPDX-License-Identifier: Apache-2.0 */
/* The change feed, read by index. */
#include "publication/publication_priv.h"

#include <string.h>

const char *publication_change_name(enum publication_change_kind kind)
{
	switch (kind) {
	case PUBLICATION_PUBLISHED:
		return "published";
	case PUBLICATION_CHANGED:
		return "changed";
	case PUBLICATION_WITHDRAWN:
		return "withdrawn";
	case PUBLICATION_RESTATED:
		return "restated";
	case PUBLICATION_ENDED:
	default:
		return "ended";
	}
}

static void change_at(
    struct store *store, enum sql_id id, struct publication_change *out)
{
	struct store_value replaces = store_column(store, id, 3);
	struct span reason = store_column_span(store, id, 5);
	size_t n =
	    reason.n < sizeof(out->reason) ? reason.n : sizeof(out->reason) - 1;

	out->index = (uint64_t)store_column_int(store, id, 0);
	out->kind =
	    (enum publication_change_kind)store_column_int(store, id, 1);
	out->seq = (uint64_t)store_column_int(store, id, 2);
	out->replaces = replaces.kind == STORE_INT ? replaces.i : -1;
	out->day = (date_days)store_column_int(store, id, 4);
	memcpy(out->reason, n ? reason.p : "", n);
	out->reason[n] = '\0';
}

static enum err_code read_changes(struct store *store, enum sql_id id,
    uint64_t at, size_t limit, struct publication_change *list,
    size_t *count_out, struct err *err)
{
	int64_t from = at > INT64_MAX ? INT64_MAX : (int64_t)at;
	struct store_value key[] = {store_int(from), store_int((int64_t)limit)};
	enum err_code rc = store_start(store, id, key, 2, err);
	size_t count = 0;

	while (count < limit && store_next_row(store, id, &rc, err))
		change_at(store, id, &list[count++]);
	store_finish(store, id);
	*count_out = count;
	return rc;
}

enum err_code publication_changes(struct store *store, uint64_t since,
    size_t limit, struct publication_change *list, size_t *count_out,
    struct err *err)
{
	return read_changes(store, SQL_PUBLICATION_CHANGE_FROM, since, limit,
	    list, count_out, err);
}

enum err_code publication_changes_before(struct store *store, uint64_t before,
    size_t limit, struct publication_change *list, size_t *count_out,
    struct err *err)
{
	return read_changes(store, SQL_PUBLICATION_CHANGE_BEFORE, before, limit,
	    list, count_out, err);
}
