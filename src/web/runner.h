/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs commands of this very program as children, one after the other, for a
 * server that must not do itself what they do: decode a file that a stranger
 * sent, hold the lock of the registry for as long as that takes.
 *
 *	runner_add --> bounded queue --> one thread: spawn, read, wait --> done
 *
 * A child gets its arguments, the caller's language, the few variables of
 * the environment that the program itself reads, and stdin from nowhere; no
 * other descriptor, no blocked signal. What it says is bounded. A command
 * told with --json says why it did not do its work as {"error":{...}}; that
 * becomes the result's err.
 *
 * Nothing here is durable. What must survive the end of the server is
 * written down by whoever adds the command, and added again at the next
 * start (web/uploads.h).
 */
#ifndef GX_WEB_RUNNER_H
#define GX_WEB_RUNNER_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "base/tr.h"

enum {
	RUNNER_OUT_BYTES_MAX = 17 * 1024 * 1024, /* a report and its frame */
	RUNNER_MESSAGES_BYTES_MAX = 4096
};

struct runner_plan {
	const char *program;  /* NULL: this very one */
	unsigned waiting_max; /* 0: 64 */
	unsigned time_max_ms; /* of one command; 0: an hour */
	/* How long the one that runs may take when the end has begun; 0: five
	 * seconds. */
	unsigned ending_ms;
};

/* What came of a command; lives until `done` returns. */
struct runner_result {
	/* 0: it ended by itself and did its work (exit_code 0 or 1). What a
	 * command said in its error; ERR_BUSY: it was never begun, since the
	 * server ends; ERR_UNCERTAIN: it was killed or broke, and may have
	 * done its work or not; ERR_SYSTEM: it could not be started;
	 * ERR_FULL: it did its work, and said too much of it. */
	enum err_code rc;
	struct err err;
	int exit_code;	      /* 0 done, 1 done with refusals */
	struct span out;      /* what it wrote to stdout */
	struct span messages; /* and to stderr, cut */
	bool was_cut_short; /* by the end of the runner: rc is ERR_UNCERTAIN */
};

struct runner_command {
	const char *const *args; /* without the program's name; ends NULL */
	enum lang lang;
	/* Once, in the runner's thread; the next one waits meanwhile. */
	void (*done)(void *ctx, const struct runner_result *result);
	void *ctx;
};

struct runner;

enum err_code runner_start(
    const struct runner_plan *plan, struct runner **out, struct err *err);
/* Copies the arguments. ERR_BUSY: too many wait, or it ends; then `done` is
 * not called. */
enum err_code runner_add(struct runner *runner,
    const struct runner_command *command, struct err *err);
/* The end begins: nothing is taken any more, what waits is told ERR_BUSY, and
 * what runs is killed after ending_ms. Returns at once. NULL-safe. */
void runner_end(struct runner *runner);
/* runner_end, and waits for it. NULL-safe. */
void runner_stop(struct runner **runner);

#endif
