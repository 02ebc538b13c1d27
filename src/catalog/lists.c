/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Look-ups over lists, measures and matters: what a credit check asks of
 * the catalogue. All of it is pure; which records a subject has and whether
 * they stand is not known here.
 */
#include <string.h>

#include "catalog/cat_priv.h"
#include "ident/ident.h"

const struct cat_list *catalog_list(const struct catalog *c, const char *id)
{
	size_t i;

	for (i = 0; i < c->lists_count; i++)
		if (strcmp(c->lists[i].id, id) == 0)
			return &c->lists[i];
	return NULL;
}

const struct cat_measure *catalog_measure(
    const struct catalog *c, const char *id)
{
	size_t i;

	for (i = 0; i < c->measures_count; i++)
		if (strcmp(c->measures[i].id, id) == 0)
			return &c->measures[i];
	return NULL;
}

const struct cat_matter *catalog_matter(const struct catalog *c, const char *id)
{
	size_t i;

	for (i = 0; i < c->matters_count; i++)
		if (strcmp(c->matters[i].id, id) == 0)
			return &c->matters[i];
	return NULL;
}

static bool is_among(const struct cat_item *const *items, size_t count,
    const struct cat_item *item)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (items[i] == item)
			return true;
	return false;
}

bool cat_list_has(const struct cat_list *list, const struct cat_item *item)
{
	return is_among(list->items, list->items_count, item);
}

bool cat_list_in_force(const struct cat_list *list, date_days on)
{
	return date_is_within(list->valid_from, list->valid_to, on);
}

bool cat_may_reduce(const struct cat_basis *basis)
{
	return basis->force == CAT_POLICY || basis->force == CAT_JUDICIAL ||
	    cat_is_legislation(basis);
}

bool cat_basis_in_force(const struct cat_basis *basis, date_days on)
{
	return date_is_within(basis->valid_from, basis->valid_to, on);
}

bool cat_measure_rests_on(
    const struct cat_measure *measure, const struct cat_basis *basis)
{
	bool is_local = measure->where.layer != CAT_NATIONAL &&
	    measure->kind != CAT_ENCOURAGE;

	return (measure->kind != CAT_REDUCE || cat_may_reduce(basis)) &&
	    (!is_local ||
		(cat_is_legislation(basis) &&
		    basis->where.layer != CAT_NATIONAL));
}

bool cat_measure_in_force(const struct cat_measure *measure, date_days on)
{
	bool is_lawful = false;
	size_t i;

	for (i = 0; i < measure->bases_count && !is_lawful; i++)
		is_lawful = cat_measure_rests_on(measure, measure->bases[i]) &&
		    cat_basis_in_force(measure->bases[i], on);
	return is_lawful &&
	    date_is_within(measure->valid_from, measure->valid_to, on);
}

bool cat_matter_in_force(const struct cat_matter *matter, date_days on)
{
	return date_is_within(matter->valid_from, matter->valid_to, on);
}

static bool is_one_of(const char *function, const char *const *all, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(all[i], "*") == 0 || strcmp(all[i], function) == 0)
			return true;
	return false;
}

/* Does the department have one of the functions? */
static bool does_one_of(const struct cat_department *department,
    const char *const *functions, size_t count)
{
	size_t i;

	if (is_one_of("", functions, count))
		return true;
	for (i = 0; i < department->functions_count; i++)
		if (is_one_of(department->functions[i], functions, count))
			return true;
	return false;
}

bool cat_may_enter(
    const struct cat_list *list, const struct cat_department *department)
{
	return does_one_of(
	    department, list->authorities, list->authorities_count);
}

bool cat_may_ask(
    const struct cat_matter *matter, const struct cat_department *department)
{
	return does_one_of(department, matter->askers, matter->askers_count);
}

bool cat_may_implement(
    const struct cat_measure *measure, const struct cat_department *department)
{
	const char *const *functions = measure->implementers;
	size_t count = measure->implementers_count;
	size_t i;

	if (!is_one_of("", functions, count))
		return does_one_of(department, functions, count);
	for (i = 0; i < measure->matters_count; i++)
		if (cat_may_ask(measure->matters[i], department))
			return true;
	return false;
}

enum cat_target cat_target_of_code(const char *code)
{
	const char *kind = ident_subject_kind(code);
	int i;

	for (i = 0; i < CAT_TARGET_COUNT; i++)
		if (strcmp(cat_target_names[i], kind) == 0)
			return (enum cat_target)i;
	return CAT_TARGET_OTHER;
}

static bool is_met(const struct cat_follow *f, const struct cat_item *item,
    enum cat_class class_, date_days on)
{
	if (f->basis && !cat_basis_in_force(f->basis, on))
		return false;
	if (f->list)
		return cat_list_in_force(f->list, on) &&
		    cat_list_has(f->list, item);
	return f->item == item &&
	    (f->class_ == CAT_CLASS_NONE || f->class_ == class_);
}

const struct cat_follow *cat_measure_follows(const struct cat_measure *measure,
    const struct cat_item *item, enum cat_class class_, date_days on)
{
	size_t i;

	for (i = 0; i < measure->follows_count; i++)
		if (is_met(&measure->follows[i], item, class_, on))
			return &measure->follows[i];
	return NULL;
}

bool cat_matter_applies(
    const struct cat_matter *matter, const struct cat_measure *measure)
{
	size_t i;

	for (i = 0; i < matter->measures_count; i++)
		if (matter->measures[i] == measure)
			return true;
	return false;
}

bool cat_matter_eases(
    const struct cat_matter *matter, const struct cat_item *item)
{
	return is_among(matter->positives, matter->positives_count, item);
}

bool cat_matter_sees(
    const struct cat_matter *matter, const struct cat_item *item)
{
	size_t i;

	for (i = 0; i < matter->lists_count; i++)
		if (cat_list_has(matter->lists[i], item))
			return true;
	return is_among(matter->items, matter->items_count, item) ||
	    cat_matter_eases(matter, item);
}

/* Because a measure of the matter follows records of the item, or a list that
 * they are entries of. */
static void add_followed(struct cat_telling *t,
    const struct cat_measure *measure, const struct cat_item *item,
    date_days on)
{
	size_t i;

	for (i = 0; i < measure->follows_count; i++) {
		const struct cat_follow *f = &measure->follows[i];

		if (f->list ? !cat_list_has(f->list, item) ||
			    (on != DATE_NONE && !cat_list_in_force(f->list, on))
			    : f->item != item)
			continue;
		if (measure->kind == CAT_ENCOURAGE &&
		    item->positive_when.op != CAT_OP_NONE)
			t->is_positive = true;
		else if (f->class_ == CAT_CLASS_NONE)
			t->is_all = true;
		else
			t->classes[f->class_] = true;
	}
}

struct cat_telling cat_matter_telling(
    const struct cat_matter *matter, const struct cat_item *item, date_days on)
{
	struct cat_telling t = {0};
	size_t i;

	for (i = 0; i < matter->lists_count; i++)
		t.is_all |= cat_list_has(matter->lists[i], item) &&
		    (on == DATE_NONE ||
			cat_list_in_force(matter->lists[i], on));
	if (cat_matter_eases(matter, item)) {
		t.is_all |= item->positive_when.op == CAT_OP_NONE;
		t.is_positive = item->positive_when.op != CAT_OP_NONE;
	}
	for (i = 0; i < matter->measures_count; i++)
		if (on == DATE_NONE ||
		    cat_measure_in_force(matter->measures[i], on))
			add_followed(&t, matter->measures[i], item, on);
	return t;
}

bool cat_tells_some(const struct cat_telling *telling)
{
	bool is_some = telling->is_all || telling->is_positive;
	int i;

	for (i = 0; i < CAT_CLASS_COUNT; i++)
		is_some |= telling->classes[i];
	return is_some;
}

bool cat_item_may_be_positive(const struct cat_item *item)
{
	return item->nature == CAT_POSITIVE ||
	    item->positive_when.op != CAT_OP_NONE;
}

bool cat_item_is_positive(const struct cat_item *item, struct span value)
{
	const struct cat_condition *when = &item->positive_when;
	size_t i;

	for (i = 0; i < when->values_count; i++)
		if (span_is(value, when->values[i]))
			return true;
	return false;
}

date_days cat_list_stands_to(
    const struct cat_list *list, date_days decided_on, date_days public_until)
{
	if (list->longest_months == 0)
		return public_until;
	return date_earlier(
	    public_until, cat_last_day(decided_on, list->longest_months));
}

/* The last day of the law that it rests on; DATE_NONE: no end is known. */
static date_days law_ends(const struct cat_measure *measure)
{
	date_days end = DATE_NONE;
	bool has_law = false;
	size_t i;

	for (i = 0; i < measure->bases_count; i++) {
		const struct cat_basis *b = measure->bases[i];

		if (!cat_measure_rests_on(measure, b))
			continue;
		if (b->valid_to == DATE_NONE)
			return DATE_NONE;
		if (!has_law || b->valid_to > end)
			end = b->valid_to;
		has_law = true;
	}
	return end;
}

date_days cat_measure_ends(const struct cat_measure *measure,
    date_days decided_on, date_days stands_to)
{
	date_days end = date_earlier(stands_to, measure->valid_to);

	end = date_earlier(end, law_ends(measure));
	if (measure->lasts == CAT_LASTS_MONTHS)
		end = date_earlier(
		    end, cat_last_day(decided_on, measure->months));
	return end;
}

bool cat_is_legislation(const struct cat_basis *basis)
{
	return basis->force == CAT_LAW || basis->force == CAT_REGULATION;
}
