/* SPDX-License-Identifier: Apache-2.0 */
/*
 * After a failure the next attempt waits, longer each time:
 *
 *	5 s, 30 s, 2 min, 10 min, 30 min, 1 h, 2 h, then every 4 hours
 *
 * until HOOK_GIVE_UP_HOURS are over since the first failure. Then the hook is
 * stopped where it is: it goes on from there once a test of it is taken. The
 * notices stay in the feed all the while.
 */
#include "usage/hook.h"

#include "base/check.h"
#include "base/keep.h"

static const int64_t waits_s[] = {
    5, 30, 120, 600, 1800, 3600, 2 * 3600, 4 * 3600};

/* ---- reading ---- */

static struct hook take(struct store *s, enum sql_id id, struct arena *arena)
{
	return (struct hook){
	    .id = arena_keep(arena, store_column_span(s, id, 0)),
	    .department = arena_keep(arena, store_column_span(s, id, 1)),
	    .url = arena_keep(arena, store_column_span(s, id, 2)),
	    .secret = arena_keep(arena, store_column_span(s, id, 3)),
	    .created_ms = store_column_int(s, id, 4),
	    .sent = store_column_int(s, id, 5),
	    .traced = store_column_int(s, id, 6),
	    .failures = store_column_int(s, id, 7),
	    .failing_since_ms = store_column_int(s, id, 8),
	    .next_ms = store_column_int(s, id, 9),
	    .tried_ms = store_column_int(s, id, 10),
	    .sent_ms = store_column_int(s, id, 11),
	    .stopped_ms = store_column_int(s, id, 12),
	    .told = arena_keep(arena, store_column_span(s, id, 13))};
}

enum err_code hook_get(struct store *office, struct arena *arena,
    struct span hook_id, struct hook *out, struct err *err)
{
	const enum sql_id id = SQL_USAGE_HOOK_GET;
	struct store_value key = store_text(hook_id);
	enum err_code rc = store_start(office, id, &key, 1, err);
	int got = rc ? 0 : store_next(office, id, err);

	if (got == 1)
		*out = take(office, id, arena);
	store_finish(office, id);
	if (rc || got < 0)
		return rc ? rc : (enum err_code)got;
	if (got == 0)
		return err_set(err, ERR_NOT_FOUND,
		    "there is no webhook \"%.*s\"", (int)hook_id.n, hook_id.p);
	return 0;
}

enum err_code hook_all(struct store *office, struct arena *arena,
    const struct hook **out, size_t *count_out, struct err *err)
{
	const enum sql_id id = SQL_USAGE_HOOK_ALL;
	struct hook *list = arena_zalloc(arena, HOOKS_MAX, sizeof(*list));
	enum err_code rc = store_start(office, id, NULL, 0, err);
	size_t n = 0;
	int got = 0;

	while (!rc && n < HOOKS_MAX && (got = store_next(office, id, err)) == 1)
		list[n++] = take(office, id, arena);
	store_finish(office, id);
	if (rc || got < 0)
		return rc ? rc : (enum err_code)got;
	*out = list;
	*count_out = n;
	return 0;
}

enum err_code hook_waiting(struct store *office, const struct hook *hook,
    int64_t *out, struct err *err)
{
	struct store_value key = store_text(hook->id);

	return store_get_int(
	    office, SQL_USAGE_HOOK_WAITING, &key, 1, 0, out, err);
}

/* ---- writing ---- */

enum err_code hook_add(
    struct store *office, const struct hook *hook, struct err *err)
{
	struct arena *arena = arena_new();
	struct notice_state state;
	const struct hook *all;
	size_t count = 0;
	bool is_there;
	enum err_code rc = hook_all(office, arena, &all, &count, err);

	if (!rc && count == HOOKS_MAX)
		rc = err_set(err, ERR_FULL, "there are %d webhooks already",
		    (int)HOOKS_MAX);
	if (!rc)
		rc = notice_state_load(office, &state, &is_there, err);
	if (!rc) {
		struct store_value row[] = {store_text(hook->id),
		    store_text(hook->department), store_text(hook->url),
		    store_blob(hook->secret.p, hook->secret.n),
		    store_int(hook->created_ms), store_int(state.next_id - 1)};

		rc = store_run(
		    office, SQL_USAGE_HOOK_INSERT, row, ARRAY_COUNT(row), err);
	}
	arena_free(&arena);
	return rc;
}

enum err_code hook_remove(struct store *office, struct span id, struct err *err)
{
	struct store_value key = store_text(id);

	return store_run(office, SQL_USAGE_HOOK_DELETE, &key, 1, err);
}

enum err_code hook_save(
    struct store *office, const struct hook *h, struct err *err)
{
	struct store_value row[] = {store_int(h->sent), store_int(h->traced),
	    store_int(h->failures), store_int(h->failing_since_ms),
	    store_int(h->next_ms), store_int(h->tried_ms),
	    store_int(h->sent_ms), store_int(h->stopped_ms),
	    store_text(h->told), store_text(h->id)};

	return store_run(
	    office, SQL_USAGE_HOOK_UPDATE, row, ARRAY_COUNT(row), err);
}

/* ---- what comes of an attempt ---- */

void hook_note_taken(
    struct hook *hook, int64_t last, int64_t now_ms, struct span told)
{
	if (last > hook->sent)
		hook->sent = last;
	hook->failures = hook->failing_since_ms = hook->next_ms = 0;
	hook->stopped_ms = 0;
	hook->tried_ms = hook->sent_ms = now_ms;
	hook->told = told;
}

void hook_note_failed(
    struct hook *hook, bool is_gone, int64_t now_ms, struct span told)
{
	const int64_t all_ms = (int64_t)HOOK_GIVE_UP_HOURS * 3600 * 1000;
	size_t at = (size_t)hook->failures;

	if (at >= ARRAY_COUNT(waits_s))
		at = ARRAY_COUNT(waits_s) - 1;
	if (hook->failures++ == 0)
		hook->failing_since_ms = now_ms;
	hook->next_ms = now_ms + waits_s[at] * 1000;
	hook->tried_ms = now_ms;
	hook->told = told;
	if (is_gone || now_ms - hook->failing_since_ms >= all_ms)
		hook->stopped_ms = now_ms;
}
