/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the city's three tables, and of what they are views of. */
#include "api/tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "api/api_test_help.h"
#include "api/catalogue_page.h"
#include "base/check.h"
#include "base/tr.h"

static int setup(void **state)
{
	*state = world_new("2026-05-01");
	return 0;
}

/* The element of an array whose "id" is that; NULL when there is none. */
static const json_t *with_id(const json_t *array, const char *id)
{
	size_t i;

	for (i = 0; i < json_array_size(array); i++)
		if (strcmp(text_at(json_array_get(array, i), "id"), id) == 0)
			return json_array_get(array, i);
	return NULL;
}

static void catalogue_holdsListsMeasuresAndMatters(void **state)
{
	struct world *w = *state;
	const struct catalog *c = w->reading.catalog;
	json_t *doc = parse(
	    w, catalogue_document(&w->reading, DATE_NONE, &w->out, &w->err));
	const json_t *wages = with_id(at(doc, "lists"), "wage-arrears");

	assert_int_equal(json_array_size(at(doc, "lists")), c->lists_count);
	assert_int_equal(
	    json_array_size(at(doc, "measures")), c->measures_count);
	assert_int_equal(json_array_size(at(doc, "matters")), c->matters_count);
	assert_int_equal(c->matters_count, 9);
	assert_int_equal(json_array_size(at(doc, "tables")), 3);
	assert_string_equal(text_at(wages, "kind"), "serious");
	assert_int_equal(int_at(wages, "longest_months"), 36);
	json_decref(doc);
}

/* R-CAT-026: the nine uses of 2019, with measures or why there are none. */
static void tables_mattersAreTheNineAndSayWhatIsTold(void **state)
{
	static const char *const ids[] = {"government-procurement",
	    "land-and-mining", "construction-bidding", "state-asset-transfer",
	    "fiscal-subsidies", "ratings-and-reviews",
	    "qualifications-and-honours", "public-body-qualification", "other"};
	struct world *w = *state;
	json_t *doc = parse(w,
	    table_matters_document(&w->reading, DATE_NONE, &w->out, &w->err));
	const json_t *matters = at(doc, "matters"), *row;
	size_t i;

	assert_int_equal(json_array_size(matters), ARRAY_COUNT(ids));
	for (i = 0; i < ARRAY_COUNT(ids); i++) {
		row = json_array_get(matters, i);
		assert_string_equal(text_at(row, "id"), ids[i]);
		assert_true(!json_array_size(at(row, "measures")) ==
		    !!text_at(row, "no_measure")[0]);
	}
	row =
	    with_id(at(with_id(matters, ids[5]), "items"), "inspection-result");
	assert_true(json_is_false(at(row, "is_told")));
	json_decref(doc);
}

/* All ids below, in their order. */
static void add_ids(const json_t *node, struct buf *out)
{
	const json_t *child;
	const char *key;
	size_t i;

	json_array_foreach (node, i, child)
		add_ids(child, out);
	json_object_foreach ((json_t *)(uintptr_t)node, key, child)
		if (strcmp(key, "id") == 0)
			buf_addf(out, "%s ", json_string_value(child));
		else
			add_ids(child, out);
}

/* R-CAT-021 */
static void tables_areTheSameInBothLanguages(void **state)
{
	enum err_code (*const tables[])(const struct reading *, date_days,
	    struct buf *, struct err *) = {table_memoranda_document,
	    table_kinds_document, table_matters_document};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(tables); i++) {
		struct buf ids[2] = {BUF_INIT(1 << 20), BUF_INIT(1 << 20)};
		enum lang lang;

		for (lang = 0; lang < 2; lang++) {
			json_t *doc;

			tr_set_lang(lang);
			doc = parse(w,
			    tables[i](
				&w->reading, DATE_NONE, &w->out, &w->err));
			add_ids(doc, &ids[lang]);
			json_decref(doc);
		}
		tr_set_lang(LANG_EN);
		assert_true(ids[0].n > 200);
		assert_string_equal(buf_str(&ids[0]), buf_str(&ids[1]));
		buf_release(&ids[0]);
		buf_release(&ids[1]);
	}
}

/* R-CAT-021 */
static void tables_showAMeasureByListKindAndMatter(void **state)
{
	struct world *w = *state;
	json_t *doc = parse(w,
	    table_memoranda_document(&w->reading, DATE_NONE, &w->out, &w->err));
	const json_t *group = with_id(at(doc, "groups"), "list-wage-arrears");
	const json_t *row = with_id(at(group, "rows"), "limit-procurement");

	assert_non_null(row);
	assert_true(json_is_true(at(row, "is_asker")));
	assert_true(json_is_true(at(row, "in_force")));
	assert_string_equal(
	    text_at(json_array_get(at(row, "matters"), 0), "id"),
	    "government-procurement");
	/* A class of an item's records is named in the row. */
	row = with_id(at(with_id(at(doc, "groups"), "item-penalty"), "rows"),
	    "key-supervision");
	assert_string_equal(text_at(row, "class_title"), "serious");
	json_decref(doc);

	/* Its law of 2020 had not begun (R-CAT-028). */
	doc = parse(w,
	    table_memoranda_document(
		&w->reading, day("2020-04-30"), &w->out, &w->err));
	group = with_id(at(doc, "groups"), "list-wage-arrears");
	row = with_id(at(group, "rows"), "limit-procurement");
	assert_true(json_is_null(at(row, "from")));
	assert_true(json_is_false(at(row, "in_force")));
	json_decref(doc);

	doc = parse(
	    w, table_kinds_document(&w->reading, DATE_NONE, &w->out, &w->err));
	assert_int_equal(
	    json_array_size(at(doc, "groups")), CAT_MEASURE_KIND_COUNT);
	group = with_id(at(doc, "groups"), "reduce");
	assert_non_null(with_id(at(group, "rows"), "limit-procurement"));
	assert_null(with_id(at(group, "rows"), "limit-honours"));
	json_decref(doc);

	doc = parse(w,
	    table_matters_document(
		&w->reading, day("2020-01-01"), &w->out, &w->err));
	assert_true(json_is_false(at(doc, "is_today")));
	row = with_id(at(doc, "matters"), "government-procurement");
	assert_int_equal(int_at(row, "number"), 1);
	assert_non_null(with_id(at(row, "measures"), "limit-procurement"));
	assert_non_null(with_id(at(row, "lists"), "wage-arrears"));
	assert_int_equal(int_at(row, "reverse_months"), 12);
	json_decref(doc);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(catalogue_holdsListsMeasuresAndMatters),
	    TEST(tables_mattersAreTheNineAndSayWhatIsTold),
	    TEST(tables_areTheSameInBothLanguages),
	    TEST(tables_showAMeasureByListKindAndMatter),
	};

	return cmocka_run_group_tests(tests, load_rizhao, free_catalogue);
}
