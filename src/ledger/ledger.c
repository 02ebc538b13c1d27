/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growing a log.
 *
 * While a write is open the ledger keeps, for each level, the tile that is
 * not yet full (its right edge): leaf hashes at level 0, what tlog's sink
 * tells at the levels above; and the entry bundle that goes with the leaf
 * tile. A tile that fills is written and its edge starts anew.
 *
 *	append:  entries -> bundle edge, leaf hashes -> edge 0 -> frontier
 *		 frontier's sink -> edge 1, 2, ...
 *	seal:    every edge that is not empty -> partial tile ".p/WIDTH"
 *
 * Nothing here is trusted from disk without a check: begin folds the edges
 * and compares them with the frontier in the store, which was committed
 * together with the records.
 */
#include "ledger/ledger.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/mem.h"
#include "ledger/key.h"
#include "tlog/tile.h"

/* The unfilled tile of one level. */
struct edge {
	uint64_t index; /* of the tile in its level */
	unsigned width; /* hashes so far, 0 to 255 */
	struct tlog_hash hashes[TLOG_TILE_WIDTH];
};

/* A folder that tiles are being written to. */
struct tile_folder {
	char path[PATH_MAX]; /* "" = none */
	int fd;		     /* valid with a path */
};

struct ledger {
	struct store *store;
	enum ledger_id id;
	char *folder;
	struct ledger_key key;
	struct tlog_frontier frontier;
	struct edge edges[TLOG_LEVEL_COUNT];
	uint8_t bundle[LEDGER_BUNDLE_BYTES]; /* entries of edge 0 */
	uint64_t begun_size;		     /* at ledger_begin */
	bool is_rehearsal;		     /* no file is written */
	enum err_code sink_rc;		     /* first failure inside the sink */
	struct err sink_err;
	/* Where the last tile went, and the last bundle: the two take turns. */
	struct tile_folder tile_folder;
	struct tile_folder bundle_folder;
	int lock_fd; /* between enter and leave; else -1 */
};

static struct ledger *new_ledger(
    const struct ledger_config *config, struct store *store)
{
	struct ledger *l = mem_zalloc(1, sizeof(*l));

	l->store = store;
	l->id = config->id;
	l->folder = mem_strdup(config->folder);
	ledger_key_init(&l->key, config->key_path, config->origin);
	l->lock_fd = -1;
	return l;
}

enum err_code ledger_open(const struct ledger_config *config,
    struct store *store, struct ledger **out, struct err *err)
{
	(void)err;
	*out = new_ledger(config, store);
	return 0;
}

static void leave_folder(struct tile_folder *folder)
{
	if (folder->path[0])
		close(folder->fd);
	folder->path[0] = '\0';
}

static void leave_folders(struct ledger *l)
{
	leave_folder(&l->tile_folder);
	leave_folder(&l->bundle_folder);
}

void ledger_close(struct ledger **ledger)
{
	struct ledger *l = *ledger;

	if (!l)
		return;
	leave_folders(l);
	ledger_leave(l);
	ledger_key_release(&l->key);
	free(l->folder);
	free(l);
	*ledger = NULL;
}

static void hint_at_rebuild(struct err *err)
{
	err_hint(
	    err, "\"gongxin log rebuild\" writes it again from the database.");
}

/* ---- one at a time ---- */

enum err_code ledger_enter(struct ledger *l, struct err *err)
{
	enum err_code rc = 0;

	ASSERT(l->lock_fd < 0);
	l->lock_fd = file_open_folder(l->folder, err);
	if (l->lock_fd < 0) {
		if (l->lock_fd == ERR_NOT_FOUND)
			hint_at_rebuild(err);
		return (enum err_code)l->lock_fd;
	}
	while (!rc && flock(l->lock_fd, LOCK_EX) != 0)
		if (errno != EINTR)
			rc = err_set_errno(
			    err, "could not lock \"%s\"", l->folder);
	if (rc)
		ledger_leave(l);
	return rc;
}

void ledger_leave(struct ledger *l)
{
	if (l->lock_fd >= 0)
		close(l->lock_fd);
	l->lock_fd = -1;
}

/* ---- heads ---- */

/* Reads the newest head; frontier_out and text_out may be NULL. */
static enum err_code read_head(struct ledger *l, struct ledger_head *head,
    struct tlog_frontier *frontier_out, struct buf *text_out, struct err *err)
{
	const enum sql_id id = SQL_LEDGER_HEAD_LAST;
	struct store_value which = store_int(l->id);
	enum err_code rc = store_start(l->store, id, &which, 1, err);

	memset(head, 0, sizeof(*head));
	head->root = tlog_empty_root();
	if (frontier_out)
		tlog_frontier_init(frontier_out);
	if (store_next_row(l->store, id, &rc, err)) {
		struct span root = store_column_span(l->store, id, 1);

		head->size = (uint64_t)store_column_int(l->store, id, 0);
		head->signed_at_ms = store_column_int(l->store, id, 3);
		if (root.n == sizeof(head->root))
			memcpy(&head->root, root.p, root.n);
		else
			rc = err_set(err, ERR_CORRUPT,
			    "a stored head of the log is damaged");
		if (!rc && frontier_out)
			rc = (enum err_code)tlog_frontier_restore(
			    store_column_span(l->store, id, 2), frontier_out,
			    err);
		if (text_out)
			buf_add_span(
			    text_out, store_column_span(l->store, id, 4));
	}
	store_finish(l->store, id);
	return rc;
}

enum err_code ledger_head(
    struct ledger *ledger, struct ledger_head *out, struct err *err)
{
	return read_head(ledger, out, NULL, NULL, err);
}

enum err_code ledger_has_head(struct ledger *ledger, uint64_t from, uint64_t to,
    bool *out, struct err *err)
{
	const struct store_value key[] = {store_int(ledger->id),
	    store_int((int64_t)from), store_int((int64_t)to)};
	int64_t count = 0;
	enum err_code rc = store_get_int(ledger->store, SQL_LEDGER_HEAD_BETWEEN,
	    key, ARRAY_COUNT(key), 0, &count, err);

	*out = count != 0;
	return rc;
}

enum err_code ledger_checkpoint(
    struct ledger *ledger, struct buf *out, struct err *err)
{
	struct ledger_head head;

	return read_head(ledger, &head, NULL, out, err);
}

/* The key is read once, and wiped when the ledger is closed. */
static enum err_code hold_key(struct ledger *l, struct err *err)
{
	struct buf newest = BUF_INIT(LEDGER_NOTE_BYTES_MAX);
	enum err_code rc;

	if (l->key.is_held)
		return 0;
	rc = ledger_checkpoint(l, &newest, err);
	if (!rc)
		rc = ledger_key_hold(&l->key, buf_span(&newest), err);
	buf_release(&newest);
	return rc;
}

enum err_code ledger_public_key(
    struct ledger *ledger, struct buf *out, struct err *err)
{
	return ledger_key_public(&ledger->key, out, err);
}

enum err_code ledger_published_key(
    struct ledger *ledger, struct buf *out, struct err *err)
{
	return ledger_key_published(&ledger->key, out, err);
}

enum err_code ledger_sign(struct ledger *l, const struct tlog_head *head,
    struct buf *out, struct err *err)
{
	enum err_code rc = hold_key(l, err);

	return rc ? rc : ledger_key_sign(&l->key, head, out, err);
}

/* Signs the frontier as it is and stores the head. */
static enum err_code store_head(
    struct ledger *l, int64_t now_ms, struct err *err)
{
	uint8_t saved[TLOG_FRONTIER_BYTES_MAX];
	size_t saved_bytes = tlog_frontier_save(&l->frontier, saved);
	struct tlog_hash root = tlog_frontier_root(&l->frontier);
	struct tlog_head head = {l->frontier.size, root};
	struct buf note = BUF_INIT(LEDGER_NOTE_BYTES_MAX);
	enum err_code rc = ledger_sign(l, &head, &note, err);

	if (!rc) {
		struct store_value row[] = {store_int(l->id),
		    store_int((int64_t)l->frontier.size),
		    store_blob(root.b, sizeof(root)),
		    store_blob(saved, saved_bytes), store_int(now_ms),
		    store_text(buf_span(&note))};

		rc = store_run(l->store, SQL_LEDGER_HEAD_INSERT, row,
		    ARRAY_COUNT(row), err);
	}
	buf_release(&note);
	return rc;
}

enum err_code ledger_create(const struct ledger_config *config,
    struct store *store, int64_t now_ms, struct err *err)
{
	struct ledger *l = new_ledger(config, store);
	enum err_code rc = 0;

	tlog_frontier_init(&l->frontier);
	if (file_exists(l->key.path)) {
		rc = err_set(err, ERR_CONFLICT, "there is a key \"%s\" already",
		    l->key.path);
		err_hint(err,
		    "It may sign an older log. Move it to a safe "
		    "place first.");
	}
	if (!rc)
		rc = file_make_folders(l->folder, err);
	if (!rc)
		rc = ledger_key_make(&l->key, err);
	if (!rc)
		rc = store_head(l, now_ms, err);
	ledger_close(&l);
	return rc;
}

/* ---- tile files ---- */

/* FOLDER/PATH of a tile; false when it does not fit. */
static bool tile_file(
    const struct ledger *l, const struct tlog_tile *tile, char *out)
{
	char path[TLOG_TILE_PATH_BYTES];

	tlog_tile_path(tile, path);
	return snprintf(out, PATH_MAX, "%s/%s", l->folder, path) < PATH_MAX;
}

/* Opens the folder of a file, made when it is missing; nothing to do when
 * it is the one at hand. */
static enum err_code enter_folder_of(
    struct tile_folder *folder, const char *path, struct err *err)
{
	size_t n = (size_t)(strrchr(path, '/') - path);
	char wanted[PATH_MAX];
	enum err_code rc;
	int fd;

	if (strncmp(path, folder->path, n) == 0 && folder->path[n] == '\0')
		return 0;
	leave_folder(folder);
	memcpy(wanted, path, n);
	wanted[n] = '\0';
	rc = file_make_folders(wanted, err);
	if (rc)
		return rc;
	fd = file_open_folder(wanted, err);
	if (fd < 0)
		return (enum err_code)fd;
	memcpy(folder->path, wanted, n + 1);
	folder->fd = fd;
	return 0;
}

static enum err_code write_tile(struct ledger *l, const struct tlog_tile *tile,
    struct span bytes, struct err *err)
{
	struct tile_folder *folder = tile->level == TLOG_LEVEL_ENTRIES
	    ? &l->bundle_folder
	    : &l->tile_folder;
	char path[PATH_MAX];
	enum err_code rc;

	if (l->is_rehearsal)
		return 0;
	if (!tile_file(l, tile, path))
		return err_set(err, ERR_INPUT, "the path is too long");
	rc = enter_folder_of(folder, path, err);
	return rc ? rc : file_write_in(folder->fd, path, bytes, err);
}

static struct span edge_bytes(const struct edge *e)
{
	return (struct span){
	    (const char *)e->hashes, e->width * sizeof(struct tlog_hash)};
}

/* Writes an edge under its present width (256 = the full tile), and the
 * bundle with it at level 0. */
static enum err_code write_edge(struct ledger *l, int level, struct err *err)
{
	const struct edge *e = &l->edges[level];
	struct tlog_tile tile = {level, e->index, e->width};
	enum err_code rc = write_tile(l, &tile, edge_bytes(e), err);

	if (!rc && level == 0) {
		tile.level = TLOG_LEVEL_ENTRIES;
		rc = write_tile(l, &tile,
		    (struct span){(const char *)l->bundle,
			e->width * LEDGER_BUNDLE_ENTRY_BYTES},
		    err);
	}
	return rc;
}

/* Adds a hash to a level's edge; writes the tile when that fills it. */
static enum err_code grow_edge(
    struct ledger *l, int level, const struct tlog_hash *hash, struct err *err)
{
	struct edge *e = &l->edges[level];
	enum err_code rc;

	e->hashes[e->width++] = *hash;
	if (e->width < TLOG_TILE_WIDTH)
		return 0;
	rc = write_edge(l, level, err);
	e->index++;
	e->width = 0;
	return rc;
}

/* tlog_sink: a perfect subtree of 256^level leaves is complete. */
static void on_subtree(
    void *ctx, unsigned level, uint64_t index, const struct tlog_hash *hash)
{
	struct ledger *l = ctx;

	(void)index;
	if (l->sink_rc || level >= TLOG_LEVEL_COUNT)
		return;
	l->sink_rc = grow_edge(l, (int)level, hash, &l->sink_err);
}

/* ---- reading ---- */

const char *ledger_folder(const struct ledger *ledger)
{
	return ledger->folder;
}

enum err_code ledger_read_file(struct ledger *ledger,
    const struct tlog_tile *tile, struct buf *out, struct err *err)
{
	char path[PATH_MAX];

	if (!tile_file(ledger, tile, path))
		return err_set(err, ERR_INPUT, "the path is too long");
	return file_read(path, out, err);
}

/* A tile's bytes; those of the full one when the partial one is gone. */
static enum err_code read_widest(struct ledger *l, const struct tlog_tile *tile,
    size_t hash_bytes, struct buf *out, struct err *err)
{
	struct tlog_tile which = *tile;
	char path[TLOG_TILE_PATH_BYTES];
	enum err_code rc = ledger_read_file(l, &which, out, err);

	if (rc == ERR_NOT_FOUND && tile->width < TLOG_TILE_WIDTH) {
		which.width = TLOG_TILE_WIDTH;
		rc = ledger_read_file(l, &which, out, err);
	}
	tlog_tile_path(tile, path);
	if (!rc && out->n != which.width * hash_bytes)
		rc = err_set(err, ERR_CORRUPT,
		    "the log's file \"%s\" has a wrong length", path);
	if (rc == ERR_NOT_FOUND)
		rc = err_set(
		    err, ERR_CORRUPT, "the log's file \"%s\" is missing", path);
	if (rc == ERR_CORRUPT)
		hint_at_rebuild(err);
	return rc;
}

/* tlog_tile_read over the files. */
static int read_tile(void *ctx, const struct tlog_tile *tile,
    struct tlog_hash *out, struct err *err)
{
	struct ledger *l = ctx;
	struct buf bytes = BUF_INIT(LEDGER_BUNDLE_BYTES);
	enum err_code rc =
	    read_widest(l, tile, sizeof(struct tlog_hash), &bytes, err);

	if (!rc)
		memcpy(out, bytes.p, tile->width * sizeof(struct tlog_hash));
	buf_release(&bytes);
	return rc;
}

enum err_code ledger_tree(struct ledger *ledger, uint64_t size,
    struct tlog_tree *tree_out, struct err *err)
{
	(void)err;
	tlog_tree_init(tree_out, size, read_tile, ledger);
	return 0;
}

/* ---- writing ---- */

/* Loads the unfilled tiles of a tree of `size` leaves. */
static enum err_code load_edges(
    struct ledger *l, uint64_t size, struct err *err)
{
	enum err_code rc = 0;
	int level;

	for (level = 0; level < TLOG_LEVEL_COUNT && !rc; level++) {
		uint64_t hashes = size >> (TLOG_TILE_HEIGHT * level);
		struct edge *e = &l->edges[level];
		struct tlog_tile tile = {level, hashes / TLOG_TILE_WIDTH, 0};

		e->index = tile.index;
		e->width = tile.width = (unsigned)(hashes % TLOG_TILE_WIDTH);
		if (tile.width)
			rc = (enum err_code)read_tile(l, &tile, e->hashes, err);
	}
	return rc;
}

static enum err_code edge_broken(struct err *err)
{
	err_set(
	    err, ERR_CORRUPT, "the files of the log do not match the database");
	err_hint(err,
	    "\"gongxin verify --all\" names what has changed; "
	    "\"gongxin log rebuild\" writes the files again.");
	return ERR_CORRUPT;
}

/* The entries under the unfilled leaf tile: each must have its leaf hash. */
static enum err_code load_bundle(struct ledger *l, struct err *err)
{
	const struct edge *e = &l->edges[0];
	struct tlog_tile tile = {TLOG_LEVEL_ENTRIES, e->index, e->width};
	struct buf bytes = BUF_INIT(LEDGER_BUNDLE_BYTES);
	enum err_code rc;
	unsigned i;

	if (e->width == 0)
		return 0;
	rc = read_widest(l, &tile, LEDGER_BUNDLE_ENTRY_BYTES, &bytes, err);
	for (i = 0; !rc && i < e->width; i++) {
		struct span entry = {
		    bytes.p + i * LEDGER_BUNDLE_ENTRY_BYTES + 2,
		    LEDGER_ENTRY_BYTES};
		struct tlog_hash leaf = tlog_leaf_hash(entry);

		if (!tlog_hash_equal(&leaf, &e->hashes[i]))
			rc = edge_broken(err);
	}
	if (!rc)
		memcpy(
		    l->bundle, bytes.p, e->width * LEDGER_BUNDLE_ENTRY_BYTES);
	buf_release(&bytes);
	return rc;
}

/* Do the edges fold to what the frontier in the store says? */
static bool edges_match(struct ledger *l)
{
	int level;

	for (level = 0; level < TLOG_LEVEL_COUNT; level++) {
		const struct edge *e = &l->edges[level];
		unsigned from = 0;
		int bit;

		for (bit = TLOG_TILE_HEIGHT - 1; bit >= 0; bit--) {
			unsigned n = 1U << bit;
			struct tlog_hash part[TLOG_TILE_WIDTH];
			int height = level * TLOG_TILE_HEIGHT + bit;

			if (!(e->width & n))
				continue;
			memcpy(part, e->hashes + from, n * sizeof(part[0]));
			tlog_fold(part, n);
			if (!tlog_hash_equal(
				&part[0], &l->frontier.stack[height]))
				return false;
			from += n;
		}
	}
	return true;
}

enum err_code ledger_begin(struct ledger *l, struct err *err)
{
	struct ledger_head head;
	enum err_code rc = read_head(l, &head, &l->frontier, NULL, err);

	ASSERT(store_in_transaction(l->store));
	l->sink_rc = 0;
	l->is_rehearsal = false;
	leave_folders(l);
	l->begun_size = l->frontier.size;
	if (!rc)
		rc = load_edges(l, l->frontier.size, err);
	if (!rc && !edges_match(l))
		rc = edge_broken(err);
	if (!rc)
		rc = load_bundle(l, err);
	return rc;
}

enum err_code ledger_rehearse(struct ledger *l, struct err *err)
{
	enum err_code rc = ledger_begin(l, err);

	l->is_rehearsal = true;
	return rc;
}

uint64_t ledger_next_index(const struct ledger *ledger)
{
	return ledger->frontier.size;
}

/* Appends at most as many entries as fill the leaf tile. */
static enum err_code append_some(
    struct ledger *l, const uint8_t *entries, size_t count, struct err *err)
{
	struct edge *e = &l->edges[0];
	struct tlog_hash *leaves = e->hashes + e->width;
	uint8_t *to = l->bundle + e->width * LEDGER_BUNDLE_ENTRY_BYTES;
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		to[0] = 0;
		to[1] = LEDGER_ENTRY_BYTES;
		memcpy(to + 2, entries + i * LEDGER_ENTRY_BYTES,
		    LEDGER_ENTRY_BYTES);
		to += LEDGER_BUNDLE_ENTRY_BYTES;
	}
	tlog_leaf_hashes32(entries, count, leaves);
	tlog_append_many(&l->frontier, leaves, count, on_subtree, l);
	e->width += (unsigned)count;
	if (e->width == TLOG_TILE_WIDTH) {
		rc = write_edge(l, 0, err);
		e->index++;
		e->width = 0;
	}
	if (!rc && l->sink_rc) {
		*err = l->sink_err;
		rc = l->sink_rc;
	}
	return rc;
}

enum err_code ledger_append(
    struct ledger *l, const uint8_t *entries, size_t count, struct err *err)
{
	enum err_code rc = 0;

	while (count && !rc) {
		size_t n = TLOG_TILE_WIDTH - l->edges[0].width;

		if (n > count)
			n = count;
		rc = append_some(l, entries, n, err);
		entries += n * LEDGER_ENTRY_BYTES;
		count -= n;
	}
	return rc;
}

/* Did this write add to the level? A partial tile that stands is never
 * written again: a crash in the middle would take it away. */
static bool has_grown(const struct ledger *l, int level)
{
	int shift = TLOG_TILE_HEIGHT * level;

	return l->begun_size >> shift != l->frontier.size >> shift;
}

static enum err_code write_edges(struct ledger *l, struct err *err)
{
	enum err_code rc = 0;
	int level;

	for (level = 0; level < TLOG_LEVEL_COUNT && !rc; level++)
		if (l->edges[level].width && has_grown(l, level))
			rc = write_edge(l, level, err);
	return rc;
}

void ledger_written(const struct ledger *ledger, struct tlog_head *out)
{
	out->size = ledger->frontier.size;
	out->root = tlog_frontier_root(&ledger->frontier);
}

enum err_code ledger_write_files(struct ledger *ledger, struct err *err)
{
	enum err_code rc;

	ASSERT(!ledger->is_rehearsal);
	if (ledger->frontier.size == ledger->begun_size)
		return 0;
	rc = write_edges(ledger, err);
	return rc ? rc : file_sync_system(ledger->folder, err);
}

enum err_code ledger_store_head(
    struct ledger *ledger, int64_t now_ms, struct err *err)
{
	if (ledger->frontier.size == ledger->begun_size)
		return 0;
	return store_head(ledger, now_ms, err);
}

enum err_code ledger_seal(
    struct ledger *ledger, int64_t now_ms, struct err *err)
{
	enum err_code rc = ledger_write_files(ledger, err);

	return rc ? rc : ledger_store_head(ledger, now_ms, err);
}

/* The folder "TILE.p" of a tile that is full now; best effort: a partial
 * tile that stays does no harm. */
static void remove_partials(struct ledger *l, int level, uint64_t index)
{
	struct tlog_tile tile = {level, index, TLOG_TILE_WIDTH};
	char path[PATH_MAX];
	size_t n;

	if (!tile_file(l, &tile, path))
		return;
	n = strlen(path);
	if (n + 3 > sizeof(path))
		return;
	memcpy(path + n, ".p", 3);
	if (file_exists(path))
		file_remove_tree(path, NULL);
}

static void remove_all_partials(struct ledger *l, int level)
{
	uint64_t i;

	for (i = 0; i <= l->edges[level].index; i++) {
		remove_partials(l, level, i);
		if (level == 0)
			remove_partials(l, TLOG_LEVEL_ENTRIES, i);
	}
	leave_folders(l);
}

static void remove_old_partials(
    struct ledger *l, uint64_t old_size, uint64_t new_size)
{
	int level;

	/* A tile of the top level is never full. */
	for (level = 0; level + 1 < TLOG_LEVEL_COUNT; level++) {
		int shift = TLOG_TILE_HEIGHT * (level + 1);
		uint64_t was = old_size >> shift;

		if (new_size >> shift == was)
			break;
		remove_partials(l, level, was);
		if (level == 0)
			remove_partials(l, TLOG_LEVEL_ENTRIES, was);
	}
}

/* The published log is not the beginning of the store's. */
static enum err_code two_histories(const struct tlog_head *published,
    const struct ledger_head *head, struct err *err)
{
	if (published->size > head->size) {
		err_set(err, ERR_CORRUPT,
		    "the log was published at size %llu, the database knows "
		    "%llu",
		    (unsigned long long)published->size,
		    (unsigned long long)head->size);
		err_hint(err,
		    "The database is an old copy. Restore the newest one.");
	} else {
		err_set(err, ERR_CORRUPT,
		    "the log was published at size %llu, with entries that are "
		    "not those of the database",
		    (unsigned long long)published->size);
		err_hint(err,
		    "Database and log are of two copies that went on apart. "
		    "Restore both from one.");
	}
	err_detail(err,
	    "Going on from here would give the log a second "
	    "history, which anyone could prove.");
	return ERR_CORRUPT;
}

/* Was this checkpoint signed by us for a larger log than the store's, or for
 * another of the same size? */
static enum err_code refuse_other(
    struct ledger *l, struct span published, struct err *err)
{
	struct checkpoint c;
	struct ledger_head head;
	enum err_code rc = ledger_head(l, &head, err);

	if (!rc)
		rc = hold_key(l, err);
	if (rc || !ledger_key_signed(&l->key, published, &c))
		return rc;
	if (c.head.size < head.size ||
	    (c.head.size == head.size &&
		tlog_hash_equal(&c.head.root, &head.root)))
		return 0;
	return two_histories(&c.head, &head, err);
}

/* Nobody else is at it: the head that is read here is the newest that any of
 * those who came before can have written to the file. */
static enum err_code catch_up(struct ledger *l, struct err *err)
{
	struct buf want = BUF_INIT(LEDGER_NOTE_BYTES_MAX);
	struct buf have = BUF_INIT(LEDGER_NOTE_BYTES_MAX);
	char path[PATH_MAX];
	enum err_code rc = ledger_checkpoint(l, &want, err);

	snprintf(path, sizeof(path), "%s/checkpoint", l->folder);
	if (!rc &&
	    (file_read(path, &have, NULL) != 0 ||
		!span_equal(buf_span(&want), buf_span(&have)))) {
		rc = refuse_other(l, buf_span(&have), err);
		if (!rc)
			rc = file_replace(path, buf_span(&want), 0644, err);
	}
	buf_release(&want);
	buf_release(&have);
	return rc;
}

enum err_code ledger_catch_up(struct ledger *l, struct err *err)
{
	bool is_inside = l->lock_fd >= 0;
	enum err_code rc = is_inside ? ERR_NONE : ledger_enter(l, err);

	if (!rc)
		rc = catch_up(l, err);
	if (!is_inside)
		ledger_leave(l);
	return rc;
}

enum err_code ledger_publish(struct ledger *l, struct err *err)
{
	enum err_code rc = ledger_catch_up(l, err);

	if (!rc)
		remove_old_partials(l, l->begun_size, l->frontier.size);
	return rc;
}

/* ---- rebuilding ---- */

static enum err_code not_signed(struct err *err)
{
	err_set(err, ERR_CORRUPT,
	    "the database does not hold what the log was signed for");
	err_hint(err, "Restore the last backup of the database, then rebuild.");
	return ERR_CORRUPT;
}

/* First pass: do the entries make the signed root? */
static enum err_code check_source(const struct ledger_source *source,
    const struct ledger_head *head, struct err *err)
{
	struct tlog_frontier f;
	struct tlog_hash root;
	int got = 1;

	tlog_frontier_init(&f);
	while (f.size < head->size) {
		uint8_t entry[LEDGER_ENTRY_BYTES];
		struct tlog_hash leaf;

		got = source->next(source->ctx, entry, err);
		if (got != 1)
			break;
		tlog_leaf_hashes32(entry, 1, &leaf);
		tlog_append(&f, &leaf, NULL, NULL);
	}
	if (got < 0)
		return (enum err_code)got;
	root = tlog_frontier_root(&f);
	if (f.size != head->size || !tlog_hash_equal(&root, &head->root))
		return not_signed(err);
	return source->rewind(source->ctx, err);
}

/* Second pass: writes every tile. */
static enum err_code write_source(struct ledger *l,
    const struct ledger_source *source, uint64_t size, struct err *err)
{
	enum err_code rc = 0;
	int level;

	tlog_frontier_init(&l->frontier);
	memset(l->edges, 0, sizeof(l->edges));
	l->begun_size = 0;
	l->is_rehearsal = false;
	l->sink_rc = 0;
	leave_folders(l);
	while (!rc && l->frontier.size < size) {
		uint8_t entry[LEDGER_ENTRY_BYTES];
		int got = source->next(source->ctx, entry, err);

		if (got != 1)
			return got < 0 ? (enum err_code)got : not_signed(err);
		rc = ledger_append(l, entry, 1, err);
	}
	/* Partial tiles of earlier sizes may be what was wrong. */
	for (level = 0; level < TLOG_LEVEL_COUNT; level++)
		remove_all_partials(l, level);
	return rc ? rc : write_edges(l, err);
}

enum err_code ledger_rebuild(
    struct ledger *l, const struct ledger_source *source, struct err *err)
{
	struct ledger_head head;
	enum err_code rc = file_make_folders(l->folder, err);

	if (!rc)
		rc = read_head(l, &head, NULL, NULL, err);
	if (!rc)
		rc = check_source(source, &head, err);
	if (!rc)
		rc = write_source(l, source, head.size, err);
	if (!rc)
		rc = file_sync_system(l->folder, err);
	return rc ? rc : ledger_catch_up(l, err);
}
