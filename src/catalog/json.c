/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The document of one item, complete enough for a lawyer: on which law it
 * rests in full, what is collected, who provides it and by when, who sees
 * it and how long, by which regime since when, and how sure each fact is.
 * Nothing refers to another document: bases are written out where they are
 * cited.
 */
#include "catalog/cat_priv.h"

#include <string.h>

#include "base/json.h"

void cat_json_put_status(struct json_writer *w, enum cat_status status)
{
	json_put_str(w, "status", cat_status_name(status));
}

void cat_json_put_where(struct json_writer *w, const struct cat_where *where)
{
	json_key(w, "where");
	json_open_object(w);
	json_put_str(w, "layer", cat_layer_names[where->layer]);
	json_put_str(w, "file", where->file);
	json_put_int(w, "line", where->line);
	json_close_object(w);
}

void cat_json_put_named(
    struct json_writer *w, const char *key, const char *name, const char *title)
{
	json_key(w, key);
	json_open_object(w);
	json_put_str(w, "name", name);
	json_put_str(w, "title", title);
	json_close_object(w);
}

void cat_json_put_texts(struct json_writer *w, const char *key,
    const char *const *texts, size_t count)
{
	size_t i;

	json_key(w, key);
	json_open_array(w);
	for (i = 0; i < count; i++)
		json_add_string(w, span_of(texts[i]));
	json_close_array(w);
}

static void add_basis(struct json_writer *w, const struct cat_basis *b)
{
	json_open_object(w);
	json_put_str(w, "id", b->id);
	json_put_str(w, "kind", cat_force_name(b->force));
	json_put_str(w, "title", b->title);
	json_put_str(w, "number", b->number);
	json_put_str(w, "article", b->article);
	json_put_date(w, "valid_from", b->valid_from);
	json_put_date(w, "valid_to", b->valid_to);
	cat_json_put_status(w, b->status);
	json_close_object(w);
}

void cat_json_put_bases(
    struct json_writer *w, const struct cat_basis *const *bases, size_t count)
{
	size_t i;

	json_key(w, "bases");
	json_open_array(w);
	for (i = 0; i < count; i++)
		add_basis(w, bases[i]);
	json_close_array(w);
}

/* A basis of its own, or none when the item's first basis holds. */
void cat_json_put_basis(struct json_writer *w, const struct cat_basis *b)
{
	if (!b)
		return;
	json_key(w, "basis");
	add_basis(w, b);
}

static const char *op_name(enum cat_op op)
{
	static const char *const names[CAT_OP_COUNT] = {
	    [CAT_OP_NONE] = "always",
	    [CAT_OP_EQUALS] = "equals",
	    [CAT_OP_CONTAINS] = "contains",
	    [CAT_OP_PRESENT] = "present",
	    [CAT_OP_ABSENT] = "absent",
	    [CAT_OP_ABOVE] = "above",
	};

	return names[op];
}

static void put_condition(struct json_writer *w, const char *key,
    const struct cat_item *item, const struct cat_condition *c)
{
	if (c->op == CAT_OP_NONE)
		return;
	json_key(w, key);
	json_open_object(w);
	json_put_str(w, "field", item->fields[c->field].name);
	json_put_str(w, "title", item->fields[c->field].title);
	json_put_str(w, "op", op_name(c->op));
	if (c->op == CAT_OP_EQUALS || c->op == CAT_OP_CONTAINS)
		cat_json_put_texts(w, "values", c->values, c->values_count);
	if (c->op == CAT_OP_ABOVE)
		json_put_int(w, "number", c->number);
	json_close_object(w);
}

static void put_codes(struct json_writer *w, const struct cat_code_list *list)
{
	size_t i;

	if (!list)
		return;
	json_key(w, "codes");
	json_open_object(w);
	json_put_str(w, "id", list->id);
	json_put_str(w, "title", list->title);
	json_put_str(w, "open_prefix", list->open_prefix);
	cat_json_put_status(w, list->status);
	cat_json_put_basis(w, list->basis);
	json_key(w, "values");
	json_open_array(w);
	for (i = 0; i < list->codes_count; i++) {
		json_open_object(w);
		json_put_str(w, "value", list->codes[i].value);
		json_put_str(w, "code", list->codes[i].code);
		json_put_str(w, "meaning", list->codes[i].meaning);
		cat_json_put_texts(w, "aliases", list->codes[i].aliases,
		    list->codes[i].aliases_count);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}

static void add_field(struct json_writer *w, const struct cat_item *item,
    const struct cat_field *f)
{
	static const char *const needs[] = {
	    "optional", "required", "required-when"};

	json_open_object(w);
	json_put_str(w, "name", f->name);
	json_put_str(w, "title", f->title);
	cat_json_put_texts(w, "aliases", f->aliases, f->aliases_count);
	json_put_str(w, "type", cat_type_name(f->type));
	json_put_int(w, "max_chars", f->max_chars ? f->max_chars : 4000);
	json_put_str(w, "need", needs[f->need]);
	put_condition(w, "when", item, &f->when);
	json_put_str(w, "role", cat_role_names[f->role]);
	json_put_str(w, "privacy", cat_privacy_names[f->privacy]);
	json_put_bool(w, "key", f->is_key);
	json_put_str(w, "example", f->example);
	json_put_str(w, "meaning", f->meaning);
	cat_json_put_status(w, f->status);
	cat_json_put_basis(w, f->basis);
	put_codes(w, f->codes);
	json_close_object(w);
}

static void put_fields(struct json_writer *w, const struct cat_item *item)
{
	size_t i;

	json_key(w, "fields");
	json_open_array(w);
	for (i = 0; i < item->fields_count; i++)
		add_field(w, item, &item->fields[i]);
	json_close_array(w);
}

static void add_rule(struct json_writer *w, const struct cat_item *item,
    const struct cat_rule *rule)
{
	size_t i;

	json_open_object(w);
	json_put_str(w, "id", rule->id);
	json_put_str(w, "kind", cat_rule_kind_names[rule->kind]);
	json_key(w, "fields");
	json_open_array(w);
	for (i = 0; i < rule->fields_count; i++)
		json_add_string(w, span_of(item->fields[rule->fields[i]].name));
	json_close_array(w);
	put_condition(w, "when", item, &rule->when);
	json_put_bool(w, "warning", rule->is_warning);
	json_put_str(w, "message", rule->message);
	json_put_str(w, "mend", rule->mend);
	cat_json_put_basis(w, rule->basis);
	json_close_object(w);
}

static void put_rules(struct json_writer *w, const struct cat_item *item)
{
	size_t i;

	json_key(w, "rules");
	json_open_array(w);
	for (i = 0; i < item->rules_count; i++)
		add_rule(w, item, &item->rules[i]);
	json_close_array(w);
}

static void put_classes(struct json_writer *w, const struct cat_item *item)
{
	size_t i;

	json_key(w, "classes");
	json_open_array(w);
	for (i = 0; i < item->class_rules_count; i++) {
		const struct cat_class_rule *r = &item->class_rules[i];

		json_open_object(w);
		cat_json_put_named(w, "class", cat_class_name(r->class_),
		    cat_class_title(r->class_));
		put_condition(w, "when", item, &r->when);
		cat_json_put_status(w, r->status);
		cat_json_put_basis(w, r->basis);
		json_close_object(w);
	}
	json_close_array(w);
	cat_json_put_named(w, "default_class",
	    cat_class_name(item->default_class),
	    cat_class_title(item->default_class));
}

static void put_periods(struct json_writer *w, const struct cat_period *periods)
{
	int i;

	json_key(w, "periods");
	json_open_array(w);
	for (i = CAT_CLASS_MINOR; i < CAT_CLASS_COUNT; i++) {
		json_open_object(w);
		cat_json_put_named(w, "class", cat_class_names[i],
		    cat_class_title((enum cat_class)i));
		json_put_bool(w, "published", periods[i].is_published);
		json_put_int(w, "min_months", periods[i].min_months);
		json_put_int(w, "max_months", periods[i].max_months);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_regimes(
    struct json_writer *w, const struct catalog *c, const char *family)
{
	size_t i;

	json_key(w, "regimes");
	json_open_array(w);
	for (i = 0; i < c->regimes_count; i++) {
		const struct cat_regime *r = &c->regimes[i];

		if (strcmp(r->family, family) != 0)
			continue;
		json_open_object(w);
		json_put_str(w, "id", r->id);
		json_put_str(w, "title", r->title);
		json_put_date(w, "valid_from", r->valid_from);
		json_put_date(w, "valid_to", r->valid_to);
		put_periods(w, r->periods);
		cat_json_put_status(w, r->status);
		cat_json_put_basis(w, r->basis);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_hides(struct json_writer *w, const struct cat_limit *l)
{
	int i;

	json_key(w, "hides");
	json_open_array(w);
	for (i = 0; i < CAT_CLASS_COUNT; i++)
		if (l->hides_class[i])
			json_add_string(w, span_of(cat_class_names[i]));
	json_close_array(w);
}

static void put_limits(
    struct json_writer *w, const struct catalog *c, const char *family)
{
	size_t i;

	json_key(w, "limits");
	json_open_array(w);
	for (i = 0; i < c->limits_count; i++) {
		const struct cat_limit *l = &c->limits[i];

		if (strcmp(l->family, family) != 0)
			continue;
		json_open_object(w);
		json_put_str(w, "id", l->id);
		json_put_date(w, "valid_from", l->valid_from);
		json_put_date(w, "valid_to", l->valid_to);
		json_put_int(w, "max_months", l->max_months);
		put_hides(w, l);
		cat_json_put_status(w, l->status);
		cat_json_put_where(w, &l->where);
		cat_json_put_basis(w, l->basis);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_clock_members(
    struct json_writer *w, const struct cat_clock *clock)
{
	json_put_int(w, "days", clock->days);
	json_put_bool(w, "working", clock->is_working_days);
	cat_json_put_basis(w, clock->basis);
}

/* null when no clock runs. */
static void put_clock(struct json_writer *w, const struct cat_clock *clock)
{
	json_key(w, "clock");
	if (clock->days == 0) {
		json_add_null(w);
		return;
	}
	json_open_object(w);
	put_clock_members(w, clock);
	json_close_object(w);
}

/* null when nothing is said. */
static void put_withdrawal(
    struct json_writer *w, const struct cat_withdrawal *withdrawal)
{
	const struct cat_code_list *causes = withdrawal->causes;
	size_t i;

	json_key(w, "withdrawal");
	if (withdrawal->clock.days == 0) {
		json_add_null(w);
		return;
	}
	json_open_object(w);
	put_clock_members(w, &withdrawal->clock);
	json_key(w, "causes");
	json_open_array(w);
	for (i = 0; causes && i < causes->codes_count; i++)
		json_add_string(w, span_of(causes->codes[i].value));
	json_close_array(w);
	cat_json_put_texts(w, "clock_causes", withdrawal->clock_causes,
	    withdrawal->clock_causes_count);
	json_close_object(w);
}

static void put_providers(
    struct json_writer *w, const struct catalog *c, const struct cat_item *item)
{
	size_t i;

	cat_json_put_texts(
	    w, "providers", item->providers, item->providers_count);
	json_key(w, "departments");
	json_open_array(w);
	for (i = 0; i < c->departments_count; i++) {
		if (!cat_may_provide(item, &c->departments[i]))
			continue;
		json_open_object(w);
		json_put_str(w, "id", c->departments[i].id);
		json_put_str(w, "title", c->departments[i].title);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_head(struct json_writer *w, const struct cat_item *item)
{
	json_put_str(w, "id", item->id);
	json_put_int(w, "number", item->number);
	json_put_str(w, "title", item->title);
	json_put_str(w, "title_en", item->title_en);
	cat_json_put_named(w, "group", cat_group_name(item->group),
	    cat_group_title(item->group));
	json_put_str(w, "nature", cat_nature_names[item->nature]);
	cat_json_put_named(w, "disclosure",
	    cat_disclosure_name(item->disclosure),
	    cat_disclosure_title(item->disclosure));
	json_put_str(
	    w, "publication", cat_publication_names[item->publication]);
	json_put_str(w, "family", item->family);
	json_put_date(w, "valid_from", item->valid_from);
	json_put_date(w, "valid_to", item->valid_to);
	cat_json_put_status(w, item->status);
}

void catalog_item_json(
    const struct catalog *c, const struct cat_item *item, struct buf *out)
{
	/* An item without a family has no regimes: "" matches none. */
	struct json_writer w;

	json_start(&w, out);
	json_open_object(&w);
	put_head(&w, item);
	cat_json_put_bases(&w, item->bases, item->bases_count);
	put_clock(&w, &item->clock);
	put_withdrawal(&w, &item->withdrawal);
	put_providers(&w, c, item);
	put_fields(&w, item);
	put_rules(&w, item);
	put_classes(&w, item);
	put_condition(&w, "positive_when", item, &item->positive_when);
	put_regimes(&w, c, item->family);
	put_limits(&w, c, item->family);
	cat_json_put_where(&w, &item->where);
	json_put_str(&w, "catalog_digest", c->digest_hex);
	json_close_object(&w);
}
