/* SPDX-License-Identifier: Apache-2.0 */
/* What lies in a log's folder beside the files that its signed size has. */
#ifndef GX_LEDGER_FOLDER_H
#define GX_LEDGER_FOLDER_H

#include "ledger/ledger.h"
#include "tlog/tile.h"

enum ledger_stray_kind {
	LEDGER_STRAY_EARLIER = 0, /* a partial tile of an earlier size */
	LEDGER_STRAY_BEYOND,	  /* of a write that is under way or was cut */
	LEDGER_STRAY_FOREIGN	  /* does not belong to a log */
};

struct ledger_stray {
	enum ledger_stray_kind kind;
	struct span path; /* in the folder */
	/* EARLIER: which tile, and what it must hold: the beginning of the
	 * one that grew from it. */
	struct tlog_tile tile;
	struct span must;
	/* EARLIER: a signed state has it, so wide. The log of records has
	 * others of writes that were cut, which may hold anything. */
	bool is_signed;
};

/* What the stray points to lives until it returns; a failure ends the walk. */
typedef enum err_code ledger_stray_visit(
    void *ctx, const struct ledger_stray *stray, struct err *err);

/*
 * Walks the folder of a log whose signed size is `size`, in no order. Passed
 * over is what went while it was looked at, since a writer may be at work;
 * an earlier tile that a write which was cut left too short; and one whose
 * successor is missing or damaged, which is for others to tell. Blocks on
 * disk.
 */
enum err_code ledger_strays(struct ledger *ledger, uint64_t size,
    ledger_stray_visit *visit, void *ctx, struct err *err);

#endif
