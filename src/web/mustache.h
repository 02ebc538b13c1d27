/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mustache templates over JSON (jansson) values: everything of the Mustache
 * specification, with its optional modules: inheritance ({{<parent}},
 * {{$block}}), lambdas, dynamic names ({{>*name}}).
 *
 * A set of templates is filled once, then only read: any number of threads
 * may render from it at once. Rendering parses nothing, but for the results
 * of MUSTACHE_LAMBDA_TEMPLATE, and allocates in its output alone.
 *
 *	set = mustache_new(lambdas, count);
 *	mustache_add(set, "page", text, &err);		(for each)
 *	mustache_link(set);
 *	mustache_render(set, "page", &frames, &out, &err);
 *	mustache_free(&set);
 *
 * Beyond the specification, a later part of a dotted name may be a place in
 * an array: {{#rows.0}} is there when there are rows.
 *
 * What counts as false: a missing value, null, false, 0, "", [].
 */
#ifndef GX_WEB_MUSTACHE_H
#define GX_WEB_MUSTACHE_H

#include <jansson.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	MUSTACHE_TEMPLATE_BYTES_MAX = 1024 * 1024,
	/* Sections open at once in a template. */
	MUSTACHE_NESTING_MAX = 64,
	/* Partials, parents, blocks and lambdas within each other. */
	MUSTACHE_DEPTH_MAX = 64,
	/* Values on the context stack. */
	MUSTACHE_STACK_MAX = 256,
	/* What a lambda is given, and what it makes. */
	MUSTACHE_LAMBDA_BYTES_MAX = 1024 * 1024
};

/* What a lambda is given and what becomes of what it makes. */
enum mustache_lambda_kind {
	/* Raw template text; the result is a template, rendered in place. As
	 * a variable it is given nothing, and the result is escaped. */
	MUSTACHE_LAMBDA_TEMPLATE = 0,
	/* The section as rendered, without escaping; the result is text, and
	 * escaped. */
	MUSTACHE_LAMBDA_TEXT,
	/* The same, but the result is HTML that the lambda has escaped. */
	MUSTACHE_LAMBDA_HTML,
	MUSTACHE_LAMBDA_KIND_COUNT
};

/* A lambda's name is reserved: it hides data of the same name in sections;
 * as a variable it is found after the data. */
struct mustache_lambda {
	const char *name;
	enum mustache_lambda_kind kind;
	/* arg is mustache_frames.arg. Thread-safe. */
	void (*call)(void *arg, struct span in, struct buf *out);
};

/* Where names are looked up, the last frame first. Not changed, not kept. */
struct mustache_frames {
	const json_t *const *values;
	size_t count;
	void *arg; /* for the lambdas */
};

struct mustache_set;

/* lambdas must outlive the set. */
struct mustache_set *mustache_new(
    const struct mustache_lambda *lambdas, size_t lambda_count);
void mustache_free(struct mustache_set **set);

/* Parses a template; copies the text. ERR_INPUT: it is malformed, with the
 * line; ERR_CONFLICT: the name is taken; ERR_FULL: too long or too deep. */
enum err_code mustache_add(struct mustache_set *set, const char *name,
    struct span text, struct err *err);
/* Finds the partials that templates name; nothing can be added after it.
 * Partials that do not exist are empty, as the specification says. */
void mustache_link(struct mustache_set *set);
/* The first partial or parent without a template, or NULL. */
const char *mustache_missing_partial(const struct mustache_set *set);

/* Appends. ERR_NOT_FOUND: no such template; ERR_FULL: the output did not
 * fit or the nesting became too deep; ERR_INPUT: a lambda made a malformed
 * template. */
enum err_code mustache_render(const struct mustache_set *set, const char *name,
    const struct mustache_frames *frames, struct buf *out, struct err *err);

#endif
