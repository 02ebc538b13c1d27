/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identifiers of organisations: parse, check, explain.
 *
 * Sources: GB 32100-2015 (unified social credit code), GB 11714-1997
 * (organisation code), GS15-2006 with GB/T 17710 MOD 11,10 (registration
 * number), GB 11643-1999 (citizen number: only to recognise and drop),
 * GB/T 2260 (divisions). Facts: docs/domain.md section 1.
 *
 * Nothing here allocates or does I/O; all functions are thread safe.
 */
#ifndef GX_IDENT_IDENT_H
#define GX_IDENT_IDENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/span.h"

enum {
	IDENT_USCC_CHARS = 18,
	IDENT_ORG_CHARS = 9,
	IDENT_REG_CHARS = 15,
	IDENT_DIVISION_CHARS = 6,
	IDENT_CLEAN_MAX = 64 /* longest cleaned text kept */
};

enum ident_kind {
	IDENT_UNKNOWN = 0,
	IDENT_USCC,	  /* unified social credit code */
	IDENT_ORG_CODE,	  /* organisation code */
	IDENT_REG_NUMBER, /* 15-digit business registration number */
	IDENT_CITIZEN,	  /* citizen number: never echoed, never stored */
	IDENT_DIVISION,	  /* administrative division */
	IDENT_KIND_COUNT
};

enum ident_state {
	IDENT_VALID = 0,
	IDENT_EMPTY,	   /* nothing, or only blanks, dashes, "无" */
	IDENT_MASKED,	   /* published with characters hidden: * X • */
	IDENT_PLACEHOLDER, /* 00000000000000000X and the like */
	IDENT_BAD_LENGTH,
	IDENT_BAD_CHARACTER,  /* not of the alphabet; bad_at says which */
	IDENT_BAD_DEPARTMENT, /* no such registration department */
	IDENT_BAD_CLASS,      /* no such class in that department */
	IDENT_BAD_DATE,	      /* citizen number: no such birth day */
	IDENT_BAD_CHECK,      /* check character; expected says which */
	IDENT_BAD_DIVISION,   /* six digits that were never a division; only
				 ident_document says so */
	IDENT_STATE_COUNT
};

struct ident_uscc {
	enum ident_state state;
	int bad_at;    /* 0-based character of the cleaned code, -1 none */
	char expected; /* right check character when 17 are good, else 0 */
	bool has_org_warning;	   /* the embedded organisation code's own check
				      fails: a warning, never a refusal */
	bool has_division_warning; /* the division was never in force */
	char code[IDENT_USCC_CHARS + 1]; /* cleaned, upper case, when 18;
					    masked: hidden ones are '*' */
};

/*
 * Cleans a code as people type it: full-width forms to ASCII, upper case,
 * blanks, NBSP, zero-width and dashes removed. Writes at most
 * IDENT_CLEAN_MAX bytes and NUL; returns the length (cut when longer).
 * Characters that are not ASCII after that are kept as they are; bytes that
 * are no UTF-8 become U+FFFD, so the result is always valid UTF-8.
 */
size_t ident_clean(struct span text, char out[IDENT_CLEAN_MAX + 1]);

/* The hot path: text as typed; when it is 18 clean ASCII characters
 * nothing is copied but the code. About 20 ns. */
struct ident_uscc ident_check_uscc(struct span text);
/* Check character for the first 17 (valid) characters, 0 if one is bad. */
char ident_uscc_check_char(const char *first17);

/* What a wrong code may be meant to be: valid codes that differ from it in
 * one character, after an I was read as 1 and an O as 0. The check leaves one
 * character for each place, so there are few. None for what is no code of 18
 * characters, or a valid one. Returns how many. */
size_t ident_uscc_near(
    struct span text, char out[IDENT_USCC_CHARS][IDENT_USCC_CHARS + 1]);

/* The next code within a text that has other characters around it (a label,
 * brackets, a full stop, more codes), from byte *at on, which then stands
 * behind it: exactly 18 letters and digits together, six digits at least.
 * Right or wrong is not looked at. out: cleaned. False: none. */
bool ident_next_uscc(
    struct span text, size_t *at, char out[IDENT_USCC_CHARS + 1]);

enum ident_state ident_check_org_code(struct span text);
char ident_org_check_char(const char *first8);
enum ident_state ident_check_reg_number(struct span text);
char ident_reg_check_char(const char *first14);
enum ident_state ident_check_citizen(struct span text);
/* True when the text holds a valid citizen number anywhere (18 digits, or
 * 17 and X, with nothing alphanumeric beside it); also in full-width digits,
 * and in groups with a blank or a dash between two of them. *at_out, *n_out:
 * where the first is. Fast on text of few digits. */
bool ident_find_citizen(struct span text, size_t *at_out, size_t *n_out);
/* The same also beside letters and other digits, with any blanks and dashes
 * in between; and in whole groups with dots, slashes, commas as well. For
 * what is refused as a whole and not cut: more looks like one here. */
bool ident_holds_citizen(struct span text);
/* In place: stars for all digits of a text that holds one. */
void ident_hide_citizen(char *text);
/* The same in all texts of an error, before anybody is told of it. */
void ident_hide_in_err(struct err *err);

/* A row of the division table: one code during one span of time. Texts live
 * as long as the program. */
struct ident_division {
	const char *code;      /* "371102" */
	const char *name;      /* 东港区 */
	const char *full_name; /* 山东省日照市东港区 */
	date_days valid_from;  /* DATE_NONE = before the table's start */
	date_days valid_to;    /* DATE_NONE = in force */
	const char *successor; /* code(s) that took over, space separated;
				  "" = none or in force */
};

/* The row in force on `on`; false when there never was one or not then. on
 * DATE_NONE: the newest row of that code. code: 6 digits. */
bool ident_division_find(
    struct span code, date_days on, struct ident_division *out);
/* Was it ever a division's code? */
bool ident_division_exists(struct span code);
/* All rows, by code then date; for lists and tests. */
size_t ident_divisions_count(void);
struct ident_division ident_division_at(size_t i);

/* Titles from GB 32100-2015; NULL when there is no such code. */
const char *ident_department_title(char department);
const char *ident_class_title(char department, char class_);
/* "enterprise", "sole-trader", "cooperative", "government", "institution",
 * "social", "village-collective", "other". Never NULL. */
const char *ident_subject_kind(const char *code);

/* Says in the process's language what is wrong; "" for IDENT_VALID. */
const char *ident_state_text(enum ident_state state);
const char *ident_state_name(enum ident_state state); /* "bad-check" */
const char *ident_kind_name(enum ident_kind kind);

/* The kind by the shape of the text, as the document below says it. */
enum ident_kind ident_kind_of(struct span text);

/*
 * The document of `gongxin ident`: the kind by the shape of the text, then
 * one JSON object: input (never for a citizen number), kind, valid, state,
 * reason, parts, expected check character, warnings.
 * Returns whether it is valid.
 */
bool ident_document(struct span text, struct buf *out);

#endif
