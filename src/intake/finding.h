/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Findings: what is wrong with a row, said so that its author can mend it.
 * A finding is data (rule, column, field, value); its words are made when it
 * is shown, in the reader's language, with the catalogue's basis.
 *
 * Stored as JSON: {"column":3,"field":"CF_JDRQ","rule":"date-impossible",
 * "value":"2023-02-30","expect":"..."}; column is 1-based as in the file,
 * left out when no column is to blame. Values of fields that are not public
 * are never put into a finding, nor values that hold a citizen number.
 */
#ifndef GX_INTAKE_FINDING_H
#define GX_INTAKE_FINDING_H

#include <stdbool.h>

#include "base/json.h"
#include "base/tr.h"
#include "catalog/catalog.h"
#include "intake/reader.h"

enum finding_rule {
	FIND_NONE = 0,
	FIND_REQUIRED_MISSING,
	FIND_TEXT_TOO_LONG,
	FIND_TEXT_DITTO, /* "同上": rows stand alone, and in no order */
	FIND_CODE_BAD_LENGTH,
	FIND_CODE_BAD_CHARACTER,
	FIND_CODE_BAD_DEPARTMENT,
	FIND_CODE_BAD_CLASS,
	FIND_CODE_BAD_CHECK,
	FIND_CODE_ROUNDED,   /* by a spreadsheet, which took it for a number */
	FIND_NUMBER_IS_DATE, /* of a document */
	FIND_ORG_PART_BAD_CHECK, /* warning */
	FIND_DIVISION_UNKNOWN,	 /* warning */
	FIND_OTHER_CODE_BAD,	 /* warning: a code that is not the subject's */
	FIND_ORG_CODE_BAD,	 /* warning */
	FIND_REG_NUMBER_BAD,	 /* warning */
	FIND_DATE_UNREADABLE,
	FIND_DATE_IMPOSSIBLE,
	FIND_DATE_AMBIGUOUS,
	FIND_DATE_INCOMPLETE,
	FIND_DATE_OUT_OF_RANGE,
	FIND_DATE_LONG_TERM, /* where a day is needed */
	FIND_NUMBER_UNREADABLE,
	FIND_NUMBER_NEGATIVE,
	FIND_NUMBER_TOO_LARGE,
	FIND_MONEY_INEXACT,
	FIND_MONEY_CURRENCY,
	FIND_MONEY_UNIT, /* warning: written in another unit, converted */
	FIND_MONEY_SIGN, /* ¥ in a column of 万元; expect: yuan, taken so */
	FIND_INTEGER_FRACTION,
	FIND_VALUE_UNKNOWN,
	FIND_COLUMNS_DIFFER,	 /* expect: the number of the other column */
	FIND_COLUMN_PASSED_OVER, /* the same */
	FIND_CELL_SHARED,	 /* merged over rows; expect: which */
	FIND_CITIZEN_REMOVED,	 /* warning */
	FIND_NATURAL_PERSON,
	FIND_OTHERS_RECORD,  /* the record is another department's */
	FIND_RECORD_ENDED,   /* warning: it says again what has ended */
	FIND_RECORD_NEWER,   /* warning: it says what a version before said */
	FIND_RECORD_BACK,    /* warning: the same, and says so again */
	FIND_RECORD_TWICE,   /* warning: another row of the file says otherwise;
				expect: which */
	FIND_DOUBTFUL_WAITS, /* warning: the same row waits for a person */
	FIND_DOUBTFUL_DISMISSED, /* warning: it makes no record */
	FIND_ITEM_ENDED,	 /* decided after the item's last day */
	FIND_ROW_FAULT,
	FIND_RULE, /* a cross-field rule of the catalogue; its id is stored */
	FIND_COUNT
};

struct finding {
	enum finding_rule rule;
	int column;		       /* 1-based in the file, 0 = none */
	const struct cat_field *field; /* NULL = none */
	const struct cat_rule *cross;  /* for FIND_RULE */
	struct span value;	       /* as written; cut when long */
	struct span expect;	       /* right check character, code list */
};

enum { FINDING_VALUE_BYTES = 120 };

/* How a row's fault is stored in `expect` of FIND_ROW_FAULT. */
const char *finding_fault_name(enum row_fault fault);

const char *finding_rule_name(enum finding_rule rule);
/* FIND_NONE when there is no such name. */
enum finding_rule finding_rule_by_name(const char *name);
bool finding_is_warning(const struct finding *f);

/* Appends the stored form. */
void finding_write(const struct finding *f, struct json_writer *w);

/*
 * Turns a stored finding (a jansson object as JSON text) into the document
 * for people: column, field, title, rule, severity, is_warning, value,
 * message, mend, basis {title, number, article}. item may be NULL when the
 * catalogue no longer knows it. Returns false when the text is not a finding.
 */
bool finding_explain(
    struct span stored, const struct cat_item *item, struct json_writer *w);
/* Appends the array of all of a stored array that are findings. */
void finding_explain_all(
    struct span stored, const struct cat_item *item, struct json_writer *w);
/* Does a stored finding only warn? False when it is none. */
bool finding_stored_is_warning(struct span stored, const struct cat_item *item);
/* The same as one line of text for the error column of a file. */
bool finding_line(
    struct span stored, const struct cat_item *item, struct buf *out);

#endif
