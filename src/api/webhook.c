/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message is known by its first and last notice: as long as it is not
 * taken it is made of the same ones, so that a receiver that took it without
 * being able to say so sees the same id again and drops it.
 */
#include "api/webhook.h"

#include <stdio.h>
#include <string.h>

#include "api/accounts.h"
#include "api/put.h"
#include "base/check.h"
#include "base/openssl.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "tlog/base64.h"

enum { ANSWER_BYTES_MAX = 64 * 1024, LINE_BYTES = 160, LINES = 3 };

/* ---- signing ---- */

void webhook_put_secret(
    const uint8_t secret[PEOPLE_HOOK_SECRET_BYTES], struct buf *out)
{
	buf_add_str(out, "whsec_");
	base64_add(out, secret, PEOPLE_HOOK_SECRET_BYTES);
}

void webhook_sign(const uint8_t secret[PEOPLE_HOOK_SECRET_BYTES],
    const char *id, int64_t time_s, struct span body, struct buf *out)
{
	struct buf text = BUF_INIT(NOTICES_DOCUMENT_BYTES_MAX + LINE_BYTES);
	uint8_t digest[SHA256_BYTES];
	unsigned n = sizeof(digest);

	buf_addf(&text, "%s.%lld.", id, (long long)time_s);
	buf_add_span(&text, body);
	ASSERT(!text.is_full);
	openssl()->HMAC(openssl()->EVP_sha256(), secret,
	    PEOPLE_HOOK_SECRET_BYTES, (const unsigned char *)text.p, text.n,
	    digest, &n);
	buf_release(&text);
	buf_add_str(out, "v1,");
	base64_add(out, digest, n);
}

/* ---- messages ---- */

void webhook_message_init(struct webhook_message *m)
{
	memset(m, 0, sizeof(*m));
	buf_init(&m->body, NOTICES_DOCUMENT_BYTES_MAX);
}

void webhook_message_release(struct webhook_message *m)
{
	buf_release(&m->body);
}

static void begin(
    struct json_writer *w, const char *type, struct webhook_message *m)
{
	buf_reset(&m->body);
	json_start(w, &m->body);
	json_open_object(w);
	json_put_str(w, "type", type);
	json_key(w, "data");
	json_open_object(w);
}

/* at_ms: of what it tells, not of an attempt, so that each sends the same
 * bytes. */
static void end(struct json_writer *w, int64_t at_ms)
{
	json_close_object(w);
	accounts_put_time(w, "timestamp", at_ms);
	json_close_object(w);
}

static enum err_code put_next(const struct reading *reading,
    struct store *office, const struct notices_query *query,
    struct webhook_message *out, struct err *err)
{
	struct json_writer w;
	enum err_code rc;

	begin(&w, "check.notices", out);
	rc = notices_put(&w, reading, office, query, &out->page, err);
	if (!rc)
		end(&w, out->page.made_ms);
	return put_end(&out->body, rc, err);
}

enum err_code webhook_next(const struct reading *reading, struct store *office,
    const struct hook *hook, struct webhook_message *out, struct err *err)
{
	const struct notices_query query = {.department = hook->department.p,
	    .than = hook->sent,
	    .upto = hook->traced > hook->sent ? hook->traced : 0,
	    .limit = WEBHOOK_NOTICES_MAX};
	enum err_code rc = store_begin_read(office, err);

	if (rc)
		return rc;
	rc = store_begin_read(reading->store, err);
	if (!rc)
		rc = put_next(reading, office, &query, out, err);
	store_rollback(reading->store);
	store_rollback(office);
	snprintf(out->id, sizeof(out->id), "%.*s_%lld_%lld", (int)hook->id.n,
	    hook->id.p, (long long)hook->sent, (long long)out->page.last);
	return rc;
}

void webhook_test(
    const struct hook *hook, int64_t now_ms, struct webhook_message *out)
{
	struct json_writer w;

	begin(&w, "test", out);
	json_put_span(&w, "webhook", hook->id);
	end(&w, now_ms);
	snprintf(out->id, sizeof(out->id), "%.*s_test_%lld", (int)hook->id.n,
	    hook->id.p, (long long)now_ms);
}

/* ---- sending ---- */

static const char unreachable[] = "unreachable ", refused[] = "status ";

/* As much as there is room for, in whole characters. */
static void note(struct webhook_answer *out, long status, const struct err *why)
{
	if (status)
		snprintf(out->told, sizeof(out->told), "%s%ld",
		    out->is_taken ? "" : refused, status);
	else
		snprintf(out->told, sizeof(out->told), "%s%.*s", unreachable,
		    (int)(sizeof(out->told) - sizeof(unreachable)),
		    why->detail[0] ? why->detail : why->message);
	out->told[utf8_valid_prefix(out->told, strlen(out->told))] = '\0';
}

void webhook_put_told(struct span told, struct buf *out)
{
	struct span rest = told;

	if (span_starts_with(told, refused)) {
		rest.p += sizeof(refused) - 1;
		rest.n -= sizeof(refused) - 1;
		buf_addf(out, tr("it answered with the status %.*s"),
		    (int)rest.n, rest.p);
	} else if (span_starts_with(told, unreachable)) {
		rest.p += sizeof(unreachable) - 1;
		rest.n -= sizeof(unreachable) - 1;
		if (rest.n)
			buf_addf(out, tr("it cannot be reached: %.*s"),
			    (int)rest.n, rest.p);
		else
			buf_add_str(out, tr("it cannot be reached"));
	} else if (span_is(told, "key")) {
		buf_add_str(out, tr("its secret was sealed with another key"));
	} else {
		buf_add_span(out, told);
	}
}

static void post(const struct webhook_call *call,
    const struct webhook_message *m,
    const uint8_t secret[PEOPLE_HOOK_SECRET_BYTES], struct webhook_answer *out)
{
	char lines[LINES][LINE_BYTES];
	const char *const headers[] = {lines[0], lines[1], lines[2], NULL};
	struct buf answer = BUF_INIT(ANSWER_BYTES_MAX);
	struct buf signature = BUF_INIT(LINE_BYTES);
	const int64_t time_s = call->now_ms / 1000;
	const struct fetch_request request = {.address = call->hook->url.p,
	    .whom = tr("the receiver"),
	    .body = buf_span(&m->body),
	    .type = "application/json; charset=utf-8",
	    .headers = headers,
	    .is_ending = call->is_ending};
	struct err why;
	long status = 0;

	webhook_sign(secret, m->id, time_s, request.body, &signature);
	snprintf(lines[0], LINE_BYTES, "webhook-id: %s", m->id);
	snprintf(
	    lines[1], LINE_BYTES, "webhook-timestamp: %lld", (long long)time_s);
	snprintf(
	    lines[2], LINE_BYTES, "webhook-signature: %s", buf_str(&signature));
	err_clear(&why);
	out->is_taken = fetch(&request, &answer, &status, &why) == 0;
	out->is_gone = status == WEBHOOK_GONE;
	note(out, status, &why);
	buf_release(&answer);
	buf_release(&signature);
}

void webhook_send(const struct webhook_call *call,
    const struct webhook_message *message, struct webhook_answer *out)
{
	uint8_t secret[PEOPLE_HOOK_SECRET_BYTES];

	memset(out, 0, sizeof(*out));
	if (people_hook_unseal(
		call->key, call->hook->id, call->hook->secret, secret))
		post(call, message, secret, out);
	else
		snprintf(out->told, sizeof(out->told), "key");
	explicit_bzero(secret, sizeof(secret));
}

/* ---- how they fare ---- */

static const char *state_of(const struct hook *hook)
{
	if (hook->stopped_ms)
		return "stopped";
	return hook->failures ? "failing" : "good";
}

static void put_hook(
    struct json_writer *w, const struct hook *h, int64_t waiting)
{
	struct buf told = BUF_INIT(2 * ERR_TEXT_MAX);

	json_open_object(w);
	json_put_span(w, "id", h->id);
	json_put_span(w, "department", h->department);
	json_put_span(w, "url", h->url);
	accounts_put_time(w, "created_at", h->created_ms);
	json_put_str(w, "state", state_of(h));
	json_put_int(w, "waiting", waiting);
	json_put_int(w, "failures", h->failures);
	accounts_put_time(w, "failing_since", h->failing_since_ms);
	accounts_put_time(w, "next_at", h->stopped_ms ? 0 : h->next_ms);
	accounts_put_time(w, "tried_at", h->tried_ms);
	accounts_put_time(w, "sent_at", h->sent_ms);
	accounts_put_time(w, "stopped_at", h->stopped_ms);
	webhook_put_told(h->told, &told);
	json_put_span(w, "told", buf_span(&told));
	buf_release(&told);
	json_close_object(w);
}

enum err_code webhooks_document(struct store *office, const char *department,
    struct buf *out, struct err *err)
{
	struct arena *arena = arena_new();
	const struct hook *hooks = NULL;
	struct json_writer w;
	size_t count = 0, i;
	enum err_code rc = hook_all(office, arena, &hooks, &count, err);

	json_start(&w, out);
	json_open_object(&w);
	json_key(&w, "webhooks");
	json_open_array(&w);
	for (i = 0; i < count && !rc; i++) {
		int64_t waiting = 0;

		if (department && !span_is(hooks[i].department, department))
			continue;
		rc = hook_waiting(office, &hooks[i], &waiting, err);
		put_hook(&w, &hooks[i], waiting);
	}
	json_close_array(&w);
	json_close_object(&w);
	arena_free(&arena);
	return put_end(out, rc, err);
}

struct gauge {
	const char *name, *help;
	int64_t values[HOOKS_MAX];
};

static void put_gauge(const struct gauge *g, const struct hook *hooks,
    size_t count, struct buf *out)
{
	size_t i;

	buf_addf(out,
	    "# HELP gongxin_webhook_%s %s\n# TYPE gongxin_webhook_%s "
	    "gauge\n",
	    g->name, g->help, g->name);
	for (i = 0; i < count; i++)
		buf_addf(out, "gongxin_webhook_%s{webhook=\"%.*s\"} %lld\n",
		    g->name, (int)hooks[i].id.n, hooks[i].id.p,
		    (long long)g->values[i]);
}

enum err_code webhooks_metrics(
    struct store *office, struct buf *out, struct err *err)
{
	struct gauge waiting = {
	    "waiting", "Notices that its receiver has not taken.", {0}};
	struct gauge failures = {
	    "failures", "Attempts that failed since the last one taken.", {0}};
	struct gauge stopped = {"stopped", "1: it is not tried any more.", {0}};
	struct arena *arena = arena_new();
	const struct hook *hooks = NULL;
	size_t count = 0, i;
	enum err_code rc = hook_all(office, arena, &hooks, &count, err);

	for (i = 0; i < count && !rc; i++) {
		rc = hook_waiting(office, &hooks[i], &waiting.values[i], err);
		failures.values[i] = hooks[i].failures;
		stopped.values[i] = hooks[i].stopped_ms != 0;
	}
	if (!rc && count) {
		put_gauge(&waiting, hooks, count, out);
		put_gauge(&failures, hooks, count, out);
		put_gauge(&stopped, hooks, count, out);
	}
	arena_free(&arena);
	return rc;
}
