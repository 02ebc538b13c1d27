/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Those who work with the site: who calls, by session or token, and the desk
 * that writes for them. What the office lacks (a directory that cannot be
 * written) takes nothing from the public: only nobody can sign in then.
 */
#ifndef GX_WEB_STAFF_H
#define GX_WEB_STAFF_H

#include "api/office.h"
#include "http/http.h"
#include "people/people.h"
#include "usage/desk.h"

struct site_worker;

/* What routes ask for, beside what http knows. */
enum site_capability {
	SITE_AT_CODE = HTTP_CAPABILITIES, /* a session, whatever it wants */
	SITE_AT_ACCOUNT, /* one that wants no code of the second factor */
	SITE_WHOLE,	 /* one that wants nothing; no token */
	SITE_MAY	 /* + enum people_capability */
};

struct staff;

/* is_secure: browsers speak TLS to us or to a proxy before us. */
struct staff_plan {
	const char *data;
	const struct home_options *home;
	bool is_secure;
};

enum err_code staff_open(
    const struct staff_plan *plan, struct staff **out, struct err *err);
void staff_close(struct staff **staff);
/* The office for reading, the caller's. */
enum err_code staff_reader(
    struct staff *staff, struct office *out, struct err *err);

/* app->identify. */
enum err_code staff_identify(void *worker, const struct http_request *request,
    struct http_caller *out, struct err *err);
/* Who calls this route; never NULL behind staff_identify. */
const struct people_caller *staff_caller(const struct http_request *request);
/* What the browser's cookie holds. */
struct span staff_session(
    const struct staff *staff, const struct http_request *request);
const struct people_key *staff_key(const struct staff *staff);
/* Runs a job at the desk, and waits for its commit. */
enum err_code staff_run(
    struct staff *staff, desk_job *job, void *ctx, struct err *err);
/* Asks the desk, with one or a chain of them, which calls ask->done after the
 * commit; false: ask->rc says why it does not (usage/desk.h). */
bool staff_ask(struct staff *staff, struct desk_ask *ask);
/* How the files of the log of uses follow (usage/desk.h). */
struct staff_state {
	uint64_t published;
	bool has_trouble;
};
struct staff_state staff_now(const struct staff *staff);
/* Until that use is in the files (usage/desk.h). */
void staff_when_published(struct staff *staff, struct desk_wait *wait);
/* What the browser's cookie of a sign-in by the identity provider holds. */
struct span staff_flow(
    const struct staff *staff, const struct http_request *request);
/* Gives it to the browser for that long; "" takes it away. */
void staff_set_flow(const struct staff *staff, struct http_response *response,
    const char *value, int seconds);
/* Gives the browser its session; "" takes it away. */
void staff_set_cookie(const struct staff *staff, struct http_response *response,
    const char *secret);

#endif
