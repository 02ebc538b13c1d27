/* SPDX-License-Identifier: Apache-2.0 */
/* The key that signs a log: on disk, and in memory once something is signed.
 * Inside the room only. */
#ifndef GX_LEDGER_KEY_H
#define GX_LEDGER_KEY_H

#include "base/buf.h"
#include "base/err.h"
#include "tlog/checkpoint.h"
#include "tlog/note.h"

enum { LEDGER_NOTE_BYTES_MAX = 16 * 1024 /* a signed checkpoint */ };

struct ledger_key {
	char *path;		   /* the private one's file, mode 0600 */
	char *origin;		   /* the log's name, and the key's */
	struct note_signer signer; /* when is_held */
	bool is_held;
};

/* Copies both; reads nothing. */
void ledger_key_init(
    struct ledger_key *key, const char *path, const char *origin);
/* Wipes it. */
void ledger_key_release(struct ledger_key *key);

/* Makes the pair, private and public one; a key that is there is replaced.
 * Blocks on disk. */
enum err_code ledger_key_make(const struct ledger_key *key, struct err *err);
/* "NAME+HASH+KEY" line of the public key, appended to out: of the private one,
 * or as it was written beside it. Both block on disk. */
enum err_code ledger_key_public(
    const struct ledger_key *key, struct buf *out, struct err *err);
enum err_code ledger_key_published(
    const struct ledger_key *key, struct buf *out, struct err *err);

/* Reads the private key, until release; newest: the log's newest signed
 * checkpoint, empty if there is none. ERR_CORRUPT when that one was signed
 * with another key or under another name. Blocks on disk. */
enum err_code ledger_key_hold(
    struct ledger_key *key, struct span newest, struct err *err);
/* Of a key that is held: was the checkpoint signed with it for this log? */
bool ledger_key_signed(
    const struct ledger_key *key, struct span note, struct checkpoint *out);
/* Of a key that is held: the head's signed checkpoint, appended to out. */
enum err_code ledger_key_sign(const struct ledger_key *key,
    const struct tlog_head *head, struct buf *out, struct err *err);

#endif
