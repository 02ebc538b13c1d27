/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of rows about persons and of refused ones, with the shipped
 * catalogue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "base/check.h"
#include "intake/check_test_help.h"
#include "intake/finding.h"

/* R-ING-004, R-ING-005 */
static void check_person_is_only_counted(void **state)
{
	static const struct {
		const char *kind; /* NULL: the file has no such column */
		const char *code;
		const char *name;
		const char *document;
		enum row_outcome outcome;
	} cases[] = {
	    {"自然人", "", "虚构某", "", ROW_NATURAL},
	    {"自然人", GOOD_CODE, "日照虚构甲有限公司", "", ROW_NATURAL},
	    {"自　然　人", GOOD_CODE, "日照虚构甲有限公司", "", ROW_NATURAL},
	    {"法人及非法人组织", CITIZEN, "虚构某", "", ROW_NATURAL},
	    /* With a slip, one digit short, rounded, hidden in parts. */
	    {"法人及非法人组织", "371102199001010013", "虚构某", "",
		ROW_NATURAL},
	    {"法人及非法人组织", "37110219900101001", "虚构某", "",
		ROW_NATURAL},
	    {"法人及非法人组织", "371102199001010000", "虚构某", "",
		ROW_NATURAL},
	    {"法人及非法人组织", "虚构某" CITIZEN, "虚构某", "", ROW_NATURAL},
	    {"法人及非法人组织", "3711**********0033", "虚构某", "",
		ROW_NATURAL},
	    /* The old number of an organisation, which could be the old one of
	     * a person but for its right check. */
	    {"法人及非法人组织", "371102100101123", "日照虚构甲有限公司", "",
		ROW_REFUSED},
	    {"法人及非法人组织", "", "虚构店", "", ROW_DOUBTFUL},
	    {"02自然人（外籍）", "", "虚构某某某某某", "", ROW_NATURAL},
	    {"自 然 人（外籍）", "", "虚构某某某某某", "", ROW_NATURAL},
	    {"有限责任公司(自然人独资)", GOOD_CODE, "日照虚构甲有限公司", "",
		ROW_REFUSED},
	    {NULL, "", "虚构某某某某某", CITIZEN, ROW_NATURAL},
	    {NULL, "", "虚构某某某某某", "E12345678", ROW_NATURAL},
	    {NULL, "", "虚构某某某某某", "无", ROW_DOUBTFUL},
	    {NULL, "", "虚构某", "", ROW_NATURAL},
	    {NULL, "", "某某·虚构某某", "", ROW_NATURAL},
	    {NULL, "", "某某•虚构某某", "", ROW_NATURAL},
	    {NULL, "", "某某・虚构某某", "", ROW_NATURAL},
	    {NULL, "", "某某‧虚构某某", "", ROW_NATURAL},
	    {NULL, "3711**********0033", "日照虚构甲有限公司", "", ROW_NATURAL},
	    {NULL, "91350100**********", "日照虚构甲有限公司", "",
		ROW_DOUBTFUL},
	    {NULL, "", "日照虚构甲有限公司", "", ROW_DOUBTFUL},
	    {NULL, GOOD_CODE, "虚构店", CITIZEN, ROW_RECORD},
	    /* What a form has under its table is nobody's name. */
	    {NULL, "", "填报人", "", ROW_DOUBTFUL},
	    {NULL, "", "备　注：", "", ROW_DOUBTFUL},
	    {NULL, "", "备注人", "", ROW_NATURAL},
	    {NULL, "", "填报人：", "E12345678", ROW_NATURAL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct row_fixture f;

		row_make(&f, cases[i].kind ? NULL : "CF_XDR_LB");
		/* The 2015 layout, which needs no kind, has two columns for
		 * the help_penalty's kind in place of CF_CFLB. */
		if (!cases[i].kind) {
			plan_add_column(&f.plan, span_of("CF_CFLB1"));
			f.cells[f.row.count++].text = span_of("罚款");
			f.cells[row_column_of("CF_CFLB")].text = span_of("");
		} else {
			row_set(&f, "CF_XDR_LB", cases[i].kind);
		}
		row_set(&f, "CF_XDR_SHXYM", cases[i].code);
		row_set(&f, "CF_XDR_MC", cases[i].name);
		row_set(&f, "CF_XDR_ZJHM", cases[i].document);
		row_run(&f);
		if (f.got.outcome != cases[i].outcome)
			fail_msg("case %zu: outcome %d, findings %.*s", i,
			    f.got.outcome, (int)f.got.findings.n,
			    f.got.findings.p);
		if (cases[i].outcome == ROW_NATURAL)
			assert_int_equal(f.got.cells.n + f.got.findings.n +
				f.got.fields.n + f.got.name.n,
			    0);
		row_done(&f);
	}
}

static void check_refused_row_keeps_no_personal_number(void **state)
{
	static const char *const fields[] = {"CF_FR_SFZH", "CF_XDR_ZJHM",
	    "CF_SY", "CF_NR_FK", "CF_JDRQ", "CF_CFLB", "CF_WSH", "CF_CFJGDM",
	    "CF_XDR_ZZJG", "CF_XDR_GSZC", "BZ"};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(fields); i++) {
		struct row_fixture f;

		row_make(&f, NULL);
		row_set(&f, "CF_YJ", "");
		row_set(&f, fields[i], CITIZEN);
		row_run(&f);
		assert_int_equal(f.got.outcome, ROW_REFUSED);
		if (row_holds(f.got.cells, CITIZEN) ||
		    row_holds(f.got.findings, CITIZEN))
			fail_msg("%s: %.*s %.*s", fields[i], (int)f.got.cells.n,
			    f.got.cells.p, (int)f.got.findings.n,
			    f.got.findings.p);
		row_done(&f);
	}
}

/* Once, of a field by its title, of any other column by its number. */
static void check_removed_number_is_told_of_where_it_was(void **state)
{
	struct buf text = BUF_INIT(65536);
	struct json_writer w;
	struct row_fixture f;

	(void)state;
	row_make(&f, NULL);
	row_set(&f, "CF_YJ", "");
	row_set(&f, "BZ", "身份证" CITIZEN);
	plan_add_column(&f.plan, span_of("不相干"));
	f.cells[f.row.count++].text = span_of(CITIZEN);
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_REFUSED);
	assert_int_equal(row_count_rule(&f, "citizen-removed"), 2);
	json_start(&w, &text);
	finding_explain_all(f.got.findings, help_penalty, &w);
	assert_true(row_holds(buf_span(&text), "\"备注 held a citizen"));
	assert_true(row_holds(buf_span(&text), "\"column 23 held a citizen"));
	buf_release(&text);
	row_done(&f);
}

/* What a person's number was removed from is missing. R-ING-007 */
static void check_required_value_that_is_a_persons_number_is_missing(
    void **state)
{
	static const char *const fields[] = {
	    "CF_XDR_MC", "CF_WSH", "CF_SY", "CF_CFJG", "CF_CFJGDM"};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(fields); i++) {
		struct row_fixture f;

		row_make(&f, NULL);
		row_set(&f, fields[i], CITIZEN);
		row_run(&f);
		if (f.got.outcome != ROW_REFUSED ||
		    row_count_rule(&f, "required-missing") != 1 ||
		    row_count_rule(&f, "citizen-removed") < 1)
			fail_msg("%s: outcome %d, findings %.*s", fields[i],
			    f.got.outcome, (int)f.got.findings.n,
			    f.got.findings.p);
		row_done(&f);
	}
}

/* R-ING-006: however many columns there are for what is never read. */
static void check_refused_row_keeps_no_document_of_many(void **state)
{
	static const char *const titles[] = {"法人身份证号", "负责人身份证号",
	    "法人证件号码", "法定代表人证件号"};
	struct row_fixture f;
	size_t i;

	(void)state;
	row_make(&f, NULL);
	row_set(&f, "CF_YJ", "");
	for (i = 0; i < ARRAY_COUNT(titles); i++) {
		plan_add_column(&f.plan, span_of(titles[i]));
		f.cells[f.row.count++].text = span_of("E12345678");
	}
	row_run(&f);
	assert_int_equal(f.got.outcome, ROW_REFUSED);
	assert_false(row_holds(f.got.cells, "E12345678"));
	row_done(&f);
}

/* A sheet that is saved as CSV has its errors as texts. */
static void check_formula_error_is_no_text(void **state)
{
	static const char *const cases[][2] = {
	    {"CF_XDR_MC", "#REF!"},
	    {"CF_SY", "#N/A"},
	    {"CF_CFJG", "#NAME?"},
	    {"CF_WSH", "#VALUE!"},
	    {"CF_JDRQ", "#DIV/0!"},
	    {"CF_CFLB", "#REF!"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_COUNT(cases); i++) {
		struct row_fixture f;

		row_make(&f, NULL);
		row_set(&f, cases[i / 2][0], cases[i / 2][1]);
		if (i % 2) { /* as a workbook says it */
			f.row.fault = ROW_FORMULA_ERROR;
			f.row.fault_column =
			    (size_t)row_column_of(cases[i / 2][0]);
		}
		row_run(&f);
		if (f.got.outcome != ROW_REFUSED ||
		    row_count_rule(&f, "row-fault") != 1 ||
		    row_count_rule(&f, "required-missing"))
			fail_msg("case %zu: outcome %d, findings %.*s", i,
			    f.got.outcome, (int)f.got.findings.n,
			    f.got.findings.p);
		row_done(&f);
	}
}

/* A column that is not the item's is passed over with its errors, and hides
 * none of the item's. */
static void check_formula_error_of_others_column_is_passed_over(void **state)
{
	struct cell cells[ROW_COLUMNS + 1];
	struct row_fixture f;

	(void)state;
	row_make(&f, NULL);
	memcpy(cells, f.cells, ROW_COLUMNS * sizeof(*cells));
	cells[ROW_COLUMNS] = (struct cell){span_of("#REF!"), CELL_TEXT};
	f.row.cells = cells;
	f.row.count = ROW_COLUMNS + 1;
	f.row.fault = ROW_FORMULA_ERROR;
	f.row.fault_column = ROW_COLUMNS;
	row_run(&f);
	assert_int_equal(row_count_rule(&f, "row-fault"), 0);
	assert_int_equal(f.got.outcome, ROW_RECORD);
	cells[row_column_of("CF_SY")].text = span_of("#N/A");
	row_run(&f);
	assert_int_equal(row_count_rule(&f, "row-fault"), 1);
	assert_int_equal(f.got.outcome, ROW_REFUSED);
	row_done(&f);
}

/* Nor anything of an object, which may hold whole rows of persons. */
static void check_refused_row_keeps_no_object(void **state)
{
	static const char *const fields[] = {
	    "CF_XDR_MC", "CF_XDR_LB", "CF_SY", "CF_CFLB", "CF_NR_FK"};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(fields); i++) {
		struct row_fixture f;

		row_make(&f, NULL);
		f.row.fault = ROW_NESTED_JSON;
		f.row.fault_column = (size_t)row_column_of(fields[i]);
		f.cells[f.row.fault_column] = (struct cell){
		    span_of("{\"证件号码\":\"E12345678\"}"), CELL_NESTED};
		row_run(&f);
		assert_int_equal(f.got.outcome, ROW_REFUSED);
		assert_false(row_holds(f.got.cells, "E12345678"));
		/* It is not missing besides. */
		if (row_count_rule(&f, "row-fault") != 1 ||
		    row_holds(f.got.findings, "E12345678") ||
		    row_count_rule(&f, "required-missing") ||
		    row_count_rule(&f, "value-unknown"))
			fail_msg("case %zu: %.*s", i, (int)f.got.findings.n,
			    f.got.findings.p);
		row_done(&f);
	}
}

/* An object or a list is no field's where its key names none; a list is what
 * a field of several values has. */
static void check_object_or_list_is_judged_by_its_field(void **state)
{
	static const struct {
		const char *field; /* NULL: none */
		const char *text;
		enum cell_kind kind;
		const char *rule; /* NULL: none */
	} cases[] = {
	    {NULL, "{\"a\":1}", CELL_NESTED, NULL},
	    {NULL, "甲、乙", CELL_LIST, NULL},
	    {"CF_CFLB", "警告、罚款", CELL_LIST, NULL},
	    {"CF_CFLB", "警告、E12345678", CELL_LIST, "value-unknown"},
	    {"CF_CFLB", "", CELL_LIST, "required-missing"},
	    {"CF_XDR_LB", "个体工商户", CELL_LIST, "row-fault"},
	    {"CF_SY", "示例E12345678", CELL_LIST, "row-fault"},
	    {"CF_JDRQ", "=", CELL_NO_RESULT, "row-fault"},
	    {"CF_NR_FK", "15", CELL_SHOWN_OTHERWISE, "row-fault"},
	    {"CF_NR_FK", "20260302", CELL_SHOWN_OTHERWISE, "row-fault"},
	    {"CF_JDRQ", "20260302", CELL_SHOWN_OTHERWISE, NULL},
	    {"CF_JDRQ", "12252026", CELL_SHOWN_OTHERWISE, "date-ambiguous"},
	    {"CF_JDRQ", "46083", CELL_SHOWN_OTHERWISE, "row-fault"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct cell cells[ROW_COLUMNS + 1];
		struct row_fixture f;
		int at = cases[i].field ? row_column_of(cases[i].field)
					: ROW_COLUMNS;

		row_make(&f, NULL);
		memcpy(cells, f.cells, ROW_COLUMNS * sizeof(*cells));
		cells[at] =
		    (struct cell){span_of(cases[i].text), cases[i].kind};
		f.row.cells = cells;
		f.row.count = ROW_COLUMNS + !cases[i].field;
		if (cases[i].kind == CELL_NESTED) {
			f.row.fault = ROW_NESTED_JSON;
			f.row.fault_column = (size_t)at;
		}
		row_run(&f);
		if ((f.got.outcome == ROW_RECORD) != !cases[i].rule ||
		    (cases[i].rule && row_count_rule(&f, cases[i].rule) != 1))
			fail_msg("case %zu: outcome %d, findings %.*s", i,
			    f.got.outcome, (int)f.got.findings.n,
			    f.got.findings.p);
		assert_false(row_holds(f.got.cells, "示例E12345678"));
		row_done(&f);
	}
}

static void check_faulty_row_keeps_cells_only_in_their_columns(void **state)
{
	static const struct {
		enum row_fault fault;
		bool keeps;
	} cases[] = {
	    {ROW_BAD_ENCODING, true},
	    {ROW_BAD_QUOTES, false},
	    {ROW_TOO_LONG, false},
	    {ROW_TOO_MANY_CELLS, false},
	    {ROW_BAD_JSON, false},
	    {ROW_NESTED_JSON, true},
	    {ROW_FORMULA_ERROR, true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct row_fixture f;

		row_make(&f, NULL);
		f.row.fault = cases[i].fault;
		row_run(&f);
		assert_int_equal(f.got.outcome, ROW_REFUSED);
		assert_int_equal(row_count_rule(&f, "row-fault"), 1);
		if (row_holds(f.got.cells, "日照虚构甲有限公司") !=
		    cases[i].keeps)
			fail_msg("case %zu: %.*s", i, (int)f.got.cells.n,
			    f.got.cells.p);
		row_done(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(check_person_is_only_counted),
	    cmocka_unit_test(check_refused_row_keeps_no_personal_number),
	    cmocka_unit_test(check_removed_number_is_told_of_where_it_was),
	    cmocka_unit_test(check_refused_row_keeps_no_document_of_many),
	    cmocka_unit_test(check_refused_row_keeps_no_object),
	    cmocka_unit_test(check_object_or_list_is_judged_by_its_field),
	    cmocka_unit_test(check_formula_error_is_no_text),
	    cmocka_unit_test(
		check_formula_error_of_others_column_is_passed_over),
	    cmocka_unit_test(
		check_required_value_that_is_a_persons_number_is_missing),
	    cmocka_unit_test(
		check_faulty_row_keeps_cells_only_in_their_columns),
	};

	return cmocka_run_group_tests_name(
	    "check_kept", tests, help_load_catalog, help_free_catalog);
}
