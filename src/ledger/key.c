/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log has one signer for all time: with the key or the name of another copy
 * it would get a second one, whom those who follow it do not know. So before
 * the first signature the key has to be that of the newest checkpoint.
 *
 * The private key is read once; its bytes are wiped wherever they have been.
 */
#include "ledger/key.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/random.h"

enum { KEY_BYTES_MAX = 4096 };

void ledger_key_init(
    struct ledger_key *key, const char *path, const char *origin)
{
	memset(key, 0, sizeof(*key));
	key->path = mem_strdup(path);
	key->origin = mem_strdup(origin);
}

void ledger_key_release(struct ledger_key *key)
{
	note_signer_clear(&key->signer);
	free(key->path);
	free(key->origin);
}

/* ---- files ---- */

static enum err_code read_line(
    const char *path, struct buf *text, struct err *err)
{
	enum err_code rc = file_read(path, text, err);

	while (text->n && text->p[text->n - 1] == '\n')
		text->n--;
	return rc;
}

/* One line in a file; mode 0600 for the private key. */
static enum err_code write_line(
    const char *path, struct buf *text, int mode, struct err *err)
{
	buf_add_char(text, '\n');
	return file_replace(path, buf_span(text), mode, err);
}

static void public_path(const struct ledger_key *key, char out[PATH_MAX])
{
	snprintf(out, PATH_MAX, "%s.pub", key->path);
}

static void release_secret(struct buf *text)
{
	if (text->p)
		explicit_bzero(text->p, text->cap);
	buf_release(text);
}

static enum err_code load(
    const struct ledger_key *key, struct note_signer *out, struct err *err)
{
	struct buf text = BUF_INIT(KEY_BYTES_MAX);
	enum err_code rc = read_line(key->path, &text, err);

	if (!rc) {
		rc =
		    (enum err_code)note_signer_parse(buf_span(&text), out, err);
		if (rc)
			err_context(err, "\"%s\"", key->path);
	}
	if (rc == ERR_NOT_FOUND || rc == ERR_INPUT)
		err_hint(err,
		    "Restore it from the backup: nothing can be sealed "
		    "without the log's private key.");
	release_secret(&text);
	return rc;
}

static enum err_code write_pair(const struct ledger_key *key,
    const struct note_signer *signer, struct err *err)
{
	struct buf text = BUF_INIT(KEY_BYTES_MAX);
	char path[PATH_MAX];
	enum err_code rc;

	note_signer_write(signer, &text);
	rc = write_line(key->path, &text, 0600, err);
	if (!rc) {
		public_path(key, path);
		buf_reset(&text);
		note_key_write(&signer->key, &text);
		rc = write_line(path, &text, 0644, err);
	}
	release_secret(&text);
	return rc;
}

enum err_code ledger_key_make(const struct ledger_key *key, struct err *err)
{
	struct note_signer signer = {0};
	uint8_t seed[ED25519_KEY_BYTES];
	enum err_code rc = random_bytes(seed, sizeof(seed), err);

	if (!rc)
		rc = (enum err_code)note_signer_make(
		    span_of(key->origin), seed, &signer, err);
	if (!rc)
		rc = write_pair(key, &signer, err);
	explicit_bzero(seed, sizeof(seed));
	note_signer_clear(&signer);
	return rc;
}

enum err_code ledger_key_public(
    const struct ledger_key *key, struct buf *out, struct err *err)
{
	struct note_signer signer;
	enum err_code rc = load(key, &signer, err);

	if (!rc)
		note_key_write(&signer.key, out);
	note_signer_clear(&signer);
	return rc;
}

enum err_code ledger_key_published(
    const struct ledger_key *key, struct buf *out, struct err *err)
{
	struct buf text = BUF_INIT(KEY_BYTES_MAX);
	char path[PATH_MAX];
	struct note_key parsed;
	enum err_code rc;

	public_path(key, path);
	rc = read_line(path, &text, err);
	if (!rc)
		rc = (enum err_code)note_key_parse(
		    buf_span(&text), &parsed, err);
	if (!rc)
		note_key_write(&parsed, out);
	else
		err_context(err, "\"%s\"", path);
	buf_release(&text);
	return rc;
}

/* ---- signing ---- */

bool ledger_key_signed(
    const struct ledger_key *key, struct span note, struct checkpoint *out)
{
	struct note_check check;
	struct note opened;

	return note_open(note, &key->signer.key, 1, &opened, &check, NULL) ==
	    0 &&
	    checkpoint_parse(opened.text, out, NULL) == 0 &&
	    span_is(out->origin, key->origin);
}

/* Did we sign the newest head? */
static enum err_code check_newest(
    const struct ledger_key *key, struct span newest, struct err *err)
{
	struct checkpoint c;

	if (newest.n == 0 || ledger_key_signed(key, newest, &c))
		return 0;
	err_set(err, ERR_CORRUPT,
	    "\"%s\" is not the key that signed the log, or the log "
	    "is not called \"%s\"",
	    key->path, key->origin);
	err_hint(err,
	    "Restore keys and gongxin.conf of this very directory "
	    "from its backup.");
	return ERR_CORRUPT;
}

enum err_code ledger_key_hold(
    struct ledger_key *key, struct span newest, struct err *err)
{
	enum err_code rc = load(key, &key->signer, err);

	if (!rc)
		rc = check_newest(key, newest, err);
	if (rc)
		note_signer_clear(&key->signer);
	key->is_held = !rc;
	return rc;
}

enum err_code ledger_key_sign(const struct ledger_key *key,
    const struct tlog_head *head, struct buf *out, struct err *err)
{
	struct checkpoint checkpoint = {
	    .origin = span_of(key->origin), .head = *head};
	struct buf text = BUF_INIT(LEDGER_NOTE_BYTES_MAX);
	enum err_code rc =
	    (enum err_code)checkpoint_write(&checkpoint, &text, err);

	if (!rc)
		rc = (enum err_code)note_sign(
		    buf_span(&text), &key->signer, 1, out, err);
	buf_release(&text);
	return rc;
}
