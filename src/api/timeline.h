/* SPDX-License-Identifier: Apache-2.0 */
/* The dated facts of a subject's records, for a timeline. */
#ifndef GX_API_TIMELINE_H
#define GX_API_TIMELINE_H

#include "api/subject_priv.h"
#include "base/json.h"

enum { TIMELINE_MAX = 100 };

/*
 * "timeline":[{"on","kind","record","href","item","item_title","text",
 * "is_decided","is_received","is_end","is_future"}], the newest day first,
 * at most TIMELINE_MAX; "timeline_more": there are more. Kinds: decided,
 * received (for the first time), until (the last day of publication).
 */
void timeline_put(struct json_writer *w, const struct reading *reading,
    const struct subject_shown *shown, size_t shown_count);

#endif
