/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys that an identity provider publishes (RFC 7517), and the judging of
 * a signature by one of them (RFC 7515). What is not a public key that we
 * use for what it says it is for is passed over: other people's keys may
 * stand in the same set.
 *
 * A signature is judged by the algorithm that the *key* is for. The token
 * only says which one it claims; "none" and the HMAC family are in no table,
 * so that a public key can never be taken for a secret.
 */
#ifndef GX_OIDC_JWKS_H
#define GX_OIDC_JWKS_H

#include "base/err.h"
#include "base/span.h"

enum {
	JWKS_BYTES_MAX = 64 * 1024,
	JWKS_KEYS_MAX = 32,
	JWS_BYTES_MAX = 16 * 1024
};

struct jwks;

/* ERR_INPUT: no set of keys, or none in it that can be used. */
enum err_code jwks_read(struct span json, struct jwks **out, struct err *err);
void jwks_free(struct jwks **jwks);
size_t jwks_count(const struct jwks *jwks);

/*
 * Judges a token in the compact form. payload_out is decoded, of at most
 * JWS_BYTES_MAX, into a buffer of the caller's; set on success only.
 * ERR_INPUT: it is no such token. ERR_NOT_FOUND: none of these keys is the
 * one that it names; newer keys may have it. ERR_REFUSED: the signature is
 * not this key's, or of an algorithm that is not taken.
 */
struct buf;
enum err_code jws_read(const struct jwks *jwks, struct span token,
    struct buf *payload_out, struct err *err);

#endif
