/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proof files of single statements (c2sp.org/tlog-proof): made from the
 * data directory, checked without it. The extra data of the file is one
 * canonical JSON object,
 *
 *	{"salt":HEX,"statement":TEXT}
 *
 * so that the file and the log's public key are all that a stranger needs.
 */
#ifndef GX_API_PROOF_H
#define GX_API_PROOF_H

#include <stdint.h>

#include "api/home.h"
#include "base/buf.h"
#include "tlog/note.h"

/*
 * Appends the proof that statement `index` is in the log as last signed.
 * ERR_NOT_FOUND: there is no such statement. ERR_FULL: it is too long for a
 * proof file. ERR_CORRUPT: what is stored is not what was sealed; nothing
 * is appended that a verifier would refuse.
 */
enum err_code api_proof_make(
    struct home *home, uint64_t index, struct buf *out, struct err *err);

/* What a good proof file says. */
struct api_proof {
	uint64_t index;
	uint64_t size; /* of the log that the checkpoint signs */
	struct buf origin;
	struct buf root;      /* base 64, as in the checkpoint */
	struct buf statement; /* canonical JSON, as sealed */
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

/* {"proved":true,"index":N,"log":{...},"statement":{...}}, appended. */
void api_proof_json(
    const struct api_proof *proof, const struct note_key *key, struct buf *out);

#endif
