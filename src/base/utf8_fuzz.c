/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The valid prefix is what is stepped through: each character of it is
 * encoded again into the same bytes.
 */
#include "base/utf8.h"

#include <string.h>

#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	size_t n = utf8_valid_prefix(p, size);
	size_t at = 0, count = 0;

	while (at < n) {
		char back[4];
		size_t from = at;
		size_t length = utf8_encode(utf8_next(p, n, &at), back);

		ASSERT(length == at - from);
		ASSERT(memcmp(back, p + from, length) == 0);
		count++;
	}
	ASSERT(count == utf8_length(p, n));
	return 0;
}
