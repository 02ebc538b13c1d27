/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The credit check (信用核查): what applies to an organisation today in one
 * matter, and nothing else. The platform informs; an official decides.
 *
 *	{"id":"..","asked_at":"..","on":"2026-11-28","city":"..",
 *	 "matter":{"id","number","title"},"purpose":"..","case":"..",
 *	 "department":{"id","title"},"catalogue":"HEX",
 *	 "objection":{..}|null,
 *	 "subject":{"code","name","is_known"},
 *	 "applies":BOOL,"is_easier":BOOL,
 *	 "entries":[{"record":N,"item":{..},"list":{..}|null,"document":"..",
 *	   "decided_on":"..","authority":"..","content":"..","until":"..",
 *	   "exit":"..","exit_is_quoted":BOOL,"bases":[..],
 *	   "objection":{"department","contact"},
 *	   ["objected":{"state","since","due","holidays_known"},]
 *	   "measures":[{"id","title","kind","until","bases":[..],
 *	     "implementers":[..]}]}],
 *	 "notice":".."}
 *
 * "objection" is how to object and how long it takes (objection.h), with an
 * account at /records/N/objection; an entry's, whom to ask about it.
 * "exit_is_quoted": it is the list's own text, in Chinese.
 *
 * "entries" stand in the order of standing.h: lists of serious dishonesty
 * first, encouragement last.
 *
 * Every answer is known by its id, and its digest stands in the log of uses.
 */
#ifndef GX_API_CHECK_H
#define GX_API_CHECK_H

#include "api/record.h"
#include "base/sha256.h"
#include "registry/view.h"
#include "usage/use.h"

enum {
	CHECK_ID_CHARS = 20,
	CHECK_CODE_BYTES = 19,	  /* of a code, with its end */
	CHECK_TEXT_BYTES_MIN = 2, /* of purpose and case number */
	CHECK_TEXT_BYTES_MAX = 300,
	CHECK_DOCUMENT_BYTES_MAX = 4 * 1024 * 1024
};

struct check_question {
	struct span code;
	struct span matter; /* its id */
	struct span purpose;
	struct span case_number;
	const char *department; /* of who asks, its id; "" none */
	int64_t now_ms;
};

struct check_answer {
	char id[CHECK_ID_CHARS + 1];
	int64_t subject_id;	     /* 0: not known here */
	char code[CHECK_CODE_BYTES]; /* "" before it was found to be one */
	struct buf document;
	uint8_t digest[SHA256_BYTES]; /* of the document */
};

void check_answer_init(struct check_answer *answer);
void check_answer_release(struct check_answer *answer);

/* ERR_INPUT says which there are. */
enum err_code check_find_matter(const struct catalog *catalog, struct span id,
    const struct cat_matter **out, struct err *err);

/* The transaction that checks are made in, with what there is to read. */
enum err_code check_begin(const struct reading *reading,
    struct view_source *source_out, struct err *err);
void check_end(const struct reading *reading, const struct view_source *source);

/*
 * In a view that check_begin has begun; blocks on disk. ERR_INPUT: no such
 * matter, no code, no purpose or case number. ERR_REFUSED: this department may
 * not ask in this matter, or it is a person's number. An organisation that the
 * platform does not know is no failure. After a failure answer->id, code and
 * subject_id are as far as they were found, for the trace.
 */
enum err_code check_make(const struct reading *reading,
    const struct view_source *view, const struct check_question *question,
    struct check_answer *answer, struct err *err);
/* Code and subject_id alone, as far as they can be found: for the trace of a
 * question that was refused before it came to check_make. */
void check_note_subject(const struct view_source *view,
    const struct check_question *question, struct check_answer *answer);

/* The use that a check leaves, answered (why NULL) or refused; who asked is
 * the caller's to fill in. Points into question and answer. */
struct use check_use(const struct check_question *question,
    const struct check_answer *answer, const struct err *why);

#endif
