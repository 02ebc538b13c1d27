/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row of the queue out of the database. Its item is today's; where the
 * catalogue has it no more, the one under which the row came says what the
 * item was called and which fields it had.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "intake/doubtful_priv.h"
#include "intake/report.h"
#include "registry/catalogue.h"

enum { FIELDS_BYTES_MAX = 4 * 1024 * 1024, SHORT_BYTES_MAX = 64 * 1024 };

void doubtful_row_init(struct doubtful_row *row)
{
	memset(row, 0, sizeof(*row));
	buf_init(&row->reason, SHORT_BYTES_MAX);
	buf_init(&row->code_text, SHORT_BYTES_MAX);
	buf_init(&row->name, SHORT_BYTES_MAX);
	buf_init(&row->department, SHORT_BYTES_MAX);
	buf_init(&row->file_name, SHORT_BYTES_MAX);
	buf_init(&row->fields, FIELDS_BYTES_MAX);
	buf_init(&row->closed, FIELDS_BYTES_MAX);
}

void doubtful_row_release(struct doubtful_row *row)
{
	buf_release(&row->reason);
	buf_release(&row->code_text);
	buf_release(&row->name);
	buf_release(&row->department);
	buf_release(&row->file_name);
	buf_release(&row->fields);
	buf_release(&row->closed);
}

static void set_text(
    struct buf *to, struct store *store, enum sql_id id, int column)
{
	buf_reset(to);
	buf_add_span(to, store_column_span(store, id, column));
}

static void read_columns(struct store *store, enum sql_id id,
    const struct catalog *catalog, struct doubtful_row *out)
{
	out->submission_id = store_column_int(store, id, 0);
	out->number = store_column_int(store, id, 1);
	out->item = catalog_item_by_number(
	    catalog, (int)store_column_int(store, id, 2));
	set_text(&out->reason, store, id, 3);
	set_text(&out->code_text, store, id, 4);
	set_text(&out->name, store, id, 5);
	out->key_hash = (uint64_t)store_column_int(store, id, 6);
	out->content_hash = (uint64_t)store_column_int(store, id, 7);
	out->decided_on = (date_days)store_column_int(store, id, 8);
	out->class_ = (uint8_t)store_column_int(store, id, 9);
	out->valid_to = store_column_date(store, id, 10);
	out->public_until = store_column_date(store, id, 11);
	set_text(&out->fields, store, id, 12);
	set_text(&out->closed, store, id, 13);
}

static enum err_code load_submission(
    struct store *store, struct doubtful_row *row, struct err *err)
{
	const enum sql_id id = SQL_INTAKE_SUBMISSION_GET;
	struct store_value key = store_int(row->submission_id);
	enum err_code rc = store_start(store, id, &key, 1, err);

	if (store_next_row(store, id, &rc, err)) {
		set_text(&row->department, store, id, 1);
		row->received_at = store_column_int(store, id, 3);
		set_text(&row->file_name, store, id, 4);
		row->arrived_seq = store_column_int(store, id, 8);
	} else if (!rc)
		rc = err_set(err, ERR_CORRUPT, "submission %lld is missing",
		    (long long)row->submission_id);
	store_finish(store, id);
	return rc;
}

/* ---- an item of the past ---- */

void doubtful_past_release(struct doubtful_past *past)
{
	while (past->count)
		catalog_free(&past->list[--past->count]);
	free(past->list);
	memset(past, 0, sizeof(*past));
}

/* The catalogue with that digest, restored once for all rows. */
static enum err_code past_catalogue(struct store *store,
    struct doubtful_past *past, const char *digest, const struct catalog **out,
    struct err *err)
{
	struct catalog *old = NULL;
	enum err_code rc;
	size_t i;

	for (i = 0; i < past->count; i++)
		if (strcmp(past->list[i]->digest_hex, digest) == 0) {
			*out = past->list[i];
			return 0;
		}
	rc = catalogue_restore(store, digest, &old, err);
	if (rc)
		return rc;
	past->list =
	    mem_grow(past->list, past->count, &past->max, sizeof(*past->list));
	past->list[past->count++] = old;
	*out = old;
	return 0;
}

/* The item as it was when the row came. */
static enum err_code find_past_item(struct store *store,
    struct doubtful_past *past, struct doubtful_row *row, struct err *err)
{
	struct buf text = BUF_INIT(REPORT_BYTES_MAX);
	const struct catalog *old = NULL;
	enum err_code rc = report_read(store, row->submission_id, &text, err);
	json_t *report = json_loadb(buf_str(&text), text.n, 0, NULL);
	const char *digest =
	    json_string_value(json_object_get(report, "catalogue"));
	const char *item = json_string_value(json_object_get(report, "item"));

	if (!rc && digest)
		rc = past_catalogue(store, past, digest, &old, err);
	row->item = old && item ? catalog_item(old, item) : NULL;
	row->is_item_gone = true;
	if (!rc && !row->item)
		rc = err_set(err, ERR_CORRUPT,
		    "no catalogue has the item of doubtful row %lld",
		    (long long)row->id);
	json_decref(report);
	buf_release(&text);
	return rc;
}

enum err_code doubtful_row_load(struct store *store,
    const struct catalog *catalog, struct doubtful_past *past, int64_t id,
    struct doubtful_row *out, struct err *err)
{
	const enum sql_id get = SQL_INTAKE_DOUBTFUL_GET;
	struct store_value key = store_int(id);
	enum err_code rc = store_start(store, get, &key, 1, err);

	out->id = id;
	if (store_next_row(store, get, &rc, err))
		read_columns(store, get, catalog, out);
	else if (!rc)
		rc = err_set(err, ERR_NOT_FOUND,
		    "there is no doubtful row %lld", (long long)id);
	store_finish(store, get);
	if (!rc && !out->item)
		rc = find_past_item(store, past, out, err);
	return rc ? rc : load_submission(store, out, err);
}

json_t *doubtful_row_fields(const struct doubtful_row *row)
{
	json_t *fields =
	    json_loadb(buf_str(&row->fields), row->fields.n, 0, NULL);
	json_t *closed = row->closed.n
	    ? json_loadb(buf_str(&row->closed), row->closed.n, 0, NULL)
	    : NULL;

	json_object_update(fields, closed);
	json_decref(closed);
	return fields;
}
