/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record only grows: versions and ends are added behind the ones that are
 * there. As it was when the log had n statements is its beginning, up to the
 * first version and the first end with a number from n on; both moments are
 * judged on such a beginning of the same record.
 *
 * Whether a record is looked at closer is asked of its narrow columns, where
 * the day of receipt is not known: there every version counts as received by
 * the earlier day, which only keeps more.
 */
#include "standing/moves.h"

#include <string.h>

#include "base/check.h"
#include "registry/statement.h"
#include "standing/standing_priv.h"

const char *standing_move_word(enum standing_move_kind kind)
{
	static const char *const words[STANDING_MOVE_KINDS] = {
	    "begun", "ended", "changed"};

	ASSERT(kind < STANDING_MOVE_KINDS);
	return words[kind];
}

const char *standing_why_word(enum standing_why why)
{
	static const char *const words[STANDING_WHYS] = {"reported",
	    "corrected", "withdrawn", "unresolved", "by-date", "reinstated"};

	ASSERT(why < STANDING_WHYS);
	return words[why];
}

enum { BEFORE, AFTER };

/* A record at both moments. */
struct pair {
	struct view_record records[2];
	struct standing_entry entries[2];
	bool is_told[2];
};

struct comparing {
	struct standing_question question;
	const struct standing_moment *between;
};

/* The record as it was when the log had so many statements. */
static struct view_record beginning(
    const struct view_record *record, uint64_t statements)
{
	struct view_record r = *record;

	while (r.versions_count &&
	    r.versions[r.versions_count - 1].seq >= statements)
		r.versions_count--;
	while (r.ends_count && r.ends[r.ends_count - 1].seq >= statements)
		r.ends_count--;
	return r;
}

static void judge(
    struct comparing *c, const struct view_record *record, struct pair *out)
{
	int i;

	for (i = BEFORE; i <= AFTER; i++) {
		out->records[i] = beginning(record, c->between[i].statements);
		c->question.today = c->between[i].day;
		out->is_told[i] = out->records[i].versions_count &&
		    standing_is_told(
			&c->question, &out->records[i], &out->entries[i]);
	}
}

static bool keep(void *ctx, const struct view_record *record)
{
	struct pair pair;

	judge(ctx, record, &pair);
	return pair.is_told[BEFORE] || pair.is_told[AFTER];
}

/* ---- what became of it ---- */

/* The day of a change that no statement made: what the dates say, if it lies
 * between the two moments. */
static date_days day_between(const struct comparing *c, date_days day)
{
	return day != DATE_NONE && day > c->between[BEFORE].day &&
		day <= c->between[AFTER].day
	    ? day
	    : c->between[AFTER].day;
}

/* Why there is a version that somebody sent, or else took back. */
static enum standing_why came(
    const struct view_version *version, enum standing_why sent)
{
	static const char key[] = ",\"withdrawal\":";
	struct statement_cut cut;

	if (!statement_peek(version->statement, &cut) ||
	    !cut.content.resolved.n)
		return sent;
	/* In canonical JSON no text has the key's quotes. */
	return memmem(cut.content.resolved.p, cut.content.resolved.n, key,
		   sizeof(key) - 1)
	    ? STANDING_REINSTATED
	    : sent;
}

static struct standing_move begun(
    const struct comparing *c, const struct pair *pair)
{
	const struct view_version *v = pair->entries[AFTER].version;
	struct standing_move move = {.kind = STANDING_BEGUN,
	    .why = came(v, STANDING_REPORTED),
	    .seq = v->seq,
	    .replaces = -1,
	    .on = v->received};

	if (v->facts.decided_on > v->received)
		move.on = v->facts.decided_on;
	if (v->seq < c->between[BEFORE].statements) {
		move.why = STANDING_BY_DATE;
		move.on = day_between(c, v->facts.decided_on);
	}
	return move;
}

static struct standing_move ended(
    const struct comparing *c, const struct pair *pair)
{
	const struct standing_entry *entry = &pair->entries[BEFORE];
	const struct view_record *now = &pair->records[AFTER];
	const struct view_version *shown =
	    view_shown(now, c->between[AFTER].day);
	const struct view_end *end =
	    view_end_on(now, entry->version, c->between[AFTER].day);
	struct standing_move move = {.kind = STANDING_ENDED,
	    .why = STANDING_BY_DATE,
	    .seq = entry->version->seq,
	    .replaces = -1,
	    .on = day_between(
		c, entry->until == DATE_NONE ? DATE_NONE : entry->until + 1)};

	if (end) {
		move.why = end->kind == RECORD_END_UNRESOLVED
		    ? STANDING_UNRESOLVED
		    : STANDING_WITHDRAWN;
		move.on = end->on;
	} else if (shown && shown->seq != move.seq) {
		move.why = STANDING_CORRECTED;
		move.on = shown->received;
	}
	return move;
}

static struct standing_move changed(const struct pair *pair)
{
	const struct view_version *v = pair->entries[AFTER].version;

	return (struct standing_move){.kind = STANDING_CHANGED,
	    .why = came(v, STANDING_CORRECTED),
	    .seq = v->seq,
	    .replaces = (int64_t)pair->entries[BEFORE].version->seq,
	    .on = v->received};
}

/* False: it is told as before, or not at all as before. */
static bool has_moved(const struct comparing *c, const struct pair *pair,
    struct standing_move *out)
{
	if (pair->is_told[BEFORE] && pair->is_told[AFTER]) {
		*out = changed(pair);
		return out->seq != (uint64_t)out->replaces;
	}
	if (!pair->is_told[BEFORE] && !pair->is_told[AFTER])
		return false;
	*out = pair->is_told[AFTER] ? begun(c, pair) : ended(c, pair);
	return true;
}

enum err_code standing_moves(struct view_loader *loader,
    const struct standing_question *question,
    const struct standing_moment between[2], standing_visit *visit, void *ctx,
    struct err *err)
{
	struct comparing c = {*question, between};
	struct view view;
	enum err_code rc = view_loader_load(loader, question->subject_id,
	    between[BEFORE].day, keep, &c, &view, err);
	size_t i;

	for (i = 0; !rc && i < view.records_count; i++) {
		struct standing_move move;
		struct pair pair;

		judge(&c, &view.records[i], &pair);
		if (has_moved(&c, &pair, &move))
			visit(ctx, &move);
	}
	return rc;
}

/* ---- one entry ---- */

struct wanted {
	const struct standing_question *question;
	uint64_t seq;
};

/* The record as it was while that version was its newest. False: it has no
 * such version. */
static bool while_newest(
    const struct view_record *record, uint64_t seq, struct view_record *out)
{
	*out = *record;
	while (out->versions_count &&
	    out->versions[out->versions_count - 1].seq > seq)
		out->versions_count--;
	out->ends_count = 0;
	return out->versions_count &&
	    out->versions[out->versions_count - 1].seq == seq;
}

static bool is_wanted(void *ctx, const struct view_record *record)
{
	const struct wanted *w = ctx;
	struct view_record then;

	return while_newest(record, w->seq, &then);
}

static void take_entry(const struct wanted *w, struct standing *out)
{
	struct arena *arena = out->view.arena;
	struct view_record *then = arena_zalloc(arena, 1, sizeof(*then));
	struct standing_entry *entry = arena_zalloc(arena, 1, sizeof(*entry));
	size_t i;

	for (i = 0; i < out->view.records_count; i++)
		if (while_newest(&out->view.records[i], w->seq, then) &&
		    standing_is_told(w->question, then, entry)) {
			standing_take_measures(w->question, arena, entry);
			out->entries = entry;
			out->entries_count = 1;
			return;
		}
}

enum err_code standing_entry_at(struct store *store,
    const struct standing_question *question, uint64_t seq,
    struct standing *out, struct err *err)
{
	const struct view_source source = {
	    .store = store, .catalog = question->catalog};
	struct wanted wanted = {question, seq};
	enum err_code rc;

	memset(out, 0, sizeof(*out));
	rc = view_load_kept(&out->view, &source, question->subject_id,
	    question->today, is_wanted, &wanted, err);
	if (!rc)
		take_entry(&wanted, out);
	return rc;
}
