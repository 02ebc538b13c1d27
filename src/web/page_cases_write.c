/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objections, as far as they are written: one is filed, and a move is made.
 * The program's own commands do both, with the caller's login name; the side
 * comes from his grants, the moves from the catalogue. What is refused shows
 * the same page again, with why and with what was typed.
 *
 *	form -> viewer -> "case file" | "case move" -> trace -> the case
 *					     |
 *					refused -> trace -> the form, why
 *
 * A form that is sent twice moves once: a move says how many steps its page
 * showed, and one objection to a record is open. The second sending finds
 * that the very same was done, and goes where the first went.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/cases.h"
#include "web/command.h"
#include "web/desk.h"
#include "web/seal.h"

enum {
	ARGS_MAX = 20,
	TEXT_BYTES_MAX = 4 * CASE_TEXT_CHARS_MAX,
	LETTER_BYTES_MAX = 4 * CASE_LETTER_CHARS_MAX
};

static const char the_kind[] = "objection";

/* ---- what was sent ---- */

struct sent {
	struct desk_form form;
	struct span as, move, text, letter, seen;
};

static enum err_code read_sent(
    const struct http_request *request, struct sent *out, struct err *err)
{
	enum err_code rc;

	memset(out, 0, sizeof(*out));
	out->form.lines = "text";
	rc = desk_form_read(request, &out->form, err);
	out->as = desk_form_value(&out->form, "as");
	out->move = desk_form_value(&out->form, "move");
	out->seen = desk_form_value(&out->form, "steps_seen");
	out->text = span_trim(desk_form_value(&out->form, "text"));
	out->letter = span_trim(desk_form_value(&out->form, "letter"));
	if (!rc &&
	    (out->text.n > TEXT_BYTES_MAX || out->letter.n > LETTER_BYTES_MAX))
		rc = err_set(err, ERR_INPUT, "the form is too long");
	return rc;
}

static const char *string_of(
    const struct http_request *request, struct span text)
{
	return arena_dup(request->arena, text.n ? text.p : "", text.n);
}

/* The options that both commands have. */
static size_t put_args(const struct http_request *request,
    const struct case_viewer *viewer, const struct sent *sent,
    const char **args)
{
	size_t n = 0;

	args[n++] = viewer->side == CAT_SIDE_REPRESENTATIVE ? "--organisation"
							    : "--from";
	args[n++] = viewer->actor;
	args[n++] = "--by";
	args[n++] = viewer->by;
	args[n++] = "--text";
	args[n++] = string_of(request, sent->text);
	if (sent->letter.n) {
		args[n++] = "--letter";
		args[n++] = string_of(request, sent->letter);
	}
	return n;
}

static void go_to_case(struct http_response *response, int64_t number,
    const struct case_viewer *viewer)
{
	response->status = 303;
	http_add_header(response, "Location", "/cases/%lld?as=%s",
	    (long long)number, viewer->actor);
}

/* ---- filing ---- */

struct filing {
	struct case_form form;
	struct own_record own;
	const struct case_viewer *viewer;
};

/* By the organisation's own, else by the office; to others another's record
 * is not there. */
static const struct case_viewer *filer_of(
    const struct cases_viewers *viewers, const char *code, struct span as)
{
	const struct case_viewer *office = NULL;
	size_t i;

	for (i = 0; i < viewers->count; i++) {
		const struct case_viewer *v = &viewers->list[i];

		if (as.n && !span_is(as, v->actor))
			continue;
		if (v->side == CAT_SIDE_REPRESENTATIVE &&
		    strcmp(v->actor, code) == 0)
			return v;
		if (v->side == CAT_SIDE_OFFICE)
			office = v;
	}
	return office;
}

static void start_filing(struct filing *f)
{
	memset(f, 0, sizeof(*f));
	own_record_init(&f->own);
}

static enum err_code open_filing(struct site_worker *worker,
    const struct http_request *request, struct span as, struct filing *f,
    struct err *err)
{
	const struct cases_viewers viewers =
	    cases_viewers(worker, request, PEOPLE_OBJECT);
	const struct reading reading = desk_reading(worker, request);
	uint64_t number = (uint64_t)http_number(request, "number", 0);
	enum err_code rc = own_record_find(&reading, number, &f->own, err);

	if (!rc) {
		f->viewer = filer_of(&viewers, f->own.code, as);
		if (!f->viewer)
			rc = err_set(err, ERR_NOT_FOUND,
			    "there is no record %llu that you may act on",
			    (unsigned long long)number);
	}
	f->form.viewer = f->viewer;
	f->form.record = number;
	f->form.own = &f->own;
	return rc ? rc
		  : case_form_kind(
			worker->home.catalog, the_kind, &f->form.kind, err);
}

static struct use use_of_filing(const struct http_request *request,
    enum use_act act, const struct filing *f)
{
	const struct cases_traced traced = {.viewer = f->viewer,
	    .what = "record",
	    .number = http_number(request, "number", 0),
	    .code = f->own.code,
	    .subject_id = f->own.subject_id};

	return cases_use(request, act, &traced);
}

/* The form's document; with form.why, what was sent was not taken. */
static enum err_code put_filing(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct filing *f, struct err *err)
{
	const struct reading reading =
	    cases_reading(worker, request, f->viewer);
	enum err_code rc = case_form_document(
	    &reading, worker->home.ledger, &f->form, &response->body, err);

	if (!rc && f->form.why)
		response->status = http_status_of(f->form.why->code);
	return rc;
}

enum err_code site_objection_form(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct span as = http_value(request, "as");
	struct filing f;
	enum err_code rc;

	start_filing(&f);
	rc = open_filing(worker, request, as.p ? as : span_of(""), &f, err);
	if (!rc)
		rc = put_filing(worker, request, response, &f, err);
	site_seal(worker, response, use_of_filing(request, USE_READ, &f),
	    rc ? NULL : &response->body, rc ? err : NULL);
	own_record_release(&f.own);
	return rc ? rc : site_show(worker, request, response, "objection", err);
}

/* The number of the case that the same form made before; -1: none. */
static int64_t filed_before(struct site_worker *worker,
    const struct http_request *request, const struct filing *f,
    const struct sent *sent)
{
	const struct reading reading = desk_reading(worker, request);
	struct case_made made = {
	    .number = -1, .step = 1, .by = f->viewer->by, .text = sent->text};
	struct err ignored;

	if (store_begin_read(reading.store, &ignored) == 0)
		case_form_open_case(&reading, f->form.kind, f->own.subject_id,
		    f->form.record, &made.number, &ignored);
	store_rollback(reading.store);
	return made.number >= 0 && case_was_made(&reading, &made) ? made.number
								  : -1;
}

/* What the command says of the case that it made. */
static int64_t number_of(struct span out)
{
	json_t *json = json_loadb(out.p ? out.p : "", out.n, 0, NULL);
	const json_t *number = json_object_get(json, "case");
	int64_t it = json_is_integer(number) ? json_integer_value(number) : -1;

	json_decref(json);
	return it;
}

/* Where what came of it leads: to the case, or to the form again. */
static enum err_code end_filing(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct filing *f, const struct sent *sent, struct err *err)
{
	const struct runner_result *ran = site_ran(request);
	int64_t made = ran->rc ? filed_before(worker, request, f, sent)
			       : number_of(ran->out);
	enum err_code rc;

	if (made >= 0) {
		go_to_case(response, made, f->viewer);
		return 0;
	}
	if (!desk_may_mend(ran->rc)) {
		*err = ran->err;
		return ran->rc ? ran->rc
			       : err_set(err, ERR_UNCERTAIN,
				     "what became of it is not known");
	}
	f->form.text = sent->text;
	f->form.letter = sent->letter;
	f->form.why = &ran->err;
	rc = put_filing(worker, request, response, f, err);
	return rc ? rc : site_show(worker, request, response, "objection", err);
}

static enum err_code filed(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct runner_result *ran = site_ran(request);
	struct sent sent;
	struct filing f;
	enum err_code rc = read_sent(request, &sent, err);

	start_filing(&f);
	if (!rc)
		rc = open_filing(worker, request, sent.as, &f, err);
	site_seal(worker, response, use_of_filing(request, USE_SUBMIT, &f),
	    NULL, ran->rc ? &ran->err : NULL);
	if (!rc)
		rc = end_filing(worker, request, response, &f, &sent, err);
	own_record_release(&f.own);
	return rc;
}

static enum err_code run_filing(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct filing *f, const struct sent *sent, struct err *err)
{
	const char *args[ARGS_MAX] = {"case file"};
	size_t n = 1 + put_args(request, f->viewer, sent, args + 1);

	args[n++] = "--";
	args[n++] = arena_printf(
	    request->arena, "%llu", (unsigned long long)f->form.record);
	return site_run(worker, request, response, args, filed, err);
}

enum err_code site_objection_file(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct sent sent;
	struct filing f;
	enum err_code rc = read_sent(request, &sent, err);

	start_filing(&f);
	if (!rc)
		rc = open_filing(worker, request, sent.as, &f, err);
	if (!rc)
		rc = run_filing(worker, request, response, &f, &sent, err);
	else
		site_seal(worker, response,
		    use_of_filing(request, USE_SUBMIT, &f), NULL, err);
	own_record_release(&f.own);
	return rc;
}

/* ---- moving ---- */

static struct use use_of_move(
    const struct http_request *request, const struct cases_found *found)
{
	const struct cases_traced traced = {.viewer = found->viewer,
	    .what = "case",
	    .number = http_number(request, "number", 0),
	    .code = found->about.code,
	    .subject_id = found->about.subject_id};

	return cases_use(request, USE_SUBMIT, &traced);
}

/* Was the very same done already, from the very same page? */
static bool moved_before(struct site_worker *worker,
    const struct http_request *request, const struct cases_found *found,
    const struct sent *sent)
{
	const struct reading reading = desk_reading(worker, request);
	const struct case_made made = {
	    .number = http_number(request, "number", 0),
	    .step = strtoll(string_of(request, sent->seen), NULL, 10) + 1,
	    .move = string_of(request, sent->move),
	    .by = found->viewer->by,
	    .text = sent->text};

	return case_was_made(&reading, &made);
}

static enum err_code show_tried(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct cases_found *found, const struct sent *sent,
    const struct err *why, struct err *err)
{
	const struct cases_tried tried = {
	    .text = sent->text, .letter = sent->letter, .why = why};
	enum err_code rc = cases_put_case(
	    worker, request, found, &tried, &response->body, err);

	response->status = http_status_of(why->code);
	return rc ? rc : site_show(worker, request, response, "case", err);
}

/* The page that follows what came of it. */
static enum err_code end_move(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct cases_found *found, const struct sent *sent, struct err *err)
{
	const struct runner_result *ran = site_ran(request);

	if (ran->rc && !desk_may_mend(ran->rc)) {
		*err = ran->err;
		return ran->rc;
	}
	if (ran->rc && !moved_before(worker, request, found, sent))
		return show_tried(
		    worker, request, response, found, sent, &ran->err, err);
	go_to_case(response, http_number(request, "number", 0), found->viewer);
	return 0;
}

static enum err_code moved(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct runner_result *ran = site_ran(request);
	struct cases_found found;
	struct sent sent;
	enum err_code rc = read_sent(request, &sent, err);

	if (rc)
		return rc;
	rc = cases_find(worker, request, sent.as, &found, err);
	site_seal(worker, response, use_of_move(request, &found), NULL,
	    ran->rc ? &ran->err : NULL);
	if (!rc)
		rc = end_move(worker, request, response, &found, &sent, err);
	buf_release(&found.document);
	return rc;
}

static bool is_count(struct span text)
{
	size_t i;

	for (i = 0; i < text.n; i++)
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	return text.n > 0 && text.n <= 9;
}

static enum err_code run_move(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct cases_found *found, const struct sent *sent, struct err *err)
{
	const char *args[ARGS_MAX] = {"case move"};
	size_t n = 1 + put_args(request, found->viewer, sent, args + 1);

	args[n++] = "--seen";
	args[n++] = string_of(request, sent->seen);
	args[n++] = "--";
	args[n++] = arena_printf(request->arena, "%lld",
	    (long long)http_number(request, "number", 0));
	args[n++] = string_of(request, sent->move);
	return site_run(worker, request, response, args, moved, err);
}

enum err_code site_case_move(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct cases_found found;
	struct sent sent;
	enum err_code rc = read_sent(request, &sent, err);

	memset(&found, 0, sizeof(found));
	if (!rc)
		rc = cases_find(worker, request, sent.as, &found, err);
	if (!rc && !is_count(sent.seen))
		rc = err_set(err, ERR_INPUT,
		    "the form does not say how many steps it has seen");
	if (!rc)
		rc = run_move(worker, request, response, &found, &sent, err);
	else
		site_seal(
		    worker, response, use_of_move(request, &found), NULL, err);
	buf_release(&found.document);
	return rc;
}
