/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A turn looks first with a reader's eyes, so that an idle server takes no
 * lock. Then it writes for some hundred milliseconds at most, step by step.
 * The store is opened for each turn: with the writer's lock given up, the
 * connection must not keep anything of the database either.
 */
#include "api/follow.h"

#include "base/check.h"
#include "base/monotonic.h"
#include "publication/follow.h"
#include "publication/publication.h"

/* Waiting for readers when the journal is moved: not long, they are many. */
enum { BUSY_MS = 50 };

/* The same directory, with handles of its own; strings are borrowed. */
static struct home borrow(const struct home *home)
{
	struct home own = *home;

	own.store = NULL;
	own.ledger = NULL;
	own.lock_fd = -1;
	return own;
}

static enum err_code look(struct home *home, int64_t now_ms,
    struct publication_through *out, struct err *err)
{
	enum err_code rc = home_open_store(home, HOME_READ, NULL, err);

	if (!rc)
		rc = store_begin_read(home->store, err);
	if (!rc) {
		rc = publication_through(home->store, home->catalog,
		    date_of_unix_ms(now_ms), out, err);
		store_commit(home->store, NULL);
	}
	home_close_store(home);
	return rc;
}

static enum err_code write_steps(
    struct home *home, int64_t now_ms, bool *more_out, struct err *err)
{
	int64_t started_ms = monotonic_ms();
	enum err_code rc = 0;

	*more_out = true;
	while (!rc && *more_out && monotonic_ms() - started_ms < FOLLOW_TURN_MS)
		rc = publication_follow_step(
		    home->store, home->catalog, now_ms, more_out, err);
	return rc;
}

enum err_code follow_turn(const struct home *home, int64_t now_ms,
    enum follow_outcome *out, struct err *err)
{
	const struct home_options options = {
	    .busy_ms = BUSY_MS, .is_hasty = true};
	struct home own = borrow(home);
	struct publication_through through = {0};
	bool more = false;
	enum err_code rc;

	ASSERT(home->catalog);
	rc = look(&own, now_ms, &through, err);
	if (rc || through.is_current) {
		*out = through.is_ahead ? FOLLOW_AHEAD : FOLLOW_CURRENT;
		return rc;
	}
	rc = home_open_store(&own, HOME_WRITE, &options, err);
	if (!rc)
		rc = write_steps(&own, now_ms, &more, err);
	home_close_store(&own);
	if (rc == ERR_BUSY) {
		*out = FOLLOW_BUSY;
		return 0;
	}
	*out = more ? FOLLOW_MORE : FOLLOW_CURRENT;
	return rc;
}
