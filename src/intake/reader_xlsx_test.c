/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests of the XLSX reader.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include <zip.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/mem.h"
#include "intake/reader.h"
#include "intake/reader_test_help.h"
#include "intake/xlsx_priv.h"
#include "intake/xlsx_test_help.h"

/* ---- pread() and write() that fail ---- */

static struct {
	long fail_at; /* this call fails, counted from 1; 0 = none */
	long calls;
	bool is_interrupting; /* every second call gives EINTR */
} fault;

ssize_t __real_pread(int fd, void *p, size_t n, off_t at);
ssize_t __wrap_pread(int fd, void *p, size_t n, off_t at);
ssize_t __real_pread64(int fd, void *p, size_t n, off_t at);
ssize_t __wrap_pread64(int fd, void *p, size_t n, off_t at);

ssize_t __wrap_pread(int fd, void *p, size_t n, off_t at)
{
	fault.calls++;
	if (fault.calls == fault.fail_at) {
		errno = EIO;
		return -1;
	}
	if (fault.is_interrupting && fault.calls % 2) {
		errno = EINTR;
		return -1;
	}
	return __real_pread(fd, p, n, at);
}

ssize_t __wrap_pread64(int fd, void *p, size_t n, off_t at)
{
	return __wrap_pread(fd, p, n, at);
}

/* ---- cells and rows ---- */

static void xlsx_cells_stand_where_they_say(void **state)
{
	static const struct {
		const char *sheet;
		const char *rows;
	} t[] = {
	    {SHEET(""), ""},
	    {SHEET("<row r='3'><c r='B3'><v>1</v></c>"
		   "<c r='E3'><v>2</v></c></row><row r='7'>"
		   "<c r='A7'><v>3</v></c></row>"),
		"3:~|#1|~|~|#2\n7:#3\n"},
	    {SHEET("<row><c><v>1</v></c><c><v>2</v></c></row>"
		   "<row><c r='c2'><v>3</v></c><c><v>4</v></c></row>"),
		"1:#1|#2\n2:~|~|#3|#4\n"},
	    {SHEET("<row r='2'><c r='A2' s='1'/><c r='ZZ2' s='1'/></row>"
		   "<row r='3'><c r='A3'><v>1</v></c><c r='XFD3'/></row>"),
		"3:#1\n"},
	    {SHEET("<row r='1'><c r='A1' t='inlineStr'><is><t>  </t></is></c>"
		   "</row><row r='2'><c r='A2'><v>1</v></c></row>"),
		"2:#1\n"},
	    {SHEET("<row r='2'><c r='IV2'><v>1</v></c>"
		   "<c r='IW2'><v>2</v></c></row>"),
		NULL},
	    /* rows that go back follow on */
	    {SHEET("<row r='5'><c><v>1</v></c></row>"
		   "<row r='5'><c><v>2</v></c></row>"
		   "<row r='x'><c r='?!'><v>3</v></c></row>"),
		"5:#1\n6:#2\n7:#3\n"},
	    /* merged: only the first cell has a value */
	    {"<worksheet xmlns='" MAIN_NS "'><sheetData><row r='1'>"
	     "<c r='A1' t='str'><v>标题</v></c><c r='B1'/></row></sheetData>"
	     "<mergeCells><mergeCell ref='A1:B1'/></mergeCells></worksheet>",
		"1:标题\n"},
	    /* a prefix, the strict namespace, none at all */
	    {"<x:worksheet xmlns:x='" MAIN_NS "'><x:sheetData><x:row r='1'>"
	     "<x:c r='A1'><x:v>1</x:v></x:c></x:row></x:sheetData>"
	     "</x:worksheet>",
		"1:#1\n"},
	    {"<worksheet xmlns='http://purl.oclc.org/ooxml/spreadsheetml/main'>"
	     "<sheetData><row r='1'><c r='A1'><v>1</v></c></row></sheetData>"
	     "</worksheet>",
		"1:#1\n"},
	    {"<worksheet><sheetData><row r='1'><c r='A1'><v>1</v></c></row>"
	     "</sheetData></worksheet>",
		"1:#1\n"},
	    /* extensions are passed over with what they hold */
	    {"<worksheet xmlns='" MAIN_NS "' xmlns:e='urn:e'><sheetData>"
	     "<row r='1'><c r='A1'><v>1</v><e:v>9</e:v></c>"
	     "<e:c r='B1'><v>9</v></e:c></row></sheetData></worksheet>",
		"1:#1\n"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf want = BUF_INIT(10000);
		int k;

		if (t[i].rows) {
			buf_add_str(&want, t[i].rows);
		} else {
			buf_add_str(&want, "2!CELLS@256:");
			for (k = 0; k < 255; k++)
				buf_add_str(&want, "~|");
			buf_add_str(&want, "#1\n");
		}
		help_expect_sheet(t[i].sheet, buf_str(&want), i);
		buf_release(&want);
	}
}

static void xlsx_cells_have_their_kinds(void **state)
{
	static const struct {
		const char *cell;
		const char *row;
	} t[] = {
	    {"<c><v>0.10000000000000001</v></c>", "1:#0.1\n"},
	    {"<c><v>1E-4</v></c>", "1:#0.0001\n"},
	    {"<c t='n'><v> 5 </v></c>", "1:#5\n"},
	    {"<c><v>91371102000000001234</v></c>", "1:#91371102000000001234\n"},
	    {"<c><f>A2*2</f><v>7</v></c>", "1:#7\n"},
	    {"<c t='str'><f>A2&amp;\"x\"</f><v>a_x000D_b &amp; c</v></c>",
		"1:a\\rb & c\n"},
	    /* written by a program that does not reckon; an empty result */
	    {"<c><f>A2*2</f></c><c><f>A2</f><v/></c>", "1:==|==\n"},
	    {"<c t='str'><f>A2</f><v></v></c><c><v>1</v></c>", "1:~|#1\n"},
	    {"<c t='b'><v>1</v></c><c t='b'><v>0</v></c>", "1:?true|?false\n"},
	    {"<c><v>1</v></c><c t='e'><v>#N/A</v></c>",
		"1!FORMULA@1:#1|#N/A\n"},
	    /* Any other fault goes before it. */
	    {"<c t='e'><v>#REF!</v></c><c t='str'><v>_x0000_</v></c>",
		"1!ENCODING@1:#REF!|\xEF\xBF\xBD\n"},
	    {"<c t='d'><v>2019-09-05</v></c>", "1:@2019-09-05\n"},
	    {"<c t='d'><v>2019-09-05T00:00:00</v></c>", "1:@2019-09-05\n"},
	    {"<c t='d'><v>2019-09-05T08:30:00.000Z</v></c>",
		"1:@2019-09-05 08:30:00\n"},
	    {"<c t='d'><v>2019-09-05x</v></c>", "1:2019-09-05x\n"},
	    {"<c t='inlineStr'><is><t>日</t></is></c>", "1:日\n"},
	    {"<c t='inlineStr'><is><r><rPr><b/></rPr><t>公</t></r>"
	     "<r><t xml:space='preserve"
	     "'> 信 </t></r><rPh sb='0' eb='1'><t>gong</t></rPh></is></c>",
		"1:公 信 \n"},
	    {"<c t='inlineStr'><is><t> x </t></is></c>", "1:x\n"},
	    {"<c t='inlineStr'><is><t>_xD840__xDC00__x005F_x0041_</t></is></c>",
		"1:𠀀_x0041_\n"},
	    {"<c t='inlineStr'><is><t>a_x0000_</t></is></c>",
		"1!ENCODING@0:a\xEF\xBF\xBD\n"},
	    {"<c t='str'><v>_xD840_b</v></c>",
		"1!ENCODING@0:\xEF\xBF\xBD"
		"b\n"},
	    {"<c t='str'><v>&#26085;</v></c>", "1:日\n"},
	    {"<c><v>text</v></c>", "1:text\n"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf sheet = BUF_INIT(10000);

		buf_addf(&sheet, SHEET("<row r='1'>%s</row>"), t[i].cell);
		help_expect_sheet(buf_str(&sheet), t[i].row, i);
		buf_release(&sheet);
	}
}

static void xlsx_shared_texts_are_found(void **state)
{
	static const struct part parts[] = {
	    {"xl/sharedStrings.xml",
		STRINGS(
		    "<si><t>名称</t></si><si/><si><r><t>公</t></r><r>"
		    "<t xml:space='preserve'> 信</t></r><rPh><t>x</t></rPh>"
		    "</si><si><t>a_x0001_\n</t></si><si><t>_x0000_</t></si>"),
		0},
	    {"xl/worksheets/sheet1.xml",
		SHEET("<row r='1'><c t='s'><v>0</v></c><c t='s'><v>1</v></c>"
		      "<c t='s'><v>2</v></c><c t='s'><v>3</v></c></row>"
		      "<row><c t='s'><v>0</v></c><c t='s'><v>4</v></c></row>"),
		0},
	};
	struct part wrong[] = {parts[0],
	    {"xl/worksheets/sheet1.xml",
		SHEET("<row r='1'><c><v>1</v></c></row>"
		      "<row r='2'><c t='s'><v>5</v></c></row>"),
		0}};

	(void)state;
	help_expect_book(parts, 2,
	    "1:名称|~|公 信|a\x01\n2!ENCODING@1:名称|\xEF\xBF\xBD\n", 0);
	help_expect_book(wrong, 2,
	    "1:#1\nerror: sheet \"表1\", at row 2: the workbook is damaged: a "
	    "cell of row 2 refers to a text that is not there\n",
	    1);
}

/* ---- dates ---- */

static void xlsx_format_of_code_knows_dates(void **state)
{
	static const struct {
		const char *code;
		enum xlsx_format format;
	} t[] = {
	    {"General", XLSX_NUMBER},
	    {"0.00", XLSX_NUMBER},
	    {"0.00E+00", XLSX_NUMBER},
	    {"#,##0.00_);[Red]\\(#,##0.00\\)", XLSX_NUMBER},
	    {"0\"年\"", XLSX_NUMBER},
	    {"#\" days\"", XLSX_NUMBER},
	    {"@", XLSX_NUMBER},
	    {"[$¥-804]#,##0.00", XLSX_NUMBER},
	    {"\"yyyy\"", XLSX_NUMBER},
	    {"yyyy-mm-dd", XLSX_DATE},
	    {"yyyy/m/d;@", XLSX_DATE},
	    {"yyyy\"年\"m\"月\"d\"日\";@", XLSX_DATE},
	    {"yyyy年m月d日", XLSX_DATE},
	    {"[$-804]yyyy\\-mm\\-dd", XLSX_DATE},
	    {"[DBNum1][$-804]yyyy\"年\"m\"月\"", XLSX_DATE},
	    {"[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", XLSX_DATE},
	    {"yyyy-mm-dd hh:mm:ss.000", XLSX_DATE},
	    {"YYYY\\-MM\\-DD\\ HH:MM", XLSX_DATE},
	    {"mmm-yy", XLSX_DATE},
	    {"m\"月\"", XLSX_DATE},
	    {"h:mm AM/PM", XLSX_TIME},
	    {"hh:mm:ss", XLSX_TIME},
	    {"mm:ss.0", XLSX_TIME},
	    {"上午/下午h\"时\"mm\"分\"", XLSX_TIME},
	    {"[h]:mm:ss", XLSX_ELAPSED},
	    {"[mm]:ss", XLSX_ELAPSED},
	    {"\"open", XLSX_NUMBER},
	    {"[open", XLSX_NUMBER},
	    {"\\", XLSX_NUMBER},
	    {"", XLSX_NUMBER},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		if (xlsx_format_of_code(t[i].code) != t[i].format)
			fail_msg("[%zu] %s: %d", i, t[i].code,
			    xlsx_format_of_code(t[i].code));
}

static void xlsx_add_number_serials_become_dates(void **state)
{
	static const struct {
		const char *serial;
		enum xlsx_format format;
		bool is_1904;
		enum cell_kind kind;
		const char *text;
	} t[] = {
	    {"1", XLSX_DATE, false, CELL_DATE, "1900-01-01"},
	    {"59", XLSX_DATE, false, CELL_DATE, "1900-02-28"},
	    {"60", XLSX_DATE, false, CELL_DATE, "1900-02-29"},
	    {"61", XLSX_DATE, false, CELL_DATE, "1900-03-01"},
	    {"25569", XLSX_DATE, false, CELL_DATE, "1970-01-01"},
	    {"45040", XLSX_DATE, false, CELL_DATE, "2023-04-24"},
	    {"45040.0", XLSX_DATE, false, CELL_DATE, "2023-04-24"},
	    {"73050", XLSX_DATE, false, CELL_DATE, "2099-12-31"},
	    {"2958465", XLSX_DATE, false, CELL_DATE, "9999-12-31"},
	    {"2958466", XLSX_DATE, false, CELL_NUMBER, "2958466"},
	    {"45040.5", XLSX_DATE, false, CELL_DATE, "2023-04-24 12:00:00"},
	    {"45040.999999999", XLSX_DATE, false, CELL_DATE, "2023-04-25"},
	    {"45040.354166666664", XLSX_DATE, false, CELL_DATE,
		"2023-04-24 08:30:00"},
	    {"45040.354166666664", XLSX_TIME, false, CELL_DATE,
		"2023-04-24 08:30:00"},
	    {"0.354166666666667", XLSX_TIME, false, CELL_TEXT, "08:30:00"},
	    {"1.5", XLSX_ELAPSED, false, CELL_TEXT, "36:00:00"},
	    {"0", XLSX_DATE, false, CELL_NUMBER, "0"},
	    {"-1", XLSX_DATE, false, CELL_NUMBER, "-1"},
	    {"0", XLSX_DATE, true, CELL_DATE, "1904-01-01"},
	    {"43578", XLSX_DATE, true, CELL_DATE, "2023-04-24"},
	    {"45040", XLSX_NUMBER, false, CELL_NUMBER, "45040"},
	    {"4.504E4", XLSX_DATE, false, CELL_DATE, "2023-04-24"},
	    {"99999999999999999999", XLSX_DATE, false, CELL_NUMBER,
		"99999999999999999999"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf out = BUF_INIT(100);
		enum cell_kind kind = xlsx_add_number(
		    &out, span_of(t[i].serial), t[i].format, t[i].is_1904);

		if (kind != t[i].kind || strcmp(buf_str(&out), t[i].text) != 0)
			fail_msg("[%zu] %s: %s (%d), not %s", i, t[i].serial,
			    buf_str(&out), kind, t[i].text);
		buf_release(&out);
	}
}

static void xlsx_styles_make_dates(void **state)
{
	static const char sheet[] = SHEET(
	    "<row r='1'><c s='0'><v>45040</v></c><c s='1'><v>45040</v></c>"
	    "<c s='2'><v>45040</v></c><c s='3'><v>45040</v></c>"
	    "<c s='4'><v>45040</v></c><c s='5'><v>0.5</v></c>"
	    "<c s='6'><v>1000</v></c><c s='99'><v>1</v></c></row>");
	static const struct part parts[] = {
	    {"xl/styles.xml",
		STYLES("<numFmt numFmtId='176' formatCode='yyyy\"年\"m\"月\"'/>"
		       "<numFmt numFmtId='177' formatCode='0.00_ '/>"
		       "<numFmt numFmtId='178' formatCode='0&quot;元&quot;'/>",
		    "<xf numFmtId='0'/><xf numFmtId='14'/>"
		    "<xf numFmtId='176' applyNumberFormat='1'/>"
		    "<xf numFmtId='177'/><xf numFmtId='31'/>"
		    "<xf numFmtId='20'/><xf numFmtId='178'/>"),
		0},
	    {"xl/worksheets/sheet1.xml", sheet, 0},
	    {"xl/workbook.xml",
		WORKBOOK("date1904='1'",
		    "<sheet name='a' sheetId='1' r:id='rId1'/>"),
		0}};

	(void)state;
	help_expect_book(parts, 2,
	    "1:#45040|@2023-04-24|@2023-04-24|#45040|@2023-04-24|12:00:00|"
	    "1000元|"
	    "#1\n",
	    0);
	help_expect_book(parts, 3,
	    "1:#45040|@2027-04-25|@2027-04-25|#45040|@2027-04-25|12:00:00|"
	    "1000元|"
	    "#1\n",
	    1);
}

/* ---- workbooks ---- */

#define ROW_OF(text) SHEET("<row r='1'><c t='str'><v>" text "</v></c></row>")

static void xlsx_first_sheet_with_rows_is_read(void **state)
{
	static const struct part parts[] = {
	    {"xl/workbook.xml",
		WORKBOOK("",
		    "<sheet name='隐藏' sheetId='1' state='hidden' r:id='r1'/>"
		    "<sheet name='图' sheetId='2' r:id='r2'/>"
		    "<sheet name='空' sheetId='3' r:id='r3'/>"
		    "<sheet name='处罚' sheetId='4' state='visible' r:id='r4'/>"
		    "<sheet name='后' sheetId='5' r:id='r1'/>"),
		0},
	    {"xl/_rels/workbook.xml.rels",
		RELS(REL("r1", "worksheet", "worksheets/hidden.xml")
			REL("r2", "chartsheet", "chartsheets/c.xml") REL(
			    "r3", "worksheet", "/xl/worksheets/empty.xml")
			    REL("r4", "worksheet", "./x/../Worksheets/d.xml")),
		0},
	    {"xl/worksheets/hidden.xml", ROW_OF("hidden"), 0},
	    {"xl/worksheets/empty.xml", SHEET("<row r='1'/>"), 0},
	    {"xl/worksheets/d.xml", ROW_OF("data"), 0},
	};
	static const char *const want[] = {"data", "hidden"};
	struct reader *reader;
	struct reader_row row;
	struct err err;
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct part changed[ARRAY_COUNT(parts)];

		memcpy(changed, parts, sizeof(parts));
		if (i == 1) {
			changed[4].text = SHEET("");
			changed[0].text = WORKBOOK("",
			    "<sheet name='隐藏' sheetId='1' state='veryHidden' "
			    "r:id='r1'/>"
			    "<sheet name='空' sheetId='3' r:id='r3'/>"
			    "<sheet name='处罚' sheetId='4' r:id='r4'/>");
		}
		fd = help_book(changed, ARRAY_COUNT(changed));
		assert_int_equal(reader_open(fd, -1, NULL, &reader, &err), 0);
		assert_string_equal(
		    reader_info(reader)->sheet, i ? "隐藏" : "处罚");
		assert_int_equal(
		    reader_info(reader)->other_sheets_count, i ? 0 : 1);
		if (i == 0)
			assert_string_equal(
			    reader_info(reader)->other_sheets[0], "后");
		assert_int_equal(reader_info(reader)->format, READER_XLSX);
		assert_int_equal(reader_next(reader, &row, &err), 1);
		assert_true(span_is(row.cells[0].text, want[i]));
		assert_int_equal(reader_next(reader, &row, &err), 0);
		assert_int_equal(reader_next(reader, &row, &err), 0);
		reader_free(&reader);
		close(fd);
	}
}

static void xlsx_workbook_elsewhere_is_found(void **state)
{
	static const struct part parts[] = {
	    {"_rels/.rels", RELS(REL("a", "officeDocument", "/book.xml")), 0},
	    {"book.xml", WORKBOOK("", "<sheet name='a' sheetId='1' r:id='x'/>"),
		0},
	    {"_rels/book.xml.rels", RELS(REL("x", "worksheet", "sheet.xml")),
		0},
	    {"sheet.xml", ROW_OF("here"), 0},
	};
	struct buf out = BUF_INIT(1000);
	int fd = help_zip(parts, ARRAY_COUNT(parts), false);

	(void)state;
	help_dump(fd, -1, "x", &out, NULL);
	assert_string_equal(buf_str(&out), "1:here\n");
	buf_release(&out);
	close(fd);
}

static void xlsx_other_zips_are_named(void **state)
{
	static const struct {
		const char *path;
		bool is_encrypted;
		const char *message;
	} t[] = {
	    {"xl/workbook.bin", false, "this is a binary workbook (.xlsb)"},
	    {"word/document.xml", false,
		"this is a Word document, not a table"},
	    {"content.xml", false,
		"this is an OpenDocument file, not a workbook"},
	    {"data.csv", false,
		"this is a zip archive without a workbook in it"},
	    {"xl/workbook.xml", true,
		"the workbook is protected by a password"},
	    {"xl/workbook.xml", false,
		"part \"xl/_rels/workbook.xml.rels\" is missing: the workbook "
		"is damaged or was cut off"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct part parts[] = {{t[i].path, "<x/>", 0},
		    {"xl/_rels/workbook.xml.rels", RELS(""), 0}};
		int fd = help_zip(
		    parts, t[i].is_encrypted ? 2 : 1, t[i].is_encrypted);
		struct reader *reader;
		struct err err;

		assert_int_equal(
		    reader_open(fd, -1, "x.xlsx", &reader, &err), ERR_INPUT);
		if (strcmp(err.message, t[i].message) != 0)
			fail_msg("[%zu] %s", i, err.message);
		close(fd);
	}
}

/* A workbook by libxlsxwriter with shared texts, formulas and all. */
static void xlsx_of_libxlsxwriter_reads_right(void **state)
{
	char path[] = "/tmp/xlsx_test.XXXXXX";
	struct buf out = BUF_INIT(10000);
	lxw_datetime moment = {2023, 4, 24, 8, 30, 0};
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *date, *code;
	int fd = mkstemp(path);

	(void)state;
	close(fd);
	book = workbook_new(path);
	sheet = workbook_add_worksheet(book, "行政处罚");
	date = workbook_add_format(book);
	code = workbook_add_format(book);
	format_set_num_format(date, "yyyy\"年\"mm\"月\"dd\"日\"");
	format_set_num_format_index(code, 49);
	worksheet_merge_range(sheet, 0, 0, 0, 3, "标题", date);
	worksheet_write_string(sheet, 2, 0, "名称", NULL);
	worksheet_write_string(sheet, 2, 1, " 代码 ", code);
	worksheet_write_string(sheet, 3, 0, "名称", NULL);
	worksheet_write_string(sheet, 3, 1, "91371102MA3C0X0X0X", code);
	worksheet_write_datetime(sheet, 3, 2, &moment, date);
	worksheet_write_number(sheet, 3, 3, 0.1, NULL);
	worksheet_write_formula_num(sheet, 3, 4, "=D4*3", NULL, 0.1 + 0.2);
	worksheet_write_boolean(sheet, 3, 5, 1, NULL);
	worksheet_write_blank(sheet, 3, 6, date);
	worksheet_write_formula_str(sheet, 4, 1, "=A4&\"x\"", NULL, "名称x");
	worksheet_write_number(sheet, 4, 3, 1e-7, NULL);
	assert_int_equal(workbook_close(book), LXW_NO_ERROR);
	fd = open(path, O_RDONLY);
	unlink(path);
	help_dump(fd, -1, "x", &out, NULL);
	assert_string_equal(buf_str(&out),
	    "1:标题\n3:名称| 代码 \n"
	    "4:名称|91371102MA3C0X0X0X|@2023-04-24 08:30:00|#0.1|#0.3|?true\n"
	    "5:~|名称x|~|#0.0000001\n");
	buf_release(&out);
	close(fd);
}

/* Saved by LibreOffice 7.4 from a CSV with a title row. */
static void xlsx_of_libreoffice_reads_right(void **state)
{
	struct buf out = BUF_INIT(10000);
	size_t n;
	char *p = help_load("test/data/libreoffice-7.xlsx", &n);

	(void)state;
	help_dump_bytes(p, n, "x", &out, NULL);
	assert_string_equal(buf_str(&out),
	    "1:某市行政处罚信息公示表（示例）\n"
	    "3:行政相对人名称|统一社会信用代码|处罚决定日期|罚款金额(万元)|"
	    "备注\n"
	    "4:示例甲商贸有限公司|91371102MA3C0X0X0X|@2023-04-24|#0.1|"
	    "多行\\n备注\n"
	    "5:示例乙商贸有限公司|91371102MA3C0Y0Y0Y|@2023-05-01|#12.345678|"
	    "逗号,引号\"x\"\n");
	help_torture(p, n, "x", 7);
	buf_release(&out);
	free(p);
}

/* ---- bounds ---- */

/* `count` texts of `n` letters, and a row of each in turn. */
static int make_many_texts(size_t count, size_t n)
{
	struct buf strings = BUF_INIT(1ULL << 30);
	struct buf sheet = BUF_INIT(1ULL << 30);
	struct part parts[2];
	size_t i, k;
	int fd;

	buf_add_str(&strings, "<sst xmlns='" MAIN_NS "'>");
	buf_add_str(&sheet, "<worksheet xmlns='" MAIN_NS "'><sheetData>");
	for (i = 0; i < count; i++) {
		buf_addf(&strings, "<si><t>%08zu", i);
		for (k = 8; k < n; k++)
			buf_add_char(&strings, (char)('a' + (i + k) % 26));
		buf_add_str(&strings, "</t></si>");
		/* backwards, so that the cache is put to work */
		buf_addf(&sheet, "<row><c t='s'><v>%zu</v></c></row>",
		    count - 1 - i);
	}
	buf_add_str(&strings, "</sst>");
	buf_add_str(&sheet, "</sheetData></worksheet>");
	parts[0] = (struct part){"xl/sharedStrings.xml", strings.p, strings.n};
	parts[1] = (struct part){"xl/worksheets/sheet1.xml", sheet.p, sheet.n};
	fd = help_book(parts, 2);
	buf_release(&strings);
	buf_release(&sheet);
	return fd;
}

enum { MANY = 9000, MANY_BYTES = 5003 };

static void xlsx_many_texts_go_to_the_spool(void **state)
{
	int fd = make_many_texts(MANY, MANY_BYTES);
	int spool = memfd_create("spool", 0);
	struct reader *reader;
	struct reader_row row;
	struct err err;
	size_t i, k;

	(void)state;
	assert_int_equal(reader_open(fd, spool, "x", &reader, &err), 0);
	assert_true(lseek(spool, 0, SEEK_END) > 8 * 1024 * 1024);
	for (i = 0; i < MANY; i++) {
		struct span t;
		char head[9];

		assert_int_equal(reader_next(reader, &row, &err), 1);
		t = row.cells[0].text;
		snprintf(head, sizeof(head), "%08zu", MANY - 1 - i);
		assert_int_equal(t.n, MANY_BYTES);
		assert_memory_equal(t.p, head, 8);
		for (k = 8; k < MANY_BYTES; k++)
			if (t.p[k] != (char)('a' + (MANY - 1 - i + k) % 26))
				fail_msg("row %zu, byte %zu", i, k);
	}
	assert_int_equal(reader_next(reader, &row, &err), 0);
	reader_free(&reader);
	/* without a spool it is refused */
	assert_int_equal(reader_open(fd, -1, "x", &reader, &err), ERR_INPUT);
	assert_string_equal(
	    err.message, "the workbook holds too many different texts");
	/* and a spool that is full is told */
	close(spool);
	spool = open("/dev/full", O_RDWR);
	assert_int_equal(reader_open(fd, spool, "x", &reader, &err), ERR_FULL);
	assert_non_null(strstr(err.message, "could not write the workbook's"));
	close(spool);
	close(fd);
}

static void xlsx_failing_reads_are_told(void **state)
{
	int fd = make_many_texts(MANY, MANY_BYTES);
	int spool = memfd_create("spool", 0);
	long n, step = 1;
	long told = 0;

	(void)state;
	memset(&fault, 0, sizeof(fault));
	fault.is_interrupting = true;
	assert_int_equal(help_check(fd, spool, "x"), MANY);
	for (n = 1;; n += step) {
		struct buf out = BUF_INIT(64 * 1024 * 1024);
		int result;

		memset(&fault, 0, sizeof(fault));
		fault.fail_at = n;
		assert_int_equal(ftruncate(spool, 0), 0);
		lseek(spool, 0, SEEK_SET);
		result = help_dump(fd, spool, "x", &out, NULL);
		if (fault.calls >= n) {
			assert_int_equal(result, ERR_IO);
			assert_non_null(
			    strstr(buf_str(&out), "could not read"));
			told++;
		}
		buf_release(&out);
		if (fault.calls < n)
			break;
		step = n > 10 ? 97 : 1;
	}
	assert_true(told > 10);
	memset(&fault, 0, sizeof(fault));
	close(spool);
	close(fd);
}

static void expect_refused(
    const struct part *parts, size_t count, const char *message)
{
	struct buf out = BUF_INIT(64 * 1024 * 1024);
	int fd = help_book(parts, count);

	assert_true(help_dump(fd, -1, "x", &out, NULL) < 0);
	if (!strstr(buf_str(&out), message))
		fail_msg("no \"%s\" in %s", message, buf_str(&out));
	buf_release(&out);
	close(fd);
}

static void xlsx_archives_made_to_harm_are_refused(void **state)
{
	struct buf text = BUF_INIT(1ULL << 30);
	struct part part = {"xl/worksheets/sheet1.xml", NULL, 0};
	size_t i;

	(void)state;
	part.text = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
		    "<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>" SHEET("");
	expect_refused(&part, 1, "declares a document type");
	for (i = 0; i < 100; i++)
		buf_add_str(&text, "<worksheet xmlns='" MAIN_NS "'>");
	part = (struct part){part.path, text.p, text.n};
	expect_refused(&part, 1, "nested too deep");
	/* white space that packs a thousandfold */
	buf_reset(&text);
	buf_add_str(&text, "<worksheet xmlns='" MAIN_NS "'>");
	for (i = 0; i < 80 * 1024 * 1024 / 16; i++)
		buf_add_str(&text, "                ");
	part = (struct part){part.path, text.p, text.n};
	expect_refused(&part, 1, "unpacks to far more");
	/* one element without end */
	buf_reset(&text);
	buf_add_str(&text, "<worksheet x='");
	for (i = 0; i < 4 * 1024 * 1024; i++)
		buf_add_char(&text, (char)('a' + i % 23 * i % 19));
	part = (struct part){part.path, text.p, text.n};
	expect_refused(&part, 1, "an element that is too long");
	/* a small part that is large */
	part.path = "xl/workbook.xml";
	for (i = 0; i < 1024 * 1024; i++)
		buf_add_str(&text, "0123456789abcdef");
	part = (struct part){part.path, text.p, text.n};
	expect_refused(&part, 1, "is too large");
	buf_release(&text);
	part = (struct part){"xl/worksheets/sheet1.xml",
	    SHEET("<row r='1048576'><c><v>1</v></c></row><row><c/></row>"), 0};
	expect_refused(&part, 1, "more rows than a spreadsheet may have");
	part.text = "<worksheet><sheetData><row><c><v>1</v></c></row><row></x>";
	expect_refused(&part, 1, "not well-formed at line 1");
}

static void xlsx_long_rows_are_cut_and_told(void **state)
{
	struct buf text = BUF_INIT(1ULL << 30);
	struct part part = {"xl/worksheets/sheet1.xml", NULL, 0};
	struct reader *reader;
	struct reader_row row;
	struct err err;
	size_t i, k;
	int fd;

	(void)state;
	buf_add_str(&text,
	    "<worksheet xmlns='" MAIN_NS "'><sheetData><row>"
	    "<c t='str'><v>");
	for (i = 0; i < 100 * 1024; i++)
		buf_add_str(&text, "长");
	buf_add_str(&text, "</v></c></row><row>");
	for (k = 0; k < 20; k++) {
		buf_add_str(&text, "<c t='inlineStr'><is><t>");
		for (i = 0; i < 30000; i++)
			buf_add_str(&text, "长");
		buf_add_str(&text, "</t></is></c>");
	}
	buf_add_str(&text,
	    "</row><row><c><v>1</v></c></row></sheetData>"
	    "</worksheet>");
	part = (struct part){part.path, text.p, text.n};
	fd = help_book(&part, 1);
	assert_int_equal(reader_open(fd, -1, "x", &reader, &err), 0);
	assert_int_equal(reader_next(reader, &row, &err), 1);
	assert_int_equal(row.fault, ROW_TOO_LONG);
	assert_in_range(row.cells[0].text.n, READER_CELL_BYTES_MAX - 3,
	    READER_CELL_BYTES_MAX);
	assert_int_equal(reader_next(reader, &row, &err), 1);
	assert_int_equal(row.fault, ROW_TOO_LONG);
	assert_int_equal(row.count, 12);
	assert_int_equal(reader_next(reader, &row, &err), 1);
	assert_int_equal(row.fault, ROW_OK);
	assert_int_equal(reader_next(reader, &row, &err), 0);
	reader_free(&reader);
	close(fd);
	buf_release(&text);
}

static char *small_book(size_t *n_out)
{
	static const struct part parts[] = {
	    {"xl/sharedStrings.xml", STRINGS("<si><t>名称</t></si>"), 0},
	    {"xl/styles.xml",
		STYLES("<numFmt numFmtId='176' formatCode='yyyy'/>",
		    "<xf numFmtId='0'/><xf numFmtId='176'/>"),
		0},
	    {"xl/worksheets/sheet1.xml",
		SHEET(
		    "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1' s='1'>"
		    "<v>45040</v></c></row><row r='2'><c r='B2' t='inlineStr'>"
		    "<is><t>x</t></is></c></row>"),
		0},
	};
	int fd = help_book(parts, 3);
	off_t n = lseek(fd, 0, SEEK_END);
	char *p = mem_alloc((size_t)n);

	assert_int_equal(pread(fd, p, (size_t)n, 0), n);
	close(fd);
	*n_out = (size_t)n;
	return p;
}

static void xlsx_cut_and_flipped_bytes_never_crash(void **state)
{
	size_t n;
	char *p = small_book(&n);

	(void)state;
	help_torture(p, n, "x.xlsx", 1);
	free(p);
}

/* ---- the sandbox ---- */

#ifndef GX_SANITIZED
/* What the decode child may still do, as the reader's contract says. */
static bool close_sandbox(void)
{
	static const int allowed[] = {SCMP_SYS(read), SCMP_SYS(pread64),
	    SCMP_SYS(pwrite64), SCMP_SYS(lseek), SCMP_SYS(brk), SCMP_SYS(mmap),
	    SCMP_SYS(mremap), SCMP_SYS(munmap), SCMP_SYS(madvise),
	    SCMP_SYS(futex), SCMP_SYS(exit_group)};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	size_t i;

	for (i = 0; i < ARRAY_COUNT(allowed); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) !=
		    0)
			return false;
	return seccomp_load(filter) == 0;
}

static void read_in_sandbox(int fd, int spool)
{
	struct reader *reader = NULL;
	struct reader_row row;
	struct err err;
	int result;

	if (!close_sandbox())
		_exit(3);
	result = reader_open(fd, spool, "x", &reader, &err);
	while (result >= 0 && (result = reader_next(reader, &row, &err)) == 1)
		;
	reader_free(&reader);
	_exit(result == 0 ? 0 : 4);
}

/* R-ING-025 */
static void reader_needs_nothing_from_the_system(void **state)
{
	static const char gb[] = "\xC3\xFB,b\n\xB9\xAB,c\n";
	static const char json[] = "[{\"a\":{\"b\":[1.5,true]},\"c\":1e3}]";
	int fds[4];
	size_t i;

	(void)state;
	fds[0] = help_file(gb, sizeof(gb) - 1);
	fds[1] = help_file(json, sizeof(json) - 1);
	fds[2] = make_many_texts(MANY, MANY_BYTES);
	fds[3] = help_file("a,b\n1,2\n", 8);
	for (i = 0; i < ARRAY_COUNT(fds); i++) {
		int spool = memfd_create("spool", 0);
		pid_t child = fork();
		int status;

		if (child == 0)
			read_in_sandbox(fds[i], spool);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (status != 0)
			fail_msg("[%zu] status %#x", i, (unsigned)status);
		close(spool);
		close(fds[i]);
	}
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(xlsx_cells_stand_where_they_say),
	    cmocka_unit_test(xlsx_cells_have_their_kinds),
	    cmocka_unit_test(xlsx_shared_texts_are_found),
	    cmocka_unit_test(xlsx_format_of_code_knows_dates),
	    cmocka_unit_test(xlsx_add_number_serials_become_dates),
	    cmocka_unit_test(xlsx_styles_make_dates),
	    cmocka_unit_test(xlsx_first_sheet_with_rows_is_read),
	    cmocka_unit_test(xlsx_workbook_elsewhere_is_found),
	    cmocka_unit_test(xlsx_other_zips_are_named),
	    cmocka_unit_test(xlsx_of_libxlsxwriter_reads_right),
	    cmocka_unit_test(xlsx_of_libreoffice_reads_right),
	    cmocka_unit_test(xlsx_many_texts_go_to_the_spool),
	    cmocka_unit_test(xlsx_failing_reads_are_told),
	    cmocka_unit_test(xlsx_archives_made_to_harm_are_refused),
	    cmocka_unit_test(xlsx_long_rows_are_cut_and_told),
	    cmocka_unit_test(xlsx_cut_and_flipped_bytes_never_crash),
#ifndef GX_SANITIZED
	    cmocka_unit_test(reader_needs_nothing_from_the_system),
#endif
	};

	return cmocka_run_group_tests_name(
	    "reader_xlsx", tests, help_set_up, NULL);
}
