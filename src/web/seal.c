/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is held stands in one piece of memory from the handler's thread to
 * the desk's; the request and its arena may be gone by then.
 */
#include "web/seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "api/shown.h"
#include "base/monotonic.h"
#include "ident/ident.h"
#include "web/tally.h"

struct held {
	struct desk_ask ask;
	struct site_worker *worker;
	struct use use;
	const struct many_subject *list; /* of a use of many */
	size_t count;
	struct arena *arena; /* of the use's texts, and of this */
	http_go_on *go_on;
	void *exchange;
};

static enum err_code write_use(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct held *held = ctx;
	uint64_t seq;

	if (!held->use.at_ms)
		held->use.at_ms = turn->now_ms;
	return held->count ? many_add(turn->uses, turn->store, &held->use,
				 held->list, held->count, &seq, err)
			   : use_log_add(turn->uses, &held->use, &seq, err);
}

static void let_go(struct held *held)
{
	struct arena *arena = held->arena;

	held->go_on(held->exchange, held->ask.rc, &held->ask.err);
	arena_free(&arena);
}

static void when_sealed(struct desk_ask *ask)
{
	/* ctx is the held one; the ask is its first member. */
	let_go(ask->ctx);
}

/* In the worker's thread, which asks the desk when it has done all that it
 * took in one go. */
static void start(void *ctx, http_go_on *go_on, void *exchange)
{
	struct held *held = ctx;
	struct site_worker *worker = held->worker;

	held->go_on = go_on;
	held->exchange = exchange;
	*worker->last_ask = &held->ask;
	worker->last_ask = &held->ask.next;
}

void site_seal_asked(struct site_worker *worker)
{
	struct desk_ask *first = worker->first_ask;

	worker->first_ask = NULL;
	worker->last_ask = &worker->first_ask;
	if (!first || staff_ask(worker->site->staff, first))
		return;
	while (first) {
		struct desk_ask *next = first->next;

		let_go(first->ctx);
		first = next;
	}
}

void site_set_reader(struct use *use, const struct people_caller *who)
{
	if (who->was == PEOPLE_TOKEN) {
		/* A number by which a token's uses stand together. */
		use->reader_kind = USE_TOKEN;
		use->reader_id = (int64_t)(XXH3_64bits(who->token_id,
					       strlen(who->token_id)) >>
		    17);
		use->reader = span_of(who->token_id);
	} else {
		use->reader_kind = USE_USER;
		use->reader_id = who->user.id;
		use->reader = span_of(who->user.login);
	}
}

const char *site_department_of(const struct people_caller *who)
{
	const char *only = "";
	size_t i;

	if (who->was == PEOPLE_TOKEN)
		return who->department;
	for (i = 0; i < who->user.grants_count; i++) {
		const char *one = who->user.grants[i].department;

		if (!one[0] || (only[0] && strcmp(one, only) != 0))
			return "";
		only = one;
	}
	return only;
}

struct use site_use_of(const struct people_caller *who, enum use_act act)
{
	struct use use = {
	    .act = act, .department = span_of(site_department_of(who))};

	site_set_reader(&use, who);
	return use;
}

struct http_hold site_hold_many(struct site_worker *worker, struct use use,
    const struct many_subject *list, size_t count)
{
	struct arena *arena = arena_new();
	struct held *held = arena_zalloc(arena, 1, sizeof(*held));
	struct many_subject *own = arena_zalloc(arena, count, sizeof(*own));

	use_keep(&use, arena);
	held->use = use;
	if (count)
		memcpy(own, list, count * sizeof(*list));
	held->list = own;
	held->count = count;
	held->arena = arena;
	held->worker = worker;
	held->ask.job = write_use;
	held->ask.ctx = held;
	held->ask.done = when_sealed;
	return (struct http_hold){.start = start, .ctx = held};
}

struct http_hold site_hold(struct site_worker *worker, struct use use)
{
	return site_hold_many(worker, use, NULL, 0);
}

void site_seal_act(struct site_worker *worker, struct http_response *response,
    const struct seal_act *act, const struct err *why)
{
	struct use use = act->use;
	struct many_subject *list = NULL;
	struct span about = act->about ? buf_span(act->about) : span_of("");
	size_t count;

	if (why) {
		use.outcome = USE_REFUSED;
		use.why = span_of(err_name(why->code));
	}
	if (act->about && act->is_shown) {
		use.has_answer = true;
		sha256_bytes(about.p, about.n, use.answer);
	}
	count =
	    shown_put_act(worker->home.store, about, act->code, &use, &list);
	response->hold = site_hold_many(worker, use, list, count);
	free(list);
}

void site_seal(struct site_worker *worker, struct http_response *response,
    struct use use, const struct buf *document, const struct err *why)
{
	const struct seal_act look = {
	    .use = use, .about = document, .is_shown = true};

	site_seal_act(worker, response, &look, why);
}

void site_seal_file(struct site_worker *worker, struct http_response *response,
    struct use use, struct span codes)
{
	struct many_subject *list = NULL;
	size_t count = shown_put_codes(worker->home.store, codes, &use, &list);

	response->hold = site_hold_many(worker, use, list, count);
	free(list);
}

/* ---- refusals ---- */

static const char *word_of(const struct http_refusal *refusal)
{
	if (refusal->status == 429)
		return "too-often";
	if (!refusal->is_handlers &&
	    (refusal->status == 401 || refusal->status == 403 ||
		refusal->status == 303))
		return "no-right";
	if (refusal->why)
		return err_name(refusal->why->code);
	return refusal->status == 403 ? "wrong" : "input";
}

/* What the address names, where no handler has looked for it. Nothing that
 * can be the number of a person. */
static struct span named_thing(const struct http_request *request)
{
	const struct http_param *first = request->route->params;

	if (!first || !first->name || first->in != HTTP_IN_PATH ||
	    request->path.n > USE_TEXT_BYTES_MAX ||
	    ident_holds_citizen(request->path))
		return span_of("");
	return request->path;
}

static struct span named_code(const struct http_request *request)
{
	const struct http_param *p = request->route->params;
	size_t i;

	for (i = 0; p && p[i].name; i++)
		if (request->values[i].n == MANY_CODE_CHARS)
			return request->values[i];
	return span_of("");
}

void site_refused(void *arg, const struct http_request *request,
    const struct http_refusal *refusal, struct http_hold *hold_out)
{
	struct site_worker *worker = arg;
	const struct people_caller *who = request->caller.who;
	bool has_ended = who->kind == PEOPLE_NOBODY;
	bool is_led_on = refusal->status == 303;
	struct many_subject *list = NULL;
	struct use use;
	size_t count;

	/* Signing in with an old cookie leaves the trace of the sign-in. */
	if (who->was == PEOPLE_NOBODY || !worker->site->staff ||
	    (has_ended ? refusal->is_handlers : is_led_on))
		return;
	use = site_use_of(
	    who, who->stage == PEOPLE_STAGE_WHOLE ? USE_READ : USE_SIGN_IN);
	use.outcome = USE_REFUSED;
	use.purpose = span_of(request->route->name);
	use.why = span_of(has_ended ? "ended" : word_of(refusal));
	if ((has_ended || refusal->status == 429) &&
	    !tally_note(worker->site->tally, &use, monotonic_ms()))
		return;
	use.reference = named_thing(request);
	count = shown_put_act(
	    worker->home.store, span_of(""), named_code(request), &use, &list);
	*hold_out = site_hold_many(worker, use, list, count);
	free(list);
}

static enum err_code write_counted(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct use *use = ctx;
	uint64_t seq;

	use->at_ms = turn->now_ms;
	return use_log_add(turn->uses, use, &seq, err);
}

void site_seal_counted(struct site *site, bool is_all)
{
	struct arena *arena = arena_new();
	struct use use;
	struct err err;

	while (site->staff &&
	    tally_take(site->tally, monotonic_ms(), is_all, arena, &use))
		if (staff_run(site->staff, write_counted, &use, &err) != 0)
			fprintf(stderr,
			    "gongxin: refusals were counted and not sealed: "
			    "%s %s\n",
			    err.message, err.detail);
	arena_free(&arena);
}

struct writing {
	site_question_act *act;
	struct use_words *words;
	const struct use *use;
};

static enum err_code write_question(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	const struct writing *w = ctx;
	struct use use = *w->use;
	struct use_step step;
	uint64_t seq;
	enum err_code rc;

	w->words->now_ms = use.at_ms = turn->now_ms;
	rc = w->act(turn->store, w->words, err);
	if (!rc)
		rc = use_question_seal(turn->store, w->words, &step, &use, err);
	return rc ? rc : use_log_add(turn->uses, &use, &seq, err);
}

enum err_code site_write_question(struct site_worker *worker,
    site_question_act *act, struct use_words *words, const struct use *use,
    struct err *err)
{
	struct writing w = {act, words, use};

	return staff_run(worker->site->staff, write_question, &w, err);
}
