/* SPDX-License-Identifier: Apache-2.0 */
/* What the parser and the renderer of Mustache templates share. */
#ifndef GX_WEB_MUSTACHE_PRIV_H
#define GX_WEB_MUSTACHE_PRIV_H

#include "web/mustache.h"

#include <stdint.h>

enum mustache_kind {
	MUSTACHE_TEXT = 0,
	MUSTACHE_VARIABLE, /* escaped */
	MUSTACHE_RAW,	   /* not escaped */
	MUSTACHE_SECTION,
	MUSTACHE_INVERTED,
	MUSTACHE_PARTIAL,
	MUSTACHE_PARENT,
	MUSTACHE_BLOCK,
	MUSTACHE_KIND_COUNT
};

/* Tag delimiters; spans into the template's text. */
struct mustache_delims {
	struct span open;
	struct span close;
};

/*
 * A template is a flat array of nodes. What a tag holds follows it, up to
 * `end`. Spans point into the template's copy of its text.
 */
struct mustache_node {
	enum mustache_kind kind;
	bool is_line_start; /* TEXT: stands at the start of a line */
	/* PARTIAL, PARENT: alone on its line, which is gone. BLOCK: its
	 * opening tag ends a line, which is gone. */
	bool is_standalone;
	bool is_dynamic;     /* the name's value is the partial's name */
	struct span text;    /* TEXT: itself; else the tag's name */
	uint32_t path;	     /* the name's parts, in template.keys */
	uint32_t path_count; /* 0: the implicit iterator, "." */
	uint32_t end;	     /* index behind what it holds */
	struct span raw;     /* SECTION: the text it holds */
	struct span indent;  /* PARTIAL, PARENT, BLOCK: white space to add */
	uint32_t dedent;     /* BLOCK: white space its own lines begin with */
	int lambda;	     /* index, -1: none */
	int target;	     /* PARTIAL, PARENT: template, -1: none */
	struct mustache_delims delims; /* in force behind the tag */
};

struct mustache_template {
	char *name;
	char *text;
	struct mustache_node *nodes;
	size_t node_count, node_cap;
	struct span *keys;
	size_t key_count, key_cap;
};

struct mustache_set {
	const struct mustache_lambda *lambdas;
	size_t lambda_count;
	struct mustache_template *templates;
	size_t count, cap;
	bool is_linked;
};

/* Default delimiters. */
struct mustache_delims mustache_default_delims(void);
/* Fills *out, which was zero; release with mustache_template_release, also
 * on failure. */
enum err_code mustache_parse(const struct mustache_set *set, const char *name,
    struct span text, struct mustache_delims delims,
    struct mustache_template *out, struct err *err);
void mustache_template_release(struct mustache_template *t);
/* -1: none. */
int mustache_find_lambda(const struct mustache_set *set, struct span name);

#endif
