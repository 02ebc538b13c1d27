/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layers of the XLSX reader, low to high: parts of the zip archive,
 * XML of a part, shared texts, number formats; the sheet itself is in
 * reader_xlsx.c.
 */
#ifndef GX_INTAKE_XLSX_PRIV_H
#define GX_INTAKE_XLSX_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "intake/reader.h"

/* ---- parts of the archive (xlsx_zip.c) ---- */

struct xlsx_zip;
struct xlsx_part;

enum { XLSX_SMALL_PART_MAX = 16 * 1024 * 1024 };
/* For texts and sheets. */
#define XLSX_LARGE_PART_MAX (8ULL * 1024 * 1024 * 1024)

/* What libzip needs from the system, before the sandbox closes. */
void xlsx_zip_prepare(void);
/* Uses only pread and lseek on fd. */
enum err_code xlsx_zip_open(int fd, struct xlsx_zip **zip_out, struct err *err);
void xlsx_zip_free(struct xlsx_zip **zip);
bool xlsx_zip_has(const struct xlsx_zip *zip, const char *path);
/* Bytes of the file read so far, at most its size. */
uint64_t xlsx_zip_position(const struct xlsx_zip *zip);

/* Opens a part for streaming; more than max_bytes, or far more than a file of
 * this size could honestly hold, is an error when it is read. */
enum err_code xlsx_part_open(struct xlsx_zip *zip, const char *path,
    uint64_t max_bytes, struct xlsx_part **part_out, struct err *err);
/* Bytes read, 0 at the end, negative enum err_code. */
int xlsx_part_read(struct xlsx_part *part, void *p, int n, struct err *err);
void xlsx_part_free(struct xlsx_part **part);

/* ---- XML of a part (xlsx_xml.c) ---- */

struct xlsx_xml;

/*
 * Called while parsing; each slot may be NULL. Names are local names;
 * elements of namespaces that are not SpreadsheetML or its packaging are
 * passed over with all that is in them. A handler ends parsing by
 * xlsx_xml_fail or halts it by xlsx_xml_suspend.
 */
struct xlsx_xml_handler {
	void (*start)(void *user, const char *name, const char **attributes);
	void (*end)(void *user, const char *name);
	void (*text)(void *user, const char *p, size_t n);
};

/* Takes the part over. */
struct xlsx_xml *xlsx_xml_new(
    struct xlsx_part *part, const struct xlsx_xml_handler *handler, void *user);
void xlsx_xml_free(struct xlsx_xml **xml);
/* Parses on. 1: suspended by the handler; 0: end of the part; negative
 * enum err_code. */
int xlsx_xml_run(struct xlsx_xml *xml, struct err *err);
void xlsx_xml_suspend(struct xlsx_xml *xml);
/* Makes xlsx_xml_run return the error that the handler puts into the
 * struct err it returns; the first failure stands. */
struct err *xlsx_xml_fail(struct xlsx_xml *xml);
/* The value of an attribute by local name, NULL: none. */
const char *xlsx_attribute(const char **attributes, const char *name);

/* Opens and parses a whole part. */
enum err_code xlsx_parse_part(struct xlsx_zip *zip, const char *path,
    uint64_t max_bytes, const struct xlsx_xml_handler *handler, void *user,
    struct xlsx_xml **xml_slot, struct err *err);

/* ---- texts (xlsx_strings.c) ---- */

/* The text of <si> or <is>: its runs joined, phonetic guides left out. */
struct xlsx_rich {
	struct buf text; /* at most READER_CELL_BYTES_MAX + a bit */
	size_t from;	 /* where the current <t> begins in text */
	bool is_in_t;
	bool is_preserved; /* xml:space="preserve" */
	bool has_bad;	   /* an escape that is no character */
	unsigned phonetic; /* depth inside <rPh> */
};

void xlsx_rich_init(struct xlsx_rich *rich);
void xlsx_rich_release(struct xlsx_rich *rich);
void xlsx_rich_reset(struct xlsx_rich *rich);
void xlsx_rich_start(
    struct xlsx_rich *rich, const char *name, const char **attributes);
void xlsx_rich_end(struct xlsx_rich *rich, const char *name);
void xlsx_rich_text(struct xlsx_rich *rich, const char *p, size_t n);
/* Decodes _xHHHH_ in text[from..) in place; true: some was no character. */
bool xlsx_unescape(struct buf *text, size_t from);

struct xlsx_strings;

/* Reads the shared texts; what passes 32 MiB goes to spool_fd. */
enum err_code xlsx_strings_load(struct xlsx_zip *zip, const char *path,
    int spool_fd, struct xlsx_strings **strings_out, struct err *err);
void xlsx_strings_free(struct xlsx_strings **strings);
size_t xlsx_strings_count(const struct xlsx_strings *strings);
/* Appends text number i (below the count); *has_bad_out as in rich. */
enum err_code xlsx_strings_add(struct xlsx_strings *strings, size_t i,
    struct buf *out, bool *has_bad_out, struct err *err);

/* ---- cells merged over rows (xlsx_merge.c) ---- */

/* Of any spreadsheet program. */
enum { XLSX_ROWS_MAX = 1048576, XLSX_COLUMNS_MAX = 16384 };

/* "C7" -> 2; SIZE_MAX when it is no reference. */
size_t xlsx_ref_column(const char *ref);

struct xlsx_merges;

/* Those of the sheet at `path`; NULL: there are none. */
enum err_code xlsx_merges_load(struct xlsx_zip *zip, const char *path,
    struct xlsx_merges **merges_out, struct err *err);
void xlsx_merges_free(struct xlsx_merges **merges);
/*
 * Puts the values of merged cells into the row, whose cells are `cells`, with
 * room for READER_COLUMNS_MAX. Rows come in ascending order; texts live until
 * the next call. False: there is nothing else in the row.
 */
bool xlsx_merges_apply(
    struct xlsx_merges *merges, struct reader_row *row, struct cell *cells);

/* ---- what number formats show beside the digits (xlsx_words.c) ---- */

enum { XLSX_WORDS_BYTES = 64 };

struct xlsx_words {
	char before[XLSX_WORDS_BYTES], after[XLSX_WORDS_BYTES];
	unsigned digits; /* at least so many before the point */
	int shift;	 /* places that the point moves to the right */
	bool is_other;	 /* what is shown cannot be written so */
};

/* False: nothing beside the number. Writes *words_out either way. */
bool xlsx_words_of_code(const char *code, struct xlsx_words *words_out);
/* Appends the number with them; returns the cell's kind. */
enum cell_kind xlsx_add_worded(
    struct buf *out, struct span number, const struct xlsx_words *words);

/* ---- number formats (xlsx_style.c) ---- */

enum xlsx_format {
	XLSX_NUMBER = 0,
	XLSX_DATE,   /* shows a year, month or day */
	XLSX_TIME,   /* shows only a time of day */
	XLSX_ELAPSED /* shows hours since ([h]:mm) */
};

struct xlsx_styles;

/* What a format code shows. */
enum xlsx_format xlsx_format_of_code(const char *code);
enum err_code xlsx_styles_load(struct xlsx_zip *zip, const char *path,
    struct xlsx_styles **styles_out, struct err *err);
void xlsx_styles_free(struct xlsx_styles **styles);
/* The format of cells with s="style"; XLSX_NUMBER when there is none. */
enum xlsx_format xlsx_styles_format(
    const struct xlsx_styles *styles, unsigned long style);
/* What that format writes beside the digits; NULL: nothing. Lives as long as
 * `styles`. */
const struct xlsx_words *xlsx_styles_words(
    const struct xlsx_styles *styles, unsigned long style);
/* Appends a number as its format shows it; returns the cell's kind. */
enum cell_kind xlsx_add_number(
    struct buf *out, struct span number, enum xlsx_format format, bool is_1904);
/* Appends an ISO 8601 date (cells with t="d"). */
enum cell_kind xlsx_add_iso_date(struct buf *out, struct span text);

#endif
