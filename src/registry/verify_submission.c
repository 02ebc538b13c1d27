/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A submission's row against its statement. From the row follow whose records
 * it brought, whether they came in time, and the figures of data quality; the
 * statement says the same. The report's findings are in no statement.
 */
#include <jansson.h>
#include <string.h>

#include "base/json.h"
#include "base/tr.h"
#include "registry/verify_priv.h"

enum { FILE_BYTES_MAX = 16 * 1024 };

/* The file as the row has it, in the statement's form. */
static json_t *file_of_row(struct store *store, enum sql_id id)
{
	struct span digest = store_column_span(store, id, 4);
	struct buf text = BUF_INIT(FILE_BYTES_MAX);
	struct buf hex = BUF_INIT(256);
	struct json_writer w;
	json_t *file;

	buf_add_hex(&hex, digest.p, digest.n);
	json_start_canonical(&w, &text);
	json_open_object(&w);
	json_put_int(&w, "bytes", store_column_int(store, id, 3));
	json_put_span(&w, "digest", buf_span(&hex));
	json_put_span(&w, "name", store_column_span(store, id, 2));
	json_close_object(&w);
	file = json_loadb(text.p, text.n, 0, NULL);
	buf_release(&hex);
	buf_release(&text);
	return file;
}

static bool has_file(
    struct store *store, enum sql_id id, const struct statement *st)
{
	json_t *file = file_of_row(store, id);
	bool is_equal = json_equal(file, st->file);

	json_decref(file);
	return is_equal;
}

static bool has_counts(
    struct store *store, enum sql_id id, const struct statement *st)
{
	struct span text = store_column_span(store, id, 5);
	json_t *report = json_loadb(text.p, text.n, 0, NULL);
	bool is_equal = json_equal(json_object_get(report, "counts"),
	    json_object_get(st->json, "counts"));

	json_decref(report);
	return is_equal;
}

static bool has_catalogue(
    struct store *store, enum sql_id id, const struct statement *st)
{
	struct span digest = store_column_span(store, id, 6);
	struct buf hex = BUF_INIT(256);
	bool is_equal;

	buf_add_hex(&hex, digest.p, digest.n);
	is_equal = span_is(buf_span(&hex), st->catalogue_hex);
	buf_release(&hex);
	return is_equal;
}

/* What the row says otherwise than the statement; NULL: nothing. */
static const char *differing(
    struct store *store, enum sql_id id, const struct statement *st)
{
	char received[24];

	date_format_unix(store_column_int(store, id, 1), received);
	if (!span_is(store_column_span(store, id, 0), st->department))
		return tr("who sent it");
	if (strcmp(received, st->received) != 0)
		return tr("when it came");
	if (!has_file(store, id, st))
		return tr("its file");
	if (!has_counts(store, id, st))
		return tr("its counts");
	if (!has_catalogue(store, id, st))
		return tr("its catalogue");
	return NULL;
}

enum err_code verify_submission(struct verify *v, int64_t number,
    const struct statement *st, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_SUBMISSION_ROW;
	const struct store_value key = store_int(number);
	struct store *store = v->request->store;
	const char *member = NULL;
	enum err_code rc = store_start(store, id, &key, 1, err);

	if (store_next_row(store, id, &rc, err))
		member = differing(store, id, st);
	store_finish(store, id);
	if (member)
		verify_wrong(v,
		    tr("submission %lld is not what was sealed: %s"),
		    (long long)number, member);
	return rc;
}
