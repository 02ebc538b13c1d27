/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log's folder. Files that the signed log has are compared while the
 * statements are read (verify_file). What else lies there is looked at by a
 * walk:
 *
 *	partial tile of an earlier size	  must be the beginning of today's
 *	tile beyond the signed size	  left by an interrupted write: noted
 *	checkpoint			  compared with the heads (verify_log)
 *	anything else			  does not belong to a published log
 */
#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/tr.h"
#include "registry/verify_priv.h"
#include "tlog/checkpoint.h"
#include "tlog/tile.h"

enum { BUNDLE_BYTES = TLOG_TILE_WIDTH * (2 + TLOG_HASH_BYTES) };

static size_t first_difference(struct span a, struct span b)
{
	size_t i = 0;

	while (i < a.n && i < b.n && a.p[i] == b.p[i])
		i++;
	return i;
}

/* What is the file of a tile? false when it cannot be read, which is told. */
static bool read_tile_file(struct verify *v, const struct tlog_tile *tile,
    struct buf *out, enum err_code *rc_out, struct err *err)
{
	char path[TLOG_TILE_PATH_BYTES];

	tlog_tile_path(tile, path);
	*rc_out = ledger_read_file(v->request->ledger, tile, out, err);
	if (*rc_out == ERR_NOT_FOUND)
		verify_wrong(v, tr("the log's file \"%s\" is missing"), path);
	else if (*rc_out == ERR_FULL)
		verify_wrong(
		    v, tr("the log's file \"%s\" has a wrong length"), path);
	else
		return *rc_out == 0;
	*rc_out = 0;
	return false;
}

enum err_code verify_file(struct verify *v, const struct tlog_tile *tile,
    struct span must, struct err *err)
{
	struct buf have = BUF_INIT(BUNDLE_BYTES);
	char path[TLOG_TILE_PATH_BYTES];
	enum err_code rc = 0;

	v->result->files++;
	tlog_tile_path(tile, path);
	if (read_tile_file(v, tile, &have, &rc, err)) {
		if (have.n != must.n)
			verify_wrong(v,
			    tr("the log's file \"%s\" has a wrong length"),
			    path);
		else if (!span_equal(buf_span(&have), must))
			verify_wrong(v,
			    tr("the log's file \"%s\" has changed at byte %zu"),
			    path, first_difference(buf_span(&have), must));
	}
	buf_release(&have);
	return rc;
}

/* What a file in the folder turned out to be. */
enum file_kind {
	FILE_CHECKED = 0, /* the signed log's own */
	FILE_EARLIER,	  /* a partial tile of an earlier size */
	FILE_BEYOND,	  /* of an interrupted write */
	FILE_FOREIGN
};

static enum file_kind classify(
    const struct verify *v, struct span path, struct tlog_tile *tile)
{
	uint64_t hashes, full;
	unsigned rest;

	if (span_is(path, "checkpoint"))
		return FILE_CHECKED;
	if (span_is(path, "checkpoint.new"))
		return FILE_BEYOND;
	if (!tlog_tile_parse(path, tile) || tile->level >= TLOG_LEVEL_COUNT)
		return FILE_FOREIGN;
	hashes = tile->level == TLOG_LEVEL_ENTRIES
	    ? v->size
	    : v->size >> (TLOG_TILE_HEIGHT * tile->level);
	full = hashes / TLOG_TILE_WIDTH;
	rest = (unsigned)(hashes % TLOG_TILE_WIDTH);
	if (tile->index > full)
		return FILE_BEYOND;
	if (tile->index == full)
		return tile->width == rest ? FILE_CHECKED
		    : tile->width < rest   ? FILE_EARLIER
					   : FILE_BEYOND;
	return tile->width == TLOG_TILE_WIDTH ? FILE_CHECKED : FILE_EARLIER;
}

/* An earlier partial tile against the tile that grew from it; a difference
 * of that one is told already. */
static enum err_code check_earlier(
    struct verify *v, const struct tlog_tile *tile, struct err *err)
{
	struct buf now = BUF_INIT(BUNDLE_BYTES);
	struct tlog_tile today = *tile;
	uint64_t hashes = tile->level == TLOG_LEVEL_ENTRIES
	    ? v->size
	    : v->size >> (TLOG_TILE_HEIGHT * tile->level);
	size_t unit = tile->level == TLOG_LEVEL_ENTRIES ? 2 + TLOG_HASH_BYTES
							: TLOG_HASH_BYTES;
	enum err_code rc = 0;

	today.width = tile->index < hashes / TLOG_TILE_WIDTH
	    ? TLOG_TILE_WIDTH
	    : (unsigned)(hashes % TLOG_TILE_WIDTH);
	if (ledger_read_file(v->request->ledger, &today, &now, NULL) == 0 &&
	    now.n >= unit * tile->width)
		rc = verify_file(
		    v, tile, (struct span){now.p, unit * tile->width}, err);
	buf_release(&now);
	return rc;
}

static enum err_code look_at(
    struct verify *v, struct span path, uint64_t *beyond, struct err *err)
{
	struct tlog_tile tile = {0, 0, 0};

	switch (classify(v, path, &tile)) {
	case FILE_EARLIER:
		return check_earlier(v, &tile, err);
	case FILE_BEYOND:
		++*beyond;
		return 0;
	case FILE_FOREIGN:
		verify_wrong(v,
		    tr("the file \"%.*s\" does not belong in the log's folder"),
		    (int)path.n, path.p);
		return 0;
	case FILE_CHECKED:
	default:
		return 0;
	}
}

static enum err_code walk(
    struct verify *v, FTS *fts, uint64_t *beyond, struct err *err)
{
	size_t skip = strlen(v->request->log_folder) + 1;
	enum err_code rc = 0;
	FTSENT *e;

	while (!rc && (errno = 0, e = fts_read(fts))) {
		struct span path = {e->fts_path, e->fts_pathlen};

		if (e->fts_info == FTS_D || e->fts_info == FTS_DP)
			continue;
		if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR ||
		    path.n <= skip) {
			errno = e->fts_errno;
			return err_set_errno(
			    err, "could not read \"%s\"", e->fts_path);
		}
		path.p += skip;
		path.n -= skip;
		rc = look_at(v, path, beyond, err);
	}
	if (!rc && errno)
		rc = err_set_errno(
		    err, "could not read \"%s\"", v->request->log_folder);
	return rc;
}

/* What the published checkpoint is when it is none of the heads'. */
static void tell_published(struct verify *v)
{
	struct note_check check;
	struct checkpoint c;
	struct note note;

	if (note_open(buf_span(&v->published), v->request->key, 1, &note,
		&check, NULL) == 0 &&
	    checkpoint_parse(note.text, &c, NULL) == 0 && c.head.size > v->size)
		verify_wrong(v,
		    tr("the log was published with %llu entries, the database "
		       "knows %llu: it is an old copy"),
		    (unsigned long long)c.head.size,
		    (unsigned long long)v->size);
	else
		verify_wrong(v,
		    tr("the log's file \"checkpoint\" is not what was signed"));
}

static void judge_published(struct verify *v)
{
	if (v->published.n == 0)
		verify_wrong(
		    v, tr("the log's file \"%s\" is missing"), "checkpoint");
	else if (!v->is_published_known)
		tell_published(v);
	else if (!v->is_published_newest)
		verify_note(v,
		    tr("the published checkpoint is an earlier one; the next "
		       "command that writes brings it up to date"));
}

enum err_code verify_folder(struct verify *v, struct err *err)
{
	char folder[PATH_MAX];
	char *paths[] = {folder, NULL};
	uint64_t beyond = 0;
	enum err_code rc;
	FTS *fts;

	judge_published(v);
	if (snprintf(folder, sizeof(folder), "%s", v->request->log_folder) >=
	    (int)sizeof(folder))
		return err_set(err, ERR_INPUT, "the path is too long");
	fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (!fts)
		return err_set_errno(err, "could not read \"%s\"", folder);
	rc = walk(v, fts, &beyond, err);
	fts_close(fts);
	if (beyond)
		verify_note(v,
		    tr("%llu files of an interrupted write lie behind the end "
		       "of the log; the next writes replace them"),
		    (unsigned long long)beyond);
	return rc;
}
