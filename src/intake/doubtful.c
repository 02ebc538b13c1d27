/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both acts run in one transaction:
 *
 *	resolve  subject found or made -> record statement, with "resolved"
 *		 in it -> new version of the record -> edge -> seal, commit
 *	undo	 statement "unresolved" naming that version -> record_end
 *		 -> what stood without it, again as a new version -> edge 0
 *		 -> seal, commit
 *
 * Invariants
 * 1. The newest edge's `seq` is the version that the decision made, or the
 *    statement that undid it.
 * 2. record_end.seq is the log index of the end's statement. A record stands
 *    when its newest version has a higher index than its newest end.
 * 3. Undo ends a record only when the decision's own version is the newest:
 *    a later one is another's word and stays. What stands again is the newest
 *    version that is no undone decision's and came after any withdrawal.
 * 4. No decision replaces what was said after its row had come
 *    (doubtful_later.c).
 *
 * A dismissed row has an edge to DOUBTFUL_DISMISSED, which is no subject.
 *
 * A decision tells a known subject no new name: a name taken from a doubtful
 * row would stay a further one for ever, also after an undo. One that names a
 * subject which nobody else has named is taken back (doubtful_name.c).
 */
#include "intake/doubtful.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ident/ident.h"
#include "intake/candidates.h"
#include "intake/check.h"
#include "intake/doubtful_priv.h"
#include "registry/append.h"
#include "registry/block.h"
#include "registry/catalogue.h"
#include "registry/key.h"
#include "registry/subjects.h"
#include "registry/view.h"

enum {
	RESOLVED_BYTES_MAX = 8 * 1024,
	FIELDS_BYTES_MAX = 4 * 1024 * 1024,
	STATEMENT_BYTES_MAX = 64 * 1024,
	DEPARTMENT_ID_BYTES = 256
};

/* One act under way. */
struct acting {
	const struct doubtful_act *act;
	struct doubtful_outcome *out;
	struct doubtful_row row;
	struct doubtful_past past; /* of row's item */
	struct statement_frame frame;
	struct subject_book *book;
	struct appender *appender;
	struct doubtful_edge last; /* of the row, before the act */
	int64_t subject_id;	   /* whom the row is about, 0 = open */
};

/* ---- texts ---- */

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

static enum err_code check_text(
    const char *what, const char *text, struct err *err)
{
	struct span s = span_of(text);

	if (s.n == 0 || s.n > DOUBTFUL_TEXT_MAX || !is_plain(text) ||
	    utf8_valid_prefix(s.p, s.n) != s.n)
		return err_set(err, ERR_INPUT,
		    "--%s must be one line of 1 to %d bytes of UTF-8", what,
		    DOUBTFUL_TEXT_MAX);
	if (ident_holds_citizen(s)) {
		err_set(err, ERR_INPUT, "--%s holds a citizen identity number",
		    what);
		err_hint(err, "It would be sealed for ever; leave it out.");
		return ERR_INPUT;
	}
	return 0;
}

static enum err_code check_texts(
    const struct doubtful_act *act, struct err *err)
{
	enum err_code rc = check_text("by", act->by, err);

	return rc ? rc : check_text("reason", act->reason, err);
}

static enum err_code check_code(
    const char *code, struct ident_uscc *out, struct err *err)
{
	*out = ident_check_uscc(span_of(code));
	if (out->state == IDENT_VALID)
		return 0;
	err_set(err, ERR_INPUT,
	    "\"%s\" is not a valid unified social credit code", code);
	err_detail(err, "%s", ident_state_text(out->state));
	return ERR_INPUT;
}

static enum err_code check_fit(const struct doubtful_row *row, const char *code,
    bool is_forced, struct err *err)
{
	if (is_forced ||
	    candidate_code_fit(buf_span(&row->code_text), code) != CODE_FIT_NO)
		return 0;
	err_set(err, ERR_REFUSED,
	    "code %s does not fit the code in the row, \"%s\"", code,
	    buf_str(&row->code_text));
	err_hint(err,
	    "If the row's visible characters are wrong, say so in the "
	    "reason, and decide against them (--force).");
	return ERR_REFUSED;
}

static bool has_kind_rule(const struct cat_item *item)
{
	size_t i;

	for (i = 0; i < item->rules_count; i++)
		if (item->rules[i].kind == CAT_RULE_KIND_MATCHES_CODE &&
		    !item->rules[i].is_warning)
			return true;
	return false;
}

/* What would have refused the row, had it come with the code. */
static enum err_code check_kind(
    const struct doubtful_row *row, const char *code, struct err *err)
{
	int at = cat_field_by_role(row->item, CAT_ROLE_SUBJECT_KIND);
	json_t *fields = doubtful_row_fields(row);
	const char *kind = at < 0 ? NULL
				  : json_string_value(json_object_get(
					fields, row->item->fields[at].name));
	enum err_code rc = 0;

	if (has_kind_rule(row->item) && !check_kind_fits(span_of(kind), code)) {
		rc = err_set(err, ERR_REFUSED,
		    "code %s does not fit the row, which is about \"%s\"", code,
		    kind);
		err_hint(err,
		    "If the kind is wrong, reject the row: its source has to "
		    "send it with the right one.");
	}
	json_decref(fields);
	return rc;
}

/* ---- edges ---- */

enum err_code doubtful_last_edge(
    struct store *store, int64_t id, struct doubtful_edge *out, struct err *err)
{
	const enum sql_id get = SQL_INTAKE_EDGE_LAST;
	struct store_value key = store_int(id);
	enum err_code rc = store_start(store, get, &key, 1, err);

	memset(out, 0, sizeof(*out));
	if (store_next_row(store, get, &rc, err))
		*out = (struct doubtful_edge){store_column_int(store, get, 0),
		    store_column_int(store, get, 1),
		    store_column_int(store, get, 2)};
	store_finish(store, get);
	return rc;
}

static enum err_code put_edge(const struct doubtful_act *act, int64_t id,
    int64_t edge, int64_t subject_id, int64_t seq, struct err *err)
{
	struct store_value row[] = {store_int(id), store_int(edge),
	    store_int(subject_id), store_int(seq), store_str(act->by),
	    store_int(act->now_ms), store_str(act->reason)};

	return store_run(
	    act->store, SQL_INTAKE_EDGE_INSERT, row, ARRAY_COUNT(row), err);
}

/* ---- the frame of both ---- */

static enum err_code load(struct acting *a, int64_t id, struct err *err)
{
	const struct doubtful_act *act = a->act;
	enum err_code rc = doubtful_row_load(
	    act->store, act->catalog, &a->past, id, &a->row, err);

	if (!rc)
		rc = doubtful_last_edge(act->store, id, &a->last, err);
	a->subject_id = a->last.subject_id;
	a->out->doubtful_id = id;
	a->out->edge = a->last.number + 1;
	a->out->submission = a->row.submission_id;
	a->out->row = a->row.number;
	return rc;
}

/* Everything that a sealed act needs; the appender's records come from
 * `department`. */
static enum err_code open_up(
    struct acting *a, const char *department, struct err *err)
{
	const struct doubtful_act *act = a->act;
	struct append_config config = {act->store, act->ledger, &a->frame,
	    a->row.item->number, 1, act->tmp_folder, .is_resent = false};
	int64_t catalogue_id = 0;
	enum err_code rc;

	statement_frame_init(&a->frame, act->catalog->digest_hex, department,
	    a->row.item->id, act->now_ms);
	rc = catalogue_archive(
	    act->store, act->catalog, act->now_ms, &catalogue_id, err);
	return rc ? rc : appender_new(&config, &a->appender, err);
}

static enum err_code begin(struct acting *a, struct err *err)
{
	enum err_code rc = store_begin(a->act->store, err);

	return rc ? rc : ledger_begin(a->act->ledger, err);
}

/* Ends the transaction either way and frees what the act held. */
static enum err_code end(struct acting *a, enum err_code rc, struct err *err)
{
	const struct doubtful_act *act = a->act;

	if (!rc)
		rc = ledger_seal(act->ledger, act->now_ms, err);
	if (!rc)
		rc = store_commit(act->store, err);
	store_rollback(act->store);
	/* Done; a checkpoint file that is not brought up to date now is by the
	 * next command that writes. */
	if (!rc)
		ledger_publish(act->ledger, NULL);
	appender_free(&a->appender);
	subject_book_free(&a->book);
	doubtful_row_release(&a->row);
	doubtful_past_release(&a->past);
	return rc;
}

static void start(struct acting *a, const struct doubtful_act *act,
    struct doubtful_outcome *out)
{
	memset(a, 0, sizeof(*a));
	memset(out, 0, sizeof(*out));
	out->record = out->ended_by = out->restored = -1;
	a->act = act;
	a->out = out;
	doubtful_row_init(&a->row);
}

/* ---- resolve ---- */

static void write_resolved(const struct acting *a, struct buf *out)
{
	struct json_writer w;

	json_start_canonical(&w, out);
	json_open_object(&w);
	json_put_str(&w, "by", a->act->by);
	json_put_int(&w, "doubtful", a->row.id);
	json_put_span(&w, "given", buf_span(&a->row.code_text));
	json_put_str(&w, "reason", a->act->reason);
	json_close_object(&w);
}

/* Is there nobody with this code, or nobody who was ever named? */
static enum err_code is_nameless(
    struct store *store, const char *code, bool *out, struct err *err)
{
	struct subject subject;
	enum err_code rc;

	subject_init(&subject);
	rc = subject_by_code(store, span_of(code), &subject, err);
	*out = rc == ERR_NOT_FOUND || span_is(buf_span(&subject.name), code);
	subject_release(&subject);
	return rc == ERR_NOT_FOUND ? ERR_NONE : rc;
}

/* Finds the subject, or makes it with the row's name. */
static enum err_code find_subject(
    struct acting *a, const char *code, struct err *err)
{
	struct store *store = a->act->store;
	struct span name = {NULL, 0};
	bool takes_name = false;
	enum err_code rc = is_nameless(store, code, &takes_name, err);

	if (takes_name)
		name = buf_span(&a->row.name);
	if (!rc)
		rc = subject_book_new(
		    store, a->row.submission_id, false, &a->book, err);
	if (!rc)
		rc = subject_book_resolve(
		    a->book, code, name, &a->subject_id, err);
	if (rc)
		return rc;
	a->out->is_new_subject = subject_book_is_new(a->book, a->subject_id);
	return subject_book_flush(a->book, err);
}

static enum err_code refuse_others(
    const struct acting *a, struct span department, struct err *err)
{
	char id[DEPARTMENT_ID_BYTES];
	const struct cat_department *d;

	snprintf(id, sizeof(id), "%.*s", (int)department.n, department.p);
	d = catalog_department(a->act->catalog, id);
	err_set(err, ERR_CONFLICT,
	    "the record of doubtful row %lld is of \"%s\", which has reported "
	    "it",
	    (long long)a->row.id, d ? d->title : id);
	err_hint(err,
	    "Reject the row; what is wrong with that record its source "
	    "corrects.");
	return ERR_CONFLICT;
}

static enum err_code add_record(
    struct acting *a, const char *code, struct err *err)
{
	const struct doubtful_row *row = &a->row;
	struct buf resolved = BUF_INIT(RESOLVED_BYTES_MAX);
	struct record_in in = {
	    .subject_id = a->subject_id,
	    .content = {buf_span(&row->fields), buf_span(&row->closed),
		{NULL, 0}},
	    .key_hash = row->key_hash,
	    .content_hash = row->content_hash,
	    .decided_on = row->decided_on,
	    .valid_to = row->valid_to,
	    .public_until = row->public_until,
	    .class_ = row->class_,
	    .is_new_subject = a->out->is_new_subject,
	    .is_forced = true,
	    .is_anyones = row->item->group == CAT_GROUP_BASIC,
	};
	struct span others;
	enum err_code rc;

	memcpy(in.code, code, sizeof(in.code));
	write_resolved(a, &resolved);
	in.content.resolved = buf_span(&resolved);
	a->out->record = (int64_t)ledger_next_index(a->act->ledger);
	rc = appender_add(a->appender, &in, &others, err);
	if (!rc && others.n)
		rc = refuse_others(a, others, err);
	if (!rc)
		rc = appender_finish(a->appender, err);
	buf_release(&resolved);
	return rc;
}

/* What the row's record is known by, where that is the subject's code. */
static void complete_key(struct acting *a, const char *code)
{
	json_t *fields = doubtful_row_fields(&a->row);

	key_hash_with_code(a->row.item, fields, code, &a->row.key_hash);
	json_decref(fields);
}

static enum err_code decided_already(int64_t id, struct err *err)
{
	err_set(err, ERR_CONFLICT, "doubtful row %lld is resolved already",
	    (long long)id);
	err_hint(err,
	    "Undone, it is open again: on the department's desk, "
	    "or by \"gongxin doubtful undo %lld\".",
	    (long long)id);
	return ERR_CONFLICT;
}

/* A record stands by an item of the catalogue: without it there is no new
 * one, nor an older one that stands again. */
static enum err_code check_item(const struct acting *a, struct err *err)
{
	if (!a->row.is_item_gone)
		return 0;
	err_set(err, ERR_REFUSED,
	    "the catalogue no longer has the item of doubtful row %lld",
	    (long long)a->row.id);
	if (a->subject_id)
		err_hint(err,
		    "The decision stays; its source or the credit office can "
		    "withdraw record %lld.",
		    (long long)a->last.seq);
	else
		err_hint(err, "It leads to no record any more: reject it.");
	return ERR_REFUSED;
}

static enum err_code resolve(struct acting *a, int64_t id, const char *code,
    bool is_forced, struct err *err)
{
	enum err_code rc = load(a, id, err);

	if (!rc && a->subject_id)
		return decided_already(id, err);
	if (!rc)
		rc = check_item(a, err);
	if (!rc)
		rc = check_fit(&a->row, code, is_forced, err);
	if (!rc)
		rc = check_kind(&a->row, code, err);
	if (!rc)
		rc = find_subject(a, code, err);
	if (!rc) {
		complete_key(a, code);
		rc = doubtful_check_newest(
		    a->act->store, &a->row, a->subject_id, err);
	}
	if (!rc)
		rc = open_up(a, buf_str(&a->row.department), err);
	if (!rc)
		rc = add_record(a, code, err);
	return rc ? rc
		  : put_edge(a->act, id, a->last.number + 1, a->subject_id,
			a->out->record, err);
}

enum err_code doubtful_resolve(const struct doubtful_act *act, int64_t id,
    const char *code, bool is_forced, struct doubtful_outcome *out,
    struct err *err)
{
	struct ident_uscc checked;
	struct acting a;
	enum err_code rc = check_texts(act, err);

	if (!rc)
		rc = check_code(code, &checked, err);
	if (rc)
		return rc;
	start(&a, act, out);
	memcpy(out->code, checked.code, sizeof(out->code));
	rc = begin(&a, err);
	if (!rc)
		rc = resolve(&a, id, checked.code, is_forced, err);
	return end(&a, rc, err);
}

/* An act on a row that takes nothing but its number. */
static enum err_code run_act(const struct doubtful_act *act, int64_t id,
    enum err_code (*work)(struct acting *a, int64_t id, struct err *err),
    struct doubtful_outcome *out, struct err *err)
{
	struct acting a;
	enum err_code rc = check_texts(act, err);

	if (rc)
		return rc;
	start(&a, act, out);
	rc = begin(&a, err);
	if (!rc)
		rc = work(&a, id, err);
	return end(&a, rc, err);
}

/* ---- dismiss, and the undoing of that ---- */

/* Seals what was decided, and notes it as the newest edge. */
static enum err_code seal_decision(
    struct acting *a, bool is_reopened, struct err *err)
{
	const struct statement_decision decision = {
	    a->row.id, is_reopened, a->act->by, a->act->reason};
	struct buf text = BUF_INIT(STATEMENT_BYTES_MAX);
	uint64_t seq = 0;
	enum err_code rc = open_up(a, buf_str(&a->row.department), err);

	if (!rc) {
		statement_doubtful(&a->frame, &decision, &text);
		rc = appender_add_statement(
		    a->appender, buf_span(&text), &seq, err);
	}
	if (!rc)
		rc = appender_finish(a->appender, err);
	a->out->ended_by = (int64_t)seq;
	a->out->is_dismissed = !is_reopened;
	buf_release(&text);
	return rc
	    ? rc
	    : put_edge(a->act, a->row.id, a->last.number + 1,
		  is_reopened ? 0 : DOUBTFUL_DISMISSED, (int64_t)seq, err);
}

static enum err_code dismiss(struct acting *a, int64_t id, struct err *err)
{
	enum err_code rc = load(a, id, err);

	if (!rc && a->subject_id)
		return decided_already(id, err);
	return rc ? rc : seal_decision(a, false, err);
}

enum err_code doubtful_dismiss(const struct doubtful_act *act, int64_t id,
    struct doubtful_outcome *out, struct err *err)
{
	return run_act(act, id, dismiss, out, err);
}

/* ---- undo ---- */

/* A version of the record as the database has it. */
struct version {
	int64_t seq;
	uint64_t content_hash;
	date_days decided_on;
	date_days valid_to;
	date_days public_until;
	uint8_t class_;
};

/* The versions of the row's record, oldest first. */
struct versions {
	struct version *list;
	size_t count;
	size_t max;
};

static void add_version(
    struct versions *to, struct store *store, enum sql_id id)
{
	to->list = mem_grow(to->list, to->count, &to->max, sizeof(*to->list));
	to->list[to->count++] = (struct version){
	    .seq = store_column_int(store, id, 3),
	    .content_hash = (uint64_t)store_column_int(store, id, 4),
	    .decided_on = (date_days)store_column_int(store, id, 5),
	    .class_ = (uint8_t)store_column_int(store, id, 6),
	    .valid_to = store_column_date(store, id, 7),
	    .public_until = store_column_date(store, id, 8),
	};
}

static enum err_code start_of_key(
    struct acting *a, enum sql_id id, struct err *err)
{
	struct store_value key[] = {store_int(a->subject_id),
	    store_int(a->row.item->number),
	    store_int((int64_t)a->row.key_hash)};

	return store_start(a->act->store, id, key, ARRAY_COUNT(key), err);
}

static enum err_code find_versions(
    struct acting *a, struct versions *out, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_OF_KEY;
	struct store *store = a->act->store;
	enum err_code rc = start_of_key(a, id, err);

	while (store_next_row(store, id, &rc, err))
		add_version(out, store, id);
	store_finish(store, id);
	return rc;
}

/* When its source withdrew the row's record last, -1 = never. */
static enum err_code find_withdrawal(
    struct acting *a, int64_t *out, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_END_OF_KEY;
	struct store *store = a->act->store;
	enum err_code rc = start_of_key(a, id, err);

	*out = -1;
	while (store_next_row(store, id, &rc, err))
		if (store_column_int(store, id, 3) == RECORD_END_WITHDRAWN)
			*out = store_column_int(store, id, 2);
	store_finish(store, id);
	return rc;
}

/* What a sealed version said. */
struct sealed {
	char code[IDENT_USCC_CHARS + 1];
	struct buf department;
	struct buf fields;
	struct buf closed;   /* of fields, or empty */
	struct buf resolved; /* or empty */
	int64_t doubtful_id; /* of resolved, 0 = none */
	struct buf by;	     /* of resolved, as the next */
	struct buf reason;
};

static void sealed_init(struct sealed *s)
{
	memset(s, 0, sizeof(*s));
	buf_init(&s->department, 1024);
	buf_init(&s->fields, FIELDS_BYTES_MAX);
	buf_init(&s->closed, FIELDS_BYTES_MAX);
	buf_init(&s->resolved, RESOLVED_BYTES_MAX);
	buf_init(&s->by, RESOLVED_BYTES_MAX);
	buf_init(&s->reason, RESOLVED_BYTES_MAX);
}

static void sealed_release(struct sealed *s)
{
	buf_release(&s->department);
	buf_release(&s->fields);
	buf_release(&s->closed);
	buf_release(&s->resolved);
	buf_release(&s->by);
	buf_release(&s->reason);
}

static struct span text_of(const json_t *object, const char *key)
{
	return span_of(json_string_value(json_object_get(object, key)));
}

static void copy_statement(const struct statement *st, struct sealed *out)
{
	memcpy(out->code, st->code, IDENT_USCC_CHARS);
	buf_add_str(&out->department, st->department);
	buf_add_span(&out->fields, st->content.fields);
	buf_add_span(&out->closed, st->content.closed);
	buf_add_span(&out->resolved, st->content.resolved);
	out->doubtful_id =
	    json_integer_value(json_object_get(st->resolved, "doubtful"));
	buf_add_span(&out->by, text_of(st->resolved, "by"));
	buf_add_span(&out->reason, text_of(st->resolved, "reason"));
}

static enum err_code read_sealed(
    struct store *store, int64_t seq, struct sealed *out, struct err *err)
{
	struct statement st;
	enum err_code rc = block_read_statement(store, (uint64_t)seq, &st, err);

	if (!rc &&
	    (st.kind != STATEMENT_RECORD ||
		strlen(st.code) != IDENT_USCC_CHARS))
		rc = err_set(err, ERR_CORRUPT,
		    "statement %lld is not the record it should be",
		    (long long)seq);
	if (!rc)
		copy_statement(&st, out);
	statement_release(&st);
	return rc;
}

static enum err_code seal_end(
    struct acting *a, const struct sealed *made, struct err *err)
{
	const struct statement_ending ending = {STATEMENT_UNRESOLVED,
	    made->code, a->last.seq, span_of(a->act->reason), a->act->by,
	    DATE_NONE};
	struct buf text = BUF_INIT(STATEMENT_BYTES_MAX);
	uint64_t seq = 0;
	enum err_code rc;

	statement_end(&a->frame, &ending, &text);
	rc = appender_add_statement(a->appender, buf_span(&text), &seq, err);
	a->out->ended_by = (int64_t)seq;
	buf_release(&text);
	return rc;
}

static enum err_code put_end(struct acting *a, struct err *err)
{
	struct store_value row[] = {store_int(a->subject_id),
	    store_int(a->row.item->number), store_int((int64_t)a->row.key_hash),
	    store_int(a->out->ended_by), store_int(RECORD_END_UNRESOLVED),
	    store_int(a->act->now_ms), store_str(a->act->reason)};

	return store_run(
	    a->act->store, SQL_REGISTRY_END_INSERT, row, ARRAY_COUNT(row), err);
}

/* Does a version stand once what came after it is gone? Its source's word
 * does. One that another decision made does only while that decision stands
 * by it: it may have been undone, or stand by a later version. */
static enum err_code does_stand(struct acting *a, const struct sealed *old,
    int64_t old_seq, bool *out, struct err *err)
{
	struct doubtful_edge edge;
	enum err_code rc;

	*out = true;
	if (!old->doubtful_id)
		return 0;
	rc = doubtful_last_edge(a->act->store, old->doubtful_id, &edge, err);
	*out = edge.seq == old_seq && edge.subject_id == a->subject_id;
	return rc;
}

/* That row's decision, still of who made it, made the version that stands
 * again. */
static enum err_code follow_edge(
    struct acting *a, const struct sealed *old, struct err *err)
{
	struct doubtful_act act = *a->act;
	struct doubtful_edge edge;
	enum err_code rc =
	    doubtful_last_edge(act.store, old->doubtful_id, &edge, err);

	act.by = buf_str(&old->by);
	act.reason = buf_str(&old->reason);
	return rc ? rc
		  : put_edge(&act, old->doubtful_id, edge.number + 1,
			edge.subject_id, a->out->restored, err);
}

/* Seals `before` once more, behind the end, with its own source. */
static enum err_code restore(struct acting *a, const struct version *before,
    const struct sealed *old, struct err *err)
{
	struct record_in in = {
	    .subject_id = a->subject_id,
	    .content = {buf_span(&old->fields), buf_span(&old->closed),
		buf_span(&old->resolved)},
	    .key_hash = a->row.key_hash,
	    .content_hash = before->content_hash,
	    .decided_on = before->decided_on,
	    .valid_to = before->valid_to,
	    .public_until = before->public_until,
	    .class_ = before->class_,
	    .is_forced = true,
	    .is_anyones = true,
	};
	struct span others;
	enum err_code rc;

	memcpy(in.code, old->code, sizeof(in.code));
	appender_free(&a->appender);
	rc = open_up(a, buf_str(&old->department), err);
	a->out->restored = (int64_t)ledger_next_index(a->act->ledger);
	if (!rc)
		rc = appender_add(a->appender, &in, &others, err);
	if (!rc)
		rc = appender_finish(a->appender, err);
	return rc || !old->doubtful_id ? rc : follow_edge(a, old, err);
}

static enum err_code restore_if_it_stands(struct acting *a,
    const struct version *before, bool *is_done_out, struct err *err)
{
	struct sealed old;
	enum err_code rc;

	sealed_init(&old);
	rc = read_sealed(a->act->store, before->seq, &old, err);
	if (!rc)
		rc = does_stand(a, &old, before->seq, is_done_out, err);
	if (!rc && *is_done_out)
		rc = restore(a, before, &old, err);
	sealed_release(&old);
	return rc;
}

/* The newest of `list` that stands, stands again; none from before a
 * withdrawal does. */
static enum err_code restore_newest(
    struct acting *a, const struct version *list, size_t count, struct err *err)
{
	int64_t withdrawn;
	bool is_done = false;
	enum err_code rc = find_withdrawal(a, &withdrawn, err);

	while (!rc && !is_done && count-- > 0 && list[count].seq > withdrawn)
		rc = restore_if_it_stands(a, &list[count], &is_done, err);
	return rc;
}

/* The key under which the decision's version stands. */
static enum err_code find_key(struct acting *a, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_BETWEEN;
	struct store *store = a->act->store;
	struct store_value key[] = {store_int(a->subject_id),
	    store_int(a->last.seq), store_int(a->last.seq + 1)};
	enum err_code rc = store_start(store, id, key, ARRAY_COUNT(key), err);

	if (store_next_row(store, id, &rc, err))
		a->row.key_hash = (uint64_t)store_column_int(store, id, 1);
	store_finish(store, id);
	return rc;
}

/* Ends the record the decision made, unless a later version stands. */
static enum err_code end_record(struct acting *a, struct err *err)
{
	struct versions all = {0};
	enum err_code rc = find_key(a, err);

	if (!rc)
		rc = find_versions(a, &all, err);
	if (!rc) {
		a->out->is_replaced =
		    !all.count || all.list[all.count - 1].seq != a->last.seq;
		if (!a->out->is_replaced)
			rc = put_end(a, err);
		if (!rc && !a->out->is_replaced)
			rc = restore_newest(a, all.list, all.count - 1, err);
	}
	free(all.list);
	return rc;
}

static enum err_code undo(struct acting *a, int64_t id, struct err *err)
{
	struct sealed made;
	enum err_code rc = load(a, id, err);

	if (!rc && !a->subject_id)
		rc = err_set(err, ERR_CONFLICT,
		    "doubtful row %lld is open; there is nothing to undo",
		    (long long)id);
	if (rc)
		return rc;
	if (a->subject_id == DOUBTFUL_DISMISSED)
		return seal_decision(a, true, err);
	rc = check_item(a, err);
	if (rc)
		return rc;
	sealed_init(&made);
	rc = read_sealed(a->act->store, a->last.seq, &made, err);
	if (!rc)
		rc = open_up(a, buf_str(&made.department), err);
	if (!rc)
		rc = seal_end(a, &made, err);
	if (!rc)
		rc = appender_finish(a->appender, err);
	memcpy(a->out->code, made.code, sizeof(a->out->code));
	a->out->record = a->last.seq;
	sealed_release(&made);
	if (!rc)
		rc = end_record(a, err);
	if (!rc)
		rc = put_edge(
		    a->act, id, a->last.number + 1, 0, a->out->ended_by, err);
	return rc ? rc
		  : doubtful_take_name_back(a->act->store, a->act->catalog,
			&a->row, a->subject_id, err);
}

enum err_code doubtful_undo(const struct doubtful_act *act, int64_t id,
    struct doubtful_outcome *out, struct err *err)
{
	return run_act(act, id, undo, out, err);
}

static void put_seq(struct json_writer *w, const char *key, int64_t seq)
{
	json_key(w, key);
	if (seq < 0)
		json_add_null(w);
	else
		json_add_int(w, seq);
}

void doubtful_outcome_write(const struct doubtful_outcome *o, struct buf *out)
{
	struct json_writer w;

	json_start(&w, out);
	json_open_object(&w);
	json_put_int(&w, "doubtful", o->doubtful_id);
	json_put_int(&w, "submission", o->submission);
	json_put_int(&w, "row", o->row);
	json_put_int(&w, "decision", o->edge);
	json_put_str(&w, "subject", o->code);
	json_put_bool(&w, "is_dismissed", o->is_dismissed);
	json_put_bool(&w, "is_new_subject", o->is_new_subject);
	put_seq(&w, "record", o->record);
	put_seq(&w, "ended_by", o->ended_by);
	json_put_bool(&w, "is_replaced", o->is_replaced);
	put_seq(&w, "restored", o->restored);
	json_close_object(&w);
}
