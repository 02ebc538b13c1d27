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
 *
 * People also write one in full-width digits, or in groups. These are searched
 * in the same way, by the bytes that they are made of, and read by characters
 * where enough of them stand together. Groups make up one number when they
 * are 18 digits in all and no more: dates that follow one another are none.
 *
 * Dots, slashes and commas stand in dates and amounts, too, and between one
 * number and the next. With them whole groups that follow one another and have
 * 18 digits together are one, whatever comes before and behind.
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

static bool find_in_a_row(struct span text, size_t *at_out)
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
			return true;
		}
		i = end + BODY_CHARS;
	}
	return false;
}

/* ---- full-width, or in groups ---- */

/* Bytes of which digits of both widths, X, blanks, dashes and signs are
 * made. */
static bool is_of_spread(char byte)
{
	static const bool of_spread[256] = {
	    [' '] = true,
	    [',' ... '9'] = true, /* with - . and / */
	    ['X'] = true,
	    ['x'] = true,
	    [0x80 ... 0x99] = true,
	    [0xA0] = true,
	    [0xB7] = true,
	    [0xBB ... 0xBC] = true,
	    [0xC2] = true,
	    [0xE2 ... 0xE3] = true,
	    [0xEF] = true,
	};

	return of_spread[(unsigned char)byte];
}

/* Digits that stand together, or with one blank or dash between two. */
struct run {
	char digits[CITIZEN_CHARS]; /* the last one may be X */
	size_t count;		    /* also of more than fit */
	size_t start;
	size_t end;
	bool is_bound; /* a letter stands before or behind it */
};

static bool is_number(const struct run *run)
{
	return run->count == CITIZEN_CHARS && !run->is_bound &&
	    ident_is_citizen(run->digits);
}

/* Reads the run that begins at *at with a digit, and the character behind
 * it. */
static struct run read_run(struct span text, size_t *at)
{
	struct run run = {.start = *at, .end = *at};
	bool is_apart = false; /* behind a blank or a dash */

	while (*at < text.n) {
		uint32_t c = ident_next(text, at);
		bool is_x = c == 'X' && run.count == BODY_CHARS;

		if (c >= ' ' && !is_apart && ident_is_dropped(c)) {
			is_apart = true;
			continue;
		}
		if (c >= 0x80 || !(is_x || ident_is_digit((char)c))) {
			run.is_bound =
			    !is_apart && c < 0x80 && ident_is_alnum((char)c);
			break;
		}
		if (run.count < CITIZEN_CHARS)
			run.digits[run.count] = (char)c;
		run.count++;
		run.end = *at;
		is_apart = false;
	}
	return run;
}

/* A number that begins in [at, end). */
static bool find_between(
    struct span text, size_t at, size_t end, size_t *at_out, size_t *n_out)
{
	bool is_bound = at > 0 && ident_is_alnum(text.p[at - 1]);

	while (at < end) {
		size_t start = at;
		uint32_t c = ident_next(text, &at);
		struct run run;

		if (c >= 0x80 || !ident_is_digit((char)c)) {
			is_bound = c < 0x80 && ident_is_alnum((char)c);
			continue;
		}
		at = start;
		run = read_run(text, &at);
		run.is_bound |= is_bound;
		if (is_number(&run)) {
			*at_out = run.start;
			*n_out = run.end - run.start;
			return true;
		}
		is_bound = run.is_bound;
	}
	return false;
}

/* ---- with signs in between ---- */

/* The newest digits of a text, and an X. */
struct newest {
	char digits[CITIZEN_CHARS];
	size_t at[CITIZEN_CHARS];     /* where each stands */
	bool is_first[CITIZEN_CHARS]; /* of its group */
	size_t n;
	size_t end;	/* behind the last */
	size_t joined;	/* of the last ones, without a sign between them */
	bool is_one;	/* a number was among these */
	bool is_behind; /* something stands behind the last */
};

static bool are_number(const struct newest *w)
{
	return w->n == CITIZEN_CHARS && ident_is_citizen(w->digits);
}

static void add_newest(struct newest *w, char digit, size_t at, size_t end)
{
	const size_t last = CITIZEN_CHARS - 1;

	if (w->n > last) {
		memmove(w->digits, w->digits + 1, last);
		memmove(w->at, w->at + 1, last * sizeof(w->at[0]));
		memmove(w->is_first, w->is_first + 1, last);
		w->n = last;
	}
	w->digits[w->n] = digit;
	w->at[w->n] = at;
	w->is_first[w->n] = w->is_behind;
	w->n++;
	w->joined++;
	w->end = end;
	w->is_behind = false;
	w->is_one |= w->joined >= w->n && are_number(w);
}

static void pass_other(struct newest *w, uint32_t c)
{
	w->is_behind = true;
	if (ident_is_dropped(c))
		return;
	w->joined = 0;
	if (!ident_is_sign(c))
		w->n = 0;
}

/* Reads the next digits that stand together, or up to an X; false: there are
 * no more. */
static bool next_group(struct newest *w, struct span text, size_t *at)
{
	bool is_within = false;

	if (w->n && w->digits[w->n - 1] == 'X')
		pass_other(w, 'X');
	while (*at < text.n) {
		size_t from = *at;
		uint32_t c = ident_next(text, at);
		bool is_x = c == 'X' && w->n >= BODY_CHARS;

		if (is_x || (c < 0x80 && ident_is_digit((char)c))) {
			add_newest(w, (char)c, from, *at);
			is_within = true;
		} else if (is_within) {
			*at = from;
			return true;
		} else {
			pass_other(w, c);
		}
		if (is_x)
			return true;
	}
	return is_within;
}

static bool are_groups(const struct newest *w)
{
	return w->is_first[0] && are_number(w);
}

static bool is_bound(struct span text, const struct newest *w)
{
	return (w->at[0] > 0 && ident_is_alnum(text.p[w->at[0] - 1])) ||
	    (w->end < text.n && ident_is_alnum(text.p[w->end]));
}

/* One in [at, end) that has signs in between. */
static bool find_groups(
    struct span text, size_t at, size_t end, size_t *at_out, size_t *n_out)
{
	const struct span part = {text.p, end};
	struct newest w = {.is_behind = true};

	while (next_group(&w, part, &at)) {
		if (w.joined >= w.n || !are_groups(&w) || is_bound(text, &w))
			continue;
		*at_out = w.at[0];
		*n_out = w.end - w.at[0];
		return true;
	}
	return false;
}

bool ident_holds_citizen(struct span text)
{
	struct newest w = {.is_behind = true};
	size_t at = 0;

	while (next_group(&w, text, &at))
		if (w.is_one || are_groups(&w))
			return true;
	return false;
}

/* ---- all ways ---- */

/* The first that begins in [start, end), of digits and what stands between. */
static bool find_within(
    struct span text, size_t start, size_t end, size_t *at_out, size_t *n_out)
{
	bool is_found = find_between(text, start, end, at_out, n_out);

	if (is_found)
		end = *at_out;
	return find_groups(text, start, end, at_out, n_out) || is_found;
}

/* In the same steps, by bytes that may be of one. */
static bool find_spread(struct span text, size_t *at_out, size_t *n_out)
{
	size_t i = BODY_CHARS - 1;

	while (i < text.n) {
		size_t start = i;
		size_t end = i;

		while (start > 0 && is_of_spread(text.p[start - 1]))
			start--;
		while (end < text.n && is_of_spread(text.p[end]))
			end++;
		/* Not in the middle of a character. */
		while (start < end && ((unsigned char)text.p[start] >> 6) == 2)
			start++;
		while (end < text.n && ((unsigned char)text.p[end] >> 6) == 2)
			end++;
		if (end > start + BODY_CHARS - 1 &&
		    find_within(text, start, end, at_out, n_out))
			return true;
		i = end + BODY_CHARS;
	}
	return false;
}

bool ident_find_citizen(struct span text, size_t *at_out, size_t *n_out)
{
	size_t n = CITIZEN_CHARS, at = 0;
	bool is_found = find_in_a_row(text, &at);

	/* One that is spread may come before it. */
	if (is_found)
		text.n = at;
	if (find_spread(text, &at, &n))
		is_found = true;
	if (is_found) {
		*at_out = at;
		*n_out = n;
	}
	return is_found;
}
