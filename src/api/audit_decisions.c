/* SPDX-License-Identifier: Apache-2.0 */
#include "api/audit_decisions.h"

#include <stdio.h>

#include "api/check_made.h"
#include "api/put.h"
#include "usage/feedback.h"

struct counts {
	struct json_writer *w;
	const struct audit_viewer *viewer;
	int64_t count;
};

static void put_matter(
    struct json_writer *w, const struct catalog *c, const char *id)
{
	const struct cat_matter *m = catalog_matter(c, id);

	put_named(w, "matter", id, m ? title_of(m->title, m->title_en) : id);
}

/* feedback_visit */
static void put_sum(void *ctx, const struct feedback_sum *sum)
{
	struct counts *c = ctx;
	const struct use of = {.department = sum->department};
	char id[USE_TEXT_BYTES_MAX + 1];

	if (!audit_viewer_may_see(c->viewer, &of))
		return;
	json_open_object(c->w);
	snprintf(
	    id, sizeof(id), "%.*s", (int)sum->department.n, sum->department.p);
	record_put_department(c->w, "department", c->viewer->catalog, id);
	snprintf(id, sizeof(id), "%.*s", (int)sum->matter.n, sum->matter.p);
	put_matter(c->w, c->viewer->catalog, id);
	put_named(c->w, "decision", feedback_word(sum->decision),
	    check_decision_title(sum->decision));
	json_put_int(c->w, "count", sum->count);
	json_put_int(c->w, "measures", sum->measures);
	json_close_object(c->w);
	c->count++;
}

enum err_code audit_put_decisions(struct json_writer *w,
    const struct audit_viewer *viewer, struct store *office,
    const struct audit_period *period, struct err *err)
{
	struct counts counts = {w, viewer, 0};
	enum err_code rc;

	json_key(w, "decisions");
	json_open_array(w);
	rc = feedback_sums(office, date_begin_ms(period->from),
	    date_begin_ms(period->to + 1), put_sum, &counts, err);
	json_close_array(w);
	json_put_bool(w, "has_decisions", counts.count > 0);
	return rc;
}
