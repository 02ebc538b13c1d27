/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one way in which a case changes. A move is judged by the catalogue's
 * table (from which state, by which side) and by the invariants, sealed as a
 * statement in the log of records, and stored, in one transaction; or
 * nothing happens.
 */
#ifndef GX_CASES_CASE_MOVE_H
#define GX_CASES_CASE_MOVE_H

#include "cases/case_file.h"
#include "ledger/ledger.h"
#include "registry/view.h"

enum {
	CASE_TEXT_CHARS_MAX = 2000,
	CASE_LETTER_CHARS_MAX = 100,
	CASE_BY_BYTES_MAX = 100
};

struct case_request {
	struct store *store; /* for writing, no transaction open */
	struct ledger *ledger;
	const struct catalog *catalog;
	/* NOBODY: that of the department `actor`, as the move wants it. */
	enum cat_case_side side;
	/* For whom: a department's id, or for a representative the code of
	 * the organisation. */
	const char *actor;
	const char *by;	  /* who does it, one line; sealed for insiders */
	const char *move; /* its id */
	/* A move that begins a case: of which kind, about which record. Else
	 * kind is NULL. */
	const char *kind;
	uint64_t record;
	int64_t case_id;
	/* How many steps the caller has seen; 0: whatever there are. */
	int64_t steps_seen;
	struct span text;   /* why, or what */
	struct span letter; /* the number of the letter by which a
			       representative asked the office for it */
	const char *tmp_folder;
	int64_t now_ms;
};

struct case_result {
	int64_t case_id;
	uint64_t statement;
	int64_t step;
	char code[19]; /* of the organisation */
	char item[64];
	char kind[64];
	char state[64]; /* their ids */
};

/*
 * ERR_INPUT (a text that is missing, too long, or cannot be kept; no such
 * kind or move), ERR_NOT_FOUND (no such record or case; also for a
 * representative of another organisation), ERR_REFUSED (not by this side or
 * department; a person's number in a text), ERR_CONFLICT (not from this
 * state, not now; another case is open). Blocks on disk.
 */
enum err_code case_move(const struct case_request *request,
    struct case_result *out, struct err *err);

/* The moves that `request->actor` could make in the case now, by the table
 * and the invariants; of `request` side, actor, by, case_id and now_ms count,
 * and the texts do not. In the caller's transaction. ERR_NOT_FOUND. Blocks on
 * disk. */
typedef void case_offer_visit(void *ctx, const struct cat_case_move *move);
enum err_code case_offers(const struct case_request *request,
    case_offer_visit *visit, void *ctx, struct err *err);

/* What the invariants need to know. */
struct case_facts {
	const struct catalog *catalog;
	const struct cat_case_kind *kind;
	const struct cat_case_move *move;
	const struct case_file *file; /* with steps; state "" before any */
	const char *code;	      /* of its organisation */
	const struct view_record *record;
	bool has_other_open; /* a case of the kind about the same record */
};

/*
 * The invariants, run on every move: is this move allowed, of this case, by
 * this side, now? Also for those who want to know which moves to offer (then
 * request->text and letter are not looked at when is_offer). ERR_REFUSED,
 * ERR_CONFLICT, ERR_INPUT. Pure.
 */
enum err_code case_check(const struct case_facts *facts,
    const struct case_request *request, bool is_offer, struct err *err);

#endif
