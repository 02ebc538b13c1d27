/* SPDX-License-Identifier: Apache-2.0 */
#include "api/embed.h"

#include "api/marks.h"
#include "api/put.h"
#include "api/subject.h"
#include "api/subject_priv.h"

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

/* A row of the frame. */
struct row {
	const struct subject_shown *shown;
	const struct cat_list *list; /* NULL: none */
};

struct frame {
	const struct reading *reading;
	struct subject_file file;
	struct marks *marks;
	struct json_writer *w;
};

static enum err_code put_row(
    const struct frame *f, const struct row *row, struct err *err)
{
	const struct view_record *record = row->shown->record;
	const struct view_version *version = row->shown->version;
	const struct cat_item *item = record->item;
	struct json_writer *w = f->w;
	struct mark_list marks;
	enum err_code rc =
	    marks_find(f->marks, f->file.subject.id, record, &marks, err);

	if (rc)
		return rc;
	json_open_object(w);
	json_put_str(w, "title", row->list ? row->list->title : item->title);
	json_put_str(
	    w, "title_en", row->list ? row->list->title_en : item->title_en);
	json_put_date(w, "since", version->facts.decided_on);
	json_put_date(w, "until",
	    view_publication(
		f->reading->catalog, record, version, f->reading->as_of)
		.window.to);
	put_text(w, "href", "/records/%llu", (unsigned long long)version->seq);
	marks_put(w, &marks);
	json_close_object(w);
	return 0;
}

/* The records of one part, of all groups, in the order of the page. */
static enum err_code put_rows(
    const struct frame *f, enum part part, int64_t *count_out, struct err *err)
{
	enum err_code rc = 0;
	int64_t count = 0;
	size_t i;

	for (i = 0; i < f->file.shown_count && !rc; i++) {
		struct row row = {.shown = &f->file.shown[i]};
		const struct cat_item *item = row.shown->record->item;

		if (!item)
			continue;
		row.list = list_of(f->reading->catalog, item);
		if (part_of(item, row.list) == part &&
		    ++count <= EMBED_ROWS_MAX)
			rc = put_row(f, &row, err);
	}
	*count_out = count;
	return rc;
}

static enum err_code put_part(
    const struct frame *f, enum part part, struct err *err)
{
	bool is_lists = part == PART_LISTS;
	struct json_writer *w = f->w;
	int64_t count;
	enum err_code rc;

	json_key(w, is_lists ? "lists" : "honours");
	json_open_array(w);
	rc = put_rows(f, part, &count, err);
	json_close_array(w);
	json_put_bool(w, is_lists ? "has_lists" : "has_honours", count > 0);
	json_put_int(w, is_lists ? "lists_more" : "honours_more",
	    count > EMBED_ROWS_MAX ? count - EMBED_ROWS_MAX : 0);
	return rc;
}

static enum err_code put_all(const struct frame *f, struct err *err)
{
	const struct reading *r = f->reading;
	const struct subject *subject = &f->file.subject;
	struct json_writer *w = f->w;
	enum err_code rc;

	json_open_object(w);
	json_put_date(w, "as_of", r->as_of);
	json_put_str(w, "city", r->catalog->city_title);
	json_put_bool(w, "example", r->catalog->shows_example);
	json_put_span(w, "code", buf_span(&subject->code));
	json_put_span(w, "name", buf_span(&subject->name));
	put_text(w, "href", "/subjects/%s", buf_str(&subject->code));
	rc = put_part(f, PART_LISTS, err);
	if (!rc)
		rc = put_part(f, PART_HONOURS, err);
	json_close_object(w);
	return rc;
}

enum err_code embed_document(const struct reading *reading, struct span text,
    struct buf *out, struct err *err)
{
	struct json_writer w;
	struct frame f = {.reading = reading, .w = &w};
	enum err_code rc = subject_check_text(text, err);

	if (!rc)
		rc = store_begin_read(reading->store, err);
	if (rc)
		return rc;
	json_start(&w, out);
	rc = subject_file_load(reading, text, &f.file, err);
	f.marks = marks_new(reading, OPEN_CASES_FOR_ONE);
	if (!rc)
		rc = put_all(&f, err);
	marks_free(&f.marks);
	store_commit(reading->store, NULL);
	subject_file_release(&f.file);
	return put_end(out, rc, err);
}
