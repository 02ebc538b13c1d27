/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts: one row each. Nobody is ever deleted, so that what somebody did
 * keeps its name; an account is disabled instead. */
#include "people/people_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/utf8.h"
#include "ident/ident.h"

enum column {
	ID = 0,
	LOGIN,
	NAME,
	PASSWORD,
	MUST_CHANGE,
	TOTP,
	TOTP_STEP,
	IS_DISABLED,
	FAILURES,
	LOCKED_UNTIL,
	CREATED_AT,
	CHANGED_AT,
	OIDC
};

bool people_login_fold(struct span typed, char out[PEOPLE_LOGIN_MAX + 1])
{
	size_t i;

	if (typed.n < PEOPLE_LOGIN_MIN || typed.n > PEOPLE_LOGIN_MAX)
		return false;
	for (i = 0; i < typed.n; i++) {
		char c = typed.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			(i && (c == '.' || c == '_' || c == '-'))))
			return false;
		out[i] = c;
	}
	out[i] = '\0';
	return true;
}

/* ---- reading ---- */

static void take_user(struct store *store, struct arena *arena, enum sql_id id,
    struct people_user *out)
{
	*out = (struct people_user){
	    .id = store_column_int(store, id, ID),
	    .login = store_column_text(store, id, LOGIN, arena),
	    .name = store_column_text(store, id, NAME, arena),
	    .has_password = store_column_span(store, id, PASSWORD).n > 0,
	    .must_change = store_column_int(store, id, MUST_CHANGE) != 0,
	    .has_code = store_column(store, id, TOTP).kind == STORE_BLOB,
	    .is_disabled = store_column_int(store, id, IS_DISABLED) != 0,
	    .identity = store_column_text(store, id, OIDC, arena),
	    .failures = store_column_int(store, id, FAILURES),
	    .locked_until_ms = store_column_int(store, id, LOCKED_UNTIL),
	    .created_ms = store_column_int(store, id, CREATED_AT),
	    .changed_ms = store_column_int(store, id, CHANGED_AT),
	};
}

static enum err_code find(struct store *store, struct arena *arena,
    enum sql_id id, struct store_value key, struct people_user *out,
    struct err *err)
{
	enum err_code rc = store_start(store, id, &key, 1, err);

	if (store_next_row(store, id, &rc, err))
		take_user(store, arena, id, out);
	else if (!rc)
		rc = err_set(err, ERR_NOT_FOUND, "there is no such user");
	store_finish(store, id);
	return rc ? rc : people_grants_load(store, arena, out, err);
}

enum err_code people_user_find(struct store *store, struct arena *arena,
    const char *login, struct people_user *out, struct err *err)
{
	char folded[PEOPLE_LOGIN_MAX + 1];
	enum err_code rc;

	if (!people_login_fold(span_of(login), folded))
		return err_set(
		    err, ERR_NOT_FOUND, "there is no user \"%s\"", login);
	rc = find(store, arena, SQL_PEOPLE_USER_BY_LOGIN, store_str(folded),
	    out, err);
	if (rc == ERR_NOT_FOUND)
		return err_set(
		    err, ERR_NOT_FOUND, "there is no user \"%s\"", login);
	return rc;
}

enum err_code people_user_by_id(struct store *store, struct arena *arena,
    int64_t id, struct people_user *out, struct err *err)
{
	return find(
	    store, arena, SQL_PEOPLE_USER_BY_ID, store_int(id), out, err);
}

enum err_code people_users(struct store *store, struct arena *arena,
    struct people_user **out, size_t *count_out, struct err *err)
{
	const enum sql_id id = SQL_PEOPLE_USER_ALL;
	struct people_user *list = NULL;
	size_t count = 0, room = 0, i;
	enum err_code rc = store_start(store, id, NULL, 0, err);

	while (store_next_row(store, id, &rc, err)) {
		list = mem_grow(list, count, &room, sizeof(*list));
		take_user(store, arena, id, &list[count++]);
	}
	store_finish(store, id);
	for (i = 0; i < count && !rc; i++)
		rc = people_grants_load(store, arena, &list[i], err);
	*out = arena_zalloc(arena, count + 1, sizeof(*list));
	if (count)
		memcpy(*out, list, count * sizeof(*list));
	*count_out = count;
	free(list);
	return rc;
}

/* ---- what signing in needs ---- */

static void copy_text(struct span text, char *out, size_t room)
{
	size_t n = text.n < room ? text.n : room - 1;

	memcpy(out, text.n ? text.p : "", n);
	out[n] = '\0';
}

static enum err_code load_account(struct store *store, enum sql_id id,
    struct store_value key, struct people_account *out, struct err *err)
{
	enum err_code rc = store_start(store, id, &key, 1, err);

	memset(out, 0, sizeof(*out));
	if (store_next_row(store, id, &rc, err)) {
		struct span sealed = store_column_span(store, id, TOTP);

		out->id = store_column_int(store, id, ID);
		out->is_disabled = store_column_int(store, id, IS_DISABLED);
		out->failures = store_column_int(store, id, FAILURES);
		out->locked_until_ms =
		    store_column_int(store, id, LOCKED_UNTIL);
		out->totp_step = store_column_int(store, id, TOTP_STEP);
		out->has_code = sealed.n > 0;
		copy_text(store_column_span(store, id, PASSWORD), out->hash,
		    sizeof(out->hash));
		if (sealed.n == sizeof(out->sealed))
			memcpy(out->sealed, sealed.p, sealed.n);
	}
	store_finish(store, id);
	return rc;
}

enum err_code people_account_by_login(struct store *store, struct span login,
    struct people_account *out, struct err *err)
{
	char folded[PEOPLE_LOGIN_MAX + 1] = "";

	people_login_fold(login, folded); /* "" is nobody's */
	return load_account(
	    store, SQL_PEOPLE_USER_BY_LOGIN, store_str(folded), out, err);
}

enum err_code people_account_by_id(struct store *store, int64_t id,
    struct people_account *out, struct err *err)
{
	return load_account(
	    store, SQL_PEOPLE_USER_BY_ID, store_int(id), out, err);
}

/* ---- writing ---- */

enum err_code people_check_seen(const char *text, struct err *err)
{
	if (!utf8_has_unseen(text, strlen(text)))
		return 0;
	err_set(err, ERR_INPUT,
	    "a name or title holds characters that are not seen");
	err_hint(err, "Copied text brings them along: type it.");
	return ERR_INPUT;
}

static enum err_code check_name(const char *name, struct err *err)
{
	size_t n = strlen(name);

	if (!span_trim(span_of(name)).n || n > PEOPLE_NAME_BYTES_MAX ||
	    utf8_valid_prefix(name, n) != n || strpbrk(name, "\r\n\t"))
		return err_set(err, ERR_INPUT,
		    "a user's name is one line of at most %d bytes, "
		    "which are %d Chinese characters",
		    (int)PEOPLE_NAME_BYTES_MAX, (int)PEOPLE_NAME_HAN_MAX);
	return people_check_seen(name, err);
}

enum err_code people_user_check(
    const char *login, const char *name, struct err *err)
{
	char folded[PEOPLE_LOGIN_MAX + 1];

	/* Both stand in what is sealed of whatever the user does. */
	if (ident_holds_citizen(span_of(login)) ||
	    ident_holds_citizen(span_of(name))) {
		err_set(err, ERR_REFUSED,
		    "the login name or the name holds the identity number of a "
		    "person");
		err_hint(err, "It would be kept: give others.");
		return ERR_REFUSED;
	}
	if (!people_login_fold(span_of(login), folded)) {
		err_set(err, ERR_INPUT, "\"%s\" cannot be a login name", login);
		err_hint(err,
		    "Take %d to %d of the characters a-z, 0-9, dot, dash and "
		    "underscore, with a letter or digit first.",
		    (int)PEOPLE_LOGIN_MIN, (int)PEOPLE_LOGIN_MAX);
		return ERR_INPUT;
	}
	return check_name(name, err);
}

enum err_code people_user_add(struct store *store, const char *login,
    const char *name, const char *hash, bool must_change, int64_t now_ms,
    int64_t *id_out, struct err *err)
{
	char folded[PEOPLE_LOGIN_MAX + 1];
	struct people_account account;
	enum err_code rc = people_user_check(login, name, err);
	struct store_value row[] = {store_null(), store_str(name),
	    store_str(hash), store_int(must_change), store_int(now_ms),
	    store_int(now_ms)};

	ASSERT(store_in_transaction(store));
	if (rc)
		return rc;
	people_login_fold(span_of(login), folded);
	row[0] = store_str(folded);
	rc = people_account_by_login(store, span_of(folded), &account, err);
	if (!rc && account.id)
		return err_set(err, ERR_CONFLICT,
		    "there is a user \"%s\" already", folded);
	if (!rc)
		rc = store_run(
		    store, SQL_PEOPLE_USER_INSERT, row, ARRAY_COUNT(row), err);
	if (!rc)
		rc = people_account_by_login(
		    store, span_of(folded), &account, err);
	*id_out = account.id;
	return rc;
}

enum err_code people_user_set_password(struct store *store, int64_t id,
    const char *hash, bool must_change, int64_t keep_session, int64_t now_ms,
    struct err *err)
{
	struct store_value row[] = {store_str(hash), store_int(must_change),
	    store_int(now_ms), store_int(id)};
	enum err_code rc = store_run(
	    store, SQL_PEOPLE_USER_PASSWORD, row, ARRAY_COUNT(row), err);

	ASSERT(store_in_transaction(store));
	return rc ? rc : people_sessions_end(store, id, keep_session, err);
}

enum err_code people_user_set_disabled(struct store *store, int64_t id,
    bool is_disabled, int64_t now_ms, struct err *err)
{
	struct store_value row[] = {
	    store_int(is_disabled), store_int(now_ms), store_int(id)};
	enum err_code rc = store_run(
	    store, SQL_PEOPLE_USER_DISABLE, row, ARRAY_COUNT(row), err);

	ASSERT(store_in_transaction(store));
	if (!rc && is_disabled)
		rc = people_sessions_end(store, id, 0, err);
	return rc;
}

enum err_code people_user_drop_code(
    struct store *store, int64_t id, int64_t now_ms, struct err *err)
{
	struct store_value row[] = {
	    store_null(), store_int(0), store_int(now_ms), store_int(id)};
	enum err_code rc =
	    store_run(store, SQL_PEOPLE_USER_TOTP, row, ARRAY_COUNT(row), err);

	ASSERT(store_in_transaction(store));
	return rc ? rc : people_sessions_end(store, id, 0, err);
}

bool people_user_needs_code(const struct people_user *user)
{
	size_t i;

	for (i = 0; i < user->grants_count; i++)
		if (user->grants[i].role->needs_code)
			return true;
	return false;
}
