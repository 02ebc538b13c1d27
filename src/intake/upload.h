/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that came over the network, as rows of the office: what came from
 * whom, and what became of it. The file itself stands in DIR/uploads under
 * its mark until the upload has ended. The state of an upload follows from
 * its row:
 *
 *	received --> ended: taken in (a submission), or failed (an error)
 *
 * What is written down here was acknowledged: it is run until it has ended,
 * by this server or the next one, and its mark keeps it from being taken in
 * twice.
 */
#ifndef GX_INTAKE_UPLOAD_H
#define GX_INTAKE_UPLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "store/store.h"

enum {
	UPLOAD_MARK_CHARS = 32,
	UPLOAD_KEY_BYTES_MAX = 128,
	UPLOAD_NAME_BYTES_MAX = 255,
	UPLOAD_ATTEMPTS_MAX = 5,
	/* Of a department that have not ended: it waits for us, or for its own
	 * second person. */
	UPLOADS_WAITING_OF_ONE_MAX = 256
};
#define UPLOADS_BYTES_OF_ONE_MAX (INT64_C(4) << 30)

/* Stored: add at the end, never change. */
enum upload_held {
	UPLOAD_FREE = 0,    /* it waits for nobody */
	UPLOAD_TO_REHEARSE, /* for a review (review.h), and for its rehearsal */
	UPLOAD_HELD	    /* for a review */
};

struct upload {
	int64_t id;
	const char *mark; /* hexadecimal, of chance */
	int64_t received_ms;
	const char *sender; /* a login, or "token " and its id */
	const char *department;
	const char *item;
	const char *file_name;
	int64_t file_bytes;
	uint8_t file_digest[SHA256_BYTES];
	const char *key; /* the sender's own, "" none */
	int64_t attempts;
	int64_t ended_ms;      /* 0: not yet */
	int64_t submission_id; /* 0: none came of it */
	const char *error;     /* JSON of the error; "" none */
	enum upload_held held; /* ended, without submission and error: its
				  review was against it */
};

enum err_code upload_make_mark(
    char out[UPLOAD_MARK_CHARS + 1], struct err *err);

/*
 * In a transaction. Numbers the upload and writes it down. When one with the
 * same key is there already: of the same item and file, *was_known_out and
 * upload->id are that one's; of another, ERR_CONFLICT. ERR_BUSY: too many of
 * the department wait, or too large ones; a file that is alone may have any
 * size.
 */
enum err_code upload_add(struct store *store, struct upload *upload,
    bool *was_known_out, struct err *err);
/* In a transaction. It is about to be tried once more. */
enum err_code upload_try(struct store *store, int64_t id, struct err *err);
/* In a transaction. error: "" or its JSON. Nothing happens to what has ended
 * already. */
enum err_code upload_end(struct store *store, int64_t id, int64_t now_ms,
    int64_t submission_id, const char *error, struct err *err);

/* In a transaction. What a held one waits for now; nothing happens to one
 * that is free or has ended. */
enum err_code upload_hold(
    struct store *store, int64_t id, enum upload_held held, struct err *err);

/* Strings are the arena's. ERR_NOT_FOUND. */
enum err_code upload_get(struct store *store, struct arena *arena, int64_t id,
    struct upload *out, struct err *err);
/* The department's below `before`, newest first, `limit` at most. */
enum err_code uploads_of(struct store *store, struct arena *arena,
    const char *department, int64_t before, size_t limit, struct upload *out,
    size_t *count_out, struct err *err);
/* Those that have not ended, oldest first. */
typedef void upload_visit(void *ctx, const struct upload *upload);
enum err_code uploads_open(struct store *store, struct arena *arena,
    upload_visit *visit, void *ctx, struct err *err);

#endif
