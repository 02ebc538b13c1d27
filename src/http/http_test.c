/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the http room's pure parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/check.h"
#include "base/monotonic.h"
#include "http/access_log.h"
#include "http/brisk.h"
#include "http/cache.h"
#include "http/encode.h"
#include "http/http.h"
#include "http/limit.h"
#include "http/mhd.h"
#include "http/negotiate.h"
#include "http/route.h"
#include "http/uri.h"

/* ---- uri ---- */

static void uri_parse_targets_decode_once(void **state)
{
	static const struct {
		const char *target;
		int code;
		const char *path;
	} t[] = {
	    {"/", 0, "/"},
	    {"/a/b", 0, "/a/b"},
	    {"/a/", 0, "/a/"},
	    {"/%E7%A4%BA", 0, "/示"},
	    {"/示", 0, "/示"},
	    {"/%2541", 0, "/%41"},
	    {"/a+b", 0, "/a+b"},
	    {"http://h:1/a?b", 0, "/a"},
	    {"https://h/", 0, "/"},
	    {"", ERR_INPUT, ""},
	    {"a", ERR_INPUT, ""},
	    {"*", ERR_INPUT, ""},
	    {"//a", ERR_INPUT, ""},
	    {"/a//b", ERR_INPUT, ""},
	    {"/..", ERR_INPUT, ""},
	    {"/a/../b", ERR_INPUT, ""},
	    {"/%2e%2e/b", ERR_INPUT, ""},
	    {"/a/.", ERR_INPUT, ""},
	    {"/a%2fb", ERR_INPUT, ""},
	    {"/%00", ERR_INPUT, ""},
	    {"/%0a", ERR_INPUT, ""},
	    {"/%7f", ERR_INPUT, ""},
	    {"/%c2%9b", ERR_INPUT, ""},
	    {"/\xc2\x80", ERR_INPUT, ""},
	    {"/%C2%A0", 0, "/\xc2\xa0"},
	    {"/a b", ERR_INPUT, ""},
	    {"/a%20b", 0, "/a b"},
	    {"/?a=b c", ERR_INPUT, ""},
	    {"/?a=%C2%85", ERR_INPUT, ""},
	    {"/%", ERR_INPUT, ""},
	    {"/%4", ERR_INPUT, ""},
	    {"/%4g", ERR_INPUT, ""},
	    {"/%ff", ERR_INPUT, ""},
	    {"/\xc0\x80", ERR_INPUT, ""},
	    {"/%ED%A0%80", ERR_INPUT, ""},
	    {"/?a=%00", ERR_INPUT, ""},
	    {"/?a=%zz", ERR_INPUT, ""},
	};
	static struct uri uri;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		int rc = uri_parse(span_of(t[i].target), &uri, &err);

		if (rc != t[i].code)
			print_error("target %zu: %d\n", i, rc);
		assert_int_equal(rc, t[i].code);
		if (!rc)
			assert_true(span_is(uri.path, t[i].path));
	}
}

static void uri_parse_query_pairs_in_order(void **state)
{
	static struct uri uri;

	(void)state;
	assert_int_equal(
	    uri_parse(span_of("/s?q=%E7%A4%BA+a&&x&y=&z=1=2"), &uri, NULL), 0);
	assert_int_equal(uri.pairs_count, 4);
	assert_true(span_is(uri.pairs[0].name, "q"));
	assert_true(span_is(uri.pairs[0].value, "示 a"));
	assert_true(span_is(uri.pairs[1].name, "x"));
	assert_int_equal(uri.pairs[1].value.n, 0);
	assert_int_equal(uri.pairs[2].value.n, 0);
	assert_true(span_is(uri.pairs[3].value, "1=2"));
}

static void uri_parse_too_long_is_full(void **state)
{
	static struct uri uri;
	static char text[8200];
	int i;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[0] = '/';
	assert_int_equal(
	    uri_parse((struct span){text, 1025}, &uri, NULL), ERR_FULL);
	text[1] = '?';
	assert_int_equal(
	    uri_parse(
		(struct span){text, 2 + URI_QUERY_BYTES_MAX + 1}, &uri, NULL),
	    ERR_FULL);
	for (i = 2; i < 200; i++)
		text[i] = '&';
	assert_int_equal(uri_parse((struct span){text, 200}, &uri, NULL), 0);
	for (i = 2; i < 200; i += 2)
		text[i] = 'a';
	assert_int_equal(
	    uri_parse((struct span){text, 200}, &uri, NULL), ERR_FULL);
}

/* ---- negotiation ---- */

static void negotiate_type_ranges_by_specificity(void **state)
{
	static const struct {
		const char *accept, *type;
		int quality;
	} t[] = {
	    {"", "text/html", 1000},
	    {"*/*", "text/html", 1000},
	    {"text/*;q=0.5", "text/html", 500},
	    {"text/*;q=0.5, text/html;q=0.7", "text/html", 700},
	    {"text/html;q=0.7, */*;q=1", "text/html", 700},
	    {"application/json", "text/html", 0},
	    {"TEXT/HTML", "text/html; charset=utf-8", 1000},
	    {"text/html;level=1;q=0.3", "text/html", 300},
	    {"text/html;q=0", "text/html", 0},
	    {"text/html;q=2", "text/html", 0},
	    {"text/html;q=0.1234", "text/html", 0},
	    {" , ,text/html ; q=0.001", "text/html", 1},
	    {"text/htm, text/htmlx", "text/html", 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		assert_int_equal(
		    negotiate_type(span_of(t[i].accept), t[i].type),
		    t[i].quality);
}

static void negotiate_coding_and_language_choose(void **state)
{
	(void)state;
	assert_int_equal(encode_choose(span_of("gzip, deflate")), ENCODE_GZIP);
	assert_int_equal(encode_choose(span_of("gzip, br, zstd")), ENCODE_ZSTD);
	assert_int_equal(
	    encode_choose(span_of("gzip, zstd;q=0.5")), ENCODE_GZIP);
	assert_int_equal(encode_choose(span_of("gzip;q=0")), ENCODE_NONE);
	assert_int_equal(encode_choose(span_of("*, zstd;q=0")), ENCODE_GZIP);
	assert_int_equal(encode_choose(span_of("identity")), ENCODE_NONE);
	assert_int_equal(negotiate_language(span_of("")), LANG_ZH);
	assert_int_equal(negotiate_language(span_of("fr")), LANG_ZH);
	assert_int_equal(
	    negotiate_language(span_of("en-GB,en;q=0.9,zh-CN;q=0.8")), LANG_EN);
	assert_int_equal(
	    negotiate_language(span_of("zh-TW,en;q=0.9")), LANG_ZH);
	assert_int_equal(negotiate_language(span_of("ens")), LANG_ZH);
	assert_int_equal(negotiate_language(span_of("zh;q=0")), LANG_EN);
	assert_int_equal(negotiate_language(span_of("zh;q=0, fr")), LANG_EN);
	assert_int_equal(negotiate_language(span_of("en;q=0")), LANG_ZH);
	assert_int_equal(
	    negotiate_language(span_of("zh-TW;q=0, zh-CN")), LANG_ZH);
	assert_int_equal(
	    negotiate_language(span_of("fr, *;q=0.5, zh;q=0.1")), LANG_EN);
	assert_int_equal(negotiate_language(span_of("zh, *;q=0")), LANG_ZH);
	assert_int_equal(negotiate_language(span_of("en, *;q=0")), LANG_EN);
	assert_int_equal(negotiate_language(span_of("*")), LANG_ZH);
	assert_int_equal(negotiate_language(span_of("*;q=0")), LANG_ZH);
}

static void negotiate_cookie_finds_whole_names(void **state)
{
	struct span header = span_of("xlang=no; lang=en;a=\"b\"; empty=");

	(void)state;
	assert_true(span_is(negotiate_cookie(header, "lang"), "en"));
	assert_true(span_is(negotiate_cookie(header, "a"), "b"));
	assert_non_null(negotiate_cookie(header, "empty").p);
	assert_null(negotiate_cookie(header, "none").p);
}

static void negotiate_has_tag_compares_weakly(void **state)
{
	(void)state;
	assert_true(negotiate_has_tag(span_of("\"a\", W/\"b\""), "\"b\""));
	assert_true(negotiate_has_tag(span_of("*"), "\"b\""));
	assert_false(negotiate_has_tag(span_of("\"a\""), "\"b\""));
	assert_false(negotiate_has_tag(span_of(""), "\"b\""));
}

/* ---- routes ---- */

static const char *const kinds[] = {"licence", "penalty", NULL};
static const struct http_param params[] = {
    {.name = "item", .in = HTTP_IN_PATH, .min = 1, .max = 20},
    {.name = "kind",
	.in = HTTP_IN_QUERY,
	.type = HTTP_CHOICE,
	.choices = kinds},
    {.name = "n",
	.in = HTTP_IN_QUERY,
	.type = HTTP_NUMBER,
	.min = 1,
	.max = 50},
    {.name = "on", .in = HTTP_IN_QUERY, .type = HTTP_DATE},
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
    {.name = "item-post",
	.method = HTTP_POST,
	.pattern = "/open/{item}",
	.offers = HTTP_OFFER_JSON},
    {.name = "proof", .pattern = "/r/{n}/proof", .offers = HTTP_OFFER_OWN},
    {.name = "tiles", .pattern = "/t/{rest*}", .offers = HTTP_OFFER_OWN},
    {.name = "home", .pattern = "/", .offers = HTTP_OFFER_PAGE},
};

static void route_find_paths_find_their_route(void **state)
{
	static const struct {
		const char *path;
		enum http_method method;
		const char *name; /* NULL none */
		const char *value;
		bool is_json;
		unsigned methods;
	} t[] = {
	    {"/", 0, "home", NULL, false, 1},
	    {"/open/a", 0, "item", "a", false, 1},
	    {"/open/a.json", 0, "item", "a", true, 1},
	    {"/open/dict.json", 0, "dict", NULL, false, 1},
	    {"/open/a.csv", 0, "csv", "a", false, 1},
	    {"/open/.csv", 0, "item", ".csv", false, 1},
	    {"/open/a", HTTP_POST, "item-post", "a", false, 3},
	    {"/open/a", HTTP_METHOD_COUNT, NULL, NULL, false, 3},
	    {"/open/a/b", 0, NULL, NULL, false, 0},
	    {"/open", 0, NULL, NULL, false, 0},
	    {"/open/", 0, NULL, NULL, false, 0},
	    {"/r/5/proof", 0, "proof", "5", false, 1},
	    {"/r/5/proof/", 0, NULL, NULL, false, 0},
	    {"/r/5", 0, NULL, NULL, false, 0},
	    {"/t/0/x001/067", 0, "tiles", "0/x001/067", false, 1},
	    {"/t/", 0, NULL, NULL, false, 0},
	    {"/t", 0, NULL, NULL, false, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct route_found found;

		route_find(routes, ARRAY_COUNT(routes), span_of(t[i].path),
		    t[i].method, &found);
		if (t[i].name ? !found.route ||
			    strcmp(found.route->name, t[i].name) != 0
			      : found.route != NULL)
			fail_msg("path %s: %s", t[i].path,
			    found.route ? found.route->name : "none");
		assert_int_equal(found.is_json_asked, t[i].is_json);
		assert_int_equal(found.methods, t[i].methods);
		if (t[i].value)
			assert_true(span_is(found.values[0], t[i].value));
	}
}

static int read_params(const char *target, struct http_request *request,
    struct buf *query, struct err *err)
{
	static struct uri uri;
	struct route_found found;

	memset(request, 0, sizeof(*request));
	buf_reset(query);
	assert_int_equal(uri_parse(span_of(target), &uri, err), 0);
	route_find(routes, ARRAY_COUNT(routes), uri.path, HTTP_GET, &found);
	request->route = found.route;
	return route_read_params(request, &found, &uri, query, err);
}

static void route_read_params_values_are_checked(void **state)
{
	static const struct {
		const char *target;
		int code;
	} bad[] = {
	    {"/open/aaaaaaaaaaaaaaaaaaaaaaaaaa", ERR_INPUT},
	    {"/open/a?kind=other", ERR_INPUT},
	    {"/open/a?n=0", ERR_INPUT},
	    {"/open/a?n=51", ERR_INPUT},
	    {"/open/a?n=-1", ERR_INPUT},
	    {"/open/a?n=1.5", ERR_INPUT},
	    {"/open/a?n=99999999999999999999", ERR_INPUT},
	    {"/open/a?on=2026-02-30", ERR_INPUT},
	    {"/open/a?on=today", ERR_INPUT},
	    {"/open/a?n=1&n=1", ERR_INPUT},
	    {"/open/a?n=&kind=&on=", 0},
	};
	struct buf query = BUF_INIT(4096);
	struct http_request r;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(bad); i++)
		assert_int_equal(
		    read_params(bad[i].target, &r, &query, &err), bad[i].code);
	assert_int_equal(
	    read_params(
		"/open/a?x=y&on=2026-11-23&n=7&kind=penalty", &r, &query, &err),
	    0);
	assert_string_equal(buf_str(&query), "kind=penalty&n=7&on=2026-11-23");
	assert_int_equal(http_number(&r, "n", 3), 7);
	assert_int_equal(http_choice(&r, "kind"), 1);
	assert_int_equal(http_date(&r, "on"), date_from_ymd(2026, 11, 23));
	assert_true(span_is(http_value(&r, "item"), "a"));
	assert_int_equal(read_params("/open/a", &r, &query, &err), 0);
	assert_int_equal(http_number(&r, "n", 3), 3);
	assert_int_equal(http_choice(&r, "kind"), -1);
	assert_int_equal(http_date(&r, "on"), DATE_NONE);
	buf_release(&query);
}

/* ---- limits ---- */

static struct limit_key key_of(const char *text)
{
	struct limit_key key;

	assert_true(limit_key_parse(span_of(text), &key));
	return key;
}

static void limits_take_bucket_empties_and_fills(void **state)
{
	struct limits *limits = limits_new(5, 2);
	struct limit_key a = key_of("203.0.113.5"), b = key_of("203.0.113.6");
	struct limit_state s;

	(void)state;
	s = limits_take(limits, &a, 40, 1000);
	assert_true(s.is_allowed);
	assert_int_equal(s.left, 10);
	assert_int_equal(s.reset_s, 8);
	s = limits_take(limits, &a, 20, 1000);
	assert_false(s.is_allowed);
	assert_int_equal(s.retry_s, 2);
	assert_true(limits_take(limits, &b, 50, 1000).is_allowed);
	assert_true(limits_take(limits, &a, 20, 3000).is_allowed);
	assert_int_equal(limits_take(limits, &a, 0, 3000000).left, 50);
	limits_free(&limits);
}

static void limits_connect_counts_each_network(void **state)
{
	struct limits *limits = limits_new(5, 2);
	struct limit_key a = key_of("2001:db8::1"), b = key_of("2001:db8::2");
	struct limit_key local = key_of("127.0.0.1");
	int i;

	(void)state;
	assert_int_equal(a.network, b.network);
	assert_int_equal(key_of("::ffff:203.0.113.5").network,
	    key_of("203.0.113.5").network);
	assert_true(limits_connect(limits, &a, 0));
	assert_true(limits_connect(limits, &b, 0));
	assert_false(limits_connect(limits, &a, 0));
	limits_disconnect(limits, &b);
	assert_true(limits_connect(limits, &a, 0));
	for (i = 0; i < 1000; i++)
		assert_true(limits_connect(limits, &local, 0));
	assert_false(limit_key_parse(span_of("example.com"), &local));
	limits_free(&limits);
}

static void limits_transfers_of_one_client_are_bounded(void **state)
{
	struct limits *limits = limits_new(5, 2);
	struct limit_key a = key_of("203.0.113.5"), b = key_of("203.0.113.6");
	struct limit_key local = key_of("127.0.0.1");
	int i;

	(void)state;
	for (i = 0; i < LIMIT_TRANSFERS_MAX; i++) {
		assert_true(limits_may_transfer(limits, &a));
		limits_begin_transfer(limits, &a, 0);
		limits_begin_transfer(limits, &local, 0);
	}
	assert_false(limits_may_transfer(limits, &a));
	assert_true(limits_may_transfer(limits, &b));
	assert_true(limits_may_transfer(limits, &local));
	limits_end_transfer(limits, &a);
	assert_true(limits_may_transfer(limits, &a));
	/* Nor does what else the client did bring the others back. */
	limits_take(limits, &a, 1, 1000);
	limits_begin_transfer(limits, &a, 1000);
	assert_false(limits_may_transfer(limits, &a));
	limits_free(&limits);
}

/* ---- encodings ---- */

static void encode_body_decodes_to_the_same(void **state)
{
	char text[4000], back[4000];
	struct buf out = BUF_INIT(10000);
	z_stream z = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i % 7);
	assert_true(
	    encode_body(ENCODE_GZIP, (struct span){text, sizeof(text)}, &out));
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = (Bytef *)out.p;
	z.avail_in = (uInt)out.n;
	z.next_out = (Bytef *)back;
	z.avail_out = sizeof(back);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	inflateEnd(&z);
	assert_memory_equal(text, back, sizeof(text));
	buf_reset(&out);
	assert_true(
	    encode_body(ENCODE_ZSTD, (struct span){text, sizeof(text)}, &out));
	assert_int_equal(
	    ZSTD_decompress(back, sizeof(back), out.p, out.n), sizeof(text));
	assert_memory_equal(text, back, sizeof(text));
	buf_reset(&out);
	assert_false(encode_body(ENCODE_GZIP, (struct span){text, 100}, &out));
	assert_int_equal(out.n, 0);
	buf_release(&out);
}

/* ---- cache ---- */

static struct answer *make_answer(const char *text)
{
	struct http_response response = {.status = 200,
	    .type = "text/plain",
	    .fd = -1,
	    .keeping = HTTP_KEEP_VERSION,
	    .body = BUF_INIT(100000)};
	const struct answer_plan plan = {0};

	buf_add_str(&response.body, text);
	return answer_make(&response, &plan);
}

static void cache_get_other_version_is_a_miss(void **state)
{
	struct cache *cache = cache_new(4 << 20);
	struct answer *a = make_answer("one"), *got;

	(void)state;
	assert_true(a->tag[0] == '"');
	cache_put(cache, span_of("k"), 1, a);
	got = cache_get(cache, span_of("k"), 1);
	assert_ptr_equal(got, a);
	answer_unref(&got);
	assert_null(cache_get(cache, span_of("K"), 1));
	assert_null(cache_get(cache, span_of("k"), 2));
	assert_null(cache_get(cache, span_of("k"), 1));
	assert_int_equal(cache_count(cache).entries, 0);
	assert_int_equal(cache_count(cache).stale, 1);
	answer_unref(&a);
	cache_free(&cache);
}

static void cache_put_stays_within_bytes(void **state)
{
	enum { BYTES = 4 << 20 };
	struct cache *cache = cache_new(BYTES);
	struct answer *hot = make_answer("hot"), *got;
	int i;

	(void)state;
	cache_put(cache, span_of("hot"), 1, hot);
	for (i = 0; i < 5000; i++) {
		char key[20];
		struct answer *a = make_answer("cold");

		snprintf(key, sizeof(key), "%d", i);
		cache_put(cache, span_of(key), 1, a);
		answer_unref(&a);
		assert_true(cache_count(cache).bytes <= BYTES);
		got = cache_get(cache, span_of("hot"), 1);
		assert_ptr_equal(got, hot);
		answer_unref(&got);
	}
	assert_true(cache_count(cache).evicted > 0);
	answer_unref(&hot);
	cache_free(&cache);
}

/* ---- log ---- */

static void expect_line(const char *method, const char *target,
    const char *field, const char *shown)
{
	struct buf out = BUF_INIT(4096);
	char want[200];
	struct access_line line = {.method = method,
	    .target = span_of(target),
	    .client = span_of("x"),
	    .from = ""};

	access_line_write(&line, &out);
	snprintf(want, sizeof(want), "\"%s\":\"%s\",", field, shown);
	if (!strstr(buf_str(&out), want))
		fail_msg("%s is not in %s", want, buf_str(&out));
	buf_release(&out);
}

static void access_line_write_raw_bytes_are_shown(void **state)
{
	static const struct {
		const char *raw, *shown;
	} t[] = {
	    {"/a?b=\xe7\xa4\xba", "/a?b=示"},
	    {"/\x1b[31m\n", "/\\\\x1B[31m\\\\x0A"},
	    {"/\xff\"\\", "/\\\\xFF\\\"\\\\x5C"},
	    {"/\xe7\xa4z\xe7\xa4\xba\xfe", "/\\\\xE7\\\\xA4z示\\\\xFE"},
	    {"/\xc2\x9b"
	     "31m\xc2\xa0\xc2",
		"/\\\\xC2\\\\x9B31m\xc2\xa0\\\\xC2"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		expect_line("GET", t[i].raw, "target", t[i].shown);
		expect_line(t[i].raw, "/", "method", t[i].shown);
	}
	expect_line("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ", "/", "method",
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF");
}

static void access_line_write_numbers_of_persons_are_cut(void **state)
{
	static const struct {
		const char *raw, *shown;
	} t[] = {
	    {"/12345678901234", "/12345678901234"},
	    {"/110101199003071234", "/110101************"},
	    {"/11010119900307123X", "/110101***********X"},
	    {"/s?q=110101+19900307+123X&n=1", "/s?q=110101***********X&n=1"},
	    {"/s?q=1101 0119 9003\t0712--34", "/s?q=1101 01************"},
	    {"/s?q=110101%2D19900307%e3%80%80123x", "/s?q=110101***********x"},
	    {"/s?q=110101%e3%80%8119900307%c2%b7123x",
		"/s?q=110101***********x"},
	    {"/s?q=110101，19900307.1234", "/s?q=110101************"},
	    {"/%31%31%30%31%30%31%31%39%39%30%30%33%30%37%31%32%33%34",
		"/%31%31%30%31%30%31************"},
	    {"/１１０１０１１９９００３０７１２３Ｘ",
		"/１１０１０１***********Ｘ"},
	    {"/%ef%bc%91%ef%bc%91%ef%bc%90%ef%bc%91%ef%bc%90%ef%bc%91"
	     "%ef%bc%91%ef%bc%99%ef%bc%99%ef%bc%90%ef%bc%90%ef%bc%93"
	     "%ef%bc%90%ef%bc%97%ef%bc%91%ef%bc%92%ef%bc%93%ef%bc%b8",
		"/%ef%bc%91%ef%bc%91%ef%bc%90%ef%bc%91%ef%bc%90%ef%bc%91"
		"***********%ef%bc%b8"},
	    {"/110101\xff"
	     "199003071234",
		"/110101************"},
	    {"/110101\xe2\x80\x8b"
	     "199003071234",
		"/110101************"},
	    /* What is shorter, or has letters between. */
	    {"/subjects/91371102MAEX00012F", "/subjects/91371102MAEX00012F"},
	    {"/p?from=2026-01-01&to=2026-12-31&limit=1000",
		"/p?from=2026-01-01&to=2026-12-31&limit=1000"},
	    {"/1%zz2%1", "/1%zz2%1"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		expect_line("GET", t[i].raw, "target", t[i].shown);
}

static void add_line(struct access_log *log, int status)
{
	const struct access_line line = {.at_ms = 10000 * (int64_t)status,
	    .method = "GET",
	    .target = {"/", 1},
	    .status = status,
	    .client = {"127.0.0.1", 9},
	    .from = "here"};

	access_log_add(log, &line);
}

/* How many bytes this process may write to a file. */
static void bound_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* The file's lines, each "STATUS", "lost N" or "torn". */
static void expect_lines(const char *path, const char *expected)
{
	struct buf seen = BUF_INIT(4096);
	char line[4096];
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		const char *status = strstr(line, "\"status\":");
		const char *end = strstr(line, "}\n");
		int lost = 0;

		if (end && sscanf(line, "{\"lost\":%d}", &lost) == 1)
			buf_addf(&seen, "lost %d;", lost);
		else if (end && status && line[0] == '{')
			buf_addf(&seen, "%d;", atoi(status + 9));
		else
			buf_add_str(&seen, "torn;");
	}
	fclose(file);
	assert_string_equal(buf_str(&seen), expected);
	buf_release(&seen);
}

static void access_log_full_disk_says_what_was_lost(void **state)
{
	char path[] = "/tmp/access-log-test-XXXXXX";
	int fd = mkstemp(path);
	struct access_log *log;
	struct stat st;
	struct err err;

	(void)state;
	close(fd);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(access_log_open(path, &log, &err), 0);
	add_line(log, 201);
	assert_int_equal(stat(path, &st), 0);
	bound_files((rlim_t)st.st_size + 20);
	add_line(log, 202);
	add_line(log, 203);
	bound_files(RLIM_INFINITY);
	add_line(log, 204);
	access_log_close(&log);
	expect_lines(path, "201;torn;lost 2;204;");
	unlink(path);
}

static void access_log_reopen_goes_on_in_a_new_file(void **state)
{
	char path[] = "/tmp/access-log-test-XXXXXX", rotated[64];
	int fd = mkstemp(path);
	struct access_log *log;
	struct err err;

	(void)state;
	close(fd);
	snprintf(rotated, sizeof(rotated), "%s.1", path);
	assert_int_equal(access_log_open(path, &log, &err), 0);
	assert_true(access_log_is_file(log));
	add_line(log, 201);
	assert_int_equal(rename(path, rotated), 0);
	add_line(log, 202);
	assert_int_equal(mkdir(path, 0755), 0); /* no file can be made there */
	assert_int_not_equal(access_log_reopen(log, &err), 0);
	add_line(log, 203);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(access_log_reopen(log, &err), 0);
	add_line(log, 204);
	access_log_close(&log);
	expect_lines(rotated, "201;202;203;");
	expect_lines(path, "204;");
	unlink(rotated);
	unlink(path);
	assert_int_equal(access_log_open("-", &log, &err), 0);
	assert_false(access_log_is_file(log));
	access_log_close(&log);
}

/* ---- brisk ---- */

/* However the thread waits, looking or asleep: an event is told once, and
 * without one the whole time passes. */
static void epoll_wait_of_network_threads_keeps_time(void **state)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLET}, told;
	int fd = eventfd(0, EFD_NONBLOCK), epoll = epoll_create1(0), i;
	uint64_t one = 1;

	(void)state;
	event.data.fd = fd;
	assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), 0);
	for (i = 0; i < 6; i++) {
		int64_t from;

		if (i == 4)
			brisk_begin(); /* and it stays under way */
		brisk_begin();
		brisk_end();
		assert_int_equal(write(fd, &one, sizeof(one)), sizeof(one));
		assert_int_equal(epoll_wait(epoll, &told, 1, -1), 1);
		assert_int_equal(told.data.fd, fd);
		assert_int_equal(epoll_wait(epoll, &told, 1, 0), 0);
		from = monotonic_us();
		assert_int_equal(epoll_wait(epoll, &told, 1, 20), 0);
		assert_true(monotonic_us() - from > 19000);
	}
	brisk_end();
	close(epoll);
	close(fd);
}

/* Answers are objects of the library. */
static int load_library(void **state)
{
	(void)state;
	return mhd_load(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(uri_parse_targets_decode_once),
	    cmocka_unit_test(uri_parse_query_pairs_in_order),
	    cmocka_unit_test(uri_parse_too_long_is_full),
	    cmocka_unit_test(negotiate_type_ranges_by_specificity),
	    cmocka_unit_test(negotiate_coding_and_language_choose),
	    cmocka_unit_test(negotiate_cookie_finds_whole_names),
	    cmocka_unit_test(negotiate_has_tag_compares_weakly),
	    cmocka_unit_test(route_find_paths_find_their_route),
	    cmocka_unit_test(route_read_params_values_are_checked),
	    cmocka_unit_test(limits_take_bucket_empties_and_fills),
	    cmocka_unit_test(limits_connect_counts_each_network),
	    cmocka_unit_test(limits_transfers_of_one_client_are_bounded),
	    cmocka_unit_test(encode_body_decodes_to_the_same),
	    cmocka_unit_test(cache_get_other_version_is_a_miss),
	    cmocka_unit_test(cache_put_stays_within_bytes),
	    cmocka_unit_test(access_line_write_raw_bytes_are_shown),
	    cmocka_unit_test(access_line_write_numbers_of_persons_are_cut),
	    cmocka_unit_test(access_log_full_disk_says_what_was_lost),
	    cmocka_unit_test(access_log_reopen_goes_on_in_a_new_file),
	    cmocka_unit_test(epoll_wait_of_network_threads_keeps_time),
	};

	return cmocka_run_group_tests(tests, load_library, NULL);
}
