/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One fault a row, so that every refused row is refused for one reason and
 * expected.json can count it under one key. The shares stand in the table
 * below, in rows per mille of a file, and in README.md.
 *
 * Values are wrong beyond dispute: 30 February, an amount with seven
 * decimals (a tenth of a fen) or in words, a code value in no list, a text
 * longer than its column, an end before its start, a decision after the day
 * of the report.
 */
#include "demo/faults.h"

#include <string.h>

#include "base/check.h"
#include "base/utf8.h"

enum { STREAM_FAULT = 5, STREAM_QUIRK = 6 };

/* The stated shares. What is left of a thousand is clean. */
static const struct {
	const char *name;
	unsigned permille;
} fates[] = {
    [DEMO_CLEAN] = {"clean", 0},
    [DEMO_LATE] = {"late", 60},
    [DEMO_SAME_AGAIN] = {"same-again", 8},
    [DEMO_OTHER_AGAIN] = {"other-again", 0},
    [DEMO_CHANGED] = {"changed", 5},
    [DEMO_MASKED] = {"masked", 6},
    [DEMO_NO_CODE] = {"no-code", 5},
    [DEMO_PERSON] = {"natural-person", 8},
    [DEMO_BAD_CHECK] = {"bad-check", 6},
    [DEMO_BAD_DATE] = {"bad-date", 4},
    [DEMO_BAD_AMOUNT] = {"bad-amount", 4},
    [DEMO_TOO_LONG] = {"too-long", 3},
    [DEMO_BAD_VALUE] = {"bad-value", 4},
    [DEMO_MISSING] = {"missing", 5},
    [DEMO_BACKWARDS] = {"end-before-start", 3},
    [DEMO_FUTURE] = {"future", 3},
};
_Static_assert(ARRAY_COUNT(fates) == DEMO_FATE_COUNT, "one row a fate");

/* The stated shares of the harmless oddities, per mille of all rows. */
enum {
	QUIRK_WIDE_DIGITS = 20,
	QUIRK_BRACKETS = 40,
	QUIRK_TRADITIONAL = 15,
	QUIRK_LOWER_CODE = 10,
	QUIRK_LINES = 12
};

const char *demo_fate_name(enum demo_fate fate)
{
	ASSERT((unsigned)fate < DEMO_FATE_COUNT);
	return fates[fate].name;
}

unsigned demo_fate_permille(enum demo_fate fate)
{
	ASSERT((unsigned)fate < DEMO_FATE_COUNT);
	return fates[fate].permille;
}

/* What a fault aims at; 0 = at nothing. */
static unsigned fault_aim(enum demo_fate fate)
{
	static const unsigned aims[DEMO_FATE_COUNT] = {
	    [DEMO_MASKED] = DEMO_AIM_CODE,
	    [DEMO_NO_CODE] = DEMO_AIM_CODE,
	    [DEMO_PERSON] = DEMO_AIM_KIND,
	    [DEMO_BAD_CHECK] = DEMO_AIM_CODE,
	    [DEMO_BAD_DATE] = DEMO_AIM_DATE,
	    [DEMO_BAD_AMOUNT] = DEMO_AIM_MONEY,
	    [DEMO_TOO_LONG] = DEMO_AIM_LIMITED,
	    [DEMO_BAD_VALUE] = DEMO_AIM_CODED,
	    [DEMO_MISSING] = DEMO_AIM_NEEDED,
	    [DEMO_BACKWARDS] = DEMO_AIM_END,
	    [DEMO_FUTURE] = DEMO_AIM_DATE,
	};

	return aims[fate];
}

bool demo_fault_fits(
    const struct demo_item *item, enum demo_fate fate, uint64_t columns)
{
	unsigned aim = fault_aim(fate);
	int field;

	if (fate == DEMO_LATE)
		return item->clock_days > 0;
	if (aim == 0)
		return true;
	field = demo_item_aim(item, aim);
	return field >= 0 && (columns >> field & 1);
}

/*
 * 91371102**********, 91371102XXXXXXXXXX or 915206****7FMTAX63. X is a
 * character of the alphabet, so that a run of it can make a right code by
 * chance: such a code is masked with stars.
 */
static void mask_code(char code[IDENT_USCC_CHARS + 1], struct demo_random *r)
{
	uint32_t way = demo_random_below(r, 3);

	if (way == 0) {
		memset(code + 6, '*', 4);
		return;
	}
	memset(code + 8, way == 1 ? 'X' : '*', 10);
	if (ident_check_uscc(span_of(code)).state == IDENT_VALID)
		memset(code + 8, '*', 10);
}

/* The next character of the alphabet instead of the right one. */
static void spoil_check(char code[IDENT_USCC_CHARS + 1])
{
	static const char next[] = "0123456789ABCDEFGHJKLMNPQRTUWXY0";
	const char *at = strchr(next, code[17]);

	ASSERT(at != NULL);
	code[17] = at[1];
}

static void spoil_code(
    int field, enum demo_fate fate, struct demo_random *r, struct demo_row *row)
{
	static const char *const nothing[] = {"", "", "无", "-"};
	struct span old = row->cells[field];
	char code[IDENT_USCC_CHARS + 1];

	if (fate == DEMO_NO_CODE) {
		demo_row_put(row, field, nothing[demo_random_below(r, 4)]);
		return;
	}
	ASSERT(old.n == IDENT_USCC_CHARS);
	memcpy(code, old.p, old.n);
	code[old.n] = '\0';
	if (fate == DEMO_MASKED)
		mask_code(code, r);
	else
		spoil_check(code);
	demo_row_put(row, field, code);
}

/* Makes the row one about an invented natural person. */
static void make_person(
    const struct demo_item *item, struct demo_random *r, struct demo_row *row)
{
	int document = demo_item_aim(item, DEMO_AIM_PERSON);
	char name[DEMO_PERSON_BYTES], number[DEMO_CITIZEN_BYTES];

	demo_person(demo_random_below(r, DEMO_PERSONS), name);
	demo_citizen_number(demo_random_next(r), number);
	demo_row_put(row, demo_item_aim(item, DEMO_AIM_NAME), name);
	demo_row_put(row, demo_item_aim(item, DEMO_AIM_KIND), "自然人");
	demo_row_put(row, demo_item_aim(item, DEMO_AIM_CODE), "");
	if (document >= 0)
		demo_row_put(row, document, number);
}

static void put_bad_date(int field, const struct demo_ask *ask,
    struct demo_random *r, struct demo_row *row)
{
	static const char *const days[] = {
	    "-02-30", "-13-01", "-04-31", "-00-12", "年02月30日", "/6/31"};

	demo_row_open(row);
	buf_add_i64(&row->text, date_to_ymd(ask->decided).year);
	buf_add_str(&row->text, days[demo_random_below(r, ARRAY_COUNT(days))]);
	demo_row_close(row, field);
}

static void put_bad_amount(
    int field, struct demo_random *r, struct demo_row *row)
{
	static const char *const words[] = {
	    "约两万", "壹万贰仟", "见决定书", "1.2.3"};

	if (demo_random_chance(r, 400)) {
		demo_row_put(row, field,
		    words[demo_random_below(r, ARRAY_COUNT(words))]);
		return;
	}
	demo_row_open(row);
	buf_add_u64(&row->text, demo_random_below(r, 30));
	buf_add_char(&row->text, '.');
	demo_add_padded(&row->text, demo_random_below(r, 999999) * 10 + 1, 7);
	demo_row_close(row, field);
}

static void make_too_long(int field, int limit, struct demo_row *row)
{
	struct span old = row->cells[field];
	int i;

	demo_row_open(row);
	buf_add_span(&row->text, old);
	for (i = 0; i <= limit; i++)
		buf_add_str(&row->text, "附");
	demo_row_close(row, field);
}

void demo_fault_apply(const struct demo_item *item, enum demo_fate fate,
    const struct demo_ask *ask, date_days received, struct demo_row *row)
{
	uint64_t stream = STREAM_FAULT + (uint64_t)fate * 16;
	struct demo_random r = demo_random_at(ask->seed, stream, ask->number);
	int field = demo_item_aim(item, fault_aim(fate));

	ASSERT(field >= 0);
	switch (fate) {
	case DEMO_MASKED:
	case DEMO_NO_CODE:
	case DEMO_BAD_CHECK:
		spoil_code(field, fate, &r, row);
		break;
	case DEMO_PERSON:
		make_person(item, &r, row);
		break;
	case DEMO_BAD_DATE:
		put_bad_date(field, ask, &r, row);
		break;
	case DEMO_BAD_AMOUNT:
		put_bad_amount(field, &r, row);
		break;
	case DEMO_TOO_LONG:
		make_too_long(field, item->fields[field].limit, row);
		break;
	case DEMO_BAD_VALUE:
		demo_row_put(row, field, "未列明的口头决定");
		break;
	case DEMO_MISSING:
		demo_row_put(row, field, "");
		break;
	case DEMO_BACKWARDS:
		demo_row_put_date(row, field,
		    ask->decided - demo_random_between(&r, 20, 400));
		break;
	case DEMO_FUTURE:
		demo_row_put_date(
		    row, field, received + demo_random_between(&r, 3, 25));
		break;
	default:
		ASSERT(fate >= DEMO_MASKED);
	}
}

/* Digits as ０１２. */
static void widen_digits(int field, struct demo_row *row)
{
	struct span old = row->cells[field];
	char wide[4];
	size_t i;

	demo_row_open(row);
	for (i = 0; i < old.n; i++) {
		if (old.p[i] >= '0' && old.p[i] <= '9')
			buf_add(&row->text, wide,
			    utf8_encode(
				0xFF10 + (uint32_t)(old.p[i] - '0'), wide));
		else
			buf_add_char(&row->text, old.p[i]);
	}
	demo_row_close(row, field);
}

/* 〔2026〕 as ［2026］, [2026], （2026） or (2026). */
static void change_brackets(
    int field, struct demo_random *r, struct demo_row *row)
{
	static const char *const pairs[][2] = {
	    {"［", "］"}, {"[", "]"}, {"（", "）"}, {"(", ")"}};
	const char *const *pair = pairs[demo_random_below(r, 4)];
	struct span old = row->cells[field];
	size_t at = 0, from;

	demo_row_open(row);
	while (at < old.n) {
		from = at;
		switch (utf8_next(old.p, old.n, &at)) {
		case 0x3014:
			buf_add_str(&row->text, pair[0]);
			break;
		case 0x3015:
			buf_add_str(&row->text, pair[1]);
			break;
		default:
			buf_add(&row->text, old.p + from, at - from);
		}
	}
	demo_row_close(row, field);
}

static void lower_code(int field, struct demo_row *row)
{
	struct span old = row->cells[field];
	size_t i;

	demo_row_open(row);
	for (i = 0; i < old.n; i++) {
		bool is_upper = old.p[i] >= 'A' && old.p[i] <= 'Z';

		buf_add_char(
		    &row->text, (char)(old.p[i] + (is_upper ? 'a' - 'A' : 0)));
	}
	demo_row_close(row, field);
}

/* A second line with a quoted word: CSV must quote the cell. */
static void add_line(int field, struct demo_row *row)
{
	struct span old = row->cells[field];

	demo_row_open(row);
	buf_add_span(&row->text, old);
	buf_add_str(&row->text, "\n注：详见\"附件一\", 共2页");
	demo_row_close(row, field);
}

static void make_traditional(int field, struct demo_row *row)
{
	struct span old = row->cells[field];

	demo_row_open(row);
	demo_traditional(old, &row->text);
	demo_row_close(row, field);
}

void demo_quirk_apply(const struct demo_item *item, const struct demo_ask *ask,
    struct demo_row *row)
{
	struct demo_random r =
	    demo_random_at(ask->seed, STREAM_QUIRK, ask->number);
	int number = demo_item_aim(item, DEMO_AIM_NUMBER);
	int prose = demo_item_aim(item, DEMO_AIM_PROSE);

	if (number >= 0 && demo_random_chance(&r, QUIRK_WIDE_DIGITS))
		widen_digits(number, row);
	if (number >= 0 && demo_random_chance(&r, QUIRK_BRACKETS))
		change_brackets(number, &r, row);
	if (demo_random_chance(&r, QUIRK_TRADITIONAL))
		make_traditional(demo_item_aim(item, DEMO_AIM_NAME), row);
	if (prose >= 0 && demo_random_chance(&r, QUIRK_LINES))
		add_line(prose, row);
	if (demo_random_chance(&r, QUIRK_LOWER_CODE))
		lower_code(demo_item_aim(item, DEMO_AIM_CODE), row);
}

static void rewrite_date(
    int field, date_days date, enum demo_dates style, struct demo_row *row)
{
	struct date_ymd d = date_to_ymd(date);
	struct buf *out = &row->text;

	demo_row_open(row);
	buf_add_i64(out, d.year);
	buf_add_str(out, style == DEMO_DATES_SLASH ? "/" : "年");
	demo_add_padded(
	    out, (unsigned)d.month, style == DEMO_DATES_SLASH ? 1 : 2);
	buf_add_str(out, style == DEMO_DATES_SLASH ? "/" : "月");
	demo_add_padded(
	    out, (unsigned)d.day, style == DEMO_DATES_SLASH ? 1 : 2);
	if (style == DEMO_DATES_CHINESE)
		buf_add_str(out, "日");
	demo_row_close(row, field);
}

void demo_dates_apply(const struct demo_item *item, enum demo_dates style,
    struct demo_random *random, struct demo_row *row)
{
	int field;

	for (field = 0; field < item->fields_count; field++) {
		enum demo_dates one = style;
		date_days date;

		if (!item->fields[field].is_date ||
		    !date_parse_iso(row->cells[field], &date))
			continue;
		if (style == DEMO_DATES_MIXED)
			one = (enum demo_dates)demo_random_below(random, 3);
		if (one != DEMO_DATES_ISO)
			rewrite_date(field, date, one, row);
	}
}
