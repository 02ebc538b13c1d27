/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts are kept in a small array searched by rule and field: an item has
 * some tens of fields and each some few rules. The child's findings are
 * untrusted, so their number is bounded.
 */
#include "intake/report.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "base/mem.h"
#include "base/tr.h"
#include "intake/finding.h"
#include "intake/reader.h"
#include "intake/rejects.h"
#include "registry/catalogue.h"

enum { COUNTS_MAX = 4096, NAME_BYTES = 96 };

struct count {
	char rule[NAME_BYTES];
	char field[NAME_BYTES];
	uint64_t count;
	uint64_t rows[REPORT_ROWS_SHOWN];
	char *example; /* stored form of the first */
};

struct report_counts {
	struct count *list;
	size_t used;
	size_t allocated;
};

struct report_counts *report_counts_new(void)
{
	return mem_zalloc(1, sizeof(struct report_counts));
}

void report_counts_free(struct report_counts **counts)
{
	struct report_counts *c = *counts;
	size_t i;

	if (!c)
		return;
	for (i = 0; i < c->used; i++)
		free(c->list[i].example);
	free(c->list);
	free(c);
	*counts = NULL;
}

static struct count *find(
    struct report_counts *c, const char *rule, const char *field)
{
	struct count *found;
	size_t i;

	for (i = 0; i < c->used; i++)
		if (strcmp(c->list[i].rule, rule) == 0 &&
		    strcmp(c->list[i].field, field) == 0)
			return &c->list[i];
	if (c->used == COUNTS_MAX || strlen(rule) >= NAME_BYTES ||
	    strlen(field) >= NAME_BYTES)
		return NULL;
	c->list = mem_grow(c->list, c->used, &c->allocated, sizeof(*c->list));
	found = &c->list[c->used++];
	memset(found, 0, sizeof(*found));
	memcpy(found->rule, rule, strlen(rule));
	memcpy(found->field, field, strlen(field));
	return found;
}

static bool add_one(
    struct report_counts *c, const json_t *finding, uint64_t row)
{
	struct count *count;

	if (!json_is_object(finding))
		return false;
	count =
	    find(c, json_text(finding, "rule"), json_text(finding, "field"));
	if (!count)
		return false;
	if (count->count < REPORT_ROWS_SHOWN)
		count->rows[count->count] = row;
	if (count->count++ == 0)
		count->example = json_dumps(finding, JSON_COMPACT);
	return true;
}

enum err_code report_counts_add(struct report_counts *counts,
    struct span findings, uint64_t row, struct err *err)
{
	json_t *array = json_loadb(findings.p, findings.n, 0, NULL);
	bool is_good = json_is_array(array);
	const json_t *one;
	size_t i;

	if (is_good)
		json_array_foreach (array, i, one)
			is_good = is_good && add_one(counts, one, row);
	json_decref(array);
	if (!is_good)
		return err_set(err, ERR_CORRUPT,
		    "the reading process sent what makes no sense");
	return 0;
}

void report_counts_write(
    const struct report_counts *counts, struct json_writer *w)
{
	size_t i, k;

	json_open_array(w);
	for (i = 0; i < counts->used; i++) {
		const struct count *c = &counts->list[i];

		json_open_object(w);
		json_put_str(w, "rule", c->rule);
		json_put_str(w, "field", c->field);
		json_put_int(w, "count", (int64_t)c->count);
		json_key(w, "rows");
		json_open_array(w);
		for (k = 0; k < c->count && k < REPORT_ROWS_SHOWN; k++)
			json_add_int(w, (int64_t)c->rows[k]);
		json_close_array(w);
		json_key(w, "example");
		json_add_raw(w, span_of(c->example ? c->example : "{}"));
		json_close_object(w);
	}
	json_close_array(w);
}

bool report_unknown(const json_t *read_as, size_t i, struct report_column *out)
{
	const char *title;

	out->column = (int)json_integer_value(
	    json_array_get(json_object_get(read_as, "unknown"), i));
	out->cells = json_integer_value(
	    json_array_get(json_object_get(read_as, "unknown_cells"), i));
	title = json_string_value(json_array_get(
	    json_object_get(read_as, "header"), (size_t)out->column - 1));
	out->title = title ? title : "";
	return out->title[0] ? rejects_is_strange(title) : out->cells > 0;
}

void report_stored_init(struct report_stored *stored)
{
	*stored = (struct report_stored){.text = BUF_INIT(REPORT_BYTES_MAX)};
}

void report_stored_release(struct report_stored *stored)
{
	buf_release(&stored->text);
	catalog_free(&stored->old);
}

enum err_code report_read(
    struct store *store, int64_t submission, struct buf *out, struct err *err)
{
	const enum sql_id get = SQL_INTAKE_SUBMISSION_GET;
	const struct store_value key = store_int(submission);
	enum err_code rc = store_start(store, get, &key, 1, err);

	if (store_next_row(store, get, &rc, err))
		buf_add_span(out, store_column_span(store, get, 9));
	else if (!rc)
		rc = err_set(err, ERR_NOT_FOUND, "there is no submission %lld",
		    (long long)submission);
	store_finish(store, get);
	return rc;
}

enum err_code report_find_catalogue(struct store *store,
    const struct catalog *today, struct report_stored *stored, struct err *err)
{
	json_t *report =
	    json_loadb(buf_str(&stored->text), stored->text.n, 0, NULL);
	const char *digest =
	    json_string_value(json_object_get(report, "catalogue"));
	const char *item = json_string_value(json_object_get(report, "item"));
	enum err_code rc = 0;

	stored->catalog = today;
	if (digest && strcmp(digest, today->digest_hex) != 0) {
		rc = catalogue_restore(store, digest, &stored->old, err);
		stored->catalog = stored->old;
	}
	if (!rc && item)
		stored->item = catalog_item(stored->catalog, item);
	json_decref(report);
	return rc;
}

/* "findings" of the stored report, each with its words. */
static void explain_findings(json_t *findings, const struct cat_item *item)
{
	json_t *one;
	size_t i;

	json_array_foreach (findings, i, one) {
		json_t *example = json_object_get(one, "example");
		json_t *as_stored = json_object_get(example, "stored");
		char *stored =
		    json_dumps(as_stored ? as_stored : example, JSON_COMPACT);
		struct buf text = BUF_INIT(64 * 1024);
		struct json_writer w;
		json_t *words;

		json_start(&w, &text);
		if (stored && finding_explain(span_of(stored), item, &w)) {
			words = json_loadb(text.p, text.n, 0, NULL);
			json_object_set(
			    words, "stored", as_stored ? as_stored : example);
			json_object_set_new(one, "example", words);
		}
		buf_release(&text);
		free(stored);
	}
}

/* By which unit a column of amounts was read. */
static void add_unit(
    const json_t *column, const struct cat_item *item, struct buf *out)
{
	const char *title = json_text(column, "title");
	const char *field = json_text(column, "field");
	const char *unit = json_text(column, "unit");
	const char *from = json_text(column, "from");
	int at = item ? cat_field_index(item, field) : -1;

	if (strcmp(from, "title") == 0)
		buf_addf(
		    out, tr("%s: read in %s, as its title says"), title, unit);
	else if (strcmp(from, "above") == 0)
		buf_addf(out,
		    tr("%s: read in %s, as a line above the table says"), title,
		    unit);
	else if (strcmp(from, "name") == 0)
		buf_addf(out, tr("%s: read in %s, as in the catalogue"),
		    at >= 0 ? item->fields[at].title : title, unit);
	else
		buf_addf(out,
		    tr("%s: read in %s, as in the catalogue; the file names no "
		       "unit"),
		    title, unit);
}

static void explain_money(json_t *read_as, const struct cat_item *item)
{
	json_t *one;
	size_t i;

	json_array_foreach (json_object_get(read_as, "money"), i, one) {
		struct buf text = BUF_INIT(READER_CELL_BYTES_MAX + 1024);
		bool is_assumed =
		    strcmp(json_text(one, "from"), "catalogue") == 0;

		add_unit(one, item, &text);
		json_object_set_new(
		    one, "is_assumed", json_boolean(is_assumed));
		json_object_set_new(one, "text", json_string(buf_str(&text)));
		buf_release(&text);
	}
}

/* The titles are not worth telling. */
static void add_passed_over(const char *why, long long count, struct buf *out)
{
	if (strcmp(why, "above") == 0)
		buf_addf(out, tr("%lld above the titles"), count);
	else if (strcmp(why, "titles-again") == 0)
		buf_addf(out, tr("%lld of titles once more"), count);
	else if (strcmp(why, "beside") == 0)
		buf_addf(out, tr("%lld without anything in the item's columns"),
		    count);
}

/* "passed_over": the rows that are none of the item. */
static void explain_passed_over(json_t *read_as)
{
	struct buf text = BUF_INIT(4096);
	struct buf one = BUF_INIT(512);
	const json_t *rows;
	size_t i;

	json_array_foreach (
	    json_object_get(read_as, "rows_passed_over"), i, rows) {
		buf_reset(&one);
		add_passed_over(json_text(rows, "why"),
		    json_integer_value(json_object_get(rows, "count")), &one);
		if (one.n && text.n)
			buf_add_str(&text, tr(", "));
		buf_add_span(&text, buf_span(&one));
	}
	json_object_set_new(
	    read_as, "passed_over", json_string(buf_str(&text)));
	buf_release(&text);
	buf_release(&one);
}

static void explain_reading(json_t *read_as, const struct cat_item *item)
{
	if (!json_is_object(read_as))
		return;
	explain_money(read_as, item);
	explain_passed_over(read_as);
	/* JSON names its cells; what else comes is a table. */
	json_object_set_new(read_as, "has_columns",
	    json_boolean(strncmp(json_text(read_as, "format"), "json", 4)));
}

enum err_code report_explain(struct span stored, const struct cat_item *item,
    struct buf *out, struct err *err)
{
	json_t *report = json_loadb(stored.p, stored.n, 0, NULL);
	char *text;

	if (!json_is_object(report)) {
		json_decref(report);
		return err_set(err, ERR_CORRUPT, "a report cannot be read");
	}
	explain_findings(json_object_get(report, "findings"), item);
	explain_reading(
	    json_object_get(json_object_get(report, "file"), "read_as"), item);
	text = json_dumps(report, JSON_COMPACT);
	buf_add_str(out, text ? text : "{}");
	free(text);
	json_decref(report);
	return 0;
}
