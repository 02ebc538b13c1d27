/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls to other servers over HTTP, whose answers are not trusted: bounded in
 * size and time, never redirected, and by TLS unless the other one stands on
 * this machine.
 */
#ifndef GX_FETCH_FETCH_H
#define GX_FETCH_FETCH_H

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
	/* Who is asked, for messages, in the reader's language. */
	const char *whom;
	/* To POST; NULL: GET. */
	struct span body;
	/* Of the body; NULL: that of a form. */
	const char *type;
	/* More lines of the head, "Name: value"; ends with NULL; may be NULL.
	 */
	const char *const *headers;
	/* For "Authorization: Basic"; NULL: none. Encoded as RFC 6749,
	 * section 2.3.1 asks. */
	const char *user;
	const char *password;
	/* Ends the call early when it becomes true; may be NULL. */
	const atomic_bool *is_ending;
};

/* Blocks, FETCH_MS at most, whatever keeps silent: name server or receiver
 * (with a libcurl that looks names up in a thread, as Debian's). The body of
 * the answer is appended to out, and its status goes to status_out (may be
 * NULL; 0: there was no answer). ERR_BUSY: the other one cannot be reached, or
 * answers too much or too slowly. ERR_REFUSED: the status is none of 200 to
 * 299; it is in the detail.
 */
enum err_code fetch(const struct fetch_request *request, struct buf *out,
    long *status_out, struct err *err);

/* Loads libcurl: before anything else here, and before any other thread.
 * ERR_SYSTEM when it is not installed. */
enum err_code fetch_init(struct err *err);

#endif
