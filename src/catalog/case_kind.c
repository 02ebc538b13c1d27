/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the catalogue says of cases: look-ups, the document, the judgement.
 *
 * A kind is a graph: its states are the nodes, its moves the edges. It is
 * refused when the graph has a state that no case can come to, one that no
 * case can leave although it is no end, or an end that is left. Clocks are
 * like retentions the other way round: of several the shortest counts, and a
 * lower layer may only shorten what a layer above has set.
 */
#include "catalog/case_kind.h"

#include <string.h>

#include "base/check.h"
#include "base/json.h"
#include "base/tr.h"
#include "catalog/cat_priv.h"

const char *const cat_case_stage_names[CAT_CASE_STAGE_COUNT] = {
    [CAT_CASE_OPEN] = "open",
    [CAT_CASE_DECIDED] = "decided",
    [CAT_CASE_ENDED] = "ended",
};
const char *const cat_case_side_names[CAT_CASE_SIDE_COUNT] = {
    [CAT_SIDE_NOBODY] = "nobody",
    [CAT_SIDE_REPRESENTATIVE] = "representative",
    [CAT_SIDE_OFFICE] = "office",
    [CAT_SIDE_SOURCE] = "source",
};
const char *const cat_case_scope_names[CAT_CASE_SCOPE_COUNT] = {
    [CAT_CASE_ANY] = "any",
    [CAT_CASE_OWN] = "own",
    [CAT_CASE_ANOTHER] = "another",
};
const char *const cat_case_need_names[CAT_CASE_NEED_COUNT] = {
    [CAT_CASE_NEED_NONE] = "none",
    [CAT_CASE_NEED_CHANGE] = "change",
    [CAT_CASE_NEED_OWN] = "own",
    [CAT_CASE_NEED_OTHERS] = "others",
    [CAT_CASE_NEED_ANOTHER_PERSON] = "another-person",
};

static const char *stage_name(enum cat_case_stage v)
{
	ASSERT(v < CAT_CASE_STAGE_COUNT);
	return cat_case_stage_names[v];
}

const char *cat_case_side_name(enum cat_case_side v)
{
	ASSERT(v < CAT_CASE_SIDE_COUNT);
	return cat_case_side_names[v];
}

const char *cat_case_scope_name(enum cat_case_scope v)
{
	ASSERT(v < CAT_CASE_SCOPE_COUNT);
	return cat_case_scope_names[v];
}

static const char *need_name(enum cat_case_need v)
{
	ASSERT(v < CAT_CASE_NEED_COUNT);
	return cat_case_need_names[v];
}

int cat_case_side_find(const char *name)
{
	int i;

	for (i = 0; i < CAT_CASE_SIDE_COUNT; i++)
		if (strcmp(cat_case_side_names[i], name) == 0)
			return i;
	return -1;
}

/* ---- look-ups ---- */

const struct cat_case_kind *catalog_case_kind(
    const struct catalog *c, const char *id)
{
	size_t i;

	for (i = 0; i < c->case_kinds_count; i++)
		if (strcmp(c->case_kinds[i].id, id) == 0)
			return &c->case_kinds[i];
	return NULL;
}

const struct cat_case_state *cat_case_state(
    const struct cat_case_kind *kind, const char *id)
{
	size_t i;

	for (i = 0; i < kind->states_count; i++)
		if (strcmp(kind->states[i].id, id) == 0)
			return &kind->states[i];
	return NULL;
}

const struct cat_case_move *cat_case_move(
    const struct cat_case_kind *kind, const char *id)
{
	size_t i;

	for (i = 0; i < kind->moves_count; i++)
		if (strcmp(kind->moves[i].id, id) == 0)
			return &kind->moves[i];
	return NULL;
}

bool cat_case_leads_from(const struct cat_case_move *move, const char *state)
{
	return state[0] ? cat_has_text(move->from, move->from_count, state)
			: move->from_count == 0;
}

bool cat_case_clock_ends(const struct cat_case_clock *clock, const char *state)
{
	return cat_has_text(clock->ends, clock->ends_count, state);
}

bool cat_case_kind_in_force(const struct cat_case_kind *kind, date_days on)
{
	return date_is_within(kind->valid_from, kind->valid_to, on);
}

const struct cat_case_mark *catalog_case_mark(
    const struct catalog *c, const struct cat_case_kind *kind, date_days on)
{
	size_t i;

	for (i = 0; i < c->case_marks_count; i++) {
		const struct cat_case_mark *m = &c->case_marks[i];

		if (m->kind == kind &&
		    date_is_within(m->valid_from, m->valid_to, on))
			return m;
	}
	return NULL;
}

/* ---- the judgement of a kind ---- */

struct judging {
	const struct cat_case_kind *kind;
	struct cat_issues *issues;
};

/* fmt: of one state's id, through tr(). */
#define TELL_STATE(j, state, fmt)                                              \
	cat_issue(                                                             \
	    (j)->issues, LINT_CASE_STATE, (state)->where, fmt, (state)->id)

static void check_state_name(
    const struct judging *j, const struct cat_case_move *move, const char *id)
{
	if (!cat_case_state(j->kind, id))
		cat_issue(j->issues, LINT_CASE_MOVE, move->where,
		    tr("move \"%s\" names state \"%s\", which the kind does "
		       "not have"),
		    move->id, id);
}

static void lint_move(const struct judging *j, const struct cat_case_move *move)
{
	bool has_side = false;
	size_t i;

	for (i = 0; i < move->from_count; i++)
		check_state_name(j, move, move->from[i]);
	if (move->to[0])
		check_state_name(j, move, move->to);
	for (i = CAT_SIDE_NOBODY + 1; i < CAT_CASE_SIDE_COUNT; i++)
		has_side |= move->by[i];
	if (!has_side || move->by[CAT_SIDE_NOBODY])
		cat_issue(j->issues, LINT_CASE_MOVE, move->where,
		    tr("move \"%s\" is made by nobody"), move->id);
	if (!move->to[0] && (move->from_count == 0 || !move->is_once))
		cat_issue(j->issues, LINT_CASE_MOVE, move->where,
		    tr("move \"%s\" leads to no state, and is not made once"),
		    move->id);
	if (cat_case_move(j->kind, move->id) != move)
		cat_issue(j->issues, LINT_DUPLICATE_ID, move->where,
		    tr("%s \"%s\" stands twice"), tr(N_("case move")),
		    move->id);
}

/* Which states a case can come to: from the moves that begin it, on and on. */
static void find_reached(const struct cat_case_kind *kind, bool *reached)
{
	bool grows = true;
	size_t i, k;

	while (grows) {
		grows = false;
		for (i = 0; i < kind->moves_count; i++) {
			const struct cat_case_move *m = &kind->moves[i];
			const struct cat_case_state *to =
			    cat_case_state(kind, m->to);
			bool is_made = m->from_count == 0;

			for (k = 0; k < kind->states_count; k++)
				is_made |= reached[k] &&
				    cat_case_leads_from(m, kind->states[k].id);
			if (!to || !is_made || reached[to - kind->states])
				continue;
			reached[to - kind->states] = true;
			grows = true;
		}
	}
}

static bool is_left(
    const struct cat_case_kind *kind, const struct cat_case_state *state)
{
	size_t i;

	for (i = 0; i < kind->moves_count; i++)
		if (kind->moves[i].to[0] &&
		    strcmp(kind->moves[i].to, state->id) != 0 &&
		    cat_case_leads_from(&kind->moves[i], state->id))
			return true;
	return false;
}

/* Does any move begin in it, also one that stays? */
static bool is_moved(
    const struct cat_case_kind *kind, const struct cat_case_state *state)
{
	size_t i;

	for (i = 0; i < kind->moves_count; i++)
		if (cat_case_leads_from(&kind->moves[i], state->id))
			return true;
	return false;
}

static void lint_state(
    const struct judging *j, const struct cat_case_state *s, bool is_reached)
{
	bool is_open = s->stage == CAT_CASE_OPEN;
	bool waits = s->waits_for != CAT_SIDE_NOBODY;

	if (cat_case_state(j->kind, s->id) != s) {
		cat_issue(j->issues, LINT_DUPLICATE_ID, s->where,
		    tr("%s \"%s\" stands twice"), tr(N_("case state")), s->id);
		return;
	}
	if (!is_reached)
		TELL_STATE(j, s, tr("no move leads to state \"%s\""));
	if (s->stage == CAT_CASE_ENDED && is_moved(j->kind, s))
		TELL_STATE(j, s,
		    tr("state \"%s\" is an end, and a move leads out of it"));
	if (is_open && !is_left(j->kind, s))
		TELL_STATE(j, s,
		    tr("state \"%s\" is no end, and no move leads out of it"));
	if (is_open && !waits)
		TELL_STATE(
		    j, s, tr("state \"%s\" is open and waits for nobody"));
	if (!is_open && waits)
		TELL_STATE(j, s,
		    tr("state \"%s\" is not open and waits for somebody"));
}

static void lint_states(const struct judging *j)
{
	bool reached[CAT_CASE_STATES_MAX] = {false};
	size_t i;

	if (j->kind->states_count > CAT_CASE_STATES_MAX) {
		cat_issue(j->issues, LINT_BOUND, j->kind->where,
		    tr("\"%s\" holds more than %d things"), "states",
		    CAT_CASE_STATES_MAX);
		return;
	}
	find_reached(j->kind, reached);
	for (i = 0; i < j->kind->states_count; i++)
		lint_state(j, &j->kind->states[i], reached[i]);
}

/* ---- the judgement of a clock ---- */

static void lint_clock(
    const struct cat_case_clock *clock, struct cat_issues *issues)
{
	bool is_good =
	    clock->kind && cat_case_state(clock->kind, clock->starts);
	size_t i;

	if (!clock->kind)
		return;
	for (i = 0; i < clock->ends_count; i++)
		is_good &= cat_case_state(clock->kind, clock->ends[i]) != NULL;
	if (!is_good || clock->ends_count == 0)
		cat_issue(issues, LINT_CASE_CLOCK, clock->where,
		    tr("clock \"%s\" runs between states that \"%s\" does not "
		       "have"),
		    clock->id, clock->kind->id);
	if (clock->longest_days && clock->longest_days <= clock->days)
		cat_issue(issues, LINT_CASE_CLOCK, clock->where,
		    tr("clock \"%s\" is not longer when it is extended"),
		    clock->id);
}

static int longest(const struct cat_case_clock *clock)
{
	return clock->longest_days ? clock->longest_days : clock->days;
}

static bool are_together(
    const struct cat_case_clock *a, const struct cat_case_clock *b)
{
	return a->kind == b->kind && strcmp(a->starts, b->starts) == 0 &&
	    (a->scope == b->scope || a->scope == CAT_CASE_ANY ||
		b->scope == CAT_CASE_ANY) &&
	    (a->valid_to == DATE_NONE || b->valid_from <= a->valid_to) &&
	    (b->valid_to == DATE_NONE || a->valid_from <= b->valid_to);
}

static void tell_longer(const struct cat_case_clock *low, int low_days,
    const struct cat_case_clock *high, int high_days, struct cat_issues *issues)
{
	cat_issue(issues, LINT_CASE_LONGER, low->where,
	    tr("clock \"%s\" of %d days is longer than \"%s\" above, of %d"),
	    low->id, low_days, high->id, high_days);
}

static void tell_working(const struct cat_case_clock *low,
    const struct cat_case_clock *high, struct cat_issues *issues)
{
	cat_issue(issues, LINT_CASE_LONGER, low->where,
	    tr("clock \"%s\" counts %d working days, but \"%s\" above counts "
	       "%d calendar days"),
	    low->id, low->days, high->id, high->days);
}

static void lint_longer(const struct catalog *c,
    const struct cat_case_clock *low, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < c->case_clocks_count; i++) {
		const struct cat_case_clock *high = &c->case_clocks[i];

		if (high->where.layer >= low->where.layer ||
		    !are_together(low, high))
			continue;
		if (high->is_calendar && !low->is_calendar)
			tell_working(low, high, issues);
		else if (low->days > high->days)
			tell_longer(low, low->days, high, high->days, issues);
		else if (longest(low) > longest(high))
			tell_longer(
			    low, longest(low), high, longest(high), issues);
	}
}

void cat_lint_cases(const struct catalog *c, struct cat_issues *issues)
{
	size_t i, k;

	for (i = 0; i < c->case_kinds_count; i++) {
		const struct judging j = {&c->case_kinds[i], issues};

		for (k = 0; k < j.kind->moves_count; k++)
			lint_move(&j, &j.kind->moves[k]);
		lint_states(&j);
	}
	for (i = 0; i < c->case_clocks_count; i++) {
		lint_clock(&c->case_clocks[i], issues);
		lint_longer(c, &c->case_clocks[i], issues);
	}
}

/* ---- as a document ---- */

static void put_texts_of_sides(struct json_writer *w, const bool *sides)
{
	size_t i;

	json_key(w, "by");
	json_open_array(w);
	for (i = 0; i < CAT_CASE_SIDE_COUNT; i++)
		if (sides[i])
			json_add_string(w, span_of(cat_case_side_names[i]));
	json_close_array(w);
}

static void put_states(struct json_writer *w, const struct cat_case_kind *kind)
{
	size_t i;

	json_key(w, "states");
	json_open_array(w);
	for (i = 0; i < kind->states_count; i++) {
		const struct cat_case_state *s = &kind->states[i];

		json_open_object(w);
		json_put_str(w, "id", s->id);
		json_put_str(w, "title", s->title);
		json_put_str(w, "title_en", s->title_en);
		json_put_str(w, "stage", stage_name(s->stage));
		json_put_str(w, "waits_for", cat_case_side_name(s->waits_for));
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_moves(struct json_writer *w, const struct cat_case_kind *kind)
{
	size_t i;

	json_key(w, "moves");
	json_open_array(w);
	for (i = 0; i < kind->moves_count; i++) {
		const struct cat_case_move *m = &kind->moves[i];

		json_open_object(w);
		json_put_str(w, "id", m->id);
		json_put_str(w, "title", m->title);
		json_put_str(w, "title_en", m->title_en);
		cat_json_put_texts(w, "from", m->from, m->from_count);
		json_put_str(w, "to", m->to);
		put_texts_of_sides(w, m->by);
		json_put_bool(w, "needs_text", m->needs_text);
		json_put_bool(w, "once", m->is_once);
		json_put_bool(w, "extends", m->extends);
		json_put_str(w, "needs", need_name(m->need));
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_clocks(struct json_writer *w, const struct catalog *c,
    const struct cat_case_kind *kind)
{
	size_t i;

	json_key(w, "clocks");
	json_open_array(w);
	for (i = 0; i < c->case_clocks_count; i++) {
		const struct cat_case_clock *k = &c->case_clocks[i];

		if (k->kind != kind)
			continue;
		json_open_object(w);
		json_put_str(w, "id", k->id);
		json_put_str(w, "starts", k->starts);
		cat_json_put_texts(w, "ends", k->ends, k->ends_count);
		json_put_str(w, "scope", cat_case_scope_name(k->scope));
		json_put_int(w, "days", k->days);
		json_put_int(w, "longest_days", k->longest_days);
		json_put_bool(w, "working_days", !k->is_calendar);
		json_put_date(w, "valid_from", k->valid_from);
		json_put_date(w, "valid_to", k->valid_to);
		cat_json_put_basis(w, k->basis);
		cat_json_put_status(w, k->status);
		cat_json_put_where(w, &k->where);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_marks(struct json_writer *w, const struct catalog *c,
    const struct cat_case_kind *kind)
{
	size_t i;

	json_key(w, "marks");
	json_open_array(w);
	for (i = 0; i < c->case_marks_count; i++) {
		const struct cat_case_mark *m = &c->case_marks[i];

		if (m->kind != kind)
			continue;
		json_open_object(w);
		json_put_str(w, "id", m->id);
		json_put_date(w, "valid_from", m->valid_from);
		json_put_date(w, "valid_to", m->valid_to);
		cat_json_put_basis(w, m->basis);
		cat_json_put_status(w, m->status);
		cat_json_put_where(w, &m->where);
		json_close_object(w);
	}
	json_close_array(w);
}

void catalog_case_kind_json(
    const struct catalog *c, const struct cat_case_kind *kind, struct buf *out)
{
	struct json_writer w;

	json_start(&w, out);
	json_open_object(&w);
	json_put_str(&w, "id", kind->id);
	json_put_str(&w, "title", kind->title);
	json_put_str(&w, "title_en", kind->title_en);
	cat_json_put_bases(&w, kind->bases, kind->bases_count);
	put_states(&w, kind);
	put_moves(&w, kind);
	put_clocks(&w, c, kind);
	put_marks(&w, c, kind);
	json_put_date(&w, "valid_from", kind->valid_from);
	json_put_date(&w, "valid_to", kind->valid_to);
	cat_json_put_status(&w, kind->status);
	cat_json_put_where(&w, &kind->where);
	json_put_str(&w, "catalog_digest", c->digest_hex);
	json_close_object(&w);
}
