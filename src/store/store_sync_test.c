/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of what a commit brings to the disk, and when. This program stands
 * between SQLite and the system's call: at each sync it keeps what the disk has
 * then, as it would be found after the power was cut. */
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

struct place {
	char dir[64];
	char path[96];
	struct store *store;
	struct err err;
};

static struct place *watched; /* whose syncs are seen */
static unsigned syncs;	      /* of its WAL */

static void path_of(
    const struct place *p, const char *disk, const char *tail, char out[160])
{
	snprintf(out, 160, "%s/%s.db%s", p->dir, disk, tail);
}

static void copy_file(struct place *p, const char *tail)
{
	struct buf bytes = BUF_INIT(64 * 1024 * 1024);
	char from[160], to[160];

	path_of(p, "test", tail, from);
	path_of(p, "disk", tail, to);
	if (file_exists(from)) {
		assert_int_equal(file_read(from, &bytes, NULL), 0);
		assert_int_equal(file_write(to, buf_span(&bytes), NULL), 0);
	}
	buf_release(&bytes);
}

static bool is_file(struct place *p, const char *tail, const struct stat *st)
{
	char path[160];
	struct stat of;

	path_of(p, "test", tail, path);
	return stat(path, &of) == 0 && of.st_ino == st->st_ino;
}

/* SQLite's own, and so every sync of a database or WAL. */
int fdatasync(int fd)
{
	int rc = (int)syscall(SYS_fdatasync, fd);
	struct stat st;

	if (rc != 0 || !watched || fstat(fd, &st) != 0)
		return rc;
	if (is_file(watched, "-wal", &st)) {
		syncs++;
		copy_file(watched, "-wal");
	} else if (is_file(watched, "", &st)) {
		copy_file(watched, "");
	}
	return 0;
}

static struct store *open_at(
    struct place *p, const char *disk, enum store_mode mode)
{
	char path[160];
	struct store_config config = {.path = path, .mode = mode};
	struct store *store = NULL;

	path_of(p, disk, "", path);
	if (store_open(&config, &store, &p->err))
		fail_msg("%s", p->err.message);
	return store;
}

static int make_place(void **state)
{
	struct place *p = mem_zalloc(1, sizeof(*p));

	strcpy(p->dir, "/tmp/gx-sync-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	p->store = open_at(p, "test", STORE_CREATE);
	copy_file(p, "");
	copy_file(p, "-wal");
	watched = p;
	syncs = 0;
	*state = p;
	return 0;
}

static int drop_place(void **state)
{
	struct place *p = *state;

	watched = NULL;
	store_close(&p->store);
	file_remove_tree(p->dir, NULL);
	free(p);
	return 0;
}

typedef enum err_code committing(struct store *store, struct err *err);

static void put(struct place *p, const char *name, committing *commit)
{
	struct store_value row[] = {store_str(name), store_str("there")};

	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(
	    store_run(p->store, SQL_STORE_SETTING_PUT, row, 2, &p->err), 0);
	assert_int_equal(commit(p->store, &p->err), 0);
}

static bool has(struct store *store, const char *name)
{
	const enum sql_id id = SQL_STORE_SETTING_GET;
	struct store_value key = store_str(name);
	enum err_code rc = store_start(store, id, &key, 1, NULL);
	bool is_there = store_next_row(store, id, &rc, NULL);

	assert_int_equal(rc, 0);
	store_finish(store, id);
	return is_there;
}

/* Would it be there if the power were cut now? */
static bool is_kept(struct place *p, const char *name)
{
	struct store *store = open_at(p, "disk", STORE_READ);
	bool is_there = has(store, name);

	store_close(&store);
	return is_there;
}

static void commit_is_on_disk_when_it_returns(void **state)
{
	struct place *p = *state;

	put(p, "a", store_commit);
	assert_int_equal(syncs, 1);
	assert_true(is_kept(p, "a"));
}

static void commit_later_counts_at_once_and_waits_for_nobody(void **state)
{
	struct place *p = *state;
	struct store *other = open_at(p, "test", STORE_READ);

	put(p, "a", store_commit);
	syncs = 0;
	put(p, "b", store_commit_later);
	put(p, "c", store_commit_later);
	assert_int_equal(syncs, 0);
	assert_true(has(other, "b") && has(other, "c"));
	assert_true(is_kept(p, "a"));
	assert_false(is_kept(p, "b"));
	store_close(&other);
}

static void commit_later_is_on_disk_with_the_next_of_anybody(void **state)
{
	struct place *p = *state;
	struct place beside = *p;

	put(p, "a", store_commit);
	put(p, "b", store_commit_later);
	beside.store = open_at(p, "test", STORE_WRITE);
	syncs = 0;
	put(&beside, "c", store_commit);
	assert_int_equal(syncs, 1);
	assert_true(is_kept(p, "b") && is_kept(p, "c"));
	put(p, "d", store_commit);
	assert_int_equal(syncs, 2);
	store_close(&beside.store);
}

/* A WAL that is used again from its beginning has a new head, which is on disk
 * before what hangs on it. */
static void commit_later_leaves_what_was_settled(void **state)
{
	struct place *p = *state;
	uint64_t left;

	put(p, "a", store_commit);
	assert_int_equal(
	    store_settle(p->store, STORE_SETTLE_NOW, &left, &p->err), 0);
	syncs = 0;
	put(p, "b", store_commit_later);
	assert_int_equal(syncs, 1);
	put(p, "c", store_commit_later);
	assert_int_equal(syncs, 1);
	assert_true(is_kept(p, "a"));
	assert_false(is_kept(p, "c"));
	assert_int_equal(
	    store_settle(p->store, STORE_SETTLE_NOW, &left, &p->err), 0);
	assert_true(is_kept(p, "a") && is_kept(p, "b") && is_kept(p, "c"));
}

int main(void)
{
#define PLACED(test)                                                           \
	cmocka_unit_test_setup_teardown(test, make_place, drop_place)
	const struct CMUnitTest tests[] = {
	    PLACED(commit_is_on_disk_when_it_returns),
	    PLACED(commit_later_counts_at_once_and_waits_for_nobody),
	    PLACED(commit_later_is_on_disk_with_the_next_of_anybody),
	    PLACED(commit_later_leaves_what_was_settled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
