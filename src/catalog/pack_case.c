/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of what a kind of case, a clock and a mark are written with.
 * States and moves name one another by id; whether those are there is for
 * the linter (case_kind.c), which sees the kind as a whole.
 */
#include "catalog/case_kind.h"

#include "catalog/cat_priv.h"

enum { DAYS_MAX = 400, TITLE_CHARS = 200 };

/* ---- states ---- */

static const struct read_key state_keys[] = {
    {.name = "id",
	.kind = READ_ID,
	.is_required = true,
	READ_AT(cat_case_state, id)},
    {.name = "title",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_case_state, title),
	.max = TITLE_CHARS},
    {.name = "title_en",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_case_state, title_en),
	.max = TITLE_CHARS},
    {.name = "stage",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(cat_case_state, stage),
	READ_WORDS(cat_case_stage_names)},
    {.name = "waits_for",
	.kind = READ_ENUM,
	READ_AT(cat_case_state, waits_for),
	READ_WORDS(cat_case_side_names)},
    {.name = "with_another",
	.kind = READ_BOOL,
	READ_AT(cat_case_state, is_with_another)},
};
static const struct read_shape state_shape = READ_SHAPE(
    N_("case state"), state_keys, offsetof(struct cat_case_state, where));

/* ---- moves ---- */

static void read_by(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_case_move *move = thing;

	cat_read_flags(
	    r, node, cat_case_side_names, CAT_CASE_SIDE_COUNT, move->by);
}

static const struct read_key move_keys[] = {
    {.name = "id",
	.kind = READ_ID,
	.is_required = true,
	READ_AT(cat_case_move, id)},
    {.name = "title",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_case_move, title),
	.max = TITLE_CHARS},
    {.name = "title_en",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_case_move, title_en),
	.max = TITLE_CHARS},
    {.name = "from", .kind = READ_TEXTS, READ_TEXTS_AT(cat_case_move, from)},
    {.name = "to",
	.kind = READ_TEXT,
	READ_AT(cat_case_move, to),
	.max = CAT_ID_CHARS},
    {.name = "by", .kind = READ_PART, .is_required = true, .part = read_by},
    {.name = "text", .kind = READ_BOOL, READ_AT(cat_case_move, needs_text)},
    {.name = "once", .kind = READ_BOOL, READ_AT(cat_case_move, is_once)},
    {.name = "extends", .kind = READ_BOOL, READ_AT(cat_case_move, extends)},
    {.name = "needs",
	.kind = READ_ENUM,
	READ_AT(cat_case_move, need),
	READ_WORDS(cat_case_need_names)},
};
static const struct read_shape move_shape = READ_SHAPE(
    N_("case move"), move_keys, offsetof(struct cat_case_move, where));

/* ---- kinds ---- */

/* The things of a list, each of the shape; *count_out of them. */
static void *read_things(struct cat_reader *r, const struct cat_node *node,
    const struct read_shape *shape, size_t size, size_t *count_out)
{
	const struct cat_node *n;
	char *things;

	*count_out = 0;
	if (!cat_read_is(r, node, NODE_LIST, node->key))
		return NULL;
	things = arena_zalloc(r->arena, node->count + 1, size);
	for (n = node->first; n; n = n->next)
		cat_read_map(r, shape, n, things + (*count_out)++ * size);
	return things;
}

static void read_states(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_case_kind *kind = thing;

	kind->states = read_things(r, node, &state_shape,
	    sizeof(struct cat_case_state), &kind->states_count);
}

static void read_moves(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_case_kind *kind = thing;

	kind->moves = read_things(r, node, &move_shape,
	    sizeof(struct cat_case_move), &kind->moves_count);
}

static void read_kind_bases(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_case_kind *kind = thing;

	kind->bases =
	    cat_read_bases(r, node, N_("case kind"), &kind->bases_count);
}

static const struct read_key kind_keys[] = {
    {.name = "id",
	.kind = READ_ID,
	.is_required = true,
	READ_AT(cat_case_kind, id)},
    {.name = "title",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_case_kind, title),
	.max = TITLE_CHARS},
    {.name = "title_en",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_case_kind, title_en),
	.max = TITLE_CHARS},
    {.name = "bases",
	.kind = READ_PART,
	.is_required = true,
	.part = read_kind_bases},
    {.name = "states",
	.kind = READ_PART,
	.is_required = true,
	.part = read_states},
    {.name = "moves",
	.kind = READ_PART,
	.is_required = true,
	.part = read_moves},
    {.name = "from", .kind = READ_DATE, READ_AT(cat_case_kind, valid_from)},
    {.name = "to", .kind = READ_DATE, READ_AT(cat_case_kind, valid_to)},
    {.name = "status",
	.kind = READ_STATUS,
	.is_required = true,
	READ_AT(cat_case_kind, status),
	READ_WORDS(cat_status_names)},
};
const struct read_shape cat_case_kind_shape = READ_SHAPE(
    N_("case kind"), kind_keys, offsetof(struct cat_case_kind, where));

/* ---- clocks ---- */

static const void *find_kind(const struct catalog *c, const char *id)
{
	return catalog_case_kind(c, id);
}

static const struct cat_ref ref_kind = {N_("case kind"), find_kind};

static void read_clock_kind(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	((struct cat_case_clock *)thing)->kind =
	    cat_read_ref(r, node, &ref_kind);
}

static const struct read_key clock_keys[] = {
    {.name = "id",
	.kind = READ_ID,
	.is_required = true,
	READ_AT(cat_case_clock, id)},
    {.name = "kind",
	.kind = READ_PART,
	.is_required = true,
	.part = read_clock_kind},
    {.name = "starts",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_case_clock, starts),
	.max = CAT_ID_CHARS},
    {.name = "ends",
	.kind = READ_TEXTS,
	.is_required = true,
	READ_TEXTS_AT(cat_case_clock, ends)},
    {.name = "scope",
	.kind = READ_ENUM,
	READ_AT(cat_case_clock, scope),
	READ_WORDS(cat_case_scope_names)},
    {.name = "days",
	.kind = READ_INT,
	.is_required = true,
	READ_AT(cat_case_clock, days),
	.min = 1,
	.max = DAYS_MAX},
    {.name = "longest_days",
	.kind = READ_INT,
	READ_AT(cat_case_clock, longest_days),
	.min = 1,
	.max = DAYS_MAX},
    {.name = "calendar_days",
	.kind = READ_BOOL,
	READ_AT(cat_case_clock, is_calendar)},
    {.name = "basis",
	.kind = READ_BASIS,
	.is_required = true,
	READ_AT(cat_case_clock, basis)},
    {.name = "from",
	.kind = READ_DATE,
	.is_required = true,
	READ_AT(cat_case_clock, valid_from)},
    {.name = "to", .kind = READ_DATE, READ_AT(cat_case_clock, valid_to)},
    {.name = "status",
	.kind = READ_STATUS,
	.is_required = true,
	READ_AT(cat_case_clock, status),
	READ_WORDS(cat_status_names)},
};
const struct read_shape cat_case_clock_shape = READ_SHAPE(
    N_("case clock"), clock_keys, offsetof(struct cat_case_clock, where));

/* ---- marks ---- */

static void read_mark_kind(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	((struct cat_case_mark *)thing)->kind =
	    cat_read_ref(r, node, &ref_kind);
}

static const struct read_key mark_keys[] = {
    {.name = "id",
	.kind = READ_ID,
	.is_required = true,
	READ_AT(cat_case_mark, id)},
    {.name = "kind",
	.kind = READ_PART,
	.is_required = true,
	.part = read_mark_kind},
    {.name = "basis",
	.kind = READ_BASIS,
	.is_required = true,
	READ_AT(cat_case_mark, basis)},
    {.name = "from",
	.kind = READ_DATE,
	.is_required = true,
	READ_AT(cat_case_mark, valid_from)},
    {.name = "to", .kind = READ_DATE, READ_AT(cat_case_mark, valid_to)},
    {.name = "status",
	.kind = READ_STATUS,
	.is_required = true,
	READ_AT(cat_case_mark, status),
	READ_WORDS(cat_status_names)},
};
const struct read_shape cat_case_mark_shape = READ_SHAPE(
    N_("case mark"), mark_keys, offsetof(struct cat_case_mark, where));
