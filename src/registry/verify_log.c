/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the statements up to the signatures, tile by tile:
 *
 *	256 statements -> commitments -> leaf hashes
 *	  compared with the entry bundle and the level 0 tile on disk
 *	  -> frontier -> tiles of the levels above, compared as they fill
 *	at the size of each signed head: root, frontier, checkpoint, signature
 *
 * When something differs, three witnesses say what each leaf was: the
 * statement, the entry bundle, the hash tile. The hash tile decides between
 * the other two, so that one change names one culprit and the tree goes on
 * with the right leaf. A forger who changed all three is found by the root.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "registry/verify_priv.h"
#include "tlog/checkpoint.h"
#include "tlog/tile.h"

enum { NOTE_TEXT_MAX = 64 * 1024 };

/* The tile of one level that is filling. */
struct level {
	uint64_t index;
	unsigned width;
	struct tlog_hash hashes[TLOG_TILE_WIDTH];
};

/* A signed head as stored. */
struct stored_head {
	uint64_t size;
	struct buf root;
	struct buf frontier;
	struct buf text;
};

struct walk {
	struct verify *v;
	struct store *store;
	struct facts_reader *facts;
	struct feed *feed;
	const struct fed_block *fed; /* the current block, or NULL */
	int64_t body_end;	     /* of the block before it */
	bool has_blocks;	     /* the cursor is not at its end */
	uint64_t missing_from;
	uint64_t missing;  /* statements in a row that are not there */
	size_t submission; /* the one that the next statement may be in */
	struct tlog_frontier frontier;
	struct level levels[TLOG_LEVEL_COUNT];
	enum err_code sink_rc; /* first failure inside the sink */
	struct err sink_err;
	/* The leaf tile at hand. */
	uint64_t base; /* its first statement */
	unsigned width;
	uint8_t entries[TLOG_TILE_WIDTH * LEDGER_ENTRY_BYTES];
	bool has[TLOG_TILE_WIDTH]; /* from the database */
	bool has_head;
	struct stored_head head; /* the next one to be reached */
};

/* ---- statements ---- */

/* The blobs of the blocks leave nothing between them: what lay there would
 * be looked at by nobody. */
static void check_place_of_body(struct walk *w)
{
	const struct block_columns *columns = &w->fed->columns;

	if (columns->body_at != w->body_end)
		verify_wrong(w->v,
		    tr("the body of the block of statements from %llu does not "
		       "follow the one before it"),
		    (unsigned long long)columns->first_seq);
	w->body_end = columns->body_end;
}

/* Makes the next block current; has_blocks false at the end. */
static enum err_code next_block(
    struct walk *w, uint64_t wanted, struct err *err)
{
	enum err_code rc;

	for (;;) {
		rc = feed_next(w->feed, &w->fed, err);
		if (rc || !w->fed) {
			w->has_blocks = false;
			return verify_absorb(w->v, rc, err);
		}
		check_place_of_body(w);
		if (w->fed->rc)
			rc = verify_absorb(w->v, w->fed->rc, &w->fed->err);
		else if (w->fed->block.first_seq >= wanted)
			return 0;
		else
			verify_wrong(w->v,
			    tr("the block of statements from %llu overlaps the "
			       "one before it"),
			    (unsigned long long)w->fed->block.first_seq);
		if (rc)
			return rc;
	}
}

static uint64_t end_of_block(const struct walk *w)
{
	return w->fed ? w->fed->block.first_seq + w->fed->block.count : 0;
}

static bool holds(const struct walk *w, uint64_t seq)
{
	return w->fed && seq >= w->fed->block.first_seq &&
	    seq < end_of_block(w);
}

static enum err_code seek(struct walk *w, uint64_t seq, struct err *err)
{
	enum err_code rc = 0;

	while (!rc && w->has_blocks && seq >= end_of_block(w))
		rc = next_block(w, seq, err);
	return rc;
}

static void tell_missing(struct walk *w)
{
	if (w->missing)
		verify_wrong(w->v,
		    tr("statements %llu to %llu cannot be read from the "
		       "database"),
		    (unsigned long long)w->missing_from,
		    (unsigned long long)(w->missing_from + w->missing - 1));
	w->missing = 0;
}

static void note_missing(struct walk *w, uint64_t seq)
{
	if (w->missing++ == 0)
		w->missing_from = seq;
}

/* Which kinds of statements may stand where. */
static void place(struct walk *w, uint64_t seq, enum facts_kind kind,
    const struct row_facts *facts)
{
	struct verify *v = w->v;
	const struct span_of_log *s;
	bool is_last = false;

	while (w->submission < v->submissions_count &&
	    v->submissions[w->submission].end <= seq)
		w->submission++;
	s = &v->submissions[w->submission];
	if (w->submission < v->submissions_count && s->first <= seq) {
		is_last = seq + 1 == s->end;
		if (kind == FACTS_RECORD && facts->item != s->item)
			verify_wrong(v,
			    tr("record %llu is of another item than "
			       "submission %zu"),
			    (unsigned long long)seq, w->submission + 1);
		if (is_last && kind == FACTS_SUBMISSION &&
		    facts->item != s->item)
			verify_wrong(v,
			    tr("submission %lld is not what was sealed: %s"),
			    (long long)w->submission + 1, tr("its item"));
	}
	if (is_last && kind != FACTS_SUBMISSION)
		verify_wrong(v,
		    tr("statement %llu is not that of submission %zu, which "
		       "ends there"),
		    (unsigned long long)seq, w->submission + 1);
	if (!is_last && kind == FACTS_SUBMISSION)
		verify_wrong(v,
		    tr("the submission of statement %llu is not in the "
		       "database"),
		    (unsigned long long)seq);
}

/* The row of the submission that ends with this statement. */
static enum err_code check_submission(
    struct walk *w, uint64_t seq, struct err *err)
{
	struct verify *v = w->v;
	struct statement st = {0};
	enum err_code rc = 0;

	if (w->submission < v->submissions_count &&
	    v->submissions[w->submission].end == seq + 1)
		rc = statement_read(
		    block_statement(&w->fed->block, seq), &st, err);
	if (!rc && st.json)
		rc = verify_submission(v, (int64_t)w->submission + 1, &st, err);
	statement_release(&st);
	return rc;
}

static enum err_code check_undone(struct walk *w, uint64_t seq, struct err *err)
{
	struct statement st = {0};
	enum err_code rc =
	    statement_read(block_statement(&w->fed->block, seq), &st, err);

	if (!rc)
		rc = verify_undone(w->v, seq, &st, err);
	statement_release(&st);
	return rc;
}

/* What was read ahead, or else the statement itself. */
static enum err_code read_facts(struct walk *w, uint64_t seq,
    enum facts_kind *kind, struct row_facts *out, struct err *err)
{
	const struct fact *ahead =
	    &w->fed->facts[seq - w->fed->block.first_seq];
	const struct facts_frame *frame;
	enum err_code rc;

	if (ahead->is_known) {
		*kind = FACTS_RECORD;
		*out = ahead->row;
		told_put(w->v->told, &ahead->name);
		return 0;
	}
	rc = facts_read(w->facts, block_statement(&w->fed->block, seq), seq,
	    kind, out, err);
	frame = facts_new_frame(w->facts);
	if (frame)
		feed_use_frame(w->feed, frame);
	return rc;
}

static enum err_code account(struct walk *w, uint64_t seq, struct err *err)
{
	struct verify *v = w->v;
	struct row_facts facts;
	enum facts_kind kind;
	enum err_code rc = read_facts(w, seq, &kind, &facts, err);

	if (rc)
		return verify_absorb(v, rc, err);
	v->result->statements++;
	place(w, seq, kind, &facts);
	if (kind == FACTS_RECORD)
		sums_add(v->statement_sums, seq, &facts, sizeof(facts));
	else if (kind == FACTS_WITHDRAWAL)
		sum_add(&v->statement_ends, v->statement_sums->seed, &seq,
		    sizeof(seq));
	else if (kind == FACTS_SUBMISSION)
		rc = check_submission(w, seq, err);
	else if (kind == FACTS_UNRESOLVED)
		rc = check_undone(w, seq, err);
	else if (kind == FACTS_CASE)
		v->result->moves++;
	else if (kind == FACTS_UNREADABLE) {
		v->is_unread = true;
		verify_wrong(v,
		    tr("statement %llu cannot be understood, or its catalogue "
		       "is not archived"),
		    (unsigned long long)seq);
	}
	return verify_absorb(v, rc, err);
}

static bool is_erased(const uint8_t salt[BLOCK_SALT_BYTES])
{
	static const uint8_t zero[BLOCK_SALT_BYTES];

	return memcmp(salt, zero, sizeof(zero)) == 0;
}

static enum err_code take_statement(
    struct walk *w, unsigned at, struct err *err)
{
	uint64_t seq = w->base + at;
	const uint8_t *salt;
	enum err_code rc = seek(w, seq, err);

	w->has[at] = false;
	if (rc)
		return rc;
	if (!holds(w, seq)) {
		note_missing(w, seq);
		return 0;
	}
	tell_missing(w);
	salt = block_salt(&w->fed->block, seq);
	if (is_erased(salt)) {
		w->v->result->erased++;
	} else {
		w->has[at] = true;
		memcpy(w->entries + at * LEDGER_ENTRY_BYTES,
		    w->fed->commitments[seq - w->fed->block.first_seq],
		    LEDGER_ENTRY_BYTES);
	}
	return account(w, seq, err);
}

/* ---- leaf tiles ---- */

static void write_bundle(const struct walk *w, uint8_t *to)
{
	unsigned i;

	for (i = 0; i < w->width; i++, to += LEDGER_BUNDLE_ENTRY_BYTES) {
		to[0] = 0;
		to[1] = LEDGER_ENTRY_BYTES;
		memcpy(to + 2, w->entries + i * LEDGER_ENTRY_BYTES,
		    LEDGER_ENTRY_BYTES);
	}
}

/* The tile's two files, as they are; empty when they cannot be read or have
 * a wrong length. */
struct leaf_files {
	struct buf tile;
	struct buf bundle;
};

static void read_leaf_files(struct walk *w, struct leaf_files *f)
{
	struct tlog_tile tile = {0, w->base / TLOG_TILE_WIDTH, w->width};

	buf_init(&f->tile, LEDGER_BUNDLE_BYTES);
	buf_init(&f->bundle, LEDGER_BUNDLE_BYTES);
	if (ledger_read_file(w->v->request->ledger, &tile, &f->tile, NULL) !=
		0 ||
	    f->tile.n != w->width * sizeof(struct tlog_hash))
		buf_reset(&f->tile);
	tile.level = TLOG_LEVEL_ENTRIES;
	if (ledger_read_file(w->v->request->ledger, &tile, &f->bundle, NULL) !=
		0 ||
	    f->bundle.n != w->width * LEDGER_BUNDLE_ENTRY_BYTES)
		buf_reset(&f->bundle);
}

/* Chooses the entry at `at` from the witnesses. */
static void choose(struct walk *w, const struct leaf_files *f, unsigned at)
{
	uint8_t *entry = w->entries + at * LEDGER_ENTRY_BYTES;
	const uint8_t *bundled = f->bundle.n
	    ? (const uint8_t *)f->bundle.p + at * LEDGER_BUNDLE_ENTRY_BYTES + 2
	    : NULL;
	const char *hash =
	    f->tile.n ? f->tile.p + at * sizeof(struct tlog_hash) : NULL;
	uint8_t leaf[SHA256_BYTES];

	if (w->has[at]) {
		sha256_leaf32(entry, leaf);
		if (!hash || memcmp(leaf, hash, sizeof(leaf)) == 0)
			return;
	}
	if (!bundled)
		return;
	sha256_leaf32(bundled, leaf);
	if (w->has[at] && memcmp(leaf, hash, sizeof(leaf)) != 0)
		return;
	memcpy(entry, bundled, LEDGER_ENTRY_BYTES);
	if (w->has[at])
		verify_wrong(w->v,
		    tr("statement %llu is not what was sealed in the log"),
		    (unsigned long long)w->base + at);
}

/* Names what differs in the leaf tile's files. */
static enum err_code name_leaf_files(
    struct walk *w, struct tlog_hash *leaves, struct err *err)
{
	struct tlog_tile tile = {0, w->base / TLOG_TILE_WIDTH, w->width};
	uint8_t bundle[LEDGER_BUNDLE_BYTES];
	enum err_code rc;

	tlog_leaf_hashes32(w->entries, w->width, leaves);
	write_bundle(w, bundle);
	rc = verify_file(w->v, &tile,
	    (struct span){
		(const char *)leaves, w->width * sizeof(struct tlog_hash)},
	    err);
	tile.level = TLOG_LEVEL_ENTRIES;
	if (!rc)
		rc = verify_file(w->v, &tile,
		    (struct span){(const char *)bundle,
			w->width * LEDGER_BUNDLE_ENTRY_BYTES},
		    err);
	return rc;
}

static bool has_all(const struct walk *w)
{
	unsigned i;

	for (i = 0; i < w->width; i++)
		if (!w->has[i])
			return false;
	return true;
}

static enum err_code check_leaves(
    struct walk *w, struct tlog_hash *leaves, struct err *err)
{
	uint8_t bundle[LEDGER_BUNDLE_BYTES];
	struct leaf_files files;
	enum err_code rc = 0;
	unsigned i;

	read_leaf_files(w, &files);
	tlog_leaf_hashes32(w->entries, w->width, leaves);
	write_bundle(w, bundle);
	if (has_all(w) && files.tile.n && files.bundle.n &&
	    memcmp(files.tile.p, leaves, files.tile.n) == 0 &&
	    memcmp(files.bundle.p, bundle, files.bundle.n) == 0) {
		w->v->result->files += 2;
	} else {
		for (i = 0; i < w->width; i++)
			choose(w, &files, i);
		rc = name_leaf_files(w, leaves, err);
	}
	buf_release(&files.tile);
	buf_release(&files.bundle);
	return rc;
}

/* ---- the levels above ---- */

static enum err_code check_level(
    struct walk *w, unsigned number, struct err *err)
{
	const struct level *level = &w->levels[number];
	struct tlog_tile tile = {(int)number, level->index, level->width};

	return verify_file(w->v, &tile,
	    (struct span){(const char *)level->hashes,
		level->width * sizeof(struct tlog_hash)},
	    err);
}

/* tlog_sink: a perfect subtree of 256^level leaves is complete. */
static void on_subtree(
    void *ctx, unsigned number, uint64_t index, const struct tlog_hash *hash)
{
	struct walk *w = ctx;
	struct level *level;

	(void)index;
	if (w->sink_rc || number >= TLOG_LEVEL_COUNT)
		return;
	level = &w->levels[number];
	level->hashes[level->width++] = *hash;
	if (level->width < TLOG_TILE_WIDTH)
		return;
	w->sink_rc = check_level(w, number, &w->sink_err);
	level->index++;
	level->width = 0;
}

/* ---- heads ---- */

static enum err_code next_head(struct walk *w, struct err *err)
{
	const enum sql_id id = SQL_LEDGER_HEAD_LIST;
	enum err_code rc = 0;

	w->has_head = store_next_row(w->store, id, &rc, err);
	if (rc)
		return verify_absorb(w->v, rc, err);
	if (!w->has_head)
		return 0;
	w->head.size = (uint64_t)store_column_int(w->store, id, 0);
	buf_reset(&w->head.root);
	buf_reset(&w->head.frontier);
	buf_reset(&w->head.text);
	buf_add_span(&w->head.root, store_column_span(w->store, id, 1));
	buf_add_span(&w->head.frontier, store_column_span(w->store, id, 2));
	buf_add_span(&w->head.text, store_column_span(w->store, id, 4));
	return 0;
}

/* The signed text against the tree. */
static void check_signed(struct walk *w, const struct tlog_hash *root)
{
	const struct verify_request *r = w->v->request;
	unsigned long long size = w->head.size;
	struct note_check check;
	struct checkpoint c;
	struct note note;
	struct err err;

	if (note_open(
		buf_span(&w->head.text), r->key, 1, &note, &check, &err) != 0 ||
	    checkpoint_parse(note.text, &c, &err) != 0) {
		verify_wrong(w->v,
		    tr("the signed checkpoint of size %llu does not hold: %s"),
		    size, err.message);
		return;
	}
	if (!span_is(c.origin, r->origin) || c.head.size != w->head.size)
		verify_wrong(w->v,
		    tr("the signed checkpoint of size %llu is of another log "
		       "or size"),
		    size);
	if (!tlog_hash_equal(&c.head.root, root))
		verify_wrong(w->v,
		    tr("the log of size %llu does not have the signed root"),
		    size);
}

static void check_head(struct walk *w)
{
	struct tlog_hash root = tlog_frontier_root(&w->frontier);
	uint8_t saved[TLOG_FRONTIER_BYTES_MAX];
	struct span frontier = {
	    (const char *)saved, tlog_frontier_save(&w->frontier, saved)};
	struct span bytes = {(const char *)root.b, sizeof(root)};

	check_signed(w, &root);
	if (!span_equal(buf_span(&w->head.root), bytes) ||
	    !span_equal(buf_span(&w->head.frontier), frontier))
		verify_wrong(w->v,
		    tr("the stored head of size %llu is not that of the log"),
		    (unsigned long long)w->head.size);
	if (span_equal(buf_span(&w->head.text), buf_span(&w->v->published))) {
		w->v->is_published_known = true;
		w->v->is_published_newest = w->head.size == w->v->size;
	}
	w->v->result->heads++;
	w->v->result->root = root;
}

static enum err_code check_heads_here(struct walk *w, struct err *err)
{
	enum err_code rc = 0;

	while (!rc && w->has_head && w->head.size <= w->frontier.size) {
		if (w->head.size == w->frontier.size)
			check_head(w);
		rc = next_head(w, err);
	}
	return rc;
}

/* Appends the leaves, stopping at the size of each head. */
static enum err_code grow(
    struct walk *w, const struct tlog_hash *leaves, struct err *err)
{
	unsigned done = 0;
	enum err_code rc = 0;

	while (!rc && done < w->width) {
		size_t n = w->width - done;

		if (w->has_head && w->head.size - w->frontier.size < n)
			n = (size_t)(w->head.size - w->frontier.size);
		tlog_append_many(&w->frontier, leaves + done, n, on_subtree, w);
		done += (unsigned)n;
		rc = check_heads_here(w, err);
	}
	if (!rc && w->sink_rc) {
		*err = w->sink_err;
		rc = w->sink_rc;
	}
	return rc;
}

/* ---- all of it ---- */

static enum err_code check_tile(struct walk *w, struct err *err)
{
	struct tlog_hash leaves[TLOG_TILE_WIDTH];
	uint64_t left = w->v->size - w->base;
	enum err_code rc = 0;
	unsigned i;

	w->width = left < TLOG_TILE_WIDTH ? (unsigned)left : TLOG_TILE_WIDTH;
	memset(w->entries, 0, sizeof(w->entries));
	for (i = 0; i < w->width && !rc; i++)
		rc = take_statement(w, i, err);
	if (!rc)
		rc = check_leaves(w, leaves, err);
	if (!rc)
		rc = grow(w, leaves, err);
	w->base += w->width;
	return rc;
}

/* Is anything behind the signed end? */
static enum err_code check_behind(struct walk *w, struct err *err)
{
	enum err_code rc = seek(w, w->v->size, err);

	tell_missing(w);
	if (!rc && w->has_blocks)
		verify_wrong(w->v,
		    tr("there are statements from %llu on that no head covers"),
		    (unsigned long long)w->v->size);
	return rc;
}

static enum err_code run(struct walk *w, struct err *err)
{
	const struct verify_request *r = w->v->request;
	enum err_code rc = next_head(w, err);
	unsigned i;

	if (!rc)
		rc = check_heads_here(w, err);
	while (!rc && w->base < w->v->size) {
		rc = check_tile(w, err);
		if (r->progress)
			r->progress(r->progress_ctx, w->base, w->v->size);
	}
	for (i = 1; i < TLOG_LEVEL_COUNT && !rc; i++)
		if (w->levels[i].width)
			rc = check_level(w, i, err);
	return rc ? rc : check_behind(w, err);
}

enum err_code verify_log(struct verify *v, struct err *err)
{
	struct store_value log = store_int(LEDGER_RECORDS);
	struct walk *w = mem_zalloc(1, sizeof(*w));
	enum err_code rc;

	w->v = v;
	w->store = v->request->store;
	w->facts = facts_reader_new(w->store, v->told);
	w->has_blocks = true;
	buf_init(&w->head.root, 64);
	buf_init(&w->head.frontier, TLOG_FRONTIER_BYTES_MAX + 64);
	buf_init(&w->head.text, NOTE_TEXT_MAX);
	tlog_frontier_init(&w->frontier);
	rc = store_start(w->store, SQL_LEDGER_HEAD_LIST, &log, 1, err);
	if (!rc)
		rc = feed_new(w->store, v->told, &w->feed, err);
	if (!rc)
		rc = run(w, err);
	store_finish(w->store, SQL_LEDGER_HEAD_LIST);
	feed_free(&w->feed);
	facts_reader_free(&w->facts);
	buf_release(&w->head.root);
	buf_release(&w->head.frontier);
	buf_release(&w->head.text);
	free(w);
	return rc;
}
