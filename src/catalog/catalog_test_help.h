/* SPDX-License-Identifier: Apache-2.0 */
/* The good catalogue of test/catalog, for the room's tests. */
#ifndef GX_CATALOG_CATALOG_TEST_HELP_H
#define GX_CATALOG_CATALOG_TEST_HELP_H

#include <jansson.h>

#include "base/mem.h"
#include "catalog/catalog.h"

/* The good catalogue and what was said of it, between the set-up and the
 * tear-down of a group of tests. */
extern struct catalog *good;
extern struct cat_issues good_issues;
int load_good(void **state);
int free_good(void **state);

/* A folder of test/catalog. */
const char *test_root(struct arena *arena, const char *name);
/* The text at "a/0/b" of a document, "" when there is none. */
const char *json_at(json_t *root, const char *path);

#endif
