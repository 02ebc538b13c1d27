/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From when to when a record is published: a pure function of the item,
 * the record's facts, the rules and the day asked about (architecture,
 * decision 3: state from dates).
 *
 *   regime in force on the day -> class published? -> end by max_months
 *     -> the limits of province and city may end it earlier or hide it
 *     -> the source's own end may be earlier still
 *
 * The rules are those of the day asked about and not those of the day of
 * the decision: when a law shortens the periods, every older record is
 * shortened with it, and when the day asked about lies in the past, the
 * answer is the one that was given then.
 *
 * When no regime is in force nothing is shown: publication needs a rule
 * that allows it.
 */
#include "catalog/cat_priv.h"

#include <string.h>

date_days cat_last_day(date_days from, int months)
{
	date_days after = date_add_months(from, months);

	if (after == DATE_NONE)
		return date_from_ymd(DATE_YEAR_MAX, 12, 31);
	return after - 1;
}

/* Brings the end forward. */
static void end_by(struct cat_window *w, date_days end)
{
	if (end != DATE_NONE && (w->to == DATE_NONE || end < w->to))
		w->to = end;
}

/* What province and city add to the regime's period. */
static void apply_limits(const struct catalog *c, const char *family,
    enum cat_class class_, date_days on, struct cat_term *term)
{
	struct cat_period *p = &term->period;
	size_t i;

	for (i = 0; i < c->limits_count && p->is_published; i++) {
		const struct cat_limit *l = &c->limits[i];

		if (strcmp(l->family, family) != 0 ||
		    !date_is_within(l->valid_from, l->valid_to, on))
			continue;
		if (l->hides_class[class_]) {
			p->is_published = false;
			term->limit = l;
		} else if (l->max_months > 0 &&
		    (p->max_months == 0 || l->max_months < p->max_months)) {
			p->max_months = l->max_months;
			term->limit = l;
		}
	}
}

struct cat_term catalog_term(const struct catalog *c, const char *family,
    enum cat_class class_, date_days on)
{
	struct cat_term term = {.regime = catalog_regime(c, family, on)};

	ASSERT(class_ < CAT_CLASS_COUNT);
	if (term.regime) {
		term.period = term.regime->periods[class_];
		apply_limits(c, family, class_, on, &term);
	}
	return term;
}

/* Fills in what the class's term says; false when it is not shown. */
static bool apply_term(const struct catalog *c, const struct cat_item *item,
    const struct cat_facts *facts, date_days on, struct cat_window *w)
{
	struct cat_term term = catalog_term(c, item->family, facts->class_, on);
	const struct cat_period *whole;

	w->regime = term.regime;
	w->limit = term.limit;
	if (!term.regime)
		return false;
	whole = &term.regime->periods[facts->class_];
	if (whole->max_months > 0 || whole->is_published)
		w->repair_from =
		    date_add_months(facts->decided_on, whole->min_months);
	if (!term.period.is_published)
		return false;
	if (term.period.max_months > 0)
		end_by(
		    w, cat_last_day(facts->decided_on, term.period.max_months));
	return true;
}

static bool is_shown(const struct catalog *c, const struct cat_item *item,
    const struct cat_facts *facts, date_days on, struct cat_window *w)
{
	if (item->publication == CAT_PUB_REGIME)
		return apply_term(c, item, facts, on, w);
	if (item->publication == CAT_PUB_UNTIL_VALID &&
	    facts->valid_to != DATE_LONG_TERM)
		end_by(w, facts->valid_to);
	return true;
}

static enum cat_window_reason reason_on(
    const struct cat_window *w, date_days on)
{
	if (on < w->from)
		return CAT_WINDOW_NOT_YET;
	if (w->to != DATE_NONE && on > w->to)
		return CAT_WINDOW_ENDED;
	return CAT_WINDOW_OPEN;
}

struct cat_window catalog_window(const struct catalog *c,
    const struct cat_item *item, const struct cat_facts *facts, date_days on)
{
	struct cat_window w = {.from = facts->decided_on,
	    .to = DATE_NONE,
	    .repair_from = DATE_NONE};
	bool shown;

	ASSERT(facts->decided_on != DATE_NONE);
	ASSERT(facts->class_ < CAT_CLASS_COUNT);
	shown = is_shown(c, item, facts, on, &w);
	end_by(&w, facts->public_until);
	w.reason = reason_on(&w, on);
	if (item->disclosure != CAT_OPEN || item->publication == CAT_PUB_NEVER)
		w.reason = CAT_WINDOW_NOT_OPEN_ITEM;
	else if (!shown)
		w.reason = CAT_WINDOW_CLASS_HIDDEN;
	if (w.reason == CAT_WINDOW_NOT_OPEN_ITEM ||
	    w.reason == CAT_WINDOW_CLASS_HIDDEN)
		w.from = w.to = DATE_NONE;
	return w;
}
