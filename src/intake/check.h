/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checking one row against its item: normalise every value, find every
 * error of the row, decide what becomes of it, write its canonical fields.
 * Knows nothing of the database: who the subject is, and whether the record
 * is new, is decided afterwards (batch.h).
 */
#ifndef GX_INTAKE_CHECK_H
#define GX_INTAKE_CHECK_H

#include "base/buf.h"
#include "catalog/catalog.h"
#include "ident/ident.h"
#include "intake/plan.h"
#include "intake/reader.h"

/* What becomes of a row. */
enum row_outcome {
	ROW_RECORD = 0, /* good, its subject's code is good */
	ROW_DOUBTFUL,	/* good but for the code: masked or missing */
	ROW_REFUSED,	/* has errors */
	ROW_NATURAL,	/* about a natural person: counted, not kept */
	ROW_OUTCOME_COUNT
};

/* Why a row is doubtful. */
enum doubt {
	DOUBT_NONE = 0,
	DOUBT_MISSING,	   /* no code */
	DOUBT_MASKED,	   /* characters hidden */
	DOUBT_PLACEHOLDER, /* 000... */
	DOUBT_COUNT
};

/* All spans live until the next check_row. */
struct checked_row {
	uint64_t number; /* row in the file */
	enum row_outcome outcome;
	enum doubt doubt;
	bool is_late;
	char code[IDENT_USCC_CHARS + 1]; /* "" unless RECORD */
	struct span code_text;		 /* as written, for DOUBTFUL */
	struct span name;
	/* RECORD, DOUBTFUL: canonical JSON objects (statement.h). */
	struct span fields;   /* for everybody */
	struct span closed;   /* internal ones; empty = none */
	struct span findings; /* JSON array of stored findings, or empty */
	struct span cells;    /* REFUSED: JSON array of the row's cells */
	uint64_t key_hash;
	uint64_t content_hash;
	enum cat_class class_;
	date_days decided_on;
	date_days valid_to;
	date_days public_until;
	int64_t corrects; /* the version that it was made of; -1: none */
};

struct checker;

/* plan must outlive the checker and may grow (JSON). received: the day. */
struct checker *checker_new(const struct plan *plan, date_days received);
void checker_free(struct checker **checker);
/* Never fails: what is wrong is in the row. */
void checker_row(struct checker *checker, const struct reader_row *row,
    struct checked_row *out);

/* Can an organisation of that kind have that valid code? Sole traders have
 * codes that begin 92, and nobody else has; no kind fits any. */
bool check_kind_fits(struct span kind, const char *code);

const char *doubt_name(enum doubt doubt); /* "masked" */
const char *doubt_text(enum doubt doubt); /* translated */

#endif
