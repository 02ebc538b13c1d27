/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kinds of cases as the catalogue has them: the states of a case, the moves
 * between them and who may make each, the clocks that run meanwhile, and
 * whether the public is told that a case is open. The room `cases` makes the
 * moves; here they are only said and judged.
 *
 * A case is in one state. A move leads from one of its states to another, or
 * begins the case (no `from`), or leaves the state as it is (no `to`).
 */
#ifndef GX_CATALOG_CASE_KIND_H
#define GX_CATALOG_CASE_KIND_H

#include "catalog/catalog.h"

/* Whether a case in that state asks for something. */
enum cat_case_stage {
	CAT_CASE_OPEN = 0, /* somebody has to act */
	CAT_CASE_DECIDED,  /* nobody has to, but a move may follow */
	CAT_CASE_ENDED,	   /* for good */
	CAT_CASE_STAGE_COUNT
};

/* Who moves, and who is waited for. */
enum cat_case_side {
	CAT_SIDE_NOBODY = 0,
	CAT_SIDE_REPRESENTATIVE, /* of the organisation */
	CAT_SIDE_OFFICE,	 /* the city's credit office */
	CAT_SIDE_SOURCE,	 /* the department that sent the record */
	CAT_CASE_SIDE_COUNT
};

struct cat_case_state {
	const char *id;
	const char *title;
	const char *title_en;
	enum cat_case_stage stage;
	enum cat_case_side waits_for;
	bool is_with_another; /* it is in the hands of another unit than the
				 office: clocks of that scope run from then */
	struct cat_where where;
};

/* What must be so beside the state, for a move. */
enum cat_case_need {
	CAT_CASE_NEED_NONE = 0,
	CAT_CASE_NEED_CHANGE, /* the record has ended, or says something else
				 than when the case began */
	CAT_CASE_NEED_OWN,    /* the office itself is the record's source */
	CAT_CASE_NEED_OTHERS, /* it is not */
	CAT_CASE_NEED_ANOTHER_PERSON, /* not who made the move before the last
					 one that began a state anew */
	CAT_CASE_NEED_COUNT
};

struct cat_case_move {
	const char *id; /* unique in the kind */
	const char *title;
	const char *title_en;
	const char *const *from; /* states; none = it begins the case */
	size_t from_count;
	const char *to; /* a state; "" = it stays where it is */
	bool by[CAT_CASE_SIDE_COUNT];
	bool needs_text; /* it says why, or what */
	bool is_once;	 /* at most once in a case */
	bool extends;	 /* the clocks run to their longest from then on */
	enum cat_case_need need;
	struct cat_where where;
};

struct cat_case_kind {
	const char *id;
	const char *title;
	const char *title_en;
	const struct cat_basis *const *bases; /* at least one */
	size_t bases_count;
	const struct cat_case_state *states;
	size_t states_count;
	const struct cat_case_move *moves;
	size_t moves_count;
	date_days valid_from;
	date_days valid_to;
	enum cat_status status;
	struct cat_where where;
};

/* For which cases a clock runs. */
enum cat_case_scope {
	CAT_CASE_ANY = 0,
	CAT_CASE_OWN,	  /* never with another unit */
	CAT_CASE_ANOTHER, /* with another unit, now or before */
	CAT_CASE_SCOPE_COUNT
};

/* From the day a case comes into `starts` until it comes into one of
 * `ends`. Several clocks may run; the shortest counts. */
struct cat_case_clock {
	const char *id;
	const struct cat_case_kind *kind; /* NULL after an issue */
	const char *starts;
	const char *const *ends;
	size_t ends_count;
	enum cat_case_scope scope;
	int days;
	int longest_days; /* when it was extended; 0 = it cannot be */
	bool is_calendar; /* else working days */
	const struct cat_basis *basis;
	date_days valid_from;
	date_days valid_to;
	enum cat_status status;
	struct cat_where where;
};

/* The public is told that a case of the kind is open about a record. */
struct cat_case_mark {
	const char *id;
	const struct cat_case_kind *kind; /* NULL after an issue */
	const struct cat_basis *basis;
	date_days valid_from;
	date_days valid_to;
	enum cat_status status;
	struct cat_where where;
};

/* NULL: there is none. */
const struct cat_case_kind *catalog_case_kind(
    const struct catalog *c, const char *id);
const struct cat_case_state *cat_case_state(
    const struct cat_case_kind *kind, const char *id);
const struct cat_case_move *cat_case_move(
    const struct cat_case_kind *kind, const char *id);
/* May the move be made from that state ("" = before there is a case)? */
bool cat_case_leads_from(const struct cat_case_move *move, const char *state);
bool cat_case_clock_ends(const struct cat_case_clock *clock, const char *state);
bool cat_case_kind_in_force(const struct cat_case_kind *kind, date_days on);
/* By what the public is told, on that day; NULL: it is not. */
const struct cat_case_mark *catalog_case_mark(
    const struct catalog *c, const struct cat_case_kind *kind, date_days on);

/* "office"; "own" ... */
const char *cat_case_side_name(enum cat_case_side v);
const char *cat_case_scope_name(enum cat_case_scope v);
/* -1: there is none. */
int cat_case_side_find(const char *name);

/* A kind with its states, moves, clocks and marks. */
void catalog_case_kind_json(
    const struct catalog *c, const struct cat_case_kind *kind, struct buf *out);

#endif
