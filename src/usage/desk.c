/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/desk.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/monotonic.h"

enum {
	WAITING_MAX = 4096,
	TOGETHER_MAX = 512, /* of one commit */
	PUBLISH_MS = 1000,
	PUBLISH_SOON_MS = 100, /* when somebody waits for it */
	JOURNAL_BYTES_MAX = 64 << 20
};

/* Whose turn it is to write, in the order in which they came: with a mutex
 * alone the publisher, who leaves and comes back at once thirty times a
 * second, would take it each time before the desk's thread has woken up, and
 * all answers would wait for all of it. */
struct turn {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t next; /* number given to who comes */
	uint64_t now;  /* number of who may write */
};

struct desk {
	struct desk_plan plan;
	struct use_log *uses;
	struct use_log *beside; /* the publisher's */
	pthread_t thread;
	pthread_t publisher;
	struct turn turn;     /* one of the two writes at a time */
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t news;
	pthread_cond_t sealed;
	struct desk_ask *first, **last; /* in their order */
	size_t waiting;
	bool is_closing;
	bool is_done; /* the desk's thread has ended */
	bool is_over; /* and so will the publisher's */
	bool has_unpublished;
	bool is_behind; /* the files, since before it began: the publisher's */
	struct desk_wait *waits; /* in no order */
	enum err_code trouble;
	struct err trouble_err;
	_Atomic uint64_t published;
};

/* ---- turns ---- */

static void begin_turn(struct turn *turn)
{
	uint64_t mine;

	pthread_mutex_lock(&turn->lock);
	mine = turn->next++;
	while (turn->now != mine)
		pthread_cond_wait(&turn->changed, &turn->lock);
	pthread_mutex_unlock(&turn->lock);
}

static void end_turn(struct turn *turn)
{
	pthread_mutex_lock(&turn->lock);
	turn->now++;
	pthread_cond_broadcast(&turn->changed);
	pthread_mutex_unlock(&turn->lock);
}

/* ---- the thread ---- */

/* Up to TOGETHER_MAX of those who wait; NULL when it is time to end. */
static struct desk_ask *take(struct desk *d)
{
	struct desk_ask *first = NULL, **end = &first;
	size_t n = 0;

	pthread_mutex_lock(&d->lock);
	while (!d->first && !d->is_closing)
		pthread_cond_wait(&d->news, &d->lock);
	for (; d->first && n < TOGETHER_MAX; n++) {
		*end = d->first;
		end = &d->first->next;
		d->first = d->first->next;
	}
	*end = NULL;
	d->waiting -= n;
	if (!d->first)
		d->last = &d->first;
	pthread_mutex_unlock(&d->lock);
	return first;
}

static enum err_code do_jobs(
    struct desk *d, struct desk_ask *first, const struct desk_ask *end)
{
	const struct desk_turn turn = {
	    d->plan.store, d->uses, d->plan.now_ms()};
	const enum lang before = tr_lang();
	enum err_code rc = 0;
	struct desk_ask *a;

	for (a = first; a != end && !rc; a = a->next) {
		tr_set_thread_lang(a->lang);
		rc = a->job(a->ctx, &turn, &a->err);
	}
	tr_set_thread_lang(before);
	return rc;
}

/* The asks up to `end`, all or nothing. *is_job_out: it was a job that
 * failed, which says so itself. */
static enum err_code do_together(struct desk *d, struct desk_ask *first,
    const struct desk_ask *end, bool *is_job_out, struct err *err)
{
	enum err_code rc;

	begin_turn(&d->turn);
	rc = store_begin(d->plan.store, err);
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
	end_turn(&d->turn);
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

	if (!is_job || !first->next) {
		if (is_job)
			err = first->err;
		tell(first, NULL, rc, &err);
		return;
	}
	while (first) {
		struct desk_ask *next = first->next;

		do_one(d, first);
		first = next;
	}
}

static void *work(void *arg)
{
	struct desk *d = arg;
	struct desk_ask *first;

	while ((first = take(d))) {
		do_all(d, first);
		pthread_mutex_lock(&d->lock);
		d->has_unpublished = true;
		pthread_cond_signal(&d->sealed);
		pthread_mutex_unlock(&d->lock);
	}
	pthread_mutex_lock(&d->lock);
	d->is_done = true;
	pthread_cond_signal(&d->sealed);
	pthread_mutex_unlock(&d->lock);
	return NULL;
}

/* ---- the publisher ---- */

static void enter_turn(void *ctx)
{
	begin_turn(&((struct desk *)ctx)->turn);
}

static void leave_turn(void *ctx)
{
	end_turn(&((struct desk *)ctx)->turn);
}

/* Moves the journal into the database, beside the desk. The journal can be
 * used from its beginning again only when nobody adds to it meanwhile: when it
 * has grown long, what is left is moved in a turn, for which all wait. */
static enum err_code settle(struct desk *d, struct err *err)
{
	uint64_t bytes = 0;
	enum err_code rc =
	    store_settle(d->plan.second, STORE_SETTLE_NOW, &bytes, err);

	if (rc || bytes < d->plan.journal_max_bytes)
		return rc;
	begin_turn(&d->turn);
	rc = store_settle(d->plan.second, STORE_SETTLE_NOW, NULL, err);
	end_turn(&d->turn);
	return rc;
}

/* But for the numbers of files, which grow while answers go on. */
static bool is_same_reason(const char *a, const char *b)
{
	static const char digits[] = "0123456789";

	while (*a && *a == *b) {
		a += 1 + strspn(a + 1, digits);
		b += 1 + strspn(b + 1, digits);
	}
	return *a == *b;
}

/* What is news. Only the publisher's thread changes what it looks at. */
static void tell_trouble(
    const struct desk *d, enum err_code rc, const struct err *err)
{
	if (!d->plan.on_trouble)
		return;
	if (rc &&
	    (!d->trouble ||
		!is_same_reason(err->message, d->trouble_err.message)))
		d->plan.on_trouble(err);
	else if (!rc && d->trouble)
		d->plan.on_trouble(NULL);
}

static void publish(struct desk *d)
{
	const struct use_turns turns = {enter_turn, leave_turn, d};
	struct ledger_head head;
	struct err err;
	enum err_code rc =
	    d->is_behind ? ledger_catch_up(d->plan.second_ledger, &err) : 0;

	if (!rc) {
		d->is_behind = false;
		rc = use_log_publish(d->beside, d->plan.now_ms(), &turns, &err);
	}
	if (!rc)
		rc = ledger_head(d->plan.second_ledger, &head, &err);
	if (!rc)
		atomic_store(&d->published, head.size);
	if (!rc)
		rc = settle(d, &err);
	tell_trouble(d, rc, &err);
	pthread_mutex_lock(&d->lock);
	d->trouble = rc;
	if (rc) {
		d->trouble_err = err;
		d->has_unpublished = true;
	}
	pthread_mutex_unlock(&d->lock);
}

/* Until there is something and a while has passed, or the end. False: the
 * end, with nothing left. */
static bool wait_for_sealed(struct desk *d)
{
	const int64_t now = monotonic_ms();
	bool is_due;

	pthread_mutex_lock(&d->lock);
	while (!d->is_done) {
		int64_t at = now + (d->waits ? PUBLISH_SOON_MS : PUBLISH_MS);

		if (monotonic_wait(&d->sealed, &d->lock, at) != 0)
			break;
	}
	while (!d->is_done && !d->has_unpublished)
		pthread_cond_wait(&d->sealed, &d->lock);
	is_due = d->has_unpublished;
	d->has_unpublished = false;
	pthread_mutex_unlock(&d->lock);
	return is_due;
}

/* Those whose uses are there, or who need not wait any longer. */
static struct desk_wait *take_waits(struct desk *d, bool all)
{
	struct desk_wait *taken = NULL, **at;

	pthread_mutex_lock(&d->lock);
	for (at = &d->waits; *at;) {
		struct desk_wait *w = *at;

		if (!all && !d->trouble && w->seq >= d->published) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		w->next = taken;
		taken = w;
	}
	pthread_mutex_unlock(&d->lock);
	return taken;
}

static void wake_waits(struct desk *d, bool all)
{
	struct desk_wait *w = take_waits(d, all);

	while (w) {
		struct desk_wait *next = w->next;

		/* After `done` its memory is not ours. */
		w->done(w);
		w = next;
	}
}

static void *publish_all(void *arg)
{
	struct desk *d = arg;
	bool is_over = false;

	while (!is_over) {
		bool is_due = wait_for_sealed(d);

		if (is_due)
			publish(d);
		wake_waits(d, false);
		pthread_mutex_lock(&d->lock);
		is_over = d->is_done &&
		    (!is_due || d->trouble || !d->has_unpublished);
		d->is_over = is_over;
		pthread_mutex_unlock(&d->lock);
	}
	wake_waits(d, true);
	return NULL;
}

/* ---- for the others ---- */

static void free_desk(struct desk **desk)
{
	struct desk *d = *desk;

	use_log_free(&d->uses);
	use_log_free(&d->beside);
	pthread_cond_destroy(&d->news);
	pthread_cond_destroy(&d->sealed);
	pthread_mutex_destroy(&d->lock);
	pthread_cond_destroy(&d->turn.changed);
	pthread_mutex_destroy(&d->turn.lock);
	free(d);
	*desk = NULL;
}

static void init_locks(struct desk *d)
{
	pthread_cond_init(&d->news, NULL);
	monotonic_cond_init(&d->sealed);
	pthread_mutex_init(&d->lock, NULL);
	pthread_mutex_init(&d->turn.lock, NULL);
	pthread_cond_init(&d->turn.changed, NULL);
}

static enum err_code start_threads(struct desk *d, struct err *err)
{
	if (pthread_create(&d->publisher, NULL, publish_all, d) != 0)
		return err_set(err, ERR_SYSTEM, "could not start a thread");
	if (pthread_create(&d->thread, NULL, work, d) == 0)
		return 0;
	pthread_mutex_lock(&d->lock);
	d->is_done = true;
	pthread_cond_signal(&d->sealed);
	pthread_mutex_unlock(&d->lock);
	pthread_join(d->publisher, NULL);
	return err_set(err, ERR_SYSTEM, "could not start a thread");
}

/* A disk that is full or cannot be written to just now holds nobody up, as
 * little as it does later: what is sealed is safe, and the publisher goes on
 * trying. What is damaged is not gone on from. */
static enum err_code bring_up(struct desk *d, struct err *err)
{
	enum err_code rc = ledger_catch_up(d->plan.second_ledger, err);

	if (!rc)
		rc = use_log_publish(d->beside, d->plan.now_ms(), NULL, err);
	if (rc != ERR_IO && rc != ERR_FULL && rc != ERR_NOT_FOUND)
		return rc;
	tell_trouble(d, rc, err);
	d->trouble = rc;
	d->trouble_err = *err;
	d->is_behind = d->has_unpublished = true;
	return 0;
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
	if (!d->plan.journal_max_bytes)
		d->plan.journal_max_bytes = JOURNAL_BYTES_MAX;
	d->last = &d->first;
	init_locks(d);
	use_log_new(plan->store, plan->ledger, &d->uses);
	use_log_new(plan->second, plan->second_ledger, &d->beside);
	rc = bring_up(d, err);
	if (!rc)
		rc = ledger_head(plan->second_ledger, &head, err);
	atomic_store(&d->published, head.size);
	if (!rc)
		rc = start_threads(d, err);
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
	pthread_join(d->publisher, NULL);
	free_desk(desk);
}

bool desk_ask(struct desk *d, struct desk_ask *first)
{
	struct desk_ask **end = &first, *ask;
	bool is_taken;
	size_t n = 0;

	for (; *end; end = &(*end)->next, n++)
		(*end)->lang = tr_lang();
	pthread_mutex_lock(&d->lock);
	is_taken = !d->is_closing && d->waiting + n <= d->plan.waiting_max;
	if (is_taken) {
		*d->last = first;
		d->last = end;
		if (d->waiting == 0)
			pthread_cond_signal(&d->news);
		d->waiting += n;
	}
	pthread_mutex_unlock(&d->lock);
	for (ask = is_taken ? NULL : first; ask; ask = ask->next)
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

void desk_when_published(struct desk *d, struct desk_wait *wait)
{
	bool waits;

	pthread_mutex_lock(&d->lock);
	waits = wait->seq >= d->published && !d->trouble && !d->is_over;
	if (waits) {
		wait->next = d->waits;
		d->waits = wait;
		pthread_cond_signal(&d->sealed);
	}
	pthread_mutex_unlock(&d->lock);
	if (!waits)
		wait->done(wait);
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
	if (rc && err)
		*err = d->trouble_err;
	pthread_mutex_unlock(&d->lock);
	return rc;
}
