/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing in and out, and one's own account. Each form is answered by going
 * elsewhere (303) when all is well, by the same form with what is wrong
 * (403) when not. Where somebody has to go next is not decided here: the
 * page that was wanted sends him to what his session still wants.
 *
 *	/sign-in -> (/sign-in/code) -> (/account/password) ->
 *	(/account/code) -> where he wanted to go
 *
 * Who wanted nothing in particular goes to /start, which leads on to his work.
 */
#include <qrencode.h>

#include "api/accounts.h"
#include "calendar/calendar.h"
#include "web/agent.h"
#include "web/own_places.h"
#include "web/seal.h"
#include "web/site_priv.h"
#include "web/staff.h"

static const char wrong_sign_in[] =
    N_("The login name or the password is wrong, or too many wrong ones were "
       "tried: then wait for a quarter of an hour.");
static const char wrong_code[] =
    N_("The code is wrong or was used already, or too many wrong ones were "
       "tried: then wait for a quarter of an hour.");

/* ---- where to go, and what is shown ---- */

void site_go_to(struct http_response *response, struct span back)
{
	struct buf to = BUF_INIT(HTTP_HEADER_BYTES - 1);

	site_put_back(back, "/start", &to);
	response->status = 303;
	http_add_header(response, "Location", "%s", buf_str(&to));
	buf_release(&to);
}

static void go_back(
    const struct http_request *request, struct http_response *response)
{
	site_go_to(response,
	    request->method == HTTP_POST ? http_form(request, "back")
					 : http_value(request, "back"));
}

/* A document with what every form has: "back", and what is wrong: a password
 * or code, unless the status tells otherwise already. */
static void open_form(struct json_writer *w, const struct http_request *request,
    struct http_response *response, const char *problem)
{
	bool is_sent = request->method == HTTP_POST;
	struct span back =
	    is_sent ? http_form(request, "back") : http_value(request, "back");

	json_start(w, &response->body);
	json_open_object(w);
	json_put_span(w, "back", back);
	json_put_str(w, "problem", problem ? problem : "");
	json_put_bool(
	    w, "unsent", !is_sent && http_value(request, "unsent").n > 0);
	json_put_span(w, "login", site_field(request, "login"));
	if (problem && response->status == 200)
		response->status = 403;
}

/* ---- sign in ---- */

struct sign_in {
	struct people_attempt attempt;
	struct span login, client, agent;
	const struct people_caller *before; /* a session that ends by it */
	enum people_outcome outcome;
	char secret[PEOPLE_SECRET_CHARS + 1];
};

static enum err_code note_sign_in(
    const struct sign_in *in, const struct desk_turn *turn, struct err *err)
{
	static const char *const words[] = {"", "wrong", "locked", "disabled"};
	char login[PEOPLE_LOGIN_MAX + 1] = "";
	struct use use = {
	    .at_ms = turn->now_ms,
	    .act = USE_SIGN_IN,
	    .outcome = in->outcome == PEOPLE_IN ? USE_ANSWERED : USE_REFUSED,
	    .purpose = span_of("sign-in"),
	    .reader_kind = USE_USER,
	    .reader_id = in->attempt.user_id,
	    .why = span_of(words[in->outcome]),
	};
	uint64_t seq;

	/* What was typed for a login that does not exist may be a password.
	 * The trace costs the same, so that time does not tell either. */
	if (in->attempt.user_id)
		people_login_fold(in->login, login);
	else
		use.reader_kind = USE_NOBODY;
	use.reader = span_of(login);
	return use_log_add(turn->uses, &use, &seq, err);
}

static enum err_code do_sign_in(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct sign_in *in = ctx;
	enum err_code rc = people_attempt_settle(
	    turn->store, &in->attempt, turn->now_ms, &in->outcome, err);

	if (!rc)
		rc = note_sign_in(in, turn, err);
	if (rc || in->outcome != PEOPLE_IN)
		return rc;
	rc = people_sessions_sweep(turn->store, turn->now_ms, err);
	if (!rc && in->before->kind == PEOPLE_SESSION)
		rc = people_session_end(turn->store, in->before->user.id,
		    in->before->session_id, err);
	return rc
	    ? rc
	    : people_session_start(turn->store, in->attempt.user_id, false,
		  in->client, in->agent, turn->now_ms, in->secret, err);
}

/* "provider": {"name", "address"} of the identity provider; null when there
 * is none. */
static void put_provider(struct json_writer *w, const struct site *site,
    const struct http_request *request)
{
	bool is_sent = request->method == HTTP_POST;
	struct span back =
	    is_sent ? http_form(request, "back") : http_value(request, "back");
	struct buf address = BUF_INIT(2048);

	json_key(w, "provider");
	if (!site->oidc) {
		json_add_null(w);
		return;
	}
	buf_add_str(&address, "/sign-in/oidc?back=");
	buf_add_percent(&address, back);
	json_open_object(w);
	json_put_str(w, "name", site->provider_name[request->lang]);
	json_put_span(w, "address", buf_span(&address));
	json_close_object(w);
	buf_release(&address);
}

static enum err_code show_sign_in(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const char *problem, struct err *err)
{
	struct json_writer w;

	open_form(&w, request, response, problem);
	put_provider(&w, worker->site, request);
	json_close_object(&w);
	return site_show(worker, request, response, "sign-in", err);
}

enum err_code site_sign_in_page(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	const struct people_caller *who = staff_caller(request);

	if (who->kind == PEOPLE_SESSION) {
		go_back(request, response);
		return 0;
	}
	return show_sign_in(arg, request, response, NULL, err);
}

enum err_code site_sign_in(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	/* A phone's keyboard leaves a blank behind a name that it knows. */
	struct sign_in in = {.login = span_trim(site_field(request, "login")),
	    .client = request->client,
	    .agent = http_header(request, "User-Agent"),
	    .before = staff_caller(request)};
	enum err_code rc =
	    people_attempt_load(worker->office, in.login, &in.attempt, err);

	if (rc)
		return rc;
	people_attempt_check(&in.attempt, site_field(request, "password"));
	rc = staff_run(worker->site->staff, do_sign_in, &in, err);
	if (rc)
		return rc;
	if (in.outcome != PEOPLE_IN)
		return show_sign_in(
		    worker, request, response, tr(wrong_sign_in), err);
	staff_set_cookie(worker->site->staff, response, in.secret);
	go_back(request, response);
	return 0;
}

/* What somebody who is known did with his account. What he was refused,
 * seal.c tells. */
static enum err_code note_step(const struct http_request *request,
    enum use_act act, const struct desk_turn *turn, struct err *err)
{
	struct use use = site_use_of(staff_caller(request), act);
	uint64_t seq;

	use.at_ms = turn->now_ms;
	use.purpose = span_of(request->route->name);
	return use_log_add(turn->uses, &use, &seq, err);
}

/* ---- the second factor ---- */

struct code_step {
	const struct http_request *request;
	const struct people_key *key;
	const struct people_caller *who;
	struct span session, code;
	bool is_enrolment;
	enum people_outcome outcome;
	char secret[PEOPLE_SECRET_CHARS + 1];
};

static enum err_code do_code(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct code_step *step = ctx;
	int64_t user = step->who->user.id;
	enum err_code rc = step->is_enrolment
	    ? people_code_enrol(turn->store, step->key, user, step->session,
		  step->code, turn->now_ms, &step->outcome, err)
	    : people_code_settle(turn->store, step->key, user, step->code,
		  turn->now_ms, &step->outcome, err);

	if (rc || step->outcome != PEOPLE_IN)
		return rc;
	rc = note_step(step->request,
	    step->is_enrolment ? USE_MANAGE : USE_SIGN_IN, turn, err);
	if (rc)
		return rc;
	/* With more rights comes another secret. */
	return people_session_renew(turn->store, user, step->who->session_id,
	    true, turn->now_ms, step->secret, err);
}

static enum err_code run_code(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct code_step *step, struct err *err)
{
	struct staff *staff = worker->site->staff;
	enum err_code rc;

	step->request = request;
	step->key = staff_key(staff);
	step->who = staff_caller(request);
	step->session = staff_session(staff, request);
	step->code = site_field(request, "code");
	rc = staff_run(staff, do_code, step, err);
	if (rc || step->outcome != PEOPLE_IN)
		return rc;
	staff_set_cookie(staff, response, step->secret);
	go_back(request, response);
	return 0;
}

static enum err_code show_code_form(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const char *problem, struct err *err)
{
	struct json_writer w;

	open_form(&w, request, response, problem);
	json_close_object(&w);
	return site_show(worker, request, response, "sign-in-code", err);
}

enum err_code site_code_page(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	if (staff_caller(request)->stage != PEOPLE_STAGE_CODE) {
		go_back(request, response);
		return 0;
	}
	return show_code_form(arg, request, response, NULL, err);
}

enum err_code site_code(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct code_step step = {.is_enrolment = false};
	enum err_code rc;

	if (staff_caller(request)->stage != PEOPLE_STAGE_CODE) {
		go_back(request, response);
		return 0;
	}
	rc = run_code(arg, request, response, &step, err);
	if (rc || step.outcome == PEOPLE_IN)
		return rc;
	return show_code_form(arg, request, response, tr(wrong_code), err);
}

enum { QR_BYTES_MAX = 256 * 1024, QR_MARGIN = 4 };

/* "qr": the picture of a text, as what an SVG path draws: a unit square for
 * each dark module. null when it is too long for one. */
static void put_qr(struct json_writer *w, const char *text)
{
	QRcode *qr = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	struct buf path = BUF_INIT(QR_BYTES_MAX);
	int i;

	json_key(w, "qr");
	if (!qr) {
		json_add_null(w);
		return;
	}
	for (i = 0; i < qr->width * qr->width; i++)
		if (qr->data[i] & 1)
			buf_addf(&path, "M%d %dh1v1h-1z",
			    i % qr->width + QR_MARGIN,
			    i / qr->width + QR_MARGIN);
	json_open_object(w);
	json_put_span(w, "path", buf_span(&path));
	json_put_int(w, "size", qr->width + 2 * QR_MARGIN);
	json_close_object(w);
	QRcode_free(qr);
	buf_release(&path);
}

/* The address by which an app takes the secret, and its picture. */
static void put_app_address(struct json_writer *w, const char *city,
    const char *login, const char *secret)
{
	struct buf text = BUF_INIT(2048);

	buf_add_str(&text, "otpauth://totp/");
	buf_add_percent(&text, span_of(city));
	buf_addf(&text, ":%s?secret=%s&issuer=", login, secret);
	buf_add_percent(&text, span_of(city));
	json_put_span(w, "app_address", buf_span(&text));
	put_qr(w, buf_str(&text));
	buf_release(&text);
}

/* In groups of four. */
static void put_secret(struct json_writer *w, const char *secret)
{
	char text[TOTP_SECRET_CHARS * 2];
	size_t i, n = 0;

	for (i = 0; secret[i]; i++) {
		if (i && i % 4 == 0)
			text[n++] = ' ';
		text[n++] = secret[i];
	}
	json_put_span(w, "secret", (struct span){text, n});
}

static enum err_code show_enrolment(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const char *problem, struct err *err)
{
	const struct people_user *user = &staff_caller(request)->user;
	struct staff *staff = worker->site->staff;
	uint8_t secret[TOTP_SECRET_BYTES];
	char text[TOTP_SECRET_CHARS + 1];
	struct json_writer w;

	open_form(&w, request, response, problem);
	json_put_bool(&w, "has_code", user->has_code);
	json_put_bool(&w, "needs_code", people_user_needs_code(user));
	if (!user->has_code) {
		people_code_offer(
		    staff_key(staff), staff_session(staff, request), secret);
		totp_secret_text(secret, text);
		put_secret(&w, text);
		put_app_address(&w, site_city(worker->site), user->login, text);
	}
	json_close_object(&w);
	return site_show(worker, request, response, "account-code", err);
}

enum err_code site_enrol_page(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return show_enrolment(arg, request, response, NULL, err);
}

enum err_code site_enrol(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct code_step step = {.is_enrolment = true};
	enum err_code rc = run_code(arg, request, response, &step, err);

	if (rc || step.outcome == PEOPLE_IN)
		return rc;
	return show_enrolment(arg, request, response, tr(wrong_code), err);
}

/* ---- another password ---- */

struct password_step {
	const struct http_request *request;
	const struct people_caller *who;
	struct people_attempt attempt;
	enum people_outcome outcome;
	char hash[PEOPLE_HASH_BYTES];
	char secret[PEOPLE_SECRET_CHARS + 1];
};

static enum err_code do_password(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct password_step *step = ctx;
	int64_t user = step->who->user.id;
	enum err_code rc = people_attempt_settle(
	    turn->store, &step->attempt, turn->now_ms, &step->outcome, err);

	if (rc || step->outcome != PEOPLE_IN)
		return rc;
	rc = people_user_set_password(turn->store, user, step->hash, false,
	    step->who->session_id, turn->now_ms, err);
	if (!rc)
		rc = note_step(step->request, USE_MANAGE, turn, err);
	return rc
	    ? rc
	    : people_session_renew(turn->store, user, step->who->session_id,
		  step->who->has_code, turn->now_ms, step->secret, err);
}

static enum err_code show_password(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const char *problem, struct err *err)
{
	struct json_writer w;

	open_form(&w, request, response, problem);
	json_put_bool(
	    &w, "must_change", staff_caller(request)->user.must_change);
	json_put_int(&w, "least", PEOPLE_PASSWORD_MIN);
	json_put_str(&w, "own_login", staff_caller(request)->user.login);
	json_close_object(&w);
	return site_show(worker, request, response, "account-password", err);
}

enum err_code site_password_page(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	return show_password(arg, request, response, NULL, err);
}

/* What is wrong with the new one, in the reader's language; NULL nothing. */
static const char *new_password_problem(
    const struct http_request *request, struct err *why)
{
	const char *login = staff_caller(request)->user.login;
	struct span new = site_field(request, "new");

	if (!span_equal(new, site_field(request, "again")))
		return tr("The two new passwords differ.");
	if (span_equal(new, site_field(request, "old")))
		return tr("The new password is the old one.");
	return people_password_check(new, login, why) ? why->message : NULL;
}

static enum err_code change_password(struct site_worker *worker,
    const struct http_request *request, struct password_step *step,
    struct err *err)
{
	enum err_code rc = people_attempt_load(worker->office,
	    span_of(step->who->user.login), &step->attempt, err);

	if (rc)
		return rc;
	people_attempt_check(&step->attempt, site_field(request, "old"));
	rc = people_password_hash(site_field(request, "new"), step->hash, err);
	return rc ? rc : staff_run(worker->site->staff, do_password, step, err);
}

enum err_code site_password(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct password_step step = {
	    .request = request, .who = staff_caller(request)};
	struct err why;
	const char *problem = new_password_problem(request, &why);
	enum err_code rc;

	if (problem) {
		response->status = 400;
		return show_password(arg, request, response, problem, err);
	}
	rc = change_password(worker, request, &step, err);
	if (rc)
		return rc;
	if (step.outcome != PEOPLE_IN)
		return show_password(arg, request, response,
		    tr("The present password is wrong, or too many wrong ones "
		       "were tried: then wait for a quarter of an hour."),
		    err);
	staff_set_cookie(worker->site->staff, response, step.secret);
	go_back(request, response);
	return 0;
}

/* ---- the account ---- */

/* Is it somebody's work to approve what others of a department ask for? */
static bool is_second_person(
    const struct catalog *c, const struct people_caller *who)
{
	size_t i, act;

	for (i = 0; i < c->departments_count; i++)
		for (act = 0; act < CAT_ACT_COUNT; act++)
			if (c->departments[i].second_person[act] &&
			    people_may_for(
				who, PEOPLE_REVIEW, &c->departments[i]))
				return true;
	return false;
}

enum err_code site_start(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	const struct site_worker *worker = arg;
	const struct people_caller *who = staff_caller(request);
	const char *first = own_places_first(who);

	(void)err;
	if (!(who->capabilities >> PEOPLE_SUBMIT & 1) &&
	    is_second_person(worker->home.catalog, who))
		first = "/desk/reviews";
	site_go_to(response, span_of(first ? first : "/account"));
	return 0;
}

/* Who is it that this browser is signed in as, and what its forms carry: for
 * a page that was open for long (session.js). */
enum err_code site_session(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct json_writer w;

	(void)arg;
	(void)err;
	json_start(&w, &response->body);
	json_open_object(&w);
	json_put_str(&w, "login", staff_caller(request)->user.login);
	json_put_str(&w, "form_token", request->caller.form_token);
	json_close_object(&w);
	buf_add_char(&response->body, '\n');
	return 0;
}

/* In words; the whole of it stands beside. */
static void put_browser(
    struct json_writer *w, struct arena *arena, const char *agent)
{
	struct buf words = BUF_INIT(AGENT_WORDS_BYTES_MAX);

	agent_put_words(span_of(agent), &words);
	json_put_str(w, "browser", arena_dup(arena, buf_str(&words), words.n));
	json_put_str(w, "agent", agent);
	buf_release(&words);
}

static enum err_code put_sessions(struct json_writer *w,
    struct site_worker *worker, const struct http_request *request,
    struct err *err)
{
	const struct people_caller *who = staff_caller(request);
	struct people_session *list;
	size_t count = 0, i;
	enum err_code rc = people_sessions(worker->office, request->arena,
	    who->user.id, calendar_now_ms(), &list, &count, err);

	json_key(w, "sessions");
	json_open_array(w);
	for (i = 0; i < count && !rc; i++) {
		json_open_object(w);
		json_put_int(w, "id", list[i].id);
		accounts_put_time(w, "created_at", list[i].created_ms);
		accounts_put_time(w, "seen_at", list[i].seen_ms);
		json_put_str(w, "client", list[i].client);
		put_browser(w, request->arena, list[i].agent);
		json_put_bool(w, "is_current", list[i].id == who->session_id);
		json_close_object(w);
	}
	json_close_array(w);
	json_put_bool(w, "has_others", count > 1);
	return rc;
}

static void put_role(struct json_writer *w, const struct catalog *catalog,
    const struct people_grant *grant)
{
	const struct cat_department *department =
	    catalog_department(catalog, grant->department);

	json_open_object(w);
	json_put_str(w, "role", grant->role->id);
	json_put_str(w, "title", tr(grant->role->title));
	json_put_str(w, "department",
	    department ? department->title : grant->department);
	json_put_str(w, "division", grant->division);
	json_put_str(w, "organisation", grant->organisation);
	json_close_object(w);
}

static void put_may(struct json_writer *w, const struct http_request *request,
    const char *key, enum people_capability capability)
{
	json_put_bool(
	    w, key, people_may(staff_caller(request), capability, NULL));
}

enum err_code site_account(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct people_user *user = &staff_caller(request)->user;
	struct json_writer w;
	enum err_code rc;
	size_t i;

	json_start(&w, &response->body);
	json_open_object(&w);
	json_put_str(&w, "login", user->login);
	json_put_str(&w, "name", user->name);
	json_put_bool(&w, "has_password", user->has_password);
	json_put_bool(&w, "has_code", user->has_code);
	json_key(&w, "roles");
	json_open_array(&w);
	for (i = 0; i < user->grants_count; i++)
		put_role(&w, worker->home.catalog, &user->grants[i]);
	json_close_array(&w);
	json_put_bool(&w, "has_roles", user->grants_count > 0);
	put_may(&w, request, "may_see_uses", PEOPLE_OWN_USES);
	put_may(&w, request, "may_check", PEOPLE_CHECK);
	put_may(&w, request, "may_manage", PEOPLE_MANAGE_PEOPLE);
	put_may(&w, request, "may_submit", PEOPLE_SUBMIT);
	put_may(&w, request, "may_see_records", PEOPLE_RECORDS);
	put_may(&w, request, "may_resolve", PEOPLE_RESOLVE);
	put_may(&w, request, "may_see_quality", PEOPLE_QUALITY);
	put_may(&w, request, "may_audit", PEOPLE_AUDIT);
	rc = put_sessions(&w, worker, request, err);
	json_close_object(&w);
	return rc ? rc : site_show(worker, request, response, "account", err);
}

/* ---- ending sessions ---- */

struct ending {
	const struct people_caller *who;
	int64_t session; /* 0: all others */
};

static enum err_code do_end(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	const struct ending *e = ctx;
	int64_t user = e->who->user.id;

	return e->session
	    ? people_session_dismiss(turn->store, user, e->session, err)
	    : people_sessions_end(turn->store, user, e->who->session_id, err);
}

static enum err_code do_sign_out(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	const struct people_caller *who = ctx;

	return people_session_end(
	    turn->store, who->user.id, who->session_id, err);
}

static bool read_number(struct span text, int64_t *out)
{
	size_t i;

	*out = 0;
	for (i = 0; i < text.n && i < 17; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		*out = *out * 10 + text.p[i] - '0';
	}
	return text.n > 0 && i == text.n;
}

enum err_code site_end_sessions(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct span which = site_field(request, "session");
	struct ending e = {.who = staff_caller(request)};
	enum err_code rc;

	if (!span_is(which, "others") &&
	    (!read_number(which, &e.session) || e.session == 0))
		return err_set(
		    err, ERR_INPUT, "the form does not say which session");
	rc = staff_run(worker->site->staff, do_end, &e, err);
	site_go_to(response, span_of("/account"));
	return rc;
}

enum err_code site_sign_out(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct people_caller who = *staff_caller(request);
	enum err_code rc = 0;

	if (who.kind == PEOPLE_SESSION)
		rc = staff_run(worker->site->staff, do_sign_out, &who, err);
	staff_set_cookie(worker->site->staff, response, "");
	site_go_to(response, span_of("/"));
	return rc;
}
