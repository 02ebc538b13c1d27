/* SPDX-License-Identifier: Apache-2.0 */
/* The files of the log of uses again, from the rows. */
#ifndef GX_USAGE_USE_REBUILD_H
#define GX_USAGE_USE_REBUILD_H

#include "ledger/ledger.h"
#include "store/store.h"

/* Outside a transaction, while others may read and seal. What was erased is
 * taken from the entry bundles, which alone still have it. ERR_CORRUPT, and no
 * file is touched, when both together are not what the log was signed for. */
enum err_code use_rebuild(
    struct store *store, struct ledger *ledger, struct err *err);

#endif
