/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small whole files: read at once, replace without a moment of half.
 *
 * For tests of faults: with GONGXIN_FAIL_FILE_AT=N in the environment, the
 * Nth step that changes files (creating, writing, syncing, renaming a file,
 * making a folder) and every one after it fails as if the disk had died;
 * with "N:kill" the process kills itself before that step.
 */
#ifndef GX_BASE_FILE_H
#define GX_BASE_FILE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/sha256.h"

/* Appends the file's bytes to out; ERR_NOT_FOUND, ERR_IO, ERR_FULL when it
 * is larger than out's bound. */
enum err_code file_read(const char *path, struct buf *out, struct err *err);
/* Of all its bytes; where it is read elsewhere stays as it is. */
enum err_code file_digest(int fd, uint8_t out[SHA256_BYTES], struct err *err);
/* Writes beside, fsyncs, renames over, fsyncs the folder: after a crash the
 * old or the new content stands there. mode: 0644 or 0600. */
enum err_code file_replace(
    const char *path, struct span bytes, int mode, struct err *err);
/* Takes the place of `to` at once, and fsyncs the folder. */
enum err_code file_rename(const char *from, const char *to, struct err *err);
/* Creates or overwrites, without fsync: for files that something else makes
 * count later. */
enum err_code file_write(const char *path, struct span bytes, struct err *err);
/* The same in an open folder, whose path need not be walked again for each
 * of thousands of files. path: the whole path, for messages; its last part
 * is the file's name. */
enum err_code file_write_in(
    int folder_fd, const char *path, struct span bytes, struct err *err);
/* A descriptor of a folder, or a negative enum err_code. */
int file_open_folder(const char *path, struct err *err);
/* Makes a folder and the folders above it; fine when it exists. */
enum err_code file_make_folders(const char *path, struct err *err);
/* Everything written so far to the file system of that folder is on disk
 * afterwards: one call instead of one for each of thousands of files. */
enum err_code file_sync_system(const char *folder, struct err *err);
/* A copy with the same mode, created or overwritten, not synced. Its bytes are
 * added to *bytes. ERR_NOT_FOUND when there is no such file. */
enum err_code file_copy(
    const char *from, const char *to, uint64_t *bytes, struct err *err);
/* The same of a folder with all files and folders in it; what goes away
 * meanwhile is left out, and so is each name at its top for which skip (may be
 * NULL) is true. The folder `to` may be there already, and keeps its mode then.
 */
enum err_code file_copy_tree(const char *from, const char *to,
    bool (*skip)(const char *name), uint64_t *bytes, struct err *err);
bool file_exists(const char *path);
/* Removes a folder with all that is in it; ERR_NOT_FOUND when missing. */
enum err_code file_remove_tree(const char *path, struct err *err);

#endif
