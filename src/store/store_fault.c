/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fault wrapper: operation number N, and every one after it, fails as
 * if the disk had died. Closing and rolling back always work, as the
 * process's end would. The fault loop runs a command with N = 1, 2, ...
 * until it succeeds, and checks the database after each.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "store/store_driver.h"

struct fault {
	const struct store_driver *inner;
	void *self;
	int64_t fail_at;
	int64_t done; /* operations so far */
};

static enum err_code trip(struct fault *f, struct err *err)
{
	f->done++;
	if (f->done < f->fail_at)
		return 0;
	return err_set(err, ERR_IO, "injected failure of operation %lld",
	    (long long)f->done);
}

static void fault_close(void *self)
{
	struct fault *f = self;

	f->inner->close(f->self);
	free(f);
}

static enum err_code fault_begin(void *self, bool is_write, struct err *err)
{
	struct fault *f = self;
	enum err_code rc = trip(f, err);

	return rc ? rc : f->inner->begin(f->self, is_write, err);
}

static enum err_code fault_commit(
    void *self, enum store_durability when, struct err *err)
{
	struct fault *f = self;
	enum err_code rc = trip(f, err);

	return rc ? rc : f->inner->commit(f->self, when, err);
}

static void fault_rollback(void *self)
{
	struct fault *f = self;

	f->inner->rollback(f->self);
}

static enum err_code fault_script(void *self, const char *sql, struct err *err)
{
	struct fault *f = self;
	enum err_code rc = trip(f, err);

	return rc ? rc : f->inner->script(f->self, sql, err);
}

static enum err_code fault_start(void *self, enum sql_id id,
    const struct store_value *values, size_t count, struct err *err)
{
	struct fault *f = self;
	enum err_code rc = trip(f, err);

	return rc ? rc : f->inner->start(f->self, id, values, count, err);
}

static int fault_next(void *self, enum sql_id id, struct err *err)
{
	struct fault *f = self;
	int rc = trip(f, err);

	return rc ? rc : f->inner->next(f->self, id, err);
}

static struct store_value fault_column(void *self, enum sql_id id, int column)
{
	struct fault *f = self;

	return f->inner->column(f->self, id, column);
}

static void fault_finish(void *self, enum sql_id id)
{
	struct fault *f = self;

	f->inner->finish(f->self, id);
}

static enum err_code fault_append(void *self, enum sql_id id,
    const struct store_value *values, size_t count, struct err *err)
{
	struct fault *f = self;
	enum err_code rc = trip(f, err);

	return rc ? rc : f->inner->append(f->self, id, values, count, err);
}

static enum err_code fault_append_end(
    void *self, enum sql_id id, struct err *err)
{
	struct fault *f = self;
	enum err_code rc = trip(f, err);

	return rc ? rc : f->inner->append_end(f->self, id, err);
}

static enum err_code fault_blob_put(void *self, int64_t at, struct span bytes,
    int64_t *end_out, struct err *err)
{
	struct fault *f = self;
	enum err_code rc = trip(f, err);

	return rc ? rc : f->inner->blob_put(f->self, at, bytes, end_out, err);
}

static enum err_code fault_blob_get(
    void *self, int64_t at, int64_t end, struct buf *out, struct err *err)
{
	struct fault *f = self;
	enum err_code rc = trip(f, err);

	return rc ? rc : f->inner->blob_get(f->self, at, end, out, err);
}

static enum err_code fault_settle(void *self, enum store_settling how,
    uint64_t *journal_bytes_out, struct err *err)
{
	struct fault *f = self;
	enum err_code rc = trip(f, err);

	return rc ? rc : f->inner->settle(f->self, how, journal_bytes_out, err);
}

static enum err_code fault_version(void *self, uint64_t *out, struct err *err)
{
	struct fault *f = self;
	enum err_code rc = trip(f, err);

	return rc ? rc : f->inner->version(f->self, out, err);
}

static int fault_check(void *self, void (*say)(void *ctx, const char *text),
    void *ctx, struct err *err)
{
	struct fault *f = self;
	int rc = trip(f, err);

	return rc ? rc : f->inner->check(f->self, say, ctx, err);
}

static const struct store_driver fault_driver = {
    .close = fault_close,
    .begin = fault_begin,
    .commit = fault_commit,
    .rollback = fault_rollback,
    .script = fault_script,
    .start = fault_start,
    .next = fault_next,
    .column = fault_column,
    .finish = fault_finish,
    .append = fault_append,
    .append_end = fault_append_end,
    .blob_put = fault_blob_put,
    .blob_get = fault_blob_get,
    .settle = fault_settle,
    .version = fault_version,
    .check = fault_check,
};

void store_fault_wrap(int64_t fail_at, const struct store_driver *inner,
    void *inner_self, const struct store_driver **driver_out, void **self_out)
{
	struct fault *f = mem_zalloc(1, sizeof(*f));

	f->inner = inner;
	f->self = inner_self;
	f->fail_at = fail_at;
	*driver_out = &fault_driver;
	*self_out = f;
}
