/* SPDX-License-Identifier: Apache-2.0 */
/* The change feed: whoever applies it from 0 on holds what is public. */
#ifndef GX_API_CHANGES_H
#define GX_API_CHANGES_H

#include "api/record.h"
#include "base/buf.h"

enum { CHANGES_LIMIT = 200, CHANGES_LIMIT_MAX = 1000 };

/*
 * GET /changes: the events from index `since` on. An event carries the
 * record's content while that record is public and this its newest version;
 * of one that has ended, number, kind, day and reason remain. Reads in one
 * transaction; a page ends early before it grows too large.
 */
enum err_code changes_document(const struct reading *reading, uint64_t since,
    size_t limit, struct buf *out, struct err *err);

#endif
