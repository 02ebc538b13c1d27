/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of a list for clerks: who has the bidders of a tender in a
 * spreadsheet pastes them, and gets a row for each, in one check with one
 * trace (page_check_many.c). The answer is not kept here, so that all its
 * forms come with the page: the very bytes that the trace commits to, and the
 * table for a spreadsheet.
 */
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/check_many.h"
#include "api/check_sheet.h"
#include "api/put.h"
#include "calendar/calendar.h"
#include "web/desk.h"
#include "web/page_check.h"
#include "web/staff.h"

enum { LIST_CODES_MAX = 1000, FILE_BYTES_MAX = 16 * 1024 * 1024 };

static const char xlsx_type[] =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/* What the page shows. */
struct shown {
	const struct desk_form *form; /* as it was filled in */
	struct span answer;	      /* empty: there is none */
	const struct err *problem;    /* NULL: none */
};

/* ---- the answer's files ---- */

static enum err_code write_xlsx(void *ctx, const char *path, struct err *err)
{
	return check_sheet_xlsx(ctx, path, err);
}

static enum err_code read_all(int fd, struct buf *out, struct err *err)
{
	char piece[16 * 1024];
	ssize_t n;

	while ((n = read(fd, piece, sizeof(piece))) > 0)
		buf_add(out, piece, (size_t)n);
	return n < 0 ? err_set_errno(err, "could not read a file")
		     : put_end(out, 0, err);
}

static enum err_code put_xlsx(
    struct json_writer *w, const struct check_sheet *sheet, struct err *err)
{
	struct check_sheet copy = *sheet;
	struct buf file = BUF_INIT(FILE_BYTES_MAX);
	int fd = -1;
	enum err_code rc = site_make_file(".xlsx", write_xlsx, &copy, &fd, err);

	if (!rc)
		rc = read_all(fd, &file, err);
	if (fd >= 0)
		close(fd);
	if (!rc)
		site_put_data_link(w, "xlsx", xlsx_type, buf_span(&file));
	buf_release(&file);
	return rc;
}

static enum err_code put_files(struct json_writer *w,
    const struct check_sheet *sheet, struct span answer, struct err *err)
{
	struct buf csv = BUF_INIT(FILE_BYTES_MAX);
	enum err_code rc;

	check_sheet_csv(sheet, &csv);
	json_key(w, "files");
	json_open_object(w);
	site_put_data_link(w, "json", "application/json", answer);
	site_put_data_link(w, "csv", "text/csv", buf_span(&csv));
	rc = put_xlsx(w, sheet, err);
	json_close_object(w);
	buf_release(&csv);
	return rc;
}

/* ---- the page ---- */

/* Has the list a measure of that id? */
static bool has_measure(const json_t *list, const char *id)
{
	const json_t *each;
	size_t i;

	json_array_foreach (list, i, each)
		if (span_is(site_json_member(each, "id"), id))
			return true;
	return false;
}

/* "distinct": the measures of its entries, each once. */
static void add_distinct(json_t *check)
{
	json_t *list = json_array(), *entry, *measure;
	size_t i, k;

	json_array_foreach (json_object_get(check, "entries"), i, entry) {
		json_t *all = json_object_get(entry, "measures");

		json_array_foreach (all, k, measure)
			if (!has_measure(
				list, site_json_member(measure, "id").p))
				json_array_append(list, measure);
	}
	json_object_set_new(check, "distinct", list);
}

static void put_checks(struct json_writer *w, json_t *answer)
{
	json_t *check;
	char *text;
	size_t i;

	json_array_foreach (json_object_get(answer, "checks"), i, check)
		add_distinct(check);
	text = json_dumps(answer, JSON_COMPACT);
	json_key(w, "answer");
	json_add_raw(w, span_of(text));
	free(text);
}

static enum err_code put_answer(struct json_writer *w,
    const struct site_worker *worker, struct span answer, struct err *err)
{
	json_t *json = json_loadb(answer.p, answer.n, 0, NULL);
	const struct check_sheet sheet = {
	    .answer = json, .is_example = worker->home.catalog->is_example};
	const json_t *checks = json_object_get(json, "checks");
	enum err_code rc = put_files(w, &sheet, answer, err);

	json_put_int(w, "count", (int64_t)json_array_size(checks));
	put_checks(w, json);
	json_decref(json);
	return rc;
}

static enum err_code show(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct shown *shown, struct err *err)
{
	const struct catalog *c = worker->home.catalog;
	const struct desk_form *form = shown->form;
	const struct err *problem = shown->problem;
	enum err_code rc = 0;
	struct json_writer w;

	json_start(&w, &response->body);
	json_open_object(&w);
	json_put_span(&w, "codes", desk_form_value(form, "codes"));
	json_put_span(&w, "purpose", desk_form_value(form, "purpose"));
	json_put_span(&w, "case", desk_form_value(form, "case"));
	json_put_int(&w, "codes_max", LIST_CODES_MAX);
	site_check_put_departments(
	    &w, c, staff_caller(request), desk_form_value(form, "department"));
	site_check_put_matters(&w, c, desk_form_value(form, "matter"));
	json_put_str(&w, "problem", problem ? problem->message : "");
	json_put_str(&w, "detail", problem ? problem->detail : "");
	json_put_str(&w, "hint", problem ? problem->hint : "");
	if (shown->answer.n)
		rc = put_answer(&w, worker, shown->answer, err);
	else
		put_null(&w, "answer");
	json_close_object(&w);
	return rc ? rc
		  : site_show(worker, request, response, "check-many", err);
}

enum err_code site_check_list_page(void *arg,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	const struct desk_form empty = {.count = 0};
	const struct shown shown = {.form = &empty};

	return show(arg, request, response, &shown, err);
}

/* ---- the form ---- */

static enum err_code check_list(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct desk_form *form, struct buf *answer, struct err *err)
{
	struct check_question q = {.matter = desk_form_value(form, "matter"),
	    .purpose = desk_form_value(form, "purpose"),
	    .case_number = desk_form_value(form, "case"),
	    .now_ms = calendar_now_ms()};
	struct check_codes codes;
	enum err_code rc;

	check_codes_init(&codes);
	rc = check_codes_add_pasted(
	    &codes, desk_form_value(form, "codes"), LIST_CODES_MAX, err);
	if (!rc)
		rc = site_check_codes(worker, request, response, &q, &codes,
		    desk_form_value(form, "department"), answer, err);
	check_codes_release(&codes);
	return rc;
}

static int status_of(enum err_code rc)
{
	return rc == ERR_REFUSED ? 403 : rc == ERR_FULL ? 413 : 400;
}

enum err_code site_check_list_form(void *arg,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	struct buf answer = BUF_INIT(CHECK_PORTION_BYTES_MAX);
	struct desk_form form = {.lines = "codes"};
	struct shown shown = {.form = &form};
	struct err problem;
	enum err_code rc = desk_form_read(request, &form, err);

	if (rc)
		return rc;
	rc = check_list(arg, request, response, &form, &answer, &problem);
	if (rc && rc != ERR_INPUT && rc != ERR_REFUSED && rc != ERR_FULL) {
		*err = problem;
	} else {
		if (rc)
			response->status = status_of(rc);
		shown.problem = rc ? &problem : NULL;
		shown.answer = rc ? span_of("") : buf_span(&answer);
		rc = show(arg, request, response, &shown, err);
	}
	buf_release(&answer);
	return rc;
}
