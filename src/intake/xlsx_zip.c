/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The archive of a workbook, read through libzip over a source of our own:
 * the file is already open, and in the sandbox nothing but pread and lseek
 * may touch it.
 *
 * Against archives made to harm: the number of entries is looked up in the
 * end record before libzip makes room for them; a part may not unpack to
 * more than it is asked for, nor all that is read of a file, one part as often
 * as it is read, past 64 MiB, to more than 300 times the file's size (real
 * sheets stay far below 100); nothing is unpacked but the parts that are asked
 * for, and those as a stream.
 */
#include "intake/xlsx_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "intake/lib_zip.h"

enum {
	END_RECORD_BYTES = 22,
	END_RECORD_TAIL = END_RECORD_BYTES + 65535,
	END64_LOCATOR_BYTES = 20,
	END64_RECORD_BYTES = 56,
	ENTRIES_MAX = 65535,
	RATIO_FREE = 64 * 1024 * 1024,
	RATIO_MAX = 300
};

struct xlsx_zip {
	zip_t *archive;
	int fd;
	uint64_t size; /* of the file */
	uint64_t at;   /* where libzip reads next */
	uint64_t bytes_read;
	uint64_t unpacked; /* bytes that parts gave so far */
	int read_errno;	   /* of the first pread that failed, else 0 */
	zip_error_t error; /* what the source tells libzip */
};

struct xlsx_part {
	struct xlsx_zip *zip;
	zip_file_t *file;
	char *path;
	uint64_t unpacked; /* bytes given so far */
	uint64_t max_bytes;
};

static ssize_t read_at(struct xlsx_zip *zip, void *p, size_t n, uint64_t offset)
{
	ssize_t got;

	do
		got = pread(zip->fd, p, n, (off_t)offset);
	while (got < 0 && errno == EINTR);
	if (got < 0 && !zip->read_errno)
		zip->read_errno = errno;
	return got;
}

/* All n bytes or false. */
static bool read_all_at(
    struct xlsx_zip *zip, unsigned char *p, size_t n, uint64_t offset)
{
	while (n > 0) {
		ssize_t got = read_at(zip, p, n, offset);

		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
		offset += (uint64_t)got;
	}
	return true;
}

/* ---- the source that libzip reads ---- */

static zip_int64_t source_read(struct xlsx_zip *zip, void *p, zip_uint64_t n)
{
	ssize_t got = read_at(zip, p, (size_t)n, zip->at);

	if (got < 0) {
		libzip.error_set(&zip->error, ZIP_ER_READ, errno);
		return -1;
	}
	zip->at += (uint64_t)got;
	zip->bytes_read += (uint64_t)got;
	return got;
}

static zip_int64_t source_seek(struct xlsx_zip *zip, void *p, zip_uint64_t n)
{
	zip_int64_t to = libzip.source_seek_compute_offset(
	    zip->at, zip->size, p, n, &zip->error);

	if (to < 0)
		return -1;
	zip->at = (uint64_t)to;
	return 0;
}

static zip_int64_t source_stat(const struct xlsx_zip *zip, zip_stat_t *st)
{
	libzip.stat_init(st);
	st->valid = ZIP_STAT_SIZE;
	st->size = zip->size;
	return sizeof(*st);
}

static zip_int64_t source(
    void *user, void *p, zip_uint64_t n, zip_source_cmd_t command)
{
	struct xlsx_zip *zip = user;

	switch (command) {
	case ZIP_SOURCE_OPEN:
		zip->at = 0;
		return 0;
	case ZIP_SOURCE_READ:
		return source_read(zip, p, n);
	case ZIP_SOURCE_SEEK:
		return source_seek(zip, p, n);
	case ZIP_SOURCE_TELL:
		return (zip_int64_t)zip->at;
	case ZIP_SOURCE_STAT:
		return source_stat(zip, p);
	case ZIP_SOURCE_ERROR:
		return libzip.error_to_data(&zip->error, p, n);
	case ZIP_SOURCE_CLOSE:
	case ZIP_SOURCE_FREE:
		return 0;
	case ZIP_SOURCE_SUPPORTS:
		return libzip.source_make_command_bitmap(ZIP_SOURCE_OPEN,
		    ZIP_SOURCE_READ, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL,
		    ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_CLOSE,
		    ZIP_SOURCE_FREE, -1);
	default:
		libzip.error_set(&zip->error, ZIP_ER_OPNOTSUPP, 0);
		return -1;
	}
}

/* ---- opening ---- */

static enum err_code damaged(struct xlsx_zip *zip, struct err *err)
{
	if (zip->read_errno) {
		errno = zip->read_errno;
		return err_set_errno(err, "could not read the workbook");
	}
	err_set(err, ERR_INPUT, "the workbook is damaged or was cut off");
	err_hint(err,
	    "Open it in a spreadsheet program, save it again as "
	    ".xlsx, or get the file again.");
	return ERR_INPUT;
}

static uint64_t little_endian(const unsigned char *p, int n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

/* Entries by the 64-bit end record whose locator ends at `end`. */
static bool count_entries_64(
    struct xlsx_zip *zip, uint64_t end, uint64_t *count_out)
{
	unsigned char locator[END64_LOCATOR_BYTES];
	unsigned char record[END64_RECORD_BYTES];

	if (end < sizeof(locator))
		return true;
	if (!read_all_at(zip, locator, sizeof(locator), end - sizeof(locator)))
		return false;
	if (memcmp(locator, "PK\x06\x07", 4) != 0)
		return true; /* none: the plain record stands */
	if (!read_all_at(
		zip, record, sizeof(record), little_endian(locator + 8, 8)) ||
	    memcmp(record, "PK\x06\x06", 4) != 0)
		return false;
	*count_out = little_endian(record + 32, 8);
	return true;
}

/* Looks the number of entries up; false: no right end record. */
static bool has_sane_end(struct xlsx_zip *zip)
{
	size_t n =
	    zip->size < END_RECORD_TAIL ? (size_t)zip->size : END_RECORD_TAIL;
	unsigned char *tail = mem_alloc(n);
	uint64_t from = zip->size - n;
	bool is_sane = false;
	uint64_t count;
	size_t i;

	if (n < END_RECORD_BYTES || !read_all_at(zip, tail, n, from))
		goto out;
	for (i = n - END_RECORD_BYTES; i > 0; i--)
		if (memcmp(tail + i, "PK\x05\x06", 4) == 0)
			break;
	if (memcmp(tail + i, "PK\x05\x06", 4) != 0)
		goto out;
	count = little_endian(tail + i + 10, 2);
	is_sane =
	    count_entries_64(zip, from + i, &count) && count <= ENTRIES_MAX;
out:
	free(tail);
	return is_sane;
}

static enum err_code open_archive(struct xlsx_zip *zip, struct err *err)
{
	off_t size = lseek(zip->fd, 0, SEEK_END);
	zip_source_t *src;

	if (size < 0)
		return err_set_errno(err,
		    "a workbook is read by positions, "
		    "so it must be a file and no pipe");
	zip->size = (uint64_t)size;
	if (!has_sane_end(zip))
		return damaged(zip, err);
	src = libzip.source_function_create(source, zip, &zip->error);
	if (!src)
		return err_set(err, ERR_SYSTEM, "could not set up libzip");
	zip->archive = libzip.open_from_source(src, ZIP_RDONLY, &zip->error);
	if (!zip->archive) {
		libzip.source_free(src);
		return damaged(zip, err);
	}
	return ERR_NONE;
}

void xlsx_zip_prepare(void)
{
	/* libzip turns the entries' times into local ones. For that the C
	 * library asks each time whether the zone's file is a new one, unless
	 * TZ is set; this value means the same file. */
	setenv("TZ", ":/etc/localtime", 0);
	tzset();
	/* A failure is told by who opens a workbook. */
	(void)libzip_load(NULL);
}

enum err_code xlsx_zip_open(int fd, struct xlsx_zip **zip_out, struct err *err)
{
	/* Not again where it is loaded: a reader that is shut in opens no
	 * file. */
	enum err_code code = libzip.error_init ? ERR_NONE : libzip_load(err);
	struct xlsx_zip *zip;

	if (code)
		return code;
	zip = mem_zalloc(1, sizeof(*zip));
	zip->fd = fd;
	libzip.error_init(&zip->error);
	code = open_archive(zip, err);
	if (code != ERR_NONE)
		xlsx_zip_free(&zip);
	else
		*zip_out = zip;
	return code;
}

void xlsx_zip_free(struct xlsx_zip **zip)
{
	if (!*zip)
		return;
	if ((*zip)->archive)
		libzip.discard((*zip)->archive);
	libzip.error_fini(&(*zip)->error);
	free(*zip);
	*zip = NULL;
}

/* Some programs write other case than they refer to. */
static zip_int64_t locate(const struct xlsx_zip *zip, const char *path)
{
	zip_int64_t i = libzip.name_locate(zip->archive, path, 0);

	return i >= 0 ? i
		      : libzip.name_locate(zip->archive, path, ZIP_FL_NOCASE);
}

bool xlsx_zip_has(const struct xlsx_zip *zip, const char *path)
{
	return locate(zip, path) >= 0;
}

uint64_t xlsx_zip_position(const struct xlsx_zip *zip)
{
	return zip->bytes_read < zip->size ? zip->bytes_read : zip->size;
}

/* ---- parts ---- */

static enum err_code check_part(
    const char *path, const zip_stat_t *st, uint64_t max_bytes, struct err *err)
{
	if ((st->valid & ZIP_STAT_ENCRYPTION_METHOD) &&
	    st->encryption_method != ZIP_EM_NONE) {
		err_set(
		    err, ERR_INPUT, "the workbook is protected by a password");
		err_hint(err,
		    "Open it, take the password off and save it "
		    "again as .xlsx.");
		return ERR_INPUT;
	}
	if ((st->valid & ZIP_STAT_SIZE) && st->size > max_bytes)
		return err_set(err, ERR_INPUT,
		    "part \"%s\" of the workbook is too large: %llu bytes",
		    path, (unsigned long long)st->size);
	return ERR_NONE;
}

enum err_code xlsx_part_open(struct xlsx_zip *zip, const char *path,
    uint64_t max_bytes, struct xlsx_part **part_out, struct err *err)
{
	zip_int64_t i = locate(zip, path);
	struct xlsx_part *part;
	zip_file_t *file;
	zip_stat_t st;
	enum err_code code;

	libzip.stat_init(&st);
	if (i < 0 ||
	    libzip.stat_index(zip->archive, (zip_uint64_t)i, 0, &st) != 0) {
		code = damaged(zip, err);
		err_context(err, "part \"%s\" is missing", path);
		return code;
	}
	code = check_part(path, &st, max_bytes, err);
	if (code != ERR_NONE)
		return code;
	file = libzip.fopen_index(zip->archive, (zip_uint64_t)i, 0);
	if (!file)
		return damaged(zip, err);
	part = mem_zalloc(1, sizeof(*part));
	part->zip = zip;
	part->file = file;
	part->path = mem_strdup(path);
	part->max_bytes = max_bytes;
	*part_out = part;
	return ERR_NONE;
}

int xlsx_part_read(struct xlsx_part *part, void *p, int n, struct err *err)
{
	zip_int64_t got = libzip.fread(part->file, p, (zip_uint64_t)n);
	struct xlsx_zip *zip = part->zip;

	if (got < 0) {
		enum err_code code = damaged(zip, err);

		err_context(err, "part \"%s\"", part->path);
		return code;
	}
	part->unpacked += (uint64_t)got;
	zip->unpacked += (uint64_t)got;
	if (part->unpacked > part->max_bytes ||
	    (zip->unpacked > RATIO_FREE &&
		zip->unpacked / RATIO_MAX > zip->size))
		return err_set(err, ERR_INPUT,
		    "part \"%s\" of the workbook unpacks to far more than a "
		    "table holds",
		    part->path);
	return (int)got;
}

void xlsx_part_free(struct xlsx_part **part)
{
	if (!*part)
		return;
	libzip.fclose((*part)->file);
	free((*part)->path);
	free(*part);
	*part = NULL;
}
