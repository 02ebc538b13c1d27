/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of value normalisation: tables of what people really type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/random_test_help.h"
#include "intake/fields.h"
#include "intake/normalise.h"

/* A copy of exactly that size, so that ASan sees every step beyond. */
static struct span exact_copy(struct span text)
{
	char *p = mem_alloc(text.n);

	if (text.n)
		memcpy(p, text.p, text.n);
	return (struct span){p, text.n};
}

static void drop(struct span text)
{
	free((void *)(uintptr_t)text.p);
}

/* ---- Text ---- */

static void check_text(
    size_t index, const char *text, bool keeps_lines, const char *expected)
{
	struct span in = exact_copy(span_of(text));
	char *out = mem_alloc(in.n);
	struct span got = normalise_text(in, keeps_lines, out);
	char *twice = mem_alloc(got.n);

	if (!span_is(got, expected))
		fail_msg("[%zu] \"%s\": expected \"%s\", is \"%.*s\"", index,
		    text, expected, (int)got.n, got.p);
	if (!span_is(normalise_text(got, keeps_lines, twice), expected))
		fail_msg("[%zu] \"%s\" changes twice", index, text);
	free(twice);
	free(out);
	drop(in);
}

static void normalise_text_known_cases_match(void **state)
{
	static const struct {
		const char *text, *line, *lines;
	} t[] = {
	    {"", "", ""},
	    {" ", "", ""},
	    {"\xE3\x80\x80\xC2\xA0\t\n", "", ""},
	    {"罚款", "罚款", "罚款"},
	    {"  罚款 ", "罚款", "罚款"},
	    {"\xE3\x80\x80\xE3\x80\x80罚款\xE3\x80\x80", "罚款", "罚款"},
	    {"\xC2\xA0罚款\xC2\xA0", "罚款", "罚款"},
	    {"\xEF\xBB\xBF罚款", "罚款", "罚款"},
	    {"罚\xE2\x80\x8B款\xE2\x80\x8D", "罚款", "罚款"},
	    {"罚\xC2\xADの款", "罚の款", "罚の款"},
	    {"\xE2\x80\xAA罚款\xE2\x80\xAC", "罚款", "罚款"},
	    {"a\x01\x02"
	     "b\x7F",
		"ab", "ab"},
	    {"a\tb", "a b", "a b"},
	    {"a \t b", "a b", "a b"},
	    {"a  b", "a  b", "a  b"},
	    {"第一行\n第二行", "第一行 第二行", "第一行\n第二行"},
	    {"第一行\r\n第二行", "第一行 第二行", "第一行\n第二行"},
	    {"第一行 \n\n\xE3\x80\x80\xE3\x80\x80第二行", "第一行 第二行",
		"第一行\n第二行"},
	    {"\n第一行\n", "第一行", "第一行"},
	    {"a\xE2\x80\xA8"
	     "b\xE2\x80\xA9"
	     "c\xC2\x85"
	     "d",
		"a b c d", "a\nb\nc\nd"},
	    {"a\xC2\xA0"
	     "b\xE2\x80\x89"
	     "c",
		"a b c", "a b c"},
	    {"甲\xE3\x80\x80乙", "甲\xE3\x80\x80乙", "甲\xE3\x80\x80乙"},
	    /* Kept: full-width forms, Traditional, quotation marks, dots. */
	    {"（繁體）１２３，“引號”——……", "（繁體）１２３，“引號”——……",
		"（繁體）１２３，“引號”——……"},
	    {"阿布都·示例", "阿布都·示例", "阿布都·示例"},
	    {"\xF0\xA0\xAE\xB7野家\xF3\xA0\x81\x81", "\xF0\xA0\xAE\xB7野家",
		"\xF0\xA0\xAE\xB7野家"},
	    {"0123456789abcdefg\t", "0123456789abcdefg", "0123456789abcdefg"},
	    {"0123456789abcde\tx", "0123456789abcde x", "0123456789abcde x"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		check_text(i, t[i].text, false, t[i].line);
		check_text(i, t[i].text, true, t[i].lines);
	}
}

static void normalise_text_clean_text_is_returned_itself(void **state)
{
	static const char *const clean[] = {"罚款", "a",
	    "当事人未取得食品经营许可从事经营活动，“情节轻微”——无主观故意"};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(clean); i++) {
		struct span in = span_of(clean[i]), got;
		char out[256];

		got = normalise_text(in, false, out);
		assert_ptr_equal(got.p, in.p);
		assert_int_equal(got.n, in.n);
	}
}

/* Each dirty mark at each place of clean texts of each length: a block, its
 * edge, the tail, one byte of tail. */
static void normalise_text_finds_marks_at_every_place(void **state)
{
	static const char *const marks[] = {"\x01", "\x1F", "\x7F", "\xC2\x80",
	    "\xC2\xAD", "\xE2\x80\x8B", "\xE2\x80\x8F", "\xE2\x80\xAA",
	    "\xE2\x80\xAE", "\xE2\x81\xA0", "\xE2\x81\xAF", "\xEF\xBB\xBF",
	    "\xEF\xBF\xB9", "\xF3\xA0\x80\xA0", "\xE1\xA0\x8E"};
	static const char *const fills[] = {"x", "中"};
	size_t m, f, length, place, i;

	(void)state;
	for (f = 0; f < ARRAY_COUNT(fills); f++)
		for (m = 0; m < ARRAY_COUNT(marks); m++)
			for (length = 0; length < 40; length++)
				for (place = 0; place <= length; place++) {
					char text[160] = "", expected[160] = "";

					for (i = 0; i < length; i++) {
						if (i == place)
							strcat(text, marks[m]);
						strcat(text, fills[f]);
						strcat(expected, fills[f]);
					}
					if (place == length)
						strcat(text, marks[m]);
					check_text(m, text, false, expected);
				}
}

/* ---- Document numbers ---- */

static void check_doc(size_t index, const char *text, const char *expected)
{
	struct span in = exact_copy(span_of(text));
	char *out = mem_alloc(NORMALISE_DOC_GROWTH * in.n);
	struct span got = normalise_doc_number(in, out);
	char *twice = mem_alloc(NORMALISE_DOC_GROWTH * got.n);

	if (!span_is(got, expected))
		fail_msg("[%zu] \"%s\": expected \"%s\", is \"%.*s\"", index,
		    text, expected, (int)got.n, got.p);
	if (!span_is(normalise_doc_number(got, twice), expected))
		fail_msg("[%zu] \"%s\" changes twice", index, text);
	free(twice);
	free(out);
	drop(in);
}

/* R-ING-021 */
static void normalise_doc_number_variants_become_equal(void **state)
{
	static const struct {
		const char *text, *expected;
	} t[] = {
	    {"", ""},
	    {" \xE3\x80\x80", ""},
	    {"国发〔2023〕7号", "国发〔2023〕7号"},
	    {"国发［2023］7号", "国发〔2023〕7号"},
	    {"国发【2023】7号", "国发〔2023〕7号"},
	    {"国发（2023）7号", "国发〔2023〕7号"},
	    {"国发(2023)7号", "国发〔2023〕7号"},
	    {"国发[2023]7号", "国发〔2023〕7号"},
	    {"国发｛2023｝7号", "国发〔2023〕7号"},
	    {"国发{2023}7号", "国发〔2023〕7号"},
	    {"国发<2023>7号", "国发〔2023〕7号"},
	    {"国发《2023》7号", "国发〔2023〕7号"},
	    {"国发〈2023〉7号", "国发〔2023〕7号"},
	    {"国发「2023」7号", "国发〔2023〕7号"},
	    {"国发［2023)7号", "国发〔2023〕7号"},
	    {"国发 〔 2023 〕 7 号", "国发〔2023〕7号"},
	    {"国发［２０２３］７号", "国发〔2023〕7号"},
	    {"\xEF\xBB\xBF国发〔2023〕\xC2\xA0"
	     "7号\xE2\x80\x8B\r\n",
		"国发〔2023〕7号"},
	    {"日市监罚〔2024〕Ａ－０１号", "日市监罚〔2024〕A-01号"},
	    {"日市监罚〔2024〕a—01号", "日市监罚〔2024〕a-01号"},
	    {"日市监罚〔2024〕a——01号", "日市监罚〔2024〕a-01号"},
	    {"日市监罚〔2024〕a--01号", "日市监罚〔2024〕a-01号"},
	    {"日市监罚〔2024〕a-01号", "日市监罚〔2024〕a-01号"},
	    {"JY13711020001234", "JY13711020001234"},
	    {"ＪＹ１３７１", "JY1371"},
	    /* Brackets without a year. */
	    {"建(消)验字[2023]第12号", "建（消）验字〔2023〕第12号"},
	    {"建（消）验字〔2023〕第12号", "建（消）验字〔2023〕第12号"},
	    {"建【消】验字", "建（消）验字"},
	    {"《通知》7号", "《通知》7号"},
	    {"X〔23〕7号", "X（23）7号"},
	    {"X〔12345〕7号", "X（12345）7号"},
	    {"X〔1823〕7号", "X（1823）7号"},
	    {"X〔2023年〕7号", "X（2023年）7号"},
	    {"X[2023", "X（2023"},
	    {"X([2023])", "X（〔2023〕）"},
	    {"〔2023〕第7号", "〔2023〕第7号"},
	    {"(2023)第7号", "〔2023〕第7号"},
	    {"(2023)鲁市监罚7号", "〔2023〕鲁市监罚7号"},
	    /* Courts. */
	    {"(2021)粤17刑初12号", "（2021）粤17刑初12号"},
	    {"〔2021〕粤17刑初12号", "（2021）粤17刑初12号"},
	    {"（2021）粤17刑初12号", "（2021）粤17刑初12号"},
	    {"[2023] 鲁1102 执 345 号", "（2023）鲁1102执345号"},
	    {"(2020)最高法民终5号", "（2020）最高法民终5号"},
	    {"(2012)东刑初字第8号", "（2012）东刑初字第8号"},
	    {"最高法(2021)粤17刑初12号", "最高法〔2021〕粤17刑初12号"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		check_doc(i, t[i].text, t[i].expected);
}

static void normalise_doc_number_canonical_is_returned_itself(void **state)
{
	struct span in = span_of("日市监处罚〔2024〕A-0123号"), got;
	char out[256];

	(void)state;
	got = normalise_doc_number(in, out);
	assert_ptr_equal(got.p, in.p);
	assert_int_equal(got.n, in.n);
}

/* ---- Dates ---- */

static void check_date(size_t index, const char *text, enum cell_kind kind,
    enum normal expected, const char *date)
{
	struct span in = exact_copy(span_of(text));
	char is[DATE_TEXT_BYTES];
	date_days got = DATE_NONE;
	enum normal reason = normalise_date(in, kind, &got);

	date_format_iso(got, is);
	if (reason != expected || strcmp(is, date) != 0)
		fail_msg("[%zu] \"%s\": expected %d \"%s\", is %d \"%s\"",
		    index, text, expected, date, reason, is);
	drop(in);
	if (reason != NORMAL_OK)
		return;
	assert_int_equal(
	    normalise_date(span_of(is), CELL_TEXT, &got), NORMAL_OK);
	date_format_iso(got, is);
	assert_string_equal(is, date);
}

/* R-ING-019 */
static void normalise_date_written_forms_are_read(void **state)
{
	static const char *const t[] = {"2023-04-24", "2023-4-24", "2023/4/24",
	    "2023/04/24", "2023.4.24", "2023.04.24", "20230424",
	    "2023年04月24日", "2023年4月24日", "2023年4月24号", "2023年4月24",
	    "2023 年 4 月 24 日", " 2023-04-24 ",
	    "\xE3\x80\x80"
	    "2023-04-24\xC2\xA0",
	    "\xEF\xBB\xBF"
	    "2023-04-24",
	    "２０２３－０４－２４", "２０２３年４月２４日",
	    "２０２３／４／２４", "２０２３．４．２４", "2023—04—24",
	    "2023–4–24", "2023-4 -24", "2023-04-24 00:00:00",
	    "2023-04-24 10:30", "2023-04-24 9:05:07", "2023/4/24 0:00:00",
	    "2023/4/24 23:59:59.999", "2023-04-24T00:00:00",
	    "2023-04-24T00:00:00+08:00", "2023-04-24T10:30:00+0800",
	    "2023-04-24T10:30:00 +08", "2023-04-24T00:00:00Z",
	    "2023-04-23T16:00:00Z", "2023-04-23T16:00:00.000Z",
	    "2023-04-24T15:59:59Z", "2023-04-23T12:00:00-04:00",
	    "2023-04-24t10:00:00z", "2023-04-24 上午10:30",
	    "2023/4/24 下午 3:30:00", "2023-04-24 12:00:00 AM",
	    "2023-04-24 11:59 pm", "2023年4月24日10时30分",
	    "2023年4月24日 10时30分05秒", "2023年4月24日 10:30",
	    "2023年4月24日十时", "2023年4月24日10点", "二〇二三年四月二十四日",
	    "二○二三年四月二十四日", "二零二三年四月二十四日",
	    "二〇二三年四月廿四日", "二〇二三年〇四月二四日", "20230424103000",
	    "202304241030"};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		check_date(i, t[i], CELL_TEXT, NORMAL_OK, "2023-04-24");
	check_date(
	    0, "2023-04-24 00:00:00", CELL_DATE, NORMAL_OK, "2023-04-24");
	check_date(0, "2023-04-24", CELL_DATE, NORMAL_OK, "2023-04-24");
}

static void normalise_date_other_days_match(void **state)
{
	static const struct {
		const char *text, *date;
	} t[] = {
	    {"1900-01-01", "1900-01-01"},
	    {"2999-12-31", "2999-12-31"},
	    {"2099/12/31", "2099-12-31"},
	    {"2024-02-29", "2024-02-29"},
	    {"2000年2月29日", "2000-02-29"},
	    {"一九九九年十二月三十一日", "1999-12-31"},
	    {"二〇一〇年十月十日", "2010-10-10"},
	    {"二〇二〇年十一月二十日", "2020-11-20"},
	    {"二〇二〇年一月卅一日", "2020-01-31"},
	    {"二〇二〇年十月一〇日", "2020-10-10"},
	    {"2023-12-31T16:00:00Z", "2024-01-01"},
	    {"2024-01-01T00:00:00+14:00", "2023-12-31"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		check_date(i, t[i].text, CELL_TEXT, NORMAL_OK, t[i].date);
}

static void normalise_date_numbers_are_read(void **state)
{
	static const struct {
		const char *text;
		enum cell_kind kind;
		const char *date;
	} t[] = {
	    {"45040", CELL_NUMBER, "2023-04-24"},
	    {"45040", CELL_TEXT, "2023-04-24"},
	    {"45040.0", CELL_NUMBER, "2023-04-24"},
	    {"45040.999988", CELL_NUMBER, "2023-04-24"},
	    {"20000", CELL_TEXT, "1954-10-03"},
	    {"80000", CELL_TEXT, "2119-01-11"},
	    {"1", CELL_NUMBER, "1900-01-01"},
	    {"59", CELL_NUMBER, "1900-02-28"},
	    {"61", CELL_NUMBER, "1900-03-01"},
	    {"36526", CELL_NUMBER, "2000-01-01"},
	    {"73050", CELL_NUMBER, "2099-12-31"},
	    {"20230424", CELL_NUMBER, "2023-04-24"},
	    {"1682294400000", CELL_NUMBER, "2023-04-24"},
	    {"1682265600000", CELL_NUMBER, "2023-04-24"},
	    {"1682265599999", CELL_NUMBER, "2023-04-23"},
	    {"1682265600", CELL_NUMBER, "2023-04-24"},
	    {"1682265600000", CELL_TEXT, "2023-04-24"},
	    {"1682265600", CELL_TEXT, "2023-04-24"},
	    {"４５０４０", CELL_TEXT, "2023-04-24"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		check_date(i, t[i].text, t[i].kind, NORMAL_OK, t[i].date);
}

static void normalise_date_refusals_have_their_reason(void **state)
{
	static const struct {
		const char *text;
		enum cell_kind kind;
		enum normal reason;
	} t[] = {
	    {"", CELL_TEXT, NORMAL_EMPTY},
	    {" \xE3\x80\x80", CELL_TEXT, NORMAL_EMPTY},
	    {"", CELL_NULL, NORMAL_EMPTY},
	    {"/", CELL_TEXT, NORMAL_PLACEHOLDER},
	    {"——", CELL_TEXT, NORMAL_PLACEHOLDER},
	    {"无", CELL_TEXT, NORMAL_PLACEHOLDER},
	    {"N/A", CELL_TEXT, NORMAL_PLACEHOLDER},
	    {"NULL", CELL_TEXT, NORMAL_PLACEHOLDER},
	    {"2023-02-30", CELL_TEXT, NORMAL_NO_SUCH_DAY},
	    {"2023-02-29", CELL_TEXT, NORMAL_NO_SUCH_DAY},
	    {"1900-02-29", CELL_TEXT, NORMAL_NO_SUCH_DAY},
	    {"2023年2月30日", CELL_TEXT, NORMAL_NO_SUCH_DAY},
	    {"2023-13-01", CELL_TEXT, NORMAL_NO_SUCH_DAY},
	    {"2023-00-10", CELL_TEXT, NORMAL_NO_SUCH_DAY},
	    {"2023-10-00", CELL_TEXT, NORMAL_NO_SUCH_DAY},
	    {"2023/4/31", CELL_TEXT, NORMAL_NO_SUCH_DAY},
	    {"20230431", CELL_TEXT, NORMAL_NO_SUCH_DAY},
	    {"0000-00-00", CELL_TEXT, NORMAL_NO_SUCH_DAY},
	    {"60", CELL_NUMBER, NORMAL_NO_SUCH_DAY},
	    {"60.5", CELL_NUMBER, NORMAL_NO_SUCH_DAY},
	    {"04/05/2023", CELL_TEXT, NORMAL_DATE_AMBIGUOUS},
	    {"24/04/2023", CELL_TEXT, NORMAL_DATE_AMBIGUOUS},
	    {"4/24/2023 0:00", CELL_TEXT, NORMAL_DATE_AMBIGUOUS},
	    {"23-4-5", CELL_TEXT, NORMAL_DATE_AMBIGUOUS},
	    {"23.04.05", CELL_TEXT, NORMAL_DATE_AMBIGUOUS},
	    {"23年4月5日", CELL_TEXT, NORMAL_DATE_AMBIGUOUS},
	    {"24-4月-23", CELL_TEXT, NORMAL_DATE_AMBIGUOUS},
	    {"230424", CELL_TEXT, NORMAL_DATE_AMBIGUOUS},
	    {"2023424", CELL_TEXT, NORMAL_DATE_AMBIGUOUS},
	    {"04242023", CELL_TEXT, NORMAL_DATE_AMBIGUOUS},
	    {"2023042410", CELL_TEXT, NORMAL_DATE_AMBIGUOUS},
	    {"2023", CELL_TEXT, NORMAL_DATE_INCOMPLETE},
	    {"2023", CELL_NUMBER, NORMAL_DATE_INCOMPLETE},
	    {"2023.04", CELL_NUMBER, NORMAL_DATE_INCOMPLETE},
	    {"202304", CELL_NUMBER, NORMAL_DATE_INCOMPLETE},
	    {"2023年", CELL_TEXT, NORMAL_DATE_INCOMPLETE},
	    {"2023年4月", CELL_TEXT, NORMAL_DATE_INCOMPLETE},
	    {"2023-04", CELL_TEXT, NORMAL_DATE_INCOMPLETE},
	    {"2023.4", CELL_TEXT, NORMAL_DATE_INCOMPLETE},
	    {"4月24日", CELL_TEXT, NORMAL_DATE_INCOMPLETE},
	    {"4/24", CELL_TEXT, NORMAL_DATE_INCOMPLETE},
	    {"1899-12-31", CELL_TEXT, NORMAL_DATE_OUT_OF_RANGE},
	    {"3000-01-01", CELL_TEXT, NORMAL_DATE_OUT_OF_RANGE},
	    {"0023-04-24", CELL_TEXT, NORMAL_DATE_OUT_OF_RANGE},
	    {"1900-01-01T00:00:00+14:00", CELL_TEXT, NORMAL_DATE_OUT_OF_RANGE},
	    {"去年", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"2023-04-24x", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"2023-04-2x", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"2023-4/24", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"2023年4-24", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"2023--04--24", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"2023-004-24", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"2023-04-24 25:00", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"2023-04-24 10:60", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"2023-04-24 10", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"2023-04-24T10:00+25:00", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"2023-04-24至2024-04-23", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"2023-04-24 2024-04-23", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"20230424250000", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"45040.5", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"19999", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"80001", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"0", CELL_NUMBER, NORMAL_NOT_A_DATE},
	    {"0.5", CELL_NUMBER, NORMAL_NOT_A_DATE},
	    {"-5", CELL_NUMBER, NORMAL_NOT_A_DATE},
	    {"12", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"0000000000000", CELL_TEXT, NORMAL_NOT_A_DATE},
	    {"123456789012345678901234567890", CELL_NUMBER, NORMAL_NOT_A_DATE},
	    {"true", CELL_BOOL, NORMAL_NOT_A_DATE},
	    {"2023年4月24日的一段很长很长很长很长很长很长很长很长很长很长很长"
	     "很长很长很长很长很长的话",
		CELL_TEXT, NORMAL_NOT_A_DATE},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		check_date(i, t[i].text, t[i].kind, t[i].reason, "");
}

static void normalise_date_long_term_is_told(void **state)
{
	static const char *const t[] = {"长期", "長期", "长期有效", "永久",
	    "9999-12-31", "9999/12/31", "99991231", "9999年12月31日",
	    "9999-12-31 23:59:59"};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		check_date(i, t[i], CELL_TEXT, NORMAL_LONG_TERM, "2099-12-31");
}

/* Every day of the range in three forms. */
static void normalise_date_every_day_round_trips(void **state)
{
	date_days first = date_from_ymd(DATE_YEAR_MIN, 1, 1);
	date_days last = date_from_ymd(DATE_YEAR_MAX, 12, 31), d;

	(void)state;
	for (d = first; d <= last; d++) {
		char text[DATE_TEXT_BYTES], bare[8];
		date_days got;

		date_format_iso(d, text);
		assert_int_equal(
		    normalise_date(span_of(text), CELL_TEXT, &got), NORMAL_OK);
		assert_int_equal(got, d);
		memcpy(bare, text, 4);
		memcpy(bare + 4, text + 5, 2);
		memcpy(bare + 6, text + 8, 2);
		assert_int_equal(
		    normalise_date((struct span){bare, 8}, CELL_TEXT, &got),
		    NORMAL_OK);
		assert_int_equal(got, d);
	}
}

/* ---- Amounts ---- */

static void check_money(size_t index, const char *text, enum money_unit unit,
    int64_t fen, bool is_other_unit)
{
	struct span in = exact_copy(span_of(text));
	struct normal_money got = {-1, false, false};
	enum normal reason = normalise_money(in, unit, &got);

	if (reason != NORMAL_OK || got.fen != fen ||
	    got.is_other_unit != is_other_unit)
		fail_msg("[%zu] \"%s\": expected %lld %d, is %lld %d (%d)",
		    index, text, (long long)fen, is_other_unit,
		    (long long)got.fen, got.is_other_unit, reason);
	drop(in);
}

static void normalise_money_exact_amounts_are_read(void **state)
{
	static const struct {
		const char *text;
		enum money_unit unit;
		int64_t fen;
		bool is_other_unit;
	} t[] = {
	    {"0", MONEY_WAN, 0, false},
	    {"0.00", MONEY_WAN, 0, false},
	    {"-0.00", MONEY_WAN, 0, false},
	    {"0e9999999999", MONEY_WAN, 0, false},
	    {"1", MONEY_WAN, 1000000, false},
	    {"1", MONEY_YUAN, 100, false},
	    {"0.000001", MONEY_WAN, 1, false},
	    {"0.01", MONEY_YUAN, 1, false},
	    {"1.5", MONEY_WAN, 1500000, false},
	    {"1.500000", MONEY_WAN, 1500000, false},
	    {"1.50000000000", MONEY_WAN, 1500000, false},
	    {"1.2300", MONEY_YUAN, 123, false},
	    {"12.345678", MONEY_WAN, 12345678, false},
	    {".5", MONEY_WAN, 500000, false},
	    {"5.", MONEY_WAN, 5000000, false},
	    {"+5", MONEY_WAN, 5000000, false},
	    {"007", MONEY_WAN, 7000000, false},
	    {"1,234,567.89", MONEY_YUAN, 123456789, false},
	    {"１，２３４．５", MONEY_YUAN, 123450, false},
	    {"  3.2\xC2\xA0", MONEY_WAN, 3200000, false},
	    {"￥3.2", MONEY_WAN, 3200000, false},
	    {"¥ 3.2", MONEY_WAN, 3200000, false},
	    {"人民币3.2万元", MONEY_WAN, 3200000, false},
	    {"人民币：3.2万元整", MONEY_WAN, 3200000, false},
	    {"RMB 500", MONEY_YUAN, 50000, false},
	    {"500元（人民币）", MONEY_YUAN, 50000, false},
	    {"3.2万", MONEY_WAN, 3200000, false},
	    {"3.2 万元", MONEY_WAN, 3200000, false},
	    {"3.2萬元", MONEY_WAN, 3200000, false},
	    {"500元", MONEY_YUAN, 50000, false},
	    {"500圓整", MONEY_YUAN, 50000, false},
	    {"500元", MONEY_WAN, 50000, true},
	    {"500.25元整", MONEY_WAN, 50025, true},
	    {"3.2万元", MONEY_YUAN, 3200000, true},
	    {"1.5亿元", MONEY_WAN, 15000000000, true},
	    {"5千元", MONEY_WAN, 500000, true},
	    {"12.3", MONEY_QIAN, 1230000, false},
	    {"1,200", MONEY_BAIWAN, 120000000000, false},
	    {"0.5", MONEY_YI, 5000000000, false},
	    {"0.5元", MONEY_YI, 50, true},
	    {"1E-4", MONEY_WAN, 100, false},
	    {"1e-06", MONEY_WAN, 1, false},
	    {"1.2E+3", MONEY_WAN, 1200000000, false},
	    {"1000000000", MONEY_WAN, NORMALISE_FEN_MAX, false},
	    {"10000000000000", MONEY_YUAN, NORMALISE_FEN_MAX, false},
	    {"10000000000000.00", MONEY_YUAN, NORMALISE_FEN_MAX, false},
	    {"99999999.999999", MONEY_WAN, 99999999999999, false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		check_money(
		    i, t[i].text, t[i].unit, t[i].fen, t[i].is_other_unit);
}

/* A sign of yuan in a column of another unit, and no unit beside it. */
static void normalise_money_lone_sign_is_told(void **state)
{
	static const struct {
		const char *text;
		enum money_unit unit;
		bool has_sign_only;
	} t[] = {
	    {"¥5000", MONEY_WAN, true},
	    {"人民币：5000", MONEY_WAN, true},
	    {"5000 RMB", MONEY_WAN, true},
	    {"5000（人民币）", MONEY_WAN, true},
	    {": 5000", MONEY_WAN, false},
	    {"5000", MONEY_WAN, false},
	    {"¥0", MONEY_WAN, false},
	    {"¥5000元", MONEY_WAN, false},
	    {"¥0.5万元", MONEY_WAN, false},
	    {"¥5000", MONEY_YUAN, false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct normal_money got = {0, false, true};

		assert_int_equal(
		    normalise_money(span_of(t[i].text), t[i].unit, &got),
		    NORMAL_OK);
		if (got.has_sign_only != t[i].has_sign_only)
			fail_msg("[%zu] \"%s\"", i, t[i].text);
	}
}

/* R-ING-018 */
static void normalise_money_refusals_have_their_reason(void **state)
{
	static const struct {
		const char *text;
		enum money_unit unit;
		enum normal reason;
	} t[] = {
	    {"", MONEY_WAN, NORMAL_EMPTY},
	    {"\xE3\x80\x80", MONEY_WAN, NORMAL_EMPTY},
	    {"/", MONEY_WAN, NORMAL_PLACEHOLDER},
	    {"－", MONEY_WAN, NORMAL_PLACEHOLDER},
	    {"无", MONEY_WAN, NORMAL_PLACEHOLDER},
	    {"0.0000001", MONEY_WAN, NORMAL_NOT_EXACT},
	    {"1.2345678", MONEY_WAN, NORMAL_NOT_EXACT},
	    {"0.30000000000000004", MONEY_WAN, NORMAL_NOT_EXACT},
	    {"5.0000000000000001e-1", MONEY_WAN, NORMAL_NOT_EXACT},
	    {"1E-7", MONEY_WAN, NORMAL_NOT_EXACT},
	    {"1e-99999999999", MONEY_WAN, NORMAL_NOT_EXACT},
	    {"0.001", MONEY_YUAN, NORMAL_NOT_EXACT},
	    {"0.005元", MONEY_WAN, NORMAL_NOT_EXACT},
	    {"-1", MONEY_WAN, NORMAL_NEGATIVE},
	    {"－1.5万元", MONEY_WAN, NORMAL_NEGATIVE},
	    {"(1,200.00)", MONEY_YUAN, NORMAL_NEGATIVE},
	    {"-¥5", MONEY_YUAN, NORMAL_NEGATIVE},
	    {"1000000000.000001", MONEY_WAN, NORMAL_TOO_LARGE},
	    {"10000000000000.01", MONEY_YUAN, NORMAL_TOO_LARGE},
	    {"99999999999999", MONEY_WAN, NORMAL_TOO_LARGE},
	    {"9999999999999999999999", MONEY_WAN, NORMAL_TOO_LARGE},
	    {"1e99999999999", MONEY_WAN, NORMAL_TOO_LARGE},
	    {"10000001亿元", MONEY_WAN, NORMAL_TOO_LARGE},
	    {"100美元", MONEY_YUAN, NORMAL_OTHER_CURRENCY},
	    {"USD 100", MONEY_YUAN, NORMAL_OTHER_CURRENCY},
	    {"$100", MONEY_YUAN, NORMAL_OTHER_CURRENCY},
	    {"3万港元", MONEY_WAN, NORMAL_OTHER_CURRENCY},
	    {"€5", MONEY_WAN, NORMAL_OTHER_CURRENCY},
	    {"伍万元整", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"五千", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"1,23", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"1234,567", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"1,234,56", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"1.234,56", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {",123", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"1,,234", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"1.2.3", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"1 2", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {".", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"()", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"(", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"1e", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"--1", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"0x10", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"nan", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"5元-10元", MONEY_YUAN, NORMAL_NOT_A_NUMBER},
	    {"12元5角", MONEY_YUAN, NORMAL_NOT_A_NUMBER},
	    {"￥", MONEY_WAN, NORMAL_NOT_A_NUMBER},
	    {"罚款5000元", MONEY_YUAN, NORMAL_NOT_A_NUMBER},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct span in = exact_copy(span_of(t[i].text));
		struct normal_money got = {-7, true, false};
		enum normal reason = normalise_money(in, t[i].unit, &got);

		if (reason != t[i].reason || got.fen != -7 ||
		    !got.is_other_unit)
			fail_msg("[%zu] \"%s\": expected %d, is %d (%lld)", i,
			    t[i].text, t[i].reason, reason, (long long)got.fen);
		drop(in);
	}
}

/* Amounts written from fen, in both units and with separators, come back. */
static void normalise_money_written_amounts_come_back(void **state)
{
	uint64_t seed = 3;
	int round;

	(void)state;
	for (round = 0; round < 20000; round++) {
		char text[64];
		int64_t fen;

		seed = seed * UINT64_C(6364136223846793005) + 1;
		fen = (int64_t)((seed >> 14) % 1000000000000001);
		fen >>= round % 50;
		snprintf(text, sizeof(text), "%lld.%06lld",
		    (long long)(fen / 1000000), (long long)(fen % 1000000));
		check_money(0, text, MONEY_WAN, fen, false);
		snprintf(text, sizeof(text), "%lld.%02lld 元",
		    (long long)(fen / 100), (long long)(fen % 100));
		check_money(1, text, MONEY_WAN, fen, true);
		snprintf(text, sizeof(text), "%llde-6", (long long)fen);
		check_money(2, text, MONEY_WAN, fen, false);
	}
}

/*
 * A model of amounts that never computes with one: the digits as written are
 * one string, in which the point is moved by as many places as exponent and
 * unit say.
 */
struct model_amount {
	char text[192];
	char digits[64]; /* whole and fraction */
	int point;	 /* behind so many of them, for a number of fen */
	bool is_negative, is_other_unit;
	enum money_unit unit;
};

static size_t model_add_digits(char *out, size_t count, uint64_t *seed)
{
	bool is_sparse = next_random(seed) % 2;
	size_t i;

	for (i = 0; i < count; i++)
		out[i] = is_sparse && next_random(seed) % 4
		    ? '0'
		    : (char)('0' + next_random(seed) % 10);
	out[count] = '\0';
	return count;
}

/* The whole part as it is, or with a comma before each third digit. */
static void model_add_whole(
    char *text, const char *digits, size_t count, bool has_commas)
{
	char *at = text + strlen(text);
	size_t i;

	for (i = 0; i < count; i++) {
		if (has_commas && i && (count - i) % 3 == 0)
			*at++ = ',';
		*at++ = digits[i];
	}
	*at = '\0';
}

static void model_make(struct model_amount *m, uint64_t *seed)
{
	static const struct {
		const char *word;
		int zeros; /* behind yuan, and two of fen */
	} units[] = {{"元", 2}, {" 元", 2}, {"千元", 5}, {"万元", 6}, {"万", 6},
	    {"百万元", 8}, {"亿元整", 10}};
	size_t whole = next_random(seed) % (next_random(seed) % 4 ? 9 : 20);
	size_t fraction = next_random(seed) % 9;
	bool is_bracketed = next_random(seed) % 16 == 0;
	bool is_signed = !is_bracketed && next_random(seed) % 8 == 0;
	int own_zeros;

	memset(m, 0, sizeof(*m));
	if (whole + fraction == 0)
		whole = 1;
	m->unit = next_random(seed) % 2 ? MONEY_WAN : MONEY_YUAN;
	own_zeros = m->unit == MONEY_WAN ? 6 : 2;
	m->is_negative = is_bracketed || (is_signed && next_random(seed) % 2);
	if (is_bracketed || is_signed)
		strcat(m->text,
		    is_bracketed	 ? "("
			: m->is_negative ? "-"
					 : "+");
	model_add_digits(m->digits, whole + fraction, seed);
	model_add_whole(m->text, m->digits, whole, next_random(seed) % 3 == 0);
	if (fraction) {
		strcat(m->text, ".");
		strcat(m->text, m->digits + whole);
	}
	m->point = (int)whole;
	if (next_random(seed) % 6 == 0) {
		int exponent = (int)(next_random(seed) % 25) - 12;

		snprintf(m->text + strlen(m->text), 8, "e%d", exponent);
		m->point += exponent;
	}
	if (next_random(seed) % 3 == 0) {
		size_t i = next_random(seed) % ARRAY_COUNT(units);

		strcat(m->text, units[i].word);
		m->is_other_unit = units[i].zeros != own_zeros;
		own_zeros = units[i].zeros;
	}
	if (is_bracketed)
		strcat(m->text, ")");
	m->point += own_zeros;
}

/* The fen in digits without noughts in front, "" for nothing, or why not. */
static enum normal model_read(const struct model_amount *m, char *fen)
{
	static const char most[] = "1000000000000000";
	bool is_exact = true;
	size_t n = 0, i;
	int at;

	for (at = 0; at < m->point || m->digits[at < 0 ? 0 : at]; at++) {
		char digit = at < (int)strlen(m->digits) ? m->digits[at] : '0';

		if (at >= m->point)
			is_exact = is_exact && digit == '0';
		else if (n || digit != '0')
			fen[n++] = digit;
	}
	fen[n] = '\0';
	for (i = 0; m->digits[i] == '0'; i++)
		;
	if (m->is_negative && m->digits[i])
		return NORMAL_NEGATIVE;
	if (!is_exact)
		return NORMAL_NOT_EXACT;
	if (n > strlen(most) || (n == strlen(most) && strcmp(fen, most) > 0))
		return NORMAL_TOO_LARGE;
	return NORMAL_OK;
}

/* The fen as the field's text: a point before the last digits, and no nought
 * at the end behind it. */
static void model_write(const char *fen, int decimals, char *out)
{
	size_t n = strlen(fen), end;

	memset(out, '0', 32);
	if (n > (size_t)decimals) {
		memcpy(out, fen, n);
	} else {
		memcpy(out + 1 + (size_t)decimals - n, fen, n);
		n = (size_t)decimals + 1;
	}
	memmove(out + n - (size_t)decimals + 1, out + n - (size_t)decimals,
	    (size_t)decimals);
	out[n - (size_t)decimals] = '.';
	for (end = n + 1; out[end - 1] == '0'; end--)
		;
	out[out[end - 1] == '.' ? end - 1 : end] = '\0';
}

static void assert_written(int64_t value, enum money_unit unit, const char *fen)
{
	const struct cat_field field = {
	    .type = unit == MONEY_WAN ? CAT_MONEY_WAN : CAT_MONEY_YUAN};
	struct buf text = BUF_INIT(64);
	json_t *json = json_integer(value);
	char expected[64];

	fields_add_text(&field, json, &text);
	model_write(fen, unit == MONEY_WAN ? 6 : 2, expected);
	if (strcmp(buf_str(&text), expected) != 0)
		fail_msg("%s fen are \"%s\", not \"%s\"", fen, buf_str(&text),
		    expected);
	json_decref(json);
	buf_release(&text);
}

/* R-ING-018 */
static void normalise_money_atRandom_isWhatMovingThePointSays(void **state)
{
	size_t counts[NORMAL_COUNT] = {0};
	uint64_t seed = 20260402;
	int round;

	(void)state;
	for (round = 0; round < 100000; round++) {
		struct normal_money got = {-7, false, false};
		struct model_amount m;
		enum normal reason, expected;
		char fen[128], digits[32] = "";

		model_make(&m, &seed);
		expected = model_read(&m, fen);
		reason = normalise_money(span_of(m.text), m.unit, &got);
		if (reason == NORMAL_OK && got.fen)
			snprintf(
			    digits, sizeof(digits), "%lld", (long long)got.fen);
		if (reason != expected ||
		    (!reason &&
			(strcmp(digits, fen) != 0 ||
			    got.is_other_unit != m.is_other_unit)))
			fail_msg("\"%s\" (unit %d): expected \"%s\" (%d), is "
				 "\"%s\" (%d)",
			    m.text, m.unit, fen, expected, digits, reason);
		if (!reason)
			assert_written(got.fen, m.unit, fen);
		counts[reason]++;
	}
	assert_true(counts[NORMAL_OK] > 10000 &&
	    counts[NORMAL_NOT_EXACT] > 10000 &&
	    counts[NORMAL_TOO_LARGE] > 1000 && counts[NORMAL_NEGATIVE] > 1000);
}

static void normalise_integer_known_cases_match(void **state)
{
	static const struct {
		const char *text;
		enum normal reason;
		int64_t value;
	} t[] = {
	    {"0", NORMAL_OK, 0},
	    {"42", NORMAL_OK, 42},
	    {"-42", NORMAL_OK, -42},
	    {"+42", NORMAL_OK, 42},
	    {" ４２ ", NORMAL_OK, 42},
	    {"42.0", NORMAL_OK, 42},
	    {"1,234", NORMAL_OK, 1234},
	    {"1.2e3", NORMAL_OK, 1200},
	    {"1000000000000000", NORMAL_OK, NORMALISE_INTEGER_MAX},
	    {"1000000000000001", NORMAL_TOO_LARGE, -7},
	    {"-1000000000000001", NORMAL_TOO_LARGE, -7},
	    {"42.5", NORMAL_NOT_WHOLE, -7},
	    {"42人", NORMAL_NOT_A_NUMBER, -7},
	    {"--42", NORMAL_NOT_A_NUMBER, -7},
	    {"", NORMAL_EMPTY, -7},
	    {"/", NORMAL_PLACEHOLDER, -7},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct span in = exact_copy(span_of(t[i].text));
		int64_t value = -7;
		enum normal reason = normalise_integer(in, &value);

		if (reason != t[i].reason || value != t[i].value)
			fail_msg("[%zu] \"%s\": expected %d %lld, is %d %lld",
			    i, t[i].text, t[i].reason, (long long)t[i].value,
			    reason, (long long)value);
		drop(in);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(normalise_text_known_cases_match),
	    cmocka_unit_test(normalise_text_clean_text_is_returned_itself),
	    cmocka_unit_test(normalise_text_finds_marks_at_every_place),
	    cmocka_unit_test(normalise_doc_number_variants_become_equal),
	    cmocka_unit_test(normalise_doc_number_canonical_is_returned_itself),
	    cmocka_unit_test(normalise_date_written_forms_are_read),
	    cmocka_unit_test(normalise_date_other_days_match),
	    cmocka_unit_test(normalise_date_numbers_are_read),
	    cmocka_unit_test(normalise_date_refusals_have_their_reason),
	    cmocka_unit_test(normalise_date_long_term_is_told),
	    cmocka_unit_test(normalise_date_every_day_round_trips),
	    cmocka_unit_test(normalise_money_exact_amounts_are_read),
	    cmocka_unit_test(normalise_money_lone_sign_is_told),
	    cmocka_unit_test(normalise_money_refusals_have_their_reason),
	    cmocka_unit_test(normalise_money_written_amounts_come_back),
	    cmocka_unit_test(normalise_money_atRandom_isWhatMovingThePointSays),
	    cmocka_unit_test(normalise_integer_known_cases_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
