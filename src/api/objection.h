/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How to object, as every document that tells of it has it: where with an
 * account, to whom without one, within what it is decided by the law in force
 * here, and whether the public is told meanwhile. From the catalogue alone;
 * where no law sets a clock, nothing is said of one.
 */
#ifndef GX_API_OBJECTION_H
#define GX_API_OBJECTION_H

#include "api/record.h"

enum { OBJECTION_NO_RECORD = -1 };

/*
 * "objection":{"kind","href","office":{"id","title","contact","has_contact",
 * "href"},"clocks":[{"scope","scope_title","days","longest_days",
 * "has_longest","working_days","basis"}],"has_clocks","mark":{"basis"}}, by
 * the law of the reading's today; null where nobody can object by it.
 *
 * source: the department that sent the record, so that only clocks that run
 * for it are told; NULL: any. record: its newest version, for "href", which
 * is null without one.
 */
void objection_put(struct json_writer *w, const struct reading *reading,
    const char *source, int64_t record);

#endif
