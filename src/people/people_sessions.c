/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions of browsers. The browser holds 256 random bits, the table their
 * digest: who reads the table cannot take anybody's place.
 *
 *	start --> (code) --> whole --> ended by its user, by an administrator,
 *	  |         |          |      by a change of rights, by 30 minutes of
 *	  +--renew--+---renew--+      silence, or 12 hours after its start
 *
 * Its row stays for some days after that, and so does that of each secret
 * which another one has replaced: whoever comes with one was somebody, and
 * that he was refused can be told of him.
 *
 * What it still wants is worked out from the account each time, so no
 * session keeps a right that its user has lost.
 */
#include "people/people_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { CLIENT_BYTES_MAX = 48, AGENT_BYTES_MAX = 200 };

/* ---- starting and renewing ---- */

/* Printable text of at most max bytes, whatever was sent. */
static struct span clean(struct span text, char *out, size_t max)
{
	size_t n = text.n < max ? text.n : max, i;

	for (i = 0; i < n; i++)
		out[i] = text.p[i] >= ' ' && text.p[i] < 127 ? text.p[i] : '?';
	return (struct span){out, n};
}

enum err_code people_session_start(struct store *store, int64_t user_id,
    bool has_code, struct span client, struct span agent, int64_t now_ms,
    char secret_out[PEOPLE_SECRET_CHARS + 1], struct err *err)
{
	char client_text[CLIENT_BYTES_MAX], agent_text[AGENT_BYTES_MAX];
	uint8_t digest[SHA256_BYTES];
	struct store_value row[] = {store_int(people_random_id()),
	    store_blob(digest, sizeof(digest)), store_int(user_id),
	    store_int(has_code), store_int(now_ms), store_int(now_ms),
	    store_text(clean(client, client_text, sizeof(client_text))),
	    store_text(clean(agent, agent_text, sizeof(agent_text)))};

	ASSERT(store_in_transaction(store));
	people_random_secret(secret_out);
	people_digest(span_of(secret_out), digest);
	return store_run(
	    store, SQL_PEOPLE_SESSION_INSERT, row, ARRAY_COUNT(row), err);
}

static enum err_code require_open(
    struct store *store, int64_t user_id, int64_t session_id, struct err *err)
{
	struct store_value key[] = {store_int(session_id), store_int(user_id)};
	int64_t is_there = 0;
	enum err_code rc = store_get_int(
	    store, SQL_PEOPLE_SESSION_HAS, key, 2, 0, &is_there, err);

	return rc || is_there
	    ? rc
	    : err_set(err, ERR_NOT_FOUND, "the session has been ended");
}

enum err_code people_session_renew(struct store *store, int64_t user_id,
    int64_t session_id, bool has_code, int64_t now_ms,
    char secret_out[PEOPLE_SECRET_CHARS + 1], struct err *err)
{
	uint8_t digest[SHA256_BYTES];
	struct store_value row[] = {store_int(people_random_id()),
	    store_blob(digest, sizeof(digest)), store_int(has_code),
	    store_int(now_ms), store_int(session_id)};
	enum err_code rc = require_open(store, user_id, session_id, err);

	ASSERT(store_in_transaction(store));
	if (rc)
		return rc;
	people_random_secret(secret_out);
	people_digest(span_of(secret_out), digest);
	rc = store_run(
	    store, SQL_PEOPLE_SESSION_COPY, row, ARRAY_COUNT(row), err);
	return rc ? rc : people_session_end(store, user_id, session_id, err);
}

/* ---- who is it? ---- */

struct row {
	int64_t id, user_id, created_ms, seen_ms;
	bool has_code;
};

static enum err_code load_row(
    struct store *store, struct span secret, struct row *out, struct err *err)
{
	const enum sql_id id = SQL_PEOPLE_SESSION_BY_SECRET;
	uint8_t digest[SHA256_BYTES];
	struct store_value key = store_blob(digest, sizeof(digest));
	enum err_code rc;

	memset(out, 0, sizeof(*out));
	people_digest(secret, digest);
	rc = store_start(store, id, &key, 1, err);
	if (store_next_row(store, id, &rc, err)) {
		out->id = store_column_int(store, id, 0);
		out->user_id = store_column_int(store, id, 1);
		out->has_code = store_column_int(store, id, 2) != 0;
		out->created_ms = store_column_int(store, id, 3);
		out->seen_ms = store_column_int(store, id, 4);
	}
	store_finish(store, id);
	return rc;
}

/* seen_ms is 0 where somebody ended it. Times in the future come from a clock
 * that was wrong: ended. */
static bool has_ended(int64_t created_ms, int64_t seen_ms, int64_t now_ms)
{
	return seen_ms == 0 || now_ms - created_ms >= PEOPLE_SESSION_MS ||
	    now_ms - seen_ms >= PEOPLE_SESSION_IDLE_MS ||
	    created_ms - now_ms > PEOPLE_SEEN_MS;
}

/* has_code: the second factor was given, ours or the provider's. */
static enum people_stage stage_of(const struct people_user *user, bool has_code)
{
	if (user->has_code && !has_code)
		return PEOPLE_STAGE_CODE;
	if (user->must_change)
		return PEOPLE_STAGE_PASSWORD;
	if (!has_code && people_user_needs_code(user))
		return PEOPLE_STAGE_ENROL;
	return PEOPLE_STAGE_WHOLE;
}

static uint32_t capabilities_of(const struct people_user *user)
{
	uint32_t all = 0;
	size_t i;

	for (i = 0; i < user->grants_count; i++)
		all |= user->grants[i].role->capabilities;
	return all;
}

/* Is it worth nothing any more? */
static bool is_over(
    const struct row *row, const struct people_user *user, int64_t now_ms)
{
	return has_ended(row->created_ms, row->seen_ms, now_ms) ||
	    user->is_disabled ||
	    (stage_of(user, row->has_code) == PEOPLE_STAGE_CODE &&
		now_ms - row->created_ms >= PEOPLE_SESSION_PARTLY_MS);
}

static void fill_caller(
    const struct row *row, int64_t now_ms, struct people_caller *out)
{
	out->was = PEOPLE_SESSION;
	if (is_over(row, &out->user, now_ms))
		return;
	out->kind = PEOPLE_SESSION;
	out->stage = stage_of(&out->user, row->has_code);
	out->session_id = row->id;
	out->has_code = row->has_code;
	out->is_seen_due = now_ms - row->seen_ms >= PEOPLE_SEEN_MS;
	if (out->stage == PEOPLE_STAGE_WHOLE)
		out->capabilities = capabilities_of(&out->user);
}

enum err_code people_session_find(struct store *store, struct arena *arena,
    struct span secret, int64_t now_ms, struct people_caller *out,
    struct err *err)
{
	enum err_code rc;
	struct row row;

	memset(out, 0, sizeof(*out));
	if (secret.n != PEOPLE_SECRET_CHARS)
		return 0;
	rc = load_row(store, secret, &row, err);
	if (rc || !row.id)
		return rc;
	rc = people_user_by_id(store, arena, row.user_id, &out->user, err);
	if (!rc)
		fill_caller(&row, now_ms, out);
	return rc;
}

/* ---- keeping ---- */

enum err_code people_session_seen(
    struct store *store, int64_t session_id, int64_t now_ms, struct err *err)
{
	struct store_value row[] = {store_int(now_ms), store_int(session_id)};

	ASSERT(store_in_transaction(store));
	return store_run(store, SQL_PEOPLE_SESSION_SEEN, row, 2, err);
}

enum err_code people_session_end(
    struct store *store, int64_t user_id, int64_t session_id, struct err *err)
{
	struct store_value row[] = {store_int(user_id), store_int(session_id)};

	ASSERT(store_in_transaction(store));
	return store_run(store, SQL_PEOPLE_SESSION_END, row, 2, err);
}

enum err_code people_session_dismiss(
    struct store *store, int64_t user_id, int64_t session_id, struct err *err)
{
	enum err_code rc = require_open(store, user_id, session_id, err);

	return rc ? rc : people_session_end(store, user_id, session_id, err);
}

enum err_code people_sessions_end(
    struct store *store, int64_t user_id, int64_t keep, struct err *err)
{
	struct store_value row[] = {store_int(user_id), store_int(keep)};

	ASSERT(store_in_transaction(store));
	return store_run(store, SQL_PEOPLE_SESSION_END_OTHERS, row, 2, err);
}

enum err_code people_sessions_sweep(
    struct store *store, int64_t now_ms, struct err *err)
{
	struct store_value before = store_int(now_ms - PEOPLE_SESSION_KNOWN_MS);

	ASSERT(store_in_transaction(store));
	return store_run(store, SQL_PEOPLE_SESSION_SWEEP, &before, 1, err);
}

static struct people_session *add_session(struct store *store,
    struct arena *arena, struct people_session *list, size_t count)
{
	const enum sql_id id = SQL_PEOPLE_SESSION_OF;

	list = mem_realloc(list, count + 1, sizeof(*list));
	list[count] = (struct people_session){
	    .id = store_column_int(store, id, 0),
	    .has_code = store_column_int(store, id, 2) != 0,
	    .created_ms = store_column_int(store, id, 3),
	    .seen_ms = store_column_int(store, id, 4),
	    .client = store_column_text(store, id, 5, arena),
	    .agent = store_column_text(store, id, 6, arena),
	};
	return list;
}

enum err_code people_sessions(struct store *store, struct arena *arena,
    int64_t user_id, int64_t now_ms, struct people_session **out,
    size_t *count_out, struct err *err)
{
	const enum sql_id id = SQL_PEOPLE_SESSION_OF;
	struct store_value key = store_int(user_id);
	struct people_session *list = NULL;
	size_t count = 0;
	enum err_code rc = store_start(store, id, &key, 1, err);

	while (store_next_row(store, id, &rc, err))
		if (!has_ended(store_column_int(store, id, 3),
			store_column_int(store, id, 4), now_ms)) {
			list = add_session(store, arena, list, count);
			count++;
		}
	store_finish(store, id);
	*out = arena_zalloc(arena, count + 1, sizeof(*list));
	if (count)
		memcpy(*out, list, count * sizeof(*list));
	*count_out = count;
	free(list);
	return rc;
}
