/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the uses of a time stand in the log. It is in the order in which they
 * were sealed; that is the order of time as well, but for the places at which
 * the machine's clock was set back. Each of those is kept when it happens:
 * between two of them a moment is found by halving.
 */
#ifndef GX_USAGE_USE_TIME_H
#define GX_USAGE_USE_TIME_H

#include "store/store.h"

enum {
	/* How far order and time may differ all the same: a use has the
	 * moment of its request, and many are sealed together. */
	USE_TIME_SLACK_MS = 60 * 60 * 1000,
	/* A smaller step back is none. */
	USE_TIME_STEP_MS = 60 * 1000
};

/* In the transaction that seals the uses from `seq` on, the earliest of which
 * is of `now_ms`: was the clock set back since those before them? */
enum err_code use_time_mark(struct store *store, uint64_t seq,
    int64_t before_ms, int64_t now_ms, struct err *err);
/* No use before this place is of that moment or a later one. */
enum err_code use_time_begin(
    struct store *store, int64_t from_ms, uint64_t *out, struct err *err);
/* The places, in order; to be freed by the caller. */
enum err_code use_time_setbacks(
    struct store *store, uint64_t **out, size_t *count_out, struct err *err);

#endif
