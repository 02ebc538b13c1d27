/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objections, as far as they are read: the list of a side's cases, and one
 * case with its steps, its clock and what the reader can do in it. One page
 * for all three sides; what differs, api/cases.h says.
 *
 * Somebody may stand on several sides (a department's clerk who represents
 * an organisation, too). He looks as one of them: the parameter `as` chooses
 * among those that his grants name.
 */
#include "web/cases.h"

#include <stdio.h>
#include <string.h>

#include "api/put.h"
#include "calendar/calendar.h"
#include "web/desk.h"
#include "web/reviews.h"
#include "web/seal.h"

enum { LIST_BYTES_MAX = 8 * 1024 * 1024, CASE_BYTES_MAX = 32 * 1024 * 1024 };

/* ---- who looks ---- */

static bool is_there(
    const struct cases_viewers *viewers, const struct case_viewer *one)
{
	size_t i;

	for (i = 0; i < viewers->count; i++)
		if (viewers->list[i].side == one->side &&
		    strcmp(viewers->list[i].actor, one->actor) == 0)
			return true;
	return false;
}

/* A role that names no department is the office's; the office's own clerks
 * of records stand on no side. */
static enum cat_case_side side_of(
    const struct people_grant *grant, const struct cat_department *d)
{
	bool names_one = grant->department[0] != '\0';

	if (!d ||
	    (grant->division[0] && strcmp(grant->division, d->division) != 0))
		return CAT_SIDE_NOBODY;
	if (!names_one)
		return CAT_SIDE_OFFICE;
	return cat_is_credit_office(d) ? CAT_SIDE_NOBODY : CAT_SIDE_SOURCE;
}

static struct case_viewer viewer_of(
    const struct catalog *c, const struct people_grant *grant)
{
	struct case_viewer v = {
	    CAT_SIDE_REPRESENTATIVE, grant->organisation, ""};
	const struct cat_department *d;

	if (grant->organisation[0])
		return v;
	d = grant->department[0] ? catalog_department(c, grant->department)
				 : catalog_credit_office(c);
	v.side = side_of(grant, d);
	v.actor = d ? d->id : "";
	return v;
}

struct cases_viewers cases_viewers(const struct site_worker *worker,
    const struct http_request *request, enum people_capability capability)
{
	const struct people_user *user = &staff_caller(request)->user;
	struct case_viewer *list = arena_alloc(
	    request->arena, (user->grants_count + 1) * sizeof(*list));
	struct cases_viewers out = {list, 0};
	size_t i;

	for (i = 0; i < user->grants_count; i++) {
		const struct people_grant *grant = &user->grants[i];
		struct case_viewer one = viewer_of(worker->home.catalog, grant);

		one.by = desk_name(request);
		if (grant->role->capabilities >> capability & 1 &&
		    one.side != CAT_SIDE_NOBODY && !is_there(&out, &one))
			list[out.count++] = one;
	}
	return out;
}

/* The one that `as` names, the first when it is empty; NULL: none is. */
static const struct case_viewer *find_viewer(
    const struct cases_viewers *viewers, struct span as)
{
	size_t i;

	for (i = 0; i < viewers->count; i++)
		if (!as.n || span_is(as, viewers->list[i].actor))
			return &viewers->list[i];
	return NULL;
}

struct reading cases_reading(const struct site_worker *worker,
    const struct http_request *request, const struct case_viewer *viewer)
{
	return viewer->side == CAT_SIDE_REPRESENTATIVE
	    ? site_reading(worker, request)
	    : desk_reading(worker, request);
}

struct use cases_use(const struct http_request *request, enum use_act act,
    const struct cases_traced *t)
{
	struct use use = site_use_of(staff_caller(request), act);

	use.purpose = span_of(request->route->name);
	if (t->viewer && t->viewer->side != CAT_SIDE_REPRESENTATIVE)
		use.department = span_of(t->viewer->actor);
	use.subject = span_of(t->code);
	use.subject_id = t->subject_id;
	if (t->what)
		use.reference = span_of(arena_printf(
		    request->arena, "%s %lld", t->what, (long long)t->number));
	return use;
}

static struct span as_of(const struct http_request *request)
{
	struct span as = http_value(request, "as");

	return as.p ? as : span_of("");
}

/* ---- the list ---- */

static const char *viewer_title(
    const struct site_worker *worker, const struct case_viewer *v)
{
	const struct cat_department *d =
	    catalog_department(worker->home.catalog, v->actor);

	return d ? d->title : v->actor;
}

static void put_side(struct json_writer *w, const struct case_viewer *v)
{
	json_put_bool(w, "is_office", v->side == CAT_SIDE_OFFICE);
	json_put_bool(w, "is_organisation", v->side == CAT_SIDE_REPRESENTATIVE);
}

static void put_viewers(struct json_writer *w, const struct site_worker *worker,
    const struct cases_viewers *viewers, const struct case_viewer *chosen)
{
	size_t i;

	put_named(w, "viewer", chosen->actor, viewer_title(worker, chosen));
	put_side(w, chosen);
	json_key(w, "viewers");
	json_open_array(w);
	for (i = 0; i < viewers->count; i++) {
		const struct case_viewer *v = &viewers->list[i];

		json_open_object(w);
		json_put_str(w, "id", v->actor);
		json_put_str(w, "title", viewer_title(worker, v));
		json_put_str(w, "side", cat_case_side_name(v->side));
		json_put_bool(w, "is_chosen", v == chosen);
		json_close_object(w);
	}
	json_close_array(w);
	json_put_bool(w, "has_several", viewers->count > 1);
}

static enum err_code put_list(struct site_worker *worker,
    const struct http_request *request, const struct cases_viewers *viewers,
    const struct case_viewer *chosen, struct buf *out, struct err *err)
{
	const struct reading reading = cases_reading(worker, request, chosen);
	/* What was decided may still be reviewed: an organisation, which has
	 * few, sees it without asking. */
	int state = http_choice(request, "state");
	struct cases_query query = {.viewer = *chosen,
	    .is_all = state == 1 ||
		(state < 0 && chosen->side == CAT_SIDE_REPRESENTATIVE),
	    .before = http_number(request, "before", INT64_MAX),
	    .limit = (size_t)http_number(request, "limit", CASES_LIMIT)};
	struct buf list = BUF_INIT(LIST_BYTES_MAX);
	struct json_writer w;
	enum err_code rc;

	/* What is open is worked off from the top: one page has it all. */
	if (!query.is_all)
		query.limit = CASES_LIMIT_MAX;
	rc = cases_document(&reading, &query, &list, err);
	if (!rc) {
		json_start(&w, out);
		json_open_object(&w);
		put_viewers(&w, worker, viewers, chosen);
		json_put_bool(&w, "is_first", query.before == INT64_MAX);
		json_key(&w, "list");
		json_add_raw(&w, buf_span(&list));
		json_close_object(&w);
	}
	buf_release(&list);
	return put_end(out, rc, err);
}

enum err_code site_cases(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct cases_viewers viewers =
	    cases_viewers(worker, request, PEOPLE_CASES);
	const struct case_viewer *chosen =
	    find_viewer(&viewers, as_of(request));
	struct cases_traced traced = {.viewer = chosen, .code = ""};
	struct seal_act look = {.code = as_of(request), .is_shown = true};
	enum err_code rc;

	if (chosen && chosen->side == CAT_SIDE_REPRESENTATIVE)
		traced.code = chosen->actor;
	rc = chosen
	    ? put_list(worker, request, &viewers, chosen, &response->body, err)
	    : err_set(err, ERR_REFUSED,
		  "your roles name no side on which you stand in cases");
	look.use = cases_use(request, USE_READ, &traced);
	look.about = rc ? NULL : &response->body;
	site_seal_act(worker, response, &look, rc ? err : NULL);
	return rc ? rc : site_show(worker, request, response, "cases", err);
}

/* ---- one case ---- */

enum err_code cases_find(struct site_worker *worker,
    const struct http_request *request, struct span as, struct cases_found *out,
    struct err *err)
{
	const struct cases_viewers viewers =
	    cases_viewers(worker, request, PEOPLE_CASES);
	int64_t number = http_number(request, "number", 0);
	enum err_code rc = err_set(
	    err, ERR_NOT_FOUND, "there is no case %lld", (long long)number);
	size_t i;

	memset(out, 0, sizeof(*out));
	buf_init(&out->document, CASE_BYTES_MAX);
	for (i = 0; rc == ERR_NOT_FOUND && i < viewers.count; i++) {
		const struct case_viewer *v = &viewers.list[i];
		const struct reading reading =
		    cases_reading(worker, request, v);

		if (as.n && !span_is(as, v->actor))
			continue;
		buf_reset(&out->document);
		out->viewer = v;
		rc = case_document(&reading, v, number, calendar_now_ms(),
		    &out->about, &out->document, err);
	}
	return rc;
}

/* For the department that is to mend the record: where it does so. */
static enum err_code put_desk(struct json_writer *w,
    const struct site_worker *worker, const struct http_request *request,
    const struct cases_found *found, struct err *err)
{
	const struct reading reading = desk_reading(worker, request);
	struct own_record own;
	int64_t review = 0;
	enum err_code rc;

	json_key(w, "desk");
	if (found->viewer->side != CAT_SIDE_SOURCE) {
		json_add_null(w);
		return 0;
	}
	own_record_init(&own);
	rc = own_record_find(&reading, found->about.record, &own, err);
	if (!rc)
		rc = review_of_record(
		    worker->office, own.department, own.newest, &review, err);
	json_open_object(w);
	json_put_int(w, "record", (int64_t)own.newest);
	json_put_bool(w, "can_amend",
	    !rc && !own.is_ended && !review &&
		desk_may(worker, request, PEOPLE_AMEND, own.department));
	reviews_put_waiting(w, review);
	json_close_object(w);
	own_record_release(&own);
	return rc;
}

/* The members "tried" (null: nothing was), and what the page takes. */
static void put_tried(struct json_writer *w, const struct cases_tried *tried)
{
	json_put_int(w, "text_max", CASE_TEXT_CHARS_MAX);
	json_put_int(w, "letter_max", CASE_LETTER_CHARS_MAX);
	json_key(w, "tried");
	if (!tried->why) {
		json_add_null(w);
		return;
	}
	json_open_object(w);
	case_form_put_typed(w, tried->text, tried->letter, tried->why);
	json_close_object(w);
}

enum err_code cases_put_case(struct site_worker *worker,
    const struct http_request *request, const struct cases_found *found,
    const struct cases_tried *tried, struct buf *out, struct err *err)
{
	const struct reading reading =
	    cases_reading(worker, request, found->viewer);
	struct json_writer w;
	enum err_code rc;

	json_start(&w, out);
	json_open_object(&w);
	json_put_str(&w, "as", found->viewer->actor);
	put_side(&w, found->viewer);
	put_tried(&w, tried);
	rc = put_desk(&w, worker, request, found, err);
	if (!rc)
		rc = case_form_put_statement(&w, &reading, worker->home.ledger,
		    found->about.record, err);
	json_key(&w, "case");
	json_add_raw(&w, buf_span(&found->document));
	json_close_object(&w);
	return put_end(out, rc, err);
}

enum err_code site_case(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	static const struct cases_tried nothing = {.why = NULL};
	struct site_worker *worker = arg;
	struct cases_traced traced = {.what = "case"};
	struct cases_found found;
	enum err_code rc =
	    cases_find(worker, request, as_of(request), &found, err);

	if (!rc)
		rc = cases_put_case(
		    worker, request, &found, &nothing, &response->body, err);
	traced.viewer = found.viewer;
	traced.number = http_number(request, "number", 0);
	traced.code = found.about.code;
	traced.subject_id = found.about.subject_id;
	site_seal(worker, response, cases_use(request, USE_READ, &traced),
	    rc ? NULL : &response->body, rc ? err : NULL);
	buf_release(&found.document);
	return rc ? rc : site_show(worker, request, response, "case", err);
}
