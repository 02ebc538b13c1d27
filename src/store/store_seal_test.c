/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the store's page seals: what is found, and what is read ahead
 * of its turn. */
#include "store/store_vfs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "store/store.h"
#include "store/store_test_help.h"

struct said {
	char text[1024];
	int count;
};

static void on_say(void *ctx, const char *text)
{
	struct said *said = ctx;

	snprintf(said->text, sizeof(said->text), "%s", text);
	said->count++;
}

static int check_files(struct place *p, struct said *said, uint64_t *blank)
{
	memset(said, 0, sizeof(*said));
	return store_check_files(p->path, on_say, said, blank, &p->err);
}

/* A settled database of some pages, and its bytes. */
static void make_pages(struct place *p, struct buf *bytes)
{
	struct store *store = open_as(p, STORE_CREATE);
	char name[32];
	int i;

	assert_int_equal(store_begin(store, &p->err), 0);
	for (i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "name %d", i);
		assert_int_equal(put(store, name, "some value or other"), 0);
	}
	assert_int_equal(store_commit(store, &p->err), 0);
	assert_int_equal(
	    store_settle(store, STORE_SETTLE_ALL, NULL, &p->err), 0);
	store_close(&store);
	buf_init(bytes, 64 << 20);
	assert_int_equal(file_read(p->path, bytes, &p->err), 0);
	assert_int_equal(bytes->n % STORE_PAGE_BYTES, 0);
	assert_true(bytes->n > 8 * STORE_PAGE_BYTES);
}

static void store_check_changed_byte_names_page(void **state)
{
	static const size_t offsets[] = {0, 17, 100, 2000, STORE_PAGE_BYTES - 9,
	    STORE_PAGE_BYTES - 8, STORE_PAGE_BYTES - 1};
	struct place *p = *state;
	struct said said;
	struct buf bytes;
	uint64_t blank = 0;
	size_t page, i;
	char want[64];

	make_pages(p, &bytes);
	assert_int_equal(check_files(p, &said, &blank), 0);
	assert_int_equal(blank, 0);
	for (page = 0; page < bytes.n / STORE_PAGE_BYTES; page += 3)
		for (i = 0; i < ARRAY_COUNT(offsets); i++) {
			char *at =
			    bytes.p + page * STORE_PAGE_BYTES + offsets[i];

			*at ^= 0x10;
			file_write(p->path, buf_span(&bytes), NULL);
			assert_int_equal(check_files(p, &said, &blank), 1);
			snprintf(want, sizeof(want), " %zu ", page + 1);
			assert_non_null(strstr(said.text, want));
			*at ^= 0x10;
		}
	buf_release(&bytes);
}

static void store_check_misplaced_page_is_found(void **state)
{
	struct place *p = *state;
	char page[STORE_PAGE_BYTES];
	struct said said;
	struct buf bytes;
	uint64_t blank = 0;

	make_pages(p, &bytes);
	memcpy(page, bytes.p + 2 * STORE_PAGE_BYTES, sizeof(page));
	memcpy(bytes.p + 3 * STORE_PAGE_BYTES, page, sizeof(page));
	file_write(p->path, buf_span(&bytes), NULL);
	assert_int_equal(check_files(p, &said, &blank), 1);
	buf_release(&bytes);
}

static void store_check_cut_file_is_found(void **state)
{
	struct place *p = *state;
	struct said said;
	struct buf bytes;
	uint64_t blank = 0;

	make_pages(p, &bytes);
	file_write(
	    p->path, (struct span){bytes.p, bytes.n - STORE_PAGE_BYTES}, NULL);
	assert_int_equal(check_files(p, &said, &blank), 1);
	file_write(p->path, (struct span){bytes.p, bytes.n - 1}, NULL);
	assert_int_equal(check_files(p, &said, &blank), 1);
	file_write(p->path, (struct span){bytes.p, 0}, NULL);
	assert_int_equal(check_files(p, &said, &blank), 1);
	buf_release(&bytes);
}

static void store_check_blank_page_is_counted(void **state)
{
	struct place *p = *state;
	struct said said;
	struct store *store;
	struct buf bytes;
	uint64_t blank = 0;

	make_pages(p, &bytes);
	memset(bytes.p + bytes.n - STORE_PAGE_BYTES, 0, STORE_PAGE_BYTES);
	file_write(p->path, buf_span(&bytes), NULL);
	assert_int_equal(check_files(p, &said, &blank), 0);
	assert_int_equal(blank, 1);
	/* This one was in use: the structure tells. */
	store = open_as(p, STORE_READ);
	assert_true(store_check(store, on_say, &said, &p->err) != 0);
	store_close(&store);
	buf_release(&bytes);
}

/* SQLite leaves the page at 1 GiB out. */
static void store_seal_lock_page_is_blank(void **state)
{
	char page[STORE_PAGE_BYTES] = {0};
	uint64_t lock_page = 0x40000000 / STORE_PAGE_BYTES;

	(void)state;
	assert_true(store_vfs_page_holds(page, lock_page));
	assert_false(store_vfs_page_holds(page, lock_page + 1));
	page[77] = 1;
	assert_false(store_vfs_page_holds(page, lock_page));
}

static void store_read_damaged_page_fails(void **state)
{
	struct place *p = *state;
	struct store *store;
	struct buf bytes;
	enum err_code rc;
	size_t at;

	make_pages(p, &bytes);
	/* The pages of rows are behind those of the schema. */
	at = bytes.n - 4 * STORE_PAGE_BYTES;
	for (; at < bytes.n; at += STORE_PAGE_BYTES)
		bytes.p[at + 300] ^= 1;
	file_write(p->path, buf_span(&bytes), NULL);
	store = open_as(p, STORE_READ);
	rc = store_start(store, SQL_STORE_SETTING_LIST, NULL, 0, &p->err);
	while (store_next_row(store, SQL_STORE_SETTING_LIST, &rc, &p->err))
		;
	assert_int_equal(rc, ERR_CORRUPT);
	assert_non_null(strstr(p->err.hint, "verify --all"));
	store_close(&store);
	buf_release(&bytes);
}

static void store_foreign_write_is_found(void **state)
{
	struct place *p = *state;
	struct said said;
	struct buf bytes;
	uint64_t blank = 0;

	make_pages(p, &bytes);
	run_raw(p, NULL,
	    "UPDATE setting SET value = 'x' WHERE name = "
	    "'name 7'");
	assert_true(check_files(p, &said, &blank) > 0);
	buf_release(&bytes);
}

/* Steps over `n` rows (0: to the end), each of which must say `value`. */
static void read_rows(sqlite3_stmt *rows, int n, int value)
{
	int i, rc = SQLITE_ROW;

	for (i = 0; rc == SQLITE_ROW && (n == 0 || i < n); i++) {
		rc = sqlite3_step(rows);
		if (rc == SQLITE_ROW)
			assert_int_equal(sqlite3_column_int(rows, 0), value);
	}
	assert_int_equal(rc, n ? SQLITE_ROW : SQLITE_DONE);
	if (!n)
		sqlite3_reset(rows);
}

/* Pages are read ahead: what another connection's checkpoint changes in the
 * file is not seen before the transaction ends, and is seen in the next. */
static void store_read_ahead_keeps_to_the_transaction(void **state)
{
	struct place *p = *state;
	sqlite3 *writer = open_raw(p, store_vfs_name());
	sqlite3 *reader;
	sqlite3_stmt *rows;
	int turn;

	exec_raw(writer,
	    "PRAGMA journal_mode = WAL;"
	    "CREATE TABLE t (i INTEGER PRIMARY KEY, v INTEGER, b BLOB);"
	    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL"
	    " SELECT i + 1 FROM n WHERE i < 400)"
	    "INSERT INTO t SELECT i, 0, zeroblob(3000) FROM n;"
	    "PRAGMA wal_checkpoint(TRUNCATE);");
	reader = open_raw(p, store_vfs_name());
	exec_raw(reader, "PRAGMA cache_size = 2;");
	assert_int_equal(sqlite3_prepare_v2(reader,
			     "SELECT v, b FROM t ORDER BY i", -1, &rows, NULL),
	    SQLITE_OK);
	for (turn = 0; turn < 20; turn++) {
		/* In the middle of a read, at a page of its own each turn. */
		read_rows(rows, 100 + turn, turn);
		exec_raw(writer,
		    "UPDATE t SET v = v + 1; PRAGMA wal_checkpoint(PASSIVE);");
		read_rows(rows, 0, turn);
		/* Nobody reads: all goes to the file, under the buffer. */
		read_rows(rows, 100 + turn, turn + 1);
		sqlite3_reset(rows);
		exec_raw(writer, "PRAGMA wal_checkpoint(TRUNCATE);");
		read_rows(rows, 0, turn + 1);
	}
	sqlite3_finalize(rows);
	sqlite3_close(reader);
	sqlite3_close(writer);
}

/* A flipped bit is found in a page that was read with others, too, and only
 * when its turn comes. */
static void store_read_ahead_checks_each_seal(void **state)
{
	struct place *p = *state;
	sqlite3 *db;
	sqlite3_stmt *rows;
	struct buf bytes;
	int i;

	run_raw(p, store_vfs_name(),
	    "CREATE TABLE t (i INTEGER PRIMARY KEY, b BLOB);"
	    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL"
	    " SELECT i + 1 FROM n WHERE i < 100)"
	    "INSERT INTO t SELECT i, zeroblob(3000) FROM n;");
	buf_init(&bytes, 1U << 20);
	assert_int_equal(file_read(p->path, &bytes, NULL), 0);
	bytes.p[60 * STORE_PAGE_BYTES + 3500] ^= 1;
	file_write(p->path, buf_span(&bytes), NULL);
	buf_release(&bytes);
	db = open_raw(p, store_vfs_name());
	assert_int_equal(sqlite3_prepare_v2(
			     db, "SELECT b FROM t ORDER BY i", -1, &rows, NULL),
	    SQLITE_OK);
	for (i = 0; sqlite3_step(rows) == SQLITE_ROW; i++)
		;
	assert_true(i > 50 && i < 60);
	assert_int_equal(sqlite3_extended_errcode(db), SQLITE_IOERR_DATA);
	sqlite3_finalize(rows);
	sqlite3_close(db);
}

int main(void)
{
#define PLACED(test)                                                           \
	cmocka_unit_test_setup_teardown(test, make_place, drop_place)
	const struct CMUnitTest tests[] = {
	    PLACED(store_check_changed_byte_names_page),
	    PLACED(store_check_misplaced_page_is_found),
	    PLACED(store_check_cut_file_is_found),
	    PLACED(store_check_blank_page_is_counted),
	    PLACED(store_seal_lock_page_is_blank),
	    PLACED(store_read_damaged_page_fails),
	    PLACED(store_foreign_write_is_found),
	    PLACED(store_read_ahead_keeps_to_the_transaction),
	    PLACED(store_read_ahead_checks_each_seal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
