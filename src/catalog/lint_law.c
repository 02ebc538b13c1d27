/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Law and dates: does everything rest on a basis that is in force when the
 * thing is, do regimes follow one another without overlap, do limits bound
 * something, does adverse information come to an end.
 *
 * Nothing here reads a clock. Loading compares spans of dates with one
 * another; catalog_lint_day compares them with a day that the caller gives.
 */
#include "catalog/cat_priv.h"

#include <string.h>

#include "base/tr.h"

/* A thing with dates and a basis, whatever its kind. */
struct dated {
	const char *what;
	const char *id;
	date_days from, to;
	const struct cat_basis *basis;
	struct cat_where where;
};

#define DATED(thing, name)                                                     \
	(struct dated)                                                         \
	{                                                                      \
		(name), (thing)->id, (thing)->valid_from, (thing)->valid_to,   \
		    (thing)->basis, (thing)->where                             \
	}

/* Regimes, limits, retentions, clocks and marks one after another: each has one
 * basis and must lie within it. */
static size_t dated_count(const struct catalog *c)
{
	return c->regimes_count + c->limits_count + c->retentions_count +
	    c->case_clocks_count + c->case_marks_count;
}

static struct dated dated_at(const struct catalog *c, size_t i)
{
	if (i < c->regimes_count)
		return DATED(&c->regimes[i], N_("regime"));
	i -= c->regimes_count;
	if (i < c->limits_count)
		return DATED(&c->limits[i], N_("limit"));
	i -= c->limits_count;
	if (i < c->retentions_count)
		return DATED(&c->retentions[i], N_("retention"));
	i -= c->retentions_count;
	if (i < c->case_clocks_count)
		return DATED(&c->case_clocks[i], N_("case clock"));
	i -= c->case_clocks_count;
	return DATED(&c->case_marks[i], N_("case mark"));
}

static struct dated of_item(
    const struct cat_item *item, const struct cat_basis *basis)
{
	return (struct dated){N_("item"), item->id, item->valid_from,
	    item->valid_to, basis, item->where};
}

/* Lists, measures, matters and kinds of cases one after another: dates, and
 * bases of which each must fit and one must last. */
struct ruled {
	struct dated d;
	const struct cat_basis *const *bases;
	size_t bases_count;
	/* Then only what it rests on counts. */
	const struct cat_measure *measure;
};

#define RULED(thing, name)                                                     \
	(struct ruled)                                                         \
	{                                                                      \
		{(name), (thing)->id, (thing)->valid_from, (thing)->valid_to,  \
		    NULL, (thing)->where},                                     \
		    (thing)->bases, (thing)->bases_count, NULL                 \
	}

static size_t ruled_count(const struct catalog *c)
{
	return c->lists_count + c->measures_count + c->matters_count +
	    c->case_kinds_count;
}

static struct ruled ruled_at(const struct catalog *c, size_t i)
{
	if (i < c->lists_count)
		return RULED(&c->lists[i], N_("list"));
	i -= c->lists_count;
	if (i < c->measures_count) {
		struct ruled r = RULED(&c->measures[i], N_("measure"));

		r.measure = &c->measures[i];
		return r;
	}
	i -= c->measures_count;
	if (i < c->matters_count)
		return RULED(&c->matters[i], N_("matter"));
	i -= c->matters_count;
	return RULED(&c->case_kinds[i], N_("case kind"));
}

static bool is_backwards(const struct dated *d)
{
	return d->from != DATE_NONE && d->to != DATE_NONE && d->to < d->from;
}

static void check_order(struct cat_issues *issues, const struct dated *d)
{
	if (is_backwards(d))
		cat_issue(issues, LINT_DATE_ORDER, d->where,
		    tr("%s \"%s\" ends before it begins"), tr(d->what), d->id);
}

static void lint_orders(const struct catalog *c, struct cat_issues *issues)
{
	struct dated d;
	size_t i;

	for (i = 0; i < c->bases_count; i++) {
		const struct cat_basis *b = &c->bases[i];

		d = (struct dated){N_("basis"), b->id, b->valid_from,
		    b->valid_to, NULL, b->where};
		check_order(issues, &d);
	}
	for (i = 0; i < dated_count(c); i++) {
		d = dated_at(c, i);
		check_order(issues, &d);
	}
	for (i = 0; i < c->items_count; i++) {
		d = of_item(&c->items[i], NULL);
		check_order(issues, &d);
	}
	for (i = 0; i < ruled_count(c); i++) {
		d = ruled_at(c, i).d;
		check_order(issues, &d);
	}
}

static bool overlaps(
    date_days a_from, date_days a_to, date_days b_from, date_days b_to)
{
	return (a_to == DATE_NONE || b_from == DATE_NONE || b_from <= a_to) &&
	    (b_to == DATE_NONE || a_from == DATE_NONE || a_from <= b_to);
}

/* Looks at one thing; day is DATE_NONE where none is asked about. */
typedef void check_fn(
    struct cat_issues *issues, const struct dated *d, date_days day);

/* Some day of the thing must lie in its basis's span. */
static void check_basis(
    struct cat_issues *issues, const struct dated *d, date_days day)
{
	(void)day;
	if (d->basis && !is_backwards(d) &&
	    !overlaps(d->from, d->to, d->basis->valid_from, d->basis->valid_to))
		cat_issue(issues, LINT_BASIS_NOT_IN_FORCE, d->where,
		    tr("basis \"%s\" is never in force while %s \"%s\" is"),
		    d->basis->id, tr(d->what), d->id);
}

/* A rule that hides or shows must not begin before its basis does. */
static void check_begin(struct cat_issues *issues, const struct dated *d)
{
	check_basis(issues, d, DATE_NONE);
	if (d->basis->valid_from != DATE_NONE &&
	    d->from < d->basis->valid_from &&
	    overlaps(d->from, d->to, d->basis->valid_from, d->basis->valid_to))
		cat_issue(issues, LINT_BASIS_NOT_IN_FORCE, d->where,
		    tr("%s \"%s\" begins before its basis \"%s\""), tr(d->what),
		    d->id, d->basis->id);
}

/* The parts of an item hold while the item does. */
static void check_parts(struct cat_issues *issues, const struct cat_item *item,
    check_fn *check, date_days day)
{
	struct dated d = of_item(item, item->clock.basis);
	size_t i;

	d.what = N_("clock of item");
	check(issues, &d, day);
	d.what = N_("withdrawal of item");
	d.basis = item->withdrawal.clock.basis;
	check(issues, &d, day);
	d.what = N_("class rule of item");
	for (i = 0; i < item->class_rules_count; i++) {
		d.basis = item->class_rules[i].basis;
		d.where = item->class_rules[i].where;
		check(issues, &d, day);
	}
	d.what = N_("field of item");
	for (i = 0; i < item->fields_count; i++) {
		d.basis = item->fields[i].basis;
		d.where = item->fields[i].where;
		check(issues, &d, day);
	}
	d.what = N_("rule of item");
	for (i = 0; i < item->rules_count; i++) {
		d.basis = item->rules[i].basis;
		d.where = item->rules[i].where;
		check(issues, &d, day);
	}
}

static void lint_ruled_bases(const struct catalog *c, struct cat_issues *issues)
{
	size_t i, j;

	for (i = 0; i < ruled_count(c); i++) {
		struct ruled r = ruled_at(c, i);

		for (j = 0; j < r.bases_count; j++) {
			r.d.basis = r.bases[j];
			check_basis(issues, &r.d, DATE_NONE);
		}
	}
}

static void lint_bases(const struct catalog *c, struct cat_issues *issues)
{
	struct dated d;
	size_t i, j;

	for (i = 0; i < dated_count(c); i++) {
		d = dated_at(c, i);
		check_begin(issues, &d);
	}
	for (i = 0; i < c->items_count; i++) {
		for (j = 0; j < c->items[i].bases_count; j++) {
			d = of_item(&c->items[i], c->items[i].bases[j]);
			check_basis(issues, &d, DATE_NONE);
		}
		check_parts(issues, &c->items[i], check_basis, DATE_NONE);
	}
	lint_ruled_bases(c, issues);
}

/* ---- regimes ---- */

static bool is_family(const struct cat_regime *a, const struct cat_regime *b)
{
	return strcmp(a->family, b->family) == 0;
}

/* The regime of the same family that begins next after this one. */
static const struct cat_regime *next_regime(
    const struct catalog *c, const struct cat_regime *r)
{
	const struct cat_regime *next = NULL;
	size_t i;

	for (i = 0; i < c->regimes_count; i++) {
		const struct cat_regime *other = &c->regimes[i];

		if (is_family(r, other) && other->valid_from > r->valid_from &&
		    (!next || other->valid_from < next->valid_from))
			next = other;
	}
	return next;
}

static void lint_regimes(const struct catalog *c, struct cat_issues *issues)
{
	size_t i, j;

	for (i = 0; i < c->regimes_count; i++) {
		const struct cat_regime *r = &c->regimes[i];
		const struct cat_regime *next = next_regime(c, r);

		for (j = 0; j < i; j++)
			if (is_family(r, &c->regimes[j]) &&
			    overlaps(r->valid_from, r->valid_to,
				c->regimes[j].valid_from,
				c->regimes[j].valid_to))
				cat_issue(issues, LINT_REGIME_OVERLAP, r->where,
				    tr("regimes \"%s\" and \"%s\" of family "
				       "\"%s\" overlap"),
				    c->regimes[j].id, r->id, r->family);
		if (next && r->valid_to != DATE_NONE &&
		    next->valid_from > r->valid_to + 1)
			cat_issue(issues, LINT_REGIME_GAP, next->where,
			    tr("days without a regime: %d, between \"%s\" and "
			       "\"%s\""),
			    next->valid_from - r->valid_to - 1, r->id,
			    next->id);
	}
}

static void lint_periods(const struct catalog *c, struct cat_issues *issues)
{
	size_t i;
	int k;

	for (i = 0; i < c->regimes_count; i++) {
		const struct cat_regime *r = &c->regimes[i];
		bool is_any = false;

		for (k = 0; k < CAT_CLASS_COUNT; k++) {
			const struct cat_period *p = &r->periods[k];

			is_any = is_any || p->is_published;
			if (p->max_months && p->min_months > p->max_months)
				cat_issue(issues, LINT_PERIOD, r->where,
				    tr("class %s of \"%s\": min_months %d is "
				       "longer than max_months %d"),
				    cat_class_names[k], r->id, p->min_months,
				    p->max_months);
		}
		if (!is_any)
			cat_issue(issues, LINT_PERIOD, r->where,
			    tr("regime \"%s\" publishes no class"), r->id);
	}
}

/* ---- limits ---- */

static bool has_family(const struct catalog *c, const char *family)
{
	size_t i;

	for (i = 0; i < c->regimes_count; i++)
		if (strcmp(c->regimes[i].family, family) == 0)
			return true;
	return false;
}

static bool hides_any(const struct cat_limit *l)
{
	int k;

	for (k = 0; k < CAT_CLASS_COUNT; k++)
		if (l->hides_class[k])
			return true;
	return false;
}

/* True when the limit could end a class of this regime earlier. */
static bool can_win(const struct cat_limit *l, const struct cat_regime *r)
{
	int k;

	for (k = 0; k < CAT_CLASS_COUNT; k++) {
		const struct cat_period *p = &r->periods[k];

		if (p->is_published &&
		    (p->max_months == 0 || l->max_months < p->max_months))
			return true;
	}
	return false;
}

static void note_longer(const struct catalog *c, const struct cat_limit *l,
    struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < c->regimes_count; i++) {
		const struct cat_regime *r = &c->regimes[i];

		if (strcmp(r->family, l->family) == 0 &&
		    overlaps(l->valid_from, l->valid_to, r->valid_from,
			r->valid_to) &&
		    !can_win(l, r))
			cat_issue(issues, LINT_LIMIT_LONGER, l->where,
			    tr("limit \"%s\" of %d months is not shorter than "
			       "regime \"%s\""),
			    l->id, l->max_months, r->id);
	}
}

static void lint_limits(const struct catalog *c, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < c->limits_count; i++) {
		const struct cat_limit *l = &c->limits[i];

		if (!has_family(c, l->family))
			cat_issue(issues, LINT_LIMIT_IDLE, l->where,
			    tr("no regime has family \"%s\""), l->family);
		else if (l->max_months == 0 && !hides_any(l))
			cat_issue(issues, LINT_LIMIT_IDLE, l->where,
			    tr("limit \"%s\" has neither max_months nor "
			       "hides"),
			    l->id);
		else if (l->max_months > 0)
			note_longer(c, l, issues);
	}
}

/* ---- adverse information ---- */

static void lint_adverse(const struct catalog *c, const struct cat_item *item,
    struct cat_issues *issues)
{
	bool is_regime = item->publication == CAT_PUB_REGIME;
	bool has_class = item->class_rules_count > 0 ||
	    item->default_class != CAT_CLASS_NONE;

	if (item->nature == CAT_ADVERSE && !is_regime &&
	    item->publication != CAT_PUB_NEVER)
		cat_issue(issues, LINT_ADVERSE_REGIME, item->where,
		    tr("adverse item \"%s\" is published without a regime"),
		    item->id);
	if (is_regime && !has_family(c, item->family))
		cat_issue(issues, LINT_ADVERSE_REGIME, item->where,
		    tr("item \"%s\": no regime has family \"%s\""), item->id,
		    item->family);
	if (!is_regime && item->family[0])
		cat_issue(issues, LINT_ADVERSE_REGIME, item->where,
		    tr("item \"%s\" names family \"%s\" but is not published "
		       "by regime"),
		    item->id, item->family);
	if (item->nature == CAT_ADVERSE && !has_class)
		cat_issue(issues, LINT_CLASS, item->where,
		    tr("adverse item \"%s\" has no classes"), item->id);
	if (item->nature != CAT_ADVERSE && has_class)
		cat_issue(issues, LINT_CLASS, item->where,
		    tr("item \"%s\" has classes but is not adverse"), item->id);
}

void cat_lint_law(const struct catalog *c, struct cat_issues *issues)
{
	size_t i;

	lint_orders(c, issues);
	lint_bases(c, issues);
	lint_regimes(c, issues);
	lint_periods(c, issues);
	lint_limits(c, issues);
	for (i = 0; i < c->items_count; i++)
		lint_adverse(c, &c->items[i], issues);
}

/* ---- on a given day ---- */

static bool has_ended(const struct cat_basis *basis, date_days day)
{
	return basis->valid_to != DATE_NONE && basis->valid_to < day;
}

static void check_day(
    struct cat_issues *issues, const struct dated *d, date_days day)
{
	char text[DATE_TEXT_BYTES];

	if (d->basis && has_ended(d->basis, day) &&
	    date_is_within(d->from, d->to, day))
		cat_issue(issues, LINT_OUT_OF_DATE, d->where,
		    tr("basis \"%s\" of %s \"%s\" is not in force on %s"),
		    d->basis->id, tr(d->what), d->id,
		    date_format_iso(day, text));
}

/* An item is out of date when all its bases have ended. */
static void check_item_day(
    struct cat_issues *issues, const struct cat_item *item, date_days day)
{
	struct dated d;
	size_t i;

	check_parts(issues, item, check_day, day);
	for (i = 0; i < item->bases_count; i++)
		if (!has_ended(item->bases[i], day))
			return;
	d = of_item(item, item->bases[0]);
	check_day(issues, &d, day);
}

/* What a measure follows goes by a law of its own where it names one. */
static void check_follows_day(
    struct cat_issues *issues, const struct ruled *r, date_days day)
{
	struct dated d = r->d;
	size_t i;

	d.what = N_("what a measure follows");
	for (i = 0; i < r->measure->follows_count; i++) {
		d.basis = r->measure->follows[i].basis;
		d.where = r->measure->follows[i].where;
		check_day(issues, &d, day);
	}
}

/* Out of date when all bases have ended, or all that it rests on. */
static void check_ruled_day(
    struct cat_issues *issues, struct ruled *r, date_days day)
{
	size_t i;

	if (r->measure)
		check_follows_day(issues, r, day);
	r->d.basis = NULL;
	for (i = 0; i < r->bases_count; i++) {
		if (r->measure &&
		    !cat_measure_rests_on(r->measure, r->bases[i]))
			continue;
		if (!has_ended(r->bases[i], day))
			return;
		if (!r->d.basis)
			r->d.basis = r->bases[i];
	}
	check_day(issues, &r->d, day);
}

void catalog_lint_day(
    const struct catalog *c, date_days day, struct cat_issues *issues)
{
	char text[DATE_TEXT_BYTES];
	struct dated d;
	size_t i;

	for (i = 0; i < dated_count(c); i++) {
		d = dated_at(c, i);
		check_day(issues, &d, day);
	}
	for (i = 0; i < c->items_count; i++) {
		const struct cat_item *item = &c->items[i];

		check_item_day(issues, item, day);
		if (item->publication == CAT_PUB_REGIME &&
		    date_is_within(item->valid_from, item->valid_to, day) &&
		    !catalog_regime(c, item->family, day))
			cat_issue(issues, LINT_OUT_OF_DATE, item->where,
			    tr("no regime of item \"%s\" is in force on %s"),
			    item->id, date_format_iso(day, text));
	}
	for (i = 0; i < ruled_count(c); i++) {
		struct ruled r = ruled_at(c, i);

		check_ruled_day(issues, &r, day);
	}
	cat_issues_sort(issues);
}
