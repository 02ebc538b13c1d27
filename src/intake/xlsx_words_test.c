/* SPDX-License-Identifier: Apache-2.0 */
/* What a number format writes beside the digits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/check.h"
#include "intake/xlsx_priv.h"

static const char kinds[] = {
    [CELL_TEXT] = ' ', [CELL_NUMBER] = '#', [CELL_SHOWN_OTHERWISE] = '%'};

/* What a cell with that format has; '#' in front of a number, '%' of one that
 * is shown otherwise. */
static void expect(
    size_t index, const char *code, const char *number, const char *expected)
{
	struct buf out = BUF_INIT(2000);
	struct xlsx_words words;
	enum cell_kind kind;

	if (xlsx_words_of_code(code, &words))
		kind = xlsx_add_worded(&out, span_of(number), &words);
	else
		kind =
		    xlsx_add_number(&out, span_of(number), XLSX_NUMBER, false);
	if (kinds[kind] != expected[0] ||
	    strcmp(buf_str(&out), expected + 1) != 0)
		fail_msg("[%zu] %s of %s: expected \"%s\", is \"%c%s\"", index,
		    code, number, expected, kinds[kind], buf_str(&out));
	buf_release(&out);
}

static void xlsx_add_worded_writes_what_is_shown(void **state)
{
	static const struct {
		const char *code, *number, *expected;
	} t[] = {
	    /* Nothing beside the digits. */
	    {"General", "5", "#5"},
	    {"G/通用格式", "5", "#5"},
	    {"0.00", "5", "#5"},
	    {"#,##0.00", "1234.5", "#1234.5"},
	    {"#\\ ##0", "1234", "#1234"},
	    {"0.00_);[Red]\\(0.00\\)", "5", "#5"},
	    {"_ \"¥\"* #,##0.00_ ;_ \"¥\"* \\-#,##0.00_ ", "5", "#5"},
	    {"\\¥#,##0", "5", "#5"},
	    {"[$￥-804]#,##0.00", "5", "#5"},
	    {"[DBNum1][$-804]General", "5", "#5"},
	    {"0.00E+00", "5", "#5"},
	    {"# ?/?", "5", "#5"},
	    {"@", "5", "#5"},
	    {";;;", "5", "#5"},
	    {"[>=10000]0\"万\";0\"元\"", "5", "#5"},
	    {"", "5", "#5"},
	    {"\"", "5", "#5"},
	    {"[", "5", "#5"},
	    {"\\", "5", "#5"},
	    {"_", "5", "#5"},
	    /* Words. */
	    {"0\"元\"", "1000", " 1000元"},
	    {"0.00\"元\"", "1000.456", " 1000.456元"},
	    {"#,##0.00\\ \"万元\";-0", "0.10000000000000001", " 0.1万元"},
	    {"0元", "-5", " -5元"},
	    {"0!元", "5", " 5元"},
	    {"General\"元整\"", "5", " 5元整"},
	    {"G/通用格式\"元\"", "5", " 5元"},
	    {"\"示罚字〔2026〕\"0\"号\"", "12", " 示罚字〔2026〕12号"},
	    {"\"示\"0000", "12", " 示0012"},
	    {"\"a", "5", "%5"},
	    {"[$$-409]#,##0.00", "5", " $5"},
	    {"#,##0.00\\ [$€-407]", "5", " 5€"},
	    {"[$USD] 0", "5", " USD5"},
	    {"0%", "0.1", " 10%"},
	    {"0.00%", "9.9999999999999995E-2", " 10%"},
	    {"0,\"千元\"", "15678", " 15.678千元"},
	    {"0.0,,\"百万元\"", "1500000", " 1.5百万元"},
	    /* Noughts in front. */
	    {"000000", "123", "#000123"},
	    {"000000", "1234567", "#1234567"},
	    {"000", "-7", "#-007"},
	    {"00.00", "7.5", "#07.5"},
	    /* Another thing than the number. */
	    {"0!.0,\"万元\"", "15678", "%15678"},
	    {"000-0000", "1234567", "%1234567"},
	    {"0,", "15678", "%15678"},
	    {"\"是\";\"是\";\"否\"", "1", "%1"},
	    {"\"一二三四五六七八九十一二三四五六七八九十一二\"0", "1", "%1"},
	    /* No number at all. */
	    {"0\"元\"", "text", " text"},
	    {"0\"元\"", "-", " -"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		expect(i, t[i].code, t[i].number, t[i].expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(xlsx_add_worded_writes_what_is_shown),
	};

	return cmocka_run_group_tests_name("xlsx_words", tests, NULL, NULL);
}
