/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the readers share among themselves: the input as UTF-8 text in a
 * sliding window, the vector scans over it, and the table of operations
 * that a format fills.
 */
#ifndef GX_INTAKE_READER_PRIV_H
#define GX_INTAKE_READER_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "intake/reader.h"

/* ---- scans over bytes (reader_scan.c) ---- */

enum { SCAN_PAD = 64 }; /* readable bytes behind what is scanned */

/* How fast a way the scans take; tests go through all of them. */
enum scan_way { SCAN_PLAIN = 0, SCAN_SSE2, SCAN_AVX2, SCAN_WAY_COUNT };

/* The best way of this machine. */
enum scan_way scan_best_way(void);
/* Bytes of the longest prefix that is valid UTF-8 without NUL. */
size_t scan_text_prefix(enum scan_way way, const char *p, size_t n);
/*
 * Writes the positions of delimiter, '"', CR and LF in p[from..to) in
 * ascending order; returns their count. SCAN_PAD bytes behind `to` must be
 * readable; out has room for to - from positions.
 */
size_t scan_specials(enum scan_way way, const char *p, size_t from, size_t to,
    char delimiter, uint32_t *out);

/* ---- the input as text (reader_text.c) ---- */

enum {
	TEXT_STEP = 256 * 1024, /* bytes asked from the file at once */
	/* A whole row that had no end yet, and two steps in their longest
	 * form (every byte a U+FFFD of three bytes). */
	TEXT_CAP = READER_ROW_BYTES_MAX + 8 * TEXT_STEP
};

enum text_way {
	TEXT_UNDECIDED = 0, /* only ASCII so far */
	TEXT_UTF8,
	TEXT_GB18030,
	TEXT_UTF16LE,
	TEXT_UTF16BE
};

/*
 * p[at..n) is text: valid UTF-8 without NUL. In the UTF-8 ways p[n..raw_n)
 * are bytes read but not yet text (a character cut by the end of a read);
 * in the converting ways raw_n == n and raw[0..raw_left) waits.
 */
struct text {
	int fd;
	enum text_way way;
	enum scan_way scan;
	bool has_bom;
	bool is_eof;	     /* read() said so */
	char *p;	     /* window of TEXT_CAP + SCAN_PAD bytes */
	size_t at;	     /* first byte not consumed */
	size_t n;	     /* end of text */
	size_t raw_n;	     /* end of bytes in the window */
	char *raw;	     /* bytes to convert or to mend; TEXT_STEP * 2 */
	size_t raw_left;     /* bytes in raw[] */
	uint16_t surrogate;  /* first half waiting for its second, or 0 */
	uint64_t bytes_read; /* from the file */
	uint32_t *bad;	     /* positions of U+FFFD put for bad bytes */
	size_t bad_at;	     /* first one not behind `at` */
	size_t bad_count;
	size_t bad_cap;
	void *converter; /* UConverter, GB18030 only */
};

/* Reads the first step without looking at it: p[0..raw_n). */
enum err_code text_start(struct text *text, int fd, struct err *err);
/* Is what was read UTF-16, by its mark or, without one, beyond doubt? Else
 * TEXT_UNDECIDED. */
enum text_way text_utf16(const struct text *text);
/* Takes a byte order mark off and makes the first text. */
enum err_code text_begin(struct text *text, struct err *err);
/*
 * Moves what is not consumed to the front of the window and adds text;
 * positions change. Adds nothing only when text_is_end() holds after.
 * Needs n - at <= READER_ROW_BYTES_MAX.
 */
enum err_code text_fill(struct text *text, struct err *err);
/* True when no text can follow behind n. */
bool text_is_end(const struct text *text);
/* Position of the first bad byte in [from, to) of the window, SIZE_MAX:
 * none. Calls come with ascending `from`. */
size_t text_bad_between(struct text *text, size_t from, size_t to);
uint64_t text_position(const struct text *text);
enum reader_encoding text_encoding(const struct text *text);
void text_release(struct text *text);
void text_prepare(void);

/* ---- helpers on cells (reader.c) ---- */

/* `n`, or less so that text.p[0..) ends at a character. */
size_t text_cut(struct span text, size_t n);

/* ---- numbers as text (reader_decimal.c) ---- */

/*
 * Appends the plain decimal form of a number written with or without an
 * exponent ("1.5E-3" -> "0.0015"), digit by digit, so exactly. False when
 * it is not a number or its exponent is beyond +-400.
 */
bool decimal_add_plain(struct buf *out, struct span number);
/*
 * The same as a spreadsheet shows it: a whole number written without an
 * exponent stays as it is, any other is rounded to 15 digits, which takes
 * away what a binary fraction adds (0.10000000000000001 -> 0.1).
 */
bool decimal_add_shown(struct buf *out, struct span number);
/* The same with the point moved so many places to the right. */
bool decimal_add_moved(struct buf *out, struct span number, int places);
/* A serial date: whole days and seconds of the day, rounded. False when it
 * is not a number between 0 and 2958466 (the end of 9999). */
bool decimal_serial(
    struct span number, int32_t *days_out, int32_t *seconds_out);

/* Nothing but blanks of any kind, line ends and what nobody sees: control
 * characters (DOS ends a file with one), zero-width marks. */
bool cell_is_blank(struct span text);

/* ---- formats ---- */

struct reader_ops {
	/* As reader_next, blank rows included (is_blank tells). */
	int (*next)(struct reader *r, struct reader_row *row, struct err *err);
	uint64_t (*position)(const struct reader *r);
	/* XLSX, else NULL: as reader_use_sheet. */
	enum err_code (*use_sheet)(struct reader *r, size_t i, struct err *err);
	void (*release)(struct reader *r);
};

struct reader {
	const struct reader_ops *ops;
	struct reader_info info;
	struct text text;     /* CSV and JSON */
	struct cell *cells;   /* READER_COLUMNS_MAX */
	void *format;	      /* struct csv, json or xlsx, owned by it */
	struct span *columns; /* JSON: READER_COLUMNS_MAX names */
	size_t columns_count;
};

/* Each sets ops, format and info. */
enum err_code csv_open(struct reader *r, const char *name, struct err *err);
enum err_code json_open(
    struct reader *r, enum reader_format format, struct err *err);
/* What jansson needs from the system, before the sandbox closes. */
void json_prepare(void);
enum err_code xlsx_open(
    struct reader *r, int fd, int spool_fd, struct err *err);

#endif
