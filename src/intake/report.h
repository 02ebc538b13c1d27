/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report of a submission: totals, and every rule that found something
 * with how often and in which rows. It is stored as JSON and told in any
 * language later.
 */
#ifndef GX_INTAKE_REPORT_H
#define GX_INTAKE_REPORT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "catalog/catalog.h"
#include "store/store.h"

enum {
	REPORT_ROWS_SHOWN = 20,
	REPORT_BYTES_MAX = 4 * 1024 * 1024,	 /* as it is stored */
	REPORT_TOLD_BYTES_MAX = 16 * 1024 * 1024 /* in words */
};

/* Counts findings by rule and field. */
struct report_counts;

struct report_counts *report_counts_new(void);
void report_counts_free(struct report_counts **counts);
/* Adds a row's stored findings (JSON array). ERR_CORRUPT when they are not
 * what finding_write writes. */
enum err_code report_counts_add(struct report_counts *counts,
    struct span findings, uint64_t row, struct err *err);
/* Writes [{"rule","field","count","rows":[...first 20]}]. */
void report_counts_write(
    const struct report_counts *counts, struct json_writer *w);

/* A column of the file that no field claims. */
struct report_column {
	int column;	   /* 1-based */
	const char *title; /* "": it has none; lives as long as `read_as` */
	int64_t cells;	   /* with something in them; 0 in older reports */
};

/* Number i of "unknown" of the stored "read_as"; false: it is not worth
 * telling, for it says nothing or is ours. */
bool report_unknown(const json_t *read_as, size_t i, struct report_column *out);

/* A stored report, and what it is told by: the catalogue that checked it. */
struct report_stored {
	struct buf text;
	const struct catalog *catalog;
	struct catalog *old;	     /* owned; NULL when it is today's */
	const struct cat_item *item; /* NULL: the report names none */
};

void report_stored_init(struct report_stored *stored);
void report_stored_release(struct report_stored *stored);
/* Appends the report of a submission. ERR_NOT_FOUND: there is no such. */
enum err_code report_read(
    struct store *store, int64_t submission, struct buf *out, struct err *err);
/* Finds what the text is told by. Of an empty text (nothing is known yet) that
 * is today's catalogue, and no item. */
enum err_code report_find_catalogue(struct store *store,
    const struct catalog *today, struct report_stored *stored, struct err *err);

/*
 * The report for people: the stored one with each finding's message, mend
 * and basis in the process's language. item may be NULL. Each example keeps
 * the stored finding ("stored"), so that what was told in one language can be
 * told again in another. "read_as" gets "passed_over", a text ("": nothing
 * was), and each of its "money" "text" and "is_assumed": nothing in the file
 * says that its unit is the catalogue's.
 */
enum err_code report_explain(struct span stored, const struct cat_item *item,
    struct buf *out, struct err *err);

#endif
