/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reverse of the credit check (反向告知): an entry begins, ends or
 * changes; which open checks does it touch? Works out, step by step, what
 * follows from the log and from the days; somebody else writes it down
 * (usage/notice.h), so that nothing here holds a writer's lock.
 *
 * A check is told of what its matter may look up (standing.h) and nothing
 * else, for as many months after it as the matter says, while the matter is in
 * force and the department may still ask in it. What its answer said already
 * is not told again, except by a check that was asked in the very moment in
 * which the record came: that one may be told although it knew.
 */
#ifndef GX_API_REVERSE_H
#define GX_API_REVERSE_H

#include "catalog/catalog.h"
#include "usage/notice.h"

enum {
	/* How long an answer may be under way between reading the records and
	 * leaving its trace. Nothing is followed earlier. */
	REVERSE_SETTLE_MS = 5000,
	REVERSE_TURN_MS = 200
};

struct reverse;

struct reverse *reverse_new(void);
void reverse_free(struct reverse **reverse);

/* What a turn looks at. Both stores are for reading, none in a transaction. */
struct reverse_look {
	struct store *registry, *office;
	const struct catalog *catalog;
	uint64_t published; /* uses below it are found by organisation */
	int64_t now_ms;
	int64_t tick_ms; /* monotonic */
};

struct reverse_turn {
	/* A step to be written before the next turn; it lives until then. */
	bool has_step;
	struct notice_step step;
	bool has_more; /* call again at once; else there is nothing now */
};

/* One turn, of REVERSE_TURN_MS or a little more. After a failure nothing of
 * it has happened. For one thread at a time. Blocks on disk. */
enum err_code reverse_turn(struct reverse *reverse,
    const struct reverse_look *look, struct reverse_turn *out, struct err *err);

#endif
