/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A credit check of many organisations in one matter, under one purpose and
 * case number. For each of them the answer is what the check of it alone
 * says (check.h); what they have in common stands once, in front:
 *
 *	{"batch":{"id","asked_at","on","city","matter","purpose","case",
 *	   "department","catalogue","notice"},
 *	 "checks":[
 *	   {"line":N,"id":"BATCH-CODE","subject":{..},"applies","is_easier",
 *	    "entries":[..]},
 *	   {"line":N,"given":"..","problem":{"code","message","detail","hint"}}],
 *	 "sum":{"lines","answered","wrong","empty","has_header","applies",
 *	   "unknown"}}
 *
 * or the same as JSON lines: {"batch":..}, one object for each code,
 * {"sum":..}. Lines are told in the order in which they came, each of them.
 *
 * It is worked in portions, so that memory is bounded. Each portion is one
 * use in the second log, which commits to every organisation of the portion
 * and to all bytes of the document up to its end; a portion may leave only
 * when its use is sealed:
 *
 *	check_many_open -> (check_many_next -> check_many_trace -> the bytes
 *	leave) ... -> check_many_close
 *
 * Within a portion codes are looked up in the order of the directory and
 * organisations read in the order of their ids; of most of them the narrow
 * columns of their records tell that nothing applies.
 */
#ifndef GX_API_CHECK_MANY_H
#define GX_API_CHECK_MANY_H

#include "api/check.h"
#include "api/check_codes.h"
#include "usage/many.h"

enum {
	CHECK_PORTION = 100000, /* codes; with a roster: */
	CHECK_PORTION_AT_HAND = 10000,
	CHECK_PORTION_BYTES_MAX = 256 * 1024 * 1024
};

enum check_form { CHECK_JSON = 0, CHECK_LINES };

struct check_many;

/*
 * question: without a code. The codes become the batch's own, emptied there,
 * also after a failure. ERR_INPUT: no code, no such matter, no purpose or
 * case number; ERR_REFUSED: this department may not ask. *out is made in any
 * case, for the trace of the refusal (check_many_refuse). The reading's
 * catalogue must outlive it. Blocks on disk.
 */
enum err_code check_many_open(const struct reading *reading,
    const struct check_question *question, struct check_codes *codes,
    enum check_form form, struct check_many **out, struct err *err);
void check_many_close(struct check_many **many);
const char *check_many_id(const struct check_many *many);

/* Appends the next portion of the document: 1, 0 when there is none left,
 * negative a failure. reading: of the same database, day and catalogue; a
 * transaction is opened and closed here. Blocks on disk. */
int check_many_next(struct check_many *many, const struct reading *reading,
    struct buf *out, struct err *err);
/* It is refused before any portion of it was made: notes all whom it asks
 * about, as far as they can be found. Blocks on disk. */
void check_many_refuse(struct check_many *many, const struct reading *reading);
/* Those of the portion at hand, or of the refusal, sorted. */
const struct many_subject *check_many_subjects(
    const struct check_many *many, size_t *count_out);
/* The use of the portion at hand, or of the refusal `why`; who asked is the
 * caller's to fill in. Points into the batch. */
struct use check_many_use(const struct check_many *many, const struct err *why);
/* Writes it, with the way from each organisation of the portion; in the
 * log's transaction. */
enum err_code check_many_trace(const struct check_many *many,
    const struct use *use, struct use_log *log, struct store *office,
    struct err *err);

/* "BATCH-CODE": the parts of the id of one check of a batch; false: it is
 * the id of something else. */
bool check_many_split(struct span id, struct span *batch, struct span *code);

#endif
