/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proof files: writing, reading, verifying.
 *
 * Verifying goes from who speaks to what is said, so that the reason given
 * is the first one that matters:
 *
 *   policy makes sense -> file is well formed -> checkpoint is signed by the
 *   log (and no known signature is wrong) -> it is that log's checkpoint
 *   -> enough witnesses -> the path leads from the entry to the root
 *
 * A witness counts once, by its public key, and the log is not its own
 * witness; otherwise one party under several names would be a quorum.
 */
#include "tlog/proof.h"

#include "base/tr.h"
#include "tlog/base64.h"
#include "tlog/text.h"

static const char first_line[] = "c2sp.org/tlog-proof@v1";

static void write_head(uint64_t index, const struct tlog_path *path,
    struct span extra, struct buf *out)
{
	size_t i;

	buf_add_str(out, first_line);
	if (extra.n > 0) {
		buf_add_str(out, "\nextra ");
		base64_add(out, extra.p, extra.n);
	}
	buf_add_str(out, "\nindex ");
	buf_add_u64(out, index);
	buf_add_char(out, '\n');
	for (i = 0; i < path->count; i++) {
		base64_add(out, path->hash[i].b, TLOG_HASH_BYTES);
		buf_add_char(out, '\n');
	}
	buf_add_char(out, '\n');
}

/* Hashes in the path of leaf `index` of `size`: one for each row in which
 * its ancestor has a sibling. */
static size_t path_length(uint64_t index, uint64_t size)
{
	uint64_t at = index, last = size - 1;
	size_t n = 0;

	for (; last > 0; at >>= 1, last >>= 1)
		n += (at & 1) || at < last;
	return n;
}

int proof_write(uint64_t index, const struct tlog_path *path,
    struct span checkpoint, struct span extra, struct buf *out, struct err *err)
{
	size_t start = out->n;
	struct checkpoint c = {.extensions = {NULL, 0}};
	struct note note = {.signature_count = 0};
	int rc;

	rc = note_parse(checkpoint, &note, err);
	if (rc == 0)
		rc = checkpoint_parse(note.text, &c, err);
	if (rc < 0)
		return rc;
	if (index >= c.head.size ||
	    path->count != path_length(index, c.head.size))
		return err_set(
		    err, ERR_INPUT, "the proof is not one for this checkpoint");
	if (extra.n > PROOF_EXTRA_BYTES_MAX)
		return err_set(err, ERR_FULL,
		    "the proof's extra data is longer than %d bytes",
		    PROOF_EXTRA_BYTES_MAX);
	write_head(index, path, extra, out);
	buf_add_span(out, checkpoint);
	if (!out->is_full)
		return 0;
	out->n = start;
	if (out->p)
		out->p[start] = '\0';
	return err_set(err, ERR_FULL, "the proof is too long");
}

static int malformed(const char *what, struct err *err)
{
	return err_set(err, ERR_INPUT,
	    "this is not a proof file: the %s is missing or malformed",
	    tr(what));
}

static bool read_extra(struct span base64, struct span *out)
{
	size_t n;

	if (!base64_measure(base64, &n) || n == 0 || n > PROOF_EXTRA_BYTES_MAX)
		return false;
	*out = base64;
	return true;
}

/* The hash lines and the empty line behind them. */
static bool read_path(struct span *rest, struct tlog_path *path)
{
	struct span line;

	path->count = 0;
	while (text_cut_line(rest, &line)) {
		if (line.n == 0)
			return true;
		if (path->count == TLOG_PATH_MAX ||
		    !base64_read(
			line, path->hash[path->count++].b, TLOG_HASH_BYTES))
			return false;
	}
	return false;
}

int proof_parse(struct span text, struct proof *out, struct err *err)
{
	struct proof p = {.extra = {NULL, 0}};
	struct span rest = text, line;

	if (text.n > PROOF_BYTES_MAX || !text_cut_line(&rest, &line) ||
	    !span_is(line, first_line))
		return malformed("first line", err);
	if (!text_cut_line(&rest, &line))
		return malformed("index line", err);
	if (text_cut_word(&line, "extra ")) {
		if (!read_extra(line, &p.extra))
			return malformed("extra line", err);
		if (!text_cut_line(&rest, &line))
			return malformed("index line", err);
	}
	if (!text_cut_word(&line, "index ") ||
	    !text_read_number(line, TLOG_SIZE_MAX, &p.index))
		return malformed("index line", err);
	if (!read_path(&rest, &p.path))
		return malformed("list of hashes", err);
	p.checkpoint = rest;
	*out = p;
	return 0;
}

size_t proof_extra(const struct proof *proof, uint8_t *out)
{
	return base64_decode(proof->extra, out, PROOF_EXTRA_BYTES_MAX);
}

static bool has_public_key(const struct note_key *a, const struct note_key *b)
{
	return memcmp(a->public_key, b->public_key, ED25519_KEY_BYTES) == 0;
}

static int check_policy(const struct proof_policy *policy, struct err *err)
{
	const struct note_key *w = policy->witnesses;
	size_t n = policy->witness_count, i, j;

	if (policy->log_key->type != NOTE_KEY_ED25519)
		return err_set(err, ERR_USAGE,
		    "the log's key must be an Ed25519 key (type 1)");
	if (n > PROOF_WITNESSES_MAX || policy->quorum > n)
		return err_set(err, ERR_USAGE,
		    "%zu of %zu witnesses are asked for (at most %d may be "
		    "known)",
		    policy->quorum, n, PROOF_WITNESSES_MAX);
	for (i = 0; i < n; i++) {
		if (w[i].type != NOTE_KEY_COSIGNATURE)
			return err_set(err, ERR_USAGE,
			    "the key of \"%s\" is not a witness's (type 4)",
			    w[i].name);
		if (has_public_key(&w[i], policy->log_key))
			return err_set(err, ERR_USAGE,
			    "the log cannot be its own witness");
		for (j = 0; j < i; j++)
			if (has_public_key(&w[i], &w[j]))
				return err_set(err, ERR_USAGE,
				    "\"%s\" and \"%s\" are the same witness",
				    w[j].name, w[i].name);
	}
	return 0;
}

/* The signed checkpoint of the policy's log, with what the witnesses said
 * about it. */
static int open_checkpoint(const struct proof_policy *policy,
    struct span message, struct proof_verdict *v, struct err *err)
{
	struct note_key keys[1 + PROOF_WITNESSES_MAX];
	struct note_check checks[1 + PROOF_WITNESSES_MAX];
	struct span origin = policy->origin;
	size_t n = policy->witness_count, i;
	struct note note = {.signature_count = 0};
	int rc;

	keys[0] = *policy->log_key;
	for (i = 0; i < n; i++)
		keys[1 + i] = policy->witnesses[i];
	rc = note_open(message, keys, 1 + n, &note, checks, err);
	if (rc == 0)
		rc = checkpoint_parse(note.text, &v->checkpoint, err);
	if (rc < 0)
		return rc;
	if (!checks[0].is_verified)
		return err_set(err, ERR_REFUSED,
		    "the checkpoint is not signed by the log's key \"%s\"",
		    keys[0].name);
	if (origin.n == 0)
		origin = span_of(policy->log_key->name);
	if (!span_equal(v->checkpoint.origin, origin))
		return err_set(err, ERR_REFUSED,
		    "the checkpoint is of another log, \"%.*s\"",
		    (int)v->checkpoint.origin.n, v->checkpoint.origin.p);
	for (i = 1; i <= n; i++) {
		if (!checks[i].is_verified)
			continue;
		if (v->witness_count++ == 0 ||
		    checks[i].time < v->witnessed_since)
			v->witnessed_since = checks[i].time;
	}
	return 0;
}

int proof_verify(const struct proof_policy *policy, struct span text,
    const struct tlog_hash *leaf, struct proof_verdict *verdict_out,
    struct err *err)
{
	struct proof_verdict v = {.witness_count = 0};
	const struct tlog_head *head = &v.checkpoint.head;
	struct proof p = {.index = 0};
	int rc;

	rc = check_policy(policy, err);
	if (rc == 0)
		rc = proof_parse(text, &p, err);
	if (rc == 0)
		rc = open_checkpoint(policy, p.checkpoint, &v, err);
	if (rc < 0)
		return rc;
	if (v.witness_count < policy->quorum)
		return err_set(err, ERR_REFUSED,
		    "only %zu of the known witnesses signed the checkpoint; "
		    "%zu must",
		    v.witness_count, policy->quorum);
	if (p.index >= head->size)
		return err_set(err, ERR_REFUSED,
		    "the proof is of entry %llu, but the log has only %llu",
		    (unsigned long long)p.index,
		    (unsigned long long)head->size);
	if (!tlog_is_included(leaf, p.index, head->size, &head->root, &p.path))
		return err_set(err, ERR_REFUSED,
		    "the proof does not lead from this entry to the log's "
		    "root: the entry is not the one that was sealed");
	v.index = p.index;
	*verdict_out = v;
	return 0;
}
