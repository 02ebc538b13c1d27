/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report of a submission: totals, and every rule that found something
 * with how often and in which rows. It is stored as JSON and told in any
 * language later.
 */
#ifndef GX_INTAKE_REPORT_H
#define GX_INTAKE_REPORT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "catalog/catalog.h"

enum { REPORT_ROWS_SHOWN = 20 };

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

/*
 * The report for people: the stored one with each finding's message, mend
 * and basis in the process's language. item may be NULL. Each example keeps
 * the stored finding ("stored"), so that what was told in one language can be
 * told again in another.
 */
enum err_code report_explain(struct span stored, const struct catalog *catalog,
    const struct cat_item *item, struct buf *out, struct err *err);

#endif
