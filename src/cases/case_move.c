/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	texts fit to be kept?
 *	begin -> find case and record -> case_check -> statement -> rows
 *	      -> seal -> commit -> publish
 *
 * The invariants, all in case_check:
 *
 *  1. A move is made from a state that the table names for it; out of an end
 *     the table has none.
 *  2. It is made by a side that the table names, and by nobody else of that
 *     side: the organisation's own representative, the credit office, the
 *     department that sent the record.
 *  3. What the office does instead of a representative names the letter.
 *  4. A move that is made once is made once.
 *  5. One case of a kind is open about a record.
 *  6. "Corrected" is only what has ended or says something else since: a
 *     record that was withdrawn and reinstated says the same.
 *  7. A review is decided by another person than the decision was.
 *  8. Time is not run backwards, and nobody moves what has moved on since he
 *     looked.
 *
 * Everything is judged inside the transaction, so two who move the same case
 * cannot both find it in the same state.
 */
#include "cases/case_move.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "cases/case_clock.h"
#include "ident/ident.h"
#include "registry/append.h"
#include "registry/block.h"
#include "registry/catalogue.h"
#include "registry/subjects.h"

enum { STATEMENT_BYTES_MAX = 64 * 1024 };

/* ---- texts ---- */

/* Line breaks may stand in a text of several lines. */
static bool is_clean(struct span text, bool has_lines)
{
	size_t i;

	for (i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if ((c < 0x20 && !(has_lines && c == '\n')) || c == 0x7F)
			return false;
	}
	return utf8_valid_prefix(text.p, text.n) == text.n;
}

static enum err_code check_text(struct span text, const char *what,
    bool has_lines, size_t chars_max, struct err *err)
{
	if (text.n == 0)
		return 0;
	if (!is_clean(text, has_lines))
		return err_set(err, ERR_INPUT,
		    "%s must be UTF-8 text without control characters", what);
	if (utf8_length(text.p, text.n) > chars_max)
		return err_set(err, ERR_INPUT,
		    "%s is longer than %zu characters", what, chars_max);
	if (!ident_holds_citizen(text))
		return 0;
	err_set(
	    err, ERR_REFUSED, "%s holds the identity number of a person", what);
	err_hint(err, "What is sealed cannot be deleted: write it without.");
	return ERR_REFUSED;
}

static enum err_code check_texts(const struct case_request *r, struct err *err)
{
	struct span by = span_of(r->by ? r->by : "");
	enum err_code rc = check_text(
	    span_trim(r->text), tr("the text"), true, CASE_TEXT_CHARS_MAX, err);

	if (!rc)
		rc = check_text(span_trim(r->letter),
		    tr("the number of the letter"), false,
		    CASE_LETTER_CHARS_MAX, err);
	if (!rc)
		rc = check_text(
		    by, tr("who moves"), false, CASE_BY_BYTES_MAX, err);
	if (!rc && (by.n == 0 || by.n > CASE_BY_BYTES_MAX))
		rc = err_set(err, ERR_INPUT,
		    "who moves must be one line of 1 to %d bytes",
		    CASE_BY_BYTES_MAX);
	return rc;
}

/* ---- the invariants ---- */

static enum err_code check_state(const struct case_facts *f, struct err *err)
{
	const struct cat_case_state *state;

	if (cat_case_leads_from(f->move, f->file->state))
		return 0;
	state = cat_case_state(f->kind, f->file->state);
	err_set(err, ERR_CONFLICT, "\"%s\" cannot follow \"%s\"", f->move->id,
	    f->file->state);
	if (state && state->stage == CAT_CASE_ENDED)
		err_detail(err, "The case has ended.");
	return ERR_CONFLICT;
}

static bool is_own_side(
    const struct case_facts *f, const struct case_request *r)
{
	const struct cat_department *d =
	    catalog_department(f->catalog, r->actor);

	switch (r->side) {
	case CAT_SIDE_REPRESENTATIVE:
		return strcmp(r->actor, f->code) == 0;
	case CAT_SIDE_OFFICE:
		return d && cat_is_credit_office(d);
	case CAT_SIDE_SOURCE:
		return d && strcmp(r->actor, f->file->source) == 0;
	case CAT_SIDE_NOBODY:
	case CAT_CASE_SIDE_COUNT:
	default:
		return false;
	}
}

static enum err_code check_side(const struct case_facts *f,
    const struct case_request *r, bool is_offer, struct err *err)
{
	bool is_instead =
	    r->side == CAT_SIDE_OFFICE && f->move->by[CAT_SIDE_REPRESENTATIVE];

	if (!f->move->by[r->side] || !is_own_side(f, r)) {
		err_set(err, ERR_REFUSED, "\"%s\" may not \"%s\" in this case",
		    r->actor, f->move->id);
		err_detail(err, "The catalogue says which side makes it.");
		return ERR_REFUSED;
	}
	if (is_offer)
		return 0;
	if (is_instead && span_trim(r->letter).n == 0)
		return err_set(err, ERR_INPUT,
		    "what is done for an organisation needs the number of its "
		    "letter");
	if (!is_instead && r->letter.n)
		return err_set(err, ERR_INPUT,
		    "a letter belongs to what the credit office does for an "
		    "organisation");
	return 0;
}

static bool was_made(const struct case_facts *f)
{
	size_t i;

	for (i = 0; i < f->file->steps_count; i++)
		if (strcmp(f->file->steps[i].move, f->move->id) == 0)
			return true;
	return false;
}

static bool says_the_same(
    const struct view_version *a, const struct view_version *b)
{
	struct statement_cut x, y;

	return statement_peek(a->statement, &x) &&
	    statement_peek(b->statement, &y) &&
	    span_equal(x.content.fields, y.content.fields) &&
	    span_equal(x.content.closed, y.content.closed);
}

/* Against the version that was the newest when the case began. */
static bool has_changed(const struct case_facts *f)
{
	const struct view_record *r = f->record;
	const struct view_version *newest = &r->versions[r->versions_count - 1];
	const struct view_version *then = newest;
	const struct view_end *end = view_end_on(r, newest, INT32_MAX);

	while (then > r->versions && then->seq > (uint64_t)f->file->id)
		then--;
	return (then != newest && !says_the_same(then, newest)) ||
	    (end && end->seq > (uint64_t)f->file->id);
}

static bool is_own_record(const struct case_facts *f)
{
	const struct cat_department *d =
	    catalog_department(f->catalog, f->file->source);

	return d && cat_is_credit_office(d);
}

/* Who made the last move into a state that asked for nothing more. */
static const char *last_decider(const struct case_facts *f)
{
	size_t i = f->file->steps_count;

	while (i-- > 0) {
		const struct cat_case_state *s =
		    cat_case_state(f->kind, f->file->steps[i].state);

		if (s && s->stage == CAT_CASE_DECIDED)
			return f->file->steps[i].by;
	}
	return "";
}

static enum err_code check_need(
    const struct case_facts *f, const struct case_request *r, struct err *err)
{
	switch (f->move->need) {
	case CAT_CASE_NEED_CHANGE:
		return has_changed(f)
		    ? ERR_NONE
		    : err_set(err, ERR_CONFLICT,
			  "record %llu stands as it stood "
			  "when the case began",
			  (unsigned long long)f->file->record);
	case CAT_CASE_NEED_OWN:
		return is_own_record(f) ? ERR_NONE
					: err_set(err, ERR_CONFLICT,
					      "the record is another "
					      "department's, which is asked "
					      "first");
	case CAT_CASE_NEED_OTHERS:
		return is_own_record(f) ? err_set(err, ERR_CONFLICT,
					      "the record is the credit "
					      "office's own")
					: ERR_NONE;
	case CAT_CASE_NEED_ANOTHER_PERSON:
		return strcmp(last_decider(f), r->by)
		    ? ERR_NONE
		    : err_set(err, ERR_REFUSED,
			  "who decided first does not decide the review");
	case CAT_CASE_NEED_NONE:
	case CAT_CASE_NEED_COUNT:
	default:
		return 0;
	}
}

/* Who is overtaken is told that, and not what his move would have needed. */
static enum err_code check_seen(
    const struct case_facts *f, const struct case_request *r, struct err *err)
{
	if (!r->steps_seen || r->steps_seen == (int64_t)f->file->steps_count)
		return 0;
	err_set(err, ERR_CONFLICT, "the case has moved on since");
	err_hint(err, "Look at it again.");
	return ERR_CONFLICT;
}

static enum err_code check_now(
    const struct case_facts *f, const struct case_request *r, struct err *err)
{
	const struct case_file *file = f->file;

	if (file->steps_count &&
	    file->steps[file->steps_count - 1].at_ms > r->now_ms)
		return err_set(
		    err, ERR_CONFLICT, "the case was moved later than now");
	if (f->move->is_once && was_made(f))
		return err_set(err, ERR_CONFLICT,
		    "\"%s\" is made once in a case", f->move->id);
	if (f->move->extends &&
	    !case_can_extend(f->catalog, file, date_of_unix_ms(r->now_ms)))
		return err_set(err, ERR_CONFLICT,
		    "no law in force here lets this take longer");
	return 0;
}

enum err_code case_check(const struct case_facts *f,
    const struct case_request *r, bool is_offer, struct err *err)
{
	const struct cat_case_state *to = cat_case_state(f->kind, f->move->to);
	enum err_code rc = check_seen(f, r, err);

	if (!rc)
		rc = check_state(f, err);
	if (!rc)
		rc = check_now(f, r, err);
	if (!rc)
		rc = check_side(f, r, is_offer, err);
	if (!rc)
		rc = check_need(f, r, err);
	if (!rc && to && to->stage == CAT_CASE_OPEN && f->has_other_open)
		rc = err_set(err, ERR_CONFLICT,
		    "another case about this record is open");
	if (!rc && !is_offer && f->move->needs_text &&
	    span_trim(r->text).n == 0)
		rc = err_set(
		    err, ERR_INPUT, "a text is needed: what is wrong, or why");
	return rc;
}

/* The side of a department, for a move. */
static enum cat_case_side side_of(
    const struct case_facts *f, const struct case_request *r)
{
	const struct cat_department *d =
	    catalog_department(f->catalog, r->actor);

	if (r->side != CAT_SIDE_NOBODY)
		return r->side;
	return d && cat_is_credit_office(d) && f->move->by[CAT_SIDE_OFFICE]
	    ? CAT_SIDE_OFFICE
	    : CAT_SIDE_SOURCE;
}

/* ---- what it is about ---- */

struct moving {
	const struct case_request *request;
	struct case_request own; /* request, with the side that was found */
	struct arena *arena;
	struct case_facts facts;
	struct case_file file;
	struct subject subject;
	struct view view;
	struct statement statement; /* of the record */
};

static enum err_code no_record(uint64_t record, struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "there is no record %llu",
	    (unsigned long long)record);
}

/* The statement of the record, which says whose it is and from whom. */
static enum err_code read_record(
    struct moving *m, uint64_t record, struct err *err)
{
	enum err_code rc =
	    block_read_statement(m->request->store, record, &m->statement, err);

	if (rc == ERR_NOT_FOUND ||
	    (!rc && m->statement.kind != STATEMENT_RECORD))
		return no_record(record, err);
	return rc;
}

/* Its organisation, and how the record stands. */
static enum err_code read_view(
    struct moving *m, uint64_t record, struct err *err)
{
	const struct case_request *r = m->request;
	const struct view_version *version;
	enum err_code rc = subject_by_code(
	    r->store, span_of(m->statement.code), &m->subject, err);

	if (!rc)
		rc = view_load(
		    &m->view, r->store, r->catalog, m->subject.id, err);
	if (rc)
		return rc;
	m->facts.record = view_find(&m->view, record, &version);
	m->facts.code = m->statement.code;
	return m->facts.record
	    ? ERR_NONE
	    : err_set(err, ERR_CORRUPT,
		  "record %llu is in the log, but not in the register",
		  (unsigned long long)record);
}

/* A case begins with the newest version of a record that stands. */
static enum err_code check_begins(struct moving *m, struct err *err)
{
	const struct view_record *record = m->facts.record;
	const struct view_version *newest =
	    &record->versions[record->versions_count - 1];

	if (newest->seq != m->request->record) {
		err_set(err, ERR_CONFLICT,
		    "record %llu was replaced by record %llu",
		    (unsigned long long)m->request->record,
		    (unsigned long long)newest->seq);
		return ERR_CONFLICT;
	}
	if (view_end_on(record, newest, INT32_MAX))
		return err_set(err, ERR_CONFLICT, "record %llu has ended",
		    (unsigned long long)m->request->record);
	if (!cat_case_kind_in_force(
		m->facts.kind, date_of_unix_ms(m->request->now_ms)))
		return err_set(err, ERR_CONFLICT,
		    "cases of this kind are not in force today");
	return 0;
}

static enum err_code begin_file(struct moving *m, struct err *err)
{
	const struct case_request *r = m->request;
	enum err_code rc = read_record(m, r->record, err);

	/* What others' records are is nobody's business. */
	if (!rc && r->side == CAT_SIDE_REPRESENTATIVE &&
	    strcmp(r->actor, m->statement.code) != 0)
		rc = no_record(r->record, err);
	if (!rc)
		rc = read_view(m, r->record, err);
	if (!rc)
		rc = check_begins(m, err);
	if (rc)
		return rc;
	m->file = (struct case_file){.subject_id = m->subject.id,
	    .kind = m->facts.kind->id,
	    .item = m->facts.record->item_number,
	    .key_hash = m->facts.record->key_hash,
	    .record = r->record,
	    .source = m->statement.department,
	    .state = ""};
	return 0;
}

static enum err_code open_file(struct moving *m, struct err *err)
{
	const struct case_request *r = m->request;
	enum err_code rc =
	    case_file_find(r->store, m->arena, r->case_id, &m->file, err);

	if (!rc)
		rc = read_record(m, m->file.record, err);
	if (!rc)
		rc = read_view(m, m->file.record, err);
	if (!rc && r->side == CAT_SIDE_REPRESENTATIVE &&
	    strcmp(r->actor, m->facts.code) != 0)
		rc = err_set(err, ERR_NOT_FOUND, "there is no case %lld",
		    (long long)r->case_id);
	return rc;
}

static enum err_code find_others(struct moving *m, struct err *err)
{
	int64_t other = -1;
	enum err_code rc =
	    case_find_open(m->request->store, &m->file, &other, err);

	m->facts.has_other_open = !rc && other >= 0;
	return rc;
}

static enum err_code no_such_move(
    const struct cat_case_kind *kind, const char *move, struct err *err)
{
	struct buf all = BUF_INIT(ERR_TEXT_MAX);
	size_t i;

	for (i = 0; i < kind->moves_count; i++)
		if (kind->moves[i].from_count)
			buf_addf(
			    &all, "%s%s", all.n ? ", " : "", kind->moves[i].id);
	err_set(err, ERR_INPUT, "a case of \"%s\" has no move \"%s\"", kind->id,
	    move);
	err_hint(err, "The moves are: %s.", buf_str(&all));
	buf_release(&all);
	return ERR_INPUT;
}

static enum err_code find_kind(
    struct moving *m, const char *kind, struct err *err)
{
	const struct case_request *r = m->request;

	m->facts.kind = catalog_case_kind(r->catalog, kind);
	if (!m->facts.kind)
		return err_set(
		    err, ERR_INPUT, "there is no kind of case \"%s\"", kind);
	if (!r->move)
		return 0;
	m->facts.move = cat_case_move(m->facts.kind, r->move);
	return m->facts.move ? ERR_NONE
			     : no_such_move(m->facts.kind, r->move, err);
}

static enum err_code find_all(struct moving *m, struct err *err)
{
	const struct case_request *r = m->request;
	enum err_code rc = 0;

	m->facts.catalog = r->catalog;
	m->facts.file = &m->file;
	if (r->kind) {
		rc = find_kind(m, r->kind, err);
		if (!rc)
			rc = begin_file(m, err);
	} else {
		rc = open_file(m, err);
		if (!rc)
			rc = find_kind(m, m->file.kind, err);
	}
	return rc ? rc : find_others(m, err);
}

/* ---- writing ---- */

static const char *state_after(const struct moving *m)
{
	return m->facts.move->to[0] ? m->facts.move->to : m->file.state;
}

static enum err_code seal(struct moving *m, uint64_t *seq_out, struct err *err)
{
	const struct case_request *r = m->request;
	struct span text = span_trim(r->text);
	struct span letter = span_trim(r->letter);
	struct statement_frame frame;
	struct append_config config = {r->store, r->ledger, &frame,
	    (int)m->file.item, 0, r->tmp_folder, .is_resent = false};
	const struct statement_move move = {
	    .case_id = m->file.steps_count ? m->file.id : STATEMENT_NO_SEQ,
	    .step = (int64_t)m->file.steps_count + 1,
	    .record = (int64_t)m->file.record,
	    .kind = m->file.kind,
	    .id = m->facts.move->id,
	    .side = cat_case_side_name(r->side),
	    .state = state_after(m),
	    .by = r->by,
	    .letter = arena_dup(m->arena, letter.n ? letter.p : "", letter.n),
	    .text = arena_dup(m->arena, text.n ? text.p : "", text.n)};
	struct buf out = BUF_INIT(STATEMENT_BYTES_MAX);
	struct appender *appender = NULL;
	enum err_code rc;

	statement_frame_init(&frame, r->catalog->digest_hex, r->actor,
	    m->statement.item, r->now_ms);
	statement_case(&frame, m->statement.code, &move, &out);
	rc = appender_new(&config, &appender, err);
	if (!rc)
		rc = appender_add_statement(
		    appender, buf_span(&out), seq_out, err);
	if (!rc)
		rc = appender_finish(appender, err);
	appender_free(&appender);
	buf_release(&out);
	return rc;
}

static enum err_code put_file(struct moving *m, bool is_open, struct err *err)
{
	struct case_file *f = &m->file;
	struct store_value fresh[] = {store_int(f->subject_id),
	    store_int(f->id), store_str(f->kind), store_int(f->item),
	    store_int(f->key_hash), store_int((int64_t)f->record),
	    store_str(f->source), store_str(f->state), store_int(is_open)};
	struct store_value change[] = {store_str(f->state), store_int(is_open),
	    store_int(f->subject_id), store_int(f->id)};

	return f->steps_count
	    ? store_run(m->request->store, SQL_CASES_FILE_UPDATE, change,
		  ARRAY_COUNT(change), err)
	    : store_run(m->request->store, SQL_CASES_FILE_INSERT, fresh,
		  ARRAY_COUNT(fresh), err);
}

static enum err_code put_rows(struct moving *m, uint64_t seq, struct err *err)
{
	const struct case_request *r = m->request;
	const struct cat_case_state *state;
	enum err_code rc;

	m->file.state = state_after(m);
	state = cat_case_state(m->facts.kind, m->file.state);
	if (!m->file.steps_count)
		m->file.id = (int64_t)seq;
	rc = put_file(m, state && state->stage == CAT_CASE_OPEN, err);
	if (!rc) {
		struct store_value row[] = {store_int(m->file.subject_id),
		    store_int(m->file.id),
		    store_int((int64_t)m->file.steps_count + 1),
		    store_int((int64_t)seq), store_str(m->facts.move->id),
		    store_str(m->file.state),
		    store_str(cat_case_side_name(r->side)), store_str(r->actor),
		    store_str(r->by), store_int(r->now_ms)};

		rc = store_run(r->store, SQL_CASES_STEP_INSERT, row,
		    ARRAY_COUNT(row), err);
	}
	return rc;
}

static enum err_code make_move(
    struct moving *m, struct case_result *out, struct err *err)
{
	const struct case_request *r = m->request;
	int64_t catalogue_id;
	uint64_t seq = 0;
	enum err_code rc = ledger_begin(r->ledger, err);

	if (!rc)
		rc = find_all(m, err);
	if (!rc) {
		m->own = *r;
		m->own.side = side_of(&m->facts, r);
		m->request = r = &m->own;
		rc = case_check(&m->facts, r, false, err);
	}
	if (!rc)
		rc = catalogue_archive(
		    r->store, r->catalog, r->now_ms, &catalogue_id, err);
	if (!rc)
		rc = seal(m, &seq, err);
	if (!rc)
		rc = put_rows(m, seq, err);
	if (!rc)
		rc = ledger_seal(r->ledger, r->now_ms, err);
	if (rc)
		return rc;
	out->case_id = m->file.id;
	out->statement = seq;
	out->step = (int64_t)m->file.steps_count + 1;
	snprintf(out->code, sizeof(out->code), "%s", m->statement.code);
	snprintf(out->item, sizeof(out->item), "%s", m->statement.item);
	snprintf(out->kind, sizeof(out->kind), "%s", m->file.kind);
	snprintf(out->state, sizeof(out->state), "%s", m->file.state);
	return 0;
}

enum err_code case_move(const struct case_request *request,
    struct case_result *out, struct err *err)
{
	struct moving m = {.request = request};
	struct case_result result;
	enum err_code rc = check_texts(request, err);

	if (rc)
		return rc;
	m.arena = arena_new();
	subject_init(&m.subject);
	rc = store_begin(request->store, err);
	if (!rc)
		rc = make_move(&m, &result, err);
	if (!rc)
		rc = store_commit(request->store, err);
	store_rollback(request->store);
	/* Committed; a checkpoint file that is not brought up to date now is
	 * by the next command that writes. */
	if (!rc) {
		*out = result;
		ledger_publish(request->ledger, NULL);
	}
	statement_release(&m.statement);
	view_release(&m.view);
	subject_release(&m.subject);
	arena_free(&m.arena);
	return rc;
}

enum err_code case_offers(const struct case_request *request,
    case_offer_visit *visit, void *ctx, struct err *err)
{
	struct moving m = {.request = request};
	struct case_request own = *request;
	enum err_code rc;
	size_t i;

	m.arena = arena_new();
	subject_init(&m.subject);
	rc = find_all(&m, err);
	for (i = 0; !rc && i < m.facts.kind->moves_count; i++) {
		struct err ignored;

		m.facts.move = &m.facts.kind->moves[i];
		own.move = m.facts.move->id;
		own.side = side_of(&m.facts, request);
		if (case_check(&m.facts, &own, true, &ignored) == 0)
			visit(ctx, m.facts.move);
	}
	statement_release(&m.statement);
	view_release(&m.view);
	subject_release(&m.subject);
	arena_free(&m.arena);
	return rc;
}
