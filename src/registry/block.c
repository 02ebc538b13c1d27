/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing: statements gather until there are 64 or 64 KiB of text, then the
 * block is compressed at zstd level 1 (chosen by measure: at 64 KiB it gives
 * nearly the ratio of level 3 at a smaller cost) and appended. Salts come
 * from the kernel in portions of 1,024.
 *
 * Reading trusts nothing: every length is checked against what was decoded.
 */
#include "registry/block.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <zstd.h>

#include "base/check.h"
#include "base/mem.h"

enum { SALTS_BYTES = 1024 * BLOCK_SALT_BYTES, COMPRESSION_LEVEL = 1 };

struct block_writer {
	struct store *store;
	uint64_t first_seq; /* of the statements gathered */
	size_t count;
	uint32_t lengths[BLOCK_STATEMENTS_MAX];
	uint8_t salts[BLOCK_STATEMENTS_MAX * BLOCK_SALT_BYTES];
	struct buf text; /* room for the lengths, then the texts */
	char *packed;
	size_t packed_bytes; /* allocated */
	ZSTD_CCtx *compressor;
	uint8_t pool[SALTS_BYTES]; /* salts not yet used */
	size_t pool_used;
};

void block_commitment(const uint8_t salt[BLOCK_SALT_BYTES],
    struct span statement, uint8_t out[SHA256_BYTES])
{
	const struct span parts[] = {
	    {(const char *)salt, BLOCK_SALT_BYTES}, statement};

	sha256_parts(parts, 2, out);
}

/* The texts start behind the place of 64 lengths; a block with fewer moves
 * nothing: it is compressed from where its lengths fit. */
enum { TEXT_START = BLOCK_STATEMENTS_MAX * sizeof(uint32_t) };

static void start_block(struct block_writer *w)
{
	static const char zero[TEXT_START];

	w->count = 0;
	buf_reset(&w->text);
	buf_add(&w->text, zero, sizeof(zero));
}

struct block_writer *block_writer_new(struct store *store, uint64_t first_seq)
{
	struct block_writer *w = mem_zalloc(1, sizeof(*w));

	w->store = store;
	w->first_seq = first_seq;
	w->pool_used = SALTS_BYTES;
	w->compressor = ZSTD_createCCtx();
	buf_init(&w->text, BLOCK_TEXT_MAX + TEXT_START);
	start_block(w);
	return w;
}

void block_writer_free(struct block_writer **writer)
{
	struct block_writer *w = *writer;

	if (!w)
		return;
	ZSTD_freeCCtx(w->compressor);
	buf_release(&w->text);
	free(w->packed);
	free(w);
	*writer = NULL;
}

static enum err_code take_salt(
    struct block_writer *w, uint8_t *to, struct err *err)
{
	if (w->pool_used == SALTS_BYTES) {
		size_t n = 0;

		while (n < SALTS_BYTES) {
			ssize_t got =
			    getrandom(w->pool + n, SALTS_BYTES - n, 0);

			if (got < 0 && errno == EINTR)
				continue;
			if (got < 0)
				return err_set_errno(
				    err, "could not get random bytes");
			n += (size_t)got;
		}
		w->pool_used = 0;
	}
	memcpy(to, w->pool + w->pool_used, BLOCK_SALT_BYTES);
	w->pool_used += BLOCK_SALT_BYTES;
	return 0;
}

static size_t compress(struct block_writer *w, struct span raw)
{
	size_t bound = ZSTD_compressBound(raw.n);
	size_t n;

	if (bound > w->packed_bytes) {
		w->packed = mem_realloc(w->packed, bound, 1);
		w->packed_bytes = bound;
	}
	n = ZSTD_compressCCtx(w->compressor, w->packed, w->packed_bytes, raw.p,
	    raw.n, COMPRESSION_LEVEL);
	ASSERT(!ZSTD_isError(n));
	return n;
}

enum err_code block_writer_flush(struct block_writer *w, struct err *err)
{
	struct store_value row[4];
	size_t table = w->count * sizeof(uint32_t);
	size_t skip = TEXT_START - table;
	enum err_code rc;
	size_t n;

	if (w->count == 0)
		return 0;
	memcpy(w->text.p + skip, w->lengths, table);
	n = compress(w, (struct span){w->text.p + skip, w->text.n - skip});
	row[0] = store_int((int64_t)w->first_seq);
	row[1] = store_int((int64_t)w->count);
	row[2] = store_blob(w->salts, w->count * BLOCK_SALT_BYTES);
	row[3] = store_blob(w->packed, n);
	rc = store_append_row(
	    w->store, SQL_REGISTRY_BLOCK_INSERT, row, ARRAY_COUNT(row), err);
	if (rc)
		return rc;
	w->first_seq += w->count;
	start_block(w);
	return 0;
}

enum err_code block_writer_add(struct block_writer *w, struct span statement,
    uint8_t commitment_out[SHA256_BYTES], struct err *err)
{
	uint8_t *salt;
	enum err_code rc;

	if (statement.n > BLOCK_STATEMENT_MAX)
		return err_set(err, ERR_FULL, "a statement is too long");
	if (w->count == BLOCK_STATEMENTS_MAX ||
	    (w->count && w->text.n + statement.n > BLOCK_TEXT_TARGET)) {
		rc = block_writer_flush(w, err);
		if (rc)
			return rc;
	}
	salt = w->salts + w->count * BLOCK_SALT_BYTES;
	rc = take_salt(w, salt, err);
	if (rc)
		return rc;
	block_commitment(salt, statement, commitment_out);
	w->lengths[w->count++] = (uint32_t)statement.n;
	buf_add_span(&w->text, statement);
	ASSERT(!w->text.is_full);
	return 0;
}

uint64_t block_writer_next_seq(const struct block_writer *w)
{
	return w->first_seq + w->count;
}

void block_init(struct block *block)
{
	memset(block, 0, sizeof(*block));
	buf_init(&block->text, BLOCK_TEXT_MAX + TEXT_START);
	buf_init(
	    &block->salt_copy, BLOCK_STATEMENTS_MAX * BLOCK_SALT_BYTES);
}

void block_release(struct block *block)
{
	buf_release(&block->text);
	buf_release(&block->salt_copy);
	ZSTD_freeDCtx(block->decoder);
	block->decoder = NULL;
	block->count = 0;
}

static enum err_code damaged(uint64_t first_seq, struct err *err)
{
	err_set(err, ERR_CORRUPT, "the block of statements from %llu is damaged",
	    (unsigned long long)first_seq);
	err_hint(err, "Run \"gongxin verify --all\" to see where, and restore "
		      "the last backup.");
	return ERR_CORRUPT;
}

/* Decodes the frame into block->text; false when it is not a whole frame
 * of a size we write. */
static bool unpack(struct block *block, struct span packed)
{
	unsigned long long size =
	    ZSTD_getFrameContentSize(packed.p, packed.n);
	size_t n;
	char *to;

	if (size == ZSTD_CONTENTSIZE_ERROR ||
	    size == ZSTD_CONTENTSIZE_UNKNOWN ||
	    size > BLOCK_TEXT_MAX + TEXT_START)
		return false;
	if (!block->decoder)
		block->decoder = ZSTD_createDCtx();
	buf_reset(&block->text);
	to = buf_reserve(&block->text, (size_t)size);
	n = ZSTD_decompressDCtx(
	    block->decoder, to, (size_t)size, packed.p, packed.n);
	if (ZSTD_isError(n) || n != size)
		return false;
	block->text.n = n;
	return true;
}

/* Cuts the decoded frame into statements; false when it does not fit. */
static bool cut(struct block *block)
{
	size_t at = block->count * sizeof(uint32_t);
	size_t i;

	if (at > block->text.n)
		return false;
	for (i = 0; i < block->count; i++) {
		uint32_t n;

		memcpy(&n, block->text.p + i * sizeof(n), sizeof(n));
		if (n > block->text.n - at)
			return false;
		block->statements[i] = (struct span){block->text.p + at, n};
		at += n;
	}
	return at == block->text.n;
}

enum err_code block_decode(struct block *block, struct store *store,
    enum sql_id id, struct err *err)
{
	int64_t first = store_column_int(store, id, 0);
	int64_t count = store_column_int(store, id, 1);
	struct span salts = store_column_span(store, id, 2);

	block->count = 0;
	block->first_seq = (uint64_t)first;
	if (count < 1 || count > BLOCK_STATEMENTS_MAX ||
	    salts.n != (size_t)count * BLOCK_SALT_BYTES)
		return damaged((uint64_t)first, err);
	buf_reset(&block->salt_copy);
	buf_add_span(&block->salt_copy, salts);
	if (!unpack(block, store_column_span(store, id, 3)))
		return damaged((uint64_t)first, err);
	block->count = (size_t)count;
	block->salts = (const uint8_t *)block->salt_copy.p;
	if (!cut(block)) {
		block->count = 0;
		return damaged((uint64_t)first, err);
	}
	return 0;
}

static bool holds(const struct block *block, uint64_t seq)
{
	return seq >= block->first_seq &&
	       seq - block->first_seq < block->count;
}

enum err_code block_load(struct block *block, struct store *store,
    uint64_t seq, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_BLOCK_OF;
	struct store_value at = store_int((int64_t)seq);
	enum err_code rc;
	int got;

	if (holds(block, seq))
		return 0;
	rc = store_start(store, id, &at, 1, err);
	if (rc)
		return rc;
	got = store_next(store, id, err);
	if (got < 0)
		rc = (enum err_code)got;
	else if (got == 1)
		rc = block_decode(block, store, id, err);
	store_finish(store, id);
	if (!rc && !holds(block, seq)) {
		err_set(err, ERR_NOT_FOUND, "there is no statement %llu",
		    (unsigned long long)seq);
		rc = ERR_NOT_FOUND;
	}
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
