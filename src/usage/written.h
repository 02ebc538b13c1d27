/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words that people wrote about uses and findings, held against the uses that
 * sealed them. Such a use is its writer's, of the moment of the words; its
 * reference says which words, its answer is their SHA-256.
 *
 * Words that no use sealed pass only if they are older than the first of their
 * kind that one did: those of before had no seal.
 */
#ifndef GX_USAGE_WRITTEN_H
#define GX_USAGE_WRITTEN_H

#include "store/store.h"

/* A use that may seal words. The spans live until the visitor returns. */
struct use_seal {
	uint64_t seq;
	int64_t at_ms;
	int64_t subject_id;
	struct span subject;
	struct span reference; /* with two slashes in it */
};
typedef enum err_code use_seal_visit(
    void *ctx, const struct use_seal *seal, struct err *err);
/* All of them, in the order of the log. Blocks on disk. */
enum err_code use_seals(
    struct store *store, use_seal_visit *visit, void *ctx, struct err *err);

struct use_written {
	struct span text, by;
	int64_t at_ms;
	struct store_value seal; /* the use's number; STORE_NULL: none */
};
/* *is_good becomes false when the words are not those that were sealed.
 * first_ms: when the first of their kind was; INT64_MAX: none was. */
enum err_code use_written_check(struct store *store,
    const struct use_written *written, int64_t first_ms, bool *is_good,
    struct err *err);

#endif
