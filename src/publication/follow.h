/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The follower: keeps the room's tables up with the log, the day and the
 * catalogue, in steps of one bounded transaction each.
 *
 *	statements	behind its position, block by block, in log order
 *	submissions	behind the last one counted
 *	a new day	the records that are due by then
 *	a new catalogue	every record, from the first on
 *
 * Each time a record is judged anew; what differs from how it stands in the
 * lists becomes an event of the change feed. Events are never taken back
 * nor renumbered, also not by a new catalogue. Only a program whose tables
 * have another form begins again, under another id of the feed.
 */
#ifndef GX_PUBLICATION_FOLLOW_H
#define GX_PUBLICATION_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "catalog/catalog.h"
#include "store/store.h"

/*
 * One step: a transaction of some hundred milliseconds at most. store: for
 * writing, none open. *more_out: there is more to follow. After a failure
 * nothing of the step has happened. A day before the last one followed
 * changes nothing. Blocks on disk.
 */
enum err_code publication_follow_step(struct store *store,
    const struct catalog *catalog, int64_t now_ms, bool *more_out,
    struct err *err);
/* Forgets everything derived: the next step begins anew. In one transaction
 * of its own. */
enum err_code publication_forget(struct store *store, struct err *err);

#endif
