/* SPDX-License-Identifier: Apache-2.0 */
/* All days are known from the view; only what is shown is read further. */
#include "api/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "api/put.h"
#include "base/mem.h"
#include "registry/statement.h"

enum { TEXT_BYTES_MAX = 16 * 1024, FACTS_A_RECORD = 3 };

enum kind { DECIDED = 0, RECEIVED, UNTIL };

struct fact {
	date_days on;
	enum kind kind;
	const struct view_record *record;
	const struct view_version *version;
};

static int newest_first(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;

	if (x->on != y->on)
		return x->on < y->on ? 1 : -1;
	if (x->version->seq != y->version->seq)
		return x->version->seq < y->version->seq ? 1 : -1;
	return (int)y->kind - (int)x->kind;
}

/* Of a version that was replaced since the public is told that there was one,
 * not what it said. */
static size_t collect(const struct reading *r,
    const struct subject_shown *shown, size_t shown_count, struct fact *out)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < shown_count; i++) {
		const struct view_record *record = shown[i].record;
		const struct view_version *v = shown[i].version;
		struct view_publication p;

		out[count++] = (struct fact){
		    record->versions[0].received, RECEIVED, record, v};
		if (record_is_withheld(r, record, v))
			continue;
		p = view_publication(r->catalog, record, v, r->as_of);
		out[count++] =
		    (struct fact){v->facts.decided_on, DECIDED, record, v};
		if (p.window.to != DATE_NONE)
			out[count++] =
			    (struct fact){p.window.to, UNTIL, record, v};
	}
	return count;
}

/* The number of the document, "" when it is not public; and with the title of
 * the item before it. */
static void put_text_of(
    struct json_writer *w, const struct reading *r, const struct fact *f)
{
	const struct cat_item *item = f->record->item;
	int at = item ? cat_field_by_role(item, CAT_ROLE_DOCUMENT) : -1;
	struct buf document = BUF_INIT(TEXT_BYTES_MAX);
	struct statement s;

	if (at >= 0 && item->fields[at].privacy == CAT_PUBLIC &&
	    !record_is_withheld(r, f->record, f->version) &&
	    statement_read(f->version->statement, &s, NULL) == 0) {
		const char *number = json_string_value(
		    json_object_get(s.fields, item->fields[at].name));

		if (number)
			buf_add_str(&document, number);
		statement_release(&s);
	}
	json_put_span(w, "document", buf_span(&document));
	put_text(w, "text", "%s%s%s", item ? item_title(item) : "",
	    document.n ? " " : "", buf_str(&document));
	buf_release(&document);
}

static void put_fact(
    struct json_writer *w, const struct reading *r, const struct fact *f)
{
	static const char *const names[] = {"decided", "received", "until"};
	const struct cat_item *item = f->record->item;

	json_open_object(w);
	json_put_date(w, "on", f->on);
	json_put_str(w, "kind", names[f->kind]);
	json_put_int(w, "record", (int64_t)f->version->seq);
	put_text(
	    w, "href", "/records/%llu", (unsigned long long)f->version->seq);
	json_put_str(w, "item", item ? item->id : "");
	json_put_str(w, "item_title", item ? item_title(item) : "");
	put_text_of(w, r, f);
	json_put_bool(w, "is_decided", f->kind == DECIDED);
	json_put_bool(w, "is_received", f->kind == RECEIVED);
	json_put_bool(w, "is_end", f->kind == UNTIL);
	json_put_bool(w, "is_future", f->on > r->today);
	json_close_object(w);
}

void timeline_put(struct json_writer *w, const struct reading *r,
    const struct subject_shown *shown, size_t shown_count)
{
	struct fact *facts =
	    mem_alloc((shown_count * FACTS_A_RECORD + 1) * sizeof(*facts));
	size_t count = collect(r, shown, shown_count, facts);
	size_t i;

	qsort(facts, count, sizeof(*facts), newest_first);
	json_key(w, "timeline");
	json_open_array(w);
	for (i = 0; i < count && i < TIMELINE_MAX; i++)
		put_fact(w, r, &facts[i]);
	json_close_array(w);
	json_put_bool(w, "timeline_more", count > TIMELINE_MAX);
	free(facts);
}
