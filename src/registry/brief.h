/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The brief of a record's statement: the few texts of it that are told with
 * whatever follows from the record, and the day it was received. Checks of
 * many ask for nothing else, so that these are kept apart (roster.h) and the
 * statement around them need not be unpacked.
 */
#ifndef GX_REGISTRY_BRIEF_H
#define GX_REGISTRY_BRIEF_H

#include "catalog/catalog.h"

struct statement;

struct brief {
	struct span department; /* who reported it, an id; NUL behind it */
	/* By the item's roles; "" where the statement has none. */
	struct span document;
	struct span authority;
	struct span content;
	date_days received; /* DATE_NONE: it says no day */
	bool is_positive;   /* by the item's positive_when; false without one */
};

/* Views into the statement, which must outlive it. */
void brief_of_statement(const struct statement *statement,
    const struct cat_item *item, struct brief *out);
/* The same from a record's text, some ten times as fast; no NUL behind the
 * department. False: it has to be parsed. */
bool brief_cut(
    struct span text, const struct cat_item *item, struct brief *out);
/* That alone of a record's text: is it positive? */
bool brief_cut_positive(struct span text, const struct cat_item *item);

#endif
