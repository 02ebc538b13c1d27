/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing. The caller's thread only gathers texts; what costs time, salts
 * and hashes, columns and compression and the log's files, is done by one
 * worker thread on blocks that are closed, while the caller goes on:
 *
 *	gathering -> CLOSED -> (worker, log) -> READY -> store -> FREE
 *
 * Jobs form a ring of JOBS. The caller fills the one at `filling`, the
 * worker takes the one at `working`, and `storing` is the oldest not yet
 * stored; they chase each other round the ring, so order is kept. A
 * submission with less than one block never starts the thread.
 *
 * zstd: with two hash tables instead of one a file of penalties would take
 * 44.0 % of its bytes instead of 44.8, and 3 % more time.
 *
 * Reading trusts nothing: every length is checked against what was decoded.
 */
#include "registry/block.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/random.h"
#include "registry/columns.h"

enum { JOBS = 6 };

enum job_state { JOB_FREE = 0, JOB_CLOSED, JOB_READY };

struct job {
	enum job_state state;
	size_t count;
	uint32_t ends[BLOCK_STATEMENTS_MAX]; /* of the texts */
	struct buf text;
	uint8_t seed[BLOCK_SALT_BYTES];
	uint8_t commitments[BLOCK_STATEMENTS_MAX][SHA256_BYTES];
	char *packed;
	size_t packed_room;
	size_t packed_n;
	uint64_t first_seq;
	enum err_code rc; /* of appending to the log */
	struct err err;
};

struct block_writer {
	struct store *store;
	struct ledger *ledger;
	uint64_t next_seq;
	struct job jobs[JOBS];
	unsigned filling;
	unsigned storing;
	bool is_appending; /* the append of blocks is open */
	int64_t body_end;  /* of the last block's blob; meaningful then */
	/* The worker's side; `lock` guards states and is_ending. */
	unsigned working;
	pthread_t thread;
	bool has_thread;
	bool is_ending;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool has_failed; /* the log could not be written; no more is */
	ZSTD_CCtx *compressor;
	struct columns *columns;
	struct buf columns_text;
};

static void set_compression(ZSTD_CCtx *c)
{
	ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, 1);
	ZSTD_CCtx_setParameter(c, ZSTD_c_strategy, ZSTD_fast);
	ZSTD_CCtx_setParameter(c, ZSTD_c_hashLog, 16);
	ZSTD_CCtx_setParameter(c, ZSTD_c_minMatch, 5);
}

struct block_writer *block_writer_new(
    struct store *store, struct ledger *ledger)
{
	struct block_writer *w = mem_zalloc(1, sizeof(*w));
	size_t i;

	w->store = store;
	w->ledger = ledger;
	w->next_seq = ledger_next_index(ledger);
	w->compressor = ZSTD_createCCtx();
	set_compression(w->compressor);
	w->columns = columns_new(BLOCK_TEXT_MAX);
	buf_init(&w->columns_text, 2 * BLOCK_TEXT_MAX);
	for (i = 0; i < JOBS; i++)
		buf_init(&w->jobs[i].text, BLOCK_TEXT_MAX);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->changed, NULL);
	return w;
}

static void stop_thread(struct block_writer *w)
{
	if (!w->has_thread)
		return;
	pthread_mutex_lock(&w->lock);
	w->is_ending = true;
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	w->has_thread = false;
}

void block_writer_free(struct block_writer **writer)
{
	struct block_writer *w = *writer;
	size_t i;

	if (!w)
		return;
	stop_thread(w);
	for (i = 0; i < JOBS; i++) {
		buf_release(&w->jobs[i].text);
		free(w->jobs[i].packed);
	}
	ZSTD_freeCCtx(w->compressor);
	columns_free(&w->columns);
	buf_release(&w->columns_text);
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->changed);
	free(w);
	*writer = NULL;
}

/* ---- the worker ---- */

static void compress(struct block_writer *w, struct job *job)
{
	struct span raw = buf_span(&w->columns_text);
	size_t bound = ZSTD_compressBound(raw.n);

	if (bound > job->packed_room) {
		job->packed = mem_realloc(job->packed, bound, 1);
		job->packed_room = bound;
	}
	job->packed_n = ZSTD_compress2(
	    w->compressor, job->packed, job->packed_room, raw.p, raw.n);
	ASSERT(!ZSTD_isError(job->packed_n));
}

/* Hashes a closed job, compresses it and appends it to the log. Only the
 * worker touches the ledger until everything is flushed. */
static void work(struct block_writer *w, struct job *job)
{
	struct span statements[BLOCK_STATEMENTS_MAX];
	uint8_t salts[BLOCK_SALTS_BYTES_MAX];
	const uint8_t *closed = salts + job->count * BLOCK_SALT_BYTES;
	size_t from = 0;
	size_t i;

	block_make_salts(job->seed, job->count, salts);
	columns_reset(w->columns);
	for (i = 0; i < job->count; i++) {
		statements[i] =
		    (struct span){job->text.p + from, job->ends[i] - from};
		ASSERT(columns_add(w->columns, statements[i]));
		from = job->ends[i];
	}
	block_commitments(
	    salts, closed, statements, job->count, job->commitments[0]);
	buf_reset(&w->columns_text);
	columns_write(w->columns, &w->columns_text);
	ASSERT(!w->columns_text.is_full);
	compress(w, job);
	if (!w->has_failed)
		job->rc = ledger_append(
		    w->ledger, job->commitments[0], job->count, &job->err);
	w->has_failed = w->has_failed || job->rc;
}

static void *run_worker(void *arg)
{
	struct block_writer *w = arg;

	pthread_mutex_lock(&w->lock);
	while (!w->is_ending) {
		struct job *job = &w->jobs[w->working];

		if (job->state != JOB_CLOSED) {
			pthread_cond_wait(&w->changed, &w->lock);
			continue;
		}
		pthread_mutex_unlock(&w->lock);
		work(w, job);
		pthread_mutex_lock(&w->lock);
		job->state = JOB_READY;
		w->working = (w->working + 1) % JOBS;
		pthread_cond_broadcast(&w->changed);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* Without a thread (it may not start): the same work here. */
static void work_here(struct block_writer *w)
{
	work(w, &w->jobs[w->working]);
	w->jobs[w->working].state = JOB_READY;
	w->working = (w->working + 1) % JOBS;
}

static void start_thread(struct block_writer *w)
{
	sigset_t all, old;

	if (w->has_thread)
		return;
	/* Signals are the main thread's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	w->has_thread = pthread_create(&w->thread, NULL, run_worker, w) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* ---- the caller's side ---- */

static void hand_over(struct block_writer *w)
{
	struct job *job = &w->jobs[w->filling];

	w->filling = (w->filling + 1) % JOBS;
	pthread_mutex_lock(&w->lock);
	job->state = JOB_CLOSED;
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->lock);
	if (!w->has_thread)
		work_here(w);
}

/* Opens the append, and finds where the blobs end. */
static enum err_code start_append(struct block_writer *w, struct err *err)
{
	enum err_code rc = store_get_int(
	    w->store, SQL_REGISTRY_BLOCK_END, NULL, 0, 0, &w->body_end, err);

	if (!rc)
		rc = store_append_start(
		    w->store, SQL_REGISTRY_BLOCK_INSERT, err);
	w->is_appending = !rc;
	return rc;
}

static enum err_code store_job(
    struct block_writer *w, struct job *job, struct err *err)
{
	struct span body = {job->packed, job->packed_n};
	struct store_value row[] = {store_int((int64_t)job->first_seq),
	    store_int((int64_t)job->count),
	    store_blob(job->seed, BLOCK_SALT_BYTES), store_null(),
	    store_null()};
	enum err_code rc = job->rc;

	if (rc && err)
		*err = job->err;
	if (!rc && !w->is_appending)
		rc = start_append(w, err);
	row[3] = store_int(w->body_end);
	if (!rc)
		rc = store_blob_put(
		    w->store, w->body_end, body, &w->body_end, err);
	row[4] = store_int(w->body_end);
	if (!rc)
		rc = store_append_row(w->store, SQL_REGISTRY_BLOCK_INSERT, row,
		    ARRAY_COUNT(row), err);
	job->count = 0;
	buf_reset(&job->text);
	return rc;
}

/* Stores the oldest jobs that are ready; with `all`, waits until none is
 * left; without, waits only while the whole ring is full. */
static enum err_code store_ready(
    struct block_writer *w, bool all, struct err *err)
{
	enum err_code rc = 0;

	while (!rc && w->storing != w->filling) {
		struct job *job = &w->jobs[w->storing];
		bool is_full = (w->filling + 1) % JOBS == w->storing;
		bool is_ready;

		pthread_mutex_lock(&w->lock);
		while ((all || is_full) && job->state != JOB_READY)
			pthread_cond_wait(&w->changed, &w->lock);
		is_ready = job->state == JOB_READY;
		if (is_ready)
			job->state = JOB_FREE;
		pthread_mutex_unlock(&w->lock);
		if (!is_ready)
			break;
		w->storing = (w->storing + 1) % JOBS;
		rc = store_job(w, job, err);
	}
	return rc;
}

static enum err_code close_block(
    struct block_writer *w, bool is_last, struct err *err)
{
	struct job *job = &w->jobs[w->filling];
	enum err_code rc;

	if (job->count == 0)
		return 0;
	job->rc = 0;
	job->first_seq = w->next_seq - job->count;
	rc = random_bytes(job->seed, BLOCK_SALT_BYTES, err);
	if (rc)
		return rc;
	if (!is_last)
		start_thread(w);
	hand_over(w);
	return store_ready(w, false, err);
}

struct buf *block_writer_begin(
    struct block_writer *w, size_t n, struct err *err)
{
	struct job *job = &w->jobs[w->filling];

	if (n > BLOCK_STATEMENT_MAX) {
		err_set(err, ERR_FULL, "a statement is too long");
		return NULL;
	}
	if (job->count == BLOCK_STATEMENTS_MAX ||
	    (job->count && job->text.n + n > BLOCK_TEXT_TARGET)) {
		if (close_block(w, false, err))
			return NULL;
		job = &w->jobs[w->filling];
	}
	return &job->text;
}

uint64_t block_writer_added(struct block_writer *w)
{
	struct job *job = &w->jobs[w->filling];

	ASSERT(!job->text.is_full);
	job->ends[job->count++] = (uint32_t)job->text.n;
	return w->next_seq++;
}

enum err_code block_writer_add(struct block_writer *w, struct span statement,
    uint64_t *seq_out, struct err *err)
{
	struct buf *text = block_writer_begin(w, statement.n, err);
	uint64_t seq;

	if (!text)
		return err->code;
	buf_add_span(text, statement);
	seq = block_writer_added(w);
	if (seq_out)
		*seq_out = seq;
	return 0;
}

enum err_code block_writer_flush(struct block_writer *w, struct err *err)
{
	enum err_code rc = close_block(w, true, err);

	if (!rc)
		rc = store_ready(w, true, err);
	if (!rc && w->is_appending) {
		w->is_appending = false;
		rc = store_append_end(w->store, SQL_REGISTRY_BLOCK_INSERT, err);
	}
	return rc;
}

void block_init(struct block *block)
{
	memset(block, 0, sizeof(*block));
	buf_init(&block->text, BLOCK_TEXT_MAX);
	buf_init(&block->raw, 2 * BLOCK_TEXT_MAX);
	buf_init(&block->packed, BLOCK_BODY_MAX);
	buf_init(&block->salt_copy, BLOCK_SALTS_BYTES_MAX);
}

static void forget_frame(struct block *block)
{
	if (block->held)
		block_cache_give_back(block->cache, block->held);
	block->held = NULL;
	block->frame = (struct span){NULL, 0};
	block->frame_count = 0;
}

void block_release(struct block *block)
{
	forget_frame(block);
	buf_release(&block->text);
	buf_release(&block->raw);
	buf_release(&block->packed);
	buf_release(&block->salt_copy);
	ZSTD_freeDCtx(block->decoder);
	block->decoder = NULL;
	block->count = 0;
}

static void free_block(void *thing)
{
	block_release(thing);
	free(thing);
}

struct block *block_of_store(struct store *store)
{
	struct block *block = store_companion(store);

	if (!block) {
		block = mem_alloc(sizeof(*block));
		block_init(block);
		store_set_companion(store, block, free_block);
	}
	block->count = 0;
	forget_frame(block);
	return block;
}

void block_share(struct store *store, struct block_cache *cache)
{
	block_of_store(store)->cache = cache;
}

static enum err_code damaged(uint64_t first_seq, struct err *err)
{
	err_set(err, ERR_CORRUPT,
	    "the block of statements from %llu is damaged",
	    (unsigned long long)first_seq);
	err_hint(err,
	    "Run \"gongxin verify --all\" to see where, and restore "
	    "the last backup.");
	return ERR_CORRUPT;
}

/* Decodes the frame into block->raw; false when it is not a whole frame of
 * a size we write. */
static bool unpack(struct block *block, struct span packed)
{
	unsigned long long size = ZSTD_getFrameContentSize(packed.p, packed.n);
	size_t n;
	char *to;

	if (size == ZSTD_CONTENTSIZE_ERROR ||
	    size == ZSTD_CONTENTSIZE_UNKNOWN || size > 2 * BLOCK_TEXT_MAX)
		return false;
	if (!block->decoder)
		block->decoder = ZSTD_createDCtx();
	forget_frame(block);
	buf_reset(&block->raw);
	to = buf_reserve(&block->raw, (size_t)size);
	n = ZSTD_decompressDCtx(
	    block->decoder, to, (size_t)size, packed.p, packed.n);
	if (ZSTD_isError(n) || n != size)
		return false;
	block->raw.n = n;
	return true;
}

/* Sets the salts: from the seed, or as written out. */
static bool read_salts(struct block *block, struct span salts, size_t count)
{
	const size_t n = 2 * count * BLOCK_SALT_BYTES;
	char *to;

	buf_reset(&block->salt_copy);
	if (salts.n == n) {
		buf_add_span(&block->salt_copy, salts);
	} else if (salts.n == BLOCK_SALT_BYTES) {
		to = buf_reserve(&block->salt_copy, n + BLOCK_SALT_BYTES);
		block_make_salts(
		    (const uint8_t *)salts.p, count, (uint8_t *)to);
		block->salt_copy.n = n;
	} else {
		return false;
	}
	block->salts = (const uint8_t *)block->salt_copy.p;
	block->closed_salts = block->salts + count * BLOCK_SALT_BYTES;
	return true;
}

enum err_code block_decode_columns(
    struct block *block, const struct block_columns *columns, struct err *err)
{
	size_t count = (size_t)columns->statements;

	block->count = 0;
	block->first_seq = (uint64_t)columns->first_seq;
	buf_reset(&block->text);
	if (columns->statements < 1 ||
	    columns->statements > BLOCK_STATEMENTS_MAX ||
	    !read_salts(block, columns->salts, count) ||
	    !unpack(block, columns->body) ||
	    !columns_read(
		buf_span(&block->raw), count, &block->text, block->statements))
		return damaged(block->first_seq, err);
	block->count = count;
	return 0;
}

enum err_code block_columns_read(struct store *store, enum sql_id id,
    struct buf *body, struct block_columns *out, struct err *err)
{
	enum err_code rc;

	out->first_seq = store_column_int(store, id, 0);
	out->statements = store_column_int(store, id, 1);
	out->salts = store_column_span(store, id, 2);
	out->body_at = store_column_int(store, id, 3);
	out->body_end = store_column_int(store, id, 4);
	buf_reset(body);
	rc = store_blob_get(store, out->body_at, out->body_end, body, err);
	out->body = buf_span(body);
	if (rc == ERR_CORRUPT)
		err_context(err, "the block of statements from %llu is damaged",
		    (unsigned long long)out->first_seq);
	return rc;
}

enum err_code block_decode(
    struct block *block, struct store *store, enum sql_id id, struct err *err)
{
	struct block_columns columns;
	enum err_code rc =
	    block_columns_read(store, id, &block->packed, &columns, err);

	if (rc) {
		block->count = 0;
		block->first_seq = (uint64_t)columns.first_seq;
	}
	return rc ? rc : block_decode_columns(block, &columns, err);
}

static bool holds(const struct block *block, uint64_t seq)
{
	return seq >= block->first_seq && seq - block->first_seq < block->count;
}

enum err_code block_load(
    struct block *block, struct store *store, uint64_t seq, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_BLOCK_OF;
	struct store_value at = store_int((int64_t)seq);
	enum err_code rc;

	if (holds(block, seq))
		return 0;
	rc = store_start(store, id, &at, 1, err);
	if (store_next_row(store, id, &rc, err))
		rc = block_decode(block, store, id, err);
	store_finish(store, id);
	if (!rc && !holds(block, seq)) {
		err_set(err, ERR_NOT_FOUND, "there is no statement %llu",
		    (unsigned long long)seq);
		rc = ERR_NOT_FOUND;
	}
	return rc;
}

/* Decodes the frame alone of the block in `id`'s current row. */
static enum err_code decode_frame(
    struct block *block, struct store *store, enum sql_id id, struct err *err)
{
	struct block_columns columns;
	enum err_code rc =
	    block_columns_read(store, id, &block->packed, &columns, err);

	if (rc)
		return rc;
	if (!unpack(block, columns.body))
		return damaged((uint64_t)columns.first_seq, err);
	block->frame = buf_span(&block->raw);
	return 0;
}

/* From the cache, or decoded and left there. */
static enum err_code find_frame(
    struct block *block, struct store *store, enum sql_id id, struct err *err)
{
	const struct block_frame_key key = {
	    .first_seq = store_column_int(store, id, 0),
	    .statements = store_column_int(store, id, 1),
	    .body_at = store_column_int(store, id, 3),
	    .body_end = store_column_int(store, id, 4)};
	enum err_code rc = 0;

	block->count = 0;
	forget_frame(block);
	if (key.statements < 1 || key.statements > BLOCK_STATEMENTS_MAX)
		return damaged((uint64_t)key.first_seq, err);
	if (block->cache)
		block->held = block_cache_get(block->cache, &key);
	if (block->held) {
		block->frame = block_frame_bytes(block->held);
	} else {
		rc = decode_frame(block, store, id, err);
		if (!rc && block->cache)
			block_cache_put(block->cache, &key, block->frame);
	}
	if (rc)
		return rc;
	block->frame_seq = (uint64_t)key.first_seq;
	block->frame_count = (size_t)key.statements;
	return 0;
}

static bool frame_holds(const struct block *block, uint64_t seq)
{
	return seq >= block->frame_seq &&
	    seq - block->frame_seq < block->frame_count;
}

bool block_has(const struct block *block, uint64_t seq)
{
	return holds(block, seq) || frame_holds(block, seq);
}

static enum err_code load_frame(
    struct block *block, struct store *store, uint64_t seq, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_BLOCK_OF;
	struct store_value at = store_int((int64_t)seq);
	enum err_code rc = store_start(store, id, &at, 1, err);

	if (store_next_row(store, id, &rc, err))
		rc = find_frame(block, store, id, err);
	store_finish(store, id);
	if (!rc && !frame_holds(block, seq))
		rc = err_set(err, ERR_NOT_FOUND, "there is no statement %llu",
		    (unsigned long long)seq);
	return rc;
}

enum err_code block_load_one(struct block *block, struct store *store,
    uint64_t seq, struct span *statement_out, struct err *err)
{
	enum err_code rc = 0;

	if (holds(block, seq)) {
		*statement_out = block_statement(block, seq);
		return 0;
	}
	if (!frame_holds(block, seq))
		rc = load_frame(block, store, seq, err);
	if (rc)
		return rc;
	block->count = 0;
	buf_reset(&block->text);
	if (!columns_read_one(block->frame, block->frame_count,
		(size_t)(seq - block->frame_seq), &block->text, statement_out))
		return damaged(block->frame_seq, err);
	return 0;
}

enum err_code block_read_statement(
    struct store *store, uint64_t seq, struct statement *out, struct err *err)
{
	struct buf kept = BUF_INIT(BLOCK_STATEMENT_MAX);
	struct block block;
	struct span text;
	enum err_code rc;

	memset(out, 0, sizeof(*out));
	block_init(&block);
	rc = block_load_one(&block, store, seq, &text, err);
	if (!rc) {
		buf_add_span(&kept, text);
		rc = statement_read(buf_span(&kept), out, err);
		out->kept = kept;
	}
	block_release(&block);
	return rc;
}

struct span block_statement(const struct block *block, uint64_t seq)
{
	ASSERT(holds(block, seq));
	return block->statements[seq - block->first_seq];
}

const uint8_t *block_salt(const struct block *block, uint64_t seq)
{
	ASSERT(holds(block, seq));
	return block->salts + (seq - block->first_seq) * BLOCK_SALT_BYTES;
}

const uint8_t *block_closed_salt(const struct block *block, uint64_t seq)
{
	ASSERT(holds(block, seq));
	return block->closed_salts +
	    (seq - block->first_seq) * BLOCK_SALT_BYTES;
}
