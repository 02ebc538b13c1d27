/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the ident room share; nobody else includes it. */
#ifndef GX_IDENT_IDENT_PRIV_H
#define GX_IDENT_IDENT_PRIV_H

#include "ident/ident.h"

static inline bool ident_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool ident_is_alnum(char c)
{
	return ident_is_digit(c) || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z');
}

/* Digits at the start of p[0..n). */
static inline size_t ident_digit_run(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && ident_is_digit(p[i]))
		i++;
	return i;
}

/*
 * What a cleaned text is before anybody asks which code: IDENT_EMPTY,
 * IDENT_MASKED (by a mask symbol), IDENT_PLACEHOLDER, IDENT_BAD_LENGTH when
 * it has not `want` characters, else IDENT_VALID: go on.
 */
enum ident_state ident_judge_shape(struct span clean, size_t want);
/* Four or more X in a row and nothing but digits and letters: hidden
 * characters, if the text is no valid code. */
bool ident_has_x_run(struct span clean);
/* The character at *at, which moves behind it: full-width forms to ASCII,
 * upper case; U+FFFD for a byte that is no UTF-8. */
uint32_t ident_next(struct span text, size_t *at);
/* A blank, a dash or an invisible character: no part of any code. */
bool ident_is_dropped(uint32_t c);
/* A dot, a slash, a comma or the like, as people set between digits. */
bool ident_is_sign(uint32_t c);
/* True for * • and the other symbols used to hide a character. */
bool ident_is_mask(uint32_t c);

/* Whether any row of the division table has this code; digits is 6 ASCII
 * digits. No search, a few ns. */
bool ident_division_is_known(const char *digits);

/* The first two digits of a province in citizen numbers. */
bool ident_is_province(const char *p);
/* Day of YYYYMMDD (n 8) or YYMMDD of the 1900s (n 6), digits. */
bool ident_is_birth_day(const char *p, size_t n);
/*
 * 18 characters of a citizen number with a right check, and not by
 * accident also a unified code without any blemish. p: 17 digits and a
 * digit, X or x.
 */
bool ident_is_citizen(const char *p);

#endif
