/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libsodium computes on the caller's memory alone, and refuses by itself
 * what is not reduced or of small order when it verifies.
 */
#include "tlog/ed25519.h"

#include <sodium.h>
#include <string.h>

#include "base/check.h"

_Static_assert(ED25519_KEY_BYTES == crypto_sign_ed25519_PUBLICKEYBYTES,
    "a key is as long as the library's");
_Static_assert(
    ED25519_KEY_BYTES == crypto_sign_ed25519_SEEDBYTES, "and so is a seed");
_Static_assert(
    ED25519_SIGNATURE_BYTES == crypto_sign_ed25519_BYTES, "and a signature");

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

static int library_failed(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "the signature library failed");
}

int ed25519_public_key(const uint8_t seed[ED25519_KEY_BYTES],
    uint8_t public_out[ED25519_KEY_BYTES], struct err *err)
{
	uint8_t pair[crypto_sign_ed25519_SECRETKEYBYTES];
	int rc = crypto_sign_ed25519_seed_keypair(public_out, pair, seed);

	ed25519_wipe(pair, sizeof(pair));
	return rc == 0 ? 0 : library_failed(err);
}

int ed25519_sign(const uint8_t seed[ED25519_KEY_BYTES],
    const uint8_t public_key[ED25519_KEY_BYTES], struct span message,
    uint8_t signature_out[ED25519_SIGNATURE_BYTES], struct err *err)
{
	/* The library's form of a private key: the seed and the public key. */
	uint8_t pair[crypto_sign_ed25519_SECRETKEYBYTES];
	int rc;

	memcpy(pair, seed, ED25519_KEY_BYTES);
	memcpy(pair + ED25519_KEY_BYTES, public_key, ED25519_KEY_BYTES);
	rc = crypto_sign_ed25519_detached(
	    signature_out, NULL, (const uint8_t *)message.p, message.n, pair);
	ed25519_wipe(pair, sizeof(pair));
	return rc == 0 ? 0 : library_failed(err);
}

bool ed25519_is_signed(const uint8_t public_key[ED25519_KEY_BYTES],
    struct span message, const uint8_t signature[ED25519_SIGNATURE_BYTES])
{
	return crypto_sign_ed25519_verify_detached(signature,
		   (const uint8_t *)message.p, message.n, public_key) == 0;
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
	sodium_memzero(secret, n);
}
