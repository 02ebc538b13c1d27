/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Amounts and integers, without floating point. A number is its significant
 * digits and a power of ten; a unit is a power of ten as well (万元 is 10^6
 * fen), so that an amount is exact when, zeros at the end of its digits
 * taken off, the sum of the powers is not negative.
 *
 * Amounts as programs write them (digits and at most six decimals) are read
 * in place; the rest is narrowed first (normalise_priv.h), which also makes
 * 萬圓 into 万圆 and ￥ into ¥.
 *
 * Separators stand in groups of three from the right, or the text is no
 * number: "12,5" and "1.234,56" come from places where the comma is the
 * decimal point, and are not guessed.
 */
#include "intake/normalise.h"

#include "base/check.h"
#include "intake/normalise_priv.h"

enum { EXPONENT_MAX = 9999, DIGITS_MAX = 16 };

/* value = digits * 10^power; digits without zeros at either end. */
struct decimal {
	char digits[NARROW_MAX];
	int count; /* 0: the value is zero */
	int power;
};

static void add_digit(struct decimal *d, char digit)
{
	if (digit != '0' || d->count > 0)
		d->digits[d->count++] = digit;
}

/* Digits with separators; false when the separators stand wrong. *any_out:
 * was there a digit? */
static bool parse_whole(const char **p, struct decimal *d, bool *any_out)
{
	int in_group = 0;
	bool has_comma = false;

	for (; is_digit(**p) || **p == ','; (*p)++) {
		if (is_digit(**p)) {
			add_digit(d, **p);
			in_group++;
			continue;
		}
		if (in_group == 0 || in_group > 3 ||
		    (has_comma && in_group != 3))
			return false;
		has_comma = true;
		in_group = 0;
	}
	*any_out = in_group > 0;
	return !has_comma || in_group == 3;
}

/* e+12, e-4; false when no digit follows the e. */
static bool parse_exponent(const char **p, struct decimal *d)
{
	int exponent = 0;
	bool is_negative;

	if (!narrow_skip(p, "e"))
		return true;
	is_negative = **p == '-';
	if (is_negative || **p == '+')
		(*p)++;
	if (!is_digit(**p))
		return false;
	for (; is_digit(**p); (*p)++)
		if (exponent <= EXPONENT_MAX)
			exponent = exponent * 10 + **p - '0';
	d->power += is_negative ? -exponent : exponent;
	return true;
}

/* An unsigned number at *p. */
static bool parse_decimal(const char **p, struct decimal *d)
{
	bool any = false;

	d->count = d->power = 0;
	if (!parse_whole(p, d, &any))
		return false;
	if (**p == '.') {
		for ((*p)++; is_digit(**p); (*p)++) {
			add_digit(d, **p);
			d->power--;
			any = true;
		}
	}
	if (!any || !parse_exponent(p, d))
		return false;
	while (d->count > 0 && d->digits[d->count - 1] == '0') {
		d->count--;
		d->power++;
	}
	return true;
}

/* digits * 10^(power + unit_power) as an integer up to `max`. */
static enum normal to_integer(
    const struct decimal *d, int unit_power, int64_t max, int64_t *value_out)
{
	int power = d->power + unit_power;
	int64_t value = 0;
	int i;

	if (d->count == 0) {
		*value_out = 0;
		return NORMAL_OK;
	}
	if (power < 0)
		return NORMAL_NOT_EXACT;
	if (d->count + power > DIGITS_MAX)
		return NORMAL_TOO_LARGE;
	for (i = 0; i < d->count; i++)
		value = value * 10 + d->digits[i] - '0';
	for (; power > 0; power--)
		value *= 10;
	if (value > max)
		return NORMAL_TOO_LARGE;
	*value_out = value;
	return NORMAL_OK;
}

/* Digits and at most six decimals, of an amount far below the bound: fen. */
static bool parse_plain(struct span text, int unit_power, int64_t *fen_out)
{
	static const int64_t tens[] = {
	    1, 10, 100, 1000, 10000, 100000, 1000000};
	int64_t value = 0;
	int decimals = -1;
	size_t i;

	if (text.n == 0 || text.n > 14 || !is_digit(text.p[text.n - 1]))
		return false;
	for (i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (is_digit(c)) {
			value = value * 10 + c - '0';
			decimals += decimals >= 0;
		} else if (c == '.' && decimals < 0 && i > 0) {
			decimals = 0;
		} else {
			return false;
		}
	}
	if (decimals < 0)
		decimals = 0;
	if (decimals > unit_power ||
	    unit_power - decimals >= (int)ARRAY_COUNT(tens))
		return false;
	if (value > NORMALISE_FEN_MAX / tens[unit_power - decimals])
		return false;
	*fen_out = value * tens[unit_power - decimals];
	return true;
}

static void skip_blank(const char **p)
{
	if (**p == ' ')
		(*p)++;
}

/* 人民币, RMB, CNY, ¥ in front, in any order. Was one there? */
static bool skip_currency(const char **p)
{
	static const char *const words[] = {
	    "人民币", "rmb", "cny", "cn¥", "¥", ":", NULL};
	bool has_sign = false;
	int which = 0;

	while (!is_digit(**p) && which >= 0) {
		skip_blank(p);
		which = narrow_skip_any(p, words);
		has_sign |= which >= 0 && words[which][0] != ':';
	}
	return has_sign;
}

static enum money_unit skip_unit(const char **p)
{
	static const char *const words[] = {"百万元", "百万圆", "百万", "千元",
	    "千圆", "万元", "万圆", "万", "亿元", "亿圆", "亿", "元", "圆",
	    NULL};
	static const enum money_unit units[] = {MONEY_BAIWAN, MONEY_BAIWAN,
	    MONEY_BAIWAN, MONEY_QIAN, MONEY_QIAN, MONEY_WAN, MONEY_WAN,
	    MONEY_WAN, MONEY_YI, MONEY_YI, MONEY_YI, MONEY_YUAN, MONEY_YUAN};
	int which = narrow_skip_any(p, words);

	_Static_assert(
	    ARRAY_COUNT(words) == ARRAY_COUNT(units) + 1, "a unit a word");
	return which < 0 ? MONEY_NO_UNIT : units[which];
}

/* The unit behind the number to the end of the text. *has_sign is set where a
 * currency stands behind it. */
static bool parse_unit(const char *p, enum money_unit *unit_out, bool *has_sign)
{
	static const char *const whole[] = {"整", "正", NULL};
	static const char *const currency[] = {
	    "人民币", "(人民币)", "rmb", "(rmb)", "cny", "(cny)", NULL};

	*unit_out = MONEY_NO_UNIT;
	if (*p == '\0')
		return true;
	skip_blank(&p);
	*unit_out = skip_unit(&p);
	if (*unit_out)
		narrow_skip_any(&p, whole);
	skip_blank(&p);
	*has_sign |= narrow_skip_any(&p, currency) >= 0;
	return *p == '\0';
}

/* A text that is no amount of renminbi: of another currency? */
static enum normal why_no_amount(const char *text)
{
	static const char *const words[] = {"美元", "美金", "usd", "$", "港元",
	    "港币", "hkd", "欧元", "eur", "€", "日元", "jpy", "英镑", "gbp",
	    "£", "澳元", "加元", "韩元", "新台币", "澳门元"};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(words); i++)
		if (strstr(text, words[i]))
			return NORMAL_OTHER_CURRENCY;
	return NORMAL_NOT_A_NUMBER;
}

/* A minus in front, or brackets around, as book-keepers write it. The
 * closing bracket is cut off. */
static bool take_minus(const char **p, struct narrow *narrow)
{
	if (narrow_skip(p, "-"))
		return true;
	if (**p == '(' && narrow->p[narrow->n - 1] == ')') {
		narrow->p[--narrow->n] = '\0';
		(*p)++;
		return true;
	}
	narrow_skip(p, "+");
	return false;
}

enum normal normalise_money(
    struct span text, enum money_unit unit, struct normal_money *out)
{
	struct narrow narrow;
	struct decimal d;
	enum normal reason;
	const char *p = narrow.p;
	bool is_negative, has_sign;
	enum money_unit own;
	int64_t fen;

	if (parse_plain(text, (int)unit, &fen)) {
		*out = (struct normal_money){.fen = fen};
		return NORMAL_OK;
	}
	reason = narrow_text(text, &narrow);
	if (reason != NORMAL_OK)
		return reason;
	has_sign = skip_currency(&p);
	is_negative = take_minus(&p, &narrow);
	has_sign |= skip_currency(&p);
	if (!parse_decimal(&p, &d) || !parse_unit(p, &own, &has_sign))
		return why_no_amount(narrow.p);
	if (is_negative && d.count > 0)
		return NORMAL_NEGATIVE;
	reason =
	    to_integer(&d, own ? (int)own : (int)unit, NORMALISE_FEN_MAX, &fen);
	if (reason != NORMAL_OK)
		return reason;
	out->fen = fen;
	out->is_other_unit = own && own != unit;
	out->has_sign_only = has_sign && !own && unit != MONEY_YUAN && fen > 0;
	return NORMAL_OK;
}

const char *money_unit_text(enum money_unit unit)
{
	switch (unit) {
	case MONEY_YUAN:
		return "元";
	case MONEY_QIAN:
		return "千元";
	case MONEY_WAN:
		return "万元";
	case MONEY_BAIWAN:
		return "百万元";
	case MONEY_YI:
		return "亿元";
	case MONEY_NO_UNIT:
	default:
		return "";
	}
}

enum money_unit normalise_money_unit(struct span text)
{
	static const char *const beside[] = {"(", ")", ":", "/", ",", "-", " ",
	    "单位", "人民币", "rmb", "cny", NULL};
	struct narrow narrow;
	enum money_unit unit;
	const char *p = narrow.p;

	if (narrow_text(text, &narrow) != NORMAL_OK)
		return MONEY_NO_UNIT;
	while (narrow_skip_any(&p, beside) >= 0)
		;
	unit = skip_unit(&p);
	while (narrow_skip_any(&p, beside) >= 0)
		;
	return *p ? MONEY_NO_UNIT : unit;
}

enum normal normalise_integer(struct span text, int64_t *value_out)
{
	struct narrow narrow;
	struct decimal d;
	enum normal reason = narrow_text(text, &narrow);
	const char *p = narrow.p;
	bool is_negative;
	int64_t value;

	if (reason != NORMAL_OK)
		return reason;
	is_negative = narrow_skip(&p, "-");
	if (!is_negative)
		narrow_skip(&p, "+");
	if (!parse_decimal(&p, &d) || *p != '\0')
		return NORMAL_NOT_A_NUMBER;
	reason = to_integer(&d, 0, NORMALISE_INTEGER_MAX, &value);
	if (reason == NORMAL_NOT_EXACT)
		return NORMAL_NOT_WHOLE;
	if (reason != NORMAL_OK)
		return reason;
	*value_out = is_negative ? -value : value;
	return NORMAL_OK;
}
