/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a lawyer asks of a rule: which law, since when, how sure. Nothing is
 * computed here that the catalogue does not say; "in force" is a comparison
 * of days.
 */
#include "api/catalogue_page.h"

#include <string.h>

#include "api/law.h"
#include "api/put.h"
#include "api/tables.h"
#include "base/money.h"
#include "base/tr.h"

#define N_(text) text

enum { WORD_BYTES = 64, LINE_BYTES_MAX = 8192 };

static const char *const disclosure_english[CAT_DISCLOSURE_COUNT] = {
    [CAT_OPEN] = "everybody",
    [CAT_AUTHORISED] = "who is entitled to ask",
    [CAT_GOVERNMENT] = "government bodies",
};

static const char *const nature_names[] = {"neutral", "positive", "adverse"};
static const char *const nature_titles[] = {
    N_("neutral"), N_("positive"), N_("adverse")};

/* ---- items ---- */

static void put_item(
    struct json_writer *w, const struct cat_item *item, date_days on)
{
	json_put_str(w, "id", item->id);
	json_put_int(w, "number", item->number);
	json_put_str(w, "title", item_title(item));
	json_put_str(w, "title_zh", item->title);
	json_put_str(w, "title_en", item->title_en);
	put_text(w, "href", "/catalogue/%s", item->id);
	json_put_str(w, "group", cat_group_name(item->group));
	json_put_str(w, "group_title", group_title(item->group));
	json_put_str(w, "nature", nature_names[item->nature]);
	json_put_str(w, "nature_title", tr(nature_titles[item->nature]));
	json_put_str(w, "disclosure", cat_disclosure_name(item->disclosure));
	json_put_str(w, "disclosure_title",
	    title_of(cat_disclosure_title(item->disclosure),
		disclosure_english[item->disclosure]));
	json_put_bool(w, "is_open",
	    item->disclosure == CAT_OPEN && item->publication != CAT_PUB_NEVER);
	law_put_publication(w, item);
	json_put_str(w, "family", item->family);
	law_put_clock(w, item, on);
	law_put_days(w, item->valid_from, item->valid_to, on);
	law_put_status(w, item->status);
}

static void put_group(struct json_writer *w, const struct catalog *c,
    enum cat_group group, date_days on)
{
	bool is_open = false;
	size_t i;

	for (i = 0; i < c->items_count; i++) {
		if (c->items[i].group != group)
			continue;
		if (!is_open) {
			json_open_object(w);
			json_put_str(w, "group", cat_group_name(group));
			json_put_str(w, "title", group_title(group));
			json_key(w, "items");
			json_open_array(w);
			is_open = true;
		}
		json_open_object(w);
		put_item(w, &c->items[i], on);
		json_close_object(w);
	}
	if (is_open) {
		json_close_array(w);
		json_close_object(w);
	}
}

static void put_day(
    struct json_writer *w, const struct reading *r, date_days on)
{
	put_head(w, r);
	put_on(w, r, on);
	json_put_str(w, "digest", r->catalog->digest_hex);
}

enum err_code catalogue_document(
    const struct reading *r, date_days on, struct buf *out, struct err *err)
{
	struct json_writer w;
	int group;

	if (on == DATE_NONE)
		on = r->today;
	json_start(&w, out);
	json_open_object(&w);
	put_day(&w, r, on);
	json_key(&w, "groups");
	json_open_array(&w);
	for (group = 0; group < CAT_GROUP_COUNT; group++)
		put_group(&w, r->catalog, (enum cat_group)group, on);
	json_close_array(&w);
	law_put_regimes(&w, r->catalog, NULL, on);
	law_put_limits(&w, r->catalog, NULL, on);
	law_put_retentions(&w, r->catalog, on);
	law_put_cases(&w, r->catalog, on);
	tables_put_all(&w, r->catalog, on);
	json_put_int(
	    &w, "departments_count", (int64_t)r->catalog->departments_count);
	json_close_object(&w);
	return put_end(out, ERR_NONE, err);
}

/* ---- one item ---- */

static void put_codes(struct json_writer *w, const struct cat_code_list *list)
{
	struct buf text = BUF_INIT(LINE_BYTES_MAX);
	size_t i;

	for (i = 0; list && i < list->codes_count; i++) {
		if (i)
			buf_add_str(&text, "、");
		buf_add_str(&text, list->codes[i].value);
		if (list->codes[i].meaning[0])
			buf_addf(&text, "（%s）", list->codes[i].meaning);
	}
	json_put_span(w, "codes", buf_span(&text));
	json_put_bool(w, "has_codes", text.n > 0);
	buf_release(&text);
}

static void put_field(struct json_writer *w, const struct cat_field *f)
{
	static const char *const privacies[] = {
	    "public", "internal", "dropped"};

	json_open_object(w);
	json_put_str(w, "name", f->name);
	json_put_str(w, "title", f->title);
	json_put_str(w, "meaning", f->meaning);
	json_put_str(w, "type", cat_type_name(f->type));
	json_put_int(w, "max_chars", f->max_chars);
	json_put_bool(w, "required", f->need == CAT_REQUIRED);
	json_put_bool(w, "required_sometimes", f->need == CAT_REQUIRED_WHEN);
	json_put_bool(w, "is_key", f->is_key);
	json_put_str(w, "privacy", privacies[f->privacy]);
	json_put_bool(w, "is_public", f->privacy == CAT_PUBLIC);
	json_put_bool(w, "is_dropped", f->privacy == CAT_DROPPED);
	put_codes(w, f->codes);
	json_put_str(w, "example", f->example);
	law_put_status(w, f->status);
	json_close_object(w);
}

static void put_fields(struct json_writer *w, const struct cat_item *item)
{
	size_t i;

	json_key(w, "fields");
	json_open_array(w);
	for (i = 0; i < item->fields_count; i++)
		put_field(w, &item->fields[i]);
	json_close_array(w);
}

static void put_rules(
    struct json_writer *w, const struct cat_item *item, date_days on)
{
	size_t i;

	json_key(w, "rules");
	json_open_array(w);
	for (i = 0; i < item->rules_count; i++) {
		const struct cat_rule *rule = &item->rules[i];

		json_open_object(w);
		json_put_str(w, "id", rule->id);
		json_put_str(w, "message", rule->message);
		json_put_str(w, "mend", rule->mend);
		json_put_bool(w, "is_warning", rule->is_warning);
		law_put_basis(w, rule->basis, on);
		json_close_object(w);
	}
	json_close_array(w);
}

/* Money in yuan, whatever the unit of the field's column. */
static void add_limit(
    struct buf *out, const struct cat_field *field, int64_t number)
{
	if (field->type == CAT_INTEGER)
		buf_add_i64(out, number);
	else
		money_write(number, out);
}

/* "text", and the same in its parts: "field" and "values" are the catalogue's
 * own words, "relation" is the reader's. */
static void put_condition(struct json_writer *w, const struct cat_item *item,
    const struct cat_condition *when)
{
	static const char *const ops[CAT_OP_COUNT] = {"", N_("is"),
	    N_("contains"), N_("is given"), N_("is not given"), N_("is above")};
	const struct cat_field *field =
	    when->op != CAT_OP_NONE && when->field >= 0
	    ? &item->fields[when->field]
	    : NULL;
	const char *title = field ? field->title : "";
	const char *relation = field ? tr(ops[when->op]) : "";
	struct buf values = BUF_INIT(LINE_BYTES_MAX);
	size_t i;

	for (i = 0; field && i < when->values_count; i++) {
		buf_add_str(&values, i ? "、" : "");
		buf_add_str(&values, when->values[i]);
	}
	if (field && when->op == CAT_OP_ABOVE)
		add_limit(&values, field, when->number);
	put_text(w, "text", "%s%s%s%s%s", title, field ? " " : "", relation,
	    values.n ? " " : "", buf_str(&values));
	json_put_str(w, "field", title);
	json_put_str(w, "relation", relation);
	json_put_span(w, "values", buf_span(&values));
	buf_release(&values);
}

static void put_classes(
    struct json_writer *w, const struct cat_item *item, date_days on)
{
	size_t i;

	json_key(w, "classes");
	json_open_array(w);
	for (i = 0; i < item->class_rules_count; i++) {
		const struct cat_class_rule *rule = &item->class_rules[i];

		json_open_object(w);
		json_put_str(w, "class", cat_class_name(rule->class_));
		json_put_str(w, "class_title", class_title(rule->class_));
		put_condition(w, item, &rule->when);
		law_put_basis(w, rule->basis, on);
		law_put_status(w, rule->status);
		json_close_object(w);
	}
	json_close_array(w);
	put_named(w, "default_class", cat_class_name(item->default_class),
	    class_title(item->default_class));
}

enum err_code catalogue_item_document(const struct reading *r, struct span id,
    date_days on, struct buf *out, struct err *err)
{
	const struct catalog *c = r->catalog;
	char text[WORD_BYTES] = "";
	const struct cat_item *item;
	struct json_writer w;

	if (id.n < sizeof(text))
		memcpy(text, id.p, id.n);
	item = catalog_item(c, text);
	if (!item)
		return err_set(err, ERR_NOT_FOUND,
		    "the catalogue has no item \"%.*s\"",
		    (int)(id.n > 64 ? 64 : id.n), id.p);
	if (on == DATE_NONE)
		on = r->today;
	json_start(&w, out);
	json_open_object(&w);
	put_day(&w, r, on);
	json_key(&w, "item");
	json_open_object(&w);
	put_item(&w, item, on);
	json_close_object(&w);
	law_put_bases(&w, item, on);
	put_fields(&w, item);
	put_rules(&w, item, on);
	put_classes(&w, item, on);
	law_put_regime(&w, c, item, on);
	law_put_periods(&w, c, item, on);
	/* An item without a family has none. */
	law_put_regimes(&w, c, item->family, on);
	law_put_limits(&w, c, item->family, on);
	law_put_departments(&w, c, item);
	json_close_object(&w);
	return put_end(out, ERR_NONE, err);
}
