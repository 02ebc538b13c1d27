/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers for models and made-up data, the same in every run. */
#ifndef GX_BASE_RANDOM_TEST_HELP_H
#define GX_BASE_RANDOM_TEST_HELP_H

#include <stdint.h>

/* 31 bits; *state is the seed at first. */
static inline uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

#endif
