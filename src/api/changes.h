/* SPDX-License-Identifier: Apache-2.0 */
/* The change feed: whoever applies it from 0 on holds what is public. */
#ifndef GX_API_CHANGES_H
#define GX_API_CHANGES_H

#include "api/record.h"
#include "base/buf.h"

enum {
	CHANGES_LIMIT = 200,
	CHANGES_NEWEST_LIMIT = 50,
	CHANGES_LIMIT_MAX = 1000
};

/* In the feed's order for copies; backward for people. */
struct changes_query {
	bool is_newest_first;
	uint64_t since;	 /* only events from this one on */
	uint64_t before; /* only events below; CHANGES_TO_END: to the end */
	size_t limit;	 /* of CHANGES_LIMIT_MAX at most */
};

#define CHANGES_TO_END ((uint64_t)INT64_MAX)

/* How many events a page has unless it is said. */
size_t changes_limit(bool is_newest_first);
/*
 * GET /changes: the events from index `since` on, or backward from `before`.
 * An event carries the record's content while that record is public and this
 * its newest version; of one that has ended, number, kind, day and reason
 * remain. Reads in one transaction; a page ends early before it grows too
 * large. ERR_INPUT: there is no event `since` yet.
 */
enum err_code changes_document(const struct reading *reading,
    const struct changes_query *query, struct buf *out, struct err *err);

#endif
