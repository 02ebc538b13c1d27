/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the server: what its threads share, and a request on its way.
 *
 * Stages of an exchange, and who owns it:
 *
 *	NEW	 network thread; the first line was read
 *	BODY	 network thread; the head was read and judged
 *	FILING	 the queue or a worker: a body that goes to a file; back to
 *		 BODY, or READY when its sender may not send it
 *	WAITING	 the queue or a worker; its connection is suspended
 *	READY	 network thread; an answer or a private response is there
 *	SENT	 network thread; the response is libmicrohttpd's
 *
 * A connection's exchange is made with the first line of a request and freed
 * when libmicrohttpd says that it is completed, in whatever way.
 */
#ifndef GX_HTTP_SERVER_PRIV_H
#define GX_HTTP_SERVER_PRIV_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "base/monotonic.h"
#include "http/access_log.h"
#include "http/answer.h"
#include "http/cache.h"
#include "http/head.h"
#include "http/http.h"
#include "http/limit.h"
#include "http/metrics.h"
#include "http/mhd.h"
#include "http/uri.h"

enum {
	CLIENT_TEXT_BYTES = 48,
	PROXIES_MAX = 32,
	SURPLUS_MAX = 64 /* connections above connections_max */
};

/* A connection, from its acceptance to its end. */
struct peer {
	struct peer *next, *prev; /* of all; under peers.lock */
	int fd;
	struct limit_key key;
	char text[CLIENT_TEXT_BYTES]; /* its address */
	/* When it is ended unless a whole request came; 0: one is under
	 * way. Monotonic ms. */
	_Atomic int64_t deadline_ms;
	_Atomic bool is_old;  /* it had a request already */
	_Atomic bool is_slow; /* nothing more is read from it */
	bool is_surplus;      /* above connections_max: its request hears 503 */
	/* Of the network thread alone: */
	struct http_server *server;
	void *session;		   /* of GnuTLS; NULL: without TLS */
	struct exchange *exchange; /* that is under way; NULL none */
	bool is_heard;		   /* the head of it is whole */
	/* How the last head wants to be told of a failure. */
	bool is_page;
	enum lang lang;
	struct answer *refusal; /* that libmicrohttpd tells by itself */
};

struct peers {
	pthread_mutex_t lock;
	struct peer *first;
	_Atomic unsigned count; /* accepted and not yet closed */
};

/* Headers that the server itself looks at. */
struct heads {
	struct span accept, accept_encoding, accept_language, cookie,
	    if_none_match, forwarded_for, content_type;
	unsigned count, hosts, hosts_needed, lengths, encodings;
	enum head_fault fault; /* the first */
	bool is_coded;	       /* the body, in another way than "chunked" */
	bool is_encoded;       /* the body, as by gzip: Content-Encoding */
	bool has_body;
	uint64_t body_bytes; /* as Content-Length says; cut at its type's end */
	size_t bytes;
	size_t head_bytes; /* with its first line and its end */
	/* Where libmicrohttpd has all of it, NULL unknown; and the end of what
	 * was taken of that. */
	const char *raw, *raw_end, *seen;
};

enum stage {
	STAGE_NEW = 0,
	STAGE_BODY,
	STAGE_FILING,
	STAGE_WAITING,
	STAGE_READY,
	STAGE_SENT
};

/* What waits for a worker: a request, or the next piece of a stream. */
struct job {
	struct job *next; /* in the queue */
	int64_t queued_us;
	struct exchange *exchange;
	struct stream *stream; /* NULL: the exchange */
};

struct exchange {
	struct job job;
	struct http_server *server;
	struct MHD_Connection *connection;
	struct peer *peer;
	enum stage stage;
	const char *method; /* as sent; libmicrohttpd's */
	struct http_request request;
	struct heads heads;
	unsigned methods; /* of the path, when none fits */
	/* A failure before any handler: its status, 0 none. */
	int status;
	struct err *why;
	bool is_last;		 /* of its connection: its head was not clear */
	bool has_rest;		 /* its body has not been read to its end */
	bool is_json_asked;	 /* by the address's ending */
	bool has_wrong_language; /* "lang" in the address is none */
	enum encode_kind coding;
	struct limit_key client;
	char client_text[CLIENT_TEXT_BYTES];
	struct limit_state limit;
	bool is_limited; /* limit is filled */
	uint64_t version;
	struct buf body;
	struct filing *filing; /* the body goes to a file; NULL: to `body` */
	bool is_head_seen;     /* with it: the head was judged by a worker */
	int64_t started_us;
	const char *from; /* who answered, for the log */
	struct answer *answer;
	struct http_hold hold;	  /* what the answer waits for */
	bool is_let_go;		  /* the hold is over, and its `then` is due */
	bool is_admitted;	  /* the caller of a route that is not public */
	int told;		  /* status of the page instead of a failure */
	struct MHD_Response *own; /* instead of the answer's */
	int sent_status;
	struct uri *form; /* the body, decoded, in the request's arena */
	char tag[ANSWER_TAG_BYTES]; /* of HTTP_KEEP_TAG */
	size_t key_n;		    /* 0: not for the cache */
	char key[CACHE_KEY_BYTES_MAX];
	struct buf query;
	struct uri uri;
	size_t target_n;
	char target[HTTP_TARGET_BYTES_MAX + 1];
};

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct job *first, **last;
	pthread_cond_t let_go; /* held is 0 */
	unsigned held;	       /* answers that wait for something else */
	unsigned count;	       /* waiting */
	unsigned max;
	unsigned idle;	/* workers that wait for something to do */
	bool is_waking; /* one of them was called and has not come yet */
	bool is_closed;
};

struct worker {
	struct http_server *server;
	pthread_t thread;
	bool is_started;
	void *context; /* of the layer above */
	struct arena *arena;
};

struct http_server {
	const struct http_app *app;
	struct http_options options;
	struct MHD_Daemon *daemon;
	struct answer_style style;
	uint64_t tag_secret; /* answer_weak_tag */
	char policy[64];
	struct limit_key proxies[PROXIES_MAX], monitors[PROXIES_MAX];
	size_t proxies_count, monitors_count;
	struct cache *cache;
	struct limits *limits; /* of connections and, if limited, of cost */
	struct metrics *metrics;
	struct access_log *log; /* NULL none */
	struct queue queue;
	struct worker *workers;
	/* The pages of a full queue, and of heads that are refused at the door:
	 * made before anybody is accepted, and the same from then on. */
	struct answer *busy[LANG_COUNT];
	struct answer *refusals[HEAD_FAULT_COUNT][LANG_COUNT];
	struct peers peers;
	pthread_t accept_thread;
	bool is_accepting;
	int epoll_fd; /* of the accepting thread */
	int wake_fd;  /* an eventfd that ends it */
	int spare_fd; /* given up for a moment when there are no others */
	int *listen_fds;
	_Atomic unsigned running; /* exchanges */
	_Atomic unsigned streams;
	_Atomic unsigned filings;      /* files on their way in */
	_Atomic uint64_t filing_bytes; /* of them that are still to come */
	_Atomic bool is_draining;
	_Atomic bool is_aborting;
};

/* ---- dispatch.c: the network threads' part ---- */

/* Judges the head, whose first line is the exchange's method and these: fills
 * the request, or status and why. */
void dispatch_head(struct exchange *ex, const char *url, const char *version);
/* Of a head that broke: what was read of it says, else the one before it on
 * this connection, how the peer wants to be told so. */
void dispatch_broken_head(struct exchange *ex);
/* The whole request is there. true: READY with an answer. false: it waits in
 * the queue, its connection is suspended, and it is not the caller's any
 * more. */
bool dispatch_request(struct exchange *ex);
/* The head of a request whose body goes to a file; as dispatch_request. */
bool dispatch_filed(struct exchange *ex);
/* Sets a failure; the first one stays. The err is the exchange's to fill. */
struct err *dispatch_fail(struct exchange *ex, int status);
/* Sets the failure of a body that is longer than the route takes. */
void dispatch_refuse_long_body(struct exchange *ex);
/* Headers that a status brings with it: Allow, Retry-After. */
void dispatch_add_status_headers(
    const struct exchange *ex, struct http_response *response);
/* Sets the failure of who comes when there is no room. */
void dispatch_set_busy(struct exchange *ex);
/* The format that a failure is told in; and makes it the request's. */
enum http_format dispatch_error_format(const struct exchange *ex);
void dispatch_settle_error_format(struct exchange *ex);
/* READY with the failure as a document. */
void dispatch_answer_plainly(struct exchange *ex);
/* Queues the response with libmicrohttpd. */
enum MHD_Result dispatch_send(struct exchange *ex);

/* ---- work.c: the workers ---- */

enum err_code work_start(struct http_server *server, struct err *err);
/* Ends the workers; with is_aborting what waits is answered with 503, and
 * nothing more is taken. */
void work_stop(struct http_server *server);
/* Behind the network threads' end. */
void work_free(struct http_server *server);
/* Suspends the connection and puts the exchange into the queue: from then on
 * it is a worker's. false: the queue is full, and nothing was done. is_urgent
 * goes in even then. */
bool work_push(struct exchange *ex, bool is_urgent);
/* Puts it into the queue, however full that is; no connection is touched.
 * false: the workers have ended. */
bool work_push_job(struct http_server *server, struct job *job);
unsigned work_waiting(struct http_server *server);
/* The page of a full queue, if that is the format of the failure; else
 * NULL. */
struct answer *work_busy_page(struct exchange *ex);
/* What a head of this fault is told, as a page if there is one; a reference,
 * the caller's. */
struct answer *work_refusal(struct http_server *server, enum head_fault fault,
    enum lang lang, bool is_page);
/* An answer of a response, in the server's style. */
struct answer *work_answer(struct exchange *ex, struct http_response *response);

/* ---- admit.c: who calls, and may he? ---- */

/* For a route that is not public: asks who it is and checks it. Sets a
 * failure, or an answer (to go elsewhere), or neither: go on. */
void admit_caller(struct exchange *ex, void *worker);
/* Who sent what is refused already, for the trace of it. */
void admit_trace(struct exchange *ex, void *worker);
/* Who calls, once more, for an answer that was held: he was admitted, and may
 * still. */
void admit_again(struct exchange *ex, void *worker);
/* Sets a failure where the route is for monitors and the client is none. */
void admit_place(struct exchange *ex);
/* In what coding a request of a route may be answered: none where the client
 * takes one but the answer's length could tell what stands in it. */
enum encode_kind admit_coding(const struct exchange *ex);

/* ---- filing.c: bodies that go to a file ---- */

struct filing;

/* Judges what the head says of the body. */
void filing_check_head(struct exchange *ex);
/* Asks a worker whether the sender may; false: the queue is full. */
bool filing_begin(struct exchange *ex);
/* A piece has come. */
void filing_take(struct exchange *ex, const char *piece, size_t n);
/* Stage FILING, in a worker: admits, or writes what has come. */
void filing_work(struct exchange *ex, void *worker);
/* All is there, in a worker: fills the request's file, or sets a failure. */
void filing_finish(struct exchange *ex);
/* Sets a failure when the route wants a file and none came. */
void filing_check_there(struct exchange *ex);
/* Is some of it yet to come? */
bool filing_is_partly(const struct exchange *ex);
/*
 * A form that is refused already, and small: its body is taken into memory
 * all the same, and the refusal is told behind it, on a page that shows what
 * was written. false: it is none, and is told at once.
 */
bool filing_hold(struct exchange *ex);
/* Is that so? Then there is no file. */
bool filing_is_held(const struct exchange *ex);
/* Removes the file. NULL-safe. */
void filing_free(struct filing **filing);

/* ---- form.c ---- */

/* The field that carries the session's token. */
extern const char form_token_field[];
/* The fields of a short form; none of any other body. In the request's
 * arena. */
const struct uri *form_fields(struct exchange *ex);
/* The value of the first part of a form of several parts, if that is a plain
 * field of this name; p NULL otherwise. In the request's arena. */
struct span form_first_part(const struct exchange *ex, const char *name);

/* ---- stream.c: bodies piece by piece ---- */

/* May one more run, of all and of this client? */
bool stream_is_room(const struct exchange *ex);
/* A reader of the response's stream for an exchange; takes the stream. */
struct stream *stream_new(struct exchange *ex, struct http_response *response);
/* The response that reads it; frees it in the end. */
struct MHD_Response *stream_response(void *stream);
/* A worker makes the next piece; the stream may be gone then. */
void stream_work(struct stream *stream, void *worker);

/* ---- accept.c: connections ---- */

/* Bounds connections_max by what the system allows. */
void accept_prepare(struct http_server *server);
enum err_code accept_start(struct http_server *server, struct err *err);
void accept_stop(struct http_server *server);
/* Gives a connection that was counted to libmicrohttpd. */
void accept_hand_over(struct http_server *server, int fd,
    const struct sockaddr *address, socklen_t n, const struct limit_key *key);
/* A connection that was counted has ended. */
void accept_uncount(struct http_server *server, const struct limit_key *key);
/* 408, on a connection without TLS. */
void accept_tell_slow(int fd);
void accept_peer_text(const struct sockaddr *address, char *out, size_t size);
/* Is there a connection that has not had its first request yet? */
bool accept_has_fresh(struct http_server *server);
/* libmicrohttpd's notice of a connection's beginning and end. */
void accept_notify(void *cls, struct MHD_Connection *connection, void **context,
    enum MHD_ConnectionNotificationCode code);

#endif
