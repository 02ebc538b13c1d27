/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entries in the order of the log, twice: once to be checked, once to be
 * written. Those before the first row were erased (usage/erase.h) and stand in
 * bundles, each of which is read before it is written again.
 */
#include "usage/use_rebuild.h"

#include <string.h>

#include "tlog/tile.h"
#include "usage/use_log.h"

enum { STATEMENT_BYTES_MAX = 64 * 1024 };

struct walk {
	struct store *store;
	struct ledger *ledger;
	uint64_t size; /* of the published log */
	uint64_t next; /* entry to give */
	struct use_row row;
	bool has_row;	     /* its place is next or behind it */
	struct buf bundle;   /* of the erased entry at hand */
	uint64_t bundle_end; /* the entry behind those in it */
	struct buf statement;
};

static enum err_code take_row(struct walk *w, struct err *err)
{
	int got = use_rows_next(w->store, USE_OLDEST_FIRST, &w->row, err);

	w->has_row = got == 1;
	return (enum err_code)(got < 0 ? got : 0);
}

static enum err_code rewind_walk(void *ctx, struct err *err)
{
	const struct use_query query = {.order = USE_OLDEST_FIRST};
	struct walk *w = ctx;
	enum err_code rc;

	use_rows_finish(w->store, USE_OLDEST_FIRST);
	w->next = w->bundle_end = 0;
	rc = use_rows_start(w->store, &query, err);
	return rc ? rc : take_row(w, err);
}

/* The bundle that holds entry `next`, as wide as the published log has it. */
static enum err_code load_bundle(struct walk *w, struct err *err)
{
	uint64_t index = w->next / TLOG_TILE_WIDTH;
	uint64_t rest = w->size - index * TLOG_TILE_WIDTH;
	struct tlog_tile tile = {TLOG_LEVEL_ENTRIES, index,
	    rest < TLOG_TILE_WIDTH ? (unsigned)rest : TLOG_TILE_WIDTH};
	enum err_code rc;

	buf_reset(&w->bundle);
	rc = ledger_read_file(w->ledger, &tile, &w->bundle, err);
	if (!rc && w->bundle.n != tile.width * LEDGER_BUNDLE_ENTRY_BYTES)
		rc = err_set(err, ERR_CORRUPT, "it has a wrong length");
	w->bundle_end = index * TLOG_TILE_WIDTH + tile.width;
	if (rc) {
		char path[TLOG_TILE_PATH_BYTES];

		tlog_tile_path(&tile, path);
		err_context(err, "log of uses, \"%s\"", path);
		err_hint(err,
		    "Restore this file from a backup: the uses in it were "
		    "erased, and nothing else has their entries.");
	}
	return rc;
}

static enum err_code take_erased(
    struct walk *w, uint8_t entry[LEDGER_ENTRY_BYTES], struct err *err)
{
	size_t at = w->next % TLOG_TILE_WIDTH;
	enum err_code rc = 0;

	if (w->next >= w->bundle_end || at == 0)
		rc = load_bundle(w, err);
	if (!rc)
		memcpy(entry, w->bundle.p + at * LEDGER_BUNDLE_ENTRY_BYTES + 2,
		    LEDGER_ENTRY_BYTES);
	return rc;
}

static int next_entry(
    void *ctx, uint8_t entry[TLOG_HASH_BYTES], struct err *err)
{
	struct walk *w = ctx;
	enum err_code rc;

	if (w->next == w->size)
		return 0;
	if (w->has_row && w->row.seq == w->next) {
		use_commit(&w->row.use, w->row.salt, &w->statement, entry);
		rc = take_row(w, err);
	} else {
		rc = take_erased(w, entry, err);
	}
	w->next++;
	return rc ? (int)rc : 1;
}

static enum err_code rebuild(struct walk *w, struct err *err)
{
	const struct ledger_source source = {next_entry, rewind_walk, w};
	struct ledger_head head;
	enum err_code rc = ledger_head(w->ledger, &head, err);

	w->size = head.size;
	if (!rc)
		rc = rewind_walk(w, err);
	if (!rc)
		rc = ledger_rebuild(w->ledger, &source, err);
	use_rows_finish(w->store, USE_OLDEST_FIRST);
	return rc;
}

enum err_code use_rebuild(
    struct store *store, struct ledger *ledger, struct err *err)
{
	struct walk w = {.store = store, .ledger = ledger};
	enum err_code rc = ledger_enter(ledger, err);

	buf_init(&w.bundle, LEDGER_BUNDLE_BYTES);
	buf_init(&w.statement, STATEMENT_BYTES_MAX);
	if (!rc)
		rc = store_begin_read(store, err);
	if (!rc) {
		rc = rebuild(&w, err);
		store_rollback(store);
	}
	ledger_leave(ledger);
	buf_release(&w.bundle);
	buf_release(&w.statement);
	return rc;
}
