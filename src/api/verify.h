/* SPDX-License-Identifier: Apache-2.0 */
/* Verification of a whole data directory (registry/verify.h), as a
 * document. */
#ifndef GX_API_VERIFY_H
#define GX_API_VERIFY_H

#include "api/home.h"
#include "base/buf.h"
#include "registry/verify.h"

struct api_verify_options {
	/* The log's public key, from outside; NULL: the directory's own. */
	const struct note_key *key;
	bool is_deep;
	struct home_options home;
	void (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *progress_ctx;
};

/*
 * home: opened, its store not. 0: everything could be checked, and what is
 * wrong stands in the result. Negative: it could not be checked. Waits for
 * the writer, if there is one, and keeps others waiting.
 */
enum err_code api_verify_all(struct home *home,
    const struct api_verify_options *options, struct verify_result *out,
    struct err *err);

/* {"verified":BOOL,"statements":N,...,"wrong":[...],"notes":[...]} */
void api_verify_json(const struct verify_result *result, struct buf *out);

#endif
