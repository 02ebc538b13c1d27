/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One statement of the log, and the evidence that it is there. What is not
 * public today answers 410, without a word of its content, whether it was
 * public once or never.
 *
 * A proof that cannot be made, because a tile or the public key is missing
 * or damaged, does not keep anybody from the record: the page comes without
 * it and says so. It is not kept in the cache, so that it is whole again as
 * soon as the file is.
 */
#include <stdio.h>

#include "api/proof.h"
#include "web/site_priv.h"

static enum err_code explain(
    enum err_code rc, struct http_response *response, struct err *err)
{
	if (rc != ERR_REFUSED)
		return rc;
	response->status = 410;
	err_set(err, rc, "this record is not public");
	err_detail(err,
	    "Its publication has ended, or law does not publish it. Its "
	    "content is not shown.");
	err_hint(err,
	    "Look the organisation up to see what is public about it today.");
	return rc;
}

/* For the operator: the visitor hears no path. */
static void tell_failure(struct site_worker *worker, int64_t number,
    const struct proof_failure *failure)
{
	const struct err *why = &failure->why;

	atomic_fetch_add(&worker->site->proof_failures, 1);
	fprintf(stderr,
	    "gongxin: record %lld: no proof can be given: %s (%s) [%s:%d]\n",
	    (long long)number, err_own_message(why), err_own_detail(why),
	    why->file ? why->file : "", why->line);
}

enum err_code site_record(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct reading reading = site_reading(worker, request);
	int64_t number = http_number(request, "number", 0);
	struct proof_failure failure = {.is_mismatch = false};
	enum err_code rc;

	reading.has_proof = true;
	reading.proof_failure = &failure;
	rc = record_document(&reading, worker->home.ledger, (uint64_t)number,
	    &response->body, err);
	if (rc)
		return explain(rc, response, err);
	if (failure.why.code) {
		tell_failure(worker, number, &failure);
		response->keeping = HTTP_KEEP_NO;
	}
	return site_show(worker, request, response, "record", err);
}

static enum err_code no_proof(const struct proof_failure *failure,
    struct http_response *response, struct err *err)
{
	enum err_code rc = failure->why.code;

	response->status = 503;
	err_set(err, rc, "the proof of this record cannot be given now");
	err_detail(err, "%s", proof_failure_text(failure));
	return rc;
}

enum err_code site_record_proof(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct reading reading = site_reading(worker, request);
	int64_t number = http_number(request, "number", 0);
	struct proof_failure failure = {.is_mismatch = false};
	enum err_code rc;

	reading.proof_failure = &failure;
	rc = api_proof_make(&reading, worker->home.ledger, (uint64_t)number,
	    &response->body, err);
	if (rc && failure.why.code) {
		tell_failure(worker, number, &failure);
		return no_proof(&failure, response, err);
	}
	if (rc)
		return explain(rc, response, err);
	site_name_file(
	    worker, response, ".tlog-proof", "record-%lld", (long long)number);
	return 0;
}
