/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A target of any bytes: what is accepted is clean, finds the same route
 * when it is written down again, and its canonical query reads to the same
 * canonical query. And the line of the log that tells of it, or of a method
 * of such bytes, is plain text.
 */
#include "http/route.h"

#include "base/check.h"
#include "base/utf8.h"
#include "http/access_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const kinds[] = {"licence", "penalty", NULL};
static const struct http_param params[] = {
    {.name = "item", .in = HTTP_IN_PATH, .min = 1, .max = 300},
    {.name = "kind",
	.in = HTTP_IN_QUERY,
	.type = HTTP_CHOICE,
	.choices = kinds},
    {.name = "limit",
	.in = HTTP_IN_QUERY,
	.type = HTTP_NUMBER,
	.min = 1,
	.max = 1000},
    {.name = "from", .in = HTTP_IN_QUERY, .type = HTTP_DATE},
    {.name = "q", .in = HTTP_IN_QUERY, .min = 0, .max = 300},
    {0},
};

static const struct http_route routes[] = {
    {.name = "csv",
	.pattern = "/open/{item}.csv",
	.offers = HTTP_OFFER_OWN,
	.params = params},
    {.name = "dict", .pattern = "/open/dict.json", .offers = HTTP_OFFER_OWN},
    {.name = "item",
	.pattern = "/open/{item}",
	.offers = HTTP_OFFER_PAGE,
	.params = params},
    {.name = "tiles",
	.pattern = "/log/tile/{item*}",
	.offers = HTTP_OFFER_OWN,
	.params = params},
    {.name = "home", .pattern = "/", .offers = HTTP_OFFER_PAGE},
};

static void check_clean(struct span text)
{
	size_t at = 0;

	ASSERT(utf8_valid_prefix(text.p, text.n) == text.n);
	while (at < text.n) {
		uint32_t c = utf8_next(text.p, text.n, &at);

		ASSERT(c >= ' ' && (c < 0x7f || c >= 0xa0));
	}
}

static void check_line(struct span sent)
{
	struct buf method = BUF_INIT(65536), out = BUF_INIT(65536);
	struct access_line line = {
	    .target = sent, .client = span_of("x"), .from = ""};

	buf_add_span(&method, sent);
	line.method = buf_str(&method);
	access_line_write(&line, &out);
	check_clean(buf_span(&out));
	buf_release(&method);
	buf_release(&out);
}

/* Reads the target; false when it is refused or leads nowhere. */
static bool read_target(struct span target, struct uri *uri,
    struct http_request *request, struct buf *query)
{
	struct route_found found;
	struct err err;

	memset(request, 0, sizeof(*request));
	if (uri_parse(target, uri, &err) != 0)
		return false;
	route_find(routes, ARRAY_COUNT(routes), uri->path, HTTP_GET, &found);
	if (!found.route)
		return false;
	request->route = found.route;
	request->path = found.path;
	return route_read_params(request, &found, uri, query, &err) == 0;
}

static void put_path(struct buf *out, struct span path)
{
	size_t from = 0, i;

	for (i = 0; i <= path.n; i++) {
		if (i < path.n && path.p[i] != '/')
			continue;
		buf_add_percent(out, (struct span){path.p + from, i - from});
		if (i < path.n)
			buf_add_char(out, '/');
		from = i + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct uri uri, again;
	struct buf query = BUF_INIT(65536), query2 = BUF_INIT(65536);
	struct buf written = BUF_INIT(65536);
	struct http_request request, request2;
	size_t i;

	check_line((struct span){(const char *)data, size});
	if (read_target((struct span){(const char *)data, size}, &uri, &request,
		&query)) {
		check_clean(uri.path);
		for (i = 0; i < uri.pairs_count; i++) {
			check_clean(uri.pairs[i].name);
			check_clean(uri.pairs[i].value);
		}
		put_path(&written, uri.path);
		buf_add_char(&written, '?');
		buf_add_span(&written, request.query);
		if (read_target(
			buf_span(&written), &again, &request2, &query2)) {
			ASSERT(request2.route == request.route);
			ASSERT(span_equal(request2.path, request.path));
			ASSERT(span_equal(request2.query, request.query));
		} else {
			/* Encoding made it longer than a target may be. */
			ASSERT(written.n > URI_PATH_BYTES_MAX);
		}
	}
	buf_release(&query);
	buf_release(&query2);
	buf_release(&written);
	return 0;
}
