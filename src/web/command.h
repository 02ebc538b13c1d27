/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A handler that has the program's own command do the work (runner.h): the
 * answer is held back, no worker waits, and `then` makes it when the command
 * has ended.
 *
 *	handler:  return site_run(worker, response, args, my_then, err);
 *	my_then:  result = site_ran(request);
 *		  result->rc, result->out -> the answer, as any handler
 *
 * The command is asked for JSON and speaks the caller's language. `then`
 * sees the same request (parameters, body, caller) and may set a hold of its
 * own, for a trace: where that fails though the command did not, the answer is
 * 500 and not what would be tried again.
 */
#ifndef GX_WEB_COMMAND_H
#define GX_WEB_COMMAND_H

#include "web/runner.h"
#include "web/site_priv.h"

/*
 * args: the command by its name ("withdraw", "doubtful resolve"), its options
 * and arguments, with NULL at the end; --data and --json are put behind the
 * name. What a stranger wrote may be an option's value, or stand behind "--";
 * nothing is read by a shell. args are copied. Sets response->hold and returns
 * 0; ERR_BUSY (503) when nobody runs commands or too many wait. Call it last:
 * what runs cannot be called back.
 */
enum err_code site_run(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const char *const *args, http_handler *then, struct err *err);
/* In `then`: what came of it. Its texts live as long as `then` runs. */
const struct runner_result *site_ran(const struct http_request *request);

#endif
