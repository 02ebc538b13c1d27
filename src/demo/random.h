/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demo's own random numbers: splitmix64 addressed by (seed, stream,
 * index), so that row 17 of a file can be made again without rows 0 to 16.
 * Same inputs, same numbers, on every machine; not for secrets.
 */
#ifndef GX_DEMO_RANDOM_H
#define GX_DEMO_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct demo_random {
	uint64_t state;
};

/* The generator of one thing: `stream` tells kinds of things apart. */
struct demo_random demo_random_at(
    uint64_t seed, uint64_t stream, uint64_t index);
uint64_t demo_random_next(struct demo_random *r);
/* 0 .. bound - 1; bound is at least 1. */
uint32_t demo_random_below(struct demo_random *r, uint32_t bound);
/* The same for bounds past 32 bits. */
uint64_t demo_random_below64(struct demo_random *r, uint64_t bound);
/* low .. high, both included. */
int demo_random_between(struct demo_random *r, int low, int high);
/* True in `permille` of 1000 cases. */
bool demo_random_chance(struct demo_random *r, uint32_t permille);

#endif
