/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests of what is told about rows: findings, reports, and how a masked
 * code goes with a known one. With the shipped catalogue.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "base/check.h"
#include "base/json_text.h"
#include "base/tr.h"
#include "intake/candidates.h"
#include "intake/check_test_help.h"
#include "intake/finding.h"
#include "intake/report.h"

/* ---- finding ---- */

static void finding_every_rule_has_name_and_words(void **state)
{
	struct buf text = BUF_INIT(8192);
	enum lang lang;
	int i;

	(void)state;
	for (i = 1; i < FIND_COUNT; i++) {
		enum finding_rule rule = (enum finding_rule)i;
		struct finding f = {
		    .rule = rule, .field = &help_penalty->fields[0]};
		struct json_writer w;

		assert_int_equal(
		    finding_rule_by_name(finding_rule_name(rule)), rule);
		if (rule == FIND_RULE)
			continue;
		buf_reset(&text);
		json_start(&w, &text);
		finding_write(&f, &w);
		for (lang = 0; lang < LANG_COUNT; lang++) {
			struct buf line = BUF_INIT(8192);

			tr_set_lang(lang);
			assert_true(
			    finding_line(buf_span(&text), help_penalty, &line));
			assert_true(line.n > 20);
			assert_null(strchr(buf_str(&line), '{'));
			buf_release(&line);
		}
		tr_set_lang(LANG_EN);
	}
	assert_int_equal(finding_rule_by_name("no such rule"), FIND_NONE);
	buf_release(&text);
}

static void finding_value_is_cut_and_hidden(void **state)
{
	static const struct {
		const char *field;
		const char *value;
		bool is_shown;
	} cases[] = {
	    {"CF_WSH", "见文件", true},
	    {"CF_FRDB", "示例甲子", false},
	    {"CF_WSH", "号" CITIZEN, false},
	    {"CF_WSH",
		"长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长"
		"长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长",
		true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		int at = cat_field_index(help_penalty, cases[i].field);
		struct finding f = {.rule = FIND_TEXT_TOO_LONG,
		    .field = &help_penalty->fields[at],
		    .value = span_of(cases[i].value)};
		struct buf text = BUF_INIT(8192);
		struct json_writer w;
		const char *value;
		json_t *json;

		json_start(&w, &text);
		finding_write(&f, &w);
		json = json_loads(buf_str(&text), 0, NULL);
		value = json_string_value(json_object_get(json, "value"));
		assert_int_equal(value != NULL, cases[i].is_shown);
		assert_true(!value || strlen(value) <= FINDING_VALUE_BYTES);
		json_decref(json);
		buf_release(&text);
	}
}

/* R-ING-003 */
static void finding_explain_tells_severity_and_basis(void **state)
{
	static const struct {
		const char *stored;
		const char *severity; /* NULL: it is no finding */
		const char *in_message;
	} cases[] = {
	    {"{\"rule\":\"date-impossible\",\"field\":\"CF_JDRQ\","
	     "\"column\":3,\"value\":\"2026-02-30\"}",
		"error", "2026-02-30"},
	    {"{\"rule\":\"money-unit\",\"field\":\"CF_NR_FK\"}", "warning",
		"converted"},
	    {"{\"rule\":\"row-fault\",\"expect\":\"bad-quotes\"}", "error",
		"quote"},
	    {"{\"rule\":\"penalty-not-future\",\"field\":\"CF_JDRQ\"}", "error",
		"处罚决定日期"},
	    {"{\"rule\":\"record-ended\",\"expect\":\"12\"}", "warning",
		"the first such row: 12)"},
	    {"{\"rule\":\"record-ended\"}", "warning", "such row: —)"},
	    {"{\"rule\":\"record-newer\",\"expect\":\"12 · 2026-05-11\"}",
		"warning", "the first such row: 12 · 2026-05-11)"},
	    {"{\"rule\":\"record-back\",\"expect\":\"12 · 2026-05-11\"}",
		"warning", "from the version 12 · 2026-05-11)"},
	    {"{\"rule\":\"record-twice\",\"expect\":\"6\"}", "warning",
		"such row: row 6)"},
	    {"{\"rule\":\"gone\",\"field\":\"gone\"}", "error", "gone"},
	    {"[]", NULL, ""},
	    {"{", NULL, ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct span stored = span_of(cases[i].stored);
		struct buf text = BUF_INIT(8192);
		struct json_writer w;
		json_t *json;

		json_start(&w, &text);
		assert_int_equal(finding_explain(stored, help_penalty, &w),
		    cases[i].severity != NULL);
		if (cases[i].severity) {
			json = json_loads(buf_str(&text), 0, NULL);
			assert_string_equal(json_string_value(json_object_get(
						json, "severity")),
			    cases[i].severity);
			assert_non_null(strstr(
			    json_string_value(json_object_get(json, "message")),
			    cases[i].in_message));
			assert_true(
			    json_is_object(json_object_get(json, "basis")));
			assert_int_equal(
			    json_is_true(json_object_get(json, "is_warning")),
			    strcmp(cases[i].severity, "warning") == 0);
			assert_int_equal(
			    finding_stored_is_warning(stored, help_penalty),
			    strcmp(cases[i].severity, "warning") == 0);
			json_decref(json);
		}
		buf_release(&text);
	}
}

/* ---- report ---- */

static void report_counts_rules_by_field(void **state)
{
	struct report_counts *counts = report_counts_new();
	struct buf text = BUF_INIT(1024 * 1024);
	struct buf told = BUF_INIT(1024 * 1024);
	struct json_writer w;
	const json_t *findings;
	struct err err;
	json_t *json;
	uint64_t row;

	(void)state;
	for (row = 1; row <= 30; row++)
		assert_int_equal(
		    report_counts_add(counts,
			span_of("[{\"rule\":\"date-impossible\","
				"\"field\":\"CF_JDRQ\",\"value\":\"x\"},"
				"{\"rule\":\"row-fault\"}]"),
			row, &err),
		    0);
	json_start(&w, &text);
	json_open_object(&w);
	json_key(&w, "findings");
	report_counts_write(counts, &w);
	json_close_object(&w);
	assert_int_equal(
	    report_explain(buf_span(&text), help_penalty, &told, &err), 0);
	json = json_loads(buf_str(&told), 0, NULL);
	findings = json_object_get(json, "findings");
	assert_int_equal(json_array_size(findings), 2);
	findings = json_array_get(findings, 0);
	assert_int_equal(
	    json_integer_value(json_object_get(findings, "count")), 30);
	assert_int_equal(json_array_size(json_object_get(findings, "rows")),
	    REPORT_ROWS_SHOWN);
	assert_non_null(
	    strstr(json_string_value(json_object_get(
		       json_object_get(findings, "example"), "message")),
		"does not exist"));
	json_decref(json);
	report_counts_free(&counts);
	buf_release(&text);
	buf_release(&told);
}

/* R-ING-042, R-ING-043 */
static void report_reading_is_told_in_words(void **state)
{
	static const struct {
		const char *read_as;
		const char *told; /* of the first column of amounts, rows */
	} cases[] = {
	    {"{}", "|"},
	    {"{\"money\":[],\"rows_passed_over\":[]}", "|"},
	    {"{\"money\":[{\"title\":\"罚款\",\"unit\":\"元\","
	     "\"from\":\"title\"}],\"rows_passed_over\":[{\"why\":\"titles\","
	     "\"count\":2}]}",
		"罚款: read in 元, as its title says|"},
	    {"{\"money\":[{\"title\":\"罚款\",\"unit\":\"元\","
	     "\"from\":\"above\"}],\"rows_passed_over\":[{\"why\":\"above\","
	     "\"count\":1},{\"why\":\"titles\",\"count\":1},{\"why\":"
	     "\"beside\","
	     "\"count\":3}]}",
		"罚款: read in 元, as a line above the table says|"
		"1 above the titles, 3 without anything in the item's columns"},
	    {"{\"money\":[{\"title\":\"cf_nr_fk\",\"field\":\"CF_NR_FK\","
	     "\"unit\":\"万元\",\"from\":\"name\"}],\"rows_passed_over\":["
	     "{\"why\":\"titles-again\",\"count\":4}]}",
		"罚款金额(万元): read in 万元, as in the catalogue|"
		"4 of titles once more"},
	    {"{\"money\":[{\"title\":\"罚款\",\"unit\":\"万元\","
	     "\"from\":\"catalogue\"}],\"rows_passed_over\":7}",
		"罚款: read in 万元, as in the catalogue; the file names no "
		"unit!|"},
	    {"{\"money\":[7]}", "|"},
	    {"{\"format\":\"csv\"}", "|"},
	    {"{\"format\":\"json\"}", "|"},
	    {"{\"format\":\"jsonl\"}", "|"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct buf text = BUF_INIT(8192), out = BUF_INIT(8192);
		struct buf told = BUF_INIT(8192);
		const json_t *read_as, *column;
		struct err err;
		json_t *json;

		buf_addf(
		    &text, "{\"file\":{\"read_as\":%s}}", cases[i].read_as);
		assert_int_equal(
		    report_explain(buf_span(&text), help_penalty, &out, &err),
		    0);
		json = json_loads(buf_str(&out), 0, NULL);
		read_as =
		    json_object_get(json_object_get(json, "file"), "read_as");
		column = json_array_get(json_object_get(read_as, "money"), 0);
		buf_addf(&told, "%s%s|%s", json_text(column, "text"),
		    json_is_true(json_object_get(column, "is_assumed")) ? "!"
									: "",
		    json_text(read_as, "passed_over"));
		assert_int_equal(
		    json_is_true(json_object_get(read_as, "has_columns")),
		    strstr(cases[i].read_as, "json") == NULL);
		assert_string_equal(buf_str(&told), cases[i].told);
		json_decref(json);
		buf_release(&text);
		buf_release(&out);
		buf_release(&told);
	}
}

static void report_nonsense_is_refused(void **state)
{
	static const char *const bad[] = {"", "{", "{}", "[1]", "[[]]"};
	struct report_counts *counts = report_counts_new();
	struct buf out = BUF_INIT(1024);
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(bad); i++)
		if (report_counts_add(counts, span_of(bad[i]), 1, &err) !=
		    ERR_CORRUPT)
			fail_msg("case %zu", i);
	assert_int_equal(
	    report_explain(span_of("[]"), help_penalty, &out, &err),
	    ERR_CORRUPT);
	report_counts_free(&counts);
	buf_release(&out);
}

/* ---- candidates ---- */

static void candidate_visible_characters_decide(void **state)
{
	static const struct {
		const char *given;
		enum code_fit fit;
	} cases[] = {
	    {"91350100**********", CODE_FIT_YES},
	    {"913501****00100Y43", CODE_FIT_YES},
	    {"91350100XXXXXXXXXX", CODE_FIT_YES},
	    {"９１３５０１００••••••••••", CODE_FIT_YES},
	    {"91350101**********", CODE_FIT_NO},
	    {"913501****00100Y44", CODE_FIT_NO},
	    {"91350100****", CODE_FIT_YES},
	    {"91350100****0Y43", CODE_FIT_YES},
	    {"91350100****0Y44", CODE_FIT_NO},
	    {"**0Y43", CODE_FIT_YES},
	    {"******************", CODE_FIT_UNKNOWN},
	    {"", CODE_FIT_UNKNOWN},
	    {"无", CODE_FIT_UNKNOWN},
	    {"00000000000000000X", CODE_FIT_UNKNOWN},
	    {GOOD_CODE, CODE_FIT_UNKNOWN},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		enum code_fit got =
		    candidate_code_fit(span_of(cases[i].given), GOOD_CODE);

		if (got != cases[i].fit)
			fail_msg("case %zu: %d, not %d", i, got, cases[i].fit);
	}
}

/* Each character beside what the row shows of it. */
static void candidate_marks_say_what_differs(void **state)
{
	static const struct {
		const char *given;
		const char *marks; /* of GOOD_CODE */
	} cases[] = {
	    {GOOD_CODE, ".................."}, /* nothing is hidden */
	    {"", ".................."},
	    {"91350100**********", "========.........."},
	    {"913501****00100Y44", "======....=======x"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		char marks[IDENT_USCC_CHARS + 1];

		candidate_code_marks(span_of(cases[i].given), GOOD_CODE, marks);
		if (strcmp(marks, cases[i].marks) != 0)
			fail_msg("case %zu: %s", i, marks);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finding_every_rule_has_name_and_words),
	    cmocka_unit_test(finding_value_is_cut_and_hidden),
	    cmocka_unit_test(finding_explain_tells_severity_and_basis),
	    cmocka_unit_test(report_counts_rules_by_field),
	    cmocka_unit_test(report_reading_is_told_in_words),
	    cmocka_unit_test(report_nonsense_is_refused),
	    cmocka_unit_test(candidate_visible_characters_decide),
	    cmocka_unit_test(candidate_marks_say_what_differs),
	};

	return cmocka_run_group_tests_name(
	    "intake", tests, help_load_catalog, help_free_catalog);
}
