/* SPDX-License-Identifier: Apache-2.0 */
/* A folder with a database, for tests of the store. All assert that they
 * work where they do not say. */
#ifndef GX_STORE_STORE_TEST_HELP_H
#define GX_STORE_STORE_TEST_HELP_H

#include <sqlite3.h>

#include "store/store.h"

struct place {
	char dir[64];
	char path[96];
	struct err err;
};

/* cmocka's set-up and tear-down; *state is a struct place. */
int make_place(void **state);
int drop_place(void **state);
/* The caller closes it. */
struct store *open_as(struct place *p, enum store_mode mode);
/* Sets a setting; says what went wrong. */
enum err_code put(struct store *store, const char *name, const char *value);
/* A connection of our own, with or without seals (vfs NULL); the caller closes
 * it. */
sqlite3 *open_raw(struct place *p, const char *vfs);
void exec_raw(sqlite3 *db, const char *sql);
void run_raw(struct place *p, const char *vfs, const char *sql);

#endif
