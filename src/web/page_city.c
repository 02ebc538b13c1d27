/* SPDX-License-Identifier: Apache-2.0 */
/* The city's own pages: home, quality, departments, changes, log, catalogue,
 * help; and feeds. */
#include "api/atom.h"
#include "api/catalogue_page.h"
#include "api/changes.h"
#include "api/csv.h"
#include "api/departments.h"
#include "api/home_page.h"
#include "api/log_page.h"
#include "api/quality.h"
#include "api/tables.h"
#include "intake/template.h"
#include "web/site_priv.h"

enum err_code site_home(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	enum err_code rc = home_page_document(&reading, &response->body, err);

	return rc ? rc : site_show(worker, request, response, "home", err);
}

/* ---- quality ---- */

static enum err_code read_quality(const struct http_request *request,
    struct quality_query *out, struct err *err)
{
	const struct http_param *params = request->route->params;
	enum err_code rc = 0;
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; params[i].name && !rc; i++)
		if (request->values[i].p)
			rc = quality_query_set(out, span_of(params[i].name),
			    request->values[i], err);
	return rc;
}

enum err_code site_quality(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	struct quality_query query;
	enum err_code rc = read_quality(request, &query, err);

	if (!rc)
		rc = quality_document(&reading, &query, &response->body, err);
	return rc ? rc : site_show(worker, request, response, "quality", err);
}

enum err_code site_quality_csv(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	struct quality_query query;
	enum err_code rc = read_quality(request, &query, err);

	if (!rc)
		rc = quality_csv(&reading, &query, &response->body, err);
	if (!rc)
		site_name_file(worker, response, ".csv", "quality");
	return rc;
}

/* ---- departments ---- */

enum err_code site_departments(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	enum err_code rc = departments_document(&reading, &response->body, err);

	return rc ? rc
		  : site_show(worker, request, response, "departments", err);
}

enum err_code site_department(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	enum err_code rc = department_document(
	    &reading, http_value(request, "id"), &response->body, err);

	return rc ? rc
		  : site_show(worker, request, response, "department", err);
}

/* ---- feeds ---- */

static struct atom_site atom_site_of(
    const struct site_worker *worker, const struct http_request *request)
{
	const struct site *site = worker->site;

	return (struct atom_site){
	    .base = site->origin ? site->origin : site->local_origin,
	    .name = site->name[request->lang],
	};
}

enum err_code site_subject_feed(void *worker,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	struct reading reading = site_reading(worker, request);
	struct atom_site atom = atom_site_of(worker, request);
	enum err_code rc = subject_feed(
	    &reading, http_value(request, "code"), &atom, &response->body, err);

	if (rc == ERR_REFUSED || rc == ERR_CONFLICT)
		response->status = 404;
	return rc;
}

enum err_code site_department_feed(void *worker,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	struct reading reading = site_reading(worker, request);
	struct atom_site atom = atom_site_of(worker, request);

	return department_feed(
	    &reading, http_value(request, "id"), &atom, &response->body, err);
}

/* ---- changes, log, catalogue, help ---- */

enum err_code site_changes(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	bool is_newest_first = http_choice(request, "order") == 1;
	struct changes_query query = {.is_newest_first = is_newest_first,
	    .since = (uint64_t)http_number(request, "since", 0),
	    .before = (uint64_t)http_number(
		request, "before", (int64_t)CHANGES_TO_END),
	    .limit = (size_t)http_number(
		request, "limit", (int64_t)changes_limit(is_newest_first))};
	enum err_code rc =
	    changes_document(&reading, &query, &response->body, err);

	return rc ? rc : site_show(worker, request, response, "changes", err);
}

enum err_code site_log(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct reading reading = site_reading(worker, request);
	enum err_code rc = log_document(&reading, worker->home.ledger,
	    worker->uses, worker->home.origin, &response->body, err);

	return rc ? rc : site_show(worker, request, response, "log", err);
}

enum err_code site_catalogue(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	enum err_code rc = catalogue_document(
	    &reading, http_date(request, "on"), &response->body, err);

	return rc ? rc : site_show(worker, request, response, "catalogue", err);
}

enum err_code site_catalogue_item(void *worker,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	struct reading reading = site_reading(worker, request);
	enum err_code rc =
	    catalogue_item_document(&reading, http_value(request, "item"),
		http_date(request, "on"), &response->body, err);

	return rc ? rc
		  : site_show(worker, request, response, "catalogue-item", err);
}

struct template
{
	const struct cat_item *item;
	enum reader_format format;
	const char *mark; /* of example data; NULL: none */
};

static enum err_code write_template(
    void *ctx, const char *path, struct err *err)
{
	const struct template *t = ctx;

	return template_write(t->item, path, t->format, t->mark, err);
}

static enum err_code send_template(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    enum reader_format format, struct err *err)
{
	const struct span id = http_value(request, "item");
	struct template t = {.item = catalog_item(worker->home.catalog,
				 arena_dup(request->arena, id.p, id.n)),
	    .format = format};

	if (!t.item)
		return err_set(err, ERR_NOT_FOUND,
		    "there is no item \"%.*s\" in the catalogue", (int)id.n,
		    id.p);
	if (worker->home.catalog->shows_example)
		t.mark = csv_example_mark();
	site_name_file(worker, response,
	    format == READER_CSV ? ".csv" : ".xlsx", "%s", t.item->id);
	return site_make_file("", write_template, &t, &response->fd, err);
}

enum err_code site_template_csv(void *worker,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	return send_template(worker, request, response, READER_CSV, err);
}

enum err_code site_template_xlsx(void *worker,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	return send_template(worker, request, response, READER_XLSX, err);
}

enum err_code site_table_memoranda(void *worker,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	struct reading reading = site_reading(worker, request);
	enum err_code rc = table_memoranda_document(
	    &reading, http_date(request, "on"), &response->body, err);

	return rc ? rc
		  : site_show(worker, request, response, "table-measures", err);
}

enum err_code site_table_kinds(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	enum err_code rc = table_kinds_document(
	    &reading, http_date(request, "on"), &response->body, err);

	return rc ? rc
		  : site_show(worker, request, response, "table-measures", err);
}

enum err_code site_table_matters(void *worker,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	struct reading reading = site_reading(worker, request);
	enum err_code rc = table_matters_document(
	    &reading, http_date(request, "on"), &response->body, err);

	return rc ? rc
		  : site_show(worker, request, response, "table-matters", err);
}

/* What stands in the frame of a page. */
static struct span content_of(struct span page)
{
	static const char begin[] = "<main id=\"main\"", end[] = "</main>";
	const char *from = memmem(page.p, page.n, begin, strlen(begin));
	const char *to = memmem(page.p, page.n, end, strlen(end));

	from = from ? strchr(from, '>') : NULL;
	if (!from || !to)
		return (struct span){NULL, 0};
	return (struct span){from + 1, (size_t)(to - from - 1)};
}

/* The words stand in the template: the document takes them from the page. */
static enum err_code add_html(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct buf page = BUF_INIT(WEB_PAGE_BYTES_MAX);
	struct buf document = response->body;
	struct json_writer w;
	enum err_code rc = site_render(worker, request, response,
	    request->route->name, buf_span(&document), &page, err);

	buf_init(&response->body, WEB_PAGE_BYTES_MAX);
	json_start(&w, &response->body);
	json_open_object(&w);
	json_add_members(&w, (struct span){document.p + 1, document.n - 2});
	if (!rc)
		json_put_span(&w, "html", content_of(buf_span(&page)));
	json_close_object(&w);
	buf_release(&page);
	buf_release(&document);
	return rc;
}

/* Help, contact, privacy, accessibility: one document, and the template is
 * called as the route. */
enum err_code site_prose(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	enum err_code rc = help_document(&reading, &response->body, err);

	if (!rc && request->format == HTTP_JSON)
		rc = add_html(worker, request, response, err);
	return rc
	    ? rc
	    : site_show(worker, request, response, request->route->name, err);
}
