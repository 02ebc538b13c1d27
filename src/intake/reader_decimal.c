/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers as texts of digits. Amounts are checked to the fen behind us, so
 * no number passes through a double: exponents are written out and binary
 * noise is rounded away on the digits themselves.
 *
 *     digits  d0 d1 d2 ... dn-1   (whole and fraction, as written)
 *     value   0.d0d1d2... * 10^point
 */
#include "intake/reader_priv.h"

#include <string.h>

enum {
	EXPONENT_MAX = 400,
	SHOWN_DIGITS = 15, /* what spreadsheets keep and show */
	SECONDS_A_DAY = 86400,
	SERIAL_END = 2958466
};

/* A number taken apart. */
struct decimal {
	bool is_negative;
	bool is_whole; /* written without point and exponent */
	bool has_exponent;
	struct span whole;    /* digits before the point */
	struct span fraction; /* digits behind it */
	ptrdiff_t point;      /* where the point stands among the digits */
};

static struct span take_digits(struct span *s)
{
	struct span digits = {s->p, 0};

	while (
	    digits.n < s->n && s->p[digits.n] >= '0' && s->p[digits.n] <= '9')
		digits.n++;
	s->p += digits.n;
	s->n -= digits.n;
	return digits;
}

static bool take_char(struct span *s, char a, char b)
{
	if (s->n == 0 || (s->p[0] != a && s->p[0] != b))
		return false;
	s->p++;
	s->n--;
	return true;
}

static bool take_exponent(struct span *s, int *out)
{
	bool is_negative = take_char(s, '-', '-');
	struct span digits;
	size_t i;

	if (!is_negative)
		take_char(s, '+', '+');
	digits = take_digits(s);
	while (digits.n > 1 && digits.p[0] == '0') {
		digits.p++;
		digits.n--;
	}
	if (digits.n == 0 || digits.n > 3)
		return false;
	*out = 0;
	for (i = 0; i < digits.n; i++)
		*out = *out * 10 + (digits.p[i] - '0');
	if (is_negative)
		*out = -*out;
	return *out >= -EXPONENT_MAX && *out <= EXPONENT_MAX;
}

static bool parse(struct span s, struct decimal *d)
{
	bool has_point;
	int exponent = 0;

	*d = (struct decimal){.is_negative = take_char(&s, '-', '-')};
	if (!d->is_negative)
		take_char(&s, '+', '+');
	d->whole = take_digits(&s);
	d->fraction = (struct span){s.p, 0};
	has_point = take_char(&s, '.', '.');
	if (has_point)
		d->fraction = take_digits(&s);
	if (d->whole.n + d->fraction.n == 0)
		return false;
	d->has_exponent = take_char(&s, 'e', 'E');
	if (d->has_exponent && !take_exponent(&s, &exponent))
		return false;
	d->is_whole = !has_point && !d->has_exponent;
	d->point = (ptrdiff_t)d->whole.n + exponent;
	return s.n == 0;
}

static ptrdiff_t digits_count(const struct decimal *d)
{
	return (ptrdiff_t)(d->whole.n + d->fraction.n);
}

/* The digit at a place; noughts before and behind those written. */
static char digit_at(const struct decimal *d, ptrdiff_t place)
{
	if (place < 0 || place >= digits_count(d))
		return '0';
	if (place < (ptrdiff_t)d->whole.n)
		return d->whole.p[place];
	return d->fraction.p[place - (ptrdiff_t)d->whole.n];
}

/* Appends the number; `is_tidy` takes idle noughts off both ends. */
static void add(struct buf *out, const struct decimal *d, bool is_tidy)
{
	ptrdiff_t first = d->point < 1 ? d->point - 1 : 0;
	ptrdiff_t last = digits_count(d);
	ptrdiff_t i;

	if (last < d->point)
		last = d->point;
	while (is_tidy && first < d->point - 1 && digit_at(d, first) == '0')
		first++;
	while (is_tidy && last > d->point && digit_at(d, last - 1) == '0')
		last--;
	if (d->is_negative)
		buf_add_char(out, '-');
	for (i = first; i < last; i++) {
		if (i == d->point)
			buf_add_char(out, '.');
		buf_add_char(out, digit_at(d, i));
	}
}

bool decimal_add_plain(struct buf *out, struct span number)
{
	struct decimal d;

	if (!parse(number, &d))
		return false;
	add(out, &d, d.has_exponent);
	return true;
}

/*
 * Rounds to SHOWN_DIGITS digits from the first that is not nought, half
 * away from nought as spreadsheets do; digits go into kept[], with one in
 * front for a carry (9.99... -> 10).
 */
static void round_shown(struct decimal *d, char kept[SHOWN_DIGITS + 1])
{
	ptrdiff_t first = 0;
	ptrdiff_t i;
	bool is_up;

	while (first < digits_count(d) && digit_at(d, first) == '0')
		first++;
	if (digits_count(d) - first <= SHOWN_DIGITS)
		return;
	kept[0] = '0';
	for (i = 0; i < SHOWN_DIGITS; i++)
		kept[i + 1] = digit_at(d, first + i);
	is_up = digit_at(d, first + SHOWN_DIGITS) >= '5';
	for (i = SHOWN_DIGITS; is_up; i--) {
		is_up = kept[i] == '9';
		kept[i] = is_up ? '0' : (char)(kept[i] + 1);
	}
	d->whole = (struct span){kept, SHOWN_DIGITS + 1};
	d->fraction.n = 0;
	d->point += 1 - first;
}

bool decimal_add_moved(struct buf *out, struct span number, int places)
{
	char kept[SHOWN_DIGITS + 1];
	struct decimal d;

	if (!parse(number, &d))
		return false;
	if (!d.is_whole)
		round_shown(&d, kept);
	d.point += places;
	add(out, &d, !d.is_whole || places);
	return true;
}

bool decimal_add_shown(struct buf *out, struct span number)
{
	return decimal_add_moved(out, number, 0);
}

bool decimal_serial(struct span number, int32_t *days_out, int32_t *seconds_out)
{
	struct decimal d;
	double unit = SECONDS_A_DAY;
	double seconds = 0;
	int64_t days = 0;
	ptrdiff_t i;

	if (!parse(number, &d) || d.is_negative)
		return false;
	for (i = 0; i < d.point && days < SERIAL_END; i++)
		days = days * 10 + (digit_at(&d, i) - '0');
	for (i = d.point; i < d.point + SHOWN_DIGITS; i++) {
		unit /= 10;
		seconds += unit * (digit_at(&d, i) - '0');
	}
	*seconds_out = (int32_t)(seconds + 0.5);
	if (*seconds_out >= SECONDS_A_DAY) {
		days++;
		*seconds_out = 0;
	}
	*days_out = (int32_t)days;
	return days < SERIAL_END;
}
