/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which measures a decision after a check can name: those that the check told
 * and its department may apply: as applied those against the organisation, as
 * made easier those in its favour, as not applied any; to lift, those that were
 * applied after it and not lifted since.
 * The answer is not kept, so that what it told is worked out anew for its
 * day.
 */
#ifndef GX_API_CHECK_TOLD_H
#define GX_API_CHECK_TOLD_H

#include <jansson.h>

#include "api/record.h"
#include "usage/feedback.h"

struct check_told {
	const struct catalog *catalog;
	bool *is_told;	  /* by the catalogue's order of measures */
	bool *is_applied; /* after this check, and not lifted since */
};

struct check_made;

/* Both: release also after a failure. Reads in transactions of its own in
 * both stores. Blocks on disk. */
enum err_code check_told_load(const struct reading *reading,
    struct store *office, const struct check_made *made, struct check_told *out,
    struct err *err);
/* The same from an answer at hand, of that department. */
void check_told_of_answer(const struct reading *reading, const json_t *answer,
    struct check_told *out);
void check_told_release(struct check_told *told);

/* Can the decision name the measure, which may be none of the catalogue? */
bool check_told_has(const struct check_told *told,
    enum feedback_decision decision, struct span measure);

#endif
