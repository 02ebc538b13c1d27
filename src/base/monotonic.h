/* SPDX-License-Identifier: Apache-2.0 */
/* Time that only goes on: for how long something takes and when it is due.
 * What day it is says the calendar. */
#ifndef GX_BASE_MONOTONIC_H
#define GX_BASE_MONOTONIC_H

#include <stdint.h>
#include <time.h>

static inline int64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline int64_t monotonic_us(void)
{
	return monotonic_ns() / 1000;
}

static inline int64_t monotonic_ms(void)
{
	return monotonic_ns() / 1000000;
}

#endif
