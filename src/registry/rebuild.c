/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks the statement blocks in log order and gives the ledger each
 * statement's commitment, twice: once to be checked, once to be written.
 */
#include "registry/rebuild.h"

#include "registry/block.h"

struct walk {
	struct store *store;
	struct block block;
	uint64_t next; /* statement to give */
};

static enum err_code rewind_walk(void *ctx, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_BLOCK_LIST;
	struct store_value from = store_int(0);
	struct walk *w = ctx;

	store_finish(w->store, id);
	w->next = 0;
	w->block.first_seq = 0;
	w->block.count = 0;
	return store_start(w->store, id, &from, 1, err);
}

static int next_block(struct walk *w, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_BLOCK_LIST;
	int got = store_next(w->store, id, err);

	if (got != 1)
		return got;
	got = block_decode(&w->block, w->store, id, err);
	if (got)
		return got;
	if (w->block.first_seq != w->next)
		return err_set(err, ERR_CORRUPT, "statement %llu is missing",
		    (unsigned long long)w->next);
	return 1;
}

static int next_commitment(
    void *ctx, uint8_t entry[TLOG_HASH_BYTES], struct err *err)
{
	struct walk *w = ctx;

	if (w->next == w->block.first_seq + w->block.count) {
		int got = next_block(w, err);

		if (got != 1)
			return got;
	}
	block_commitment(block_salt(&w->block, w->next),
	    block_closed_salt(&w->block, w->next),
	    block_statement(&w->block, w->next), entry);
	w->next++;
	return 1;
}

enum err_code rebuild_log(
    struct store *store, struct ledger *ledger, struct err *err)
{
	struct walk walk = {.store = store};
	struct ledger_source source = {next_commitment, rewind_walk, &walk};
	enum err_code rc;

	block_init(&walk.block);
	rc = store_begin(store, err);
	if (!rc)
		rc = rewind_walk(&walk, err);
	if (!rc)
		rc = ledger_rebuild(ledger, &source, err);
	store_finish(store, SQL_REGISTRY_BLOCK_LIST);
	store_rollback(store);
	block_release(&walk.block);
	return rc;
}
