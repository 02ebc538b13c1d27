/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The notices of a department (api/notices.h), for its programs as a feed in
 * the order of their numbers and for its clerks as a page, newest first. Each
 * reading is a use of every organisation that it shows.
 */
#include "api/notices.h"

#include "api/put.h"
#include "web/page_check.h"
#include "web/seal.h"

struct reading_notices {
	struct notices_query query;
	struct notices_page page;
	struct use use;
};

static enum err_code write_trace(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct reading_notices *n = ctx;

	return notices_trace(&n->page, &n->use, turn, err);
}

static struct use use_by(const struct people_caller *who)
{
	struct use use = site_use_of(who, USE_NOTICES);

	use.purpose = span_of("notices");
	return use;
}

/* Whose notices; a refusal leaves its trace. */
static enum err_code find_department(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const char **out, struct err *err)
{
	*out = site_check_department(
	    worker, request, http_value(request, "department"));
	if (*out)
		return 0;
	err_set(
	    err, ERR_REFUSED, "no department is named that you may check for");
	site_seal(worker, response, use_by(staff_caller(request)), NULL, err);
	return ERR_REFUSED;
}

/* The document, into out, when its trace is sealed. */
static enum err_code read_notices(struct site_worker *worker,
    const struct http_request *request, const struct notices_query *query,
    struct notices_page *page_out, struct buf *out, struct err *err)
{
	const struct reading reading = site_reading(worker, request);
	struct reading_notices *n = arena_zalloc(request->arena, 1, sizeof(*n));
	enum err_code rc;

	n->query = *query;
	n->query.caller = staff_caller(request);
	n->use = use_by(n->query.caller);
	n->use.department = span_of(query->department);
	rc = notices_document(
	    &reading, worker->office, &n->query, &n->page, out, err);
	if (rc)
		return rc;
	n->use.has_answer = true;
	sha256_bytes(out->p, out->n, n->use.answer);
	*page_out = n->page;
	return staff_run(worker->site->staff, write_trace, n, err);
}

enum err_code site_notices(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct notices_query query = {.than = http_number(request, "since", 0),
	    .limit = (size_t)http_number(request, "limit", NOTICES_LIMIT)};
	struct notices_page page;
	enum err_code rc =
	    find_department(arg, request, response, &query.department, err);

	if (!rc)
		rc = read_notices(
		    arg, request, &query, &page, &response->body, err);
	return rc;
}

/* ---- for clerks ---- */

/* The page's document around that of the notices. */
static enum err_code put_page(struct site_worker *worker,
    const struct http_request *request, const struct notices_query *query,
    struct buf *out, struct err *err)
{
	struct buf list = BUF_INIT(NOTICES_DOCUMENT_BYTES_MAX);
	struct json_writer w;
	struct notices_page page;
	enum err_code rc =
	    read_notices(worker, request, query, &page, &list, err);

	if (!rc) {
		json_start(&w, out);
		json_open_object(&w);
		site_check_put_departments(&w, worker->home.catalog,
		    staff_caller(request), span_of(query->department));
		json_key(&w, "list");
		json_add_raw(&w, buf_span(&list));
		if (page.has_more)
			put_text(&w, "next",
			    "/check/notices?department=%s&before=%lld",
			    query->department, (long long)page.last);
		else
			put_null(&w, "next");
		json_close_object(&w);
	}
	buf_release(&list);
	return put_end(out, rc, err);
}

enum err_code site_notices_page(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct notices_query query = {.order = NOTICES_BEFORE,
	    .than = http_number(request, "before", INT64_MAX),
	    .limit = NOTICES_LIMIT};
	enum err_code rc =
	    find_department(arg, request, response, &query.department, err);

	if (!rc)
		rc = put_page(arg, request, &query, &response->body, err);
	return rc ? rc
		  : site_show(arg, request, response, "check-notices", err);
}
