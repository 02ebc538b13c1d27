/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The department's desk, as far as it reads: the department's own records,
 * its doubtful rows, its rates; and the check of a row that is being
 * written. What is not public is read with a trace.
 */
#include <jansson.h>
#include <stdlib.h>

#include "api/own_doubtful.h"
#include "api/own_quality.h"
#include "api/publicity.h"
#include "api/put.h"
#include "api/quality.h"
#include "intake/doubtful.h"
#include "web/desk.h"
#include "web/reviews.h"
#include "web/site_priv.h"

/* The end of a handler that looked: sealed, then shown. */
static enum err_code finish(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct desk_look *look, const char *template_name, enum err_code rc,
    struct err *err)
{
	desk_seal(worker, request, response, look, rc ? err : NULL);
	return rc ? rc
		  : site_show(worker, request, response, template_name, err);
}

/* ---- records ---- */

static enum err_code read_item(struct site_worker *worker,
    const struct http_request *request, const struct cat_item **out,
    struct err *err)
{
	struct span id = http_value(request, "item");

	*out = NULL;
	if (!id.n)
		return 0;
	*out = catalog_item(
	    worker->home.catalog, arena_dup(request->arena, id.p, id.n));
	return *out ? ERR_NONE : refuse_parameter("item", id, err);
}

enum err_code site_desk_records(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct reading reading = desk_reading(worker, request);
	struct span text = http_value(request, "q");
	struct own_records_query query = {
	    .text = text.p ? text : span_of(""),
	    .before = (uint64_t)http_number(request, "before", INT64_MAX),
	    .limit = (size_t)http_number(request, "limit", OWN_RECORDS_LIMIT),
	    .names = worker->site->names,
	};
	struct desk_look look = {.record = -1};
	enum err_code rc = desk_departments(
	    worker, request, PEOPLE_RECORDS, &query.departments, err);

	if (!rc) {
		look.department = query.departments.chosen->id;
		rc = read_item(worker, request, &query.item, err);
	}
	if (!rc)
		rc = own_records_document(
		    &reading, &query, &response->body, err);
	return finish(
	    worker, request, response, &look, "desk-records", rc, err);
}

enum err_code desk_find_record(struct site_worker *worker,
    const struct http_request *request, enum people_capability capability,
    struct own_record *out, struct err *err)
{
	const struct reading reading = desk_reading(worker, request);
	uint64_t number = (uint64_t)http_number(request, "number", 0);
	enum err_code rc = own_record_find(&reading, number, out, err);

	/* Others' numbers tell nothing. */
	if (rc || desk_may(worker, request, capability, out->department))
		return rc;
	out->department[0] = '\0';
	return err_set(err, ERR_NOT_FOUND,
	    "there is no record %llu that you may act on",
	    (unsigned long long)number);
}

enum err_code desk_check_stands(const struct http_request *request,
    const struct own_record *record, struct err *err)
{
	long long number = (long long)http_number(request, "number", 0);

	if (record->is_ended)
		return err_set(
		    err, ERR_CONFLICT, "record %lld has ended already", number);
	if ((uint64_t)number == record->newest)
		return 0;
	err_set(err, ERR_CONFLICT, "record %lld was replaced by record %llu",
	    number, (unsigned long long)record->newest);
	err_hint(err, "Go on with the newest version.");
	return ERR_CONFLICT;
}

/* What may be done with it, around the statement's own document. */
static void put_acts(struct json_writer *w, const struct site_worker *worker,
    const struct http_request *request, const struct own_record *record)
{
	bool may_amend =
	    desk_may(worker, request, PEOPLE_AMEND, record->department);
	bool is_newest =
	    record->newest == (uint64_t)http_number(request, "number", 0);
	bool is_own = strcmp(record->withdrawn_by, record->department) == 0;

	json_put_bool(
	    w, "can_amend", may_amend && is_newest && !record->is_ended);
	json_put_bool(w, "can_reinstate", may_amend && is_newest && is_own);
	json_put_bool(w, "needs_second",
	    reviews_are_needed(worker, record->department, CAT_ACT_WITHDRAW));
	if (record->withdrawn_by[0])
		record_put_department(w, "withdrawn_by", worker->home.catalog,
		    record->withdrawn_by);
	else
		put_null(w, "withdrawn_by");
}

static void put_tried(struct json_writer *w, const struct desk_tried *tried)
{
	json_put_span(w, "given_reason", tried->reason);
	json_key(w, "problem");
	json_open_object(w);
	json_put_str(w, "message", tried->why->message);
	json_put_str(w, "detail", tried->why->detail);
	json_put_str(w, "hint", tried->why->hint);
	json_close_object(w);
}

static enum err_code put_record(const struct site_worker *worker,
    const struct http_request *request, const struct own_record *record,
    const struct desk_tried *tried, struct buf *document,
    struct http_response *response, struct err *err)
{
	uint64_t number = (uint64_t)http_number(request, "number", 0);
	int64_t review = 0;
	struct json_writer w;
	enum err_code rc = review_of_record(
	    worker->office, record->department, number, &review, err);

	if (rc)
		return rc;
	json_start(&w, &response->body);
	json_open_object(&w);
	record_put_department(
	    &w, "department", worker->home.catalog, record->department);
	if (tried)
		put_tried(&w, tried);
	put_acts(&w, worker, request, record);
	reviews_put_waiting(&w, review);
	json_put_bool(&w, "is_newest", number == record->newest);
	json_put_int(&w, "newest", (int64_t)record->newest);
	json_put_bool(&w, "is_ended", record->is_ended);
	json_key(&w, "statement");
	json_add_raw(&w, buf_span(document));
	json_close_object(&w);
	return 0;
}

enum err_code desk_show_record(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct desk_tried *tried, struct err *err)
{
	const struct reading reading = desk_reading(worker, request);
	struct desk_look look = {.record = http_number(request, "number", 0)};
	struct buf document = BUF_INIT(RECORD_DOCUMENT_BYTES_MAX);
	struct own_record record;
	enum err_code rc;

	own_record_init(&record);
	rc = desk_find_record(worker, request, PEOPLE_RECORDS, &record, err);
	if (!rc)
		rc = record_document(&reading, worker->home.ledger,
		    (uint64_t)look.record, &document, err);
	if (!rc)
		rc = put_record(
		    worker, request, &record, tried, &document, response, err);
	look.department = record.department;
	look.subject = record.code;
	look.subject_id = record.subject_id;
	desk_seal(worker, request, response, &look,
	    rc		? err
		: tried ? tried->why
			: NULL);
	if (tried)
		response->status = http_status_of(tried->why->code);
	if (!rc)
		rc = site_show(worker, request, response, "desk-record", err);
	buf_release(&document);
	own_record_release(&record);
	return rc;
}

enum err_code site_desk_record(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return desk_show_record(arg, request, response, NULL, err);
}

/* ---- doubtful rows ---- */

enum err_code site_desk_doubtful(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct reading reading = desk_reading(worker, request);
	struct own_doubtful_query query = {
	    .is_decided = http_choice(request, "state") == 1,
	    .after = http_number(request, "after", 0),
	    .limit = OWN_DOUBTFUL_LIMIT,
	};
	struct desk_look look = {.record = -1};
	enum err_code rc = desk_departments(
	    worker, request, PEOPLE_RESOLVE, &query.departments, err);

	if (!rc) {
		look.department = query.departments.chosen->id;
		rc = own_doubtful_document(
		    &reading, &query, &response->body, err);
	}
	return finish(
	    worker, request, response, &look, "desk-doubtful", rc, err);
}

enum err_code desk_show_doubtful(struct site_worker *worker,
    const struct http_request *request, struct buf *out,
    const char **department_out, struct err *err)
{
	const struct reading reading = desk_reading(worker, request);
	int64_t id = http_number(request, "row", 0);
	struct own_choice departments;
	enum err_code rc = desk_departments(
	    worker, request, PEOPLE_RESOLVE, &departments, err);
	size_t i;

	/* Whose it is, is found by asking for each that the caller works
	 * for: nearly always one. */
	for (i = 0; !rc && i < departments.count; i++) {
		departments.chosen = departments.list[i];
		rc = own_doubtful_row_document(
		    &reading, &departments, id, out, err);
		if (rc != ERR_NOT_FOUND) {
			*department_out = departments.chosen->id;
			return rc;
		}
		buf_reset(out);
		if (i + 1 < departments.count)
			rc = 0;
	}
	return rc;
}

void desk_about_doubtful(struct site_worker *worker,
    const struct http_request *request, int64_t row, struct buf *out)
{
	const struct reading reading = desk_reading(worker, request);
	struct err ignored;

	doubtful_show(reading.store, reading.catalog, NULL, row, out, &ignored);
}

enum err_code site_desk_doubtful_row(void *arg,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	struct site_worker *worker = arg;
	struct desk_look look = {
	    .record = -1, .doubtful = http_number(request, "row", 0)};
	enum err_code rc = desk_show_doubtful(
	    worker, request, &response->body, &look.department, err);

	return finish(
	    worker, request, response, &look, "desk-doubtful-row", rc, err);
}

/* ---- rates ---- */

static enum err_code read_month(
    const struct http_request *request, int *out, struct err *err)
{
	struct span text = http_value(request, "month");
	struct quality_query query = {0};
	enum err_code rc = text.n
	    ? quality_query_set(&query, span_of("month"), text, err)
	    : ERR_NONE;

	*out = query.month;
	return rc;
}

enum err_code site_desk_quality(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct reading reading = desk_reading(worker, request);
	struct own_quality_query query = {0};
	struct desk_look look = {.record = -1};
	enum err_code rc = desk_departments(
	    worker, request, PEOPLE_QUALITY, &query.departments, err);

	if (!rc) {
		look.department = query.departments.chosen->id;
		rc = read_month(request, &query.month, err);
	}
	if (!rc)
		rc = own_quality_document(
		    &reading, &query, &response->body, err);
	return finish(
	    worker, request, response, &look, "desk-quality", rc, err);
}

/* ---- a row that is being written ---- */

/* A value as a file's cell would have it. False: it is none. */
static bool cell_of(
    const struct http_request *request, json_t *value, struct span *out)
{
	char *text;

	if (json_is_string(value)) {
		*out = (struct span){
		    json_string_value(value), json_string_length(value)};
		return true;
	}
	if (json_is_null(value)) {
		*out = (struct span){NULL, 0};
		return true;
	}
	text = json_dumps(
	    value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15));
	*out = span_of(arena_strdup(request->arena, text ? text : ""));
	free(text);
	return !json_is_object(value) && !json_is_array(value);
}

static enum err_code read_row(const struct http_request *request,
    const struct catalog *catalog, json_t *json, struct row_given *out,
    struct err *err)
{
	const char *item = json_string_value(json_object_get(json, "item"));
	json_t *row = json_object_get(json, "row");
	struct row_value *values =
	    arena_alloc(request->arena, ROW_CHECK_VALUES_MAX * sizeof(*values));
	const char *name;
	json_t *value;

	out->item = item ? catalog_item(catalog, item) : NULL;
	if (!out->item || !json_is_object(row) ||
	    json_object_size(row) > ROW_CHECK_VALUES_MAX) {
		err_set(err, ERR_INPUT, "the body is no row of an item");
		err_hint(err,
		    "{\"item\": \"penalty\", \"row\": {\"CF_WSH\": \"...\"}}, "
		    "with at most %d values.",
		    ROW_CHECK_VALUES_MAX);
		return ERR_INPUT;
	}
	out->values = values;
	json_object_foreach (row, name, value) {
		struct row_value *v = &values[out->count++];

		v->name = span_of(name);
		if (cell_of(request, value, &v->text) || out->is_nested)
			continue;
		out->is_nested = true;
		out->nested_at = out->count - 1;
	}
	return 0;
}

enum err_code site_check_row(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct reading reading = desk_reading(worker, request);
	struct row_given row = {0};
	json_t *json = json_loadb(request->body.p ? request->body.p : "",
	    request->body.n, JSON_REJECT_DUPLICATES, NULL);
	enum err_code rc =
	    read_row(request, worker->home.catalog, json, &row, err);

	if (!rc)
		rc = row_check_document(worker->home.catalog, &row,
		    reading.today, &response->body, err);
	json_decref(json);
	return rc;
}
