/* SPDX-License-Identifier: Apache-2.0 */
/* Views that outlive what they were of. */
#ifndef GX_BASE_KEEP_H
#define GX_BASE_KEEP_H

#include "base/mem.h"
#include "base/span.h"

/* Its copy, with a NUL behind it, lives as long as the arena. */
static inline struct span arena_keep(struct arena *arena, struct span text)
{
	return (struct span){arena_dup(arena, text.p, text.n), text.n};
}

#endif
