/* SPDX-License-Identifier: Apache-2.0 */
/* See xlsx_test_help.h. */
#include "intake/xlsx_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "base/buf.h"
#include "base/check.h"
#include "intake/reader_test_help.h"

enum { PARTS_MAX = 12 };

static const struct part default_parts[] = {
    {"_rels/.rels", RELS(REL("rId1", "officeDocument", "xl/workbook.xml")), 0},
    {"xl/workbook.xml",
	WORKBOOK("", "<sheet name='表1' sheetId='1' r:id='rId1'/>"), 0},
    {"xl/_rels/workbook.xml.rels",
	RELS(REL("rId1", "worksheet", "worksheets/sheet1.xml")
		REL("rId2", "styles", "styles.xml")
		    REL("rId3", "sharedStrings", "sharedStrings.xml")),
	0},
    {"xl/worksheets/sheet1.xml", SHEET(""), 0},
};

static void add_part(zip_t *zip, const struct part *part, bool is_encrypted)
{
	size_t n = part->n ? part->n : strlen(part->text);
	zip_source_t *src = zip_source_buffer(zip, part->text, n, 0);
	zip_int64_t i;

	assert_non_null(src);
	i = zip_file_add(zip, part->path, src, ZIP_FL_ENC_UTF_8);
	assert_true(i >= 0);
	if (is_encrypted)
		assert_int_equal(zip_file_set_encryption(zip, (zip_uint64_t)i,
				     ZIP_EM_AES_256, "secret"),
		    0);
}

int help_zip(const struct part *parts, size_t count, bool is_encrypted)
{
	char path[] = "/tmp/xlsx_test.XXXXXX";
	int fd = mkstemp(path);
	zip_t *zip;
	size_t i;

	assert_true(fd >= 0);
	close(fd);
	zip = zip_open(path, ZIP_TRUNCATE, NULL);
	assert_non_null(zip);
	for (i = 0; i < count; i++)
		add_part(zip, &parts[i], is_encrypted);
	assert_int_equal(zip_close(zip), 0);
	fd = open(path, O_RDONLY);
	unlink(path);
	return fd;
}

int help_book(const struct part *parts, size_t count)
{
	struct part all[PARTS_MAX];
	size_t n = ARRAY_COUNT(default_parts);
	size_t i, k;

	memcpy(all, default_parts, sizeof(default_parts));
	for (i = 0; i < count; i++) {
		for (k = 0; k < n; k++)
			if (strcmp(all[k].path, parts[i].path) == 0)
				break;
		assert_true(k < PARTS_MAX);
		all[k] = parts[i];
		n = k == n ? n + 1 : n;
	}
	return help_zip(all, n, false);
}

void help_expect_book(
    const struct part *parts, size_t count, const char *rows, size_t index)
{
	struct buf out = BUF_INIT(64 * 1024 * 1024);
	int fd = help_book(parts, count);

	help_dump(fd, -1, "x.xlsx", &out, NULL);
	close(fd);
	if (strcmp(buf_str(&out), rows) != 0)
		fail_msg(
		    "[%zu] expected\n%s\ngot\n%s", index, rows, buf_str(&out));
	buf_release(&out);
}

void help_expect_sheet(const char *sheet, const char *rows, size_t index)
{
	struct part part = {"xl/worksheets/sheet1.xml", sheet, 0};

	help_expect_book(&part, 1, rows, index);
}
