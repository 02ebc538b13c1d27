/* SPDX-License-Identifier: Apache-2.0 */
/* A view of bytes somebody else owns. Not NUL-terminated. */
#ifndef GX_BASE_SPAN_H
#define GX_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *p; /* may be NULL only when n is 0 */
	size_t n;      /* bytes */
};

static inline struct span span_of(const char *s)
{
	return (struct span){s, s ? strlen(s) : 0};
}

static inline bool span_equal(struct span a, struct span b)
{
	/* NOLINTNEXTLINE(clang-analyzer-core*): no bytes, no place */
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool span_is(struct span a, const char *s)
{
	return span_equal(a, span_of(s));
}

static inline bool span_starts_with(struct span a, const char *s)
{
	size_t n = strlen(s);

	return a.n >= n && memcmp(a.p, s, n) == 0;
}

/* Is a digit of ASCII among it? */
static inline bool span_has_digit(struct span a)
{
	size_t i;

	for (i = 0; i < a.n; i++)
		if (a.p[i] >= '0' && a.p[i] <= '9')
			return true;
	return false;
}

/* Without the blanks (U+0020) at both ends. */
static inline struct span span_trim(struct span a)
{
	while (a.n && a.p[0] == ' ') {
		a.p++;
		a.n--;
	}
	while (a.n && a.p[a.n - 1] == ' ')
		a.n--;
	return a;
}

#endif
