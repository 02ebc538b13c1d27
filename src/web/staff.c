/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A caller is known by one thing only: the Authorization header when there
 * is one, else the cookie. A bad token is nobody, whatever cookie is there.
 *
 * The cookie is called __Host-gx where browsers speak TLS: then no other
 * host and no plain connection can have set it. Lax, so that a link from a
 * letter leads where it should; what changes something is a POST, and http
 * asks there for more than the cookie.
 *
 * Tokens are remembered for a second, since programs send the same one some
 * thousand times; office_change_stamp tells when another process changed one.
 *
 * A token's rate is a bucket of one second, kept in memory: a restart
 * forgives, which a second of calls does not matter for.
 */
#include "web/staff.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "api/office_key.h"
#include "base/check.h"
#include "base/monotonic.h"
#include "calendar/calendar.h"
#include "web/site_priv.h"

enum { BUCKETS = 256, UNIT = 1000, REMEMBER_MS = 1000, TOKEN_TEXTS = 4 };

/* A token that was found good. */
struct known_token {
	uint8_t digest[SHA256_BYTES]; /* of all of it */
	int64_t at_ms;		      /* when it was looked up, monotonic */
	int64_t stamp;		      /* office_change_stamp then */
	struct people_caller who;
	char *texts[TOKEN_TEXTS]; /* what who points to, owned */
};

/* Calls that are left, in thousandths. */
struct bucket {
	char id[PEOPLE_TOKEN_ID_CHARS + 1];
	int64_t left;
	int64_t at_ms;
};

struct staff {
	struct home home; /* names the directory; its store is not opened */
	struct home_options options;
	struct office office, beside; /* the desk's */
	struct desk *desk;
	struct people_key key;
	bool is_secure;
	pthread_mutex_t lock; /* of what follows */
	struct bucket buckets[BUCKETS];
	struct known_token known[BUCKETS]; /* by the digest's first byte */
};

static void forget_token(struct known_token *k)
{
	size_t i;

	for (i = 0; i < TOKEN_TEXTS; i++)
		free(k->texts[i]);
	memset(k, 0, sizeof(*k));
}

/* ---- open and close ---- */

/* Answers go on meanwhile: who runs the site would not know otherwise. */
static void tell_trouble(const struct err *err)
{
	if (err)
		fprintf(stderr, "gongxin: %s: %s %s\n",
		    "the files of the log of uses are not kept up",
		    err->message, err->detail);
	else
		fprintf(stderr,
		    "gongxin: the files of the log of uses are kept up "
		    "again\n");
}

enum err_code staff_open(
    const struct staff_plan *plan, struct staff **out, struct err *err)
{
	struct staff *s = mem_zalloc(1, sizeof(*s));
	enum err_code rc = home_open(plan->data, &s->home, err);

	s->options = *plan->home;
	s->is_secure = plan->is_secure;
	pthread_mutex_init(&s->lock, NULL);
	*out = s;
	if (!rc)
		rc = office_key_load(&s->home, &s->key, err);
	if (!rc)
		rc = office_open(
		    &s->home, HOME_WRITE, &s->options, &s->office, err);
	if (!rc)
		rc = office_open(
		    &s->home, HOME_WRITE, &s->options, &s->beside, err);
	if (!rc) {
		const struct desk_plan desk = {.store = s->office.store,
		    .ledger = s->office.uses,
		    .second = s->beside.store,
		    .second_ledger = s->beside.uses,
		    .now_ms = calendar_now_ms,
		    .on_trouble = tell_trouble};

		rc = desk_start(&desk, &s->desk, err);
	}
	if (rc)
		staff_close(out);
	return rc;
}

void staff_close(struct staff **staff)
{
	struct staff *s = *staff;
	size_t i;

	if (!s)
		return;
	for (i = 0; i < BUCKETS; i++)
		forget_token(&s->known[i]);
	desk_stop(&s->desk);
	office_close(&s->office);
	office_close(&s->beside);
	home_close(&s->home);
	people_key_clear(&s->key);
	pthread_mutex_destroy(&s->lock);
	free(s);
	*staff = NULL;
}

enum err_code staff_reader(
    struct staff *staff, struct office *out, struct err *err)
{
	return office_open(&staff->home, HOME_READ, &staff->options, out, err);
}

const struct people_key *staff_key(const struct staff *staff)
{
	return &staff->key;
}

enum err_code staff_run(
    struct staff *staff, desk_job *job, void *ctx, struct err *err)
{
	return desk_run(staff->desk, job, ctx, err);
}

bool staff_ask(struct staff *staff, struct desk_ask *ask)
{
	return desk_ask(staff->desk, ask);
}

struct staff_state staff_now(const struct staff *staff)
{
	return (struct staff_state){
	    .published = desk_published(staff->desk),
	    .has_trouble = desk_trouble(staff->desk, NULL) != 0,
	};
}

void staff_when_published(struct staff *staff, struct desk_wait *wait)
{
	desk_when_published(staff->desk, wait);
}

/* ---- cookies ---- */

static const char *cookie_name(const struct staff *staff)
{
	return staff->is_secure ? "__Host-gx" : "gx";
}

struct span staff_session(
    const struct staff *staff, const struct http_request *request)
{
	return http_cookie(request, cookie_name(staff));
}

static const char *flow_name(const struct staff *staff)
{
	return staff->is_secure ? "__Host-gx-flow" : "gx-flow";
}

struct span staff_flow(
    const struct staff *staff, const struct http_request *request)
{
	return http_cookie(request, flow_name(staff));
}

void staff_set_flow(const struct staff *staff, struct http_response *response,
    const char *value, int seconds)
{
	http_add_header(response, "Set-Cookie",
	    "%s=%s; Path=/; HttpOnly; SameSite=Lax%s; Max-Age=%d",
	    flow_name(staff), value, staff->is_secure ? "; Secure" : "",
	    value[0] ? seconds : 0);
}

void staff_set_cookie(const struct staff *staff, struct http_response *response,
    const char *secret)
{
	http_add_header(response, "Set-Cookie",
	    "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s", cookie_name(staff),
	    secret, staff->is_secure ? "; Secure" : "",
	    secret[0] ? "" : "; Max-Age=0");
}

/* ---- a token's rate ---- */

/* The token's bucket, or the one that was used longest ago, emptied of what
 * it knew. */
static struct bucket *find_bucket(
    struct staff *staff, const char *id, int64_t rate)
{
	struct bucket *oldest = &staff->buckets[0];
	size_t i;

	for (i = 0; i < BUCKETS; i++) {
		struct bucket *b = &staff->buckets[i];

		if (strcmp(b->id, id) == 0)
			return b;
		if (b->at_ms < oldest->at_ms)
			oldest = b;
	}
	snprintf(oldest->id, sizeof(oldest->id), "%s", id);
	oldest->left = rate * UNIT;
	oldest->at_ms = monotonic_ms();
	return oldest;
}

static bool take_call(struct staff *staff, const char *id, int64_t rate)
{
	int64_t now = monotonic_ms();
	struct bucket *b;
	bool is_allowed;

	pthread_mutex_lock(&staff->lock);
	b = find_bucket(staff, id, rate);
	if (now - b->at_ms >= UNIT)
		b->left = rate * UNIT;
	else
		b->left += (now - b->at_ms) * rate;
	if (b->left > rate * UNIT)
		b->left = rate * UNIT;
	b->at_ms = now;
	is_allowed = b->left >= UNIT;
	if (is_allowed)
		b->left -= UNIT;
	pthread_mutex_unlock(&staff->lock);
	return is_allowed;
}

/* ---- who calls? ---- */

static enum err_code write_seen(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	const struct people_caller *who = ctx;

	if (who->kind == PEOPLE_TOKEN)
		return people_token_used(
		    turn->store, who->token_id, turn->now_ms, err);
	return people_session_seen(
	    turn->store, who->session_id, turn->now_ms, err);
}

static const char *page_of_stage(enum people_stage stage)
{
	switch (stage) {
	case PEOPLE_STAGE_CODE:
		return "/sign-in/code";
	case PEOPLE_STAGE_PASSWORD:
		return "/account/password";
	case PEOPLE_STAGE_ENROL:
		return "/account/code";
	case PEOPLE_STAGE_WHOLE:
	default:
		return NULL;
	}
}

static void fill_session(struct staff *staff,
    const struct http_request *request, const struct people_caller *who,
    struct http_caller *out)
{
	char *token = arena_alloc(request->arena, PEOPLE_SECRET_CHARS + 1);

	people_form_token(&staff->key, staff_session(staff, request), token);
	out->form_token = token;
	out->instead = page_of_stage(who->stage);
	out->capabilities = 1ull << SITE_AT_CODE;
	if (who->stage != PEOPLE_STAGE_CODE)
		out->capabilities |= 1ull << SITE_AT_ACCOUNT;
	if (who->stage == PEOPLE_STAGE_WHOLE)
		out->capabilities |= 1ull << SITE_WHOLE |
		    1ull << HTTP_SIGNED_IN |
		    (uint64_t)who->capabilities << SITE_MAY;
}

/* ---- tokens that are remembered ---- */

/* The caller's texts into the arena. */
static void copy_caller(const struct people_caller *from, struct arena *arena,
    struct people_caller *out)
{
	*out = *from;
	out->token_id = arena_strdup(arena, from->token_id);
	out->token_title = arena_strdup(arena, from->token_title);
	out->department = arena_strdup(arena, from->department);
	out->matters = arena_strdup(arena, from->matters);
}

static bool recall_token(struct staff *staff, const uint8_t *digest,
    int64_t stamp, struct arena *arena, struct people_caller *out)
{
	struct known_token *k = &staff->known[digest[0]];
	bool is_known;

	pthread_mutex_lock(&staff->lock);
	is_known = k->who.kind == PEOPLE_TOKEN && k->stamp == stamp &&
	    monotonic_ms() - k->at_ms < REMEMBER_MS &&
	    memcmp(k->digest, digest, SHA256_BYTES) == 0;
	if (is_known)
		copy_caller(&k->who, arena, out);
	pthread_mutex_unlock(&staff->lock);
	return is_known;
}

static void remember_token(struct staff *staff, const uint8_t *digest,
    int64_t stamp, const struct people_caller *who)
{
	struct known_token *k = &staff->known[digest[0]];

	pthread_mutex_lock(&staff->lock);
	forget_token(k);
	memcpy(k->digest, digest, SHA256_BYTES);
	k->at_ms = monotonic_ms();
	k->stamp = stamp;
	k->who = *who;
	k->who.is_seen_due = false; /* it is being written */
	k->who.token_id = k->texts[0] = mem_strdup(who->token_id);
	k->who.token_title = k->texts[1] = mem_strdup(who->token_title);
	k->who.department = k->texts[2] = mem_strdup(who->department);
	k->who.matters = k->texts[3] = mem_strdup(who->matters);
	pthread_mutex_unlock(&staff->lock);
}

static enum err_code find_token(struct site_worker *worker,
    const struct http_request *request, struct span token,
    struct people_caller *who, struct err *err)
{
	struct staff *staff = worker->site->staff;
	uint8_t digest[SHA256_BYTES];
	enum err_code rc;

	if (!worker->has_stamp)
		worker->stamp = office_change_stamp(&staff->home);
	worker->has_stamp = true;
	sha256_bytes(token.p, token.n, digest);
	if (recall_token(staff, digest, worker->stamp, request->arena, who))
		return 0;
	rc = people_token_find(
	    worker->office, request->arena, token, calendar_now_ms(), who, err);
	if (!rc && who->kind == PEOPLE_TOKEN)
		remember_token(staff, digest, worker->stamp, who);
	return rc;
}

static enum err_code find_caller(struct site_worker *worker,
    const struct http_request *request, struct people_caller *who,
    struct err *err)
{
	struct span header = http_header(request, "Authorization");
	int64_t now_ms = calendar_now_ms();

	if (!header.p)
		return people_session_find(worker->office, request->arena,
		    staff_session(worker->site->staff, request), now_ms, who,
		    err);
	if (header.n < 7 || strncasecmp(header.p, "Bearer ", 7) != 0)
		return 0;
	return find_token(worker, request,
	    (struct span){header.p + 7, header.n - 7}, who, err);
}

enum err_code staff_identify(void *arg, const struct http_request *request,
    struct http_caller *out, struct err *err)
{
	struct site_worker *worker = arg;
	struct staff *staff = worker->site->staff;
	struct people_caller *who =
	    arena_zalloc(request->arena, 1, sizeof(*who));
	enum err_code rc;

	if (!worker->office)
		return err_set(err, ERR_BUSY, "nobody can sign in just now");
	rc = find_caller(worker, request, who, err);
	if (rc)
		return rc;
	out->who = who;
	if (who->kind == PEOPLE_SESSION) {
		fill_session(staff, request, who, out);
	} else if (who->kind == PEOPLE_TOKEN) {
		out->capabilities = 1ull << HTTP_SIGNED_IN |
		    (uint64_t)who->capabilities << SITE_MAY;
		out->retry_s = !take_call(staff, who->token_id, who->rate);
	} else {
		out->instead = "/sign-in";
	}
	return who->is_seen_due ? staff_run(staff, write_seen, who, err) : 0;
}

const struct people_caller *staff_caller(const struct http_request *request)
{
	ASSERT(request->caller.who != NULL);
	return request->caller.who;
}
