/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/audit_case.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "usage/question.h"
#include "usage/written.h"

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

static void take_row(
    struct store *store, enum sql_id id, struct audit_case *out)
{
	*out = (struct audit_case){
	    .finding = store_column_span(store, id, 0),
	    .round = store_column_int(store, id, 1),
	    .opened_ms = store_column_int(store, id, 2),
	    .opened_by = store_column_span(store, id, 3),
	    .note = store_column_span(store, id, 4),
	    .closed_ms = store_column_int(store, id, 5),
	    .closed_by = store_column_span(store, id, 6),
	    .conclusion = store_column_span(store, id, 7),
	};
}

static enum err_code visit_rows(struct store *store, enum sql_id id,
    const struct store_value *values, size_t count,
    const struct visitor *visitor, struct err *err)
{
	enum err_code rc = store_start(store, id, values, count, err);

	while (store_next_row(store, id, &rc, err)) {
		struct audit_case one;

		take_row(store, id, &one);
		visitor->visit(visitor->ctx, &one);
	}
	store_finish(store, id);
	return rc;
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

static const char *const steps[] = {"open", "close"};

static void write_reference(struct span finding, int64_t round,
    const char *step, char out[AUDIT_STEP_BYTES])
{
	snprintf(out, AUDIT_STEP_BYTES, "%.*s/%" PRId64 "/%s", (int)finding.n,
	    finding.p, round, step);
}

enum err_code audit_case_seal(struct store *store,
    const struct audit_words_of *words, char text[AUDIT_STEP_BYTES],
    struct use *use, struct err *err)
{
	struct state state;
	enum err_code rc = find_state(store, words, &state, err);

	if (rc)
		return rc;
	write_reference(
	    words->finding, state.round, steps[!state.is_open], text);
	use->reference = span_of(text);
	use->has_answer = true;
	sha256_bytes(words->text.p, words->text.n, use->answer);
	return 0;
}

/* A step as the reference of its use names it. */
struct step {
	char finding[AUDIT_KEY_BYTES];
	int64_t round;
	bool is_close;
};

static bool read_reference(struct span text, struct step *out)
{
	char copy[AUDIT_STEP_BYTES], again[AUDIT_STEP_BYTES], step[8];

	if (text.n >= sizeof(copy))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	_Static_assert(AUDIT_KEY_BYTES == 64, "what sscanf reads of a key");
	/* A number that is too large is not written again as it was. */
	// NOLINTNEXTLINE(cert-err34-c)
	if (sscanf(copy, "%63[^/]/%" SCNd64 "/%7[a-z]", out->finding,
		&out->round, step) != 3 ||
	    !audit_key_is_valid(span_of(out->finding)))
		return false;
	out->is_close = strcmp(step, steps[1]) == 0;
	write_reference(
	    span_of(out->finding), out->round, steps[out->is_close], again);
	return strcmp(copy, again) == 0;
}

/* A pass over all of them. */
struct verifying {
	struct store *store;
	uint64_t kept;
	int64_t first_ms; /* when the first was sealed; INT64_MAX: none was */
	audit_case_wrong *visit;
	void *ctx;
};

static enum err_code check_case(const struct verifying *v,
    const struct audit_case *one, bool *is_good, struct err *err)
{
	const enum sql_id id = SQL_USAGE_CASES_SEALED;
	const struct use_written opened = {one->note, one->opened_by,
	    one->opened_ms, store_column(v->store, id, 8)};
	const struct use_written closed = {one->conclusion, one->closed_by,
	    one->closed_ms, store_column(v->store, id, 9)};
	enum err_code rc =
	    use_written_check(v->store, &opened, v->first_ms, is_good, err);

	return rc || !one->closed_ms
	    ? rc
	    : use_written_check(v->store, &closed, v->first_ms, is_good, err);
}

static enum err_code check_rows(const struct verifying *v, struct err *err)
{
	const enum sql_id id = SQL_USAGE_CASES_SEALED;
	enum err_code rc = store_start(v->store, id, NULL, 0, err);
	struct audit_case one;

	while (store_next_row(v->store, id, &rc, err)) {
		bool is_good = true;

		take_row(v->store, id, &one);
		rc = check_case(v, &one, &is_good, err);
		if (!rc && !is_good)
			v->visit(v->ctx, one.finding, one.round, false);
	}
	store_finish(v->store, id);
	return rc;
}

/* use_seal_visit: is what it is of still there? */
static enum err_code check_seal(
    void *ctx, const struct use_seal *seal, struct err *err)
{
	struct verifying *v = ctx;
	int64_t closed_ms = -1;
	struct step step;
	enum err_code rc;

	if (!read_reference(seal->reference, &step))
		return 0;
	if (seal->at_ms < v->first_ms)
		v->first_ms = seal->at_ms;
	if (seal->seq < v->kept)
		return 0;
	const struct store_value key[] = {
	    store_str(step.finding), store_int(step.round)};

	rc = store_get_int(v->store, SQL_USAGE_CASE_CLOSED, key,
	    ARRAY_COUNT(key), -1, &closed_ms, err);
	if (!rc && closed_ms <= 0 && (closed_ms < 0 || step.is_close))
		v->visit(v->ctx, span_of(step.finding), step.round, true);
	return rc;
}

enum err_code audit_case_verify(struct store *store, uint64_t kept,
    audit_case_wrong *visit, void *ctx, struct err *err)
{
	struct verifying v = {store, kept, INT64_MAX, visit, ctx};
	enum err_code rc = use_seals(store, check_seal, &v, err);

	return rc ? rc : check_rows(&v, err);
}
