/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extensions of lists, measures and matters: what a province or city
 * changes at those of a layer above. Only narrower, as in layer.c:
 *
 *   list     authorities      some of those above
 *            longest_months   shorter
 *   measure  targets, matters, implementers   some of those above
 *            months           shorter
 *   matter   askers, items, lists, positives, measures   some of those above
 *            reverse_months   shorter
 *            add_measures     measures of the extending layer itself, which
 *                             rest on its own regulation (lint_list.c)
 *            add_bases        of the same matter, from the extending layer
 *
 * A refused change is told and not applied.
 */
#include "catalog/cat_priv.h"

#include <string.h>

#include "base/check.h"
#include "base/tr.h"

/* ---- narrowing one member ---- */

static void tell_wider(struct cat_reader *r, const struct cat_node *node,
    const char *key, const char *value)
{
	cat_issue(r->issues, LINT_WIDENS, cat_read_at(r, node->line),
	    tr("\"%s\" is not among the %s above"), value, key);
}

static bool has_text(const char *const *texts, size_t count, const char *text)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(texts[i], "*") == 0 || strcmp(texts[i], text) == 0)
			return true;
	return false;
}

static void narrow_texts(struct cat_reader *r, const struct cat_node *node,
    const char *const **texts, size_t *count)
{
	size_t new_count, i;
	const char *const *new_texts =
	    cat_read_texts(r, node, node->key, &new_count);
	bool is_good = new_count > 0;

	for (i = 0; i < new_count; i++)
		if (!has_text(*texts, *count, new_texts[i])) {
			tell_wider(r, node, node->key, new_texts[i]);
			is_good = false;
		}
	if (!is_good)
		return;
	*texts = new_texts;
	*count = new_count;
}

/* The array as it is to be: what of the new things stood above. NULL when
 * one did not. */
static const void **narrow_refs(struct cat_reader *r,
    const struct cat_node *node, const struct cat_ref *ref,
    const void *const *things, size_t *count)
{
	size_t new_count, i;
	const void **fresh = cat_read_refs(r, node, node->key, ref, &new_count);

	for (i = 0; i < new_count; i++)
		if (!cat_has_thing(things, *count, fresh[i])) {
			const char *id;

			memcpy(&id, fresh[i], sizeof(id)); /* id first */
			tell_wider(r, node, node->key, id);
			return NULL;
		}
	if (fresh)
		*count = new_count;
	return fresh;
}

#define NARROW_REFS(r, node, ref, thing, member, type)                         \
	do {                                                                   \
		const void **fresh = narrow_refs((r), (node), &(ref),          \
		    (const void *const *)(thing)->member,                      \
		    &(thing)->member##_count);                                 \
		if (fresh)                                                     \
			(thing)->member = (const struct type *const *)fresh;   \
	} while (0)

/* above 0: no bound above, so that any is narrower; except where 0 means
 * "never", which only 0 is as narrow as. */
static void narrow_months(struct cat_reader *r, const struct cat_node *node,
    bool is_zero_open, int *months)
{
	int64_t v;

	if (!cat_read_int(r, node, is_zero_open ? 1 : 0, 600, &v))
		return;
	if (v <= *months || (*months == 0 && is_zero_open))
		*months = (int)v;
	else
		cat_issue(r->issues, LINT_WIDENS, cat_read_at(r, node->line),
		    tr("%s is %d above and may not become %d"), node->key,
		    *months, (int)v);
}

/* ---- the keys of each kind ---- */

typedef void narrow_fn(
    struct cat_reader *r, const struct cat_node *node, void *thing);

static void list_authorities(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_list *list = thing;

	narrow_texts(r, node, &list->authorities, &list->authorities_count);
}

static void list_months(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	narrow_months(
	    r, node, true, &((struct cat_list *)thing)->longest_months);
}

static void measure_targets(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_measure *measure = thing;
	bool targets[CAT_TARGET_COUNT] = {false};
	bool is_good = true;
	int i;

	cat_read_targets(r, node, targets);
	for (i = 0; i < CAT_TARGET_COUNT; i++)
		if (targets[i] && !measure->targets[i]) {
			tell_wider(r, node, node->key, cat_target_names[i]);
			is_good = false;
		}
	if (is_good)
		memcpy(measure->targets, targets, sizeof(targets));
}

/* The matter's measures without one. */
static void drop_measure(struct cat_reader *r, struct cat_matter *matter,
    const struct cat_measure *measure)
{
	size_t count = 0;
	size_t i;
	const struct cat_measure **kept =
	    arena_zalloc(r->arena, matter->measures_count,
		sizeof(*kept)); // NOLINT(bugprone-sizeof-expression): pointers

	for (i = 0; i < matter->measures_count; i++)
		if (matter->measures[i] != measure)
			kept[count++] = matter->measures[i];
	matter->measures = kept;
	matter->measures_count = count;
}

/* A matter that the measure no longer names does not apply it any more. */
static void measure_matters(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_measure *measure = thing;
	size_t i;

	NARROW_REFS(r, node, cat_ref_matter, measure, matters, cat_matter);
	for (i = 0; i < r->catalog->matters_count; i++)
		if (!cat_has_thing((const void *const *)measure->matters,
			measure->matters_count, &r->matters[i]))
			drop_measure(r, &r->matters[i], measure);
}

static void measure_implementers(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_measure *measure = thing;

	narrow_texts(
	    r, node, &measure->implementers, &measure->implementers_count);
}

static void measure_months(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_measure *measure = thing;

	narrow_months(r, node, true, &measure->months);
	measure->lasts = CAT_LASTS_MONTHS;
}

static void matter_askers(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_matter *matter = thing;

	narrow_texts(r, node, &matter->askers, &matter->askers_count);
}

static void matter_items(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_matter *matter = thing;

	NARROW_REFS(r, node, cat_ref_item, matter, items, cat_item);
}

static void matter_lists(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_matter *matter = thing;

	NARROW_REFS(r, node, cat_ref_list, matter, lists, cat_list);
}

static void matter_positives(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_matter *matter = thing;

	NARROW_REFS(r, node, cat_ref_item, matter, positives, cat_item);
}

static void matter_measures(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_matter *matter = thing;

	NARROW_REFS(r, node, cat_ref_measure, matter, measures, cat_measure);
}

static void matter_months(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	narrow_months(
	    r, node, false, &((struct cat_matter *)thing)->reverse_months);
}

/* All added are of the layer that adds them. */
static bool are_of_layer(struct cat_reader *r, const struct cat_node *node,
    const struct cat_measure *const *added, size_t count)
{
	bool is_good = true;
	size_t i;

	for (i = 0; i < count; i++)
		if (added[i]->where.layer != r->where.layer) {
			cat_issue(r->issues, LINT_WIDENS,
			    cat_read_at(r, node->line),
			    tr("measure \"%s\" is not of this layer and may "
			       "not be added to a matter above"),
			    added[i]->id);
			is_good = false;
		}
	return is_good;
}

static void matter_add_measures(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_matter *matter = thing;
	size_t added_count, old_count = matter->measures_count;
	const struct cat_measure *const *added =
	    (const struct cat_measure *const *)cat_read_refs(
		r, node, node->key, &cat_ref_measure, &added_count);
	const struct cat_measure **all;
	size_t i;

	if (!are_of_layer(r, node, added, added_count))
		return;
	all = arena_zalloc(r->arena, old_count + added_count,
	    sizeof(*all)); // NOLINT(bugprone-sizeof-expression): pointers
	for (i = 0; i < old_count; i++)
		all[i] = matter->measures[i];
	for (i = 0; i < added_count; i++)
		all[old_count + i] = added[i];
	matter->measures = all;
	matter->measures_count = old_count + added_count;
}

static void matter_add_bases(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_matter *matter = thing;
	size_t added_count, old_count = matter->bases_count;
	const struct cat_basis **added =
	    cat_read_bases(r, node, N_("matter"), &added_count);
	const struct cat_basis **all =
	    arena_zalloc(r->arena, old_count + added_count,
		sizeof(*all)); // NOLINT(bugprone-sizeof-expression): pointers
	size_t i;

	for (i = 0; i < old_count; i++)
		all[i] = matter->bases[i];
	for (i = 0; i < added_count; i++)
		all[old_count + i] = added[i];
	matter->bases = all;
	matter->bases_count = old_count + added_count;
}

enum { KEYS_MAX = 9 };

/* What may be extended, and how. The first key names the thing. */
struct extendable {
	const struct cat_ref *ref;
	size_t where_offset;
	size_t keys_count;
	struct read_key keys[KEYS_MAX];
	narrow_fn *narrow[KEYS_MAX];
};

static const struct extendable extendables[] = {
    {.ref = &cat_ref_list,
	.where_offset = offsetof(struct cat_list, where),
	.keys_count = 3,
	.keys = {{.name = "list"}, {.name = "authorities"},
	    {.name = "longest_months"}},
	.narrow = {NULL, list_authorities, list_months}},
    {.ref = &cat_ref_measure,
	.where_offset = offsetof(struct cat_measure, where),
	.keys_count = 5,
	.keys = {{.name = "measure"}, {.name = "targets"}, {.name = "matters"},
	    {.name = "implementers"}, {.name = "months"}},
	.narrow = {NULL, measure_targets, measure_matters, measure_implementers,
	    measure_months}},
    {.ref = &cat_ref_matter,
	.where_offset = offsetof(struct cat_matter, where),
	.keys_count = 9,
	.keys = {{.name = "matter"}, {.name = "askers"}, {.name = "items"},
	    {.name = "lists"}, {.name = "positives"}, {.name = "measures"},
	    {.name = "reverse_months"}, {.name = "add_measures"},
	    {.name = "add_bases"}},
	.narrow = {NULL, matter_askers, matter_items, matter_lists,
	    matter_positives, matter_measures, matter_months,
	    matter_add_measures, matter_add_bases}},
};

static void apply(struct cat_reader *r, const struct extendable *e,
    const struct cat_node *node, void *thing)
{
	const struct cat_node *n;
	size_t i;

	for (n = node->first; n; n = n->next) {
		for (i = 0; i < e->keys_count; i++)
			if (strcmp(n->key, e->keys[i].name) == 0)
				break;
		if (i == e->keys_count)
			cat_read_unknown(
			    r, n, N_("extension"), e->keys, e->keys_count);
		else if (e->narrow[i] && !n->is_null)
			e->narrow[i](r, n, thing);
	}
}

/* The catalogue hands its arrays out as const; while it is read they are
 * the reader's to change. */
static void *writable(struct cat_reader *r, const void *thing)
{
	const struct catalog *c = r->catalog;
	size_t i;

	for (i = 0; i < c->lists_count; i++)
		if (&c->lists[i] == thing)
			return &r->lists[i];
	for (i = 0; i < c->measures_count; i++)
		if (&c->measures[i] == thing)
			return &r->measures[i];
	for (i = 0; i < c->matters_count; i++)
		if (&c->matters[i] == thing)
			return &r->matters[i];
	ASSERT(false);
	return NULL;
}

static void extend_thing(struct cat_reader *r, const struct extendable *e,
    const struct cat_node *id, const struct cat_node *node)
{
	const void *found = cat_read_ref(r, id, e->ref);
	struct cat_where where;

	if (!found)
		return;
	memcpy(&where, (const char *)found + e->where_offset, sizeof(where));
	if (where.layer >= r->where.layer)
		cat_issue(r->issues, LINT_EXTEND_UNKNOWN,
		    cat_read_at(r, node->line),
		    tr("%s \"%s\" stands in the same layer; change it there"),
		    tr(e->ref->what), id->text.p);
	else
		apply(r, e, node, writable(r, found));
}

bool cat_layer_extend_list(struct cat_reader *r, const struct cat_node *node)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(extendables); i++) {
		const struct extendable *e = &extendables[i];
		const struct cat_node *id = cat_node_get(node, e->keys[0].name);

		if (!id)
			continue;
		extend_thing(r, e, id, node);
		return true;
	}
	return false;
}
