/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers and dates of a workbook. A date is a number, and only the format
 * of its cell tells: a cell has a style number, the style a format number,
 * and the format is one of the built-in ones (whose meaning the standard
 * and the Chinese edition fix) or a code such as yyyy"年"m"月"d"日".
 *
 * Serial 1 is 1900-01-01. The 1900 system has a 29th of February 1900 that
 * never was (serial 60), kept since Lotus 1-2-3; the 1904 system counts
 * from 1904-01-01 = 0.
 */
#include "intake/xlsx_priv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/mem.h"
#include "intake/reader_priv.h"

enum {
	FORMATS_MAX = 65536, /* numbers of formats, and of styles */
	PERCENT_FIRST = 9,   /* 0% and 0.00% are built in */
	PERCENT_LAST = 10,
	FEBRUARY_29_1900 = 60,
	DAYS_1904 = 1462 /* between the two systems */
};

struct xlsx_styles {
	uint8_t *of_format; /* enum xlsx_format by format number */
	uint8_t *of_style;  /* and by style */
	size_t styles;
	/* What formats write beside the digits; from 1 on, 0 is nothing. */
	struct xlsx_words *words;
	size_t words_count, words_room;
	uint16_t *words_of_format, *words_of_style;
	bool is_in_xfs; /* while parsing: inside <cellXfs> */
};

/* ---- which formats are dates ---- */

/* Built-in formats by ECMA-376 18.8.30 and its zh-CN list. */
static const struct {
	uint8_t from, to;
	enum xlsx_format format;
} built_in[] = {
    {14, 17, XLSX_DATE},
    {18, 21, XLSX_TIME},
    {22, 22, XLSX_DATE},
    {27, 31, XLSX_DATE},
    {32, 35, XLSX_TIME},
    {36, 36, XLSX_DATE},
    {45, 45, XLSX_TIME},
    {46, 46, XLSX_ELAPSED},
    {47, 47, XLSX_TIME},
    {50, 54, XLSX_DATE},
    {55, 56, XLSX_TIME},
    {57, 58, XLSX_DATE},
};

/* [h], [mm], [ss]: time since. Other brackets: colours, locales. */
static bool is_elapsed(const char *p, const char *end)
{
	char c;

	if (p == end)
		return false;
	c = (char)(*p | 32);
	if (c != 'h' && c != 'm' && c != 's')
		return false;
	for (; p < end; p++)
		if ((*p | 32) != c)
			return false;
	return true;
}

/* What the first section of a code shows. */
struct shown {
	bool has_date;	  /* y, d, 年, 月, 日, g, e */
	bool has_month;	  /* m, which is also minutes */
	bool has_time;	  /* h, s */
	bool has_elapsed; /* [h] */
	bool has_digits;  /* #, ? or 0 that is no fraction of a second */
};

/* Steps over a bracket, a quoted text or an escaped character. */
static const char *skip_literal(const char *p, struct shown *shown)
{
	const char *end;

	if (*p == '\\' || *p == '_' || *p == '*')
		return p[1] ? p + 2 : p + 1;
	if (*p == '"') {
		end = strchr(p + 1, '"');
		return end ? end + 1 : p + strlen(p);
	}
	end = strchr(p, ']');
	if (!end)
		return p + strlen(p);
	shown->has_elapsed |= is_elapsed(p + 1, end);
	return end + 1;
}

static void note_letter(const char *p, struct shown *shown)
{
	switch (*p | 32) {
	case 'y':
	case 'd':
		shown->has_date = true;
		break;
	case 'm':
		shown->has_month = true;
		break;
	case 'h':
	case 's':
		shown->has_time = true;
		break;
	default:
		break;
	}
	if (strncmp(p, "年", 3) == 0 || strncmp(p, "月", 3) == 0 ||
	    strncmp(p, "日", 3) == 0)
		shown->has_date = true;
	if (*p == '#' || *p == '?' || (*p == '0' && !shown->has_time))
		shown->has_digits = true;
}

enum xlsx_format xlsx_format_of_code(const char *code)
{
	struct shown shown = {0};
	const char *p = code;

	if (strncasecmp(code, "General", 7) == 0)
		return XLSX_NUMBER;
	while (*p && *p != ';') {
		if (strchr("\\_*\"[", *p)) {
			p = skip_literal(p, &shown);
			continue;
		}
		note_letter(p, &shown);
		p++;
	}
	if (shown.has_elapsed)
		return XLSX_ELAPSED;
	if (shown.has_digits)
		return XLSX_NUMBER;
	if (shown.has_date)
		return XLSX_DATE;
	if (shown.has_time)
		return XLSX_TIME;
	return shown.has_month ? XLSX_DATE : XLSX_NUMBER;
}

/* ---- styles.xml ---- */

/* SIZE_MAX when it is no number below FORMATS_MAX. */
static size_t parse_index(const char *text)
{
	char *end;
	unsigned long v;

	if (!text || *text < '0' || *text > '9')
		return SIZE_MAX;
	v = strtoul(text, &end, 10);
	return *end == '\0' && v < FORMATS_MAX ? v : SIZE_MAX;
}

static void set_format(struct xlsx_styles *styles, size_t id, const char *code)
{
	struct xlsx_words words;

	styles->of_format[id] = (uint8_t)xlsx_format_of_code(code);
	styles->words_of_format[id] = 0;
	if (!xlsx_words_of_code(code, &words) ||
	    styles->words_count == FORMATS_MAX - 1)
		return;
	styles->words = mem_grow(styles->words, styles->words_count,
	    &styles->words_room, sizeof(words));
	styles->words[styles->words_count++] = words;
	styles->words_of_format[id] = (uint16_t)styles->words_count;
}

static void add_style(struct xlsx_styles *styles, size_t id)
{
	size_t style = styles->styles++;

	if (id == SIZE_MAX) /* none: a number, of_style is zeroed */
		return;
	styles->of_style[style] = styles->of_format[id];
	styles->words_of_style[style] = styles->words_of_format[id];
}

static void on_start(void *user, const char *name, const char **attributes)
{
	struct xlsx_styles *styles = user;
	size_t id = parse_index(xlsx_attribute(attributes, "numFmtId"));

	if (strcmp(name, "numFmt") == 0) {
		const char *code = xlsx_attribute(attributes, "formatCode");

		if (id != SIZE_MAX && code)
			set_format(styles, id, code);
	} else if (strcmp(name, "cellXfs") == 0) {
		styles->is_in_xfs = true;
	} else if (strcmp(name, "xf") == 0 && styles->is_in_xfs &&
	    styles->styles < FORMATS_MAX) {
		add_style(styles, id);
	}
}

static void on_end(void *user, const char *name)
{
	struct xlsx_styles *styles = user;

	if (strcmp(name, "cellXfs") == 0)
		styles->is_in_xfs = false;
}

static const struct xlsx_xml_handler styles_handler = {
    .start = on_start,
    .end = on_end,
};

enum err_code xlsx_styles_load(struct xlsx_zip *zip, const char *path,
    struct xlsx_styles **styles_out, struct err *err)
{
	struct xlsx_styles *styles = mem_zalloc(1, sizeof(*styles));
	struct xlsx_xml *xml;
	enum err_code code;
	size_t i, id;

	styles->of_format = mem_zalloc(FORMATS_MAX, 1);
	styles->of_style = mem_zalloc(FORMATS_MAX, 1);
	styles->words_of_format = mem_zalloc(FORMATS_MAX, sizeof(uint16_t));
	styles->words_of_style = mem_zalloc(FORMATS_MAX, sizeof(uint16_t));
	for (i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++)
		for (id = built_in[i].from; id <= built_in[i].to; id++)
			styles->of_format[id] = (uint8_t)built_in[i].format;
	for (id = PERCENT_FIRST; id <= PERCENT_LAST; id++)
		set_format(styles, id, "0%");
	code = xlsx_parse_part(
	    zip, path, XLSX_SMALL_PART_MAX, &styles_handler, styles, &xml, err);
	if (code != ERR_NONE)
		xlsx_styles_free(&styles);
	else
		*styles_out = styles;
	return code;
}

void xlsx_styles_free(struct xlsx_styles **styles)
{
	if (!*styles)
		return;
	free((*styles)->of_format);
	free((*styles)->of_style);
	free((*styles)->words);
	free((*styles)->words_of_format);
	free((*styles)->words_of_style);
	free(*styles);
	*styles = NULL;
}

enum xlsx_format xlsx_styles_format(
    const struct xlsx_styles *styles, unsigned long style)
{
	if (!styles || style >= styles->styles)
		return XLSX_NUMBER;
	return styles->of_style[style];
}

const struct xlsx_words *xlsx_styles_words(
    const struct xlsx_styles *styles, unsigned long style)
{
	size_t at = styles && style < styles->styles
	    ? styles->words_of_style[style]
	    : 0;

	return at ? &styles->words[at - 1] : NULL;
}

/* ---- serials ---- */

/* Year, month and day, also past the years that base/date.h knows: the
 * serial for 9999-12-31 stands for "for ever" in real sheets. */
static struct date_ymd ymd_of_days(int64_t days)
{
	int64_t z = days + 719468; /* from 0000-03-01 */
	int64_t era = z / 146097;
	int64_t doe = z % 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t m = (5 * doy + 2) / 153;

	return (struct date_ymd){
	    .year = (int)(yoe + era * 400 + (m >= 10)),
	    .month = (int)(m < 10 ? m + 3 : m - 9),
	    .day = (int)(doy - (153 * m + 2) / 5 + 1),
	};
}

static void add_time(struct buf *out, int32_t seconds)
{
	buf_addf(out, "%02d:%02d:%02d", (int)(seconds / 3600),
	    (int)(seconds / 60 % 60), (int)(seconds % 60));
}

static void add_date(struct buf *out, int32_t serial, bool is_1904)
{
	struct date_ymd d;

	if (is_1904)
		serial += DAYS_1904;
	if (serial == FEBRUARY_29_1900) {
		buf_add_str(out, "1900-02-29");
		return;
	}
	d = ymd_of_days(serial - 25569 + (serial < FEBRUARY_29_1900));
	buf_addf(out, "%04d-%02d-%02d", d.year, d.month, d.day);
}

enum cell_kind xlsx_add_number(
    struct buf *out, struct span number, enum xlsx_format format, bool is_1904)
{
	int32_t days, seconds;

	if (format != XLSX_NUMBER && decimal_serial(number, &days, &seconds)) {
		if (format == XLSX_ELAPSED ||
		    (days == 0 && seconds > 0 &&
			(!is_1904 || format == XLSX_TIME))) {
			buf_addf(out, "%02lld:%02d:%02d",
			    (long long)days * 24 + seconds / 3600,
			    (int)(seconds / 60 % 60), (int)(seconds % 60));
			return CELL_TEXT;
		}
		if (days > 0 || is_1904) {
			add_date(out, days, is_1904);
			if (seconds) {
				buf_add_char(out, ' ');
				add_time(out, seconds);
			}
			return CELL_DATE;
		}
	}
	if (decimal_add_shown(out, number))
		return CELL_NUMBER;
	buf_add_span(out, number);
	return CELL_TEXT;
}

/* hh:mm:ss at the beginning of t? */
static bool is_time(struct span t)
{
	static const char form[] = "00:00:00";
	size_t i;

	if (t.n < 8)
		return false;
	for (i = 0; i < 8; i++)
		if (form[i] == ':' ? t.p[i] != ':'
				   : t.p[i] < '0' || t.p[i] > '9')
			return false;
	return true;
}

enum cell_kind xlsx_add_iso_date(struct buf *out, struct span text)
{
	struct span time = {"", 0};
	date_days date;

	if (text.n > 11 && text.p[10] == 'T')
		time = (struct span){text.p + 11, text.n - 11};
	if (text.n < 10 || !date_parse_iso((struct span){text.p, 10}, &date) ||
	    (text.n > 10 && !is_time(time))) {
		buf_add_span(out, text);
		return CELL_TEXT;
	}
	buf_add(out, text.p, 10);
	if (time.n >= 8 && memcmp(time.p, "00:00:00", 8) != 0) {
		buf_add_char(out, ' ');
		buf_add(out, time.p, 8);
	}
	return CELL_DATE;
}
