/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the pages of objections share: on which side of a case somebody
 * stands, and the page of one case with what came of a move.
 */
#ifndef GX_WEB_CASES_H
#define GX_WEB_CASES_H

#include "api/case_form.h"
#include "http/http.h"
#include "people/people.h"
#include "usage/use.h"
#include "web/site_priv.h"

/* Who somebody can be in cases, in the order of the grants. */
struct cases_viewers {
	const struct case_viewer *list;
	size_t count;
};

/*
 * Each by a grant with that capability: the representative of its
 * organisation; its department as a source; the credit office, by a role
 * that names no department. Nobody is two sides by one grant: what the office
 * decides about, it does not answer. Lives as long as the request.
 */
struct cases_viewers cases_viewers(const struct site_worker *worker,
    const struct http_request *request, enum people_capability capability);

/* What the viewer reads with: the organisation what is public, officials
 * what their side works with. */
struct reading cases_reading(const struct site_worker *worker,
    const struct http_request *request, const struct case_viewer *viewer);

/* The use that a look at a case, or a move in it, leaves. */
struct cases_traced {
	const struct case_viewer *viewer; /* NULL: nobody's */
	const char *what;		  /* "case", "record" or NULL */
	int64_t number;
	const char *code; /* of the organisation, or "" */
	int64_t subject_id;
};
struct use cases_use(const struct http_request *request, enum use_act act,
    const struct cases_traced *traced);

/* A case that the path names, as its first viewer who may see it. */
struct cases_found {
	const struct case_viewer *viewer;
	struct case_about about;
	struct buf document; /* of case_document */
};
/* `as` narrows it to one viewer. ERR_NOT_FOUND also when the caller may see
 * none. Release document also then. */
enum err_code cases_find(struct site_worker *worker,
    const struct http_request *request, struct span as, struct cases_found *out,
    struct err *err);

/* What was tried in a case, and not done. */
struct cases_tried {
	struct span text;
	struct span letter;
	const struct err *why; /* NULL: nothing was tried */
};
/* The page's document, into out. */
enum err_code cases_put_case(struct site_worker *worker,
    const struct http_request *request, const struct cases_found *found,
    const struct cases_tried *tried, struct buf *out, struct err *err);

#endif
