/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The web server, for the layer above: what a request is, what a handler
 * answers, what a route promises, how to start and stop. Nothing here knows
 * what a subject or a record is.
 *
 *	network threads   parse, check against the route, look into the
 *			  cache; a hit is answered here, at once
 *	worker threads	  run handlers, each with its own context (its own
 *			  connection to the store); make the body smaller;
 *			  put it into the cache
 *	accepting thread  counts connections, closes slow ones
 *
 * Between the first two stands a bounded queue: when it is full the answer
 * is 503, at once. The dispatcher, never a handler, checks method,
 * capability, limits, types and parameters.
 */
#ifndef GX_HTTP_HTTP_H
#define GX_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/span.h"
#include "base/tr.h"

enum {
	HTTP_PARAMS_MAX = 12,
	HTTP_HEADERS_MAX = 8,
	HTTP_HEADER_BYTES = 1024, /* of a value, with its NUL */
	/* Of an address to go back to: as a parameter of a Location, where it
	 * is encoded once more, and in a cookie it still fits into a value. */
	HTTP_BACK_BYTES_MAX = 640,
	HTTP_TARGET_BYTES_MAX = 8192,
	HTTP_HEAD_BYTES_MAX = 16 * 1024, /* the target in it */
	HTTP_BODY_BYTES_MAX = 1024 * 1024 * 1024
};

enum http_method { HTTP_GET = 0, HTTP_POST, HTTP_METHOD_COUNT };

/* What is answered: a page, the document itself, or the one type that a
 * route has (CSV, a tile, a proof). */
enum http_format { HTTP_HTML = 0, HTTP_JSON, HTTP_OWN, HTTP_FORMAT_COUNT };
enum {
	HTTP_OFFER_HTML = 1 << HTTP_HTML,
	HTTP_OFFER_JSON = 1 << HTTP_JSON,
	HTTP_OFFER_OWN = 1 << HTTP_OWN,
	HTTP_OFFER_PAGE = HTTP_OFFER_HTML | HTTP_OFFER_JSON
};

/* Is there one representation only, so that Accept has nothing to choose? */
static inline bool http_is_one_format(unsigned offers)
{
	return (offers & (offers - 1)) == 0;
}

/*
 * Who may call a route. What is not public is never kept by anybody, and its
 * handler knows who calls. The layer above numbers its own capabilities from
 * HTTP_CAPABILITIES on, up to 63.
 */
enum http_capability {
	HTTP_PUBLIC = 0,  /* everybody; nobody is asked who he is */
	HTTP_VISITOR,	  /* everybody; the handler knows who it is */
	HTTP_SIGNED_IN,	  /* whoever is known */
	HTTP_CAPABILITIES /* the first of the layer above */
};

/* Who calls, as the layer above says. */
struct http_caller {
	const void *who;       /* the layer's own; NULL: nobody known */
	uint64_t capabilities; /* 1 << each, HTTP_SIGNED_IN among them */
	/* The session of a browser, which sends it whoever makes it ask: what
	 * changes something has to carry this token, and come from a page of
	 * this site. NULL: it is none. */
	const char *form_token;
	/* Where a browser goes that may not call yet: a path. NULL: nowhere. */
	const char *instead;
	unsigned retry_s; /* it has asked too much: 429; 0: it has not */
};

/* What an answer that is not in the cache takes out of a client's bucket. */
enum http_cost {
	HTTP_COST_FREE = 0,
	HTTP_COST_READ = 1,
	HTTP_COST_SEARCH = 2,
	HTTP_COST_EXPORT = 50,
	HTTP_COST_SIGN_IN = 50 /* ten at once, then one a second */
};

enum http_param_in { HTTP_IN_PATH = 0, HTTP_IN_QUERY };
enum http_param_type {
	HTTP_TEXT = 0, /* max: bytes; min 1 refuses the empty text */
	HTTP_NUMBER,   /* min, max: the value */
	HTTP_DATE,     /* YYYY-MM-DD */
	HTTP_CHOICE    /* one of `choices` */
};

/* A parameter; the dispatcher refuses values that are not so. */
struct http_param {
	const char *name; /* NULL ends the list */
	enum http_param_in in;
	enum http_param_type type;
	bool is_required; /* of the query; the path's are always there */
	int64_t min, max;
	const char *const *choices; /* ends with NULL */
	const char *summary;	    /* English */
};

struct http_request;
struct http_response;

/* May be kept by the client and by the server? */
enum http_keeping {
	HTTP_KEEP_NO = 0,  /* not by anybody */
	HTTP_KEEP_TAG,	   /* by the client, who asks again each time: while
			      the version of the site holds, it hears 304
			      before anything is done (weak ETag) */
	HTTP_KEEP_VERSION, /* here, while the version of the site holds; the
			      client asks again each time (ETag) */
	HTTP_KEEP_FOR_EVER /* its address changes when it does */
};

/*
 * Answers a request. worker: what app->worker_open made for this thread.
 * Fills the response; a failure becomes an error document or page, with
 * response->status if the handler set one that is an error, else with the
 * status that belongs to the code. The thread's language is the request's.
 */
typedef enum err_code http_handler(void *worker,
    const struct http_request *request, struct http_response *response,
    struct err *err);

struct http_route {
	const char *name; /* of the operation; unique: "subject" */
	enum http_method method;
	/* "/subjects/{code}"; "{tile*}" at the end takes all that is left. */
	const char *pattern;
	int capability;	  /* enum http_capability, or the layer's own */
	unsigned offers;  /* HTTP_OFFER_... */
	const char *type; /* of HTTP_OFFER_OWN; NULL: the handler says it, and
			     nothing else may be offered */
	enum http_cost cost;
	enum http_keeping keeping;
	size_t max_query_bytes; /* 0: takes no query but lang */
	size_t max_body_bytes;	/* 0: takes no body */
	const char *body_type;	/* its type, NULL any */
	/* Others that it may have; ends with NULL. */
	const char *const *more_body_types;
	bool is_filed; /* a body is required, is written to a file as it comes,
			  and not before the caller was admitted */
	/* A form without any secret but the session's token: where it fails,
	 * what was written in it is given to the page of the error, and who
	 * is not signed in is told on one instead of being sent elsewhere. */
	bool keeps_words;
	/* Its page, and that of its errors, may stand in a frame on the sites
	 * that the layer above names; no other page may. */
	bool is_framed;
	/* For this machine, and for the addresses of the option `monitors`. */
	bool is_for_monitors;
	bool is_quick; /* touches no disk and is run at once, with
			  worker NULL */
	/* With a body of at most so many bytes it is a matter of microseconds,
	 * and a worker takes several that wait in one go; 0: never. */
	size_t brief_body_bytes;
	const struct http_param *params; /* path first, in their order */
	http_handler *handler;
	/* For the description of the API: */
	const char *summary;	    /* English */
	const char *const *members; /* "as_of:date", ends with NULL; of the
				       document, see openapi.c */
	const int *successes;	    /* statuses with the document; 0 ends;
			       NULL: 200, or 303 of a form */
	const int *errors;	    /* statuses besides 400 429 503; 0 ends */
};

/*
 * A body in a file of its own, read from its beginning. It is not synced, and
 * goes when the request has ended, unless the handler has renamed it.
 */
struct http_file {
	int fd; /* the server's */
	const char *path;
	uint64_t bytes;
	uint8_t digest[SHA256_BYTES];
};
/* What the names of such files begin with. A server that was killed leaves
 * them: nobody needs them any more. */
#define HTTP_FILED_PREFIX "part-"

struct http_request {
	const struct http_route *route; /* NULL in errors before routing */
	enum http_method method;
	bool is_head;
	enum http_format format;
	enum lang lang;
	struct span target; /* as sent; may hold anything */
	struct span path;   /* decoded, valid UTF-8, no control characters,
			       without the ".json" that chose the format */
	struct span query;  /* the declared parameters that were given, but
			       not lang; encoded again, in their order */
	struct span values[HTTP_PARAMS_MAX]; /* as route->params; p NULL: not
						given */
	int64_t numbers[HTTP_PARAMS_MAX];    /* of numbers, dates, choices */
	struct span body;	   /* with is_filed, its first bytes */
	struct http_file file;	   /* with is_filed: all of it */
	struct span client;	   /* address, as text */
	struct http_caller caller; /* of a route that is not public */
	struct arena *arena;	   /* of this request; NULL with is_quick */
	void *exchange;		   /* the server's own */
	void *held;		   /* ctx of the hold that is over, in `then` */
};

/* A declared parameter; p NULL when it was not given. */
struct span http_value(const struct http_request *request, const char *name);
/* Of a number; `otherwise` when it was not given. */
int64_t http_number(
    const struct http_request *request, const char *name, int64_t otherwise);
/* DATE_NONE when it was not given. */
date_days http_date(const struct http_request *request, const char *name);
/* The index of a choice; -1 when it was not given. */
int http_choice(const struct http_request *request, const char *name);
/* A header as sent, p NULL when there is none; lives as long as the
 * request. Not checked to be UTF-8. */
struct span http_header(const struct http_request *request, const char *name);
/* A cookie's value, p NULL when there is none. */
struct span http_cookie(const struct http_request *request, const char *name);
/* A field of a form of the type application/x-www-form-urlencoded, decoded;
 * p NULL when there is none, or the body is no such form of at most
 * HTTP_FORM_BYTES_MAX. Lives as long as the request's arena. */
struct span http_form(const struct http_request *request, const char *name);
enum { HTTP_FORM_BYTES_MAX = 6000 };
extern const char http_form_type[];

/* Was a form sent, by a page of this site, whose words are kept? */
bool http_shows_words(const struct http_request *request);
/*
 * What was written in it: each field that is not empty, in their order, but
 * the session's token; and the names of its files. Bounded in number and
 * bytes; UTF-8 without control characters but line ends. Nothing when no words
 * are shown. In a worker's thread.
 */
struct http_words {
	void (*field)(void *ctx, struct span name, struct span value);
	void (*file)(void *ctx, struct span name, struct span file_name);
	void *ctx;
};
void http_each_word(
    const struct http_request *request, const struct http_words *to);
/* The page of this site that a form was sent from, with its query; empty: none
 * is told. */
struct span http_page_before(const struct http_request *request);

/*
 * A body of any length, made piece by piece in memory that is bounded.
 * pull appends the next piece to out: 1 there is more, 0 that was the last,
 * negative failed, and nothing of the piece is sent. It may run on another
 * worker each time, so it keeps a place to go on from, never a cursor of a
 * connection. free is called once, at the end.
 */
struct http_stream {
	int (*pull)(void *ctx, void *worker, struct buf *out, struct err *err);
	void (*free)(void *ctx);
	void *ctx;
	/* The next piece is made while the client takes this one, if this one
	 * has no more bytes; 0: never. */
	size_t ahead_max_bytes;
};

/*
 * An answer that may leave only when something else is done: when the trace
 * of it is durable. start is called once, in the worker's thread, when the
 * answer is made; it sees to it that go_on(exchange, ...) is called once, in
 * any thread, at once or later. rc 0 lets the answer go; a failure takes its
 * place. No worker waits meanwhile. The server does not end before it was
 * called. An answer with a hold is never kept. A handler that fails may set
 * it, too: a refusal leaves its trace before it is told.
 */
typedef void http_go_on(
    void *exchange, enum err_code rc, const struct err *err);

struct http_hold {
	void (*start)(void *ctx, http_go_on *go_on, void *exchange);
	void *ctx; /* start's from then on */
	/*
	 * What is answered is known only when the hold is over: then this
	 * handler makes the answer, in a worker's thread, with request->held
	 * = ctx; its answer may be held again. What was made before is not
	 * sent. NULL: that is what goes out.
	 */
	http_handler *then;
	/* With then: called once, in any thread, when nobody needs ctx any
	 * more, whether `then` was called or not. */
	void (*free)(void *ctx);
};

struct http_header {
	const char *name; /* static */
	char value[HTTP_HEADER_BYTES];
};

struct http_response {
	int status;	  /* 200 */
	const char *type; /* static; "application/json" where that is asked */
	struct buf body;
	int fd;			   /* a file to send instead of body, -1 */
	struct http_stream stream; /* or pull != NULL */
	struct http_hold hold;	   /* start NULL: none */
	enum http_keeping keeping; /* as the route's, may be lowered */
	struct http_header headers[HTTP_HEADERS_MAX];
	size_t headers_count;
};

/* Adds a header; a value that is too long is cut, and it must hold no line
 * end. */
void http_add_header(struct http_response *response, const char *name,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* How a request ends that is not done. */
struct http_refusal {
	int status;	  /* 400 to 499; 303: who is not known goes elsewhere */
	bool is_handlers; /* the caller was admitted */
	const struct err *why; /* NULL: a page of the handler's tells it */
};

/* What the layer above gives to the server. All functions may be called by
 * several threads at once. */
struct http_app {
	const struct http_route *routes;
	size_t routes_count;
	void *ctx;
	/* Origins with blanks between them, for routes that are framed; NULL
	 * or "": nobody. */
	const char *framers;
	/* For each worker thread, in the thread that starts the server. */
	enum err_code (*worker_open)(
	    void *ctx, void **worker_out, struct err *err);
	void (*worker_close)(void *ctx, void *worker);
	/* Before each piece of work, in its thread; may be NULL. */
	void (*worker_refresh)(void *ctx, void *worker);
	/* Behind all work that was taken in one go, in its thread: what was
	 * kept or put off meanwhile ends here. May be NULL. */
	void (*worker_rest)(void *ctx, void *worker);
	/* What runs has had its time, and the server waits for it: it should
	 * end soon, with ERR_BUSY. In the thread that stops the server; may be
	 * NULL. */
	void (*end)(void *ctx);
	/* Who calls? In a worker's thread, before the handler of a route that
	 * is not public; the answer lives in the request's arena. A failure is
	 * one of the request. NULL: every route is public. */
	enum err_code (*identify)(void *worker,
	    const struct http_request *request, struct http_caller *out,
	    struct err *err);
	/* A request that was identified ends in a refusal, and no handler
	 * holds its answer: that waits for what is put into hold_out. In a
	 * worker's thread. NULL: nothing. */
	void (*refused)(void *worker, const struct http_request *request,
	    const struct http_refusal *refusal, struct http_hold *hold_out);
	/* The version of everything that is shown: another number means that
	 * what is kept is stale. Called for each request; must be quick. */
	uint64_t (*version)(void *ctx);
	/* The page of an error, appended to out; NULL: none, errors are
	 * documents. In a worker's thread. */
	enum err_code (*error_page)(void *worker,
	    const struct http_request *request, int status,
	    const struct err *why, struct buf *out);
};

struct http_options {
	const int *listen_fds; /* bound and listening; the server's from now */
	size_t listen_count;
	unsigned network_threads; /* 0: as many as workers */
	unsigned workers;	  /* 0: one for each processor */
	size_t cache_bytes;
	unsigned queue_max;	  /* pieces of work that may wait; 0: 1024 */
	unsigned connections_max; /* 0: 16,000, or what the system allows */
	unsigned per_client_max;  /* connections of one address that is not
				     the machine itself; 0: 256 */
	unsigned rate_per_s;	  /* cost that a client gets back each second */
	bool is_rate_limited;
	unsigned head_timeout_ms; /* for a whole request head; 0: 10,000 */
	unsigned idle_timeout_ms; /* between requests; 0: 30,000 */
	/* For a body, or the next piece of a file; 0: 60,000. Whoever takes
	 * nothing of an answer for as long is cut off. */
	unsigned body_timeout_ms;
	const char *const *trusted_proxies; /* addresses; ends with NULL */
	const char *const *monitors;	    /* likewise */
	const char *access_log;		    /* NULL none, "-" stderr, a path */
	const char *tls_cert_pem;	    /* NULL: no TLS */
	const char *tls_key_pem;
	bool is_behind_tls;	    /* a proxy speaks TLS for us: HSTS */
	const char *filed_folder;   /* for bodies that are filed; NULL: none are
				       taken */
	uint64_t filed_bytes_max;   /* bounds what the routes allow; 0: it does
				       not */
	unsigned filed_at_once_max; /* on their way; 0: 64 */
	uint64_t filed_spare_bytes; /* stay free on the disk; 0: 1 GiB */
};

struct http_server;

/* A file in PEM; the name is for messages. */
struct http_pem {
	const char *name;
	struct span text;
};

/* Can TLS be spoken with these: a certificate, those of its issuers behind
 * it, and its key? ERR_INPUT says what is wrong and how to mend it. */
enum err_code http_tls_check(
    const struct http_pem *cert, const struct http_pem *key, struct err *err);

/* "127.0.0.1:8080", "[::1]:8080", ":8080" (every address), -> a listening
 * socket. ERR_INPUT, ERR_CONFLICT (in use), ERR_SYSTEM. */
enum err_code http_listen(const char *address, int *fd_out, struct err *err);
/* "127.0.0.1:8080" of a socket. */
void http_socket_name(int fd, char out[80]);

/* Starts and returns; threads serve. The app and what it points to outlive
 * the server. */
enum err_code http_server_start(const struct http_options *options,
    const struct http_app *app, struct http_server **out, struct err *err);
/* Accepts nobody more, waits up to grace_ms for what is running (and two
 * seconds of it for the first request of who was let in just before), ends
 * it then, and frees. Returns how many requests were cut off. */
unsigned http_server_stop(struct http_server **server, unsigned grace_ms);
/* For who has renamed the file of the access log: goes on in one of its first
 * name; what fails is told on stderr. False: there is no such file. */
bool http_server_reopen_log(struct http_server *server);
/* Measurements in the text form of Prometheus. */
void http_server_metrics(struct http_server *server, struct buf *out);

/* ---- for handlers and tests ---- */

/* The status that belongs to a failure. */
int http_status_of(enum err_code code);
/* {"error":{"code","message","detail","hint"}} */
void http_error_json(int status, const struct err *why, struct buf *out);
/* The same as a member of an object. */
struct json_writer;
void http_put_error(struct json_writer *w, int status, const struct err *why);

#endif
