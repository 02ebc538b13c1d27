/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of names, subjects, runs, append and block, each with a real
 * SQLite database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/check.h"
#include "base/date.h"
#include "base/fold.h"
#include "base/mem.h"
#include "registry/block.h"
#include "registry/names.h"
#include "registry/registry_test_help.h"
#include "registry/runs.h"
#include "registry/statement.h"

static uint64_t random_state = 20260401;

static uint32_t next_random(void)
{
	random_state =
	    random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(random_state >> 33);
}

/* ---- names ---- */

static struct name_hits hits;

/* Stores names; the i-th belongs to subject i + 1. */
static void store_names(
    struct fixture *f, const char *const *names, size_t count)
{
	struct name_packer *packer = NULL;
	size_t i;

	assert_int_equal(store_begin(f->store, &f->err), 0);
	assert_int_equal(name_packer_new(f->store, &packer, &f->err), 0);
	for (i = 0; i < count; i++)
		assert_int_equal(name_packer_add(packer, span_of(names[i]),
				     (int64_t)i + 1, &f->err),
		    0);
	assert_int_equal(name_packer_flush(packer, &f->err), 0);
	assert_int_equal(store_commit(f->store, &f->err), 0);
	name_packer_free(&packer);
}

static enum err_code search(struct fixture *f, const char *text, size_t limit)
{
	return names_search(f->store, span_of(text), limit, &hits, &f->err);
}

static void search_variantOfName_findsIt(void **state)
{
	static const char *const names[] = {"日照市鼎瑞商贸有限公司",
	    "ＡＢＣ（日照）科技－中心", "莒縣誠信農業專業合作社", "店",
	    "甲 乙　丙·丁"};
	static const struct {
		const char *text;
		int64_t subject;
	} rows[] = {
	    {"日照市鼎瑞商贸有限公司", 1},
	    {"鼎瑞商貿", 1},
	    {"日照市 鼎瑞", 1},
	    {"瑞商", 1},
	    {"ABC(日照)科技-中心", 2},
	    {"abc［日照］", 2},
	    {"ｂｃ【", 2},
	    {"〔日照〕科技—", 2},
	    {"莒县诚信", 3},
	    {"農業专业", 3},
	    {"店", 4},
	    {"甲乙丙", 5},
	    {"丙・丁", 5},
	};
	struct fixture *f = *state;
	size_t i;

	store_names(f, names, ARRAY_COUNT(names));
	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		if (search(f, rows[i].text, 5) || hits.total != 1 ||
		    hits.list[0].subject_id != rows[i].subject)
			fail_msg("row %zu \"%s\": %llu names, first of %lld", i,
			    rows[i].text, (unsigned long long)hits.total,
			    (long long)hits.list[0].subject_id);
	}
}

static void search_manyMatches_ranksWholeThenBeginningThenInside(void **state)
{
	static const char *const names[] = {"大甲店有限公司", "甲店有限公司",
	    "小甲店", "甲店", "甲店铺", "乙店", "甲店"};
	static const int64_t expected[] = {4, 7, 5, 2, 3, 1};
	static const int ranks[] = {0, 0, 1, 1, 2, 2};
	struct fixture *f = *state;
	size_t i;

	store_names(f, names, ARRAY_COUNT(names));
	assert_int_equal(search(f, "甲店", 10), 0);
	assert_int_equal(hits.total, 6);
	assert_int_equal(hits.count, 6);
	for (i = 0; i < hits.count; i++) {
		assert_int_equal(hits.list[i].subject_id, expected[i]);
		assert_int_equal(hits.list[i].rank, ranks[i]);
	}
	assert_int_equal(search(f, "甲店", 2), 0);
	assert_int_equal(hits.total, 6);
	assert_int_equal(hits.count, 2);
	assert_int_equal(hits.list[1].subject_id, 7);
}

static void search_noSuchText_findsNothing(void **state)
{
	static const char *const names[] = {"日照市鼎瑞商贸有限公司"};
	static const char *const texts[] = {
	    "鼎祥", "公司日照", "司\n", "x", "日照市鼎瑞商贸有限公司店"};
	struct fixture *f = *state;
	size_t i;

	assert_int_equal(search(f, "空", 5), 0);
	assert_int_equal(hits.total, 0);
	store_names(f, names, 1);
	for (i = 0; i < 2; i++) {
		assert_int_equal(search(f, texts[i], 5), 0);
		assert_int_equal(hits.total, 0);
	}
}

static void search_nothingLeftOfText_isRefused(void **state)
{
	struct fixture *f = *state;
	char longer[NAMES_QUERY_BYTES_MAX + 10];

	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(search(f, "", 5), ERR_INPUT);
	assert_int_equal(search(f, " 　\t", 5), ERR_INPUT);
	assert_int_equal(search(f, longer, 5), ERR_INPUT);
}

enum { MANY_NAMES = 6000, MANY_BYTES = 96 };

static char many[MANY_NAMES][MANY_BYTES];

/* Names of few different characters, so that parts of them repeat. */
static void make_many(const char **names)
{
	static const char *const parts[] = {
	    "甲", "乙", "丙", "店", "a", "1", "商贸", "有限公司", "(", "·"};
	size_t i, k;

	for (i = 0; i < MANY_NAMES; i++) {
		size_t count = 1 + next_random() % 8;

		snprintf(many[i], MANY_BYTES, "%zu号", i);
		for (k = 0; k < count; k++)
			strcat(
			    many[i], parts[next_random() % ARRAY_COUNT(parts)]);
		names[i] = many[i];
	}
}

static void search_everyNameOfManyPacks_isFoundOnce(void **state)
{
	static const char *names[MANY_NAMES];
	struct fixture *f = *state;
	size_t i;

	make_many(names);
	store_names(f, names, MANY_NAMES);
	for (i = 0; i < MANY_NAMES; i += 7) {
		char text[32];

		snprintf(text, sizeof(text), "%zu号", i);
		assert_int_equal(search(f, names[i], 3), 0);
		assert_int_equal(hits.list[0].subject_id, i + 1);
		assert_int_equal(search(f, text, 1), 0);
		assert_int_equal(hits.list[0].rank,
		    strlen(names[i]) == strlen(text) ? 0 : 1);
	}
}

static struct name_hit plain[MANY_NAMES];

static int compare_hits(const void *a, const void *b)
{
	const struct name_hit *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->name_bytes != y->name_bytes)
		return x->name_bytes < y->name_bytes ? -1 : 1;
	return (x->subject_id > y->subject_id) -
	    (x->subject_id < y->subject_id);
}

/* All hits, the best first, to `plain`; how many. */
static size_t search_plainly(const char *const *names, const char *text)
{
	char folded[MANY_BYTES], query[MANY_BYTES];
	size_t q = fold_name(span_of(text), query, sizeof(query));
	size_t count = 0;
	size_t i;

	for (i = 0; i < MANY_NAMES; i++) {
		size_t n = fold_name(span_of(names[i]), folded, sizeof(folded));
		const char *at = memmem(folded, n, query, q);

		if (!at)
			continue;
		plain[count++] = (struct name_hit){.subject_id = (int64_t)i + 1,
		    .rank = at > folded ? RANK_INSIDE
			: n > q		? RANK_BEGINNING
					: RANK_WHOLE,
		    .name_bytes = (uint32_t)n};
	}
	qsort(plain, count, sizeof(plain[0]), compare_hits);
	return count;
}

static void search_anyText_agreesWithPlainSearch(void **state)
{
	static const char *const texts[] = {"甲", "店", "a", "1", "11", "a1",
	    "甲乙", "(", "商贸有限公司", "有限公司有限公司", "店店店", "·a",
	    "9号甲", "丙1(", "司", "限公", "号", "号有限公司"};
	static const size_t limits[] = {1, 2, 20, 300};
	static const char *names[MANY_NAMES];
	struct fixture *f = *state;
	size_t i, j, k;

	make_many(names);
	store_names(f, names, MANY_NAMES);
	for (i = 0; i < ARRAY_COUNT(texts) * ARRAY_COUNT(limits); i++) {
		const char *text = texts[i / ARRAY_COUNT(limits)];
		size_t expected = search_plainly(names, text);

		j = limits[i % ARRAY_COUNT(limits)];
		assert_int_equal(search(f, text, j), 0);
		if (hits.total != expected ||
		    hits.count != (expected < j ? expected : j))
			fail_msg("row %zu \"%s\": %llu, expected %zu", i, text,
			    (unsigned long long)hits.total, expected);
		for (k = 0; k < hits.count; k++)
			if (compare_hits(&hits.list[k], &plain[k]) != 0)
				fail_msg("row %zu \"%s\": hit %zu is not that "
					 "of a plain search",
				    i, text, k);
	}
}

static void search_subjectWithTwoNames_isOneHit(void **state)
{
	struct fixture *f = *state;
	struct name_packer *packer = NULL;

	assert_int_equal(store_begin(f->store, &f->err), 0);
	assert_int_equal(name_packer_new(f->store, &packer, &f->err), 0);
	name_packer_add(packer, span_of("老甲店"), 5, &f->err);
	name_packer_add(packer, span_of("甲店"), 5, &f->err);
	name_packer_add(packer, span_of("甲店面"), 6, &f->err);
	assert_int_equal(name_packer_flush(packer, &f->err), 0);
	name_packer_free(&packer);
	assert_int_equal(store_commit(f->store, &f->err), 0);
	assert_int_equal(search(f, "甲店", 10), 0);
	assert_int_equal(hits.total, 3);
	assert_int_equal(hits.count, 2);
	assert_int_equal(hits.list[0].subject_id, 5);
	assert_int_equal(hits.list[0].rank, 0);
}

static void search_damagedPack_isCorrupt(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} rows[] = {
	    {"", 0}, {"\x01", 1}, {"\x02\0........", 10}, {"\xFF\xFF\n", 3}};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		struct store_value row[] = {store_int(1), store_int(1),
		    store_blob(rows[i].bytes, rows[i].n)};

		assert_int_equal(
		    store_run(f->store, SQL_REGISTRY_PACK_PUT, row, 3, &f->err),
		    0);
		if (search(f, "甲", 3) != ERR_CORRUPT)
			fail_msg("row %zu was taken for a pack", i);
	}
}

/* ---- subjects ---- */

/* Resolves codes in one book; each gives its id. */
struct seen {
	const char *code;
	const char *name;
	int64_t id;
	bool is_new;
};

static void resolve_all(
    struct fixture *f, bool sets_names, struct seen *rows, size_t count)
{
	struct subject_book *book = NULL;
	size_t i;

	assert_int_equal(store_begin(f->store, &f->err), 0);
	assert_int_equal(
	    subject_book_new(f->store, 1, sets_names, &book, &f->err), 0);
	for (i = 0; i < count; i++) {
		assert_int_equal(
		    subject_book_resolve(book, rows[i].code,
			span_of(rows[i].name), &rows[i].id, &f->err),
		    0);
		rows[i].is_new = subject_book_is_new(book, rows[i].id);
	}
	assert_int_equal(subject_book_flush(book, &f->err), 0);
	subject_book_free(&book);
	assert_int_equal(store_commit(f->store, &f->err), 0);
}

static int count_aliases(struct fixture *f, int64_t id, const char *value)
{
	const enum sql_id list = SQL_REGISTRY_ALIAS_LIST;
	struct store_value key = store_int(id);
	int count = 0;

	assert_int_equal(store_start(f->store, list, &key, 1, &f->err), 0);
	while (store_next(f->store, list, &f->err) == 1)
		count += !value ||
		    span_is(store_column_span(f->store, list, 1), value);
	store_finish(f->store, list);
	return count;
}

static const char code_a[] = "91371102MA3EXAMP7A";
static const char code_b[] = "91350100M000100Y43";

static void resolve_sameCode_isSameSubject(void **state)
{
	struct seen rows[] = {{code_a, "甲公司", 0, false},
	    {code_b, "甲公司", 0, false}, {code_a, "甲公司", 0, false}};
	struct fixture *f = *state;
	struct subject s;

	resolve_all(f, true, rows, 3);
	assert_int_equal(rows[0].id, rows[2].id);
	assert_int_not_equal(rows[0].id, rows[1].id); /* R-REG-013 */
	assert_true(rows[0].is_new);
	resolve_all(f, true, rows, 2);
	assert_false(rows[0].is_new);
	assert_false(rows[1].is_new);
	assert_int_equal(rows[0].id, rows[2].id);
	subject_init(&s);
	assert_int_equal(
	    subject_by_code(f->store, span_of(code_b), &s, &f->err), 0);
	assert_int_equal(s.id, rows[1].id);
	assert_string_equal(buf_str(&s.code), code_b);
	assert_string_equal(buf_str(&s.name), "甲公司");
	subject_release(&s);
}

static void expect_name(struct fixture *f, int64_t id, const char *name)
{
	struct subject s;

	subject_init(&s);
	assert_int_equal(subject_by_id(f->store, id, &s, &f->err), 0);
	assert_string_equal(buf_str(&s.name), name);
	subject_release(&s);
}

static void resolve_newNameFromRegistration_renames(void **state)
{
	struct seen old[] = {{code_a, "甲公司", 0, false}};
	struct seen new[] = {{code_a, "甲乙公司", 0, false}};
	struct fixture *f = *state;

	resolve_all(f, true, old, 1);
	resolve_all(f, true, new, 1);
	expect_name(f, old[0].id, "甲乙公司");
	assert_int_equal(count_aliases(f, old[0].id, "甲公司"), 1);
	assert_int_equal(search(f, "甲公司", 3), 0);
	assert_int_equal(hits.count, 1);
	assert_int_equal(search(f, "甲乙", 3), 0);
	assert_int_equal(hits.list[0].subject_id, old[0].id);
}

static void resolve_renamedInOneBook_keepsLastName(void **state)
{
	struct seen rows[] = {{code_a, "甲公司", 0, false},
	    {code_a, "乙公司", 0, false}, {code_a, "丙公司", 0, false}};
	struct fixture *f = *state;

	resolve_all(f, true, rows, 3);
	expect_name(f, rows[0].id, "丙公司");
	assert_int_equal(count_aliases(f, rows[0].id, "甲公司"), 1);
	assert_int_equal(count_aliases(f, rows[0].id, "乙公司"), 1);
}

static void resolve_otherNameFromOtherItem_onlyAddsAlias(void **state)
{
	struct seen first[] = {{code_a, "甲公司", 0, false}};
	struct seen other[] = {{code_a, "乙公司", 0, false},
	    {code_a, "", 0, false}, {code_a, "乙公司", 0, false}};
	struct fixture *f = *state;

	resolve_all(f, true, first, 1);
	resolve_all(f, false, other, 3);
	expect_name(f, first[0].id, "甲公司");
	assert_int_equal(count_aliases(f, first[0].id, NULL), 1);
	assert_int_equal(count_aliases(f, first[0].id, "乙公司"), 1);
}

static void resolve_nameThatFoldsAlike_isNoOtherName(void **state)
{
	struct seen rows[] = {{code_a, "甲（日照）公司", 0, false},
	    {code_a, "甲(日照)公司", 0, false},
	    {code_a, "甲〔日照〕 公司", 0, false}};
	struct fixture *f = *state;

	resolve_all(f, true, rows, 3);
	expect_name(f, rows[0].id, "甲（日照）公司");
	assert_int_equal(count_aliases(f, rows[0].id, NULL), 0);
}

enum { MANY_SUBJECTS = 12000 };

/* More than the cache begins with, so that it grows. */
static void resolve_manyTwice_givesSameIds(void **state)
{
	static char codes[MANY_SUBJECTS][19];
	struct seen *rows = mem_zalloc(MANY_SUBJECTS, sizeof(*rows));
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < MANY_SUBJECTS; i++) {
		test_code((unsigned)(i * 7919 % 1000003), codes[i]);
		rows[i].code = codes[i];
		rows[i].name = "同名公司";
	}
	resolve_all(f, true, rows, MANY_SUBJECTS);
	for (i = 0; i < MANY_SUBJECTS; i++)
		assert_int_equal(rows[i].id, i + 1);
	resolve_all(f, true, rows, MANY_SUBJECTS);
	for (i = 0; i < MANY_SUBJECTS; i++) {
		assert_int_equal(rows[i].id, i + 1);
		assert_false(rows[i].is_new);
	}
	assert_int_equal(search(f, "同名", 1000), 0);
	assert_int_equal(hits.total, MANY_SUBJECTS);
	assert_int_equal(hits.count, 1000);
	assert_int_equal(hits.list[999].subject_id, 1000);
	free(rows);
}

/* ---- runs ---- */

static int compare_entries(const void *a, const void *b)
{
	const struct key_entry *x = a, *y = b;

	if (x->subject_id != y->subject_id)
		return (x->subject_id > y->subject_id) -
		    (x->subject_id < y->subject_id);
	if (x->key_hash != y->key_hash)
		return (int64_t)x->key_hash < (int64_t)y->key_hash ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

struct merged {
	const struct key_entry *expected;
	size_t count;
};

static enum err_code expect_next(
    void *ctx, const struct key_entry *entry, struct err *err)
{
	struct merged *m = ctx;
	const struct key_entry *e = &m->expected[m->count++];

	(void)err;
	assert_int_equal(entry->subject_id, e->subject_id);
	assert_int_equal(entry->key_hash, e->key_hash);
	assert_int_equal(entry->seq, e->seq);
	assert_int_equal(entry->content_hash, e->content_hash);
	assert_int_equal(entry->version, e->version);
	assert_int_equal(entry->class_, e->class_);
	return 0;
}

static struct key_entry random_entry(size_t i)
{
	return (struct key_entry){
	    .subject_id = 1 + next_random() % 5000,
	    /* High halves repeat, so that the radix leaves equals. */
	    .key_hash =
		(uint64_t)(next_random() % 3) << 62 | (next_random() % 5),
	    .content_hash = next_random(),
	    .seq = i,
	    .version = 1 + next_random() % 4,
	    .class_ = next_random() % 4,
	};
}

static void expect_sorted(struct fixture *f, size_t count)
{
	struct key_entry *all = mem_zalloc(count, sizeof(*all));
	struct key_runs *runs = key_runs_new(f->dir);
	struct merged merged = {all, 0};
	size_t i;

	for (i = 0; i < count; i++) {
		all[i] = random_entry(i);
		assert_int_equal(key_runs_add(runs, &all[i], &f->err), 0);
	}
	qsort(all, count, sizeof(*all), compare_entries);
	assert_int_equal(
	    key_runs_merge(runs, expect_next, &merged, &f->err), 0);
	assert_int_equal(merged.count, count);
	/* Empty afterwards, and fit for more. */
	merged.count = 0;
	assert_int_equal(
	    key_runs_merge(runs, expect_next, &merged, &f->err), 0);
	assert_int_equal(merged.count, 0);
	key_runs_free(&runs);
	free(all);
}

static void merge_anyCount_isSorted(void **state)
{
	static const size_t counts[] = {
	    0, 1, 2, 1000, 262143, 262144, 262145, 600000};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(counts); i++)
		expect_sorted(*state, counts[i]);
}

static enum err_code refuse(
    void *ctx, const struct key_entry *entry, struct err *err)
{
	(void)ctx;
	(void)entry;
	return err_set(err, ERR_STORE, "no");
}

static void merge_sinkFails_saysSo(void **state)
{
	struct fixture *f = *state;
	struct key_runs *runs = key_runs_new(f->dir);
	struct key_entry entry = random_entry(1);

	assert_int_equal(key_runs_add(runs, &entry, &f->err), 0);
	assert_int_equal(
	    key_runs_merge(runs, refuse, NULL, &f->err), ERR_STORE);
	key_runs_free(&runs);
}

/* ---- append ---- */

static struct append_counts submit(
    struct fixture *f, const struct test_row *rows, size_t count)
{
	return fixture_submit(
	    f, 301, "penalty", "court", noon_ms("2026-01-05"), rows, count);
}

static void expect_counts(struct append_counts c, uint64_t records,
    uint64_t versions, uint64_t duplicates)
{
	assert_int_equal(c.records, records);
	assert_int_equal(c.versions, versions);
	assert_int_equal(c.duplicates, duplicates);
}

/* version, seq and content of the newest row of a key. */
static void expect_newest(struct fixture *f, int64_t subject, uint64_t key,
    int64_t version, int64_t seq)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_LATEST;
	struct store_value values[] = {
	    store_int(subject), store_int(301), store_int((int64_t)key)};

	assert_int_equal(store_start(f->store, id, values, 3, &f->err), 0);
	assert_int_equal(store_next(f->store, id, &f->err), 1);
	assert_int_equal(store_column_int(f->store, id, 0), version);
	assert_int_equal(store_column_int(f->store, id, 1), seq);
	store_finish(f->store, id);
}

static int64_t replaces_of(struct fixture *f, uint64_t seq)
{
	struct statement s;
	int64_t replaces;

	assert_int_equal(block_read_statement(f->store, seq, &s, &f->err), 0);
	replaces = s.replaces;
	statement_release(&s);
	return replaces;
}

static void append_withinOneFile_knowsSameAndNewVersion(void **state)
{
	static const struct test_row rows[] = {
	    {.code = code_a, .name = "甲", .key = 1, .content = 10},
	    {.code = code_a, .name = "甲", .key = 2, .content = 20},
	    {.code = code_a, .name = "甲", .key = 1, .content = 10},
	    {.code = code_a, .name = "甲", .key = 1, .content = 11},
	    {.code = code_b, .name = "乙", .key = 1, .content = 10},
	    {.code = code_a, .name = "甲", .key = 1, .content = 12},
	    {.code = code_a, .name = "甲", .key = 1, .content = 12},
	};
	struct fixture *f = *state;

	expect_counts(submit(f, rows, ARRAY_COUNT(rows)), 3, 2, 2);
	expect_newest(f, 1, 1, 3, 4);
	expect_newest(f, 1, 2, 1, 1);
	expect_newest(f, 2, 1, 1, 2);
	assert_int_equal(replaces_of(f, 0), STATEMENT_NO_SEQ);
	assert_int_equal(replaces_of(f, 3), 0);
	assert_int_equal(replaces_of(f, 4), 3);
}

static void append_acrossFiles_knowsSameAndNewVersion(void **state)
{
	static const struct test_row first[] = {
	    {.code = code_a, .name = "甲", .key = 1, .content = 10},
	    {.code = code_a, .name = "甲", .key = 2, .content = 20},
	};
	static const struct test_row second[] = {
	    {.code = code_a, .name = "甲", .key = 2, .content = 20},
	    {.code = code_a, .name = "甲", .key = 1, .content = 11},
	    {.code = code_b, .name = "乙", .key = 1, .content = 10},
	    {.code = code_a,
		.name = "甲",
		.key = 2,
		.content = 20,
		.is_forced = true},
	};
	struct fixture *f = *state;

	expect_counts(submit(f, first, 2), 2, 0, 0);
	expect_counts(submit(f, second, 3), 1, 1, 1);
	expect_newest(f, 1, 1, 2, 2);
	assert_int_equal(replaces_of(f, 2), 0);
	/* The same again, and one that is forced. */
	expect_counts(submit(f, second, 3), 0, 0, 3);
	expect_counts(submit(f, second + 3, 1), 0, 1, 0);
	expect_newest(f, 1, 2, 2, 4);
}

enum { DEFERRED_ROWS = 4000, DEFERRED_FIELDS = 700 };

/* Every row twice, more than fits in the memory for rows that wait. */
static void append_manyRepeated_waitOnDisk(void **state)
{
	struct test_row *rows = mem_zalloc(2 * DEFERRED_ROWS, sizeof(*rows));
	static char fields[DEFERRED_FIELDS];
	struct fixture *f = *state;
	struct ledger_head head;
	size_t i;

	snprintf(fields, sizeof(fields), "{\"A\":\"%0*d\"}",
	    DEFERRED_FIELDS - 20, 7);
	for (i = 0; i < 2 * DEFERRED_ROWS; i++)
		rows[i] = (struct test_row){.code = i % 2 ? code_a : code_b,
		    .name = "甲",
		    .fields = fields,
		    .key = i % DEFERRED_ROWS,
		    .content = i >= DEFERRED_ROWS && i % 5 == 0};
	/* Rows of 0 content are the same, those of 1 new versions. */
	expect_counts(submit(f, rows, 2 * DEFERRED_ROWS), DEFERRED_ROWS,
	    DEFERRED_ROWS / 5, DEFERRED_ROWS - DEFERRED_ROWS / 5);
	assert_int_equal(ledger_head(f->ledger, &head, &f->err), 0);
	assert_int_equal(head.size, DEFERRED_ROWS + DEFERRED_ROWS / 5);
	free(rows);
}

/* ---- block ---- */

static struct block_writer *begin_blocks(struct fixture *f)
{
	assert_int_equal(store_begin(f->store, &f->err), 0);
	assert_int_equal(ledger_begin(f->ledger, &f->err), 0);
	return block_writer_new(f->store, f->ledger);
}

static void end_blocks(struct fixture *f, struct block_writer *w)
{
	assert_int_equal(block_writer_flush(w, &f->err), 0);
	block_writer_free(&w);
	assert_int_equal(ledger_seal(f->ledger, 1000, &f->err), 0);
	assert_int_equal(store_commit(f->store, &f->err), 0);
}

static void write_blocks(
    struct fixture *f, const struct buf *texts, size_t count)
{
	struct block_writer *w = begin_blocks(f);
	size_t i;

	for (i = 0; i < count; i++) {
		uint64_t seq = 0;

		assert_int_equal(
		    block_writer_add(w, buf_span(&texts[i]), &seq, &f->err), 0);
		assert_int_equal(seq, i);
	}
	end_blocks(f, w);
}

enum { BLOCK_TEXTS = 2000, BLOCK_LONG = 1700 };

/* A statement of a record, of another kind, or none at all: blocks keep any
 * text without a byte below 0x20. */
static void make_text(size_t i, struct buf *out)
{
	struct statement_frame frame;
	struct buf fields = BUF_INIT(1 << 20);
	struct statement_content content = {0};
	char code[19];
	size_t k;

	statement_frame_init(&frame,
	    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
	    i % 9 ? "rizhao-court" : "rizhao-tax", "penalty",
	    (int64_t)(i / 100) * 1000);
	test_code((unsigned)i, code);
	buf_addf(&fields, "{\"A\":%u", (unsigned)next_random() % 100);
	if (i % 3)
		buf_addf(&fields, ",\"B\":\"甲%zu\\n\\\"\"", i);
	if (i == BLOCK_LONG)
		for (k = 0, buf_add_str(&fields, ",\"C\":\""); k < 700000; k++)
			buf_add_char(&fields, (char)('a' + next_random() % 9));
	buf_add_str(&fields, i == BLOCK_LONG ? "\"}" : "}");
	content.fields = buf_span(&fields);
	if (i % 4 == 0)
		content.closed = span_of("{\"D\":\"某\"}");
	if (i % 11 == 0)
		statement_end(&frame,
		    &(struct statement_ending){
			i % 2 ? STATEMENT_WITHDRAWAL : STATEMENT_UNRESOLVED,
			code, (int64_t)i, span_of("撤销"), i % 3 ? "li" : NULL,
			i % 5 ? DATE_NONE : 20000},
		    out);
	else if (i % 101 == 0)
		buf_add_str(out, "no statement, but a text");
	else
		statement_record(&frame, code, &content,
		    i % 7 ? STATEMENT_NO_SEQ : (int64_t)i, out);
	buf_release(&fields);
}

static void load_everyStatement_isWhatWasWritten(void **state)
{
	static struct buf texts[BLOCK_TEXTS];
	struct fixture *f = *state;
	struct block block;
	size_t i;

	for (i = 0; i < BLOCK_TEXTS; i++) {
		buf_init(&texts[i], 1 << 20);
		make_text(i, &texts[i]);
	}
	write_blocks(f, texts, BLOCK_TEXTS);
	block_init(&block);
	for (i = 0; i < BLOCK_TEXTS; i++) {
		/* Mostly onwards, at times far away and back. */
		uint64_t seq = i % 50 ? i : i * 37 % BLOCK_TEXTS;

		assert_int_equal(block_load(&block, f->store, seq, &f->err), 0);
		assert_true(span_equal(
		    block_statement(&block, seq), buf_span(&texts[seq])));
	}
	assert_int_equal(
	    block_load(&block, f->store, BLOCK_TEXTS, &f->err), ERR_NOT_FOUND);
	block_release(&block);
	for (i = 0; i < BLOCK_TEXTS; i++)
		buf_release(&texts[i]);
}

static void commitment_ofLoadedStatement_isTheSealedOne(void **state)
{
	static const char text[] = "{\"kind\":\"record\"}";
	struct tlog_tile tile = {TLOG_LEVEL_ENTRIES, 0, 3};
	struct fixture *f = *state;
	struct buf bundle = BUF_INIT(1 << 16);
	struct block_writer *w = begin_blocks(f);
	struct span entry[3];
	struct block block;
	uint8_t again[SHA256_BYTES];
	size_t at = 0;
	uint64_t i;

	for (i = 0; i < 3; i++)
		assert_int_equal(
		    block_writer_add(w, span_of(text), NULL, &f->err), 0);
	end_blocks(f, w);
	assert_int_equal(
	    ledger_read_file(f->ledger, &tile, &bundle, &f->err), 0);
	block_init(&block);
	for (i = 0; i < 3; i++) {
		assert_int_equal(tlog_bundle_next(buf_span(&bundle), &at,
				     &entry[i], &f->err),
		    1);
		assert_int_equal(block_load(&block, f->store, i, &f->err), 0);
		block_commitment(block_salt(&block, i),
		    block_closed_salt(&block, i), block_statement(&block, i),
		    again);
		assert_memory_equal(entry[i].p, again, SHA256_BYTES);
	}
	/* R-LOG-003, a salt for each: the same text twice looks different. */
	assert_false(span_equal(entry[0], entry[1]));
	assert_false(span_equal(entry[1], entry[2]));
	block_release(&block);
	buf_release(&bundle);
}

/* The statement's text, and views into it, outlive the block. */
static void readStatement_ofARecord_hasItsText(void **state)
{
	struct fixture *f = *state;
	struct buf text = BUF_INIT(1 << 16);
	struct statement s;

	make_text(1, &text);
	write_blocks(f, &text, 1);
	assert_int_equal(block_read_statement(f->store, 0, &s, &f->err), 0);
	assert_true(span_equal(buf_span(&s.kept), buf_span(&text)));
	assert_int_equal(s.kind, STATEMENT_RECORD);
	assert_true(s.content.fields.n > 2);
	assert_non_null(
	    memmem(text.p, text.n, s.content.fields.p, s.content.fields.n));
	statement_release(&s);
	buf_release(&text);
}

static void readStatement_ofNone_fails(void **state)
{
	static const struct {
		uint64_t seq;
		enum err_code rc;
	} table[] = {
	    {0, ERR_CORRUPT},
	    {1, ERR_NOT_FOUND},
	    {(uint64_t)INT64_MAX + 1, ERR_NOT_FOUND},
	    {UINT64_MAX, ERR_NOT_FOUND},
	};
	struct fixture *f = *state;
	struct buf text = BUF_INIT(1 << 16);
	struct statement s;
	size_t i;

	buf_add_str(&text, "no statement, but a text");
	write_blocks(f, &text, 1);
	for (i = 0; i < ARRAY_COUNT(table); i++) {
		assert_int_equal(
		    block_read_statement(f->store, table[i].seq, &s, &f->err),
		    table[i].rc);
		statement_release(&s);
	}
	buf_release(&text);
}

static void write_statementTooLong_isRefused(void **state)
{
	struct fixture *f = *state;
	struct block_writer *w = begin_blocks(f);
	char *text = mem_zalloc(1, BLOCK_STATEMENT_MAX + 1);

	assert_int_equal(
	    block_writer_add(
		w, (struct span){text, BLOCK_STATEMENT_MAX + 1}, NULL, &f->err),
	    ERR_FULL);
	free(text);
	block_writer_free(&w);
}

/* Two statements, "aa" and "b", as a frame. */
static const char good_raw[] = "1\n\n\n\nxx\naa\nb\n";

static void store_block(struct fixture *f, int64_t seq, int64_t count,
    size_t salts, struct span raw, int flip)
{
	char packed[256], salt[128] = {0};
	size_t n = ZSTD_compress(packed, sizeof(packed), raw.p, raw.n, 1);
	struct store_value row[] = {store_int(seq), store_int(count),
	    store_blob(salt, salts), store_int(0), store_null()};
	int64_t end = 0;

	assert_false(ZSTD_isError(n));
	if (flip >= 0)
		packed[(size_t)flip % n] ^= 0x10;
	assert_int_equal(store_begin(f->store, &f->err), 0);
	assert_int_equal(store_blob_put(f->store, 0, (struct span){packed, n},
			     &end, &f->err),
	    0);
	row[4] = store_int(end);
	assert_int_equal(
	    store_run(f->store, SQL_REGISTRY_BLOCK_INSERT, row, 5, &f->err), 0);
	assert_int_equal(store_commit(f->store, &f->err), 0);
}

static void load_damagedBlock_isCorrupt(void **state)
{
	static const struct {
		int64_t count;
		size_t salts;
		const char *raw;
		size_t n;
		int flip;
	} rows[] = {
	    {0, 0, good_raw, 13, -1},			/* no statement */
	    {385, 16, good_raw, 13, -1},		/* too many */
	    {2, 63, good_raw, 13, -1},			/* a salt too short */
	    {3, 96, good_raw, 13, -1},			/* fewer than it says */
	    {2, 64, good_raw, 12, -1},			/* a text cut */
	    {2, 64, good_raw, 7, -1},			/* the kinds cut */
	    {2, 64, "1\n\n\n\nxx\naa\nb\nc\n", 15, -1}, /* one left over */
	    {2, 64, "2\n\n\n\nxx\naa\nb\n", 13, -1},	/* another form */
	    {2, 64, "1\n\n\n\nrx\naa\n", 11, -1},	/* no statement left */
	    {2, 64, good_raw, 13, 0}, /* the frame's magic number */
	    {2, 64, good_raw, 13, 5}, /* the size it tells */
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		int64_t seq = (int64_t)i * 100;
		struct block block;

		store_block(f, seq, rows[i].count, rows[i].salts,
		    (struct span){rows[i].raw, rows[i].n}, rows[i].flip);
		block_init(&block);
		if (block_load(&block, f->store, (uint64_t)seq, &f->err) !=
		    ERR_CORRUPT)
			fail_msg("row %zu was taken for a block", i);
		block_release(&block);
	}
}

static void load_handMadeBlock_isRead(void **state)
{
	struct fixture *f = *state;
	struct block block;

	store_block(f, 0, 2, 64, (struct span){good_raw, 13}, -1);
	block_init(&block);
	assert_int_equal(block_load(&block, f->store, 1, &f->err), 0);
	assert_true(span_is(block_statement(&block, 0), "aa"));
	assert_true(span_is(block_statement(&block, 1), "b"));
	block_release(&block);
}

#define WITH_STORE(test)                                                       \
	cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_STORE(search_variantOfName_findsIt),
	    WITH_STORE(search_manyMatches_ranksWholeThenBeginningThenInside),
	    WITH_STORE(search_noSuchText_findsNothing),
	    WITH_STORE(search_nothingLeftOfText_isRefused),
	    WITH_STORE(search_everyNameOfManyPacks_isFoundOnce),
	    WITH_STORE(search_anyText_agreesWithPlainSearch),
	    WITH_STORE(search_subjectWithTwoNames_isOneHit),
	    WITH_STORE(search_damagedPack_isCorrupt),
	    WITH_STORE(resolve_sameCode_isSameSubject),
	    WITH_STORE(resolve_newNameFromRegistration_renames),
	    WITH_STORE(resolve_renamedInOneBook_keepsLastName),
	    WITH_STORE(resolve_otherNameFromOtherItem_onlyAddsAlias),
	    WITH_STORE(resolve_nameThatFoldsAlike_isNoOtherName),
	    WITH_STORE(resolve_manyTwice_givesSameIds),
	    WITH_STORE(merge_anyCount_isSorted),
	    WITH_STORE(merge_sinkFails_saysSo),
	    WITH_STORE(append_withinOneFile_knowsSameAndNewVersion),
	    WITH_STORE(append_acrossFiles_knowsSameAndNewVersion),
	    WITH_STORE(append_manyRepeated_waitOnDisk),
	    WITH_STORE(load_everyStatement_isWhatWasWritten),
	    WITH_STORE(readStatement_ofARecord_hasItsText),
	    WITH_STORE(readStatement_ofNone_fails),
	    WITH_STORE(commitment_ofLoadedStatement_isTheSealedOne),
	    WITH_STORE(write_statementTooLong_isRefused),
	    WITH_STORE(load_damagedBlock_isCorrupt),
	    WITH_STORE(load_handMadeBlock_isRead),
	};

	return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
