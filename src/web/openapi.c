/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The description of the API in OpenAPI 3.1, made from the routing table:
 * what is not in the table is not served, and what is served is described.
 * Each operation has its parameters with their bounds, its types, its
 * statuses, and its document with all parts of that.
 */
#include <stdio.h>
#include <string.h>

#include "api/csv.h"
#include "api/put.h"
#include "base/check.h"
#include "base/json.h"
#include "web/route_parts.h"
#include "web/site_priv.h"

/* ---- parameters ---- */

static void put_choices(struct json_writer *w, const char *const *choices)
{
	json_put_str(w, "type", "string");
	json_key(w, "enum");
	json_open_array(w);
	for (; *choices; choices++)
		json_add_string(w, span_of(*choices));
	json_close_array(w);
}

static void put_param_schema(
    struct json_writer *w, const struct http_param *param)
{
	json_key(w, "schema");
	json_open_object(w);
	switch (param->type) {
	case HTTP_NUMBER:
		json_put_str(w, "type", "integer");
		json_put_int(w, "minimum", param->min);
		json_put_int(w, "maximum", param->max);
		break;
	case HTTP_DATE:
		json_put_str(w, "type", "string");
		json_put_str(w, "format", "date");
		break;
	case HTTP_CHOICE:
		put_choices(w, param->choices);
		break;
	case HTTP_TEXT:
	default:
		json_put_str(w, "type", "string");
		if (param->min)
			json_put_int(w, "minLength", param->min);
		json_put_int(w, "maxLength", param->max);
	}
	json_close_object(w);
}

static void put_param(struct json_writer *w, const struct http_param *param)
{
	bool is_path = param->in == HTTP_IN_PATH;

	json_open_object(w);
	json_put_str(w, "name", param->name);
	json_put_str(w, "in", is_path ? "path" : "query");
	json_put_bool(w, "required", is_path || param->is_required);
	json_put_str(w, "description", tr(param->summary));
	put_param_schema(w, param);
	json_close_object(w);
}

static void put_lang_param(struct json_writer *w)
{
	static const char *const languages[] = {"zh", "en", NULL};
	static const struct http_param lang = {.name = "lang",
	    .in = HTTP_IN_QUERY,
	    .type = HTTP_CHOICE,
	    .choices = languages,
	    .summary = N_("the language of texts, before the cookie and "
			  "Accept-Language")};

	put_param(w, &lang);
}

static void put_params(struct json_writer *w, const struct http_route *route)
{
	const struct http_param *p = route->params;

	json_key(w, "parameters");
	json_open_array(w);
	for (; p && p->name; p++)
		put_param(w, p);
	put_lang_param(w);
	json_close_array(w);
}

/* ---- documents ---- */

static const char *const base_types[] = {
    "string", "integer", "boolean", "object", NULL};

/* "string", "date", "any", or the name of a schema. */
static void put_plain_value(struct json_writer *w, struct span type)
{
	const char *const *base = base_types;
	char ref[96];

	while (*base && !span_is(type, *base))
		base++;
	if (*base) {
		json_put_str(w, "type", *base);
	} else if (span_is(type, "date")) {
		json_put_str(w, "type", "string");
		json_put_str(w, "format", "date");
	} else if (!span_is(type, "any")) {
		snprintf(ref, sizeof(ref), "#/components/schemas/%.*s",
		    (int)type.n, type.p);
		json_put_str(w, "$ref", ref);
	}
}

static void put_plain(struct json_writer *w, struct span name)
{
	json_open_object(w);
	put_plain_value(w, name);
	json_close_object(w);
}

/* "[]" behind a type: an array of it. */
static void put_array_value(struct json_writer *w, struct span type)
{
	if (type.n < 2 || memcmp(type.p + type.n - 2, "[]", 2) != 0) {
		put_plain_value(w, type);
		return;
	}
	json_put_str(w, "type", "array");
	json_key(w, "items");
	put_plain(w, (struct span){type.p, type.n - 2});
}

/* "?" behind all that: or null. */
static void put_value(struct json_writer *w, struct span type)
{
	json_open_object(w);
	if (type.n && type.p[type.n - 1] == '?') {
		json_key(w, "anyOf");
		json_open_array(w);
		json_open_object(w);
		put_array_value(w, (struct span){type.p, type.n - 1});
		json_close_object(w);
		json_open_object(w);
		json_put_str(w, "type", "null");
		json_close_object(w);
		json_close_array(w);
	} else {
		put_array_value(w, type);
	}
	json_close_object(w);
}

static bool is_always_there(const char *member)
{
	return member[strcspn(member, "?:")] == ':';
}

/* An object with these members: "name:type", "name?:type" if not always. */
static void put_object(struct json_writer *w, const char *const *members)
{
	const char *const *m;

	json_put_str(w, "type", "object");
	json_key(w, "required");
	json_open_array(w);
	for (m = members; *m; m++)
		if (is_always_there(*m))
			json_add_string(w, (struct span){*m, strcspn(*m, ":")});
	json_close_array(w);
	json_key(w, "properties");
	json_open_object(w);
	for (m = members; *m; m++) {
		const char *colon = strchr(*m, ':');
		char name[64];

		ASSERT(colon && (size_t)(colon - *m) < sizeof(name));
		snprintf(
		    name, sizeof(name), "%.*s", (int)strcspn(*m, "?:"), *m);
		json_key(w, name);
		put_value(w, span_of(colon + 1));
	}
	json_close_object(w);
}

/* Names without a type are schemas: the document is one of them. */
static void put_document(struct json_writer *w, const char *const *members)
{
	json_key(w, "schema");
	json_open_object(w);
	if (strchr(members[0], ':')) {
		put_object(w, members);
	} else {
		json_key(w, "anyOf");
		json_open_array(w);
		for (; *members; members++)
			put_plain(w, span_of(*members));
		json_close_array(w);
	}
	json_close_object(w);
}

static void put_type(
    struct json_writer *w, const char *type, const char *const *members)
{
	char bare[128];

	snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(type, ";"), type);
	json_key(w, bare);
	json_open_object(w);
	if (members)
		put_document(w, members);
	json_close_object(w);
}

static void put_content(struct json_writer *w, const struct http_route *route)
{
	json_key(w, "content");
	json_open_object(w);
	if (route->offers & HTTP_OFFER_JSON)
		put_type(w, "application/json", route->members);
	if (route->offers & HTTP_OFFER_HTML)
		put_type(w, "text/html", NULL);
	if (route->offers & HTTP_OFFER_OWN)
		put_type(w, route->type ? route->type : "*/*", route->members);
	json_close_object(w);
}

/* ---- answers ---- */

static const struct {
	int status;
	const char *text;
} failures[] = {
    {400, N_("the request cannot be read; the document says why")},
    {401, N_("not for everybody: sign in, or send a token")},
    {403,
	N_("the roles or the token do not allow it, the form is not of this "
	   "session, or the address is not a monitor's")},
    {404, N_("there is no such thing")},
    {406, N_("not in a type that was asked for")},
    {409, N_("it does not fit what has happened meanwhile")},
    {410, N_("it is not public any more, or never was; no content")},
    {411, N_("the request does not say how long its body is")},
    {413, N_("the body is longer than this address takes")},
    {414, N_("the address or its query is longer than this address takes")},
    {415,
	N_("the body is of a type or an encoding that this address does not "
	   "take; of an encoding Accept-Encoding says which is taken")},
    {429, N_("too many requests from this address; see Retry-After")},
    {503,
	N_("too much to do, or something has to be mended first; see "
	   "Retry-After")},
    {507, N_("no room for a file of that size just now")},
};

static bool may_fail_with(const struct http_route *route, int status)
{
	const int *e = route->errors;

	if (status == 400 || status == 414 || status == 429 || status == 503)
		return true;
	if (status == 403 && route->is_for_monitors)
		return true;
	if (status == 411 || status == 507)
		return route->is_filed;
	if (status == 413 || status == 415)
		return route->max_body_bytes > 0 || route->is_filed;
	if (status == 406)
		return !http_is_one_format(route->offers);
	while (e && *e && *e != status)
		e++;
	return e && *e == status;
}

/* Where an answer leads is never lacking; Retry-After is not there where
 * waiting mends nothing. */
static void put_headers(struct json_writer *w, int status)
{
	bool leads =
	    status == 201 || status == 202 || status == 303 || status == 422;

	if (!leads && status != 429 && status != 503)
		return;
	json_key(w, "headers");
	json_open_object(w);
	json_key(w, leads ? "Location" : "Retry-After");
	json_open_object(w);
	json_put_bool(w, "required", leads);
	json_key(w, "schema");
	json_open_object(w);
	json_put_str(w, "type", leads ? "string" : "integer");
	json_close_object(w);
	json_close_object(w);
	json_close_object(w);
}

static void put_failure(struct json_writer *w, int status, const char *text)
{
	char name[8];

	snprintf(name, sizeof(name), "%d", status);
	json_key(w, name);
	json_open_object(w);
	json_put_str(w, "description", tr(text));
	put_headers(w, status);
	json_key(w, "content");
	json_open_object(w);
	json_key(w, "application/json");
	json_open_object(w);
	json_key(w, "schema");
	json_open_object(w);
	json_put_str(w, "$ref", "#/components/schemas/Error");
	json_close_object(w);
	json_close_object(w);
	put_type(w, "text/html", NULL);
	json_close_object(w);
	json_close_object(w);
}

/* Those with its document. A page's form leads on, a program's does not. */
static const int *successes_of(const struct http_route *route)
{
	static const int ok[] = {200, 0}, leads_on[] = {303, 0};
	bool is_form =
	    route->method == HTTP_POST && !(route->offers & HTTP_OFFER_JSON);

	if (route->successes)
		return route->successes;
	return is_form ? leads_on : ok;
}

static void put_success(struct json_writer *w, const struct http_route *route,
    int status, const char *text)
{
	char name[8];

	snprintf(name, sizeof(name), "%d", status);
	json_key(w, name);
	json_open_object(w);
	json_put_str(w, "description", tr(text));
	put_headers(w, status);
	if (status / 100 != 3)
		put_content(w, route);
	json_close_object(w);
}

/* Is a browser sent elsewhere to sign in, and does no success say 303? */
static bool sends_to_sign_in(const struct http_route *route)
{
	const int *status = successes_of(route);

	while (*status && *status != 303)
		status++;
	return !*status && route->capability > HTTP_VISITOR &&
	    (route->offers & HTTP_OFFER_HTML) != 0;
}

static void put_responses(struct json_writer *w, const struct http_route *route)
{
	const int *status;
	size_t i;

	json_key(w, "responses");
	json_open_object(w);
	for (status = successes_of(route); *status; status++)
		put_success(w, route, *status, route->summary);
	if (sends_to_sign_in(route))
		put_success(w, route, 303,
		    N_("a browser that is not signed in is sent to do so"));
	if (route->keeping != HTTP_KEEP_NO)
		put_success(w, route, 304,
		    N_("it still is what If-None-Match names by its ETag"));
	for (i = 0; i < ARRAY_COUNT(failures); i++)
		if (may_fail_with(route, failures[i].status))
			put_failure(w, failures[i].status, failures[i].text);
	json_close_object(w);
}

static void put_body(struct json_writer *w, const struct http_route *route)
{
	const char *const *more;

	json_key(w, "requestBody");
	json_open_object(w);
	json_key(w, "content");
	json_open_object(w);
	put_type(w,
	    route->body_type ? route->body_type : "application/octet-stream",
	    NULL);
	for (more = route->more_body_types; more && *more; more++)
		put_type(w, *more, NULL);
	json_close_object(w);
	json_close_object(w);
}

/* [{"session":[]},{"token":[]}]: one of them. */
static void put_security(struct json_writer *w)
{
	static const char *const schemes[] = {"session", "token"};
	size_t i;

	json_key(w, "security");
	json_open_array(w);
	for (i = 0; i < ARRAY_COUNT(schemes); i++) {
		json_open_object(w);
		json_key(w, schemes[i]);
		json_open_array(w);
		json_close_array(w);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_operation(struct json_writer *w, const struct http_route *route)
{
	json_key(w, route->method == HTTP_GET ? "get" : "post");
	json_open_object(w);
	json_put_str(w, "operationId", route->name);
	json_put_str(w, "summary", tr(route->summary));
	put_params(w, route);
	if (route->capability > HTTP_VISITOR)
		put_security(w);
	if (route->max_body_bytes)
		put_body(w, route);
	put_responses(w, route);
	json_close_object(w);
}

/* Has a route before this one the same pattern? */
static bool is_written(size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (strcmp(site_routes[i].pattern, site_routes[at].pattern) ==
		    0)
			return true;
	return false;
}

/* All methods of a pattern. "{tile*}" is our own way to write it. */
static void put_path(struct json_writer *w, size_t at)
{
	const char *pattern = site_routes[at].pattern;
	char path[128];
	size_t n = 0;
	const char *p;

	for (p = pattern; *p; p++) {
		ASSERT(n < sizeof(path) - 1);
		if (*p != '*')
			path[n++] = *p;
	}
	path[n] = '\0';
	json_key(w, path);
	json_open_object(w);
	for (; at < site_routes_count; at++)
		if (strcmp(site_routes[at].pattern, pattern) == 0)
			put_operation(w, &site_routes[at]);
	json_close_object(w);
}

/* ---- the whole ---- */

/* The cookie is called "gx" where there is no TLS. */
static void put_schemes(struct json_writer *w)
{
	json_key(w, "securitySchemes");
	json_open_object(w);
	json_key(w, "session");
	json_open_object(w);
	json_put_str(w, "type", "apiKey");
	json_put_str(w, "in", "cookie");
	json_put_str(w, "name", "__Host-gx");
	json_close_object(w);
	json_key(w, "token");
	json_open_object(w);
	json_put_str(w, "type", "http");
	json_put_str(w, "scheme", "bearer");
	json_close_object(w);
	json_close_object(w);
}

static void put_components(struct json_writer *w)
{
	size_t i;

	json_key(w, "components");
	json_open_object(w);
	put_schemes(w);
	json_key(w, "schemas");
	json_open_object(w);
	for (i = 0; i < site_schemas_count; i++) {
		json_key(w, site_schemas[i].name);
		json_open_object(w);
		put_object(w, site_schemas[i].members);
		json_close_object(w);
	}
	json_close_object(w);
	json_close_object(w);
}

enum err_code site_openapi(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	bool is_example = worker->home.catalog->shows_example;
	struct json_writer w;
	size_t i;

	(void)err;
	json_start(&w, &response->body);
	json_open_object(&w);
	json_put_str(&w, "openapi", "3.1.0");
	json_key(&w, "info");
	json_open_object(&w);
	json_put_str(&w, "title", worker->site->name[request->lang]);
	json_put_str(&w, "version", GX_VERSION);
	put_text(&w, "description", "%s%s%s",
	    tr("The public credit information of the city's organisations. "
	       "Every page is a document: ask for it with the ending .json or "
	       "with Accept: application/json."),
	    is_example ? "\n\n" : "", is_example ? csv_example_mark() : "");
	json_close_object(&w);
	json_key(&w, "paths");
	json_open_object(&w);
	for (i = 0; i < site_routes_count; i++)
		if (!is_written(i))
			put_path(&w, i);
	json_close_object(&w);
	put_components(&w);
	json_close_object(&w);
	buf_add_char(&response->body, '\n');
	return 0;
}
