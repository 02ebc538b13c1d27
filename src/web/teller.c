/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Working out what touches which check needs readers only; what came of it is
 * written at the desk, as everything in the office. A failure is told once and
 * tried again later.
 */
#include "web/teller.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/reverse.h"
#include "base/mem.h"
#include "base/monotonic.h"
#include "calendar/calendar.h"

enum {
	LOOK_MS = 100, /* at the log: how well it is known when it grew */
	REST_MS = 10,  /* between two turns, for others */
	FAILED_MS = 10000
};

struct teller {
	struct site *site;
	struct home home; /* its catalogue, and the records */
	struct office office;
	struct reverse *reverse;
	char told[ERR_TEXT_MAX];
};

/* Once, until it is another. */
static void tell(struct teller *t, const struct err *err)
{
	if (strcmp(err->message, t->told) != 0)
		fprintf(stderr, "gongxin: %s: %s %s\n",
		    "the notices are not kept up", err->message, err->detail);
	memcpy(t->told, err->message, sizeof(t->told));
}

static enum err_code write_step(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	return notice_step_write(ctx, turn, err);
}

/* How long until the next turn. */
static int turn(struct teller *t)
{
	struct reverse_look look;
	struct reverse_turn done;
	struct err err;
	enum err_code rc;

	site_use_catalogue(t->site, &t->home);
	look = (struct reverse_look){.registry = t->home.store,
	    .office = t->office.store,
	    .catalog = t->home.catalog,
	    .published = staff_now(t->site->staff).published,
	    .now_ms = calendar_now_ms(),
	    .tick_ms = monotonic_ms()};
	rc = reverse_turn(t->reverse, &look, &done, &err);
	if (!rc && done.has_step)
		rc = staff_run(t->site->staff, write_step, &done.step, &err);
	if (rc) {
		tell(t, &err);
		return FAILED_MS;
	}
	t->told[0] = '\0';
	return done.has_more ? REST_MS : LOOK_MS;
}

static void close_teller(struct teller **teller)
{
	struct teller *t = *teller;

	reverse_free(&t->reverse);
	office_close(&t->office);
	site_close_home(&t->home);
	free(t);
	*teller = NULL;
}

static void *run(void *arg)
{
	struct teller *t = arg;

	while (!site_wait_for_end(t->site, turn(t)))
		continue;
	close_teller(&t);
	return NULL;
}

enum err_code site_start_teller(struct site *site, struct err *err)
{
	struct teller *t = mem_zalloc(1, sizeof(*t));
	enum err_code rc;

	t->site = site;
	t->reverse = reverse_new();
	rc = home_open(site->data, &t->home, err);
	if (!rc)
		rc = home_open_store(
		    &t->home, HOME_READ, &site->home_options, err);
	if (!rc)
		rc = staff_reader(site->staff, &t->office, err);
	if (!rc && pthread_create(&site->teller, NULL, run, t) != 0)
		rc = err_set(err, ERR_SYSTEM, "could not start a thread");
	site->is_telling = rc == 0;
	if (rc)
		close_teller(&t);
	return rc;
}
