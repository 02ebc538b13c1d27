/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which further names of an organisation the public is told: those that its
 * public records say. A name out of a record that is not public today would
 * tell that there is one (R-REG-015); the present name is told in any case.
 */
#ifndef GX_API_TOLD_NAMES_H
#define GX_API_TOLD_NAMES_H

#include "api/record.h"
#include "base/buf.h"

/* What the version calls its subject, into out; false when it does not. */
bool told_name_of(const struct view_record *record,
    const struct view_version *version, struct buf *out);
/* The names that records say, folded (base/fold.h): of a registration those of
 * all versions, of others that of the newest. All zero has none. */
struct told_names {
	uint64_t *list; /* digests, in ascending order */
	size_t count;
};

/* The view is of what is public today (view_load_public). */
void told_names_load(struct told_names *names, const struct view *view);
void told_names_release(struct told_names *names);
/* In whatever width and script it is written. */
bool told_names_has(const struct told_names *names, struct span name);

typedef bool told_names_match(void *ctx, struct span name);
/* The first further name of the subject that matches and that the reading
 * tells, into out, which is empty when there is none. In the caller's
 * transaction. Blocks on disk. */
enum err_code told_names_find(const struct reading *reading, int64_t subject_id,
    told_names_match *matches, void *ctx, struct buf *out, struct err *err);

#endif
