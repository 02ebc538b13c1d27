/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), for many short messages. */
#ifndef GX_BASE_SHA256_H
#define GX_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum { SHA256_BYTES = 32 };

/* Digest of the concatenation of the parts. */
void sha256_parts(const struct span *parts, size_t count,
    uint8_t out[SHA256_BYTES]);
void sha256_bytes(const void *p, size_t n, uint8_t out[SHA256_BYTES]);

/* Incremental, for files. */
struct sha256_stream;
struct sha256_stream *sha256_stream_new(void);
void sha256_stream_add(struct sha256_stream *s, const void *p, size_t n);
/* Writes the digest and frees. */
void sha256_stream_finish(struct sha256_stream **s, uint8_t out[SHA256_BYTES]);

#endif
