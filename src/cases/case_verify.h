/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verification of cases: is every row what was sealed, does every sealed move
 * have its row, and does each move follow from the one before it by the
 * catalogue that was in force?
 */
#ifndef GX_CASES_CASE_VERIFY_H
#define GX_CASES_CASE_VERIFY_H

#include "base/err.h"
#include "store/store.h"

struct case_verify_request {
	struct store *store;
	uint64_t moves; /* how many statements of cases the log has */
	/* What is wrong, in the process's language. */
	void (*wrong)(void *ctx, const char *text);
	void *ctx;
};

/* 0: everything could be checked. *cases_out: how many there are. Blocks on
 * disk. */
enum err_code case_verify(const struct case_verify_request *request,
    uint64_t *cases_out, struct err *err);

#endif
