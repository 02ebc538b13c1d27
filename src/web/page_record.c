/* SPDX-License-Identifier: Apache-2.0 */
/* One statement of the log. */
#include "api/record.h"
#include "api/subject.h"
#include "web/site_priv.h"

enum err_code site_record(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct reading reading = site_reading(worker, request);
	enum err_code rc = record_document(&reading, worker->home.ledger,
	    (uint64_t)http_number(request, "number", 0), &response->body, err);

	if (rc == ERR_REFUSED) {
		response->status = 410;
		err_set(err, rc, "this record is not public");
		err_detail(err,
		    "Its publication has ended, or law does not publish it. "
		    "Its content is not shown.");
	}
	return rc ? rc : site_show(worker, request, response, "record", err);
}
