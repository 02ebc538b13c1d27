/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page is one range of one list, each entry judged anew. It takes one
 * entry more than it shows, to know whether there is a next page. The
 * choices offered beside it (departments, divisions) are those that have
 * entries, from the lists' counts.
 */
#include "api/publicity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/entry.h"
#include "api/law.h"
#include "api/put.h"
#include "base/check.h"
#include "base/mem.h"
#include "base/tr.h"

enum { HREF_BYTES_MAX = 2048, CHOICES_MAX = 1024 };

struct choice {
	char department[PUBLICATION_DEPARTMENT_BYTES];
	int division;
	int64_t records;
};

struct page {
	const struct reading *reading;
	const struct list_query *query;
	const struct cat_item *item;
	const char *path; /* "/publicity", or "/lists/ITEM" */
	bool has_kind;	  /* the path's parameter `kind` */
	date_days on;	  /* whose rules are told */
	struct publication_filter filter;
	struct entry_reader entries;
	struct json_writer *w;
	size_t count;
	bool has_more;
	struct publication_key last;
	struct choice *departments;
	size_t departments_count;
	struct choice *divisions;
	size_t divisions_count;
	int64_t total;
};

/* ---- addresses ---- */

static void add_day(struct buf *href, const char *name, date_days day)
{
	char text[DATE_TEXT_BYTES];

	if (day != DATE_NONE)
		add_parameter(href, name, date_format_iso(day, text));
}

/* The page's address with other values in some places. */
struct address {
	const char *ending; /* of a download, such as ".csv"; or "" */
	const char *kind;
	const char *department;
	int division;
	const struct publication_key *after;
};

static struct address address_of(const struct page *p)
{
	return (struct address){
	    "", p->item->id, p->query->department, p->query->division, NULL};
}

static void put_address(const struct page *p, struct json_writer *w,
    const char *key, const struct address *a)
{
	struct buf href = BUF_INIT(HREF_BYTES_MAX);
	char text[LIST_KEY_BYTES];

	buf_add_str(&href, p->path);
	buf_add_str(&href, a->ending);
	if (p->has_kind)
		add_parameter(&href, "kind", a->kind);
	add_parameter(&href, "department", a->department);
	snprintf(text, sizeof(text), "%d", a->division);
	add_parameter(&href, "division", a->division ? text : "");
	add_day(&href, "from", p->query->from);
	add_day(&href, "to", p->query->to);
	/* A file has all pages, and nothing of the head. */
	if (!a->ending[0])
		add_day(&href, "on", p->query->on);
	if (!a->ending[0] && p->query->limit != LIST_LIMIT) {
		snprintf(text, sizeof(text), "%zu", p->query->limit);
		add_parameter(&href, "limit", text);
	}
	if (a->after)
		add_parameter(&href, "after", list_key_text(a->after, text));
	json_put_span(w, key, buf_span(&href));
	buf_release(&href);
}

/* ---- rows ---- */

static int take_row(
    void *ctx, const struct publication_entry *entry, struct err *err)
{
	struct page *p = ctx;
	enum err_code rc;

	if (p->count == p->query->limit) {
		p->has_more = true;
		return 1;
	}
	rc = entry_load(&p->entries, entry, err);
	if (rc)
		return (int)rc;
	entry_put(&p->entries, entry, p->w);
	p->last = (struct publication_key){
	    entry->version->facts.decided_on, entry->seq};
	p->count++;
	return 0;
}

static enum err_code put_rows(struct page *p, struct err *err)
{
	const struct reading *r = p->reading;
	const struct publication_reader reader = {
	    r->store, r->catalog, r->today};
	struct publication_key after =
	    p->query->has_after ? p->query->after : publication_key_first();
	enum err_code rc;

	json_key(p->w, "rows");
	json_open_array(p->w);
	rc = publication_visit(&reader, &p->filter, after, take_row, p, err);
	json_close_array(p->w);
	json_put_int(p->w, "count", (int64_t)p->count);
	json_put_bool(p->w, "has_rows", p->count > 0);
	return rc;
}

static void put_paging(const struct page *p)
{
	struct address a = address_of(p);

	json_put_bool(p->w, "has_more", p->has_more);
	if (p->query->has_after)
		put_address(p, p->w, "first", &a);
	else
		put_null(p->w, "first");
	a.after = &p->last;
	if (p->has_more)
		put_address(p, p->w, "next", &a);
	else
		put_null(p->w, "next");
}

/* ---- choices ---- */

static void take_facet(void *ctx, const struct publication_facet *facet)
{
	struct page *p = ctx;
	struct choice c = {
	    .division = facet->division, .records = facet->records};

	if (facet->item != p->filter.item || facet->records <= 0)
		return;
	memcpy(c.department, facet->department, sizeof(c.department));
	if (strcmp(facet->department, p->filter.department) == 0 &&
	    facet->division == p->filter.division)
		p->total = facet->records;
	if (facet->department[0] && facet->division == p->filter.division &&
	    p->departments_count < CHOICES_MAX)
		p->departments[p->departments_count++] = c;
	if (facet->division &&
	    strcmp(facet->department, p->filter.department) == 0 &&
	    p->divisions_count < CHOICES_MAX)
		p->divisions[p->divisions_count++] = c;
}

static int by_place(const void *a, const void *b)
{
	const struct choice *x = a, *y = b;
	int order = strcmp(x->department, y->department);

	return order			? order
	    : x->division < y->division ? -1
					: x->division > y->division;
}

static void open_choice(
    struct page *p, const char *id, const char *title, bool is_current)
{
	json_open_object(p->w);
	json_put_str(p->w, "id", id);
	json_put_str(p->w, "title", title);
	json_put_bool(p->w, "current", is_current);
}

static void put_departments(struct page *p)
{
	size_t i;

	json_key(p->w, "departments");
	json_open_array(p->w);
	open_choice(p, "", tr("All departments"), !p->query->department[0]);
	json_close_object(p->w);
	for (i = 0; i < p->departments_count; i++) {
		const struct choice *c = &p->departments[i];
		const struct cat_department *d =
		    catalog_department(p->reading->catalog, c->department);
		struct address a = address_of(p);

		a.department = c->department;
		open_choice(p, c->department, d ? d->title : c->department,
		    strcmp(c->department, p->query->department) == 0);
		json_put_int(p->w, "count", c->records);
		put_address(p, p->w, "href", &a);
		json_close_object(p->w);
	}
	json_close_array(p->w);
}

static void put_divisions(struct page *p)
{
	size_t i;

	json_key(p->w, "divisions");
	json_open_array(p->w);
	open_choice(p, "", tr("All divisions"), p->query->division == 0);
	json_close_object(p->w);
	for (i = 0; i < p->divisions_count; i++) {
		const struct choice *c = &p->divisions[i];
		struct address a = address_of(p);
		char id[16];

		a.division = c->division;
		snprintf(id, sizeof(id), "%d", c->division);
		open_choice(p, id, division_title(c->division),
		    c->division == p->query->division);
		json_put_int(p->w, "count", c->records);
		put_address(p, p->w, "href", &a);
		json_close_object(p->w);
	}
	json_close_array(p->w);
}

static enum err_code put_choices(struct page *p, struct err *err)
{
	enum err_code rc;

	p->departments = mem_zalloc(CHOICES_MAX, sizeof(struct choice));
	p->divisions = mem_zalloc(CHOICES_MAX, sizeof(struct choice));
	rc = publication_visit_facets(p->reading->store, take_facet, p, err);
	qsort(p->departments, p->departments_count, sizeof(struct choice),
	    by_place);
	qsort(
	    p->divisions, p->divisions_count, sizeof(struct choice), by_place);
	put_departments(p);
	put_divisions(p);
	json_key(p->w, "total");
	if (p->query->from == DATE_NONE && p->query->to == DATE_NONE)
		json_add_int(p->w, p->total);
	else
		json_add_null(p->w);
	free(p->departments);
	free(p->divisions);
	return rc;
}

static void put_filter(const struct page *p)
{
	struct json_writer *w = p->w;
	char division[16] = "";

	if (p->query->division)
		snprintf(division, sizeof(division), "%d", p->query->division);
	json_key(w, "filter");
	json_open_object(w);
	json_put_str(w, "kind", p->item->id);
	json_put_str(w, "department", p->query->department);
	json_put_str(w, "division", division);
	json_put_date(w, "from", p->query->from);
	json_put_date(w, "to", p->query->to);
	json_put_int(w, "limit", (int64_t)p->query->limit);
	json_put_bool(w, "is_set",
	    p->query->department[0] || p->query->division ||
		p->query->from != DATE_NONE || p->query->to != DATE_NONE);
	json_close_object(w);
}

static void put_kinds(const struct page *p)
{
	static const char *const kinds[] = {"licence", "penalty"};
	size_t i;

	json_key(p->w, "kinds");
	json_open_array(p->w);
	for (i = 0; i < ARRAY_COUNT(kinds); i++) {
		const struct cat_item *item =
		    catalog_item(p->reading->catalog, kinds[i]);
		struct address a = address_of(p);

		if (!list_is_open(item))
			continue;
		a.kind = kinds[i];
		json_open_object(p->w);
		json_put_str(p->w, "id", kinds[i]);
		json_put_str(p->w, "title", item_title(item));
		put_address(p, p->w, "href", &a);
		json_put_bool(p->w, "current", item == p->item);
		json_close_object(p->w);
	}
	json_close_array(p->w);
}

static void put_downloads(const struct page *p)
{
	static const char *const formats[] = {"csv", "json", "xlsx"};
	/* With ".json" behind the path it would be this very document. */
	static const char *const endings[] = {".csv", "/rows.json", ".xlsx"};
	size_t i;

	json_key(p->w, "downloads");
	json_open_array(p->w);
	for (i = 0; i < ARRAY_COUNT(formats); i++) {
		struct address a = address_of(p);

		a.ending = endings[i];
		json_open_object(p->w);
		json_put_str(p->w, "format", formats[i]);
		put_address(p, p->w, "href", &a);
		json_close_object(p->w);
	}
	json_close_array(p->w);
	json_put_int(p->w, "download_limit", LIST_DOWNLOAD_MAX);
}

/* ---- the list of lists ---- */

static const char *const nature_titles[] = {"neutral", "positive", "adverse"};

static void put_clock(struct json_writer *w, const struct cat_clock *clock)
{
	if (clock->days == 0) {
		put_null(w, "clock");
		return;
	}
	json_key(w, "clock");
	json_open_object(w);
	json_put_int(w, "days", clock->days);
	json_put_bool(w, "is_working_days", clock->is_working_days);
	json_close_object(w);
}

/* The functions that the law names; which departments of the city have them
 * is said by law_put_departments. */
static void put_authorities(struct json_writer *w, const struct cat_item *item)
{
	struct buf text = BUF_INIT(HREF_BYTES_MAX);
	size_t i;

	for (i = 0; i < item->providers_count; i++) {
		if (i)
			buf_add_str(&text, ", ");
		buf_add_str(&text, item->providers[i]);
	}
	json_put_span(w, "authorities", buf_span(&text));
	buf_release(&text);
}

/* What the law says of it on a day, as on its page of the catalogue. */
static void put_law(struct json_writer *w, const struct reading *r,
    const struct cat_item *item, date_days on)
{
	law_put_days(w, item->valid_from, item->valid_to, on);
	law_put_bases(w, item, on);
	law_put_clock(w, item, on);
	law_put_publication(w, item);
	law_put_regime(w, r->catalog, item, on);
	law_put_periods(w, r->catalog, item, on);
	law_put_departments(w, r->catalog, item);
}

static void put_item(struct json_writer *w, const struct reading *r,
    const struct cat_item *item, int64_t count, date_days on)
{
	json_open_object(w);
	json_put_str(w, "id", item->id);
	json_put_str(w, "title", item_title(item));
	json_put_str(w, "group", cat_group_name(item->group));
	json_put_str(w, "group_title", group_title(item->group));
	put_text(w, "href", "/lists/%s", item->id);
	put_text(w, "catalogue_href", "/catalogue/%s", item->id);
	json_put_int(w, "count", count);
	json_put_str(w, "nature", nature_titles[item->nature]);
	json_put_bool(w, "is_adverse", item->nature == CAT_ADVERSE);
	json_put_bool(w, "is_positive", item->nature == CAT_POSITIVE);
	json_put_bool(w, "is_list", entry_is_list(r->catalog, item));
	put_authorities(w, item);
	put_clock(w, &item->clock);
	put_law(w, r, item, on);
	json_close_object(w);
}

/* The count of an item's whole list. */
static enum err_code count_of(const struct reading *r,
    const struct cat_item *item, int64_t *out, struct err *err)
{
	return publication_count(r->store, item->number, "", out, err);
}

static enum err_code put_group(const struct reading *r, enum cat_group group,
    date_days on, struct json_writer *w, struct err *err)
{
	enum err_code rc = 0;
	bool is_open = false;
	size_t i;

	for (i = 0; i < r->catalog->items_count && !rc; i++) {
		const struct cat_item *item = &r->catalog->items[i];
		int64_t count = 0;

		if (item->group != group || !list_is_open(item))
			continue;
		if (!is_open) {
			json_open_object(w);
			json_put_str(w, "group", cat_group_name(group));
			json_put_str(w, "title", group_title(group));
			json_key(w, "items");
			json_open_array(w);
			is_open = true;
		}
		rc = count_of(r, item, &count, err);
		put_item(w, r, item, count, on);
	}
	if (is_open) {
		json_close_array(w);
		json_close_object(w);
	}
	return rc;
}

static enum err_code put_lists(const struct reading *r, date_days on,
    struct json_writer *w, struct err *err)
{
	static const enum cat_group groups[] = {CAT_GROUP_SERIOUS,
	    CAT_GROUP_ABNORMAL, CAT_GROUP_JUDICIAL, CAT_GROUP_HONEST,
	    CAT_GROUP_EVALUATION, CAT_GROUP_COMMITMENT, CAT_GROUP_ADMIN,
	    CAT_GROUP_OTHER};
	enum err_code rc;
	size_t i;

	json_open_object(w);
	put_head(w, r);
	put_on(w, r, on);
	rc = put_through(w, r, err);
	json_key(w, "groups");
	json_open_array(w);
	for (i = 0; i < ARRAY_COUNT(groups) && !rc; i++)
		rc = put_group(r, groups[i], on, w, err);
	json_close_array(w);
	json_close_object(w);
	return rc;
}

enum err_code lists_document(
    const struct reading *r, date_days on, struct buf *out, struct err *err)
{
	struct json_writer w;
	enum err_code rc = store_begin_read(r->store, err);

	if (rc)
		return rc;
	json_start(&w, out);
	rc = put_lists(r, on == DATE_NONE ? r->today : on, &w, err);
	store_commit(r->store, NULL);
	return put_end(out, rc, err);
}

/* ---- the documents of a list ---- */

static enum err_code put_list(struct page *p, struct err *err)
{
	int64_t count = 0;
	enum err_code rc;

	json_open_object(p->w);
	put_head(p->w, p->reading);
	put_on(p->w, p->reading, p->on);
	rc = put_through(p->w, p->reading, err);
	if (!rc)
		rc = count_of(p->reading, p->item, &count, err);
	json_key(p->w, "item");
	put_item(p->w, p->reading, p->item, count, p->on);
	put_filter(p);
	if (p->has_kind)
		put_kinds(p);
	if (!rc)
		rc = put_choices(p, err);
	if (!rc)
		rc = put_rows(p, err);
	put_paging(p);
	put_downloads(p);
	json_close_object(p->w);
	return rc;
}

static enum err_code make_list(struct page *p, struct buf *out, struct err *err)
{
	struct json_writer w;
	enum err_code rc =
	    list_query_filter(p->query, p->reading, &p->filter, err);

	if (!rc)
		rc = store_begin_read(p->reading->store, err);
	if (rc)
		return rc;
	p->item = catalog_item_by_number(p->reading->catalog, p->filter.item);
	p->on = p->query->on == DATE_NONE ? p->reading->today : p->query->on;
	entry_reader_init(&p->entries, p->reading);
	entry_reader_tell_marks(&p->entries);
	json_start(&w, out);
	/* cppcheck-suppress autoVariables; until it returns */
	p->w = &w;
	rc = put_list(p, err);
	store_commit(p->reading->store, NULL);
	entry_reader_release(&p->entries);
	return put_end(out, rc, err);
}

enum err_code publicity_document(const struct reading *reading,
    const struct list_query *query, struct buf *out, struct err *err)
{
	struct page p = {.reading = reading,
	    .query = query,
	    .path = "/publicity",
	    .has_kind = true};

	if (query->item[0] && strcmp(query->item, "licence") != 0 &&
	    strcmp(query->item, "penalty") != 0) {
		refuse_parameter("kind", span_of(query->item), err);
		err_hint(err, "Known are: %s.", "licence, penalty");
		return ERR_INPUT;
	}
	return make_list(&p, out, err);
}

enum err_code list_document(const struct reading *reading,
    const struct list_query *query, struct buf *out, struct err *err)
{
	char path[LIST_WORD_BYTES + 8];
	struct page p = {.reading = reading, .query = query, .path = path};

	snprintf(path, sizeof(path), "/lists/%s", query->item);
	return make_list(&p, out, err);
}
