/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The digest of any message is made from blocks by one compression function:
 * that of the x86 SHA instructions where the processor has them, else
 * OpenSSL's, which picks the best it knows. OpenSSL 3 marks these calls
 * deprecated in favour of EVP, whose per-message cost is several times that
 * of the compression itself for the 65-byte nodes of a Merkle tree; they are
 * the same code below. This is the only file that uses them, and it loads
 * libcrypto only where it needs it: that takes longer than most commands
 * have to hash.
 *
 * Nodes and leaves of a log have one length each, so their padding is made
 * by hand here and only the compression function runs: two blocks a node,
 * one block a leaf.
 *
 *   node  01 left[32] right[31] | right[1] 80 00... length 520
 *   leaf  00 entry[32] 80 00... length 264
 *
 * One message cannot go faster than the latency of its 64 rounds. Runs of
 * messages can: with the x86 SHA instructions two independent messages are
 * compressed in step, and the second hides in the waiting time of the
 * first.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/sha256.h"

#include <openssl/sha.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A test compiles this file without them, for all other processors. */
#if defined(__x86_64__) && !defined(SHA256_WITHOUT_INSTRUCTIONS)
#define WITH_SHA_INSTRUCTIONS 1
#include <cpuid.h>
#include <immintrin.h>
#endif

#include "base/check.h"
#include "base/library.h"
#include "base/mem.h"

enum {
	BLOCK_BYTES = SHA256_CBLOCK,
	NODE_BLOCKS = 2,
	LEAF_BLOCKS = 1,
	NODE_BITS = 8 * (1 + 2 * SHA256_BYTES),
	LEAF_BITS = 8 * (1 + SHA256_BYTES),
	LANES = 2 /* messages compressed in step */
};

static const uint32_t initial_state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372,
    0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static struct {
	__typeof__(SHA256_Transform) *transform;
} openssl_sha256;

static void load_openssl(void)
{
	static const struct library_function functions[] = {
	    {"SHA256_Transform", &openssl_sha256.transform}};

	library_need(
	    "libcrypto.so.3", "libssl3", functions, ARRAY_COUNT(functions));
}

/* Lays out a whole padded message of `blocks` blocks. */
static void pad_node(const uint8_t *left, const uint8_t *right, uint8_t *out)
{
	out[0] = 0x01;
	memcpy(out + 1, left, SHA256_BYTES);
	memcpy(out + 1 + SHA256_BYTES, right, SHA256_BYTES);
	memset(out + 65, 0, NODE_BLOCKS * BLOCK_BYTES - 65);
	out[65] = 0x80;
	out[NODE_BLOCKS * BLOCK_BYTES - 2] = NODE_BITS >> 8;
	out[NODE_BLOCKS * BLOCK_BYTES - 1] = NODE_BITS & 0xff;
}

static void pad_leaf(const uint8_t *entry, uint8_t *out)
{
	out[0] = 0x00;
	memcpy(out + 1, entry, SHA256_BYTES);
	memset(out + 33, 0, LEAF_BLOCKS * BLOCK_BYTES - 33);
	out[33] = 0x80;
	out[LEAF_BLOCKS * BLOCK_BYTES - 2] = LEAF_BITS >> 8;
	out[LEAF_BLOCKS * BLOCK_BYTES - 1] = LEAF_BITS & 0xff;
}

#ifdef WITH_SHA_INSTRUCTIONS

#define WITH_SHA __attribute__((target("sha,sse4.1,ssse3")))

/* The round constants, four a vector (FIPS 180-4, 4.2.2). */
static const uint32_t round_constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* The state as the instructions want it: words A B E F and C D G H. */
struct lane {
	__m128i abef;
	__m128i cdgh;
	__m128i w[4]; /* the last 16 words of the message schedule */
};

WITH_SHA static inline __m128i swap_words(__m128i v)
{
	return _mm_shuffle_epi8(
	    v, _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL));
}

WITH_SHA static inline __m128i load(const uint8_t *p)
{
	return _mm_loadu_si128((const __m128i *)p);
}

/* The 16 message bytes that start one byte before `b`: the last byte of
 * `a`, then all but the last of `b`. The prefix byte of RFC 6962 puts every
 * digest off by one. */
#define JOIN(a, b) swap_words(_mm_alignr_epi8((b), (a), 15))

WITH_SHA static inline void start_lane(struct lane *lane, const uint32_t h[8])
{
	lane->abef = _mm_set_epi32(h[0], h[1], h[4], h[5]);
	lane->cdgh = _mm_set_epi32(h[2], h[3], h[6], h[7]);
}

WITH_SHA static inline void load_node_first(
    struct lane *lane, const uint8_t *left, const uint8_t *right)
{
	__m128i prefix = _mm_set1_epi8(0x01);

	lane->w[0] = JOIN(prefix, load(left));
	lane->w[1] = JOIN(load(left), load(left + 16));
	lane->w[2] = JOIN(load(left + 16), load(right));
	lane->w[3] = JOIN(load(right), load(right + 16));
}

WITH_SHA static inline void load_node_second(
    struct lane *lane, const uint8_t *right)
{
	lane->w[0] = JOIN(load(right + 16), _mm_cvtsi32_si128(0x80));
	lane->w[1] = _mm_setzero_si128();
	lane->w[2] = _mm_setzero_si128();
	lane->w[3] = _mm_set_epi32(NODE_BITS, 0, 0, 0);
}

WITH_SHA static inline void load_leaf(struct lane *lane, const uint8_t *entry)
{
	lane->w[0] = JOIN(_mm_setzero_si128(), load(entry));
	lane->w[1] = JOIN(load(entry), load(entry + 16));
	lane->w[2] = JOIN(load(entry + 16), _mm_cvtsi32_si128(0x80));
	lane->w[3] = _mm_set_epi32(LEAF_BITS, 0, 0, 0);
}

/* Four rounds with schedule words r*4..r*4+3, then makes the words that
 * are used four groups later. r is a constant after unrolling. */
WITH_SHA static inline __attribute__((always_inline)) void four_rounds(
    struct lane *lane, __m128i constants, int r)
{
	__m128i *w = lane->w;
	__m128i m = _mm_add_epi32(w[r & 3], constants);

	lane->cdgh = _mm_sha256rnds2_epu32(lane->cdgh, lane->abef, m);
	m = _mm_shuffle_epi32(m, 0x0e);
	lane->abef = _mm_sha256rnds2_epu32(lane->abef, lane->cdgh, m);
	if (r < 12) {
		__m128i next = _mm_sha256msg1_epu32(w[r & 3], w[(r + 1) & 3]);

		next = _mm_add_epi32(
		    next, _mm_alignr_epi8(w[(r + 3) & 3], w[(r + 2) & 3], 4));
		w[r & 3] = _mm_sha256msg2_epu32(next, w[(r + 3) & 3]);
	}
}

/* Compresses one block of each lane in step. */
WITH_SHA static inline __attribute__((always_inline)) void compress(
    struct lane *lanes, int count)
{
	__m128i abef[LANES], cdgh[LANES];
	int i, r;

	for (i = 0; i < count; i++) {
		abef[i] = lanes[i].abef;
		cdgh[i] = lanes[i].cdgh;
	}
#pragma GCC unroll 16
	for (r = 0; r < 16; r++) {
		__m128i k;

		memcpy(&k, round_constants + 4 * r, sizeof(k));
#pragma GCC unroll 2
		for (i = 0; i < count; i++)
			four_rounds(&lanes[i], k, r);
	}
	for (i = 0; i < count; i++) {
		lanes[i].abef = _mm_add_epi32(lanes[i].abef, abef[i]);
		lanes[i].cdgh = _mm_add_epi32(lanes[i].cdgh, cdgh[i]);
	}
}

WITH_SHA static inline void store_digest(const struct lane *lane, uint8_t *out)
{
	__m128i low = _mm_shuffle_epi32(lane->abef, 0x1b);  /* A B E F */
	__m128i high = _mm_shuffle_epi32(lane->cdgh, 0xb1); /* G H C D */

	_mm_storeu_si128(
	    (__m128i *)out, swap_words(_mm_blend_epi16(low, high, 0xf0)));
	_mm_storeu_si128(
	    (__m128i *)(out + 16), swap_words(_mm_alignr_epi8(high, low, 8)));
}

/* All of a lane's message is loaded before any digest is stored, so that
 * out may overlap the pairs it has consumed. */
WITH_SHA static inline __attribute__((always_inline)) void nodes_in_step(
    const uint8_t *pairs, int count, uint8_t *out)
{
	struct lane lanes[LANES];
	int i;

	for (i = 0; i < count; i++) {
		const uint8_t *pair = pairs + i * 64;

		start_lane(&lanes[i], initial_state);
		load_node_first(&lanes[i], pair, pair + 32);
	}
	compress(lanes, count);
	for (i = 0; i < count; i++)
		load_node_second(&lanes[i], pairs + i * 64 + 32);
	compress(lanes, count);
	for (i = 0; i < count; i++)
		store_digest(&lanes[i], out + i * SHA256_BYTES);
}

WITH_SHA static inline __attribute__((always_inline)) void leaves_in_step(
    const uint8_t *entries, int count, uint8_t *out)
{
	struct lane lanes[LANES];
	int i;

	for (i = 0; i < count; i++) {
		start_lane(&lanes[i], initial_state);
		load_leaf(&lanes[i], entries + i * SHA256_BYTES);
	}
	compress(lanes, count);
	for (i = 0; i < count; i++)
		store_digest(&lanes[i], out + i * SHA256_BYTES);
}

WITH_SHA static void nodes_x86(const uint8_t *pairs, size_t count, uint8_t *out)
{
	size_t i;

	for (i = 0; i + LANES <= count; i += LANES)
		nodes_in_step(pairs + 64 * i, LANES, out + 32 * i);
	if (i < count)
		nodes_in_step(pairs + 64 * i, 1, out + 32 * i);
}

WITH_SHA static void leaves_x86(
    const uint8_t *entries, size_t count, uint8_t *out)
{
	size_t i;

	for (i = 0; i + LANES <= count; i += LANES)
		leaves_in_step(entries + 32 * i, LANES, out + 32 * i);
	if (i < count)
		leaves_in_step(entries + 32 * i, 1, out + 32 * i);
}

/* A message as blocks: those that stand whole in one part are read there, the
 * others are put together in `joined`; so is the padded end. */
struct blocks {
	const struct span *part;
	const struct span *parts_end;
	size_t at; /* in part */
	uint64_t bytes;
	size_t end_at; /* next block of the end, in joined */
	size_t end_n;  /* 0 until the end has come */
	uint8_t joined[2 * BLOCK_BYTES];
};

static void start_blocks(struct blocks *b, const struct sha256_message *m)
{
	b->part = m->parts;
	b->parts_end = m->parts + m->count;
	b->at = 0;
	b->bytes = 0;
	b->end_at = b->end_n = 0;
}

/* Takes up to n bytes; how many there were. */
static size_t take_bytes(struct blocks *b, uint8_t *to, size_t n)
{
	size_t taken = 0;

	while (taken < n && b->part < b->parts_end) {
		size_t left = b->part->n - b->at;
		size_t some = left < n - taken ? left : n - taken;

		if (some)
			memcpy(to + taken, b->part->p + b->at, some);
		taken += some;
		b->at += some;
		if (b->at == b->part->n) {
			b->part++;
			b->at = 0;
		}
	}
	return taken;
}

/* Pads the last `used` bytes. */
static void pad_end(struct blocks *b, size_t used)
{
	uint64_t bits = __builtin_bswap64(b->bytes * 8);

	b->end_n = used + 9 <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;
	memset(b->joined + used, 0, b->end_n - used);
	b->joined[used] = 0x80;
	memcpy(b->joined + b->end_n - sizeof(bits), &bits, sizeof(bits));
}

/* Its bytes are good until the next call; NULL behind the last. */
static const uint8_t *next_block(struct blocks *b)
{
	const uint8_t *block = b->joined + b->end_at;
	size_t n;

	if (b->end_n) {
		b->end_at += BLOCK_BYTES;
		return b->end_at <= b->end_n ? block : NULL;
	}
	if (b->part < b->parts_end && b->part->n - b->at >= BLOCK_BYTES) {
		block = (const uint8_t *)b->part->p + b->at;
		b->at += BLOCK_BYTES;
		b->bytes += BLOCK_BYTES;
		return block;
	}
	n = take_bytes(b, b->joined, BLOCK_BYTES);
	b->bytes += n;
	if (n < BLOCK_BYTES) {
		pad_end(b, n);
		b->end_at = BLOCK_BYTES;
	}
	return b->joined;
}

WITH_SHA static inline void load_block(struct lane *lane, const uint8_t *block)
{
	int i;

	for (i = 0; i < 4; i++)
		lane->w[i] = swap_words(load(block + 16 * i));
}

WITH_SHA static void compress_blocks_x86(
    uint32_t h[8], const uint8_t *p, size_t count)
{
	uint32_t abef[4], cdgh[4];
	struct lane lane;

	start_lane(&lane, h);
	for (; count; count--, p += BLOCK_BYTES) {
		load_block(&lane, p);
		compress(&lane, 1);
	}
	_mm_storeu_si128((__m128i *)(void *)abef, lane.abef);
	_mm_storeu_si128((__m128i *)(void *)cdgh, lane.cdgh);
	h[0] = abef[3];
	h[1] = abef[2];
	h[2] = cdgh[3];
	h[3] = cdgh[2];
	h[4] = abef[1];
	h[5] = abef[0];
	h[6] = cdgh[1];
	h[7] = cdgh[0];
}

/* What the lanes of sha256_many are working on. */
struct many {
	const struct sha256_message *messages;
	size_t count;
	size_t next; /* message to be started */
	uint8_t *out;
	struct lane lanes[LANES];
	struct blocks blocks[LANES];
	size_t which[LANES]; /* message of each lane */
};

/* Loads the lane's next block, of the next message when its own is done;
 * false when there is none left for it. */
WITH_SHA static bool feed_lane(struct many *m, int i)
{
	const uint8_t *block = next_block(&m->blocks[i]);

	if (!block) {
		store_digest(&m->lanes[i], m->out + m->which[i] * SHA256_BYTES);
		if (m->next == m->count)
			return false;
		m->which[i] = m->next++;
		start_lane(&m->lanes[i], initial_state);
		start_blocks(&m->blocks[i], &m->messages[m->which[i]]);
		block = next_block(&m->blocks[i]);
	}
	load_block(&m->lanes[i], block);
	return true;
}

WITH_SHA static void many_x86(struct many *m)
{
	int i;

	for (i = 0; i < LANES; i++) {
		m->which[i] = m->next++;
		start_lane(&m->lanes[i], initial_state);
		start_blocks(&m->blocks[i], &m->messages[m->which[i]]);
	}
	for (;;) {
		for (i = 0; i < LANES; i++)
			if (!feed_lane(m, i))
				break;
		if (i < LANES)
			break;
		compress(m->lanes, LANES);
	}
	/* Lane i has ended; an earlier one has its block loaded. */
	if (i > 0)
		compress(&m->lanes[0], 1);
	i = i ? 0 : 1;
	while (feed_lane(m, i))
		compress(&m->lanes[i], 1);
}

static bool has_sha_instructions;

static void ask_processor(void)
{
	unsigned a, b, c, d;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1) ||
	    !(c & bit_SSSE3))
		return;
	has_sha_instructions =
	    __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}
#else
enum { has_sha_instructions = 0 };

static void ask_processor(void)
{
}

static void nodes_x86(const uint8_t *pairs, size_t count, uint8_t *out)
{
	(void)pairs, (void)count, (void)out;
}

static void leaves_x86(const uint8_t *entries, size_t count, uint8_t *out)
{
	(void)entries, (void)count, (void)out;
}

static void compress_blocks_x86(uint32_t h[8], const uint8_t *p, size_t count)
{
	(void)h, (void)p, (void)count;
}

struct many {
	const struct sha256_message *messages;
	size_t count;
	uint8_t *out;
};

static void many_x86(struct many *m)
{
	(void)m;
}
#endif

/* Asked once, before main: the answer cannot change. */
__attribute__((constructor)) static void choose(void)
{
	ask_processor();
	if (!has_sha_instructions)
		load_openssl();
}

/* ---- one message ---- */

/* The state after `count` blocks more. */
static void compress_blocks(uint32_t h[8], const uint8_t *p, size_t count)
{
	SHA256_CTX ctx;

	if (has_sha_instructions) {
		compress_blocks_x86(h, p, count);
		return;
	}
	memcpy(ctx.h, h, sizeof(ctx.h));
	for (; count; count--, p += BLOCK_BYTES)
		openssl_sha256.transform(&ctx, p);
	memcpy(h, ctx.h, sizeof(ctx.h));
}

static void put_digest(const uint32_t h[8], uint8_t out[SHA256_BYTES])
{
	int i;

	for (i = 0; i < 8; i++) {
		uint32_t word = __builtin_bswap32(h[i]);

		memcpy(out + 4 * i, &word, sizeof(word));
	}
}

static void hash_padded(
    const uint8_t *message, size_t blocks, uint8_t out[SHA256_BYTES])
{
	uint32_t h[8];

	memcpy(h, initial_state, sizeof(h));
	compress_blocks(h, message, blocks);
	put_digest(h, out);
}

struct sha256_stream {
	uint32_t h[8];
	uint64_t bytes;
	uint8_t pending[BLOCK_BYTES]; /* bytes % BLOCK_BYTES of them */
};

static void stream_init(struct sha256_stream *s)
{
	memcpy(s->h, initial_state, sizeof(s->h));
	s->bytes = 0;
}

void sha256_stream_add(struct sha256_stream *s, const void *p, size_t n)
{
	const uint8_t *from = p;
	size_t used = s->bytes % BLOCK_BYTES;

	if (n == 0)
		return;
	s->bytes += n;
	if (used) {
		size_t some = BLOCK_BYTES - used < n ? BLOCK_BYTES - used : n;

		memcpy(s->pending + used, from, some);
		if (used + some < BLOCK_BYTES)
			return;
		compress_blocks(s->h, s->pending, 1);
		from += some;
		n -= some;
	}
	compress_blocks(s->h, from, n / BLOCK_BYTES);
	memcpy(
	    s->pending, from + n / BLOCK_BYTES * BLOCK_BYTES, n % BLOCK_BYTES);
}

static void stream_end(struct sha256_stream *s, uint8_t out[SHA256_BYTES])
{
	uint8_t end[2 * BLOCK_BYTES];
	size_t used = s->bytes % BLOCK_BYTES;
	size_t blocks = used + 9 <= BLOCK_BYTES ? 1 : 2;
	uint64_t bits = __builtin_bswap64(s->bytes * 8);

	memcpy(end, s->pending, used);
	memset(end + used, 0, sizeof(end) - used);
	end[used] = 0x80;
	memcpy(end + blocks * BLOCK_BYTES - sizeof(bits), &bits, sizeof(bits));
	compress_blocks(s->h, end, blocks);
	put_digest(s->h, out);
}

void sha256_parts(
    const struct span *parts, size_t count, uint8_t out[SHA256_BYTES])
{
	struct sha256_stream s;
	size_t i;

	stream_init(&s);
	for (i = 0; i < count; i++)
		sha256_stream_add(&s, parts[i].p, parts[i].n);
	stream_end(&s, out);
}

void sha256_bytes(const void *p, size_t n, uint8_t out[SHA256_BYTES])
{
	struct span part = {p, n};

	sha256_parts(&part, 1, out);
}

struct sha256_stream *sha256_stream_new(void)
{
	struct sha256_stream *s = mem_alloc(sizeof(*s));

	stream_init(s);
	return s;
}

struct sha256_stream *sha256_stream_copy(const struct sha256_stream *s)
{
	struct sha256_stream *copy = mem_alloc(sizeof(*copy));

	*copy = *s;
	return copy;
}

void sha256_stream_finish(struct sha256_stream **s, uint8_t out[SHA256_BYTES])
{
	stream_end(*s, out);
	free(*s);
	*s = NULL;
}

/* ---- of a log, and many ---- */

void sha256_node(const uint8_t left[SHA256_BYTES],
    const uint8_t right[SHA256_BYTES], uint8_t out[SHA256_BYTES])
{
	uint8_t message[NODE_BLOCKS * BLOCK_BYTES];

	pad_node(left, right, message);
	hash_padded(message, NODE_BLOCKS, out);
}

void sha256_leaf32(const uint8_t entry[SHA256_BYTES], uint8_t out[SHA256_BYTES])
{
	uint8_t message[LEAF_BLOCKS * BLOCK_BYTES];

	pad_leaf(entry, message);
	hash_padded(message, LEAF_BLOCKS, out);
}

void sha256_nodes(const uint8_t *pairs, size_t count, uint8_t *out)
{
	size_t i;

	if (has_sha_instructions) {
		nodes_x86(pairs, count, out);
		return;
	}
	for (i = 0; i < count; i++)
		sha256_node(pairs + 64 * i, pairs + 64 * i + 32, out + 32 * i);
}

void sha256_leaves32(const uint8_t *entries, size_t count, uint8_t *out)
{
	size_t i;

	if (has_sha_instructions) {
		leaves_x86(entries, count, out);
		return;
	}
	for (i = 0; i < count; i++)
		sha256_leaf32(entries + 32 * i, out + 32 * i);
}

void sha256_many(
    const struct sha256_message *messages, size_t count, uint8_t *out)
{
	size_t i;

	if (has_sha_instructions && count >= LANES) {
		struct many many = {
		    .messages = messages, .count = count, .out = out};

		many_x86(&many);
		return;
	}
	for (i = 0; i < count; i++)
		sha256_parts(messages[i].parts, messages[i].count,
		    out + SHA256_BYTES * i);
}
