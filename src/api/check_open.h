/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The open cases of the organisations in a check: an entry that is objected
 * to is told so. Of nearly all nobody objects to anything, so that the open
 * ones of the whole city are read once in a transaction and looked through in
 * memory. A city with more of them than that asks for each organisation that
 * has an entry at all.
 */
#ifndef GX_API_CHECK_OPEN_H
#define GX_API_CHECK_OPEN_H

#include "api/record.h"
#include "cases/case_file.h"

enum { CHECK_OPEN_AT_ONCE = 256 };

struct check_open;

/* For one transaction that reads. */
struct check_open *check_open_new(const struct reading *reading);
/* NULL-safe. */
void check_open_free(struct check_open **open);
/* The case that is open about the record, NULL: none is. It is open's.
 * Blocks on disk. */
enum err_code check_open_find(struct check_open *open, int64_t subject_id,
    const struct view_record *record, struct case_file **out, struct err *err);
/* "objected":{"state","since","due"}, of a case that was found. */
enum err_code check_open_put(struct check_open *open, struct json_writer *w,
    struct case_file *file, struct err *err);

#endif
