/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What came into the lists last is known for each facet by an index of its
 * own, so that neither a large city nor a department that sends much which
 * is never public makes it longer to find.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "publication/publication_priv.h"

/* Places whose record has ended since the follower's last step are passed
 * over, but not without end. */
enum { NEWEST_LOOKED_AT = 200 };

struct newest {
	struct store *store;
	const char *department; /* "" = all */
	int64_t *facets;
	size_t facets_count;
	struct publication_place *list; /* the last to come first */
	size_t count;
};

static void take_facet(void *ctx, const struct publication_facet *facet)
{
	struct newest *n = ctx;

	/* Records stand in facets that name all three. */
	if (facet->division == 0 || !facet->department[0] ||
	    facet->records == 0 ||
	    (n->department[0] && strcmp(facet->department, n->department) != 0))
		return;
	n->facets =
	    mem_realloc(n->facets, n->facets_count + 1, sizeof(*n->facets));
	n->facets[n->facets_count++] = facet->id;
}

/* false: those behind it in its facet are older still. */
static bool take_place(struct newest *n, const struct publication_place *place)
{
	size_t at = n->count;

	while (at > 0 && n->list[at - 1].change_index < place->change_index)
		at--;
	if (at == NEWEST_LOOKED_AT)
		return false;
	if (n->count == NEWEST_LOOKED_AT)
		n->count--;
	memmove(
	    &n->list[at + 1], &n->list[at], (n->count - at) * sizeof(*n->list));
	n->list[at] = *place;
	n->count++;
	return true;
}

static enum err_code read_facet(
    struct newest *n, int64_t facet, struct err *err)
{
	const enum sql_id id = SQL_PUBLICATION_RECORD_ENTERED;
	struct store_value key[] = {
	    store_int(facet), store_int(NEWEST_LOOKED_AT)};
	enum err_code rc = store_start(n->store, id, key, 2, err);

	while (store_next_row(n->store, id, &rc, err)) {
		struct publication_place place =
		    publication_place_at(n->store, id);

		if (!take_place(n, &place))
			break;
	}
	store_finish(n->store, id);
	return rc;
}

enum err_code publication_visit_newest(const struct publication_reader *reader,
    const char *department, size_t limit, publication_take *take, void *ctx,
    struct err *err)
{
	struct newest n = {.store = reader->store, .department = department};
	enum err_code rc =
	    publication_visit_facets(reader->store, take_facet, &n, err);
	size_t i, taken = 0;

	n.list = mem_alloc(NEWEST_LOOKED_AT * sizeof(*n.list));
	for (i = 0; i < n.facets_count && !rc; i++)
		rc = read_facet(&n, n.facets[i], err);
	for (i = 0; i < n.count && !rc && taken < limit; i++) {
		int got = publication_visit_one(
		    reader, n.list[i].seq, take, ctx, err);

		if (got < 0)
			rc = (enum err_code)got;
		else
			taken += (size_t)got;
	}
	free(n.facets);
	free(n.list);
	return rc;
}
