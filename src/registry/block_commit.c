/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Salts and commitments of a block. A block hashes each statement, its closed
 * part and its salts; they go BATCH at a time to sha256_many, which works on
 * two messages in step.
 */
#include <string.h>

#include "base/check.h"
#include "registry/block.h"

enum {
	BATCH = 32,
	COUNTER_BYTES = 4,
	DIGEST_TEXT_BYTES = STATEMENT_DIGEST_CHARS + 2, /* with its quotes */
	PARTS = 4 /* of a sealed form, with its salt */
};

static const uint32_t closed_counter = UINT32_C(1) << 31;

/* Salts of one kind, two from each digest, for the pairs [from .. to). */
static void make_some_salts(const uint8_t seed[BLOCK_SALT_BYTES],
    uint32_t counter, size_t from, size_t to, uint8_t *out)
{
	uint8_t counters[BATCH][COUNTER_BYTES];
	struct span parts[BATCH][2];
	struct sha256_message messages[BATCH];
	size_t i;
	int k;

	for (i = 0; i < to - from; i++) {
		for (k = 0; k < COUNTER_BYTES; k++)
			counters[i][k] =
			    (uint8_t)((counter + from + i) >> (8 * k));
		parts[i][0] =
		    (struct span){(const char *)seed, BLOCK_SALT_BYTES};
		parts[i][1] =
		    (struct span){(const char *)counters[i], COUNTER_BYTES};
		messages[i] = (struct sha256_message){parts[i], 2};
	}
	sha256_many(messages, to - from, out + from * SHA256_BYTES);
}

static void make_salts_from(const uint8_t seed[BLOCK_SALT_BYTES],
    uint32_t counter, size_t count, uint8_t *out)
{
	size_t pairs = (count + 1) / 2;
	size_t from;

	for (from = 0; from < pairs; from += BATCH)
		make_some_salts(seed, counter, from,
		    pairs - from < BATCH ? pairs : from + BATCH, out);
}

void block_make_salts(
    const uint8_t seed[BLOCK_SALT_BYTES], size_t count, uint8_t *out)
{
	make_salts_from(seed, 0, count, out);
	make_salts_from(
	    seed, closed_counter, count, out + count * BLOCK_SALT_BYTES);
}

void block_commitment_sealed(const uint8_t salt[BLOCK_SALT_BYTES],
    struct span sealed, uint8_t out[SHA256_BYTES])
{
	const struct span parts[] = {
	    {(const char *)salt, BLOCK_SALT_BYTES}, sealed};

	sha256_parts(parts, ARRAY_COUNT(parts), out);
}

/* What the commitments of some statements are made of. */
struct batch {
	size_t count;
	struct span closed[BATCH]; /* of each statement, or empty */
	char texts[BATCH][DIGEST_TEXT_BYTES];
	struct span parts[BATCH][PARTS];
	struct sha256_message messages[BATCH];
};

/* Digests of the closed parts, as they stand in the sealed forms. */
static void digest_closed(
    struct batch *b, const uint8_t *closed_salts, const struct span *statements)
{
	uint8_t digests[BATCH][SHA256_BYTES];
	size_t with[BATCH]; /* statements that have one */
	size_t n = 0;
	size_t i;

	for (i = 0; i < b->count; i++) {
		b->closed[i] = statement_closed(statements[i]);
		if (b->closed[i].n == 0)
			continue;
		b->parts[n][0] = (struct span){
		    (const char *)closed_salts + i * BLOCK_SALT_BYTES,
		    BLOCK_SALT_BYTES};
		b->parts[n][1] = b->closed[i];
		b->messages[n] = (struct sha256_message){b->parts[n], 2};
		with[n++] = i;
	}
	sha256_many(b->messages, n, digests[0]);
	for (i = 0; i < n; i++) {
		char *text = b->texts[with[i]];

		text[0] = text[DIGEST_TEXT_BYTES - 1] = '"';
		statement_digest_text(digests[i], text + 1);
	}
}

/* Salt, and the sealed form around the digest's text. */
static void set_parts(
    struct batch *b, size_t i, const uint8_t *salt, struct span statement)
{
	struct span closed = b->closed[i];
	struct span *p = b->parts[i];
	const char *behind;

	p[0] = (struct span){(const char *)salt, BLOCK_SALT_BYTES};
	p[1] = statement;
	b->messages[i] = (struct sha256_message){p, closed.n ? PARTS : 2};
	if (closed.n == 0)
		return;
	behind = closed.p + closed.n;
	p[1].n = (size_t)(closed.p - statement.p);
	p[2] = (struct span){b->texts[i], DIGEST_TEXT_BYTES};
	p[3] =
	    (struct span){behind, (size_t)(statement.p + statement.n - behind)};
}

void block_commitments(const uint8_t *salts, const uint8_t *closed_salts,
    const struct span *statements, size_t count, uint8_t *out)
{
	struct batch b;
	size_t from, i;

	for (from = 0; from < count; from += b.count) {
		b.count = count - from < BATCH ? count - from : BATCH;
		digest_closed(&b, closed_salts + from * BLOCK_SALT_BYTES,
		    statements + from);
		for (i = 0; i < b.count; i++)
			set_parts(&b, i, salts + (from + i) * BLOCK_SALT_BYTES,
			    statements[from + i]);
		sha256_many(b.messages, b.count, out + from * SHA256_BYTES);
	}
}

void block_commitment(const uint8_t salt[BLOCK_SALT_BYTES],
    const uint8_t closed_salt[BLOCK_SALT_BYTES], struct span statement,
    uint8_t out[SHA256_BYTES])
{
	block_commitments(salt, closed_salt, &statement, 1, out);
}
