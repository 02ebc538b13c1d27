/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A slot is of one reader and one reason, from the first refusal to the end
 * of a minute in which nothing was counted. Readers are accounts and tokens
 * that exist, so the slots do; should they not, the trace is left at once.
 */
#include "web/tally.h"

#include <pthread.h>
#include <stdlib.h>

enum { SLOTS = 256 };

struct slot {
	struct arena *arena; /* of the use's texts; NULL: it is free */
	struct use use;	     /* the last one */
	int64_t until_ms;
	int64_t count; /* since the last trace */
};

struct tally {
	pthread_mutex_t lock;
	struct slot slots[SLOTS];
};

struct tally *tally_new(void)
{
	struct tally *t = mem_zalloc(1, sizeof(*t));

	pthread_mutex_init(&t->lock, NULL);
	return t;
}

static void release(struct slot *s)
{
	arena_free(&s->arena);
	*s = (struct slot){0};
}

void tally_free(struct tally **tally)
{
	struct tally *t = *tally;
	size_t i;

	if (!t)
		return;
	for (i = 0; i < SLOTS; i++)
		release(&t->slots[i]);
	pthread_mutex_destroy(&t->lock);
	free(t);
	*tally = NULL;
}

static bool is_same(const struct use *a, const struct use *b)
{
	return a->reader_kind == b->reader_kind &&
	    a->reader_id == b->reader_id && span_equal(a->why, b->why);
}

/* NULL: every slot is another one's. */
static struct slot *find(struct tally *t, const struct use *use)
{
	struct slot *free_one = NULL;
	size_t i;

	for (i = 0; i < SLOTS; i++) {
		struct slot *s = &t->slots[i];

		if (!s->arena)
			free_one = s;
		else if (is_same(&s->use, use))
			return s;
	}
	return free_one;
}

static void take_use(struct slot *s, const struct use *use)
{
	if (s->arena)
		arena_reset(s->arena);
	else
		s->arena = arena_new();
	s->use = *use;
	use_keep(&s->use, s->arena);
}

bool tally_note(struct tally *t, const struct use *use, int64_t now_ms)
{
	struct slot *s;
	bool is_first;

	pthread_mutex_lock(&t->lock);
	s = find(t, use);
	is_first = !s || !s->arena;
	if (s)
		take_use(s, use);
	if (s && is_first)
		s->until_ms = now_ms + TALLY_MS;
	else if (s)
		s->count++;
	pthread_mutex_unlock(&t->lock);
	return is_first;
}

/* Ends the minute of a slot; true: there is something to tell of it. */
static bool end_minute(
    struct slot *s, int64_t now_ms, struct arena *arena, struct use *out)
{
	if (s->count == 0) {
		release(s);
		return false;
	}
	*out = s->use;
	out->at_ms = 0;
	out->why = span_of(arena_printf(arena, "%.*s %lld", (int)s->use.why.n,
	    s->use.why.p, (long long)s->count));
	use_keep(out, arena);
	s->count = 0;
	s->until_ms = now_ms + TALLY_MS;
	return true;
}

bool tally_take(struct tally *t, int64_t now_ms, bool is_all,
    struct arena *arena, struct use *out)
{
	bool is_taken = false;
	size_t i;

	pthread_mutex_lock(&t->lock);
	for (i = 0; i < SLOTS && !is_taken; i++) {
		struct slot *s = &t->slots[i];

		if (s->arena && (is_all || s->until_ms <= now_ms))
			is_taken = end_minute(s, now_ms, arena, out);
	}
	pthread_mutex_unlock(&t->lock);
	return is_taken;
}
