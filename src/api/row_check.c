/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	values -> a plan of their names -> checker_row -> findings in words
 *
 * For a row that would enter, the document foretells what follows from it:
 * its class, whether it is late, and for how long it would be published. All
 * of it is worked out by the functions that will work it out then.
 */
#include "api/row_check.h"

#include <stdlib.h>

#include "api/put.h"
#include "base/json.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "intake/check.h"
#include "intake/finding.h"
#include "registry/view.h"

#define N_(text) text

static const char *const outcome_names[ROW_OUTCOME_COUNT] = {
    [ROW_RECORD] = "record",
    [ROW_DOUBTFUL] = "doubtful",
    [ROW_REFUSED] = "refused",
    [ROW_NATURAL] = "natural-person",
};

static const char *const outcome_texts[ROW_OUTCOME_COUNT] = {
    [ROW_RECORD] = N_("This row is good: it can be sent in."),
    [ROW_DOUBTFUL] = N_("Good but for the code: the row would wait until "
			"somebody has said which organisation it is about."),
    [ROW_REFUSED] = N_("This row would be refused. Mend what is marked."),
    [ROW_NATURAL] = N_("This row is about a natural person. The platform "
		       "keeps no record of natural persons: it is not taken "
		       "in, and nothing of it is stored."),
};

/* The plan of the names, and what no field is called. */
static void make_plan(const struct catalog *catalog,
    const struct row_given *row, struct plan *plan, struct json_writer *w)
{
	size_t i;

	plan_init(plan, catalog, row->item);
	json_key(w, "unknown");
	json_open_array(w);
	for (i = 0; i < row->count; i++)
		if (plan_add_column(plan, row->values[i].name) < 0)
			json_add_string(w, row->values[i].name);
	json_close_array(w);
}

static void put_findings(struct json_writer *w, const struct cat_item *item,
    const struct checked_row *checked)
{
	/* The checker tells nothing of a natural person's row. */
	static const char natural[] = "[{\"rule\":\"natural-person\"}]";

	json_key(w, "findings");
	finding_explain_all(checked->outcome == ROW_NATURAL ? span_of(natural)
							    : checked->findings,
	    item, w);
}

static void put_clock(struct json_writer *w, const struct cat_item *item,
    const struct checked_row *checked)
{
	const struct cat_clock *clock = &item->clock;
	date_days due = DATE_NONE;

	json_put_bool(w, "late", checked->is_late);
	if (clock->days && checked->decided_on != DATE_NONE)
		due = calendar_deadline(
		    checked->decided_on, clock->days, clock->is_working_days);
	put_due(w, checked->decided_on, due, clock->is_working_days);
}

static enum view_state state_of(enum cat_window_reason reason)
{
	switch (reason) {
	case CAT_WINDOW_OPEN:
		return VIEW_PUBLISHED;
	case CAT_WINDOW_CLASS_HIDDEN:
		return VIEW_CLASS_HIDDEN;
	case CAT_WINDOW_NOT_YET:
		return VIEW_NOT_YET;
	case CAT_WINDOW_ENDED:
		return VIEW_ENDED;
	case CAT_WINDOW_NOT_OPEN_ITEM:
	default:
		return VIEW_NOT_OPEN_ITEM;
	}
}

/* What would be public of it, from when until when. */
static void put_publication(struct json_writer *w,
    const struct catalog *catalog, const struct cat_item *item,
    const struct checked_row *checked, date_days today)
{
	const struct cat_facts facts = {checked->class_, checked->decided_on,
	    checked->valid_to, checked->public_until};
	struct cat_window window = catalog_window(catalog, item, &facts, today);

	json_key(w, "publication");
	json_open_object(w);
	json_put_bool(w, "published", window.reason == CAT_WINDOW_OPEN);
	json_put_str(w, "why", view_state_text(state_of(window.reason)));
	json_put_date(w, "from", window.from);
	json_put_date(w, "until", window.to);
	json_close_object(w);
}

static void put_facts(struct json_writer *w, const struct catalog *catalog,
    const struct cat_item *item, const struct checked_row *checked,
    date_days today)
{
	bool enters =
	    checked->outcome == ROW_RECORD || checked->outcome == ROW_DOUBTFUL;

	if (!enters || checked->decided_on == DATE_NONE) {
		put_null(w, "class");
		put_due(w, DATE_NONE, DATE_NONE, false);
		put_null(w, "late");
		put_null(w, "publication");
		return;
	}
	put_named(w, "class", cat_class_name(checked->class_),
	    class_title(checked->class_));
	put_clock(w, item, checked);
	put_publication(w, catalog, item, checked, today);
}

static void check(const struct plan *plan, const struct row_given *row,
    date_days today, struct json_writer *w)
{
	struct cell cells[ROW_CHECK_VALUES_MAX] = {0};
	const struct reader_row given = {.number = 1,
	    .cells = cells,
	    .count = row->count,
	    .fault = row->is_nested ? ROW_NESTED_JSON : ROW_OK,
	    .fault_column = row->nested_at};
	struct checker *checker = checker_new(plan, today);
	struct checked_row checked;
	size_t i;

	for (i = 0; i < row->count; i++)
		cells[i].text = row->values[i].text;
	checker_row(checker, &given, &checked);
	json_put_str(w, "outcome", outcome_names[checked.outcome]);
	json_put_bool(w, "is_good",
	    checked.outcome == ROW_RECORD || checked.outcome == ROW_DOUBTFUL);
	json_put_str(w, "summary", tr(outcome_texts[checked.outcome]));
	json_put_str(w, "doubt", doubt_text(checked.doubt));
	put_findings(w, row->item, &checked);
	put_facts(w, plan->catalog, row->item, &checked, today);
	checker_free(&checker);
}

enum err_code row_check_document(const struct catalog *catalog,
    const struct row_given *row, date_days today, struct buf *out,
    struct err *err)
{
	struct plan *plan;
	struct json_writer w;

	if (row->count > ROW_CHECK_VALUES_MAX)
		return err_set(err, ERR_INPUT,
		    "the row has more than %d fields", ROW_CHECK_VALUES_MAX);
	plan = mem_zalloc(1, sizeof(*plan));
	json_start(&w, out);
	json_open_object(&w);
	put_named(&w, "item", row->item->id, item_title(row->item));
	make_plan(catalog, row, plan, &w);
	check(plan, row, today, &w);
	json_close_object(&w);
	free(plan);
	return put_end(out, 0, err);
}
