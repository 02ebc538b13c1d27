/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record's object tells everything that its publication follows from: the
 * facts, the law, the window on the day asked about and the reason. A page
 * shows it, it computes nothing.
 *
 * What the public gets is decided in two places only: here, field by field,
 * and in view_is_public, record by record.
 */
#include "api/record.h"

#include <jansson.h>
#include <string.h>

#include "api/departments.h"
#include "api/marks.h"
#include "api/objection.h"
#include "api/proof.h"
#include "api/put.h"
#include "api/record_priv.h"
#include "base/money.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "registry/block.h"
#include "registry/statement.h"
#include "registry/subjects.h"

/* ---- pieces ---- */

const struct view_version *record_shown(
    const struct reading *r, const struct view_record *record)
{
	if (r->is_public &&
	    !view_is_public(r->catalog, record, r->as_of, r->today))
		return NULL;
	return view_shown(record, r->as_of);
}

bool record_is_withheld(const struct reading *r,
    const struct view_record *record, const struct view_version *version)
{
	return r->is_public && version != view_shown(record, r->today);
}

enum err_code record_check_day(const struct reading *r, struct err *err)
{
	char day[DATE_TEXT_BYTES];

	if (!r->is_public || r->as_of <= r->today)
		return 0;
	err_set(err, ERR_INPUT, "%s is a day to come",
	    date_format_iso(r->as_of, day));
	err_detail(err,
	    "What will be public then is not known before that day; today or "
	    "any day before can be asked for.");
	return ERR_INPUT;
}

void record_put_department(struct json_writer *w, const char *key,
    const struct catalog *catalog, const char *id)
{
	const struct cat_department *d = catalog_department(catalog, id);

	put_named(w, key, id, d ? d->title : "");
}

/* ---- fields ---- */

enum { MEANING_BYTES_MAX = 4096 };

static void add_value(struct json_writer *w, json_t *value);

static void add_object(struct json_writer *w, json_t *object)
{
	const char *name;
	json_t *value;

	json_open_object(w);
	json_object_foreach (object, name, value) {
		json_key(w, name);
		add_value(w, value);
	}
	json_close_object(w);
}

/* A sealed value; what we seal is never deep. */
static void add_value(struct json_writer *w, json_t *value)
{
	json_t *each;
	size_t i;

	bool is_too_deep = w->depth >= JSON_DEPTH_MAX - 1;

	if (json_is_object(value) && !is_too_deep) {
		add_object(w, value);
	} else if (json_is_integer(value)) {
		json_add_int(w, json_integer_value(value));
	} else if (json_is_string(value)) {
		json_add_string(w,
		    (struct span){
			json_string_value(value), json_string_length(value)});
	} else if (json_is_array(value) && !is_too_deep) {
		json_open_array(w);
		json_array_foreach (value, i, each)
			add_value(w, each);
		json_close_array(w);
	} else {
		json_add_null(w);
	}
}

static bool is_money(const struct cat_field *f)
{
	return f->type == CAT_MONEY_WAN || f->type == CAT_MONEY_YUAN;
}

static void put_yuan(struct json_writer *w, int64_t fen)
{
	struct buf text = BUF_INIT(64);

	money_write(fen, &text);
	json_put_span(w, "text", buf_span(&text));
	buf_release(&text);
}

/* The catalogue's meanings of a coded value, or of each among several. */
static void add_meanings(
    const struct cat_code_list *list, json_t *value, struct buf *out)
{
	json_t *each;
	size_t i;

	json_array_foreach (value, i, each)
		add_meanings(list, each, out);
	for (i = 0; json_is_string(value) && i < list->codes_count; i++) {
		const struct cat_code *code = &list->codes[i];

		if (!code->meaning[0] ||
		    strcmp(code->value, json_string_value(value)) != 0)
			continue;
		if (out->n)
			buf_add_str(out, "；");
		buf_add_str(out, code->meaning);
	}
}

/* "meaning": what neither title nor value says by itself. */
static void put_meaning(struct json_writer *w, const struct cat_item *item,
    const struct cat_field *f, json_t *value)
{
	const struct cat_basis *source = f->basis ? f->basis : item->bases[0];
	struct buf text = BUF_INIT(MEANING_BYTES_MAX);
	enum cat_status status = f->status;

	if (f->codes)
		add_meanings(f->codes, value, &text);
	if (text.n) {
		status = f->codes->status;
		source = f->codes->basis;
	} else {
		buf_add_str(&text, f->meaning);
	}
	if (text.n) {
		json_key(w, "meaning");
		json_open_object(w);
		json_put_span(w, "text", buf_span(&text));
		json_put_str(w, "source", source ? source->title : "");
		json_put_bool(w, "is_unconfirmed", status == CAT_UNCONFIRMED);
		json_close_object(w);
	}
	buf_release(&text);
}

/* item: whose meanings are told; NULL: none. */
static void put_field(struct json_writer *w, const struct cat_item *item,
    const struct cat_field *f, const char *name, json_t *value,
    bool is_internal)
{
	json_open_object(w);
	json_put_str(w, "name", name);
	json_put_str(w, "title", f ? f->title : name);
	json_key(w, "value");
	add_value(w, value);
	if (f && is_money(f) && json_is_integer(value))
		put_yuan(w, json_integer_value(value));
	if (item && f)
		put_meaning(w, item, f, value);
	if (is_internal)
		json_put_bool(w, "internal", true);
	json_close_object(w);
}

/* What an older catalogue had and this one has no more. */
static void put_unknown(
    struct json_writer *w, const struct cat_item *item, json_t *fields)
{
	const char *name;
	json_t *value;

	json_object_foreach (fields, name, value)
		if (!item || cat_field_index(item, name) < 0)
			put_field(w, NULL, NULL, name, value, true);
}

/* The item's fields in its order, open and closed; then, for entitled
 * readers, those that the catalogue does not know. The public gets what was
 * sealed as open and is public still. */
static void put_fields(struct json_writer *w, const struct cat_item *item,
    const struct statement *s, bool is_public)
{
	size_t i;

	json_key(w, "fields");
	json_open_array(w);
	for (i = 0; item && i < item->fields_count; i++) {
		const struct cat_field *f = &item->fields[i];
		json_t *value = json_object_get(s->fields, f->name);
		bool is_internal = !value || f->privacy != CAT_PUBLIC;

		if (!value)
			value = json_object_get(s->closed_fields, f->name);
		if (value && !(is_internal && is_public))
			put_field(w, item, f, f->name, value, is_internal);
	}
	if (!is_public) {
		put_unknown(w, item, s->fields);
		put_unknown(w, item, s->closed_fields);
	}
	json_close_array(w);
}

/* Is all that was sealed as open public still? */
static bool is_open(const struct cat_item *item, json_t *fields)
{
	const char *name;
	json_t *value;

	json_object_foreach (fields, name, value) {
		int at = item ? cat_field_index(item, name) : -1;

		if (at < 0 || item->fields[at].privacy != CAT_PUBLIC)
			return false;
	}
	return true;
}

/* ---- a record ---- */

enum { VERSIONS_AROUND = 20 };

/* The versions around one: each leads to a document with those around it, and
 * so to all. */
static void put_versions(struct json_writer *w, const struct reading *r,
    const struct view_record *record, const struct view_version *version)
{
	size_t at = (size_t)(version - record->versions);
	size_t from = at > VERSIONS_AROUND ? at - VERSIONS_AROUND : 0;
	size_t to = at + VERSIONS_AROUND + 1;
	size_t known = 0, i;

	while (known < record->versions_count &&
	    record->versions[known].received <= r->as_of)
		known++;
	json_key(w, "versions");
	json_open_array(w);
	for (i = from; i < to && i < known; i++) {
		const struct view_version *v = &record->versions[i];

		json_open_object(w);
		json_put_int(w, "version", v->version);
		json_put_int(w, "record", (int64_t)v->seq);
		json_put_str(w, "received", v->received_at);
		json_close_object(w);
	}
	json_close_array(w);
	json_put_int(w, "versions_count", (int64_t)known);
	json_put_bool(w, "versions_more", from > 0 || to < known);
}

static void put_window(struct json_writer *w, const struct cat_window *window)
{
	json_put_date(w, "from", window->from);
	json_put_date(w, "until", window->to);
	json_put_date(w, "repair_from", window->repair_from);
	if (window->regime)
		put_named(
		    w, "regime", window->regime->id, window->regime->title);
	else
		put_null(w, "regime");
	if (window->limit)
		put_named(w, "limit", window->limit->id,
		    window->limit->basis ? window->limit->basis->title : "");
	else
		put_null(w, "limit");
}

/* The window follows from what the version says: it goes with that. */
static void put_publication(struct json_writer *w, const struct reading *r,
    const struct view_record *record, const struct view_version *version)
{
	static const struct cat_window none = {
	    .from = DATE_NONE, .to = DATE_NONE, .repair_from = DATE_NONE};
	struct view_publication p =
	    view_publication(r->catalog, record, version, r->as_of);

	if (record_is_withheld(r, record, version))
		p.window = none;
	json_key(w, "publication");
	json_open_object(w);
	json_put_bool(w, "published", p.state == VIEW_PUBLISHED);
	json_put_str(w, "reason", view_state_name(p.state));
	json_put_str(w, "why", view_state_text(p.state));
	put_window(w, &p.window);
	json_close_object(w);
}

/* Late: sent after the item's clock had run out. */
static void put_clock(struct json_writer *w, const struct view_record *record,
    const struct view_version *version)
{
	const struct cat_item *item = record->item;
	date_days due;

	if (!item || item->clock.days == 0) {
		put_due(w, DATE_NONE, DATE_NONE, false);
		put_null(w, "late");
		return;
	}
	due = calendar_deadline(version->facts.decided_on, item->clock.days,
	    item->clock.is_working_days);
	put_due(w, version->facts.decided_on, due, item->clock.is_working_days);
	json_put_bool(w, "late", view_reported(record, version)->sent > due);
}

static void put_facts(struct json_writer *w, const struct view_record *record,
    const struct view_version *version)
{
	const struct cat_facts *facts = &version->facts;

	json_key(w, "class");
	json_open_object(w);
	json_put_str(w, "id", cat_class_name(facts->class_));
	json_put_str(w, "title", class_title(facts->class_));
	json_close_object(w);
	json_put_date(w, "decided_on", facts->decided_on);
	json_put_date(w, "valid_to", facts->valid_to);
	json_put_date(w, "public_until", facts->public_until);
	put_clock(w, record, version);
}

static const char *end_name(enum record_end_kind kind)
{
	return kind == RECORD_END_WITHDRAWN ? "withdrawn" : "unresolved";
}

static void put_ended(struct json_writer *w, const struct reading *r,
    const struct view_record *record, const struct view_version *version)
{
	const struct view_end *end = view_end_on(record, version, r->as_of);

	if (!end) {
		put_null(w, "ended");
		return;
	}
	json_key(w, "ended");
	json_open_object(w);
	json_put_str(w, "kind", end_name(end->kind));
	json_put_date(w, "on", end->on);
	json_put_str(w, "reason", end->reason);
	json_put_int(w, "statement", (int64_t)end->seq);
	json_close_object(w);
}

static const struct view_version *newest_of(const struct view_record *record)
{
	return &record->versions[record->versions_count - 1];
}

/* What the version says, and who says it. */
static void put_content(struct json_writer *w, const struct reading *r,
    const struct view_record *record, const struct view_version *version)
{
	struct statement s;

	if (record_is_withheld(r, record, version)) {
		json_put_str(w, "content", "replaced");
		json_put_int(w, "replaced_by", (int64_t)newest_of(record)->seq);
		return;
	}
	if (statement_read(version->statement, &s, NULL) != 0) {
		json_put_str(w, "content", "damaged");
		return;
	}
	json_put_str(w, "content", "whole");
	if (version != newest_of(record))
		json_put_int(w, "replaced_by", (int64_t)newest_of(record)->seq);
	put_facts(w, record, version);
	record_put_department(w, "department", r->catalog, s.department);
	put_fields(w, record->item, &s, r->is_public);
	statement_release(&s);
}

/* Whom to write to about an error in it. */
static void put_report_error(struct json_writer *w, const struct reading *r,
    const struct view_version *version)
{
	const struct cat_department *d = NULL;
	struct statement s;

	if (statement_read(version->statement, &s, NULL) == 0) {
		d = catalog_department(r->catalog, s.department);
		statement_release(&s);
	}
	json_key(w, "report_error");
	json_open_object(w);
	json_put_str(w, "department", d ? d->title : "");
	if (d)
		put_text(w, "href", "/departments/%s", d->id);
	department_put_contact(w, d);
	json_close_object(w);
}

/* The members of a record's object. */
static void put_members(struct json_writer *w, const struct reading *r,
    const struct view_record *record, const struct view_version *version,
    const struct mark_list *marks)
{
	const struct cat_item *item = record->item;

	json_put_int(w, "record", (int64_t)version->seq);
	json_put_str(w, "item", item ? item->id : "");
	json_put_str(w, "title", item ? item_title(item) : "");
	json_put_int(w, "version", version->version);
	json_put_str(w, "received", version->received_at);
	put_content(w, r, record, version);
	put_bases(w, item);
	put_publication(w, r, record, version);
	put_ended(w, r, record, version);
	put_text(w, "href", "/records/%llu", (unsigned long long)version->seq);
	put_report_error(w, r, version);
	marks_put(w, marks);
}

void record_put(struct json_writer *w, const struct reading *r,
    const struct view_record *record, const struct view_version *version,
    const struct mark_list *marks)
{
	json_open_object(w);
	put_members(w, r, record, version, marks);
	json_close_object(w);
}

/* ---- the document of a statement ---- */

struct document {
	const struct reading *reading;
	struct ledger *ledger;
	uint64_t seq;
	struct block block;
	struct statement statement;
	struct subject subject;
	struct view view;
	struct ledger_head head;
};

static enum err_code no_statement(uint64_t seq, struct err *err)
{
	err_set(err, ERR_NOT_FOUND, "the log has no statement %llu",
	    (unsigned long long)seq);
	err_hint(err,
	    "Statements are numbered from 0, in the order in which "
	    "they were sealed.");
	return ERR_NOT_FOUND;
}

static enum err_code load_statement(struct document *d, struct err *err)
{
	const struct reading *r = d->reading;
	enum err_code rc = d->seq > INT64_MAX
	    ? ERR_NOT_FOUND
	    : block_load(&d->block, r->store, d->seq, err);

	if (rc == ERR_NOT_FOUND)
		return no_statement(d->seq, err);
	if (rc)
		return rc;
	return statement_read(
	    block_statement(&d->block, d->seq), &d->statement, err);
}

static enum err_code load_subject(struct document *d, struct err *err)
{
	const struct reading *r = d->reading;
	enum err_code rc = subject_by_code(
	    r->store, span_of(d->statement.code), &d->subject, err);

	return rc
	    ? rc
	    : view_load(&d->view, r->store, r->catalog, d->subject.id, err);
}

static void put_subject(struct json_writer *w, const struct document *d)
{
	json_key(w, "subject");
	json_open_object(w);
	json_put_str(w, "code", d->statement.code);
	json_put_span(w, "name", buf_span(&d->subject.name));
	json_close_object(w);
}

static void put_place(struct json_writer *w, const struct document *d)
{
	uint8_t commitment[SHA256_BYTES];
	struct buf hex = BUF_INIT(256);

	block_commitment(block_salt(&d->block, d->seq),
	    block_closed_salt(&d->block, d->seq),
	    block_statement(&d->block, d->seq), commitment);
	buf_add_hex(&hex, commitment, sizeof(commitment));
	json_key(w, "log");
	json_open_object(w);
	json_put_int(w, "index", (int64_t)d->seq);
	json_put_span(w, "commitment", buf_span(&hex));
	json_put_int(w, "size", (int64_t)d->head.size);
	json_close_object(w);
	buf_release(&hex);
}

static void put_statement_head(
    struct json_writer *w, const struct document *d, const char *kind)
{
	const struct statement *s = &d->statement;
	const struct reading *r = d->reading;

	json_put_int(w, "statement", (int64_t)d->seq);
	json_put_str(w, "kind", kind);
	json_put_date(w, "as_of", r->as_of);
	json_put_str(w, "view", r->is_public ? "public" : "full");
	json_put_bool(w, "example", r->catalog->shows_example);
	json_put_str(w, "received", s->received);
	json_put_str(w, "catalogue", s->catalogue_hex);
	put_place(w, d);
}

static enum err_code not_public(uint64_t seq, struct err *err)
{
	return err_set(err, ERR_REFUSED, "statement %llu is not public",
	    (unsigned long long)seq);
}

/* The record of a statement, and which of its versions that is. */
static enum err_code find_record(struct document *d,
    const struct view_record **record, const struct view_version **version,
    struct err *err)
{
	*record = view_find(&d->view, d->seq, version);
	return *record ? ERR_NONE
		       : err_set(err, ERR_CORRUPT,
			     "record %llu is in the log, but not in the "
			     "register",
			     (unsigned long long)d->seq);
}

/* Of a record that the public may see: may it have this version's proof? */
static bool has_public_proof(const struct document *d,
    const struct view_record *record, const struct view_version *version)
{
	return version == view_shown(record, d->reading->today) &&
	    is_open(record->item, d->statement.fields);
}

/* "no_proof": why there is none. */
static void put_no_proof(
    struct json_writer *w, const char *id, const char *text, bool is_failure)
{
	json_key(w, "no_proof");
	json_open_object(w);
	json_put_str(w, "id", id);
	json_put_str(w, "text", text);
	json_put_bool(w, "is_failure", is_failure);
	json_close_object(w);
}

static enum err_code make_proof(
    struct document *d, struct json_writer *w, struct err *err)
{
	const struct proof_failure *failure = d->reading->proof_failure;
	enum err_code rc;

	json_key(w, "proof");
	rc = proof_put(d->reading, w, d->ledger, &d->block, d->seq, err);
	if (!rc) {
		put_null(w, "no_proof");
		return 0;
	}
	json_add_null(w);
	if (!failure)
		return rc;
	put_no_proof(w, failure->is_mismatch ? "mismatch" : "unavailable",
	    proof_failure_text(failure), true);
	return 0;
}

/* The proof; null when this reader cannot have it, its salt was erased, or
 * it cannot be made and the document is not to fail with it. */
static enum err_code put_proof(
    struct document *d, struct json_writer *w, bool may_have, struct err *err)
{
	static const uint8_t erased[BLOCK_SALT_BYTES];

	if (!d->reading->has_proof)
		return 0;
	if (!may_have) {
		put_null(w, "proof");
		put_no_proof(w, "not-public",
		    tr("There is no public proof of this version."), false);
		return 0;
	}
	if (memcmp(block_salt(&d->block, d->seq), erased, sizeof(erased)) ==
	    0) {
		put_null(w, "proof");
		put_no_proof(w, "erased",
		    tr("Its salt was erased: nobody can prove it any more."),
		    false);
		return 0;
	}
	return make_proof(d, w, err);
}

static void put_versions_place(struct json_writer *w, const struct document *d,
    const struct view_record *record, const struct view_version *version)
{
	json_put_bool(
	    w, "newest", version == view_shown(record, d->reading->as_of));
	if (d->statement.replaces != STATEMENT_NO_SEQ)
		json_put_int(w, "replaces", d->statement.replaces);
	else
		put_null(w, "replaces");
}

static enum err_code put_marked_record(struct document *d,
    struct json_writer *w, const struct view_record *record,
    const struct view_version *version, struct err *err)
{
	struct marks *marks = marks_new(d->reading, OPEN_CASES_FOR_ONE);
	struct mark_list found;
	enum err_code rc =
	    marks_find(marks, d->subject.id, record, &found, err);

	json_key(w, "record");
	if (rc) {
		json_add_null(w);
	} else {
		json_open_object(w);
		put_members(w, d->reading, record, version, &found);
		put_versions(w, d->reading, record, version);
		json_close_object(w);
	}
	marks_free(&marks);
	return rc;
}

/* What was replaced or has ended is not objected to, but its newest version
 * while that stands. */
static void put_how_to_object(const struct document *d, struct json_writer *w,
    const struct view_record *record)
{
	const struct view_version *newest = newest_of(record);
	bool stands = !view_end_on(record, newest, d->reading->today);

	objection_put(w, d->reading, d->statement.department,
	    stands ? (int64_t)newest->seq : OBJECTION_NO_RECORD);
}

/* ERR_NOT_FOUND: it was not there on the day. What is not public today is not
 * for any day, so that asking for many tells nobody when it came. */
static enum err_code check_shown(const struct document *d,
    const struct view_record *record, const struct view_version *version,
    struct err *err)
{
	const struct reading *r = d->reading;

	if (r->is_public &&
	    !view_is_public(r->catalog, record, r->today, r->today))
		return not_public(d->seq, err);
	if (version->received > r->as_of)
		return no_statement(d->seq, err);
	if (r->is_public &&
	    !view_is_public(r->catalog, record, r->as_of, r->today))
		return not_public(d->seq, err);
	return 0;
}

/* A record's version, in the light of the whole record. */
static enum err_code put_record(
    struct document *d, struct json_writer *w, struct err *err)
{
	const struct reading *r = d->reading;
	const struct view_version *version;
	const struct view_record *record;
	enum err_code rc = find_record(d, &record, &version, err);

	if (!rc)
		rc = check_shown(d, record, version, err);
	if (rc)
		return rc;
	json_open_object(w);
	put_statement_head(w, d, "record");
	put_subject(w, d);
	put_versions_place(w, d, record, version);
	if (!r->is_public && d->statement.resolved) {
		json_key(w, "resolved");
		add_value(w, d->statement.resolved);
	}
	rc = put_marked_record(d, w, record, version, err);
	put_how_to_object(d, w, record);
	if (!rc)
		rc = put_proof(d, w,
		    !r->is_public || has_public_proof(d, record, version), err);
	json_close_object(w);
	return rc;
}

/* ---- the other kinds ---- */

static void put_item(struct json_writer *w, const struct document *d)
{
	const struct catalog *c = d->reading->catalog;
	const struct statement *s = &d->statement;
	const struct cat_item *item = catalog_item(c, s->item);

	put_named(w, "item", s->item, item ? item->title : "");
	record_put_department(w, "department", c, s->department);
}

/* A withdrawal, or the undoing of a decision. */
static enum err_code put_ending(
    struct document *d, struct json_writer *w, struct err *err)
{
	const struct statement *s = &d->statement;
	enum err_code rc;

	json_open_object(w);
	put_statement_head(w, d,
	    s->kind == STATEMENT_WITHDRAWAL ? "withdrawal" : "unresolved");
	put_subject(w, d);
	put_item(w, d);
	json_put_int(w, "record", s->record);
	json_put_str(w, "reason", s->reason);
	if (s->by[0])
		json_put_str(w, "by", s->by);
	if (s->since[0])
		json_put_str(w, "since", s->since);
	rc = put_proof(d, w, true, err);
	json_close_object(w);
	return rc;
}

static enum err_code put_submission(
    struct document *d, struct json_writer *w, struct err *err)
{
	enum err_code rc;

	json_open_object(w);
	put_statement_head(w, d, "submission");
	put_item(w, d);
	json_key(w, "counts");
	add_value(w, json_object_get(d->statement.json, "counts"));
	json_key(w, "file");
	add_value(w, d->statement.file);
	rc = put_proof(d, w, true, err);
	json_close_object(w);
	return rc;
}

/* What was decided about a doubtful row, when it led to nobody. */
static enum err_code put_decision(
    struct document *d, struct json_writer *w, struct err *err)
{
	enum err_code rc;

	json_open_object(w);
	put_statement_head(w, d, "doubtful");
	put_item(w, d);
	json_key(w, "decision");
	add_value(w, d->statement.decision);
	rc = put_proof(d, w, true, err);
	json_close_object(w);
	return rc;
}

/* A move in a case. What was written with it is for those who may see the
 * case (api/cases.h). */
static enum err_code put_move(
    struct document *d, struct json_writer *w, struct err *err)
{
	const struct statement_move *m = &d->statement.move;
	enum err_code rc;

	json_open_object(w);
	put_statement_head(w, d, "case");
	put_subject(w, d);
	put_item(w, d);
	json_put_int(w, "record", m->record);
	json_key(w, "move");
	json_open_object(w);
	json_put_int(w, "case",
	    m->case_id == STATEMENT_NO_SEQ ? (int64_t)d->seq : m->case_id);
	json_put_str(w, "of", m->kind);
	json_put_str(w, "id", m->id);
	json_put_str(w, "side", m->side);
	json_put_str(w, "state", m->state);
	json_put_int(w, "step", m->step);
	json_close_object(w);
	rc = put_proof(d, w, true, err);
	json_close_object(w);
	return rc;
}

static enum err_code put_other(
    struct document *d, struct json_writer *w, struct err *err)
{
	const struct reading *r = d->reading;
	date_days received;

	if (r->is_public)
		return not_public(d->seq, err);
	if (!view_received_day(span_of(d->statement.received), &received))
		return err_set(err, ERR_CORRUPT, "a statement cannot be read");
	if (received > r->as_of)
		return no_statement(d->seq, err);
	if (d->statement.kind == STATEMENT_SUBMISSION)
		return put_submission(d, w, err);
	if (d->statement.kind == STATEMENT_DOUBTFUL)
		return put_decision(d, w, err);
	if (d->statement.kind == STATEMENT_CASE)
		return put_move(d, w, err);
	return put_ending(d, w, err);
}

static enum err_code load(struct document *d, struct err *err)
{
	enum err_code rc = load_statement(d, err);

	if (!rc && d->statement.code[0])
		rc = load_subject(d, err);
	return rc ? rc : ledger_head(d->ledger, &d->head, err);
}

static enum err_code put_statement(
    struct document *d, struct buf *out, struct err *err)
{
	struct json_writer w;
	enum err_code rc = load(d, err);

	if (rc)
		return rc;
	json_start(&w, out);
	rc = d->statement.kind == STATEMENT_RECORD ? put_record(d, &w, err)
						   : put_other(d, &w, err);
	if (!rc && out->is_full)
		rc = err_set(err, ERR_FULL, "the document is too large");
	return rc;
}

static void document_init(struct document *d, const struct reading *reading,
    struct ledger *ledger, uint64_t seq)
{
	memset(d, 0, sizeof(*d));
	d->reading = reading;
	d->ledger = ledger;
	d->seq = seq;
	block_init(&d->block);
	subject_init(&d->subject);
}

static void document_release(struct document *d)
{
	statement_release(&d->statement);
	view_release(&d->view);
	subject_release(&d->subject);
	block_release(&d->block);
}

enum err_code record_document(const struct reading *reading,
    struct ledger *ledger, uint64_t seq, struct buf *out, struct err *err)
{
	struct document d;
	enum err_code rc = record_check_day(reading, err);

	if (!rc)
		rc = store_begin_read(reading->store, err);
	if (rc)
		return rc;
	document_init(&d, reading, ledger, seq);
	rc = put_statement(&d, out, err);
	store_commit(reading->store, NULL);
	document_release(&d);
	return rc;
}

static enum err_code check_proof(struct document *d, struct err *err)
{
	const struct reading *r = d->reading;
	const struct view_version *version;
	const struct view_record *record;
	enum err_code rc = load(d, err);

	if (!rc && d->statement.kind != STATEMENT_RECORD)
		rc = not_public(d->seq, err);
	if (!rc)
		rc = find_record(d, &record, &version, err);
	if (rc)
		return rc;
	if (!view_is_public(r->catalog, record, r->today, r->today) ||
	    !has_public_proof(d, record, version))
		return not_public(d->seq, err);
	return 0;
}

enum err_code record_check_proof(const struct reading *reading,
    struct ledger *ledger, uint64_t seq, struct err *err)
{
	struct document d;
	enum err_code rc;

	document_init(&d, reading, ledger, seq);
	rc = check_proof(&d, err);
	document_release(&d);
	return rc;
}

void record_put_public_fields(
    struct json_writer *w, const struct cat_item *item, const json_t *fields)
{
	size_t i;

	json_key(w, "fields");
	json_open_array(w);
	for (i = 0; item && i < item->fields_count; i++) {
		const struct cat_field *f = &item->fields[i];
		json_t *value = json_object_get(fields, f->name);

		if (value && f->privacy == CAT_PUBLIC)
			put_field(w, NULL, f, f->name, value, false);
	}
	json_close_array(w);
}
