/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A copy of a data directory that is one by itself, made while a server runs
 * on it.
 *
 * Commands that write, and the thread of the server that keeps the published
 * lists, wait while the records are copied (the writers' lock). Nobody waits
 * for the office: checks go on, only the files of the log of uses follow when
 * it is copied (ledger_enter). The copy holds every record that was sealed,
 * and every use that was answered, before the copy began; it may hold later
 * ones.
 */
#ifndef GX_API_BACKUP_H
#define GX_API_BACKUP_H

#include "api/office.h"

/* Called once, when the place is there and nothing is copied yet; what it
 * leaves in the office is in the copy. A failure ends the backup. */
typedef enum err_code backup_begin(
    void *ctx, struct office *office, struct err *err);

struct backup_counts {
	uint64_t bytes;	     /* of the copied files */
	uint64_t statements; /* sealed in the copy's log of records */
	uint64_t uses;	     /* and in that of uses */
};

/*
 * copy: a path where nothing is; its folders are made. It gets its name when
 * it is whole and on disk, and is called COPY.part until then; after a failure
 * that is taken away again. home: opened, its store need not be. office: open
 * to write. ERR_CONFLICT when there is something at COPY or COPY.part,
 * ERR_INPUT when COPY would be inside the directory.
 */
enum err_code backup_make(const struct home *home, struct office *office,
    const char *copy, const struct home_options *options, backup_begin *begin,
    void *ctx, struct backup_counts *out, struct err *err);

#endif
