/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ed25519 (RFC 8032), by libsodium. Allocates nothing.
 */
#ifndef GX_TLOG_ED25519_H
#define GX_TLOG_ED25519_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

enum { ED25519_KEY_BYTES = 32, ED25519_SIGNATURE_BYTES = 64 };

/* The public key of a private key (the RFC's 32-byte seed). ERR_SYSTEM when
 * the library fails. */
int ed25519_public_key(const uint8_t seed[ED25519_KEY_BYTES],
    uint8_t public_out[ED25519_KEY_BYTES], struct err *err);
/* Deterministic: the same seed and message give the same signature.
 * public_key: the seed's own, as ed25519_public_key gives it; with another
 * one the signature would betray the seed. */
int ed25519_sign(const uint8_t seed[ED25519_KEY_BYTES],
    const uint8_t public_key[ED25519_KEY_BYTES], struct span message,
    uint8_t signature_out[ED25519_SIGNATURE_BYTES], struct err *err);
/* False also for keys that are not sound (below). */
bool ed25519_is_signed(const uint8_t public_key[ED25519_KEY_BYTES],
    struct span message, const uint8_t signature[ED25519_SIGNATURE_BYTES]);
/* Is it a key that only one holder of a private key can sign for? False for
 * the encodings of the eight points of small order, under which anyone can
 * make signatures that verify, and for encodings that are not reduced. */
bool ed25519_is_sound_key(const uint8_t public_key[ED25519_KEY_BYTES]);
/* Overwrites a secret in a way the compiler keeps. */
void ed25519_wipe(void *secret, size_t n);

#endif
