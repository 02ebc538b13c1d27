/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread reads the child's two pipes until both are closed, in slices of
 * SLICE_MS, between which it looks whether the time is up or the server ends;
 * then it kills, and goes on reading until the pipes close. Only then is the
 * child waited for: a child that is waited for while it still wants to write
 * would wait for us.
 *
 * posix_spawn and not fork: the server has many threads and much memory, and
 * the new program shares none of it.
 */
#include "web/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/json_text.h"
#include "base/mem.h"
#include "base/monotonic.h"

enum {
	WAITING_MAX = 64,
	TIME_MAX_MS = 60 * 60 * 1000,
	ENDING_MS = 5000,
	SLICE_MS = 100,
	VARIABLES_MAX = 64,
	READ_BYTES = 64 * 1024
};

static const char this_program[] = "/proc/self/exe";

struct waiting {
	struct waiting *next;
	struct runner_command command;
	char **args; /* with the program's name, ends NULL; owned */
};

struct runner {
	struct runner_plan plan;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t news;
	struct waiting *first, **last;
	unsigned count;
	bool is_ending;
	int64_t ending_at_ms; /* what runs then is killed */
};

/* A child under way. */
struct child {
	pid_t pid;
	int out_fd, messages_fd; /* -1: closed */
	struct buf out, messages;
	bool was_killed;
	bool is_full; /* of what it wrote, the end is lost */
};

/* ---- the queue ---- */

static struct waiting *waiting_new(const struct runner_command *command)
{
	struct waiting *w = mem_zalloc(1, sizeof(*w));
	size_t n = 0, i;

	while (command->args[n])
		n++;
	w->command = *command;
	w->args = mem_zalloc(n + 2, sizeof(*w->args));
	w->args[0] = mem_strdup("gongxin");
	for (i = 0; i < n; i++)
		w->args[i + 1] = mem_strdup(command->args[i]);
	return w;
}

static void waiting_free(struct waiting *w)
{
	size_t i;

	for (i = 0; w->args[i]; i++)
		free(w->args[i]);
	free(w->args);
	free(w);
}

/* NULL: the end. */
static struct waiting *take(struct runner *r)
{
	struct waiting *w;

	pthread_mutex_lock(&r->lock);
	while (!r->first && !r->is_ending)
		pthread_cond_wait(&r->news, &r->lock);
	w = r->first;
	if (w) {
		r->first = w->next;
		if (!r->first)
			r->last = &r->first;
		r->count--;
	}
	pthread_mutex_unlock(&r->lock);
	return w;
}

static bool is_ending(struct runner *r)
{
	bool is;

	pthread_mutex_lock(&r->lock);
	is = r->is_ending;
	pthread_mutex_unlock(&r->lock);
	return is;
}

static bool is_time_up(struct runner *r, int64_t until_ms)
{
	int64_t now = monotonic_ms();
	bool is_up;

	pthread_mutex_lock(&r->lock);
	is_up = now >= until_ms || (r->is_ending && now >= r->ending_at_ms);
	pthread_mutex_unlock(&r->lock);
	return is_up;
}

/* ---- the child ---- */

/* The variables that the program and its sanitizers read, and a language. */
static void choose_environment(
    enum lang lang, char lang_variable[32], char **out, size_t max)
{
	static const char *const kept[] = {
	    "GONGXIN_", "TZ=", "ASAN_", "UBSAN_", "LSAN_", "TSAN_"};
	size_t n = 0, i, j;

	snprintf(lang_variable, 32, "GONGXIN_LANG=%s",
	    lang == LANG_EN ? "en" : "zh");
	out[n++] = lang_variable;
	for (i = 0; environ[i] && n + 1 < max; i++)
		for (j = 0; j < ARRAY_COUNT(kept); j++)
			if (strncmp(environ[i], kept[j], strlen(kept[j])) ==
				0 &&
			    strncmp(environ[i], "GONGXIN_LANG=", 13) != 0)
				out[n++] = environ[i];
	out[n] = NULL;
}

static void settle_descriptors(
    posix_spawn_file_actions_t *actions, int out_fd, int messages_fd)
{
	posix_spawn_file_actions_init(actions);
	posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(actions, out_fd, 1);
	posix_spawn_file_actions_adddup2(actions, messages_fd, 2);
	posix_spawn_file_actions_addclosefrom_np(actions, 3);
}

/* The server blocks the signals that end it, and ignores SIGPIPE. */
static void settle_signals(posix_spawnattr_t *attributes)
{
	sigset_t none, usual;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	posix_spawnattr_init(attributes);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &usual);
	posix_spawnattr_setflags(
	    attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static enum err_code spawn(const char *program, const struct waiting *w,
    int out_fd, int messages_fd, pid_t *pid_out, struct err *err)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	char *environment[VARIABLES_MAX];
	char lang[32];
	int rc;

	choose_environment(w->command.lang, lang, environment, VARIABLES_MAX);
	settle_descriptors(&actions, out_fd, messages_fd);
	settle_signals(&attributes);
	rc = posix_spawn(
	    pid_out, program, &actions, &attributes, w->args, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (rc == 0)
		return 0;
	errno = rc;
	err_set_errno(err, "could not start a command");
	err->code = ERR_SYSTEM;
	return ERR_SYSTEM;
}

static void close_pipe(int fds[2])
{
	if (fds[0] >= 0)
		close(fds[0]);
	if (fds[1] >= 0)
		close(fds[1]);
}

static enum err_code start_child(const struct runner *r,
    const struct waiting *w, struct child *child, struct err *err)
{
	const char *program = r->plan.program ? r->plan.program : this_program;
	int out[2] = {-1, -1}, messages[2] = {-1, -1};
	enum err_code rc = 0;

	if (pipe2(out, O_CLOEXEC) != 0 || pipe2(messages, O_CLOEXEC) != 0)
		rc = err_set_errno(err, "could not make a pipe");
	if (!rc)
		rc = spawn(program, w, out[1], messages[1], &child->pid, err);
	if (!rc) {
		child->out_fd = out[0];
		child->messages_fd = messages[0];
		out[0] = messages[0] = -1;
	}
	close_pipe(out);
	close_pipe(messages);
	return rc;
}

/* Takes what is there; what there is no room for is passed over. */
static void read_some(struct child *child, int *fd, struct buf *to)
{
	char bytes[READ_BYTES];
	ssize_t n = read(*fd, bytes, sizeof(bytes));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		close(*fd);
		*fd = -1;
		return;
	}
	if ((size_t)n > to->max - to->n) {
		child->is_full |= to == &child->out;
		n = (ssize_t)(to->max - to->n);
	}
	buf_add(to, bytes, (size_t)n);
}

static void read_slice(struct child *child)
{
	struct pollfd fds[2] = {
	    {child->out_fd, POLLIN, 0}, {child->messages_fd, POLLIN, 0}};

	if (poll(fds, 2, SLICE_MS) <= 0)
		return;
	if (child->out_fd >= 0 && fds[0].revents)
		read_some(child, &child->out_fd, &child->out);
	if (child->messages_fd >= 0 && fds[1].revents)
		read_some(child, &child->messages_fd, &child->messages);
}

static void kill_child(struct child *child)
{
	if (!child->was_killed)
		kill(child->pid, SIGKILL);
	child->was_killed = true;
}

/* Until it has ended; its status as of waitpid. */
static int attend(struct runner *r, struct child *child)
{
	int64_t until_ms = monotonic_ms() + r->plan.time_max_ms;
	int status = 0;

	while (child->out_fd >= 0 || child->messages_fd >= 0) {
		read_slice(child);
		if (is_time_up(r, until_ms))
			kill_child(child);
	}
	while (waitpid(child->pid, &status, WNOHANG) == 0) {
		if (is_time_up(r, until_ms))
			kill_child(child);
		usleep(1000);
	}
	return status;
}

/* ---- what came of it ---- */

static enum err_code code_of_name(const char *name)
{
	int code;

	for (code = ERR_USAGE; code >= ERR_UNCERTAIN; code--)
		if (name && strcmp(err_name((enum err_code)code), name) == 0)
			return (enum err_code)code;
	return ERR_SYSTEM;
}

/* The command's own words; without any, those that it wrote to stderr are
 * for the server's. */
static enum err_code read_error(struct span out, struct err *err)
{
	json_t *document = json_loadb(out.p ? out.p : "", out.n, 0, NULL);
	const json_t *error = json_object_get(document, "error");
	enum err_code rc = ERR_SYSTEM;

	if (json_is_object(error)) {
		rc = code_of_name(json_text(error, "code"));
		err_set(err, rc, "%s", json_text(error, "message"));
		err_detail(err, "%s", json_text(error, "detail"));
		err_hint(err, "%s", json_text(error, "hint"));
	} else {
		err_set(err, rc, "a command failed without saying why");
	}
	json_decref(document);
	return rc;
}

static void judge(
    const struct child *child, int status, struct runner_result *out)
{
	out->out = buf_span(&child->out);
	out->messages = buf_span(&child->messages);
	if (!WIFEXITED(status)) {
		out->rc = err_set(&out->err, ERR_UNCERTAIN,
		    child->was_killed ? "a command took too long and was ended"
				      : "a command broke");
		err_hint(&out->err,
		    "Look whether it has done its work before it is begun "
		    "again.");
		return;
	}
	out->exit_code = WEXITSTATUS(status);
	if (out->exit_code > 1)
		out->rc = read_error(out->out, &out->err);
	else if (child->is_full)
		out->rc = err_set(&out->err, ERR_FULL,
		    "a command did its work and said too much of it");
}

static void say_messages(const struct waiting *w, struct span text)
{
	if (text.n)
		fprintf(stderr, "gongxin: %s: %.*s%s", w->args[1], (int)text.n,
		    text.p, text.p[text.n - 1] == '\n' ? "" : "\n");
}

static void run(struct runner *r, const struct waiting *w)
{
	struct runner_result result = {0};
	struct child child = {.out_fd = -1,
	    .messages_fd = -1,
	    .out = BUF_INIT(RUNNER_OUT_BYTES_MAX),
	    .messages = BUF_INIT(RUNNER_MESSAGES_BYTES_MAX)};

	tr_set_thread_lang(w->command.lang);
	result.rc = start_child(r, w, &child, &result.err);
	if (!result.rc)
		judge(&child, attend(r, &child), &result);
	result.was_cut_short = child.was_killed && is_ending(r);
	if (result.rc)
		say_messages(w, result.messages);
	w->command.done(w->command.ctx, &result);
	buf_release(&child.out);
	buf_release(&child.messages);
}

static void refuse(const struct waiting *w)
{
	struct runner_result result = {0};

	tr_set_thread_lang(w->command.lang);
	result.rc = err_set(&result.err, ERR_BUSY, "the server stops");
	w->command.done(w->command.ctx, &result);
}

static void *work(void *arg)
{
	struct runner *r = arg;
	struct waiting *w;

	while ((w = take(r)) != NULL) {
		if (is_ending(r))
			refuse(w);
		else
			run(r, w);
		waiting_free(w);
	}
	return NULL;
}

/* ---- for the others ---- */

static void runner_free(struct runner **runner)
{
	struct runner *r = *runner;

	pthread_cond_destroy(&r->news);
	pthread_mutex_destroy(&r->lock);
	free(r);
	*runner = NULL;
}

enum err_code runner_start(
    const struct runner_plan *plan, struct runner **out, struct err *err)
{
	struct runner *r = mem_zalloc(1, sizeof(*r));

	r->plan = *plan;
	if (!r->plan.waiting_max)
		r->plan.waiting_max = WAITING_MAX;
	if (!r->plan.time_max_ms)
		r->plan.time_max_ms = TIME_MAX_MS;
	if (!r->plan.ending_ms)
		r->plan.ending_ms = ENDING_MS;
	r->last = &r->first;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->news, NULL);
	if (pthread_create(&r->thread, NULL, work, r) != 0) {
		runner_free(&r);
		return err_set(err, ERR_SYSTEM, "could not start a thread");
	}
	*out = r;
	return 0;
}

enum err_code runner_add(
    struct runner *r, const struct runner_command *command, struct err *err)
{
	struct waiting *w = waiting_new(command);
	bool is_taken;

	pthread_mutex_lock(&r->lock);
	is_taken = !r->is_ending && r->count < r->plan.waiting_max;
	if (is_taken) {
		*r->last = w;
		r->last = &w->next;
		r->count++;
		pthread_cond_signal(&r->news);
	}
	pthread_mutex_unlock(&r->lock);
	if (is_taken)
		return 0;
	waiting_free(w);
	err_set(err, ERR_BUSY, "too much waits to be done");
	err_hint(err, "Try again in a few seconds.");
	return ERR_BUSY;
}

void runner_end(struct runner *r)
{
	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	if (!r->is_ending)
		r->ending_at_ms = monotonic_ms() + r->plan.ending_ms;
	r->is_ending = true;
	pthread_cond_broadcast(&r->news);
	pthread_mutex_unlock(&r->lock);
}

void runner_stop(struct runner **runner)
{
	if (!*runner)
		return;
	runner_end(*runner);
	pthread_join((*runner)->thread, NULL);
	runner_free(runner);
}
