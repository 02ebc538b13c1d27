/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tiles and entry bundles of c2sp.org/tlog-tiles: what they are called, which
 * ones a new checkpoint needs, and what an entry bundle looks like inside.
 *
 * A tile holds up to 256 hashes of one level, one after the other, without
 * anything around them: struct tlog_hash[width] is its content. An entry
 * bundle holds the entries under a level 0 tile.
 */
#ifndef GX_TLOG_TILE_H
#define GX_TLOG_TILE_H

#include "base/buf.h"
#include "tlog/tlog.h"

enum {
	TLOG_TILE_HEIGHT = 8,
	TLOG_TILE_WIDTH = 256,
	TLOG_LEVEL_COUNT = 8,	   /* levels that TLOG_SIZE_MAX can fill */
	TLOG_LEVEL_NAMED_MAX = 63, /* the highest that a path may name */
	TLOG_LEVEL_ENTRIES = -1,   /* "level" of an entry bundle */
	TLOG_ENTRY_BYTES_MAX = 65535,
	/* "tile/entries/" + 7 groups "x999/" + ".p/255" + NUL, rounded up */
	TLOG_TILE_PATH_BYTES = 64
};

struct tlog_tile {
	int level;	/* 0..63, or TLOG_LEVEL_ENTRIES */
	uint64_t index; /* within the level */
	unsigned width; /* 1..256; below 256 it is a partial tile */
};

/* Writes the path ("tile/0/x001/x234/067.p/5") and a NUL into
 * out[TLOG_TILE_PATH_BYTES]; returns its length. The tile must be valid. */
size_t tlog_tile_path(const struct tlog_tile *tile, char *out);
/* The one tile that has exactly this path; false for any text that
 * tlog_tile_path would not write. */
bool tlog_tile_parse(struct span path, struct tlog_tile *tile_out);

/* The tile (not bundle) that holds hash number `index` of a level in a tree
 * of `size` leaves; false when the tree has no such hash. */
bool tlog_tile_of(
    int level, uint64_t index, uint64_t size, struct tlog_tile *tile_out);

/*
 * The tiles that a tree of new_size leaves has and the tree of old_size
 * leaves it grew from has not, level by level from 0 up, by index within a
 * level: what must be written before the new checkpoint is.
 */
struct tlog_tile_iter {
	uint64_t old_size;
	uint64_t new_size;
	bool is_entries;     /* bundles instead of tiles */
	int level;	     /* of the next tile */
	uint64_t next_index; /* of the next tile */
	bool is_level_begun; /* next_index is set for this level */
};

void tlog_tiles_start(
    struct tlog_tile_iter *it, uint64_t old_size, uint64_t new_size);
/* The same for the entry bundles. */
void tlog_bundles_start(
    struct tlog_tile_iter *it, uint64_t old_size, uint64_t new_size);
/* False when there are no more. */
bool tlog_tiles_next(struct tlog_tile_iter *it, struct tlog_tile *tile_out);

/*
 * Reads the hashes of a tile into out[width]. Called with the widest form
 * that the tree in question has; a reader that finds the partial tile gone
 * may serve the first `width` hashes of the full one. Returns 0, or a
 * negative code with err filled.
 */
typedef int tlog_tile_read(void *ctx, const struct tlog_tile *tile,
    struct tlog_hash *out, struct err *err);

/* Appends an entry to a bundle; ERR_FULL when the entry is longer than
 * TLOG_ENTRY_BYTES_MAX or the buffer's bound is reached. */
int tlog_bundle_add(struct buf *bundle, struct span entry, struct err *err);
/* Steps through a bundle: 1 and the entry at *at (0 at first), 0 at the
 * end, ERR_CORRUPT when the bytes are no bundle. */
int tlog_bundle_next(
    struct span bundle, size_t *at, struct span *entry_out, struct err *err);

#endif
