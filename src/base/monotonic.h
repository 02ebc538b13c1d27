/* SPDX-License-Identifier: Apache-2.0 */
/* Time that only goes on: for how long something takes and when it is due.
 * What day it is says the calendar. */
#ifndef GX_BASE_MONOTONIC_H
#define GX_BASE_MONOTONIC_H

#include <pthread.h>
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

/* A condition for monotonic_wait(): somebody who sets the clock of the
 * machine lets nobody wait longer. */
static inline void monotonic_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attr);
	pthread_condattr_destroy(&attr);
}

/* Waits until the condition is signalled or until_ms of monotonic_ms(); 0 or
 * ETIMEDOUT. */
static inline int monotonic_wait(
    pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until_ms)
{
	const struct timespec until = {
	    until_ms / 1000, (long)(until_ms % 1000) * 1000000};

	return pthread_cond_timedwait(cond, lock, &until);
}

#endif
