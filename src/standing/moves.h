/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What began and what ended in a matter between two moments: the difference
 * between what standing.h tells at the one and at the other. A moment is a
 * day and how far the log goes, so that the answer is the same whenever it
 * is worked out. Both are judged by the same catalogue: a catalogue that
 * changes begins and ends nothing.
 */
#ifndef GX_STANDING_MOVES_H
#define GX_STANDING_MOVES_H

#include "standing/standing.h"

struct standing_moment {
	uint64_t statements; /* those with a lower number are there */
	date_days day;
};

/* Stored: add at the end, never change. */
enum standing_move_kind {
	STANDING_BEGUN = 0, /* told now, and not before */
	STANDING_ENDED,	    /* the other way round */
	STANDING_CHANGED,   /* told in another version */
	STANDING_MOVE_KINDS
};

/* Stored: add at the end, never change. */
enum standing_why {
	STANDING_REPORTED = 0, /* its source sent it */
	STANDING_CORRECTED,    /* its source sent another version */
	STANDING_WITHDRAWN,
	STANDING_UNRESOLVED, /* it is open again whose it is */
	STANDING_BY_DATE,    /* its day came */
	STANDING_REINSTATED, /* its source took its withdrawal back */
	STANDING_WHYS
};

/* "begun", "withdrawn" ... */
const char *standing_move_word(enum standing_move_kind kind);
const char *standing_why_word(enum standing_why why);

struct standing_move {
	enum standing_move_kind kind;
	enum standing_why why;
	uint64_t seq;	  /* of the version told last */
	int64_t replaces; /* CHANGED: the version told before; else -1 */
	date_days on;	  /* the first day of it, or the first without it */
};

/*
 * question: its day is not looked at. before is not later than after. The
 * visitor must not use the loader, nor the store for records. Blocks on disk;
 * for a consistent answer open a transaction.
 */
typedef void standing_visit(void *ctx, const struct standing_move *move);
enum err_code standing_moves(struct view_loader *loader,
    const struct standing_question *question,
    const struct standing_moment between[2], standing_visit *visit, void *ctx,
    struct err *err);

/*
 * An entry on the question's day as its version `seq` told it while that was
 * the newest and not ended, with the measures that followed: what a move was
 * about. out->entries_count is 0 when by this catalogue nothing is told of it.
 * Release with standing_release, also after a failure. Blocks on disk.
 */
enum err_code standing_entry_at(struct store *store,
    const struct standing_question *question, uint64_t seq,
    struct standing *out, struct err *err);

#endif
