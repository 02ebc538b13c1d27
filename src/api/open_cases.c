/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	for many	the open cases of the city, up to a bound, read once
 *			and looked through in memory; beyond the bound as
 *			for one
 *	for one		those of the organisation, by key, read when it is
 *			another than the last
 *
 * Steps, which say since when and until when, are read only for a case that
 * is told of.
 */
#include "api/open_cases.h"

#include <stdlib.h>

#include "api/put.h"
#include "cases/case_clock.h"

struct open_cases {
	const struct reading *reading;
	struct arena *arena;
	struct case_file *files; /* of the city, or of one, by number */
	size_t count;
	bool is_read;
	bool has_more; /* than were read: those of each are read */
	bool is_of_one;
	int64_t subject_id; /* whose the files are, then */
};

struct open_cases *open_cases_new(
    const struct reading *reading, enum open_cases_for which)
{
	struct open_cases *open = mem_zalloc(1, sizeof(*open));

	open->reading = reading;
	open->arena = arena_new();
	open->is_of_one = which == OPEN_CASES_FOR_ONE;
	return open;
}

void open_cases_free(struct open_cases **open)
{
	if (*open)
		arena_free(&(*open)->arena);
	free(*open);
	*open = NULL;
}

static enum err_code read_city(struct open_cases *open, struct err *err)
{
	const struct case_query query = {
	    .which = CASES_OPEN, .limit = OPEN_CASES_AT_ONCE};
	enum err_code rc = case_files(open->reading->store, open->arena, &query,
	    &open->files, &open->count, &open->has_more, err);

	open->is_read = rc == 0;
	open->is_of_one = open->has_more;
	return rc;
}

static enum err_code read_one(
    struct open_cases *open, int64_t subject_id, struct err *err)
{
	const struct case_query query = {.which = CASES_OPEN_OF_SUBJECT,
	    .of = subject_id,
	    .limit = OPEN_CASES_AT_ONCE * 4};
	enum err_code rc = case_files(open->reading->store, open->arena, &query,
	    &open->files, &open->count, NULL, err);

	open->subject_id = rc ? 0 : subject_id;
	return rc;
}

enum err_code open_cases_of(struct open_cases *open, int64_t subject_id,
    struct case_file **files, size_t *count, struct err *err)
{
	enum err_code rc = 0;

	if (!open->is_of_one && !open->is_read)
		rc = read_city(open, err);
	if (!rc && open->is_of_one && open->subject_id != subject_id)
		rc = read_one(open, subject_id, err);
	*files = open->files;
	*count = rc ? 0 : open->count;
	return rc;
}

bool open_cases_is_about(const struct case_file *file, int64_t subject_id,
    const struct view_record *record)
{
	return file->subject_id == subject_id &&
	    file->item == record->item_number &&
	    file->key_hash == record->key_hash;
}

enum err_code open_cases_steps(
    struct open_cases *open, struct case_file *file, struct err *err)
{
	return file->steps ? ERR_NONE
			   : case_file_load_steps(
				 open->reading->store, open->arena, file, err);
}

enum err_code open_cases_find(struct open_cases *open, int64_t subject_id,
    const struct view_record *record, struct case_file **out, struct err *err)
{
	struct case_file *files;
	size_t count, i;
	enum err_code rc = open_cases_of(open, subject_id, &files, &count, err);

	*out = NULL;
	for (i = 0; !rc && i < count && !*out; i++)
		if (open_cases_is_about(&files[i], subject_id, record))
			*out = &files[i];
	return rc;
}

enum err_code open_cases_put(struct open_cases *open, struct json_writer *w,
    struct case_file *file, struct err *err)
{
	const struct reading *r = open->reading;
	const struct cat_case_kind *kind =
	    catalog_case_kind(r->catalog, file->kind);
	const struct cat_case_state *state =
	    kind ? cat_case_state(kind, file->state) : NULL;
	struct case_run run;
	bool has_run;
	enum err_code rc = open_cases_steps(open, file, err);

	if (rc)
		return rc;
	has_run = case_clock_now(r->catalog, file, r->today, &run) &&
	    run.stopped == DATE_NONE;
	json_key(w, "objected");
	json_open_object(w);
	put_named(w, "state", file->state,
	    state ? title_of(state->title, state->title_en) : file->state);
	json_put_date(w, "since", file->steps[0].on);
	put_due(w, has_run ? run.started : DATE_NONE,
	    has_run ? run.due : DATE_NONE, has_run && !run.clock->is_calendar);
	json_close_object(w);
	return 0;
}
