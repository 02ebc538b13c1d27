/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only reading of the wall clock in the program, and its replacement by
 * GONGXIN_NOW. The variable is read each time: it is a few dozen bytes, and
 * no state has to be kept or reset between tests.
 */
#include "calendar/calendar.h"

#include <stdlib.h>
#include <time.h>

#include "base/check.h"

enum { CHINA_OFFSET_S = 8 * 3600, DAY_S = 86400 };

/* Two digits up to `max` at p; -1 when they are not that. Stops at NUL. */
static int two_digits(const char *p, int max)
{
	int value;

	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return -1;
	value = (p[0] - '0') * 10 + p[1] - '0';
	return value <= max ? value : -1;
}

/* "Z", "+hh:mm", "-hh:mm" or nothing (China) to the end of the text. */
static bool parse_zone(const char *p, int *offset_s_out)
{
	int hours, minutes;

	if (*p == '\0') {
		*offset_s_out = CHINA_OFFSET_S;
		return true;
	}
	if (*p == 'Z' || *p == 'z') {
		*offset_s_out = 0;
		return p[1] == '\0';
	}
	if (*p != '+' && *p != '-')
		return false;
	hours = two_digits(p + 1, 23);
	if (hours < 0 || p[3] != ':')
		return false;
	minutes = two_digits(p + 4, 59);
	if (minutes < 0 || p[6] != '\0')
		return false;
	*offset_s_out = (hours * 60 + minutes) * (*p == '-' ? -60 : 60);
	return true;
}

/* ":ss" and ".fff" where they stand; milliseconds, and where they end. */
static const char *parse_seconds(const char *p, int *ms_out)
{
	int seconds, unit = 100;

	*ms_out = 0;
	if (*p != ':')
		return p;
	seconds = two_digits(p + 1, 59);
	if (seconds < 0)
		return NULL;
	*ms_out = seconds * 1000;
	p += 3;
	if (*p != '.')
		return p;
	p++;
	if (*p < '0' || *p > '9')
		return NULL;
	for (; *p >= '0' && *p <= '9'; p++, unit /= 10)
		*ms_out += (*p - '0') * unit;
	return p;
}

/* "Thh:mm[:ss[.fff]][zone]" -> milliseconds since the UTC start of the day
 * it is written under. */
static bool parse_time(const char *p, int64_t *ms_out)
{
	int hours, minutes, ms, offset_s;

	if (*p != 'T' && *p != 't' && *p != ' ')
		return false;
	hours = two_digits(p + 1, 23);
	if (hours < 0 || p[3] != ':')
		return false;
	minutes = two_digits(p + 4, 59);
	if (minutes < 0)
		return false;
	p = parse_seconds(p + 6, &ms);
	if (!p || !parse_zone(p, &offset_s))
		return false;
	*ms_out = (int64_t)(hours * 3600 + minutes * 60 - offset_s) * 1000 + ms;
	return true;
}

static bool parse_moment(const char *text, int64_t *ms_out)
{
	struct span s = span_of(text);
	int64_t in_day_ms = -(int64_t)CHINA_OFFSET_S * 1000;
	date_days day;

	if (s.n < 10 || !date_parse_iso((struct span){s.p, 10}, &day))
		return false;
	if (day < 1) /* nothing before 1970-01-02, so that no zone makes it
			negative */
		return false;
	if (s.n > 10 && !parse_time(text + 10, &in_day_ms))
		return false;
	*ms_out = (int64_t)day * DAY_S * 1000 + in_day_ms;
	return true;
}

enum err_code calendar_clock_check(struct err *err)
{
	const char *text = getenv("GONGXIN_NOW");
	int64_t ms;

	if (!text || parse_moment(text, &ms))
		return ERR_NONE;
	err_set(
	    err, ERR_USAGE, "cannot read GONGXIN_NOW \"%s\" as a moment", text);
	err_hint(err, "Write it as YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+08:00.");
	return ERR_USAGE;
}

bool calendar_clock_is_replaced(void)
{
	return getenv("GONGXIN_NOW") != NULL;
}

int64_t calendar_now_ms(void)
{
	const char *text = getenv("GONGXIN_NOW");
	struct timespec now;
	int64_t ms = 0;

	if (text) {
		bool is_readable = parse_moment(text, &ms);

		ASSERT(is_readable);
		return ms;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

date_days calendar_today(void)
{
	return date_of_unix_ms(calendar_now_ms());
}
