/* SPDX-License-Identifier: Apache-2.0 */
/* Counts by department come from the lists, rates from the months. */
#include "api/departments.h"

#include <stdlib.h>
#include <string.h>

#include "api/case_sums.h"
#include "api/latest.h"
#include "api/law.h"
#include "api/measures.h"
#include "api/objection.h"
#include "api/publicity.h"
#include "api/put.h"
#include "base/mem.h"

enum { HISTORY_MONTHS = 24 };

/* What is known of every department, in the catalogue's order. */
struct overview {
	const struct catalog *catalog;
	struct publication_sums *sums;
	int64_t *counts;
	struct case_sums *cases;
};

static size_t place_of(const struct catalog *c, const char *id)
{
	const struct cat_department *d = catalog_department(c, id);

	return d ? (size_t)(d - c->departments) : c->departments_count;
}

static void take_month(void *ctx, const struct publication_month *month)
{
	struct overview *o = ctx;
	size_t at = place_of(o->catalog, month->department);

	if (at < o->catalog->departments_count)
		publication_sums_add(&o->sums[at], &month->sums);
}

static void take_facet(void *ctx, const struct publication_facet *facet)
{
	struct overview *o = ctx;
	size_t at = place_of(o->catalog, facet->department);

	if (facet->division == 0 && at < o->catalog->departments_count)
		o->counts[at] += facet->records;
}

static enum err_code load_overview(
    const struct reading *r, struct overview *o, struct err *err)
{
	enum err_code rc;

	o->catalog = r->catalog;
	o->sums = mem_zalloc(r->catalog->departments_count, sizeof(*o->sums));
	o->counts =
	    mem_zalloc(r->catalog->departments_count, sizeof(*o->counts));
	o->cases = mem_zalloc(r->catalog->departments_count, sizeof(*o->cases));
	rc = case_sums_load(r, o->cases, err);
	if (!rc)
		rc = publication_visit_months(r->store, take_month, o, err);
	return rc ? rc : publication_visit_facets(r->store, take_facet, o, err);
}

static void release_overview(struct overview *o)
{
	free(o->sums);
	free(o->counts);
	free(o->cases);
}

void department_put_contact(
    struct json_writer *w, const struct cat_department *d)
{
	const char *contact = d ? d->contact : "";

	json_put_str(w, "contact", contact);
	json_put_bool(w, "has_contact", contact[0] != '\0');
}

static void put_identity(struct json_writer *w, const struct cat_department *d)
{
	json_put_str(w, "id", d->id);
	json_put_str(w, "title", d->title);
	json_put_str(w, "code", d->code);
	json_put_str(w, "division", d->division);
	json_put_str(w, "division_title", division_title(atoi(d->division)));
	department_put_contact(w, d);
	put_text(w, "href", "/departments/%s", d->id);
}

void department_put_office(
    struct json_writer *w, const char *key, const struct catalog *c)
{
	const struct cat_department *office = catalog_credit_office(c);

	if (!office) {
		put_null(w, key);
		return;
	}
	json_key(w, key);
	json_open_object(w);
	put_identity(w, office);
	json_close_object(w);
}

static void put_overview(
    struct json_writer *w, const struct overview *o, size_t at)
{
	json_open_object(w);
	put_identity(w, &o->catalog->departments[at]);
	json_put_int(w, "count", o->counts[at]);
	json_put_int(w, "submissions", o->sums[at].submissions);
	json_put_bool(w, "has_reported", o->sums[at].submissions > 0);
	measures_put_two(w, &o->sums[at]);
	case_sums_put(w, &o->cases[at]);
	json_close_object(w);
}

static enum err_code put_departments(
    const struct reading *r, struct json_writer *w, struct err *err)
{
	struct overview o = {0};
	enum err_code rc;
	size_t i;

	json_open_object(w);
	put_head(w, r);
	rc = put_through(w, r, err);
	if (!rc)
		rc = load_overview(r, &o, err);
	json_key(w, "departments");
	json_open_array(w);
	for (i = 0; !rc && i < r->catalog->departments_count; i++)
		put_overview(w, &o, i);
	json_close_array(w);
	json_close_object(w);
	release_overview(&o);
	return rc;
}

enum err_code departments_document(
    const struct reading *r, struct buf *out, struct err *err)
{
	return put_in_view(r, put_departments, out, err);
}

/* ---- one ---- */

struct one {
	const struct reading *reading;
	const struct cat_department *department;
	struct json_writer *w;
	struct publication_sums sums;
	struct month_list months;
};

static void take_own_month(void *ctx, const struct publication_month *month)
{
	struct one *o = ctx;

	if (strcmp(month->department, o->department->id) != 0)
		return;
	publication_sums_add(&o->sums, &month->sums);
	month_list_add(&o->months, month->month, &month->sums);
}

static enum err_code put_items(struct one *o, struct err *err)
{
	const struct catalog *c = o->reading->catalog;
	enum err_code rc = 0;
	size_t i;

	json_key(o->w, "items");
	json_open_array(o->w);
	for (i = 0; i < c->items_count && !rc; i++) {
		const struct cat_item *item = &c->items[i];
		int64_t count = 0;

		if (!cat_may_provide(item, o->department))
			continue;
		rc = publication_count(o->reading->store, item->number,
		    o->department->id, &count, err);
		json_open_object(o->w);
		json_put_str(o->w, "id", item->id);
		json_put_str(o->w, "title", item_title(item));
		json_put_int(o->w, "count", count);
		json_put_bool(o->w, "is_open", item->disclosure == CAT_OPEN);
		if (list_is_open(item))
			put_text(o->w, "href", "/lists/%s?department=%s",
			    item->id, o->department->id);
		else
			put_null(o->w, "href");
		json_close_object(o->w);
	}
	json_close_array(o->w);
	return rc;
}

/* What is objected to, and the clocks that it missed. */
static enum err_code put_cases(struct one *o, struct err *err)
{
	const struct catalog *c = o->reading->catalog;
	struct case_sums *all = mem_zalloc(c->departments_count, sizeof(*all));
	enum err_code rc = case_sums_load(o->reading, all, err);

	case_sums_put(o->w, &all[o->department - c->departments]);
	free(all);
	return rc;
}

static void put_report_error(struct one *o)
{
	json_key(o->w, "report_error");
	json_open_object(o->w);
	json_put_str(o->w, "department", o->department->title);
	json_put_str(o->w, "department_code", o->department->code);
	department_put_contact(o->w, o->department);
	json_close_object(o->w);
}

static enum err_code put_one(struct one *o, struct err *err)
{
	const char *id = o->department->id;
	enum err_code rc;

	json_open_object(o->w);
	put_head(o->w, o->reading);
	rc = put_through(o->w, o->reading, err);
	if (!rc)
		rc = publication_visit_months(
		    o->reading->store, take_own_month, o, err);
	json_key(o->w, "department");
	json_open_object(o->w);
	put_identity(o->w, o->department);
	json_close_object(o->w);
	if (!rc)
		rc = put_items(o, err);
	measures_put(o->w, "measures", &o->sums);
	month_list_put(o->w, &o->months, HISTORY_MONTHS);
	if (!rc)
		rc = latest_put(o->reading, o->w, id, err);
	if (!rc)
		rc = put_cases(o, err);
	put_text(o->w, "feed", "/departments/%s/feed.atom", id);
	put_text(o->w, "quality_href", "/quality?department=%s", id);
	put_report_error(o);
	json_close_object(o->w);
	month_list_release(&o->months);
	return rc;
}

enum err_code department_find(const struct catalog *catalog, struct span id,
    const struct cat_department **out, struct err *err)
{
	char text[PUBLICATION_DEPARTMENT_BYTES] = "";

	if (id.n < sizeof(text))
		memcpy(text, id.p, id.n);
	*out = catalog_department(catalog, text);
	return *out ? ERR_NONE
		    : err_set(err, ERR_NOT_FOUND,
			  "there is no department \"%.*s\" in the catalogue",
			  (int)(id.n > 64 ? 64 : id.n), id.p);
}

enum err_code department_document(
    const struct reading *r, struct span id, struct buf *out, struct err *err)
{
	struct json_writer w;
	struct one o = {.reading = r, .w = &w};
	enum err_code rc = department_find(r->catalog, id, &o.department, err);

	if (!rc)
		rc = store_begin_read(r->store, err);
	if (rc)
		return rc;
	json_start(&w, out);
	rc = put_one(&o, err);
	store_commit(r->store, NULL);
	return put_end(out, rc, err);
}

/* ---- help ---- */

enum err_code help_document(
    const struct reading *r, struct buf *out, struct err *err)
{
	const struct catalog *c = r->catalog;
	struct json_writer w;
	size_t i;

	json_start(&w, out);
	json_open_object(&w);
	put_head(&w, r);
	department_put_office(&w, "credit_office", c);
	objection_put(&w, r, NULL, OBJECTION_NO_RECORD);
	law_put_adverse(&w, c, r->today);
	law_put_kept(&w, c, r->today);
	json_key(&w, "departments");
	json_open_array(&w);
	for (i = 0; i < c->departments_count; i++) {
		json_open_object(&w);
		put_identity(&w, &c->departments[i]);
		json_close_object(&w);
	}
	json_close_array(&w);
	json_close_object(&w);
	return put_end(out, ERR_NONE, err);
}
