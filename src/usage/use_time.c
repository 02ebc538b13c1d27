/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log in stretches: each begins where the clock was set back, and in each
 * time grows. Stretches are looked at from the oldest on; the first that
 * reaches the moment holds the place. There are few: one for each time that
 * somebody, or a machine that came up with a wrong clock, changed it.
 */
#include "usage/use_time.h"

#include <stdlib.h>

#include "base/mem.h"
#include "usage/use_log.h"

enum { LIST_FIRST = 16 };

enum err_code use_time_mark(struct store *store, uint64_t seq,
    int64_t before_ms, int64_t now_ms, struct err *err)
{
	const struct store_value place = store_int((int64_t)seq);

	if (now_ms >= before_ms - USE_TIME_STEP_MS)
		return 0;
	return store_run(store, SQL_USAGE_SETBACK_INSERT, &place, 1, err);
}

enum err_code use_time_setbacks(
    struct store *store, uint64_t **out, size_t *count_out, struct err *err)
{
	const enum sql_id id = SQL_USAGE_SETBACKS;
	uint64_t *list = NULL;
	size_t count = 0, max = 0;
	enum err_code rc = store_start(store, id, NULL, 0, err);
	int got = 0;

	while (!rc && (got = store_next(store, id, err)) == 1) {
		if (count == max) {
			max = max ? 2 * max : LIST_FIRST;
			list = mem_realloc(list, max, sizeof(*list));
		}
		list[count++] = (uint64_t)store_column_int(store, id, 0);
	}
	store_finish(store, id);
	*out = list;
	*count_out = count;
	return rc ? rc : got < 0 ? (enum err_code)got : 0;
}

/* The first place of a stretch that is not before the moment; its end: there
 * is none. What is not there is erased, and so before all that is. */
static enum err_code halve(struct store *store, int64_t from_ms, uint64_t low,
    uint64_t high, uint64_t *out, struct err *err)
{
	enum err_code rc = 0;

	while (!rc && low < high) {
		uint64_t middle = low + (high - low) / 2;
		struct store_value place = store_int((int64_t)middle);
		int64_t at_ms = INT64_MIN;

		rc = store_get_int(
		    store, SQL_USAGE_MOMENT, &place, 1, INT64_MIN, &at_ms, err);
		if (at_ms < from_ms)
			low = middle + 1;
		else
			high = middle;
	}
	*out = low;
	return rc;
}

enum err_code use_time_begin(
    struct store *store, int64_t from_ms, uint64_t *out, struct err *err)
{
	struct ledger_head head = {0};
	uint64_t *setbacks = NULL, low = 0;
	size_t count = 0, i;
	enum err_code rc = use_log_head(store, &head, NULL, err);

	if (!rc)
		rc = use_time_setbacks(store, &setbacks, &count, err);
	*out = 0;
	for (i = 0; i <= count && !rc; i++) {
		uint64_t high = i < count ? setbacks[i] : head.size;

		rc = halve(
		    store, from_ms - USE_TIME_SLACK_MS, low, high, out, err);
		if (*out < high)
			break;
		low = high;
	}
	free(setbacks);
	return rc;
}
