/* SPDX-License-Identifier: Apache-2.0 */
/* What the documents that show records share; needs jansson. */
#ifndef GX_API_RECORD_PRIV_H
#define GX_API_RECORD_PRIV_H

#include <jansson.h>

#include "base/json.h"
#include "catalog/catalog.h"

/* "fields":[{"name","title","value"[,"text"]}] of sealed fields: those that
 * are public, in the item's order. */
void record_put_public_fields(
    struct json_writer *w, const struct cat_item *item, const json_t *fields);

#endif
