/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls to the identity provider, whose answers are not trusted: bounded in
 * size and time, never redirected, and by TLS unless the provider stands on
 * this machine.
 */
#ifndef GX_OIDC_FETCH_H
#define GX_OIDC_FETCH_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	FETCH_ADDRESS_MAX = 512,
	FETCH_BYTES_MAX = 128 * 1024,
	FETCH_CONNECT_MS = 3000,
	FETCH_MS = 6000
};

/* "https://host..." without user, password or fragment, or "http://" to this
 * machine: 127.0.0.1, [::1], localhost. */
bool fetch_is_allowed(const char *address);

struct fetch_request {
	const char *address;
	/* A form to POST, NULL: GET. */
	const char *form;
	/* For "Authorization: Basic"; NULL: none. Encoded as RFC 6749,
	 * section 2.3.1 asks. */
	const char *user;
	const char *password;
	/* Ends the call early when it becomes true; may be NULL. */
	const atomic_bool *is_ending;
};

/* Blocks, FETCH_MS at most. The body of a 200 is appended to out. ERR_BUSY:
 * the provider cannot be reached, or answers too much or too slowly.
 * ERR_REFUSED: it answered with another status, which is in the detail. */
enum err_code fetch(
    const struct fetch_request *request, struct buf *out, struct err *err);

/* Loads libcurl: before anything else here, and before any other thread.
 * ERR_SYSTEM when it is not installed. */
enum err_code fetch_init(struct err *err);

#endif
