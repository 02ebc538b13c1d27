/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/catalog_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"

struct catalog *good;
struct cat_issues good_issues;

const char *test_root(struct arena *arena, const char *name)
{
	const char *root = getenv("GX_SOURCE_ROOT");

	assert_non_null(root);
	return arena_printf(arena, "%s/test/catalog/%s", root, name);
}

int load_good(void **state)
{
	struct arena *arena = arena_new();
	struct err err = {0};
	enum err_code code;

	(void)state;
	tr_set_lang(LANG_EN);
	cat_issues_init(&good_issues);
	code = catalog_load(
	    test_root(arena, "good"), "harbour", &good_issues, &good, &err);
	arena_free(&arena);
	return code == ERR_NONE ? 0 : -1;
}

int free_good(void **state)
{
	(void)state;
	catalog_free(&good);
	cat_issues_release(&good_issues);
	return 0;
}

const char *json_at(json_t *root, const char *path)
{
	char *copy = mem_strdup(path);
	char *save, *part;
	const char *text;
	json_t *v = root;

	for (part = strtok_r(copy, "/", &save); part;
	     part = strtok_r(NULL, "/", &save))
		v = json_is_array(v) ? json_array_get(v, strtoul(part, 0, 10))
				     : json_object_get(v, part);
	free(copy);
	text = json_string_value(v);
	return text ? text : "";
}
