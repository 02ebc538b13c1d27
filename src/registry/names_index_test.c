/* SPDX-License-Identifier: Apache-2.0 */
/* The index of names answers as the search in the database does. */
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

#include "base/check.h"
#include "base/mem.h"
#include "base/random_test_help.h"
#include "registry/names_index.h"
#include "registry/registry_test_help.h"

enum { NAME_BYTES = 128, QUERIES = 600, MANY = 120000 };

static const char *const parts[] = {"日照", "日", "照", "市", "东港", "鼎",
    "瑞", "鼎瑞", "食品", "食", "品", "商贸", "有限", "公司", "有限公司", "a",
    "AB", "1", "（", "）", "店"};

static void make_text(uint64_t *seed, unsigned most, char out[NAME_BYTES])
{
	unsigned count = 1 + next_random(seed) % most;

	out[0] = '\0';
	while (count--) {
		const char *part =
		    parts[next_random(seed) % ARRAY_COUNT(parts)];

		strncat(out, part, NAME_BYTES - strlen(out) - 1);
	}
}

static void add_names(
    struct fixture *f, uint64_t *seed, int64_t subject, size_t count)
{
	struct name_packer *packer = NULL;
	char name[NAME_BYTES];
	size_t i;

	assert_int_equal(store_begin(f->store, &f->err), 0);
	assert_int_equal(name_packer_new(f->store, &packer, &f->err), 0);
	for (i = 0; i < count; i++) {
		make_text(seed, 6, name);
		/* Some subjects have several names. */
		assert_int_equal(name_packer_add(packer, span_of(name),
				     subject + (int64_t)(i - i % 3), &f->err),
		    0);
	}
	assert_int_equal(name_packer_flush(packer, &f->err), 0);
	name_packer_free(&packer);
	assert_int_equal(store_commit(f->store, &f->err), 0);
}

static void assert_same_hits(
    const struct name_hits *a, const struct name_hits *b, const char *query)
{
	size_t k;

	if (a->total != b->total || a->count != b->count)
		fail_msg("\"%s\": %llu of %llu, not %llu of %llu", query,
		    (unsigned long long)b->count, (unsigned long long)b->total,
		    (unsigned long long)a->count, (unsigned long long)a->total);
	for (k = 0; k < a->count; k++)
		if (a->list[k].subject_id != b->list[k].subject_id ||
		    a->list[k].rank != b->list[k].rank ||
		    a->list[k].name_bytes != b->list[k].name_bytes)
			fail_msg("\"%s\": hit %zu is another", query, k);
}

static void assert_same_answers(
    struct fixture *f, struct names_index *index, uint64_t *seed)
{
	struct name_hits *a = mem_alloc(sizeof(*a));
	struct name_hits *b = mem_alloc(sizeof(*b));
	char query[NAME_BYTES];
	size_t i;

	for (i = 0; i < QUERIES; i++) {
		size_t limit = 1 + next_random(seed) % 30;

		make_text(seed, 3, query);
		assert_int_equal(
		    names_search(f->store, span_of(query), limit, a, &f->err),
		    0);
		assert_int_equal(names_index_search(
				     index, span_of(query), limit, b, &f->err),
		    0);
		assert_same_hits(a, b, query);
	}
	free(a);
	free(b);
}

/* By two threads, or by one when the other finds no database. */
static void search_inTwo_answersAsOne(void **state)
{
	struct fixture *f = *state;
	char path[128];
	const struct store_config there = {.path = path, .mode = STORE_READ};
	const struct store_config nowhere = {
	    .path = "/nonexistent/gongxin.db", .mode = STORE_READ};
	struct name_hits *a = mem_alloc(sizeof(*a));
	struct name_hits *b = mem_alloc(sizeof(*b));
	uint64_t seed = 20261129;
	int64_t i;

	snprintf(path, sizeof(path), "%s/test.db", f->dir);
	for (i = 0; i < MANY; i += MANY / 4)
		add_names(f, &seed, 1 + i, MANY / 4);
	for (i = 0; i < 40; i++) {
		char query[NAME_BYTES];
		size_t limit = 1 + next_random(&seed) % 30;

		make_text(&seed, 3, query);
		assert_int_equal(
		    names_search(f->store, span_of(query), limit, a, &f->err),
		    0);
		assert_int_equal(
		    names_search_in_two(f->store, i % 8 ? &there : &nowhere,
			span_of(query), limit, b, &f->err),
		    0);
		assert_same_hits(a, b, query);
	}
	free(a);
	free(b);
}

static void search_inMemory_answersAsInTheDatabase(void **state)
{
	struct fixture *f = *state;
	struct names_index *index = names_index_new();
	uint64_t seed = 20261128;
	int i;

	assert_int_equal(names_index_refresh(index, f->store, &f->err), 0);
	assert_same_answers(f, index, &seed);
	add_names(f, &seed, 1, 4000);
	assert_int_equal(names_index_refresh(index, f->store, &f->err), 0);
	assert_int_equal(names_index_count(index), 4000);
	assert_same_answers(f, index, &seed);
	/* A few more stay beside it, many make it anew. */
	for (i = 0; i < 4; i++) {
		add_names(f, &seed, 5000 + i * 2000, i == 2 ? 1500 : 70);
		assert_int_equal(
		    names_index_refresh(index, f->store, &f->err), 0);
		assert_same_answers(f, index, &seed);
	}
	assert_int_equal(names_index_refresh(index, f->store, &f->err), 0);
	assert_int_equal(names_index_count(index), 4000 + 1500 + 3 * 70);
	names_index_free(&index);
}

struct asker {
	struct names_index *index;
	atomic_bool is_ending;
	uint64_t least; /* of totals seen: they never shrink */
};

static void *ask_on(void *arg)
{
	struct asker *a = arg;
	struct name_hits *hits = mem_alloc(sizeof(*hits));
	struct err err;

	while (!atomic_load(&a->is_ending)) {
		if (names_index_search(
			a->index, span_of("公司"), 20, hits, &err) ||
		    hits->total < a->least)
			break;
		a->least = hits->total;
	}
	free(hits);
	return atomic_load(&a->is_ending) ? NULL : a;
}

static void search_whileNamesCome_seesThemAll(void **state)
{
	struct fixture *f = *state;
	struct asker asker = {.index = names_index_new()};
	uint64_t seed = 5;
	pthread_t thread;
	void *failed;
	int i;

	add_names(f, &seed, 1, 500);
	assert_int_equal(
	    names_index_refresh(asker.index, f->store, &f->err), 0);
	assert_int_equal(pthread_create(&thread, NULL, ask_on, &asker), 0);
	for (i = 1; i < 12; i++) {
		add_names(f, &seed, i * 1000, i % 4 ? 50 : 1200);
		assert_int_equal(
		    names_index_refresh(asker.index, f->store, &f->err), 0);
	}
	atomic_store(&asker.is_ending, true);
	pthread_join(thread, &failed);
	assert_null(failed);
	names_index_free(&asker.index);
}

static void search_forNothing_isRefused(void **state)
{
	struct fixture *f = *state;
	struct names_index *index = names_index_new();
	struct name_hits *hits = mem_alloc(sizeof(*hits));

	assert_int_equal(
	    names_index_search(index, span_of("  "), 5, hits, &f->err),
	    ERR_INPUT);
	assert_int_equal(
	    names_index_search(index, span_of("日照"), 5, hits, &f->err), 0);
	assert_int_equal(hits->total, 0);
	free(hits);
	names_index_free(&index);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(search_inMemory_answersAsInTheDatabase),
	    TEST(search_inTwo_answersAsOne),
	    TEST(search_whileNamesCome_seesThemAll),
	    TEST(search_forNothing_isRefused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
