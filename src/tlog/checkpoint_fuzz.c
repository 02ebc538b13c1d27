/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkpoint texts, tile paths and entry bundles from anywhere: each text
 * that is taken is written back byte for byte.
 */
#include "base/check.h"
#include "tlog/checkpoint.h"
#include "tlog/tile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_checkpoint(struct span text)
{
	struct buf again = BUF_INIT(2 * CHECKPOINT_BYTES_MAX);
	struct checkpoint c;

	if (checkpoint_parse(text, &c, NULL) == 0) {
		int rc = checkpoint_write(&c, &again, NULL);

		ASSERT(rc == 0 && span_equal(buf_span(&again), text));
	}
	buf_release(&again);
}

static void try_path(struct span text)
{
	char again[TLOG_TILE_PATH_BYTES];
	struct tlog_tile tile;
	size_t n;

	if (!tlog_tile_parse(text, &tile))
		return;
	n = tlog_tile_path(&tile, again);
	ASSERT(n < sizeof(again));
	ASSERT(span_equal((struct span){again, n}, text));
}

static void try_bundle(struct span bytes)
{
	struct buf again = BUF_INIT(1 << 20);
	struct span entry;
	size_t at = 0;
	int rc;

	while ((rc = tlog_bundle_next(bytes, &at, &entry, NULL)) == 1)
		if (tlog_bundle_add(&again, entry, NULL) < 0)
			break;
	if (rc == 0)
		ASSERT(span_equal(buf_span(&again), bytes));
	buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};

	try_checkpoint(text);
	try_path(text);
	try_bundle(text);
	return 0;
}
