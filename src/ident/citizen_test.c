/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of citizen numbers, all of them made up (born in 1900). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/random_test_help.h"
#include "ident/ident.h"

static uint64_t random_state = 20260401;

static void ident_check_citizen_examples_match(void **state)
{
	static const struct {
		const char *text;
		enum ident_state want;
	} t[] = {
	    {"110101190001010014", IDENT_VALID},
	    {"110101190001010022", IDENT_VALID},
	    {"51110119000101001X", IDENT_VALID},
	    {"51110119000101001x", IDENT_VALID},
	    {"11223319871123456X", IDENT_VALID}, /* no digit is 0 */
	    {"110101 19000101 0014", IDENT_VALID},
	    {"１１０１０１１９０００１０１００１４", IDENT_VALID},
	    {"110101000101001", IDENT_VALID}, /* old form */
	    {"110101040229001", IDENT_VALID},
	    {"110101209901010017", IDENT_VALID},
	    {"110101190001010015", IDENT_BAD_CHECK},
	    {"110101190002290011", IDENT_BAD_DATE}, /* 1900 was no leap year */
	    {"110101191313010014", IDENT_BAD_DATE},
	    {"110101180001010014", IDENT_BAD_DATE},
	    {"110101210001010014", IDENT_BAD_DATE},
	    {"110101001301001", IDENT_BAD_DATE},
	    {"990101190001010014", IDENT_BAD_CHARACTER}, /* no province 99 */
	    {"1101011900010100X4", IDENT_BAD_CHARACTER},
	    {"11010119000101001A", IDENT_BAD_CHARACTER},
	    {"11010119000101001司", IDENT_BAD_CHARACTER},
	    {"990101000101001", IDENT_BAD_CHARACTER},
	    {"11010100010100A", IDENT_BAD_CHARACTER},
	    {"11010119000101001", IDENT_BAD_LENGTH},
	    {"110101********0014", IDENT_MASKED},
	    {"", IDENT_EMPTY},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		enum ident_state is = ident_check_citizen(span_of(t[i].text));

		if (is != t[i].want)
			fail_msg("%zu %s: want %s, got %s", i, t[i].text,
			    ident_state_name(t[i].want), ident_state_name(is));
	}
}

/* R-IDT-008: one of each province is a person's; no others are. */
static void ident_check_citizen_every_province_is_known(void **state)
{
	static const char known[] = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 "
				    "37 41 42 43 44 45 46 50 51 52 53 54 61 62 "
				    "63 64 65 71 81 82 83";
	static const uint8_t weights[] = {
	    7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	int province;

	(void)state;
	for (province = 0; province < 100; province++) {
		char number[32];
		unsigned sum = 0, i;

		snprintf(
		    number, sizeof(number), "%02d010119000101001", province);
		for (i = 0; i < ARRAY_COUNT(weights); i++)
			sum += (unsigned)(number[i] - '0') * weights[i];
		number[17] = "10X98765432"[sum % 11];
		number[18] = '\0';
		assert_int_equal(
		    ident_check_citizen(span_of(number)) == IDENT_VALID,
		    memmem(known, strlen(known), number, 2) != NULL);
	}
}

static void ident_find_citizen_texts_match(void **state)
{
	static const struct {
		const char *text;
		int at; /* -1: not found */
		size_t n;
	} t[] = {
	    {"110101190001010014", 0, 18},
	    {"身份证号110101190001010014，住址", 12, 18},
	    {"号51110119000101001X。", 3, 18},
	    {"号51110119000101001x", 3, 18},
	    {"2024-110101190001010014-01", 5, 18},
	    {"2024-51110119000101001X-01", 5, 18},
	    {"2024-51110119000101001x-01", 5, 18},
	    {"2024-51110119000101001X1-01", -1, 0},
	    {"1101011900010100145", -1, 0},
	    {"0123456789 0123456789 110101190001010014", 22, 18},
	    {"12345678901234567 110101190001010014", 18, 18},
	    {"1234567890123456789012345 110101190001010014", 26, 18},
	    {"A110101190001010014", -1, 0},
	    {"110101190001010014B", -1, 0},
	    {"51110119000101001X1", -1, 0},
	    {"1110101190001010014", -1, 0},
	    {"110101190001010015", -1, 0}, /* check */
	    {"110101190002290011", -1, 0}, /* date */
	    {"990101190001010014", -1, 0}, /* province */
	    {"11010119000101001", -1, 0},
	    {"110101 19000101 0014", 0, 20},
	    {"号：110101-19000101-0014。", 6, 20},
	    {"号511101 1900 0101 001x，", 3, 21},
	    {"号１１０１０１１９０００１０１００１４。", 3, 54},
	    {"１１０１０１　１９０００１０１　００１４", 0, 60},
	    {"号１１０１０１190001010014", 3, 30},
	    {"110101\n190001010014", -1, 0},   /* two lines */
	    {"110101  19000101 0014", -1, 0},  /* two blanks */
	    {"110101 19000101 0014 5", -1, 0}, /* one more */
	    {"8 110101 19000101 0014", -1, 0}, /* one before */
	    {"A110101 19000101 0014", -1, 0},  /* a letter before */
	    {"110101 19000101 0014B", -1, 0},  /* and behind */
	    {"110101，19000101，0014", 0, 24},
	    {"号110101.1900.01.01.0014。第2条", 3, 22},
	    {"号110101/19000101/001 4", 3, 21},
	    {"511101. 1900/0101、001x", 0, 24},
	    {"1、110101．19000101．0014，110101.19000101.0022", 4, 24},
	    {"1.1.0.1.0.1.1.9.0.0.0.1.0.1.0.0.1.4", 0, 35},
	    {"A110101.19000101.0014", -1, 0},
	    {"110101.19000101.0014B", -1, 0},
	    {"110101.19000101.0014ｘ", -1, 0},
	    {"511101.19000101.001Ｘ。", 0, 22},
	    {"110101.19000101.0015", -1, 0},  /* check */
	    {"110101.19000101.00145", -1, 0}, /* no whole group */
	    {"5110101.19000101.0014", -1, 0},
	    {"2021-05-06 2021-05-07 2021-05-08", -1, 0},
	    {"2021.05.06，2021.05.07，2021.05.08，2021.05.09", -1, 0},
	    {"１１０１０１１９０００１０１００１５", -1, 0},
	    /* The first of two, whichever way it is written. */
	    {"１１０１０１１９０００１０１００１４和110101190001010014", 0, 54},
	    {"110101190001010014和１１０１０１１９０００１０１００１４", 0, 18},
	    {"罚款人民币12345678.90元", -1, 0},
	    {"91350100M000100Y43", -1, 0},
	    {"91410923581749967U", -1, 0},
	    {"511101190001012074", -1, 0}, /* a unified code in all respects */
	    {"511101190001010319", 0, 18}, /* not in all */
	    {"519920193910056924", 0, 18}, /* of no division */
	    {"", -1, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		size_t at = 999;
		size_t n = 999;
		bool found = ident_find_citizen(span_of(t[i].text), &at, &n);

		if (found != (t[i].at >= 0))
			fail_msg("%zu \"%s\": found %d", i, t[i].text, found);
		if (found) {
			assert_int_equal(at, t[i].at);
			assert_int_equal(n, t[i].n);
		} else {
			assert_int_equal(at, 999);
		}
	}
}

static void ident_holds_citizen_texts_match(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} t[] = {
	    {"110101190001010014", true},
	    {"身份证号110101190001010014，住址", true},
	    {"号51110119000101001x。", true},
	    {"A110101190001010014B", true},
	    {"7110101190001010014", true},
	    {"1234567890123456789051110119000101001x", true},
	    {"1101011900010100X", false},
	    {"1101011900010100X110101190001010014", true},
	    {"号110101 19000101 0014。", true},
	    {"号110101-19000101-0014。", true},
	    {"号１１０１０１１９０００１０１００１４。", true},
	    {"当事人陈述申辩的意见已经逐条核实并书面答复，送达回证附卷备查，"
	     "证号１１０１０１　１９０００１０１　００１４",
		true},
	    {"号110101190001010015。", false}, /* check */
	    {"号110101，19000101，0014。", true},
	    {"号110101.1900.01.01.0014。第2条", true},
	    {"1、110101/19000101/0014，2、110101/19000101/0022", true},
	    {"A511101/1900/0101/001xB", true},
	    {"１１０１０１．１９０００１０１．００１４", true},
	    {"1.1.0.1.0.1.1.9.0.0.0.1.0.1.0.0.1.4", true},
	    {"110101.19000101.0014ｘ", false},
	    {"511101.19000101.001Ｘ", true},
	    {"110101.19000101.00145", false}, /* no whole group */
	    {"5110101.19000101.0014", false},
	    {"110101:19000101:0014", false},
	    {"110101_19000101_0014.csv", false}, /* a place, a day, a count */
	    {"2021.05.06，2021.05.07，2021.05.08，2021.05.09", false},
	    {"0633-8781234，13906331234、8781235", false},
	    {"511101190001012074,511101190001012074", false},
	    {"511101.190001012.074", false},
	    {"91350100M000100Y43", false},
	    {"511101190001012074", false}, /* a unified code in all respects */
	    {"罚款人民币12345678.90元，2026-04-20 至 2026-05-20", false},
	    {"11İ101190001010014", false}, /* U+0130 is no "0" */
	    {"11010119000101A010", false}, /* nor A ten and seven */
	    {"\xff\x81 110101", false},
	    {"", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		if (ident_holds_citizen(span_of(t[i].text)) != t[i].want)
			fail_msg("%zu \"%s\"", i, t[i].text);
}

static void ident_hide_citizen_starsStandForItsDigits(void **state)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"no record \"110101190001010014\"",
		"no record \"******************\""},
	    {"第3行：１１０１０１　１９０００１０１-００１４",
		"第*行：＊＊＊＊＊＊　＊＊＊＊＊＊＊＊-＊＊＊＊"},
	    {"51110119000101001x。", "*****************x。"},
	    {"record 110101190001010015", "record 110101190001010015"},
	    {"İ110101190001010014", "İ******************"},
	    {"", ""},
	};
	char text[128];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		snprintf(text, sizeof(text), "%s", t[i].text);
		ident_hide_citizen(text);
		assert_string_equal(text, t[i].want);
	}
}

static void ident_hide_in_err_no_text_keeps_it(void **state)
{
	struct err err = {0};
	char *texts[] = {
	    err.message, err.detail, err.hint, err.own_message, err.own_detail};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(texts); i++)
		memcpy(texts[i], "110101190001010014",
		    strlen("110101190001010014"));
	ident_hide_in_err(&err);
	for (i = 0; i < ARRAY_COUNT(texts); i++)
		assert_string_equal(texts[i], "******************");
}

/* The search takes long steps: no place may fall between them. */
static void ident_find_citizen_every_place_is_searched(void **state)
{
	char text[120];
	size_t place;

	(void)state;
	for (place = 0; place + 18 <= sizeof(text); place++) {
		size_t at;
		size_t n;

		memset(text, '.', sizeof(text));
		if (place >= 20)
			memset(text + place - 19, '7', 17);
		memcpy(text + place, "110101190001010014",
		    strlen("110101190001010014"));
		if (!ident_find_citizen(
			(struct span){text, sizeof(text)}, &at, &n) ||
		    at != place)
			fail_msg("not found at %zu", place);
	}
}

/* Some pieces of ordinary text, none of which has a digit. */
static void add_noise(struct buf *out)
{
	static const char *const pieces[] = {"日", "照", "，", "。", "、", "（",
	    "　", " ", "-", "x", "ab", "\xC2\xA0", "℃", "㎡", "カ", "é", "\n",
	    "\xF0\xA0\xAE\xB7", "\xFF"};
	uint32_t count = next_random(&random_state) % 30;

	while (count--)
		buf_add_str(out,
		    pieces[next_random(&random_state) % ARRAY_COUNT(pieces)]);
}

/* A digit in either width, now and then with one mark behind it. */
static void add_digit(struct buf *out, char digit, bool may_group)
{
	static const char *const marks[] = {" ", "-", "　", "\xC2\xA0",
	    "\xE2\x80\x93", "－", ".", "/", "，", "、", "．", "·", "・", ", "};
	char wide[] = "\xEF\xBC\x90";

	wide[2] = (char)(wide[2] + digit - '0');
	if (digit != 'X' && next_random(&random_state) % 3 == 0)
		buf_add_str(out, wide);
	else
		buf_add_char(out, digit);
	if (may_group && next_random(&random_state) % 4 == 0)
		buf_add_str(out,
		    marks[next_random(&random_state) % ARRAY_COUNT(marks)]);
}

static void ident_find_citizen_every_writing_is_found(void **state)
{
	static const char *const numbers[] = {
	    "110101190001010014", "51110119000101001X"};
	struct buf text = BUF_INIT(4096);
	int round;

	(void)state;
	for (round = 0; round < 20000; round++) {
		const char *number = numbers[next_random(&random_state) % 2];
		size_t start, end, at, n, i;

		buf_reset(&text);
		add_noise(&text);
		buf_add_str(&text, "号");
		start = text.n;
		for (i = 0; number[i]; i++)
			add_digit(&text, number[i], number[i + 1]);
		end = text.n;
		buf_add_str(&text, "，");
		add_noise(&text);
		if (!ident_find_citizen(buf_span(&text), &at, &n) ||
		    at != start || n != end - start)
			fail_msg(
			    "round %d: not found in %s", round, buf_str(&text));
		/* Without it there is none. */
		memmove(text.p + start, text.p + end, text.n - end);
		text.n -= end - start;
		if (ident_find_citizen(buf_span(&text), &at, &n))
			fail_msg(
			    "round %d: found in %s", round, buf_str(&text));
	}
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ident_check_citizen_examples_match),
	    cmocka_unit_test(ident_check_citizen_every_province_is_known),
	    cmocka_unit_test(ident_find_citizen_texts_match),
	    cmocka_unit_test(ident_holds_citizen_texts_match),
	    cmocka_unit_test(ident_hide_citizen_starsStandForItsDigits),
	    cmocka_unit_test(ident_hide_in_err_no_text_keeps_it),
	    cmocka_unit_test(ident_find_citizen_every_place_is_searched),
	    cmocka_unit_test(ident_find_citizen_every_writing_is_found),
	};

	return cmocka_run_group_tests_name("citizen", tests, NULL, NULL);
}
