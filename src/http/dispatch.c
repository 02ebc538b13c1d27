/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a network thread does with a request:
 *
 *	head	  count and take the headers that matter
 *	language  of the address, the cookie, or Accept-Language
 *	target -> path, pairs	     400 414
 *	path -> route		     404, 405 with Allow, OPTIONS
 *	limits of the route	     413 414 415 431
 *	Accept -> format	     406, where there is a choice
 *	parameters		     400
 *	tag of what is not kept	     304
 *	cache			     answered, or 304
 *	client's bucket		     429
 *	queue			     503
 *
 * Every failure has a format before it is told: that of the address's
 * ending, else what Accept prefers. A page of an error is made by a worker,
 * that of a full queue was made before; documents are made here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/check.h"
#include "http/negotiate.h"
#include "http/route.h"
#include "http/server_priv.h"

enum {
	BUSY_RETRY_S = 2,
	BROKEN_RETRY_S = 300 /* somebody has to mend it first */
};

static const char json_type[] = "application/json; charset=utf-8";

/* ---- failures ---- */

struct err *dispatch_fail(struct exchange *ex, int status)
{
	if (ex->status == 0) {
		ex->status = status;
		if (!ex->why)
			ex->why = mem_zalloc(1, sizeof(*ex->why));
		err_clear(ex->why);
	}
	return ex->why;
}

void dispatch_set_busy(struct exchange *ex)
{
	ex->status = 0; /* it goes before any other failure */
	err_set(dispatch_fail(ex, 503), ERR_BUSY,
	    "the site has more to do than it can");
	err_hint(ex->why, "Try again in a few seconds.");
}

/* When no route has settled it. */
static enum http_format error_format(const struct exchange *ex)
{
	return ex->server->app->error_page &&
		negotiate_wants_page(ex->heads.accept)
	    ? HTTP_HTML
	    : HTTP_JSON;
}

/* It may be a page although its resource is none: here Accept has something
 * to choose again. */
enum http_format dispatch_error_format(const struct exchange *ex)
{
	const struct http_route *route = ex->request.route;

	if (ex->is_json_asked)
		return HTTP_JSON;
	if (ex->status == 406 || !route || http_is_one_format(route->offers))
		return error_format(ex);
	return ex->request.format;
}

void dispatch_settle_error_format(struct exchange *ex)
{
	ex->request.format = dispatch_error_format(ex);
}

static void add_allow(const struct exchange *ex, struct http_response *response)
{
	http_add_header(response, "Allow", "%s%sOPTIONS",
	    ex->methods & 1u << HTTP_GET ? "GET, HEAD, " : "",
	    ex->methods & 1u << HTTP_POST ? "POST, " : "");
}

void dispatch_add_status_headers(
    const struct exchange *ex, struct http_response *response)
{
	if (ex->status == 405)
		add_allow(ex, response);
	/* RFC 9110, Section 12.5.3: only where the coding was the reason. */
	if (ex->status == 415 && ex->heads.is_encoded)
		http_add_header(response, "Accept-Encoding", "identity");
	if (ex->status == 503)
		http_add_header(response, "Retry-After", "%d",
		    ex->why->code == ERR_BUSY ? BUSY_RETRY_S : BROKEN_RETRY_S);
	if (ex->status == 429)
		http_add_header(response, "Retry-After", "%u",
		    ex->limit.retry_s ? ex->limit.retry_s : BUSY_RETRY_S);
	if (ex->status == 401)
		http_add_header(
		    response, "WWW-Authenticate", "Bearer realm=\"gongxin\"");
}

void dispatch_answer_plainly(struct exchange *ex)
{
	struct http_response response = {.status = ex->status,
	    .type = json_type,
	    .fd = -1,
	    .body = BUF_INIT(16 * 1024)};

	http_error_json(ex->status, ex->why, &response.body);
	dispatch_add_status_headers(ex, &response);
	ex->answer = work_answer(ex, &response);
	ex->stage = STAGE_READY;
}

/* ---- headers ---- */

struct known_head {
	const char *name;
	size_t n;
	size_t offset; /* of the span in struct heads */
};

#define HEAD(text, member)                                                     \
	{                                                                      \
		text, sizeof(text) - 1, offsetof(struct heads, member)         \
	}

static const struct known_head known_heads[] = {
    HEAD("Accept", accept),
    HEAD("Accept-Encoding", accept_encoding),
    HEAD("Accept-Language", accept_language),
    HEAD("Cookie", cookie),
    HEAD("If-None-Match", if_none_match),
    HEAD("X-Forwarded-For", forwarded_for),
    HEAD("Content-Type", content_type),
};

static bool is_named(const char *key, size_t n, const char *name)
{
	return n == strlen(name) && strncasecmp(key, name, n) == 0;
}

static void set_fault(struct heads *heads, enum head_fault fault)
{
	if (!heads->fault)
		heads->fault = fault;
}

/*
 * libmicrohttpd leaves a head where it came, with NULs where a part ends. So
 * what else stands between two parts was passed over by it: what follows a
 * NUL, a line that goes on, or one without a name, which it takes for the end
 * of the head (0.9.75). The door sees none of them on an encrypted connection,
 * and none but a connection's first.
 */
static void follow(struct heads *heads, struct span part, enum head_fault fault)
{
	if (part.p < heads->raw || part.p > heads->raw_end)
		return;
	for (; heads->seen < part.p; heads->seen++)
		if (!memchr(" \t\r\n", *heads->seen, sizeof(" \t\r\n")))
			set_fault(heads, fault);
	heads->seen = part.p + part.n;
}

/* The names and values that RFC 9110, Sections 5.1 and 5.5, allows. A proxy
 * may read others in another way than we. */
static bool is_well_formed(const char *key, size_t n, struct span value)
{
	static const char signs[] = "!#$%&'*+-.^_`|~";
	size_t i;

	for (i = 0; i < n; i++) {
		char c = key[i], lower = (char)(c | 0x20);

		if ((lower < 'a' || lower > 'z') && (c < '0' || c > '9') &&
		    (!c || !strchr(signs, c)))
			return false;
	}
	for (i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return n > 0;
}

static void follow_first_line(
    struct exchange *ex, const char *url, const char *version)
{
	const union MHD_ConnectionInfo *info = mhd.get_connection_info(
	    ex->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	const struct span none = {"", 0};
	struct heads *heads = &ex->heads;
	size_t n = info ? info->header_size : 0;

	heads->head_bytes = n;
	if (!is_well_formed(ex->method, strlen(ex->method), none))
		set_fault(heads, HEAD_NO_REQUEST);
	if (version < ex->method || version > ex->method + n)
		return;
	heads->raw = ex->method;
	heads->raw_end = ex->method + n;
	heads->seen = version;
	if (ex->target_n <= HTTP_TARGET_BYTES_MAX) {
		heads->seen = ex->method + strlen(ex->method);
		follow(
		    heads, (struct span){url, ex->target_n}, HEAD_NO_REQUEST);
	}
	follow(heads, span_of(version), HEAD_NO_REQUEST);
}

/* The headers that say where the request ends, and for whom it is. */
static void note_framing(
    struct heads *heads, const char *key, size_t n, struct span value)
{
	if (is_named(key, n, "Host"))
		heads->hosts++;
	if (is_named(key, n, "Content-Length")) {
		heads->lengths++;
		set_fault(heads, head_judge_length(value));
		heads->body_bytes = strtoull(value.p, NULL, 10);
		heads->has_body |= !span_is(value, "0");
	}
	if (is_named(key, n, "Transfer-Encoding")) {
		heads->encodings++;
		heads->has_body = true;
		heads->is_coded |= !is_named(value.p, value.n, "chunked");
	}
	if (is_named(key, n, "Content-Encoding") && value.n)
		heads->is_encoded |= !is_named(value.p, value.n, "identity");
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind,
    const char *key, size_t key_n, const char *value, size_t value_n)
{
	struct heads *heads = cls;
	struct span text = {value ? value : "", value_n};
	size_t i;

	(void)kind;
	heads->bytes += key_n + value_n + 4;
	follow(heads, (struct span){key, key_n}, HEAD_LINE);
	follow(heads, text, HEAD_LINE);
	if (!is_well_formed(key, key_n, text))
		set_fault(heads, HEAD_LINE);
	if (++heads->count > HEAD_HEADERS_MAX)
		set_fault(heads, HEAD_MANY);
	for (i = 0; i < ARRAY_COUNT(known_heads); i++) {
		const struct known_head *known = &known_heads[i];
		struct span *to =
		    (struct span *)(void *)((char *)heads + known->offset);

		if (key_n != known->n ||
		    strncasecmp(key, known->name, key_n) != 0)
			continue;
		if (!to->p)
			*to = text;
		return MHD_YES;
	}
	note_framing(heads, key, key_n, text);
	return MHD_YES;
}

static void read_heads(
    struct exchange *ex, const char *url, const char *version)
{
	struct heads *heads = &ex->heads;

	follow_first_line(ex, url, version);
	if (ex->target_n <= HTTP_TARGET_BYTES_MAX)
		heads->bytes = ex->target_n;
	mhd.get_connection_values_n(
	    ex->connection, MHD_HEADER_KIND, on_header, heads);
	follow(heads, (struct span){heads->raw_end, 0}, HEAD_LINE);
	if (heads->bytes > HTTP_HEAD_BYTES_MAX)
		heads->fault = HEAD_LONG;
}

/* What libmicrohttpd lets pass and two servers could read in two ways. */
static void check_heads(struct exchange *ex)
{
	const struct heads *heads = &ex->heads;
	struct err why;

	err_clear(&why);
	if (heads->fault)
		*dispatch_fail(ex, head_explain(heads->fault, &why)) = why;
	else if (heads->hosts < heads->hosts_needed)
		err_set(dispatch_fail(ex, 400), ERR_INPUT,
		    "the request names no host");
	else if (heads->hosts > 1)
		err_set(dispatch_fail(ex, 400), ERR_INPUT,
		    "the request names more than one host");
	else if (heads->lengths > 1 || heads->encodings > 1 ||
	    (heads->lengths && heads->encodings))
		err_set(dispatch_fail(ex, 400), ERR_INPUT,
		    "the request does not say clearly how long its body is");
	else if (heads->is_coded) {
		err_set(dispatch_fail(ex, 501), ERR_INPUT,
		    "the body of the request is coded in a way that is not "
		    "read here");
		err_hint(ex->why,
		    "Send it as it is, with its length or \"chunked\".");
	}
}

/* ---- the client ---- */

static bool is_proxy(
    const struct http_server *server, const struct limit_key *key)
{
	size_t i;

	for (i = 0; i < server->proxies_count; i++)
		if (server->proxies[i].network == key->network)
			return true;
	return false;
}

/* The last address of X-Forwarded-For that is not a proxy of ours; only a
 * trusted proxy's word counts. */
static void find_client(struct exchange *ex)
{
	struct span rest = ex->heads.forwarded_for;

	ex->client = ex->peer->key;
	memcpy(ex->client_text, ex->peer->text, sizeof(ex->client_text));
	if (!rest.p || !is_proxy(ex->server, &ex->client))
		return;
	while (rest.n) {
		size_t from = rest.n;
		struct limit_key key;
		struct span one;

		while (from > 0 && rest.p[from - 1] != ',')
			from--;
		one = (struct span){rest.p + from, rest.n - from};
		while (one.n && one.p[0] == ' ') {
			one.p++;
			one.n--;
		}
		if (!limit_key_parse(one, &key))
			return;
		ex->client = key;
		snprintf(ex->client_text, sizeof(ex->client_text), "%.*s",
		    (int)one.n, one.p);
		if (!is_proxy(ex->server, &key))
			return;
		rest.n = from ? from - 1 : 0;
	}
}

/* ---- language ---- */

static bool read_language(struct span text, enum lang *out)
{
	if (span_is(text, "zh"))
		*out = LANG_ZH;
	else if (span_is(text, "en"))
		*out = LANG_EN;
	else
		return false;
	return true;
}

static void choose_language(struct exchange *ex)
{
	struct span cookie = {NULL, 0};

	if (ex->heads.cookie.p)
		cookie = negotiate_cookie(ex->heads.cookie, "lang");
	if (!read_language(cookie, &ex->request.lang))
		ex->request.lang =
		    negotiate_language(ex->heads.accept_language);
	tr_set_thread_lang(ex->request.lang);
}

/* "lang" in the address wins over everything. False: it is no language. */
static bool choose_language_of_address(struct exchange *ex)
{
	bool is_good = true;
	size_t i;

	for (i = 0; i < ex->uri.pairs_count; i++)
		if (span_is(ex->uri.pairs[i].name, "lang") &&
		    !read_language(ex->uri.pairs[i].value, &ex->request.lang))
			is_good = false;
	tr_set_thread_lang(ex->request.lang);
	return is_good;
}

/* ---- target and route ---- */

static void read_target(struct exchange *ex)
{
	enum err_code rc;
	struct err err;

	if (ex->target_n > HTTP_TARGET_BYTES_MAX) {
		err_set(dispatch_fail(ex, 414), ERR_FULL,
		    "the address is longer than %d bytes",
		    (int)HTTP_TARGET_BYTES_MAX);
		return;
	}
	ex->request.target = (struct span){ex->target, ex->target_n};
	rc = uri_parse(ex->request.target, &ex->uri, &err);
	if (rc)
		*dispatch_fail(ex, rc == ERR_FULL ? 414 : 400) = err;
	else
		ex->has_wrong_language = !choose_language_of_address(ex);
}

static bool has_slash_too_many(const struct exchange *ex)
{
	const struct http_app *app = ex->server->app;
	struct span path = ex->uri.path;
	struct route_found found;

	if (path.n < 2 || path.p[path.n - 1] != '/')
		return false;
	path.n--;
	route_find(
	    app->routes, app->routes_count, path, ex->request.method, &found);
	return found.route != NULL;
}

static void refuse_method(struct exchange *ex)
{
	err_set(dispatch_fail(ex, 405), ERR_USAGE,
	    "this address does not take that method");
	if (ex->methods == 1u << HTTP_GET)
		err_hint(ex->why,
		    "It takes GET and HEAD: open it, and send nothing to it.");
	else if (ex->methods == 1u << HTTP_POST)
		err_hint(ex->why,
		    "It takes POST alone: it is where a form is sent to. Open "
		    "the page of the form instead, and send it from there.");
	else
		err_hint(ex->why, "It takes GET, HEAD and POST.");
}

static void find_route(struct exchange *ex, struct route_found *found)
{
	const struct http_app *app = ex->server->app;

	route_find(app->routes, app->routes_count, ex->uri.path,
	    ex->request.method, found);
	ex->methods = found->methods;
	ex->request.path = found->path;
	ex->request.route = found->route;
	if (found->route)
		admit_place(ex);
	else if (found->methods)
		refuse_method(ex);
	if (found->route || found->methods)
		return;
	err_set(dispatch_fail(ex, 404), ERR_NOT_FOUND,
	    "there is nothing at this address");
	if (has_slash_too_many(ex))
		err_hint(ex->why, "Leave out the slash at its end.");
	else
		err_hint(ex->why,
		    "Look whether it is spelled right, or begin at the home "
		    "page.");
}

/* Does the address, as it was sent, ask for a document? That of a route is
 * judged by route_find. */
static bool ends_in_json(const struct exchange *ex)
{
	static const char ending[] = ".json";
	const char *query = memchr(ex->target, '?', ex->target_n);
	size_t n = query ? (size_t)(query - ex->target) : ex->target_n;

	return n >= sizeof(ending) &&
	    memcmp(ex->target + n + 1 - sizeof(ending), ending,
		sizeof(ending) - 1) == 0;
}

static bool takes_type(const struct http_route *route, struct span sent)
{
	const char *const *more = route->more_body_types;

	if (!route->body_type || negotiate_is_type(sent, route->body_type))
		return true;
	for (; more && *more; more++)
		if (negotiate_is_type(sent, *more))
			return true;
	return false;
}

static void refuse_type(struct exchange *ex)
{
	const struct http_route *route = ex->request.route;
	const char *const *more = route->more_body_types;
	struct buf types = BUF_INIT(ERR_TEXT_MAX);

	buf_add_str(&types, route->body_type);
	for (; more && *more; more++)
		buf_addf(&types, ", %s", *more);
	err_set(dispatch_fail(ex, 415), ERR_INPUT,
	    "this address takes a body of type %s", buf_str(&types));
	buf_release(&types);
}

static void refuse_encoding(struct exchange *ex)
{
	err_set(dispatch_fail(ex, 415), ERR_INPUT,
	    "a body is taken only as it is, without Content-Encoding");
	err_hint(ex->why,
	    "Send it not compressed, without the header or as \"%s\".",
	    "Content-Encoding: identity");
}

void dispatch_refuse_long_body(struct exchange *ex)
{
	err_set(dispatch_fail(ex, 413), ERR_FULL,
	    "the body is longer than %zu bytes",
	    ex->request.route->max_body_bytes);
}

static void check_limits(struct exchange *ex)
{
	const struct http_route *route = ex->request.route;
	size_t query_max =
	    route->max_query_bytes ? route->max_query_bytes : 256;

	ASSERT(route->capability == HTTP_PUBLIC || ex->server->app->identify);
	if (ex->uri.raw_query.n > query_max)
		err_set(dispatch_fail(ex, 414), ERR_FULL,
		    "the query is longer than %zu bytes", query_max);
	else if (ex->heads.has_body && route->max_body_bytes == 0)
		err_set(dispatch_fail(ex, 413), ERR_FULL,
		    "this address takes no body");
	else if (ex->heads.has_body && ex->heads.is_encoded)
		refuse_encoding(ex);
	else if (ex->heads.has_body &&
	    !takes_type(route, ex->heads.content_type))
		refuse_type(ex);
	else if (route->is_filed)
		filing_check_head(ex);
	else if (ex->heads.body_bytes > route->max_body_bytes)
		dispatch_refuse_long_body(ex);
}

/* ---- format ---- */

static const char *type_of(
    const struct http_route *route, enum http_format format)
{
	if (format == HTTP_HTML)
		return "text/html";
	return format == HTTP_JSON ? "application/json" : route->type;
}

/* The only format of these offers. */
static enum http_format one_format(unsigned offers)
{
	int format = 0;

	while (!(offers & 1u << format))
		format++;
	return (enum http_format)format;
}

/* What the route offers and the client likes best; a tie goes to what
 * stands first: page, document, own type. */
static void negotiate_format(struct exchange *ex, unsigned offers)
{
	int best = 0, format;

	for (format = 0; format < HTTP_FORMAT_COUNT; format++) {
		int quality;

		if (!(offers & 1u << format))
			continue;
		quality = negotiate_type(ex->heads.accept,
		    type_of(ex->request.route, (enum http_format)format));
		if (quality > best) {
			best = quality;
			ex->request.format = (enum http_format)format;
		}
	}
	if (best == 0)
		err_set(dispatch_fail(ex, 406), ERR_USAGE,
		    "this address cannot answer in a type that was asked for");
}

/*
 * Where there is one representation, Accept is not asked: there is nothing
 * to choose, and RFC 9110, Section 12.5.1, lets a server pass the header
 * over. A monitor or a browser's add-on that says "text/html" everywhere
 * came for the thing itself; 406 would keep it from everybody who did not
 * foresee its type.
 */
static void choose_format(struct exchange *ex)
{
	unsigned offers = ex->request.route->offers;

	if (!ex->server->app->error_page)
		offers &= ~(unsigned)HTTP_OFFER_HTML;
	if (ex->is_json_asked)
		ex->request.format = HTTP_JSON;
	else if (http_is_one_format(offers))
		ex->request.format = one_format(offers);
	else
		negotiate_format(ex, offers);
}

/* ---- the key of the cache ---- */

static void make_key(struct exchange *ex)
{
	const struct http_request *r = &ex->request;
	size_t n = sizeof(uint16_t) + 3 + r->path.n + 1 + r->query.n;
	uint16_t route = (uint16_t)(r->route - ex->server->app->routes);
	char *to = ex->key;

	if (r->route->capability != HTTP_PUBLIC ||
	    r->route->keeping == HTTP_KEEP_NO || r->route->method != HTTP_GET ||
	    n > sizeof(ex->key))
		return;
	memcpy(to, &route, sizeof(route));
	to += sizeof(route);
	*to++ = (char)r->format;
	*to++ = (char)r->lang;
	*to++ = (char)ex->coding;
	memcpy(to, r->path.p, r->path.n);
	to += r->path.n;
	*to++ = '\0';
	if (r->query.n)
		memcpy(to, r->query.p, r->query.n);
	ex->key_n = n;
}

/* ---- the head ---- */

static bool read_method(struct exchange *ex, const char *method)
{
	ex->request.is_head = strcmp(method, "HEAD") == 0;
	if (ex->request.is_head || strcmp(method, "GET") == 0)
		ex->request.method = HTTP_GET;
	else if (strcmp(method, "POST") == 0)
		ex->request.method = HTTP_POST;
	else
		ex->request.method = HTTP_METHOD_COUNT; /* no route has it */
	return strcmp(method, "OPTIONS") == 0;
}

/* OPTIONS of a path that is there is no failure: 204 with what it takes. */
static void settle_options(struct exchange *ex, bool is_options)
{
	bool is_star = ex->target_n == 1 && ex->target[0] == '*';

	if (!is_options || (ex->status != 405 && !is_star))
		return;
	ex->status = 204;
	if (is_star)
		ex->methods = 1u << HTTP_GET;
}

/* There was no room for its connection: whatever it asks. */
static void turn_away(struct exchange *ex)
{
	metrics_count(ex->server->metrics, METRICS_CONNECTION_REFUSED, 1);
	dispatch_set_busy(ex);
	ex->is_last = true;
}

void dispatch_broken_head(struct exchange *ex)
{
	struct heads *heads = &ex->heads;
	struct peer *peer = ex->peer;

	mhd.get_connection_values_n(
	    ex->connection, MHD_HEADER_KIND, on_header, heads);
	find_client(ex);
	ex->request.lang = peer->lang;
	if (heads->cookie.p || heads->accept_language.p)
		choose_language(ex);
	if (ex->target_n)
		read_target(ex);
	ex->is_json_asked = ends_in_json(ex);
	if (ex->is_json_asked || heads->accept.p)
		peer->is_page = dispatch_error_format(ex) == HTTP_HTML;
	peer->lang = ex->request.lang;
}

void dispatch_head(struct exchange *ex, const char *url, const char *version)
{
	struct route_found found = {0};
	struct http_request *r = &ex->request;
	bool is_options;

	read_heads(ex, url, version);
	find_client(ex);
	r->client = span_of(ex->client_text);
	r->exchange = ex;
	is_options = read_method(ex, ex->method);
	choose_language(ex);
	check_heads(ex);
	ex->is_last = ex->status != 0;
	if (!ex->status)
		read_target(ex);
	if (!ex->status)
		find_route(ex, &found);
	ex->is_json_asked =
	    ex->methods ? found.is_json_asked : ends_in_json(ex);
	if (!ex->status)
		choose_format(ex);
	if (!ex->status)
		check_limits(ex);
	if (!ex->status) {
		struct err err;

		if (route_read_params(r, &found, &ex->uri, &ex->query, &err))
			*dispatch_fail(ex, 400) = err;
		else if (ex->has_wrong_language)
			err_set(dispatch_fail(ex, 400), ERR_INPUT,
			    "the parameter \"%s\" is one of: %s", "lang",
			    "zh, en");
	}
	settle_options(ex, is_options);
	if (ex->peer->is_surplus)
		turn_away(ex);
	if (ex->status)
		return;
	ex->coding = admit_coding(ex);
	make_key(ex);
}

/* ---- answering ---- */

/* Whoever has it already is told so before it is made. "*" would need it to
 * be there, which nobody knows yet. */
static bool try_tag(struct exchange *ex)
{
	struct http_response response = {.status = 200,
	    .fd = -1,
	    .body = BUF_INIT(1),
	    .keeping = HTTP_KEEP_TAG};

	answer_weak_tag((struct span){ex->key, ex->key_n}, ex->version,
	    ex->server->tag_secret, ex->tag);
	if (!ex->heads.if_none_match.p ||
	    span_is(ex->heads.if_none_match, "*") ||
	    !negotiate_has_tag(ex->heads.if_none_match, ex->tag))
		return false;
	ex->answer = work_answer(ex, &response);
	ex->stage = STAGE_READY;
	return true;
}

static bool try_cache(struct exchange *ex)
{
	struct http_server *server = ex->server;

	if (ex->key_n == 0)
		return false;
	ex->version = server->app->version(server->app->ctx);
	if (ex->request.route->keeping == HTTP_KEEP_TAG)
		return try_tag(ex);
	if (ex->request.route->keeping == HTTP_KEEP_FOR_EVER)
		ex->version = 0;
	ex->answer = cache_get(
	    server->cache, (struct span){ex->key, ex->key_n}, ex->version);
	metrics_count(server->metrics,
	    ex->answer ? METRICS_CACHE_HIT : METRICS_CACHE_MISS, 1);
	if (!ex->answer)
		return false;
	ex->from = "cache";
	ex->stage = STAGE_READY;
	return true;
}

/* Takes the route's cost; false: the client has to wait. */
static bool take_cost(struct exchange *ex)
{
	unsigned cost = ex->request.route->cost;

	if (!ex->server->options.is_rate_limited || cost == HTTP_COST_FREE)
		return true;
	ex->limit =
	    limits_take(ex->server->limits, &ex->client, cost, monotonic_ms());
	ex->is_limited = true;
	if (ex->limit.is_allowed)
		return true;
	metrics_count(ex->server->metrics, METRICS_LIMITED, 1);
	err_set(dispatch_fail(ex, 429), ERR_BUSY,
	    "too many requests came from your address");
	err_hint(ex->why, "Go on in %u s.", ex->limit.retry_s);
	return false;
}

static void answer_options(struct exchange *ex)
{
	struct http_response response = {
	    .status = 204, .fd = -1, .body = BUF_INIT(1)};

	ex->request.format = HTTP_JSON; /* scripts of other sites may read it */
	add_allow(ex, &response);
	http_add_header(&response, "Access-Control-Allow-Methods", "GET, HEAD");
	http_add_header(
	    &response, "Access-Control-Allow-Headers", "If-None-Match");
	http_add_header(&response, "Access-Control-Max-Age", "86400");
	ex->answer = work_answer(ex, &response);
	ex->stage = STAGE_READY;
}

static void note_full(struct exchange *ex)
{
	metrics_count(ex->server->metrics, METRICS_QUEUE_FULL, 1);
	dispatch_set_busy(ex);
}

/* A form, too, goes to a worker, who shows what was written and does nothing
 * else, as long as not twice as many wait as may. */
static bool answer_full(struct exchange *ex)
{
	struct http_server *server = ex->server;

	note_full(ex);
	if (ex->request.body.n && http_shows_words(&ex->request) &&
	    work_waiting(server) < 2 * server->queue.max && work_push(ex, true))
		return false;
	dispatch_settle_error_format(ex);
	ex->answer = work_busy_page(ex);
	ex->stage = STAGE_READY;
	if (!ex->answer)
		dispatch_answer_plainly(ex);
	return true;
}

/* Leaves it to a worker, if there is room; as dispatch_request. */
static bool answer_by_worker(struct exchange *ex)
{
	return work_push(ex, false) ? false : answer_full(ex);
}

/* Somebody who is known may have tried what he should not: a worker asks who
 * it was. Not of 429 and 503, which are there to spare the workers. */
static bool leaves_trace(const struct exchange *ex)
{
	const struct http_route *route = ex->request.route;

	return route && route->capability != HTTP_PUBLIC && ex->status >= 400 &&
	    ex->status < 429;
}

/* It costs what the route costs: asking who it was, and sealing that, is work
 * that would be without bound else. */
static void meter_trace(struct exchange *ex)
{
	int status = ex->status;
	struct err why;

	if (!leaves_trace(ex))
		return;
	why = *ex->why;
	ex->status = 0;
	if (take_cost(ex))
		*dispatch_fail(ex, status) = why;
}

/* The failure as what was asked for: a page comes from a worker. */
static bool answer_failure(struct exchange *ex)
{
	dispatch_settle_error_format(ex);
	if (ex->request.format == HTTP_HTML || leaves_trace(ex))
		return answer_by_worker(ex);
	dispatch_answer_plainly(ex);
	return true;
}

/* A handler that touches no disk, here and now. */
static bool run_quick(struct exchange *ex)
{
	struct http_response response = {.status = 200,
	    .type = ex->request.route->type,
	    .fd = -1,
	    .body = BUF_INIT(1024 * 1024)};
	struct err err;
	enum err_code rc;

	ASSERT(ex->request.route->capability == HTTP_PUBLIC);
	rc = ex->request.route->handler(NULL, &ex->request, &response, &err);
	if (rc) {
		*dispatch_fail(ex, http_status_of(rc)) = err;
		buf_release(&response.body);
		return answer_failure(ex);
	}
	ex->answer = work_answer(ex, &response);
	ex->stage = STAGE_READY;
	return true;
}

bool dispatch_request(struct exchange *ex)
{
	tr_set_thread_lang(ex->request.lang);
	ex->from = "here";
	if (ex->status == 204) {
		answer_options(ex);
		return true;
	}
	if (!ex->status && try_cache(ex))
		return true;
	if (!ex->status && ex->request.route->is_quick)
		return run_quick(ex);
	ex->request.body = buf_span(&ex->body);
	meter_trace(ex);
	if (ex->status || (!ex->filing && !take_cost(ex)))
		return answer_failure(ex);
	return answer_by_worker(ex);
}

bool dispatch_filed(struct exchange *ex)
{
	tr_set_thread_lang(ex->request.lang);
	ex->from = "here";
	if (!take_cost(ex))
		return filing_hold(ex) ? false : answer_failure(ex);
	ex->is_head_seen = true;
	if (filing_begin(ex))
		return false;
	ex->is_head_seen = false;
	if (!filing_hold(ex))
		return answer_full(ex);
	note_full(ex);
	return false;
}

/* ---- sending ---- */

/* Headers for this client alone: its bucket, and that the server ends. */
static struct MHD_Response *private_response(
    const struct exchange *ex, bool is_not_modified)
{
	bool is_ending = ex->is_last || atomic_load(&ex->server->is_draining);
	const char *headers[5];
	char bucket[64];
	size_t n = 0;

	if ((!ex->is_limited && !is_ending && !is_not_modified) ||
	    !ex->answer->blob)
		return NULL;
	if (ex->is_limited) {
		snprintf(bucket, sizeof(bucket), "\"work\";r=%u;t=%u",
		    ex->limit.left, ex->limit.reset_s);
		headers[n++] = "RateLimit";
		headers[n++] = bucket;
	}
	if (is_ending) {
		headers[n++] = "Connection";
		headers[n++] = "close";
	}
	headers[n] = NULL;
	return answer_private(ex->answer, is_not_modified, headers);
}

enum MHD_Result dispatch_send(struct exchange *ex)
{
	struct answer *a = ex->answer;
	bool is_not_modified = a->tag[0] && a->blob &&
	    ex->heads.if_none_match.p &&
	    negotiate_has_tag(ex->heads.if_none_match, a->tag);
	enum MHD_Result done;

	ex->own = private_response(ex, is_not_modified);
	ex->sent_status = is_not_modified ? 304 : a->status;
	if (is_not_modified)
		metrics_count(ex->server->metrics, METRICS_NOT_MODIFIED, 1);
	else if (!ex->request.is_head)
		metrics_count(
		    ex->server->metrics, METRICS_BODY_BYTES, a->bytes);
	done = mhd.queue_response(ex->connection, (unsigned)ex->sent_status,
	    ex->own ? ex->own : a->full);
	if (ex->own)
		mhd.destroy_response(ex->own);
	ex->own = NULL;
	ex->stage = STAGE_SENT;
	return done;
}
