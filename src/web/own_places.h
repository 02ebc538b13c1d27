/* SPDX-License-Identifier: Apache-2.0 */
/* What of the site is for whoever is signed in: the second row of its head. */
#ifndef GX_WEB_OWN_PLACES_H
#define GX_WEB_OWN_PLACES_H

#include "http/http.h"
#include "people/people.h"
#include "web/render.h"

/* Fills in page->own, for a request of somebody who is signed in, and leaves
 * it for everybody else. Lives as long as the request's arena. */
void own_places_put(const struct http_request *request, struct web_page *page);

/* The path of the first of them, where the caller's work begins; NULL: he has
 * none. */
const char *own_places_first(const struct people_caller *who);

#endif
