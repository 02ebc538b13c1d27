/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The data directory: everything a city's platform has.
 *
 *	DIR/gongxin.db		the database (with -wal and -shm)
 *	DIR/gongxin.db-blobs	what the statements say
 *	DIR/catalog/		the city's catalogue, its own copy
 *	DIR/keys/records.key	signs the log of records (mode 0600)
 *	DIR/keys/records.key.pub
 *	DIR/log/records/	the log, static files for any web server
 *	DIR/site.yaml		what the city says about its site
 *	DIR/tmp/		unlinked temporary files
 *	DIR/uploads/		files that came over HTTP, until they are in
 *	DIR/lock		held by the one that writes
 *	DIR/office.db		accounts and the log of reads (api/office.h)
 */
#ifndef GX_API_HOME_H
#define GX_API_HOME_H

#include <limits.h>

#include "catalog/catalog.h"
#include "ledger/ledger.h"
#include "store/store.h"

/*
 * The clock. Whoever could choose the day of receipt could make a late record
 * punctual, so GONGXIN_NOW (calendar/calendar.h) is for example cities: what
 * opens a directory to write into it, makes one, or serves one refuses the
 * variable (ERR_REFUSED) unless the directory's own catalogue says that its
 * city is an example. Readers may ask about any day; they store nothing.
 */
/*
 * The mark of example data. A directory that ever took records under an
 * example city's catalogue holds generated ones for good, so what is shown
 * from it is marked, whatever its catalogue says by now: catalog and store of
 * a home, once both are open, agree about that (catalog->shows_example).
 */
enum home_mode { HOME_READ = 0, HOME_WRITE };

struct home {
	char *dir;
	char *tmp; /* the folder in it for what is under way */
	char *city;
	char *origin;		 /* of the log */
	struct store *store;	 /* NULL until home_open_store */
	struct ledger *ledger;	 /* NULL until home_open_store */
	struct catalog *catalog; /* NULL until home_load_catalog */
	int lock_fd;		 /* -1 = not held */
};

/* What it waits for. */
enum home_wait {
	HOME_WAITS_FOR_WRITER = 0, /* another one */
	HOME_WAITS_FOR_READERS /* who keep part of the data in the journal */
};

struct home_options {
	const char *trace_path; /* NULL = none */
	int64_t fail_at;	/* fault injection; 0 = none */
	size_t cache_bytes;	/* 0 = default */
	int busy_ms;		/* as in struct store_config; 0 = default */
	const atomic_bool *is_ending; /* as in struct store_config */
	bool is_hasty; /* WRITE: ERR_BUSY at once when another writes */
	/* Called once before waiting; may be NULL. */
	void (*waiting)(void *ctx, enum home_wait what);
	void *ctx;
};

/* What a new data directory is made of. Strings are the caller's. */
struct home_plan {
	const char *dir;
	const char *city;
	const char *catalog_root; /* the catalogue to copy from */
	const char *origin;	  /* of the log */
	const char *site_text;	  /* of DIR/site.yaml; NULL = none is written */
	int64_t now_ms;
	struct home_options options;
};

/* Makes a data directory, for its owner alone unless the folder is there
 * already. When that fails nothing of it stays that would
 * hinder the next try. ERR_CONFLICT when there is one, or something that
 * looks like the rest of one. */
enum err_code home_create(const struct home_plan *plan, struct err *err);

/* Reads what the directory is; opens no database. ERR_NOT_FOUND when it is
 * no data directory, ERR_REFUSED when it is another user's. */
enum err_code home_open(const char *dir, struct home *out, struct err *err);
/* Loads DIR/catalog. Issues are told in err when it has errors. */
enum err_code home_load_catalog(struct home *home, struct err *err);
/* Refuses a replaced clock where it must not be; loads the catalogue when it
 * has to look. For what serves a directory; opening to write does it. */
enum err_code home_check_clock(struct home *home, struct err *err);
/* WRITE checks the clock and waits for the lock, unless it is hasty. */
enum err_code home_open_store(struct home *home, enum home_mode mode,
    const struct home_options *options, struct err *err);
/*
 * For checks: takes the lock, so that nothing changes meanwhile, settles the
 * database, waiting a minute for who reads it, and opens it for reading, twice;
 * mends nothing. second_out is the caller's to close. When the database is too
 * damaged to be opened (ERR_CORRUPT, ERR_STORE), home->store and *second_out
 * are NULL and the lock is held all the same; the ledger is there, without a
 * store.
 */
enum err_code home_open_check(struct home *home,
    const struct home_options *options, struct store **second_out,
    struct err *err);
/* How home_open_store opens the database for reading, for who wants a second
 * connection. path: room for its name, which *out points to. */
void home_reading_config(const struct home *home,
    const struct home_options *options, char path[PATH_MAX],
    struct store_config *out);
/* Settles the database after writing and gives up the lock. */
void home_close_store(struct home *home);
void home_close(struct home *home);

#endif
