/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/check_test_help.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/tr.h"

struct catalog *help_catalog;
const struct cat_item *help_penalty;

int help_load_catalog(void **state)
{
	struct cat_issues issues;
	char root[4096];
	struct err err;

	(void)state;
	tr_set_lang(LANG_EN);
	snprintf(root, sizeof(root), "%s/catalog", getenv("GX_SOURCE_ROOT"));
	cat_issues_init(&issues);
	if (catalog_load(root, "rizhao", &issues, &help_catalog, &err) != 0)
		fprintf(stderr, "%s\n", err.message);
	cat_issues_release(&issues);
	help_penalty =
	    help_catalog ? catalog_item(help_catalog, "penalty") : NULL;
	return help_penalty ? 0 : -1;
}

int help_free_catalog(void **state)
{
	(void)state;
	catalog_free(&help_catalog);
	return 0;
}
