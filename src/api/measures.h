/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The measures of data quality (docs/domain.md 2.3) from sums of reports:
 *
 *	reported	rows received, without those about natural persons,
 *			which have no place here
 *	passed		reported, neither refused nor doubtful
 *	compliance	passed / reported
 *	timeliness	1 - late / (records + versions)
 *	duplicates	duplicates / reported
 *	wrong codes	rows with a wrong subject code / reported
 *
 * Each share carries its two numbers, so that anyone can compute it again.
 */
#ifndef GX_API_MEASURES_H
#define GX_API_MEASURES_H

#include "api/put.h"

int64_t measures_reported(const struct publication_sums *sums);
int64_t measures_passed(const struct publication_sums *sums);
/* In 1/10,000; -1 when there is nothing to measure. */
int64_t measures_compliance(const struct publication_sums *sums);
int64_t measures_timeliness(const struct publication_sums *sums);
int64_t measures_duplicates(const struct publication_sums *sums);
int64_t measures_wrong_codes(const struct publication_sums *sums);

/* "key":{counts and rates}; without a key the members alone. */
void measures_put(struct json_writer *w, const char *key,
    const struct publication_sums *sums);
/* "compliance":RATE,"timeliness":RATE alone. */
void measures_put_two(
    struct json_writer *w, const struct publication_sums *sums);
/* "formulas":[...],"bands":[...],"bands_note":"..." */
void measures_put_rules(struct json_writer *w);

/* Sums by month of those that `keep` wants (NULL = all), oldest first. */
struct measured_month {
	int month;
	struct publication_sums sums;
};

struct month_list {
	struct measured_month *list;
	size_t count;
	size_t max;
};

void month_list_add(
    struct month_list *months, int month, const struct publication_sums *sums);
void month_list_release(struct month_list *months);
/* Of the last `count` months, those that month_list_put tells. */
struct publication_sums month_list_sum(
    const struct month_list *months, size_t count);
/* "history":[{"month":..., measures}],"chart":{"labels":[...],...}: the last
 * `count` months. */
void month_list_put(
    struct json_writer *w, const struct month_list *months, size_t count);

#endif
