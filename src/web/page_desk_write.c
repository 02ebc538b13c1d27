/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a department does with what stands: takes a record back, decides
 * about a doubtful row. The program's own commands do it, as from a
 * terminal, with the caller's login name; the department comes from the
 * record or the row and the caller's grant.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/subject.h"
#include "api/withdraw_form.h"
#include "base/check.h"
#include "base/utf8.h"
#include "registry/statement.h"
#include "web/command.h"
#include "web/desk.h"
#include "web/reviews.h"
#include "web/seal.h"
#include "web/site_priv.h"

enum { ARGS_MAX = 16 };

/* ---- what was done ---- */

/* The trace of an act. */
static struct use use_of(const struct http_request *request,
    const char *department, const char *reference)
{
	struct use use = site_use_of(staff_caller(request), USE_SUBMIT);

	if (department && department[0])
		use.department = span_of(department);
	use.purpose = span_of(request->route->name);
	use.reference = span_of(reference);
	return use;
}

/* Leaves the trace of an act, done or not, and passes its failure on. */
static enum err_code told(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct seal_act *act, struct err *err)
{
	const struct runner_result *ran = site_ran(request);

	if (ran->rc)
		*err = ran->err;
	site_seal_act(worker, response, act, ran->rc ? err : NULL);
	return ran->rc;
}

/* ---- withdrawal ---- */

struct withdrawing {
	struct own_record record;
	struct withdraw_form form;
	date_days decided_on;
};

static date_days decided_on(const struct cat_item *item, struct span statement)
{
	int at = cat_field_by_role(item, CAT_ROLE_DECIDED_ON);
	date_days day = DATE_NONE;
	struct statement s;
	const char *text;

	if (at < 0 || statement_read(statement, &s, NULL) != 0)
		return DATE_NONE;
	text = json_string_value(statement_field(&s, item->fields[at].name));
	if (text && !date_parse_iso(span_of(text), &day))
		day = DATE_NONE;
	statement_release(&s);
	return day;
}

static struct span trimmed(const struct http_request *request, const char *name)
{
	return span_trim(site_field(request, name));
}

/* The record and the form as filled in; release record also afterwards. */
static enum err_code open_withdrawal(struct site_worker *worker,
    const struct http_request *request, struct withdrawing *x, struct err *err)
{
	struct span other;
	enum err_code rc;

	memset(x, 0, sizeof(*x));
	own_record_init(&x->record);
	rc = desk_find_record(worker, request, PEOPLE_AMEND, &x->record, err);
	if (rc)
		return rc;
	x->form.record = (uint64_t)http_number(request, "number", 0);
	x->form.needs_second =
	    reviews_are_needed(worker, x->record.department, CAT_ACT_WITHDRAW);
	x->form.item = catalog_item(worker->home.catalog, x->record.item);
	if (!x->form.item)
		return err_set(err, ERR_NOT_FOUND,
		    "there is no item \"%.*s\" in the catalogue",
		    (int)strlen(x->record.item), x->record.item);
	x->decided_on =
	    decided_on(x->form.item, buf_span(&x->record.statement));
	other = trimmed(request, "other");
	x->form.cause = trimmed(request, "cause");
	if (!x->form.cause.n)
		x->form.cause = other;
	x->form.text = trimmed(request, "text");
	x->form.since = trimmed(request, "since");
	return desk_check_stands(request, &x->record, err);
}

/* why: what the form lacks to be carried out; NULL: it was not asked to. */
static enum err_code show_withdrawal(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct withdrawing *x, const struct err *why, enum err_code rc,
    struct err *err)
{
	const struct reading reading = desk_reading(worker, request);
	const struct desk_look look = {.department = x->record.department,
	    .subject = x->record.code,
	    .subject_id = x->record.subject_id,
	    .record = http_number(request, "number", 0)};

	if (!rc)
		rc = withdraw_form_document(&reading, worker->home.ledger,
		    &x->form, x->decided_on, &response->body, err);
	desk_seal(worker, request, response, &look, rc ? err : why);
	if (why)
		response->status = http_status_of(why->code);
	return rc ? rc
		  : site_show(worker, request, response, "desk-withdraw", err);
}

enum err_code site_desk_withdraw(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct withdrawing x;
	enum err_code rc = open_withdrawal(arg, request, &x, err);

	rc = show_withdrawal(arg, request, response, &x, NULL, rc, err);
	own_record_release(&x.record);
	return rc;
}

/* Of an act on the record that the path names. */
static enum err_code tell_act(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	const struct reading reading = desk_reading(worker, request);
	uint64_t number = (uint64_t)http_number(request, "number", 0);
	struct own_record record;
	char reference[32];
	struct seal_act act = {.about = NULL};
	enum err_code rc;

	own_record_init(&record);
	own_record_find(&reading, number, &record, NULL);
	snprintf(reference, sizeof(reference), "record %llu",
	    (unsigned long long)number);
	act.use = use_of(request, record.department, reference);
	act.use.subject = span_of(record.code);
	act.use.subject_id = record.subject_id;
	rc = told(worker, request, response, &act, err);
	own_record_release(&record);
	return rc;
}

static enum err_code withdrawn(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	enum err_code rc = tell_act(arg, request, response, err);

	if (rc)
		return rc;
	response->status = 303;
	http_add_header(response, "Location", "/desk/records/%lld",
	    (long long)http_number(request, "number", 0));
	return 0;
}

/* Runs a command of the caller's, or asks a second person for it. */
static enum err_code run_or_ask(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct reviews_asked *asked, http_handler *then, struct err *err)
{
	const char *args[ARGS_MAX + 2] = {
	    asked->args[0], "--by", desk_name(request)};
	size_t i;

	if (reviews_are_needed(worker, asked->department, asked->act))
		return reviews_ask(worker, request, response, asked, err);
	for (i = 1; asked->args[i]; i++) {
		ASSERT(i < ARGS_MAX);
		args[i + 2] = asked->args[i];
	}
	return site_run(worker, request, response, args, then, err);
}

static enum err_code run_withdrawal(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct withdrawing *x, struct err *err)
{
	struct arena *arena = request->arena;
	struct buf reason = BUF_INIT(8 * 1024);
	const char *args[ARGS_MAX] = {
	    "withdraw", "--from", x->record.department, "--reason"};
	struct reviews_asked asked = {.act = CAT_ACT_WITHDRAW,
	    .department = x->record.department,
	    .about = (int64_t)x->form.record,
	    .args = args};
	size_t n = 4;

	withdraw_form_reason(&x->form, &reason);
	args[n++] = arena_dup(arena, buf_str(&reason), reason.n);
	buf_release(&reason);
	if (x->form.since.n) {
		args[n++] = "--since";
		args[n++] = arena_dup(arena, x->form.since.p, x->form.since.n);
	}
	args[n++] =
	    arena_printf(arena, "%llu", (unsigned long long)x->form.record);
	return run_or_ask(worker, request, response, &asked, withdrawn, err);
}

enum err_code site_desk_take_back(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct reading reading = desk_reading(worker, request);
	bool is_asked = span_is(site_field(request, "do"), "withdraw");
	struct withdrawing x;
	struct err why;
	enum err_code rc = open_withdrawal(worker, request, &x, err);

	x.form.is_looked = true;
	if (rc || !is_asked)
		rc = show_withdrawal(
		    worker, request, response, &x, NULL, rc, err);
	else if (withdraw_form_check(
		     &x.form, x.decided_on, reading.today, &why) != 0)
		rc = show_withdrawal(
		    worker, request, response, &x, &why, rc, err);
	else
		rc = run_withdrawal(worker, request, response, &x, err);
	own_record_release(&x.record);
	return rc;
}

/* ---- a withdrawal that was a mistake ---- */

/* The number of the version that the command made. */
static long long made_by(const struct http_request *request)
{
	struct span out = site_ran(request)->out;
	json_t *json = json_loadb(out.p ? out.p : "", out.n, 0, NULL);
	long long number = json_integer_value(json_object_get(json, "record"));

	json_decref(json);
	return number;
}

static enum err_code reinstated(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	enum err_code rc = tell_act(arg, request, response, err);

	if (rc)
		return rc;
	response->status = 303;
	http_add_header(
	    response, "Location", "/desk/records/%lld", made_by(request));
	return 0;
}

/* What the command would find, before a second person has to look at it. */
static enum err_code check_reinstating(const struct http_request *request,
    const struct own_record *record, struct span reason, struct err *err)
{
	long long number = (long long)http_number(request, "number", 0);

	if ((uint64_t)number != record->newest || !record->withdrawn_by[0])
		return err_set(err, ERR_CONFLICT,
		    "record %lld is no withdrawn record", number);
	if (strcmp(record->withdrawn_by, record->department) != 0)
		return err_set(err, ERR_REFUSED,
		    "another department withdrew record %lld", number);
	if (!reason.n)
		return err_set(err, ERR_INPUT, "a reason is needed");
	if (utf8_length(reason.p, reason.n) > WITHDRAW_TEXT_CHARS)
		return err_set(err, ERR_INPUT,
		    "the reason is longer than %d characters",
		    WITHDRAW_TEXT_CHARS);
	return subject_check_words(reason, err);
}

/* What a form can mend is shown with the record; all else, with what was
 * written, by the page of failures. */
static enum err_code refuse_reinstating(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct own_record *record, enum err_code rc, struct err *err)
{
	const struct err why = *err;
	const struct desk_tried tried = {trimmed(request, "reason"), &why};
	const struct desk_look look = {.department = record->department,
	    .subject = record->code,
	    .subject_id = record->subject_id,
	    .record = http_number(request, "number", 0)};

	if (rc == ERR_INPUT)
		return desk_show_record(worker, request, response, &tried, err);
	desk_seal(worker, request, response, &look, err);
	return rc;
}

enum err_code site_desk_reinstate(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct arena *arena = request->arena;
	struct span reason = trimmed(request, "reason");
	struct own_record record;
	const char *args[ARGS_MAX] = {"reinstate", "--from", "", "--reason"};
	struct reviews_asked asked = {.act = CAT_ACT_WITHDRAW,
	    .about = http_number(request, "number", 0),
	    .args = args};
	enum err_code rc;

	own_record_init(&record);
	rc = desk_find_record(worker, request, PEOPLE_AMEND, &record, err);
	if (!rc)
		rc = check_reinstating(request, &record, reason, err);
	if (rc) {
		rc = refuse_reinstating(
		    worker, request, response, &record, rc, err);
		own_record_release(&record);
		return rc;
	}
	args[2] = asked.department = arena_strdup(arena, record.department);
	args[4] = arena_dup(arena, reason.p, reason.n);
	args[5] = arena_printf(arena, "%lld", (long long)asked.about);
	own_record_release(&record);
	return run_or_ask(worker, request, response, &asked, reinstated, err);
}

/* ---- a doubtful row ---- */

static void set_text(json_t *object, const char *key, struct span text)
{
	json_object_set_new(
	    object, key, text.n ? json_stringn(text.p, text.n) : json_null());
}

/* What was sent into the row's document, and why it was not taken. */
static void put_tried(
    json_t *document, const struct http_request *request, const struct err *why)
{
	json_t *row = json_object_get(document, "row");
	json_t *problem = json_object(), *candidate;
	struct span choice = site_field(request, "choice");
	size_t i;

	set_text(problem, "message", span_of(why->message));
	set_text(problem, "detail", span_of(why->detail));
	set_text(problem, "hint", span_of(why->hint));
	json_object_set_new(document, "problem", problem);
	set_text(row, "given_code", trimmed(request, "code"));
	set_text(row, "given_reason", trimmed(request, "reason"));
	json_object_set_new(
	    row, "is_other", json_boolean(span_is(choice, "other")));
	json_object_set_new(
	    row, "is_reject", json_boolean(span_is(choice, "reject")));
	json_object_set_new(row, "is_forced",
	    json_boolean(span_is(site_field(request, "force"), "yes")));
	json_array_foreach (json_object_get(row, "candidates"), i, candidate) {
		const char *code =
		    json_string_value(json_object_get(candidate, "code"));

		json_object_set_new(candidate, "is_chosen",
		    json_boolean(code && span_is(choice, code)));
	}
}

/* The row's page again, with why and with what was typed. */
static enum err_code show_tried(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct span document, const struct err *why, struct err *err)
{
	json_t *json = json_loadb(document.p, document.n, 0, NULL);
	char *text;

	if (!json)
		return err_set(err, ERR_CORRUPT, "the row cannot be shown");
	put_tried(json, request, why);
	text = json_dumps(json, JSON_COMPACT);
	buf_add_str(&response->body, text);
	free(text);
	json_decref(json);
	response->status = http_status_of(why->code);
	return site_show(worker, request, response, "desk-doubtful-row", err);
}

/* Whom the form says the row is about. */
static struct span code_of(const struct http_request *request)
{
	struct span choice = site_field(request, "choice");

	return span_is(choice, "other") ? trimmed(request, "code") : choice;
}

static enum err_code decided(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	long long id = (long long)http_number(request, "row", 0);
	struct buf document = BUF_INIT(32 * 1024 * 1024);
	const char *department = NULL;
	struct seal_act act = {.about = &document, .code = code_of(request)};
	char reference[32];
	enum err_code rc;

	desk_show_doubtful(arg, request, &document, &department, NULL);
	act.is_shown = desk_may_mend(site_ran(request)->rc) && document.n;
	snprintf(reference, sizeof(reference), "doubtful %lld", id);
	act.use = use_of(request, department, reference);
	rc = told(arg, request, response, &act, err);
	if (act.is_shown) {
		const struct err why = *err;

		rc = show_tried(
		    arg, request, response, buf_span(&document), &why, err);
	} else if (!rc) {
		response->status = 303;
		http_add_header(
		    response, "Location", "/desk/doubtful/%lld", id);
	}
	buf_release(&document);
	return rc;
}

/* Which command, from the choice. */
static enum err_code put_choice(const struct http_request *request,
    const char **args, size_t *n, struct err *err)
{
	struct span choice = site_field(request, "choice");
	struct span code = code_of(request);

	if (span_is(choice, "undo") || span_is(choice, "reject")) {
		args[0] = span_is(choice, "undo") ? "doubtful undo"
						  : "doubtful dismiss";
		return 0;
	}
	if (!code.n)
		return err_set(
		    err, ERR_INPUT, "choose an organisation, or give its code");
	if (subject_refuse_person(code, err) != 0)
		return ERR_REFUSED;
	args[0] = "doubtful resolve";
	args[(*n)++] = "--subject";
	args[(*n)++] = arena_dup(request->arena, code.p, code.n);
	if (span_is(site_field(request, "force"), "yes"))
		args[(*n)++] = "--force";
	return 0;
}

/* Leaves the trace of what was not even tried, and shows why, with the row
 * where it was found. */
static enum err_code refuse_decision(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const char *department, struct buf *document, struct err *err)
{
	const struct err why = *err;
	struct seal_act act = {.about = document, .code = code_of(request)};
	int64_t row = http_number(request, "row", 0);
	char reference[32];

	act.is_shown = desk_may_mend(why.code) && document->n;
	if (!document->n)
		desk_about_doubtful(worker, request, row, document);
	snprintf(reference, sizeof(reference), "doubtful %lld", (long long)row);
	act.use = use_of(request, department, reference);
	site_seal_act(worker, response, &act, &why);
	return act.is_shown ? show_tried(worker, request, response,
				  buf_span(document), &why, err)
			    : why.code;
}

enum err_code site_desk_decide(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct span reason = trimmed(request, "reason");
	struct buf document = BUF_INIT(32 * 1024 * 1024);
	const char *department = NULL;
	const char *args[ARGS_MAX] = {NULL, "--reason"};
	struct reviews_asked asked = {.act = CAT_ACT_RESOLVE,
	    .about = http_number(request, "row", 0),
	    .args = args};
	size_t n = 3;
	enum err_code rc =
	    desk_show_doubtful(arg, request, &document, &department, err);

	if (!rc && !reason.n)
		rc = err_set(err, ERR_INPUT, "a decision needs a reason");
	if (!rc)
		rc = subject_check_words(reason, err);
	args[2] = arena_dup(request->arena, reason.p, reason.n);
	if (!rc)
		rc = put_choice(request, args, &n, err);
	if (rc) {
		rc = refuse_decision(
		    arg, request, response, department, &document, err);
	} else {
		args[n++] = arena_printf(
		    request->arena, "%lld", (long long)asked.about);
		asked.department = department;
		rc = run_or_ask(arg, request, response, &asked, decided, err);
	}
	buf_release(&document);
	return rc;
}
