/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashes and proofs out of tiles.
 *
 * A perfect subtree of 2^height leaves, the index-th of its height, is one
 * hash on tile level height / 8 when height is a multiple of 8; otherwise
 * it is folded from 2^(height % 8) hashes that stand side by side in one
 * tile:
 *
 *     height 10, index 5  =  level 1, hashes 20..23  =  tile 0, 20..23
 *
 * Any other subtree ends at the ragged right edge. It is cut into perfect
 * ones by the binary digits of its width, and these are joined from the
 * right, the smallest first.
 *
 * Both proofs are lists of subtrees that the descent from the root passes
 * by. The descent meets them from the top, the proof lists them from the
 * bottom, so the ranges are noted first and read in reverse.
 */
#include "tlog/tree.h"

#include "base/check.h"

struct range {
	uint64_t start;
	uint64_t end;
};

struct ranges {
	size_t count;
	struct range at[TLOG_PATH_MAX];
};

void tlog_tree_init(
    struct tlog_tree *tree, uint64_t size, tlog_tile_read *read, void *ctx)
{
	ASSERT(size <= TLOG_SIZE_MAX);
	tree->size = size;
	tree->read = read;
	tree->ctx = ctx;
	tree->has_tile = false;
}

/* Makes tree->hashes the tile that holds hash `index` of `level`. */
static int load_tile(
    struct tlog_tree *tree, int level, uint64_t index, struct err *err)
{
	struct tlog_tile tile;
	bool exists = tlog_tile_of(level, index, tree->size, &tile);
	int rc;

	ASSERT(exists);
	if (tree->has_tile && tree->tile.level == tile.level &&
	    tree->tile.index == tile.index)
		return 0;
	tree->has_tile = false;
	rc = tree->read(tree->ctx, &tile, tree->hashes, err);
	if (rc < 0)
		return rc;
	tree->tile = tile;
	tree->has_tile = true;
	return 0;
}

/* The root of the index-th perfect subtree of 2^height leaves. */
static int read_perfect(struct tlog_tree *tree, unsigned height, uint64_t index,
    struct tlog_hash *out, struct err *err)
{
	struct tlog_hash row[TLOG_TILE_WIDTH];
	int level = (int)height / TLOG_TILE_HEIGHT;
	unsigned rest = height % TLOG_TILE_HEIGHT;
	size_t width = (size_t)1 << rest;
	uint64_t first = index << rest;
	int rc = load_tile(tree, level, first, err);

	if (rc < 0)
		return rc;
	memcpy(
	    row, tree->hashes + first % TLOG_TILE_WIDTH, width * sizeof(*row));
	tlog_fold(row, width);
	*out = row[0];
	return 0;
}

static int no_such_leaves(
    const struct tlog_tree *tree, uint64_t index, struct err *err)
{
	return err_set(err, ERR_INPUT, "a log of size %llu has no entry %llu",
	    (unsigned long long)tree->size, (unsigned long long)index);
}

int tlog_tree_leaf(struct tlog_tree *tree, uint64_t index,
    struct tlog_hash *out, struct err *err)
{
	if (index >= tree->size)
		return no_such_leaves(tree, index, err);
	return read_perfect(tree, 0, index, out, err);
}

int tlog_tree_range(struct tlog_tree *tree, uint64_t start, uint64_t end,
    struct tlog_hash *out, struct err *err)
{
	uint64_t width = end - start;
	struct tlog_hash hash, left;
	bool has_hash = false;
	unsigned h;

	if (end > tree->size || start >= end)
		return no_such_leaves(tree, end ? end - 1 : 0, err);
	for (h = 0; h < TLOG_HEIGHT_MAX; h++) {
		int rc;

		if (!(width >> h & 1))
			continue;
		end -= (uint64_t)1 << h;
		ASSERT(end % ((uint64_t)1 << h) == 0);
		rc = read_perfect(tree, h, end >> h, &left, err);
		if (rc < 0)
			return rc;
		hash = has_hash ? tlog_node_hash(&left, &hash) : left;
		has_hash = true;
	}
	*out = hash;
	return 0;
}

int tlog_tree_root(
    struct tlog_tree *tree, struct tlog_hash *out, struct err *err)
{
	if (tree->size == 0) {
		*out = tlog_empty_root();
		return 0;
	}
	return tlog_tree_range(tree, 0, tree->size, out, err);
}

/* The leaves of the left child of a subtree of `width` leaves: the largest
 * power of two below width (RFC 6962, 2.1). width > 1. */
static uint64_t left_width(uint64_t width)
{
	return (uint64_t)1 << (63 - __builtin_clzll(width - 1));
}

static void note_range(struct ranges *r, uint64_t start, uint64_t end)
{
	ASSERT(r->count < TLOG_PATH_MAX);
	r->at[r->count++] = (struct range){start, end};
}

/* Reads the noted ranges, last first. */
static int read_path(struct tlog_tree *tree, const struct ranges *r,
    struct tlog_path *path_out, struct err *err)
{
	struct tlog_path path = {.count = r->count};
	size_t i;

	for (i = 0; i < r->count; i++) {
		const struct range *at = &r->at[r->count - 1 - i];
		int rc = tlog_tree_range(
		    tree, at->start, at->end, &path.hash[i], err);

		if (rc < 0)
			return rc;
	}
	*path_out = path;
	return 0;
}

int tlog_prove_inclusion(struct tlog_tree *tree, uint64_t index,
    struct tlog_path *path_out, struct err *err)
{
	struct ranges passed = {.count = 0};
	struct range in = {0, tree->size};

	if (index >= tree->size)
		return no_such_leaves(tree, index, err);
	while (in.end - in.start > 1) {
		uint64_t middle = in.start + left_width(in.end - in.start);

		if (index < middle) {
			note_range(&passed, middle, in.end);
			in.end = middle;
		} else {
			note_range(&passed, in.start, middle);
			in.start = middle;
		}
	}
	return read_path(tree, &passed, path_out, err);
}

int tlog_prove_consistency(struct tlog_tree *tree, uint64_t old_size,
    struct tlog_path *path_out, struct err *err)
{
	struct ranges passed = {.count = 0};
	struct range in = {0, tree->size};

	if (old_size > tree->size)
		return no_such_leaves(tree, old_size - 1, err);
	/* Down to the subtree that ends where the old tree ended. */
	while (old_size > 0 && in.end != old_size) {
		uint64_t middle = in.start + left_width(in.end - in.start);

		if (old_size <= middle) {
			note_range(&passed, middle, in.end);
			in.end = middle;
		} else {
			note_range(&passed, in.start, middle);
			in.start = middle;
		}
	}
	/* A verifier knows that subtree only when it is the old tree. */
	if (in.start > 0)
		note_range(&passed, in.start, in.end);
	return read_path(tree, &passed, path_out, err);
}
