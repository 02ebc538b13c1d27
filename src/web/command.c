/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command is added to the queue when the answer is held, and not before:
 * its end must find somebody to tell.
 *
 * What a command has done stays done. So where the trace that its answer waits
 * for fails, that is not told as what failed: nobody shall try again what was
 * done already.
 */
#include "web/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/mem.h"

enum { WORDS_MAX = 32 };

/* From the handler's thread to the runner's, and to `then`'s. */
struct ran {
	struct runner *runner;
	struct arena *arena; /* of all this */
	struct runner_command command;
	struct runner_result result;
	struct buf out; /* of the result */
	http_handler *then;
	http_go_on *go_on;
	void *exchange;
};

static void free_ran(void *ctx)
{
	struct ran *ran = ctx;
	struct arena *arena = ran->arena;

	buf_release(&ran->out);
	arena_free(&arena);
}

static void on_done(void *ctx, const struct runner_result *result)
{
	struct ran *ran = ctx;

	ran->result = *result;
	buf_add_span(&ran->out, result->out);
	ran->result.out = buf_span(&ran->out);
	ran->result.messages.p = arena_dup(ran->arena,
	    result->messages.p ? result->messages.p : "", result->messages.n);
	/* A failure is the answer's to tell, as well as it can. */
	ran->go_on(ran->exchange, ERR_NONE, NULL);
}

static void start(void *ctx, http_go_on *go_on, void *exchange)
{
	struct ran *ran = ctx;
	struct err err;
	enum err_code rc;

	ran->go_on = go_on;
	ran->exchange = exchange;
	rc = runner_add(ran->runner, &ran->command, &err);
	if (rc)
		go_on(exchange, rc, &err);
}

/* "withdraw", "--data", DIR, "--json", the rest; of "doubtful resolve" each
 * word by itself. */
static const char *const *whole_args(
    struct arena *arena, const char *data, const char *const *args)
{
	const char **out = arena_zalloc(arena, WORDS_MAX + 8, sizeof(*out));
	char *name = arena_strdup(arena, args[0]), *rest = NULL;
	size_t n = 0, i;

	for (; (name = strtok_r(name, " ", &rest)) != NULL; name = NULL)
		out[n++] = name;
	out[n++] = "--data";
	out[n++] = data;
	out[n++] = "--json";
	for (i = 1; args[i]; i++) {
		ASSERT(i < WORDS_MAX);
		out[n++] = arena_strdup(arena, args[i]);
	}
	return out;
}

/* ---- the trace of what was done ---- */

struct traced {
	struct http_hold hold; /* of the answer */
	http_go_on *go_on;
	void *exchange;
};

/* http_go_on of the answer's hold */
static void end_trace(void *ctx, enum err_code rc, const struct err *why)
{
	struct traced *traced = ctx;
	struct err err;

	if (rc)
		err_set(&err, ERR_UNCERTAIN,
		    "it was done, and its trace could not be kept: %s",
		    why->message);
	traced->go_on(
	    traced->exchange, rc ? ERR_UNCERTAIN : ERR_NONE, rc ? &err : NULL);
	free(traced);
}

static void start_trace(void *ctx, http_go_on *go_on, void *exchange)
{
	struct traced *traced = ctx;

	traced->go_on = go_on;
	traced->exchange = exchange;
	traced->hold.start(traced->hold.ctx, end_trace, traced);
}

/* The hold's `then`. */
static enum err_code answer(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	const struct ran *ran = request->held;
	enum err_code rc = ran->then(worker, request, response, err);
	struct http_hold hold = response->hold;
	struct traced *traced;

	if (ran->result.rc || !hold.start || hold.then)
		return rc;
	traced = mem_zalloc(1, sizeof(*traced));
	traced->hold = hold;
	response->hold =
	    (struct http_hold){.start = start_trace, .ctx = traced};
	return rc;
}

/* ---- the command ---- */

enum err_code site_run(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const char *const *args, http_handler *then, struct err *err)
{
	struct arena *arena;
	struct ran *ran;

	if (!worker->site->runner)
		return err_set(
		    err, ERR_BUSY, "nothing can be sent in just now");
	arena = arena_new();
	ran = arena_zalloc(arena, 1, sizeof(*ran));
	ran->arena = arena;
	ran->runner = worker->site->runner;
	buf_init(&ran->out, RUNNER_OUT_BYTES_MAX);
	ran->command.args = whole_args(arena, worker->site->data, args);
	ran->command.lang = request->lang;
	ran->command.done = on_done;
	ran->command.ctx = ran;
	ran->then = then;
	response->hold = (struct http_hold){
	    .start = start, .ctx = ran, .then = answer, .free = free_ran};
	return 0;
}

const struct runner_result *site_ran(const struct http_request *request)
{
	const struct ran *ran = request->held;

	ASSERT(ran != NULL);
	return &ran->result;
}
