/* SPDX-License-Identifier: Apache-2.0 */
/* The routing table holds together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "http/route.h"
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(routes_names_are_unique),
	    cmocka_unit_test(routes_patterns_declare_their_parameters),
	    cmocka_unit_test(routes_entries_are_whole),
	    cmocka_unit_test(routes_types_of_members_are_described),
	    cmocka_unit_test(routes_none_hides_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
