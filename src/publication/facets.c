/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A facet is a list: an item, narrowed to a department, to a division, to
 * both or to neither. Each record stands in four lists, so that each filter
 * of a page is one range of one key. Facets are few (items, times the
 * departments that report them, times the city's divisions) and are held in
 * memory during a step: an array by id, found through a hash table.
 */
#include "publication/publication_priv.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "base/mem.h"

enum { FIRST_SLOTS = 256, FACETS_MAX = 1 << 22 };

struct held {
	struct publication_facet facet;
	bool is_dirty;
};

struct facets {
	struct held *list; /* of id i + 1 at i */
	size_t count;
	size_t max;
	uint32_t *slots; /* index + 1; 0 = free */
	size_t slots_count;
};

bool publication_is_of_city(const struct catalog *catalog, const char *division)
{
	return strncmp(catalog->division, division, 4) == 0;
}

int publication_division(const struct catalog *catalog, const char *code)
{
	int division = 0;
	size_t i;

	for (i = 2; i < 8; i++) {
		if (code[i] < '0' || code[i] > '9')
			return PUBLICATION_ELSEWHERE;
		division = division * 10 + code[i] - '0';
	}
	return publication_is_of_city(catalog, code + 2)
	    ? division
	    : PUBLICATION_ELSEWHERE;
}

static uint64_t hash_of(int item, const char *department, int division)
{
	int numbers[2] = {item, division};

	return XXH3_64bits_withSeed(department, strlen(department),
	    XXH3_64bits(numbers, sizeof(numbers)));
}

static bool is_facet(const struct publication_facet *f, int item,
    const char *department, int division)
{
	return f->item == item && f->division == division &&
	    strcmp(f->department, department) == 0;
}

/* Its slot, or the free one where it belongs. */
static uint32_t *slot_of(
    struct facets *f, int item, const char *department, int division)
{
	size_t at = hash_of(item, department, division);

	for (;; at++) {
		uint32_t *slot = &f->slots[at & (f->slots_count - 1)];

		if (*slot == 0 ||
		    is_facet(
			&f->list[*slot - 1].facet, item, department, division))
			return slot;
	}
}

static void grow_slots(struct facets *f)
{
	size_t i;

	free(f->slots);
	f->slots_count = f->slots_count ? f->slots_count * 2 : FIRST_SLOTS;
	f->slots = mem_zalloc(f->slots_count, sizeof(*f->slots));
	for (i = 0; i < f->count; i++) {
		const struct publication_facet *p = &f->list[i].facet;

		*slot_of(f, p->item, p->department, p->division) =
		    (uint32_t)i + 1;
	}
}

static struct held *add(
    struct facets *f, int item, const char *department, int division)
{
	struct held *held;

	ASSERT(f->count < FACETS_MAX);
	ASSERT(strlen(department) < PUBLICATION_DEPARTMENT_BYTES);
	f->list = mem_grow(f->list, f->count, &f->max, sizeof(*f->list));
	held = &f->list[f->count++];
	memset(held, 0, sizeof(*held));
	held->facet.item = item;
	held->facet.division = division;
	memcpy(held->facet.department, department, strlen(department));
	if (f->count * 2 > f->slots_count)
		grow_slots(f);
	else
		*slot_of(f, item, department, division) = (uint32_t)f->count;
	return held;
}

int64_t facets_find(
    struct facets *f, int item, const char *department, int division)
{
	uint32_t found = *slot_of(f, item, department, division);

	if (found)
		return found;
	add(f, item, department, division)->is_dirty = true;
	return (int64_t)f->count;
}

const char *facets_department(const struct facets *f, int64_t facet_id)
{
	return facet_id < 1 || facet_id > (int64_t)f->count
	    ? ""
	    : f->list[facet_id - 1].facet.department;
}

static enum err_code damaged(struct err *err)
{
	err_set(err, ERR_CORRUPT, "the published lists are damaged");
	err_hint(err, "\"gongxin publication rebuild\" makes them anew.");
	return ERR_CORRUPT;
}

static enum err_code take_facet(
    struct facets *f, struct store *store, enum sql_id id, struct err *err)
{
	struct span department = store_column_span(store, id, 2);
	char text[PUBLICATION_DEPARTMENT_BYTES];
	struct held *held;

	/* Ids are given in order, from 1. */
	if (store_column_int(store, id, 0) != (int64_t)f->count + 1 ||
	    f->count == FACETS_MAX || department.n >= sizeof(text))
		return damaged(err);
	memcpy(text, department.n ? department.p : "", department.n);
	text[department.n] = '\0';
	held = add(f, (int)store_column_int(store, id, 1), text,
	    (int)store_column_int(store, id, 3));
	held->facet.records = store_column_int(store, id, 4);
	return 0;
}

enum err_code facets_open(
    struct store *store, struct facets **out, struct err *err)
{
	const enum sql_id id = SQL_PUBLICATION_FACET_ALL;
	struct facets *f = mem_zalloc(1, sizeof(*f));
	enum err_code rc = store_start(store, id, NULL, 0, err);

	grow_slots(f);
	while (store_next_row(store, id, &rc, err))
		rc = take_facet(f, store, id, err);
	store_finish(store, id);
	if (rc)
		facets_close(&f);
	else
		*out = f;
	return rc;
}

void facets_close(struct facets **facets)
{
	struct facets *f = *facets;

	if (!f)
		return;
	free(f->list);
	free(f->slots);
	free(f);
	*facets = NULL;
}

/* The entry goes into (or out of) all four lists. */
static enum err_code move(struct facets *f, struct store *store,
    const struct publication_place *place, bool is_in, struct err *err)
{
	enum sql_id id =
	    is_in ? SQL_PUBLICATION_LIST_PUT : SQL_PUBLICATION_LIST_DELETE;
	struct publication_facet own;
	enum err_code rc = 0;
	int i;

	if (place->facet_id < 1 || place->facet_id > (int64_t)f->count)
		return damaged(err);
	own = f->list[place->facet_id - 1].facet;
	for (i = 0; i < 4 && !rc; i++) {
		int64_t facet = facets_find(f, own.item,
		    i & 1 ? own.department : "", i & 2 ? own.division : 0);
		struct store_value row[] = {store_int(facet),
		    store_int(place->decided_on),
		    store_int((int64_t)place->seq)};

		f->list[facet - 1].facet.records += is_in ? 1 : -1;
		f->list[facet - 1].is_dirty = true;
		rc = store_run(store, id, row, ARRAY_COUNT(row), err);
	}
	return rc;
}

enum err_code facets_enter(struct facets *facets, struct store *store,
    const struct publication_place *place, struct err *err)
{
	return move(facets, store, place, true, err);
}

enum err_code facets_remove(struct facets *facets, struct store *store,
    const struct publication_place *place, struct err *err)
{
	return move(facets, store, place, false, err);
}

enum err_code facets_save(
    struct facets *f, struct store *store, struct err *err)
{
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < f->count && !rc; i++) {
		const struct publication_facet *p = &f->list[i].facet;
		struct store_value row[] = {store_int((int64_t)i + 1),
		    store_int(p->item), store_str(p->department),
		    store_int(p->division), store_int(p->records)};

		if (!f->list[i].is_dirty)
			continue;
		f->list[i].is_dirty = false;
		rc = store_run(store, SQL_PUBLICATION_FACET_PUT, row,
		    ARRAY_COUNT(row), err);
	}
	return rc;
}
