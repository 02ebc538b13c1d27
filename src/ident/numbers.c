/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two older identifiers of organisations.
 *
 * Organisation code (GB 11714-1997), also characters 9 to 17 of a unified
 * code: 8 of 0-9 A-Z with values 0..35, weighted, and 11 - sum mod 11, of
 * which 10 is written X and 11 is written 0.
 *
 * Registration number (GS15-2006): 6 digits of the registering body, 8 of
 * sequence, one check digit by the hybrid MOD 11,10 (ISO 7064, GB/T 17710).
 * A variant with other weights and mod 31 circulates in source code; it is
 * wrong.
 */
#include "ident/ident_priv.h"

#include <string.h>

enum { ORG_BODY_CHARS = 8, REG_BODY_CHARS = 14 };

static const uint8_t org_weights[ORG_BODY_CHARS] = {3, 7, 9, 10, 5, 8, 4, 2};

/* Value plus one, so that 0 is what has no value. */
static const uint8_t org_values[256] = {
    ['0'] = 1,
    ['1'] = 2,
    ['2'] = 3,
    ['3'] = 4,
    ['4'] = 5,
    ['5'] = 6,
    ['6'] = 7,
    ['7'] = 8,
    ['8'] = 9,
    ['9'] = 10,
    ['A'] = 11,
    ['B'] = 12,
    ['C'] = 13,
    ['D'] = 14,
    ['E'] = 15,
    ['F'] = 16,
    ['G'] = 17,
    ['H'] = 18,
    ['I'] = 19,
    ['J'] = 20,
    ['K'] = 21,
    ['L'] = 22,
    ['M'] = 23,
    ['N'] = 24,
    ['O'] = 25,
    ['P'] = 26,
    ['Q'] = 27,
    ['R'] = 28,
    ['S'] = 29,
    ['T'] = 30,
    ['U'] = 31,
    ['V'] = 32,
    ['W'] = 33,
    ['X'] = 34,
    ['Y'] = 35,
    ['Z'] = 36,
};

/* Values of 0-9 and A-Z in GB 11714, 0..35; -1 for anything else. */
static int org_value(char c)
{
	return org_values[(unsigned char)c] - 1;
}

char ident_org_check_char(const char *first8)
{
	static const char by_remainder[] = "0X987654321";
	unsigned has_bad = 0;
	unsigned sum = 0;
	size_t i;

	for (i = 0; i < ORG_BODY_CHARS; i++) {
		unsigned v = org_values[(unsigned char)first8[i]];

		has_bad |= v == 0;
		sum += (v - 1) * org_weights[i];
	}
	return has_bad ? '\0' : by_remainder[sum % 11];
}

/* IDENT_MASKED for a run of X where a check has failed. */
static enum ident_state fault(struct span clean, enum ident_state state)
{
	return ident_has_x_run(clean) ? IDENT_MASKED : state;
}

enum ident_state ident_check_org_code(struct span text)
{
	char p[IDENT_CLEAN_MAX + 1];
	struct span clean = {p, ident_clean(text, p)};
	enum ident_state shape = ident_judge_shape(clean, IDENT_ORG_CHARS);
	char expected;

	if (shape != IDENT_VALID)
		return shape == IDENT_BAD_LENGTH ? fault(clean, shape) : shape;
	expected = ident_org_check_char(p);
	if (!expected || org_value(p[ORG_BODY_CHARS]) < 0)
		return IDENT_BAD_CHARACTER;
	if (expected != p[ORG_BODY_CHARS])
		return fault(clean, IDENT_BAD_CHECK);
	return IDENT_VALID;
}

char ident_reg_check_char(const char *first14)
{
	int p = 10;
	size_t i;

	if (ident_digit_run(first14, REG_BODY_CHARS) < REG_BODY_CHARS)
		return '\0';
	for (i = 0; i < REG_BODY_CHARS; i++) {
		p = (p + first14[i] - '0') % 10;
		p = (p ? p : 10) * 2 % 11;
	}
	return (char)('0' + (11 - p) % 10);
}

enum ident_state ident_check_reg_number(struct span text)
{
	char p[IDENT_CLEAN_MAX + 1];
	struct span clean = {p, ident_clean(text, p)};
	enum ident_state shape = ident_judge_shape(clean, IDENT_REG_CHARS);

	if (shape != IDENT_VALID)
		return shape == IDENT_BAD_LENGTH ? fault(clean, shape) : shape;
	if (ident_digit_run(clean.p, clean.n) != IDENT_REG_CHARS)
		return fault(clean, IDENT_BAD_CHARACTER);
	if (ident_reg_check_char(p) != p[REG_BODY_CHARS])
		return IDENT_BAD_CHECK;
	return IDENT_VALID;
}
