/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One record by hand: the form of an item, for a new record or for another
 * version of one that stands. It is looked at by the checker of intake, with
 * and without a script, and a good row goes the road of every file: it
 * becomes a file of one row.
 *
 * Of a correction, what the record is known by is taken from the record and
 * not from the form: nobody can turn one record into another with it.
 */
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/put.h"
#include "api/record_form.h"
#include "base/check.h"
#include "base/file.h"
#include "base/sha256.h"
#include "web/command.h"
#include "web/desk.h"
#include "web/seal.h"
#include "web/site_priv.h"

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
	bool is_sent; /* its trace is that of the sending */
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

static struct span keep(struct entering *e, struct span text)
{
	return (struct span){
	    arena_dup(e->request->arena, text.p ? text.p : "", text.n), text.n};
}

static void take_sealed(
    void *ctx, const struct cat_field *field, struct span text)
{
	struct entering *e = ctx;

	add_value(e, field->name, keep(e, text));
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

/* ---- showing it ---- */

static enum err_code show(struct entering *e, struct http_response *response,
    enum err_code rc, struct err *err)
{
	const struct reading reading = desk_reading(e->worker, e->request);
	struct desk_look look = {
	    .department = e->record.department,
	    .subject = e->record.code,
	    .subject_id = e->record.subject_id,
	    .record =
		e->is_amendment ? http_number(e->request, "number", 0) : -1,
	};

	if (!rc)
		rc = record_form_document(
		    &reading, &e->form, &response->body, err);
	/* An empty form tells nothing that is not in the catalogue. */
	if (look.record >= 0 && !e->is_sent)
		desk_seal(
		    e->worker, e->request, response, &look, rc ? err : NULL);
	return rc
	    ? rc
	    : site_show(e->worker, e->request, response, "desk-form", err);
}

enum err_code site_desk_new(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct entering e;
	enum err_code rc;

	start(&e, arg, request);
	rc = open_new(&e, err);
	finish_row(&e, false);
	return end(&e, show(&e, response, rc, err));
}

enum err_code site_desk_amend(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct entering e;
	enum err_code rc;

	start(&e, arg, request);
	rc = open_amend(&e, err);
	if (!rc)
		record_form_values(e.form.row.item,
		    buf_span(&e.record.statement), take_sealed, &e);
	finish_row(&e, false);
	return end(&e, show(&e, response, rc, err));
}

/* ---- sending it in ---- */

/*
 * The file of one row: its name follows from the form as it was sent, whose
 * boundary no browser makes twice, so that it is found again when the
 * command has ended.
 */
static void file_path(const struct site_worker *worker,
    const struct http_request *request, char *out, size_t max)
{
	uint8_t digest[SHA256_BYTES];

	sha256_bytes(request->body.p, request->body.n, digest);
	snprintf(out, max, "%s/tmp/form-%02x%02x%02x%02x%02x%02x.json",
	    worker->site->data, digest[0], digest[1], digest[2], digest[3],
	    digest[4], digest[5]);
}

static enum err_code write_file(
    struct entering *e, const char *path, struct err *err)
{
	struct buf text = BUF_INIT(2 * DESK_FORM_BYTES_MAX);
	struct json_writer w;
	enum err_code rc;
	size_t i;

	json_start(&w, &text);
	json_open_array(&w);
	json_open_object(&w);
	for (i = 0; i < e->count; i++) {
		char name[96];

		snprintf(name, sizeof(name), "%.*s", (int)e->values[i].name.n,
		    e->values[i].name.p);
		json_put_span(&w, name, e->values[i].text);
	}
	json_close_object(&w);
	json_close_array(&w);
	rc = file_write(path, buf_span(&text), err);
	buf_release(&text);
	return rc;
}

static enum err_code send(struct entering *e, struct http_response *response,
    http_handler *then, struct err *err)
{
	char path[PATH_MAX];
	const char *args[] = {"submit", "--item", e->form.row.item->id,
	    "--from", e->departments.chosen->id, path, NULL};
	enum err_code rc;

	file_path(e->worker, e->request, path, sizeof(path));
	rc = write_file(e, path, err);
	if (!rc)
		rc = site_run(e->worker, e->request, response, args, then, err);
	if (rc)
		unlink(path);
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

static int64_t count_of(const json_t *report, const char *name)
{
	return json_integer_value(
	    json_object_get(json_object_get(report, "counts"), name));
}

/* The trace of what was sent in, or of the attempt. */
static void seal_sent(struct entering *e, struct http_response *response,
    int64_t submission, const struct err *why)
{
	struct use use = site_use_of(staff_caller(e->request), USE_SUBMIT);
	char reference[40] = "";

	if (submission)
		snprintf(reference, sizeof(reference), "submission %lld",
		    (long long)submission);
	use.department =
	    span_of(e->departments.chosen ? e->departments.chosen->id
					  : e->record.department);
	use.purpose = span_of(e->request->route->name);
	use.reference = span_of(reference);
	site_seal(e->worker, response, use, NULL, why);
}

/* To what became of the row; a row that was known already goes back to its
 * form. */
static enum err_code go_on(struct entering *e, struct http_response *response,
    const json_t *report, struct err *err)
{
	const json_t *log = json_object_get(report, "log");
	enum err_code rc = 0;

	if (count_of(report, "records") || count_of(report, "versions")) {
		response->status = 303;
		http_add_header(response, "Location", "/desk/records/%lld",
		    (long long)json_integer_value(
			json_object_get(log, "first")));
	} else if (count_of(report, "doubtful") && e->departments.chosen) {
		response->status = 303;
		http_add_header(response, "Location",
		    "/desk/doubtful?department=%s", e->departments.chosen->id);
	} else if (!e->form.row.item) {
		/* The same correction was sent twice at once: the record has
		 * its next version already, and no form any more. */
		response->status = 303;
		http_add_header(response, "Location", "/desk/records/%lld",
		    (long long)http_number(e->request, "number", 0));
	} else {
		e->form.notice = count_of(report, "duplicates")
		    ? tr("This record is known already, with the same content. "
			 "Nothing was changed.")
		    : tr("It was not taken in.");
		rc = show(e, response, 0, err);
	}
	return rc;
}

static enum err_code sent(
    struct entering *e, struct http_response *response, struct err *err)
{
	const struct runner_result *ran = site_ran(e->request);
	json_t *report =
	    json_loadb(ran->out.p ? ran->out.p : "", ran->out.n, 0, NULL);
	enum err_code rc = ran->rc;
	char path[PATH_MAX];

	e->is_sent = true;
	file_path(e->worker, e->request, path, sizeof(path));
	unlink(path);
	if (rc)
		*err = ran->err;
	else
		rc = go_on(e, response, report, err);
	seal_sent(e, response,
	    json_integer_value(json_object_get(report, "submission")),
	    rc ? err : NULL);
	json_decref(report);
	return rc;
}

static enum err_code when_sent(void *arg, const struct http_request *request,
    struct http_response *response, read_fn *read, struct err *err)
{
	struct entering e;
	struct err ignored;

	start(&e, arg, request);
	/* It was read when it was sent; a correction has another newest
	 * version by now. */
	read(&e, &ignored);
	return end(&e, sent(&e, response, err));
}

static enum err_code entered(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return when_sent(arg, request, response, read_new, err);
}

static enum err_code corrected(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return when_sent(arg, request, response, read_amend, err);
}

static enum err_code answer(void *arg, const struct http_request *request,
    struct http_response *response, read_fn *read, http_handler *then,
    struct err *err)
{
	struct entering e;
	enum err_code rc;

	start(&e, arg, request);
	rc = read(&e, err);
	if (!rc && is_to_send(&e))
		rc = send(&e, response, then, err);
	else
		rc = show(&e, response, rc, err);
	return end(&e, rc);
}

enum err_code site_desk_enter(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return answer(arg, request, response, read_new, entered, err);
}

enum err_code site_desk_correct(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return answer(arg, request, response, read_amend, corrected, err);
}
