/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over the rows. Three witnesses say what each leaf was: the row,
 * the entry bundle, the hash tile. Two that agree name the third, so that
 * one change names one culprit and the tree goes on with what was sealed;
 * where all were changed, the root tells. Where the row was erased the tile
 * above is the third.
 */
#include "usage/use_verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/tr.h"
#include "ledger/folder.h"
#include "tlog/checkpoint.h"
#include "tlog/tile.h"
#include "usage/audit_case.h"
#include "usage/feedback.h"
#include "usage/question.h"
#include "usage/use_time.h"

enum { NOTE_TEXT_MAX = 64 * 1024, TEXT_BYTES = 512 };

/* The tile of one level that is filling. */
struct level {
	uint64_t index;
	unsigned width;
	struct tlog_hash hashes[TLOG_TILE_WIDTH];
};

struct head {
	uint64_t size;
	struct tlog_hash root;
	struct buf note;
};

struct walk {
	const struct use_verify_request *r;
	struct tlog_frontier frontier;
	struct level levels[TLOG_LEVEL_COUNT];
	uint64_t published; /* uses that the files must have */
	struct buf file;    /* scratch */
	/* Leaves of the entry bundle at hand; how many. */
	struct tlog_hash bundle[TLOG_TILE_WIDTH];
	size_t bundle_n;
	struct buf statement;
	struct many_subject *many; /* of the use at hand */
	size_t many_count, many_max;
	/* The next head to be reached: one is published each second that
	 * somebody reads in, so they pass one by one. The sealed one is last.
	 */
	struct head head;
	bool has_head, is_sealed_next, had_head;
	uint64_t last_head;	   /* with had_head: the size of the last one */
	struct buf published_note; /* of the newest published one */
	uint64_t erased;	   /* uses without a row, at the beginning */
	uint64_t announced;	   /* uses before this may have none */
	bool is_missing;
	/* Where the clock was set back (use_time.h); those behind the next. */
	uint64_t *setbacks;
	size_t setbacks_count, setbacks_next;
	int64_t latest_ms; /* since the last of them */
	bool is_disorder_told;
};

static void wrong(struct walk *w, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void wrong(struct walk *w, const char *fmt, ...)
{
	char text[TEXT_BYTES];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	w->r->wrong(w->r->ctx, text);
}

/* ---- files ---- */

/* How wide the published log has a level's tile: what is sealed and not
 * published yet is in none. */
static unsigned width_published(
    const struct walk *w, int level, const struct level *l)
{
	uint64_t have = w->published >> (TLOG_TILE_HEIGHT * level);
	uint64_t base = l->index * TLOG_TILE_WIDTH;

	if (have <= base)
		return 0;
	return have - base < TLOG_TILE_WIDTH ? (unsigned)(have - base)
					     : TLOG_TILE_WIDTH;
}

/* How much of the tile at hand the files must have. */
static unsigned width_in_files(
    const struct walk *w, int level, const struct level *l)
{
	unsigned published = width_published(w, level, l);

	return published < l->width ? published : l->width;
}

/* The first `width` of a tile; those of the full one when a writer who went
 * on has removed the partial one. What cannot be read is named; false also
 * where there is nothing to compare with. */
static bool read_tile(struct walk *w, int level, const struct level *l,
    size_t hash_bytes, struct span *out)
{
	unsigned width = width_in_files(w, level < 0 ? 0 : level, l);
	struct tlog_tile tile = {
	    level, l->index, width_published(w, level < 0 ? 0 : level, l)};
	char path[TLOG_TILE_PATH_BYTES];
	struct err err;
	enum err_code rc;

	if (width == 0)
		return false;
	tlog_tile_path(&tile, path);
	buf_reset(&w->file);
	rc = ledger_read_file(w->r->ledger, &tile, &w->file, &err);
	if (rc == ERR_NOT_FOUND && tile.width < TLOG_TILE_WIDTH) {
		tile.width = TLOG_TILE_WIDTH;
		rc = ledger_read_file(w->r->ledger, &tile, &w->file, &err);
	}
	if (rc)
		wrong(w, tr("log of uses, \"%s\": %s"), path, err.message);
	else if (w->file.n != tile.width * hash_bytes)
		wrong(w, tr("log of uses, \"%s\" has a wrong length"), path);
	*out = (struct span){w->file.p, width * hash_bytes};
	return !rc && w->file.n == tile.width * hash_bytes;
}

static void differs(struct walk *w, int level, const struct level *l)
{
	struct tlog_tile tile = {
	    level, l->index, width_in_files(w, level < 0 ? 0 : level, l)};
	char path[TLOG_TILE_PATH_BYTES];

	tlog_tile_path(&tile, path);
	wrong(w, tr("log of uses, \"%s\" has changed"), path);
}

/* The entries beside the leaf tile; one that cannot be a leaf is none. */
static void load_bundle(struct walk *w, const struct level *l)
{
	struct span bytes;
	size_t i;

	w->bundle_n = 0;
	if (!read_tile(
		w, TLOG_LEVEL_ENTRIES, l, LEDGER_BUNDLE_ENTRY_BYTES, &bytes))
		return;
	w->bundle_n = bytes.n / LEDGER_BUNDLE_ENTRY_BYTES;
	for (i = 0; i < w->bundle_n; i++) {
		const char *e = bytes.p + i * LEDGER_BUNDLE_ENTRY_BYTES;

		if (e[0] == 0 && e[1] == LEDGER_ENTRY_BYTES)
			w->bundle[i] = tlog_leaf_hash(
			    (struct span){e + 2, LEDGER_ENTRY_BYTES});
		else
			memset(&w->bundle[i], 0, sizeof(w->bundle[i]));
	}
}

static bool bundle_says(const struct walk *w, size_t i, const void *leaf)
{
	return i < w->bundle_n &&
	    memcmp(w->bundle[i].b, leaf, TLOG_HASH_BYTES) == 0;
}

/* Level 0: rows, bundle and tile against one another. */
static void check_leaves(struct walk *w, struct level *l)
{
	bool is_tile_named = false, is_bundle_named = false;
	struct span tile;
	size_t i, n;

	load_bundle(w, l);
	n = read_tile(w, 0, l, TLOG_HASH_BYTES, &tile)
	    ? tile.n / TLOG_HASH_BYTES
	    : 0;
	for (i = 0; i < n; i++) {
		const char *leaf = tile.p + i * TLOG_HASH_BYTES;

		if (memcmp(leaf, l->hashes[i].b, TLOG_HASH_BYTES) == 0) {
			if (i < w->bundle_n && !bundle_says(w, i, leaf) &&
			    !is_bundle_named) {
				differs(w, TLOG_LEVEL_ENTRIES, l);
				is_bundle_named = true;
			}
		} else if (!bundle_says(w, i, l->hashes[i].b)) {
			wrong(w, tr("use %llu is not what was sealed"),
			    (unsigned long long)l->index * TLOG_TILE_WIDTH + i);
			memcpy(l->hashes[i].b, leaf, TLOG_HASH_BYTES);
		} else if (!is_tile_named) {
			differs(w, 0, l);
			is_tile_named = true;
		}
	}
}

static void check_level(struct walk *w, int level, const struct level *l)
{
	struct span bytes;

	if (read_tile(w, level, l, TLOG_HASH_BYTES, &bytes) &&
	    memcmp(bytes.p, l->hashes, bytes.n) != 0)
		differs(w, level, l);
}

/* tlog_sink */
static void on_subtree(
    void *ctx, unsigned level, uint64_t index, const struct tlog_hash *hash)
{
	struct walk *w = ctx;
	struct level *l;

	(void)index;
	if (level >= TLOG_LEVEL_COUNT)
		return;
	l = &w->levels[level];
	l->hashes[l->width++] = *hash;
	if (l->width < TLOG_TILE_WIDTH)
		return;
	check_level(w, (int)level, l);
	l->index++;
	l->width = 0;
}

/* ---- heads ---- */

static void check_note(struct walk *w, const struct head *head)
{
	struct note_check check;
	struct checkpoint said;
	struct note note;
	struct err err;

	if (note_open(
		buf_span(&head->note), w->r->key, 1, &note, &check, &err) ||
	    checkpoint_parse(note.text, &said, &err)) {
		wrong(w, tr("log of uses, head of size %llu: %s"),
		    (unsigned long long)head->size, err.message);
		return;
	}
	if (!span_is(said.origin, w->r->origin) ||
	    said.head.size != head->size ||
	    !tlog_hash_equal(&said.head.root, &head->root))
		wrong(w,
		    tr("log of uses, head of size %llu: its checkpoint says "
		       "something else"),
		    (unsigned long long)head->size);
}

static void next_head(struct walk *w);

static void check_heads(struct walk *w)
{
	for (; w->has_head; next_head(w)) {
		const struct head *head = &w->head;
		struct tlog_hash root;

		if (head->size > w->frontier.size)
			return;
		root = tlog_frontier_root(&w->frontier);
		if (head->size < w->frontier.size ||
		    !tlog_hash_equal(&root, &head->root))
			wrong(w,
			    tr("log of uses, head of size %llu has another "
			       "root than the uses"),
			    (unsigned long long)head->size);
		check_note(w, head);
	}
}

/* False: it is none. */
static bool take_head(
    struct walk *w, uint64_t size, struct span root, struct span note)
{
	w->had_head = true;
	w->last_head = size;
	w->head.size = size;
	if (root.n != sizeof(w->head.root)) {
		wrong(w, "%s",
		    tr("the stored head of the log of uses is damaged"));
		return false;
	}
	memcpy(&w->head.root, root.p, root.n);
	buf_reset(&w->head.note);
	buf_add_span(&w->head.note, note);
	return true;
}

/* Behind those that were published. */
static bool take_sealed(struct walk *w)
{
	struct buf note = BUF_INIT(NOTE_TEXT_MAX);
	struct ledger_head sealed;
	struct err err;
	bool is_there = false;

	if (use_log_head(w->r->store, &sealed, &note, &err) != 0)
		wrong(w, "%s", err.message);
	else if (note.n)
		is_there = take_head(w, sealed.size,
		    (struct span){
			(const char *)sealed.root.b, sizeof(sealed.root)},
		    buf_span(&note));
	buf_release(&note);
	return is_there;
}

/* Whatever cannot be read is wrong, and the next one comes. */
static void next_head(struct walk *w)
{
	const enum sql_id id = SQL_LEDGER_HEAD_LIST;
	struct err err;

	w->has_head = false;
	while (!w->has_head && !w->is_sealed_next) {
		int got = store_next(w->r->store, id, &err);

		if (got < 0)
			wrong(w, "%s", err.message);
		w->is_sealed_next = got != 1;
		if (got == 1)
			w->has_head = take_head(w,
			    (uint64_t)store_column_int(w->r->store, id, 0),
			    store_column_span(w->r->store, id, 1),
			    store_column_span(w->r->store, id, 4));
		else
			w->has_head = take_sealed(w);
	}
}

/* What the files must have, and say. */
static enum err_code load_published(struct walk *w, struct err *err)
{
	const enum sql_id id = SQL_LEDGER_HEAD_LAST;
	struct store_value which = store_int(LEDGER_USES);
	enum err_code rc = store_start(w->r->store, id, &which, 1, err);
	int got = rc ? 0 : store_next(w->r->store, id, err);

	if (got == 1) {
		w->published = (uint64_t)store_column_int(w->r->store, id, 0);
		buf_add_span(
		    &w->published_note, store_column_span(w->r->store, id, 4));
	}
	store_finish(w->r->store, id);
	return rc || got >= 0 ? rc : (enum err_code)got;
}

static enum err_code start_heads(struct walk *w, struct err *err)
{
	struct store_value which = store_int(LEDGER_USES);
	enum err_code rc = load_published(w, err);

	if (!rc)
		rc = store_start(
		    w->r->store, SQL_LEDGER_HEAD_LIST, &which, 1, err);
	if (!rc)
		next_head(w);
	return rc;
}

/* The file says the newest published head, or a newer one of a writer who
 * went on meanwhile. */
static bool is_newest(struct walk *w, struct err *err)
{
	struct note_check check;
	struct checkpoint said;
	struct note note;

	if (span_equal(buf_span(&w->file), buf_span(&w->published_note)))
		return true;
	if (note_open(buf_span(&w->file), w->r->key, 1, &note, &check, err) ||
	    checkpoint_parse(note.text, &said, err))
		return false;
	err_set(err, ERR_CORRUPT,
	    "it is not the newest published head of the log of uses");
	return span_is(said.origin, w->r->origin) &&
	    said.head.size > w->published;
}

/* The file says another head of the database's: who committed the newest was
 * killed, or had no room, before the file followed. */
static bool is_earlier(struct walk *w)
{
	const enum sql_id id = SQL_LEDGER_HEAD_LIST;
	struct store_value which = store_int(LEDGER_USES);
	bool is_one = false;
	enum err_code rc;

	store_finish(w->r->store, id); /* the walk is over */
	rc = store_start(w->r->store, id, &which, 1, NULL);
	while (!is_one && store_next_row(w->r->store, id, &rc, NULL))
		is_one = span_equal(
		    buf_span(&w->file), store_column_span(w->r->store, id, 4));
	store_finish(w->r->store, id);
	return is_one;
}

/* While nobody is between the commit of a head and its file. */
static void check_checkpoint(struct walk *w)
{
	struct err err;

	(void)ledger_enter(w->r->ledger, NULL);
	buf_reset(&w->file);
	if (file_read(w->r->checkpoint_path, &w->file, &err) ||
	    (!is_newest(w, &err) && !is_earlier(w)))
		wrong(w, "\"%s\": %s", w->r->checkpoint_path, err.message);
	else if (!is_newest(w, &err) && w->r->note)
		w->r->note(w->r->ctx,
		    tr("log of uses, the published checkpoint is an earlier "
		       "one; the next use brings it up to date"));
	ledger_leave(w->r->ledger);
}

/* ledger_stray_visit. What lies beyond is a server's that goes on. */
static enum err_code on_stray(
    void *ctx, const struct ledger_stray *stray, struct err *err)
{
	struct walk *w = ctx;
	char path[TLOG_TILE_PATH_BYTES];
	enum err_code rc;

	if (stray->kind == LEDGER_STRAY_FOREIGN)
		wrong(w,
		    tr("log of uses, the file \"%.*s\" does not belong in the "
		       "log's folder"),
		    (int)stray->path.n, stray->path.p);
	if (stray->kind != LEDGER_STRAY_EARLIER)
		return 0;
	tlog_tile_path(&stray->tile, path);
	buf_reset(&w->file);
	rc = ledger_read_file(w->r->ledger, &stray->tile, &w->file, err);
	if (rc == ERR_NOT_FOUND)
		return 0;
	if (rc)
		wrong(w, tr("log of uses, \"%s\": %s"), path, err->message);
	else if (!span_equal(buf_span(&w->file), stray->must))
		wrong(w, tr("log of uses, \"%s\" has changed"), path);
	return 0;
}

/* ---- rows ---- */

/* The leaf tile at hand is as wide as it gets: into the tree. */
static void end_leaves(struct walk *w)
{
	struct level *l = &w->levels[0];
	unsigned i;

	if (l->width == 0)
		return;
	check_leaves(w, l);
	for (i = 0; i < l->width; i++) {
		check_heads(w);
		tlog_append(&w->frontier, &l->hashes[i], on_subtree, w);
	}
	check_heads(w);
	l->index++;
	l->width = 0;
}

/* many_visit */
static enum err_code take_subject(
    void *ctx, int64_t subject_id, struct span code, struct err *err)
{
	struct walk *w = ctx;
	struct many_subject *one;

	if (w->many_count == w->many_max) {
		w->many_max = w->many_max ? 2 * w->many_max : 1024;
		w->many = mem_realloc(w->many, w->many_max, sizeof(*w->many));
	}
	one = &w->many[w->many_count++];
	*one = (struct many_subject){.id = subject_id};
	if (subject_id)
		return w->r->code_of(
		    w->r->code_ctx, subject_id, one->code, err);
	if (code.n >= sizeof(one->code))
		return err_set(err, ERR_CORRUPT, "it names no organisation");
	memcpy(one->code, code.p, code.n);
	return 0;
}

/* Are the organisations that lead to a use of many those it commits to? */
static void check_many(struct walk *w, const struct use_row *row)
{
	struct use real = {0};
	struct err err;
	enum err_code rc;
	size_t count;

	if (!row->use.subjects || !w->r->code_of)
		return;
	w->many_count = 0;
	rc = many_each(w->r->store, row->seq, take_subject, w, &err);
	if (rc) {
		wrong(w, tr("the organisations of use %llu: %s"),
		    (unsigned long long)row->seq, err.message);
		return;
	}
	count = many_sort(w->many, w->many_count);
	many_commit(w->many, count, &real);
	if (real.subjects != row->use.subjects ||
	    memcmp(real.list, row->use.list, sizeof(real.list)) != 0)
		wrong(w,
		    tr("the organisations of use %llu are not those that were "
		       "sealed"),
		    (unsigned long long)row->seq);
}

/* ---- what was erased ---- */

/* Do the leaves at hand fold to what the tile above says? */
static bool fit_above(struct walk *w, const struct level *l)
{
	struct tlog_hash fold[TLOG_TILE_WIDTH];
	struct level above = {
	    .index = l->index / TLOG_TILE_WIDTH, .width = TLOG_TILE_WIDTH};
	size_t at = l->index % TLOG_TILE_WIDTH * TLOG_HASH_BYTES;
	struct span bytes;

	if (l->width < TLOG_TILE_WIDTH ||
	    !read_tile(w, 1, &above, TLOG_HASH_BYTES, &bytes) ||
	    bytes.n < at + TLOG_HASH_BYTES)
		return false;
	memcpy(fold, l->hashes, sizeof(fold));
	tlog_fold(fold, TLOG_TILE_WIDTH);
	return memcmp(bytes.p + at, fold[0].b, TLOG_HASH_BYTES) == 0;
}

/* The leaves of a tile from the files alone: those of the bundle, unless the
 * leaf tile has others that fit better. */
static void take_leaves(struct walk *w, struct level *l)
{
	struct tlog_hash tile[TLOG_TILE_WIDTH];
	struct span bytes = {NULL, 0};
	size_t n = l->width * sizeof(tile[0]);

	load_bundle(w, l);
	memcpy(l->hashes, w->bundle, n);
	if (!read_tile(w, 0, l, TLOG_HASH_BYTES, &bytes))
		return;
	memcpy(tile, bytes.p, n);
	if (w->bundle_n == l->width &&
	    (memcmp(tile, l->hashes, n) == 0 || fit_above(w, l)))
		return;
	memcpy(l->hashes, tile, n);
}

static void take_erased(struct walk *w, uint64_t until)
{
	struct level *l = &w->levels[0];
	uint64_t at = 0;

	if (until > w->published)
		until = w->published;
	for (; at < until; at += l->width) {
		end_leaves(w);
		l->width = until - at < TLOG_TILE_WIDTH ? (unsigned)(until - at)
							: TLOG_TILE_WIDTH;
		take_leaves(w, l);
	}
	w->erased = at;
	if (l->width == TLOG_TILE_WIDTH)
		end_leaves(w);
}

/* The head that an announcement ends at was signed on the last day that it
 * names, or before. */
static bool has_head(const struct walk *w, const struct erase_plan *p)
{
	struct store_value key[] = {
	    store_int(LEDGER_USES), store_int((int64_t)p->before)};
	int64_t signed_ms = -1;
	enum err_code rc = store_get_int(
	    w->r->store, SQL_LEDGER_HEAD_SIGNED, key, 2, -1, &signed_ms, NULL);

	return !rc && signed_ms >= 0 &&
	    date_of_unix_ms(signed_ms) <= p->through;
}

static void take_announcement(struct walk *w, const struct use_row *row)
{
	struct erase_plan p;

	if (row->use.act != USE_ERASE || row->use.outcome != USE_ANSWERED)
		return;
	if (!erase_parse(row->use.purpose, &p) || p.before > row->seq ||
	    !has_head(w, &p) ||
	    !erase_was_due(&p, w->r->catalog, date_of_unix_ms(row->use.at_ms)))
		wrong(w,
		    tr("use %llu announces the end of uses that were to be "
		       "kept"),
		    (unsigned long long)row->seq);
	else if (p.before > w->announced)
		w->announced = p.before;
}

static void check_erased(struct walk *w)
{
	if (w->erased > w->announced)
		wrong(w,
		    tr("the uses before %llu are missing, and no sealed use "
		       "says that they were erased"),
		    (unsigned long long)w->erased);
}

/* Whoever looks for the uses of a time would not find one that stands behind
 * later ones, where nothing says that the clock was set back. */
static void check_time(struct walk *w, const struct use_row *row)
{
	for (; w->setbacks_next < w->setbacks_count &&
	     w->setbacks[w->setbacks_next] <= row->seq;
	     w->setbacks_next++)
		w->latest_ms = INT64_MIN;
	if (row->use.at_ms > w->latest_ms)
		w->latest_ms = row->use.at_ms;
	if (w->is_disorder_told ||
	    row->use.at_ms >= w->latest_ms - USE_TIME_SLACK_MS)
		return;
	w->is_disorder_told = true;
	wrong(w,
	    tr("use %llu is of an earlier moment than those before it, and "
	       "that the clock was set back there is missing"),
	    (unsigned long long)row->seq);
}

static void take_use(struct walk *w, const struct use_row *row)
{
	struct level *l = &w->levels[0];
	uint8_t entry[SHA256_BYTES];
	uint64_t due;

	if (w->is_missing)
		return;
	if (w->frontier.size == 0 && l->width == 0 && row->seq > 0)
		take_erased(w, row->seq);
	due = l->index * TLOG_TILE_WIDTH + l->width;
	if (row->seq != due) {
		wrong(w, tr("uses from %llu on are missing"),
		    (unsigned long long)due);
		w->is_missing = true;
		return;
	}
	check_time(w, row);
	check_many(w, row);
	take_announcement(w, row);
	use_commit(&row->use, row->salt, &w->statement, entry);
	l->hashes[l->width++] =
	    tlog_leaf_hash((struct span){(const char *)entry, sizeof(entry)});
	if (l->width == TLOG_TILE_WIDTH)
		end_leaves(w);
}

static enum err_code walk_rows(struct walk *w, struct err *err)
{
	const struct use_query query = {.order = USE_OLDEST_FIRST, .from = 0};
	enum err_code rc = use_rows_start(w->r->store, &query, err);
	struct use_row row;
	int got = 0;

	while (!rc &&
	    (got = use_rows_next(w->r->store, USE_OLDEST_FIRST, &row, err)) ==
		1)
		take_use(w, &row);
	use_rows_finish(w->r->store, USE_OLDEST_FIRST);
	if (rc || got == 0)
		return rc;
	/* A row that is none: the rest cannot be told from it. */
	wrong(w, "%s", err->message);
	w->is_missing = true;
	return 0;
}

/* Partial tiles above the leaves, and heads that no row reached. */
static void check_rest(struct walk *w)
{
	int level;

	for (level = 1; level < TLOG_LEVEL_COUNT; level++)
		if (w->levels[level].width)
			check_level(w, level, &w->levels[level]);
	for (; w->has_head; next_head(w))
		wrong(w,
		    tr("log of uses, head of size %llu is larger than what is "
		       "there"),
		    (unsigned long long)w->head.size);
	if (!w->is_missing && w->had_head && w->last_head != w->frontier.size)
		wrong(w, tr("uses from %llu on were never sealed"),
		    (unsigned long long)w->last_head);
}

/* The way from subjects to the uses about them. */
static enum err_code check_ways(struct walk *w, struct err *err)
{
	struct store_value published = store_int((int64_t)w->published);
	struct store_value erased = store_int((int64_t)w->erased);
	int64_t astray = 0, missing = 0, many = 0, left = 0;
	enum err_code rc = store_get_int(
	    w->r->store, SQL_USAGE_SUBJECT_ASTRAY, NULL, 0, 0, &astray, err);

	if (!rc)
		rc = store_get_int(w->r->store, SQL_USAGE_SUBJECT_MISSING,
		    &published, 1, 0, &missing, err);
	if (!rc)
		rc = store_get_int(
		    w->r->store, SQL_USAGE_MANY_ASTRAY, NULL, 0, 0, &many, err);
	if (!rc)
		rc = store_get_int(w->r->store, SQL_USAGE_ERASED_LEFT, &erased,
		    1, 0, &left, err);
	astray += many + left + missing;
	if (!rc && astray)
		wrong(w,
		    tr("uses not found, or found wrongly, from whom they are "
		       "about: %lld"),
		    (long long)astray);
	return rc;
}

/* feedback_wrong_visit */
static void on_wrong_feedback(void *ctx, uint64_t seq)
{
	if (seq == UINT64_MAX)
		wrong(ctx, "%s", tr("what was told after a check is missing"));
	else
		wrong(ctx,
		    tr("what was told after a check is not what use %llu "
		       "sealed"),
		    (unsigned long long)seq);
}

/* audit_case_wrong */
static void on_wrong_case(
    void *ctx, struct span finding, int64_t round, bool is_gone)
{
	wrong(ctx,
	    is_gone ? tr("what was written of finding %.*s, round %lld, is "
			 "missing")
		    : tr("what was written of finding %.*s, round %lld, is not "
			 "what was sealed"),
	    (int)finding.n, finding.p, (long long)round);
}

/* use_question_wrong */
static void on_wrong_question(void *ctx, uint64_t use_seq, bool is_gone)
{
	wrong(ctx,
	    is_gone ? tr("a question about use %llu, or its answer, is missing")
		    : tr("what was asked or answered about use %llu is not "
			 "what was sealed"),
	    (unsigned long long)use_seq);
}

static void release(struct walk *w)
{
	store_finish(w->r->store, SQL_LEDGER_HEAD_LIST);
	buf_release(&w->head.note);
	buf_release(&w->published_note);
	free(w->many);
	free(w->setbacks);
	buf_release(&w->file);
	buf_release(&w->statement);
	free(w);
}

enum err_code use_verify(const struct use_verify_request *request,
    struct use_verify_counts *out, struct err *err)
{
	struct walk *w = mem_zalloc(1, sizeof(*w));
	enum err_code rc;

	w->r = request;
	buf_init(&w->file, LEDGER_BUNDLE_BYTES + NOTE_TEXT_MAX);
	buf_init(&w->statement, NOTE_TEXT_MAX);
	buf_init(&w->head.note, NOTE_TEXT_MAX);
	buf_init(&w->published_note, NOTE_TEXT_MAX);
	tlog_frontier_init(&w->frontier);
	rc = start_heads(w, err);
	if (!rc)
		rc = use_time_setbacks(
		    request->store, &w->setbacks, &w->setbacks_count, err);
	if (!rc)
		rc = walk_rows(w, err);
	if (!rc) {
		end_leaves(w);
		check_heads(w);
		check_rest(w);
		check_erased(w);
		check_checkpoint(w);
		rc = ledger_strays(
		    request->ledger, w->published, on_stray, w, err);
	}
	if (!rc) {
		rc = check_ways(w, err);
		if (!rc)
			rc = feedback_verify(
			    request->store, on_wrong_feedback, w, err);
		if (!rc)
			rc = audit_case_verify(request->store,
			    w->announced > w->erased ? w->announced : w->erased,
			    on_wrong_case, w, err);
		if (!rc)
			rc = use_question_verify(request->store, w->erased,
			    on_wrong_question, w, err);
		*out = (struct use_verify_counts){w->frontier.size, w->erased};
	}
	release(w);
	return rc;
}
