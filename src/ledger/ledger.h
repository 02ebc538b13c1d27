/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log that strangers can verify, on disk: the Merkle tree of room tlog
 * joined to the store and to files that any web server can serve.
 *
 *	DATA/log/records/checkpoint		signed note, replaced at once
 *	DATA/log/records/tile/L/xNNN/NNN	256 hashes
 *	DATA/log/records/tile/entries/...	256 entries
 *
 * An entry is a 32-byte commitment; what it commits to is not known here.
 * Nothing is signed, ERR_CORRUPT, with another key or under another name than
 * the newest head was.
 *
 * Order of a write, inside the caller's transaction:
 *
 *	ledger_begin    head from the store; right edge from the tiles,
 *			compared with the head
 *	ledger_append   full tiles are written as they fill
 *	ledger_seal     partial tiles, one sync of the file system, head and
 *			signed checkpoint into the store
 *	(the caller commits: from here the entries count)
 *	ledger_publish  the checkpoint file
 *
 * A crash before the commit leaves tiles that no checkpoint names: the next
 * write replaces those that it has as well; one behind it leaves an older
 * checkpoint file, which ledger_begin and ledger_publish bring up to date.
 */
#ifndef GX_LEDGER_LEDGER_H
#define GX_LEDGER_LEDGER_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/store.h"
#include "tlog/tile.h"
#include "tlog/tlog.h"
#include "tlog/tree.h"

enum ledger_id { LEDGER_RECORDS = 1, LEDGER_USES = 2 };

struct ledger_config {
	enum ledger_id id;
	const char *folder;   /* DATA/log/records */
	const char *key_path; /* the signer's key, mode 0600 */
	const char *origin;   /* first line of the checkpoint */
};

/* An entry of ours is a statement's hash; a bundle holds each behind its length
 * of two bytes (tlog/tile.h). */
enum {
	LEDGER_ENTRY_BYTES = TLOG_HASH_BYTES,
	LEDGER_BUNDLE_ENTRY_BYTES = 2 + LEDGER_ENTRY_BYTES,
	LEDGER_BUNDLE_BYTES = TLOG_TILE_WIDTH * LEDGER_BUNDLE_ENTRY_BYTES
};

struct ledger;

/* A signed state. */
struct ledger_head {
	uint64_t size;
	struct tlog_hash root;
	int64_t signed_at_ms; /* 0: nothing was ever signed */
};

/* Makes the key pair and signs the empty log; in the caller's transaction.
 * The public key goes to KEY_PATH with ".pub" behind. ERR_CONFLICT when
 * there is a key already: a log's key is never replaced. */
enum err_code ledger_create(const struct ledger_config *config,
    struct store *store, int64_t now_ms, struct err *err);

/* The store must outlive the ledger. Reads no file yet. */
enum err_code ledger_open(const struct ledger_config *config,
    struct store *store, struct ledger **out, struct err *err);
void ledger_close(struct ledger **ledger);

/* The newest head in the store, as this connection sees it. */
enum err_code ledger_head(
    struct ledger *ledger, struct ledger_head *out, struct err *err);
/* Was a state signed of at least `from` entries and fewer than `to`? */
enum err_code ledger_has_head(struct ledger *ledger, uint64_t from, uint64_t to,
    bool *out, struct err *err);
/* The newest signed checkpoint's text. */
enum err_code ledger_checkpoint(
    struct ledger *ledger, struct buf *out, struct err *err);

/* ERR_CORRUPT when the right edge on disk is not the head's. */
enum err_code ledger_begin(struct ledger *ledger, struct err *err);
/* The same for a write that will be rolled back: until the next begin no file
 * is written, and nothing may be sealed. */
enum err_code ledger_rehearse(struct ledger *ledger, struct err *err);
/* The index that the next entry gets. */
uint64_t ledger_next_index(const struct ledger *ledger);
/* entries: count times 32 bytes. */
enum err_code ledger_append(struct ledger *ledger, const uint8_t *entries,
    size_t count, struct err *err);
enum err_code ledger_seal(
    struct ledger *ledger, int64_t now_ms, struct err *err);
/* The tree as it is with what was appended. */
void ledger_written(const struct ledger *ledger, struct tlog_head *out);
/* Its two halves, for those who will not keep others from writing while
 * files are written: begin, append and the first in a read transaction, the
 * second in a short one to write, if the newest head is still that of begin. */
enum err_code ledger_write_files(struct ledger *ledger, struct err *err);
enum err_code ledger_store_head(
    struct ledger *ledger, int64_t now_ms, struct err *err);
/* Signs any head of this log and stores nothing; the signed checkpoint is
 * appended to out. For states that come faster than files can follow. */
enum err_code ledger_sign(struct ledger *ledger, const struct tlog_head *head,
    struct buf *out, struct err *err);
/* After the commit. Also removes partial tiles that are full now. A failure
 * takes nothing back: the next ledger_catch_up does what is left. */
enum err_code ledger_publish(struct ledger *ledger, struct err *err);
/* Is the checkpoint file the newest head's? Brings it up to date if not, while
 * nobody else does (ledger_enter).
 * ERR_CORRUPT when it was signed for a larger log than the store knows, or for
 * another of the same size: the database is another copy, and going on would
 * publish two histories. */
enum err_code ledger_catch_up(struct ledger *ledger, struct err *err);

/* For those who share the files with other processes: from enter to leave
 * nobody else is there. Waits, so not inside a transaction to write. Those
 * who hold a lock of their own over all writers need it not. */
enum err_code ledger_enter(struct ledger *ledger, struct err *err);
/* A no-op outside. */
void ledger_leave(struct ledger *ledger);

/* Reading tiles of the tree of `size` leaves from the files. */
enum err_code ledger_tree(struct ledger *ledger, uint64_t size,
    struct tlog_tree *tree_out, struct err *err);
/* Where its files are; the ledger's. */
const char *ledger_folder(const struct ledger *ledger);
/* Content of a tile or bundle file, appended to out; ERR_NOT_FOUND. */
enum err_code ledger_read_file(struct ledger *ledger,
    const struct tlog_tile *tile, struct buf *out, struct err *err);

/* All entries in order, twice. */
struct ledger_source {
	/* 1 an entry, 0 the end, negative a failure. */
	int (*next)(void *ctx, uint8_t entry[TLOG_HASH_BYTES], struct err *err);
	/* Back to the first entry. */
	enum err_code (*rewind)(void *ctx, struct err *err);
	void *ctx;
};

/* Writes every tile again from the entries. The first pass only compares
 * the root with the head: ERR_CORRUPT, and no file is touched, when the
 * entries are not what was signed. */
enum err_code ledger_rebuild(
    struct ledger *ledger, const struct ledger_source *source, struct err *err);

/* "NAME+HASH+KEY" line of the public key, appended to out; worked out from
 * the signer's key. */
enum err_code ledger_public_key(
    struct ledger *ledger, struct buf *out, struct err *err);
/* The same as it stands beside the signer's key, which is not read: for
 * those who only show it. */
enum err_code ledger_published_key(
    struct ledger *ledger, struct buf *out, struct err *err);

#endif
