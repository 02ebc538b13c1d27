/* SPDX-License-Identifier: Apache-2.0 */
/* Connections whose first head is yet to come; of the accepting thread
 * alone. */
#ifndef GX_HTTP_DOOR_H
#define GX_HTTP_DOOR_H

#include <sys/socket.h>

#include "http/server_priv.h"

struct door;

/* Guests are waited for in the epoll instance, which stays the caller's; each
 * event whose pointer is not the caller's own is for door_event. */
struct door *door_new(struct http_server *server, int epoll_fd);
/* Takes a connection that was counted (accept_uncount). false: it cannot be
 * waited for, and stays the caller's. */
bool door_take(struct door *door, int fd, const struct sockaddr *address,
    socklen_t n, const struct limit_key *key);
void door_event(struct door *door, void *ptr, uint32_t events);
/* Ends whoever has had his time. Monotonic ms. */
void door_sweep(struct door *door, int64_t now_ms);
/* Who waits is handed over, so that he may still ask. NULL-safe. */
void door_free(struct door **door);

#endif
