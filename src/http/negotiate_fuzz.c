/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Header values of any bytes, read as each of the headers that the server
 * looks at: qualities stay in their range, what is found lies inside the
 * header, and adding an unreadable element changes nothing.
 */
#include "http/negotiate.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/check.h"
#include "http/encode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_quality(int quality)
{
	ASSERT(quality >= 0 && quality <= NEGOTIATE_QUALITY_MAX);
}

static void check_inside(struct span found, struct span header)
{
	if (found.n)
		ASSERT(found.p >= header.p &&
		    found.p + found.n <= header.p + header.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of its exact size, so that a read past it is seen. */
	char *copy = malloc(size ? size : 1);
	struct span header = {copy, size};

	if (size)
		memcpy(copy, data, size);
	check_quality(negotiate_type(header, "text/html"));
	check_quality(negotiate_type(header, "application/json; charset=x"));
	check_quality(negotiate_coding(header, "gzip"));
	if (negotiate_names_type(header, "text/html"))
		ASSERT(negotiate_type(header, "text/html") > 0);
	ASSERT(encode_choose(header) < ENCODE_COUNT);
	ASSERT(negotiate_language(header) < LANG_COUNT);
	check_inside(negotiate_cookie(header, "lang"), header);
	check_inside(negotiate_cookie(header, ""), header);
	negotiate_has_tag(header, "\"0123456789abcdef\"");
	free(copy);
	return 0;
}
