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

/* Last day of a period of whole months that begins on a day. */
static date_days last_day(date_days from, int months)
{
	date_days after = date_add_months(from, months);

	if (after == DATE_NONE)
		return date_from_ymd(DATE_YEAR_MAX, 12, 31);
	return after - 1;
}

/* Brings the end forward; true when it was. */
static bool end_by(struct cat_window *w, date_days end)
{
	if (end == DATE_NONE || (w->to != DATE_NONE && w->to <= end))
		return false;
	w->to = end;
	return true;
}

/* What province and city add; false when one of them hides the class. */
static bool apply_limits(const struct catalog *c, const char *family,
    const struct cat_facts *facts, date_days on, struct cat_window *w)
{
	size_t i;

	for (i = 0; i < c->limits_count; i++) {
		const struct cat_limit *l = &c->limits[i];

		if (strcmp(l->family, family) != 0 ||
		    !cat_is_in_force(l->valid_from, l->valid_to, on))
			continue;
		if (l->hides_class[facts->class_]) {
			w->limit = l;
			return false;
		}
		if (l->max_months > 0 &&
		    end_by(w, last_day(facts->decided_on, l->max_months)))
			w->limit = l;
	}
	return true;
}

/* Fills in what the regime says; false when the class is not shown. */
static bool apply_regime(const struct catalog *c, const struct cat_item *item,
    const struct cat_facts *facts, date_days on, struct cat_window *w)
{
	const struct cat_regime *regime = catalog_regime(c, item->family, on);
	const struct cat_period *period;

	if (!regime)
		return false;
	w->regime = regime;
	period = &regime->periods[facts->class_];
	if (period->max_months > 0 || period->is_published)
		w->repair_from =
		    date_add_months(facts->decided_on, period->min_months);
	if (!period->is_published)
		return false;
	if (period->max_months > 0)
		end_by(w, last_day(facts->decided_on, period->max_months));
	return apply_limits(c, item->family, facts, on, w);
}

static bool is_shown(const struct catalog *c, const struct cat_item *item,
    const struct cat_facts *facts, date_days on, struct cat_window *w)
{
	if (item->publication == CAT_PUB_REGIME)
		return apply_regime(c, item, facts, on, w);
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
