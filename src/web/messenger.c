/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread goes round the webhooks; each is tried when its time has come. A
 * receiver that does not answer holds the round up for FETCH_MS, and its own
 * times grow with each failure (usage/hook.c).
 *
 *	message made -> trace sealed -> sent -> taken: the hook moves on
 *	                                     -> not: later, the same again
 *
 * A crash between sending and noting sends the same message again, under the
 * same id. The wait after a failure is measured by the clock that nobody sets,
 * in memory: after a start each hook is tried at once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/webhook.h"
#include "base/mem.h"
#include "base/monotonic.h"
#include "calendar/calendar.h"
#include "web/teller.h"

enum { ROUND_MS = 500, FAILED_MS = 10000 };

/* What is known of a hook beside its row. */
struct known {
	char id[PEOPLE_HOOK_ID_CHARS + 1];
	int64_t next_ms; /* monotonic */
	/* The digest of the body that was traced last: the same bytes leave no
	 * second trace. */
	uint8_t traced[SHA256_BYTES];
};

struct messenger {
	struct site *site;
	struct home home;
	struct office office;
	struct known known[HOOKS_MAX];
	struct webhook_message message;
	char told[ERR_TEXT_MAX];
};

static void tell(struct messenger *m, const struct err *err)
{
	if (strcmp(err->message, m->told) != 0)
		fprintf(stderr, "gongxin: %s: %s %s\n",
		    "the notices are not sent", err->message, err->detail);
	memcpy(m->told, err->message, sizeof(m->told));
}

static bool is_listed(
    const struct known *k, const struct hook *hooks, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (span_is(hooks[i].id, k->id))
			return true;
	return false;
}

/* What is known of this hook; a place of one that was removed, if it is
 * new. There are as many places as hooks. */
static struct known *find_known(struct messenger *m, const struct hook *hook,
    const struct hook *hooks, size_t count)
{
	struct known *place = NULL;
	size_t i;

	for (i = 0; i < HOOKS_MAX; i++) {
		struct known *k = &m->known[i];

		if (span_is(hook->id, k->id))
			return k;
		if (!place && !is_listed(k, hooks, count))
			place = k;
	}
	memset(place, 0, sizeof(*place));
	snprintf(
	    place->id, sizeof(place->id), "%.*s", (int)hook->id.n, hook->id.p);
	return place;
}

/* ---- one message ---- */

struct sending {
	struct messenger *m;
	struct hook hook;
	uint8_t digest[SHA256_BYTES]; /* of the body */
};

static enum err_code write_trace(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct sending *s = ctx;
	struct use use = {.reader_kind = USE_HOOK,
	    .reader = s->hook.id,
	    .department = s->hook.department,
	    .purpose = span_of("notices"),
	    .has_answer = true};
	enum err_code rc;

	memcpy(use.answer, s->digest, sizeof(use.answer));
	s->hook.traced = s->m->message.page.last;
	rc = notices_trace(&s->m->message.page, &use, turn, err);
	return rc ? rc : hook_save(turn->store, &s->hook, err);
}

static enum err_code save(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	const struct sending *s = ctx;

	return hook_save(turn->store, &s->hook, err);
}

static enum err_code trace(
    struct sending *s, struct known *known, struct err *err)
{
	const struct buf *body = &s->m->message.body;
	enum err_code rc;

	sha256_bytes(body->p, body->n, s->digest);
	if (memcmp(s->digest, known->traced, SHA256_BYTES) == 0)
		return 0;
	rc = staff_run(s->m->site->staff, write_trace, s, err);
	if (!rc)
		memcpy(known->traced, s->digest, SHA256_BYTES);
	return rc;
}

static enum err_code send_message(
    struct sending *s, struct known *known, struct err *err)
{
	struct messenger *m = s->m;
	const int64_t now_ms = calendar_now_ms();
	const struct webhook_call call = {.key = staff_key(m->site->staff),
	    .hook = &s->hook,
	    .now_ms = now_ms,
	    .is_ending = &m->site->is_ending_soon};
	struct webhook_answer answer;

	webhook_send(&call, &m->message, &answer);
	/* An attempt that the end of the server cut short says nothing. */
	if (!answer.is_taken && atomic_load(&m->site->is_ending_soon))
		return 0;
	if (answer.is_taken)
		hook_note_taken(&s->hook, m->message.page.last, now_ms,
		    span_of(answer.told));
	else
		hook_note_failed(
		    &s->hook, answer.is_gone, now_ms, span_of(answer.told));
	known->next_ms =
	    monotonic_ms() + (answer.is_taken ? 0 : s->hook.next_ms - now_ms);
	return staff_run(m->site->staff, save, s, err);
}

static enum err_code serve_hook(struct messenger *m, const struct hook *hook,
    struct known *known, struct err *err)
{
	const struct reading reading = {.store = m->home.store,
	    .catalog = m->home.catalog,
	    .today = calendar_today(),
	    .as_of = calendar_today()};
	struct sending s = {.m = m, .hook = *hook};
	enum err_code rc;

	if (hook->stopped_ms)
		return 0;
	/* Without failures there is nothing to wait for: a test was taken. */
	if (hook->failures && monotonic_ms() < known->next_ms)
		return 0;
	rc = webhook_next(&reading, m->office.store, hook, &m->message, err);
	if (rc || m->message.page.count == 0)
		return rc;
	rc = trace(&s, known, err);
	return rc ? rc : send_message(&s, known, err);
}

/* ---- rounds ---- */

/* How long until the next. */
static int go_round(struct messenger *m)
{
	struct arena *arena = arena_new();
	const struct hook *hooks = NULL;
	size_t count = 0, i;
	struct err err;
	enum err_code rc;

	site_use_catalogue(m->site, &m->home);
	rc = hook_all(m->office.store, arena, &hooks, &count, &err);
	for (i = 0; i < count && !rc; i++)
		rc = serve_hook(
		    m, &hooks[i], find_known(m, &hooks[i], hooks, count), &err);
	arena_free(&arena);
	if (rc)
		tell(m, &err);
	else
		m->told[0] = '\0';
	return rc ? FAILED_MS : ROUND_MS;
}

static void close_messenger(struct messenger **messenger)
{
	struct messenger *m = *messenger;

	webhook_message_release(&m->message);
	office_close(&m->office);
	site_close_home(&m->home);
	free(m);
	*messenger = NULL;
}

static void *run(void *arg)
{
	struct messenger *m = arg;

	while (!site_wait_for_end(m->site, go_round(m)))
		continue;
	close_messenger(&m);
	return NULL;
}

static enum err_code open_messenger(struct messenger *m, struct err *err)
{
	struct site *site = m->site;
	enum err_code rc = home_open(site->data, &m->home, err);

	webhook_message_init(&m->message);
	if (!rc)
		rc = home_open_store(
		    &m->home, HOME_READ, &site->home_options, err);
	return rc ? rc : staff_reader(site->staff, &m->office, err);
}

enum err_code site_start_messenger(struct site *site, struct err *err)
{
	struct messenger *m;
	enum err_code rc;

	if (fetch_init(err) != 0) {
		fprintf(stderr, "gongxin: %s: %s\n",
		    "no notices are sent to webhooks", err->message);
		return 0;
	}
	m = mem_zalloc(1, sizeof(*m));
	m->site = site;
	rc = open_messenger(m, err);
	if (!rc && pthread_create(&site->messenger, NULL, run, m) != 0)
		rc = err_set(err, ERR_SYSTEM, "could not start a thread");
	site->is_sending = rc == 0;
	if (rc)
		close_messenger(&m);
	return rc;
}
