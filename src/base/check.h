/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ASSERT: a bug in this program, never bad data and never a failing world.
 * It prints where and aborts; it stays on in release builds, so its
 * argument must have no side effect. ASSERT_SLOW checks whole states and is
 * compiled only when GX_SLOW_CHECKS is set (debug and CI builds).
 */
#ifndef GX_BASE_CHECK_H
#define GX_BASE_CHECK_H

/* Prints "bug: FILE:LINE: TEXT" to stderr and aborts. */
_Noreturn void check_failed(const char *file, int line, const char *text);

#define ASSERT(cond)                                                           \
	((cond) ? (void)0 : check_failed(__FILE__, __LINE__, #cond))

#ifdef GX_SLOW_CHECKS
#define ASSERT_SLOW(cond) ASSERT(cond)
#else
#define ASSERT_SLOW(cond) ((void)sizeof(cond))
#endif

#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

#endif
