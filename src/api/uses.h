/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who looked at an organisation, as its representative sees it: when, of
 * which department, for which matter, purpose and case, with which outcome,
 * newest first, each with its number in the log of uses. The personal name
 * of who read is not in it; the auditor has that.
 *
 *	{"organisation":{"code","name"},"organisations":[..],"note":"..",
 *	 "kept":{"years":N,"basis":{..},"status",..}|null,
 *	 "uses":[{"number":N,"at":"..","act":{"id","title"},
 *	   "outcome":{"id","title"},"is_refused":BOOL,
 *	   "reader":{"kind":{"id","title"},"role":{"id","title"}|null},
 *	   "department":{"id","title"}|null,
 *	   "matter":{"id","title"}|null,"purpose":"..","purpose_title":"..","case":"..",
 *	   "reference":"..","questions":[{"number","asked_at","question",
 *	     "is_open","answered_at","answer"}],"can_question":BOOL}],
 *	 "has_uses":BOOL,"count":N,"has_more":BOOL,"first":..,"next":..}
 */
#ifndef GX_API_USES_H
#define GX_API_USES_H

#include "api/record.h"
#include "people/people.h"
#include "usage/many.h"
#include "usage/question.h"

enum { USES_LIMIT = 20, USES_LIMIT_MAX = 100 };

struct uses_query {
	const struct people_caller *caller;
	struct span organisation; /* its code; empty: the caller's first */
	uint64_t before;	  /* the first number that is not wanted */
	int64_t limit;
};

/* What the view is of: for its own trace. */
struct uses_about {
	char code[32]; /* "" of none */
	int64_t subject_id;
};

/* office: for reading. about_out is filled in also after a failure.
 * ERR_REFUSED: the caller does not represent that organisation. */
enum err_code uses_document(const struct reading *reading, struct store *office,
    const struct uses_query *query, struct uses_about *about_out,
    struct buf *out, struct err *err);

/* A question, an answer or a note that can be kept: as use_words_check, and
 * no person's number. */
enum err_code uses_check_text(struct span text, struct err *err);
/* Its id of today, 0 of one that is not known here or of no code. */
enum err_code uses_find_subject(
    struct store *registry, struct span code, int64_t *out, struct err *err);
/* The code of an id, for verification and audit; ctx: the registry's store.
 * ERR_NOT_FOUND. */
enum err_code uses_code_of(void *registry, int64_t subject_id,
    char out[MANY_CODE_CHARS + 1], struct err *err);
/* Why a use was refused, in words; others as they are. */
void uses_put_why_title(
    struct json_writer *w, const char *key, struct span why);
/* The members of a use that whoever may see it sees. */
void uses_put(struct json_writer *w, const struct catalog *catalog,
    const struct use_row *row);
/* "questions", and "is_questioned" if one of them is open. */
enum err_code uses_put_questions(struct json_writer *w, struct store *office,
    const struct use_row *row, bool *is_open_out, struct err *err);
/* One question as an object. is_for_auditor: with who asked and answered. */
void uses_put_question(struct json_writer *w,
    const struct use_question *question, bool is_for_auditor);
const char *uses_reader_title(enum use_reader_kind kind);

#endif
