/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a network thread waits. libmicrohttpd waits in epoll_wait, which puts the
 * thread to sleep; to wake it takes a processor that sleeps as well longer than
 * to answer from the cache does. So epoll_wait of the network threads is ours
 * (meson.build exports it, as mhd.h tells of others): a thread whose requests
 * come one close upon the other looks for the next one for a moment before it
 * sleeps.
 *
 * Only while no request of its own is under way: what is, waits for a worker,
 * who can use the processor better.
 */
#ifndef GX_HTTP_BRISK_H
#define GX_HTTP_BRISK_H

/* The calling thread, a network thread, has one request more, or one less,
 * under way. */
void brisk_begin(void);
void brisk_end(void);

#endif
