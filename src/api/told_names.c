/* SPDX-License-Identifier: Apache-2.0 */
#include "api/told_names.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/fold.h"
#include "base/mem.h"
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

/* ---- what records say ---- */

static uint64_t digest_of(struct span name)
{
	char folded[FOLDED_BYTES_MAX];

	if (name.n > sizeof(folded))
		return 0;
	return XXH3_64bits(folded, fold_name(name, folded, sizeof(folded)));
}

/* An organisation has thousands of records: where the name stands in the
 * statement as it is, without an escape, it is read in its place. */
static uint64_t digest_in(
    const struct view_record *record, const struct view_version *version)
{
	struct buf name = BUF_INIT(FOLDED_BYTES_MAX);
	struct span text = version->statement, raw;
	int at = record->item
	    ? cat_field_by_role(record->item, CAT_ROLE_SUBJECT_NAME)
	    : -1;
	uint64_t digest = 0;
	char key[KEY_BYTES_MAX];
	const char *end;

	if (at < 0)
		return 0;
	snprintf(key, sizeof(key), "\"%s\":\"", record->item->fields[at].name);
	raw.p = memmem(text.p, text.n, key, strlen(key));
	if (!raw.p)
		return 0;
	raw.p += strlen(key);
	end = memchr(raw.p, '"', text.n - (size_t)(raw.p - text.p));
	raw.n = end ? (size_t)(end - raw.p) : 0;
	if (raw.n && !memchr(raw.p, '\\', raw.n))
		return digest_of(raw);
	if (told_name_of(record, version, &name))
		digest = digest_of(buf_span(&name));
	buf_release(&name);
	return digest;
}

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

void told_names_load(struct told_names *names, const struct view *view)
{
	size_t max = 1, i, k;

	for (i = 0; i < view->records_count; i++)
		max += view->records[i].versions_count;
	names->list = mem_alloc(max * sizeof(*names->list));
	names->count = 0;
	for (i = 0; i < view->records_count; i++) {
		const struct view_record *r = &view->records[i];
		bool is_registration =
		    r->item && r->item->group == CAT_GROUP_BASIC;

		for (k = is_registration ? 0 : r->versions_count - 1;
		     k < r->versions_count; k++)
			names->list[names->count++] =
			    digest_in(r, &r->versions[k]);
	}
	qsort(names->list, names->count, sizeof(*names->list), ascending);
}

void told_names_release(struct told_names *names)
{
	free(names->list);
	*names = (struct told_names){NULL, 0};
}

bool told_names_has(const struct told_names *names, struct span name)
{
	uint64_t digest = digest_of(name);

	return digest &&
	    bsearch(&digest, names->list, names->count, sizeof(*names->list),
		ascending);
}

/* ---- finding one ---- */

struct finding {
	const struct reading *reading;
	int64_t subject_id;
	struct told_names names;
	bool is_loaded;
};

static enum err_code load_names(struct finding *f, struct err *err)
{
	const struct reading *r = f->reading;
	struct view view;
	enum err_code rc = view_load_public(
	    &view, r->store, r->catalog, f->subject_id, r->today, err);

	if (!rc)
		told_names_load(&f->names, &view);
	view_release(&view);
	f->is_loaded = !rc;
	return rc;
}

/* They are loaded for the first one that is asked about. */
static enum err_code check_told(
    struct finding *f, struct span name, bool *is_told, struct err *err)
{
	enum err_code rc = 0;

	*is_told = !f->reading->is_public;
	if (*is_told)
		return 0;
	if (!f->is_loaded)
		rc = load_names(f, err);
	*is_told = !rc && told_names_has(&f->names, name);
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

	buf_reset(out);
	while (!is_told && store_next_row(store, id, &rc, err)) {
		struct span name = store_column_span(store, id, 1);

		if (store_column_int(store, id, 0) != SUBJECT_KEY_NAME ||
		    !matches(ctx, name))
			continue;
		rc = check_told(&f, name, &is_told, err);
		if (is_told)
			buf_add_span(out, name);
	}
	store_finish(store, id);
	told_names_release(&f.names);
	return rc;
}
