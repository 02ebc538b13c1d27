/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sense of lists, measures and matters. What is refused here is what
 * docs/boundaries.md says in 3 and 4:
 *
 *   - an adverse list whose item could hold an entry without number, day,
 *     authority, basis, notice or end;
 *   - a measure that reduces rights without a law's word for it, or that
 *     follows more than entries and classes that such a word names;
 *   - a measure applied in a matter that its basis does not name;
 *   - a list or measure that a province or city adds on no regulation;
 *   - entries of one list that are entries of another as well;
 *   - any rule that counts.
 *
 * A record of a list's item is an entry on the list, so whoever provides the
 * item enters subjects: providers beyond the list's authorities are refused
 * here, and no door of intake has to ask a second question.
 */
#include "catalog/cat_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/tr.h"

/* ---- lists ---- */

static bool is_adverse_list(const struct cat_list *list)
{
	return list->kind != CAT_LIST_RED;
}

static void check_entry_role(const struct cat_list *list,
    const struct cat_item *item, enum cat_role role, bool is_required,
    struct cat_issues *issues)
{
	int at = cat_field_by_role(item, role);

	if (at < 0)
		cat_issue(issues, LINT_ENTRY_FIELD, list->where,
		    tr("item \"%s\" of list \"%s\" has no field with role %s"),
		    item->id, list->id, cat_role_names[role]);
	else if (is_required && item->fields[at].need != CAT_REQUIRED)
		cat_issue(issues, LINT_ENTRY_FIELD, list->where,
		    tr("field \"%s\" with role %s of item \"%s\" must be "
		       "required, because list \"%s\" is made of it"),
		    item->fields[at].name, cat_role_names[role], item->id,
		    list->id);
}

/* An entry exists only with a decision: number, day, authority, basis,
 * notice to the subject, and its end. */
static void lint_entries(const struct cat_list *list,
    const struct cat_item *item, struct cat_issues *issues)
{
	static const enum cat_role needed[] = {CAT_ROLE_DOCUMENT,
	    CAT_ROLE_DECIDED_ON, CAT_ROLE_AUTHORITY, CAT_ROLE_BASIS_TEXT,
	    CAT_ROLE_NOTIFIED_ON};
	size_t i;

	if (!is_adverse_list(list)) {
		check_entry_role(list, item, CAT_ROLE_AUTHORITY, true, issues);
		return;
	}
	for (i = 0; i < ARRAY_COUNT(needed); i++)
		check_entry_role(list, item, needed[i], true, issues);
	check_entry_role(list, item, CAT_ROLE_PUBLIC_UNTIL,
	    list->exit_condition[0] == '\0', issues);
}

static bool is_authority(const struct cat_list *list, const char *function)
{
	size_t i;

	for (i = 0; i < list->authorities_count; i++)
		if (strcmp(list->authorities[i], "*") == 0 ||
		    strcmp(list->authorities[i], function) == 0)
			return true;
	return false;
}

/* Who may enter is said by name: "everybody" is nobody's authority. */
static void lint_authorities(
    const struct cat_list *list, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < list->authorities_count; i++)
		if (is_adverse_list(list) &&
		    strcmp(list->authorities[i], "*") == 0)
			cat_issue(issues, LINT_ENTRY_AUTHORITY, list->where,
			    tr("list \"%s\" lets every department enter "
			       "subjects"),
			    list->id);
}

/* Whoever is entered on one list would be on the other without a decision
 * about that one. */
static void lint_entries_of_two(const struct catalog *c,
    const struct cat_list *list, struct cat_issues *issues)
{
	const struct cat_list *other;
	size_t i;

	for (other = c->lists; other < list; other++)
		for (i = 0; i < list->items_count; i++)
			if (is_adverse_list(list) && is_adverse_list(other) &&
			    cat_list_has(other, list->items[i]))
				cat_issue(issues, LINT_ENTRY_TWICE, list->where,
				    tr("records of item \"%s\" are entries of "
				       "list \"%s\" and of list \"%s\""),
				    list->items[i]->id, other->id, list->id);
}

static void lint_entering(const struct cat_list *list,
    const struct cat_item *item, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < item->providers_count; i++)
		if (!is_authority(list, item->providers[i]))
			cat_issue(issues, LINT_ENTRY_AUTHORITY, list->where,
			    tr("provider \"%s\" of item \"%s\" is no authority "
			       "of list \"%s\""),
			    item->providers[i], item->id, list->id);
}

static void lint_list(const struct catalog *c, const struct cat_list *list,
    struct cat_issues *issues)
{
	enum cat_nature nature =
	    is_adverse_list(list) ? CAT_ADVERSE : CAT_POSITIVE;
	size_t i;

	if (list->longest_months == 0 && !list->exit_condition[0])
		cat_issue(issues, LINT_LIST_END, list->where,
		    tr("list \"%s\" has neither longest_months nor "
		       "exit_condition"),
		    list->id);
	if (list->items_count == 0)
		cat_issue(issues, LINT_LIST_EMPTY, list->where,
		    tr("no item reports to list \"%s\""), list->id);
	lint_authorities(list, issues);
	lint_entries_of_two(c, list, issues);
	for (i = 0; i < list->items_count; i++) {
		const struct cat_item *item = list->items[i];

		lint_entries(list, item, issues);
		lint_entering(list, item, issues);
		if (item->nature != nature)
			cat_issue(issues, LINT_NATURE, list->where,
			    tr("list \"%s\" is %s, but its item \"%s\" is "
			       "%s"),
			    list->id, cat_list_kind_names[list->kind], item->id,
			    cat_nature_names[item->nature]);
	}
}

/* ---- measures ---- */

static bool has_strong(const struct cat_measure *measure)
{
	size_t i;

	for (i = 0; i < measure->bases_count; i++)
		if (cat_may_reduce(measure->bases[i]))
			return true;
	return false;
}

static void lint_reducing(
    const struct cat_measure *measure, struct cat_issues *issues)
{
	size_t i;

	if (measure->kind != CAT_REDUCE)
		return;
	if (!has_strong(measure))
		cat_issue(issues, LINT_REDUCE, measure->where,
		    tr("measure \"%s\" reduces rights, but no basis of it is "
		       "a law, regulation, judicial interpretation or policy "
		       "of the State Council"),
		    measure->id);
	for (i = 0; i < measure->follows_count; i++) {
		const struct cat_follow *f = &measure->follows[i];

		if (!f->item)
			continue;
		if (f->class_ == CAT_CLASS_NONE)
			cat_issue(issues, LINT_REDUCE, f->where,
			    tr("measure \"%s\" reduces rights and may not "
			       "follow every record of item \"%s\""),
			    measure->id, f->item->id);
		else if (!f->basis || !cat_may_reduce(f->basis))
			cat_issue(issues, LINT_REDUCE, f->where,
			    tr("measure \"%s\" reduces rights and follows "
			       "class %s of item \"%s\", which no such basis "
			       "names"),
			    measure->id, cat_class_names[f->class_],
			    f->item->id);
	}
}

static void check_nature(const struct cat_measure *measure,
    const struct cat_follow *f, struct cat_issues *issues)
{
	bool is_reward = measure->kind == CAT_ENCOURAGE;
	const char *id = f->list ? f->list->id : f->item->id;
	bool is_wrong = is_reward !=
	    (f->list ? !is_adverse_list(f->list)
		     : cat_item_may_be_positive(f->item));

	if (is_wrong)
		cat_issue(issues, LINT_NATURE, f->where,
		    is_reward ? tr("measure \"%s\" encourages and may not "
				   "follow \"%s\", which is not positive")
			      : tr("measure \"%s\" is no encouragement and "
				   "may not follow \"%s\", which is positive"),
		    measure->id, id);
}

static void lint_follows(
    const struct cat_measure *measure, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < measure->follows_count; i++) {
		const struct cat_follow *f = &measure->follows[i];

		if (!f->list == !f->item)
			cat_issue(issues, LINT_MEASURE_SHAPE, f->where,
			    tr("measure \"%s\" follows a list or an item, one "
			       "of them"),
			    measure->id);
		else if (f->list && f->class_ != CAT_CLASS_NONE)
			cat_issue(issues, LINT_MEASURE_SHAPE, f->where,
			    tr("measure \"%s\" follows list \"%s\", whose "
			       "entries have no class of their own"),
			    measure->id, f->list->id);
		else
			check_nature(measure, f, issues);
	}
}

static bool has_target(const struct cat_measure *measure)
{
	int i;

	for (i = 0; i < CAT_TARGET_COUNT; i++)
		if (measure->targets[i])
			return true;
	return false;
}

static void check_some(size_t count, const char *key,
    const struct cat_measure *measure, struct cat_issues *issues)
{
	if (count == 0)
		cat_issue(issues, LINT_MEASURE_SHAPE, measure->where,
		    tr("measure \"%s\": \"%s\" is empty"), measure->id, key);
}

static void lint_measure(
    const struct cat_measure *measure, struct cat_issues *issues)
{
	check_some(has_target(measure), "targets", measure, issues);
	check_some(measure->follows_count, "follows", measure, issues);
	check_some(measure->matters_count, "matters", measure, issues);
	check_some(
	    measure->implementers_count, "implementers", measure, issues);
	if ((measure->lasts == CAT_LASTS_MONTHS) != (measure->months > 0))
		cat_issue(issues, LINT_MEASURE_SHAPE, measure->where,
		    tr("measure \"%s\" lasts %s, which does not fit %d "
		       "months"),
		    measure->id, cat_lasts_names[measure->lasts],
		    measure->months);
	lint_follows(measure, issues);
	lint_reducing(measure, issues);
}

/* ---- matters ---- */

static bool names_matter(
    const struct cat_measure *measure, const struct cat_matter *matter)
{
	size_t i;

	for (i = 0; i < measure->matters_count; i++)
		if (measure->matters[i] == matter)
			return true;
	return false;
}

static bool sees_list(
    const struct cat_matter *matter, const struct cat_list *list)
{
	size_t i;

	for (i = 0; i < matter->lists_count; i++)
		if (matter->lists[i] == list)
			return true;
	return false;
}

/* Can a record that the matter may look up ever bring the measure about? */
static bool sees_any(
    const struct cat_matter *matter, const struct cat_measure *measure)
{
	size_t i;

	for (i = 0; i < measure->follows_count; i++) {
		const struct cat_follow *f = &measure->follows[i];

		if (f->list ? sees_list(matter, f->list)
			    : f->item && cat_matter_sees(matter, f->item))
			return true;
	}
	return false;
}

/* What a check will never tell, and a matter in which nothing may be done. */
static void lint_telling(
    const struct cat_matter *matter, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < matter->items_count; i++) {
		const struct cat_item *item = matter->items[i];
		struct cat_telling telling =
		    cat_matter_telling(matter, item, DATE_NONE);

		if (!cat_tells_some(&telling))
			cat_issue(issues, LINT_MATTER_IDLE, matter->where,
			    tr("matter \"%s\" looks up item \"%s\", which "
			       "no measure of it follows"),
			    matter->id, item->id);
	}
	if (matter->measures_count == 0 &&
	    (!matter->no_measure[0] || !matter->no_measure_en[0]))
		cat_issue(issues, LINT_MATTER_BARE, matter->where,
		    tr("matter \"%s\" has no measure and no reason for that "
		       "in both languages"),
		    matter->id);
}

static void lint_matter(
    const struct cat_matter *matter, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < matter->measures_count; i++) {
		const struct cat_measure *measure = matter->measures[i];

		if (!names_matter(measure, matter))
			cat_issue(issues, LINT_OUTSIDE_MATTER, matter->where,
			    tr("matter \"%s\" applies measure \"%s\", which "
			       "does not name it"),
			    matter->id, measure->id);
		else if (!sees_any(matter, measure))
			cat_issue(issues, LINT_OUTSIDE_MATTER, matter->where,
			    tr("matter \"%s\" applies measure \"%s\", but may "
			       "look up nothing that it follows"),
			    matter->id, measure->id);
	}
	lint_telling(matter, issues);
	for (i = 0; i < matter->positives_count; i++)
		if (!cat_item_may_be_positive(matter->positives[i]))
			cat_issue(issues, LINT_NATURE, matter->where,
			    tr("matter \"%s\" eases for item \"%s\", which is "
			       "not positive"),
			    matter->id, matter->positives[i]->id);
}

static void lint_matter_numbers(
    const struct catalog *c, struct cat_issues *issues)
{
	size_t i;

	/* Matters are sorted by number. */
	for (i = 1; i < c->matters_count; i++)
		if (c->matters[i].number == c->matters[i - 1].number)
			cat_issue(issues, LINT_DUPLICATE_NUMBER,
			    c->matters[i].where,
			    tr("matters \"%s\" and \"%s\" both have number "
			       "%d"),
			    c->matters[i - 1].id, c->matters[i].id,
			    c->matters[i].number);
}

/* ---- layers ---- */

static bool has_local_regulation(
    const struct cat_basis *const *bases, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (cat_is_legislation(bases[i]) &&
		    bases[i]->where.layer != CAT_NATIONAL)
			return true;
	return false;
}

static void check_local(const char *what, const char *id,
    const struct cat_where *where, const struct cat_basis *const *bases,
    size_t bases_count, struct cat_issues *issues)
{
	if (where->layer != CAT_NATIONAL &&
	    !has_local_regulation(bases, bases_count))
		cat_issue(issues, LINT_LOCAL_BASIS, *where,
		    tr("%s \"%s\" of layer %s rests on no local regulation"),
		    tr(what), id, cat_layer_names[where->layer]);
}

static bool is_same_title(const char *a, const char *b)
{
	char *folded_a = cat_folded(a, false), *folded_b = cat_folded(b, false);
	bool is_same = strcmp(folded_a, folded_b) == 0;

	free(folded_a);
	free(folded_b);
	return is_same;
}

/* The same words again below would be a second, wider one. */
static void check_title(const char *what, const char *id, const char *title,
    const struct cat_where *where, const char *upper_id,
    const char *upper_title, const struct cat_where *upper,
    struct cat_issues *issues)
{
	if (upper->layer < where->layer && is_same_title(title, upper_title))
		cat_issue(issues, LINT_WIDENS, *where,
		    tr("%s \"%s\" has the title of \"%s\" above; narrow that "
		       "one with extend"),
		    tr(what), id, upper_id);
}

static void lint_titles(const struct catalog *c, struct cat_issues *issues)
{
	size_t i, j;

	for (i = 0; i < c->lists_count; i++)
		for (j = 0; j < i; j++) {
			const struct cat_list *a = &c->lists[j];
			const struct cat_list *b = &c->lists[i];

			check_title(N_("list"), b->id, b->title, &b->where,
			    a->id, a->title, &a->where, issues);
		}
	for (i = 0; i < c->measures_count; i++)
		for (j = 0; j < i; j++) {
			const struct cat_measure *a = &c->measures[j];
			const struct cat_measure *b = &c->measures[i];

			check_title(N_("measure"), b->id, b->title, &b->where,
			    a->id, a->title, &a->where, issues);
		}
}

static void lint_local(const struct catalog *c, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < c->items_count; i++) {
		const struct cat_item *item = &c->items[i];

		check_local(N_("item"), item->id, &item->where, item->bases,
		    item->bases_count, issues);
	}
	for (i = 0; i < c->lists_count; i++) {
		const struct cat_list *l = &c->lists[i];

		if (is_adverse_list(l))
			check_local(N_("list"), l->id, &l->where, l->bases,
			    l->bases_count, issues);
	}
	for (i = 0; i < c->measures_count; i++) {
		const struct cat_measure *m = &c->measures[i];

		if (m->kind != CAT_ENCOURAGE)
			check_local(N_("measure"), m->id, &m->where, m->bases,
			    m->bases_count, issues);
	}
}

void cat_lint_lists(const struct catalog *c, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < c->lists_count; i++)
		lint_list(c, &c->lists[i], issues);
	for (i = 0; i < c->measures_count; i++)
		lint_measure(&c->measures[i], issues);
	for (i = 0; i < c->matters_count; i++)
		lint_matter(&c->matters[i], issues);
	lint_matter_numbers(c, issues);
	lint_titles(c, issues);
	lint_local(c, issues);
}
