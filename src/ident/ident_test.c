/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of cleaning and checking. Real codes are those printed in public
 * documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/random_test_help.h"
#include "base/tr.h"
#include "ident/ident.h"

static const char legal[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static uint64_t random_state = 20260401;

/* ---- cleaning ---------------------------------------------------------- */

static void ident_clean_typed_text_is_folded(void **state)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"91350100M000100Y43", "91350100M000100Y43"},
	    {" 91350100m000100y43\r\n", "91350100M000100Y43"},
	    {"９１３５０１００Ｍ０００１００ｙ４３", "91350100M000100Y43"},
	    {"9135 0100\tM000 100Y 43", "91350100M000100Y43"},
	    {"9135\xc2\xa0"
	     "0100",
		"91350100"}, /* NBSP */
	    {"9135\xe3\x80\x80"
	     "0100",
		"91350100"}, /* U+3000 */
	    {"\xef\xbb\xbf"
	     "9135\xe2\x80\x8b"
	     "0100",
		"91350100"}, /* BOM, ZWSP */
	    {"M000100Y-4", "M000100Y4"},
	    {"M000100Y—4", "M000100Y4"},
	    {"M000100Y－4", "M000100Y4"},
	    {"M000100Y–4", "M000100Y4"},
	    {"9143＊＊", "9143**"},
	    {"91•", "91•"},
	    {"无", "无"},
	    {"--", ""},
	    {"", ""},
	    {"a\xff"
	     "b",
		"A\xef\xbf\xbd"
		"B"},
	    {"\xe6\x97", "\xef\xbf\xbd\xef\xbf\xbd"}, /* half a character */
	    {"\xe6"
	     "AB9\x80",
		"\xef\xbf\xbd"
		"AB9\xef\xbf\xbd"},
	    {"\xdf\xbf\xe0\xb8\xb0\xf0\x9f\x98\x80",
		"\xdf\xbf\xe0\xb8\xb0\xf0\x9f\x98\x80"},
	    {"！～z\x7f", "!~Z"},
	    /* What stands beside the full-width characters. */
	    {"\xef\xbc\x80\xef\xbd\x9f", "\xef\xbc\x80\xef\xbd\x9f"},
	};
	char out[IDENT_CLEAN_MAX + 1];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		size_t n = ident_clean(span_of(t[i].text), out);

		if (strcmp(out, t[i].want) != 0 || n != strlen(t[i].want))
			fail_msg("%zu: want \"%s\", got \"%s\" (%zu)", i,
			    t[i].want, out, n);
	}
}

static void ident_clean_long_text_is_cut_at_a_character(void **state)
{
	char text[300];
	char out[IDENT_CLEAN_MAX + 1];
	size_t i;

	(void)state;
	for (i = 0; i + 3 <= sizeof(text); i += 3)
		memcpy(text + i, "无", strlen("无"));
	assert_int_equal(
	    ident_clean((struct span){text, sizeof(text)}, out), 63);
	memset(text, 'a', sizeof(text));
	assert_int_equal(ident_clean((struct span){text, sizeof(text)}, out),
	    IDENT_CLEAN_MAX);
	assert_int_equal(out[63], 'A');
	assert_int_equal(out[64], '\0');
}

/* ---- unified code ------------------------------------------------------ */

/* R-IDT-001, R-IDT-003, R-IDT-004 */
static void ident_check_uscc_examples_match(void **state)
{
	static const struct {
		const char *text;
		enum ident_state want;
		int bad_at;
		char expected;
		const char *code;
	} t[] = {
	    /* The standard's example and real ones. */
	    {"91350100M000100Y43", IDENT_VALID, -1, '3', "91350100M000100Y43"},
	    {"91110000600037341L", IDENT_VALID, -1, 'L', "91110000600037341L"},
	    {"91330106673959654P", IDENT_VALID, -1, 'P', "91330106673959654P"},
	    {"91230500MA1B3N1N2M", IDENT_VALID, -1, 'M', "91230500MA1B3N1N2M"},
	    {"91410923581749967U", IDENT_VALID, -1, 'U', "91410923581749967U"},
	    {"91211381MA10KLB056", IDENT_VALID, -1, '6', "91211381MA10KLB056"},
	    {"91120113550399693Q", IDENT_VALID, -1, 'Q', "91120113550399693Q"},
	    {"91120116697415782C", IDENT_VALID, -1, 'C', "91120116697415782C"},
	    {"９１３５０１００m000100Y-43", IDENT_VALID, -1, '3',
		"91350100M000100Y43"},
	    /* Printed wrong in public. */
	    {"91310115MA1H8R7C6D", IDENT_BAD_CHECK, 17, '7',
		"91310115MA1H8R7C6D"},
	    {"91350100M000100Y4Z", IDENT_BAD_CHARACTER, 17, '3',
		"91350100M000100Y4Z"},
	    /* Letters that the alphabet lacks, and letters in a division. */
	    {"91350100MOOO100Y43", IDENT_BAD_CHARACTER, 9, 0,
		"91350100MOOO100Y43"},
	    {"9135A100M000100Y43", IDENT_BAD_CHARACTER, 4, 0,
		"9135A100M000100Y43"},
	    {"91A50100M000100Y43", IDENT_BAD_CHARACTER, 2, 0,
		"91A50100M000100Y43"},
	    {"91990100M000100Y43", IDENT_BAD_CHECK, 17, 'U',
		"91990100M000100Y43"},
	    {"I1350100M000100Y43", IDENT_BAD_CHARACTER, 0, 0,
		"I1350100M000100Y43"},
	    {"91350100M000司00Y43", IDENT_BAD_CHARACTER, 12, 0, ""},
	    {"01350100M000100Y43", IDENT_BAD_DEPARTMENT, 0, 0,
		"01350100M000100Y43"},
	    {"B1350100M000100Y43", IDENT_BAD_DEPARTMENT, 0, 0,
		"B1350100M000100Y43"},
	    {"94350100M000100Y43", IDENT_BAD_CLASS, 1, 0, "94350100M000100Y43"},
	    {"1A350100M000100Y43", IDENT_BAD_CLASS, 1, 0, "1A350100M000100Y43"},
	    {"91350100M000100Y4", IDENT_BAD_LENGTH, -1, 0, ""},
	    {"91350100M000100Y433", IDENT_BAD_LENGTH, -1, 0, ""},
	    {"阳东区某某商店", IDENT_BAD_LENGTH, -1, 0, ""},
	    {"阳东某某商店", IDENT_BAD_LENGTH, -1, 0, ""}, /* 18 bytes */
	    /* Nothing. */
	    {"", IDENT_EMPTY, -1, 0, ""},
	    {" \t", IDENT_EMPTY, -1, 0, ""},
	    {"———", IDENT_EMPTY, -1, 0, ""},
	    {"无", IDENT_EMPTY, -1, 0, ""},
	    {"/", IDENT_EMPTY, -1, 0, ""},
	    {"null", IDENT_EMPTY, -1, 0, ""},
	    /* Hidden. */
	    {"91430102**********", IDENT_MASKED, -1, 0, "91430102**********"},
	    {"91430681XXXXXXXXXX", IDENT_MASKED, -1, 0, "91430681**********"},
	    /* Passes the outer check by chance. */
	    {"93371122XXXXXXXXXX", IDENT_MASKED, -1, 0, "93371122**********"},
	    {"915206****7FMTAX63", IDENT_MASKED, -1, 0, "915206****7FMTAX63"},
	    {"911********238369Q", IDENT_MASKED, -1, 0, "911********238369Q"},
	    {"911••••••••238369Q", IDENT_MASKED, -1, 0, "911********238369Q"},
	    {"911＊＊＊＊＊＊＊＊238369Q", IDENT_MASKED, -1, 0,
		"911********238369Q"},
	    {"9143XXXX", IDENT_MASKED, -1, 0, ""},
	    {"9143****12", IDENT_MASKED, -1, 0, ""},
	    {"91*·×•∗■□○●・238369", IDENT_MASKED, -1, 0, "91**********238369"},
	    {"************************************************", IDENT_MASKED,
		-1, 0, ""},
	    {"示例****公司", IDENT_BAD_LENGTH, -1, 0, ""},
	    {"91350100M000XXX044", IDENT_BAD_CHECK, 17, '3',
		"91350100M000XXX044"}, /* three X are letters */
	    /* Typed so that the form goes through. */
	    {"00000000000000000X", IDENT_PLACEHOLDER, -1, 0,
		"00000000000000000X"},
	    {"000000000000000000", IDENT_PLACEHOLDER, -1, 0,
		"000000000000000000"},
	    {"111111111111111111", IDENT_PLACEHOLDER, -1, 0,
		"111111111111111111"},
	    {"123456789012345678", IDENT_PLACEHOLDER, -1, 0,
		"123456789012345678"},
	    {"XXXXXXXXXXXXXXXXXX", IDENT_PLACEHOLDER, -1, 0,
		"XXXXXXXXXXXXXXXXXX"},
	    /* With the check character that it asks for. */
	    {"111111111111111115", IDENT_PLACEHOLDER, -1, 0,
		"111111111111111115"},
	    {"0", IDENT_PLACEHOLDER, -1, 0, ""},
	    {"11X", IDENT_PLACEHOLDER, -1, 0, ""},
	    /* Not so. */
	    {"1X", IDENT_BAD_LENGTH, -1, 0, ""},
	    {"12", IDENT_BAD_LENGTH, -1, 0, ""},
	    {"......", IDENT_BAD_LENGTH, -1, 0, ""},
	    {"00000000000000001X", IDENT_BAD_DEPARTMENT, 0, 0,
		"00000000000000001X"},
	    {"00000000X", IDENT_PLACEHOLDER, -1, 0, ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct ident_uscc r = ident_check_uscc(span_of(t[i].text));

		if (r.state != t[i].want || r.bad_at != t[i].bad_at ||
		    r.expected != t[i].expected ||
		    strcmp(r.code, t[i].code) != 0)
			fail_msg("%zu %s: want %s %d '%c' %s, got %s %d '%c' "
				 "%s",
			    i, t[i].text, ident_state_name(t[i].want),
			    t[i].bad_at, t[i].expected, t[i].code,
			    ident_state_name(r.state), r.bad_at, r.expected,
			    r.code);
	}
}

static void ident_uscc_real_codes_have_no_warning(void **state)
{
	static const char *const codes[] = {"91350100M000100Y43",
	    "91110000600037341L", "91330106673959654P", "91230500MA1B3N1N2M",
	    "91410923581749967U", "91211381MA10KLB056", "91120113550399693Q",
	    "91120116697415782C"};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(codes); i++) {
		struct ident_uscc r = ident_check_uscc(span_of(codes[i]));

		assert_false(r.has_org_warning);
		assert_false(r.has_division_warning);
	}
}

/* A valid code of the 16 first characters given, whatever they are. */
static void complete(char code[IDENT_USCC_CHARS + 1], const char *first8)
{
	memcpy(code, first8, 8);
	memcpy(code + 8, "M000100Y4", 9);
	code[17] = ident_uscc_check_char(code);
	code[18] = '\0';
	assert_int_not_equal(code[17], '\0');
}

/* R-IDT-002 */
static void ident_uscc_warnings_do_not_refuse(void **state)
{
	char code[IDENT_USCC_CHARS + 1];
	struct ident_uscc r;

	(void)state;
	complete(code, "91999999");
	r = ident_check_uscc(span_of(code));
	assert_int_equal(r.state, IDENT_VALID);
	assert_true(r.has_division_warning);
	assert_false(r.has_org_warning);
	complete(code, "91441723"); /* ended, but was in force */
	assert_false(ident_check_uscc(span_of(code)).has_division_warning);
	complete(code, "91100000"); /* national registering body */
	assert_false(ident_check_uscc(span_of(code)).has_division_warning);
	code[16] = '5';
	code[17] = ident_uscc_check_char(code);
	r = ident_check_uscc(span_of(code));
	assert_int_equal(r.state, IDENT_VALID);
	assert_true(r.has_org_warning);
	assert_false(r.has_division_warning);
}

static void ident_check_uscc_letter_in_division_is_refused(void **state)
{
	int at;

	(void)state;
	for (at = 2; at < 8; at++) {
		char first8[] = "91350100", code[IDENT_USCC_CHARS + 1];
		struct ident_uscc r;

		first8[at] = 'A';
		complete(code, first8);
		r = ident_check_uscc(span_of(code));
		assert_int_equal(r.state, IDENT_BAD_CHARACTER);
		assert_int_equal(r.bad_at, at);
	}
}

static void ident_check_uscc_x_run_that_passes_both_checks_is_valid(
    void **state)
{
	char code[] = "913501001XXXX000??";

	(void)state;
	code[16] = ident_org_check_char(code + 8);
	code[17] = ident_uscc_check_char(code);
	assert_int_equal(ident_check_uscc(span_of(code)).state, IDENT_VALID);
	code[16] = code[16] == '0' ? '1' : '0';
	code[17] = ident_uscc_check_char(code);
	assert_int_equal(ident_check_uscc(span_of(code)).state, IDENT_MASKED);
}

static const struct {
	char department;
	const char *title;
	const char *classes; /* as the standard lists them */
} table[] = {{'1', "机构编制", "1239"}, {'2', "外交", "19"},
    {'3', "司法行政", "123459"}, {'4', "文化", "19"}, {'5', "民政", "1239"},
    {'6', "旅游", "129"}, {'7', "宗教", "129"}, {'8', "工会", "19"},
    {'9', "工商", "123"}, {'A', "中央军委改革和编制办公室", "19"},
    {'N', "农业", "1239"}, {'Y', "其他", "1"}};

static const char *classes_of(char department)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(table); i++)
		if (table[i].department == department)
			return table[i].classes;
	return "";
}

/* R-IDT-001 */
/* Every pair of characters: the table, the titles and the hot path must
 * say the same. */
static void ident_check_uscc_every_department_and_class(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < strlen(legal); i++) {
		const char *classes = classes_of(legal[i]);

		for (k = 0; k < strlen(legal); k++) {
			char first8[9] = {legal[i], legal[k]};
			char code[IDENT_USCC_CHARS + 1];
			bool is_class = strchr(classes, legal[k]) != NULL;
			enum ident_state want = is_class ? IDENT_VALID
			    : classes[0]		 ? IDENT_BAD_CLASS
							 : IDENT_BAD_DEPARTMENT;

			memcpy(first8 + 2, "371102", strlen("371102"));
			complete(code, first8);
			if (ident_check_uscc(span_of(code)).state != want)
				fail_msg("%s: want %s", code,
				    ident_state_name(want));
			if ((ident_class_title(legal[i], legal[k]) != NULL) !=
			    is_class)
				fail_msg("title of %.2s", code);
		}
	}
}

static void ident_titles_are_those_of_the_standard(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(table); i++)
		assert_string_equal(ident_department_title(table[i].department),
		    table[i].title);
	assert_null(ident_department_title('B'));
	assert_null(ident_department_title('\0'));
	assert_null(ident_class_title('9', '9'));
	assert_null(ident_class_title('9', '\0'));
	assert_string_equal(ident_class_title('9', '1'), "企业");
	assert_string_equal(ident_class_title('9', '2'), "个体工商户");
	assert_string_equal(ident_class_title('1', '2'), "事业单位");
	assert_string_equal(ident_class_title('3', '9'), "其他");
	assert_string_equal(ident_class_title('N', '2'), "村级集体经济组织");
}

static void ident_subject_kind_follows_the_first_two(void **state)
{
	static const struct {
		const char *code, *want;
	} t[] = {{"91350100M000100Y43", "enterprise"},
	    {"92350100M000100Y43", "sole-trader"}, {"93", "cooperative"},
	    {"11", "government"}, {"12", "institution"}, {"A1", "institution"},
	    {"51", "social"}, {"52", "social"}, {"53", "social"},
	    {"N1", "village-collective"}, {"N3", "village-collective"},
	    {"31", "other"}, {"Y1", "other"}, {"", "other"}, {"9", "other"}};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		assert_string_equal(ident_subject_kind(t[i].code), t[i].want);
}

/* Random code with a right check character. */
static void random_code(char code[IDENT_USCC_CHARS + 1])
{
	size_t row = next_random(&random_state) % ARRAY_COUNT(table);
	const char *classes = table[row].classes;
	size_t i;

	code[0] = table[row].department;
	code[1] = classes[next_random(&random_state) % strlen(classes)];
	for (i = 2; i < 17; i++)
		code[i] = legal[next_random(&random_state) % (i < 8 ? 10 : 31)];
	code[17] = ident_uscc_check_char(code);
	code[18] = '\0';
}

/* R-IDT-001 */
static void ident_check_uscc_any_one_change_is_seen(void **state)
{
	int round;

	(void)state;
	for (round = 0; round < 2000; round++) {
		char code[IDENT_USCC_CHARS + 1];
		char changed[IDENT_USCC_CHARS + 1];
		size_t i;
		size_t k;

		random_code(code);
		if (ident_check_uscc(span_of(code)).state != IDENT_VALID)
			fail_msg("%s is valid", code);
		for (i = 0; i < 18; i++) {
			for (k = 0; k < 31; k++) {
				if (legal[k] == code[i])
					continue;
				memcpy(changed, code, sizeof(changed));
				changed[i] = legal[k];
				if (ident_check_uscc(span_of(changed)).state ==
				    IDENT_VALID)
					fail_msg("%s for %s", changed, code);
			}
		}
	}
}

static void ident_next_uscc_finds_codes_among_other_text(void **state)
{
	static const struct {
		const char *text;
		const char *codes[3]; /* NULL: no more */
	} t[] = {
	    {"", {NULL}},
	    {"91350100M000100Y43", {"91350100M000100Y43"}},
	    {"统一社会信用代码：91350100m000100y43。", {"91350100M000100Y43"}},
	    {"（９１３５０１００Ｍ０００１００Ｙ４３）",
		{"91350100M000100Y43"}},
	    {"Code \"91350100M000100Y43\".", {"91350100M000100Y43"}},
	    {"91350100M000100Y43、91350100M000100Y44;x",
		{"91350100M000100Y43", "91350100M000100Y44"}},
	    /* 17, 19, and too few digits. */
	    {"(91350100M000100Y4)", {NULL}},
	    {"(91350100M000100Y430)", {NULL}},
	    {"ABCDEFGHIJKLMNOPQR 12345", {NULL}},
	    {"12345ABCDEFGHIJKLM", {NULL}},
	    {"123456ABCDEFGHIJKZ", {"123456ABCDEFGHIJKZ"}},
	    {"123456ABCDEFGHIJKZ123456ABCDEFGHIJKZ123456ABCDEFGHIJKZ", {NULL}},
	};
	char code[IDENT_USCC_CHARS + 1];
	size_t i, n;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct span text = span_of(t[i].text);
		size_t at = 0;

		for (n = 0; ident_next_uscc(text, &at, code); n++)
			if (!t[i].codes[n] || strcmp(code, t[i].codes[n]) != 0)
				fail_msg("%s: %s", t[i].text, code);
		if (t[i].codes[n])
			fail_msg("%s: no %s", t[i].text, t[i].codes[n]);
	}
}

static void ident_uscc_near_holds_the_code_before_one_change(void **state)
{
	static const char wrong[] = "IOSVZ0A9XY";
	char near[IDENT_USCC_CHARS][IDENT_USCC_CHARS + 1];
	int round;

	(void)state;
	for (round = 0; round < 400; round++) {
		char code[IDENT_USCC_CHARS + 1];
		char changed[IDENT_USCC_CHARS + 1];
		bool is_found = false;
		size_t count;

		random_code(code);
		assert_int_equal(ident_uscc_near(span_of(code), near), 0);
		memcpy(changed, code, sizeof(changed));
		changed[round % 18] = wrong[round / 18 % 10];
		if (strcmp(changed, code) == 0 ||
		    ident_check_uscc(span_of(changed)).state <
			IDENT_BAD_CHARACTER)
			continue;
		count = ident_uscc_near(span_of(changed), near);
		assert_in_range(count, 1, IDENT_USCC_CHARS);
		while (count-- > 0) {
			assert_int_equal(
			    ident_check_uscc(span_of(near[count])).state,
			    IDENT_VALID);
			is_found |= strcmp(near[count], code) == 0;
		}
		/* An I that stood for something else is read as 1 first. */
		if (!is_found && !strchr("IO", changed[round % 18]))
			fail_msg("%s is not near %s", code, changed);
	}
}

static void ident_uscc_near_letters_for_digits_are_read_at_once(void **state)
{
	char near[IDENT_USCC_CHARS][IDENT_USCC_CHARS + 1];

	(void)state;
	assert_int_equal(
	    ident_uscc_near(span_of("9I35O1OOMOOO1OOY43"), near), 1);
	assert_string_equal(near[0], "91350100M000100Y43");
}

static void ident_uscc_check_char_bad_character_gives_none(void **state)
{
	(void)state;
	assert_int_equal(ident_uscc_check_char("91350100M000100Y4"), '3');
	assert_int_equal(ident_uscc_check_char("91350100MO00100Y4"), '\0');
	assert_int_equal(ident_uscc_check_char("91350100m000100Y4"), '\0');
	assert_int_equal(ident_uscc_check_char("\xff"
					       "1350100M000100Y4"),
	    '\0');
}

/* ---- the older numbers ------------------------------------------------- */

static void ident_check_org_code_examples_match(void **state)
{
	static const struct {
		const char *text;
		enum ident_state want;
	} t[] = {
	    {"M000100Y4", IDENT_VALID},
	    {"M000100Y-4", IDENT_VALID},
	    {"m000100y－４", IDENT_VALID},
	    {"D2143569-X", IDENT_VALID}, /* example in many texts */
	    {"XXXXXXXX0", IDENT_VALID},	 /* passes its check: no mask */
	    {"600037341", IDENT_VALID},
	    {"600037342", IDENT_BAD_CHECK},
	    {"M000100YX", IDENT_BAD_CHECK},
	    {"M0001司Y4", IDENT_BAD_LENGTH},
	    {"M00010司Y4", IDENT_BAD_CHARACTER},
	    {"M000100Y/", IDENT_BAD_CHARACTER},
	    {"M000/00Y4", IDENT_BAD_CHARACTER},
	    {"M000100Y司", IDENT_BAD_CHARACTER},
	    {"60003734", IDENT_BAD_LENGTH},
	    {"6000****1", IDENT_MASKED},
	    {"6000XXXX1", IDENT_MASKED},
	    {"6000XXXX", IDENT_MASKED},
	    {"00000000X", IDENT_PLACEHOLDER},
	    {"XXXXXXXXX", IDENT_PLACEHOLDER},
	    {"123456789", IDENT_PLACEHOLDER},
	    {"", IDENT_EMPTY},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		enum ident_state is = ident_check_org_code(span_of(t[i].text));

		if (is != t[i].want)
			fail_msg("%zu %s: want %s, got %s", i, t[i].text,
			    ident_state_name(t[i].want), ident_state_name(is));
	}
	assert_int_equal(ident_org_check_char("D2143569"), 'X');
	assert_int_equal(ident_org_check_char("XXXXXXXX"), '0');
	assert_int_equal(ident_org_check_char("M000 00Y"), '\0');
}

static void ident_org_check_char_counts_letters_from_ten(void **state)
{
	unsigned v;

	(void)state;
	for (v = 0; v < 36; v++) {
		char first8[] = "?0000000";

		first8[0] = (char)(v < 10 ? '0' + v : 'A' + v - 10);
		assert_int_equal(
		    ident_org_check_char(first8), "0X987654321"[v * 3 % 11]);
	}
}

/* R-IDT-006 */
static void ident_check_reg_number_examples_match(void **state)
{
	static const struct {
		const char *text;
		enum ident_state want;
	} t[] = {
	    {"110108000000016", IDENT_VALID},
	    {"371100200001231", IDENT_VALID},
	    {"100000000000014", IDENT_VALID},
	    {"441702600123459", IDENT_VALID},
	    {"110101490115000", IDENT_VALID},
	    {"110108000000017", IDENT_BAD_CHECK},
	    {"110108000000061", IDENT_BAD_CHECK}, /* two changed places */
	    {"11010800000001A", IDENT_BAD_CHARACTER},
	    {"11010800000001", IDENT_BAD_LENGTH},
	    {"110108*****0016", IDENT_MASKED},
	    {"110108XXXXX0016", IDENT_MASKED},
	    {"110108XXXX0016", IDENT_MASKED},
	    {"XXXXXXXXXXXXXXX", IDENT_PLACEHOLDER},
	    {"000000000000000", IDENT_PLACEHOLDER},
	    {"无", IDENT_EMPTY},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		enum ident_state is =
		    ident_check_reg_number(span_of(t[i].text));

		if (is != t[i].want)
			fail_msg("%zu %s: want %s, got %s", i, t[i].text,
			    ident_state_name(t[i].want), ident_state_name(is));
	}
	assert_int_equal(ident_reg_check_char("1101080000000A"), '\0');
}

static void ident_state_texts_exist_in_both_languages(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < IDENT_STATE_COUNT; i++) {
		char english[256];

		assert_non_null(ident_state_name(i));
		tr_set_lang(LANG_EN);
		strncpy(english, ident_state_text(i), sizeof(english) - 1);
		english[sizeof(english) - 1] = '\0';
		tr_set_lang(LANG_ZH);
		if (i == IDENT_VALID)
			assert_string_equal(english, "");
		else
			assert_string_not_equal(english, ident_state_text(i));
	}
	for (i = 0; i < IDENT_KIND_COUNT; i++)
		assert_non_null(ident_kind_name(i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ident_clean_typed_text_is_folded),
	    cmocka_unit_test(ident_clean_long_text_is_cut_at_a_character),
	    cmocka_unit_test(ident_check_uscc_examples_match),
	    cmocka_unit_test(ident_uscc_real_codes_have_no_warning),
	    cmocka_unit_test(ident_uscc_warnings_do_not_refuse),
	    cmocka_unit_test(ident_check_uscc_letter_in_division_is_refused),
	    cmocka_unit_test(
		ident_check_uscc_x_run_that_passes_both_checks_is_valid),
	    cmocka_unit_test(ident_check_uscc_every_department_and_class),
	    cmocka_unit_test(ident_titles_are_those_of_the_standard),
	    cmocka_unit_test(ident_subject_kind_follows_the_first_two),
	    cmocka_unit_test(ident_check_uscc_any_one_change_is_seen),
	    cmocka_unit_test(ident_next_uscc_finds_codes_among_other_text),
	    cmocka_unit_test(ident_uscc_near_holds_the_code_before_one_change),
	    cmocka_unit_test(
		ident_uscc_near_letters_for_digits_are_read_at_once),
	    cmocka_unit_test(ident_uscc_check_char_bad_character_gives_none),
	    cmocka_unit_test(ident_check_org_code_examples_match),
	    cmocka_unit_test(ident_org_check_char_counts_letters_from_ten),
	    cmocka_unit_test(ident_check_reg_number_examples_match),
	    cmocka_unit_test(ident_state_texts_exist_in_both_languages),
	};

	return cmocka_run_group_tests_name("ident", tests, NULL, NULL);
}
