/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an ID token says (OpenID Connect Core 1.0, section 3.1.3.7), and
 * whether it is said to us, now, in answer to what we asked.
 */
#ifndef GX_OIDC_ID_TOKEN_H
#define GX_OIDC_ID_TOKEN_H

#include <stdint.h>

#include "oidc/jwks.h"

enum {
	ID_TOKEN_SUBJECT_MAX = 255,
	ID_TOKEN_SKEW_S = 60,	 /* how far two clocks may be apart */
	ID_TOKEN_AGE_S = 10 * 60 /* it was made just now, or is none of ours */
};

/* Who signs in, and how. */
struct id_token {
	char subject[ID_TOKEN_SUBJECT_MAX + 1];
	bool has_second_factor;
};

struct id_token_wanted {
	const char *issuer;
	const char *client_id;
	const char *nonce;
	/* Words of amr, or of acr, with blanks between them, that mean a
	 * second factor was given; "" : none does. */
	const char *second_factor;
	int64_t now_s;
};

/* ERR_NOT_FOUND: see jws_read. ERR_INPUT, ERR_REFUSED: it is not taken; the
 * message is for the operator, not for who signs in. */
enum err_code id_token_read(const struct jwks *jwks, struct span token,
    const struct id_token_wanted *wanted, struct id_token *out,
    struct err *err);
/* The claims alone, which somebody has found signed. */
enum err_code id_token_judge(struct span claims,
    const struct id_token_wanted *wanted, struct id_token *out,
    struct err *err);

#endif
