/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ROWS rows of WAYS slots; a client's row follows from a hash of its
 * network with a secret of this process, so that nobody can aim at a row.
 * Cost is kept in thousandths, so that slow rates fill evenly.
 */
#include "http/limit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/random.h"

enum { ROWS = 4096, WAYS = 8, LOCKS = 64, MILLI = 1000 };

struct client {
	uint64_t network;
	bool is_used;
	uint32_t connections;
	uint32_t transfers;
	int64_t milli_left; /* of the bucket */
	int64_t seen_ms;
};

struct limits {
	unsigned rate_per_s;
	unsigned connections_max;
	uint64_t secret;
	pthread_mutex_t locks[LOCKS];
	struct client clients[ROWS][WAYS];
};

/* ---- keys ---- */

static struct limit_key key_of_v4(const struct in_addr *address)
{
	uint32_t host = ntohl(address->s_addr);

	return (struct limit_key){0xffff00000000ULL | host, host >> 24 == 127};
}

static struct limit_key key_of_v6(const struct in6_addr *address)
{
	struct limit_key key = {0, IN6_IS_ADDR_LOOPBACK(address)};
	struct in_addr v4;
	int i;

	if (IN6_IS_ADDR_V4MAPPED(address)) {
		memcpy(&v4, address->s6_addr + 12, sizeof(v4));
		return key_of_v4(&v4);
	}
	for (i = 0; i < 8; i++)
		key.network = key.network << 8 | address->s6_addr[i];
	return key;
}

struct limit_key limit_key_of(const struct sockaddr *address)
{
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;

	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof(v4));
		return key_of_v4(&v4.sin_addr);
	}
	if (address->sa_family == AF_INET6) {
		memcpy(&v6, address, sizeof(v6));
		return key_of_v6(&v6.sin6_addr);
	}
	return (struct limit_key){0, true}; /* a local socket */
}

bool limit_key_parse(struct span text, struct limit_key *out)
{
	char copy[INET6_ADDRSTRLEN];
	struct in6_addr v6;
	struct in_addr v4;

	if (text.n == 0 || text.n >= sizeof(copy))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	if (inet_pton(AF_INET, copy, &v4) == 1)
		*out = key_of_v4(&v4);
	else if (inet_pton(AF_INET6, copy, &v6) == 1)
		*out = key_of_v6(&v6);
	else
		return false;
	return true;
}

/* ---- the table ---- */

struct limits *limits_new(unsigned rate_per_s, unsigned connections_max)
{
	struct limits *limits = mem_zalloc(1, sizeof(*limits));
	size_t i;

	limits->rate_per_s = rate_per_s;
	limits->connections_max = connections_max;
	if (random_bytes(&limits->secret, sizeof(limits->secret), NULL) != 0)
		limits->secret = (uint64_t)(uintptr_t)limits;
	for (i = 0; i < LOCKS; i++)
		pthread_mutex_init(&limits->locks[i], NULL);
	return limits;
}

void limits_free(struct limits **limits)
{
	size_t i;

	if (!*limits)
		return;
	for (i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&(*limits)->locks[i]);
	free(*limits);
	*limits = NULL;
}

static size_t row_of(const struct limits *limits, const struct limit_key *key)
{
	return XXH3_64bits_withSeed(
		   &key->network, sizeof(key->network), limits->secret) %
	    ROWS;
}

static int64_t quota_milli(const struct limits *limits)
{
	return (int64_t)limits->rate_per_s * LIMIT_WINDOW_S * MILLI;
}

static bool is_held(const struct client *c)
{
	return c->is_used && (c->connections > 0 || c->transfers > 0);
}

/* The client's slot, made when it has none; NULL when every slot of the row
 * is held. The row's lock is held. */
static struct client *find(struct limits *limits, size_t row,
    const struct limit_key *key, int64_t now_ms)
{
	struct client *oldest = NULL;
	size_t i;

	for (i = 0; i < WAYS; i++) {
		struct client *c = &limits->clients[row][i];

		if (c->is_used && c->network == key->network)
			return c;
		if (is_held(c))
			continue;
		if (!oldest || !c->is_used ||
		    (oldest->is_used && c->seen_ms < oldest->seen_ms))
			oldest = c;
	}
	if (oldest)
		*oldest = (struct client){.network = key->network,
		    .is_used = true,
		    .milli_left = quota_milli(limits),
		    .seen_ms = now_ms};
	return oldest;
}

static void refill(
    const struct limits *limits, struct client *c, int64_t now_ms)
{
	int64_t passed_ms = now_ms - c->seen_ms;
	int64_t quota = quota_milli(limits);

	if (passed_ms <= 0)
		return;
	if (passed_ms > LIMIT_WINDOW_S * 1000LL)
		passed_ms = LIMIT_WINDOW_S * 1000LL;
	c->milli_left += passed_ms * limits->rate_per_s;
	if (c->milli_left > quota)
		c->milli_left = quota;
	c->seen_ms = now_ms;
}

/* Whole seconds until `milli` have come back. */
static unsigned seconds_for(const struct limits *limits, int64_t milli)
{
	int64_t per_s = (int64_t)limits->rate_per_s * MILLI;

	return milli <= 0 ? 0 : (unsigned)((milli + per_s - 1) / per_s);
}

struct limit_state limits_take(struct limits *limits,
    const struct limit_key *key, unsigned cost, int64_t now_ms)
{
	size_t row = row_of(limits, key);
	pthread_mutex_t *lock = &limits->locks[row % LOCKS];
	struct limit_state state = {.is_allowed = true};
	int64_t milli = (int64_t)cost * MILLI;
	struct client *c;

	ASSERT(limits->rate_per_s > 0);
	pthread_mutex_lock(lock);
	c = find(limits, row, key, now_ms);
	if (c) {
		refill(limits, c, now_ms);
		state.is_allowed = c->milli_left >= milli;
		state.retry_s = seconds_for(limits, milli - c->milli_left);
		if (state.is_allowed)
			c->milli_left -= milli;
		state.left = (unsigned)(c->milli_left / MILLI);
		state.reset_s =
		    seconds_for(limits, quota_milli(limits) - c->milli_left);
	}
	pthread_mutex_unlock(lock);
	return state;
}

bool limits_connect(
    struct limits *limits, const struct limit_key *key, int64_t now_ms)
{
	size_t row = row_of(limits, key);
	pthread_mutex_t *lock = &limits->locks[row % LOCKS];
	bool is_allowed = true;
	struct client *c;

	if (key->is_local)
		return true;
	pthread_mutex_lock(lock);
	c = find(limits, row, key, now_ms);
	if (!c || c->connections >= limits->connections_max)
		is_allowed = false;
	else
		c->connections++;
	pthread_mutex_unlock(lock);
	return is_allowed;
}

/* The client's slot, if it has one. The row's lock is held. */
static struct client *known(
    struct limits *limits, size_t row, const struct limit_key *key)
{
	size_t i;

	for (i = 0; i < WAYS; i++) {
		struct client *c = &limits->clients[row][i];

		if (c->is_used && c->network == key->network)
			return c;
	}
	return NULL;
}

void limits_disconnect(struct limits *limits, const struct limit_key *key)
{
	size_t row = row_of(limits, key);
	pthread_mutex_t *lock = &limits->locks[row % LOCKS];
	struct client *c;

	if (key->is_local)
		return;
	pthread_mutex_lock(lock);
	c = known(limits, row, key);
	if (c) {
		ASSERT(c->connections > 0);
		c->connections--;
	}
	pthread_mutex_unlock(lock);
}

/* ---- downloads, and files that are sent ---- */

void limits_begin_transfer(
    struct limits *limits, const struct limit_key *key, int64_t now_ms)
{
	size_t row = row_of(limits, key);
	pthread_mutex_t *lock = &limits->locks[row % LOCKS];
	struct client *c;

	pthread_mutex_lock(lock);
	c = find(limits, row, key, now_ms);
	if (c)
		c->transfers++;
	pthread_mutex_unlock(lock);
}

/* One that began while the row was full was not counted. */
void limits_end_transfer(struct limits *limits, const struct limit_key *key)
{
	size_t row = row_of(limits, key);
	pthread_mutex_t *lock = &limits->locks[row % LOCKS];
	struct client *c;

	pthread_mutex_lock(lock);
	c = known(limits, row, key);
	if (c && c->transfers > 0)
		c->transfers--;
	pthread_mutex_unlock(lock);
}

bool limits_may_transfer(struct limits *limits, const struct limit_key *key)
{
	size_t row = row_of(limits, key);
	pthread_mutex_t *lock = &limits->locks[row % LOCKS];
	struct client *c;
	bool is_allowed;

	pthread_mutex_lock(lock);
	c = known(limits, row, key);
	is_allowed = key->is_local || !c || c->transfers < LIMIT_TRANSFERS_MAX;
	pthread_mutex_unlock(lock);
	return is_allowed;
}
