/* SPDX-License-Identifier: Apache-2.0 */
#include "api/latest.h"

enum { LATEST = 10 };

struct latest {
	struct entry_reader entries;
	struct json_writer *w;
	size_t count;
};

static int take_row(
    void *ctx, const struct publication_entry *entry, struct err *err)
{
	struct latest *l = ctx;
	enum err_code rc = entry_load(&l->entries, entry, err);

	if (rc)
		return (int)rc;
	entry_put(&l->entries, entry, l->w);
	l->count++;
	return 0;
}

enum err_code latest_put(const struct reading *reading, struct json_writer *w,
    const char *department, struct err *err)
{
	const struct publication_reader reader = {
	    reading->store, reading->catalog, reading->today};
	struct latest l = {.w = w};
	enum err_code rc;

	entry_reader_init(&l.entries, reading);
	entry_reader_tell_marks(&l.entries);
	json_key(w, "latest");
	json_open_array(w);
	rc = publication_visit_newest(
	    &reader, department, LATEST, take_row, &l, err);
	json_close_array(w);
	json_put_bool(w, "has_latest", l.count > 0);
	entry_reader_release(&l.entries);
	return rc;
}
