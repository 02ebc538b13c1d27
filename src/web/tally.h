/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refusals that somebody can bring about as fast as he likes: calls beyond a
 * token's rate, and with what has ended. The first leaves its trace at once,
 * those of the minute behind it one trace together, with their number: nobody
 * fills the log by them, and none is lost.
 */
#ifndef GX_WEB_TALLY_H
#define GX_WEB_TALLY_H

#include "usage/use.h"

enum { TALLY_MS = 60 * 1000 };

/* May be used by several threads at once. */
struct tally;

struct tally *tally_new(void);
void tally_free(struct tally **tally);

/* true: it is to be sealed now. false: it was counted. The same are those of
 * one reader for one reason. */
bool tally_note(struct tally *tally, const struct use *use, int64_t now_ms);

/* Takes what was counted in a minute that is over (is_all: in any): one use,
 * whose `why` is the reason and the number; its texts are the arena's. false:
 * there is none. */
bool tally_take(struct tally *tally, int64_t now_ms, bool is_all,
    struct arena *arena, struct use *out);

#endif
