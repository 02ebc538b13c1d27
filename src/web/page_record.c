/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One statement of the log, and the evidence that it is there. What is not
 * public today answers 410, without a word of its content, whether it was
 * public once or never.
 */
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
	return rc;
}

enum err_code site_record(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct reading reading = site_reading(worker, request);
	enum err_code rc;

	reading.has_proof = true;
	rc = record_document(&reading, worker->home.ledger,
	    (uint64_t)http_number(request, "number", 0), &response->body, err);
	if (rc)
		return explain(rc, response, err);
	return site_show(worker, request, response, "record", err);
}

enum err_code site_record_proof(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct reading reading = site_reading(worker, request);
	int64_t number = http_number(request, "number", 0);
	enum err_code rc = api_proof_make(&reading, worker->home.ledger,
	    (uint64_t)number, &response->body, err);

	if (rc)
		return explain(rc, response, err);
	http_add_header(response, "Content-Disposition",
	    "attachment; filename=\"record-%lld.tlog-proof\"",
	    (long long)number);
	return 0;
}
