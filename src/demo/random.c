/* SPDX-License-Identifier: Apache-2.0 */
/*
 * splitmix64 (Steele, Lea and Flood, 2014): a counter stepped by the golden
 * ratio and a mixing function over it. Its state is one word, so that a
 * generator can be placed anywhere at no cost; demo_random_at mixes seed,
 * stream and index into that word.
 *
 * Bounded numbers are taken by multiplying (Lemire): the high half of a
 * 32 by 32 bit product. The bias is below 2^-32 times the bound and does
 * not matter for invented rows.
 */
#include "demo/random.h"

#include "base/check.h"

static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

struct demo_random demo_random_at(
    uint64_t seed, uint64_t stream, uint64_t index)
{
	struct demo_random r;

	r.state = mix(seed + UINT64_C(0x9e3779b97f4a7c15));
	r.state = mix(r.state ^ (stream * UINT64_C(0xd1342543de82ef95)));
	r.state = mix(r.state + index * UINT64_C(0x2545f4914f6cdd1d));
	return r;
}

uint64_t demo_random_next(struct demo_random *r)
{
	r->state += UINT64_C(0x9e3779b97f4a7c15);
	return mix(r->state);
}

uint32_t demo_random_below(struct demo_random *r, uint32_t bound)
{
	ASSERT(bound > 0);
	return (uint32_t)(((demo_random_next(r) >> 32) * bound) >> 32);
}

uint64_t demo_random_below64(struct demo_random *r, uint64_t bound)
{
	ASSERT(bound > 0);
	if (bound <= UINT32_MAX)
		return demo_random_below(r, (uint32_t)bound);
	return demo_random_next(r) % bound;
}

int demo_random_between(struct demo_random *r, int low, int high)
{
	ASSERT(low <= high);
	return low + (int)demo_random_below(r, (uint32_t)(high - low) + 1);
}

bool demo_random_chance(struct demo_random *r, uint32_t permille)
{
	return demo_random_below(r, 1000) < permille;
}
