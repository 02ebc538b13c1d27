/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of a row of the demo, and how a clean row is spoilt so that
 * just that becomes of it.
 */
#ifndef GX_DEMO_FAULTS_H
#define GX_DEMO_FAULTS_H

#include <stdbool.h>

#include "demo/items.h"
#include "demo/random.h"

enum demo_fate {
	DEMO_CLEAN = 0,
	DEMO_LATE,	  /* accepted, decided before the clock's time */
	DEMO_SAME_AGAIN,  /* an earlier row of this file, identical */
	DEMO_OTHER_AGAIN, /* a row of an earlier file, identical */
	DEMO_CHANGED,	  /* same key, other content: a new version */
	DEMO_MASKED,	  /* doubtful */
	DEMO_NO_CODE,	  /* doubtful */
	DEMO_PERSON,	  /* natural person */
	DEMO_BAD_CHECK,	  /* refused, from here on */
	DEMO_BAD_DATE,
	DEMO_BAD_AMOUNT,
	DEMO_TOO_LONG,
	DEMO_BAD_VALUE,
	DEMO_MISSING,
	DEMO_BACKWARDS,
	DEMO_FUTURE,
	DEMO_FATE_COUNT
};

/* "bad-check"; the keys of expected.json. */
const char *demo_fate_name(enum demo_fate fate);
/* The stated share, rows per mille of a file with faults. */
unsigned demo_fate_permille(enum demo_fate fate);
/* Does the item have the field that the fault needs? Fields whose bit in
 * `columns` is not set are not in the file. */
bool demo_fault_fits(
    const struct demo_item *item, enum demo_fate fate, uint64_t columns);
/* Spoils a clean row of a file received on that day: DEMO_MASKED and what
 * follows it. */
void demo_fault_apply(const struct demo_item *item, enum demo_fate fate,
    const struct demo_ask *ask, date_days received, struct demo_row *row);

/*
 * What intake must take in its stride: full-width digits, other brackets,
 * Traditional names, lower-case codes, cells over two lines. Decided by the
 * ask alone, so that the same row is odd alike in every file.
 */
void demo_quirk_apply(const struct demo_item *item, const struct demo_ask *ask,
    struct demo_row *row);

/* How a file writes its dates. */
enum demo_dates {
	DEMO_DATES_ISO = 0, /* 2026-04-24 */
	DEMO_DATES_SLASH,   /* 2026/4/24 */
	DEMO_DATES_CHINESE, /* 2026年04月24日 */
	DEMO_DATES_MIXED    /* any of them, from cell to cell */
};

/* Rewrites the row's dates; what is no date stays. */
void demo_dates_apply(const struct demo_item *item, enum demo_dates style,
    struct demo_random *random, struct demo_row *row);

#endif
