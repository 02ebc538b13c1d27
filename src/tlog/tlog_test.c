/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of hashes, frontier, tiles-as-tree and proofs against a naive
 * recursion straight out of RFC 6962, and against published vectors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "tlog/base64.h"
#include "tlog/tree.h"

enum { LEAVES_MAX = 66000, SIZES = 600 };

/* Leaf hashes of the test tree; leaf i is the two bytes i % 256, i / 256. */
static struct tlog_hash leaves[LEAVES_MAX];

static void from_hex(const char *hex, uint8_t *out)
{
	unsigned v;

	for (; *hex; hex += 2) {
		assert_int_equal(sscanf(hex, "%2x", &v), 1);
		*out++ = (uint8_t)v;
	}
}

static void assert_hash(const struct tlog_hash *got, const char *hex)
{
	struct tlog_hash want;

	from_hex(hex, want.b);
	assert_memory_equal(got->b, want.b, TLOG_HASH_BYTES);
}

/* MTH(D[n]) of RFC 6962, 2.1, as it is written there. */
static struct tlog_hash naive_root(const struct tlog_hash *d, size_t n)
{
	struct tlog_hash left, right;
	size_t k = 1;

	if (n == 0)
		return tlog_empty_root();
	if (n == 1)
		return d[0];
	while (k * 2 < n)
		k *= 2;
	left = naive_root(d, k);
	right = naive_root(d + k, n - k);
	return tlog_node_hash(&left, &right);
}

static int make_leaves(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LEAVES_MAX; i++) {
		char entry[2] = {(char)(i & 0xff), (char)(i >> 8 & 0xff)};

		leaves[i] = tlog_leaf_hash((struct span){entry, 2});
	}
	return 0;
}

/* The first `size` leaves as a store of tiles, each hash by recursion. */
struct naive_tiles {
	uint64_t size;
	size_t reads;
};

static int read_naive(void *ctx, const struct tlog_tile *tile,
    struct tlog_hash *out, struct err *err)
{
	struct naive_tiles *t = ctx;
	size_t span = (size_t)1 << (8 * tile->level);
	unsigned i;

	(void)err;
	t->reads++;
	for (i = 0; i < tile->width; i++) {
		size_t at = (tile->index * 256 + i) * span;

		assert_true(at + span <= t->size);
		out[i] = naive_root(leaves + at, span);
	}
	return 0;
}

/* Roots of the first eight sizes and, below, proofs: the vectors of the
 * Certificate Transparency project, as in transparency-dev/merkle v0.0.2,
 * testonly/constants.go and proof/verify_test.go. */
static const struct {
	size_t n;
	const char *hex;
} ct_leaves[] = {{0, ""}, {1, "00"}, {1, "10"}, {2, "2021"}, {2, "3031"},
    {4, "40414243"}, {8, "5051525354555657"},
    {16, "606162636465666768696a6b6c6d6e6f"}};

static const char *const ct_roots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

static void ct_leaf_hashes(struct tlog_hash *out)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(ct_leaves); i++) {
		uint8_t bytes[16];

		from_hex(ct_leaves[i].hex, bytes);
		out[i] = tlog_leaf_hash(
		    (struct span){(char *)bytes, ct_leaves[i].n});
	}
}

static void frontier_root_ct_leaves_matches_published(void **state)
{
	struct tlog_hash d[ARRAY_COUNT(ct_leaves)], root = {{0}};
	struct tlog_frontier f;
	size_t i;

	(void)state;
	ct_leaf_hashes(d);
	tlog_frontier_init(&f);
	for (i = 0; i < ARRAY_COUNT(ct_roots); i++) {
		root = tlog_frontier_root(&f);
		assert_hash(&root, ct_roots[i]);
		if (i < ARRAY_COUNT(ct_leaves))
			tlog_append(&f, &d[i], NULL, NULL);
	}
}

/* rfc6962/rfc6962_test.go of transparency-dev/merkle v0.0.2. */
static void leaf_hash_published_values_match(void **state)
{
	struct tlog_hash h = tlog_leaf_hash(span_of("L123456"));

	(void)state;
	assert_hash(&h,
	    "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
	h = tlog_leaf_hash((struct span){NULL, 0});
	assert_hash(&h, ct_roots[1]);
}

/* Nodes of that tree of eight, named by the leaves below them. */
static const char node_0[] =
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
static const char node_0_1[] =
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
static const char node_0_3[] =
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7";
static const char node_1[] =
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
static const char node_2_3[] =
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
static const char node_4[] =
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
static const char node_4_5[] =
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
static const char node_4_7[] =
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
static const char node_6_7[] =
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";

static void inclusion_ct_vectors_verify(void **state)
{
	static const struct {
		uint64_t index, size;
		size_t count;
		const char *path[3];
	} t[] = {
	    {0, 1, 0, {0}},
	    {0, 8, 3, {node_1, node_2_3, node_4_7}},
	    {5, 8, 3, {node_4, node_6_7, node_0_3}},
	    {2, 3, 1, {node_0_1}},
	    {1, 5, 3, {node_0, node_2_3, node_4}},
	};
	struct tlog_hash d[ARRAY_COUNT(ct_leaves)], root = {{0}};
	size_t i, j;

	(void)state;
	ct_leaf_hashes(d);
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct tlog_path path = {.count = t[i].count};

		for (j = 0; j < path.count; j++)
			from_hex(t[i].path[j], path.hash[j].b);
		from_hex(ct_roots[t[i].size], root.b);
		assert_true(tlog_is_included(
		    &d[t[i].index], t[i].index, t[i].size, &root, &path));
	}
}

static void consistency_ct_vectors_verify(void **state)
{
	static const struct {
		uint64_t from, to;
		size_t count;
		const char *path[3];
	} t[] = {
	    {1, 1, 0, {0}},
	    {1, 8, 3, {node_1, node_2_3, node_4_7}},
	    {6, 8, 3, {node_4_5, node_6_7, node_0_3}},
	    {2, 5, 2, {node_2_3, node_4}},
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct tlog_path path = {.count = t[i].count};
		struct tlog_head from = {.size = t[i].from};
		struct tlog_head to = {.size = t[i].to};

		for (j = 0; j < path.count; j++)
			from_hex(t[i].path[j], path.hash[j].b);
		from_hex(ct_roots[from.size], from.root.b);
		from_hex(ct_roots[to.size], to.root.b);
		assert_true(tlog_is_consistent(&from, &to, &path));
	}
}

/* TestGetRootHashGolden of compact/range_test.go, transparency-dev/merkle
 * v0.0.2, whose leaves are the ones of make_leaves. */
static void frontier_root_golden_sizes_match(void **state)
{
	static const struct {
		size_t size;
		const char *root;
	} t[] = {
	    {10, "VjWMPSYNtCuCNlF/RLnQy6HcwSk6CIipfxm+hettA+4="},
	    {15, "j4SulYmocFuxdeyp12xXCIgK6PekBcxzAIj4zbQzNEI="},
	    {16, "c+4Uc6BCMOZf/v3NZK1kqTUJe+bBoFtOhP+P3SayKRE="},
	    {100, "dUh9hYH88p0CMoHkdr1wC2szbhcLAXOejWpINIooKUY="},
	    {255, "SmdsuKUqiod3RX2jyF2M6JnbdE4QuTwwipfAowI4/i0="},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct tlog_frontier f;
		struct tlog_hash root, want;

		tlog_frontier_init(&f);
		tlog_append_many(&f, leaves, t[i].size, NULL, NULL);
		root = tlog_frontier_root(&f);
		assert_true(base64_read(span_of(t[i].root), want.b, 32));
		assert_memory_equal(&root, &want, sizeof(want));
	}
}

static void hash_runs_equal_single_hashes(void **state)
{
	uint8_t in[64 * 9], out[32 * 9], want[32], entries[32 * 9];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 7 + i / 31);
	for (n = 0; n <= 9; n++) {
		sha256_nodes(in, n, out);
		for (i = 0; i < n; i++) {
			struct span parts[] = {
			    {"\x01", 1}, {(char *)in + 64 * i, 64}};

			sha256_parts(parts, 2, want);
			assert_memory_equal(out + 32 * i, want, 32);
			sha256_node(in + 64 * i, in + 64 * i + 32, want);
			assert_memory_equal(out + 32 * i, want, 32);
		}
		memcpy(entries, in, sizeof(entries));
		sha256_leaves32(entries, n, entries);
		for (i = 0; i < n; i++) {
			struct span entry = {(char *)in + 32 * i, 32};
			struct tlog_hash leaf = tlog_leaf_hash(entry);

			assert_memory_equal(entries + 32 * i, leaf.b, 32);
			sha256_leaf32(in + 32 * i, want);
			assert_memory_equal(want, leaf.b, 32);
		}
	}
}

static void frontier_every_size_equals_recursion_and_tiles(void **state)
{
	struct tlog_frontier f;
	struct tlog_tree tree;
	size_t n;

	(void)state;
	tlog_frontier_init(&f);
	for (n = 0; n <= SIZES; n++) {
		struct naive_tiles tiles = {.size = n};
		struct tlog_hash want = naive_root(leaves, n);
		struct tlog_hash got = tlog_frontier_root(&f);

		assert_memory_equal(&got, &want, sizeof(want));
		memset(&got, 0, sizeof(got));
		tlog_tree_init(&tree, n, read_naive, &tiles);
		assert_int_equal(tlog_tree_root(&tree, &got, NULL), 0);
		assert_memory_equal(&got, &want, sizeof(want));
		tlog_append(&f, &leaves[n], NULL, NULL);
	}
}

/* What the sink hears, level by level, next to where it should stand. */
struct heard {
	size_t count[3];
	struct tlog_hash level1[LEAVES_MAX / 256];
	struct tlog_hash level2[2];
};

static void hear(
    void *ctx, unsigned level, uint64_t index, const struct tlog_hash *hash)
{
	struct heard *h = ctx;

	assert_in_range(level, 1, 2);
	assert_int_equal(index, h->count[level]);
	h->count[level]++;
	if (level == 1)
		h->level1[index] = *hash;
	else
		h->level2[index] = *hash;
}

static void append_many_any_cut_equals_one_by_one(void **state)
{
	static const size_t cuts[] = {
	    1, 2, 3, 7, 64, 255, 256, 257, 1000, 4096, 65535, LEAVES_MAX};
	static struct heard h;
	struct tlog_hash want = naive_root(leaves, LEAVES_MAX), got;
	size_t i, j, at;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cuts); i++) {
		struct tlog_frontier f;

		memset(&h, 0, sizeof(h));
		tlog_frontier_init(&f);
		for (at = 0; at < LEAVES_MAX; at += cuts[i]) {
			size_t n = LEAVES_MAX - at;

			if (n > cuts[i])
				n = cuts[i];
			tlog_append_many(&f, leaves + at, n, hear, &h);
			assert_int_equal(f.size, at + n);
		}
		got = tlog_frontier_root(&f);
		assert_memory_equal(&got, &want, sizeof(want));
		assert_int_equal(h.count[1], LEAVES_MAX / 256);
		assert_int_equal(h.count[2], LEAVES_MAX / 65536);
		for (j = 0; j < h.count[1]; j++) {
			want = naive_root(leaves + 256 * j, 256);
			assert_memory_equal(&h.level1[j], &want, sizeof(want));
		}
		want = naive_root(leaves, 65536);
		assert_memory_equal(&h.level2[0], &want, sizeof(want));
		want = naive_root(leaves, LEAVES_MAX);
	}
}

static void frontier_save_restore_round_trips(void **state)
{
	uint8_t bytes[TLOG_FRONTIER_BYTES_MAX + 1], again[sizeof(bytes)];
	struct tlog_frontier f, g;
	struct err err;
	size_t i;

	(void)state;
	tlog_frontier_init(&f);
	for (i = 0; i < 70; i++) {
		size_t n = tlog_frontier_save(&f, bytes);
		struct span text = {(char *)bytes, n};

		assert_int_equal(tlog_frontier_restore(text, &g, &err), 0);
		assert_int_equal(tlog_frontier_save(&g, again), n);
		assert_memory_equal(bytes, again, n);
		assert_int_equal(g.size, i);
		text.n = n + 1;
		assert_int_equal(
		    tlog_frontier_restore(text, &g, &err), ERR_CORRUPT);
		text.n = n - 1;
		assert_int_equal(
		    tlog_frontier_restore(text, &g, &err), ERR_CORRUPT);
		tlog_append(&f, &leaves[i], NULL, NULL);
	}
	memset(bytes, 0xff, 8);
	assert_int_equal(
	    tlog_frontier_restore(
		(struct span){(char *)bytes, sizeof(bytes)}, &g, &err),
	    ERR_CORRUPT);
	f.size = TLOG_SIZE_MAX;
	assert_int_equal(
	    tlog_frontier_save(&f, bytes), TLOG_FRONTIER_BYTES_MAX);
}

static void flip(struct tlog_hash *h, unsigned bit)
{
	h->b[bit / 8] ^= (uint8_t)(1 << bit % 8);
}

/* Nothing but the honest statement passes. */
static void assert_only_included(uint64_t index, uint64_t size,
    const struct tlog_hash *root, const struct tlog_path *honest)
{
	struct tlog_path path = *honest;
	struct tlog_hash leaf = leaves[index], bad_root = *root;
	size_t i;

	assert_true(tlog_is_included(&leaf, index, size, root, &path));
	assert_false(tlog_is_included(&leaf, index + 1, size, root, &path));
	assert_false(tlog_is_included(&leaf, index - 1, size, root, &path));
	assert_false(tlog_is_included(&leaf, index ^ 2, size, root, &path));
	for (i = 0; i < path.count; i++) {
		unsigned bit = (unsigned)(index * 31 + i * 7 + size) % 256;

		flip(&path.hash[i], bit);
		assert_false(tlog_is_included(&leaf, index, size, root, &path));
		flip(&path.hash[i], bit);
	}
	flip(&leaf, (unsigned)index % 256);
	assert_false(tlog_is_included(&leaf, index, size, root, &path));
	flip(&leaf, (unsigned)index % 256);
	flip(&bad_root, (unsigned)size % 256);
	assert_false(tlog_is_included(&leaf, index, size, &bad_root, &path));
	path.hash[path.count++] = *root;
	assert_false(tlog_is_included(&leaf, index, size, root, &path));
	path.count -= 2;
	if (honest->count)
		assert_false(tlog_is_included(&leaf, index, size, root, &path));
}

static void inclusion_sizes_to_300_only_truth_verifies(void **state)
{
	uint64_t n, i;

	(void)state;
	for (n = 1; n <= 300; n++) {
		struct naive_tiles tiles = {.size = n};
		struct tlog_hash root = naive_root(leaves, n);
		struct tlog_tree tree;
		struct tlog_path path;

		tlog_tree_init(&tree, n, read_naive, &tiles);
		for (i = 0; i < n; i++) {
			assert_int_equal(
			    tlog_prove_inclusion(&tree, i, &path, NULL), 0);
			assert_only_included(i, n, &root, &path);
		}
	}
}

/* Every single bit of one proof. */
static void inclusion_any_flipped_bit_fails(void **state)
{
	struct naive_tiles tiles = {.size = 277};
	struct tlog_hash root = naive_root(leaves, 277);
	struct tlog_tree tree;
	struct tlog_path path;
	unsigned bit;
	size_t i;

	(void)state;
	tlog_tree_init(&tree, 277, read_naive, &tiles);
	assert_int_equal(tlog_prove_inclusion(&tree, 270, &path, NULL), 0);
	for (i = 0; i < path.count; i++)
		for (bit = 0; bit < 256; bit++) {
			flip(&path.hash[i], bit);
			assert_false(tlog_is_included(
			    &leaves[270], 270, 277, &root, &path));
			flip(&path.hash[i], bit);
		}
	for (i = 0; i < 300; i++)
		assert_int_equal(
		    tlog_is_included(&leaves[270], i, 277, &root, &path),
		    i == 270);
}

static void assert_only_consistent(const struct tlog_head *from,
    const struct tlog_head *to, const struct tlog_path *honest)
{
	struct tlog_path path = *honest;
	struct tlog_head other;
	size_t i;

	assert_true(tlog_is_consistent(from, to, &path));
	for (i = 0; i < path.count; i++) {
		flip(&path.hash[i], (unsigned)(from->size + i) % 256);
		assert_false(tlog_is_consistent(from, to, &path));
		flip(&path.hash[i], (unsigned)(from->size + i) % 256);
	}
	other = *from;
	flip(&other.root, (unsigned)to->size % 256);
	assert_false(tlog_is_consistent(&other, to, &path));
	other = *to;
	flip(&other.root, (unsigned)from->size % 256);
	assert_int_equal(tlog_is_consistent(from, &other, &path),
	    from->size == 0 && to->size > 0);
	path.hash[path.count++] = to->root;
	assert_false(tlog_is_consistent(from, to, &path));
	path.count -= 2;
	if (honest->count)
		assert_false(tlog_is_consistent(from, to, &path));
}

/* Roots that a log makes up so that the hashes fit: the sizes do not. */
static void proofs_that_fit_other_sizes_are_refused(void **state)
{
	const struct tlog_hash *l = leaves;
	const struct tlog_hash first = tlog_node_hash(&l[0], &l[1]);
	const struct tlog_hash second = tlog_node_hash(&l[4], &l[5]);
	const struct tlog_hash third = tlog_node_hash(&l[6], &l[7]);
	struct tlog_head from = {.size = 5, .root = naive_root(l, 5)}, to;
	struct tlog_path path = {.count = 3};

	(void)state;
	/* A log that has become shorter. */
	path.hash[0] = from.root;
	path.hash[1] = l[0];
	path.hash[2] = l[1];
	to = (struct tlog_head){.size = 3};
	to.root = tlog_node_hash(&from.root, &l[0]);
	to.root = tlog_node_hash(&to.root, &l[1]);
	assert_false(tlog_is_consistent(&from, &to, &path));
	/* One of eight that says it has sixteen. */
	from = (struct tlog_head){.size = 4, .root = naive_root(l, 4)};
	to = (struct tlog_head){.size = 16, .root = naive_root(l, 8)};
	path.count = 1;
	path.hash[0] = tlog_node_hash(&second, &third);
	assert_false(tlog_is_consistent(&from, &to, &path));
	to.size = 8;
	assert_true(tlog_is_consistent(&from, &to, &path));
	/* Larger ones that say they have three, and four. */
	path.count = 4;
	path.hash[0] = l[2];
	path.hash[1] = l[3];
	path.hash[2] = first;
	path.hash[3] = l[9];
	from = (struct tlog_head){.size = 3, .root = naive_root(l, 3)};
	from.root = tlog_node_hash(&l[9], &from.root);
	to = (struct tlog_head){.size = 4, .root = naive_root(l, 4)};
	to.root = tlog_node_hash(&l[9], &to.root);
	assert_false(tlog_is_consistent(&from, &to, &path));
	/* One of two that says it has one. */
	path.count = 1;
	path.hash[0] = l[0];
	assert_false(tlog_is_included(&l[1], 0, 1, &first, &path));
	assert_true(tlog_is_included(&l[1], 1, 2, &first, &path));
	/* An empty one has but one root. */
	path.count = 0;
	from = (struct tlog_head){.size = 0, .root = first};
	assert_false(tlog_is_consistent(&from, &from, &path));
}

static void consistency_pairs_to_130_only_truth_verifies(void **state)
{
	struct tlog_head from, to;

	(void)state;
	for (to.size = 0; to.size <= 130; to.size++) {
		struct naive_tiles tiles = {.size = to.size};
		struct tlog_tree tree;
		struct tlog_path path;

		to.root = naive_root(leaves, to.size);
		tlog_tree_init(&tree, to.size, read_naive, &tiles);
		for (from.size = 0; from.size <= to.size; from.size++) {
			from.root = naive_root(leaves, from.size);
			assert_int_equal(tlog_prove_consistency(
					     &tree, from.size, &path, NULL),
			    0);
			assert_only_consistent(&from, &to, &path);
		}
	}
}

static void proofs_across_tiles_verify(void **state)
{
	static const uint64_t at[] = {
	    0, 255, 256, 4095, 65535, 65536, 65998, 65999};
	struct naive_tiles tiles = {.size = LEAVES_MAX};
	struct tlog_head to = {LEAVES_MAX, naive_root(leaves, LEAVES_MAX)};
	struct tlog_tree tree;
	struct tlog_path path;
	size_t i;

	(void)state;
	tlog_tree_init(&tree, LEAVES_MAX, read_naive, &tiles);
	for (i = 0; i < ARRAY_COUNT(at); i++) {
		struct tlog_head from = {
		    at[i] + 1, naive_root(leaves, at[i] + 1)};

		assert_int_equal(
		    tlog_prove_inclusion(&tree, at[i], &path, NULL), 0);
		assert_true(tlog_is_included(
		    &leaves[at[i]], at[i], LEAVES_MAX, &to.root, &path));
		assert_int_equal(
		    tlog_prove_consistency(&tree, from.size, &path, NULL), 0);
		assert_true(tlog_is_consistent(&from, &to, &path));
	}
	/* Each proof reads a tile of the path and one of the edge a level. */
	assert_in_range(tiles.reads, 1, 2 * 6 * ARRAY_COUNT(at));
}

static void tree_range_of_part_equals_recursion(void **state)
{
	struct naive_tiles tiles = {.size = 600};
	struct tlog_hash got, want;
	struct tlog_tree tree;
	struct err err;

	(void)state;
	tlog_tree_init(&tree, 600, read_naive, &tiles);
	assert_int_equal(tlog_tree_range(&tree, 512, 600, &got, &err), 0);
	want = naive_root(leaves + 512, 88);
	assert_memory_equal(&got, &want, sizeof(want));
	assert_int_equal(tlog_tree_leaf(&tree, 599, &got, &err), 0);
	assert_memory_equal(&got, &leaves[599], sizeof(got));
	assert_int_equal(tlog_tree_leaf(&tree, 600, &got, &err), ERR_INPUT);
	assert_int_equal(
	    tlog_tree_range(&tree, 512, 601, &got, &err), ERR_INPUT);
	assert_int_equal(tlog_tree_range(&tree, 3, 3, &got, &err), ERR_INPUT);
}

/* The second tile breaks off in the middle. */
static int break_off(void *ctx, const struct tlog_tile *tile,
    struct tlog_hash *out, struct err *err)
{
	if (tile->index == 0)
		return read_naive(ctx, tile, out, err);
	memset(out, 0, sizeof(*out));
	return err_set(err, ERR_IO, "half a tile");
}

static void tree_leaf_afterAFailedRead_isReadAgain(void **state)
{
	struct naive_tiles tiles = {.size = 600};
	struct tlog_hash got;
	struct tlog_tree tree;
	struct err err;

	(void)state;
	tlog_tree_init(&tree, 600, break_off, &tiles);
	assert_int_equal(tlog_tree_leaf(&tree, 0, &got, &err), 0);
	assert_int_equal(tlog_tree_leaf(&tree, 300, &got, &err), ERR_IO);
	assert_int_equal(tlog_tree_leaf(&tree, 0, &got, &err), 0);
	assert_memory_equal(&got, &leaves[0], sizeof(got));
}

static int refuse_read(void *ctx, const struct tlog_tile *tile,
    struct tlog_hash *out, struct err *err)
{
	(void)ctx, (void)tile, (void)out;
	return err_set(err, ERR_NOT_FOUND, "no tile");
}

static void proof_failing_reader_passes_its_code(void **state)
{
	struct tlog_path path;
	struct tlog_tree tree;
	struct tlog_hash root;
	struct err err;

	(void)state;
	tlog_tree_init(&tree, 10, refuse_read, NULL);
	assert_int_equal(
	    tlog_prove_inclusion(&tree, 3, &path, &err), ERR_NOT_FOUND);
	assert_int_equal(
	    tlog_prove_consistency(&tree, 3, &path, &err), ERR_NOT_FOUND);
	assert_int_equal(tlog_tree_root(&tree, &root, &err), ERR_NOT_FOUND);
	assert_int_equal(
	    tlog_prove_inclusion(&tree, 10, &path, &err), ERR_INPUT);
	assert_int_equal(
	    tlog_prove_consistency(&tree, 11, &path, &err), ERR_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(frontier_root_ct_leaves_matches_published),
	    cmocka_unit_test(leaf_hash_published_values_match),
	    cmocka_unit_test(inclusion_ct_vectors_verify),
	    cmocka_unit_test(consistency_ct_vectors_verify),
	    cmocka_unit_test(frontier_root_golden_sizes_match),
	    cmocka_unit_test(hash_runs_equal_single_hashes),
	    cmocka_unit_test(frontier_every_size_equals_recursion_and_tiles),
	    cmocka_unit_test(append_many_any_cut_equals_one_by_one),
	    cmocka_unit_test(frontier_save_restore_round_trips),
	    cmocka_unit_test(inclusion_sizes_to_300_only_truth_verifies),
	    cmocka_unit_test(inclusion_any_flipped_bit_fails),
	    cmocka_unit_test(proofs_that_fit_other_sizes_are_refused),
	    cmocka_unit_test(consistency_pairs_to_130_only_truth_verifies),
	    cmocka_unit_test(proofs_across_tiles_verify),
	    cmocka_unit_test(tree_range_of_part_equals_recursion),
	    cmocka_unit_test(tree_leaf_afterAFailedRead_isReadAgain),
	    cmocka_unit_test(proof_failing_reader_passes_its_code),
	};

	return cmocka_run_group_tests(tests, make_leaves, NULL);
}
