/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Days from and to civil dates by the era method: years start in March, so
 * that the leap day is the last of its year, and 400 years are one era of
 * 146,097 days.
 */
#include "base/date.h"

#include <string.h>

enum { ERA_DAYS = 146097, EPOCH_SHIFT = 719468 };
enum { DAY_S = 86400, CHINA_S = 8 * 3600 };

static int days_in_month(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && is_leap ? 29 : days[month - 1];
}

bool date_is_valid_ymd(int year, int month, int day)
{
	return year >= DATE_YEAR_MIN && year <= DATE_YEAR_MAX && month >= 1 &&
	    month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

date_days date_from_ymd(int year, int month, int day)
{
	int era, year_of_era, day_of_year, day_of_era;

	if (!date_is_valid_ymd(year, month, day))
		return DATE_NONE;
	if (month <= 2)
		year--;
	era = year / 400;
	year_of_era = year - era * 400;
	day_of_year =
	    (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	    day_of_year;
	return era * ERA_DAYS + day_of_era - EPOCH_SHIFT;
}

struct date_ymd date_to_ymd(date_days date)
{
	int shifted = date + EPOCH_SHIFT;
	int era = shifted / ERA_DAYS;
	int day_of_era = shifted - era * ERA_DAYS;
	int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
			      day_of_era / 146096) /
	    365;
	int day_of_year = day_of_era -
	    (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int m = (5 * day_of_year + 2) / 153;
	struct date_ymd out;

	out.day = day_of_year - (153 * m + 2) / 5 + 1;
	out.month = m < 10 ? m + 3 : m - 9;
	out.year = year_of_era + era * 400 + (out.month <= 2 ? 1 : 0);
	return out;
}

int date_weekday(date_days date)
{
	/* 1970-01-01 was a Thursday (3). */
	int w = (date + 3) % 7;

	return w < 0 ? w + 7 : w;
}

int date_month(date_days date)
{
	struct date_ymd d = date_to_ymd(date);

	return d.year * 100 + d.month;
}

date_days date_add_months(date_days date, int months)
{
	struct date_ymd d = date_to_ymd(date);
	int index = d.year * 12 + d.month - 1 + months;
	int last;

	d.year = index / 12;
	d.month = index % 12 + 1;
	if (d.year < DATE_YEAR_MIN || d.year > DATE_YEAR_MAX)
		return DATE_NONE;
	last = days_in_month(d.year, d.month);
	if (d.day > last)
		d.day = last;
	return date_from_ymd(d.year, d.month, d.day);
}

bool date_parse_iso(struct span text, date_days *date_out)
{
	static const int place[] = {0, 1, 2, 3, 5, 6, 8, 9};
	int digit[8];
	date_days date;
	size_t i;

	if (text.n != 10 || text.p[4] != '-' || text.p[7] != '-')
		return false;
	for (i = 0; i < 8; i++) {
		char c = text.p[place[i]];

		if (c < '0' || c > '9')
			return false;
		digit[i] = c - '0';
	}
	date = date_from_ymd(
	    digit[0] * 1000 + digit[1] * 100 + digit[2] * 10 + digit[3],
	    digit[4] * 10 + digit[5], digit[6] * 10 + digit[7]);
	if (date == DATE_NONE)
		return false;
	*date_out = date;
	return true;
}

char *date_format_iso(date_days date, char *out)
{
	struct date_ymd d;

	if (date == DATE_NONE) {
		out[0] = '\0';
		return out;
	}
	d = date_to_ymd(date);
	out[0] = (char)('0' + d.year / 1000 % 10);
	out[1] = (char)('0' + d.year / 100 % 10);
	out[2] = (char)('0' + d.year / 10 % 10);
	out[3] = (char)('0' + d.year % 10);
	out[4] = '-';
	out[5] = (char)('0' + d.month / 10);
	out[6] = (char)('0' + d.month % 10);
	out[7] = '-';
	out[8] = (char)('0' + d.day / 10);
	out[9] = (char)('0' + d.day % 10);
	out[10] = '\0';
	return out;
}

date_days date_of_unix_ms(int64_t unix_ms)
{
	return (date_days)((unix_ms / 1000 + CHINA_S) / DAY_S);
}

int64_t date_begin_ms(date_days date)
{
	return ((int64_t)date * DAY_S - CHINA_S) * 1000;
}

static void put_two_digits(char *out, int value)
{
	out[0] = (char)('0' + value / 10);
	out[1] = (char)('0' + value % 10);
}

char *date_format_unix(int64_t unix_ms, char *out)
{
	int64_t s = unix_ms / 1000;
	int in_day = (int)(s % DAY_S);

	date_format_iso((date_days)(s / DAY_S), out);
	memcpy(out + 10, "T00:00:00Z", 11);
	put_two_digits(out + 11, in_day / 3600);
	put_two_digits(out + 14, in_day / 60 % 60);
	put_two_digits(out + 17, in_day % 60);
	return out;
}
