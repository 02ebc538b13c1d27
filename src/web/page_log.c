/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log's own files, as c2sp.org/tlog-tiles names them, and the key of the
 * log of uses, without which nobody could verify the evidence of a check. The
 * newest checkpoint comes from the database, since the file may lag behind it
 * by a moment. A tile is served only as far as the signed log covers it: what
 * stands beyond may still be replaced.
 */
#include <stdio.h>

#include "tlog/tile.h"
#include "web/site_priv.h"

enum err_code site_log_checkpoint(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;

	(void)request;
	return ledger_checkpoint(worker->home.ledger, &response->body, err);
}

enum err_code site_log_key(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	enum err_code rc =
	    ledger_public_key(worker->home.ledger, &response->body, err);

	(void)request;
	if (!rc)
		buf_add_char(&response->body, '\n');
	return rc;
}

enum err_code site_log_uses_key(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	enum err_code rc;

	(void)request;
	if (!worker->uses)
		return err_set(
		    err, ERR_NOT_FOUND, "there is no log of uses here");
	rc = ledger_published_key(worker->uses, &response->body, err);
	if (!rc)
		buf_add_char(&response->body, '\n');
	return rc;
}

/* Does the log of `size` entries fill the tile as far as its width says? */
static bool is_covered(const struct tlog_tile *tile, uint64_t size)
{
	int level = tile->level == TLOG_LEVEL_ENTRIES ? 0 : tile->level;
	uint64_t hashes = size >> (level * TLOG_TILE_HEIGHT);

	return level < TLOG_LEVEL_COUNT &&
	    tile->index < TLOG_SIZE_MAX / TLOG_TILE_WIDTH &&
	    tile->index * TLOG_TILE_WIDTH + tile->width <= hashes;
}

static enum err_code no_tile(struct err *err)
{
	err_set(err, ERR_NOT_FOUND, "the log has no such tile");
	err_hint(err,
	    "Its names are those of c2sp.org/tlog-tiles; /log/checkpoint "
	    "says how large it is.");
	return ERR_NOT_FOUND;
}

/* A partial tile that is gone is the beginning of the wider one. */
static enum err_code read_tile(struct site_worker *worker,
    const struct tlog_tile *tile, struct buf *out, struct err *err)
{
	struct tlog_tile full = *tile;
	enum err_code rc =
	    ledger_read_file(worker->home.ledger, tile, out, err);
	size_t each = tile->level == TLOG_LEVEL_ENTRIES ? 2 + TLOG_HASH_BYTES
							: TLOG_HASH_BYTES;

	if (rc != ERR_NOT_FOUND || tile->width == TLOG_TILE_WIDTH)
		return rc;
	full.width = TLOG_TILE_WIDTH;
	rc = ledger_read_file(worker->home.ledger, &full, out, err);
	if (!rc && out->n > tile->width * each) {
		out->n = tile->width * each;
		out->p[out->n] = '\0';
	}
	return rc;
}

enum err_code site_log_tile(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct span name = http_value(request, "tile");
	char path[TLOG_TILE_PATH_BYTES + 8];
	struct ledger_head head;
	struct tlog_tile tile;
	enum err_code rc;
	int n;

	n = snprintf(path, sizeof(path), "tile/%.*s", (int)name.n, name.p);
	if (n < 0 || (size_t)n >= sizeof(path) ||
	    !tlog_tile_parse(span_of(path), &tile))
		return no_tile(err);
	rc = ledger_head(worker->home.ledger, &head, err);
	if (!rc && !is_covered(&tile, head.size))
		return no_tile(err);
	return rc ? rc : read_tile(worker, &tile, &response->body, err);
}
