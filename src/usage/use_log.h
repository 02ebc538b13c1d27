/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log of uses, in two steps, because an answer waits for the first:
 *
 *	sealed		the entries, the tree's new head and its signature
 *			are in the database and durable: one commit for all
 *			uses that came together
 *	published	tiles and checkpoint stand as files for everybody
 *			(ledger.h), at most a second later
 *
 * Between the two a crash loses nothing: what is published is made from
 * what is sealed. Sealing needs only the frontier, no file.
 *
 *	store_begin -> use_log_begin -> use_log_add ... -> use_log_seal ->
 *	store_commit; later use_log_publish
 */
#ifndef GX_USAGE_USE_LOG_H
#define GX_USAGE_USE_LOG_H

#include "ledger/ledger.h"
#include "usage/use.h"

struct use_log;

/* Both must outlive it. Reads nothing yet. */
void use_log_new(
    struct store *store, struct ledger *ledger, struct use_log **out);
void use_log_free(struct use_log **log);

/* In the caller's transaction: goes on from the newest sealed head. */
enum err_code use_log_begin(struct use_log *log, struct err *err);
/* The use's place in the log goes to seq_out. */
enum err_code use_log_add(struct use_log *log, const struct use *use,
    uint64_t *seq_out, struct err *err);
/* Signs and stores the new head; nothing when no use was added. */
enum err_code use_log_seal(
    struct use_log *log, int64_t now_ms, struct err *err);

/* For those who share a process with another writer: enter is called before
 * a transaction to write, leave behind it. */
struct use_turns {
	void (*enter)(void *ctx);
	void (*leave)(void *ctx);
	void *ctx;
};

/* Brings the files up to the sealed head. Outside of any transaction: files
 * are written while others may write, then there are short transactions.
 * turns may be NULL. */
enum err_code use_log_publish(struct use_log *log, int64_t now_ms,
    const struct use_turns *turns, struct err *err);

/* The newest sealed head; its signed checkpoint is appended to note_out,
 * which may be NULL. */
enum err_code use_log_head(struct store *store, struct ledger_head *out,
    struct buf *note_out, struct err *err);

/* A stored use. The spans live until the next row. */
struct use_row {
	uint64_t seq;
	struct use use;
	uint8_t salt[USE_SALT_BYTES];
};

enum use_order {
	USE_OLDEST_FIRST = 0, /* from `from` on */
	USE_NEWEST_FIRST,     /* before `from` */
	USE_OF_REFERENCE,     /* oldest first, from `from` on */
	/* By code, known here or not; newest first, before `from`. */
	USE_OF_ORGANISATION,
	/* A person's credit checks; newest first, before `from`. */
	USE_OWN_CHECKS
};

/* Which uses; what does not belong to the order is ignored. */
struct use_query {
	enum use_order order;
	uint64_t from;
	int64_t reader_id;
	int64_t subject_id;
	struct span reference;
	struct span subject; /* its code */
};

/* One pass over the rows at a time for each order. next: 1 a row, 0 the
 * end, negative a failure (ERR_CORRUPT: a row is damaged). */
enum err_code use_rows_start(
    struct store *store, const struct use_query *query, struct err *err);
int use_rows_next(struct store *store, enum use_order order,
    struct use_row *out, struct err *err);
void use_rows_finish(struct store *store, enum use_order order);
/* The one of that place; ERR_NOT_FOUND. To be finished like a pass of
 * USE_OLDEST_FIRST, also after a failure. */
enum err_code use_row_get(
    struct store *store, uint64_t seq, struct use_row *out, struct err *err);

#endif
