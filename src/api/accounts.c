/* SPDX-License-Identifier: Apache-2.0 */
/* No secret and no digest of one is ever put into a document. */
#include "api/accounts.h"

#include "api/put.h"
#include "base/tr.h"

void accounts_put_time(struct json_writer *w, const char *key, int64_t ms)
{
	char text[32];

	if (ms)
		json_put_str(w, key, date_format_unix(ms, text));
	else
		put_null(w, key);
}

void accounts_put_name(struct json_writer *w, const char *key,
    struct store *store, const char *login)
{
	static const char program[] = "token ";
	struct arena *arena = arena_new();
	struct people_user user = {.name = ""};
	struct people_token token;
	const char *name = "";

	if (strncmp(login, program, sizeof(program) - 1) != 0) {
		if (login[0] &&
		    people_user_find(store, arena, login, &user, NULL) == 0)
			name = user.name;
	} else if (people_token_get(store, arena, login + sizeof(program) - 1,
		       &token, NULL) == 0) {
		name =
		    arena_printf(arena, tr("the program \"%s\""), token.title);
	}
	json_put_str(w, key, name);
	arena_free(&arena);
}

static void put_capabilities(struct json_writer *w, uint32_t capabilities)
{
	int i;

	json_key(w, "capabilities");
	json_open_array(w);
	for (i = 0; i < PEOPLE_CAPABILITY_COUNT; i++)
		if (capabilities & 1u << i)
			json_add_string(w,
			    span_of(people_capability((enum people_capability)i)
					->id));
	json_close_array(w);
}

static void put_grant(struct json_writer *w, const struct people_grant *grant)
{
	json_open_object(w);
	json_put_str(w, "role", grant->role->id);
	json_put_str(w, "title", tr(grant->role->title));
	json_put_str(w, "department", grant->department);
	json_put_str(w, "division", grant->division);
	json_put_str(w, "organisation", grant->organisation);
	accounts_put_time(w, "granted_at", grant->granted_ms);
	json_put_str(w, "granted_by", grant->granted_by);
	json_close_object(w);
}

static void put_user(
    struct json_writer *w, const struct people_user *user, int64_t now_ms)
{
	bool is_locked = people_is_locked(user->locked_until_ms, now_ms);
	size_t i;

	json_put_str(w, "login", user->login);
	json_put_str(w, "name", user->name);
	json_put_bool(w, "is_disabled", user->is_disabled);
	json_put_bool(w, "is_locked", is_locked);
	accounts_put_time(
	    w, "locked_until", is_locked ? user->locked_until_ms : 0);
	json_put_bool(w, "has_password", user->has_password);
	json_put_bool(w, "must_change_password", user->must_change);
	json_put_str(w, "identity", user->identity);
	json_put_bool(w, "has_code", user->has_code);
	json_put_bool(w, "needs_code", people_user_needs_code(user));
	json_put_int(w, "failures", user->failures);
	accounts_put_time(w, "created_at", user->created_ms);
	accounts_put_time(w, "changed_at", user->changed_ms);
	json_key(w, "grants");
	json_open_array(w);
	for (i = 0; i < user->grants_count; i++)
		put_grant(w, &user->grants[i]);
	json_close_array(w);
}

enum err_code accounts_users(
    struct store *store, int64_t now_ms, struct buf *out, struct err *err)
{
	struct arena *arena = arena_new();
	struct people_user *users;
	struct json_writer w;
	size_t count = 0, i;
	enum err_code rc = people_users(store, arena, &users, &count, err);

	json_start(&w, out);
	json_open_object(&w);
	json_key(&w, "users");
	json_open_array(&w);
	for (i = 0; i < count && !rc; i++) {
		json_open_object(&w);
		put_user(&w, &users[i], now_ms);
		json_close_object(&w);
	}
	json_close_array(&w);
	json_close_object(&w);
	arena_free(&arena);
	return put_end(out, rc, err);
}

static enum err_code put_sessions(struct json_writer *w, struct store *store,
    struct arena *arena, const struct people_user *user, int64_t now_ms,
    struct err *err)
{
	struct people_session *list;
	size_t count = 0, i;
	enum err_code rc =
	    people_sessions(store, arena, user->id, now_ms, &list, &count, err);

	json_key(w, "sessions");
	json_open_array(w);
	for (i = 0; i < count && !rc; i++) {
		json_open_object(w);
		accounts_put_time(w, "created_at", list[i].created_ms);
		accounts_put_time(w, "seen_at", list[i].seen_ms);
		json_put_str(w, "client", list[i].client);
		json_put_str(w, "agent", list[i].agent);
		json_close_object(w);
	}
	json_close_array(w);
	return rc;
}

enum err_code accounts_user(struct store *store, const char *login,
    int64_t now_ms, struct buf *out, struct err *err)
{
	struct arena *arena = arena_new();
	struct people_user user;
	struct json_writer w;
	enum err_code rc = people_user_find(store, arena, login, &user, err);

	json_start(&w, out);
	json_open_object(&w);
	if (!rc) {
		put_user(&w, &user, now_ms);
		rc = put_sessions(&w, store, arena, &user, now_ms, err);
	}
	json_close_object(&w);
	arena_free(&arena);
	return put_end(out, rc, err);
}

static void put_token(
    struct json_writer *w, const struct people_token *token, int64_t now_ms)
{
	bool is_good = !token->revoked_ms && token->expires_ms > now_ms;

	json_open_object(w);
	json_put_str(w, "id", token->id);
	json_put_str(w, "title", token->title);
	json_put_str(w, "department", token->department);
	put_capabilities(w, token->capabilities);
	json_put_str(w, "matters", token->matters);
	json_put_int(w, "rate", token->rate);
	json_put_bool(w, "is_good", is_good);
	accounts_put_time(w, "created_at", token->created_ms);
	json_put_str(w, "created_by", token->created_by);
	accounts_put_time(w, "expires_at", token->expires_ms);
	accounts_put_time(w, "revoked_at", token->revoked_ms);
	accounts_put_time(w, "used_at", token->used_ms);
	accounts_put_time(w, "old_secret_until",
	    is_good && token->old_until_ms > now_ms ? token->old_until_ms : 0);
	json_close_object(w);
}

enum err_code accounts_tokens(
    struct store *store, int64_t now_ms, struct buf *out, struct err *err)
{
	struct arena *arena = arena_new();
	struct people_token *tokens;
	struct json_writer w;
	size_t count = 0, i;
	enum err_code rc = people_tokens(store, arena, &tokens, &count, err);

	json_start(&w, out);
	json_open_object(&w);
	json_key(&w, "tokens");
	json_open_array(&w);
	for (i = 0; i < count && !rc; i++)
		put_token(&w, &tokens[i], now_ms);
	json_close_array(&w);
	json_close_object(&w);
	arena_free(&arena);
	return put_end(out, rc, err);
}

enum err_code accounts_departments(struct store *store,
    const struct catalog *catalog, int64_t now_ms, struct buf *out,
    struct err *err)
{
	enum err_code rc = 0;
	struct json_writer w;
	size_t i;

	json_start(&w, out);
	json_open_object(&w);
	json_key(&w, "departments");
	json_open_array(&w);
	for (i = 0; i < catalog->departments_count && !rc; i++) {
		const struct cat_department *d = &catalog->departments[i];
		int64_t users = 0, tokens = 0;

		rc = people_grant_users(store, d->id, &users, err);
		if (!rc)
			rc = people_token_count(
			    store, d->id, now_ms, &tokens, err);
		json_open_object(&w);
		json_put_str(&w, "id", d->id);
		json_put_str(&w, "title", d->title);
		json_put_str(&w, "division", d->division);
		json_put_int(&w, "users", users);
		json_put_int(&w, "tokens", tokens);
		json_close_object(&w);
	}
	json_close_array(&w);
	json_close_object(&w);
	return put_end(out, rc, err);
}
