/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing in by the identity provider, in three requests of the browser:
 *
 *	/sign-in/oidc		 a secret into a cookie; off to the provider
 *	/sign-in/oidc/callback	 back with code and state: is it the browser
 *				 that went, and the first time? Then the
 *				 answer waits, without a worker, until the
 *				 provider was asked and it is written down
 *				 what came of it
 *	/sign-in/oidc/done	 takes it, once: a session, or why not
 *
 * The third is there because an answer that waits is made before it is known
 * what came of it: it can carry no session.
 *
 * Every refusal leaves its trace before it is told. What the provider said
 * is told to the operator, on stderr, and not to who signs in.
 */
#include <stdio.h>
#include <stdlib.h>

#include "oidc/base64url.h"
#include "web/seal.h"
#include "web/site_priv.h"
#include "web/staff.h"

enum { FLOW_S = 10 * 60, COOKIE_BYTES_MAX = 920 };

static const char purpose[] = "oidc";

/* ---- the cookie: SECRET.BACK ---- */

static void put_flow(const struct site *site, const struct flow *flow,
    struct span back, struct http_response *response)
{
	struct buf value = BUF_INIT(COOKIE_BYTES_MAX);

	buf_add_str(&value, flow->secret);
	buf_add_char(&value, '.');
	base64url_add(&value, back.p, back.n);
	staff_set_flow(site->staff, response, buf_str(&value), FLOW_S);
	buf_release(&value);
}

/* false: this browser has begun none. back_out: appended to. */
static bool read_flow(const struct site *site,
    const struct http_request *request, struct flow *out, struct buf *back_out)
{
	struct span value = staff_flow(site->staff, request);
	struct span secret = {value.p, FLOW_SECRET_CHARS};

	return value.n > FLOW_SECRET_CHARS &&
	    value.p[FLOW_SECRET_CHARS] == '.' && flow_resume(secret, out) &&
	    base64url_read((struct span){value.p + FLOW_SECRET_CHARS + 1,
			       value.n - FLOW_SECRET_CHARS - 1},
		back_out);
}

/* ---- going ---- */

/* Where there is no provider, the account knows the other way in. */
static enum err_code no_provider(struct http_response *response)
{
	site_go_to(response, span_of("/account"));
	return 0;
}

enum err_code site_oidc_start(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site *site = ((struct site_worker *)arg)->site;
	struct buf address = BUF_INIT(HTTP_HEADER_BYTES - 1);
	struct span back = http_value(request, "back");
	struct flow flow;
	enum err_code rc;

	if (!site->oidc)
		return no_provider(response);
	if (staff_caller(request)->kind == PEOPLE_SESSION) {
		site_go_to(response, back);
		return 0;
	}
	rc = flow_begin(&flow, err);
	if (!rc &&
	    (!oidc_put_address(site->oidc, &flow, &address) ||
		address.is_full)) {
		rc = err_set(err, ERR_BUSY,
		    "the identity provider cannot be reached just now");
		err_hint(err,
		    "Try again in a few minutes, or sign in with a password "
		    "of this site if you have one.");
	}
	if (!rc) {
		put_flow(site, &flow, back, response);
		response->status = 303;
		http_add_header(response, "Location", "%s", buf_str(&address));
	}
	buf_release(&address);
	return rc;
}

/* ---- what is written down ---- */

static const char *word_of(enum people_oidc_state state)
{
	switch (state) {
	case PEOPLE_OIDC_IN:
		return "";
	case PEOPLE_OIDC_UNLINKED:
		return "oidc-unlinked";
	case PEOPLE_OIDC_DISABLED:
		return "disabled";
	case PEOPLE_OIDC_UNREACHABLE:
		return "oidc-unreachable";
	default:
		return "oidc-refused";
	}
}

/* Of an account, or of nobody when user_id is 0. */
static enum err_code note(const struct desk_turn *turn, int64_t user_id,
    const char *why, struct err *err)
{
	struct arena *arena = arena_new();
	struct people_user user = {.login = ""};
	struct use use = {.at_ms = turn->now_ms,
	    .act = USE_SIGN_IN,
	    .outcome = why[0] ? USE_REFUSED : USE_ANSWERED,
	    .reader_kind = user_id ? USE_USER : USE_NOBODY,
	    .reader_id = user_id,
	    .purpose = span_of(purpose),
	    .why = span_of(why)};
	enum err_code rc = user_id
	    ? people_user_by_id(turn->store, arena, user_id, &user, err)
	    : 0;
	uint64_t seq;

	use.reader = span_of(user.login);
	if (!rc)
		rc = use_log_add(turn->uses, &use, &seq, err);
	arena_free(&arena);
	return rc;
}

/* ---- an answer that waits for the provider ---- */

struct waiting {
	struct oidc_ask ask;
	struct desk_ask write;
	struct oidc *oidc;
	struct staff *staff;
	struct people_oidc found;
	http_go_on *go_on;
	void *exchange;
};

static enum err_code write_down(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct waiting *w = ctx;
	struct people_oidc kept;
	enum err_code rc = people_oidc_settle(
	    turn->store, span_of(w->ask.flow.secret), &w->found, &kept, err);

	if (rc || kept.state == PEOPLE_OIDC_IN)
		return rc;
	return note(turn, kept.user_id, word_of(kept.state), err);
}

static void let_go(struct waiting *w)
{
	w->go_on(w->exchange, w->write.rc, &w->write.err);
	explicit_bzero(w, sizeof(*w));
	free(w);
}

static void when_written(struct desk_ask *write)
{
	let_go(write->ctx);
}

static void ask_desk(struct waiting *w)
{
	w->write.job = write_down;
	w->write.ctx = w;
	w->write.done = when_written;
	if (!staff_ask(w->staff, &w->write))
		let_go(w);
}

static void tell_operator(const struct err *err)
{
	fprintf(stderr, "gongxin: a sign-in by the identity provider: %s %s\n",
	    err_own_message(err), err_own_detail(err));
}

static void when_asked(struct oidc_ask *ask)
{
	struct waiting *w = ask->ctx;
	enum err_code rc = ask->rc;

	if (!rc)
		rc = people_identity_write(oidc_issuer(w->oidc),
		    ask->who.subject, w->found.identity, &ask->err);
	if (rc)
		tell_operator(&ask->err);
	w->found.has_code = !rc && ask->who.has_second_factor;
	w->found.state = !rc ? PEOPLE_OIDC_IN
	    : rc == ERR_BUSY ? PEOPLE_OIDC_UNREACHABLE
			     : PEOPLE_OIDC_REFUSED;
	ask_desk(w);
}

static void start_waiting(void *ctx, http_go_on *go_on, void *exchange)
{
	struct waiting *w = ctx;

	w->go_on = go_on;
	w->exchange = exchange;
	if (w->found.state != PEOPLE_OIDC_WAITING) {
		ask_desk(w);
	} else if (!oidc_ask(w->oidc, &w->ask)) {
		w->found.state = PEOPLE_OIDC_UNREACHABLE;
		ask_desk(w);
	}
}

/* code: "" when the provider sent none, which is asked about no further. */
static struct http_hold wait_for_provider(
    struct site *site, const struct flow *flow, struct span code)
{
	struct waiting *w = mem_zalloc(1, sizeof(*w));

	w->oidc = site->oidc;
	w->staff = site->staff;
	w->ask.flow = *flow;
	w->ask.ctx = w;
	w->ask.done = when_asked;
	if (code.n == 0 || code.n > PROVIDER_CODE_MAX)
		w->found.state = PEOPLE_OIDC_REFUSED;
	else
		memcpy(w->ask.code, code.p, code.n);
	return (struct http_hold){.start = start_waiting, .ctx = w};
}

/* ---- coming back ---- */

static enum err_code refuse(struct site_worker *worker, const char *why,
    struct http_response *response, struct err *err)
{
	struct use use = {.act = USE_SIGN_IN,
	    .outcome = USE_REFUSED,
	    .reader_kind = USE_NOBODY,
	    .purpose = span_of(purpose),
	    .why = span_of(why)};

	response->hold = site_hold(worker, use);
	err_set(err, ERR_REFUSED,
	    "this sign-in was not begun in this browser, or was used already");
	err_hint(err, "Begin again on the page to sign in.");
	return ERR_REFUSED;
}

/* Does the answer come from whom we asked, as far as its address tells? */
static bool is_ours(const struct site *site, const struct http_request *request,
    const struct flow *flow)
{
	struct span issuer = http_value(request, "iss");

	return flow_is_state(flow, http_value(request, "state")) &&
	    (!issuer.p || span_is(issuer, oidc_issuer(site->oidc)));
}

static enum err_code do_claim(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	const struct flow *flow = ctx;

	return people_oidc_claim(
	    turn->store, span_of(flow->secret), turn->now_ms, err);
}

enum err_code site_oidc_callback(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct site *site = worker->site;
	struct buf back = BUF_INIT(HTTP_BACK_BYTES_MAX);
	struct span code = http_value(request, "code");
	struct flow flow;
	bool is_good;
	enum err_code rc;

	if (!site->oidc)
		return no_provider(response);
	is_good = read_flow(site, request, &flow, &back) &&
	    is_ours(site, request, &flow);
	buf_release(&back);
	if (!is_good)
		return refuse(worker, "oidc-state", response, err);
	rc = staff_run(site->staff, do_claim, &flow, err);
	if (rc == ERR_CONFLICT)
		return refuse(worker, "oidc-replayed", response, err);
	if (rc)
		return rc;
	if (http_value(request, "error").n)
		code.n = 0;
	response->hold = wait_for_provider(site, &flow, code);
	response->status = 303;
	http_add_header(response, "Location", "/sign-in/oidc/done");
	return 0;
}

/* ---- taking it ---- */

struct taking {
	struct flow flow;
	struct span client, agent;
	const struct people_caller *before; /* a session that ends by it */
	struct people_oidc what;
	char secret[PEOPLE_SECRET_CHARS + 1];
};

static enum err_code do_take(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct taking *t = ctx;
	enum err_code rc = people_oidc_take(
	    turn->store, span_of(t->flow.secret), turn->now_ms, &t->what, err);

	if (rc || t->what.state != PEOPLE_OIDC_IN)
		return rc;
	rc = note(turn, t->what.user_id, "", err);
	if (!rc)
		rc = people_sessions_sweep(turn->store, turn->now_ms, err);
	if (!rc && t->before->kind == PEOPLE_SESSION)
		rc = people_session_end(turn->store, t->before->user.id,
		    t->before->session_id, err);
	return rc ? rc
		  : people_session_start(turn->store, t->what.user_id,
			t->what.has_code, t->client, t->agent, turn->now_ms,
			t->secret, err);
}

/* Why there is no session. */
static enum err_code tell(const struct people_oidc *what, struct err *err)
{
	const char *subject = strchr(what->identity, ' ');

	switch (what->state) {
	case PEOPLE_OIDC_UNLINKED:
		err_set(err, ERR_REFUSED,
		    "no account of this site is linked to your identity");
		err_detail(err, "You are \"%.300s\" at the identity provider.",
		    subject ? subject + 1 : "");
		err_hint(err,
		    "Send that line to the administrator of this site, who "
		    "can link it to your account. No account was made.");
		return ERR_REFUSED;
	case PEOPLE_OIDC_DISABLED:
		return err_set(
		    err, ERR_REFUSED, "your account of this site is closed");
	case PEOPLE_OIDC_UNREACHABLE:
	case PEOPLE_OIDC_WAITING:
		err_set(err, ERR_BUSY,
		    "the identity provider cannot be reached just now");
		err_hint(err, "Try again in a few minutes.");
		return ERR_BUSY;
	default:
		err_set(err, ERR_REFUSED,
		    "the identity provider did not sign you in");
		err_hint(err,
		    "Begin again on the page to sign in. If it happens "
		    "again, tell the administrator of this site.");
		return ERR_REFUSED;
	}
}

static enum err_code answer(struct site_worker *worker, const struct taking *t,
    struct span back, struct http_response *response, struct err *err)
{
	const struct staff *staff = worker->site->staff;

	if (t->what.state == PEOPLE_OIDC_IN)
		staff_set_cookie(staff, response, t->secret);
	else if (t->what.state != PEOPLE_OIDC_TAKEN)
		return tell(&t->what, err);
	staff_set_flow(staff, response, "", 0);
	site_go_to(response, back);
	return 0;
}

enum err_code site_oidc_done(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct site *site = worker->site;
	struct buf back = BUF_INIT(HTTP_BACK_BYTES_MAX);
	struct taking t = {.client = request->client,
	    .agent = http_header(request, "User-Agent"),
	    .before = staff_caller(request)};
	enum err_code rc;

	if (!site->oidc)
		return no_provider(response);
	if (!read_flow(site, request, &t.flow, &back))
		rc = ERR_NOT_FOUND;
	else
		rc = staff_run(site->staff, do_take, &t, err);
	if (rc == ERR_NOT_FOUND) {
		site_go_to(response, span_of("/sign-in"));
		rc = 0;
	} else if (!rc) {
		rc = answer(worker, &t, buf_span(&back), response, err);
	}
	buf_release(&back);
	explicit_bzero(&t, sizeof(t));
	return rc;
}
