/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A notice holds numbers; what they mean is read from the records when
 * somebody asks. So a record that was withdrawn after its notice was made
 * shows its content to nobody by way of the notice.
 */
#include "api/notices.h"

#include <stdio.h>
#include <string.h>

#include "api/accounts.h"
#include "api/check_priv.h"
#include "api/put.h"
#include "base/check.h"
#include "base/tr.h"
#include "registry/subjects.h"

#define N_(text) text

static const char *const event_titles[STANDING_MOVE_KINDS] = {
    N_("begun"), N_("ended"), N_("changed")};
static const char *const why_titles[STANDING_WHYS] = {
    [STANDING_REPORTED] = N_("its source reported it"),
    [STANDING_CORRECTED] = N_("its source corrected it"),
    [STANDING_WITHDRAWN] = N_("its source withdrew it"),
    [STANDING_UNRESOLVED] = N_("it is open again whose it is"),
    [STANDING_BY_DATE] = N_("its day has come"),
    [STANDING_REINSTATED] = N_("its source reinstated it")};

struct putting {
	struct json_writer *w;
	const struct reading *reading;
	const struct notices_query *query;
	struct notices_page *page;
	struct subject subject;
};

/* ---- an entry ---- */

static enum err_code stands_today(const struct reading *r,
    const struct standing_question *q, uint64_t seq, bool *out, struct err *err)
{
	const struct view_source source = {
	    .store = r->store, .catalog = r->catalog};
	struct standing standing;
	enum err_code rc = standing_load(&source, q, &standing, err);
	size_t i;

	*out = false;
	for (i = 0; !rc && i < standing.entries_count; i++)
		*out = *out || standing.entries[i].version->seq == seq;
	standing_release(&standing);
	return rc;
}

/* As it was on the day of its event; what ended, on its last day. */
static enum err_code load_entry(const struct reading *r,
    const struct standing_question *question, const struct standing_move *move,
    struct standing *out, struct err *err)
{
	struct standing_question q = *question;
	enum err_code rc;

	q.today = move->kind == STANDING_ENDED ? move->on - 1 : move->on;
	rc = standing_entry_at(r->store, &q, move->seq, out, err);
	/* It may have come and gone in a day. */
	if (!rc && out->entries_count == 0 && q.today != move->on) {
		standing_release(out);
		q.today = move->on;
		rc = standing_entry_at(r->store, &q, move->seq, out, err);
	}
	return rc;
}

static enum err_code put_entry(struct putting *p, const struct notice *n,
    const struct cat_matter *matter, struct err *err)
{
	const struct reading *r = p->reading;
	const struct check_pieces pieces = {.reading = r};
	const struct standing_question question = {.catalog = r->catalog,
	    .matter = matter,
	    .subject_id = n->subject_id,
	    .code = buf_str(&p->subject.code),
	    .today = r->today};
	struct standing standing;
	bool stands = false;
	enum err_code rc =
	    stands_today(r, &question, n->move.seq, &stands, err);

	json_put_bool(p->w, "stands", stands);
	if (rc)
		return rc;
	rc = load_entry(r, &question, &n->move, &standing, err);
	if (!rc && standing.entries_count) {
		json_key(p->w, "entry");
		rc = check_put_entry(p->w, &pieces, n->subject_id,
		    &standing.entries[0], stands, err);
	} else if (!rc) {
		put_null(p->w, "entry");
	}
	standing_release(&standing);
	return rc;
}

/* ---- a notice ---- */

static void put_subject(struct putting *p, const struct notice *n)
{
	json_key(p->w, "subject");
	json_open_object(p->w);
	json_put_span(p->w, "code", n->subject);
	json_put_span(p->w, "name", buf_span(&p->subject.name));
	json_close_object(p->w);
}

static const struct cat_matter *put_matter(
    struct putting *p, const struct notice *n)
{
	char id[USE_TEXT_BYTES_MAX + 1];
	const struct cat_matter *m;

	snprintf(id, sizeof(id), "%.*s", (int)n->matter.n, n->matter.p);
	m = catalog_matter(p->reading->catalog, id);
	put_named(p->w, "matter", id, m ? title_of(m->title, m->title_en) : id);
	return m;
}

static void put_move(struct putting *p, const struct notice *n)
{
	const struct standing_move *m = &n->move;

	json_put_int(p->w, "id", n->id);
	accounts_put_time(p->w, "at", n->made_ms);
	json_put_str(p->w, "event", standing_move_word(m->kind));
	json_put_str(p->w, "event_title", tr(event_titles[m->kind]));
	json_put_str(p->w, "reason", standing_why_word(m->why));
	json_put_str(p->w, "reason_title", tr(why_titles[m->why]));
	json_put_date(p->w, "on", m->on);
}

static void put_record(struct putting *p, const struct notice *n)
{
	json_put_int(p->w, "record", (int64_t)n->move.seq);
	if (n->move.replaces < 0)
		put_null(p->w, "replaces");
	else
		json_put_int(p->w, "replaces", n->move.replaces);
}

static enum err_code put_notice(
    struct putting *p, const struct notice *n, struct err *err)
{
	const struct cat_matter *matter;
	enum err_code rc =
	    subject_by_id(p->reading->store, n->subject_id, &p->subject, err);

	if (rc)
		return rc;
	json_open_object(p->w);
	put_move(p, n);
	json_put_span(p->w, "check", n->check_id);
	matter = put_matter(p, n);
	json_put_span(p->w, "case", n->case_number);
	put_subject(p, n);
	put_record(p, n);
	if (matter) {
		rc = put_entry(p, n, matter, err);
	} else {
		json_put_bool(p->w, "stands", false);
		put_null(p->w, "entry");
	}
	json_close_object(p->w);
	return rc;
}

/* ---- a page ---- */

static void note_page(struct notices_page *page, const struct notice *n)
{
	struct many_subject *one = &page->subjects[page->count++];

	one->id = n->subject_id;
	snprintf(one->code, sizeof(one->code), "%.*s", (int)n->subject.n,
	    n->subject.p);
	page->last = n->id;
	page->made_ms = n->made_ms;
}

static bool may_see(const struct notices_query *q, const struct notice *n)
{
	return !q->caller || people_may_matter(q->caller, n->matter);
}

static enum err_code put_rows(
    struct putting *p, struct store *office, struct err *err)
{
	const struct notices_query *q = p->query;
	enum err_code rc = 0;
	struct notice n;
	int got = 0;

	while (
	    !rc && (got = notice_rows_next(office, q->order, &n, err)) == 1) {
		if (q->upto && n.id > q->upto)
			break;
		if (!may_see(q, &n)) {
			/* Others' matters are not looked at again. */
			if (q->order == NOTICES_FROM && p->page->count == 0)
				p->page->last = n.id;
			continue;
		}
		p->page->has_more = p->page->count == q->limit;
		if (p->page->has_more)
			break;
		rc = put_notice(p, &n, err);
		note_page(p->page, &n);
	}
	return rc || got >= 0 ? rc : (enum err_code)got;
}

enum err_code notices_put(struct json_writer *w, const struct reading *reading,
    struct store *office, const struct notices_query *query,
    struct notices_page *page, struct err *err)
{
	struct putting p = {
	    .w = w, .reading = reading, .query = query, .page = page};
	enum err_code rc;

	ASSERT(query->limit <= NOTICES_LIMIT_MAX);
	memset(page, 0, sizeof(*page));
	page->last = query->than;
	subject_init(&p.subject);
	record_put_department(
	    w, "department", reading->catalog, query->department);
	json_key(w, "notices");
	json_open_array(w);
	rc = notice_rows_start(
	    office, span_of(query->department), query->order, query->than, err);
	if (!rc)
		rc = put_rows(&p, office, err);
	notice_rows_finish(office, query->order);
	json_close_array(w);
	subject_release(&p.subject);
	json_put_int(w, "count", (int64_t)page->count);
	json_put_int(w, "next", page->last);
	page->subjects_count = many_sort(page->subjects, page->count);
	return rc;
}

enum err_code notices_document(const struct reading *reading,
    struct store *office, const struct notices_query *query,
    struct notices_page *page, struct buf *out, struct err *err)
{
	struct json_writer w;
	enum err_code rc = store_begin_read(office, err);

	if (rc)
		return rc;
	rc = store_begin_read(reading->store, err);
	if (!rc) {
		json_start(&w, out);
		json_open_object(&w);
		rc = notices_put(&w, reading, office, query, page, err);
		json_put_bool(&w, "has_more", page->has_more);
		json_close_object(&w);
	}
	store_rollback(reading->store);
	store_rollback(office);
	return put_end(out, rc, err);
}

enum err_code notices_trace(const struct notices_page *page, struct use *use,
    const struct desk_turn *turn, struct err *err)
{
	uint64_t seq;

	use->at_ms = turn->now_ms;
	use->act = USE_NOTICES;
	if (page->subjects_count == 0)
		return use_log_add(turn->uses, use, &seq, err);
	many_commit(page->subjects, page->subjects_count, use);
	return many_add(turn->uses, turn->store, use, page->subjects,
	    page->subjects_count, &seq, err);
}
