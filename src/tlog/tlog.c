/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashes and the frontier.
 *
 * Appending is counting in binary. A new subtree of 2^h leaves arrives at
 * height h; as long as the place at its height is taken, the two become
 * one node and carry to the next height:
 *
 *     size 6 = 110b        append one      append one: carry at 0, 1, 2
 *
 *       B        size 7 =    B                        E = (B,(A,D))
 *      / \  A      111b     / \  A       size 8 =    / \
 *     . . . . ..            . . . . .. c   1000b    .   .
 *
 * A run of leaves is first cut into the largest perfect subtrees that start
 * at their own multiples (at most 256 leaves, one tile), and each is
 * folded row by row with sha256_nodes, which is twice as fast as node by
 * node. A subtree that reaches a height that is a multiple of 8 is a hash
 * of a tile of the next level, and the sink is told.
 */
#include "tlog/tlog.h"

#include <string.h>

#include "base/check.h"

enum { TILE_HEIGHT = 8, TILE_WIDTH = 1 << TILE_HEIGHT };

struct tlog_hash tlog_empty_root(void)
{
	struct tlog_hash out = {{0}};

	sha256_bytes("", 0, out.b);
	return out;
}

struct tlog_hash tlog_leaf_hash(struct span entry)
{
	struct span parts[] = {{"\x00", 1}, entry};
	struct tlog_hash out = {{0}};

	sha256_parts(parts, ARRAY_COUNT(parts), out.b);
	return out;
}

struct tlog_hash tlog_node_hash(
    const struct tlog_hash *left, const struct tlog_hash *right)
{
	struct tlog_hash out = {{0}};

	sha256_node(left->b, right->b, out.b);
	return out;
}

void tlog_leaf_hashes32(
    const uint8_t *entries, size_t count, struct tlog_hash *out)
{
	sha256_leaves32(entries, count, (uint8_t *)out);
}

bool tlog_hash_equal(const struct tlog_hash *a, const struct tlog_hash *b)
{
	return memcmp(a->b, b->b, TLOG_HASH_BYTES) == 0;
}

void tlog_fold(struct tlog_hash *hashes, size_t count)
{
	ASSERT(count && (count & (count - 1)) == 0);
	for (; count > 1; count /= 2)
		sha256_nodes(
		    (const uint8_t *)hashes, count / 2, (uint8_t *)hashes);
}

void tlog_frontier_init(struct tlog_frontier *f)
{
	memset(f, 0, sizeof(*f));
}

/* Adds a perfect subtree of 2^height leaves that starts at f->size. */
static void push(struct tlog_frontier *f, unsigned height,
    const struct tlog_hash *subtree, tlog_sink *sink, void *ctx)
{
	struct tlog_hash hash = *subtree;
	unsigned h = height;

	for (;;) {
		ASSERT(h < TLOG_HEIGHT_MAX);
		if (sink && h > 0 && h % TILE_HEIGHT == 0)
			sink(ctx, h / TILE_HEIGHT, f->size >> h, &hash);
		if (!(f->size >> h & 1))
			break;
		hash = tlog_node_hash(&f->stack[h], &hash);
		h++;
	}
	f->stack[h] = hash;
	f->size += (uint64_t)1 << height;
}

void tlog_append(struct tlog_frontier *f, const struct tlog_hash *leaf,
    tlog_sink *sink, void *ctx)
{
	ASSERT(f->size < TLOG_SIZE_MAX);
	push(f, 0, leaf, sink, ctx);
}

/* Height of the largest perfect subtree that may start at `size` and has
 * at most `count` leaves, at most one tile. */
static unsigned run_height(uint64_t size, size_t count)
{
	unsigned height = 0;

	while (height < TILE_HEIGHT && !(size >> height & 1) &&
	    (size_t)2 << height <= count)
		height++;
	return height;
}

void tlog_append_many(struct tlog_frontier *f, const struct tlog_hash *leaves,
    size_t count, tlog_sink *sink, void *ctx)
{
	struct tlog_hash row[TILE_WIDTH / 2];

	ASSERT(count <= TLOG_SIZE_MAX - f->size);
	while (count > 0) {
		unsigned height = run_height(f->size, count);
		size_t width = (size_t)1 << height;

		if (height == 0) {
			push(f, 0, leaves, sink, ctx);
		} else {
			sha256_nodes(
			    (const uint8_t *)leaves, width / 2, (uint8_t *)row);
			tlog_fold(row, width / 2);
			push(f, height, row, sink, ctx);
		}
		leaves += width;
		count -= width;
	}
}

struct tlog_hash tlog_frontier_root(const struct tlog_frontier *f)
{
	struct tlog_hash root;
	bool has_root = false;
	unsigned h;

	for (h = 0; h < TLOG_HEIGHT_MAX; h++) {
		if (!(f->size >> h & 1))
			continue;
		root = has_root ? tlog_node_hash(&f->stack[h], &root)
				: f->stack[h];
		has_root = true;
	}
	return has_root ? root : tlog_empty_root();
}

size_t tlog_frontier_save(const struct tlog_frontier *f, uint8_t *out)
{
	size_t n = 8;
	unsigned h;
	int i;

	for (i = 0; i < 8; i++)
		out[i] = (uint8_t)(f->size >> (56 - 8 * i));
	for (h = 0; h < TLOG_HEIGHT_MAX; h++) {
		if (!(f->size >> h & 1))
			continue;
		memcpy(out + n, f->stack[h].b, TLOG_HASH_BYTES);
		n += TLOG_HASH_BYTES;
	}
	return n;
}

int tlog_frontier_restore(
    struct span bytes, struct tlog_frontier *f, struct err *err)
{
	const uint8_t *p = (const uint8_t *)bytes.p;
	uint64_t size = 0;
	unsigned h;
	int i;

	for (i = 0; i < 8 && bytes.n >= 8; i++)
		size = size << 8 | p[i];
	if (bytes.n < 8 || size > TLOG_SIZE_MAX ||
	    bytes.n != 8 + (size_t)__builtin_popcountll(size) * TLOG_HASH_BYTES)
		return err_set(err, ERR_CORRUPT,
		    "the stored frontier of the log is damaged");
	tlog_frontier_init(f);
	f->size = size;
	p += 8;
	for (h = 0; h < TLOG_HEIGHT_MAX; h++) {
		if (!(size >> h & 1))
			continue;
		memcpy(f->stack[h].b, p, TLOG_HASH_BYTES);
		p += TLOG_HASH_BYTES;
	}
	return 0;
}
