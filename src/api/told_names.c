/* SPDX-License-Identifier: Apache-2.0 */
#include "api/told_names.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/fold.h"
#include "registry/statement.h"
#include "registry/subjects.h"

enum { FOLDED_BYTES_MAX = 8192, KEY_BYTES_MAX = 128 };

bool told_name_of(const struct view_record *record,
    const struct view_version *version, struct buf *out)
{
	int at = record->item
	    ? cat_field_by_role(record->item, CAT_ROLE_SUBJECT_NAME)
	    : -1;
	struct statement s;
	const char *name;

	if (at < 0 || statement_read(version->statement, &s, NULL) != 0)
		return false;
	name = json_string_value(
	    statement_field(&s, record->item->fields[at].name));
	buf_reset(out);
	if (name)
		buf_add_str(out, name);
	statement_release(&s);
	return name != NULL;
}

/* ---- does a record say it? ---- */

struct folded {
	char bytes[FOLDED_BYTES_MAX];
	size_t n;
};

static bool is_same(const struct folded *folded, struct span name)
{
	char other[FOLDED_BYTES_MAX];

	return name.n <= sizeof(other) &&
	    fold_name(name, other, sizeof(other)) == folded->n &&
	    memcmp(other, folded->bytes, folded->n) == 0;
}

/* An organisation has thousands of records: where the name stands in the
 * statement as it is, without an escape, it is compared in its place. */
static bool says(const struct view_record *record,
    const struct view_version *version, const struct folded *folded)
{
	struct buf name = BUF_INIT(FOLDED_BYTES_MAX);
	struct span text = version->statement, raw;
	int at = record->item
	    ? cat_field_by_role(record->item, CAT_ROLE_SUBJECT_NAME)
	    : -1;
	char key[KEY_BYTES_MAX];
	const char *end;
	bool is;

	if (at < 0)
		return false;
	snprintf(key, sizeof(key), "\"%s\":\"", record->item->fields[at].name);
	raw.p = memmem(text.p, text.n, key, strlen(key));
	if (!raw.p)
		return false;
	raw.p += strlen(key);
	end = memchr(raw.p, '"', text.n - (size_t)(raw.p - text.p));
	raw.n = end ? (size_t)(end - raw.p) : 0;
	if (raw.n && !memchr(raw.p, '\\', raw.n))
		return is_same(folded, raw);
	is = told_name_of(record, version, &name) &&
	    is_same(folded, buf_span(&name));
	buf_release(&name);
	return is;
}

static bool is_said_by(
    const struct view_record *record, const struct folded *folded)
{
	bool is_registration =
	    record->item && record->item->group == CAT_GROUP_BASIC;
	size_t i = record->versions_count;

	do {
		if (says(record, &record->versions[--i], folded))
			return true;
	} while (i > 0 && is_registration);
	return false;
}

bool told_names_has(const struct view *view, struct span name)
{
	struct folded folded;
	size_t i;

	if (name.n > sizeof(folded.bytes))
		return false;
	folded.n = fold_name(name, folded.bytes, sizeof(folded.bytes));
	for (i = 0; i < view->records_count; i++)
		if (is_said_by(&view->records[i], &folded))
			return true;
	return false;
}

/* ---- finding one ---- */

struct finding {
	const struct reading *reading;
	int64_t subject_id;
	struct view view;
	bool is_loaded;
};

/* The view is loaded for the first name that it is asked about. */
static enum err_code check_told(
    struct finding *f, struct span name, bool *is_told, struct err *err)
{
	const struct reading *r = f->reading;
	enum err_code rc = 0;

	*is_told = !r->is_public;
	if (*is_told)
		return 0;
	if (!f->is_loaded)
		rc = view_load_public(&f->view, r->store, r->catalog,
		    f->subject_id, r->today, err);
	f->is_loaded = true;
	*is_told = !rc && told_names_has(&f->view, name);
	return rc;
}

enum err_code told_names_find(const struct reading *reading, int64_t subject_id,
    told_names_match *matches, void *ctx, struct buf *out, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_ALIAS_LIST;
	struct store *store = reading->store;
	struct store_value key = store_int(subject_id);
	struct finding f = {.reading = reading, .subject_id = subject_id};
	enum err_code rc = store_start(store, id, &key, 1, err);
	bool is_told = false;
	int got = 0;

	buf_reset(out);
	while (!rc && !is_told && (got = store_next(store, id, err)) == 1) {
		struct span name = store_column_span(store, id, 1);

		if (store_column_int(store, id, 0) != SUBJECT_KEY_NAME ||
		    !matches(ctx, name))
			continue;
		rc = check_told(&f, name, &is_told, err);
		if (is_told)
			buf_add_span(out, name);
	}
	if (!rc && got < 0)
		rc = (enum err_code)got;
	store_finish(store, id);
	if (f.is_loaded)
		view_release(&f.view);
	return rc;
}
