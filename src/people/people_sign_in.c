/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing in, in three parts, because the slow one must hold no transaction:
 *
 *	load	read the account			a reader's store
 *	check	Argon2id, a tenth of a second		no store
 *	settle	count it, and say what came of it	a transaction
 *
 * Many may guess at once, each having loaded before the others are counted;
 * so settle looks at the lock again, and a locked account is not opened even
 * by the right password. From the fifth failure in a row on, the account is
 * locked for 30 s, then for twice as long each time, up to 15 minutes. What
 * comes while it is locked is not counted, so no flood makes a lock longer.
 *
 * A right password does not forget the failures of an account that has a
 * second factor; only the right code does. Else whoever had found the
 * password could try codes for ever, by giving it in again in between.
 *
 * Whoever tries learns one thing only: in or not. An unknown login costs the
 * same work and the same write as a known one.
 */
#include "people/people_priv.h"

#include <string.h>

#include "base/check.h"
#include "base/date.h"

/* ---- counting ---- */

static enum err_code write_failures(struct store *store, int64_t user_id,
    int64_t failures, int64_t locked_until_ms, struct err *err)
{
	struct store_value row[] = {store_int(failures),
	    store_int(locked_until_ms), store_int(user_id)};

	return store_run(
	    store, SQL_PEOPLE_USER_FAILURES, row, ARRAY_COUNT(row), err);
}

/* After that many failures in a row. */
static int64_t lock_ms(int64_t failures)
{
	int64_t ms = PEOPLE_LOCK_FIRST_MS;

	if (failures < PEOPLE_FAILURES_FREE)
		return 0;
	while (failures-- > PEOPLE_FAILURES_FREE && ms < PEOPLE_LOCK_MAX_MS)
		ms *= 2;
	return ms < PEOPLE_LOCK_MAX_MS ? ms : PEOPLE_LOCK_MAX_MS;
}

static enum err_code count_failure(struct store *store,
    const struct people_account *account, int64_t now_ms, struct err *err)
{
	int64_t failures = account->failures + 1;
	int64_t ms = lock_ms(failures);

	return write_failures(
	    store, account->id, failures, ms ? now_ms + ms : 0, err);
}

bool people_is_locked(int64_t locked_until_ms, int64_t now_ms)
{
	int64_t left_ms = locked_until_ms - now_ms;

	return left_ms > 0 && left_ms <= PEOPLE_LOCK_MAX_MS;
}

/* Whatever is given, nobody comes in: PEOPLE_DISABLED or PEOPLE_LOCKED. */
static bool is_closed(const struct people_account *account, int64_t now_ms,
    enum people_outcome *out)
{
	if (account->is_disabled)
		*out = PEOPLE_DISABLED;
	else if (people_is_locked(account->locked_until_ms, now_ms))
		*out = PEOPLE_LOCKED;
	else
		return false;
	return true;
}

static enum err_code count_stranger(
    struct store *store, int64_t now_ms, struct err *err)
{
	struct store_value day = store_int(date_of_unix_ms(now_ms));

	return store_run(store, SQL_PEOPLE_STRANGER_ADD, &day, 1, err);
}

/* ---- passwords ---- */

enum err_code people_attempt_load(struct store *store, struct span login,
    struct people_attempt *out, struct err *err)
{
	struct people_account account;
	enum err_code rc = people_account_by_login(store, login, &account, err);

	memset(out, 0, sizeof(*out));
	if (rc)
		return rc;
	out->user_id = account.id;
	memcpy(out->hash, account.hash, sizeof(out->hash));
	return 0;
}

void people_attempt_check(struct people_attempt *attempt, struct span password)
{
	const char *hash =
	    attempt->hash[0] ? attempt->hash : people_password_nobody();

	if (password.n > PEOPLE_PASSWORD_BYTES_MAX)
		password.n = PEOPLE_PASSWORD_BYTES_MAX;
	attempt->is_right =
	    people_password_is(hash, password) && attempt->hash[0];
	attempt->is_rehash_due = attempt->is_right &&
	    people_password_is_weak(hash) &&
	    people_password_hash(password, attempt->new_hash, NULL) == 0;
}

static enum err_code let_in(struct store *store,
    const struct people_attempt *attempt, const struct people_account *account,
    struct err *err)
{
	struct store_value row[] = {
	    store_str(attempt->new_hash), store_int(account->id)};
	enum err_code rc = write_failures(store, account->id,
	    account->has_code ? account->failures : 0,
	    account->has_code ? account->locked_until_ms : 0, err);

	if (!rc && attempt->is_rehash_due)
		rc = store_run(
		    store, SQL_PEOPLE_USER_REHASH, row, ARRAY_COUNT(row), err);
	return rc;
}

enum err_code people_attempt_settle(struct store *store,
    const struct people_attempt *attempt, int64_t now_ms,
    enum people_outcome *out, struct err *err)
{
	struct people_account account;
	enum err_code rc =
	    people_account_by_id(store, attempt->user_id, &account, err);

	ASSERT(store_in_transaction(store));
	*out = PEOPLE_WRONG;
	if (rc)
		return rc;
	if (!account.id)
		return count_stranger(store, now_ms, err);
	if (is_closed(&account, now_ms, out))
		return write_failures(store, account.id, account.failures,
		    account.locked_until_ms, err);
	/* The password may have been changed meanwhile. */
	if (!attempt->is_right || strcmp(attempt->hash, account.hash) != 0)
		return count_failure(store, &account, now_ms, err);
	*out = PEOPLE_IN;
	return let_in(store, attempt, &account, err);
}

/* ---- codes ---- */

static bool is_code_right(const struct people_key *key,
    const struct people_account *account, struct span code, int64_t now_ms,
    int64_t *step_out)
{
	struct span sealed = {
	    (const char *)account->sealed, sizeof(account->sealed)};
	uint8_t secret[TOTP_SECRET_BYTES];
	bool is_right = account->has_code &&
	    people_unseal(key, account->id, sealed, secret) &&
	    totp_check(secret, code, now_ms, account->totp_step, step_out);

	explicit_bzero(secret, sizeof(secret));
	return is_right;
}

enum err_code people_code_settle(struct store *store,
    const struct people_key *key, int64_t user_id, struct span code,
    int64_t now_ms, enum people_outcome *out, struct err *err)
{
	struct people_account account;
	struct store_value row[2];
	int64_t step = 0;
	enum err_code rc = people_account_by_id(store, user_id, &account, err);

	ASSERT(store_in_transaction(store));
	*out = PEOPLE_WRONG;
	if (rc || !account.id || is_closed(&account, now_ms, out))
		return rc;
	if (!is_code_right(key, &account, code, now_ms, &step))
		return count_failure(store, &account, now_ms, err);
	*out = PEOPLE_IN;
	row[0] = store_int(step);
	row[1] = store_int(account.id);
	rc = store_run(store, SQL_PEOPLE_USER_TOTP_STEP, row, 2, err);
	return rc ? rc : write_failures(store, account.id, 0, 0, err);
}

enum err_code people_code_enrol(struct store *store,
    const struct people_key *key, int64_t user_id, struct span session,
    struct span code, int64_t now_ms, enum people_outcome *out, struct err *err)
{
	uint8_t secret[TOTP_SECRET_BYTES], sealed[PEOPLE_SEALED_BYTES];
	struct store_value row[4];
	struct people_account account;
	int64_t step = 0;
	enum err_code rc = people_account_by_id(store, user_id, &account, err);

	ASSERT(store_in_transaction(store));
	*out = PEOPLE_WRONG;
	if (rc || !account.id)
		return rc;
	if (account.has_code)
		return err_set(
		    err, ERR_CONFLICT, "there is a second factor already");
	people_code_offer(key, session, secret);
	if (totp_check(secret, code, now_ms, 0, &step)) {
		*out = PEOPLE_IN;
		people_seal(key, user_id, secret, sealed);
		row[0] = store_blob(sealed, sizeof(sealed));
		row[1] = store_int(step);
		row[2] = store_int(now_ms);
		row[3] = store_int(user_id);
		rc = store_run(store, SQL_PEOPLE_USER_TOTP, row, 4, err);
	}
	explicit_bzero(secret, sizeof(secret));
	return rc;
}
