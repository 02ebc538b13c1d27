/* SPDX-License-Identifier: Apache-2.0 */
#include "http/server_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"

enum { ANSWER_MAX = 1 << 20 };

/* ---- what is served ---- */

_Atomic uint64_t version_now = 1;
_Atomic int handled, streams_open, workers_open, held_freed;
_Atomic int big_begun, big_made, ends, slow_begun;

static enum err_code say_hello(void *worker, const struct http_request *r,
    struct http_response *response, struct err *err)
{
	struct span name = http_value(r, "name");

	(void)err;
	assert_non_null(worker);
	assert_non_null(r->arena);
	atomic_fetch_add(&handled, 1);
	buf_addf(&response->body, "{\"hello\":\"%.*s\",\"n\":%lld,\"lang\":%d}",
	    (int)name.n, name.p, (long long)http_number(r, "n", -1),
	    (int)tr_lang());
	while (response->body.n < 2000)
		buf_add_char(&response->body, ' ');
	return 0;
}

static enum err_code be_slow(void *worker, const struct http_request *r,
    struct http_response *response, struct err *err)
{
	(void)worker;
	(void)r;
	(void)err;
	atomic_fetch_add(&slow_begun, 1);
	usleep(300000);
	buf_add_str(&response->body, "slow");
	return 0;
}

static enum err_code go_wrong(void *worker, const struct http_request *r,
    struct http_response *response, struct err *err)
{
	(void)worker;
	switch (http_number(r, "how", 0)) {
	case 1:
		response->status = 410;
		return err_set(err, ERR_REFUSED, "gone");
	case 2:
		return err_set(err, ERR_NOT_FOUND, "nowhere");
	case 4:
		err_set(err, ERR_BUSY, "a secret writer");
		err_detail(err, "secret code 5");
		err_hint(err, "Wait for the secret.");
		return ERR_BUSY;
	case 5:
		return err_set(err, ERR_BUSY, "a full house");
	default:
		return err_set(err, ERR_CORRUPT, "secret /path of %s", "disk");
	}
}

/* What may be called by those alone who are known, with a form's field. */
static enum err_code be_private(void *worker, const struct http_request *r,
    struct http_response *response, struct err *err)
{
	struct span field = http_form(r, "field");

	(void)worker;
	(void)err;
	atomic_fetch_add(&handled, 1);
	buf_addf(&response->body,
	    "{\"who\":\"%s\",\"field\":\"%.*s\",\"long\":\"%600s\"}",
	    r->caller.who ? (const char *)r->caller.who : "", (int)field.n,
	    field.n ? field.p : "", "");
	response->keeping = HTTP_KEEP_VERSION;
	return 0;
}

static enum err_code echo(void *worker, const struct http_request *r,
    struct http_response *response, struct err *err)
{
	(void)worker;
	(void)err;
	buf_add_span(&response->body, r->body);
	return 0;
}

struct lines {
	int at;
};

static int pull_lines(void *ctx, void *worker, struct buf *out, struct err *err)
{
	struct lines *lines = ctx;
	int end = lines->at + 1000;

	(void)err;
	assert_non_null(worker);
	for (; lines->at < end; lines->at++)
		buf_addf(out, "line %d\n", lines->at);
	return lines->at < STREAM_LINES;
}

static void free_lines(void *ctx)
{
	atomic_fetch_sub(&streams_open, 1);
	free(ctx);
}

static enum err_code stream(void *worker, const struct http_request *r,
    struct http_response *response, struct err *err)
{
	(void)worker;
	(void)r;
	(void)err;
	response->stream = (struct http_stream){.pull = pull_lines,
	    .free = free_lines,
	    .ctx = mem_zalloc(1, sizeof(struct lines))};
	atomic_fetch_add(&streams_open, 1);
	atomic_fetch_add(&handled, 1);
	return 0;
}

static pthread_mutex_t done_lock = PTHREAD_MUTEX_INITIALIZER;
static struct buf done = BUF_INIT(4096);

static void note_done(char what)
{
	pthread_mutex_lock(&done_lock);
	buf_add_char(&done, what);
	pthread_mutex_unlock(&done_lock);
}

char *work_done(void)
{
	char *text;

	pthread_mutex_lock(&done_lock);
	text = mem_strdup(buf_str(&done));
	buf_release(&done);
	pthread_mutex_unlock(&done_lock);
	return text;
}

static enum err_code be_brief(void *worker, const struct http_request *r,
    struct http_response *response, struct err *err)
{
	(void)worker;
	(void)err;
	note_done(r->body.n > 100 ? 'B' : 'b');
	buf_add_str(&response->body, "brief");
	return 0;
}

static void rest(void *ctx, void *worker)
{
	(void)ctx;
	assert_non_null(worker);
	note_done('|');
}

/* Pieces that no socket takes at once. */
struct big {
	enum big_how how;
	int at;
};

/* Waits for it. */
static bool has_ended(void)
{
	int left_ms = 20000;

	while (!atomic_load(&ends) && left_ms-- > 0)
		usleep(1000);
	return left_ms > 0;
}

static int pull_big(void *ctx, void *worker, struct buf *out, struct err *err)
{
	struct big *big = ctx;
	char *to = buf_reserve(out, BIG_BYTES);

	assert_non_null(worker);
	assert_non_null(to);
	atomic_fetch_add(&big_begun, 1);
	if (big->how == BIG_SLOW && big->at == 1)
		usleep(300000);
	if (big->how == BIG_ENDED && big->at == 1 && has_ended())
		return err_set(err, ERR_BUSY, "the server is stopping");
	memset(to, 'w' + big->at, BIG_BYTES);
	out->n += BIG_BYTES;
	atomic_fetch_add(&big_made, 1);
	if (big->how == BIG_FAILS && big->at == 1)
		return err_set(err, ERR_BUSY, "the trace is not there");
	return ++big->at < BIG_PIECES;
}

static enum err_code stream_big(void *worker, const struct http_request *r,
    struct http_response *response, struct err *err)
{
	struct big *big = mem_zalloc(1, sizeof(*big));

	(void)worker;
	(void)err;
	big->how = (enum big_how)http_number(r, "how", 0);
	response->stream = (struct http_stream){.pull = pull_big,
	    .free = free_lines,
	    .ctx = big,
	    .ahead_max_bytes = big->how == BIG_ALONE ? 0
		: big->how == BIG_TOO_LARGE	     ? BIG_BYTES - 1
						     : BIG_BYTES};
	atomic_fetch_add(&streams_open, 1);
	return 0;
}

static enum err_code quick(void *worker, const struct http_request *r,
    struct http_response *response, struct err *err)
{
	(void)r;
	(void)err;
	assert_null(worker);
	response->status = 303;
	http_add_header(response, "Location", "%s", "/elsewhere");
	return 0;
}

/* Held answers wait for a thread that lets them go late: 0 goes, 1 fails, 2
 * was a failure and goes, 3 was one and another takes its place. */
struct held {
	http_go_on *go_on;
	void *exchange;
	bool fails;
	bool is_kept; /* `then` has use for it, and free_held frees it */
};

static void *let_go(void *arg)
{
	struct held *held = arg;
	bool is_kept = held->is_kept;
	struct err err;

	usleep(150000);
	err_set(&err, ERR_BUSY, "the trace is not there");
	held->go_on(held->exchange, held->fails ? ERR_BUSY : ERR_NONE, &err);
	if (!is_kept)
		free(held);
	return NULL;
}

static void hold_on(void *ctx, http_go_on *go_on, void *exchange)
{
	struct held *held = ctx;
	pthread_t thread;

	held->go_on = go_on;
	held->exchange = exchange;
	assert_int_equal(pthread_create(&thread, NULL, let_go, held), 0);
	pthread_detach(thread);
}

static void free_held(void *ctx)
{
	atomic_fetch_add(&held_freed, 1);
	free(ctx);
}

/* 4 and 5 are answered here; 5 fails, 6 fails before, 7 is held again. */
static enum err_code be_let_go(void *worker, const struct http_request *r,
    struct http_response *response, struct err *err)
{
	int64_t how = http_number(r, "how", 0);

	assert_non_null(worker);
	assert_non_null(r->held);
	assert_non_null(r->arena);
	if (how == 7)
		response->hold = (struct http_hold){.start = hold_on,
		    .ctx = mem_zalloc(1, sizeof(struct held))};
	buf_add_str(&response->body, "what it was");
	return how == 5 ? err_set(err, ERR_CONFLICT, "it was taken") : ERR_NONE;
}

static enum err_code be_held(void *worker, const struct http_request *r,
    struct http_response *response, struct err *err)
{
	int64_t how = http_number(r, "how", 0);
	struct held *held = mem_zalloc(1, sizeof(*held));

	(void)worker;
	held->fails = how == 1 || how == 3 || how == 6;
	held->is_kept = how >= 4;
	response->hold = (struct http_hold){.start = hold_on, .ctx = held};
	if (how >= 4) {
		response->hold.then = be_let_go;
		response->hold.free = free_held;
	}
	buf_add_str(&response->body, "the answer");
	return how == 2 || how == 3 ? err_set(err, ERR_REFUSED, "not for you")
				    : ERR_NONE;
}

static const char *const form_types[] = {"multipart/form-data", NULL};

/* Where bodies are filed. */
char filed_folder[] = "/tmp/server_test.XXXXXX";

static enum err_code take_file(void *worker, const struct http_request *r,
    struct http_response *response, struct err *err)
{
	unsigned char sum = 0, bytes[4096];
	ssize_t n;

	assert_non_null(worker);
	(void)err;
	while ((n = read(r->file.fd, bytes, sizeof(bytes))) > 0)
		while (n > 0)
			sum = (unsigned char)(sum + bytes[--n]);
	buf_addf(&response->body, "%llu bytes, sum %u, sha256 ",
	    (unsigned long long)r->file.bytes, sum);
	buf_add_hex(&response->body, r->file.digest, SHA256_BYTES);
	buf_addf(&response->body, ", begins with %zu, named %d", r->body.n,
	    access(r->file.path, F_OK) == 0);
	return 0;
}

static const struct http_param hello_params[] = {
    {.name = "name", .in = HTTP_IN_PATH, .min = 1, .max = 30},
    {.name = "n", .in = HTTP_IN_QUERY, .type = HTTP_NUMBER, .max = 99},
    {0},
};
static const struct http_param fail_params[] = {
    {.name = "how", .in = HTTP_IN_PATH, .type = HTTP_NUMBER, .max = 9}, {0}};

static const struct http_param mine_params[] = {
    {.name = "n", .in = HTTP_IN_QUERY, .type = HTTP_NUMBER, .max = 99},
    {0},
};

static const struct http_route routes[] = {
    {.name = "hello",
	.pattern = "/hello/{name}",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.params = hello_params,
	.handler = say_hello},
    {.name = "only",
	.pattern = "/only",
	.offers = HTTP_OFFER_JSON,
	.handler = echo},
    {.name = "slow",
	.pattern = "/slow",
	.offers = HTTP_OFFER_OWN,
	.type = "text/plain",
	.handler = be_slow},
    {.name = "fail",
	.pattern = "/fail/{how}",
	.offers = HTTP_OFFER_PAGE,
	.params = fail_params,
	.handler = go_wrong},
    {.name = "fail-to-download",
	.pattern = "/download/{how}",
	.offers = HTTP_OFFER_OWN,
	.type = "text/csv",
	.params = fail_params,
	.handler = go_wrong},
    {.name = "held",
	.pattern = "/held/{how}",
	.offers = HTTP_OFFER_PAGE,
	.keeping = HTTP_KEEP_VERSION,
	.params = fail_params,
	.handler = be_held},
    {.name = "held-write",
	.method = HTTP_POST,
	.pattern = "/held-write/{how}",
	.capability = HTTP_CAPABILITIES,
	.offers = HTTP_OFFER_PAGE,
	.params = fail_params,
	.max_body_bytes = 1000,
	.handler = be_held},
    {.name = "echo",
	.method = HTTP_POST,
	.pattern = "/echo",
	.offers = HTTP_OFFER_OWN,
	.type = "text/plain",
	.max_body_bytes = 100000,
	.body_type = "text/plain",
	.handler = echo},
    {.name = "brief",
	.method = HTTP_POST,
	.pattern = "/brief",
	.offers = HTTP_OFFER_OWN,
	.type = "text/plain",
	.max_body_bytes = 1000,
	.body_type = "text/plain",
	.brief_body_bytes = 100,
	.handler = be_brief},
    {.name = "file",
	.method = HTTP_POST,
	.pattern = "/file",
	.capability = HTTP_CAPABILITIES,
	.offers = HTTP_OFFER_PAGE,
	.max_body_bytes = 8 << 20,
	.body_type = "text/csv",
	.more_body_types = form_types,
	.is_filed = true,
	.keeps_words = true,
	.handler = take_file},
    {.name = "visit",
	.pattern = "/visit",
	.capability = HTTP_VISITOR,
	.offers = HTTP_OFFER_PAGE,
	.keeping = HTTP_KEEP_VERSION,
	.handler = be_private},
    {.name = "mine",
	.pattern = "/mine",
	.capability = HTTP_SIGNED_IN,
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = 100,
	.params = mine_params,
	.handler = be_private},
    {.name = "write",
	.method = HTTP_POST,
	.pattern = "/write",
	.capability = HTTP_CAPABILITIES,
	.offers = HTTP_OFFER_PAGE,
	.max_body_bytes = 1000,
	.keeps_words = true,
	.handler = be_private},
    {.name = "secret",
	.method = HTTP_POST,
	.pattern = "/secret",
	.capability = HTTP_CAPABILITIES,
	.offers = HTTP_OFFER_PAGE,
	.max_body_bytes = 1000,
	.handler = be_private},
    {.name = "stream",
	.pattern = "/stream",
	.offers = HTTP_OFFER_OWN,
	.type = "text/csv",
	.cost = HTTP_COST_EXPORT,
	.keeping = HTTP_KEEP_TAG,
	.handler = stream},
    {.name = "big",
	.pattern = "/big/{how}",
	.offers = HTTP_OFFER_OWN,
	.type = "text/csv",
	.params = fail_params,
	.handler = stream_big},
    {.name = "quick",
	.pattern = "/quick",
	.offers = HTTP_OFFER_OWN,
	.type = "text/plain",
	.is_quick = true,
	.handler = quick},
};

static enum err_code open_worker(void *ctx, void **out, struct err *err)
{
	(void)ctx;
	(void)err;
	*out = mem_zalloc(1, 1);
	atomic_fetch_add(&workers_open, 1);
	return 0;
}

static void close_worker(void *ctx, void *worker)
{
	(void)ctx;
	atomic_fetch_sub(&workers_open, 1);
	free(worker);
}

static void end_work(void *ctx)
{
	(void)ctx;
	atomic_fetch_add(&ends, 1);
}

static uint64_t get_version(void *ctx)
{
	(void)ctx;
	return atomic_load(&version_now);
}

static void put_word(void *ctx, struct span name, struct span value)
{
	buf_addf(
	    ctx, " [%.*s=%.*s]", (int)name.n, name.p, (int)value.n, value.p);
}

/* With what was written, and the token for sending it again. */
static enum err_code error_page(void *worker, const struct http_request *r,
    int status, const struct err *why, struct buf *out)
{
	const struct http_words words = {put_word, put_word, out};

	assert_non_null(worker);
	assert_non_null(r->arena);
	buf_addf(out, "page of %d: %s", status, why->message);
	http_each_word(r, &words);
	buf_addf(out, " token %s",
	    r->caller.form_token ? r->caller.form_token : "none");
	return 0;
}

/* "reader" may read, "writer" write as well, "hasty" asks too much, "leaver"
 * is a writer once; by token, or by cookie. */
static enum err_code identify(void *worker, const struct http_request *r,
    struct http_caller *out, struct err *err)
{
	struct span token = http_header(r, "Authorization");
	struct span name = token.p ? token : http_cookie(r, "s");
	static _Atomic int seen;

	if (span_is(name, "leaver") && atomic_fetch_add(&seen, 1) % 2 == 0)
		name = span_of("writer");
	assert_non_null(worker);
	out->instead = "/sign-in";
	if (span_is(name, "broken"))
		return err_set(err, ERR_CORRUPT, "secret /path of %s", "disk");
	out->retry_s = span_is(name, "hasty") ? 7 : 0;
	if (!span_is(name, "reader") && !span_is(name, "writer"))
		return 0;
	out->who = arena_dup(r->arena, name.p, name.n);
	out->capabilities = 1u << HTTP_SIGNED_IN;
	if (span_is(name, "writer"))
		out->capabilities |= 1u << HTTP_CAPABILITIES;
	if (!token.p)
		out->form_token = "t0ken";
	return 0;
}

static const struct http_app app = {
    .routes = routes,
    .routes_count = ARRAY_COUNT(routes),
    .worker_open = open_worker,
    .worker_close = close_worker,
    .worker_rest = rest,
    .end = end_work,
    .version = get_version,
    .identify = identify,
    .error_page = error_page,
};

/* ---- a server and its clients ---- */

static uint16_t port;

struct http_server *start(struct http_options *options)
{
	static const char *const proxies[] = {"127.0.0.1", NULL};
	struct http_server *server = NULL;
	struct err err;
	char name[80];
	int fd;

	assert_int_equal(http_listen("127.0.0.1:0", &fd, &err), 0);
	http_socket_name(fd, name);
	port = (uint16_t)strtol(strchr(name, ':') + 1, NULL, 10);
	options->listen_fds = &fd;
	options->listen_count = 1;
	if (!options->network_threads)
		options->network_threads = 2;
	options->trusted_proxies = proxies;
	if (!options->workers)
		options->workers = 2;
	assert_int_equal(http_server_start(options, &app, &server, &err), 0);
	options->listen_fds = NULL;
	return server;
}

int dial(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval patience = {20, 0};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

void tell(int fd, const char *text)
{
	size_t n = strlen(text);

	assert_int_equal(send(fd, text, n, MSG_NOSIGNAL), (ssize_t)n);
}

/* All that comes until the other side closes. */
char *hear(int fd)
{
	char *text = mem_alloc(ANSWER_MAX);
	size_t n = 0;
	ssize_t got;

	while ((got = recv(fd, text + n, ANSWER_MAX - 1 - n, 0)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	close(fd);
	return text;
}

/* A request that ends its connection; release the answer with free(). */
char *ask(const char *line, const char *heads)
{
	char text[20000];
	int fd = dial();

	snprintf(text, sizeof(text),
	    "%s HTTP/1.1\r\nHost: t\r\nConnection: close\r\n%s\r\n", line,
	    heads);
	tell(fd, text);
	return hear(fd);
}

int status_of(const char *answer)
{
	return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? atoi(answer + 9) : 0;
}

void expect(const char *line, const char *heads, int status, const char *part)
{
	char *answer = ask(line, heads);

	if (status_of(answer) != status || (part && !strstr(answer, part)))
		fail_msg("%s %s: %d and \"%s\", not: %.1500s", line, heads,
		    status, part ? part : "", answer);
	free(answer);
}

void wait_until_waiting(struct http_server *server, int count)
{
	char line[100];
	bool is_so = false;

	snprintf(
	    line, sizeof(line), "\ngongxin_http_queue_waiting %d\n", count);
	while (!is_so) {
		struct buf text = BUF_INIT(1 << 20);

		http_server_metrics(server, &text);
		is_so = strstr(buf_str(&text), line) != NULL;
		buf_release(&text);
		usleep(1000);
	}
}
