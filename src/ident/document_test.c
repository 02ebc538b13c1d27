/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of divisions and of the documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "base/check.h"
#include "base/tr.h"
#include "ident/ident.h"

/* Writes s without its NUL. */
static void paste(char *to, const char *s)
{
	while (*s)
		*to++ = *s++;
}

/* ---- divisions --------------------------------------------------------- */

/* R-IDT-007 */
static void ident_division_find_by_day_matches(void **state)
{
	static const struct {
		const char *code;
		int year; /* middle of that year; 0: the newest row */
		const char *full_name; /* NULL: not in force */
		const char *successor;
	} t[] = {
	    {"371102", 0, "山东省日照市东港区", ""},
	    {"371102", 2010, "山东省日照市东港区", ""},
	    {"371103", 2003, NULL, ""},
	    {"371103", 2005, "山东省日照市岚山区", ""},
	    {"371171", 0, NULL, ""}, /* statistics only */
	    {"330185", 0, "浙江省杭州市临安市", "330112"},
	    {"330185", 2016, "浙江省杭州市临安市", "330112"},
	    {"330185", 2018, NULL, ""},
	    {"330112", 0, "浙江省杭州市临安区", ""},
	    {"330112", 2016, NULL, ""},
	    {"330103", 2020, "浙江省杭州市下城区", "330105"},
	    {"330104", 0, "浙江省杭州市江干区", "330102 330114"},
	    {"330104", 2022, NULL, ""},
	    {"330113", 2022, "浙江省杭州市临平区", ""},
	    {"441723", 0, "广东省阳江市阳东县", "441704"},
	    {"441704", 0, "广东省阳江市阳东区", ""},
	    {"320202", 0, "江苏省无锡市崇安区", "320213"},
	    {"320203", 0, "江苏省无锡市南长区", "320213"},
	    {"320204", 0, "江苏省无锡市北塘区", "320213"},
	    {"320214", 0, "江苏省无锡市新吴区", ""},
	    {"520115", 0, "贵州省贵阳市观山湖区", ""},
	    {"520114", 0, "贵州省贵阳市小河区", "520111"},
	    {"420607", 2005, "湖北省襄樊市襄阳区", "420607"},
	    {"420607", 2020, "湖北省襄阳市襄州区", ""},
	    {"469025", 2005, "海南省定安县", "469021"},
	    {"469025", 2020, "海南省白沙黎族自治县", ""},
	    {"371200", 2017, "山东省莱芜市", "370100"},
	    {"110000", 0, "北京市", ""},
	    {"110101", 0, "北京市东城区", ""},
	    {"110103", 0, "北京市崇文区", "110101"},
	    {"429004", 0, "湖北省仙桃市", ""},
	    {"440101", 2024, "广东省广州市市辖区", ""},
	    {"460302", 2022, "海南省三沙市西沙区", ""},
	    {"500105", 2024, "重庆市江北区", "500157"},
	    {"710000", 0, "台湾省", ""},
	    {"100000", 0, "国家", ""},
	    {"999999", 0, NULL, ""},
	    {"000000", 0, NULL, ""},
	    {"37110", 0, NULL, ""},
	    {"3711022", 0, NULL, ""},
	    {"37110A", 0, NULL, ""},
	    {"", 0, NULL, ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		date_days on =
		    t[i].year ? date_from_ymd(t[i].year, 7, 1) : DATE_NONE;
		struct ident_division row;
		bool is_there =
		    ident_division_find(span_of(t[i].code), on, &row);

		if (is_there != (t[i].full_name != NULL))
			fail_msg("%zu %s in %d: found %s", i, t[i].code,
			    t[i].year, is_there ? row.full_name : "none");
		if (!is_there)
			continue;
		assert_string_equal(row.code, t[i].code);
		assert_string_equal(row.full_name, t[i].full_name);
		assert_string_equal(row.successor, t[i].successor);
	}
}

/* All divisions that domain.md lists for the five cities. */
static void ident_divisions_of_the_five_cities_are_in_force(void **state)
{
	static const char *const codes[] = {"441700", "441702", "441704",
	    "441721", "441781", "520100", "520102", "520103", "520111",
	    "520112", "520113", "520115", "520121", "520122", "520123",
	    "520181", "371100", "371102", "371103", "371121", "371122",
	    "330100", "330102", "330105", "330106", "330108", "330109",
	    "330110", "330111", "330112", "330113", "330114", "330122",
	    "330127", "330182", "320200", "320205", "320206", "320211",
	    "320213", "320214", "320281", "320282"};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(codes); i++) {
		struct ident_division row;

		assert_true(ident_division_find(
		    span_of(codes[i]), date_from_ymd(2026, 11, 23), &row));
		assert_int_equal(row.valid_to, DATE_NONE);
	}
}

static void ident_divisions_table_is_sound(void **state)
{
	struct ident_division before = {.code = ""};
	size_t in_force = 0;
	size_t count = ident_divisions_count();
	size_t i;

	(void)state;
	for (i = 0; i < count; i++) {
		const struct ident_division row = ident_division_at(i);
		size_t k;

		assert_int_equal(strlen(row.code), 6);
		assert_true(row.name[0] != '\0');
		assert_non_null(strstr(row.full_name, row.name));
		in_force += row.valid_to == DATE_NONE;
		if (row.valid_from != DATE_NONE && row.valid_to != DATE_NONE)
			assert_true(row.valid_from <= row.valid_to);
		if (row.valid_to == DATE_NONE)
			assert_string_equal(row.successor, "");
		if (strcmp(before.code, row.code) > 0)
			fail_msg("%s is out of order", row.code);
		if (strcmp(before.code, row.code) == 0 &&
		    before.valid_from >= row.valid_from)
			fail_msg("%s: rows out of order", row.code);
		for (k = 0; row.successor[k];
		     k += 6 + (row.successor[k + 6] == ' '))
			if (!ident_division_exists(
				(struct span){row.successor + k, 6}))
				fail_msg("%s: no successor", row.code);
		before = row;
	}
	/* 34 provinces, some 340 prefectures, 2,850 counties, and the
	 * collective codes. */
	assert_in_range(in_force, 3400, 3700);
	assert_in_range(count, 4000, 4500);
}

/* ---- documents --------------------------------------------------------- */

/* The document as parsed JSON; *valid_out as ident_document said. */
static json_t *document(struct span text, bool *valid_out)
{
	struct buf out = BUF_INIT(1 << 16);
	json_error_t error;
	json_t *root;

	*valid_out = ident_document(text, &out);
	root = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		fail_msg("%s: %s", error.text, out.p);
	buf_release(&out);
	return root;
}

static const char *field(const json_t *root, const char *key)
{
	return json_string_value(json_object_get(root, key));
}

static const char *warning_id(const json_t *root)
{
	const json_t *list = json_object_get(root, "warnings");

	return field(json_array_get(list, 0), "id");
}

static void assert_field(
    const char *text, const char *name, const char *is, const char *want)
{
	if (!is != !want || (is && strcmp(is, want) != 0))
		fail_msg("%s: %s is %s, not %s", text, name, is ? is : "null",
		    want ? want : "null");
}

static void ident_document_kind_and_state_match(void **state)
{
	static const struct {
		const char *text, *kind, *state, *expected, *warning;
	} t[] = {
	    {"91350100M000100Y43", "unified-code", "valid", "3", NULL},
	    {"９１350100M000 100Y-43", "unified-code", "valid", "3", NULL},
	    {"91310115MA1H8R7C6D", "unified-code", "bad-check", "7", NULL},
	    {"91350100M000100Y4Z", "unified-code", "bad-character", "3", NULL},
	    {"9135O100M000100Y43", "unified-code", "bad-character", NULL, NULL},
	    {"01350100M000100Y43", "unified-code", "bad-department", NULL,
		NULL},
	    {"98350100M000100Y43", "unified-code", "bad-class", NULL, NULL},
	    {"91350100M000100Y4", "unified-code", "bad-length", NULL, NULL},
	    {"9135010000M000100Y43", "unified-code", "bad-length", NULL, NULL},
	    {"91430681XXXXXXXXXX", "unified-code", "masked", NULL, NULL},
	    {"911********238369Q", "unified-code", "masked", NULL, NULL},
	    {"00000000000000000X", "unified-code", "placeholder", NULL, NULL},
	    {"M000100Y-4", "organisation-code", "valid", "4", NULL},
	    {"M000100Y-5", "organisation-code", "bad-check", "4", NULL},
	    {"XXXXXXXX0", "organisation-code", "valid", "0", NULL},
	    {"6000XXXX1", "organisation-code", "masked", NULL, NULL},
	    {"110108000000016", "registration-number", "valid", "6", NULL},
	    {"999999000000019", "registration-number", "valid", "9",
		"division-unknown"},
	    {"440108000000017", "registration-number", "bad-check", "3", NULL},
	    {"371102", "division", "valid", NULL, NULL},
	    {"330185", "division", "valid", NULL, "division-ended"},
	    {"371171", "division", "bad-division", NULL, NULL},
	    {"", "unknown", "empty", NULL, NULL},
	    {"无", "unknown", "empty", NULL, NULL},
	    {"某某商店", "unknown", "bad-length", NULL, NULL},
	    {"9143****", "unified-code", "masked", NULL, NULL},
	    {"****", "unknown", "masked", NULL, NULL},
	    {"511101190001012074", "unified-code", "valid", "4", NULL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		bool is_valid;
		json_t *root = document(span_of(t[i].text), &is_valid);
		const json_t *valid = json_object_get(root, "valid");

		assert_field(t[i].text, "kind", field(root, "kind"), t[i].kind);
		assert_field(
		    t[i].text, "state", field(root, "state"), t[i].state);
		assert_field(t[i].text, "expected_check",
		    field(root, "expected_check"), t[i].expected);
		assert_field(
		    t[i].text, "warning", warning_id(root), t[i].warning);
		assert_field(
		    t[i].text, "input", field(root, "input"), t[i].text);
		assert_int_equal(is_valid, strcmp(t[i].state, "valid") == 0);
		assert_int_equal(is_valid, json_is_true(valid));
		assert_int_equal(
		    is_valid, strcmp(field(root, "reason"), "") == 0);
		json_decref(root);
	}
}

static void ident_document_unified_code_is_decoded(void **state)
{
	static const char *const want[][2] = {{"department", "9"},
	    {"department_title", "工商"}, {"class", "1"},
	    {"class_title", "企业"}, {"subject_kind", "enterprise"},
	    {"division", "120113"}, {"division_name", "天津市北辰区"},
	    {"organisation_code", "550399693"}, {"check", "Q"}};
	bool is_valid;
	json_t *root = document(span_of("91120113550399693q"), &is_valid);
	const json_t *parts = json_object_get(root, "parts");
	size_t i;

	(void)state;
	assert_true(is_valid);
	assert_string_equal(field(root, "code"), "91120113550399693Q");
	assert_int_equal(json_object_size(parts), ARRAY_COUNT(want));
	for (i = 0; i < ARRAY_COUNT(want); i++)
		assert_string_equal(field(parts, want[i][0]), want[i][1]);
	json_decref(root);
}

static void ident_document_organisation_code_is_decoded(void **state)
{
	bool is_valid;
	json_t *root = document(span_of("m000100y-5"), &is_valid);
	const json_t *parts = json_object_get(root, "parts");

	(void)state;
	assert_string_equal(field(root, "code"), "M000100Y5");
	assert_int_equal(json_object_size(parts), 2);
	assert_string_equal(field(parts, "body"), "M000100Y");
	assert_string_equal(field(parts, "check"), "5");
	json_decref(root);
	root = document(span_of("6000XXXX1"), &is_valid);
	assert_true(json_is_null(json_object_get(root, "code")));
	assert_true(json_is_null(json_object_get(root, "parts")));
	json_decref(root);
}

static void ident_document_registration_number_is_decoded(void **state)
{
	static const struct {
		const char *sequence, *holder;
	} t[] = {
	    {"00000001", "domestic-enterprise"},
	    {"39999999", "domestic-enterprise"},
	    {"40000000", "foreign-invested"},
	    {"59999999", "foreign-invested"},
	    {"60000000", "sole-trader"},
	    {"98765432", "sole-trader"},
	};
	bool is_valid;
	json_t *root;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		char code[] = "110108????????\0";
		char check[2] = "";
		const json_t *parts;

		paste(code + 6, t[i].sequence);
		check[0] = code[14] = ident_reg_check_char(code);
		root = document(span_of(code), &is_valid);
		parts = json_object_get(root, "parts");
		assert_true(is_valid);
		assert_string_equal(field(root, "code"), code);
		assert_int_equal(json_object_size(parts), 5);
		assert_string_equal(field(parts, "division"), "110108");
		assert_string_equal(
		    field(parts, "division_name"), "北京市海淀区");
		assert_string_equal(field(parts, "sequence"), t[i].sequence);
		assert_string_equal(field(parts, "holder"), t[i].holder);
		assert_string_equal(field(parts, "check"), check);
		json_decref(root);
	}
	root = document(span_of("11010800000001A"), &is_valid);
	assert_true(json_is_null(json_object_get(root, "code")));
	assert_true(json_is_null(json_object_get(root, "parts")));
	json_decref(root);
}

static void ident_document_kind_is_by_shape(void **state)
{
	static const struct {
		const char *text, *kind;
	} t[] = {
	    /* As much of a citizen number as betrays one, or less. */
	    {"1101011900010100", "citizen-number"},
	    {"1101011900010100X", "citizen-number"},
	    {"11010119000101001543", "citizen-number"},
	    {"1101011900010100A", "unified-code"},
	    {"11010119000101A0X", "unified-code"},
	    {"0001011900010100154", "unified-code"},
	    {"1101011900130100154", "unified-code"},
	    {"110101190001010", "registration-number"},
	    {"110101190001010015432", "unknown"},
	    /* What a mask leaves. */
	    {"9110****", "unified-code"},
	    {"9199****", "unknown"},
	    {"9937****", "unknown"},
	    {"913", "unknown"},
	    {"110************", "citizen-number"},
	    {"110***********", "unknown"},
	    {"11*************", "unknown"},
	    {"990************", "unknown"},
	    {"6000****1", "unknown"},
	    /* Of the right length, but no letters and digits. */
	    {"11010800000001司", "unknown"},
	    {"M000100Y司", "unknown"},
	    {"37110司", "unknown"},
	    {"37110A", "unknown"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		bool is_valid;
		json_t *root = document(span_of(t[i].text), &is_valid);

		assert_field(t[i].text, "kind", field(root, "kind"), t[i].kind);
		assert_false(is_valid);
		json_decref(root);
	}
}

static void ident_document_reason_is_of_the_case(void **state)
{
	static const char long_one[] =
	    "ABCDEFGHJKABCDEFGHJKABCDEFGHJKABCDEFGHJKABCDEFGHJK"
	    "ABCDEFGHJKABCDEFGHJKABCDEFGHJKABCDEFGHJKABCDEFGHJK";
	static const struct {
		const char *text, *says;
	} t[] = {
	    {"91A50100M000100Y43", "第3个字符是“A”：第3至8个"},
	    {"9135010AM000100Y43", "第8个字符是“A”：第3至8个"},
	    {"91350100O000100Y43", "第9个字符是“O”：此处只能是"},
	    {"01350100M000100Y43", "应为1、2、3、4、5、6、7、8、9、A、N、Y"},
	    {"某某商店某某商店某某", "共有10个字符"},
	    {"某某商店某某商店某", "共有9个字符"},
	    {long_one, "代码长度不对"},
	    {"", "未填写代码"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		bool is_valid;
		json_t *root = document(span_of(t[i].text), &is_valid);
		const char *reason = field(root, "reason");

		if (!strstr(reason, t[i].says))
			fail_msg("%s: \"%s\"", t[i].text, reason);
		json_decref(root);
	}
}

static void ident_document_unknown_division_is_named(void **state)
{
	bool is_valid;
	json_t *root = document(span_of("999999000000019"), &is_valid);
	const json_t *list = json_object_get(root, "warnings");

	(void)state;
	assert_non_null(
	    strstr(field(json_array_get(list, 0), "text"), "999999"));
	json_decref(root);
}

/* Mended where it is no UTF-8, and cut after 256 bytes, between characters. */
static void ident_document_input_is_given_back(void **state)
{
	static char many[258], han[300];
	static const struct {
		const char *text, *input;
	} t[] = {
	    {"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd"},
	    {"a\xff信b\xe4\xbf", "a\xef\xbf\xbd信b\xef\xbf\xbd\xef\xbf\xbd"},
	    {"\xf0\x9f\x98\x80\xff", "\xf0\x9f\x98\x80\xef\xbf\xbd"},
	    {many + 1, many + 1},
	    {many, many + 1},
	    {han, han + 42},
	};
	size_t i;

	(void)state;
	memset(many, 'a', 257);
	for (i = 0; i < 297; i += 3)
		paste(han + i, "信");
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		bool is_valid;
		json_t *root = document(span_of(t[i].text), &is_valid);

		assert_field(
		    t[i].text, "input", field(root, "input"), t[i].input);
		json_decref(root);
	}
}

static void ident_document_division_has_its_time(void **state)
{
	bool is_valid;
	json_t *root = document(span_of("330104"), &is_valid);
	const json_t *parts = json_object_get(root, "parts");

	(void)state;
	assert_string_equal(field(parts, "name"), "江干区");
	assert_string_equal(
	    field(parts, "division_name"), "浙江省杭州市江干区");
	assert_string_equal(field(parts, "valid_to"), "2021-12-31");
	assert_string_equal(field(parts, "successor"), "330102 330114");
	assert_true(json_is_null(json_object_get(parts, "valid_from")));
	json_decref(root);
}

static void ident_document_two_warnings_stand_apart(void **state)
{
	bool is_valid;
	char code[] = "91999999M000100Y5?";
	json_t *root;

	(void)state;
	code[17] = ident_uscc_check_char(code);
	root = document(span_of(code), &is_valid);
	assert_true(is_valid);
	assert_int_equal(json_array_size(json_object_get(root, "warnings")), 2);
	assert_string_equal(warning_id(root), "organisation-check");
	json_decref(root);
}

/* R-IDT-005 */
/* The reason says which character and what it should be, in both
 * languages, and no place of a sentence is left open. */
static void ident_document_reason_names_the_character(void **state)
{
	static const struct {
		const char *text;
		const char *says[3];
	} t[] = {
	    {"91310115MA1H8R7C6D", {"18", "D", "7"}},
	    {"91350100MOOO100Y43", {"10", "O", "O"}},
	    {"9135A100M000100Y43", {"5", "A", "3"}},
	    {"91350100M000司00Y43", {"13", "司", ""}},
	    {"01350100M000100Y43", {"1", "0", "Y"}},
	    {"98350100M000100Y43", {"2", "8", "3"}},
	    {"71350100M000100Y4司", {"18", "司", ""}},
	    {"73350100M000100Y4司", {"2", "3", "9"}},
	    {"91350100M000100Y4", {"17", "18", ""}},
	    {"M000100Y-5", {"9", "5", "4"}},
	    {"440108000000017", {"15", "7", "3"}},
	    {"某某商店", {"4", "", ""}},
	};
	int lang;
	size_t i;
	size_t k;

	(void)state;
	for (lang = 0; lang < LANG_COUNT; lang++) {
		tr_set_lang(lang);
		for (i = 0; i < ARRAY_COUNT(t); i++) {
			bool is_valid;
			json_t *root = document(span_of(t[i].text), &is_valid);
			const char *reason = field(root, "reason");

			for (k = 0; k < 3; k++)
				if (!strstr(reason, t[i].says[k]))
					fail_msg("%s: no %s in \"%s\"",
					    t[i].text, t[i].says[k], reason);
			assert_null(strpbrk(reason, "{}"));
			json_decref(root);
		}
	}
	tr_set_lang(LANG_ZH);
}

/* R-IDT-008 */
static void ident_document_citizen_number_is_never_repeated(void **state)
{
	static const struct {
		const char *text, *state;
	} t[] = {
	    {"110101190001010014", "valid"}, {"51110119000101001x", "valid"},
	    {"110101 1900 0101 0014", "valid"},
	    {"１１０１０１１９０００１０１００１４", "valid"},
	    {"110101000101001", "valid"}, {"110101190001010015", "bad-check"},
	    {"11010119000101001", "bad-length"},
	    {"1101011900010100154", "bad-length"},
	    {"110101********0014", "masked"},
	    {"张三，身份证号110101190001010014，住某某路", "valid"},
	    {"ID110101190001010014", "valid"},
	    {"110101.19000101.0014", "valid"},
	    {"１１０１０１，１９０００１０１，００１４", "valid"},
	    {"身份证号１１０１０１１９０００１０１００１４", "valid"},
	    {"511101190001010319", "valid"}, /* unified check passes too */
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		bool is_valid;
		json_t *root = document(span_of(t[i].text), &is_valid);

		assert_field(
		    t[i].text, "kind", field(root, "kind"), "citizen-number");
		assert_field(
		    t[i].text, "state", field(root, "state"), t[i].state);
		assert_int_equal(json_object_size(root), 3);
		assert_int_equal(is_valid, strcmp(t[i].state, "valid") == 0);
		json_decref(root);
	}
}

static void ident_document_fifteen_digits_decided_by_checks(void **state)
{
	static const struct {
		const char *text, *kind;
	} t[] = {
	    /* Right as a registration number, and a birth day too. */
	    {"110101000101005", "registration-number"},
	    {"110101000101001", "citizen-number"},
	    {"110101001301001", "registration-number"}, /* no such day */
	    {"11010800000001A", "registration-number"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		bool is_valid;
		json_t *root = document(span_of(t[i].text), &is_valid);

		assert_field(t[i].text, "kind", field(root, "kind"), t[i].kind);
		json_decref(root);
	}
}

static void ident_document_any_bytes_make_valid_json(void **state)
{
	static const struct span t[] = {
	    {"\xff\xfe", 2},
	    {"a\0b", 3},
	    {"\"\\\n\x01", 4},
	    {"\xe6\x97", 2},
	    {"\xf0\x9f\x98\x80", 4},
	};
	char text[5000];
	bool is_valid;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf out = BUF_INIT(1 << 16);
		json_t *root;

		ident_document(t[i], &out);
		root = json_loadb(out.p, out.n, JSON_ALLOW_NUL, NULL);
		assert_non_null(root);
		json_decref(root);
		buf_release(&out);
	}
	/* Long input is cut, between characters. */
	for (i = 0; i + 3 <= sizeof(text); i += 3)
		paste(text + i, "信");
	json_decref(document((struct span){text, i}, &is_valid));
	assert_false(is_valid);
	memset(text, '\xff', sizeof(text));
	json_decref(document((struct span){text, sizeof(text)}, &is_valid));
}

static void ident_document_small_buffer_is_full_not_overrun(void **state)
{
	struct span code = span_of("91350100M000100Y43");
	struct buf whole = BUF_INIT(1 << 16);
	size_t max;

	(void)state;
	ident_document(code, &whole);
	for (max = 0; max <= whole.n; max++) {
		struct buf out = BUF_INIT(max);

		ident_document(code, &out);
		assert_true(out.n <= max);
		assert_int_equal(out.is_full, max < whole.n);
		buf_release(&out);
	}
	buf_release(&whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ident_division_find_by_day_matches),
	    cmocka_unit_test(ident_divisions_of_the_five_cities_are_in_force),
	    cmocka_unit_test(ident_divisions_table_is_sound),
	    cmocka_unit_test(ident_document_kind_and_state_match),
	    cmocka_unit_test(ident_document_unified_code_is_decoded),
	    cmocka_unit_test(ident_document_organisation_code_is_decoded),
	    cmocka_unit_test(ident_document_registration_number_is_decoded),
	    cmocka_unit_test(ident_document_kind_is_by_shape),
	    cmocka_unit_test(ident_document_reason_is_of_the_case),
	    cmocka_unit_test(ident_document_unknown_division_is_named),
	    cmocka_unit_test(ident_document_input_is_given_back),
	    cmocka_unit_test(ident_document_division_has_its_time),
	    cmocka_unit_test(ident_document_two_warnings_stand_apart),
	    cmocka_unit_test(ident_document_reason_names_the_character),
	    cmocka_unit_test(ident_document_citizen_number_is_never_repeated),
	    cmocka_unit_test(ident_document_fifteen_digits_decided_by_checks),
	    cmocka_unit_test(ident_document_any_bytes_make_valid_json),
	    cmocka_unit_test(ident_document_small_buffer_is_full_not_overrun),
	};

	return cmocka_run_group_tests_name("ident_document", tests, NULL, NULL);
}
