/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenSSL's low-level SHA-256. OpenSSL 3 marks these calls deprecated in
 * favour of EVP, whose per-message cost is several times that of the
 * compression itself for the 65-byte nodes of a Merkle tree; they are the
 * same code below. This is the only file that uses them.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/sha256.h"

#include <openssl/sha.h>
#include <stdlib.h>

#include "base/mem.h"

struct sha256_stream {
	SHA256_CTX ctx;
};

void sha256_parts(const struct span *parts, size_t count,
    uint8_t out[SHA256_BYTES])
{
	SHA256_CTX ctx;
	size_t i;

	SHA256_Init(&ctx);
	for (i = 0; i < count; i++)
		if (parts[i].n)
			SHA256_Update(&ctx, parts[i].p, parts[i].n);
	SHA256_Final(out, &ctx);
}

void sha256_bytes(const void *p, size_t n, uint8_t out[SHA256_BYTES])
{
	struct span part = {p, n};

	sha256_parts(&part, 1, out);
}

struct sha256_stream *sha256_stream_new(void)
{
	struct sha256_stream *s = mem_alloc(sizeof(*s));

	SHA256_Init(&s->ctx);
	return s;
}

void sha256_stream_add(struct sha256_stream *s, const void *p, size_t n)
{
	SHA256_Update(&s->ctx, p, n);
}

void sha256_stream_finish(struct sha256_stream **s, uint8_t out[SHA256_BYTES])
{
	SHA256_Final(out, &(*s)->ctx);
	free(*s);
	*s = NULL;
}
