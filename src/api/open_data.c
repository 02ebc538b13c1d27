/* SPDX-License-Identifier: Apache-2.0 */
/* Sets are the items that are open; the dictionary is the catalogue's. */
#include "api/open_data.h"

#include <stdlib.h>

#include "api/entry.h"
#include "api/publicity.h"
#include "api/put.h"
#include "base/check.h"

static void put_formats(struct json_writer *w, const struct cat_item *item)
{
	static const char *const formats[] = {"csv", "jsonl"};
	size_t i;

	json_key(w, "formats");
	json_open_array(w);
	for (i = 0; i < ARRAY_COUNT(formats); i++) {
		json_open_object(w);
		json_put_str(w, "format", formats[i]);
		put_text(w, "href", "/open-data/%s.%s", item->id, formats[i]);
		json_close_object(w);
	}
	json_close_array(w);
}

static size_t count_public(const struct cat_item *item)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < item->fields_count; i++)
		count += item->fields[i].privacy == CAT_PUBLIC;
	return count;
}

static enum err_code put_set(const struct reading *r,
    const struct cat_item *item, struct json_writer *w, struct err *err)
{
	int64_t count = 0;
	enum err_code rc =
	    publication_count(r->store, item->number, "", &count, err);

	json_open_object(w);
	json_put_str(w, "id", item->id);
	json_put_str(w, "title", item_title(item));
	json_put_str(w, "group", cat_group_name(item->group));
	json_put_str(w, "group_title", group_title(item->group));
	json_put_int(w, "count", count);
	json_put_int(w, "fields", (int64_t)count_public(item));
	put_bases(w, item);
	put_formats(w, item);
	put_text(w, "catalogue_href", "/catalogue/%s", item->id);
	json_close_object(w);
	return rc;
}

static enum err_code put_page(
    const struct reading *r, struct json_writer *w, struct err *err)
{
	enum err_code rc;
	size_t i;

	json_open_object(w);
	put_head(w, r);
	rc = put_through(w, r, err);
	json_key(w, "sets");
	json_open_array(w);
	for (i = 0; i < r->catalog->items_count && !rc; i++)
		if (list_is_open(&r->catalog->items[i]))
			rc = put_set(r, &r->catalog->items[i], w, err);
	json_close_array(w);
	json_put_str(w, "dictionary", "/open-data/dictionary.json");
	json_put_str(w, "changes", "/changes");
	json_put_str(w, "catalogue", r->catalog->digest_hex);
	json_close_object(w);
	return rc;
}

enum err_code open_data_document(
    const struct reading *r, struct buf *out, struct err *err)
{
	return put_in_view(r, put_page, out, err);
}

/* ---- the dictionary ---- */

static void put_codes(struct json_writer *w, const struct cat_code_list *list)
{
	size_t i;

	json_key(w, "codes");
	if (!list) {
		json_add_null(w);
		return;
	}
	json_open_array(w);
	for (i = 0; i < list->codes_count; i++) {
		json_open_object(w);
		json_put_str(w, "value", list->codes[i].value);
		json_put_str(w, "code", list->codes[i].code);
		json_put_str(w, "meaning", list->codes[i].meaning);
		json_close_object(w);
	}
	json_close_array(w);
}

static const char *unit_of(const struct cat_field *f)
{
	switch (f->type) {
	case CAT_MONEY_WAN:
	case CAT_MONEY_YUAN:
		return "fen";
	default:
		return "";
	}
}

static void put_field(struct json_writer *w, const struct cat_field *f)
{
	json_open_object(w);
	json_put_str(w, "name", f->name);
	json_put_str(w, "title", f->title);
	json_put_str(w, "meaning", f->meaning);
	json_put_str(w, "type", cat_type_name(f->type));
	json_put_str(w, "unit", unit_of(f));
	json_put_int(w, "max_chars", f->max_chars);
	json_put_bool(w, "required", f->need == CAT_REQUIRED);
	put_codes(w, f->codes);
	json_close_object(w);
}

/* The columns of its CSV; what a field is, `fields` says. */
static void put_columns(
    struct json_writer *w, const struct reading *r, const struct cat_item *item)
{
	size_t count, i;
	struct entry_column *columns = entry_set_columns(r, item, &count);

	json_key(w, "columns");
	json_open_array(w);
	for (i = 0; i < count; i++) {
		const char *meaning = entry_column_meaning(&columns[i]);

		json_open_object(w);
		json_put_str(w, "name", entry_column_name(&columns[i]));
		json_put_str(w, "title", entry_column_title(&columns[i]));
		json_put_bool(w, "is_field", columns[i].field != NULL);
		if (meaning)
			json_put_str(w, "meaning", meaning);
		else
			put_null(w, "meaning");
		json_close_object(w);
	}
	json_close_array(w);
	free(columns);
}

static void put_dictionary(
    struct json_writer *w, const struct reading *r, const struct cat_item *item)
{
	size_t i;

	json_open_object(w);
	json_put_str(w, "id", item->id);
	json_put_str(w, "title", item->title);
	json_put_str(w, "title_en", item->title_en);
	json_put_int(w, "number", item->number);
	json_put_str(w, "group", cat_group_name(item->group));
	json_key(w, "fields");
	json_open_array(w);
	for (i = 0; i < item->fields_count; i++)
		if (item->fields[i].privacy == CAT_PUBLIC)
			put_field(w, &item->fields[i]);
	json_close_array(w);
	put_columns(w, r, item);
	put_bases(w, item);
	json_close_object(w);
}

enum err_code open_data_dictionary(
    const struct reading *r, struct buf *out, struct err *err)
{
	const struct catalog *c = r->catalog;
	struct json_writer w;
	size_t i;

	json_start(&w, out);
	json_open_object(&w);
	put_head(&w, r);
	json_put_str(&w, "catalogue", c->digest_hex);
	json_key(&w, "sets");
	json_open_array(&w);
	for (i = 0; i < c->items_count; i++)
		if (list_is_open(&c->items[i]))
			put_dictionary(&w, r, &c->items[i]);
	json_close_array(&w);
	json_close_object(&w);
	return put_end(out, ERR_NONE, err);
}
