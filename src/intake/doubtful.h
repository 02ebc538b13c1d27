/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doubtful queue: good rows whose subject is not certain, because the
 * code is missing, masked or a placeholder. A person decides whom a row is
 * about; the decision is an edge from the row to a subject, and can be
 * undone. Each act is one transaction, sealed in the log.
 *
 *	open --resolve--> resolved (record in the registry)
 *	  ^------undo-----'	(statement "unresolved", record ended)
 *	open --dismiss--> dismissed (statement "doubtful": no record)
 *	  ^------undo-----'	(statement "doubtful" once more)
 *
 * The newest edge counts; all acts can be repeated for ever.
 */
#ifndef GX_INTAKE_DOUBTFUL_H
#define GX_INTAKE_DOUBTFUL_H

#include "base/buf.h"
#include "catalog/catalog.h"
#include "ledger/ledger.h"
#include "store/store.h"

enum {
	DOUBTFUL_LIST_MAX = 200, /* rows listed at once */
	DOUBTFUL_TEXT_MAX = 500	 /* bytes of `by` and of `reason` */
};

/* An operator's act. Texts are the caller's. */
struct doubtful_act {
	struct store *store; /* open for writing */
	struct ledger *ledger;
	const struct catalog *catalog;
	const char *tmp_folder;
	int64_t now_ms;
	const char *by;	    /* who decides */
	const char *reason; /* why */
};

struct doubtful_outcome {
	int64_t doubtful_id;
	int64_t edge;	    /* number of the decision, from 1 */
	int64_t submission; /* the row came with */
	int64_t row;
	char code[19]; /* of the subject; "" where there is none */
	bool is_dismissed;
	bool is_new_subject;
	bool is_replaced; /* undo: a later version stands and stays */
	int64_t record;	  /* log index of the record's version; -1: none */
	int64_t ended_by; /* undo, dismissal: log index of the statement, else
			     -1 */
	int64_t restored; /* undo: log index of the version that stood before
			     and stands again, else -1 */
};

/* Which rows. */
struct doubtful_query {
	const char *department; /* that sent them; NULL: every one */
	int64_t after;		/* only ids above */
	size_t limit;		/* 1 to DOUBTFUL_LIST_MAX */
	bool is_decided;	/* those that are decided, not the open ones */
};

/*
 * Appends {"open":N,"doubtful":[...],"next":ID or null}: the rows, each with
 * its candidates while it is open, and its newest decision otherwise. open
 * counts those of the department.
 */
enum err_code doubtful_list(struct store *store, const struct catalog *catalog,
    const struct doubtful_query *query, struct buf *out, struct err *err);

/* One row, as the list shows it, with candidates, and with "decisions": who
 * decided what, when and why. ERR_NOT_FOUND: there is none, or it is of
 * another department than `department` (NULL: of any). */
enum err_code doubtful_show(struct store *store, const struct catalog *catalog,
    const char *department, int64_t id, struct buf *out, struct err *err);

/*
 * The row is about the subject with this code, which is made when it is
 * valid and not known. ERR_NOT_FOUND: no such row; ERR_CONFLICT: resolved
 * already, or its department has sent or withdrawn that record since;
 * ERR_INPUT: no valid code, or the texts are not usable;
 * ERR_REFUSED: the code contradicts the row's kind of organisation, or the
 * visible characters and is_forced is not set.
 */
enum err_code doubtful_resolve(const struct doubtful_act *act, int64_t id,
    const char *code, bool is_forced, struct doubtful_outcome *out,
    struct err *err);
/* The row is about nobody that can be found, or should not have come: it
 * leads to no record and its source hears why. Fails as doubtful_resolve. */
enum err_code doubtful_dismiss(const struct doubtful_act *act, int64_t id,
    struct doubtful_outcome *out, struct err *err);
/* The last decision was wrong: the row is open again, its record no longer
 * stands, and what the record replaced stands again. ERR_CONFLICT: the row
 * is open. */
enum err_code doubtful_undo(const struct doubtful_act *act, int64_t id,
    struct doubtful_outcome *out, struct err *err);

void doubtful_outcome_write(
    const struct doubtful_outcome *outcome, struct buf *out);

#endif
