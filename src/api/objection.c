/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of the clocks in force those are told that start when an objection is
 * filed, which is when people begin to count; of several for the same cases
 * the shortest, which is the one that counts.
 *
 * An objection to a record of another department than the credit office is
 * always forwarded to it, so that the clock for cases with another unit is
 * the one of that record; and the other way round.
 */
#include "api/objection.h"

#include <string.h>

#include "api/departments.h"
#include "api/law.h"
#include "api/put.h"
#include "catalog/case_kind.h"

struct telling {
	const struct reading *reading;
	const struct cat_case_kind *kind;
	const struct cat_department *source; /* NULL: any */
};

/* Does a case begin with that state? */
static bool is_first(const struct cat_case_kind *kind, const char *state)
{
	size_t i;

	for (i = 0; i < kind->moves_count; i++)
		if (kind->moves[i].from_count == 0 &&
		    strcmp(kind->moves[i].to, state) == 0)
			return true;
	return false;
}

static bool runs(const struct telling *t, const struct cat_case_clock *k)
{
	bool is_own = t->source && cat_is_credit_office(t->source);

	if (k->kind != t->kind || !is_first(t->kind, k->starts) ||
	    !date_is_within(k->valid_from, k->valid_to, t->reading->today))
		return false;
	return !t->source ||
	    k->scope != (is_own ? CAT_CASE_ANOTHER : CAT_CASE_OWN);
}

/* Is there another one that is due earlier, for the same cases? */
static bool is_outrun(const struct telling *t, const struct cat_case_clock *k)
{
	const struct catalog *c = t->reading->catalog;
	size_t i;

	for (i = 0; i < c->case_clocks_count; i++) {
		const struct cat_case_clock *other = &c->case_clocks[i];

		if (runs(t, other) && other->is_calendar == k->is_calendar &&
		    (t->source || other->scope == k->scope) &&
		    (other->days < k->days ||
			(other->days == k->days && other < k)))
			return true;
	}
	return false;
}

static void put_clocks(struct json_writer *w, const struct telling *t)
{
	const struct catalog *c = t->reading->catalog;
	bool has = false;
	size_t i;

	json_key(w, "clocks");
	json_open_array(w);
	for (i = 0; i < c->case_clocks_count; i++) {
		const struct cat_case_clock *k = &c->case_clocks[i];

		if (!runs(t, k) || is_outrun(t, k))
			continue;
		json_open_object(w);
		law_put_case_clock(w, k);
		law_put_basis(w, k->basis, t->reading->today);
		json_close_object(w);
		has = true;
	}
	json_close_array(w);
	json_put_bool(w, "has_clocks", has);
}

static void put_mark(struct json_writer *w, const struct telling *t)
{
	date_days today = t->reading->today;
	const struct cat_case_mark *mark =
	    catalog_case_mark(t->reading->catalog, t->kind, today);

	if (!mark) {
		put_null(w, "mark");
		return;
	}
	json_key(w, "mark");
	json_open_object(w);
	law_put_basis(w, mark->basis, today);
	json_close_object(w);
}

void objection_put(struct json_writer *w, const struct reading *r,
    const char *source, int64_t record)
{
	const struct telling t = {.reading = r,
	    .kind = catalog_case_kind(r->catalog, "objection"),
	    .source = source ? catalog_department(r->catalog, source) : NULL};

	if (!t.kind || !cat_case_kind_in_force(t.kind, r->today)) {
		put_null(w, "objection");
		return;
	}
	json_key(w, "objection");
	json_open_object(w);
	put_named(
	    w, "kind", t.kind->id, title_of(t.kind->title, t.kind->title_en));
	if (record == OBJECTION_NO_RECORD)
		put_null(w, "href");
	else
		put_text(
		    w, "href", "/records/%lld/objection", (long long)record);
	department_put_office(w, "office", r->catalog);
	put_clocks(w, &t);
	put_mark(w, &t);
	json_close_object(w);
}
