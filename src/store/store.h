/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one door to data. Callers name a statement (enum sql_id, from the
 * .sql files of the rooms), give values, and read rows; they never see SQL
 * text nor a driver. One struct store is one connection, used by one thread
 * at a time. A database has one writer at a time and any number of readers.
 *
 * Drivers and wrappers fill struct store_driver (store_driver.h). The
 * wrappers: trace (what ran, how long) and fault (fails the Nth operation).
 *
 * A write is OK (0), FAILED (negative, nothing happened) or UNCERTAIN
 * (ERR_UNCERTAIN, only from store_commit): after that, ask the database.
 */
#ifndef GX_STORE_STORE_H
#define GX_STORE_STORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/span.h"
#include "sql_ids.h"

struct store;

enum store_mode {
	STORE_READ = 0, /* must exist */
	STORE_WRITE,	/* must exist; schema steps are applied */
	STORE_CREATE	/* must not exist */
};

struct store_config {
	const char *path; /* the database's file */
	enum store_mode mode;
	size_t cache_bytes;	/* page cache; 0 = 8 MiB */
	int busy_ms;		/* how long to wait for a lock; 0 = 5,000 */
	const char *trace_path; /* NULL = no trace; "-" = stderr */
	bool overwrites;	/* what is deleted does not stay in its page */
	int64_t fail_at;	/* fail this operation (from 1); 0 = never */
	/* Once it is true no statement starts: ERR_BUSY. NULL = never. */
	const atomic_bool *is_ending;
};

enum store_kind {
	STORE_NULL = 0,
	STORE_INT,
	STORE_TEXT, /* UTF-8 */
	STORE_BLOB
};

/* A value going in or coming out. Coming out, `p` lives until the next
 * store_next, store_finish or store_start of that statement. */
struct store_value {
	enum store_kind kind;
	int64_t i;
	const char *p;
	size_t n; /* bytes */
};

static inline struct store_value store_null(void)
{
	return (struct store_value){STORE_NULL, 0, NULL, 0};
}

static inline struct store_value store_int(int64_t i)
{
	return (struct store_value){STORE_INT, i, NULL, 0};
}

/* NULL of DATE_NONE. */
static inline struct store_value store_date(date_days date)
{
	return date == DATE_NONE ? store_null() : store_int(date);
}

static inline struct store_value store_text(struct span s)
{
	return (struct store_value){STORE_TEXT, 0, s.n ? s.p : "", s.n};
}

static inline struct store_value store_str(const char *s)
{
	return store_text(span_of(s));
}

static inline struct store_value store_blob(const void *p, size_t n)
{
	return (struct store_value){STORE_BLOB, 0, p, n};
}

/*
 * Opens and, for WRITE and CREATE, applies the missing schema steps, each
 * in its transaction. A database with more steps than this program knows
 * is refused (ERR_REFUSED). ERR_NOT_FOUND, ERR_CONFLICT (CREATE on an
 * existing one), ERR_BUSY, ERR_CORRUPT, ERR_STORE.
 */
enum err_code store_open(
    const struct store_config *config, struct store **out, struct err *err);
/* The last schema step that the database had when it was opened (0: none), and
 * the last one that this program knows. */
int64_t store_step_found(const struct store *store);
int64_t store_step_known(void);
/* Rolls back an open transaction. NULL-safe. */
void store_close(struct store **store);

/* One level. begin takes the writer's place at once (ERR_BUSY). */
enum err_code store_begin(struct store *store, struct err *err);
/* A reader's consistent view over several statements; ends by commit. */
enum err_code store_begin_read(struct store *store, struct err *err);
enum err_code store_commit(struct store *store, struct err *err);
/* The same for what can be made again: it counts at once, and is durable when
 * what the next store_commit of any connection writes is. When the machine
 * ends before, it may be as if it had never been; what was committed earlier
 * stays. */
enum err_code store_commit_later(struct store *store, struct err *err);
/* Never fails; a no-op outside a transaction. */
void store_rollback(struct store *store);
bool store_in_transaction(const struct store *store);

/* Runs a statement that returns no rows. */
enum err_code store_run(struct store *store, enum sql_id id,
    const struct store_value *values, size_t count, struct err *err);

/*
 * A statement that returns rows: start, then next until it is not 1, then
 * finish (always, also after a failure). The same statement must not be
 * started again before finish.
 */
enum err_code store_start(struct store *store, enum sql_id id,
    const struct store_value *values, size_t count, struct err *err);
/* 1 a row, 0 no more, negative failure. */
int store_next(struct store *store, enum sql_id id, struct err *err);
/* The same for a loop: is there a row? Not when *rc says that something failed
 * before; a failure here is put there. */
bool store_next_row(
    struct store *store, enum sql_id id, enum err_code *rc, struct err *err);
struct store_value store_column(
    struct store *store, enum sql_id id, int column);
int64_t store_column_int(struct store *store, enum sql_id id, int column);
/* DATE_NONE of NULL. */
static inline date_days store_column_date(
    struct store *store, enum sql_id id, int column)
{
	struct store_value v = store_column(store, id, column);

	return v.kind == STORE_INT ? (date_days)v.i : DATE_NONE;
}

struct span store_column_span(struct store *store, enum sql_id id, int column);
/* A text that lives as long as the arena; "" of NULL. */
const char *store_column_text(
    struct store *store, enum sql_id id, int column, struct arena *arena);
void store_finish(struct store *store, enum sql_id id);

/* start + next + column 0 + finish: the first row's integer, or
 * `otherwise` when there is no row or it is NULL. */
enum err_code store_get_int(struct store *store, enum sql_id id,
    const struct store_value *values, size_t count, int64_t otherwise,
    int64_t *out, struct err *err);

/*
 * Bulk append: many rows of one insert statement, in a transaction. The
 * driver may buffer (COPY in PostgreSQL); rows are in only after append_end.
 */
enum err_code store_append_start(
    struct store *store, enum sql_id id, struct err *err);
enum err_code store_append_row(struct store *store, enum sql_id id,
    const struct store_value *values, size_t count, struct err *err);
enum err_code store_append_end(
    struct store *store, enum sql_id id, struct err *err);

/*
 * Blobs: large values that are written once, never changed, and need not
 * pass through a table. They stand one behind the other; the caller keeps
 * their places in rows of its own, which make them count.
 *
 * put: in a write transaction, at the *end_out of the last one that a row
 * names (0: there is none). What stands there is overwritten, for no row
 * names it. On disk before the commit is.
 */
enum err_code store_blob_put(struct store *store, int64_t at, struct span bytes,
    int64_t *end_out, struct err *err);
/* Appends the blob's bytes to out. ERR_CORRUPT: they are not what was put,
 * or more than out has room for. */
enum err_code store_blob_get(struct store *store, int64_t at, int64_t end,
    struct buf *out, struct err *err);

enum store_settling {
	STORE_SETTLE_ALL = 0, /* waits for others, for busy_ms at most */
	STORE_SETTLE_NOW      /* waits for nobody, and is waited for by nobody:
				 what stands in nobody's way is moved */
};

/* Moves what is committed to its final place (SQLite: WAL to database). The
 * journal grows until everything in it is moved while nobody reads or writes
 * it; after that it is used from its beginning again. *journal_bytes_out (may
 * be NULL) is how long it is until then. */
enum err_code store_settle(struct store *store, enum store_settling how,
    uint64_t *journal_bytes_out, struct err *err);
/*
 * Reads every page of the database's file and checks its seal, without
 * opening the database, so also when it cannot be opened. To be called
 * behind store_settle with no writer at work. Each trouble to `say`. Returns
 * the number of troubles or a negative code (ERR_BUSY: readers keep part of
 * the data in the journal). *unwritten_out: pages without any content; they
 * are harmless only where nothing uses them, which store_check finds out.
 */
int store_check_files(const char *path,
    void (*say)(void *ctx, const char *text), void *ctx,
    uint64_t *unwritten_out, struct err *err);
/* The same, also while others write, but while this process does not have the
 * database open: it would lose its locks. What others have in the journal alone
 * is not looked at; that has checksums of its own. */
int store_check_pages(const char *path,
    void (*say)(void *ctx, const char *text), void *ctx,
    uint64_t *unwritten_out, struct err *err);
/* The driver's own check of the database's structure, slow on large data;
 * as store_check_files. */
int store_check(struct store *store, void (*say)(void *ctx, const char *text),
    void *ctx, struct err *err);
/* A number that is another one after another connection, of any process, has
 * committed something. Cheap enough to be asked many times a second; outside
 * a transaction. */
enum err_code store_version(
    struct store *store, uint64_t *out, struct err *err);
/*
 * One thing of a room above that lives as long as the connection: memory
 * that would otherwise be made anew for every question. NULL until it is
 * set, which may be done once; store_close releases it.
 */
void *store_companion(const struct store *store);
void store_set_companion(
    struct store *store, void *thing, void (*release)(void *thing));

const char *store_statement_name(enum sql_id id);

#endif
