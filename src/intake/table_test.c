/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the table writers: what is written is read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/tr.h"
#include "intake/reader.h"
#include "intake/reader_test_help.h"
#include "intake/table.h"

static char folder[] = "/tmp/table_test.XXXXXX";
static char path[64];

#define COLUMNS 4

static const char *const header[COLUMNS] = {
    "行政相对人名称", "统一社会信用代码", "处罚决定日期", "备注"};

static const char *const rows[][COLUMNS] = {
    {"公信示例有限公司", "91371102MA3C0X0X0X", "2023-04-24", "a,b;c\td"},
    {"00012345678901234567", "1E5", "2099-12-31", "he said \"no\""},
    {" leading and trailing ", "line\nend", "1900-01-01", "\r\n crlf \r\n"},
    {"=SUM(A1:A9)", "+1", "2023-02-30", "-0.10"},
    {"𠀀㐀é", "'apostrophe", "", "_x000D_ and _x_ and _xZZZZ_"},
    {"tab\tbed", "\x01\x02\x1F control", "2024-02-29", "<&>]]>"},
    {"", "", "", "|only the last"},
    {"\"", "\"\"", ",", "sep=;"},
    {"<b>", "[{", "{\"a\":1}", "\xEF\xBB\xBF mark"},
    {"　全角　", "\xC2\xA0", "2023/4/24", "last"},
};

static void span_row(const char *const *texts, struct span *out)
{
	size_t i;

	for (i = 0; i < COLUMNS; i++)
		out[i] = span_of(texts[i]);
}

static void write_rows(const struct table_options *options)
{
	struct table_writer *writer;
	struct span cells[COLUMNS];
	struct err err;
	size_t i;

	span_row(header, cells);
	if (table_open(path, options, cells, COLUMNS, &writer, &err) != 0)
		fail_msg("%s", err.message);
	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		span_row(rows[i], cells);
		assert_int_equal(table_row(writer, cells, COLUMNS, &err), 0);
	}
	assert_int_equal(table_close(&writer, &err), 0);
	assert_null(writer);
}

/* The row's cells are the texts; those behind the last may be missing. */
static void expect_row(
    const struct reader_row *row, const char *const *texts, size_t index)
{
	size_t i;

	assert_int_equal(row->fault, ROW_OK);
	for (i = 0; i < COLUMNS; i++) {
		struct span got = {"", 0};

		if (i < row->count)
			got = row->cells[i].text;
		if (!span_is(got, texts[i]))
			fail_msg("[%zu] column %zu: expected \"%s\", got "
				 "\"%.*s\"",
			    index, i, texts[i], (int)got.n, got.p);
	}
}

static struct reader *open_written(int *fd_out)
{
	struct reader *reader = NULL;
	struct err err;

	*fd_out = open(path, O_RDONLY);
	assert_true(*fd_out >= 0);
	if (reader_open(*fd_out, -1, path, &reader, &err) != 0)
		fail_msg("%s", err.message);
	return reader;
}

static void expect_written(const struct table_options *options)
{
	bool is_json = options->format == READER_JSON ||
	    options->format == READER_JSON_LINES;
	struct reader_row row;
	struct err err;
	size_t i;
	int fd;
	struct reader *reader = open_written(&fd);

	assert_int_equal(reader_info(reader)->format, options->format);
	for (i = 0; i < options->title_rows_count && !is_json; i++) {
		assert_int_equal(reader_next(reader, &row, &err), 1);
		assert_true(span_is(row.cells[0].text, options->title_rows[i]));
		assert_int_equal(row.count, 1);
	}
	if (!is_json) {
		assert_int_equal(reader_next(reader, &row, &err), 1);
		expect_row(&row, header, SIZE_MAX);
	}
	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		assert_int_equal(reader_next(reader, &row, &err), 1);
		expect_row(&row, rows[i], i);
	}
	assert_int_equal(reader_next(reader, &row, &err), 0);
	reader_free(&reader);
	close(fd);
}

static void table_every_format_round_trips(void **state)
{
	static const bool is_date[COLUMNS] = {false, false, true, false};
	static const char *const titles[] = {
	    "示例市行政处罚信息", "2023年, \"四月\""};
	static const struct table_options t[] = {
	    {.format = READER_CSV,
		.encoding = READER_UTF8,
		.mark_column = SIZE_MAX},
	    {.format = READER_CSV, .encoding = READER_UTF8_BOM},
	    {.format = READER_CSV, .encoding = READER_GB18030},
	    {.format = READER_CSV,
		.encoding = READER_UTF8_BOM,
		.title_rows = titles,
		.title_rows_count = 2},
	    {.format = READER_TSV, .encoding = READER_UTF16LE},
	    {.format = READER_TSV, .encoding = READER_UTF16BE},
	    {.format = READER_TSV, .encoding = READER_UTF8},
	    {.format = READER_XLSX, .mark_column = SIZE_MAX},
	    {.format = READER_XLSX,
		.is_date = is_date,
		.mark_column = 3,
		.title_rows = titles,
		.title_rows_count = 2,
		.sheet = "退回"},
	    {.format = READER_JSON},
	    {.format = READER_JSON_LINES},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		write_rows(&t[i]);
		expect_written(&t[i]);
	}
}

static void table_encoding_and_sheet_are_as_asked(void **state)
{
	struct table_options o = {
	    .format = READER_CSV, .encoding = READER_GB18030};
	struct reader *reader;
	int fd;

	(void)state;
	write_rows(&o);
	reader = open_written(&fd);
	assert_int_equal(reader_info(reader)->encoding, READER_GB18030);
	reader_free(&reader);
	close(fd);
	o.format = READER_XLSX;
	write_rows(&o);
	reader = open_written(&fd);
	assert_string_equal(reader_info(reader)->sheet, "数据");
	reader_free(&reader);
	close(fd);
}

static void table_xlsx_dates_are_dates(void **state)
{
	static const bool is_date[COLUMNS] = {false, false, true, false};
	struct table_options o = {
	    .format = READER_XLSX, .is_date = is_date, .mark_column = SIZE_MAX};
	struct reader_row row;
	struct err err;
	struct reader *reader;
	int fd;

	(void)state;
	write_rows(&o);
	reader = open_written(&fd);
	assert_int_equal(reader_next(reader, &row, &err), 1);
	assert_int_equal(reader_next(reader, &row, &err), 1);
	assert_int_equal(row.cells[1].kind, CELL_TEXT);
	assert_int_equal(row.cells[2].kind, CELL_DATE);
	assert_int_equal(reader_next(reader, &row, &err), 1);
	assert_int_equal(row.cells[0].kind, CELL_TEXT);
	assert_int_equal(row.cells[2].kind, CELL_DATE);
	assert_int_equal(reader_next(reader, &row, &err), 1);
	assert_int_equal(row.cells[2].kind, CELL_TEXT); /* 1900-01-01 */
	reader_free(&reader);
	close(fd);
}

static void table_csv_quotes_only_where_needed(void **state)
{
	struct table_options o = {
	    .format = READER_CSV, .encoding = READER_UTF8};
	struct span head[] = {span_of("名称"), span_of("a b")};
	struct span cells[] = {span_of("x,y"), span_of("=1")};
	struct span empty = {"", 0};
	struct table_writer *writer;
	struct err err;
	size_t n;
	char *p;

	(void)state;
	assert_int_equal(table_open(path, &o, head, 2, &writer, &err), 0);
	table_row(writer, cells, 2, &err);
	table_row(writer, cells + 1, 1, &err);
	table_row(writer, &empty, 1, &err);
	assert_int_equal(table_close(&writer, &err), 0);
	p = help_load(path, &n);
	assert_string_equal(p, "名称,a b\r\n\"x,y\",=1\r\n=1\r\n\"\"\r\n");
	free(p);
}

static void table_json_missing_cells_are_left_out(void **state)
{
	struct table_options o = {.format = READER_JSON};
	struct span head[] = {span_of("a"), span_of("b"), span_of("c")};
	struct span cells[] = {{NULL, 0}, {"", 0}, {"\"", 1}};
	struct table_writer *writer;
	struct err err;
	size_t n;
	char *p;

	(void)state;
	assert_int_equal(table_open(path, &o, head, 3, &writer, &err), 0);
	table_row(writer, cells, 3, &err);
	table_row(writer, cells + 1, 1, &err);
	assert_int_equal(table_close(&writer, &err), 0);
	p = help_load(path, &n);
	assert_string_equal(
	    p, "[\n{\"b\":\"\",\"c\":\"\\\"\"},\n{\"a\":\"\"}\n]\n");
	free(p);
	/* no rows at all */
	assert_int_equal(table_open(path, &o, head, 3, &writer, &err), 0);
	assert_int_equal(table_close(&writer, &err), 0);
	p = help_load(path, &n);
	assert_string_equal(p, "[]\n");
	free(p);
}

static void table_json_too_many_cells_refused(void **state)
{
	struct table_options o = {.format = READER_JSON_LINES};
	struct span cells[] = {{"a", 1}, {"b", 1}};
	struct table_writer *writer;
	struct err err, again;

	(void)state;
	assert_int_equal(table_open(path, &o, cells, 1, &writer, &err), 0);
	assert_int_equal(table_row(writer, cells, 2, &err), ERR_INPUT);
	assert_int_equal(table_row(writer, cells, 1, &again), ERR_INPUT);
	assert_string_equal(err.message, again.message);
	assert_int_equal(table_close(&writer, &again), ERR_INPUT);
}

static void table_xlsx_long_text_is_cut_and_says_so(void **state)
{
	struct table_options o = {
	    .format = READER_XLSX, .mark_column = SIZE_MAX};
	struct buf text = BUF_INIT(1000000);
	struct reader_row row;
	struct table_writer *writer;
	struct reader *reader;
	struct span cell, head = span_of("a");
	struct err err;
	int i, fd;

	(void)state;
	for (i = 0; i < 33000; i++)
		buf_add_str(&text, "长");
	cell = buf_span(&text);
	assert_int_equal(table_open(path, &o, &head, 1, &writer, &err), 0);
	assert_int_equal(table_row(writer, &cell, 1, &err), 0);
	cell.n = 3 * 32767;
	assert_int_equal(table_row(writer, &cell, 1, &err), 0);
	assert_int_equal(table_close(&writer, &err), 0);
	reader = open_written(&fd);
	assert_int_equal(reader_next(reader, &row, &err), 1);
	assert_int_equal(reader_next(reader, &row, &err), 1);
	assert_int_equal(row.fault, ROW_OK);
	assert_non_null(memmem(row.cells[0].text.p, row.cells[0].text.n,
	    "(cut: too long for a spreadsheet)", 33));
	assert_int_equal(reader_next(reader, &row, &err), 1);
	assert_true(span_equal(row.cells[0].text, cell));
	reader_free(&reader);
	close(fd);
	buf_release(&text);
}

static void table_xlsx_same_rows_same_bytes(void **state)
{
	struct table_options o = {
	    .format = READER_XLSX, .mark_column = SIZE_MAX};
	char *p, *q;
	size_t n, m;

	(void)state;
	write_rows(&o);
	p = help_load(path, &n);
	sleep(1);
	write_rows(&o);
	q = help_load(path, &m);
	assert_int_equal(n, m);
	assert_memory_equal(p, q, n);
	free(p);
	free(q);
}

static void table_no_room_or_no_folder_is_told(void **state)
{
	static const enum reader_format formats[] = {
	    READER_CSV, READER_XLSX, READER_JSON};
	struct span head = span_of("a");
	struct table_writer *writer;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(formats); i++) {
		struct table_options o = {
		    .format = formats[i], .mark_column = SIZE_MAX};

		assert_int_equal(
		    table_open("/nonexistent/x", &o, &head, 1, &writer, &err),
		    ERR_NOT_FOUND);
		assert_non_null(strstr(err.message, "could not create"));
	}
	for (i = 0; i < ARRAY_COUNT(formats); i += 2) {
		struct table_options o = {.format = formats[i]};

		assert_int_equal(
		    table_open("/dev/full", &o, &head, 1, &writer, &err), 0);
		assert_int_equal(table_row(writer, &head, 1, &err), 0);
		assert_int_equal(table_close(&writer, &err), ERR_FULL);
		assert_true(err.hint[0] != '\0');
	}
}

static void table_xlsx_bad_sheet_name_refused(void **state)
{
	static const char *const names[] = {
	    "a/b", "[x]", "0123456789012345678901234567890123456789"};
	struct span head = span_of("a");
	struct table_writer *writer;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(names); i++) {
		struct table_options o = {
		    .format = READER_XLSX, .sheet = names[i]};

		assert_int_equal(
		    table_open(path, &o, &head, 1, &writer, &err), ERR_USAGE);
	}
}

static int set_up(void **state)
{
	(void)state;
	tr_set_lang(LANG_EN);
	reader_prepare();
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/table", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(table_every_format_round_trips),
	    cmocka_unit_test(table_encoding_and_sheet_are_as_asked),
	    cmocka_unit_test(table_xlsx_dates_are_dates),
	    cmocka_unit_test(table_csv_quotes_only_where_needed),
	    cmocka_unit_test(table_json_missing_cells_are_left_out),
	    cmocka_unit_test(table_json_too_many_cells_refused),
	    cmocka_unit_test(table_xlsx_long_text_is_cut_and_says_so),
	    cmocka_unit_test(table_xlsx_same_rows_same_bytes),
	    cmocka_unit_test(table_no_room_or_no_folder_is_told),
	    cmocka_unit_test(table_xlsx_bad_sheet_name_refused),
	};

	return cmocka_run_group_tests_name("table", tests, set_up, tear_down);
}
