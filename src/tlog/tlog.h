/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Merkle tree of RFC 6962, Section 2.1 (the same as RFC 9162's): leaf and
 * node hashes, and the frontier, which is all that must be kept of a tree
 * to append to it and to know its root.
 *
 * Nothing in this room allocates (but for the growth of a struct buf the
 * caller gave), does I/O, or knows what an entry means.
 */
#ifndef GX_TLOG_TLOG_H
#define GX_TLOG_TLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sha256.h"
#include "base/span.h"

enum { TLOG_HASH_BYTES = SHA256_BYTES };

/* Sizes and indexes are below this, so that they fit the signed integers of
 * every database and index + 1 never overflows. */
#define TLOG_SIZE_MAX ((uint64_t)INT64_MAX)
enum { TLOG_HEIGHT_MAX = 63 }; /* of a tree of TLOG_SIZE_MAX leaves */

/* Bytes only, without padding: an array of hashes is the bytes of a tile. */
struct tlog_hash {
	uint8_t b[TLOG_HASH_BYTES];
};

_Static_assert(sizeof(struct tlog_hash) == TLOG_HASH_BYTES, "no padding");

/* SHA-256 of nothing: the root of the empty tree. */
struct tlog_hash tlog_empty_root(void);
/* SHA-256(0x00 || entry). */
struct tlog_hash tlog_leaf_hash(struct span entry);
/* SHA-256(0x01 || left || right). */
struct tlog_hash tlog_node_hash(
    const struct tlog_hash *left, const struct tlog_hash *right);
/* Leaf hashes of `count` entries of 32 bytes each that stand one after the
 * other. out may be the entries' own memory. */
void tlog_leaf_hashes32(
    const uint8_t *entries, size_t count, struct tlog_hash *out);
bool tlog_hash_equal(const struct tlog_hash *a, const struct tlog_hash *b);
/* Replaces hashes[0..count) by the root over them in hashes[0]; count is a
 * power of two. The rest of the array is scratch afterwards. */
void tlog_fold(struct tlog_hash *hashes, size_t count);

/*
 * The frontier ("compact range"): the roots of the perfect subtrees that
 * the leaves so far fall into, from left to right the binary digits of
 * size. Invariant: stack[h] is meaningful exactly when bit h of size is 1,
 * and is then the root of a perfect subtree of 2^h leaves. Plain data: copy
 * it to have a point to come back to.
 */
struct tlog_frontier {
	uint64_t size;				 /* leaves so far */
	struct tlog_hash stack[TLOG_HEIGHT_MAX]; /* by height */
};

/*
 * Told of each perfect subtree of 256^level leaves (level >= 1) that an
 * append completes, in order: hash number `index` of that level, which is
 * the hash number index % 256 of tile index / 256 of that level. Called at
 * most once per 255 leaves on average. It cannot fail the append; a sink
 * that can fail keeps its own error.
 */
typedef void tlog_sink(
    void *ctx, unsigned level, uint64_t index, const struct tlog_hash *hash);

void tlog_frontier_init(struct tlog_frontier *f);
/* Appends leaf hashes. sink may be NULL. The size must stay within
 * TLOG_SIZE_MAX (asserted: a caller cannot get there). */
void tlog_append(struct tlog_frontier *f, const struct tlog_hash *leaf,
    tlog_sink *sink, void *ctx);
void tlog_append_many(struct tlog_frontier *f, const struct tlog_hash *leaves,
    size_t count, tlog_sink *sink, void *ctx);
/* The root over all leaves so far. */
struct tlog_hash tlog_frontier_root(const struct tlog_frontier *f);

/*
 * Stored form: size as 8 big-endian bytes, then the meaningful hashes from
 * the lowest height up. Nothing else, so equal frontiers have equal bytes.
 */
enum { TLOG_FRONTIER_BYTES_MAX = 8 + TLOG_HEIGHT_MAX * TLOG_HASH_BYTES };
/* Returns the bytes written to out, at most TLOG_FRONTIER_BYTES_MAX. */
size_t tlog_frontier_save(const struct tlog_frontier *f, uint8_t *out);
/* ERR_CORRUPT when the bytes are not exactly such a form; then *f is
 * untouched. */
int tlog_frontier_restore(
    struct span bytes, struct tlog_frontier *f, struct err *err);

/*
 * A proof's hashes, from the bottom of the tree to the top.
 */
enum { TLOG_PATH_MAX = 64 }; /* inclusion needs 63, consistency 64 */

struct tlog_path {
	size_t count;
	struct tlog_hash hash[TLOG_PATH_MAX];
};

/* Does `path` prove that `leaf` is leaf number `index` of the tree of
 * `size` leaves with this root (RFC 9162, 2.1.3.2)? */
bool tlog_is_included(const struct tlog_hash *leaf, uint64_t index,
    uint64_t size, const struct tlog_hash *root, const struct tlog_path *path);

/* A tree's size and root. */
struct tlog_head {
	uint64_t size;
	struct tlog_hash root;
};

/* Does `path` prove that the tree `later` begins with the tree `earlier`
 * (RFC 9162, 2.1.4.2)? Equal trees and the empty tree need, and allow, only
 * the empty path. */
bool tlog_is_consistent(const struct tlog_head *earlier,
    const struct tlog_head *later, const struct tlog_path *path);

#endif
