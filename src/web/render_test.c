/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of pages: every template, every language, every format. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/check.h"
#include "base/tr.h"
#include "web/format.h"
#include "web/mustache.h"
#include "web/render.h"

static const char *const pages[] = {"home", "search", "subject", "record",
    "publicity", "lists", "list", "quality", "departments", "department",
    "open-data", "changes", "log", "catalogue", "catalogue-item",
    "table-measures", "table-matters", "help", "accessibility", "privacy",
    "contact", "error"};

static struct site_config config;

static struct web_renderer *renderer_new(void)
{
	struct web_renderer *r = NULL;
	struct err err = {0};

	if (site_config_load("/nonexistent", "示例市", &config, &err) ||
	    web_renderer_new(&config, &r, &err))
		fail_msg("%s", err.message);
	return r;
}

static void renderer_free(struct web_renderer *r)
{
	web_renderer_free(&r);
	site_config_release(&config);
}

static void render(const struct web_renderer *r, const char *name,
    enum lang lang, const char *document, struct buf *out)
{
	struct web_page page = {.lang = lang,
	    .path = "/publicity",
	    .query = "kind=penalty",
	    .origin = "https://credit.example",
	    .status = 200,
	    .today = date_from_ymd(2026, 11, 28),
	    .is_example = true};
	struct err err = {0};

	buf_reset(out);
	if (web_render(r, name, &page, span_of(document), out, &err))
		fail_msg("%s: %s", name, err.message);
}

static void check_has(const struct buf *out, const char *name, const char *what)
{
	if (!strstr(buf_str(out), what))
		fail_msg("%s: no \"%s\"", name, what);
}

static void render_every_page_in_every_language(void **state)
{
	struct web_renderer *r = renderer_new();
	struct buf out = BUF_INIT(WEB_PAGE_BYTES_MAX);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(pages); i++) {
		render(r, pages[i], LANG_ZH, "{}", &out);
		check_has(&out, pages[i], "<html lang=\"zh-CN\">");
		check_has(&out, pages[i], "信用示例");
		check_has(&out, pages[i], "示例数据，非官方网站");
		check_has(&out, pages[i],
		    "/language?to=en&amp;back="
		    "%2Fpublicity%3Fkind%3Dpenalty");
		check_has(&out, pages[i], "<h1");
		render(r, pages[i], LANG_EN, "{}", &out);
		check_has(&out, pages[i], "<html lang=\"en\">");
		check_has(&out, pages[i], "Example data, not an official");
		assert_null(strstr(buf_str(&out), "{{"));
		assert_null(strstr(buf_str(&out), "style=\""));
		assert_null(strstr(buf_str(&out), "<style"));
	}
	buf_release(&out);
	renderer_free(r);
}

static void render_subject_shows_its_document(void **state)
{
	static const char document[] =
	    "{\"as_of\":\"2026-11-28\",\"today\":\"2026-11-28\","
	    "\"code\":\"91371103MAX9HFKJ11\",\"name\":\"示例<公司>\","
	    "\"records\":1,\"groups\":[{\"group\":\"admin\",\"title\":"
	    "\"行政管理\",\"count\":1,\"records\":[{\"record\":7,\"title\":"
	    "\"行政处罚\",\"class\":{\"id\":\"general\",\"title\":\"一般\"},"
	    "\"decided_on\":\"2026-04-20\",\"fields\":[{\"name\":\"CF_NR_FK\","
	    "\"title\":\"罚款\",\"value\":400000,\"text\":\"4,000.00元\"},"
	    "{\"name\":\"CF_CFLB\",\"title\":\"类别\",\"value\":"
	    "[\"罚款\",\"其他\"]},{\"name\":\"QX_RS\",\"title\":\"人数\","
	    "\"value\":0}],\"bases\":[],\"publication\":{\"until\":"
	    "\"2027-04-19\"},\"department\":{\"id\":\"a b\",\"title\":\"局\"}"
	    "}]}]}";
	static const char *const wanted[] = {"示例&lt;公司&gt;",
	    "<span class=\"g\">91</span><span class=\"g\">371103</span>",
	    "data-field=\"CF_NR_FK\" data-fen=\"400000\">4,000.00元</dd>",
	    "<span class=\"part\">罚款</span><span class=\"part\">其他</span>",
	    "data-field=\"QX_RS\"><span class=\"part\">0</span></dd>",
	    "<time datetime=\"2027-04-19\">2027年4月19日</time>",
	    "class-general", "/departments/a%20b", "id=\"record-7\""};
	struct web_renderer *r = renderer_new();
	struct buf out = BUF_INIT(WEB_PAGE_BYTES_MAX);
	size_t i;

	(void)state;
	render(r, "subject", LANG_ZH, document, &out);
	for (i = 0; i < ARRAY_COUNT(wanted); i++)
		check_has(&out, "subject", wanted[i]);
	assert_null(strstr(buf_str(&out), "as-of-note"));
	buf_release(&out);
	renderer_free(r);
}

static void render_other_day_is_said(void **state)
{
	struct web_renderer *r = renderer_new();
	struct buf out = BUF_INIT(WEB_PAGE_BYTES_MAX);

	(void)state;
	render(r, "subject", LANG_ZH,
	    "{\"as_of\":\"2026-01-02\",\"today\":\"2026-11-28\"}", &out);
	check_has(&out, "subject", "as-of-note");
	buf_release(&out);
	renderer_free(r);
}

/* A wide mark brings its own room; a blank behind it made a hole. */
static void render_no_blank_behind_a_wide_mark(void **state)
{
	struct web_renderer *r = renderer_new();
	struct buf out = BUF_INIT(WEB_PAGE_BYTES_MAX);

	(void)state;
	render(
	    r, "log", LANG_ZH, "{\"size\":0,\"months\":[],\"tools\":[]}", &out);
	check_has(&out, "log", "通用。命令中的");
	render(
	    r, "log", LANG_EN, "{\"size\":0,\"months\":[],\"tools\":[]}", &out);
	check_has(&out, "log", "as well. In the commands");
	buf_release(&out);
	renderer_free(r);
}

static void render_what_is_no_object_is_refused(void **state)
{
	static const char *const t[] = {"", "[]", "1", "{", "{\"a\":\"\xFF\"}"};
	struct web_renderer *r = renderer_new();
	struct web_page page = {.path = "/", .query = ""};
	struct buf out = BUF_INIT(WEB_PAGE_BYTES_MAX);
	struct err err = {0};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		assert_int_equal(
		    web_render(r, "home", &page, span_of(t[i]), &out, &err),
		    ERR_INPUT);
	assert_int_equal(
	    web_render(r, "none", &page, span_of("{}"), &out, &err),
	    ERR_NOT_FOUND);
	assert_int_equal(out.n, 0);
	buf_release(&out);
	renderer_free(r);
}

static void templates_name_only_partials_that_exist(void **state)
{
	struct mustache_set *set;
	const struct mustache_lambda *lambdas;
	struct err err = {0};
	const char *missing;
	size_t count, i;

	(void)state;
	lambdas = format_lambdas(&count);
	set = mustache_new(lambdas, count);
	for (i = 0; i < web_template_count(); i++)
		if (mustache_add(
			set, web_template_name(i), web_template_text(i), &err))
			fail_msg("%s", err.message);
	mustache_link(set);
	missing = mustache_missing_partial(set);
	if (missing)
		fail_msg("%s names a partial that does not exist", missing);
	mustache_free(&set);
}

static void assets_are_named_by_content(void **state)
{
	static const char *const names[] = {"site.css", "echarts.js",
	    "charts.js", "suggest.js", "proof.js", "desk.js", "upload.js",
	    "day.js", "session.js", "emblem.svg"};
	struct web_renderer *r = renderer_new();
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(names); i++) {
		const struct web_asset *asset = web_asset_named(names[i]);

		if (!asset)
			fail_msg("no %s", names[i]);
		assert_ptr_equal(
		    web_renderer_asset(r, span_of(asset->path)), asset);
		assert_true(asset->bytes.n > 100);
	}
	assert_int_equal(web_asset_count(), ARRAY_COUNT(names));
	assert_null(web_renderer_asset(r, span_of("/assets/site.css")));
	assert_non_null(web_renderer_emblem(r)->bytes.p);
	renderer_free(r);
}

/* ---- formats ---- */

static void lambdas_give_what_people_read(void **state)
{
	static const struct {
		const char *name, *in, *zh, *en;
	} t[] = {
	    {"as_date", "2026-04-20",
		"<time datetime=\"2026-04-20\">2026年4月20日</time>",
		"<time datetime=\"2026-04-20\">20 April 2026</time>"},
	    {"as_date", "2099-12-31",
		"<time datetime=\"2099-12-31\">长期</time>",
		"<time datetime=\"2099-12-31\">long-term</time>"},
	    {"as_date", "<b>", "&lt;b&gt;", "&lt;b&gt;"},
	    {"as_day", "2026-01-02", "2026年1月2日", "2 January 2026"},
	    {"as_day", "soon", "soon", "soon"},
	    {"as_month", "2026-10", "2026年10月", "October 2026"},
	    {"as_month", "2026-13", "2026-13", "2026-13"},
	    {"as_month", "all", "all", "all"},
	    {"as_moment", "2026-11-23T18:40:30Z",
		"<time datetime=\"2026-11-23T18:40:30Z\">2026年11月24日 "
		"02:40</time>",
		"<time datetime=\"2026-11-23T18:40:30Z\">24 November 2026 "
		"02:40</time>"},
	    {"as_moment", "2026-11-23T99:40:30Z", "2026-11-23T99:40:30Z",
		"2026-11-23T99:40:30Z"},
	    {"as_number", "1234567", "1,234,567", "1,234,567"},
	    {"as_number", "123", "123", "123"},
	    {"as_number", "-5", "-5", "-5"},
	    {"as_letters", "1", "A", "A"},
	    {"as_letters", "26", "Z", NULL},
	    {"as_letters", "27", "AA", NULL},
	    {"as_letters", "702", "ZZ", NULL},
	    {"as_letters", "703", "AAA", NULL},
	    {"as_letters", "99999", "EQXC", NULL},
	    {"as_letters", "0", "", NULL},
	    {"as_letters", "x", "x", NULL},
	    {"as_money_title", "罚款金额(万元)", "罚款金额", "罚款金额"},
	    {"as_money_title", "(元)", "(元)", "(元)"},
	    {"as_code", "91371103MAX9HFKJ11",
		"<span class=\"code\"><span class=\"g\">91</span>"
		"<span class=\"g\">371103</span><span class=\"g\">MAX9HFKJ1"
		"</span><span class=\"g\">1</span></span>",
		NULL},
	    {"as_code", "A&B", "<span class=\"code\">A&amp;B</span>", NULL},
	    {"as_hash", " 9f\n", "<span class=\"hash\">9f</span>", NULL},
	    {"as_value", "2026-04-20",
		"<time datetime=\"2026-04-20\">2026年4月20日</time>", NULL},
	    {"as_value", "a < b", "a &lt; b", NULL},
	    {"as_type", "date", "日期", "a day"},
	    {"as_type", "other", "other", "other"},
	    {"as_url", "a b", "a%20b", NULL},
	};
	const struct mustache_lambda *lambdas;
	size_t count, i, j;

	(void)state;
	lambdas = format_lambdas(&count);
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct format_context zh = {LANG_ZH}, en = {LANG_EN};
		struct buf out = BUF_INIT(4096);

		for (j = 0; j < count; j++)
			if (strcmp(lambdas[j].name, t[i].name) == 0)
				break;
		assert_true(j < count);
		lambdas[j].call(&zh, span_of(t[i].in), &out);
		if (strcmp(buf_str(&out), t[i].zh) != 0)
			fail_msg("[%zu] expected \"%s\", is \"%s\"", i, t[i].zh,
			    buf_str(&out));
		buf_reset(&out);
		lambdas[j].call(&en, span_of(t[i].in), &out);
		if (t[i].en && strcmp(buf_str(&out), t[i].en) != 0)
			fail_msg("[%zu] expected \"%s\", is \"%s\"", i, t[i].en,
			    buf_str(&out));
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(render_every_page_in_every_language),
	    cmocka_unit_test(render_subject_shows_its_document),
	    cmocka_unit_test(render_other_day_is_said),
	    cmocka_unit_test(render_no_blank_behind_a_wide_mark),
	    cmocka_unit_test(render_what_is_no_object_is_refused),
	    cmocka_unit_test(templates_name_only_partials_that_exist),
	    cmocka_unit_test(assets_are_named_by_content),
	    cmocka_unit_test(lambdas_give_what_people_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
