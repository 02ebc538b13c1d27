/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bodies as large as a file, on their way to one. Nothing of such a body is
 * taken before its sender was admitted, since it fills a disk; no network
 * thread writes it; no more than a block of it is in memory.
 *
 *	head	the length is stated and within the bound	411 413
 *		-> worker: who sends, and may he?		401 403
 *		   are few enough on their way, and is there
 *		   room for what all of them have stated?	503 507
 *	body	a block is full -> worker: writes it, adds it to the digest
 *	end	-> worker: the rest, then as any request: admitted again (a
 *		form's token stands in the body), the handler
 *
 * A form of a page, that brings a file or could, is told of a refusal behind
 * its body when that is small: its page shows what was written. It is held in
 * memory like any form, and its sender is judged again at its end, when the
 * refusal is told and sealed.
 *
 * Between the pieces the connection is suspended, so one thread at a time
 * has the exchange. What goes wrong in the middle is told at the end, for
 * only then may be answered; until then what comes is dropped.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include "http/draft.h"
#include "http/server_priv.h"

enum {
	BLOCK_BYTES = 512 * 1024,
	PIECE_BYTES_MAX = 128 * 1024, /* that libmicrohttpd brings at once */
	HEAD_BYTES = 4096,
	HELD_BYTES_MAX = 256 * 1024, /* as a long form without a file */
	AT_ONCE_MAX = 64
};

/* The database and its journal stand on the same disk. */
static const uint64_t spare_bytes = UINT64_C(1) << 30;

struct filing {
	struct draft draft;
	struct http_server *server; /* that it is counted by; NULL: not yet */
	struct limit_key client;    /* with it */
	uint64_t promised;	    /* bytes that are still to come */
	bool is_admitted;
	bool is_whole;
	bool is_held; /* it is refused: in memory, for the page of that */
	/* The first bytes, where a form has its token. */
	char head[HEAD_BYTES];
	size_t head_n;
};

/* ---- network threads ---- */

/* The bound on the body of the exchange's route. */
static uint64_t body_max(const struct exchange *ex)
{
	const struct http_options *o = &ex->server->options;
	uint64_t max = ex->request.route->max_body_bytes;

	return o->filed_bytes_max && o->filed_bytes_max < max
	    ? o->filed_bytes_max
	    : max;
}

void filing_check_head(struct exchange *ex)
{
	const struct heads *heads = &ex->heads;

	if (!heads->has_body)
		return; /* who may not, is told that first */
	if (!heads->lengths)
		err_set(dispatch_fail(ex, 411), ERR_INPUT,
		    "the request does not say how long its body is");
	else if (heads->body_bytes > body_max(ex))
		err_set(dispatch_fail(ex, 413), ERR_FULL,
		    "the body is longer than %llu bytes",
		    (unsigned long long)body_max(ex));
	else if (!ex->server->options.filed_folder)
		err_set(dispatch_fail(ex, 503), ERR_BUSY,
		    "no files are taken here");
}

static void begin(struct exchange *ex)
{
	ex->filing = mem_zalloc(1, sizeof(*ex->filing));
	draft_init(&ex->filing->draft);
	buf_init(&ex->body, BLOCK_BYTES + PIECE_BYTES_MAX);
}

bool filing_begin(struct exchange *ex)
{
	begin(ex);
	ex->stage = STAGE_FILING;
	if (work_push(ex, false))
		return true;
	ex->stage = STAGE_BODY;
	return false;
}

bool filing_hold(struct exchange *ex)
{
	if (ex->heads.body_bytes > HELD_BYTES_MAX ||
	    !http_shows_words(&ex->request))
		return false;
	if (!ex->filing)
		begin(ex);
	ex->filing->is_held = true;
	return true;
}

bool filing_is_held(const struct exchange *ex)
{
	return ex->filing && ex->filing->is_held;
}

void filing_take(struct exchange *ex, const char *piece, size_t n)
{
	struct filing *f = ex->filing;
	size_t room = HEAD_BYTES - f->head_n;

	memcpy(f->head + f->head_n, piece, n < room ? n : room);
	f->head_n += n < room ? n : room;
	if (ex->status && !f->is_held)
		return;
	buf_add(&ex->body, piece, n);
	if (f->is_held)
		return;
	if (ex->body.is_full)
		err_set(dispatch_fail(ex, 500), ERR_FULL,
		    "a piece of a body is larger than it can be");
	if (ex->status || ex->body.n < BLOCK_BYTES)
		return;
	ex->stage = STAGE_FILING;
	if (work_push(ex, true))
		return;
	ex->stage = STAGE_BODY;
	err_set(dispatch_fail(ex, 503), ERR_BUSY, "the server stops");
}

void filing_free(struct filing **filing)
{
	struct filing *f = *filing;

	if (!f)
		return;
	if (f->server) {
		atomic_fetch_sub(&f->server->filings, 1);
		atomic_fetch_sub(&f->server->filing_bytes, f->promised);
		limits_end_transfer(f->server->limits, &f->client);
	}
	draft_release(&f->draft);
	free(f);
	*filing = NULL;
}

/* ---- workers ---- */

static enum err_code write_block(struct exchange *ex, struct err *err)
{
	struct filing *f = ex->filing;
	enum err_code rc = draft_add(&f->draft, buf_span(&ex->body), err);
	uint64_t n = ex->body.n < f->promised ? ex->body.n : f->promised;

	if (rc)
		return rc;
	ex->body.n = 0;
	f->promised -= n;
	atomic_fetch_sub(&f->server->filing_bytes, n);
	return 0;
}

/* Is there room on the disk for so many bytes more, and some to spare? Where
 * it does not say, writing will. */
static bool is_room_for(const struct http_options *o, uint64_t bytes)
{
	uint64_t spare =
	    o->filed_spare_bytes ? o->filed_spare_bytes : spare_bytes;
	struct statvfs disk;
	uint64_t left;

	if (statvfs(o->filed_folder, &disk) != 0)
		return true;
	left = (uint64_t)disk.f_bavail * disk.f_frsize;
	return left >= spare && left - spare >= bytes;
}

/* Counts the file, with all that its sender has stated, so that those who
 * begin at once do not all find the same room. False: it is refused. */
static bool find_room(struct exchange *ex)
{
	struct http_server *server = ex->server;
	const struct http_options *o = &server->options;
	unsigned max =
	    o->filed_at_once_max ? o->filed_at_once_max : AT_ONCE_MAX;
	struct filing *f = ex->filing;
	bool may = limits_may_transfer(server->limits, &ex->client);
	uint64_t all;

	f->server = server;
	f->client = ex->client;
	f->promised = ex->heads.body_bytes;
	limits_begin_transfer(server->limits, &f->client, monotonic_ms());
	all =
	    atomic_fetch_add(&server->filing_bytes, f->promised) + f->promised;
	if (atomic_fetch_add(&server->filings, 1) >= max || !may)
		err_set(dispatch_fail(ex, 503), ERR_BUSY,
		    "too many files are on their way");
	else if (!is_room_for(o, all))
		err_set(dispatch_fail(ex, 507), ERR_FULL,
		    "there is no room for a file of that size just now");
	if (ex->status)
		err_hint(ex->why, "Try again later, or ask the operators.");
	return !ex->status;
}

/* The disk is the server's: who sends need not know which, but may come
 * again. */
static void fail(struct exchange *ex, const struct err *err)
{
	fprintf(stderr, "gongxin: a file that was sent: %s %s\n",
	    err_own_message(err), err_own_detail(err));
	err_set(dispatch_fail(ex, 503), ERR_FULL,
	    "there is no room for the file just now");
	err_hint(ex->why, "Try again later, or ask the operators.");
}

/* Before the body comes. Of who is refused it is held, and he is judged once
 * more behind it; that there is no room stays as it is. */
static void admit(struct exchange *ex, void *worker)
{
	struct filing *f = ex->filing;
	struct err err;

	admit_caller(ex, worker);
	if (ex->status && filing_hold(ex)) {
		ex->status = 0;
		return;
	}
	f->is_admitted = !ex->status && !ex->answer && find_room(ex);
	if (f->is_admitted &&
	    draft_open(&f->draft, ex->server->options.filed_folder, &err) != 0)
		fail(ex, &err);
	if (ex->status)
		filing_hold(ex);
}

void filing_work(struct exchange *ex, void *worker)
{
	struct filing *f = ex->filing;
	struct err err;

	if (!f->is_admitted)
		admit(ex, worker);
	else if (write_block(ex, &err) != 0)
		fail(ex, &err);
	atomic_store(&ex->peer->deadline_ms,
	    monotonic_ms() + ex->server->options.body_timeout_ms);
}

void filing_finish(struct exchange *ex)
{
	struct filing *f = ex->filing;
	struct err err;

	f->is_whole = true;
	ex->request.body = (struct span){f->head, f->head_n};
	if (ex->status || f->is_held) {
		if (f->is_held || f->promised == ex->heads.body_bytes)
			ex->request.body = buf_span(&ex->body);
		return;
	}
	if (write_block(ex, &err) != 0 ||
	    draft_finish(&f->draft, &ex->request.file, &err) != 0)
		fail(ex, &err);
	buf_release(&ex->body);
}

void filing_check_there(struct exchange *ex)
{
	if (ex->request.route->is_filed && (!ex->filing || filing_is_held(ex)))
		err_set(dispatch_fail(ex, 400), ERR_INPUT,
		    "this address takes a file, and none came");
}

bool filing_is_partly(const struct exchange *ex)
{
	return ex->filing && !ex->filing->is_whole;
}
