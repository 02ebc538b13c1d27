/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A credit check that was made, as its department sees it later: the
 * question, the digest of the answer (which is not kept), and what was
 * decided after it.
 *
 *	{as a use has them (uses.h): "number","at","act","outcome",
 *	   "is_refused","department","matter","purpose","case","reference",
 *	 "id":"..","subject":{"code","name"}|null,"answer":"HEX",
 *	 "evidence":"/v1/checks/ID/evidence",
 *	 "decisions":[{"use":N,"at":"..","decision":{"id","title"},
 *	   "measures":[{"id","title"}],"reason":"..","appeal":"..",
 *	   "closed":BOOL}],
 *	 "has_decisions":BOOL,"decide":{..},"problem":".."}
 *
 * "decide" is what the form of a decision needs:
 *
 *	{"id":"..","choices":[{"id","title","is_chosen"}],
 *	 "measures":[{"id","title","kind_title","is_easier","is_chosen"}],
 *	 "has_measures":BOOL,"reason":"..","appeal":"..","closed":BOOL}
 */
#ifndef GX_API_CHECK_MADE_H
#define GX_API_CHECK_MADE_H

#include "api/check_told.h"
#include "api/record.h"
#include "people/people.h"
#include "usage/feedback.h"
#include "usage/use_log.h"

/* A decision as somebody filled it in; empty: nobody did. */
struct check_telling {
	struct span decision;
	struct span measures; /* ids with blanks between them */
	struct span reason;
	struct span appeal;
	bool closes; /* the case */
};

struct check_made {
	const struct use_row *row; /* its trace */
	struct span id;		   /* as it is asked for */
	struct span code;	   /* of one in a batch; else empty */
	int64_t subject_id;	   /* with it */
	struct check_telling telling;
	const struct err *problem; /* with the telling; may be NULL */
};

/* office: for reading. Reads in one transaction there. Blocks on disk. */
enum err_code check_made_document(const struct reading *reading,
    struct store *office, const struct check_made *made, struct buf *out,
    struct err *err);

/* "decide", for the check of that id: with the measures that a decision can
 * name. */
void check_put_decide(struct json_writer *w, const struct check_told *told,
    struct span id, const struct check_telling *telling);

/*
 * "made": somebody's own last checks that were answered, of departments that
 * he may still check for, newest first, so that what was not decided at once
 * is found again:
 *
 *	[{"id","href","at","subject","matter":{..},"case","is_decided"}]
 *
 * and "has_made". Reads in one transaction. Blocks on disk.
 */
enum { CHECK_OWN_SHOWN = 10, CHECK_OWN_LOOKED = 100 };
enum err_code check_put_own(struct json_writer *w,
    const struct reading *reading, struct store *office,
    const struct people_caller *caller, struct err *err);

/* "measures applied" ..., in the reader's language. */
const char *check_decision_title(enum feedback_decision decision);

#endif
