/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blobs stand one behind the other, each with its seal:
 *
 *	bytes | XXH3-64(bytes, seed = place)	8 bytes, little-endian
 *
 * A blob in a row of the database would be written twice, to the WAL and to
 * the database, and fill whole pages. Here it is written once. The file by
 * itself says nothing: a blob is there when a committed row names its place.
 * So bytes behind the last such place are those of a write that was cut
 * short; the next one overwrites them and cuts off what is left.
 *
 * On disk before the commit, never changed after it: no order of crash and
 * restart shows a row without its blob.
 */
#include "store/store_blobs.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/file.h"
#include "base/mem.h"

enum {
	SEAL_BYTES = 8,
	/* The disk begins to write while more is being made. */
	PUSH_BYTES = 8 * 1024 * 1024
};

void store_blobs_init(struct store_blobs *b, const char *database_path)
{
	size_t n = strlen(database_path) + sizeof("-blobs");

	b->path = mem_alloc(n);
	snprintf(b->path, n, "%s-blobs", database_path);
	b->fd = -1;
	b->is_writable = false;
	store_blobs_forget(b);
}

void store_blobs_release(struct store_blobs *b)
{
	if (b->fd >= 0)
		close(b->fd);
	b->fd = -1;
	free(b->path);
	b->path = NULL;
}

void store_blobs_forget(struct store_blobs *b)
{
	b->put_end = -1;
}

static uint64_t seal_of(struct span bytes, int64_t at)
{
	return htole64(XXH3_64bits_withSeed(bytes.p, bytes.n, (uint64_t)at));
}

/* The file's name must outlive a crash as well. */
static enum err_code sync_folder(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX] = ".";
	enum err_code rc = 0;
	int fd;

	if (slash)
		snprintf(folder, sizeof(folder), "%.*s",
		    (int)(slash == path ? 1 : slash - path), path);
	fd = file_open_folder(folder, err);
	if (fd < 0)
		return (enum err_code)fd;
	if (fsync(fd) != 0)
		rc = err_set_errno(err, "could not sync \"%s\"", folder);
	close(fd);
	return rc;
}

static enum err_code open_to_write(struct store_blobs *b, struct err *err)
{
	struct stat st;
	int fd;

	if (b->is_writable)
		return 0;
	fd = open(b->path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_set_errno(err, "could not open \"%s\"", b->path);
	if (b->fd >= 0)
		close(b->fd);
	b->fd = fd;
	b->is_writable = true;
	if (fstat(fd, &st) == 0 && st.st_size > 0)
		return 0;
	return sync_folder(b->path, err);
}

static enum err_code write_at(
    struct store_blobs *b, const void *p, size_t n, int64_t at, struct err *err)
{
	const char *from = p;

	while (n) {
		ssize_t done = pwrite(b->fd, from, n, at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_set_errno(
			    err, "could not write \"%s\"", b->path);
		from += done;
		at += done;
		n -= (size_t)done;
	}
	return 0;
}

enum err_code store_blobs_put(struct store_blobs *b, int64_t at,
    struct span bytes, int64_t *end_out, struct err *err)
{
	int64_t seal_at = at + (int64_t)bytes.n;
	uint64_t seal = seal_of(bytes, at);
	enum err_code rc = open_to_write(b, err);

	if (!rc)
		rc = write_at(b, bytes.p, bytes.n, at, err);
	if (!rc)
		rc = write_at(b, &seal, SEAL_BYTES, seal_at, err);
	if (rc)
		return rc;
	if (b->put_end < 0)
		b->pushed_end = at;
	*end_out = b->put_end = seal_at + SEAL_BYTES;
	if (b->put_end - b->pushed_end >= PUSH_BYTES) {
		/* A wish: the sync before the commit is what counts. */
		sync_file_range(b->fd, b->pushed_end,
		    b->put_end - b->pushed_end, SYNC_FILE_RANGE_WRITE);
		b->pushed_end = b->put_end;
	}
	return 0;
}

static enum err_code damaged(
    const struct store_blobs *b, int64_t at, int64_t end, struct err *err)
{
	err_set(err, ERR_CORRUPT,
	    "bytes %lld to %lld of \"%s\" have changed or are missing",
	    (long long)at, (long long)end - 1, b->path);
	err_hint(err,
	    "Run \"gongxin verify --all\" to see where, and restore the last "
	    "backup.");
	return ERR_CORRUPT;
}

/* Up to n bytes, less only at the end of the file; -1 on failure. */
static ssize_t read_at(int fd, char *to, size_t n, int64_t at)
{
	size_t got = 0;

	while (got < n) {
		ssize_t done = pread(fd, to + got, n - got, at + (off_t)got);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		if (done == 0)
			break;
		got += (size_t)done;
	}
	return (ssize_t)got;
}

static enum err_code open_to_read(struct store_blobs *b, struct err *err)
{
	if (b->fd < 0)
		b->fd = open(b->path, O_RDONLY | O_CLOEXEC);
	return b->fd < 0 ? err_set_errno(err, "could not open \"%s\"", b->path)
			 : ERR_NONE;
}

enum err_code store_blobs_get(struct store_blobs *b, int64_t at, int64_t end,
    struct buf *out, struct err *err)
{
	enum err_code rc;
	uint64_t seal;
	size_t room, n;
	ssize_t got;
	char *to;

	if (at < 0 || end - at < SEAL_BYTES)
		return damaged(b, at, end, err);
	rc = open_to_read(b, err);
	if (rc)
		return rc == ERR_NOT_FOUND ? damaged(b, at, end, err) : rc;
	room = (size_t)(end - at);
	n = room - SEAL_BYTES;
	to = room <= out->max - out->n ? buf_reserve(out, room) : NULL;
	if (!to)
		return damaged(b, at, end, err);
	got = read_at(b->fd, to, room, at);
	if (got < 0)
		return err_set_errno(err, "could not read \"%s\"", b->path);
	if ((size_t)got < room)
		return damaged(b, at, end, err);
	memcpy(&seal, to + n, SEAL_BYTES);
	if (seal != seal_of((struct span){to, n}, at))
		return damaged(b, at, end, err);
	out->n += n;
	return 0;
}

enum err_code store_blobs_sync(struct store_blobs *b, struct err *err)
{
	struct stat st;

	if (b->put_end < 0)
		return 0;
	if (fstat(b->fd, &st) != 0 ||
	    (st.st_size > b->put_end && ftruncate(b->fd, b->put_end) != 0) ||
	    fdatasync(b->fd) != 0)
		return err_set_errno(err, "could not sync \"%s\"", b->path);
	return 0;
}
