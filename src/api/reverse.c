/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two things move an entry: a statement of the log, and a day.
 *
 *	new statements	block by block: of whom does each speak, was that
 *			organisation ever checked (usage/checked.h: a bit), and
 *			only then its open checks and what moved
 *	a new day	every organisation that was ever checked, in the order
 *			of ids
 *
 * A state (statements followed, day) is what stands at both ends of a step:
 * standing_moves compares the two and needs nothing that was kept. So a step
 * may be worked out any number of times before it is written.
 *
 * Which answers knew of a statement? Neither the check nor the statement says.
 * We look at the log many times a second and note when we first saw it that
 * long (`growths`): a check that was asked after that knew, one before may not
 * have. Its trace may come a little later than its reading, so a growth, or a
 * day, is followed only when REVERSE_SETTLE_MS are over and the uses of then
 * are published. What was noted is in memory: after a start the log counts as
 * just seen.
 */
#include "api/reverse.h"

#include <stdlib.h>
#include <string.h>

#include "base/keep.h"
#include "base/monotonic.h"
#include "ledger/ledger.h"
#include "registry/block.h"
#include "registry/subjects.h"
#include "usage/checked.h"
#include "usage/open_checks.h"

enum {
	GROWTHS_MAX = 4096, /* further ones are seen as one */
	NOTICES_MAX = 2000, /* a step ends behind so many */
	DAY_MS = 24 * 60 * 60 * 1000,
	CHINA_MS = 8 * 60 * 60 * 1000,
	CODE_CHARS = 18
};

/* Something that is to be followed when what was under way has settled. */
struct wait {
	int64_t ready_ms; /* monotonic */
	bool is_settled;  /* that time has come */
	uint64_t uses;	  /* with it: as many have to be published */
};

struct growth {
	uint64_t end;	 /* of the log */
	int64_t seen_ms; /* Unix time */
	struct wait wait;
};

struct reverse {
	struct checked *checked;
	struct growth growths[GROWTHS_MAX]; /* oldest first */
	size_t growths_count;
	date_days day; /* a new one that was seen */
	struct wait day_wait;
	struct arena *arena; /* of the step at hand */
	struct notice *list;
	size_t count, max;
};

struct reverse *reverse_new(void)
{
	struct reverse *r = mem_zalloc(1, sizeof(*r));

	r->checked = checked_new();
	r->arena = arena_new();
	r->day = DATE_NONE;
	return r;
}

void reverse_free(struct reverse **reverse)
{
	struct reverse *r = *reverse;

	if (!r)
		return;
	checked_free(&r->checked);
	arena_free(&r->arena);
	free(r->list);
	free(r);
	*reverse = NULL;
}

/* A step at work. */
struct work {
	struct reverse *r;
	const struct reverse_look *look;
	struct view_loader *loader;
	struct notice_state state;	   /* as far as the step has come */
	struct standing_moment between[2]; /* of the organisation at hand */
	int64_t asked_by_ms; /* later checks knew; INT64_MAX with a new day */
	int64_t since_ms;    /* older checks are told of nothing */
	int64_t ends_ms;     /* monotonic */
	struct arena *arena; /* of the organisation at hand */
};

/* ---- one organisation ---- */

struct moves {
	struct standing_move *list;
	size_t count, max;
};

static void take_move(void *ctx, const struct standing_move *move)
{
	struct moves *m = ctx;

	m->list = mem_grow(m->list, m->count, &m->max, sizeof(*m->list));
	m->list[m->count++] = *move;
}

static void add_notice(struct reverse *r, const struct notice *n)
{
	struct notice *own;

	r->list = mem_grow(r->list, r->count, &r->max, sizeof(*r->list));
	own = &r->list[r->count++];
	*own = *n;
	own->department = arena_keep(r->arena, n->department);
	own->matter = arena_keep(r->arena, n->matter);
	own->case_number = arena_keep(r->arena, n->case_number);
	own->check_id = arena_keep(r->arena, n->check_id);
	own->subject = arena_keep(r->arena, n->subject);
}

/* A use of many bears the time of its trace, not that of its reading. */
static int64_t asked_ms(const struct open_check *check)
{
	return check->at_ms - (check->is_of_many ? REVERSE_SETTLE_MS : 0);
}

/* The matter, if the check is still to be told of what happens in it. */
static const struct cat_matter *matter_of(
    const struct work *w, const struct open_check *check)
{
	const struct catalog *c = w->look->catalog;
	const struct cat_matter *m = catalog_matter(c, check->matter.p);
	const struct cat_department *d =
	    catalog_department(c, check->department.p);
	date_days today = w->between[1].day, last;

	if (!m || !d || m->reverse_months == 0 ||
	    !cat_matter_in_force(m, today) || !cat_may_ask(m, d))
		return NULL;
	last =
	    date_add_months(date_of_unix_ms(check->at_ms), m->reverse_months);
	return date_is_within(DATE_NONE, last, today) ? m : NULL;
}

/* What moved in the matter since the answer. A check that was asked on a later
 * day than the one followed so far knew that day's entries. */
static enum err_code find_moves(struct work *w, const struct cat_matter *matter,
    const struct notice *about, date_days asked_on, struct moves *out,
    struct err *err)
{
	const struct standing_question question = {.catalog = w->look->catalog,
	    .matter = matter,
	    .subject_id = about->subject_id,
	    .code = about->subject.p};
	struct standing_moment between[2] = {w->between[0], w->between[1]};

	out->count = 0;
	if (asked_on > between[0].day)
		between[0].day = asked_on;
	if (between[0].day >= between[1].day &&
	    between[0].statements == between[1].statements)
		return 0;
	if (between[0].day > between[1].day)
		between[0].day = between[1].day;
	return standing_moves(
	    w->loader, &question, between, take_move, out, err);
}

/* The moves that were worked out last, and for what. */
struct last {
	const struct cat_matter *matter;
	date_days asked_on;
	struct moves moves;
};

static enum err_code tell_check(struct work *w, const struct open_check *check,
    struct notice *about, struct last *last, struct err *err)
{
	const struct cat_matter *m = matter_of(w, check);
	date_days asked_on = date_of_unix_ms(asked_ms(check));
	enum err_code rc = 0;
	size_t i;

	if (!m || asked_ms(check) > w->asked_by_ms)
		return 0;
	if (m != last->matter || asked_on != last->asked_on)
		rc = find_moves(w, m, about, asked_on, &last->moves, err);
	last->matter = m;
	last->asked_on = asked_on;
	about->department = check->department;
	about->matter = check->matter;
	about->case_number = check->case_number;
	about->check_id = check->id;
	for (i = 0; i < last->moves.count && !rc; i++) {
		about->move = last->moves.list[i];
		add_notice(w->r, about);
	}
	return rc;
}

/* w->between says between which moments. */
static enum err_code follow_subject(
    struct work *w, int64_t subject_id, struct span code, struct err *err)
{
	const struct open_checks_query query = {subject_id, code, w->since_ms};
	struct notice about = {.subject_id = subject_id, .subject = code};
	const struct open_check *checks = NULL;
	struct last last = {.asked_on = DATE_NONE};
	size_t count = 0, i;
	enum err_code rc;

	arena_reset(w->arena);
	about.subject = arena_keep(w->arena, code);
	rc = open_checks_list(
	    w->look->office, &query, w->arena, &checks, &count, err);
	for (i = 0; i < count && !rc; i++)
		rc = tell_check(w, &checks[i], &about, &last, err);
	free(last.moves.list);
	return rc;
}

static bool is_time_over(const struct work *w)
{
	return w->r->count >= NOTICES_MAX || monotonic_ms() >= w->ends_ms;
}

/* ---- a new day ---- */

static enum err_code sweep_one(
    struct work *w, int64_t id, struct subject *subject, struct err *err)
{
	enum err_code rc = subject_by_id(w->look->registry, id, subject, err);

	/* An id that a use knows and the register does not: its verification
	 * says so, and there is nothing to tell of. */
	if (rc == ERR_NOT_FOUND)
		return 0;
	return rc ? rc : follow_subject(w, id, buf_span(&subject->code), err);
}

static enum err_code sweep(struct work *w, struct err *err)
{
	struct notice_state *s = &w->state;
	struct subject subject;
	enum err_code rc = 0;
	int64_t id;

	w->between[0] = s->at;
	w->between[1] = (struct standing_moment){s->at.statements, s->to_day};
	w->asked_by_ms = INT64_MAX;
	subject_init(&subject);
	while ((id = checked_next(w->r->checked, s->swept)) != 0) {
		rc = sweep_one(w, id, &subject, err);
		if (rc)
			break;
		s->swept = id;
		if (is_time_over(w))
			break;
	}
	subject_release(&subject);
	if (!rc && id == 0) {
		s->at.day = s->to_day;
		s->swept = 0;
	}
	return rc;
}

/* ---- new statements ---- */

struct code {
	char text[CODE_CHARS + 1];
};

/* Of whom a statement speaks; "" when of nobody whose entry it may move. */
static enum err_code code_of(
    struct span text, struct code *out, struct err *err)
{
	struct statement_cut cut;
	struct statement s;
	enum err_code rc;

	out->text[0] = '\0';
	if (statement_peek(text, &cut)) {
		if (cut.code.n > CODE_CHARS)
			return err_set(
			    err, ERR_CORRUPT, "a statement cannot be read");
		memcpy(out->text, cut.code.p, cut.code.n);
		out->text[cut.code.n] = '\0';
		return 0;
	}
	rc = statement_read(text, &s, err);
	if (rc)
		return rc;
	if ((s.kind == STATEMENT_WITHDRAWAL ||
		s.kind == STATEMENT_UNRESOLVED) &&
	    strlen(s.code) <= CODE_CHARS)
		memcpy(out->text, s.code, strlen(s.code) + 1);
	statement_release(&s);
	return 0;
}

static int by_code(const void *a, const void *b)
{
	const struct code *x = a, *y = b;

	return strcmp(x->text, y->text);
}

static enum err_code follow_code(
    struct work *w, const char *code, struct err *err)
{
	struct span text = span_of(code);
	int64_t id = 0;
	enum err_code rc = subject_id_of(w->look->registry, text, &id, err);
	int is_checked = 0;

	if (!rc && id)
		is_checked =
		    checked_has(w->r->checked, w->look->office, id, text, err);
	if (rc || is_checked < 0)
		return rc ? rc : (enum err_code)is_checked;
	return is_checked ? follow_subject(w, id, text, err) : ERR_NONE;
}

/* The statements of a block from where the state is, up to `end`. */
static enum err_code follow_block(
    struct work *w, const struct block *block, uint64_t end, struct err *err)
{
	struct code *codes = mem_alloc(block->count * sizeof(*codes));
	uint64_t last = block->first_seq + block->count, seq;
	enum err_code rc = 0;
	size_t n = 0, i;

	if (last > end)
		last = end;
	for (seq = w->state.at.statements; seq < last && !rc; seq++) {
		rc = code_of(block_statement(block, seq), &codes[n], err);
		n += !rc && codes[n].text[0];
	}
	qsort(codes, n, sizeof(*codes), by_code);
	w->between[0] = w->between[1] = w->state.at;
	w->between[1].statements = last;
	for (i = 0; i < n && !rc; i++)
		if (i == 0 || by_code(&codes[i - 1], &codes[i]) != 0)
			rc = follow_code(w, codes[i].text, err);
	free(codes);
	if (!rc)
		w->state.at.statements = last;
	return rc;
}

static enum err_code follow_growth(
    struct work *w, const struct growth *growth, struct err *err)
{
	struct notice_state *s = &w->state;
	struct block block;
	enum err_code rc = 0;

	/* Nobody ever asked about anybody. */
	if (checked_is_empty(w->r->checked)) {
		s->at.statements = growth->end;
		return 0;
	}
	w->asked_by_ms = growth->seen_ms;
	block_init(&block);
	while (s->at.statements < growth->end && !rc && !is_time_over(w)) {
		rc = block_load(
		    &block, w->look->registry, s->at.statements, err);
		if (!rc)
			rc = follow_block(w, &block, growth->end, err);
	}
	block_release(&block);
	return rc;
}

/* ---- what there is to follow ---- */

static struct wait new_wait(const struct reverse_look *look)
{
	return (struct wait){.ready_ms = look->tick_ms + REVERSE_SETTLE_MS};
}

/* uses: how many are sealed. */
static bool has_settled(
    struct wait *wait, const struct reverse_look *look, uint64_t uses)
{
	if (!wait->is_settled && look->tick_ms >= wait->ready_ms) {
		wait->is_settled = true;
		wait->uses = uses;
	}
	return wait->is_settled && look->published >= wait->uses;
}

/* Growths that are followed go, a new one comes. */
static void note_growth(struct reverse *r, const struct reverse_look *look,
    uint64_t followed, uint64_t end)
{
	struct growth *newest;
	size_t gone = 0;

	while (gone < r->growths_count && r->growths[gone].end <= followed)
		gone++;
	r->growths_count -= gone;
	memmove(r->growths, r->growths + gone,
	    r->growths_count * sizeof(*r->growths));
	newest = &r->growths[r->growths_count ? r->growths_count - 1 : 0];
	if (end <= (r->growths_count ? newest->end : followed))
		return;
	if (r->growths_count && r->growths_count < GROWTHS_MAX)
		newest++;
	*newest = (struct growth){end, look->now_ms, new_wait(look)};
	if (r->growths_count < GROWTHS_MAX)
		r->growths_count++;
}

static void note_day(
    struct reverse *r, const struct reverse_look *look, date_days followed)
{
	date_days today = date_of_unix_ms(look->now_ms);

	/* A clock that went back brings nothing back. */
	if (today > followed && today != r->day) {
		r->day = today;
		r->day_wait = new_wait(look);
	}
}

/* The first of all: from now on. */
static void begin(
    const struct reverse_look *look, uint64_t end, struct notice_state *out)
{
	*out = (struct notice_state){
	    .at = {end, date_of_unix_ms(look->now_ms)}, .next_id = 1};
	out->to_day = out->at.day;
}

/* One kind of work: a sweep that has begun, a new day, new statements. */
static enum err_code do_work(struct work *w, uint64_t uses, struct err *err)
{
	struct reverse *r = w->r;
	struct notice_state *s = &w->state;
	struct growth *growth = &r->growths[0];

	if (s->to_day == s->at.day && r->day > s->at.day &&
	    has_settled(&r->day_wait, w->look, uses))
		s->to_day = r->day;
	if (s->to_day != s->at.day)
		return sweep(w, err);
	/* What came on the new day is told of as of it. */
	if (r->day > s->at.day)
		return 0;
	if (r->growths_count && has_settled(&growth->wait, w->look, uses))
		return follow_growth(w, growth, err);
	return 0;
}

/* ---- a turn ---- */

static date_days oldest_day(const struct catalog *c, date_days today)
{
	int months = 0;
	size_t i;

	for (i = 0; i < c->matters_count; i++)
		if (c->matters[i].reverse_months > months)
			months = c->matters[i].reverse_months;
	return date_add_months(today, -months);
}

static enum err_code find_code(
    void *ctx, struct span code, int64_t *id_out, struct err *err)
{
	return subject_id_of(ctx, code, id_out, err);
}

struct ends {
	int64_t statements, uses;
};

static enum err_code load_ends(
    const struct reverse_look *look, struct ends *out, struct err *err)
{
	struct store_value log = store_int(LEDGER_RECORDS);
	enum err_code rc = store_get_int(look->registry, SQL_LEDGER_HEAD_LAST,
	    &log, 1, 0, &out->statements, err);

	return rc ? rc
		  : store_get_int(look->office, SQL_USAGE_HEAD_GET, NULL, 0, 0,
			&out->uses, err);
}

static enum err_code work_out(struct reverse *r,
    const struct reverse_look *look, const struct ends *ends,
    struct notice_state *state, struct err *err)
{
	struct work w = {.r = r,
	    .look = look,
	    .state = *state,
	    .ends_ms = monotonic_ms() + REVERSE_TURN_MS};
	const struct view_source source = {
	    .store = look->registry, .catalog = look->catalog};
	date_days oldest = oldest_day(look->catalog, state->at.day);
	enum err_code rc;

	w.since_ms = (int64_t)oldest * DAY_MS - CHINA_MS;
	w.arena = arena_new();
	view_loader_new(&source, &w.loader);
	rc = checked_follow(r->checked, look->office, look->published,
	    find_code, look->registry, err);
	if (!rc)
		rc = do_work(&w, (uint64_t)ends->uses, err);
	view_loader_free(&w.loader);
	arena_free(&w.arena);
	if (!rc)
		*state = w.state;
	return rc;
}

static bool has_moved(
    const struct notice_state *a, const struct notice_state *b)
{
	return a->at.statements != b->at.statements || a->at.day != b->at.day ||
	    a->to_day != b->to_day || a->swept != b->swept;
}

static enum err_code turn_in_view(struct reverse *r,
    const struct reverse_look *look, struct reverse_turn *out, struct err *err)
{
	struct notice_step *step = &out->step;
	struct ends ends = {0};
	bool is_there = false;
	enum err_code rc = load_ends(look, &ends, err);

	if (!rc)
		rc = notice_state_load(
		    look->office, &step->from, &is_there, err);
	if (rc)
		return rc;
	step->is_first = !is_there;
	step->to = step->from;
	if (!is_there) {
		begin(look, (uint64_t)ends.statements, &step->to);
	} else {
		note_growth(r, look, step->from.at.statements,
		    (uint64_t)ends.statements);
		note_day(r, look, step->from.at.day);
		rc = work_out(r, look, &ends, &step->to, err);
	}
	step->list = r->list;
	step->count = r->count;
	out->has_step = !rc && (!is_there || has_moved(&step->from, &step->to));
	out->has_more = out->has_step;
	return rc;
}

enum err_code reverse_turn(struct reverse *r, const struct reverse_look *look,
    struct reverse_turn *out, struct err *err)
{
	enum err_code rc = store_begin_read(look->office, err);

	*out = (struct reverse_turn){.has_step = false};
	arena_reset(r->arena);
	r->count = 0;
	if (rc)
		return rc;
	/* The office first: what an answer knew was there before its trace. */
	rc = store_begin_read(look->registry, err);
	if (!rc)
		rc = turn_in_view(r, look, out, err);
	store_rollback(look->registry);
	store_rollback(look->office);
	return rc;
}
