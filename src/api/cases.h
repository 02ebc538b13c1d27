/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The documents of cases, for those who may see them: the organisation's
 * representative its own, the credit office all, a department those about its
 * records that it was asked about.
 */
#ifndef GX_API_CASES_H
#define GX_API_CASES_H

#include "api/record.h"
#include "cases/case_move.h"

enum { CASES_LIMIT = 50, CASES_LIMIT_MAX = 1000, CASES_OPEN_MAX = 10000 };

/* Who looks, and may move. */
struct case_viewer {
	enum cat_case_side side;
	const char *actor; /* a department's id; an organisation's code */
	const char *by;	   /* the name acted under */
};

struct cases_query {
	struct case_viewer viewer;
	bool is_all;	/* also what is no longer open */
	int64_t before; /* of all: those with a lower number; INT64_MAX */
	size_t limit;
};

/*
 * {"as_of","city","side","cases":[{"number","kind","state","is_open",
 * "waits_for","subject","item","record","source","filed_on","due","holidays_known",
 * "is_missed","missed_by","is_extended",
 * "may_be_longer","href"}],"open","missed","is_cut",
 * "next"}
 *
 * Open ones: what is overdue first, then by the day on which it is due. All:
 * newest first. Reads in one transaction; blocks on disk.
 */
enum err_code cases_document(const struct reading *reading,
    const struct cases_query *query, struct buf *out, struct err *err);

/* What a look at a case was about, for its trace. */
struct case_about {
	char code[19];
	int64_t subject_id;
	uint64_t record; /* the version that the case began with */
};

/*
 * The same of one case, with "steps" (their texts, and for officials who
 * wrote them), "moves": what the viewer can do now, and "wants_change": he
 * could close it when the record had been corrected or withdrawn.
 * ERR_NOT_FOUND also where the viewer may not see it. Reads in one
 * transaction; blocks on disk.
 */
enum err_code case_document(const struct reading *reading,
    const struct case_viewer *viewer, int64_t number, int64_t now_ms,
    struct case_about *about, struct buf *out, struct err *err);

/*
 * Is the step `step` of the case that move, with that text, by that name? Of
 * a form that is sent twice the second finds what the first did. Reads in one
 * transaction; blocks on disk.
 */
struct case_made {
	int64_t number;
	int64_t step;
	const char *move; /* NULL: whichever */
	const char *by;
	struct span text;
};
bool case_was_made(const struct reading *reading, const struct case_made *made);

#endif
