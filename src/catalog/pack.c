/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form of a pack: one const table for each kind of thing, and the order
 * in which lists are read.
 *
 *   pack -> bases -> code_lists -> regimes -> limits -> retentions
 *   -> audit_rules
 *        -> departments -> items -> lists -> matters -> measures
 *        -> case_kinds -> case_clocks -> case_marks -> extend
 *
 * Each list is read over all files of all layers, national first, before
 * the next one begins. So a reference (a basis, a code list) is resolved
 * where it is read, with the line at hand, and it may stand in any file.
 *
 * A list's array is allocated once for all its things: pointers into it
 * are handed out while later lists are read and must stay good.
 */
#include "catalog/cat_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/tr.h"

/* ---- bases and code lists ---- */

static const struct read_key basis_keys[] = {
    {.name = "id",
	.kind = READ_ID,
	.is_required = true,
	READ_AT(cat_basis, id)},
    {.name = "kind",
	.kind = READ_ENUM,
	READ_AT(cat_basis, force),
	READ_WORDS(cat_force_names)},
    {.name = "title",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_basis, title),
	.max = 200},
    {.name = "number",
	.kind = READ_TEXT,
	READ_AT(cat_basis, number),
	.max = 200},
    {.name = "article",
	.kind = READ_TEXT,
	READ_AT(cat_basis, article),
	.max = 200},
    {.name = "from", .kind = READ_DATE, READ_AT(cat_basis, valid_from)},
    {.name = "to", .kind = READ_DATE, READ_AT(cat_basis, valid_to)},
    {.name = "status",
	.kind = READ_STATUS,
	.is_required = true,
	READ_AT(cat_basis, status),
	READ_WORDS(cat_status_names)},
};
static const struct read_shape basis_shape =
    READ_SHAPE(N_("basis"), basis_keys, offsetof(struct cat_basis, where));

static const struct read_key code_keys[] = {
    {.name = "value",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_code, value),
	.max = 200},
    {.name = "code", .kind = READ_TEXT, READ_AT(cat_code, code), .max = 40},
    {.name = "meaning",
	.kind = READ_TEXT,
	READ_AT(cat_code, meaning),
	.max = 200},
    {.name = "aliases", .kind = READ_TEXTS, READ_TEXTS_AT(cat_code, aliases)},
};
static const struct read_shape code_shape =
    READ_SHAPE(N_("code"), code_keys, READ_NOWHERE);

static void read_codes(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_code_list *list = thing;
	struct cat_code *codes;
	const struct cat_node *n;

	if (!cat_read_is(r, node, NODE_LIST, "codes"))
		return;
	codes = arena_zalloc(r->arena, node->count, sizeof(*codes));
	for (n = node->first; n; n = n->next)
		cat_read_map(r, &code_shape, n, &codes[list->codes_count++]);
	list->codes = codes;
}

static const struct read_key code_list_keys[] = {
    {.name = "id",
	.kind = READ_ID,
	.is_required = true,
	READ_AT(cat_code_list, id)},
    {.name = "title",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_code_list, title),
	.max = 200},
    {.name = "basis", .kind = READ_BASIS, READ_AT(cat_code_list, basis)},
    {.name = "open_prefix",
	.kind = READ_TEXT,
	READ_AT(cat_code_list, open_prefix),
	.max = 40},
    {.name = "status",
	.kind = READ_STATUS,
	.is_required = true,
	READ_AT(cat_code_list, status),
	READ_WORDS(cat_status_names)},
    {.name = "codes",
	.kind = READ_PART,
	.is_required = true,
	.part = read_codes},
};
static const struct read_shape code_list_shape = READ_SHAPE(
    N_("code list"), code_list_keys, offsetof(struct cat_code_list, where));

/* ---- regimes and limits ---- */

enum { MONTHS_MAX = 600 };

static const struct read_key period_keys[] = {
    {.name = "published",
	.kind = READ_BOOL,
	.is_required = true,
	READ_AT(cat_period, is_published)},
    {.name = "min_months",
	.kind = READ_INT,
	.is_required = true,
	READ_AT(cat_period, min_months),
	.max = MONTHS_MAX},
    {.name = "max_months",
	.kind = READ_INT,
	.is_required = true,
	READ_AT(cat_period, max_months),
	.max = MONTHS_MAX},
};
static const struct read_shape period_shape =
    READ_SHAPE(N_("period"), period_keys, READ_NOWHERE);

static const struct read_key class_names_as_keys[] = {
    {.name = "none", .kind = READ_LATER},
    {.name = "minor", .kind = READ_LATER},
    {.name = "general", .kind = READ_LATER},
    {.name = "serious", .kind = READ_LATER},
};
_Static_assert(ARRAY_COUNT(class_names_as_keys) == CAT_CLASS_COUNT,
    "one key for each class");

static void read_periods(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_regime *regime = thing;
	const struct cat_node *n;
	int i;

	if (!cat_read_is(r, node, NODE_MAP, "periods"))
		return;
	for (n = node->first; n; n = n->next) {
		for (i = 0; i < CAT_CLASS_COUNT; i++)
			if (strcmp(n->key, cat_class_names[i]) == 0)
				break;
		if (i < CAT_CLASS_COUNT)
			cat_read_map(r, &period_shape, n, &regime->periods[i]);
		else
			cat_read_unknown(r, n, N_("periods"),
			    class_names_as_keys,
			    ARRAY_COUNT(class_names_as_keys));
	}
}

static const struct read_key regime_keys[] = {
    {.name = "id",
	.kind = READ_ID,
	.is_required = true,
	READ_AT(cat_regime, id)},
    {.name = "family",
	.kind = READ_ID,
	.is_required = true,
	READ_AT(cat_regime, family)},
    {.name = "title",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_regime, title),
	.max = 200},
    {.name = "basis",
	.kind = READ_BASIS,
	.is_required = true,
	READ_AT(cat_regime, basis)},
    {.name = "from",
	.kind = READ_DATE,
	.is_required = true,
	READ_AT(cat_regime, valid_from)},
    {.name = "to", .kind = READ_DATE, READ_AT(cat_regime, valid_to)},
    {.name = "status",
	.kind = READ_STATUS,
	.is_required = true,
	READ_AT(cat_regime, status),
	READ_WORDS(cat_status_names)},
    {.name = "periods",
	.kind = READ_PART,
	.is_required = true,
	.part = read_periods},
};
static const struct read_shape regime_shape =
    READ_SHAPE(N_("regime"), regime_keys, offsetof(struct cat_regime, where));

static void read_hides(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_limit *limit = thing;

	cat_read_flags(
	    r, node, cat_class_names, CAT_CLASS_COUNT, limit->hides_class);
}

static const struct read_key limit_keys[] = {
    {.name = "id",
	.kind = READ_ID,
	.is_required = true,
	READ_AT(cat_limit, id)},
    {.name = "family",
	.kind = READ_ID,
	.is_required = true,
	READ_AT(cat_limit, family)},
    {.name = "basis",
	.kind = READ_BASIS,
	.is_required = true,
	READ_AT(cat_limit, basis)},
    {.name = "from",
	.kind = READ_DATE,
	.is_required = true,
	READ_AT(cat_limit, valid_from)},
    {.name = "to", .kind = READ_DATE, READ_AT(cat_limit, valid_to)},
    {.name = "max_months",
	.kind = READ_INT,
	READ_AT(cat_limit, max_months),
	.max = MONTHS_MAX},
    {.name = "hides", .kind = READ_PART, .part = read_hides},
    {.name = "status",
	.kind = READ_STATUS,
	.is_required = true,
	READ_AT(cat_limit, status),
	READ_WORDS(cat_status_names)},
};
static const struct read_shape limit_shape =
    READ_SHAPE(N_("limit"), limit_keys, offsetof(struct cat_limit, where));

/* ---- retentions ---- */

enum { YEARS_MAX = 100 };

static const struct read_key retention_keys[] = {
    {.name = "id",
	.kind = READ_ID,
	.is_required = true,
	READ_AT(cat_retention, id)},
    {.name = "of",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(cat_retention, kept),
	READ_WORDS(cat_kept_names)},
    {.name = "years",
	.kind = READ_INT,
	.is_required = true,
	READ_AT(cat_retention, years),
	.min = 1,
	.max = YEARS_MAX},
    {.name = "basis",
	.kind = READ_BASIS,
	.is_required = true,
	READ_AT(cat_retention, basis)},
    {.name = "from",
	.kind = READ_DATE,
	.is_required = true,
	READ_AT(cat_retention, valid_from)},
    {.name = "to", .kind = READ_DATE, READ_AT(cat_retention, valid_to)},
    {.name = "status",
	.kind = READ_STATUS,
	.is_required = true,
	READ_AT(cat_retention, status),
	READ_WORDS(cat_status_names)},
};
static const struct read_shape retention_shape = READ_SHAPE(
    N_("retention"), retention_keys, offsetof(struct cat_retention, where));

/* ---- audit rules ---- */

enum {
	BOUND_MAX = 1000000,
	LOOK_BACK_DAYS = 31,
	PERCENT_MAX = 99,
	HOUR_MAX = 24 /* midnight; 0 is not given */
};

#define AUDIT_NUMBER(name_, number_, max_)                                     \
	{                                                                      \
		.name = (name_), .kind = READ_INT,                             \
		READ_AT(cat_audit_rule, numbers[number_]), .min = 1,           \
		.max = (max_)                                                  \
	}

static const struct read_key audit_rule_keys[] = {
    {.name = "id",
	.kind = READ_ID,
	.is_required = true,
	READ_AT(cat_audit_rule, id)},
    {.name = "kind",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(cat_audit_rule, kind),
	READ_WORDS(cat_audit_names)},
    AUDIT_NUMBER("more_than", CAT_AUDIT_MORE_THAN, BOUND_MAX),
    AUDIT_NUMBER("days", CAT_AUDIT_DAYS, LOOK_BACK_DAYS),
    AUDIT_NUMBER("at_least", CAT_AUDIT_AT_LEAST, BOUND_MAX),
    AUDIT_NUMBER("percent", CAT_AUDIT_PERCENT, PERCENT_MAX),
    AUDIT_NUMBER("from_hour", CAT_AUDIT_FROM_HOUR, HOUR_MAX),
    AUDIT_NUMBER("to_hour", CAT_AUDIT_TO_HOUR, HOUR_MAX),
    {.name = "from",
	.kind = READ_DATE,
	.is_required = true,
	READ_AT(cat_audit_rule, valid_from)},
    {.name = "to", .kind = READ_DATE, READ_AT(cat_audit_rule, valid_to)},
};
static const struct read_shape audit_rule_shape = READ_SHAPE(
    N_("audit rule"), audit_rule_keys, offsetof(struct cat_audit_rule, where));

/* ---- departments ---- */

static void read_second_person(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_department *department = thing;

	cat_read_flags(
	    r, node, cat_act_names, CAT_ACT_COUNT, department->second_person);
}

static const struct read_key department_keys[] = {
    {.name = "id",
	.kind = READ_ID,
	.is_required = true,
	READ_AT(cat_department, id)},
    {.name = "title",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_department, title),
	.max = 200},
    {.name = "code",
	.kind = READ_TEXT,
	READ_AT(cat_department, code),
	.max = 18},
    {.name = "division",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_department, division),
	.max = 6},
    {.name = "functions",
	.kind = READ_TEXTS,
	.is_required = true,
	READ_TEXTS_AT(cat_department, functions)},
    {.name = "contact",
	.kind = READ_TEXT,
	READ_AT(cat_department, contact),
	.max = 200},
    {.name = "second_person", .kind = READ_PART, .part = read_second_person},
    {.name = "status",
	.kind = READ_STATUS,
	.is_required = true,
	READ_AT(cat_department, status),
	READ_WORDS(cat_status_names)},
};
static const struct read_shape department_shape = READ_SHAPE(
    N_("department"), department_keys, offsetof(struct cat_department, where));

/* ---- the pack itself ---- */

struct pack {
	const char *id;
	enum cat_layer layer;
	const char *title;
	const char *province;
	const char *division;
	bool is_example;
};

static const struct read_key pack_keys[] = {
    {.name = "id", .kind = READ_ID, .is_required = true, READ_AT(pack, id)},
    {.name = "layer",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(pack, layer),
	READ_WORDS(cat_layer_names)},
    {.name = "title",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(pack, title),
	.max = 200},
    {.name = "province", .kind = READ_ID, READ_AT(pack, province)},
    {.name = "division", .kind = READ_TEXT, READ_AT(pack, division), .max = 6},
    {.name = "example", .kind = READ_BOOL, READ_AT(pack, is_example)},
};
static const struct read_shape pack_shape =
    READ_SHAPE(N_("pack"), pack_keys, READ_NOWHERE);

static bool is_division(const char *s)
{
	return strlen(s) == 6 && strspn(s, "0123456789") == 6;
}

static void keep_city(struct cat_reader *r, const struct pack *pack)
{
	struct catalog *c = r->catalog;

	c->city_id = pack->id;
	c->city_title = pack->title;
	c->province_id = pack->province;
	c->division = pack->division;
	c->is_example = c->shows_example = pack->is_example;
	r->pack_where = r->where;
	if (!is_division(pack->division))
		cat_issue(r->issues, LINT_PACK, r->where,
		    tr("division \"%s\" of the city is not six digits"),
		    pack->division);
}

static void read_pack(struct cat_reader *r, const struct cat_node *node)
{
	enum cat_layer layer = r->where.layer;
	struct pack pack = {0};

	r->where.line = node->line;
	cat_read_map(r, &pack_shape, node, &pack);
	if (++r->packs_count[layer] > 1)
		cat_issue(r->issues, LINT_PACK, r->where, "%s",
		    tr("the layer has two packs"));
	if (pack.layer != layer)
		cat_issue(r->issues, LINT_PACK, r->where,
		    tr("the pack says layer %s but stands in %s"),
		    cat_layer_names[pack.layer], cat_layer_names[layer]);
	if (layer != CAT_NATIONAL && strcmp(pack.id, r->pack_id) != 0)
		cat_issue(r->issues, LINT_PACK, r->where,
		    tr("the pack's id \"%s\" is not its folder's name \"%s\""),
		    pack.id, r->pack_id);
	if (layer == CAT_CITY)
		keep_city(r, &pack);
}

/* ---- the lists of a file ---- */

#define LAYER(l) (1u << (l))
enum { ALL_LAYERS = 7, LOWER_LAYERS = 6 };

struct pack_list {
	const char *key;
	const struct read_shape *shape;
	unsigned layers; /* which may hold it */
	size_t size;	 /* of one thing */
	size_t offset;	 /* of the pointer in struct catalog */
	size_t offset2;	 /* of the count in struct catalog */
};

#define LIST(name, member, shape_, layers_, type)                              \
	{                                                                      \
		.key = (name), .shape = &(shape_), .layers = (layers_),        \
		.size = sizeof(struct type),                                   \
		.offset = offsetof(struct catalog, member),                    \
		.offset2 = offsetof(struct catalog, member##_count)            \
	}

static const struct pack_list lists[] = {
    LIST("bases", bases, basis_shape, ALL_LAYERS, cat_basis),
    LIST("code_lists", code_lists, code_list_shape, ALL_LAYERS, cat_code_list),
    LIST("regimes", regimes, regime_shape, LAYER(CAT_NATIONAL), cat_regime),
    LIST("limits", limits, limit_shape, LOWER_LAYERS, cat_limit),
    LIST("retentions", retentions, retention_shape, ALL_LAYERS, cat_retention),
    LIST("audit_rules", audit_rules, audit_rule_shape, ALL_LAYERS,
	cat_audit_rule),
    LIST("departments", departments, department_shape, LOWER_LAYERS,
	cat_department),
    LIST("items", items, cat_item_shape, ALL_LAYERS, cat_item),
    LIST("lists", lists, cat_list_shape, ALL_LAYERS, cat_list),
    LIST("matters", matters, cat_matter_shape, ALL_LAYERS, cat_matter),
    LIST("measures", measures, cat_measure_shape, ALL_LAYERS, cat_measure),
    LIST("case_kinds", case_kinds, cat_case_kind_shape, LAYER(CAT_NATIONAL),
	cat_case_kind),
    LIST("case_clocks", case_clocks, cat_case_clock_shape, ALL_LAYERS,
	cat_case_clock),
    LIST("case_marks", case_marks, cat_case_mark_shape, ALL_LAYERS,
	cat_case_mark),
};

/* Every thing begins with its id, so that doubles are found for all. */
_Static_assert(offsetof(struct cat_basis, id) == 0, "id first");
_Static_assert(offsetof(struct cat_code_list, id) == 0, "id first");
_Static_assert(offsetof(struct cat_regime, id) == 0, "id first");
_Static_assert(offsetof(struct cat_limit, id) == 0, "id first");
_Static_assert(offsetof(struct cat_retention, id) == 0, "id first");
_Static_assert(offsetof(struct cat_audit_rule, id) == 0, "id first");
_Static_assert(offsetof(struct cat_department, id) == 0, "id first");
_Static_assert(offsetof(struct cat_item, id) == 0, "id first");
_Static_assert(offsetof(struct cat_list, id) == 0, "id first");
_Static_assert(offsetof(struct cat_matter, id) == 0, "id first");
_Static_assert(offsetof(struct cat_measure, id) == 0, "id first");
_Static_assert(offsetof(struct cat_case_kind, id) == 0, "id first");
_Static_assert(offsetof(struct cat_case_clock, id) == 0, "id first");
_Static_assert(offsetof(struct cat_case_mark, id) == 0, "id first");

static const char *thing_id(const void *thing)
{
	const char *id;

	memcpy(&id, thing, sizeof(id));
	return id;
}

static void check_double(struct cat_reader *r, const struct pack_list *list,
    const char *things, size_t count, int line)
{
	const char *id = thing_id(things + count * list->size);
	size_t i;

	for (i = 0; i < count && id[0]; i++)
		if (strcmp(thing_id(things + i * list->size), id) == 0) {
			cat_issue(r->issues, LINT_DUPLICATE_ID,
			    cat_read_at(r, line), tr("%s \"%s\" stands twice"),
			    tr(list->shape->what), id);
			return;
		}
}

/* The list's node of a file; NULL when there is none to read. */
static const struct cat_node *list_node(struct cat_reader *r, const char *key,
    unsigned layers, const struct cat_file *file)
{
	const struct cat_node *node = cat_node_get(file->root, key);

	if (!node)
		return NULL;
	r->where = file->where;
	if (!cat_read_is(r, node, NODE_LIST, key))
		return NULL;
	if (layers & LAYER(file->where.layer))
		return node;
	cat_issue(r->issues, LINT_WRONG_LAYER, cat_read_at(r, node->key_line),
	    tr("\"%s\" may not stand in layer %s"), key,
	    cat_layer_names[file->where.layer]);
	return NULL;
}

static size_t count_things(
    const struct pack_list *list, const struct cat_file *files, size_t count)
{
	size_t total = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		const struct cat_node *node =
		    cat_node_get(files[i].root, list->key);

		total += node ? node->count : 0;
	}
	return total;
}

static void read_thing(struct cat_reader *r, const struct pack_list *list,
    const struct cat_node *node, void *thing)
{
	r->status = CAT_UNCONFIRMED;
	r->item = list->shape == &cat_item_shape ? thing : NULL;
	cat_read_map(r, list->shape, node, thing);
}

/* Reads one file's part of a list behind what is there; how many then. */
static size_t read_part(struct cat_reader *r, const struct pack_list *list,
    const struct cat_file *file, char *things, size_t done)
{
	const struct cat_node *n = list_node(r, list->key, list->layers, file);

	for (n = n ? n->first : NULL; n; n = n->next) {
		if (done == CAT_LIST_MAX) {
			cat_issue(r->issues, LINT_BOUND,
			    cat_read_at(r, n->line),
			    tr("\"%s\" holds more than %d things"), list->key,
			    CAT_LIST_MAX);
			break;
		}
		read_thing(r, list, n, things + done * list->size);
		check_double(r, list, things, done, n->line);
		done++;
	}
	return done;
}

/* By number, which is the order of catalog->items; the id makes it total. */
static int compare_item(const void *a, const void *b)
{
	const struct cat_item *x = a;
	const struct cat_item *y = b;

	if (x->number != y->number)
		return x->number - y->number;
	return strcmp(x->id, y->id);
}

static int compare_matter(const void *a, const void *b)
{
	const struct cat_matter *x = a;
	const struct cat_matter *y = b;

	if (x->number != y->number)
		return x->number - y->number;
	return strcmp(x->id, y->id);
}

/* Keeps what may still be changed. What has numbers is put in their order at
 * once: whatever is read later points into the array. */
static void keep_things(struct cat_reader *r, const struct pack_list *list,
    void *things, size_t count)
{
	if (list->shape == &cat_item_shape) {
		r->items = things;
		if (count)
			qsort(things, count, list->size, compare_item);
	} else if (list->shape == &cat_list_shape) {
		r->lists = things;
	} else if (list->shape == &cat_matter_shape) {
		r->matters = things;
		if (count)
			qsort(things, count, list->size, compare_matter);
	} else if (list->shape == &cat_measure_shape) {
		r->measures = things;
	}
}

static void read_list(struct cat_reader *r, const struct pack_list *list,
    const struct cat_file *files, size_t count)
{
	size_t total = count_things(list, files, count);
	size_t done = 0;
	size_t i;
	char *things;

	if (total > CAT_LIST_MAX)
		total = CAT_LIST_MAX;
	things = arena_zalloc(r->arena, total, list->size);
	for (i = 0; i < count; i++)
		done = read_part(r, list, &files[i], things, done);
	memcpy((char *)r->catalog + list->offset, &things, sizeof(things));
	memcpy((char *)r->catalog + list->offset2, &done, sizeof(done));
	keep_things(r, list, things, done);
}

static const struct read_key file_keys[] = {
    {.name = "pack", .kind = READ_LATER},
    {.name = "bases", .kind = READ_LATER},
    {.name = "code_lists", .kind = READ_LATER},
    {.name = "regimes", .kind = READ_LATER},
    {.name = "limits", .kind = READ_LATER},
    {.name = "retentions", .kind = READ_LATER},
    {.name = "audit_rules", .kind = READ_LATER},
    {.name = "departments", .kind = READ_LATER},
    {.name = "items", .kind = READ_LATER},
    {.name = "lists", .kind = READ_LATER},
    {.name = "matters", .kind = READ_LATER},
    {.name = "measures", .kind = READ_LATER},
    {.name = "case_kinds", .kind = READ_LATER},
    {.name = "case_clocks", .kind = READ_LATER},
    {.name = "case_marks", .kind = READ_LATER},
    {.name = "extend", .kind = READ_LATER},
};
static const struct read_shape file_shape =
    READ_SHAPE(N_("file"), file_keys, READ_NOWHERE);

static const char *folder_of(
    const struct cat_reader *r, enum cat_layer layer, const char *city_id)
{
	return layer == CAT_CITY    ? city_id
	    : layer == CAT_PROVINCE ? r->catalog->province_id
				    : "national";
}

/* Packs from the city down, because the city's names the province. */
static void read_packs(
    struct cat_reader *r, const struct cat_file *files, size_t count)
{
	const char *city_id = r->pack_id;
	size_t i;

	for (i = count; i-- > 0;) {
		const struct cat_node *node =
		    cat_node_get(files[i].root, "pack");

		if (!node)
			continue;
		r->where = files[i].where;
		r->pack_id = folder_of(r, r->where.layer, city_id);
		read_pack(r, node);
	}
}

/* The matter that a node was read into; NULL when it had no good id. */
static struct cat_matter *matter_of(
    struct cat_reader *r, const struct cat_node *node)
{
	const struct cat_node *id = cat_node_get(node, "id");
	size_t i;

	if (!id || id->kind != NODE_SCALAR)
		return NULL;
	for (i = 0; i < r->catalog->matters_count; i++)
		if (span_is(id->text, r->matters[i].id))
			return &r->matters[i];
	return NULL;
}

/* Matters are read before measures, which name them; then the matters'
 * nodes are gone over once more. */
static void link_matters(
    struct cat_reader *r, const struct cat_file *files, size_t count)
{
	const struct cat_node *n;
	size_t i;

	for (i = 0; i < count; i++) {
		n = cat_node_get(files[i].root, "matters");
		r->where = files[i].where;
		for (n = n ? n->first : NULL; n; n = n->next) {
			struct cat_matter *matter =
			    n->kind == NODE_MAP ? matter_of(r, n) : NULL;

			if (matter)
				cat_read_matter_measures(r, n, matter);
		}
	}
}

void cat_pack_read(
    struct cat_reader *r, const struct cat_file *files, size_t count)
{
	const struct cat_node *n;
	size_t i;

	for (i = 0; i < count; i++) {
		r->where = files[i].where;
		cat_read_map(r, &file_shape, files[i].root, r);
	}
	read_packs(r, files, count);
	for (i = 0; i < ARRAY_COUNT(lists); i++)
		read_list(r, &lists[i], files, count);
	link_matters(r, files, count);
	for (i = 0; i < count; i++) {
		n = list_node(r, "extend", LOWER_LAYERS, &files[i]);
		for (n = n ? n->first : NULL; n; n = n->next)
			cat_layer_extend(r, n);
	}
}
