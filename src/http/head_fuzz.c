/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of any kind as a head that comes piece by piece: what is judged of a
 * part holds for the whole. A fault stays one, and what was whole stays as
 * it was, whatever follows.
 */
#include "http/head.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(struct span found, struct span bytes)
{
	if (found.n)
		ASSERT(found.p >= bytes.p &&
		    found.p + found.n <= bytes.p + bytes.n);
}

/* A copy of its exact size, so that a read past it is seen. */
static void judge(
    const uint8_t *data, size_t size, enum head_fault lack, struct head *out)
{
	char *copy = malloc(size ? size : 1);
	struct span bytes = {copy, size};

	if (size)
		memcpy(copy, data, size);
	head_judge(bytes, lack, out);
	check_inside(out->first_line, bytes);
	check_inside(out->accept, bytes);
	check_inside(out->accept_language, bytes);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct head whole, part, last;
	size_t n;

	if (size > HEAD_BYTES_MAX)
		size = HEAD_BYTES_MAX;
	judge(data, size, 0, &whole);
	judge(data, size, HEAD_CUT, &last);
	ASSERT(whole.is_whole || last.fault);
	if (whole.is_whole)
		ASSERT(last.fault == whole.fault);
	for (n = 0; n < size && n < 512; n++) {
		judge(data, n, 0, &part);
		if (part.fault)
			ASSERT(whole.fault == part.fault);
		if (part.is_whole)
			ASSERT(whole.is_whole && whole.fault == part.fault);
	}
	return 0;
}
