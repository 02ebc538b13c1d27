/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that a secret is made of, and every comparison of one. Random
 * bytes, Argon2id and sealing (XSalsa20-Poly1305) are libsodium's.
 *
 * Subkeys of the server's key, by number: 1 forms, 2 second factors at rest,
 * 3 second factors on offer, 4 the secrets of webhooks.
 */
#include "people/people_priv.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/utf8.h"

enum { SUBKEY_FORM = 1, SUBKEY_SEAL, SUBKEY_OFFER, SUBKEY_HOOK };
enum { DIFFERENT_MIN = 5, GROUP_CHARS = 5, RANDOM_CHARS_MAX = 64 };

_Static_assert((int)PEOPLE_HASH_BYTES == (int)crypto_pwhash_STRBYTES,
    "Argon2id's text fits");
_Static_assert((int)PEOPLE_KEY_BYTES == (int)crypto_kdf_KEYBYTES,
    "subkeys are made of the key");
_Static_assert((int)PEOPLE_SEALED_BYTES ==
	(int)(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES +
	    TOTP_SECRET_BYTES),
    "a sealed secret fits");

_Static_assert((int)PEOPLE_HOOK_SEALED_BYTES ==
	(int)(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES +
	    PEOPLE_HOOK_SECRET_BYTES),
    "a webhook's sealed secret fits");

/* May be called any number of times, by any thread. */
static void start(void)
{
	if (sodium_init() < 0)
		ASSERT(!"there are random numbers");
}

/* ---- secrets that are only compared ---- */

void people_digest(struct span secret, uint8_t out[SHA256_BYTES])
{
	sha256_bytes(secret.p, secret.n, out);
}

void people_random_secret(char out[PEOPLE_SECRET_CHARS + 1])
{
	uint8_t bytes[PEOPLE_SECRET_CHARS / 2];

	start();
	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2hex(out, PEOPLE_SECRET_CHARS + 1, bytes, sizeof(bytes));
	sodium_memzero(bytes, sizeof(bytes));
}

int64_t people_random_id(void)
{
	uint64_t id;

	start();
	do {
		randombytes_buf(&id, sizeof(id));
		id &= (1ull << 53) - 1;
	} while (id == 0);
	return (int64_t)id;
}

void people_random_text(char *out, size_t n)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint8_t bytes[RANDOM_CHARS_MAX];
	size_t i;

	ASSERT(n <= RANDOM_CHARS_MAX);
	start();
	randombytes_buf(bytes, n);
	for (i = 0; i < n; i++)
		out[i] = alphabet[bytes[i] & 31];
	out[n] = '\0';
	sodium_memzero(bytes, sizeof(bytes));
}

bool people_same(struct span a, struct span b)
{
	return a.n == b.n && a.n && sodium_memcmp(a.p, b.p, a.n) == 0;
}

/* ---- passwords ---- */

static size_t count_different(struct span text)
{
	bool is_there[256] = {false};
	size_t i, count = 0;

	for (i = 0; i < text.n; i++) {
		bool *seen = &is_there[(unsigned char)text.p[i]];

		count += !*seen;
		*seen = true;
	}
	return count;
}

/* Without regard to case. */
static bool holds(struct span text, const char *part)
{
	size_t n = strlen(part), i;

	for (i = 0; n && i + n <= text.n; i++)
		if (strncasecmp(text.p + i, part, n) == 0)
			return true;
	return false;
}

enum err_code people_password_check(
    struct span password, const char *login, struct err *err)
{
	if (password.n > PEOPLE_PASSWORD_BYTES_MAX ||
	    utf8_valid_prefix(password.p, password.n) != password.n ||
	    (password.n && memchr(password.p, '\0', password.n)))
		return err_set(
		    err, ERR_INPUT, "the password is too long, or no text");
	if (utf8_length(password.p, password.n) < PEOPLE_PASSWORD_MIN ||
	    count_different(password) < DIFFERENT_MIN) {
		err_set(err, ERR_INPUT, "the password is too easy to guess");
		err_hint(err,
		    "Take at least %d characters, not the same few all over; "
		    "several words are easy to remember.",
		    (int)PEOPLE_PASSWORD_MIN);
		return ERR_INPUT;
	}
	if (holds(password, login))
		return err_set(err, ERR_INPUT,
		    "the password must not hold the login name");
	return 0;
}

enum err_code people_password_hash(
    struct span password, char out[PEOPLE_HASH_BYTES], struct err *err)
{
	start();
	if (crypto_pwhash_str(out, password.p, password.n,
		crypto_pwhash_OPSLIMIT_INTERACTIVE,
		crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return err_set(err, ERR_SYSTEM,
		    "there is not enough memory to keep a password safely");
	return 0;
}

bool people_password_is(const char *hash, struct span password)
{
	start();
	return crypto_pwhash_str_verify(
		   hash, password.p ? password.p : "", password.n) == 0;
}

bool people_password_is_weak(const char *hash)
{
	return crypto_pwhash_str_needs_rehash(hash,
		   crypto_pwhash_OPSLIMIT_INTERACTIVE,
		   crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0;
}

/* Of today's cost; its digest is all zeros, which no one can aim at. */
const char *people_password_nobody(void)
{
	return "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
	       "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
}

void people_password_once(char out[PEOPLE_ONCE_CHARS + 1])
{
	char text[PEOPLE_ONCE_CHARS + 1];
	size_t i, to = 0;

	people_random_text(text, PEOPLE_ONCE_CHARS - 3);
	for (i = 0; text[i]; i++) {
		if (i && i % GROUP_CHARS == 0)
			out[to++] = '-';
		out[to++] = text[i];
	}
	out[to] = '\0';
	sodium_memzero(text, sizeof(text));
}

/* ---- the server's key ---- */

void people_key_make(struct people_key *out)
{
	start();
	crypto_kdf_keygen(out->bytes);
}

void people_key_clear(struct people_key *key)
{
	sodium_memzero(key, sizeof(*key));
}

static void subkey(const struct people_key *key, uint64_t number,
    uint8_t out[PEOPLE_KEY_BYTES])
{
	start();
	crypto_kdf_derive_from_key(
	    out, PEOPLE_KEY_BYTES, number, "gxpeople", key->bytes);
}

static void keyed_digest(const struct people_key *key, uint64_t number,
    struct span text, uint8_t out[crypto_auth_hmacsha256_BYTES])
{
	uint8_t own[PEOPLE_KEY_BYTES];

	subkey(key, number, own);
	crypto_auth_hmacsha256(out, (const unsigned char *)text.p, text.n, own);
	sodium_memzero(own, sizeof(own));
}

void people_form_token(const struct people_key *key, struct span session,
    char out[PEOPLE_SECRET_CHARS + 1])
{
	uint8_t digest[crypto_auth_hmacsha256_BYTES];

	keyed_digest(key, SUBKEY_FORM, session, digest);
	sodium_bin2hex(out, PEOPLE_SECRET_CHARS + 1, digest, sizeof(digest));
}

void people_code_offer(const struct people_key *key, struct span session,
    uint8_t out[TOTP_SECRET_BYTES])
{
	uint8_t digest[crypto_auth_hmacsha256_BYTES];

	keyed_digest(key, SUBKEY_OFFER, session, digest);
	memcpy(out, digest, TOTP_SECRET_BYTES);
	sodium_memzero(digest, sizeof(digest));
}

/* Of one user: a row copied to another account opens nothing there. */
static void seal_key(const struct people_key *key, int64_t user_id,
    uint8_t out[PEOPLE_KEY_BYTES])
{
	keyed_digest(key, SUBKEY_SEAL,
	    (struct span){(const char *)&user_id, sizeof(user_id)}, out);
}

void people_seal(const struct people_key *key, int64_t user_id,
    const uint8_t secret[TOTP_SECRET_BYTES], uint8_t out[PEOPLE_SEALED_BYTES])
{
	uint8_t own[PEOPLE_KEY_BYTES];

	seal_key(key, user_id, own);
	randombytes_buf(out, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, secret,
	    TOTP_SECRET_BYTES, out, own);
	sodium_memzero(own, sizeof(own));
}

bool people_unseal(const struct people_key *key, int64_t user_id,
    struct span sealed, uint8_t out[TOTP_SECRET_BYTES])
{
	const unsigned char *p = (const unsigned char *)sealed.p;
	uint8_t own[PEOPLE_KEY_BYTES];
	bool is_good;

	if (sealed.n != PEOPLE_SEALED_BYTES)
		return false;
	seal_key(key, user_id, own);
	is_good =
	    crypto_secretbox_open_easy(out, p + crypto_secretbox_NONCEBYTES,
		sealed.n - crypto_secretbox_NONCEBYTES, p, own) == 0;
	sodium_memzero(own, sizeof(own));
	return is_good;
}

/* ---- secrets of webhooks ---- */

void people_hook_make(const struct people_key *key, struct people_hook *out)
{
	uint8_t own[PEOPLE_KEY_BYTES];

	people_random_text(out->id, PEOPLE_HOOK_ID_CHARS);
	randombytes_buf(out->secret, sizeof(out->secret));
	keyed_digest(key, SUBKEY_HOOK, span_of(out->id), own);
	randombytes_buf(out->sealed, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(out->sealed + crypto_secretbox_NONCEBYTES,
	    out->secret, sizeof(out->secret), out->sealed, own);
	sodium_memzero(own, sizeof(own));
}

bool people_hook_unseal(const struct people_key *key, struct span id,
    struct span sealed, uint8_t out[PEOPLE_HOOK_SECRET_BYTES])
{
	const unsigned char *p = (const unsigned char *)sealed.p;
	uint8_t own[PEOPLE_KEY_BYTES];
	bool is_good;

	if (sealed.n != PEOPLE_HOOK_SEALED_BYTES)
		return false;
	keyed_digest(key, SUBKEY_HOOK, id, own);
	is_good =
	    crypto_secretbox_open_easy(out, p + crypto_secretbox_NONCEBYTES,
		sealed.n - crypto_secretbox_NONCEBYTES, p, own) == 0;
	sodium_memzero(own, sizeof(own));
	return is_good;
}
