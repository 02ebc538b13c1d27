/* SPDX-License-Identifier: Apache-2.0 */
/* What a page was asked for, on the page that says what is wrong with it. */
#ifndef GX_WEB_ASKED_H
#define GX_WEB_ASKED_H

#include "base/json.h"
#include "web/site_priv.h"

/*
 * "asked": what was entered in the form of a page, to be mended and sent once
 * more: `fields`, each with its `label`, a day (`is_day`), a text (`is_text`),
 * something with a `title` that was chosen, or carried along unseen. null
 * where nothing was entered, or not that was wrong (status). Where a page
 * begins is left out: it is another list's.
 */
void asked_put(struct json_writer *w, const struct catalog *catalog,
    const struct http_request *request, int status);

#endif
