/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verification of the log of uses: is each row what was sealed, does each
 * tile follow from the rows, does each signed head follow from the tiles,
 * does the published checkpoint say the newest of them, and does the log's
 * folder hold nothing else? Whatever does not is named. Rows may be missing at
 * the beginning alone, and only so far as a sealed use announces that they were
 * erased (usage/erase.h).
 */
#ifndef GX_USAGE_USE_VERIFY_H
#define GX_USAGE_USE_VERIFY_H

#include "tlog/note.h"
#include "usage/erase.h"
#include "usage/many.h"

struct use_verify_request {
	struct store *store; /* idle, nobody writes */
	struct ledger *ledger;
	const char *checkpoint_path;
	const char *origin;	    /* that the log must have */
	const struct note_key *key; /* that must have signed it */
	/* What says how long uses are kept; NULL: the announcements of what
	 * was erased are held to themselves alone. */
	const struct catalog *catalog;
	/* The code of an organisation, for the lists of uses of many;
	 * ERR_NOT_FOUND. NULL: those lists are not checked. */
	enum err_code (*code_of)(void *ctx, int64_t subject_id,
	    char out[MANY_CODE_CHARS + 1], struct err *err);
	void *code_ctx;
	/* Told of each thing that is wrong. */
	void (*wrong)(void *ctx, const char *text);
	/* Of what is not, but should be known; NULL: of nothing. */
	void (*note)(void *ctx, const char *text);
	void *ctx;
};

struct use_verify_counts {
	uint64_t uses;	 /* entries of the log */
	uint64_t erased; /* of them without a row */
};

/* 0: everything could be checked. */
enum err_code use_verify(const struct use_verify_request *request,
    struct use_verify_counts *out, struct err *err);

#endif
