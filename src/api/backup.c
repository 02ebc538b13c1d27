/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is settled, kept by nobody's lock and seldom changed is copied as it
 * is: conf, site, keys, catalogue. The rest in this order:
 *
 *	uploads		files that wait to be taken in
 *	office.db, log	from within a view of it, and while nobody publishes
 *	uploads		again: those that the office's copy knows by now
 *	gongxin.db ...	from within a view, under the writers' lock
 *
 * A database in WAL mode is what its file and its WAL say together. While a
 * view is open, the file is written only by a checkpoint, and only with pages
 * of the WAL up to that view; the WAL is not begun anew unless all of it is in
 * the file already, and then the file is not written at all. So the file, and
 * the WAL copied behind it, are together a state that was committed, whatever
 * was written meanwhile. Opening the copy settles it.
 */
#include "api/backup.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "usage/use_log.h"

struct backup {
	const struct home *home;
	struct office *office;
	const struct home_options *options;
	const char *to; /* COPY.part */
	struct backup_counts *counts;
};

/* Copied in their turn, or made by whoever opens the copy. */
static bool has_its_turn(const char *name)
{
	static const char *const names[] = {"gongxin.db", "gongxin.db-wal",
	    "gongxin.db-shm", "gongxin.db-blobs", "office.db", "office.db-wal",
	    "office.db-shm", "office.db.new", "lock", "office.lock", "log",
	    "uploads"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return strcmp(name, "tmp") == 0;
}

struct pair {
	char from[PATH_MAX];
	char to[PATH_MAX];
};

static enum err_code name_pair(
    const struct backup *b, const char *name, struct pair *out, struct err *err)
{
	if (snprintf(out->from, PATH_MAX, "%s/%s", b->home->dir, name) >=
		PATH_MAX ||
	    snprintf(out->to, PATH_MAX, "%s/%s", b->to, name) >= PATH_MAX)
		return err_set(err, ERR_INPUT, "the path is too long");
	return 0;
}

/* What is not there is left out: a WAL that is not needed, blobs of nothing. */
static enum err_code copy_file(
    const struct backup *b, const char *name, struct err *err)
{
	struct pair pair;
	enum err_code rc = name_pair(b, name, &pair, err);

	if (!rc && file_exists(pair.from))
		rc = file_copy(pair.from, pair.to, &b->counts->bytes, err);
	return rc;
}

static enum err_code copy_folder(
    const struct backup *b, const char *name, struct err *err)
{
	struct pair pair;
	enum err_code rc = name_pair(b, name, &pair, err);

	if (!rc && file_exists(pair.from))
		rc = file_copy_tree(
		    pair.from, pair.to, NULL, &b->counts->bytes, err);
	return rc;
}

static enum err_code make_folder(
    const struct backup *b, const char *name, struct err *err)
{
	struct pair pair;
	enum err_code rc = name_pair(b, name, &pair, err);

	return rc ? rc : file_make_folders(pair.to, err);
}

/* The database NAME with its WAL, from within a view of it. */
static enum err_code copy_view(const struct backup *b, const char *name,
    struct store *store, struct ledger *ledger, struct err *err)
{
	struct ledger_head head;
	char wal[32];
	enum err_code rc = store_begin_read(store, err);

	snprintf(wal, sizeof(wal), "%s-wal", name);
	if (!rc) /* a view begins with the first thing that is read */
		rc = ledger_head(ledger, &head, err);
	if (!rc)
		rc = copy_file(b, name, err);
	if (!rc)
		rc = copy_file(b, wal, err);
	store_rollback(store);
	return rc;
}

static enum err_code copy_office(const struct backup *b, struct err *err)
{
	enum err_code rc = copy_folder(b, "uploads", err);

	if (!rc)
		rc = ledger_enter(b->office->uses, err);
	if (rc)
		return rc;
	rc = copy_view(b, "office.db", b->office->store, b->office->uses, err);
	if (!rc)
		rc = copy_folder(b, "log/uses", err);
	ledger_leave(b->office->uses);
	return rc ? rc : copy_folder(b, "uploads", err);
}

static enum err_code copy_records(const struct backup *b, struct err *err)
{
	struct home home;
	enum err_code rc = home_open(b->home->dir, &home, err);

	if (rc)
		return rc;
	rc = home_open_store(&home, HOME_WRITE, b->options, err);
	if (!rc)
		rc = copy_view(b, "gongxin.db", home.store, home.ledger, err);
	if (!rc)
		rc = copy_file(b, "gongxin.db-blobs", err);
	if (!rc)
		rc = copy_folder(b, "log/records", err);
	home_close(&home);
	return rc;
}

/* ---- the copy as a directory ---- */

static enum err_code settle_records(
    const struct backup *b, struct home *home, struct err *err)
{
	struct store *second = NULL;
	struct ledger_head head;
	enum err_code rc = home_open_check(home, b->options, &second, err);

	if (!rc)
		rc = ledger_head(home->ledger, &head, err);
	if (!rc)
		b->counts->statements = head.size;
	store_close(&second);
	home_close_store(home);
	return rc;
}

static enum err_code settle_office(
    const struct backup *b, const struct home *home, struct err *err)
{
	struct ledger_head head;
	struct office office;
	enum err_code rc =
	    office_open(home, HOME_WRITE, b->options, &office, err);

	if (rc)
		return rc;
	rc = store_settle(office.store, STORE_SETTLE_ALL, NULL, err);
	if (!rc)
		rc = use_log_head(office.store, &head, NULL, err);
	if (!rc)
		b->counts->uses = head.size;
	office_close(&office);
	return rc;
}

/* It can be opened, and each database is one file. */
static enum err_code settle_copy(const struct backup *b, struct err *err)
{
	struct home home;
	enum err_code rc = home_open(b->to, &home, err);

	if (rc)
		return rc;
	rc = settle_records(b, &home, err);
	if (!rc)
		rc = settle_office(b, &home, err);
	home_close(&home);
	return rc;
}

static enum err_code fill(const struct backup *b, struct err *err)
{
	enum err_code rc = file_copy_tree(
	    b->home->dir, b->to, has_its_turn, &b->counts->bytes, err);

	if (!rc)
		rc = make_folder(b, "log", err);
	if (!rc)
		rc = make_folder(b, "tmp", err);
	if (!rc)
		rc = copy_office(b, err);
	if (!rc)
		rc = copy_records(b, err);
	if (!rc)
		rc = settle_copy(b, err);
	return rc ? rc : file_sync_system(b->to, err);
}

/* ---- its place ---- */

static enum err_code check_free(const char *path, struct err *err)
{
	if (!file_exists(path))
		return 0;
	err_set(err, ERR_CONFLICT, "\"%s\" exists already", path);
	err_hint(err,
	    "Name a place where nothing is. What ends in .part is the rest of "
	    "a copy that was cut short, and may be removed.");
	return ERR_CONFLICT;
}

/* Only the folders above it are there by now. */
static enum err_code check_outside(
    const char *dir, const char *copy, struct err *err)
{
	char own[PATH_MAX], above[PATH_MAX];
	const char *slash = strrchr(copy, '/');
	char folder[PATH_MAX];
	size_t n;

	snprintf(folder, sizeof(folder), "%.*s",
	    slash ? (int)(slash - copy) : 1, slash ? copy : ".");
	if (!realpath(dir, own) || !realpath(folder[0] ? folder : "/", above))
		return err_set_errno(err, "could not look at \"%s\"", folder);
	n = strlen(own);
	if (strncmp(above, own, n) == 0 && (!above[n] || above[n] == '/')) {
		err_set(err, ERR_INPUT,
		    "\"%s\" would be inside of what is copied", copy);
		err_hint(err, "Best on another disk, or another machine's.");
		return ERR_INPUT;
	}
	return 0;
}

static enum err_code make_place(
    const char *dir, const char *copy, const char *part, struct err *err)
{
	char above[PATH_MAX];
	char *slash;
	enum err_code rc = check_free(copy, err);

	if (!rc)
		rc = check_free(part, err);
	snprintf(above, sizeof(above), "%s", copy);
	slash = strrchr(above, '/');
	if (!rc && slash && slash > above) {
		*slash = '\0';
		rc = file_make_folders(above, err);
	}
	if (!rc)
		rc = check_outside(dir, copy, err);
	if (!rc && mkdir(part, 0700) != 0)
		rc = err_set_errno(
		    err, "could not make the folder \"%s\"", part);
	return rc;
}

enum err_code backup_make(const struct home *home, struct office *office,
    const char *copy, const struct home_options *options, backup_begin *begin,
    void *ctx, struct backup_counts *out, struct err *err)
{
	char part[PATH_MAX];
	const struct backup b = {home, office, options, part, out};
	enum err_code rc;

	memset(out, 0, sizeof(*out));
	if (snprintf(part, sizeof(part), "%s.part", copy) >= (int)sizeof(part))
		return err_set(err, ERR_INPUT, "the path is too long");
	rc = make_place(home->dir, copy, part, err);
	if (rc)
		return rc;
	rc = begin(ctx, office, err);
	if (!rc)
		rc = fill(&b, err);
	if (!rc)
		rc = file_rename(part, copy, err);
	if (rc)
		file_remove_tree(part, NULL);
	return rc;
}
