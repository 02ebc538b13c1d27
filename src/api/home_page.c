/* SPDX-License-Identifier: Apache-2.0 */
/* Counts are read where they are kept; nothing is counted row by row. */
#include "api/home_page.h"

#include <stdlib.h>

#include "api/latest.h"
#include "api/measures.h"
#include "api/publicity.h"
#include "api/put.h"
#include "base/mem.h"
#include "ledger/ledger.h"

enum { MONTHS = 12 };

struct figures {
	const struct catalog *catalog;
	bool *has_reported; /* for each of its departments */
	int64_t subjects;
	int64_t records;
	int64_t submissions;
	int64_t log_size;
	struct month_list months;
};

static void take_month(void *ctx, const struct publication_month *month)
{
	struct figures *f = ctx;
	const struct cat_department *d =
	    catalog_department(f->catalog, month->department);

	if (d && month->sums.submissions > 0)
		f->has_reported[d - f->catalog->departments] = true;
	month_list_add(&f->months, month->month, &month->sums);
}

static enum err_code load(
    const struct reading *r, struct figures *f, struct err *err)
{
	struct store_value log = store_int(LEDGER_RECORDS);
	enum err_code rc = store_get_int(
	    r->store, SQL_REGISTRY_SUBJECT_LAST, NULL, 0, 0, &f->subjects, err);

	if (!rc)
		rc = store_get_int(r->store, SQL_INTAKE_SUBMISSION_LAST, NULL,
		    0, 0, &f->submissions, err);
	if (!rc)
		rc = store_get_int(r->store, SQL_LEDGER_HEAD_LAST, &log, 1, 0,
		    &f->log_size, err);
	return rc ? rc : publication_visit_months(r->store, take_month, f, err);
}

static void put_figure(struct json_writer *w, const char *key, int64_t value)
{
	json_key(w, key);
	json_open_object(w);
	json_put_int(w, "value", value);
	json_close_object(w);
}

static int64_t count_reporting(const struct figures *f)
{
	int64_t count = 0;
	size_t i;

	for (i = 0; i < f->catalog->departments_count; i++)
		count += f->has_reported[i];
	return count;
}

/* The rates are those of the months that are shown beside them: what a city
 * loads on its first day is late by its nature, and would be told for ever. */
static void put_figures(struct json_writer *w, const struct figures *f)
{
	struct publication_sums sums = month_list_sum(&f->months, MONTHS);

	json_key(w, "figures");
	json_open_object(w);
	put_figure(w, "subjects", f->subjects);
	put_figure(w, "records", f->records);
	put_figure(w, "submissions", f->submissions);
	put_figure(w, "departments", count_reporting(f));
	put_figure(w, "log_size", f->log_size);
	measures_put_two(w, &sums);
	json_close_object(w);
}

/* The items with something published. */
static enum err_code put_items(const struct reading *r, struct json_writer *w,
    struct figures *f, struct err *err)
{
	enum err_code rc = 0;
	size_t i;

	json_key(w, "items");
	json_open_array(w);
	for (i = 0; i < r->catalog->items_count && !rc; i++) {
		const struct cat_item *item = &r->catalog->items[i];
		int64_t count = 0;

		if (!list_is_open(item))
			continue;
		rc = publication_count(r->store, item->number, "", &count, err);
		if (count <= 0)
			continue;
		f->records += count;
		json_open_object(w);
		json_put_str(w, "id", item->id);
		json_put_str(w, "title", item_title(item));
		json_put_int(w, "count", count);
		put_text(w, "href", "/lists/%s", item->id);
		json_close_object(w);
	}
	json_close_array(w);
	return rc;
}

static void put_links(struct json_writer *w)
{
	json_key(w, "links");
	json_open_object(w);
	json_put_str(w, "publicity", "/publicity");
	json_put_str(w, "lists", "/lists");
	json_put_str(w, "quality", "/quality");
	json_put_str(w, "open_data", "/open-data");
	json_put_str(w, "log", "/log");
	json_close_object(w);
}

static enum err_code put_page(
    const struct reading *r, struct json_writer *w, struct err *err)
{
	struct figures f = {.catalog = r->catalog,
	    .has_reported =
		mem_zalloc(r->catalog->departments_count + 1, sizeof(bool))};
	enum err_code rc;

	json_open_object(w);
	put_head(w, r);
	rc = put_through(w, r, err);
	if (!rc)
		rc = load(r, &f, err);
	if (!rc)
		rc = put_items(r, w, &f, err);
	put_figures(w, &f);
	month_list_put(w, &f.months, MONTHS);
	if (!rc)
		rc = latest_put(r, w, "", err);
	put_links(w);
	json_close_object(w);
	month_list_release(&f.months);
	free(f.has_reported);
	return rc;
}

enum err_code home_page_document(
    const struct reading *r, struct buf *out, struct err *err)
{
	return put_in_view(r, put_page, out, err);
}
