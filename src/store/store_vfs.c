/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page seals.
 *
 * In WAL mode the database file is written only by checkpoints, whole pages
 * at a time; the WAL has checksums of its own. So it is enough to stand
 * between SQLite and the main database file:
 *
 *	write of one page:  last 8 bytes = XXH3-64(first 4,088 bytes,
 *			    seed = page number)
 *	read of one page:   the same must hold, else SQLITE_IOERR_DATA
 *
 * SQLite keeps the 8 bytes free (SQLITE_FCNTL_RESERVE_BYTES). The page
 * number as seed finds a page that was written to the wrong place. A change
 * made by a program without this VFS leaves a wrong seal and is found too.
 *
 * Two kinds of pages have no seal, and are all zeros: the lock page at 1 GiB,
 * which SQLite never uses, and pages that were freed before they were ever
 * written, which nothing refers to. SQLite reads neither.
 *
 * A page of a tree has a gap between its pointers and its cells. SQLite never
 * reads it and leaves there what stood in it when cells moved to another page,
 * also where deleted cells are overwritten (PRAGMA secure_delete). In the
 * file the gap is zeros: what was erased has no copy there. A page of a tree
 * is told by its first byte: others begin with the number of a page, whose
 * first byte is 0 or 1 in databases of less than 128 GiB; in larger ones gaps
 * stay as they are. SQLite says the size at the beginning of a checkpoint.
 *
 * It is no defence against a forger, who can compute seals: that is what
 * the log is for.
 *
 * Writes that follow one another, as those of a WAL and of a checkpoint do,
 * are gathered and written together: a bulk submission makes hundreds of
 * thousands of them. What is gathered is written before anything else is
 * done with the file: a read, a sync, a truncation, a question for its size.
 * Nobody else may look at it before that: frames of a WAL count for other
 * connections only after the sync of a commit (synchronous=FULL).
 *
 * Such a sync can be put off, for commits that need not be durable yet: then
 * it only writes. Not that of a WAL's new head, which must be there before
 * frames that hang on it.
 *
 * Pages of the database that are read one after the other, as those of a
 * long blob are, are read together and handed out one by one, each with its
 * seal checked. What was read ahead is good until the transaction ends: a
 * checkpoint writes only pages that are in the WAL up to the mark of every
 * reader, and those a reader takes from the WAL. So every lock that is taken
 * or let go, and every write of our own, forgets it.
 */
#include "store/store_vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/mem.h"
#include "base/tr.h"

enum {
	PAGE_BODY_BYTES = STORE_PAGE_BYTES - STORE_PAGE_SEAL_BYTES,
	GATHER_BYTES = 124 * 1024, /* SQLite writes less than 128 KiB at once */
	AHEAD_BYTES = 16 * STORE_PAGE_BYTES,
	NEAR_BYTES = 4 * STORE_PAGE_BYTES,
	FILE_HEADER_BYTES = 100, /* in front of page 0's own */
	TREE_HEADER_BYTES = 8,	 /* of a leaf; 4 more of an inner page */
	LOCK_PAGE = 0x40000000 / STORE_PAGE_BYTES, /* from 0 */
	READ_PAGES = 256,			   /* at once by the check */
	PAUSE_MS = 10,
	/* In one check: a page is written at once, all that makes a file longer
	 * is not. */
	PAGE_PAUSES_MAX = 10,
	LENGTH_PAUSES_MAX = 200
};

/* Below this no page number begins with the byte of a tree's page. */
static const sqlite3_int64 told_apart_bytes =
    (sqlite3_int64)0x2000000 * STORE_PAGE_BYTES;

/* Our file: SQLite's base first, the real file behind it. */
struct sealed_file {
	sqlite3_file base;
	bool is_main;	    /* the database itself, not WAL or journal */
	bool gathers;	    /* WAL and database */
	bool puts_off;	    /* of a WAL: syncs of commits */
	bool has_new_head;  /* of a WAL, not synced */
	sqlite3_int64 size; /* of the database, as SQLite was told or said */
	char *gathered;	    /* GATHER_BYTES, allocated at the first write */
	size_t gathered_n;
	sqlite3_int64 gathered_at; /* where it belongs in the file */
	char *ahead;		   /* AHEAD_BYTES, allocated when needed */
	size_t ahead_n;		   /* 0: nothing, else AHEAD_BYTES */
	sqlite3_int64 ahead_at;	   /* where it is from */
	sqlite3_int64 next_at;	   /* behind the page that was read last */
	sqlite3_file real[];
};

static sqlite3_vfs *real_vfs(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
	return ((struct sealed_file *)(void *)file)->real;
}

static uint64_t seal_of(const void *page, uint64_t number)
{
	return XXH3_64bits_withSeed(page, PAGE_BODY_BYTES, number);
}

static bool is_page(const sqlite3_file *file, int amount, sqlite3_int64 offset)
{
	return ((const struct sealed_file *)(const void *)file)->is_main &&
	    amount == STORE_PAGE_BYTES && offset % STORE_PAGE_BYTES == 0;
}

static bool seal_holds(const void *page, uint64_t number)
{
	uint64_t seal;

	memcpy(&seal, (const char *)page + PAGE_BODY_BYTES, sizeof(seal));
	return seal == seal_of(page, number);
}

static struct sealed_file *sealed_of(sqlite3_file *file)
{
	return (struct sealed_file *)(void *)file;
}

/* Writes what was gathered. */
static int flush(sqlite3_file *file)
{
	struct sealed_file *f = sealed_of(file);
	size_t n = f->gathered_n;

	f->gathered_n = 0;
	if (n == 0)
		return SQLITE_OK;
	return f->real->pMethods->xWrite(
	    f->real, f->gathered, (int)n, f->gathered_at);
}

/* Adds to what is gathered, or writes that first. */
static int gather(
    sqlite3_file *file, const void *from, size_t n, sqlite3_int64 offset)
{
	struct sealed_file *f = sealed_of(file);
	int rc = SQLITE_OK;

	if (f->gathered_n &&
	    (offset != f->gathered_at + (sqlite3_int64)f->gathered_n ||
		n > GATHER_BYTES - f->gathered_n))
		rc = flush(file);
	if (rc != SQLITE_OK)
		return rc;
	if (!f->gathered)
		f->gathered = mem_alloc(GATHER_BYTES);
	if (f->gathered_n == 0)
		f->gathered_at = offset;
	memcpy(f->gathered + f->gathered_n, from, n);
	f->gathered_n += n;
	return SQLITE_OK;
}

static int file_close(sqlite3_file *file)
{
	int rc = flush(file);
	int closed = real_of(file)->pMethods->xClose(real_of(file));

	free(sealed_of(file)->gathered);
	free(sealed_of(file)->ahead);
	return rc == SQLITE_OK ? closed : rc;
}

/* What was read ahead may differ from the file from now on. */
static void forget_ahead(sqlite3_file *file)
{
	sealed_of(file)->ahead_n = 0;
}

static bool is_ahead(const struct sealed_file *f, sqlite3_int64 offset)
{
	return f->ahead_n && offset >= f->ahead_at &&
	    offset < f->ahead_at + (sqlite3_int64)f->ahead_n;
}

/*
 * Reads one page, and those behind it if it stands a little behind the one
 * that was asked for before: tables that grew side by side have their pages
 * in turns. Near the end of the file there is less than that to read, and it
 * reads the page alone.
 */
static int read_page(sqlite3_file *file, void *to, sqlite3_int64 offset)
{
	struct sealed_file *f = sealed_of(file);
	bool follows = offset >= f->next_at && offset < f->next_at + NEAR_BYTES;

	f->next_at = offset + STORE_PAGE_BYTES;
	if (follows && !is_ahead(f, offset)) {
		if (!f->ahead)
			f->ahead = mem_alloc(AHEAD_BYTES);
		f->ahead_at = offset;
		f->ahead_n = f->real->pMethods->xRead(f->real, f->ahead,
				 AHEAD_BYTES, offset) == SQLITE_OK
		    ? AHEAD_BYTES
		    : 0;
	}
	if (!is_ahead(f, offset))
		return f->real->pMethods->xRead(
		    f->real, to, STORE_PAGE_BYTES, offset);
	memcpy(to, f->ahead + (offset - f->ahead_at), STORE_PAGE_BYTES);
	return SQLITE_OK;
}

static int file_read(
    sqlite3_file *file, void *to, int amount, sqlite3_int64 offset)
{
	bool page = is_page(file, amount, offset);
	int rc = flush(file);

	if (rc == SQLITE_OK)
		rc = page ? read_page(file, to, offset)
			  : real_of(file)->pMethods->xRead(
				real_of(file), to, amount, offset);
	if (rc == SQLITE_OK && page &&
	    !seal_holds(to, (uint64_t)(offset / STORE_PAGE_BYTES))) {
		sqlite3_log(SQLITE_IOERR_DATA, "page %lld has a wrong seal",
		    offset / STORE_PAGE_BYTES + 1);
		return SQLITE_IOERR_DATA;
	}
	return rc;
}

static unsigned two_bytes(const char *p)
{
	return (unsigned)(unsigned char)p[0] << 8 | (unsigned char)p[1];
}

/* Where the gap of a tree's page begins and ends; false: it is none, or one
 * that does not say it. */
static bool find_gap(
    const char *page, bool is_first, size_t *from_out, size_t *to_out)
{
	size_t at = is_first ? FILE_HEADER_BYTES : 0;
	const char *header = page + at;
	bool is_inner = header[0] == 2 || header[0] == 5;

	if (!is_inner && header[0] != 10 && header[0] != 13)
		return false;
	*from_out = at + TREE_HEADER_BYTES + (is_inner ? 4 : 0) +
	    2 * (size_t)two_bytes(header + 3);
	*to_out = two_bytes(header + 5);
	return *from_out <= *to_out && *to_out <= PAGE_BODY_BYTES;
}

static void clear_gap(
    const struct sealed_file *f, char *page, sqlite3_int64 offset)
{
	size_t from, to;

	if (f->size > 0 && f->size < told_apart_bytes &&
	    find_gap(page, offset == 0, &from, &to))
		memset(page + from, 0, to - from);
}

static int file_write(
    sqlite3_file *file, const void *from, int amount, sqlite3_int64 offset)
{
	char page[STORE_PAGE_BYTES];
	uint64_t seal;
	int rc;

	forget_ahead(file);
	sealed_of(file)->has_new_head |= offset == 0;
	if (is_page(file, amount, offset)) {
		memcpy(page, from, PAGE_BODY_BYTES);
		clear_gap(sealed_of(file), page, offset);
		seal = seal_of(page, (uint64_t)(offset / STORE_PAGE_BYTES));
		memcpy(page + PAGE_BODY_BYTES, &seal, sizeof(seal));
		from = page;
	}
	if (sealed_of(file)->gathers && amount <= GATHER_BYTES)
		return gather(file, from, (size_t)amount, offset);
	rc = flush(file);
	return rc == SQLITE_OK ? real_of(file)->pMethods->xWrite(
				     real_of(file), from, amount, offset)
			       : rc;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int rc = flush(file);

	forget_ahead(file);
	return rc == SQLITE_OK
	    ? real_of(file)->pMethods->xTruncate(real_of(file), size)
	    : rc;
}

static int file_sync(sqlite3_file *file, int flags)
{
	struct sealed_file *f = sealed_of(file);
	int rc = flush(file);

	if (rc != SQLITE_OK || (f->puts_off && !f->has_new_head))
		return rc;
	rc = f->real->pMethods->xSync(f->real, flags);
	if (rc == SQLITE_OK)
		f->has_new_head = false;
	return rc;
}

void store_vfs_put_off_syncs(struct sqlite3_file *wal, bool is_put_off)
{
	sealed_of(wal)->puts_off = is_put_off;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out)
{
	int rc = flush(file);

	if (rc == SQLITE_OK)
		rc = real_of(file)->pMethods->xFileSize(real_of(file), out);
	if (rc == SQLITE_OK)
		sealed_of(file)->size = *out;
	return rc;
}

static int file_lock(sqlite3_file *file, int level)
{
	int rc = flush(file);

	forget_ahead(file);
	return rc == SQLITE_OK
	    ? real_of(file)->pMethods->xLock(real_of(file), level)
	    : rc;
}

static int file_unlock(sqlite3_file *file, int level)
{
	int rc = flush(file);

	forget_ahead(file);
	return rc == SQLITE_OK
	    ? real_of(file)->pMethods->xUnlock(real_of(file), level)
	    : rc;
}

static int file_check_reserved(sqlite3_file *file, int *out)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

/* How long it is going to be. */
static void note_hint(struct sealed_file *f, const void *arg)
{
	sqlite3_int64 size;

	memcpy(&size, arg, sizeof(size));
	if (size > f->size)
		f->size = size;
}

static int file_control(sqlite3_file *file, int op, void *arg)
{
	int rc = flush(file);

	if (rc != SQLITE_OK)
		return rc;
	if (op == SQLITE_FCNTL_SIZE_HINT)
		note_hint(sealed_of(file), arg);
	return real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}

static int file_sector_size(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_characteristics(sqlite3_file *file)
{
	int is = real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));

	/* From 3.45 SQLite would read parts of pages, past the seal. */
#ifdef SQLITE_IOCAP_SUBPAGE_READ
	is &= ~SQLITE_IOCAP_SUBPAGE_READ;
#endif
	return is;
}

static int file_shm_map(
    sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
	return real_of(file)->pMethods->xShmMap(
	    real_of(file), region, size, extend, out);
}

static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	forget_ahead(file);
	return real_of(file)->pMethods->xShmLock(
	    real_of(file), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int is_delete)
{
	return real_of(file)->pMethods->xShmUnmap(real_of(file), is_delete);
}

/* Version 2: no xFetch, so that every page passes file_read. */
static const sqlite3_io_methods sealed_methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
    int flags, int *out_flags)
{
	struct sealed_file *sealed = (struct sealed_file *)(void *)file;
	int rc;

	file->pMethods = NULL;
	sealed->is_main = (flags & SQLITE_OPEN_MAIN_DB) != 0;
	sealed->gathers =
	    (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0;
	sealed->puts_off = sealed->has_new_head = false;
	sealed->size = 0;
	sealed->gathered = NULL;
	sealed->gathered_n = 0;
	sealed->ahead = NULL;
	sealed->ahead_n = 0;
	sealed->next_at = -NEAR_BYTES;
	rc = real_vfs(vfs)->xOpen(
	    real_vfs(vfs), name, sealed->real, flags, out_flags);
	if (sealed->real->pMethods)
		file->pMethods = &sealed_methods;
	return rc;
}

const char *store_vfs_name(void)
{
	static sqlite3_vfs vfs;
	sqlite3_vfs *real;

	if (vfs.zName)
		return vfs.zName;
	real = sqlite3_vfs_find(NULL);
	vfs = *real;
	vfs.pNext = NULL;
	vfs.szOsFile = (int)sizeof(struct sealed_file) + real->szOsFile;
	vfs.zName = "gongxin";
	vfs.pAppData = real;
	vfs.xOpen = vfs_open;
	sqlite3_vfs_register(&vfs, 0);
	return vfs.zName;
}

static bool is_blank(const void *page)
{
	static const char zero[STORE_PAGE_BYTES];

	return memcmp(page, zero, sizeof(zero)) == 0;
}

bool store_vfs_page_holds(const void *page, uint64_t number)
{
	if (number == LOCK_PAGE)
		return is_blank(page);
	return seal_holds(page, number);
}

/* Reads up to n bytes, less only at the end of the file; -1 on failure. */
static ssize_t read_whole(int fd, char *to, size_t size)
{
	size_t n = 0;

	while (n < size) {
		ssize_t got = read(fd, to + n, size - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

static void say_page(
    uint64_t number, void (*say)(void *ctx, const char *text), void *ctx)
{
	char text[256];

	snprintf(text, sizeof(text),
	    tr("database page %llu (bytes %llu to %llu) has changed since it "
	       "was written"),
	    (unsigned long long)number + 1,
	    (unsigned long long)number * STORE_PAGE_BYTES,
	    (unsigned long long)(number + 1) * STORE_PAGE_BYTES - 1);
	say(ctx, text);
}

/* How many pages the file should have, from the head of its first one. */
static uint64_t pages_due(const char *page)
{
	const unsigned char *p = (const unsigned char *)page + 28;

	return (uint64_t)p[0] << 24 | (uint64_t)p[1] << 16 |
	    (uint64_t)p[2] << 8 | p[3];
}

static int say_short(uint64_t have, uint64_t due,
    void (*say)(void *ctx, const char *text), void *ctx)
{
	char text[256];

	if (have >= due)
		return 0;
	snprintf(text, sizeof(text),
	    tr("the database file has %llu pages instead of %llu"),
	    (unsigned long long)have, (unsigned long long)due);
	say(ctx, text);
	return 1;
}

/* A file that is looked at while others may write to it. */
struct looked_at {
	int fd;
	int pauses_left; /* for what may be being written */
};

static bool may_wait(struct looked_at *file)
{
	const struct timespec pause = {0, PAUSE_MS * 1000000L};

	if (file->pauses_left == 0)
		return false;
	file->pauses_left--;
	nanosleep(&pause, NULL);
	return true;
}

/* A page that was read while it was written holds a moment later. */
static bool page_holds(struct looked_at *file, char *page, uint64_t number)
{
	while (!store_vfs_page_holds(page, number))
		if (is_blank(page) || !may_wait(file) ||
		    pread(file->fd, page, STORE_PAGE_BYTES,
			(off_t)(number * STORE_PAGE_BYTES)) != STORE_PAGE_BYTES)
			return false;
	return true;
}

/* Whoever writes says in the head that the file is longer before it is. */
static int check_length(
    struct looked_at *file, void (*say)(void *ctx, const char *text), void *ctx)
{
	char page[STORE_PAGE_BYTES];
	uint64_t have, due;
	struct stat st;

	file->pauses_left = LENGTH_PAUSES_MAX;
	do {
		bool is_read =
		    pread(file->fd, page, sizeof(page), 0) == sizeof(page);

		due = is_read ? pages_due(page) : 1;
		have = fstat(file->fd, &st) == 0
		    ? ((uint64_t)st.st_size + STORE_PAGE_BYTES - 1) /
			STORE_PAGE_BYTES
		    : 0;
	} while (have < due && may_wait(file));
	return say_short(have, due, say, ctx);
}

static int check_pages(int fd, const char *path,
    void (*say)(void *ctx, const char *text), void *ctx,
    uint64_t *unwritten_out, struct err *err)
{
	char *bytes = mem_alloc((size_t)READ_PAGES * STORE_PAGE_BYTES);
	struct looked_at file = {fd, PAGE_PAUSES_MAX};
	uint64_t number = 0;
	int bad = 0;
	ssize_t n;

	while ((n = read_whole(
		    fd, bytes, (size_t)READ_PAGES * STORE_PAGE_BYTES)) > 0) {
		ssize_t at = 0;

		for (; at < n; at += STORE_PAGE_BYTES, number++) {
			if (n - at >= STORE_PAGE_BYTES &&
			    page_holds(&file, bytes + at, number))
				continue;
			if (n - at >= STORE_PAGE_BYTES &&
			    is_blank(bytes + at)) {
				++*unwritten_out;
				continue;
			}
			say_page(number, say, ctx);
			bad++;
		}
	}
	if (n < 0)
		bad = err_set_errno(err, "could not read \"%s\"", path);
	else
		bad += check_length(&file, say, ctx);
	free(bytes);
	return bad;
}

int store_vfs_check_file(const char *path,
    void (*say)(void *ctx, const char *text), void *ctx,
    uint64_t *unwritten_out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int bad;

	*unwritten_out = 0;
	if (fd < 0)
		return err_set_errno(err, "could not open \"%s\"", path);
	bad = check_pages(fd, path, say, ctx, unwritten_out, err);
	close(fd);
	return bad;
}
