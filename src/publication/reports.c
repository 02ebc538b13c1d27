/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What submissions brought, from their stored reports, summed by month,
 * item and department: a page over years of daily submissions reads some
 * hundred rows instead of parsing every report.
 */
#include "publication/publication_priv.h"

#include <jansson.h>
#include <string.h>

#include "base/check.h"

/* A submission as it stands in its table. */
struct told {
	int month;
	int64_t item;
	char department[PUBLICATION_DEPARTMENT_BYTES];
	struct publication_sums sums;
};

/* Rows refused for the code of their subject: each has one finding of a
 * rule that begins with "code-" at that column. */
static int64_t count_wrong_codes(
    const struct cat_item *item, const json_t *findings)
{
	int at = item ? cat_field_by_role(item, CAT_ROLE_SUBJECT_CODE) : -1;
	const json_t *one;
	int64_t count = 0;
	size_t i;

	json_array_foreach (findings, i, one) {
		const char *rule =
		    json_string_value(json_object_get(one, "rule"));
		const char *field =
		    json_string_value(json_object_get(one, "field"));

		if (rule && field && at >= 0 &&
		    strncmp(rule, "code-", 5) == 0 &&
		    strcmp(field, item->fields[at].name) == 0)
			count +=
			    json_integer_value(json_object_get(one, "count"));
	}
	return count;
}

static int64_t count_of(const json_t *counts, const char *name)
{
	return json_integer_value(json_object_get(counts, name));
}

static void read_report(
    struct span text, const struct cat_item *item, struct publication_sums *out)
{
	json_t *report = json_loadb(text.p, text.n, 0, NULL);
	const json_t *counts = json_object_get(report, "counts");

	out->received = count_of(counts, "rows");
	out->natural_persons = count_of(counts, "natural_persons");
	out->refused = count_of(counts, "refused");
	out->doubtful = count_of(counts, "doubtful");
	out->duplicates = count_of(counts, "duplicates");
	out->records = count_of(counts, "records");
	out->versions = count_of(counts, "versions");
	out->late = count_of(counts, "late");
	out->wrong_codes =
	    count_wrong_codes(item, json_object_get(report, "findings"));
	json_decref(report);
}

static void take_submission(struct store *store, enum sql_id id,
    const struct catalog *catalog, struct told *out)
{
	struct span department = store_column_span(store, id, 2);

	memset(out, 0, sizeof(*out));
	out->item = store_column_int(store, id, 1);
	if (department.n < sizeof(out->department))
		memcpy(out->department, department.p, department.n);
	out->month =
	    date_month(date_of_unix_ms(store_column_int(store, id, 3)));
	read_report(store_column_span(store, id, 4),
	    catalog_item_by_number(catalog, (int)out->item), &out->sums);
}

static enum err_code add(
    struct store *store, const struct told *t, struct err *err)
{
	const struct publication_sums *s = &t->sums;
	struct store_value row[] = {store_int(t->month), store_int(t->item),
	    store_str(t->department), store_int(s->received),
	    store_int(s->natural_persons), store_int(s->refused),
	    store_int(s->doubtful), store_int(s->duplicates),
	    store_int(s->records), store_int(s->versions), store_int(s->late),
	    store_int(s->wrong_codes)};

	return store_run(
	    store, SQL_PUBLICATION_MONTH_ADD, row, ARRAY_COUNT(row), err);
}

enum err_code publication_add_submissions(struct store *store,
    const struct catalog *catalog, int64_t after, int64_t limit,
    int64_t *last_out, struct err *err)
{
	const enum sql_id id = SQL_INTAKE_SUBMISSION_AFTER;
	struct store_value key[] = {store_int(after), store_int(limit)};
	enum err_code rc = store_start(store, id, key, 2, err);
	int64_t last = after;

	while (store_next_row(store, id, &rc, err)) {
		struct told told;

		last = store_column_int(store, id, 0);
		take_submission(store, id, catalog, &told);
		rc = add(store, &told, err);
	}
	store_finish(store, id);
	if (!rc)
		*last_out = last;
	return rc;
}

void publication_sums_add(
    struct publication_sums *to, const struct publication_sums *s)
{
	to->submissions += s->submissions;
	to->received += s->received;
	to->natural_persons += s->natural_persons;
	to->refused += s->refused;
	to->doubtful += s->doubtful;
	to->duplicates += s->duplicates;
	to->records += s->records;
	to->versions += s->versions;
	to->late += s->late;
	to->wrong_codes += s->wrong_codes;
}

static void month_at(
    struct store *store, enum sql_id id, struct publication_month *out)
{
	struct span department = store_column_span(store, id, 2);
	int64_t *const to[] = {&out->sums.submissions, &out->sums.received,
	    &out->sums.natural_persons, &out->sums.refused, &out->sums.doubtful,
	    &out->sums.duplicates, &out->sums.records, &out->sums.versions,
	    &out->sums.late, &out->sums.wrong_codes};
	size_t i;

	memset(out, 0, sizeof(*out));
	out->month = (int)store_column_int(store, id, 0);
	out->item = (int)store_column_int(store, id, 1);
	if (department.n < sizeof(out->department))
		memcpy(out->department, department.p, department.n);
	for (i = 0; i < ARRAY_COUNT(to); i++)
		*to[i] = store_column_int(store, id, 3 + (int)i);
}

enum err_code publication_visit_months(struct store *store,
    void (*take)(void *ctx, const struct publication_month *month), void *ctx,
    struct err *err)
{
	const enum sql_id id = SQL_PUBLICATION_MONTH_ALL;
	enum err_code rc = store_start(store, id, NULL, 0, err);

	while (store_next_row(store, id, &rc, err)) {
		struct publication_month month;

		month_at(store, id, &month);
		take(ctx, &month);
	}
	store_finish(store, id);
	return rc;
}
