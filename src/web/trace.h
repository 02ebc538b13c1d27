/* SPDX-License-Identifier: Apache-2.0 */
/* Traces that are sealed before an answer leaves. */
#ifndef GX_WEB_TRACE_H
#define GX_WEB_TRACE_H

#include "web/site_priv.h"

/* Who calls, in a use: kind, id, name, and the department of a token. The
 * spans are the caller's. */
void trace_set_reader(struct use *use, const struct people_caller *who);

/* app->refused: somebody known asked for what his roles do not give him, or
 * with a form that was not his. */
void trace_refused(void *worker, const struct http_request *request,
    struct http_hold *hold_out);

/* The answer waits until the use is sealed; what the use points to is
 * copied. For answers and for refusals alike. */
void trace_hold(struct site_worker *worker, struct http_response *response,
    const struct use *use);

#endif
