/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Published lists: double publicity, lists by item, open data, and their
 * downloads. What filters a list is the same everywhere; a download takes
 * that of the page it stands on and holds all its pages.
 *
 * CSV and JSON are streamed. A worker that makes the next piece reads with
 * its own connection; the catalogue is the one that the stream was opened
 * with (the site keeps every catalogue that it ever used).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/open_data.h"
#include "api/publicity.h"
#include "api/stream.h"
#include "web/site_priv.h"

/* ---- the query ---- */

/* The list that is asked for: the declared parameters that were given, and
 * the item of the path, if it has one. */
static enum err_code read_query(const struct http_request *request,
    const char *item, struct list_query *out, struct err *err)
{
	const struct http_param *params = request->route->params;
	enum err_code rc = 0;
	size_t i;

	list_query_init(out);
	for (i = 0; params[i].name && !rc; i++) {
		if (params[i].in != HTTP_IN_QUERY || !request->values[i].p)
			continue;
		rc = list_query_set(
		    out, span_of(params[i].name), request->values[i], err);
	}
	if (!rc && item) {
		struct span name = http_value(request, item);

		if (name.n >= sizeof(out->item))
			return err_set(
			    err, ERR_NOT_FOUND, "there is no such list");
		memcpy(out->item, name.p, name.n);
		out->item[name.n] = '\0';
	}
	return rc;
}

/* ---- pages ---- */

enum err_code site_publicity(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	struct list_query query;
	enum err_code rc = read_query(request, NULL, &query, err);

	if (!rc)
		rc = publicity_document(&reading, &query, &response->body, err);
	return rc ? rc : site_show(worker, request, response, "publicity", err);
}

enum err_code site_lists(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	enum err_code rc = lists_document(
	    &reading, http_date(request, "on"), &response->body, err);

	return rc ? rc : site_show(worker, request, response, "lists", err);
}

enum err_code site_list(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	struct list_query query;
	enum err_code rc = read_query(request, "item", &query, err);

	if (!rc)
		rc = list_document(&reading, &query, &response->body, err);
	return rc ? rc : site_show(worker, request, response, "list", err);
}

enum err_code site_open_data(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	enum err_code rc = open_data_document(&reading, &response->body, err);

	return rc ? rc : site_show(worker, request, response, "open-data", err);
}

enum err_code site_dictionary(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);

	return open_data_dictionary(&reading, &response->body, err);
}

/* ---- downloads ---- */

/* "penalty-2026-11-28.csv" */
static void name_file(const struct site_worker *worker,
    const struct reading *reading, const char *item, enum list_format format,
    struct http_response *response)
{
	static const char *const endings[] = {
	    ".csv", ".json", ".jsonl", ".xlsx"};
	char day[DATE_TEXT_BYTES];

	site_name_file(worker, response, endings[format], "%s-%s", item,
	    date_format_iso(reading->today, day));
}

struct download {
	struct list_stream *stream;
	struct reading reading; /* as at the beginning, but for the store */
};

static int pull(void *ctx, void *arg, struct buf *out, struct err *err)
{
	struct site_worker *worker = arg;
	struct download *d = ctx;

	d->reading.store = worker->home.store;
	return list_stream_next(d->stream, &d->reading, out, err);
}

static void end_download(void *ctx)
{
	struct download *d = ctx;

	list_stream_close(&d->stream);
	free(d);
}

static void start_download(struct list_stream *stream,
    const struct reading *reading, struct http_response *response)
{
	struct download *d = mem_zalloc(1, sizeof(*d));

	d->stream = stream;
	d->reading = *reading;
	response->stream =
	    (struct http_stream){.pull = pull, .free = end_download, .ctx = d};
}

static enum err_code send_rows(void *worker, const struct http_request *request,
    const char *item, enum list_format format, struct http_response *response,
    struct err *err)
{
	struct reading reading = site_reading(worker, request);
	struct list_stream *stream = NULL;
	struct list_query query;
	enum err_code rc = read_query(request, item, &query, err);

	if (!rc)
		rc = list_stream_open(&reading, &query, format, &stream, err);
	if (rc)
		return rc;
	name_file(worker, &reading, query.item[0] ? query.item : "penalty",
	    format, response);
	start_download(stream, &reading, response);
	return 0;
}

enum err_code site_make_file(const char *ending, site_write *write, void *ctx,
    int *fd_out, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	char folder[256], path[300];
	enum err_code rc;

	snprintf(folder, sizeof(folder), "%s/gongxin-XXXXXX",
	    tmp && tmp[0] ? tmp : "/tmp");
	if (!mkdtemp(folder))
		return err_set_errno(err, "could not make \"%s\"", folder);
	snprintf(path, sizeof(path), "%s/file%s", folder, ending);
	rc = write(ctx, path, err);
	if (!rc) {
		*fd_out = open(path, O_RDONLY | O_CLOEXEC);
		if (*fd_out < 0)
			rc = err_set_errno(err, "could not open \"%s\"", path);
	}
	unlink(path);
	rmdir(folder);
	return rc;
}

struct sheet {
	const struct reading *reading;
	const struct list_query *query;
};

static enum err_code write_sheet(void *ctx, const char *path, struct err *err)
{
	const struct sheet *sheet = ctx;

	return list_write_xlsx(sheet->reading, sheet->query, path, err);
}

static enum err_code send_sheet(void *worker,
    const struct http_request *request, const char *item,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	struct list_query query;
	struct sheet sheet = {&reading, &query};
	enum err_code rc = read_query(request, item, &query, err);

	if (!rc)
		rc = site_make_file(
		    ".xlsx", write_sheet, &sheet, &response->fd, err);
	if (!rc)
		name_file(worker, &reading,
		    query.item[0] ? query.item : "penalty", LIST_XLSX,
		    response);
	return rc;
}

enum err_code site_publicity_csv(void *worker,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	return send_rows(worker, request, NULL, LIST_CSV, response, err);
}

enum err_code site_publicity_json(void *worker,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	return send_rows(worker, request, NULL, LIST_JSON, response, err);
}

enum err_code site_publicity_xlsx(void *worker,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	return send_sheet(worker, request, NULL, response, err);
}

enum err_code site_list_csv(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return send_rows(worker, request, "item", LIST_CSV, response, err);
}

enum err_code site_list_json(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return send_rows(worker, request, "item", LIST_JSON, response, err);
}

enum err_code site_list_xlsx(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return send_sheet(worker, request, "item", response, err);
}

static enum err_code send_set(void *worker, const struct http_request *request,
    enum list_format format, struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	struct span item = http_value(request, "item");
	struct list_stream *stream = NULL;
	enum err_code rc =
	    list_stream_open_set(&reading, item, format, &stream, err);

	if (rc)
		return rc;
	name_file(worker, &reading, arena_dup(request->arena, item.p, item.n),
	    format, response);
	start_download(stream, &reading, response);
	return 0;
}

enum err_code site_set_csv(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return send_set(worker, request, LIST_CSV, response, err);
}

enum err_code site_set_jsonl(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return send_set(worker, request, LIST_JSONL, response, err);
}
