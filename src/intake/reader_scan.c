/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two scans that touch every byte of a file: is it text, and where are
 * the bytes that a table's form hangs on. Each has a plain form that says
 * what is meant and vector forms that say the same 16 or 32 bytes at a
 * time; a test compares them on all of each other's corner cases. AVX2 is
 * chosen when the program starts to scan, as Debian's baseline lacks it.
 *
 * UTF-8 with AVX2: every error shows in two neighbouring bytes, except that
 * third and fourth bytes must be continuations exactly where a lead byte
 * two or three before says so. For a pair, three tables of 16 are looked up
 * with the high and low half of the first byte and the high half of the
 * second; each entry is the set of errors it allows, and a bit in all three
 * is an error (J. Keiser and D. Lemire, "Validating UTF-8 in less than one
 * instruction per byte", 2021). A block with an error is given to the plain
 * form, which finds the byte.
 */
#include "intake/reader_priv.h"

#include <string.h>

#ifdef __SSE2__
#include <immintrin.h>
#endif

#include "base/utf8.h"

enum scan_way scan_best_way(void)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2"))
		return SCAN_AVX2;
#endif
#ifdef __SSE2__
	return SCAN_SSE2;
#else
	return SCAN_PLAIN;
#endif
}

static size_t text_prefix_plain(const char *p, size_t n)
{
	const char *nul = n ? memchr(p, 0, n) : NULL;

	return utf8_valid_prefix(p, nul ? (size_t)(nul - p) : n);
}

static size_t specials_plain(
    const char *p, size_t from, size_t to, char delimiter, uint32_t *out)
{
	size_t count = 0;
	size_t i;

	for (i = from; i < to; i++)
		if (p[i] == delimiter || p[i] == '"' || p[i] == '\r' ||
		    p[i] == '\n')
			out[count++] = (uint32_t)i;
	return count;
}

#ifdef __SSE2__

/* Appends the positions of the bits of `mask`, counted from `base`. */
static inline size_t add_positions(
    uint32_t *out, size_t count, size_t base, uint64_t mask)
{
	while (mask) {
		out[count++] = (uint32_t)(base + (size_t)__builtin_ctzll(mask));
		mask &= mask - 1;
	}
	return count;
}

/* Bits of `mask` for bytes before the end only. */
static inline uint64_t mask_until(uint64_t mask, size_t left)
{
	return left < 64 ? mask & ((1ULL << left) - 1) : mask;
}

static inline uint64_t special_bits_16(const char *p, __m128i delimiter)
{
	__m128i b = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i quote = _mm_cmpeq_epi8(b, _mm_set1_epi8('"'));
	__m128i cr = _mm_cmpeq_epi8(b, _mm_set1_epi8('\r'));
	__m128i lf = _mm_cmpeq_epi8(b, _mm_set1_epi8('\n'));
	__m128i cell = _mm_cmpeq_epi8(b, delimiter);

	return (uint32_t)_mm_movemask_epi8(
	    _mm_or_si128(_mm_or_si128(quote, cr), _mm_or_si128(lf, cell)));
}

static size_t specials_sse2(
    const char *p, size_t from, size_t to, char delimiter, uint32_t *out)
{
	__m128i d = _mm_set1_epi8(delimiter);
	size_t count = 0;
	size_t i;

	for (i = from; i < to; i += 64) {
		uint64_t mask = special_bits_16(p + i, d) |
		    special_bits_16(p + i + 16, d) << 16 |
		    special_bits_16(p + i + 32, d) << 32 |
		    special_bits_16(p + i + 48, d) << 48;

		count = add_positions(out, count, i, mask_until(mask, to - i));
	}
	return count;
}

#endif
#ifdef __x86_64__

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline uint64_t special_bits_32(const char *p, __m256i delimiter)
{
	__m256i b = _mm256_loadu_si256((const __m256i *)(const void *)p);
	__m256i quote = _mm256_cmpeq_epi8(b, _mm256_set1_epi8('"'));
	__m256i cr = _mm256_cmpeq_epi8(b, _mm256_set1_epi8('\r'));
	__m256i lf = _mm256_cmpeq_epi8(b, _mm256_set1_epi8('\n'));
	__m256i cell = _mm256_cmpeq_epi8(b, delimiter);

	return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(
	    _mm256_or_si256(quote, cr), _mm256_or_si256(lf, cell)));
}

AVX2 static size_t specials_avx2(
    const char *p, size_t from, size_t to, char delimiter, uint32_t *out)
{
	__m256i d = _mm256_set1_epi8(delimiter);
	size_t count = 0;
	size_t i;

	for (i = from; i < to; i += 64) {
		uint64_t mask = special_bits_32(p + i, d) |
		    special_bits_32(p + i + 32, d) << 32;

		count = add_positions(out, count, i, mask_until(mask, to - i));
	}
	return count;
}

/* Errors of a pair of bytes; see the essay. */
enum {
	TOO_SHORT = 1 << 0,  /* lead, then no continuation */
	TOO_LONG = 1 << 1,   /* ASCII, then a continuation */
	OVERLONG_3 = 1 << 2, /* E0 80..9F */
	TOO_LARGE = 1 << 3,  /* F4 90.. and up */
	SURROGATE = 1 << 4,  /* ED A0.. */
	OVERLONG_2 = 1 << 5, /* C0, C1 */
	/* F0 80..8F and F5.. 80..8F share a bit */
	OVERLONG_4 = 1 << 6,
	TWO_CONTINUATIONS = 1 << 7, /* right only as third or fourth byte */
	CARRY = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS
};

#define TABLE_32(...)                                                          \
	{                                                                      \
		__VA_ARGS__, __VA_ARGS__                                       \
	}

static const uint8_t first_high[32] =
    TABLE_32(TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
	TOO_LONG, TOO_LONG, TWO_CONTINUATIONS, TWO_CONTINUATIONS,
	TWO_CONTINUATIONS, TWO_CONTINUATIONS, TOO_SHORT | OVERLONG_2, TOO_SHORT,
	TOO_SHORT | OVERLONG_3 | SURROGATE, TOO_SHORT | TOO_LARGE | OVERLONG_4);

#define HUGE_LEAD (CARRY | TOO_LARGE | OVERLONG_4)
static const uint8_t first_low[32] =
    TABLE_32(CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4, CARRY | OVERLONG_2,
	CARRY, CARRY, CARRY | TOO_LARGE, HUGE_LEAD, HUGE_LEAD, HUGE_LEAD,
	HUGE_LEAD, HUGE_LEAD, HUGE_LEAD, HUGE_LEAD, HUGE_LEAD,
	HUGE_LEAD | SURROGATE, HUGE_LEAD, HUGE_LEAD);

#define CONTINUED (TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS)
static const uint8_t second_high[32] = TABLE_32(TOO_SHORT, TOO_SHORT, TOO_SHORT,
    TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
    CONTINUED | OVERLONG_3 | OVERLONG_4, CONTINUED | OVERLONG_3 | TOO_LARGE,
    CONTINUED | SURROGATE | TOO_LARGE, CONTINUED | SURROGATE | TOO_LARGE,
    TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT);

AVX2 static inline __m256i load_table(const uint8_t *table)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)table);
}

/* Non-zero bytes where the block is not text. The bytes before the block
 * (three at least) must be readable. */
AVX2 static inline __m256i block_errors(const char *p)
{
	const __m256i low = _mm256_set1_epi8(0x0F);
	const void *q = p;
	const void *q1 = p - 1;
	const void *q2 = p - 2;
	const void *q3 = p - 3;
	__m256i b = _mm256_loadu_si256((const __m256i *)q);
	__m256i b1 = _mm256_loadu_si256((const __m256i *)q1);
	__m256i b2 = _mm256_loadu_si256((const __m256i *)q2);
	__m256i b3 = _mm256_loadu_si256((const __m256i *)q3);
	__m256i pair = _mm256_and_si256(
	    _mm256_and_si256(
		_mm256_shuffle_epi8(load_table(first_high),
		    _mm256_and_si256(_mm256_srli_epi16(b1, 4), low)),
		_mm256_shuffle_epi8(
		    load_table(first_low), _mm256_and_si256(b1, low))),
	    _mm256_shuffle_epi8(load_table(second_high),
		_mm256_and_si256(_mm256_srli_epi16(b, 4), low)));
	/* The top bit is left where a third or fourth byte is due. */
	__m256i third =
	    _mm256_subs_epu8(b2, _mm256_set1_epi8((char)(0xE0 - 0x80)));
	__m256i fourth =
	    _mm256_subs_epu8(b3, _mm256_set1_epi8((char)(0xF0 - 0x80)));
	__m256i due = _mm256_and_si256(
	    _mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));

	return _mm256_or_si256(_mm256_xor_si256(due, pair),
	    _mm256_cmpeq_epi8(b, _mm256_setzero_si256()));
}

/* The last start of a character at or before `at`, at most 4 bytes back. */
static size_t step_back(const char *p, size_t at)
{
	size_t i = at;

	while (i > 0 && at - i < 3 && ((unsigned char)p[i - 1] & 0xC0) == 0x80)
		i--;
	return i > 0 && (unsigned char)p[i - 1] >= 0xC0 ? i - 1 : i;
}

AVX2 static size_t text_prefix_avx2(const char *p, size_t n)
{
	/* The first block is plain, so that the others have bytes before. */
	size_t good = text_prefix_plain(p, n < 32 ? n : 32);
	size_t i = 32;

	if (n <= 32)
		return good;
	/* Short of the block's end only for a character cut by it. */
	if (good < 32 &&
	    text_prefix_plain(p + good, n < 36 ? n - good : 4) == 0)
		return good;
	for (; i + 64 <= n; i += 64) {
		__m256i bad = _mm256_or_si256(
		    block_errors(p + i), block_errors(p + i + 32));

		if (!_mm256_testz_si256(bad, bad))
			break;
	}
	i = step_back(p, i);
	return i + text_prefix_plain(p + i, n - i);
}

#endif

size_t scan_text_prefix(enum scan_way way, const char *p, size_t n)
{
#ifdef __x86_64__
	if (way == SCAN_AVX2)
		return text_prefix_avx2(p, n);
#endif
	(void)way;
	return text_prefix_plain(p, n);
}

size_t scan_specials(enum scan_way way, const char *p, size_t from, size_t to,
    char delimiter, uint32_t *out)
{
#ifdef __x86_64__
	if (way == SCAN_AVX2)
		return specials_avx2(p, from, to, delimiter, out);
#endif
#ifdef __SSE2__
	if (way >= SCAN_SSE2)
		return specials_sse2(p, from, to, delimiter, out);
#endif
	(void)way;
	return specials_plain(p, from, to, delimiter, out);
}
