/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Case by case, step by step. Each step has one statement, which says the
 * same as its row; a statement belongs to one step, since it says case and
 * number of the step; and there are as many steps as the log has statements
 * of cases. So no row can be missing, doubled or made up.
 *
 * That a move was allowed is asked of the catalogue that its statement
 * names, from the archive: a table that was changed since neither hides a
 * forbidden move nor makes one of an allowed one.
 */
#include "cases/case_verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "cases/case_file.h"
#include "registry/block.h"
#include "registry/catalogue.h"
#include "registry/statement.h"
#include "registry/subjects.h"

enum { TEXT_MAX = 400, FILES_MAX = 10 * 1000 * 1000, RESET_EVERY = 256 };

struct verifying {
	const struct case_verify_request *request;
	struct arena *arena; /* of one case */
	struct block block;
	struct subject subject;
	struct catalog *catalog; /* of the last statement */
	uint64_t steps;
	uint64_t cases;
};

static void tell(struct verifying *v, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void tell(struct verifying *v, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	v->request->wrong(v->request->ctx, text);
}

/* Damage is a finding; other failures pass. */
static enum err_code absorb(
    struct verifying *v, enum err_code rc, const struct err *err)
{
	if (rc != ERR_CORRUPT && rc != ERR_NOT_FOUND && rc != ERR_STORE)
		return rc;
	tell(v, "%s", err->message);
	return 0;
}

/* ---- one step ---- */

static bool step_agrees(const struct verifying *v, const struct case_file *file,
    const struct case_step *step, const struct statement *s)
{
	const struct statement_move *m = &s->move;
	bool begins = step->step == 1;
	char received[24];

	date_format_unix(step->at_ms, received);
	return s->kind == STATEMENT_CASE &&
	    span_is(buf_span(&v->subject.code), s->code) &&
	    m->case_id == (begins ? STATEMENT_NO_SEQ : file->id) &&
	    (!begins || file->id == (int64_t)step->seq) &&
	    m->step == step->step && m->record == (int64_t)file->record &&
	    strcmp(m->kind, file->kind) == 0 &&
	    strcmp(m->id, step->move) == 0 &&
	    strcmp(m->side, step->side) == 0 &&
	    strcmp(m->state, step->state) == 0 &&
	    strcmp(m->by, step->by) == 0 &&
	    strcmp(s->department, step->actor) == 0 &&
	    strcmp(s->received, received) == 0;
}

/* Does the table of the statement's catalogue have this move? */
static bool is_allowed(const struct verifying *v, const char *before,
    const struct case_file *file, const struct case_step *step)
{
	const struct cat_case_kind *kind =
	    catalog_case_kind(v->catalog, file->kind);
	const struct cat_case_move *move =
	    kind ? cat_case_move(kind, step->move) : NULL;
	int side = cat_case_side_find(step->side);

	return move && side >= 0 && move->by[side] &&
	    cat_case_leads_from(move, before) &&
	    strcmp(step->state, move->to[0] ? move->to : before) == 0;
}

static enum err_code use_catalogue(
    struct verifying *v, const char *digest_hex, struct err *err)
{
	if (v->catalog && strcmp(v->catalog->digest_hex, digest_hex) == 0)
		return 0;
	catalog_free(&v->catalog);
	return catalogue_restore(
	    v->request->store, digest_hex, &v->catalog, err);
}

static enum err_code check_statement(struct verifying *v,
    const struct case_file *file, size_t at, const struct statement *s,
    struct err *err)
{
	const struct case_step *step = &file->steps[at];
	enum err_code rc;

	if (step->step != (int64_t)at + 1 || !step_agrees(v, file, step, s)) {
		tell(v, tr("step %lld of case %lld is not what was sealed"),
		    (long long)step->step, (long long)file->id);
		return 0;
	}
	rc = use_catalogue(v, s->catalogue_hex, err);
	if (!rc &&
	    !is_allowed(v, at ? file->steps[at - 1].state : "", file, step))
		tell(v,
		    tr("step %lld of case %lld is a move that its catalogue "
		       "does not have"),
		    (long long)step->step, (long long)file->id);
	return rc;
}

static enum err_code check_step(struct verifying *v,
    const struct case_file *file, size_t at, struct err *err)
{
	uint64_t seq = file->steps[at].seq;
	struct statement s = {0};
	enum err_code rc = block_load(&v->block, v->request->store, seq, err);

	v->steps++;
	if (!rc)
		rc = statement_read(block_statement(&v->block, seq), &s, err);
	if (!rc)
		rc = check_statement(v, file, at, &s, err);
	statement_release(&s);
	return absorb(v, rc, err);
}

/* ---- one case ---- */

static void check_end(struct verifying *v, const struct case_file *file)
{
	const char *last = file->steps[file->steps_count - 1].state;
	const struct cat_case_kind *kind =
	    v->catalog ? catalog_case_kind(v->catalog, file->kind) : NULL;
	const struct cat_case_state *state =
	    kind ? cat_case_state(kind, last) : NULL;

	if (strcmp(file->state, last) != 0 ||
	    (state && file->is_open != (state->stage == CAT_CASE_OPEN)))
		tell(v,
		    tr("case %lld is not in the state that its steps led "
		       "to"),
		    (long long)file->id);
}

/* Is the record that the case names a version of the one that it is found
 * by? */
static enum err_code has_record(struct verifying *v,
    const struct case_file *file, bool *out, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_OF_KEY;
	const struct store_value key[] = {store_int(file->subject_id),
	    store_int(file->item), store_int(file->key_hash)};
	struct store *store = v->request->store;
	enum err_code rc = store_start(store, id, key, 3, err);

	*out = false;
	while (!*out && store_next_row(store, id, &rc, err))
		*out = (uint64_t)store_column_int(store, id, 3) == file->record;
	store_finish(store, id);
	return rc;
}

static enum err_code check_record(
    struct verifying *v, const struct case_file *file, struct err *err)
{
	struct statement s = {0};
	bool is_found = false;
	enum err_code rc =
	    block_load(&v->block, v->request->store, file->record, err);

	if (!rc)
		rc = statement_read(
		    block_statement(&v->block, file->record), &s, err);
	if (!rc)
		rc = has_record(v, file, &is_found, err);
	if (!rc &&
	    (!is_found || s.kind != STATEMENT_RECORD ||
		strcmp(s.department, file->source) != 0 ||
		!span_is(buf_span(&v->subject.code), s.code)))
		tell(v, tr("case %lld is not about the record that it names"),
		    (long long)file->id);
	statement_release(&s);
	return absorb(v, rc, err);
}

static enum err_code check_case(
    struct verifying *v, struct case_file *file, struct err *err)
{
	enum err_code rc = subject_by_id(
	    v->request->store, file->subject_id, &v->subject, err);
	size_t i;

	v->cases++;
	if (!rc)
		rc = case_file_load_steps(
		    v->request->store, v->arena, file, err);
	if (rc)
		return absorb(v, rc, err);
	rc = check_record(v, file, err);
	for (i = 0; i < file->steps_count && !rc; i++)
		rc = check_step(v, file, i, err);
	if (!rc)
		check_end(v, file);
	return rc;
}

static enum err_code check_all(struct verifying *v, struct err *err)
{
	struct case_query query = {
	    .which = CASES_BEFORE, .of = INT64_MAX, .limit = RESET_EVERY};
	bool has_more = true;
	enum err_code rc = 0;

	while (has_more && !rc) {
		struct case_file *files;
		size_t count, i;

		arena_reset(v->arena);
		rc = case_files(v->request->store, v->arena, &query, &files,
		    &count, &has_more, err);
		for (i = 0; i < count && !rc; i++)
			rc = check_case(v, &files[i], err);
		if (count)
			query.of = files[count - 1].id;
	}
	return rc;
}

static enum err_code check_counts(struct verifying *v, struct err *err)
{
	int64_t rows = 0;
	enum err_code rc = store_get_int(
	    v->request->store, SQL_CASES_STEP_COUNT, NULL, 0, 0, &rows, err);

	if (!rc && (uint64_t)rows != v->request->moves)
		tell(v,
		    tr("steps of cases that have rows: %lld, that were sealed: "
		       "%llu"),
		    (long long)rows, (unsigned long long)v->request->moves);
	if (!rc && (uint64_t)rows != v->steps)
		tell(v,
		    tr("steps of cases that have rows: %lld, that belong to a "
		       "case: %llu"),
		    (long long)rows, (unsigned long long)v->steps);
	return rc;
}

enum err_code case_verify(const struct case_verify_request *request,
    uint64_t *cases_out, struct err *err)
{
	struct verifying v = {.request = request, .arena = arena_new()};
	enum err_code rc = store_begin_read(request->store, err);

	block_init(&v.block);
	subject_init(&v.subject);
	if (!rc)
		rc = absorb(&v, check_all(&v, err), err);
	if (!rc)
		rc = absorb(&v, check_counts(&v, err), err);
	store_rollback(request->store);
	*cases_out = v.cases;
	block_release(&v.block);
	subject_release(&v.subject);
	catalog_free(&v.catalog);
	arena_free(&v.arena);
	return rc;
}
