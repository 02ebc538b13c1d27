/* SPDX-License-Identifier: Apache-2.0 */
/* What of the site is for whoever is signed in: the second row of its head. */
#ifndef GX_WEB_OWN_PLACES_H
#define GX_WEB_OWN_PLACES_H

#include "http/http.h"
#include "web/render.h"

/* Fills in page->own, for a request of somebody who is signed in, and leaves
 * it for everybody else. Lives as long as the request's arena. */
void own_places_put(const struct http_request *request, struct web_page *page);

#endif
