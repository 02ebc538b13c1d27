/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bounded queue and the workers behind it.
 *
 * An exchange that waits has its connection suspended: libmicrohttpd does
 * not look at it until it is resumed, so a worker owns it alone. The
 * connection is suspended before the exchange enters the queue; a worker
 * may be done with it before the network thread has returned.
 *
 * A piece of work that waited longer than WAIT_MS_MAX is answered with 503:
 * whoever asked has given up, and the others behind it are still there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/recv.h"
#include "http/server_priv.h"

enum {
	WAIT_MS_MAX = 10000,
	TOGETHER_MAX = 16, /* taken in one go */
	BODY_BYTES_MAX = 512 * 1024 * 1024,
	PAGE_BYTES_MAX = 4 * 1024 * 1024
};

static const char json_type[] = "application/json; charset=utf-8";
static const char html_type[] = "text/html; charset=utf-8";

/* ---- queue ---- */

/* Under the queue's lock. One at a time is called: who comes calls the next
 * if there is something left, and mostly there is not. */
static void call_worker(struct queue *queue)
{
	if (!queue->first || queue->idle == 0 || queue->is_waking)
		return;
	queue->is_waking = true;
	pthread_cond_signal(&queue->filled);
}

/* Under the queue's lock. */
static void push(struct queue *queue, struct job *job)
{
	job->queued_us = monotonic_us();
	job->next = NULL;
	*queue->last = job;
	queue->last = &job->next;
	queue->count++;
	call_worker(queue);
}

bool work_push(struct exchange *ex, bool is_urgent)
{
	struct queue *queue = &ex->server->queue;
	bool is_room;

	pthread_mutex_lock(&queue->lock);
	is_room = !queue->is_closed && (is_urgent || queue->count < queue->max);
	if (is_room) {
		mhd.suspend_connection(ex->connection);
		if (ex->stage != STAGE_FILING) {
			ex->stage = STAGE_WAITING;
			recv_hold_end(ex->peer->fd);
		}
		ex->job.exchange = ex;
		push(queue, &ex->job);
	}
	pthread_mutex_unlock(&queue->lock);
	return is_room;
}

bool work_push_job(struct http_server *server, struct job *job)
{
	struct queue *queue = &server->queue;
	bool is_taken;

	pthread_mutex_lock(&queue->lock);
	is_taken = !queue->is_closed;
	if (is_taken)
		push(queue, job);
	pthread_mutex_unlock(&queue->lock);
	return is_taken;
}

static bool is_brief(const struct job *job)
{
	const struct exchange *ex = job->exchange;

	return !job->stream && ex->stage == STAGE_WAITING && !ex->is_let_go &&
	    ex->request.route &&
	    ex->body.n <= ex->request.route->brief_body_bytes &&
	    ex->request.route->brief_body_bytes;
}

/* The first, and behind a brief one what is brief as well. */
static struct job *take_first(struct queue *queue)
{
	struct job *first = queue->first, **end = &queue->first;
	unsigned n = 0;

	while (*end && (n == 0 || (is_brief(first) && is_brief(*end))) &&
	    n < TOGETHER_MAX) {
		end = &(*end)->next;
		n++;
	}
	queue->first = *end;
	*end = NULL;
	if (!queue->first)
		queue->last = &queue->first;
	queue->count -= n;
	return first;
}

/* Some that are done one after the other. Blocks; NULL when the queue is
 * closed and empty. */
static struct job *pop(struct queue *queue)
{
	struct job *first;

	pthread_mutex_lock(&queue->lock);
	while (!queue->first && !queue->is_closed) {
		queue->idle++;
		pthread_cond_wait(&queue->filled, &queue->lock);
		queue->idle--;
		queue->is_waking = false;
	}
	first = queue->first ? take_first(queue) : NULL;
	call_worker(queue);
	pthread_mutex_unlock(&queue->lock);
	return first;
}

unsigned work_waiting(struct http_server *server)
{
	unsigned count;

	pthread_mutex_lock(&server->queue.lock);
	count = server->queue.count;
	pthread_mutex_unlock(&server->queue.lock);
	return count;
}

/* ---- answers ---- */

static bool is_public(const struct exchange *ex)
{
	const struct http_route *route = ex->request.route;

	return !route || route->capability == HTTP_PUBLIC;
}

static const char *framers_of(const struct exchange *ex)
{
	const struct http_route *route = ex->request.route;
	const char *framers = ex->server->app->framers;

	return route && route->is_framed && framers && framers[0] ? framers
								  : NULL;
}

/* Pages stay with us; documents and files may be read by any site, if
 * everybody may read them. What is for one caller is kept by nobody. */
struct answer *work_answer(struct exchange *ex, struct http_response *response)
{
	struct answer_plan plan = {
	    .style = ex->server->style,
	    .coding = ex->coding,
	    .is_varying = response->keeping != HTTP_KEEP_FOR_EVER,
	    .is_open = ex->request.format != HTTP_HTML && is_public(ex),
	    .framers = framers_of(ex),
	    .tag = ex->tag,
	};

	if (!is_public(ex))
		response->keeping = HTTP_KEEP_NO;
	if (response->stream.pull) {
		plan.stream_ctx = stream_new(ex, response);
		plan.stream = stream_response;
	}
	return answer_make(response, &plan);
}

static void add_limit(struct exchange *ex, struct http_response *response)
{
	if (ex->is_limited && (response->fd >= 0 || response->stream.pull))
		http_add_header(response, "RateLimit", "\"work\";r=%u;t=%u",
		    ex->limit.left, ex->limit.reset_s);
}

static void finish(struct exchange *ex, struct http_response *response)
{
	bool is_kept = ex->key_n > 0 && response->status == 200 &&
	    response->keeping > HTTP_KEEP_TAG && response->fd < 0 &&
	    !response->stream.pull && !response->hold.start;

	add_limit(ex, response);
	ex->answer = work_answer(ex, response);
	if (is_kept)
		cache_put(ex->server->cache, (struct span){ex->key, ex->key_n},
		    ex->version, ex->answer);
}

/* ---- failures ---- */

/* What went wrong inside stays inside. Of being busy only the parts below say
 * in detail how it comes: the database, another host. */
static void hide_inner_failure(struct exchange *ex)
{
	struct err inner = *ex->why;
	bool is_busy = inner.code == ERR_BUSY && inner.detail[0];

	if (ex->status != 500 && !is_busy)
		return;
	fprintf(stderr, "gongxin: %s: %s (%s) [%s:%d]\n",
	    ex->request.route ? ex->request.route->name : "-",
	    err_own_message(&inner), err_own_detail(&inner),
	    inner.file ? inner.file : "", inner.line);
	if (is_busy) {
		dispatch_set_busy(ex);
		return;
	}
	err_set(ex->why, inner.code, "the answer could not be made");
	err_hint(ex->why,
	    "The operators can see why. Try again later, or ask them.");
}

static void answer_failure(struct exchange *ex, struct worker *worker)
{
	const struct http_app *app = ex->server->app;
	struct http_response response = {.status = ex->status,
	    .type = html_type,
	    .fd = -1,
	    .body = BUF_INIT(PAGE_BYTES_MAX)};
	bool is_page;

	dispatch_settle_error_format(ex);
	is_page = ex->request.format == HTTP_HTML && app->error_page &&
	    app->error_page(worker->context, &ex->request, ex->status, ex->why,
		&response.body) == 0;

	if (!is_page) {
		buf_release(&response.body);
		dispatch_answer_plainly(ex);
		return;
	}
	dispatch_add_status_headers(ex, &response);
	ex->answer = work_answer(ex, &response);
}

/* ---- requests ---- */

static bool try_cache_again(struct exchange *ex)
{
	if (ex->key_n == 0)
		return false;
	ex->answer = cache_get(
	    ex->server->cache, (struct span){ex->key, ex->key_n}, ex->version);
	return ex->answer != NULL;
}

static void release_response(struct http_response *response)
{
	buf_release(&response->body);
	if (response->fd >= 0)
		close(response->fd);
	if (response->stream.free)
		response->stream.free(response->stream.ctx);
}

static void run_handler(
    struct exchange *ex, struct worker *worker, http_handler *handler)
{
	const struct http_route *route = ex->request.route;
	struct http_response response = {.status = 200,
	    .type = route->type,
	    .fd = -1,
	    .keeping = route->keeping,
	    .body = BUF_INIT(BODY_BYTES_MAX)};
	enum err_code rc;
	struct err err;

	err_clear(&err);
	if (ex->request.format != HTTP_OWN)
		response.type =
		    ex->request.format == HTTP_JSON ? json_type : html_type;
	rc = handler(worker->context, &ex->request, &response, &err);
	if (rc) {
		int status = response.status >= 400 ? response.status
						    : http_status_of(rc);

		*dispatch_fail(ex, status) = err;
	} else if (response.stream.pull && !stream_is_room(ex)) {
		err_set(dispatch_fail(ex, 503), ERR_BUSY,
		    "too many downloads run at once");
		err_hint(ex->why, "Try again in a few seconds.");
	} else {
		finish(ex, &response);
		ex->told = response.status;
	}
	ex->hold = response.hold;
	release_response(&response);
}

static bool is_too_late(const struct exchange *ex)
{
	return monotonic_us() - ex->job.queued_us > WAIT_MS_MAX * 1000LL ||
	    atomic_load(&ex->server->is_aborting);
}

static void work_first(struct exchange *ex, struct worker *worker)
{
	if (!ex->status && is_too_late(ex)) {
		metrics_count(ex->server->metrics, METRICS_QUEUE_FULL, 1);
		dispatch_set_busy(ex);
	}
	if (ex->filing)
		filing_finish(ex);
	if (!is_public(ex) && ex->status)
		admit_trace(ex, worker->context);
	else if (!is_public(ex))
		admit_caller(ex, worker->context);
	if (!ex->status && !ex->answer)
		filing_check_there(ex);
	if (!ex->status && !ex->answer && !try_cache_again(ex))
		run_handler(ex, worker, ex->request.route->handler);
}

/* The hold is over; what it was is done with, and `then` may set another. */
static void work_then(struct exchange *ex, struct worker *worker)
{
	struct http_hold hold = ex->hold;

	memset(&ex->hold, 0, sizeof(ex->hold));
	ex->is_let_go = false;
	ex->key_n = 0; /* what was held is never kept */
	if (!ex->status && !is_public(ex))
		admit_again(ex, worker->context);
	ex->request.held = hold.ctx;
	if (!ex->status && !ex->answer)
		run_handler(ex, worker, hold.then);
	ex->request.held = NULL;
	if (hold.free)
		hold.free(hold.ctx);
}

static void begin_work(struct exchange *ex, struct worker *worker)
{
	const struct http_app *app = ex->server->app;

	tr_set_thread_lang(ex->request.lang);
	ex->from = "worker";
	ex->request.arena = worker->arena;
	if (app->worker_refresh)
		app->worker_refresh(app->ctx, worker->context);
}

static void end_work(struct exchange *ex, struct worker *worker)
{
	ex->request.arena = NULL;
	ex->request.caller = (struct http_caller){0};
	ex->form = NULL;
	arena_reset(worker->arena);
}

/* Of all that ends in a worker: whoever is known leaves a trace of what he
 * was refused, whichever handler it was, and whether any was asked. */
static void seal_refusal(struct exchange *ex, struct worker *worker)
{
	const struct http_app *app = ex->server->app;
	const struct http_refusal refusal = {
	    .status = ex->status ? ex->status : ex->told,
	    .is_handlers = ex->is_admitted,
	    .why = ex->status ? ex->why : NULL};
	bool is_one = (refusal.status >= 400 && refusal.status < 500) ||
	    (refusal.status == 303 && !ex->is_admitted);

	if (is_one && app->refused && ex->request.caller.who && !ex->hold.start)
		app->refused(
		    worker->context, &ex->request, &refusal, &ex->hold);
}

static void tell_failure(struct exchange *ex, struct worker *worker)
{
	hide_inner_failure(ex);
	answer_failure(ex, worker);
}

static void work_on(struct exchange *ex, struct worker *worker)
{
	begin_work(ex, worker);
	if (ex->is_let_go)
		work_then(ex, worker);
	else
		work_first(ex, worker);
	seal_refusal(ex, worker);
	if (ex->status)
		tell_failure(ex, worker);
	end_work(ex, worker);
	ex->stage = STAGE_READY;
}

/* A part of a body that goes to a file. What is wrong with the head is told
 * at once; what goes wrong in the middle, when all of it has come. */
static void work_filing(struct exchange *ex, struct worker *worker)
{
	begin_work(ex, worker);
	filing_work(ex, worker->context);
	if (ex->is_head_seen)
		seal_refusal(ex, worker);
	if (ex->status && ex->is_head_seen && !filing_is_held(ex))
		tell_failure(ex, worker);
	end_work(ex, worker);
	ex->stage = ex->answer ? STAGE_READY : STAGE_BODY;
}

/* ---- answers that wait for something ---- */

/* Back to the workers, who make the answer; the connection is suspended
 * already. false: they have ended. */
static bool push_let_go(struct exchange *ex)
{
	ex->is_let_go = true;
	return work_push_job(ex->server, &ex->job);
}

/* What stands there is not what is to be answered. */
static void replace_answer(struct exchange *ex, int status, struct err err)
{
	answer_unref(&ex->answer);
	ex->status = 0;
	*dispatch_fail(ex, status) = err;
}

static void resume(struct exchange *ex)
{
	struct MHD_Connection *connection = ex->connection;

	if (ex->status) {
		hide_inner_failure(ex);
		dispatch_answer_plainly(ex);
	}
	ex->stage = STAGE_READY;
	mhd.resume_connection(connection);
}

/* The end of a hold whose answer is yet to be made: by its `then`, or as that
 * of a failure. */
static void go_on_then(
    struct exchange *ex, enum err_code rc, const struct err *err)
{
	struct http_hold hold = ex->hold;
	struct err ending;

	answer_unref(&ex->answer);
	ex->status = 0;
	if (rc)
		replace_answer(ex, http_status_of(rc), *err);
	if (push_let_go(ex))
		return;
	if (!rc) {
		err_set(&ending, ERR_BUSY, "the server stops");
		replace_answer(ex, 503, ending);
	}
	memset(&ex->hold, 0, sizeof(ex->hold));
	if (hold.free)
		hold.free(hold.ctx);
	resume(ex);
}

/* http_go_on: the connection is suspended, and the exchange is nobody
 * else's. */
static void go_on(void *exchange, enum err_code rc, const struct err *err)
{
	struct exchange *ex = exchange;
	struct queue *queue = &ex->server->queue;

	if (rc || ex->hold.then) {
		go_on_then(ex, rc, err);
	} else {
		ex->status = 0; /* the answer tells it already */
		resume(ex);
	}
	pthread_mutex_lock(&queue->lock);
	if (--queue->held == 0)
		pthread_cond_broadcast(&queue->let_go);
	pthread_mutex_unlock(&queue->lock);
}

static void hold_back(struct exchange *ex)
{
	struct queue *queue = &ex->server->queue;

	pthread_mutex_lock(&queue->lock);
	queue->held++;
	pthread_mutex_unlock(&queue->lock);
	ex->hold.start(ex->hold.ctx, go_on, ex);
}

/* ---- pages that are there before they are wanted ---- */

/* A request of nobody, in a language. */
static struct exchange *nobody_new(struct http_server *server, enum lang lang)
{
	struct exchange *ex = mem_zalloc(1, sizeof(*ex));

	ex->server = server;
	ex->request.lang = lang;
	ex->request.exchange = ex;
	return ex;
}

static struct answer *nobody_end(struct exchange *ex)
{
	struct answer *answer = ex->answer;

	free(ex->why);
	free(ex);
	return answer;
}

static void set_nobodys_failure(struct exchange *ex, enum head_fault fault)
{
	struct err why;

	if (fault == HEAD_NO_FAULT) {
		dispatch_set_busy(ex);
		return;
	}
	err_clear(&why);
	*dispatch_fail(ex, head_explain(fault, &why)) = why;
}

/* The page of a full queue, when there is no fault, or of a head's. */
static struct answer *make_page(
    struct worker *worker, enum head_fault fault, enum lang lang)
{
	struct exchange *ex = nobody_new(worker->server, lang);

	ex->heads.accept = span_of(html_type);
	begin_work(ex, worker);
	set_nobodys_failure(ex, fault);
	answer_failure(ex, worker);
	end_work(ex, worker);
	return nobody_end(ex);
}

static void make_pages(struct worker *worker, enum lang lang)
{
	struct http_server *server = worker->server;
	int fault;

	server->busy[lang] = make_page(worker, HEAD_NO_FAULT, lang);
	for (fault = HEAD_NO_FAULT + 1; fault < HEAD_FAULT_COUNT; fault++)
		server->refusals[fault][lang] =
		    make_page(worker, (enum head_fault)fault, lang);
}

/* With the first worker's context, before its thread has it. */
static void make_all_pages(struct worker *worker)
{
	enum lang before = tr_lang();
	int lang;

	for (lang = 0; lang < LANG_COUNT; lang++)
		make_pages(worker, (enum lang)lang);
	tr_set_thread_lang(before);
}

struct answer *work_busy_page(struct exchange *ex)
{
	struct answer *page = ex->server->busy[ex->request.lang];

	return page && ex->request.format == HTTP_HTML ? answer_ref(page)
						       : NULL;
}

struct answer *work_refusal(struct http_server *server, enum head_fault fault,
    enum lang lang, bool is_page)
{
	struct answer *page = server->refusals[fault][lang];
	struct exchange *ex;

	if (is_page && page)
		return answer_ref(page);
	ex = nobody_new(server, lang);
	tr_set_thread_lang(lang);
	ex->request.format = HTTP_JSON;
	set_nobodys_failure(ex, fault);
	dispatch_answer_plainly(ex);
	return nobody_end(ex);
}

static void work_request(struct exchange *ex, struct worker *worker)
{
	struct MHD_Connection *connection = ex->connection;

	if (ex->stage == STAGE_FILING)
		work_filing(ex, worker);
	else
		work_on(ex, worker);
	if (ex->hold.start)
		hold_back(ex);
	else
		mhd.resume_connection(connection);
}

static void *run_worker(void *arg)
{
	struct worker *worker = arg;
	const struct http_app *app = worker->server->app;
	struct job *job;

	while ((job = pop(&worker->server->queue)) != NULL) {
		while (job) {
			struct job *next = job->next;

			/* From here on it may be another's. */
			if (job->stream)
				stream_work(job->stream, worker->context);
			else
				work_request(job->exchange, worker);
			job = next;
		}
		if (app->worker_rest)
			app->worker_rest(app->ctx, worker->context);
	}
	return NULL;
}

/* ---- start and end ---- */

static enum err_code start_worker(
    struct http_server *server, struct worker *worker, struct err *err)
{
	enum err_code rc =
	    server->app->worker_open(server->app->ctx, &worker->context, err);

	if (rc)
		return rc;
	worker->server = server;
	worker->arena = arena_new();
	if (worker == server->workers)
		make_all_pages(worker);
	if (pthread_create(&worker->thread, NULL, run_worker, worker) != 0)
		return err_set(err, ERR_SYSTEM, "could not start a thread");
	worker->is_started = true;
	return 0;
}

enum err_code work_start(struct http_server *server, struct err *err)
{
	struct queue *queue = &server->queue;
	enum err_code rc = 0;
	unsigned i;

	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->filled, NULL);
	pthread_cond_init(&queue->let_go, NULL);
	queue->last = &queue->first;
	queue->max = server->options.queue_max;
	server->workers =
	    mem_zalloc(server->options.workers, sizeof(*server->workers));
	for (i = 0; i < server->options.workers && !rc; i++)
		rc = start_worker(server, &server->workers[i], err);
	return rc;
}

void work_stop(struct http_server *server)
{
	struct queue *queue = &server->queue;
	unsigned i;

	pthread_mutex_lock(&queue->lock);
	queue->is_closed = true;
	pthread_cond_broadcast(&queue->filled);
	pthread_mutex_unlock(&queue->lock);
	for (i = 0; i < server->options.workers; i++) {
		struct worker *worker = &server->workers[i];

		if (worker->is_started)
			pthread_join(worker->thread, NULL);
		if (worker->context)
			server->app->worker_close(
			    server->app->ctx, worker->context);
		arena_free(&worker->arena);
	}
	pthread_mutex_lock(&queue->lock);
	while (queue->held)
		pthread_cond_wait(&queue->let_go, &queue->lock);
	pthread_mutex_unlock(&queue->lock);
}

void work_free(struct http_server *server)
{
	free(server->workers);
	server->workers = NULL;
	pthread_cond_destroy(&server->queue.filled);
	pthread_cond_destroy(&server->queue.let_go);
	pthread_mutex_destroy(&server->queue.lock);
}
