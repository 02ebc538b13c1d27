/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of one and of many, over the network. */
#ifndef GX_WEB_PAGE_CHECK_H
#define GX_WEB_PAGE_CHECK_H

#include <jansson.h>

#include "api/check.h"
#include "api/check_codes.h"
#include "http/http.h"
#include "web/site_priv.h"

/* May who calls check in the question's matter, and for which department?
 * That goes into the question, on failure a token's own, or "". ERR_REFUSED. */
enum err_code site_check_right(const struct site_worker *worker,
    const struct http_request *request, struct span department,
    struct check_question *question, struct err *err);

/* The request's body, a JSON object: the caller's to release. ERR_INPUT. */
enum err_code site_json_body(
    const struct http_request *request, json_t **out, struct err *err);
/* A member that is a text; else none. */
struct span site_json_member(const json_t *json, const char *key);

/* The department that somebody asks for: the one wanted, which is a token's
 * own or one that the session may check for; where none is wanted the token's,
 * or the first of these. NULL: none. */
const char *site_check_department(const struct site_worker *worker,
    const struct http_request *request, struct span wanted);
/* "departments":[{"id","title","is_chosen"}]: those that it may check for. */
void site_check_put_departments(struct json_writer *w, const struct catalog *c,
    const struct people_caller *who, struct span chosen);

/* "matters":[{"id","title","is_chosen"}]: those in which one of these
 * departments may ask today. */
void site_check_put_matters(struct json_writer *w, const struct reading *r,
    const struct people_caller *who, struct span chosen);
/* "key": the bytes as an address that a link can lead to. */
void site_put_data_link(struct json_writer *w, const char *key,
    const char *type, struct span bytes);

/*
 * The check of many codes, whole, appended when its traces are sealed. The
 * codes are taken over. For a few thousand: it is made in one piece. After a
 * refusal the response waits for its trace.
 */
enum err_code site_check_codes(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct check_question *question, struct check_codes *codes,
    struct span department, struct buf *out, struct err *err);

/* app->worker_rest: ends the view of the checks that were answered one behind
 * the other. */
void site_check_leave_view(struct site_worker *worker);

/* Is the body a list of codes, as text or CSV? */
bool site_check_is_list(const struct http_request *request);
/* Answers it; what else belongs to the question stands in the query. */
http_handler site_check_list;
/* Answers a question with an array of codes. */
enum err_code site_check_many(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    struct check_question *question, const json_t *codes,
    struct span department, struct err *err);

#endif
