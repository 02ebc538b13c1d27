/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates. The commonest forms (2023-04-24, 2023/4/24, 2023.4.24 in ASCII, with
 * a time or without) are read in place. Everything else is narrowed first
 * (normalise_priv.h) and is then either a bare number or a written date:
 *
 *   digits [. digits]      8 YYYYMMDD, 12 and 14 with a time, 10 and 13 Unix
 *                          time, 5 (or any, in a cell typed as a number) an
 *                          Excel serial
 *   Y sep M sep D [time]   sep one of - / . , or 年 月 日, the year first
 *
 * Excel's 1900 system calls 1900-01-01 day 1 and believes in 1900-02-29,
 * which is day 60: days after it are one too high.
 *
 * What is not a date is sorted by why: a part is missing, the order of the
 * parts is open (two digits first), the day does not exist, the year is out
 * of range. A number typed as 2023 or 202304 is a year or a month, not a
 * serial. A time is checked; its zone can move the day, since 16:00Z is
 * midnight in China and that is how programs write dates.
 */
#include "intake/normalise.h"

#include "base/check.h"
#include "intake/normalise_priv.h"

enum {
	SERIAL_BUG_DAY = 60,	 /* 1900-02-29 */
	SERIAL_TEXT_MIN = 20000, /* 1954-10-03 */
	SERIAL_TEXT_MAX = 80000, /* 2119-01-11 */
	SERIAL_MAX = 109574,	 /* 2199-12-31 */
	SERIAL_OF_UNIX_DAY_0 = 25569,
	CHINA_OFFSET_MINUTES = 480,
	DAY_MINUTES = 1440
};

/* A date as written, before it is known to exist. */
struct written {
	int year, month, day;
	int day_shift; /* days that the zone moves it to be China's */
};

static bool is_in_range(date_days date)
{
	return date >= date_from_ymd(DATE_YEAR_MIN, 1, 1) &&
	    date <= date_from_ymd(DATE_YEAR_MAX, 12, 31);
}

static enum normal to_days(const struct written *w, date_days *date_out)
{
	date_days date;

	/* 9999-12-31 is how many programs write "no end". */
	if (w->year == 9999 && w->month == 12 && w->day == 31) {
		*date_out = DATE_LONG_TERM;
		return NORMAL_LONG_TERM;
	}
	if (w->month < 1 || w->month > 12 || w->day < 1 || w->day > 31)
		return NORMAL_NO_SUCH_DAY;
	if (w->year < DATE_YEAR_MIN || w->year > DATE_YEAR_MAX)
		return NORMAL_DATE_OUT_OF_RANGE;
	date = date_from_ymd(w->year, w->month, w->day);
	if (date == DATE_NONE)
		return NORMAL_NO_SUCH_DAY;
	date += w->day_shift;
	if (w->day_shift != 0 && !is_in_range(date))
		return NORMAL_DATE_OUT_OF_RANGE;
	*date_out = date;
	return NORMAL_OK;
}

/* ---- Forms read in place ---- */

/* One or two digits up to the text's end or the separator. */
static bool short_number(struct span text, size_t *at, int *value_out)
{
	size_t i = *at;
	int value;

	if (i >= text.n || !is_digit(text.p[i]))
		return false;
	value = text.p[i++] - '0';
	if (i < text.n && is_digit(text.p[i]))
		value = value * 10 + text.p[i++] - '0';
	*at = i;
	*value_out = value;
	return true;
}

/* [d]d:dd[:dd] to the end of the text, a time that exists. */
static bool is_plain_time(struct span text, size_t at)
{
	int hour, minute, second = 0;

	if (!short_number(text, &at, &hour) || at >= text.n ||
	    text.p[at++] != ':' || !short_number(text, &at, &minute))
		return false;
	if (at < text.n &&
	    (text.p[at++] != ':' || !short_number(text, &at, &second)))
		return false;
	return at == text.n && hour <= 23 && minute <= 59 && second <= 59;
}

/* dddd-d-d with one of - / . twice, and nothing or a time behind it. */
static bool parse_plain(struct span text, struct written *w)
{
	size_t at = 5;
	int i;

	if (text.n < 8 || text.n > 19 ||
	    (text.p[4] != '-' && text.p[4] != '/' && text.p[4] != '.'))
		return false;
	w->year = w->day_shift = 0;
	for (i = 0; i < 4; i++) {
		if (!is_digit(text.p[i]))
			return false;
		w->year = w->year * 10 + text.p[i] - '0';
	}
	if (!short_number(text, &at, &w->month) || at >= text.n ||
	    text.p[at++] != text.p[4] || !short_number(text, &at, &w->day))
		return false;
	return at == text.n ||
	    (text.p[at] == ' ' && is_plain_time(text, at + 1));
}

/* ---- Bare numbers ---- */

static int64_t number_of(const char *p, int digits)
{
	int64_t value = 0;

	for (; digits > 0; digits--)
		value = value * 10 + *p++ - '0';
	return value;
}

static struct written written_of(int64_t yyyymmdd)
{
	return (struct written){.year = (int)(yyyymmdd / 10000),
	    .month = (int)(yyyymmdd / 100 % 100),
	    .day = (int)(yyyymmdd % 100)};
}

static bool is_year_number(int64_t value)
{
	return value >= DATE_YEAR_MIN && value <= DATE_YEAR_MAX;
}

static enum normal from_serial(int64_t serial, date_days *date_out)
{
	if (serial == SERIAL_BUG_DAY)
		return NORMAL_NO_SUCH_DAY;
	if (serial < 1 || serial > SERIAL_MAX)
		return NORMAL_NOT_A_DATE;
	if (serial < SERIAL_BUG_DAY)
		serial++;
	*date_out = (date_days)(serial - SERIAL_OF_UNIX_DAY_0);
	return NORMAL_OK;
}

/* YYYYMMDD; what could only be DDMMYYYY or MMDDYYYY is not guessed. */
static enum normal from_eight_digits(const char *p, date_days *date_out)
{
	struct written w = written_of(number_of(p, 8));

	if (!is_year_number(w.year) && is_year_number(number_of(p + 4, 4)))
		return NORMAL_DATE_AMBIGUOUS;
	return to_days(&w, date_out);
}

/* YYYYMMDDhhmm[ss]: the time must exist too. */
static enum normal from_stamp(const char *p, int digits, date_days *date_out)
{
	struct written w = written_of(number_of(p, 8));

	if (number_of(p + 8, 2) > 23 || number_of(p + 10, 2) > 59 ||
	    (digits == 14 && number_of(p + 12, 2) > 59))
		return NORMAL_NOT_A_DATE;
	return to_days(&w, date_out);
}

/* Ten digits: seconds, unless they can be read as YYYYMMDDhh. */
static enum normal from_unix_seconds(const char *p, date_days *date_out)
{
	struct written w = written_of(number_of(p, 8));
	date_days ignored;

	if (to_days(&w, &ignored) == NORMAL_OK && w.year < 2100 &&
	    number_of(p + 8, 2) < 24)
		return NORMAL_DATE_AMBIGUOUS;
	*date_out = date_of_unix_ms(number_of(p, 10) * 1000);
	return NORMAL_OK;
}

/* At most six digits: a serial, or a part of a date. */
static enum normal from_small_number(
    int64_t value, int digits, bool is_typed, date_days *date_out)
{
	if (digits == 4 && is_year_number(value))
		return NORMAL_DATE_INCOMPLETE;
	if (is_typed && value <= SERIAL_MAX)
		return from_serial(value, date_out);
	if (digits == 5 && value >= SERIAL_TEXT_MIN && value <= SERIAL_TEXT_MAX)
		return from_serial(value, date_out);
	if (digits != 6)
		return NORMAL_NOT_A_DATE;
	if (is_year_number(value / 100) && value % 100 >= 1 &&
	    value % 100 <= 12)
		return NORMAL_DATE_INCOMPLETE;
	return NORMAL_DATE_AMBIGUOUS; /* YYMMDD, DDMMYY */
}

static enum normal from_number(
    const char *p, int digits, bool is_typed, date_days *date_out)
{
	if (digits <= 6)
		return from_small_number(
		    number_of(p, digits), digits, is_typed, date_out);
	switch (digits) {
	case 7: /* 2023111: 1 November or 11 January */
		return p[0] == '1' || p[0] == '2' ? NORMAL_DATE_AMBIGUOUS
						  : NORMAL_NOT_A_DATE;
	case 8:
		return from_eight_digits(p, date_out);
	case 12:
	case 14:
		return from_stamp(p, digits, date_out);
	case 10:
		return p[0] == '0' ? NORMAL_NOT_A_DATE
				   : from_unix_seconds(p, date_out);
	case 13:
		if (p[0] == '0')
			return NORMAL_NOT_A_DATE;
		*date_out = date_of_unix_ms(number_of(p, 13));
		return NORMAL_OK;
	default:
		return NORMAL_NOT_A_DATE;
	}
}

/* Digits; how many, and whether a fraction may stand and does stand behind
 * them. 0 when the text is anything else. */
static int bare_digits(const char *p, bool may_have_fraction)
{
	int digits = 0;

	while (is_digit(p[digits]))
		digits++;
	p += digits;
	if (may_have_fraction && *p == '.' && is_digit(p[1]))
		for (p++; is_digit(*p); p++)
			;
	return *p == '\0' ? digits : 0;
}

/* ---- Written dates ---- */

static const char *const chinese_digits[] = {
    "〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", NULL};

/* One Chinese digit, 零 too; -1 when there is none. */
static int chinese_digit(const char **p)
{
	return narrow_skip(p, "零") ? 0 : narrow_skip_any(p, chinese_digits);
}

/* A year of exactly four digits of either kind; 0 when there is none. */
static int parse_year(const char **p)
{
	const char *at = *p;
	int year = 0, i;

	for (i = 0; i < 4; i++) {
		int digit = is_digit(*at) ? *at++ - '0' : chinese_digit(&at);

		if (digit < 0)
			return 0;
		year = year * 10 + digit;
	}
	if (is_digit(*at))
		return 0;
	*p = at;
	return year == 0 ? -1 : year;
}

/* 一 to 三十一, 廿四, 卅一, 二四, 〇四; -1 when there is none. */
static int parse_chinese_number(const char **p)
{
	static const char *const tens[] = {"十", "廿", "卅", NULL};
	const char *at = *p;
	int high = chinese_digit(&at), ten, low;

	ten = narrow_skip_any(&at, tens);
	if (ten < 0) {
		low = high < 0 ? -1 : chinese_digit(&at); /* 二四, 〇四 */
		*p = at;
		return low < 0 ? high : high * 10 + low;
	}
	if (high == 0 || (high > 0 && ten > 0))
		return -1;
	low = chinese_digit(&at);
	*p = at;
	return (high > 0 ? high : ten + 1) * 10 + (low > 0 ? low : 0);
}

/* A month, day, hour: one or two digits of either kind; -1 for none. */
static int parse_part(const char **p)
{
	int value;

	if (!is_digit(**p))
		return parse_chinese_number(p);
	value = *(*p)++ - '0';
	if (is_digit(**p))
		value = value * 10 + *(*p)++ - '0';
	return is_digit(**p) ? -1 : value;
}

static void skip_blank(const char **p)
{
	if (**p == ' ')
		(*p)++;
}

/* Z, +08:00, +0800, +08 or nothing; minutes east of Greenwich. */
static bool parse_zone(const char **p, int *minutes_out)
{
	bool is_west;
	int hours, minutes = 0;

	*minutes_out = CHINA_OFFSET_MINUTES;
	if (**p == '\0')
		return true;
	if (narrow_skip(p, "z")) {
		*minutes_out = 0;
		return true;
	}
	is_west = **p == '-';
	if (!is_west && **p != '+')
		return false;
	(*p)++;
	if (!is_digit((*p)[0]) || !is_digit((*p)[1]))
		return false;
	hours = (int)number_of(*p, 2);
	*p += 2;
	if (**p != '\0') {
		narrow_skip(p, ":");
		if (!is_digit((*p)[0]) || !is_digit((*p)[1]))
			return false;
		minutes = (int)number_of(*p, 2);
		*p += 2;
	}
	if (hours > 14 || minutes > 59)
		return false;
	*minutes_out = (hours * 60 + minutes) * (is_west ? -1 : 1);
	return true;
}

/* [:mm[:ss[.fff]]] behind the hour, or 时 分 秒; -1 when impossible. */
static int parse_minutes(const char **p)
{
	static const char *const after_hour[] = {":", "时", "点", NULL};
	static const char *const after_minute[] = {":", "分", NULL};
	int unit = narrow_skip_any(p, after_hour), minutes, seconds;

	if (unit < 0)
		return -1;
	if (unit > 0 && !is_digit(**p))
		return 0;
	minutes = parse_part(p);
	if (minutes < 0 || minutes > 59)
		return -1;
	unit = narrow_skip_any(p, after_minute);
	if (unit < 0 || (unit > 0 && !is_digit(**p)))
		return minutes;
	seconds = parse_part(p);
	if (seconds < 0 || seconds > 59)
		return -1;
	if (**p == '.')
		for ((*p)++; is_digit(**p);)
			(*p)++;
	narrow_skip(p, "秒");
	return minutes;
}

/* The hour as the half of the day makes it: 12 am is 0; -1: impossible. */
static int hour_of(int hour, int half)
{
	if (half < 0)
		return hour <= 23 ? hour : -1;
	if (hour > 12)
		return half == 1 && hour <= 23 ? hour : -1;
	return hour % 12 + (half == 1 ? 12 : 0);
}

/* A time of day and its zone to the end of the text; how many days China's
 * date is from the one written. */
static bool parse_time(const char *p, int *day_shift_out)
{
	static const char *const halves[] = {"上午", "下午", "am", "pm", NULL};
	int half = narrow_skip_any(&p, halves), hour, minutes, zone;

	skip_blank(&p);
	hour = parse_part(&p);
	minutes = hour < 0 ? -1 : parse_minutes(&p);
	if (minutes < 0)
		return false;
	skip_blank(&p);
	if (half < 0) {
		half = narrow_skip_any(&p, halves);
		skip_blank(&p);
	}
	hour = hour_of(hour, half < 0 ? half : half % 2);
	if (hour < 0 || !parse_zone(&p, &zone) || *p != '\0')
		return false;
	minutes += hour * 60 + CHINA_OFFSET_MINUTES - zone;
	*day_shift_out = minutes < 0 ? -1 : minutes / DAY_MINUTES;
	return true;
}

/* A separator with blanks around it; its index in `words`, or -1. */
static int parse_separator(const char **p, const char *const *words)
{
	const char *at = *p;
	int which;

	skip_blank(&at);
	which = narrow_skip_any(&at, words);
	if (which < 0)
		return -1;
	skip_blank(&at);
	*p = at;
	return which;
}

/* Behind the year: month and day, and a time behind them. */
static enum normal parse_after_year(const char *p, struct written *w)
{
	static const char *const separators[] = {"-", "/", ".", "年", NULL};
	static const char *const month_end[] = {"月", NULL};
	static const char *const day_end[] = {"日", "号", NULL};
	int kind = parse_separator(&p, separators);
	bool is_chinese = kind == 3;
	const char *const same[] = {kind < 0 ? NULL : separators[kind], NULL};

	if (kind < 0)
		return *p == '\0' ? NORMAL_DATE_INCOMPLETE : NORMAL_NOT_A_DATE;
	if (is_chinese && *p == '\0')
		return NORMAL_DATE_INCOMPLETE;
	w->month = parse_part(&p);
	if (w->month < 0)
		return NORMAL_NOT_A_DATE;
	if (!is_chinese && *p == '\0')
		return NORMAL_DATE_INCOMPLETE;
	if (parse_separator(&p, is_chinese ? month_end : same) < 0)
		return NORMAL_NOT_A_DATE;
	if (is_chinese && *p == '\0')
		return NORMAL_DATE_INCOMPLETE;
	w->day = parse_part(&p);
	if (w->day < 0)
		return NORMAL_NOT_A_DATE;
	if (is_chinese)
		parse_separator(&p, day_end);
	if (*p == '\0')
		return NORMAL_OK;
	if (!narrow_skip(&p, " ") && !narrow_skip(&p, "t") && !is_chinese)
		return NORMAL_NOT_A_DATE;
	return parse_time(p, &w->day_shift) ? NORMAL_OK : NORMAL_NOT_A_DATE;
}

/* No year of four digits in front: why is it refused? */
static enum normal why_no_year(const char *p)
{
	static const char *const separators[] = {
	    "-", "/", ".", "年", "月", NULL};
	static const char *const last[] = {"日", "号", NULL};
	int first = parse_part(&p), kind, second;

	if (first < 0 || (kind = parse_separator(&p, separators)) < 0)
		return NORMAL_NOT_A_DATE;
	second = parse_part(&p);
	if (second < 0)
		return NORMAL_NOT_A_DATE;
	if (kind == 4)
		parse_separator(&p, last);
	if (*p == '\0') /* 4月24日, 4/24, 23年4 */
		return NORMAL_DATE_INCOMPLETE;
	if (kind == 4 || parse_separator(&p, separators) < 0)
		return NORMAL_NOT_A_DATE;
	if (kind == 3 && *p == '\0') /* 23年4月 */
		return NORMAL_DATE_INCOMPLETE;
	narrow_skip(&p, "-"); /* 24-4月-23 */
	return is_digit(*p) || chinese_digit(&p) >= 0 ? NORMAL_DATE_AMBIGUOUS
						      : NORMAL_NOT_A_DATE;
}

static enum normal from_written(const char *p, date_days *date_out)
{
	struct written w = {.year = parse_year(&p)};
	enum normal reason;

	if (w.year == 0)
		return why_no_year(p);
	if (w.year < 0) /* 0000-00-00 */
		w.year = 0;
	reason = parse_after_year(p, &w);
	return reason == NORMAL_OK ? to_days(&w, date_out) : reason;
}

static bool is_long_term(const char *text)
{
	static const char *const words[] = {
	    "长期", "长期有效", "永久", "永久有效", "无期限", "无固定期限"};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(words); i++)
		if (strcmp(text, words[i]) == 0)
			return true;
	return false;
}

enum normal normalise_date(
    struct span text, enum cell_kind kind, date_days *date_out)
{
	struct narrow narrow;
	struct written w;
	enum normal reason;
	int digits;

	if (parse_plain(text, &w))
		return to_days(&w, date_out);
	reason = narrow_text(text, &narrow);
	if (reason != NORMAL_OK)
		return reason;
	if (is_long_term(narrow.p)) {
		*date_out = DATE_LONG_TERM;
		return NORMAL_LONG_TERM;
	}
	digits = bare_digits(narrow.p, kind == CELL_NUMBER);
	if (digits > 0)
		return from_number(
		    narrow.p, digits, kind == CELL_NUMBER, date_out);
	return from_written(narrow.p, date_out);
}
