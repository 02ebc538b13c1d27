/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the room share. */
#ifndef GX_PUBLICATION_PUBLICATION_PRIV_H
#define GX_PUBLICATION_PUBLICATION_PRIV_H

#include "publication/publication.h"

/* The form of the tables and what stands in them; another number makes the
 * follower begin anew. */
enum { PUBLICATION_DERIVATION = 1 };

/* ---- state.c ---- */

struct publication_state {
	int64_t derivation;
	char feed[PUBLICATION_FEED_BYTES];
	char catalogue[2 * SHA256_BYTES + 1]; /* digest */
	int64_t statements;		      /* the next one */
	int64_t submissions;		      /* the last one counted */
	date_days day;
	int64_t swept; /* records below are judged by it; -1 = all are */
	int64_t changes;
};

/* False in *is_there_out before the first step. */
enum err_code publication_state_load(struct store *store,
    struct publication_state *out, bool *is_there_out, struct err *err);
enum err_code publication_state_save(struct store *store,
    const struct publication_state *state, struct err *err);
/* What there is to follow. */
struct publication_ends {
	int64_t statements;
	int64_t submissions;
	int64_t renamed; /* a subject that is called otherwise, 0 = none */
};
enum err_code publication_ends_load(
    struct store *store, struct publication_ends *out, struct err *err);

/* ---- place.c: a row of publication_record ---- */

struct publication_place {
	uint64_t seq;
	int64_t subject_id;
	int64_t item;
	int64_t key_hash;
	int64_t facet_id;
	date_days decided_on;
	date_days received_on;
	int64_t change_index; /* -1 = not in the lists */
	date_days due_on;     /* DATE_NONE = never */
	int64_t told;	      /* while in the lists; 0 = it is not known */
};

/* The current row of a publication_record_* or publication_list_page. */
struct publication_place publication_place_at(
    struct store *store, enum sql_id id);
/* ERR_NOT_FOUND without words: err is left alone. */
enum err_code publication_place_get(struct store *store, uint64_t seq,
    struct publication_place *out, struct err *err);
enum err_code publication_place_put(struct store *store,
    const struct publication_place *place, struct err *err);

/* ---- judge.c ---- */

struct publication_judgement {
	enum view_state state;
	date_days until;  /* the last day on which it is public */
	date_days due_on; /* when it may be another; DATE_NONE = never */
};

/* Pure. The version must be the record's newest. */
struct publication_judgement publication_judge(const struct catalog *catalog,
    const struct view_record *record, date_days today);

/* ---- told.c ---- */

struct publication_content {
	const struct cat_item *item;
	date_days until;
	const char *department; /* its title */
	struct span name;	/* of the organisation */
};

/* A number that is another when one of them is; not 0. */
int64_t publication_told(const struct publication_content *content);

/* ---- facets.c: the lists' counts, in memory for a step ---- */

struct facets;

/* Reads all. */
enum err_code facets_open(
    struct store *store, struct facets **out, struct err *err);
void facets_close(struct facets **facets);
/* The list of exactly this item, department and division; made when new. */
int64_t facets_find(
    struct facets *facets, int item, const char *department, int division);
/* The department of a list, "" when there is no such list. */
const char *facets_department(const struct facets *facets, int64_t facet_id);
/* Enters or removes an entry in the list and in the wider ones. */
enum err_code facets_enter(struct facets *facets, struct store *store,
    const struct publication_place *place, struct err *err);
enum err_code facets_remove(struct facets *facets, struct store *store,
    const struct publication_place *place, struct err *err);
/* Writes what changed. */
enum err_code facets_save(
    struct facets *facets, struct store *store, struct err *err);

/* ---- reports.c ---- */

/* Adds the submissions behind `after`, at most `limit`. */
enum err_code publication_add_submissions(struct store *store,
    const struct catalog *catalog, int64_t after, int64_t limit,
    int64_t *last_out, struct err *err);

#endif
