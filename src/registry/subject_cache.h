/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The subjects that a submission has met, by code: what the subject book
 * (subjects.h) asks before the database. Codes are valid ones: 18 digits and
 * capital letters.
 */
#ifndef GX_REGISTRY_SUBJECT_CACHE_H
#define GX_REGISTRY_SUBJECT_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* About 2 million: 32 bytes each, four fifths to two thirds full. Builds for
 * tests forget sooner, so that tests see it. */
#ifdef GX_SLOW_CHECKS
enum { SUBJECT_CACHE_MAX = 5000 };
#else
enum { SUBJECT_CACHE_MAX = 2200000 };
#endif
enum { SUBJECT_CODE_CHARS = 18 };
/* Ids above this do not fit. */
#define SUBJECT_CACHE_ID_MAX ((INT64_C(1) << 34) - 1)

/* The code is kept as two numbers of nine digits to the base 36, which order
 * as the codes do; 17 bits of the id stand with each. */
struct cached_subject {
	uint64_t high : 47;
	uint64_t id_high : 17;
	uint64_t low : 47;
	uint64_t id_low : 17;
	uint64_t name_hash; /* of the name as last seen */
	uint64_t fold_hash; /* of the current name, folded */
};

struct subject_cache;

struct subject_cache *subject_cache_new(void);
void subject_cache_free(struct subject_cache **cache);
/* NULL: not there. Good until the next add or clear. */
struct cached_subject *subject_cache_find(
    const struct subject_cache *cache, const char *code);
/* The code will be looked for soon: fetches its place into the processor's
 * cache, which is most of what finding costs. */
void subject_cache_expect(const struct subject_cache *cache, const char *code);
/* Adds one that is not there; not when full. */
struct cached_subject *subject_cache_add(
    struct subject_cache *cache, const char *code, int64_t id);
bool subject_cache_is_full(const struct subject_cache *cache);
void subject_cache_clear(struct subject_cache *cache);
typedef enum err_code subject_cache_sink(
    void *ctx, const struct cached_subject *subject, struct err *err);
/* Gives those with ids from first_id on in the order of their codes, and
 * forgets all; needs no memory but to sort a sixteenth of them. */
enum err_code subject_cache_drain(struct subject_cache *cache, int64_t first_id,
    subject_cache_sink *sink, void *ctx, struct err *err);

int64_t cached_subject_id(const struct cached_subject *s);
void cached_subject_code(
    const struct cached_subject *s, char out[SUBJECT_CODE_CHARS]);

#endif
