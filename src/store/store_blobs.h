/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SQLite driver's file of blobs (store_blob_put, store_blob_get), beside
 * the database and with its name and "-blobs" behind it.
 */
#ifndef GX_STORE_STORE_BLOBS_H
#define GX_STORE_STORE_BLOBS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct store_blobs {
	char *path;
	int fd; /* -1 until needed */
	bool is_writable;
	int64_t put_end; /* behind the last put of the transaction; -1 none */
	int64_t pushed_end; /* so far the kernel was asked to write */
};

void store_blobs_init(struct store_blobs *blobs, const char *database_path);
void store_blobs_release(struct store_blobs *blobs);
/* As store_blob_put and store_blob_get. */
enum err_code store_blobs_put(struct store_blobs *blobs, int64_t at,
    struct span bytes, int64_t *end_out, struct err *err);
enum err_code store_blobs_get(struct store_blobs *blobs, int64_t at,
    int64_t end, struct buf *out, struct err *err);
/* Before a commit: what was put is on disk afterwards. */
enum err_code store_blobs_sync(struct store_blobs *blobs, struct err *err);
/* After a commit or a rollback. */
void store_blobs_forget(struct store_blobs *blobs);

#endif
