/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/review.h"

#include <string.h>

#include "base/check.h"
#include "intake/upload.h"

static const char *const outcome_words[] = {
    [REVIEW_WAITS] = "waits",
    [REVIEW_APPROVED] = "approved",
    [REVIEW_REFUSED] = "refused",
    [REVIEW_TAKEN_BACK] = "taken-back",
    [REVIEW_UNREADABLE] = "unreadable",
};
_Static_assert(
    ARRAY_COUNT(outcome_words) == REVIEW_OUTCOME_COUNT, "each has its word");

bool review_is_of_program(const struct review *review)
{
	return strncmp(review->asked_by, "token ", 6) == 0;
}

const char *review_outcome_word(enum review_outcome outcome)
{
	ASSERT(outcome < REVIEW_OUTCOME_COUNT);
	return outcome_words[outcome];
}

/* ---- reading ---- */

static enum err_code take_row(struct store *store, enum sql_id id,
    struct arena *arena, struct review *out, struct err *err)
{
	int64_t act = store_column_int(store, id, 1);
	int64_t outcome = store_column_int(store, id, 11);

	*out = (struct review){
	    .id = store_column_int(store, id, 0),
	    .act = (enum cat_act)act,
	    .department = store_column_text(store, id, 2, arena),
	    .asked_ms = store_column_int(store, id, 3),
	    .asked_by = store_column_text(store, id, 4, arena),
	    .about = store_column_int(store, id, 5),
	    .upload_id = store_column_int(store, id, 6),
	    .words = store_column_text(store, id, 7, arena),
	    .rehearsal = store_column_text(store, id, 8, arena),
	    .decided_ms = store_column_int(store, id, 9),
	    .decided_by = store_column_text(store, id, 10, arena),
	    .outcome = (enum review_outcome)outcome,
	    .note = store_column_text(store, id, 12, arena),
	    .done_ms = store_column_int(store, id, 13),
	    .error = store_column_text(store, id, 14, arena),
	};
	return act < 0 || act >= CAT_ACT_COUNT || outcome < 0 ||
		outcome >= REVIEW_OUTCOME_COUNT
	    ? err_set(err, ERR_CORRUPT, "review %lld is damaged",
		  (long long)out->id)
	    : ERR_NONE;
}

enum err_code review_get(struct store *store, struct arena *arena, int64_t id,
    struct review *out, struct err *err)
{
	const enum sql_id get = SQL_INTAKE_REVIEW_GET;
	const struct store_value key = store_int(id);
	enum err_code rc = store_start(store, get, &key, 1, err);

	if (store_next_row(store, get, &rc, err))
		rc = take_row(store, get, arena, out, err);
	else if (!rc)
		rc = err_set(err, ERR_NOT_FOUND, "there is no review %lld",
		    (long long)id);
	store_finish(store, get);
	return rc;
}

enum err_code review_of_upload(
    struct store *store, int64_t upload_id, int64_t *id_out, struct err *err)
{
	const struct store_value key = store_int(upload_id);

	return store_get_int(
	    store, SQL_INTAKE_REVIEW_OF_UPLOAD, &key, 1, 0, id_out, err);
}

enum err_code review_of_record(struct store *store, const char *department,
    uint64_t record, int64_t *id_out, struct err *err)
{
	const struct store_value values[] = {store_str(department),
	    store_int((int64_t)record), store_int(CAT_ACT_AMEND),
	    store_int(CAT_ACT_WITHDRAW)};

	return store_get_int(store, SQL_INTAKE_REVIEW_OF_RECORD, values,
	    ARRAY_COUNT(values), 0, id_out, err);
}

enum err_code reviews_of(struct store *store, struct arena *arena,
    const struct review_query *query, struct review *out, size_t *count_out,
    struct err *err)
{
	const enum sql_id id = query->is_decided ? SQL_INTAKE_REVIEW_DECIDED
						 : SQL_INTAKE_REVIEW_OPEN;
	const struct store_value values[] = {store_str(query->department),
	    store_int(query->before), store_int((int64_t)query->limit)};
	enum err_code rc =
	    store_start(store, id, values, ARRAY_COUNT(values), err);
	size_t n = 0;

	while (n < query->limit && store_next_row(store, id, &rc, err))
		rc = take_row(store, id, arena, &out[n++], err);
	store_finish(store, id);
	*count_out = n;
	return rc;
}

enum err_code reviews_waiting(struct store *store, const char *department,
    int64_t *count_out, struct err *err)
{
	const struct store_value key = store_str(department);

	return store_get_int(
	    store, SQL_INTAKE_REVIEW_WAITING, &key, 1, 0, count_out, err);
}

/* ---- asking ---- */

/* Twice the same thing would be done once and fail once. A file is known by
 * its sender's key. */
static enum err_code check_same(
    struct store *store, struct review *r, struct err *err)
{
	const struct store_value values[] = {
	    store_str(r->department), store_int(r->act), store_int(r->about)};
	int64_t id = 0;
	enum err_code rc = r->upload_id
	    ? ERR_NONE
	    : store_get_int(store, SQL_INTAKE_REVIEW_SAME, values,
		  ARRAY_COUNT(values), 0, &id, err);

	if (rc || !id)
		return rc;
	r->id = id;
	err_set(err, ERR_CONFLICT, "the same was asked for already");
	err_hint(
	    err, "It waits for a second person as review %lld.", (long long)id);
	return ERR_CONFLICT;
}

static enum err_code check_room(
    struct store *store, const struct review *r, struct err *err)
{
	int64_t waiting = 0;
	enum err_code rc = reviews_waiting(store, r->department, &waiting, err);

	if (rc || waiting < REVIEW_WAITING_MAX)
		return rc;
	err_set(err, ERR_BUSY,
	    "%lld acts of the department wait for a second person",
	    (long long)waiting);
	err_hint(err, "Somebody has to decide about them first.");
	return ERR_BUSY;
}

enum err_code review_add(struct store *store, struct review *r, struct err *err)
{
	int64_t last = 0;
	enum err_code rc;

	ASSERT(store_in_transaction(store));
	rc = check_same(store, r, err);
	if (!rc)
		rc = check_room(store, r, err);
	if (!rc)
		rc = store_get_int(
		    store, SQL_INTAKE_REVIEW_LAST, NULL, 0, 0, &last, err);
	if (!rc) {
		const struct store_value row[] = {store_int(last + 1),
		    store_int(r->act), store_str(r->department),
		    store_int(r->asked_ms), store_str(r->asked_by),
		    store_int(r->about), store_int(r->upload_id),
		    store_str(r->words)};

		r->id = last + 1;
		rc = store_run(store, SQL_INTAKE_REVIEW_INSERT, row,
		    ARRAY_COUNT(row), err);
	}
	return rc;
}

enum err_code review_rehearsed(
    struct store *store, int64_t upload_id, struct span report, struct err *err)
{
	const struct store_value row[] = {
	    store_text(report), store_int(upload_id)};
	enum err_code rc = store_run(
	    store, SQL_INTAKE_REVIEW_REHEARSED, row, ARRAY_COUNT(row), err);

	return rc ? rc : upload_hold(store, upload_id, UPLOAD_HELD, err);
}

/* ---- deciding ---- */

static enum err_code check_who(
    const struct review *r, const struct review_decision *d, struct err *err)
{
	/* NOLINTNEXTLINE(clang-analyzer-core*): somebody has asked */
	bool is_own = strcmp(r->asked_by, d->by) == 0;

	if (r->outcome != REVIEW_WAITS) {
		err_set(err, ERR_CONFLICT, "review %lld is decided already",
		    (long long)r->id);
		return ERR_CONFLICT;
	}
	if (d->outcome == REVIEW_TAKEN_BACK)
		return is_own ? ERR_NONE
			      : err_set(err, ERR_REFUSED,
				    "only who asked for it can take it back");
	return is_own && d->outcome != REVIEW_UNREADABLE
	    ? err_set(
		  err, ERR_REFUSED, "who asked for it does not decide about it")
	    : ERR_NONE;
}

/* What becomes of its file. */
static enum err_code settle_file(struct store *store, const struct review *r,
    const struct review_decision *d, int64_t now_ms, struct err *err)
{
	if (!r->upload_id || d->outcome == REVIEW_UNREADABLE)
		return 0;
	return d->outcome == REVIEW_APPROVED
	    ? upload_hold(store, r->upload_id, UPLOAD_FREE, err)
	    : upload_end(store, r->upload_id, now_ms, 0, "", err);
}

enum err_code review_decide(struct store *store,
    const struct review_decision *d, int64_t now_ms, struct err *err)
{
	const struct store_value row[] = {store_int(now_ms), store_str(d->by),
	    store_int(d->outcome), store_str(d->note), store_int(d->id)};
	struct arena *arena = arena_new();
	struct review r;
	enum err_code rc;

	ASSERT(store_in_transaction(store));
	rc = review_get(store, arena, d->id, &r, err);
	if (!rc)
		rc = check_who(&r, d, err);
	if (!rc)
		rc = store_run(store, SQL_INTAKE_REVIEW_DECIDE, row,
		    ARRAY_COUNT(row), err);
	if (!rc)
		rc = settle_file(store, &r, d, now_ms, err);
	arena_free(&arena);
	return rc;
}

enum err_code review_done(struct store *store, int64_t id, int64_t now_ms,
    const char *error, struct err *err)
{
	const struct store_value row[] = {
	    store_int(now_ms), store_str(error), store_int(id)};

	return store_run(
	    store, SQL_INTAKE_REVIEW_DONE, row, ARRAY_COUNT(row), err);
}
