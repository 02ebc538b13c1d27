/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists, measures and matters: does each name what is there, does a list's
 * entry say all that it must, does a measure follow what it may and stay in
 * the matters of its basis, and does a lower layer only narrow.
 */
#include "catalog/cat_priv.h"

#include <string.h>

#include "base/tr.h"

/* ---- references ---- */

typedef const void *find_thing(const struct catalog *c, const char *id);

static const void *find_list(const struct catalog *c, const char *id)
{
	return catalog_list(c, id);
}

static const void *find_item(const struct catalog *c, const char *id)
{
	return catalog_item(c, id);
}

static const void *find_measure(const struct catalog *c, const char *id)
{
	return catalog_measure(c, id);
}

static const void *find_matter(const struct catalog *c, const char *id)
{
	return catalog_matter(c, id);
}

static void check_refs(const struct catalog *c, find_thing *find,
    const char *const *ids, size_t count, const char *what,
    struct cat_where where, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!find(c, ids[i]))
			cat_issue(issues, LINT_UNKNOWN_REF, where,
			    tr("there is no %s \"%s\""), tr(what), ids[i]);
}

/* ---- lists ---- */

static void need_field(const struct cat_list *list, const struct cat_item *item,
    int index, const char *what, struct cat_issues *issues)
{
	if (index < 0)
		cat_issue(issues, LINT_LIST_ENTRY, list->where,
		    tr("an entry of list \"%s\" does not say %s"), list->id,
		    tr(what));
	else if (item->fields[index].need != CAT_REQUIRED)
		cat_issue(issues, LINT_LIST_ENTRY, list->where,
		    tr("an entry of list \"%s\" need not say %s"), list->id,
		    tr(what));
}

static void check_entry(const struct cat_list *list,
    const struct cat_item *item, struct cat_issues *issues)
{
	int end = cat_field_index(item, list->exit_field);

	need_field(list, item, cat_field_by_role(item, CAT_ROLE_DOCUMENT),
	    N_("the decision's number"), issues);
	need_field(list, item, cat_field_by_role(item, CAT_ROLE_DECIDED_ON),
	    N_("its date"), issues);
	need_field(list, item, cat_field_by_role(item, CAT_ROLE_AUTHORITY),
	    N_("the authority"), issues);
	if (!list->notice_rule[0])
		need_field(list, item,
		    cat_field_index(item, list->notice_field),
		    N_("when the subject was told"), issues);
	need_field(list, item, cat_field_index(item, list->basis_field),
	    N_("the legal basis"), issues);
	/* A day of exit, or the condition in words, which is required. */
	if (list->exit_field[0] && end < 0)
		need_field(list, item, end, N_("the day of its exit"), issues);
}

static void lint_list(const struct catalog *c, const struct cat_list *list,
    struct cat_issues *issues)
{
	const struct cat_item *item = catalog_item(c, list->item);

	check_refs(
	    c, find_item, &list->item, 1, N_("item"), list->where, issues);
	if (!item)
		return;
	if (list->kind == CAT_LIST_RED ? item->nature != CAT_POSITIVE
				       : item->nature != CAT_ADVERSE)
		cat_issue(issues, LINT_LIST_KIND, list->where,
		    tr("list \"%s\" and item \"%s\" are not of one nature"),
		    list->id, item->id);
	else if (list->kind != CAT_LIST_RED)
		check_entry(list, item, issues);
}

/* ---- measures ---- */

static bool has_target(const struct cat_measure *m)
{
	int i;

	for (i = 0; i < CAT_TARGET_COUNT; i++)
		if (m->targets[i])
			return true;
	return false;
}

static bool may_follow_list(
    const struct cat_measure *m, const struct cat_list *list)
{
	if (m->kind == CAT_MEASURE_EASIER)
		return list->kind == CAT_LIST_RED;
	if (m->kind == CAT_MEASURE_RIGHTS)
		return list->kind == CAT_LIST_SERIOUS;
	return list->kind != CAT_LIST_RED;
}

static bool may_follow_item(
    const struct cat_measure *m, const struct cat_item *item)
{
	if (m->kind == CAT_MEASURE_RIGHTS)
		return false;
	return (m->kind == CAT_MEASURE_EASIER) != (item->nature == CAT_ADVERSE);
}

static void check_follows(const struct catalog *c, const struct cat_measure *m,
    struct cat_issues *issues)
{
	size_t i;

	if (m->lists_count + m->items_count == 0)
		cat_issue(issues, LINT_MEASURE_FOLLOWS, m->where,
		    tr("measure \"%s\" follows nothing"), m->id);
	for (i = 0; i < m->lists_count; i++) {
		const struct cat_list *list = catalog_list(c, m->lists[i]);

		if (list && !may_follow_list(m, list))
			cat_issue(issues, LINT_MEASURE_FOLLOWS, m->where,
			    tr("measure \"%s\" may not follow list \"%s\""),
			    m->id, list->id);
	}
	for (i = 0; i < m->items_count; i++) {
		const struct cat_item *item = catalog_item(c, m->items[i]);

		if (item && !may_follow_item(m, item))
			cat_issue(issues, LINT_MEASURE_FOLLOWS, m->where,
			    tr("measure \"%s\" may not follow item \"%s\""),
			    m->id, item->id);
	}
}

static bool is_subset(
    const char *const *a, size_t a_count, const char *const *b, size_t b_count)
{
	size_t i;

	for (i = 0; i < a_count; i++)
		if (!cat_names(b, b_count, a[i]))
			return false;
	return true;
}

static bool is_narrower(
    const struct cat_measure *m, const struct cat_measure *up)
{
	int i;

	for (i = 0; i < CAT_TARGET_COUNT; i++)
		if (m->targets[i] && !up->targets[i])
			return false;
	return m->kind == up->kind &&
	    is_subset(m->lists, m->lists_count, up->lists, up->lists_count) &&
	    is_subset(m->items, m->items_count, up->items, up->items_count) &&
	    is_subset(
		m->matters, m->matters_count, up->matters, up->matters_count) &&
	    is_subset(m->implementers, m->implementers_count, up->implementers,
		up->implementers_count) &&
	    (up->months == 0 || (m->months && m->months <= up->months));
}

/* What a lower layer may say: encouragement of its own; else something
 * narrower than what an upper layer has. */
static void check_layer(const struct catalog *c, const struct cat_measure *m,
    struct cat_issues *issues)
{
	const struct cat_measure *up =
	    m->narrows[0] ? catalog_measure(c, m->narrows) : NULL;

	if (m->narrows[0] && (!up || up->where.layer >= m->where.layer)) {
		cat_issue(issues, LINT_UNKNOWN_REF, m->where,
		    tr("no upper layer has a measure \"%s\""), m->narrows);
		return;
	}
	if (m->where.layer == CAT_NATIONAL || m->kind == CAT_MEASURE_EASIER)
		return;
	if (!up)
		cat_issue(issues, LINT_MEASURE_WIDENS, m->where,
		    tr("measure \"%s\" of layer %s is in no upper layer"),
		    m->id, cat_layer_names[m->where.layer]);
	else if (!is_narrower(m, up))
		cat_issue(issues, LINT_MEASURE_WIDENS, m->where,
		    tr("measure \"%s\" is wider than \"%s\", which it narrows"),
		    m->id, up->id);
}

static void lint_measure(const struct catalog *c, const struct cat_measure *m,
    struct cat_issues *issues)
{
	check_refs(c, find_list, m->lists, m->lists_count, N_("list"), m->where,
	    issues);
	check_refs(c, find_item, m->items, m->items_count, N_("item"), m->where,
	    issues);
	check_refs(c, find_matter, m->matters, m->matters_count, N_("matter"),
	    m->where, issues);
	if (!has_target(m))
		cat_issue(issues, LINT_MEASURE_TARGETS, m->where,
		    tr("measure \"%s\" names no kind of organisation"), m->id);
	check_follows(c, m, issues);
	check_layer(c, m, issues);
}

/* ---- matters ---- */

static void check_applies(const struct cat_matter *matter,
    const struct cat_measure *m, struct cat_issues *issues)
{
	if (!cat_names(m->matters, m->matters_count, matter->id))
		cat_issue(issues, LINT_MEASURE_MATTER, matter->where,
		    tr("measure \"%s\" does not name matter \"%s\""), m->id,
		    matter->id);
	if (!is_subset(
		m->lists, m->lists_count, matter->lists, matter->lists_count) ||
	    !is_subset(
		m->items, m->items_count, matter->items, matter->items_count))
		cat_issue(issues, LINT_MATTER_LOOK_UP, matter->where,
		    tr("matter \"%s\" applies measure \"%s\" and may not "
		       "look up all that it follows"),
		    matter->id, m->id);
}

static void lint_matter(const struct catalog *c,
    const struct cat_matter *matter, struct cat_issues *issues)
{
	size_t i;

	check_refs(c, find_list, matter->lists, matter->lists_count, N_("list"),
	    matter->where, issues);
	check_refs(c, find_item, matter->items, matter->items_count, N_("item"),
	    matter->where, issues);
	check_refs(c, find_measure, matter->measures, matter->measures_count,
	    N_("measure"), matter->where, issues);
	for (i = 0; i < matter->measures_count; i++) {
		const struct cat_measure *m =
		    catalog_measure(c, matter->measures[i]);

		if (m)
			check_applies(matter, m, issues);
	}
	for (i = 0; c->matters + i < matter; i++)
		if (c->matters[i].number == matter->number)
			cat_issue(issues, LINT_DUPLICATE_NUMBER, matter->where,
			    tr("matters \"%s\" and \"%s\" both have number "
			       "%d"),
			    c->matters[i].id, matter->id, matter->number);
}

void cat_lint_policy(const struct catalog *c, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < c->lists_count; i++)
		lint_list(c, &c->lists[i], issues);
	for (i = 0; i < c->measures_count; i++)
		lint_measure(c, &c->measures[i], issues);
	for (i = 0; i < c->matters_count; i++)
		lint_matter(c, &c->matters[i], issues);
}
