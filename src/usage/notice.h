/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notices (反向告知): that an entry began, ended or changed after a check
 * that it touches. A notice names check and record; what the entry is and
 * what follows from it is worked out when it is read (api/notices.h).
 *
 * Its number is never used twice and grows, and there is one notice for each
 * check, version of a record and kind of move.
 */
#ifndef GX_USAGE_NOTICE_H
#define GX_USAGE_NOTICE_H

#include "standing/moves.h"
#include "usage/desk.h"

struct notice {
	int64_t id;
	int64_t made_ms;
	struct standing_move move;
	struct span department, matter, case_number, check_id;
	int64_t subject_id;
	struct span subject; /* its code */
};

/* How far the notices follow. */
struct notice_state {
	struct standing_moment at;
	/* Another than at.day while organisations are gone through because a
	 * new day came; those with an id up to `swept` are done then. */
	date_days to_day;
	int64_t swept;
	int64_t next_id; /* of a notice */
};

/* False in *is_there_out before the first step. */
enum err_code notice_state_load(struct store *office, struct notice_state *out,
    bool *is_there_out, struct err *err);

/* A step that was worked out. */
struct notice_step {
	bool is_first;		   /* there was no state */
	struct notice_state from;  /* what it was worked out from */
	struct notice_state to;	   /* next_id is not looked at */
	const struct notice *list; /* without id and time */
	size_t count;
};
/* At the desk: the notices that are not there yet, and the state.
 * ERR_CONFLICT: the state is another one by now. */
enum err_code notice_step_write(const struct notice_step *step,
    const struct desk_turn *turn, struct err *err);

/* The notices of a department in the order of their numbers, behind `than`,
 * or before it, newest first. next: 1 one, 0 the end, negative a failure; its
 * texts live until the next. */
enum notice_order { NOTICES_FROM = 0, NOTICES_BEFORE };
enum err_code notice_rows_start(struct store *office, struct span department,
    enum notice_order order, int64_t than, struct err *err);
int notice_rows_next(struct store *office, enum notice_order order,
    struct notice *out, struct err *err);
void notice_rows_finish(struct store *office, enum notice_order order);

#endif
