/* SPDX-License-Identifier: Apache-2.0 */
/* The cache of frames: what is in it, what goes first, what holders keep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "registry/block_cache.h"

enum { FRAME_BYTES = 4096, ROOM = 32, THREADS = 4, ROUNDS = 20000 };

static struct block_frame_key key_of(int64_t i)
{
	return (struct block_frame_key){
	    i * 5000, i * 5000 + 4000, i * 384, 384};
}

static void put(struct block_cache *cache, int64_t i, size_t n)
{
	const struct block_frame_key key = key_of(i);
	char *bytes = mem_alloc(n);

	memset(bytes, 'a' + (int)(i % 26), n);
	block_cache_put(cache, &key, (struct span){bytes, n});
	free(bytes);
}

/* Is it there, and is it what was put? */
static bool has(struct block_cache *cache, int64_t i)
{
	const struct block_frame_key key = key_of(i);
	struct block_frame *frame = block_cache_get(cache, &key);
	struct span bytes;
	size_t k;

	if (!frame)
		return false;
	bytes = block_frame_bytes(frame);
	for (k = 0; k < bytes.n; k++)
		assert_int_equal(bytes.p[k], 'a' + (int)(i % 26));
	block_cache_give_back(cache, frame);
	return true;
}

static struct block_cache *make(void)
{
	/* Room for the bytes of ROOM frames, less what each costs besides. */
	return block_cache_new(ROOM * FRAME_BYTES);
}

static void get_put_isFoundByItsWholeKeyOnly(void **state)
{
	struct block_cache *cache = make();
	struct block_frame_key key = key_of(7);
	int i;

	(void)state;
	put(cache, 7, 100);
	assert_true(has(cache, 7));
	assert_false(has(cache, 8));
	for (i = 0; i < 4; i++) {
		int64_t *const parts[] = {&key.body_at, &key.body_end,
		    &key.first_seq, &key.statements};

		key = key_of(7);
		++*parts[i];
		assert_null(block_cache_get(cache, &key));
	}
	block_cache_free(&cache);
	assert_null(cache);
}

static void put_twice_isKeptOnce(void **state)
{
	struct block_cache *cache = make();
	size_t once;

	(void)state;
	put(cache, 1, FRAME_BYTES / 2);
	once = block_cache_bytes(cache);
	put(cache, 1, FRAME_BYTES / 2);
	assert_int_equal(block_cache_bytes(cache), once);
	block_cache_free(&cache);
}

static void put_tooLarge_isNotKept(void **state)
{
	struct block_cache *cache = make();

	(void)state;
	put(cache, 1, ROOM * FRAME_BYTES / 16);
	assert_false(has(cache, 1));
	assert_int_equal(block_cache_bytes(cache), 0);
	block_cache_free(&cache);
}

static void put_full_neverHoldsMore(void **state)
{
	struct block_cache *cache = make();
	int64_t i;

	(void)state;
	for (i = 0; i < 500; i++) {
		put(cache, i, 1 + (size_t)(i * 37 % FRAME_BYTES));
		assert_true(block_cache_bytes(cache) <= ROOM * FRAME_BYTES);
		assert_true(has(cache, i));
	}
	block_cache_free(&cache);
}

/* One is asked for again and again and stays; those in between go. */
static void put_full_whatIsWantedStays(void **state)
{
	struct block_cache *cache = make();
	int64_t i;

	(void)state;
	put(cache, 0, FRAME_BYTES / 2);
	for (i = 1; i < 500; i++) {
		put(cache, i, FRAME_BYTES / 2);
		assert_true(has(cache, 0));
	}
	assert_false(has(cache, 1));
	assert_true(has(cache, 499));
	block_cache_free(&cache);
}

static void get_held_outlivesItsPlace(void **state)
{
	struct block_cache *cache = make();
	const struct block_frame_key key = key_of(3);
	struct block_frame *held;
	int64_t i;

	(void)state;
	put(cache, 3, FRAME_BYTES);
	held = block_cache_get(cache, &key);
	for (i = 10; i < 200; i++)
		put(cache, i, FRAME_BYTES / 2);
	assert_false(has(cache, 3));
	assert_int_equal(block_frame_bytes(held).n, FRAME_BYTES);
	assert_int_equal(block_frame_bytes(held).p[FRAME_BYTES - 1], 'd');
	block_cache_give_back(cache, held);
	block_cache_free(&cache);
}

static void *use(void *arg)
{
	struct block_cache *cache = arg;
	int64_t i;

	for (i = 0; i < ROUNDS; i++) {
		put(cache, i % 97, 1 + (size_t)(i % 97) * 40);
		has(cache, i * 7 % 97);
	}
	return NULL;
}

static void use_manyThreads_holdsTogether(void **state)
{
	struct block_cache *cache = make();
	pthread_t threads[THREADS];
	int i;

	(void)state;
	for (i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, use, cache), 0);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_true(block_cache_bytes(cache) <= ROOM * FRAME_BYTES);
	block_cache_free(&cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(get_put_isFoundByItsWholeKeyOnly),
	    cmocka_unit_test(put_twice_isKeptOnce),
	    cmocka_unit_test(put_tooLarge_isNotKept),
	    cmocka_unit_test(put_full_neverHoldsMore),
	    cmocka_unit_test(put_full_whatIsWantedStays),
	    cmocka_unit_test(get_held_outlivesItsPlace),
	    cmocka_unit_test(use_manyThreads_holdsTogether),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
