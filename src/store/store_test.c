/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the store: opening, steps, values, transactions, wrappers. */
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/store_driver.h"
#include "store/store_test_help.h"
#include "store/store_vfs.h"

#include "sql_table.h"

static enum err_code try_open(struct place *p, enum store_mode mode)
{
	struct store_config config = {.path = p->path, .mode = mode};
	struct store *store = NULL;
	enum err_code rc = store_open(&config, &store, &p->err);

	store_close(&store);
	return rc;
}

/* Is the setting there with this value? NULL: not there. */
static bool has(struct store *store, const char *name, const char *value)
{
	const enum sql_id id = SQL_STORE_SETTING_GET;
	struct store_value key = store_str(name);
	enum err_code rc = store_start(store, id, &key, 1, NULL);
	bool is_right = store_next_row(store, id, &rc, NULL)
	    ? value && span_is(store_column_span(store, id, 0), value)
	    : !value;

	assert_int_equal(rc, 0);
	store_finish(store, id);
	return is_right;
}

/* ---- opening and steps ---- */

static void store_open_wrong_mode_says_why(void **state)
{
	struct place *p = *state;
	struct store *store;

	assert_int_equal(try_open(p, STORE_READ), ERR_NOT_FOUND);
	assert_int_equal(try_open(p, STORE_WRITE), ERR_NOT_FOUND);
	store = open_as(p, STORE_CREATE);
	store_close(&store);
	assert_null(store);
	assert_int_equal(try_open(p, STORE_CREATE), ERR_CONFLICT);
	assert_int_equal(try_open(p, STORE_WRITE), 0);
	assert_int_equal(try_open(p, STORE_READ), 0);
}

static void store_open_no_database_is_refused(void **state)
{
	struct place *p = *state;

	assert_int_equal(file_write(p->path,
			     span_of("this is a letter, no database, and "
				     "long enough to be read as one"),
			     NULL),
	    0);
	assert_int_equal(try_open(p, STORE_READ), ERR_CORRUPT);
}

static int64_t step_fact(struct place *p, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db = NULL;
	int64_t v;

	sqlite3_open_v2(p->path, &db, SQLITE_OPEN_READWRITE, store_vfs_name());
	sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	v = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return v;
}

static void store_create_applies_every_step_now(void **state)
{
	struct place *p = *state;
	struct store *store;

	setenv("GONGXIN_NOW", "2024-06-30T12:00:00Z", 1);
	store = open_as(p, STORE_CREATE);
	store_close(&store);
	unsetenv("GONGXIN_NOW");
	assert_int_equal(step_fact(p, "SELECT count(*) FROM schema_step"),
	    SQL_MIGRATION_COUNT);
	assert_int_equal(step_fact(p, "SELECT max(step) FROM schema_step"),
	    SQL_MIGRATION_COUNT);
	assert_int_equal(
	    step_fact(p, "SELECT min(applied_at) FROM schema_step"),
	    1719748800000LL);
}

/* R-STO-006: those that only mention a subject are keyed by what they are
 * about: a name, a notice, a doubtful row, a place in the lists, a use. */
static void store_keys_of_tables_about_a_subject_begin_with_it(void **state)
{
	static const char others[] =
	    "SELECT count(*) FROM sqlite_schema AS m, "
	    "pragma_table_info(m.name) AS key WHERE m.type = 'table' "
	    "AND key.pk = 1 AND key.name <> 'subject_id' "
	    "AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) AS c "
	    "WHERE c.name = 'subject_id') AND m.name NOT IN ('directory', "
	    "'check_notice', 'doubtful_edge', 'publication_record', "
	    "'use_entry')";
	static const char all[] =
	    "SELECT count(*) FROM sqlite_schema AS m, "
	    "pragma_table_info(m.name) AS key WHERE m.type = 'table' "
	    "AND key.pk = 1 AND key.name = 'subject_id'";
	struct place *p = *state;
	struct store *store = open_as(p, STORE_CREATE);

	store_close(&store);
	assert_int_equal(step_fact(p, others), 0);
	assert_true(step_fact(p, all) >= 9);
}

/* R-STO-004 */
static void store_open_newer_is_refused(void **state)
{
	struct place *p = *state;
	struct store *store = open_as(p, STORE_CREATE);
	struct store_value row[] = {store_int(SQL_MIGRATION_COUNT + 1),
	    store_str("of tomorrow"), store_int(0)};

	assert_int_equal(
	    store_run(store, SQL_STORE_STEP_INSERT, row, 3, &p->err), 0);
	store_close(&store);
	assert_int_equal(try_open(p, STORE_READ), ERR_REFUSED);
	assert_int_equal(try_open(p, STORE_WRITE), ERR_REFUSED);
	assert_true(p->err.hint[0] != '\0');
}

/* A database as an older program left it: its first `steps` steps. */
static void make_older(struct place *p, int steps)
{
	struct store *store = open_as(p, STORE_CREATE);
	char sql[256];
	int i;

	store_close(&store);
	unlink(p->path);
	run_raw(p, store_vfs_name(),
	    "PRAGMA journal_mode=WAL; CREATE TABLE schema_step (step BIGINT "
	    "NOT NULL PRIMARY KEY, title TEXT NOT NULL, applied_at BIGINT NOT "
	    "NULL)");
	for (i = 1; i <= steps; i++) {
		run_raw(p, store_vfs_name(), store_migration(i)->sqlite);
		snprintf(sql, sizeof(sql),
		    "INSERT INTO schema_step VALUES (%d, 'then', 1)", i);
		run_raw(p, store_vfs_name(), sql);
	}
}

/* R-STO-004 */
static void store_open_older_is_brought_up(void **state)
{
	struct place *p = *state;

	make_older(p, SQL_MIGRATION_COUNT - 1);
	assert_int_equal(try_open(p, STORE_READ), ERR_REFUSED);
	assert_int_equal(step_fact(p, "SELECT max(step) FROM schema_step"),
	    SQL_MIGRATION_COUNT - 1);
	assert_int_equal(try_open(p, STORE_WRITE), 0);
	assert_int_equal(step_fact(p, "SELECT max(step) FROM schema_step"),
	    SQL_MIGRATION_COUNT);
	assert_int_equal(
	    step_fact(p, "SELECT applied_at FROM schema_step WHERE step = 1"),
	    1);
	assert_int_equal(try_open(p, STORE_READ), 0);
}

/* What was left in the file neither acts nor stands in a table's place. */
static void store_open_foreign_schema_has_no_say(void **state)
{
	struct place *p = *state;
	struct store *store = open_as(p, STORE_CREATE);

	store_close(&store);
	run_raw(p, store_vfs_name(),
	    "CREATE TRIGGER left_here AFTER INSERT ON setting BEGIN "
	    "UPDATE setting SET value = 'other'; END");
	store = open_as(p, STORE_WRITE);
	assert_int_equal(store_begin(store, &p->err), 0);
	assert_int_equal(put(store, "a", "said"), 0);
	assert_int_equal(store_commit(store, &p->err), 0);
	assert_true(has(store, "a", "said"));
	store_close(&store);
	run_raw(p, store_vfs_name(),
	    "DROP TRIGGER left_here; ALTER TABLE setting RENAME TO was; "
	    "CREATE VIEW setting AS SELECT name, 'other' AS value FROM was");
	store = open_as(p, STORE_READ);
	{
		struct store_value key = store_str("a");

		assert_int_equal(
		    store_start(store, SQL_STORE_SETTING_GET, &key, 1, &p->err),
		    ERR_STORE);
	}
	store_close(&store);
}

/* ---- values and transactions ---- */

static void store_values_round_trip(void **state)
{
	static const int64_t numbers[] = {
	    0, 1, -1, INT64_MAX, INT64_MIN, 1LL << 40};
	struct place *p = *state;
	struct store *store = open_as(p, STORE_CREATE);
	const enum sql_id get = SQL_LEDGER_HEAD_LIST;
	char *large = mem_zalloc(1, 300000);
	struct store_value log = store_int(1);
	size_t i;

	memset(large, 'x', 300000);
	memcpy(large, "\0\1\xff", 3);
	for (i = 0; i < ARRAY_COUNT(numbers); i++) {
		struct store_value row[] = {store_int(1), store_int((int64_t)i),
		    store_blob(large, i * 50000), store_blob("", 0),
		    store_int(numbers[i]),
		    store_str(i ? "日照市 \" ' \\ %" : "")};

		assert_int_equal(
		    store_run(store, SQL_LEDGER_HEAD_INSERT, row, 6, &p->err),
		    0);
	}
	assert_int_equal(store_start(store, get, &log, 1, &p->err), 0);
	for (i = 0; i < ARRAY_COUNT(numbers); i++) {
		assert_int_equal(store_next(store, get, &p->err), 1);
		assert_int_equal(store_column_int(store, get, 0), i);
		assert_true(span_equal(store_column_span(store, get, 1),
		    (struct span){large, i * 50000}));
		assert_int_equal(store_column(store, get, 2).n, 0);
		assert_true(store_column_int(store, get, 3) == numbers[i]);
		assert_true(span_is(store_column_span(store, get, 4),
		    i ? "日照市 \" ' \\ %" : ""));
	}
	assert_int_equal(store_next(store, get, &p->err), 0);
	store_finish(store, get);
	store_close(&store);
	free(large);
}

static void store_next_row_after_a_failure_reads_nothing(void **state)
{
	struct place *p = *state;
	struct store *store = open_as(p, STORE_CREATE);
	const enum sql_id get = SQL_STORE_SETTING_GET;
	struct store_value key = store_str("name");
	enum err_code rc = ERR_INPUT;

	assert_int_equal(put(store, "name", "value"), 0);
	assert_int_equal(store_start(store, get, &key, 1, &p->err), 0);
	assert_false(store_next_row(store, get, &rc, &p->err));
	assert_int_equal(rc, ERR_INPUT);
	rc = 0;
	assert_true(store_next_row(store, get, &rc, &p->err));
	assert_true(span_is(store_column_span(store, get, 0), "value"));
	assert_false(store_next_row(store, get, &rc, &p->err));
	assert_int_equal(rc, 0);
	store_close(&store);
}

static void store_null_is_null(void **state)
{
	struct place *p = *state;
	struct store *store = open_as(p, STORE_CREATE);
	const enum sql_id get = SQL_REGISTRY_RECORD_LIST;
	struct store_value row[10];
	int64_t last = -1;
	int i;

	for (i = 0; i < 10; i++)
		row[i] = store_int(i);
	row[8] = store_null();
	assert_int_equal(
	    store_run(store, SQL_REGISTRY_RECORD_INSERT, row, 10, &p->err), 0);
	assert_int_equal(store_start(store, get, NULL, 0, &p->err), 0);
	assert_int_equal(store_next(store, get, &p->err), 1);
	assert_int_equal(store_column(store, get, 8).kind, STORE_NULL);
	assert_int_equal(store_column(store, get, 9).kind, STORE_INT);
	store_finish(store, get);
	/* max() of nothing is NULL. */
	assert_int_equal(store_get_int(store, SQL_REGISTRY_SUBJECT_LAST, NULL,
			     0, 77, &last, &p->err),
	    0);
	assert_int_equal(last, 77);
	store_close(&store);
}

static void store_rollback_takes_all_back(void **state)
{
	struct place *p = *state;
	struct store *store = open_as(p, STORE_CREATE);

	assert_int_equal(store_begin(store, &p->err), 0);
	assert_int_equal(put(store, "a", "1"), 0);
	assert_true(store_in_transaction(store));
	store_rollback(store);
	assert_false(store_in_transaction(store));
	assert_true(has(store, "a", NULL));
	assert_int_equal(store_begin(store, &p->err), 0);
	assert_int_equal(put(store, "a", "1"), 0);
	assert_int_equal(put(store, "a", "2"), 0);
	assert_int_equal(store_commit(store, &p->err), 0);
	assert_int_equal(store_begin(store, &p->err), 0);
	assert_int_equal(put(store, "a", "3"), 0);
	store_close(&store); /* rolls back */
	store = open_as(p, STORE_READ);
	assert_true(has(store, "a", "2"));
	store_close(&store);
}

/* ---- blobs ---- */

static int64_t put_blob(
    struct place *p, struct store *store, int64_t at, const char *text)
{
	int64_t end = -1;

	assert_int_equal(
	    store_blob_put(store, at, span_of(text), &end, &p->err), 0);
	return end;
}

/* Is the blob this text? NULL: is it damaged? */
static bool is_blob(struct place *p, struct store *store, int64_t at,
    int64_t end, const char *text)
{
	struct buf out = BUF_INIT(64);
	enum err_code rc = store_blob_get(store, at, end, &out, &p->err);
	bool is_it =
	    text ? rc == 0 && span_is(buf_span(&out), text) : rc == ERR_CORRUPT;

	buf_release(&out);
	return is_it;
}

static void store_blobs_round_trip(void **state)
{
	struct place *p = *state;
	struct store *store = open_as(p, STORE_CREATE);
	struct store *reader;
	int64_t first, second, empty;

	assert_true(is_blob(p, store, 0, 9, NULL)); /* no file yet */
	assert_int_equal(store_begin(store, &p->err), 0);
	first = put_blob(p, store, 0, "one");
	second = put_blob(p, store, first, "number two");
	empty = put_blob(p, store, second, "");
	assert_true(is_blob(p, store, 0, first, "one"));
	assert_int_equal(store_commit(store, &p->err), 0);
	reader = open_as(p, STORE_READ);
	assert_true(is_blob(p, reader, 0, first, "one"));
	assert_true(is_blob(p, reader, first, second, "number two"));
	assert_true(is_blob(p, reader, second, empty, ""));
	store_close(&reader);
	store_close(&store);
}

static void store_blobs_never_committed_are_replaced(void **state)
{
	struct place *p = *state;
	struct store *store = open_as(p, STORE_CREATE);
	char path[128];
	struct stat st;
	int64_t first, second;

	assert_int_equal(store_begin(store, &p->err), 0);
	first = put_blob(p, store, 0, "kept");
	assert_int_equal(store_commit(store, &p->err), 0);
	assert_int_equal(store_begin(store, &p->err), 0);
	put_blob(p, store, first, "a long one that is rolled back");
	store_rollback(store);
	assert_int_equal(store_begin(store, &p->err), 0);
	second = put_blob(p, store, first, "short");
	assert_int_equal(store_commit(store, &p->err), 0);
	assert_true(is_blob(p, store, 0, first, "kept"));
	assert_true(is_blob(p, store, first, second, "short"));
	snprintf(path, sizeof(path), "%s-blobs", p->path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, second);
	store_close(&store);
}

/* Every bit of a blob and of its seal counts; so does its place. */
static void store_blobs_damaged_are_found(void **state)
{
	struct place *p = *state;
	struct store *store = open_as(p, STORE_CREATE);
	struct buf bytes = BUF_INIT(256);
	char path[128];
	int64_t first, second;
	size_t bit;

	assert_int_equal(store_begin(store, &p->err), 0);
	first = put_blob(p, store, 0, "same");
	second = put_blob(p, store, first, "same");
	assert_int_equal(store_commit(store, &p->err), 0);
	snprintf(path, sizeof(path), "%s-blobs", p->path);
	assert_int_equal(file_read(path, &bytes, &p->err), 0);
	for (bit = 0; bit < 8 * (size_t)first; bit++) {
		bytes.p[bit / 8] ^= (char)(1 << bit % 8);
		file_write(path, buf_span(&bytes), NULL);
		if (!is_blob(p, store, 0, first, NULL))
			fail_msg("bit %zu", bit);
		bytes.p[bit / 8] ^= (char)(1 << bit % 8);
	}
	assert_non_null(strstr(p->err.message, " 11 "));
	assert_non_null(strstr(p->err.hint, "verify --all"));
	file_write(path, buf_span(&bytes), NULL);
	assert_true(is_blob(p, store, 0, first, "same"));
	assert_true(is_blob(p, store, 1, first, NULL));
	assert_true(is_blob(p, store, first, first + 3, NULL));
	assert_true(is_blob(p, store, -8, first, NULL));
	assert_true(is_blob(p, store, 0, INT64_MAX, NULL));
	memcpy(bytes.p + first, bytes.p, (size_t)first); /* another's place */
	file_write(path, buf_span(&bytes), NULL);
	assert_true(is_blob(p, store, first, second, NULL));
	file_write(path, (struct span){bytes.p, (size_t)second - 1}, NULL);
	assert_true(is_blob(p, store, first, second, NULL));
	buf_release(&bytes);
	store_close(&store);
}

static void store_second_writer_is_told_busy(void **state)
{
	struct place *p = *state;
	struct store *one = open_as(p, STORE_CREATE);
	struct store *two = open_as(p, STORE_WRITE);

	assert_int_equal(store_begin(one, &p->err), 0);
	assert_int_equal(store_begin(two, &p->err), ERR_BUSY);
	assert_true(p->err.hint[0] != '\0');
	assert_int_equal(store_commit(one, &p->err), 0);
	assert_int_equal(store_begin(two, &p->err), 0);
	assert_int_equal(put(two, "a", "1"), 0);
	assert_int_equal(store_commit(two, &p->err), 0);
	assert_true(has(one, "a", "1"));
	store_close(&two);
	store_close(&one);
}

static void store_reader_keeps_its_view(void **state)
{
	struct place *p = *state;
	struct store *writer = open_as(p, STORE_CREATE);
	struct store *reader = open_as(p, STORE_READ);

	assert_int_equal(store_begin_read(reader, &p->err), 0);
	assert_true(has(reader, "a", NULL));
	assert_int_equal(put(writer, "a", "1"), 0);
	assert_true(has(reader, "a", NULL));
	assert_int_equal(store_commit(reader, &p->err), 0);
	assert_true(has(reader, "a", "1"));
	store_close(&reader);
	store_close(&writer);
}

/* What has begun may end; nothing else begins. */
static void store_that_ends_starts_no_statement(void **state)
{
	const enum sql_id get = SQL_STORE_SETTING_GET;
	const struct store_value name = store_str("a");
	struct place *p = *state;
	atomic_bool is_ending = false;
	struct store_config config = {
	    .path = p->path, .mode = STORE_CREATE, .is_ending = &is_ending};
	struct store *store = NULL;

	assert_int_equal(store_open(&config, &store, &p->err), 0);
	assert_int_equal(put(store, "a", "one"), 0);
	assert_int_equal(store_begin(store, &p->err), 0);
	assert_int_equal(store_start(store, get, &name, 1, &p->err), 0);
	atomic_store(&is_ending, true);
	assert_int_equal(store_next(store, get, &p->err), 1);
	assert_int_equal(put(store, "a", "two"), ERR_BUSY);
	store_finish(store, get);
	assert_int_equal(store_start(store, get, &name, 1, &p->err), ERR_BUSY);
	store_rollback(store);
	atomic_store(&is_ending, false);
	assert_int_equal(put(store, "b", "three"), 0);
	store_close(&store);
}

/* ---- wrappers ---- */

static void store_trace_tells_no_values(void **state)
{
	struct place *p = *state;
	struct buf text = BUF_INIT(1 << 20);
	char path[128];
	struct store_config config = {
	    .path = p->path, .mode = STORE_CREATE, .trace_path = path};
	struct store *store = NULL;

	snprintf(path, sizeof(path), "%s/trace", p->dir);
	assert_int_equal(store_open(&config, &store, &p->err), 0);
	assert_int_equal(store_begin(store, &p->err), 0);
	assert_int_equal(put(store, "a", "a person's number"), 0);
	assert_int_equal(store_commit(store, &p->err), 0);
	store_close(&store);
	assert_int_equal(file_read(path, &text, &p->err), 0);
	assert_non_null(strstr(buf_str(&text), " begin write 0 "));
	assert_non_null(strstr(buf_str(&text), " start store_setting_put 0 "));
	assert_non_null(strstr(buf_str(&text), " commit "));
	assert_null(strstr(buf_str(&text), "person"));
	buf_release(&text);
}

/* Opens, writes and commits with a fault; what went wrong first. */
static enum err_code write_with_fault(struct place *p, int64_t fail_at)
{
	struct store_config config = {
	    .path = p->path, .mode = STORE_WRITE, .fail_at = fail_at};
	struct store *store = NULL;
	int64_t end = 0;
	enum err_code rc = store_open(&config, &store, &p->err);

	if (!rc)
		rc = store_begin(store, &p->err);
	if (!rc)
		rc = put(store, "a", "2");
	if (!rc)
		rc = store_blob_put(store, 0, span_of("x"), &end, &p->err);
	if (!rc)
		rc = store_commit(store, &p->err);
	if (rc && store) { /* a dead disk stays dead */
		store_rollback(store);
		assert_int_equal(store_begin_read(store, NULL), ERR_IO);
	}
	store_close(&store);
	return rc;
}

static void store_fault_fails_each_operation(void **state)
{
	struct place *p = *state;
	struct store *store = open_as(p, STORE_CREATE);
	enum err_code rc = ERR_IO;
	int64_t n;

	assert_int_equal(put(store, "a", "1"), 0);
	store_close(&store);
	for (n = 1; rc; n++) {
		assert_true(n < 100);
		rc = write_with_fault(p, n);
		assert_true(rc == 0 || rc == ERR_IO);
		store = open_as(p, STORE_READ);
		assert_true(has(store, "a", rc ? "1" : "2"));
		store_close(&store);
	}
	/* Opening reads the last step, then begin, put and commit. */
	assert_true(n > 6);
}

/* ---- bulk append ---- */

enum { SUBJECT = 7 };

static enum err_code append_record(struct store *store, int64_t key)
{
	struct store_value row[] = {store_int(SUBJECT), store_int(1),
	    store_int(key), store_int(1), store_int(1000 + key), store_int(key),
	    store_int(20000), store_int(1), store_null(), store_null()};

	return store_append_row(
	    store, SQL_REGISTRY_RECORD_INSERT, row, ARRAY_COUNT(row), NULL);
}

static int64_t count_records(struct store *store)
{
	struct store_value subject = store_int(SUBJECT);
	int64_t count = -1;

	assert_int_equal(store_get_int(store, SQL_REGISTRY_RECORD_COUNT,
			     &subject, 1, -1, &count, NULL),
	    0);
	return count;
}

/* More than fill some batches, and a rest; each with its own values. */
static void append_any_number_is_in_after_the_end(void **state)
{
	static const int64_t sizes[] = {0, 1, 63, 64, 65, 1000};
	struct store *store = open_as(*state, STORE_CREATE);
	int64_t from = 0;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(sizes); i++) {
		const enum sql_id id = SQL_REGISTRY_RECORD_INSERT;
		int64_t key, until = from + sizes[i];

		assert_int_equal(store_begin(store, NULL), 0);
		assert_int_equal(store_append_start(store, id, NULL), 0);
		for (key = from; key < until; key++)
			assert_int_equal(append_record(store, key), 0);
		assert_int_equal(store_append_end(store, id, NULL), 0);
		assert_int_equal(count_records(store), until);
		assert_int_equal(store_commit(store, NULL), 0);
		for (key = from; key < until; key++) {
			struct store_value at[] = {store_int(SUBJECT),
			    store_int(1000 + key), store_int(1001 + key)};
			int64_t item = 0;

			assert_int_equal(
			    store_get_int(store, SQL_REGISTRY_RECORD_BETWEEN,
				at, 3, 0, &item, NULL),
			    0);
			assert_int_equal(item, 1);
		}
		from = until;
	}
	store_close(&store);
}

static void append_rolled_back_leaves_nothing_waiting(void **state)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_INSERT;
	struct store *store = open_as(*state, STORE_CREATE);
	int64_t key;

	assert_int_equal(store_begin(store, NULL), 0);
	assert_int_equal(store_append_start(store, id, NULL), 0);
	for (key = 0; key < 100; key++)
		assert_int_equal(append_record(store, key), 0);
	store_rollback(store);
	assert_int_equal(store_begin(store, NULL), 0);
	assert_int_equal(store_append_start(store, id, NULL), 0);
	assert_int_equal(append_record(store, 5), 0);
	assert_int_equal(store_append_end(store, id, NULL), 0);
	assert_int_equal(store_commit(store, NULL), 0);
	assert_int_equal(count_records(store), 1);
	store_close(&store);
}

static void append_twice_the_same_is_refused_at_the_end_at_latest(void **state)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_INSERT;
	struct store *store = open_as(*state, STORE_CREATE);
	enum err_code rc = 0;
	int64_t rows;

	for (rows = 2; rows < 70; rows += 62) {
		int64_t i;

		assert_int_equal(store_begin(store, NULL), 0);
		assert_int_equal(store_append_start(store, id, NULL), 0);
		for (i = 0, rc = 0; i < rows && !rc; i++)
			rc = append_record(store, i ? i - 1 : 0);
		if (!rc)
			rc = store_append_end(store, id, NULL);
		assert_int_equal(rc, ERR_STORE);
		store_rollback(store);
		assert_int_equal(count_records(store), 0);
	}
	store_close(&store);
}

int main(void)
{
#define PLACED(test)                                                           \
	cmocka_unit_test_setup_teardown(test, make_place, drop_place)
	const struct CMUnitTest tests[] = {
	    PLACED(store_open_wrong_mode_says_why),
	    PLACED(store_open_no_database_is_refused),
	    PLACED(store_create_applies_every_step_now),
	    PLACED(store_keys_of_tables_about_a_subject_begin_with_it),
	    PLACED(store_open_newer_is_refused),
	    PLACED(store_open_older_is_brought_up),
	    PLACED(store_open_foreign_schema_has_no_say),
	    PLACED(store_values_round_trip),
	    PLACED(store_next_row_after_a_failure_reads_nothing),
	    PLACED(store_null_is_null),
	    PLACED(store_rollback_takes_all_back),
	    PLACED(append_any_number_is_in_after_the_end),
	    PLACED(append_rolled_back_leaves_nothing_waiting),
	    PLACED(append_twice_the_same_is_refused_at_the_end_at_latest),
	    PLACED(store_blobs_round_trip),
	    PLACED(store_blobs_never_committed_are_replaced),
	    PLACED(store_blobs_damaged_are_found),
	    PLACED(store_second_writer_is_told_busy),
	    PLACED(store_reader_keeps_its_view),
	    PLACED(store_that_ends_starts_no_statement),
	    PLACED(store_trace_tells_no_values),
	    PLACED(store_fault_fails_each_operation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
