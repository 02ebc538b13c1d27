/* SPDX-License-Identifier: Apache-2.0 */
/* Lists, measures and matters: what the linter refuses, over the shipped
 * catalogue with one file more. */
#include "catalog/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/tr.h"

enum { SOURCES_MAX = 256 };

static struct catalog *shipped;

static int load_shipped(void **state)
{
	const char *root = getenv("GX_SOURCE_ROOT");
	struct cat_issues issues;
	char path[4096];
	struct err err;

	(void)state;
	tr_set_lang(LANG_EN);
	snprintf(path, sizeof(path), "%s/catalog", root ? root : ".");
	cat_issues_init(&issues);
	if (catalog_load(path, "rizhao", &issues, &shipped, &err))
		return -1;
	cat_issues_release(&issues);
	return 0;
}

static int free_shipped(void **state)
{
	(void)state;
	catalog_free(&shipped);
	return 0;
}

/* The first error of the shipped catalogue with one file more; its rule and
 * line go out. */
static const char *first_error(
    const char *path, const char *text, char message[512], int *line)
{
	static char rule[16];
	struct cat_source sources[SOURCES_MAX];
	struct catalog *c = NULL;
	struct cat_issues issues;
	struct err err;
	size_t i, n = shipped->sources_count;

	assert_true(n + 1 < SOURCES_MAX);
	memcpy(sources, shipped->sources, n * sizeof(*sources));
	/* In the order of paths, as files are read. */
	for (i = n; i > 0 && strcmp(sources[i - 1].path, path) > 0; i--)
		sources[i] = sources[i - 1];
	sources[i] = (struct cat_source){path, span_of(text)};
	cat_issues_init(&issues);
	catalog_load_sources(sources, n + 1, "rizhao", &issues, &c, &err);
	strcpy(rule, "");
	for (i = 0; i < issues.count; i++) {
		if (issues.list[i].severity != CAT_ERROR)
			continue;
		strcpy(rule, issues.list[i].rule);
		snprintf(message, 512, "%s", issues.list[i].message);
		*line = issues.list[i].where.line;
		break;
	}
	assert_true((c != NULL) == (rule[0] == '\0'));
	cat_issues_release(&issues);
	catalog_free(&c);
	return rule;
}

#define MEASURE(kind, rest)                                                    \
	"measures:\n"                                                          \
	"  - {id: m, title: 措施, title_en: M, kind: " kind                    \
	", status: verified,\n     " rest "}\n"
#define LIST(rest)                                                             \
	"lists:\n"                                                             \
	"  - {id: l, title: 名单, title_en: L, status: verified,\n     " rest  \
	"}\n"
#define SERIOUS                                                                \
	"targets: [enterprise], lists: [wage-arrears-list], "                  \
	"implementers: [\"*\"]"

static void lint_policy_refusals_name_rule_and_line(void **state)
{
	static const struct {
		const char *path, *text, *rule, *part;
	} t[] = {
	    /* What is right is taken. */
	    {"national/zz.yaml",
		MEASURE("rights",
		    "bases: [mohrss-order-45], matters: [other], " SERIOUS),
		"", ""},
	    /* No basis. */
	    {"national/zz.yaml",
		MEASURE("rights", "matters: [other], " SERIOUS), "CAT-031",
		"measure has no legal basis"},
	    {"national/zz.yaml",
		MEASURE("rights", "bases: [], matters: [other], " SERIOUS),
		"CAT-031", "measure has no legal basis"},
	    {"national/zz.yaml",
		LIST("kind: serious, item: wage-arrears, authorities: "
		     "[human-resources], exit: x, notice: QX_GZRQ, "
		     "basis_field: QX_YJ"),
		"CAT-031", "list has no legal basis"},
	    /* By counting. */
	    {"national/zz.yaml",
		MEASURE("rights",
		    "bases: [mohrss-order-45], matters: [other], count: "
		    "3, " SERIOUS),
		"CAT-070", "\"count\" would decide by counting"},
	    {"national/zz.yaml",
		LIST("kind: serious, item: penalty, authorities: [x], exit: "
		     "x, bases: [mohrss-order-45], min_records: 3"),
		"CAT-070", "\"min_records\" would decide by counting"},
	    /* An entry that does not say all. */
	    {"national/zz.yaml",
		LIST("kind: serious, item: wage-arrears, authorities: "
		     "[human-resources], exit: x, basis_field: QX_YJ, "
		     "bases: [mohrss-order-45]"),
		"CAT-151", "does not say when the subject was told"},
	    {"national/zz.yaml",
		LIST("kind: serious, item: wage-arrears, authorities: "
		     "[human-resources], exit: x, notice: QX_GZRQ, "
		     "basis_field: QX_YCYY, bases: [mohrss-order-45]"),
		"CAT-151", "need not say the legal basis"},
	    {"national/zz.yaml",
		LIST("kind: serious, item: honour, authorities: [x], exit: x, "
		     "bases: [mohrss-order-45]"),
		"CAT-152", "are not of one nature"},
	    {"national/zz.yaml",
		LIST("kind: red, item: nothing, authorities: [x], exit: x, "
		     "bases: [mohrss-order-45]"),
		"CAT-150", "there is no item \"nothing\""},
	    /* What it follows. */
	    {"national/zz.yaml",
		MEASURE("rights",
		    "bases: [mohrss-order-45], matters: [other], targets: "
		    "[enterprise], items: [penalty], implementers: [\"*\"]"),
		"CAT-153", "may not follow item \"penalty\""},
	    {"national/zz.yaml",
		MEASURE("rights",
		    "bases: [mohrss-order-45], matters: [other], targets: "
		    "[enterprise], lists: [tax-credit-a-list], "
		    "implementers: [\"*\"]"),
		"CAT-153", "may not follow list \"tax-credit-a-list\""},
	    {"national/zz.yaml",
		MEASURE("easier",
		    "bases: [mohrss-order-45], matters: [other], " SERIOUS),
		"CAT-153", "may not follow list \"wage-arrears-list\""},
	    {"national/zz.yaml",
		MEASURE("management",
		    "bases: [mohrss-order-45], matters: [other], targets: "
		    "[enterprise], implementers: [\"*\"]"),
		"CAT-153", "follows nothing"},
	    {"national/zz.yaml",
		MEASURE("management",
		    "bases: [mohrss-order-45], matters: [other], targets: [], "
		    "items: [penalty], implementers: [\"*\"]"),
		"CAT-154", "names no kind of organisation"},
	    /* Outside its matter. */
	    {"national/zz.yaml",
		"matters:\n"
		"  - {id: school, number: 77, title: 入学, title_en: School,\n"
		"     bases: [state-council-2020-49], askers: [education],\n"
		"     lists: [judgment-defaulters, wage-arrears-list,\n"
		"       serious-tax-violators, market-serious-violators],\n"
		"     measures: [restrict-market-entry], status: verified}\n",
		"CAT-155",
		"\"restrict-market-entry\" does not name matter \"school\""},
	    {"national/zz.yaml",
		"measures:\n"
		"  - {id: m, title: 措施, title_en: M, kind: management,\n"
		"     bases: [state-council-2020-49], targets: [enterprise],\n"
		"     items: [penalty], matters: [school],\n"
		"     implementers: [\"*\"], status: verified}\n"
		"matters:\n"
		"  - {id: school, number: 77, title: 入学, title_en: School,\n"
		"     bases: [state-council-2020-49], askers: [education],\n"
		"     measures: [m], status: verified}\n",
		"CAT-156", "may not look up all that it follows"},
	    /* A lower layer only narrows. */
	    {"city/rizhao/zz.yaml",
		MEASURE("rights",
		    "bases: [mohrss-order-45], matters: [other], " SERIOUS),
		"CAT-157", "of layer city is in no upper layer"},
	    {"city/rizhao/zz.yaml",
		MEASURE("rights",
		    "narrows: restrict-market-entry, bases: "
		    "[mohrss-order-45], matters: "
		    "[construction-bidding], " SERIOUS),
		"", ""},
	    {"city/rizhao/zz.yaml",
		MEASURE("rights",
		    "narrows: restrict-market-entry, bases: "
		    "[mohrss-order-45], matters: [other], " SERIOUS),
		"CAT-157", "is wider than \"restrict-market-entry\""},
	    {"city/rizhao/zz.yaml",
		MEASURE("rights",
		    "narrows: restrict-market-entry, bases: "
		    "[mohrss-order-45], matters: [construction-bidding], "
		    "targets: [government], lists: [wage-arrears-list], "
		    "implementers: [\"*\"]"),
		"CAT-157", "is wider than \"restrict-market-entry\""},
	    {"city/rizhao/zz.yaml",
		MEASURE("easier",
		    "bases: [state-council-2016-33], matters: [other], "
		    "targets: [enterprise], items: [honour], "
		    "implementers: [\"*\"]"),
		"", ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		char message[512] = "";
		int line = 0;
		const char *rule =
		    first_error(t[i].path, t[i].text, message, &line);

		if (strcmp(rule, t[i].rule) != 0 ||
		    !strstr(message, t[i].part) || (rule[0] && line < 2))
			fail_msg("row %zu: %s line %d \"%s\"", i, rule, line,
			    message);
	}
}

static void cat_look_ups_of_the_shipped(void **state)
{
	const struct cat_matter *land =
	    catalog_matter(shipped, "land-and-mining");
	const struct cat_department *tax =
	    catalog_department(shipped, "rizhao-tax");
	const struct cat_department *nature =
	    catalog_department(shipped, "rizhao-natural-resources");

	(void)state;
	assert_int_equal(shipped->matters_count, 9);
	assert_non_null(land);
	assert_non_null(tax);
	assert_non_null(nature);
	assert_false(cat_may_ask(land, tax, 20000));
	assert_true(cat_may_ask(land, nature, 20000));
	assert_true(cat_may_ask(
	    catalog_matter(shipped, "government-procurement"), tax, 20000));
	assert_int_equal(
	    cat_target_of("91371102MA3C000000"), CAT_TARGET_ENTERPRISE);
	assert_int_equal(
	    cat_target_of("52371102MA3C000000"), CAT_TARGET_SOCIAL);
	assert_int_equal(cat_target_of("N2371102MA3C000000"), CAT_TARGET_OTHER);
	assert_null(catalog_list(shipped, "nothing"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lint_policy_refusals_name_rule_and_line),
	    cmocka_unit_test(cat_look_ups_of_the_shipped),
	};

	return cmocka_run_group_tests(tests, load_shipped, free_shipped);
}
