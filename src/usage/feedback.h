/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What came of a check: the official's decision, its reason, the way to
 * appeal. The platform informs; this is where the one who decides answers
 * for it. Kept for each department, and counted. What was told is sealed with
 * its use: `answer` is the SHA-256 of the canonical JSON
 *
 *	{"appeal":"..","closed":BOOL,"decision":"applied",
 *	 "format":"gongxin-feedback/1","measures":["ID",..],"reason":".."}
 */
#ifndef GX_USAGE_FEEDBACK_H
#define GX_USAGE_FEEDBACK_H

#include "usage/desk.h"
#include "usage/many.h"

/* Stored: add at the end, never change. */
enum feedback_decision {
	FEEDBACK_APPLIED = 0, /* measures were applied */
	FEEDBACK_NOT_APPLIED, /* they could have been, and were not */
	FEEDBACK_LIFTED,      /* measures applied before were lifted */
	FEEDBACK_EASIER,      /* things were made easier */
	FEEDBACK_NOTHING,     /* nothing was to be applied */
	FEEDBACK_DECISION_COUNT
};

/* "applied" ... */
const char *feedback_word(enum feedback_decision decision);
/* -1: there is none. */
int feedback_find(struct span word);

struct feedback {
	struct span check_id;
	enum feedback_decision decision;
	struct span measures; /* ids with blanks between them */
	struct span reason;
	struct span appeal; /* the way to appeal that was told */
	/* The case is at its end: nothing more is told of it (notice.h), until
	 * there is a new check under its number. */
	bool closes;
	/* What is left of it in the log: act, reader, department, matter,
	 * case, subject; the reference is the check's id. */
	struct use use;
	/* Of one on a whole batch: those that the batch was about, sorted
	 * (many.h). */
	const struct many_subject *list;
	size_t count;
};

/* The next of ids with blanks between them; false: there is none. */
bool feedback_next_measure(struct span *rest, struct span *id);
bool feedback_has_measure(struct span measures, struct span id);

/* At the desk: the trace, and the row. */
enum err_code feedback_write(const struct feedback *feedback,
    const struct desk_turn *turn, uint64_t *seq_out, struct err *err);

/* What was told once of a check. The spans live until the visitor returns. */
struct feedback_told {
	uint64_t seq; /* of its trace */
	int64_t at_ms;
	enum feedback_decision decision;
	struct span measures, reason, appeal;
	bool closes;
};
typedef void feedback_told_visit(void *ctx, const struct feedback_told *told);
/* All that was told of it, in that order. Blocks on disk. ERR_CORRUPT. */
enum err_code feedback_of(struct store *store, struct span check_id,
    feedback_told_visit *visit, void *ctx, struct err *err);

/* Did any come of it, or of one of the organisations of a check of many? */
enum err_code feedback_came(
    struct store *store, struct span check_id, bool *out, struct err *err);

/* Told of each that is not what its use sealed, by the use's place in the
 * log; UINT64_MAX: of a use whose row is gone. */
typedef void feedback_wrong_visit(void *ctx, uint64_t seq);
/* Blocks on disk. ERR_CORRUPT. */
enum err_code feedback_verify(struct store *store, feedback_wrong_visit *visit,
    void *ctx, struct err *err);

/* What a department decided in a matter, counted. The spans live until the
 * visitor returns. */
struct feedback_sum {
	struct span department, matter;
	enum feedback_decision decision;
	int64_t count;	  /* of decisions */
	int64_t measures; /* that they name, each as often as it is named */
};
typedef void feedback_visit(void *ctx, const struct feedback_sum *sum);
/* Of from_ms <= moment < to_ms, by department, matter and decision. Blocks on
 * disk. ERR_CORRUPT. */
enum err_code feedback_sums(struct store *store, int64_t from_ms, int64_t to_ms,
    feedback_visit *visit, void *ctx, struct err *err);

#endif
