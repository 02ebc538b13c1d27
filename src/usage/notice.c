/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a step writes, notices and how far they follow, is one transaction: a
 * crash leaves all of it or nothing, and the same step is then worked out
 * again. The unique key stands behind that as a second wall.
 */
#include "usage/notice.h"

#include "base/check.h"

/* ---- state ---- */

enum err_code notice_state_load(struct store *office, struct notice_state *out,
    bool *is_there_out, struct err *err)
{
	const enum sql_id id = SQL_USAGE_NOTICE_STATE;
	enum err_code rc = store_start(office, id, NULL, 0, err);
	int got = rc ? 0 : store_next(office, id, err);

	*is_there_out = got == 1;
	*out = (struct notice_state){.next_id = 1};
	if (got == 1)
		*out = (struct notice_state){
		    {(uint64_t)store_column_int(office, id, 0),
			(date_days)store_column_int(office, id, 1)},
		    (date_days)store_column_int(office, id, 2),
		    store_column_int(office, id, 3),
		    store_column_int(office, id, 4)};
	store_finish(office, id);
	return rc || got >= 0 ? rc : (enum err_code)got;
}

static enum err_code save_state(
    struct store *office, const struct notice_state *s, struct err *err)
{
	struct store_value row[] = {store_int((int64_t)s->at.statements),
	    store_int(s->at.day), store_int(s->to_day), store_int(s->swept),
	    store_int(s->next_id)};

	return store_run(
	    office, SQL_USAGE_NOTICE_STATE_PUT, row, ARRAY_COUNT(row), err);
}

/* ---- a step ---- */

static enum err_code is_known(
    struct store *office, const struct notice *n, bool *out, struct err *err)
{
	struct store_value key[] = {store_int(n->subject_id),
	    store_text(n->check_id), store_int((int64_t)n->move.seq),
	    store_int(n->move.kind)};
	int64_t found = 0;
	enum err_code rc = store_get_int(office, SQL_USAGE_NOTICE_HAS, key,
	    ARRAY_COUNT(key), 0, &found, err);

	*out = found != 0;
	return rc;
}

static enum err_code add(const struct notice *n, const struct desk_turn *turn,
    int64_t *next_id, struct err *err)
{
	const struct standing_move *m = &n->move;
	struct store_value row[] = {store_int(*next_id),
	    store_int(turn->now_ms), store_int(m->kind), store_int(m->why),
	    store_int(m->on), store_text(n->department), store_text(n->matter),
	    store_text(n->case_number), store_text(n->check_id),
	    store_int(n->subject_id), store_text(n->subject),
	    store_int((int64_t)m->seq),
	    m->replaces < 0 ? store_null() : store_int(m->replaces)};
	bool known = false;
	enum err_code rc = is_known(turn->store, n, &known, err);

	if (rc || known)
		return rc;
	(*next_id)++;
	return store_run(
	    turn->store, SQL_USAGE_NOTICE_INSERT, row, ARRAY_COUNT(row), err);
}

static bool is_same(const struct notice_state *a, const struct notice_state *b)
{
	return a->at.statements == b->at.statements && a->at.day == b->at.day &&
	    a->to_day == b->to_day && a->swept == b->swept;
}

enum err_code notice_step_write(const struct notice_step *step,
    const struct desk_turn *turn, struct err *err)
{
	struct notice_state state, to = step->to;
	bool is_there = false;
	enum err_code rc =
	    notice_state_load(turn->store, &state, &is_there, err);
	size_t i;

	if (!rc &&
	    (is_there == step->is_first ||
		(is_there && !is_same(&state, &step->from))))
		rc = err_set(
		    err, ERR_CONFLICT, "somebody else makes the notices");
	to.next_id = state.next_id;
	for (i = 0; i < step->count && !rc; i++)
		rc = add(&step->list[i], turn, &to.next_id, err);
	return rc ? rc : save_state(turn->store, &to, err);
}

/* ---- reading ---- */

static const enum sql_id statements[] = {
    SQL_USAGE_NOTICE_FROM, SQL_USAGE_NOTICE_BEFORE};

enum err_code notice_rows_start(struct store *office, struct span department,
    enum notice_order order, int64_t than, struct err *err)
{
	struct store_value values[] = {store_text(department), store_int(than)};

	return store_start(office, statements[order], values, 2, err);
}

int notice_rows_next(struct store *s, enum notice_order order,
    struct notice *out, struct err *err)
{
	const enum sql_id id = statements[order];
	int64_t kind, why;
	int got = store_next(s, id, err);

	if (got != 1)
		return got;
	kind = store_column_int(s, id, 2);
	why = store_column_int(s, id, 3);
	if (kind < 0 || kind >= STANDING_MOVE_KINDS || why < 0 ||
	    why >= STANDING_WHYS)
		return (int)err_set(err, ERR_CORRUPT, "a notice is damaged");
	*out = (struct notice){.id = store_column_int(s, id, 0),
	    .made_ms = store_column_int(s, id, 1),
	    .move = {.kind = (enum standing_move_kind)kind,
		.why = (enum standing_why)why,
		.on = (date_days)store_column_int(s, id, 4),
		.seq = (uint64_t)store_column_int(s, id, 11),
		.replaces = -1},
	    .department = store_column_span(s, id, 5),
	    .matter = store_column_span(s, id, 6),
	    .case_number = store_column_span(s, id, 7),
	    .check_id = store_column_span(s, id, 8),
	    .subject_id = store_column_int(s, id, 9),
	    .subject = store_column_span(s, id, 10)};
	if (store_column(s, id, 12).kind == STORE_INT)
		out->move.replaces = store_column_int(s, id, 12);
	return 1;
}

void notice_rows_finish(struct store *office, enum notice_order order)
{
	store_finish(office, statements[order]);
}
