/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What libmicrohttpd (0.9.75) reads, looked at on its way. It calls recv as
 * anybody would, and this room has a recv of its own, exported as mhd.h tells
 * of other names. For descriptors that are not watched it is the system's.
 *
 * Whoever has sent his request may end his side of the connection and read on
 * (RFC 9112, 9.6). But libmicrohttpd reads once more when a suspended
 * connection is resumed, and gives a connection up when it reads that end,
 * though the request is whole and only its answer is not. While the end is
 * held, there is nothing to read yet.
 *
 * And a first line that is none, or ends before its end, libmicrohttpd tells
 * nobody of: it closes. So it is noted whether anything came for a request of
 * which no more is known.
 *
 * What comes by TLS is looked at when it was read by GnuTLS (recv_tls.c), which
 * libmicrohttpd calls in the same way. GnuTLS gives a session up that ends
 * without a farewell, and so does libmicrohttpd before it says that it closes:
 * the first is kept from seeing such an end, the second from freeing a session
 * by which something is to be told yet.
 *
 * A descriptor is looked after by the network thread of its connection alone;
 * those past some million are not looked after at all.
 */
#ifndef GX_HTTP_RECV_H
#define GX_HTTP_RECV_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/span.h"

/* What came since the last request, apart from ends of lines. */
enum recv_heard { RECV_NOTHING = 0, RECV_SOMETHING, RECV_SOMETHING_AND_END };

/* A connection begins, without a request so far. */
void recv_start(int fd, bool is_tls);
/* A request has come: nothing is noted. */
void recv_begin(int fd);
/* It is whole, and waits for its answer: the end is held. */
void recv_hold_end(int fd);
/* It is over, and had n bytes: did more come behind it? */
bool recv_use(int fd, uint64_t n);
/* The same of one with chunks, of which nobody knows how many bytes they had:
 * what came counts for it, and more did if that does not end as they do. */
bool recv_use_chunks(int fd);
/* Without a request from now on; has_more: but with a part of the next one.
 * True when the end was held, and met: then libmicrohttpd has to be told that
 * there is something to read. */
bool recv_wait(int fd, bool has_more);
/* Then: what comes now is the rest of a body, which was answered before it was
 * read, so that libmicrohttpd closes; it is no request. */
void recv_expect_none(int fd);
/* The descriptor is another's from now on. What was heard. *keeps_session:
 * libmicrohttpd wanted to free the session, which is the caller's now. */
enum recv_heard recv_forget(int fd, bool *keeps_session);

/* ---- recv_tls.c; sessions are those of GnuTLS ---- */

/* Finds GnuTLS's own functions. Without it nobody speaks TLS. */
void recv_tls_load(void);
/* False when it did not go out whole. Does not block. */
bool recv_tls_send(void *session, struct span text);
void recv_tls_free(void *session);

/* ---- between the two ---- */

/* What was read, n 0 for the end; returned, or -1: there is nothing yet. May
 * change the first byte of a request. */
ssize_t recv_look(int fd, char *bytes, ssize_t n);
/* For recv_tls.c: is the descriptor that of a session? Shall that be kept? */
bool recv_is_tls(int fd);
bool recv_keep_session(int fd);
/* Within the two, on this thread, an end is told as nothing to read yet. True
 * from the second one when there was one. */
void recv_tls_begin(void);
bool recv_tls_end(void);

#endif
