/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For auditors: the data cage (数据铁笼) and the entries of the log of uses.
 * Looking is a use too, sealed before the answer leaves; what an auditor
 * writes leaves one in the transaction that it is written in.
 */
#include <stdio.h>

#include "api/audit.h"
#include "api/uses.h"
#include "calendar/calendar.h"
#include "ident/ident.h"
#include "web/seal.h"
#include "web/site_priv.h"

static enum err_code open_viewer(const struct site_worker *worker,
    const struct http_request *request, struct audit_viewer *out,
    struct err *err)
{
	*out = (struct audit_viewer){.caller = staff_caller(request),
	    .catalog = worker->home.catalog,
	    .registry = worker->home.store};
	return audit_viewer_load(out, worker->office, request->arena, err);
}

static struct span given(const struct http_request *request, const char *name)
{
	struct span value = http_value(request, name);

	return value.p ? value : span_of("");
}

/* ---- the overview ---- */

static enum err_code make_overview(struct site_worker *worker,
    const struct http_request *request, struct buf *out, struct err *err)
{
	struct audit_viewer viewer;
	struct audit_period period;
	enum err_code rc = open_viewer(worker, request, &viewer, err);

	if (!rc)
		rc = audit_period_of(http_date(request, "from"),
		    http_date(request, "to"), calendar_today(),
		    calendar_now_ms(), &period, err);
	return rc
	    ? rc
	    : audit_document(&viewer, worker->office, &period, NULL, out, err);
}

enum err_code site_audit(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct use use = site_use_of(staff_caller(request), USE_AUDIT);
	enum err_code rc = make_overview(worker, request, &response->body, err);

	use.purpose = span_of(request->route->name);
	site_seal(worker, response, use, rc ? NULL : &response->body,
	    rc ? err : NULL);
	return rc ? rc : site_show(worker, request, response, "audit", err);
}

/* ---- the entries ---- */

/* An organisation's code as it is kept, however it was typed. */
static struct span given_code(const struct http_request *request)
{
	struct span text = given(request, "subject");
	const struct ident_uscc code = ident_check_uscc(text);

	return code.state == IDENT_VALID
	    ? span_of(arena_strdup(request->arena, code.code))
	    : text;
}

static struct audit_uses_query read_query(const struct http_request *request)
{
	return (struct audit_uses_query){
	    .reader = given(request, "reader"),
	    .department = given(request, "department"),
	    .subject = given_code(request),
	    .matter = given(request, "matter"),
	    .case_number = given(request, "case"),
	    .outcome = http_choice(request, "outcome"),
	    .before = (uint64_t)http_number(request, "before", INT64_MAX),
	    .limit = http_number(request, "limit", USES_LIMIT),
	};
}

enum err_code site_audit_uses(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct audit_uses_query query = read_query(request);
	struct use use = site_use_of(staff_caller(request), USE_AUDIT);
	struct audit_viewer viewer;
	enum err_code rc = open_viewer(worker, request, &viewer, err);

	if (!rc)
		rc = audit_uses_document(&viewer, worker->home.store,
		    worker->office, &query, &use.subject_id, &response->body,
		    err);
	use.purpose = span_of(request->route->name);
	/* What was asked for is a part of the trace: the organisation sees
	 * that it was looked up here. What was refused may be a person's
	 * number, which is kept nowhere. */
	if (!rc) {
		use.subject = query.subject;
		use.matter = query.matter;
		use.case_number = query.case_number;
	}
	site_seal(worker, response, use, rc ? NULL : &response->body,
	    rc ? err : NULL);
	return rc ? rc
		  : site_show(worker, request, response, "audit-uses", err);
}

/* ---- what an auditor writes ---- */

static date_days day_field(const struct http_request *request, const char *name)
{
	date_days day;

	return date_parse_iso(site_field(request, name), &day) ? day
							       : DATE_NONE;
}

/* Back to the period that the form stood in, and to that part of its page. */
static void go_back(const struct http_request *request,
    struct http_response *response, struct span part)
{
	date_days from = day_field(request, "from");
	date_days to = day_field(request, "to");
	char first[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES];

	response->status = 303;
	if (from == DATE_NONE || to == DATE_NONE)
		http_add_header(
		    response, "Location", "/audit#%.*s", (int)part.n, part.p);
	else
		http_add_header(response, "Location",
		    "/audit?from=%s&to=%s#%.*s", date_format_iso(from, first),
		    date_format_iso(to, last), (int)part.n, part.p);
}

/* What lies outside the auditor's division is not there. Whom the use is about
 * goes to code_out, unless it is about many. */
static enum err_code check_seen(struct site_worker *worker,
    const struct http_request *request, uint64_t seq, char code_out[32],
    struct err *err)
{
	struct audit_viewer viewer;
	struct use_row row;
	enum err_code rc = open_viewer(worker, request, &viewer, err);

	code_out[0] = '\0';
	if (rc)
		return rc;
	rc = use_row_get(worker->office, seq, &row, err);
	if (!rc) {
		snprintf(code_out, 32, "%.*s", (int)row.use.subject.n,
		    row.use.subject.p ? row.use.subject.p : "");
		if (!audit_viewer_may_see(&viewer, &row.use))
			rc = err_set(err, ERR_NOT_FOUND,
			    "the log of uses has no entry %llu",
			    (unsigned long long)seq);
	}
	use_rows_finish(worker->office, USE_OLDEST_FIRST);
	return rc;
}

enum err_code site_answer_use(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct use_words words = {
	    .seq = (uint64_t)http_number(request, "number", 0),
	    .text = site_field(request, "text"),
	    .subject = site_field(request, "subject"),
	    .by = span_of(staff_caller(request)->user.login)};
	struct use use = site_use_of(staff_caller(request), USE_AUDIT);
	char code[32];
	enum err_code rc = check_seen(worker, request, words.seq, code, err);

	use.purpose = span_of(request->route->name);
	use.subject = span_of(code);
	uses_find_subject(
	    worker->home.store, use.subject, &use.subject_id, NULL);
	if (!rc)
		rc = uses_check_text(words.text, err);
	if (!rc)
		rc = uses_find_subject(
		    worker->home.store, words.subject, &words.subject_id, err);
	if (!rc)
		rc = site_write_question(
		    worker, use_question_answer, &words, &use, err);
	if (rc)
		site_seal(worker, response, use, NULL, err);
	else
		go_back(request, response, span_of("questions-title"));
	return rc;
}

struct taking {
	struct audit_words_of words;
	struct use use;
	bool is_closing;
};

/* With its trace. Where that fails, the use stays one of no step, and is
 * sealed as refused. */
static enum err_code do_take(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct taking *t = ctx;
	struct use use = t->use;
	char step[AUDIT_STEP_BYTES];
	enum err_code rc;
	uint64_t seq;

	t->words.now_ms = use.at_ms = turn->now_ms;
	rc = t->is_closing ? audit_case_close(turn->store, &t->words, err)
			   : audit_case_open(turn->store, &t->words, err);
	if (!rc)
		rc = audit_case_seal(turn->store, &t->words, step, &use, err);
	return rc ? rc : use_log_add(turn->uses, &use, &seq, err);
}

/* It has to be a finding of the form's period. What is open is closed
 * without that: a finding may have gone, when feedback came. */
static enum err_code check_finding(struct site_worker *worker,
    const struct http_request *request, const struct taking *t, struct err *err)
{
	struct audit_viewer viewer;
	struct audit_period period;
	enum err_code rc = open_viewer(worker, request, &viewer, err);

	if (rc || (t->is_closing && audit_viewer_is_whole(&viewer)))
		return rc;
	rc = audit_period_of(day_field(request, "from"),
	    day_field(request, "to"), calendar_today(), calendar_now_ms(),
	    &period, err);
	return rc ? rc
		  : audit_check_finding(&viewer, worker->office, &period,
			t->words.finding, err);
}

enum err_code site_take_finding(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct span step = site_field(request, "step");
	struct taking t = {
	    .words = {.finding = http_value(request, "key"),
		.text = site_field(request, "text"),
		.by = span_of(staff_caller(request)->user.login)},
	    .use = site_use_of(staff_caller(request), USE_AUDIT),
	    .is_closing = span_is(step, "close")};
	enum err_code rc = uses_check_text(t.words.text, err);

	t.use.purpose = span_of(request->route->name);
	if (!t.is_closing && !span_is(step, "open"))
		rc = err_set(err, ERR_INPUT,
		    "the form says neither \"open\" nor \"close\"");
	if (!rc)
		rc = check_finding(worker, request, &t, err);
	if (!rc)
		rc = staff_run(worker->site->staff, do_take, &t, err);
	if (rc)
		site_seal(worker, response, t.use, NULL, err);
	else
		go_back(request, response, t.words.finding);
	return rc;
}
