/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The office knows what came; the registry knows what became of it. A report
 * is told by the catalogue of its day, as "gongxin report" does.
 */
#include "api/uploads.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "api/accounts.h"
#include "api/own_records.h"
#include "api/put.h"
#include "api/reviews.h"
#include "intake/finding.h"
#include "intake/rejects.h"
#include "intake/report.h"

#define N_(text) text

/* Its review; id 0: it has none. */
static enum err_code load_review(struct store *office, const struct upload *u,
    struct arena *arena, struct review *out, struct err *err)
{
	int64_t id = 0;
	enum err_code rc = review_of_upload(office, u->id, &id, err);

	memset(out, 0, sizeof(*out));
	return rc || !id ? rc : review_get(office, arena, id, out, err);
}

/* What would become of it; nothing when that is not known (yet). */
static enum err_code load_rehearsal(struct store *office,
    const struct upload *u, struct buf *out, struct err *err)
{
	struct arena *arena = arena_new();
	struct review review;
	enum err_code rc = load_review(office, u, arena, &review, err);

	if (!rc && review.id)
		buf_add_str(out, review.rehearsal);
	arena_free(&arena);
	return rc;
}

/* The report of what became of it, or would: that of a rehearsal is told by
 * today's catalogue, for its own need not be kept anywhere. */
static enum err_code load(const struct reading *reading, struct store *office,
    const struct upload *u, struct report_stored *out, struct err *err)
{
	enum err_code rc;

	report_stored_init(out);
	if (!u->submission_id) {
		out->catalog = reading->catalog;
		out->item = catalog_item(reading->catalog, u->item);
		return load_rehearsal(office, u, &out->text, err);
	}
	rc = report_read(reading->store, u->submission_id, &out->text, err);
	return rc
	    ? rc
	    : report_find_catalogue(reading->store, reading->catalog, out, err);
}

/* ---- parts ---- */

static const struct upload_state {
	const char *id, *title;
} states[] = {
    {"waiting", N_("being taken in")},
    {"looked-through", N_("being looked through")},
    {"in-review", N_("waits for a second person")},
    {"taken-in", N_("processed")},
    {"failed", N_("could not be taken in")},
    {"refused", N_("not approved")},
};

static const struct upload_state *state_of(const struct upload *u)
{
	if (!u->ended_ms)
		return &states[u->held];
	if (u->submission_id)
		return &states[3];
	return u->error[0] ? &states[4] : &states[5];
}

static void put_state(struct json_writer *w, const struct upload *u)
{
	const struct upload_state *state = state_of(u);

	put_named(w, "state", state->id, tr(state->title));
	json_put_bool(w, "has_ended", u->ended_ms != 0);
	json_put_bool(w, "is_moving", !u->ended_ms && u->held != UPLOAD_HELD);
	json_put_bool(w, "is_taken_in", u->submission_id != 0);
}

static void put_facts(struct json_writer *w, const struct catalog *c,
    struct store *office, const struct upload *u)
{
	const struct cat_item *item = catalog_item(c, u->item);
	struct buf digest = BUF_INIT(SHA256_BYTES * 2);

	buf_add_hex(&digest, u->file_digest, SHA256_BYTES);
	json_put_int(w, "id", u->id);
	put_state(w, u);
	accounts_put_time(w, "received", u->received_ms);
	json_put_str(w, "by", u->sender);
	accounts_put_name(w, "by_name", office, u->sender);
	put_named(w, "item", u->item, item ? item_title(item) : u->item);
	record_put_department(w, "department", c, u->department);
	json_key(w, "file");
	json_open_object(w);
	json_put_str(w, "name", u->file_name);
	json_put_int(w, "bytes", u->file_bytes);
	json_put_span(w, "digest", buf_span(&digest));
	json_close_object(w);
	json_key(w, "error");
	if (u->error[0])
		json_add_raw(w, span_of(u->error));
	else
		json_add_null(w);
	buf_release(&digest);
}

/* The first rejected rows: where, and what is wrong; none of their cells. */
static enum err_code put_rows(struct json_writer *w, struct store *store,
    const struct report_stored *stored, int64_t submission, struct err *err)
{
	const enum sql_id id = SQL_INTAKE_REJECTION_LIST;
	const struct store_value key = store_int(submission);
	enum err_code rc = store_start(store, id, &key, 1, err);
	bool has_more;
	size_t n = 0;

	json_key(w, "rows");
	json_open_array(w);
	while ((has_more = store_next_row(store, id, &rc, err)) &&
	    n < UPLOADS_ROWS_MAX) {
		json_open_object(w);
		json_put_int(w, "row", store_column_int(store, id, 0));
		json_key(w, "findings");
		finding_explain_all(
		    store_column_span(store, id, 2), stored->item, w);
		json_close_object(w);
		n++;
	}
	json_close_array(w);
	store_finish(store, id);
	json_put_bool(w, "has_rows", n > 0);
	json_put_bool(w, "has_more_rows", has_more);
	return rc;
}

static void put_rejects(struct json_writer *w, const struct upload *u)
{
	struct buf path = BUF_INIT(80);

	json_key(w, "rejects");
	json_open_object(w);
	buf_addf(&path, "/v1/submissions/%lld/rejects.xlsx", (long long)u->id);
	json_put_span(w, "xlsx", buf_span(&path));
	path.n = 0;
	buf_addf(&path, "/v1/submissions/%lld/rejects.csv", (long long)u->id);
	json_put_span(w, "csv", buf_span(&path));
	json_close_object(w);
	buf_release(&path);
}

/* "review": who decides or decided about it, null when nobody has to. */
static enum err_code put_review(struct json_writer *w, struct store *office,
    const struct upload *u, struct err *err)
{
	struct arena *arena = arena_new();
	struct review review;
	enum err_code rc = load_review(office, u, arena, &review, err);

	json_key(w, "review");
	if (!rc && review.id)
		reviews_put_decision(w, office, &review);
	else
		json_add_null(w);
	arena_free(&arena);
	return rc;
}

static int64_t count_of(const json_t *report, const char *name)
{
	return json_integer_value(
	    json_object_get(json_object_get(report, "counts"), name));
}

static void put_nothing(struct json_writer *w)
{
	json_put_bool(w, "changed_nothing", false);
	json_put_bool(w, "has_no_data", false);
	json_put_bool(w, "has_none_taken", false);
	json_put_bool(w, "has_doubtful", false);
	put_null(w, "columns");
	put_null(w, "report");
	json_key(w, "rows");
	json_open_array(w);
	json_close_array(w);
	json_put_bool(w, "has_rows", false);
	json_put_bool(w, "has_more_rows", false);
	put_null(w, "rejects");
}

static void put_passed_over(struct json_writer *w, const json_t *read_as)
{
	size_t count = json_array_size(json_object_get(read_as, "unknown"));
	struct report_column column;
	size_t i;

	json_key(w, "passed_over");
	json_open_array(w);
	for (i = 0; i < count; i++) {
		if (!report_unknown(read_as, i, &column))
			continue;
		json_open_object(w);
		json_put_int(w, "column", column.column);
		json_put_str(w, "title", column.title);
		json_put_bool(w, "has_cells", column.cells > 0);
		json_put_int(w, "cells", column.cells);
		json_close_object(w);
	}
	json_close_array(w);
}

/* "columns": those of the file that no field claims ("passed_over"), and
 * titles of required fields that no column gives ("lacking").
 * "has_titles": not JSON, which a form makes, too. */
static void put_columns(
    struct json_writer *w, const json_t *report, const struct cat_item *item)
{
	const json_t *read_as =
	    json_object_get(json_object_get(report, "file"), "read_as");
	const char *format =
	    json_string_value(json_object_get(read_as, "format"));
	const json_t *at;
	size_t i;

	json_key(w, "columns");
	json_open_object(w);
	json_put_bool(
	    w, "has_titles", format && strncmp(format, "json", 4) != 0);
	put_passed_over(w, read_as);
	json_key(w, "lacking");
	json_open_array(w);
	json_array_foreach (json_object_get(read_as, "missing"), i, at) {
		const char *name = json_string_value(at);
		int field = name ? cat_field_index(item, name) : -1;

		json_add_string(
		    w, span_of(field >= 0 ? item->fields[field].title : name));
	}
	json_close_array(w);
	json_close_object(w);
}

/* What its counts come to: everything was known already; there was nothing
 * but titles; all of it came back; somebody has to say whom rows are about,
 * once they are in. */
static void put_gist(struct json_writer *w, struct span text,
    const struct cat_item *item, bool is_in)
{
	json_t *report = json_loadb(text.p, text.n, 0, NULL);
	int64_t rows = count_of(report, "rows");

	json_put_bool(w, "changed_nothing",
	    rows > 0 && count_of(report, "duplicates") == rows);
	json_put_bool(w, "has_no_data", rows == 0);
	json_put_bool(w, "has_none_taken",
	    is_in && rows > 0 &&
		count_of(report, "refused") +
			count_of(report, "natural_persons") ==
		    rows);
	json_put_bool(
	    w, "has_doubtful", is_in && count_of(report, "doubtful") > 0);
	put_columns(w, report, item);
	json_decref(report);
}

static enum err_code put_report(struct json_writer *w,
    const struct reading *reading, const struct upload *u,
    const struct report_stored *stored, struct err *err)
{
	struct buf report = BUF_INIT(REPORT_TOLD_BYTES_MAX);
	enum err_code rc =
	    report_explain(buf_span(&stored->text), stored->item, &report, err);

	if (!rc) {
		put_gist(w, buf_span(&stored->text), stored->item,
		    u->submission_id > 0);
		json_key(w, "report");
		json_add_raw(w, buf_span(&report));
		rc = put_rows(w, reading->store, stored, u->submission_id, err);
	}
	if (!rc && u->submission_id)
		put_rejects(w, u);
	else if (!rc)
		put_null(w, "rejects");
	buf_release(&report);
	return rc;
}

static enum err_code put_outcome(struct json_writer *w,
    const struct reading *reading, struct store *office, const struct upload *u,
    struct err *err)
{
	struct report_stored stored;
	enum err_code rc = load(reading, office, u, &stored, err);

	if (!rc && stored.text.n)
		rc = put_report(w, reading, u, &stored, err);
	else if (!rc)
		put_nothing(w);
	report_stored_release(&stored);
	return rc;
}

enum err_code uploads_document(const struct reading *reading,
    struct store *office, const struct upload *upload, struct buf *out,
    struct err *err)
{
	struct json_writer w;
	enum err_code rc;

	json_start(&w, out);
	json_open_object(&w);
	put_facts(&w, reading->catalog, office, upload);
	rc = put_review(&w, office, upload, err);
	if (!rc)
		rc = put_outcome(&w, reading, office, upload, err);
	json_close_object(&w);
	return rc;
}

enum err_code uploads_outcome(const struct reading *reading,
    const struct upload *upload, int64_t *record_out, bool *is_doubtful_out,
    struct err *err)
{
	struct buf text = BUF_INIT(REPORT_BYTES_MAX);
	enum err_code rc =
	    report_read(reading->store, upload->submission_id, &text, err);
	json_t *report = json_loadb(buf_str(&text), text.n, 0, NULL);

	*record_out = -1;
	*is_doubtful_out = count_of(report, "doubtful") > 0;
	if (count_of(report, "records") || count_of(report, "versions"))
		*record_out = json_integer_value(
		    json_object_get(json_object_get(report, "log"), "first"));
	json_decref(report);
	buf_release(&text);
	return rc;
}

/* ---- the list ---- */

static enum err_code put_counts(struct json_writer *w,
    const struct reading *reading, const struct upload *u, struct err *err)
{
	struct buf text = BUF_INIT(REPORT_BYTES_MAX);
	enum err_code rc = 0;

	json_key(w, "counts");
	if (u->submission_id)
		rc = report_read(reading->store, u->submission_id, &text, err);
	if (u->submission_id && !rc) {
		json_t *report = json_loadb(buf_str(&text), text.n, 0, NULL);
		char *counts =
		    json_dumps(json_object_get(report, "counts"), JSON_COMPACT);

		json_add_raw(w, span_of(counts ? counts : "null"));
		free(counts);
		json_decref(report);
	} else {
		json_add_null(w);
	}
	buf_release(&text);
	return rc;
}

enum err_code uploads_list(const struct reading *reading, struct store *office,
    const struct uploads_query *query, struct buf *out, struct err *err)
{
	const struct cat_department *chosen = query->departments.chosen;
	struct arena *arena = arena_new();
	struct upload *all =
	    arena_zalloc(arena, UPLOADS_LIMIT_MAX, sizeof(*all));
	struct json_writer w;
	size_t count = 0, i;
	enum err_code rc = uploads_of(office, arena, chosen->id, query->before,
	    (size_t)query->limit, all, &count, err);

	json_start(&w, out);
	json_open_object(&w);
	own_put_choice(&w, &query->departments);
	/* What was sent last is what is sent, or mended, next. */
	own_put_items(&w, reading->catalog, chosen,
	    count ? catalog_item(reading->catalog, all[0].item) : NULL);
	json_key(&w, "submissions");
	json_open_array(&w);
	for (i = 0; i < count && !rc; i++) {
		json_open_object(&w);
		put_facts(&w, reading->catalog, office, &all[i]);
		rc = put_counts(&w, reading, &all[i], err);
		json_close_object(&w);
	}
	json_close_array(&w);
	json_put_bool(&w, "has_submissions", count > 0);
	json_put_int(&w, "count", (int64_t)count);
	json_key(&w, "next");
	if (count && count == (size_t)query->limit)
		json_add_int(&w, all[count - 1].id);
	else
		json_add_null(&w);
	json_close_object(&w);
	arena_free(&arena);
	return rc;
}

/* ---- rejected rows ---- */

enum err_code uploads_rejects(const struct reading *reading,
    const struct upload *upload, const char *path, rejects_ready *ready,
    void *ctx, struct err *err)
{
	struct rejects_request request = {.store = reading->store,
	    .submission_id = upload->submission_id,
	    .path = path,
	    .ready = ready,
	    .ctx = ctx};
	struct report_stored stored;
	uint64_t rows = 0;
	enum err_code rc;

	if (!upload->submission_id)
		return err_set(err, ERR_NOT_FOUND,
		    "nothing of this submission was taken in or refused");
	rc = load(reading, NULL, upload, &stored, err);
	request.catalog = stored.catalog;
	if (!rc)
		rc = rejects_write(&request, &rows, err);
	report_stored_release(&stored);
	return rc;
}
