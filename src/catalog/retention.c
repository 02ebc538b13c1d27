/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long something is kept. Erasing too early cannot be undone, erasing a
 * day late harms nobody: where several retentions are in force the longest
 * counts, the day of the event is not counted into its years, and no
 * retention in force means no end.
 */
#include "catalog/cat_priv.h"

#include <string.h>

#include "base/json.h"
#include "base/tr.h"

enum { MONTHS_OF_YEAR = 12 };

const struct cat_retention *catalog_retention(
    const struct catalog *c, enum cat_kept kept, date_days on)
{
	const struct cat_retention *longest = NULL;
	size_t i;

	for (i = 0; i < c->retentions_count; i++) {
		const struct cat_retention *r = &c->retentions[i];

		if (r->kept == kept &&
		    date_is_within(r->valid_from, r->valid_to, on) &&
		    (!longest || r->years > longest->years))
			longest = r;
	}
	return longest;
}

const struct cat_retention *catalog_retention_by_id(
    const struct catalog *c, const char *id)
{
	size_t i;

	for (i = 0; i < c->retentions_count; i++)
		if (strcmp(c->retentions[i].id, id) == 0)
			return &c->retentions[i];
	return NULL;
}

date_days cat_retention_ended(
    const struct cat_retention *retention, date_days today)
{
	int months = retention->years * MONTHS_OF_YEAR;
	date_days day = date_add_months(today, -months);

	/* Months end on different days: 2036-02-29 less ten years and a day
	 * is not the day before. */
	while (day != DATE_NONE && date_add_months(day, months) >= today)
		day--;
	return day;
}

/* ---- the judgement ---- */

static bool are_together(
    const struct cat_retention *a, const struct cat_retention *b)
{
	return a->kept == b->kept &&
	    (a->valid_to == DATE_NONE || b->valid_from <= a->valid_to) &&
	    (b->valid_to == DATE_NONE || a->valid_from <= b->valid_to);
}

void cat_lint_retentions(const struct catalog *c, struct cat_issues *issues)
{
	size_t i, j;

	for (i = 0; i < c->retentions_count; i++)
		for (j = 0; j < c->retentions_count; j++) {
			const struct cat_retention *low = &c->retentions[i];
			const struct cat_retention *high = &c->retentions[j];

			if (high->where.layer < low->where.layer &&
			    are_together(low, high) && low->years < high->years)
				cat_issue(issues, LINT_RETENTION_SHORTER,
				    low->where,
				    tr("retention \"%s\" of %d years is "
				       "shorter than \"%s\" above, of %d"),
				    low->id, low->years, high->id, high->years);
		}
}

/* ---- as a document ---- */

void catalog_retention_json(
    const struct catalog *c, const struct cat_retention *r, struct buf *out)
{
	struct json_writer w;

	json_start(&w, out);
	json_open_object(&w);
	json_put_str(&w, "id", r->id);
	json_put_str(&w, "of", cat_kept_name(r->kept));
	json_put_int(&w, "years", r->years);
	json_put_date(&w, "valid_from", r->valid_from);
	json_put_date(&w, "valid_to", r->valid_to);
	cat_json_put_basis(&w, r->basis);
	cat_json_put_status(&w, r->status);
	cat_json_put_where(&w, &r->where);
	json_put_str(&w, "catalog_digest", c->digest_hex);
	json_close_object(&w);
}
