/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/feedback.h"

#include <string.h>

#include "base/check.h"
#include "base/json.h"

enum { STATEMENT_BYTES_MAX = 16384 };

static const char *const words[FEEDBACK_DECISION_COUNT] = {
    "applied", "not-applied", "lifted", "easier", "nothing"};

const char *feedback_word(enum feedback_decision decision)
{
	ASSERT(decision < FEEDBACK_DECISION_COUNT);
	return words[decision];
}

int feedback_find(struct span word)
{
	int i;

	for (i = 0; i < FEEDBACK_DECISION_COUNT; i++)
		if (span_is(word, words[i]))
			return i;
	return -1;
}

/* The statement, as feedback.h has it. */
static void write_told(const struct feedback_told *told, struct buf *out)
{
	struct span rest = told->measures, word;
	struct json_writer w;

	json_start_canonical(&w, out);
	json_open_object(&w);
	json_put_span(&w, "appeal", told->appeal);
	json_put_bool(&w, "closed", told->closes);
	json_put_str(&w, "decision", feedback_word(told->decision));
	json_put_str(&w, "format", "gongxin-feedback/1");
	json_key(&w, "measures");
	json_open_array(&w);
	while (feedback_next_measure(&rest, &word))
		json_add_string(&w, word);
	json_close_array(&w);
	json_put_span(&w, "reason", told->reason);
	json_close_object(&w);
}

static void digest_told(
    const struct feedback_told *told, uint8_t out[SHA256_BYTES])
{
	struct buf text = BUF_INIT(STATEMENT_BYTES_MAX);

	write_told(told, &text);
	sha256_bytes(text.p, text.n, out);
	buf_release(&text);
}

bool feedback_next_measure(struct span *rest, struct span *word)
{
	const char *blank;
	size_t n;

	*word = *rest;
	if (rest->n == 0)
		return false;
	blank = memchr(rest->p, ' ', rest->n);
	n = blank ? (size_t)(blank - rest->p) : rest->n;
	word->n = n;
	n += blank != NULL;
	*rest = (struct span){rest->p + n, rest->n - n};
	return word->n > 0;
}

bool feedback_has_measure(struct span measures, struct span id)
{
	struct span word;

	while (feedback_next_measure(&measures, &word))
		if (span_equal(word, id))
			return true;
	return false;
}

enum err_code feedback_write(const struct feedback *f,
    const struct desk_turn *turn, uint64_t *seq_out, struct err *err)
{
	const struct feedback_told told = {.decision = f->decision,
	    .measures = f->measures,
	    .reason = f->reason,
	    .appeal = f->appeal,
	    .closes = f->closes};
	struct use use = f->use;
	enum err_code rc;

	use.at_ms = turn->now_ms;
	use.act = USE_FEEDBACK;
	use.reference = f->check_id;
	use.has_answer = true;
	digest_told(&told, use.answer);
	if (f->count)
		many_commit(f->list, f->count, &use);
	rc = many_add(
	    turn->uses, turn->store, &use, f->list, f->count, seq_out, err);
	if (!rc) {
		struct store_value row[] = {store_text(f->check_id),
		    store_int((int64_t)*seq_out), store_int(turn->now_ms),
		    store_text(use.department), store_text(use.matter),
		    store_int(f->decision), store_text(f->measures),
		    store_text(f->reason), store_text(f->appeal),
		    store_int(f->closes)};

		rc = store_run(turn->store, SQL_USAGE_FEEDBACK_INSERT, row,
		    ARRAY_COUNT(row), err);
	}
	return rc;
}

/* ---- reading ---- */

static enum err_code read_told(struct store *store, enum sql_id id,
    struct feedback_told *out, struct err *err)
{
	int64_t decision = store_column_int(store, id, 2);

	if (decision < 0 || decision >= FEEDBACK_DECISION_COUNT)
		return err_set(err, ERR_CORRUPT, "a decision is damaged");
	*out = (struct feedback_told){
	    .seq = (uint64_t)store_column_int(store, id, 0),
	    .at_ms = store_column_int(store, id, 1),
	    .decision = (enum feedback_decision)decision,
	    .measures = store_column_span(store, id, 3),
	    .reason = store_column_span(store, id, 4),
	    .appeal = store_column_span(store, id, 5),
	    .closes = store_column_int(store, id, 6) != 0,
	};
	return 0;
}

enum err_code feedback_of(struct store *store, struct span check_id,
    feedback_told_visit *visit, void *ctx, struct err *err)
{
	const enum sql_id id = SQL_USAGE_FEEDBACK_OF;
	struct store_value value = store_text(check_id);
	enum err_code rc = store_start(store, id, &value, 1, err);
	struct feedback_told told;
	int got = 0;

	while (!rc && (got = store_next(store, id, err)) == 1) {
		rc = read_told(store, id, &told, err);
		if (!rc)
			visit(ctx, &told);
	}
	store_finish(store, id);
	return rc ? rc : got < 0 ? (enum err_code)got : 0;
}

enum err_code feedback_came(
    struct store *store, struct span check_id, bool *out, struct err *err)
{
	const struct store_value value = store_text(check_id);
	int64_t came = 0;
	enum err_code rc = store_get_int(
	    store, SQL_USAGE_FEEDBACK_CAME, &value, 1, 0, &came, err);

	*out = came == 1;
	return rc;
}

/* ---- verifying ---- */

/* Is the row at hand what its use sealed? Uses of before that was sealed have
 * no digest. */
static bool is_as_sealed(
    struct store *store, enum sql_id id, const struct feedback_told *told)
{
	struct span answer = store_column_span(store, id, 10);
	uint8_t digest[SHA256_BYTES];

	if (store_column_int(store, id, 8) != USE_FEEDBACK ||
	    !span_equal(store_column_span(store, id, 7),
		store_column_span(store, id, 9)))
		return false;
	digest_told(told, digest);
	return answer.n == 0 ||
	    (answer.n == sizeof(digest) &&
		memcmp(answer.p, digest, sizeof(digest)) == 0);
}

enum err_code feedback_verify(struct store *store, feedback_wrong_visit *visit,
    void *ctx, struct err *err)
{
	const enum sql_id id = SQL_USAGE_FEEDBACK_SEALED;
	enum err_code rc = store_start(store, id, NULL, 0, err);
	struct feedback_told told = {0};
	int64_t gone = 0;
	int got = 0;

	while (!rc && (got = store_next(store, id, err)) == 1) {
		rc = read_told(store, id, &told, err);
		if (!rc && !is_as_sealed(store, id, &told))
			visit(ctx, told.seq);
	}
	store_finish(store, id);
	if (!rc && got < 0)
		rc = (enum err_code)got;
	if (!rc)
		rc = store_get_int(
		    store, SQL_USAGE_FEEDBACK_GONE, NULL, 0, 0, &gone, err);
	for (; !rc && gone > 0; gone--)
		visit(ctx, UINT64_MAX);
	return rc;
}

/* ---- counting ---- */

/* The sum at hand; its texts stand in buffers, since rows go by. */
struct counting {
	struct buf department, matter;
	int64_t decision; /* -1: none yet */
	int64_t count, measures;
	feedback_visit *visit;
	void *ctx;
};

static void tell(struct counting *c)
{
	const struct feedback_sum sum = {buf_span(&c->department),
	    buf_span(&c->matter), (enum feedback_decision)c->decision, c->count,
	    c->measures};

	if (c->decision >= 0)
		c->visit(c->ctx, &sum);
	c->count = c->measures = 0;
}

/* Ids with blanks between them. */
static int64_t count_words(struct span text)
{
	int64_t n = text.n > 0;
	size_t i;

	for (i = 0; i < text.n; i++)
		n += text.p[i] == ' ';
	return n;
}

static enum err_code take_row(
    struct counting *c, struct store *store, enum sql_id id, struct err *err)
{
	struct span department = store_column_span(store, id, 0);
	struct span matter = store_column_span(store, id, 1);
	int64_t decision = store_column_int(store, id, 2);

	if (decision < 0 || decision >= FEEDBACK_DECISION_COUNT)
		return err_set(err, ERR_CORRUPT, "a decision is damaged");
	if (decision != c->decision ||
	    !span_equal(department, buf_span(&c->department)) ||
	    !span_equal(matter, buf_span(&c->matter))) {
		tell(c);
		buf_reset(&c->department);
		buf_reset(&c->matter);
		buf_add_span(&c->department, department);
		buf_add_span(&c->matter, matter);
		c->decision = decision;
	}
	c->count++;
	c->measures += count_words(store_column_span(store, id, 3));
	return 0;
}

enum err_code feedback_sums(struct store *store, int64_t from_ms, int64_t to_ms,
    feedback_visit *visit, void *ctx, struct err *err)
{
	const enum sql_id id = SQL_USAGE_FEEDBACK_BETWEEN;
	struct store_value values[] = {store_int(from_ms), store_int(to_ms)};
	struct counting c = {.department = BUF_INIT(USE_TEXT_BYTES_MAX),
	    .matter = BUF_INIT(USE_TEXT_BYTES_MAX),
	    .decision = -1,
	    .visit = visit,
	    .ctx = ctx};
	enum err_code rc = store_start(store, id, values, 2, err);
	int got = 0;

	while (!rc && (got = store_next(store, id, err)) == 1)
		rc = take_row(&c, store, id, err);
	store_finish(store, id);
	if (!rc && got < 0)
		rc = (enum err_code)got;
	if (!rc)
		tell(&c);
	buf_release(&c.department);
	buf_release(&c.matter);
	return rc;
}
