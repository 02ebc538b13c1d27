/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the room: secrets, and rows of accounts. */
#ifndef GX_PEOPLE_PEOPLE_PRIV_H
#define GX_PEOPLE_PEOPLE_PRIV_H

#include "base/sha256.h"
#include "people/people.h"

/* What a secret that is only compared is stored as. */
void people_digest(struct span secret, uint8_t out[SHA256_BYTES]);
/* 256 random bits. */
void people_random_secret(char out[PEOPLE_SECRET_CHARS + 1]);
/* A random number from 1 to 2^53 - 1, which scripts can hold. */
int64_t people_random_id(void);
/* n characters of a-z 2-7. */
void people_random_text(char *out, size_t n);

/* Does the password fit? Takes as long for a hash that nothing fits. */
bool people_password_is(const char *hash, struct span password);
/* Was it made with less work than is asked today? */
bool people_password_is_weak(const char *hash);
/* A hash that no password fits. */
const char *people_password_nobody(void);

enum { PEOPLE_SEALED_BYTES = 24 + 16 + TOTP_SECRET_BYTES };
void people_seal(const struct people_key *key, int64_t user_id,
    const uint8_t secret[TOTP_SECRET_BYTES], uint8_t out[PEOPLE_SEALED_BYTES]);
/* false: it was not sealed for this user with this key. */
bool people_unseal(const struct people_key *key, int64_t user_id,
    struct span sealed, uint8_t out[TOTP_SECRET_BYTES]);

/* The columns of an account beside those that struct people_user shows. */
struct people_account {
	int64_t id; /* 0: there is none */
	bool has_code;
	bool is_disabled;
	int64_t failures;
	int64_t locked_until_ms;
	int64_t totp_step;
	char hash[PEOPLE_HASH_BYTES];
	uint8_t sealed[PEOPLE_SEALED_BYTES]; /* with has_code */
};
enum err_code people_account_by_login(struct store *store, struct span login,
    struct people_account *out, struct err *err);
enum err_code people_account_by_id(struct store *store, int64_t id,
    struct people_account *out, struct err *err);

/* Refuses (ERR_INPUT) a name or title that does not say what it shows. */
enum err_code people_check_seen(const char *text, struct err *err);

/* The grants of user->id into the user. */
enum err_code people_grants_load(struct store *store, struct arena *arena,
    struct people_user *user, struct err *err);

#endif
