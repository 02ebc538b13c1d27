/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent's look at what the decoding child calls a row's fields, before
 * it is sealed for ever: are these canonical JSON objects of the item's
 * fields, each in the part that the catalogue puts it in? And a value as a
 * cell has it.
 */
#ifndef GX_INTAKE_FIELDS_H
#define GX_INTAKE_FIELDS_H

#include <jansson.h>

#include "base/buf.h"
#include "base/span.h"
#include "catalog/catalog.h"

struct fields_shape;

/* The item must outlive it. */
struct fields_shape *fields_shape_new(const struct cat_item *item);
void fields_shape_free(struct fields_shape **shape);
/* open: an object, maybe an empty one; closed: one with members, or empty.
 * Values are strings, whole numbers and arrays of strings. */
bool fields_are_sane(
    const struct fields_shape *shape, struct span open, struct span closed);

/* Appends a field's value as the exchange layout writes it: several values
 * joined by "、", money in the unit of the field. */
void fields_add_text(
    const struct cat_field *f, const json_t *value, struct buf *out);

#endif
