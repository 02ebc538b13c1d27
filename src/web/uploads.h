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
 * What has not ended when the server does is begun again by the next one;
 * its mark keeps it from being taken in twice. A failure that is the
 * machine's (it was killed, the disk is full) is tried again, later each
 * time, UPLOAD_ATTEMPTS_MAX times in all.
 */
#ifndef GX_WEB_UPLOADS_H
#define GX_WEB_UPLOADS_H

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

/*
 * Takes the file (renames it) and writes the upload and the use down; 0: both
 * are durable. upload->id is the one of before when *was_known_out. ERR_BUSY:
 * too many wait; ERR_CONFLICT: as upload_add.
 */
enum err_code uploads_keep(struct site_worker *worker,
    const struct http_file *file, struct upload *upload, struct use *use,
    bool *was_known_out, struct err *err);
/* A hold until that upload has ended, or the time is up; begins it. `then`
 * makes the answer. */
struct http_hold uploads_wait(
    struct site_worker *worker, int64_t id, http_handler *then);
/* In `then`: which upload it was. */
int64_t uploads_waited(const struct http_request *request);

#endif
