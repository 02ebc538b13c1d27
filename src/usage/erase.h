/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of a use. When the catalogue's retention has passed, its row, its
 * salt and every way that leads to it go; what stays is the entry's 32 bytes
 * in the bundles of the log, which tell nothing without the salt, so that
 * the tree can still be recomputed.
 *
 *	plan	  which: a beginning of the log, up to the last published
 *		  head that was signed on or before the last day of which
 *		  nothing needs to be kept (catalog/retention.c). Every use in
 *		  it is older than that head.
 *	announce  a use of its own, sealed before anything is erased: who,
 *		  when, before which place in the log, how many, of which day
 *		  at the latest, under which retention and basis
 *	step	  a bounded number of rows in a transaction of its own; only
 *		  rows whose entry stands in the bundles exactly as it follows
 *		  from the row. Cut short, the next run goes on.
 *	settle	  moves what was overwritten to the database's file and empties
 *		  the journal, which holds what stood there before
 *
 * Announcements say "everything before place N", so the newest one is enough:
 * older ones end with their own retention. use_verify demands one for every
 * row that is not there.
 */
#ifndef GX_USAGE_ERASE_H
#define GX_USAGE_ERASE_H

#include "catalog/catalog.h"
#include "usage/use_log.h"

enum { ERASE_TOGETHER = 512, ERASE_ID_BYTES = 72, ERASE_TEXT_BYTES = 320 };

struct erase_plan {
	uint64_t first;	   /* the first use that is still there */
	uint64_t before;   /* those before this place go; first: none */
	date_days through; /* the last day of which nothing is kept */
	int years;
	char retention[ERASE_ID_BYTES]; /* ids of the catalogue */
	char basis[ERASE_ID_BYTES];
};

/* What may be erased on a day; nothing when no retention is in force then.
 * ERR_CORRUPT: a use says a later day than the head that holds it. */
enum err_code erase_plan_make(struct store *store, const struct catalog *c,
    date_days today, struct erase_plan *out, struct err *err);
/* Uses that an earlier run announced and did not come to. */
enum err_code erase_unfinished(
    struct store *store, uint64_t *before_out, struct err *err);

/* In the log's transaction (use_log_begin before, use_log_seal behind it).
 * Cases of the auditor that were closed by the plan's last day, and before the
 * first use that stays, go with it: so do the uses that sealed them.
 * use: reader and moment; the rest is set here. */
enum err_code erase_announce(struct use_log *log, struct store *store,
    const struct use *use, const struct erase_plan *plan, struct err *err);
/* What a use of act USE_ERASE announces; false when it says nothing of the
 * form. first is how many are said to go, subtracted from before. */
bool erase_parse(struct span purpose, struct erase_plan *out);
/* As erase_parse reads it. */
void erase_write(const struct erase_plan *plan, char out[ERASE_TEXT_BYTES]);

/* Was the last day it names beyond retention on the day of the announcement,
 * by its own years and by the catalogue of that day? c may be NULL. */
bool erase_was_due(
    const struct erase_plan *announced, const struct catalog *c, date_days on);

/* Erases at most ERASE_TOGETHER uses before the place, in a transaction of
 * its own; how many goes to count_out. ERR_CORRUPT: an entry is not in the
 * files as it should be, and nothing was done. */
enum err_code erase_step(struct store *store, struct ledger *ledger,
    uint64_t before, size_t *count_out, struct err *err);
/* ERR_BUSY: others kept the journal from being emptied; to be asked again. */
enum err_code erase_settle(struct store *store, struct err *err);

#endif
