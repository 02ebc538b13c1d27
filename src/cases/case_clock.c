/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	steps     filed ---- accepted ---- forwarded ---- answered -- upheld
 *	clock     |<------------ days of the scope that counts ------>|
 *	          started                                   stopped   (due)
 *
 * A clock starts with each step that brings the case into its state and
 * stops with the first later one into one of its ends. Its scope is judged
 * over the whole run: a case that was with another unit has the clock of
 * that scope from its start on, also when it went there late; the law counts
 * from the same day in both.
 *
 * Whoever is waited for when the due day ends has missed it, whoever acts
 * afterwards: a department that had the case in hands cannot hand the blame
 * back with it.
 */
#include "cases/case_clock.h"

#include <string.h>

#include "calendar/calendar.h"

const struct cat_department *case_body(const struct catalog *c,
    const struct case_file *file, enum cat_case_side side)
{
	if (side == CAT_SIDE_OFFICE)
		return catalog_credit_office(c);
	return side == CAT_SIDE_SOURCE ? catalog_department(c, file->source)
				       : NULL;
}

/* One start of clocks: what happened from step `from` on. */
struct stretch {
	const struct catalog *catalog;
	const struct cat_case_kind *kind;
	const struct case_file *file;
	date_days today;
	size_t from; /* index of the step that starts it */
	size_t end;  /* of those that have happened by today */
};

static size_t steps_by(const struct case_file *file, date_days today)
{
	size_t n = file->steps_count;

	while (n && file->steps[n - 1].on > today)
		n--;
	return n;
}

/* The step that stops it; `end` when none does. */
static size_t stop_of(
    const struct stretch *s, const struct cat_case_clock *clock)
{
	size_t i;

	for (i = s->from + 1; i < s->end; i++)
		if (cat_case_clock_ends(clock, s->file->steps[i].state))
			return i;
	return s->end;
}

static bool was_with_another(const struct stretch *s, size_t stop)
{
	size_t i;

	for (i = 0; i < stop; i++) {
		const struct cat_case_state *state =
		    cat_case_state(s->kind, s->file->steps[i].state);

		if (state && state->is_with_another)
			return true;
	}
	return false;
}

static bool was_extended(const struct stretch *s, size_t stop)
{
	size_t i;

	for (i = s->from; i < stop; i++) {
		const struct cat_case_move *move =
		    cat_case_move(s->kind, s->file->steps[i].move);

		if (move && move->extends)
			return true;
	}
	return false;
}

/* Who was waited for when a day ended. */
static enum cat_case_side holder_at_end_of(
    const struct stretch *s, date_days day)
{
	const struct cat_case_state *state;
	size_t i = steps_by(s->file, day);

	state = i ? cat_case_state(s->kind, s->file->steps[i - 1].state) : NULL;
	return state ? state->waits_for : CAT_SIDE_NOBODY;
}

static bool is_running(
    const struct stretch *s, const struct cat_case_clock *clock)
{
	const struct case_step *first = &s->file->steps[s->from];
	bool is_another;

	if (clock->kind != s->kind ||
	    strcmp(clock->starts, first->state) != 0 ||
	    !date_is_within(clock->valid_from, clock->valid_to, first->on))
		return false;
	is_another = was_with_another(s, stop_of(s, clock));
	return clock->scope == CAT_CASE_ANY ||
	    (clock->scope == CAT_CASE_ANOTHER) == is_another;
}

static struct case_run run_of(
    const struct stretch *s, const struct cat_case_clock *clock)
{
	size_t stop = stop_of(s, clock);
	struct case_run run = {.clock = clock,
	    .started = s->file->steps[s->from].on,
	    .stopped = stop < s->end ? s->file->steps[stop].on : DATE_NONE,
	    .is_extended = clock->longest_days && was_extended(s, stop)};

	run.due = calendar_deadline(run.started,
	    run.is_extended ? clock->longest_days : clock->days,
	    !clock->is_calendar);
	run.is_missed =
	    (run.stopped == DATE_NONE ? s->today : run.stopped) > run.due;
	if (run.is_missed)
		run.missed_by = holder_at_end_of(s, run.due);
	return run;
}

/* The one that is due first of those that this step starts. */
static bool find_run(const struct stretch *s, struct case_run *out)
{
	bool has = false;
	size_t i;

	for (i = 0; i < s->catalog->case_clocks_count; i++) {
		const struct cat_case_clock *clock =
		    &s->catalog->case_clocks[i];
		struct case_run run;

		if (!is_running(s, clock))
			continue;
		run = run_of(s, clock);
		if (!has || run.due < out->due)
			*out = run;
		has = true;
	}
	return has;
}

/* Does the step bring the case into another state? */
static bool comes_in(const struct case_file *file, size_t i)
{
	return i == 0 ||
	    strcmp(file->steps[i - 1].state, file->steps[i].state) != 0;
}

void case_clocks(const struct catalog *catalog, const struct case_file *file,
    date_days today, case_run_visit *visit, void *ctx)
{
	struct stretch s = {catalog, catalog_case_kind(catalog, file->kind),
	    file, today, 0, steps_by(file, today)};
	struct case_run run;

	if (!s.kind)
		return;
	for (; s.from < s.end; s.from++)
		if (comes_in(file, s.from) && find_run(&s, &run))
			visit(ctx, &run);
}

struct last {
	struct case_run run;
	bool has;
};

static void keep_last(void *ctx, const struct case_run *run)
{
	struct last *last = ctx;

	last->run = *run;
	last->has = true;
}

bool case_clock_now(const struct catalog *catalog, const struct case_file *file,
    date_days today, struct case_run *out)
{
	struct last last = {.has = false};

	case_clocks(catalog, file, today, keep_last, &last);
	if (last.has)
		*out = last.run;
	return last.has;
}

bool case_can_extend(const struct catalog *catalog,
    const struct case_file *file, date_days today)
{
	struct case_run run;

	return case_clock_now(catalog, file, today, &run) &&
	    run.stopped == DATE_NONE && !run.is_extended &&
	    run.clock->longest_days > run.clock->days;
}
