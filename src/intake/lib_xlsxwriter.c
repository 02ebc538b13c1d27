/* SPDX-License-Identifier: Apache-2.0 */
/* Where libxlsxwriter is loaded. The file's number is that of its binary
 * interface, which the header that we are compiled with belongs to. */
#include "intake/lib_xlsxwriter.h"

#include "base/check.h"
#include "base/library.h"

struct xlsxwriter xlsxwriter;

static const struct library_function functions[] = {
    {"format_set_align", &xlsxwriter.format_set_align},
    {"format_set_bg_color", &xlsxwriter.format_set_bg_color},
    {"format_set_bold", &xlsxwriter.format_set_bold},
    {"format_set_border", &xlsxwriter.format_set_border},
    {"format_set_font_size", &xlsxwriter.format_set_font_size},
    {"format_set_num_format", &xlsxwriter.format_set_num_format},
    {"format_set_text_wrap", &xlsxwriter.format_set_text_wrap},
    {"lxw_strerror", &xlsxwriter.strerror},
    {"lxw_workbook_free", &xlsxwriter.workbook_free},
    {"workbook_add_format", &xlsxwriter.workbook_add_format},
    {"workbook_add_worksheet", &xlsxwriter.workbook_add_worksheet},
    {"workbook_close", &xlsxwriter.workbook_close},
    {"workbook_new_opt", &xlsxwriter.workbook_new_opt},
    {"workbook_set_properties", &xlsxwriter.workbook_set_properties},
    {"workbook_validate_sheet_name", &xlsxwriter.workbook_validate_sheet_name},
    {"worksheet_freeze_panes", &xlsxwriter.worksheet_freeze_panes},
    {"worksheet_set_column", &xlsxwriter.worksheet_set_column},
    {"worksheet_write_number", &xlsxwriter.worksheet_write_number},
    {"worksheet_write_string", &xlsxwriter.worksheet_write_string},
};

_Static_assert(sizeof(xlsxwriter) == ARRAY_COUNT(functions) * sizeof(void *),
    "all of them are found");

enum err_code xlsxwriter_load(struct err *err)
{
	return library_load("libxlsxwriter.so.4", "libxlsxwriter4", functions,
	    ARRAY_COUNT(functions), err);
}
