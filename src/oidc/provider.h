/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an identity provider says of itself (OpenID Connect Discovery 1.0),
 * and what it answers for a code.
 */
#ifndef GX_OIDC_PROVIDER_H
#define GX_OIDC_PROVIDER_H

#include "fetch/fetch.h"

enum { PROVIDER_CODE_MAX = 2048 };

struct provider {
	char authorization[FETCH_ADDRESS_MAX + 1];
	char token[FETCH_ADDRESS_MAX + 1];
	char jwks[FETCH_ADDRESS_MAX + 1];
	/* The secret goes into the form instead of the Authorization header. */
	bool is_secret_in_form;
};

/* The address of the document for an issuer. */
void provider_address(const char *issuer, struct buf *out);
/* ERR_INPUT: the document is none, is another issuer's, names addresses that
 * fetch_is_allowed refuses, or cannot do what we need. */
enum err_code provider_read(struct span json, const char *issuer,
    struct provider *out, struct err *err);
/* The ID token in the answer of the token endpoint. ERR_INPUT. */
enum err_code provider_read_answer(
    struct span json, struct buf *id_token_out, struct err *err);

#endif
