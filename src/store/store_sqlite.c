/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SQLite driver.
 *
 * Journal: WAL, synchronous=FULL, so that a commit is on disk when it
 * returns and readers never wait for the writer. Checkpoints are made by
 * store_settle alone: inside one long bulk transaction automatic ones could
 * do nothing, and between transactions we say when. Pages are 4 KiB with a
 * seal (store_vfs.c). Statements are prepared at first use and kept.
 *
 * Integers are 64 bits. Text is bound without copying: a statement is
 * stepped before its caller's buffers change.
 *
 * Appended rows of numbers alone wait until there are BATCH_ROWS of them and
 * go in by one statement: its cursor stays where the last row went, so that
 * rows in the order of their key need no search (2 times as fast).
 */
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/mem.h"
#include "store/store_blobs.h"
#include "store/store_driver.h"
#include "store/store_vfs.h"

enum { BATCH_ROWS = 64, BATCH_SQL_BYTES = 32 * 1024, COLUMNS_MAX = 16 };

/* Rows of an insert that wait. */
struct batch {
	sqlite3_stmt *many; /* inserts BATCH_ROWS at once */
	size_t columns;
	size_t rows;
	struct store_value values[BATCH_ROWS * COLUMNS_MAX];
};

struct sqlite_store {
	sqlite3 *db;
	char *path;
	struct store_blobs blobs;
	sqlite3_stmt *statements[SQL_COUNT];
	struct batch *batches[SQL_COUNT]; /* NULL until needed */
	sqlite3_stmt *begin_read;
	sqlite3_stmt *begin_write;
	sqlite3_stmt *commit;
	sqlite3_stmt *rollback;
	sqlite3_stmt *version;
};

static enum err_code code_of(int rc)
{
	switch (rc & 0xFF) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_FULL:
		return ERR_FULL;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ERR_CORRUPT;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return ERR_IO;
	case SQLITE_IOERR:
		/* The memory shared by connections is a file that grows. */
		if (rc == SQLITE_IOERR_SHMSIZE)
			return ERR_FULL;
		return rc == SQLITE_IOERR_DATA ? ERR_CORRUPT : ERR_IO;
	default:
		return ERR_STORE;
	}
}

/* One place where SQLite's trouble becomes ours. what: what we were doing. */
static enum err_code fail(
    struct sqlite_store *s, int rc, const char *what, struct err *err)
{
	enum err_code code = code_of(rc);

	switch (code) {
	case ERR_BUSY:
		err_set(err, code, "the database is in use by another writer");
		err_hint(err,
		    "Wait until the other command has ended, then "
		    "run this one again.");
		break;
	case ERR_FULL:
		err_set(err, code, "no space left for the database");
		err_hint(err,
		    "Free some disk space and run the command "
		    "again; nothing was half stored.");
		break;
	case ERR_CORRUPT:
		err_set(err, code, "the database is damaged");
		err_hint(err,
		    "Run \"gongxin verify --all\" to see where, and "
		    "restore the last backup.");
		break;
	default:
		err_set(err, code, "the database refused: %s",
		    s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc));
		if ((rc & 0xFF) == SQLITE_READONLY ||
		    (s->db && sqlite3_db_readonly(s->db, "main") == 1))
			err_hint(err,
			    "Reading writes beside the database, too: its "
			    "directory must not be read-only. To look at one "
			    "that is, copy it.");
	}
	err_detail(err, "SQLite code %d while doing: %s.", rc, what);
	return code;
}

static void sqlite_close(void *self)
{
	struct sqlite_store *s = self;
	int id;

	for (id = 0; id < SQL_COUNT; id++) {
		sqlite3_finalize(s->statements[id]);
		if (s->batches[id])
			sqlite3_finalize(s->batches[id]->many);
		free(s->batches[id]);
	}
	sqlite3_finalize(s->begin_read);
	sqlite3_finalize(s->begin_write);
	sqlite3_finalize(s->commit);
	sqlite3_finalize(s->rollback);
	sqlite3_finalize(s->version);
	sqlite3_close(s->db);
	store_blobs_release(&s->blobs);
	free(s->path);
	free(s);
}

static enum err_code step_simple(struct sqlite_store *s, sqlite3_stmt *stmt,
    const char *what, struct err *err)
{
	int rc = sqlite3_step(stmt);

	sqlite3_reset(stmt);
	return rc == SQLITE_DONE ? ERR_NONE : fail(s, rc, what, err);
}

static enum err_code sqlite_begin(void *self, bool is_write, struct err *err)
{
	struct sqlite_store *s = self;

	return step_simple(
	    s, is_write ? s->begin_write : s->begin_read, "begin", err);
}

static void put_off_syncs(struct sqlite_store *s, bool is_put_off)
{
	sqlite3_file *journal = NULL;

	if (sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER,
		&journal) == SQLITE_OK &&
	    journal && journal->pMethods)
		store_vfs_put_off_syncs(journal, is_put_off);
}

/* When the sync of the last frames fails, they may be on disk all the same:
 * only the next opening tells. */
static enum err_code sqlite_commit(
    void *self, enum store_durability when, struct err *err)
{
	struct sqlite_store *s = self;
	enum err_code rc = store_blobs_sync(&s->blobs, err);

	if (rc)
		return rc;
	if (when == STORE_DURABLE_LATER)
		put_off_syncs(s, true);
	rc = step_simple(s, s->commit, "commit", err);
	if (when == STORE_DURABLE_LATER)
		put_off_syncs(s, false);
	if (!rc)
		store_blobs_forget(&s->blobs);
	else if (sqlite3_extended_errcode(s->db) == SQLITE_IOERR_FSYNC) {
		rc = err_set(err, ERR_UNCERTAIN,
		    "the disk failed while the end of the work was written");
		err_hint(err,
		    "Look whether it is there before you run the "
		    "command again.");
	}
	return rc;
}

static void forget_batches(struct sqlite_store *s)
{
	int id;

	for (id = 0; id < SQL_COUNT; id++)
		if (s->batches[id])
			s->batches[id]->rows = 0;
}

static void sqlite_rollback(void *self)
{
	struct sqlite_store *s = self;

	forget_batches(s);
	if (!sqlite3_get_autocommit(s->db))
		step_simple(s, s->rollback, "rollback", NULL);
	store_blobs_forget(&s->blobs);
}

static enum err_code sqlite_script(void *self, const char *sql, struct err *err)
{
	struct sqlite_store *s = self;
	int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? ERR_NONE : fail(s, rc, "script", err);
}

static int bind_one(sqlite3_stmt *stmt, int at, const struct store_value *v)
{
	switch (v->kind) {
	case STORE_INT:
		return sqlite3_bind_int64(stmt, at, v->i);
	case STORE_TEXT:
		return sqlite3_bind_text(
		    stmt, at, v->p, (int)v->n, SQLITE_STATIC);
	case STORE_BLOB:
		if (v->n == 0)
			return sqlite3_bind_zeroblob(stmt, at, 0);
		return sqlite3_bind_blob(
		    stmt, at, v->p, (int)v->n, SQLITE_STATIC);
	case STORE_NULL:
	default:
		return sqlite3_bind_null(stmt, at);
	}
}

static enum err_code sqlite_start(void *self, enum sql_id id,
    const struct store_value *values, size_t count, struct err *err)
{
	struct sqlite_store *s = self;
	const struct sql_statement *what = store_statement(id);
	int rc = SQLITE_OK;
	size_t i;

	if (!s->statements[id])
		rc = sqlite3_prepare_v3(s->db, what->sqlite, -1,
		    SQLITE_PREPARE_PERSISTENT, &s->statements[id], NULL);
	for (i = 0; i < count && rc == SQLITE_OK; i++)
		rc = bind_one(s->statements[id], (int)i + 1, &values[i]);
	return rc == SQLITE_OK ? ERR_NONE : fail(s, rc, what->name, err);
}

static int sqlite_next(void *self, enum sql_id id, struct err *err)
{
	struct sqlite_store *s = self;
	int rc = sqlite3_step(s->statements[id]);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	return fail(s, rc, store_statement(id)->name, err);
}

static struct store_value sqlite_column(void *self, enum sql_id id, int column)
{
	sqlite3_stmt *stmt = ((struct sqlite_store *)self)->statements[id];
	struct store_value v = store_null();

	switch (sqlite3_column_type(stmt, column)) {
	case SQLITE_INTEGER:
		return store_int(sqlite3_column_int64(stmt, column));
	case SQLITE_TEXT:
		v.kind = STORE_TEXT;
		v.p = (const char *)sqlite3_column_text(stmt, column);
		v.n = (size_t)sqlite3_column_bytes(stmt, column);
		return v;
	case SQLITE_BLOB:
		v.kind = STORE_BLOB;
		v.p = sqlite3_column_blob(stmt, column);
		v.n = (size_t)sqlite3_column_bytes(stmt, column);
		return v;
	default:
		return v;
	}
}

static void sqlite_finish(void *self, enum sql_id id)
{
	sqlite3_reset(((struct sqlite_store *)self)->statements[id]);
}

static enum err_code insert_one(struct sqlite_store *s, enum sql_id id,
    const struct store_value *values, size_t count, struct err *err)
{
	enum err_code rc = sqlite_start(s, id, values, count, err);
	int got;

	if (rc)
		return rc;
	got = sqlite3_step(s->statements[id]);
	if (got != SQLITE_DONE)
		rc = fail(s, got, store_statement(id)->name, err);
	sqlite3_reset(s->statements[id]);
	return rc;
}

/* The statement with BATCH_ROWS times as many values. */
static enum err_code prepare_many(struct sqlite_store *s, enum sql_id id,
    size_t columns, sqlite3_stmt **out, struct err *err)
{
	const struct sql_statement *what = store_statement(id);
	const char *values = strrchr(what->sqlite, '('); /* the last thing */
	struct buf text = BUF_INIT(BATCH_SQL_BYTES);
	size_t row, column;
	int got;

	ASSERT(values);
	buf_add(&text, what->sqlite, (size_t)(values - what->sqlite));
	for (row = 0; row < BATCH_ROWS; row++) {
		buf_add_str(&text, row ? ", (" : "(");
		for (column = 0; column < columns; column++)
			buf_addf(&text, "%s?%zu", column ? ", " : "",
			    row * columns + column + 1);
		buf_add_char(&text, ')');
	}
	ASSERT(!text.is_full);
	got = sqlite3_prepare_v3(
	    s->db, buf_str(&text), -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
	buf_release(&text);
	return got == SQLITE_OK ? ERR_NONE : fail(s, got, what->name, err);
}

static enum err_code start_batch(
    struct sqlite_store *s, enum sql_id id, size_t columns, struct err *err)
{
	sqlite3_stmt *many = NULL;
	enum err_code rc = prepare_many(s, id, columns, &many, err);

	if (rc)
		return rc;
	s->batches[id] = mem_zalloc(1, sizeof(*s->batches[id]));
	s->batches[id]->many = many;
	s->batches[id]->columns = columns;
	return 0;
}

static enum err_code insert_many(
    struct sqlite_store *s, enum sql_id id, struct err *err)
{
	struct batch *b = s->batches[id];
	int got = SQLITE_OK;
	size_t i;

	for (i = 0; i < BATCH_ROWS * b->columns && got == SQLITE_OK; i++)
		got = bind_one(b->many, (int)i + 1, &b->values[i]);
	if (got == SQLITE_OK)
		got = sqlite3_step(b->many);
	b->rows = 0;
	sqlite3_reset(b->many);
	return got == SQLITE_DONE
	    ? ERR_NONE
	    : fail(s, got, store_statement(id)->name, err);
}

static bool can_wait(const struct store_value *values, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (values[i].kind != STORE_INT && values[i].kind != STORE_NULL)
			return false;
	return count <= COLUMNS_MAX;
}

static enum err_code sqlite_append(void *self, enum sql_id id,
    const struct store_value *values, size_t count, struct err *err)
{
	struct sqlite_store *s = self;
	enum err_code rc = 0;
	struct batch *b;

	if (!can_wait(values, count))
		return insert_one(s, id, values, count, err);
	if (!s->batches[id])
		rc = start_batch(s, id, count, err);
	if (rc)
		return rc;
	b = s->batches[id];
	ASSERT(count == b->columns);
	memcpy(&b->values[b->rows * count], values, count * sizeof(*values));
	return ++b->rows < BATCH_ROWS ? ERR_NONE : insert_many(s, id, err);
}

/* Those that were too few for a batch, one by one. */
static enum err_code sqlite_append_end(
    void *self, enum sql_id id, struct err *err)
{
	struct sqlite_store *s = self;
	struct batch *b = s->batches[id];
	enum err_code rc = 0;
	size_t i;

	if (!b)
		return 0;
	for (i = 0; i < b->rows && !rc; i++)
		rc = insert_one(
		    s, id, &b->values[i * b->columns], b->columns, err);
	b->rows = 0;
	return rc;
}

static enum err_code sqlite_blob_put(void *self, int64_t at, struct span bytes,
    int64_t *end_out, struct err *err)
{
	struct sqlite_store *s = self;

	return store_blobs_put(&s->blobs, at, bytes, end_out, err);
}

static enum err_code sqlite_blob_get(
    void *self, int64_t at, int64_t end, struct buf *out, struct err *err)
{
	struct sqlite_store *s = self;

	return store_blobs_get(&s->blobs, at, end, out, err);
}

/* SQLite brings what a checkpoint has moved to the disk when nothing was added
 * meanwhile. While others write something is, and whoever moves the last of
 * it would wait for the disk to take everything. */
static int sync_moved(struct sqlite_store *s)
{
	sqlite3_file *file = NULL;
	int rc = sqlite3_file_control(
	    s->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);

	return rc != SQLITE_OK || !file || !file->pMethods
	    ? rc
	    : file->pMethods->xSync(
		  file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}

/* Readers may hold the WAL open; then as much as can be is moved, and the
 * next settle does the rest. */
static enum err_code sqlite_settle(void *self, enum store_settling how,
    uint64_t *journal_bytes_out, struct err *err)
{
	struct sqlite_store *s = self;
	int rc = SQLITE_BUSY;
	int frames = 0;

	if (how == STORE_SETTLE_ALL)
		rc = sqlite3_wal_checkpoint_v2(
		    s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, &frames, NULL);
	if (rc == SQLITE_BUSY)
		rc = sqlite3_wal_checkpoint_v2(
		    s->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, NULL);
	if (rc == SQLITE_OK && how == STORE_SETTLE_NOW)
		rc = sync_moved(s);
	if (rc != SQLITE_OK && rc != SQLITE_BUSY)
		return fail(s, rc, "checkpoint", err);
	*journal_bytes_out =
	    frames > 0 ? (uint64_t)frames * STORE_PAGE_BYTES : 0;
	return ERR_NONE;
}

static enum err_code sqlite_version(void *self, uint64_t *out, struct err *err)
{
	struct sqlite_store *s = self;
	int rc = sqlite3_step(s->version);

	if (rc == SQLITE_ROW)
		*out = (uint64_t)sqlite3_column_int64(s->version, 0);
	sqlite3_reset(s->version);
	return rc == SQLITE_ROW ? ERR_NONE : fail(s, rc, "data version", err);
}

struct check_sink {
	void (*say)(void *ctx, const char *text);
	void *ctx;
	int count;
};

static int on_check_row(void *ctx, int columns, char **values, char **names)
{
	struct check_sink *sink = ctx;

	(void)columns;
	(void)names;
	if (values[0] && strcmp(values[0], "ok") != 0) {
		sink->say(sink->ctx, values[0]);
		sink->count++;
	}
	return 0;
}

static int sqlite_check(void *self, void (*say)(void *ctx, const char *text),
    void *ctx, struct err *err)
{
	struct sqlite_store *s = self;
	struct check_sink sink = {say, ctx, 0};
	int rc;

	rc = sqlite3_exec(
	    s->db, "PRAGMA integrity_check", on_check_row, &sink, NULL);
	if (rc != SQLITE_OK)
		return fail(s, rc, "integrity check", err);
	return sink.count;
}

int store_sqlite_check_files(const char *path,
    void (*say)(void *ctx, const char *text), void *ctx,
    uint64_t *unwritten_out, struct err *err)
{
	char wal[PATH_MAX];
	struct stat st;

	snprintf(wal, sizeof(wal), "%s-wal", path);
	if (stat(wal, &st) == 0 && st.st_size > 0) {
		err_set(
		    err, ERR_BUSY, "other commands are reading the database");
		err_hint(err, "Run this again when they have ended.");
		return ERR_BUSY;
	}
	return store_vfs_check_file(path, say, ctx, unwritten_out, err);
}

static const struct store_driver sqlite_driver = {
    .close = sqlite_close,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .script = sqlite_script,
    .start = sqlite_start,
    .next = sqlite_next,
    .column = sqlite_column,
    .finish = sqlite_finish,
    .append = sqlite_append,
    .append_end = sqlite_append_end,
    .blob_put = sqlite_blob_put,
    .blob_get = sqlite_blob_get,
    .settle = sqlite_settle,
    .version = sqlite_version,
    .check = sqlite_check,
};

/* mode against what is on disk, with words of our own. */
static enum err_code check_exists(
    const struct store_config *config, struct err *err)
{
	bool exists = access(config->path, F_OK) == 0;

	if (config->mode == STORE_CREATE && exists)
		return err_set(
		    err, ERR_CONFLICT, "\"%s\" exists already", config->path);
	if (config->mode != STORE_CREATE && !exists) {
		err_set(err, ERR_NOT_FOUND, "there is no database \"%s\"",
		    config->path);
		err_hint(err,
		    "It is lost: restore the data directory from a backup.");
		return ERR_NOT_FOUND;
	}
	return 0;
}

static int prepare_control(struct sqlite_store *s)
{
	static const char *const text[] = {"BEGIN", "BEGIN IMMEDIATE", "COMMIT",
	    "ROLLBACK", "PRAGMA data_version"};
	sqlite3_stmt **to[] = {&s->begin_read, &s->begin_write, &s->commit,
	    &s->rollback, &s->version};
	int rc = SQLITE_OK;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(to) && rc == SQLITE_OK; i++)
		rc = sqlite3_prepare_v3(
		    s->db, text[i], -1, SQLITE_PREPARE_PERSISTENT, to[i], NULL);
	return rc;
}

static int configure(struct sqlite_store *s, const struct store_config *config)
{
	size_t cache = config->cache_bytes ? config->cache_bytes : 8 << 20;
	int reserve = STORE_PAGE_SEAL_BYTES;
	char pragmas[320];
	int rc;

	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, config->busy_ms ? config->busy_ms : 5000);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* No schema of ours has either: what somebody left in the file must
	 * neither act nor stand in a table's place. */
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_file_control(
	    s->db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
	snprintf(pragmas, sizeof(pragmas),
	    "PRAGMA page_size=%d; PRAGMA journal_mode=WAL;"
	    "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
	    "PRAGMA cache_size=-%zu; PRAGMA temp_store=MEMORY;"
	    "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
	    "PRAGMA secure_delete=%d",
	    (int)STORE_PAGE_BYTES, cache / 1024, config->overwrites ? 1 : 0);
	rc = sqlite3_exec(s->db, pragmas, NULL, NULL, NULL);
	return rc == SQLITE_OK ? prepare_control(s) : rc;
}

enum err_code store_sqlite_open(const struct store_config *config,
    const struct store_driver **driver_out, void **self_out, struct err *err)
{
	struct sqlite_store *s;
	enum err_code rc = check_exists(config, err);
	int got;

	if (rc)
		return rc;
	/* Counting memory takes a lock at every allocation. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	s = mem_zalloc(1, sizeof(*s));
	s->path = mem_strdup(config->path);
	store_blobs_init(&s->blobs, config->path);
	got = sqlite3_open_v2(config->path, &s->db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		(config->mode == STORE_CREATE ? SQLITE_OPEN_CREATE : 0),
	    store_vfs_name());
	if (got == SQLITE_OK)
		got = configure(s, config);
	if (got != SQLITE_OK) {
		rc = fail(s, got, "open", err);
		err_context(err, "\"%s\"", config->path);
		sqlite_close(s);
		return rc;
	}
	*driver_out = &sqlite_driver;
	*self_out = s;
	return 0;
}
