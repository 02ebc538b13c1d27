/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who calls a route that is not public, and may he? In a worker's thread,
 * since finding out reads the store; before the handler, which never asks.
 *
 *	who?		  the layer above says; too much asked: 429
 *	may he?		  not known: 401, or a browser goes to sign in; with
 *			  a form it stays where what was written is shown
 *			  known: 403
 *	does he mean it?  what a browser sends to change something has to
 *			  come from a page of this site, and to carry the
 *			  token of its session: 403
 *
 * A browser sends its cookies whoever makes it ask; what comes with an
 * Authorization header was meant by whoever sends it, so the third question
 * is for browsers. A request that names no origin at all is refused too:
 * every browser of the last years names it.
 */
#include <strings.h>

#include "base/check.h"
#include "http/server_priv.h"

static const char form_header[] = "X-Form-Token";

static bool may(const struct http_caller *caller, int capability)
{
	ASSERT(capability > HTTP_PUBLIC && capability < 64);
	return capability == HTTP_VISITOR ||
	    caller->capabilities & 1ull << capability;
}

/* ---- not yet ---- */

/* Is the origin ("https://host:port") the host that was asked? */
static bool is_own_origin(struct span origin, struct span host)
{
	size_t at = 0;

	while (at + 3 <= origin.n && memcmp(origin.p + at, "://", 3) != 0)
		at++;
	if (at + 3 > origin.n || !host.n || origin.n - at - 3 != host.n)
		return false;
	return strncasecmp(origin.p + at + 3, host.p, host.n) == 0;
}

struct span http_page_before(const struct http_request *r)
{
	struct span referer = http_header(r, "Referer");
	size_t at = 0, slashes = 0;

	while (at < referer.n && (slashes += referer.p[at] == '/') < 3)
		at++;
	if (!is_own_origin(
		(struct span){referer.p, at}, http_header(r, "Host")))
		return (struct span){NULL, 0};
	return (struct span){referer.p + at, referer.n - at};
}

static bool is_of_our_page(const struct http_request *r)
{
	struct span site = http_header(r, "Sec-Fetch-Site");
	struct span origin = http_header(r, "Origin");

	if (site.p)
		return span_is(site, "same-origin");
	return origin.p && is_own_origin(origin, http_header(r, "Host"));
}

bool http_shows_words(const struct http_request *r)
{
	return r->route && r->route->keeps_words && r->method == HTTP_POST &&
	    is_of_our_page(r);
}

/* "/sign-in?back=/account%3Fx"; without what is too long for a header. Of a
 * form "unsent=yes" says that what was sent went nowhere, and the way back
 * is to the page that it stood on. */
static void add_location(struct exchange *ex, struct http_response *response)
{
	const struct http_request *r = &ex->request;
	struct buf to = BUF_INIT(HTTP_HEADER_BYTES - 1);
	bool is_form = r->method != HTTP_GET;
	struct span page = is_form ? http_page_before(r) : r->path;
	size_t n = page.n + (!is_form && r->query.n ? 1 + r->query.n : 0);
	size_t plain;

	buf_addf(&to, "%s%s", r->caller.instead, is_form ? "?unsent=yes" : "");
	plain = to.n;
	if (page.n && n <= HTTP_BACK_BYTES_MAX) {
		buf_addf(&to, "%cback=", is_form ? '&' : '?');
		buf_add_percent(&to, page);
		if (!is_form && r->query.n) {
			buf_add_str(&to, "%3F");
			buf_add_percent(&to, r->query);
		}
	}
	http_add_header(response, "Location", "%.*s",
	    (int)(to.is_full ? plain : to.n), buf_str(&to));
	buf_release(&to);
}

static void send_elsewhere(struct exchange *ex)
{
	struct http_response response = {
	    .status = 303, .fd = -1, .body = BUF_INIT(1)};

	add_location(ex, &response);
	ex->answer = work_answer(ex, &response);
	ex->told = response.status;
}

/* Who wrote something would lose it elsewhere. */
static void refuse_words(struct exchange *ex)
{
	err_set(dispatch_fail(ex, 401), ERR_REFUSED,
	    "you are not signed in: what you sent was not taken in");
	err_hint(ex->why,
	    "Sign in in another tab, come back to this one, and go on.");
}

/* Known, and may not: a program by what its token was made for, a person by
 * his roles. */
static void refuse_known(struct exchange *ex)
{
	struct err *why = dispatch_fail(ex, 403);

	if (http_header(&ex->request, "Authorization").p) {
		err_set(why, ERR_REFUSED, "this token does not allow this");
		err_hint(
		    why, "Whoever keeps the tokens can make one that does.");
		return;
	}
	err_set(why, ERR_REFUSED, "your roles do not allow this");
	err_hint(
	    why, "Whoever keeps the accounts can give the role that does.");
}

static void refuse(struct exchange *ex)
{
	const struct http_caller *caller = &ex->request.caller;

	if (caller->capabilities & 1ull << HTTP_SIGNED_IN) {
		refuse_known(ex);
		return;
	}
	if (ex->request.format == HTTP_HTML && caller->instead) {
		if (http_shows_words(&ex->request))
			refuse_words(ex);
		else
			send_elsewhere(ex);
		return;
	}
	err_set(dispatch_fail(ex, 401), ERR_REFUSED,
	    "this is not for everybody: say who you are");
	err_hint(ex->why,
	    "Programs send \"Authorization: Bearer TOKEN\" with a token that "
	    "is good; people sign in.");
}

/* While it was worked on his session ended. What was asked for may be done:
 * nobody is told that it was not. */
static void refuse_late(struct exchange *ex)
{
	if (ex->request.method == HTTP_GET)
		refuse(ex);
	else
		err_set(dispatch_fail(ex, 500), ERR_REFUSED,
		    "the session ended before the answer was made");
}

/* ---- meant? ---- */

/* In the same time for each token of that length. */
static bool is_same(struct span a, struct span b)
{
	unsigned char differ = 0;
	size_t i;

	for (i = 0; i < a.n && i < b.n; i++)
		differ |= (unsigned char)(a.p[i] ^ b.p[i]);
	return a.n == b.n && a.n && differ == 0;
}

/* In a header, a field, or the first part of a form that brings files. */
static bool has_token(const struct http_request *r)
{
	struct span given = http_header(r, form_header);

	if (!given.p)
		given = http_form(r, form_token_field);
	if (!given.p)
		given = form_first_part(r->exchange, form_token_field);
	return is_same(given, span_of(r->caller.form_token));
}

/* In the first bytes of a body that goes to a file: asked again when they
 * are there. */
static bool is_token_to_come(const struct http_request *r)
{
	return filing_is_partly(r->exchange) && !http_header(r, form_header).p;
}

static void check_meant(struct exchange *ex)
{
	const struct http_request *r = &ex->request;

	if (r->method == HTTP_GET || http_header(r, "Authorization").p)
		return;
	if (!is_of_our_page(r))
		err_set(dispatch_fail(ex, 403), ERR_REFUSED,
		    "the request did not come from a page of this site");
	else if (r->caller.form_token && !is_token_to_come(r) &&
	    !has_token(r)) {
		err_set(dispatch_fail(ex, 403), ERR_REFUSED,
		    "the form is not of this session");
		err_hint(ex->why,
		    http_shows_words(r)
			? "Look at what you wrote, and send it once more."
			: "Load the page again and send it once more.");
	}
}

/* ---- from where ---- */

/* This machine, but for a proxy on it that nobody named: whatever it asks for,
 * it asks for others. */
static bool is_monitor(const struct exchange *ex)
{
	const struct http_server *server = ex->server;
	bool is_passed_on = ex->heads.forwarded_for.p &&
	    ex->client.network == ex->peer->key.network;
	size_t i;

	if (ex->client.is_local && !is_passed_on)
		return true;
	for (i = 0; i < server->monitors_count; i++)
		if (server->monitors[i].network == ex->client.network)
			return true;
	return false;
}

void admit_place(struct exchange *ex)
{
	if (!ex->request.route->is_for_monitors || is_monitor(ex))
		return;
	err_set(dispatch_fail(ex, 403), ERR_REFUSED,
	    "this is for who watches over the server");
	err_hint(ex->why,
	    "Ask on the machine itself, or have whoever runs the server name "
	    "your address (--monitor).");
}

/* ---- smaller ---- */

/* How long a page is when it is made smaller tells whether a text that another
 * site made the browser send stands in it already: the token of its session,
 * a line of what only he may read (BREACH). What comes with Authorization no
 * other site can send. */
enum encode_kind admit_coding(const struct exchange *ex)
{
	const struct http_request *r = &ex->request;

	if (r->route->capability != HTTP_PUBLIC &&
	    !http_header(r, "Authorization").p)
		return ENCODE_NONE;
	return encode_choose(ex->heads.accept_encoding);
}

/* ---- all of it ---- */

void admit_caller(struct exchange *ex, void *worker)
{
	struct http_request *r = &ex->request;
	struct err err;
	enum err_code rc =
	    ex->server->app->identify(worker, r, &r->caller, &err);

	if (rc) {
		*dispatch_fail(ex, http_status_of(rc)) = err;
		return;
	}
	if (r->caller.retry_s) {
		ex->limit.retry_s = r->caller.retry_s;
		err_set(dispatch_fail(ex, 429), ERR_BUSY,
		    "too many requests came with this token");
		err_hint(ex->why, "Go on in %u s.", r->caller.retry_s);
		return;
	}
	if (!may(&r->caller, r->route->capability))
		refuse(ex);
	if (!ex->status && !ex->answer)
		check_meant(ex);
	ex->is_admitted = !ex->status && !ex->answer;
}

void admit_trace(struct exchange *ex, void *worker)
{
	struct err err;

	if (ex->server->app->identify(
		worker, &ex->request, &ex->request.caller, &err) != 0)
		ex->request.caller = (struct http_caller){0};
}

void admit_again(struct exchange *ex, void *worker)
{
	struct http_request *r = &ex->request;
	struct err err;
	enum err_code rc =
	    ex->server->app->identify(worker, r, &r->caller, &err);

	if (rc)
		*dispatch_fail(ex, http_status_of(rc)) = err;
	else if (!may(&r->caller, r->route->capability))
		refuse_late(ex);
	ex->is_admitted = !ex->status && !ex->answer;
}
