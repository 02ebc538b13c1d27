/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 (FIPS 180-4), for many short messages.
 *
 * Besides the general digest there are the two shapes that a log of
 * commitments hashes by the million: the node of a Merkle tree (0x01, two
 * digests) and the leaf over a 32-byte entry (0x00, entry), as RFC 6962,
 * Section 2.1 defines them, one at a time and in runs.
 */
#ifndef GX_BASE_SHA256_H
#define GX_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum { SHA256_BYTES = 32 };

/* Digest of the concatenation of the parts. */
void sha256_parts(
    const struct span *parts, size_t count, uint8_t out[SHA256_BYTES]);
void sha256_bytes(const void *p, size_t n, uint8_t out[SHA256_BYTES]);

/* SHA-256(0x01 || left || right). out may be left or right. */
void sha256_node(const uint8_t left[SHA256_BYTES],
    const uint8_t right[SHA256_BYTES], uint8_t out[SHA256_BYTES]);
/* SHA-256(0x00 || entry). out may be entry. */
void sha256_leaf32(
    const uint8_t entry[SHA256_BYTES], uint8_t out[SHA256_BYTES]);

/* The nodes over `count` pairs of digests that stand one after the other
 * (count * 64 bytes), to out (count * 32 bytes). out may be pairs: the first
 * half of a row of hashes is overwritten by the row above it. Nearly twice
 * as fast per node as sha256_node where the processor has SHA instructions. */
void sha256_nodes(const uint8_t *pairs, size_t count, uint8_t *out);
/* The leaves over `count` 32-byte entries that stand one after the other.
 * out may be entries. */
void sha256_leaves32(const uint8_t *entries, size_t count, uint8_t *out);

/* A message, the concatenation of its parts, for sha256_many. */
struct sha256_message {
	const struct span *parts;
	size_t count;
};

/* The digests of `count` messages, to out (count * 32 bytes): two messages in
 * step where the processor has SHA instructions. */
void sha256_many(
    const struct sha256_message *messages, size_t count, uint8_t *out);

/* Incremental, for files. */
struct sha256_stream;
struct sha256_stream *sha256_stream_new(void);
void sha256_stream_add(struct sha256_stream *s, const void *p, size_t n);
/* Another one that goes on from the same place. */
struct sha256_stream *sha256_stream_copy(const struct sha256_stream *s);
/* Writes the digest and frees. */
void sha256_stream_finish(struct sha256_stream **s, uint8_t out[SHA256_BYTES]);

#endif
