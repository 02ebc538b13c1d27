/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A department's records lie in as many facets as it has items and
 * divisions, some tens. Each facet gives its newest, and the newest of all
 * of them are what is wanted.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "publication/publication_priv.h"

struct own {
	struct store *store;
	const struct publication_own_query *query;
	int64_t *facets;
	size_t facets_count;
	struct publication_own *list; /* of `max`, the newest first */
	size_t count;
	size_t max;
};

static void take_facet(void *ctx, const struct publication_facet *facet)
{
	struct own *own = ctx;

	/* Records stand in facets that name all three. */
	if (strcmp(facet->department, own->query->department) != 0 ||
	    facet->division == 0 ||
	    (own->query->item && facet->item != own->query->item))
		return;
	own->facets = mem_realloc(
	    own->facets, own->facets_count + 1, sizeof(*own->facets));
	own->facets[own->facets_count++] = facet->id;
}

static void take_place(struct own *own, const struct publication_place *place)
{
	struct publication_own one = {.seq = place->seq,
	    .subject_id = place->subject_id,
	    .item = (int)place->item,
	    .key_hash = place->key_hash,
	    .decided_on = place->decided_on,
	    .received_on = place->received_on};
	size_t at = own->count;

	while (at > 0 && own->list[at - 1].seq < one.seq)
		at--;
	if (at == own->max)
		return;
	if (own->count == own->max)
		own->count--;
	memmove(&own->list[at + 1], &own->list[at],
	    (own->count - at) * sizeof(*own->list));
	own->list[at] = one;
	own->count++;
}

static enum err_code read_facet(struct own *own, int64_t facet, struct err *err)
{
	const enum sql_id id = SQL_PUBLICATION_RECORD_OF_FACET;
	struct store_value key[] = {store_int(facet),
	    store_int((int64_t)own->query->before),
	    store_int((int64_t)own->max)};
	enum err_code rc = store_start(own->store, id, key, 3, err);

	while (store_next_row(own->store, id, &rc, err)) {
		struct publication_place place =
		    publication_place_at(own->store, id);

		take_place(own, &place);
	}
	store_finish(own->store, id);
	return rc;
}

enum err_code publication_own_list(struct store *store,
    const struct publication_own_query *query, struct publication_own *list,
    size_t max, size_t *count_out, struct err *err)
{
	struct own own = {
	    .store = store, .query = query, .list = list, .max = max};
	enum err_code rc =
	    publication_visit_facets(store, take_facet, &own, err);
	size_t i;

	for (i = 0; i < own.facets_count && !rc; i++)
		rc = read_facet(&own, own.facets[i], err);
	free(own.facets);
	*count_out = own.count;
	return rc;
}

/* Is it a record of the department? 1, 0 or a failure. */
static int is_own(struct own *own, uint64_t seq, struct publication_place *out,
    struct err *err)
{
	enum err_code rc = publication_place_get(own->store, seq, out, err);
	size_t i;

	if (rc)
		return rc == ERR_NOT_FOUND ? 0 : (int)rc;
	for (i = 0; i < own->facets_count; i++)
		if (own->facets[i] == out->facet_id)
			return 1;
	return 0;
}

enum err_code publication_own_of_subject(struct store *store,
    const struct publication_own_query *query, int64_t subject_id,
    struct publication_own *list, size_t max, size_t *count, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_OF_SUBJECT;
	struct own own = {.store = store,
	    .query = query,
	    .list = list,
	    .max = max,
	    .count = *count};
	struct store_value key = store_int(subject_id);
	enum err_code rc =
	    publication_visit_facets(store, take_facet, &own, err);

	if (!rc)
		rc = store_start(store, id, &key, 1, err);
	while (store_next_row(store, id, &rc, err)) {
		uint64_t seq = (uint64_t)store_column_int(store, id, 3);
		struct publication_place place;
		int got =
		    seq < query->before ? is_own(&own, seq, &place, err) : 0;

		if (got < 0)
			rc = (enum err_code)got;
		else if (got)
			take_place(&own, &place);
	}
	store_finish(store, id);
	free(own.facets);
	*count = own.count;
	return rc;
}
