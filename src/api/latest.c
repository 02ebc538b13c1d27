/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was published last is at the end of the change feed; events whose
 * record has ended since are passed over, but not without end.
 */
#include "api/latest.h"

#include <string.h>

#include "base/check.h"

enum { LOOKED_AT_MAX = 400, STEP = 50 };

struct latest {
	const struct reading *reading;
	struct entry_reader entries;
	struct json_writer *w;
	size_t count;
	size_t limit;
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
	return 1;
}

static bool brings_in(const struct publication_change *c)
{
	return c->kind == PUBLICATION_PUBLISHED ||
	    c->kind == PUBLICATION_CHANGED;
}

/* One step backward; *before moves on, 0 = the feed's beginning. */
static enum err_code step_back(
    struct latest *l, uint64_t *before, struct err *err)
{
	const struct publication_reader reader = {
	    l->reading->store, l->reading->catalog, l->reading->today};
	struct publication_change list[STEP];
	size_t count, i;
	enum err_code rc = publication_changes_before(
	    l->reading->store, *before, STEP, list, &count, err);
	int got = 0;

	*before = count ? list[count - 1].index : 0;
	for (i = 0; !rc && i < count && l->count < l->limit; i++) {
		if (!brings_in(&list[i]))
			continue;
		got = publication_visit_one(
		    &reader, list[i].seq, take_row, l, err);
		if (got < 0)
			rc = (enum err_code)got;
	}
	return rc;
}

enum err_code latest_put(const struct reading *reading, struct json_writer *w,
    size_t limit, struct err *err)
{
	struct latest l = {.reading = reading, .w = w, .limit = limit};
	uint64_t before = INT64_MAX;
	enum err_code rc = 0;
	int looked = 0;

	entry_reader_init(&l.entries, reading);
	entry_reader_tell_marks(&l.entries);
	json_key(w, "latest");
	json_open_array(w);
	while (!rc && before && l.count < limit && looked < LOOKED_AT_MAX) {
		rc = step_back(&l, &before, err);
		looked += STEP;
	}
	json_close_array(w);
	json_put_bool(w, "has_latest", l.count > 0);
	entry_reader_release(&l.entries);
	return rc;
}
