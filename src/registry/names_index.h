/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of the register in memory, for a server that is asked a thousand
 * times a second: answers as names_search does, hit for hit and total for
 * total, from an index over pairs of characters.
 *
 * One thread keeps it up (names_index_refresh), any number ask meanwhile.
 * Memory: some 130 bytes a name, and twice that for a moment while the index
 * is made anew; a million names take 130 MB.
 */
#ifndef GX_REGISTRY_NAMES_INDEX_H
#define GX_REGISTRY_NAMES_INDEX_H

#include <stdbool.h>

#include "registry/names.h"

struct names_index;

/* Empty; names_index_refresh fills it. */
struct names_index *names_index_new(void);
/* Nobody may be asking any more. */
void names_index_free(struct names_index **index);

/*
 * Takes in the names that were added since. Few are kept beside the index
 * and passed over at each search; many make it anew. One caller at a time;
 * searches go on meanwhile. After a failure it is as it was. In the caller's
 * read transaction, if there is one. Blocks on disk.
 */
enum err_code names_index_refresh(
    struct names_index *index, struct store *store, struct err *err);

/* Was it filled once? */
bool names_index_is_ready(struct names_index *index);
/* As names_search, from memory: never blocks on disk. Before the first
 * refresh there are no names. */
enum err_code names_index_search(struct names_index *index, struct span text,
    size_t limit, struct name_hits *out, struct err *err);
/* Names in it. */
uint64_t names_index_count(struct names_index *index);

#endif
