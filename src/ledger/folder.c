/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each file is judged by its path and the signed size alone:
 *
 *	checkpoint			the log's own
 *	checkpoint.new			beyond
 *	tile that the size has		the log's own
 *	partial one, less wide		earlier
 *	tile that the size has not yet	beyond
 *	anything else			foreign
 */
#include "ledger/folder.h"

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

struct walk {
	struct ledger *ledger;
	uint64_t size;
	ledger_stray_visit *visit;
	void *ctx;
};

/* How wide the tile is in a log of that size; 0: it has none. */
static unsigned width_now(uint64_t size, const struct tlog_tile *tile)
{
	uint64_t hashes = tile->level == TLOG_LEVEL_ENTRIES
	    ? size
	    : size >> (TLOG_TILE_HEIGHT * tile->level);
	uint64_t full = hashes / TLOG_TILE_WIDTH;

	if (tile->index > full)
		return 0;
	return tile->index < full ? TLOG_TILE_WIDTH
				  : (unsigned)(hashes % TLOG_TILE_WIDTH);
}

/* False: it is one of the log's own. */
static bool is_stray(
    const struct walk *w, struct span path, struct ledger_stray *out)
{
	unsigned width;

	out->path = path;
	out->kind = LEDGER_STRAY_BEYOND;
	if (span_is(path, "checkpoint"))
		return false;
	if (span_is(path, "checkpoint.new"))
		return true;
	if (!tlog_tile_parse(path, &out->tile) ||
	    out->tile.level >= TLOG_LEVEL_COUNT) {
		out->kind = LEDGER_STRAY_FOREIGN;
		return true;
	}
	width = width_now(w->size, &out->tile);
	if (out->tile.width < width)
		out->kind = LEDGER_STRAY_EARLIER;
	return out->tile.width != width;
}

/* The tile that an earlier one grew into; the full one where a writer has
 * gone on. */
static bool read_now(
    const struct walk *w, const struct tlog_tile *earlier, struct buf *out)
{
	struct tlog_tile now = *earlier;

	now.width = width_now(w->size, earlier);
	if (ledger_read_file(w->ledger, &now, out, NULL) == 0)
		return true;
	buf_reset(out);
	now.width = TLOG_TILE_WIDTH;
	return ledger_read_file(w->ledger, &now, out, NULL) == 0;
}

/* Is the file there, and more than what a write that was cut leaves? */
static bool is_whole(const struct walk *w, const struct ledger_stray *stray)
{
	struct buf have = BUF_INIT(LEDGER_BUNDLE_BYTES);
	enum err_code rc =
	    ledger_read_file(w->ledger, &stray->tile, &have, NULL);
	bool is_cut = !rc && have.n < stray->must.n &&
	    (have.n == 0 || memcmp(have.p, stray->must.p, have.n) == 0);

	buf_release(&have);
	return rc != ERR_NOT_FOUND && !is_cut;
}

/* Does a signed size have the tile just so wide? Where the heads cannot be
 * read, which is for others to tell, it is held to be. */
static bool is_signed(const struct walk *w, const struct tlog_tile *t)
{
	int shift =
	    t->level == TLOG_LEVEL_ENTRIES ? 0 : TLOG_TILE_HEIGHT * t->level;
	uint64_t hashes = t->index * TLOG_TILE_WIDTH + t->width;
	bool has_head = false;

	return ledger_has_head(w->ledger, hashes << shift,
		   (hashes + 1) << shift, &has_head, NULL) != 0 ||
	    has_head;
}

static enum err_code visit_earlier(
    const struct walk *w, struct ledger_stray *stray, struct err *err)
{
	struct buf now = BUF_INIT(LEDGER_BUNDLE_BYTES);
	size_t unit = stray->tile.level == TLOG_LEVEL_ENTRIES
	    ? 2 + TLOG_HASH_BYTES
	    : TLOG_HASH_BYTES;
	enum err_code rc = 0;

	stray->must.n = unit * stray->tile.width;
	if (read_now(w, &stray->tile, &now) && now.n >= stray->must.n) {
		stray->must.p = now.p;
		stray->is_signed = is_signed(w, &stray->tile);
		if (is_whole(w, stray))
			rc = w->visit(w->ctx, stray, err);
	}
	buf_release(&now);
	return rc;
}

static enum err_code look_at(
    const struct walk *w, struct span path, struct err *err)
{
	struct ledger_stray stray = {0};

	if (!is_stray(w, path, &stray))
		return 0;
	return stray.kind == LEDGER_STRAY_EARLIER
	    ? visit_earlier(w, &stray, err)
	    : w->visit(w->ctx, &stray, err);
}

/* Did it go between being listed and being looked at? */
static bool is_gone(const FTSENT *e)
{
	return (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR ||
		   e->fts_info == FTS_NS) &&
	    e->fts_errno == ENOENT;
}

static enum err_code walk_all(
    const struct walk *w, FTS *fts, size_t skip, struct err *err)
{
	enum err_code rc = 0;
	FTSENT *e;

	while (!rc && (errno = 0, e = fts_read(fts))) {
		struct span path = {e->fts_path, e->fts_pathlen};

		if (e->fts_info == FTS_D || e->fts_info == FTS_DP || is_gone(e))
			continue;
		if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR ||
		    path.n <= skip) {
			errno = e->fts_errno;
			return err_set_errno(
			    err, "could not read \"%s\"", e->fts_path);
		}
		path.p += skip;
		path.n -= skip;
		rc = look_at(w, path, err);
	}
	if (!rc && errno && errno != ENOENT)
		rc = err_set_errno(
		    err, "could not read \"%s\"", ledger_folder(w->ledger));
	return rc;
}

enum err_code ledger_strays(struct ledger *ledger, uint64_t size,
    ledger_stray_visit *visit, void *ctx, struct err *err)
{
	const struct walk w = {ledger, size, visit, ctx};
	char folder[PATH_MAX];
	char *paths[] = {folder, NULL};
	enum err_code rc;
	FTS *fts;

	if (snprintf(folder, sizeof(folder), "%s", ledger_folder(ledger)) >=
	    (int)sizeof(folder))
		return err_set(err, ERR_INPUT, "the path is too long");
	fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (!fts)
		return err_set_errno(err, "could not read \"%s\"", folder);
	rc = walk_all(&w, fts, strlen(folder) + 1, err);
	fts_close(fts);
	return rc;
}
