/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proof files from anywhere. What is taken and fits its checkpoint is
 * written back byte for byte; and no input proves an entry that was never
 * in the log of the policy.
 */
#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"
#include "tlog/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char sumdb[] =
    "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

static void try_write(const struct proof *p, struct span text)
{
	uint8_t *extra = mem_alloc(PROOF_EXTRA_BYTES_MAX);
	struct span raw = {(const char *)extra, proof_extra(p, extra)};
	struct buf again = BUF_INIT(2 * PROOF_BYTES_MAX);

	if (proof_write(p->index, &p->path, p->checkpoint, raw, &again, NULL) ==
	    0)
		ASSERT(span_equal(buf_span(&again), text));
	buf_release(&again);
	free(extra);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	struct tlog_hash leaf = tlog_leaf_hash(span_of("never logged"));
	struct proof_verdict verdict;
	struct proof_policy policy;
	struct note_key key;
	struct proof p;
	int rc;

	rc = note_key_parse(span_of(sumdb), &key, NULL);
	ASSERT(rc == 0);
	policy = (struct proof_policy){
	    .log_key = &key, .origin = span_of("go.sum database tree")};
	if (proof_parse(text, &p, NULL) == 0)
		try_write(&p, text);
	rc = proof_verify(&policy, text, &leaf, &verdict, NULL);
	ASSERT(rc < 0);
	return 0;
}
