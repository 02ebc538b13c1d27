/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files on their way in (intake/upload.h), one after the other, in the order
 * in which they came:
 *
 *	uploads_keep	the file is under DIR/uploads and its row in the
 *			office, both durable: acknowledged
 *	   -> "gongxin submit --mark" (web/runner.h) -> upload_end, file gone
 *	uploads_wait	an answer waits for that, for UPLOADS_WAIT_MS at most
 *
 * Where the department's policy asks for a second person, the file is held:
 * "submit --dry-run" says what would become of it (review_rehearsed), and it
 * goes on only when it is let go.
 *
 * What has not ended when the server does is begun again by the next one;
 * its mark keeps it from being taken in twice. A failure that is the
 * machine's (it was killed, the disk is full) is tried again, later each
 * time, UPLOAD_ATTEMPTS_MAX times in all.
 */
#ifndef GX_WEB_UPLOADS_H
#define GX_WEB_UPLOADS_H

#include "intake/review.h"
#include "intake/upload.h"
#include "usage/use.h"
#include "web/site_priv.h"

enum { UPLOADS_WAIT_MS = 5000, UPLOADS_WAITING_MAX = 64 };

struct uploads;

/* Cleans DIR/uploads and takes up what has not ended. */
enum err_code uploads_start(
    struct site *site, struct uploads **out, struct err *err);
/* Behind runner_stop. NULL-safe. */
void uploads_stop(struct uploads **uploads);
/* Now and then, in any thread: lets go whose time is up, tries again what is
 * due. NULL-safe. */
void uploads_tick(struct uploads *uploads);

/* DIR/uploads of this site, for files under way. */
const char *uploads_folder(const struct site_worker *worker);

/* A file that is sent, and what its sender means by it. */
struct uploads_sent {
	struct upload upload;
	enum cat_act act;  /* CAT_ACT_SUBMIT or CAT_ACT_AMEND */
	int64_t about;	   /* AMEND: the record */
	const char *words; /* of a row by hand, for review.h; "" of a file */
	struct use use;	   /* its trace */
};

/*
 * Takes the file (renames it) and writes the upload, its review if it needs
 * one, and the use down; 0: all are durable. sent->upload.id is the one of
 * before when it was known. ERR_BUSY: too many wait; ERR_CONFLICT: as
 * upload_add.
 */
enum err_code uploads_keep(struct site_worker *worker,
    const struct http_file *file, struct uploads_sent *sent, struct err *err);
/* Its review was for it: takes it in, as soon as its turn comes. */
void uploads_let_go(struct site_worker *worker, int64_t id);
/* Its review was against it: its file goes. */
void uploads_drop(struct site_worker *worker, int64_t id);
/* Opens the file of one that has not ended; the caller's. ERR_NOT_FOUND. */
enum err_code uploads_open_file(struct site_worker *worker,
    const struct upload *upload, int *fd_out, struct err *err);
/* Would another attempt of a command that ended so fare better? */
bool uploads_may_pass(enum err_code rc);
/* {"code","message","detail","hint"} of a failure that is kept. */
void uploads_put_error(const struct err *why, struct buf *out);
/* A hold until that upload has ended, or the time is up; begins it. `then`
 * makes the answer. */
struct http_hold uploads_wait(
    struct site_worker *worker, int64_t id, http_handler *then);
/* In `then`: which upload it was. */
int64_t uploads_waited(const struct http_request *request);

#endif
