/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What applies to an organisation in a matter, on a day: computed from the
 * records that stand and the catalogue in force, and from nothing else. No
 * entry is made here; nothing is counted; what the matter may not look up is
 * not looked at.
 *
 * A record stands on a day when its newest version was neither withdrawn nor
 * undone and its end has not come, the earliest of: the end of its
 * publication, the end that its source named, the end of its validity (the
 * long term, 2099-12-31, is none), the longest stay on its list. Who may not
 * be shown something any more may not be measured by it either.
 *
 * Told is membership of a list of the matter, what earns easier treatment in
 * it (of a commitment, that it was kept), and a record from which a measure of
 * it follows; nothing else.
 *
 * Entries stand in this order, the later decided first among equals, then
 * the one that was sealed first:
 *
 *	of a list of serious dishonesty
 *	of a watch list
 *	others from which a measure that is no encouragement follows, the
 *		graver class first
 *	what earns easier treatment
 */
#ifndef GX_STANDING_STANDING_H
#define GX_STANDING_STANDING_H

#include "registry/view.h"

struct standing_measure {
	const struct cat_measure *measure;
	/* Of what it follows here; NULL: those of the measure. */
	const struct cat_basis *basis;
	date_days until; /* its last day; DATE_NONE: no end is known */
};

struct standing_entry {
	const struct view_record *record;
	const struct view_version *version; /* with statement or brief */
	const struct cat_list *list;	    /* NULL: of an item, no list */
	date_days until; /* the last day; DATE_NONE: no end is known */
	const struct standing_measure *measures; /* of this matter */
	size_t measures_count;
};

struct standing {
	struct view view;		      /* owns everything */
	const struct standing_entry *entries; /* in the order above */
	size_t entries_count;
};

struct standing_question {
	const struct catalog *catalog;
	const struct cat_matter *matter;
	int64_t subject_id;
	const char *code; /* of the subject: its kind decides, too */
	date_days today;
};

/* May anything follow from it on that day, in any matter, for anybody? True
 * for more than there is: for those who prepare for questions. */
bool standing_may_follow(const struct catalog *catalog,
    const struct view_record *record, date_days today);

/* Blocks on disk; for a consistent answer open a transaction. Release also
 * after a failure. */
enum err_code standing_load(const struct view_source *source,
    const struct standing_question *question, struct standing *out,
    struct err *err);
void standing_release(struct standing *standing);
/* May anything apply to it, and which statement says so first? To most
 * subjects nothing does, and narrow columns tell. */
enum err_code standing_peek(struct view_loader *loader,
    const struct standing_question *question, bool *applies_out,
    uint64_t *seq_out, struct err *err);
/* The same for many subjects one after another; the answer is the loader's
 * and lives until the next: it is not released. */
enum err_code standing_load_next(struct view_loader *loader,
    const struct standing_question *question, struct standing *out,
    struct err *err);

#endif
