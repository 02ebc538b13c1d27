/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of tiles, the list of tiles a growing tree needs, entry bundles.
 *
 *   tile/<level>/<index>[.p/<width>]     hashes
 *   tile/entries/<index>[.p/<width>]     entries
 *
 * The index is written in groups of three digits, every group but the last
 * with an "x" before it: 1234067 is x001/x234/067. Each tile has exactly
 * one path: no leading zero in level and width, no leading group x000, no
 * ".p/256".
 *
 * A level has size / 256^level hashes. Its tiles are numbered through, the
 * last one partial unless the count is a multiple of 256, and a partial
 * tile is another file than the full tile or a wider partial one. So a tree
 * that grew needs, on each level, every tile from the one that holds the
 * first new hash to the last; and where a level did not grow, none above
 * it did.
 */
#include "tlog/tile.h"

#include <string.h>

#include "base/check.h"
#include "tlog/text.h"

enum { GROUP_DIGITS = 3, GROUPS_MAX = 7, LEVEL_DIGITS_MAX = 2 };

static size_t put_text(char *out, const char *text)
{
	return (size_t)(stpcpy(out, text) - out);
}

static size_t put_number(char *out, unsigned value)
{
	char digits[10];
	size_t n = sizeof(digits), length;

	do {
		digits[--n] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	length = sizeof(digits) - n;
	memcpy(out, digits + n, length);
	return length;
}

static size_t put_index(char *out, uint64_t index)
{
	unsigned group[GROUPS_MAX];
	size_t n = 0;
	int count = 0;

	do {
		group[count++] = (unsigned)(index % 1000);
		index /= 1000;
	} while (index);
	while (count-- > 0) {
		if (count > 0)
			out[n++] = 'x';
		out[n++] = (char)('0' + group[count] / 100);
		out[n++] = (char)('0' + group[count] / 10 % 10);
		out[n++] = (char)('0' + group[count] % 10);
		if (count > 0)
			out[n++] = '/';
	}
	return n;
}

static bool is_valid_tile(const struct tlog_tile *tile)
{
	return tile->level >= TLOG_LEVEL_ENTRIES &&
	    tile->level <= TLOG_LEVEL_NAMED_MAX && tile->width >= 1 &&
	    tile->width <= TLOG_TILE_WIDTH;
}

size_t tlog_tile_path(const struct tlog_tile *tile, char *out)
{
	size_t n = put_text(out, "tile/");

	ASSERT(is_valid_tile(tile));
	if (tile->level == TLOG_LEVEL_ENTRIES)
		n += put_text(out + n, "entries");
	else
		n += put_number(out + n, (unsigned)tile->level);
	out[n++] = '/';
	n += put_index(out + n, tile->index);
	if (tile->width < TLOG_TILE_WIDTH) {
		n += put_text(out + n, ".p/");
		n += put_number(out + n, tile->width);
	}
	out[n] = '\0';
	return n;
}

/* A decimal number of at most max_digits, without leading zeroes unless
 * the width is fixed. */
static bool take_number(
    struct span *s, size_t max_digits, bool is_fixed, unsigned *out)
{
	unsigned value = 0;
	size_t n = 0;

	while (n < s->n && n < max_digits && s->p[n] >= '0' && s->p[n] <= '9')
		value = value * 10 + (unsigned)(s->p[n++] - '0');
	if (n == 0 || (is_fixed && n != max_digits))
		return false;
	if (!is_fixed && n > 1 && s->p[0] == '0')
		return false;
	s->p += n;
	s->n -= n;
	*out = value;
	return true;
}

static bool take_index(struct span *s, uint64_t *out)
{
	uint64_t index = 0;
	bool is_last = false, is_first = true;

	while (!is_last) {
		unsigned group;

		is_last = !text_cut_word(s, "x");
		if (!take_number(s, GROUP_DIGITS, true, &group))
			return false;
		if (is_first && !is_last && group == 0)
			return false;
		if (__builtin_mul_overflow(index, 1000, &index) ||
		    __builtin_add_overflow(index, group, &index))
			return false;
		if (!is_last && !text_cut_word(s, "/"))
			return false;
		is_first = false;
	}
	*out = index;
	return true;
}

bool tlog_tile_parse(struct span path, struct tlog_tile *tile_out)
{
	struct tlog_tile tile = {.width = TLOG_TILE_WIDTH};
	unsigned level;

	if (!text_cut_word(&path, "tile/"))
		return false;
	if (text_cut_word(&path, "entries")) {
		tile.level = TLOG_LEVEL_ENTRIES;
	} else {
		if (!take_number(&path, LEVEL_DIGITS_MAX, false, &level) ||
		    level > TLOG_LEVEL_NAMED_MAX)
			return false;
		tile.level = (int)level;
	}
	if (!text_cut_word(&path, "/") || !take_index(&path, &tile.index))
		return false;
	if (path.n > 0 &&
	    (!text_cut_word(&path, ".p/") ||
		!take_number(&path, 3, false, &tile.width) || tile.width == 0 ||
		tile.width >= TLOG_TILE_WIDTH))
		return false;
	if (path.n > 0)
		return false;
	*tile_out = tile;
	return true;
}

/* Hashes on a level of a tree. */
static uint64_t level_count(uint64_t size, int level)
{
	return level < TLOG_LEVEL_COUNT ? size >> (TLOG_TILE_HEIGHT * level)
					: 0;
}

static unsigned width_at(uint64_t count, uint64_t tile_index)
{
	uint64_t rest = count - tile_index * TLOG_TILE_WIDTH;

	return rest < TLOG_TILE_WIDTH ? (unsigned)rest : TLOG_TILE_WIDTH;
}

bool tlog_tile_of(
    int level, uint64_t index, uint64_t size, struct tlog_tile *tile_out)
{
	uint64_t count = level_count(size, level);

	ASSERT(level >= 0);
	if (size > TLOG_SIZE_MAX || index >= count)
		return false;
	tile_out->level = level;
	tile_out->index = index / TLOG_TILE_WIDTH;
	tile_out->width = width_at(count, tile_out->index);
	return true;
}

void tlog_tiles_start(
    struct tlog_tile_iter *it, uint64_t old_size, uint64_t new_size)
{
	ASSERT(old_size <= new_size && new_size <= TLOG_SIZE_MAX);
	*it =
	    (struct tlog_tile_iter){.old_size = old_size, .new_size = new_size};
}

void tlog_bundles_start(
    struct tlog_tile_iter *it, uint64_t old_size, uint64_t new_size)
{
	tlog_tiles_start(it, old_size, new_size);
	it->is_entries = true;
}

bool tlog_tiles_next(struct tlog_tile_iter *it, struct tlog_tile *tile_out)
{
	int level_end = it->is_entries ? 1 : TLOG_LEVEL_COUNT;

	for (; it->level < level_end; it->level++, it->is_level_begun = false) {
		uint64_t had = level_count(it->old_size, it->level);
		uint64_t has = level_count(it->new_size, it->level);

		if (had == has)
			return false;
		if (!it->is_level_begun)
			it->next_index = had / TLOG_TILE_WIDTH;
		it->is_level_begun = true;
		if (it->next_index > (has - 1) / TLOG_TILE_WIDTH)
			continue;
		tile_out->level =
		    it->is_entries ? TLOG_LEVEL_ENTRIES : it->level;
		tile_out->index = it->next_index++;
		tile_out->width = width_at(has, tile_out->index);
		return true;
	}
	return false;
}

int tlog_bundle_add(struct buf *bundle, struct span entry, struct err *err)
{
	if (entry.n > TLOG_ENTRY_BYTES_MAX)
		return err_set(err, ERR_FULL,
		    "a log entry of %zu bytes is longer than %d", entry.n,
		    TLOG_ENTRY_BYTES_MAX);
	if (!buf_reserve(bundle, 2 + entry.n))
		return err_set(err, ERR_FULL, "the entry bundle is full");
	buf_add_char(bundle, (char)(entry.n >> 8));
	buf_add_char(bundle, (char)(entry.n & 0xff));
	buf_add_span(bundle, entry);
	return 0;
}

int tlog_bundle_next(
    struct span bundle, size_t *at, struct span *entry_out, struct err *err)
{
	const uint8_t *p;
	size_t left, n;

	ASSERT(*at <= bundle.n);
	left = bundle.n - *at;
	if (left == 0)
		return 0;
	p = (const uint8_t *)bundle.p + *at;
	n = left >= 2 ? (size_t)p[0] << 8 | p[1] : 0;
	if (left < 2 || n > left - 2)
		return err_set(err, ERR_CORRUPT,
		    "the entry bundle ends in the middle of an entry");
	*entry_out = (struct span){(const char *)p + 2, n};
	*at += 2 + n;
	return 1;
}
