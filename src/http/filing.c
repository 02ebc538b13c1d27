/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bodies as large as a file, on their way to one. Nothing of such a body is
 * taken before its sender was admitted, since it fills a disk; no network
 * thread writes it; no more than a block of it is in memory.
 *
 *	head	the length is stated and within the bound	411 413
 *		-> worker: who sends, and may he?		401 403
 *	body	a block is full -> worker: writes it, adds it to the digest
 *	end	-> worker: the rest, then as any request: admitted again (a
 *		form's token stands in the body), the handler
 *
 * Between the pieces the connection is suspended, so one thread at a time
 * has the exchange. What goes wrong in the middle is told at the end, for
 * only then may be answered; until then what comes is dropped.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/random.h"
#include "http/server_priv.h"

enum {
	BLOCK_BYTES = 512 * 1024,
	PIECE_BYTES_MAX = 128 * 1024, /* that libmicrohttpd brings at once */
	HEAD_BYTES = 4096,
	NAME_BYTES = 16,
	PATH_BYTES = 512
};

struct filing {
	int fd; /* -1: not begun */
	char path[PATH_BYTES];
	uint64_t bytes;
	struct sha256_stream *digest;
	bool is_admitted;
	bool is_whole;
	/* The first bytes, where a form has its token. */
	char head[HEAD_BYTES];
	size_t head_n;
};

/* ---- network threads ---- */

uint64_t filing_max(const struct exchange *ex)
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
	else if (heads->body_bytes > filing_max(ex))
		err_set(dispatch_fail(ex, 413), ERR_FULL,
		    "the body is longer than %llu bytes",
		    (unsigned long long)filing_max(ex));
	else if (!ex->server->options.filed_folder)
		err_set(dispatch_fail(ex, 503), ERR_BUSY,
		    "no files are taken here");
}

bool filing_begin(struct exchange *ex)
{
	ex->filing = mem_zalloc(1, sizeof(*ex->filing));
	ex->filing->fd = -1;
	ex->stage = STAGE_FILING;
	buf_init(&ex->body, BLOCK_BYTES + PIECE_BYTES_MAX);
	return work_push(ex, false);
}

void filing_take(struct exchange *ex, const char *piece, size_t n)
{
	struct filing *f = ex->filing;
	size_t room = HEAD_BYTES - f->head_n;

	memcpy(f->head + f->head_n, piece, n < room ? n : room);
	f->head_n += n < room ? n : room;
	if (ex->status)
		return;
	buf_add(&ex->body, piece, n);
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
	uint8_t unused[SHA256_BYTES];

	if (!f)
		return;
	if (f->fd >= 0) {
		close(f->fd);
		unlink(f->path); /* unless it was taken away */
	}
	if (f->digest)
		sha256_stream_finish(&f->digest, unused);
	free(f);
	*filing = NULL;
}

/* ---- workers ---- */

static enum err_code create(struct exchange *ex, struct err *err)
{
	const char *folder = ex->server->options.filed_folder;
	struct filing *f = ex->filing;
	unsigned char name[NAME_BYTES];
	struct buf path = BUF_INIT(PATH_BYTES - 1);
	enum err_code rc = random_bytes(name, sizeof(name), err);

	buf_addf(&path, "%s/" HTTP_FILED_PREFIX, folder);
	buf_add_hex(&path, name, sizeof(name));
	if (!rc && path.is_full)
		rc = err_set(err, ERR_INPUT, "the path is too long");
	if (!rc) {
		snprintf(f->path, sizeof(f->path), "%s", buf_str(&path));
		f->fd =
		    open(f->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		f->digest = sha256_stream_new();
		if (f->fd < 0)
			rc = err_set_errno(
			    err, "could not create \"%s\"", f->path);
	}
	buf_release(&path);
	return rc;
}

static enum err_code write_block(struct exchange *ex, struct err *err)
{
	struct filing *f = ex->filing;
	size_t done = 0;

	if (ex->body.n == 0)
		return 0;
	sha256_stream_add(f->digest, ex->body.p, ex->body.n);
	while (done < ex->body.n) {
		ssize_t n = write(f->fd, ex->body.p + done, ex->body.n - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set_errno(err, "could not write a file");
		done += (size_t)n;
	}
	f->bytes += ex->body.n;
	ex->body.n = 0;
	return 0;
}

/* The disk is the server's: who sends need not know which, but may come
 * again. */
static void fail(struct exchange *ex, const struct err *err)
{
	fprintf(stderr, "gongxin: a file that was sent: %s %s\n", err->message,
	    err->detail);
	err_set(dispatch_fail(ex, 503), ERR_FULL,
	    "there is no room for the file just now");
	err_hint(ex->why, "Try again later, or ask the operators.");
}

void filing_work(struct exchange *ex, void *worker)
{
	struct filing *f = ex->filing;
	struct err err;

	if (!f->is_admitted) {
		admit_caller(ex, worker);
		f->is_admitted = !ex->status && !ex->answer;
		if (f->is_admitted && create(ex, &err) != 0)
			fail(ex, &err);
	} else if (write_block(ex, &err) != 0) {
		fail(ex, &err);
	}
	atomic_store(&ex->peer->deadline_ms, monotonic_ms() + BODY_TIMEOUT_MS);
}

void filing_finish(struct exchange *ex)
{
	struct filing *f = ex->filing;
	struct err err;

	f->is_whole = true;
	ex->request.body = (struct span){f->head, f->head_n};
	if (ex->status)
		return;
	if (write_block(ex, &err) != 0) {
		fail(ex, &err);
		return;
	}
	buf_release(&ex->body);
	ex->request.file.fd = f->fd;
	ex->request.file.path = f->path;
	ex->request.file.bytes = f->bytes;
	sha256_stream_finish(&f->digest, ex->request.file.digest);
	if (lseek(f->fd, 0, SEEK_SET) != 0)
		fail(ex, &err);
}

void filing_check_there(struct exchange *ex)
{
	if (ex->request.route->is_filed && !ex->filing)
		err_set(dispatch_fail(ex, 400), ERR_INPUT,
		    "this address takes a file, and none came");
}

bool filing_is_partly(const struct exchange *ex)
{
	return ex->filing && !ex->filing->is_whole;
}
