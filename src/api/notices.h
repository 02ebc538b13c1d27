/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The notices of a department (usage/notice.h) as a document:
 *
 *	{"department":{"id","title"},
 *	 "notices":[{"id":N,"at":"..","event":"begun|ended|changed",
 *	   "event_title","reason":"reported|corrected|withdrawn|unresolved|
 *	   by-date|reinstated","reason_title",
 *	   "on":"2026-05-11","check":"ID","matter":{"id","title"},"case":"..",
 *	   "subject":{"code","name"},"record":N,"replaces":N|null,
 *	   "stands":BOOL,"entry":{..}|null}],
 *	 "count":N,"next":N,"has_more":BOOL}
 *
 * `entry` is that of a check (check.h), with the measures that follow from it
 * on the day of the event or, when it ended, followed until then; what was
 * decided (`content`) is there only while it stands. It is worked out anew
 * each time, by the catalogue of today; null when that knows the matter or the
 * kind of record no more.
 */
#ifndef GX_API_NOTICES_H
#define GX_API_NOTICES_H

#include "api/record.h"
#include "people/people.h"
#include "usage/many.h"
#include "usage/notice.h"

enum {
	NOTICES_LIMIT = 50,
	NOTICES_LIMIT_MAX = 200,
	NOTICES_DOCUMENT_BYTES_MAX = 16 * 1024 * 1024
};

struct notices_query {
	const char *department;
	const struct people_caller *caller; /* its matters; NULL: all */
	enum notice_order order;
	int64_t than; /* as notice_rows_start */
	int64_t upto; /* FROM: no further than this one; 0: to the last */
	size_t limit;
};

/* What a page is about, for its trace. */
struct notices_page {
	struct many_subject subjects[NOTICES_LIMIT_MAX];
	size_t subjects_count;
	size_t count;
	bool has_more;	 /* behind it */
	int64_t last;	 /* the last number of it, else query->than */
	int64_t made_ms; /* of that one */
};

/* Reads each store in a transaction. Blocks on disk. */
enum err_code notices_document(const struct reading *reading,
    struct store *office, const struct notices_query *query,
    struct notices_page *page, struct buf *out, struct err *err);
/* The members alone but "has_more", into an object that is open; in
 * transactions of the caller. */
enum err_code notices_put(struct json_writer *w, const struct reading *reading,
    struct store *office, const struct notices_query *query,
    struct notices_page *page, struct err *err);

/* The trace of a page, in the log's transaction. use: who reads; act,
 * subjects and answer are filled in here. */
enum err_code notices_trace(const struct notices_page *page, struct use *use,
    const struct desk_turn *turn, struct err *err);

#endif
