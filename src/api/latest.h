/* SPDX-License-Identifier: Apache-2.0 */
/* The latest publications. */
#ifndef GX_API_LATEST_H
#define GX_API_LATEST_H

#include "api/entry.h"

/* "latest":[rows],"has_latest":BOOL: what came into the lists last, of a
 * department ("" = of all). In the caller's transaction. */
enum err_code latest_put(const struct reading *reading, struct json_writer *w,
    const char *department, struct err *err);

#endif
