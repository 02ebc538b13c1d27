/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log's folder. Files that the signed log has are compared while the
 * statements are read (verify_file). What else lies there is looked at by a
 * walk (ledger/folder.h):
 *
 *	partial tile of an earlier size	  must be the beginning of today's
 *	the same, of no signed size	  left by an interrupted write: noted
 *	tile beyond the signed size	  the same
 *	checkpoint			  compared with the heads (verify_log)
 *	anything else			  does not belong to a published log
 */
#include <string.h>

#include "base/tr.h"
#include "ledger/folder.h"
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

struct strays {
	struct verify *verify;
	uint64_t unsigned_count;
};

/* ledger_stray_visit. A difference of the tile that an earlier one grew into
 * is told already. */
static enum err_code on_stray(
    void *ctx, const struct ledger_stray *stray, struct err *err)
{
	struct strays *s = ctx;

	if (stray->kind == LEDGER_STRAY_EARLIER && stray->is_signed)
		return verify_file(s->verify, &stray->tile, stray->must, err);
	if (stray->kind != LEDGER_STRAY_FOREIGN)
		s->unsigned_count++;
	else
		verify_wrong(s->verify,
		    tr("the file \"%.*s\" does not belong in the log's folder"),
		    (int)stray->path.n, stray->path.p);
	return 0;
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
		    tr("the log was published at size %llu, the database knows "
		       "%llu: it is an old copy"),
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
	struct strays strays = {v, 0};
	enum err_code rc;

	judge_published(v);
	rc = ledger_strays(v->request->ledger, v->size, on_stray, &strays, err);
	if (strays.unsigned_count)
		verify_note(v,
		    tr("files of an interrupted write lie in the log's folder: "
		       "%llu; no signed state has them, and they do no harm"),
		    (unsigned long long)strays.unsigned_count);
	return rc;
}
