/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped catalogue and a penalty that is right, for tests of what becomes
 * of a row. */
#ifndef GX_INTAKE_CHECK_TEST_HELP_H
#define GX_INTAKE_CHECK_TEST_HELP_H

#include "catalog/catalog.h"
#include "intake/check.h"

#define GOOD_CODE    "91350100M000100Y43"
#define OTHER_CODE   "91371102MA3EXAMP7A"
#define ROUNDED_CODE "913711026000039000" /* its check is right */
#define CITIZEN	     "371102198503030033"

/* Set by help_load_catalog, a group's set-up; English messages. */
extern struct catalog *help_catalog;
extern const struct cat_item *help_penalty;

int help_load_catalog(void **state);
int help_free_catalog(void **state);

/* ---- a row to be checked ---- */

enum { ROW_CELLS_MAX = 40, ROW_COLUMNS = 22 };

/* A small file of one row: its header and cells. */
struct row_fixture {
	struct plan plan;
	struct checker *checker;
	struct cell cells[ROW_CELLS_MAX];
	struct reader_row row;
	struct checked_row got;
};

/* Columns and values of a penalty with nothing wrong. */
extern const char *const row_good[ROW_COLUMNS][2];

/* The day on which it comes. */
date_days row_today(void);
int row_column_of(const char *name);
/* without: a column that the file lacks, or NULL. End it with row_done. */
void row_make(struct row_fixture *f, const char *without);
/* The value is borrowed. */
void row_set(struct row_fixture *f, const char *name, const char *value);
void row_run(struct row_fixture *f);
void row_done(struct row_fixture *f);
/* How often a rule stands in the row's findings. */
int row_count_rule(const struct row_fixture *f, const char *rule);
bool row_holds(struct span text, const char *wanted);

#endif
