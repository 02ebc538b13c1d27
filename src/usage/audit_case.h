/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A finding that somebody took up, until it was worked to its end. The
 * finding is named by its key and worked out anew each time; what stands
 * here is who took it up, what was noted, and what was concluded. It may be
 * taken up again in another round.
 *
 *	(nothing) -> open -> closed -> open (next round) ...
 */
#ifndef GX_USAGE_AUDIT_CASE_H
#define GX_USAGE_AUDIT_CASE_H

#include "usage/audit.h"

/* The spans live until the visitor returns. */
struct audit_case {
	struct span finding;
	int64_t round; /* from 1 */
	int64_t opened_ms;
	struct span opened_by;
	struct span note;
	int64_t closed_ms; /* 0: it is open */
	struct span closed_by;
	struct span conclusion;
};

/* Who writes what about which finding. The text as of use_words_check. */
struct audit_words_of {
	struct span finding;
	struct span text;
	struct span by;
	int64_t now_ms;
};

/* Has it the form of a key: a rule's id and the digest of what it is
 * about? */
bool audit_key_is_valid(struct span key);
/* In a transaction. ERR_NOT_FOUND: it is no key; ERR_CONFLICT: it is open
 * already. */
enum err_code audit_case_open(
    struct store *store, const struct audit_words_of *words, struct err *err);
/* In a transaction. ERR_CONFLICT: none is open. */
enum err_code audit_case_close(
    struct store *store, const struct audit_words_of *words, struct err *err);

/* What is sealed of a step: the use's reference is "FINDING/ROUND/open" or
 * ".../close", of the newest round, and its answer the SHA-256 of the text. In
 * the transaction of the step, behind it. The reference is written to `text`,
 * which the use needs. */
enum { AUDIT_STEP_BYTES = AUDIT_KEY_BYTES + 32 };
enum err_code audit_case_seal(struct store *store,
    const struct audit_words_of *words, char text[AUDIT_STEP_BYTES],
    struct use *use, struct err *err);
/* Told of each round whose words are not those that were sealed; is_gone: what
 * was sealed of it is not there at all. */
typedef void audit_case_wrong(
    void *ctx, struct span finding, int64_t round, bool is_gone);
/* Uses before `kept` are erased or announced to be, and closed cases with them.
 * What was written before the first of them that is sealed is passed over.
 * Blocks on disk. */
enum err_code audit_case_verify(struct store *store, uint64_t kept,
    audit_case_wrong *visit, void *ctx, struct err *err);

typedef void audit_case_visit(void *ctx, const struct audit_case *one);
/* The rounds of a finding, the newest first. */
enum err_code audit_cases_of(struct store *store, struct span finding,
    audit_case_visit *visit, void *ctx, struct err *err);
/* Those that are open, the oldest first. */
enum err_code audit_cases_open(
    struct store *store, audit_case_visit *visit, void *ctx, struct err *err);

#endif
