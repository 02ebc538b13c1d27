/* SPDX-License-Identifier: Apache-2.0 */
/* Plain POSIX; every short write is continued, every close is checked. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/fs.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	READ_STEP = 64 * 1024,
	DIGEST_STEP = 256 * 1024,
	COPY_STEP = 1024 * 1024
};

/* The step that fails, or INTMAX_MAX; read once. */
static struct {
	pthread_once_t once;
	bool is_kill;
	intmax_t fail_at;
	_Atomic intmax_t done; /* steps so far, of all threads */
} plan = {.once = PTHREAD_ONCE_INIT};

static void read_plan(void)
{
	const char *text = getenv("GONGXIN_FAIL_FILE_AT");
	char *end = NULL;

	plan.fail_at = text ? strtoimax(text, &end, 10) : INTMAX_MAX;
	plan.is_kill = end && strcmp(end, ":kill") == 0;
}

/* Fails when the environment says that this step does. */
static enum err_code step(const char *path, struct err *err)
{
	intmax_t number;

	pthread_once(&plan.once, read_plan);
	number = atomic_fetch_add(&plan.done, 1) + 1;
	if (number < plan.fail_at)
		return 0;
	if (plan.is_kill)
		raise(SIGKILL);
	return err_set(err, ERR_IO,
	    "injected failure of file step %lld on \"%s\"", (long long)number,
	    path);
}

enum err_code file_read(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum err_code rc = 0;
	ssize_t n = 1;

	if (fd < 0)
		return err_set_errno(err, "could not open \"%s\"", path);
	while (n != 0) {
		size_t room = out->max - out->n;
		char over;
		char *to = &over;

		if (room > READ_STEP)
			room = READ_STEP;
		if (room)
			to = buf_reserve(out, room);
		n = read(fd, to, room ? room : 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			rc = err_set_errno(err, "could not read \"%s\"", path);
			break;
		}
		if (n && !room) {
			rc = err_set(err, ERR_FULL,
			    "\"%s\" is larger than %zu bytes", path, out->max);
			break;
		}
		out->n += (size_t)n;
		if (out->p)
			out->p[out->n] = '\0';
	}
	close(fd);
	return rc;
}

enum err_code file_digest(int fd, uint8_t out[SHA256_BYTES], struct err *err)
{
	struct sha256_stream *stream = sha256_stream_new();
	char *bytes = mem_alloc(DIGEST_STEP);
	enum err_code rc = 0;
	off_t at = 0;
	ssize_t n = 1;

	while (!rc && n) {
		n = pread(fd, bytes, DIGEST_STEP, at);
		if (n < 0 && errno != EINTR)
			rc = err_set_errno(err, "could not read a file");
		if (n > 0)
			sha256_stream_add(stream, bytes, (size_t)n);
		at += n > 0 ? n : 0;
	}
	sha256_stream_finish(&stream, out);
	free(bytes);
	return rc;
}

static enum err_code write_all(
    int fd, const char *path, struct span bytes, struct err *err)
{
	enum err_code rc = step(path, err);

	while (!rc && bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set_errno(
			    err, "could not write \"%s\"", path);
		bytes.p += n;
		bytes.n -= (size_t)n;
	}
	return rc;
}

/* name: as openat takes it; path: for messages. */
static enum err_code write_named(int folder_fd, const char *name,
    const char *path, struct span bytes, struct err *err)
{
	enum err_code rc = step(path, err);
	int fd;

	if (rc)
		return rc;
	fd = openat(
	    folder_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_set_errno(err, "could not create \"%s\"", path);
	rc = write_all(fd, path, bytes, err);
	if (close(fd) != 0 && !rc)
		rc = err_set_errno(err, "could not write \"%s\"", path);
	return rc;
}

enum err_code file_write(const char *path, struct span bytes, struct err *err)
{
	return write_named(AT_FDCWD, path, path, bytes, err);
}

enum err_code file_write_in(
    int folder_fd, const char *path, struct span bytes, struct err *err)
{
	const char *slash = strrchr(path, '/');

	return write_named(
	    folder_fd, slash ? slash + 1 : path, path, bytes, err);
}

int file_open_folder(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? err_set_errno(err, "could not open \"%s\"", path) : fd;
}

static enum err_code sync_folder_of(const char *path, struct err *err)
{
	enum err_code rc = step(path, err);
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;
	int fd;

	if (rc)
		return rc;
	if (n >= sizeof(folder))
		n = 0;
	memcpy(folder, path, n);
	folder[n] = '\0';
	fd = open(n ? folder : (slash ? "/" : "."),
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_set_errno(err, "could not open \"%s\"", folder);
	if (fsync(fd) != 0)
		rc = err_set_errno(err, "could not sync \"%s\"", folder);
	close(fd);
	return rc;
}

enum err_code file_sync_system(const char *folder, struct err *err)
{
	enum err_code rc = step(folder, err);
	int fd;

	if (rc)
		return rc;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_set_errno(err, "could not open \"%s\"", folder);
	if (syncfs(fd) != 0)
		rc = err_set_errno(err, "could not sync \"%s\"", folder);
	close(fd);
	return rc;
}

/* Writes and syncs the new content under a name of its own. */
static enum err_code write_beside(
    const char *beside, struct span bytes, int mode, struct err *err)
{
	enum err_code rc = step(beside, err);
	int fd;

	if (rc)
		return rc;
	fd = open(
	    beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
	if (fd < 0)
		return err_set_errno(err, "could not create \"%s\"", beside);
	rc = write_all(fd, beside, bytes, err);
	if (!rc)
		rc = step(beside, err);
	if (!rc && fsync(fd) != 0)
		rc = err_set_errno(err, "could not sync \"%s\"", beside);
	if (close(fd) != 0 && !rc)
		rc = err_set_errno(err, "could not write \"%s\"", beside);
	return rc;
}

enum err_code file_rename(const char *from, const char *to, struct err *err)
{
	enum err_code rc = step(to, err);

	if (!rc && rename(from, to) != 0)
		rc = err_set_errno(err, "could not replace \"%s\"", to);
	return rc ? rc : sync_folder_of(to, err);
}

enum err_code file_replace(
    const char *path, struct span bytes, int mode, struct err *err)
{
	char beside[PATH_MAX];
	enum err_code rc;

	if (snprintf(beside, sizeof(beside), "%s.new", path) >=
	    (int)sizeof(beside))
		return err_set(err, ERR_INPUT, "the path is too long");
	rc = write_beside(beside, bytes, mode, err);
	if (!rc)
		rc = file_rename(beside, path, err);
	if (rc)
		unlink(beside);
	return rc;
}

static enum err_code make_folder(const char *path, mode_t mode, struct err *err)
{
	enum err_code rc;

	if (access(path, F_OK) == 0)
		return 0;
	rc = step(path, err);
	if (!rc && mkdir(path, mode) != 0 && errno != EEXIST)
		rc = err_set_errno(
		    err, "could not make the folder \"%s\"", path);
	return rc;
}

enum err_code file_make_folders(const char *path, struct err *err)
{
	char part[PATH_MAX];
	size_t n = strlen(path);
	enum err_code rc;
	size_t i;

	if (n == 0 || n >= sizeof(part))
		return err_set(err, ERR_INPUT, "the path is too long");
	memcpy(part, path, n + 1);
	for (i = 1; i <= n; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		part[i] = '\0';
		rc = make_folder(part, 0755, err);
		if (rc)
			return rc;
		part[i] = path[i];
	}
	return 0;
}

/* ---- copies ---- */

static enum err_code copy_bytes(
    int in, int out, const char *from, const char *to, struct err *err)
{
	char *bytes = mem_alloc(COPY_STEP);
	enum err_code rc = 0;
	ssize_t n = 1;

	while (!rc && n) {
		n = read(in, bytes, COPY_STEP);
		if (n < 0 && errno != EINTR)
			rc = err_set_errno(err, "could not read \"%s\"", from);
		if (n > 0)
			rc = write_all(
			    out, to, (struct span){bytes, (size_t)n}, err);
	}
	free(bytes);
	return rc;
}

/* Where the file system can share the blocks of two files it does. */
static enum err_code copy_open(
    int in, const char *from, const char *to, mode_t mode, struct err *err)
{
	enum err_code rc = step(to, err);
	int out;

	if (rc)
		return rc;
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (out < 0)
		return err_set_errno(err, "could not create \"%s\"", to);
	if (ioctl(out, FICLONE, in) != 0)
		rc = copy_bytes(in, out, from, to, err);
	if (close(out) != 0 && !rc)
		rc = err_set_errno(err, "could not write \"%s\"", to);
	return rc;
}

enum err_code file_copy(
    const char *from, const char *to, uint64_t *bytes, struct err *err)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	enum err_code rc = 0;
	struct stat st;

	if (in < 0)
		return err_set_errno(err, "could not open \"%s\"", from);
	if (fstat(in, &st) != 0)
		rc = err_set_errno(err, "could not look at \"%s\"", from);
	if (!rc)
		rc = copy_open(in, from, to, st.st_mode & 0777, err);
	if (!rc)
		*bytes += (uint64_t)st.st_size;
	close(in);
	return rc;
}

static enum err_code copy_entry(
    const char *from, const char *to, uint64_t *bytes, struct err *err)
{
	struct stat st;
	enum err_code rc = 0;

	if (stat(from, &st) != 0)
		return errno == ENOENT
		    ? 0
		    : err_set_errno(err, "could not look at \"%s\"", from);
	if (S_ISDIR(st.st_mode))
		return file_copy_tree(from, to, NULL, bytes, err);
	if (S_ISREG(st.st_mode))
		rc = file_copy(from, to, bytes, err);
	return rc == ERR_NOT_FOUND ? 0 : rc;
}

static enum err_code copy_entries(DIR *dir, const char *from, const char *to,
    bool (*skip)(const char *name), uint64_t *bytes, struct err *err)
{
	char in[PATH_MAX], out[PATH_MAX];
	enum err_code rc = 0;
	struct dirent *e;

	while (!rc && (errno = 0, e = readdir(dir)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0 || (skip && skip(e->d_name)))
			continue;
		if (snprintf(in, PATH_MAX, "%s/%s", from, e->d_name) >=
			PATH_MAX ||
		    snprintf(out, PATH_MAX, "%s/%s", to, e->d_name) >= PATH_MAX)
			return err_set(err, ERR_INPUT, "the path is too long");
		rc = copy_entry(in, out, bytes, err);
	}
	return !rc && errno ? err_set_errno(err, "could not read \"%s\"", from)
			    : rc;
}

enum err_code file_copy_tree(const char *from, const char *to,
    bool (*skip)(const char *name), uint64_t *bytes, struct err *err)
{
	DIR *dir = opendir(from);
	enum err_code rc;
	struct stat st;

	if (!dir)
		return err_set_errno(err, "could not open \"%s\"", from);
	if (fstat(dirfd(dir), &st) != 0)
		rc = err_set_errno(err, "could not look at \"%s\"", from);
	else
		rc = make_folder(to, st.st_mode & 0777, err);
	if (!rc)
		rc = copy_entries(dir, from, to, skip, bytes, err);
	closedir(dir);
	return rc;
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static int remove_one(
    const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

enum err_code file_remove_tree(const char *path, struct err *err)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
		return err_set_errno(err, "could not remove \"%s\"", path);
	return 0;
}
