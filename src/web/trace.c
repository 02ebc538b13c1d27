/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No worker waits for the desk: the answer is held (http_hold), and what is
 * needed of the request lives in one piece of memory until the commit.
 */
#include "web/trace.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "calendar/calendar.h"
#include "usage/desk.h"

enum { TEXTS = 8 };

struct held {
	struct desk_ask ask; /* first: done gets it */
	struct desk *desk;
	struct use use;
	http_go_on *go_on;
	void *exchange;
	char bytes[]; /* of the use's texts */
};

void trace_set_reader(struct use *use, const struct people_caller *who)
{
	if (who->kind == PEOPLE_SESSION) {
		use->reader_kind = USE_USER;
		use->reader_id = who->user.id;
		use->reader = span_of(who->user.login);
	} else if (who->kind == PEOPLE_TOKEN) {
		/* A number by which a token's uses stand together. */
		use->reader_kind = USE_TOKEN;
		use->reader_id = (int64_t)(XXH3_64bits(who->token_id,
					       strlen(who->token_id)) >>
		    17);
		use->reader = span_of(who->token_id);
	} else {
		use->reader_kind = USE_NOBODY;
	}
}

/* ---- in the desk's thread ---- */

static enum err_code add_use(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct held *h = ctx;
	uint64_t seq;

	return use_log_add(turn->uses, &h->use, &seq, err);
}

static void let_go(struct desk_ask *ask)
{
	struct held *h = (struct held *)(void *)ask;

	h->go_on(h->exchange, ask->rc, &ask->err);
	free(h);
}

/* ---- in the worker's ---- */

static void start(void *ctx, http_go_on *go_on, void *exchange)
{
	struct held *h = ctx;

	h->go_on = go_on;
	h->exchange = exchange;
	if (!desk_ask(h->desk, &h->ask))
		let_go(&h->ask);
}

static struct http_hold hold(struct site_worker *worker, const struct use *use)
{
	size_t offsets[TEXTS] = {offsetof(struct use, reader),
	    offsetof(struct use, department), offsetof(struct use, purpose),
	    offsetof(struct use, matter), offsetof(struct use, case_number),
	    offsetof(struct use, subject), offsetof(struct use, reference),
	    offsetof(struct use, why)};
	struct held *h;
	size_t i, n = 0;
	char *to;

	for (i = 0; i < TEXTS; i++)
		n += ((const struct span *)(const void *)((const char *)use +
			  offsets[i]))
			 ->n;
	h = mem_alloc(sizeof(*h) + n);
	memset(h, 0, sizeof(*h));
	h->desk = staff_desk(worker->site->staff);
	h->use = *use;
	to = h->bytes;
	for (i = 0; i < TEXTS; i++) {
		struct span *text =
		    (struct span *)(void *)((char *)&h->use + offsets[i]);

		if (text->n)
			memcpy(to, text->p, text->n);
		text->p = to;
		to += text->n;
	}
	h->ask = (struct desk_ask){.job = add_use, .ctx = h, .done = let_go};
	return (struct http_hold){start, h};
}

void trace_hold(struct site_worker *worker, struct http_response *response,
    const struct use *use)
{
	response->hold = hold(worker, use);
}

void trace_refused(
    void *arg, const struct http_request *request, struct http_hold *hold_out)
{
	struct site_worker *worker = arg;
	const struct people_caller *who = request->caller.who;
	struct use use = {.at_ms = calendar_now_ms(),
	    .act = USE_READ,
	    .outcome = USE_REFUSED,
	    .purpose = span_of(request->route->name),
	    .why = span_of("no-right")};

	if (!who || who->kind == PEOPLE_NOBODY || !worker->site->staff)
		return;
	trace_set_reader(&use, who);
	if (who->kind == PEOPLE_TOKEN)
		use.department = span_of(who->department);
	*hold_out = hold(worker, &use);
}
