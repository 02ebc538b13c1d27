/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Us, as a client of one identity provider. What has to be asked over the
 * network is asked by threads of our own, never by those who serve pages:
 *
 *	keeping	  what the provider says of itself, and its keys; again
 *		  every hour, and every few seconds while there is nothing
 *	asking	  code -> ID token -> who signs in
 */
#ifndef GX_OIDC_CLIENT_H
#define GX_OIDC_CLIENT_H

#include "oidc/flow.h"
#include "oidc/id_token.h"
#include "oidc/provider.h"

struct oidc;

struct oidc_plan {
	const char *issuer;
	const char *client_id;
	const char *secret;
	const char *callback;
	const char *second_factor; /* words, see id_token.h */
	int64_t (*now_ms)(void);
	/* When the provider is found or lost; in a thread of ours. rc 0:
	 * found. May be NULL. */
	void (*told)(enum err_code rc, const struct err *err);
};

/* Starts the threads; does not wait for the provider. ERR_INPUT: the issuer
 * is no address that may be asked. */
enum err_code oidc_start(
    const struct oidc_plan *plan, struct oidc **out, struct err *err);
/* Ends what is under way, which fails. NULL-safe. */
void oidc_stop(struct oidc **oidc);

const char *oidc_issuer(const struct oidc *oidc);

/* Where the browser goes; false while the provider has not been found. */
bool oidc_put_address(
    struct oidc *oidc, const struct flow *flow, struct buf *out);

/* A code that came back, to be made into who signs in. Memory is the
 * caller's, until `done` was called. */
struct oidc_ask {
	struct flow flow;
	char code[PROVIDER_CODE_MAX + 1];
	void *ctx;
	/* In a thread of ours, once. */
	void (*done)(struct oidc_ask *ask);
	enum err_code rc; /* ERR_BUSY: the provider cannot be reached */
	struct err err;	  /* for the operator */
	struct id_token who;
	struct oidc_ask *next; /* the client's own */
};
/* False: too many wait; `done` is not called. */
bool oidc_ask(struct oidc *oidc, struct oidc_ask *ask);

#endif
