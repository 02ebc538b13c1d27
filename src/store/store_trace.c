/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trace wrapper: one line for each operation with its duration, written
 * to a file or stderr. Values are never written: they may be personal.
 *
 *	trace 12.345 start registry_subject_get 0 3us
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/monotonic.h"
#include "store/store_driver.h"

struct trace {
	const struct store_driver *inner;
	void *self;
	FILE *out;
	bool owns_out;
	int64_t start_ns; /* when the trace began */
};

/* Writes the line for an operation that began at `from`. */
static void tell(
    struct trace *t, const char *what, const char *name, int rc, int64_t from)
{
	int64_t now = monotonic_ns();

	fprintf(t->out, "trace %.3f %s %s %d %" PRId64 "us\n",
	    (double)(from - t->start_ns) / 1e9, what, name, rc,
	    (now - from) / 1000);
}

static void trace_close(void *self)
{
	struct trace *t = self;

	t->inner->close(t->self);
	if (t->owns_out)
		fclose(t->out);
	free(t);
}

static enum err_code trace_begin(void *self, bool is_write, struct err *err)
{
	struct trace *t = self;
	int64_t from = monotonic_ns();
	enum err_code rc = t->inner->begin(t->self, is_write, err);

	tell(t, "begin", is_write ? "write" : "read", rc, from);
	return rc;
}

static enum err_code trace_commit(
    void *self, enum store_durability when, struct err *err)
{
	struct trace *t = self;
	int64_t from = monotonic_ns();
	enum err_code rc = t->inner->commit(t->self, when, err);

	tell(
	    t, "commit", when == STORE_DURABLE_LATER ? "later" : "-", rc, from);
	return rc;
}

static void trace_rollback(void *self)
{
	struct trace *t = self;
	int64_t from = monotonic_ns();

	t->inner->rollback(t->self);
	tell(t, "rollback", "-", 0, from);
}

static enum err_code trace_script(void *self, const char *sql, struct err *err)
{
	struct trace *t = self;
	int64_t from = monotonic_ns();
	enum err_code rc = t->inner->script(t->self, sql, err);

	tell(t, "script", "-", rc, from);
	return rc;
}

static enum err_code trace_start(void *self, enum sql_id id,
    const struct store_value *values, size_t count, struct err *err)
{
	struct trace *t = self;
	int64_t from = monotonic_ns();
	enum err_code rc = t->inner->start(t->self, id, values, count, err);

	tell(t, "start", store_statement_name(id), rc, from);
	return rc;
}

static int trace_next(void *self, enum sql_id id, struct err *err)
{
	struct trace *t = self;
	int64_t from = monotonic_ns();
	int rc = t->inner->next(t->self, id, err);

	tell(t, "next", store_statement_name(id), rc, from);
	return rc;
}

static struct store_value trace_column(void *self, enum sql_id id, int column)
{
	struct trace *t = self;

	return t->inner->column(t->self, id, column);
}

static void trace_finish(void *self, enum sql_id id)
{
	struct trace *t = self;

	t->inner->finish(t->self, id);
}

static enum err_code trace_append(void *self, enum sql_id id,
    const struct store_value *values, size_t count, struct err *err)
{
	struct trace *t = self;
	int64_t from = monotonic_ns();
	enum err_code rc = t->inner->append(t->self, id, values, count, err);

	tell(t, "append", store_statement_name(id), rc, from);
	return rc;
}

static enum err_code trace_append_end(
    void *self, enum sql_id id, struct err *err)
{
	struct trace *t = self;
	int64_t from = monotonic_ns();
	enum err_code rc = t->inner->append_end(t->self, id, err);

	tell(t, "append_end", store_statement_name(id), rc, from);
	return rc;
}

static enum err_code trace_blob_put(void *self, int64_t at, struct span bytes,
    int64_t *end_out, struct err *err)
{
	struct trace *t = self;
	int64_t from = monotonic_ns();
	enum err_code rc = t->inner->blob_put(t->self, at, bytes, end_out, err);

	tell(t, "blob_put", "-", rc, from);
	return rc;
}

static enum err_code trace_blob_get(
    void *self, int64_t at, int64_t end, struct buf *out, struct err *err)
{
	struct trace *t = self;
	int64_t from = monotonic_ns();
	enum err_code rc = t->inner->blob_get(t->self, at, end, out, err);

	tell(t, "blob_get", "-", rc, from);
	return rc;
}

static enum err_code trace_settle(void *self, enum store_settling how,
    uint64_t *journal_bytes_out, struct err *err)
{
	struct trace *t = self;
	int64_t from = monotonic_ns();
	enum err_code rc =
	    t->inner->settle(t->self, how, journal_bytes_out, err);

	tell(t, "settle", "-", rc, from);
	return rc;
}

static enum err_code trace_version(void *self, uint64_t *out, struct err *err)
{
	struct trace *t = self;

	return t->inner->version(t->self, out, err);
}

static int trace_check(void *self, void (*say)(void *ctx, const char *text),
    void *ctx, struct err *err)
{
	struct trace *t = self;
	int64_t from = monotonic_ns();
	int rc = t->inner->check(t->self, say, ctx, err);

	tell(t, "check", "-", rc, from);
	return rc;
}

static const struct store_driver trace_driver = {
    .close = trace_close,
    .begin = trace_begin,
    .commit = trace_commit,
    .rollback = trace_rollback,
    .script = trace_script,
    .start = trace_start,
    .next = trace_next,
    .column = trace_column,
    .finish = trace_finish,
    .append = trace_append,
    .append_end = trace_append_end,
    .blob_put = trace_blob_put,
    .blob_get = trace_blob_get,
    .settle = trace_settle,
    .version = trace_version,
    .check = trace_check,
};

enum err_code store_trace_wrap(const char *path,
    const struct store_driver *inner, void *inner_self,
    const struct store_driver **driver_out, void **self_out, struct err *err)
{
	bool is_stderr = strcmp(path, "-") == 0;
	FILE *out = is_stderr ? stderr : fopen(path, "ae");
	struct trace *t;

	if (!out)
		return err_set_errno(err, "could not open \"%s\"", path);
	t = mem_zalloc(1, sizeof(*t));
	t->inner = inner;
	t->self = inner_self;
	t->out = out;
	t->owns_out = !is_stderr;
	t->start_ns = monotonic_ns();
	*driver_out = &trace_driver;
	*self_out = t;
	return 0;
}
