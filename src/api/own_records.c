/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	places of the department, the newest first (room publication)
 *	  no text	   a page of them
 *	  code or name	   those of the subjects that the search finds
 *	  document number  those whose number holds the text
 *
 * Document numbers have no index: a record's key holds more than the number,
 * and what people type is a part of one. So the newest records are looked
 * through, block by block, and the document says how many were.
 */
#include "api/own_records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/put.h"
#include "api/search.h"
#include "api/subject.h"
#include "base/check.h"
#include "base/fold.h"
#include "intake/fields.h"
#include "publication/publication.h"
#include "registry/block.h"
#include "registry/statement.h"

enum { SUBJECTS_MAX = 50, TEXT_BYTES_MAX = 4096, LOOKED_AT_ONCE = 2000 };

/* A list under way. */
struct listing {
	const struct reading *reading;
	const struct own_records_query *query;
	struct json_writer *w;
	struct publication_own *list; /* limit + 1 */
	size_t count;
	const char *by; /* "", "code", "name", "document" */
	size_t looked;
	bool is_cut; /* there are older ones that were not looked at */
	struct block block;
};

/* ---- by document number ---- */

static bool holds(struct span value, struct span folded)
{
	char text[TEXT_BYTES_MAX];
	size_t n;

	if (value.n > sizeof(text))
		return false;
	n = fold_name(value, text, sizeof(text));
	return memmem(text, n, folded.p, folded.n) != NULL;
}

/* The value of a text field in the fields' canonical JSON: between its name
 * and the next quote. A value with an escape is cut there, which at worst
 * finds too little. */
static struct span peek_field(struct span fields, const char *name)
{
	char key[96];
	int n = snprintf(key, sizeof(key), "\"%s\":\"", name);
	const char *at = memmem(fields.p, fields.n, key, (size_t)n);
	const char *end;

	if (!at)
		return (struct span){NULL, 0};
	at += n;
	end = memchr(at, '"', fields.n - (size_t)(at - fields.p));
	return (struct span){at, end ? (size_t)(end - at) : 0};
}

static bool has_document(struct listing *l, const struct publication_own *one,
    struct span folded, struct err *err, enum err_code *rc)
{
	const struct cat_item *item =
	    catalog_item_by_number(l->reading->catalog, one->item);
	int at = item ? cat_field_by_role(item, CAT_ROLE_DOCUMENT) : -1;
	struct statement_cut cut;

	if (at < 0)
		return false;
	*rc = block_load(&l->block, l->reading->store, one->seq, err);
	if (*rc || !statement_peek(block_statement(&l->block, one->seq), &cut))
		return false;
	return holds(
	    peek_field(cut.content.fields, item->fields[at].name), folded);
}

static enum err_code by_document(struct listing *l, struct err *err)
{
	struct publication_own *some =
	    mem_alloc((LOOKED_AT_ONCE + 1) * sizeof(*some));
	struct publication_own_query q = {l->query->departments.chosen->id,
	    l->query->item ? l->query->item->number : 0, l->query->before};
	char text[TEXT_BYTES_MAX];
	struct span folded = {
	    text, fold_name(l->query->text, text, sizeof(text))};
	enum err_code rc = 0;
	size_t count = 0, i;

	l->by = "document";
	do {
		rc = publication_own_list(
		    l->reading->store, &q, some, LOOKED_AT_ONCE, &count, err);
		for (i = 0; i < count && !rc && l->count <= l->query->limit;
		     i++) {
			if (has_document(l, &some[i], folded, err, &rc))
				l->list[l->count++] = some[i];
			l->looked++;
		}
		if (count)
			q.before = some[count - 1].seq;
	} while (!rc && count == LOOKED_AT_ONCE &&
	    l->count <= l->query->limit && l->looked < OWN_RECORDS_LOOKED_MAX);
	l->is_cut = count == LOOKED_AT_ONCE && l->count <= l->query->limit;
	free(some);
	return rc;
}

/* ---- by code or name ---- */

static enum err_code by_subject(struct listing *l, struct err *err)
{
	const struct publication_own_query q = {
	    l->query->departments.chosen->id,
	    l->query->item ? l->query->item->number : 0, l->query->before};
	int64_t subjects[SUBJECTS_MAX];
	size_t count = 0, i;
	enum err_code rc = search_subjects(l->reading->store, l->query->names,
	    l->query->text, subjects, SUBJECTS_MAX, &count, err);

	l->by = "organisation";
	l->is_cut = count == SUBJECTS_MAX;
	for (i = 0; i < count && !rc; i++)
		rc = publication_own_of_subject(l->reading->store, &q,
		    subjects[i], l->list, l->query->limit + 1, &l->count, err);
	return rc;
}

/* When no document number holds it either, that there are more organisations
 * than were looked at is what is to be told. */
static enum err_code by_text(struct listing *l, struct err *err)
{
	enum err_code rc = by_subject(l, err);
	bool is_cut = l->is_cut;

	if (rc || l->count)
		return rc;
	rc = by_document(l, err);
	if (!rc && l->count == 0 && is_cut) {
		l->by = "organisation";
		l->is_cut = true;
	}
	return rc;
}

static enum err_code find(struct listing *l, struct err *err)
{
	const struct own_records_query *query = l->query;
	const struct publication_own_query all = {query->departments.chosen->id,
	    query->item ? query->item->number : 0, query->before};
	enum err_code rc;

	if (query->text.n == 0)
		return publication_own_list(l->reading->store, &all, l->list,
		    query->limit + 1, &l->count, err);
	rc = subject_check_text(query->text, err);
	if (!rc)
		rc = subject_refuse_person(query->text, err);
	return rc ? rc : by_text(l, err);
}

/* ---- rows ---- */

static void put_role(struct json_writer *w, const char *key,
    const struct cat_item *item, const struct statement *s, enum cat_role role)
{
	int at = item ? cat_field_by_role(item, role) : -1;
	struct buf text = BUF_INIT(64 * 1024);

	if (at >= 0)
		fields_add_text(&item->fields[at],
		    statement_field(s, item->fields[at].name), &text);
	json_put_span(w, key, buf_span(&text));
	buf_release(&text);
}

static void put_state(struct listing *l, const struct view *view)
{
	const struct reading *r = l->reading;
	const struct view_record *record = &view->records[0];
	const struct view_version *version =
	    &record->versions[record->versions_count - 1];
	struct view_publication p =
	    view_publication(r->catalog, record, version, r->today);

	json_put_int(l->w, "version", version->version);
	json_put_bool(l->w, "published", p.state == VIEW_PUBLISHED);
	json_put_bool(l->w, "ended",
	    p.state == VIEW_WITHDRAWN || p.state == VIEW_UNRESOLVED);
	json_put_str(l->w, "why", view_state_text(p.state));
	json_put_date(l->w, "until", p.window.to);
}

static void put_row(struct listing *l, const struct publication_own *one,
    const struct subject *subject, const struct statement *s,
    const struct view *view)
{
	const struct cat_item *item =
	    catalog_item_by_number(l->reading->catalog, one->item);
	struct json_writer *w = l->w;

	json_open_object(w);
	json_put_int(w, "record", (int64_t)one->seq);
	put_text(w, "href", "/desk/records/%llu", (unsigned long long)one->seq);
	put_named(w, "item", item ? item->id : s->item,
	    item ? item_title(item) : s->item);
	json_put_str(w, "code", s->code);
	json_put_span(w, "name", buf_span(&subject->name));
	put_role(w, "document", item, s, CAT_ROLE_DOCUMENT);
	json_put_date(w, "decided_on", one->decided_on);
	json_put_date(w, "received_on", one->received_on);
	put_state(l, view);
	json_close_object(w);
}

static enum err_code write_row(
    struct listing *l, const struct publication_own *one, struct err *err)
{
	const struct reading *r = l->reading;
	const struct view_key key = {
	    one->subject_id, one->item, one->key_hash, one->received_on};
	struct subject subject;
	struct statement s = {0};
	struct view view;
	struct span text;
	enum err_code rc =
	    view_load_facts(&view, r->store, r->catalog, &key, err);

	subject_init(&subject);
	if (!rc)
		rc = subject_by_id(r->store, one->subject_id, &subject, err);
	if (!rc)
		rc = block_load_one(&l->block, r->store, one->seq, &text, err);
	if (!rc)
		rc = statement_read(text, &s, err);
	if (!rc)
		put_row(l, one, &subject, &s, &view);
	statement_release(&s);
	subject_release(&subject);
	view_release(&view);
	return rc;
}

static enum err_code put_rows(struct listing *l, struct err *err)
{
	size_t limit = l->query->limit;
	size_t count = l->count < limit ? l->count : limit;
	enum err_code rc = 0;
	size_t i;

	json_key(l->w, "rows");
	json_open_array(l->w);
	for (i = 0; i < count && !rc; i++)
		rc = write_row(l, &l->list[i], err);
	json_close_array(l->w);
	json_put_int(l->w, "count", (int64_t)count);
	json_put_bool(l->w, "has_rows", count > 0);
	return rc;
}

/* ---- the document ---- */

static void put_second_person(
    struct json_writer *w, const struct cat_department *department)
{
	size_t i;

	json_key(w, "second_person");
	json_open_object(w);
	for (i = 0; i < CAT_ACT_COUNT; i++)
		json_put_bool(w, cat_act_name((enum cat_act)i),
		    department && department->second_person[i]);
	json_close_object(w);
}

void own_put_choice(struct json_writer *w, const struct own_choice *choice)
{
	size_t i;

	put_named(w, "department", choice->chosen->id, choice->chosen->title);
	json_key(w, "departments");
	json_open_array(w);
	for (i = 0; i < choice->count; i++) {
		json_open_object(w);
		json_put_str(w, "id", choice->list[i]->id);
		json_put_str(w, "title", choice->list[i]->title);
		json_put_bool(
		    w, "is_chosen", choice->list[i] == choice->chosen);
		json_close_object(w);
	}
	json_close_array(w);
	json_put_bool(w, "has_several", choice->count > 1);
	put_second_person(w, choice->chosen);
}

void own_put_items(struct json_writer *w, const struct catalog *catalog,
    const struct cat_department *department, const struct cat_item *chosen)
{
	size_t i;

	json_key(w, "items");
	json_open_array(w);
	for (i = 0; i < catalog->items_count; i++) {
		const struct cat_item *item = &catalog->items[i];

		if (!cat_may_provide(item, department))
			continue;
		json_open_object(w);
		json_put_str(w, "id", item->id);
		json_put_str(w, "title", item_title(item));
		json_put_bool(w, "is_chosen", item == chosen);
		json_close_object(w);
	}
	json_close_array(w);
}

/* The page of what stands before a record; NULL: the first one. */
static void put_way(struct listing *l, const char *name, const uint64_t *before)
{
	const struct own_records_query *q = l->query;
	struct buf to = BUF_INIT(4096);

	buf_addf(&to, "/desk/records?department=%s", q->departments.chosen->id);
	if (before)
		buf_addf(&to, "&before=%llu", (unsigned long long)*before);
	if (q->item)
		buf_addf(&to, "&item=%s", q->item->id);
	if (q->text.n) {
		buf_add_str(&to, "&q=");
		buf_add_percent(&to, q->text);
	}
	if (q->limit != OWN_RECORDS_LIMIT)
		buf_addf(&to, "&limit=%zu", q->limit);
	json_put_span(l->w, name, buf_span(&to));
	buf_release(&to);
}

static void put_ways(struct listing *l)
{
	const struct own_records_query *q = l->query;
	bool has_more = l->count > q->limit;

	json_put_bool(l->w, "has_more", has_more);
	if (q->before < INT64_MAX)
		put_way(l, "first", NULL);
	else
		put_null(l->w, "first");
	if (has_more)
		put_way(l, "next", &l->list[q->limit - 1].seq);
	else
		put_null(l->w, "next");
}

static enum err_code put_list(struct listing *l, struct err *err)
{
	const struct own_records_query *q = l->query;
	enum err_code rc;

	json_open_object(l->w);
	put_head(l->w, l->reading);
	rc = put_through(l->w, l->reading, err);
	own_put_choice(l->w, &q->departments);
	json_put_str(l->w, "item", q->item ? q->item->id : "");
	json_put_span(l->w, "query", q->text);
	own_put_items(
	    l->w, l->reading->catalog, q->departments.chosen, q->item);
	if (!rc)
		rc = find(l, err);
	json_put_str(l->w, "by", l->by);
	json_put_bool(l->w, "is_by_document", strcmp(l->by, "document") == 0);
	json_put_bool(l->w, "is_cut", l->is_cut);
	json_put_int(l->w, "looked", (int64_t)l->looked);
	if (!rc)
		rc = put_rows(l, err);
	put_ways(l);
	json_close_object(l->w);
	return rc;
}

enum err_code own_records_document(const struct reading *reading,
    const struct own_records_query *query, struct buf *out, struct err *err)
{
	struct json_writer w;
	struct listing l = {
	    .reading = reading, .query = query, .w = &w, .by = ""};
	enum err_code rc = store_begin_read(reading->store, err);

	ASSERT(query->limit > 0 && query->limit <= OWN_RECORDS_LIMIT_MAX);
	if (rc)
		return rc;
	l.list = mem_alloc((query->limit + 1) * sizeof(*l.list));
	block_init(&l.block);
	json_start(&w, out);
	rc = put_list(&l, err);
	store_commit(reading->store, NULL);
	block_release(&l.block);
	free(l.list);
	return put_end(out, rc, err);
}

/* ---- one record ---- */

void own_record_init(struct own_record *record)
{
	memset(record, 0, sizeof(*record));
	buf_init(&record->statement, BLOCK_STATEMENT_MAX);
}

void own_record_release(struct own_record *record)
{
	buf_release(&record->statement);
}

static enum err_code no_record(uint64_t seq, struct err *err)
{
	return err_set(err, ERR_NOT_FOUND,
	    "there is no record %llu that you may act on",
	    (unsigned long long)seq);
}

static enum err_code read_statement(const struct reading *r, uint64_t seq,
    struct own_record *out, struct err *err)
{
	struct statement s;
	enum err_code rc = block_read_statement(r->store, seq, &s, err);

	if (rc == ERR_NOT_FOUND || (!rc && s.kind != STATEMENT_RECORD))
		rc = no_record(seq, err);
	if (!rc) {
		snprintf(out->department, sizeof(out->department), "%s",
		    s.department);
		snprintf(out->code, sizeof(out->code), "%s", s.code);
		snprintf(out->item, sizeof(out->item), "%s", s.item);
		buf_add_span(&out->statement, buf_span(&s.kept));
	}
	statement_release(&s);
	return rc;
}

/* Whose withdrawal it was. */
static enum err_code read_withdrawal(const struct reading *r, uint64_t seq,
    struct own_record *out, struct err *err)
{
	struct statement s;
	enum err_code rc = block_read_statement(r->store, seq, &s, err);

	if (!rc)
		snprintf(out->withdrawn_by, sizeof(out->withdrawn_by), "%s",
		    s.department);
	statement_release(&s);
	return rc;
}

/* Which of its versions is the newest, and whether that one stands. */
static enum err_code read_place(const struct reading *r, uint64_t seq,
    struct own_record *out, struct err *err)
{
	const struct view_version *version;
	const struct view_record *record;
	const struct view_end *end;
	struct subject subject;
	struct view view = {0};
	enum err_code rc;

	subject_init(&subject);
	rc = subject_by_code(r->store, span_of(out->code), &subject, err);
	out->subject_id = subject.id;
	if (!rc)
		rc = view_load(&view, r->store, r->catalog, subject.id, err);
	record = rc ? NULL : view_find(&view, seq, &version);
	if (!rc && !record)
		rc = no_record(seq, err);
	if (record) {
		version = &record->versions[record->versions_count - 1];
		end = view_end_on(record, version, INT32_MAX);
		out->newest = version->seq;
		out->is_ended = end != NULL;
		if (end && end->kind == RECORD_END_WITHDRAWN)
			rc = read_withdrawal(r, end->seq, out, err);
	}
	view_release(&view);
	subject_release(&subject);
	return rc;
}

enum err_code own_record_find(const struct reading *reading, uint64_t seq,
    struct own_record *out, struct err *err)
{
	enum err_code rc = store_begin_read(reading->store, err);

	if (rc)
		return rc;
	rc = read_statement(reading, seq, out, err);
	if (!rc)
		rc = read_place(reading, seq, out, err);
	store_commit(reading->store, NULL);
	return rc;
}
