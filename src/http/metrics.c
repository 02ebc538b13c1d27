/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Relaxed atomic counters; a reader may see one request in one counter and
 * not yet in another, which does not matter to a graph.
 */
#include "http/metrics.h"

#include <stdlib.h>

#include "base/check.h"

static const unsigned bounds_us[] = {250, 500, 1000, 2500, 5000, 10000, 25000,
    50000, 100000, 250000, 500000, 1000000, 2500000, 10000000};

enum { STATUSES = 600, BOUNDS = ARRAY_COUNT(bounds_us) };

typedef _Atomic uint64_t counter;

struct metrics {
	const struct http_app *app;
	/* By route, the last: no route, and status, 0: not answered. */
	counter (*requests)[STATUSES];
	counter took[BOUNDS + 1];
	counter took_us; /* sum */
	counter events[METRICS_EVENT_COUNT];
};

static const struct {
	const char *name;
	const char *help;
} events[METRICS_EVENT_COUNT] = {
    {"cache_hits_total", "Requests answered from the cache."},
    {"cache_misses_total", "Requests that could have been and were not."},
    {"not_modified_total", "Requests answered with 304."},
    {"limited_total", "Requests answered with 429."},
    {"queue_full_total", "Requests answered with 503 for want of room."},
    {"connections_total", "Connections accepted."},
    {"connections_refused_total", "Connections for which there was no room."},
    {"connections_slow_total",
	"Connections ended because no whole request "
	"came."},
    {"body_bytes_total", "Bytes of bodies sent."},
};

struct metrics *metrics_new(const struct http_app *app)
{
	struct metrics *m = mem_zalloc(1, sizeof(*m));

	m->app = app;
	m->requests = mem_zalloc(app->routes_count + 1, sizeof(*m->requests));
	return m;
}

void metrics_free(struct metrics **metrics)
{
	if (!*metrics)
		return;
	free((*metrics)->requests);
	free(*metrics);
	*metrics = NULL;
}

static void bump(counter *c, uint64_t by)
{
	atomic_fetch_add_explicit(c, by, memory_order_relaxed);
}

static uint64_t get(counter *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}

void metrics_count(
    struct metrics *metrics, enum metrics_event event, uint64_t by)
{
	bump(&metrics->events[event], by);
}

void metrics_request(struct metrics *metrics, const struct http_route *route,
    int status, uint64_t took_us)
{
	size_t r = route ? (size_t)(route - metrics->app->routes)
			 : metrics->app->routes_count;
	size_t s = status > 0 && status < STATUSES ? (size_t)status : 0;
	size_t b = 0;

	while (b < BOUNDS && took_us > bounds_us[b])
		b++;
	bump(&metrics->requests[r][s], 1);
	bump(&metrics->took[b], 1);
	bump(&metrics->took_us, took_us);
}

static void write_head(
    struct buf *out, const char *name, const char *type, const char *help)
{
	buf_addf(out, "# HELP gongxin_http_%s %s\n", name, help);
	buf_addf(out, "# TYPE gongxin_http_%s %s\n", name, type);
}

static void write_requests(struct metrics *m, struct buf *out)
{
	size_t r, s;

	write_head(
	    out, "requests_total", "counter", "Requests by route and status.");
	for (r = 0; r <= m->app->routes_count; r++)
		for (s = 0; s < STATUSES; s++) {
			uint64_t n = get(&m->requests[r][s]);

			if (n == 0)
				continue;
			buf_addf(out,
			    "gongxin_http_requests_total{route=\"%s\","
			    "status=\"%zu\"} %llu\n",
			    r < m->app->routes_count ? m->app->routes[r].name
						     : "none",
			    s, (unsigned long long)n);
		}
}

static void write_times(struct metrics *m, struct buf *out)
{
	uint64_t below = 0;
	size_t b;

	write_head(out, "request_seconds", "histogram",
	    "From the request's first line to the last byte of its answer.");
	for (b = 0; b < BOUNDS; b++) {
		below += get(&m->took[b]);
		buf_addf(out,
		    "gongxin_http_request_seconds_bucket{le=\"%g\"} %llu\n",
		    bounds_us[b] / 1e6, (unsigned long long)below);
	}
	below += get(&m->took[BOUNDS]);
	buf_addf(out,
	    "gongxin_http_request_seconds_bucket{le=\"+Inf\"} %llu\n"
	    "gongxin_http_request_seconds_sum %.6f\n"
	    "gongxin_http_request_seconds_count %llu\n",
	    (unsigned long long)below, (double)get(&m->took_us) / 1e6,
	    (unsigned long long)below);
}

static void write_gauge(
    struct buf *out, const char *name, const char *help, uint64_t value)
{
	write_head(out, name, "gauge", help);
	buf_addf(
	    out, "gongxin_http_%s %llu\n", name, (unsigned long long)value);
}

void metrics_write(
    struct metrics *metrics, const struct metrics_now *now, struct buf *out)
{
	size_t i;

	write_requests(metrics, out);
	write_times(metrics, out);
	for (i = 0; i < METRICS_EVENT_COUNT; i++) {
		write_head(out, events[i].name, "counter", events[i].help);
		buf_addf(out, "gongxin_http_%s %llu\n", events[i].name,
		    (unsigned long long)get(&metrics->events[i]));
	}
	write_gauge(out, "connections", "Open connections.", now->connections);
	write_gauge(
	    out, "requests_running", "Requests under way.", now->running);
	write_gauge(out, "queue_waiting", "Requests that wait for a worker.",
	    now->waiting);
	write_gauge(
	    out, "cache_entries", "Answers in the cache.", now->cache.entries);
	write_gauge(
	    out, "cache_bytes", "Memory of the cache.", now->cache.bytes);
	write_head(out, "cache_evicted_total", "counter",
	    "Answers put out for want of room.");
	buf_addf(out, "gongxin_http_cache_evicted_total %llu\n",
	    (unsigned long long)now->cache.evicted);
	write_head(out, "cache_stale_total", "counter",
	    "Answers put out because the data had changed.");
	buf_addf(out, "gongxin_http_cache_stale_total %llu\n",
	    (unsigned long long)now->cache.stale);
}
