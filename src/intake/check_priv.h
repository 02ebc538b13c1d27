/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the check of a row: check.c decides, check_take.c reads values. */
#ifndef GX_INTAKE_CHECK_PRIV_H
#define GX_INTAKE_CHECK_PRIV_H

#include "intake/check.h"
#include "intake/finding.h"

enum {
	SCRATCH_BYTES = 4 * 1024 * 1024,
	FIELDS_BYTES_MAX = 3 * 1024 * 1024,
	FINDINGS_BYTES_MAX = 256 * 1024,
	FINDINGS_MAX = 64, /* of one row */
	CODES_MAX = 32,	   /* values of one multi-valued cell */
	DEFAULT_MAX_CHARS = 4000,
	CORRECTS_DIGITS_MAX = 18, /* of the number of a version */
	SERIAL_DIGITS_MAX = 6,	  /* of a day that a spreadsheet counts */
	DOCUMENT_MIN = 6,	  /* characters of a person's document number */
	PERSON_CHARS = 4,	  /* of a person's name, at most */
	KIND_FOLDED_MAX = 512,
	MIDDLE_DOT = 0xB7,
	UNREADABLE = 0xFFFD /* in place of a byte that is no text */
};

/* A normalised value. */
struct value {
	struct span text; /* canonical; empty = not given */
	int64_t number;	  /* date_days, fen or integer */
	uint32_t codes;	  /* CODE, CODES: bit i = codes[i] of the list */
};

/* What a condition asks of a coded field, as bits. */
struct test {
	const struct cat_condition *when;
	uint32_t codes; /* one of these satisfies EQUALS or CONTAINS */
};

enum { RULES_MAX = 64 };

struct checker {
	const struct plan *plan;
	date_days received;
	date_days late_before; /* decided before this day = late */
	struct test field_when[PLAN_FIELDS_MAX];
	struct test rule_when[RULES_MAX];
	struct test class_when[RULES_MAX];
	char *keys; /* `"NAME":` of every field, in the plan's order */
	uint32_t key_ends[PLAN_FIELDS_MAX];
	struct value values[PLAN_FIELDS_MAX];
	struct finding findings[FINDINGS_MAX];
	size_t findings_count;
	size_t errors; /* findings that are not warnings */
	struct ident_uscc subject;
	enum ident_state subject_state;
	bool is_person; /* without a kind that says so */
	char *scratch;
	size_t scratch_used;
	struct buf fields_json;
	struct buf closed_json;
	struct buf findings_json;
	struct buf cells_json;
	char last_day[DATE_TEXT_BYTES]; /* of the item, in a finding */
	char expect[1024]; /* text behind finding.expect of this row */
	size_t expect_used;
};

/* Notes a finding about a field (-1 = none) and a column (0-based, -1 =
 * none). Past FINDINGS_MAX nothing more is noted. */
void check_find(struct checker *c, enum finding_rule rule, int field,
    int column, struct span value, struct span expect);
/* Reads a field's cells into its value. */
void check_take_field(
    struct checker *c, int field, const struct reader_row *row);
/* Does the file not say what the cell means, so that its text must not be
 * taken for it later? */
bool check_is_unknown(
    const struct checker *c, int field, const struct cell *cell);
/* Does the cell stand for several rows of a sheet, each of which has to have
 * its own? */
bool check_is_shared(const struct checker *c, int field, size_t column,
    const struct reader_row *row);
/* The text without citizen numbers, and a finding when there was one. */
struct span check_remove_citizen(
    struct checker *c, int field, int column, struct span text);

#endif
