/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All checks of the time asked about are gathered and sorted, so that those of
 * one case stand together, newest first. The first of them counts, unless a
 * feedback on any of them that is newer than it closes the case: who closes
 * one does so under the id that lies in its file.
 */
#include "usage/open_checks.h"

#include <stdlib.h>
#include <string.h>

#include "base/keep.h"
#include "usage/many.h"
#include "usage/use_time.h"

enum { LIST_FIRST = 16 };

struct gathering {
	struct open_check *list;
	size_t count, max;
	struct arena *arena;
};

static void take(struct gathering *g, const struct use_row *row)
{
	const struct use *u = &row->use;
	struct open_check *check;

	if (g->count == g->max) {
		g->max = g->max ? 2 * g->max : LIST_FIRST;
		g->list = mem_realloc(g->list, g->max, sizeof(*g->list));
	}
	check = &g->list[g->count++];
	*check = (struct open_check){.seq = row->seq,
	    .at_ms = u->at_ms,
	    .is_of_many = u->act == USE_CHECK_MANY,
	    .department = arena_keep(g->arena, u->department),
	    .matter = arena_keep(g->arena, u->matter),
	    .case_number = arena_keep(g->arena, u->case_number)};
	check->id = arena_keep(g->arena, u->reference);
	if (check->is_of_many)
		check->id = span_of(
		    arena_printf(g->arena, "%.*s-%.*s", (int)u->reference.n,
			u->reference.p, (int)u->subject.n, u->subject.p));
}

static bool is_check(const struct use *use)
{
	return (use->act == USE_CHECK || use->act == USE_CHECK_MANY) &&
	    use->outcome == USE_ANSWERED && use->department.n &&
	    use->reference.n;
}

static enum err_code gather(struct gathering *g, struct store *office,
    const struct open_checks_query *query, struct err *err)
{
	const struct use_query uses = {.from = INT64_MAX,
	    .subject_id = query->subject_id,
	    .subject = query->code};
	struct many_pass pass;
	struct use_row row;
	enum err_code rc = many_pass_start(&pass, office, &uses, err);
	uint64_t begin = UINT64_MAX; /* the end of the pass, once it is asked */
	int got = 0;

	while (!rc && (got = many_pass_next(&pass, &row, err)) == 1) {
		if (is_check(&row.use) && row.use.at_ms >= query->since_ms)
			take(g, &row);
		if (row.use.at_ms >= query->since_ms)
			continue;
		if (begin == UINT64_MAX)
			rc = use_time_begin(
			    office, query->since_ms, &begin, err);
		if (row.seq < begin)
			break;
	}
	many_pass_finish(&pass);
	return rc || got >= 0 ? rc : (enum err_code)got;
}

static int by_text(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = memcmp(a.p, b.p, n);

	return order ? order : a.n < b.n ? -1 : a.n > b.n;
}

static int by_case(const struct open_check *a, const struct open_check *b)
{
	int order = by_text(a->matter, b->matter);

	if (!order)
		order = by_text(a->department, b->department);
	return order ? order : by_text(a->case_number, b->case_number);
}

/* Newest first in each case. */
static int by_case_and_time(const void *a, const void *b)
{
	const struct open_check *x = a, *y = b;
	int order = by_case(x, y);

	return order ? order : x->seq > y->seq ? -1 : x->seq < y->seq;
}

/* The newest feedback that closes the case of a check; -1: there is none.
 * One that is on a whole batch is on each of it. */
static enum err_code find_closing(struct store *office,
    const struct open_check *check, int64_t *out, struct err *err)
{
	const char *dash = memchr(check->id.p, '-', check->id.n);
	struct span batch = {
	    check->id.p, dash ? (size_t)(dash - check->id.p) : 0};
	struct store_value value = store_text(check->id);
	int64_t of_batch = -1;
	enum err_code rc = store_get_int(
	    office, SQL_USAGE_FEEDBACK_CLOSES, &value, 1, -1, out, err);

	value = store_text(batch);
	if (!rc && check->is_of_many)
		rc = store_get_int(office, SQL_USAGE_FEEDBACK_CLOSES, &value, 1,
		    -1, &of_batch, err);
	if (of_batch > *out)
		*out = of_batch;
	return rc;
}

/* Of a run of checks of one case. */
static enum err_code is_closed(struct store *office,
    const struct open_check *run, size_t count, bool *out, struct err *err)
{
	enum err_code rc = 0;
	size_t i;

	*out = false;
	for (i = 0; i < count && !rc && !*out; i++) {
		int64_t closing = -1;

		rc = find_closing(office, &run[i], &closing, err);
		*out = closing > (int64_t)run[0].seq;
	}
	return rc;
}

/* Leaves the newest of each case that is open. */
static enum err_code leave_open(
    struct gathering *g, struct store *office, struct err *err)
{
	enum err_code rc = 0;
	size_t kept = 0, i = 0;

	while (i < g->count && !rc) {
		size_t n = 1;
		bool closed;

		while (i + n < g->count &&
		    by_case(&g->list[i], &g->list[i + n]) == 0)
			n++;
		rc = is_closed(office, &g->list[i], n, &closed, err);
		if (!rc && !closed)
			g->list[kept++] = g->list[i];
		i += n;
	}
	g->count = kept;
	return rc;
}

enum err_code open_checks_list(struct store *office,
    const struct open_checks_query *query, struct arena *arena,
    const struct open_check **out, size_t *count_out, struct err *err)
{
	struct gathering g = {.arena = arena};
	enum err_code rc = gather(&g, office, query, err);

	if (!rc && g.count) {
		qsort(g.list, g.count, sizeof(*g.list), by_case_and_time);
		rc = leave_open(&g, office, err);
	}
	if (!rc) {
		struct open_check *list =
		    arena_zalloc(arena, g.count + 1, sizeof(*list));

		if (g.count)
			memcpy(list, g.list, g.count * sizeof(*list));
		*out = list;
		*count_out = g.count;
	}
	free(g.list);
	return rc;
}
