/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/audit_case.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "usage/question.h"
#include "usage/use_log.h"

enum { DIGEST_CHARS = 16 };

bool audit_key_is_valid(struct span key)
{
	size_t n = 0;
	int kind;

	for (kind = 0; kind < CAT_AUDIT_COUNT; kind++) {
		const char *name = cat_audit_name((enum cat_audit_kind)kind);

		n = strlen(name);
		if (key.n == n + 1 + DIGEST_CHARS && key.p[n] == '-' &&
		    memcmp(key.p, name, n) == 0)
			break;
	}
	if (kind == CAT_AUDIT_COUNT)
		return false;
	for (n++; n < key.n; n++)
		if (!strchr("0123456789abcdef", key.p[n]) || !key.p[n])
			return false;
	return true;
}

/* ---- reading ---- */

/* Who wants the rows of a pass. */
struct visitor {
	audit_case_visit *visit;
	void *ctx;
};

static enum err_code visit_rows(struct store *store, enum sql_id id,
    const struct store_value *values, size_t count,
    const struct visitor *visitor, struct err *err)
{
	enum err_code rc = store_start(store, id, values, count, err);
	int got = 0;

	while (!rc && (got = store_next(store, id, err)) == 1) {
		const struct audit_case one = {
		    .finding = store_column_span(store, id, 0),
		    .round = store_column_int(store, id, 1),
		    .opened_ms = store_column_int(store, id, 2),
		    .opened_by = store_column_span(store, id, 3),
		    .note = store_column_span(store, id, 4),
		    .closed_ms = store_column_int(store, id, 5),
		    .closed_by = store_column_span(store, id, 6),
		    .conclusion = store_column_span(store, id, 7),
		};

		visitor->visit(visitor->ctx, &one);
	}
	store_finish(store, id);
	return rc || got >= 0 ? rc : (enum err_code)got;
}

enum err_code audit_cases_of(struct store *store, struct span finding,
    audit_case_visit *visit, void *ctx, struct err *err)
{
	const struct store_value values[] = {store_text(finding)};
	const struct visitor visitor = {visit, ctx};

	return visit_rows(store, SQL_USAGE_CASE_GET, values, 1, &visitor, err);
}

enum err_code audit_cases_open(
    struct store *store, audit_case_visit *visit, void *ctx, struct err *err)
{
	const struct visitor visitor = {visit, ctx};

	return visit_rows(store, SQL_USAGE_CASES_OPEN, NULL, 0, &visitor, err);
}

/* ---- writing ---- */

struct state {
	int64_t round; /* the newest; 0: none */
	bool is_open;
};

static void see(void *ctx, const struct audit_case *one)
{
	struct state *state = ctx;

	if (one->round <= state->round)
		return;
	state->round = one->round;
	state->is_open = one->closed_ms == 0;
}

static enum err_code find_state(struct store *store,
    const struct audit_words_of *words, struct state *state, struct err *err)
{
	enum err_code rc = use_words_check(words->text, err);

	*state = (struct state){0};
	ASSERT(store_in_transaction(store));
	if (!rc && !audit_key_is_valid(words->finding))
		rc = err_set(err, ERR_NOT_FOUND, "there is no such finding");
	return rc ? rc : audit_cases_of(store, words->finding, see, state, err);
}

enum err_code audit_case_open(
    struct store *store, const struct audit_words_of *words, struct err *err)
{
	struct state state;
	enum err_code rc = find_state(store, words, &state, err);
	const struct store_value values[] = {store_text(words->finding),
	    store_int(state.round + 1), store_int(words->now_ms),
	    store_text(words->by), store_text(words->text)};

	if (rc)
		return rc;
	if (state.is_open)
		return err_set(
		    err, ERR_CONFLICT, "the finding is taken up already");
	return store_run(
	    store, SQL_USAGE_CASE_OPEN, values, ARRAY_COUNT(values), err);
}

enum err_code audit_case_close(
    struct store *store, const struct audit_words_of *words, struct err *err)
{
	struct state state;
	enum err_code rc = find_state(store, words, &state, err);
	const struct store_value values[] = {store_int(words->now_ms),
	    store_text(words->by), store_text(words->text),
	    store_text(words->finding), store_int(state.round)};

	if (rc)
		return rc;
	if (!state.is_open)
		return err_set(
		    err, ERR_CONFLICT, "the finding is not taken up");
	return store_run(
	    store, SQL_USAGE_CASE_CLOSE, values, ARRAY_COUNT(values), err);
}

/* ---- what is sealed ---- */

enum err_code audit_case_seal(struct store *store,
    const struct audit_words_of *words, char text[AUDIT_STEP_BYTES],
    struct use *use, struct err *err)
{
	struct state state;
	enum err_code rc = find_state(store, words, &state, err);

	if (rc)
		return rc;
	snprintf(text, AUDIT_STEP_BYTES, "%.*s/%lld/%s", (int)words->finding.n,
	    words->finding.p, (long long)state.round,
	    state.is_open ? "open" : "close");
	use->reference = span_of(text);
	use->has_answer = true;
	sha256_bytes(words->text.p, words->text.n, use->answer);
	return 0;
}

/* Is the use, by its place in a column, the seal of that text? */
static enum err_code check_step(struct store *store, int column,
    struct span text, bool *is_good, struct err *err)
{
	const enum sql_id id = SQL_USAGE_CASES_SEALED;
	struct store_value seq = store_column(store, id, column);
	uint8_t digest[SHA256_BYTES];
	struct use_row row;
	enum err_code rc;

	if (seq.kind != STORE_INT)
		return 0;
	sha256_bytes(text.p, text.n, digest);
	rc = use_row_get(store, (uint64_t)seq.i, &row, err);
	if (!rc &&
	    (row.use.act != USE_AUDIT || !row.use.has_answer ||
		memcmp(row.use.answer, digest, sizeof(digest)) != 0))
		*is_good = false;
	use_rows_finish(store, USE_OLDEST_FIRST);
	return rc;
}

enum err_code audit_case_verify(
    struct store *store, audit_case_wrong *visit, void *ctx, struct err *err)
{
	const enum sql_id id = SQL_USAGE_CASES_SEALED;
	enum err_code rc = store_start(store, id, NULL, 0, err);
	int got = 0;

	while (!rc && (got = store_next(store, id, err)) == 1) {
		bool is_good = true;

		rc = check_step(
		    store, 5, store_column_span(store, id, 2), &is_good, err);
		if (!rc)
			rc = check_step(store, 6,
			    store_column_span(store, id, 3), &is_good, err);
		if (!rc && !is_good)
			visit(ctx, store_column_span(store, id, 0),
			    store_column_int(store, id, 1));
	}
	store_finish(store, id);
	return rc || got >= 0 ? rc : (enum err_code)got;
}
