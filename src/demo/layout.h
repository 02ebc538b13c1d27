/* SPDX-License-Identifier: Apache-2.0 */
/* Columns of the two items of the double publicity. */
#ifndef GX_DEMO_LAYOUT_H
#define GX_DEMO_LAYOUT_H

#include "demo/items.h"

extern const struct demo_field demo_penalty_fields[CF_FIELD_COUNT];
extern const struct demo_field demo_licence_fields[XK_FIELD_COUNT];

#endif
