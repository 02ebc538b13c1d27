/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roster: what most checks ask the register for, in memory, for a server
 * that is asked about a hundred thousand organisations in one call. Of each
 * subject its code, its name and the rows of its records; of those records
 * from which something may follow also the brief of each statement.
 *
 * It is a copy and decides nothing: rows go through the same questions as
 * those of the database. It never answers for another moment than the
 * reader's: roster_begin gives it out only when it goes as far as the log in
 * the reader's transaction; subjects that a statement has come about since it
 * was made are not in it, and are asked of the database.
 *
 * One thread keeps it up, any number read. Memory: for each subject some 60
 * bytes and its name, for each row 32, for each brief some 130; a million
 * subjects with 1.6 million rows and 360,000 briefs take some 210 MB, and
 * twice that for a moment while it is made anew. When it would need more than
 * its bound there is none, and everything is asked of the database.
 */
#ifndef GX_REGISTRY_ROSTER_H
#define GX_REGISTRY_ROSTER_H

#include <stdbool.h>

#include "base/mem.h"
#include "registry/brief.h"
#include "registry/view.h"

struct roster;
struct roster_state;

struct roster *roster_new(size_t max_bytes);
/* Nobody reads any more. NULL-safe. */
void roster_free(struct roster **roster);

struct roster_plan {
	struct store *store; /* in no transaction */
	const struct catalog *catalog;
	date_days today;
	/* May anything follow from this record on that day? Its briefs are
	 * kept then. What is not kept is read from the block, so that this is
	 * about speed alone. Versions count as received by then. */
	view_keep *wants;
	/* True ends the making early; the roster is as it was. */
	bool (*is_over)(void *ctx);
	void *ctx; /* of both */
};

/*
 * Follows the log: notes the subjects that changed, or makes the roster anew
 * when they are many, when names may have changed, on another day and under
 * another catalogue, at most once in a while. One caller at a time. After a
 * failure there is none, or the old one. ERR_FULL: it would need more than
 * its bound; it is not tried again until then. Blocks on disk.
 */
enum err_code roster_refresh(
    struct roster *roster, const struct roster_plan *plan, struct err *err);

/*
 * Begins a read transaction of the store. *out: the roster of the same moment
 * and catalogue, to be given back with roster_end; NULL when there is none.
 * roster may be NULL.
 */
enum err_code roster_begin(struct roster *roster, struct store *store,
    const struct catalog *catalog, const struct roster_state **out,
    struct err *err);
/* Ends both. */
void roster_end(struct roster *roster, const struct roster_state *state,
    struct store *store);

/* The subject with this valid code; 0: it is not in the roster, which says
 * nothing about the database. state may be NULL, here and below. */
int64_t roster_find(const struct roster_state *state, const char *code);
/* The code will be looked for soon: fetches its place meanwhile. */
void roster_expect(const struct roster_state *state, const char *code);
/* It will be asked for soon: fetches where its things begin; and, a little
 * later, these. Any id will do. */
void roster_expect_subject(
    const struct roster_state *state, int64_t subject_id);
void roster_expect_rows(const struct roster_state *state, int64_t subject_id);
/* Is it there, as the database has it? */
bool roster_has(const struct roster_state *state, int64_t subject_id);
/* Of one that is there. */
struct span roster_name(const struct roster_state *state, int64_t subject_id);

/* A row of `record`. */
struct roster_row {
	uint64_t key_hash : 48;
	uint64_t item : 16;
	uint64_t seq : 44;
	uint64_t version : 16;
	uint64_t class_ : 4;
	date_days decided_on;
	date_days valid_to;
	date_days public_until;
	uint32_t brief; /* its number and one; 0: none is kept */
};

/* Of one that is there: in the order of item, key and version. */
const struct roster_row *roster_rows(
    const struct roster_state *state, int64_t subject_id, size_t *count_out);
/* False: it is not kept. A view into the state. */
bool roster_brief(const struct roster_state *state,
    const struct roster_row *row, struct brief *out);

/* What it holds, for those who watch. */
struct roster_sums {
	size_t subjects, briefs;
	size_t changed; /* subjects that are asked of the database */
	size_t bytes;
};
struct roster_sums roster_sums(struct roster *roster);

#endif
