/* SPDX-License-Identifier: Apache-2.0 */
/* GET /log: the log of records, for people. */
#ifndef GX_API_LOG_PAGE_H
#define GX_API_LOG_PAGE_H

#include "api/record.h"
#include "base/buf.h"
#include "ledger/ledger.h"

/* The newest signed state, the key, growth by month, and commands with which
 * others verify. uses: of the log of uses its key alone is told; NULL: there
 * is none. Reads in one transaction. */
enum err_code log_document(const struct reading *reading, struct ledger *ledger,
    struct ledger *uses, const char *origin, struct buf *out, struct err *err);

#endif
