/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extensions: what a province or city changes at an item of a layer above.
 *
 * A lower layer may add header aliases and may narrow; it may never widen.
 * Each extension is compared with the item as the layers above left it, so
 * the province's narrowing binds the city:
 *
 *   disclosure  open -> authorised -> government, never back
 *   clock       fewer days of the same kind, or the same number of calendar
 *               instead of working days; never none
 *   providers   some of those above; "*" may become a list
 *   privacy     public -> internal -> dropped, never back
 *   classes     put before those above; each must be at most the mildest
 *               class that the item can have without it, so that no record
 *               is ever shown longer than above
 *
 * A refused change is told and not applied. Lists, measures and matters are
 * extended in layer_list.c.
 */
#include "catalog/cat_priv.h"

#include <string.h>

#include "base/check.h"
#include "base/tr.h"

static struct cat_item *find_item(
    struct cat_reader *r, const struct cat_node *node)
{
	const struct cat_node *id = cat_node_get(node, "item");
	size_t i;

	if (!id) {
		cat_issue(r->issues, LINT_MISSING_KEY,
		    cat_read_at(r, node->line), tr("%s has no \"%s\""),
		    tr("extension"), "item");
		return NULL;
	}
	if (!cat_read_is(r, id, NODE_SCALAR, "item"))
		return NULL;
	for (i = 0; i < r->catalog->items_count; i++)
		if (span_is(id->text, r->items[i].id))
			return &r->items[i];
	cat_issue(r->issues, LINT_EXTEND_UNKNOWN, cat_read_at(r, id->line),
	    tr("there is no item \"%.80s\" to extend"), id->text.p);
	return NULL;
}

/* The item's fields as a copy that may be changed. */
static struct cat_field *open_fields(
    struct cat_reader *r, struct cat_item *item)
{
	struct cat_field *copy =
	    arena_zalloc(r->arena, item->fields_count, sizeof(*copy));

	if (item->fields_count)
		memcpy(copy, item->fields, item->fields_count * sizeof(*copy));
	item->fields = copy;
	return copy;
}

/* The field that a key names, or -1 and an issue. */
static int field_of_key(struct cat_reader *r, const struct cat_node *node)
{
	int i = cat_field_index(r->item, node->key);

	if (i < 0)
		cat_issue(r->issues, LINT_EXTEND_UNKNOWN,
		    cat_read_at(r, node->key_line),
		    tr("item \"%s\" has no field \"%.80s\""), r->item->id,
		    node->key);
	return i;
}

static void add_aliases(
    struct cat_reader *r, struct cat_field *field, const struct cat_node *node)
{
	size_t added_count;
	const char *const *added =
	    cat_read_texts(r, node, "aliases", &added_count);
	size_t old_count = field->aliases_count;
	const char **all =
	    arena_zalloc(r->arena, old_count + added_count, sizeof(*all));

	if (old_count)
		memcpy(all, field->aliases, old_count * sizeof(*all));
	if (added_count)
		memcpy(all + old_count, added, added_count * sizeof(*all));
	field->aliases = all;
	field->aliases_count = old_count + added_count;
}

static void extend_aliases(struct cat_reader *r, const struct cat_node *node)
{
	struct cat_field *fields;
	const struct cat_node *n;

	if (!cat_read_is(r, node, NODE_MAP, "aliases"))
		return;
	fields = open_fields(r, r->item);
	for (n = node->first; n; n = n->next) {
		int i = field_of_key(r, n);

		if (i >= 0)
			add_aliases(r, &fields[i], n);
	}
}

static void extend_privacy(struct cat_reader *r, const struct cat_node *node)
{
	struct cat_field *fields;
	const struct cat_node *n;

	if (!cat_read_is(r, node, NODE_MAP, "privacy"))
		return;
	fields = open_fields(r, r->item);
	for (n = node->first; n; n = n->next) {
		int i = field_of_key(r, n);
		int v =
		    cat_read_enum(r, n, cat_privacy_names, CAT_PRIVACY_COUNT);

		if (i < 0 || v < 0)
			continue;
		if (v < (int)fields[i].privacy)
			cat_issue(r->issues, LINT_WIDENS,
			    cat_read_at(r, n->line),
			    tr("privacy of \"%s\" is %s above and may not "
			       "become %s"),
			    n->key, cat_privacy_names[fields[i].privacy],
			    cat_privacy_names[v]);
		else
			fields[i].privacy = (enum cat_privacy)v;
	}
}

static void extend_disclosure(struct cat_reader *r, const struct cat_node *node)
{
	struct cat_item *item = r->item;
	int v =
	    cat_read_enum(r, node, cat_disclosure_names, CAT_DISCLOSURE_COUNT);

	if (v < 0)
		return;
	if (v < (int)item->disclosure)
		cat_issue(r->issues, LINT_WIDENS, cat_read_at(r, node->line),
		    tr("item \"%s\" is disclosed as %s above and may not "
		       "become %s"),
		    item->id, cat_disclosure_names[item->disclosure],
		    cat_disclosure_names[v]);
	else
		item->disclosure = (enum cat_disclosure)v;
}

/* Is the clock b never later than a, whatever the calendar says? */
static bool is_clock_within(
    const struct cat_clock *a, const struct cat_clock *b)
{
	if (a->days == 0)
		return true;
	if (b->days == 0 || b->days > a->days)
		return false;
	return a->is_working_days || !b->is_working_days;
}

static void extend_clock(struct cat_reader *r, const struct cat_node *node)
{
	struct cat_item *item = r->item;
	struct cat_clock clock = {0};

	cat_read_clock(r, node, &clock);
	if (is_clock_within(&item->clock, &clock))
		item->clock = clock;
	else
		cat_issue(r->issues, LINT_WIDENS, cat_read_at(r, node->line),
		    tr("the clock of item \"%s\" is %d %s days above and may "
		       "not become %d %s days"),
		    item->id, item->clock.days,
		    item->clock.is_working_days ? tr("working")
						: tr("calendar"),
		    clock.days,
		    clock.is_working_days ? tr("working") : tr("calendar"));
}

static bool has_provider(const struct cat_item *item, const char *function)
{
	size_t i;

	for (i = 0; i < item->providers_count; i++)
		if (strcmp(item->providers[i], "*") == 0 ||
		    strcmp(item->providers[i], function) == 0)
			return true;
	return false;
}

static void extend_providers(struct cat_reader *r, const struct cat_node *node)
{
	struct cat_item *item = r->item;
	size_t count, i;
	const char *const *providers =
	    cat_read_texts(r, node, "providers", &count);
	bool is_good = count > 0;

	for (i = 0; i < count; i++)
		if (!has_provider(item, providers[i])) {
			is_good = false;
			cat_issue(r->issues, LINT_WIDENS,
			    cat_read_at(r, node->line),
			    tr("\"%s\" may not provide item \"%s\" above"),
			    providers[i], item->id);
		}
	if (!is_good)
		return;
	item->providers = providers;
	item->providers_count = count;
}

/* The mildest class a record can have by the rules so far. */
static enum cat_class mildest_class(const struct cat_item *item)
{
	enum cat_class mildest = item->default_class;
	size_t i;

	for (i = 0; i < item->class_rules_count; i++)
		if (item->class_rules[i].class_ < mildest)
			mildest = item->class_rules[i].class_;
	return mildest;
}

static bool classes_only_narrow(
    struct cat_reader *r, const struct cat_class_rule *rules, size_t count)
{
	enum cat_class mildest = mildest_class(r->item);
	bool is_good = true;
	size_t i;

	for (i = 0; i < count; i++)
		if (rules[i].class_ > mildest) {
			is_good = false;
			cat_issue(r->issues, LINT_WIDENS, rules[i].where,
			    tr("class %s may show a record of item \"%s\" "
			       "longer than above; at most %s"),
			    cat_class_names[rules[i].class_], r->item->id,
			    cat_class_names[mildest]);
		}
	return is_good;
}

static void extend_classes(struct cat_reader *r, const struct cat_node *node)
{
	struct cat_item *item = r->item;
	size_t count;
	struct cat_class_rule *added = cat_read_class_rules(r, node, &count);
	size_t old_count = item->class_rules_count;
	struct cat_class_rule *all;

	if (!classes_only_narrow(r, added, count))
		return;
	all = arena_zalloc(r->arena, count + old_count, sizeof(*all));
	if (count)
		memcpy(all, added, count * sizeof(*all));
	if (old_count)
		memcpy(
		    all + count, item->class_rules, old_count * sizeof(*all));
	item->class_rules = all;
	item->class_rules_count = count + old_count;
}

static void (*const extenders[])(
    struct cat_reader *r, const struct cat_node *node) = {
    NULL, /* item */
    extend_aliases,
    extend_privacy,
    extend_disclosure,
    extend_clock,
    extend_providers,
    extend_classes,
};

static const struct read_key extend_keys[] = {
    {.name = "item", .kind = READ_LATER},
    {.name = "aliases", .kind = READ_LATER},
    {.name = "privacy", .kind = READ_LATER},
    {.name = "disclosure", .kind = READ_LATER},
    {.name = "clock", .kind = READ_LATER},
    {.name = "providers", .kind = READ_LATER},
    {.name = "classes", .kind = READ_LATER},
};
_Static_assert(ARRAY_COUNT(extenders) == ARRAY_COUNT(extend_keys),
    "one function for each key");

/* An extension has no other words than these; what it may not touch, such
 * as fields or the regime family, is not a key. */
static void apply(struct cat_reader *r, const struct cat_node *node)
{
	const struct cat_node *n;
	size_t i;

	for (n = node->first; n; n = n->next) {
		for (i = 0; i < ARRAY_COUNT(extend_keys); i++)
			if (strcmp(n->key, extend_keys[i].name) == 0)
				break;
		if (i == ARRAY_COUNT(extend_keys))
			cat_read_unknown(r, n, N_("extension"), extend_keys,
			    ARRAY_COUNT(extend_keys));
		else if (extenders[i] && !n->is_null)
			extenders[i](r, n);
	}
}

void cat_layer_extend(struct cat_reader *r, const struct cat_node *node)
{
	struct cat_item *item;

	if (!cat_read_is(r, node, NODE_MAP, tr("extension")))
		return;
	if (!cat_node_get(node, "item") && cat_layer_extend_list(r, node))
		return;
	item = find_item(r, node);
	if (!item)
		return;
	if (item->where.layer >= r->where.layer) {
		cat_issue(r->issues, LINT_EXTEND_UNKNOWN,
		    cat_read_at(r, node->line),
		    tr("item \"%s\" stands in the same layer; change it "
		       "there"),
		    item->id);
		return;
	}
	r->item = item;
	r->status = item->status;
	apply(r, node);
	r->item = NULL;
}
