/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values as people type them -> the form that is stored. Nothing is guessed:
 * what has two readings is refused, each with a reason of its own, and
 * normalising what was normalised changes nothing.
 *
 * All texts are valid UTF-8. No function allocates; buffers are the
 * caller's, of the size stated, and do not overlap the text. Outputs are
 * written only when the function says so.
 */
#ifndef GX_INTAKE_NORMALISE_H
#define GX_INTAKE_NORMALISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/span.h"
#include "intake/reader.h"

/* A document number may grow: "[2023]" becomes "〔2023〕". */
enum { NORMALISE_DOC_GROWTH = 3 };
/* The largest amount and integer, in fen and in ones. */
#define NORMALISE_FEN_MAX     INT64_C(1000000000000000)
#define NORMALISE_INTEGER_MAX INT64_C(1000000000000000)

enum normal {
	NORMAL_OK = 0,
	NORMAL_EMPTY,	    /* nothing but blanks */
	NORMAL_PLACEHOLDER, /* a mark for nothing: "/", "-", "无", "N/A" */
	NORMAL_LONG_TERM,   /* "长期", 9999-12-31: no end. *date_out is
			       DATE_LONG_TERM, as for 2099-12-31; whether the
			       field may have no end is the caller's to judge */
	NORMAL_NOT_A_DATE,
	NORMAL_DATE_INCOMPLETE,	  /* a year, a month, a day without a year */
	NORMAL_DATE_AMBIGUOUS,	  /* 04/05/2023, 23-4-5, 2023111 */
	NORMAL_NO_SUCH_DAY,	  /* 2023-02-30, Excel's 1900-02-29 */
	NORMAL_DATE_OUT_OF_RANGE, /* not within 1900 to 2999 */
	NORMAL_NOT_A_NUMBER,
	NORMAL_NEGATIVE,
	NORMAL_NOT_EXACT, /* not a whole number of fen */
	NORMAL_NOT_WHOLE, /* an integer with a fraction */
	NORMAL_TOO_LARGE,
	NORMAL_OTHER_CURRENCY, /* dollars, euros */
	NORMAL_COUNT
};

/*
 * Text: trimmed of blanks (U+3000 and NBSP too); byte order marks,
 * zero-width and direction marks and control characters removed; NBSP and
 * its like -> space. A run of blanks with a tab or line break in it becomes
 * one space, or with keeps_lines and a line break one '\n'. Everything else,
 * Traditional characters and full-width forms too, stays as it is.
 *
 * Returns a part of `text` itself when nothing inside has to change, else
 * what it wrote to out[text.n]; also of a text with U+FFFD, so that only what
 * was written needs to be searched for one.
 */
struct span normalise_text(struct span text, bool keeps_lines, char *out);

/* Is the text a mark for nothing: "/", "-", "无", "N/A"? */
bool normalise_is_nothing(struct span text);

/* Is it a mark for what the row above says: "同上", "〃"? */
bool normalise_is_ditto(struct span text);

/*
 * A document number as official documents have it: 国发〔2023〕7号. Blanks and
 * invisible characters removed; full-width ASCII -> ASCII; dashes of every
 * kind, and runs of them -> one '-'; brackets of any kind around a year
 * (1900 to 2099) -> 〔〕, other round, square and curly brackets -> （）. A
 * court's case number, which begins with its year, has （）:
 * （2021）粤17刑初12号.
 *
 * Returns a part of `text` when nothing has to change, else what it wrote to
 * out[NORMALISE_DOC_GROWTH * text.n].
 */
struct span normalise_doc_number(struct span text, char *out);

/*
 * A date: 2023-04-24, 2023/4/24, 2023.4.24, 20230424, 2023年4月24日 (号),
 * 二〇二三年四月二十四日, full-width forms; a time behind it is checked and
 * dropped, a zone other than China's moves the date to China's. Numbers:
 * Excel serials of the 1900 system (kind CELL_NUMBER, or a bare integer in
 * 20000 to 80000), epoch seconds (10 digits) and milliseconds (13 digits).
 *
 * NORMAL_OK and NORMAL_LONG_TERM set *date_out.
 */
enum normal normalise_date(
    struct span text, enum cell_kind kind, date_days *date_out);

/* What a bare number means in a column: so many times 10^unit fen. */
enum money_unit {
	MONEY_NO_UNIT = 0,
	MONEY_YUAN = 2,
	MONEY_QIAN = 5,	  /* 千元 */
	MONEY_WAN = 6,	  /* 万元 */
	MONEY_BAIWAN = 8, /* 百万元 */
	MONEY_YI = 10	  /* 亿元 */
};

/* The unit that is all a text says, as behind a title: "(元)",
 * "（单位：万元）",
 * "/人民币元"; MONEY_NO_UNIT when it says something else. */
enum money_unit normalise_money_unit(struct span text);
/* "元"; of MONEY_NO_UNIT "". */
const char *money_unit_text(enum money_unit unit);

struct normal_money {
	int64_t fen;	    /* 0 to NORMALISE_FEN_MAX */
	bool is_other_unit; /* the text names another unit than the column
			       has, and was converted by its own */
	bool has_sign_only; /* the text has a sign of yuan and no unit, and the
			       column another unit, which was taken */
};

/*
 * An amount to fen, exactly: decimals, thousands separators, 1E-4, ¥ or 人民币
 * before, 元, 千元, 万元, 亿元 (整) behind. Refused: what is no whole number of
 * fen, negative amounts, other currencies, words. NORMAL_OK sets *out.
 */
enum normal normalise_money(
    struct span text, enum money_unit unit, struct normal_money *out);

/* An integer, with sign, thousands separators or a fraction of zeros. */
enum normal normalise_integer(struct span text, int64_t *value_out);

#endif
