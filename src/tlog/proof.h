/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proof files (c2sp.org/tlog-proof@v1, "NAME.tlog-proof"): all that is needed
 * to check offline that an entry is in a log.
 *
 *     c2sp.org/tlog-proof@v1
 *     [extra BASE64]
 *     index N
 *     BASE64(hash)            the inclusion path, from the leaf's sibling up
 *     ...
 *
 *     the signed checkpoint, as it was issued
 */
#ifndef GX_TLOG_PROOF_H
#define GX_TLOG_PROOF_H

#include "base/buf.h"
#include "tlog/checkpoint.h"
#include "tlog/note.h"

enum {
	PROOF_EXTRA_BYTES_MAX = 65536,
	PROOF_BYTES_MAX = NOTE_BYTES_MAX + (1 << 17),
	PROOF_WITNESSES_MAX = 32
};

/* A proof file taken apart; the spans point into its text. */
struct proof {
	struct span extra; /* base64; empty when there is none. Nobody
			    * vouches for it: check what it says. */
	uint64_t index;
	struct tlog_path path;
	struct span checkpoint; /* a signed note */
};

/* Appends a proof file. extra is raw bytes, empty for none. checkpoint is
 * the signed note. ERR_INPUT when that is no signed checkpoint of a tree
 * with such an index and such a path, ERR_FULL past a bound; then out is as
 * it was. */
int proof_write(uint64_t index, const struct tlog_path *path,
    struct span checkpoint, struct span extra, struct buf *out,
    struct err *err);
/* Takes a file apart; verifies nothing. ERR_INPUT when it is none. */
int proof_parse(struct span text, struct proof *out, struct err *err);
/* The extra data as bytes, into out[PROOF_EXTRA_BYTES_MAX]; returns how
 * many. */
size_t proof_extra(const struct proof *proof, uint8_t *out);

/* Whom the verifier trusts. Everything belongs to the caller. */
struct proof_policy {
	const struct note_key *log_key; /* NOTE_KEY_ED25519 */
	/* The origin line of that log; empty: the name of its key. */
	struct span origin;
	const struct note_key *witnesses; /* NOTE_KEY_COSIGNATURE, all with
					   * different public keys */
	size_t witness_count;		  /* <= PROOF_WITNESSES_MAX */
	size_t quorum; /* witnesses that must have signed; 0: none */
};

/* What a good proof says. The spans point into the proof's text. */
struct proof_verdict {
	struct checkpoint checkpoint;
	uint64_t index;
	size_t witness_count;	  /* that signed */
	uint64_t witnessed_since; /* earliest of their times, seconds since
				   * 1970; 0 without witnesses */
};

/*
 * Verifies offline that the entry with this leaf hash (tlog_leaf_hash of the
 * entry) is in the log of the policy. 0: it is, and *verdict_out says what
 * was proved. ERR_INPUT: not a proof file. ERR_REFUSED: a proof of something
 * else, or signed by others; err says in words what. ERR_USAGE: the policy
 * contradicts itself.
 */
int proof_verify(const struct proof_policy *policy, struct span text,
    const struct tlog_hash *leaf, struct proof_verdict *verdict_out,
    struct err *err);

#endif
