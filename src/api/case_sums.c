/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counted anew for every answer, some hundred cases in memory at a time: a
 * stored count could be put right by hand, and a missed clock could not be
 * followed to the moves that prove it. Answers are kept until the data
 * changes.
 */
#include "api/case_sums.h"

#include "cases/case_clock.h"

enum { AT_ONCE = 256 };

struct counting {
	const struct reading *reading;
	const struct case_file *file;
	struct case_sums *sums;
};

static struct case_sums *sums_of(
    const struct counting *c, const struct cat_department *d)
{
	return d ? &c->sums[d - c->reading->catalog->departments] : NULL;
}

static void count_run(void *ctx, const struct case_run *run)
{
	struct counting *c = ctx;
	struct case_sums *sums;

	if (!run->is_missed)
		return;
	sums =
	    sums_of(c, case_body(c->reading->catalog, c->file, run->missed_by));
	if (!sums)
		return;
	sums->missed++;
	sums->overdue += run->stopped == DATE_NONE;
}

static void count_case(struct counting *c)
{
	const struct catalog *catalog = c->reading->catalog;
	struct case_sums *sums =
	    sums_of(c, catalog_department(catalog, c->file->source));

	if (sums) {
		sums->received++;
		sums->open += c->file->is_open;
	}
	case_clocks(catalog, c->file, c->reading->today, count_run, c);
}

enum err_code case_sums_load(
    const struct reading *r, struct case_sums *sums, struct err *err)
{
	struct case_query query = {.which = CASES_BEFORE,
	    .of = INT64_MAX,
	    .limit = AT_ONCE,
	    .has_steps = true};
	struct counting c = {.reading = r, .sums = sums};
	struct arena *arena = arena_new();
	bool has_more = true;
	enum err_code rc = 0;

	while (has_more && !rc) {
		struct case_file *files;
		size_t count, i;

		arena_reset(arena);
		rc = case_files(
		    r->store, arena, &query, &files, &count, &has_more, err);
		for (i = 0; i < count && !rc; i++) {
			c.file = &files[i];
			count_case(&c);
		}
		if (count)
			query.of = files[count - 1].id;
	}
	arena_free(&arena);
	return rc;
}

void case_sums_put(struct json_writer *w, const struct case_sums *sums)
{
	json_key(w, "cases");
	json_open_object(w);
	json_put_int(w, "received", sums->received);
	json_put_int(w, "open", sums->open);
	json_put_int(w, "closed", sums->received - sums->open);
	json_put_int(w, "missed", sums->missed);
	json_put_int(w, "overdue", sums->overdue);
	json_put_bool(w, "has_cases", sums->received > 0 || sums->missed > 0);
	json_close_object(w);
}
