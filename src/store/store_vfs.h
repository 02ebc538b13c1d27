/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A SQLite VFS over the default one that seals every page of the database
 * file with a checksum in the page's last 8 bytes, so that a bit that
 * changes on disk is found when it is read, and names its page. What lies
 * between the parts of a page and belongs to none is zeros in the file.
 */
#ifndef GX_STORE_STORE_VFS_H
#define GX_STORE_STORE_VFS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum {
	STORE_PAGE_BYTES = 4096,
	STORE_PAGE_SEAL_BYTES = 8 /* reserved at the end of each page */
};

/* Registers the VFS once; its name for sqlite3_open_v2. */
const char *store_vfs_name(void);

/* The frames of a WAL's commits are not brought to the disk, but with the next
 * ones that are. */
struct sqlite3_file;
void store_vfs_put_off_syncs(struct sqlite3_file *wal, bool is_put_off);

/* May page `number` (from 0) stand in a file with these bytes? */
bool store_vfs_page_holds(const void *page, uint64_t number);

/* Reads every page of the file and checks its seal; says each bad page. Others
 * may write meanwhile: what does not hold is read again some moments later.
 * Counts the pages without any content in *unwritten_out. Returns the number
 * of bad pages or a negative code. */
int store_vfs_check_file(const char *path,
    void (*say)(void *ctx, const char *text), void *ctx,
    uint64_t *unwritten_out, struct err *err);

#endif
