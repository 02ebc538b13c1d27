/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Webhooks: where a department wants its notices sent (notice.h), and how it
 * goes. Each has a place in the notices of its department and sends them in
 * their order: one that is not taken holds up those behind it, in this hook
 * alone.
 */
#ifndef GX_USAGE_HOOK_H
#define GX_USAGE_HOOK_H

#include "usage/notice.h"

enum {
	HOOKS_MAX = 64, /* of the whole platform */
	HOOK_GIVE_UP_HOURS = 72
};

struct hook {
	struct span id, department, url;
	struct span secret; /* sealed (people.h) */
	int64_t created_ms;
	int64_t sent;	/* the last notice that was taken */
	int64_t traced; /* the last one of a message that was begun */
	int64_t failures;
	int64_t failing_since_ms, next_ms;
	int64_t tried_ms, sent_ms; /* 0: never */
	int64_t stopped_ms;	   /* 0: it is not */
	struct span told;	   /* what came of the last attempt */
};

/* Into the arena. ERR_NOT_FOUND. Blocks on disk. */
enum err_code hook_get(struct store *office, struct arena *arena,
    struct span id, struct hook *out, struct err *err);
enum err_code hook_all(struct store *office, struct arena *arena,
    const struct hook **out, size_t *count_out, struct err *err);
/* How many notices wait for it. */
enum err_code hook_waiting(struct store *office, const struct hook *hook,
    int64_t *out, struct err *err);

/* In the caller's transaction. add: it gets the notices from now on; id,
 * department, url, secret and created_ms are looked at. ERR_FULL. */
enum err_code hook_add(
    struct store *office, const struct hook *hook, struct err *err);
enum err_code hook_remove(
    struct store *office, struct span id, struct err *err);
/* Everything but what was added. Nothing when it was removed meanwhile. */
enum err_code hook_save(
    struct store *office, const struct hook *hook, struct err *err);

/* What an attempt does to a hook; save it then. told: for people. */
void hook_note_taken(
    struct hook *hook, int64_t last, int64_t now_ms, struct span told);
/* is_gone: the receiver says that it wants no more. Stops the hook for good
 * then, or when it has failed for HOOK_GIVE_UP_HOURS. */
void hook_note_failed(
    struct hook *hook, bool is_gone, int64_t now_ms, struct span told);

#endif
