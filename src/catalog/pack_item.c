/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form of an item: fields, conditions, rules, classes, clock.
 *
 * The item's table has `status` early (its parts inherit it) and `fields`
 * before `classes` and `rules` (they name fields). Fields are read twice:
 * first everything but `required`, then `required`, because a field may be
 * needed by the value of one that stands after it. While an item is read
 * the reader points to it, and a field's name becomes its index at once.
 */
#include "catalog/cat_priv.h"

#include <string.h>

#include "base/check.h"
#include "base/tr.h"

/* ---- conditions ---- */

static const char *const condition_ops[CAT_OP_COUNT] = {
    [CAT_OP_NONE] = "none",
    [CAT_OP_EQUALS] = "equals",
    [CAT_OP_CONTAINS] = "contains",
    [CAT_OP_PRESENT] = "present",
    [CAT_OP_ABSENT] = "absent",
    [CAT_OP_ABOVE] = "above",
};

static const struct read_key condition_keys[] = {
    {.name = "field", .kind = READ_LATER},
    {.name = "equals", .kind = READ_LATER},
    {.name = "contains", .kind = READ_LATER},
    {.name = "present", .kind = READ_LATER},
    {.name = "above", .kind = READ_LATER},
};

/* Index of a field of the item being read, or -1 and an issue. */
static int find_field(struct cat_reader *r, const struct cat_node *node)
{
	int i;

	if (!cat_read_is(r, node, NODE_SCALAR, "field"))
		return -1;
	i = cat_field_index(r->item, node->text.p);
	if (i < 0)
		cat_issue(r->issues, LINT_UNKNOWN_FIELD,
		    cat_read_at(r, node->line),
		    tr("item \"%s\" has no field \"%.80s\""), r->item->id,
		    node->text.p);
	return i;
}

static void read_op(struct cat_reader *r, const struct cat_node *node,
    enum cat_op op, struct cat_condition *c)
{
	c->op = op;
	if (op == CAT_OP_EQUALS || op == CAT_OP_CONTAINS)
		c->values = cat_read_texts(
		    r, node, condition_ops[op], &c->values_count);
	else if (op == CAT_OP_PRESENT)
		c->op = cat_read_bool(r, node) ? CAT_OP_PRESENT : CAT_OP_ABSENT;
	else
		cat_read_int(r, node, 0, INT64_C(1000000000000000), &c->number);
}

static void read_condition(
    struct cat_reader *r, const struct cat_node *node, struct cat_condition *c)
{
	const struct cat_node *field, *n;
	int ops_count = 0;
	int op;

	if (!cat_read_is(r, node, NODE_MAP, tr("condition")))
		return;
	for (n = node->first; n; n = n->next) {
		for (op = CAT_OP_EQUALS; op < CAT_OP_COUNT; op++)
			if (op != CAT_OP_ABSENT &&
			    strcmp(n->key, condition_ops[op]) == 0)
				break;
		if (op < CAT_OP_COUNT && ++ops_count == 1)
			read_op(r, n, (enum cat_op)op, c);
		else if (op == CAT_OP_COUNT && strcmp(n->key, "field") != 0)
			cat_read_unknown(r, n, N_("condition"), condition_keys,
			    ARRAY_COUNT(condition_keys));
	}
	field = cat_node_get(node, "field");
	if (field)
		c->field = find_field(r, field);
	if (!field || ops_count != 1)
		cat_issue(r->issues, LINT_CONDITION, cat_read_at(r, node->line),
		    "%s",
		    tr("a condition needs \"field\" and one of equals, "
		       "contains, present, above"));
}

/* ---- parts of an item ---- */

static const struct read_key clock_keys[] = {
    {.name = "days",
	.kind = READ_INT,
	.is_required = true,
	READ_AT(cat_clock, days),
	.max = 3660},
    {.name = "working",
	.kind = READ_BOOL,
	.is_required = true,
	READ_AT(cat_clock, is_working_days)},
    {.name = "basis",
	.kind = READ_BASIS,
	.is_required = true,
	READ_AT(cat_clock, basis)},
};
static const struct read_shape clock_shape =
    READ_SHAPE(N_("clock"), clock_keys, READ_NOWHERE);

void cat_read_clock(
    struct cat_reader *r, const struct cat_node *node, void *clock)
{
	cat_read_map(r, &clock_shape, node, clock);
}

static void read_item_clock(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	cat_read_clock(r, node, &((struct cat_item *)thing)->clock);
}

/* The code list that is named; NULL, and told, when there is none. */
static const struct cat_code_list *find_codes(
    struct cat_reader *r, const struct cat_node *node)
{
	const struct catalog *c = r->catalog;
	size_t i;

	if (!cat_read_is(r, node, NODE_SCALAR, "codes"))
		return NULL;
	for (i = 0; i < c->code_lists_count; i++)
		if (span_is(node->text, c->code_lists[i].id))
			return &c->code_lists[i];
	cat_issue(r->issues, LINT_UNKNOWN_CODES, cat_read_at(r, node->line),
	    tr("code list \"%.80s\" is not known"), node->text.p);
	return NULL;
}

static void read_causes(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_withdrawal *withdrawal = thing;

	withdrawal->causes = find_codes(r, node);
}

static const struct read_key withdrawal_keys[] = {
    {.name = "days",
	.kind = READ_INT,
	.is_required = true,
	READ_AT(cat_withdrawal, clock.days),
	.max = 3660},
    {.name = "working",
	.kind = READ_BOOL,
	.is_required = true,
	READ_AT(cat_withdrawal, clock.is_working_days)},
    {.name = "basis",
	.kind = READ_BASIS,
	.is_required = true,
	READ_AT(cat_withdrawal, clock.basis)},
    {.name = "causes",
	.kind = READ_PART,
	.is_required = true,
	.part = read_causes},
    {.name = "clock_causes",
	.kind = READ_TEXTS,
	READ_TEXTS_AT(cat_withdrawal, clock_causes)},
};
static const struct read_shape withdrawal_shape =
    READ_SHAPE(N_("withdrawal"), withdrawal_keys, READ_NOWHERE);

static void read_item_withdrawal(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	cat_read_map(r, &withdrawal_shape, node,
	    &((struct cat_item *)thing)->withdrawal);
}

static void read_item_bases(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_item *item = thing;

	item->bases = cat_read_bases(r, node, N_("item"), &item->bases_count);
}

static void read_field_codes(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	((struct cat_field *)thing)->codes = find_codes(r, node);
}

static const struct read_key field_keys[] = {
    {.name = "name",
	.kind = READ_NAME,
	.is_required = true,
	READ_AT(cat_field, name)},
    {.name = "title",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_field, title),
	.max = 200},
    {.name = "aliases", .kind = READ_TEXTS, READ_TEXTS_AT(cat_field, aliases)},
    {.name = "type",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(cat_field, type),
	READ_WORDS(cat_type_names)},
    {.name = "max",
	.kind = READ_INT,
	READ_AT(cat_field, max_chars),
	.min = 1,
	.max = 20000},
    {.name = "required", .kind = READ_LATER},
    {.name = "codes", .kind = READ_PART, .part = read_field_codes},
    {.name = "role",
	.kind = READ_ENUM,
	READ_AT(cat_field, role),
	READ_WORDS(cat_role_names)},
    {.name = "privacy",
	.kind = READ_ENUM,
	READ_AT(cat_field, privacy),
	READ_WORDS(cat_privacy_names)},
    {.name = "key", .kind = READ_BOOL, READ_AT(cat_field, is_key)},
    {.name = "basis", .kind = READ_BASIS, READ_AT(cat_field, basis)},
    {.name = "status",
	.kind = READ_STATUS,
	READ_AT(cat_field, status),
	READ_WORDS(cat_status_names)},
    {.name = "example", .kind = READ_TEXT, READ_AT(cat_field, example)},
    {.name = "meaning",
	.kind = READ_TEXT,
	READ_AT(cat_field, meaning),
	.max = 200},
};
static const struct read_shape field_shape =
    READ_SHAPE(N_("field"), field_keys, offsetof(struct cat_field, where));

/* `required`: true, false or a condition over other fields. */
static void read_need(
    struct cat_reader *r, const struct cat_node *node, struct cat_field *field)
{
	const struct cat_node *need = cat_node_get(node, "required");

	if (!need)
		return;
	if (need->kind == NODE_MAP) {
		field->need = CAT_REQUIRED_WHEN;
		read_condition(r, need, &field->when);
	} else if (cat_read_bool(r, need)) {
		field->need = CAT_REQUIRED;
	}
}

/* Names first: a field may be required by one that stands after it. */
static void read_fields(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_item *item = thing;
	struct cat_field *fields;
	const struct cat_node *n;
	size_t i;

	r->status = item->status;
	if (!cat_read_is(r, node, NODE_LIST, "fields"))
		return;
	fields = arena_zalloc(r->arena, node->count, sizeof(*fields));
	for (i = 0, n = node->first; n; n = n->next, i++) {
		fields[i].when.field = -1;
		cat_read_map(r, &field_shape, n, &fields[i]);
		item->fields = fields;
		if (fields[i].name[0] &&
		    cat_field_index(item, fields[i].name) >= 0)
			cat_issue(r->issues, LINT_DUPLICATE_ID,
			    cat_read_at(r, n->line),
			    tr("field \"%s\" stands twice"), fields[i].name);
		item->fields_count = i + 1;
	}
	for (i = 0, n = node->first; n; n = n->next, i++)
		read_need(r, n, &fields[i]);
}

static void read_class_when(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	read_condition(r, node, &((struct cat_class_rule *)thing)->when);
}

static const struct read_key class_rule_keys[] = {
    {.name = "class",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(cat_class_rule, class_),
	READ_WORDS(cat_class_names)},
    {.name = "when", .kind = READ_PART, .part = read_class_when},
    {.name = "basis",
	.kind = READ_BASIS,
	.is_required = true,
	READ_AT(cat_class_rule, basis)},
    {.name = "status",
	.kind = READ_STATUS,
	READ_AT(cat_class_rule, status),
	READ_WORDS(cat_status_names)},
};
static const struct read_shape class_rule_shape = READ_SHAPE(
    N_("class rule"), class_rule_keys, offsetof(struct cat_class_rule, where));

struct cat_class_rule *cat_read_class_rules(
    struct cat_reader *r, const struct cat_node *node, size_t *count_out)
{
	struct cat_class_rule *rules;
	const struct cat_node *n;
	size_t count = 0;

	*count_out = 0;
	if (!cat_read_is(r, node, NODE_LIST, "classes"))
		return NULL;
	rules = arena_zalloc(r->arena, node->count, sizeof(*rules));
	for (n = node->first; n; n = n->next) {
		rules[count].when.field = -1;
		cat_read_map(r, &class_rule_shape, n, &rules[count++]);
	}
	*count_out = count;
	return rules;
}

static void read_classes(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_item *item = thing;

	item->class_rules =
	    cat_read_class_rules(r, node, &item->class_rules_count);
}

static void read_positive_when(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_condition *when = &((struct cat_item *)thing)->positive_when;

	when->field = -1;
	read_condition(r, node, when);
}

static void read_rule_fields(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_rule *rule = thing;
	const struct cat_node *n;

	if (!cat_read_is(r, node, NODE_LIST, "fields"))
		return;
	if (node->count > ARRAY_COUNT(rule->fields)) {
		cat_issue(r->issues, LINT_RULE_SHAPE,
		    cat_read_at(r, node->line),
		    tr("a rule takes at most %d fields"),
		    (int)ARRAY_COUNT(rule->fields));
		return;
	}
	for (n = node->first; n; n = n->next)
		rule->fields[rule->fields_count++] = find_field(r, n);
}

static void read_rule_when(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	read_condition(r, node, &((struct cat_rule *)thing)->when);
}

static const struct read_key rule_keys[] = {
    {.name = "id", .kind = READ_ID, .is_required = true, READ_AT(cat_rule, id)},
    {.name = "kind",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(cat_rule, kind),
	READ_WORDS(cat_rule_kind_names)},
    {.name = "fields", .kind = READ_PART, .part = read_rule_fields},
    {.name = "when", .kind = READ_PART, .part = read_rule_when},
    {.name = "warning", .kind = READ_BOOL, READ_AT(cat_rule, is_warning)},
    {.name = "message",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_rule, message)},
    {.name = "mend",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_rule, mend)},
    {.name = "basis", .kind = READ_BASIS, READ_AT(cat_rule, basis)},
};
static const struct read_shape rule_shape =
    READ_SHAPE(N_("rule"), rule_keys, offsetof(struct cat_rule, where));

static bool has_rule(const struct cat_item *item, const char *id)
{
	size_t i;

	for (i = 0; i < item->rules_count; i++)
		if (strcmp(item->rules[i].id, id) == 0)
			return true;
	return false;
}

static void read_rules(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_item *item = thing;
	struct cat_rule *rules;
	const struct cat_node *n;

	if (!cat_read_is(r, node, NODE_LIST, "rules"))
		return;
	rules = arena_zalloc(r->arena, node->count, sizeof(*rules));
	item->rules = rules;
	for (n = node->first; n; n = n->next) {
		struct cat_rule *rule = &rules[item->rules_count];

		rule->when.field = -1;
		cat_read_map(r, &rule_shape, n, rule);
		if (rule->id[0] && has_rule(item, rule->id))
			cat_issue(r->issues, LINT_DUPLICATE_ID,
			    cat_read_at(r, n->line),
			    tr("rule \"%s\" stands twice"), rule->id);
		item->rules_count++;
	}
}

static const struct read_key item_keys[] = {
    {.name = "id", .kind = READ_ID, .is_required = true, READ_AT(cat_item, id)},
    {.name = "number",
	.kind = READ_INT,
	.is_required = true,
	READ_AT(cat_item, number),
	.min = 1,
	.max = 32767},
    {.name = "title",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_item, title),
	.max = 200},
    {.name = "title_en",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_item, title_en),
	.max = 200},
    {.name = "status",
	.kind = READ_STATUS,
	.is_required = true,
	READ_AT(cat_item, status),
	READ_WORDS(cat_status_names)},
    {.name = "group",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(cat_item, group),
	READ_WORDS(cat_group_names)},
    {.name = "nature",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(cat_item, nature),
	READ_WORDS(cat_nature_names)},
    {.name = "disclosure",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(cat_item, disclosure),
	READ_WORDS(cat_disclosure_names)},
    {.name = "publication",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(cat_item, publication),
	READ_WORDS(cat_publication_names)},
    {.name = "family", .kind = READ_ID, READ_AT(cat_item, family)},
    {.name = "clock", .kind = READ_PART, .part = read_item_clock},
    {.name = "withdrawal", .kind = READ_PART, .part = read_item_withdrawal},
    {.name = "providers",
	.kind = READ_TEXTS,
	.is_required = true,
	READ_TEXTS_AT(cat_item, providers)},
    {.name = "bases",
	.kind = READ_PART,
	.is_required = true,
	.part = read_item_bases},
    {.name = "from",
	.kind = READ_DATE,
	.is_required = true,
	READ_AT(cat_item, valid_from)},
    {.name = "to", .kind = READ_DATE, READ_AT(cat_item, valid_to)},
    {.name = "default_class",
	.kind = READ_ENUM,
	READ_AT(cat_item, default_class),
	READ_WORDS(cat_class_names)},
    {.name = "fields",
	.kind = READ_PART,
	.is_required = true,
	.part = read_fields},
    {.name = "classes", .kind = READ_PART, .part = read_classes},
    {.name = "positive_when", .kind = READ_PART, .part = read_positive_when},
    {.name = "rules", .kind = READ_PART, .part = read_rules},
};
const struct read_shape cat_item_shape =
    READ_SHAPE(N_("item"), item_keys, offsetof(struct cat_item, where));
