/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists. A place in a list leads to the record's rows in the registry, and
 * these are judged anew for today: nothing that the tables say makes a
 * record public. A place whose record has a newer version by now is passed
 * over until the follower has moved it.
 */
#include "publication/publication_priv.h"

struct publication_key publication_key_first(void)
{
	return (struct publication_key){INT32_MAX, INT64_MAX};
}

/* The record at a place, when the public may see it: 1, 0 or a failure.
 * Release entry->view in each case. */
static int open_entry(const struct publication_reader *reader,
    const struct publication_place *place, struct publication_entry *entry,
    struct err *err)
{
	const struct view_key key = {place->subject_id, place->item,
	    place->key_hash, place->received_on};
	const struct view_record *record;
	enum err_code rc = view_load_facts(
	    &entry->view, reader->store, reader->catalog, &key, err);

	if (rc == ERR_NOT_FOUND)
		return 0;
	if (rc)
		return (int)rc;
	record = &entry->view.records[0];
	entry->seq = place->seq;
	entry->record = record;
	entry->version = &record->versions[record->versions_count - 1];
	if (entry->version->seq != place->seq ||
	    !view_is_public(
		reader->catalog, record, reader->today, reader->today))
		return 0;
	entry->publication = view_publication(
	    reader->catalog, record, entry->version, reader->today);
	return 1;
}

/* 0 to go on, positive: taken enough; negative: a failure. */
static int offer(const struct publication_reader *reader,
    const struct publication_place *place, publication_take *take, void *ctx,
    struct err *err)
{
	struct publication_entry entry;
	int got = open_entry(reader, place, &entry, err);

	if (got == 1)
		got = take(ctx, &entry, err);
	view_release(&entry.view);
	return got;
}

/* The rows of a started statement. */
static enum err_code offer_all(const struct publication_reader *reader,
    enum sql_id id, publication_take *take, void *ctx, struct err *err)
{
	int got = 0, answer = 0;

	while (answer == 0 && (got = store_next(reader->store, id, err)) == 1) {
		struct publication_place place =
		    publication_place_at(reader->store, id);

		answer = offer(reader, &place, take, ctx, err);
	}
	store_finish(reader->store, id);
	if (got < 0)
		return (enum err_code)got;
	return answer < 0 ? (enum err_code)answer : ERR_NONE;
}

/* The facet's id, 0 when there is none, and its count. */
static enum err_code find_facet(struct store *store, int item,
    const char *department, int division, int64_t *id_out, int64_t *count_out,
    struct err *err)
{
	const enum sql_id id = SQL_PUBLICATION_FACET_GET;
	struct store_value key[] = {
	    store_int(item), store_str(department), store_int(division)};
	enum err_code rc = store_start(store, id, key, 3, err);
	bool is_there = store_next_row(store, id, &rc, err);

	*id_out = is_there ? store_column_int(store, id, 0) : 0;
	*count_out = is_there ? store_column_int(store, id, 4) : 0;
	store_finish(store, id);
	return rc;
}

enum err_code publication_visit(const struct publication_reader *reader,
    const struct publication_filter *filter, struct publication_key after,
    publication_take *take, void *ctx, struct err *err)
{
	const enum sql_id id = SQL_PUBLICATION_LIST_PAGE;
	int64_t facet, count;
	enum err_code rc = find_facet(reader->store, filter->item,
	    filter->department, filter->division, &facet, &count, err);
	struct store_value key[5];

	if (rc || facet == 0)
		return rc;
	if (filter->to != DATE_NONE && after.decided_on > filter->to)
		after = (struct publication_key){filter->to, INT64_MAX};
	key[0] = store_int(facet);
	key[1] = store_int(after.decided_on);
	key[2] = store_int((int64_t)after.seq);
	key[3] =
	    store_int(filter->from == DATE_NONE ? INT32_MIN : filter->from);
	key[4] = store_int(INT64_MAX);
	rc = store_start(reader->store, id, key, 5, err);
	return rc ? rc : offer_all(reader, id, take, ctx, err);
}

enum err_code publication_visit_item(const struct publication_reader *reader,
    int item, int64_t after, int64_t limit, publication_take *take, void *ctx,
    struct err *err)
{
	const enum sql_id id = SQL_PUBLICATION_RECORD_OF_ITEM;
	struct store_value key[] = {
	    store_int(item), store_int(after), store_int(limit)};
	enum err_code rc = store_start(reader->store, id, key, 3, err);

	return rc ? rc : offer_all(reader, id, take, ctx, err);
}

int publication_visit_one(const struct publication_reader *reader, uint64_t seq,
    publication_take *take, void *ctx, struct err *err)
{
	struct publication_place place;
	struct publication_entry entry;
	enum err_code rc =
	    publication_place_get(reader->store, seq, &place, err);
	int got;

	if (rc)
		return rc == ERR_NOT_FOUND ? 0 : (int)rc;
	got = open_entry(reader, &place, &entry, err);
	if (got == 1) {
		int answer = take(ctx, &entry, err);

		got = answer < 0 ? answer : 1;
	}
	view_release(&entry.view);
	return got;
}

enum err_code publication_count(struct store *store, int item,
    const char *department, int64_t *out, struct err *err)
{
	int64_t facet;

	return find_facet(store, item, department, 0, &facet, out, err);
}

enum err_code publication_visit_facets(struct store *store,
    void (*take)(void *ctx, const struct publication_facet *facet), void *ctx,
    struct err *err)
{
	const enum sql_id id = SQL_PUBLICATION_FACET_ALL;
	enum err_code rc = store_start(store, id, NULL, 0, err);

	while (store_next_row(store, id, &rc, err)) {
		struct span department = store_column_span(store, id, 2);
		struct publication_facet facet = {
		    .id = store_column_int(store, id, 0),
		    .item = (int)store_column_int(store, id, 1),
		    .division = (int)store_column_int(store, id, 3),
		    .records = store_column_int(store, id, 4),
		};

		if (department.n < sizeof(facet.department))
			memcpy(facet.department, department.p, department.n);
		take(ctx, &facet);
	}
	store_finish(store, id);
	return rc;
}
