/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of forms of several parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/tr.h"
#include "http/multipart_test_help.h"

#define BODY(text)                                                             \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}

enum { OUT_BYTES_MAX = 1024 * 1024 };

static const struct help_cuts whole = {NULL, NULL};

/* A form as a client sent it, and what it holds. */
struct form {
	const char *type;
	struct span body;
	struct span holds;
};

/* curl 7.88.1: -F '部门=...' -F 'file=@许可"1".csv;type=text/csv'
 * -F 'file=@data.bin' -F 'empty=' */
static const struct form curl_form = {
    "multipart/form-data; boundary=------------------------c2e7c6d5b8a915ed",
    BODY("--------------------------c2e7c6d5b8a915ed\r\n"
	 "Content-Disposition: form-data; name=\"部门\"\r\n"
	 "\r\n"
	 "市市场监督管理局\r\n"
	 "--------------------------c2e7c6d5b8a915ed\r\n"
	 "Content-Disposition: form-data; name=\"file\"; "
	 "filename=\"许可%221%22.csv\"\r\n"
	 "Content-Type: text/csv\r\n"
	 "\r\n"
	 "许可编号,名称\r\n1,甲\r\n\r\n"
	 "--------------------------c2e7c6d5b8a915ed\r\n"
	 "Content-Disposition: form-data; name=\"file\"; "
	 "filename=\"data.bin\"\r\n"
	 "Content-Type: application/octet-stream\r\n"
	 "\r\n"
	 "a\r\n--b\r\r\n"
	 "--------------------------c2e7c6d5b8a915ed\r\n"
	 "Content-Disposition: form-data; name=\"empty\"\r\n"
	 "\r\n"
	 "\r\n"
	 "--------------------------c2e7c6d5b8a915ed--\r\n"),
    BODY("1 6:部门 - -\n24:市市场监督管理局.\n"
	 "2 4:file 13:许可\"1\".csv 8:text/csv\n"
	 "28:许可编号,名称\r\n1,甲\r\n.\n"
	 "3 4:file 8:data.bin 24:application/octet-stream\n7:a\r\n--b\r.\n"
	 "4 5:empty - -\n0:.\n")};

/* curl 7.88.1 --form-escape: -F 'file=@许可"1".csv' */
static const struct form curl_escape_form = {
    "multipart/form-data; boundary=------------------------41a2c9240b747957",
    BODY("--------------------------41a2c9240b747957\r\n"
	 "Content-Disposition: form-data; name=\"file\"; "
	 "filename=\"许可\\\"1\\\".csv\"\r\n"
	 "Content-Type: application/octet-stream\r\n"
	 "\r\n"
	 "许可编号,名称\r\n1,甲\r\n\r\n"
	 "--------------------------41a2c9240b747957--\r\n"),
    BODY("1 4:file 13:许可\"1\".csv 24:application/octet-stream\n"
	 "28:许可编号,名称\r\n1,甲\r\n.\n")};

/* Chromium on Linux: a field, a field named q"t, two files in one input of
 * which the second is named a\b.bin, and an input without a file. The file
 * line%0Abreak.txt of the same form stands below, among what is refused. */
static const struct form chromium_form = {
    "multipart/form-data; boundary=----WebKitFormBoundary8n2hXJlCoaLFcRWm",
    BODY("------WebKitFormBoundary8n2hXJlCoaLFcRWm\r\n"
	 "Content-Disposition: form-data; name=\"部门\"\r\n"
	 "\r\n"
	 "市市场监督管理局\r\n"
	 "------WebKitFormBoundary8n2hXJlCoaLFcRWm\r\n"
	 "Content-Disposition: form-data; name=\"q%22t\"\r\n"
	 "\r\n"
	 "ab\r\n"
	 "------WebKitFormBoundary8n2hXJlCoaLFcRWm\r\n"
	 "Content-Disposition: form-data; name=\"file\"; "
	 "filename=\"行政许可%222026%22.csv\"\r\n"
	 "Content-Type: text/csv\r\n"
	 "\r\n"
	 "许可编号,名称\r\n1,甲\r\n\r\n"
	 "------WebKitFormBoundary8n2hXJlCoaLFcRWm\r\n"
	 "Content-Disposition: form-data; name=\"file\"; "
	 "filename=\"a\\b.bin\"\r\n"
	 "Content-Type: application/octet-stream\r\n"
	 "\r\n"
	 "\0\r\n--\xff\r\r\n"
	 "------WebKitFormBoundary8n2hXJlCoaLFcRWm\r\n"
	 "Content-Disposition: form-data; name=\"none\"; filename=\"\"\r\n"
	 "Content-Type: application/octet-stream\r\n"
	 "\r\n"
	 "\r\n"
	 "------WebKitFormBoundary8n2hXJlCoaLFcRWm--\r\n"),
    BODY("1 6:部门 - -\n24:市市场监督管理局.\n"
	 "2 3:q\"t - -\n2:ab.\n"
	 "3 4:file 22:行政许可\"2026\".csv 8:text/csv\n"
	 "28:许可编号,名称\r\n1,甲\r\n.\n"
	 "4 4:file 5:b.bin 24:application/octet-stream\n7:\0\r\n--\xff\r.\n"
	 "5 4:none 0: 24:application/octet-stream\n0:.\n")};

static const struct form *const forms[] = {
    &curl_form, &curl_escape_form, &chromium_form};

/* ---- the boundary ---- */

#define SEVENTY                                                                \
	"01234567890123456789012345678901234567890123456789012345678901234567" \
	"89"

static void multipart_boundary_types_give_theirs(void **state)
{
	static const struct {
		const char *type, *boundary;
	} t[] = {
	    {"multipart/form-data; boundary=x", "x"},
	    {"Multipart/Form-Data;BOUNDARY=aB", "aB"},
	    {" multipart/form-data\t ;\tboundary=x \t", "x"},
	    {"multipart/form-data; charset=utf-8; boundary=x", "x"},
	    {"multipart/form-data; boundary=x; charset=\"a;b\\\"\"", "x"},
	    {"multipart/form-data;; boundary=x;", "x"},
	    {"multipart/form-data; boundary=\"x y\"", "x y"},
	    {"multipart/form-data; boundary=\"'()+_,-./:=?\"", "'()+_,-./:=?"},
	    {"multipart/form-data; boundary='+_-.", "'+_-."},
	    {"multipart/form-data; boundary=" SEVENTY, SEVENTY},
	};
	char boundary[MULTIPART_BOUNDARY_BYTES_MAX + 1];
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		if (multipart_boundary(span_of(t[i].type), boundary, &err))
			fail_msg("row %zu: %s", i, err.message);
		assert_string_equal(boundary, t[i].boundary);
	}
}

static void multipart_boundary_other_types_are_refused(void **state)
{
	static const char none[] = "the content type names no boundary";
	static const char unread[] = "the content type cannot be read";
	static const char other[] =
	    "the body is not of the type multipart/form-data";
	static const char bad[] =
	    "the boundary holds a character that none may hold";
	static const char two[] =
	    "the content type names more than one boundary";
	static const struct {
		const char *type, *message;
	} t[] = {
	    {"", other},
	    {"application/x-www-form-urlencoded", other},
	    {"multipart/mixed; boundary=x", other},
	    {"multipart/form-data-x; boundary=x", other},
	    {"multipart/form-data, multipart/form-data; boundary=x", other},
	    {"multipart/form-data", none},
	    {"multipart/form-data;", none},
	    {"multipart/form-data; boundary=\"\"", none},
	    {"multipart/form-data; xboundary=x", none},
	    {"multipart/form-data; boundary", unread},
	    {"multipart/form-data; boundary=", unread},
	    {"multipart/form-data; boundary =x", unread},
	    {"multipart/form-data; boundary=\"x", unread},
	    {"multipart/form-data; boundary=\"x\"y", unread},
	    {"multipart/form-data; boundary=x=y", unread},
	    {"multipart/form-data; boundary=x y", unread},
	    {"multipart/form-data boundary=x", unread},
	    {"multipart/form-data; boundary=x, b", unread},
	    {"multipart/form-data; boundary=x; boundary=x", two},
	    {"multipart/form-data; boundary=x; Boundary=\"y\"", two},
	    {"multipart/form-data; boundary=x*", bad},
	    {"multipart/form-data; boundary=\"x\r\n\"", bad},
	    {"multipart/form-data; boundary=\"x\\y\"", bad},
	    {"multipart/form-data; boundary=\"界\"", bad},
	    {"multipart/form-data; boundary=\"x \"",
		"the boundary ends with a space"},
	    {"multipart/form-data; boundary=" SEVENTY "0",
		"the boundary is longer than 70 characters"},
	};
	char boundary[MULTIPART_BOUNDARY_BYTES_MAX + 1] = "as it was";
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		int rc = multipart_boundary(span_of(t[i].type), boundary, &err);

		if (rc != ERR_INPUT || strcmp(err.message, t[i].message) != 0)
			fail_msg("row %zu: %d, %s", i, rc, err.message);
		assert_true(err.hint[0]);
		assert_string_equal(boundary, "as it was");
	}
}

/* ---- forms as clients send them ---- */

static void check_form(const struct form *form, const struct help_cuts *cuts)
{
	char boundary[MULTIPART_BOUNDARY_BYTES_MAX + 1];
	struct buf out = BUF_INIT(OUT_BYTES_MAX);
	struct err err;

	assert_int_equal(
	    multipart_boundary(span_of(form->type), boundary, &err), 0);
	if (help_read(boundary, form->body, cuts, NULL, &out, &err))
		fail_msg("%s", err.message);
	assert_int_equal(out.n, form->holds.n);
	assert_memory_equal(out.p, form->holds.p, out.n);
	buf_release(&out);
}

static void multipart_feed_real_forms_give_their_parts(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(forms); i++)
		check_form(forms[i], &whole);
}

/* Pieces of `first`, then of `second` bytes, then the rest. */
struct two_cuts {
	size_t first, second, count;
};

static size_t next_of_two(void *ctx, size_t left)
{
	struct two_cuts *cuts = ctx;

	switch (cuts->count++) {
	case 0:
		return cuts->first;
	case 1:
		return cuts->second;
	default:
		return left;
	}
}

static size_t next_same(void *ctx, size_t left)
{
	(void)left;
	return *(const size_t *)ctx;
}

static void multipart_feed_cut_anywhere_is_the_same(void **state)
{
	size_t i, n;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(forms); i++) {
		for (n = 1; n < forms[i]->body.n; n++) {
			struct two_cuts two = {n, forms[i]->body.n, 0};
			struct help_cuts cut = {next_of_two, &two};
			struct help_cuts same = {next_same, &n};

			check_form(forms[i], &cut);
			check_form(forms[i], &same);
		}
	}
}

/* A boundary in three pieces, wherever it is cut. */
static void multipart_feed_cut_twice_is_the_same(void **state)
{
	const struct form *form = &curl_form;
	size_t first, second;

	(void)state;
	for (first = 1; first < form->body.n; first++) {
		for (second = 1; second < 64; second++) {
			struct two_cuts two = {first, second, 0};
			struct help_cuts cut = {next_of_two, &two};

			check_form(form, &cut);
		}
	}
}

static void multipart_finish_cut_off_is_refused(void **state)
{
	const struct span body = chromium_form.body;
	char boundary[MULTIPART_BOUNDARY_BYTES_MAX + 1];
	size_t n;

	(void)state;
	assert_int_equal(
	    multipart_boundary(span_of(chromium_form.type), boundary, NULL), 0);
	for (n = 0; n < body.n; n++) {
		struct buf out = BUF_INIT(OUT_BYTES_MAX);
		struct err err;
		int rc = help_read(boundary, (struct span){body.p, n}, &whole,
		    NULL, &out, &err);

		/* The last line's end is nothing that must be there. */
		if (n == body.n - 2)
			assert_int_equal(rc, 0);
		else if (rc != ERR_INPUT || !err.hint[0])
			fail_msg("%zu bytes: %d", n, rc);
		buf_release(&out);
	}
}

/* ---- the form of a body ---- */

#define HEAD "Content-Disposition: form-data; name=n\r\n"
#define PART "--x\r\n" HEAD "\r\n"

static void multipart_feed_odd_bodies_are_read(void **state)
{
	static const struct {
		struct span body;
		const char *holds;
	} t[] = {
	    {BODY("--x--"), ""},
	    {BODY("--x--\r\n"), ""},
	    {BODY("--x-- \t\r\nepilogue\n--x\r\n"), ""},
	    {BODY("\r\n--x--"), ""},
	    {BODY("preamble\n--x\r\n\r\n--x--"), ""},
	    {BODY("--y\r\n-\r\n--x--"), ""},
	    {BODY(PART "d\r\n--x--"), "1 1:n - -\n1:d.\n"},
	    {BODY("--x \t \r\n" HEAD "\r\nd\r\n--x--"), "1 1:n - -\n1:d.\n"},
	    {BODY(PART "\r\n--x--"), "1 1:n - -\n0:.\n"},
	    {BODY(PART "--x--"), "1 1:n - -\n0:.\n"},
	    {BODY(PART PART "\r\n--x--"), "1 1:n - -\n0:.\n2 1:n - -\n0:.\n"},
	    {BODY(PART "\r\n\r\n--x--"), "1 1:n - -\n2:\r\n.\n"},
	    {BODY(PART "\r\n--\r\n--y\r\r\n--x--"),
		"1 1:n - -\n10:\r\n--\r\n--y\r.\n"},
	    {BODY(PART "--\r\r\n\r\n--\r\n--x--"),
		"1 1:n - -\n9:--\r\r\n\r\n--.\n"},
	    {BODY(PART "a\n--x\n-x--\r\n--x--"),
		"1 1:n - -\n10:a\n--x\n-x--.\n"},
	    {BODY(PART "a\r--x--\r\n--x--"), "1 1:n - -\n7:a\r--x--.\n"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		size_t one = 1;
		struct help_cuts bytes = {next_same, &one};
		struct buf out = BUF_INIT(OUT_BYTES_MAX);
		struct err err;

		if (help_read("x", t[i].body, &whole, NULL, &out, &err))
			fail_msg("row %zu: %s", i, err.message);
		assert_string_equal(buf_str(&out), t[i].holds);
		buf_reset(&out);
		assert_int_equal(
		    help_read("x", t[i].body, &bytes, NULL, &out, &err), 0);
		assert_string_equal(buf_str(&out), t[i].holds);
		buf_release(&out);
	}
}

static void multipart_feed_bad_bodies_say_where(void **state)
{
	static const struct {
		struct span body;
		const char *message;
	} t[] = {
	    {BODY(""),
		"byte 0: the body does not hold the boundary \"x\" that its "
		"type names"},
	    {BODY("a\n--x\nb"),
		"byte 7: the body does not hold the boundary \"x\" that its "
		"type names"},
	    {BODY("--x\n"), "byte 3: a line ends with LF alone"},
	    {BODY("--x \n"), "byte 4: a line ends with LF alone"},
	    {BODY("--x--\n"), "byte 5: a line ends with LF alone"},
	    {BODY("--x"),
		"byte 3: the body ends before its last boundary does"},
	    {BODY("--x-"),
		"byte 4: the body ends before its last boundary does"},
	    {BODY("--x--\r"),
		"byte 6: the body ends before its last boundary does"},
	    {BODY("--xy\r\n"),
		"byte 3: something else stands behind a boundary in its "
		"line"},
	    {BODY("--x-\r\n"),
		"byte 4: something else stands behind a boundary in its "
		"line"},
	    {BODY("--x --"),
		"byte 4: something else stands behind a boundary in its "
		"line"},
	    {BODY("--x--y"),
		"byte 5: something else stands behind a boundary in its "
		"line"},
	    {BODY("--x\r\r\n"),
		"byte 4: something else stands behind a boundary in its "
		"line"},
	    {BODY(PART "a\r\n--xy"),
		"part 1, byte 53: something else stands behind a boundary in "
		"its line"},
	    {BODY(PART "a\r\n--x\n"),
		"part 1, byte 53: a line ends with LF alone"},
	    {BODY(PART "a\r\n--x\r\n\r\n"),
		"part 2, byte 55: the part has no name"},
	    {BODY("--x\r\n" HEAD "\n"),
		"part 1, byte 45: a line ends with LF alone"},
	    {BODY("--x\r\n" HEAD "A: b\nC: d\r\n"),
		"part 1, byte 49: a line ends with LF alone"},
	    {BODY("--x\r\n" HEAD "--x--\r\n"),
		"part 1, byte 45: a header of the part cannot be read"},
	    {BODY(PART "d"),
		"part 1, byte 48: the body ends before its last boundary "
		"does"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf out = BUF_INIT(OUT_BYTES_MAX);
		struct err err;
		int rc = help_read("x", t[i].body, &whole, NULL, &out, &err);

		if (rc != ERR_INPUT || err.code != rc || !err.hint[0])
			fail_msg("row %zu: %d", i, rc);
		assert_string_equal(err.message, t[i].message);
		buf_release(&out);
	}
}

/* ---- the heads of parts ---- */

/* A form of one part with this head and no data. */
static int read_head(const char *head, const struct multipart_limits *limits,
    struct buf *out, struct err *err)
{
	struct buf body = BUF_INIT(OUT_BYTES_MAX);
	int rc;

	buf_add_str(&body, "--x\r\n");
	buf_add_str(&body, head);
	buf_add_str(&body, "\r\n\r\n\r\n--x--\r\n");
	rc = help_read("x", buf_span(&body), &whole, limits, out, err);
	buf_release(&body);
	return rc;
}

#define FORM_DATA "Content-Disposition: form-data; "

static void multipart_feed_heads_are_decoded(void **state)
{
	static const struct {
		const char *head, *holds;
	} t[] = {
	    {FORM_DATA "name=\"a\"", "1:a - -"},
	    {FORM_DATA "name=a", "1:a - -"},
	    {"CONTENT-DISPOSITION:FORM-DATA;NAME=a", "1:a - -"},
	    {FORM_DATA "\tname=\"a\" ; size=3;;", "1:a - -"},
	    {FORM_DATA "filename=\"f\"; name=\"a\"", "1:a 1:f -"},
	    {FORM_DATA "name=\"a;b=\"", "4:a;b= - -"},
	    {FORM_DATA "name=\" a \"", "3: a  - -"},
	    {FORM_DATA "name=\"a%22b%2\"", "5:a\"b%2 - -"},
	    {FORM_DATA "name=\"100%2541%%22\"", "10:100%2541%\" - -"},
	    {FORM_DATA "name=\"a\\\"b\\\\c\\d\"", "7:a\"b\\c\\d - -"},
	    {FORM_DATA "name=\"示\"; filename=\"示 例.csv\"",
		"3:示 11:示 例.csv -"},
	    {FORM_DATA "name=a; filename=\"\"", "1:a 0: -"},
	    {FORM_DATA "name=a; filename=\"C:\\示\\f.csv\"", "1:a 5:f.csv -"},
	    {FORM_DATA "name=a; filename=\"/etc/../f\"", "1:a 1:f -"},
	    {FORM_DATA "name=a; filename=\"../a\\b/c\\\\..f\"", "1:a 3:..f -"},
	    {FORM_DATA "name=\"../a\"", "4:../a - -"},
	    {FORM_DATA "name=a\r\nContent-Type: \t a/b; c=\"d\" \t",
		"1:a - 10:a/b; c=\"d\""},
	    {FORM_DATA "name=a\r\nContent-Type:", "1:a - -"},
	    {"X-A: \xff\r\nContent-Transfer-Encoding: 8BIT\r\n" FORM_DATA
	     "name=a",
		"1:a - -"},
	    {FORM_DATA "name=a\r\nContent-Transfer-Encoding: binary",
		"1:a - -"},
	    {FORM_DATA "name=a\r\nContent-Transfer-Encoding:7bit", "1:a - -"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf out = BUF_INIT(OUT_BYTES_MAX);
		struct buf want = BUF_INIT(OUT_BYTES_MAX);
		struct err err;
		int rc = read_head(t[i].head, NULL, &out, &err);

		if (rc)
			fail_msg("row %zu: %s", i, err.message);
		buf_addf(&want, "1 %s\n0:.\n", t[i].holds);
		assert_string_equal(buf_str(&out), buf_str(&want));
		buf_release(&out);
		buf_release(&want);
	}
}

static void multipart_feed_bad_heads_are_refused(void **state)
{
	static const char unread[] =
	    "the part's Content-Disposition cannot be read";
	static const char star[] =
	    "the part's Content-Disposition has a parameter with a star";
	static const char no_name[] = "the part has no name";
	static const char not_form[] =
	    "the part's Content-Disposition is not form-data";
	static const char name_control[] =
	    "the part's \"name\" holds a control character";
	static const char file_control[] =
	    "the part's \"filename\" holds a control character";
	static const char folder[] = "the part's file name is a folder's";
	static const char line[] = "a header of the part cannot be read";
	static const char encoding[] =
	    "the part's Content-Transfer-Encoding is neither 7bit, 8bit nor "
	    "binary";
	static const struct {
		const char *head, *message;
	} t[] = {
	    {"Content-Type: text/plain", no_name},
	    {"Content-Disposition: form-data", no_name},
	    {FORM_DATA "filename=f", no_name},
	    {FORM_DATA "name=\"\"", no_name},
	    {"Content-Disposition: attachment; name=a", not_form},
	    {"Content-Disposition:", not_form},
	    {FORM_DATA "name=", unread},
	    {FORM_DATA "name=\"a", unread},
	    {FORM_DATA "name=\"a\\\"", unread},
	    {FORM_DATA "name=\"a\"b", unread},
	    {FORM_DATA "name=a b", unread},
	    {FORM_DATA "name=名", unread},
	    {FORM_DATA "name = a", unread},
	    {"Content-Disposition: form-data name=a", unread},
	    {FORM_DATA "name=a; filename*=UTF-8''f", star},
	    {FORM_DATA "name=a; filename=f; filename*=UTF-8''g", star},
	    {FORM_DATA "name*=UTF-8''a", star},
	    {FORM_DATA "name=a; filename*0=f", star},
	    {FORM_DATA "name=a; NAME=a", "the part has \"name\" twice"},
	    {FORM_DATA "name=a; filename=; ", unread},
	    {FORM_DATA "name=a; filename=f; filename=f",
		"the part has \"filename\" twice"},
	    {FORM_DATA "name=a\r\ncontent-disposition: form-data; name=a",
		"the part has \"Content-Disposition\" twice"},
	    {FORM_DATA "name=a\r\nContent-Type:\r\nContent-Type: a/b",
		"the part has \"Content-Type\" twice"},
	    {FORM_DATA "name=\"\xd0\xc5\xd3\xc3\"",
		"the part's \"name\" is not valid UTF-8"},
	    {FORM_DATA "name=a; filename=\"\xe7\xa4.csv\"",
		"the part's \"filename\" is not valid UTF-8"},
	    {FORM_DATA "name=a\r\nContent-Type: \xff",
		"the part's \"Content-Type\" is not valid UTF-8"},
	    {FORM_DATA "name=\"a%0Ab\"", name_control},
	    {FORM_DATA "name=\"a%0d%0ab\"", name_control},
	    {FORM_DATA "name=\"a\tb\"", name_control},
	    {FORM_DATA "name=a; filename=\"line%0Abreak.txt\"", file_control},
	    {FORM_DATA "name=a; filename=\"\xc2\x85\"", file_control},
	    {FORM_DATA "name=a; filename=\"dir/\"", folder},
	    {FORM_DATA "name=a; filename=\"a\\..\"", folder},
	    {FORM_DATA "name=a; filename=\".\"", folder},
	    {FORM_DATA "name=\"a\x01\"", line},
	    {FORM_DATA "name=a\r\nX: a\rb", line},
	    {FORM_DATA "name=a\r\nX: \x7f", line},
	    {"Content-Disposition: form-data;\r\n name=a", line},
	    {FORM_DATA "name=a\r\nX : a", line},
	    {FORM_DATA "name=a\r\nX", line},
	    {FORM_DATA "name=a\r\n: a", line},
	    {FORM_DATA "name=a\r\nContent-Transfer-Encoding: base64", encoding},
	    {FORM_DATA "name=a\r\nContent-Transfer-Encoding:", encoding},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf out = BUF_INIT(OUT_BYTES_MAX);
		struct err err;
		int rc = read_head(t[i].head, NULL, &out, &err);
		const char *what = strstr(err.message, ": ");

		if (rc != ERR_INPUT ||
		    !span_starts_with(span_of(err.message), "part 1, "))
			fail_msg("row %zu: %d, %s", i, rc, err.message);
		assert_non_null(what);
		assert_string_equal(what + 2, t[i].message);
		assert_true(err.hint[0]);
		assert_int_equal(out.n, 0);
		buf_release(&out);
	}
}

/* ---- limits ---- */

static void multipart_feed_past_a_limit_is_full(void **state)
{
	static const char head[] =
	    FORM_DATA "name=ab; filename=\"/e\"\r\nContent-Type: a/b";
	enum { HEAD_BYTES = sizeof(head) - 1 + 4 };
	static const struct {
		struct multipart_limits limits;
		const char *message; /* NULL: is read */
	} t[] = {
	    {{1, HEAD_BYTES, 2, 2, 3}, NULL},
	    {{0, 0, 0, 0, 0}, NULL},
	    {{0, HEAD_BYTES - 1, 0, 0, 0},
		"part 1, byte 81: the part's headers are longer than 76 "
		"bytes"},
	    {{0, 10, 0, 0, 0},
		"part 1, byte 15: the part's headers are longer than 10 "
		"bytes"},
	    {{0, 0, 1, 0, 0},
		"part 1, byte 5: the part's \"name\" is longer than 1 bytes"},
	    {{0, 0, 0, 1, 0},
		"part 1, byte 5: the part's \"filename\" is longer than 1 "
		"bytes"},
	    {{0, 0, 0, 0, 2},
		"part 1, byte 61: the part's \"Content-Type\" is longer than "
		"2 bytes"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf out = BUF_INIT(OUT_BYTES_MAX);
		struct err err = {0};
		int rc = read_head(head, &t[i].limits, &out, &err);

		if (rc != (t[i].message ? ERR_FULL : 0))
			fail_msg("row %zu: %d, %s", i, rc, err.message);
		if (t[i].message) {
			assert_string_equal(err.message, t[i].message);
			assert_true(err.hint[0]);
		}
		buf_release(&out);
	}
}

static void multipart_feed_one_part_too_many_is_full(void **state)
{
	struct buf body = BUF_INIT(OUT_BYTES_MAX);
	struct buf out = BUF_INIT(OUT_BYTES_MAX);
	struct err err;
	size_t i, n;

	(void)state;
	for (i = 0; i < MULTIPART_PARTS_MAX; i++)
		buf_add_str(&body, PART "\r\n");
	n = body.n;
	buf_add_str(&body, "--x--");
	assert_int_equal(
	    help_read("x", buf_span(&body), &whole, NULL, &out, &err), 0);
	body.n = n;
	buf_add_str(&body, PART "\r\n--x--");
	buf_reset(&out);
	assert_int_equal(
	    help_read("x", buf_span(&body), &whole, NULL, &out, &err),
	    ERR_FULL);
	assert_string_equal(
	    err.message, "part 64, byte 3141: the form has more than 64 parts");
	buf_release(&body);
	buf_release(&out);
}

/* ---- the sink ---- */

/* Fails at the `left`th call. */
struct failing {
	size_t left;
	size_t calls_after; /* that came behind it */
};

static enum err_code fail_one(struct failing *f, struct err *err)
{
	if (f->left == 0)
		f->calls_after++;
	if (f->left == 0 || --f->left > 0)
		return 0;
	return err_set(err, ERR_IO, "%s", "the sink's own");
}

static enum err_code failing_begin(
    void *ctx, const struct multipart_part *part, struct err *err)
{
	(void)part;
	return fail_one(ctx, err);
}

static enum err_code failing_data(void *ctx, struct span data, struct err *err)
{
	(void)data;
	return fail_one(ctx, err);
}

static enum err_code failing_end(void *ctx, struct err *err)
{
	return fail_one(ctx, err);
}

static void multipart_feed_sink_fails_passes_it_on(void **state)
{
	char boundary[MULTIPART_BOUNDARY_BYTES_MAX + 1];
	size_t n, sizes[] = {1, 7, 4096}, i;

	(void)state;
	assert_int_equal(
	    multipart_boundary(span_of(curl_form.type), boundary, NULL), 0);
	for (i = 0; i < ARRAY_COUNT(sizes); i++) {
		enum err_code rc = ERR_IO;

		for (n = 1; rc; n++) {
			struct failing f = {.left = n};
			struct multipart_sink sink = {
			    failing_begin, failing_data, failing_end, &f};
			struct help_cuts cuts = {next_same, &sizes[i]};
			struct err err;

			rc = help_feed(
			    boundary, curl_form.body, &cuts, &sink, NULL, &err);
			assert_int_equal(f.calls_after, 0);
			if (!rc)
				break;
			assert_int_equal(rc, ERR_IO);
			assert_string_equal(err.message, "the sink's own");
		}
		/* Four parts begin and end, three have data. */
		assert_true(n > 11);
	}
}

static void multipart_feed_after_failure_fails_the_same(void **state)
{
	struct failing f = {.left = 0};
	struct multipart_sink sink = {
	    failing_begin, failing_data, failing_end, &f};
	struct multipart *m = multipart_new("x", &sink, NULL);
	struct err first, again;

	(void)state;
	assert_int_equal(
	    multipart_feed(m, span_of("--x\n"), &first), ERR_INPUT);
	assert_int_equal(multipart_feed(m, span_of(PART), &again), ERR_INPUT);
	assert_string_equal(again.message, first.message);
	assert_int_equal(multipart_feed(m, span_of(PART), NULL), ERR_INPUT);
	assert_int_equal(multipart_finish(m, &again), ERR_INPUT);
	assert_string_equal(again.message, first.message);
	assert_string_equal(again.hint, first.hint);
	assert_int_equal(f.calls_after, 0);
	multipart_free(&m);
	multipart_free(&m);
}

/* ---- data ---- */

/* Checks that data lie in the piece that is being fed, or are held back. */
struct placed {
	struct span piece;
	size_t calls;
	size_t in_place_n;
	size_t held_n;
};

static enum err_code placed_begin(
    void *ctx, const struct multipart_part *part, struct err *err)
{
	(void)ctx;
	(void)part;
	(void)err;
	return 0;
}

static enum err_code placed_data(void *ctx, struct span data, struct err *err)
{
	struct placed *p = ctx;

	(void)err;
	p->calls++;
	if (data.p >= p->piece.p && data.p < p->piece.p + p->piece.n)
		p->in_place_n += data.n;
	else
		p->held_n += data.n;
	return 0;
}

static enum err_code placed_end(void *ctx, struct err *err)
{
	(void)ctx;
	(void)err;
	return 0;
}

/* Whatever the data look like, a piece of them goes on in one call, from
 * where it is. */
static void multipart_feed_large_data_stay_in_place(void **state)
{
	static const char *const fills[] = {
	    "a", "\r", "\r\n", "\r\n-", "\r\n--", "\r\n--y", "\n--xx--"};
	enum { PIECE_BYTES = 1024 * 1024 };
	char *piece = mem_alloc(PIECE_BYTES);
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(fills); i++) {
		struct placed p = {.piece = {piece, PIECE_BYTES}};
		struct multipart_sink sink = {
		    placed_begin, placed_data, placed_end, &p};
		struct multipart *m = multipart_new("xx", &sink, NULL);

		for (j = 0; j < PIECE_BYTES; j++)
			piece[j] = fills[i][j % strlen(fills[i])];
		piece[0] = 'a';
		piece[PIECE_BYTES - 1] = 'a';
		assert_int_equal(multipart_feed(m, span_of("--x"), NULL), 0);
		assert_int_equal(
		    multipart_feed(m, span_of("x\r\n" HEAD "\r\n"), NULL), 0);
		assert_int_equal(multipart_feed(m, p.piece, NULL), 0);
		assert_int_equal(multipart_feed(m, p.piece, NULL), 0);
		assert_int_equal(p.calls, 2);
		assert_int_equal(p.in_place_n, 2 * PIECE_BYTES);
		/* What was held back comes from elsewhere, once. */
		assert_int_equal(
		    multipart_feed(m, span_of("\r\n--x"), NULL), 0);
		assert_int_equal(p.calls, 2);
		assert_int_equal(multipart_feed(m, p.piece, NULL), 0);
		assert_int_equal(p.calls, 4);
		assert_int_equal(p.held_n, 5);
		assert_int_equal(p.in_place_n, 3 * PIECE_BYTES);
		assert_int_equal(
		    multipart_feed(m, span_of("\r\n--xx--"), NULL), 0);
		assert_int_equal(multipart_finish(m, NULL), 0);
		multipart_free(&m);
	}
	free(piece);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(multipart_boundary_types_give_theirs),
	    cmocka_unit_test(multipart_boundary_other_types_are_refused),
	    cmocka_unit_test(multipart_feed_real_forms_give_their_parts),
	    cmocka_unit_test(multipart_feed_cut_anywhere_is_the_same),
	    cmocka_unit_test(multipart_feed_cut_twice_is_the_same),
	    cmocka_unit_test(multipart_finish_cut_off_is_refused),
	    cmocka_unit_test(multipart_feed_odd_bodies_are_read),
	    cmocka_unit_test(multipart_feed_bad_bodies_say_where),
	    cmocka_unit_test(multipart_feed_heads_are_decoded),
	    cmocka_unit_test(multipart_feed_bad_heads_are_refused),
	    cmocka_unit_test(multipart_feed_past_a_limit_is_full),
	    cmocka_unit_test(multipart_feed_one_part_too_many_is_full),
	    cmocka_unit_test(multipart_feed_sink_fails_passes_it_on),
	    cmocka_unit_test(multipart_feed_after_failure_fails_the_same),
	    cmocka_unit_test(multipart_feed_large_data_stay_in_place),
	};

	tr_set_lang(LANG_EN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
