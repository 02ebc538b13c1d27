/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of a list for clerks: who has the bidders of a tender in a
 * spreadsheet pastes them, and gets a row for each, in one check with one
 * trace (page_check_many.c). The answer is not kept here, so that all its
 * forms come with the page: the very bytes that the trace commits to, and the
 * table for a spreadsheet.
 *
 * Who has it in a file sends the file: "gongxin codes" reads it as a child
 * (command.h), since nothing that a stranger made is decoded here, and says
 * what stands in the column with codes. The answer counts as the file does.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/check_many.h"
#include "api/check_sheet.h"
#include "api/put.h"
#include "base/json.h"
#include "calendar/calendar.h"
#include "web/command.h"
#include "web/desk.h"
#include "web/page_check.h"
#include "web/staff.h"
#include "web/uploads.h"

enum { LIST_CODES_MAX = 1000, FILE_BYTES_MAX = 16 * 1024 * 1024 };

static const char xlsx_type[] =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/* What the page shows. */
struct shown {
	const struct desk_form *form; /* as it was filled in */
	struct span answer;	      /* empty: there is none */
	const struct err *problem;    /* NULL: none */
	const json_t *list;	      /* what was read of a file; NULL: none */
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

/* "has_entries": whether there is one of any of them. */
static void put_checks(struct json_writer *w, json_t *answer)
{
	bool has_entries = false;
	json_t *check;
	char *text;
	size_t i;

	json_array_foreach (json_object_get(answer, "checks"), i, check) {
		add_distinct(check);
		has_entries |=
		    json_array_size(json_object_get(check, "entries")) > 0;
	}
	json_put_bool(w, "has_entries", has_entries);
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
	    .answer = json, .is_example = worker->home.catalog->shows_example};
	const json_t *checks = json_object_get(json, "checks");
	enum err_code rc = put_files(w, &sheet, answer, err);

	json_put_int(w, "count", (int64_t)json_array_size(checks));
	put_checks(w, json);
	json_decref(json);
	return rc;
}

/* "file": which one it was, and which column was taken; null when the list
 * was pasted. */
static void put_file(struct json_writer *w, const struct shown *shown)
{
	json_key(w, "file");
	if (!shown->list) {
		json_add_null(w);
		return;
	}
	json_open_object(w);
	json_put_span(w, "name", shown->form->file_name);
	json_put_int(w, "column",
	    json_integer_value(json_object_get(shown->list, "column")));
	json_put_span(w, "title", site_json_member(shown->list, "title"));
	json_close_object(w);
}

static enum err_code show(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct shown *shown, struct err *err)
{
	const struct reading reading = site_reading(worker, request);
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
	site_check_put_departments(&w, reading.catalog, staff_caller(request),
	    desk_form_value(form, "department"));
	site_check_put_matters(&w, &reading, staff_caller(request),
	    desk_form_value(form, "matter"));
	json_put_str(&w, "problem", problem ? problem->message : "");
	json_put_str(&w, "detail", problem ? problem->detail : "");
	json_put_str(&w, "hint", problem ? problem->hint : "");
	put_file(&w, shown);
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

static enum err_code take_rows(
    struct check_codes *codes, const json_t *list, struct err *err)
{
	enum err_code rc = 0;
	const json_t *each;
	size_t i;

	json_array_foreach (json_object_get(list, "codes"), i, each) {
		json_int_t row =
		    json_integer_value(json_object_get(each, "row"));

		if (!rc)
			rc = check_codes_add_row(codes, (uint32_t)row,
			    site_json_member(each, "text"), LIST_CODES_MAX,
			    err);
	}
	return rc;
}

static enum err_code check_list(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct shown *shown, struct buf *answer, struct err *err)
{
	const struct desk_form *form = shown->form;
	struct check_question q = {.matter = desk_form_value(form, "matter"),
	    .purpose = desk_form_value(form, "purpose"),
	    .case_number = desk_form_value(form, "case"),
	    .now_ms = calendar_now_ms()};
	struct check_codes codes;
	enum err_code rc;

	check_codes_init(&codes);
	rc = shown->list
	    ? take_rows(&codes, shown->list, err)
	    : check_codes_add_pasted(
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

/* What the sender can mend is told beside the form. */
static bool is_mendable(enum err_code rc)
{
	return rc == ERR_INPUT || rc == ERR_REFUSED || rc == ERR_FULL;
}

static enum err_code show_problem(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct shown *shown, const struct err *problem, struct err *err)
{
	enum err_code rc;

	if (!is_mendable(problem->code)) {
		*err = *problem;
		return err->code;
	}
	response->status = status_of(problem->code);
	shown->problem = problem;
	rc = show(worker, request, response, shown, err);
	shown->problem = NULL;
	return rc;
}

static enum err_code answer_form(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct shown *shown, struct err *err)
{
	struct buf answer = BUF_INIT(CHECK_PORTION_BYTES_MAX);
	struct err problem;
	enum err_code rc =
	    check_list(worker, request, response, shown, &answer, &problem);

	if (rc) {
		rc = show_problem(
		    worker, request, response, shown, &problem, err);
	} else {
		shown->answer = buf_span(&answer);
		rc = show(worker, request, response, shown, err);
	}
	buf_release(&answer);
	return rc;
}

/* ---- a file ---- */

/* The command's file stands beside the body that it came in, where a server
 * that was killed leaves nothing for long (uploads_start). */
static const char *list_path(const struct http_request *request)
{
	return arena_printf(request->arena, "%s.list", request->file.path);
}

static enum err_code read_form(struct site_worker *worker,
    const struct http_request *request, struct desk_form *form,
    struct draft *draft, struct err *err)
{
	draft_init(draft);
	*form = (struct desk_form){
	    .lines = "codes", .file = draft, .folder = uploads_folder(worker)};
	return desk_form_read(request, form, err);
}

/* The command has read the file, or says why it could not. */
static enum err_code list_read(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	const struct runner_result *result = site_ran(request);
	struct desk_form form;
	struct shown shown = {.form = &form};
	struct draft draft;
	json_t *list = NULL;
	enum err_code rc = read_form(arg, request, &form, &draft, err);

	unlink(list_path(request));
	draft_release(&draft);
	if (rc)
		return rc;
	if (result->rc)
		return show_problem(
		    arg, request, response, &shown, &result->err, err);
	list = json_loadb(result->out.p, result->out.n, 0, NULL);
	shown.list = list;
	rc = answer_form(arg, request, response, &shown, err);
	json_decref(list);
	return rc;
}

static enum err_code run_codes(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct desk_form *form, const struct draft *draft, struct err *err)
{
	const char *path = list_path(request);
	const char *const args[] = {"codes", "--name",
	    arena_dup(request->arena, form->file_name.p, form->file_name.n),
	    "--", path, NULL};
	enum err_code rc = 0;

	if (rename(draft->path, path) != 0)
		return err_set_errno(err, "could not keep a file");
	rc = site_run(worker, request, response, args, list_read, err);
	if (rc)
		unlink(path);
	return rc;
}

enum err_code site_check_list_form(void *arg,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	struct desk_form form;
	struct shown shown = {.form = &form};
	struct draft draft;
	struct err problem;
	enum err_code rc = read_form(arg, request, &form, &draft, err);

	if (rc) {
		/* told as it is */
	} else if (!form.file_name.n) {
		rc = answer_form(arg, request, response, &shown, err);
	} else if (desk_form_value(&form, "codes").n) {
		err_set(&problem, ERR_INPUT,
		    "codes are pasted, and a file is chosen");
		err_hint(&problem,
		    "Give the list in one way: empty the field, or choose no "
		    "file.");
		rc =
		    show_problem(arg, request, response, &shown, &problem, err);
	} else {
		rc = run_codes(arg, request, response, &form, &draft, err);
	}
	draft_release(&draft);
	return rc;
}
