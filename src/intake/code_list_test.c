/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of lists of codes: which column of a file is theirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "intake/code_list.h"

#define ONE   "91371100EXAMP0001A"
#define TWO   "91371100EXAMP0002D"
#define THREE "91371100EXAMP0003G"
#define OLD   "37110012-3"

/* The child's side and the parent's, one after the other. */
static enum err_code read_bytes(
    struct span bytes, struct code_list *list, struct err *err)
{
	struct decode_request request = {.spool_fd = -1, .name = "list.csv"};
	struct slots *slots;
	enum err_code rc;

	request.fd = memfd_create("list", 0);
	assert_true(request.fd >= 0);
	assert_int_equal(write(request.fd, bytes.p, bytes.n), bytes.n);
	assert_int_equal(lseek(request.fd, 0, SEEK_SET), 0);
	assert_int_equal(slots_new(&slots, err), 0);
	decode_file(&request, slots);
	code_list_init(list);
	rc = code_list_read(slots, list, err);
	slots_free(&slots);
	close(request.fd);
	return rc;
}

/* "ROW:TEXT ROW:TEXT " */
static void assert_rows(const struct code_list *list, const char *expected)
{
	struct buf text = BUF_INIT(4096);
	struct code_list_row row;
	size_t at = list->at;

	while (code_list_next(list, &at, &row))
		buf_addf(&text, "%llu:%.*s ", (unsigned long long)row.number,
		    (int)row.text.n, row.text.p);
	assert_string_equal(buf_str(&text), expected);
	buf_release(&text);
}

static const struct {
	const char *name;
	const char *file;
	size_t column; /* 0: refused */
	const char *title;
	const char *rows; /* or of a refusal a piece of what it says */
} lists[] = {
    {"a column of nothing else", ONE "\n\n" TWO "\n", 1, "",
	"1:" ONE " 3:" TWO " "},
    {"behind names, below a title",
	"名单\n序号,名称,单位代码\n1,甲," ONE "\n2,乙," TWO "\n", 3, "单位代码",
	"3:" ONE " 4:" TWO " "},
    {"what is mistyped or missing stays",
	"名称,代码\n甲," ONE "\n乙,91371100EXAMP0002X\n丙,\n丁," TWO "\n", 2,
	"代码", "2:" ONE " 3:91371100EXAMP0002X 4: 5:" TWO " "},
    {"the one with the title, of two",
	"决定机关统一社会信用代码,统一社会信用代码\n" THREE "," ONE "\n" THREE
	"," TWO "\n",
	2, "统一社会信用代码", "2:" ONE " 3:" TWO " "},
    {"the title is enough where no code is right",
	"名称,统一社会信用代码\n甲,1\n", 2, "统一社会信用代码", "2:1 "},
    {"codes of today before older ones", OLD "," ONE "\n" OLD "," TWO "\n", 2,
	"", "1:" ONE " 2:" TWO " "},
    {"older ones where there is nothing else", "甲," OLD "\n", 2, "",
	"1:" OLD " "},
    {"a stray code elsewhere does not count",
	"备注,代码\n见" ONE "," ONE "\n" THREE "," TWO "\n," THREE "\n", 2,
	"代码", "2:" ONE " 3:" TWO " 4:" THREE " "},
    {"of a number only the digits that a spreadsheet keeps",
	"{\"a\":\"" ONE "\"}\n{\"a\":913711026000039000}\n"
	"{\"a\":913711026000039010}\n",
	1, "", "1:" ONE " 2:9.13711026000039E+17 3:913711026000039010 "},
    {"the text of a formula", "代码\n=\"" ONE "\"\n\"=\"\"" TWO "\"\"\"\n", 1,
	"代码", "2:" ONE " 3:" TWO " "},
    {"an object without the code",
	"{\"a\":\"甲\",\"b\":\"" ONE "\"}\n{\"a\":\"乙\"}\n", 2, "",
	"1:" ONE " 2: "},
    {"two columns are refused", ONE "," TWO "\n", 0, "", "1"},
    {"none is refused", "名称,电话\n甲,0633-8888888\n", 0, "", "名称 | 电话"},
    {"an empty file is refused", "\n\n", 0, "", ""},
};

static void code_list_column_is_found(void **state)
{
	struct code_list list;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(lists); i++) {
		enum err_code rc;

		print_message("# %s\n", lists[i].name);
		err_clear(&err);
		rc = read_bytes(span_of(lists[i].file), &list, &err);
		assert_int_equal(rc, lists[i].column ? 0 : ERR_INPUT);
		if (rc) {
			assert_true(strstr(err.message, lists[i].rows) ||
			    strstr(err.detail, lists[i].rows));
		} else {
			assert_int_equal(list.column, lists[i].column);
			assert_true(span_is(list.title, lists[i].title));
			assert_rows(&list, lists[i].rows);
		}
		code_list_release(&list);
	}
}

/* "名称,代码" and a name, as Chinese Excel saves CSV. */
static void code_list_of_gb18030_is_read(void **state)
{
	static const char bytes[] = "\xC3\xFB\xB3\xC6,\xB4\xFA\xC2\xEB\r\n"
				    "\xBC\xD7," ONE "\r\n";
	struct code_list list;
	struct err err;

	(void)state;
	assert_int_equal(
	    read_bytes((struct span){bytes, sizeof(bytes) - 1}, &list, &err),
	    0);
	assert_true(span_is(list.title, "代码"));
	assert_rows(&list, "2:" ONE " ");
	code_list_release(&list);
}

/* What a child that was taken over may say. */
static void code_list_nonsense_is_harmless(void **state)
{
	struct code_list list;
	struct slots *slots;
	struct err err;

	(void)state;
	assert_int_equal(slots_new(&slots, &err), 0);
	assert_int_equal(
	    slots_put_text(slots, span_of("x\t\t\n\n\t" ONE), &err), 0);
	assert_int_equal(slots_finish(slots, NULL, &err), 0);
	code_list_init(&list);
	assert_int_equal(code_list_read(slots, &list, &err), 0);
	assert_rows(&list, "0:" ONE " ");
	code_list_release(&list);
	slots_free(&slots);

	assert_int_equal(slots_new(&slots, &err), 0);
	assert_int_equal(slots_put_text(slots, span_of("1\t\xFF\n"), &err), 0);
	assert_int_equal(slots_finish(slots, NULL, &err), 0);
	code_list_init(&list);
	assert_int_equal(code_list_read(slots, &list, &err), ERR_CORRUPT);
	code_list_release(&list);
	slots_free(&slots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(code_list_column_is_found),
	    cmocka_unit_test(code_list_of_gb18030_is_read),
	    cmocka_unit_test(code_list_nonsense_is_harmless),
	};

	reader_prepare();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
