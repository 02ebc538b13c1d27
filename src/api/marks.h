/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mark at a public record (异议标注): while a case about it is open, and
 * the catalogue of the city says that the public is told so, a record says
 * which kind of case that is and since when. Nothing else of a case is ever
 * public, and with its end the mark is gone, for every day that is asked
 * about.
 *
 * Where no law in force marks anything, nothing is read.
 */
#ifndef GX_API_MARKS_H
#define GX_API_MARKS_H

#include "api/open_cases.h"
#include "catalog/case_kind.h"

struct mark {
	const struct cat_case_kind *kind;
	const struct cat_case_mark *law;
	date_days since; /* the case is open from that day on */
};

/* Of one record; one case of a kind is open at a time. */
enum { MARKS_OF_RECORD_MAX = 8 };
struct mark_list {
	struct mark list[MARKS_OF_RECORD_MAX];
	size_t count;
};

struct marks;

/* For one transaction that reads. NULL where nothing is marked on the
 * reading's day; the functions below take that, too. */
struct marks *marks_new(
    const struct reading *reading, enum open_cases_for which);
void marks_free(struct marks **marks);
/* The marks of a record. Blocks on disk. */
enum err_code marks_find(struct marks *marks, int64_t subject_id,
    const struct view_record *record, struct mark_list *out, struct err *err);
/* "marks":[{"kind":{"id","title"},"text","since","bases":[..]}]; nothing at
 * all where there is none. */
void marks_put(struct json_writer *w, const struct mark_list *marks);
/* Appends the same in words, for a cell of a table. */
void marks_add_text(struct buf *out, const struct mark_list *marks);

/* Are marks told on the reading's day? */
bool marks_are_told(const struct reading *reading);
/* "marked":[{"record","kind","text","since","bases"}]: every record that is
 * public and marked today, by its newest version; null when more than 10,000
 * cases are open. Blocks on disk. */
enum err_code marks_put_all(
    struct json_writer *w, const struct reading *reading, struct err *err);

#endif
