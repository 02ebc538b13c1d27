/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On the day of the check, not to its second: what was taken back on that
 * day is not told any more, and then nothing should follow from it.
 */
#include "api/check_told.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/check.h"
#include "api/check_made.h"
#include "base/mem.h"
#include "standing/standing.h"

static void start(const struct reading *r, struct check_told *told)
{
	size_t count = r->catalog->measures_count + 1;

	told->catalog = r->catalog;
	told->is_told = mem_zalloc(count, sizeof(*told->is_told));
	told->is_applied = mem_zalloc(count, sizeof(*told->is_applied));
}

void check_told_release(struct check_told *told)
{
	free(told->is_told);
	free(told->is_applied);
	memset(told, 0, sizeof(*told));
}

/* -1: it is none of the catalogue. */
static int find(const struct catalog *c, struct span id)
{
	size_t i;

	for (i = 0; i < c->measures_count; i++)
		if (span_is(id, c->measures[i].id))
			return (int)i;
	return -1;
}

static void take(struct check_told *told,
    const struct cat_department *department, struct span id)
{
	int i = find(told->catalog, id);

	if (i >= 0 && department &&
	    cat_may_implement(&told->catalog->measures[i], department))
		told->is_told[i] = true;
}

void check_told_of_answer(
    const struct reading *r, const json_t *answer, struct check_told *out)
{
	const char *id = json_string_value(
	    json_object_get(json_object_get(answer, "department"), "id"));
	const struct cat_department *department =
	    id ? catalog_department(r->catalog, id) : NULL;
	const json_t *entry, *measure;
	size_t i, k;

	start(r, out);
	json_array_foreach (json_object_get(answer, "entries"), i, entry) {
		const json_t *all = json_object_get(entry, "measures");

		json_array_foreach (all, k, measure) {
			const char *name =
			    json_string_value(json_object_get(measure, "id"));

			take(out, department, span_of(name ? name : ""));
		}
	}
}

/* feedback_told_visit */
static void take_applied(void *ctx, const struct feedback_told *feedback)
{
	struct check_told *told = ctx;
	struct span rest = feedback->measures, id;

	if (feedback->decision != FEEDBACK_APPLIED &&
	    feedback->decision != FEEDBACK_LIFTED)
		return;
	while (feedback_next_measure(&rest, &id)) {
		int i = find(told->catalog, id);

		if (i >= 0)
			told->is_applied[i] =
			    feedback->decision == FEEDBACK_APPLIED;
	}
}

static void take_standing(struct check_told *told,
    const struct cat_department *department, const struct standing *standing)
{
	size_t i, k;

	for (i = 0; i < standing->entries_count; i++)
		for (k = 0; k < standing->entries[i].measures_count; k++)
			take(told, department,
			    span_of(
				standing->entries[i].measures[k].measure->id));
}

static enum err_code load_standing(const struct reading *r,
    const struct check_made *made, const char *code, struct check_told *out,
    struct err *err)
{
	char department[USE_TEXT_BYTES_MAX + 1];
	struct standing_question q = {.catalog = r->catalog,
	    .subject_id =
		made->code.n ? made->subject_id : made->row->use.subject_id,
	    .code = code,
	    .today = date_of_unix_ms(made->row->use.at_ms)};
	struct standing standing = {0};
	struct view_source source;
	enum err_code rc;

	rc = check_find_matter(
	    r->catalog, made->row->use.matter, &q.matter, err);
	/* Neither a matter that the catalogue lost nor an organisation that
	 * is not known tells anything. */
	if (rc || q.subject_id == 0)
		return rc == ERR_INPUT ? ERR_NONE : rc;
	snprintf(department, sizeof(department), "%.*s",
	    (int)made->row->use.department.n, made->row->use.department.p);
	rc = check_begin(r, &source, err);
	if (rc)
		return rc;
	rc = standing_load(&source, &q, &standing, err);
	if (!rc)
		take_standing(
		    out, catalog_department(r->catalog, department), &standing);
	standing_release(&standing);
	check_end(r, &source);
	return rc;
}

enum err_code check_told_load(const struct reading *r, struct store *office,
    const struct check_made *made, struct check_told *out, struct err *err)
{
	struct span code = made->code.n ? made->code : made->row->use.subject;
	char text[USE_TEXT_BYTES_MAX + 1];
	enum err_code rc;

	start(r, out);
	snprintf(text, sizeof(text), "%.*s", (int)code.n, code.p);
	rc = load_standing(r, made, text, out, err);
	if (!rc)
		rc = store_begin_read(office, err);
	if (rc)
		return rc;
	rc = feedback_of(office, made->id, take_applied, out, err);
	store_rollback(office);
	return rc;
}

bool check_told_has(const struct check_told *told,
    enum feedback_decision decision, struct span measure)
{
	int i = find(told->catalog, measure);
	bool is_easier =
	    i >= 0 && told->catalog->measures[i].kind == CAT_ENCOURAGE;

	if (i < 0)
		return false;
	switch (decision) {
	case FEEDBACK_APPLIED:
		return told->is_told[i] && !is_easier;
	case FEEDBACK_EASIER:
		return told->is_told[i] && is_easier;
	case FEEDBACK_NOT_APPLIED:
		return told->is_told[i];
	case FEEDBACK_LIFTED:
		return told->is_applied[i];
	case FEEDBACK_NOTHING:
	case FEEDBACK_DECISION_COUNT:
	default:
		return false;
	}
}
