/* SPDX-License-Identifier: Apache-2.0 */
/* The log's files again from the statements in the database. */
#ifndef GX_REGISTRY_REBUILD_H
#define GX_REGISTRY_REBUILD_H

#include "ledger/ledger.h"
#include "store/store.h"

/* Outside a transaction. ERR_CORRUPT, and no file is touched, when the
 * statements are not what the log was signed for. */
enum err_code rebuild_log(
    struct store *store, struct ledger *ledger, struct err *err);

#endif
