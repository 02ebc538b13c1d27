/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For representatives: who looked at the organisation, and questions about
 * a look-up. Looking here is a use too, sealed before the answer leaves.
 */
#include <stdio.h>

#include "api/subject.h"
#include "api/uses.h"
#include "web/seal.h"
#include "web/site_priv.h"

/* ---- who looked ---- */

static enum err_code make_document(struct site_worker *worker,
    const struct http_request *request, struct uses_about *about,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	const struct uses_query query = {
	    .caller = staff_caller(request),
	    .organisation = http_value(request, "organisation"),
	    .before = (uint64_t)http_number(request, "before", INT64_MAX),
	    .limit = http_number(request, "limit", USES_LIMIT),
	};

	return uses_document(
	    &reading, worker->office, &query, about, &response->body, err);
}

enum err_code site_uses(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct use use = site_use_of(staff_caller(request), USE_OWN_USES);
	struct uses_about about;
	struct err ignored;
	enum err_code rc =
	    make_document(worker, request, &about, response, err);

	use.purpose = span_of(request->route->name);
	if (!rc || subject_refuse_person(span_of(about.code), &ignored) == 0)
		use.subject = span_of(about.code);
	use.subject_id = about.subject_id;
	site_seal(worker, response, use, rc ? NULL : &response->body,
	    rc ? err : NULL);
	return rc ? rc : site_show(worker, request, response, "uses", err);
}

/* ---- questions ---- */

/* What is of somebody else is not there: the numbers of others' uses tell
 * nothing. The organisation's code goes to code_out: that of the use, also when
 * it is somebody else's, so that its own representative sees the attempt; or of
 * a use of many the one that the form names, which question.h holds against
 * it. */
static enum err_code check_own(struct site_worker *worker,
    const struct http_request *request, uint64_t seq, char code_out[32],
    struct err *err)
{
	const struct people_thing thing = {.organisation = code_out};
	struct use_row row;
	enum err_code rc = use_row_get(worker->office, seq, &row, err);

	code_out[0] = '\0';
	if (!rc) {
		struct span code = row.use.subjects
		    ? http_form(request, "organisation")
		    : row.use.subject;

		snprintf(code_out, 32, "%.*s", (int)(code.n < 32 ? code.n : 31),
		    code.p ? code.p : "");
		if (!code_out[0] ||
		    !people_may(staff_caller(request), PEOPLE_OWN_USES, &thing))
			rc = err_set(err, ERR_NOT_FOUND,
			    "the log of uses has no entry %llu",
			    (unsigned long long)seq);
		if (rc && row.use.subjects)
			code_out[0] = '\0';
	}
	use_rows_finish(worker->office, USE_OLDEST_FIRST);
	return rc;
}

enum err_code site_question_use(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct use_words words = {
	    .seq = (uint64_t)http_number(request, "number", 0),
	    .text = site_field(request, "text"),
	    .by = span_of(staff_caller(request)->user.login)};
	struct use use = site_use_of(staff_caller(request), USE_OWN_USES);
	char code[32];
	enum err_code rc = check_own(worker, request, words.seq, code, err);

	use.purpose = span_of(request->route->name);
	words.subject = use.subject = span_of(code);
	uses_find_subject(
	    worker->home.store, words.subject, &words.subject_id, NULL);
	use.subject_id = words.subject_id;
	if (!rc)
		rc = uses_check_text(words.text, err);
	if (!rc)
		rc = site_write_question(
		    worker, use_question_add, &words, &use, err);
	if (rc) {
		site_seal(worker, response, use, NULL, err);
		return rc;
	}
	response->status = 303;
	http_add_header(response, "Location",
	    "/uses?organisation=%s&before=%llu", code,
	    (unsigned long long)words.seq + 1);
	return 0;
}
