/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests of what the department's desk fills in: a row checked before it
 * is sent, the form of an item, the form of a withdrawal. The catalogue is
 * the example city's; no database is needed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "api/record_form.h"
#include "api/row_check.h"
#include "api/withdraw_form.h"
#include "base/check.h"
#include "registry/registry_test_help.h"

/* ---- rows ---- */

/* A penalty that is published; {NULL, ..} ends a list of changes. */
static const char *const good_row[][2] = {
    {"CF_XDR_MC", "示例市某某商贸有限公司"},
    {"CF_XDR_LB", "法人及非法人组织"},
    {"CF_XDR_SHXYM", "91371102MA3EXAMP7A"},
    {"CF_WSH", "示市监罚〔2026〕1号"},
    {"CF_WFXW", "未按规定明码标价"},
    {"CF_SY", "经查未标明价格"},
    {"CF_YJ", "《价格法》第四十二条"},
    {"CF_CFLB", "罚款"},
    {"CF_NR", "罚款五万元"},
    {"CF_NR_FK", "5"},
    {"CF_JDRQ", "2026-05-12"},
    {"CF_YXQ", "2027-05-12"},
    {"CF_CFJG", "日照市市场监督管理局"},
    {"CF_CFJGDM", "11371100EXAMP00150"},
    {"CF_SJLY", "日照市市场监督管理局"},
    {"CF_SJLYDM", "11371100EXAMP00150"},
};

struct row {
	struct row_value values[ROW_CHECK_VALUES_MAX];
	struct row_given given;
};

static void set(struct row *row, const char *name, const char *text)
{
	size_t i;

	for (i = 0; i < row->given.count; i++)
		if (span_is(row->values[i].name, name))
			break;
	row->values[i] = (struct row_value){span_of(name), span_of(text)};
	if (i == row->given.count)
		row->given.count++;
}

static void make_row(struct row *row)
{
	size_t i;

	memset(row, 0, sizeof(*row));
	row->given.item = catalog_item(catalog, "penalty");
	row->given.values = row->values;
	for (i = 0; i < ARRAY_COUNT(good_row); i++)
		set(row, good_row[i][0], good_row[i][1]);
}

static json_t *check_on(const struct row *row, const char *today)
{
	struct buf out = BUF_INIT(ROW_CHECK_DOCUMENT_BYTES_MAX);
	struct err err;
	json_t *json;

	assert_int_equal(
	    row_check_document(catalog, &row->given, day(today), &out, &err),
	    0);
	json = json_loadb(buf_str(&out), out.n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	buf_release(&out);
	return json;
}

static const char *text_at(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "";
}

static void row_check_tellsOutcomeAndFindings(void **state)
{
	static const struct {
		const char *name, *value; /* what is changed */
		const char *outcome;
		const char *rule; /* of the first finding, "" = none */
	} t[] = {
	    {"CF_NR", "罚款五万元", "record", ""},
	    {"CF_JDRQ", "2026-02-30", "refused", "date-impossible"},
	    {"CF_JDRQ", "", "refused", "required-missing"},
	    {"CF_XDR_SHXYM", "91371102MA3EXAMP7B", "refused", "code-bad-check"},
	    {"CF_XDR_SHXYM", "", "doubtful", ""},
	    {"CF_XDR_SHXYM", "91371102MA******7A", "doubtful", ""},
	    {"CF_XDR_LB", "自然人", "natural-person", "natural-person"},
	    {"CF_CFLB", "打骂", "refused", "value-unknown"},
	    {"CF_NR_FK", "0.0000001", "refused", "money-inexact"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct row row;
		json_t *json;
		const json_t *first;

		make_row(&row);
		set(&row, t[i].name, t[i].value);
		json = check_on(&row, "2026-05-15");
		first = json_array_get(json_object_get(json, "findings"), 0);
		if (strcmp(text_at(json, "outcome"), t[i].outcome) != 0 ||
		    strcmp(text_at(first, "rule"), t[i].rule) != 0)
			fail_msg("%zu: %s %s, not %s %s", i,
			    text_at(json, "outcome"), text_at(first, "rule"),
			    t[i].outcome, t[i].rule);
		json_decref(json);
	}
}

/* A row of a natural person tells nothing but that. */
static void row_check_ofPerson_givesNothingBack(void **state)
{
	struct row row;
	json_t *json;
	char *text;

	(void)state;
	make_row(&row);
	set(&row, "CF_XDR_LB", "自然人");
	set(&row, "CF_XDR_MC", "王小明");
	set(&row, "CF_XDR_SHXYM", "110101199003074514");
	json = check_on(&row, "2026-05-15");
	text = json_dumps(json, 0);
	assert_null(strstr(text, "王小明"));
	assert_null(strstr(text, "110101199003074514"));
	assert_true(json_is_null(json_object_get(json, "publication")));
	free(text);
	json_decref(json);
}

static void row_check_foretellsClockAndPublication(void **state)
{
	struct row row;
	json_t *json;

	(void)state;
	make_row(&row);
	json = check_on(&row, "2026-05-15");
	assert_string_equal(text_at(json, "due"), "2026-05-21");
	assert_true(json_is_false(json_object_get(json, "late")));
	assert_string_equal(
	    text_at(json_object_get(json, "class"), "id"), "general");
	assert_true(json_is_true(json_object_get(
	    json_object_get(json, "publication"), "published")));
	assert_string_equal(
	    text_at(json_object_get(json, "publication"), "until"),
	    "2027-05-11");
	json_decref(json);
	json = check_on(&row, "2026-05-22");
	assert_true(json_is_true(json_object_get(json, "late")));
	json_decref(json);
}

static void row_check_unknownNamesAreTold(void **state)
{
	struct row row;
	json_t *json;

	(void)state;
	make_row(&row);
	set(&row, "颜色", "红");
	json = check_on(&row, "2026-05-15");
	assert_string_equal(json_string_value(json_array_get(
				json_object_get(json, "unknown"), 0)),
	    "颜色");
	assert_string_equal(text_at(json, "outcome"), "record");
	json_decref(json);
}

/* ---- the form ---- */

static json_t *form_of(struct record_form *form)
{
	const struct reading reading = {
	    .catalog = catalog, .today = day("2026-05-15")};
	struct buf out = BUF_INIT(4 * 1024 * 1024);
	struct err err;
	json_t *json;

	form->department =
	    catalog_department(catalog, "rizhao-market-regulation");
	assert_int_equal(record_form_document(&reading, form, &out, &err), 0);
	json = json_loadb(buf_str(&out), out.n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	buf_release(&out);
	return json;
}

static const json_t *field_of(const json_t *form, const char *name)
{
	const json_t *section, *field;
	size_t i, k;

	json_array_foreach (json_object_get(form, "sections"), i, section)
		json_array_foreach (
		    json_object_get(section, "fields"), k, field)
			if (strcmp(text_at(field, "name"), name) == 0)
				return field;
	return NULL;
}

/* Every item's form has each field once but those that are never kept. */
static void form_ofEveryItem_hasItsFields(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < catalog->items_count; i++) {
		const struct cat_item *item = &catalog->items[i];
		struct record_form form = {.row.item = item, .record = -1};
		json_t *json = form_of(&form);

		for (k = 0; k < item->fields_count; k++) {
			const struct cat_field *f = &item->fields[k];
			bool is_there = field_of(json, f->name) != NULL;

			if (is_there == (f->privacy == CAT_DROPPED))
				fail_msg("%s %s", item->id, f->name);
		}
		json_decref(json);
	}
}

/* The parts of "when" give it whole; the first of the catalogue's is that. */
static void assert_partsAre(const json_t *field, const char *title)
{
	struct buf whole = BUF_INIT(4096);
	const char *first = NULL;
	const json_t *part;
	size_t i;

	json_array_foreach (json_object_get(field, "when_parts"), i, part) {
		if (!first && json_is_true(json_object_get(part, "is_catalog")))
			first = text_at(part, "text");
		buf_add_str(&whole, text_at(part, "text"));
	}
	assert_string_equal(buf_str(&whole), text_at(field, "when"));
	assert_non_null(first);
	assert_string_equal(first, title);
	buf_release(&whole);
}

static void form_tellsFindingsAtTheirFields(void **state)
{
	struct record_form form = {.record = -1, .is_checked = true};
	const json_t *field;
	struct row row;
	json_t *json;

	(void)state;
	make_row(&row);
	set(&row, "CF_JDRQ", "2026-02-30");
	set(&row, "CF_CFLB", "罚款、其他-约谈");
	form.row = row.given;
	json = form_of(&form);
	field = field_of(json, "CF_JDRQ");
	assert_true(json_is_true(json_object_get(field, "has_error")));
	assert_string_equal(text_at(field, "value"), "2026-02-30");
	field = field_of(json, "CF_NR_FK");
	assert_true(json_is_false(json_object_get(field, "has_error")));
	assert_string_equal(text_at(field, "unit"), "万元");
	assert_non_null(strstr(text_at(field, "when"), "罚款"));
	assert_partsAre(field, "处罚类别");
	/* What the list does not hold stands in the field beside it. */
	assert_string_equal(
	    text_at(field_of(json, "CF_CFLB"), "other"), "其他-约谈");
	json_decref(json);
}

static void form_ofCorrection_fixesWhatItIsKnownBy(void **state)
{
	struct record_form form = {.record = 7};
	struct row row;
	json_t *json;

	(void)state;
	make_row(&row);
	form.row = row.given;
	json = form_of(&form);
	assert_true(json_is_true(
	    json_object_get(field_of(json, "CF_WSH"), "is_fixed")));
	assert_true(json_is_true(
	    json_object_get(field_of(json, "CF_XDR_SHXYM"), "is_fixed")));
	assert_true(json_is_false(
	    json_object_get(field_of(json, "CF_NR"), "is_fixed")));
	json_decref(json);
}

/* ---- withdrawal ---- */

static void withdrawal_isChecked(void **state)
{
	static const struct {
		const char *item, *cause, *text, *since;
		const char *message; /* NULL: it is good */
	} t[] = {
	    {"penalty", "处罚决定被依法撤销", "", "2026-05-13", NULL},
	    {"penalty", "其他-机构改革", "", "2026-05-12", NULL},
	    {"penalty", "", "撤销", "2026-05-13", "choose why it is withdrawn"},
	    {"penalty", "不想公示", "", "2026-05-13",
		"choose why it is withdrawn"},
	    {"penalty", "处罚决定被依法撤销", "", "",
		"say on which day the cause was there, like 2026-04-20"},
	    {"penalty", "处罚决定被依法撤销", "", "2026-05-16",
		"2026-05-16 is still to come"},
	    {"penalty", "处罚决定被依法撤销", "", "2026-05-11",
		"the cause cannot be there before the decision, which is of "
		"2026-05-12"},
	    {"penalty", "报送有误", "", "", NULL},
	    {"penalty", "准予信用修复", "", "", NULL},
	    {"penalty", "其他", "重复报送", "", NULL},
	    {"penalty", "其他", "", "", "say what the other cause is"},
	    {"penalty", "其他：", "", "", "say what the other cause is"},
	    {"licence", "", "许可被撤销", "", NULL},
	    {"licence", "", "", "", "a withdrawal needs a reason"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		const struct withdraw_form form = {
		    .item = catalog_item(catalog, t[i].item),
		    .cause = span_of(t[i].cause),
		    .text = span_of(t[i].text),
		    .since = span_of(t[i].since)};
		struct err err = {0};
		enum err_code rc = withdraw_form_check(
		    &form, day("2026-05-12"), day("2026-05-15"), &err);

		if ((rc == 0) != (t[i].message == NULL) ||
		    (rc && strcmp(err.message, t[i].message) != 0))
			fail_msg("%zu: %d %s", i, (int)rc, err.message);
	}
}

static void withdrawal_reason_isOneLine(void **state)
{
	struct withdraw_form form = {
	    .cause = span_of("报送有误"), .text = span_of("重复")};
	struct buf out = BUF_INIT(1024);

	(void)state;
	withdraw_form_reason(&form, &out);
	assert_string_equal(buf_str(&out), "报送有误：重复");
	buf_reset(&out);
	form.cause = span_of("");
	withdraw_form_reason(&form, &out);
	assert_string_equal(buf_str(&out), "重复");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(row_check_tellsOutcomeAndFindings),
	    cmocka_unit_test(row_check_ofPerson_givesNothingBack),
	    cmocka_unit_test(row_check_foretellsClockAndPublication),
	    cmocka_unit_test(row_check_unknownNamesAreTold),
	    cmocka_unit_test(form_ofEveryItem_hasItsFields),
	    cmocka_unit_test(form_tellsFindingsAtTheirFields),
	    cmocka_unit_test(form_ofCorrection_fixesWhatItIsKnownBy),
	    cmocka_unit_test(withdrawal_isChecked),
	    cmocka_unit_test(withdrawal_reason_isOneLine),
	};

	return cmocka_run_group_tests_name(
	    "desk", tests, load_rizhao, free_catalogue);
}
