/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom an event is about is not stored with it: it is looked up when it is
 * shown, and only what is public today is found. So earlier events of a
 * record lose their content with its end, too.
 *
 * A mark (marks.h) is no part of a content: a copy would keep it when it is
 * gone. Only where the newest stand first, which is for people to look at and
 * of no use to a copy, does a content say that its record is marked.
 */
#include "api/changes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/entry.h"
#include "api/put.h"
#include "base/check.h"
#include "base/mem.h"

enum { PAGE_BYTES = 8 * 1024 * 1024 /* an event begins no further */ };

struct feed {
	const struct reading *reading;
	const struct changes_query *query;
	struct entry_reader entries;
	struct json_writer *w;
	struct publication_change *list;
	size_t count; /* of the list */
	size_t shown;
	uint64_t before; /* no further than the feed's end */
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
	json_put_bool(w, "is_restated", kind == PUBLICATION_RESTATED);
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

static enum err_code read_changes(struct feed *f, struct err *err)
{
	struct store *store = f->reading->store;
	const struct changes_query *q = f->query;
	uint64_t all = f->before - q->since;
	size_t limit = all < q->limit ? (size_t)all : q->limit;

	return q->is_newest_first ? publication_changes_before(store, f->before,
					limit, f->list, &f->count, err)
				  : publication_changes(store, q->since, limit,
					f->list, &f->count, err);
}

static enum err_code put_changes(struct feed *f, struct err *err)
{
	enum err_code rc = read_changes(f, err);

	json_key(f->w, "changes");
	json_open_array(f->w);
	for (; !rc && f->shown < f->count && f->w->out->n < PAGE_BYTES;
	     f->shown++)
		rc = put_change(f, &f->list[f->shown], err);
	json_close_array(f->w);
	return rc;
}

/* The events shown are those from here on, in either order. */
static uint64_t lowest_of(const struct feed *f)
{
	return f->query->is_newest_first ? f->before - f->shown
					 : f->query->since;
}

/* Another page of the same order, between these events. */
static void put_page(
    const struct feed *f, const char *key, uint64_t since, uint64_t before)
{
	const struct changes_query *q = f->query;
	struct buf href = BUF_INIT(256);

	buf_addf(
	    &href, "/changes?%s", q->is_newest_first ? "order=newest" : "");
	if (since || !q->is_newest_first)
		buf_addf(&href, "%ssince=%" PRIu64,
		    q->is_newest_first ? "&" : "", since);
	if (before != CHANGES_TO_END)
		buf_addf(&href, "&before=%" PRIu64, before);
	if (q->limit != changes_limit(q->is_newest_first))
		buf_addf(&href, "&limit=%zu", q->limit);
	json_put_span(f->w, key, buf_span(&href));
	buf_release(&href);
}

static void put_pages(const struct feed *f, uint64_t next)
{
	const struct changes_query *q = f->query;
	bool is_back = q->is_newest_first;
	uint64_t lowest = lowest_of(f);
	bool has_more = is_back ? lowest > q->since : next < f->before;
	bool is_first =
	    is_back ? f->before == f->through.changes : q->since == 0;

	json_put_bool(f->w, "has_more", has_more);
	if (!has_more)
		put_null(f->w, "next");
	else if (is_back)
		put_page(f, "next", q->since, lowest);
	else
		put_page(f, "next", next, q->before);
	if (is_first)
		put_null(f->w, "first");
	else if (is_back)
		put_page(f, "first", q->since, CHANGES_TO_END);
	else
		put_page(f, "first", 0, q->before);
}

static void put_paging(const struct feed *f)
{
	uint64_t lowest = lowest_of(f), next = lowest + f->shown;

	json_put_str(f->w, "feed", f->through.feed);
	json_put_bool(f->w, "is_newest_first", f->query->is_newest_first);
	json_put_str(f->w, "newest", "/changes?order=newest");
	json_put_int(f->w, "since", (int64_t)lowest);
	json_put_int(f->w, "end", (int64_t)f->through.changes);
	json_put_int(f->w, "count", (int64_t)f->shown);
	json_put_int(f->w, "next_since", (int64_t)next);
	put_pages(f, next);
}

/* Marks come and go without an event: who has read all of the feed gets all
 * of them. */
static enum err_code put_marked(struct feed *f, struct err *err)
{
	if (f->query->is_newest_first ||
	    lowest_of(f) + f->shown < f->through.changes ||
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
	if (!rc && f->query->since > f->through.changes)
		rc = err_set(err, ERR_INPUT,
		    "the feed has no event %llu yet; it has %llu",
		    (unsigned long long)f->query->since,
		    (unsigned long long)f->through.changes);
	f->before = f->query->before < f->through.changes ? f->query->before
							  : f->through.changes;
	if (f->before < f->query->since)
		f->before = f->query->since;
	if (!rc)
		rc = put_changes(f, err);
	if (!rc)
		rc = put_marked(f, err);
	put_paging(f);
	json_close_object(f->w);
	return rc;
}

size_t changes_limit(bool is_newest_first)
{
	return is_newest_first ? CHANGES_NEWEST_LIMIT : CHANGES_LIMIT;
}

enum err_code changes_document(const struct reading *reading,
    const struct changes_query *query, struct buf *out, struct err *err)
{
	struct json_writer w;
	struct feed f = {.reading = reading, .query = query, .w = &w};
	enum err_code rc;

	ASSERT(query->limit > 0 && query->limit <= CHANGES_LIMIT_MAX);
	rc = store_begin_read(reading->store, err);
	if (rc)
		return rc;
	f.list = mem_zalloc(query->limit, sizeof(*f.list));
	entry_reader_init(&f.entries, reading);
	if (query->is_newest_first)
		entry_reader_tell_marks(&f.entries);
	json_start(&w, out);
	rc = put_feed(&f, err);
	store_commit(reading->store, NULL);
	entry_reader_release(&f.entries);
	free(f.list);
	return put_end(out, rc, err);
}
