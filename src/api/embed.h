/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An organisation's public status in brief, for a frame on another site:
 * the lists it stands on today and until when, and its honours. What is public
 * of them, and in which order, is as in the subject's own document.
 */
#ifndef GX_API_EMBED_H
#define GX_API_EMBED_H

#include "api/record.h"

/* What a frame of fixed height has room for; more are counted. */
enum { EMBED_ROWS_MAX = 4 };

/*
 * {"as_of","city","example","code","name","href","has_lists","lists":
 * [{"title","title_en","since","until","href","marks"}],"lists_more",
 * "has_honours",
 * "honours","honours_more"}; "marks" as the subject's document has them, where
 * a record is marked. Fails as subject_document does.
 */
enum err_code embed_document(const struct reading *reading, struct span text,
    struct buf *out, struct err *err);

#endif
