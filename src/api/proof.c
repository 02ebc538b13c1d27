/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making: salt and statement from the block, the path from the tiles, the
 * checkpoint from the store, all of one moment (a read transaction); then
 * the path is tried against the signed root before anybody gets it.
 *
 * Checking: file -> extra -> salt, statement -> commitment -> leaf hash ->
 * path -> root -> signature. The extra must be the very bytes that we would
 * write for its salt and statement, so that a file has one form and no byte
 * of it can change unseen.
 */
#include "api/proof.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "registry/block.h"
#include "tlog/base64.h"
#include "tlog/proof.h"
#include "tlog/tree.h"

enum { CHECKPOINT_TEXT_MAX = 64 * 1024, EXTRA_MAX = 8 * BLOCK_STATEMENT_MAX };

static void write_extra(const uint8_t salt[BLOCK_SALT_BYTES],
    struct span statement, struct buf *out)
{
	struct buf hex = BUF_INIT(2 * BLOCK_SALT_BYTES + 1);
	struct json_writer w;

	buf_add_hex(&hex, salt, BLOCK_SALT_BYTES);
	json_start_canonical(&w, out);
	json_open_object(&w);
	json_put_span(&w, "salt", buf_span(&hex));
	json_put_span(&w, "statement", statement);
	json_close_object(&w);
	buf_release(&hex);
}

/* ---- making ---- */

/* The pieces of a proof while it is made. */
struct parts {
	struct block block;
	struct buf checkpoint;
	struct buf extra;
	struct ledger_head head;
	struct tlog_path path;
	struct tlog_hash leaf;
};

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
	enum err_code rc = ledger_tree(ledger, parts->head.size, tree, err);

	if (!rc)
		rc = (enum err_code)tlog_prove_inclusion(
		    tree, index, &parts->path, err);
	if (!rc &&
	    !tlog_is_included(&parts->leaf, index, parts->head.size,
		&parts->head.root, &parts->path))
		rc = not_sealed(index, err);
	free(tree);
	return rc;
}

static enum err_code gather(
    struct home *home, uint64_t index, struct parts *parts, struct err *err)
{
	uint8_t commitment[SHA256_BYTES];
	struct span statement;
	enum err_code rc = ledger_head(home->ledger, &parts->head, err);

	if (!rc && index >= parts->head.size)
		rc = no_statement(index, parts->head.size, err);
	if (!rc)
		rc = ledger_checkpoint(home->ledger, &parts->checkpoint, err);
	if (!rc)
		rc = block_load(&parts->block, home->store, index, err);
	if (rc)
		return rc;
	statement = block_statement(&parts->block, index);
	block_commitment(
	    block_salt(&parts->block, index), statement, commitment);
	parts->leaf = tlog_leaf_hash(
	    (struct span){(const char *)commitment, sizeof(commitment)});
	write_extra(block_salt(&parts->block, index), statement, &parts->extra);
	return find_path(home->ledger, index, parts, err);
}

enum err_code api_proof_make(
    struct home *home, uint64_t index, struct buf *out, struct err *err)
{
	struct parts *parts = mem_zalloc(1, sizeof(*parts));
	enum err_code rc = store_begin_read(home->store, err);

	block_init(&parts->block);
	buf_init(&parts->checkpoint, CHECKPOINT_TEXT_MAX);
	buf_init(&parts->extra, EXTRA_MAX);
	if (!rc)
		rc = gather(home, index, parts, err);
	store_rollback(home->store);
	if (!rc)
		rc = (enum err_code)proof_write(index, &parts->path,
		    buf_span(&parts->checkpoint), buf_span(&parts->extra), out,
		    err);
	block_release(&parts->block);
	buf_release(&parts->checkpoint);
	buf_release(&parts->extra);
	free(parts);
	return rc;
}

/* ---- checking ---- */

void api_proof_init(struct api_proof *proof)
{
	memset(proof, 0, sizeof(*proof));
	buf_init(&proof->origin, CHECKPOINT_ORIGIN_BYTES_MAX + 1);
	buf_init(&proof->root, BASE64_CHARS(TLOG_HASH_BYTES) + 1);
	buf_init(&proof->statement, PROOF_EXTRA_BYTES_MAX);
}

void api_proof_release(struct api_proof *proof)
{
	buf_release(&proof->origin);
	buf_release(&proof->root);
	buf_release(&proof->statement);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_salt(const char *hex, uint8_t out[BLOCK_SALT_BYTES])
{
	size_t i;

	if (!hex || strlen(hex) != (size_t)2 * BLOCK_SALT_BYTES)
		return false;
	for (i = 0; i < BLOCK_SALT_BYTES; i++) {
		int high = hex_value(hex[2 * i]);
		int low = hex_value(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* Reads the extra data; false when it is not what write_extra writes. */
static bool read_extra(
    struct span extra, uint8_t salt[BLOCK_SALT_BYTES], struct buf *statement)
{
	json_t *json = json_loadb(extra.p, extra.n, 0, NULL);
	const json_t *text = json_object_get(json, "statement");
	struct buf again = BUF_INIT(PROOF_EXTRA_BYTES_MAX);
	bool is_good = json_is_string(text) &&
	    read_salt(json_string_value(json_object_get(json, "salt")), salt);

	if (is_good) {
		buf_add(statement, json_string_value(text),
		    json_string_length(text));
		write_extra(salt, buf_span(statement), &again);
		is_good = span_equal(buf_span(&again), extra);
	}
	json_decref(json);
	buf_release(&again);
	return is_good;
}

static enum err_code no_statement_inside(struct err *err)
{
	err_set(err, ERR_REFUSED,
	    "the proof file does not hold a sealed statement");
	err_detail(err,
	    "Its extra data must be the salt and the statement, as "
	    "\"gongxin prove\" writes them.");
	return ERR_REFUSED;
}

/* The leaf hash of what the file says was sealed. */
static enum err_code read_leaf(struct span file, struct buf *statement,
    struct tlog_hash *leaf_out, struct err *err)
{
	uint8_t *extra = mem_alloc(PROOF_EXTRA_BYTES_MAX);
	uint8_t commitment[SHA256_BYTES];
	uint8_t salt[BLOCK_SALT_BYTES];
	struct proof proof;
	enum err_code rc = (enum err_code)proof_parse(file, &proof, err);

	if (!rc) {
		size_t n = proof_extra(&proof, extra);

		if (!read_extra(
			(struct span){(const char *)extra, n}, salt, statement))
			rc = no_statement_inside(err);
	}
	if (!rc) {
		block_commitment(salt, buf_span(statement), commitment);
		*leaf_out = tlog_leaf_hash((struct span){
		    (const char *)commitment, sizeof(commitment)});
	}
	free(extra);
	return rc;
}

enum err_code api_proof_check(struct span file, const struct note_key *key,
    struct api_proof *out, struct err *err)
{
	struct proof_policy policy = {.log_key = key};
	struct proof_verdict verdict;
	struct tlog_hash leaf;
	enum err_code rc = read_leaf(file, &out->statement, &leaf, err);

	if (!rc)
		rc = (enum err_code)proof_verify(
		    &policy, file, &leaf, &verdict, err);
	if (rc)
		return rc;
	out->index = verdict.index;
	out->size = verdict.checkpoint.head.size;
	buf_add_span(&out->origin, verdict.checkpoint.origin);
	base64_add(&out->root, verdict.checkpoint.head.root.b,
	    sizeof(verdict.checkpoint.head.root));
	return 0;
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
	json_close_object(&w);
	buf_release(&text);
}
