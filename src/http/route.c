/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table is short and its patterns differ early, so matching is a walk
 * through it that leaves most of them at their first byte, and nothing has to
 * be built before.
 *
 * The canonical query is made of the declared parameters alone, in their
 * declared order: two ways to write one question are one entry of the
 * cache, and invented parameters cannot fill it.
 */
#include "http/route.h"

#include "base/check.h"

static const char json_ending[] = ".json";

/* ---- patterns ---- */

/* One segment of the pattern ("subjects", "{code}", "{item}.csv") against
 * one of the path. */
static bool segment_matches(
    struct span pattern, struct span segment, struct span *value)
{
	const char *close;
	size_t tail;

	if (pattern.n == 0 || pattern.p[0] != '{') {
		value->p = NULL;
		return span_equal(pattern, segment);
	}
	close = memchr(pattern.p, '}', pattern.n);
	ASSERT(close != NULL);
	tail = pattern.n - (size_t)(close - pattern.p) - 1;
	if (segment.n <= tail ||
	    memcmp(segment.p + segment.n - tail, close + 1, tail) != 0)
		return false;
	*value = (struct span){segment.p, segment.n - tail};
	return true;
}

/* Takes "/segment" off the front. */
static struct span take_segment(struct span *rest)
{
	const char *slash =
	    rest->n > 1 ? memchr(rest->p + 1, '/', rest->n - 1) : NULL;
	size_t n = slash ? (size_t)(slash - rest->p) : rest->n;
	struct span segment = {rest->p + 1, n ? n - 1 : 0};

	rest->p += n;
	rest->n -= n;
	return segment;
}

/* Is the path the pattern's, as far as that is fixed from its beginning? */
static bool begins_alike(const char *pattern, struct span path)
{
	size_t i;

	for (i = 0; pattern[i] && pattern[i] != '{'; i++)
		if (i >= path.n || path.p[i] != pattern[i])
			return false;
	return true;
}

/* Does the path have the pattern's form? values_out: what stands in the
 * places of its {names}, in order. */
static bool matches(const char *pattern, struct span path,
    struct span values_out[HTTP_PARAMS_MAX])
{
	struct span left = span_of(pattern);
	size_t count = 0;

	while (left.n && path.n) {
		struct span want = take_segment(&left);
		struct span value;

		if (left.n == 0 && want.n > 2 && want.p[0] == '{' &&
		    want.p[want.n - 2] == '*') {
			values_out[count] =
			    (struct span){path.p + 1, path.n - 1};
			return path.n > 1;
		}
		if (!segment_matches(want, take_segment(&path), &value))
			return false;
		if (value.p) {
			ASSERT(count < HTTP_PARAMS_MAX);
			values_out[count++] = value;
		}
	}
	return left.n == 0 && path.n == 0;
}

static bool has_ending(struct span text, const char *ending)
{
	size_t n = strlen(ending);

	return text.n > n && memcmp(text.p + text.n - n, ending, n) == 0;
}

/* Tries one reading of the path; true when it settles the matter. */
static bool try_path(const struct http_route *routes, size_t count,
    enum http_method method, bool (*is_meant)(const struct http_route *route),
    struct route_found *out)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct http_route *route = &routes[i];

		if (!begins_alike(route->pattern, out->path) ||
		    !is_meant(route) ||
		    !matches(route->pattern, out->path, out->values))
			continue;
		out->methods |= 1u << route->method;
		if (route->method == method) {
			out->route = route;
			return true;
		}
	}
	return out->methods != 0;
}

static bool names_json(const struct http_route *route)
{
	return has_ending(span_of(route->pattern), json_ending);
}

static bool offers_json(const struct http_route *route)
{
	return (route->offers & HTTP_OFFER_JSON) != 0;
}

static bool is_any(const struct http_route *route)
{
	(void)route;
	return true;
}

void route_find(const struct http_route *routes, size_t count, struct span path,
    enum http_method method, struct route_found *out)
{
	memset(out, 0, sizeof(*out));
	out->path = path;
	if (has_ending(path, json_ending)) {
		if (try_path(routes, count, method, names_json, out))
			return;
		out->path.n -= sizeof(json_ending) - 1;
		out->is_json_asked = true;
		if (try_path(routes, count, method, offers_json, out))
			return;
		out->path = path;
		out->is_json_asked = false;
	}
	try_path(routes, count, method, is_any, out);
}

/* ---- parameters ---- */

static enum err_code refuse(
    const struct http_param *param, const char *what, struct err *err)
{
	err_set(err, ERR_INPUT, "the parameter \"%s\" cannot be read as %s",
	    param->name, what);
	return ERR_INPUT;
}

static enum err_code read_number(const struct http_param *param,
    struct span text, int64_t *out, struct err *err)
{
	int64_t value = 0;
	size_t i;

	if (text.n == 0 || text.n > 15)
		return refuse(param, tr("a whole number"), err);
	for (i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return refuse(param, tr("a whole number"), err);
		value = value * 10 + (text.p[i] - '0');
	}
	if (value < param->min || value > param->max)
		return err_set(err, ERR_INPUT,
		    "the parameter \"%s\" is a number from %lld to %lld",
		    param->name, (long long)param->min, (long long)param->max);
	*out = value;
	return 0;
}

static enum err_code read_date(const struct http_param *param, struct span text,
    int64_t *out, struct err *err)
{
	date_days day;

	if (!date_parse_iso(text, &day))
		return refuse(param,
		    tr("a day between 1900 and 2999, as 2026-11-23"), err);
	*out = day;
	return 0;
}

static enum err_code read_choice(const struct http_param *param,
    struct span text, int64_t *out, struct err *err)
{
	struct buf all = BUF_INIT(ERR_TEXT_MAX);
	int64_t i;

	for (i = 0; param->choices[i]; i++) {
		if (span_is(text, param->choices[i])) {
			buf_release(&all);
			*out = i;
			return 0;
		}
		if (i)
			buf_add_str(&all, ", ");
		buf_add_str(&all, param->choices[i]);
	}
	err_set(err, ERR_INPUT, "the parameter \"%s\" is one of: %s",
	    param->name, buf_str(&all));
	buf_release(&all);
	return ERR_INPUT;
}

static enum err_code read_text(
    const struct http_param *param, struct span text, struct err *err)
{
	if ((int64_t)text.n > param->max)
		return err_set(err, ERR_INPUT,
		    "the parameter \"%s\" is longer than %lld bytes",
		    param->name, (long long)param->max);
	if ((int64_t)text.n < param->min)
		return err_set(err, ERR_INPUT, "the parameter \"%s\" is empty",
		    param->name);
	return 0;
}

static enum err_code read_value(const struct http_param *param,
    struct span text, int64_t *number, struct err *err)
{
	switch (param->type) {
	case HTTP_NUMBER:
		return read_number(param, text, number, err);
	case HTTP_DATE:
		return read_date(param, text, number, err);
	case HTTP_CHOICE:
		return read_choice(param, text, number, err);
	case HTTP_TEXT:
	default:
		return read_text(param, text, err);
	}
}

/* The value of a pair by name; p NULL when there is none. */
static enum err_code find_pair(
    const struct uri *uri, const char *name, struct span *out, struct err *err)
{
	size_t i;

	*out = (struct span){NULL, 0};
	for (i = 0; i < uri->pairs_count; i++) {
		if (!span_is(uri->pairs[i].name, name))
			continue;
		if (out->p)
			return err_set(err, ERR_INPUT,
			    "the parameter \"%s\" is given twice", name);
		*out = uri->pairs[i].value;
		if (!out->p)
			out->p = "";
	}
	return 0;
}

/* A form sends its empty fields too: empty is as good as missing, but for
 * texts that may be empty. */
static bool is_missing(const struct http_param *param, struct span value)
{
	return !value.p ||
	    (value.n == 0 && !(param->type == HTTP_TEXT && param->min == 0));
}

static enum err_code read_query_param(struct http_request *request, size_t at,
    const struct uri *uri, struct buf *query, struct err *err)
{
	const struct http_param *param = &request->route->params[at];
	struct span value;
	enum err_code rc = find_pair(uri, param->name, &value, err);

	request->values[at] = value;
	if (rc)
		return rc;
	if (is_missing(param, value)) {
		request->values[at] = (struct span){NULL, 0};
		if (param->is_required)
			rc = err_set(err, ERR_INPUT,
			    "the parameter \"%s\" is missing", param->name);
		return rc;
	}
	rc = read_value(param, value, &request->numbers[at], err);
	if (rc)
		return rc;
	if (query->n)
		buf_add_char(query, '&');
	buf_add_str(query, param->name);
	buf_add_char(query, '=');
	buf_add_percent(query, value);
	return 0;
}

enum err_code route_read_params(struct http_request *request,
    const struct route_found *found, const struct uri *uri,
    struct buf *query_out, struct err *err)
{
	const struct http_param *params = request->route->params;
	enum err_code first = 0;
	size_t i;

	for (i = 0; params && params[i].name; i++) {
		struct err *to = first ? NULL : err;
		enum err_code rc;

		ASSERT(i < HTTP_PARAMS_MAX);
		if (params[i].in == HTTP_IN_QUERY) {
			rc = read_query_param(request, i, uri, query_out, to);
		} else {
			request->values[i] = found->values[i];
			rc = read_value(&params[i], found->values[i],
			    &request->numbers[i], to);
		}
		first = first ? first : rc;
	}
	request->query = buf_span(query_out);
	return first;
}

/* ---- for handlers ---- */

static int index_of(const struct http_request *request, const char *name)
{
	const struct http_param *params = request->route->params;
	int i;

	for (i = 0; params && params[i].name; i++)
		if (strcmp(params[i].name, name) == 0)
			return i;
	ASSERT(!"a declared parameter");
	return -1;
}

struct span http_value(const struct http_request *request, const char *name)
{
	return request->values[index_of(request, name)];
}

int64_t http_number(
    const struct http_request *request, const char *name, int64_t otherwise)
{
	int i = index_of(request, name);

	return request->values[i].p ? request->numbers[i] : otherwise;
}

date_days http_date(const struct http_request *request, const char *name)
{
	return (date_days)http_number(request, name, DATE_NONE);
}

int http_choice(const struct http_request *request, const char *name)
{
	return (int)http_number(request, name, -1);
}
