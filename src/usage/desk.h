/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one who writes in the office while a server runs: a thread that takes
 * what came together, does it in one transaction and makes it durable with
 * one commit (group commit). Thirty-two answers that wait for their traces
 * wait for the disk once.
 *
 * A job may write to the office's store (accounts, sessions) and leave uses;
 * all of it or nothing is there afterwards. A job that fails takes nothing
 * else down: what it came with is done again without it.
 */
#ifndef GX_USAGE_DESK_H
#define GX_USAGE_DESK_H

#include "base/tr.h"
#include "usage/use_log.h"

struct desk;

/* What a job works with, in the desk's thread and transaction. */
struct desk_turn {
	struct store *store;
	struct use_log *uses;
	int64_t now_ms;
};

/* May run more than once; only what its last run did counts. */
typedef enum err_code desk_job(
    void *ctx, const struct desk_turn *turn, struct err *err);

/* One who asks. Memory is the caller's, until `done` was called. */
struct desk_ask {
	desk_job *job;
	void *ctx;
	/* In the desk's thread, once, after the commit; must be quick. */
	void (*done)(struct desk_ask *ask);
	enum err_code rc;
	struct err err;	       /* in the language of the thread that asked */
	enum lang lang;	       /* the desk's own */
	struct desk_ask *next; /* who asks with it; then the desk's own */
};

struct desk_plan {
	/* The desk's own from now on, both opened to write, each with the log
	 * of uses: one for jobs, one that brings the files up beside it. */
	struct store *store;
	struct ledger *ledger;
	struct store *second;
	struct ledger *second_ledger;
	int64_t (*now_ms)(void);
	/* The files cannot be brought up, for a reason that is not the last
	 * one, or NULL: they are again. In a thread of the desk's, or while it
	 * starts; may be NULL. */
	void (*on_trouble)(const struct err *err);
	/* How many may wait; 0 = 4,096. */
	size_t waiting_max;
	/* How long the journal may grow before those who wait are made to wait
	 * until it is in the database; 0 = 64 MiB. */
	uint64_t journal_max_bytes;
};

/* Brings the files of the log up to date first; when the system does not let
 * it (ERR_IO, ERR_FULL), or they are gone (ERR_NOT_FOUND), that is tried again
 * while the desk works. */
enum err_code desk_start(
    const struct desk_plan *plan, struct desk **out, struct err *err);
/* Does what waits, publishes, ends the threads. NULL-safe. */
void desk_stop(struct desk **desk);

/* One, or several that are done in one commit where it can be. False: too
 * many wait, or the desk is closing; then `done` is not called for any, and
 * the rc of each is ERR_BUSY. */
bool desk_ask(struct desk *desk, struct desk_ask *ask);
/* Asks and waits. */
enum err_code desk_run(
    struct desk *desk, desk_job *job, void *ctx, struct err *err);

/* The uses whose place in the log is below this are in the files. */
uint64_t desk_published(struct desk *desk);
/*
 * One who waits until a sealed use is in the files. Memory is the caller's,
 * until `done` was called: once, in any thread, at once or within some tenths
 * of a second; it must be quick. It is there then, unless there is trouble or
 * the desk ends: look again.
 */
struct desk_wait {
	uint64_t seq; /* its place in the log */
	void (*done)(struct desk_wait *wait);
	struct desk_wait *next; /* the desk's own */
};
void desk_when_published(struct desk *desk, struct desk_wait *wait);
/* Why the files could not be brought up last; 0 = they could. err may be
 * NULL. */
enum err_code desk_trouble(struct desk *desk, struct err *err);

#endif
