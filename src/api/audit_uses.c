/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entries of the log of uses for the auditor, newest first. Of an
 * organisation they are found by its index; other filters are held against
 * the newest entries, AUDIT_SCAN_MAX of them for a page: what lies further
 * back is on the next one, which may be an empty one with one more behind.
 */
#include "api/audit.h"

#include <string.h>

#include "api/put.h"
#include "api/subject.h"
#include "api/uses.h"
#include "base/check.h"
#include "registry/subjects.h"
#include "usage/many.h"

struct listing {
	const struct audit_viewer *viewer;
	struct store *office;
	const struct audit_uses_query *query;
	struct json_writer *w;
	int64_t count, scanned;
	uint64_t last; /* number of the last that was looked at */
	bool has_more;
};

static bool fits(struct span wanted, struct span is)
{
	return wanted.n == 0 || span_equal(wanted, is);
}

static bool is_wanted(const struct listing *l, const struct use *u)
{
	const struct audit_uses_query *q = l->query;

	return fits(q->reader, u->reader) &&
	    fits(q->department, u->department) && fits(q->matter, u->matter) &&
	    fits(q->case_number, u->case_number) &&
	    (q->outcome < 0 || q->outcome == (int)u->outcome) &&
	    audit_viewer_may_see(l->viewer, u);
}

/* "many": how many organisations it was about, null of one. */
static void put_many(struct json_writer *w, const struct use *u)
{
	if (u->subjects)
		json_put_int(w, "many", u->subjects);
	else
		put_null(w, "many");
}

static enum err_code put_row(
    struct listing *l, const struct use_row *row, struct err *err)
{
	const struct use *u = &row->use;
	struct json_writer *w = l->w;
	bool is_open = false;
	enum err_code rc;

	json_open_object(w);
	uses_put(w, l->viewer->catalog, row);
	json_key(w, "reader");
	json_open_object(w);
	put_named(w, "kind", use_reader_word(u->reader_kind),
	    uses_reader_title(u->reader_kind));
	json_put_int(w, "id", u->reader_id);
	json_put_span(w, "name", u->reader);
	json_close_object(w);
	json_put_span(w, "subject", u->subject);
	put_many(w, u);
	json_put_span(w, "why", u->why);
	uses_put_why_title(w, "why_title", u->why);
	rc = uses_put_questions(w, l->office, row, &is_open, err);
	json_put_bool(w, "can_answer", is_open);
	json_close_object(w);
	l->count++;
	return rc;
}

/* One more row; has_more ends the page. */
static enum err_code take_row(
    struct listing *l, const struct use_row *row, struct err *err)
{
	enum err_code rc = 0;

	if (l->count == l->query->limit || l->scanned == AUDIT_SCAN_MAX) {
		l->has_more = true;
		return 0;
	}
	l->scanned++;
	l->last = row->seq;
	if (is_wanted(l, &row->use))
		rc = put_row(l, row, err);
	return rc;
}

static enum err_code put_newest(struct listing *l, struct err *err)
{
	const struct use_query rows = {
	    .order = USE_NEWEST_FIRST, .from = l->query->before};
	enum err_code rc = use_rows_start(l->office, &rows, err);
	struct use_row row;
	int got = 0;

	while (!rc && !l->has_more &&
	    (got = use_rows_next(l->office, rows.order, &row, err)) == 1)
		rc = take_row(l, &row, err);
	use_rows_finish(l->office, rows.order);
	return rc ? rc : got < 0 ? (enum err_code)got : 0;
}

static enum err_code put_of_one(
    struct listing *l, int64_t subject_id, struct err *err)
{
	const struct use_query rows = {.from = l->query->before,
	    .subject_id = subject_id,
	    .subject = l->query->subject};
	struct many_pass pass;
	enum err_code rc = many_pass_start(&pass, l->office, &rows, err);
	struct use_row row;
	int got = 0;

	while (!rc && !l->has_more &&
	    (got = many_pass_next(&pass, &row, err)) == 1)
		rc = take_row(l, &row, err);
	many_pass_finish(&pass);
	return rc ? rc : got < 0 ? (enum err_code)got : 0;
}

/* ---- the filter, and the pages of it ---- */

static const char *outcome_word(int outcome)
{
	return outcome < 0 ? "" : use_outcome_word((enum use_outcome)outcome);
}

static void put_choice(struct json_writer *w, const char *id, const char *title,
    struct span chosen)
{
	json_open_object(w);
	json_put_str(w, "id", id);
	json_put_str(w, "title", title);
	json_put_bool(w, "is_chosen", span_is(chosen, id));
	json_close_object(w);
}

/* What can be chosen: the departments that the viewer may look at, and the
 * matters. */
static void put_choices(struct json_writer *w,
    const struct audit_viewer *viewer, const struct audit_uses_query *q)
{
	const struct catalog *c = viewer->catalog;
	size_t i;

	json_key(w, "departments");
	json_open_array(w);
	for (i = 0; i < c->departments_count; i++) {
		const char *id = c->departments[i].id;
		const struct use of = {.department = span_of(id)};

		if (audit_viewer_may_see(viewer, &of))
			put_choice(
			    w, id, c->departments[i].title, q->department);
	}
	json_close_array(w);
	json_key(w, "matters");
	json_open_array(w);
	for (i = 0; i < c->matters_count; i++) {
		const struct cat_matter *m = &c->matters[i];

		put_choice(
		    w, m->id, title_of(m->title, m->title_en), q->matter);
	}
	json_close_array(w);
}

static void put_filter(struct json_writer *w, const struct audit_viewer *viewer,
    const struct audit_uses_query *q)
{
	json_key(w, "filter");
	json_open_object(w);
	json_put_span(w, "reader", q->reader);
	json_put_span(w, "department", q->department);
	json_put_span(w, "subject", q->subject);
	json_put_span(w, "matter", q->matter);
	json_put_span(w, "case", q->case_number);
	json_put_str(w, "outcome", outcome_word(q->outcome));
	json_put_bool(w, "is_refused", q->outcome == USE_REFUSED);
	json_put_bool(w, "is_answered", q->outcome == USE_ANSWERED);
	put_choices(w, viewer, q);
	json_close_object(w);
}

static void add_part(struct buf *out, const char *name, struct span value)
{
	if (value.n == 0)
		return;
	buf_addf(out, "%s=", name);
	buf_add_percent(out, value);
	buf_add_char(out, '&');
}

void audit_uses_address(const struct audit_uses_query *q, struct buf *out)
{
	buf_add_str(out, "/audit/uses?");
	add_part(out, "reader", q->reader);
	add_part(out, "department", q->department);
	add_part(out, "subject", q->subject);
	add_part(out, "matter", q->matter);
	add_part(out, "case", q->case_number);
	add_part(out, "outcome", span_of(outcome_word(q->outcome)));
	buf_addf(out, "limit=%d", (int)q->limit);
}

static void put_pages(const struct listing *l)
{
	const struct audit_uses_query *q = l->query;
	struct buf to = BUF_INIT(AUDIT_ADDRESS_BYTES_MAX);

	audit_uses_address(q, &to);
	if (q->before < INT64_MAX)
		json_put_span(l->w, "first", buf_span(&to));
	else
		put_null(l->w, "first");
	buf_addf(&to, "&before=%llu", (unsigned long long)l->last);
	if (l->has_more)
		json_put_span(l->w, "next", buf_span(&to));
	else
		put_null(l->w, "next");
	buf_release(&to);
}

/* What is asked for is sealed with the look itself: no person's number. */
static enum err_code refuse_persons(
    const struct audit_uses_query *q, struct err *err)
{
	const struct span texts[] = {
	    q->reader, q->department, q->subject, q->matter, q->case_number};
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(texts) && !rc; i++)
		if (texts[i].n)
			rc = subject_refuse_person(texts[i], err);
	return rc;
}

enum err_code audit_uses_document(const struct audit_viewer *viewer,
    struct store *registry, struct store *office,
    const struct audit_uses_query *query, int64_t *subject_out, struct buf *out,
    struct err *err)
{
	struct json_writer w;
	struct listing l = {
	    .viewer = viewer, .office = office, .query = query, .w = &w};
	enum err_code rc = refuse_persons(query, err);

	*subject_out = 0;
	if (!rc)
		rc = uses_find_subject(
		    registry, query->subject, subject_out, err);
	if (!rc)
		rc = store_begin_read(office, err);
	if (rc)
		return rc;
	json_start(&w, out);
	json_open_object(&w);
	put_filter(&w, viewer, query);
	json_key(&w, "uses");
	json_open_array(&w);
	rc = query->subject.n ? put_of_one(&l, *subject_out, err)
			      : put_newest(&l, err);
	json_close_array(&w);
	json_put_bool(&w, "has_uses", l.count > 0);
	json_put_int(&w, "count", l.count);
	json_put_int(&w, "looked_through", l.scanned);
	json_put_bool(&w, "has_more", l.has_more);
	put_pages(&l);
	json_close_object(&w);
	store_commit(office, NULL);
	return put_end(out, rc, err);
}
