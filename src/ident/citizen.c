/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Citizen numbers (GB 11643-1999): known here only so that they can be
 * found and dropped. No function of this room gives one back.
 *
 *   1..6 division   7..14 birth YYYYMMDD   15..17 sequence   18 check
 *
 * The check is ISO 7064 MOD 11-2. The old form has 15 digits: the year
 * without its century, and no check character.
 *
 * Only the province is looked up: people carry the codes of divisions that
 * ended long before our table starts.
 *
 * Searching a text: a number has 17 digits in a row, so in a run of 17 or
 * more at least one lies at the end of every step of 17 bytes. Text without
 * digits costs one look every 17 bytes; each byte of a run is read once.
 */
#include "ident/ident_priv.h"

#include <string.h>

enum {
	CITIZEN_CHARS = 18,
	BODY_CHARS = 17,
	OLD_CHARS = 15,
	BIRTH_AT = 6,
	BIRTH_YEAR_MAX = 2099
};

/* Bit p: there is a province whose codes start with the digits p. */
static const uint64_t provinces[2] = {
    1ull << 11 | 1ull << 12 | 1ull << 13 | 1ull << 14 | 1ull << 15 |
	1ull << 21 | 1ull << 22 | 1ull << 23 | 1ull << 31 | 1ull << 32 |
	1ull << 33 | 1ull << 34 | 1ull << 35 | 1ull << 36 | 1ull << 37 |
	1ull << 41 | 1ull << 42 | 1ull << 43 | 1ull << 44 | 1ull << 45 |
	1ull << 46 | 1ull << 50 | 1ull << 51 | 1ull << 52 | 1ull << 53 |
	1ull << 54 | 1ull << 61 | 1ull << 62 | 1ull << 63,
    1ull << (64 - 64) | 1ull << (65 - 64) | 1ull << (71 - 64) |
	1ull << (81 - 64) | 1ull << (82 - 64) | 1ull << (83 - 64),
};

static int number_of(const char *p, size_t n)
{
	int v = 0;

	while (n--)
		v = v * 10 + *p++ - '0';
	return v;
}

bool ident_is_province(const char *p)
{
	int v;

	if (ident_digit_run(p, 2) < 2)
		return false;
	v = number_of(p, 2);
	return provinces[v / 64] >> (v % 64) & 1;
}

bool ident_is_birth_day(const char *p, size_t n)
{
	size_t year_chars = n - 4;
	int year;

	if (ident_digit_run(p, n) < n)
		return false;
	year = number_of(p, year_chars);
	if (year_chars == 2)
		year += 1900;
	return year <= BIRTH_YEAR_MAX &&
	    date_is_valid_ymd(year, number_of(p + year_chars, 2),
		number_of(p + year_chars + 2, 2));
}

static char check_char(const char *first17)
{
	static const uint8_t weights[BODY_CHARS] = {
	    7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	int sum = 0;
	size_t i;

	for (i = 0; i < BODY_CHARS; i++)
		sum += (first17[i] - '0') * weights[i];
	return "10X98765432"[sum % 11];
}

/* 18 characters, the first 17 of them digits, the last upper case. */
static enum ident_state judge_new(const char *p)
{
	if (!ident_is_province(p))
		return IDENT_BAD_CHARACTER;
	if (!ident_is_birth_day(p + BIRTH_AT, 8))
		return IDENT_BAD_DATE;
	return check_char(p) == p[BODY_CHARS] ? IDENT_VALID : IDENT_BAD_CHECK;
}

static enum ident_state judge_old(const char *p)
{
	if (ident_digit_run(p, OLD_CHARS) < OLD_CHARS || !ident_is_province(p))
		return IDENT_BAD_CHARACTER;
	return ident_is_birth_day(p + BIRTH_AT, 6) ? IDENT_VALID
						   : IDENT_BAD_DATE;
}

enum ident_state ident_check_citizen(struct span text)
{
	char p[IDENT_CLEAN_MAX + 1];
	struct span clean = {p, ident_clean(text, p)};
	enum ident_state shape = ident_judge_shape(
	    clean, clean.n == OLD_CHARS ? OLD_CHARS : CITIZEN_CHARS);

	if (shape != IDENT_VALID)
		return shape;
	if (clean.n == OLD_CHARS)
		return judge_old(p);
	if (clean.n != CITIZEN_CHARS ||
	    ident_digit_run(p, clean.n) < BODY_CHARS)
		return IDENT_BAD_CHARACTER;
	if (!ident_is_digit(p[BODY_CHARS]) && p[BODY_CHARS] != 'X')
		return IDENT_BAD_CHARACTER;
	return judge_new(p);
}

/*
 * Eighteen digits may pass both checks by accident (1 in 31, and then only
 * where the division of one is the year of the other). It is a unified code
 * then only when its division exists and the organisation code inside has
 * a right check too; else the person's privacy has the last word.
 */
bool ident_is_citizen(const char *p)
{
	char upper[CITIZEN_CHARS];
	struct ident_uscc code;

	memcpy(upper, p, sizeof(upper));
	if (upper[BODY_CHARS] == 'x')
		upper[BODY_CHARS] = 'X';
	if (judge_new(upper) != IDENT_VALID)
		return false;
	code = ident_check_uscc((struct span){upper, sizeof(upper)});
	return code.state != IDENT_VALID || code.has_division_warning ||
	    code.has_org_warning;
}

/* Whether the digits p[start..end), and an X behind 17 of them, are one
 * number with nothing alphanumeric on either side. */
static bool is_number_at(struct span text, size_t start, size_t end)
{
	size_t n = end - start;

	if (n == BODY_CHARS && end < text.n &&
	    (text.p[end] == 'X' || text.p[end] == 'x'))
		n++;
	if (n != CITIZEN_CHARS)
		return false;
	if (start > 0 && ident_is_alnum(text.p[start - 1]))
		return false;
	if (start + n < text.n && ident_is_alnum(text.p[start + n]))
		return false;
	return ident_is_citizen(text.p + start);
}

bool ident_find_citizen(struct span text, size_t *at_out, size_t *n_out)
{
	size_t i = BODY_CHARS - 1;

	while (i < text.n) {
		size_t start = i;
		size_t end;

		if (!ident_is_digit(text.p[i])) {
			i += BODY_CHARS;
			continue;
		}
		while (start > 0 && ident_is_digit(text.p[start - 1]))
			start--;
		end = i + ident_digit_run(text.p + i, text.n - i);
		if (is_number_at(text, start, end)) {
			*at_out = start;
			*n_out = CITIZEN_CHARS;
			return true;
		}
		i = end + BODY_CHARS;
	}
	return false;
}
