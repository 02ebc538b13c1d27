/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the CSV and JSON readers, encodings and scans. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/utf8.h"
#include "intake/reader.h"
#include "intake/reader_priv.h"
#include "intake/reader_test_help.h"

/* ---- read() that fails, is interrupted or gives little ---- */

static struct {
	long fail_at; /* this call fails, counted from 1; 0 = none */
	long calls;
	size_t at_most;	      /* bytes a call; 0 = no bound */
	bool is_interrupting; /* every second call gives EINTR */
} fault;

ssize_t __real_read(int fd, void *p, size_t n);
ssize_t __wrap_read(int fd, void *p, size_t n);

ssize_t __wrap_read(int fd, void *p, size_t n)
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
	if (fault.at_most && n > fault.at_most)
		n = fault.at_most;
	return __real_read(fd, p, n);
}

/* ---- tables ---- */

struct want {
	const char *text;
	const char *rows;
};

static void expect(
    const void *p, size_t n, const char *name, const char *rows, size_t index)
{
	struct buf out = BUF_INIT(64 * 1024 * 1024);

	help_dump_bytes(p, n, name, &out, NULL);
	if (strcmp(buf_str(&out), rows) != 0)
		fail_msg(
		    "[%zu] expected\n%s\ngot\n%s", index, rows, buf_str(&out));
	buf_release(&out);
}

static void expect_all(const struct want *t, size_t count, const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		expect(t[i].text, strlen(t[i].text), name, t[i].rows, i);
}

static void csv_plain_rows_split(void **state)
{
	static const struct want t[] = {
	    {"", ""},
	    {"a,b\nc,d\n", "1:a|b\n2:c|d\n"},
	    {"a,b\r\nc,d\r\n", "1:a|b\n2:c|d\n"},
	    {"a,b\rc,d\r", "1:a|b\n2:c|d\n"},
	    {"a,b\nc,d", "1:a|b\n2:c|d\n"},
	    {"a,b\nc,", "1:a|b\n2:c|\n"},
	    {"a,b\n,\n\n   ,　\nc,d\n", "1:a|b\n5:c|d\n"},
	    {"a,b\n1\n1,2,3\n", "1:a|b\n2:1\n3:1|2|3\n"},
	    {"\xEF\xBB\xBF名称,日期\n甲,2023\n", "1:名称|日期\n2:甲|2023\n"},
	    {"one\ntwo\n", "1:one\n2:two\n"},
	    {"a,b\r\r\nc,d\n", "1:a|b\n3:c|d\n"},
	    {" a , b \n", "1: a | b \n"},
	    {"\n\n", ""},
	    {"x", "1:x\n"},
	};

	(void)state;
	expect_all(t, ARRAY_COUNT(t), "a.csv");
}

static void csv_quotes_are_taken_off(void **state)
{
	static const struct want t[] = {
	    {"\"a\",\"b\"\n", "1:a|b\n"},
	    {"\"a,b\",c\n", "1:a,b|c\n"},
	    {"\"a\"\"b\",\"\"\"\"\nx,y\n", "1:a\"b|\"\n2:x|y\n"},
	    {"\"\",\"x\"\n", "1:|x\n"},
	    {"\"line\nend\r\nhere\",2\n3,4\n",
		"1:line\\nend\\r\\nhere|2\n2:3|4\n"},
	    {"5\" pipe,a\"b\"\n", "1:5\" pipe|a\"b\"\n"},
	    {"a, \"b\"\n", "1:a| \"b\"\n"},
	    {"\"a\" ,\"b\"  \n", "1:a|b\n"},
	    {"\"a \"\"b\"\" \" ,c\n", "1:a \"b\" |c\n"},
	    {"a,\"b\"", "1:a|b\n"},
	    {"a,\"\"", "1:a|\n"},
	};

	(void)state;
	expect_all(t, ARRAY_COUNT(t), "a.csv");
}

static void csv_bad_quotes_spoil_one_row(void **state)
{
	static const struct want t[] = {
	    {"\"a\"x,b\nc,d\n", "1!QUOTES@0:ax|b\n2:c|d\n"},
	    {"a,\"b\" \"c\"\nd,e\n", "1!QUOTES@1:a|b \"c\"\n2:d|e\n"},
	    {"a,b\n1,\"open\n2,x\n3,y\n",
		"1:a|b\n2!QUOTES@1:1|\"open\n3:2|x\n4:3|y\n"},
	    {"\"a\",\"b\n\"c\",\"d\"\n", "1!QUOTES@1:a|b\\nc\"|d\n"},
	    {"\"", "1!QUOTES@0:\"\n"},
	    {"a,b\n\"\"\"", "1:a|b\n2!QUOTES@0:\"\"\"\n"},
	};

	(void)state;
	expect_all(t, ARRAY_COUNT(t), "a.csv");
}

static void csv_open_quote_costs_one_row_of_a_large_file(void **state)
{
	struct buf text = BUF_INIT(16 * 1024 * 1024);
	int fd, i;

	(void)state;
	buf_add_str(&text, "a,b\n1,\"open\n");
	for (i = 0; i < 300000; i++)
		buf_add_str(&text, "some,row\n");
	fd = help_file(text.p, text.n);
	assert_int_equal(help_check(fd, -1, "a.csv"), 300002);
	close(fd);
	buf_release(&text);
}

static void csv_delimiter_is_judged(void **state)
{
	static const struct want t[] = {
	    {"a\tb\n1,5\t2,5\n", "1:a|b\n2:1,5|2,5\n"},
	    {"title of it, all\na\tb\tc\n1\t2\t3\n4\t5\t6\n",
		"1:title of it, all\n2:a|b|c\n3:1|2|3\n4:4|5|6\n"},
	    {"a;b;c\n1,5;2,5;3\n2;3;4\n", "1:a|b|c\n2:1,5|2,5|3\n3:2|3|4\n"},
	    {"a;b;c\n1\t5;2;3\n2;3;4\n", "1:a|b|c\n2:1\t5|2|3\n3:2|3|4\n"},
	    {"a,b\nx;y;z,1\nu;v;w,2\n", "1:a|b\n2:x;y;z|1\n3:u;v;w|2\n"},
	    {"a|b\n1,5|2;5\n\"3|4\"|5\n", "1:a|b\n2:1,5|2;5\n3:3|4|5\n"},
	    {"a,b\nx|y|z,1\nu|v|w,2\n", "1:a|b\n2:x|y|z|1\n3:u|v|w|2\n"},
	    {"a;b\nx|y|z;1\nu|v|w;2\n", "1:a|b\n2:x|y|z|1\n3:u|v|w|2\n"},
	    {"sep=|\na,b|c\n", "1:a,b|c\n"},
	    {"sep=;\na,b;c\n", "1:a,b|c\n"},
	    {"sep=\t\r\na,b\tc,d\r\n", "1:a,b|c,d\n"},
	    {"\"x;y\",\"u\tv\"\n\"1;2\",\"3\t4\"\n",
		"1:x;y|u\tv\n2:1;2|3\t4\n"},
	    {"日照市行政处罚\n名称,代码\n甲,1\n",
		"1:日照市行政处罚\n2:名称|代码\n3:甲|1\n"},
	};

	(void)state;
	expect_all(t, ARRAY_COUNT(t), "a.csv");
}

static void csv_bad_bytes_are_told_in_their_row(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *rows;
	} t[] = {
	    /* UTF-8 with one spoilt row */
	    {"名称,日期,地址\n甲,\xE6\x97,丙\n乙乙乙乙,b,c\n", 49,
		"1:名称|日期|地址\n2!ENCODING@1:甲|\xEF\xBF\xBD|丙\n"
		"3:乙乙乙乙|b|c\n"},
	    /* NUL is no text */
	    {"a,b\n1\0,2\n3,4\n", 13,
		"1:a|b\n2!ENCODING@0:1\xEF\xBF\xBD|2\n3:3|4\n"},
	    /* with a mark it is UTF-8, whatever comes */
	    {"\xEF\xBB\xBF"
	     "a,b\n\xB9\xAB,c\n",
		12, "1:a|b\n2!ENCODING@0:\xEF\xBF\xBD|c\n"},
	    /* cut in a character */
	    {"名称,日照\n甲,日\xE7\x85", 23,
		"1:名称|日照\n2!ENCODING@1:甲|日\xEF\xBF\xBD\n"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		expect(t[i].text, t[i].n, "a.csv", t[i].rows, i);
}

/* R-ING-024 */
static void csv_encodings_are_found(void **state)
{
	/* 名称,代码 LF 公信,1 in each */
	static const struct {
		const char *text;
		size_t n;
		enum reader_encoding encoding;
		const char *rows;
	} t[] = {
	    {"\xC3\xFB\xB3\xC6,\xB4\xFA\xC2\xEB\n\xB9\xAB\xD0\xC5,1\n", 17,
		READER_GB18030, "1:名称|代码\n2:公信|1\n"},
	    /* four bytes of GB18030: U+3400 and U+20000 */
	    {"\xC3\xFB\xB3\xC6,b\n\x81\x39\xEE\x39,\x95\x32\x82\x36\n", 17,
		READER_GB18030, "1:名称|b\n2:㐀|𠀀\n"},
	    /* a byte that no GB18030 text has */
	    {"\xC3\xFB\xB3\xC6,b\n\xB9\xAB\xFF,c\nd,e\n", 17, READER_GB18030,
		"1:名称|b\n2!ENCODING@0:公\xEF\xBF\xBD|c\n3:d|e\n"},
	    /* cut in a character */
	    {"\xC3\xFB\xB3\xC6,b\n\xB9\xAB,\xD0", 11, READER_GB18030,
		"1:名称|b\n2!ENCODING@1:公|\xEF\xBF\xBD\n"},
	    {"\xFF\xFE\x0D\x54\xF0\x79\t\0b\0\r\0\n\0\x61\0\t\0\x62\0", 20,
		READER_UTF16LE, "1:名称|b\n2:a|b\n"},
	    {"\xFE\xFF\x54\x0D\x79\xF0\0\t\0b\0\n\0\x61\0\t\0\x62", 18,
		READER_UTF16BE, "1:名称|b\n2:a|b\n"},
	    /* a half of a pair alone, and half a unit at the end */
	    {"\xFF\xFEx\0\n\0\x00\xD8y\0,\0\x41", 13, READER_UTF16LE,
		"1:x\n2!ENCODING@0:\xEF\xBF\xBDy|\xEF\xBF\xBD\n"},
	    {"\xFF\xFE\x40\xD8\x00\xDC\n\0", 8, READER_UTF16LE, "1:𠀀\n"},
	    /* without a mark */
	    {"\x0D\x54\xF0\x79\t\0b\0\r\0\n\0\x61\0\t\0\x62\0", 18,
		READER_UTF16LE, "1:名称|b\n2:a|b\n"},
	    {"\x54\x0D\x79\xF0\0,\0b\0\n\0\x61\0,\0\x62", 16, READER_UTF16BE,
		"1:名称|b\n2:a|b\n"},
	    {"a\0,\0\x40\xD8\x00\xDC\n\0", 10, READER_UTF16LE, "1:a|𠀀\n"},
	    /* bytes with some NULs are no UTF-16 */
	    {"ab\0,d\n1,2\n", 10, READER_UTF8,
		"1!ENCODING@0:ab\xEF\xBF\xBD|d\n2:1|2\n"},
	    {"a\0c,d\0f\n1,2\n", 12, READER_UTF8,
		"1!ENCODING@0:a\xEF\xBF\xBD"
		"c|d\xEF\xBF\xBD"
		"f\n2:1|2\n"},
	    {"plain,ascii\n", 12, READER_UTF8, "1:plain|ascii\n"},
	    {"\xEF\xBB\xBFplain,ascii\n", 15, READER_UTF8_BOM,
		"1:plain|ascii\n"},
	    {"名称,b\n", 9, READER_UTF8, "1:名称|b\n"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf out = BUF_INIT(10000);
		struct reader_info info = {0};

		help_dump_bytes(t[i].text, t[i].n, "a.csv", &out, &info);
		if (strcmp(buf_str(&out), t[i].rows) != 0 ||
		    info.encoding != t[i].encoding)
			fail_msg("[%zu] expected %s\n%s\ngot %s\n%s", i,
			    reader_encoding_name(t[i].encoding), t[i].rows,
			    reader_encoding_name(info.encoding), buf_str(&out));
		buf_release(&out);
	}
}

/* Rows of ASCII far longer than a step, then Chinese in GB18030. */
static void csv_gb18030_behind_much_ascii_is_found(void **state)
{
	struct buf text = BUF_INIT(16 * 1024 * 1024);
	struct buf out = BUF_INIT(16 * 1024 * 1024);
	struct reader_info info;
	size_t i;

	(void)state;
	for (i = 0; i < 2 * TEXT_STEP / 10; i++)
		buf_add_str(&text, "12345,890\n");
	buf_add_str(&text, "\xB9\xAB\xD0\xC5,z\n");
	for (i = 0; i < TEXT_STEP; i++)
		buf_add_str(&text, "\xB9\xAB,\xD0\xC5\n");
	assert_int_equal(help_dump_bytes(text.p, text.n, "a", &out, &info), 0);
	assert_int_equal(info.encoding, READER_GB18030);
	assert_non_null(strstr(buf_str(&out), "\n52429:公信|z\n52430:公|信\n"));
	assert_null(strchr(buf_str(&out), '!'));
	buf_release(&text);
	buf_release(&out);
}

static void add_repeated(struct buf *b, const char *s, size_t times)
{
	while (times-- > 0)
		buf_add_str(b, s);
}

/* Opens, reads all and keeps the last row's numbers. */
static long count_faults(const struct buf *text, enum row_fault want_fault)
{
	int fd = help_file(text->p, text->n);
	struct reader *reader;
	struct reader_row row;
	struct err err;
	long found = 0;

	assert_int_equal(reader_open(fd, -1, "a", &reader, &err), 0);
	while (reader_next(reader, &row, &err) == 1)
		found += row.fault == want_fault;
	reader_free(&reader);
	assert_true(
	    help_check(fd, -1, "a") >= 0 || lseek(fd, 0, SEEK_SET) == 0);
	close(fd);
	return found;
}

static void csv_too_much_is_cut_and_told(void **state)
{
	static const struct {
		const char *piece;
		size_t times;
		enum row_fault fault;
		long rows;
	} t[] = {
	    {"日", 100 * 1024, ROW_TOO_LONG, 1},	       /* a cell */
	    {"0123456789abcde,", 200 * 1024, ROW_TOO_LONG, 1}, /* a row */
	    {"日照日照", 1024 * 1024, ROW_TOO_LONG, 1},
	    {",", 300, ROW_TOO_MANY_CELLS, 1},
	    {"x,", 255, ROW_OK, 3},
	    {"x,", 256, ROW_TOO_MANY_CELLS, 1},
	    {"\"\"\"\",", 256, ROW_TOO_MANY_CELLS, 1},
	};
	struct buf text = BUF_INIT(64 * 1024 * 1024);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		buf_reset(&text);
		buf_add_str(&text, "a,b\n");
		add_repeated(&text, t[i].piece, t[i].times);
		buf_add_str(&text, "z\r\nc,d\n");
		if (count_faults(&text, t[i].fault) != t[i].rows)
			fail_msg(
			    "[%zu] %ld", i, count_faults(&text, t[i].fault));
		assert_int_equal(
		    count_faults(&text, ROW_OK), t[i].fault == ROW_OK ? 3 : 2);
	}
	buf_release(&text);
}

/* Of each delimiter; a text in column 400 is too much all the same. */
static void csv_blank_cells_behind_are_passed_over(void **state)
{
	static const char *const pieces[] = {
	    ",", "\t", ";", " ,", "\"\",", "\xE3\x80\x80,", "\" \"\t"};
	struct buf text = BUF_INIT(64 * 1024);
	size_t i, row;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(pieces); i++) {
		const char *end = pieces[i] + strlen(pieces[i]) - 1;

		buf_reset(&text);
		for (row = 0; row < 3; row++) {
			buf_addf(&text, "a%sb,\t;c%s", end, end);
			add_repeated(&text, pieces[i], 300);
			buf_add_str(&text, "\r\n");
		}
		if (count_faults(&text, ROW_OK) != 3)
			fail_msg("[%zu] %ld", i, count_faults(&text, ROW_OK));
		add_repeated(&text, pieces[i], 399);
		buf_add_str(&text, "z\n");
		if (count_faults(&text, ROW_TOO_MANY_CELLS) != 1)
			fail_msg("[%zu] text", i);
	}
	buf_release(&text);
}

/* A row that lies across each possible place of the window's end. */
static void csv_window_end_anywhere_changes_nothing(void **state)
{
	static const char row[] = "\"a\"\"b\",日照\r\n\"x\ny\",\"\"\r\n";
	struct buf text = BUF_INIT(4 * 1024 * 1024);
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(row) - 1; i++) {
		struct buf out = BUF_INIT(4 * 1024 * 1024);
		struct buf want = BUF_INIT(4 * 1024 * 1024);
		size_t pad = TEXT_STEP - i - 2;

		buf_reset(&text);
		for (k = 0; k < pad / 64; k++)
			buf_add_str(&text,
			    "0123456789012345678901234567890,"
			    "123456789012345678901234567890\n");
		add_repeated(&text, "x", TEXT_STEP - i - 1 - text.n);
		buf_add_str(&text, "\n");
		buf_add_str(&text, row);
		buf_add_str(&text, row);
		help_dump_bytes(text.p, text.n, "a.csv", &out, NULL);
		for (k = 0; k < 2; k++)
			buf_addf(&want, "\n%zu:a\"b|日照\n%zu:x\\ny|",
			    pad / 64 + 2 + 2 * k, pad / 64 + 3 + 2 * k);
		buf_add_str(&want, "\n");
		if (!strstr(buf_str(&out), buf_str(&want)))
			fail_msg("[%zu] no %s in ...%s", i, buf_str(&want),
			    buf_str(&out) + out.n - 100);
		buf_release(&out);
		buf_release(&want);
	}
	buf_release(&text);
}

/* ---- JSON ---- */

static void json_objects_become_rows(void **state)
{
	static const struct want t[] = {
	    {"[]", ""},
	    {" [ ] \n", ""},
	    {"[{\"a\":\"1\",\"b\":2}]", "=a|b\n1:1|#2\n"},
	    {"[{\"a\":1},{\"b\":true,\"a\":null},{\"b\":false}]",
		"=a|b\n1:#1\n2:~|?true\n3:-|?false\n"},
	    {"{\"a\":1}\n{\"a\":2}\n", "=a\n1:#1\n2:#2\n"},
	    {"{\"a\":1}{\"a\":2},\n\n{\"a\":3}", "=a\n1:#1\n2:#2\n3:#3\n"},
	    {"{\n  \"a\": 1,\n  \"b\": [ 2 ]\n}\n",
		"=a|b\n1!NESTED@1:#1|&[ 2 ]\n"},
	    {"[{\"a\":[\"x\", \"\\u65e5\"],\"b\":[]},{\"a\":[\"x\",null]}]",
		"=a|b\n1:+x、日|+\n2!NESTED@0:&[\"x\",null]|-\n"},
	    {"[{\"a\":\"\\u65e5\\u7167\\ud840\\udc00\\n\\\"\\\\\\/\\t\"}]",
		"=a\n1:日照𠀀\\n\"\\/\t\n"},
	    {"[{\"\\u0061\":1},{\"a\":2}]", "=a\n1:#1\n2:#2\n"},
	    {"\xEF\xBB\xBF[{\"a\":\"日\"}]", "=a\n1:日\n"},
	    {"[{\"a\":{\"b\":[1,2,{\"c\":\"}]\"}]}},{\"a\":1}]",
		"=a\n1!NESTED@0:&{\"b\":[1,2,{\"c\":\"}]\"}]}\n2:#1\n"},
	    {"[{},{\"a\":null},{\"a\":\"x\"}]", "=a\n3:x\n"},
	};

	(void)state;
	expect_all(t, ARRAY_COUNT(t), "a.json");
}

static void json_numbers_keep_their_digits(void **state)
{
	static const struct want t[] = {
	    {"0.000001", "#0.000001"},
	    {"100.10", "#100.10"},
	    {"1234567890123456789", "#1234567890123456789"},
	    {"99999999999999999999.999999", "#99999999999999999999.999999"},
	    {"-0.5", "#-0.5"},
	    {"1e-6", "#0.000001"},
	    {"1.5E+3", "#1500"},
	    {"12.50e1", "#125"},
	    {"1e3", "#1000"},
	    {"0e5", "#0"},
	    {"1e999", "1e999"},
	};
	char text[100], rows[200];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		snprintf(text, sizeof(text), "[{\"a\":%s}]", t[i].text);
		snprintf(rows, sizeof(rows), "=a\n1:%s\n", t[i].rows);
		expect(text, strlen(text), "a.json", rows, i);
	}
}

static void json_broken_entries_are_told_and_left(void **state)
{
	static const struct want t[] = {
	    {"[{\"a\":1},2,\"x\",[3,{\"a\":4}],{\"a\":5}]",
		"=a\n1:#1\n2!JSON@0:2\n3!JSON@0:\"x\"\n"
		"4!JSON@0:[3,{\"a\":4}]\n5:#5\n"},
	    {"{\"a\":1\n{\"a\":2}\n", "=a\n1!JSON@0:{\"a\":1\n2:#2\n"},
	    {"{\"a\":\"x\n{\"a\":2}\n", "=a\n1!JSON@0:{\"a\":\"x\n2:#2\n"},
	    {"{\"a\":1,\n{\"a\":2}\n", "=a\n1!JSON@0:{\"a\":1,\n2:#2\n"},
	    {"{\"a\":\r\n{\"a\":2}\n", "=a\n1!JSON@0:{\"a\":\n2:#2\n"},
	    {"{\"a\":[\n{\"a\":2}\n", "=a\n1!JSON@0:{\"a\":[\n2:#2\n"},
	    {"{\"a\":1,\n \"b\":[\n {}]}\n{\"a\":2}\n",
		"=a|b\n1!NESTED@1:#1|&[\\n {}]\n2:#2|-\n"},
	    {"{\"a\":1}\n: 1,\"b\": [{\"c\",2}\n{\"a\":2}\n",
		"=a\n1:#1\n2!JSON@0:: 1,\"b\": [{\"c\",2}\n3:#2\n"},
	    {"{\"a\":1}\n\"b\": 1}\n{\"a\":2}\n",
		"=a\n1:#1\n2!JSON@0:\"b\": 1}\n3:#2\n"},
	    {"{\"a\":1}\nhello\n{\"a\":2}\n",
		"=a\n1:#1\n2!JSON@0:hello\n3:#2\n"},
	    {"{\"a\":01}\n{\"a\":2}\n", "=a\n1!JSON@0:{\"a\":01}\n2:#2\n"},
	    {"{\"a\":1,\"a\":2}\n", "1!JSON@0:{\"a\":1,\"a\":2}\n"},
	    {"{\"a\":nul}\n", "1!JSON@0:{\"a\":nul}\n"},
	    {"{\"a\":1,}\n", "1!JSON@0:{\"a\":1,}\n"},
	    {"{\"a\":[1,}\n", "1!JSON@0:{\"a\":[1,}\n"},
	    {"{\"a\":\"\\x\"}\n", "1!JSON@0:{\"a\":\"\\x\"}\n"},
	    {"{\"a\":\"\\ud800\"}\n", "=a\n1!ENCODING@0:\xEF\xBF\xBD\n"},
	    {"{\"b\":1,\"a\":\"\\u0000\"}\n",
		"=b|a\n1!ENCODING@1:#1|\xEF\xBF\xBD\n"},
	    {"{\"日日日日日日\":\"照照照照照\xFF\"}\n",
		"=日日日日日日\n1!ENCODING@0:照照照照照\xEF\xBF\xBD\n"},
	    {"[{\"a\":1},{\"a\":",
		"=a\n1:#1\n2!JSON@0:{\"a\":\nerror: the JSON array has no "
		"end\n"},
	    {"[{\"a\":1}", "=a\n1:#1\nerror: the JSON array has no end\n"},
	    {"[{\"a\":1}]]",
		"=a\n1:#1\nerror: there is more text behind the end of the "
		"JSON array, at byte 9\n"},
	};

	(void)state;
	expect_all(t, ARRAY_COUNT(t), "a.json");
}

static void json_too_much_is_cut_and_told(void **state)
{
	struct buf text = BUF_INIT(16 * 1024 * 1024);
	size_t i;

	(void)state;
	buf_add_str(&text, "[{\"a\":\"");
	add_repeated(&text, "日", 100 * 1024); /* a cell */
	buf_add_str(&text, "\"},\n{\"a\":\"");
	add_repeated(&text, "日", 1024 * 1024); /* an entry */
	buf_add_str(&text, "\"},{\"a\":1}]");
	assert_int_equal(count_faults(&text, ROW_TOO_LONG), 2);
	assert_int_equal(count_faults(&text, ROW_OK), 1);
	buf_reset(&text);
	buf_add_str(&text, "[{\"a\":1");
	for (i = 0; i < 300; i++)
		buf_addf(&text, ",\"k%zu\":1", i);
	buf_add_str(&text, "},{\"a\":1,\"k255\":2}]");
	assert_int_equal(count_faults(&text, ROW_TOO_MANY_CELLS), 2);
	buf_release(&text);
}

static void json_real_licence_record_reads_right(void **state)
{
	struct buf out = BUF_INIT(100000);
	struct reader_info info;
	size_t n;
	char *p = help_load("test/data/licence-record-2018-layout.json", &n);

	(void)state;
	assert_int_equal(help_dump_bytes(p, n, "x.json", &out, &info), 0);
	assert_int_equal(info.format, READER_JSON);
	assert_string_equal(buf_str(&out),
	    "=XK_XDR_GSZC|RESOURCE_ID|XK_XDR_LB|XK_XKBH|XK_XDR_SWDJ|XK_YXQZ|"
	    "XK_LYDWDM|XK_LYDW|XK_WSH|XK_XKWS|BZ|XK_XKJGDM|XK_XDR_SYDW|"
	    "XK_FR_ZJLX|CHECK_FLAG|XK_XDR_SHXYM|XK_XDR_MC|XK_XDR_ZJLX|"
	    "XK_XDR_ZZJG|XK_NR|XK_FRDB|CREATE_DATE|XK_YXQZI|CREATE_DEPT_NAME|"
	    "XK_XKLB|XK_JDRQ|XK_XKZS|XK_ZT|XK_XDR_SHZZ|XK_XKJG\n"
	    "1:~|DIR-20180903-101102-122|法人及非法人组织|~|~|2019-09-05|"
	    "00000000000000000X|双鸭山市|双环许可2019|双环许可证书2019|~|"
	    "00000000000000000X|~|~|1|91230500MA1B3N1N2M|"
	    "双鸭山智慧城市运营有限公司|~|~|许可开展智慧城市建设|~|"
	    "#1568180781000|2020-09-22|双鸭山市|普通|2019-09-01|~|1|~|"
	    "双鸭山市\n");
	buf_release(&out);
	free(p);
}

/* ---- formats ---- */

static void reader_open_finds_the_format(void **state)
{
	static const struct {
		const char *text;
		const char *name;
		enum reader_format format;
	} t[] = {
	    {"a,b\n", "x.txt", READER_CSV},
	    {"a\tb\n", "x.csv", READER_TSV},
	    {"a\n", "x.tsv", READER_TSV},
	    {"[{\"a\":1}]", "x.csv", READER_JSON},
	    {" {\"a\":1}", NULL, READER_JSON_LINES},
	    {"[1]", "x.json", READER_JSON},
	    {"[1],b\n", "x.csv", READER_CSV},
	    {"{甲},b\n", "x.csv", READER_CSV},
	    {"{甲}\n", "x.jsonl", READER_JSON_LINES},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf out = BUF_INIT(10000);
		struct reader_info info = {0};

		help_dump_bytes(
		    t[i].text, strlen(t[i].text), t[i].name, &out, &info);
		if (info.format != t[i].format)
			fail_msg("[%zu] expected %s, got %s", i,
			    reader_format_name(t[i].format),
			    reader_format_name(info.format));
		buf_release(&out);
	}
}

static void reader_open_foreign_files_are_named(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *message;
	} t[] = {
	    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old", 12,
		"this is the old .xls format of before 2007"},
	    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
	     "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0",
		40, "the workbook is protected by a password"},
	    {"<html><table>", 13, "this is a web page or XML, not a table"},
	    {"\xEF\xBB\xBF\r\n<?xml version", 17,
		"this is a web page or XML, not a table"},
	    {"%PDF-1.4", 8, "this is a PDF, not a table"},
	    {"\x1F\x8B\x08", 3, "the file is not a table"},
	    {"\0\1\2\3\4\5\0\0", 8, "the file is not a table"},
	    {"PK\x03\x04 cut", 8, "the workbook is damaged or was cut off"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		int fd = help_file(t[i].text, t[i].n);
		struct reader *reader = NULL;
		struct err err;

		assert_int_equal(
		    reader_open(fd, -1, "x.xlsx", &reader, &err), ERR_INPUT);
		assert_null(reader);
		assert_string_equal(err.message, t[i].message);
		close(fd);
	}
}

/* ---- faults ---- */

static const char fault_sample[] =
    "名称,代码\n\"甲\n\"\"x\",1\n乙,2\n丙,\xFF\n丁,4\n";

static void reader_short_reads_and_signals_change_nothing(void **state)
{
	struct buf want = BUF_INIT(100000);
	struct buf out = BUF_INIT(100000);
	size_t i;

	(void)state;
	help_dump_bytes(
	    fault_sample, sizeof(fault_sample) - 1, "x", &want, NULL);
	for (i = 1; i < 9; i++) {
		buf_reset(&out);
		fault.at_most = i;
		fault.is_interrupting = i % 2;
		help_dump_bytes(
		    fault_sample, sizeof(fault_sample) - 1, "x", &out, NULL);
		memset(&fault, 0, sizeof(fault));
		assert_string_equal(buf_str(&out), buf_str(&want));
	}
	buf_release(&want);
	buf_release(&out);
}

static void reader_failing_reads_are_told(void **state)
{
	struct buf text = BUF_INIT(4 * 1024 * 1024);
	long n;

	(void)state;
	while (text.n < 3 * (size_t)TEXT_STEP)
		buf_add_str(&text, fault_sample);
	for (n = 1;; n++) {
		struct buf out = BUF_INIT(16 * 1024 * 1024);
		int result;

		memset(&fault, 0, sizeof(fault));
		fault.fail_at = n;
		result = help_dump_bytes(text.p, text.n, "x", &out, NULL);
		if (fault.calls >= n) {
			assert_int_equal(result, ERR_IO);
			assert_non_null(strstr(buf_str(&out),
			    "error: could not read the file at byte "));
		} else {
			assert_int_equal(result, 0);
		}
		buf_release(&out);
		if (fault.calls < n)
			break;
	}
	assert_true(n > 4);
	memset(&fault, 0, sizeof(fault));
	buf_release(&text);
}

static void *write_slowly(void *arg)
{
	int fd = *(const int *)arg;
	size_t i;

	for (i = 0; i < sizeof(fault_sample) - 1; i++)
		if (write(fd, fault_sample + i, 1) != 1)
			break;
	close(fd);
	return NULL;
}

static void reader_a_pipe_reads_like_a_file(void **state)
{
	struct buf want = BUF_INIT(100000);
	struct buf out = BUF_INIT(100000);
	pthread_t thread;
	int ends[2];

	(void)state;
	help_dump_bytes(
	    fault_sample, sizeof(fault_sample) - 1, "x", &want, NULL);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(
	    pthread_create(&thread, NULL, write_slowly, &ends[1]), 0);
	help_dump(ends[0], -1, "x", &out, NULL);
	pthread_join(thread, NULL);
	close(ends[0]);
	assert_string_equal(buf_str(&out), buf_str(&want));
	buf_release(&want);
	buf_release(&out);
}

static void reader_cut_and_flipped_bytes_never_crash(void **state)
{
	static const char *const samples[] = {fault_sample,
	    "\xC3\xFB\xB3\xC6,\xB4\xFA\xC2\xEB\n\xB9\xAB\xD0\xC5,\"1\"\"\"\n",
	    "\xEF\xBB\xBF\"a\",\"b\r\nc\"\r\n1,2\r\n",
	    "[{\"a\":\"\\u65e5\\ud840\\udc00\",\"b\":-1.5e-3,\"c\":null},"
	    "{\"a\":[1,{\"x\":true}],\"d\":false}, 5]",
	    "{\"a\":1}\n{\"b\":\"日照\"}\nx\n{\"a\":2}\n"};
	char *p;
	size_t i, n;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(samples); i++)
		help_torture(samples[i], strlen(samples[i]), "x.csv", 1);
	help_torture(
	    "\xFF\xFE\x0D\x54\xF0\x79\t\0\x40\xD8\x00\xDC\n\0", 14, "x.csv", 1);
	p = help_load("test/data/licence-record-2018-layout.json", &n);
	help_torture(p, n, "x.json", 1);
	free(p);
}

/* ---- scans ---- */

/* Every pair of bytes, and every lead with every second byte and a good
 * or bad third and fourth, at every place around the ends of blocks. */
static void scan_text_prefix_every_way_agrees(void **state)
{
	static const unsigned char thirds[] = {
	    0x00, 'a', 0x7F, 0x80, 0xBF, 0xC2, 0xE0, 0xFF};
	enum { N = 160 };
	char text[N + SCAN_PAD];
	enum scan_way way = scan_best_way();
	unsigned a, b;
	size_t c, at;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (a = 0; a < 256; a++)
		for (b = 0; b < 256; b++)
			for (c = 0; c < ARRAY_COUNT(thirds); c++)
				for (at = 26; at < 100; at += 1 + (a ^ b) % 5) {
					size_t plain, fast;

					text[at] = (char)a;
					text[at + 1] = (char)b;
					text[at + 2] = (char)thirds[c];
					text[at + 3] = (char)thirds[b % 8];
					plain = scan_text_prefix(
					    SCAN_PLAIN, text, N);
					fast = scan_text_prefix(way, text, N);
					if (plain != fast)
						fail_msg("%02x %02x %02x @%zu: "
							 "%zu, not %zu",
						    a, b, thirds[c], at, fast,
						    plain);
					memset(text + at, 'x', 4);
				}
}

static void scan_text_prefix_every_character_is_text(void **state)
{
	enum scan_way way = scan_best_way();
	char text[97 + SCAN_PAD];
	uint32_t c;

	(void)state;
	for (c = 1; c < 0x110000; c += c < 0x11000 ? 1 : 7) {
		size_t at = 27 + c % 64;
		bool is_surrogate = c >= 0xD800 && c < 0xE000;
		size_t n = 97;

		memset(text, 'x', sizeof(text));
		utf8_encode(c, text + at);
		if (scan_text_prefix(way, text, n) != (is_surrogate ? at : n))
			fail_msg("U+%04X at %zu: %zu", c, at,
			    scan_text_prefix(way, text, n));
	}
}

static void scan_specials_every_way_agrees(void **state)
{
	static const char alphabet[] = "ab,\"\r\n\t;\xE6\x97\xA5,";
	enum { N = 300 };
	char text[N + SCAN_PAD] = {0};
	uint32_t want[N], got[N];
	enum scan_way way;
	unsigned seed = 1;
	size_t from, to, i;

	(void)state;
	for (from = 0; from < 70; from += 3)
		for (to = from; to < N; to += 7)
			for (way = SCAN_PLAIN; way <= scan_best_way(); way++) {
				size_t n, m;

				for (i = 0; i < N; i++) {
					seed = seed * 1103515245U + 12345U;
					text[i] = alphabet[(seed >> 16) %
					    (sizeof(alphabet) - 1)];
				}
				n = scan_specials(
				    SCAN_PLAIN, text, from, to, ',', want);
				m = scan_specials(
				    way, text, from, to, ',', got);
				assert_int_equal(n, m);
				assert_memory_equal(
				    want, got, n * sizeof(*want));
			}
}

/* ---- decimals ---- */

static void decimal_add_shown_is_what_people_see(void **state)
{
	static const struct want t[] = {
	    {"0.10000000000000001", "0.1"},
	    {"0.30000000000000004", "0.3"},
	    {"1234567.8900000001", "1234567.89"},
	    {"9.9999999999999995E-2", "0.1"},
	    {"1E-4", "0.0001"},
	    {"1.0E2", "100"},
	    {"9.9999999999999995", "10"},
	    {"0.99999999999999989", "1"},
	    {"9.1110000600037E+16", "91110000600037000"},
	    {"91371102000000001234", "91371102000000001234"},
	    {"2.50", "2.5"},
	    {"-1.5", "-1.5"},
	    {"007", "007"},
	    {"0", "0"},
	    {".5", "0.5"},
	    {"5.", "5"},
	    {"+3", "3"},
	    {"12345678901.123456", "12345678901.1235"},
	    {"5e-324", NULL},
	    {"1e401", NULL},
	    {"", NULL},
	    {".", NULL},
	    {"1e", NULL},
	    {"1x", NULL},
	    {"--1", NULL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf out = BUF_INIT(1000);
		bool ok = decimal_add_shown(&out, span_of(t[i].text));

		if (t[i].rows && strcmp(buf_str(&out), t[i].rows) != 0)
			fail_msg("[%zu] %s -> %s, not %s", i, t[i].text,
			    buf_str(&out), t[i].rows);
		if (i != 18) /* its exponent is within bounds */
			assert_int_equal(ok, t[i].rows != NULL);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(csv_plain_rows_split),
	    cmocka_unit_test(csv_quotes_are_taken_off),
	    cmocka_unit_test(csv_bad_quotes_spoil_one_row),
	    cmocka_unit_test(csv_open_quote_costs_one_row_of_a_large_file),
	    cmocka_unit_test(csv_delimiter_is_judged),
	    cmocka_unit_test(csv_bad_bytes_are_told_in_their_row),
	    cmocka_unit_test(csv_encodings_are_found),
	    cmocka_unit_test(csv_gb18030_behind_much_ascii_is_found),
	    cmocka_unit_test(csv_too_much_is_cut_and_told),
	    cmocka_unit_test(csv_blank_cells_behind_are_passed_over),
	    cmocka_unit_test(csv_window_end_anywhere_changes_nothing),
	    cmocka_unit_test(json_objects_become_rows),
	    cmocka_unit_test(json_numbers_keep_their_digits),
	    cmocka_unit_test(json_broken_entries_are_told_and_left),
	    cmocka_unit_test(json_too_much_is_cut_and_told),
	    cmocka_unit_test(json_real_licence_record_reads_right),
	    cmocka_unit_test(reader_open_finds_the_format),
	    cmocka_unit_test(reader_open_foreign_files_are_named),
	    cmocka_unit_test(reader_short_reads_and_signals_change_nothing),
	    cmocka_unit_test(reader_failing_reads_are_told),
	    cmocka_unit_test(reader_a_pipe_reads_like_a_file),
	    cmocka_unit_test(reader_cut_and_flipped_bytes_never_crash),
	    cmocka_unit_test(scan_text_prefix_every_way_agrees),
	    cmocka_unit_test(scan_text_prefix_every_character_is_text),
	    cmocka_unit_test(scan_specials_every_way_agrees),
	    cmocka_unit_test(decimal_add_shown_is_what_people_see),
	};

	return cmocka_run_group_tests_name("reader", tests, help_set_up, NULL);
}
