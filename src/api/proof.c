/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making: salts and statement from the block, the path from the tiles, the
 * checkpoint from the store, all of one moment (a read transaction); then
 * the path is tried against the signed root before anybody gets it.
 *
 * Checking: file -> extra -> salt, sealed form -> commitment -> leaf hash ->
 * path -> root -> signature; and closed salt, closed object -> digest, which
 * must stand in the sealed form. The extra must be the very bytes that we
 * would write for its pieces, so that a file has one form and no byte of it
 * can change unseen.
 */
#include "api/proof.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hex.h"
#include "base/mem.h"
#include "base/tr.h"
#include "tlog/base64.h"
#include "tlog/proof.h"
#include "tlog/tree.h"

enum {
	CHECKPOINT_TEXT_MAX = 64 * 1024,
	KEY_TEXT_MAX = 4096,
	EXTRA_MAX = 16 * BLOCK_STATEMENT_MAX
};

/* What is hashed, and what opens it. */
struct opening {
	bool is_example; /* said beside, and not hashed */
	uint8_t salt[BLOCK_SALT_BYTES];
	struct buf sealed;
	uint8_t closed_salt[BLOCK_SALT_BYTES];
	struct buf closed; /* empty: there is none, or it is not told */
};

static void opening_init(struct opening *o)
{
	memset(o, 0, sizeof(*o));
	buf_init(&o->sealed, BLOCK_STATEMENT_MAX + STATEMENT_DIGEST_CHARS);
	buf_init(&o->closed, BLOCK_STATEMENT_MAX);
}

static void opening_release(struct opening *o)
{
	buf_release(&o->sealed);
	buf_release(&o->closed);
}

static void put_hex(
    struct json_writer *w, const char *key, const void *p, size_t n)
{
	struct buf hex = BUF_INIT(2 * SHA256_BYTES + 1);

	buf_add_hex(&hex, p, n);
	json_put_span(w, key, buf_span(&hex));
	buf_release(&hex);
}

/* The members of an opening, in the order of RFC 8785. The mark of example
 * data is a file's; a document has its own. */
static void put_opening(struct json_writer *w, const struct opening *o)
{
	if (o->closed.n) {
		json_put_span(w, "closed", buf_span(&o->closed));
		put_hex(w, "closed_salt", o->closed_salt, BLOCK_SALT_BYTES);
	}
	if (o->is_example)
		json_put_bool(w, "example", true);
	put_hex(w, "salt", o->salt, BLOCK_SALT_BYTES);
	json_put_span(w, "statement", buf_span(&o->sealed));
}

static void write_extra(const struct opening *o, struct buf *out)
{
	struct json_writer w;

	json_start_canonical(&w, out);
	json_open_object(&w);
	put_opening(&w, o);
	json_close_object(&w);
}

/* The leaf hash of what an opening opens. */
static struct tlog_hash leaf_of(const struct opening *o)
{
	uint8_t commitment[SHA256_BYTES];

	block_commitment_sealed(o->salt, buf_span(&o->sealed), commitment);
	return tlog_leaf_hash(
	    (struct span){(const char *)commitment, sizeof(commitment)});
}

/* ---- making ---- */

/* The pieces of a proof while it is made. */
struct parts {
	struct opening opening;
	struct buf checkpoint;
	struct ledger_head head;
	struct tlog_path path;
	bool is_mismatch; /* why it failed */
};

static void parts_init(struct parts *parts)
{
	memset(parts, 0, sizeof(*parts));
	opening_init(&parts->opening);
	buf_init(&parts->checkpoint, CHECKPOINT_TEXT_MAX);
}

static void parts_release(struct parts *parts)
{
	opening_release(&parts->opening);
	buf_release(&parts->checkpoint);
}

static enum err_code no_statement(
    uint64_t index, uint64_t size, struct err *err)
{
	err_set(err, ERR_NOT_FOUND, "the log has no statement %llu",
	    (unsigned long long)index);
	err_detail(
	    err, "It holds %llu, counted from 0.", (unsigned long long)size);
	return ERR_NOT_FOUND;
}

static enum err_code not_sealed(uint64_t index, struct err *err)
{
	err_set(err, ERR_CORRUPT,
	    "statement %llu is not what was sealed in the log",
	    (unsigned long long)index);
	err_hint(err, "Run \"gongxin verify --all\" to see what has changed.");
	return ERR_CORRUPT;
}

/* The path from the tiles, tried against the signed root. */
static enum err_code find_path(
    struct ledger *ledger, uint64_t index, struct parts *parts, struct err *err)
{
	struct tlog_tree *tree = mem_zalloc(1, sizeof(*tree));
	struct tlog_hash leaf = leaf_of(&parts->opening);
	enum err_code rc = ledger_tree(ledger, parts->head.size, tree, err);

	if (!rc)
		rc = (enum err_code)tlog_prove_inclusion(
		    tree, index, &parts->path, err);
	parts->is_mismatch = !rc &&
	    !tlog_is_included(&leaf, index, parts->head.size, &parts->head.root,
		&parts->path);
	if (parts->is_mismatch)
		rc = not_sealed(index, err);
	free(tree);
	return rc;
}

static void open_statement(const struct block *block, uint64_t index,
    bool is_public, struct opening *out)
{
	struct span statement = block_statement(block, index);
	const uint8_t *closed_salt = block_closed_salt(block, index);

	memcpy(out->salt, block_salt(block, index), BLOCK_SALT_BYTES);
	statement_seal(statement, closed_salt, &out->sealed);
	if (is_public)
		return;
	memcpy(out->closed_salt, closed_salt, BLOCK_SALT_BYTES);
	buf_add_span(&out->closed, statement_closed(statement));
}

/* Everything about a statement of a loaded block. */
static enum err_code gather(struct ledger *ledger, const struct block *block,
    uint64_t index, bool is_public, struct parts *parts, struct err *err)
{
	enum err_code rc = ledger_head(ledger, &parts->head, err);

	if (!rc && index >= parts->head.size)
		rc = no_statement(index, parts->head.size, err);
	if (!rc)
		rc = ledger_checkpoint(ledger, &parts->checkpoint, err);
	if (rc)
		return rc;
	open_statement(block, index, is_public, &parts->opening);
	return find_path(ledger, index, parts, err);
}

static enum err_code make_file(struct parts *parts, uint64_t index,
    bool is_example, struct buf *out, struct err *err)
{
	struct buf extra = BUF_INIT(EXTRA_MAX);
	enum err_code rc;

	parts->opening.is_example = is_example;
	write_extra(&parts->opening, &extra);
	rc = (enum err_code)proof_write(index, &parts->path,
	    buf_span(&parts->checkpoint), buf_span(&extra), out, err);
	buf_release(&extra);
	return rc;
}

static void note_failure(
    const struct reading *r, const struct parts *parts, const struct err *why)
{
	if (r->proof_failure)
		*r->proof_failure =
		    (struct proof_failure){*why, parts->is_mismatch};
}

const char *proof_failure_text(const struct proof_failure *failure)
{
	return failure->is_mismatch
	    ? tr("This record and the log do not fit together: one of them "
		 "was damaged or changed. Do not rely on this page until that "
		 "is settled.")
	    : tr("A file of the log or its public key cannot be read at the "
		 "moment. The operators can see which.");
}

static enum err_code load_block(const struct reading *r, struct ledger *ledger,
    uint64_t index, struct block *block, struct err *err)
{
	struct ledger_head head;
	enum err_code rc = ledger_head(ledger, &head, err);

	if (!rc && index >= head.size)
		return no_statement(index, head.size, err);
	if (!rc && r->is_public)
		rc = record_check_proof(r, ledger, index, err);
	return rc ? rc : block_load(block, r->store, index, err);
}

enum err_code api_proof_make(const struct reading *r, struct ledger *ledger,
    uint64_t index, struct buf *out, struct err *err)
{
	struct block block;
	struct parts parts;
	enum err_code rc = store_begin_read(r->store, err);

	if (rc)
		return rc;
	block_init(&block);
	parts_init(&parts);
	rc = load_block(r, ledger, index, &block, err);
	if (!rc) {
		rc = gather(ledger, &block, index, r->is_public, &parts, err);
		if (!rc)
			rc = make_file(
			    &parts, index, r->catalog->shows_example, out, err);
		if (rc)
			note_failure(r, &parts, err);
	}
	store_rollback(r->store);
	block_release(&block);
	parts_release(&parts);
	return rc;
}

static enum err_code gather_use(struct ledger *uses, const struct use_row *row,
    struct parts *parts, struct err *err)
{
	enum err_code rc = ledger_head(uses, &parts->head, err);

	if (!rc && row->seq >= parts->head.size) {
		err_set(err, ERR_BUSY, "the proof is not ready yet");
		err_hint(err, "Try again in a second.");
		return ERR_BUSY;
	}
	if (!rc)
		rc = ledger_checkpoint(uses, &parts->checkpoint, err);
	if (rc)
		return rc;
	memcpy(parts->opening.salt, row->salt, BLOCK_SALT_BYTES);
	use_write(&row->use, &parts->opening.sealed);
	return find_path(uses, row->seq, parts, err);
}

_Static_assert((int)USE_SALT_BYTES == (int)BLOCK_SALT_BYTES,
    "one form of proofs for both logs");

enum err_code api_proof_use(struct store *office, struct ledger *uses,
    const struct use_row *row, bool is_example, struct buf *out,
    struct err *err)
{
	struct parts parts;
	enum err_code rc;

	ASSERT(!store_in_transaction(office));
	parts_init(&parts);
	rc = store_begin_read(office, err);
	if (!rc)
		rc = gather_use(uses, row, &parts, err);
	store_rollback(office);
	if (!rc)
		rc = make_file(&parts, row->seq, is_example, out, err);
	parts_release(&parts);
	return rc;
}

static void put_parts(struct json_writer *w, const struct parts *parts,
    uint64_t index, struct span key)
{
	struct buf hex = BUF_INIT(2 * TLOG_HASH_BYTES + 1);
	size_t i;

	json_open_object(w);
	json_put_int(w, "index", (int64_t)index);
	json_put_int(w, "size", (int64_t)parts->head.size);
	json_key(w, "path");
	json_open_array(w);
	for (i = 0; i < parts->path.count; i++) {
		buf_reset(&hex);
		buf_add_hex(&hex, parts->path.hash[i].b, TLOG_HASH_BYTES);
		json_add_string(w, buf_span(&hex));
	}
	json_close_array(w);
	put_opening(w, &parts->opening);
	json_put_span(w, "checkpoint", buf_span(&parts->checkpoint));
	json_put_span(w, "key", key);
	json_close_object(w);
	buf_release(&hex);
}

enum err_code proof_put(const struct reading *r, struct json_writer *w,
    struct ledger *ledger, const struct block *block, uint64_t index,
    struct err *err)
{
	struct buf key = BUF_INIT(KEY_TEXT_MAX);
	struct parts parts;
	enum err_code rc;

	parts_init(&parts);
	rc = gather(ledger, block, index, r->is_public, &parts, err);
	if (!rc)
		rc = ledger_published_key(ledger, &key, err);
	if (!rc)
		put_parts(w, &parts, index, buf_span(&key));
	else
		note_failure(r, &parts, err);
	parts_release(&parts);
	buf_release(&key);
	return rc;
}

/* ---- checking ---- */

void api_proof_init(struct api_proof *proof)
{
	memset(proof, 0, sizeof(*proof));
	buf_init(&proof->origin, CHECKPOINT_ORIGIN_BYTES_MAX + 1);
	buf_init(&proof->root, BASE64_CHARS(TLOG_HASH_BYTES) + 1);
	buf_init(&proof->statement, PROOF_EXTRA_BYTES_MAX);
	buf_init(&proof->closed, PROOF_EXTRA_BYTES_MAX);
}

void api_proof_release(struct api_proof *proof)
{
	buf_release(&proof->origin);
	buf_release(&proof->root);
	buf_release(&proof->statement);
	buf_release(&proof->closed);
}

static bool read_salt(const json_t *value, uint8_t out[BLOCK_SALT_BYTES])
{
	const char *hex = json_string_value(value);

	return hex && hex_read(span_of(hex), out, BLOCK_SALT_BYTES);
}

static void add_string(const json_t *string, struct buf *out)
{
	if (string)
		buf_add(
		    out, json_string_value(string), json_string_length(string));
}

/* Reads the extra data; false when it is not what write_extra writes. */
static bool read_extra(struct span extra, struct opening *out)
{
	json_t *json = json_loadb(extra.p, extra.n, 0, NULL);
	const json_t *closed = json_object_get(json, "closed");
	struct buf again = BUF_INIT(PROOF_EXTRA_BYTES_MAX);
	bool is_good = read_salt(json_object_get(json, "salt"), out->salt) &&
	    (!closed ||
		read_salt(
		    json_object_get(json, "closed_salt"), out->closed_salt));

	if (is_good) {
		add_string(json_object_get(json, "statement"), &out->sealed);
		add_string(closed, &out->closed);
		out->is_example =
		    json_is_true(json_object_get(json, "example"));
		write_extra(out, &again);
		is_good = span_equal(buf_span(&again), extra);
	}
	json_decref(json);
	buf_release(&again);
	return is_good;
}

static bool is_object(const struct buf *text)
{
	json_t *json =
	    json_loadb(buf_str(text), text->n, JSON_REJECT_DUPLICATES, NULL);
	bool is = json_is_object(json);

	json_decref(json);
	return is;
}

/* Is the opening's closed object the one whose digest was sealed? Sets what
 * is known of it. */
static bool check_closed(const struct opening *o, enum proof_closed *out)
{
	json_t *sealed = json_loadb(buf_str(&o->sealed), o->sealed.n, 0, NULL);
	const json_t *member = json_object_get(sealed, "closed");
	char digest[STATEMENT_DIGEST_CHARS];
	bool is_good = !member || json_is_string(member);

	*out = member ? PROOF_CLOSED_HIDDEN : PROOF_CLOSED_NONE;
	if (o->closed.n) {
		*out = PROOF_CLOSED_PROVED;
		statement_closed_digest(
		    o->closed_salt, buf_span(&o->closed), digest);
		is_good = json_is_string(member) && is_object(&o->closed) &&
		    span_equal((struct span){digest, sizeof(digest)},
			(struct span){json_string_value(member),
			    json_string_length(member)});
	}
	json_decref(sealed);
	return is_good;
}

static enum err_code no_statement_inside(struct err *err)
{
	err_set(err, ERR_REFUSED,
	    "the proof file does not hold a sealed statement");
	err_detail(err,
	    "Its extra data must be the salts and the statement, as "
	    "\"gongxin prove\" writes them.");
	return ERR_REFUSED;
}

static enum err_code not_closed_part(struct err *err)
{
	return err_set(err, ERR_REFUSED,
	    "the closed part in the file is not the one that was sealed");
}

/* What the file says was sealed. */
static enum err_code read_opening(
    struct span file, struct opening *out, struct err *err)
{
	uint8_t *extra = mem_alloc(PROOF_EXTRA_BYTES_MAX);
	struct proof proof;
	enum err_code rc = (enum err_code)proof_parse(file, &proof, err);

	if (!rc) {
		size_t n = proof_extra(&proof, extra);

		if (!read_extra((struct span){(const char *)extra, n}, out))
			rc = no_statement_inside(err);
	}
	if (!rc && !is_object(&out->sealed))
		rc = no_statement_inside(err);
	free(extra);
	return rc;
}

static void tell(const struct opening *o, const struct proof_verdict *verdict,
    struct api_proof *out)
{
	out->index = verdict->index;
	out->is_example = o->is_example;
	out->size = verdict->checkpoint.head.size;
	buf_add_span(&out->origin, verdict->checkpoint.origin);
	base64_add(&out->root, verdict->checkpoint.head.root.b,
	    sizeof(verdict->checkpoint.head.root));
	buf_add_span(&out->statement, buf_span(&o->sealed));
	buf_add_span(&out->closed, buf_span(&o->closed));
}

enum err_code api_proof_check(struct span file, const struct note_key *key,
    struct api_proof *out, struct err *err)
{
	struct proof_policy policy = {.log_key = key};
	struct proof_verdict verdict;
	struct opening opening;
	enum err_code rc;

	opening_init(&opening);
	rc = read_opening(file, &opening, err);
	if (!rc) {
		struct tlog_hash leaf = leaf_of(&opening);

		rc = (enum err_code)proof_verify(
		    &policy, file, &leaf, &verdict, err);
	}
	if (!rc && !check_closed(&opening, &out->closed_state))
		rc = not_closed_part(err);
	if (!rc)
		tell(&opening, &verdict, out);
	opening_release(&opening);
	return rc;
}

static const char *closed_name(enum proof_closed state)
{
	static const char *const names[] = {"none", "hidden", "proved"};

	ASSERT((size_t)state < ARRAY_COUNT(names));
	return names[state];
}

void api_proof_json(
    const struct api_proof *proof, const struct note_key *key, struct buf *out)
{
	struct buf text = BUF_INIT(1024);
	struct json_writer w;

	note_key_write(key, &text);
	json_start(&w, out);
	json_open_object(&w);
	json_put_bool(&w, "proved", true);
	json_put_bool(&w, "example", proof->is_example);
	json_put_int(&w, "index", (int64_t)proof->index);
	json_key(&w, "log");
	json_open_object(&w);
	json_put_span(&w, "origin", buf_span(&proof->origin));
	json_put_int(&w, "size", (int64_t)proof->size);
	json_put_span(&w, "root", buf_span(&proof->root));
	json_put_span(&w, "key", buf_span(&text));
	json_close_object(&w);
	json_key(&w, "statement");
	json_add_raw(&w, buf_span(&proof->statement));
	json_put_str(&w, "closed_part", closed_name(proof->closed_state));
	if (proof->closed.n) {
		json_key(&w, "closed");
		json_add_raw(&w, buf_span(&proof->closed));
	}
	json_close_object(&w);
	buf_release(&text);
}
