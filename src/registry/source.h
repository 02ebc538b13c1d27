/* SPDX-License-Identifier: Apache-2.0 */
/* Which department a record's version came from. */
#ifndef GX_REGISTRY_SOURCE_H
#define GX_REGISTRY_SOURCE_H

#include "base/buf.h"
#include "base/err.h"
#include "store/store.h"

/* Remembers the last submission: versions that are sent again together mostly
 * came together. */
struct source_finder {
	struct store *store;
	int64_t submissions; /* how many there are; -1: not asked yet */
	int64_t first_seq;   /* of the submission found last */
	int64_t end_seq;
	struct buf department;
};

void source_finder_init(struct source_finder *finder, struct store *store);
void source_finder_release(struct source_finder *finder);
/* The department of the version with that log index; the span lives until the
 * next call. ERR_CORRUPT: it is no record's. Blocks on disk. */
enum err_code source_of(struct source_finder *finder, int64_t seq,
    struct span *department_out, struct err *err);

#endif
