/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A subject's records as they stood on a day, and the one place that knows
 * what is public.
 *
 * A view holds everything that is stored about a subject's records: every
 * version, every end. The questions take the day:
 *
 *	view_shown		which version stood on that day
 *	view_end_on		was it ended by then
 *	view_publication	was it published on that day, and why (not)
 *	view_is_public		may the public see it: published on that day
 *				AND today, in its newest form
 *
 * A version is there from the day it was received (in China) on; an end
 * counts from its day on, and only for versions that were sealed before it:
 * what its source sends anew afterwards stands by itself. Nothing about
 * publication is stored.
 */
#ifndef GX_REGISTRY_VIEW_H
#define GX_REGISTRY_VIEW_H

#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "catalog/catalog.h"
#include "store/store.h"

enum {
	VIEW_VERSIONS_MAX = 1000000,
	VIEW_STATEMENTS_BYTES_MAX = 256 * 1024 * 1024,
	VIEW_RECEIVED_BYTES = 21
};

/* Why a record ended (record_end.kind). Stored: never renumber. */
enum record_end_kind {
	RECORD_END_NONE = 0,
	RECORD_END_WITHDRAWN = 1, /* by its source, with a reason */
	RECORD_END_UNRESOLVED = 2 /* the decision whose it is was undone */
};

struct brief;

struct view_version {
	uint64_t seq; /* the record number */
	int64_t version;
	struct cat_facts facts;
	struct span statement; /* as kept */
	date_days received;    /* the day in China */
	date_days sent;	       /* by its department: a decided doubtful row came
				  before it was received as a record. The same as
				  `received` where the statement was not read. */
	char received_at[VIEW_RECEIVED_BYTES]; /* as sealed, RFC 3339 */
	/* From the roster, instead of the statement and received_at, which
	 * are empty then; else NULL. */
	const struct brief *brief;
};

struct view_end {
	enum record_end_kind kind;
	uint64_t seq; /* of the statement that ended it */
	int64_t at_ms;
	date_days on;
	const char *reason;
};

struct view_record {
	int item_number;
	const struct cat_item *item; /* NULL: the catalogue has it no more */
	int64_t key_hash;
	const struct view_version *versions; /* oldest first */
	size_t versions_count;		     /* at least one */
	const struct view_end *ends;	     /* oldest first */
	size_t ends_count;
};

struct view {
	int64_t subject_id;
	const struct view_record *records; /* by item, then key */
	size_t records_count;
	struct arena *arena; /* owns everything */
};

/*
 * Loads all versions and ends of a subject's records. The catalogue must
 * outlive the view. ERR_FULL when there are more than the bounds above,
 * ERR_CORRUPT. For a consistent view open it in a transaction. Blocks on
 * disk. Release also after a failure.
 */
enum err_code view_load(struct view *view, struct store *store,
    const struct catalog *catalog, int64_t subject_id, struct err *err);
/* The same without the records that the public may not see today, whose
 * statements are not even read. */
enum err_code view_load_public(struct view *view, struct store *store,
    const struct catalog *catalog, int64_t subject_id, date_days today,
    struct err *err);
/* Where a view comes from: the database, or what the roster (roster.h) has of
 * the same moment. */
struct roster_state;
struct view_source {
	struct store *store;
	const struct catalog *catalog;
	const struct roster_state *roster; /* NULL: none */
};
/* The same with those records alone that `keep` says, whose ends are known
 * and whose versions all count as received by `today`. An end may only take
 * away: what is not kept without its ends is not asked about again. */
typedef bool view_keep(void *ctx, const struct view_record *record);
enum err_code view_load_kept(struct view *view,
    const struct view_source *source, int64_t subject_id, date_days today,
    view_keep *keep, void *ctx, struct err *err);
void view_release(struct view *view);

/*
 * The same for many subjects one after another: memory and the last blocks
 * of statements stay, so that a subject of which nothing is kept costs one
 * range read. In the order of ids neighbours share pages.
 */
struct view_loader;

/* All of the source must outlive it. */
void view_loader_new(
    const struct view_source *source, struct view_loader **out);
void view_loader_free(struct view_loader **loader);
/* Is anything of it kept? Reads narrow columns alone. *seq_out: the first
 * statement that loading it would read; who loads many in that order unpacks
 * each block once. */
enum err_code view_loader_peek(struct view_loader *loader, int64_t subject_id,
    date_days today, view_keep *keep, void *ctx, bool *is_kept_out,
    uint64_t *seq_out, struct err *err);
/* As view_load_kept; the view is the loader's and lives until the next. */
enum err_code view_loader_load(struct view_loader *loader, int64_t subject_id,
    date_days today, view_keep *keep, void *ctx, struct view *view,
    struct err *err);

/* One record, by its place. */
struct view_key {
	int64_t subject_id;
	int64_t item;
	int64_t key_hash;
	date_days received; /* its newest version, on that day */
};

/*
 * One record without its statements: what the questions below need, for
 * lists over many subjects. Every version counts as received on the day of
 * the newest one, so only days from then on may be asked about; for earlier
 * ones nothing is public. ERR_NOT_FOUND. Release also after a failure.
 */
enum err_code view_load_facts(struct view *view, struct store *store,
    const struct catalog *catalog, const struct view_key *key, struct err *err);

/* The record that has the version `seq`, and which; NULL when none has. */
const struct view_record *view_find(const struct view *view, uint64_t seq,
    const struct view_version **version_out);
/* The newest version received by that day; NULL when none was. */
const struct view_version *view_shown(
    const struct view_record *record, date_days on);
/* The version with which the decision that this one tells of was first
 * there: the record's oldest; of basic information, whose versions tell of one
 * change after another, the oldest with the same day. */
const struct view_version *view_reported(
    const struct view_record *record, const struct view_version *version);
/* What ended that version by that day; NULL when nothing did. */
const struct view_end *view_end_on(const struct view_record *record,
    const struct view_version *version, date_days on);

enum view_state {
	VIEW_PUBLISHED = 0,
	VIEW_NOT_OPEN_ITEM, /* not for the public at all */
	VIEW_CLASS_HIDDEN,  /* this class is not published */
	VIEW_NOT_YET,
	VIEW_ENDED,	 /* its time is over */
	VIEW_WITHDRAWN,	 /* by its source */
	VIEW_UNRESOLVED, /* it is open whose it is */
	VIEW_REPLACED,	 /* a newer version stands in its place */
	VIEW_NO_ITEM,	 /* the catalogue has no such item */
	VIEW_STATE_COUNT
};

struct view_publication {
	enum view_state state;
	struct cat_window window; /* dates are DATE_NONE with VIEW_NO_ITEM */
};

struct view_publication view_publication(const struct catalog *catalog,
    const struct view_record *record, const struct view_version *version,
    date_days on);
/* Was a version of the record published on that day, and is its newest one
 * today? */
bool view_is_public(const struct catalog *catalog,
    const struct view_record *record, date_days on, date_days today);
/* The day in China of a statement's "2026-11-23T04:36:21Z"; false when it
 * is no such time. */
bool view_received_day(struct span time, date_days *out);
/* The day on which its department sent what a record's statement says; of a
 * decided doubtful row that is its submission's. resolved: of the statement's
 * content; received: its own day. Blocks on disk. */
enum err_code view_sent_day(struct store *store, struct span resolved,
    date_days received, date_days *out, struct err *err);
/* "published", "class-hidden" ... */
const char *view_state_name(enum view_state state);
/* In the process's language. */
const char *view_state_text(enum view_state state);

#endif
