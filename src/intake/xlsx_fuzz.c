/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a workbook: every row keeps the reader's promises. Bytes
 * that begin with PK are the archive itself. Others are the texts of its
 * parts, apart by lines of "--": the sheet, then shared texts, styles and
 * workbook, where there are any; they are put into an archive here, so that
 * the fuzzer need not find out about checksums.
 */
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/span.h"
#include "intake/reader_test_help.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REL_NS                                                                 \
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define RELS(list) "<Relationships>" list "</Relationships>"
#define REL(id, type, target)                                                  \
	"<Relationship Id='" id "' Type='/" type "' Target='" target "'/>"

struct part {
	const char *path;
	struct span text;
	uint32_t crc;
	uint32_t offset; /* of its local header */
};

static uint32_t crc32_of(struct span text)
{
	uint32_t crc = 0xFFFFFFFF;
	size_t i;
	int k;

	for (i = 0; i < text.n; i++) {
		crc ^= (unsigned char)text.p[i];
		for (k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
	}
	return ~crc;
}

static void add_number(struct buf *out, uint64_t v, int bytes)
{
	while (bytes-- > 0) {
		buf_add_char(out, (char)(v & 0xFF));
		v >>= 8;
	}
}

/* The fields that a local header and the directory share. */
static void add_fields(struct buf *out, const struct part *part)
{
	add_number(out, 20, 2);	  /* version */
	add_number(out, 0, 2);	  /* flags */
	add_number(out, 0, 2);	  /* stored */
	add_number(out, 0x21, 4); /* time and date, in any case */
	add_number(out, part->crc, 4);
	add_number(out, part->text.n, 4);
	add_number(out, part->text.n, 4);
	add_number(out, strlen(part->path), 2);
	add_number(out, 0, 2); /* extra */
}

static void add_archive(struct buf *out, struct part *parts, size_t count)
{
	size_t directory;
	size_t i;

	for (i = 0; i < count; i++) {
		parts[i].crc = crc32_of(parts[i].text);
		parts[i].offset = (uint32_t)out->n;
		buf_add_str(out, "PK\x03\x04");
		add_fields(out, &parts[i]);
		buf_add_str(out, parts[i].path);
		buf_add_span(out, parts[i].text);
	}
	directory = out->n;
	for (i = 0; i < count; i++) {
		buf_add_str(out, "PK\x01\x02");
		add_number(out, 20, 2); /* made by */
		add_fields(out, &parts[i]);
		add_number(out, 0, 10); /* comment, disk, attributes */
		add_number(out, parts[i].offset, 4);
		buf_add_str(out, parts[i].path);
	}
	buf_add_str(out, "PK\x05\x06");
	add_number(out, 0, 4); /* disks */
	add_number(out, count, 2);
	add_number(out, count, 2);
	add_number(out, out->n - 12 - directory, 4);
	add_number(out, directory, 4);
	add_number(out, 0, 2); /* comment */
}

/* Cuts the text up to the next line "--" off. */
static struct span take_part(struct span *rest)
{
	const char *end =
	    rest->n ? memmem(rest->p, rest->n, "\n--\n", 4) : NULL;
	struct span part = *rest;

	if (end)
		part.n = (size_t)(end - rest->p);
	rest->p += part.n + (end ? 4 : 0);
	rest->n -= part.n + (end ? 4 : 0);
	return part;
}

static int make_book(struct span rest)
{
	static const char workbook[] =
	    "<workbook xmlns:r='" REL_NS "'><sheets>"
	    "<sheet name='a' r:id='a'/></sheets></workbook>";
	struct part parts[] = {
	    {.path = "xl/worksheets/sheet1.xml"},
	    {.path = "xl/sharedStrings.xml"},
	    {.path = "xl/styles.xml"},
	    {.path = "xl/workbook.xml"},
	    {.path = "xl/_rels/workbook.xml.rels",
		.text = {RELS(REL("a", "worksheet", "worksheets/sheet1.xml")
				 REL("b", "sharedStrings", "sharedStrings.xml")
				     REL("c", "styles", "styles.xml")),
		    0}},
	};
	struct buf out = BUF_INIT(1024 * 1024);
	size_t i;
	int fd;

	parts[4].text = span_of(parts[4].text.p);
	for (i = 0; i < 4; i++)
		parts[i].text = take_part(&rest);
	if (parts[1].text.n == 0)
		parts[1].text = span_of("<sst/>");
	if (parts[2].text.n == 0)
		parts[2].text = span_of("<styleSheet/>");
	if (parts[3].text.n == 0)
		parts[3].text = span_of(workbook);
	add_archive(&out, parts, ARRAY_COUNT(parts));
	ASSERT(!out.is_full);
	fd = help_file(out.p, out.n);
	buf_release(&out);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	bool is_archive = span_starts_with(text, "PK");
	int fd = is_archive ? help_file(data, size) : make_book(text);

	help_check(fd, -1, "x.xlsx");
	close(fd);
	return 0;
}
