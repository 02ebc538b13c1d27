/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the public may see, in the orders that pages want: lists by item,
 * department and division, the newest first; whole sets; the change feed;
 * sums of what submissions brought.
 *
 * The tables are derived (follow.h keeps them up) and decide nothing: an
 * entry is given out only when the registry says that the record is public
 * on the day of asking. A list may lack for a while what was taken in a
 * moment ago; it never shows what has ended.
 *
 * Everything here reads, in the caller's read transaction where one moment
 * matters, and blocks on disk.
 */
#ifndef GX_PUBLICATION_PUBLICATION_H
#define GX_PUBLICATION_PUBLICATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/err.h"
#include "base/span.h"
#include "catalog/catalog.h"
#include "registry/view.h"
#include "store/store.h"

enum {
	PUBLICATION_FEED_BYTES = 17,
	PUBLICATION_DEPARTMENT_BYTES = 64,
	/* A division outside the city, or none. */
	PUBLICATION_ELSEWHERE = -1
};

/* How far the tables follow. */
struct publication_through {
	uint64_t statements; /* of the log, from the first on */
	date_days day;	     /* ends up to this day are in the feed */
	bool is_current;     /* nothing is left to be followed */
	/* The day lies behind tomorrow: a clock was ahead then, or is behind
	 * now; what ends by that day is missing. As nobody can tell which of
	 * the two, only publication_forget brings it back. */
	bool is_ahead;
	uint64_t changes;		   /* events in the feed */
	char feed[PUBLICATION_FEED_BYTES]; /* its id; "" before the first */
};

enum err_code publication_through(struct store *store,
    const struct catalog *catalog, date_days today,
    struct publication_through *out, struct err *err);

/* ---- lists ---- */

/* A record that is public today. */
struct publication_entry {
	uint64_t seq;	  /* its newest version's number */
	struct view view; /* of this record alone, without statements */
	const struct view_record *record;
	const struct view_version *version;
	struct view_publication publication; /* today */
};

/* The list of an item, of one department ("" = all), of subjects in one
 * division (0 = all), of decisions between two days (DATE_NONE = open). */
struct publication_filter {
	int item;
	const char *department;
	int division;
	date_days from;
	date_days to;
};

/* Where a page begins: behind that entry. */
struct publication_key {
	date_days decided_on;
	uint64_t seq;
};

/* Before the first entry. */
struct publication_key publication_key_first(void);

struct publication_reader {
	struct store *store;
	const struct catalog *catalog;
	date_days today;
};

/*
 * Calls `take` for entries of the list behind `after`, the newest decision
 * first, until it answers otherwise than 0 or the list ends; `take` owns
 * nothing of the entry. A positive answer of `take` ends the visit without
 * a failure. `take` must not visit lists itself.
 */
typedef int publication_take(
    void *ctx, const struct publication_entry *entry, struct err *err);
enum err_code publication_visit(const struct publication_reader *reader,
    const struct publication_filter *filter, struct publication_key after,
    publication_take *take, void *ctx, struct err *err);
/* A whole item in the order of the log, behind the record `after` (-1 =
 * from the first). At most `limit` places are looked at. */
enum err_code publication_visit_item(const struct publication_reader *reader,
    int item, int64_t after, int64_t limit, publication_take *take, void *ctx,
    struct err *err);
/* A department's records of all items ("" = all departments'), those that came
 * into the lists last first, whenever they were decided; at most `limit`.
 * `take` answers 0, or negative for a failure. */
enum err_code publication_visit_newest(const struct publication_reader *reader,
    const char *department, size_t limit, publication_take *take, void *ctx,
    struct err *err);
/* One record by its number: 1 and `take` was called, 0 when it is not
 * public today or not the newest version, negative a failure. */
int publication_visit_one(const struct publication_reader *reader, uint64_t seq,
    publication_take *take, void *ctx, struct err *err);

/* How many records stand in a list, as far as followed. */
struct publication_facet {
	int64_t id;
	int item;
	char department[PUBLICATION_DEPARTMENT_BYTES]; /* "" = all */
	int division;				       /* 0 = all */
	int64_t records;
};

enum err_code publication_count(struct store *store, int item,
    const char *department, int64_t *out, struct err *err);
enum err_code publication_visit_facets(struct store *store,
    void (*take)(void *ctx, const struct publication_facet *facet), void *ctx,
    struct err *err);
/* Does the division begin like the city's own? Its first four digits count;
 * whether the national table has it is not asked. */
bool publication_is_of_city(
    const struct catalog *catalog, const char *division);
/* The division of a subject by its code, as lists know it. */
int publication_division(const struct catalog *catalog, const char *code);

/* ---- a department's own records, public or not ---- */

/* A record by its newest version, as far as followed. */
struct publication_own {
	uint64_t seq;
	int64_t subject_id;
	int item;
	int64_t key_hash;
	date_days decided_on;
	date_days received_on; /* that version */
};

struct publication_own_query {
	const char *department;
	int item;	 /* 0 = all */
	uint64_t before; /* only numbers below */
};

/* The newest of them, at most `max`. For those who may see them alone. */
enum err_code publication_own_list(struct store *store,
    const struct publication_own_query *query, struct publication_own *list,
    size_t max, size_t *count_out, struct err *err);
/* Adds those about one subject to the `*count` that stand in the list, the
 * newest first. */
enum err_code publication_own_of_subject(struct store *store,
    const struct publication_own_query *query, int64_t subject_id,
    struct publication_own *list, size_t max, size_t *count, struct err *err);

/* ---- the change feed ---- */

/* Stored: never renumber. */
enum publication_change_kind {
	PUBLICATION_PUBLISHED = 1,
	PUBLICATION_CHANGED = 2, /* a newer version stands in its place */
	PUBLICATION_WITHDRAWN = 3,
	PUBLICATION_ENDED = 4, /* by date, by rule, or otherwise */
	/* The same, but what is told beside its statement: until when it is
	 * public, which fields are, names of organisation and department. */
	PUBLICATION_RESTATED = 5
};

struct publication_change {
	uint64_t index;
	enum publication_change_kind kind;
	uint64_t seq;	  /* the record's number */
	int64_t replaces; /* the number it had; -1 unless CHANGED */
	date_days day;	  /* on which it was noticed */
	char reason[32];  /* view_state_name */
};

const char *publication_change_name(enum publication_change_kind kind);
/* Up to `limit` events from index `since` on, in order. */
enum err_code publication_changes(struct store *store, uint64_t since,
    size_t limit, struct publication_change *list, size_t *count_out,
    struct err *err);
/* The same backward: below index `before`, the newest first. */
enum err_code publication_changes_before(struct store *store, uint64_t before,
    size_t limit, struct publication_change *list, size_t *count_out,
    struct err *err);

/* ---- what submissions brought ---- */

struct publication_sums {
	int64_t submissions;
	int64_t received; /* rows, of whatever fate */
	int64_t natural_persons;
	int64_t refused;
	int64_t doubtful;
	int64_t duplicates;
	int64_t records;
	int64_t versions;
	int64_t late;
	int64_t wrong_codes; /* rows whose subject's code is wrong */
};

struct publication_month {
	int month; /* year * 100 + month */
	int item;
	char department[PUBLICATION_DEPARTMENT_BYTES];
	struct publication_sums sums;
};

void publication_sums_add(
    struct publication_sums *to, const struct publication_sums *sums);
/* By month, item, department. */
enum err_code publication_visit_months(struct store *store,
    void (*take)(void *ctx, const struct publication_month *month), void *ctx,
    struct err *err);

#endif
