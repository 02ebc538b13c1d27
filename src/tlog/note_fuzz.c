/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes and keys from anywhere. Beyond not crashing: what is taken for a
 * key is written back byte for byte, the signatures of a parsed note can be
 * walked, and nothing verifies that its key did not sign.
 */
#include "base/check.h"
#include "tlog/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char sumdb[] =
    "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
static const char remora[] =
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2";

static void try_key(struct span text)
{
	struct buf again = BUF_INIT(4096);
	struct note_signer signer;
	struct note_key key;

	if (note_key_parse(text, &key, NULL) == 0) {
		note_key_write(&key, &again);
		ASSERT(span_equal(buf_span(&again), text));
	} else if (note_signer_parse(text, &signer, NULL) == 0) {
		note_signer_write(&signer, &again);
		ASSERT(span_equal(buf_span(&again), text));
	}
	buf_release(&again);
}

static void try_note(struct span message)
{
	struct note_signature signature;
	struct note_check checks[2];
	struct note_key keys[2];
	struct note note;
	size_t at = 0, n = 0;
	int rc;

	rc = note_key_parse(span_of(sumdb), &keys[0], NULL);
	ASSERT(rc == 0);
	rc = note_key_parse(span_of(remora), &keys[1], NULL);
	ASSERT(rc == 0);
	if (note_parse(message, &note, NULL) < 0)
		return;
	ASSERT(note_is_text(note.text));
	while (note_next_signature(&note, &at, &signature))
		n++;
	ASSERT(n == note.signature_count && n > 0);
	ASSERT(note.text.n + 1 + note.signatures.n == message.n);
	if (note_open(message, keys, 2, &note, checks, NULL) == 0)
		ASSERT(checks[0].is_verified || checks[1].is_verified);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};

	try_key(text);
	try_note(text);
	return 0;
}
