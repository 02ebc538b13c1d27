/* SPDX-License-Identifier: Apache-2.0 */
/* What was written in a form that failed, on the page of its failure. */
#ifndef GX_WEB_WORDS_H
#define GX_WEB_WORDS_H

#include "base/json.h"
#include "web/site_priv.h"

/*
 * "sent": what the form held, to be copied or sent once more, each field with
 * what it is called where it was filled in; null where there is none, or its
 * route keeps no words. A field is `is_written` by hand, `is_chosen` out of
 * some, or carried along unseen. Nothing is sent again before a button is
 * pressed, under the session's token of now.
 */
void words_put(struct json_writer *w, const struct catalog *catalog,
    const struct http_request *request, int status);

/* What the catalogue calls an id, in a field named "matter", "department" or
 * "item"; NULL: there is none. The catalogue's. */
const char *words_title(
    const struct catalog *catalog, struct span name, const char *id);

#endif
