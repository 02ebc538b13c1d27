/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/desk.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/mem.h"

enum {
	WAITING_MAX = 4096,
	TOGETHER_MAX = 512, /* of one commit */
	PUBLISH_MS = 1000
};

struct desk {
	struct desk_plan plan;
	struct use_log *uses;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t news;
	struct desk_ask *first, **last; /* in their order */
	size_t waiting;
	bool is_closing;
	/* The thread's own. */
	bool has_unpublished;
	int64_t publish_at_ms; /* monotonic */
	_Atomic uint64_t published;
	enum err_code trouble; /* under the lock, as its text */
	struct err trouble_err;
};

static int64_t monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- the thread ---- */

/* Up to TOGETHER_MAX of those who wait, NULL when it is time to publish or
 * to end. */
static struct desk_ask *take(struct desk *d, bool *is_over)
{
	struct desk_ask *first = NULL, **end = &first;
	size_t n = 0;

	pthread_mutex_lock(&d->lock);
	while (!d->first && !d->is_closing) {
		int64_t at = d->publish_at_ms;
		struct timespec until = {
		    at / 1000, (long)(at % 1000) * 1000000};

		if (!d->has_unpublished)
			pthread_cond_wait(&d->news, &d->lock);
		else if (pthread_cond_timedwait(&d->news, &d->lock, &until))
			break;
	}
	for (; d->first && n < TOGETHER_MAX; n++) {
		*end = d->first;
		end = &d->first->next;
		d->first = d->first->next;
	}
	*end = NULL;
	d->waiting -= n;
	if (!d->first)
		d->last = &d->first;
	*is_over = n == 0 && d->is_closing;
	pthread_mutex_unlock(&d->lock);
	return first;
}

static enum err_code do_jobs(
    struct desk *d, struct desk_ask *first, const struct desk_ask *end)
{
	const struct desk_turn turn = {
	    d->plan.store, d->uses, d->plan.now_ms()};
	struct desk_ask *a;

	for (a = first; a != end; a = a->next) {
		a->rc = a->job(a->ctx, &turn, &a->err);
		if (a->rc)
			return a->rc;
	}
	return 0;
}

/* The asks up to `end`, all or nothing. *is_job_out: it was a job that
 * failed, which says so itself. */
static enum err_code do_together(struct desk *d, struct desk_ask *first,
    const struct desk_ask *end, bool *is_job_out, struct err *err)
{
	enum err_code rc = store_begin(d->plan.store, err);

	*is_job_out = false;
	if (!rc)
		rc = use_log_begin(d->uses, err);
	if (!rc) {
		rc = do_jobs(d, first, end);
		*is_job_out = rc != 0;
	}
	if (!rc)
		rc = use_log_seal(d->uses, d->plan.now_ms(), err);
	if (!rc)
		rc = store_commit(d->plan.store, err);
	if (rc)
		store_rollback(d->plan.store);
	return rc;
}

static void tell(struct desk_ask *first, const struct desk_ask *end,
    enum err_code rc, const struct err *err)
{
	while (first != end) {
		struct desk_ask *next = first->next;

		/* After `done` its memory is not ours. */
		first->rc = rc;
		if (rc)
			first->err = *err;
		first->done(first);
		first = next;
	}
}

static void do_one(struct desk *d, struct desk_ask *ask)
{
	struct err err;
	bool is_job = false;
	enum err_code rc = do_together(d, ask, ask->next, &is_job, &err);

	if (is_job)
		err = ask->err;
	tell(ask, ask->next, rc, &err);
}

static void do_all(struct desk *d, struct desk_ask *first)
{
	struct err err;
	bool is_job = false;
	enum err_code rc = do_together(d, first, NULL, &is_job, &err);

	if (!rc)
		d->has_unpublished = true;
	if (!is_job || !first->next) {
		if (is_job)
			err = first->err;
		tell(first, NULL, rc, &err);
		return;
	}
	while (first) {
		struct desk_ask *next = first->next;

		do_one(d, first);
		d->has_unpublished = true;
		first = next;
	}
}

static void publish(struct desk *d)
{
	struct ledger_head head;
	struct err err;
	enum err_code rc = use_log_publish(d->uses, d->plan.now_ms(), &err);

	if (!rc)
		rc = use_log_head(d->plan.store, &head, NULL, &err);
	if (!rc)
		atomic_store(&d->published, head.size);
	d->has_unpublished = rc != 0;
	d->publish_at_ms = monotonic_ms() + PUBLISH_MS;
	pthread_mutex_lock(&d->lock);
	d->trouble = rc;
	if (rc)
		d->trouble_err = err;
	pthread_mutex_unlock(&d->lock);
}

static void *work(void *arg)
{
	struct desk *d = arg;
	bool is_over = false;

	while (!is_over) {
		struct desk_ask *first = take(d, &is_over);

		if (first)
			do_all(d, first);
		if (d->has_unpublished &&
		    (is_over || monotonic_ms() >= d->publish_at_ms))
			publish(d);
	}
	return NULL;
}

/* ---- for the others ---- */

static void free_desk(struct desk **desk)
{
	struct desk *d = *desk;

	use_log_free(&d->uses);
	pthread_cond_destroy(&d->news);
	pthread_mutex_destroy(&d->lock);
	free(d);
	*desk = NULL;
}

static void init_news(struct desk *d)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&d->news, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&d->lock, NULL);
}

enum err_code desk_start(
    const struct desk_plan *plan, struct desk **out, struct err *err)
{
	struct desk *d = mem_zalloc(1, sizeof(*d));
	struct ledger_head head = {0};
	enum err_code rc;

	d->plan = *plan;
	if (!d->plan.waiting_max)
		d->plan.waiting_max = WAITING_MAX;
	d->last = &d->first;
	init_news(d);
	use_log_new(plan->store, plan->ledger, &d->uses);
	rc = ledger_catch_up(plan->ledger, err);
	if (!rc)
		rc = use_log_publish(d->uses, plan->now_ms(), err);
	if (!rc)
		rc = use_log_head(plan->store, &head, NULL, err);
	atomic_store(&d->published, head.size);
	if (!rc && pthread_create(&d->thread, NULL, work, d) != 0)
		rc = err_set(err, ERR_SYSTEM, "could not start a thread");
	if (rc)
		free_desk(&d);
	else
		*out = d;
	return rc;
}

void desk_stop(struct desk **desk)
{
	struct desk *d = *desk;

	if (!d)
		return;
	pthread_mutex_lock(&d->lock);
	d->is_closing = true;
	pthread_cond_signal(&d->news);
	pthread_mutex_unlock(&d->lock);
	pthread_join(d->thread, NULL);
	free_desk(desk);
}

bool desk_ask(struct desk *d, struct desk_ask *ask)
{
	bool is_taken;

	ask->next = NULL;
	pthread_mutex_lock(&d->lock);
	is_taken = !d->is_closing && d->waiting < d->plan.waiting_max;
	if (is_taken) {
		*d->last = ask;
		d->last = &ask->next;
		if (d->waiting++ == 0)
			pthread_cond_signal(&d->news);
	}
	pthread_mutex_unlock(&d->lock);
	if (!is_taken)
		ask->rc = err_set(
		    &ask->err, ERR_BUSY, "too many wait to be written down");
	return is_taken;
}

struct waiter {
	struct desk_ask ask; /* first: done gets it */
	pthread_mutex_t lock;
	pthread_cond_t over;
	bool is_done;
};

static void wake(struct desk_ask *ask)
{
	struct waiter *w = (struct waiter *)(void *)ask;

	pthread_mutex_lock(&w->lock);
	w->is_done = true;
	pthread_cond_signal(&w->over);
	pthread_mutex_unlock(&w->lock);
}

enum err_code desk_run(
    struct desk *d, desk_job *job, void *ctx, struct err *err)
{
	struct waiter w = {.ask = {.job = job, .ctx = ctx, .done = wake},
	    .lock = PTHREAD_MUTEX_INITIALIZER,
	    .over = PTHREAD_COND_INITIALIZER};

	if (desk_ask(d, &w.ask)) {
		pthread_mutex_lock(&w.lock);
		while (!w.is_done)
			pthread_cond_wait(&w.over, &w.lock);
		pthread_mutex_unlock(&w.lock);
	}
	if (w.ask.rc && err)
		*err = w.ask.err;
	return w.ask.rc;
}

uint64_t desk_published(struct desk *d)
{
	return atomic_load(&d->published);
}

enum err_code desk_trouble(struct desk *d, struct err *err)
{
	enum err_code rc;

	pthread_mutex_lock(&d->lock);
	rc = d->trouble;
	if (rc)
		*err = d->trouble_err;
	pthread_mutex_unlock(&d->lock);
	return rc;
}
