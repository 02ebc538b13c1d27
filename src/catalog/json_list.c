/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The documents of one list, measure or matter. Like an item's they are
 * complete: bases written out, departments of this city behind functions,
 * and the other ends of every reference, so that a lawyer can follow a
 * measure from the list to the matter without a second document.
 */
#include "catalog/cat_priv.h"

#include <string.h>

#include "base/json.h"

static void add_named(struct json_writer *w, const char *id, const char *title)
{
	json_open_object(w);
	json_put_str(w, "id", id);
	json_put_str(w, "title", title);
	json_close_object(w);
}

static void put_head(struct json_writer *w, const char *id, const char *title,
    const char *title_en)
{
	json_put_str(w, "id", id);
	json_put_str(w, "title", title);
	json_put_str(w, "title_en", title_en);
}

static void put_tail(struct json_writer *w, const struct catalog *c,
    const char *note, date_days from, date_days to, enum cat_status status,
    const struct cat_where *where)
{
	json_put_str(w, "note", note);
	json_put_date(w, "valid_from", from);
	json_put_date(w, "valid_to", to);
	cat_json_put_status(w, status);
	cat_json_put_where(w, where);
	json_put_str(w, "catalog_digest", c->digest_hex);
}

static void put_items(struct json_writer *w, const char *key,
    const struct cat_item *const *items, size_t count)
{
	size_t i;

	json_key(w, key);
	json_open_array(w);
	for (i = 0; i < count; i++)
		add_named(w, items[i]->id, items[i]->title);
	json_close_array(w);
}

/* ---- lists ---- */

/* Where in an item the parts of an entry stand: role -> field. */
static void put_entry_fields(struct json_writer *w, const struct cat_list *list)
{
	static const enum cat_role roles[] = {CAT_ROLE_DOCUMENT,
	    CAT_ROLE_DECIDED_ON, CAT_ROLE_AUTHORITY, CAT_ROLE_BASIS_TEXT,
	    CAT_ROLE_NOTIFIED_ON, CAT_ROLE_PUBLIC_UNTIL};
	size_t i, k;

	json_key(w, "entry_fields");
	json_open_array(w);
	for (i = 0; i < list->items_count; i++) {
		const struct cat_item *item = list->items[i];

		json_open_object(w);
		json_put_str(w, "item", item->id);
		for (k = 0; k < ARRAY_COUNT(roles); k++) {
			int at = cat_field_by_role(item, roles[k]);

			if (at >= 0)
				json_put_str(w, cat_role_names[roles[k]],
				    item->fields[at].name);
		}
		json_close_object(w);
	}
	json_close_array(w);
}

static bool follows_list(
    const struct cat_measure *measure, const struct cat_list *list)
{
	size_t i;

	for (i = 0; i < measure->follows_count; i++)
		if (measure->follows[i].list == list)
			return true;
	return false;
}

static void put_following(
    struct json_writer *w, const struct catalog *c, const struct cat_list *list)
{
	size_t i;

	json_key(w, "measures");
	json_open_array(w);
	for (i = 0; i < c->measures_count; i++)
		if (follows_list(&c->measures[i], list))
			add_named(w, c->measures[i].id, c->measures[i].title);
	json_close_array(w);
}

void catalog_list_json(
    const struct catalog *c, const struct cat_list *list, struct buf *out)
{
	struct json_writer w;
	size_t i;

	json_start(&w, out);
	json_open_object(&w);
	put_head(&w, list->id, list->title, list->title_en);
	cat_json_put_named(&w, "kind", cat_list_kind_name(list->kind),
	    cat_list_kind_title(list->kind));
	put_items(&w, "items", list->items, list->items_count);
	put_entry_fields(&w, list);
	cat_json_put_texts(
	    &w, "authorities", list->authorities, list->authorities_count);
	json_key(&w, "departments");
	json_open_array(&w);
	for (i = 0; i < c->departments_count; i++)
		if (cat_may_enter(list, &c->departments[i]))
			add_named(
			    &w, c->departments[i].id, c->departments[i].title);
	json_close_array(&w);
	cat_json_put_bases(&w, list->bases, list->bases_count);
	json_put_int(&w, "longest_months", list->longest_months);
	json_put_str(&w, "exit_condition", list->exit_condition);
	put_following(&w, c, list);
	put_tail(&w, c, list->note, list->valid_from, list->valid_to,
	    list->status, &list->where);
	json_close_object(&w);
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
		json_put_str(w, "title", cat_target_title(target));
		json_close_object(w);
	}
	json_close_array(w);
}

static void add_follow(struct json_writer *w, const struct cat_follow *f)
{
	json_open_object(w);
	if (f->list)
		json_put_str(w, "list", f->list->id);
	else
		json_put_str(w, "item", f->item->id);
	json_put_str(w, "title", f->list ? f->list->title : f->item->title);
	if (f->class_ != CAT_CLASS_NONE)
		cat_json_put_named(w, "class", cat_class_name(f->class_),
		    cat_class_title(f->class_));
	cat_json_put_basis(w, f->basis);
	json_close_object(w);
}

static void put_follows(
    struct json_writer *w, const struct cat_measure *measure)
{
	size_t i;

	json_key(w, "follows");
	json_open_array(w);
	for (i = 0; i < measure->follows_count; i++)
		add_follow(w, &measure->follows[i]);
	json_close_array(w);
}

void catalog_measure_json(
    const struct catalog *c, const struct cat_measure *measure, struct buf *out)
{
	struct json_writer w;
	size_t i;

	json_start(&w, out);
	json_open_object(&w);
	put_head(&w, measure->id, measure->title, measure->title_en);
	cat_json_put_named(&w, "kind", cat_measure_kind_name(measure->kind),
	    cat_measure_kind_title(measure->kind));
	cat_json_put_bases(&w, measure->bases, measure->bases_count);
	put_targets(&w, measure);
	put_follows(&w, measure);
	json_key(&w, "matters");
	json_open_array(&w);
	for (i = 0; i < measure->matters_count; i++)
		add_named(
		    &w, measure->matters[i]->id, measure->matters[i]->title);
	json_close_array(&w);
	cat_json_put_texts(&w, "implementers", measure->implementers,
	    measure->implementers_count);
	json_put_str(&w, "lasts", cat_lasts_name(measure->lasts));
	json_put_int(&w, "months", measure->months);
	put_tail(&w, c, measure->note, measure->valid_from, measure->valid_to,
	    measure->status, &measure->where);
	json_close_object(&w);
}

/* ---- matters ---- */

static void put_applied(struct json_writer *w, const struct cat_matter *matter)
{
	size_t i;

	json_key(w, "lists");
	json_open_array(w);
	for (i = 0; i < matter->lists_count; i++)
		add_named(w, matter->lists[i]->id, matter->lists[i]->title);
	json_close_array(w);
	json_key(w, "measures");
	json_open_array(w);
	for (i = 0; i < matter->measures_count; i++)
		add_named(
		    w, matter->measures[i]->id, matter->measures[i]->title);
	json_close_array(w);
}

static void put_looked_up(
    struct json_writer *w, const struct cat_matter *matter)
{
	size_t i;

	json_key(w, "items");
	json_open_array(w);
	for (i = 0; i < matter->items_count; i++) {
		const struct cat_item *item = matter->items[i];
		struct cat_telling telling =
		    cat_matter_telling(matter, item, DATE_NONE);

		json_open_object(w);
		json_put_str(w, "id", item->id);
		json_put_str(w, "title", item->title);
		json_put_bool(w, "is_told", cat_tells_some(&telling));
		json_close_object(w);
	}
	json_close_array(w);
}

void catalog_matter_json(
    const struct catalog *c, const struct cat_matter *matter, struct buf *out)
{
	struct json_writer w;
	size_t i;

	json_start(&w, out);
	json_open_object(&w);
	put_head(&w, matter->id, matter->title, matter->title_en);
	json_put_int(&w, "number", matter->number);
	cat_json_put_bases(&w, matter->bases, matter->bases_count);
	cat_json_put_texts(&w, "askers", matter->askers, matter->askers_count);
	json_key(&w, "departments");
	json_open_array(&w);
	for (i = 0; i < c->departments_count; i++)
		if (cat_may_ask(matter, &c->departments[i]))
			add_named(
			    &w, c->departments[i].id, c->departments[i].title);
	json_close_array(&w);
	put_looked_up(&w, matter);
	put_items(&w, "positives", matter->positives, matter->positives_count);
	put_applied(&w, matter);
	json_put_str(&w, "no_measure", matter->no_measure);
	json_put_str(&w, "no_measure_en", matter->no_measure_en);
	json_put_int(&w, "reverse_months", matter->reverse_months);
	put_tail(&w, c, matter->note, matter->valid_from, matter->valid_to,
	    matter->status, &matter->where);
	json_close_object(&w);
}
