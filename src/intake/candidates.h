/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which subjects a row without a certain code may be about, and why. Only
 * proposals: a person decides (doubtful.h).
 */
#ifndef GX_INTAKE_CANDIDATES_H
#define GX_INTAKE_CANDIDATES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/span.h"
#include "ident/ident.h"
#include "store/store.h"

enum { CANDIDATES_MAX = 12 };

/* Why a subject is a candidate; a set of bits, the strongest first. */
enum candidate_reason {
	CANDIDATE_ORG_CODE = 1, /* its code holds the row's organisation code */
	CANDIDATE_CODE_FITS = 2, /* the visible characters of the code fit */
	CANDIDATE_SAME_NAME = 4,
	CANDIDATE_SAME_ALIAS = 8, /* a former or other name */
	CANDIDATE_LIKE_NAME = 16, /* its name holds the row's name: weak */
	CANDIDATE_REASON_BITS = 5
};

/* How a subject's code goes with a code as written. */
enum code_fit {
	CODE_FIT_UNKNOWN = 0, /* nothing visible to compare */
	CODE_FIT_YES,
	CODE_FIT_NO /* a visible character differs */
};

/* What a row says about its subject; texts are the caller's. */
struct candidate_query {
	struct span name;
	struct span code_text; /* as written */
	struct span org_code;  /* empty = not given */
};

struct candidate {
	int64_t subject_id;
	unsigned reasons;
	char code[IDENT_USCC_CHARS + 1];
	struct buf name;
	enum code_fit fit;
};

/* The best first: more and stronger reasons, then lower subject ids. */
struct candidates {
	struct candidate list[CANDIDATES_MAX];
	size_t count;
	bool has_more; /* some were left out */
};

/* Compares the visible characters at their places: all 18 of them, or what
 * stands before and behind the hidden part when the length is another. */
enum code_fit candidate_code_fit(struct span code_text, const char *code);

/* Of each of the 18 characters of a code how it goes with the code as
 * written: '=' the same, 'x' another, '.' hidden there. NUL behind. */
void candidate_code_marks(
    struct span code_text, const char *code, char out[IDENT_USCC_CHARS + 1]);

/*
 * Fills out[i] for queries[i]; release each with candidates_release. Reads
 * every name once a query and every code once for all of them, so ask for
 * many rows at a time.
 */
enum err_code candidates_find(struct store *store,
    const struct candidate_query *queries, size_t count, struct candidates *out,
    struct err *err);
void candidates_release(struct candidates *candidates);

/* An array of {"code","name","reasons":[..],"why":[..],"is_weak",
 * "code_differs"}. */
void candidates_write(
    const struct candidates *candidates, struct json_writer *w);
/* The members of one of them, into an open object. */
void candidate_write(const struct candidate *candidate, struct json_writer *w);

#endif
