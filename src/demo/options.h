/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds of the options, for both writers. */
#ifndef GX_DEMO_OPTIONS_H
#define GX_DEMO_OPTIONS_H

#include "demo/demo.h"

/* ERR_USAGE with what is out of bounds; `records_min` rows at least. */
enum err_code demo_options_check(
    const struct demo_options *o, uint64_t records_min, struct err *err);

/* First day of the demo's history: six years before `today`, but not before
 * 2019, when the 2018 layout was in use everywhere. */
date_days demo_history_start(date_days today);

#endif
