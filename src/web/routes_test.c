/* SPDX-License-Identifier: Apache-2.0 */
/* The routing table holds together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "http/route.h"
#include "web/assets.h"
#include "web/route_parts.h"
#include "web/site_priv.h"

static void routes_names_are_unique(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < site_routes_count; i++)
		for (k = 0; k < i; k++)
			assert_string_not_equal(
			    site_routes[i].name, site_routes[k].name);
}

/* The names in braces are the path's parameters, first and in order. */
static void routes_patterns_declare_their_parameters(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < site_routes_count; i++) {
		const struct http_param *p = site_routes[i].params;
		const char *at = site_routes[i].pattern;

		while ((at = strchr(at, '{')) != NULL) {
			size_t n = strcspn(++at, "*}");

			if (!p || !p->name || p->in != HTTP_IN_PATH ||
			    strlen(p->name) != n || memcmp(p->name, at, n) != 0)
				fail_msg("%s: {%.*s} is not declared",
				    site_routes[i].name, (int)n, at);
			p++;
		}
		for (; p && p->name; p++)
			assert_int_equal(p->in, HTTP_IN_QUERY);
	}
}

static void routes_entries_are_whole(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < site_routes_count; i++) {
		const struct http_route *r = &site_routes[i];

		assert_non_null(r->handler);
		assert_non_null(r->summary);
		assert_true(r->offers != 0);
		if (r->offers & HTTP_OFFER_JSON)
			assert_non_null(r->members);
		if (!r->type)
			assert_false(r->offers & HTTP_OFFER_OWN &&
			    r->offers != HTTP_OFFER_OWN);
		if (r->is_quick)
			assert_int_equal(r->cost, HTTP_COST_FREE);
	}
}

/* A choice's number is the group's. */
static void routes_groups_are_the_reports(void **state)
{
	const struct http_param *p = site_subject_params;
	int i;

	(void)state;
	while (strcmp(p->name, "group") != 0)
		p++;
	for (i = 0; i < CAT_GROUP_COUNT; i++)
		assert_string_equal(
		    p->choices[i], cat_group_name((enum cat_group)i));
	assert_null(p->choices[CAT_GROUP_COUNT]);
}

static bool is_schema(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < site_schemas_count; i++)
		if (strlen(site_schemas[i].name) == n &&
		    memcmp(site_schemas[i].name, name, n) == 0)
			return true;
	return false;
}

/* A type with a capital is a schema, and there. */
static void assert_members(const char *owner, const char *const *members)
{
	for (; members && *members; members++) {
		const char *colon = strchr(*members, ':');
		const char *type = colon ? colon + 1 : *members;
		size_t n = strcspn(type, "[?");

		if (type[0] >= 'A' && type[0] <= 'Z' && !is_schema(type, n))
			fail_msg("%s: %s is not described", owner, *members);
	}
}

static void routes_types_of_members_are_described(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < site_routes_count; i++)
		assert_members(site_routes[i].name, site_routes[i].members);
	for (i = 0; i < site_schemas_count; i++)
		assert_members(site_schemas[i].name, site_schemas[i].members);
}

/* A path made of each pattern finds its own route, so none hides another. */
static void routes_none_hides_another(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < site_routes_count; i++) {
		const char *pattern = site_routes[i].pattern;
		struct buf path = BUF_INIT(256);
		struct route_found found;

		while (*pattern) {
			if (*pattern == '{') {
				buf_add_str(&path, "x1");
				pattern = strchr(pattern, '}') + 1;
			} else {
				buf_add_char(&path, *pattern++);
			}
		}
		route_find(site_routes, site_routes_count, buf_span(&path),
		    site_routes[i].method, &found);
		if (found.route != &site_routes[i])
			fail_msg("%s leads to %s", buf_str(&path),
			    found.route ? found.route->name : "nothing");
		buf_release(&path);
	}
}

/* The route that the form at this place of a template is sent to; NULL: none
 * is named, or not by a plain path. */
static const struct http_route *route_of_form(const char *form, const char *end)
{
	static const char action[] = "action=\"";
	const char *at = strstr(form, action);
	struct route_found found = {0};
	struct span path;

	if (!at || at > end)
		return NULL;
	path.p = at + sizeof(action) - 1;
	path.n = strcspn(path.p, "\"");
	route_find(site_routes, site_routes_count, path, HTTP_POST, &found);
	return found.route;
}

static bool has_secret(const char *form, const char *end)
{
	static const char *const marks[] = {"type=\"password\"",
	    "current-password", "new-password", "one-time-code"};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(marks); i++) {
		const char *at = strstr(form, marks[i]);

		if (at && at < end)
			return true;
	}
	return false;
}

/* No form that asks for a secret shows again what was written in it. */
static void routes_with_secrets_keep_no_words(void **state)
{
	size_t i, secret = 0;

	(void)state;
	for (i = 0; i < web_template_count(); i++) {
		struct span text = web_template_text(i);
		char *copy = mem_zalloc(text.n + 1, 1);
		const char *form = copy;

		memcpy(copy, text.p, text.n);
		while ((form = strstr(form, "<form")) != NULL) {
			const char *end = strstr(form, "</form>");
			const struct http_route *r;

			assert_non_null(end);
			if (has_secret(form, end)) {
				r = route_of_form(form, end);
				assert_non_null(r);
				assert_false(r->keeps_words);
				assert_int_equal(r->cost, HTTP_COST_SIGN_IN);
				secret++;
			}
			form = end;
		}
		free(copy);
	}
	/* To sign in, the code, another password, a second factor. */
	assert_int_equal(secret, 4);
}

/* All others do, but those in which nothing is written. */
static void routes_of_forms_keep_words(void **state)
{
	static const char *const without[] = {
	    "sign-in", "code", "password", "enrol", "sign-out", "end-sessions"};
	size_t i, k;

	(void)state;
	for (i = 0; i < site_routes_count; i++) {
		const struct http_route *r = &site_routes[i];
		bool is_form =
		    r->method == HTTP_POST && r->offers == HTTP_OFFER_HTML;

		for (k = 0; k < ARRAY_COUNT(without); k++)
			if (strcmp(r->name, without[k]) == 0)
				is_form = false;
		if (r->keeps_words != is_form)
			fail_msg("%s", r->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(routes_names_are_unique),
	    cmocka_unit_test(routes_patterns_declare_their_parameters),
	    cmocka_unit_test(routes_entries_are_whole),
	    cmocka_unit_test(routes_groups_are_the_reports),
	    cmocka_unit_test(routes_types_of_members_are_described),
	    cmocka_unit_test(routes_none_hides_another),
	    cmocka_unit_test(routes_with_secrets_keep_no_words),
	    cmocka_unit_test(routes_of_forms_keep_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
