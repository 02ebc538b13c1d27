/* SPDX-License-Identifier: Apache-2.0 */
#include "api/embed.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "api/subject.h"
#include "base/json.h"

/* Which half of the frame a record belongs to. */
enum part { PART_NONE = 0, PART_LISTS, PART_HONOURS };

/* The list that an item's records are the entries of; NULL: none. */
static const struct cat_list *list_of(
    const struct catalog *c, const struct cat_item *item)
{
	size_t i, j;

	for (i = 0; i < c->lists_count; i++)
		for (j = 0; j < c->lists[i].items_count; j++)
			if (c->lists[i].items[j] == item)
				return &c->lists[i];
	return NULL;
}

/* Abnormal operations are a list by their own law, and an item here. */
static enum part part_of(
    const struct cat_item *item, const struct cat_list *list)
{
	if (list && list->kind != CAT_LIST_RED)
		return PART_LISTS;
	if (list || item->group == CAT_GROUP_HONEST)
		return PART_HONOURS;
	return item->group == CAT_GROUP_ABNORMAL ? PART_LISTS : PART_NONE;
}

static void put_member(struct json_writer *w, const char *key,
    const json_t *from, const char *member)
{
	const char *text = json_string_value(json_object_get(from, member));

	json_key(w, key);
	if (text)
		json_add_string(w, span_of(text));
	else
		json_add_null(w);
}

/* As they stand in the subject's document; most records have none. */
static void put_marks(struct json_writer *w, const json_t *marks)
{
	char *text = marks ? json_dumps(marks, JSON_COMPACT) : NULL;

	if (!text)
		return;
	json_key(w, "marks");
	json_add_raw(w, span_of(text));
	free(text);
}

static void put_row(struct json_writer *w, const json_t *record,
    const struct cat_item *item, const struct cat_list *list)
{
	json_open_object(w);
	json_put_str(w, "title", list ? list->title : item->title);
	json_put_str(w, "title_en", list ? list->title_en : item->title_en);
	put_member(w, "since", record, "decided_on");
	put_member(w, "until", json_object_get(record, "publication"), "until");
	put_member(w, "href", record, "href");
	put_marks(w, json_object_get(record, "marks"));
	json_close_object(w);
}

/* The records of one part, of all groups; how many is returned. */
static int64_t put_rows(struct json_writer *w, const struct catalog *c,
    const json_t *subject, enum part part)
{
	const json_t *groups = json_object_get(subject, "groups");
	json_t *group, *record;
	int64_t count = 0;
	size_t i, j;

	json_array_foreach (groups, i, group)
		json_array_foreach (
		    json_object_get(group, "records"), j, record) {
			const char *id =
			    json_string_value(json_object_get(record, "item"));
			const struct cat_item *item =
			    catalog_item(c, id ? id : "");
			const struct cat_list *list =
			    item ? list_of(c, item) : NULL;

			if (item && part_of(item, list) == part &&
			    ++count <= EMBED_ROWS_MAX)
				put_row(w, record, item, list);
		}
	return count;
}

static void put_part(struct json_writer *w, const struct catalog *c,
    const json_t *subject, enum part part)
{
	bool is_lists = part == PART_LISTS;
	int64_t count;

	json_key(w, is_lists ? "lists" : "honours");
	json_open_array(w);
	count = put_rows(w, c, subject, part);
	json_close_array(w);
	json_put_bool(w, is_lists ? "has_lists" : "has_honours", count > 0);
	json_put_int(w, is_lists ? "lists_more" : "honours_more",
	    count > EMBED_ROWS_MAX ? count - EMBED_ROWS_MAX : 0);
}

static void put_all(struct json_writer *w, const struct catalog *c,
    const json_t *subject, struct buf *href)
{
	json_open_object(w);
	put_member(w, "as_of", subject, "as_of");
	put_member(w, "city", subject, "city");
	json_put_bool(
	    w, "example", json_is_true(json_object_get(subject, "example")));
	put_member(w, "code", subject, "code");
	put_member(w, "name", subject, "name");
	buf_addf(href, "/subjects/%s",
	    json_string_value(json_object_get(subject, "code")));
	json_put_span(w, "href", buf_span(href));
	put_part(w, c, subject, PART_LISTS);
	put_part(w, c, subject, PART_HONOURS);
	json_close_object(w);
}

enum err_code embed_document(const struct reading *reading, struct span text,
    struct buf *out, struct err *err)
{
	struct buf whole = BUF_INIT(SUBJECT_DOCUMENT_BYTES_MAX);
	struct buf href = BUF_INIT(256);
	enum err_code rc = subject_document(reading, text, &whole, err);
	json_t *subject =
	    rc ? NULL : json_loadb(buf_str(&whole), whole.n, 0, NULL);
	struct json_writer w;

	if (!rc && !subject)
		rc = err_set(
		    err, ERR_CORRUPT, "the organisation's document is damaged");
	if (!rc) {
		json_start(&w, out);
		put_all(&w, reading->catalog, subject, &href);
	}
	json_decref(subject);
	buf_release(&href);
	buf_release(&whole);
	return rc;
}
