/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identities of a provider, and sign-ins that came back from it:
 *
 *	claim --> settle --> take
 *	  |	    |	       once: a session is started in the same
 *	  |	    |	       transaction, by the caller
 *	  |	    by a thread that asked the provider
 *	  once for what a browser holds: a callback that is sent again, by
 *	  whomever, is refused before the provider is asked
 *
 * An account is linked to at most one identity and an identity to at most
 * one account, by an administrator. Nothing is ever made for an identity
 * that is nobody's. The lock of wrong passwords is not looked at, and not
 * touched: it guards the password, which plays no part here; or whoever
 * knows a login could keep its owner out.
 */
#include "people/people_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "ident/ident.h"

enum { SUBJECT_BYTES_MAX = 255 };

/* ---- identities ---- */

enum err_code people_identity_write(const char *issuer, const char *subject,
    char out[PEOPLE_IDENTITY_BYTES_MAX + 1], struct err *err)
{
	struct buf text = BUF_INIT(PEOPLE_IDENTITY_BYTES_MAX);
	size_t n = strlen(subject), i;

	if (ident_holds_citizen(span_of(subject))) {
		err_set(err, ERR_REFUSED,
		    "the identity provider calls the user by the identity "
		    "number of a person");
		err_hint(err,
		    "It would be kept: have the provider tell a pseudonym.");
		return ERR_REFUSED;
	}
	for (i = 0; i < n && subject[i] > ' ' && subject[i] <= '~'; i++)
		;
	if (n > 0 && i == n && n <= SUBJECT_BYTES_MAX)
		buf_addf(&text, "%s %s", issuer, subject);
	if (text.n == 0 || text.is_full) {
		buf_release(&text);
		return err_set(err, ERR_INPUT,
		    "\"%.100s\" is no subject of an identity provider",
		    subject);
	}
	memcpy(out, buf_str(&text), text.n + 1);
	buf_release(&text);
	return 0;
}

/* 0: nobody's. */
static enum err_code find_owner(struct store *store, const char *identity,
    int64_t *user_id_out, struct err *err)
{
	struct store_value key = store_str(identity);

	return store_get_int(
	    store, SQL_PEOPLE_USER_BY_IDENTITY, &key, 1, 0, user_id_out, err);
}

enum err_code people_user_link(struct store *store, int64_t user_id,
    const char *identity, int64_t now_ms, struct err *err)
{
	struct store_value row[] = {
	    identity ? store_str(identity) : store_null(), store_int(now_ms),
	    store_int(user_id)};
	int64_t owner = 0;
	enum err_code rc =
	    identity ? find_owner(store, identity, &owner, err) : 0;

	ASSERT(store_in_transaction(store));
	if (!rc && owner && owner != user_id)
		return err_set(err, ERR_CONFLICT,
		    "that identity is linked to another account");
	if (!rc)
		rc = store_run(
		    store, SQL_PEOPLE_USER_LINK, row, ARRAY_COUNT(row), err);
	return rc ? rc : people_sessions_end(store, user_id, 0, err);
}

/* ---- sign-ins that came back ---- */

enum err_code people_oidc_claim(
    struct store *store, struct span secret, int64_t now_ms, struct err *err)
{
	uint8_t digest[SHA256_BYTES];
	struct store_value row[] = {store_blob(digest, sizeof(digest)),
	    store_int(now_ms + PEOPLE_OIDC_MS)};
	struct store_value now = store_int(now_ms);
	int64_t count = 0;
	enum err_code rc =
	    store_run(store, SQL_PEOPLE_OIDC_SWEEP, &now, 1, err);

	ASSERT(store_in_transaction(store));
	people_digest(secret, digest);
	if (!rc)
		rc = store_get_int(
		    store, SQL_PEOPLE_OIDC_HAS, row, 1, 0, &count, err);
	if (!rc && count)
		return err_set(
		    err, ERR_CONFLICT, "this sign-in was used already");
	return rc ? rc
		  : store_run(store, SQL_PEOPLE_OIDC_INSERT, row,
			ARRAY_COUNT(row), err);
}

static enum err_code keep(struct store *store, struct span secret,
    const struct people_oidc *what, struct err *err)
{
	uint8_t digest[SHA256_BYTES];
	struct store_value row[] = {store_int(what->state),
	    store_int(what->user_id), store_int(what->has_code),
	    store_str(what->identity), store_blob(digest, sizeof(digest))};

	people_digest(secret, digest);
	return store_run(
	    store, SQL_PEOPLE_OIDC_UPDATE, row, ARRAY_COUNT(row), err);
}

/* IN only when the identity is an account's that is open. */
static enum err_code judge(
    struct store *store, struct people_oidc *what, struct err *err)
{
	struct people_account account;
	enum err_code rc =
	    find_owner(store, what->identity, &what->user_id, err);

	if (rc)
		return rc;
	if (!what->user_id) {
		what->state = PEOPLE_OIDC_UNLINKED;
		return 0;
	}
	rc = people_account_by_id(store, what->user_id, &account, err);
	if (!rc && account.is_disabled)
		what->state = PEOPLE_OIDC_DISABLED;
	return rc;
}

enum err_code people_oidc_settle(struct store *store, struct span secret,
    const struct people_oidc *found, struct people_oidc *out, struct err *err)
{
	struct people_oidc what = *found;
	enum err_code rc = 0;

	ASSERT(store_in_transaction(store));
	if (what.state == PEOPLE_OIDC_IN)
		rc = judge(store, &what, err);
	if (!rc)
		rc = keep(store, secret, &what, err);
	if (!rc)
		*out = what;
	return rc;
}

static enum err_code load(struct store *store, struct span secret,
    int64_t now_ms, struct people_oidc *out, struct err *err)
{
	const enum sql_id id = SQL_PEOPLE_OIDC_GET;
	uint8_t digest[SHA256_BYTES];
	struct store_value key[] = {
	    store_blob(digest, sizeof(digest)), store_int(now_ms)};
	struct span identity;
	enum err_code rc;

	people_digest(secret, digest);
	memset(out, 0, sizeof(*out));
	rc = store_start(store, id, key, 2, err);
	if (store_next_row(store, id, &rc, err)) {
		out->state =
		    (enum people_oidc_state)store_column_int(store, id, 0);
		out->user_id = store_column_int(store, id, 1);
		out->has_code = store_column_int(store, id, 2) != 0;
		identity = store_column_span(store, id, 3);
		snprintf(out->identity, sizeof(out->identity), "%.*s",
		    (int)identity.n, identity.n ? identity.p : "");
	} else if (!rc) {
		rc = err_set(
		    err, ERR_NOT_FOUND, "there is no such sign-in any more");
	}
	store_finish(store, id);
	return rc;
}

enum err_code people_oidc_take(struct store *store, struct span secret,
    int64_t now_ms, struct people_oidc *out, struct err *err)
{
	struct people_oidc what, taken;
	enum err_code rc = load(store, secret, now_ms, &what, err);

	ASSERT(store_in_transaction(store));
	/* The account may have been closed, or the link cut, meanwhile. */
	if (!rc && what.state == PEOPLE_OIDC_IN)
		rc = judge(store, &what, err);
	taken = what;
	if (!rc && what.state == PEOPLE_OIDC_IN) {
		taken.state = PEOPLE_OIDC_TAKEN;
		rc = keep(store, secret, &taken, err);
	}
	if (!rc)
		*out = what;
	return rc;
}
