/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three threads share a queue; one that finds the keeping due does that
 * first. A provider that is slow holds up three sign-ins at a time and
 * nothing else; who comes when sixty-four wait is told to come later.
 *
 * Keys are fetched again when a token names one that we lack, since a
 * provider changes them without a word, but not more often than
 * KEYS_AGAIN_MS: a bad token must not make us ask. While they cannot be had,
 * not each sign-in asks, but one in KEEP_AGAIN_MS; the others are told that the
 * provider cannot be reached.
 */
#include "oidc/client.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/monotonic.h"
#include "base/tr.h"

enum {
	THREADS = 3,
	WAITING_MAX = 64,
	KEEP_MS = 60 * 60 * 1000,
	KEEP_AGAIN_MS = 3000, /* while there is nothing */
	KEYS_AGAIN_MS = 30 * 1000,
	FORM_BYTES_MAX = 16 * 1024
};

struct oidc {
	char *issuer, *client_id, *secret, *callback, *second_factor;
	int64_t (*now_ms)(void);
	void (*told)(enum err_code rc, const struct err *err);
	pthread_t threads[THREADS];
	int started;
	atomic_bool is_ending;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t filled;
	struct oidc_ask *first, **last;
	unsigned waiting;
	struct provider provider;
	bool is_found;
	bool was_told_lost;
	struct jwks *jwks;   /* with is_found */
	int64_t keys_due_ms; /* when they may be fetched again, monotonic */
	bool are_keys_lost;  /* fetching them failed the last time */
	int64_t due_ms;	     /* when the keeping is, monotonic */
	bool is_keeping;     /* a thread is at it */
	unsigned readers;    /* threads that judge by jwks */
	pthread_cond_t read; /* readers became 0 */
};

/* ---- keeping ---- */

/* Takes over the keys. Who judges by the old ones may finish. */
static void use_keys(struct oidc *oidc, struct jwks *jwks)
{
	struct jwks *old;

	pthread_mutex_lock(&oidc->lock);
	while (oidc->readers)
		pthread_cond_wait(&oidc->read, &oidc->lock);
	old = oidc->jwks;
	oidc->jwks = jwks;
	oidc->keys_due_ms = monotonic_ms() + KEYS_AGAIN_MS;
	oidc->are_keys_lost = false;
	pthread_mutex_unlock(&oidc->lock);
	jwks_free(&old);
}

static enum err_code get(
    struct oidc *oidc, const char *address, struct buf *out, struct err *err)
{
	const struct fetch_request request = {.address = address,
	    .whom = tr("the identity provider"),
	    .is_ending = &oidc->is_ending};

	return fetch(&request, out, NULL, err);
}

static enum err_code fetch_keys(
    struct oidc *oidc, const char *address, struct err *err)
{
	struct buf text = BUF_INIT(FETCH_BYTES_MAX);
	struct jwks *jwks = NULL;
	enum err_code rc = get(oidc, address, &text, err);

	if (!rc)
		rc = jwks_read(buf_span(&text), &jwks, err);
	if (!rc)
		use_keys(oidc, jwks);
	buf_release(&text);
	return rc;
}

static enum err_code find_provider(struct oidc *oidc, struct err *err)
{
	struct buf address = BUF_INIT(2 * FETCH_ADDRESS_MAX);
	struct buf text = BUF_INIT(FETCH_BYTES_MAX);
	struct provider provider;
	enum err_code rc;

	provider_address(oidc->issuer, &address);
	rc = get(oidc, buf_str(&address), &text, err);
	if (!rc)
		rc = provider_read(
		    buf_span(&text), oidc->issuer, &provider, err);
	if (!rc)
		rc = fetch_keys(oidc, provider.jwks, err);
	if (!rc) {
		pthread_mutex_lock(&oidc->lock);
		oidc->provider = provider;
		pthread_mutex_unlock(&oidc->lock);
	}
	buf_release(&address);
	buf_release(&text);
	return rc;
}

/* Under the lock, which is left meanwhile. What was found once is good until
 * something newer is: a provider that is away for a moment is no news. */
static void keep(struct oidc *oidc)
{
	bool is_news;
	struct err err;
	enum err_code rc;

	oidc->is_keeping = true;
	pthread_mutex_unlock(&oidc->lock);
	err_clear(&err);
	rc = find_provider(oidc, &err);
	pthread_mutex_lock(&oidc->lock);
	is_news = rc ? !oidc->was_told_lost : !oidc->is_found;
	oidc->was_told_lost = rc != 0;
	oidc->is_found = oidc->is_found || rc == 0;
	oidc->due_ms = monotonic_ms() + (rc ? KEEP_AGAIN_MS : KEEP_MS);
	oidc->is_keeping = false;
	if (is_news && oidc->told && !atomic_load(&oidc->is_ending)) {
		pthread_mutex_unlock(&oidc->lock);
		oidc->told(rc, &err);
		pthread_mutex_lock(&oidc->lock);
	}
}

/* ---- asking ---- */

static void put_form(const struct oidc *oidc, const struct oidc_ask *ask,
    bool is_secret_in_form, struct buf *out)
{
	flow_put_field(out, "grant_type", span_of("authorization_code"));
	flow_put_field(out, "code", span_of(ask->code));
	flow_put_field(out, "redirect_uri", span_of(oidc->callback));
	flow_put_field(out, "code_verifier", span_of(ask->flow.verifier));
	if (!is_secret_in_form)
		return;
	flow_put_field(out, "client_id", span_of(oidc->client_id));
	flow_put_field(out, "client_secret", span_of(oidc->secret));
}

static enum err_code redeem(struct oidc *oidc, const struct provider *provider,
    const struct oidc_ask *ask, struct buf *id_token_out, struct err *err)
{
	struct buf form = BUF_INIT(FORM_BYTES_MAX);
	struct buf answer = BUF_INIT(FETCH_BYTES_MAX);
	struct fetch_request request = {.address = provider->token,
	    .whom = tr("the identity provider"),
	    .is_ending = &oidc->is_ending};
	enum err_code rc;

	put_form(oidc, ask, provider->is_secret_in_form, &form);
	request.body = buf_span(&form);
	if (!provider->is_secret_in_form) {
		request.user = oidc->client_id;
		request.password = oidc->secret;
	}
	rc = fetch(&request, &answer, NULL, err);
	if (!rc)
		rc = provider_read_answer(buf_span(&answer), id_token_out, err);
	explicit_bzero(form.p, form.n);
	buf_release(&form);
	buf_release(&answer);
	return rc;
}

static enum err_code read_token(
    struct oidc *oidc, struct span token, struct oidc_ask *ask, struct err *err)
{
	const struct id_token_wanted wanted = {.issuer = oidc->issuer,
	    .client_id = oidc->client_id,
	    .nonce = ask->flow.nonce,
	    .second_factor = oidc->second_factor,
	    .now_s = oidc->now_ms() / 1000};
	enum err_code rc;

	pthread_mutex_lock(&oidc->lock);
	oidc->readers++;
	pthread_mutex_unlock(&oidc->lock);
	rc = id_token_read(oidc->jwks, token, &wanted, &ask->who, err);
	pthread_mutex_lock(&oidc->lock);
	if (--oidc->readers == 0)
		pthread_cond_broadcast(&oidc->read);
	pthread_mutex_unlock(&oidc->lock);
	return rc;
}

/* A token names a key that we lack. ERR_NOT_FOUND, with err left alone: there
 * are no newer ones. ERR_BUSY: they cannot be had. */
static enum err_code renew_keys(
    struct oidc *oidc, const char *address, struct err *err)
{
	bool is_due, are_lost;
	enum err_code rc;

	pthread_mutex_lock(&oidc->lock);
	is_due = monotonic_ms() >= oidc->keys_due_ms;
	are_lost = oidc->are_keys_lost;
	pthread_mutex_unlock(&oidc->lock);
	if (!is_due && are_lost)
		return err_set(err, ERR_BUSY,
		    "the identity provider cannot be reached just now");
	if (!is_due)
		return ERR_NOT_FOUND;
	rc = fetch_keys(oidc, address, err);
	if (!rc)
		return 0;
	pthread_mutex_lock(&oidc->lock);
	oidc->keys_due_ms = monotonic_ms() + KEEP_AGAIN_MS;
	oidc->are_keys_lost = true;
	pthread_mutex_unlock(&oidc->lock);
	err->code = ERR_BUSY;
	return ERR_BUSY;
}

static enum err_code ask_provider(
    struct oidc *oidc, struct oidc_ask *ask, struct err *err)
{
	struct buf token = BUF_INIT(JWS_BYTES_MAX);
	struct provider provider;
	bool is_found;
	enum err_code rc;

	pthread_mutex_lock(&oidc->lock);
	provider = oidc->provider;
	is_found = oidc->is_found;
	pthread_mutex_unlock(&oidc->lock);
	if (!is_found)
		return err_set(err, ERR_BUSY,
		    "the identity provider cannot be reached just now");
	rc = redeem(oidc, &provider, ask, &token, err);
	if (!rc)
		rc = read_token(oidc, buf_span(&token), ask, err);
	if (rc == ERR_NOT_FOUND) {
		rc = renew_keys(oidc, provider.jwks, err);
		if (!rc)
			rc = read_token(oidc, buf_span(&token), ask, err);
	}
	buf_release(&token);
	return rc;
}

/* ---- threads ---- */

static struct oidc_ask *take(struct oidc *oidc)
{
	struct oidc_ask *ask = oidc->first;

	if (!ask)
		return NULL;
	oidc->first = ask->next;
	if (!oidc->first)
		oidc->last = &oidc->first;
	oidc->waiting--;
	return ask;
}

static void serve(struct oidc *oidc, struct oidc_ask *ask)
{
	err_clear(&ask->err);
	if (atomic_load(&oidc->is_ending))
		ask->rc = err_set(&ask->err, ERR_BUSY,
		    "the identity provider cannot be reached just now");
	else
		ask->rc = ask_provider(oidc, ask, &ask->err);
	ask->done(ask);
}

/* Under the lock: until something is to do, or the keeping is due. */
static void wait_for_work(struct oidc *oidc)
{
	if (oidc->is_keeping)
		pthread_cond_wait(&oidc->filled, &oidc->lock);
	else
		monotonic_wait(&oidc->filled, &oidc->lock, oidc->due_ms);
}

static void *run(void *arg)
{
	struct oidc *oidc = arg;
	struct oidc_ask *ask;

	pthread_mutex_lock(&oidc->lock);
	while (oidc->first || !atomic_load(&oidc->is_ending)) {
		ask = take(oidc);
		if (ask) {
			pthread_mutex_unlock(&oidc->lock);
			serve(oidc, ask);
			pthread_mutex_lock(&oidc->lock);
		} else if (!oidc->is_keeping &&
		    monotonic_ms() >= oidc->due_ms) {
			keep(oidc);
			/* Somebody else may wait for the next time. */
			pthread_cond_broadcast(&oidc->filled);
		} else {
			wait_for_work(oidc);
		}
	}
	pthread_mutex_unlock(&oidc->lock);
	return NULL;
}

/* ---- from outside ---- */

static struct oidc *make(const struct oidc_plan *plan)
{
	struct oidc *oidc = mem_zalloc(1, sizeof(*oidc));

	oidc->issuer = mem_strdup(plan->issuer);
	oidc->client_id = mem_strdup(plan->client_id);
	oidc->secret = mem_strdup(plan->secret);
	oidc->callback = mem_strdup(plan->callback);
	oidc->second_factor = mem_strdup(plan->second_factor);
	oidc->now_ms = plan->now_ms;
	oidc->told = plan->told;
	oidc->last = &oidc->first;
	pthread_mutex_init(&oidc->lock, NULL);
	monotonic_cond_init(&oidc->filled);
	pthread_cond_init(&oidc->read, NULL);
	return oidc;
}

static enum err_code check_plan(const struct oidc_plan *plan, struct err *err)
{
	if (fetch_is_allowed(plan->issuer) && !strchr(plan->issuer, '?') &&
	    strlen(plan->issuer) < FETCH_ADDRESS_MAX - 64)
		return 0;
	err_set(err, ERR_INPUT, "\"%.200s\" is no issuer that may be asked",
	    plan->issuer);
	err_hint(err,
	    "It has to be an https address without a query; http only for "
	    "a provider on this machine.");
	return ERR_INPUT;
}

enum err_code oidc_start(
    const struct oidc_plan *plan, struct oidc **out, struct err *err)
{
	enum err_code rc = fetch_init(err);
	struct oidc *oidc;

	if (!rc)
		rc = check_plan(plan, err);
	if (rc)
		return rc;
	oidc = make(plan);
	for (; oidc->started < THREADS && !rc; oidc->started += rc == 0)
		if (pthread_create(
			&oidc->threads[oidc->started], NULL, run, oidc) != 0)
			rc = err_set(
			    err, ERR_SYSTEM, "could not start a thread");
	if (rc)
		oidc_stop(&oidc);
	else
		*out = oidc;
	return rc;
}

void oidc_stop(struct oidc **oidc)
{
	struct oidc *o = *oidc;

	if (!o)
		return;
	pthread_mutex_lock(&o->lock);
	atomic_store(&o->is_ending, true);
	pthread_cond_broadcast(&o->filled);
	pthread_mutex_unlock(&o->lock);
	while (o->started)
		pthread_join(o->threads[--o->started], NULL);
	jwks_free(&o->jwks);
	pthread_cond_destroy(&o->read);
	pthread_cond_destroy(&o->filled);
	pthread_mutex_destroy(&o->lock);
	explicit_bzero(o->secret, strlen(o->secret));
	free(o->issuer);
	free(o->client_id);
	free(o->secret);
	free(o->callback);
	free(o->second_factor);
	free(o);
	*oidc = NULL;
}

const char *oidc_issuer(const struct oidc *oidc)
{
	return oidc->issuer;
}

bool oidc_put_address(
    struct oidc *oidc, const struct flow *flow, struct buf *out)
{
	const struct flow_client client = {oidc->client_id, oidc->callback};
	char authorization[FETCH_ADDRESS_MAX + 1];
	bool is_found;

	pthread_mutex_lock(&oidc->lock);
	is_found = oidc->is_found;
	memcpy(
	    authorization, oidc->provider.authorization, sizeof(authorization));
	pthread_mutex_unlock(&oidc->lock);
	if (is_found)
		flow_put_address(flow, &client, authorization, out);
	return is_found;
}

bool oidc_ask(struct oidc *oidc, struct oidc_ask *ask)
{
	bool is_room;

	pthread_mutex_lock(&oidc->lock);
	is_room = oidc->waiting < WAITING_MAX && !atomic_load(&oidc->is_ending);
	if (is_room) {
		ask->next = NULL;
		*oidc->last = ask;
		oidc->last = &ask->next;
		oidc->waiting++;
		pthread_cond_signal(&oidc->filled);
	}
	pthread_mutex_unlock(&oidc->lock);
	return is_room;
}
