/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credit checks of many (api/check_many.h), as a stream: a portion is worked
 * out, its trace is sealed at the desk, and only then its bytes leave, as a
 * piece, while the next one is worked out. A client that goes away has left
 * the traces of what it got and of at most two portions more, the one on its
 * way and the next.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "api/check_many.h"
#include "api/put.h"
#include "base/check.h"
#include "base/mem.h"
#include "calendar/calendar.h"
#include "web/page_check.h"
#include "web/seal.h"
#include "web/staff.h"

enum {
	/* Most portions are smaller; beside a larger one, none is worked
	 * out. */
	AHEAD_BYTES_MAX = 16 * 1024 * 1024,
	BATCHES_MAX = 3 /* at once: each holds a portion or two in memory */
};

static _Atomic int running;

struct batch {
	struct check_many *many;
	struct site *site;
	struct use reader;   /* who asked */
	struct arena *arena; /* of its texts */
	struct reading reading;
};

static void close_batch(void *ctx)
{
	struct batch *b = ctx;

	check_many_close(&b->many);
	arena_free(&b->arena);
	free(b);
	atomic_fetch_sub(&running, 1);
}

/* ---- portions ---- */

static enum err_code write_trace(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct batch *b = ctx;
	struct use use = check_many_use(b->many, NULL);

	use.at_ms = turn->now_ms;
	use.reader_kind = b->reader.reader_kind;
	use.reader_id = b->reader.reader_id;
	use.reader = b->reader.reader;
	return check_many_trace(b->many, &use, turn->uses, turn->store, err);
}

/* http_stream's pull */
static int pull(void *ctx, void *arg, struct buf *out, struct err *err)
{
	struct site_worker *worker = arg;
	struct batch *b = ctx;
	struct reading reading = b->reading;
	enum err_code rc;
	int got;

	reading.store = worker->home.store;
	got = check_many_next(b->many, &reading, out, err);
	if (got != 1)
		return got;
	rc = staff_run(b->site->staff, write_trace, b, err);
	return rc ? (int)rc : 1;
}

/* ---- beginning ---- */

static struct batch *new_batch(
    struct site_worker *worker, const struct http_request *request)
{
	struct batch *b = mem_zalloc(1, sizeof(*b));

	b->site = worker->site;
	b->arena = arena_new();
	b->reading = site_reading(worker, request);
	site_set_reader(&b->reader, staff_caller(request));
	b->reader.reader.p =
	    arena_dup(b->arena, b->reader.reader.p, b->reader.reader.n);
	return b;
}

/* The trace of a refusal, which the answer waits for. */
static struct http_hold refuse(
    struct site_worker *worker, struct batch *b, const struct err *why)
{
	const struct many_subject *list;
	struct use use;
	size_t count;

	check_many_refuse(b->many, &b->reading);
	use = check_many_use(b->many, why);
	use.reader_kind = b->reader.reader_kind;
	use.reader_id = b->reader.reader_id;
	use.reader = b->reader.reader;
	list = check_many_subjects(b->many, &count);
	return site_hold_many(worker, use, list, count);
}

/* The codes are taken over. */
static enum err_code open_batch(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct check_question *q, struct check_codes *codes, struct span department,
    enum check_form form, struct batch **out, struct err *err)
{
	struct batch *b;
	struct err other;
	enum err_code right, rc;

	if (atomic_fetch_add(&running, 1) >= BATCHES_MAX) {
		atomic_fetch_sub(&running, 1);
		err_set(err, ERR_BUSY, "too many checks of many run at once");
		err_hint(err, "Try again in a few seconds.");
		return ERR_BUSY;
	}
	b = new_batch(worker, request);
	right = site_check_right(worker, request, department, q, err);
	rc = check_many_open(
	    &b->reading, q, codes, form, &b->many, right ? &other : err);
	if (right)
		rc = right;
	if (rc) {
		response->hold = refuse(worker, b, err);
		close_batch(b);
		return rc;
	}
	*out = b;
	return 0;
}

static enum err_code answer(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct check_question *q, struct check_codes *codes, struct span department,
    struct err *err)
{
	struct batch *b = NULL;
	enum err_code rc = open_batch(worker, request, response, q, codes,
	    department, request->format == HTTP_JSON ? CHECK_JSON : CHECK_LINES,
	    &b, err);

	if (rc)
		return rc;
	ASSERT(b != NULL);
	http_add_header(
	    response, "Gongxin-Batch", "%s", check_many_id(b->many));
	response->stream = (struct http_stream){.pull = pull,
	    .free = close_batch,
	    .ctx = b,
	    .ahead_max_bytes = AHEAD_BYTES_MAX};
	return 0;
}

enum err_code site_check_codes(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct check_question *q, struct check_codes *codes, struct span department,
    struct buf *out, struct err *err)
{
	struct batch *b = NULL;
	enum err_code rc = open_batch(worker, request, response, q, codes,
	    department, CHECK_JSON, &b, err);
	int got = 1;

	ASSERT(rc || b);
	while (!rc && (got = pull(b, worker, out, err)) == 1)
		continue;
	if (b)
		close_batch(b);
	return rc ? rc : got < 0 ? (enum err_code)got : put_end(out, 0, err);
}

enum err_code site_check_many(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct check_question *q, const json_t *list, struct span department,
    struct err *err)
{
	struct check_codes codes;
	enum err_code rc = 0;
	json_t *each;
	size_t i;

	check_codes_init(&codes);
	if (!json_is_array(list))
		rc = err_set(err, ERR_INPUT, "\"codes\" is no array of texts");
	else if (q->code.p)
		rc = err_set(err, ERR_INPUT,
		    "\"code\" and \"codes\" cannot be given together");
	json_array_foreach (list, i, each) {
		/* What is no text keeps its place, and is told of there. */
		const struct span text = {
		    json_is_string(each) ? json_string_value(each) : "",
		    json_string_length(each)};

		if (!rc)
			rc = check_codes_add(&codes, text, err);
	}
	if (!rc)
		rc = answer(
		    worker, request, response, q, &codes, department, err);
	check_codes_release(&codes);
	if (rc == ERR_FULL)
		response->status = 413;
	return rc;
}

/* ---- lists as text ---- */

static bool has_type(const struct http_request *request, const char *type)
{
	struct span sent = http_header(request, "Content-Type");
	size_t n = strlen(type);

	return sent.n >= n && strncasecmp(sent.p, type, n) == 0;
}

bool site_check_is_list(const struct http_request *request)
{
	return has_type(request, "text/");
}

enum err_code site_check_list(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct check_question q = {.matter = http_value(request, "matter"),
	    .purpose = http_value(request, "purpose"),
	    .case_number = http_value(request, "case"),
	    .now_ms = calendar_now_ms()};
	struct check_codes codes;
	enum err_code rc;

	check_codes_init(&codes);
	rc = check_codes_add_lines(
	    &codes, request->body, has_type(request, "text/csv"), err);
	if (!rc)
		rc = answer(arg, request, response, &q, &codes,
		    http_value(request, "department"), err);
	check_codes_release(&codes);
	if (rc == ERR_FULL)
		response->status = 413;
	return rc;
}
