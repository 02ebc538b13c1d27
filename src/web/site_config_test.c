/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the site's configuration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/tr.h"
#include "web/site_config.h"

static char dir[] = "/tmp/gongxin-site-XXXXXX";

static void write_file(const char *name, const char *text)
{
	struct err err = {0};
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(file_write(path, span_of(text), &err), 0);
}

static enum err_code load(
    const char *yaml, struct site_config *out, struct err *err)
{
	write_file("site.yaml", yaml);
	return site_config_load(dir, "示例市", out, err);
}

static void load_absent_says_nothing(void **state)
{
	struct site_config config;
	struct err err = {0};

	(void)state;
	assert_int_equal(
	    site_config_load("/nonexistent", "示例市", &config, &err), 0);
	assert_string_equal(config.name_zh, "信用示例");
	assert_string_equal(config.phone, "");
	assert_string_equal(config.colour, "");
	assert_null(config.emblem);
	site_config_release(&config);
}

static void load_example_is_right_with_and_without_marks(void **state)
{
	struct site_config config;
	struct err err = {0};
	char *text = mem_strdup(site_config_example()), *at;

	(void)state;
	assert_int_equal(load(text, &config, &err), 0);
	assert_string_equal(config.name_zh, "信用示例");
	site_config_release(&config);
	/* Entries are marked by # without a space; explanations have one. */
	for (at = text; (at = strstr(at, "\n#")) != NULL; at++)
		if (at[2] != ' ' || strncmp(at + 2, "  ", 2) == 0)
			memmove(at + 1, at + 2, strlen(at + 2) + 1);
	write_file("emblem.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
	if (load(text, &config, &err))
		fail_msg("%s", err.message);
	assert_string_equal(config.colour, "#1f4e8c");
	assert_non_null(config.emblem);
	site_config_release(&config);
	free(text);
}

static void load_values_are_taken(void **state)
{
	struct site_config config;
	struct err err = {0};

	(void)state;
	assert_int_equal(load("name: {zh: 信用甲市, en: Credit}\n"
			      "contact:\n  phone: 12345\n  address:\n"
			      "    zh: 甲路1号\ncolour: '#8c1f1f'\n"
			      "open_data:\n  licence:\n"
			      "    url: http://a.example/许可?a=b#c\n",
			     &config, &err),
	    0);
	assert_string_equal(config.name_zh, "信用甲市");
	assert_string_equal(config.name_en, "Credit");
	assert_string_equal(config.phone, "12345");
	assert_string_equal(config.address_zh, "甲路1号");
	assert_string_equal(config.colour, "#8c1f1f");
	assert_string_equal(config.licence_url, "http://a.example/许可?a=b#c");
	site_config_release(&config);
}

static void load_wrong_is_refused_with_line(void **state)
{
	static const struct {
		const char *yaml, *expected;
	} t[] = {
	    {"name: {zh: a}\nnmae: {zh: b}\n",
		"line 2: there is no entry "
		"\"nmae.zh\""},
	    {"- a\n", "line 1: lists and references"},
	    {"name: [a]\n", "line 1: lists and references"},
	    {"embed: [[a]]\n", "line 1: lists and references"},
	    {"embed: [{a: b}]\n", "line 1: nested too deep"},
	    {"embed:\n - https://a.example\n - https://b.example/x\n",
		"line 3: embed needs origins"},
	    {"embed: ['https://*.a']\n", "line 1: embed needs origins"},
	    {"embed: ['http://a.example']\n", "line 1: embed needs origins"},
	    {"origin: credit.example\n", "line 1: origin needs an address"},
	    {"origin: https://a.example/x\n",
		"line 1: origin needs an address"},
	    {"open_data:\n  licence:\n    url: javascript:alert(1)\n",
		"line 3: open_data.licence.url needs an address"},
	    {"open_data: {licence: {url: 'data:text/html,x'}}\n",
		"line 1: open_data.licence.url"},
	    {"open_data: {licence: {url: //a.example}}\n",
		"line 1: open_data.licence.url"},
	    {"open_data: {licence: {url: 'https://'}}\n",
		"line 1: open_data.licence.url"},
	    {"open_data: {licence: {url: 'http://a.example/b c'}}\n",
		"line 1: open_data.licence.url"},
	    {"a\n", "line 1: the file must be a mapping"},
	    {"name: {zh: 'a\n", "line"},
	    {"a: &x b\nc: *x\n", "line 1: there is no entry \"a\""},
	    {"\n\ncolour: '#ffee00'\n", "line 3: colour #ffee00 is too light"},
	    {"colour: red\n", "\"red\" is no colour"},
	    {"emblem: ../x.svg\n", "is not in the data directory"},
	    {"emblem: none.svg\n", "none.svg"},
	    {"a: {b: {c: {d: {e: {f: {g: {h: {i: 1}}}}}}}}\n", "too deep"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct site_config config;
		struct err err = {0};

		if (load(t[i].yaml, &config, &err) == 0 ||
		    !strstr(err.message, t[i].expected))
			fail_msg("[%zu] expected \"%s\", is \"%s\"", i,
			    t[i].expected, err.message);
		site_config_release(&config);
	}
}

static void colour_needs_contrast(void **state)
{
	static const struct {
		const char *colour;
		bool is_good;
	} t[] = {{"#1f4e8c", true}, {"#000000", true}, {"#767676", true},
	    {"#777777", false}, {"#ffffff", false}, {"#C00000", true},
	    {"1f4e8c", false}, {"#1f4e8", false}, {"#1f4e8g", false},
	    {"", false}};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct err err = {0};

		if ((site_config_check_colour(span_of(t[i].colour), &err) ==
			0) != t[i].is_good)
			fail_msg("[%zu] %s: %s", i, t[i].colour, err.message);
	}
}

static void emblem_must_be_passive(void **state)
{
#define SVG "<svg xmlns=\"http://www.w3.org/2000/svg\""
	static const struct {
		const char *svg, *expected; /* NULL: taken */
	} t[] = {
	    {SVG "><path d=\"M0 0\"/></svg>", NULL},
	    {SVG "><defs><g id=\"a\"/></defs><use href=\"#a\"/>"
		 "<rect fill=\"url(#a)\"/></svg>",
		NULL},
	    {SVG "><script>1</script></svg>", "does not only draw"},
	    {SVG "><foreignObject/></svg>", "does not only draw"},
	    {SVG "><image href=\"#a\"/></svg>", "does not only draw"},
	    {SVG "><style>*{}</style></svg>", "does not only draw"},
	    {SVG "><a href=\"#a\"/></svg>", "does not only draw"},
	    {SVG " onload=\"x()\"/>", "runs a script"},
	    {SVG "><g ONCLICK=\"x()\"/></svg>", "runs a script"},
	    {SVG "><use href=\"https://a.example/b#c\"/></svg>", "outside"},
	    {SVG " xmlns:xlink=\"http://www.w3.org/1999/xlink\"><use "
		 "xlink:href=\"data:x\"/></svg>",
		"outside"},
	    {SVG "><rect fill=\"url( 'https://a.example')\"/></svg>",
		"outside"},
	    {SVG "><rect fill=\"url(#a) URL(//b)\"/></svg>", "outside"},
	    {SVG "><rect style=\"fill:u\\72l(x)\"/></svg>", "outside"},
	    {"<!DOCTYPE svg [<!ENTITY a \"b\">]>" SVG "/>", "document type"},
	    {"<?xml-stylesheet href=\"a\"?>" SVG "/>", "instruction"},
	    {"<html/>", "it is no SVG"},
	    {"hello", "no XML"},
	    {"", "no XML"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct err err = {0};
		enum err_code code =
		    site_config_check_emblem(span_of(t[i].svg), &err);

		if (t[i].expected ? !code || !strstr(err.message, t[i].expected)
				  : code != 0)
			fail_msg(
			    "[%zu] is %d \"%s\"", i, (int)code, err.message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(load_absent_says_nothing),
	    cmocka_unit_test(load_example_is_right_with_and_without_marks),
	    cmocka_unit_test(load_values_are_taken),
	    cmocka_unit_test(load_wrong_is_refused_with_line),
	    cmocka_unit_test(colour_needs_contrast),
	    cmocka_unit_test(emblem_must_be_passive),
	};
	struct err err = {0};
	int failed;

	tr_set_lang(LANG_EN);
	if (!mkdtemp(dir))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	file_remove_tree(dir, &err);
	return failed;
}
