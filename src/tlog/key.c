/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of notes and their texts.
 *
 *   key ID = SHA-256(name || 0x0A || type || public key)[:4], big-endian
 *
 * The base64 part may itself contain a plus, the name may not: a text is
 * cut at its first two pluses.
 */
#include "tlog/note.h"

#include "base/sha256.h"
#include "base/utf8.h"
#include "tlog/base64.h"
#include "tlog/text.h"

static const char private_prefix[] = "PRIVATE+KEY+";

enum { KEY_ID_DIGITS = 8, TYPED_KEY_BYTES = 1 + ED25519_KEY_BYTES };

/* White_Space of Unicode, and all below U+0020. */
static bool is_space(uint32_t c)
{
	return c <= 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	    c == 0x202f || c == 0x205f || c == 0x3000;
}

bool note_is_name(struct span name)
{
	size_t at = 0;

	if (name.n == 0 || name.n > NOTE_NAME_BYTES_MAX ||
	    utf8_valid_prefix(name.p, name.n) != name.n)
		return false;
	while (at < name.n) {
		uint32_t c = utf8_next(name.p, name.n, &at);

		if (c == '+' || is_space(c))
			return false;
	}
	return true;
}

static uint32_t key_id_of(const struct note_key *key)
{
	uint8_t type = (uint8_t)key->type;
	struct span parts[] = {span_of(key->name), {"\n", 1},
	    {(const char *)&type, 1},
	    {(const char *)key->public_key, ED25519_KEY_BYTES}};
	uint8_t digest[SHA256_BYTES];

	sha256_parts(parts, 4, digest);
	return (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 |
	    (uint32_t)digest[2] << 8 | digest[3];
}

/* Exactly eight lower-case hexadecimal digits. */
static bool read_key_id(struct span text, uint32_t *out)
{
	uint32_t id = 0;
	size_t i;

	if (text.n != KEY_ID_DIGITS)
		return false;
	for (i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c >= '0' && c <= '9')
			id = id << 4 | (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			id = id << 4 | (uint32_t)(c - 'a' + 10);
		else
			return false;
	}
	*out = id;
	return true;
}

static bool cut_at_plus(struct span *rest, struct span *head)
{
	const char *plus = rest->n ? memchr(rest->p, '+', rest->n) : NULL;

	if (!plus)
		return false;
	*head = (struct span){rest->p, (size_t)(plus - rest->p)};
	rest->n -= head->n + 1;
	rest->p = plus + 1;
	return true;
}

/* NAME+KEYID+BASE64 taken apart; typed is the type and 32 bytes of key. */
static bool read_key_text(
    struct span text, struct note_key *key, uint8_t typed[TYPED_KEY_BYTES])
{
	struct span name, id;

	if (!cut_at_plus(&text, &name) || !cut_at_plus(&text, &id) ||
	    !note_is_name(name) || !read_key_id(id, &key->id) ||
	    !base64_read(text, typed, TYPED_KEY_BYTES))
		return false;
	memcpy(key->name, name.p, name.n);
	key->name[name.n] = '\0';
	key->type = typed[0];
	return true;
}

int note_key_parse(struct span text, struct note_key *out, struct err *err)
{
	uint8_t typed[TYPED_KEY_BYTES];
	struct note_key key;

	if (!read_key_text(text, &key, typed))
		return err_set(err, ERR_INPUT,
		    "this is not a verifier key (NAME+KEYID+BASE64)");
	if (key.type != NOTE_KEY_ED25519 && key.type != NOTE_KEY_COSIGNATURE)
		return err_set(err, ERR_INPUT,
		    "the key of \"%s\" is of type %u, which is not known",
		    key.name, (unsigned)key.type);
	memcpy(key.public_key, typed + 1, ED25519_KEY_BYTES);
	if (key_id_of(&key) != key.id)
		return err_set(err, ERR_INPUT,
		    "the key ID of \"%s\" does not belong to the key",
		    key.name);
	if (!ed25519_is_sound_key(key.public_key))
		return err_set(err, ERR_INPUT,
		    "anyone can sign for the key of \"%s\"", key.name);
	*out = key;
	return 0;
}

static void write_key_text(const struct note_key *key,
    const uint8_t *secret_or_public, struct buf *out)
{
	uint8_t typed[TYPED_KEY_BYTES];

	typed[0] = (uint8_t)key->type;
	memcpy(typed + 1, secret_or_public, ED25519_KEY_BYTES);
	buf_addf(out, "%s+%08x+", key->name, key->id);
	base64_add(out, typed, sizeof(typed));
	ed25519_wipe(typed, sizeof(typed));
}

void note_key_write(const struct note_key *key, struct buf *out)
{
	write_key_text(key, key->public_key, out);
}

int note_signer_make(struct span name, const uint8_t seed[ED25519_KEY_BYTES],
    struct note_signer *out, struct err *err)
{
	struct note_signer s = {.key = {.type = NOTE_KEY_ED25519}};
	int rc;

	if (!note_is_name(name))
		return err_set(err, ERR_INPUT,
		    "a key's name is 1 to %d bytes without spaces and plus "
		    "signs",
		    NOTE_NAME_BYTES_MAX);
	memcpy(s.key.name, name.p, name.n);
	memcpy(s.seed, seed, ED25519_KEY_BYTES);
	rc = ed25519_public_key(seed, s.key.public_key, err);
	if (rc == 0) {
		s.key.id = key_id_of(&s.key);
		*out = s;
	}
	note_signer_clear(&s);
	return rc;
}

int note_signer_parse(
    struct span text, struct note_signer *out, struct err *err)
{
	uint8_t typed[TYPED_KEY_BYTES] = {0};
	struct note_key key = {.id = 0};
	struct note_signer s = {.key = {.id = 0}};
	int rc;

	if (!text_cut_word(&text, private_prefix) ||
	    !read_key_text(text, &key, typed) || key.type != NOTE_KEY_ED25519) {
		rc = err_set(err, ERR_INPUT,
		    "this is not a private key "
		    "(PRIVATE+KEY+NAME+KEYID+BASE64)");
		goto out;
	}
	rc = note_signer_make(span_of(key.name), typed + 1, &s, err);
	if (rc < 0)
		goto out;
	if (s.key.id == key.id)
		*out = s;
	else
		rc = err_set(err, ERR_INPUT,
		    "the key ID of \"%s\" does not belong to the key",
		    key.name);
	note_signer_clear(&s);
out:
	ed25519_wipe(typed, sizeof(typed));
	return rc;
}

void note_signer_write(const struct note_signer *signer, struct buf *out)
{
	buf_add_str(out, private_prefix);
	write_key_text(&signer->key, signer->seed, out);
}

void note_signer_clear(struct note_signer *signer)
{
	ed25519_wipe(signer, sizeof(*signer));
}
