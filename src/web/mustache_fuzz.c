/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input up to the first NUL is a template, what follows a partial. What
 * parses is rendered over fixed data; the bounds on depth and output hold.
 */
#include "web/mustache.h"

#include <stdint.h>
#include <string.h>

#include "base/check.h"

enum { OUT_BYTES_MAX = 256 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void repeat(void *arg, struct span in, struct buf *out)
{
	(void)arg;
	buf_add_span(out, in);
	buf_add_str(out, "{{a}}");
	buf_add_span(out, in);
}

static void keep(void *arg, struct span in, struct buf *out)
{
	(void)arg;
	buf_add_span(out, in);
}

static const struct mustache_lambda lambdas[] = {
    {"f", MUSTACHE_LAMBDA_TEMPLATE, repeat},
    {"g", MUSTACHE_LAMBDA_TEXT, keep},
    {"h", MUSTACHE_LAMBDA_HTML, keep},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mustache_set *set = mustache_new(lambdas, ARRAY_COUNT(lambdas));
	const char *p = (const char *)data;
	const char *nul = size > 0 ? memchr(p, '\0', size) : NULL;
	size_t n = nul ? (size_t)(nul - p) : size;
	json_t *root = json_pack("{s:s,s:[i,i,{s:s}],s:{s:n,s:f},s:s}", "a",
	    "<&>", "l", 1, 2, "a", "b\n", "o", "n", "r", 1.5, "p", "q");
	const json_t *values = root;
	struct mustache_frames frames = {&values, 1, NULL};
	struct buf out = BUF_INIT(OUT_BYTES_MAX);
	struct err err = {0};
	enum err_code code;

	code = mustache_add(set, "x", (struct span){p, n}, &err);
	if (nul && !code)
		code = mustache_add(
		    set, "q", (struct span){nul + 1, size - n - 1}, &err);
	mustache_link(set);
	if (!code)
		mustache_render(set, "x", &frames, &out, &err);
	ASSERT(out.n <= OUT_BYTES_MAX);
	buf_release(&out);
	mustache_free(&set);
	json_decref(root);
	return 0;
}
