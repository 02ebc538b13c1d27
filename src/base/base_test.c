/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the base room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <errno.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/date.h"
#include "base/err.h"
#include "base/hex.h"
#include "base/json.h"
#include "base/library.h"
#include "base/mem.h"
#include "base/money.h"
#include "base/sha256.h"
#include "base/tr.h"
#include "base/utf8.h"

static void date_from_ymd_known_days_match(void **state)
{
	static const struct {
		int y, m, d;
		date_days days;
	} t[] = {
	    {1970, 1, 1, 0},
	    {1969, 12, 31, -1},
	    {2000, 2, 29, 11016},
	    {2099, 12, 31, DATE_LONG_TERM},
	    {1900, 1, 1, -25567},
	    {2023, 2, 29, DATE_NONE},
	    {2024, 13, 1, DATE_NONE},
	    {2024, 4, 31, DATE_NONE},
	    {1899, 12, 31, DATE_NONE},
	    {3000, 1, 1, DATE_NONE},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		assert_int_equal(
		    date_from_ymd(t[i].y, t[i].m, t[i].d), t[i].days);
}

static void date_to_ymd_every_day_round_trips(void **state)
{
	date_days first = date_from_ymd(DATE_YEAR_MIN, 1, 1);
	date_days last = date_from_ymd(DATE_YEAR_MAX, 12, 31);
	date_days i;

	(void)state;
	for (i = first; i <= last; i++) {
		struct date_ymd d = date_to_ymd(i);
		char text[DATE_TEXT_BYTES];
		date_days back;

		assert_int_equal(date_from_ymd(d.year, d.month, d.day), i);
		assert_true(
		    date_parse_iso(span_of(date_format_iso(i, text)), &back));
		assert_int_equal(back, i);
		assert_int_equal(date_month(i), d.year * 100 + d.month);
	}
}

static void date_begin_is_the_first_moment_in_china(void **state)
{
	date_days day = date_from_ymd(2026, 5, 1);

	(void)state;
	assert_int_equal(date_of_unix_ms(date_begin_ms(day)), day);
	assert_int_equal(date_of_unix_ms(date_begin_ms(day) - 1), day - 1);
	assert_int_equal(date_of_unix_ms(date_begin_ms(day + 1) - 1), day);
}

static void date_add_months_short_month_clamps(void **state)
{
	(void)state;
	assert_int_equal(date_add_months(date_from_ymd(2024, 1, 31), 1),
	    date_from_ymd(2024, 2, 29));
	assert_int_equal(date_add_months(date_from_ymd(2023, 11, 30), 3),
	    date_from_ymd(2024, 2, 29));
	assert_int_equal(date_add_months(date_from_ymd(2024, 2, 29), 36),
	    date_from_ymd(2027, 2, 28));
	assert_int_equal(date_add_months(date_from_ymd(2024, 2, 29), -12),
	    date_from_ymd(2023, 2, 28));
}

static bool is_day_of_model(int year, int month, int day)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool is_leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);

	return day <= days[month - 1] + (is_leap && month == 2);
}

/* Month by month with the day as it was, and at the end back to a day that
 * there is. */
static void date_add_months_oneByOne_isTheSame(void **state)
{
	uint64_t seed = 20240229;
	int round;

	(void)state;
	for (round = 0; round < 200000; round++) {
		int year, month, day, months, left;
		date_days from, is, expected = DATE_NONE;
		char text[DATE_TEXT_BYTES], other[DATE_TEXT_BYTES];

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		year = 1900 + (int)(seed >> 40) % 1100;
		month = 1 + (int)(seed >> 33 & 127) % 12;
		day = 31 - (int)(seed >> 20 & 31) % (round % 2 ? 31 : 4);
		months = (int)(seed >> 50) % (round % 5 ? 121 : 2401);
		while (!is_day_of_model(year, month, day))
			day--;
		from = date_from_ymd(year, month, day);
		if (round % 3 == 0)
			months = -months;
		for (left = months; left > 0; left--)
			if (++month > 12)
				month = 1, year++;
		for (; left < 0; left++)
			if (--month < 1)
				month = 12, year--;
		while (!is_day_of_model(year, month, day))
			day--;
		if (year >= DATE_YEAR_MIN && year <= DATE_YEAR_MAX)
			expected = date_from_ymd(year, month, day);
		is = date_add_months(from, months);
		if (is != expected)
			fail_msg("%s and %d months: %s, not %04d-%02d-%02d",
			    date_format_iso(from, text), months,
			    date_format_iso(is, other), year, month, day);
	}
}

static void date_is_within_both_ends_and_open_sides(void **state)
{
	(void)state;
	assert_true(date_is_within(10, 12, 10));
	assert_true(date_is_within(10, 12, 12));
	assert_false(date_is_within(10, 12, 9));
	assert_false(date_is_within(10, 12, 13));
	assert_true(date_is_within(DATE_NONE, 12, -5));
	assert_false(date_is_within(DATE_NONE, 12, 13));
	assert_true(date_is_within(10, DATE_NONE, 99999));
	assert_false(date_is_within(10, DATE_NONE, 9));
	assert_int_equal(date_earlier(3, 2), 2);
	assert_int_equal(date_earlier(-3, 2), -3);
	assert_int_equal(date_earlier(DATE_NONE, 2), 2);
	assert_int_equal(date_earlier(3, DATE_NONE), 3);
	assert_int_equal(date_earlier(DATE_NONE, DATE_NONE), DATE_NONE);
}

static void hex_read_takes_what_is_written(void **state)
{
	uint8_t out[2] = {0};

	(void)state;
	assert_true(hex_read(span_of("0fa9"), out, 2));
	assert_int_equal(out[0], 0x0F);
	assert_int_equal(out[1], 0xA9);
	assert_false(hex_read(span_of("0fa"), out, 2));
	assert_false(hex_read(span_of("0fa90"), out, 2));
	assert_false(hex_read(span_of("0fA9"), out, 2));
	assert_false(hex_read(span_of("0fg9"), out, 2));
	assert_int_equal(hex_digit('F'), 15);
	assert_int_equal(hex_digit('f'), 15);
	assert_int_equal(hex_digit('g'), -1);
	assert_int_equal(hex_digit('/'), -1);
	assert_int_equal(hex_digit(':'), -1);
}

static void span_trim_takes_blanks_at_both_ends(void **state)
{
	(void)state;
	assert_true(span_is(span_trim(span_of("  a b ")), "a b"));
	assert_true(span_is(span_trim(span_of("a")), "a"));
	assert_int_equal(span_trim(span_of("   ")).n, 0);
	assert_int_equal(span_trim((struct span){NULL, 0}).n, 0);
}

static void date_weekday_known_days_match(void **state)
{
	(void)state;
	assert_int_equal(date_weekday(date_from_ymd(2026, 11, 23)), 0);
	assert_int_equal(date_weekday(date_from_ymd(1969, 12, 31)), 2);
	assert_int_equal(date_weekday(date_from_ymd(2000, 1, 1)), 5);
}

static void date_of_unix_is_the_day_in_china(void **state)
{
	char text[24];

	(void)state;
	/* 2026-11-22T16:00:00Z is midnight of the 23rd in China. */
	assert_int_equal(
	    date_of_unix_ms(1795363200000LL - 1), date_from_ymd(2026, 11, 22));
	assert_int_equal(
	    date_of_unix_ms(1795363200000LL), date_from_ymd(2026, 11, 23));
	assert_string_equal(
	    date_format_unix(1795363200000LL, text), "2026-11-22T16:00:00Z");
}

static void date_parse_iso_bad_text_refused(void **state)
{
	static const char *const bad[] = {"", "2024-1-01", "2024/01/01",
	    "2024-01-01 ", "2024-02-30", "20240101", "2024-0a-01"};
	date_days d = 7;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(bad); i++)
		assert_false(date_parse_iso(span_of(bad[i]), &d));
	assert_int_equal(d, 7);
}

static void buf_add_past_max_sticks(void **state)
{
	struct buf b = BUF_INIT(10);

	(void)state;
	buf_add_str(&b, "12345");
	assert_false(b.is_full);
	buf_add_str(&b, "678901");
	assert_true(b.is_full);
	buf_add_str(&b, "x");
	assert_string_equal(buf_str(&b), "12345");
	buf_reset(&b);
	buf_addf(&b, "%d-%s", 42, "abc");
	assert_string_equal(buf_str(&b), "42-abc");
	buf_release(&b);
}

static void buf_add_numbers_match_printf(void **state)
{
	struct buf b = BUF_INIT(1000);

	(void)state;
	buf_add_i64(&b, INT64_MIN);
	buf_add_char(&b, ' ');
	buf_add_u64(&b, UINT64_MAX);
	buf_add_char(&b, ' ');
	buf_add_hex(&b, "\x00\xff\x1a", 3);
	assert_string_equal(
	    buf_str(&b), "-9223372036854775808 18446744073709551615 00ff1a");
	buf_release(&b);
}

static void mem_tables_small_and_large_are_zero(void **state)
{
	const size_t counts[] = {0, 1, 1000, (1 << 20) + 3};
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(counts); i++) {
		uint64_t *p = mem_zalloc_table(counts[i], sizeof(*p));

		for (j = 0; j < counts[i]; j++)
			if (p[j])
				fail_msg("%zu of %zu", j, counts[i]);
		free(p);
	}
}

static void mem_grow_keeps_what_is_there(void **state)
{
	size_t count, room = 0, larger = 0;
	int *list = NULL;

	(void)state;
	for (count = 0; count < 1000; count++) {
		size_t before = room;

		list = mem_grow(list, count, &room, sizeof(*list));
		assert_true(room > count);
		larger += room != before;
		list[count] = (int)count;
	}
	while (count--)
		assert_int_equal(list[count], count);
	assert_true(larger < 8);
	free(list);
}

static void arena_pieces_aligned_and_kept(void **state)
{
	struct arena *a = arena_new();
	size_t i, round;

	(void)state;
	for (round = 0; round < 3; round++) {
		char *first = arena_strdup(a, "公信");

		for (i = 1; i < 3000; i++) {
			char *p = arena_alloc(a, i % 97);

			assert_int_equal((uintptr_t)p % 16, 0);
			memset(p, 0xAA, i % 97);
		}
		assert_string_equal(first, "公信");
		assert_string_equal(arena_printf(a, "%d", 7), "7");
		arena_reset(a);
	}
	arena_free(&a);
	assert_null(a);
}

static void json_canonical_matches_rfc8785_sample(void **state)
{
	struct buf b = BUF_INIT(1000);
	struct json_writer w;

	(void)state;
	json_start_canonical(&w, &b);
	json_open_object(&w);
	json_key(&w, "numbers");
	json_open_array(&w);
	json_add_int(&w, 0);
	json_add_int(&w, -9007199254740991LL);
	json_close_array(&w);
	json_put_span(
	    &w, "string", (struct span){"\xe2\x82\xac$\x0f\nA'B\"\\\\\"/", 14});
	json_put_bool(&w, "true", true);
	json_close_object(&w);
	assert_string_equal(buf_str(&b),
	    "{\"numbers\":[0,-9007199254740991],"
	    "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\",\"true\":true}");
	buf_release(&b);
}

/* Every byte at every place of texts around the eight bytes that are looked at
 * together. */
static void json_quote_anyByteAnywhere_isEscapedOnce(void **state)
{
	static const char *const escapes[256] = {['"'] = "\\\"",
	    ['\\'] = "\\\\",
	    ['\b'] = "\\b",
	    ['\t'] = "\\t",
	    ['\n'] = "\\n",
	    ['\f'] = "\\f",
	    ['\r'] = "\\r"};
	enum { LENGTH_MAX = 19 };
	int byte, at, n;

	(void)state;
	for (byte = 0; byte < 256; byte++)
		for (n = 1; n <= LENGTH_MAX; n++)
			for (at = 0; at < n; at++) {
				char text[LENGTH_MAX], one[8], expected[64];
				struct buf b = BUF_INIT(100);

				memset(text, 'a' + at, sizeof(text));
				text[at] = (char)byte;
				snprintf(one, sizeof(one), "%c", byte);
				if (escapes[byte])
					snprintf(one, sizeof(one), "%s",
					    escapes[byte]);
				else if (byte < 0x20)
					snprintf(
					    one, sizeof(one), "\\u%04x", byte);
				snprintf(expected, sizeof(expected),
				    "\"%.*s%s%.*s\"", at, text, one, n - at - 1,
				    text + at + 1);
				json_quote(&b, (struct span){text, (size_t)n});
				assert_string_equal(buf_str(&b), expected);
				buf_release(&b);
			}
}

static void json_nested_commas_are_right(void **state)
{
	struct buf b = BUF_INIT(1000);
	struct json_writer w;

	(void)state;
	json_start(&w, &b);
	json_open_array(&w);
	json_open_object(&w);
	json_close_object(&w);
	json_open_object(&w);
	json_put_date(&w, "d", DATE_LONG_TERM);
	json_put_date(&w, "n", DATE_NONE);
	json_close_object(&w);
	json_add_null(&w);
	json_close_array(&w);
	assert_string_equal(
	    buf_str(&b), "[{},{\"d\":\"2099-12-31\",\"n\":null},null]");
	buf_release(&b);
}

static void sha256_parts_match_whole(void **state)
{
	static const uint8_t abc[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf,
	    0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03,
	    0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2,
	    0x00, 0x15, 0xad};
	struct span parts[] = {{"a", 1}, {NULL, 0}, {"bc", 2}};
	struct sha256_stream *s = sha256_stream_new();
	uint8_t got[SHA256_BYTES];

	(void)state;
	sha256_parts(parts, 3, got);
	assert_memory_equal(got, abc, 32);
	sha256_stream_add(s, "ab", 2);
	sha256_stream_add(s, "c", 1);
	sha256_stream_finish(&s, got);
	assert_memory_equal(got, abc, 32);
	assert_null(s);
}

/* Every length over some blocks, whole and in pieces of any length, as
 * OpenSSL digests it. */
static void sha256_any_length_is_openssls(void **state)
{
	enum { BYTES = 700 };
	static uint8_t bytes[BYTES];
	uint8_t want[SHA256_BYTES], got[SHA256_BYTES];
	size_t n, at, piece;

	(void)state;
	for (n = 0; n < BYTES; n++)
		bytes[n] = (uint8_t)(n * 31 + n / 97);
	for (n = 0; n <= BYTES; n++) {
		struct sha256_stream *s = sha256_stream_new();
		struct sha256_stream *half = NULL;

		assert_int_equal(
		    EVP_Digest(bytes, n, want, NULL, EVP_sha256(), NULL), 1);
		sha256_bytes(bytes, n, got);
		assert_memory_equal(got, want, sizeof(want));
		for (at = 0; at < n; at += piece) {
			piece = 1 + (at * 7 + n) % 150;
			piece = piece < n - at ? piece : n - at;
			sha256_stream_add(s, bytes + at, piece);
			if (!half)
				half = sha256_stream_copy(s);
		}
		sha256_stream_finish(&s, got);
		assert_memory_equal(got, want, sizeof(want));
		if (!half)
			continue;
		piece = 1 + n % 150 < n ? 1 + n % 150 : n;
		sha256_stream_add(half, bytes + piece, n - piece);
		sha256_stream_finish(&half, got);
		assert_memory_equal(got, want, sizeof(want));
	}
}

/* Messages of every length around the bounds of blocks, in every number, cut
 * into parts everywhere, in lanes that end at different times. */
static void sha256_many_match_one_by_one(void **state)
{
	enum { COUNT = 400, BYTES = 1500, PARTS = 4 };
	static const size_t lengths[] = {0, 1, 16, 48, 63, 64, 65, 130, 300};
	static char bytes[BYTES];
	static uint8_t out[COUNT][SHA256_BYTES];
	static struct sha256_message m[COUNT];
	static struct span parts[COUNT][PARTS];
	uint8_t want[SHA256_BYTES];
	size_t count, i, k;

	(void)state;
	for (i = 0; i < BYTES; i++)
		bytes[i] = (char)(i * 7 + i / 251);
	for (i = 0; i < COUNT; i++) {
		m[i].parts = parts[i];
		m[i].count = i % (PARTS + 1);
		for (k = 0; k < PARTS; k++)
			parts[i][k] = (struct span){bytes + i + k,
			    lengths[(i * 5 + k * 7 + i / 9) %
				ARRAY_COUNT(lengths)]};
	}
	for (count = 0; count <= COUNT; count += count < 9 ? 1 : 97) {
		memset(out, 0, sizeof(out));
		sha256_many(m, count, out[0]);
		for (i = 0; i < count; i++) {
			sha256_parts(m[i].parts, m[i].count, want);
			if (memcmp(want, out[i], sizeof(want)) != 0)
				fail_msg("%zu of %zu", i, count);
		}
	}
}

static void utf8_valid_prefix_finds_first_bad_byte(void **state)
{
	static const struct {
		const char *text;
		size_t good;
	} t[] = {
	    {"", 0}, {"plain ascii text over eight bytes", 33},
	    {"日照市市场监督管理局", 30}, {"日照\xff", 6},
	    {"a\xc0\x80", 1},			      /* overlong NUL */
	    {"a\xe0\x80\x80z", 1},		      /* overlong */
	    {"a\xed\xa0\x80z", 1},		      /* surrogate */
	    {"\xf4\x90\x80\x80", 0},		      /* past U+10FFFF */
	    {"\xf0\xa0\x80\x80ok", 6},		      /* U+20000 */
	    {"12345678\x80", 8}, {"日照\xe5\xb8", 6}, /* cut */
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		assert_int_equal(
		    utf8_valid_prefix(t[i].text, strlen(t[i].text)), t[i].good);
}

static void utf8_has_unseen_tells_what_names_must_not_hold(void **state)
{
	static const struct {
		const char *text;
		bool has;
	} t[] = {
	    {"", false},
	    {"wang", false},
	    {"王某 (1)", false},
	    {"王　某", false},			     /* U+3000 */
	    {"\xc2\xa0", false},		     /* NBSP */
	    {"\xe8\xbe\xba\xf3\xa0\x84\x80", false}, /* a variant */
	    {"a\tb", true},
	    {"\x1b[31m", true},
	    {"\x7f", true},
	    {"\xc2\x9b", true}, /* C1: CSI */
	    {"\xe2\x80\x8a", false},
	    {"\xe2\x80\x8b", true}, /* U+200B */
	    {"\xe2\x80\x8f", true},
	    {"\xe2\x80\x90", false},
	    {"\xe2\x80\xa8", true},
	    {"\xe2\x80\xae", true}, /* U+202E */
	    {"\xe2\x80\xaf", false},
	    {"\xe2\x81\x9f", false},
	    {"\xe2\x81\xa0", true},
	    {"\xe2\x81\xaf", true}, /* U+206F */
	    {"\xe2\x81\xb0", false},
	    {"\xef\xbb\xbf", true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		if (utf8_has_unseen(t[i].text, strlen(t[i].text)) != t[i].has)
			fail_msg("[%zu] \"%s\"", i, t[i].text);
}

static void utf8_every_character_round_trips(void **state)
{
	uint32_t c;

	(void)state;
	for (c = 0; c < 0x110000; c++) {
		char text[4];
		size_t n = utf8_encode(c, text);
		size_t at = 0;
		bool is_surrogate = c >= 0xD800 && c < 0xE000;

		assert_int_equal(
		    utf8_valid_prefix(text, n), is_surrogate ? 0 : n);
		if (is_surrogate)
			continue;
		assert_int_equal(utf8_next(text, n, &at), c);
		assert_int_equal(utf8_has_control(text, n),
		    c < 0x20 || (c >= 0x7f && c <= 0x9f));
		assert_int_equal(at, n);
	}
}

/* A server's thread speaks with a visitor; its operator reads the log. */
static void err_own_is_in_the_language_of_the_process(void **state)
{
	struct err err;

	(void)state;
	tr_set_thread_lang(LANG_EN);
	errno = EACCES;
	err_set_errno(&err, "could not write \"%s\"", "x");
	err_context(&err, "could not read \"%s\"", "y");
	err_detail(&err, "could not write \"%s\"", "z");
	assert_string_equal(err.message,
	    "could not read \"y\": could not write \"x\": Permission denied");
	assert_string_equal(err_own_message(&err),
	    "无法读取“y”：无法写入“x”: Permission denied");
	assert_string_equal(err.detail, "could not write \"z\"");
	assert_string_equal(err_own_detail(&err), "无法写入“z”");
	tr_set_thread_lang(LANG_ZH);
	err_set(&err, ERR_IO, "could not write \"%s\"", "x");
	assert_ptr_equal(err_own_message(&err), err.message);
	assert_string_equal(err_own_detail(&err), "");
}

static void err_set_errno_full_or_read_only_disk_has_hint(void **state)
{
	struct err err;

	(void)state;
	tr_set_lang(LANG_EN);
	errno = ENOSPC;
	assert_int_equal(
	    err_set_errno(&err, "could not write \"%s\"", "x"), ERR_FULL);
	assert_string_equal(
	    err.message, "could not write \"x\": No space left on device");
	assert_true(err.hint[0] != '\0');
	err_context(&err, "file \"%s\"", "a.csv");
	assert_string_equal(err.message,
	    "file \"a.csv\": could not write \"x\": No space left on device");
	errno = EROFS;
	assert_int_equal(err_set_errno(&err, "could not open \"x\""), ERR_IO);
	assert_non_null(strstr(err.hint, "read-only"));
	tr_set_lang(LANG_ZH);
}

static void err_message_too_long_is_cut_at_a_character(void **state)
{
	char text[1200];
	struct err err;
	size_t i, n;

	(void)state;
	for (i = 0; i + 3 < sizeof(text); i += 3)
		memcpy(text + i, "长", 3);
	text[i] = '\0';
	err_set(&err, ERR_INPUT, "x%s", text);
	n = strlen(err.message);
	assert_true(n < ERR_TEXT_MAX);
	assert_int_equal(utf8_valid_prefix(err.message, n), n);
}

static void tr_lang_from_environment_defaults_to_chinese(void **state)
{
	static const struct {
		const char *lang;
		enum lang want;
	} t[] = {{"", LANG_ZH}, {"C.UTF-8", LANG_ZH}, {"POSIX", LANG_ZH},
	    {"zh_CN.UTF-8", LANG_ZH}, {"en_US.UTF-8", LANG_EN},
	    {"de_DE.UTF-8", LANG_EN}};
	size_t i;

	(void)state;
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	unsetenv("GONGXIN_LANG");
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		setenv("LANG", t[i].lang, 1);
		assert_int_equal(tr_lang_from_environment(), t[i].want);
	}
	setenv("GONGXIN_LANG", "en", 1);
	setenv("LANG", "zh_CN.UTF-8", 1);
	assert_int_equal(tr_lang_from_environment(), LANG_EN);
}

/* From the C library itself, which is always there. */
/* Two digits put behind the point, and a comma into the rest from its end
 * on. */
static void money_write_atRandom_isWhatGroupingSays(void **state)
{
	uint64_t seed = 5;
	int round;

	(void)state;
	for (round = 0; round < 50000; round++) {
		struct buf text = BUF_INIT(64);
		char expected[64];
		int64_t fen;
		size_t at;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		fen = (int64_t)(seed >> round % 63);
		snprintf(expected, sizeof(expected), "%0*lld元",
		    fen < 0 ? 4 : 3, (long long)fen);
		at = strlen(expected) - strlen("元") - 2;
		memmove(expected + at + 1, expected + at,
		    strlen(expected + at) + 1);
		expected[at] = '.';
		while (at > 3 && (at -= 3) > 0 && expected[at - 1] != '-') {
			memmove(expected + at + 1, expected + at,
			    strlen(expected + at) + 1);
			expected[at] = ',';
		}
		money_write(fen, &text);
		if (strcmp(buf_str(&text), expected) != 0)
			fail_msg("%lld: \"%s\", not \"%s\"", (long long)fen,
			    buf_str(&text), expected);
		buf_release(&text);
	}
}

static void money_write_is_as_people_read_it(void **state)
{
	static const struct {
		int64_t fen;
		const char *text;
	} t[] = {
	    {0, "0.00元"},
	    {5, "0.05元"},
	    {-5, "-0.05元"},
	    {-100, "-1.00元"},
	    {99999, "999.99元"},
	    {100000, "1,000.00元"},
	    {123450000, "1,234,500.00元"},
	    {-123456789, "-1,234,567.89元"},
	    {INT64_MAX, "92,233,720,368,547,758.07元"},
	    {INT64_MIN, "-92,233,720,368,547,758.08元"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf text = BUF_INIT(64);

		money_write(t[i].fen, &text);
		if (strcmp(buf_str(&text), t[i].text) != 0)
			fail_msg("[%zu]: \"%s\", not \"%s\"", i, buf_str(&text),
			    t[i].text);
		buf_release(&text);
	}
}

static void library_load_finds_all_or_nothing(void **state)
{
	int (*absolute)(int) = NULL;
	int (*other)(int) = NULL;
	const struct library_function functions[] = {
	    {"abs", &absolute}, {"no_such_function", &other}};
	struct err err;

	(void)state;
	assert_int_equal(
	    library_load("libc.so.6", "libc6", functions, 1, &err), 0);
	assert_int_equal(absolute(-7), 7);
	absolute = NULL;
	assert_int_equal(
	    library_load("libc.so.6", "libc6", functions, 2, &err), ERR_SYSTEM);
	assert_null(absolute);
	assert_int_equal(
	    library_load("libnone.so.9", "libnone9", functions, 1, &err),
	    ERR_SYSTEM);
	assert_non_null(strstr(err.hint, "libnone9"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(date_from_ymd_known_days_match),
	    cmocka_unit_test(date_to_ymd_every_day_round_trips),
	    cmocka_unit_test(date_begin_is_the_first_moment_in_china),
	    cmocka_unit_test(date_add_months_short_month_clamps),
	    cmocka_unit_test(date_add_months_oneByOne_isTheSame),
	    cmocka_unit_test(date_is_within_both_ends_and_open_sides),
	    cmocka_unit_test(span_trim_takes_blanks_at_both_ends),
	    cmocka_unit_test(date_weekday_known_days_match),
	    cmocka_unit_test(hex_read_takes_what_is_written),
	    cmocka_unit_test(date_of_unix_is_the_day_in_china),
	    cmocka_unit_test(date_parse_iso_bad_text_refused),
	    cmocka_unit_test(buf_add_past_max_sticks),
	    cmocka_unit_test(buf_add_numbers_match_printf),
	    cmocka_unit_test(mem_tables_small_and_large_are_zero),
	    cmocka_unit_test(mem_grow_keeps_what_is_there),
	    cmocka_unit_test(arena_pieces_aligned_and_kept),
	    cmocka_unit_test(json_canonical_matches_rfc8785_sample),
	    cmocka_unit_test(json_quote_anyByteAnywhere_isEscapedOnce),
	    cmocka_unit_test(json_nested_commas_are_right),
	    cmocka_unit_test(sha256_parts_match_whole),
	    cmocka_unit_test(sha256_any_length_is_openssls),
	    cmocka_unit_test(sha256_many_match_one_by_one),
	    cmocka_unit_test(utf8_valid_prefix_finds_first_bad_byte),
	    cmocka_unit_test(utf8_has_unseen_tells_what_names_must_not_hold),
	    cmocka_unit_test(utf8_every_character_round_trips),
	    cmocka_unit_test(err_set_errno_full_or_read_only_disk_has_hint),
	    cmocka_unit_test(err_own_is_in_the_language_of_the_process),
	    cmocka_unit_test(library_load_finds_all_or_nothing),
	    cmocka_unit_test(money_write_is_as_people_read_it),
	    cmocka_unit_test(money_write_atRandom_isWhatGroupingSays),
	    cmocka_unit_test(err_message_too_long_is_cut_at_a_character),
	    cmocka_unit_test(tr_lang_from_environment_defaults_to_chinese),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
