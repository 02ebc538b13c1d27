/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads cases. The rows are narrow and few (of a city's records hardly one
 * in a thousand is ever objected to), so a list is read as a whole up to its
 * limit, and the steps of each case by one range read.
 */
#include "cases/case_file.h"

#include <string.h>

#include "base/check.h"
#include "registry/block.h"
#include "registry/statement.h"

static void take_file(struct store *store, struct arena *arena, enum sql_id id,
    struct case_file *out)
{
	*out = (struct case_file){
	    .subject_id = store_column_int(store, id, 0),
	    .id = store_column_int(store, id, 1),
	    .kind = store_column_text(store, id, 2, arena),
	    .item = store_column_int(store, id, 3),
	    .key_hash = store_column_int(store, id, 4),
	    .record = (uint64_t)store_column_int(store, id, 5),
	    .source = store_column_text(store, id, 6, arena),
	    .state = store_column_text(store, id, 7, arena),
	    .is_open = store_column_int(store, id, 8) == 1,
	};
}

static void take_step(
    struct store *store, struct arena *arena, struct case_step *out)
{
	const enum sql_id id = SQL_CASES_STEPS;

	*out = (struct case_step){
	    .step = store_column_int(store, id, 0),
	    .seq = (uint64_t)store_column_int(store, id, 1),
	    .move = store_column_text(store, id, 2, arena),
	    .state = store_column_text(store, id, 3, arena),
	    .side = store_column_text(store, id, 4, arena),
	    .actor = store_column_text(store, id, 5, arena),
	    .by = store_column_text(store, id, 6, arena),
	    .at_ms = store_column_int(store, id, 7),
	};
	out->on = date_of_unix_ms(out->at_ms);
}

/* The array one larger than `count`; an arena gives nothing back, so it
 * doubles. */
static void *grown(
    struct arena *arena, void *things, size_t count, size_t *room, size_t size)
{
	void *larger;

	if (count < *room)
		return things;
	*room = *room ? *room * 2 : 8;
	larger = arena_zalloc(arena, *room, size);
	if (count)
		memcpy(larger, things, count * size);
	return larger;
}

enum err_code case_file_load_steps(struct store *store, struct arena *arena,
    struct case_file *file, struct err *err)
{
	const enum sql_id id = SQL_CASES_STEPS;
	struct store_value key[] = {
	    store_int(file->subject_id), store_int(file->id)};
	struct case_step *steps = NULL;
	size_t count = 0, room = 0;
	enum err_code rc = store_start(store, id, key, 2, err);

	while (count < CASE_STEPS_MAX && store_next_row(store, id, &rc, err)) {
		steps = grown(arena, steps, count, &room, sizeof(*steps));
		take_step(store, arena, &steps[count++]);
	}
	store_finish(store, id);
	if (!rc && count == 0)
		rc = err_set(err, ERR_CORRUPT, "case %lld has no steps",
		    (long long)file->id);
	file->steps = steps;
	file->steps_count = count;
	return rc;
}

enum err_code case_file_find(struct store *store, struct arena *arena,
    int64_t number, struct case_file *out, struct err *err)
{
	const enum sql_id id = SQL_CASES_FILE_BY_NUMBER;
	struct store_value key = store_int(number);
	enum err_code rc = store_start(store, id, &key, 1, err);

	if (store_next_row(store, id, &rc, err))
		take_file(store, arena, id, out);
	else if (!rc)
		rc = err_set(err, ERR_NOT_FOUND, "there is no case %lld",
		    (long long)number);
	store_finish(store, id);
	return rc ? rc : case_file_load_steps(store, arena, out, err);
}

static enum sql_id statement_of(enum case_which which)
{
	switch (which) {
	case CASES_OPEN:
		return SQL_CASES_FILES_OPEN;
	case CASES_OPEN_OF_SUBJECT:
		return SQL_CASES_FILES_OPEN_OF_SUBJECT;
	case CASES_OF_SUBJECT_BEFORE:
		return SQL_CASES_FILES_OF_SUBJECT_BEFORE;
	case CASES_BEFORE:
	default:
		return SQL_CASES_FILES_BEFORE;
	}
}

enum err_code case_files(struct store *store, struct arena *arena,
    const struct case_query *q, struct case_file **out, size_t *count_out,
    bool *has_more_out, struct err *err)
{
	const enum sql_id id = statement_of(q->which);
	/* As many of them as the statement asks for. */
	struct store_value key[2] = {store_int(q->of),
	    q->which == CASES_BEFORE ? store_str(q->source ? q->source : "")
				     : store_int(q->subject_id)};
	static const size_t keys[] = {[CASES_OPEN] = 0,
	    [CASES_OPEN_OF_SUBJECT] = 1,
	    [CASES_BEFORE] = 2,
	    [CASES_OF_SUBJECT_BEFORE] = 2};
	struct case_file *files = NULL;
	size_t count = 0, room = 0, i;
	enum err_code rc = store_start(store, id, key, keys[q->which], err);
	bool has_more;

	while ((has_more = store_next_row(store, id, &rc, err)) &&
	    count < q->limit) {
		files = grown(arena, files, count, &room, sizeof(*files));
		take_file(store, arena, id, &files[count++]);
	}
	store_finish(store, id);
	for (i = 0; i < count && !rc && q->has_steps; i++)
		rc = case_file_load_steps(store, arena, &files[i], err);
	*out = files;
	*count_out = count;
	if (has_more_out)
		*has_more_out = has_more;
	return rc;
}

enum err_code case_find_open(struct store *store, const struct case_file *file,
    int64_t *id_out, struct err *err)
{
	struct store_value key[] = {store_int(file->subject_id),
	    store_int(file->item), store_int((int64_t)file->key_hash),
	    store_str(file->kind), store_int(file->id)};

	return store_get_int(store, SQL_CASES_OPEN_ABOUT, key, ARRAY_COUNT(key),
	    -1, id_out, err);
}

/* ---- words ---- */

/* The first step's statement has no case yet: it begins it. */
static bool is_of_step(const struct case_file *file,
    const struct case_step *step, const struct statement *s)
{
	int64_t of = s->move.case_id == STATEMENT_NO_SEQ ? (int64_t)step->seq
							 : s->move.case_id;

	return s->kind == STATEMENT_CASE && s->move.step == step->step &&
	    of == file->id;
}

enum err_code case_step_words(struct store *store, struct arena *arena,
    const struct case_file *file, const struct case_step *step,
    struct case_words *out, struct err *err)
{
	struct statement s;
	enum err_code rc = block_read_statement(store, step->seq, &s, err);

	if (!rc && !is_of_step(file, step, &s))
		rc = err_set(err, ERR_CORRUPT,
		    "statement %llu is not of this case",
		    (unsigned long long)step->seq);
	if (!rc) {
		out->text = arena_strdup(arena, s.move.text);
		out->letter = arena_strdup(arena, s.move.letter);
	}
	statement_release(&s);
	return rc;
}
