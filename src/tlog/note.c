/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes: signing, taking apart, opening.
 *
 * The text of a note may contain empty lines, so text and signatures part
 * at the last empty line of the message; hence the search from the end.
 * Every signature line must be well formed, also those by unknown keys,
 * whose signatures may be of any length and algorithm.
 *
 * A signature line belongs to the key of the same name and key ID. The ID
 * is a short hash and no proof of anything: a forger can make a key with
 * the same ID, and all that follows is a signature that does not verify.
 *
 * What a key signs depends on its type:
 *
 *   0x01  the text
 *   0x04  "cosignature/v1\n" "time " T "\n" and the text, where T stands
 *         as eight big-endian bytes before the signature
 */
#include "tlog/note.h"

#include <stdio.h>

#include "base/check.h"
#include "base/utf8.h"
#include "tlog/base64.h"
#include "tlog/text.h"

static const char dash[] = "\xe2\x80\x94 "; /* em dash and space */

enum {
	KEY_ID_BYTES = 4,
	TIME_BYTES = 8,
	SIGNATURE_BYTES_MIN = KEY_ID_BYTES + 1,
	PLAIN_BYTES = KEY_ID_BYTES + ED25519_SIGNATURE_BYTES,
	COSIGNATURE_BYTES = KEY_ID_BYTES + TIME_BYTES + ED25519_SIGNATURE_BYTES,
	COSIGNED_HEAD_BYTES_MAX = 64
};

static uint64_t read_big_endian(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

/* Valid UTF-8 without control characters but newline. */
static bool is_plain(struct span text)
{
	size_t i;

	for (i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < 0x20 && text.p[i] != '\n')
			return false;
	return utf8_valid_prefix(text.p, text.n) == text.n;
}

bool note_is_text(struct span text)
{
	return text.n > 0 && text.p[text.n - 1] == '\n' && is_plain(text);
}

static int add_signature(struct span text, const struct note_signer *signer,
    struct buf *out, struct err *err)
{
	uint8_t bytes[PLAIN_BYTES];
	uint32_t id = signer->key.id;
	int rc;

	bytes[0] = (uint8_t)(id >> 24);
	bytes[1] = (uint8_t)(id >> 16);
	bytes[2] = (uint8_t)(id >> 8);
	bytes[3] = (uint8_t)id;
	rc = ed25519_sign(signer->seed, signer->key.public_key, text,
	    bytes + KEY_ID_BYTES, err);
	if (rc < 0)
		return rc;
	buf_add_str(out, dash);
	buf_add_str(out, signer->key.name);
	buf_add_char(out, ' ');
	base64_add(out, bytes, sizeof(bytes));
	buf_add_char(out, '\n');
	return 0;
}

int note_sign(struct span text, const struct note_signer *signers,
    size_t signer_count, struct buf *out, struct err *err)
{
	size_t start = out->n, i;
	int rc = 0;

	ASSERT(signer_count >= 1 && signer_count <= NOTE_SIGNATURES_MAX);
	if (!note_is_text(text))
		return err_set(err, ERR_INPUT, "this text cannot be signed");
	buf_add_span(out, text);
	buf_add_char(out, '\n');
	for (i = 0; i < signer_count && rc == 0; i++)
		rc = add_signature(text, &signers[i], out, err);
	if (rc == 0 && (out->is_full || out->n - start > NOTE_BYTES_MAX))
		rc = err_set(err, ERR_FULL, "the signed note is too long");
	if (rc < 0 && out->n > start) {
		out->n = start;
		out->p[start] = '\0';
	}
	return rc;
}

static bool read_signature_line(struct span line, struct note_signature *out)
{
	uint8_t id[KEY_ID_BYTES];
	const char *space;
	size_t n;

	if (!text_cut_word(&line, dash))
		return false;
	space = line.n ? memchr(line.p, ' ', line.n) : NULL;
	if (!space)
		return false;
	out->name = (struct span){line.p, (size_t)(space - line.p)};
	out->base64 = (struct span){space + 1, line.n - out->name.n - 1};
	if (!note_is_name(out->name) || !base64_measure(out->base64, &n) ||
	    n < SIGNATURE_BYTES_MIN)
		return false;
	base64_decode(out->base64, id, sizeof(id));
	out->key_id = (uint32_t)read_big_endian(id, sizeof(id));
	return true;
}

/* The last empty line; the text before it keeps its newline. */
static bool split_at_last_empty_line(struct span message, struct note *out)
{
	size_t i;

	for (i = message.n; i >= 2; i--) {
		if (message.p[i - 1] != '\n' || message.p[i - 2] != '\n')
			continue;
		out->text = (struct span){message.p, i - 1};
		out->signatures = (struct span){message.p + i, message.n - i};
		return true;
	}
	return false;
}

int note_parse(struct span message, struct note *out, struct err *err)
{
	struct note note = {.signature_count = 0};
	struct note_signature signature;
	struct span rest, line = {NULL, 0};

	if (message.n > NOTE_BYTES_MAX)
		return err_set(err, ERR_INPUT,
		    "the signed note is longer than %d bytes", NOTE_BYTES_MAX);
	if (!is_plain(message) || !split_at_last_empty_line(message, &note) ||
	    note.signatures.n == 0)
		return err_set(err, ERR_INPUT, "this is not a signed note");
	for (rest = note.signatures; rest.n > 0; note.signature_count++)
		if (!text_cut_line(&rest, &line) ||
		    !read_signature_line(line, &signature))
			return err_set(err, ERR_INPUT,
			    "signature line %zu of the note is malformed",
			    note.signature_count + 1);
	if (note.signature_count > NOTE_SIGNATURES_MAX)
		return err_set(err, ERR_INPUT,
		    "the note has more than %d signatures",
		    NOTE_SIGNATURES_MAX);
	*out = note;
	return 0;
}

bool note_next_signature(
    const struct note *note, size_t *at, struct note_signature *out)
{
	struct span rest = {note->signatures.p + *at, note->signatures.n - *at};
	struct span line = {NULL, 0};
	bool is_well_formed;

	if (!text_cut_line(&rest, &line))
		return false;
	is_well_formed = read_signature_line(line, out);
	ASSERT(is_well_formed); /* note_parse has read it */
	*at = note->signatures.n - rest.n;
	return true;
}

static bool is_by(
    const struct note_signature *signature, const struct note_key *key)
{
	return signature->key_id == key->id &&
	    span_is(signature->name, key->name);
}

static bool check_plain(
    const struct note_key *key, struct span text, struct span base64)
{
	uint8_t bytes[PLAIN_BYTES];

	return base64_read(base64, bytes, sizeof(bytes)) &&
	    ed25519_is_signed(key->public_key, text, bytes + KEY_ID_BYTES);
}

static bool check_cosignature(const struct note_key *key, struct span text,
    struct span base64, uint64_t *time_out)
{
	char message[COSIGNED_HEAD_BYTES_MAX + NOTE_COSIGNED_BYTES_MAX];
	uint8_t bytes[COSIGNATURE_BYTES];
	uint64_t time;
	int head;

	if (text.n > NOTE_COSIGNED_BYTES_MAX ||
	    !base64_read(base64, bytes, sizeof(bytes)))
		return false;
	time = read_big_endian(bytes + KEY_ID_BYTES, TIME_BYTES);
	if (time > INT64_MAX)
		return false;
	head = snprintf(message, COSIGNED_HEAD_BYTES_MAX,
	    "cosignature/v1\ntime %llu\n", (unsigned long long)time);
	/* NOLINTNEXTLINE(clang-analyzer-core*): a note has a text */
	memcpy(message + head, text.p, text.n);
	*time_out = time;
	return ed25519_is_signed(key->public_key,
	    (struct span){message, (size_t)head + text.n},
	    bytes + KEY_ID_BYTES + TIME_BYTES);
}

/* Verifies one signature line against the key it names. */
static int check_signature(const struct note_key *key, struct span text,
    const struct note_signature *signature, struct note_check *out,
    struct err *err)
{
	uint64_t time = 0;
	bool ok;

	if (key->type == NOTE_KEY_COSIGNATURE)
		ok = check_cosignature(key, text, signature->base64, &time);
	else
		ok = check_plain(key, text, signature->base64);
	if (!ok)
		return err_set(err, ERR_REFUSED,
		    "the signature by \"%s\" is wrong", key->name);
	out->is_verified = true;
	if (time > out->time)
		out->time = time;
	return 0;
}

static int refuse_twins(
    const struct note_key *keys, size_t count, struct err *err)
{
	size_t i, j;

	for (i = 0; i < count; i++)
		for (j = 0; j < i; j++)
			if (keys[i].id == keys[j].id &&
			    strcmp(keys[i].name, keys[j].name) == 0)
				return err_set(err, ERR_USAGE,
				    "the key \"%s\" is given twice",
				    keys[i].name);
	return 0;
}

int note_open(struct span message, const struct note_key *keys,
    size_t key_count, struct note *note_out, struct note_check *checks_out,
    struct err *err)
{
	struct note_signature signature;
	struct note note = {.signature_count = 0};
	bool is_verified = false;
	size_t at = 0, i;
	int rc;

	memset(checks_out, 0, key_count * sizeof(*checks_out));
	rc = refuse_twins(keys, key_count, err);
	if (rc == 0)
		rc = note_parse(message, &note, err);
	while (rc == 0 && note_next_signature(&note, &at, &signature)) {
		for (i = 0; i < key_count; i++)
			if (is_by(&signature, &keys[i]))
				break;
		if (i == key_count)
			continue;
		rc = check_signature(
		    &keys[i], note.text, &signature, &checks_out[i], err);
		is_verified = true;
	}
	if (rc == 0 && !is_verified)
		rc = err_set(err, ERR_REFUSED,
		    "the note has no signature by a known key");
	if (rc < 0) {
		memset(checks_out, 0, key_count * sizeof(*checks_out));
		return rc;
	}
	*note_out = note;
	return 0;
}
