/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seals a use before the answer that it is of may leave: the answer is held
 * back until the desk has committed the trace, and fails when it could not.
 */
#ifndef GX_WEB_SEAL_H
#define GX_WEB_SEAL_H

#include "usage/many.h"
#include "usage/question.h"
#include "web/site_priv.h"

/* The use that a caller leaves: reader and department are filled in, the
 * latter where all of his roles are of the same one. Points into the
 * caller. */
struct use site_use_of(const struct people_caller *who, enum use_act act);

/* The one department that all of somebody's roles are of, or that of a
 * program; "" when there are several, or none. The caller's. */
const char *site_department_of(const struct people_caller *who);
/* Who reads, into a use. */
void site_set_reader(struct use *use, const struct people_caller *who);

/* Copies the use; the answer that gets it waits until it is sealed. */
struct http_hold site_hold(struct site_worker *worker, struct use use);
/* The same of a use of many (usage/many.h), with those whom it is about. */
struct http_hold site_hold_many(struct site_worker *worker, struct use use,
    const struct many_subject *list, size_t count);

/* app->worker_rest: asks the desk for what site_hold has put off. */
void site_seal_asked(struct site_worker *worker);

/* app->refused: somebody known was refused, or somebody whose session or token
 * has ended: the use names what the address does, its thing and the
 * organisation whose code is in it. What he can bring about without end is
 * counted (tally.h). */
void site_refused(void *worker, const struct http_request *request,
    const struct http_refusal *refusal, struct http_hold *hold_out);
/* Seals what was counted in minutes that are over, or (is_all) in any. */
void site_seal_counted(struct site *site, bool is_all);

/*
 * Copies the use and sets response->hold. With document, its digest is kept
 * as the answer's, and a use without a subject is one of every organisation
 * that the document shows (api/shown.h). rc and why: how the handler fares; a
 * failure (ERR_REFUSED, ERR_INPUT, ERR_NOT_FOUND) makes the use a refused one.
 */
void site_seal(struct site_worker *worker, struct http_response *response,
    struct use use, const struct buf *document, const struct err *why);
/* The same of an act: its use is one of every organisation that `about` shows,
 * and of the one with that code (shown_put_act). */
struct seal_act {
	struct use use;
	const struct buf *about; /* a document; NULL: none */
	struct span code;
	bool is_shown; /* is the document given, too? */
};
void site_seal_act(struct site_worker *worker, struct http_response *response,
    const struct seal_act *act, const struct err *why);
/* The same of a file: the use has its digest, and is one of every organisation
 * of those codes (shown_put_codes). */
void site_seal_file(struct site_worker *worker, struct http_response *response,
    struct use use, struct span codes);
/*
 * Writes what somebody asks or answers about a use, as use_question_add or
 * use_question_answer does, and its own use, in one transaction; sets the
 * words' moment. Blocks until it is durable. Fails as `act`: then the use
 * stays one of no step, for the caller to seal as refused.
 */
typedef enum err_code site_question_act(
    struct store *store, const struct use_words *words, struct err *err);
enum err_code site_write_question(struct site_worker *worker,
    site_question_act *act, struct use_words *words, const struct use *use,
    struct err *err);

#endif
