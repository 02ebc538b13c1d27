/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom an event is about is not stored with it: it is looked up when it is
 * shown, and only what is public today is found. So earlier events of a
 * record lose their content with its end, too.
 *
 * A mark (marks.h) is no part of a content: a copy would keep it when it is
 * gone.
 */
#include "api/changes.h"

#include <stdlib.h>
#include <string.h>

#include "api/entry.h"
#include "api/put.h"
#include "base/check.h"
#include "base/mem.h"
#include "base/tr.h"

enum { PAGE_BYTES = 8 * 1024 * 1024 /* an event begins no further */ };

struct feed {
	const struct reading *reading;
	struct entry_reader entries;
	struct json_writer *w;
	struct publication_change *list;
	size_t count; /* of the list */
	size_t shown;
	uint64_t since;
	size_t limit;
	struct publication_through through;
};

static enum view_state state_named(const char *name)
{
	int state;

	for (state = 0; state < VIEW_STATE_COUNT; state++)
		if (strcmp(view_state_name((enum view_state)state), name) == 0)
			return (enum view_state)state;
	return VIEW_ENDED;
}

static int take_content(
    void *ctx, const struct publication_entry *entry, struct err *err)
{
	struct feed *f = ctx;
	const struct cat_item *item = entry->record->item;
	enum err_code rc = entry_load(&f->entries, entry, err);
	const char *code = buf_str(&f->entries.subject.code);

	if (rc)
		return (int)rc;
	json_put_str(f->w, "code", code);
	put_text(f->w, "subject_href", "/subjects/%s", code);
	json_put_str(f->w, "item", item ? item->id : "");
	json_put_str(f->w, "item_title", item ? item_title(item) : "");
	json_key(f->w, "content");
	entry_put_content(&f->entries, entry, f->w);
	return 1;
}

static void put_kind(struct json_writer *w, enum publication_change_kind kind)
{
	json_put_str(w, "kind", publication_change_name(kind));
	json_put_bool(w, "is_published", kind == PUBLICATION_PUBLISHED);
	json_put_bool(w, "is_changed", kind == PUBLICATION_CHANGED);
	json_put_bool(w, "is_withdrawn", kind == PUBLICATION_WITHDRAWN);
	json_put_bool(w, "is_ended", kind == PUBLICATION_ENDED);
}

static enum err_code put_change(
    struct feed *f, const struct publication_change *c, struct err *err)
{
	const struct publication_reader reader = {
	    f->reading->store, f->reading->catalog, f->reading->today};
	struct json_writer *w = f->w;
	int got;

	json_open_object(w);
	json_put_int(w, "index", (int64_t)c->index);
	put_kind(w, c->kind);
	json_put_date(w, "day", c->day);
	json_put_int(w, "record", (int64_t)c->seq);
	put_text(w, "href", "/records/%llu", (unsigned long long)c->seq);
	if (c->replaces >= 0)
		json_put_int(w, "replaces", c->replaces);
	else
		put_null(w, "replaces");
	json_put_str(w, "reason", c->reason);
	json_put_str(w, "why", view_state_text(state_named(c->reason)));
	got = publication_visit_one(&reader, c->seq, take_content, f, err);
	if (got == 0) {
		put_null(w, "code");
		put_null(w, "item");
		put_null(w, "content");
	}
	json_close_object(w);
	return got < 0 ? (enum err_code)got : ERR_NONE;
}

static enum err_code put_changes(struct feed *f, struct err *err)
{
	const struct reading *r = f->reading;
	enum err_code rc = publication_changes(
	    r->store, f->since, f->limit, f->list, &f->count, err);

	json_key(f->w, "changes");
	json_open_array(f->w);
	for (; !rc && f->shown < f->count && f->w->out->n < PAGE_BYTES;
	     f->shown++)
		rc = put_change(f, &f->list[f->shown], err);
	json_close_array(f->w);
	return rc;
}

static void put_paging(const struct feed *f)
{
	uint64_t next = f->since + f->shown;
	bool has_more = next < f->through.changes;

	json_put_str(f->w, "feed", f->through.feed);
	json_put_int(f->w, "since", (int64_t)f->since);
	json_put_int(f->w, "end", (int64_t)f->through.changes);
	json_put_int(f->w, "count", (int64_t)f->shown);
	json_put_int(f->w, "next_since", (int64_t)next);
	json_put_bool(f->w, "has_more", has_more);
	if (has_more && f->limit != CHANGES_LIMIT)
		put_text(f->w, "next", "/changes?since=%llu&limit=%zu",
		    (unsigned long long)next, f->limit);
	else if (has_more)
		put_text(f->w, "next", "/changes?since=%llu",
		    (unsigned long long)next);
	else
		put_null(f->w, "next");
}

/* Marks come and go without an event: who has read all of the feed gets all
 * of them. */
static enum err_code put_marked(struct feed *f, struct err *err)
{
	if (f->since + f->shown < f->through.changes ||
	    !marks_are_told(f->reading)) {
		put_null(f->w, "marked");
		return 0;
	}
	return marks_put_all(f->w, f->reading, err);
}

static enum err_code put_feed(struct feed *f, struct err *err)
{
	const struct reading *r = f->reading;
	enum err_code rc = publication_through(
	    r->store, r->catalog, r->today, &f->through, err);

	json_open_object(f->w);
	put_head(f->w, r);
	if (!rc)
		rc = put_through(f->w, r, err);
	if (!rc && f->since > f->through.changes)
		rc = err_set(err, ERR_INPUT,
		    "the feed has no event %llu yet; it has %llu",
		    (unsigned long long)f->since,
		    (unsigned long long)f->through.changes);
	if (!rc)
		rc = put_changes(f, err);
	if (!rc)
		rc = put_marked(f, err);
	put_paging(f);
	json_close_object(f->w);
	return rc;
}

enum err_code changes_document(const struct reading *reading, uint64_t since,
    size_t limit, struct buf *out, struct err *err)
{
	struct json_writer w;
	struct feed f = {
	    .reading = reading, .w = &w, .since = since, .limit = limit};
	enum err_code rc;

	ASSERT(limit > 0 && limit <= CHANGES_LIMIT_MAX);
	rc = store_begin_read(reading->store, err);
	if (rc)
		return rc;
	f.list = mem_zalloc(limit, sizeof(*f.list));
	entry_reader_init(&f.entries, reading);
	json_start(&w, out);
	rc = put_feed(&f, err);
	store_commit(reading->store, NULL);
	entry_reader_release(&f.entries);
	free(f.list);
	return put_end(out, rc, err);
}
