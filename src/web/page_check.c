/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The credit check (api/check.h) for programs and for window clerks. Its
 * trace is sealed before the answer leaves, whatever the answer.
 */
#include "web/page_check.h"

#include <jansson.h>
#include <string.h>

#include "api/check_made.h"
#include "api/check_words.h"
#include "api/put.h"
#include "calendar/calendar.h"
#include "tlog/base64.h"
#include "web/seal.h"
#include "web/site_priv.h"
#include "web/staff.h"

/* ---- whose check is it? ---- */

const char *site_check_department(const struct site_worker *worker,
    const struct http_request *request, struct span wanted)
{
	const struct catalog *c = worker->home.catalog;
	const struct people_caller *who = staff_caller(request);
	const struct cat_department *d;
	size_t i;

	if (who->kind == PEOPLE_TOKEN)
		return !wanted.n || span_is(wanted, who->department)
		    ? who->department
		    : NULL;
	if (wanted.n) {
		d = catalog_department(
		    c, arena_dup(request->arena, wanted.p, wanted.n));
		return d && people_may_for(who, PEOPLE_CHECK, d) ? d->id : NULL;
	}
	for (i = 0; i < who->user.grants_count; i++) {
		d = catalog_department(c, who->user.grants[i].department);
		if (d && people_may_for(who, PEOPLE_CHECK, d))
			return d->id;
	}
	return NULL;
}

enum err_code site_check_right(const struct site_worker *worker,
    const struct http_request *request, struct span department,
    struct check_question *q, struct err *err)
{
	const struct people_caller *who = staff_caller(request);
	const struct cat_matter *matter;
	enum err_code rc;

	q->department = site_check_department(worker, request, department);
	if (!q->department || !q->department[0]) {
		q->department = site_department_of(who);
		return err_set(err, ERR_REFUSED,
		    "no department is named that you may check for");
	}
	/* First, so that a slip in its name is not taken for a want of
	 * rights. */
	rc = check_find_matter(worker->home.catalog, q->matter, &matter, err);
	if (!rc && !people_may_matter(who, q->matter))
		rc = err_set(err, ERR_REFUSED,
		    "this token is not for the matter \"%s\"",
		    title_of(matter->title, matter->title_en));
	return rc;
}

/* Checks that a worker answers one behind the other see one moment: when the
 * last of them had come. */
static enum err_code enter_view(
    struct site_worker *worker, const struct reading *reading, struct err *err)
{
	enum err_code rc;

	if (worker->has_view && worker->view.catalog == reading->catalog)
		return 0;
	site_check_leave_view(worker);
	rc = check_begin(reading, &worker->view, err);
	worker->has_view = !rc;
	return rc;
}

void site_check_leave_view(struct site_worker *worker)
{
	const struct reading reading = {
	    .store = worker->home.store, .roster = worker->site->roster};

	if (worker->has_view)
		check_end(&reading, &worker->view);
	worker->has_view = false;
}

static enum err_code run_check(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct check_question *q, struct span department, struct err *err)
{
	const struct people_caller *who = staff_caller(request);
	struct reading reading = site_reading(worker, request);
	struct check_answer answer;
	struct use use;
	enum err_code rc;

	reading.words = worker->words;
	check_words_use(worker->words, reading.catalog, reading.today);
	check_answer_init(&answer);
	rc = enter_view(worker, &reading, err);
	if (!rc) {
		rc = site_check_right(worker, request, department, q, err);
		if (rc)
			check_note_subject(&worker->view, q, &answer);
		else
			rc = check_make(
			    &reading, &worker->view, q, &answer, err);
	}
	if (rc && rc != ERR_INPUT && rc != ERR_REFUSED)
		site_check_leave_view(worker);
	use = check_use(q, &answer, rc ? err : NULL);
	site_set_reader(&use, who);
	response->hold = site_hold(worker, use);
	if (!rc)
		buf_add_span(&response->body, buf_span(&answer.document));
	check_answer_release(&answer);
	return rc;
}

/* ---- for programs ---- */

struct span site_json_member(const json_t *json, const char *key)
{
	const json_t *value = json_object_get(json, key);

	if (!json_is_string(value))
		return (struct span){NULL, 0};
	return (struct span){
	    json_string_value(value), json_string_length(value)};
}

enum err_code site_json_body(
    const struct http_request *request, json_t **out, struct err *err)
{
	json_error_t why;

	*out = json_loadb(request->body.p ? request->body.p : "",
	    request->body.n, JSON_REJECT_DUPLICATES, &why);
	if (json_is_object(*out))
		return 0;
	json_decref(*out);
	*out = NULL;
	err_set(err, ERR_INPUT, "the body is not a JSON object");
	err_hint(err,
	    "{\"code\": \"...\", \"matter\": \"...\", \"purpose\": "
	    "\"...\", \"case\": \"...\"}");
	return ERR_INPUT;
}

enum err_code site_check(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct check_question q = {.now_ms = calendar_now_ms()};
	json_t *json = NULL, *codes;
	enum err_code rc;

	if (site_check_is_list(request)) {
		site_check_leave_view(arg);
		return site_check_list(arg, request, response, err);
	}
	rc = site_json_body(request, &json, err);
	if (rc)
		return rc;
	q.code = site_json_member(json, "code");
	q.matter = site_json_member(json, "matter");
	q.purpose = site_json_member(json, "purpose");
	q.case_number = site_json_member(json, "case");
	codes = json_object_get(json, "codes");
	if (codes) {
		site_check_leave_view(arg);
		rc = site_check_many(arg, request, response, &q, codes,
		    site_json_member(json, "department"), err);
	} else {
		rc = run_check(arg, request, response, &q,
		    site_json_member(json, "department"), err);
	}
	json_decref(json);
	return rc;
}

/* ---- for clerks ---- */

void site_check_put_departments(struct json_writer *w, const struct catalog *c,
    const struct people_caller *who, struct span chosen)
{
	size_t i;

	json_key(w, "departments");
	json_open_array(w);
	for (i = 0; i < c->departments_count; i++) {
		const struct cat_department *d = &c->departments[i];

		if (!people_may_for(who, PEOPLE_CHECK, d))
			continue;
		json_open_object(w);
		json_put_str(w, "id", d->id);
		json_put_str(w, "title", d->title);
		json_put_bool(w, "is_chosen", span_is(chosen, d->id));
		json_close_object(w);
	}
	json_close_array(w);
}

/* May somebody for whom the caller checks ask in it today? */
static bool may_choose(const struct reading *r, const struct people_caller *who,
    const struct cat_matter *m)
{
	const struct catalog *c = r->catalog;
	size_t i;

	if (!cat_matter_in_force(m, r->today))
		return false;
	for (i = 0; i < c->departments_count; i++)
		if (people_may_for(who, PEOPLE_CHECK, &c->departments[i]) &&
		    cat_may_ask(m, &c->departments[i]))
			return true;
	return false;
}

void site_check_put_matters(struct json_writer *w, const struct reading *r,
    const struct people_caller *who, struct span chosen)
{
	const struct catalog *c = r->catalog;
	size_t i;

	json_key(w, "matters");
	json_open_array(w);
	for (i = 0; i < c->matters_count; i++) {
		const struct cat_matter *m = &c->matters[i];

		if (!may_choose(r, who, m))
			continue;
		json_open_object(w);
		json_put_str(w, "id", m->id);
		json_put_str(w, "title", title_of(m->title, m->title_en));
		json_put_bool(w, "is_chosen", span_is(chosen, m->id));
		json_close_object(w);
	}
	json_close_array(w);
}

void site_put_data_link(
    struct json_writer *w, const char *key, const char *type, struct span bytes)
{
	struct buf link = BUF_INIT(BASE64_CHARS(bytes.n) + 256);

	buf_addf(&link, "data:%s;base64,", type);
	base64_add(&link, bytes.p, bytes.n);
	json_put_span(w, key, buf_span(&link));
	buf_release(&link);
}

/* The answer, its very bytes to keep (the trace holds their digest), and the
 * form of what is decided after it. */
static void put_answer(
    struct json_writer *w, const struct reading *reading, struct span answer)
{
	const struct check_telling none = {0};
	json_t *json = json_loadb(answer.p, answer.n, 0, NULL);
	struct check_told told;

	site_put_data_link(w, "answer_file", "application/json", answer);
	check_told_of_answer(reading, json, &told);
	check_put_decide(w, &told, site_json_member(json, "id"), &none);
	check_told_release(&told);
	json_key(w, "answer");
	json_add_raw(w, answer);
	json_decref(json);
}

/* What the form was sent with, or what a link fills it in with. */
static struct span given(const struct http_request *request, const char *name)
{
	struct span value = request->route->method == HTTP_POST
	    ? site_field(request, name)
	    : http_value(request, name);

	return value.p ? value : span_of("");
}

/* The look at earlier checks, which are shown where nothing was asked: as one
 * of the department that the form is filled in for. */
static void seal_look(struct site_worker *worker,
    const struct http_request *request, struct http_response *response)
{
	const char *department = site_check_department(
	    worker, request, given(request, "department"));
	struct use use = site_use_of(staff_caller(request), USE_READ);

	if (department)
		use.department = span_of(department);
	use.purpose = span_of(request->route->name);
	site_seal(worker, response, use, &response->body, NULL);
}

/* The form as it was filled in, what was wrong with it, and the answer. */
static enum err_code show_form(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct err *problem, struct err *err)
{
	const struct reading reading = site_reading(worker, request);
	const struct catalog *c = worker->home.catalog;
	bool is_look = request->route->method == HTTP_GET;
	struct buf answer = response->body;
	struct json_writer w;
	enum err_code rc = 0;

	buf_init(&response->body, answer.max);
	json_start(&w, &response->body);
	json_open_object(&w);
	json_put_span(&w, "code", given(request, "code"));
	json_put_span(&w, "purpose", given(request, "purpose"));
	json_put_span(&w, "case", given(request, "case"));
	site_check_put_departments(
	    &w, c, staff_caller(request), given(request, "department"));
	site_check_put_matters(
	    &w, &reading, staff_caller(request), given(request, "matter"));
	json_put_str(&w, "problem", problem ? problem->message : "");
	json_put_str(&w, "detail", problem ? problem->detail : "");
	json_put_str(&w, "hint", problem ? problem->hint : "");
	if (answer.n)
		put_answer(&w, &reading, buf_span(&answer));
	else
		put_null(&w, "answer");
	/* An answer has its check's trace. */
	if (is_look)
		rc = check_put_own(
		    &w, &reading, worker->office, staff_caller(request), err);
	json_close_object(&w);
	if (!rc && is_look)
		seal_look(worker, request, response);
	if (!rc)
		rc = site_show(worker, request, response, "check", err);
	buf_release(&answer);
	return rc;
}

enum err_code site_check_page(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return show_form(arg, request, response, NULL, err);
}

enum err_code site_check_form(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct check_question q = {.code = site_field(request, "code"),
	    .matter = site_field(request, "matter"),
	    .purpose = site_field(request, "purpose"),
	    .case_number = site_field(request, "case"),
	    .now_ms = calendar_now_ms()};
	struct err problem;
	enum err_code rc = run_check(arg, request, response, &q,
	    site_field(request, "department"), &problem);

	site_check_leave_view(arg);
	if (rc && rc != ERR_INPUT && rc != ERR_REFUSED) {
		*err = problem;
		return rc;
	}
	if (rc)
		response->status = rc == ERR_REFUSED ? 403 : 400;
	return show_form(arg, request, response, rc ? &problem : NULL, err);
}
