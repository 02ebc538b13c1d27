/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of merged cells: what the reader puts into rows, and what the
 * checker does not take from there. R-ING-041 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/check.h"
#include "intake/check_test_help.h"
#include "intake/reader_test_help.h"
#include "intake/xlsx_test_help.h"

#define MERGED(rows, merges)                                                   \
	"<worksheet xmlns='" MAIN_NS "'><sheetData>" rows                      \
	"</sheetData><mergeCells>" merges "</mergeCells></worksheet>"
#define ROW(number, cells) "<row r='" number "'>" cells "</row>"
#define CELL(ref, text)	   "<c r='" ref "' t='str'><v>" text "</v></c>"
#define OVER(ref)	   "<mergeCell ref='" ref "'/>"

/* x, y, z in the second column of three rows; `first` in the first of one. */
#define THREE(first)                                                           \
	ROW("1", first CELL("B1", "x"))                                        \
	ROW("2", CELL("B2", "y")) ROW("3", CELL("B3", "z"))

/* ---- what rows get ---- */

static void merged_value_is_that_of_each_row(void **state)
{
	static const struct {
		const char *sheet;
		const char *rows;
	} t[] = {
	    {MERGED(THREE(CELL("A1", "a")), OVER("A1:A3")),
		"1:a|x\n2:a|y\n3:a|z\n"},
	    {MERGED(THREE(CELL("A1", "a")), OVER("A1:A2")),
		"1:a|x\n2:a|y\n3:~|z\n"},
	    /* what it was typed as goes with it */
	    {MERGED(THREE("<c r='A1'><v>5</v></c>"), OVER("A1:A2")),
		"1:#5|x\n2:#5|y\n3:~|z\n"},
	    /* over one row: nothing */
	    {MERGED(ROW("1", CELL("A1", "a")) ROW("2", CELL("B2", "b")),
		 OVER("A1:C1")),
		"1:a\n2:~|b\n"},
	    /* over rows and columns: the first column has it */
	    {MERGED(ROW("1", CELL("A1", "a") CELL("C1", "x"))
			ROW("2", CELL("C2", "y")),
		 OVER("A1:B2")),
		"1:a|~|x\n2:a|~|y\n"},
	    /* titles in two rows, of which a group stands over columns */
	    {MERGED(ROW("1", CELL("A1", "名称") CELL("B1", "主体"))
			ROW("2", CELL("B2", "代码") CELL("C2", "类别")),
		 OVER("A1:A2") OVER("B1:C1")),
		"1:名称|主体\n2:名称|代码|类别\n"},
	    /* one behind the other, and not in the order of the rows */
	    {MERGED(ROW("1", CELL("A1", "a") CELL("B1", "x"))
			ROW("2", CELL("B2", "y"))
			    ROW("3", CELL("A3", "b") CELL("B3", "z"))
				ROW("4", CELL("C4", "w")),
		 OVER("B3:B4") OVER("A3:A4") OVER("A1:A2")),
		"1:a|x\n2:a|y\n3:b|z\n4:b|z|w\n"},
	    /* behind the row's last cell */
	    {MERGED(ROW("1", CELL("A1", "x") CELL("D1", "d"))
			ROW("2", CELL("A2", "y")),
		 OVER("D1:D2")),
		"1:x|~|~|d\n2:y|~|~|d\n"},
	    /* its first row is blank, or is not there */
	    {MERGED(THREE(""), OVER("A1:A3")), "1:~|x\n2:~|y\n3:~|z\n"},
	    {MERGED(ROW("2", CELL("A2", "") CELL("B2", "y")), OVER("A1:A2")),
		"2:~|y\n"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		help_expect_sheet(t[i].sheet, t[i].rows, i);
}

static void merged_value_alone_makes_no_row(void **state)
{
	static const struct {
		const char *sheet;
		const char *rows;
	} t[] = {
	    {MERGED(ROW("1", CELL("A1", "a")) ROW("2", "<c r='A2'/>")
			ROW("3", CELL("A3", "b")),
		 OVER("A1:A2")),
		"1:a\n3:b\n"},
	    {MERGED(ROW("1", CELL("A1", "a")) ROW("2", CELL("A2", "a")),
		 OVER("A1:A2")),
		"1:a\n"},
	    /* what it hides and is another is told of, also alone */
	    {MERGED(ROW("1", CELL("A1", "a"))
			ROW("2", CELL("A2", "b") CELL("B2", "y")),
		 OVER("A1:A2")),
		"1:a\n2:%b|y\n"},
	    {MERGED(ROW("1", CELL("A1", "a")) ROW("2", CELL("A2", "b")),
		 OVER("A1:A2")),
		"1:a\n2:%b\n"},
	    {MERGED(ROW("2", CELL("A2", "b") CELL("B2", "y")), OVER("A1:A2")),
		"2:%b|y\n"},
	    {MERGED(ROW("1", CELL("B1", "x")) ROW("2", CELL("A2", "b")),
		 OVER("A1:A2")),
		"1:~|x\n2:%b\n"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		help_expect_sheet(t[i].sheet, t[i].rows, i);
}

/* A spreadsheet writes none that overlap; of those that do the later counts. */
static void merged_cells_may_overlap(void **state)
{
	(void)state;
	help_expect_sheet(
	    MERGED(THREE(CELL("A1", "a")), OVER("A1:A2") OVER("A2:A3")),
	    "1:a|x\n2:~|y\n3:~|z\n", 0);
	help_expect_sheet(
	    MERGED(THREE(CELL("A1", "a")), OVER("A1:A3") OVER("A1:A3")),
	    "1:a|x\n2:a|y\n3:a|z\n", 1);
	help_expect_sheet(
	    MERGED(THREE(CELL("A1", "a")), OVER("A1:A3") OVER("A2:B2")),
	    "1:a|x\n2:a|y\n3:a|z\n", 3);
	help_expect_sheet(MERGED(ROW("1", CELL("A1", "a"))
				     ROW("2", CELL("A2", "b") CELL("B2", "y"))
					 ROW("3", CELL("B3", "z")),
			      OVER("A1:A3") OVER("A2:A3")),
	    "1:a\n2:b|y\n3:b|z\n", 2);
}

static void merged_cells_beyond_the_sheet_are_none(void **state)
{
	static const char *const none[] = {"A1:A9999999",
	    "A1:A99999999999999999999", "A0:A3", "A3:A1", "A1:A1", "A1",
	    "A1:", "A1:A", ":A3", "", "1:3", "AAAA1:AAAA3", "XFE1:XFE3",
	    "$A$1:$A$3"};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(none); i++) {
		struct buf sheet = BUF_INIT(10000);

		buf_addf(&sheet, MERGED(THREE(CELL("A1", "a")), OVER("%s")),
		    none[i]);
		help_expect_sheet(buf_str(&sheet), "1:a|x\n2:~|y\n3:~|z\n", i);
		buf_release(&sheet);
	}
	help_expect_sheet(MERGED(THREE(CELL("A1", "a")), OVER("A1:A1048576")),
	    "1:a|x\n2:a|y\n3:a|z\n", 100);
	help_expect_sheet(MERGED(THREE(CELL("A1", "a")), OVER("a1:xfd3")),
	    "1:a|x\n2:a|y\n3:a|z\n", 101);
	help_expect_sheet(
	    MERGED(THREE(CELL("A1", "a")), "<mergeCell/>" OVER("A1:A3")),
	    "1:a|x\n2:a|y\n3:a|z\n", 102);
}

/* The last column that is read has its value, the one behind it none. */
static void merged_cells_of_the_last_columns(void **state)
{
	struct buf rows = BUF_INIT(10000);
	int i;

	(void)state;
	for (i = 1; i <= 2; i++) {
		int k;

		buf_addf(&rows, "%d:%s", i, i == 1 ? "x" : "y");
		for (k = 1; k < READER_COLUMNS_MAX - 1; k++)
			buf_add_str(&rows, "|~");
		buf_add_str(&rows, "|v\n");
	}
	help_expect_sheet(MERGED(ROW("1", CELL("A1", "x") CELL("IV1", "v"))
				     ROW("2", CELL("A2", "y")),
			      OVER("IV1:IV2") OVER("IW1:IW2")),
	    buf_str(&rows), 0);
	buf_release(&rows);
}

static void merged_cells_may_be_thousands(void **state)
{
	enum { PAIRS = 5000 };
	struct buf sheet = BUF_INIT(4 * 1024 * 1024);
	struct buf rows = BUF_INIT(4 * 1024 * 1024);
	int i;

	(void)state;
	buf_add_str(&sheet, "<worksheet xmlns='" MAIN_NS "'><sheetData>");
	for (i = 1; i < 2 * PAIRS; i += 2) {
		buf_addf(&sheet,
		    ROW("%d", CELL("A%d", "v%d") CELL("B%d", "x"))
			ROW("%d", CELL("B%d", "y")),
		    i, i, i, i, i + 1, i + 1);
		buf_addf(&rows, "%d:v%d|x\n%d:v%d|y\n", i, i, i + 1, i);
	}
	buf_add_str(&sheet, "</sheetData><mergeCells>");
	for (i = 2 * PAIRS - 1; i > 0; i -= 2)
		buf_addf(&sheet, OVER("A%d:A%d"), i, i + 1);
	buf_add_str(&sheet, "</mergeCells></worksheet>");
	help_expect_sheet(buf_str(&sheet), buf_str(&rows), 0);
	buf_release(&sheet);
	buf_release(&rows);
}

/* Nine long ones are more than a row may have: the last is left out. */
static void merged_values_too_long_for_a_row_are_told(void **state)
{
	enum { LONG = 120 * 1024, COLUMNS = 9 };
	struct buf sheet = BUF_INIT(4 * 1024 * 1024);
	struct buf out = BUF_INIT(16 * 1024 * 1024);
	struct part part = {"xl/worksheets/sheet1.xml", NULL, 0};
	int i, k, fd;

	(void)state;
	buf_add_str(&sheet, "<worksheet xmlns='" MAIN_NS "'><sheetData>");
	for (i = 1; i <= COLUMNS; i++) {
		buf_addf(&sheet, "<row r='%d'><c r='%c%d' t='str'><v>", i,
		    'A' + i - 1, i);
		for (k = 0; k < LONG; k++)
			buf_add_char(&sheet, (char)('a' + i));
		buf_add_str(&sheet, "</v></c></row>");
	}
	buf_add_str(&sheet,
	    ROW("10", CELL("J10", "x")) "</sheetData>"
					"<mergeCells>");
	for (i = 1; i <= COLUMNS; i++)
		buf_addf(
		    &sheet, OVER("%c%d:%c10"), 'A' + i - 1, i, 'A' + i - 1);
	buf_add_str(&sheet, "</mergeCells></worksheet>");
	part.text = buf_str(&sheet);
	fd = help_book(&part, 1);
	assert_int_equal(help_dump(fd, -1, "x.xlsx", &out, NULL), 0);
	close(fd);
	assert_null(strstr(buf_str(&out), "8!LONG"));
	assert_non_null(strstr(buf_str(&out), "10!LONG@8:"));
	assert_non_null(strstr(buf_str(&out), "|~|x\n"));
	buf_release(&sheet);
	buf_release(&out);
}

/* ---- what is not taken ---- */

static void merged_amounts_and_numbers_refuse_their_rows(void **state)
{
	static const struct {
		const char *column;
		struct reader_rows rows;
		const char *other; /* merged, too; NULL: none */
		struct reader_rows other_rows;
		const char *value; /* NULL: the good one */
		int shared;
	} t[] = {
	    {"CF_NR_FK", {7, 8}, NULL, {0, 0}, NULL, 1},
	    {"CF_NR_FK", {6, 7}, NULL, {0, 0}, NULL, 1},
	    {"CF_NR_FK", {7, 8}, NULL, {0, 0}, "/", 0},
	    {"CF_NR_FK", {0, 0}, NULL, {0, 0}, NULL, 0},
	    /* one decision of several organisations */
	    {"CF_WSH", {7, 8}, NULL, {0, 0}, NULL, 0},
	    {"CF_WSH", {7, 8}, "CF_SY", {7, 8}, NULL, 0},
	    /* of one, in two rows at least */
	    {"CF_WSH", {7, 8}, "CF_XDR_MC", {7, 8}, NULL, 1},
	    {"CF_WSH", {7, 8}, "CF_XDR_SHXYM", {1, 9}, NULL, 1},
	    {"CF_WSH", {5, 7}, "CF_XDR_MC", {6, 9}, NULL, 1},
	    {"CF_WSH", {7, 8}, "CF_XDR_MC", {6, 7}, NULL, 0},
	    {"CF_WSH", {7, 8}, "CF_XDR_MC", {7, 8}, "无", 0},
	    /* anything else is the same for each */
	    {"CF_JDRQ", {7, 8}, "CF_XDR_MC", {7, 8}, NULL, 0},
	    {"CF_YJ", {7, 8}, "CF_XDR_MC", {7, 8}, NULL, 0},
	    {"CF_XDR_SHXYM", {7, 8}, "CF_XDR_MC", {7, 8}, NULL, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct reader_rows merged[READER_COLUMNS_MAX] = {{0, 0}};
		struct row_fixture f;

		row_make(&f, NULL);
		merged[row_column_of(t[i].column)] = t[i].rows;
		if (t[i].other)
			merged[row_column_of(t[i].other)] = t[i].other_rows;
		f.row.merged = merged;
		if (t[i].value)
			row_set(&f, t[i].column, t[i].value);
		row_run(&f);
		if (row_count_rule(&f, "cell-shared") != t[i].shared)
			fail_msg("case %zu: %.*s", i, (int)f.got.findings.n,
			    f.got.findings.p);
		/* As a value it would come back to be one. */
		if (t[i].shared) {
			assert_int_equal(f.got.outcome, ROW_REFUSED);
			assert_true(row_holds(f.got.cells, "\"#VALUE!\""));
		} else if (!t[i].value) {
			assert_int_equal(f.got.outcome, ROW_RECORD);
		}
		row_done(&f);
	}
}

static void merged_rows_are_named(void **state)
{
	struct reader_rows merged[READER_COLUMNS_MAX] = {{0, 0}};
	struct row_fixture f;

	(void)state;
	row_make(&f, NULL);
	merged[row_column_of("CF_NR_FK")] = (struct reader_rows){5, 12};
	f.row.merged = merged;
	row_run(&f);
	assert_true(row_holds(f.got.findings, "\"expect\":\"5-12\""));
	row_done(&f);
}

static int set_up(void **state)
{
	return help_set_up(state) || help_load_catalog(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(merged_value_is_that_of_each_row),
	    cmocka_unit_test(merged_value_alone_makes_no_row),
	    cmocka_unit_test(merged_cells_may_overlap),
	    cmocka_unit_test(merged_cells_beyond_the_sheet_are_none),
	    cmocka_unit_test(merged_cells_of_the_last_columns),
	    cmocka_unit_test(merged_cells_may_be_thousands),
	    cmocka_unit_test(merged_values_too_long_for_a_row_are_told),
	    cmocka_unit_test(merged_amounts_and_numbers_refuse_their_rows),
	    cmocka_unit_test(merged_rows_are_named),
	};

	return cmocka_run_group_tests_name(
	    "xlsx_merge", tests, set_up, help_free_catalog);
}
