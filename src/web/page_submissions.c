/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that departments send: POST /v1/submissions for programs, the form
 * on /desk for people, and what became of each. The body is in a file before
 * a handler sees it (http/filing.c); nothing here decodes it.
 */
#include <string.h>
#include <strings.h>

#include "api/subject.h"
#include "api/uploads.h"
#include "base/check.h"
#include "base/keep.h"
#include "web/desk.h"
#include "web/seal.h"
#include "web/site_priv.h"
#include "web/staff.h"
#include "web/uploads.h"

/* ---- for whom ---- */

/* The department that the caller may act for: the one named, else the first
 * of the catalogue. NULL: none. */
static const char *department_of(const struct catalog *c,
    const struct people_caller *who, struct span wanted)
{
	size_t i;

	for (i = 0; i < c->departments_count; i++) {
		const struct cat_department *d = &c->departments[i];

		if ((!wanted.n || span_is(wanted, d->id)) &&
		    people_may_for(who, PEOPLE_SUBMIT, d))
			return d->id;
	}
	return NULL;
}

static enum err_code refuse_department(struct err *err)
{
	return err_set(
	    err, ERR_REFUSED, "no department is named that you may submit for");
}

static const char *text_of(struct arena *arena, struct span text)
{
	return arena_dup(arena, text.p ? text.p : "", text.n);
}

/* What came with a file. */
struct given {
	struct span item;
	struct span department;
	struct span file_name;
	struct span key;
	struct http_file file;
};

static enum err_code check_item(const struct catalog *c, const char *item_id,
    const char *department, struct err *err)
{
	const struct cat_item *item = catalog_item(c, item_id);
	const struct cat_department *d = catalog_department(c, department);

	if (!item)
		return err_set(
		    err, ERR_NOT_FOUND, "there is no item \"%s\"", item_id);
	if (!cat_may_provide(item, d))
		return err_set(err, ERR_REFUSED,
		    "\"%s\" may not provide \"%s\"", d->title, item->title);
	return 0;
}

/* The name without its folders; a key that can be compared. */
static enum err_code check_texts(struct given *sent, struct err *err)
{
	size_t i;

	for (i = sent->file_name.n; i > 0; i--)
		if (sent->file_name.p[i - 1] == '/' ||
		    sent->file_name.p[i - 1] == '\\')
			break;
	sent->file_name.p += i;
	sent->file_name.n -= i;
	if (sent->file_name.n == 0 || sent->file_name.n > UPLOAD_NAME_BYTES_MAX)
		return err_set(
		    err, ERR_INPUT, "the file has no name, or a too long one");
	for (i = 0; i < sent->key.n; i++)
		if (sent->key.p[i] < 0x21 || sent->key.p[i] > 0x7e)
			break;
	if (i < sent->key.n || sent->key.n > UPLOAD_KEY_BYTES_MAX)
		return err_set(err, ERR_INPUT,
		    "an idempotency key is up to %d printable characters of "
		    "ASCII",
		    (int)UPLOAD_KEY_BYTES_MAX);
	if (subject_refuse_person(sent->file_name, err) ||
	    subject_refuse_person(sent->key, err))
		return err_set(err, ERR_REFUSED,
		    "the name of the file or its key holds the identity "
		    "number of a person");
	return 0;
}

/* Keeps the file and holds the answer until it has ended; a refusal leaves
 * its trace. */
static enum err_code take_file(struct site_worker *worker,
    const struct http_request *request, struct given *given, http_handler *then,
    struct http_response *response, struct err *err)
{
	const struct people_caller *who = staff_caller(request);
	const struct catalog *c = worker->home.catalog;
	const char *department = department_of(c, who, given->department);
	struct uploads_sent sent = {.act = CAT_ACT_SUBMIT,
	    .words = "",
	    .upload = {.sender = desk_name(request),
		.department = department,
		.item = text_of(request->arena, given->item)},
	    .use = site_use_of(who, USE_SUBMIT)};
	enum err_code rc;

	if (!worker->site->uploads)
		return err_set(
		    err, ERR_BUSY, "nothing can be sent in just now");
	/* Of what there is not only the attempt is kept, not its name. */
	sent.use.purpose = catalog_item(c, sent.upload.item)
	    ? given->item
	    : span_of(request->route->name);
	rc = department ? check_item(c, sent.upload.item, department, err)
			: refuse_department(err);
	if (department)
		sent.use.department = span_of(department);
	if (!rc)
		rc = check_texts(given, err);
	if (rc) {
		site_seal(worker, response, sent.use, NULL, err);
		return rc;
	}
	sent.upload.file_name = text_of(request->arena, given->file_name);
	sent.upload.key = text_of(request->arena, given->key);
	sent.upload.file_bytes = (int64_t)given->file.bytes;
	memcpy(sent.upload.file_digest, given->file.digest, SHA256_BYTES);
	rc = uploads_keep(worker, &given->file, &sent, err);
	if (!rc)
		response->hold = uploads_wait(worker, sent.upload.id, then);
	if (rc == ERR_BUSY)
		response->status = 429;
	return rc;
}

/* ---- one of them ---- */

/* That others' exist is nobody else's business. */
static enum err_code find_upload(struct site_worker *worker,
    const struct http_request *request, int64_t id, struct upload *out,
    struct err *err)
{
	enum err_code rc =
	    upload_get(worker->office, request->arena, id, out, err);

	if (!rc && !desk_may(worker, request, PEOPLE_SUBMIT, out->department) &&
	    !desk_may(worker, request, PEOPLE_RECORDS, out->department))
		rc = err_set(err, ERR_NOT_FOUND, "there is no submission %lld",
		    (long long)id);
	return rc;
}

static struct use use_of(
    const struct http_request *request, int64_t id, const struct upload *upload)
{
	struct use use = site_use_of(staff_caller(request), USE_READ);

	use.reference = span_of(
	    arena_printf(request->arena, "submission-%lld", (long long)id));
	use.purpose = span_of(request->route->name);
	if (upload)
		use.department = span_of(upload->department);
	return use;
}

enum err_code site_submission(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct reading reading = site_reading(worker, request);
	int64_t id = http_number(request, "number", 0);
	struct upload upload;
	enum err_code rc = find_upload(worker, request, id, &upload, err);
	bool is_found = !rc;

	if (!rc)
		rc = uploads_document(
		    &reading, worker->office, &upload, &response->body, err);
	site_seal(worker, response,
	    use_of(request, id, is_found ? &upload : NULL),
	    rc ? NULL : &response->body, rc ? err : NULL);
	return rc ? rc
		  : site_show(worker, request, response, "submission", err);
}

/* What is sealed of rejected rows before they are sent. */
struct rejects {
	const struct reading *reading;
	const struct upload *upload;
	struct arena *arena;
	uint8_t digest[SHA256_BYTES];
	struct span codes;
};

/* rejects_ready */
static enum err_code keep_written(
    void *ctx, const struct rejects_written *written, struct err *err)
{
	struct rejects *r = ctx;

	(void)err;
	memcpy(r->digest, written->digest, sizeof(r->digest));
	r->codes = arena_keep(r->arena, written->codes);
	return 0;
}

static enum err_code write_rejects(void *ctx, const char *path, struct err *err)
{
	struct rejects *r = ctx;

	return uploads_rejects(
	    r->reading, r->upload, path, keep_written, r, err);
}

static enum err_code send_rejects(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const char *ending, struct err *err)
{
	const struct reading reading = site_reading(worker, request);
	int64_t id = http_number(request, "number", 0);
	struct upload upload;
	struct rejects rejects = {
	    .reading = &reading, .upload = &upload, .arena = request->arena};
	enum err_code rc = find_upload(worker, request, id, &upload, err);
	struct use use = use_of(request, id, rc ? NULL : &upload);

	if (!rc)
		rc = site_make_file(
		    ending, write_rejects, &rejects, &response->fd, err);
	if (rc) {
		site_seal(worker, response, use, NULL, err);
		return rc;
	}
	site_name_file(worker, response, ending, "rejects-%lld", (long long)id);
	use.has_answer = true;
	memcpy(use.answer, rejects.digest, sizeof(use.answer));
	site_seal_file(worker, response, use, rejects.codes);
	return 0;
}

enum err_code site_rejects_csv(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return send_rejects(arg, request, response, ".csv", err);
}

enum err_code site_rejects_xlsx(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return send_rejects(arg, request, response, ".xlsx", err);
}

/* ---- the list ---- */

static enum err_code list(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	const struct reading reading = site_reading(worker, request);
	struct uploads_query query = {
	    .before = http_number(request, "before", INT64_MAX),
	    .limit = http_number(request, "limit", UPLOADS_LIMIT),
	};
	struct desk_look look = {.record = -1};
	enum err_code rc = desk_departments(
	    worker, request, PEOPLE_SUBMIT, &query.departments, err);

	if (!rc) {
		look.department = query.departments.chosen->id;
		rc = uploads_list(
		    &reading, worker->office, &query, &response->body, err);
	}
	desk_seal(worker, request, response, &look, rc ? err : NULL);
	return rc;
}

enum err_code site_submissions(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	enum err_code rc = list(arg, request, response, err);

	return rc ? rc : site_show(arg, request, response, "desk", err);
}

/* ---- for programs ---- */

/* What it came to, so far. */
static enum err_code tell(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct reading reading = site_reading(worker, request);
	int64_t id = uploads_waited(request);
	struct upload upload;
	enum err_code rc = find_upload(worker, request, id, &upload, err);

	if (!rc)
		rc = uploads_document(
		    &reading, worker->office, &upload, &response->body, err);
	if (rc)
		return rc;
	response->status = upload.submission_id ? 201
	    : upload.ended_ms			? 422
						: 202;
	http_add_header(
	    response, "Location", "/v1/submissions/%lld", (long long)id);
	if (response->status == 202)
		http_add_header(response, "Retry-After", "%d", 2);
	buf_add_char(&response->body, '\n');
	return 0;
}

/* A file that was sent without a name is called by its type. */
static const char *name_by_type(struct span type)
{
	static const struct {
		const char *type, *name;
	} names[] = {
	    {"application/vnd.openxmlformats", "upload.xlsx"},
	    {"application/jsonl", "upload.jsonl"},
	    {"application/x-ndjson", "upload.jsonl"},
	    {"application/json", "upload.json"},
	    {"text/tab-separated-values", "upload.tsv"},
	};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(names); i++) {
		size_t n = strlen(names[i].type);

		if (type.n >= n && strncasecmp(type.p, names[i].type, n) == 0)
			return names[i].name;
	}
	return "upload.csv";
}

enum err_code site_submit_file(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct given sent = {.item = http_value(request, "item"),
	    .department = http_value(request, "department"),
	    .file_name = http_value(request, "file"),
	    .key = http_header(request, "Idempotency-Key"),
	    .file = request->file};

	if (!sent.file_name.n)
		sent.file_name =
		    span_of(name_by_type(http_header(request, "Content-Type")));
	return take_file(arg, request, &sent, tell, response, err);
}

/* ---- for people ---- */

static enum err_code show_it(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	(void)arg;
	(void)err;
	response->status = 303;
	http_add_header(response, "Location", "/desk/submissions/%lld",
	    (long long)uploads_waited(request));
	return 0;
}

enum err_code site_desk_upload(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct draft draft;
	struct desk_form form = {
	    .file = &draft, .folder = uploads_folder(worker)};
	struct given sent = {0};
	enum err_code rc;

	draft_init(&draft);
	rc = desk_form_read(request, &form, err);
	if (!rc && !form.file_name.n)
		rc = err_set(err, ERR_INPUT, "choose a file to send");
	if (!rc)
		rc = draft_finish(&draft, &sent.file, err);
	sent.item = desk_form_value(&form, "item");
	sent.department = desk_form_value(&form, "department");
	sent.file_name = form.file_name;
	/* The page's script gives one, for what it may send again. */
	sent.key = desk_form_value(&form, "key");
	if (!rc)
		rc = take_file(worker, request, &sent, show_it, response, err);
	draft_release(&draft);
	return rc;
}
