/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/store_vfs.h"

int make_place(void **state)
{
	struct place *p = mem_zalloc(1, sizeof(*p));

	snprintf(p->dir, sizeof(p->dir), "/tmp/gx-store-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->path, sizeof(p->path), "%s/test.db", p->dir);
	*state = p;
	return 0;
}

int drop_place(void **state)
{
	struct place *p = *state;

	file_remove_tree(p->dir, NULL);
	free(p);
	return 0;
}

struct store *open_as(struct place *p, enum store_mode mode)
{
	struct store_config config = {
	    .path = p->path, .mode = mode, .busy_ms = 1};
	struct store *store = NULL;

	if (store_open(&config, &store, &p->err))
		fail_msg("%s", p->err.message);
	return store;
}

enum err_code put(struct store *store, const char *name, const char *value)
{
	struct store_value row[] = {store_str(name), store_str(value)};

	return store_run(store, SQL_STORE_SETTING_PUT, row, 2, NULL);
}

sqlite3 *open_raw(struct place *p, const char *vfs)
{
	int reserve = STORE_PAGE_SEAL_BYTES;
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2(p->path, &db,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs),
	    SQLITE_OK);
	sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
	return db;
}

void exec_raw(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
}

void run_raw(struct place *p, const char *vfs, const char *sql)
{
	sqlite3 *db = open_raw(p, vfs);

	exec_raw(db, sql);
	sqlite3_close(db);
}
