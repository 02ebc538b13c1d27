/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/feedback.h"

#include "base/check.h"

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

enum err_code feedback_write(const struct feedback *f,
    const struct desk_turn *turn, uint64_t *seq_out, struct err *err)
{
	struct use use = f->use;
	enum err_code rc;

	use.at_ms = turn->now_ms;
	use.act = USE_FEEDBACK;
	use.reference = f->check_id;
	rc = use_log_add(turn->uses, &use, seq_out, err);
	if (!rc) {
		struct store_value row[] = {store_text(f->check_id),
		    store_int((int64_t)*seq_out), store_int(turn->now_ms),
		    store_text(use.department), store_text(use.matter),
		    store_int(f->decision), store_text(f->measures),
		    store_text(f->reason), store_text(f->appeal)};

		rc = store_run(turn->store, SQL_USAGE_FEEDBACK_INSERT, row,
		    ARRAY_COUNT(row), err);
	}
	return rc;
}
