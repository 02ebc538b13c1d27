/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a lawyer asks of a rule: which law, since when, how sure. Nothing is
 * computed here that the catalogue does not say; "in force" is a comparison
 * of days.
 */
#include "api/catalogue_page.h"

#include <stdio.h>
#include <string.h>

#include "api/put.h"
#include "base/check.h"
#include "base/tr.h"

#define N_(text) text

enum { WORD_BYTES = 64, LINE_BYTES_MAX = 8192 };

static const char *const nature_names[] = {"neutral", "positive", "adverse"};
static const char *const nature_titles[] = {
    N_("neutral"), N_("positive"), N_("adverse")};

static bool is_in_force(date_days from, date_days to, date_days on)
{
	return (from == DATE_NONE || from <= on) &&
	    (to == DATE_NONE || on <= to);
}

/* "status","status_note","is_unconfirmed" */
static void put_status(struct json_writer *w, enum cat_status status)
{
	static const char *const notes[CAT_STATUS_COUNT] = {
	    N_("not authoritative: the city must confirm it"),
	    N_("derived from a public source"), N_("read in a public source")};

	json_put_str(w, "status", cat_status_name(status));
	json_put_str(w, "status_note", tr(notes[status]));
	json_put_bool(w, "is_unconfirmed", status == CAT_UNCONFIRMED);
}

static void put_span_of_time(
    struct json_writer *w, date_days from, date_days to, date_days on)
{
	json_put_date(w, "from", from);
	json_put_date(w, "to", to);
	json_put_bool(w, "in_force", is_in_force(from, to, on));
}

static void add_basis(
    struct json_writer *w, const struct cat_basis *b, date_days on)
{
	json_open_object(w);
	json_put_str(w, "id", b->id);
	json_put_str(w, "title", b->title);
	json_put_str(w, "number", b->number);
	json_put_str(w, "article", b->article);
	put_span_of_time(w, b->valid_from, b->valid_to, on);
	put_status(w, b->status);
	json_close_object(w);
}

static void put_basis(
    struct json_writer *w, const struct cat_basis *b, date_days on)
{
	json_key(w, "basis");
	if (b)
		add_basis(w, b, on);
	else
		json_add_null(w);
}

/* ---- regimes and limits ---- */

static void put_period_text(struct json_writer *w, const struct cat_period *p)
{
	if (!p->is_published)
		json_put_str(w, "text", tr("not published"));
	else if (p->max_months == 0)
		json_put_str(w, "text", tr("published without an end"));
	else
		put_text(w, "text",
		    tr("published for %d months; repair may be applied for "
		       "after %d"),
		    p->max_months, p->min_months);
}

static void put_periods(struct json_writer *w, const struct cat_regime *r)
{
	int class_;

	json_key(w, "periods");
	json_open_array(w);
	for (class_ = CAT_CLASS_MINOR; class_ < CAT_CLASS_COUNT; class_++) {
		const struct cat_period *p = &r->periods[class_];

		json_open_object(w);
		json_put_str(
		    w, "class", cat_class_name((enum cat_class)class_));
		json_put_str(
		    w, "class_title", cat_class_title((enum cat_class)class_));
		json_put_bool(w, "is_published", p->is_published);
		json_put_int(w, "min_months", p->min_months);
		json_put_int(w, "max_months", p->max_months);
		put_period_text(w, p);
		json_close_object(w);
	}
	json_close_array(w);
}

static void add_regime(
    struct json_writer *w, const struct cat_regime *r, date_days on)
{
	json_open_object(w);
	json_put_str(w, "id", r->id);
	json_put_str(w, "title", r->title);
	json_put_str(w, "family", r->family);
	put_span_of_time(w, r->valid_from, r->valid_to, on);
	put_periods(w, r);
	put_basis(w, r->basis, on);
	put_status(w, r->status);
	json_close_object(w);
}

static void put_regimes(struct json_writer *w, const struct catalog *c,
    const char *family, date_days on)
{
	size_t i;

	json_key(w, "regimes");
	json_open_array(w);
	for (i = 0; i < c->regimes_count; i++)
		if (!family || strcmp(c->regimes[i].family, family) == 0)
			add_regime(w, &c->regimes[i], on);
	json_close_array(w);
}

static void put_hides(struct json_writer *w, const struct cat_limit *l)
{
	struct buf text = BUF_INIT(LINE_BYTES_MAX);
	int class_;

	for (class_ = 0; class_ < CAT_CLASS_COUNT; class_++) {
		if (!l->hides_class[class_])
			continue;
		if (text.n)
			buf_add_str(&text, "、");
		buf_add_str(&text, cat_class_title((enum cat_class)class_));
	}
	json_put_span(w, "hides", buf_span(&text));
	json_put_bool(w, "has_hides", text.n > 0);
	buf_release(&text);
}

static void put_limits(struct json_writer *w, const struct catalog *c,
    const char *family, date_days on)
{
	size_t i;

	json_key(w, "limits");
	json_open_array(w);
	for (i = 0; i < c->limits_count; i++) {
		const struct cat_limit *l = &c->limits[i];

		if (family && strcmp(l->family, family) != 0)
			continue;
		json_open_object(w);
		json_put_str(w, "id", l->id);
		json_put_str(w, "family", l->family);
		put_span_of_time(w, l->valid_from, l->valid_to, on);
		json_put_int(w, "max_months", l->max_months);
		json_put_bool(w, "has_max_months", l->max_months > 0);
		put_hides(w, l);
		put_basis(w, l->basis, on);
		put_status(w, l->status);
		json_close_object(w);
	}
	json_close_array(w);
}

/* ---- items ---- */

static const char *publication_text(const struct cat_item *item)
{
	switch (item->publication) {
	case CAT_PUB_REGIME:
		return tr("by the class and the publicity regime in force");
	case CAT_PUB_UNTIL_VALID:
		return tr("as long as it is valid");
	case CAT_PUB_ALWAYS:
		return tr("as long as the record stands");
	case CAT_PUB_NEVER:
	default:
		return tr("never");
	}
}

static void put_clock(
    struct json_writer *w, const struct cat_item *item, date_days on)
{
	const struct cat_clock *clock = &item->clock;

	json_put_bool(w, "has_clock", clock->days > 0);
	if (clock->days == 0) {
		json_put_str(w, "clock_text", "");
		put_null(w, "clock_basis");
		return;
	}
	put_text(w, "clock_text",
	    clock->is_working_days ? tr("%d working days") : tr("%d days"),
	    clock->days);
	json_key(w, "clock_basis");
	if (clock->basis)
		add_basis(w, clock->basis, on);
	else
		json_add_null(w);
}

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
	json_put_str(
	    w, "disclosure_title", cat_disclosure_title(item->disclosure));
	json_put_bool(w, "is_open",
	    item->disclosure == CAT_OPEN && item->publication != CAT_PUB_NEVER);
	json_put_str(w, "publication_text", publication_text(item));
	json_put_str(w, "family", item->family);
	put_clock(w, item, on);
	put_span_of_time(w, item->valid_from, item->valid_to, on);
	put_status(w, item->status);
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
	json_put_date(w, "on", on);
	json_put_bool(w, "is_today", on == r->today);
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
	put_regimes(&w, r->catalog, NULL, on);
	put_limits(&w, r->catalog, NULL, on);
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
	put_status(w, f->status);
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
		put_basis(w, rule->basis, on);
		json_close_object(w);
	}
	json_close_array(w);
}

static void add_condition(struct buf *out, const struct cat_item *item,
    const struct cat_condition *when)
{
	static const char *const ops[CAT_OP_COUNT] = {"", N_("is"),
	    N_("contains"), N_("is given"), N_("is not given"), N_("is above")};
	size_t i;

	if (when->op == CAT_OP_NONE || when->field < 0)
		return;
	buf_add_str(out, item->fields[when->field].title);
	buf_add_char(out, ' ');
	buf_add_str(out, tr(ops[when->op]));
	for (i = 0; i < when->values_count; i++) {
		buf_add_str(out, i ? "、" : " ");
		buf_add_str(out, when->values[i]);
	}
	if (when->op == CAT_OP_ABOVE) {
		buf_add_char(out, ' ');
		buf_add_i64(out, when->number);
	}
}

static void put_classes(
    struct json_writer *w, const struct cat_item *item, date_days on)
{
	size_t i;

	json_key(w, "classes");
	json_open_array(w);
	for (i = 0; i < item->class_rules_count; i++) {
		const struct cat_class_rule *rule = &item->class_rules[i];
		struct buf text = BUF_INIT(LINE_BYTES_MAX);

		add_condition(&text, item, &rule->when);
		json_open_object(w);
		json_put_str(w, "class", cat_class_name(rule->class_));
		json_put_str(w, "class_title", cat_class_title(rule->class_));
		json_put_span(w, "text", buf_span(&text));
		put_basis(w, rule->basis, on);
		put_status(w, rule->status);
		json_close_object(w);
		buf_release(&text);
	}
	json_close_array(w);
	put_named(w, "default_class", cat_class_name(item->default_class),
	    cat_class_title(item->default_class));
}

static void put_all_bases(
    struct json_writer *w, const struct cat_item *item, date_days on)
{
	size_t i;

	json_key(w, "bases");
	json_open_array(w);
	for (i = 0; i < item->bases_count; i++)
		add_basis(w, item->bases[i], on);
	json_close_array(w);
}

static void put_departments(
    struct json_writer *w, const struct catalog *c, const struct cat_item *item)
{
	size_t i;

	json_key(w, "departments");
	json_open_array(w);
	for (i = 0; i < c->departments_count; i++) {
		const struct cat_department *d = &c->departments[i];

		if (!cat_may_provide(item, d))
			continue;
		json_open_object(w);
		json_put_str(w, "id", d->id);
		json_put_str(w, "title", d->title);
		put_text(w, "href", "/departments/%s", d->id);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_law(struct json_writer *w, const struct catalog *c,
    const struct cat_item *item, date_days on)
{
	const struct cat_regime *regime =
	    item->family[0] ? catalog_regime(c, item->family, on) : NULL;

	json_key(w, "regime");
	if (regime)
		add_regime(w, regime, on);
	else
		json_add_null(w);
	/* An item without a family has none. */
	put_regimes(w, c, item->family, on);
	put_limits(w, c, item->family, on);
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
	put_all_bases(&w, item, on);
	put_fields(&w, item);
	put_rules(&w, item, on);
	put_classes(&w, item, on);
	put_law(&w, c, item, on);
	put_departments(&w, c, item);
	json_close_object(&w);
	return put_end(out, ERR_NONE, err);
}
