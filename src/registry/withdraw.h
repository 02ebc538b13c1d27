/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Withdrawal: a record's source takes it back, with a reason. Its
 * publication is over at once; what was sealed stays in the log and
 * readable to entitled readers, and the withdrawal is sealed beside it.
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

struct withdraw_request {
	struct store *store; /* for writing, no transaction open */
	struct ledger *ledger;
	const struct catalog *catalog;
	const struct cat_department *department; /* who withdraws */
	uint64_t record;			 /* a record number */
	struct span reason;
	const char *by;	 /* who does it, sealed for insiders; NULL: not told */
	date_days since; /* the day from which the law's clock runs: the
			    decision was changed, revoked ...; DATE_NONE */
	const char *tmp_folder;
	int64_t now_ms;
};

struct withdraw_result {
	uint64_t statement; /* the withdrawal's own number in the log */
	char code[19];	    /* the subject's */
	char item[64];	    /* the record's item, its id */
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

#endif
