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
 * held, there is nothing to read yet. GnuTLS reads by the same function.
 *
 * And a first line that is none, or ends before its end, libmicrohttpd tells
 * nobody of: it closes. So it is noted whether anything came for a request of
 * which no more is known.
 *
 * A descriptor is looked after by the network thread of its connection alone;
 * those past some million are not looked after at all.
 */
#ifndef GX_HTTP_RECV_H
#define GX_HTTP_RECV_H

#include <stdbool.h>

/* What came since the last request, apart from ends of lines. */
enum recv_heard { RECV_NOTHING = 0, RECV_SOMETHING, RECV_SOMETHING_AND_END };

/* Without a request from now on. True when the end was held, and met: then
 * libmicrohttpd has to be told that there is something to read. */
bool recv_wait(int fd);
/* A request has come: nothing is noted. */
void recv_begin(int fd);
/* It is whole, and waits for its answer: the end is held. */
void recv_hold_end(int fd);
/* The descriptor is another's from now on. What was heard. */
enum recv_heard recv_forget(int fd);

#endif
