/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a record public today, and until when is that answer good? It changes
 * by itself when its window opens or closes, when an end comes into effect,
 * and when a regime or a limit of its family begins or ends to be in force.
 * A day that is named too early costs one more look at the record.
 */
#include "publication/publication_priv.h"

#include <string.h>

#include "base/check.h"

/* Brings *due forward to `day`, if that lies ahead. */
static void due_by(date_days *due, date_days day, date_days today)
{
	if (day != DATE_NONE && day > today &&
	    (*due == DATE_NONE || day < *due))
		*due = day;
}

/* The first day on which rules of these dates are other than today. */
static void due_by_rule(
    date_days *due, date_days from, date_days to, date_days today)
{
	due_by(due, from, today);
	if (to != DATE_NONE)
		due_by(due, to + 1, today);
}

static void due_by_rules(date_days *due, const struct catalog *c,
    const struct cat_item *item, date_days today)
{
	size_t i;

	for (i = 0; i < c->regimes_count; i++)
		if (strcmp(c->regimes[i].family, item->family) == 0)
			due_by_rule(due, c->regimes[i].valid_from,
			    c->regimes[i].valid_to, today);
	for (i = 0; i < c->limits_count; i++)
		if (strcmp(c->limits[i].family, item->family) == 0)
			due_by_rule(due, c->limits[i].valid_from,
			    c->limits[i].valid_to, today);
}

static void due_by_window(
    date_days *due, const struct cat_window *window, date_days today)
{
	due_by(due, window->from, today);
	if (window->to != DATE_NONE)
		due_by(due, window->to + 1, today);
}

/* Until a record is there, and until its ends count. */
static void due_by_arrival(date_days *due, const struct view_record *record,
    const struct view_version *version, date_days today)
{
	size_t i;

	due_by(due, version->received, today);
	for (i = 0; i < record->ends_count; i++)
		due_by(due, record->ends[i].on, today);
}

struct publication_judgement publication_judge(const struct catalog *catalog,
    const struct view_record *record, date_days today)
{
	const struct view_version *version =
	    &record->versions[record->versions_count - 1];
	struct view_publication p =
	    view_publication(catalog, record, version, today);
	struct publication_judgement j = {p.state, p.window.to, DATE_NONE};

	due_by_arrival(&j.due_on, record, version, today);
	if (record->item && record->item->publication == CAT_PUB_REGIME)
		due_by_rules(&j.due_on, catalog, record->item, today);
	due_by_window(&j.due_on, &p.window, today);
	/* Withdrawn, it does not come back by itself. */
	if (p.state == VIEW_WITHDRAWN || p.state == VIEW_UNRESOLVED ||
	    p.state == VIEW_NO_ITEM || p.state == VIEW_NOT_OPEN_ITEM)
		j.due_on = DATE_NONE;
	ASSERT((p.state == VIEW_PUBLISHED) ==
	    view_is_public(catalog, record, today, today));
	return j;
}
