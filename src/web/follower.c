/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that keeps the published lists up (api/follow.h), the names that
 * searches are answered from and the roster that checks are, while the site is
 * served: as soon as the
 * watching thread has seen a commit, and now and then for the sake of the day.
 * It writes only when there is something to follow and nobody else writes, and
 * never for long. A failure is told once and tried again later; the pages that
 * need no lists are served meanwhile.
 */
#include <stdio.h>
#include <stdlib.h>

#include "api/follow.h"
#include "calendar/calendar.h"
#include "registry/roster.h"
#include "standing/standing.h"
#include "web/site_priv.h"

enum {
	LOOK_MS = 50,  /* at the version */
	REST_MS = 30,  /* between two turns, for other writers */
	BUSY_MS = 300, /* another writes */
	FAILED_MS = 10000,
	IDLE_MS = 60000 /* nothing has changed */
};

struct follower {
	struct site *site;
	struct home home; /* its catalogue, and the way to the directory */
	date_days today;  /* of this turn */
	uint64_t version; /* of the site when the last turn began */
	char told[ERR_TEXT_MAX];
};

/* Once, until it is another. */
static void tell(struct follower *f, const char *what, const struct err *err)
{
	if (strcmp(err->message, f->told) != 0)
		fprintf(stderr, "gongxin: %s: %s %s\n", what, err->message,
		    err->detail);
	memcpy(f->told, err->message, sizeof(f->told));
}

static void tell_ahead(struct follower *f)
{
	struct err err;

	err_set(&err, ERR_CONFLICT,
	    "they stand at a later day than today, so a clock was ahead;");
	err_detail(&err,
	    "what ends until then is missing. When the clock is right, "
	    "\"gongxin publication rebuild\" makes them anew.");
	tell(f, "the lists", &err);
}

/* The names that searches are answered from. What was found without the
 * newest is stale. */
static void keep_names(struct follower *f)
{
	struct names_index *names = f->site->names;
	uint64_t before = names_index_count(names);
	struct err err;

	if (names_index_refresh(names, f->home.store, &err) != 0)
		tell(f, "the names are not kept up", &err);
	else if (names_index_count(names) != before)
		atomic_fetch_add(&f->site->version, 1);
}

/* ---- the roster ---- */

static bool may_follow(void *ctx, const struct view_record *record)
{
	const struct follower *f = ctx;

	return standing_may_follow(f->home.catalog, record, f->today);
}

static bool is_over(void *ctx)
{
	return site_wait_for_end(((struct follower *)ctx)->site, 0);
}

/* What checks are answered from. */
static void keep_roster(struct follower *f)
{
	const struct roster_plan plan = {.store = f->home.store,
	    .catalog = f->home.catalog,
	    .today = f->today,
	    .wants = may_follow,
	    .is_over = is_over,
	    .ctx = f};
	struct err err;

	if (f->site->roster &&
	    roster_refresh(f->site->roster, &plan, &err) != 0)
		tell(f, "checks are answered from the disk", &err);
}

/* How long until the next turn. */
static int turn(struct follower *f)
{
	enum follow_outcome outcome;
	struct err err;

	site_use_catalogue(f->site, &f->home);
	f->version = atomic_load(&f->site->version);
	f->today = calendar_today();
	keep_names(f);
	keep_roster(f);
	if (follow_turn(&f->home, calendar_now_ms(), &outcome, &err) != 0) {
		tell(f, "the lists are not kept up", &err);
		return FAILED_MS;
	}
	if (outcome == FOLLOW_AHEAD)
		tell_ahead(f);
	else
		f->told[0] = '\0';
	if (outcome == FOLLOW_MORE)
		return REST_MS;
	return outcome == FOLLOW_BUSY ? BUSY_MS : IDLE_MS;
}

/* Waits for the time to pass or, when idle, for a change. */
static bool rest(struct follower *f, int ms)
{
	while (ms > 0) {
		int step = ms < LOOK_MS ? ms : LOOK_MS;

		if (site_wait_for_end(f->site, step))
			return false;
		ms -= step;
		if (ms > FAILED_MS &&
		    f->version != atomic_load(&f->site->version))
			return true;
	}
	return true;
}

static void *follow(void *arg)
{
	struct follower *f = arg;

	while (rest(f, turn(f)))
		continue;
	site_close_home(&f->home);
	free(f);
	return NULL;
}

enum err_code site_start_follower(struct site *site, struct err *err)
{
	struct follower *f = mem_zalloc(1, sizeof(*f));
	enum err_code rc;

	f->site = site;
	rc = home_open(site->data, &f->home, err);
	if (!rc)
		rc = home_open_store(
		    &f->home, HOME_READ, &site->home_options, err);
	if (!rc && pthread_create(&site->follower, NULL, follow, f) != 0)
		rc = err_set(err, ERR_SYSTEM, "could not start a thread");
	site->is_following = rc == 0;
	if (rc) {
		home_close(&f->home);
		free(f);
	}
	return rc;
}
