/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readers: rows of cells from CSV, XLSX and JSON as people really save them.
 *
 * A reader runs in the sandboxed child: it gets descriptors that are already
 * open, opens nothing, and its memory is bounded whatever the file's size.
 * What is wrong with one row is told in that row (enum row_fault) and
 * reading goes on; only what makes the rest unreadable is an error.
 *
 * All cell texts are valid UTF-8 without NUL. They live until the next
 * reader_next. A reader knows nothing of items and fields.
 */
#ifndef GX_INTAKE_READER_H
#define GX_INTAKE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

enum {
	READER_COLUMNS_MAX = 256,
	READER_ROW_BYTES_MAX = 1024 * 1024,
	READER_CELL_BYTES_MAX = 128 * 1024
};

enum reader_format {
	READER_FORMAT_UNKNOWN = 0,
	READER_CSV, /* comma, semicolon or bar */
	READER_TSV, /* tab */
	READER_XLSX,
	READER_JSON, /* one array of objects */
	READER_JSON_LINES,
	READER_FORMAT_COUNT
};

enum reader_encoding {
	READER_UTF8 = 0,
	READER_UTF8_BOM,
	READER_GB18030,
	READER_UTF16LE, /* Excel's "Unicode text" */
	READER_UTF16BE,
	READER_ENCODING_COUNT
};

/* How a cell was typed in its file. */
enum cell_kind {
	CELL_TEXT = 0, /* a string */
	CELL_NUMBER,   /* a number; text is its plain decimal form. JSON:
			  the digits as written; XLSX: what the spreadsheet
			  shows, that is 15 digits unless written as a whole
			  number; with words beside it ("1000元") a text */
	CELL_DATE,     /* XLSX: a serial with a date format; text is
			  YYYY-MM-DD, or YYYY-MM-DD hh:mm:ss with a time */
	CELL_BOOL,     /* "true" or "false" */
	CELL_NULL,     /* JSON null, empty XLSX cell; text is "" */
	CELL_NESTED,   /* JSON: an object or an array; its text as written */
	CELL_LIST, /* JSON: an array of strings; those, with "、" between */
	CELL_NO_RESULT,	     /* XLSX: a formula whose result its program did not
				write; text is "=" */
	CELL_SHOWN_OTHERWISE /* XLSX: a number whose format shows something
				else, which the reader cannot write, in its
				plain decimal form; or a cell under a merged
				one that says something else */
};

struct cell {
	struct span text;
	enum cell_kind kind;
};

enum row_fault {
	ROW_OK = 0,
	ROW_BAD_ENCODING, /* bytes that are not text in the file's encoding;
			     they stand as U+FFFD in the cells */
	ROW_BAD_QUOTES,	  /* a quote inside an unquoted cell is kept as it
			     is and no fault; this is text behind a closing
			     quote, or no closing quote before the end */
	ROW_TOO_LONG,	  /* more bytes than READER_ROW_BYTES_MAX, or a cell
			     above READER_CELL_BYTES_MAX; cut. JSON: an entry
			     that long has its beginning in cells[0] */
	/* One behind READER_COLUMNS_MAX that is not blank; JSON: more names. */
	ROW_TOO_MANY_CELLS,
	ROW_BAD_JSON,	   /* not an object, or not JSON, or a key twice:
			      the text is in cells[0] */
	ROW_NESTED_JSON,   /* a value is an object or array: CELL_NESTED (a
			      CELL_LIST is no fault of the row) */
	ROW_FORMULA_ERROR, /* XLSX error value such as #N/A */
	/* Of a cell, by its kind, and never of a row. */
	ROW_NO_RESULT,
	ROW_SHOWN_OTHERWISE,
	ROW_FAULT_COUNT
};

/* The rows of a sheet that one cell is merged over; 0, 0: it is not. */
struct reader_rows {
	uint32_t first;
	uint32_t last;
};

struct reader_row {
	uint64_t number;	  /* as a person counts in the file: the
				     spreadsheet row, 1-based; for JSON the
				     object's ordinal, 1-based */
	const struct cell *cells; /* by column; JSON: a member that the
				     object lacks has text.p NULL */
	size_t count;		  /* rows may be ragged */
	enum row_fault fault;	  /* of several, the first found; a formula's
				     error only when there is no other */
	size_t fault_column;	  /* 0-based, where one column is to blame */
	/* XLSX: READER_COLUMNS_MAX of them, by column, or NULL: none. Below
	 * the first of its rows a merged cell has the value of that one. */
	const struct reader_rows *merged;
};

struct reader_info {
	enum reader_format format;
	enum reader_encoding encoding; /* READER_UTF8 until a byte that is
					  not ASCII tells, which may be
					  behind the first row */
	const char *sheet;	       /* XLSX sheet name, else "" */
	/* XLSX: visible sheets that hold rows, too, and are not read; the
	 * first few of them. */
	const char *const *other_sheets;
	size_t other_sheets_count;
	bool is_1904; /* XLSX: its days are counted from 1904-01-01 = 0 */
};

struct reader;

/*
 * Opens a reader on `fd`, a readable file (seekable for XLSX) of any size;
 * the caller keeps and closes it. It is read from its beginning; a pipe,
 * from where it stands. `spool_fd` is an empty, unlinked,
 * writable file for what does not fit in memory (XLSX shared strings); -1:
 * none, then a too large XLSX is an error. `name` is only for guessing the
 * format by ending when the content leaves doubt.
 *
 * XLSX reads the first sheet that has rows; hidden sheets come last.
 *
 * Everything that needs a file or a table of the system (ICU converters) is
 * opened here, so that the sandbox may close afterwards: see
 * reader_prepare.
 */
enum err_code reader_open(int fd, int spool_fd, const char *name,
    struct reader **reader_out, struct err *err);
/*
 * Loads what the libraries below fetch from the system at their first use:
 * ICU's tables, jansson's hash seed, the time zone for libzip (which also
 * sets TZ to ":/etc/localtime" where it is not set, so that the zone is not
 * looked up again). After it, reading needs only read, pread64, lseek,
 * pwrite64 (on spool_fd) and memory. Idempotent; call it before reader_open.
 */
void reader_prepare(void);
void reader_free(struct reader **reader);
const struct reader_info *reader_info(const struct reader *reader);

/*
 * Begins anew at sheet `i` of other_sheets; the one that was read is among
 * those then, and all are in the order of the workbook.
 */
enum err_code reader_use_sheet(
    struct reader *reader, size_t i, struct err *err);

/*
 * 1: *row is the next row that has at least one non-blank cell; 0: end;
 * negative enum err_code: the rest cannot be read (err says where).
 */
int reader_next(struct reader *reader, struct reader_row *row, struct err *err);

/*
 * JSON only: names of the columns seen so far, which grow as rows are read;
 * cells follow this order. *count_out 0 for CSV and XLSX, whose header is
 * one of the rows.
 */
const struct span *reader_columns(
    const struct reader *reader, size_t *count_out);

/* Is the cell's value one that the sheet shows from a row above? */
static inline bool reader_is_filled(const struct reader_row *row, size_t column)
{
	return row->merged && column < READER_COLUMNS_MAX &&
	    row->merged[column].first > 0 &&
	    row->number > row->merged[column].first;
}

/* Bytes of the input consumed so far, for progress. */
uint64_t reader_position(const struct reader *reader);

/*
 * Does the cell hold what is left of a code or a number of a document, of 17
 * digits or more, that a spreadsheet took for a number? It keeps 15 digits
 * and puts noughts for the others, or "9.13711E+17" when it writes a CSV
 * file. What was there nobody knows any more, whatever a check character
 * says.
 */
bool reader_is_rounded(const struct cell *cell);

/* Is the whole text "1.3711E+11", as a spreadsheet writes a number of twelve
 * digits or more into CSV, so that digits of it are not there? */
bool reader_is_shortened(struct span text);

/* Does a spreadsheet take a text that begins so for a formula? In full width,
 * ＝ ＋ － ＠, too, where Chinese is its language. */
bool reader_begins_formula(struct span text);

/* The x of ="x", as which programs write into CSV what a spreadsheet must not
 * take for a number; any other text, and one with more quotes, as it is. */
struct span reader_formula_text(struct span text);

/* The cell's text; of such a number the digits that are known and no others,
 * "9.13711026000039E+17", in `out`: so that it stays one when it is kept as a
 * text. */
enum { READER_ROUNDED_BYTES = 24 };
struct span reader_known_text(
    const struct cell *cell, char out[READER_ROUNDED_BYTES]);

const char *reader_format_name(enum reader_format format);
const char *reader_encoding_name(enum reader_encoding encoding);
const char *row_fault_text(enum row_fault fault); /* translated */

#endif
