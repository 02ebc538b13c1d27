/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inner sense of an item: roles, key, code lists, headers, conditions
 * and rules. The reader has already seen to form; here the parts are
 * compared with one another.
 */
#include "catalog/cat_priv.h"

#include <string.h>
#include <strings.h>

#include "base/tr.h"

/* Which types a role takes: bits of enum cat_type. */
#define TYPE(t) (1u << (t))
static const unsigned role_types[CAT_ROLE_COUNT] = {
    [CAT_ROLE_SUBJECT_NAME] = TYPE(CAT_NAME),
    [CAT_ROLE_SUBJECT_CODE] = TYPE(CAT_SUBJECT_CODE),
    [CAT_ROLE_SUBJECT_KIND] = TYPE(CAT_CODE),
    [CAT_ROLE_SUBJECT_REG_NUMBER] = TYPE(CAT_REG_NUMBER) | TYPE(CAT_TEXT),
    [CAT_ROLE_SUBJECT_ORG_CODE] = TYPE(CAT_ORG_CODE) | TYPE(CAT_TEXT),
    [CAT_ROLE_DECIDED_ON] = TYPE(CAT_DATE),
    [CAT_ROLE_VALID_TO] = TYPE(CAT_DATE),
    [CAT_ROLE_PUBLIC_UNTIL] = TYPE(CAT_DATE),
    [CAT_ROLE_AUTHORITY_CODE] = TYPE(CAT_SUBJECT_CODE),
    [CAT_ROLE_DOCUMENT] = TYPE(CAT_DOC_NUMBER) | TYPE(CAT_TEXT),
    [CAT_ROLE_KIND] = TYPE(CAT_CODE) | TYPE(CAT_CODES) | TYPE(CAT_TEXT),
    [CAT_ROLE_CONTENT] = TYPE(CAT_TEXT),
    [CAT_ROLE_AUTHORITY] = TYPE(CAT_NAME),
    [CAT_ROLE_BASIS_TEXT] = TYPE(CAT_TEXT),
    [CAT_ROLE_NOTIFIED_ON] = TYPE(CAT_DATE),
};

static void lint_role(const struct cat_item *item,
    const struct cat_field *field, struct cat_issues *issues)
{
	enum cat_role role = field->role;
	int first = cat_field_by_role(item, role);

	if (&item->fields[first] != field)
		cat_issue(issues, LINT_ROLE_TWICE, field->where,
		    tr("fields \"%s\" and \"%s\" both have role %s"),
		    item->fields[first].name, field->name,
		    cat_role_names[role]);
	if (!(role_types[role] & TYPE(field->type)))
		cat_issue(issues, LINT_ROLE_TYPE, field->where,
		    tr("field \"%s\" with role %s may not have type %s"),
		    field->name, cat_role_names[role],
		    cat_type_names[field->type]);
	if (field->privacy == CAT_DROPPED)
		cat_issue(issues, LINT_ROLE_TYPE, field->where,
		    tr("field \"%s\" with role %s may not be dropped"),
		    field->name, cat_role_names[role]);
}

static void lint_roles(const struct cat_item *item, struct cat_issues *issues)
{
	static const enum cat_role needed[] = {
	    CAT_ROLE_SUBJECT_NAME, CAT_ROLE_SUBJECT_CODE, CAT_ROLE_DECIDED_ON};
	size_t i;

	for (i = 0; i < item->fields_count; i++)
		if (item->fields[i].role != CAT_ROLE_NONE)
			lint_role(item, &item->fields[i], issues);
	for (i = 0; i < ARRAY_COUNT(needed); i++) {
		int at = cat_field_by_role(item, needed[i]);

		if (at < 0)
			cat_issue(issues, LINT_ROLE_MISSING, item->where,
			    tr("item \"%s\" has no field with role %s"),
			    item->id, cat_role_names[needed[i]]);
		else if (needed[i] == CAT_ROLE_DECIDED_ON &&
		    item->fields[at].need != CAT_REQUIRED)
			cat_issue(issues, LINT_ROLE_MISSING,
			    item->fields[at].where,
			    tr("field \"%s\" with role %s must be required"),
			    item->fields[at].name, cat_role_names[needed[i]]);
	}
}

static void lint_key(const struct cat_item *item, struct cat_issues *issues)
{
	bool has_key = false;
	size_t i;

	for (i = 0; i < item->fields_count; i++) {
		const struct cat_field *f = &item->fields[i];

		if (!f->is_key)
			continue;
		has_key = has_key || f->need == CAT_REQUIRED;
		if (f->privacy == CAT_DROPPED)
			cat_issue(issues, LINT_KEY_FIELD, f->where,
			    tr("key field \"%s\" may not be dropped"), f->name);
	}
	if (!has_key)
		cat_issue(issues, LINT_KEY_FIELD, item->where,
		    tr("item \"%s\" has no required key field"), item->id);
}

static void lint_field_codes(
    const struct cat_item *item, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < item->fields_count; i++) {
		const struct cat_field *f = &item->fields[i];
		bool needs = f->type == CAT_CODE || f->type == CAT_CODES;

		if (needs && !f->codes)
			cat_issue(issues, LINT_UNKNOWN_CODES, f->where,
			    tr("field \"%s\" of type %s names no code list"),
			    f->name, cat_type_names[f->type]);
		else if (!needs && f->codes)
			cat_issue(issues, LINT_UNKNOWN_CODES, f->where,
			    tr("field \"%s\" of type %s takes no code list"),
			    f->name, cat_type_names[f->type]);
	}
}

/* ---- headers ---- */

static const char *header_at(const struct cat_field *f, size_t i)
{
	return i == 0 ? f->name : i == 1 ? f->title : f->aliases[i - 2];
}

static bool has_header(const struct cat_field *f, const char *text)
{
	size_t i;

	for (i = 0; i < f->aliases_count + 2; i++)
		if (strcasecmp(header_at(f, i), text) == 0)
			return true;
	return false;
}

static void lint_headers(const struct cat_item *item, struct cat_issues *issues)
{
	size_t i, j, k;

	for (i = 0; i < item->fields_count; i++)
		for (j = 0; j < i; j++) {
			const struct cat_field *a = &item->fields[j];
			const struct cat_field *b = &item->fields[i];

			for (k = 0; k < b->aliases_count + 2; k++)
				if (has_header(a, header_at(b, k)))
					cat_issue(issues, LINT_HEADER_TWICE,
					    b->where,
					    tr("header \"%s\" leads to "
					       "\"%s\" and \"%s\""),
					    header_at(b, k), a->name, b->name);
		}
}

/* ---- conditions and rules ---- */

static void lint_values(const struct cat_condition *c,
    const struct cat_field *f, struct cat_where where,
    struct cat_issues *issues)
{
	size_t i;

	if (c->values_count == 0)
		cat_issue(issues, LINT_CONDITION, where,
		    tr("the condition on \"%s\" lists no values"), f->name);
	for (i = 0; i < c->values_count && f->codes; i++)
		if (!cat_codes_hold(f->codes, span_of(c->values[i])))
			cat_issue(issues, LINT_CONDITION, where,
			    tr("\"%s\" is no stored value of code list \"%s\" "
			       "of field \"%s\""),
			    c->values[i], f->codes->id, f->name);
}

static void lint_condition(const struct cat_item *item,
    const struct cat_condition *c, struct cat_where where,
    struct cat_issues *issues)
{
	const struct cat_field *f;
	bool is_number;

	if (c->op == CAT_OP_NONE)
		return;
	f = &item->fields[c->field];
	is_number = f->type == CAT_INTEGER || f->type == CAT_MONEY_WAN ||
	    f->type == CAT_MONEY_YUAN;
	if (c->op == CAT_OP_ABOVE && !is_number)
		cat_issue(issues, LINT_CONDITION, where,
		    tr("\"%s\" is of type %s and cannot be above a number"),
		    f->name, cat_type_names[f->type]);
	if (c->op == CAT_OP_EQUALS || c->op == CAT_OP_CONTAINS)
		lint_values(c, f, where, issues);
	if (f->privacy == CAT_DROPPED)
		cat_issue(issues, LINT_CONDITION, where,
		    tr("\"%s\" is dropped, no condition can see it"), f->name);
}

/* A check judges it by one stored value (registry/brief.h). */
static void lint_positive_when(
    const struct cat_item *item, struct cat_issues *issues)
{
	const struct cat_condition *c = &item->positive_when;
	const struct cat_field *f;

	if (c->op == CAT_OP_NONE || c->field < 0)
		return;
	f = &item->fields[c->field];
	lint_condition(item, c, item->where, issues);
	if (item->nature != CAT_NEUTRAL)
		cat_issue(issues, LINT_NATURE, item->where,
		    tr("item \"%s\" is %s; positive_when is for neutral ones"),
		    item->id, cat_nature_names[item->nature]);
	if (c->op != CAT_OP_EQUALS || f->type != CAT_CODE ||
	    f->privacy != CAT_PUBLIC)
		cat_issue(issues, LINT_CONDITION, item->where,
		    tr("positive_when of item \"%s\" is no \"equals\" on a "
		       "public field of type code"),
		    item->id);
}

static void lint_conditions(
    const struct cat_item *item, struct cat_issues *issues)
{
	size_t i;

	lint_positive_when(item, issues);

	for (i = 0; i < item->fields_count; i++)
		lint_condition(
		    item, &item->fields[i].when, item->fields[i].where, issues);
	for (i = 0; i < item->rules_count; i++)
		lint_condition(
		    item, &item->rules[i].when, item->rules[i].where, issues);
	for (i = 0; i < item->class_rules_count; i++)
		lint_condition(item, &item->class_rules[i].when,
		    item->class_rules[i].where, issues);
}

/* Fields that each kind of rule takes, and of which type. */
static const struct rule_form {
	size_t min, max;
	unsigned types; /* 0 = any */
	bool has_when;	/* needs `when`; others take none */
} rule_forms[CAT_RULE_COUNT] = {
    [CAT_RULE_NOT_BEFORE] = {2, 2, TYPE(CAT_DATE), false},
    [CAT_RULE_NOT_FUTURE] = {1, 1, TYPE(CAT_DATE), false},
    [CAT_RULE_ANY_OF] = {2, 4, 0, false},
    [CAT_RULE_REQUIRED_WHEN] = {1, 1, 0, true},
    [CAT_RULE_KIND_MATCHES_CODE] = {0, 0, 0, false},
};

static void lint_rule_form(const struct cat_item *item,
    const struct cat_rule *rule, struct cat_issues *issues)
{
	const struct rule_form *form = &rule_forms[rule->kind];
	size_t i;

	if (rule->fields_count < form->min || rule->fields_count > form->max)
		cat_issue(issues, LINT_RULE_SHAPE, rule->where,
		    tr("rule \"%s\" of kind %s takes %zu to %zu fields"),
		    rule->id, cat_rule_kind_names[rule->kind], form->min,
		    form->max);
	if (form->has_when != (rule->when.op != CAT_OP_NONE))
		cat_issue(issues, LINT_RULE_SHAPE, rule->where,
		    form->has_when
			? tr("rule \"%s\" of kind %s needs \"when\"")
			: tr("rule \"%s\" of kind %s takes no \"when\""),
		    rule->id, cat_rule_kind_names[rule->kind]);
	for (i = 0; i < rule->fields_count && form->types; i++) {
		const struct cat_field *f = &item->fields[rule->fields[i]];

		if (!(form->types & TYPE(f->type)))
			cat_issue(issues, LINT_RULE_SHAPE, rule->where,
			    tr("rule \"%s\": field \"%s\" is of type %s"),
			    rule->id, f->name, cat_type_names[f->type]);
	}
}

static void lint_rules(const struct cat_item *item, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < item->rules_count; i++) {
		const struct cat_rule *rule = &item->rules[i];

		lint_rule_form(item, rule, issues);
		if (rule->kind == CAT_RULE_KIND_MATCHES_CODE &&
		    cat_field_by_role(item, CAT_ROLE_SUBJECT_KIND) < 0)
			cat_issue(issues, LINT_RULE_SHAPE, rule->where,
			    tr("rule \"%s\" needs a field with role %s"),
			    rule->id, cat_role_names[CAT_ROLE_SUBJECT_KIND]);
	}
}

static void lint_examples(
    const struct cat_item *item, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < item->fields_count; i++) {
		const struct cat_field *f = &item->fields[i];
		const char *why;

		if (f->example[0] && !cat_field_accepts(f, f->example, &why))
			cat_issue(issues, LINT_EXAMPLE, f->where,
			    tr("example of field \"%s\": %s"), f->name, why);
	}
}

static void lint_withdrawal(
    const struct cat_item *item, struct cat_issues *issues)
{
	const struct cat_withdrawal *w = &item->withdrawal;
	size_t i;

	for (i = 0; w->causes && i < w->clock_causes_count; i++)
		if (!cat_codes_hold(w->causes, span_of(w->clock_causes[i])))
			cat_issue(issues, LINT_UNKNOWN_CODES, item->where,
			    tr("\"%s\" is no stored value of code list "
			       "\"%s\""),
			    w->clock_causes[i], w->causes->id);
}

void cat_lint_item_shape(const struct catalog *c, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < c->items_count; i++) {
		const struct cat_item *item = &c->items[i];

		lint_roles(item, issues);
		lint_key(item, issues);
		lint_field_codes(item, issues);
		lint_headers(item, issues);
		lint_conditions(item, issues);
		lint_rules(item, issues);
		lint_withdrawal(item, issues);
		lint_examples(item, issues);
	}
}
