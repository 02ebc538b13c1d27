/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of plan, check and fields, with the shipped catalogue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "calendar/calendar.h"
#include "intake/check_test_help.h"
#include "intake/rejects.h"
#include "intake/fields.h"
#include "intake/finding.h"

/* ---- plan ---- */

/* R-ING-016, with the next but one: by name, title or alias; below titles */
static void plan_column_finds_field(void **state)
{
	static const struct {
		const char *title;
		const char *field; /* NULL: none */
	} cases[] = {
	    {"CF_WSH", "CF_WSH"},
	    {"cf_wsh", "CF_WSH"},
	    {"行政处罚决定书文号", "CF_WSH"},
	    {" 行政處罰決定書文號　", "CF_WSH"},
	    {"罚款金额(万元)", "CF_NR_FK"},
	    {"罚款金额（万元）", "CF_NR_FK"},
	    {"罚款金额", "CF_NR_FK"},
	    {"行政相对人代码_1（统一社会信用代码）", "CF_XDR_SHXYM"},
	    /* R-CAT-013: of the layout of 2015 */
	    {"CF_XDR_GSDJ", "CF_XDR_GSZC"},
	    {"行政相对人代码_3(工商登记码)", "CF_XDR_GSZC"},
	    {"CF_XDR_ZDM", "CF_XDR_ZZJG"},
	    {"行政相对人代码_2 (组织机构代码)", "CF_XDR_ZZJG"},
	    {"CF_XZJG", "CF_CFJG"},
	    {"CF_JG", "CF_NR"},
	    {"处罚类别1", "CF_CFLB1"},
	    {"CF_ZT", "CF_ZT"},
	    {"地方编码", "DFBM"},
	    {"负责人", "CF_FRDB"},
	    {"*行政处罚决定书文号", "CF_WSH"},
	    {" ＊ 罚款金额(万元)**", "CF_NR_FK"},
	    {"罚款金额（万元）（必填）", "CF_NR_FK"},
	    {"*罚款金额(选填项)：", "CF_NR_FK"},
	    {"*", NULL},
	    {"（必填）", NULL},
	    {"错误说明", NULL},
	    {"", NULL},
	    {"　", NULL},
	};
	struct plan plan;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		int wanted = cases[i].field
		    ? cat_field_index(help_penalty, cases[i].field)
		    : -1;
		int got;

		plan_init(&plan, help_catalog, help_penalty);
		got = plan_add_column(&plan, span_of(cases[i].title));
		if (got != wanted)
			fail_msg("case %zu: field %d, not %d", i, got, wanted);
		assert_int_equal(plan.field_of[0], wanted);
	}
}

/* R-ING-018 */
static void plan_title_orTableNamesTheUnit_ofAmounts(void **state)
{
	static const struct {
		const char *above, *title;
		enum money_unit unit; /* MONEY_NO_UNIT: no field's */
		enum unit_source source;
	} cases[] = {
	    {"", "罚款金额(万元)", MONEY_WAN, UNIT_TITLE},
	    {"", "罚款金额", MONEY_WAN, UNIT_CATALOGUE},
	    {"", "罚款金额（元）", MONEY_YUAN, UNIT_TITLE},
	    {"", "罚款金额（单位：元）*", MONEY_YUAN, UNIT_TITLE},
	    {"", "罚款金额/千元", MONEY_QIAN, UNIT_TITLE},
	    {"", "罚款金额（人民币亿元）", MONEY_YI, UNIT_TITLE},
	    {"", "罚款（元）", MONEY_YUAN, UNIT_TITLE},
	    {"", "罚款金额（美元）", MONEY_NO_UNIT, UNIT_NONE},
	    {"", "罚款金额（元/次）", MONEY_NO_UNIT, UNIT_NONE},
	    {"公示表（单位：元）", "罚款金额", MONEY_YUAN, UNIT_ABOVE},
	    {"金额单位:人民币元", "罚款", MONEY_YUAN, UNIT_ABOVE},
	    {"单位：元", "罚款金额(万元)", MONEY_WAN, UNIT_TITLE},
	    {"单位：元", "cf_nr_fk", MONEY_WAN, UNIT_NAME},
	    {"填报单位：示例局", "罚款金额", MONEY_WAN, UNIT_CATALOGUE},
	};
	struct plan plan;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		bool is_field;

		plan_init(&plan, help_catalog, help_penalty);
		plan_note_unit(&plan, span_of(cases[i].above));
		is_field = plan_add_column(&plan, span_of(cases[i].title)) ==
		    cat_field_index(help_penalty, "CF_NR_FK");
		if (is_field != (cases[i].unit != MONEY_NO_UNIT) ||
		    plan.unit_of[0] != cases[i].unit ||
		    plan.unit_source[0] != cases[i].source)
			fail_msg("case %zu: %d, in %d, from %d", i, is_field,
			    plan.unit_of[0], plan.unit_source[0]);
	}
}

static void plan_too_many_same_columns_are_unknown(void **state)
{
	struct plan plan;
	int i;

	(void)state;
	plan_init(&plan, help_catalog, help_penalty);
	for (i = 0; i < PLAN_SAME_MAX; i++)
		assert_true(plan_add_column(&plan, span_of("CF_WSH")) >= 0);
	assert_int_equal(plan_add_column(&plan, span_of("CF_WSH")), -1);
	for (i = PLAN_SAME_MAX + 1; i < READER_COLUMNS_MAX; i++)
		plan_add_column(&plan, span_of("x"));
	assert_int_equal(plan_add_column(&plan, span_of("CF_SY")), -1);
	assert_int_equal(plan.columns_count, READER_COLUMNS_MAX);
}

static void plan_header_is_told_from_titles(void **state)
{
	static const struct {
		const char *cells[5];
		bool is_header;
	} cases[] = {
	    {{"行政处罚信息", "", "", "", ""}, false},
	    {{"报送单位", "日照市", "2026年", "", ""}, false},
	    {{"行政相对人名称", "处罚决定日期", "行政处罚决定书文号"}, true},
	    {{"行政相对人名称", "处罚决定日期"}, false},
	    {{"处罚依据", "处罚决定日期", "行政处罚决定书文号"}, false},
	    {{"CF_XDR_SHXYM", "CF_SY", "CF_YJ", "别的"}, true},
	};
	struct plan plan;
	size_t i, k;

	(void)state;
	plan_init(&plan, help_catalog, help_penalty);
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct span cells[5];

		for (k = 0; k < 5; k++)
			cells[k] = span_of(cases[i].cells[k]);
		if (plan_is_header(&plan, cells, 5) != cases[i].is_header)
			fail_msg("case %zu", i);
	}
}

/* ---- check ---- */

static void check_good_row_becomes_record(void **state)
{
	struct row_fixture f;
	json_t *fields;
	char *sorted;

	(void)state;
	row_make(&f, NULL);
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_RECORD);
	assert_int_equal(f.got.number, 7);
	assert_string_equal(f.got.code, GOOD_CODE);
	assert_int_equal(f.got.findings.n, 0);
	assert_int_equal(f.got.decided_on, date_from_ymd(2026, 3, 2));
	assert_false(f.got.is_late);
	/* Canonical: what a general writer makes of it is the same. */
	fields = json_loadb(f.got.fields.p, f.got.fields.n, 0, NULL);
	sorted = json_dumps(fields, JSON_COMPACT | JSON_SORT_KEYS);
	assert_int_equal(strlen(sorted), f.got.fields.n);
	assert_memory_equal(sorted, f.got.fields.p, f.got.fields.n);
	assert_int_equal(
	    json_integer_value(json_object_get(fields, "CF_NR_FK")), 100000);
	assert_true(json_is_array(json_object_get(fields, "CF_CFLB")));
	assert_null(json_object_get(fields, "BZ"));
	free(sorted);
	json_decref(fields);
	row_done(&f);
}

/* The mark of spreadsheets for digits that are text, as a character. */
static void check_text_mark_is_dropped(void **state)
{
	struct row_fixture f;

	(void)state;
	row_make(&f, NULL);
	row_set(&f, "CF_XDR_SHXYM", "'" GOOD_CODE);
	row_set(&f, "CF_JDRQ", "'2026-03-02");
	row_set(&f, "CF_NR_FK", "'0.1");
	row_set(&f, "CF_SY", "'5'处地方");
	row_set(&f, "CF_NR", "'=1+1");
	row_set(&f, "CF_WSH", "'-5号");
	row_set(&f, "CF_WFXW", "'＝甲");
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_RECORD);
	assert_int_equal(f.got.findings.n, 0);
	assert_true(row_holds(f.got.fields, "\"=1+1\""));
	assert_true(row_holds(f.got.fields, "\"＝甲\""));
	assert_true(row_holds(f.got.fields, "\"-5号\""));
	assert_string_equal(f.got.code, GOOD_CODE);
	assert_int_equal(f.got.decided_on, date_from_ymd(2026, 3, 2));
	assert_non_null(
	    memmem(f.got.fields.p, f.got.fields.n, "\"'5'处地方\"", 14));
	row_set(&f, "CF_XDR_SHXYM", "''" GOOD_CODE);
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_REFUSED);
	row_done(&f);
}

/* So is the formula that keeps a spreadsheet from reading a CSV's digits. */
static void check_text_formula_is_its_text(void **state)
{
	struct row_fixture f;

	(void)state;
	row_make(&f, NULL);
	row_set(&f, "CF_XDR_SHXYM", "=\"" GOOD_CODE "\"");
	row_set(&f, "CF_XDR_MC", "=\"日照虚构甲有限公司\"");
	row_set(&f, "CF_NR_FK", "=\"0.1\"");
	row_set(&f, "CF_SY", "=\"甲\"\"乙\"");
	row_set(&f, "CF_NR", "=\"");
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_RECORD);
	assert_int_equal(f.got.findings.n, 0);
	assert_string_equal(f.got.code, GOOD_CODE);
	assert_true(span_is(f.got.name, "日照虚构甲有限公司"));
	assert_true(row_holds(f.got.fields, "\"=\\\"甲\\\"\\\"乙\\\"\""));
	assert_true(row_holds(f.got.fields, "\"CF_NR\":\"=\\\"\""));
	row_done(&f);
}

/* R-ING-033: 2026-3 is a number and becomes a day. */
static void check_document_number_that_became_a_date_is_refused(void **state)
{
	struct row_fixture f;

	(void)state;
	row_make(&f, NULL);
	f.cells[row_column_of("CF_WSH")] =
	    (struct cell){span_of("2026-03-01"), CELL_DATE};
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_REFUSED);
	assert_int_equal(row_count_rule(&f, "number-is-date"), 1);
	/* As a text it would be a number. */
	assert_true(row_holds(f.got.cells, "#VALUE!"));
	assert_int_equal(row_count_rule(&f, "required-missing"), 0);
	f.cells[row_column_of("CF_WSH")].kind = CELL_TEXT;
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_RECORD);
	row_done(&f);
}

/* The value of a field that is not public is in no finding. */
static void check_closed_value_is_told_as_not_shown(void **state)
{
	struct buf text = BUF_INIT(4096);
	struct json_writer w;
	struct row_fixture f;

	(void)state;
	row_make(&f, NULL);
	plan_add_column(&f.plan, span_of("CF_FR_ZJLX"));
	f.cells[f.row.count++].text = span_of("会员证");
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_REFUSED);
	json_start(&w, &text);
	finding_explain_all(f.got.findings, help_penalty, &w);
	assert_true(row_holds(buf_span(&text),
	    "法定代表人证件类型 \\\"(not shown)\\\" is not one of"));
	buf_release(&text);
	row_done(&f);
}

/* What a decoding child that was taken over could send for fields. */
static void fields_otherThanTheItems_areRefused(void **state)
{
	static const struct {
		const char *open;
		const char *closed;
		bool is_sane;
	} cases[] = {
	    {"{}", "", true},
	    {"{\"CF_CFLB\":[\"罚款\",\"警告\"],\"CF_NR_FK\":0}", "", true},
	    {"{\"CF_CFLB\":[],\"CF_NR\":\"\"}", "{\"BZ\":\"\\\"\\u001f\\\\\"}",
		true},
	    {"{\"CF_NR_FK\":-12}", "{\"BZ\":\"某\",\"CF_FRDB\":\"某\"}", true},
	    {"", "", false},
	    {"{", "", false},
	    {"{}", "{}", false},			      /* empty part */
	    {"{}}", "", false},				      /* behind it */
	    {"{\"CF_NR\":\"a\"} ", "", false},		      /* behind it */
	    {"{\"BZ\":\"某\"}", "", false},		      /* internal */
	    {"{}", "{\"CF_NR\":\"某\"}", false},	      /* open */
	    {"{\"CF_FR_SFZH\":\"1\"}", "", false},	      /* dropped */
	    {"{}", "{\"CF_FR_SFZH\":\"1\"}", false},	      /* dropped */
	    {"{\"XX\":\"a\"}", "", false},		      /* unknown */
	    {"{\"CF_NR_FK\":1,\"CF_NR\":\"a\"}", "", false},  /* order */
	    {"{\"CF_NR\":\"a\",\"CF_NR\":\"a\"}", "", false}, /* twice */
	    {"{\"CF_NR\":\"a\",}", "", false},
	    {"{\"CF_NR\":\"a\"", "", false},
	    {"{\"CF_NR\":\"a}", "", false},
	    {"{\"CF_NR\":\"a\\\"}", "", false},
	    {"{\"CF_NR\":\"a\\x\"}", "", false},
	    {"{\"CF_NR\":\"a\nb\"}", "", false},
	    {"{\"CF_NR\":\"\\u0041\"}", "", false},
	    {"{\"CF_NR\":}", "", false},
	    {"{\"CF_NR\":{}}", "", false},
	    {"{\"CF_NR\":null}", "", false},
	    {"{\"CF_NR_FK\":01}", "", false},
	    {"{\"CF_NR_FK\":-0}", "", false},
	    {"{\"CF_NR_FK\":1.5}", "", false},
	    {"{\"CF_NR_FK\":1234567890123456789}", "", false},
	    {"{\"CF_CFLB\":[1]}", "", false},
	    {"{\"CF_CFLB\":[\"a\",]}", "", false},
	    {"{\"CF_CFLB\":[\"a\"", "", false},
	};
	struct fields_shape *shape = fields_shape_new(help_penalty);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		/* Copies of their own, so that overruns are seen. */
		size_t n = strlen(cases[i].open), k = strlen(cases[i].closed);
		char *open = mem_dup(cases[i].open, n);
		char *closed = mem_dup(cases[i].closed, k);

		if (fields_are_sane(shape, (struct span){open, n},
			(struct span){closed, k}) != cases[i].is_sane)
			fail_msg("case %zu", i);
		free(open);
		free(closed);
	}
	fields_shape_free(&shape);
}

/* Fields that the catalogue calls internal go into an object of their own,
 * and count in the content all the same. */
static void check_internal_fields_stand_apart(void **state)
{
	static const char closed[] = "{\"CF_FRDB\":\"代表人子\"}";
	struct row_fixture f;
	uint64_t without;

	(void)state;
	row_make(&f, NULL);
	row_set(&f, "CF_FRDB", "");
	row_run(&f);
	assert_int_equal(f.got.closed.n, 0);
	without = f.got.content_hash;
	row_set(&f, "CF_FRDB", "代表人子");
	row_run(&f);
	assert_true(span_is(f.got.closed, closed));
	assert_null(memmem(f.got.fields.p, f.got.fields.n, "CF_FRDB", 7));
	assert_int_not_equal(f.got.content_hash, without);
	row_done(&f);
}

/* R-ING-007: a citizen number in a text; R-ING-008: the check character;
 * R-ING-011: identifiers that are not the subject's own; R-ING-022: what a
 * kind of penalty has to say besides; R-ING-023: days that contradict each
 * other */
static void check_bad_value_is_found(void **state)
{
	static const struct {
		const char *field;
		const char *value;
		const char *rule;
		enum row_outcome outcome;
	} cases[] = {
	    {"CF_XDR_SHXYM", "91350100M000100Y4", "code-bad-length",
		ROW_REFUSED},
	    {"CF_XDR_SHXYM", "91350100M000100Y4Z", "code-bad-character",
		ROW_REFUSED},
	    {"CF_XDR_SHXYM", "91350100M000100Y44", "code-bad-check",
		ROW_REFUSED},
	    {"CF_XDR_SHXYM", "B1350100M000100Y43", "code-bad-department",
		ROW_REFUSED},
	    {"CF_XDR_SHXYM", "98350100M000100Y43", "code-bad-class",
		ROW_REFUSED},
	    {"CF_XDR_MC", "", "required-missing", ROW_REFUSED},
	    /* What marks that there is none is no number, and no name. */
	    {"CF_WSH", "/", "required-missing", ROW_REFUSED},
	    {"CF_WSH", "（无）", "required-missing", ROW_REFUSED},
	    {"CF_XDR_MC", "无", "required-missing", ROW_REFUSED},
	    {"CF_CFJG", " — ", "required-missing", ROW_REFUSED},
	    /* Nor is it a text that has to be given. */
	    {"CF_YJ", "无", "required-missing", ROW_REFUSED},
	    {"CF_SY", " / ", "required-missing", ROW_REFUSED},
	    /* R-ING-045: what the row above says is not said. */
	    {"CF_WSH", "同上", "text-ditto", ROW_REFUSED},
	    {"CF_XDR_MC", " 〃 ", "text-ditto", ROW_REFUSED},
	    {"CF_SY", "（同上）", "text-ditto", ROW_REFUSED},
	    {"CF_JDRQ", "", "required-missing", ROW_REFUSED},
	    {"CF_NR_FK", "", "required-missing", ROW_REFUSED},
	    {"CF_CFLB", "警告、没收违法所得", "required-missing", ROW_REFUSED},
	    {"CF_CFLB", "没收非法财物", "required-missing", ROW_REFUSED},
	    {"CF_CFLB", "暂扣许可证件", "required-missing", ROW_REFUSED},
	    {"CF_CFLB", "吊销许可证件", "required-missing", ROW_REFUSED},
	    {"CF_JDRQ", "2026-02-30", "date-impossible", ROW_REFUSED},
	    {"CF_JDRQ", "03/02/2026", "date-ambiguous", ROW_REFUSED},
	    {"CF_JDRQ", "2026-03", "date-incomplete", ROW_REFUSED},
	    {"CF_JDRQ", "1626-03-02", "date-out-of-range", ROW_REFUSED},
	    {"CF_JDRQ", "昨天", "date-unreadable", ROW_REFUSED},
	    {"CF_JDRQ", "2099-12-31", "date-long-term", ROW_REFUSED},
	    {"CF_JDRQ", "2026-03-06", "penalty-not-future", ROW_REFUSED},
	    {"CF_YXQ", "2026-03-01", "penalty-end-after-start", ROW_REFUSED},
	    {"CF_NR_FK", "-1", "number-negative", ROW_REFUSED},
	    {"CF_NR_FK", "见决定书", "number-unreadable", ROW_REFUSED},
	    {"CF_NR_FK", "0.1234567", "money-inexact", ROW_REFUSED},
	    {"CF_NR_FK", "9999999999999999", "number-too-large", ROW_REFUSED},
	    {"CF_NR_FK", "100美元", "money-currency", ROW_REFUSED},
	    {"CF_NR_FK", "1000元", "money-unit", ROW_RECORD},
	    {"CF_NR_FK", "¥1000", "money-sign", ROW_REFUSED},
	    {"CF_CFLB", "口头", "value-unknown", ROW_REFUSED},
	    {"CF_SY", "当事人未明\xEF\xBF\xBD标价", "row-fault", ROW_REFUSED},
	    {"CF_WSH", "日市监处\xEF\xBF\xBD〔2026〕1号", "row-fault",
		ROW_REFUSED},
	    {"CF_CFJGDM", "000", "other-code-bad", ROW_RECORD},
	    {"CF_CFJGDM", "371102100101123", "other-code-bad", ROW_RECORD},
	    {"CF_XDR_ZZJG", "123456789", "org-code-bad", ROW_RECORD},
	    {"CF_XDR_GSZC", "123456789012345", "reg-number-bad", ROW_RECORD},
	    {"CF_SY", "当事人" CITIZEN "未明码标价", "citizen-removed",
		ROW_RECORD},
	    {"CF_SY", "当事人３７１１０２１９８５０３０３００３３未明码标价",
		"citizen-removed", ROW_RECORD},
	    {"CF_SY", "当事人371102 19850303 0033未明码标价", "citizen-removed",
		ROW_RECORD},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct row_fixture f;

		row_make(&f, NULL);
		row_set(&f, cases[i].field, cases[i].value);
		row_run(&f);
		if (f.got.outcome != cases[i].outcome ||
		    row_count_rule(&f, cases[i].rule) != 1)
			fail_msg("case %zu: outcome %d, findings %.*s", i,
			    f.got.outcome, (int)f.got.findings.n,
			    f.got.findings.p);
		if (cases[i].outcome == ROW_RECORD &&
		    strstr(cases[i].rule, "-bad"))
			assert_true(row_holds(f.got.fields, cases[i].value));
		row_done(&f);
	}
}

/* A workbook that counts days from 1904 has a number that shows no date. */
static void check_day_of_two_systems_is_refused(void **state)
{
	struct row_fixture f;
	int column;

	(void)state;
	row_make(&f, NULL);
	column = row_column_of("CF_JDRQ");
	f.cells[column] = (struct cell){span_of("46083"), CELL_NUMBER};
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_RECORD);
	f.plan.is_1904 = true;
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_REFUSED);
	assert_int_equal(row_count_rule(&f, "date-ambiguous"), 1);
	/* As a text it would be a day of the other system. */
	assert_false(row_holds(f.got.cells, "46083"));
	f.cells[column] = (struct cell){span_of("20260302"), CELL_NUMBER};
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_RECORD);
	row_done(&f);
}

/* What a row of one date says to "长期". */
static bool takes_long_term(
    const struct cat_item *item, const struct cat_field *field)
{
	struct cell cell = {.text = span_of("长期")};
	struct row_fixture f = {
	    .row = {.number = 7, .cells = &cell, .count = 1}};
	bool is_taken;

	plan_init(&f.plan, help_catalog, item);
	plan_add_column(&f.plan, span_of(field->name));
	f.checker = checker_new(&f.plan, row_today());
	row_run(&f);
	is_taken = row_count_rule(&f, "date-long-term") == 0;
	row_done(&f);
	return is_taken;
}

/* R-ING-020: of all dates of the catalogue these are ends. */
static void check_long_term_is_only_an_end(void **state)
{
	static const char ends[] = " YC_YCRQ CN_YXQZI CN_QRRQ HT_YXQZI "
				   "RY_YXQZI SX_YCRQ XK_YXQZI DJ_YXQZI CF_YXQ "
				   "CF_GSJZQ NS_YXQZI QF_JQRQ ";
	size_t i, k;

	(void)state;
	for (i = 0; i < help_catalog->items_count; i++) {
		const struct cat_item *item = &help_catalog->items[i];

		for (k = 0; k < item->fields_count; k++) {
			const struct cat_field *f = &item->fields[k];
			char name[64];

			snprintf(name, sizeof(name), " %s ", f->name);
			if (f->type == CAT_DATE &&
			    takes_long_term(item, f) !=
				(strstr(ends, name) != NULL))
				fail_msg("%s of %s", f->name, item->id);
		}
	}
}

/* What is minor is not published: an amount of 0, which forms fill in where
 * there is no fine, makes nothing that. */
static void check_class_ofAFineOfNothing_isThatOfTheRest(void **state)
{
	static const struct {
		const char *kind;
		const char *amount;
		enum cat_class class_;
	} cases[] = {
	    {"罚款", "0.3", CAT_CLASS_MINOR},
	    {"罚款", "0.300001", CAT_CLASS_GENERAL},
	    {"罚款", "0", CAT_CLASS_GENERAL},
	    {"其他-责令限期拆除", "0", CAT_CLASS_GENERAL},
	    {"其他-责令限期拆除", "", CAT_CLASS_GENERAL},
	    {"警告", "0", CAT_CLASS_MINOR},
	    {"警告", "", CAT_CLASS_MINOR},
	    {"责令停产停业", "0", CAT_CLASS_SERIOUS},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct row_fixture f;

		row_make(&f, NULL);
		row_set(&f, "CF_CFLB", cases[i].kind);
		row_set(&f, "CF_NR_FK", cases[i].amount);
		row_run(&f);
		if (f.got.outcome != ROW_RECORD ||
		    f.got.class_ != cases[i].class_)
			fail_msg("case %zu: class %d", i, f.got.class_);
		row_done(&f);
	}
}

/* R-ING-032 */
static void check_decision_after_the_items_last_day_is_refused(void **state)
{
	const struct cat_item *item = help_penalty;
	struct cat_item ended = *item;
	struct row_fixture f;

	(void)state;
	help_penalty = &ended;
	ended.valid_to = date_from_ymd(2026, 3, 2);
	row_make(&f, NULL);
	row_run(&f); /* decided on that day */
	assert_int_equal(f.got.outcome, ROW_RECORD);
	row_done(&f);
	ended.valid_to = date_from_ymd(2026, 3, 1);
	row_make(&f, NULL);
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_REFUSED);
	assert_int_equal(row_count_rule(&f, "item-ended"), 1);
	assert_true(row_holds(f.got.findings, "2026-03-01"));
	row_done(&f);
	help_penalty = item;
}

/* R-ING-033, with the next */
static void check_code_rounded_by_a_spreadsheet_is_refused(void **state)
{
	/* Right checks, by chance: noughts are not what was there. */
	static const struct {
		const char *code;
		enum cell_kind kind;
		const char *rule; /* NULL: it is taken */
	} cases[] = {
	    {ROUNDED_CODE, CELL_NUMBER, "code-rounded"},
	    {"913711026000039001", CELL_NUMBER, "code-bad-check"},
	    {ROUNDED_CODE, CELL_TEXT, NULL},
	    {"9.13711E+17", CELL_TEXT, "code-rounded"},
	    {"9.13711026000039e+17", CELL_TEXT, "code-rounded"},
	    {"9E+17", CELL_TEXT, "code-rounded"},
	    {"9.13711E+14", CELL_TEXT, "code-bad-length"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct row_fixture f;

		row_make(&f, NULL);
		row_set(&f, "CF_XDR_SHXYM", cases[i].code);
		f.cells[row_column_of("CF_XDR_SHXYM")].kind = cases[i].kind;
		row_run(&f);
		if (cases[i].rule ? f.got.outcome != ROW_REFUSED ||
			    row_count_rule(&f, cases[i].rule) != 1
				  : f.got.outcome != ROW_RECORD)
			fail_msg("case %zu: outcome %d, findings %.*s", i,
			    f.got.outcome, (int)f.got.findings.n,
			    f.got.findings.p);
		/* Sent again as a text, it is not taken either. */
		if (f.got.outcome == ROW_REFUSED)
			assert_false(row_holds(f.got.cells, ROUNDED_CODE));
		row_done(&f);
	}
}

static void check_document_number_rounded_by_a_spreadsheet_is_refused(
    void **state)
{
	static const struct {
		const char *number;
		enum cell_kind kind;
		enum row_outcome outcome;
	} cases[] = {
	    {"371102202100012000", CELL_NUMBER, ROW_REFUSED},
	    {"37110220210001200", CELL_NUMBER, ROW_REFUSED},
	    {"3.71102E+19", CELL_TEXT, ROW_REFUSED},
	    {"3.7E+11", CELL_TEXT, ROW_REFUSED},
	    {"3.712E+03", CELL_TEXT, ROW_RECORD},
	    {"371102202100012001", CELL_NUMBER, ROW_RECORD},
	    {"371102202100012000", CELL_TEXT, ROW_RECORD},
	    {"371102202100012", CELL_NUMBER, ROW_RECORD},
	    {"2026000", CELL_NUMBER, ROW_RECORD},
	    {"12", CELL_NUMBER, ROW_RECORD},
	};
	size_t i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_COUNT(cases); i++) {
		/* A text may be one, too: a certificate's. */
		const char *field = i % 2 ? "CF_SY" : "CF_WSH";
		bool is_refused = cases[i / 2].outcome == ROW_REFUSED;
		struct row_fixture f;

		row_make(&f, NULL);
		row_set(&f, field, cases[i / 2].number);
		f.cells[row_column_of(field)].kind = cases[i / 2].kind;
		row_run(&f);
		if (f.got.outcome != cases[i / 2].outcome ||
		    row_count_rule(&f, "code-rounded") != is_refused ||
		    row_count_rule(&f, "required-missing") != 0)
			fail_msg("case %zu: outcome %d, findings %.*s", i,
			    f.got.outcome, (int)f.got.findings.n,
			    f.got.findings.p);
		if (is_refused)
			assert_false(
			    row_holds(f.got.cells, "\"371102202100012000\""));
		row_done(&f);
	}
}

/* R-ING-003 */
static void check_every_error_of_row_is_found(void **state)
{
	struct row_fixture f;

	(void)state;
	row_make(&f, NULL);
	row_set(&f, "CF_JDRQ", "2026-02-30");
	row_set(&f, "CF_NR_FK", "-1");
	row_set(&f, "CF_YJ", "");
	row_set(&f, "CF_XDR_SHXYM", "123");
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_REFUSED);
	assert_int_equal(row_count_rule(&f, "date-impossible"), 1);
	assert_int_equal(row_count_rule(&f, "number-negative"), 1);
	assert_int_equal(row_count_rule(&f, "required-missing"), 1);
	assert_int_equal(row_count_rule(&f, "code-bad-length"), 1);
	assert_true(row_holds(f.got.cells, "日照虚构甲有限公司"));
	row_done(&f);
}

static void check_same_row_otherwise_written_has_same_hashes(void **state)
{
	static const char *const other[][2] = {
	    {"CF_XDR_SHXYM", "９１３５０１００m000100y43"},
	    {"CF_WSH", "日市监处罚［2026］ 1号"},
	    {"CF_JDRQ", "2026年3月2日"},
	    {"CF_YXQ", "46448"},
	    {"CF_NR_FK", "0.100000"},
	    {"CF_XDR_LB", "法人 及其他組織"},
	    {"CF_CFLB", "罰　款、"},
	};
	struct row_fixture f;
	uint64_t key, content;
	size_t i;

	(void)state;
	row_make(&f, NULL);
	row_run(&f);
	key = f.got.key_hash;
	content = f.got.content_hash;
	for (i = 0; i < ARRAY_COUNT(other); i++)
		row_set(&f, other[i][0], other[i][1]);
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_RECORD);
	assert_true(f.got.key_hash == key);
	assert_true(f.got.content_hash == content);
	row_set(&f, "CF_NR", "罚款1000元整");
	row_run(&f);
	assert_true(f.got.key_hash == key);
	assert_true(f.got.content_hash != content);
	row_set(&f, "CF_WSH", "日市监处罚〔2026〕2号");
	row_run(&f);
	assert_true(f.got.key_hash != key);
	row_done(&f);
}

/* Of one decision there is one record, whatever the keyboard was set to. */
static void check_key_typed_otherwise_is_the_same_record(void **state)
{
	static const struct {
		const char *field;
		const char *one, *other;
		bool is_same;
	} cases[] = {
	    {"CF_WSH", "日照PSC〔2026〕1号", "日照psc〔2026〕1号", true},
	    {"CF_WSH", "日照PSC〔2026〕1号", "日照ＰＳＣ〔２０２６〕１号",
		true},
	    {"CF_WSH", "日照PSC〔2026〕1号", "日照PSD〔2026〕1号", false},
	    {"CF_CFJG", "日照市某某（稽查）局", "日照市某某(稽查)局", true},
	    {"CF_CFJG", "日照市某某局第A队", "日照市 某某局第ａ队", true},
	    {"CF_CFJG", "日照市某某局第1队", "日照市某某局第１队", true},
	    {"CF_CFJG", "日照市某某局第1队", "日照市某某局第2队", false},
	    {"CF_CFJG", "日照市某某局第1队", "日照市某某局\n第1队", true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct row_fixture f;
		uint64_t key;

		row_make(&f, NULL);
		row_set(&f, cases[i].field, cases[i].one);
		row_run(&f);
		assert_int_equal(f.got.outcome, ROW_RECORD);
		key = f.got.key_hash;
		row_set(&f, cases[i].field, cases[i].other);
		row_run(&f);
		assert_int_equal(f.got.outcome, ROW_RECORD);
		if ((f.got.key_hash == key) != cases[i].is_same)
			fail_msg("case %zu", i);
		row_done(&f);
	}
}

/* The good row, with one more column before or behind the others. */
static void make_two(
    struct row_fixture *f, const char *title, const char *value, bool is_first)
{
	size_t last = ROW_COLUMNS;
	size_t i;

	row_make(f, NULL);
	plan_init(&f->plan, help_catalog, help_penalty);
	if (is_first)
		plan_add_column(&f->plan, span_of(title));
	for (i = 0; i < last; i++)
		plan_add_column(&f->plan, span_of(row_good[i][0]));
	if (is_first)
		memmove(f->cells + 1, f->cells, last * sizeof(f->cells[0]));
	else
		plan_add_column(&f->plan, span_of(title));
	f->cells[is_first ? 0 : last].text = span_of(value);
	f->row.count = last + 1;
}

/* R-ING-038: nothing depends on the order of the columns. */
static void check_two_columns_of_a_field_are_compared(void **state)
{
	static const struct {
		const char *title; /* of the second column */
		const char *value;
		const char *rule; /* NULL: none */
		enum row_outcome outcome;
	} cases[] = {
	    {"处罚决定日期", "2026-03-02", NULL, ROW_RECORD},
	    {"处罚决定日期", "2026年3月2日", NULL, ROW_RECORD},
	    {"处罚决定日期", "/", NULL, ROW_RECORD},
	    {"处罚决定日期", "2026-03-01", "columns-differ", ROW_REFUSED},
	    {"决定日期", "2026-03-01", "column-passed-over", ROW_RECORD},
	    {"决定日期", "见附件", "column-passed-over", ROW_RECORD},
	    {"单位名称", "日照虚构乙局", "column-passed-over", ROW_RECORD},
	    {"单位名称", "日照虚构甲　有限公司", NULL, ROW_RECORD},
	    {"统一社会信用代码", "91350100m000100y43", NULL, ROW_RECORD},
	    {"统一社会信用代码", "91350100M000100Y44", "column-passed-over",
		ROW_RECORD},
	    {"统一社会信用代码", OTHER_CODE, "column-passed-over", ROW_RECORD},
	    {"CF_XDR_SHXYM", OTHER_CODE, "columns-differ", ROW_REFUSED},
	    {"统一社会信用代码", CITIZEN, NULL, ROW_NATURAL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_COUNT(cases); i++) {
		const char *rule = cases[i / 2].rule;
		struct row_fixture f;

		make_two(&f, cases[i / 2].title, cases[i / 2].value, i % 2);
		row_run(&f);
		if (f.got.outcome != cases[i / 2].outcome ||
		    (rule && row_count_rule(&f, rule) != 1) ||
		    (!rule && f.got.findings.n))
			fail_msg("case %zu: outcome %d, findings %.*s", i,
			    f.got.outcome, (int)f.got.findings.n,
			    f.got.findings.p);
		if (rule && f.got.outcome == ROW_RECORD) {
			assert_string_equal(f.got.code, GOOD_CODE);
			assert_int_equal(
			    f.got.decided_on, date_from_ymd(2026, 3, 2));
			assert_true(span_is(f.got.name, "日照虚构甲有限公司"));
		}
		row_done(&f);
	}
}

/* One dash or two is a matter of keyboards. */
static void check_two_columns_may_differ_in_dashes(void **state)
{
	struct row_fixture f;

	(void)state;
	make_two(&f, "单位名称", "日照虚构甲—有限公司", false);
	row_set(&f, "CF_XDR_MC", "日照虚构甲——有限公司");
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_RECORD);
	assert_int_equal(f.got.findings.n, 0);
	row_done(&f);
	make_two(&f, "单位名称", "日照虚构甲—有限公司—", false);
	row_set(&f, "CF_XDR_MC", "日照虚构甲——有限公司");
	row_run(&f);
	assert_int_equal(row_count_rule(&f, "column-passed-over"), 1);
	row_done(&f);
}

/* R-IDT-004, R-ING-009 */
static void check_uncertain_code_is_doubtful(void **state)
{
	static const struct {
		const char *code;
		enum doubt doubt;
	} cases[] = {
	    {"", DOUBT_MISSING},
	    {"无", DOUBT_MISSING},
	    {"-", DOUBT_MISSING},
	    {"91350100**********", DOUBT_MASKED},
	    {"913501****00100Y43", DOUBT_MASKED},
	    {"91350100XXXXXXXXXX", DOUBT_MASKED},
	    {"00000000000000000X", DOUBT_PLACEHOLDER},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct row_fixture f;

		row_make(&f, NULL);
		row_set(&f, "CF_XDR_SHXYM", cases[i].code);
		row_run(&f);
		if (f.got.outcome != ROW_DOUBTFUL ||
		    f.got.doubt != cases[i].doubt)
			fail_msg("case %zu: outcome %d, doubt %d", i,
			    f.got.outcome, f.got.doubt);
		assert_true(span_is(f.got.code_text, cases[i].code));
		assert_string_equal(f.got.code, "");
		row_done(&f);
	}
}

/* R-ING-012 */
static void check_lateness_begins_behind_the_clock(void **state)
{
	struct row_fixture f;
	date_days limit = calendar_late_before(row_today(),
	    help_penalty->clock.days, help_penalty->clock.is_working_days);
	char text[DATE_TEXT_BYTES];

	(void)state;
	row_make(&f, NULL);
	row_set(&f, "CF_JDRQ", date_format_iso(limit, text));
	row_run(&f);
	assert_false(f.got.is_late);
	row_set(&f, "CF_JDRQ", date_format_iso(limit - 1, text));
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_RECORD);
	assert_true(f.got.is_late);
	row_done(&f);
}

/* A number, and what is none is passed over as in any other column. */
static void check_corrected_version_is_a_plain_number(void **state)
{
	static const struct {
		const char *text;
		int64_t corrects;
	} cases[] = {{"15", 15}, {" 0 ", 0}, {"", -1}, {"-1", -1}, {"+1", -1},
	    {"1.0", -1}, {"记录15", -1},
	    {"999999999999999999", 999999999999999999},
	    {"1000000000000000000", -1}};
	struct row_fixture f;
	size_t i;

	(void)state;
	row_make(&f, NULL);
	row_run(&f);
	assert_int_equal(f.got.corrects, -1);
	plan_add_column(&f.plan, span_of(CORRECTS_COLUMN));
	row_run(&f); /* shorter than its titles */
	assert_int_equal(f.got.corrects, -1);
	f.row.count = ROW_COLUMNS + 1;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		f.cells[ROW_COLUMNS].text = span_of(cases[i].text);
		row_run(&f);
		if (f.got.outcome != ROW_RECORD ||
		    f.got.corrects != cases[i].corrects)
			fail_msg(
			    "case %zu: %lld", i, (long long)f.got.corrects);
	}
	row_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(check_text_mark_is_dropped),
	    cmocka_unit_test(check_text_formula_is_its_text),
	    cmocka_unit_test(
		check_document_number_that_became_a_date_is_refused),
	    cmocka_unit_test(check_closed_value_is_told_as_not_shown),
	    cmocka_unit_test(plan_column_finds_field),
	    cmocka_unit_test(plan_title_orTableNamesTheUnit_ofAmounts),
	    cmocka_unit_test(plan_too_many_same_columns_are_unknown),
	    cmocka_unit_test(plan_header_is_told_from_titles),
	    cmocka_unit_test(check_good_row_becomes_record),
	    cmocka_unit_test(check_internal_fields_stand_apart),
	    cmocka_unit_test(fields_otherThanTheItems_areRefused),
	    cmocka_unit_test(check_bad_value_is_found),
	    cmocka_unit_test(check_day_of_two_systems_is_refused),
	    cmocka_unit_test(check_long_term_is_only_an_end),
	    cmocka_unit_test(check_class_ofAFineOfNothing_isThatOfTheRest),
	    cmocka_unit_test(
		check_decision_after_the_items_last_day_is_refused),
	    cmocka_unit_test(check_code_rounded_by_a_spreadsheet_is_refused),
	    cmocka_unit_test(
		check_document_number_rounded_by_a_spreadsheet_is_refused),
	    cmocka_unit_test(check_every_error_of_row_is_found),
	    cmocka_unit_test(check_same_row_otherwise_written_has_same_hashes),
	    cmocka_unit_test(check_key_typed_otherwise_is_the_same_record),
	    cmocka_unit_test(check_two_columns_of_a_field_are_compared),
	    cmocka_unit_test(check_two_columns_may_differ_in_dashes),
	    cmocka_unit_test(check_uncertain_code_is_doubtful),
	    cmocka_unit_test(check_lateness_begins_behind_the_clock),
	    cmocka_unit_test(check_corrected_version_is_a_plain_number),
	};

	return cmocka_run_group_tests_name(
	    "check", tests, help_load_catalog, help_free_catalog);
}
