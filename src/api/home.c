/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What identifies the directory stands in DIR/gongxin.conf, two lines of
 * "name = value" that people can read: the city and the log's origin. It is
 * read before the database is opened, because the decoding child must start
 * before that.
 */
#include "api/home.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/monotonic.h"
#include "calendar/calendar.h"
#include "registry/catalogue.h"

enum {
	CONF_BYTES_MAX = 16 * 1024,
	WRITER_CACHE_BYTES = 48 << 20,
	USER_TEXT_BYTES = 64,
	READERS_WAIT_MS = 60000,
	SETTLE_PAUSE_US = 50000
};

static const char conf_name[] = "gongxin.conf";

static bool join(char *out, const char *dir, const char *name)
{
	return snprintf(out, PATH_MAX, "%s/%s", dir, name) < PATH_MAX;
}

static void name_folders(struct home *home, const char *dir)
{
	size_t room = strlen(dir) + sizeof("/tmp");

	home->dir = mem_strdup(dir);
	home->tmp = mem_alloc(room);
	snprintf(home->tmp, room, "%s/tmp", dir);
}

static enum err_code make_folders(const char *dir, struct err *err)
{
	static const char *const names[] = {
	    "catalog", "keys", "log/records", "tmp"};
	bool is_new = !file_exists(dir);
	char path[PATH_MAX];
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]) && !rc; i++) {
		if (!join(path, dir, names[i]))
			return err_set(err, ERR_INPUT, "the path is too long");
		rc = file_make_folders(path, err);
	}
	/* Of one that was there somebody has said who may read it. */
	if (!rc && is_new)
		chmod(dir, 0700);
	if (!rc && join(path, dir, "keys"))
		chmod(path, 0700);
	return rc;
}

static enum err_code copy_catalog(
    const char *dir, const struct catalog *catalog, struct err *err)
{
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < catalog->sources_count && !rc; i++) {
		const struct cat_source *s = &catalog->sources[i];
		char path[PATH_MAX];
		char *slash;

		if (snprintf(path, sizeof(path), "%s/catalog/%s", dir,
			s->path) >= (int)sizeof(path))
			return err_set(err, ERR_INPUT, "the path is too long");
		slash = strrchr(path, '/');
		*slash = '\0';
		rc = file_make_folders(path, err);
		*slash = '/';
		if (!rc)
			rc = file_replace(path, s->bytes, 0644, err);
	}
	return rc;
}

static enum err_code write_conf(
    const char *dir, const char *city, const char *origin, struct err *err)
{
	struct buf text = BUF_INIT(CONF_BYTES_MAX);
	char path[PATH_MAX];
	enum err_code rc;

	join(path, dir, conf_name);
	buf_addf(&text, "city = %s\norigin = %s\n", city, origin);
	rc = file_replace(path, buf_span(&text), 0644, err);
	buf_release(&text);
	return rc;
}

/* The text of the linter's first error, as err. */
static enum err_code catalog_error(
    const struct cat_issues *issues, enum err_code rc, struct err *err)
{
	size_t i;

	for (i = 0; i < issues->count; i++) {
		const struct cat_issue *issue = &issues->list[i];

		if (issue->severity != CAT_ERROR)
			continue;
		err_set(
		    err, rc, "errors in the catalogue: %zu", issues->errors);
		err_detail(err, "%s:%d: %s", issue->where.file,
		    issue->where.line, issue->message);
		err_hint(err, "\"gongxin catalog lint\" lists them all.");
		break;
	}
	return rc;
}

static enum err_code load_catalog(
    const char *root, const char *city, struct catalog **out, struct err *err)
{
	struct cat_issues issues;
	enum err_code rc;

	cat_issues_init(&issues);
	rc = catalog_load(root, city, &issues, out, err);
	if (rc == ERR_INPUT)
		rc = catalog_error(&issues, rc, err);
	cat_issues_release(&issues);
	return rc;
}

static enum err_code check_clock(const struct catalog *catalog, struct err *err)
{
	if (!calendar_clock_is_replaced() || catalog->is_example)
		return ERR_NONE;
	err_set(err, ERR_REFUSED,
	    "GONGXIN_NOW is set, and \"%s\" is not an example city",
	    catalog->city_id);
	err_detail(err,
	    "A city's records are received on the day of the system's clock; "
	    "whoever could choose that day could hide that they came late.");
	err_hint(err, "Unset GONGXIN_NOW.");
	return ERR_REFUSED;
}

static struct ledger_config ledger_config_of(
    const struct home *home, char folder[PATH_MAX], char key[PATH_MAX])
{
	join(folder, home->dir, "log/records");
	join(key, home->dir, "keys/records.key");
	return (struct ledger_config){
	    LEDGER_RECORDS, folder, key, home->origin};
}

/* Takes back what create_store made, after a failure. */
static void remove_store(const char *dir)
{
	static const char *const names[] = {conf_name, "gongxin.db",
	    "gongxin.db-wal", "gongxin.db-shm", "keys/records.key",
	    "keys/records.key.pub", "log/records/checkpoint"};
	char path[PATH_MAX];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (join(path, dir, names[i]))
			unlink(path);
}

static enum err_code fill_store(
    struct home *home, const struct home_plan *plan, struct err *err)
{
	char folder[PATH_MAX], key[PATH_MAX];
	struct ledger_config ledger = ledger_config_of(home, folder, key);
	enum err_code rc = store_begin(home->store, err);

	if (!rc)
		rc = ledger_create(&ledger, home->store, plan->now_ms, err);
	if (!rc)
		rc = store_commit(home->store, err);
	if (!rc)
		rc = ledger_open(&ledger, home->store, &home->ledger, err);
	return rc ? rc : ledger_catch_up(home->ledger, err);
}

/* Database, keys and log; and the line that makes all of it a data
 * directory. */
static enum err_code create_store(
    struct home *home, const struct home_plan *plan, struct err *err)
{
	char path[PATH_MAX];
	struct store_config config = {
	    .path = path,
	    .mode = STORE_CREATE,
	    .trace_path = plan->options.trace_path,
	    .fail_at = plan->options.fail_at,
	};
	enum err_code rc;

	join(path, home->dir, "gongxin.db");
	rc = store_open(&config, &home->store, err);
	if (!rc)
		rc = fill_store(home, plan, err);
	if (!rc)
		rc = write_conf(plan->dir, plan->city, plan->origin, err);
	if (rc) {
		home_close_store(home);
		remove_store(home->dir);
	}
	return rc;
}

/* Nothing may be there that somebody could still need. */
static enum err_code check_free(const char *dir, struct err *err)
{
	static const char *const names[] = {
	    "gongxin.db", "gongxin.db-blobs", "keys/records.key"};
	char path[PATH_MAX];
	size_t i;

	if (!join(path, dir, conf_name))
		return err_set(err, ERR_INPUT, "the path is too long");
	if (file_exists(path)) {
		err_set(err, ERR_CONFLICT, "\"%s\" is a data directory already",
		    dir);
		err_hint(err, "Use it, or name another directory.");
		return ERR_CONFLICT;
	}
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		join(path, dir, names[i]);
		if (!file_exists(path))
			continue;
		err_set(err, ERR_CONFLICT, "\"%s\" exists already", path);
		err_detail(err,
		    "It is the rest of a data directory that was "
		    "cut short while it was made, or that lost "
		    "its gongxin.conf.");
		err_hint(err,
		    "Remove the directory in the first case, and "
		    "restore that file in the second.");
		return ERR_CONFLICT;
	}
	return 0;
}

static enum err_code write_site_text(
    const struct home_plan *plan, struct err *err)
{
	char path[PATH_MAX];

	if (!plan->site_text)
		return 0;
	if (!join(path, plan->dir, "site.yaml"))
		return err_set(err, ERR_INPUT, "the path is too long");
	return file_replace(path, span_of(plan->site_text), 0644, err);
}

enum err_code home_create(const struct home_plan *plan, struct err *err)
{
	struct home home = {.lock_fd = -1};
	enum err_code rc = check_free(plan->dir, err);

	if (rc)
		return rc;
	name_folders(&home, plan->dir);
	home.city = mem_strdup(plan->city);
	home.origin = mem_strdup(plan->origin);
	rc = load_catalog(plan->catalog_root, plan->city, &home.catalog, err);
	if (!rc)
		rc = check_clock(home.catalog, err);
	if (!rc)
		rc = make_folders(plan->dir, err);
	if (!rc)
		rc = copy_catalog(plan->dir, home.catalog, err);
	if (!rc)
		rc = write_site_text(plan, err);
	if (!rc)
		rc = create_store(&home, plan, err);
	home_close(&home);
	return rc;
}

/* The value of "NAME = VALUE" in the text, or NULL; owned. */
static char *conf_value(struct span text, const char *name)
{
	const char *p = text.p;
	const char *end = text.p + text.n;
	size_t n = strlen(name);

	while (p < end) {
		const char *line_end = memchr(p, '\n', (size_t)(end - p));
		size_t line = (size_t)((line_end ? line_end : end) - p);

		if (line > n + 3 && memcmp(p, name, n) == 0 &&
		    memcmp(p + n, " = ", 3) == 0)
			return mem_dup(p + n + 3, line - n - 3);
		p += line + 1;
	}
	return NULL;
}

/* A user's name, or "#" and his number, as sudo -u takes both. */
static void user_text(uid_t uid, char out[USER_TEXT_BYTES])
{
	char room[4096];
	struct passwd entry, *found = NULL;

	getpwuid_r(uid, &entry, room, sizeof(room), &found);
	if (found)
		snprintf(out, USER_TEXT_BYTES, "%s", found->pw_name);
	else
		snprintf(out, USER_TEXT_BYTES, "#%lu", (unsigned long)uid);
}

/* What is made by another user, root above all, is out of the reach of the
 * server, which runs as the owner: keys, log and locks. So nobody begins. */
static enum err_code check_owner(
    const char *path, const char *dir, struct err *err)
{
	char owner[USER_TEXT_BYTES], runner[USER_TEXT_BYTES];
	struct stat st;

	if (stat(path, &st) != 0)
		return err_set_errno(err, "could not look at \"%s\"", path);
	if (st.st_uid == geteuid())
		return ERR_NONE;
	user_text(st.st_uid, owner);
	user_text(geteuid(), runner);
	err_set(err, ERR_REFUSED,
	    "\"%s\" belongs to the user %s, and this runs as %s", dir, owner,
	    runner);
	err_detail(
	    err, "What another user makes in it, the server could not read.");
	err_hint(err,
	    "Begin with \"sudo -u %s\", or give the directory away with "
	    "\"chown -R\".",
	    owner);
	return ERR_REFUSED;
}

/* What cannot be read is, most of the time, another user's folder, which is
 * shut. */
static enum err_code tell_whose(
    const char *dir, enum err_code rc, struct err *err)
{
	struct err why;

	if (check_owner(dir, dir, &why) != ERR_REFUSED)
		return rc;
	*err = why;
	return ERR_REFUSED;
}

static void hint_at_conf(struct err *err)
{
	err_hint(err,
	    "Restore gongxin.conf from a backup. It has the lines \"city = "
	    "ID\" and \"origin = NAME\"; NAME is the first line of "
	    "log/records/checkpoint.");
}

/* Nobody is to make a directory anew that has only lost this file. */
static void tell_no_conf(const char *dir, struct err *err)
{
	char database[PATH_MAX];

	err_set(err, ERR_NOT_FOUND, "\"%s\" is not a data directory", dir);
	if (!join(database, dir, "gongxin.db") || !file_exists(database)) {
		err_hint(err,
		    "Make one with \"gongxin init --data %s --city CITY\".",
		    dir);
		return;
	}
	err_set(err, ERR_NOT_FOUND,
	    "the data directory \"%s\" has lost its gongxin.conf", dir);
	hint_at_conf(err);
}

enum err_code home_open(const char *dir, struct home *out, struct err *err)
{
	struct buf text = BUF_INIT(CONF_BYTES_MAX);
	char path[PATH_MAX];
	enum err_code rc = 0;

	memset(out, 0, sizeof(*out));
	out->lock_fd = -1;
	if (!join(path, dir, conf_name))
		return err_set(err, ERR_INPUT, "the path is too long");
	rc = file_read(path, &text, err);
	if (rc == ERR_NOT_FOUND)
		tell_no_conf(dir, err);
	else if (rc)
		rc = tell_whose(dir, rc, err);
	else
		rc = check_owner(path, dir, err);
	if (!rc) {
		name_folders(out, dir);
		out->city = conf_value(buf_span(&text), "city");
		out->origin = conf_value(buf_span(&text), "origin");
		if (!out->city || !out->origin) {
			rc = err_set(err, ERR_CORRUPT,
			    "\"%s\" does not name the city and the origin",
			    path);
			hint_at_conf(err);
		}
	}
	buf_release(&text);
	if (rc)
		home_close(out);
	return rc;
}

/* Once catalogue and database are both open. */
static enum err_code look_for_examples(struct home *home, struct err *err)
{
	if (!home->catalog || !home->store || home->catalog->shows_example)
		return 0;
	return catalogue_any_example(
	    home->store, &home->catalog->shows_example, err);
}

enum err_code home_load_catalog(struct home *home, struct err *err)
{
	char path[PATH_MAX];
	enum err_code rc;

	if (home->catalog)
		return 0;
	join(path, home->dir, "catalog");
	rc = load_catalog(path, home->city, &home->catalog, err);
	return rc ? rc : look_for_examples(home, err);
}

enum err_code home_check_clock(struct home *home, struct err *err)
{
	enum err_code rc;

	if (!calendar_clock_is_replaced())
		return ERR_NONE;
	rc = calendar_clock_check(err);
	if (!rc)
		rc = home_load_catalog(home, err);
	return rc ? rc : check_clock(home->catalog, err);
}

/* Waits until nobody else writes. */
static enum err_code take_lock(
    struct home *home, const struct home_options *options, struct err *err)
{
	char path[PATH_MAX];

	join(path, home->dir, "lock");
	home->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (home->lock_fd < 0)
		return err_set_errno(err, "could not open \"%s\"", path);
	if (flock(home->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (options && options->is_hasty)
		return err_set(err, ERR_BUSY, "another command is writing");
	if (options && options->waiting)
		options->waiting(options->ctx, HOME_WAITS_FOR_WRITER);
	while (flock(home->lock_fd, LOCK_EX) != 0)
		if (errno != EINTR)
			return err_set_errno(
			    err, "could not lock \"%s\"", path);
	return 0;
}

void home_reading_config(const struct home *home,
    const struct home_options *options, char path[PATH_MAX],
    struct store_config *out)
{
	*out = (struct store_config){.path = path, .mode = STORE_READ};
	join(path, home->dir, "gongxin.db");
	if (options) {
		out->trace_path = options->trace_path;
		out->fail_at = options->fail_at;
		out->busy_ms = options->busy_ms;
		out->cache_bytes = options->cache_bytes;
		out->is_ending = options->is_ending;
	}
}

enum err_code home_open_store(struct home *home, enum home_mode mode,
    const struct home_options *options, struct err *err)
{
	char path[PATH_MAX], folder[PATH_MAX], key[PATH_MAX];
	struct ledger_config ledger = ledger_config_of(home, folder, key);
	struct store_config config;
	enum err_code rc = 0;

	home_reading_config(home, options, path, &config);
	if (mode == HOME_WRITE) {
		config.mode = STORE_WRITE;
		if (!config.cache_bytes)
			config.cache_bytes = WRITER_CACHE_BYTES;
	}
	if (mode == HOME_WRITE)
		rc = home_check_clock(home, err);
	if (!rc && mode == HOME_WRITE)
		rc = take_lock(home, options, err);
	if (!rc)
		rc = store_open(&config, &home->store, err);
	if (!rc)
		rc = ledger_open(&ledger, home->store, &home->ledger, err);
	/* A crash between commit and publish left an old checkpoint file. */
	if (!rc && mode == HOME_WRITE)
		rc = ledger_catch_up(home->ledger, err);
	if (!rc)
		rc = look_for_examples(home, err);
	if (rc)
		home_close_store(home);
	return rc;
}

/* Until nothing is in the journal alone. Others wait for the lock meanwhile,
 * so somebody who reads for ever is not waited for. */
static enum err_code settle_whole(
    struct store *store, const struct home_options *options, struct err *err)
{
	const int64_t end_ms = monotonic_ms() + READERS_WAIT_MS;
	uint64_t left = 0;
	enum err_code rc = store_settle(store, STORE_SETTLE_ALL, &left, err);

	if (!rc && left && options && options->waiting)
		options->waiting(options->ctx, HOME_WAITS_FOR_READERS);
	while (!rc && left && monotonic_ms() < end_ms) {
		/* It waits for no other that settles. */
		usleep(SETTLE_PAUSE_US);
		rc = store_settle(store, STORE_SETTLE_ALL, &left, err);
	}
	return rc;
}

static enum err_code open_twice(struct home *home,
    const struct store_config *config, const struct home_options *options,
    struct store **second_out, struct err *err)
{
	enum err_code rc = store_open(config, &home->store, err);

	if (!rc)
		rc = settle_whole(home->store, options, err);
	if (!rc)
		rc = store_open(config, second_out, err);
	if (rc) {
		store_close(second_out);
		store_close(&home->store);
	}
	return rc;
}

enum err_code home_open_check(struct home *home,
    const struct home_options *options, struct store **second_out,
    struct err *err)
{
	char path[PATH_MAX], folder[PATH_MAX], key[PATH_MAX];
	struct ledger_config ledger = ledger_config_of(home, folder, key);
	struct store_config config = {.path = path, .mode = STORE_READ};
	enum err_code rc, ledger_rc;

	*second_out = NULL;
	join(path, home->dir, "gongxin.db");
	if (options) {
		config.trace_path = options->trace_path;
		config.fail_at = options->fail_at;
	}
	rc = take_lock(home, options, err);
	if (rc == ERR_IO)
		err_hint(err,
		    "Reading writes beside the database, too: its directory "
		    "must not be read-only. To look at one that is, copy "
		    "it.");
	if (rc)
		return rc;
	rc = open_twice(home, &config, options, second_out, err);
	ledger_rc = ledger_open(&ledger, home->store, &home->ledger, err);
	return rc ? rc : ledger_rc;
}

void home_close_store(struct home *home)
{
	if (home->store && home->lock_fd >= 0) {
		store_rollback(home->store);
		store_settle(home->store, STORE_SETTLE_ALL, NULL, NULL);
	}
	ledger_close(&home->ledger);
	store_close(&home->store);
	if (home->lock_fd >= 0)
		close(home->lock_fd);
	home->lock_fd = -1;
}

void home_close(struct home *home)
{
	home_close_store(home);
	catalog_free(&home->catalog);
	free(home->dir);
	free(home->tmp);
	free(home->city);
	free(home->origin);
	home->dir = home->tmp = home->city = home->origin = NULL;
}
