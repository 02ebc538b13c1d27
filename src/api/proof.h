/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proofs of single statements: made from the data directory, checked without
 * it. As a file (c2sp.org/tlog-proof) whose extra data is one canonical JSON
 * object,
 *
 *	public	{"salt":HEX,"statement":SEALED}
 *	full	{"closed":TEXT,"closed_salt":HEX,"salt":HEX,"statement":SEALED}
 *
 * of example data with "example":true in its place between them, or as a
 * member of a document, with the same pieces. SEALED is the
 * statement's sealed form, TEXT its closed object (registry/statement.h). A
 * full proof of a statement without a closed part is a public one.
 *
 * The file and the log's public key are all that a stranger needs.
 */
#ifndef GX_API_PROOF_H
#define GX_API_PROOF_H

#include <stdint.h>

#include "api/record.h"
#include "base/buf.h"
#include "base/json.h"
#include "ledger/ledger.h"
#include "registry/block.h"
#include "tlog/note.h"
#include "usage/use_log.h"

/*
 * Appends the proof file of statement `index`, which is in the log as last
 * signed; for the public (reading) the public one, and only of what
 * record_check_proof lets it have. ERR_NOT_FOUND: there is no such
 * statement. ERR_FULL: it is too long for a proof file. ERR_CORRUPT: what is
 * stored is not what was sealed; nothing is appended that a verifier would
 * refuse. Those behind the question whether the reader may have it are told
 * in reading->proof_failure too. Reads in one transaction. Blocks on disk.
 */
enum err_code api_proof_make(const struct reading *reading,
    struct ledger *ledger, uint64_t index, struct buf *out, struct err *err);

/*
 * Appends the proof file of a use (usage/use.h) in the log of uses: its
 * statement holds the digest of the answer that was given, so whoever has
 * the answer can show when it was given, to whom and for what. ERR_BUSY: it
 * is sealed and not in the files yet, which takes a second. Blocks on disk.
 */
enum err_code api_proof_use(struct store *office, struct ledger *uses,
    const struct use_row *row, bool is_example, struct buf *out,
    struct err *err);

/*
 * Adds the proof of a statement of a loaded block as a value:
 *
 *	{"index":N,"size":N,"path":[HEX,...],"salt":HEX,"statement":SEALED,
 *	 ["closed":TEXT,"closed_salt":HEX,]"checkpoint":NOTE,"key":KEY}
 *
 * Whether the reader may have it is for the caller to say; the public gets
 * no closed part. Within a read transaction. Failures as above; then nothing
 * was added. A failure is told in reading->proof_failure too, if that is
 * there.
 */
enum err_code proof_put(const struct reading *reading, struct json_writer *w,
    struct ledger *ledger, const struct block *block, uint64_t index,
    struct err *err);
/* What everybody may hear of a failure, in the caller's language. */
const char *proof_failure_text(const struct proof_failure *failure);

/* How much a proof file says of the statement's closed part. */
enum proof_closed {
	PROOF_CLOSED_NONE = 0, /* it has none */
	PROOF_CLOSED_HIDDEN,   /* only its digest */
	PROOF_CLOSED_PROVED    /* it is in the file, and was sealed */
};

/* What a good proof file says. */
struct api_proof {
	bool is_example; /* it says so of itself */
	uint64_t index;
	uint64_t size; /* of the log that the checkpoint signs */
	struct buf origin;
	struct buf root;      /* base 64, as in the checkpoint */
	struct buf statement; /* its sealed form */
	enum proof_closed closed_state;
	struct buf closed; /* canonical JSON; PROVED only */
};

void api_proof_init(struct api_proof *proof);
void api_proof_release(struct api_proof *proof);

/*
 * Checks a proof file against the log's public key. Needs nothing else, and
 * trusts nothing that the file says of itself. ERR_INPUT: no proof file of
 * ours. ERR_REFUSED: it does not prove what it says; err tells why.
 */
enum err_code api_proof_check(struct span file, const struct note_key *key,
    struct api_proof *out, struct err *err);

/* {"proved":true,"example":BOOL,"index":N,"log":{...},"statement":{...},
 *  "closed_part":NAME[,"closed":{...}]}, appended. */
void api_proof_json(
    const struct api_proof *proof, const struct note_key *key, struct buf *out);

#endif
