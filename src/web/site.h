/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A city's site: what its handlers share, and one context for each worker
 * with a connection of its own. A thread watches the data: what another
 * process commits, or a change of the catalogue, is seen within
 * SITE_WATCH_MS, and everything that was kept is stale from then on.
 *
 *	site_open -> site_app -> http_server_start -> site_serve
 *	  ... http_server_stop -> site_close
 */
#ifndef GX_WEB_SITE_H
#define GX_WEB_SITE_H

#include "api/home.h"
#include "http/http.h"

enum { SITE_WATCH_MS = 50 };

struct site;

struct site_plan {
	const char *data; /* the data directory */
	struct home_options home;
	/* "https://host" as printed on pages; NULL: that of site.yaml, or else
	 * nothing is printed. Never taken from a request, which can say
	 * anything. */
	const char *origin;
	/* Where it is served, for feeds while there is no origin:
	 * "http://127.0.0.1:8080". */
	const char *local_origin;
	/* For decoded records, shared by all workers (registry/block_cache.h);
	 * 0: none. */
	size_t record_cache_bytes;
	/* At most for the roster (registry/roster.h), which the thread that
	 * keeps the lists up makes; 0: none. */
	size_t roster_bytes;
	/* Keep the published lists up (api/follow.h), in a thread? */
	bool is_following;
};

/* Opens the directory for reading and starts the threads.
 * ERR_NOT_FOUND: it is no data directory. */
enum err_code site_open(
    const struct site_plan *plan, struct site **out, struct err *err);
void site_close(struct site **site);
/* Is it known to the public by an https address, or speaks TLS itself? */
bool site_is_secure(const struct site *site);
/* What the server is to be started with; the site's. */
const struct http_app *site_app(struct site *site);
/* Tells the site by which server it is served, for its measurements; NULL
 * before that ends: commands that wait are refused from then on, so that no
 * answer waits for them. */
void site_set_server(struct site *site, struct http_server *server);
/* As home->city's title in the catalogue. */
const char *site_city(const struct site *site);

#endif
