/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a document shows, for the trace of who reads it: every organisation
 * that it has with "code" and "name", wherever. So each list says it in the
 * same way, and none can leave one out. (Departments have a "title".)
 */
#ifndef GX_API_SHOWN_H
#define GX_API_SHOWN_H

#include "usage/many.h"

/*
 * Puts them into the use: one as its subject, several as a use of many, whose
 * ways many_add writes (returns how many, sorted; 0 when it is no use of
 * many). One that is not known, or cannot be looked up, has no id and is found
 * by its code. A use that names its subject stays as it is, and a text that is
 * no JSON shows nobody. The use points into *list_out, which is the caller's to
 * free. Reads in one transaction.
 */
size_t shown_put(struct store *store, struct span document, struct use *use,
    struct many_subject **list_out);
/* The same of an act about what the document shows, and about the organisation
 * with that code as somebody gave it, if it is one; what can be a citizen's
 * number is about nobody. */
size_t shown_put_act(struct store *store, struct span document,
    struct span code, struct use *use, struct many_subject **list_out);
/* The same of valid codes that stand one behind the other. */
size_t shown_put_codes(struct store *store, struct span codes, struct use *use,
    struct many_subject **list_out);

#endif
