/* SPDX-License-Identifier: Apache-2.0 */
/* What making the roster and reading it share. */
#ifndef GX_REGISTRY_ROSTER_PRIV_H
#define GX_REGISTRY_ROSTER_PRIV_H

#include <pthread.h>

#include "registry/roster.h"
#include "registry/subject_cache.h"

/* A text of a brief: its place among all of them. */
struct roster_text {
	uint32_t at;
	uint32_t n;
};

struct roster_kept {
	struct roster_text department, document, authority, content;
	date_days received;
	bool is_positive;
};

/* Where a subject's things begin; they end where the next one's do. */
struct roster_place {
	uint32_t row;
	uint32_t name;
};

/* What was made at once and never changes. */
struct roster_base {
	size_t references; /* under the roster's lock */
	const struct catalog *catalog;
	date_days day;
	struct subject_cache *codes;
	int64_t subjects;	     /* the last id */
	struct roster_place *places; /* by id, to subjects + 1 */
	struct buf names;
	struct roster_row *rows;
	size_t rows_count, rows_max;
	struct roster_kept *briefs;
	size_t briefs_count, briefs_max;
	struct buf texts;
	uint64_t *absent; /* bits by id: never taken in */
};

/* A base as of a moment of the log. */
struct roster_state {
	size_t references; /* under the roster's lock */
	struct roster_base *base;
	uint64_t through;  /* the log's size */
	uint64_t *changed; /* bits by id: to be asked of the database */
	size_t changed_count;
};

struct roster {
	pthread_mutex_t lock; /* of the state and all references */
	struct roster_state *state;
	size_t max_bytes;
	/* The refresher's own. */
	int64_t made_ms;	    /* monotonic; 0: never */
	const struct catalog *full; /* too large, under it, on that day */
	date_days full_on;
};

static inline size_t roster_words(const struct roster_base *base)
{
	return (size_t)base->subjects / 64 + 1;
}

static inline bool roster_bit(const uint64_t *bits, int64_t id)
{
	return bits[id / 64] >> (id % 64) & 1;
}

static inline void roster_set_bit(uint64_t *bits, int64_t id)
{
	bits[id / 64] |= UINT64_C(1) << (id % 64);
}

/* Makes it from the database, in the caller's read transaction. ERR_FULL,
 * ERR_BUSY (it is over). */
enum err_code roster_make(const struct roster_plan *plan, size_t max_bytes,
    struct roster_base **out, struct err *err);
void roster_base_free(struct roster_base *base);
size_t roster_base_bytes(const struct roster_base *base);

#endif
