/* SPDX-License-Identifier: Apache-2.0 */
/* The Mustache suite (test/data/mustache-spec), and what it leaves open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/tr.h"
#include "web/html.h"
#include "web/mustache.h"

enum { OUT_BYTES_MAX = 1024 * 1024 };

/* ---- lambdas of the suite ---- */

static int calls;

static void say_world(void *arg, struct span in, struct buf *out)
{
	(void)arg, (void)in;
	buf_add_str(out, "world");
}

static void say_planet(void *arg, struct span in, struct buf *out)
{
	(void)arg, (void)in;
	buf_add_str(out, "{{planet}}");
}

static void say_planet_both_ways(void *arg, struct span in, struct buf *out)
{
	(void)arg, (void)in;
	buf_add_str(out, "|planet| => {{planet}}");
}

static void say_count(void *arg, struct span in, struct buf *out)
{
	(void)arg, (void)in;
	buf_addf(out, "%d", ++calls);
}

static void say_greater(void *arg, struct span in, struct buf *out)
{
	(void)arg, (void)in;
	buf_add_char(out, '>');
}

static void say_if_raw(void *arg, struct span in, struct buf *out)
{
	(void)arg;
	buf_add_str(out, span_is(in, "{{x}}") ? "yes" : "no");
}

static void put_planet_between(void *arg, struct span in, struct buf *out)
{
	(void)arg;
	buf_add_span(out, in);
	buf_add_str(out, "{{planet}}");
	buf_add_span(out, in);
}

static void put_both_between(void *arg, struct span in, struct buf *out)
{
	(void)arg;
	buf_add_span(out, in);
	buf_add_str(out, "{{planet}} => |planet|");
	buf_add_span(out, in);
}

static void put_in_lines(void *arg, struct span in, struct buf *out)
{
	(void)arg;
	buf_addf(out, "__%.*s__", (int)in.n, in.p);
}

static void say_nothing(void *arg, struct span in, struct buf *out)
{
	(void)arg, (void)in, (void)out;
}

static void add_mark(void *arg, struct span in, struct buf *out)
{
	(void)arg;
	buf_add_span(out, in);
	buf_add_char(out, '!');
}

static void make_bold(void *arg, struct span in, struct buf *out)
{
	(void)arg;
	buf_addf(out, "<b>%.*s</b>", (int)in.n, in.p);
}

/* The official ones by their case, ours by what "lambda" says. */
static const struct {
	const char *id;
	struct mustache_lambda lambda;
} suite_lambdas[] = {
    {"Interpolation", {"lambda", MUSTACHE_LAMBDA_TEMPLATE, say_world}},
    {"Interpolation - Expansion",
	{"lambda", MUSTACHE_LAMBDA_TEMPLATE, say_planet}},
    {"Interpolation - Alternate Delimiters",
	{"lambda", MUSTACHE_LAMBDA_TEMPLATE, say_planet_both_ways}},
    {"Interpolation - Multiple Calls",
	{"lambda", MUSTACHE_LAMBDA_TEMPLATE, say_count}},
    {"Escaping", {"lambda", MUSTACHE_LAMBDA_TEMPLATE, say_greater}},
    {"Section", {"lambda", MUSTACHE_LAMBDA_TEMPLATE, say_if_raw}},
    {"Section - Expansion",
	{"lambda", MUSTACHE_LAMBDA_TEMPLATE, put_planet_between}},
    {"Section - Alternate Delimiters",
	{"lambda", MUSTACHE_LAMBDA_TEMPLATE, put_both_between}},
    {"Section - Multiple Calls",
	{"lambda", MUSTACHE_LAMBDA_TEMPLATE, put_in_lines}},
    {"Inverted Section", {"lambda", MUSTACHE_LAMBDA_TEMPLATE, say_nothing}},
    {"text", {"text", MUSTACHE_LAMBDA_TEXT, add_mark}},
    {"html", {"html", MUSTACHE_LAMBDA_HTML, make_bold}},
};

/* ---- the suite ---- */

static const struct mustache_lambda *suite_lambda(const char *id)
{
	size_t i;

	if (!id)
		return NULL;
	for (i = 0; i < ARRAY_COUNT(suite_lambdas); i++)
		if (strcmp(id, suite_lambdas[i].id) == 0)
			return &suite_lambdas[i].lambda;
	fail_msg("no lambda \"%s\"", id);
	return NULL;
}

static struct span text_of(const json_t *value)
{
	return (struct span){
	    json_string_value(value), json_string_length(value)};
}

/* Official lambdas are programs in other languages, as data: the function of
 * the case's name stands for them. */
static const char *take_lambda_id(json_t *test)
{
	if (json_object_del(json_object_get(test, "data"), "lambda") == 0)
		return json_string_value(json_object_get(test, "name"));
	return json_string_value(json_object_get(test, "lambda"));
}

static void run_case(const char *file, size_t index, json_t *test)
{
	const char *name = json_string_value(json_object_get(test, "name"));
	const struct mustache_lambda *lambda =
	    suite_lambda(take_lambda_id(test));
	struct mustache_set *set = mustache_new(lambda, lambda ? 1 : 0);
	const json_t *data = json_object_get(test, "data");
	struct mustache_frames frames = {&data, 1, NULL};
	struct buf out = BUF_INIT(OUT_BYTES_MAX);
	struct err err = {0};
	const char *key;
	json_t *text;

	calls = 0;
	json_object_foreach (json_object_get(test, "partials"), key, text)
		assert_int_equal(
		    mustache_add(set, key, text_of(text), &err), 0);
	if (mustache_add(set, "(case)",
		text_of(json_object_get(test, "template")), &err))
		fail_msg("%s[%zu] %s: %s", file, index, name, err.message);
	mustache_link(set);
	if (mustache_render(set, "(case)", &frames, &out, &err))
		fail_msg("%s[%zu] %s: %s", file, index, name, err.message);
	if (!span_equal(
		buf_span(&out), text_of(json_object_get(test, "expected"))))
		fail_msg("%s[%zu] %s: expected \"%s\", is \"%s\"", file, index,
		    name, json_string_value(json_object_get(test, "expected")),
		    buf_str(&out));
	buf_release(&out);
	mustache_free(&set);
}

/* The cases of the file, which is called so in what is told; their number. */
static size_t run_path(const char *path, const char *file)
{
	json_t *suite, *test;
	json_error_t error;
	size_t i, count = 0;

	suite = json_load_file(path, 0, &error);
	if (!suite)
		fail_msg("%s: %s", path, error.text);
	json_array_foreach (json_object_get(suite, "tests"), i, test) {
		run_case(file, i, test);
		count++;
	}
	json_decref(suite);
	return count;
}

static void run_file(const char *file, size_t count)
{
	const char *root = getenv("GX_SOURCE_ROOT");
	char path[4096];

	snprintf(path, sizeof(path), "%s/test/data/mustache-spec/%s.json",
	    root ? root : ".", file);
	assert_int_equal(run_path(path, file), count);
}

static void suite_official_is_met(void **state)
{
	(void)state;
	run_file("comments", 11);
	run_file("delimiters", 14);
	run_file("dynamic-names", 21);
	run_file("inheritance", 26);
	run_file("interpolation", 31);
	run_file("inverted", 21);
	run_file("lambdas", 10);
	run_file("partials", 11);
	run_file("sections", 26);
}

static void suite_later_is_met(void **state)
{
	(void)state;
	run_file("later", 75);
}

/* A copy of the suite that somebody has, whatever its version: the folder
 * that GX_MUSTACHE_SUITE names (specs/ of its repository). */
static void suite_of_folder_is_met(void **state)
{
	size_t i, count = 0;
	char pattern[4096];
	glob_t found;

	(void)state;
	snprintf(
	    pattern, sizeof(pattern), "%s/*.json", getenv("GX_MUSTACHE_SUITE"));
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (i = 0; i < found.gl_pathc; i++)
		count += run_path(
		    found.gl_pathv[i], strrchr(found.gl_pathv[i], '/') + 1);
	print_message("%zu files, %zu cases\n", found.gl_pathc, count);
	assert_true(count > 0);
	globfree(&found);
}

/* ---- what the suite leaves open ---- */

static void add_malformed_is_refused_with_line(void **state)
{
	static const struct {
		const char *text, *expected;
	} t[] = {
	    {"a\n{{b", "line 2: a tag that is never closed: \"{{b\""},
	    {"{{{b}}", "line 1: a tag that is never closed: \"{{{b}}\""},
	    {"{{=<% %>", "line 1: a tag that is never closed: \"{{=<% %>\""},
	    {"{{#a}}\n\n{{#b}}",
		"line 3: a section that is never closed: "
		"\"b\""},
	    {"{{/a}}", "line 1: closes what is not open: \"a\""},
	    {"{{#a}}{{#b}}{{/a}}",
		"line 1: closed while another section is "
		"open: \"a\""},
	    {"{{}}", "line 1: a tag without a name: \"{{}}\""},
	    {"{{= =}}", "line 1: no two delimiters in \"\""},
	    {"{{=a=}}", "line 1: no two delimiters in \"a\""},
	    {"{{=a b c=}}", "line 1: no two delimiters in \"a b c\""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct mustache_set *set = mustache_new(NULL, 0);
		struct err err = {0};
		enum err_code code =
		    mustache_add(set, "x", span_of(t[i].text), &err);

		if (code != ERR_INPUT || !strstr(err.message, t[i].expected))
			fail_msg("[%zu] expected \"%s\", is %d \"%s\"", i,
			    t[i].expected, (int)code, err.message);
		mustache_free(&set);
	}
}

static enum err_code render_alone(
    const char *text, const json_t *data, struct buf *out, struct err *err)
{
	struct mustache_set *set = mustache_new(NULL, 0);
	struct mustache_frames frames = {&data, 1, NULL};
	enum err_code code;

	code = mustache_add(set, "x", span_of(text), err);
	mustache_link(set);
	if (!code)
		code = mustache_render(set, "x", &frames, out, err);
	mustache_free(&set);
	return code;
}

static void render_endless_is_refused(void **state)
{
	static const char *const t[] = {"{{>x}}", "{{<x}}{{/x}}",
	    "{{<x}}{{$a}}{{>x}}{{/a}}{{/x}}", "{{$a}}{{>x}}{{/a}}"};
	json_t *data = json_object();
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf out = BUF_INIT(OUT_BYTES_MAX);
		struct err err = {0};

		if (render_alone(t[i], data, &out, &err) != ERR_FULL)
			fail_msg("[%zu] was rendered", i);
		buf_release(&out);
	}
	json_decref(data);
}

static void render_place_in_array_is_found(void **state)
{
	static const struct {
		const char *text, *expected;
	} t[] = {
	    {"{{#l.0}}some{{/l.0}}{{^l.0}}none{{/l.0}}", "some"},
	    {"{{#l.0}}{{x}}{{#l}}{{x}}{{/l}}{{/l.0}}", "aab"},
	    {"{{l.1.x}}{{l.2.x}}", "b"},
	    {"{{#e.0}}some{{/e.0}}{{^e.0}}none{{/e.0}}", "none"},
	    {"{{l.x}}{{l.-1.x}}{{l.00000000000000000000000.x}}", ""},
	};
	json_t *data =
	    json_pack("{s:[{s:s},{s:s}],s:[]}", "l", "x", "a", "x", "b", "e");
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf out = BUF_INIT(OUT_BYTES_MAX);
		struct err err = {0};

		if (render_alone(t[i].text, data, &out, &err) ||
		    !span_is(buf_span(&out), t[i].expected))
			fail_msg("[%zu] expected \"%s\", is \"%s\"", i,
			    t[i].expected, buf_str(&out));
		buf_release(&out);
	}
	json_decref(data);
}

static void render_more_than_fits_is_refused(void **state)
{
	json_t *data = json_pack("{s:[i,i,i]}", "l", 1, 2, 3);
	struct buf out = BUF_INIT(10);
	struct err err = {0};

	(void)state;
	assert_int_equal(
	    render_alone("{{#l}}12345{{/l}}", data, &out, &err), ERR_FULL);
	buf_release(&out);
	json_decref(data);
}

static void render_frames_last_is_first(void **state)
{
	json_t *site = json_pack("{s:s,s:s}", "a", "site", "b", "site");
	json_t *page = json_pack("{s:s}", "a", "page");
	const json_t *values[] = {site, page};
	struct mustache_frames frames = {values, 2, NULL};
	struct mustache_set *set = mustache_new(NULL, 0);
	struct buf out = BUF_INIT(OUT_BYTES_MAX);
	struct err err = {0};

	(void)state;
	assert_int_equal(
	    mustache_add(set, "x", span_of("{{a}} {{b}}"), &err), 0);
	assert_int_equal(
	    mustache_add(set, "x", span_of(""), &err), ERR_CONFLICT);
	mustache_link(set);
	assert_null(mustache_missing_partial(set));
	assert_int_equal(
	    mustache_render(set, "y", &frames, &out, &err), ERR_NOT_FOUND);
	assert_int_equal(mustache_render(set, "x", &frames, &out, &err), 0);
	assert_string_equal(buf_str(&out), "page site");
	buf_release(&out);
	mustache_free(&set);
	json_decref(site);
	json_decref(page);
}

static void html_contexts_are_escaped(void **state)
{
	struct buf out = BUF_INIT(OUT_BYTES_MAX);

	(void)state;
	html_text(&out, span_of("a<b>\"c\" & 'd' 信"));
	assert_string_equal(
	    buf_str(&out), "a&lt;b&gt;&quot;c&quot; &amp; &#39;d&#39; 信");
	buf_reset(&out);
	buf_add_percent(&out, span_of("a b/信?&=~"));
	assert_string_equal(buf_str(&out), "a%20b%2F%E4%BF%A1%3F%26%3D~");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(suite_official_is_met),
	    cmocka_unit_test(suite_later_is_met),
	    cmocka_unit_test(add_malformed_is_refused_with_line),
	    cmocka_unit_test(render_endless_is_refused),
	    cmocka_unit_test(render_place_in_array_is_found),
	    cmocka_unit_test(render_more_than_fits_is_refused),
	    cmocka_unit_test(render_frames_last_is_first),
	    cmocka_unit_test(html_contexts_are_escaped),
	};

	const struct CMUnitTest of_folder[] = {
	    cmocka_unit_test(suite_of_folder_is_met),
	};
	int failed;

	tr_set_lang(LANG_EN);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (getenv("GX_MUSTACHE_SUITE"))
		failed += cmocka_run_group_tests(of_folder, NULL, NULL);
	return failed;
}
