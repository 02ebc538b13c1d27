/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each lambda gets its section as rendered, without escaping, and escapes
 * what it gives back. Elements are <time> and <span> of classes that
 * site.css knows; groups of a code are made by margins, so that a copied
 * code holds no space.
 */
#include "web/format.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/date.h"
#include "ident/ident.h"
#include "web/html.h"

#define N_(text) text

enum { CHINA_OFFSET_SECONDS = 8 * 3600, DAY_SECONDS = 86400 };

static const char *const month_names[] = {"January", "February", "March",
    "April", "May", "June", "July", "August", "September", "October",
    "November", "December"};

static enum lang lang_of(const void *arg)
{
	return ((const struct format_context *)arg)->lang;
}

static struct span trim(struct span s)
{
	while (s.n > 0 && strchr(" \t\r\n", s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && strchr(" \t\r\n", s.p[s.n - 1]))
		s.n--;
	return s;
}

/* ---- days ---- */

/* "2026年4月20日", "20 April 2026". */
static void add_day(struct buf *out, date_days date, enum lang lang)
{
	struct date_ymd d = date_to_ymd(date);

	if (date == DATE_LONG_TERM)
		buf_add_str(out, tr_in(lang, "long-term"));
	else if (lang == LANG_ZH)
		buf_addf(out, "%d年%d月%d日", d.year, d.month, d.day);
	else
		buf_addf(
		    out, "%d %s %d", d.day, month_names[d.month - 1], d.year);
}

static void add_time(
    struct buf *out, struct span iso, date_days date, enum lang lang)
{
	buf_add_str(out, "<");
	buf_add_str(out, "time datetime=\"");
	html_text(out, iso);
	buf_add_str(out, "\">");
	add_day(out, date, lang);
	buf_add_str(out, "</");
	buf_add_str(out, "time>");
}

static void as_date(void *arg, struct span in, struct buf *out)
{
	date_days date;

	in = trim(in);
	if (date_parse_iso(in, &date))
		add_time(out, in, date, lang_of(arg));
	else
		html_text(out, in);
}

static void as_day(void *arg, struct span in, struct buf *out)
{
	date_days date;

	in = trim(in);
	if (date_parse_iso(in, &date))
		add_day(out, date, lang_of(arg));
	else
		buf_add_span(out, in);
}

static void as_month(void *arg, struct span in, struct buf *out)
{
	char iso[DATE_TEXT_BYTES];
	struct date_ymd d;
	date_days date;

	in = trim(in);
	if (in.n != 7) {
		buf_add_span(out, in);
		return;
	}
	memcpy(iso, in.p, 7);
	memcpy(iso + 7, "-01", 4);
	if (!date_parse_iso(span_of(iso), &date)) {
		buf_add_span(out, in);
		return;
	}
	d = date_to_ymd(date);
	if (lang_of(arg) == LANG_ZH)
		buf_addf(out, "%d年%d月", d.year, d.month);
	else
		buf_addf(out, "%s %d", month_names[d.month - 1], d.year);
}

/* "2026-04-20T01:02:03Z"; false when it is none. */
static bool parse_moment(struct span in, date_days *day, int *second_of_day)
{
	int hour, minute, second;

	if (in.n != 20 || in.p[10] != 'T' || in.p[19] != 'Z' ||
	    !date_parse_iso((struct span){in.p, 10}, day))
		return false;
	hour = atoi(in.p + 11);
	minute = atoi(in.p + 14);
	second = atoi(in.p + 17);
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*second_of_day = (hour * 60 + minute) * 60 + second;
	return true;
}

static void as_moment(void *arg, struct span in, struct buf *out)
{
	date_days day;
	int second;

	in = trim(in);
	if (!parse_moment(in, &day, &second)) {
		html_text(out, in);
		return;
	}
	second += CHINA_OFFSET_SECONDS;
	if (second >= DAY_SECONDS) {
		day++;
		second -= DAY_SECONDS;
	}
	buf_add_str(out, "<");
	buf_add_str(out, "time datetime=\"");
	html_text(out, in);
	buf_add_str(out, "\">");
	add_day(out, day, lang_of(arg));
	buf_addf(out, " %02d:%02d", second / 3600, second / 60 % 60);
	buf_add_str(out, "</");
	buf_add_str(out, "time>");
}

/* ---- numbers ---- */

static bool is_digits(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static void add_grouped(struct buf *out, struct span digits)
{
	size_t i;

	for (i = 0; i < digits.n; i++) {
		if (i > 0 && (digits.n - i) % 3 == 0)
			buf_add_char(out, ',');
		buf_add_char(out, digits.p[i]);
	}
}

static void as_number(void *arg, struct span in, struct buf *out)
{
	(void)arg;
	in = trim(in);
	if (is_digits(in))
		add_grouped(out, in);
	else
		buf_add_span(out, in);
}

/* The letters over a column of a spreadsheet: 1 is A, 27 is AA. */
static void as_letters(void *arg, struct span in, struct buf *out)
{
	enum { LETTERS = 26, NUMBER_CHARS = 5 };
	char letters[NUMBER_CHARS];
	size_t n = 0, i;
	unsigned number = 0;

	(void)arg;
	in = trim(in);
	if (!is_digits(in) || in.n > NUMBER_CHARS) {
		buf_add_span(out, in);
		return;
	}
	for (i = 0; i < in.n; i++)
		number = number * 10 + (unsigned)(in.p[i] - '0');
	for (; number > 0; number = (number - 1) / LETTERS)
		letters[n++] = (char)('A' + (number - 1) % LETTERS);
	while (n > 0)
		buf_add_char(out, letters[--n]);
}

/* A title without the unit that the source's column has and the value shown
 * in yuan has not: "罚款金额(万元)" becomes "罚款金额". */
static void as_money_title(void *arg, struct span in, struct buf *out)
{
	static const char *const units[] = {
	    "(万元)", "（万元）", "(元)", "（元）"};
	size_t i;

	(void)arg;
	in = trim(in);
	for (i = 0; i < ARRAY_COUNT(units); i++) {
		struct span unit = span_of(units[i]);

		if (in.n > unit.n &&
		    memcmp(in.p + in.n - unit.n, unit.p, unit.n) == 0) {
			in.n -= unit.n;
			break;
		}
	}
	buf_add_span(out, in);
}

/* ---- codes ---- */

static void open_span(struct buf *out, const char *class_name)
{
	buf_add_str(out, "<");
	buf_add_str(out, "span class=\"");
	buf_add_str(out, class_name);
	buf_add_str(out, "\">");
}

static void close_span(struct buf *out)
{
	buf_add_str(out, "</");
	buf_add_str(out, "span>");
}

/* 2 + 6 + 9 + 1: registration, division, subject, check character. */
static void add_code(struct buf *out, struct span code)
{
	static const size_t groups[] = {2, 6, 9, 1};
	size_t i, at = 0;

	open_span(out, "code");
	for (i = 0; i < ARRAY_COUNT(groups); i++) {
		open_span(out, "g");
		html_text(out, (struct span){code.p + at, groups[i]});
		close_span(out);
		at += groups[i];
	}
	close_span(out);
}

static bool looks_like_code(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!(s.p[i] >= '0' && s.p[i] <= '9') &&
		    !(s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return false;
	return s.n == IDENT_USCC_CHARS;
}

static void as_code(void *arg, struct span in, struct buf *out)
{
	(void)arg;
	in = trim(in);
	if (looks_like_code(in)) {
		add_code(out, in);
		return;
	}
	open_span(out, "code");
	html_text(out, in);
	close_span(out);
}

static void as_hash(void *arg, struct span in, struct buf *out)
{
	(void)arg;
	open_span(out, "hash");
	html_text(out, trim(in));
	close_span(out);
}

static void as_value(void *arg, struct span in, struct buf *out)
{
	date_days date;

	in = trim(in);
	if (date_parse_iso(in, &date))
		add_time(out, in, date, lang_of(arg));
	else if (looks_like_code(in))
		add_code(out, in);
	else
		html_text(out, in);
}

/* The forms of the catalogue's fields. */
static void as_type(void *arg, struct span in, struct buf *out)
{
	static const struct {
		const char *id, *title;
	} t[] = {
	    {"text", N_("any text")},
	    {"name", N_("a name")},
	    {"subject-code", N_("unified social credit code")},
	    {"org-code", N_("organisation code")},
	    {"reg-number", N_("registration number")},
	    {"division", N_("code of a division")},
	    {"doc-number", N_("number of a document")},
	    {"date", N_("a day")},
	    {"money-wan", N_("money, in units of 10,000 yuan")},
	    {"money-yuan", N_("money, in yuan")},
	    {"integer", N_("a whole number")},
	    {"code", N_("one value of a list")},
	    {"codes", N_("values of a list")},
	};
	size_t i;

	in = trim(in);
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		if (!span_is(in, t[i].id))
			continue;
		buf_add_str(out, tr_in(lang_of(arg), t[i].title));
		return;
	}
	buf_add_span(out, in);
}

static void as_url(void *arg, struct span in, struct buf *out)
{
	(void)arg;
	buf_add_percent(out, trim(in));
}

const struct mustache_lambda *format_lambdas(size_t *count_out)
{
	static const struct mustache_lambda lambdas[] = {
	    {"as_date", MUSTACHE_LAMBDA_HTML, as_date},
	    {"as_day", MUSTACHE_LAMBDA_TEXT, as_day},
	    {"as_month", MUSTACHE_LAMBDA_TEXT, as_month},
	    {"as_moment", MUSTACHE_LAMBDA_HTML, as_moment},
	    {"as_number", MUSTACHE_LAMBDA_TEXT, as_number},
	    {"as_letters", MUSTACHE_LAMBDA_TEXT, as_letters},
	    {"as_money_title", MUSTACHE_LAMBDA_TEXT, as_money_title},
	    {"as_code", MUSTACHE_LAMBDA_HTML, as_code},
	    {"as_hash", MUSTACHE_LAMBDA_HTML, as_hash},
	    {"as_value", MUSTACHE_LAMBDA_HTML, as_value},
	    {"as_type", MUSTACHE_LAMBDA_TEXT, as_type},
	    {"as_url", MUSTACHE_LAMBDA_HTML, as_url},
	};

	*count_out = ARRAY_COUNT(lambdas);
	return lambdas;
}
