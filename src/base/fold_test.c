/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of folding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/fold.h"
#include "base/mem.h"
#include "base/utf8.h"

/* Folds into a piece of exactly the promised size, so that ASan sees more. */
static struct span fold_new(struct span text)
{
	char *out = mem_alloc(text.n);

	return (struct span){out, fold_name(text, out, text.n)};
}

static void check_fold(size_t index, const char *text, const char *expected)
{
	struct span got = fold_new(span_of(text));

	if (!span_is(got, expected))
		fail_msg("[%zu] \"%s\": expected \"%s\", is \"%.*s\"", index,
		    text, expected, (int)got.n, got.p);
	free((void *)(uintptr_t)got.p);
}

static void fold_name_variants_become_equal(void **state)
{
	static const struct {
		const char *text, *folded;
	} t[] = {
	    {"", ""},
	    {"日照示例建设有限公司", "日照示例建设有限公司"},
	    {"日照示例建設有限公司", "日照示例建设有限公司"},
	    {"臨安示例電氣設備廠（普通合夥）", "临安示例电气设备厂(普通合伙)"},
	    {"示例〔中国〕有限公司", "示例(中国)有限公司"},
	    {"示例［中国］有限公司", "示例(中国)有限公司"},
	    {"示例【中国】有限公司", "示例(中国)有限公司"},
	    {"示例{中国}有限公司", "示例(中国)有限公司"},
	    {"示例「中国」有限公司", "示例(中国)有限公司"},
	    {"示例《中国》<有限>公司", "示例(中国)(有限)公司"},
	    {" 示例\xE3\x80\x80（中国）\xC2\xA0有限 公司\t\r\n",
		"示例(中国)有限公司"},
	    {"\xEF\xBB\xBF示\xE2\x80\x8B例", "示例"},
	    {"ＡＢＣ科技ａｂｃ１２３", "abc科技abc123"},
	    {"ABC Technology Co., Ltd.", "abctechnologyco.,ltd."},
	    {"阿布都·示例 阿布都•示例 阿布都・示例",
		"阿布都·示例阿布都·示例阿布都·示例"},
	    {"甲—乙－丙–丁-戊−己", "甲-乙-丙-丁-戊-己"},
	    {"甲——乙--丙", "甲-乙-丙"},
	    {"“示例”‘甲’", "\"示例\"'甲'"},
	    {"二○二厂", "二〇二厂"},
	    {"罚款金额（万元）", "罚款金额(万元)"},
	    {"CF_XDR_MC", "cf_xdr_mc"},
	    {"ＣＦ＿ＸＤＲ＿ＭＣ", "cf_xdr_mc"},
	    /* PDF text: Kangxi radicals for 人, 民. */
	    {"\xE2\xBC\x88民", "人民"},
	    /* Compatibility ideograph U+F98C 歷, then Traditional. */
	    {"\xEF\xA6\x8C史", "历史"},
	    /* 薴 -> 苧 -> 苎: chains are followed to the end. */
	    {"薴苧苎", "苎苎苎"},
	    /* Variation selector, tag beyond the BMP. */
	    {"葛\xF3\xA0\x84\x80\xEF\xB8\x80城", "葛城"},
	    {"\xF0\xA0\xAE\xB7野家", "\xF0\xA0\xAE\xB7野家"},
	    {"Ünïcode Ω", "ÜnïcodeΩ"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		check_fold(i, t[i].text, t[i].folded);
}

/* 㗲 has its Simplified form 𠵾 beyond the BMP: both fold to the shorter. */
static void fold_char_rare_pair_takes_the_shorter(void **state)
{
	(void)state;
	assert_int_equal(fold_char(0x20D7E), 0x35F2);
	assert_int_equal(fold_char(0x35F2), 0x35F2);
}

static void fold_char_every_character_is_final_and_not_longer(void **state)
{
	uint32_t c;

	(void)state;
	for (c = 1; c < 0x110000; c++) {
		uint32_t to = fold_char(c);
		char piece[4];

		if (to == 0)
			continue;
		if (fold_char(to) != to)
			fail_msg("U+%04X folds twice", c);
		if (utf8_encode(to, piece) > utf8_encode(c, piece))
			fail_msg("U+%04X folds to something longer", c);
	}
}

static void fold_name_agrees_with_fold_char_at_every_offset(void **state)
{
	static const char *const parts[] = {"中", "國", "a", "（",
	    "\xE3\x80\x80", "·", "\xF0\xA0\xAE\xB7", "文"};
	char text[128], expected[128];
	uint32_t seed = 1;
	int round;

	(void)state;
	for (round = 0; round < 20000; round++) {
		size_t n = 0, o = 0, at = 0;
		int count;

		seed = seed * 1664525 + 1013904223;
		for (count = (int)(seed >> 28); count > 0; count--) {
			const char *p;

			seed = seed * 1664525 + 1013904223;
			p = parts[seed >> 29];
			memcpy(text + n, p, strlen(p));
			n += strlen(p);
		}
		while (at < n) {
			uint32_t c = fold_char(utf8_next(text, n, &at));

			if (c)
				o += utf8_encode(c, expected + o);
		}
		expected[o] = '\0';
		text[n] = '\0';
		check_fold((size_t)round, text, expected);
	}
}

static void fold_name_random_bytes_stay_in_bounds(void **state)
{
	uint32_t seed = 7;
	int round;

	(void)state;
	for (round = 0; round < 50000; round++) {
		char text[24];
		struct span got, again;
		size_t n = seed >> 8 & 15, i;

		for (i = 0; i < n; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = (char)(seed >> 24);
		}
		seed = seed * 1664525 + 1013904223;
		got = fold_new((struct span){text, n});
		assert_true(got.n <= n);
		if (utf8_valid_prefix(text, n) == n) {
			again = fold_new(got);
			assert_true(span_equal(got, again));
			free((void *)(uintptr_t)again.p);
		}
		free((void *)(uintptr_t)got.p);
	}
}

/* The table in the program is that of data/traditional.tsv. */
static void fold_char_every_pair_of_the_data_meets(void **state)
{
	char path[4096], line[256];
	int pairs = 0;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/data/traditional.tsv",
	    getenv("GX_SOURCE_ROOT") ? getenv("GX_SOURCE_ROOT") : ".");
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		size_t at = 0, n = strcspn(line, "\n");
		uint32_t from, to;

		if (line[0] == '#')
			continue;
		from = utf8_next(line, n, &at);
		assert_int_equal(line[at++], '\t');
		to = utf8_next(line, n, &at);
		if (fold_char(from) != fold_char(to))
			fail_msg("U+%04X and U+%04X differ", from, to);
		pairs++;
	}
	fclose(f);
	assert_true(pairs > 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fold_name_variants_become_equal),
	    cmocka_unit_test(fold_char_rare_pair_takes_the_shorter),
	    cmocka_unit_test(fold_char_every_character_is_final_and_not_longer),
	    cmocka_unit_test(fold_name_agrees_with_fold_char_at_every_offset),
	    cmocka_unit_test(fold_name_random_bytes_stay_in_bounds),
	    cmocka_unit_test(fold_char_every_pair_of_the_data_meets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
