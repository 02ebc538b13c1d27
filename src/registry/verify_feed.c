/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks for verification, decoded ahead by threads of their own: half the
 * work of verifying is to unpack statements, to hash them and to read what
 * records say, and none of it needs the database. Records are read by the
 * frame that the caller met last; those of another one it reads itself.
 *
 *	caller:   rows from the store -> slots [taken .. filled)
 *	workers:  the next slot of [claimed .. filled) -> decoded, commitments
 *	caller:   slot `taken`, once it is done
 *
 * The numbers only grow; slot = number % SLOTS. Invariant:
 * taken <= filled <= taken + SLOTS and claimed <= filled. Two workers beside
 * the two threads that compare keep two processors busy; the slots bound the
 * memory.
 */
#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "registry/verify_priv.h"

enum { SLOTS = 6, WORKERS = 2 };

struct feed {
	struct store *store;
	const struct told *told;
	pthread_t threads[WORKERS];
	size_t threads_count;
	pthread_mutex_t mutex; /* over what stands below */
	pthread_cond_t changed;
	uint64_t filled;
	uint64_t claimed;
	uint64_t taken;
	bool is_done[SLOTS];
	bool is_closing;
	struct facts_frame frame;
	/* The caller's own. */
	bool has_current; /* slot `taken` is in the caller's hands */
	bool is_ended;	  /* the store has no more, or failed */
	enum err_code rc; /* how it failed */
	struct err err;
	struct fed_block slots[SLOTS];
};

/* ---- the worker ---- */

static void decode(struct fed_block *b, const struct facts_frame *frame,
    const struct told *told)
{
	uint64_t seq;
	size_t i;

	if (!b->rc)
		b->rc = block_decode_columns(&b->block, &b->columns, &b->err);
	if (b->rc)
		return;
	block_commitments(b->block.salts, b->block.closed_salts,
	    b->block.statements, b->block.count, b->commitments[0]);
	for (i = 0; i < b->block.count; i++) {
		seq = b->block.first_seq + i;
		facts_read_framed(frame, told, block_statement(&b->block, seq),
		    seq, &b->facts[i]);
	}
}

static void *run_worker(void *arg)
{
	struct feed *f = arg;
	struct facts_frame frame;

	pthread_mutex_lock(&f->mutex);
	for (;;) {
		uint64_t at;

		while (f->claimed == f->filled && !f->is_closing)
			pthread_cond_wait(&f->changed, &f->mutex);
		if (f->is_closing)
			break;
		at = f->claimed++ % SLOTS;
		frame = f->frame;
		pthread_mutex_unlock(&f->mutex);
		decode(&f->slots[at], &frame, f->told);
		pthread_mutex_lock(&f->mutex);
		f->is_done[at] = true;
		pthread_cond_broadcast(&f->changed);
	}
	pthread_mutex_unlock(&f->mutex);
	return NULL;
}

/* ---- the caller ---- */

enum err_code feed_new(struct store *store, const struct told *told,
    struct feed **out, struct err *err)
{
	struct store_value from = store_int(0);
	struct feed *f = mem_zalloc(1, sizeof(*f));
	enum err_code rc =
	    store_start(store, SQL_REGISTRY_BLOCK_LIST, &from, 1, err);
	size_t i;

	if (rc) {
		free(f);
		return rc;
	}
	f->store = store;
	f->told = told;
	for (i = 0; i < SLOTS; i++) {
		block_init(&f->slots[i].block);
		buf_init(&f->slots[i].salts, BLOCK_TEXT_MAX);
		buf_init(&f->slots[i].body, BLOCK_BODY_MAX);
	}
	pthread_mutex_init(&f->mutex, NULL);
	pthread_cond_init(&f->changed, NULL);
	for (i = 0; i < WORKERS; i++, f->threads_count++)
		if (pthread_create(&f->threads[i], NULL, run_worker, f) != 0)
			break;
	if (f->threads_count == 0) {
		feed_free(&f);
		return err_set(err, ERR_SYSTEM, "could not start a thread");
	}
	*out = f;
	return 0;
}

void feed_use_frame(struct feed *f, const struct facts_frame *frame)
{
	pthread_mutex_lock(&f->mutex);
	f->frame = *frame;
	pthread_mutex_unlock(&f->mutex);
}

void feed_free(struct feed **feed)
{
	struct feed *f = *feed;
	size_t i;

	if (!f)
		return;
	pthread_mutex_lock(&f->mutex);
	f->is_closing = true;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->mutex);
	for (i = 0; i < f->threads_count; i++)
		pthread_join(f->threads[i], NULL);
	store_finish(f->store, SQL_REGISTRY_BLOCK_LIST);
	pthread_mutex_destroy(&f->mutex);
	pthread_cond_destroy(&f->changed);
	for (i = 0; i < SLOTS; i++) {
		block_release(&f->slots[i].block);
		buf_release(&f->slots[i].salts);
		buf_release(&f->slots[i].body);
	}
	free(f);
	*feed = NULL;
}

/* Copies the store's current row and its body into a slot. */
static void copy_row(struct feed *f, struct fed_block *b)
{
	b->rc = block_columns_read(
	    f->store, SQL_REGISTRY_BLOCK_LIST, &b->body, &b->columns, &b->err);
	buf_reset(&b->salts);
	buf_add_span(&b->salts, b->columns.salts);
	b->columns.salts = buf_span(&b->salts);
}

/* Fills the slots that are free. `filled` and `taken` are changed by this
 * thread alone, so they may be read without the mutex. */
static void fill(struct feed *f)
{
	while (!f->is_ended && f->filled - f->taken < SLOTS) {
		int got =
		    store_next(f->store, SQL_REGISTRY_BLOCK_LIST, &f->err);

		if (got != 1) {
			f->is_ended = true;
			f->rc = (enum err_code)(got < 0 ? got : 0);
			return;
		}
		copy_row(f, &f->slots[f->filled % SLOTS]);
		pthread_mutex_lock(&f->mutex);
		f->is_done[f->filled % SLOTS] = false;
		f->filled++;
		pthread_cond_broadcast(&f->changed);
		pthread_mutex_unlock(&f->mutex);
	}
}

enum err_code feed_next(
    struct feed *f, const struct fed_block **out, struct err *err)
{
	*out = NULL;
	if (f->has_current)
		f->taken++;
	f->has_current = false;
	fill(f);
	if (f->taken == f->filled) {
		if (f->rc)
			*err = f->err;
		return f->rc;
	}
	pthread_mutex_lock(&f->mutex);
	while (!f->is_done[f->taken % SLOTS])
		pthread_cond_wait(&f->changed, &f->mutex);
	pthread_mutex_unlock(&f->mutex);
	f->has_current = true;
	*out = &f->slots[f->taken % SLOTS];
	return 0;
}
