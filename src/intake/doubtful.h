/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doubtful queue: good rows whose subject is not certain, because the
 * code is missing, masked or a placeholder. A person decides whom a row is
 * about; the decision is an edge from the row to a subject, and can be
 * undone. Each act is one transaction, sealed in the log.
 *
 *	open --resolve--> resolved (record in the registry)
 *	  ^------undo-----'	(statement "unresolved", record ended)
 *
 * The newest edge counts; both acts can be repeated for ever.
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
	char code[19]; /* of the subject */
	bool is_new_subject;
	bool is_replaced; /* undo: a later version stands and stays */
	int64_t record;	  /* log index of the record's version */
	int64_t ended_by; /* undo: log index of the statement, else -1 */
	int64_t restored; /* undo: log index of the version that stood before
			     and stands again, else -1 */
};

/*
 * Appends {"open":N,"doubtful":[...],"next":ID or null}: open rows with an
 * id above `after`, each with its candidates. limit: 1 to
 * DOUBTFUL_LIST_MAX.
 */
enum err_code doubtful_list(struct store *store, const struct catalog *catalog,
    int64_t after, size_t limit, struct buf *out, struct err *err);

/*
 * The row is about the subject with this code, which is made when it is
 * valid and not known. ERR_NOT_FOUND: no such row; ERR_CONFLICT: resolved
 * already; ERR_INPUT: no valid code, or the texts are not usable;
 * ERR_REFUSED: the code contradicts the visible characters and is_forced is
 * not set.
 */
enum err_code doubtful_resolve(const struct doubtful_act *act, int64_t id,
    const char *code, bool is_forced, struct doubtful_outcome *out,
    struct err *err);
/* The last decision was wrong: the row is open again, its record no longer
 * stands, and what the record replaced stands again. ERR_CONFLICT: the row
 * is open. */
enum err_code doubtful_undo(const struct doubtful_act *act, int64_t id,
    struct doubtful_outcome *out, struct err *err);

void doubtful_outcome_write(
    const struct doubtful_outcome *outcome, struct buf *out);

#endif
