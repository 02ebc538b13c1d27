/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store: opens a driver, wraps it, keeps the order of calls, applies
 * the schema steps.
 *
 *	caller -> store.c (order of calls) -> [trace] -> [fault] -> driver
 *
 * Schema steps are numbered from 1 over all rooms' .sql files and applied
 * in order, each with its row in schema_step in one transaction, so that a
 * crash leaves a whole number of steps. Only forward: a database that has
 * more steps than this program is refused, because an older program would
 * misread it.
 */
#include "store/store.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"
#include "calendar/calendar.h"
#include "store/store_driver.h"
#include "store/store_vfs.h"

#include "sql_table.h"

struct store {
	const struct store_driver *driver;
	void *self;
	bool in_transaction;
	bool is_write; /* the open transaction is a writer's */
	bool is_started[SQL_COUNT];
	bool is_appending[SQL_COUNT];
	int64_t step_found;
	const atomic_bool *is_ending; /* NULL = it never does */
	void *companion;
	void (*release_companion)(void *thing);
};

const struct sql_statement *store_statement(enum sql_id id)
{
	ASSERT(id < SQL_COUNT);
	return &sql_statements[id];
}

const struct sql_migration *store_migration(int step)
{
	ASSERT(step >= 1 && step <= SQL_MIGRATION_COUNT);
	return &sql_migrations[step - 1];
}

const char *store_statement_name(enum sql_id id)
{
	return store_statement(id)->name;
}

static enum err_code read_last_step(
    struct store *store, int64_t *step_out, struct err *err)
{
	return store_get_int(
	    store, SQL_STORE_STEP_LAST, NULL, 0, 0, step_out, err);
}

static enum err_code apply_step(struct store *store, int step, struct err *err)
{
	const struct sql_migration *m = store_migration(step);
	struct store_value row[] = {
	    store_int(step), store_str(m->title), store_int(calendar_now_ms())};
	enum err_code rc;

	rc = store->driver->script(store->self, m->sqlite, err);
	if (!rc)
		rc = store_run(store, SQL_STORE_STEP_INSERT, row, 3, err);
	if (rc)
		err_context(err, "schema step %d", step);
	return rc;
}

static enum err_code refuse_newer(
    int64_t last, const char *path, struct err *err)
{
	err_set(err, ERR_REFUSED,
	    "\"%s\" was written by a newer version of this program", path);
	err_detail(err, "It has schema step %lld; this program knows %d.",
	    (long long)last, SQL_MIGRATION_COUNT);
	err_hint(err, "Use the newer program.");
	return ERR_REFUSED;
}

/* Applies what is missing in one transaction: all of it or nothing. */
static enum err_code migrate(
    struct store *store, const struct store_config *config, struct err *err)
{
	int64_t last = 0;
	enum err_code rc;
	int step;

	if (config->mode == STORE_CREATE) {
		rc = store_run(store, SQL_STORE_STEP_CREATE, NULL, 0, err);
		if (rc)
			return rc;
	}
	rc = read_last_step(store, &last, err);
	if (rc)
		return rc;
	store->step_found = last;
	if (last > SQL_MIGRATION_COUNT)
		return refuse_newer(last, config->path, err);
	if (config->mode == STORE_READ && last < SQL_MIGRATION_COUNT) {
		err_set(err, ERR_REFUSED,
		    "\"%s\" is of an older version of this program",
		    config->path);
		err_hint(err,
		    "\"gongxin upgrade\" brings the directory up to date.");
		return ERR_REFUSED;
	}
	if (last == SQL_MIGRATION_COUNT)
		return 0;
	rc = store_begin(store, err);
	for (step = (int)last + 1; !rc && step <= SQL_MIGRATION_COUNT; step++)
		rc = apply_step(store, step, err);
	if (!rc)
		rc = store_commit(store, err);
	store_rollback(store);
	return rc;
}

enum err_code store_open(
    const struct store_config *config, struct store **out, struct err *err)
{
	struct store *store = mem_zalloc(1, sizeof(*store));
	enum err_code rc;

	store->is_ending = config->is_ending;
	rc = store_sqlite_open(config, &store->driver, &store->self, err);
	if (!rc && config->fail_at)
		store_fault_wrap(config->fail_at, store->driver, store->self,
		    &store->driver, &store->self);
	if (!rc && config->trace_path)
		rc = store_trace_wrap(config->trace_path, store->driver,
		    store->self, &store->driver, &store->self, err);
	if (!rc)
		rc = migrate(store, config, err);
	if (rc)
		store_close(&store);
	else
		*out = store;
	return rc;
}

int64_t store_step_found(const struct store *store)
{
	return store->step_found;
}

int64_t store_step_known(void)
{
	return SQL_MIGRATION_COUNT;
}

void store_close(struct store **store)
{
	struct store *s = *store;

	if (!s)
		return;
	store_rollback(s);
	if (s->companion)
		s->release_companion(s->companion);
	if (s->self)
		s->driver->close(s->self);
	free(s);
	*store = NULL;
}

static enum err_code begin(struct store *store, bool is_write, struct err *err)
{
	enum err_code rc;

	ASSERT(!store->in_transaction);
	rc = store->driver->begin(store->self, is_write, err);
	store->in_transaction = rc == 0;
	store->is_write = is_write;
	return rc;
}

enum err_code store_begin(struct store *store, struct err *err)
{
	return begin(store, true, err);
}

enum err_code store_begin_read(struct store *store, struct err *err)
{
	return begin(store, false, err);
}

static enum err_code commit(
    struct store *store, enum store_durability when, struct err *err)
{
	enum err_code rc;
	int id;

	ASSERT(store->in_transaction);
	for (id = 0; id < SQL_COUNT; id++)
		ASSERT(!store->is_appending[id]);
	rc = store->driver->commit(store->self, when, err);
	if (rc)
		store_rollback(store);
	store->in_transaction = false;
	return rc;
}

enum err_code store_commit(struct store *store, struct err *err)
{
	return commit(store, STORE_DURABLE_NOW, err);
}

enum err_code store_commit_later(struct store *store, struct err *err)
{
	return commit(store, STORE_DURABLE_LATER, err);
}

void store_rollback(struct store *store)
{
	int id;

	for (id = 0; id < SQL_COUNT; id++) {
		store_finish(store, (enum sql_id)id);
		store->is_appending[id] = false;
	}
	if (store->in_transaction)
		store->driver->rollback(store->self);
	store->in_transaction = false;
}

bool store_in_transaction(const struct store *store)
{
	return store->in_transaction;
}

enum err_code store_run(struct store *store, enum sql_id id,
    const struct store_value *values, size_t count, struct err *err)
{
	enum err_code rc = store_start(store, id, values, count, err);

	store_next_row(store, id, &rc, err);
	store_finish(store, id);
	return rc;
}

enum err_code store_start(struct store *store, enum sql_id id,
    const struct store_value *values, size_t count, struct err *err)
{
	enum err_code rc;

	ASSERT(!store->is_started[id]);
	ASSERT((int)count == sql_statements[id].param_count);
	if (store->is_ending && atomic_load(store->is_ending))
		return err_set(err, ERR_BUSY, "the server is stopping");
	rc = store->driver->start(store->self, id, values, count, err);
	store->is_started[id] = rc == 0;
	return rc;
}

int store_next(struct store *store, enum sql_id id, struct err *err)
{
	ASSERT(store->is_started[id]);
	return store->driver->next(store->self, id, err);
}

bool store_next_row(
    struct store *store, enum sql_id id, enum err_code *rc, struct err *err)
{
	int got = *rc ? 0 : store_next(store, id, err);

	if (got < 0)
		*rc = (enum err_code)got;
	return got == 1;
}

struct store_value store_column(struct store *store, enum sql_id id, int column)
{
	ASSERT(store->is_started[id]);
	return store->driver->column(store->self, id, column);
}

int64_t store_column_int(struct store *store, enum sql_id id, int column)
{
	return store_column(store, id, column).i;
}

struct span store_column_span(struct store *store, enum sql_id id, int column)
{
	struct store_value v = store_column(store, id, column);

	return (struct span){v.p, v.n};
}

const char *store_column_text(
    struct store *store, enum sql_id id, int column, struct arena *arena)
{
	struct span text = store_column_span(store, id, column);

	return arena_dup(arena, text.p, text.n);
}

void store_finish(struct store *store, enum sql_id id)
{
	if (store->is_started[id])
		store->driver->finish(store->self, id);
	store->is_started[id] = false;
}

enum err_code store_get_int(struct store *store, enum sql_id id,
    const struct store_value *values, size_t count, int64_t otherwise,
    int64_t *out, struct err *err)
{
	enum err_code rc = store_start(store, id, values, count, err);
	struct store_value v = store_null();

	if (store_next_row(store, id, &rc, err))
		v = store_column(store, id, 0);
	if (!rc)
		*out = v.kind == STORE_INT ? v.i : otherwise;
	store_finish(store, id);
	return rc;
}

enum err_code store_append_start(
    struct store *store, enum sql_id id, struct err *err)
{
	(void)err;
	ASSERT(store->in_transaction && store->is_write);
	ASSERT(!store->is_appending[id]);
	store->is_appending[id] = true;
	return 0;
}

enum err_code store_append_row(struct store *store, enum sql_id id,
    const struct store_value *values, size_t count, struct err *err)
{
	ASSERT(store->is_appending[id]);
	return store->driver->append(store->self, id, values, count, err);
}

enum err_code store_append_end(
    struct store *store, enum sql_id id, struct err *err)
{
	ASSERT(store->is_appending[id]);
	store->is_appending[id] = false;
	return store->driver->append_end(store->self, id, err);
}

enum err_code store_blob_put(struct store *store, int64_t at, struct span bytes,
    int64_t *end_out, struct err *err)
{
	ASSERT(store->in_transaction && store->is_write);
	return store->driver->blob_put(store->self, at, bytes, end_out, err);
}

enum err_code store_blob_get(struct store *store, int64_t at, int64_t end,
    struct buf *out, struct err *err)
{
	return store->driver->blob_get(store->self, at, end, out, err);
}

enum err_code store_settle(struct store *store, enum store_settling how,
    uint64_t *journal_bytes_out, struct err *err)
{
	uint64_t bytes = 0;
	enum err_code rc;

	ASSERT(!store->in_transaction);
	rc = store->driver->settle(store->self, how, &bytes, err);
	if (!rc && journal_bytes_out)
		*journal_bytes_out = bytes;
	return rc;
}

enum err_code store_version(struct store *store, uint64_t *out, struct err *err)
{
	ASSERT(!store->in_transaction);
	return store->driver->version(store->self, out, err);
}

int store_check(struct store *store, void (*say)(void *ctx, const char *text),
    void *ctx, struct err *err)
{
	return store->driver->check(store->self, say, ctx, err);
}

int store_check_files(const char *path,
    void (*say)(void *ctx, const char *text), void *ctx,
    uint64_t *unwritten_out, struct err *err)
{
	return store_sqlite_check_files(path, say, ctx, unwritten_out, err);
}

int store_check_pages(const char *path,
    void (*say)(void *ctx, const char *text), void *ctx,
    uint64_t *unwritten_out, struct err *err)
{
	return store_vfs_check_file(path, say, ctx, unwritten_out, err);
}

void *store_companion(const struct store *store)
{
	return store->companion;
}

void store_set_companion(
    struct store *store, void *thing, void (*release)(void *thing))
{
	ASSERT(!store->companion);
	store->companion = thing;
	store->release_companion = release;
}
