/* SPDX-License-Identifier: Apache-2.0 */
/* What the scan of name packs and the index over them share. */
#ifndef GX_REGISTRY_NAMES_PRIV_H
#define GX_REGISTRY_NAMES_PRIV_H

#include <stdbool.h>

#include "registry/names.h"

enum { NAMES_ID_BYTES = 8 };

/* Names with their subjects: ids of 64 bits LE, names each with '\n' in
 * front. A pack of the database, or as many names as one likes. */
struct names_pack {
	size_t count;
	const char *ids;
	struct span text;
};

/* False when the bytes are no pack. */
bool names_pack_view(struct span body, struct names_pack *out);
int64_t names_pack_id(const struct names_pack *pack, size_t i);

enum { NAMES_BLOCK_BYTES = 16 };

/* A folded question, ready to be asked; `text` must live as long. */
struct names_question {
	struct span text;
	size_t first;  /* places in the text, first < second but for one */
	size_t second; /* byte */
	/* Its first bytes, and 0xFF for each of them. */
	char start[NAMES_BLOCK_BYTES];
	char start_mask[NAMES_BLOCK_BYTES];
};

/* Folds the text into `folded`; ERR_INPUT when nothing is left of it. */
enum err_code names_ask(struct span text, char folded[NAMES_QUERY_BYTES_MAX],
    struct names_question *out, struct err *err);
/* Packs by their numbers, from the first to the one before another. */
struct names_packs {
	int64_t from;
	int64_t before;
};

/* Adds to the hits what these packs have. */
enum err_code names_search_packs(struct store *store,
    const struct names_question *q, const struct names_packs *packs,
    size_t limit, struct name_hits *out, struct err *err);
/* All names of one pack that hold the question, to the hits. */
void names_search_pack(const struct names_pack *pack,
    const struct names_question *q, size_t limit, struct name_hits *hits);
/* Keeps the list sorted, at most `limit` long, each subject once. */
void names_keep_hit(
    struct name_hits *hits, size_t limit, const struct name_hit *hit);
/* Is a hit of this rank and length worse than all that are kept, whoever's
 * name it is? */
bool names_is_hopeless(
    const struct name_hits *hits, size_t limit, const struct name_hit *hit);

#endif
