/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeping the published lists up (publication/follow.h) in a data directory
 * that others write to: a turn takes the writer's lock only when there is
 * something to follow and nobody else writes, and gives it up soon.
 */
#ifndef GX_API_FOLLOW_H
#define GX_API_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "api/home.h"

enum { FOLLOW_TURN_MS = 300 };

enum follow_outcome {
	FOLLOW_CURRENT = 0, /* nothing is left */
	FOLLOW_AHEAD,	    /* nor here, but publication_through is_ahead */
	FOLLOW_MORE,	    /* call again, after leaving others some time */
	FOLLOW_BUSY	    /* another writes: try later */
};

/*
 * One turn. home: opened with its catalogue, its store open for reading or
 * not at all; it is only read from. The turn opens the database for itself
 * when there is something to do and closes it again. Failures are told and
 * leave everything as it was. Blocks on disk; for one thread at a time.
 */
enum err_code follow_turn(const struct home *home, int64_t now_ms,
    enum follow_outcome *out, struct err *err);

#endif
