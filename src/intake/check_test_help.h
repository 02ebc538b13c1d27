/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped catalogue, for tests of what becomes of a row. */
#ifndef GX_INTAKE_CHECK_TEST_HELP_H
#define GX_INTAKE_CHECK_TEST_HELP_H

#include "catalog/catalog.h"

#define GOOD_CODE "91350100M000100Y43"
#define CITIZEN	  "371102198503030033"

/* Set by help_load_catalog, a group's set-up; English messages. */
extern struct catalog *help_catalog;
extern const struct cat_item *help_penalty;

int help_load_catalog(void **state);
int help_free_catalog(void **state);

#endif
