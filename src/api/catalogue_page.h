/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The catalogue for readers: every item, its bases, the regimes and limits
 * on a chosen day, each with how sure it is. From the loaded catalogue
 * alone; no database.
 */
#ifndef GX_API_CATALOGUE_PAGE_H
#define GX_API_CATALOGUE_PAGE_H

#include "api/record.h"
#include "base/buf.h"

/* GET /catalogue?on=DATE; on DATE_NONE is today. */
enum err_code catalogue_document(const struct reading *reading, date_days on,
    struct buf *out, struct err *err);
/* GET /catalogue/{item}?on=DATE: ERR_NOT_FOUND. */
enum err_code catalogue_item_document(const struct reading *reading,
    struct span item, date_days on, struct buf *out, struct err *err);

#endif
