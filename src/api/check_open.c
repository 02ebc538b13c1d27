/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	first find	the open cases of the city, up to a bound
 *	find		within the bound: looked through in memory
 *			beyond it: those of the organisation, by key
 *
 * Steps, which say since when and until when, are read only for a case that
 * is told of.
 */
#include "api/check_open.h"

#include <stdlib.h>

#include "api/put.h"
#include "cases/case_clock.h"

struct check_open {
	const struct reading *reading;
	struct arena *arena;
	struct case_file *files; /* of the city, by number */
	size_t count;
	bool is_read;
	bool has_more; /* than were read: they do not count */
};

struct check_open *check_open_new(const struct reading *reading)
{
	struct check_open *open = mem_zalloc(1, sizeof(*open));

	open->reading = reading;
	open->arena = arena_new(0);
	return open;
}

void check_open_free(struct check_open **open)
{
	if (*open)
		arena_free(&(*open)->arena);
	free(*open);
	*open = NULL;
}

static enum err_code read_open(struct check_open *open, struct err *err)
{
	const struct case_query query = {
	    .which = CASES_OPEN, .limit = CHECK_OPEN_AT_ONCE};

	open->is_read = true;
	return case_files(open->reading->store, open->arena, &query,
	    &open->files, &open->count, &open->has_more, err);
}

static struct case_file *find_in(struct case_file *files, size_t count,
    int64_t subject_id, const struct view_record *record)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (files[i].subject_id == subject_id && files[i].is_open &&
		    files[i].item == record->item_number &&
		    files[i].key_hash == record->key_hash)
			return &files[i];
	return NULL;
}

enum err_code check_open_find(struct check_open *open, int64_t subject_id,
    const struct view_record *record, struct case_file **out, struct err *err)
{
	const struct case_query query = {.which = CASES_OF_SUBJECT,
	    .of = subject_id,
	    .limit = CHECK_OPEN_AT_ONCE * 4};
	struct case_file *files;
	size_t count;
	enum err_code rc = open->is_read ? ERR_NONE : read_open(open, err);

	*out = NULL;
	if (rc)
		return rc;
	if (!open->has_more) {
		*out = find_in(open->files, open->count, subject_id, record);
		return 0;
	}
	rc = case_files(open->reading->store, open->arena, &query, &files,
	    &count, NULL, err);
	if (!rc)
		*out = find_in(files, count, subject_id, record);
	return rc;
}

enum err_code check_open_put(struct check_open *open, struct json_writer *w,
    struct case_file *file, struct err *err)
{
	const struct reading *r = open->reading;
	const struct cat_case_kind *kind =
	    catalog_case_kind(r->catalog, file->kind);
	const struct cat_case_state *state =
	    kind ? cat_case_state(kind, file->state) : NULL;
	struct case_run run;
	bool has_run;
	enum err_code rc = file->steps
	    ? ERR_NONE
	    : case_file_load_steps(r->store, open->arena, file, err);

	if (rc)
		return rc;
	has_run = case_clock_now(r->catalog, file, r->today, &run) &&
	    run.stopped == DATE_NONE;
	json_key(w, "objected");
	json_open_object(w);
	put_named(w, "state", file->state,
	    state ? title_of(state->title, state->title_en) : file->state);
	json_put_date(w, "since", file->steps[0].on);
	json_put_date(w, "due", has_run ? run.due : DATE_NONE);
	json_close_object(w);
	return 0;
}
