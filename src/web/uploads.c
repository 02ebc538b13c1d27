/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of what waits is in memory and made again at each start; what
 * counts stands in the office. One upload at a time is with the runner:
 *
 *	waiting list --start_next--> runner --on_ran--> office, start_next
 *
 * The lock is never held over the desk, the runner or go_on. Locks of others
 * are so never taken under it.
 */
#include "web/uploads.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/json.h"
#include "base/monotonic.h"
#include "calendar/calendar.h"
#include "usage/use_log.h"
#include "web/runner.h"

enum { RETRY_MS = 20000, ERROR_BYTES_MAX = 4096, MARK_ARGS = 16 };

/* An upload that has not ended. */
struct open_upload {
	struct open_upload *next;
	struct arena *arena; /* of all this */
	struct uploads *uploads;
	struct upload upload;
	int64_t not_before_ms; /* monotonic */
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
	pthread_mutex_t lock; /* of what follows */
	struct open_upload *first, **last;
	struct open_upload *running; /* with the runner; not in the list */
	struct waiter *waiters;
	size_t count; /* in the list */
};

static void path_of(const struct uploads *u, const char *mark, char *out)
{
	snprintf(out, PATH_MAX, "%s/uploads/%s", u->site->data, mark);
}

/* ---- the list ---- */

static struct open_upload *open_upload_new(
    struct uploads *u, const struct upload *from)
{
	struct arena *arena = arena_new(0);
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

static bool is_open(const struct uploads *u, int64_t id)
{
	const struct open_upload *o;

	if (u->running && u->running->upload.id == id)
		return true;
	for (o = u->first; o; o = o->next)
		if (o->upload.id == id)
			return true;
	return false;
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
	waits = is_open(u, w->id);
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
	bool is_try; /* only counts an attempt */
};

static enum err_code write_ending(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	const struct ending *e = ctx;

	if (e->is_try)
		return upload_try(turn->store, e->id, err);
	return upload_end(
	    turn->store, e->id, turn->now_ms, e->submission_id, e->error, err);
}

static void put_error(const struct err *why, struct buf *out)
{
	struct json_writer w;

	json_start(&w, out);
	json_open_object(&w);
	json_put_str(&w, "code", err_name(why->code));
	json_put_str(&w, "message", why->message);
	json_put_str(&w, "detail", why->detail);
	json_put_str(&w, "hint", why->hint);
	json_close_object(&w);
}

static int64_t read_submission(struct span out)
{
	json_t *report = json_loadb(out.p ? out.p : "", out.n, 0, NULL);
	int64_t id = json_integer_value(json_object_get(report, "submission"));

	json_decref(report);
	return id;
}

/* Would another attempt fare better? */
static bool is_passing(enum err_code rc)
{
	return rc != ERR_NONE && rc != ERR_USAGE && rc != ERR_INPUT &&
	    rc != ERR_NOT_FOUND && rc != ERR_REFUSED && rc != ERR_CONFLICT;
}

static enum err_code settle(struct uploads *u, const struct open_upload *o,
    const struct runner_result *result, struct err *err)
{
	struct buf error = BUF_INIT(ERROR_BYTES_MAX);
	struct ending e = {.id = o->upload.id, .error = ""};
	char path[PATH_MAX];
	enum err_code rc;

	if (result->rc) {
		put_error(&result->err, &error);
		e.error = buf_str(&error);
	} else {
		e.submission_id = read_submission(result->out);
	}
	rc = staff_run(u->site->staff, write_ending, &e, err);
	buf_release(&error);
	if (!rc) {
		path_of(u, o->upload.mark, path);
		unlink(path);
	}
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

/* In the runner's thread. */
static void on_ran(void *ctx, const struct runner_result *result)
{
	struct open_upload *o = ctx;
	struct uploads *u = o->uploads;
	int64_t id = o->upload.id;
	bool is_over;
	struct err err;

	if (is_passing(result->rc) && result->rc != ERR_BUSY &&
	    !result->was_cut_short)
		count_attempt(u, o);
	is_over = !is_passing(result->rc) ||
	    o->upload.attempts >= UPLOAD_ATTEMPTS_MAX;
	if (is_over && settle(u, o, result, &err) != 0) {
		fprintf(stderr, "gongxin: what came of an upload: %s\n",
		    err.message);
		is_over = false;
	}
	pthread_mutex_lock(&u->lock);
	u->running = NULL;
	pthread_mutex_unlock(&u->lock);
	if (is_over) {
		open_upload_free(o);
		let_go(take_waiters(u, id, INT64_MAX));
	} else {
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
	    "--name", up->file_name, "--mark", up->mark, "--", path, NULL};
	/* What it says is kept as it is; a report is told in any language. */
	const struct runner_command command = {args, LANG_ZH, on_ran, o};

	path_of(u, up->mark, path);
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
	struct upload *upload;
	struct use *use;
	bool was_known;
};

static enum err_code write_upload(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct keeping *k = ctx;
	char reference[32];
	uint64_t seq;
	enum err_code rc;

	k->upload->received_ms = turn->now_ms;
	rc = upload_add(turn->store, k->upload, &k->was_known, err);
	if (rc || k->was_known)
		return rc;
	snprintf(reference, sizeof(reference), "submission-%lld",
	    (long long)k->upload->id);
	k->use->at_ms = turn->now_ms;
	k->use->reference = span_of(reference);
	return use_log_add(turn->uses, k->use, &seq, err);
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

/* One whose row was in doubt when it was written has nobody who takes it in:
 * whoever sends it again brings it back. */
static void take_up_known(struct site_worker *worker, int64_t id)
{
	struct uploads *u = worker->site->uploads;
	struct arena *arena = arena_new(0);
	struct upload known;

	pthread_mutex_lock(&u->lock);
	/* Under the lock: what is over is written before it leaves the list. */
	if (!is_open(u, id) &&
	    upload_get(worker->office, arena, id, &known, NULL) == 0 &&
	    !known.ended_ms)
		append(u, open_upload_new(u, &known));
	pthread_mutex_unlock(&u->lock);
	arena_free(&arena);
}

enum err_code uploads_keep(struct site_worker *worker,
    const struct http_file *file, struct upload *upload, struct use *use,
    bool *was_known_out, struct err *err)
{
	struct uploads *u = worker->site->uploads;
	struct keeping k = {upload, use, false};
	char mark[UPLOAD_MARK_CHARS + 1], path[PATH_MAX];
	enum err_code rc;

	if (is_full(u)) {
		err_set(err, ERR_BUSY, "too many files wait to be taken in");
		err_hint(err, "Try again in a few seconds.");
		return ERR_BUSY;
	}
	rc = upload_make_mark(mark, err);
	if (rc)
		return rc;
	upload->mark = mark;
	rc = keep_file(u, file, mark, err);
	if (!rc)
		rc = staff_run(worker->site->staff, write_upload, &k, err);
	if (rc || k.was_known) {
		path_of(u, mark, path);
		if (rc != ERR_UNCERTAIN)
			unlink(path);
		if (!rc)
			take_up_known(worker, upload->id);
	} else {
		struct open_upload *o = open_upload_new(u, upload);

		pthread_mutex_lock(&u->lock);
		append(u, o);
		pthread_mutex_unlock(&u->lock);
	}
	*was_known_out = k.was_known;
	return rc;
}

/* ---- start and end ---- */

static void take_up(void *ctx, const struct upload *upload)
{
	struct uploads *u = ctx;
	struct open_upload *o = open_upload_new(u, upload);

	append(u, o);
}

static bool is_of_open(const struct uploads *u, const char *name)
{
	const struct open_upload *o;

	for (o = u->first; o; o = o->next)
		if (strcmp(o->upload.mark, name) == 0)
			return true;
	return false;
}

/* Bodies that were cut off, and files whose row was never written or has
 * ended. */
static void clean_folder(struct uploads *u)
{
	char path[PATH_MAX];
	struct dirent *at;
	DIR *folder;

	path_of(u, "", path);
	folder = opendir(path);
	while (folder && (at = readdir(folder)) != NULL) {
		if (at->d_name[0] == '.' || is_of_open(u, at->d_name))
			continue;
		path_of(u, at->d_name, path);
		unlink(path);
	}
	if (folder)
		closedir(folder);
}

enum err_code uploads_start(
    struct site *site, struct uploads **out, struct err *err)
{
	struct uploads *u = mem_zalloc(1, sizeof(*u));
	struct arena *arena = arena_new(0);
	struct office office = {0};
	char path[PATH_MAX];
	enum err_code rc;

	u->site = site;
	u->last = &u->first;
	pthread_mutex_init(&u->lock, NULL);
	path_of(u, "", path);
	rc = file_make_folders(path, err);
	if (!rc)
		rc = staff_reader(site->staff, &office, err);
	if (!rc)
		rc = uploads_open(office.store, arena, take_up, u, err);
	office_close(&office);
	arena_free(&arena);
	if (!rc)
		clean_folder(u);
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
