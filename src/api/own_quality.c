/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rates are those that everybody sees (api/quality.h), from the same
 * sums. What would raise them is read from the stored reports of the period,
 * whose findings are added up by item, rule and field; a row with two errors
 * counts in both, so the points of the findings are not to be added up.
 */
#include "api/own_quality.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/measures.h"
#include "api/put.h"
#include "base/json_text.h"
#include "base/mem.h"
#include "calendar/calendar.h"
#include "intake/finding.h"
#include "publication/publication.h"
#include "registry/block.h"
#include "registry/statement.h"

enum {
	SUBMISSIONS_MAX = 2000, /* of the period, the newest */
	LOSSES_SHOWN = 15,
	PLACES_SHOWN = 5, /* submissions named for a finding */
	LATE_SHOWN = 20,
	LATE_LOOKED_MAX = 5000,
	MONTHS_WITHOUT_CHOICE = 3,
	MONTHS_OFFERED = 24
};

/* A file that was sent. */
struct sent {
	int64_t submission;
	int64_t received_at;
	struct span name;
};

/* Where a finding cost rows. */
struct place {
	int64_t submission;
	int64_t received_at;
	char *file; /* its name */
	int64_t count;
	char *rows; /* JSON array */
};

/* A finding of one item, added up. */
struct loss {
	const struct cat_item *item;
	char *key; /* rule and field */
	char *example;
	int64_t count;
	bool is_missing;
	struct place places[PLACES_SHOWN]; /* the newest submissions */
	size_t places_count;
	int64_t submissions;
};

struct own {
	const struct reading *reading;
	const struct own_quality_query *query;
	struct json_writer *w;
	int from, to; /* months, both included */
	struct publication_sums all;
	struct publication_sums *by_item; /* as the catalogue's items */
	struct month_list months;
	struct loss *losses;
	size_t losses_count;
	int64_t submissions; /* read */
};

/* ---- the period ---- */

static int month_back(int month, int count)
{
	int n = month / 100 * 12 + month % 100 - 1 - count;

	return n / 12 * 100 + n % 12 + 1;
}

static void set_period(struct own *o)
{
	int now = date_month(o->reading->today);

	o->from = o->query->month ? o->query->month
				  : month_back(now, MONTHS_WITHOUT_CHOICE - 1);
	o->to = o->query->month ? o->query->month : now;
}

static int64_t month_start_ms(int month)
{
	return date_begin_ms(date_from_ymd(month / 100, month % 100, 1));
}

static void take_month(void *ctx, const struct publication_month *month)
{
	struct own *o = ctx;
	const struct catalog *c = o->reading->catalog;
	const struct cat_item *item = catalog_item_by_number(c, month->item);

	if (strcmp(month->department, o->query->departments.chosen->id) != 0)
		return;
	month_list_add(&o->months, month->month, &month->sums);
	if (month->month < o->from || month->month > o->to)
		return;
	publication_sums_add(&o->all, &month->sums);
	if (item)
		publication_sums_add(
		    &o->by_item[item - c->items], &month->sums);
}

/* ---- findings, added up ---- */

static struct loss *loss_of(
    struct own *o, const struct cat_item *item, const char *key)
{
	struct loss *loss;
	size_t i;

	for (i = 0; i < o->losses_count; i++)
		if (o->losses[i].item == item &&
		    strcmp(o->losses[i].key, key) == 0)
			return &o->losses[i];
	o->losses =
	    mem_realloc(o->losses, o->losses_count + 1, sizeof(*o->losses));
	loss = &o->losses[o->losses_count++];
	memset(loss, 0, sizeof(*loss));
	loss->item = item;
	loss->key = mem_strdup(key);
	return loss;
}

/* One finding of one report. */
static void take_finding(struct own *o, const struct cat_item *item,
    const struct sent *sent, const json_t *finding)
{
	int64_t count = json_integer_value(json_object_get(finding, "count"));
	char *example =
	    json_dumps(json_object_get(finding, "example"), JSON_COMPACT);
	char key[256];
	struct loss *loss;

	if (!example || finding_stored_is_warning(span_of(example), item)) {
		free(example);
		return;
	}
	snprintf(key, sizeof(key), "%s %s", json_text(finding, "rule"),
	    json_text(finding, "field"));
	loss = loss_of(o, item, key);
	loss->count += count;
	loss->submissions++;
	loss->is_missing = strcmp(json_text(finding, "rule"),
			       finding_rule_name(FIND_REQUIRED_MISSING)) == 0;
	if (loss->example)
		free(example);
	else
		loss->example = example;
	if (loss->places_count < PLACES_SHOWN)
		loss->places[loss->places_count++] = (struct place){
		    sent->submission, sent->received_at,
		    mem_dup(sent->name.p, sent->name.n), count,
		    json_dumps(json_object_get(finding, "rows"), JSON_COMPACT)};
}

static void take_report(struct own *o, const struct sent *sent,
    const struct cat_item *item, struct span text)
{
	json_t *report = json_loadb(text.p, text.n, 0, NULL);
	const json_t *one;
	size_t i;

	o->submissions++;
	json_array_foreach (json_object_get(report, "findings"), i, one)
		take_finding(o, item, sent, one);
	json_decref(report);
}

static enum err_code read_reports(struct own *o, struct err *err)
{
	const enum sql_id id = SQL_INTAKE_SUBMISSION_OF;
	struct store *store = o->reading->store;
	struct store_value key[] = {store_str(o->query->departments.chosen->id),
	    store_int(month_start_ms(o->from)),
	    store_int(month_start_ms(month_back(o->to, -1))),
	    store_int(SUBMISSIONS_MAX)};
	enum err_code rc = store_start(store, id, key, 4, err);

	while (store_next_row(store, id, &rc, err)) {
		const struct sent sent = {store_column_int(store, id, 0),
		    store_column_int(store, id, 2),
		    store_column_span(store, id, 3)};

		take_report(o, &sent,
		    catalog_item_by_number(o->reading->catalog,
			(int)store_column_int(store, id, 1)),
		    store_column_span(store, id, 4));
	}
	store_finish(store, id);
	return rc;
}

static int by_count(const void *a, const void *b)
{
	const struct loss *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return strcmp(x->key, y->key);
}

static void release_losses(struct own *o)
{
	size_t i, k;

	for (i = 0; i < o->losses_count; i++) {
		for (k = 0; k < o->losses[i].places_count; k++) {
			free(o->losses[i].places[k].file);
			free(o->losses[i].places[k].rows);
		}
		free(o->losses[i].key);
		free(o->losses[i].example);
	}
	free(o->losses);
}

static void put_places(struct own *o, const struct loss *loss)
{
	char moment[21];
	size_t i;

	json_key(o->w, "places");
	json_open_array(o->w);
	for (i = 0; i < loss->places_count; i++) {
		const struct place *p = &loss->places[i];

		json_open_object(o->w);
		json_put_int(o->w, "submission", p->submission);
		json_put_str(o->w, "file", p->file);
		json_put_str(
		    o->w, "received", date_format_unix(p->received_at, moment));
		json_put_int(o->w, "count", p->count);
		json_key(o->w, "rows");
		json_add_raw(o->w, span_of(p->rows ? p->rows : "[]"));
		json_close_object(o->w);
	}
	json_close_array(o->w);
	json_put_int(o->w, "submissions", loss->submissions);
}

static void put_loss(struct own *o, const struct loss *loss)
{
	json_open_object(o->w);
	put_named(o->w, "item", loss->item ? loss->item->id : "",
	    loss->item ? item_title(loss->item) : "");
	json_put_int(o->w, "count", loss->count);
	put_rate(o->w, "points", loss->count, measures_reported(&o->all));
	json_put_bool(o->w, "is_missing", loss->is_missing);
	json_key(o->w, "finding");
	if (!finding_explain(span_of(loss->example), loss->item, o->w))
		json_add_null(o->w);
	put_places(o, loss);
	json_close_object(o->w);
}

static void put_losses(struct own *o)
{
	size_t i;

	if (o->losses_count)
		qsort(o->losses, o->losses_count, sizeof(*o->losses), by_count);
	json_key(o->w, "findings");
	json_open_array(o->w);
	for (i = 0; i < o->losses_count && i < LOSSES_SHOWN; i++)
		put_loss(o, &o->losses[i]);
	json_close_array(o->w);
	json_put_bool(o->w, "has_findings", o->losses_count > 0);
	json_put_int(o->w, "findings_more",
	    o->losses_count > LOSSES_SHOWN
		? (int64_t)(o->losses_count - LOSSES_SHOWN)
		: 0);
}

/* ---- late records ---- */

/* The day on which its department first sent what the record tells of. */
static enum err_code first_sent(struct own *o, struct block *block,
    const struct publication_own *one, date_days *out, struct err *err)
{
	const struct reading *r = o->reading;
	const struct view_key key = {
	    one->subject_id, one->item, one->key_hash, one->received_on};
	struct statement s = {0};
	const struct view_record *record;
	const struct view_version *first;
	struct view view;
	struct span text;
	enum err_code rc =
	    view_load_facts(&view, r->store, r->catalog, &key, err);

	*out = one->received_on;
	if (!rc) {
		record = view.records;
		first = view_reported(
		    record, &record->versions[record->versions_count - 1]);
		rc = block_load_one(block, r->store, first->seq, &text, err);
	}
	if (!rc)
		rc = statement_read(text, &s, err);
	if (!rc && view_received_day(span_of(s.received), out))
		rc =
		    view_sent_day(r->store, s.content.resolved, *out, out, err);
	statement_release(&s);
	view_release(&view);
	return rc;
}

static date_days due_of(
    const struct cat_item *item, const struct publication_own *one)
{
	return calendar_deadline(
	    one->decided_on, item->clock.days, item->clock.is_working_days);
}

static void put_late(struct own *o, const struct cat_item *item,
    const struct publication_own *one, date_days received)
{
	date_days due = due_of(item, one);

	json_open_object(o->w);
	json_put_int(o->w, "record", (int64_t)one->seq);
	put_text(
	    o->w, "href", "/desk/records/%llu", (unsigned long long)one->seq);
	put_named(o->w, "item", item->id, item_title(item));
	json_put_date(o->w, "decided_on", one->decided_on);
	put_due(o->w, one->decided_on, due, item->clock.is_working_days);
	json_put_date(o->w, "received_on", received);
	json_put_int(o->w, "days", received - due);
	json_close_object(o->w);
}

/* Writes the record when it came late within the period; 1 when it did. */
static int offer_late(struct own *o, struct block *block,
    const struct publication_own *one, struct err *err)
{
	const struct cat_item *item =
	    catalog_item_by_number(o->reading->catalog, one->item);
	date_days received;
	enum err_code rc;

	if (!item || item->clock.days == 0 ||
	    date_month(one->received_on) < o->from ||
	    one->received_on <= due_of(item, one))
		return 0;
	rc = first_sent(o, block, one, &received, err);
	if (rc)
		return (int)rc;
	if (received <= due_of(item, one) || date_month(received) < o->from ||
	    date_month(received) > o->to)
		return 0;
	put_late(o, item, one, received);
	return 1;
}

static enum err_code put_late_records(struct own *o, struct err *err)
{
	const struct publication_own_query q = {
	    o->query->departments.chosen->id, 0, INT64_MAX};
	struct publication_own *list =
	    mem_alloc((LATE_LOOKED_MAX + 1) * sizeof(*list));
	size_t count = 0, shown = 0, i;
	struct block block;
	enum err_code rc = publication_own_list(
	    o->reading->store, &q, list, LATE_LOOKED_MAX, &count, err);

	block_init(&block);
	json_key(o->w, "late");
	json_open_array(o->w);
	for (i = 0; i < count && !rc && shown < LATE_SHOWN; i++) {
		int got = offer_late(o, &block, &list[i], err);

		if (got < 0)
			rc = (enum err_code)got;
		else
			shown += (size_t)got;
	}
	json_close_array(o->w);
	json_put_bool(o->w, "has_late", shown > 0);
	block_release(&block);
	free(list);
	return rc;
}

/* ---- the document ---- */

static void put_items(struct own *o)
{
	const struct catalog *c = o->reading->catalog;
	size_t i;

	json_key(o->w, "items");
	json_open_array(o->w);
	for (i = 0; i < c->items_count; i++) {
		const struct publication_sums *s = &o->by_item[i];

		if (s->submissions == 0)
			continue;
		json_open_object(o->w);
		json_put_str(o->w, "id", c->items[i].id);
		json_put_str(o->w, "title", item_title(&c->items[i]));
		measures_put(o->w, "measures", s);
		json_close_object(o->w);
	}
	json_close_array(o->w);
}

static void put_months(struct own *o)
{
	size_t i;
	char text[16];

	json_put_str(o->w, "month",
	    o->query->month ? month_text(o->query->month, text) : "");
	json_put_str(o->w, "from_month", month_text(o->from, text));
	json_put_str(o->w, "to_month", month_text(o->to, text));
	json_key(o->w, "months");
	json_open_array(o->w);
	for (i = o->months.count; i > 0 && o->months.count - i < MONTHS_OFFERED;
	     i--) {
		int month = o->months.list[i - 1].month;

		json_open_object(o->w);
		json_put_str(o->w, "id", month_text(month, text));
		json_put_bool(o->w, "current", month == o->query->month);
		json_close_object(o->w);
	}
	json_close_array(o->w);
}

/* What the rates would be had nothing been lost. */
static void put_chances(struct own *o)
{
	const struct publication_sums *s = &o->all;
	int64_t reported = measures_reported(s);

	put_rate(o->w, "if_mended", measures_passed(s) + s->refused, reported);
	put_rate(
	    o->w, "if_resolved", measures_passed(s) + s->doubtful, reported);
	json_put_bool(o->w, "has_rows", s->received > 0);
}

static enum err_code put_quality(struct own *o, struct err *err)
{
	enum err_code rc;

	json_open_object(o->w);
	put_head(o->w, o->reading);
	rc = put_through(o->w, o->reading, err);
	own_put_choice(o->w, &o->query->departments);
	if (!rc)
		rc = publication_visit_months(
		    o->reading->store, take_month, o, err);
	if (!rc)
		rc = read_reports(o, err);
	put_months(o);
	measures_put(o->w, "totals", &o->all);
	put_chances(o);
	put_items(o);
	put_losses(o);
	json_put_bool(o->w, "is_cut", o->submissions == SUBMISSIONS_MAX);
	if (!rc)
		rc = put_late_records(o, err);
	month_list_put(o->w, &o->months, MONTHS_OFFERED);
	measures_put_rules(o->w);
	json_close_object(o->w);
	return rc;
}

enum err_code own_quality_document(const struct reading *reading,
    const struct own_quality_query *query, struct buf *out, struct err *err)
{
	struct json_writer w;
	struct own o = {.reading = reading, .query = query, .w = &w};
	enum err_code rc = store_begin_read(reading->store, err);

	if (rc)
		return rc;
	o.by_item =
	    mem_zalloc(reading->catalog->items_count, sizeof(*o.by_item));
	set_period(&o);
	json_start(&w, out);
	rc = put_quality(&o, err);
	store_commit(reading->store, NULL);
	release_losses(&o);
	month_list_release(&o.months);
	free(o.by_item);
	return put_end(out, rc, err);
}
