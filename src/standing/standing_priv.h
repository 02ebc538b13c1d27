/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the room share. */
#ifndef GX_STANDING_STANDING_PRIV_H
#define GX_STANDING_STANDING_PRIV_H

#include "standing/standing.h"

/* Is this record told of in the matter on that day? By its narrow facts, the
 * days on which its versions were received and, where there is one, its
 * statement or brief: without, more is told of. out: without the measures,
 * which standing_take_measures finds. */
bool standing_is_told(const struct standing_question *question,
    const struct view_record *record, struct standing_entry *out);
/* Those of an entry that is told of. */
void standing_take_measures(const struct standing_question *question,
    struct arena *arena, struct standing_entry *entry);

#endif
