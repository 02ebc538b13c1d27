/* SPDX-License-Identifier: Apache-2.0 */
/* The cache of subjects finds what was put into it and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "registry/subject_cache.h"

enum { MANY = 20000 };

/* Codes in an order that is not theirs. */
static void make_code(size_t i, char out[SUBJECT_CODE_CHARS + 1])
{
	snprintf(out, SUBJECT_CODE_CHARS + 1, "9137%06zuMA%04zXY%c",
	    i * 7919 % 1000000, i % 65536, (char)('A' + i % 26));
}

static void find_added_isFound(void **state)
{
	struct subject_cache *c = subject_cache_new();
	char code[SUBJECT_CODE_CHARS + 1];
	char back[SUBJECT_CODE_CHARS];
	size_t i;

	(void)state;
	for (i = 1; i <= MANY; i++) {
		make_code(i, code);
		assert_null(subject_cache_find(c, code));
		subject_cache_add(c, code, (int64_t)i)->name_hash = i * 3;
	}
	for (i = 1; i <= MANY; i++) {
		struct cached_subject *s;

		make_code(i, code);
		subject_cache_expect(c, code);
		s = subject_cache_find(c, code);
		assert_non_null(s);
		assert_int_equal(cached_subject_id(s), i);
		assert_int_equal(s->name_hash, i * 3);
		cached_subject_code(s, back);
		assert_memory_equal(back, code, sizeof(back));
		code[17] = '0';
		assert_null(subject_cache_find(c, code));
	}
	assert_int_equal(
	    subject_cache_is_full(c), (int)MANY >= (int)SUBJECT_CACHE_MAX);
	subject_cache_clear(c);
	make_code(1, code);
	assert_null(subject_cache_find(c, code));
	subject_cache_free(&c);
	assert_null(c);
}

static void add_extremes_comeBack(void **state)
{
	static const char *const codes[] = {"000000000000000000",
	    "ZZZZZZZZZZZZZZZZZZ", "00000000ZZ00000000", "ZZZZZZZZZ000000000"};
	struct subject_cache *c = subject_cache_new();
	char back[SUBJECT_CODE_CHARS];
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		subject_cache_add(
		    c, codes[i], SUBJECT_CACHE_ID_MAX - (int64_t)i);
	for (i = 0; i < 4; i++) {
		const struct cached_subject *s =
		    subject_cache_find(c, codes[i]);

		assert_non_null(s);
		assert_int_equal(
		    cached_subject_id(s), SUBJECT_CACHE_ID_MAX - (int64_t)i);
		cached_subject_code(s, back);
		assert_memory_equal(back, codes[i], sizeof(back));
	}
	subject_cache_free(&c);
}

struct drained {
	char last[SUBJECT_CODE_CHARS];
	size_t count;
	size_t stop_at; /* fails at this one */
};

static enum err_code take_drained(
    void *ctx, const struct cached_subject *s, struct err *err)
{
	struct drained *d = ctx;
	char now[SUBJECT_CODE_CHARS];

	if (++d->count == d->stop_at)
		return err_set(err, ERR_FULL, "enough");
	assert_true(cached_subject_id(s) > 100);
	cached_subject_code(s, now);
	assert_true(memcmp(d->last, now, sizeof(now)) < 0);
	memcpy(d->last, now, sizeof(now));
	return 0;
}

static void fill(struct subject_cache *c)
{
	char code[SUBJECT_CODE_CHARS + 1];
	size_t i;

	for (i = 1; i <= MANY; i++) {
		make_code(i, code);
		subject_cache_add(c, code, (int64_t)i);
	}
}

static void drain_newOnes_inOrderOfCodesAndForgotten(void **state)
{
	struct subject_cache *c = subject_cache_new();
	char code[SUBJECT_CODE_CHARS + 1];
	struct drained d = {0};
	struct err err;
	size_t i;

	(void)state;
	assert_int_equal(subject_cache_drain(c, 1, take_drained, &d, &err), 0);
	assert_int_equal(d.count, 0);
	fill(c);
	assert_int_equal(
	    subject_cache_drain(c, 101, take_drained, &d, &err), 0);
	assert_int_equal(d.count, MANY - 100);
	for (i = 1; i <= MANY; i++) {
		make_code(i, code);
		assert_null(subject_cache_find(c, code));
	}
	fill(c);
	make_code(MANY, code);
	assert_non_null(subject_cache_find(c, code));
	d = (struct drained){.stop_at = 7};
	assert_int_equal(
	    subject_cache_drain(c, 101, take_drained, &d, &err), ERR_FULL);
	assert_int_equal(d.count, 7);
	assert_null(subject_cache_find(c, code));
	subject_cache_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(find_added_isFound),
	    cmocka_unit_test(add_extremes_comeBack),
	    cmocka_unit_test(drain_newOnes_inOrderOfCodesAndForgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
