/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statement blocks: how statements are kept. A statement is a piece of
 * canonical JSON; it is sealed in the log as
 *
 *	commitment = SHA-256(salt || sealed form)	(salt: 16 bytes)
 *
 * the sealed form being the statement with the digest of its closed part in
 * the place of that part, with a salt of its own (statement.h).
 *
 * A block is up to 384 statements in log order: their texts turned on their
 * side (columns.h) as one zstd frame, which is a blob of the store, and their
 * salts. The salts come from a random seed of 16 bytes, which is all that is
 * stored:
 *
 *	salts 2k and 2k+1 = the halves of SHA-256(seed || k as 4 bytes LE)
 *	closed salts: the same with k + 2^31
 *
 * so that a salt, which is public with a public proof, tells nothing about
 * the closed salt beside it.
 *
 * To erase the link of one statement from the log, the seed is replaced by
 * all salts written out, 16 bytes each, then all closed salts, with zeros in
 * the place of the erased one; nobody can then compute it.
 */
#ifndef GX_REGISTRY_BLOCK_H
#define GX_REGISTRY_BLOCK_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/sha256.h"
#include "ledger/ledger.h"
#include "registry/block_cache.h"
#include "registry/statement.h"
#include "store/store.h"

enum {
	BLOCK_STATEMENTS_MAX = 384,
	BLOCK_TEXT_TARGET = 512 * 1024,	       /* a block closes after this */
	BLOCK_STATEMENT_MAX = 4 * 1024 * 1024, /* no statement is longer */
	BLOCK_TEXT_MAX = 2 * BLOCK_STATEMENT_MAX, /* no block is larger, raw */
	BLOCK_BODY_MAX = 2 * BLOCK_TEXT_MAX + 64 * 1024, /* nor packed */
	BLOCK_SALT_BYTES = STATEMENT_SALT_BYTES,
	/* Both salts of each statement, and one more that making them writes.
	 */
	BLOCK_SALTS_BYTES_MAX =
	    (2 * BLOCK_STATEMENTS_MAX + 1) * BLOCK_SALT_BYTES
};

/* The salts, then the closed salts, from the seed; out has room for one more
 * than 2 * count. */
void block_make_salts(
    const uint8_t seed[BLOCK_SALT_BYTES], size_t count, uint8_t *out);

void block_commitment(const uint8_t salt[BLOCK_SALT_BYTES],
    const uint8_t closed_salt[BLOCK_SALT_BYTES], struct span statement,
    uint8_t out[SHA256_BYTES]);
/* Of many, to out (count * SHA256_BYTES), faster than one by one. */
void block_commitments(const uint8_t *salts, const uint8_t *closed_salts,
    const struct span *statements, size_t count, uint8_t *out);
/* Of a sealed form. */
void block_commitment_sealed(const uint8_t salt[BLOCK_SALT_BYTES],
    struct span sealed, uint8_t out[SHA256_BYTES]);
/*
 * Collects statements; full blocks are hashed and compressed by a thread of
 * their own and then go, in order, to the log and to the store.
 */
struct block_writer;

/* store: in a write transaction. ledger: begun; the next statement gets its
 * next index. Blocks go in by append of registry_block_insert. */
struct block_writer *block_writer_new(
    struct store *store, struct ledger *ledger);
void block_writer_free(struct block_writer **writer);
/* Adds one statement, whose log index is *seq_out (may be NULL). */
enum err_code block_writer_add(struct block_writer *writer,
    struct span statement, uint64_t *seq_out, struct err *err);
/* Room for a statement of at most n bytes, to be written in place and then
 * added with block_writer_added. NULL: it is too long. */
struct buf *block_writer_begin(
    struct block_writer *writer, size_t n, struct err *err);
uint64_t block_writer_added(struct block_writer *writer);
/* Everything added is in the store and in the log afterwards. */
enum err_code block_writer_flush(struct block_writer *writer, struct err *err);

/* A decoded block; views into memory owned by it. */
struct block {
	uint64_t first_seq;
	size_t count;
	struct span statements[BLOCK_STATEMENTS_MAX];
	const uint8_t *salts;	     /* count * BLOCK_SALT_BYTES */
	const uint8_t *closed_salts; /* as many */
	struct buf text;	     /* the statements */
	struct buf raw;		     /* decoded frame */
	struct span frame;	     /* the same, or one of the cache's */
	uint64_t frame_seq;	     /* the first statement in it */
	size_t frame_count;	     /* and how many */
	struct block_cache *cache;   /* for block_load_one; NULL none */
	struct block_frame *held;    /* of the cache, while frame is it */
	struct buf packed;	     /* the frame */
	struct buf salt_copy;
	void *decoder; /* zstd's state, reused from block to block */
};

void block_init(struct block *block);
void block_release(struct block *block);
/* The connection's own, empty, for a reader who has done with it before
 * another one asks for it: its memory and its decoder are there already. */
struct block *block_of_store(struct store *store);
/* Lets that block find frames in a cache and leave them there. The cache
 * outlives the connection. */
void block_share(struct store *store, struct block_cache *cache);
/* From the columns of registry_block_of or _list, as they stand in `id`'s
 * current row. ERR_CORRUPT says which block. */
enum err_code block_decode(
    struct block *block, struct store *store, enum sql_id id, struct err *err);
/* The same from the columns' values, which must live as long as the call. */
struct block_columns {
	int64_t first_seq;
	int64_t statements;
	struct span salts;
	int64_t body_at; /* its place among the store's blobs */
	int64_t body_end;
	struct span body;
};
/* Those of `id`'s current row, with the body read into `body`. first_seq and
 * the places are set also when that fails: ERR_CORRUPT says which block. */
enum err_code block_columns_read(struct store *store, enum sql_id id,
    struct buf *body, struct block_columns *out, struct err *err);
enum err_code block_decode_columns(
    struct block *block, const struct block_columns *columns, struct err *err);
/* Loads the block that holds `seq` (kept when it already does).
 * ERR_NOT_FOUND when the log has no such statement. */
enum err_code block_load(
    struct block *block, struct store *store, uint64_t seq, struct err *err);
/* One statement of the block that holds `seq`, without the others and
 * without salts: for readers of a few. A view until the next call. Fails as
 * block_load. */
enum err_code block_load_one(struct block *block, struct store *store,
    uint64_t seq, struct span *statement_out, struct err *err);
/* One statement, for who needs no other: reads it from a copy of its text,
 * which is kept in it. Fails as block_load and statement_read; release it
 * with statement_release also then. */
enum err_code block_read_statement(
    struct store *store, uint64_t seq, struct statement *out, struct err *err);
/* Would loading that one read nothing? */
bool block_has(const struct block *block, uint64_t seq);
/* Of a loaded block. */
struct span block_statement(const struct block *block, uint64_t seq);
const uint8_t *block_salt(const struct block *block, uint64_t seq);
const uint8_t *block_closed_salt(const struct block *block, uint64_t seq);

#endif
