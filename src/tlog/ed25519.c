/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenSSL offers Ed25519 only over a whole message at once and only through
 * its EVP objects, hence the contiguous messages and the allocations.
 */
#include "tlog/ed25519.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/check.h"

/* y of the points of order 1, 2, 4 and 8, little-endian, without the sign
 * bit of x (which can be either where x is not 0). */
static const uint8_t small_order[][ED25519_KEY_BYTES] = {
    {0x01},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0x00},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76,
	0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6,
	0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89,
	0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39,
	0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
};

static int openssl_failed(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "the signature library failed");
}

int ed25519_public_key(const uint8_t seed[ED25519_KEY_BYTES],
    uint8_t public_out[ED25519_KEY_BYTES], struct err *err)
{
	size_t n = ED25519_KEY_BYTES;
	EVP_PKEY *key;
	int ok;

	key = EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_ED25519, NULL, seed, ED25519_KEY_BYTES);
	ok = key && EVP_PKEY_get_raw_public_key(key, public_out, &n) == 1;
	EVP_PKEY_free(key);
	return ok ? 0 : openssl_failed(err);
}

int ed25519_sign(const uint8_t seed[ED25519_KEY_BYTES], struct span message,
    uint8_t signature_out[ED25519_SIGNATURE_BYTES], struct err *err)
{
	size_t n = ED25519_SIGNATURE_BYTES;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY *key;
	int ok;

	key = EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_ED25519, NULL, seed, ED25519_KEY_BYTES);
	ok = ctx && key &&
	    EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestSign(ctx, signature_out, &n, (const uint8_t *)message.p,
		message.n) == 1;
	EVP_PKEY_free(key);
	EVP_MD_CTX_free(ctx);
	return ok ? 0 : openssl_failed(err);
}

bool ed25519_is_signed(const uint8_t public_key[ED25519_KEY_BYTES],
    struct span message, const uint8_t signature[ED25519_SIGNATURE_BYTES])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY *key;
	bool ok;

	key = EVP_PKEY_new_raw_public_key(
	    EVP_PKEY_ED25519, NULL, public_key, ED25519_KEY_BYTES);
	ok = ctx && key &&
	    EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, signature, ED25519_SIGNATURE_BYTES,
		(const uint8_t *)message.p, message.n) == 1;
	EVP_PKEY_free(key);
	EVP_MD_CTX_free(ctx);
	return ok;
}

/* y < 2^255 - 19, the sign bit left aside. */
static bool is_reduced(const uint8_t y[ED25519_KEY_BYTES])
{
	int i;

	if ((y[31] & 0x7f) != 0x7f || y[0] < 0xed)
		return true;
	for (i = 1; i < 31; i++)
		if (y[i] != 0xff)
			return true;
	return false;
}

bool ed25519_is_sound_key(const uint8_t public_key[ED25519_KEY_BYTES])
{
	uint8_t y[ED25519_KEY_BYTES];
	size_t i;

	if (!is_reduced(public_key))
		return false;
	memcpy(y, public_key, sizeof(y));
	y[31] &= 0x7f;
	for (i = 0; i < ARRAY_COUNT(small_order); i++)
		if (memcmp(y, small_order[i], sizeof(y)) == 0)
			return false;
	return true;
}

void ed25519_wipe(void *secret, size_t n)
{
	OPENSSL_cleanse(secret, n);
}
