/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Withdrawal: a record's source takes it back, with a reason. Its
 * publication is over at once; what was sealed stays in the log and
 * readable to entitled readers, and the withdrawal is sealed beside it.
 *
 * A withdrawal that was a mistake is taken back by whoever made it: the record
 * is reinstated. What it said is sealed once more, as its next version, with
 * who did it and why; the withdrawal stays where it is, and so do the days
 * on which the record was not there.
 */
#ifndef GX_REGISTRY_WITHDRAW_H
#define GX_REGISTRY_WITHDRAW_H

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "catalog/catalog.h"
#include "ledger/ledger.h"
#include "store/store.h"

enum { WITHDRAW_REASON_CHARS_MAX = 1000, WITHDRAW_BY_BYTES_MAX = 100 };

/* Of a withdrawal, or of its taking back. */
struct withdraw_request {
	struct store *store; /* for writing, no transaction open */
	struct ledger *ledger;
	const struct catalog *catalog;
	const struct cat_department *department; /* who acts */
	uint64_t record;			 /* a record number */
	struct span reason;
	const char *by;	 /* who does it, sealed for insiders; NULL: not told */
	date_days since; /* of a withdrawal, the day from which the law's
			    clock runs: the decision was changed, revoked ...;
			    DATE_NONE */
	const char *tmp_folder;
	int64_t now_ms;
};

struct withdraw_result {
	/* The withdrawal's own number in the log; of a record that was
	 * reinstated, that of its new version. */
	uint64_t statement;
	char code[19]; /* the subject's */
	char item[64]; /* the record's item, its id */
};

/*
 * One transaction: the statement in the log and the record's end, or
 * nothing. ERR_INPUT (reason, by, a `since` that is to come), ERR_NOT_FOUND (no
 * such record), ERR_REFUSED (not the department's own; the credit office may
 * always), ERR_CONFLICT (ended already, or replaced: the hint names the
 * newest). Blocks on disk.
 */
enum err_code withdraw_run(const struct withdraw_request *request,
    struct withdraw_result *out, struct err *err);
/*
 * One transaction: the record's next version, which says what the withdrawn
 * one said, of the same department and under the same catalogue, or nothing.
 * ERR_INPUT (reason, by), ERR_NOT_FOUND (no such record), ERR_REFUSED
 * (another department withdrew it; the catalogue has its item no more),
 * ERR_CONFLICT (it stands, ended in another way, or was replaced). Blocks on
 * disk.
 */
enum err_code withdraw_take_back(const struct withdraw_request *request,
    struct withdraw_result *out, struct err *err);

#endif
