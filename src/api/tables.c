/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thing is written the same way wherever it stands: a measure in the
 * table by lists has the members that it has in the table by kinds. Titles
 * are in the reader's language, the law's own words in Chinese.
 */
#include "api/tables.h"

#include <string.h>

#include "api/law.h"
#include "api/put.h"
#include "base/check.h"
#include "base/tr.h"

#define N_(text) text

/* ---- words ---- */

static const char *list_kind_title(enum cat_list_kind kind)
{
	static const char *const english[CAT_LIST_KIND_COUNT] = {
	    "Serious dishonesty", "Watch list", "Red list"};

	return title_of(cat_list_kind_title(kind), english[kind]);
}

const char *measure_kind_title(enum cat_measure_kind kind)
{
	static const char *const english[CAT_MEASURE_KIND_COUNT] = {
	    "Reduces rights or adds duties", "Management that reduces no right",
	    "By other organisations on their own account", "Encouragement"};

	return title_of(cat_measure_kind_title(kind), english[kind]);
}

static const char *target_title(enum cat_target target)
{
	static const char *const english[CAT_TARGET_COUNT] = {"enterprises",
	    "sole traders", "farmers' cooperatives", "government organs",
	    "public institutions", "social organisations",
	    "village collectives", "other organisations"};

	return title_of(cat_target_title(target), english[target]);
}

/* ---- pieces ---- */

static void put_titles(struct json_writer *w, const char *id, const char *title,
    const char *title_en)
{
	json_put_str(w, "id", id);
	json_put_str(w, "title", title_of(title, title_en));
	json_put_str(w, "title_zh", title);
	json_put_str(w, "title_en", title_en);
}

static void add_link(struct json_writer *w, const char *id, const char *title,
    const char *title_en)
{
	json_open_object(w);
	json_put_str(w, "id", id);
	json_put_str(w, "title", title_of(title, title_en));
	json_close_object(w);
}

static void put_item(struct json_writer *w, const struct cat_item *item)
{
	json_put_str(w, "id", item->id);
	json_put_str(w, "title", item_title(item));
	put_text(w, "href", "/catalogue/%s", item->id);
}

static void put_items(struct json_writer *w, const char *key,
    const struct cat_item *const *items, size_t count)
{
	size_t i;

	json_key(w, key);
	json_open_array(w);
	for (i = 0; i < count; i++) {
		json_open_object(w);
		put_item(w, items[i]);
		json_close_object(w);
	}
	json_close_array(w);
}

static void add_positive_when(struct buf *out, const struct cat_item *item)
{
	const struct cat_condition *when = &item->positive_when;
	size_t i;

	buf_addf(out, "%s：", item->fields[when->field].title);
	for (i = 0; i < when->values_count; i++)
		buf_addf(out, "%s%s", i ? "、" : "", when->values[i]);
}

/* Which records of a neutral item earn easier treatment; null: all do. */
static void put_only(struct json_writer *w, const struct cat_item *item)
{
	struct buf text = BUF_INIT(ERR_TEXT_MAX);

	if (item->positive_when.op == CAT_OP_NONE) {
		put_null(w, "only");
	} else {
		add_positive_when(&text, item);
		json_put_span(w, "only", buf_span(&text));
	}
	buf_release(&text);
}

/* Does a check tell of records of the item, and of which: null is all. */
static void put_telling(struct json_writer *w, const struct cat_item *item,
    const struct cat_telling *telling)
{
	struct buf text = BUF_INIT(ERR_TEXT_MAX);
	int i;

	for (i = 0; i < CAT_CLASS_COUNT; i++)
		if (telling->classes[i])
			buf_addf(&text, "%s%s", text.n ? "、" : "失信程度：",
			    cat_class_title((enum cat_class)i));
	if (telling->is_positive) {
		buf_add_str(&text, text.n ? "；" : "");
		add_positive_when(&text, item);
	}
	json_put_bool(w, "is_told", cat_tells_some(telling));
	if (telling->is_all || !text.n)
		put_null(w, "only");
	else
		json_put_span(w, "only", buf_span(&text));
	buf_release(&text);
}

static void put_looked_up(
    struct json_writer *w, const struct cat_matter *matter, date_days on)
{
	bool has_untold = false;
	size_t i;

	json_key(w, "items");
	json_open_array(w);
	for (i = 0; i < matter->items_count; i++) {
		struct cat_telling telling =
		    cat_matter_telling(matter, matter->items[i], on);

		json_open_object(w);
		put_item(w, matter->items[i]);
		put_telling(w, matter->items[i], &telling);
		json_close_object(w);
		has_untold |= !cat_tells_some(&telling);
	}
	json_close_array(w);
	json_put_bool(w, "has_untold", has_untold);
}

static void put_positives(
    struct json_writer *w, const struct cat_matter *matter)
{
	size_t i;

	json_key(w, "positives");
	json_open_array(w);
	for (i = 0; i < matter->positives_count; i++) {
		json_open_object(w);
		put_item(w, matter->positives[i]);
		put_only(w, matter->positives[i]);
		json_close_object(w);
	}
	json_close_array(w);
}

/* Of what its dates are not all that counts. */
static void put_rest_of(struct json_writer *w, const char *note, date_days from,
    date_days to, bool in_force, enum cat_status status)
{
	json_put_str(w, "note", note);
	json_put_date(w, "from", from);
	json_put_date(w, "to", to);
	json_put_bool(w, "in_force", in_force);
	law_put_status(w, status);
}

static void put_rest(struct json_writer *w, const char *note, date_days from,
    date_days to, enum cat_status status, date_days on)
{
	put_rest_of(w, note, from, to, date_is_within(from, to, on), status);
}

static void add_department(
    struct json_writer *w, const struct cat_department *d)
{
	json_open_object(w);
	json_put_str(w, "id", d->id);
	json_put_str(w, "title", d->title);
	put_text(w, "href", "/departments/%s", d->id);
	json_close_object(w);
}

static bool has_star(const char *const *functions, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(functions[i], "*") == 0)
			return true;
	return false;
}

/* ---- lists ---- */

static void put_list_departments(
    struct json_writer *w, const struct catalog *c, const struct cat_list *list)
{
	size_t i;

	json_key(w, "departments");
	json_open_array(w);
	for (i = 0; i < c->departments_count; i++)
		if (cat_may_enter(list, &c->departments[i]))
			add_department(w, &c->departments[i]);
	json_close_array(w);
}

static void put_stay(struct json_writer *w, const struct cat_list *list)
{
	json_put_int(w, "longest_months", list->longest_months);
	if (list->longest_months > 0)
		put_text(w, "stay_text", tr("at most %d months"),
		    list->longest_months);
	else
		json_put_str(w, "stay_text", "");
	json_put_str(w, "exit_condition", list->exit_condition);
}

static void add_list(struct json_writer *w, const struct catalog *c,
    const struct cat_list *list, date_days on)
{
	json_open_object(w);
	put_titles(w, list->id, list->title, list->title_en);
	json_put_str(w, "kind", cat_list_kind_name(list->kind));
	json_put_str(w, "kind_title", list_kind_title(list->kind));
	put_items(w, "items", list->items, list->items_count);
	put_list_departments(w, c, list);
	put_stay(w, list);
	law_put_basis_array(w, list->bases, list->bases_count, on);
	put_rest(
	    w, list->note, list->valid_from, list->valid_to, list->status, on);
	json_close_object(w);
}

/* ---- measures ---- */

static void put_targets(
    struct json_writer *w, const struct cat_measure *measure)
{
	int i;

	json_key(w, "targets");
	json_open_array(w);
	for (i = 0; i < CAT_TARGET_COUNT; i++) {
		enum cat_target target = (enum cat_target)i;

		if (!measure->targets[i])
			continue;
		json_open_object(w);
		json_put_str(w, "name", cat_target_name(target));
		json_put_str(w, "title", target_title(target));
		json_close_object(w);
	}
	json_close_array(w);
}

static const char *follow_title(const struct cat_follow *f)
{
	return f->list ? title_of(f->list->title, f->list->title_en)
		       : item_title(f->item);
}

static void add_follow(
    struct json_writer *w, const struct cat_follow *f, date_days on)
{
	bool has_class = f->class_ != CAT_CLASS_NONE;

	json_open_object(w);
	json_put_str(w, "what", f->list ? "list" : "item");
	json_put_str(w, "id", f->list ? f->list->id : f->item->id);
	json_put_str(w, "title", follow_title(f));
	json_put_str(w, "class", has_class ? cat_class_name(f->class_) : "");
	json_put_str(w, "class_title", has_class ? class_title(f->class_) : "");
	law_put_basis(w, f->basis, on);
	json_close_object(w);
}

static void put_follows(
    struct json_writer *w, const struct cat_measure *measure, date_days on)
{
	size_t i;

	json_key(w, "follows");
	json_open_array(w);
	for (i = 0; i < measure->follows_count; i++)
		add_follow(w, &measure->follows[i], on);
	json_close_array(w);
}

static void put_measure_matters(
    struct json_writer *w, const struct cat_measure *measure)
{
	size_t i;

	json_key(w, "matters");
	json_open_array(w);
	for (i = 0; i < measure->matters_count; i++) {
		const struct cat_matter *matter = measure->matters[i];

		if (cat_matter_applies(matter, measure))
			add_link(
			    w, matter->id, matter->title, matter->title_en);
	}
	json_close_array(w);
}

/* "*": whoever asks in the matter, so that no names are given. */
static void put_implementers(struct json_writer *w, const struct catalog *c,
    const struct cat_measure *measure)
{
	bool is_any =
	    has_star(measure->implementers, measure->implementers_count);
	size_t i;

	json_put_bool(w, "is_asker", is_any);
	json_key(w, "departments");
	json_open_array(w);
	for (i = 0; i < c->departments_count && !is_any; i++)
		if (cat_may_implement(measure, &c->departments[i]))
			add_department(w, &c->departments[i]);
	json_close_array(w);
}

static void put_duration(
    struct json_writer *w, const struct cat_measure *measure)
{
	json_put_str(w, "lasts", cat_lasts_name(measure->lasts));
	json_put_int(w, "months", measure->months);
	if (measure->lasts == CAT_LASTS_MONTHS)
		put_text(w, "lasts_text", tr("%d months from the decision"),
		    measure->months);
	else
		json_put_str(
		    w, "lasts_text", tr("as long as the record stands"));
}

static void put_measure(struct json_writer *w, const struct catalog *c,
    const struct cat_measure *measure, const struct cat_basis *basis,
    date_days on)
{
	put_titles(w, measure->id, measure->title, measure->title_en);
	json_put_str(w, "kind", cat_measure_kind_name(measure->kind));
	json_put_str(w, "kind_title", measure_kind_title(measure->kind));
	put_targets(w, measure);
	put_follows(w, measure, on);
	put_measure_matters(w, measure);
	put_implementers(w, c, measure);
	put_duration(w, measure);
	law_put_basis_array(w, basis ? &basis : measure->bases,
	    basis ? 1 : measure->bases_count, on);
	put_rest_of(w, measure->note, measure->valid_from, measure->valid_to,
	    cat_measure_in_force(measure, on) &&
		(!basis || cat_basis_in_force(basis, on)),
	    measure->status);
}

/* ---- matters ---- */

static void put_applied(struct json_writer *w, const struct cat_matter *matter)
{
	size_t i;

	json_key(w, "lists");
	json_open_array(w);
	for (i = 0; i < matter->lists_count; i++)
		add_link(w, matter->lists[i]->id, matter->lists[i]->title,
		    matter->lists[i]->title_en);
	json_close_array(w);
	json_key(w, "measures");
	json_open_array(w);
	for (i = 0; i < matter->measures_count; i++) {
		const struct cat_measure *m = matter->measures[i];

		json_open_object(w);
		json_put_str(w, "id", m->id);
		json_put_str(w, "title", title_of(m->title, m->title_en));
		json_put_str(w, "kind", cat_measure_kind_name(m->kind));
		json_put_str(w, "kind_title", measure_kind_title(m->kind));
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_askers(struct json_writer *w, const struct catalog *c,
    const struct cat_matter *matter)
{
	size_t i;

	json_key(w, "departments");
	json_open_array(w);
	for (i = 0; i < c->departments_count; i++)
		if (cat_may_ask(matter, &c->departments[i]))
			add_department(w, &c->departments[i]);
	json_close_array(w);
}

static void put_reverse(struct json_writer *w, const struct cat_matter *matter)
{
	json_put_int(w, "reverse_months", matter->reverse_months);
	if (matter->reverse_months > 0)
		put_text(w, "reverse_text", tr("for %d months after the check"),
		    matter->reverse_months);
	else
		json_put_str(w, "reverse_text", tr("no"));
}

static void add_matter(struct json_writer *w, const struct catalog *c,
    const struct cat_matter *matter, date_days on)
{
	json_open_object(w);
	json_put_int(w, "number", matter->number);
	put_titles(w, matter->id, matter->title, matter->title_en);
	put_askers(w, c, matter);
	put_looked_up(w, matter, on);
	put_positives(w, matter);
	put_applied(w, matter);
	json_put_str(w, "no_measure",
	    matter->measures_count
		? ""
		: title_of(matter->no_measure, matter->no_measure_en));
	put_reverse(w, matter);
	law_put_basis_array(w, matter->bases, matter->bases_count, on);
	put_rest(w, matter->note, matter->valid_from, matter->valid_to,
	    matter->status, on);
	json_close_object(w);
}

static void put_matters(
    struct json_writer *w, const struct catalog *c, date_days on)
{
	size_t i;

	json_key(w, "matters");
	json_open_array(w);
	for (i = 0; i < c->matters_count; i++)
		add_matter(w, c, &c->matters[i], on);
	json_close_array(w);
}

/* ---- the three tables ---- */

static const struct table {
	const char *id;
	const char *title;
} tables[] = {
    {"memoranda", N_("Measures by what they follow")},
    {"kinds", N_("Measures by kind")},
    {"matters", N_("Matters in which credit is checked")},
};

static void put_tables(struct json_writer *w)
{
	size_t i;

	json_key(w, "tables");
	json_open_array(w);
	for (i = 0; i < ARRAY_COUNT(tables); i++) {
		json_open_object(w);
		json_put_str(w, "id", tables[i].id);
		json_put_str(w, "title", tr(tables[i].title));
		put_text(w, "href", "/catalogue/tables/%s", tables[i].id);
		json_close_object(w);
	}
	json_close_array(w);
}

void tables_put_all(
    struct json_writer *w, const struct catalog *c, date_days on)
{
	size_t i;

	json_key(w, "lists");
	json_open_array(w);
	for (i = 0; i < c->lists_count; i++)
		add_list(w, c, &c->lists[i], on);
	json_close_array(w);
	json_key(w, "measures");
	json_open_array(w);
	for (i = 0; i < c->measures_count; i++) {
		json_open_object(w);
		put_measure(w, c, &c->measures[i], NULL, on);
		json_close_object(w);
	}
	json_close_array(w);
	put_matters(w, c, on);
	put_tables(w);
}

/* Which measures of a group are shown, and as what. */
struct grouping {
	const struct cat_list *list; /* those that follow this list */
	const struct cat_item *item; /* or this item */
	int kind;		     /* or of this kind; -1 = any */
};

static const struct cat_follow *find_follow(
    const struct cat_measure *measure, const struct grouping *g, size_t n)
{
	size_t i;

	for (i = 0; i < measure->follows_count; i++) {
		const struct cat_follow *f = &measure->follows[i];

		if (f->list == g->list && f->item == g->item && n-- == 0)
			return f;
	}
	return NULL;
}

/* follow: what the group is of, NULL for all. */
static void add_row(struct json_writer *w, const struct catalog *c,
    const struct cat_measure *measure, const struct cat_follow *follow,
    date_days on)
{
	bool has_class = follow && follow->class_ != CAT_CLASS_NONE;

	json_open_object(w);
	put_measure(w, c, measure, follow ? follow->basis : NULL, on);
	json_put_str(
	    w, "class_title", has_class ? class_title(follow->class_) : "");
	json_close_object(w);
}

/* One row, or one for each class of the item that the measure follows. */
static size_t add_rows(struct json_writer *w, const struct catalog *c,
    const struct cat_measure *measure, const struct grouping *g, date_days on)
{
	const struct cat_follow *f;
	size_t count = 0;

	if (g->kind >= 0) {
		if ((int)measure->kind != g->kind)
			return 0;
		add_row(w, c, measure, NULL, on);
		return 1;
	}
	while ((f = find_follow(measure, g, count))) {
		add_row(w, c, measure, f, on);
		count++;
	}
	return count;
}

static void put_rows(struct json_writer *w, const struct catalog *c,
    const struct grouping *g, date_days on)
{
	size_t count = 0;
	size_t i;

	json_key(w, "rows");
	json_open_array(w);
	for (i = 0; i < c->measures_count; i++)
		count += add_rows(w, c, &c->measures[i], g, on);
	json_close_array(w);
	json_put_bool(w, "has_rows", count > 0);
}

static bool has_rows(const struct catalog *c, const struct grouping *g)
{
	size_t i;

	for (i = 0; i < c->measures_count; i++)
		if (find_follow(&c->measures[i], g, 0))
			return true;
	return false;
}

static void add_list_group(struct json_writer *w, const struct catalog *c,
    const struct cat_list *list, date_days on)
{
	struct grouping g = {list, NULL, -1};

	if (!has_rows(c, &g))
		return;
	json_open_object(w);
	put_text(w, "id", "list-%s", list->id);
	json_put_str(w, "title", title_of(list->title, list->title_en));
	json_put_str(w, "kind_title", list_kind_title(list->kind));
	put_stay(w, list);
	json_put_str(w, "note", list->note);
	put_list_departments(w, c, list);
	law_put_basis_array(w, list->bases, list->bases_count, on);
	law_put_status(w, list->status);
	put_rows(w, c, &g, on);
	json_close_object(w);
}

static void add_item_group(struct json_writer *w, const struct catalog *c,
    const struct cat_item *item, date_days on)
{
	struct grouping g = {NULL, item, -1};

	if (!has_rows(c, &g))
		return;
	json_open_object(w);
	put_text(w, "id", "item-%s", item->id);
	json_put_str(w, "title", item_title(item));
	json_put_str(w, "kind_title", group_title(item->group));
	json_put_str(w, "stay_text", "");
	json_put_str(w, "exit_condition", "");
	json_put_str(w, "note", "");
	law_put_departments(w, c, item);
	law_put_bases(w, item, on);
	law_put_status(w, item->status);
	put_rows(w, c, &g, on);
	json_close_object(w);
}

static void add_kind_group(struct json_writer *w, const struct catalog *c,
    enum cat_measure_kind kind, date_days on)
{
	static const char *const rules[CAT_MEASURE_KIND_COUNT] = {
	    N_("Only on a law, a regulation, a judicial interpretation or a "
	       "policy of the State Council, and only after an entry on a list "
	       "or a class of records that it names."),
	    N_("Changes how a subject is managed and takes no right away."),
	    N_("By banks, rating and credit bureaus, as they decide "
	       "themselves; nobody may order it."),
	    N_("Easier treatment of those with a good record.")};
	struct grouping g = {NULL, NULL, (int)kind};

	json_open_object(w);
	json_put_str(w, "id", cat_measure_kind_name(kind));
	json_put_str(w, "title", measure_kind_title(kind));
	json_put_str(w, "rule_text", tr(rules[kind]));
	put_rows(w, c, &g, on);
	json_close_object(w);
}

static void start(struct json_writer *w, const struct reading *r, size_t table,
    date_days on, struct buf *out)
{
	json_start(w, out);
	json_open_object(w);
	put_head(w, r);
	put_on(w, r, on);
	json_put_str(w, "digest", r->catalog->digest_hex);
	put_text(w, "href", "/catalogue/tables/%s", tables[table].id);
	json_put_str(w, "title", tr(tables[table].title));
	put_tables(w);
}

enum err_code table_memoranda_document(
    const struct reading *r, date_days on, struct buf *out, struct err *err)
{
	const struct catalog *c = r->catalog;
	struct json_writer w;
	size_t i;

	if (on == DATE_NONE)
		on = r->today;
	start(&w, r, 0, on, out);
	json_key(&w, "groups");
	json_open_array(&w);
	for (i = 0; i < c->lists_count; i++)
		add_list_group(&w, c, &c->lists[i], on);
	for (i = 0; i < c->items_count; i++)
		add_item_group(&w, c, &c->items[i], on);
	json_close_array(&w);
	json_close_object(&w);
	return put_end(out, ERR_NONE, err);
}

enum err_code table_kinds_document(
    const struct reading *r, date_days on, struct buf *out, struct err *err)
{
	struct json_writer w;
	int kind;

	if (on == DATE_NONE)
		on = r->today;
	start(&w, r, 1, on, out);
	json_key(&w, "groups");
	json_open_array(&w);
	for (kind = 0; kind < CAT_MEASURE_KIND_COUNT; kind++)
		add_kind_group(&w, r->catalog, (enum cat_measure_kind)kind, on);
	json_close_array(&w);
	json_close_object(&w);
	return put_end(out, ERR_NONE, err);
}

enum err_code table_matters_document(
    const struct reading *r, date_days on, struct buf *out, struct err *err)
{
	struct json_writer w;

	if (on == DATE_NONE)
		on = r->today;
	start(&w, r, 2, on, out);
	put_matters(&w, r->catalog, on);
	json_close_object(&w);
	return put_end(out, ERR_NONE, err);
}
