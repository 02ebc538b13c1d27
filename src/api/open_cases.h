/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The open cases about what is shown: an entry in a check that is objected to
 * is told so, and a public record bears its mark. Of nearly all nobody objects
 * to anything, so that the open ones of the whole city are read once in a
 * transaction and looked through in memory. A city with more of them than that
 * asks for each organisation that has something to be shown at all.
 */
#ifndef GX_API_OPEN_CASES_H
#define GX_API_OPEN_CASES_H

#include "api/record.h"
#include "cases/case_file.h"

enum { OPEN_CASES_AT_ONCE = 256 };

enum open_cases_for {
	OPEN_CASES_FOR_MANY = 0, /* organisations */
	OPEN_CASES_FOR_ONE	 /* only its own are read */
};

struct open_cases;

/* For one transaction that reads. */
struct open_cases *open_cases_new(
    const struct reading *reading, enum open_cases_for which);
/* NULL-safe. */
void open_cases_free(struct open_cases **open);
/* Among *files are all that are open about the organisation; others may be,
 * too (open_cases_is_about). They are open's. Blocks on disk. */
enum err_code open_cases_of(struct open_cases *open, int64_t subject_id,
    struct case_file **files, size_t *count, struct err *err);
bool open_cases_is_about(const struct case_file *file, int64_t subject_id,
    const struct view_record *record);
/* The case that is open about the record, NULL: none is. It is open's.
 * Blocks on disk. */
enum err_code open_cases_find(struct open_cases *open, int64_t subject_id,
    const struct view_record *record, struct case_file **out, struct err *err);
/* Reads the steps of one of open's files, if that was not done yet. */
enum err_code open_cases_steps(
    struct open_cases *open, struct case_file *file, struct err *err);
/* "objected":{"state","since","due","holidays_known"}, of a case that was
 * found. */
enum err_code open_cases_put(struct open_cases *open, struct json_writer *w,
    struct case_file *file, struct err *err);

#endif
