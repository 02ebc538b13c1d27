/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One record by hand: the form of an item, for a new record or for another
 * version of one that stands. It is looked at by the checker of intake, with
 * and without a script, and a good row goes the road of every file: it
 * becomes a file of one row (uploads.h), and waits for a second person where
 * the department's policy asks for one.
 *
 * Of a correction, what the record is known by is taken from the record and
 * not from the form: nobody can turn one record into another with it.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "api/record_form.h"
#include "api/uploads.h"
#include "base/check.h"
#include "base/keep.h"
#include "http/draft.h"
#include "intake/review.h"
#include "web/desk.h"
#include "web/seal.h"
#include "web/site_priv.h"
#include "web/uploads.h"

/* A form under way. */
struct entering {
	struct site_worker *worker;
	const struct http_request *request;
	struct own_choice departments;
	struct record_form form;
	struct desk_form given;
	struct own_record record; /* that is corrected */
	struct row_value *values; /* of the row, DESK_VALUES_MAX */
	size_t count;
	bool is_amendment;
};

static void start(struct entering *e, struct site_worker *worker,
    const struct http_request *request)
{
	memset(e, 0, sizeof(*e));
	e->worker = worker;
	e->request = request;
	e->form.record = -1;
	e->values =
	    arena_alloc(request->arena, DESK_VALUES_MAX * sizeof(*e->values));
	own_record_init(&e->record);
}

static enum err_code end(struct entering *e, enum err_code rc)
{
	own_record_release(&e->record);
	return rc;
}

/* ---- what the row says ---- */

static void add_value(struct entering *e, const char *name, struct span text)
{
	ASSERT(e->count < DESK_VALUES_MAX);
	e->values[e->count++] = (struct row_value){span_of(name), text};
}

/* What was typed, of fields that the form has. */
static void take_given(struct entering *e)
{
	const struct cat_item *item = e->form.row.item;
	bool is_new = e->form.record < 0;
	size_t i;

	for (i = 0; i < item->fields_count; i++) {
		const struct cat_field *f = &item->fields[i];
		struct span text = desk_form_value(&e->given, f->name);

		if (record_form_has(f) && text.n &&
		    (is_new || !record_form_is_fixed(f)))
			add_value(e, f->name, text);
	}
}

static void take_sealed(
    void *ctx, const struct cat_field *field, struct span text)
{
	struct entering *e = ctx;

	add_value(e, field->name, arena_keep(e->request->arena, text));
}

static void take_fixed(
    void *ctx, const struct cat_field *field, struct span text)
{
	if (record_form_is_fixed(field))
		take_sealed(ctx, field, text);
}

static void finish_row(struct entering *e, bool is_checked)
{
	e->form.row.values = e->values;
	e->form.row.count = e->count;
	e->form.is_checked = is_checked;
	e->form.department = e->departments.chosen;
}

/* ---- which form ---- */

static enum err_code find_item(
    struct entering *e, struct span id, struct err *err)
{
	const struct catalog *c = e->worker->home.catalog;
	const struct cat_item *item =
	    catalog_item(c, arena_dup(e->request->arena, id.p, id.n));

	if (!item)
		return err_set(err, ERR_NOT_FOUND,
		    "there is no item \"%.*s\" in the catalogue", (int)id.n,
		    id.p);
	if (!cat_may_provide(item, e->departments.chosen))
		return err_set(err, ERR_REFUSED,
		    "\"%s\" does not provide \"%s\"",
		    e->departments.chosen->title, item->title);
	e->form.row.item = item;
	return 0;
}

static enum err_code open_new(struct entering *e, struct err *err)
{
	struct span item = http_value(e->request, "item");
	enum err_code rc = desk_departments(
	    e->worker, e->request, PEOPLE_SUBMIT, &e->departments, err);

	return rc ? rc : find_item(e, item, err);
}

static enum err_code open_amend(struct entering *e, struct err *err)
{
	const struct catalog *c = e->worker->home.catalog;
	const struct cat_department **list =
	    arena_alloc(e->request->arena, sizeof(*list));
	enum err_code rc = desk_find_record(
	    e->worker, e->request, PEOPLE_AMEND, &e->record, err);

	e->is_amendment = true;
	if (!rc)
		rc = desk_check_stands(e->request, &e->record, err);
	if (rc)
		return rc;
	list[0] = catalog_department(c, e->record.department);
	if (!list[0])
		return err_set(err, ERR_NOT_FOUND,
		    "there is no department \"%s\" in the catalogue",
		    e->record.department);
	e->departments = (struct own_choice){list, 1, list[0]};
	e->form.record = http_number(e->request, "number", 0);
	return find_item(e, span_of(e->record.item), err);
}

/* What the caller himself has asked a second person for in vain, to be mended
 * and asked again. */
static enum err_code take_asked(struct entering *e, int64_t id, struct err *err)
{
	const struct cat_item *item = e->form.row.item;
	struct review review;
	enum err_code rc =
	    review_get(e->worker->office, e->request->arena, id, &review, err);
	json_t *row;
	size_t i;

	if (!rc &&
	    (strcmp(review.asked_by, desk_name(e->request)) != 0 ||
		strcmp(review.department, e->departments.chosen->id) != 0))
		rc = err_set(err, ERR_NOT_FOUND, "there is no review %lld",
		    (long long)id);
	if (rc)
		return rc;
	row = json_loads(review.words, 0, NULL);
	for (i = 0; i < item->fields_count; i++) {
		const struct cat_field *f = &item->fields[i];
		const char *text =
		    json_string_value(json_object_get(row, f->name));

		if (text && record_form_has(f) &&
		    (!e->is_amendment || !record_form_is_fixed(f)))
			add_value(e, f->name,
			    arena_keep(e->request->arena, span_of(text)));
	}
	json_decref(row);
	return 0;
}

/* ---- showing it ---- */

static enum err_code show(struct entering *e, struct http_response *response,
    enum err_code rc, struct err *err)
{
	const struct reading reading = desk_reading(e->worker, e->request);
	struct desk_look look = {
	    .department = e->departments.chosen ? e->departments.chosen->id
						: e->record.department,
	    .subject = e->record.code,
	    .subject_id = e->record.subject_id,
	    .record =
		e->is_amendment ? http_number(e->request, "number", 0) : -1,
	};

	if (!rc)
		rc = record_form_document(
		    &reading, &e->form, &response->body, err);
	/* An empty form tells nothing that is not in the catalogue. */
	if (look.record >= 0 || e->count > 0)
		desk_seal(
		    e->worker, e->request, response, &look, rc ? err : NULL);
	return rc
	    ? rc
	    : site_show(e->worker, e->request, response, "desk-form", err);
}

enum err_code site_desk_new(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	int64_t again = http_number(request, "again", 0);
	struct entering e;
	enum err_code rc;

	start(&e, arg, request);
	rc = open_new(&e, err);
	if (!rc && again)
		rc = take_asked(&e, again, err);
	finish_row(&e, false);
	return end(&e, show(&e, response, rc, err));
}

enum err_code site_desk_amend(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	int64_t again = http_number(request, "again", 0);
	struct entering e;
	enum err_code rc;

	start(&e, arg, request);
	rc = open_amend(&e, err);
	if (!rc)
		record_form_values(e.form.row.item,
		    buf_span(&e.record.statement),
		    again ? take_fixed : take_sealed, &e);
	if (!rc && again)
		rc = take_asked(&e, again, err);
	finish_row(&e, false);
	return end(&e, show(&e, response, rc, err));
}

/* ---- sending it in ---- */

static void write_row(const struct entering *e, struct buf *out)
{
	struct json_writer w;
	size_t i;

	json_start(&w, out);
	json_open_object(&w);
	for (i = 0; i < e->count; i++) {
		char name[96];

		snprintf(name, sizeof(name), "%.*s", (int)e->values[i].name.n,
		    e->values[i].name.p);
		json_put_span(&w, name, e->values[i].text);
	}
	json_close_object(&w);
}

/* What the file of a row by hand is called where files are listed. */
static const char *name_of(const struct entering *e)
{
	return e->is_amendment
	    ? arena_printf(e->request->arena, "更正-%lld.json",
		  (long long)e->form.record)
	    : "手工录入.json";
}

static enum err_code write_draft(struct entering *e, struct span row,
    struct draft *draft, struct http_file *file, struct err *err)
{
	const char *head = e->is_amendment
	    ? arena_printf(e->request->arena, "[{\"" CORRECTS_COLUMN "\":%lld,",
		  (long long)e->form.record)
	    : "[{";
	enum err_code rc = draft_open(draft, uploads_folder(e->worker), err);

	/* What it is known by is taken from the record. */
	ASSERT(!e->is_amendment || e->count > 0);
	if (!rc)
		rc = draft_add(draft, span_of(head), err);
	if (!rc)
		rc = draft_add(draft, (struct span){row.p + 1, row.n - 1}, err);
	if (!rc)
		rc = draft_add(draft, span_of("]"), err);
	return rc ? rc : draft_finish(draft, file, err);
}

static struct uploads_sent sent_of(const struct entering *e, const char *words)
{
	const struct people_caller *who = staff_caller(e->request);
	struct uploads_sent sent = {
	    .act = e->is_amendment ? CAT_ACT_AMEND : CAT_ACT_SUBMIT,
	    .about = e->is_amendment ? e->form.record : 0,
	    .words = words,
	    .upload = {.sender = desk_name(e->request),
		.department = e->departments.chosen->id,
		.item = e->form.row.item->id,
		.file_name = name_of(e),
		.key = ""},
	    .use = site_use_of(who, USE_SUBMIT)};

	sent.use.department = span_of(sent.upload.department);
	sent.use.subject = span_of(e->record.code);
	sent.use.subject_id = e->record.subject_id;
	sent.use.purpose = span_of(e->request->route->name);
	return sent;
}

/* To what became of it: the record, the doubtful row, else the report. */
static enum err_code go_on(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct reading reading = desk_reading(worker, request);
	int64_t id = uploads_waited(request);
	int64_t record = -1;
	bool is_doubtful = false;
	struct upload upload;
	enum err_code rc =
	    upload_get(worker->office, request->arena, id, &upload, err);

	if (!rc && upload.submission_id)
		rc = uploads_outcome(
		    &reading, &upload, &record, &is_doubtful, err);
	if (rc)
		return rc;
	response->status = 303;
	if (record >= 0)
		http_add_header(response, "Location", "/desk/records/%lld",
		    (long long)record);
	else if (is_doubtful)
		http_add_header(response, "Location",
		    "/desk/doubtful?department=%s", upload.department);
	else
		http_add_header(response, "Location", "/desk/submissions/%lld",
		    (long long)id);
	return 0;
}

static enum err_code send(
    struct entering *e, struct http_response *response, struct err *err)
{
	struct buf row = BUF_INIT(REVIEW_WORDS_BYTES_MAX);
	struct http_file file = {.fd = -1};
	struct uploads_sent sent;
	struct draft draft;
	enum err_code rc;

	if (!e->worker->site->uploads)
		return err_set(
		    err, ERR_BUSY, "nothing can be sent in just now");
	draft_init(&draft);
	write_row(e, &row);
	sent = sent_of(e, buf_str(&row));
	rc = row.is_full ? err_set(err, ERR_INPUT, "the form is too long")
			 : write_draft(e, buf_span(&row), &draft, &file, err);
	if (!rc) {
		sent.upload.file_bytes = (int64_t)file.bytes;
		memcpy(sent.upload.file_digest, file.digest, SHA256_BYTES);
		rc = uploads_keep(e->worker, &file, &sent, err);
	}
	if (!rc)
		response->hold = uploads_wait(e->worker, sent.upload.id, go_on);
	draft_release(&draft);
	buf_release(&row);
	return rc;
}

/* Is it to be sent, and would it be taken in? */
static bool is_to_send(struct entering *e)
{
	const struct reading reading = desk_reading(e->worker, e->request);
	struct buf text = BUF_INIT(ROW_CHECK_DOCUMENT_BYTES_MAX);
	json_t *check = NULL;
	bool is_good = false;

	if (span_is(desk_form_value(&e->given, "do"), "send") &&
	    row_check_document(e->worker->home.catalog, &e->form.row,
		reading.today, &text, NULL) == 0) {
		check = json_loadb(buf_str(&text), text.n, 0, NULL);
		is_good = json_is_true(json_object_get(check, "is_good"));
	}
	json_decref(check);
	buf_release(&text);
	return is_good;
}

/* ---- what was filled in ---- */

static enum err_code read_new(struct entering *e, struct err *err)
{
	enum err_code rc = open_new(e, err);

	if (!rc)
		rc = desk_form_read(e->request, &e->given, err);
	if (!rc)
		take_given(e);
	finish_row(e, true);
	return rc;
}

static enum err_code read_amend(struct entering *e, struct err *err)
{
	enum err_code rc = open_amend(e, err);

	if (!rc)
		rc = desk_form_read(e->request, &e->given, err);
	if (!rc) {
		record_form_values(e->form.row.item,
		    buf_span(&e->record.statement), take_fixed, e);
		take_given(e);
	}
	finish_row(e, true);
	return rc;
}

typedef enum err_code read_fn(struct entering *e, struct err *err);

static enum err_code answer(void *arg, const struct http_request *request,
    struct http_response *response, read_fn *read, struct err *err)
{
	struct entering e;
	enum err_code rc;

	start(&e, arg, request);
	rc = read(&e, err);
	if (!rc && is_to_send(&e))
		rc = send(&e, response, err);
	else
		rc = show(&e, response, rc, err);
	return end(&e, rc);
}

enum err_code site_desk_enter(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return answer(arg, request, response, read_new, err);
}

enum err_code site_desk_correct(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return answer(arg, request, response, read_amend, err);
}
