/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mark follows from three things that are looked at anew each time: a case
 * is open, the catalogue marks its kind, the record is public. Nothing of it
 * is stored. For another day the public gets what was so on that day and is
 * so today, as with records.
 *
 * A case that was decided and is reviewed is open again: its mark says since
 * when, not when it was filed.
 */
#include "api/marks.h"

#include <stdlib.h>

#include "api/put.h"
#include "base/tr.h"

#define N_(text) text

enum { MARKED_MAX = 10000 /* records in one list of all */ };

struct marks {
	const struct reading *reading;
	struct open_cases *open;
};

/* What marks cases of the kind, on the day asked about and today. */
static const struct cat_case_mark *law_of(
    const struct reading *r, const struct cat_case_kind *kind)
{
	return catalog_case_mark(r->catalog, kind, r->today)
	    ? catalog_case_mark(r->catalog, kind, r->as_of)
	    : NULL;
}

bool marks_are_told(const struct reading *r)
{
	size_t i;

	for (i = 0; i < r->catalog->case_kinds_count; i++)
		if (law_of(r, &r->catalog->case_kinds[i]))
			return true;
	return false;
}

struct marks *marks_new(const struct reading *r, enum open_cases_for which)
{
	struct marks *marks;

	if (!marks_are_told(r))
		return NULL;
	marks = mem_zalloc(1, sizeof(*marks));
	marks->reading = r;
	marks->open = open_cases_new(r, which);
	return marks;
}

void marks_free(struct marks **marks)
{
	if (*marks)
		open_cases_free(&(*marks)->open);
	free(*marks);
	*marks = NULL;
}

static bool is_open_state(const struct cat_case_kind *kind, const char *id)
{
	const struct cat_case_state *s = cat_case_state(kind, id);

	return s && s->stage == CAT_CASE_OPEN;
}

/* The day of the step with which it was open for the last time. */
static date_days open_since(
    const struct cat_case_kind *kind, const struct case_file *file)
{
	size_t i = file->steps_count - 1;

	while (i > 0 && is_open_state(kind, file->steps[i - 1].state))
		i--;
	return file->steps[i].on;
}

/* The mark of a case that is open; law is NULL when it has none. */
static enum err_code mark_of(struct open_cases *open, const struct reading *r,
    struct case_file *file, struct mark *out, struct err *err)
{
	const struct cat_case_kind *kind =
	    catalog_case_kind(r->catalog, file->kind);
	enum err_code rc;

	*out = (struct mark){.kind = kind};
	if (kind)
		out->law = law_of(r, kind);
	if (!out->law)
		return 0;
	rc = open_cases_steps(open, file, err);
	if (rc)
		return rc;
	out->since = open_since(kind, file);
	if (out->since > r->as_of)
		out->law = NULL;
	return 0;
}

enum err_code marks_find(struct marks *m, int64_t subject_id,
    const struct view_record *record, struct mark_list *out, struct err *err)
{
	struct case_file *files;
	size_t count, i;
	enum err_code rc;

	out->count = 0;
	if (!m)
		return 0;
	rc = open_cases_of(m->open, subject_id, &files, &count, err);
	for (i = 0; !rc && i < count && out->count < MARKS_OF_RECORD_MAX; i++) {
		struct mark *mark = &out->list[out->count];

		if (!open_cases_is_about(&files[i], subject_id, record))
			continue;
		rc = mark_of(m->open, m->reading, &files[i], mark, err);
		out->count += !rc && mark->law;
	}
	return rc;
}

/* ---- documents ---- */

static const char *kind_title(const struct mark *mark)
{
	return title_of(mark->kind->title, mark->kind->title_en);
}

static void put_members(struct json_writer *w, const struct mark *mark)
{
	put_named(w, "kind", mark->kind->id, kind_title(mark));
	put_text(w, "text", tr("%s pending"), kind_title(mark));
	json_put_date(w, "since", mark->since);
	put_basis_array(w, &mark->law->basis, 1);
}

void marks_put(struct json_writer *w, const struct mark_list *marks)
{
	size_t i;

	if (marks->count == 0)
		return;
	json_key(w, "marks");
	json_open_array(w);
	for (i = 0; i < marks->count; i++) {
		json_open_object(w);
		put_members(w, &marks->list[i]);
		json_close_object(w);
	}
	json_close_array(w);
}

void marks_add_text(struct buf *out, const struct mark_list *marks)
{
	char day[DATE_TEXT_BYTES];
	size_t i;

	for (i = 0; i < marks->count; i++) {
		const struct mark *mark = &marks->list[i];

		if (i)
			buf_add_str(out, "、");
		buf_addf(out, tr("%s pending since %s"), kind_title(mark),
		    date_format_iso(mark->since, day));
	}
}

/* ---- all of them ---- */

/* The number of the newest version of the case's record, when the public sees
 * it. */
static enum err_code find_public(const struct reading *r,
    const struct case_file *file, bool *is_public_out, uint64_t *seq_out,
    struct err *err)
{
	const struct view_key key = {
	    file->subject_id, file->item, file->key_hash, r->today};
	struct view view;
	enum err_code rc =
	    view_load_facts(&view, r->store, r->catalog, &key, err);

	*is_public_out = false;
	if (!rc) {
		const struct view_record *record = &view.records[0];

		*is_public_out =
		    view_is_public(r->catalog, record, r->today, r->today);
		*seq_out = record->versions[record->versions_count - 1].seq;
	}
	view_release(&view);
	return rc;
}

static enum err_code put_marked(struct json_writer *w, struct open_cases *open,
    const struct reading *r, struct case_file *file, struct err *err)
{
	struct mark mark;
	bool is_public = false;
	uint64_t seq = 0;
	enum err_code rc = mark_of(open, r, file, &mark, err);

	if (!rc && mark.law)
		rc = find_public(r, file, &is_public, &seq, err);
	if (rc || !is_public)
		return rc;
	json_open_object(w);
	json_put_int(w, "record", (int64_t)seq);
	put_members(w, &mark);
	json_close_object(w);
	return 0;
}

enum err_code marks_put_all(
    struct json_writer *w, const struct reading *r, struct err *err)
{
	const struct case_query query = {
	    .which = CASES_OPEN, .limit = MARKED_MAX};
	struct open_cases *open = open_cases_new(r, OPEN_CASES_FOR_ONE);
	struct arena *arena = arena_new();
	struct case_file *files;
	size_t count = 0, i;
	bool has_more = false;
	enum err_code rc =
	    case_files(r->store, arena, &query, &files, &count, &has_more, err);

	json_key(w, "marked");
	if (has_more) {
		json_add_null(w);
		count = 0;
	} else {
		json_open_array(w);
	}
	for (i = 0; i < count && !rc; i++)
		rc = put_marked(w, open, r, &files[i], err);
	if (!has_more)
		json_close_array(w);
	arena_free(&arena);
	open_cases_free(&open);
	return rc;
}
