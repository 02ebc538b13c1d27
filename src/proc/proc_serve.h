/* SPDX-License-Identifier: Apache-2.0 */
/* The process that serves a city's site until it is told to stop. */
#ifndef GX_PROC_PROC_SERVE_H
#define GX_PROC_PROC_SERVE_H

#include "api/home.h"
#include "http/http.h"

enum { SERVE_ADDRESSES_MAX = 8, SERVE_GRACE_MS = 10000 };

struct serve_plan {
	const char *data;
	struct home_options home;
	/* "127.0.0.1:8080" ...; none: the sockets that the system's manager
	 * has opened for us, or the default. */
	const char *addresses[SERVE_ADDRESSES_MAX];
	size_t addresses_count;
	struct http_options http;  /* without sockets and TLS */
	const char *origin;	   /* as in struct site_plan */
	size_t record_cache_bytes; /* as in struct site_plan */
	size_t roster_bytes;	   /* the same */
	bool is_following;	   /* keep the published lists up */
	const char *tls_cert;	   /* paths; NULL none */
	const char *tls_key;
	/* Told once for each address when requests are taken. */
	void (*ready)(void *ctx, const char *address);
	void *ctx;
};

/*
 * Serves until SIGTERM or SIGINT, then finishes what runs, for
 * SERVE_GRACE_MS at most. SIGHUP opens the access log's file anew; without
 * one it ends the process, too, unless it was ignored before. Requests only
 * read; the thread that keeps the published lists up writes when nobody else
 * does, for some hundred milliseconds at a time. Tells systemd when it is
 * ready and when it stops (NOTIFY_SOCKET). A failure to start is returned; an
 * end by signal is 0.
 */
enum err_code proc_serve(const struct serve_plan *plan, struct err *err);

#endif
