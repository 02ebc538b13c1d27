/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question stands beside the use that it is about, under the same number:
 * the use itself is sealed and stays as it is. Its key begins with the use's
 * subject, so the use is read first.
 *
 * The organisations of a use of many that are not known here all have the
 * subject 0, and one of them may be known tomorrow. So questions are found by
 * their organisation's id or by its code, and numbered among all that share a
 * key.
 */
#include "usage/question.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/utf8.h"
#include "usage/many.h"
#include "usage/written.h"

enum err_code use_words_check(struct span text, struct err *err)
{
	if (text.n == 0)
		return err_set(err, ERR_INPUT, "the text is missing");
	if (utf8_valid_prefix(text.p, text.n) != text.n)
		return err_set(err, ERR_INPUT, "the text is not valid UTF-8");
	if (utf8_length(text.p, text.n) > QUESTION_CHARS_MAX)
		return err_set(err, ERR_INPUT,
		    "the text is longer than %d characters",
		    (int)QUESTION_CHARS_MAX);
	return 0;
}

/* ---- reading ---- */

static void take_row(
    struct store *store, enum sql_id id, struct use_question *out)
{
	*out = (struct use_question){
	    .subject_id = store_column_int(store, id, 0),
	    .use_seq = (uint64_t)store_column_int(store, id, 1),
	    .id = store_column_int(store, id, 2),
	    .subject = store_column_span(store, id, 3),
	    .asked_ms = store_column_int(store, id, 4),
	    .asked_by = store_column_span(store, id, 5),
	    .question = store_column_span(store, id, 6),
	    .answered_ms = store_column_int(store, id, 7),
	    .answered_by = store_column_span(store, id, 8),
	    .answer = store_column_span(store, id, 9),
	};
}

/* Who wants the rows of a pass. */
struct visitor {
	use_question_visit *visit;
	void *ctx;
};

static enum err_code visit_rows(struct store *store, enum sql_id id,
    const struct store_value *values, size_t count,
    const struct visitor *visitor, struct err *err)
{
	enum err_code rc = store_start(store, id, values, count, err);
	struct use_question question;

	while (store_next_row(store, id, &rc, err)) {
		take_row(store, id, &question);
		visitor->visit(visitor->ctx, &question);
	}
	store_finish(store, id);
	return rc;
}

enum err_code use_questions(struct store *store, const struct use_about *about,
    use_question_visit *visit, void *ctx, struct err *err)
{
	const struct store_value values[] = {store_int((int64_t)about->seq),
	    store_int(about->subject_id), store_text(about->subject)};
	const struct visitor visitor = {visit, ctx};

	return visit_rows(store, SQL_USAGE_QUESTIONS, values,
	    ARRAY_COUNT(values), &visitor, err);
}

enum err_code use_questions_open(
    struct store *store, use_question_visit *visit, void *ctx, struct err *err)
{
	const struct visitor visitor = {visit, ctx};

	return visit_rows(
	    store, SQL_USAGE_QUESTIONS_OPEN, NULL, 0, &visitor, err);
}

/* ---- writing ---- */

/* What a use has: how many, which is the last of them, and is it open? */
struct state {
	int64_t count;
	int64_t id, subject_id;
	bool is_open;
};

static void see(void *ctx, const struct use_question *question)
{
	struct state *state = ctx;

	state->count++;
	state->id = question->id;
	state->subject_id = question->subject_id;
	state->is_open = question->answered_ms == 0;
}

/* Whom a use is about. */
struct about {
	struct use_about is;
	char code[32]; /* its code stands here */
};

static void set_about(struct about *about, int64_t id, struct span code)
{
	size_t n = code.n < sizeof(about->code) ? code.n : sizeof(about->code);

	memcpy(about->code, code.p ? code.p : "", n);
	about->is.subject_id = id;
	about->is.subject = (struct span){about->code, n};
}

static enum err_code find_about(struct store *store,
    const struct use_words *words, struct about *out, struct err *err)
{
	struct use_row row;
	enum err_code rc = use_row_get(store, words->seq, &row, err);
	int got = 0;

	out->is = (struct use_about){.seq = words->seq};
	if (!rc && row.use.subjects) {
		got = many_has(
		    store, words->seq, words->subject_id, words->subject, err);
		if (got == 1)
			set_about(out, words->subject_id, words->subject);
	} else if (!rc) {
		set_about(out, row.use.subject_id, row.use.subject);
	}
	if (got < 0)
		rc = (enum err_code)got;
	if (!rc && out->is.subject.n == 0)
		rc = err_set(err, ERR_REFUSED,
		    "that use is about no organisation, or not about this one");
	use_rows_finish(store, USE_OLDEST_FIRST);
	return rc;
}

static enum err_code find_state(struct store *store,
    const struct use_words *words, struct about *about, struct state *state,
    struct err *err)
{
	enum err_code rc = use_words_check(words->text, err);

	*state = (struct state){0};
	ASSERT(store_in_transaction(store));
	if (!rc)
		rc = find_about(store, words, about, err);
	return rc ? rc : use_questions(store, &about->is, see, state, err);
}

static enum err_code insert(struct store *store, const struct use_words *words,
    const struct use_about *about, struct err *err)
{
	struct store_value values[] = {
	    store_int(about->subject_id),
	    store_int((int64_t)words->seq),
	    store_null(),
	    store_text(about->subject),
	    store_int(words->now_ms),
	    store_text(words->by),
	    store_text(words->text),
	};
	int64_t last = 0;
	enum err_code rc = store_get_int(
	    store, SQL_USAGE_QUESTION_LAST, values, 2, 0, &last, err);

	values[2] = store_int(last + 1);
	return rc ? rc
		  : store_run(store, SQL_USAGE_QUESTION_INSERT, values,
			ARRAY_COUNT(values), err);
}

enum err_code use_question_add(
    struct store *store, const struct use_words *words, struct err *err)
{
	struct about about;
	struct state state;
	enum err_code rc = find_state(store, words, &about, &state, err);

	if (rc)
		return rc;
	if (state.is_open)
		return err_set(err, ERR_CONFLICT,
		    "a question about that use is open already");
	if (state.count >= QUESTIONS_OF_USE_MAX)
		return err_set(err, ERR_CONFLICT,
		    "that use was questioned %d times already",
		    (int)state.count);
	return insert(store, words, &about.is, err);
}

static enum err_code answer(struct store *store, const struct use_words *words,
    const struct use_about *about, struct err *err)
{
	const struct store_value values[] = {
	    store_int(words->now_ms),
	    store_text(words->by),
	    store_text(words->text),
	    store_int((int64_t)words->seq),
	    store_int(about->subject_id),
	    store_text(about->subject),
	};

	return store_run(
	    store, SQL_USAGE_QUESTION_ANSWER, values, ARRAY_COUNT(values), err);
}

enum err_code use_question_answer(
    struct store *store, const struct use_words *words, struct err *err)
{
	struct about about;
	struct state state;
	enum err_code rc = find_state(store, words, &about, &state, err);

	if (rc)
		return rc;
	if (!state.is_open)
		return err_set(err, ERR_CONFLICT,
		    "no question about that use waits for an answer");
	return answer(store, words, &about.is, err);
}

/* ---- what is sealed ---- */

static const char *const steps[] = {"question", "answer"};

enum err_code use_question_seal(struct store *store,
    const struct use_words *words, struct use_step *step, struct use *use,
    struct err *err)
{
	struct about about;
	struct state state;
	enum err_code rc = find_state(store, words, &about, &state, err);

	if (rc)
		return rc;
	snprintf(step->reference, sizeof(step->reference),
	    "use %" PRIu64 "/%s/%" PRId64, words->seq, steps[!state.is_open],
	    state.id);
	snprintf(step->code, sizeof(step->code), "%.*s",
	    (int)about.is.subject.n, about.is.subject.p);
	use->reference = span_of(step->reference);
	use->subject = span_of(step->code);
	use->subject_id = state.subject_id;
	use->has_answer = true;
	sha256_bytes(words->text.p, words->text.n, use->answer);
	return 0;
}

/* A pass over all of them. */
struct verifying {
	struct store *store;
	uint64_t kept;
	int64_t first_ms; /* when the first was sealed; INT64_MAX: none was */
	use_question_wrong *visit;
	void *ctx;
};

static enum err_code check_question(const struct verifying *v,
    const struct use_question *q, bool *is_good, struct err *err)
{
	const enum sql_id id = SQL_USAGE_QUESTIONS_SEALED;
	const struct use_written asked = {q->question, q->asked_by, q->asked_ms,
	    store_column(v->store, id, 10)};
	const struct use_written answered = {q->answer, q->answered_by,
	    q->answered_ms, store_column(v->store, id, 11)};
	enum err_code rc =
	    use_written_check(v->store, &asked, v->first_ms, is_good, err);

	return rc || !q->answered_ms
	    ? rc
	    : use_written_check(v->store, &answered, v->first_ms, is_good, err);
}

static enum err_code check_rows(const struct verifying *v, struct err *err)
{
	const enum sql_id id = SQL_USAGE_QUESTIONS_SEALED;
	enum err_code rc = store_start(v->store, id, NULL, 0, err);
	struct use_question q;

	while (store_next_row(v->store, id, &rc, err)) {
		bool is_good = true;

		take_row(v->store, id, &q);
		rc = check_question(v, &q, &is_good, err);
		if (!rc && !is_good)
			v->visit(v->ctx, q.use_seq, false);
	}
	store_finish(v->store, id);
	return rc;
}

/* "use N/question/ID" */
static bool read_reference(struct span text, char step[16], int64_t out[2])
{
	char copy[80], again[80];

	if (text.n >= sizeof(copy))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	/* A number that is too large is not written again as it was. */
	// NOLINTNEXTLINE(cert-err34-c)
	if (sscanf(copy, "use %" SCNd64 "/%15[a-z]/%" SCNd64, &out[0], step,
		&out[1]) != 3)
		return false;
	snprintf(again, sizeof(again), "use %" PRId64 "/%s/%" PRId64, out[0],
	    step, out[1]);
	return strcmp(copy, again) == 0;
}

/* use_seal_visit: is what it is of still there? */
static enum err_code check_seal(
    void *ctx, const struct use_seal *seal, struct err *err)
{
	struct verifying *v = ctx;
	int64_t numbers[2], answered_ms = -1;
	char step[16];
	enum err_code rc;

	if (!read_reference(seal->reference, step, numbers))
		return 0;
	if (seal->at_ms < v->first_ms)
		v->first_ms = seal->at_ms;
	if ((uint64_t)numbers[0] < v->kept)
		return 0;
	const struct store_value key[] = {store_int(seal->subject_id),
	    store_int(numbers[0]), store_int(numbers[1]),
	    store_text(seal->subject)};

	rc = store_get_int(v->store, SQL_USAGE_QUESTION_ANSWERED, key,
	    ARRAY_COUNT(key), -1, &answered_ms, err);
	if (!rc && answered_ms <= 0 &&
	    (answered_ms < 0 || strcmp(step, steps[1]) == 0))
		v->visit(v->ctx, (uint64_t)numbers[0], true);
	return rc;
}

enum err_code use_question_verify(struct store *store, uint64_t kept,
    use_question_wrong *visit, void *ctx, struct err *err)
{
	struct verifying v = {store, kept, INT64_MAX, visit, ctx};
	enum err_code rc = use_seals(store, check_seal, &v, err);

	return rc ? rc : check_rows(&v, err);
}
