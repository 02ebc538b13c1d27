/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the ledger: how the log's files grow, what interrupted
 * writes leave, rebuilding. */
#include "ledger/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/mem.h"
#include "tlog/checkpoint.h"
#include "tlog/note.h"
#include "tlog/tile.h"

enum { ENTRY_BYTES = TLOG_HASH_BYTES };

static const char origin[] = "test.example/records";

/* A log with a database of its own. */
struct log {
	char dir[64];
	struct store *store;
	struct ledger *ledger;
	struct err err;
};

static void must(struct log *l, enum err_code rc)
{
	if (rc)
		print_error("%s\n", l->err.message);
	assert_int_equal(rc, 0);
}

static struct ledger_config config_of(
    const struct log *l, char folder[96], char key[96])
{
	snprintf(folder, 96, "%s/log", l->dir);
	snprintf(key, 96, "%s/records.key", l->dir);
	return (struct ledger_config){LEDGER_RECORDS, folder, key, origin};
}

static void log_open(struct log *l)
{
	char folder[96], key[96], path[96];
	struct ledger_config config = config_of(l, folder, key);
	struct store_config store = {.path = path, .mode = STORE_CREATE};

	memset(l, 0, sizeof(*l));
	strcpy(l->dir, "/tmp/gx-ledger-XXXXXX");
	assert_non_null(mkdtemp(l->dir));
	snprintf(path, sizeof(path), "%s/test.db", l->dir);
	config = config_of(l, folder, key);
	must(l, store_open(&store, &l->store, &l->err));
	must(l, store_begin(l->store, &l->err));
	must(l, ledger_create(&config, l->store, 1000, &l->err));
	must(l, store_commit(l->store, &l->err));
	must(l, ledger_open(&config, l->store, &l->ledger, &l->err));
	must(l, ledger_catch_up(l->ledger, &l->err));
}

static void log_close(struct log *l)
{
	ledger_close(&l->ledger);
	store_close(&l->store);
	file_remove_tree(l->dir, NULL);
}

/* Entry number i of a story; different stories have different entries. */
static void make_entry(uint64_t i, unsigned story, uint8_t *out)
{
	memset(out, (int)story, ENTRY_BYTES);
	memcpy(out, &i, sizeof(i));
}

/* Appends entries until the log has `size`; in portions of `step`. */
static void append_to(struct log *l, uint64_t size, unsigned story, size_t step)
{
	uint8_t *entries = mem_alloc(step * ENTRY_BYTES);
	uint64_t i = ledger_next_index(l->ledger);

	while (i < size) {
		size_t n = 0;

		for (; n < step && i < size; n++, i++)
			make_entry(i, story, entries + n * ENTRY_BYTES);
		must(l, ledger_append(l->ledger, entries, n, &l->err));
	}
	free(entries);
}

/* One whole write. */
static void grow(struct log *l, uint64_t size, unsigned story, size_t step)
{
	must(l, store_begin(l->store, &l->err));
	must(l, ledger_begin(l->ledger, &l->err));
	append_to(l, size, story, step);
	must(l, ledger_seal(l->ledger, 2000, &l->err));
	must(l, store_commit(l->store, &l->err));
	must(l, ledger_publish(l->ledger, &l->err));
}

static void path_of(const struct log *l, const char *name, char out[160])
{
	snprintf(out, 160, "%s/log/%s", l->dir, name);
}

static bool has_file(const struct log *l, const char *name)
{
	char path[160];

	path_of(l, name, path);
	return file_exists(path);
}

static void read_named(struct log *l, const char *name, struct buf *out)
{
	char path[160];

	path_of(l, name, path);
	buf_init(out, 1 << 20);
	must(l, file_read(path, out, &l->err));
}

/* Turns over one bit of a file. */
static void flip(struct log *l, const char *name, size_t at)
{
	struct buf bytes;
	char path[160];

	read_named(l, name, &bytes);
	assert_true(at < bytes.n);
	bytes.p[at] ^= 8;
	path_of(l, name, path);
	must(l, file_write(path, buf_span(&bytes), &l->err));
	buf_release(&bytes);
}

/* Every tile and bundle of the signed tree has the same bytes in both. */
static void assert_same_files(struct log *a, struct log *b, uint64_t size)
{
	int kind;

	for (kind = 0; kind < 2; kind++) {
		struct tlog_tile_iter it;
		struct tlog_tile tile;

		if (kind == 0)
			tlog_tiles_start(&it, 0, size);
		else
			tlog_bundles_start(&it, 0, size);
		while (tlog_tiles_next(&it, &tile)) {
			struct buf x = BUF_INIT(1 << 20);
			struct buf y = BUF_INIT(1 << 20);

			must(
			    a, ledger_read_file(a->ledger, &tile, &x, &a->err));
			must(
			    b, ledger_read_file(b->ledger, &tile, &y, &b->err));
			assert_true(span_equal(buf_span(&x), buf_span(&y)));
			buf_release(&x);
			buf_release(&y);
		}
	}
}

/* The tiles' root is the head's, and the checkpoint is signed for it. */
static void assert_sound(struct log *l, uint64_t size)
{
	struct tlog_tree *tree = mem_zalloc(1, sizeof(*tree));
	struct ledger_head head;
	struct tlog_hash root;
	struct buf key = BUF_INIT(4096);
	struct buf published;
	struct note_key public_key;
	struct note_check check;
	struct checkpoint c;
	struct note note;

	must(l, ledger_head(l->ledger, &head, &l->err));
	assert_int_equal(head.size, size);
	must(l, ledger_tree(l->ledger, size, tree, &l->err));
	assert_int_equal(tlog_tree_root(tree, &root, &l->err), 0);
	assert_true(tlog_hash_equal(&root, &head.root));
	must(l, ledger_public_key(l->ledger, &key, &l->err));
	assert_int_equal(
	    note_key_parse(buf_span(&key), &public_key, &l->err), 0);
	read_named(l, "checkpoint", &published);
	assert_int_equal(note_open(buf_span(&published), &public_key, 1, &note,
			     &check, &l->err),
	    0);
	assert_int_equal(checkpoint_parse(note.text, &c, &l->err), 0);
	assert_int_equal(c.head.size, size);
	assert_true(tlog_hash_equal(&c.head.root, &root));
	assert_true(span_is(c.origin, origin));
	buf_release(&key);
	buf_release(&published);
	free(tree);
}

/* R-LOG-008 */
static void ledger_create_signs_the_empty_log(void **state)
{
	struct log l;
	char path[160];
	struct stat st;

	(void)state;
	log_open(&l);
	assert_sound(&l, 0);
	snprintf(path, sizeof(path), "%s/records.key", l.dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	log_close(&l);
}

static void ledger_create_keeps_an_older_key(void **state)
{
	char folder[96], key[96];
	struct buf before = BUF_INIT(4096), after = BUF_INIT(4096);
	struct ledger_config config;
	struct log l;

	(void)state;
	log_open(&l);
	config = config_of(&l, folder, key);
	must(&l, file_read(key, &before, &l.err));
	must(&l, store_begin(l.store, &l.err));
	assert_int_equal(
	    ledger_create(&config, l.store, 1, &l.err), ERR_CONFLICT);
	store_rollback(l.store);
	must(&l, file_read(key, &after, &l.err));
	assert_true(span_equal(buf_span(&before), buf_span(&after)));
	buf_release(&before);
	buf_release(&after);
	log_close(&l);
}

static void ledger_grow_in_steps_equals_at_once(void **state)
{
	/* Around the edges of tiles, and past a tile of level 1. */
	static const uint64_t sizes[] = {1, 2, 255, 256, 257, 511, 512, 513,
	    700, 5000, 65535, 65536, 65537, 65793, 70000};
	struct log once, steps;
	size_t i;

	(void)state;
	log_open(&once);
	log_open(&steps);
	for (i = 0; i < ARRAY_COUNT(sizes); i++) {
		grow(&steps, sizes[i], 1, i % 3 ? 100 : 1 + i * 300);
		assert_sound(&steps, sizes[i]);
	}
	grow(&once, sizes[ARRAY_COUNT(sizes) - 1], 1, 7777);
	assert_sound(&once, 70000);
	assert_same_files(&once, &steps, 70000);
	assert_true(has_file(&steps, "tile/1/000"));
	assert_true(has_file(&steps, "tile/1/001.p/17"));
	assert_true(has_file(&steps, "tile/2/000.p/1"));
	log_close(&once);
	log_close(&steps);
}

static void ledger_grow_empty_write_changes_nothing(void **state)
{
	struct log l;

	(void)state;
	log_open(&l);
	grow(&l, 10, 1, 10);
	grow(&l, 10, 1, 10);
	assert_sound(&l, 10);
	log_close(&l);
}

static void ledger_full_tile_replaces_partial(void **state)
{
	struct log l;

	(void)state;
	log_open(&l);
	grow(&l, 200, 1, 50);
	assert_true(has_file(&l, "tile/0/000.p/200"));
	assert_true(has_file(&l, "tile/entries/000.p/200"));
	grow(&l, 250, 1, 50);
	/* Whoever read the last checkpoint may still want its tiles. */
	assert_true(has_file(&l, "tile/0/000.p/200"));
	grow(&l, 300, 1, 50);
	assert_true(has_file(&l, "tile/0/000"));
	assert_false(has_file(&l, "tile/0/000.p"));
	assert_false(has_file(&l, "tile/entries/000.p"));
	assert_true(has_file(&l, "tile/0/001.p/44"));
	assert_sound(&l, 300);
	log_close(&l);
}

static void ledger_standing_partial_is_not_touched(void **state)
{
	struct stat before, after;
	struct log l;
	char path[160];

	(void)state;
	log_open(&l);
	grow(&l, 300, 1, 50);
	path_of(&l, "tile/1/000.p/1", path);
	assert_int_equal(stat(path, &before), 0);
	usleep(20000);
	grow(&l, 310, 1, 50);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	assert_int_equal(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
	assert_sound(&l, 310);
	log_close(&l);
}

/* A write that is given up in the middle, sealed or not. */
static void abort_write(
    struct log *l, uint64_t size, unsigned story, bool is_sealed)
{
	must(l, store_begin(l->store, &l->err));
	must(l, ledger_begin(l->ledger, &l->err));
	append_to(l, size, story, 64);
	if (is_sealed)
		must(l, ledger_seal(l->ledger, 3000, &l->err));
	store_rollback(l->store);
}

static void ledger_aborted_write_does_no_harm(void **state)
{
	static const uint64_t sizes[] = {301, 512, 520, 900, 66000};
	struct log clean, l;
	size_t i;

	(void)state;
	log_open(&clean);
	log_open(&l);
	grow(&clean, 300, 1, 50);
	grow(&l, 300, 1, 50);
	for (i = 0; i < ARRAY_COUNT(sizes); i++)
		abort_write(&l, sizes[i], 9, i % 2 == 0);
	assert_sound(&l, 300);
	assert_same_files(&clean, &l, 300);
	grow(&l, 530, 1, 50);
	grow(&clean, 530, 1, 50);
	assert_sound(&l, 530);
	assert_same_files(&clean, &l, 530);
	grow(&l, 66100, 1, 500);
	grow(&clean, 66100, 1, 500);
	assert_sound(&l, 66100);
	assert_same_files(&clean, &l, 66100);
	log_close(&clean);
	log_close(&l);
}

static void ledger_rehearse_writes_no_file(void **state)
{
	struct log l;

	(void)state;
	log_open(&l);
	grow(&l, 300, 1, 50);
	must(&l, store_begin(l.store, &l.err));
	must(&l, ledger_rehearse(l.ledger, &l.err));
	append_to(&l, 66000, 9, 64);
	store_rollback(l.store);
	assert_false(has_file(&l, "tile/0/001"));
	assert_false(has_file(&l, "tile/entries/001"));
	assert_false(has_file(&l, "tile/1/000"));
	assert_sound(&l, 300);
	grow(&l, 530, 1, 50);
	assert_true(has_file(&l, "tile/0/001"));
	assert_sound(&l, 530);
	log_close(&l);
}

static enum err_code try_begin(struct log *l)
{
	enum err_code rc;

	must(l, store_begin(l->store, &l->err));
	rc = ledger_begin(l->ledger, &l->err);
	store_rollback(l->store);
	return rc;
}

static void ledger_begin_broken_edge_is_refused(void **state)
{
	static const char *const names[] = {
	    "tile/0/002.p/188", "tile/entries/002.p/188", "tile/1/000.p/2"};
	struct log l;
	size_t i;
	char path[160], aside[200];

	(void)state;
	log_open(&l);
	grow(&l, 700, 1, 50);
	for (i = 0; i < ARRAY_COUNT(names); i++) {
		flip(&l, names[i], 33);
		assert_int_equal(try_begin(&l), ERR_CORRUPT);
		assert_non_null(strstr(l.err.hint, "log rebuild"));
		flip(&l, names[i], 33);
		assert_int_equal(try_begin(&l), 0);
		path_of(&l, names[i], path);
		snprintf(aside, sizeof(aside), "%s.aside", path);
		assert_int_equal(rename(path, aside), 0);
		assert_int_equal(try_begin(&l), ERR_CORRUPT);
		assert_non_null(strstr(l.err.hint, "log rebuild"));
		assert_int_equal(rename(aside, path), 0);
	}
	path_of(&l, names[0], path);
	assert_int_equal(truncate(path, 32), 0);
	assert_int_equal(try_begin(&l), ERR_CORRUPT);
	log_close(&l);
}

/* The partial tile is gone because the full one came, and then the write
 * was taken back: the full one begins with it. */
static void ledger_begin_reads_partial_from_full(void **state)
{
	struct log l;
	char path[160];

	(void)state;
	log_open(&l);
	grow(&l, 200, 1, 50);
	abort_write(&l, 300, 9, true);
	path_of(&l, "tile/0/000.p", path);
	must(&l, file_remove_tree(path, &l.err));
	path_of(&l, "tile/entries/000.p", path);
	must(&l, file_remove_tree(path, &l.err));
	grow(&l, 400, 1, 50);
	assert_sound(&l, 400);
	log_close(&l);
}

/* ---- rebuilding ---- */

struct telling {
	uint64_t next;
	uint64_t size;
	unsigned story;
	int rewinds;
};

static int tell_next(void *ctx, uint8_t *entry, struct err *err)
{
	struct telling *t = ctx;

	(void)err;
	if (t->next == t->size)
		return 0;
	make_entry(t->next++, t->story, entry);
	return 1;
}

static enum err_code tell_rewind(void *ctx, struct err *err)
{
	struct telling *t = ctx;

	(void)err;
	t->next = 0;
	t->rewinds++;
	return 0;
}

static enum err_code rebuild(struct log *l, uint64_t size, unsigned story)
{
	struct telling telling = {.size = size, .story = story};
	struct ledger_source source = {tell_next, tell_rewind, &telling};

	return ledger_rebuild(l->ledger, &source, &l->err);
}

static void ledger_rebuild_restores_every_file(void **state)
{
	struct log good, l;
	char path[160];

	(void)state;
	log_open(&good);
	log_open(&l);
	grow(&good, 66000, 1, 500);
	grow(&l, 300, 1, 50);
	grow(&l, 66000, 1, 500);
	path_of(&l, "tile", path);
	must(&l, file_remove_tree(path, &l.err));
	path_of(&l, "checkpoint", path);
	unlink(path);
	assert_int_equal(rebuild(&l, 66000, 1), 0);
	assert_same_files(&good, &l, 66000);
	assert_sound(&l, 66000);
	flip(&l, "tile/0/000", 5);
	flip(&l, "tile/entries/007", 5);
	flip(&l, "tile/1/000", 5);
	assert_int_equal(rebuild(&l, 66000, 1), 0);
	assert_same_files(&good, &l, 66000);
	grow(&l, 66300, 1, 50);
	assert_sound(&l, 66300);
	log_close(&good);
	log_close(&l);
}

static void ledger_rebuild_wrong_source_touches_nothing(void **state)
{
	struct log good, l;

	(void)state;
	log_open(&good);
	log_open(&l);
	grow(&good, 700, 1, 50);
	grow(&l, 700, 1, 50);
	assert_int_equal(rebuild(&l, 700, 2), ERR_CORRUPT);
	assert_int_equal(rebuild(&l, 699, 1), ERR_CORRUPT);
	assert_same_files(&good, &l, 700);
	assert_sound(&l, 700);
	log_close(&good);
	log_close(&l);
}

/* ---- the published checkpoint ---- */

static void ledger_catch_up_mends_the_file(void **state)
{
	struct log l;
	char path[160];

	(void)state;
	log_open(&l);
	grow(&l, 20, 1, 20);
	flip(&l, "checkpoint", 30);
	must(&l, ledger_catch_up(l.ledger, &l.err));
	assert_sound(&l, 20);
	path_of(&l, "checkpoint", path);
	unlink(path);
	must(&l, ledger_catch_up(l.ledger, &l.err));
	assert_sound(&l, 20);
	log_close(&l);
}

/* In a transaction that stays open. */
static void publish_up_to_30(struct log *l)
{
	must(l, store_begin(l->store, &l->err));
	must(l, ledger_begin(l->ledger, &l->err));
	append_to(l, 30, 1, 10);
	must(l, ledger_seal(l->ledger, 4000, &l->err));
	must(l, ledger_publish(l->ledger, &l->err));
}

/* R-LOG-007 */
/* A checkpoint of a larger log that we signed stays: the store is old. */
static void ledger_catch_up_never_goes_back(void **state)
{
	struct buf newest, still;
	struct log l;

	(void)state;
	log_open(&l);
	grow(&l, 20, 1, 20);
	publish_up_to_30(&l);
	store_rollback(l.store); /* as if an older copy were restored */
	read_named(&l, "checkpoint", &newest);
	assert_int_equal(ledger_catch_up(l.ledger, &l.err), ERR_CORRUPT);
	assert_non_null(strstr(l.err.message, "30"));
	read_named(&l, "checkpoint", &still);
	assert_true(span_equal(buf_span(&newest), buf_span(&still)));
	buf_release(&newest);
	buf_release(&still);
	log_close(&l);
}

/* R-LOG-007 */
/* Nor is one of the same size replaced that was signed for other entries. */
static void ledger_catch_up_signs_no_second_history(void **state)
{
	struct buf first, still;
	struct log l;

	(void)state;
	log_open(&l);
	grow(&l, 20, 1, 20);
	publish_up_to_30(&l);
	store_rollback(l.store); /* another copy, which goes on by itself */
	must(&l, store_begin(l.store, &l.err));
	must(&l, ledger_begin(l.ledger, &l.err));
	append_to(&l, 30, 2, 10);
	must(&l, ledger_seal(l.ledger, 5000, &l.err));
	must(&l, store_commit(l.store, &l.err));
	read_named(&l, "checkpoint", &first);
	assert_int_equal(ledger_catch_up(l.ledger, &l.err), ERR_CORRUPT);
	assert_non_null(strstr(l.err.message, "30"));
	read_named(&l, "checkpoint", &still);
	assert_true(span_equal(buf_span(&first), buf_span(&still)));
	buf_release(&first);
	buf_release(&still);
	log_close(&l);
}

/* A write that has to be refused where it would sign. */
static void assert_not_signed(struct log *l, const struct ledger_config *config)
{
	struct ledger *ledger = NULL;
	uint8_t entry[ENTRY_BYTES];

	must(l, ledger_open(config, l->store, &ledger, &l->err));
	must(l, store_begin(l->store, &l->err));
	must(l, ledger_begin(ledger, &l->err));
	make_entry(ledger_next_index(ledger), 1, entry);
	must(l, ledger_append(ledger, entry, 1, &l->err));
	assert_int_equal(ledger_seal(ledger, 5000, &l->err), ERR_CORRUPT);
	assert_non_null(strstr(l->err.message, config->origin));
	assert_true(l->err.hint[0] != 0);
	store_rollback(l->store);
	ledger_close(&ledger);
}

/* R-LOG-007 */
/* The key of another copy signs nothing here, and nothing gets another name. */
static void ledger_seal_signs_with_its_own_key_alone(void **state)
{
	char folder[96], key[96], other_folder[96], other_key[96];
	struct ledger_config config;
	struct log l, other;

	(void)state;
	log_open(&l);
	log_open(&other);
	grow(&l, 20, 1, 20);
	config = config_of(&l, folder, key);
	config_of(&other, other_folder, other_key);
	config.key_path = other_key;
	assert_not_signed(&l, &config);
	config.key_path = key;
	config.origin = "elsewhere.example/records";
	assert_not_signed(&l, &config);
	ledger_close(&l.ledger);
	config.origin = origin;
	must(&l, ledger_open(&config, l.store, &l.ledger, &l.err));
	grow(&l, 30, 1, 10);
	assert_sound(&l, 30);
	log_close(&other);
	log_close(&l);
}

/* Somebody who brings the same log's files up in another process. */
struct other {
	struct log log; /* with a connection of its own */
	_Atomic bool is_over;
	enum err_code rc;
};

static void other_open(struct log *l, struct other *o)
{
	char folder[96], key[96], path[96];
	struct ledger_config config = config_of(l, folder, key);
	struct store_config store = {.path = path, .mode = STORE_WRITE};

	memset(o, 0, sizeof(*o));
	snprintf(path, sizeof(path), "%s/test.db", l->dir);
	must(&o->log, store_open(&store, &o->log.store, &o->log.err));
	must(&o->log,
	    ledger_open(&config, o->log.store, &o->log.ledger, &o->log.err));
}

static void *catch_up_all_the_time(void *arg)
{
	struct other *o = arg;

	while (!atomic_load(&o->is_over) && !o->rc)
		o->rc = ledger_catch_up(o->log.ledger, &o->log.err);
	return NULL;
}

static uint64_t published_size(struct log *l)
{
	struct checkpoint c;
	struct buf text;
	const char *end;

	read_named(l, "checkpoint", &text);
	end = strstr(buf_str(&text), "\n\n");
	assert_non_null(end);
	must(l,
	    (enum err_code)checkpoint_parse(
		(struct span){text.p, (size_t)(end + 1 - text.p)}, &c,
		&l->err));
	buf_release(&text);
	return c.head.size;
}

/* R-LOG-007 */
static void ledger_catch_up_of_two_at_once(void **state)
{
	enum { GROWTHS = 300 };
	struct other other;
	pthread_t thread;
	struct log l;
	uint64_t i;

	(void)state;
	log_open(&l);
	other_open(&l, &other);
	assert_int_equal(
	    pthread_create(&thread, NULL, catch_up_all_the_time, &other), 0);
	for (i = 1; i <= GROWTHS; i++) {
		grow(&l, i, 1, 1);
		assert_int_equal(published_size(&l), i);
	}
	atomic_store(&other.is_over, true);
	pthread_join(thread, NULL);
	must(&other.log, other.rc);
	assert_sound(&l, GROWTHS);
	ledger_close(&other.log.ledger);
	store_close(&other.log.store);
	log_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ledger_create_signs_the_empty_log),
	    cmocka_unit_test(ledger_create_keeps_an_older_key),
	    cmocka_unit_test(ledger_grow_in_steps_equals_at_once),
	    cmocka_unit_test(ledger_grow_empty_write_changes_nothing),
	    cmocka_unit_test(ledger_full_tile_replaces_partial),
	    cmocka_unit_test(ledger_standing_partial_is_not_touched),
	    cmocka_unit_test(ledger_aborted_write_does_no_harm),
	    cmocka_unit_test(ledger_rehearse_writes_no_file),
	    cmocka_unit_test(ledger_begin_broken_edge_is_refused),
	    cmocka_unit_test(ledger_begin_reads_partial_from_full),
	    cmocka_unit_test(ledger_rebuild_restores_every_file),
	    cmocka_unit_test(ledger_rebuild_wrong_source_touches_nothing),
	    cmocka_unit_test(ledger_catch_up_mends_the_file),
	    cmocka_unit_test(ledger_catch_up_never_goes_back),
	    cmocka_unit_test(ledger_catch_up_signs_no_second_history),
	    cmocka_unit_test(ledger_seal_signs_with_its_own_key_alone),
	    cmocka_unit_test(ledger_catch_up_of_two_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
