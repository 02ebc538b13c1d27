/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form of lists, measures and matters.
 *
 *   items -> lists -> matters -> measures -> the matters' measures
 *
 * A measure names the matters that its basis allows it in, a matter the
 * measures that it applies: each points at the other. So matters are read
 * first without their measures, and once measures stand the matters' nodes
 * are gone over again in the same order.
 */
#include "catalog/cat_priv.h"

#include <string.h>

#include "base/tr.h"

enum { MONTHS_MAX = 600 };

/* ---- references ---- */

static const void *find_item(const struct catalog *c, const char *id)
{
	return catalog_item(c, id);
}

static const void *find_list(const struct catalog *c, const char *id)
{
	return catalog_list(c, id);
}

static const void *find_measure(const struct catalog *c, const char *id)
{
	return catalog_measure(c, id);
}

static const void *find_matter(const struct catalog *c, const char *id)
{
	return catalog_matter(c, id);
}

const struct cat_ref cat_ref_item = {N_("item"), find_item};
const struct cat_ref cat_ref_list = {N_("list"), find_list};
const struct cat_ref cat_ref_measure = {N_("measure"), find_measure};
const struct cat_ref cat_ref_matter = {N_("matter"), find_matter};

const void *cat_read_ref(struct cat_reader *r, const struct cat_node *node,
    const struct cat_ref *ref)
{
	const void *found;

	if (!cat_read_is(r, node, NODE_SCALAR, tr(ref->what)))
		return NULL;
	found = ref->find(r->catalog, node->text.p);
	if (!found)
		cat_issue(r->issues, LINT_UNKNOWN_REF,
		    cat_read_at(r, node->line), tr("%s \"%.80s\" is not known"),
		    tr(ref->what), node->text.p);
	return found;
}

const void **cat_read_refs(struct cat_reader *r, const struct cat_node *node,
    const char *key, const struct cat_ref *ref, size_t *count_out)
{
	const struct cat_node *n;
	const void **all;
	size_t count = 0;

	*count_out = 0;
	if (!cat_read_is(r, node, NODE_LIST, key))
		return NULL;
	all = arena_zalloc(r->arena, node->count,
	    sizeof(*all)); // NOLINT(bugprone-sizeof-expression): pointers
	for (n = node->first; n; n = n->next) {
		const void *found = cat_read_ref(r, n, ref);

		if (found && cat_has_thing(all, count, found))
			cat_issue(r->issues, LINT_DUPLICATE_ID,
			    cat_read_at(r, n->line),
			    tr("%s \"%s\" stands twice"), tr(ref->what),
			    n->text.p);
		else if (found)
			all[count++] = found;
	}
	*count_out = count;
	return all;
}

const struct cat_basis **cat_read_bases(struct cat_reader *r,
    const struct cat_node *node, const char *what, size_t *count_out)
{
	const struct cat_basis **bases;
	const struct cat_node *n;
	size_t count = 0;

	*count_out = 0;
	if (!cat_read_is(r, node, NODE_LIST, "bases"))
		return NULL;
	if (node->count == 0)
		cat_issue(r->issues, LINT_NO_BASIS, cat_read_at(r, node->line),
		    tr("%s has no legal basis"), tr(what));
	bases = arena_zalloc(r->arena, node->count,
	    sizeof(*bases)); // NOLINT(bugprone-sizeof-expression): pointers
	for (n = node->first; n; n = n->next) {
		const struct cat_basis *basis = cat_read_basis(r, n);

		if (basis)
			bases[count++] = basis;
	}
	*count_out = count;
	return bases;
}

/* ---- lists ---- */

static void read_list_bases(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_list *list = thing;

	list->bases = cat_read_bases(r, node, N_("list"), &list->bases_count);
}

static void read_list_items(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_list *list = thing;

	list->items = (const struct cat_item *const *)cat_read_refs(
	    r, node, "items", &cat_ref_item, &list->items_count);
}

/* What all three have, for their tables. */
#define KEY_TEXT(type, key, size)                                              \
	{                                                                      \
		.name = #key, .kind = READ_TEXT, .is_required = true,          \
		READ_AT(type, key), .max = (size)                              \
	}
#define KEY_ID(type)                                                           \
	{                                                                      \
		.name = "id", .kind = READ_ID, .is_required = true,            \
		READ_AT(type, id)                                              \
	}
#define KEY_NOTE(type)                                                         \
	{                                                                      \
		.name = "note", .kind = READ_TEXT, READ_AT(type, note),        \
		.max = 500                                                     \
	}
#define KEY_FROM(type)                                                         \
	{                                                                      \
		.name = "from", .kind = READ_DATE, READ_AT(type, valid_from)   \
	}
#define KEY_TO(type)                                                           \
	{                                                                      \
		.name = "to", .kind = READ_DATE, READ_AT(type, valid_to)       \
	}
#define KEY_STATUS(type)                                                       \
	{                                                                      \
		.name = "status", .kind = READ_STATUS, .is_required = true,    \
		READ_AT(type, status), READ_WORDS(cat_status_names)            \
	}

static const struct read_key list_keys[] = {
    KEY_ID(cat_list),
    KEY_TEXT(cat_list, title, 200),
    KEY_TEXT(cat_list, title_en, 200),
    {.name = "kind",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(cat_list, kind),
	READ_WORDS(cat_list_kind_names)},
    {.name = "items", .kind = READ_PART, .part = read_list_items},
    {.name = "authorities",
	.kind = READ_TEXTS,
	.is_required = true,
	READ_TEXTS_AT(cat_list, authorities)},
    {.name = "bases",
	.kind = READ_PART,
	.is_required = true,
	.part = read_list_bases},
    {.name = "longest_months",
	.kind = READ_INT,
	READ_AT(cat_list, longest_months),
	.min = 1,
	.max = MONTHS_MAX},
    {.name = "exit_condition",
	.kind = READ_TEXT,
	READ_AT(cat_list, exit_condition),
	.max = 500},
    KEY_NOTE(cat_list),
    KEY_FROM(cat_list),
    KEY_TO(cat_list),
    KEY_STATUS(cat_list),
};
const struct read_shape cat_list_shape =
    READ_SHAPE(N_("list"), list_keys, offsetof(struct cat_list, where));

/* ---- matters ---- */

static void read_matter_bases(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_matter *matter = thing;

	matter->bases =
	    cat_read_bases(r, node, N_("matter"), &matter->bases_count);
}

static void read_matter_items(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_matter *matter = thing;

	matter->items = (const struct cat_item *const *)cat_read_refs(
	    r, node, "items", &cat_ref_item, &matter->items_count);
}

static void read_matter_lists(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_matter *matter = thing;

	matter->lists = (const struct cat_list *const *)cat_read_refs(
	    r, node, "lists", &cat_ref_list, &matter->lists_count);
}

static void read_matter_positives(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_matter *matter = thing;

	matter->positives = (const struct cat_item *const *)cat_read_refs(
	    r, node, "positives", &cat_ref_item, &matter->positives_count);
}

static const struct read_key matter_keys[] = {
    KEY_ID(cat_matter),
    {.name = "number",
	.kind = READ_INT,
	.is_required = true,
	READ_AT(cat_matter, number),
	.min = 1,
	.max = 999},
    KEY_TEXT(cat_matter, title, 200),
    KEY_TEXT(cat_matter, title_en, 200),
    {.name = "bases",
	.kind = READ_PART,
	.is_required = true,
	.part = read_matter_bases},
    {.name = "askers",
	.kind = READ_TEXTS,
	.is_required = true,
	READ_TEXTS_AT(cat_matter, askers)},
    {.name = "items", .kind = READ_PART, .part = read_matter_items},
    {.name = "lists", .kind = READ_PART, .part = read_matter_lists},
    {.name = "positives", .kind = READ_PART, .part = read_matter_positives},
    {.name = "measures", .kind = READ_LATER},
    {.name = "reverse_months",
	.kind = READ_INT,
	READ_AT(cat_matter, reverse_months),
	.max = MONTHS_MAX},
    {.name = "no_measure",
	.kind = READ_TEXT,
	READ_AT(cat_matter, no_measure),
	.max = 300},
    {.name = "no_measure_en",
	.kind = READ_TEXT,
	READ_AT(cat_matter, no_measure_en),
	.max = 600},
    KEY_NOTE(cat_matter),
    KEY_FROM(cat_matter),
    KEY_TO(cat_matter),
    KEY_STATUS(cat_matter),
};
const struct read_shape cat_matter_shape =
    READ_SHAPE(N_("matter"), matter_keys, offsetof(struct cat_matter, where));

void cat_read_matter_measures(struct cat_reader *r, const struct cat_node *node,
    struct cat_matter *matter)
{
	const struct cat_node *measures = cat_node_get(node, "measures");

	if (measures)
		matter->measures =
		    (const struct cat_measure *const *)cat_read_refs(r,
			measures, "measures", &cat_ref_measure,
			&matter->measures_count);
}

/* ---- measures ---- */

static void read_measure_bases(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_measure *measure = thing;

	measure->bases =
	    cat_read_bases(r, node, N_("measure"), &measure->bases_count);
}

static void read_measure_matters(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_measure *measure = thing;

	measure->matters = (const struct cat_matter *const *)cat_read_refs(
	    r, node, "matters", &cat_ref_matter, &measure->matters_count);
}

void cat_read_targets(
    struct cat_reader *r, const struct cat_node *node, bool *targets)
{
	const struct cat_node *n;

	if (!cat_read_is(r, node, NODE_LIST, "targets"))
		return;
	for (n = node->first; n; n = n->next) {
		int i = cat_read_enum(r, n, cat_target_names, CAT_TARGET_COUNT);

		if (i >= 0)
			targets[i] = true;
	}
}

static void read_measure_targets(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	cat_read_targets(r, node, ((struct cat_measure *)thing)->targets);
}

static void read_follow_list(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	((struct cat_follow *)thing)->list =
	    cat_read_ref(r, node, &cat_ref_list);
}

static void read_follow_item(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	((struct cat_follow *)thing)->item =
	    cat_read_ref(r, node, &cat_ref_item);
}

static const struct read_key follow_keys[] = {
    {.name = "list", .kind = READ_PART, .part = read_follow_list},
    {.name = "item", .kind = READ_PART, .part = read_follow_item},
    {.name = "class",
	.kind = READ_ENUM,
	READ_AT(cat_follow, class_),
	READ_WORDS(cat_class_names)},
    {.name = "basis", .kind = READ_BASIS, READ_AT(cat_follow, basis)},
};
static const struct read_shape follow_shape =
    READ_SHAPE(N_("what a measure follows"), follow_keys,
	offsetof(struct cat_follow, where));

static void read_follows(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_measure *measure = thing;
	struct cat_follow *follows;
	const struct cat_node *n;

	if (!cat_read_is(r, node, NODE_LIST, "follows"))
		return;
	follows = arena_zalloc(r->arena, node->count, sizeof(*follows));
	for (n = node->first; n; n = n->next)
		cat_read_map(
		    r, &follow_shape, n, &follows[measure->follows_count++]);
	measure->follows = follows;
}

static const struct read_key measure_keys[] = {
    KEY_ID(cat_measure),
    KEY_TEXT(cat_measure, title, 200),
    KEY_TEXT(cat_measure, title_en, 200),
    {.name = "kind",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(cat_measure, kind),
	READ_WORDS(cat_measure_kind_names)},
    {.name = "bases",
	.kind = READ_PART,
	.is_required = true,
	.part = read_measure_bases},
    {.name = "targets",
	.kind = READ_PART,
	.is_required = true,
	.part = read_measure_targets},
    {.name = "follows",
	.kind = READ_PART,
	.is_required = true,
	.part = read_follows},
    {.name = "matters",
	.kind = READ_PART,
	.is_required = true,
	.part = read_measure_matters},
    {.name = "implementers",
	.kind = READ_TEXTS,
	.is_required = true,
	READ_TEXTS_AT(cat_measure, implementers)},
    {.name = "lasts",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(cat_measure, lasts),
	READ_WORDS(cat_lasts_names)},
    {.name = "months",
	.kind = READ_INT,
	READ_AT(cat_measure, months),
	.min = 1,
	.max = MONTHS_MAX},
    KEY_NOTE(cat_measure),
    KEY_FROM(cat_measure),
    KEY_TO(cat_measure),
    KEY_STATUS(cat_measure),
};
const struct read_shape cat_measure_shape = READ_SHAPE(
    N_("measure"), measure_keys, offsetof(struct cat_measure, where));
