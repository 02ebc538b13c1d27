/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sums by month, item and department are few (reports of a city in ten
 * years: some ten thousand), so they are read at once and grouped here. All
 * of them, whatever is asked for: of these are the choices that are offered.
 */
#include "api/quality.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/csv.h"
#include "api/measures.h"
#include "api/publicity.h"
#include "base/check.h"
#include "base/mem.h"

enum { HISTORY_MONTHS = 24, MONTHS_OFFERED = 60, HREF_BYTES_MAX = 512 };

struct rows {
	struct publication_month *list;
	size_t count;
	size_t max;
};

struct quality {
	const struct reading *reading;
	const struct quality_query *query;
	int item; /* number; 0 = all */
	struct rows rows;
	struct json_writer *w;
};

/* ---- the query ---- */

static enum err_code set_month(
    struct quality_query *q, struct span value, struct err *err)
{
	char text[16];
	date_days first;

	if (value.n != 7)
		return refuse_parameter("month", value, err);
	snprintf(text, sizeof(text), "%.7s-01", value.p);
	if (!date_parse_iso(span_of(text), &first))
		return refuse_parameter("month", value, err);
	q->month = date_month(first);
	return 0;
}

static enum err_code set_word(const char *name, struct span value,
    char out[QUALITY_WORD_BYTES], struct err *err)
{
	if (value.n >= QUALITY_WORD_BYTES || memchr(value.p, '\0', value.n))
		return refuse_parameter(name, value, err);
	memcpy(out, value.p, value.n);
	out[value.n] = '\0';
	return 0;
}

enum err_code quality_query_set(struct quality_query *q, struct span name,
    struct span value, struct err *err)
{
	if (value.n == 0)
		return 0;
	if (span_is(name, "month"))
		return set_month(q, value, err);
	if (span_is(name, "department"))
		return set_word("department", value, q->department, err);
	if (span_is(name, "item"))
		return set_word("item", value, q->item, err);
	err_set(err, ERR_INPUT, "there is no parameter \"%.*s\"",
	    (int)(name.n > 64 ? 64 : name.n), name.p);
	err_hint(err, "Known are: %s.", "month, department, item");
	return ERR_INPUT;
}

/* ---- reading ---- */

static void take_month(void *ctx, const struct publication_month *month)
{
	struct quality *q = ctx;
	struct rows *r = &q->rows;

	r->list = mem_grow(r->list, r->count, &r->max, sizeof(*r->list));
	r->list[r->count++] = *month;
}

static enum err_code load(struct quality *q, struct err *err)
{
	const struct catalog *c = q->reading->catalog;
	const struct cat_item *item = catalog_item(c, q->query->item);

	if (q->query->item[0] && !item)
		return refuse_parameter("item", span_of(q->query->item), err);
	if (q->query->department[0] &&
	    !catalog_department(c, q->query->department))
		return refuse_parameter(
		    "department", span_of(q->query->department), err);
	q->item = item ? item->number : 0;
	return publication_visit_months(q->reading->store, take_month, q, err);
}

/* Is it of the department and the item that were asked for? */
static bool is_asked(const struct quality *q, const struct publication_month *m)
{
	return (!q->query->department[0] ||
		   strcmp(m->department, q->query->department) == 0) &&
	    (!q->item || m->item == q->item);
}

/* And of the month? */
static bool is_shown(const struct quality *q, const struct publication_month *m)
{
	return (q->query->month == 0 || m->month == q->query->month) &&
	    is_asked(q, m);
}

/* ---- the document ---- */

/* The page's address, or its download's, with this query. */
static void put_address(
    struct json_writer *w, const char *path, const struct quality_query *query)
{
	struct buf href = BUF_INIT(HREF_BYTES_MAX);
	char text[16];

	buf_add_str(&href, path);
	if (query->month)
		add_parameter(&href, "month", month_text(query->month, text));
	add_parameter(&href, "department", query->department);
	add_parameter(&href, "item", query->item);
	json_put_span(w, "href", buf_span(&href));
	buf_release(&href);
}

static void put_month(struct quality *q, int month)
{
	struct quality_query to = *q->query;
	char text[16];

	to.month = month;
	json_open_object(q->w);
	json_put_str(q->w, "id", month_text(month, text));
	put_address(q->w, "/quality", &to);
	json_put_bool(q->w, "current", month == q->query->month);
	json_close_object(q->w);
}

/* The newest that anybody reported in; and the one that is asked for, which
 * may be older or of nobody. */
static void put_months(struct quality *q)
{
	bool has_current = q->query->month == 0;
	int last = 0;
	size_t count = 0;
	size_t i;

	json_key(q->w, "months");
	json_open_array(q->w);
	for (i = q->rows.count; i > 0 && count < MONTHS_OFFERED; i--) {
		int month = q->rows.list[i - 1].month;

		if (month == last)
			continue;
		last = month;
		count++;
		has_current |= month == q->query->month;
		put_month(q, month);
	}
	if (!has_current)
		put_month(q, q->query->month);
	json_close_array(q->w);
}

static void put_choice(struct quality *q, const char *id, const char *title,
    const struct quality_query *to, bool is_current)
{
	json_open_object(q->w);
	json_put_str(q->w, "id", id);
	json_put_str(q->w, "title", title);
	json_put_bool(q->w, "current", is_current);
	put_address(q->w, "/quality", to);
	json_close_object(q->w);
}

/* Those that reported anything, and the one that is asked for. */
static void put_department_choices(struct quality *q)
{
	const struct catalog *c = q->reading->catalog;
	const char *asked = q->query->department;
	struct quality_query to = *q->query;
	size_t i, at;

	json_key(q->w, "department_choices");
	json_open_array(q->w);
	for (i = 0; i < c->departments_count; i++) {
		const struct cat_department *d = &c->departments[i];
		bool is_current = strcmp(d->id, asked) == 0;

		for (at = 0; at < q->rows.count; at++)
			if (strcmp(q->rows.list[at].department, d->id) == 0)
				break;
		if (at == q->rows.count && !is_current)
			continue;
		snprintf(to.department, sizeof(to.department), "%s", d->id);
		put_choice(q, d->id, d->title, &to, is_current);
	}
	json_close_array(q->w);
}

static void put_item_choices(struct quality *q)
{
	const struct catalog *c = q->reading->catalog;
	struct quality_query to = *q->query;
	size_t i, at;

	json_key(q->w, "item_choices");
	json_open_array(q->w);
	for (i = 0; i < c->items_count; i++) {
		const struct cat_item *item = &c->items[i];
		bool is_current = item->number == q->item;

		for (at = 0; at < q->rows.count; at++)
			if (q->rows.list[at].item == item->number)
				break;
		if (at == q->rows.count && !is_current)
			continue;
		snprintf(to.item, sizeof(to.item), "%s", item->id);
		put_choice(q, item->id, item_title(item), &to, is_current);
	}
	json_close_array(q->w);
}

/* What is asked for, in words too, and what else may be. */
static void put_filter(struct quality *q)
{
	const struct quality_query *query = q->query;
	const struct catalog *c = q->reading->catalog;
	const struct cat_department *d =
	    catalog_department(c, query->department);
	const struct cat_item *item = catalog_item_by_number(c, q->item);
	char text[16];

	json_put_str(
	    q->w, "month", query->month ? month_text(query->month, text) : "");
	json_put_str(q->w, "department", query->department);
	json_put_str(q->w, "department_title", d ? d->title : "");
	json_put_str(q->w, "item", query->item);
	json_put_str(q->w, "item_title", item ? item_title(item) : "");
	json_put_bool(q->w, "is_filtered",
	    query->month || query->department[0] || query->item[0]);
	put_months(q);
	put_department_choices(q);
	put_item_choices(q);
}

static void put_totals(struct quality *q)
{
	struct publication_sums sums = {0};
	size_t i;

	for (i = 0; i < q->rows.count; i++)
		if (is_shown(q, &q->rows.list[i]))
			publication_sums_add(&sums, &q->rows.list[i].sums);
	measures_put(q->w, "totals", &sums);
}

/* A department's sums by item, in the catalogue's order, and altogether. */
static void sum_department(struct quality *q, const char *department,
    struct publication_sums *by_item, struct publication_sums *all)
{
	const struct catalog *c = q->reading->catalog;
	size_t i;

	memset(all, 0, sizeof(*all));
	memset(by_item, 0, c->items_count * sizeof(*by_item));
	for (i = 0; i < q->rows.count; i++) {
		const struct publication_month *m = &q->rows.list[i];
		const struct cat_item *item =
		    catalog_item_by_number(c, m->item);

		if (!is_shown(q, m) || strcmp(m->department, department) != 0)
			continue;
		publication_sums_add(all, &m->sums);
		if (item)
			publication_sums_add(
			    &by_item[item - c->items], &m->sums);
	}
}

static void put_items(struct quality *q, const struct publication_sums *by_item)
{
	const struct catalog *c = q->reading->catalog;
	size_t i;

	json_key(q->w, "items");
	json_open_array(q->w);
	for (i = 0; i < c->items_count; i++) {
		if (by_item[i].submissions == 0)
			continue;
		json_open_object(q->w);
		json_put_str(q->w, "id", c->items[i].id);
		json_put_str(q->w, "title", item_title(&c->items[i]));
		measures_put(q->w, "measures", &by_item[i]);
		json_close_object(q->w);
	}
	json_close_array(q->w);
}

static void put_departments(struct quality *q)
{
	const struct catalog *c = q->reading->catalog;
	struct publication_sums *by_item =
	    mem_zalloc(c->items_count, sizeof(*by_item));
	struct publication_sums all;
	size_t i;

	json_key(q->w, "departments");
	json_open_array(q->w);
	for (i = 0; i < c->departments_count; i++) {
		const struct cat_department *d = &c->departments[i];

		sum_department(q, d->id, by_item, &all);
		if (all.submissions == 0)
			continue;
		json_open_object(q->w);
		json_put_str(q->w, "id", d->id);
		json_put_str(q->w, "title", d->title);
		put_text(q->w, "href", "/departments/%s", d->id);
		measures_put(q->w, "measures", &all);
		put_items(q, by_item);
		json_close_object(q->w);
	}
	json_close_array(q->w);
	free(by_item);
}

/* Up to the month that is asked for: by itself it tells no course. */
static void put_history(struct quality *q)
{
	struct month_list months = {0};
	size_t i;

	for (i = 0; i < q->rows.count; i++) {
		const struct publication_month *m = &q->rows.list[i];

		if (is_asked(q, m) &&
		    (q->query->month == 0 || m->month <= q->query->month))
			month_list_add(&months, m->month, &m->sums);
	}
	month_list_put(q->w, &months, HISTORY_MONTHS);
	month_list_release(&months);
}

static void put_downloads(struct quality *q)
{
	json_key(q->w, "downloads");
	json_open_array(q->w);
	json_open_object(q->w);
	json_put_str(q->w, "format", "csv");
	put_address(q->w, "/quality.csv", q->query);
	json_close_object(q->w);
	json_close_array(q->w);
}

static enum err_code put_quality(struct quality *q, struct err *err)
{
	enum err_code rc;

	json_open_object(q->w);
	put_head(q->w, q->reading);
	rc = put_through(q->w, q->reading, err);
	if (!rc)
		rc = load(q, err);
	put_filter(q);
	put_totals(q);
	put_departments(q);
	put_history(q);
	measures_put_rules(q->w);
	put_downloads(q);
	json_close_object(q->w);
	return rc;
}

enum err_code quality_document(const struct reading *reading,
    const struct quality_query *query, struct buf *out, struct err *err)
{
	struct json_writer w;
	struct quality q = {.reading = reading, .query = query, .w = &w};
	enum err_code rc = store_begin_read(reading->store, err);

	if (rc)
		return rc;
	json_start(&w, out);
	rc = put_quality(&q, err);
	store_commit(reading->store, NULL);
	free(q.rows.list);
	return put_end(out, rc, err);
}

/* ---- the table ---- */

static void add_header(const struct quality *q, struct buf *out)
{
	static const char *const names[] = {"month", "department",
	    "department_title", "item", "item_title", "submissions", "received",
	    "natural_persons", "reported", "passed", "refused", "doubtful",
	    "duplicates", "records", "versions", "late", "wrong_codes"};
	size_t i;

	buf_add_str(out, CSV_BOM);
	for (i = 0; i < ARRAY_COUNT(names); i++)
		csv_add(out, i == 0, span_of(names[i]));
	if (q->reading->catalog->shows_example)
		csv_add(out, false, span_of("example"));
	csv_end(out);
}

static void add_row(
    const struct quality *q, const struct publication_month *m, struct buf *out)
{
	const struct catalog *c = q->reading->catalog;
	const struct cat_department *d = catalog_department(c, m->department);
	const struct cat_item *item = catalog_item_by_number(c, m->item);
	const struct publication_sums *s = &m->sums;
	const int64_t numbers[] = {s->submissions, s->received,
	    s->natural_persons, measures_reported(s), measures_passed(s),
	    s->refused, s->doubtful, s->duplicates, s->records, s->versions,
	    s->late, s->wrong_codes};
	char text[24];
	size_t i;

	csv_add(out, true, span_of(month_text(m->month, text)));
	csv_add(out, false, span_of(m->department));
	csv_add(out, false, span_of(d ? d->title : ""));
	csv_add(out, false, span_of(item ? item->id : ""));
	csv_add(out, false, span_of(item ? item_title(item) : ""));
	for (i = 0; i < ARRAY_COUNT(numbers); i++) {
		snprintf(text, sizeof(text), "%lld", (long long)numbers[i]);
		csv_add(out, false, span_of(text));
	}
	if (c->shows_example)
		csv_add(out, false, span_of(csv_example_mark()));
	csv_end(out);
}

enum err_code quality_csv(const struct reading *reading,
    const struct quality_query *query, struct buf *out, struct err *err)
{
	struct quality q = {.reading = reading, .query = query};
	enum err_code rc = load(&q, err);
	size_t i;

	add_header(&q, out);
	for (i = 0; !rc && i < q.rows.count; i++)
		if (is_shown(&q, &q.rows.list[i]))
			add_row(&q, &q.rows.list[i], out);
	free(q.rows.list);
	return put_end(out, rc, err);
}
