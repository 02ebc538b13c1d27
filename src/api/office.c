/* SPDX-License-Identifier: Apache-2.0 */
#include "api/office.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "calendar/calendar.h"

enum { ORIGIN_BYTES = 512, CACHE_BYTES = 32 << 20 };

static const char records_word[] = "/records";

/* "city.example/records" -> "city.example/uses". */
void office_origin(const struct home *home, char *out, size_t size)
{
	size_t n = strlen(home->origin);
	size_t tail = sizeof(records_word) - 1;

	if (n > tail && strcmp(home->origin + n - tail, records_word) == 0)
		n -= tail;
	snprintf(out, size, "%.*s/uses", (int)n, home->origin);
}

struct paths {
	char db[PATH_MAX];
	char made[PATH_MAX]; /* while it is made */
	char folder[PATH_MAX];
	char key[PATH_MAX];
	char lock[PATH_MAX];
	char origin[ORIGIN_BYTES];
};

static bool name_paths(const struct home *home, struct paths *p)
{
	office_origin(home, p->origin, sizeof(p->origin));
	return snprintf(p->db, PATH_MAX, "%s/office.db", home->dir) <
	    PATH_MAX &&
	    snprintf(p->made, PATH_MAX, "%s/office.db.new", home->dir) <
	    PATH_MAX &&
	    snprintf(p->folder, PATH_MAX, "%s/log/uses", home->dir) <
	    PATH_MAX &&
	    snprintf(p->key, PATH_MAX, "%s/keys/uses.key", home->dir) <
	    PATH_MAX &&
	    snprintf(p->lock, PATH_MAX, "%s/office.lock", home->dir) < PATH_MAX;
}

static struct ledger_config ledger_of(const struct paths *p)
{
	return (struct ledger_config){
	    LEDGER_USES, p->folder, p->key, p->origin};
}

bool office_exists(const struct home *home)
{
	struct paths p;

	return name_paths(home, &p) && file_exists(p.db);
}

static struct store_config config_of(
    const char *path, enum store_mode mode, const struct home_options *options)
{
	struct store_config config = {.path = path,
	    .mode = mode,
	    .cache_bytes = CACHE_BYTES,
	    .overwrites = true};

	if (options) {
		config.trace_path = options->trace_path;
		config.fail_at = options->fail_at;
		config.busy_ms = options->busy_ms;
	}
	return config;
}

static enum err_code fill(
    const struct paths *p, struct store *store, struct err *err)
{
	struct ledger_config config = ledger_of(p);
	struct ledger *ledger = NULL;
	enum err_code rc = store_begin(store, err);

	if (!rc)
		rc = ledger_create(&config, store, calendar_now_ms(), err);
	if (!rc)
		rc = store_commit(store, err);
	if (!rc)
		rc = ledger_open(&config, store, &ledger, err);
	if (!rc)
		rc = ledger_catch_up(ledger, err);
	ledger_close(&ledger);
	return rc;
}

/* What a creation that was cut short left: there is no database under its
 * name, so the log has no entry yet and its key signed nothing. */
static void remove_rest(const struct paths *p)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char path[PATH_MAX + 8];
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", p->made, ends[i]);
		unlink(path);
	}
	unlink(p->key);
	snprintf(path, sizeof(path), "%s.pub", p->key);
	unlink(path);
}

/* Under another name until it is whole. The caller holds the lock, so that
 * two do not make it at once. */
static enum err_code create(
    const struct paths *p, const struct home_options *options, struct err *err)
{
	struct store_config config = config_of(p->made, STORE_CREATE, options);
	struct store *store = NULL;
	enum err_code rc;

	remove_rest(p);
	rc = store_open(&config, &store, err);
	if (!rc)
		rc = fill(p, store, err);
	if (!rc)
		rc = store_settle(store, STORE_SETTLE_ALL, NULL, err);
	store_close(&store);
	return rc ? rc : file_rename(p->made, p->db, err);
}

/* Its log has entries, so there was one: to make another would throw the log's
 * key away and give the log a second beginning, and nobody would see that
 * those who read before are forgotten. */
static enum err_code refuse_lost(const struct paths *p, struct err *err)
{
	char tiles[PATH_MAX + 8];

	snprintf(tiles, sizeof(tiles), "%s/tile", p->folder);
	if (!file_exists(tiles))
		return ERR_NONE;
	err_set(err, ERR_CORRUPT, "\"%s\" is missing, and its log has entries",
	    p->db);
	err_detail(err,
	    "Accounts, tokens and who read what stood in it. A new one would "
	    "give the log a second history.");
	err_hint(err,
	    "Restore it, with keys/uses.key. When there is no copy, keep "
	    "\"%s\" and keys/uses.key.pub elsewhere, and say so in public.",
	    p->folder);
	return ERR_CORRUPT;
}

enum err_code office_check_lost(const struct home *home, struct err *err)
{
	struct paths p;

	if (!name_paths(home, &p) || file_exists(p.db))
		return ERR_NONE;
	return refuse_lost(&p, err);
}

static enum err_code create_missing(
    const struct paths *p, const struct home_options *options, struct err *err)
{
	enum err_code rc = 0;
	int fd = open(p->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0)
		return err_set_errno(err, "could not open \"%s\"", p->lock);
	if (flock(fd, LOCK_EX) != 0)
		rc = err_set_errno(err, "could not lock \"%s\"", p->lock);
	if (!rc && !file_exists(p->db)) {
		rc = refuse_lost(p, err);
		if (!rc)
			rc = create(p, options, err);
	}
	close(fd);
	return rc;
}

enum err_code office_open(const struct home *home, enum home_mode mode,
    const struct home_options *options, struct office *out, struct err *err)
{
	struct store_config config;
	struct ledger_config ledger;
	struct paths p;
	enum err_code rc = 0;

	memset(out, 0, sizeof(*out));
	if (!name_paths(home, &p))
		return err_set(err, ERR_INPUT, "the path is too long");
	if (mode == HOME_WRITE && !file_exists(p.db))
		rc = create_missing(&p, options, err);
	config = config_of(
	    p.db, mode == HOME_WRITE ? STORE_WRITE : STORE_READ, options);
	ledger = ledger_of(&p);
	if (!rc)
		rc = store_open(&config, &out->store, err);
	if (!rc)
		rc = ledger_open(&ledger, out->store, &out->uses, err);
	if (rc)
		office_close(out);
	return rc;
}

void office_close(struct office *office)
{
	ledger_close(&office->uses);
	store_close(&office->store);
}

void office_note_change(const struct home *home)
{
	struct paths p;
	int fd;

	if (!name_paths(home, &p))
		return;
	fd = open(p.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return;
	futimens(fd, NULL);
	close(fd);
}

int64_t office_change_stamp(const struct home *home)
{
	struct paths p;
	struct stat st;

	if (!name_paths(home, &p) || stat(p.lock, &st) != 0)
		return 0;
	return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}
