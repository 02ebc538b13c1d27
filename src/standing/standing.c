/* SPDX-License-Identifier: Apache-2.0 */
#include "standing/standing.h"

#include <string.h>

#include "registry/brief.h"
#include "standing/standing_priv.h"

/* The last day on which a record counts for a list (NULL: for its item), by
 * the dates of its version; DATE_NONE: no end is known. False: it does not
 * stand on that day. */
static bool is_there(const struct catalog *catalog,
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
	until = v->facts.public_until;
	if (v->facts.valid_to != DATE_LONG_TERM)
		until = date_earlier(until, v->facts.valid_to);
	if (list)
		until = cat_list_stands_to(list, v->facts.decided_on, until);
	if (publication.state == VIEW_PUBLISHED)
		until = date_earlier(until, publication.window.to);
	*until_out = until;
	return date_is_within(v->facts.decided_on, until, on);
}

/* The list of the matter whose entries are records of this item. */
static const struct cat_list *list_of(
    const struct standing_question *q, const struct cat_item *item)
{
	size_t i;

	for (i = 0; i < q->matter->lists_count; i++) {
		const struct cat_list *list = q->matter->lists[i];

		if (cat_list_has(list, item) &&
		    cat_list_in_force(list, q->today))
			return list;
	}
	return NULL;
}

/* Of a neutral item some records are; while only narrow facts are at hand,
 * each may be. */
static bool is_positive(const struct standing_entry *entry)
{
	const struct cat_item *item = entry->record->item;
	const struct view_version *v = entry->version;

	if (item->positive_when.op == CAT_OP_NONE)
		return item->nature == CAT_POSITIVE;
	if (v->brief)
		return v->brief->is_positive;
	return !v->statement.n || brief_cut_positive(v->statement, item);
}

/* May the matter look at this record, and does it stand? */
static bool is_looked_up(const struct standing_question *q,
    const struct view_record *record, struct standing_entry *out)
{
	*out = (struct standing_entry){.record = record};
	if (!record->item || !cat_matter_sees(q->matter, record->item))
		return false;
	out->list = list_of(q, record->item);
	out->version = view_shown(record, q->today);
	return is_there(q->catalog, record, out->list, q->today, &out->until);
}

static bool applies(const struct standing_question *q,
    const struct cat_measure *m, const struct standing_entry *entry,
    struct standing_measure *out)
{
	const struct cat_facts *facts = &entry->version->facts;
	const struct cat_follow *follow = cat_measure_follows(
	    m, entry->record->item, facts->class_, q->today);

	*out = (struct standing_measure){m, follow ? follow->basis : NULL,
	    cat_measure_ends(m, facts->decided_on, entry->until)};
	if (out->basis)
		out->until = date_earlier(out->until, out->basis->valid_to);
	return follow && cat_measure_in_force(m, q->today) &&
	    m->targets[cat_target_of_code(q->code)] &&
	    date_is_within(DATE_NONE, out->until, q->today) &&
	    (m->kind != CAT_ENCOURAGE || is_positive(entry));
}

static bool has_measure(
    const struct standing_question *q, const struct standing_entry *entry)
{
	struct standing_measure found;
	size_t i;

	for (i = 0; i < q->matter->measures_count; i++)
		if (applies(q, q->matter->measures[i], entry, &found))
			return true;
	return false;
}

/* What only may be looked up and nothing follows from is not what applies.
 * Most are left by their narrow facts, so that their statements are never
 * read. */
bool standing_is_told(const struct standing_question *q,
    const struct view_record *record, struct standing_entry *out)
{
	return is_looked_up(q, record, out) &&
	    (out->list ||
		(cat_matter_eases(q->matter, record->item) &&
		    is_positive(out)) ||
		has_measure(q, out));
}

static bool keep(void *ctx, const struct view_record *record)
{
	struct standing_entry entry;

	return standing_is_told(ctx, record, &entry);
}

void standing_take_measures(const struct standing_question *q,
    struct arena *arena, struct standing_entry *entry)
{
	struct standing_measure *list =
	    arena_zalloc(arena, q->matter->measures_count + 1, sizeof(*list));
	size_t i;

	for (i = 0; i < q->matter->measures_count; i++) {
		struct standing_measure found;

		if (applies(q, q->matter->measures[i], entry, &found))
			list[entry->measures_count++] = found;
	}
	entry->measures = list;
}

/* How grave it is what follows from the entry: what stands first has the
 * lowest number. */
static int rank_of(const struct standing_entry *e)
{
	size_t i;

	if (e->list && e->list->kind != CAT_LIST_RED)
		return e->list->kind == CAT_LIST_SERIOUS ? 0 : 1;
	for (i = 0; i < e->measures_count; i++)
		if (e->measures[i].measure->kind != CAT_ENCOURAGE)
			return 2 + CAT_CLASS_COUNT -
			    (int)e->version->facts.class_;
	return 3 + CAT_CLASS_COUNT;
}

static bool stands_before(
    const struct standing_entry *a, const struct standing_entry *b)
{
	date_days day_a = a->version->facts.decided_on;
	date_days day_b = b->version->facts.decided_on;
	int differ = rank_of(a) - rank_of(b);

	if (differ)
		return differ < 0;
	return day_a != day_b ? day_a > day_b
			      : a->version->seq < b->version->seq;
}

/* By insertion: an organisation has few entries, and most have none. */
static void sort_entries(struct standing_entry *entries, size_t count)
{
	size_t i, at;

	for (i = 1; i < count; i++) {
		struct standing_entry moved = entries[i];

		for (at = i; at > 0 && stands_before(&moved, &entries[at - 1]);
		     at--)
			entries[at] = entries[at - 1];
		entries[at] = moved;
	}
}

/* The entries of the loaded view. */
static void take_entries(
    const struct standing_question *q, struct standing *out)
{
	struct standing_entry *entries = arena_zalloc(
	    out->view.arena, out->view.records_count + 1, sizeof(*entries));
	size_t i;

	for (i = 0; i < out->view.records_count; i++) {
		struct standing_entry *e = &entries[out->entries_count];

		/* Now with the real days of receipt, and what they say. */
		if (!standing_is_told(q, &out->view.records[i], e))
			continue;
		standing_take_measures(q, out->view.arena, e);
		out->entries_count++;
	}
	sort_entries(entries, out->entries_count);
	out->entries = entries;
}

bool standing_may_follow(const struct catalog *catalog,
    const struct view_record *record, date_days today)
{
	bool is_asked_for = false;
	date_days until;
	size_t i;

	if (!record->item)
		return false;
	for (i = 0; i < catalog->matters_count && !is_asked_for; i++)
		is_asked_for =
		    cat_matter_sees(&catalog->matters[i], record->item);
	if (!is_asked_for)
		return false;
	if (is_there(catalog, record, NULL, today, &until))
		return true;
	for (i = 0; i < catalog->lists_count; i++)
		if (cat_list_has(&catalog->lists[i], record->item) &&
		    is_there(
			catalog, record, &catalog->lists[i], today, &until))
			return true;
	return false;
}

enum err_code standing_load(const struct view_source *source,
    const struct standing_question *q, struct standing *out, struct err *err)
{
	struct standing_question question = *q;
	enum err_code rc;

	memset(out, 0, sizeof(*out));
	rc = view_load_kept(
	    &out->view, source, q->subject_id, q->today, keep, &question, err);
	if (!rc)
		take_entries(q, out);
	return rc;
}

enum err_code standing_peek(struct view_loader *loader,
    const struct standing_question *q, bool *applies_out, uint64_t *seq_out,
    struct err *err)
{
	struct standing_question question = *q;

	return view_loader_peek(loader, q->subject_id, q->today, keep,
	    &question, applies_out, seq_out, err);
}

enum err_code standing_load_next(struct view_loader *loader,
    const struct standing_question *q, struct standing *out, struct err *err)
{
	struct standing_question question = *q;
	enum err_code rc;

	memset(out, 0, sizeof(*out));
	rc = view_loader_load(
	    loader, q->subject_id, q->today, keep, &question, &out->view, err);
	if (!rc && out->view.records_count)
		take_entries(q, out);
	return rc;
}

void standing_release(struct standing *standing)
{
	view_release(&standing->view);
	standing->entries_count = 0;
}
