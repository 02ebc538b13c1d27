/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A case as a document. Days that are due and what was missed are worked out
 * here, on the reading's day, by cases/case_clock.h.
 *
 * The texts of a case are for its parties: what the organisation wrote, what
 * the department answered, what the office decided. Logins of officials are
 * for officials; to the organisation the department speaks.
 */
#include "api/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/accounts.h"
#include "api/put.h"
#include "base/tr.h"
#include "cases/case_clock.h"
#include "registry/subjects.h"

#define N_(text) text

static const char *side_title(enum cat_case_side side)
{
	static const char *const titles[CAT_CASE_SIDE_COUNT] = {
	    [CAT_SIDE_NOBODY] = N_("nobody"),
	    [CAT_SIDE_REPRESENTATIVE] = N_("the organisation"),
	    [CAT_SIDE_OFFICE] = N_("the credit office"),
	    [CAT_SIDE_SOURCE] = N_("the source department"),
	};

	return tr(titles[side]);
}

/* ---- who may see it ---- */

/* Was the department ever waited for? */
static bool was_asked(const struct catalog *c, const struct case_file *file)
{
	const struct cat_case_kind *kind = catalog_case_kind(c, file->kind);
	size_t i;

	for (i = 0; kind && i < file->steps_count; i++) {
		const struct cat_case_state *s =
		    cat_case_state(kind, file->steps[i].state);

		if (s && s->waits_for == CAT_SIDE_SOURCE)
			return true;
	}
	return false;
}

static bool may_see(const struct reading *r, const struct case_viewer *v,
    const struct case_file *file, const char *code)
{
	if (v->side == CAT_SIDE_REPRESENTATIVE)
		return strcmp(v->actor, code) == 0;
	if (v->side == CAT_SIDE_OFFICE)
		return true;
	return v->side == CAT_SIDE_SOURCE &&
	    strcmp(v->actor, file->source) == 0 && was_asked(r->catalog, file);
}

/* ---- one case ---- */

/* A case with what is worked out of it. */
struct shown {
	struct case_file *file;
	const struct cat_case_kind *kind;   /* NULL: the catalogue has none */
	const struct cat_case_state *state; /* the same */
	struct case_run run;
	bool has_run;
};

static struct shown shown_of(const struct reading *r, struct case_file *file)
{
	struct shown s = {
	    .file = file, .kind = catalog_case_kind(r->catalog, file->kind)};

	if (s.kind)
		s.state = cat_case_state(s.kind, file->state);
	s.has_run = case_clock_now(r->catalog, file, r->today, &s.run);
	return s;
}

static void put_state(
    struct json_writer *w, const struct cat_case_kind *kind, const char *id)
{
	const struct cat_case_state *s = kind ? cat_case_state(kind, id) : NULL;

	put_named(w, "state", id, s ? title_of(s->title, s->title_en) : id);
}

/* Is it the time of what the office does alone, of a record about which it
 * may still ask another unit? */
static bool may_be_longer(const struct reading *r, const struct shown *s)
{
	const struct cat_department *d =
	    catalog_department(r->catalog, s->file->source);

	return s->has_run && s->run.stopped == DATE_NONE &&
	    s->run.clock->scope == CAT_CASE_OWN &&
	    !(d && cat_is_credit_office(d));
}

static void put_clock(
    struct json_writer *w, const struct reading *r, const struct shown *s)
{
	const struct case_run *run = &s->run;
	const struct cat_department *body = NULL;

	put_due(w, run->started, s->has_run ? run->due : DATE_NONE,
	    s->has_run && !run->clock->is_calendar);
	json_put_bool(w, "is_running", s->has_run && run->stopped == DATE_NONE);
	json_put_bool(w, "is_extended", s->has_run && run->is_extended);
	json_put_bool(w, "may_be_longer", may_be_longer(r, s));
	json_put_bool(w, "is_missed", s->has_run && run->is_missed);
	if (s->has_run && run->is_missed)
		body = case_body(r->catalog, s->file, run->missed_by);
	if (body)
		put_named(w, "missed_by", body->id, body->title);
	else
		put_null(w, "missed_by");
	json_put_int(w, "days",
	    !s->has_run		   ? 0
		: run->is_extended ? run->clock->longest_days
				   : run->clock->days);
	json_put_bool(
	    w, "working_days", s->has_run && !run->clock->is_calendar);
	if (s->has_run)
		put_basis_array(w, &run->clock->basis, 1);
	else
		put_basis_array(w, NULL, 0);
}

static void put_waits(
    struct json_writer *w, const struct reading *r, const struct shown *s)
{
	enum cat_case_side side =
	    s->state ? s->state->waits_for : CAT_SIDE_NOBODY;
	const struct cat_department *body =
	    case_body(r->catalog, s->file, side);

	if (side == CAT_SIDE_NOBODY)
		put_null(w, "waits_for");
	else
		put_named(w, "waits_for", cat_case_side_name(side),
		    body ? body->title : side_title(side));
}

static void put_subject_of(struct json_writer *w, const struct subject *subject)
{
	json_key(w, "subject");
	json_open_object(w);
	json_put_span(w, "code", buf_span(&subject->code));
	json_put_span(w, "name", buf_span(&subject->name));
	json_close_object(w);
}

/* The members that a list and a whole case have. */
static void put_summary(struct json_writer *w, const struct reading *r,
    const struct shown *s, const struct subject *subject)
{
	const struct case_file *f = s->file;
	const struct cat_item *item =
	    catalog_item_by_number(r->catalog, (int)f->item);

	json_put_int(w, "number", f->id);
	put_text(w, "href", "/cases/%lld", (long long)f->id);
	put_named(w, "kind", f->kind,
	    s->kind ? title_of(s->kind->title, s->kind->title_en) : f->kind);
	put_state(w, s->kind, f->state);
	json_put_bool(w, "is_open", f->is_open);
	json_put_bool(
	    w, "is_ended", s->state && s->state->stage == CAT_CASE_ENDED);
	put_waits(w, r, s);
	put_subject_of(w, subject);
	put_named(
	    w, "item", item ? item->id : "", item ? item_title(item) : "");
	json_put_int(w, "record", (int64_t)f->record);
	record_put_department(w, "source", r->catalog, f->source);
	json_put_date(w, "filed_on", f->steps[0].on);
	json_put_date(w, "since", f->steps[f->steps_count - 1].on);
	put_clock(w, r, s);
}

/* ---- lists ---- */

struct listing {
	const struct reading *r;
	const struct cases_query *q;
	struct arena *arena;
	struct subject subject;
	struct case_file *files;
	size_t count;
	bool has_more;
	struct shown *rows; /* those that the viewer sees */
	size_t rows_count;
	size_t missed;
};

/* What is due first stands first; what has no day, last. */
static int by_due(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;
	bool x_runs = x->has_run && x->run.stopped == DATE_NONE;
	bool y_runs = y->has_run && y->run.stopped == DATE_NONE;

	if (x_runs != y_runs)
		return y_runs - x_runs;
	if (x_runs && x->run.due != y->run.due)
		return x->run.due < y->run.due ? -1 : 1;
	return (x->file->id > y->file->id) - (x->file->id < y->file->id);
}

static int newest_first(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;

	return (x->file->id < y->file->id) - (x->file->id > y->file->id);
}

static bool sees(const struct listing *l, const struct case_file *file)
{
	const struct case_viewer *v = &l->q->viewer;
	/* Those of a representative are of one subject already. */
	const char *code = v->side == CAT_SIDE_REPRESENTATIVE ? v->actor : "";

	return may_see(l->r, v, file, code);
}

/* The newest before a number, closed or not, of those that the viewer sees:
 * as many as a page has, and one more, which tells that there are more. */
static enum err_code find_newest(
    struct listing *l, struct case_query *query, struct err *err)
{
	struct case_file *files;
	size_t count, i;
	bool has_more = true;
	enum err_code rc = 0;

	l->files = arena_zalloc(l->arena, l->q->limit + 1, sizeof(*l->files));
	while (has_more && l->count <= l->q->limit && !rc) {
		query->limit = l->q->limit + 1 - l->count;
		rc = case_files(l->r->store, l->arena, query, &files, &count,
		    &has_more, err);
		for (i = 0; i < count && !rc; i++)
			if (sees(l, &files[i]))
				l->files[l->count++] = files[i];
		if (count)
			query->of = files[count - 1].id;
	}
	l->has_more = l->count > l->q->limit;
	if (l->has_more)
		l->count--;
	return rc;
}

static enum err_code find_files(struct listing *l, struct err *err)
{
	const struct case_viewer *v = &l->q->viewer;
	bool is_own = v->side == CAT_SIDE_REPRESENTATIVE;
	struct case_query query = {
	    .which = is_own ? CASES_OPEN_OF_SUBJECT : CASES_OPEN,
	    .limit = CASES_OPEN_MAX,
	    .has_steps = true};
	enum err_code rc = 0;

	if (is_own)
		rc = subject_id_of(
		    l->r->store, span_of(v->actor), &query.of, err);
	if (rc)
		return rc;
	if (!l->q->is_all)
		return case_files(l->r->store, l->arena, &query, &l->files,
		    &l->count, &l->has_more, err);
	query.which = is_own ? CASES_OF_SUBJECT_BEFORE : CASES_BEFORE;
	query.subject_id = query.of;
	query.of = l->q->before;
	if (v->side == CAT_SIDE_SOURCE)
		query.source = v->actor;
	return find_newest(l, &query, err);
}

static void choose_rows(struct listing *l)
{
	size_t i;

	l->rows = arena_zalloc(l->arena, l->count + 1, sizeof(*l->rows));
	for (i = 0; i < l->count; i++) {
		struct shown *s = &l->rows[l->rows_count];

		if (!sees(l, &l->files[i]))
			continue;
		*s = shown_of(l->r, &l->files[i]);
		l->missed += s->has_run && s->run.is_missed;
		l->rows_count++;
	}
	if (l->rows_count)
		qsort(l->rows, l->rows_count, sizeof(*l->rows),
		    l->q->is_all ? newest_first : by_due);
}

static enum err_code put_rows(
    struct listing *l, struct json_writer *w, struct err *err)
{
	enum err_code rc = 0;
	size_t i;

	json_key(w, "cases");
	json_open_array(w);
	for (i = 0; i < l->rows_count && i < l->q->limit && !rc; i++) {
		rc = subject_by_id(
		    l->r->store, l->rows[i].file->subject_id, &l->subject, err);
		if (rc)
			break;
		json_open_object(w);
		put_summary(w, l->r, &l->rows[i], &l->subject);
		json_close_object(w);
	}
	json_close_array(w);
	return rc;
}

static enum err_code put_list(
    struct listing *l, struct json_writer *w, struct err *err)
{
	const struct cases_query *q = l->q;
	enum err_code rc = find_files(l, err);

	if (rc)
		return rc;
	choose_rows(l);
	json_open_object(w);
	put_head(w, l->r);
	json_put_str(w, "side", cat_case_side_name(q->viewer.side));
	json_put_bool(w, "is_all", q->is_all);
	json_put_int(w, "count", (int64_t)l->rows_count);
	json_put_bool(w, "has_cases", l->rows_count > 0);
	json_put_int(w, "missed", (int64_t)l->missed);
	json_put_bool(w, "is_cut", l->rows_count > q->limit);
	rc = put_rows(l, w, err);
	if (q->is_all && l->has_more && l->count)
		json_put_int(w, "next", l->files[l->count - 1].id);
	else
		put_null(w, "next");
	json_close_object(w);
	return rc;
}

enum err_code cases_document(const struct reading *r,
    const struct cases_query *q, struct buf *out, struct err *err)
{
	struct listing l = {.r = r, .q = q, .arena = arena_new()};
	struct json_writer w;
	enum err_code rc = store_begin_read(r->store, err);

	subject_init(&l.subject);
	json_start(&w, out);
	if (!rc)
		rc = put_list(&l, &w, err);
	store_rollback(r->store);
	subject_release(&l.subject);
	arena_free(&l.arena);
	return put_end(out, rc, err);
}

/* ---- one case, whole ---- */

struct whole {
	const struct reading *r;
	const struct case_viewer *viewer;
	struct arena *arena;
	struct case_file file;
	struct subject subject;
	int64_t now_ms;
};

static void put_actor(
    const struct whole *c, struct json_writer *w, const struct case_step *step)
{
	const struct cat_department *d =
	    catalog_department(c->r->catalog, step->actor);
	int side = cat_case_side_find(step->side);

	put_named(w, "side", step->side,
	    side < 0 ? step->side : side_title((enum cat_case_side)side));
	json_put_str(w, "actor", d ? d->title : step->actor);
	if (c->viewer->side != CAT_SIDE_REPRESENTATIVE)
		json_put_str(w, "by", step->by);
}

static enum err_code put_step(struct whole *c, struct json_writer *w,
    const struct cat_case_kind *kind, const struct case_step *step,
    struct err *err)
{
	const struct cat_case_move *move =
	    kind ? cat_case_move(kind, step->move) : NULL;
	struct case_words words;
	enum err_code rc =
	    case_step_words(c->r->store, c->arena, &c->file, step, &words, err);

	if (rc)
		return rc;
	json_open_object(w);
	json_put_int(w, "step", step->step);
	accounts_put_time(w, "at", step->at_ms);
	json_put_date(w, "on", step->on);
	put_named(w, "move", step->move,
	    move ? title_of(move->title, move->title_en) : step->move);
	put_state(w, kind, step->state);
	put_actor(c, w, step);
	json_put_str(w, "text", words.text);
	json_put_str(w, "letter", words.letter);
	json_put_int(w, "statement", (int64_t)step->seq);
	json_close_object(w);
	return 0;
}

static enum err_code put_steps(struct whole *c, struct json_writer *w,
    const struct cat_case_kind *kind, struct err *err)
{
	enum err_code rc = 0;
	size_t i;

	json_key(w, "steps");
	json_open_array(w);
	for (i = 0; i < c->file.steps_count && !rc; i++)
		rc = put_step(c, w, kind, &c->file.steps[i], err);
	json_close_array(w);
	return rc;
}

struct offering {
	const struct whole *c;
	const struct cat_case_kind *kind;
	struct json_writer *w;
	bool has_change; /* a move that wants a change is among them */
	const struct cat_case_move **told; /* those that were written */
	size_t told_count;
};

static bool is_told(const struct offering *o, const struct cat_case_move *move)
{
	size_t i;

	for (i = 0; i < o->told_count; i++)
		if (o->told[i] == move)
			return true;
	return false;
}

/* Who has to write something, or makes an end, is asked once more by a page;
 * the other moves are one key. */
static void put_whither(
    const struct offering *o, const struct cat_case_move *move, bool is_instead)
{
	const char *to = move->to[0] ? move->to : o->c->file.state;
	const struct cat_case_state *state = cat_case_state(o->kind, to);
	bool is_end = state && state->stage == CAT_CASE_ENDED;

	put_state(o->w, o->kind, to);
	json_put_bool(o->w, "is_end", is_end);
	json_put_bool(
	    o->w, "is_plain", !move->needs_text && !is_instead && !is_end);
}

static void put_offer(void *ctx, const struct cat_case_move *move)
{
	struct offering *o = ctx;
	bool is_instead = o->c->viewer->side == CAT_SIDE_OFFICE &&
	    move->by[CAT_SIDE_REPRESENTATIVE];

	json_open_object(o->w);
	json_put_str(o->w, "id", move->id);
	json_put_str(o->w, "title", title_of(move->title, move->title_en));
	json_put_bool(o->w, "needs_text", move->needs_text);
	json_put_bool(o->w, "needs_letter", is_instead);
	put_whither(o, move, is_instead);
	json_close_object(o->w);
	o->has_change |= move->need == CAT_CASE_NEED_CHANGE;
	o->told[o->told_count++] = move;
}

/* Does a move lead from here that waits for a change of the record? */
static bool waits_for_change(const struct offering *o)
{
	const struct whole *c = o->c;
	size_t i;

	for (i = 0; o->kind && i < o->kind->moves_count; i++) {
		const struct cat_case_move *move = &o->kind->moves[i];

		if (move->need == CAT_CASE_NEED_CHANGE &&
		    move->by[c->viewer->side] &&
		    cat_case_leads_from(move, c->file.state))
			return !o->has_change;
	}
	return false;
}

static void put_next_move(void *ctx, const struct cat_case_move *move)
{
	struct offering *o = ctx;

	if (is_told(o, move))
		return;
	o->told[o->told_count++] = move;
	json_open_object(o->w);
	json_put_str(o->w, "id", move->id);
	json_put_str(o->w, "title", title_of(move->title, move->title_en));
	json_close_object(o->w);
}

static void put_office_move(void *ctx, const struct cat_case_move *move)
{
	/* What it does by an organisation's letter, that one does. */
	if (!move->by[CAT_SIDE_REPRESENTATIVE])
		put_next_move(ctx, move);
}

/* Moves that are made as soon as the record was changed. */
static void put_after_change(struct offering *o, enum cat_case_side side)
{
	size_t i;

	for (i = 0; o->kind && i < o->kind->moves_count; i++) {
		const struct cat_case_move *move = &o->kind->moves[i];

		if (move->need == CAT_CASE_NEED_CHANGE && move->by[side] &&
		    cat_case_leads_from(move, o->c->file.state))
			put_next_move(o, move);
	}
}

/* Whose turn it is: whom the state waits for; what was decided, the
 * organisation may take further. */
static enum cat_case_side side_next(const struct cat_case_state *state)
{
	if (!state)
		return CAT_SIDE_NOBODY;
	return state->stage == CAT_CASE_DECIDED ? CAT_SIDE_REPRESENTATIVE
						: state->waits_for;
}

/* What can follow, but for what the viewer himself can do. */
static enum err_code put_next(struct offering *o, const struct shown *s,
    struct case_request *request, struct err *err)
{
	const struct whole *c = o->c;
	enum cat_case_side side = side_next(s->state);
	const struct cat_department *body =
	    case_body(c->r->catalog, &c->file, side);
	size_t offered = o->told_count;
	enum err_code rc = 0;

	request->side = CAT_SIDE_NOBODY;
	request->actor = body ? body->id : "";
	request->by = ""; /* whoever of them */
	if (side == CAT_SIDE_REPRESENTATIVE) {
		request->side = side;
		request->actor = buf_str(&c->subject.code);
	}
	json_key(o->w, "next");
	json_open_array(o->w);
	if (request->actor[0])
		rc = case_offers(request,
		    side == CAT_SIDE_OFFICE ? put_office_move : put_next_move,
		    o, err);
	put_after_change(o, side);
	json_close_array(o->w);
	json_put_bool(o->w, "next_by_another",
	    side != CAT_SIDE_SOURCE && o->told_count > offered &&
		strcmp(request->actor, c->viewer->actor) == 0);
	return rc;
}

static enum err_code put_offers(struct whole *c, struct json_writer *w,
    const struct shown *s, struct err *err)
{
	struct case_request request = {.store = c->r->store,
	    .catalog = c->r->catalog,
	    .side = c->viewer->side == CAT_SIDE_REPRESENTATIVE
		? CAT_SIDE_REPRESENTATIVE
		: CAT_SIDE_NOBODY,
	    .actor = c->viewer->actor,
	    .by = c->viewer->by,
	    .case_id = c->file.id,
	    .now_ms = c->now_ms};
	struct offering offering = {.c = c, .kind = s->kind, .w = w};
	enum err_code rc;

	offering.told =
	    arena_zalloc(c->arena, (s->kind ? s->kind->moves_count : 0) + 1,
		sizeof(const struct cat_case_move *));
	json_key(w, "moves");
	json_open_array(w);
	rc = case_offers(&request, put_offer, &offering, err);
	json_close_array(w);
	json_put_bool(w, "wants_change", waits_for_change(&offering));
	return rc ? rc : put_next(&offering, s, &request, err);
}

static enum err_code find_whole(
    struct whole *c, int64_t number, struct case_about *about, struct err *err)
{
	enum err_code rc =
	    case_file_find(c->r->store, c->arena, number, &c->file, err);

	if (!rc)
		rc = subject_by_id(
		    c->r->store, c->file.subject_id, &c->subject, err);
	if (rc)
		return rc;
	snprintf(
	    about->code, sizeof(about->code), "%s", buf_str(&c->subject.code));
	about->subject_id = c->subject.id;
	about->record = c->file.record;
	if (may_see(c->r, c->viewer, &c->file, about->code))
		return 0;
	return err_set(
	    err, ERR_NOT_FOUND, "there is no case %lld", (long long)number);
}

static enum err_code put_case(
    struct whole *c, struct json_writer *w, struct err *err)
{
	const struct shown s = shown_of(c->r, &c->file);
	enum err_code rc;

	json_open_object(w);
	put_head(w, c->r);
	json_put_str(w, "viewer", cat_case_side_name(c->viewer->side));
	put_summary(w, c->r, &s, &c->subject);
	json_put_int(w, "steps_count", (int64_t)c->file.steps_count);
	rc = put_steps(c, w, s.kind, err);
	if (!rc)
		rc = put_offers(c, w, &s, err);
	json_close_object(w);
	return rc;
}

enum err_code case_document(const struct reading *r,
    const struct case_viewer *viewer, int64_t number, int64_t now_ms,
    struct case_about *about, struct buf *out, struct err *err)
{
	struct whole c = {
	    .r = r, .viewer = viewer, .arena = arena_new(), .now_ms = now_ms};
	struct json_writer w;
	enum err_code rc = store_begin_read(r->store, err);

	memset(about, 0, sizeof(*about));
	subject_init(&c.subject);
	json_start(&w, out);
	if (!rc)
		rc = find_whole(&c, number, about, err);
	if (!rc)
		rc = put_case(&c, &w, err);
	store_rollback(r->store);
	subject_release(&c.subject);
	arena_free(&c.arena);
	return put_end(out, rc, err);
}

/* ---- what was done already ---- */

static bool is_made(
    struct store *store, struct arena *arena, const struct case_made *made)
{
	struct case_file file;
	struct case_words words;
	const struct case_step *step;
	struct err ignored;

	if (case_file_find(store, arena, made->number, &file, &ignored) != 0 ||
	    made->step < 1 || made->step > (int64_t)file.steps_count)
		return false;
	step = &file.steps[made->step - 1];
	if ((made->move && strcmp(step->move, made->move) != 0) ||
	    strcmp(step->by, made->by) != 0 ||
	    case_step_words(store, arena, &file, step, &words, &ignored) != 0)
		return false;
	return span_equal(span_trim(made->text), span_of(words.text));
}

bool case_was_made(const struct reading *r, const struct case_made *made)
{
	struct arena *arena = arena_new();
	struct err ignored;
	bool is_it = store_begin_read(r->store, &ignored) == 0 &&
	    is_made(r->store, arena, made);

	store_rollback(r->store);
	arena_free(&arena);
	return is_it;
}
