/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of codes as people give many of them, and of the table that
 * they get. */
#include "api/check_codes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "api/check_sheet.h"
#include "base/check.h"
#include "base/tr.h"

#define A "91371102MA3EXAMP7A"
#define B "91371102MA3EXAMP8B"

/* What was found, "|" behind each; in front: the first was a header. */
static const struct pasted {
	const char *text, *found;
} pasted[] = {
    {"", ""},
    {A, A "|"},
    {A "\n" B "\n", A "|" B "|"},
    {A "\r\n\r\n  " B "\r\n", A "|" B "|"},
    {A "," B ";" A, A "|" B "|" A "|"},
    {A "，" B "；" A "、" B, A "|" B "|" A "|" B "|"},
    {A " " B "\t" A "　" B, A "|" B "|" A "|" B "|"},
    {"９１３７１１０２ＭＡ３ＥＸＡＭＰ７Ａ",
	"９１３７１１０２ＭＡ３ＥＸＡＭＰ７Ａ|"},
    /* As the site shows it. */
    {"91371102 MA3EXAMP7 A", "91371102 MA3EXAMP7 A|"},
    {"91371102 MA3EXAMP7 A, " B, "91371102 MA3EXAMP7 A|" B "|"},
    /* Rows of a spreadsheet. */
    {"序号\t投标人\t代码\n1\t甲公司\t" A "\t2026-11-28\n2\t乙公司\t" B
     "\t0633-8888888\n",
	A "|" B "|"},
    {"\"甲, 乙公司\"," A, A "|"},
    /* What is wrong is told of, not passed over. */
    {"91371102MA3EXAMP7\n" A, "91371102MA3EXAMP7|" A "|"},
    {A " 91371102MA3", A "|91371102MA3|"},
    {A "\n日照虚构甲公司\n", A "|日照虚构甲公司|"},
    {"投标人名单\n日照虚构甲公司\n" A, "日照虚构甲公司|" A "|"},
    {"2026年名单\n" A, "2026年名单|" A "|"},
    {"91371102*********A", "91371102*********A|"},
    {"12345678-9", "12345678-9|"},
};

static void addPasted_findsWhatMayBeACode(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(pasted); i++) {
		struct buf found = BUF_INIT(1024);
		struct check_codes codes;
		struct check_code code;
		struct err err;
		size_t at = 0, n = 0;

		check_codes_init(&codes);
		assert_int_equal(check_codes_add_pasted(&codes,
				     span_of(pasted[i].text), 100, &err),
		    0);
		while (check_codes_next(&codes, &at, &code)) {
			assert_int_equal(code.line, ++n);
			buf_add_span(&found, code.text);
			buf_add_char(&found, '|');
		}
		assert_string_equal(buf_str(&found), pasted[i].found);
		assert_int_equal(codes.count, n);
		assert_int_equal(codes.lines, n);
		buf_release(&found);
		check_codes_release(&codes);
	}
}

static void addPasted_refusesMoreThanItsMost(void **state)
{
	struct check_codes codes;
	struct err err;

	(void)state;
	check_codes_init(&codes);
	assert_int_equal(
	    check_codes_add_pasted(&codes, span_of(A "\n" B), 2, &err), 0);
	assert_int_equal(
	    check_codes_add_pasted(&codes, span_of(A), 2, &err), ERR_FULL);
	assert_int_equal(
	    check_codes_add_pasted(&codes, span_of("\xB1\xB1"), 9, &err),
	    ERR_INPUT);
	check_codes_release(&codes);
}

static const char answer[] =
    "{\"checks\":[{\"line\":1,\"id\":\"x-" A "\",\"subject\":{\"code\":\"" A
    "\",\"name\":\"甲, 公司\",\"is_known\":true},\"applies\":true,"
    "\"is_easier\":false,\"entries\":["
    "{\"list\":null,\"item\":{\"title\":\"处罚\"},\"document\":\"一号\","
    "\"authority\":\"某局\",\"until\":\"2027-01-01\","
    "\"objected\":{\"state\":{\"id\":\"open\",\"title\":\"受理中\"}},"
    "\"measures\":[{\"title\":\"减分\"}]},"
    "{\"list\":{\"title\":\"名单\"},\"item\":{\"title\":\"x\"},"
    "\"document\":\"\",\"authority\":\"某局\",\"until\":null,"
    "\"objected\":null,\"measures\":[{\"title\":\"减分\"}]}]},"
    "{\"line\":2,\"given\":\"=1+1\",\"problem\":{\"message\":\"no code\","
    "\"detail\":\"\"}}]}";

static void sheet_tellsEachThingOnceAndWhatIsObjectedTo(void **state)
{
	json_t *json = json_loads(answer, 0, NULL);
	const struct check_sheet sheet = {.answer = json};
	struct buf out = BUF_INIT(4096);
	const char *row;

	(void)state;
	assert_non_null(json);
	tr_set_lang(LANG_EN);
	check_sheet_csv(&sheet, &out);
	row = strchr(buf_str(&out), '\n') + 1;
	assert_string_equal(row,
	    "1," A ",\"甲, 公司\",measures apply,减分,"
	    "处罚 一号 (受理中)；名单,某局,2027-01-01；no end is known,x-" A
	    "\r\n2,'=1+1,,no code,,,,,\r\n");
	buf_release(&out);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(addPasted_findsWhatMayBeACode),
	    cmocka_unit_test(addPasted_refusesMoreThanItsMost),
	    cmocka_unit_test(sheet_tellsEachThingOnceAndWhatIsObjectedTo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
