/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statement blocks: how statements are kept. A statement is a piece of
 * canonical JSON; it is sealed in the log as
 *
 *	commitment = SHA-256(salt || statement)	(salt: 16 random bytes)
 *
 * Some tens of statements, in log order, make one row: their salts plain
 * (a salt can be erased alone, which erases the link from the log), their
 * texts as one zstd frame of
 *
 *	length of each, 32 bits little-endian | the texts one after another
 *
 * so that the names and phrases that repeat from row to row cost little.
 */
#ifndef GX_REGISTRY_BLOCK_H
#define GX_REGISTRY_BLOCK_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/sha256.h"
#include "store/store.h"

enum {
	BLOCK_STATEMENTS_MAX = 64,
	BLOCK_TEXT_TARGET = 64 * 1024,	      /* a block closes after this */
	BLOCK_TEXT_MAX = 8 * 1024 * 1024,     /* no block is larger, raw */
	BLOCK_STATEMENT_MAX = 4 * 1024 * 1024, /* no statement is longer */
	BLOCK_SALT_BYTES = 16
};

void block_commitment(const uint8_t salt[BLOCK_SALT_BYTES],
    struct span statement, uint8_t out[SHA256_BYTES]);

/* Collects statements and appends full blocks to the store, inside the
 * caller's transaction and append of registry_block_insert. */
struct block_writer;

/* first_seq: the log index of the next statement. */
struct block_writer *block_writer_new(struct store *store, uint64_t first_seq);
void block_writer_free(struct block_writer **writer);
/* Adds one statement with a fresh salt; writes its commitment. */
enum err_code block_writer_add(struct block_writer *writer,
    struct span statement, uint8_t commitment_out[SHA256_BYTES],
    struct err *err);
/* The log index that the next statement gets. */
uint64_t block_writer_next_seq(const struct block_writer *writer);
/* Writes what is left; call before commit. */
enum err_code block_writer_flush(struct block_writer *writer, struct err *err);

/* A decoded block; views into memory owned by it. */
struct block {
	uint64_t first_seq;
	size_t count;
	struct span statements[BLOCK_STATEMENTS_MAX];
	const uint8_t *salts; /* count * BLOCK_SALT_BYTES */
	struct buf text;      /* decoded frame */
	struct buf salt_copy;
	void *decoder; /* zstd's state, reused from block to block */
};

void block_init(struct block *block);
void block_release(struct block *block);
/* From the columns of registry_block_of or _list, as they stand in `id`'s
 * current row. ERR_CORRUPT says which block. */
enum err_code block_decode(struct block *block, struct store *store,
    enum sql_id id, struct err *err);
/* Loads the block that holds `seq` (kept when it already does).
 * ERR_NOT_FOUND when the log has no such statement. */
enum err_code block_load(struct block *block, struct store *store,
    uint64_t seq, struct err *err);
/* Of a loaded block. */
struct span block_statement(const struct block *block, uint64_t seq);
const uint8_t *block_salt(const struct block *block, uint64_t seq);

#endif
