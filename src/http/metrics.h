/* SPDX-License-Identifier: Apache-2.0 */
/* Counters of a server, and their text for Prometheus. Counting never
 * waits. */
#ifndef GX_HTTP_METRICS_H
#define GX_HTTP_METRICS_H

#include <stdatomic.h>

#include "http/cache.h"
#include "http/http.h"

struct metrics;

enum metrics_event {
	METRICS_CACHE_HIT = 0,
	METRICS_CACHE_MISS,
	METRICS_NOT_MODIFIED,
	METRICS_LIMITED,	    /* 429 */
	METRICS_QUEUE_FULL,	    /* 503 */
	METRICS_CONNECTION,	    /* accepted */
	METRICS_CONNECTION_REFUSED, /* too many, of one address or of all */
	METRICS_CONNECTION_SLOW,    /* ended because no request came */
	METRICS_BODY_BYTES,	    /* counted with their number */
	METRICS_EVENT_COUNT
};

struct metrics *metrics_new(const struct http_app *app);
void metrics_free(struct metrics **metrics);
void metrics_count(
    struct metrics *metrics, enum metrics_event event, uint64_t by);
/* route: NULL when none was found. */
void metrics_request(struct metrics *metrics, const struct http_route *route,
    int status, uint64_t took_us);
/* What stands beside the counters at the moment. */
struct metrics_now {
	unsigned connections;
	unsigned running; /* requests */
	unsigned waiting; /* in the queue */
	struct cache_counts cache;
};
void metrics_write(
    struct metrics *metrics, const struct metrics_now *now, struct buf *out);

#endif
