/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed notes (c2sp.org/signed-note): a text and lines of signatures below
 * it, with Ed25519 keys; and reading the timestamped Ed25519 cosignatures
 * (c2sp.org/tlog-cosignature, "cosignature/v1") that witnesses put under a
 * checkpoint.
 *
 *     TEXT
 *
 *     -- NAME BASE64(key ID || signature)      (an em dash, not "--")
 *
 * A key is written as text: "NAME+KEYID+BASE64(type || public key)", and the
 * private one as "PRIVATE+KEY+NAME+KEYID+BASE64(type || seed)".
 *
 * Parsing is strict: of each thing exactly one text is taken. No text of a
 * note means anything before note_open has returned 0.
 */
#ifndef GX_TLOG_NOTE_H
#define GX_TLOG_NOTE_H

#include "base/buf.h"
#include "tlog/ed25519.h"

enum {
	NOTE_NAME_BYTES_MAX = 255,
	NOTE_SIGNATURES_MAX = 100, /* the specification demands at least 16 */
	NOTE_BYTES_MAX = 1 << 20,  /* text and signatures */
	/* The longest text a cosignature may be verified over. */
	NOTE_COSIGNED_BYTES_MAX = 8192
};

enum note_key_type {
	NOTE_KEY_ED25519 = 0x01,
	NOTE_KEY_COSIGNATURE = 0x04 /* a witness's; verify only */
};

/* A public key with a name. Plain data, nothing to release. */
struct note_key {
	char name[NOTE_NAME_BYTES_MAX + 1]; /* NUL-terminated UTF-8 */
	enum note_key_type type;
	uint32_t id; /* of name, type and public key */
	uint8_t public_key[ED25519_KEY_BYTES];
};

/* A private key. Wipe it with note_signer_clear. */
struct note_signer {
	struct note_key key; /* type NOTE_KEY_ED25519 */
	uint8_t seed[ED25519_KEY_BYTES];
};

/* Can it be the name of a key? Not empty, valid UTF-8, no white space or
 * control character, no plus, at most NOTE_NAME_BYTES_MAX. */
bool note_is_name(struct span name);

/* ERR_INPUT when text is not a verifier key: wrong form, unknown type, key
 * ID of another key, a public key that anyone can sign for. */
int note_key_parse(struct span text, struct note_key *out, struct err *err);
void note_key_write(const struct note_key *key, struct buf *out);
/* A key of 32 seed bytes, which must come from a good random source.
 * ERR_INPUT for a bad name, ERR_SYSTEM when the library fails. */
int note_signer_make(struct span name, const uint8_t seed[ED25519_KEY_BYTES],
    struct note_signer *out, struct err *err);
int note_signer_parse(
    struct span text, struct note_signer *out, struct err *err);
/* Writes the private key; the buffer's memory then holds a secret. */
void note_signer_write(const struct note_signer *signer, struct buf *out);
void note_signer_clear(struct note_signer *signer);

/* Can it be the text of a note? Not empty, ends in a newline, valid UTF-8,
 * no control character but newline. */
bool note_is_text(struct span text);
/* Appends text, an empty line and a signature line by each signer. ERR_INPUT
 * when text cannot be signed, ERR_FULL past a bound; then out is as it
 * was. */
int note_sign(struct span text, const struct note_signer *signers,
    size_t signer_count, struct buf *out, struct err *err);

/* A note taken apart; the spans point into the message. */
struct note {
	struct span text;	/* with its last newline */
	struct span signatures; /* the signature lines */
	size_t signature_count;
};

struct note_signature {
	struct span name;
	uint32_t key_id;
	struct span base64; /* of key ID and signature */
};

/* Takes a message apart; verifies nothing. ERR_INPUT when it is no note. */
int note_parse(struct span message, struct note *out, struct err *err);
/* Steps through the signatures of a parsed note; *at is 0 at first. */
bool note_next_signature(
    const struct note *note, size_t *at, struct note_signature *out);

/* What note_open found out about one key. */
struct note_check {
	bool is_verified; /* false: no signature by this key */
	uint64_t time;	  /* of a cosignature, seconds since 1970; else 0 */
};

/*
 * Parses a message and verifies every signature made by one of the keys;
 * signatures by others are passed over. checks_out has key_count elements.
 * ERR_INPUT: no note. ERR_REFUSED: a signature by a known key is wrong, or
 * there is none by any of them. ERR_USAGE: two of the keys have the same
 * name and ID.
 */
int note_open(struct span message, const struct note_key *keys,
    size_t key_count, struct note *note_out, struct note_check *checks_out,
    struct err *err);

#endif
