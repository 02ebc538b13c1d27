/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of tile names, the tiles of a growing tree, and entry bundles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "base/check.h"
#include "tlog/tile.h"

/* c2sp.org/tlog-tiles for x001/x234/067; the test table of
 * golang.org/x/mod/sumdb/tlog, without the height it has before the level;
 * and the ends of each range. */
static void tile_path_known_tiles_match(void **state)
{
	static const struct {
		const char *path;
		struct tlog_tile tile;
	} t[] = {
	    {"tile/0/x001/x234/067", {0, 1234067, 256}},
	    {"tile/entries/x001/x234/067", {-1, 1234067, 256}},
	    {"tile/0/000", {0, 0, 256}},
	    {"tile/0/001", {0, 1, 256}},
	    {"tile/0/001.p/5", {0, 1, 5}},
	    {"tile/5/x123/x456/078", {5, 123456078, 256}},
	    {"tile/5/x123/x456/078.p/2", {5, 123456078, 2}},
	    {"tile/0/x003/x057/500", {0, 3057500, 256}},
	    {"tile/63/999.p/255", {63, 999, 255}},
	    {"tile/10/x001/000", {10, 1000, 256}},
	    {"tile/entries/273.p/112", {-1, 273, 112}},
	    {"tile/1/x018/x446/x744/x073/x709/x551/615.p/1",
		{1, UINT64_MAX, 1}},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		char path[TLOG_TILE_PATH_BYTES];
		struct tlog_tile tile;
		size_t n = tlog_tile_path(&t[i].tile, path);

		assert_string_equal(path, t[i].path);
		assert_int_equal(n, strlen(path));
		assert_true(tlog_tile_parse(span_of(path), &tile));
		assert_int_equal(tile.level, t[i].tile.level);
		assert_true(tile.index == t[i].tile.index);
		assert_int_equal(tile.width, t[i].tile.width);
	}
}

static void tile_parse_other_spellings_are_refused(void **state)
{
	static const char *const t[] = {"", "tile", "tile/", "tile/0",
	    "tile/0/", "/tile/0/001", "tile/0/1", "tile/0/01", "tile/0/0001",
	    "tile/00/001", "tile/01/001", "tile/64/001", "tile/100/001",
	    "tile/-1/001", "tile/+1/001", "tile/data/001", "tile/Entries/001",
	    "tile/entries", "tile/0/x001", "tile/0/x001/", "tile/0/001/",
	    "tile/0/001/002", "tile/0/x001/x002", "tile/0/x000/001",
	    "tile/0/x000/x001/002", "tile/0/X001/002", "tile/0/123/456/078",
	    "tile/0/x001/02", "tile/0/x01/002", "tile/0/x0001/002",
	    "tile/0/001.p", "tile/0/001.p/", "tile/0/001.p/0",
	    "tile/0/001.p/00", "tile/0/001.p/05", "tile/0/001.p/256",
	    "tile/0/001.p/1000", "tile/0/001.p/5/", "tile/0/001.p/5 ",
	    "tile/0/001.p/-5", "tile/0/001.P/5", "tile/0/001p/5",
	    "tile/0/001\n", " tile/0/001", "tile//001", "tile/0//001",
	    "tile/0/../001", "tile/0/x018/x446/x744/x073/x709/x551/616",
	    "tile/0/x001/x000/x000/x000/x000/x000/x000/000",
	    "tile/4294967296/001", "tile/0/001.p/4294967301"};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct tlog_tile tile;

		if (tlog_tile_parse(span_of(t[i]), &tile))
			fail_msg("accepted \"%s\"", t[i]);
	}
}

static void tile_parse_what_stands_behind_is_not_read(void **state)
{
	static const char path[] = "tile/0/001.p/25";
	struct tlog_tile tile;

	(void)state;
	assert_true(
	    tlog_tile_parse((struct span){path, sizeof(path) - 2}, &tile));
	assert_int_equal(tile.width, 2);
}

/* Whatever parses is written back as it was: no two names for a tile. */
static void tile_parse_any_mutation_is_canonical(void **state)
{
	static const char *const t[] = {
	    "tile/0/x001/x234/067.p/25", "tile/entries/x001/000"};
	static const char letters[] = "0123456789x/.p te";
	size_t i, j, k;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		for (j = 0; j < strlen(t[i]); j++)
			for (k = 0; k < sizeof(letters) - 1; k++) {
				char text[64], again[TLOG_TILE_PATH_BYTES];
				struct tlog_tile tile;

				strcpy(text, t[i]);
				text[j] = letters[k];
				if (!tlog_tile_parse(span_of(text), &tile))
					continue;
				tlog_tile_path(&tile, again);
				assert_string_equal(again, text);
			}
}

static void tile_path_huge_indexes_round_trip(void **state)
{
	uint64_t index = 1;
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		struct tlog_tile in = {i % 65 - 1, index,
				     (unsigned)(i % 256) + 1},
				 out;
		char path[TLOG_TILE_PATH_BYTES];

		tlog_tile_path(&in, path);
		assert_true(tlog_tile_parse(span_of(path), &out));
		assert_int_equal(in.level, out.level);
		assert_true(in.index == out.index);
		assert_int_equal(in.width, out.width);
		index = index * 6364136223846793005u + 1442695040888963407u;
		if (i % 3 == 0)
			index >>= i % 60;
	}
}

static size_t count_level(
    uint64_t from, uint64_t to, int level, unsigned *last_width)
{
	struct tlog_tile_iter it;
	struct tlog_tile tile;
	size_t n = 0;

	tlog_tiles_start(&it, from, to);
	while (tlog_tiles_next(&it, &tile))
		if (tile.level == level) {
			n++;
			*last_width = tile.width;
		}
	return n;
}

/* R-LOG-004 */
/* The two examples of c2sp.org/tlog-tiles, "Partial Tiles". */
static void tiles_of_specification_examples_match(void **state)
{
	static const struct {
		uint64_t size;
		int level;
		size_t count;
		unsigned last_width;
	} t[] = {
	    {70000, 0, 274, 112},
	    {70000, 1, 2, 17},
	    {70000, 2, 1, 1},
	    {70000, 3, 0, 0},
	    {256, 0, 1, 256},
	    {256, 1, 1, 1},
	    {256, 2, 0, 0},
	    {0, 0, 0, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		unsigned width = 0;

		assert_int_equal(
		    count_level(0, t[i].size, t[i].level, &width), t[i].count);
		assert_int_equal(width, t[i].last_width);
	}
}

static bool has_tile(uint64_t size, const struct tlog_tile *tile)
{
	uint64_t count = size >> (8 * tile->level);
	uint64_t rest = count - tile->index * 256;

	return count > tile->index * 256 &&
	    tile->width == (rest < 256 ? rest : 256);
}

static size_t tile_count(uint64_t size)
{
	size_t n = 0;

	for (; size; size >>= 8)
		n += (size + 255) / 256;
	return n;
}

/* Old tiles that are still tiles of the new tree, by looking at each. */
static size_t kept_count(uint64_t from, uint64_t to)
{
	struct tlog_tile_iter it;
	struct tlog_tile tile;
	size_t n = 0;

	tlog_tiles_start(&it, 0, from);
	while (tlog_tiles_next(&it, &tile))
		n += has_tile(to, &tile);
	return n;
}

/* Exactly the tiles that the new tree has and the old one has not. */
static void tiles_of_growth_are_the_difference(void **state)
{
	static const uint64_t t[] = {0, 1, 2, 255, 256, 257, 511, 512, 513,
	    1000, 65279, 65280, 65535, 65536, 65537, 65792, 70000, 131072};
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		for (j = i; j < ARRAY_COUNT(t); j++) {
			struct tlog_tile_iter it;
			struct tlog_tile tile, before = {-1, 0, 0};
			size_t n = 0;

			tlog_tiles_start(&it, t[i], t[j]);
			for (; tlog_tiles_next(&it, &tile); n++) {
				assert_true(has_tile(t[j], &tile));
				assert_false(has_tile(t[i], &tile));
				assert_true(tile.level > before.level ||
				    tile.index == before.index + 1);
				before = tile;
			}
			assert_int_equal(
			    n, tile_count(t[j]) - kept_count(t[i], t[j]));
		}
}

static void bundles_of_growth_name_entries(void **state)
{
	struct tlog_tile_iter it;
	struct tlog_tile tile;
	char path[TLOG_TILE_PATH_BYTES];

	(void)state;
	tlog_bundles_start(&it, 200, 600);
	assert_true(tlog_tiles_next(&it, &tile));
	tlog_tile_path(&tile, path);
	assert_string_equal(path, "tile/entries/000");
	assert_true(tlog_tiles_next(&it, &tile));
	assert_true(tlog_tiles_next(&it, &tile));
	tlog_tile_path(&tile, path);
	assert_string_equal(path, "tile/entries/002.p/88");
	assert_false(tlog_tiles_next(&it, &tile));
	assert_false(tlog_tiles_next(&it, &tile));
}

static void tile_of_hash_outside_tree_is_none(void **state)
{
	struct tlog_tile tile;

	(void)state;
	assert_true(tlog_tile_of(0, 69999, 70000, &tile));
	assert_int_equal(tile.index, 273);
	assert_int_equal(tile.width, 112);
	assert_false(tlog_tile_of(0, 70000, 70000, &tile));
	assert_true(tlog_tile_of(1, 272, 70000, &tile));
	assert_int_equal(tile.level, 1);
	assert_false(tlog_tile_of(1, 273, 70000, &tile));
	assert_true(tlog_tile_of(7, 126, TLOG_SIZE_MAX, &tile));
	assert_int_equal(tile.width, 127);
	assert_false(tlog_tile_of(7, 127, TLOG_SIZE_MAX, &tile));
	assert_false(tlog_tile_of(8, 0, TLOG_SIZE_MAX, &tile));
	assert_false(tlog_tile_of(0, 0, TLOG_SIZE_MAX + 1, &tile));
}

static void bundle_round_trips(void **state)
{
	static const size_t sizes[] = {0, 1, 32, 255, 256, 65535};
	char *entry = malloc(65536);
	struct buf bundle = BUF_INIT(1 << 20);
	struct span got;
	struct err err;
	size_t i, at = 0;

	(void)state;
	memset(entry, 'e', 65536);
	for (i = 0; i < ARRAY_COUNT(sizes); i++)
		assert_int_equal(tlog_bundle_add(&bundle,
				     (struct span){entry, sizes[i]}, &err),
		    0);
	assert_memory_equal(bundle.p, "\0\0\0\1e\0\x20", 7);
	for (i = 0; i < ARRAY_COUNT(sizes); i++) {
		assert_int_equal(
		    tlog_bundle_next(buf_span(&bundle), &at, &got, &err), 1);
		assert_int_equal(got.n, sizes[i]);
		assert_ptr_equal(got.p, bundle.p + at - got.n);
	}
	assert_int_equal(
	    tlog_bundle_next(buf_span(&bundle), &at, &got, &err), 0);
	assert_int_equal(
	    tlog_bundle_add(&bundle, (struct span){entry, 65536}, &err),
	    ERR_FULL);
	buf_release(&bundle);
	free(entry);
}

static void bundle_cut_anywhere_is_corrupt(void **state)
{
	static const char bytes[] = "\0\3abc\0\2de\0\0";
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(bytes); n++) {
		struct span bundle = {bytes, n}, got;
		struct err err;
		size_t at = 0;
		int rc;

		while ((rc = tlog_bundle_next(bundle, &at, &got, &err)) == 1)
			;
		assert_int_equal(rc,
		    n == 0 || n == 5 || n == 9 || n == 11 ? 0 : ERR_CORRUPT);
	}
}

static void bundle_past_its_bound_is_refused(void **state)
{
	struct buf bundle = BUF_INIT(8);
	struct err err;

	(void)state;
	assert_int_equal(tlog_bundle_add(&bundle, span_of("abc"), &err), 0);
	assert_int_equal(
	    tlog_bundle_add(&bundle, span_of("de"), &err), ERR_FULL);
	assert_int_equal(bundle.n, 5);
	buf_release(&bundle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tile_path_known_tiles_match),
	    cmocka_unit_test(tile_parse_other_spellings_are_refused),
	    cmocka_unit_test(tile_parse_what_stands_behind_is_not_read),
	    cmocka_unit_test(tile_parse_any_mutation_is_canonical),
	    cmocka_unit_test(tile_path_huge_indexes_round_trip),
	    cmocka_unit_test(tiles_of_specification_examples_match),
	    cmocka_unit_test(tiles_of_growth_are_the_difference),
	    cmocka_unit_test(bundles_of_growth_name_entries),
	    cmocka_unit_test(tile_of_hash_outside_tree_is_none),
	    cmocka_unit_test(bundle_round_trips),
	    cmocka_unit_test(bundle_cut_anywhere_is_corrupt),
	    cmocka_unit_test(bundle_past_its_bound_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
