/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Acts that wait for a second person (intake/review.h), for the pages by
 * which they are asked for. Those about files are asked for with the file
 * (uploads.h).
 */
#ifndef GX_WEB_REVIEWS_H
#define GX_WEB_REVIEWS_H

#include "intake/review.h"
#include "web/site_priv.h"

/* A command that somebody asks for (command.h). */
struct reviews_asked {
	enum cat_act act;
	const char *department;
	int64_t about;
	/* The command, its options and arguments, NULL at the end; without
	 * --by, which says both persons when it is carried out. */
	const char *const *args;
};

/* Does the department's policy want a second person for it? */
bool reviews_are_needed(
    const struct site_worker *worker, const char *department, enum cat_act act);
/* "review": the number of one that waits; null when that is 0. */
void reviews_put_waiting(struct json_writer *w, int64_t review);
/* Writes down what is asked, with its trace, and sends whoever asked to the
 * page of its review. ERR_CONFLICT, ERR_BUSY: as review_add. */
enum err_code reviews_ask(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct reviews_asked *asked, struct err *err);

#endif
