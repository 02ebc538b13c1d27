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

/* Appends a field's value as the exchange layout writes it: several values
 * joined by "、", money in the unit of the field. */
void record_add_field_text(
    const struct cat_field *f, const json_t *value, struct buf *out);

#endif
