/* SPDX-License-Identifier: Apache-2.0 */
/* GET /: what the platform has, and what it published last. */
#ifndef GX_API_HOME_PAGE_H
#define GX_API_HOME_PAGE_H

#include "api/record.h"
#include "base/buf.h"

/* Reads in one transaction. Blocks on disk. */
enum err_code home_page_document(
    const struct reading *reading, struct buf *out, struct err *err);

#endif
