/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree of a given size, seen through its tiles: any hash of it, its root,
 * its frontier, and proofs. The caller reads tiles (from files, a database,
 * the network); nothing else is needed of the log.
 *
 * What comes out is as trustworthy as the tiles: compare the root with a
 * verified checkpoint, or check the proof against one.
 */
#ifndef GX_TLOG_TREE_H
#define GX_TLOG_TREE_H

#include "tlog/tile.h"

/* 8 KiB, owned by the caller; nothing to release. Holds the tile read last,
 * because neighbours in a proof are neighbours in a tile. Not for use by
 * two threads at once. */
struct tlog_tree {
	uint64_t size;
	tlog_tile_read *read;
	void *ctx;
	bool has_tile;	       /* tile and hashes are filled */
	struct tlog_tile tile; /* the tile read last */
	struct tlog_hash hashes[TLOG_TILE_WIDTH];
};

/* size is at most TLOG_SIZE_MAX (asserted). ctx must outlive the tree. */
void tlog_tree_init(
    struct tlog_tree *tree, uint64_t size, tlog_tile_read *read, void *ctx);

/* All of these return 0, a code of the reader's, or ERR_INPUT when the tree
 * has no such leaves. */
int tlog_tree_leaf(struct tlog_tree *tree, uint64_t index,
    struct tlog_hash *out, struct err *err);
/* The Merkle tree hash over leaves [start, end), which must be a subtree:
 * start is a multiple of the smallest power of two >= end - start (then it
 * is a part of every tree that contains it, or the right edge of one). */
int tlog_tree_range(struct tlog_tree *tree, uint64_t start, uint64_t end,
    struct tlog_hash *out, struct err *err);
int tlog_tree_root(
    struct tlog_tree *tree, struct tlog_hash *out, struct err *err);
/* The path that tlog_is_included wants (RFC 6962, 2.1.1). */
int tlog_prove_inclusion(struct tlog_tree *tree, uint64_t index,
    struct tlog_path *path_out, struct err *err);
/* The path that tlog_is_consistent wants between the tree's first old_size
 * leaves and the tree (RFC 6962, 2.1.2); empty for 0 and for its size. */
int tlog_prove_consistency(struct tlog_tree *tree, uint64_t old_size,
    struct tlog_path *path_out, struct err *err);

#endif
