/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One sign-in under way. The browser holds 256 random bits in a cookie; all
 * that the flow needs is made from them, so that the server keeps nothing
 * for visitors who go away, and only that browser can come back:
 *
 *	secret -> state	    goes by the address bar, and comes back by it
 *	       -> nonce	    comes back inside the ID token
 *	       -> verifier  goes to the provider with the code (PKCE, S256)
 *
 * Each is a digest of its own; none leads to another or to the secret.
 */
#ifndef GX_OIDC_FLOW_H
#define GX_OIDC_FLOW_H

#include "base/buf.h"
#include "base/err.h"

enum {
	FLOW_SECRET_CHARS = 64, /* hexadecimal */
	FLOW_WORD_CHARS = 43	/* base64url of 32 bytes */
};

struct flow {
	char secret[FLOW_SECRET_CHARS + 1];
	char state[FLOW_WORD_CHARS + 1];
	char nonce[FLOW_WORD_CHARS + 1];
	char verifier[FLOW_WORD_CHARS + 1];
	char challenge[FLOW_WORD_CHARS + 1];
};

enum err_code flow_begin(struct flow *out, struct err *err);
/* From what the cookie holds; false: that is no secret. */
bool flow_resume(struct span secret, struct flow *out);
/* Did this browser begin it? In the same time wherever they differ. */
bool flow_is_state(const struct flow *flow, struct span state);

struct flow_client {
	const char *client_id;
	const char *callback; /* redirect_uri */
};
/* Appends the address where the browser goes. */
void flow_put_address(const struct flow *flow, const struct flow_client *client,
    const char *authorization, struct buf *out);
/* Appends "name=value", encoded, with '&' before it unless it is the first. */
void flow_put_field(struct buf *out, const char *name, struct span value);

#endif
