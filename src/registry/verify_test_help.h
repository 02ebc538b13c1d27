/* SPDX-License-Identifier: Apache-2.0 */
/* A small register that somebody changes with right page seals, and what its
 * verification then says. */
#ifndef GX_REGISTRY_VERIFY_TEST_HELP_H
#define GX_REGISTRY_VERIFY_TEST_HELP_H

#include "base/buf.h"
#include "catalog/catalog.h"
#include "ledger/ledger.h"
#include "registry/append.h"
#include "registry/statement.h"
#include "registry/subjects.h"
#include "registry/verify.h"
#include "store/store.h"

/* Records of the first submission, and whom they are about. */
enum { ROWS = 600, SUBJECTS = 40 };

struct world {
	char dir[64];
	struct store *store;
	struct ledger *ledger;
	struct catalog *catalog;
	const struct cat_item *item;
	struct subject_book *book;
	struct appender *appender;
	struct statement_frame frame;
	struct note_key key;
	struct buf good;       /* the database's bytes */
	struct buf good_blobs; /* and those of its blobs */
	struct err err;
};

/* cmocka's set-up and tear-down of a group; *state is a struct world. */
int make_world(void **state);
int drop_world(void **state);
/* "DIR/name". */
void path_in(const struct world *w, const char *name, char out[128]);
/* Asserts that it worked; prints why not. */
void must(struct world *w, enum err_code rc);

/* Runs these statements with right seals. */
void run_sql(struct world *w, const char *sql);
/* The good database, changed by these statements. */
void change(struct world *w, const char *sql);
/* Release the result. */
void verify(struct world *w, struct verify_result *result);
bool is_named(const struct verify_result *result, const char *text);
void print_named(const struct verify_result *result);

struct tampering {
	const char *sql;
	const char *found; /* part of what must be said */
};

/* Each change alone; asserts that what must be said is. */
void check_all(struct world *w, const struct tampering *list, size_t count);

#endif
