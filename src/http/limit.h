/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each client may take: a bucket of cost that fills again with time,
 * a number of connections, and of transfers. A client is an IPv4 address or an
 * IPv6 /64, since a household or a server gets a whole /64. The table has a
 * fixed size; when a row is full the client that was seen longest ago and has
 * no connection and no transfer is forgotten, which can only be to its
 * advantage.
 *
 * May be used by many threads at once; no call waits for more than a few
 * instructions of another.
 */
#ifndef GX_HTTP_LIMIT_H
#define GX_HTTP_LIMIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/span.h"

struct limit_key {
	uint64_t network; /* ::ffff:0:0/96 and the address, or the /64 */
	bool is_local;	  /* the machine itself: loopback */
};

struct limit_key limit_key_of(const struct sockaddr *address);
/* From text ("203.0.113.5", "2001:db8::1"); false when it is neither. */
bool limit_key_parse(struct span text, struct limit_key *out);

struct limits;

enum { LIMIT_WINDOW_S = 10 };

/* rate_per_s: cost that comes back each second; the bucket holds
 * LIMIT_WINDOW_S seconds of it. */
struct limits *limits_new(unsigned rate_per_s, unsigned connections_max);
void limits_free(struct limits **limits);

struct limit_state {
	bool is_allowed;
	unsigned left;	  /* cost left in the bucket */
	unsigned reset_s; /* until it is full again */
	unsigned retry_s; /* until this request would be allowed */
};

/* Takes the cost, if it is there. */
struct limit_state limits_take(struct limits *limits,
    const struct limit_key *key, unsigned cost, int64_t now_ms);

/* A connection more; false when the client has too many already. The
 * machine itself may have any number. */
bool limits_connect(
    struct limits *limits, const struct limit_key *key, int64_t now_ms);
void limits_disconnect(struct limits *limits, const struct limit_key *key);

/* A download lasts as long as its client reads, a file that is sent as long as
 * he writes, so that a few who are slow could hold all that there are. */
enum { LIMIT_TRANSFERS_MAX = 16 };

/* A transfer more, counted in any case; it has to be ended. */
void limits_begin_transfer(
    struct limits *limits, const struct limit_key *key, int64_t now_ms);
void limits_end_transfer(struct limits *limits, const struct limit_key *key);
/* May the client begin one? The machine itself may have any number. */
bool limits_may_transfer(struct limits *limits, const struct limit_key *key);

#endif
