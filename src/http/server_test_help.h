/* SPDX-License-Identifier: Apache-2.0 */
/* A server with routes of a test, on a socket of its own, and raw clients. */
#ifndef GX_HTTP_SERVER_TEST_HELP_H
#define GX_HTTP_SERVER_TEST_HELP_H

#include <stdatomic.h>
#include <stdint.h>

#include "http/http.h"

enum { STREAM_LINES = 20000 /* of /stream */ };
enum { BIG_PIECES = 4, BIG_BYTES = 8 << 20 };
enum big_how {
	BIG_ALONE = 0, /* nothing is made ahead */
	BIG_TOO_LARGE, /* nor beside pieces of this size */
	BIG_AHEAD,
	BIG_FAILS, /* the second one, the others as BIG_AHEAD */
	BIG_SLOW,  /* the second one */
	BIG_ENDED  /* the second one, when the server does not wait longer */
};

/* The data's version; what handlers have done so far. */
extern _Atomic uint64_t version_now;
extern _Atomic int handled, streams_open, workers_open, held_freed;
/* Requests of /slow that a worker has begun with. */
extern _Atomic int slow_begun;
/* How often the server said that what runs should end. */
extern _Atomic int ends;
/* What the worker (of one alone) did: "b" a brief one of /brief, "B" a long
 * one, "|" the end of one go; empties it. Release with free(). */
char *work_done(void);
/* Pieces of /big/{how}, each of one letter from 'w' on. */
extern _Atomic int big_begun, big_made;
/* For mkdtemp, then options.filed_folder. */
extern char filed_folder[];

/* Starts it on any port; the options that are not set are a test's. */
struct http_server *start(struct http_options *options);
/* A connection to the one started last. */
int dial(void);
void tell(int fd, const char *text);
/* All that comes until the other side closes; closes. Release with free(). */
char *hear(int fd);
/* A request that ends its connection; release the answer with free(). */
char *ask(const char *line, const char *heads);
int status_of(const char *answer);
/* Asks, and fails unless status and a part of the answer (may be NULL) are
 * these. */
void expect(const char *line, const char *heads, int status, const char *part);
/* Until so many requests wait for a worker. */
void wait_until_waiting(struct http_server *server, int count);

#endif
