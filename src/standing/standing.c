/* SPDX-License-Identifier: Apache-2.0 */
#include "standing/standing.h"

#include <string.h>

/* Does a span of dates hold a day? DATE_NONE: an open side. */
static bool is_in_force(date_days from, date_days to, date_days on)
{
	return (from == DATE_NONE || from <= on) &&
	    (to == DATE_NONE || on <= to);
}

static date_days earlier(date_days a, date_days b)
{
	if (a == DATE_NONE || b == DATE_NONE)
		return a == DATE_NONE ? b : a;
	return a < b ? a : b;
}

/* The last day of so many months that begin on a day. */
static date_days end_of_months(date_days from, int months)
{
	return months ? date_add_months(from, months) - 1 : DATE_NONE;
}

bool standing_is_there(const struct catalog *catalog,
    const struct view_record *record, const struct cat_list *list, date_days on,
    date_days *until_out)
{
	const struct view_version *v = view_shown(record, on);
	struct view_publication publication;
	date_days until;

	if (!v || !record->item || view_end_on(record, v, on))
		return false;
	publication = view_publication(catalog, record, v, on);
	if (publication.state != VIEW_PUBLISHED &&
	    publication.state != VIEW_NOT_OPEN_ITEM)
		return false;
	until = earlier(v->facts.public_until, v->facts.valid_to);
	if (publication.state == VIEW_PUBLISHED)
		until = earlier(until, publication.window.to);
	if (list)
		until = earlier(until,
		    end_of_months(v->facts.decided_on, list->max_months));
	*until_out = until;
	return is_in_force(v->facts.decided_on, until, on);
}

/* The list of the matter whose entries are records of this item. */
static const struct cat_list *list_of(
    const struct standing_question *q, const struct cat_item *item)
{
	size_t i;

	for (i = 0; i < q->matter->lists_count; i++) {
		const struct cat_list *list =
		    catalog_list(q->catalog, q->matter->lists[i]);

		if (list && strcmp(list->item, item->id) == 0 &&
		    is_in_force(list->valid_from, list->valid_to, q->today))
			return list;
	}
	return NULL;
}

/* May the matter look at this record, and does it stand? */
static bool is_looked_up(const struct standing_question *q,
    const struct view_record *record, const struct cat_list **list_out,
    date_days *until_out)
{
	if (!record->item)
		return false;
	*list_out = list_of(q, record->item);
	if (!*list_out &&
	    !cat_names(
		q->matter->items, q->matter->items_count, record->item->id))
		return false;
	return standing_is_there(
	    q->catalog, record, *list_out, q->today, until_out);
}

static bool keep(void *ctx, const struct view_record *record)
{
	const struct cat_list *list;
	date_days until;

	return is_looked_up(ctx, record, &list, &until);
}

static bool follows(
    const struct cat_measure *m, const struct standing_entry *entry)
{
	if (entry->list)
		return cat_names(m->lists, m->lists_count, entry->list->id);
	return cat_names(m->items, m->items_count, entry->record->item->id);
}

static bool applies(const struct standing_question *q,
    const struct cat_measure *m, const struct standing_entry *entry,
    date_days *until_out)
{
	*until_out = earlier(entry->until,
	    end_of_months(entry->version->facts.decided_on, m->months));
	return is_in_force(m->valid_from, m->valid_to, q->today) &&
	    m->targets[cat_target_of(q->code)] &&
	    cat_names(m->matters, m->matters_count, q->matter->id) &&
	    follows(m, entry) && is_in_force(DATE_NONE, *until_out, q->today);
}

static void take_measures(const struct standing_question *q,
    struct arena *arena, struct standing_entry *entry)
{
	struct standing_measure *list =
	    arena_zalloc(arena, q->matter->measures_count + 1, sizeof(*list));
	size_t i;

	for (i = 0; i < q->matter->measures_count; i++) {
		const struct cat_measure *m =
		    catalog_measure(q->catalog, q->matter->measures[i]);
		date_days until;

		if (m && applies(q, m, entry, &until))
			list[entry->measures_count++] =
			    (struct standing_measure){m, until};
	}
	entry->measures = list;
}

enum err_code standing_load(struct store *store,
    const struct standing_question *q, struct standing *out, struct err *err)
{
	struct standing_question question = *q;
	struct standing_entry *entries;
	enum err_code rc;
	size_t i;

	memset(out, 0, sizeof(*out));
	rc = view_load_kept(&out->view, store, q->catalog, q->subject_id,
	    q->today, keep, &question, err);
	if (rc)
		return rc;
	entries = arena_zalloc(
	    out->view.arena, out->view.records_count + 1, sizeof(*entries));
	for (i = 0; i < out->view.records_count; i++) {
		struct standing_entry *e = &entries[out->entries_count];

		e->record = &out->view.records[i];
		/* Now with the real days of receipt. */
		if (!is_looked_up(q, e->record, &e->list, &e->until))
			continue;
		e->version = view_shown(e->record, q->today);
		take_measures(q, out->view.arena, e);
		out->entries_count++;
	}
	out->entries = entries;
	return 0;
}

void standing_release(struct standing *standing)
{
	view_release(&standing->view);
	standing->entries_count = 0;
}
