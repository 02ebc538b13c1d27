/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a driver or wrapper provides. `self` is its own state, first member
 * of nothing: the store holds it. Every slot is required. store.c checks
 * the order of calls (a statement started twice, append outside a
 * transaction) before a driver sees them.
 */
#ifndef GX_STORE_STORE_DRIVER_H
#define GX_STORE_STORE_DRIVER_H

#include "store/store.h"

/* When what is committed must be on the disk: then, or with the next that must
 * be then. */
enum store_durability { STORE_DURABLE_NOW = 0, STORE_DURABLE_LATER };

struct store_driver {
	void (*close)(void *self);
	/* is_write: take the writer's place now. */
	enum err_code (*begin)(void *self, bool is_write, struct err *err);
	enum err_code (*commit)(
	    void *self, enum store_durability when, struct err *err);
	void (*rollback)(void *self);
	/* Several statements at once, outside the table: schema steps. */
	enum err_code (*script)(void *self, const char *sql, struct err *err);
	enum err_code (*start)(void *self, enum sql_id id,
	    const struct store_value *values, size_t count, struct err *err);
	int (*next)(void *self, enum sql_id id, struct err *err);
	struct store_value (*column)(void *self, enum sql_id id, int column);
	void (*finish)(void *self, enum sql_id id);
	/* A row of an insert, which may wait until append_end. */
	enum err_code (*append)(void *self, enum sql_id id,
	    const struct store_value *values, size_t count, struct err *err);
	enum err_code (*append_end)(
	    void *self, enum sql_id id, struct err *err);
	enum err_code (*blob_put)(void *self, int64_t at, struct span bytes,
	    int64_t *end_out, struct err *err);
	enum err_code (*blob_get)(void *self, int64_t at, int64_t end,
	    struct buf *out, struct err *err);
	enum err_code (*settle)(void *self, enum store_settling how,
	    uint64_t *journal_bytes_out, struct err *err);
	enum err_code (*version)(void *self, uint64_t *out, struct err *err);
	int (*check)(void *self, void (*say)(void *ctx, const char *text),
	    void *ctx, struct err *err);
};

/* The generated tables (store.c compiles them in). */
const struct sql_statement *store_statement(enum sql_id id);
const struct sql_migration *store_migration(int step); /* from 1 */

/* SQLite: opens the file; see store_sqlite.c. */
enum err_code store_sqlite_open(const struct store_config *config,
    const struct store_driver **driver_out, void **self_out, struct err *err);

/* As store_check_files. */
int store_sqlite_check_files(const char *path,
    void (*say)(void *ctx, const char *text), void *ctx,
    uint64_t *unwritten_out, struct err *err);

/* Wrappers take over `inner_self`; their close closes it. */
enum err_code store_trace_wrap(const char *path,
    const struct store_driver *inner, void *inner_self,
    const struct store_driver **driver_out, void **self_out, struct err *err);
/* Fails operation number fail_at with ERR_IO "injected failure", and every
 * one after it until rollback or close, as a dying disk would. */
void store_fault_wrap(int64_t fail_at, const struct store_driver *inner,
    void *inner_self, const struct store_driver **driver_out, void **self_out);

#endif
