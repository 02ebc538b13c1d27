/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checking proofs, as RFC 9162, Sections 2.1.3.2 and 2.1.4.2 lay it down.
 *
 * Both walk from the bottom of the tree to its top with two numbers: `at`,
 * the place of the node whose hash is known, in its row, and `last`, the
 * place of the last node of that row. A known node that is an odd one, or
 * that is the last of its row, takes its partner from the left; any other
 * takes it from the right. A last node at an even place has no partner in
 * its row and simply rises, together with its row, until it is odd.
 */
#include "tlog/tlog.h"

struct walk {
	uint64_t at;
	uint64_t last;
};

static bool takes_left(const struct walk *w)
{
	return (w->at & 1) || w->at == w->last;
}

static void rise(struct walk *w)
{
	w->at >>= 1;
	w->last >>= 1;
}

/* Up one row, and past the rows in which a last node stands alone. */
static void step(struct walk *w)
{
	if (takes_left(w))
		while (!(w->at & 1) && w->at != 0)
			rise(w);
	rise(w);
}

bool tlog_is_included(const struct tlog_hash *leaf, uint64_t index,
    uint64_t size, const struct tlog_hash *root, const struct tlog_path *path)
{
	struct walk w = {index, size - 1};
	struct tlog_hash hash = *leaf;
	size_t i;

	if (size > TLOG_SIZE_MAX || index >= size ||
	    path->count > TLOG_PATH_MAX)
		return false;
	for (i = 0; i < path->count; i++) {
		const struct tlog_hash *p = &path->hash[i];

		if (w.last == 0)
			return false;
		hash = takes_left(&w) ? tlog_node_hash(p, &hash)
				      : tlog_node_hash(&hash, p);
		step(&w);
	}
	return w.last == 0 && tlog_hash_equal(&hash, root);
}

/* The part of the check that needs a path; 0 < earlier < later. */
static bool grows_into(const struct tlog_head *earlier,
    const struct tlog_head *later, const struct tlog_path *path)
{
	bool is_perfect = (earlier->size & (earlier->size - 1)) == 0;
	struct walk w = {earlier->size - 1, later->size - 1};
	struct tlog_hash old_hash, new_hash;
	size_t i = 0;

	if (path->count == 0)
		return false;
	while (w.at & 1)
		rise(&w);
	/* A perfect earlier tree is itself the node to start from. */
	old_hash = new_hash = is_perfect ? earlier->root : path->hash[i++];
	for (; i < path->count; i++) {
		const struct tlog_hash *p = &path->hash[i];

		if (w.last == 0)
			return false;
		if (takes_left(&w)) {
			old_hash = tlog_node_hash(p, &old_hash);
			new_hash = tlog_node_hash(p, &new_hash);
		} else {
			new_hash = tlog_node_hash(&new_hash, p);
		}
		step(&w);
	}
	return w.last == 0 && tlog_hash_equal(&old_hash, &earlier->root) &&
	    tlog_hash_equal(&new_hash, &later->root);
}

bool tlog_is_consistent(const struct tlog_head *earlier,
    const struct tlog_head *later, const struct tlog_path *path)
{
	struct tlog_hash empty = tlog_empty_root();

	if (later->size > TLOG_SIZE_MAX || earlier->size > later->size ||
	    path->count > TLOG_PATH_MAX)
		return false;
	if (earlier->size == later->size)
		return path->count == 0 &&
		    tlog_hash_equal(&earlier->root, &later->root) &&
		    (later->size > 0 || tlog_hash_equal(&later->root, &empty));
	if (earlier->size == 0)
		return path->count == 0 &&
		    tlog_hash_equal(&earlier->root, &empty);
	return grows_into(earlier, later, path);
}
