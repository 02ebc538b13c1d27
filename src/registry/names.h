/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding organisations by any part of a name. Folded names stand packed,
 * some ninety to a page, and a search reads them all: a million names are
 * about 50 MB, which a core passes over in a few tens of milliseconds. No
 * index to build, none to go stale, and one character is as good a question
 * as ten.
 *
 * Pack: number of names (16 bits LE) | subject ids (64 bits LE each) |
 * names, each with '\n' in front.
 */
#ifndef GX_REGISTRY_NAMES_H
#define GX_REGISTRY_NAMES_H

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "store/store.h"

enum {
	NAMES_PACK_BYTES = 4000, /* fits one page of the database */
	NAMES_QUERY_BYTES_MAX = 600,
	NAMES_HITS_MAX = 1000
};

struct name_packer;

/* Loads the last pack, so that small additions fill it. */
enum err_code name_packer_new(
    struct store *store, struct name_packer **out, struct err *err);
void name_packer_free(struct name_packer **packer);
/* Adds a name of a subject (any script and width; folded here). */
enum err_code name_packer_add(struct name_packer *packer, struct span name,
    int64_t subject_id, struct err *err);
enum err_code name_packer_flush(struct name_packer *packer, struct err *err);

/* Every packed name, folded, with its subject. ERR_CORRUPT: a pack cannot
 * be read; those before it were told. */
typedef void names_visit(void *ctx, int64_t subject_id, struct span folded);
enum err_code names_visit_all(
    struct store *store, names_visit *visit, void *ctx, struct err *err);

/* Where in a name the text stands; better first. */
enum name_rank { RANK_WHOLE = 0, RANK_BEGINNING, RANK_INSIDE };

struct name_hit {
	int64_t subject_id;
	enum name_rank rank;
	uint32_t name_bytes;
};

struct name_hits {
	struct name_hit list[NAMES_HITS_MAX];
	size_t count;
	uint64_t total; /* names that hold the text, also those not listed */
};

/* The `limit` best hits: rank, then shorter names, then older subjects.
 * A subject appears once. ERR_INPUT when nothing is left of the text. */
enum err_code names_search(struct store *store, struct span text, size_t limit,
    struct name_hits *out, struct err *err);

/*
 * The same, for a process that lives for one question and has a second
 * processor beside it: a thread of its own with a connection of its own,
 * opened as `again` says, reads the older half of the names. Where it cannot
 * be opened, or the names are few, it is names_search.
 */
enum err_code names_search_in_two(struct store *store,
    const struct store_config *again, struct span text, size_t limit,
    struct name_hits *out, struct err *err);

#endif
