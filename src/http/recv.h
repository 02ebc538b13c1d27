/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of what a client sends, kept from libmicrohttpd for a while.
 *
 * Whoever has sent his request may end his side of the connection and read on
 * (RFC 9112, 9.6). But libmicrohttpd (0.9.75), which reads once more when a
 * suspended connection is resumed, gives a connection up when it reads that
 * end, though the request is whole and only its answer is not. It reads by
 * calling recv as anybody would, so this room has a recv of its own, exported
 * as mhd.h tells of other names: while the end of a descriptor is held, it says
 * that there is nothing to read yet. GnuTLS reads by the same function. For all
 * other descriptors and callers it is the system's.
 */
#ifndef GX_HTTP_RECV_H
#define GX_HTTP_RECV_H

#include <stdbool.h>

/* While a whole request waits for its answer; for descriptors past some million
 * not at all. */
void recv_hold_end(int fd);
/* Behind the answer, and before the descriptor is another's. True when the end
 * was met meanwhile: libmicrohttpd has to be told anew. */
bool recv_let_end(int fd);

#endif
