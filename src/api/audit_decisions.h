/* SPDX-License-Identifier: Apache-2.0 */
/* What departments decided after checks, counted, for the auditor. */
#ifndef GX_API_AUDIT_DECISIONS_H
#define GX_API_AUDIT_DECISIONS_H

#include "api/audit.h"
#include "base/json.h"

/* "decisions":[{"department":{..},"matter":{..},"decision":{"id","title"},
 *   "count":N,"measures":N}],"has_decisions": those of the period whose
 * department the viewer may see. */
enum err_code audit_put_decisions(struct json_writer *w,
    const struct audit_viewer *viewer, struct store *office,
    const struct audit_period *period, struct err *err);

#endif
