/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of what waits is in memory and made again at each start; what
 * counts stands in the office. One upload at a time is with the runner:
 *
 *	waiting list --start_next--> runner --on_ran--> office, start_next
 *
 * One that is held is in the list only for its rehearsal; let go, it comes
 * back for the real thing.
 *
 * The lock is never held over the desk, the runner or go_on. Locks of others
 * are so never taken under it.
 */
#include "web/uploads.h"

#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/monotonic.h"
#include "base/tr.h"
#include "usage/use_log.h"
#include "web/runner.h"

enum { RETRY_MS = 20000, ERROR_BYTES_MAX = 4096, MARK_ARGS = 16 };

/* An upload that has not ended. */
struct open_upload {
	struct open_upload *next;
	struct arena *arena; /* of all this */
	struct uploads *uploads;
	struct upload upload;
	enum lang lang; /* the sender's; Chinese where that is not known */
	int64_t not_before_ms; /* monotonic */
	/* What came of its review while its rehearsal was under way. */
	bool is_let_go;
	bool is_dropped;
};

struct waiter {
	struct waiter *next;
	struct uploads *uploads;
	int64_t id;
	int64_t until_ms;
	http_go_on *go_on;
	void *exchange;
};

struct uploads {
	struct site *site;
	char folder[PATH_MAX - UPLOAD_MARK_CHARS - 2]; /* DIR/uploads */
	pthread_mutex_t lock;			       /* of what follows */
	struct open_upload *first, **last;
	struct open_upload *running; /* with the runner; not in the list */
	struct waiter *waiters;
	size_t count; /* in the list */
};

static void path_of(const struct uploads *u, const char *mark, char *out)
{
	snprintf(out, PATH_MAX, "%s/%s", u->folder, mark);
}

/* ---- the list ---- */

static struct open_upload *open_upload_new(
    struct uploads *u, const struct upload *from)
{
	struct arena *arena = arena_new();
	struct open_upload *o = arena_zalloc(arena, 1, sizeof(*o));

	o->arena = arena;
	o->uploads = u;
	o->upload = *from;
	o->upload.mark = arena_strdup(arena, from->mark);
	o->upload.department = arena_strdup(arena, from->department);
	o->upload.item = arena_strdup(arena, from->item);
	o->upload.file_name = arena_strdup(arena, from->file_name);
	o->upload.sender = o->upload.key = o->upload.error = "";
	return o;
}

static void open_upload_free(struct open_upload *o)
{
	struct arena *arena = o->arena;

	arena_free(&arena);
}

/* Under the lock. */
static void append(struct uploads *u, struct open_upload *o)
{
	o->next = NULL;
	*u->last = o;
	u->last = &o->next;
	u->count++;
}

/* Under the lock: the first that is due becomes the running one. */
static struct open_upload *take_due(struct uploads *u)
{
	struct open_upload **at = &u->first;
	int64_t now = monotonic_ms();

	if (u->running)
		return NULL;
	while (*at && (*at)->not_before_ms > now)
		at = &(*at)->next;
	if (!*at)
		return NULL;
	u->running = *at;
	*at = u->running->next;
	if (!*at)
		u->last = at;
	u->count--;
	return u->running;
}

/* Under the lock: the one of that number that waits or runs; NULL: none. */
static struct open_upload *find_open(const struct uploads *u, int64_t id)
{
	struct open_upload *o;

	if (u->running && u->running->upload.id == id)
		return u->running;
	for (o = u->first; o; o = o->next)
		if (o->upload.id == id)
			return o;
	return NULL;
}

/* ---- waiters ---- */

/* Takes out those of an upload (0: of any) whose time is up by now_ms. */
static struct waiter *take_waiters(
    struct uploads *u, int64_t id, int64_t now_ms)
{
	struct waiter *taken = NULL, **at = &u->waiters;

	pthread_mutex_lock(&u->lock);
	while (*at) {
		struct waiter *w = *at;

		if ((id && w->id != id) || w->until_ms > now_ms) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		w->next = taken;
		taken = w;
	}
	pthread_mutex_unlock(&u->lock);
	return taken;
}

static void let_go(struct waiter *w)
{
	while (w) {
		struct waiter *next = w->next;

		/* It is `then`'s after that. */
		w->go_on(w->exchange, ERR_NONE, NULL);
		w = next;
	}
}

static void start_next(struct uploads *u);

static void start_waiting(void *ctx, http_go_on *go_on, void *exchange)
{
	struct waiter *w = ctx;
	struct uploads *u = w->uploads;
	bool waits;

	w->go_on = go_on;
	w->exchange = exchange;
	w->until_ms = monotonic_ms() + UPLOADS_WAIT_MS;
	pthread_mutex_lock(&u->lock);
	waits = find_open(u, w->id) != NULL;
	if (waits) {
		w->next = u->waiters;
		u->waiters = w;
	}
	pthread_mutex_unlock(&u->lock);
	if (!waits)
		go_on(exchange, ERR_NONE, NULL);
	start_next(u);
}

static void free_waiter(void *ctx)
{
	free(ctx);
}

struct http_hold uploads_wait(
    struct site_worker *worker, int64_t id, http_handler *then)
{
	struct waiter *w = mem_zalloc(1, sizeof(*w));

	w->uploads = worker->site->uploads;
	w->id = id;
	return (struct http_hold){.start = start_waiting,
	    .ctx = w,
	    .then = then,
	    .free = free_waiter};
}

int64_t uploads_waited(const struct http_request *request)
{
	const struct waiter *w = request->held;

	return w->id;
}

/* ---- what came of it ---- */

struct ending {
	int64_t id;
	int64_t submission_id;
	const char *error;
	struct span report; /* with is_held */
	bool is_try;	    /* only counts an attempt */
	bool is_held;	    /* it was the rehearsal */
	bool was_decided;   /* out: its review was before that */
};

/* A file that nobody could take in needs nobody's approval. */
static enum err_code write_rehearsed(
    struct ending *e, const struct desk_turn *turn, struct err *err)
{
	struct review_decision decision = {
	    .outcome = REVIEW_UNREADABLE, .by = "", .note = ""};
	enum err_code rc;

	if (!e->error[0])
		return review_rehearsed(turn->store, e->id, e->report, err);
	rc = review_of_upload(turn->store, e->id, &decision.id, err);
	if (!rc)
		rc = review_decide(turn->store, &decision, turn->now_ms, err);
	e->was_decided = rc == ERR_CONFLICT;
	if (e->was_decided)
		return 0;
	return rc
	    ? rc
	    : upload_end(turn->store, e->id, turn->now_ms, 0, e->error, err);
}

static enum err_code write_ending(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct ending *e = ctx;

	if (e->is_try)
		return upload_try(turn->store, e->id, err);
	if (e->is_held)
		return write_rehearsed(e, turn, err);
	return upload_end(
	    turn->store, e->id, turn->now_ms, e->submission_id, e->error, err);
}

void uploads_put_error(const struct err *why, struct buf *out)
{
	struct json_writer w;

	json_start(&w, out);
	json_open_object(&w);
	json_put_err(&w, err_name(why->code), why);
	json_close_object(&w);
}

/* What the report of a command that went well says. */
static void read_report(struct span out, struct ending *e, struct err *why)
{
	json_t *report = json_loadb(out.p ? out.p : "", out.n, 0, NULL);
	int64_t persons = json_integer_value(json_object_get(
	    json_object_get(report, "counts"), "natural_persons"));

	e->submission_id =
	    json_integer_value(json_object_get(report, "submission"));
	json_decref(report);
	if (!e->is_held || persons == 0)
		return;
	/* Of rows about persons nothing is stored but their count, and a file
	 * that waits is stored. */
	err_set(why, ERR_REFUSED, "rows about natural persons: %lld",
	    (long long)persons);
	err_hint(why,
	    "A file that waits for a second person must hold none: take them "
	    "out and send it again.");
}

bool uploads_may_pass(enum err_code rc)
{
	return rc != ERR_NONE && rc != ERR_USAGE && rc != ERR_INPUT &&
	    rc != ERR_NOT_FOUND && rc != ERR_REFUSED && rc != ERR_CONFLICT;
}

static void remove_file(const struct uploads *u, const char *mark)
{
	char path[PATH_MAX];

	path_of(u, mark, path);
	unlink(path);
}

static enum err_code settle(struct uploads *u, const struct open_upload *o,
    const struct runner_result *result, struct err *err)
{
	struct buf error = BUF_INIT(ERROR_BYTES_MAX);
	struct ending e = {.id = o->upload.id,
	    .error = "",
	    .is_held = o->upload.held != UPLOAD_FREE,
	    .report = result->out};
	struct err why = {0};
	enum err_code rc;

	if (result->rc)
		why = result->err;
	else
		read_report(result->out, &e, &why);
	if (why.code) {
		uploads_put_error(&why, &error);
		e.error = buf_str(&error);
	}
	rc = staff_run(u->site->staff, write_ending, &e, err);
	if (!rc && (!e.is_held || (e.error[0] && !e.was_decided)))
		remove_file(u, o->upload.mark);
	buf_release(&error);
	return rc;
}

/* Counts the attempt, unless the server was in its way. */
static void count_attempt(struct uploads *u, struct open_upload *o)
{
	struct ending e = {.id = o->upload.id, .is_try = true};

	o->upload.attempts++;
	staff_run(u->site->staff, write_ending, &e, NULL);
}

static void try_later(struct uploads *u, struct open_upload *o)
{
	o->not_before_ms = monotonic_ms() + RETRY_MS * (o->upload.attempts + 1);
	pthread_mutex_lock(&u->lock);
	append(u, o);
	pthread_mutex_unlock(&u->lock);
}

/* The rehearsal is over, and its review meanwhile, too: does it go on? */
static bool goes_on(struct uploads *u, struct open_upload *o)
{
	bool is;

	pthread_mutex_lock(&u->lock);
	u->running = NULL;
	is = o->is_let_go;
	if (is) {
		o->is_let_go = false;
		o->upload.held = UPLOAD_FREE;
		o->upload.attempts = 0;
		o->not_before_ms = 0;
		append(u, o);
	}
	pthread_mutex_unlock(&u->lock);
	return is;
}

static void leave(struct uploads *u, struct open_upload *o)
{
	int64_t id = o->upload.id;

	if (o->is_dropped)
		remove_file(u, o->upload.mark);
	open_upload_free(o);
	let_go(take_waiters(u, id, INT64_MAX));
}

/* In the runner's thread. */
static void on_ran(void *ctx, const struct runner_result *result)
{
	struct open_upload *o = ctx;
	struct uploads *u = o->uploads;
	bool is_over;
	struct err err;

	if (uploads_may_pass(result->rc) && result->rc != ERR_BUSY &&
	    !result->was_cut_short)
		count_attempt(u, o);
	is_over = !uploads_may_pass(result->rc) ||
	    o->upload.attempts >= UPLOAD_ATTEMPTS_MAX;
	if (is_over && settle(u, o, result, &err) != 0) {
		fprintf(stderr, "gongxin: what came of an upload: %s\n",
		    err.message);
		is_over = false;
	}
	if (!goes_on(u, o)) {
		if (is_over)
			leave(u, o);
		else
			try_later(u, o);
	}
	start_next(u);
}

/* ---- running ---- */

static enum err_code run(
    struct uploads *u, struct open_upload *o, struct err *err)
{
	const struct upload *up = &o->upload;
	char path[PATH_MAX];
	const char *args[MARK_ARGS] = {"submit", "--json", "--data",
	    u->site->data, "--item", up->item, "--from", up->department,
	    "--name", up->file_name};
	size_t n = 10;
	/* What it says is kept as it is; a report is told in any language. */
	const struct runner_command command = {args, o->lang, on_ran, o};

	path_of(u, up->mark, path);
	if (up->held) {
		args[n++] = "--dry-run";
	} else {
		args[n++] = "--mark";
		args[n++] = up->mark;
	}
	args[n++] = "--";
	args[n++] = path;
	return runner_add(u->site->runner, &command, err);
}

static void start_next(struct uploads *u)
{
	struct open_upload *o;
	struct err err;

	pthread_mutex_lock(&u->lock);
	o = take_due(u);
	pthread_mutex_unlock(&u->lock);
	if (!o || run(u, o, &err) == 0)
		return;
	pthread_mutex_lock(&u->lock);
	u->running = NULL;
	pthread_mutex_unlock(&u->lock);
	/* Others have filled the runner. */
	try_later(u, o);
}

void uploads_tick(struct uploads *u)
{
	if (!u)
		return;
	let_go(take_waiters(u, 0, monotonic_ms()));
	start_next(u);
}

/* ---- keeping ---- */

struct keeping {
	struct uploads_sent *sent;
	bool was_known;
};

/* Asks for a second person. */
static enum err_code write_review(const struct uploads_sent *sent,
    const struct desk_turn *turn, struct err *err)
{
	struct review review = {.act = sent->act,
	    .department = sent->upload.department,
	    .asked_ms = turn->now_ms,
	    .asked_by = sent->upload.sender,
	    .about = sent->about,
	    .upload_id = sent->upload.id,
	    .words = sent->words};

	return review_add(turn->store, &review, err);
}

static enum err_code write_upload(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct keeping *k = ctx;
	struct upload *upload = &k->sent->upload;
	char reference[32];
	uint64_t seq;
	enum err_code rc;

	upload->received_ms = turn->now_ms;
	rc = upload_add(turn->store, upload, &k->was_known, err);
	if (!rc && !k->was_known && upload->held)
		rc = write_review(k->sent, turn, err);
	if (rc)
		return rc;
	/* Whoever sends it again is told what became of it: that is a use,
	 * too. */
	snprintf(reference, sizeof(reference), "submission-%lld",
	    (long long)upload->id);
	k->sent->use.at_ms = turn->now_ms;
	k->sent->use.reference = span_of(reference);
	return use_log_add(turn->uses, &k->sent->use, &seq, err);
}

static enum err_code keep_file(const struct uploads *u,
    const struct http_file *file, const char *mark, struct err *err)
{
	char path[PATH_MAX];

	path_of(u, mark, path);
	if (fsync(file->fd) != 0)
		return err_set_errno(err, "could not write a file");
	return file_rename(file->path, path, err);
}

static bool is_full(struct uploads *u)
{
	bool is;

	pthread_mutex_lock(&u->lock);
	is = u->count >= UPLOADS_WAITING_MAX;
	pthread_mutex_unlock(&u->lock);
	return is;
}

/* Whoever waits for it has somebody who takes it in. */
static void take_up_again(struct site_worker *worker, int64_t id)
{
	struct uploads *u = worker->site->uploads;
	struct arena *arena = arena_new();
	struct open_upload *o;
	struct upload known;

	pthread_mutex_lock(&u->lock);
	/* Under the lock: what is over is written before it leaves the list. */
	o = find_open(u, id);
	if (!o && upload_get(worker->office, arena, id, &known, NULL) == 0 &&
	    !known.ended_ms && known.held != UPLOAD_HELD)
		append(u, open_upload_new(u, &known));
	pthread_mutex_unlock(&u->lock);
	arena_free(&arena);
}

static bool needs_review(
    const struct site_worker *worker, const struct uploads_sent *sent)
{
	const struct cat_department *d =
	    catalog_department(worker->home.catalog, sent->upload.department);

	return d && d->second_person[sent->act];
}

enum err_code uploads_keep(struct site_worker *worker,
    const struct http_file *file, struct uploads_sent *sent, struct err *err)
{
	struct uploads *u = worker->site->uploads;
	struct keeping k = {sent, false};
	char mark[UPLOAD_MARK_CHARS + 1];
	enum err_code rc;

	if (is_full(u)) {
		err_set(err, ERR_BUSY, "too many files wait to be taken in");
		err_hint(err, "Try again in a few seconds.");
		return ERR_BUSY;
	}
	rc = upload_make_mark(mark, err);
	if (rc)
		return rc;
	sent->upload.mark = mark;
	sent->upload.held =
	    needs_review(worker, sent) ? UPLOAD_TO_REHEARSE : UPLOAD_FREE;
	rc = keep_file(u, file, mark, err);
	if (!rc)
		rc = staff_run(worker->site->staff, write_upload, &k, err);
	if ((rc && rc != ERR_UNCERTAIN) || k.was_known)
		remove_file(u, mark);
	if (!rc && k.was_known) {
		/* One whose row was in doubt when it was written has nobody
		 * who takes it in. */
		take_up_again(worker, sent->upload.id);
	} else if (!rc) {
		struct open_upload *o = open_upload_new(u, &sent->upload);

		/* What is rehearsed another person reads. */
		if (o->upload.held == UPLOAD_FREE)
			o->lang = tr_lang();
		pthread_mutex_lock(&u->lock);
		append(u, o);
		pthread_mutex_unlock(&u->lock);
	}
	sent->upload.mark = NULL;
	return rc;
}

const char *uploads_folder(const struct site_worker *worker)
{
	return worker->site->uploads ? worker->site->uploads->folder : NULL;
}

/* ---- after a review ---- */

void uploads_let_go(struct site_worker *worker, int64_t id)
{
	struct uploads *u = worker->site->uploads;
	struct open_upload *o;

	if (!u)
		return; /* the next server takes it up */
	pthread_mutex_lock(&u->lock);
	o = find_open(u, id);
	if (o)
		o->is_let_go = true;
	pthread_mutex_unlock(&u->lock);
	if (!o)
		take_up_again(worker, id);
}

void uploads_drop(struct site_worker *worker, int64_t id)
{
	struct uploads *u = worker->site->uploads;
	struct arena *arena = arena_new();
	struct upload upload;
	struct open_upload *o = NULL;

	if (u) {
		pthread_mutex_lock(&u->lock);
		o = find_open(u, id);
		if (o)
			o->is_dropped = true;
		pthread_mutex_unlock(&u->lock);
	}
	if (u && !o &&
	    upload_get(worker->office, arena, id, &upload, NULL) == 0)
		remove_file(u, upload.mark);
	arena_free(&arena);
}

enum err_code uploads_open_file(struct site_worker *worker,
    const struct upload *upload, int *fd_out, struct err *err)
{
	char path[PATH_MAX];

	*fd_out = -1;
	if (worker->site->uploads && !upload->ended_ms) {
		path_of(worker->site->uploads, upload->mark, path);
		*fd_out = open(path, O_RDONLY | O_CLOEXEC);
	}
	return *fd_out >= 0
	    ? ERR_NONE
	    : err_set(err, ERR_NOT_FOUND,
		  "the file of submission %lld is not kept any more",
		  (long long)upload->id);
}

/* ---- start and end ---- */

/* What is to be kept of the folder at the start. */
struct starting {
	struct uploads *uploads;
	struct arena *arena;
	struct kept {
		struct kept *next;
		const char *mark;
	} * kept;
};

static void take_up(void *ctx, const struct upload *upload)
{
	struct starting *s = ctx;
	struct kept *kept = arena_alloc(s->arena, sizeof(*kept));

	kept->mark = arena_strdup(s->arena, upload->mark);
	kept->next = s->kept;
	s->kept = kept;
	if (upload->held != UPLOAD_HELD)
		append(s->uploads, open_upload_new(s->uploads, upload));
}

static bool is_kept(const struct starting *s, const char *name)
{
	const struct kept *kept;

	for (kept = s->kept; kept; kept = kept->next)
		if (strcmp(kept->mark, name) == 0)
			return true;
	return false;
}

/* Bodies that were cut off, and files whose row was never written or has
 * ended. */
static void clean_folder(const struct starting *s)
{
	const char *folder = s->uploads->folder;
	struct dirent *at;
	DIR *open = opendir(folder);

	while (open && (at = readdir(open)) != NULL)
		if (at->d_name[0] != '.' && !is_kept(s, at->d_name))
			remove_file(s->uploads, at->d_name);
	if (open)
		closedir(open);
}

enum err_code uploads_start(
    struct site *site, struct uploads **out, struct err *err)
{
	struct uploads *u = mem_zalloc(1, sizeof(*u));
	struct starting s = {.uploads = u, .arena = arena_new()};
	struct office office = {0};
	enum err_code rc;

	u->site = site;
	u->last = &u->first;
	pthread_mutex_init(&u->lock, NULL);
	snprintf(u->folder, sizeof(u->folder), "%s/uploads", site->data);
	rc = file_make_folders(u->folder, err);
	if (!rc)
		rc = staff_reader(site->staff, &office, err);
	if (!rc)
		rc = uploads_open(office.store, s.arena, take_up, &s, err);
	office_close(&office);
	if (!rc)
		clean_folder(&s);
	arena_free(&s.arena);
	*out = u;
	if (rc)
		uploads_stop(out);
	return rc;
}

void uploads_stop(struct uploads **uploads)
{
	struct uploads *u = *uploads;

	if (!u)
		return;
	while (u->first) {
		struct open_upload *o = u->first;

		u->first = o->next;
		open_upload_free(o);
	}
	pthread_mutex_destroy(&u->lock);
	free(u);
	*uploads = NULL;
}
