/* SPDX-License-Identifier: Apache-2.0 */
/* Workbooks for tests, zipped from their XML, so that each way of writing the
 * same thing is met on purpose. */
#ifndef GX_INTAKE_XLSX_TEST_HELP_H
#define GX_INTAKE_XLSX_TEST_HELP_H

#include <stdbool.h>
#include <stddef.h>

#define MAIN_NS "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define REL_NS                                                                 \
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACK_NS "http://schemas.openxmlformats.org/package/2006/relationships"

#define WORKBOOK(attributes, sheets)                                           \
	"<workbook xmlns='" MAIN_NS "' xmlns:r='" REL_NS "'>"                  \
	"<workbookPr " attributes "/><sheets>" sheets "</sheets></workbook>"
#define REL(id, type, target)                                                  \
	"<Relationship Id='" id "' Type='" REL_NS "/" type "' Target='" target \
	"'/>"
#define RELS(list) "<Relationships xmlns='" PACK_NS "'>" list "</Relationships>"
#define SHEET(rows)                                                            \
	"<worksheet xmlns='" MAIN_NS "'><sheetData>" rows                      \
	"</sheetData></worksheet>"
#define STRINGS(list) "<sst xmlns='" MAIN_NS "'>" list "</sst>"
#define STYLES(formats, xfs)                                                   \
	"<styleSheet xmlns='" MAIN_NS "'><numFmts>" formats "</numFmts>"       \
	"<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>"                     \
	"<cellXfs>" xfs "</cellXfs></styleSheet>"

struct part {
	const char *path;
	const char *text;
	size_t n; /* 0: strlen(text) */
};

/* Zips the parts as they are. A file to be read; the caller closes it. */
int help_zip(const struct part *parts, size_t count, bool is_encrypted);
/* A workbook of one sheet, with some parts replaced or added. The same. */
int help_book(const struct part *parts, size_t count);
/* Fails unless its rows are these, as help_dump writes them. */
void help_expect_book(
    const struct part *parts, size_t count, const char *rows, size_t index);
/* The same of the sheet's XML. */
void help_expect_sheet(const char *sheet, const char *rows, size_t index);

#endif
