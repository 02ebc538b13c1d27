/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libxlsxwriter's functions, as far as this room calls them. The library is
 * loaded when a spreadsheet is written (base/library.h).
 */
#ifndef GX_INTAKE_LIB_XLSXWRITER_H
#define GX_INTAKE_LIB_XLSXWRITER_H

#include <xlsxwriter.h>

#include "base/err.h"

/* By the names that they have there, without lxw_. NULL until
 * xlsxwriter_load. */
extern struct xlsxwriter {
	__typeof__(format_set_align) *format_set_align;
	__typeof__(format_set_bg_color) *format_set_bg_color;
	__typeof__(format_set_bold) *format_set_bold;
	__typeof__(format_set_border) *format_set_border;
	__typeof__(format_set_font_size) *format_set_font_size;
	__typeof__(format_set_num_format) *format_set_num_format;
	__typeof__(format_set_text_wrap) *format_set_text_wrap;
	__typeof__(lxw_strerror) *strerror;
	__typeof__(lxw_workbook_free) *workbook_free;
	__typeof__(workbook_add_format) *workbook_add_format;
	__typeof__(workbook_add_worksheet) *workbook_add_worksheet;
	__typeof__(workbook_close) *workbook_close;
	__typeof__(workbook_new_opt) *workbook_new_opt;
	__typeof__(workbook_set_properties) *workbook_set_properties;
	__typeof__(workbook_validate_sheet_name) *workbook_validate_sheet_name;
	__typeof__(worksheet_freeze_panes) *worksheet_freeze_panes;
	__typeof__(worksheet_set_column) *worksheet_set_column;
	__typeof__(worksheet_write_number) *worksheet_write_number;
	__typeof__(worksheet_write_string) *worksheet_write_string;
} xlsxwriter;

/* ERR_SYSTEM: it is not there. To be called again is cheap. */
enum err_code xlsxwriter_load(struct err *err);

#endif
